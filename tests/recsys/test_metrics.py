"""Every figure by hand, against its slow and obvious definition, and against scikit-learn's."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from recsys import metrics

HITS = np.array([[1, 0, 1, 0], [0, 0, 0, 0], [0, 1, 1, 1]], bool)
WANTED = np.array([2, 3, 7])


def test_lists_by_hand() -> None:
    log = math.log2
    assert metrics.hit_rate(HITS).tolist() == [1, 0, 1]
    assert metrics.precision(HITS).tolist() == [0.5, 0, 0.75]
    assert metrics.recall(HITS, WANTED) == pytest.approx([1, 0, 3 / 7])
    assert metrics.capped_recall(HITS, WANTED) == pytest.approx([1, 0, 3 / 4])
    best4 = 1 + 1 / log(3) + 1 / 2 + 1 / log(5)
    assert metrics.ndcg(HITS, WANTED) == pytest.approx(
        [(1 + 0.5) / (1 + 1 / log(3)), 0, (1 / log(3) + 1 / 2 + 1 / log(5)) / best4]
    )
    assert metrics.average_precision(HITS, WANTED) == pytest.approx([(1 + 2 / 3) / 2, 0, (1 / 2 + 2 / 3 + 3 / 4) / 4])
    assert metrics.reciprocal_rank(HITS) == pytest.approx([1, 0, 0.5])


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**31), st.integers(1, 8))
def test_lists_equal_the_naive_loop(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    n, n_items = 5, 12
    relevant = rng.random((n, n_items)) < 0.3
    relevant[np.arange(n), rng.integers(0, n_items, n)] = True
    order = np.argsort(rng.random((n, n_items)), axis=1)
    hits = np.take_along_axis(relevant, order, axis=1)[:, :k]
    wanted = relevant.sum(axis=1)
    for user in range(n):
        gain = ideal = precision_sum = first = 0.0
        found = 0
        for place in range(k):
            if hits[user, place]:
                found += 1
                gain += 1 / math.log2(place + 2)
                precision_sum += found / (place + 1)
                first = first or 1 / (place + 1)
            if place < wanted[user]:
                ideal += 1 / math.log2(place + 2)
        assert metrics.ndcg(hits, wanted)[user] == pytest.approx(gain / ideal)
        assert metrics.average_precision(hits, wanted)[user] == pytest.approx(precision_sum / min(k, wanted[user]))
        assert metrics.reciprocal_rank(hits)[user] == pytest.approx(first)
        assert metrics.recall(hits, wanted)[user] == pytest.approx(found / wanted[user])


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**31))
def test_ndcg_and_auc_equal_scikit_learn(seed: int) -> None:
    sklearn = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(seed)
    scores = rng.permutation(15).astype(float)[None, :]
    relevant = rng.random((1, 15)) < 0.4
    relevant[0, :2] = [True, False]
    order = np.argsort(-scores, axis=1)
    wanted = relevant.sum(axis=1)
    for k in (1, 5, 15):
        hits = np.take_along_axis(relevant, order, axis=1)[:, :k]
        assert metrics.ndcg(hits, wanted)[0] == pytest.approx(sklearn.ndcg_score(relevant, scores, k=k))
    rank = np.empty(15)
    rank[order[0]] = np.arange(15)
    got = metrics.auc(np.array([rank[relevant[0]].sum()]), wanted, np.array([15]))
    assert got[0] == pytest.approx(sklearn.roc_auc_score(relevant[0], scores[0]))


def test_auc_without_anything_to_compare_with() -> None:
    assert np.isnan(metrics.auc(np.array([1.0]), np.array([2]), np.array([2]))[0])


@pytest.mark.parametrize(("better", "tied", "n"), [(0, 0, 5), (2, 0, 5), (1, 2, 5), (0, 4, 5), (3, 1, 6), (0, 5, 6)])
@pytest.mark.parametrize("k", [1, 2, 3, 10])
def test_ties_count_as_the_mean_over_every_order(better: int, tied: int, n: int, k: int) -> None:
    """All orders of the tied candidates, one by one."""
    places = []
    for order in itertools.permutations(range(tied + 1)):
        places.append(better + order.index(0))
    got = metrics.one_wanted(np.array([better]), np.array([tied]), np.array([n]), k)
    assert got["hr"][0] == pytest.approx(np.mean([place < k for place in places]))
    assert got["ndcg"][0] == pytest.approx(np.mean([place < k and 1 / math.log2(place + 2) for place in places]))
    assert got["mrr"][0] == pytest.approx(np.mean([place < k and 1 / (place + 1) for place in places]))
    assert got["auc"][0] == pytest.approx(np.mean([1 - place / (n - 1) for place in places]))


def test_rating_errors() -> None:
    predicted, actual = np.array([3.0, 5.0, 1.0], np.float32), np.array([4.0, 5.0, 4.0], np.float32)
    user = np.array([0, 0, 2])
    np.testing.assert_allclose(metrics.squared_error(predicted, actual, user, 3), [0.5, np.nan, 9.0])
    np.testing.assert_allclose(metrics.absolute_error(predicted, actual, user, 3), [0.5, np.nan, 3.0])


def test_who_is_shown() -> None:
    lists = np.array([[0, 1], [0, -1], [0, 3]])
    assert metrics.exposure(lists, 5).tolist() == [3, 1, 0, 1, 0]
    assert metrics.coverage(lists, 5) == 0.6
    assert metrics.coverage(np.zeros((0, 2), np.int64), 0) == 0


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 20), min_size=1, max_size=12))
def test_gini_is_the_mean_difference(counts: list[int]) -> None:
    """Half the mean absolute difference of all pairs, over the mean."""
    x = np.array(counts, float)
    naive = sum(abs(a - b) for a in x for b in x) / (2 * len(x) ** 2 * x.mean()) if x.sum() else 0.0
    assert metrics.gini(x) == pytest.approx(naive, abs=1e-9)


def test_gini_of_extremes() -> None:
    assert metrics.gini(np.full(9, 3)) == pytest.approx(0)
    assert metrics.gini(np.array([0] * 99 + [5])) == pytest.approx(0.99)


def test_novelty_and_popularity() -> None:
    share = np.array([0.5, 0.25, 0.0])
    lists = np.array([[0, 1], [2, -1], [-1, -1]])
    np.testing.assert_allclose(metrics.novelty(lists, share), [1.5, 3.0, np.nan])  # 0.25 halved: 3 bits
    np.testing.assert_allclose(metrics.average_popularity(lists, share), [0.375, 0.0, np.nan])
    assert np.isnan(metrics.novelty(lists, np.zeros(0))[2])


@pytest.mark.parametrize("small", [True, False])
def test_diversity_equals_the_double_loop(small: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if small:
        monkeypatch.setattr(metrics, "_BLOCK_BYTES", 1)
    rng = np.random.default_rng(2)
    vectors = rng.random((9, 6)) * (rng.random((9, 6)) < 0.5)
    vectors[4] = 0
    lists = np.array([[0, 1, 2], [4, 5, -1], [7, -1, -1], [-1, -1, -1], [8, 3, 6]])
    got = metrics.diversity(lists, sparse.csr_array(vectors))
    for row, listed in enumerate(lists):
        there = [at for at in listed if at >= 0]
        distances = []
        for one, other in itertools.combinations(there, 2):
            lengths = np.linalg.norm(vectors[one]) * np.linalg.norm(vectors[other])
            distances.append(1 - (vectors[one] @ vectors[other] / lengths if lengths else 0.0))
        assert got[row] == pytest.approx(np.mean(distances)) if distances else np.isnan(got[row])


def test_groups() -> None:
    assert metrics.quantile_groups(np.array([1, 9, 5, 2, 7, 4])).tolist() == [0, 2, 1, 0, 2, 1]
    assert metrics.quantile_groups(np.array([3, 3, 3])).tolist() == [0, 0, 0]
    assert metrics.quantile_groups(np.zeros(0)).tolist() == []
    counts = np.array([1, 50, 30, 10, 9, 0])
    assert metrics.popularity_groups(counts).tolist() == [2, 0, 1, 2, 2, 2]
    assert metrics.popularity_groups(np.zeros(3)).tolist() == [0, 0, 0]
    found, wanted = np.array([1, 0, 2, 0]), np.array([2, 0, 2, 0])
    group = np.array([0, 1, 0, 2])
    np.testing.assert_allclose(metrics.group_recall(found, wanted, group, 3), [0.75, np.nan, np.nan])
