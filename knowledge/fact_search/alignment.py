"""Which words ask for which relation, learned from pairs of a question and the relation it asked for.

IBM's first translation model: every token of the relation's name is explained by one token of the question, or by none
of them. Expectation maximisation finds the table t(relation token | question token) from pairs alone, so that 「哪儿人」
comes to mean 籍贯 and a relation never seen in training is still reached through the characters of its name.

    Brown, Della Pietra, Della Pietra and Mercer, "The Mathematics of Statistical Machine Translation", 1993, model 1.
    Berger and Lafferty, "Information Retrieval as Statistical Translation", SIGIR 1999.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["Alignment"]

_SMOOTHING = 0.15  # share of the background in every probability: an unseen pairing is unlikely, not impossible


class Alignment:
    """t(target token | source token) with a background for what no source token explains.

    Attributes:
        sources, targets: token → row, token → column.
        table: ``(n_sources + 1, n_targets)`` float32; row 0 is the empty word, rows sum to 1.
        background: ``(n_targets + 1,)`` float32, how often a target token is asked for; the last is of unseen tokens.
    """

    def __init__(
        self,
        sources: dict[str, int],
        targets: dict[str, int],
        table: sparse.csr_array,
        background: NDArray[np.float32],
    ) -> None:
        self.sources, self.targets, self.table, self.background = sources, targets, table, background

    @classmethod
    def fit(cls, pairs: Iterable[tuple[Sequence[str], Sequence[str]]], iterations: int = 6) -> Alignment:
        """From pairs of ``(source tokens, target tokens)``. Memory: about 40 bytes × Σ |source| × |target|."""
        sources: dict[str, int] = {}
        targets: dict[str, int] = {}
        rows: list[NDArray[np.int64]] = []
        columns: list[NDArray[np.int64]] = []
        slots: list[NDArray[np.int64]] = []
        counts: list[int] = []
        n_slots = 0
        for source, target in pairs:
            from_ = np.array([0, *(sources.setdefault(token, len(sources) + 1) for token in dict.fromkeys(source))])
            to = np.array([targets.setdefault(token, len(targets)) for token in target], np.int64)
            rows.append(np.tile(from_, len(to)))
            columns.append(np.repeat(to, len(from_)))
            slots.append(np.repeat(np.arange(n_slots, n_slots + len(to)), len(from_)))
            counts.extend(to.tolist())
            n_slots += len(to)
        width = max(len(targets), 1)
        background = np.bincount(np.asarray(counts, np.int64), minlength=width).astype(np.float64) + 0.5
        background = np.append(background[: len(targets)], 0.5)
        background /= background.sum()
        if not n_slots:
            empty = sparse.csr_array((len(sources) + 1, len(targets)), dtype=np.float32)
            return cls(sources, targets, empty, background.astype(np.float32))
        row, column, slot = np.concatenate(rows), np.concatenate(columns), np.concatenate(slots)
        cells, cell = np.unique(row * width + column, return_inverse=True)
        cell_row = cells // width
        t: NDArray[np.float64] = np.ones(len(cells))
        for _ in range(iterations):
            share = t[cell]
            share /= np.bincount(slot, share)[slot]  # expectation: which source token explains the target token
            counts_of = np.bincount(cell, share, minlength=len(cells))
            t = counts_of / np.bincount(cell_row, counts_of, minlength=len(sources) + 1)[cell_row]  # maximisation
        shape = (len(sources) + 1, len(targets))
        table = sparse.csr_array((t.astype(np.float32), (cell_row, cells % width)), shape=shape)
        return cls(sources, targets, table, background.astype(np.float32))

    def given(self, source: Iterable[str]) -> NDArray[np.float32]:
        """log p(target token | source tokens) − log p(target token), ``(n_targets + 1,)``; the last is for unseen."""
        rows = [0, *(self.sources[token] for token in dict.fromkeys(source) if token in self.sources)]
        expected = np.zeros(len(self.background), np.float32)
        table = self.table
        for row in rows:
            cells = slice(table.indptr[row], table.indptr[row + 1])
            expected[table.indices[cells]] += table.data[cells]
        expected *= (1 - _SMOOTHING) / len(rows)
        return np.asarray(np.log(expected / self.background + _SMOOTHING), np.float32)

    def columns(self, target: Iterable[str]) -> NDArray[np.int64]:
        """Columns of the target tokens; unseen ones share the last."""
        unseen = len(self.targets)
        return np.array([self.targets.get(token, unseen) for token in target], np.int64)

    # --- keeping -----------------------------------------------------------------------------------------------------

    def arrays(self) -> dict[str, NDArray]:
        """What :meth:`from_arrays` needs, for an ``.npz`` file."""
        return {
            "sources": np.array(list(self.sources), dtype=np.str_),
            "targets": np.array(list(self.targets), dtype=np.str_),
            "data": self.table.data,
            "indices": self.table.indices,
            "indptr": self.table.indptr,
            "background": self.background,
        }

    @classmethod
    def from_arrays(cls, arrays: dict[str, NDArray]) -> Alignment:
        """The model that :meth:`arrays` described."""
        sources = {str(token): row for row, token in enumerate(arrays["sources"], start=1)}
        targets = {str(token): column for column, token in enumerate(arrays["targets"])}
        cells = (arrays["data"], arrays["indices"], arrays["indptr"])
        table = sparse.csr_array(cells, shape=(len(sources) + 1, len(targets)))
        return cls(sources, targets, table, arrays["background"])
