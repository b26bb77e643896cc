"""Matrix factorisation of ratings with biases, by gradient descent or alternating least squares; and SVD++.

    Koren, Bell & Volinsky, "Matrix factorization techniques for recommender systems", IEEE Computer 42(8), 2009 — eq. 5.
    Zhou et al., "Large-scale parallel collaborative filtering for the Netflix Prize", AAIM 2008 — ALS, and λ weighted by
    the number of ratings, as every step of gradient descent weights it too.
    Koren, "Factorization meets the neighborhood", KDD 2008 — eq. 15, SVD++.

    r̂_ui = μ + b_u + c_i + q_i·(p_u + n_u^−½ Σ_j y_j)          (Σ_j over the items rated by u: SVD++ only)

Whoever asks, (p_u, b_u) is the exact ridge solution for the history at hand, so strangers are served at once and a
prediction is a sum over the history.
"""

from __future__ import annotations

from typing import Any, Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys.checkpoints import passes
from recsys.interactions import Interactions
from recsys.model import Floats, Progress
from recsys.ratings import Doubles, Ints, RatingModel

__all__ = ["SEARCH_SPACE", "BiasedFactors", "SVDpp"]

Method = Literal["auto", "als", "sgd"]

_RANGES = {
    "rank": ("int", 8, 150),
    "regularization": ("log", 0.02, 0.3),
    "epochs": ("int", 10, 120),
    "learning_rate": ("log", 0.002, 0.02),
}
SEARCH_SPACE = {"BiasedFactors": _RANGES, "SVDpp": _RANGES}


class BiasedFactors(RatingModel):
    """Minimises Σ (r − r̂)² + λ Σ_ratings (|p_u|² + |q_i|² + b_u² + c_i²).

    Parameters
    ----------
    rank
        Factors f. 8–150.
    regularization
        λ, a rating. 0.02–0.3.
    epochs
        Passes over the ratings; alternating least squares has enough after 15.
    learning_rate
        Of gradient descent; alternating least squares has none. 0.002–0.02.
    method
        ``sgd`` needs numba (the extra ``fast``) and generalises a little better; ``als`` needs numpy alone; ``auto`` is
        ``sgd`` where numba is installed.
    seed
        Of the initial factors and the order of users.

    Memory: 4·(n_users + n_items)·f bytes (SVD++: n_items twice); ALS takes 8·f² bytes a user or item while fitting.
    """

    _implicit = False

    def __init__(
        self,
        rank: int = 50,
        regularization: float = 0.1,
        epochs: int = 80,
        learning_rate: float = 0.01,
        method: Method = "auto",
        seed: int = 0,
    ) -> None:
        if rank < 1 or epochs < 1:
            raise ValueError(f"rank and epochs must be at least 1, not {rank} and {epochs}")
        if not (regularization > 0 and learning_rate > 0):
            raise ValueError(
                f"regularization and learning_rate must be positive, not {regularization} and {learning_rate}"
            )
        if method not in get_args(Method):
            raise ValueError(f"method must be one of {', '.join(get_args(Method))}, not {method!r}")
        self.rank, self.regularization, self.epochs = rank, regularization, epochs
        self.learning_rate, self.method, self.seed = learning_rate, method, seed
        empty = np.zeros((0, rank), np.float32)
        self.users: Floats = empty
        """(n_users, f) p, with n^−½ Σ y already added."""
        self.items: Floats = empty
        """(n_items, f) q."""
        self.implicit: Floats = empty
        """(n_items, f) y; no rows but in SVD++."""
        self.user_bias: Floats = np.zeros(0, np.float32)
        self.item_bias: Floats = np.zeros(0, np.float32)
        self._unit = 1.0

    def fit(self, interactions: Interactions, progress: Progress | None = None) -> Self:
        """Epochs over standardised ratings, so that λ and the learning rate fit whatever the unit.

        Raises ``ImportError`` with the command that installs numba when ``sgd`` was asked for without it.
        """
        self._take_table(interactions)
        table, rng = interactions.matrix, np.random.default_rng(self.seed)
        n_users, n_items = table.shape
        spread = float(np.float32(table.data.std())) if table.nnz else 0.0
        self._unit = spread if spread > 1e-6 * max(abs(self.low), abs(self.high)) else 1.0
        values = (table.data.astype(np.float64) - self.baselines.mean) / self._unit
        state = _Factors(n_users, n_items, self.rank, self._implicit, rng)
        if self._by_gradient():
            from recsys.rating_kernels import epoch

            starts, columns = table.indptr.astype(np.int64), table.indices.astype(np.int64)
            for at in passes(self, interactions, self.epochs, state.arrays(), rng):
                epoch(
                    rng.permutation(n_users), starts, columns, values,
                    state.p, state.q, state.y, state.b_user, state.b_item,
                    self.learning_rate, self.regularization, self._implicit,
                )  # fmt: skip
                if progress:
                    progress((at + 1) / self.epochs, "epochs")
        else:
            by_user = sparse.csr_array((values, table.indices, table.indptr), shape=table.shape)
            by_item = by_user.T.tocsr()
            for at in passes(self, interactions, self.epochs, state.arrays(), rng):
                state.p[:], state.b_user[:] = _ridge_rows(by_user, state.q, state.b_item, self.regularization)
                state.q[:], state.b_item[:] = _ridge_rows(by_item, state.p, state.b_user, self.regularization)
                if progress:
                    progress((at + 1) / self.epochs, "epochs")
        counts = np.maximum(np.diff(table.indptr), 1)[:, None]
        presence = sparse.csr_array((np.ones(table.nnz), table.indices, table.indptr), shape=table.shape)
        vectors = state.p + (presence @ state.y) / np.sqrt(counts) if self._implicit else state.p
        self.users, self.items = vectors.astype(np.float32), state.q.astype(np.float32)
        self.implicit = state.y.astype(np.float32) if self._implicit else np.zeros((0, self.rank), np.float32)
        self.user_bias, self.item_bias = state.b_user.astype(np.float32), state.b_item.astype(np.float32)
        return self

    def _by_gradient(self) -> bool:
        if self.method == "als":
            return False
        try:
            import numba  # noqa: F401
        except ImportError:
            if self.method == "sgd":
                raise ImportError('gradient descent needs numba: pip install "yuban[fast]"') from None
            return False
        return True

    def _predict_rows(self, users: Ints, items: Ints) -> Doubles:
        products = np.einsum("nk,nk->n", self.users[users], self.items[items]).astype(np.float64)
        return self.baselines.mean + self._unit * (products + self.user_bias[users] + self.item_bias[items])

    def _solved(self, rows: Ints, values: Floats) -> tuple[Doubles, Doubles, Doubles]:
        """A (f+1, f+1), z (h, f+1) and t (h,) of the ridge problem for (p, b): without Σ y its solution is A⁻¹ zᵀt."""
        z = np.column_stack([self.items[rows].astype(np.float64), np.ones(len(rows))])
        beyond = (values.astype(np.float64) - self.baselines.mean) / self._unit - self.item_bias[rows]
        a = z.T @ z
        a[np.diag_indices(len(a))] += self.regularization * len(rows)
        return a, z, beyond

    def _pulls(self, rows: Ints) -> Doubles:
        """(h, f) what each history item adds to p by having been rated at all."""
        if not self._implicit:
            return np.zeros((len(rows), self.rank))
        return self.implicit[rows] / np.sqrt(len(rows))

    def _scores_of_rows(self, rows: Ints, values: Floats) -> Floats:
        standard = self.item_bias.astype(np.float64)
        if len(rows):
            a, z, beyond = self._solved(rows, values)
            pull = self._pulls(rows).sum(axis=0)
            own = np.linalg.solve(a, z.T @ (beyond - z[:, :-1] @ pull))
            standard = standard + self.items @ (own[:-1] + pull) + own[-1]
        return (self.baselines.mean + self._unit * standard).astype(np.float32)

    def _contributions(self, rows: Ints, values: Floats, target: int) -> Floats:
        if not len(rows):
            return np.zeros(0, np.float32)
        a, z, beyond = self._solved(rows, values)
        wanted = np.append(self.items[target].astype(np.float64), 1.0)
        through = z @ np.linalg.solve(a, wanted)  # (h,) what a unit of each rating moves the prediction by
        pulls = self._pulls(rows)
        # Having rated i pulls p towards y_i, which the ridge solution then partly takes back.
        drawn = pulls @ wanted[:-1] - pulls @ (z[:, :-1].T @ through)
        return (self._unit * (through * beyond + drawn)).astype(np.float32)

    def _state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        names = ("rank", "regularization", "epochs", "learning_rate", "method", "seed")
        arrays = {
            "users": self.users,
            "items": self.items,
            "implicit": self.implicit,
            "factor_user_bias": self.user_bias,
            "factor_item_bias": self.item_bias,
            "unit": np.array([self._unit], np.float32),
        }
        return {name: getattr(self, name) for name in names}, arrays | self._rating_arrays()

    def _restore(self, arrays: dict[str, NDArray[Any]]) -> None:
        self._restore_ratings(arrays)
        if arrays["items"].shape != (len(self.item_ids), self.rank):
            raise ValueError(f"factors of shape {arrays['items'].shape} for {len(self.item_ids)} items")
        self.users, self.items, self.implicit = arrays["users"], arrays["items"], arrays["implicit"]
        self.user_bias, self.item_bias = arrays["factor_user_bias"], arrays["factor_item_bias"]
        self._unit = float(arrays["unit"][0])


class SVDpp(BiasedFactors):
    """SVD++: which items somebody rated speaks too, through y. By gradient descent alone, so it needs numba.

    Parameters as :class:`BiasedFactors`; the step of each y_j is that of their sum (see
    :mod:`recsys.rating_kernels`).
    """

    _implicit = True

    def __init__(
        self,
        rank: int = 20,
        regularization: float = 0.07,
        epochs: int = 60,
        learning_rate: float = 0.005,
        method: Method = "sgd",
        seed: int = 0,
    ) -> None:
        if method != "sgd":
            raise ValueError(f"method of SVD++ must be sgd, not {method!r}")
        super().__init__(rank, regularization, epochs, learning_rate, method, seed)


class _Factors:
    """Initial factors N(0, 0.1²); biases 0."""

    def __init__(self, n_users: int, n_items: int, rank: int, implicit: bool, rng: np.random.Generator) -> None:
        self.p: Doubles = 0.1 * rng.standard_normal((n_users, rank))
        self.q: Doubles = 0.1 * rng.standard_normal((n_items, rank))
        self.y: Doubles = np.zeros((n_items if implicit else 1, rank))
        self.b_user: Doubles = np.zeros(n_users)
        self.b_item: Doubles = np.zeros(n_items)

    def arrays(self) -> dict[str, Doubles]:
        return {"p": self.p, "q": self.q, "y": self.y, "b_user": self.b_user, "b_item": self.b_item}


def _ridge_rows(table: sparse.csr_array, others: Doubles, biases: Doubles, penalty: float) -> tuple[Doubles, Doubles]:
    """Each row's (p, b) given the other side: (Σ z zᵀ + λ n I)⁻¹ Σ z (r − c), z = (q, 1); 0 for a row of no ratings."""
    n, size = table.shape[0], others.shape[1] + 1
    counts = np.diff(table.indptr)
    z = np.column_stack([others, np.ones(len(others))])
    presence = sparse.csr_array((np.ones(table.nnz), table.indices, table.indptr), shape=table.shape)
    left = sparse.csr_array((table.data - biases[table.indices], table.indices, table.indptr), shape=table.shape)
    b = left @ z
    solved = np.zeros((n, size))
    first, second = np.triu_indices(size)
    width = max(1, (64 << 20) // (8 * size * size))  # rows at a time, so that the matrices take 64 MiB
    for start in range(0, n, width):
        rows = np.arange(start, min(start + width, n))
        a = np.empty((len(rows), size, size))
        a[:, first, second] = a[:, second, first] = presence[rows] @ (z[:, first] * z[:, second])
        a[:, range(size), range(size)] += (penalty * np.maximum(counts[rows], 1))[:, None]
        solved[rows] = np.linalg.solve(a, b[rows][:, :, None])[:, :, 0]
    return solved[:, :-1], solved[:, -1]
