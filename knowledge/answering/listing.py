"""Lists: what passes a filter, the most and the least of it, and what it leads to.

A list says that it is of this catalogue, for a catalogue is never everything a person has done.
"""

from __future__ import annotations

from dataclasses import replace

from knowledge.answering.answers import Answer, Suggestion
from knowledge.answering.describing import describe_filter
from knowledge.answering.followups import by_year, cited
from knowledge.answering.sentences import SHOWN, Sentences, plain, without_echoes
from knowledge.graph import Graph
from knowledge.questions.readings import Filter, Reading, Role
from knowledge.reasoning import Found, Reasoner
from knowledge.text import Language
from knowledge.wordings import ANY, MADE, PEOPLE

__all__ = ["Lists"]


class Lists:
    """Answers readings of kind ``list``."""

    def __init__(self, graph: Graph, reasoner: Reasoner, sentences: Sentences) -> None:
        self.graph = graph
        self.reasoner = reasoner
        self.say = sentences

    def answer(self, reading: Reading, lang: Language) -> Answer:
        """Works that pass a filter, or what they lead to."""
        filter_, say = reading.filter, self.say
        found = self.reasoner.works(filter_)
        if reading.pick:
            found = self.reasoner.picked(found, reading.pick)
        works = by_year([str(one.value) for one in found], self.graph, newest_first=not filter_.roles)
        years = (fact for work in works[:SHOWN] for fact in self.graph.facts(work) if fact.relation == "year")
        facts = cited([*(fact for one in found for fact in one.facts), *years])  # titles are shown with their years
        people = tuple(id_ for role in filter_.roles for id_, _ in role.people[:1])
        reading = replace(reading, filter=self._plainer(filter_, works))
        filter_ = reading.filter
        if reading.hops and works:
            return self._projected(reading, works, people, lang)
        if not works:
            text = self._empty(filter_, lang)
        elif reading.pick:
            text = self._superlative(works, reading, lang)
        elif reading.exists:
            some = (
                f"{say.counted(works, lang)}：{say.titles(works, lang)}。"
                if lang == "zh"
                else f"{say.counted(works, lang)}: {say.titles(works, lang)}."
            )
            yes = "合作过" if len(filter_.roles) > 1 else "有"
            text = f"{yes}，片库里有{some}" if lang == "zh" else f"Yes, {some}"
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
            self.offer(works, lang),
        )

    def has_works(self, reading: Reading, person: str, instead: str) -> bool:
        """Whether a list has anything in it when ``instead`` is meant by a name that was read as ``person``."""
        return bool(self.reasoner.works(_with_person(reading.filter, person, instead)))

    def meant(self, reading: Reading) -> Reading:
        """The reading with each person of several possible ones being the likeliest who leaves anything to list."""
        for candidates in reading.topics:
            first = candidates[0][0]
            able = next((id_ for id_, _ in candidates if self.has_works(reading, first, id_)), first)
            reading = replace(reading, filter=_with_person(reading.filter, first, able))
        return reading

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
            return f"Just one in this catalogue: {say.titles(works, lang)}."
        return f"{len(works)} {other}{what} in this catalogue: {say.titles(works, lang)}."

    def _superlative(self, works: list[str], reading: Reading, lang: Language) -> str:
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
        if pick.count and len(works) > 1:
            return (
                f"片库里最新的{what}：{names}。" if lang == "zh" else f"The newest {what} in this catalogue: {names}."
            )
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
        verb = "is" if len(works) == 1 else "are"
        return f"Of the {what} in this catalogue, the {which} {verb} {names}{length}."

    def _projected(self, reading: Reading, works: list[str], people: tuple[str, ...], lang: Language) -> Answer:
        """「诺兰导演的电影都是谁配乐的」: what the works of a list lead to."""
        hop, say = reading.hops[0], self.say
        walked = self.reasoner.walk([Found(work) for work in works], [hop])
        if reading.mates:
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
            text = f"片库里{what}，{label}{'都是' if len(values) == 1 else '有'}{say.names(values, lang)}。"
        else:
            plural = "s" if len(values) > 1 and label in ("director", "writer", "composer") else ""
            text = f"{label[:1].upper()}{label[1:]}{plural} of {what} in this catalogue: {say.names(values, lang)}."
        facts = cited(fact for one in walked for fact in one.facts)
        entities = tuple(str(value) for value in values if value in self.graph)
        return Answer(
            text, lang, "path", reading.confidence, facts, path, entities or tuple(works), people or tuple(works[:1])
        )

    def _plainer(self, filter_: Filter, works: list[str]) -> Filter:
        """What a person has to do with all of ``works``, where that is one thing: "with Tom Hanks", not "by or with"."""

        several = bool(filter_.types) or len(filter_.roles) + bool(filter_.facets) > 1  # else roles are told apart

        def plain_role(role: Role) -> Role:
            if role.relation not in (ANY, MADE) or not works or not several:
                return role
            for relation in PEOPLE:
                done = {work for id_, _ in role.people[:1] for work in self.graph.subjects(id_, relation)}
                if done.issuperset(works):
                    return Role(role.people, relation)
            return role

        return replace(filter_, roles=tuple(map(plain_role, filter_.roles)))

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

    def offer(self, works: list[str], lang: Language) -> tuple[Suggestion, ...]:
        """The first works of a list, to be asked about."""
        return tuple(
            Suggestion(
                self.say.titled(work, lang),
                f"介绍一下{self.say.name(work, lang)}"
                if lang == "zh"
                else f"Tell me about {self.say.name(work, lang)}",
            )
            for work in works[:3]
        )


def _with_person(filter_: Filter, person: str, instead: str) -> Filter:
    if person == instead:
        return filter_

    def swap(role: Role) -> Role:
        people = tuple((instead if id_ == person else id_, score) for id_, score in role.people)
        return Role(people, role.relation)

    roles = tuple(map(swap, filter_.roles))
    return replace(filter_, roles=roles, not_roles=tuple(map(swap, filter_.not_roles)))
