"""Text as a sparse row of n-grams, for both languages at once.

Runs of 1 … n units (:mod:`knowledge.sentiment.units`) are word n-grams in English and character n-grams in Chinese, and a
sentence that mixes both needs no decision and no segmenter. Latin words can also give character n-grams, which see through
inflection and spelling. Units in the reach of a negation are written down a second time, marked. Words of a lexicon add the
class they belong to, plain or negated, so that a word no training text held still counts.

An n-gram is a 64-bit hash, a vocabulary a sorted array of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from knowledge.sentiment.units import ODD, Cut, Hashes, Rows, cut, mix, negated, runs

__all__ = ["Ngrams", "Vocabulary", "WordClasses", "binary"]


class WordClasses:
    """Words and phrases by class ("positive", "anger", …), looked up as n-grams of units.

    Args:
        hashes: of the entries, sorted, (L,) uint64; an entry of several classes stands there once for each.
        classes: the class number of each, (L,) int64.
    """

    longest = 4
    """Units of an entry; longer ones cannot be found and are left out."""

    def __init__(self, hashes: Hashes, classes: Rows) -> None:
        self.hashes = hashes
        self.classes = classes
        self.distinct, self._first, self._times = np.unique(hashes, return_index=True, return_counts=True)

    @classmethod
    def of(cls, entries: Mapping[str, Iterable[str]]) -> WordClasses:
        """From class → words."""
        found: set[tuple[int, int]] = set()
        for number, words in enumerate(entries.values()):
            written = cut(list(words))
            length = np.bincount(written.row)
            with np.errstate(over="ignore"):
                for n, (rows, _, hashes) in enumerate(runs(written.units, written.row, cls.longest, 0), start=1):
                    found |= {(entry, number) for entry in hashes[length[rows] == n].tolist()}
        ordered = sorted(found)
        return cls(np.array([h for h, _ in ordered], np.uint64), np.array([c for _, c in ordered], np.int64))

    def matches(self, hashes: Hashes) -> tuple[Rows, Rows]:
        """``(place, class)`` of every hash that is an entry, once for each class it is in."""
        at = np.minimum(np.searchsorted(self.distinct, hashes), len(self.distinct) - 1)
        hit = np.flatnonzero(self.distinct[at] == hashes)
        times = self._times[at[hit]]
        step = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
        return np.repeat(hit, times), self.classes[np.repeat(self._first[at[hit]], times) + step]


@dataclass(frozen=True)
class Ngrams:
    """Which n-grams are looked at.

    Args:
        units: the longest run of units (words, Chinese characters); all shorter ones are taken too.
        letters: ``(shortest, longest)`` character n-grams inside Latin words, word boundaries included; ``(0, 0)`` for none.
        negation: whether units in the reach of a negation are written down a second time, marked.
    """

    units: int = 3
    letters: tuple[int, int] = (3, 5)
    negation: bool = True

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Ngrams:
        return cls(int(value["units"]), (int(value["letters"][0]), int(value["letters"][1])), bool(value["negation"]))

    def hashes(self, texts: Sequence[str], lexicon: WordClasses | None = None) -> tuple[Rows, Hashes]:
        """All n-grams of all texts: ``(row, hash)``, both (n,), rows ascending only within one kind; with repetitions."""
        read = cut(texts)
        units, row = read.units, read.row
        if not len(units):
            return row, units
        with np.errstate(over="ignore"):
            spans = runs(units, row, self.units, 0)
            found = [(rows, hashes) for rows, _, hashes in spans]
            marked = negated(units, row) if self.negation else np.zeros(len(units), np.bool_)
            at = np.flatnonzero(marked)
            found.append((row[at], mix(units[at] + np.uint64(11) * ODD)))
            pairs = np.flatnonzero(marked[1:] & marked[:-1])
            found.append((row[pairs], mix(mix(units[pairs] + np.uint64(12) * ODD) + units[pairs + 1])))
            if lexicon is not None and len(lexicon.hashes):
                if self.units < lexicon.longest:
                    spans = runs(units, row, lexicon.longest, 0)
                found += _classes(lexicon, spans, marked, len(texts))
            if self.letters[1] and read.latin.any():
                found += self._letters(read)
        return np.concatenate([rows for rows, _ in found]), np.concatenate([hashes for _, hashes in found])

    def _letters(self, read: Cut) -> list[tuple[Rows, Hashes]]:
        """Character n-grams of Latin words with one blank on either side: _good_ → _go goo ood od_ _goo …"""
        keep = read.latin.copy()
        keep[1:] |= read.latin[:-1]
        keep[:-1] |= read.latin[1:]
        letters = mix(np.where(read.latin, read.codes, np.uint64(32))[keep])
        shortest, longest = self.letters
        inside = runs(letters, read.text[keep], longest, 20, shortest, ~read.latin[keep])
        return [(rows, hashes) for rows, _, hashes in inside]


def _classes(
    lexicon: WordClasses, spans: Sequence[tuple[Rows, Rows, Hashes]], marked: NDArray[np.bool_], texts: int
) -> list[tuple[Rows, Hashes]]:
    """Features of the lexicon classes in each text: which (plain or negated), which twice, and which set of them."""
    rows, classes = [], []
    for row, first, hashes in spans[: lexicon.longest]:
        hit, of = lexicon.matches(hashes)
        rows.append(row[hit])
        classes.append(of * 2 + marked[first[hit]])
    if not sum(map(len, rows)):
        return []
    width = int(lexicon.classes.max() + 1) * 2
    present, times = np.unique(np.concatenate(rows) * width + np.concatenate(classes), return_counts=True)
    row, kind = present // width, present % width
    once = mix(kind.astype(np.uint64) + np.uint64(31) * ODD)
    twice = times > 1
    sets = np.zeros(texts, np.uint64)
    np.add.at(sets, row, once)
    some = np.unique(row)
    return [(row, once), (row[twice], mix(once[twice] + ODD)), (some, mix(sets[some] + np.uint64(32) * ODD))]


class Vocabulary:
    """The n-grams a model knows: sorted hashes (V,) uint64; the column of an n-gram is its place among them."""

    def __init__(self, ngrams: Ngrams, hashes: Hashes, lexicon: WordClasses | None = None) -> None:
        self.ngrams = ngrams
        self.hashes = hashes
        self.lexicon = lexicon

    def __len__(self) -> int:
        return len(self.hashes)

    @classmethod
    def fit(
        cls, ngrams: Ngrams, texts: Sequence[str], minimum: int = 2, lexicon: WordClasses | None = None
    ) -> tuple[Vocabulary, csr_matrix]:
        """The vocabulary of n-grams that stand in at least ``minimum`` texts, and the texts' rows in it."""
        rows, found = ngrams.hashes(texts, lexicon)
        distinct, column = np.unique(found, return_inverse=True)
        matrix = binary(rows, column, (len(texts), len(distinct)))
        often = np.flatnonzero(np.bincount(matrix.indices, minlength=len(distinct)) >= minimum)
        return cls(ngrams, distinct[often], lexicon), matrix[:, often].tocsr()

    def rows(self, texts: Sequence[str]) -> csr_matrix:
        """(len(texts), V) float32, 1 where a text holds an n-gram; n-grams the vocabulary lacks are dropped."""
        rows, columns = self.known(texts)
        return binary(rows, columns, (len(texts), len(self)))

    def known(self, texts: Sequence[str]) -> tuple[Rows, Rows]:
        """``(row, column)`` of every n-gram of the texts that the vocabulary holds, with repetitions."""
        rows, found = self.ngrams.hashes(texts, self.lexicon)
        if not len(self):
            return rows[:0], rows[:0]
        columns = np.minimum(np.searchsorted(self.hashes, found), len(self) - 1)
        held = self.hashes[columns] == found
        return rows[held], columns[held]


def binary(rows: Rows, columns: Rows, shape: tuple[int, int]) -> csr_matrix:
    """(n, V) float32 with a 1 at every ``(row, column)`` named, however often."""
    matrix = csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
    matrix.data[:] = 1.0  # csr_matrix sums repetitions; presence is what counts (Wang & Manning 2012)
    return matrix
