"""When no path answers: the nearest question of the FAQ, then the nearest description of a work.

BM25 finds candidates; whether the best of them is near enough is decided by how much of the question, weighed by how
telling each term is, it accounts for. A BM25 score alone cannot say: it grows with the length of the question.

An FAQ entry is found in two ways that fail differently. A phrasing that shares most of its words with the question is
almost always right; when no phrasing does, the entry as a whole, its answer included, still holds the words people use.
Held-out paraphrases that share nothing with the other phrasings of their entry are found first in 34 % (Chinese) and
23 % (English) of cases and among the first three about twice as often, so below :data:`SURE` we ask which was meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.bm25 import BM25
from knowledge.catalogue import Catalogue
from knowledge.graph import WORK_TYPES
from knowledge.importers.faq import FaqEntry
from knowledge.surfaces import squeeze
from knowledge.text import is_han, tokens

__all__ = ["SURE", "DocumentIndex", "FaqIndex", "FaqMatch"]

SURE = 0.52
"""Least confidence with which an FAQ entry is given as the answer."""

# Said in any question, telling of none.
_EMPTY_WORDS = """
    的 了 吗 呢 吧 啊 呀 是 我 你 么 怎 什 怎么 什么 么办 请 问 请问 一 下 一下 the a an is are do does did i
    my you your to of in on it can how what why when who where for and me s with be was will this that there we
    they he she time
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
_K1 = 1.5


@dataclass(frozen=True, slots=True)
class FaqMatch:
    """An entry, and how sure we are that it is the one asked for (0..1)."""

    entry: FaqEntry
    confidence: float


class _Index:
    """BM25 over texts, with the weights that tell how much of a text another one covers."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        self.bm25 = BM25(documents, k1=_K1)
        self._rarest = float(self.bm25.idf.max()) if len(self.bm25.idf) else 1.0
        self._rows = [frozenset(document) for document in documents]
        self._mass = [sum(map(self.weight, row)) for row in self._rows]

    def weight(self, term: str) -> float:
        """How telling a term is: its idf, and as much as the rarest for one never seen."""
        if term in _EMPTY:
            return 0.15
        row = self.bm25.vocabulary.get(term)
        return self._rarest if row is None else max(float(self.bm25.idf[row]), 0.2)

    def covered(self, asked: Iterable[str], row: int) -> float:
        """The weighted share of ``asked`` that the row holds, 0..1."""
        terms = set(asked)
        whole = sum(map(self.weight, terms))
        return sum(self.weight(term) for term in terms if term in self._rows[row]) / max(whole, 1e-9)

    def holds(self, row: int, term: str) -> bool:
        """Whether the row has the term in it."""
        return term in self._rows[row]

    def alike(self, asked: Iterable[str], row: int) -> float:
        """Weighted Dice coefficient of ``asked`` and the row; little when what they share tells little."""
        terms = set(asked)
        shared = [term for term in terms if term in self._rows[row]]
        both = sum(map(self.weight, shared))
        dice = 2 * both / max(sum(map(self.weight, terms)) + self._mass[row], 1e-9)
        telling = [self.weight(term) for term in shared if term not in _EMPTY]
        alone = 0.5 if len(telling) < 2 else 1.0  # "hi" is not about Hi-Res
        return dice * alone * min(1.0, sum(telling) / max(0.9 * self._rarest, 1e-9))

    def reached(self, asked: Sequence[str]) -> list[tuple[int, float]]:
        """The best rows with their score as a share of the highest possible one."""
        telling = [term for term in asked if term not in _EMPTY]
        possible = (_K1 + 1) * sum(map(self.weight, telling))
        alone = 0.5 if len(set(telling)) < 2 else 1.0
        return [(row, alone * score / possible) for row, score in self.bm25.top(telling, 10) if score > 0]


class FaqIndex:
    """The FAQ by every phrasing and by whole entry, both languages at once."""

    def __init__(self, entries: Iterable[FaqEntry]) -> None:
        self._entries = list(entries)
        self._of: list[int] = []  # phrasing → entry
        phrasings: list[str] = []
        whole: list[str] = []
        for number, entry in enumerate(self._entries):
            texts = [*entry.question.values(), *(text for group in entry.phrasings.values() for text in group)]
            phrasings.extend(texts)
            self._of.extend([number] * len(texts))
            whole.append("\n".join([*texts, *entry.answer.values()]))
        self._exact = {squeeze(text).text: number for text, number in zip(phrasings, self._of, strict=True)}
        self._phrasings = _Index([tokens(text) for text in phrasings])
        self._whole = _Index([tokens(text) for text in whole])

    def search(self, question: str, limit: int = 3) -> list[FaqMatch]:
        """The best entries, best first, each once."""
        asked = tokens(question)
        if not asked or not self._entries:
            return []
        alike: dict[int, float] = {}
        for row, score in self._phrasings.bm25.top(asked, 24):
            if score > 0:
                number = self._of[row]
                alike[number] = max(alike.get(number, 0.0), self._phrasings.alike(asked, row))
        exact = self._exact.get(squeeze(question).text)
        if exact is not None:  # nothing but "how do I cancel": its words alone tell little
            alike[exact] = 1.0
        reached = dict(self._whole.reached(asked))
        found = []
        for number in {*alike, *reached}:
            near = alike.get(number, 0.0)
            both = 0.5 * near + 0.65 * reached.get(number, 0.0)
            found.append((round(min(1.0, max(both, near if near >= 0.8 else 0.0)), 4), number))
        best = sorted(found, key=lambda pair: (-pair[0], pair[1]))[:limit]
        return [FaqMatch(self._entries[number], confidence) for confidence, number in best]


class DocumentIndex:
    """Works by what is written about them: titles, people, genres, moods and our one line, both languages."""

    def __init__(self, catalogue: Catalogue) -> None:
        graph = catalogue.graph
        self.works = [entity.id for entity in graph.entities(WORK_TYPES)]
        texts = []
        for work in self.works:
            entity = graph.entity(work)
            parts = [*entity.labels.values(), *entity.aliases]
            for fact in graph.facts(work):
                if graph.relations[fact.relation].kind == "entity":
                    parts.extend(graph.entity(str(fact.object)).labels.values())
                else:
                    parts.append(str(fact.object))
            texts.append(" ".join(parts))
        documents = [tokens(text) for text in texts]
        self._index = _Index(documents)
        running = (f" {' '.join(document)} " for document in documents)
        self._running = [text.replace(" a ", " ").replace(" the ", " ") for text in running]

    def mentioning(self, subject: str) -> list[str]:
        """Works whose title or description holds every telling term of ``subject``, best first."""
        asked = [term for term in tokens(subject) if term not in _EMPTY]
        if not asked:
            return []
        rows = [row for row, score in self._index.bm25.top(asked, 200) if score > 0]
        held = [row for row in rows if all(self._index.holds(row, term) for term in asked)]
        if subject.isascii():
            phrase = f" {' '.join(tokens(subject))} ".replace(" a ", " ").replace(" the ", " ")
            held = [row for row in held if phrase in self._running[row]]  # "time travel", not the two apart
        return [self.works[row] for row in held]

    def described(self, question: str) -> tuple[str, float] | None:
        """The one work a description fits, with the share of the description it accounts for; or ``None``.

        A few words are no description, and one that fits two works fits neither.
        """
        asked = tokens(question)
        telling = {term for term in asked if term not in _EMPTY}
        if len(telling) < (12 if any(map(is_han, question)) else 5):
            return None
        top = [row for row, score in self._index.bm25.top(asked, 6) if score > 0]
        ranked = sorted(((self._index.covered(asked, row), row) for row in top), reverse=True)
        if not ranked or ranked[0][0] < 0.36 or (len(ranked) > 1 and ranked[0][0] < 1.5 * ranked[1][0]):
            return None
        share, row = ranked[0]
        return self.works[row], round(share, 4)
