"""Troubleshooting files: what is read, and what a support team is told when something is wrong in one."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.diagnosis.problems import DiagnosisError, load, load_file
from knowledge.graph import KnowledgeError

GOOD = """\
id: no-light
title: {zh: 灯不亮, en: No light}
symptoms: {zh: [灯不亮, 黑的], en: [no light, it is dark]}
causes:
  - {id: bulb, prior: 0.75, label: {zh: 灯泡坏了, en: the bulb is broken}, fix: {zh: 换灯泡。, en: Change the bulb.}}
  - {id: fuse, prior: 0.25, label: {zh: 跳闸了, en: the fuse has blown}, fix: {zh: 合闸。, en: Reset the fuse.}}
questions:
  - id: others
    text: {zh: 别的灯亮吗？, en: "Do other lamps work?"}
    answers:
      - {id: yes, label: {zh: 亮, en: Yes}}
      - {id: no, label: {zh: 不亮, en: No}}
    evidence:
      bulb: {yes: 0.9, no: 0.1}
      fuse: {yes: 0.2, no: 0.8}
"""


def written(folder: Path, text: str, name: str = "no-light.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_guide_is_read_as_written_and_a_bare_yes_stays_a_word(tmp_path: Path) -> None:
    problem = load_file(written(tmp_path, GOOD))
    assert problem.id == "no-light"
    assert problem.symptoms == {"zh": ("灯不亮", "黑的"), "en": ("no light", "it is dark")}
    assert {cause.id: cause.prior for cause in problem.causes} == {"bulb": 0.75, "fuse": 0.25}
    assert problem.cause("fuse").fix["en"] == "Reset the fuse."
    check = problem.check("others")
    assert list(check.answers) == ["yes", "no"]
    assert check.answers["yes"] == {"zh": "亮", "en": "Yes"}
    assert check.evidence == {"bulb": {"yes": 0.9, "no": 0.1}, "fuse": {"yes": 0.2, "no": 0.8}}
    assert [option.labels for option in check.options] == [("亮", "Yes"), ("不亮", "No")]


@pytest.mark.parametrize(
    ("find", "replace", "message"),
    [
        ("prior: 0.75", "prior: 0.65", "no-light.yaml: causes: priors sum to 0.9, must sum to 1"),
        (
            "fuse: {yes: 0.2, no: 0.8}",
            "fuse: {yes: 0.2, no: 0.7}",
            "no-light.yaml: questions[others].evidence.fuse: sums to 0.9, must sum to 1",
        ),
        (
            "      fuse: {yes: 0.2, no: 0.8}\n",
            "",
            "no-light.yaml: questions[others].evidence: 'fuse' is missing; add it",
        ),
        (
            "yes: 0.9, no: 0.1",
            "yes: 0.9, nope: 0.1",
            "no-light.yaml: questions[others].evidence.bulb: 'nope' is not known here; use yes, no",
        ),
        (
            "yes: 0.9, no: 0.1",
            "yes: 1.0, no: 0",
            "no-light.yaml: questions[others].evidence.bulb.no: 0 must be a number above 0 and at most 1; "
            "write 0.01 for “hardly ever”",
        ),
        (
            "prior: 0.25",
            "pior: 0.25",
            "no-light.yaml: causes[fuse]: 'pior' is not known here; use id, prior, label, fix",
        ),
        ("id: fuse, ", "id: bulb, ", "no-light.yaml: causes: 'bulb' is used twice; ids must differ"),
        ("id: no-light", "id: dark", "no-light.yaml: id: is 'dark', must be the file's name, 'no-light'"),
        ("{id: no, label", "{id: yes, label", "no-light.yaml: questions[others].answers[yes].id: 'yes' is used twice"),
        ("{id: no, label", "{id: unknown, label", "answers[unknown].id: 'unknown' is reserved"),
        ("zh: [灯不亮, 黑的]", "zh: []", "no-light.yaml: symptoms.zh: must be a list with at least one item"),
        ("title: {zh: 灯不亮, en: No light}", "title: {}", "no-light.yaml: title: no text; write zh, en or both"),
        ("en: No light}", "fr: Noir}", "no-light.yaml: title: 'fr' is not known here; use zh, en"),
        ("zh: 亮, en: Yes", "zh: 1, en: Yes", "answers[yes].label.zh: 1 must be text; put it in quotes"),
        ("zh: 别的灯亮吗？", "zh: ' '", "no-light.yaml: questions[others].text.zh: ' ' must be text"),
        ("id: others", "id: Others lamp", "'Others lamp' is no id; use lower-case words joined by hyphens"),
        ("causes:\n", "causes: [oops\n", "no-light.yaml: not readable as YAML:"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_its_remedy(
    tmp_path: Path, find: str, replace: str, message: str
) -> None:
    assert find in GOOD
    path = written(tmp_path, GOOD.replace(find, replace, 1))
    with pytest.raises(DiagnosisError) as caught:
        load_file(path)
    assert message in str(caught.value)


def test_a_single_cause_or_a_single_answer_is_not_a_diagnosis(tmp_path: Path) -> None:
    lines = GOOD.splitlines(keepends=True)
    one_cause = "".join(line for line in lines if "fuse" not in line).replace("0.75", "1.0")
    with pytest.raises(DiagnosisError, match=r"causes: only one; .* write an FAQ entry instead"):
        load_file(written(tmp_path, one_cause))
    one_answer = "".join(line for line in lines if "id: no," not in line)
    with pytest.raises(DiagnosisError, match=r"answers: only one; a question needs at least two"):
        load_file(written(tmp_path, one_answer))


def test_a_file_that_is_no_mapping_or_no_utf8_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(DiagnosisError, match=r"no-light\.yaml: must be a mapping"):
        load_file(written(tmp_path, "- just\n- a list\n"))
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"id: caf\xe9")
    with pytest.raises(DiagnosisError, match=r"latin\.yaml: not readable as YAML"):
        load_file(path)


def test_nothing_in_a_file_is_executed(tmp_path: Path) -> None:
    with pytest.raises(DiagnosisError, match="not readable as YAML"):
        load_file(written(tmp_path, "id: !!python/object/apply:os.getcwd []\n"))


def test_a_later_folder_replaces_guides_of_the_same_id(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.mkdir()
    theirs.mkdir()
    written(ours, GOOD)
    written(ours, GOOD.replace("id: no-light", "id: a-second"), "a-second.yaml")
    written(theirs, GOOD.replace("No light", "Lamp is out"))
    written(theirs, "not a guide", "notes.txt")
    problems = load(ours, theirs)
    assert [problem.id for problem in problems] == ["a-second", "no-light"]
    assert problems[1].title["en"] == "Lamp is out"


def test_a_missing_folder_is_an_error_of_this_package(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="no such folder"):
        load(tmp_path / "nowhere")
