"""How the conversational benchmarks read their files: columns, titles, cuts, and what counts as mentioned."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import conversational_inspired as inspired
from benchmarks import conversational_opendialkg as opendialkg
from recsys.dialogue_ranking import Case


def test_inspired_test_file_is_read_in_either_form(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(',test_inputs,test_outputs\n0,"Hi, what now? ",X Men\n1, ,It\n', encoding="utf-8")
    assert [(case.context, case.targets) for case in inspired.held_out(path)] == [
        (("Hi, what now?",), ("x men",)), (("",), ("it",)),
    ]  # fmt: skip
    path.write_text(",movies,full_situation\n0,\"['Up', 'X-Men']\",Hello there\n", encoding="utf-8")
    assert [case.targets for case in inspired.held_out(path)] == [("up",), ("x men",)]
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="test_inputs"):
        inspired.held_out(path)


def test_inspired_titles_of_different_files_meet() -> None:
    uri = "<http://dbpedia.org/resource/Spider-Man:_Homecoming_(2017_film)>"
    assert inspired.key(inspired._title_of(uri)) == inspired.key("Spider Man: Homecoming") == "spider man homecoming"


@given(st.text(alphabet="ab .!?", max_size=300))
def test_inspired_cutting_loses_no_word(text: str) -> None:
    assert " ".join(inspired.cut(text)).split() == text.split()


def test_opendialkg_mentioned_is_a_given_entity_or_a_whole_name(tmp_path: Path) -> None:
    names = {"Heat": 0, "The Heat": 1, "Ronin": 2, "Crime": 3, "": 4}
    for file, content in {
        "entity2id": names, "relation2id": {"genre": 0}, "kg": {"0": [[0, 3]]}, "item_ids": [2, 1, 0],
    }.items():  # fmt: skip
        (tmp_path / f"{file}.json").write_text(json.dumps(content), encoding="utf-8")
    data = opendialkg.Data.read(tmp_path)
    assert data.items == ["0", "1", "2"]
    assert data.graph.entity("3").type == "genre" and data.graph.entity("0").type == "film"
    cases = [Case(("I liked Heat, a lot",)), Case(("the heat: great",)), Case(("Heated",), ("2",))]
    assert data.mentioned(cases).tolist() == [[True, False, False], [True, True, False], [False, False, True]]


def test_opendialkg_recall_counts_ties_half_and_unknown_targets_as_missed() -> None:
    cases = [Case((), (), ("a",)), Case((), (), ("b", "nobody"))]
    scores = np.array([[1, 1, 0], [0, 2, 1]], np.float32)
    mentioned = np.array([[False, False, False], [False, True, False]])
    found = opendialkg.recalls(lambda novel: scores, cases, ["a", "b", "c"], mentioned)
    assert found["recall@1"] == pytest.approx(2 / 3)  # a stands at 0.5, b at 0, nobody nowhere
    assert found["recall@1/novel"] == pytest.approx(1 / 2)  # b is not asked for any more
