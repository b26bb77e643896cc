"""Bayesian personalised ranking: factors that put what a user met above what he did not.

    Rendle, Freudenthaler, Gantner & Schmidt-Thieme, "BPR: Bayesian personalized ranking from implicit feedback",
    UAI 2009 (BPR-Opt, equation 5; LearnBPR, figure 4).

SGD maximises, over pairs (u, i) of the table and items j the user has not met, with s(u, i) = b_i + ⟨p_u, q_i⟩,

    log σ(s(u, i) − s(u, j)) − λ/2 (|p_u|² + |q_i|² + |q_j|² + b_i² + b_j²).

The table's users are not kept: a history's vector maximises the same sum over its own items and a fixed sample R of
reference items, a convex problem of d unknowns, by Newton's method. At its maximum the vector is a sum over the history,
so the explanation is exact (representer theorem):

    λ |h| p = Σ_{i∈h} Σ_{j∈R} σ(s_j − s_i) (q_i − q_j) / |R|.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from recsys.blas import one_thread
from recsys.checkpoints import passes
from recsys.fold_in import sigmoid
from recsys.interactions import Interactions
from recsys.model import Floats, ItemModel, Progress
from recsys.numba_backend import Backend, check_backend, uses_numba
from recsys.sgd_factors import pairs, scatter_add

__all__ = ["BPR", "SEARCH_SPACE"]

SEARCH_SPACE = {
    "factors": ("log-int", 16, 256),
    "regularization": ("log", 1e-4, 0.05),
    "learning_rate": ("log", 0.01, 0.2),
}

_BATCH = 2048
_NEWTON_STEPS = 20


class BPR(ItemModel):
    """score(j | history) = b_j + ⟨p_h, q_j⟩; only differences between items mean anything.

    A negative value in a history puts the item below the reference items instead of above.

    Parameters
    ----------
    factors, regularization, learning_rate, epochs
        d, λ (a sample), SGD's step and its passes over the table.
    references
        |R|: items, drawn once, that a history is compared with when a query is answered.
    seed
        Of the start, the order, the negatives and R.
    backend
        ``"numba"`` (one sample at a time), ``"numpy"`` (mini-batches of 2,048, the sum of their gradients) or ``"auto"``.

    Memory: 4·d bytes a user and item while fitting, 4·d an item afterwards. A query takes some 2 ms with d = 64.
    """

    def __init__(
        self,
        factors: int = 64,
        regularization: float = 0.01,
        learning_rate: float = 0.05,
        epochs: int = 30,
        references: int = 200,
        seed: int = 0,
        backend: Backend = "auto",
    ) -> None:
        if factors < 1 or references < 1 or epochs < 0:
            raise ValueError(
                f"factors and references must be at least 1 and epochs 0, not {factors}, {references}, {epochs}"
            )
        if not regularization > 0 or not learning_rate > 0:
            raise ValueError(
                f"regularization and learning_rate must be positive, not {regularization}, {learning_rate}"
            )
        check_backend(backend)
        self.factors, self.regularization, self.learning_rate = factors, regularization, learning_rate
        self.epochs, self.references, self.seed, self.backend = epochs, references, seed, backend
        self.item_factors: Floats = np.zeros((0, factors), np.float32)
        """(n_items, d) float32."""
        self.offsets: Floats = np.zeros(0, np.float32)
        """(n_items,) float32: b, a stranger's scores."""
        self.reference_rows: NDArray[np.int64] = np.zeros(0, np.int64)
        """(|R|,) item rows; repeats are possible."""

    def fit(self, interactions: Interactions, progress: Progress | None = None) -> Self:
        """SGD; the same seed and backend give the same model."""
        users, items, liked = pairs(interactions)
        rng = np.random.default_rng(self.seed)
        n_items, d = interactions.n_items, self.factors
        u = (0.1 * rng.standard_normal((interactions.n_users, d))).astype(np.float32)
        v = (0.1 * rng.standard_normal((n_items, d))).astype(np.float32)
        bi = np.zeros(n_items, np.float32)
        epoch = self._numba_epoch if uses_numba(self.backend) else self._numpy_epoch
        state = rng.integers(1, 2**63, 1).astype(np.uint64)
        changing: dict[str, NDArray[Any]] = {"u": u, "v": v, "bi": bi, "state": state}
        for at in passes(self, interactions, self.epochs if len(users) else 0, changing, rng):
            if progress:
                progress(at / self.epochs, f"epoch {at + 1} of {self.epochs}")
            epoch(users, items, liked, u, v, bi, rng, state)
        if not (np.isfinite(v).all() and np.isfinite(bi).all()):
            raise ValueError(f"the factors are not finite: lower learning_rate ({self.learning_rate})")
        self.item_factors, self.offsets = v, bi
        self.reference_rows = rng.integers(0, max(n_items, 1), self.references if n_items else 0)
        self._set_items(interactions.item_ids)
        if progress:
            progress(1.0, "BPR")
        return self

    def _numba_epoch(self, users: Any, items: Any, liked: Any, u: Any, v: Any, bi: Any, rng: Any, state: Any) -> None:
        from recsys.kernels import bpr_epoch

        rate, ridge = np.float32(self.learning_rate), np.float32(self.regularization)
        order = rng.permutation(len(users))
        bpr_epoch(users, items, order, liked.indptr, liked.indices, u, v, bi, rate, ridge, state)

    def _numpy_epoch(self, users: Any, items: Any, liked: Any, u: Any, v: Any, bi: Any, rng: Any, state: Any) -> None:
        rate, ridge, n = np.float32(self.learning_rate), np.float32(self.regularization), len(bi)
        keys = users * n + items  # sorted
        order = rng.permutation(len(users))
        for start in range(0, len(order), _BATCH):
            who, i = users[order[start : start + _BATCH]], items[order[start : start + _BATCH]]
            j = rng.integers(0, n, len(who))
            for _ in range(10):
                wanted = who * n + j
                met = keys[np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)] == wanted
                if not met.any():
                    break
                j[met] = rng.integers(0, n, int(met.sum()))
            x, y, z = u[who], v[i], v[j]
            g = sigmoid(bi[j] - bi[i] - np.einsum("bd,bd->b", x, y - z)) * (i != j)
            step = g[:, None]
            u += rate * scatter_add(who, step * (y - z) - ridge * x, len(u))
            v += rate * scatter_add(i, step * x - ridge * y, n)
            v += rate * scatter_add(j, -step * x - ridge * z, n)
            bi += rate * np.bincount(i, g - ridge * bi[i], n).astype(np.float32)
            bi += rate * np.bincount(j, -g - ridge * bi[j], n).astype(np.float32)

    def _pulls(self, u: Floats, rows: NDArray[np.int64], values: Floats) -> tuple[float, Floats, Floats]:
        """The loss of ``u`` without its penalty, and for every pair of a history and a reference item (h, |R|) the
        gradient with respect to s_i − s_j, negated, and the curvature."""
        s = self.offsets + self.item_factors @ u
        sign = np.sign(values)[:, None]
        margin = sign * (s[rows][:, None] - s[self.reference_rows][None, :])
        weight = np.abs(values)[:, None] / np.float32(max(len(self.reference_rows), 1))
        wrong = sigmoid(-margin)
        loss = float((weight * (np.maximum(-margin, 0) + np.log1p(np.exp(-np.abs(margin))))).sum(dtype=np.float64))
        pull = np.asarray(sign * weight * wrong, np.float32)
        return loss, pull, np.asarray(weight * wrong * (1 - wrong), np.float32)

    def _ridge(self, values: Floats) -> np.float32:
        return np.float32(self.regularization * max(float(np.abs(values).sum()), 1e-6))

    def vector(self, rows: NDArray[np.int64], values: Floats) -> Floats:
        """p (d,) float32 of a history of item rows (h,) and values (h,), by Newton's method with step halving."""
        u = np.zeros(self.factors, np.float32)
        if not len(rows):
            return u
        p, r, ridge = self.item_factors[rows], self.item_factors[self.reference_rows], self._ridge(values)
        loss, pull, bend = self._pulls(u, rows, values)
        first = 0.0
        for _ in range(_NEWTON_STEPS):
            gradient = ridge * u - (p.T @ pull.sum(axis=1) - r.T @ pull.sum(axis=0))
            size = float(np.abs(gradient).max())
            first = max(first, size)
            if size <= 1e-6 * first:
                break
            cross = p.T @ bend @ r
            hessian = (p.T * bend.sum(axis=1)) @ p + (r.T * bend.sum(axis=0)) @ r - cross - cross.T
            hessian[np.diag_indices(self.factors)] += ridge
            step = np.linalg.solve(hessian, -gradient)
            before = loss + 0.5 * float(ridge) * float(u @ u)
            for halving in range(12):
                tried = np.asarray(u + 0.5**halving * step, np.float32)
                loss, pull, bend = self._pulls(tried, rows, values)
                if loss + 0.5 * float(ridge) * float(tried @ tried) <= before * (1 + 1e-6):
                    break
            u = tried
        return u

    def _scores_of_rows(self, rows: NDArray[np.int64], values: Floats) -> Floats:
        with one_thread():
            return self.offsets + self.item_factors @ self.vector(rows, values)

    def _contributions(self, rows: NDArray[np.int64], values: Floats, target: int) -> Floats:
        if not len(rows):
            return np.zeros(0, np.float32)
        with one_thread():
            _, pull, _ = self._pulls(self.vector(rows, values), rows, values)
            towards = self.item_factors @ self.item_factors[target]  # (n,)
        parts = pull.sum(axis=1) * towards[rows] - pull @ towards[self.reference_rows]
        return np.asarray(parts / self._ridge(values), np.float32)

    def _state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        names = ("factors", "regularization", "learning_rate", "epochs", "references", "seed", "backend")
        arrays: dict[str, NDArray[Any]] = {
            "item_factors": self.item_factors,
            "offsets": self.offsets,
            "reference_rows": self.reference_rows,
        }
        return {name: getattr(self, name) for name in names}, arrays

    def _restore(self, arrays: dict[str, NDArray[Any]]) -> None:
        n = len(self.item_ids)
        if arrays["item_factors"].shape != (n, self.factors) or arrays["offsets"].shape != (n,):
            raise ValueError(f"factors of shape {arrays['item_factors'].shape} for {n} items")
        self.item_factors, self.offsets = arrays["item_factors"], arrays["offsets"]
        self.reference_rows = arrays["reference_rows"]
