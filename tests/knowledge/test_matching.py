"""Alignment by hand, its symmetry, and a matcher that learns from a handful of labels which questions are the same."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.search.matching import NotFitted, QuestionMatcher, align, persons
from knowledge.search.word_vectors import TooLittleText

VERBS = {"播放": "放一下", "打开": "开启", "删除": "去掉"}
NOUNS = {"播放": ["音乐", "电影"], "打开": ["相册", "地图"], "删除": ["闹钟", "短信"]}  # what each is said of


def sentences() -> list[str]:
    chooser = random.Random(0)
    found = []
    for _ in range(400):
        verb, other = chooser.choice(list(VERBS.items()))
        found.append(
            f"{chooser.choice(['请', '帮我', '你能'])}{chooser.choice([verb, other])}{chooser.choice(NOUNS[verb])}"
        )
    return found


@pytest.fixture(scope="module")
def learned() -> QuestionMatcher:
    return QuestionMatcher.learn(
        sentences(),
        lexicon=[*VERBS, *VERBS.values(), *(noun for nouns in NOUNS.values() for noun in nouns), "帮我", "你能"],
    )


def test_alignment_by_hand() -> None:
    """a–x alike by .5, b = y; b and y tell 3, a 1, x 2."""
    found = align(np.array([[0.5, 0.0], [0.0, 1.0]]), np.array([1.0, 3.0]), np.array([2.0, 3.0]))
    left, right = 3.5 / 4, 4 / 5
    assert found == pytest.approx([2 * left * right / (left + right), right, 1.0, 1.5])


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 6))
def test_alignment_is_symmetric_and_whole_for_the_same(seed: int, m: int, n: int) -> None:
    generator = np.random.default_rng(seed)
    cosines, left, right = generator.random((m, n)), generator.random(m) + 0.1, generator.random(n) + 0.1
    np.testing.assert_allclose(align(cosines, left, right), align(cosines.T, right, left))
    np.testing.assert_allclose(align(np.eye(m), left, left), [1, 1, 0, 0], atol=1e-9)


def test_a_handful_of_labels_is_enough(learned: QuestionMatcher) -> None:
    verbs = list(VERBS.items())
    same = [(f"请{verb}{noun}", f"你能{other}{noun}") for verb, other in verbs for noun in NOUNS[verb]]
    differ = [
        (f"请{a}{noun}", f"请{b}{noun}") for (a, _), (b, _) in itertools.permutations(verbs, 2) for noun in NOUNS[a]
    ]
    train = [(pair, 1) for pair in same[::2]] + [(pair, 0) for pair in differ[::2]]
    learned.fit([pair for pair, _ in train], [label for _, label in train], unlabelled=same + differ)
    asked = [(pair, 1) for pair in same[1::2]] + [(pair, 0) for pair in differ[1::2]]
    right = [(learned.probability(*pair) > 0.5) == bool(label) for pair, label in asked]
    assert np.mean(right) > 0.85
    for (a, b), _ in asked[:5]:
        assert learned.probability(a, b) == pytest.approx(learned.probability(b, a))
    alike = [learned.probability(a, b) for (a, b), _ in asked]
    assert learned.probability("播放音乐", "播放音乐") >= max(alike)


def test_texts_without_words_are_like_each_other_only(learned: QuestionMatcher) -> None:
    nothing, half = learned.features([("", "!?"), ("", "播放音乐")])
    assert nothing.tolist() == [1, 1, 0, 0] * 2 + [0] and half[0] == 0
    assert learned.features([]).shape == (0, 9)


def test_who_is_spoken_of() -> None:
    assert persons("我不爱你") == persons("Do you love me?") == (1, 1)
    assert persons("您好") == (0, 1) and persons("I'm I") == (2, 0) and persons("播放音乐") == (0, 0)


def test_a_difference_in_persons_counts_against(learned: QuestionMatcher) -> None:
    pairs = [("播放音乐", "放一下音乐"), ("播放音乐", "打开相册"), ("删除闹钟", "去掉闹钟"), ("删除闹钟", "打开电影")]
    learned.fit(pairs, [1, 0, 1, 0])
    features = learned.features(pairs[:1])
    other = features.copy()
    other[0, -1] = 1
    assert learned.probabilities(other)[0] < learned.probabilities(features)[0]


def test_it_says_what_is_missing() -> None:
    fresh = QuestionMatcher.learn(sentences())
    with pytest.raises(NotFitted, match="fit the matcher"):
        fresh.probability("a", "b")
    with pytest.raises(NotFitted, match="same and not the same"):
        fresh.fit([("a", "b")], [1])
    with pytest.raises(TooLittleText):
        QuestionMatcher.learn(["", "?"])
