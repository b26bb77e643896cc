"""When no path is sure: the one fact a question seems to ask for, said as a sentence.

:class:`~knowledge.fact_search.FactSearch` finds the facts whose words fit best; it always finds some. So a fact is only
given where the name it was found by is a name in this question too, and the less the better of its other words are
accounted for. Building the index takes seconds, so it is built when first needed, or by :meth:`StatedFacts.warm`.
"""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING

from knowledge.answering.answers import Answer
from knowledge.answering.followups import by_year, cited, follow_ups
from knowledge.answering.sentences import Sentences
from knowledge.graph import WORK_TYPES, Fact, Graph
from knowledge.linking import Linker
from knowledge.questions.parsing import Parse
from knowledge.text import Language, fold
from knowledge.wordings import ANY, MADE

if TYPE_CHECKING:
    from knowledge.fact_search import FactSearch

__all__ = ["StatedFacts"]

_FOUND = 12  # facts looked at: those of one slot come together
_LEAST = 0.5


class StatedFacts:
    """Answers with facts found by their words."""

    def __init__(self, graph: Graph, linker: Linker, sentences: Sentences) -> None:
        self.graph = graph
        self.linker = linker
        self.say = sentences
        self._lock = threading.Lock()

    def warm(self) -> None:
        """Builds the index now: some 3 s and 60 MB for 20,000 facts."""
        with self._lock:
            self._search  # noqa: B018

    @cached_property
    def _search(self) -> FactSearch:
        from knowledge.fact_search import FactSearch

        return FactSearch(self.graph)

    def answer(self, question: str, parse: Parse, lang: Language) -> tuple[float, Answer] | None:
        """``(score, answer)``, the score 0..1 not yet calibrated; ``None`` when no fact is asked for by name.

        Args:
            parse: what the question reader found in it; a question about several relations, or with constraints, asks
                for more than a fact.
        """
        asked = {hit.relation for hit in parse.hits} - {ANY, MADE}
        if len(asked) != 1 or parse.facets or parse.constraints.bounds or len(parse.named) > 1:
            return None
        mentions = self.linker.link(question, minimum=0.05)
        if not mentions:
            return None
        with self._lock:
            search = self._search
        hits = search.search(question, _FOUND)
        if not hits or hits[0].confidence < _LEAST or hits[0].fact.relation not in asked:
            return None
        first = hits[0].fact
        name = fold(hits[0].why.split(" · ")[0])
        sure = {id_: score for mention in mentions for id_, score in mention.candidates}
        ends = [end for end in (first.subject, first.object) if isinstance(end, str) and end in sure]
        if not ends:
            return None
        end = max(ends, key=lambda id_: (self._called(id_, name), sure[id_]))
        group = [
            hit.fact
            for hit in hits
            if hit.fact.relation == first.relation and end in (hit.fact.subject, hit.fact.object)
        ]
        score = hits[0].confidence * sure[end] * parse.coverage()
        return score, self._said(end, group, lang)

    def _called(self, id_: str, name: str) -> bool:
        entity = self.graph.entity(id_)
        return name in map(fold, (*entity.labels.values(), *entity.aliases))

    def _said(self, end: str, facts: list[Fact], lang: Language) -> Answer:
        say, relation = self.say, facts[0].relation
        if facts[0].subject == end:
            objects = self.graph.objects(end, relation)
            whole = [fact for target in objects if (fact := self.graph.fact(end, relation, target))]
            text = say.relation(end, relation, objects, lang)
            entities = tuple(str(target) for target in objects if target in self.graph)
            suggestions = follow_ups(self.graph, say, end, (), lang)
            return Answer(text, lang, "path", 0.0, cited(whole), (relation,), entities, (end,), suggestions)
        works = by_year(self.graph.subjects(end, relation), self.graph)
        whole = [fact for work in works if (fact := self.graph.fact(work, relation, end))]
        kind = self.graph.entity(works[0]).type
        if self.graph.entity(end).type == "person" and kind in WORK_TYPES:
            text = say.filmography(end, {relation: works}, lang)
        else:
            label, name = say.relation_name(relation, lang), say.name(end, lang)
            titles = say.titles(works, lang)
            text = (
                f"{label}是{name}的有{titles}。"
                if lang == "zh"
                else f"{label[:1].upper()}{label[1:]} {name}: {titles}."
            )
        return Answer(text, lang, "path", 0.0, cited(whole), (f"^{relation}",), tuple(works), (end,))
