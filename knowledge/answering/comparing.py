"""Two or more things side by side: which is longer, what they share, how they are connected."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.answering.answers import Answer, Suggestion
from knowledge.answering.sentences import Sentences, plain
from knowledge.graph import Fact, Graph
from knowledge.questions.readings import Pick
from knowledge.reasoning import Reasoner
from knowledge.text import Language

__all__ = ["Comparer"]

_ZH_MORE = {
    ("runtime", True): "长",
    ("runtime", False): "短",
    ("year", True): "新",
    ("year", False): "早",
    ("episodes", True): "集数多",
    ("episodes", False): "集数少",
}
_EN_MORE = {
    ("runtime", True): "longer",
    ("runtime", False): "shorter",
    ("year", True): "newer",
    ("year", False): "older",
    ("episodes", True): "has more episodes",
    ("episodes", False): "has fewer episodes",
}


class Comparer:
    """Compares entities of one graph."""

    def __init__(self, graph: Graph, reasoner: Reasoner, sentences: Sentences) -> None:
        self.graph = graph
        self.reasoner = reasoner
        self.say = sentences

    def compare(
        self,
        ids: Sequence[str],
        lang: Language,
        pick: Pick | None = None,
        *,
        claimed: bool = False,
        confidence: float = 0.9,
    ) -> Answer:
        """``ids`` by one value, or by everything they have when ``pick`` is ``None``.

        Args:
            claimed: the question said that the first has more of it (「A比B长吗」), so the answer starts with yes or
            no.
        """
        ids = tuple(dict.fromkeys(ids))
        relations = (
            [pick.relation]
            if pick
            else ["year", "directed_by", "performed_by", "genre", "country", "runtime", "episodes"]
        )
        facts = tuple(
            fact
            for id_ in ids
            for relation in relations
            for target in self.graph.objects(id_, relation)
            if (fact := self.graph.fact(id_, relation, target))
        )
        if pick:
            text = self._by_value(ids, pick, lang, claimed)
        else:
            text = "\n".join([*(self._row(id_, lang) for id_ in ids), *self._shared(ids, lang)])
        return Answer(
            text,
            lang,
            "compare",
            confidence,
            facts,
            tuple(relations) if pick else (),
            self._winners(ids, pick) if pick else (),
            ids,
            self._next(ids, pick, lang),
        )

    def _winners(self, ids: tuple[str, ...], pick: Pick) -> tuple[str, ...]:
        values = {id_: value for id_ in ids if isinstance(value := self.graph.value(id_, pick.relation), int)}
        if not values:
            return ()
        best = (max if pick.most else min)(values.values())
        return tuple(id_ for id_, value in values.items() if value == best)

    def _by_value(self, ids: tuple[str, ...], pick: Pick, lang: Language, claimed: bool) -> str:
        say, graph = self.say, self.graph
        values = {id_: value for id_ in ids if isinstance(value := graph.value(id_, pick.relation), int)}
        missing = [id_ for id_ in ids if id_ not in values]
        said = [say.relation(id_, pick.relation, [value], lang) for id_, value in values.items()]
        if missing:
            names = say.names(missing, lang)
            label = plain(graph.relations[pick.relation].label(lang))
            gap = (
                f"片库里没有记录{names}的{label}，没法比。"
                if lang == "zh"
                else f"This catalogue doesn't say: {label} of {names}, so there is no comparing."
            )
            return "".join([gap, *said]) if lang == "zh" else " ".join([gap, *said])
        best = (max if pick.most else min)(values.values())
        winners = [id_ for id_, value in values.items() if value == best]
        yes = ""
        if claimed:
            right = winners == [ids[0]]
            yes = ("是的，" if right else "不是，") if lang == "zh" else ("Yes. " if right else "No. ")
        if len(winners) == len(ids):
            amount = {
                "year": f"都是{best}年的",
                "runtime": f"一样长，都是{best}分钟",
                "episodes": f"一样多，都是{best}集",
            }[pick.relation]
            english = {
                "year": f"are both from {best}",
                "runtime": f"are equally long, at {best} minutes",
                "episodes": f"both have {best} episodes",
            }[pick.relation]
            return (
                f"{yes}{say.names(ids, lang)}{amount}。" if lang == "zh" else f"{yes}{say.names(ids, lang)} {english}."
            )
        winner, others = winners[0], [id_ for id_ in ids if id_ not in winners]
        key = (pick.relation, pick.most)
        rest = "".join(said) if lang == "zh" else " ".join(said)
        gap_text = self._gap(values, winner, others, pick, lang)
        if lang == "zh":
            return f"{yes}{say.name(winner, lang)}更{_ZH_MORE[key]}{gap_text}。{rest}"
        verb = "" if key[0] == "episodes" else "is "
        return f"{yes}{say.name(winner, lang)} {verb}{_EN_MORE[key]}{gap_text}. {rest}"

    def _gap(self, values: dict[str, int], winner: str, others: list[str], pick: Pick, lang: Language) -> str:
        if len(others) != 1:
            return ""
        gap = abs(values[winner] - values[others[0]])
        zh = {"year": f"，差{gap}年", "runtime": f"，差{gap}分钟", "episodes": f"，差{gap}集"}
        en = {"year": "year", "runtime": "minute", "episodes": "episode"}
        return zh[pick.relation] if lang == "zh" else f", by {gap} {en[pick.relation]}{'' if gap == 1 else 's'}"

    def _row(self, id_: str, lang: Language) -> str:
        if self.graph.entity(id_).type == "person":
            return self.say.person_card(id_, lang)
        return self.say.card(id_, lang)

    def _shared(self, ids: tuple[str, ...], lang: Language) -> list[str]:
        if len(ids) != 2:
            return []
        pairs = self.reasoner.common(ids[0], ids[1])
        text = self._pairs_text(ids, pairs, lang)
        return [text] if text else []

    def _pairs_text(self, ids: Sequence[str], pairs: Sequence[tuple[Fact, Fact]], lang: Language) -> str:
        if not pairs:
            return ""
        graph, say = self.graph, self.say
        if graph.entity(ids[0]).type == "person":
            works = list(dict.fromkeys(fact.subject for fact, _ in pairs))
            both = say.names(ids, lang)
            return (
                f"{both}都参与过{say.titles(works, lang)}。"
                if lang == "zh"
                else f"{both} both worked on {say.titles(works, lang)}."
            )
        by_relation: dict[str, list[str | int]] = {}
        for fact, _ in pairs:
            by_relation.setdefault(fact.relation, []).append(fact.object)
        parts = []
        for relation, targets in by_relation.items():
            label = graph.relations[relation].label(lang)
            parts.append(
                f"{label}{say.names(targets, lang)}" if lang == "zh" else f"{label} ({say.names(targets, lang)})"
            )
        return f"共同点：{'；'.join(parts)}。" if lang == "zh" else f"In common: {'; '.join(parts)}."

    def common(
        self, ids: Sequence[str], lang: Language, relation: str | None = None, *, confidence: float = 0.9
    ) -> Answer:
        """What two works or two people share, or, when nothing, how they are connected."""
        one, other = ids[0], ids[1]
        alike = self.graph.entity(one).type == self.graph.entity(other).type or "person" not in (
            self.graph.entity(one).type,
            self.graph.entity(other).type,
        )
        pairs = self.reasoner.common(one, other, relation) if alike else []
        facts = tuple(fact for pair in pairs for fact in pair)
        if relation:
            text = self._same(one, other, relation, pairs, lang)
            if not facts:
                facts = tuple(fact for id_ in ids for fact in self.graph.facts(id_) if fact.relation == relation)
        elif pairs:
            text = self._pairs_text(ids, pairs, lang)
        else:
            facts = tuple(self.reasoner.connection(one, other))
            text = self._chain_text(ids, facts, lang)
        shared = tuple(dict.fromkeys(str(a.object) if a.subject == one else a.subject for a, _ in pairs))
        entities = tuple(id_ for id_ in shared if id_ in self.graph)
        return Answer(text, lang, "compare", confidence, facts, (relation,) if relation else (), entities, tuple(ids))

    def _same(self, one: str, other: str, relation: str, pairs: Sequence[tuple[Fact, Fact]], lang: Language) -> str:
        say = self.say
        if pairs:
            names = say.names([fact.object for fact, _ in pairs], lang)
            label = self.graph.relations[relation].label(lang)
            both = say.names([one, other], lang)
            return (
                f"是的，{both}的{label}都是{names}。"
                if lang == "zh"
                else f"Yes, {both} share the same {label}: {names}."
            )
        said = [
            say.relation(id_, relation, objects, lang)
            for id_ in (one, other)
            if (objects := self.graph.objects(id_, relation))
        ]
        if len(said) < 2:
            return "片库里的信息不够，没法判断。" if lang == "zh" else "This catalogue doesn't say enough to tell."
        return "不是。" + "".join(said) if lang == "zh" else "No. " + " ".join(said)

    def _chain_text(self, ids: Sequence[str], facts: Sequence[Fact], lang: Language) -> str:
        say = self.say
        names = say.names(ids, lang)
        if not facts:
            return f"片库里没有找到{names}的联系。" if lang == "zh" else f"Nothing in this catalogue connects {names}."
        steps = [say.relation(fact.subject, fact.relation, [fact.object], lang) for fact in facts]
        return "这样连起来：" + "".join(steps) if lang == "zh" else "Here is how: " + " ".join(steps)

    def _next(self, ids: tuple[str, ...], pick: Pick | None, lang: Language) -> tuple[Suggestion, ...]:
        if len(ids) != 2 or any(self.graph.entity(id_).type == "person" for id_ in ids):
            return ()
        a, b = (self.say.name(id_, lang) for id_ in ids)
        found = []
        for relation, zh, en in (("runtime", "哪个更长", "Which is longer"), ("year", "哪个更新", "Which is newer")):
            known = all(self.graph.value(id_, relation) for id_ in ids)
            if known and (pick is None or pick.relation != relation):
                text = f"{a}和{b}{zh}" if lang == "zh" else f"{en}, {a} or {b}"
                found.append(Suggestion(zh if lang == "zh" else en, text))
        return tuple(found)
