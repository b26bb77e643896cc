"""Names that were typed wrongly: the nearest ones, and whether one is near enough to be what was meant.

Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals", 1966.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from knowledge.graph import WORK_TYPES, Graph
from knowledge.surfaces import PART, squeeze
from knowledge.text import is_han

__all__ = ["TELLING", "Speller"]

TELLING = frozenset("0123456789一二三四五六七八九十前后续外新")
"""Characters that tell a sequel from its first part: having one more of them is no slip."""


class Speller:
    """Nearest names of works and people.

    Args:
        readings: squeezed surface → ``(entity id, strength)`` of whom it may name.
        degree: entity id → number of facts, which decides between equally near names.
    """

    def __init__(
        self, graph: Graph, readings: Mapping[str, Sequence[tuple[str, float]]], degree: Mapping[str, int]
    ) -> None:
        self.graph = graph
        self._readings = readings
        self._degree = degree
        # Without spaces, so that "grand master" is "grandmaster". Facets are left alone: "comedi" is not worth a guess.
        self.spellable: dict[str, str] = {}
        for text, named in readings.items():
            if any(_spelt(graph.entity(id_).type, strength) for id_, strength in named):
                flat = text.replace(" ", "")
                if len(text) <= len(self.spellable.get(flat, text)):
                    self.spellable[flat] = text
        self._flat = list(self.spellable)
        self._by_size: dict[tuple[bool, int], list[str]] = {}  # by script and length
        for flat in self._flat:
            self._by_size.setdefault((flat.isascii(), len(flat)), []).append(flat)

    def closest(
        self, name: str, *, types: Collection[str] = (), limit: int = 5, cutoff: float = 0.6
    ) -> list[tuple[str, float]]:
        """Works and people spelt most like ``name``: ``(id, similarity 0..1)``, best first, none under ``cutoff``."""
        wanted = squeeze(name).text.replace(" ", "")
        best = {id_: score for id_, score, _ in self._nearest(wanted, types, limit * 4, cutoff)}
        if not wanted:
            return []
        if len(best) < limit and cutoff < 0.7:  # 「totoro」 alone is not a misspelling, but perhaps what was meant
            for flat, surface in self.spellable.items():
                if wanted in flat and len(wanted) * 5 >= len(flat) and (is_han(wanted[0]) or _has_words(surface, name)):
                    for id_, _strength in self._readings[surface]:
                        kind = self.graph.entity(id_).type
                        if kind in types if types else kind in (*WORK_TYPES, "person"):
                            best.setdefault(id_, 0.6 + 0.3 * len(wanted) / len(flat))
        # Of equally close spellings the better known comes first.
        return sorted(best.items(), key=lambda pair: (-pair[1], -self._degree[pair[0]]))[:limit]

    def corrected(self, span: str) -> tuple[tuple[str, float], ...]:
        """``(id, probability)`` of the names that ``span`` may misspell; empty when nothing is close enough."""
        plain = squeeze(span).text
        flat = plain.replace(" ", "")
        if not plain or re.search(r"\d$", plain):
            return ()  # a number at the end is a sequel, not a slip
        chinese = is_han(plain[0])
        if len(plain) < (4 if chinese else 5):
            return ()
        among = [
            n for size in range(len(flat) - 2, len(flat) + 3) for n in self._by_size.get((flat.isascii(), size), ())
        ]
        nearest = self._nearest(flat, (), 12, 0.74 if chinese else 0.84, among)[:3]
        close = [(id_, score) for id_, score, name in nearest if _slip(flat, name)]
        if not close:
            return ()
        top = close[0][1]
        near = [(id_, score) for id_, score in close if top - score < 0.05]
        return tuple((id_, round(score * 0.85 / len(near), 4)) for id_, score in near)

    def _nearest(
        self, wanted: str, types: Collection[str], limit: int, cutoff: float, among: Sequence[str] = ()
    ) -> list[tuple[str, float, str]]:
        """``(id, similarity, name without spaces)`` of the nearest names, each entity once, the better known first."""
        if len(wanted) < 2:
            return []
        rows = process.extract(wanted, among or self._flat, scorer=fuzz.ratio, limit=limit, score_cutoff=cutoff * 100)
        found: dict[str, tuple[str, float, str]] = {}
        for flat, score, _ in rows:
            for id_, _strength in self._readings[self.spellable[flat]]:
                kind = self.graph.entity(id_).type
                if kind in types if types else kind in (*WORK_TYPES, "person"):
                    found.setdefault(id_, (id_, score / 100, flat))
        return sorted(found.values(), key=lambda row: (-row[1], -self._degree[row[0]]))


def _slip(flat: str, name: str) -> bool:
    """Whether ``flat`` is ``name`` with a slip or two: a letter wrong, never a word more, and no 续 or 2."""
    size = len(flat)
    allowed = 1 if size < 7 else 2 if size < 12 or is_han(flat[0]) else 3
    if abs(size - len(name)) > 2 or Levenshtein.distance(flat, name, score_cutoff=allowed) > allowed:
        return False
    if not is_han(flat[0]):
        return True
    return name not in flat and not (set(flat) ^ set(name)) & TELLING


def _has_words(surface: str, name: str) -> bool:
    return re.search(rf"\b{re.escape(squeeze(name).text)}\b", surface) is not None


def _spelt(type_: str, strength: float) -> bool:
    return strength >= PART if type_ in WORK_TYPES else type_ == "person" and strength == 1
