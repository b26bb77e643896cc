"""What a character may depend on: the contexts a mixing model counts in, all computed at once from the text before it.

Orders 0 to 9 alone see nothing but the last few characters. A play has more structure than that: the word being
written and the ones before it, the place in the line, the line above, who speaks and who spoke before. Each context is a
64-bit number per character; two positions share statistics when their numbers are equal. Everything is numpy over the
whole text, and the number at position t is a function of ``text[:t]`` alone (a test changes the future and looks).

    Mahoney, "Adaptive weighing of context models for lossless data compression", Florida Tech CS-2005-16, section 3
    (word and sparse contexts); Salomon & Motta, "Handbook of Data Compression", 5th edition, section 5.15 (PAQ).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Contexts", "contexts"]

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]

_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2^64
_INVERSE = pow(_BASE, -1, 1 << 64)
_SPREAD = np.uint64(0xD6E8FEB86659FD93)
ORDERS = (0, 1, 2, 3, 4, 5, 6, 7, 9)
MATCHES = (20, 11, 6)  # shortest repeats that the match models follow, in characters


@dataclass(frozen=True)
class Contexts:
    """What is known before each of n characters.

    Attributes:
        hashes: (n, K) uint64, one column per context.
        names: K names, in the order of the columns.
        selectors: (n, S) int32, small numbers that choose which mixing weights apply.
        selector_sizes: S numbers, one above the largest value of each selector.
        predicted: (n, M) int32, the character that followed the most recent repeat of the text before, −1 for none.
        repeated: (n, M) int32, how long that repeat is, 0 to 15 on a coarse logarithmic scale.
    """

    hashes: Hashes
    names: tuple[str, ...]
    selectors: NDArray[np.int32]
    selector_sizes: tuple[int, ...]
    predicted: NDArray[np.int32]
    repeated: NDArray[np.int32]

    def since(self, start: int) -> Contexts:
        """Those of the characters from ``start`` on."""
        parts = (self.selectors[start:], self.selector_sizes, self.predicted[start:], self.repeated[start:])
        return Contexts(self.hashes[start:], self.names, *parts)


def contexts(text: str, ids: NDArray[np.int32], symbols: int, *, remembered: int | None = None) -> Contexts:
    """All contexts of every character of ``text``.

    Args:
        text: n characters.
        ids: (n,) int32, their numbers in the model's vocabulary.
        symbols: size of that vocabulary.
        remembered: repeats are looked for in ``text[:remembered]`` alone; in all of the text before when None.

    Memory: about 400 bytes a character while it runs, 250 kept.
    """
    n = len(text)
    exact = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lower = np.fromiter((ord(c.lower()[0]) for c in text), dtype=np.uint32, count=n)
    plain, folded = _Rolling(exact), _Rolling(lower)
    here = np.arange(n, dtype=np.int64)
    letter = np.fromiter((c.isalnum() or c == "'" for c in text), dtype=bool, count=n)
    newline = exact == ord("\n")

    word = _since(~letter, here)  # where the word being written began
    before_word = _previous_boundary(letter, word)
    starts = _word_starts(letter)
    line = _since(newline, here)
    above = _previous_start(newline, line)
    speaker_start, speaker_end = _speakers(exact, newline, here)
    previous_start, previous_end = _speakers_before(speaker_start, speaker_end)

    prefix = folded.between(word, here)
    word1, word2, word3 = _earlier_words(folded, starts, letter, word, 3)
    gap = plain.between(before_word, word)
    column = np.minimum(here - line, 63)
    speaker = plain.between(speaker_start, speaker_end)
    speaker_before = plain.between(previous_start, previous_end)
    blank_before = np.where(line >= 2, newline[np.maximum(line - 2, 0)] & newline[np.maximum(line - 1, 0)], line == 0)
    kind = _line_kind(exact, line, here, blank_before)

    def last(count: int, skip: int = 0) -> Hashes:
        end = np.maximum(here - skip, 0)
        return plain.between(np.maximum(end - count, 0), end)

    columns: dict[str, Hashes] = {f"order {k}": last(k) for k in ORDERS}
    columns |= {
        "word": _join(prefix, gap),
        "word, previous": _join(prefix, word1, gap),
        "word, two previous": _join(prefix, word1, word2),
        "word, the one before the previous": _join(prefix, word2),
        "words, third back": _join(prefix, word1, word2, word3),
        "skip 1, 2 characters": _join(last(2, 1), _number(11)),
        "skip 1, 3 characters": _join(last(3, 1), _number(12)),
        "skip 2, 3 characters": _join(last(3, 2), _number(13)),
        "line kind, order 3": _join(last(3), kind),
        "column, order 1": _join(last(1), column, kind),
        "column, word": _join(np.minimum(here - word, 15), column, last(1), _number(14)),
        "line so far, speaker": _join(plain.between(line, here), speaker, _number(15)),
        "line so far, two speakers": _join(plain.between(line, here), speaker, speaker_before),
        "word, speaker": _join(prefix, speaker, _number(16)),
        "word, line above": _join(prefix, folded.between(above, np.minimum(above + 4, line)), _number(17)),
        "shape, order 2": _join(_shape(exact, letter, here), last(2)),
    }
    predicted, repeated = _repeats(ids, plain, here, n if remembered is None else remembered)
    length = np.minimum(here - word, 15)
    previous = np.concatenate([[0], ids[:-1]]).astype(np.int64) if n else ids.astype(np.int64)
    selectors = {
        "previous character": (previous, symbols),
        "place in word, kind of line": (length * 4 + kind, 64),
        "repeat": (repeated[:, 0].astype(np.int64) * 16 + repeated[:, 2], 256),
        "column": (column * 4 + kind, 256),
    }
    spread = np.stack([_join(column_, _number(i + 101)) for i, column_ in enumerate(columns.values())], axis=1)
    return Contexts(
        hashes=spread,
        names=tuple(columns),
        selectors=np.stack([chosen for chosen, _ in selectors.values()], axis=1).astype(np.int32),
        selector_sizes=tuple(size for _, size in selectors.values()),
        predicted=predicted,
        repeated=repeated,
    )


class _Rolling:
    """Hashes of any stretch of a text in constant time: prefix sums of xᵢ·Bⁱ modulo 2^64, shifted back by B⁻ⁱ."""

    def __init__(self, symbols: NDArray[np.uint32]) -> None:
        n = len(symbols)
        powers = np.full(n, _BASE, dtype=np.uint64)
        inverses = np.full(n + 1, _INVERSE, dtype=np.uint64)
        if n:
            powers[0] = 1
        inverses[0] = 1
        self.inverses = np.cumprod(inverses, dtype=np.uint64)
        terms = (symbols.astype(np.uint64) + np.uint64(1)) * np.cumprod(powers, dtype=np.uint64)
        self.sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(terms, dtype=np.uint64)])

    def between(self, start: Places, end: Places) -> Hashes:
        """Hash of symbols ``start`` … ``end − 1``, elementwise; 0 when empty."""
        start = np.minimum(start, end)
        return _stir((self.sums[end] - self.sums[start]) * self.inverses[start])


def _stir(x: Hashes) -> Hashes:
    """Every bit depends on every bit (0 stays 0)."""
    x = (x ^ (x >> np.uint64(32))) * _SPREAD
    x = (x ^ (x >> np.uint64(29))) * _SPREAD
    return x ^ (x >> np.uint64(32))


def _number(x: int) -> Hashes:
    return np.array([x], dtype=np.uint64)


def _join(*parts: Hashes | Places) -> Hashes:
    result = np.zeros(1, dtype=np.uint64)
    for part in parts:
        result = _stir((result + np.uint64(0x51ED)) * np.uint64(_BASE) + part.astype(np.uint64))
    return result


def _since(boundary: NDArray[np.bool_], here: Places) -> Places:
    """For each position t, one past the last boundary before t (0 when there is none)."""
    marks = np.where(boundary, here + 1, 0)
    before = np.concatenate([[0], marks[:-1]]) if len(marks) else marks
    return np.maximum.accumulate(before)


def _previous_boundary(letter: NDArray[np.bool_], word: Places) -> Places:
    """Where the gap in front of the current word began: one past the last letter before ``word``."""
    marks = np.where(letter, np.arange(len(letter), dtype=np.int64) + 1, 0)
    after = np.concatenate([[0], np.maximum.accumulate(marks)]) if len(marks) else np.zeros(1, dtype=np.int64)
    return after[word]


def _word_starts(letter: NDArray[np.bool_]) -> Places:
    first = letter.copy()
    first[1:] &= ~letter[:-1]
    return np.flatnonzero(first).astype(np.int64)


def _earlier_words(
    folded: _Rolling, starts: Places, letter: NDArray[np.bool_], word: Places, count: int
) -> list[Hashes]:
    """The hashes of the ``count`` whole words in front of the current one, nearest first."""
    last = letter.copy()
    last[:-1] &= ~letter[1:]
    ends = np.flatnonzero(last).astype(np.int64) + 1
    # Only whole words in front of ``word`` are looked up; the last one may be cut off by the end of the text, never used.
    hashes = np.concatenate([np.zeros(count, dtype=np.uint64), folded.between(starts, ends)])
    done = np.searchsorted(ends, word, side="right")  # words that ended at or before where this one began
    return [hashes[done + count - 1 - k] for k in range(count)]


def _previous_start(newline: NDArray[np.bool_], line: Places) -> Places:
    """Start of the line above."""
    begins = np.concatenate([[0], np.flatnonzero(newline) + 1]).astype(np.int64)
    row = np.searchsorted(begins, line)
    return begins[np.maximum(row - 1, 0)]


def _speakers(exact: NDArray[np.uint32], newline: NDArray[np.bool_], here: Places) -> tuple[Places, Places]:
    """Start and end of the last finished speaker line (a line that ends in a colon after an empty line)."""
    ends = np.flatnonzero(newline)
    begins = np.concatenate([[0], ends + 1])[: len(ends)]
    blank_before = np.concatenate([[True], (ends - begins == 0)[:-1]]) if len(ends) else np.zeros(0, dtype=bool)
    colon = (ends > begins) & (exact[np.maximum(ends - 1, 0)] == ord(":")) & blank_before
    begins, ends = begins[colon], ends[colon]
    row = np.searchsorted(ends, here, side="left")  # speaker lines whose newline lies before t
    begins, ends = np.concatenate([[0], begins]), np.concatenate([[0], ends])
    return begins[row].astype(np.int64), ends[row].astype(np.int64)


def _speakers_before(start: Places, end: Places) -> tuple[Places, Places]:
    """The speaker in front of the last one."""
    changed = np.flatnonzero(np.diff(start, prepend=start[:1]) != 0)
    row = np.searchsorted(changed, np.arange(len(start)), side="right")
    keep = np.concatenate([[0], np.maximum(changed - 1, 0)])
    zero = row == 0
    return np.where(zero, 0, start[keep[row]]), np.where(zero, 0, end[keep[row]])


def _line_kind(exact: NDArray[np.uint32], line: Places, here: Places, blank_before: NDArray[np.bool_]) -> Places:
    """0 in a line of speech, 1 at the start of a line, 2 in a line after an empty one (a speaker), 3 at its start."""
    del exact
    return (here == line).astype(np.int64) + 2 * blank_before.astype(np.int64)


def _shape(exact: NDArray[np.uint32], letter: NDArray[np.bool_], here: Places, width: int = 10) -> Hashes:
    """The last characters with letters folded to one class: punctuation and word lengths remain."""
    return _Rolling(np.where(letter, np.uint32(ord("x")), exact)).between(np.maximum(here - width, 0), here)


def _repeats(
    ids: NDArray[np.int32], plain: _Rolling, here: Places, remembered: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """For each shortest length: what followed the most recent occurrence of the last characters, and how far back it agrees."""
    predicted, repeated = [], []
    for shortest in MATCHES:
        key = plain.between(np.maximum(here - shortest, 0), here)
        order = np.argsort(key, kind="stable")  # equal keys together, each group in the order of the text
        group = np.cumsum(np.diff(key[order], prepend=key[order][:1]) != 0)
        usable = np.where(order < remembered, np.arange(len(order)), -1)
        latest = np.maximum.accumulate(np.concatenate([[-1], usable[:-1]])) if len(order) else usable
        previous = np.full(len(here), -1, dtype=np.int64)
        same = (latest >= 0) & (group[np.maximum(latest, 0)] == group)
        previous[order[same]] = order[latest[same]]
        previous[here < shortest] = -1
        previous[previous < shortest] = -1
        found = previous >= 0
        length = _agreement(ids, here, previous, found)
        predicted.append(np.where(found, ids[np.maximum(previous, 0)], -1))
        repeated.append(np.where(found, _scale(length), 0))
    return np.stack(predicted, axis=1).astype(np.int32), np.stack(repeated, axis=1).astype(np.int32)


def _agreement(
    ids: NDArray[np.int32], here: Places, previous: Places, found: NDArray[np.bool_], longest: int = 48
) -> Places:
    length = np.zeros(len(here), dtype=np.int64)
    alive = np.flatnonzero(found)
    for back in range(1, longest + 1):
        ok = (previous[alive] >= back) & (ids[here[alive] - back] == ids[previous[alive] - back])
        alive = alive[ok]
        length[alive] = back
    return length


def _scale(length: Places) -> Places:
    steps: Sequence[int] = (1, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 24, 28, 32, 40)
    return np.searchsorted(np.array(steps), length, side="right")
