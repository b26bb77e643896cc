"""Words that must appear: where each hypothesis stands with them, and how a beam is shared among them.

Lexically constrained decoding with dynamic beam allocation (Post & Vilar 2018, "Fast Lexically Constrained Decoding with Dynamic
Beam Allocation for Neural Machine Translation", §3): hypotheses are grouped into banks by the number of required tokens they
hold, and every bank gets its share of the beam, so that a hypothesis on its way to a required word is not pushed out by likelier ones
that have none. Each phrase is followed by a Knuth–Morris–Pratt automaton, so that "a a b" is found in "a a a b".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Required", "allocate"]


class Required:
    """The required phrases of one search."""

    def __init__(self, phrases: Sequence[Sequence[int]]) -> None:
        self.phrases = tuple(dict.fromkeys(tuple(phrase) for phrase in phrases))
        self._fallbacks = tuple(_failure(phrase) for phrase in self.phrases)
        self.total = sum(map(len, self.phrases))

    def start(self) -> Progress:
        return Progress(self, (0,) * len(self.phrases))


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of each phrase one hypothesis holds: ``at[i]`` tokens of phrase i, its whole length once it is met."""

    required: Required
    at: tuple[int, ...]

    def advance(self, token: int) -> Progress:
        at = []
        for phrase, fallback, place in zip(self.required.phrases, self.required._fallbacks, self.at, strict=True):
            if place < len(phrase):
                while place and phrase[place] != token:
                    place = fallback[place - 1]
                place += phrase[place] == token
            at.append(place)
        return Progress(self.required, tuple(at))

    @property
    def complete(self) -> bool:
        return all(place == len(phrase) for phrase, place in zip(self.required.phrases, self.at, strict=True))

    @property
    def held(self) -> int:
        """Required tokens held: those of met phrases and of the unmet one that is furthest on (the bank)."""
        pairs = list(zip(self.required.phrases, self.at, strict=True))
        met = sum(len(phrase) for phrase, place in pairs if place == len(phrase))
        return met + max((place for phrase, place in pairs if place < len(phrase)), default=0)

    @property
    def missing(self) -> int:
        """Tokens that are enough to complete everything from here, one phrase after another (fewer if phrases overlap)."""
        return self.required.total - self.held

    def wanted(self) -> list[int]:
        """Next tokens that bring an unmet phrase on."""
        pairs = zip(self.required.phrases, self.at, strict=True)
        return sorted({phrase[place] for phrase, place in pairs if place < len(phrase)})


def _failure(phrase: tuple[int, ...]) -> tuple[int, ...]:
    """KMP: for each prefix, the length of the longest proper prefix that is also its suffix."""
    table = [0] * len(phrase)
    length = 0
    for i in range(1, len(phrase)):
        while length and phrase[i] != phrase[length]:
            length = table[length - 1]
        length += phrase[i] == phrase[length]
        table[i] = length
    return tuple(table)


def allocate(banks: Sequence[int], size: int, total: int) -> list[int]:
    """Which candidates stay in the beam.

    Args:
        banks: bank (required tokens held) of each candidate; candidates come best first.
        size: places in the beam.
        total: number of required tokens, so that there are ``total + 1`` banks.

    Returns:
        Indices of at most ``size`` candidates, best first. Every bank has size // (total + 1) places, the fullest bank what
        is left over; places a bank cannot fill go to the fullest banks that can.
    """
    members: list[list[int]] = [[] for _ in range(total + 1)]
    for index, bank in enumerate(banks):
        members[bank].append(index)
    share = size // (total + 1)
    places = [min(share, len(bank)) for bank in members]
    spare = size - sum(places)
    for bank in range(total, -1, -1):
        more = min(spare, len(members[bank]) - places[bank])
        places[bank] += more
        spare -= more
    return sorted(index for bank, count in zip(members, places, strict=True) for index in bank[:count])
