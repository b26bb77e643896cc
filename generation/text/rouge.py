"""ROUGE: how much of a reference a summary says, by n-grams and by the longest common subsequence.

    Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", TextSummarization 2004 (§2, §3).
    Hyyrö, "Bit-Parallel LCS-length Computation Revisited", AWOCA 2004 (a row of the table is one integer).

Units are whatever the caller splits texts into: a string is a sequence of its characters, which is how Chinese is scored.
F1 is the harmonic mean (β = 1), as everybody reports it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

__all__ = ["Reference", "Score", "lcs_length", "rouge_l", "rouge_n"]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and their harmonic mean, each 0 … 1; all 0 where one side is empty."""

    precision: float
    recall: float
    f1: float


def _score(common: int, said: int, wanted: int) -> Score:
    if not common:
        return Score(0.0, 0.0, 0.0)
    return Score(common / said, common / wanted, 2 * common / (said + wanted))


def rouge_n(summary: Sequence[Hashable], reference: Sequence[Hashable], n: int) -> Score:
    """Common n-grams, each counted as often as both have it.

    Raises:
        ValueError: ``n`` is below 1.
    """
    if n < 1:
        raise ValueError(f"n-grams have at least one unit, not {n}")
    said, wanted = (
        Counter(tuple(units[i : i + n]) for i in range(len(units) - n + 1)) for units in (summary, reference)
    )
    return _score((said & wanted).total(), said.total(), wanted.total())


class Reference:
    """A sequence to be compared with many: its places by unit, as bits, are worked out once."""

    def __init__(self, units: Sequence[Hashable]) -> None:
        self.length = len(units)
        self._places: dict[Hashable, int] = {}
        for place, unit in enumerate(units):
            self._places[unit] = self._places.get(unit, 0) | (1 << place)

    def lcs_lengths(self, units: Sequence[Hashable], start: int = 0, most: int | None = None) -> list[int]:
        """Longest common subsequence with ``units[start : start + k]``, for k = 1 … ``most`` (all that follow by default)."""
        places, length = self._places, self.length
        full = (1 << length) - 1
        row = full  # a zero bit for each place where the table steps up
        found = []
        for unit in units[start : None if most is None else start + most]:
            here = row & places.get(unit, 0)
            row = ((row + here) | (row - here)) & full
            found.append(length - row.bit_count())
        return found

    def lcs_length(self, units: Sequence[Hashable]) -> int:
        """Length of the longest common subsequence."""
        lengths = self.lcs_lengths(units)
        return lengths[-1] if lengths else 0

    def rouge_l(self, units: Sequence[Hashable]) -> Score:
        """ROUGE-L of ``units`` against this."""
        return _score(self.lcs_length(units), len(units), self.length)


def lcs_length(a: Sequence[Hashable], b: Sequence[Hashable]) -> int:
    """Length of the longest common subsequence: O(len(a)) integer operations on len(b) bits."""
    return Reference(b).lcs_length(a)


def rouge_l(summary: Sequence[Hashable], reference: Sequence[Hashable]) -> Score:
    """Longest common subsequence over both lengths (§3.1, sentence level)."""
    return Reference(reference).rouge_l(summary)
