"""The facts of one work in the words of one language: names, nouns, lists."""

from __future__ import annotations

import re

from generation.briefs import BriefError
from generation.text import lexicon_en, lexicon_zh
from generation.text.content import Value
from knowledge.graph import WORK_TYPES, Fact, Graph

__all__ = ["PEOPLE", "Facts", "display_title"]

PEOPLE = ("directed_by", "cast", "performed_by", "written_by", "composed_by")
_BARE = re.compile(r"\s*[（(][^（()）]*[)）]$")


def display_title(label: str) -> str:
    """A title as copy writes it: without the (Musical) that tells namesakes apart in a catalogue."""
    return _BARE.sub("", label) or label


class Facts:
    """One work's facts, in the language of the text. Reading only; cheap to make."""

    def __init__(self, graph: Graph, work: str, lang: str) -> None:
        if work not in graph or graph.entity(work).type not in WORK_TYPES:
            raise BriefError(f"work: {work!r} is not a work of the catalogue")
        self.graph, self.work, self.lang = graph, work, lang
        self.kind = graph.entity(work).type
        self.title = display_title(graph.entity(work).label(lang))
        self._by_relation: dict[str, list[Fact]] = {}
        for fact in graph.facts(work):
            self._by_relation.setdefault(fact.relation, []).append(fact)
        for relation in ("year", "runtime", "episodes"):  # two sources that disagree: neither is repeated
            if len(self._by_relation.get(relation, ())) > 1:
                del self._by_relation[relation]

    def of(self, relation: str) -> list[Fact]:
        return self._by_relation.get(relation, [])

    def label(self, fact: Fact) -> str:
        """The object in words: an entity's name, or the value itself."""
        if self.graph.relations[fact.relation].kind == "entity":
            return self.graph.entity(str(fact.object)).label(self.lang)
        return str(fact.object)

    def named(self, relation: str, most: int) -> Value | None:
        """The first ``most`` objects of ``relation`` as a list in words."""
        facts = self.of(relation)[:most]
        if not facts:
            return None
        join = lexicon_zh.join if self.lang == "zh" else lexicon_en.join
        return Value(join([self.label(fact) for fact in facts]), tuple(facts))

    def genre_ids(self) -> list[tuple[str, Fact]]:
        return [(str(fact.object).removeprefix("genre/"), fact) for fact in self.of("genre")]

    def mood_ids(self) -> list[tuple[str, Fact]]:
        return [(str(fact.object).removeprefix("mood/"), fact) for fact in self.of("mood")]

    def nouns(self) -> list[Value]:
        """What kind of thing it is, most telling first: 悬疑片, "crime film"."""
        words = (lexicon_zh if self.lang == "zh" else lexicon_en).GENRE_NOUNS[self.kind]
        found = [Value(words[genre], (fact,)) for genre, fact in self.genre_ids() if genre in words]
        plain = (lexicon_zh if self.lang == "zh" else lexicon_en).DEFAULT_NOUN[self.kind]
        return found or [Value(plain)]

    def names(self) -> tuple[str, ...]:
        """Proper names: the titles in both languages (as tags write them as well), people, awards."""
        entity = self.graph.entity(self.work)
        people = [fact.object for relation in (*PEOPLE, "award") for fact in self.of(relation)]
        labels = [label for id_ in people for label in self.graph.entity(str(id_)).labels.values()]
        titles = [*map(display_title, entity.labels.values()), *entity.labels.values()]
        return (*titles, *(re.sub(r"\W", "", title) for title in titles), *labels)

    def line(self) -> Value | None:
        """Our own one line about it."""
        facts = self.of(f"line_{self.lang}")
        return Value(str(facts[0].object).strip(), (facts[0],)) if facts else None
