"""``yuban generate``: what it writes, what it reads back, and what it says when something does not fit."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import doctor, generate_commands, generate_shared
from bot.cli import app
from bot.settings import Settings
from generation.documents import FORMATS
from generation.screenplay import exporting
from generation.verify import read as read_labels
from knowledge.catalogue import Catalogue

runner = CliRunner(env={"COLUMNS": "100"})
FILM = "film/interstellar-2014"


@pytest.fixture(scope="module")
def demo():
    return Catalogue.load()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, demo: Catalogue) -> Path:
    """An empty home over the demo catalogue, loaded once for all of these tests."""
    monkeypatch.setenv("YUBAN_HOME", str(tmp_path / "home"))
    for name in ("YUBAN_TEXT_SERVER", "YUBAN_TEXT_MODEL", "YUBAN_TEXT_KEY"):
        monkeypatch.delenv(name, raising=False)
    for module in (generate_shared, generate_commands, generate_commands.generate_tools):
        monkeypatch.setattr(module, "catalogue", lambda: demo)
    return tmp_path / "home"


def run(*arguments: object, answers: str | None = None) -> tuple[int, str]:
    done = runner.invoke(app, ["generate", *map(str, arguments)], input=answers)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_copy_is_shown_with_its_mark_and_the_seed_gives_it_again() -> None:
    code, out = run("copy", "星际穿越", "--channel", "push", "--seed", 5, "-n", 2)
    assert code == 0 and out.count("AI 生成") == 2 and "星际穿越" in out and "seed 5" in out
    assert run("copy", FILM, "--channel", "push", "--seed", 5, "-n", 2)[1] == out
    assert run("copy", FILM, "--channel", "push", "--seed", 6, "-n", 2)[1] != out
    code, out = run("copy", "Interstellar", "--lang", "en", "--channel", "x", "-n", 1)
    assert code == 0 and "Interstellar" in out and "AI-generated" in out and re.search(r"seed \d+", out)


@pytest.mark.parametrize("ending", FORMATS["ad"])
def test_copies_are_files_with_both_marks(tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"ad.{ending}"
    code, out = run("copy", FILM, "--channel", "moments", "-n", 2, "--seed", 1, "--out", target)
    assert code == 0 and not target.exists() and "ad-2" in out
    for number in (1, 2):
        found = read_labels(tmp_path / f"ad-{number}.{ending}")
        assert found.complete and found.intact


@pytest.mark.parametrize("ending", ["pdf", "fountain"])
def test_a_script_is_laid_out(tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"story.{ending}"
    code, out = run("script", "--topic", "两个老同学重逢", "--length", "episode", "--seed", 3, "--out", target)
    assert code == 0 and str(target.name) in out
    assert target.read_bytes().startswith(b"%PDF" if ending == "pdf" else b"Title:")
    assert read_labels(target).complete
    code, out = run("verify", target)
    told = {"pdf": "cannot be told", "fountain": "as labelled"}  # what is laid out is not read back word for word
    assert code == 0 and "AI 生成" in out and told[ending] in out


def test_a_summary_of_a_work_and_of_a_file(tmp_path: Path) -> None:
    code, out = run("summary", "Interstellar", "--lang", "en", "--seed", 1)
    assert code == 0 and "Interstellar" in out and "AI-generated" in out
    long = tmp_path / "synopsis.txt"
    sentences = [f"第{n}天，父亲在太空里给女儿写下第{n}封信。" for n in range(1, 60)]
    long.write_text("".join(sentences), encoding="utf-8")
    code, out = run("summary", "--file", long, "--sentences", 2)
    taken = re.sub(r"[\s│]", "", out)
    assert code == 0 and sum(sentence in taken for sentence in sentences) == 2


def test_verify_tells_good_changed_and_missing(tmp_path: Path) -> None:
    good = tmp_path / "ad.txt"
    assert run("copy", FILM, "--channel", "push", "-n", 1, "--out", good)[0] == 0
    code, out = run("verify", good)
    assert code == 0 and "as labelled" in out and "Yuban" in out
    changed = tmp_path / "changed.txt"
    changed.write_text(good.read_text("utf-8") + "全新的一句。\n", "utf-8")
    code, out = run("verify", changed)
    assert code == 1 and "CHANGED" in out
    bare = tmp_path / "bare.txt"
    bare.write_text("谁写的？\n", "utf-8")
    code, out = run("verify", bare)
    assert code == 1 and "problem" in out
    bare.with_suffix(".json").write_text("{")
    code, out = run("verify", bare.with_suffix(".json"))
    assert code == 1 and "JSON" in out
    code, out = run("verify", tmp_path / "none.txt")
    assert code == 2 and "none.txt" in out


def test_report_on_variants_and_on_scenes(tmp_path: Path) -> None:
    data = tmp_path / "counts.json"
    counts = {"a": {"impressions": 9000, "clicks": 60}, "b": {"impressions": 9000, "clicks": 600}}
    data.write_text(json.dumps({"variants": counts}), "utf-8")
    code, out = run("report", data)
    rows = [line.split()[0] for line in out.splitlines() if line.strip().startswith(("a ", "b "))]
    assert code == 0 and rows == ["b", "a"] and "6.7%" in out and "Settled" in out
    scenes = [
        {"scene": "1", "stars": [5, 5, 4], "entered": 400, "stayed": 390},
        {"scene": "2", "stars": [4, 5, 5], "entered": 390, "stayed": 380},
        {
            "scene": "3",
            "stars": [1, 1, 2, 1],
            "entered": 380,
            "stayed": 90,
            "comments": ["节奏太慢了", "太拖沓，节奏慢"],
        },
    ]
    data.write_text(json.dumps({"scenes": scenes}), "utf-8")
    code, out = run("report", data)
    lines = [line for line in out.splitlines() if line and not line.startswith(" ")]
    assert code == 0 and [line.split()[0] for line in lines] == ["3"] and "→" in out
    data.write_text(json.dumps({"scenes": scenes[:2]}), "utf-8")
    assert "没有哪一场" in run("report", data)[1]


def test_an_ab_pair_differs_in_one_respect(tmp_path: Path) -> None:
    target = tmp_path / "pair.json"
    code, out = run("ab", FILM, "--channel", "xiaohongshu", "--respect", "title", "--seed", 2, "--out", target)
    assert code == 0 and "differ in title alone" in out
    one, other = (dict(json.loads((tmp_path / f"pair-{n}.json").read_text("utf-8"))["parts"]) for n in (1, 2))
    assert one["title"] != other["title"] and one["body"] == other["body"]


# ----------------------------------------------------------------------------------------------------------- rewriting


@pytest.fixture
def story(tmp_path: Path) -> Path:
    target = tmp_path / "story.json"
    assert run("script", "--topic", "两个老同学重逢", "--seed", 3, "--out", target)[0] == 0
    return target


def test_a_scene_is_rewritten_beside_the_old_and_put_in_when_accepted(story: Path) -> None:
    before = story.read_bytes()
    version = exporting.load(story).version
    code, out = run("rewrite", story, 2, "短一点", "--seed", 1, answers="n\n")
    assert code == 0 and "old" in out and "new" in out and "stays as it was" in out and story.read_bytes() == before
    code, out = run("rewrite", story, 2, "短一点", "--seed", 1, answers="y\n")
    assert code == 0 and f"version {version + 1}" in out
    new = exporting.load(story)
    was = json.loads(before)["story"]["scenes"]
    assert len(new.scenes[1].lines) < len(was[1]["lines"]) or sum(len(n.text) for n in new.scenes[1].lines) < sum(
        len(n["text"]) for n in was[1]["lines"]
    )
    assert [n.text for n in new.scenes[0].lines] == [n["text"] for n in was[0]["lines"]]
    assert read_labels(story).complete and read_labels(story).intact
    code, out = run("rewrite", story, new.scenes[0].id, "更紧张", "--yes", "--seed", 1)
    assert code == 0 and "Put the new" not in out and exporting.load(story).version == version + 2


# ---------------------------------------------------------------------------------------------------------- agreements


def test_the_visible_mark_is_left_out_under_an_agreement_on_record_alone(tmp_path: Path, home: Path) -> None:
    target = tmp_path / "ad.txt"
    code, out = run("copy", FILM, "-n", 1, "--out", target, "--agreement", "0" * 64)
    assert code == 2 and "no agreement" in out and not target.exists()
    code, id_ = run("agree", "--who", "某某影院", "--purpose", "官网首页")
    assert code == 0 and re.fullmatch(r"[0-9a-f]{64}", id_.strip())
    code, out = run("copy", FILM, "-n", 1, "--out", target, "--agreement", id_.strip())
    text = target.read_text("utf-8")
    assert code == 0 and "AIGC:" in text and "AI 生成" not in text
    kinds = [json.loads(line)["kind"] for line in (home / "agreements.jsonl").read_text("utf-8").splitlines()]
    assert kinds == ["agreement", "output"]
    for more, complaint in (((), "--out"), (("--out", tmp_path / "ad.docx"), "txt, md")):
        code, out = run("copy", FILM, "-n", 1, *more, "--agreement", id_.strip())
        assert code == 2 and complaint in out
    assert run("agree", "--who", "", "--purpose", "x")[0] == 2


# ------------------------------------------------------------------------------------------------------- language model


def test_a_backend_that_cannot_be_opened_is_named_with_the_fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for options, complaint in (
        (("--backend", "http://127.0.0.1:9/v1"), "which model"),
        (("--backend", tmp_path / "none"), "no such folder"),
        (("--backend", "ftp://x/v1", "--model", "m"), "http://"),
    ):
        code, out = run("copy", FILM, *options)
        assert code == 2 and complaint in out and "--backend" in out
    monkeypatch.setenv("YUBAN_TEXT_SERVER", "http://127.0.0.1:9/v1")
    assert "which model" in run("copy", FILM)[1]


def test_a_server_that_is_not_there_leaves_the_rules_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUBAN_TEXT_KEY", "k-secret")
    code, out = run("copy", FILM, "-n", 1, "--backend", "http://127.0.0.1:9/v1", "--model", "qwen")
    assert code == 0 and "by the rules: qwen at 127.0.0.1" in out and "k-secret" not in out


def test_a_language_model_writes_and_the_draft_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    class Model:
        name = "tiny at example"

        def complete(self, messages, options):
            return ["一位父亲穿过虫洞，为女儿找新家。《星际穿越》，今晚看。"]

    named = []
    monkeypatch.setattr(
        "generation.backends.choose.choose", lambda server, model: named.append((server, model)) or Model()
    )
    code, out = run(
        "copy", FILM, "-n", 1, "--channel", "moments", "--backend", "http://127.0.0.1:9/v1", "--model", "tiny"
    )
    assert code == 0 and "by tiny at example" in out and "一位父亲穿过虫洞" in out and "AI 生成" in out
    monkeypatch.setenv("YUBAN_TEXT_MODEL", "models/mine")
    assert "by tiny" in run("copy", FILM, "-n", 1, "--channel", "moments")[1]
    assert "by tiny" in run("copy", FILM, "-n", 1, "--channel", "moments", "--backend", "models/other")[1]
    assert named == [("http://127.0.0.1:9/v1", "tiny"), ("", "models/mine"), ("", "models/other")]


def test_the_doctor_knows_the_text_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUBAN_TEXT_SERVER", "http://127.0.0.1:9/v1")
    found = doctor.text_model(Settings.from_environment())
    assert not found.ok and not found.needed and "which model" in found.found and "YUBAN_TEXT_MODEL" in found.remedy
    monkeypatch.setenv("YUBAN_TEXT_MODEL", "qwen")
    assert not doctor.text_model(Settings.from_environment()).ok
    monkeypatch.delenv("YUBAN_TEXT_SERVER")
    assert doctor.text_model(Settings.from_environment()).found == "qwen"


def test_training_is_passed_through_with_its_own_help(tmp_path: Path) -> None:
    code, out = run("train", "scratch", "--help")
    assert code == 0 and "--vocabulary" in out
    code, out = run("train", "scratch", tmp_path / "none.txt", "--out", tmp_path / "model")
    assert code == 2 and not (tmp_path / "model" / "model.safetensors").exists()
    assert run("train", "nothing")[0] == 2


# ----------------------------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["copy", "没有这部作品吧"], "no work is called"),
        (["copy"], "work, product or topic"),
        (["copy", FILM, "--channel", "telegraph"], "xiaohongshu"),
        (["copy", FILM, "--offer", "全网最低价"], "must not say"),
        (["copy", FILM, "--must-use", "虫洞", "--avoid", "虫洞"], "contradict"),
        (["copy", FILM, "--voice", "none.yaml"], "none.yaml"),
        (["copy", FILM, "--out", "TMP/ad.pdf"], "docx, txt, md, json"),
        (["copy", FILM, "--out", "TMP/nowhere/ad.txt"], "no such folder"),
        (["ab", FILM, "--respect", "weather"], "opening"),
        (["ab", FILM, "--channel", "sms", "--respect", "hashtags"], "vary something else"),
        (["script"], "topic"),
        (["script", "--topic", "x", "--form", "opera"], "drama"),
        (["script", "--topic", "x", "--out", "TMP/s.md"], "pdf, fountain"),
        (["script", "--topic", "周星驰吸毒被捕"], "虚构"),
        (["summary"], "exactly one"),
        (["summary", "--file", "TMP/none.txt"], "none.txt"),
        (["report", "TMP/bad.json"], "bad.json"),
        (["report", "TMP/list.json"], "scenes"),
        (["report", "TMP/wrong.json"], "scenes"),
        (["report", "TMP/clicks.json"], "clicks"),
        (["report", "TMP/none.json"], "none.json"),
        (["rewrite", "TMP/list.json", "1", "短"], "not a story"),
        (["rewrite", "TMP/none.json", "1", "短"], "none.json"),
    ],
)
def test_what_is_wrong_is_said_with_the_fix(arguments: list[str], complaint: str, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{")
    (tmp_path / "list.json").write_text("[1, 2]")
    (tmp_path / "wrong.json").write_text('{"scenes": [{"scene": "1", "entered": "many"}]}')
    (tmp_path / "clicks.json").write_text('{"variants": {"a": {"impressions": 1, "clicks": 5}, "b": {}}}')
    code, out = run(*(argument.replace("TMP", str(tmp_path)) for argument in arguments))
    assert code == 2 and complaint in out.replace("\n", "") and "Traceback" not in out


def test_a_scene_that_is_not_there(story: Path) -> None:
    code, out = run("rewrite", story, 9, "短一点")
    assert code == 2 and "1 to 3" in out
