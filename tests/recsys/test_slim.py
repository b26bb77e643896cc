"""SLIM: the optimum is the optimum, compiled or not, and it is who irspack says it is."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from recsys.interactions import Interactions
from recsys.linear import gram
from recsys.slim import SLIM


def weights(table: Interactions, **arguments: object) -> np.ndarray:
    return (
        SLIM(**{"l1": 0.5, "l2": 2.0, "user_weight": 0.0, "tolerance": 1e-6, "sweeps": 500, **arguments})
        .fit(table)
        .similarity.toarray()
    )


@pytest.mark.parametrize("backend", ["numpy", "auto"])
@pytest.mark.parametrize("user_weight", [0.0, 0.5])
def test_no_weight_can_be_better(random_table: Interactions, backend: str, user_weight: float) -> None:
    """The conditions of Karush, Kuhn and Tucker, column by column, and each step against a naive one."""
    w = weights(random_table, backend=backend, user_weight=user_weight).astype(float)
    g = gram(random_table.liked(), user_weight).astype(float)
    assert (w >= 0).all() and not np.diagonal(w).any() and 0 < (w > 0).mean() < 0.9
    for j in range(len(g)):
        for i in range(len(g)):
            if i == j:
                continue
            slope = -g[i, j] + sum(g[i, k] * w[k, j] for k in range(len(g))) + 2.0 * w[i, j] + 0.5
            assert slope == pytest.approx(0, abs=1e-3) if w[i, j] > 0 else slope > -1e-3


def test_numpy_is_numba(random_table: Interactions) -> None:
    pytest.importorskip("numba")
    np.testing.assert_allclose(
        weights(random_table, backend="numpy"), weights(random_table, backend="numba"), atol=1e-4
    )
    np.testing.assert_array_equal(
        weights(random_table, backend="numba", threads=1), weights(random_table, backend="numba", threads=3)
    )


def test_top_k_keeps_the_largest_of_each_target(random_table: Interactions) -> None:
    full, cut = weights(random_table), weights(random_table, k=3)
    for j in range(len(full)):
        assert (cut[:, j] > 0).sum() == min(3, (full[:, j] > 0).sum())
        np.testing.assert_allclose(np.sort(cut[:, j])[-3:], np.sort(full[:, j])[-3:], atol=1e-6)


def test_stronger_penalties_leave_less(random_table: Interactions) -> None:
    assert (weights(random_table, l1=2.0) > 0).sum() < (weights(random_table, l1=0.1) > 0).sum()
    assert weights(random_table, l2=50.0).sum() < weights(random_table, l2=1.0).sum()
    assert not weights(random_table, l1=1e6).any()


def test_equals_irspack(random_table: Interactions) -> None:
    """scikit-learn's convention: ½|x − Xw|²/n_users + α·ratio|w|₁ + ½α(1 − ratio)|w|²."""
    irspack = pytest.importorskip("irspack")
    liked = random_table.liked()
    n, alpha, ratio = liked.shape[0], 0.04, 0.2
    theirs = irspack.SLIMRecommender(
        sparse.csr_matrix(liked), alpha=alpha, l1_ratio=ratio, n_iter=500, tol=1e-7, n_threads=1
    ).learn()
    ours = weights(random_table, l1=n * alpha * ratio, l2=n * alpha * (1 - ratio))
    np.testing.assert_allclose(ours, np.asarray(theirs.W.todense()), atol=1e-3)


@pytest.mark.parametrize(
    "wrong", [{"l1": -1.0}, {"l2": -1.0}, {"user_weight": 2.0}, {"k": 0}, {"sweeps": 0}, {"tolerance": 0.0},
              {"threads": 0}, {"backend": "c"}],
)  # fmt: skip
def test_wrong_parameters(wrong: dict) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        SLIM(**wrong)
