"""Lists for everybody at once, as a nightly mailing or a pre-computed home page wants them.

    rows, scores = recommend_all(model, table, k=10)
    [[model.item_ids[row] for row in mine if row >= 0] for mine in rows]

The same lists as one :meth:`~recsys.model.ItemModel.recommend` a user, without ids and lists in between: histories go
in as the table's own sparse rows, a block of users at a time small enough that its scores are still in the cache when
the best of them are picked.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys.blas import one_thread
from recsys.interactions import Interactions
from recsys.model import Floats, ItemModel, Progress, top_k
from recsys.numba_backend import uses_numba

__all__ = ["recommend_all"]

_BLOCK_BYTES = 4 << 20


@runtime_checkable
class _ScoresMatrix(Protocol):
    def scores_of(self, histories: sparse.csr_array) -> Floats: ...


def recommend_all(
    model: ItemModel, table: Interactions, k: int = 10, vectors: Floats | None = None, progress: Progress | None = None
) -> tuple[NDArray[np.int32], Floats]:
    """The best ``k`` items of each user of ``table``, without what the user has met.

    Parameters
    ----------
    table
        Whose histories; nobody in it has to be known. Items the model does not know are left out.
    vectors
        (n_users, d) float32, for a model with ``item_factors``: the users' vectors where they are known, such as
        :attr:`recsys.factors.ImplicitALS.user_factors` of the very table it was fitted on. Saves the fold-in.

    Returns rows of ``model.item_ids`` (n_users, k) int32, best first, −1 where a user has fewer left, and their scores
    (n_users, k) float32, −inf there. Equal scores come in the order of ``item_ids``. Memory: 4 MiB of scores at a time.

    Raises ``ValueError`` when ``k`` is not positive or ``vectors`` have another shape.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    histories = _in_rows_of(model, table)
    n_users, n = histories.shape
    factors: Floats = getattr(model, "item_factors", np.zeros((n, 0), np.float32))
    if vectors is not None and vectors.shape != (n_users, factors.shape[1]):
        raise ValueError(f"vectors of shape {vectors.shape}, not {(n_users, factors.shape[1])}")
    rows, values = np.full((n_users, k), -1, np.int32), np.full((n_users, k), -np.inf, np.float32)
    size = max(1, _BLOCK_BYTES // (4 * max(n, 1)))
    for start in range(0, n_users if n else 0, size):
        part = slice(start, min(start + size, n_users))
        block = histories[part]
        if vectors is not None:
            with one_thread():
                scores = vectors[part] @ factors.T
        elif isinstance(model, _ScoresMatrix):
            scores = model.scores_of(block)
        else:
            scores = model.scores_many(_listed(model, block))
        _pick(scores, block, k, rows[part], values[part])
        if progress:
            progress(part.stop / n_users, "lists")
    return rows, values


def _in_rows_of(model: ItemModel, table: Interactions) -> sparse.csr_array:
    """The table's matrix with a column for each of the model's items."""
    model._fitted_rows()
    if table.item_ids == model.item_ids:
        return table.matrix
    to = model._fitted_rows()
    place = np.array([to.get(item, -1) for item in table.item_ids], np.int64)
    m = table.matrix.tocoo()
    row, column = m.coords
    known = place[column] >= 0
    triples = (m.data[known], (row[known], place[column[known]]))
    return sparse.csr_array(triples, shape=(table.n_users, len(model.item_ids)), dtype=np.float32)


def _listed(model: ItemModel, block: sparse.csr_array) -> list[list[tuple[str, float]]]:
    ids = model.item_ids
    return [
        [(ids[i], v) for i, v in zip(block.indices[a:b].tolist(), block.data[a:b].tolist(), strict=True)]
        for a, b in zip(block.indptr[:-1], block.indptr[1:], strict=True)
    ]


def _pick(scores: Floats, met: sparse.csr_array, k: int, rows: NDArray[np.int32], values: Floats) -> None:
    """The best ``k`` of each row of ``scores`` (b, n), which is changed, into ``rows`` and ``values`` (b, k)."""
    if uses_numba("auto"):
        from recsys.sparse_kernels import best_of_rows, parts

        pointers, indices, _ = parts(met)
        best_of_rows(np.ascontiguousarray(scores, np.float32), pointers, indices, k, rows, values)
        return
    for at, score in enumerate(scores):
        allowed = np.ones(len(score), bool)
        allowed[met.indices[met.indptr[at] : met.indptr[at + 1]]] = False
        best = top_k(score, k, allowed)
        rows[at, : len(best)], values[at, : len(best)] = best, score[best]
