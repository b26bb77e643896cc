"""Words found in an invented text, cuttings checked against all possible ones, vectors of words used alike."""

from __future__ import annotations

import itertools
import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.search.word_vectors import Segmenter, TooLittleText, WordVectors, characters, runs

LETTERS = "甲乙丙丁戊己庚辛壬癸"


def invented(count: int, seed: int = 0) -> tuple[list[str], list[list[str]]]:
    """Sentences of words no character of which stands in two: what cutting should give back."""
    chooser = random.Random(seed)
    words = ["甲乙", "丙丁", "戊己庚", *"天地人山水火木金土日月上下左右大小多少红白黑"]
    cut = [chooser.choices(words, k=9) for _ in range(count)]
    return ["".join(sentence) for sentence in cut], cut


def test_words_are_found_in_text_without_spaces() -> None:
    sentences, _ = invented(400)
    learned = Segmenter.learn(sentences, least=5)
    assert {"甲乙", "丙丁", "戊己庚"} <= set(learned.counts)


def test_a_lexicon_decides_what_is_a_word() -> None:
    sentences, cut = invented(50)
    learned = Segmenter.learn(sentences, ["甲乙", "丙丁", "戊己庚", "not here"])
    assert [learned.cut(sentence) for sentence in sentences] == cut


@given(
    st.text(LETTERS[:4], min_size=1, max_size=7),
    st.dictionaries(st.text(LETTERS[:4], min_size=1, max_size=4), st.integers(1, 50), min_size=1),
)
def test_no_cutting_is_likelier(text: str, counts: dict[str, int]) -> None:
    segmenter = Segmenter(counts)
    total = sum(counts.values()) + 1

    def cost(words: list[str]) -> float:
        return -sum(math.log(counts.get(word, 0.5 if len(word) == 1 else 0) / total or 1e-300) for word in words)

    cuts = (
        [text[a:b] for a, b in itertools.pairwise([0, *places, len(text)])]
        for size in range(len(text))
        for places in itertools.combinations(range(1, len(text)), size)
    )
    possible = (cut for cut in cuts if all(len(word) == 1 or (word in counts and len(word) <= 4) for word in cut))
    found = segmenter.cut(text)
    assert "".join(found) == text
    assert cost(found) == pytest.approx(min(map(cost, possible)))


def test_latin_words_stay_whole_and_marks_go() -> None:
    assert runs("打开Wi-Fi，OK？don't") == ["打开", "wi", "fi", "ok", "don't"]
    assert characters("开 WiFi!") == ["开", "wifi"]
    assert Segmenter({"打开": 3}).cut("打开 WiFi v2.0") == ["打开", "wifi", "v2.0"]


def test_words_used_alike_have_like_vectors() -> None:
    chooser = random.Random(1)
    things = {"song": ["play", "sing"], "tune": ["play", "sing"], "film": ["watch", "see"], "movie": ["watch", "see"]}
    sentences = []
    for _ in range(300):
        noun = chooser.choice(list(things))
        sentences.append(["please", chooser.choice(things[noun]), "the", noun, "now"])
    vectors = WordVectors.fit(sentences, dimensions=8)
    song, tune, film, unknown = vectors.vectors(["song", "tune", "film", "unknown"])
    assert song @ tune > song @ film + 0.3
    assert not unknown.any()
    np.testing.assert_allclose(np.linalg.norm(vectors.matrix, axis=1), 1, atol=1e-5)
    again = WordVectors.fit(sentences, dimensions=8)
    np.testing.assert_allclose(again.vectors(["song"]) @ again.vectors(["film"]).T, song @ film, atol=1e-5)


def test_neighbours_do_not_reach_across_sentences() -> None:
    together = [["a", "b", "c"], ["x", "y", "z"]] * 10
    a, b, x, y = WordVectors.fit(together, dimensions=2, least=1).vectors(["a", "b", "x", "y"])
    assert a @ b == pytest.approx(1, abs=1e-2) and x @ y == pytest.approx(1, abs=1e-2)
    assert abs(a @ x) < 1e-3 and abs(b @ y) < 1e-3


def test_too_little_text() -> None:
    with pytest.raises(TooLittleText, match="no word"):
        Segmenter.learn(["!?", ""])
    with pytest.raises(TooLittleText, match="too few"):
        WordVectors.fit([["a", "b"]])
