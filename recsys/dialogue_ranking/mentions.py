"""What a conversation mentions, and where: names found in its turns, longest first, joined with what is already known.

A name of one word counts only when it is written with a capital (or is the name of something like a genre, which
nobody capitalises): otherwise *It*, *Her* and *Us* would be in every conversation.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from knowledge.text import fold, is_han

__all__ = ["Mention", "NameFinder", "is_single", "place"]

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_BRACKETED = re.compile(r"\s*\([^()]*\)\s*$")
_LONGEST = 12  # words


@dataclass(frozen=True, slots=True)
class Mention:
    """Entity row ``entity`` stands in turn ``turn`` at characters ``start`` to ``end``."""

    entity: int
    turn: int
    start: int
    end: int


class NameFinder:
    """Finds names of up to 12 words in a text, by a dictionary of their folded words.

    Args:
        names: for each entity row, the ways to write its name; something in brackets at the end is optional
            (*Up (2009 film)* is found as *Up*).
        lower: rows whose one-word names count in lower case as well.
    """

    def __init__(self, names: Sequence[Iterable[str]], lower: Collection[int] = ()) -> None:
        self._rows: dict[tuple[str, ...], list[int]] = {}
        self._lower = frozenset(lower)
        for row, spellings in enumerate(names):
            for spelling in spellings:
                for form in {spelling, _BRACKETED.sub("", spelling)}:
                    key = tuple(_WORD.findall(fold(form)))
                    if 0 < len(key) <= _LONGEST and row not in self._rows.setdefault(key, []):
                        self._rows[key].append(row)
        self._lengths: dict[str, list[int]] = {}  # first word → lengths of the names that begin with it, longest first
        for key in self._rows:
            self._lengths.setdefault(key[0], []).append(len(key))
        for word, lengths in self._lengths.items():
            self._lengths[word] = sorted(set(lengths), reverse=True)

    def find(self, text: str, turn: int = 0) -> list[Mention]:
        """Mentions in ``text``, left to right, none inside a longer one; namesakes all come, at the same place."""
        words = [(match.group(), match.start(), match.end()) for match in _WORD.finditer(fold(text))]
        keys = [word for word, _, _ in words]
        found: list[Mention] = []
        at = 0
        while at < len(keys):
            for length in self._lengths.get(keys[at], ()):
                rows = self._rows.get(tuple(keys[at : at + length])) if at + length <= len(keys) else None
                if rows and length == 1:
                    rows = self._single(rows, text, words[at])
                if rows:
                    found.extend(Mention(row, turn, words[at][1], words[at + length - 1][2]) for row in rows)
                    at += length
                    break
            else:
                at += 1
        return found

    def _single(self, rows: list[int], text: str, word: tuple[str, int, int]) -> list[int]:
        _, start, _ = word
        if text[start].isupper() or text[start].isdigit() or is_han(text[start]):
            return rows
        return [row for row in rows if row in self._lower]


def is_single(name: str) -> bool:
    """Whether a name, without what is in brackets at its end, is one word."""
    return len(_WORD.findall(_BRACKETED.sub("", name))) == 1


def place(
    finder: NameFinder, turns: Sequence[str], known: Iterable[tuple[int, str]], cache: dict[str, list[Mention]] | None
) -> list[Mention]:
    """Everything ``turns`` mention, in the order of the text.

    Args:
        known: (entity row, its name as it was given) of what is already known to be mentioned. It is placed in the
            last turn that holds the name, or in the last turn when none does.
        cache: text → mentions, filled as it goes: turns come back in every later case of their conversation.
    """
    mentions: dict[tuple[int, int, int], Mention] = {}
    for turn, text in enumerate(turns):
        if cache is not None and text not in cache:
            cache[text] = finder.find(text)
        for m in cache[text] if cache is not None else finder.find(text):
            mentions[m.entity, turn, m.start] = Mention(m.entity, turn, m.start, m.end)
    there = {m.entity for m in mentions.values()}
    folded = [fold(text) for text in turns]
    for row, name in known:
        if row in there:
            continue
        key = fold(name)
        turn = next((t for t in range(len(turns) - 1, -1, -1) if key in folded[t]), len(turns) - 1)
        start = max(folded[turn].rfind(key), 0) if turns else 0
        mentions[row, turn, start] = Mention(row, max(turn, 0), start, start + len(name) if turns else 0)
    return sorted(mentions.values(), key=lambda m: (m.turn, m.start, m.entity))
