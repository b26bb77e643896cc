"""What was added, changed and deleted since an index was compiled: small, exact, and cheap to write to.

A changed document's postings in the compiled table are hidden, and its present ones stand here, in dictionaries by
term. Document frequencies follow: those of the table, less the hidden ones, plus these.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from knowledge.search.postings import Postings, Run

__all__ = ["Changes"]


class Changes:
    """Changes on top of ``base``, a table over rows ``0 .. n_rows``.

    Memory: about 250 bytes per term of a changed document, and one per row.
    """

    def __init__(self, base: Postings, n_rows: int) -> None:
        self.base = base
        self.hidden = np.zeros(n_rows, np.bool_)
        self.spent = 0
        """Postings that queries have weighed since; the owner compiles when they outweigh compiling."""
        self._documents: dict[int, Mapping[int, int]] = {}
        self._cells: dict[int, dict[int, int]] = {}  # term → row → count
        self._unseen: list[int] = []  # hidden, and not yet taken off the frequencies
        self._lost = np.zeros(len(base.indptr) - 1, np.int64)

    def put(self, row: int, counts: Mapping[int, int]) -> None:
        """The document at ``row`` now holds these terms."""
        self.drop(row)
        self._documents[row] = counts
        for term, count in counts.items():
            self._cells.setdefault(term, {})[row] = count

    def drop(self, row: int) -> None:
        """The document at ``row`` holds nothing any more."""
        for term in self._documents.pop(row, ()):
            del self._cells[term][row]
        if row < len(self.hidden) and not self.hidden[row]:
            self.hidden[row] = True
            self._unseen.append(row)

    def frequencies(self, n_terms: int) -> NDArray[np.int64]:
        """In how many documents each term stands now.

        The first call after documents of the table were changed or deleted reads all its rows once, however many they
        were: 20 ms for ten million postings.
        """
        if self._unseen:
            lately = np.zeros(len(self.hidden), np.bool_)
            lately[self._unseen] = True
            cells = np.flatnonzero(lately[self.base.rows])
            terms = np.searchsorted(self.base.indptr, cells, "right") - 1
            self._lost += np.bincount(terms, minlength=len(self._lost))
            self._unseen.clear()
        df = np.zeros(n_terms, np.int64)
        df[: len(self._lost)] = self.base.frequencies() - self._lost
        for term, cells_of in self._cells.items():
            df[term] += len(cells_of)
        return df

    def cells(self, term: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """The rows that hold a term now, and how often, in no order."""
        new = self._cells.get(term, {})
        rows = np.fromiter(new.keys(), np.int32, len(new))
        tf = np.fromiter(new.values(), np.float64, len(new))
        if term < len(self._lost):
            of = slice(self.base.indptr[term], self.base.indptr[term + 1])
            kept = ~self.hidden[self.base.rows[of]]
            rows = np.concatenate([self.base.rows[of][kept], rows])
            tf = np.concatenate([self.base.tf[of][kept], tf])
        return rows, tf

    def run(self) -> Run:
        """All of it, rows ascending within a term."""
        terms = sorted(term for term, cells in self._cells.items() if cells)
        counts = [len(self._cells[term]) for term in terms]
        pairs = [pair for term in terms for pair in sorted(self._cells[term].items())]
        cells = np.array(pairs, np.int64).reshape(-1, 2)
        width = np.min_scalar_type(int(cells[:, 1].max()) if len(cells) else 0)
        return Run(
            np.array(terms, np.int64),
            np.array(counts, np.int64),
            cells[:, 0].astype(np.int32),
            cells[:, 1].astype(width),
        )

    def rewritten(self) -> list[int]:
        """Terms of documents that stood in the table already: their rows need sorting once both are together."""
        return sorted({term for row, counts in self._documents.items() if row < len(self.hidden) for term in counts})
