"""Item-based collaborative filtering: an item is recommended by the items it is met together with.

Sarwar, Karypis, Konstan & Riedl, "Item-based collaborative filtering recommendation algorithms", WWW 2001 (cosine,
Pearson and adjusted cosine: their section 3.1).
Deshpande & Karypis, "Item-based top-N recommendation algorithms", ACM TOIS 22(1), 2004.
Aiolli, "Efficient top-N recommendation for very large scale binary rated datasets", RecSys 2013 (asymmetric
cosine).
"""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys.interactions import Interactions
from recsys.model import Floats, Progress
from recsys.numba_backend import uses_numba
from recsys.sparse_weights import SparseWeights, best_per_target

__all__ = ["SEARCH_SPACE", "ItemNeighbours", "Similarity"]

SEARCH_SPACE = {"k": ("log-int", 20, 400), "shrinkage": ("log", 0.1, 1000.0), "asymmetry": ("float", 0.2, 0.8)}

Similarity = Literal["cosine", "adjusted", "pearson"]

Floats64 = NDArray[np.float64]


class ItemNeighbours(SparseWeights):
    """score(j | history) = Σ_i value_i · sim(i → j), over the history items i among j's k neighbours, with

        sim(i → j) = x_i·x_j / (|x_i|^{2α} |x_j|^{2(1−α)} + shrinkage)

    where x_i is item i's column of the table: as it is (cosine), less each user's mean over what he met (adjusted
    cosine), or less the item's own mean over everybody, 0 where not met (Pearson; for likes the φ coefficient). Only
    positive similarities are kept.

    Parameters
    ----------
    k
        Neighbours kept for each item. 50–300; more smooths.
    shrinkage
        Added to the denominator: pulls similarities resting on few users towards 0. 0–1000.
    asymmetry
        α in 0..1. 0.5 is symmetric; larger values discount popular *history* items, smaller ones popular targets.
    binary
        Take every value above 0 as 1 (and leave the rest out) instead of using the values as they are. The adjusted
        cosine needs values that differ and takes them all, whatever this says.
    similarity
        ``"cosine"``, ``"adjusted"`` or ``"pearson"``.

    Memory: 8·k bytes an item, plus 64 MiB while fitting. 100,000 items with k=100 are 80 MB.
    """

    def __init__(
        self,
        k: int = 100,
        shrinkage: float = 10.0,
        asymmetry: float = 0.5,
        binary: bool = True,
        similarity: Similarity = "cosine",
    ) -> None:
        super().__init__()
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        if not shrinkage >= 0:
            raise ValueError(f"shrinkage must not be negative, not {shrinkage}")
        if not 0 <= asymmetry <= 1:
            raise ValueError(f"asymmetry must lie in 0..1, not {asymmetry}")
        if similarity not in ("cosine", "adjusted", "pearson"):
            raise ValueError(f"similarity must be cosine, adjusted or pearson, not {similarity!r}")
        self.k, self.shrinkage, self.asymmetry, self.binary = k, shrinkage, asymmetry, binary
        self.kind: Similarity = similarity

    def fit(self, interactions: Interactions, progress: Progress | None = None) -> Self:
        """Compute similarities a block of target columns at a time and keep the k best of each column."""
        adjusted = self.kind == "adjusted"
        x = centred_by_row(interactions.matrix) if adjusted else interactions.liked(self.binary)
        x = x.tocsc()  # (n_users, n_items)
        n_users, n = x.shape
        squares = np.asarray(x.multiply(x).sum(axis=0)).ravel().astype(np.float64)  # (n_items,)
        mean = np.zeros(n)
        if self.kind == "pearson" and n_users:
            mean = np.asarray(x.sum(axis=0)).ravel() / n_users
            squares = np.maximum(squares - n_users * mean**2, 0)
        source = squares**self.asymmetry  # |x_i|^{2α}
        target = squares ** (1 - self.asymmetry)
        if uses_numba("auto"):
            self.similarity = _compiled(x, source, target, mean, self.shrinkage, min(self.k, max(n - 1, 0)))
            if progress:
                progress(1.0, "neighbours")
            self._set_items(interactions.item_ids)
            return self
        transposed = x.T.tocsr()

        def block(columns: NDArray[np.int64]) -> Floats:
            overlap = (transposed @ x[:, columns]).toarray()  # (n_items, b)
            if self.kind == "pearson":
                overlap = overlap - n_users * np.outer(mean, mean[columns])
            bound = source[:, None] * target[None, columns] + self.shrinkage
            return np.divide(overlap, bound, out=np.zeros_like(bound), where=(overlap != 0) & (bound > 1e-12))

        self.similarity = best_per_target(block, n, self.k, progress)
        self._set_items(interactions.item_ids)
        return self

    def _state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        settings = {
            "k": self.k, "shrinkage": self.shrinkage, "asymmetry": self.asymmetry, "binary": self.binary,
            "similarity": self.kind,
        }  # fmt: skip
        return settings, self._arrays()


def _compiled(
    x: sparse.csc_array, source: Floats64, target: Floats64, mean: Floats64, shrinkage: float, k: int
) -> sparse.csr_array:
    """What :func:`best_per_target` gives for the similarity above, a target at a time: memory for k a target."""
    from recsys.sparse_kernels import nearest_items, parts

    n = x.shape[1]
    rows, values = np.zeros((n, k), np.int64), np.zeros((n, k), np.float32)
    if k:
        by_row = x.tocsr()
        nearest_items(*parts(by_row), *parts(x), source, target, mean, float(shrinkage), k, rows, values)
    kept = values > 0
    targets = np.broadcast_to(np.arange(n)[:, None], rows.shape)[kept]
    return sparse.coo_array((values[kept], (rows[kept], targets)), shape=(n, n)).tocsr()


def centred_by_row(m: sparse.csr_array) -> sparse.csr_array:
    """The stored values (n, k) less the mean of their row; stored zeros count, what is not stored stays 0."""
    counts = np.diff(m.indptr)
    mean = np.asarray(m.sum(axis=1)).ravel() / np.maximum(counts, 1)
    centred = m.copy()
    centred.data = (m.data - np.repeat(mean, counts)).astype(np.float32)
    return centred
