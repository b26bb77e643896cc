"""Names that were typed wrongly: the nearest ones, and whether one is near enough to be what was meant.

Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals", 1966.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from knowledge.graph import WORK_TYPES, Graph
from knowledge.surfaces import squeeze, surfaces
from knowledge.text import is_han

__all__ = ["Speller"]


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
        self._spellable: dict[str, str] = {}
        for text, named in readings.items():
            if any(_spelt(graph.entity(id_).type, strength) for id_, strength in named):
                self._spellable.setdefault(text.replace(" ", ""), text)

    def closest(
        self, name: str, *, types: Collection[str] = (), limit: int = 5, cutoff: float = 0.6
    ) -> list[tuple[str, float]]:
        """Works and people spelt most like ``name``: ``(id, similarity 0..1)``, best first, none under ``cutoff``."""
        wanted = squeeze(name).text.replace(" ", "")
        if len(wanted) < 2:
            return []
        rows = process.extract(
            wanted, self._spellable.keys(), scorer=fuzz.ratio, limit=limit * 4, score_cutoff=cutoff * 100
        )
        best: dict[str, float] = {}
        for flat, score, _ in rows:
            for id_, _partial in self._readings[self._spellable[flat]]:
                kind = self.graph.entity(id_).type
                if (kind in types if types else kind in (*WORK_TYPES, "person")) and id_ not in best:
                    best[id_] = score / 100
        if len(best) < limit and cutoff < 0.7:  # 「totoro」 alone is not a misspelling, but perhaps what was meant
            for flat, surface in self._spellable.items():
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
        if not plain or re.search(r"\d$", plain):
            return ()  # a number at the end is a sequel, not a slip
        chinese = is_han(plain[0])
        if len(plain) < (4 if chinese else 5):
            return ()
        close = self.closest(span, cutoff=0.74 if chinese else 0.84, limit=3)
        close = [(id_, score) for id_, score in close if self._slip(plain, id_)]
        if not close:
            return ()
        top = close[0][1]
        near = [(id_, score) for id_, score in close if top - score < 0.05]
        return tuple((id_, round(score * 0.85 / len(near), 4)) for id_, score in near)

    def _slip(self, plain: str, entity_id: str) -> bool:
        """Whether ``plain`` is a name of the entity with a slip or two: a letter wrong, never a word more."""
        flat = plain.replace(" ", "")
        allowed = (
            (1 if len(flat) < 7 else 2) if is_han(flat[0]) else (1 if len(flat) < 7 else 2 if len(flat) < 12 else 3)
        )
        names = (surface.text.replace(" ", "") for surface in surfaces(self.graph.entity(entity_id)))
        return any(Levenshtein.distance(flat, name, score_cutoff=allowed) <= allowed for name in names)


def _has_words(surface: str, name: str) -> bool:
    return re.search(rf"\b{re.escape(squeeze(name).text)}\b", surface) is not None


def _spelt(type_: str, strength: float) -> bool:
    return type_ in WORK_TYPES or (type_ == "person" and strength == 1)
