"""When no path answers: the nearest question of the FAQ, then the nearest description of a work.

BM25 finds candidates; whether the best of them is near enough is decided by how much of the two texts, weighed by how
telling each term is, they share. A BM25 score alone cannot say: it grows with the length of the question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.bm25 import BM25
from knowledge.catalogue import Catalogue
from knowledge.graph import WORK_TYPES
from knowledge.importers.faq import FaqEntry
from knowledge.text import tokens

__all__ = ["DocumentIndex", "FaqIndex", "FaqMatch"]

# Said in any question, telling of none.
_EMPTY = frozenset(
    "的 了 吗 呢 吧 啊 呀 是 我 你 么 怎 什 怎么 什么 么办 请 问 请问 一 下 一下 the a an is are do does did i my you your to of in on "
    "it can how what why when who where for and me s with be was will this that there we they he she time".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class FaqMatch:
    """An entry, how sure we are that it is the one asked for (0..1), and the phrasing that matched."""

    entry: FaqEntry
    confidence: float
    phrasing: str


class _Index:
    def __init__(self, texts: Sequence[str]) -> None:
        self.rows = [tokens(text) for text in texts]
        self.bm25 = BM25(self.rows)
        self._rarest = float(self.bm25.idf.max()) if len(self.bm25.idf) else 1.0

    def weight(self, term: str) -> float:
        """How telling a term is: its idf, and as much as the rarest for one never seen."""
        if term in _EMPTY:
            return 0.15
        row = self.bm25.vocabulary.get(term)
        return self._rarest if row is None else max(float(self.bm25.idf[row]), 0.2)

    def overlap(self, asked: Sequence[str], row: int) -> tuple[float, float]:
        """The weighted share of the question that the row covers, and of the row that the question covers."""
        question, document = Counter(asked), Counter(self.rows[row])
        both = sum(self.weight(term) for term in question if term in document)
        whole = sum(self.weight(term) for term in question)
        other = sum(self.weight(term) for term in document)
        return both / max(whole, 1e-9), both / max(other, 1e-9)

    def substance(self, asked: Sequence[str], row: int) -> float:
        """1 when at least two telling terms are shared; less for "what time is it", which shares none."""
        document = set(self.rows[row])
        shared = [self.weight(term) for term in dict.fromkeys(asked) if term in document and term not in _EMPTY]
        return min(1.0, sum(shared) / max(0.9 * self._rarest, 1e-9))


class FaqIndex:
    """The FAQ by every phrasing, both languages at once."""

    def __init__(self, entries: Iterable[FaqEntry]) -> None:
        self._entries: list[FaqEntry] = []
        self._phrasings: list[str] = []
        for entry in entries:
            for text in (*entry.question.values(), *(text for group in entry.phrasings.values() for text in group)):
                self._entries.append(entry)
                self._phrasings.append(text)
        self._index = _Index(self._phrasings)

    def search(self, question: str, limit: int = 3) -> list[FaqMatch]:
        """The best entries, best first, each once."""
        asked = tokens(question)
        if not asked or not self._phrasings:
            return []
        best: dict[str, FaqMatch] = {}
        for row, score in self._index.bm25.top(asked, 24):
            if score <= 0:
                break
            covered, covering = self._index.overlap(asked, row)
            # Harmonic mean: both the question and the phrasing must be mostly shared, in words that tell something.
            mean = 2 * covered * covering / max(covered + covering, 1e-9)
            confidence = round(mean * self._index.substance(asked, row), 4)
            entry = self._entries[row]
            if entry.id not in best or best[entry.id].confidence < confidence:
                best[entry.id] = FaqMatch(entry, confidence, self._phrasings[row])
        return sorted(best.values(), key=lambda match: -match.confidence)[:limit]


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
        self._index = _Index(texts)

    def search(self, question: str, limit: int = 3) -> list[tuple[str, float]]:
        """``(work id, share of the question that its description covers 0..1)``, best first."""
        asked = tokens(question)
        found = []
        for row, score in self._index.bm25.top(asked, limit):
            if score > 0:
                found.append((self.works[row], round(self._index.overlap(asked, row)[0], 4)))
        return found

    def telling(self, question: str) -> int:
        """How many telling terms a question has; a single name is not a description."""
        return sum(term not in _EMPTY for term in set(tokens(question)))
