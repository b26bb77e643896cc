"""What a single question can ask for, and how well each candidate fits it.

Facts with the same name and the same relation are asked for by the same words, so what is ranked is the pair of the
two, here called a *slot*. Candidates for a question are the slots of every name found in it and the best of BM25; each
is described by how its name stands in the question, by how what is left of the question sounds like its relation, and by
how it compares with the other candidates.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.fact_search.affinity import Affinity
from knowledge.fact_search.alignment import Alignment
from knowledge.fact_search.names import Name, NameFinder, longest_common
from knowledge.search.bm25 import BM25
from knowledge.surfaces import squeeze
from knowledge.text import fold, tokens

__all__ = ["FEATURES", "SlotIndex", "target_tokens"]

_NAME = (
    "literal", "whole", "core", "covered", "covered_idf", "length", "dominance", "inside_longer", "in_marks",
    "marks_agree", "bearers", "slots", "position", "hint", "has_hint", "rarity", "starts", "missing",
)  # fmt: skip
_WORDING = (
    "word_literal", "word_chars", "word_grams", "rest_covered", "aligned", "aligned_sum", "aligned_whole", "asked",
    "word_length", "affinity", "explained", "bm25", "bm25_gap", "bm25_rank",
)  # fmt: skip
_COMPARED = ("word_chars", "aligned", "aligned_sum", "affinity")  # with the other slots of the same name
FEATURES: tuple[str, ...] = (
    *_NAME,
    *_WORDING,
    *(f"{name}_gap" for name in _COMPARED),
    "affinity_share",
    "explained_gap",
)
"""What describes a candidate, in the order of the columns."""

_COMPARED_COLUMNS = [_WORDING.index(name) for name in _COMPARED]
_RETRIEVED = 24  # slots taken from BM25 beside those whose name was found
_MAX_NAMES = 24
_MAX_PER_NAME = 64
_MAX_TEXT = 400  # characters of a question; what is beyond is not read
_OPENING = "《「『“\"'"


@dataclass(frozen=True, slots=True)
class _Wording:
    text: str
    grams: tuple[str, ...]
    parts: tuple[str, ...]  # single characters and words: what a bigram says twice is left out
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Question:
    folded: str
    flat: str
    grams: frozenset[str]
    longest: int  # characters of the longest name found


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where a name stands in the squeezed question; ``exact`` is False for the stretch it shares with it at best."""

    start: int
    end: int
    whole: bool
    exact: bool


class SlotIndex:
    """All slots that can be asked for.

    Args:
        slots: distinct pairs ``(name, wording of the relation)``.
    """

    def __init__(self, slots: Sequence[tuple[str, str]]) -> None:
        self.slots = list(slots)
        names: dict[str, int] = {}
        wordings: dict[str, int] = {}
        self._name = np.array([names.setdefault(name, len(names)) for name, _ in self.slots], np.int64)
        self._word = np.array([wordings.setdefault(word, len(wordings)) for _, word in self.slots], np.int64)
        self._of_name: list[list[int]] = [[] for _ in names]
        for slot, row in enumerate(self._name):
            self._of_name[row].append(slot)
        self._names = [Name.of(name) for name in names]
        self._words = [_wording(wording) for wording in wordings]
        self._finder = NameFinder(self._names)
        own, said = [tokens(name) for name in names], [tokens(wording) for wording in wordings]
        pairs = list(zip(self._name.tolist(), self._word.tolist(), strict=True))
        self.bm25 = BM25(own[name] + said[word] for name, word in pairs)
        # How much a token says; unlike BM25's own idf it stays positive for what half of the slots share.
        holders = Counter(token for name, word in pairs for token in {*own[name], *said[word]})
        self._idf = {token: math.log(1 + (len(self.slots) - n + 0.5) / (n + 0.5)) for token, n in holders.items()}
        self._unseen = math.log(2 * len(self.slots) + 2)

    def __len__(self) -> int:
        return len(self.slots)

    def names_in(self, question: str) -> set[str]:
        """The names that stand in ``question``, some of them inside others."""
        return {self._names[hit.name].text for hit in self._finder.find(squeeze(question[:_MAX_TEXT]).text)}

    def candidates(
        self, question: str, alignment: Alignment, affinity: Affinity, clues: Iterable[str] = ()
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Slots worth ranking, ``(n,)``, and their features, ``(n, len(FEATURES))`` float32.

        Args:
            clues: names of relations that the question is known to ask for in other words.
        """
        question = question[:_MAX_TEXT]
        flat = squeeze(question).text
        clue = "".join(f"|{squeeze(word).text}" for word in clues)
        terms = tokens(question + clue)
        scores = self.bm25.scores(terms)
        best = self._best(scores)
        standings = self._standings(flat, best)
        longest = max((at.end - at.start for at in standings.values() if at.exact), default=1)
        asked = _Question(fold(question), flat, frozenset(terms), longest)
        top = float(scores[best[0]]) if len(best) else 1.0
        rank = {int(slot): place for place, slot in enumerate(best)}

        slots: list[int] = []
        blocks: list[NDArray[np.float64]] = []
        for row, at in standings.items():
            # Shorter stretches of a longer name are names too, but rarely what is meant.
            inside = at.exact and any(
                other.exact and other.start <= at.start and at.end <= other.end
                and other.end - other.start > at.end - at.start
                for other in standings.values()
            )  # fmt: skip
            about, standing = self._about(row, asked, at, inside)
            rest = tokens(flat[: at.start] + "|" + flat[at.end :] + clue)
            aligned, point = alignment.given(rest), affinity.source(rest)
            offered = self._offered(row, aligned, alignment)
            lines = self._sounding(offered, row, rest, flat[: at.start] + "|" + flat[at.end :] + clue, standing)
            for line, slot in zip(lines, offered, strict=True):
                targets = self._words[self._word[slot]].targets
                columns = alignment.columns(targets)
                gains = aligned[columns[:-1]] if len(columns) > 1 else aligned[columns]
                line[4:8] = (
                    gains.mean(), gains.sum(), aligned[columns[-1]], math.log(float(alignment.background[columns[-1]])),
                )  # fmt: skip
                line[9] = point @ affinity.target(targets)
                line[11:] = scores[slot] / (top or 1.0), scores[slot] - top, 1 / (1 + rank.get(slot, _RETRIEVED))
            gaps = lines[:, _COMPARED_COLUMNS] - lines[:, _COMPARED_COLUMNS].max(axis=0)
            shares = np.exp(gaps[:, -1:])
            blocks.append(
                np.hstack(
                    [np.tile(about, (len(lines), 1)), lines, gaps, shares / shares.sum(), np.zeros((len(lines), 1))]
                )
            )
            slots.extend(offered)
        if not slots:
            return np.zeros(0, np.int64), np.zeros((0, len(FEATURES)), np.float32)
        features = np.vstack(blocks).astype(np.float32)
        explained = features[:, FEATURES.index("explained")]
        features[:, -1] = explained - explained.max()
        return np.array(slots, np.int64), features

    def _best(self, scores: NDArray[np.float32]) -> NDArray[np.int64]:
        """The best slots of BM25, best first, of equals the earlier; none that shares no word."""
        kept = min(_RETRIEVED, len(scores))
        if not kept:
            return np.zeros(0, np.int64)
        edge = max(float(np.partition(scores, len(scores) - kept)[len(scores) - kept]), 1e-6)
        rows = np.flatnonzero(scores >= edge)
        return rows[np.argsort(-scores[rows], kind="stable")][:kept]

    def _standings(self, flat: str, best: Iterable[int]) -> dict[int, _Standing]:
        """Names to look at: those in the question, longest first, and those of the best slots."""
        standings: dict[int, _Standing] = {}
        for hit in self._finder.find(flat):
            if len(standings) >= _MAX_NAMES:
                break
            standings.setdefault(hit.name, _Standing(hit.start, hit.end, hit.whole, True))
        for slot in best:
            row = int(self._name[slot])
            if row not in standings:
                start, end = longest_common(flat, self._names[row].key)
                standings[row] = _Standing(start, end, False, False)
        return standings

    def _offered(self, name: int, aligned: NDArray[np.float32], alignment: Alignment) -> list[int]:
        """The slots of a name; of a name with very many, those whose relation sounds right."""
        slots = self._of_name[name]
        if len(slots) <= _MAX_PER_NAME:
            return slots
        gains = [float(aligned[alignment.columns(self._words[self._word[slot]].targets)].mean()) for slot in slots]
        return [slots[place] for place in np.argsort(-np.array(gains), kind="stable")[:_MAX_PER_NAME]]

    def _weight(self, grams: Iterable[str]) -> float:
        """Σ idf: how much these tokens say."""
        return sum(self._idf.get(gram, self._unseen) for gram in grams)

    def _about(self, row: int, asked: _Question, at: _Standing, inside: bool) -> tuple[list[float], float]:
        """How a name stands in the question, and the idf of the part of it that does."""
        name = self._names[row]
        total = self._weight(name.grams) or 1.0
        standing = self._weight(name.grams & asked.grams)
        place = asked.folded.find(name.literal) if name.literal else -1
        length = at.end - at.start
        marks = "《" in name.literal
        return [
            float(place >= 0),
            float(at.exact and at.whole),
            float(at.exact),
            length / max(len(name.key), 1),
            standing / total,
            math.log1p(length),
            length / asked.longest,
            float(inside),
            float(at.exact and place > 0 and asked.folded[place - 1] in _OPENING),
            float("《" in asked.folded) if marks else 0.5,
            math.log1p(self._finder.bearers(name.core)),
            math.log1p(len(self._of_name[row])),
            at.start / max(len(asked.flat), 1),
            len(name.hint & asked.grams) / len(name.hint) if name.hint else 0.0,
            float(bool(name.hint)),
            total,
            float(at.start == 0),
            total - standing,
        ], standing

    def _sounding(
        self, slots: Sequence[int], row: int, rest: Sequence[str], text: str, standing: float
    ) -> NDArray[np.float64]:
        """How the rest of the question overlaps each slot's wording, ``(len(slots), len(_WORDING))``; rest is zero."""
        name = self._names[row]
        have = frozenset(rest)
        weight = self._weight(have) or 1.0
        of_name = have & (name.grams | name.hint)
        lines = np.zeros((len(slots), len(_WORDING)))
        for line, slot in zip(lines, slots, strict=True):
            word = self._words[self._word[slot]]
            shared = have.intersection(word.grams)
            covered = self._weight(shared)
            line[0] = bool(word.text) and word.text in text
            line[1] = sum(part in have for part in word.parts) / max(len(word.parts), 1)
            line[2] = covered / (self._weight(word.grams) or 1.0)
            line[3] = covered / weight
            line[8] = len(word.text)
            line[10] = (self._weight(shared | of_name) + standing) / (weight + standing)
        return lines


def _wording(text: str) -> _Wording:
    grams = tuple(tokens(text))
    parts = tuple(gram for gram in grams if len(gram) == 1) or grams
    return _Wording(squeeze(text).text, grams, parts, target_tokens(text))


def target_tokens(wording: str) -> tuple[str, ...]:
    """Tokens of a relation's name for the learned models: its parts, then the name as a whole."""
    return (*dict.fromkeys(tokens(wording)), f"={squeeze(wording).text or wording}")
