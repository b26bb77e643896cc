"""What each character of a text looks like to a headline writer: hashed features of its surroundings.

A place in the text is described by the characters around it, where in its clause, sentence and text it stands, how often its
pair of characters comes back here and how common it is elsewhere, and which cue (研究, 提出, 目的, "this paper" …) came last. A
feature is a number below 2²⁰ (feature hashing), so no dictionary is needed.

    Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009.
    Edmundson, "New Methods in Automatic Extracting", JACM 1969 (cue words, position, titles).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.search.word_vectors import Segmenter
from knowledge.text import fold

__all__ = ["BITS", "CLAUSE", "SENTENCE", "Frequencies", "clean", "columns"]

BITS = 20
SENTENCE = re.compile(r"[。；;！？!?]|\.(?!\d)")
CLAUSE = re.compile(r"[，,。；：:;！？!?、]|\.(?!\d)")
_CUES = (
    "研究", "提出", "探讨", "分析", "介绍", "针对", "本文", "目的", "观察", "评价", "设计", "基于", "结果", "方法", "综述", "阐述",
    "为了", "通过", "采用", "利用", "建立", "结论", "讨论", "了解", "比较", "对", "论述", "总结", "开发", "测定", "实现", "应用", "考察",
    "paper", "propose", "present", "study", "investigate", "objective", "method", "results",
)  # fmt: skip
_CUE = re.compile("|".join(sorted(map(re.escape, _CUES), key=len, reverse=True)), re.I)
_CUE_NUMBER = {cue: number for number, cue in enumerate(_CUES, 1)}
_REACH = 40  # characters after a cue that still stand under it
_EDGE = 6
_TABLE = 1 << 18
_LEAST = 4  # times a stretch must stand in the texts to be a word
_RUN = re.compile(r"[a-z0-9]+(?:[.'][a-z0-9]+)*|[\u3400-\u4dbf\u4e00-\u9fff]+")
Ints = NDArray[np.int64]


def clean(text: str) -> str:
    """One line, single spaces."""
    return re.sub(r"\s+", " ", text).strip()


def _hash(*parts: Ints) -> NDArray[np.uint64]:
    """FNV-1a over columns of numbers, with the high bits folded in."""
    value = np.full(parts[0].shape, 1469598103934665603, np.uint64)
    with np.errstate(over="ignore"):
        for part in parts:
            value = (value ^ part.astype(np.uint64)) * np.uint64(1099511628211)
            value ^= value >> np.uint64(29)
    return value


def _codes(text: str) -> Ints:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)


class Frequencies:
    """In how many texts each pair of characters was seen (hashed), and which stretches of the texts are words.

    Args:
        texts: (2¹⁸,) int64.
        words: counts of the words that :class:`knowledge.search.word_vectors.Segmenter` found.
    """

    def __init__(self, texts: Ints, words: dict[str, int]) -> None:
        self.texts, self.segmenter = texts, Segmenter(words)

    @classmethod
    def count(cls, texts: Sequence[str]) -> Frequencies:
        """Counts over ``texts``."""
        seen = np.zeros(_TABLE, np.int64)
        for text in texts:
            seen[np.unique(cls._rows(text))] += 1
        return cls(seen, Segmenter.learn(texts, least=_LEAST).counts)

    @staticmethod
    def _rows(text: str) -> Ints:
        codes = _codes(text)
        return (_hash(codes[:-1], codes[1:]) & np.uint64(_TABLE - 1)).astype(np.int64)

    def texts_with(self, text: str) -> Ints:
        """(n,) the number of texts with the pair that begins at each place, 0 for the last."""
        return np.append(self.texts[self._rows(text)], 0)

    def within(self, text: str) -> NDArray[np.bool_]:
        """(n + 1,) whether a cut before each character, and after the last, would be inside a word."""
        found = np.zeros(len(text) + 1, bool)
        for run in _RUN.finditer(fold(text)):
            at = run.start()
            for word in self.segmenter.cut(run[0]):
                found[at + 1 : at + len(word)] = True
                at += len(word)
        return found


def columns(text: str, frequencies: Frequencies) -> NDArray[np.int32]:
    """(n, F) int32: the features of each character, each below 2^``BITS``."""
    n = len(text)
    codes = _codes(text)
    padded = np.concatenate([np.zeros(_EDGE, np.int64), codes, np.zeros(_EDGE, np.int64)])
    found: list[NDArray[np.uint64]] = []

    def at(shift: int) -> Ints:
        return padded[_EDGE + shift : _EDGE + shift + n]

    def add(*parts: Ints) -> None:
        found.append(_hash(np.full(n, len(found) + 1, np.int64), *parts))

    for shift in range(-3, 5):
        add(at(shift))
    for shift in range(-3, 4):
        add(at(shift), at(shift + 1))
    for shift in range(-2, 2):
        add(at(shift), at(shift + 1), at(shift + 2))
    for shift in (-1, 0):
        add(at(shift), at(shift + 1), at(shift + 2), at(shift + 3))

    place = np.arange(n)
    sentence, sentence_start, _ = _parts(text, SENTENCE)
    clause, clause_start, clause_end = _parts(text, CLAUSE)
    into = place - clause_start
    first, left = np.minimum(sentence, 4), np.minimum(sentence[-1] - sentence, 3)
    again, again3, nth = _returns(text, 2), _returns(text, 3), _nth(text)
    common = np.minimum(np.log2(frequencies.texts_with(text) + 1).astype(np.int64), 7)
    pairs = [text[i : i + 2] for i in range(n)]
    opening = {pair for pair, number in zip(pairs, sentence, strict=True) if number == 0}
    closing = {pair for pair, number in zip(pairs, sentence, strict=True) if number == sentence[-1]}
    opens = np.array([pair in opening for pair in pairs], np.int64)
    closes = np.array([pair in closing for pair in pairs], np.int64)
    for parts in (
        (np.minimum(place // 8, 20),), (10 * place // n,), (first, left), (again, common), (again3, common),
        (again, again3, nth), (np.minimum(clause, 6),), (np.minimum(into, 15),), (opens, closes, again),
        (np.minimum(clause_end - place, 10),), (np.minimum(into, 15), first), (common, first), (again3, first),
    ):  # fmt: skip
        add(*parts)
    ends = np.concatenate([codes, np.zeros(2, np.int64)])
    add(ends[clause_start], ends[clause_start + 1])
    add(ends[clause_start], ends[clause_start + 1], np.minimum(into // 2, 8))
    add(ends[np.maximum(clause_end - 2, 0)], ends[np.maximum(clause_end - 1, 0)])
    in_sentence = np.minimum(clause - clause[np.minimum(sentence_start, n - 1)], 3)
    add(ends[sentence_start], ends[sentence_start + 1], in_sentence)
    cue, since = _cues(text)
    same = (clause == clause[np.maximum(place - since, 0)]).astype(np.int64)
    add(cue, np.minimum(since // 2, 15))
    add(cue, (since < _REACH).astype(np.int64), same)
    add(cue, first)
    return (np.stack(found, 1) & np.uint64((1 << BITS) - 1)).astype(np.int32)


def _parts(text: str, mark: re.Pattern[str]) -> tuple[Ints, Ints, Ints]:
    """For each character the number, first place and last place of its part; a part ends with its mark."""
    n = len(text)
    ends = [match.start() for match in mark.finditer(text)]
    if not ends or ends[-1] != n - 1:
        ends.append(n - 1)
    last = np.array(ends)
    number = np.searchsorted(last, np.arange(n))
    start = np.concatenate([[0], last[:-1] + 1])
    return number, start[number], last[number]


def _returns(text: str, size: int) -> Ints:
    grams = [text[i : i + size] for i in range(len(text))]
    counts = Counter(grams)
    return np.array([min(counts[gram], 6) for gram in grams], np.int64)


def _nth(text: str) -> Ints:
    seen: Counter[str] = Counter()
    found = np.zeros(len(text), np.int64)
    for i in range(len(text)):
        pair = text[i : i + 2]
        found[i] = min(seen[pair], 3)
        seen[pair] += 1
    return found


def _cues(text: str) -> tuple[Ints, Ints]:
    """The number of the last cue before each character (0 for none near) and how many characters ago it ended."""
    cue, since = np.zeros(len(text), np.int64), np.full(len(text), 99, np.int64)
    for match in _CUE.finditer(text):
        end = match.end()
        reach = slice(end, end + _REACH)
        cue[reach] = _CUE_NUMBER.get(match[0].lower(), 0)
        since[reach] = np.arange(len(since[reach]))
    return cue, since
