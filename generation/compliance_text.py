"""Text as a filter must read it: 最·佳, 最佳 in full width, 最佳 with a zero-width space and 最最最佳 are all 最佳.

Every step keeps the offset each character came from, so that a finding points at what the writer typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import ahocorasick

from knowledge.text import fold, is_han

__all__ = ["Lexicon", "LexiconError", "Normalised", "normalise"]

_BETWEEN = frozenset(" *._-~·•|/\\+^=＊－―—＿…'\"`°◆★☆●○□■")
_RUN = re.compile(r"(.)\1{2,}|最{2,}")
MAX_ENTRIES = 100_000
LEVELS = ("block", "evidence")


@dataclass(frozen=True, slots=True)
class Normalised:
    """``text`` to match in, and ``at[i]``, where its i-th character stands in the original (one more for the end)."""

    text: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` stands in the original."""
        return self.at[start], self.at[end - 1] + 1


def normalise(text: str) -> Normalised:
    """NFKC, lower case, simplified characters; without invisible characters, marks put between two Chinese
    characters, and repeats (three and more of any character, two and more of 最)."""
    folded = fold(text)
    kept: list[tuple[str, int]] = []
    for i, char in enumerate(folded):
        if unicodedata.category(char) in ("Cf", "Mn", "Me"):
            continue
        if char in _BETWEEN and kept and is_han(kept[-1][0]):
            after = next(
                (c for c in folded[i + 1 : i + 4] if c not in _BETWEEN and unicodedata.category(c) != "Cf"), ""
            )
            if after and is_han(after):
                continue
        kept.append((char, i))
    joined = "".join(char for char, _ in kept)
    out: list[tuple[str, int]] = []
    last = 0
    for match in _RUN.finditer(joined):
        if match.group()[0].isdigit() or match.group()[0] == "\ue000":
            continue  # 1000 is no stutter, nor is a masked name
        out += kept[last : match.start() + 1]
        last = match.end()
    out += kept[last:]
    return Normalised("".join(char for char, _ in out), (*(at for _, at in out), len(text)))


class LexiconError(ValueError):
    """A lexicon that cannot be read; the message names file and line."""


class Lexicon:
    """An operator's own words, found by Aho–Corasick whatever their number.

    Args:
        entries: ``(word, level, what to say instead)``; the level is ``"block"`` or ``"evidence"``.
        name: what findings cite as their rule.
    """

    def __init__(self, entries: Iterable[tuple[str, str, str]], name: str = "lexicon") -> None:
        self.name = name
        self._automaton = ahocorasick.Automaton()
        for count, (word, level, instead) in enumerate(entries):
            key = normalise(word).text.strip()
            if level not in LEVELS:
                raise LexiconError(f"{name}: {word!r} has level {level!r}, which is not one of {', '.join(LEVELS)}")
            if count >= MAX_ENTRIES:
                raise LexiconError(f"{name}: more than {MAX_ENTRIES} entries")
            if key:
                self._automaton.add_word(key, (key, level, instead))
        self._any = len(self._automaton) > 0
        if self._any:
            self._automaton.make_automaton()

    @classmethod
    def load(cls, path: Path) -> Lexicon:
        """A UTF-8 file, one word a line, after tabs its level (``block`` by default) and what to say instead.

        Lines that start with ``#`` are comments. Raises :class:`LexiconError`.
        """
        entries = []
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise LexiconError(f"{path.name}: {error}") from None
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.startswith("#"):
                continue
            word, *rest = (part.strip() for part in line.split("\t"))
            level = rest[0] if rest and rest[0] else "block"
            if level not in LEVELS or len(rest) > 2:
                raise LexiconError(
                    f"{path.name}, line {number}: word, tab, block or evidence, tab, what to say instead"
                )
            entries.append((word, level, rest[1] if len(rest) > 1 else ""))
        return cls(entries, path.stem)

    def find(self, text: Normalised) -> Iterable[tuple[int, int, str, str]]:
        """``(start, end, level, instead)`` in the original, of every entry in ``text``; Latin words only whole."""
        if not self._any:
            return
        for last, (key, level, instead) in self._automaton.iter(text.text):
            start = last - len(key) + 1
            around = text.text[start - 1 : start] if start else "", text.text[last + 1 : last + 2]
            if key[0].isascii() and around[0].isascii() and around[0].isalnum():
                continue
            if key[-1].isascii() and around[1].isascii() and around[1].isalnum():
                continue
            yield *text.span(start, last + 1), level, instead
