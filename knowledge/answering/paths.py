"""Paths: a work followed along one or more relations, said as a sentence; also when nothing is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from knowledge.answering.answers import Answer
from knowledge.answering.followups import by_year, cited, follow_ups
from knowledge.answering.sentences import Sentences
from knowledge.graph import FACET_TYPES, WORK_TYPES, Graph
from knowledge.questions.readings import Candidates, Hop, Reading
from knowledge.reasoning import Found, Reasoner
from knowledge.text import Language
from knowledge.wordings import PEOPLE

__all__ = ["Paths"]

_TOPICS = 5  # works that one answer is about
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


class Paths:
    """Answers readings of kind ``path``."""

    def __init__(
        self, graph: Graph, reasoner: Reasoner, sentences: Sentences, today: Callable[[], date] = date.today
    ) -> None:
        self.graph = graph
        self.reasoner = reasoner
        self.say = sentences
        self._today = today

    def answer(self, reading: Reading, lang: Language) -> Answer:
        """One or more works followed along one or more hops."""
        chosen = [self.choose(candidates, reading) for candidates in reading.topics[:_TOPICS]]
        asked = [reading, *(replace(reading, hops=(hop,), also=()) for hop in reading.also)]
        walks = [(topic, one, self._walk(topic, one)) for topic in chosen for one in asked]
        texts = [
            self.say.joined(
                [self._path_text(topic, found, one, lang) for topic, one, found in walks if topic == each], each, lang
            )
            for each in dict.fromkeys(chosen)
        ]
        if len(reading.topics) > _TOPICS:
            texts.insert(
                0, f"一次最多说{_TOPICS}部，先看前{_TOPICS}部。" if lang == "zh" else f"Taking the first {_TOPICS}."
            )
        everything = [one for _, _, found in walks for one in found]
        entities = tuple(dict.fromkeys(str(one.value) for one in everything if one.value in self.graph))
        return Answer(
            text=("" if lang == "zh" else " ").join(texts),
            lang=lang,
            kind="path",
            confidence=reading.confidence if everything else round(reading.confidence * 0.9, 4),
            facts=cited(fact for one in everything for fact in one.facts),
            path=tuple(str(hop) for hop in (*reading.hops, *reading.also)),
            entities=entities,
            about=tuple(chosen),
            suggestions=follow_ups(self.graph, self.say, chosen[0], reading.hops, lang),
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
            filter_ = replace(filter_, exclude=filter_.exclude | {topic})
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
            if reading.age and hops[0].relation == "year":
                ago = self._ago(values, lang)
                return (text.removesuffix("。") if ago and lang == "zh" else text) + ago
            return text
        works = [
            str(value) for value in values if value in self.graph and self.graph.entity(str(value)).type in WORK_TYPES
        ]
        if not works:
            label = (
                self.graph.relations[hops[-1].relation].label(lang) if hops[-1].relation in self.graph.relations else ""
            )
            names = say.names(values, lang)
            if len(hops) == 3 and hops[1].inverse and hops[0].relation in PEOPLE:
                return self._of_the_others(topic, found, hops, label, names, lang)
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

    def _ago(self, values: Sequence[str | int], lang: Language) -> str:
        """How long ago the first of some years was, to the year: that is all the catalogue knows."""
        years = self._today().year - next((value for value in values if isinstance(value, int)), self._today().year)
        if years < 1:
            return ""
        return (
            f"，到今年{years}年了。" if lang == "zh" else f" That makes it {years} year{'' if years == 1 else 's'} old."
        )

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
            if first.relation == "performed_by" and self.graph.entity(topic).type == "album":
                others = "专辑" if all(self.graph.entity(str(one.value)).type == "album" for one in found) else "作品"
                return f"{name}是{via}的专辑，片库里{via}的其他{others}"
            if same and len(between) == 1:
                return f"{name}的{label}是{via}，这位{label}在片库里的其他作品"
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

    def _of_the_others(
        self, topic: str, found: list[Found], hops: Sequence[Hop], label: str, names: str, lang: Language
    ) -> str:
        """「《英雄》的导演是张艺谋，这位导演其他作品的作曲有……」"""
        people = list(dict.fromkeys(one.facts[0].object for one in found if one.facts))
        via, name = self.say.names(people, lang), self.say.name(topic, lang)
        role = self.graph.relations[hops[0].relation].label(lang)
        if lang == "zh":
            who = f"这位{role}" if len(people) == 1 else "他们"
            return f"{name}的{role}是{via}，片库里{who}其他作品的{label}有{names}。"
        did = _EN_DID.get(hops[0].relation, "worked on")
        return f"{via} {did} {name}. {label[:1].upper()}{label[1:]} of the other titles in this catalogue: {names}."

    def _nothing(self, topic: str, reading: Reading, lang: Language) -> str:
        name = self.say.name(topic, lang)
        last = reading.hops[-1]
        if last.inverse:
            return (
                f"除了{name}，片库里没有找到其他符合的作品。"
                if lang == "zh"
                else f"Apart from {name}, nothing else in this catalogue fits."
            )
        label = self.say.relation_name(last.relation, lang)
        if last.relation == "award" and lang == "zh":
            return f"片库里没有{name}的获奖记录。"
        if last.relation == "award":
            return f"This catalogue has no record of awards for {name}."
        return f"片库里没有记录{name}的{label}。" if lang == "zh" else f"This catalogue doesn't say: {label} of {name}."
