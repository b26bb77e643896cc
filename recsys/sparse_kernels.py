"""Sparse products and selection, compiled by numba: co-occurrence, item neighbours, batches of top-k lists.

Gustavson's algorithm ("Two fast algorithms for sparse matrices", ACM TOMS 4(3), 1978) with a dense row as accumulator,
which stays in the first-level cache: one load, one addition and one store for each pair of entries that meet. Indices
are uint32, because numba checks signed ones for being negative at every access. As :mod:`recsys.kernels`, nothing here
is imported before it is asked for, and every caller has a numpy path.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["best_of_rows", "gram_upper", "nearest_items", "parts", "sparse_times_dense", "sparse_times_sparse"]


def parts(m: sparse.csr_array | sparse.csc_array) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.float32]]:
    """``(indptr, indices, data)`` of a matrix, uint32, uint32 and float32, as every kernel here takes them."""
    data = np.ascontiguousarray(m.data, np.float32)
    return m.indptr.astype(np.uint32), m.indices.astype(np.uint32), data


@njit(cache=True, nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
def gram_upper(indptr, indices, data, column_ptr, column_rows, column_data, out):  # type: ignore[no-untyped-def]
    """Adds XᵀX to the upper triangle of ``out`` (n, n) float32; X by rows (sorted) and by columns (sorted)."""
    following = indptr[:-1].copy()  # of each row: its first entry not left of the current column
    for i in range(len(column_ptr) - 1):
        total = out[i]
        for at in range(column_ptr[i], column_ptr[i + 1]):
            row, weight = column_rows[at], column_data[at]
            for k in range(following[row], indptr[row + 1]):
                total[indices[k]] += weight * data[k]
            following[row] += np.uint32(1)


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def nearest_items(  # type: ignore[no-untyped-def]
    indptr, indices, data, column_ptr, column_rows, column_data, source, target, mean, shrinkage, k, rows, values
):
    """The ``k`` most similar sources of each target item; see :class:`recsys.neighbours.ItemNeighbours`.

    ``source``, ``target`` and ``mean`` (n,) float64; ``rows`` (n, k) int64 and ``values`` (n, k) float32 are filled,
    with value 0 where a target has fewer. Of equal similarities at the end of the list the lower rows are kept.
    """
    n, n_users = len(column_ptr) - 1, len(indptr) - 1
    overlap = np.zeros(n, np.float32)
    similar = np.empty(n, np.float64)
    for j in range(n):
        overlap[:] = 0
        for at in range(column_ptr[j], column_ptr[j + 1]):
            row, weight = column_rows[at], column_data[at]
            for p in range(indptr[row], indptr[row + 1]):
                overlap[indices[p]] += weight * data[p]
        for i in range(n):
            # float64 from here on, as a difference of products of means is near to nothing
            bound = source[i] * target[j] + shrinkage
            similar[i] = (overlap[i] - n_users * (mean[i] * mean[j])) / bound if bound > 1e-12 else 0.0
        similar[j] = 0.0
        count = 0
        for i in range(n):
            count += similar[i] > 0
        threshold = 0.0
        if count > k:
            threshold = np.partition(similar[similar > 0], count - k)[count - k]
        found = 0
        for i in range(n):
            found += similar[i] > threshold
        ties = k - found if count > k else 0
        found = 0
        for i in range(n):
            if similar[i] > threshold or (ties > 0 and similar[i] == threshold):
                ties -= similar[i] == threshold
                rows[j, found], values[j, found] = i, similar[i]
                found += 1


@njit(cache=True, nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
def sparse_times_sparse(indptr, indices, data, w_ptr, w_indices, w_data, out):  # type: ignore[no-untyped-def]
    """X (b, n) times W (n, m), both sparse, into ``out`` (b, m) float32."""
    for row in range(len(indptr) - 1):
        total = out[row]
        total[:] = 0
        for at in range(indptr[row], indptr[row + 1]):
            i, value = indices[at], data[at]
            for k in range(w_ptr[i], w_ptr[i + 1]):
                total[w_indices[k]] += value * w_data[k]


@njit(cache=True, nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
def sparse_times_dense(indptr, indices, data, w, width, out):  # type: ignore[no-untyped-def]
    """X (b, n) sparse times W (n, m) float32 into ``out`` (b, m) float32, ``width`` columns at a time.

    So narrow a strip of W stays in the cache while every row of X passes over it.
    """
    m = w.shape[1]
    for start in range(0, m, width):
        end = min(start + width, m)
        for row in range(len(indptr) - 1):
            total = out[row, start:end]
            total[:] = 0
            for at in range(indptr[row], indptr[row + 1]):
                value, strip = data[at], w[indices[at], start:end]
                for k in range(len(total)):
                    total[k] += value * strip[k]


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def best_of_rows(scores, met_ptr, met_indices, k, rows, values):  # type: ignore[no-untyped-def]
    """The ``k`` best columns of each row of ``scores`` (b, n), best first, equal ones in order; those met left out.

    ``scores`` loses what was met (−inf). ``rows`` (b, k) int32 is filled, −1 where there are fewer, ``values`` (b, k).
    """
    for u in range(len(scores)):
        score = scores[u]
        for at in range(met_ptr[u], met_ptr[u + 1]):
            score[met_indices[at]] = -np.inf
        best, value = rows[u], values[u]
        best[:] = -1
        value[:] = -np.inf
        worst = value[k - 1]
        for i in range(len(score)):
            if score[i] > worst:
                place = k - 1
                while place > 0 and value[place - 1] < score[i]:
                    value[place], best[place] = value[place - 1], best[place - 1]
                    place -= 1
                value[place], best[place] = score[i], i
                worst = value[k - 1]
