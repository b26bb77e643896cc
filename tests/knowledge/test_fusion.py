"""Fusion by hand on three rows, its learning on a case with a known right answer, and logistic regression's gradient."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.search.fusion import BadFusion, Hit, LearnedFusion, matched_terms, reciprocal_rank
from knowledge.search.logistic import BadExamples, Logistic


def test_reciprocal_rank_by_hand() -> None:
    rankings = {"bm25": [(7, 9.0), (3, 8.0)], "dense": [(3, 0.9), (5, 0.8), (7, 0.1)]}
    hits = reciprocal_rank(rankings, 5)
    assert [hit.row for hit in hits] == [3, 7, 5]
    assert [hit.score for hit in hits] == pytest.approx([1 / 62 + 1 / 61, 1 / 61 + 1 / 63, 1 / 62])
    assert hits[0].found_by == {"bm25": 2, "dense": 1} and hits[2].found_by == {"dense": 2}
    assert reciprocal_rank(rankings, 1, k=0)[0] == Hit(3, 1.5, {"bm25": 2, "dense": 1})


@given(st.permutations(range(6)), st.permutations(range(6)))
def test_reciprocal_rank_does_not_look_at_scores_or_at_the_order_of_matchers(a: list[int], b: list[int]) -> None:
    ones = reciprocal_rank({"a": [(row, 1.0) for row in a], "b": [(row, 2.0) for row in b]}, 6)
    others = reciprocal_rank({"b": [(row, -row) for row in b], "a": [(row, row) for row in a]}, 6)
    assert ones == others
    assert [hit.score for hit in ones] == sorted((hit.score for hit in ones), reverse=True)


def test_a_ranking_that_names_a_row_twice_is_refused() -> None:
    with pytest.raises(BadFusion, match="row 1 twice"):
        reciprocal_rank({"bm25": [(1, 2.0), (1, 1.0)]}, 3)


def queries(count: int, seed: int) -> list[tuple[dict[str, list[tuple[int, float]]], set[int]]]:
    """One matcher that knows, one that guesses."""
    generator = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        right = int(generator.integers(5))
        knows = np.where(np.arange(5) == right, 0.8, 0.4) + generator.normal(0, 0.1, 5)
        guess = generator.random(5)
        rankings = {
            name: [(int(row), float(scores[row])) for row in np.argsort(-scores)]
            for name, scores in (("guesses", guess), ("knows", knows))
        }
        found.append((rankings, {right}))
    return found


def test_learned_fusion_finds_out_whom_to_trust(tmp_path: Path) -> None:
    fusion = LearnedFusion.fit(queries(200, 0), ["guesses", "knows"])
    asked = queries(200, 1)
    firsts = [(fusion.fuse(rankings, 1)[0].row in right) for rankings, right in asked]
    plain = [(reciprocal_rank(rankings, 1)[0].row in right) for rankings, right in asked]
    assert np.mean(firsts) > 0.95 > 0.7 > np.mean(plain)
    scores = [hit.score for rankings, _ in asked for hit in fusion.fuse(rankings, 5)]
    truth = [hit.row in right for rankings, right in asked for hit in fusion.fuse(rankings, 5)]
    assert abs(np.mean(scores) - np.mean(truth)) < 0.02  # a probability
    fusion.save(tmp_path / "fusion.json")
    again = LearnedFusion.load(tmp_path / "fusion.json")
    for ours, theirs in zip(again.fuse(asked[0][0], 5), fusion.fuse(asked[0][0], 5), strict=True):
        assert (ours.row, ours.found_by) == (theirs.row, theirs.found_by)
        assert ours.score == pytest.approx(theirs.score, abs=1e-6)


def test_learned_fusion_lives_without_a_matcher_and_ignores_a_new_one() -> None:
    fusion = LearnedFusion.fit(queries(50, 0), ["guesses", "knows"])
    assert [hit.row for hit in fusion.fuse({"knows": [(4, 0.9), (2, 0.3)], "new": [(9, 1.0)]}, 5)] == [4, 2]
    assert fusion.fuse({}, 5) == fusion.fuse({"new": [(9, 1.0)]}, 5) == []


def test_learning_needs_right_and_wrong_rows(tmp_path: Path) -> None:
    with pytest.raises(BadFusion, match="right rows and wrong rows"):
        LearnedFusion.fit([], ["a"])
    with pytest.raises(BadFusion, match="right rows and wrong rows"):
        LearnedFusion.fit([({"a": [(1, 1.0)]}, {1})], ["a"])
    (tmp_path / "x.json").write_text('{"matchers": ["a"]}', encoding="utf-8")
    with pytest.raises(BadFusion, match=r"x\.json"):
        LearnedFusion.load(tmp_path / "x.json")


def test_matched_terms_are_the_longest_and_the_most_telling_first() -> None:
    telling = {"退票": 3.0, "refund": 5.0, "怎": 0.1}
    assert matched_terms(["退", "票", "退票", "怎", "refund"], ["refund", "退票", "退", "票", "怎", "x"], telling) == (
        "refund",
        "退票",
        "怎",
    )


def test_logistic_fits_odds_that_are_known() -> None:
    """30 of 40 right where x = 1, 10 of 40 where x = 0: log odds ±log 3."""
    x = np.repeat([[1.0], [0.0]], 40, axis=0)
    y = np.concatenate([np.arange(40) < 30, np.arange(40) < 10]).astype(float)
    fitted = Logistic.fit(x, y, c=1e6)
    assert fitted.probabilities([[1.0], [0.0]]) == pytest.approx([0.75, 0.25], abs=1e-4)
    weighted = Logistic.fit([[1.0], [1.0], [0.0], [0.0]], [1, 0, 1, 0], c=1e6, weight=[30, 10, 10, 30])
    assert weighted.probabilities([[1.0], [0.0]]) == pytest.approx([0.75, 0.25], abs=1e-4)
    held = Logistic.fit(x, y, signs=[-1])
    assert held.weights[0] == pytest.approx(0, abs=1e-6) and held.probabilities([[1.0]]) == pytest.approx(
        [0.5], abs=1e-3
    )


def test_an_anchored_model_starts_from_even_odds() -> None:
    few = Logistic.fit([[0.0], [0.0], [0.0]], [1, 1, 1], c=0.01, anchored=True)
    assert 0.5 < few.probabilities([[0.0]])[0] < 0.52
    assert Logistic.fit([[0.0], [0.0], [0.0]], [1, 1, 1], c=1e6, anchored=True).probabilities([[0.0]])[0] > 0.98


@pytest.mark.parametrize(
    ("features", "targets"), [([], []), ([[1.0]], [1, 0]), ([[np.nan]], [1.0]), ([1.0, 2.0], [1, 0])]
)
def test_nothing_is_learned_from_bad_examples(features: list[object], targets: list[float]) -> None:
    with pytest.raises(BadExamples):
        Logistic.fit(np.array(features, float), targets)
    with pytest.raises(BadExamples):
        Logistic.from_json({"mean": [0], "scale": [1, 2], "weights": [0], "bias": 0})
