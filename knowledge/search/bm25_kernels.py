"""The compiled way of :mod:`knowledge.search.topk`: the same search, the same bits, several times as fast.

Rows are visited in windows. In each, the terms that can lift a row into the best ``k`` (the *essential* ones, fewer as
the list fills) are added up in a buffer that stays in the core's cache; the rows that can still make it are then
looked up in the other terms, the most telling first, and dropped as soon as they cannot.

Terms that stand in a large share of the rows are written out, row by row: they are added to the buffer by vector
instructions and looked up in one step.

Importing this module needs numba and compiles for a few seconds, once per machine: the result is kept beside this file
(or in numba's own cache folder where that is read-only) and loaded in well under a second afterwards. Nothing else
imports it but :mod:`knowledge.search.searching`. The kernel lets go of the interpreter lock, reads what it is
given and writes only to its arguments: threads may run it side by side. Rows out of range, in a damaged file that
was mapped unread, are passed over; they never write outside the buffers.

    Turtle and Flood, 1995 (MaxScore); Grand et al., "From MAXSCORE to Block-Max WAND: the story of how Lucene
    significantly improved query evaluation performance", ECIR 2020 (windows).
"""

from __future__ import annotations

import numpy as np
from numba import njit, types

__all__ = ["WINDOW", "top_many"]

WINDOW = 1 << 16
"""Rows in a window when few postings enter; an eighth of it when many do."""

_NARROW = 1 << 13
_BLOCK = 64  # places compared at once with the bar: the loop over them becomes vector instructions
_SAMPLE = 1 << 12  # postings looked at for a first guess
_CHAMPIONS = 32  # rows scored in full for it


def _frozen(dtype: types.Type) -> types.Array:
    return types.Array(dtype, 1, "C", readonly=True)


@njit(inline="always")
def _worse(score, row, other_score, other_row):  # type: ignore[no-untyped-def]
    return score < other_score or (score == other_score and row > other_row)


@njit(inline="always")
def _sink(scores, rows, size):  # type: ignore[no-untyped-def]
    """Lets the top of a heap, worst first, sink to its place."""
    at = 0
    score, row = scores[0], rows[0]
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and _worse(scores[child + 1], rows[child + 1], scores[child], rows[child]):
            child += 1
        if not _worse(scores[child], rows[child], score, row):
            break
        scores[at], rows[at] = scores[child], rows[child]
        at = child
    scores[at], rows[at] = score, row


@njit(inline="always")
def _rise(scores, rows, at):  # type: ignore[no-untyped-def]
    """Lets the last of a heap, worst first, rise to its place."""
    score, row = scores[at], rows[at]
    while at > 0:
        parent = (at - 1) >> 1
        if not _worse(score, row, scores[parent], rows[parent]):
            break
        scores[at], rows[at] = scores[parent], rows[parent]
        at = parent
    scores[at], rows[at] = score, row


@njit(inline="always")
def _seek(rows, start, stop, row):  # type: ignore[no-untyped-def]
    """The first place in ``start:stop`` whose row is not below ``row``; steps double, then halve."""
    if start >= stop or rows[start] >= row:
        return start
    step = 1
    low = start
    while low + step < stop and rows[low + step] < row:
        low += step
        step *= 2
    high = min(low + step, stop)
    low += 1
    while low < high:
        middle = (low + high) >> 1
        if rows[middle] < row:
            low = middle + 1
        else:
            high = middle
    return low


@njit(inline="always")
def _offer(scores, rows, size, score, row):  # type: ignore[no-untyped-def]
    """Puts a row into a heap, worst first, as long as ``scores``; returns how many it holds then."""
    if size < len(scores):
        scores[size], rows[size] = score, row
        _rise(scores, rows, size)
        return size + 1
    if _worse(scores[0], rows[0], score, row):
        scores[0], rows[0] = score, row
        _sink(scores, rows, size)
    return size


@njit(inline="always")
def _skipped(skip, row):  # type: ignore[no-untyped-def]
    return len(skip) > 0 and (row < 0 or row >= len(skip) or skip[row])


@njit(inline="always")
def _add_up(rows, weights, start, stop, factor, base, window, buffer):  # type: ignore[no-untyped-def]
    """Adds a term's weights in the window; returns where it goes on after."""
    stop = _seek(rows, start, stop, base + window)
    for p in range(start, stop):
        place = np.uint64(np.int64(rows[p]) - base)
        if place < window:
            buffer[place] += weights[p] * factor
    return stop


@njit(inline="always")
def _spread(column, base, width, factor, buffer):  # type: ignore[no-untyped-def]
    """Adds a term that is written out."""
    for place in range(width):
        buffer[place] += column[base + place] * factor


@njit
def _guess(rows, weights, wide, of, n_rows, at, end, factor, constant, skip, buffer, near, partial, best_rows, best):  # type: ignore[no-untyped-def]
    """A score that the ``k``-th best reaches at least: that of the ``k``-th of some promising rows, scored in full.

    Promising are those with most of the rarest terms. They are added up in slots shared by rows 2¹⁶ apart: a mix-up
    makes a worse choice, not a wrong score.
    """
    k, m = len(best), len(at)
    cells = taken = 0
    while taken < m and (taken == 0 or cells + end[taken] - at[taken] <= _SAMPLE):
        cells += end[taken] - at[taken]
        taken += 1
    for i in range(taken):
        f = factor[i]
        for p in range(at[i], min(end[i], at[i] + _SAMPLE)):
            buffer[rows[p] & (WINDOW - 1)] += weights[p] * f
    champions = max(k, _CHAMPIONS)
    chosen_rows, chosen = near[:champions], partial[:champions]
    size = 0
    for i in range(taken):
        for p in range(at[i], min(end[i], at[i] + _SAMPLE)):
            slot = rows[p] & (WINDOW - 1)
            score = buffer[slot]
            if score > 0:
                buffer[slot] = 0
                if (size < champions or score > chosen[0]) and 0 <= rows[p] < n_rows and not _skipped(skip, rows[p]):
                    size = _offer(chosen, chosen_rows, size, score, rows[p])
    found = 0
    for c in range(size):
        score = np.float32(0)
        for i in range(m):
            if of[i] >= 0:
                score += wide[of[i], chosen_rows[c]] * factor[i]
                continue
            p = _seek(rows, at[i], end[i], chosen_rows[c])
            if p < end[i] and rows[p] == chosen_rows[c]:
                score += weights[p] * factor[i]
        found = _offer(best, best_rows, found, score + constant, chosen_rows[c])
    return best[0] if found == k else np.float32(0)


@njit
def _search(  # type: ignore[no-untyped-def]
    indptr,
    rows,
    weights,
    bounds,
    wide,
    wide_of,
    terms,
    factors,
    constant,
    least,
    n_rows,
    skip,
    buffer,
    near,
    partial,
    best_rows,
    best,
):
    """One query; fills ``best_rows`` and ``best``, best first, and returns how many."""
    k, m = len(best), len(terms)
    slack = 1.0 + (m + 4) * 2.0**-23  # more than rounding m sums can add

    # Terms by the most that they can add, most first (a stable insertion sort: queries are short).
    order = np.arange(m)
    most = np.empty(m)
    for i in range(m):
        value = bounds[terms[i]] * factors[i]
        j = i
        while j > 0 and most[j - 1] < value:
            most[j], order[j] = most[j - 1], order[j - 1]
            j -= 1
        most[j], order[j] = value, i
    at, end, factor = np.empty(m, np.int64), np.empty(m, np.int64), np.empty(m, np.float32)
    of = np.empty(m, np.int64)  # its row of `wide`
    rest = np.zeros(m + 1)  # what the terms from here on can add
    cells = 0
    for i in range(m):
        term = terms[order[i]]
        at[i], end[i], factor[i] = indptr[term], indptr[term + 1], factors[order[i]]
        of[i] = wide_of[term]
        cells += end[i] - at[i]
    for i in range(m - 1, -1, -1):
        rest[i] = rest[i + 1] + most[i]

    if cells > _SAMPLE // 2 and k <= 8 * _CHAMPIONS:
        least = max(
            least,
            _guess(
                rows, weights, wide, of, n_rows, at, end, factor, constant, skip, buffer, near, partial, best_rows, best
            ),
        )

    size = 0
    essential = m
    before = np.empty(m, np.int64)
    done = np.int64(0)  # rows below have been visited
    while True:
        while essential > 0 and (rest[essential - 1] + constant) * slack < least:
            essential -= 1
        entering = 0
        base = np.int64(2**31)
        for i in range(essential):
            if of[i] >= 0:
                entering += max(n_rows - done, 0)
                if done < n_rows:
                    base = min(base, done)
            elif at[i] < end[i]:
                base = min(base, np.int64(rows[at[i]]))
                entering += end[i] - at[i]
        if entering == 0:
            break
        window = WINDOW if entering * 16 < n_rows else _NARROW
        width = min(window, n_rows - base)  # what of it there is
        done = max(done, base + window)

        # Add up the essential terms.
        inside = 0
        for i in range(essential):
            before[i] = at[i]
            if of[i] >= 0:
                _spread(wide[of[i]], base, width, factor[i], buffer)
                inside += window
            else:
                at[i] = _add_up(rows, weights, at[i], end[i], factor[i], base, window, buffer)
                inside += at[i] - before[i]

        # Who can still make it?
        found = 0
        asked = essential
        bar = np.float32(max((least / slack - constant) - rest[asked], 1e-30))
        if inside * 4 > window:
            while asked < m:
                # Many rows to look up cost more than adding the next term up as well.
                running = 0
                for place in range(window):
                    running += buffer[place] >= bar
                if of[asked] >= 0:
                    if running * 16 < window:
                        break
                    _spread(wide[of[asked]], base, width, factor[asked], buffer)
                else:
                    if running * 16 < (end[asked] - at[asked]) * window / max(n_rows - base, window):
                        break
                    start = _seek(rows, at[asked], end[asked], base)
                    at[asked] = _add_up(rows, weights, start, end[asked], factor[asked], base, window, buffer)
                asked += 1
                bar = np.float32(max((least / slack - constant) - rest[asked], 1e-30))
            for first in range(0, window, _BLOCK):
                running = 0
                for place in range(first, first + _BLOCK):
                    running += buffer[place] >= bar
                if running:
                    for place in range(first, first + _BLOCK):
                        if buffer[place] >= bar:
                            near[found], partial[found] = base + place, buffer[place]
                            found += 1
            buffer[:window] = 0
        else:
            for i in range(essential):
                for p in range(before[i], at[i]):
                    place = np.uint64(np.int64(rows[p]) - base)
                    if place < window:
                        score = buffer[place]
                        buffer[place] = 0
                        if score >= bar and 0 <= rows[p] < n_rows:
                            near[found], partial[found] = rows[p], score
                            found += 1
        if len(skip) > 0:
            kept = 0
            for c in range(found):
                if not _skipped(skip, near[c]):
                    near[kept], partial[kept] = near[c], partial[c]
                    kept += 1
            found = kept

        # Ask the other terms about those, and drop a row as soon as it cannot.
        for i in range(asked, m):
            if found == 0:
                break
            f = factor[i]
            bar = np.float32(max((least / slack - constant) - rest[i + 1], 1e-30))
            kept = 0
            if of[i] >= 0:
                column = wide[of[i]]
                for c in range(found):
                    score = partial[c] + column[near[c]] * f
                    near[kept], partial[kept] = near[c], score
                    kept += score >= bar
                found = kept
                continue
            at[i] = _seek(rows, at[i], end[i], base)
            p, previous = at[i], base
            for c in range(found):
                row = np.int64(near[c])
                p = _seek(rows, p if row >= previous else at[i], end[i], row)
                previous = row
                score = partial[c]
                if p < end[i] and rows[p] == row:
                    score += weights[p] * f
                if score >= bar:
                    near[kept], partial[kept] = near[c], score
                    kept += 1
            found = kept

        for c in range(found):
            score = partial[c] + constant
            if score >= least:
                size = _offer(best, best_rows, size, score, near[c])
                if size == k:
                    least = max(least, best[0])

    # The worst goes to the end, again and again.
    for last in range(size - 1, 0, -1):
        score, row = best[0], best_rows[0]
        best[0], best_rows[0] = best[last], best_rows[last]
        _sink(best, best_rows, last)
        best[last], best_rows[last] = score, row
    return size


@njit(
    [
        types.void(
            _frozen(types.int64),
            _frozen(types.int32),
            _frozen(types.float32),
            _frozen(types.float64),
            types.Array(types.float32, 2, "C", readonly=True),
            _frozen(types.int32),
            types.int64[::1],
            types.float32[::1],
            types.int64[::1],
            types.float32[::1],
            types.float32[::1],
            types.int64,
            types.boolean[::1],
            types.float32[::1],
            types.int32[::1],
            types.float32[::1],
            types.int32[:, ::1],
            types.float32[:, ::1],
            types.int64[::1],
        )
    ],
    cache=True,
    nogil=True,
)
def top_many(  # type: ignore[no-untyped-def]
    indptr, rows, weights, bounds, wide, wide_of, terms, factors, offsets, constants, floors, n_rows, skip, buffer, near, partial,
    best_rows, best, counts,
):  # fmt: skip
    """Searches for each of ``n`` queries; the arrays of a :class:`knowledge.search.topk.Matrix` come first.

    Args:
        terms: int64, all queries' terms end to end; none has a negative weight.
        factors: float32, what each is multiplied by.
        offsets: ``(n + 1,)`` int64, where each query starts.
        constants: ``(n,)`` float32, added to every row.
        floors: ``(n,)`` float32, the least score that counts: the next after the constant.
        skip: ``(n_rows,)`` bool, rows to leave out; or empty.
        buffer: ``(WINDOW,)`` float32 zeros, left so.
        near: ``(WINDOW,)`` int32, overwritten.
        partial: ``(WINDOW,)`` float32, overwritten.
        best_rows: ``(n, k)`` int32, filled, best first.
        best: ``(n, k)`` float32, their scores.
        counts: ``(n,)`` int64, how many of the ``k`` were found: rows that score more than the constant.
    """
    for q in range(len(counts)):
        asked = slice(offsets[q], offsets[q + 1])
        counts[q] = _search(
            indptr, rows, weights, bounds, wide, wide_of, terms[asked], factors[asked], constants[q], floors[q], n_rows, skip,
            buffer, near, partial, best_rows[q], best[q],
        )  # fmt: skip
