"""Item-based collaborative filtering: an item is recommended by the items it is met together with.

    Deshpande & Karypis, "Item-based top-N recommendation algorithms", ACM TOIS 22(1), 2004.
    Aiolli, "Efficient top-N recommendation for very large scale binary rated datasets", RecSys 2013 (asymmetric
    cosine).

Neighbours are kept per *target* item: every item is reachable from its own k best witnesses. Keeping them per source,
as many libraries do, leaves rare items reachable from nowhere and costs a seventh of the nDCG on MovieLens 1M.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys.interactions import Interactions
from recsys.model import Floats, ItemModel, Progress

__all__ = ["ItemNeighbours"]

_BLOCK_BYTES = 64 << 20


class ItemNeighbours(ItemModel):
    """score(j | history) = Σ_i value_i · sim(i → j), over the history items i among j's k neighbours, with

        sim(i → j) = x_i·x_j / (|x_i|^{2α} |x_j|^{2(1−α)} + shrinkage)

    Parameters
    ----------
    k
        Neighbours kept for each item. 50–300; more smooths.
    shrinkage
        Added to the denominator: pulls similarities resting on few users towards 0. 0–100.
    asymmetry
        α in 0..1. 0.5 is the cosine; larger values discount popular *history* items, smaller ones popular targets.
    binary
        Take every value above 0 as 1 (and leave the rest out) instead of using the values as they are.

    Memory: 8·k bytes an item, plus 64 MiB while fitting. 100,000 items with k=100 are 80 MB.
    """

    def __init__(self, k: int = 100, shrinkage: float = 10.0, asymmetry: float = 0.5, binary: bool = True) -> None:
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        if not shrinkage >= 0:
            raise ValueError(f"shrinkage must not be negative, not {shrinkage}")
        if not 0 <= asymmetry <= 1:
            raise ValueError(f"asymmetry must lie in 0..1, not {asymmetry}")
        self.k, self.shrinkage, self.asymmetry, self.binary = k, shrinkage, asymmetry, binary
        self.similarity = sparse.csr_array((0, 0), dtype=np.float32)
        """(n_items, n_items) float32: row i holds what history item i adds to each target; at most k a column."""

    def fit(self, interactions: Interactions, progress: Progress | None = None) -> Self:
        """Compute similarities a block of target columns at a time and keep the k best of each column."""
        x = interactions.liked(self.binary).tocsc()  # (n_users, n_items)
        n = x.shape[1]
        squares = np.asarray(x.multiply(x).sum(axis=0)).ravel()  # (n_items,)
        source = squares**self.asymmetry  # |x_i|^{2α}
        target = squares ** (1 - self.asymmetry)
        k = min(self.k, max(n - 1, 0))
        width = max(1, _BLOCK_BYTES // (8 * max(n, 1)))
        sources, targets, kept = [], [], []
        transposed = x.T.tocsr()
        for start in range(0, n if k else 0, width):
            columns = np.arange(start, min(start + width, n))
            overlap = (transposed @ x[:, columns]).toarray()  # (n_items, b)
            bound = source[:, None] * target[None, columns] + self.shrinkage
            block = np.divide(overlap, bound, out=np.zeros_like(bound), where=overlap != 0)
            block[columns, np.arange(len(columns))] = -np.inf  # an item is not its own witness
            best = np.argpartition(-block, k - 1, axis=0)[:k]  # (k, b) rows
            value = np.take_along_axis(block, best, axis=0)
            real = value > 0
            sources.append(best[real])
            targets.append(np.broadcast_to(columns, best.shape)[real])
            kept.append(value[real].astype(np.float32))
            if progress:
                progress((columns[-1] + 1) / n, "neighbours")
        self.similarity = sparse.csr_array((n, n), dtype=np.float32)
        if kept:
            triples = (np.concatenate(kept), (np.concatenate(sources), np.concatenate(targets)))
            self.similarity = sparse.coo_array(triples, shape=(n, n)).tocsr()
        self._set_items(interactions.item_ids)
        return self

    def _scores_of_rows(self, rows: NDArray[np.int64], values: Floats) -> Floats:
        starts, ends = self.similarity.indptr[rows], self.similarity.indptr[rows + 1]
        if not len(rows):
            return np.zeros(len(self.item_ids), np.float32)
        # The rows' entries laid end to end; one bincount adds them up.
        where = np.concatenate([np.arange(a, b) for a, b in zip(starts, ends, strict=True)])
        weights = self.similarity.data[where] * np.repeat(values, ends - starts)
        summed = np.bincount(self.similarity.indices[where], weights=weights, minlength=len(self.item_ids))
        return summed.astype(np.float32)

    def _contributions(self, rows: NDArray[np.int64], values: Floats, target: int) -> Floats:
        parts = np.zeros(len(rows), np.float32)
        for i, row in enumerate(rows):
            a, b = self.similarity.indptr[row], self.similarity.indptr[row + 1]
            at = a + np.searchsorted(self.similarity.indices[a:b], target)
            if at < b and self.similarity.indices[at] == target:
                parts[i] = values[i] * self.similarity.data[at]
        return parts

    def _state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        s = self.similarity
        settings = {"k": self.k, "shrinkage": self.shrinkage, "asymmetry": self.asymmetry, "binary": self.binary}
        return settings, {"data": s.data, "indices": s.indices, "indptr": s.indptr}

    def _restore(self, arrays: dict[str, NDArray[Any]]) -> None:
        n = len(self.item_ids)
        triple = (arrays["data"], arrays["indices"], arrays["indptr"])
        self.similarity = sparse.csr_array(triple, shape=(n, n))
