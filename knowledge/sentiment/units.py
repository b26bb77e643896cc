"""Text cut into units, and runs of them, as 64-bit hashes.

A unit is a Latin word, a Chinese character or a punctuation mark. A whole corpus is one array of code points with a break
between two texts; units, runs of units and the reach of negations come out of a few numpy calls on it and no Python loop.
Sixty-four bits keep 10⁷ different runs apart with probability 1 − 3·10⁻⁶.

Negation is marked (Das & Chen 2001; Pang, Lee & Vaithyanathan 2002): a unit within four units after 不, 没, "not" … and before
the next punctuation, so that 无聊 in 「一点也不无聊」 is not the 无聊 of 「很无聊」.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.text import fold

__all__ = ["ODD", "Cut", "Hashes", "Rows", "clean", "cut", "mix", "negated", "runs", "unit_pairs"]

Hashes = NDArray[np.uint64]
Rows = NDArray[np.int64]

ODD = np.uint64(0x9E3779B97F4A7C15)
_BREAK = "\x00"  # stands between two texts and nowhere else
_NEGATION_REACH = 4
_NEGATORS = """
    not no never neither nor without hardly barely scarcely nothing none nobody lacks lacking 不 没 未 毫
"""
# What follows 不 without denying anything: 不错 不仅 不但 不过 不愧 不光 不管 不论 不禁 不由 不妨 不止 不得不 …
_AFTER_BU = "错仅但过愧光管论禁由妨止断得单少"
_CLAUSE_ENDS = [*",.;:!?()\n，。；：！？（）、~…", "but", "但", "却"]

_CONTRACTIONS = [
    (re.compile(r"\bcan't\b"), "can not"),
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"\bcannot\b"), "can not"),
]
_REPEATED = re.compile(r"(.)\1{2,}")
_DIGITS = re.compile(r"\d+")


def clean(text: str) -> str:
    """Folded (lower case, simplified, no accents), "n't" written out, numbers as ``0``, any mark at most twice in a row."""
    text = fold(text.replace(_BREAK, " "))
    if "n't" in text or "cannot" in text:
        for pattern, replacement in _CONTRACTIONS:
            text = pattern.sub(replacement, text)
    return _REPEATED.sub(r"\1\1", _DIGITS.sub("0", text))


def mix(values: Hashes) -> Hashes:
    """SplitMix64's finaliser (Steele, Lea & Flood 2014): every bit of the input moves every bit of the output."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _unit_hash(unit: str) -> np.uint64:
    """The hash that :func:`cut` gives a unit."""
    with np.errstate(over="ignore"):
        total = np.uint64(0)
        for position, char in enumerate(unit):
            total += np.uint64(ord(char)) * _POWERS[min(position, len(_POWERS) - 1)]
    return np.uint64(mix(np.array([total], np.uint64))[0])


with np.errstate(over="ignore"):
    _POWERS = np.cumprod(np.full(64, ODD, np.uint64))
_NEGATOR_HASHES = np.sort(np.array([_unit_hash(unit) for unit in _NEGATORS.split()], np.uint64))
_AFTER_BU_HASHES = np.sort(np.array([_unit_hash(unit) for unit in _AFTER_BU], np.uint64))
_CLAUSE_END_HASHES = np.sort(np.array([_unit_hash(unit) for unit in _CLAUSE_ENDS], np.uint64))
_BU = _unit_hash("不")


def _among(values: Hashes, ordered: Hashes) -> NDArray[np.bool_]:
    places = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    return ordered[places] == values


@dataclass(frozen=True, slots=True)
class Cut:
    """Texts as one array of code points, and the units in it.

    Args:
        codes: (n,) all characters, texts apart by a zero.
        latin: (n,) whether each is part of a Latin word or a number.
        text: (n,) which text it is in.
        units: (m,) the units' hashes: Σ code · odd^(position + 1) mod 2⁶⁴, mixed.
        row: (m,) which text each unit is in, ascending.
    """

    codes: Hashes
    latin: NDArray[np.bool_]
    text: Rows
    units: Hashes
    row: Rows


def cut(texts: Sequence[str]) -> Cut:
    """Units of :func:`clean` texts."""
    with np.errstate(over="ignore"):
        # A blank on either side gives the first and last word the same boundaries in a batch as alone.
        joined = _BREAK.join(f" {clean(text)} " for text in texts)
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.dtype("<u4")).astype(np.uint64)
        latin = ((codes >= 97) & (codes <= 122)) | ((codes >= 48) & (codes <= 57)) | (codes == 39)
        text = np.cumsum(codes == 0)
        space = (codes <= 32) | (codes == 0x3000) | (codes == 0xA0)
        starts = ~space
        starts[1:] &= ~(latin[1:] & latin[:-1])
        first = np.flatnonzero(starts)
        if not len(first):
            return Cut(codes, latin, text, np.zeros(0, np.uint64), np.zeros(0, np.int64))
        since = np.arange(len(codes)) - first[np.maximum(np.cumsum(starts) - 1, 0)]
        terms = np.where(space, np.uint64(0), codes * _POWERS[np.minimum(since, len(_POWERS) - 1)])
        return Cut(codes, latin, text, mix(np.add.reduceat(terms, first)), text[first])


def unit_pairs(texts: Sequence[str]) -> list[tuple[Hashes, Hashes]]:
    """For each text its units (T,) and the pair that each begins (T,), as hashes; the last unit pairs with nothing."""
    found = cut(texts)
    following = np.append(found.units[1:], np.uint64(0))[: len(found.units)]
    following[:-1][found.row[1:] != found.row[:-1]] = 0
    with np.errstate(over="ignore"):
        pairs = mix(found.units * ODD + following)
    places = np.searchsorted(found.row, np.arange(1, len(texts)))
    return list(zip(np.split(found.units, places), np.split(pairs, places), strict=True))


def runs(
    units: Hashes,
    row: Rows,
    longest: int,
    salt: int,
    shortest: int = 1,
    inner_break: NDArray[np.bool_] | None = None,
) -> list[tuple[Rows, Rows, Hashes]]:
    """``(row, place of the first unit, hash)`` of the n-grams of each length that stay within one text.

    With ``inner_break``, those that hold one anywhere but at their ends are left out.
    """
    found: list[tuple[Rows, Rows, Hashes]] = []
    running = mix(units + np.uint64(salt + 1) * ODD)
    inside = np.ones(len(units), np.bool_)
    for n in range(1, longest + 1):
        if n > 1:
            if len(units) < n:
                break
            running = mix(running[:-1] * ODD + units[n - 1 :])
            inside = inside[:-1] & (row[: len(running)] == row[n - 1 :])
            if inner_break is not None and n > 2:
                inside = inside & ~inner_break[n - 2 : len(units) - 1]
        if n >= shortest:
            first = np.flatnonzero(inside)
            found.append((row[first], first, running[first]))
    return found


def negated(units: Hashes, row: Rows) -> NDArray[np.bool_]:
    """Whether each unit stands within reach of a negation before it, in the same clause of the same text."""
    negators = _among(units, _NEGATOR_HASHES)
    negators[:-1] &= ~((units[:-1] == _BU) & _among(units[1:], _AFTER_BU_HASHES))
    ends = _among(units, _CLAUSE_END_HASHES)
    clause = np.cumsum(ends) + row  # changes at every clause end and at every new text
    marked = np.zeros(len(units), np.bool_)
    for distance in range(1, min(_NEGATION_REACH, len(units) - 1) + 1):
        marked[distance:] |= negators[:-distance] & (clause[distance:] == clause[:-distance])
    return marked & ~negators
