"""Conversations as sparse rows: what the last turn, the one before and the earlier ones mention, and their words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from knowledge.text import tokens
from recsys.dialogue_ranking.cases import Case
from recsys.dialogue_ranking.links import Links
from recsys.dialogue_ranking.mentions import Mention, NameFinder, is_single, place

__all__ = ["Reader", "Talk"]

_FADE = 0.7
"""What a mention keeps of its weight for every turn that lies between it and the last."""

_MOSTLY, _PRIOR_SURE = 0.3, 1.0
"""A name is taken for a mention when this share of its occurrences are; one more of each kind is assumed."""


@dataclass(frozen=True)
class Talk:
    """``n`` conversations, one row each. All float32 CSR.

    Attributes:
        last: ``(n, n_entities)``, 1 where the last turn mentions it.
        previous: the same of the turn before the last.
        earlier: the same of all turns before that, faded by distance.
        focus: 1 for the entities mentioned latest of all.
        words: ``(n, n_words)``, how often each word stands in the whole context.
        words_last: the same of the last turn.
        shape: ``(n, n_shapes)``, 1 where the last turn has this run of one to three words, names masked by their type.
        turns: ``(n,)`` number of turns.
    """

    last: sparse.csr_matrix
    previous: sparse.csr_matrix
    earlier: sparse.csr_matrix
    focus: sparse.csr_matrix
    words: sparse.csr_matrix
    words_last: sparse.csr_matrix
    shape: sparse.csr_matrix
    turns: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.turns)

    def rows(self, chosen: NDArray[np.int64] | slice) -> Talk:
        """Some of the conversations."""
        return Talk(*(getattr(self, name)[chosen] for name in Talk.__dataclass_fields__))

    @property
    def mentioned(self) -> sparse.csr_matrix:
        """``(n, n_entities)``, 1 for whatever is mentioned anywhere."""
        union = sparse.csr_matrix(self.last + self.previous + self.earlier)
        union.data[:] = 1.0
        return union


class Reader:
    """Turns conversations into :class:`Talk` rows.

    Attributes:
        vocabulary: word → column of ``words``.
        shapes: run of words → column of ``shape``.
        unsure: entities whose names, where they stand in a text, mostly mean something else (*Yes*, *Love*): they count
            as mentioned only when that is given.
    """

    def __init__(
        self, links: Links, vocabulary: dict[str, int], shapes: dict[str, int], unsure: Iterable[int] = ()
    ) -> None:
        self.links, self.vocabulary, self.shapes = links, vocabulary, shapes
        self.unsure = frozenset(unsure)
        sure = [() if at in self.unsure else names for at, names in enumerate(links.names)]
        self._finder = NameFinder(sure, links.uncapitalised)
        self._by_name: dict[str, int] = {}
        for row, spellings in enumerate(links.names):
            for spelling in spellings:
                self._by_name.setdefault(spelling, row)

    @classmethod
    def fit(cls, links: Links, cases: Sequence[Case], *, min_words: int = 2, most_shapes: int = 1000) -> Reader:
        """Takes words that at least ``min_words`` turns of ``cases`` hold, and the commonest shapes; no targets."""
        unsure = _unsure(cls(links, {}, {}), cases)
        sure = cls(links, {}, {}, unsure)
        words: Counter[str] = Counter()
        shapes: Counter[str] = Counter()
        turns = list(dict.fromkeys(turn for case in cases for turn in case.context))
        for turn in turns:
            words.update(set(tokens(turn)))
        for case in dict.fromkeys(case.context[-1:] for case in cases):
            for turn in case:
                shapes.update(_shapes(turn, sure._finder.find(turn), links))
        return cls(
            links,
            {word: at for at, word in enumerate(sorted(w for w, n in words.items() if n >= min_words))},
            {shape: at for at, shape in enumerate(sorted(sorted(shapes, key=lambda s: (-shapes[s], s))[:most_shapes]))},
            unsure,
        )

    def entity(self, name: str) -> int | None:
        """Row of an id or a name, ``None`` when the graph has neither."""
        row = self.links.entity_row.get(name)
        return self._by_name.get(name) if row is None else row

    def read(self, cases: Sequence[Case]) -> Talk:
        """One row per case; entities that the graph does not know are left out."""
        cache: dict[str, list[Mention]] = {}
        rows: dict[str, list[tuple[int, int, float]]] = {name: [] for name in Talk.__dataclass_fields__}
        for at, case in enumerate(cases):
            known = [(row, name) for name in case.entities if (row := self.entity(name)) is not None]
            mentions = place(self._finder, case.context, known, cache)
            final = max(len(case.context) - 1, 0)
            for m in mentions:
                back = final - m.turn
                group = ("last", "previous")[back] if back < 2 else "earlier"
                rows[group].append((at, m.entity, 1.0 if back < 2 else _FADE ** (back - 1)))
            if mentions:
                place_of_last = (mentions[-1].turn, mentions[-1].start)
                rows["focus"] += [(at, m.entity, 1.0) for m in mentions if (m.turn, m.start) == place_of_last]
            for group, texts in (("words", case.context), ("words_last", case.context[-1:])):
                counts = Counter(word for text in texts for word in tokens(text))
                rows[group] += [(at, self.vocabulary[w], float(n)) for w, n in counts.items() if w in self.vocabulary]
            for turn in case.context[-1:]:
                here = [m for m in mentions if m.turn == final]
                found = _shapes(turn, here, self.links)
                rows["shape"] += [(at, self.shapes[s], 1.0) for s in found if s in self.shapes]
        n, width = len(cases), len(self.links.names)
        last, previous, earlier, focus = (
            _csr(rows[name], (n, width), clip=True) for name in ("last", "previous", "earlier", "focus")
        )
        words, words_last = (_csr(rows[name], (n, max(len(self.vocabulary), 1))) for name in ("words", "words_last"))
        shape = _csr(rows["shape"], (n, max(len(self.shapes), 1)))
        turns = np.array([len(case.context) for case in cases], np.float32)
        return Talk(last, previous, earlier, focus, words, words_last, shape, turns)


def _unsure(reader: Reader, cases: Sequence[Case]) -> frozenset[int]:
    """Entities found in the texts of cases that say what is mentioned, and are mostly not among it."""
    found: Counter[int] = Counter()
    given: Counter[int] = Counter()
    for case in cases:
        if case.entities:
            known = {row for name in case.entities if (row := reader.entity(name)) is not None}
            here = {m.entity for turn in case.context for m in reader._finder.find(turn)}
            found.update(here)
            given.update(here & known)
    # Genres mean what they say even where nobody cared to mark them, and so do names of several words.
    return frozenset(
        row
        for row, n in found.items()
        if row not in reader.links.uncapitalised
        and any(is_single(name) for name in reader.links.names[row])
        and given[row] + _PRIOR_SURE < _MOSTLY * (n + 2 * _PRIOR_SURE)
    )


def _csr(entries: list[tuple[int, int, float]], shape: tuple[int, int], *, clip: bool = False) -> sparse.csr_matrix:
    at = np.array(entries, np.float64).reshape(-1, 3)
    matrix = sparse.csr_matrix((at[:, 2].astype(np.float32), (at[:, 0].astype(int), at[:, 1].astype(int))), shape=shape)
    matrix.sum_duplicates()
    if clip:
        np.minimum(matrix.data, 1.0, out=matrix.data)
    return matrix


def _shapes(turn: str, mentions: Sequence[Mention], links: Links) -> set[str]:
    """Runs of one to three words, each name replaced by a mask: what is asked, whoever it is asked about."""
    pieces: list[str] = []
    at = 0
    for m in sorted(mentions, key=lambda m: (m.start, -m.end)):
        if m.start < at:
            continue
        pieces += tokens(turn[at : m.start])
        pieces.append("<item>" if links.item_of.indptr[m.entity + 1] > links.item_of.indptr[m.entity] else "<name>")
        at = m.end
    pieces += tokens(turn[at:])
    marked = ["^", *pieces, "$"]
    return {" ".join(marked[i : i + n]) for n in (1, 2, 3) for i in range(len(marked) - n + 1)}
