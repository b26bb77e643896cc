"""Runs searches over a matrix of weights: compiled where that pays, in numpy otherwise, the same bits either way.

With ``backend="auto"`` the kernels are loaded, never inside a query, when an index of 20,000 documents or more is built
or loaded and numba is there. That takes 0.5 s in a process, and some 5 s once per machine, when they are compiled;
``backend="numpy"`` never does, ``backend="numba"`` does for any size.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from itertools import accumulate, chain, pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from knowledge.graph import KnowledgeError
from knowledge.search.topk import Matrix, Query, best_of, full_scores, search

__all__ = ["BACKENDS", "Backend", "Searcher", "exclusion"]

Backend = Literal["auto", "numpy", "numba"]
BACKENDS = ("auto", "numpy", "numba")

_WORTHWHILE = 20_000  # documents; below, numpy answers in a fraction of a millisecond
_LONG = 256  # terms from which on a query is summed in full
_NOBODY = np.zeros(0, np.bool_)

Mask = NDArray[np.bool_]
Hits = tuple[NDArray[np.int32], NDArray[np.float32]]


class Searcher:
    """The engine of one index.

    Memory: per querying thread 0.8 MB compiled, 4 bytes per row in numpy.
    """

    def __init__(self, backend: Backend, n_rows: int) -> None:
        if backend not in BACKENDS:
            raise KnowledgeError(f"no backend {backend!r}; there are {', '.join(BACKENDS)}")
        self._kernels: Any = None
        self._local = threading.local()
        if backend == "numba" or (backend == "auto" and n_rows >= _WORTHWHILE and find_spec("numba")):
            try:
                from knowledge.search import bm25_kernels
            except ImportError as error:
                if backend == "numba":
                    raise KnowledgeError('backend="numba" needs numba: pip install "yuban[fast]"') from error
            else:
                self._kernels = bm25_kernels

    @property
    def compiled(self) -> bool:
        """Whether searches run in the compiled kernels."""
        return self._kernels is not None

    def one(self, matrix: Matrix, query: Query, k: int, alive: Mask | None, skip: Mask | None) -> Hits:
        """The best ``k`` rows, best first, and their scores.

        Args:
            k: ≥ 1.
            alive: rows that hold a document, ``(n_rows,)``; ``None`` for all.
            skip: rows to leave out, ``(n_rows,)``; ``None`` for none.
        """
        if not _prunable(matrix, query):
            return _ranked(full_scores(matrix, query), k, alive, skip)
        if self._kernels is None:
            rows, scores = search(matrix, query, k, skip, self._zeros(matrix.n_rows))
        else:
            every_rows, every_score, counts = self._run(matrix, [query], k, skip)
            rows, scores = every_rows[0, : counts[0]], every_score[0, : counts[0]]
        return (rows, scores) if len(rows) == k else _padded(rows, scores, matrix, query, k, alive, skip)

    def many(
        self, matrix: Matrix, queries: Sequence[Query], k: int, alive: Mask | None, skip: Mask | None, threads: int
    ) -> list[Hits]:
        """:meth:`one` for each query, by ``threads`` threads."""
        if self._kernels is None:
            return [self.one(matrix, query, k, alive, skip) for query in queries]
        if threads > 1 and len(queries) > 1:
            cuts = [len(queries) * part // threads for part in range(threads + 1)]
            parts = [queries[low:high] for low, high in pairwise(cuts) if low < high]
            with ThreadPoolExecutor(len(parts)) as pool:
                done = pool.map(lambda part: self.many(matrix, part, k, alive, skip, 1), parts)
                return [hits for part in done for hits in part]
        short = [query for query in queries if _prunable(matrix, query)]
        rows, scores, counts = self._run(matrix, short, k, skip)
        found = iter(zip(rows, scores, counts.tolist(), strict=True))
        hits: list[Hits] = []
        for query in queries:
            if not _prunable(matrix, query):
                hits.append(_ranked(full_scores(matrix, query), k, alive, skip))
                continue
            best, its, count = next(found)
            full = count == k
            hits.append((best, its) if full else _padded(best[:count], its[:count], matrix, query, k, alive, skip))
        return hits

    def _run(
        self, matrix: Matrix, queries: Sequence[Query], k: int, skip: Mask | None
    ) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int64]]:
        n = len(queries)
        if n == 1:
            terms, factors = np.array(queries[0].terms, np.int64), np.array(queries[0].factors, np.float32)
            offsets = np.array([0, len(terms)])
        else:
            offsets = np.array([0, *accumulate(len(query.terms) for query in queries)])
            terms = np.fromiter(chain.from_iterable(query.terms for query in queries), np.int64, offsets[-1])
            factors = np.fromiter(chain.from_iterable(query.factors for query in queries), np.float32, offsets[-1])
        constants = np.array([query.constant for query in queries], np.float32)
        floors = np.nextafter(constants, np.float32(np.inf))
        rows = np.empty((n, k), np.int32)
        scores = np.empty((n, k), np.float32)
        counts = np.zeros(n, np.int64)
        window = self._kernels.WINDOW
        held = getattr(self._local, "held", None)
        if held is None:
            held = self._local.held = np.empty(window, np.int32), np.empty(window, np.float32)
        self._kernels.top_many(
            matrix.indptr, matrix.rows, matrix.weights, matrix.bounds, matrix.wide, matrix.wide_of, terms, factors,
            offsets, constants, floors, matrix.n_rows, _NOBODY if skip is None else skip, self._zeros(window), *held, rows,
            scores, counts,
        )  # fmt: skip
        return rows, scores, counts

    def _zeros(self, size: int) -> NDArray[np.float32]:
        """This thread's scratch; whoever uses it leaves it so."""
        zeros = getattr(self._local, "zeros", None)
        if zeros is None or len(zeros) < size:
            zeros = self._local.zeros = np.zeros(size, np.float32)
        return zeros[:size]


def exclusion(exclude: object, n_rows: int) -> Mask | None:
    """``exclude`` as a mask, ``(n_rows,)``; ``None`` where it names nothing.

    Raises:
        KnowledgeError: a mask of another length, or rows that do not exist.
    """
    given = np.asarray(exclude if isinstance(exclude, np.ndarray) else list(exclude))  # type: ignore[call-overload]
    if given.dtype == np.bool_:
        if given.shape != (n_rows,):
            raise KnowledgeError(f"a mask of rows to exclude has shape ({n_rows},) here, not {given.shape}")
        return np.ascontiguousarray(given)
    if not given.size:
        return None
    if given.dtype.kind not in "iu" or given.min() < 0 or given.max() >= n_rows:
        raise KnowledgeError(f"rows to exclude are integers from 0 to {n_rows - 1}, or a mask of all rows")
    mask = np.zeros(n_rows, np.bool_)
    mask[given] = True
    return mask


def _prunable(matrix: Matrix, query: Query) -> bool:
    """Bounds are of use where adding a term cannot lower a score."""
    return len(query.terms) <= _LONG and not (matrix.signed and (matrix.bounds[list(query.terms)] < 0).any())


def _ranked(scores: NDArray[np.float32], k: int, alive: Mask | None, skip: Mask | None) -> Hits:
    """The best of scores of all rows."""
    rows = np.flatnonzero(_allowed(np.ones(len(scores), np.bool_), alive, skip)).astype(np.int32)
    return best_of(rows, scores[rows], k)


def _padded(
    rows: NDArray[np.int32],
    scores: NDArray[np.float32],
    matrix: Matrix,
    query: Query,
    k: int,
    alive: Mask | None,
    skip: Mask | None,
) -> Hits:
    """Hits followed by the first documents that are none; all those score the query's constant."""
    head = k  # rows looked at: more, while too few of them will do
    while True:
        head = min(matrix.n_rows, 2 * head + len(rows))
        free = np.ones(head, np.bool_)
        free[rows[rows < head]] = False
        others = np.flatnonzero(_allowed(free, alive, skip))[: k - len(rows)].astype(np.int32)
        if len(rows) + len(others) == k or head == matrix.n_rows:
            break
    constant = np.full(len(others), query.constant, np.float32)
    return np.concatenate([rows, others]), np.concatenate([scores, constant])


def _allowed(mask: Mask, alive: Mask | None, skip: Mask | None) -> Mask:
    for other in (alive, None if skip is None else ~skip):
        if other is not None:
            mask &= other[: len(mask)]
    return mask
