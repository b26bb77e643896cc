"""When no path answers: the nearest question of the FAQ, then the nearest description of a work.

The FAQ is searched by several matchers at once (:mod:`knowledge.search.faq_search`); below :data:`SURE` we ask which entry was
meant. Descriptions are found by their words.
"""

from __future__ import annotations

from knowledge.catalogue import Catalogue
from knowledge.graph import WORK_TYPES
from knowledge.search.faq_search import FaqIndex, FaqMatch
from knowledge.search.text_index import EMPTY, TextIndex
from knowledge.text import is_han, tokens

__all__ = ["SURE", "DocumentIndex", "FaqIndex", "FaqMatch"]

SURE = 0.52
"""Least confidence with which an FAQ entry is given as the answer: it is then likelier right than wrong."""


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
        self._index = TextIndex(documents)
        running = (f" {' '.join(document)} " for document in documents)
        self._running = [text.replace(" a ", " ").replace(" the ", " ") for text in running]

    def mentioning(self, subject: str) -> list[str]:
        """Works whose title or description holds every telling term of ``subject``, best first."""
        asked = [term for term in tokens(subject) if term not in EMPTY]
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
        telling = {term for term in asked if term not in EMPTY}
        if len(telling) < (12 if any(map(is_han, question)) else 5):
            return None
        top = [row for row, score in self._index.bm25.top(asked, 6) if score > 0]
        ranked = sorted(((self._index.covered(asked, row), row) for row in top), reverse=True)
        if not ranked or ranked[0][0] < 0.36 or (len(ranked) > 1 and ranked[0][0] < 1.5 * ranked[1][0]):
            return None
        share, row = ranked[0]
        return self.works[row], round(share, 4)
