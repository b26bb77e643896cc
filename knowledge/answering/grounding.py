"""Every fact that an answer's sentence says, cited: what is said is looked up again, and stands beside it.

Whoever writes a sentence knows best what it is about, but not always everything it says in passing: a title is shown
with its year, a card with its cast. This reads the finished sentence against the graph, so that ``Answer.facts`` holds
the facts behind every name and number in the text. It adds nothing to the text and can cite nothing untrue.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from knowledge.answering.answers import Answer
from knowledge.graph import WORK_TYPES, Graph

__all__ = ["grounded"]

_NUMBER = re.compile(r"(?<![\d.])\d+")


def grounded(answer: Answer, graph: Graph) -> Answer:
    """The answer with the facts its text states added to those it already cites, which stay first."""
    if answer.kind in ("faq", "none", "clarify"):  # the operator's words, or nothing is claimed
        return answer
    seeds = [*answer.about, *answer.entities]
    for fact in answer.facts:
        seeds += [fact.subject, str(fact.object)]
    said = _Said(answer.text, answer.lang)
    facts = dict.fromkeys(answer.facts)
    cited = {(fact.subject, fact.object) for fact in facts}  # that she also wrote it is not said by "she directed it"
    for work in _works_named(dict.fromkeys(id_ for id_ in seeds if id_ in graph), said, graph):
        for fact in graph.facts(work):
            if (work, fact.object) not in cited and said.holds(fact.object, graph):
                facts.setdefault(fact)
    return replace(answer, facts=tuple(facts)) if len(facts) > len(answer.facts) else answer


class _Said:
    """What stands in a text: numbers as numbers, names as written."""

    def __init__(self, text: str, lang: str) -> None:
        self._text = text.casefold()
        self._numbers = {int(number) for number in _NUMBER.findall(text)}
        self._lang = lang

    def holds(self, value: str | int, graph: Graph) -> bool:
        if isinstance(value, int):
            return value in self._numbers
        name = graph.entity(value).label(self._lang) if value in graph else value
        return name.casefold() in self._text


def _works_named(seeds: Iterable[str], said: _Said, graph: Graph) -> Iterator[str]:
    """The works among ``seeds``, and of the people among them, whose titles the text gives."""
    for id_ in seeds:
        if graph.entity(id_).type in WORK_TYPES:
            yield id_
        elif graph.entity(id_).type == "person" and said.holds(id_, graph):
            for relation in graph.relations_of(id_)[1]:
                yield from (work for work in graph.subjects(id_, relation) if said.holds(work, graph))
