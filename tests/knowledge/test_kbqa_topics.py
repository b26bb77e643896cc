"""Names in questions."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.graph import Entity
from knowledge.kbqa.topics import MASK, MAX_MENTIONS, MAX_TEXT, TopicFinder


def finder(*labels: str, degrees: list[int] | None = None) -> TopicFinder:
    nodes = [Entity(f"{label}#{row}", "", {"en": label}) for row, label in enumerate(labels)]
    return TopicFinder(nodes, np.array(degrees or [1] * len(labels)))


def test_every_name_is_found_the_longest_first() -> None:
    found = finder("Star", "Star Wars", "Wars").find("who directed Star Wars")
    assert [(m.nodes, m.nested) for m in found] == [((1,), False), ((0,), True), ((2,), True)]


@pytest.mark.parametrize(("question", "is_there"), [("who directed it", True), ("its director", False), ("wit", False)])
def test_a_name_does_not_stand_within_a_word(question: str, is_there: bool) -> None:
    assert bool(finder("It").find(question)) == is_there


def test_chinese_has_no_word_edges() -> None:
    assert finder("活着").find("谁导演了活着这部电影")[0].nodes == (0,)


def test_the_spelling_that_agrees_comes_first_then_the_best_connected() -> None:
    names = finder("War", "war", "WAR", degrees=[1, 5, 9])
    assert names.find("films about war")[0].nodes == (1, 2, 0)
    assert names.find("films about War")[0].nodes == (0, 2, 1)
    assert not names.find("films about wAr")[0].exact


def test_masking_takes_the_name_out() -> None:
    question = "who directed Hero in 2002"
    mention = finder("Hero").find(question)[0]
    assert mention.mask(question.lower()) == f"who directed {MASK} in 2002"


def test_forty_names_and_a_book_are_bounded() -> None:
    names = [f"Film Number {i}" for i in range(60)]
    found = finder(*names).find(", ".join(names))
    assert len(found) == MAX_MENTIONS
    assert all(m.end <= MAX_TEXT for m in finder("Hero").find("Hero " * 400_000))


def test_without_names_nothing_is_found() -> None:
    assert finder().find("who directed Hero") == []
    assert finder().nearest("who directed Hero") == []
    assert finder("Hero").named("") == ()


def test_the_nearest_names_are_those_spelt_alike() -> None:
    names = finder("Interstellar", "Inception", "Hero")
    row, alike, start, end = names.nearest("who directed Intersteller")[0]
    assert (row, start, end) == (0, 13, 25) and 0.9 < alike < 1
    assert names.nearest("who directed Zzzzqqq") == []
