"""What a headline could be made of: one stretch of the text or two of them joined, and what speaks for each.

Jing and McKeown, "The Decomposition of Human-Written Summary Sentences", SIGIR 1999 (people cut and paste);
Zajic, Dorr and Schwartz, "BBN/UMD at DUC-2004: Topiary" (headlines from the words of the lead).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generation.text.headline_features import CLAUSE, SENTENCE

__all__ = ["LONGEST", "SHORTEST", "Candidate", "Evidence", "candidates", "describe"]

SHORTEST, LONGEST = 4, 40  # characters of one stretch
_TOTAL = 36  # of two joined
_SINGLES, _PARTS, _DOUBLES = 60, 40, 40
_COMMA = re.compile(r"[，,：:]")
_NOT_FIRST = frozenset("，,。；;：:、！？!?.)）]】》>”’%的了和与及并且等是于其所而则但将把被")
_NOT_LAST = frozenset("，,。；;：:、！？!?(（[【《<“‘的和与及并且对在为从以用将把被了着")
_PAIRS = ("()", "（）", "《》", "<>", "[]", "“”")
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the character models say of a text of n characters.

    ``inside`` (n,): the probability that the pair of characters beginning there is in the headline; ``start`` and ``end`` (n,):
    log-odds that the best stretch begins, ends with this character; ``within`` (n + 1,) bool: the cut before each character, and
    the last one, would be inside a word.
    """

    inside: Floats
    start: Floats
    end: Floats
    within: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One or two stretches ``[start, end)`` of the text, in order, and what they spell."""

    text: str
    pieces: tuple[tuple[int, int], ...]


def candidates(text: str, evidence: Evidence, usual: float) -> list[Candidate]:
    """At most a hundred candidates, the likeliest first; one at least if the text has four characters in a sentence.

    Args:
        usual: characters of a usual headline: expected overlap is weighed against this and the candidate's own length.
    """
    ranked = _stretches(text, evidence, usual)
    found: dict[str, Candidate] = {}
    for start, end, _ in ranked[:_SINGLES]:
        if _closed(text[start:end]):
            found.setdefault(text[start:end], Candidate(text[start:end], ((start, end),)))
    doubles = []
    for start, end, score in ranked[:_PARTS]:
        for start2, end2, score2 in ranked[:_PARTS]:
            if start2 >= end and end - start + end2 - start2 <= _TOTAL:
                doubles.append((score + score2, (start, end), (start2, end2)))
    doubles.sort(key=lambda row: (-row[0], row[1:]))
    for _, one, two in doubles[:_DOUBLES]:
        joined = text[slice(*one)] + text[slice(*two)]
        if _closed(joined) and not _repeats(text[slice(*one)], text[slice(*two)]):
            found.setdefault(joined, Candidate(joined, (one, two)))
    return list(found.values())


def _closed(text: str) -> bool:
    """Whether what is opened is closed."""
    return all(text.count(pair[0]) == text.count(pair[1]) for pair in _PAIRS) and text.count('"') % 2 == 0


def _repeats(one: str, two: str) -> bool:
    """Whether the second stretch says three characters of the first again."""
    return any(two[i : i + 3] in one for i in range(len(two) - 2))


def _stretches(text: str, evidence: Evidence, usual: float) -> list[tuple[int, int, float]]:
    n = len(text)
    covered = np.concatenate([[0.0], np.cumsum(evidence.inside)])
    stops = np.concatenate([[0], np.cumsum(_marks(text, SENTENCE))])
    commas = np.concatenate([[0], np.cumsum(_marks(text, _COMMA))])
    first = np.array([char not in _NOT_FIRST and not char.isspace() for char in text])
    last = np.array([char not in _NOT_LAST and not char.isspace() for char in text])
    # A Latin word or a number is taken whole.
    word = np.array([char.isascii() and char.isalnum() for char in text])
    first[1:] &= ~(word[1:] & word[:-1])
    last[:-1] &= ~(word[1:] & word[:-1])
    # Words are kept whole, unless the models are sure: what a few like texts make look like a word need not be one.
    first &= ~evidence.within[:-1] | (evidence.start > 0)
    last &= ~evidence.within[1:] | (evidence.end > 0)
    start = np.arange(n)[:, None]
    length = np.arange(SHORTEST, LONGEST + 1)[None]
    end = start + length
    to = np.minimum(end, n)
    possible = (end <= n) & (stops[to] == stops[start]) & first[:, None] & last[to - 1]
    overlap = 2 * (covered[to - 1] - covered[start] + 1) / (length + usual)
    score = (
        6 * overlap + 0.5 * evidence.start[:, None] + 0.5 * evidence.end[to - 1] - 0.7 * (commas[to] - commas[start])
    )
    score = np.where(possible, score, -np.inf)
    order = np.argsort(-score, axis=None, kind="stable")[:_SINGLES]
    width = score.shape[1]
    return [
        (int(i // width), int(i // width + SHORTEST + i % width), float(score.flat[i]))
        for i in order
        if score.flat[i] > -np.inf
    ]


def _marks(text: str, mark: re.Pattern[str]) -> NDArray[np.int64]:
    found = np.zeros(len(text), np.int64)
    found[[match.start() for match in mark.finditer(text)]] = 1
    return found


def describe(text: str, found: Sequence[Candidate], evidence: Evidence, usual: float) -> Floats:
    """(candidates, D) float32: what the ranking weighs."""
    total = float(evidence.inside.sum()) + 1e-6
    n = len(text)
    pairs = Counter(text[i : i + 2] for i in range(n - 1))
    sentence = np.cumsum(_marks(text, SENTENCE))
    clause_mark = _marks(text, CLAUSE)
    rows = []
    for candidate in found:
        start, end = candidate.pieces[0][0], candidate.pieces[-1][1]
        split, resume = candidate.pieces[0][1], candidate.pieces[-1][0]
        double = len(candidate.pieces) - 1
        said = candidate.text
        size = len(said)
        inside = np.concatenate([evidence.inside[a : b - 1] for a, b in candidate.pieces])
        low = np.sort(inside)[:3]
        own = Counter(said[i : i + 2] for i in range(size - 1))
        before = float(evidence.inside[start - 1]) if start else 0.0
        after = float(evidence.inside[end - 1]) if end < n else 0.0
        begin, stop = float(evidence.inside[start]), float(evidence.inside[max(end - 2, 0)])
        covered = float(inside.sum())
        overlap = 2 * (covered + 1) / (size + usual)
        rows.append(
            [
                size, size * size / 100, size < 8, size > 25, covered, covered / total, inside.mean(), overlap,
                overlap * inside.mean(), low[0], low.mean(), *np.log([inside.mean() + 1e-3, low[0] + 1e-3,
                low.mean() + 1e-3, before + 1e-3, after + 1e-3, begin + 1e-3, stop + 1e-3]), before, after, begin, stop,
                evidence.start[start], evidence.end[end - 1], evidence.start[resume] * double,
                evidence.end[split - 1] * double, double, np.log1p(max(0, resume - split)), start / n, np.log1p(start),
                start == 0, min(int(sentence[start - 1]) if start else 0, 3), start > 0 and bool(clause_mark[start - 1]),
                end == n or bool(clause_mark[min(end, n - 1)]), np.log(n), len(_COMMA.findall(said)),
                sum(char.isdigit() for char in said) / size, sum(char.isascii() for char in said) / size,
                said.count("的"),
                own.total() - len(own), min(pairs[said[:2]], 5), min(pairs[said[-2:]], 5),
            ]
        )  # fmt: skip
    return np.array(rows, np.float32)
