"""What the catalogue does not hold is guessed where something speaks for it, and always said to be a guess."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actions.ask import answered
from actions.turn import Turn


def turn(words: str, lang: str) -> Turn:
    return Turn(text=words, lang=lang, conversation="ann.1", intent="ask")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "lang", "none", "mark"),
    [
        ("《心花路放》的编剧是谁", "zh", "没有记录", "推测"),
        ("who wrote Breakup Buddies", "en", "does not record", "guess"),
    ],
)
def test_a_guess_says_that_nothing_is_recorded_and_that_it_is_a_guess(bundle, words, lang, none, mark) -> None:
    assert not bundle.graph.objects("film/breakup-buddies-2014", "written_by")
    said = answered(turn(words, lang), bundle).parts[0]["text"]
    assert none in said and mark in said
    silent = answered(turn(words, lang), replace(bundle, suggester=None)).parts[0]["text"]
    assert mark not in silent


def test_what_is_recorded_is_never_guessed(bundle) -> None:
    for words, lang in (
        ("《星际穿越》是谁导演的", "zh"),
        ("who composed Interstellar", "en"),
        ("《心花路放》哪年上映", "zh"),
    ):
        said = answered(turn(words, lang), bundle).parts[0]["text"]
        assert "推测" not in said and "guess" not in said
