"""EDLAE: the closed form is the minimiser, and dropout is what it says it is."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.interactions import Interactions
from recsys.linear import EASE, EDLAE, gram


@pytest.mark.parametrize("user_weight", [0.0, 0.5, 1.0])
def test_equals_the_constrained_solve(random_table: Interactions, user_weight: float) -> None:
    """Each target's ridge regression on all others, one by one: (G + Λ) w = g_j without row and column j."""
    g = gram(random_table.liked(), user_weight).astype(float)
    fast = EDLAE(0.7, 0.4, user_weight).fit(random_table).weights
    a = g + np.diag(0.7 + 0.4 / 0.6 * np.diagonal(g))
    for j in range(len(g)):
        others = np.arange(len(g)) != j
        naive = np.linalg.solve(a[np.ix_(others, others)], g[others, j])
        np.testing.assert_allclose(fast[others, j], naive, atol=2e-4)
        assert fast[j, j] == 0


def test_is_regression_on_histories_with_holes() -> None:
    """The expectation over dropout masks, as an average over many: what Steck's equation 3 starts from."""
    rng = np.random.default_rng(0)
    x = (rng.random((12, 5)) < 0.5).astype(float)
    table = Interactions.from_rows((f"u{u:02}", f"i{i}") for u, i in zip(*np.nonzero(x), strict=True))
    p, lam, rounds = 0.4, 0.5, 20_000
    # Inverted dropout: what stays is divided by 1 − p, so that expectations keep their size.
    holes = x[None] * (rng.random((rounds, *x.shape)) >= p) / (1 - p)
    a = np.einsum("rui,ruj->ij", holes, holes) / rounds + lam * np.eye(5)
    b = np.einsum("rui,uj->ij", holes, x) / rounds
    found = EDLAE(lam, p, 0.0).fit(table).weights
    for j in range(5):
        others = np.arange(5) != j
        np.testing.assert_allclose(
            found[others, j], np.linalg.solve(a[np.ix_(others, others)], b[others, j]), atol=0.02
        )


def test_little_dropout_is_ease(random_table: Interactions) -> None:
    np.testing.assert_allclose(
        EDLAE(3.0, 1e-6).fit(random_table).weights, EASE(3.0).fit(random_table).weights, atol=1e-4
    )


def test_a_new_event_is_one_row(random_table: Interactions) -> None:
    model = EDLAE(2.0, 0.3).fit(random_table)
    after = model.update(model.scores(["i3"]), "i7", 0.5)
    np.testing.assert_allclose(after, model.scores([("i3", 1.0), ("i7", 0.5)]), atol=1e-6)


@pytest.mark.parametrize("dropout", [0.0, 1.0, -0.1, float("nan")])
def test_wrong_dropout(dropout: float) -> None:
    with pytest.raises(ValueError, match="dropout"):
        EDLAE(dropout=dropout)
