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
    ("runtime", True): ("更长", "长", "最长"),
    ("runtime", False): ("更短", "短", "最短"),
    ("year", True): ("更新", "晚", "最新"),
    ("year", False): ("更早", "早", "最早"),
    ("episodes", True): ("集数更多", "多", "集数最多"),
    ("episodes", False): ("集数更少", "少", "集数最少"),
}
_EN_MORE = {
    ("runtime", True): ("is longer", "more", "the longest"),
    ("runtime", False): ("is shorter", "less", "the shortest"),
    ("year", True): ("is newer", "after", "the newest"),
    ("year", False): ("is older", "before", "the oldest"),
    ("episodes", True): ("has more episodes", "more", "the one with the most episodes"),
    ("episodes", False): ("has fewer episodes", "fewer", "the one with the fewest episodes"),
}
_ZH_UNIT = {"year": "年", "runtime": "分钟", "episodes": "集"}
_MOST_COMPARED = 5  # side by side; of more only the first


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
        apart: bool = False,
        confidence: float = 0.9,
    ) -> Answer:
        """``ids`` by one value, or by everything they have when ``pick`` is ``None``.

        Args:
            claimed: the question said that the first has more of it (「A比B长吗」), so the answer starts with yes or
            no.
            apart: the question asks how many years lie between them.
        """
        everything = tuple(dict.fromkeys(ids))
        ids = everything[:_MOST_COMPARED]
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
            text = self._by_value(ids, pick, lang, claimed, apart)
        else:
            text = "\n".join([*(self._row(id_, lang) for id_ in ids), *self._shared(ids, lang)])
        if len(everything) > len(ids):
            count = len(ids)
            text = (
                f"一次最多比{count}部，先看前{count}部。" if lang == "zh" else f"Taking the first {count} of them. "
            ) + text
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

    def _by_value(self, ids: tuple[str, ...], pick: Pick, lang: Language, claimed: bool, apart: bool) -> str:
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
            yes = ("是的，" if right else "不是，") if lang == "zh" else ("Yes, " if right else "No, ")
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
        if len(others) == 1 and len(winners) == 1:
            return yes + self._of_two(winner, others[0], values, pick, lang, apart)
        return yes + self._of_many(winners, others, values, pick, lang)

    def _of_two(self, winner: str, other: str, values: dict[str, int], pick: Pick, lang: Language, apart: bool) -> str:
        """「《英雄》更早，2002年上映，比《十面埋伏》（2004年）早2年。」"""
        say, relation = self.say, pick.relation
        a, b, best, rest = say.name(winner, lang), say.name(other, lang), values[winner], values[other]
        gap = abs(best - rest)
        if lang == "zh":
            more, by, _ = _ZH_MORE[relation, pick.most]
            unit = _ZH_UNIT[relation]
            verb = self._appeared(winner) if relation == "year" else ""
            if apart:
                return f"相差{gap}年：{a}是{best}年{verb}的，{b}是{rest}年。"
            return f"{a}{more}，{best}{unit}{verb}，比{b}（{rest}{unit}）{by}{gap}{unit}。"
        more, by, _ = _EN_MORE[relation, pick.most]
        if relation == "year":
            years = f"{gap} year{'' if gap == 1 else 's'}"
            if apart:
                first, second = (winner, other) if best < rest else (other, winner)
                return f"{years}: {say.name(first, lang)} came out in {values[first]}, {say.name(second, lang)} in {values[second]}."
            return f"{a} {more}: it came out in {best}, {years} {by} {b} ({rest})."
        unit = "minutes" if relation == "runtime" else "episodes"
        return f"{a} {more}: {best} {unit}, {gap} {by} than {b} ({rest})."

    def _of_many(
        self, winners: list[str], others: list[str], values: dict[str, int], pick: Pick, lang: Language
    ) -> str:
        say, best = self.say, values[winners[0]]
        unit = _ZH_UNIT[pick.relation]
        if lang == "zh":
            rest = "、".join(f"{say.name(id_, lang)}（{values[id_]}{unit}）" for id_ in others)
            return (
                f"{_ZH_MORE[pick.relation, pick.most][2]}的是{say.names(winners, lang)}，{best}{unit}。其余是{rest}。"
            )
        english = {"year": "", "runtime": " minutes", "episodes": " episodes"}[pick.relation]
        rest = say.join([f"{say.name(id_, lang)} ({values[id_]}{english})" for id_ in others], lang)
        verb = "is" if len(winners) == 1 else "are"
        which = _EN_MORE[pick.relation, pick.most][2]
        return f"{say.names(winners, lang)} {verb} {which} ({best}{english}). The others: {rest}."

    def _appeared(self, work: str) -> str:
        kinds = {"series": "开播", "album": "发行", "show": "首演"}
        return kinds.get(self.graph.entity(work).type, "上映")

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
        return "不是，" + "".join(said) if lang == "zh" else "No, " + " ".join(said)

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
