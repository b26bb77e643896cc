"""Implicit ALS: its gradient is zero, its fast paths are its slow one, and a query is the full solve."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from recsys.factors import ImplicitALS, by_length, solve
from recsys.interactions import Interactions


def loss(m: sparse.csr_array, x: np.ndarray, y: np.ndarray, ridge: float, unobserved: float) -> float:
    """The objective of the module's docstring with ν = 1, cell by cell, in float64."""
    dense, total = m.toarray().astype(float), 0.0
    n_users, n_items = dense.shape
    for u in range(n_users):
        total += ridge * (dense[u].sum() + unobserved * n_items) * (x[u] @ x[u])
        for i in range(n_items):
            s = float(x[u] @ y[i])
            total += unobserved * s * s + dense[u, i] * (1 - s) ** 2
    for i in range(n_items):
        total += ridge * (dense[:, i].sum() + unobserved * n_users) * (y[i] @ y[i])
    return total


@pytest.mark.parametrize("binary", [True, False])
def test_a_half_step_is_where_the_gradient_vanishes(random_table: Interactions, binary: bool) -> None:
    model = ImplicitALS(5, 0.05, 0.2, solver="cholesky", binary=binary)
    m = random_table.liked(binary)
    rng = np.random.default_rng(0)
    x, y = np.zeros((m.shape[0], 5), np.float32), rng.normal(size=(m.shape[1], 5)).astype(np.float32)
    model._half(m, x, y)
    x64, y64, step = x.astype(float), y.astype(float), 1e-4
    for u in (0, 7, 31):
        for f in range(5):
            ends = []
            for sign in (1, -1):
                moved = x64.copy()
                moved[u, f] += sign * step
                ends.append(loss(m, moved, y64, 0.05, 0.2))
            assert abs(ends[0] - ends[1]) / (2 * step) < 2e-3


def test_conjugate_gradients_end_where_cholesky_does(random_table: Interactions) -> None:
    args = {"factors": 6, "regularization": 0.05, "unobserved_weight": 0.2, "iterations": 5, "seed": 3}
    exact = ImplicitALS(**args, solver="cholesky").fit(random_table)
    for backend in ("numpy", "auto"):
        close = ImplicitALS(**args, cg_steps=12, backend=backend).fit(random_table)
        np.testing.assert_allclose(close.item_factors, exact.item_factors, atol=2e-3)


@pytest.mark.parametrize("binary", [True, False])
def test_numpy_is_numba(random_table: Interactions, binary: bool) -> None:
    pytest.importorskip("numba")
    one, other = (
        ImplicitALS(7, 0.02, 0.3, iterations=4, cg_steps=2, binary=binary, backend=backend).fit(random_table)
        for backend in ("numpy", "numba")
    )
    np.testing.assert_allclose(one.item_factors, other.item_factors, atol=1e-4)


def test_threads_change_nothing(random_table: Interactions) -> None:
    pytest.importorskip("numba")
    one, four = (ImplicitALS(7, iterations=3, threads=n, backend="numba").fit(random_table) for n in (1, 4))
    np.testing.assert_array_equal(one.item_factors, four.item_factors)


def test_fold_in_is_the_full_solve(random_table: Interactions) -> None:
    """A training user's vector, once the items stand, is what the same history gets as a stranger's."""
    model = ImplicitALS(6, 0.03, 0.4, iterations=5, binary=False).fit(random_table)
    m = random_table.liked(binary=False)
    y = model.item_factors.astype(float)
    for u in (0, 11, 42):
        rows = m.indices[m.indptr[u] : m.indptr[u + 1]].astype(np.int64)
        values = m.data[m.indptr[u] : m.indptr[u + 1]]
        a = 0.4 * y.T @ y + sum(w * np.outer(y[i], y[i]) for i, w in zip(rows, values, strict=True))
        a += 0.03 * (values.sum() + 0.4 * len(y)) * np.eye(6)
        np.testing.assert_allclose(model.vector(rows, values), np.linalg.solve(a, values @ y[rows]), atol=1e-5)


def test_a_dislike_pulls_down(random_table: Interactions) -> None:
    model = ImplicitALS(6, iterations=5).fit(random_table)
    row = model.item_ids.index("i3")
    assert model.scores([("i3", -1.0)])[row] < 0 < model.scores(["i3"])[row]
    assert model.scores(["i5", ("i3", -1.0)])[row] < model.scores(["i5"])[row]


def test_conjugate_gradients_lower_the_loss(random_table: Interactions) -> None:
    m = random_table.liked()
    losses = []
    for iterations in (1, 2, 4, 8):
        model = ImplicitALS(5, 0.05, 0.2, iterations=iterations, backend="numpy").fit(random_table)
        users = np.stack([model.vector(m.indices[a:b].astype(np.int64), m.data[a:b]) if a < b else np.zeros(5)
                          for a, b in zip(m.indptr[:-1], m.indptr[1:], strict=True)])  # fmt: skip
        losses.append(loss(m, users, model.item_factors, 0.05, 0.2))
    assert losses == sorted(losses, reverse=True)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 30), max_size=40), st.integers(1, 60))
def test_groups_by_length_hold_every_row_once(lengths: list[int], cells: int) -> None:
    indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(int)
    m = sparse.csr_array((np.ones(indptr[-1]), np.zeros(indptr[-1], int), indptr), shape=(len(lengths), 1))
    groups = by_length(m, cells)
    assert sorted(row for group in groups for row in group.tolist()) == list(range(len(lengths)))
    for group in groups:
        assert len(group) == 1 or len(group) * max(lengths[row] for row in group) <= cells


def test_equals_implicit(random_table: Interactions) -> None:
    """With ν = 0 and α₀ = 1 ours is theirs: weights w + 1 on what was met, one λ for everybody."""
    als = pytest.importorskip("implicit.als")
    m = random_table.liked()
    ours = ImplicitALS(4, 0.5, 1.0, exponent=0.0, iterations=60, solver="cholesky").fit(random_table)
    # Theirs is confidence C − 1 on top of 1 and target 1 weighed by C; ours is w(1 − s)² + s². The half steps agree when
    # their right side, C, is ours, w: compare the fold-in of one user on the same item factors.
    theirs = als.AlternatingLeastSquares(4, regularization=0.5, alpha=1.0, use_cg=False, iterations=1, random_state=0)
    theirs.item_factors = ours.item_factors.copy()
    theirs.user_factors = np.zeros((m.shape[0], 4), np.float32)
    for u in (0, 5, 9):
        rows, values = m.indices[m.indptr[u] : m.indptr[u + 1]].astype(np.int64), m.data[m.indptr[u] : m.indptr[u + 1]]
        if not len(rows):
            continue
        row = sparse.csr_matrix((1 + values, rows, [0, len(rows)]), shape=(1, m.shape[1]))
        found = theirs.recalculate_user(0, row)
        y, ridge = ours.item_factors, 0.5
        # Their observations weigh C = 2 in A beside the 1 of all cells, which is ours with w = 1, target 2.
        np.testing.assert_allclose(found, solve(y.T @ y, y[rows], values, 1 + values, ridge), atol=2e-4)


@pytest.mark.parametrize(
    "wrong",
    [{"factors": 0}, {"regularization": 0.0}, {"unobserved_weight": 0.0}, {"iterations": 0}, {"solver": "lu"},
     {"threads": 0}, {"cg_steps": 0}, {"backend": "fortran"}],
)  # fmt: skip
def test_wrong_parameters(wrong: dict) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        ImplicitALS(**wrong)
