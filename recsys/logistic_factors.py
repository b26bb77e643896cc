"""Logistic matrix factorisation: the probability that a user meets an item, learnt from every cell of the table.

    Johnson, "Logistic matrix factorization for implicit feedback data", NeurIPS 2014 workshop on distributed machine
    learning (equation 4, AdaGrad of its section 3.1).

With s_ui = ⟨x_u, y_i⟩ + β_u + β_i, x_u holding the user's bias, it minimises

    Σ_u Σ_i [ (1 + α r_ui) log(1 + e^{s_ui}) − α r_ui s_ui ] + λ/2 (Σ_u |x_u|² + Σ_i |y_i|²)

by full gradients, users and items in turn, with AdaGrad's step for each number. The table's users are not kept: whoever
asks gets the minimiser over his own vector (:mod:`recsys.fold_in`).
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys.blas import one_thread
from recsys.checkpoints import passes
from recsys.fold_in import principal_axes, representers, sigmoid, solve_logistic
from recsys.interactions import Interactions
from recsys.model import Floats, History, ItemModel, Progress
from recsys.sgd_factors import scores_in_blocks

__all__ = ["SEARCH_SPACE", "LogisticFactors"]

SEARCH_SPACE = {
    "factors": ("log-int", 8, 128),
    "regularization": ("log", 0.1, 50.0),
    "alpha": ("log", 0.3, 20.0),
}

_BLOCK_BYTES = 64 << 20


class LogisticFactors(ItemModel):
    """score(j | history) = the log-odds that somebody with this history meets j.

    Parameters
    ----------
    factors
        d; one of them is the user's bias.
    regularization
        λ.
    alpha
        α: how much more a met item counts than one that was not met.
    learning_rate
        AdaGrad's.
    iterations
        Gradient steps on users and items.
    seed
        Of the start.

    Memory: 8·d bytes a user and item and 64 MiB of blocks while fitting, 4·d an item afterwards. Time grows with
    n_users · n_items · d: MovieLens 1M with d = 32 takes about a second an iteration.
    """

    def __init__(
        self,
        factors: int = 32,
        regularization: float = 3.0,
        alpha: float = 2.0,
        learning_rate: float = 1.0,
        iterations: int = 40,
        seed: int = 0,
    ) -> None:
        if factors < 2 or iterations < 0:
            raise ValueError(f"factors must be at least 2 and iterations 0, not {factors} and {iterations}")
        if not regularization > 0 or not alpha > 0 or not learning_rate > 0:
            raise ValueError(
                "regularization, alpha and learning_rate must be positive, "
                f"not {regularization}, {alpha}, {learning_rate}"
            )
        self.factors, self.regularization, self.alpha = factors, regularization, alpha
        self.learning_rate, self.iterations, self.seed = learning_rate, iterations, seed
        self.item_factors: Floats = np.zeros((0, factors), np.float32)
        """(n_items, d) float32, in :func:`~recsys.fold_in.principal_axes`."""
        self.offsets: Floats = np.zeros(0, np.float32)
        """(n_items,) float32: β."""

    def fit(self, interactions: Interactions, progress: Progress | None = None) -> Self:
        """AdaGrad on full gradients; the same seed gives the same model."""
        liked = interactions.liked()
        liked.data *= np.float32(self.alpha)
        n_users, n_items = liked.shape
        rng = np.random.default_rng(self.seed)
        # [x, β_u, 1] and [y, 1, β_i]: one product gives s. The columns of ones stay as they are.
        users = (0.1 * rng.standard_normal((n_users, self.factors + 1))).astype(np.float32)
        items = (0.1 * rng.standard_normal((n_items, self.factors + 1))).astype(np.float32)
        users[:, -2], users[:, -1], items[:, -2], items[:, -1] = 0.0, 1.0, 1.0, 0.0
        squares = np.zeros_like(users), np.zeros_like(items)
        by_item = liked.T.tocsr()
        changing = {"users": users, "items": items, "by_user": squares[0], "by_item": squares[1]}
        for at in passes(self, interactions, self.iterations if liked.nnz else 0, changing):
            if progress:
                progress(at / self.iterations, f"iteration {at + 1} of {self.iterations}")
            with one_thread():
                self._step(liked, users, items, squares[0], fixed=-1)
                self._step(by_item, items, users, squares[1], fixed=-2)
        self.offsets = np.ascontiguousarray(items[:, -1])
        self.item_factors = principal_axes(np.ascontiguousarray(items[:, :-1]), self.offsets)
        self._set_items(interactions.item_ids)
        if progress:
            progress(1.0, "logistic factors")
        return self

    def _step(self, m: sparse.csr_array, x: Floats, y: Floats, squares: Floats, fixed: int) -> None:
        """One AdaGrad step for the rows of ``m`` (n, k): ``x`` (n, d + 1) changes in place but for column ``fixed``."""
        size = max(_BLOCK_BYTES // (12 * max(len(y), 1)), 1)
        for start in range(0, len(x), size):
            part = slice(start, start + size)
            gradient = gradient_of(m[part], x[part], y, self.regularization)
            gradient[:, fixed] = 0.0
            squares[part] += gradient**2
            x[part] -= np.float32(self.learning_rate) * gradient / (np.sqrt(squares[part]) + np.float32(1e-8))

    def vectors(self, values: Floats) -> Floats:
        """(b, d) float32 user vectors of dense histories ``values`` (b, n_items)."""
        b = len(values)
        with one_thread():
            return solve_logistic(
                self.item_factors,
                self.offsets,
                np.float32(self.alpha) * values,
                np.ones(b, np.float32),
                np.full(b, self.regularization, np.float32),
            )

    def _scores_of_rows(self, rows: NDArray[np.int64], values: Floats) -> Floats:
        dense = np.zeros((1, len(self.item_ids)), np.float32)
        dense[0, rows] = values
        return (self.vectors(dense) @ self.item_factors.T)[0] + self.offsets

    def scores_many(self, histories: list[History]) -> Floats:  # type: ignore[override]
        """(len(histories), n_items) float32, as many at a time as fit into 64 MiB."""
        return scores_in_blocks(self, histories)

    def _contributions(self, rows: NDArray[np.int64], values: Floats, target: int) -> Floats:
        """What the history adds to a stranger's score; what changes in the cells not met is shared out by value."""
        if not len(rows):
            return np.zeros(0, np.float32)
        dense = np.zeros((2, len(self.item_ids)), np.float32)
        dense[0, rows] = values
        mine, nobody = self.vectors(dense)
        q, ridge = self.item_factors, np.float32(self.regularization)
        parts = representers(q, self.offsets, mine, rows, np.float32(self.alpha) * values, 0.0, self.regularization)
        moved = (sigmoid(self.offsets + q @ mine) - sigmoid(self.offsets + q @ nobody)) @ q / ridge  # (d,)
        share = np.abs(values) / max(float(np.abs(values).sum()), 1e-12)
        return (parts - share[:, None] * moved[None, :]) @ q[target]

    def _state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        names = ("factors", "regularization", "alpha", "learning_rate", "iterations", "seed")
        arrays = {"item_factors": self.item_factors, "offsets": self.offsets}
        return {name: getattr(self, name) for name in names}, arrays

    def _restore(self, arrays: dict[str, NDArray[Any]]) -> None:
        n = len(self.item_ids)
        if arrays["item_factors"].shape != (n, self.factors) or arrays["offsets"].shape != (n,):
            raise ValueError(f"factors of shape {arrays['item_factors'].shape} for {n} items")
        self.item_factors, self.offsets = arrays["item_factors"], arrays["offsets"]


def gradient_of(m: sparse.csr_array, x: Floats, y: Floats, ridge: float) -> Floats:
    """(n, d) float32 gradient of the loss above for the rows ``x`` (n, d), columns ``y`` (k, d), α r = ``m`` (n, k)."""
    sigma = sigmoid(x @ y.T)  # (n, k)
    row = np.repeat(np.arange(m.shape[0]), np.diff(m.indptr))
    # (1 + αr) σ − αr: σ everywhere, and αr (σ − 1) where the pair was met
    at_met = sigma[row, m.indices]
    sigma[row, m.indices] = at_met + m.data * (at_met - 1)
    return sigma @ y + np.float32(ridge) * x
