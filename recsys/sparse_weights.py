"""Models whose whole knowledge is a sparse item × item matrix: a query gathers a few of its rows and adds them up.

Neighbours are kept per *target* item: every item is reachable from its own k best witnesses. Keeping them per source,
as many libraries do, leaves rare items reachable from nowhere and costs a seventh of the nDCG on MovieLens 1M.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys.model import Floats, ItemModel, Progress
from recsys.numba_backend import uses_numba

__all__ = ["SparseWeights", "best_per_target"]

_BLOCK_BYTES = 64 << 20


class SparseWeights(ItemModel):
    """score(j | history) = Σ_i value_i · W_ij. A subclass fits :attr:`similarity`."""

    similarity: sparse.csr_array
    """W (n_items, n_items) float32: row i holds what history item i adds to each target."""

    def __init__(self) -> None:
        self.similarity = sparse.csr_array((0, 0), dtype=np.float32)
        self._converted: tuple[sparse.csr_array, tuple[NDArray[Any], NDArray[Any], Floats]] | None = None

    def _scores_of_rows(self, rows: NDArray[np.int64], values: Floats) -> Floats:
        starts, ends = self.similarity.indptr[rows], self.similarity.indptr[rows + 1]
        if not len(rows):
            return np.zeros(len(self.item_ids), np.float32)
        # The rows' entries laid end to end; one bincount adds them up.
        lengths = ends - starts
        where = np.arange(lengths.sum()) + np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
        weights = self.similarity.data[where] * np.repeat(values, lengths)
        summed = np.bincount(self.similarity.indices[where], weights=weights, minlength=len(self.item_ids))
        return summed.astype(np.float32)

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
            return (histories @ self.similarity).toarray().astype(np.float32, copy=False)
        from recsys.sparse_kernels import parts, sparse_times_sparse

        scores = np.empty(histories.shape, np.float32)
        sparse_times_sparse(*parts(histories), *self._parts(), scores)
        return scores

    def _parts(self) -> tuple[NDArray[Any], NDArray[Any], Floats]:
        """The weights as the kernels take them, kept from one batch to the next."""
        from recsys.sparse_kernels import parts

        if self._converted is None or self._converted[0] is not self.similarity:
            self._converted = (self.similarity, parts(self.similarity))
        return self._converted[1]

    def _contributions(self, rows: NDArray[np.int64], values: Floats, target: int) -> Floats:
        column = self.similarity[:, [target]].tocoo()  # once a reason is asked for, not at every score
        weight = np.zeros(len(self.item_ids), np.float32)
        weight[column.coords[0]] = column.data
        return values * weight[rows]

    def _arrays(self) -> dict[str, NDArray[Any]]:
        s = self.similarity
        return {"data": s.data, "indices": s.indices, "indptr": s.indptr}

    def _restore(self, arrays: dict[str, NDArray[Any]]) -> None:
        n = len(self.item_ids)
        triple = (arrays["data"], arrays["indices"], arrays["indptr"])
        self.similarity = sparse.csr_array(triple, shape=(n, n))


def best_per_target(
    block: Callable[[NDArray[np.int64]], Floats], n: int, k: int, progress: Progress | None = None
) -> sparse.csr_array:
    """(n, n) float32 with the ``k`` largest positive entries of each column, the diagonal left out; of equal ones at the
    end the lower rows.

    ``block(columns)`` gives (n, len(columns)) weights, dense, and may be changed; at most 64 MiB at a time.
    """
    k = min(k, max(n - 1, 0))
    width = max(1, _BLOCK_BYTES // (8 * max(n, 1)))
    sources, targets, kept = [], [], []
    for start in range(0, n if k else 0, width):
        columns = np.arange(start, min(start + width, n))
        values = block(columns)
        values[columns, np.arange(len(columns))] = -np.inf  # an item is not its own witness
        threshold = np.partition(values, n - k, axis=0)[n - k]
        best = values > threshold
        ties = values == threshold
        best |= ties & (np.cumsum(ties, axis=0, dtype=np.int32) <= k - best.sum(axis=0))
        best &= values > 0
        source, target = np.nonzero(best)
        sources.append(source)
        targets.append(columns[target])
        kept.append(values[source, target].astype(np.float32))
        if progress:
            progress((columns[-1] + 1) / n, "neighbours")
    if not kept:
        if progress:
            progress(1.0, "neighbours")
        return sparse.csr_array((n, n), dtype=np.float32)
    triples = (np.concatenate(kept), (np.concatenate(sources), np.concatenate(targets)))
    return sparse.coo_array(triples, shape=(n, n)).tocsr()
