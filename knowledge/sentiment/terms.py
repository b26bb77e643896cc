"""Finding the words of a list in running text, both languages at once, in time linear in the text.

Chinese has no word breaks, so the longest listed word wins where several begin (好看 before 好); a word in Latin letters
counts only whole ("art" is not in "start").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from knowledge.text import fold

__all__ = ["Term", "TermFinder"]


@dataclass(frozen=True, slots=True)
class Term:
    """One listed word where it stands: ``text[start:end]`` folds to ``word``."""

    start: int
    end: int
    word: str


def _joins(char: str) -> bool:
    """Whether a Latin word goes on through this character."""
    return char.isascii() and (char.isalnum() or char == "'")


class TermFinder:
    """Listed words, ready to be looked for; never changes.

    Args:
        words: in any case and script; blank ones are ignored.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = {folded for word in words if (folded := fold(word).strip())}
        lengths: dict[str, set[int]] = {}
        for word in self._words:
            lengths.setdefault(word[0], set()).add(len(word))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def __len__(self) -> int:
        return len(self._words)

    def find(self, folded: str) -> Iterator[Term]:
        """Listed words in order, none overlapping another. ``folded`` is what :func:`knowledge.text.fold` returned."""
        at, size = 0, len(folded)
        while at < size:
            end = self._longest(folded, at, size)
            if end:
                yield Term(at, end, folded[at:end])
            at = end or at + 1

    def _longest(self, folded: str, at: int, size: int) -> int:
        """Where the longest word that begins here ends; 0 if none does."""
        lengths = self._lengths.get(folded[at])
        if not lengths or (at and _joins(folded[at]) and _joins(folded[at - 1])):
            return 0
        for length in lengths:
            end = at + length
            if end > size or folded[at:end] not in self._words:
                continue
            if end < size and _joins(folded[end - 1]) and _joins(folded[end]):
                continue
            return end
        return 0
