"""Matrix factorisation by stochastic gradient descent on the logistic loss: the dot product that beat the neural nets.

    Rendle, Krichene, Zhang & Anderson, "Neural collaborative filtering vs. matrix factorization revisited",
    RecSys 2020 (their ``mf_simple``).

With s(u, i) = b + b_u + b_i + ⟨p_u, q_i⟩, every pair (u, i) of the table S and m items drawn uniformly for it, which may
be items the user has met, SGD minimises

    Σ_{(u,i)∈S} [ log(1 + e^{−s(u,i)}) + (m / n) Σ_j log(1 + e^{s(u,j)}) ] + λ/2 |parameters a sample touches|².

The table's users are not kept. Whoever asks, known or not, gets the minimiser of this loss over his own vector and bias
(:mod:`recsys.fold_in`), with the negatives' expectation in place of a sample.
"""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys.blas import one_thread
from recsys.checkpoints import passes
from recsys.fold_in import principal_axes, representers, sigmoid, solve_logistic
from recsys.interactions import Interactions
from recsys.model import Floats, History, ItemModel, Progress
from recsys.numba_backend import Backend, check_backend, uses_numba

__all__ = ["SEARCH_SPACE", "MatrixFactorization", "pairs", "scatter_add"]

SEARCH_SPACE = {
    "factors": ("log-int", 16, 256),
    "regularization": ("log", 5e-4, 0.02),
    "negatives": ("int", 4, 16),
    "learning_rate": ("log", 5e-4, 0.02),
}

_BLOCK_BYTES = 64 << 20
_BATCH = 2048


class MatrixFactorization(ItemModel):
    """score(j | history) = b + b_j + b_h + ⟨p_h, q_j⟩, the log-odds that somebody with this history meets j.

    Parameters
    ----------
    factors
        d; one of them is the user's bias.
    regularization
        λ, a sample.
    negatives
        m, sampled for each pair.
    learning_rate
        Of SGD. With few pairs (less than some 10⁵) take a larger one.
    epochs
        Passes over the table.
    schedule
        ``"constant"``, as in the paper, or ``"linear"``: the learning rate falls by the same step each epoch, to 0.
    seed
        Of the start, the order and the negatives.
    backend
        ``"numba"`` (one sample at a time, as in the paper), ``"numpy"`` (mini-batches, the sum of their gradients; some
        twenty times slower) or ``"auto"``: numba where it is installed.

    The values are the paper's for MovieLens 1M, with half its epochs at twice its learning rate (0.002, 256).

    Memory: 4·d bytes a user and item while fitting, 4·d an item afterwards; a batch of histories takes 64 MiB. Time: on
    MovieLens 1M one epoch of d = 192 and m = 8 takes 0.6 s with numba; folding one history in some 5 ms.
    """

    def __init__(
        self,
        factors: int = 192,
        regularization: float = 0.005,
        negatives: int = 8,
        learning_rate: float = 0.004,
        epochs: int = 128,
        schedule: Literal["constant", "linear"] = "constant",
        seed: int = 0,
        backend: Backend = "auto",
    ) -> None:
        if factors < 2:
            raise ValueError(f"factors must be at least 2, not {factors}")
        if not regularization > 0 or not learning_rate > 0:
            raise ValueError(
                f"regularization and learning_rate must be positive, not {regularization}, {learning_rate}"
            )
        if negatives < 1 or epochs < 0:
            raise ValueError(f"negatives must be at least 1 and epochs at least 0, not {negatives}, {epochs}")
        if schedule not in ("constant", "linear"):
            raise ValueError(f"schedule must be constant or linear, not {schedule!r}")
        check_backend(backend)
        self.factors, self.regularization, self.negatives = factors, regularization, negatives
        self.learning_rate, self.epochs, self.schedule = learning_rate, epochs, schedule
        self.seed, self.backend = seed, backend
        self.item_factors: Floats = np.zeros((0, factors), np.float32)
        """(n_items, d) float32, the user bias's column of ones among them, in :func:`~recsys.fold_in.principal_axes`."""
        self.offsets: Floats = np.zeros(0, np.float32)
        """(n_items,) float32: b + b_j, a stranger's scores."""

    def fit(self, interactions: Interactions, progress: Progress | None = None) -> Self:
        """SGD; the same seed and backend give the same model."""
        users, items, _ = pairs(interactions)
        rng = np.random.default_rng(self.seed)
        n_users, n_items, d = interactions.n_users, interactions.n_items, self.factors - 1
        compiled = uses_numba(self.backend)
        u, v = (_wide(0.1 * rng.standard_normal((n, d)), compiled) for n in (n_users, n_items))
        bu, bi, b = np.zeros(n_users, np.float32), np.zeros(n_items, np.float32), np.zeros(1, np.float32)
        state = rng.integers(1, 2**63, 1 if compiled else 0).astype(np.uint64)  # of the compiled loop's generator
        epoch = self._numba_epoch(rng, state) if compiled else self._numpy_epoch(rng)
        loss = 0.0
        changing: dict[str, NDArray[Any]] = {"u": u, "v": v, "bu": bu, "bi": bi, "b": b, "state": state}
        for at in passes(self, interactions, self.epochs if len(users) else 0, changing, rng):
            if progress:
                progress(at / self.epochs, f"epoch {at + 1} of {self.epochs}, loss {loss:.4f}")
            share = 1.0 if self.schedule == "constant" else 1 - at / self.epochs
            loss = epoch(users, items, u, v, bu, bi, b, np.float32(self.learning_rate * share))
            if not np.isfinite(loss):
                raise ValueError(f"the loss is {loss} after epoch {at + 1}: lower learning_rate ({self.learning_rate})")
        self._take(v[:, :d], bi + b)
        self._set_items(interactions.item_ids)
        if progress:
            progress(1.0, "matrix factorisation")
        return self

    def _take(self, v: Floats, offsets: Floats) -> None:
        self.offsets = offsets
        self.item_factors = principal_axes(np.hstack([v, np.ones((len(v), 1), np.float32)]), offsets)

    def _numba_epoch(self, rng: np.random.Generator, state: NDArray[np.uint64]) -> Any:
        from recsys.kernels import logistic_epoch

        ridge = np.float32(self.regularization)

        def epoch(users: Any, items: Any, u: Any, v: Any, bu: Any, bi: Any, b: Any, rate: Any) -> float:
            order = rng.permutation(len(users))
            return float(logistic_epoch(users, items, order, u, v, bu, bi, b, rate, ridge, self.negatives, state))

        return epoch

    def _numpy_epoch(self, rng: np.random.Generator) -> Any:
        ridge, m = np.float32(self.regularization), self.negatives

        def epoch(users: Any, items: Any, u: Any, v: Any, bu: Any, bi: Any, b: Any, rate: Any) -> float:
            order, loss = rng.permutation(len(users)), 0.0
            # Gradients are summed: what all samples share (b) must not overshoot, nor a small table be one batch.
            batch = max(1, min(_BATCH, len(order) // 32, int(2 / (float(rate) * (m + 1)))))
            for start in range(0, len(order), batch):
                chosen = order[start : start + batch]
                who = users[chosen]  # (B,)
                what = np.hstack([items[chosen, None], rng.integers(0, len(bi), (len(chosen), m))])  # (B, 1+m)
                x, y = u[who], v[what]  # (B, d), (B, 1+m, d)
                s = b + bu[who, None] + bi[what] + np.einsum("bd,bmd->bm", x, y)
                loss += float(np.logaddexp(0, s).sum() - s[:, 0].sum())
                g = -sigmoid(s)
                g[:, 0] += 1
                u += rate * scatter_add(who, np.einsum("bm,bmd->bd", g, y) - (m + 1) * ridge * x, len(u))
                y = g[:, :, None] * x[:, None, :] - ridge * y
                v += rate * scatter_add(what.ravel(), y.reshape(-1, y.shape[2]), len(v))
                sums = (g - ridge * bu[who, None]).sum(1)
                bu += rate * np.bincount(who, sums, len(bu)).astype(np.float32)
                bi += rate * np.bincount(what.ravel(), (g - ridge * bi[what]).ravel(), len(bi)).astype(np.float32)
                b += rate * np.float32((g - ridge * b).sum())
            return loss / max(len(order) * (m + 1), 1)

        return epoch

    def _penalties(self, values: Floats) -> tuple[Floats, Floats]:
        """c and λ (b,) of histories ``values`` (b, h or n): each like brings m negatives, each of 1+m samples λ."""
        likes, all_ = np.maximum(values, 0).sum(axis=1), np.abs(values).sum(axis=1)
        c = likes * np.float32(self.negatives / max(len(self.item_ids), 1))
        lam = np.float32(self.regularization) * (all_ + self.negatives * likes)
        return c, np.where(lam > 0, lam, np.float32(1.0)).astype(np.float32)

    def vectors(self, values: Floats) -> Floats:
        """(b, d) float32 user vectors of dense histories ``values`` (b, n_items)."""
        c, lam = self._penalties(values)
        with one_thread():
            return solve_logistic(self.item_factors, self.offsets, values, c, lam)

    def _scores_of_rows(self, rows: NDArray[np.int64], values: Floats) -> Floats:
        dense = np.zeros((1, len(self.item_ids)), np.float32)
        dense[0, rows] = values
        return (self.vectors(dense) @ self.item_factors.T)[0] + self.offsets

    def scores_many(self, histories: Any) -> Floats:
        """(len(histories), n_items) float32, as many at a time as fit into 64 MiB."""
        return scores_in_blocks(self, histories)

    def _contributions(self, rows: NDArray[np.int64], values: Floats, target: int) -> Floats:
        dense = np.zeros((1, len(self.item_ids)), np.float32)
        dense[0, rows] = values
        if not len(rows):
            return np.zeros(0, np.float32)
        _, lam = self._penalties(dense)
        u = self.vectors(dense)[0]
        per_like = self.negatives / len(self.item_ids)
        parts = representers(self.item_factors, self.offsets, u, rows, values, per_like, float(lam[0]))
        return parts @ self.item_factors[target]

    def _state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        names = ("factors", "regularization", "negatives", "learning_rate", "epochs", "schedule", "seed", "backend")
        return {name: getattr(self, name) for name in names}, {
            "item_factors": self.item_factors,
            "offsets": self.offsets,
        }

    def _restore(self, arrays: dict[str, NDArray[Any]]) -> None:
        n = len(self.item_ids)
        if arrays["item_factors"].shape != (n, self.factors) or arrays["offsets"].shape != (n,):
            raise ValueError(f"factors of shape {arrays['item_factors'].shape} for {n} items")
        self.item_factors, self.offsets = arrays["item_factors"], arrays["offsets"]


def _wide(values: NDArray[np.floating], compiled: bool) -> Floats:
    """(n, d) in float32; for the compiled loop with columns of zeros up to a multiple of 16."""
    n, d = values.shape
    wide = np.zeros((n, -(-d // 16) * 16 if compiled else d), np.float32)
    wide[:, :d] = values
    return wide


def pairs(interactions: Interactions) -> tuple[NDArray[np.int64], NDArray[np.int64], sparse.csr_array]:
    """User rows and item rows (nnz,) int64 of everything liked, and the same as a matrix of ones."""
    liked = interactions.liked()
    users = np.repeat(np.arange(liked.shape[0]), np.diff(liked.indptr))
    return users.astype(np.int64), liked.indices.astype(np.int64), liked


def scatter_add(rows: NDArray[np.int64], values: Floats, n: int) -> Floats:
    """(n, d) float32: the sum of ``values`` (k, d) by row; what ``np.add.at`` does, ten times as fast."""
    ones = np.ones(len(rows), np.float32)
    picked = sparse.csr_array((ones, rows, np.arange(len(rows) + 1)), shape=(len(rows), n))
    return np.asarray(picked.T @ values, np.float32)


def scores_in_blocks(model: Any, histories: list[History]) -> Floats:
    """Scores (b, n) of a model that has ``vectors(values)``, ``item_factors`` and ``offsets``, block by block."""
    model._fitted_rows()
    n = len(model.item_ids)
    encoded = [model.encode(history) for history in histories]
    scores = np.zeros((len(encoded), n), np.float32)
    size = max(_BLOCK_BYTES // (40 * max(n, 1)), 1)
    for start in range(0, len(encoded), size):
        block = encoded[start : start + size]
        dense = np.zeros((len(block), n), np.float32)
        for at, (rows, values) in enumerate(block):
            dense[at, rows] = values
        scores[start : start + len(block)] = model.vectors(dense) @ model.item_factors.T + model.offsets
    return scores
