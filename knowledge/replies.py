"""Readings into answers: walks the graph and says what came of it, also when that is nothing.

Each method takes a reading and a language and returns an :class:`Answer`. Lists say that they are of this catalogue, for a
catalogue is never everything a person has done.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from knowledge.answers import Answer, Suggestion
from knowledge.describing import describe_filter
from knowledge.graph import FACET_TYPES, WORK_TYPES, Fact, Graph
from knowledge.readings import Candidates, Filter, Hop, Reading
from knowledge.reasoning import Found, Reasoner
from knowledge.sentences import Sentences, plain, without_echoes
from knowledge.text import Language
from knowledge.vocabulary import Vocabulary
from knowledge.wordings import ANY, MADE, PEOPLE

__all__ = ["Replies"]

_MAX_FACTS = 24  # what an answer cites; a list of hundreds does not need them all


class Replies:
    """Answers readings about one graph."""

    def __init__(self, graph: Graph, vocabulary: Vocabulary) -> None:
        self.graph = graph
        self.reasoner = Reasoner(graph)
        self.say = Sentences(graph, vocabulary)

    # --- paths -------------------------------------------------------------------------------------------------------

    def path(self, reading: Reading, lang: Language) -> Answer:
        """One or more works followed along one or more hops."""
        chosen = [self.choose(candidates, reading) for candidates in reading.topics]
        asked = [reading, *(replace(reading, hops=(hop,), also=()) for hop in reading.also)]
        walks = [(topic, one, self._walk(topic, one)) for topic in chosen for one in asked]
        texts = [self._path_text(topic, found, one, lang) for topic, one, found in walks]
        everything = [one for _, _, found in walks for one in found]
        entities = tuple(dict.fromkeys(str(one.value) for one in everything if one.value in self.graph))
        return Answer(
            text=("" if lang == "zh" else " ").join(texts),
            lang=lang,
            kind="path",
            confidence=reading.confidence if everything else round(reading.confidence * 0.9, 4),
            facts=_cited(fact for one in everything for fact in one.facts),
            path=tuple(str(hop) for hop in (*reading.hops, *reading.also)),
            entities=entities,
            about=tuple(chosen),
            suggestions=self.follow_ups(chosen[0], reading.hops, lang),
        )

    def choose(self, candidates: Candidates, reading: Reading) -> str:
        """The likeliest of namesakes that the question can be answered for."""
        for id_, _ in candidates:
            if reading.hops and self._walk(id_, reading):
                return id_
        return candidates[0][0]

    def answerable(self, reading: Reading) -> list[tuple[str, float]]:
        """The namesakes of the first topic for which there is an answer."""
        if not reading.topics:
            return []
        if reading.kind == "path":
            return [pair for pair in reading.topics[0] if self._walk(pair[0], reading)]
        return list(reading.topics[0])

    def _walk(self, topic: str, reading: Reading) -> list[Found]:
        filter_ = reading.filter
        if reading.hops and any(hop.inverse for hop in reading.hops):
            filter_ = _excluding(filter_, topic)
        found = self.reasoner.walk([Found(topic)], reading.hops, filter_)
        if reading.pick and found:
            found = self.reasoner.picked(found, reading.pick)
        hops = reading.hops
        if len(hops) == 2 and hops[0].relation == hops[1].relation and hops[0].relation in FACET_TYPES:
            found = self._most_alike(topic, found, hops[0].relation)
        return found

    def _most_alike(self, topic: str, found: list[Found], relation: str) -> list[Found]:
        """Of the works that share a genre with ``topic``, those that share the most."""
        mine = set(self.graph.objects(topic, relation))
        shared = {one.value: len(mine & set(self.graph.objects(str(one.value), relation))) for one in found}
        best = max(shared.values(), default=0)
        return [one for one in found if shared[one.value] == best]

    def _path_text(self, topic: str, found: list[Found], reading: Reading, lang: Language) -> str:
        hops, say = reading.hops, self.say
        values = [one.value for one in found]
        if not found:
            return self._nothing(topic, reading, lang)
        if len(hops) == 1 and not hops[0].inverse:
            text = say.relation(topic, hops[0].relation, values, lang)
            if reading.unnamed_role:
                text = f"片库里没有记录角色名。{text}" if lang == "zh" else f"This catalogue doesn't list roles. {text}"
            if reading.exists and hops[0].relation == "award":
                return ("得过。" if lang == "zh" else "Yes. ") + text
            return text
        works = [
            str(value) for value in values if value in self.graph and self.graph.entity(str(value)).type in WORK_TYPES
        ]
        if not works:
            label = (
                self.graph.relations[hops[-1].relation].label(lang) if hops[-1].relation in self.graph.relations else ""
            )
            names = say.names(values, lang)
            return f"{label}：{names}。" if lang == "zh" else f"{label[:1].upper()}{label[1:]}: {names}."
        works = by_year(works, self.graph)
        lead = self._lead(topic, found, hops, lang)
        if reading.count:
            return (
                f"{lead}有{say.counted(works, lang)}：{say.titles(works, lang)}。"
                if lang == "zh"
                else (f"{lead} {say.counted(works, lang)}: {say.titles(works, lang)}.")
            )
        if lang == "zh":
            return f"{lead}有{say.titles(works, lang)}。"
        return f"{lead} {say.titles(works, lang)}."

    def _lead(self, topic: str, found: list[Found], hops: Sequence[Hop], lang: Language) -> str:
        """How a list that was reached by way of something begins: 「《流浪地球》的导演是郭帆，片库里他还导演过」."""
        first, last = hops[0], hops[-1]
        between = list(dict.fromkeys(one.facts[0].object for one in found if one.facts))
        name, via = self.say.name(topic, lang), self.say.names(between, lang)
        if first.relation not in PEOPLE:
            if lang == "zh":
                return f"片库里和{name}同样是{via}{'年' if first.relation == 'year' else ''}的"
            return (
                f"Also {'from' if first.relation in ('year', 'country') else 'listed under'} {via} in this catalogue:"
            )
        label = self.graph.relations[first.relation].label(lang)
        same = last.relation == first.relation
        if lang == "zh":
            deed = _ZH_DEED.get(last.relation, "的")
            if len(between) > 3:
                return f"片库里{name}的{label}们{'还出演过的' if same else deed}作品"
            return f"{name}的{label}是{via}，片库里{via if len(between) < 3 else '他们'}{deed}其他作品"
        if len(between) > 3:
            return f"In this catalogue, people from the {label} of {name} can also be seen in"
        verb = _EN_DEED.get(last.relation, "made")
        if last.relation == "cast" and len(between) > 1:
            verb = "appear in"
        return f"{via} {_EN_DID.get(first.relation, 'worked on')} {name} and, in this catalogue, also {verb}"

    def _nothing(self, topic: str, reading: Reading, lang: Language) -> str:
        name = self.say.name(topic, lang)
        last = reading.hops[-1]
        if last.inverse:
            return (
                f"除了{name}，片库里没有找到其他符合的作品。"
                if lang == "zh"
                else f"Apart from {name}, nothing else in this catalogue fits."
            )
        relation = self.graph.relations.get(last.relation)
        label = plain(relation.label(lang)) if relation else last.relation
        if last.relation == "award" and lang == "zh":
            return f"片库里没有{name}的获奖记录。"
        if last.relation == "award":
            return f"This catalogue has no record of awards for {name}."
        return f"片库里没有记录{name}的{label}。" if lang == "zh" else f"This catalogue doesn't say: {label} of {name}."

    # --- lists -------------------------------------------------------------------------------------------------------

    def listing(self, reading: Reading, lang: Language) -> Answer:
        """Works that pass a filter, or what they lead to."""
        filter_, say = reading.filter, self.say
        found = self.reasoner.works(filter_)
        total = [str(one.value) for one in found]
        if reading.pick:
            found = self.reasoner.picked(found, reading.pick)
        works = by_year([str(one.value) for one in found], self.graph, newest_first=not filter_.roles)
        facts = _cited(fact for one in found for fact in one.facts)
        people = tuple(id_ for role in filter_.roles for id_, _ in role.people[:1])
        if reading.hops and works:
            return self._projected(reading, works, people, lang)
        if not works:
            text = self._empty(filter_, lang)
        elif reading.pick:
            text = self._superlative(works, total, reading, lang)
        elif reading.exists:
            some = (
                f"{say.counted(works, lang)}：{say.titles(works, lang)}。"
                if lang == "zh"
                else f"{say.counted(works, lang)}: {say.titles(works, lang)}."
            )
            text = f"有，片库里有{some}" if lang == "zh" else f"Yes, {some}"
        else:
            text = self._list_text(filter_, works, lang, reading.count)
        return Answer(
            text,
            lang,
            "list",
            reading.confidence,
            facts,
            tuple(f"^{role.relation}" for role in filter_.roles),
            tuple(works),
            people or tuple(id_ for group in filter_.facets for id_ in sorted(group)),
            self._list_suggestions(works, filter_, lang),
        )

    def _list_text(self, filter_: Filter, works: list[str], lang: Language, count: bool) -> str:
        say = self.say
        alone = not count and len(filter_.roles) == 1 and not (filter_.facets or filter_.bounds or filter_.without)
        if alone and (not filter_.types or len(filter_.types) > 1 or filter_.roles[0].relation in (ANY, MADE)):
            person = filter_.roles[0].people[0][0]
            relations = self.reasoner.resolve(person, filter_.roles[0].relation)
            wanted = set(works)
            by_relation = {
                relation: [
                    work for work in by_year(self.graph.subjects(person, relation), self.graph) if work in wanted
                ]
                for relation in relations
            }
            by_relation = without_echoes({relation: some for relation, some in by_relation.items() if some})
            return say.filmography(person, by_relation, lang, other=bool(filter_.exclude))
        what = describe_filter(filter_, say, lang)
        if lang == "zh":
            other = "其他" if filter_.exclude else ""
            kind = say.kind(works)
            unit = {"album": "张", "show": "台"}.get(kind, "部")
            return f"片库里{what}{other}有{len(works)}{unit}：{say.titles(works, lang)}。"
        other = "other " if filter_.exclude else ""
        if len(works) == 1:
            return f"One in this catalogue matches {other}{what}: {say.titles(works, lang)}."
        return f"{len(works)} {other}{what} in this catalogue: {say.titles(works, lang)}."

    def _superlative(self, works: list[str], total: list[str], reading: Reading, lang: Language) -> str:
        pick, say = reading.pick, self.say
        assert pick is not None
        zh = {("year", True): "最新", ("year", False): "最早", ("runtime", True): "最长", ("runtime", False): "最短"}
        en = {
            ("year", True): "newest",
            ("year", False): "earliest",
            ("runtime", True): "longest",
            ("runtime", False): "shortest",
        }
        key = (pick.relation, pick.most)
        what = describe_filter(reading.filter, say, lang)
        names = say.titles(works, lang)
        length = ""
        if pick.relation in ("runtime", "episodes"):
            value = int(self.graph.value(works[0], pick.relation) or 0)
            zh_length = say.minutes(value, "zh") if pick.relation == "runtime" else f"{value}集"
            en_length = say.minutes(value, "en") if pick.relation == "runtime" else f"{value} episodes"
            length = f"，{zh_length}" if lang == "zh" else f", {en_length}"
        if lang == "zh":
            which = (
                zh.get(key) or {"award": "获奖最多", "episodes": "集数最多" if pick.most else "集数最少"}[pick.relation]
            )
            tie = f"并列的有{len(works)}部：" if len(works) > 3 else "是"
            if not reading.filter.narrows:
                return f"片库里{which}的{what}{tie}{names}{length}。"
            return f"片库里{what}中，{which}的{tie}{names}{length}。"
        which = (
            en.get(key)
            or {
                "award": "most awarded",
                "episodes": "one with the most episodes" if pick.most else "one with the fewest episodes",
            }[pick.relation]
        )
        return f"Of the {len(total)} {what} in this catalogue, the {which} {'is' if len(works) == 1 else 'are'} {names}{length}."

    def _projected(self, reading: Reading, works: list[str], people: tuple[str, ...], lang: Language) -> Answer:
        """「诺兰导演的电影都是谁配乐的」: what the works of a list lead to."""
        hop, say = reading.hops[0], self.say
        walked = self.reasoner.walk([Found(work) for work in works], [hop])
        walked = [one for one in walked if one.value not in people]
        path = (*(f"^{role.relation}" for role in reading.filter.roles), *map(str, reading.hops))
        values = [one.value for one in walked]
        what = describe_filter(reading.filter, say, lang)
        relation = self.graph.relations.get(hop.relation)
        label = plain(relation.label(lang)) if relation else hop.relation
        if not values:
            text = (
                f"片库里没有记录{what}的{label}。"
                if lang == "zh"
                else f"This catalogue doesn't say: {label} of {what}."
            )
        elif len(works) == 1:
            text = say.relation(works[0], hop.relation, values, lang)
        elif isinstance(values[0], int):
            lines = [
                say.relation(work, hop.relation, objects, lang)
                for work in works[:10]
                if (objects := self.graph.objects(work, hop.relation))
            ]
            text = ("" if lang == "zh" else " ").join(lines)
        elif lang == "zh":
            text = f"片库里{what}，{label}有{say.names(values, lang)}。"
        else:
            text = f"For {what} in this catalogue, {label}: {say.names(values, lang)}."
        facts = _cited(fact for one in walked for fact in one.facts)
        entities = tuple(str(value) for value in values if value in self.graph)
        return Answer(
            text, lang, "path", reading.confidence, facts, path, entities or tuple(works), people or tuple(works[:1])
        )

    def _empty(self, filter_: Filter, lang: Language) -> str:
        """Nothing passes; say so, and what the person did do instead."""
        what = describe_filter(filter_, self.say, lang)
        text = (
            f"片库里没有{'其他' if filter_.exclude else ''}{what}。"
            if lang == "zh"
            else f"There are no {'other ' if filter_.exclude else ''}{what} in this catalogue."
        )
        if len(filter_.roles) == 1 and filter_.roles[0].relation != ANY and not filter_.exclude:
            person = filter_.roles[0].people[0][0]
            instead = {
                r: by_year(self.graph.subjects(person, r), self.graph) for r in PEOPLE if self.graph.subjects(person, r)
            }
            if instead:
                text += ("不过，" if lang == "zh" else " ") + self.say.filmography(person, instead, lang)
        return text

    # --- suggestions ---------------------------------------------------------------------------------------------------

    def follow_ups(self, topic: str, hops: Sequence[Hop], lang: Language) -> tuple[Suggestion, ...]:
        """Up to three things to ask next about a work that the graph can answer."""
        graph, name = self.graph, self.say.name(topic, lang)
        if graph.entity(topic).type not in WORK_TYPES:
            return ()
        asked = {hop.relation for hop in hops}
        zh = {
            "directed_by": ("谁导演的", f"{name}是谁导演的"),
            "cast": ("主演有谁", f"{name}的主演有谁"),
            "performed_by": ("谁的专辑", f"{name}是谁的专辑"),
            "year": ("哪年的", f"{name}是哪年的"),
            "runtime": ("多长", f"{name}有多长"),
            "episodes": ("多少集", f"{name}有多少集"),
        }
        en = {
            "directed_by": ("Who directed it", f"Who directed {name}"),
            "cast": ("Who is in it", f"Who stars in {name}"),
            "performed_by": ("Whose album", f"Whose album is {name}"),
            "year": ("What year", f"What year is {name} from"),
            "runtime": ("How long", f"How long is {name}"),
            "episodes": ("How many episodes", f"How many episodes does {name} have"),
        }
        found = []
        directors = graph.objects(topic, "directed_by")
        if "directed_by" in asked and len(hops) == 1 and len(directors) == 1:
            person = self.say.name(directors[0], lang)
            if len(graph.subjects(str(directors[0]), "directed_by")) > 1:
                text = f"{person}还导演过什么" if lang == "zh" else f"What else did {person} direct"
                found.append(Suggestion(text, text))
        for relation, (title, text) in (zh if lang == "zh" else en).items():
            if relation not in asked and graph.objects(topic, relation):
                found.append(Suggestion(title, text))
        return tuple(found[:3])

    def _list_suggestions(self, works: list[str], filter_: Filter, lang: Language) -> tuple[Suggestion, ...]:
        return tuple(
            Suggestion(
                self.say.titled(work, lang),
                f"介绍一下{self.say.name(work, lang)}"
                if lang == "zh"
                else f"Tell me about {self.say.name(work, lang)}",
            )
            for work in works[:3]
        )


_ZH_DEED = {"directed_by": "导演的", "cast": "出演的", "written_by": "编剧的", "composed_by": "作曲的"}
_EN_DEED = {
    "directed_by": "directed",
    "cast": "appears in",
    "written_by": "wrote",
    "composed_by": "composed the music for",
}
_EN_DID = {
    "directed_by": "directed",
    "cast": "star in",
    "written_by": "wrote",
    "composed_by": "composed the music for",
    "performed_by": "performed",
}


def by_year(works: Iterable[str], graph: Graph, *, newest_first: bool = False) -> list[str]:
    """Works in order of year; those without one come last."""
    sign = -1 if newest_first else 1

    def key(work: str) -> tuple[bool, int]:
        year = graph.value(work, "year")
        return not isinstance(year, int), sign * int(year) if isinstance(year, int) else 0

    return sorted(works, key=key)


def _cited(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple(dict.fromkeys(facts))[:_MAX_FACTS]


def _excluding(filter_: Filter, work: str) -> Filter:
    return replace(filter_, exclude=filter_.exclude | {work})
