"""Yes-or-no questions: what a film is asked to be, held against what the graph says it is.

A cast list is never complete, so a name that is missing from it is "not in the cast we list", not a no. What the graph
says nothing about is neither.
"""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.answering.answers import Answer
from knowledge.answering.followups import follow_ups
from knowledge.answering.sentences import Sentences
from knowledge.graph import Fact, Graph
from knowledge.questions.readings import Claim, Reading
from knowledge.reasoning import Reasoner
from knowledge.text import Language
from knowledge.wordings import ANY

__all__ = ["Verdicts"]


class Verdicts:
    """Answers readings of kind ``check``."""

    def __init__(self, graph: Graph, reasoner: Reasoner, sentences: Sentences) -> None:
        self.graph = graph
        self.reasoner = reasoner
        self.say = sentences

    def check(self, reading: Reading, lang: Language) -> Answer:
        """Whether what the question says of a work is so."""
        topic = reading.topics[0][0][0]
        best: tuple[int, str, str, tuple[Fact, ...]] | None = None
        for id_, _ in reading.topics[0]:  # of namesakes, the one it is true of
            verdicts = [self.reasoner.check(id_, claim) for claim in reading.claims]
            held = sum(verdict.holds for verdict in verdicts)
            if best is None or held > best[0]:
                worst = next((v for v in verdicts if not v.holds), verdicts[0])
                text = self._verdict(id_, worst.claim, worst.holds, worst.known, worst.facts, lang)
                best = (held, id_, text, tuple(fact for v in verdicts for fact in v.facts))
        if best is None:
            return Answer("", lang, "none")
        _, topic, text, facts = best
        if reading.hops and reading.hops[0].relation == "role":
            text = (
                f"片库里没有记录角色名。{text}" if lang == "zh" else f"This catalogue doesn't list roles. {text}"
            ).replace("。是的，", "，只知道")
            text = text.replace("roles. Yes, ", "roles, only that ")
        path = tuple(dict.fromkeys(fact.relation for fact in facts)) or tuple(
            claim.relation for claim in reading.claims
        )
        entities = tuple(dict.fromkeys(str(fact.object) for fact in facts if fact.object in self.graph))
        return Answer(
            text,
            lang,
            "path",
            reading.confidence,
            facts,
            path,
            entities,
            (topic,),
            follow_ups(self.graph, self.say, topic, (), lang),
        )

    def _verdict(
        self, topic: str, claim: Claim, holds: bool, known: bool, facts: tuple[Fact, ...], lang: Language
    ) -> str:
        say = self.say
        name = say.name(topic, lang)
        yes, no = ("是的，", "不是，") if lang == "zh" else ("Yes, ", "No, ")
        if claim.relation == "type":
            kind = self.graph.entity(topic).type
            label = (
                {"film": "电影", "series": "剧集", "album": "专辑", "show": "演出"}
                if lang == "zh"
                else {"film": "a film", "series": "a series", "album": "an album", "show": "a live show"}
            )
            verb = "是" if lang == "zh" else " is "
            return f"{yes if holds else no}{name}{verb}{label[kind]}{'。' if lang == 'zh' else '.'}"
        relation = facts[0].relation if facts else claim.relation
        listed = [fact.object for fact in facts if fact.relation == relation]
        if holds:
            if relation == "cast":
                who = say.names(listed, lang)
                return (
                    f"是的，{who}出演了{name}。"
                    if lang == "zh"
                    else f"Yes, {who} {'is' if len(listed) == 1 else 'are'} in {name}."
                )
            return yes + say.relation(topic, relation, self._full(topic, relation, listed), lang)
        who = claim.unknown or say.names(sorted(claim.objects)[:1], lang)
        if not known:
            return "片库里没有能确认这一点的信息。" if lang == "zh" else "Nothing in this catalogue says so either way."
        if relation == "cast" or claim.relation == ANY:
            cast = self.graph.objects(topic, "cast")
            tail = say.relation(topic, "cast", cast, lang) if cast else ""
            if claim.relation == ANY:
                return (
                    f"片库里{name}的主创名单中没有{who}。{tail}"
                    if lang == "zh"
                    else f"{who} isn't in the credits we have for {name}. {tail}".strip()
                )
            return (
                f"片库列出的主演里没有{who}。{tail}"
                if lang == "zh"
                else f"{who} isn't in the cast we list. {tail}".strip()
            )
        if relation == "award":
            return (
                f"片库里没有{name}获得{who}的记录。"
                if lang == "zh"
                else f"This catalogue has no record of {name} winning {who}."
            )
        return no + say.relation(topic, relation, listed, lang)

    def _full(self, topic: str, relation: str, listed: list[str | int]) -> Sequence[str | int]:
        return (
            self.graph.objects(topic, relation)
            if relation in ("directed_by", "written_by", "genre", "country")
            else listed
        )
