"""The exact k best rows of a sum of sparse columns, without summing what cannot matter.

A query is a few terms, each with a slice of (row, weight); a row's score is the sum of its weights. Terms are taken in
the order of the most that each can add. Once ``k`` rows are known to score at least *least*, rows that hold only terms
whose maxima together stay below it need not be looked at (MaxScore): the rare terms bring up the candidates, and the
common ones, which hold most of the postings, are only asked about those. Nothing is estimated: what is left out is
proven to score less.

Every path, this one, the compiled one (:mod:`knowledge.search.bm25_kernels`) and the full sum, adds a row's weights in the
same order in float32, so that all give the same bits. Equal scores: the earlier row first.

    Turtle and Flood, "Query evaluation: strategies and optimizations", Information Processing & Management 31(6), 1995.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Matrix", "Query", "best_of", "full_scores", "search"]

_SLACK = 1.0 + 1e-4
"""Bounds are widened by this, more than rounding the sums of a few hundred terms in float32 can add to them."""

_WIDE = 6  # a term in one of so many rows is written out,
_WIDE_FROM = 1000  # and in as many as that share of so many rows
_CHAMPIONS = 32  # rows scored in full, to know early what it takes
_MANY = 4096  # postings of a term that make that worth while


@dataclass(frozen=True, slots=True)
class Matrix:
    """Weights, term by term; the columns of term ``t`` are ``indptr[t]:indptr[t + 1]``, rows ascending."""

    indptr: NDArray[np.int64]
    rows: NDArray[np.int32]
    weights: NDArray[np.float32]
    bounds: NDArray[np.float64]
    """The greatest weight of each term, ``(n_terms,)``; 0 for a term without postings."""
    n_rows: int
    signed: bool
    """Whether there are negative weights: a term that lowers scores cannot be bounded by its greatest weight."""
    wide: NDArray[np.float32]
    """The terms in at least a sixth of the rows once more, written out, ``(n_wide, n_rows)``, 0 where absent: adding
    such a row up takes vector instructions, and a look-up one step. At most 24 bytes per posting of those terms."""
    wide_of: NDArray[np.int32]
    """Which of them a term is, ``(n_terms,)``; -1 for none."""

    @classmethod
    def of(
        cls,
        indptr: NDArray[np.int64],
        rows: NDArray[np.int32],
        weights: NDArray[np.float32],
        bounds: NDArray[np.float64],
        n_rows: int,
    ) -> Matrix:
        """The matrix with what searches want to have ready."""
        common = np.flatnonzero(np.diff(indptr) * _WIDE >= max(n_rows, _WIDE_FROM))
        wide = np.zeros((len(common), n_rows), np.float32)
        wide_of = np.full(len(bounds), -1, np.int32)
        wide_of[common] = np.arange(len(common), dtype=np.int32)
        for row, term in zip(wide, common.tolist(), strict=True):
            cells = slice(indptr[term], indptr[term + 1])
            row[rows[cells]] = weights[cells]
        return cls(indptr, rows, weights, bounds, n_rows, bool((bounds < 0).any()), wide, wide_of)


@dataclass(frozen=True, slots=True)
class Query:
    """Terms of the matrix with what each is multiplied by, and what is added to every row's sum."""

    terms: Sequence[int]
    factors: Sequence[float]
    """Taken as float32."""
    constant: float = 0.0

    def ordered(self, matrix: Matrix) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float64]]:
        """Terms, factors and the most each can add, most first."""
        terms, factors = np.array(self.terms, np.int64), np.array(self.factors, np.float32)
        most = matrix.bounds[terms] * factors
        order = np.argsort(-most, kind="stable")
        return terms[order], factors[order], most[order]


def full_scores(matrix: Matrix, query: Query) -> NDArray[np.float32]:
    """The score of every row, ``(n_rows,)`` float32."""
    scores = np.zeros(matrix.n_rows, np.float32)
    for term, factor, _ in zip(*query.ordered(matrix), strict=True):
        cells = slice(matrix.indptr[term], matrix.indptr[term + 1])
        scores[matrix.rows[cells]] += matrix.weights[cells] * factor  # a row stands once in a term
    if query.constant:
        scores += np.float32(query.constant)
    return scores


def best_of(rows: NDArray[Any], scores: NDArray[np.float32], k: int) -> tuple[NDArray[Any], NDArray[np.float32]]:
    """The ``k`` best of rows given in ascending order, best first, of equals the earlier one."""
    if len(rows) > k:
        # Everything above the k-th score is in; only the ties at the edge need the rows to decide.
        edge = np.partition(scores, len(scores) - k)[len(scores) - k]
        near = np.flatnonzero(scores >= edge)
        rows, scores = rows[near], scores[near]
    order = np.argsort(-scores, kind="stable")[:k]
    return rows[order], scores[order]


def search(
    matrix: Matrix,
    query: Query,
    k: int,
    skip: NDArray[np.bool_] | None,
    scratch: NDArray[np.float32],
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The ``k`` best rows that score more than the constant, or all of them if fewer.

    Args:
        query: no term has a negative weight.
        k: ≥ 1.
        skip: rows to leave out, ``(n_rows,)``.
        scratch: ``(n_rows,)`` zeros, left so; not shared between threads.
    """
    terms, factors, most = query.ordered(matrix)
    rest = np.append(np.cumsum(most[::-1])[::-1], 0.0).tolist()  # what the terms from here on can add
    starts, stops = matrix.indptr[terms].tolist(), matrix.indptr[terms + 1].tolist()
    columns = [
        _Column(matrix.rows[start:stop], matrix.weights[start:stop], matrix.wide[wide] if wide >= 0 else None)
        for start, stop, wide in zip(starts, stops, matrix.wide_of[terms].tolist(), strict=True)
    ]
    constant = np.float32(query.constant)
    floor = np.nextafter(constant, np.float32(np.inf))
    least = float(floor)  # what the k-th best is known to score

    def bar(place: int) -> np.float32:
        """What a row must have by the terms before ``place``."""
        return np.float32(max(least / _SLACK - float(constant) - rest[place], 1e-30))

    # Rows enter by the terms that can lift a row to `least` together with all that follow.
    met: list[NDArray[np.int32]] = []
    for place, column in enumerate(columns):
        if met and len(column.rows) > _MANY and k <= len(met[-1]) <= 8 * _MANY:
            guess = _guess(scratch, met[-1], columns[place:], factors[place:], k, skip)
            least = max(least, float(guess + constant))
        if (rest[place] + float(constant)) * _SLACK < least:
            break
        if column.wide is None:
            scratch[column.rows] += column.weights * factors[place]
        else:
            scratch += column.wide * factors[place]
        met.append(column.rows)
    entered = len(met)

    if entered == 1:
        rows = met[0]
        partial = scratch[rows]
        near = partial >= bar(1)
        rows, partial = rows[near], partial[near]
        scratch[met[0]] = 0.0
    elif sum(map(len, met)) * 4 > matrix.n_rows:
        rows = np.flatnonzero(scratch >= bar(entered)).astype(np.int32)
        partial = scratch[rows]
        scratch.fill(0.0)
    else:
        together = np.concatenate([np.zeros(0, np.int32), *met])
        rows = np.unique(together[scratch[together] >= bar(entered)])
        partial = scratch[rows]
        scratch[together] = 0.0
    if skip is not None:
        near = ~skip[rows]
        rows, partial = rows[near], partial[near]

    # The rest is only asked about the rows that are still in the running.
    for place in range(entered, len(columns)):
        if len(rows) > k:
            least = max(least, float(np.partition(partial, len(partial) - k)[len(partial) - k] + constant))
            near = partial >= bar(place)
            rows, partial = rows[near], partial[near]
        column = columns[place]
        if column.wide is None and len(rows) * 8 > len(column.rows):
            scratch[column.rows] = column.weights
            partial = partial + scratch[rows] * factors[place]
            scratch[column.rows] = 0.0
        elif len(rows):
            partial = partial + column.asked(rows) * factors[place]
    scores = partial + constant
    more = scores >= floor
    return best_of(rows[more], scores[more], k)


@dataclass(frozen=True, slots=True)
class _Column:
    """One term: its rows and weights, and both written out where it is common."""

    rows: NDArray[np.int32]
    weights: NDArray[np.float32]
    wide: NDArray[np.float32] | None

    def asked(self, rows: NDArray[np.int32]) -> NDArray[np.float32]:
        """Its weights at these rows, 0 where it has none."""
        if self.wide is not None:
            return self.wide[rows]
        if not len(self.rows):
            return np.zeros(len(rows), np.float32)
        at = np.searchsorted(self.rows, rows)
        at[at == len(self.rows)] = 0
        return np.where(self.rows[at] == rows, self.weights[at], np.float32(0))


def _guess(
    scratch: NDArray[np.float32],
    rows: NDArray[np.int32],
    later: list[_Column],
    factors: NDArray[np.float32],
    k: int,
    skip: NDArray[np.bool_] | None,
) -> np.float32:
    """A score that the ``k``-th best reaches at least: that of the ``k``-th of some promising rows, scored in full."""
    partial = scratch[rows]
    if skip is not None:
        rows, partial = rows[~skip[rows]], partial[~skip[rows]]
    count = min(len(rows), max(k, _CHAMPIONS))
    if count < k:
        return np.float32(0)
    champions = np.argpartition(partial, len(partial) - count)[len(partial) - count :]
    sums = partial[champions]
    for column, factor in zip(later, factors, strict=True):
        sums = sums + column.asked(rows[champions]) * factor
    return np.float32(np.partition(sums, count - k)[count - k])
