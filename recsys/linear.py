"""EASE: an item-to-item linear model in closed form, and the strongest one-second recommender there is.

    Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019.
    Steck, "Autoencoders that don't overfit towards the identity", NeurIPS 2020 (EDLAE).

B minimises  Σ_u w_u |x_u − x_u B|² + λ|B|²  with a zero diagonal, so an item can only be predicted by the others:

    P = (Xᵀ W X + λI)⁻¹,   B_ij = −P_ij / P_jj,   B_jj = 0.

Users are weighted by w_u = n_u^−p: one who liked everything says little about each. A new event moves the scores by one
row of B (:meth:`EASE.update`), so what somebody says now counts in the same breath.

EDLAE predicts each item while a share p of the others is dropped out. In expectation that is a penalty which grows with
an item's own diagonal: the same closed form with λI + p/(1−p) · diag(XᵀWX) in place of λI.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import lapack

from recsys.interactions import Interactions
from recsys.model import Floats, ItemModel, Progress
from recsys.numba_backend import Backend, uses_numba

__all__ = ["EASE", "EDLAE", "SEARCH_SPACE", "gram", "weights_from_gram"]

SEARCH_SPACE = {
    "EASE": {"regularization": ("log", 1.0, 3000.0), "user_weight": ("float", 0.0, 1.0)},
    "EDLAE": {
        "regularization": ("log", 0.3, 1000.0),
        "dropout": ("float", 0.05, 0.8),
        "user_weight": ("float", 0.0, 1.0),
    },
}
"""What to tune, as :mod:`recsys.registry` describes."""

_MIRROR = 128
_STRIP = 512


class EASE(ItemModel):
    """score(j | history) = Σ_i value_i · B_ij.

    Parameters
    ----------
    regularization
        λ, in units of weighted co-occurrence; about 3 × the mean diagonal of the Gram matrix (on MovieLens 1M: 55 with
        p = 0.5, 800 with p = 0). :func:`recsys.training.train` chooses it on a hold-out.
    user_weight
        p in w_u = n_u^−p, 0..1; 0 is the paper's unweighted model.
    binary
        Take every value above 0 as 1 instead of using the values as they are.

    Memory: 4·n_items² bytes, a little more while fitting: 3,700 items 55 MB, 10,000 items 400 MB. Time grows with
    n_items³ (3,700 items: 0.7 s on one core; 10,000: 11 s). Past ~12,000 items use
    :class:`~recsys.neighbours.ItemNeighbours`.
    """

    def __init__(self, regularization: float = 50.0, user_weight: float = 0.5, binary: bool = True) -> None:
        if not regularization > 0:
            raise ValueError(f"regularization must be positive, not {regularization}")
        if not 0 <= user_weight <= 1:
            raise ValueError(f"user_weight must lie in 0..1, not {user_weight}")
        self.regularization, self.user_weight, self.binary = regularization, user_weight, binary
        self.weights: Floats = np.zeros((0, 0), np.float32)
        """B, (n_items, n_items) float32: row i is what having liked i adds to every score; zero diagonal."""

    def fit(self, interactions: Interactions, progress: Progress | None = None) -> Self:
        """Gram matrix, Cholesky, inverse, scale."""
        if progress:
            progress(0.0, "co-occurrence")
        g = gram(interactions.liked(self.binary), self.user_weight)
        if progress:
            progress(0.5, "inverse")
        self.weights = weights_from_gram(g, self._penalty(g), overwrite=True)
        self._set_items(interactions.item_ids)
        if progress:
            progress(1.0, type(self).__name__)
        return self

    def _penalty(self, g: Floats) -> float | Floats:
        """What is added to the diagonal of the Gram matrix: λ."""
        return self.regularization

    def update(self, scores: Floats, item: str, value: float = 1.0) -> Floats:
        """Scores (n_items,) after one more event: ``scores + value · B[item]``. An unknown item changes nothing."""
        row = self._fitted_rows().get(item)
        return scores if row is None else scores + np.float32(value) * self.weights[row]

    def _scores_of_rows(self, rows: NDArray[np.int64], values: Floats) -> Floats:
        # (h,) · (h, n_items). einsum and not BLAS, whose threads cost more than so small a product on a busy machine.
        return np.einsum("h,hn->n", values, self.weights[rows])

    def scores_many(self, histories: Any) -> Floats:
        """(len(histories), n_items) float32 in one sparse product."""
        self._fitted_rows()
        encoded = [self.encode(history) for history in histories]
        starts = np.cumsum([0, *(len(rows) for rows, _ in encoded)])
        rows = np.concatenate([rows for rows, _ in encoded]) if encoded else np.zeros(0, np.int64)
        values = np.concatenate([values for _, values in encoded]) if encoded else np.zeros(0, np.float32)
        return self.scores_of(sparse.csr_array((values, rows, starts), shape=(len(encoded), len(self.item_ids))))

    def scores_of(self, histories: sparse.csr_array) -> Floats:
        """(b, n_items) float32 of histories (b, n_items) float32, as :func:`recsys.everybody.recommend_all` asks."""
        if not uses_numba("auto"):
            return np.asarray(histories @ self.weights, np.float32)
        from recsys.sparse_kernels import parts, sparse_times_dense

        scores = np.empty(histories.shape, np.float32)
        sparse_times_dense(*parts(histories), self.weights, _STRIP, scores)
        return scores

    def _contributions(self, rows: NDArray[np.int64], values: Floats, target: int) -> Floats:
        return values * self.weights[rows, target]

    def _state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        settings = {"regularization": self.regularization, "user_weight": self.user_weight, "binary": self.binary}
        return settings, {"weights": self.weights}

    def _restore(self, arrays: dict[str, NDArray[Any]]) -> None:
        n = len(self.item_ids)
        if arrays["weights"].shape != (n, n):
            raise ValueError(f"weights of shape {arrays['weights'].shape} for {n} items")
        self.weights = arrays["weights"]


class EDLAE(EASE):
    """EASE that has learnt to predict from part of a history; the scores, updates and files are EASE's.

    Parameters
    ----------
    regularization
        λ, in units of weighted co-occurrence, on top of the dropout.
    dropout
        p in 0..1 (exclusive): the share of a history that is left out.
    user_weight, binary
        See :class:`EASE`.

    Tuned on a hold-out of MovieLens 1M as implicit feedback. Memory and time are :class:`EASE`'s.
    """

    def __init__(
        self, regularization: float = 10.0, dropout: float = 0.5, user_weight: float = 0.5, binary: bool = True
    ) -> None:
        super().__init__(regularization, user_weight, binary)
        if not 0 < dropout < 1:
            raise ValueError(f"dropout must lie between 0 and 1, not {dropout}")
        self.dropout = dropout

    def _penalty(self, g: Floats) -> float | Floats:
        """λ + p/(1−p) · diag(G)  (n_items,) float32."""
        share = self.dropout / (1 - self.dropout)
        return np.asarray(self.regularization + share * np.diagonal(g), np.float32)

    def _state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        settings, arrays = super()._state()
        return settings | {"dropout": self.dropout}, arrays


def gram(liked: sparse.csr_array, user_weight: float, backend: Backend = "auto") -> Floats:
    """Xᵀ W X, dense (n_items, n_items) float32, with w_u = n_u^−user_weight and n_u the items user u liked.

    ``backend`` as everywhere: numba sums half of it directly, six times as fast as scipy's sparse product.
    """
    counts = np.diff(liked.indptr)
    scaled = liked.copy()
    scaled.sort_indices()
    each = np.maximum(counts, 1) ** (-user_weight / 2)
    scaled.data = np.asarray(scaled.data * np.repeat(each, counts), np.float32)
    if not uses_numba(backend):
        return np.ascontiguousarray((scaled.T @ scaled).toarray(), dtype=np.float32)
    from recsys.sparse_kernels import gram_upper, parts

    g = np.zeros((scaled.shape[1], scaled.shape[1]), np.float32)
    gram_upper(*parts(scaled), *parts(scaled.tocsc()), g)
    return mirrored(g)


def weights_from_gram(g: Floats, regularization: float | Floats, *, overwrite: bool = False) -> Floats:
    """B (n_items, n_items) from a Gram matrix; ``regularization`` is λ, or (n_items,) of them.

    ``g`` is left as it was unless ``overwrite``, which saves its memory. Cholesky and its inverse (potrf, potri) in
    float32: six times faster than ``inv`` at 3,000 items. Only the upper triangle of ``g`` is read.
    """
    n = len(g)
    if n == 0:
        return np.zeros((0, 0), np.float32)
    b = np.ascontiguousarray(g, np.float32) if overwrite else np.array(g, np.float32, order="C")
    b[np.diag_indices(n)] += np.asarray(regularization, np.float32)
    # LAPACK counts columns first: what is the upper triangle here is the lower one there, in the same memory.
    p, failed = lapack.spotrf(b.T, lower=1, overwrite_a=1)
    if failed:
        raise np.linalg.LinAlgError("XᵀWX + λI is not positive definite in float32; raise λ")
    p, _ = lapack.spotri(p, lower=1, overwrite_c=1)
    b = mirrored(np.ascontiguousarray(p.T))
    b *= np.float32(-1) / np.diagonal(b).copy()
    b[np.diag_indices(n)] = 0.0
    return b


def mirrored(m: Floats) -> Floats:
    """``m`` (n, n) itself with its upper triangle copied to the lower, a block at a time to stay in the cache."""
    n = len(m)
    for a in range(0, n, _MIRROR):
        b = min(a + _MIRROR, n)
        square = m[a:b, a:b]
        below = np.tril_indices(b - a, -1)
        square[below] = square.T[below]
        for c in range(b, n, _MIRROR):
            d = min(c + _MIRROR, n)
            m[c:d, a:b] = m[a:b, c:d].T
    return m
