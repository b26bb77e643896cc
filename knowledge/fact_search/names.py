"""Names that stand in a text: exactly, without their brackets, without their marks, or only in part.

Names and texts are compared squeezed (see :func:`knowledge.surfaces.squeeze`). An Aho–Corasick automaton finds all
names of an index in one pass over the text, however many there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import ahocorasick

from knowledge.surfaces import squeeze
from knowledge.text import fold, tokens

__all__ = ["Name", "NameFinder", "Occurrence", "bare", "longest_common"]

_BRACKETS = re.compile(r"[(（\[【〔][^()（）\[\]【】〔〕]*[)）\]】〕]")


def bare(name: str) -> str:
    """``name`` without what stands in brackets: 《飘（1939年电影）》 → 《飘》. Never empty unless ``name`` is."""
    rest = _BRACKETS.sub("", name).strip()
    return rest or name


@dataclass(frozen=True, slots=True)
class Name:
    """One way to write a name, and what its comparison needs, worked out once.

    ``key`` is the whole name squeezed, ``core`` what is left of it without brackets, ``hint`` the tokens in the
    brackets, which tell namesakes apart, and ``grams`` the tokens of the core.
    """

    text: str
    literal: str
    key: str
    core: str
    grams: frozenset[str]
    hint: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Name:
        """Reads ``text`` as a name."""
        core = bare(text)
        grams = frozenset(tokens(core))
        return cls(text, fold(text), squeeze(text).text, squeeze(core).text, grams, frozenset(tokens(text)) - grams)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Name number ``name`` stands in ``flat[start:end]``; ``whole`` when with everything in its brackets."""

    name: int
    start: int
    end: int
    whole: bool


class NameFinder:
    """Finds the names of a list in squeezed text."""

    def __init__(self, names: Sequence[Name]) -> None:
        self._bearers: dict[str, list[tuple[int, bool]]] = {}  # squeezed form → [(row of the name, is it the whole)]
        for row, name in enumerate(names):
            for form, whole in {name.core: name.core == name.key, name.key: True}.items():
                if form:
                    self._bearers.setdefault(form, []).append((row, whole))
        self._automaton = ahocorasick.Automaton()
        for form in self._bearers:
            self._automaton.add_word(form, form)
        if self._bearers:
            self._automaton.make_automaton()

    def bearers(self, form: str) -> int:
        """How many names are written like this."""
        return len(self._bearers.get(form, ()))

    def find(self, flat: str) -> list[Occurrence]:
        """Every occurrence in squeezed text, longest first; Latin names only between word edges."""
        if not self._bearers:
            return []
        found = [
            Occurrence(row, last + 1 - len(form), last + 1, whole)
            for last, form in self._automaton.iter(flat)
            if at_word_edges(flat, last + 1 - len(form), last + 1)
            for row, whole in self._bearers[form]
        ]
        return sorted(found, key=lambda hit: (hit.start - hit.end, not hit.whole, hit.start, hit.name))


def at_word_edges(flat: str, start: int, end: int) -> bool:
    """Latin names must not match inside a word; Chinese has no word edges to respect."""
    if start and flat[start].isascii() and flat[start - 1].isascii() and flat[start - 1] != " ":
        return False
    return not (end < len(flat) and flat[end - 1].isascii() and flat[end].isascii() and flat[end] != " ")


def longest_common(text: str, name: str) -> tuple[int, int]:
    """``[start, end)`` of the longest stretch of ``text`` that is also in ``name``; the first of equals.

    >>> longest_common("地牢猎手2是什么语言", "地牢猎人2")
    (0, 3)
    """
    best = (0, 0)
    for start in range(len(text)):
        end = start + best[1] - best[0] + 1
        while end <= len(text) and text[start:end] in name:
            best = (start, end)
            end += 1
    return best


def share(part: Iterable[str], whole: frozenset[str] | set[str]) -> float:
    """Share of ``part`` that is in ``whole``, 0..1; 0 for nothing."""
    items = list(part)
    return sum(item in whole for item in items) / len(items) if items else 0.0
