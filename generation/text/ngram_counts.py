"""Counting all n-grams of token sequences with sorted arrays: a gram is a number, a lookup a binary search.

The k-gram that ends at position i is known by a pair: the row of the (k − 1)-gram that ends at i − 1, and the token at
i. Those pairs, packed into one int64 and sorted, are the table of order k; the row of a pair is its place in the table.
So the followers of a context are neighbours, a context's suffix is one gather away, and nothing is a Python object.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["BOUNDARY", "Table", "count", "lay_out", "rows_of", "shifted"]

Ints = NDArray[np.int64]
BOUNDARY = 0  # the token that stands in front of every sequence and is never predicted


@dataclass(frozen=True)
class Table:
    """All distinct grams of one order, sorted by context and then token.

    Attributes:
        keys: (m,) int64, row of the context in the table below × V + token; sorted, distinct.
        suffix: (m,) int64, row in the table below of the gram without its first token (zeros for order 1).
        counts: (m,) int64, occurrences as a predicted event, or, below the highest order, how many different tokens
            precede it (occurrences where the gram begins with the boundary); 0 for grams that are only contexts.
        first: (contexts + 1,) int64, where the followers of each row of the table below begin in ``keys``.
    """

    keys: Ints
    suffix: Ints
    counts: Ints
    first: Ints


def lay_out(sequences: Iterable[Sequence[int] | Ints]) -> Ints:
    """All sequences in one stream, a boundary in front of each: (n,) int64."""
    parts: list[Ints] = []
    for sequence in sequences:
        parts += [np.full(1, BOUNDARY, dtype=np.int64), np.asarray(sequence, dtype=np.int64)]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def count(stream: Ints, order: int, vocabulary: int) -> list[Table]:
    """Tables of orders 1 … ``order``; a gram never reaches across a boundary, and none but the boundary's own ends in one.

    Args:
        stream: of :func:`lay_out`.
        vocabulary: V; tokens are 0 … V − 1.

    Memory: about 40 bytes for each position and order while it runs.
    """
    predicted = stream != BOUNDARY
    places = np.arange(len(stream))  # positions at which a gram of the present order ends
    rows = np.zeros(len(stream), dtype=np.int64)  # of the (k − 1)-gram ending at each position, −1 for none
    opening = np.zeros(0, dtype=bool)
    tables: list[Table] = []
    contexts = 1
    for k in range(1, order + 1):
        before = rows if k == 1 else shifted(rows)
        places = places if k == 1 else np.flatnonzero(predicted & (before >= 0))
        pairs = before[places] * vocabulary + stream[places]
        keys, representative, ids = np.unique(pairs, return_index=True, return_inverse=True)
        counts = np.bincount(ids[predicted[places]], minlength=len(keys)).astype(np.int64)
        suffix = rows[places[representative]]
        if (
            k > 1
        ):  # the table below counts distinct extensions to the left; where the boundary begins a gram there are none
            below = tables[-1]
            kinds = np.bincount(suffix, minlength=len(below.keys))
            tables[-1] = Table(below.keys, below.suffix, np.where(opening, below.counts, kinds), below.first)
        opening = opening[keys // vocabulary] if k > 1 else keys == BOUNDARY
        first = np.searchsorted(keys, np.arange(contexts + 1, dtype=np.int64) * vocabulary)
        tables.append(Table(keys, suffix, counts, first))
        contexts = len(keys)
        rows = np.full(len(stream), -1, dtype=np.int64)
        rows[places] = ids
    return tables


def shifted(rows: Ints) -> Ints:
    """Each position's value one later; −1 at the first."""
    return np.concatenate([np.full(1, -1, dtype=np.int64), rows[:-1]]) if len(rows) else rows


def rows_of(table: Table, contexts: Ints, tokens: Ints, vocabulary: int) -> Ints:
    """Rows of the grams (context row, token), −1 where a gram, or its context (row −1), was never seen."""
    keys = contexts * vocabulary + tokens
    places = np.searchsorted(table.keys, keys)
    found = np.take(table.keys, places, mode="clip") == keys if len(table.keys) else np.zeros(len(keys), dtype=bool)
    return np.where(found & (contexts >= 0), places, -1)
