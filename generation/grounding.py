"""Grounding: every number, date, name, title and award of a text, and the fact it came from.

Whoever wrote the text (our rules, a language model, a person), the check is the same: the claims are read back out of
the words and each is looked up among the facts and the brief. What is found in neither has no source, and
:func:`strip` takes it out or marks it for the writer. A role counts as part of a claim: "X执导" of an actor who did not
direct has no fact.

Read: figures and number words with their units, dates, decades; people of the graph by name and alias, names after a
credit ("由…执导", "directed by …"), names with a ·, two and more capitalised words inside an English sentence;
《titles》, quoted English titles, titles of the graph; awards, prizes and nominations. Not read: claims that need none of
these ("the funniest" is for ``generation.compliance``), and days of the week.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Literal

from generation.naming import Names, Span
from generation.quantities import Quantity, quantities
from knowledge.graph import Fact, Graph
from knowledge.text import fold

__all__ = ["Claim", "Kind", "claims", "strip", "unfounded"]

Kind = Literal["number", "date", "name", "award", "title", "attribute"]
_ROLES = {
    "directed_by": r"执导|导演|指导|自编自导|directed|directors?|from director",
    "cast": r"主演|领衔|出演|饰演|配音|演出|卡司|starring|stars?|cast|with",
    "written_by": r"编剧|自编自导|撰写|written|writers?|screenplay",
    "composed_by": r"作曲|配乐|音乐|composed|music|score",
    "performed_by": r"演唱|歌手|演奏|演出|主演|表演|带来|performed|artist|sung|played",
}
_AFTER = re.compile(
    r"[》”]?\s*(?:等人?|联袂|领衔|共同|亲自|携手|担任|倾情)*(自编自导|执导|导演|指导|主演|出演|饰演|配音|编剧|作曲|配乐|演唱|演奏)"
)
_BEFORE = re.compile(
    r"(导演|主演|出演|编剧|作曲|配乐|音乐|歌手|演奏|卡司)[：:是为、]? *$"
    r"|\b(directed|written|composed|performed|music|score|screenplay|sung|directors?|writers?|artist|starring|stars?|cast)"
    r"(?: and \w+)?(?: by)?:? $",
    re.IGNORECASE,
)
_JOIN = re.compile(r"\s*(?:[、和与及&/，]|, and |, | and )\s*")
_UNIT_RELATIONS = {
    "minute": ("runtime",), "hour": ("runtime",), "episode": ("episodes",), "date": ("year",), "decade": ("year",),
}  # fmt: skip
_COUNTED = {"award": ("award",), "people": ("cast", "directed_by", "written_by")}


@dataclass(frozen=True, slots=True)
class Claim:
    """``original[start:end]`` is ``text``. ``fact`` is what it states, where one fact of the graph does.

    ``source`` says where it was found: ``"graph"`` (a fact, or the name of the work itself), ``"brief"``, or ``None``.
    """

    start: int
    end: int
    text: str
    kind: Kind
    fact: Fact | None
    source: Literal["graph", "brief"] | None


def claims(
    text: str, lang: str, *, facts: Iterable[Fact] = (), brief: Any = "", graph: Graph | Names | None = None
) -> list[Claim]:
    """The claims of ``text`` in reading order, each with its source.

    Args:
        text: what was written, in either language; ``lang`` is the language it should be in (names are found in both).
        facts: what it may rest on, usually ``graph.facts(work)``; the work itself and its titles count as known.
        brief: the words of whoever ordered it: a string, several, or a brief (its text fields are read).
        graph: whose people, works and awards are recognised; :class:`~generation.naming.Names` of it saves indexing
            the graph again for the next text. Without one, only what ``facts`` and the patterns tell is found.
    """
    names = graph if isinstance(graph, Names) else Names(Graph() if graph is None else graph)
    return _Reading(text, lang, tuple(facts), _words(brief), names).claims()


def unfounded(found: Iterable[Claim]) -> list[Claim]:
    """The claims that have no source."""
    return [claim for claim in found if claim.source is None]


_MARKS = {"zh": "[待核实: {}]", "en": "[to verify: {}]"}
_CLAUSE_END = re.compile(r"[，。！？；…\n]+|[,.;!?…]+(?=\s|$)")


def strip(text: str, found: Sequence[Claim], lang: str | None = None, *, mark: bool = True) -> str:
    """``text`` with every claim that has no source marked for the writer, or without the clauses that hold one.

    Args:
        lang: of the mark; by default Chinese when the text holds a Chinese character.
        mark: ``True`` writes ``[待核实: 1999年]`` / ``[to verify: 1999]``; ``False`` drops the clause.
    """
    if lang is None:
        lang = "zh" if re.search("[\u4e00-\u9fff]", text) else "en"
    wrong = sorted(unfounded(found), key=lambda claim: claim.start, reverse=True)
    if mark:
        for claim in wrong:
            text = text[: claim.start] + _MARKS[lang].format(claim.text) + text[claim.end :]
        return text
    ends = [0, *(match.end() for match in _CLAUSE_END.finditer(text)), len(text)]
    kept = []
    for start, end in itertools.pairwise(ends):
        if not any(claim.start < end and start < claim.end for claim in wrong):
            kept.append(text[start:end])
    joined = "".join(kept).strip()
    if lang == "zh":
        return re.sub(r"[，；、]+(?=\n|$)", "。", joined)
    joined = re.sub(r"[,;]+(?=\n|$)", ".", joined)
    return joined[:1].upper() + joined[1:]


def _words(brief: Any) -> str:
    if isinstance(brief, str):
        return brief
    if is_dataclass(brief):
        values = [getattr(brief, field.name) for field in fields(brief)]
        return "\n".join(
            _words(value) for value in values if isinstance(value, (str, tuple, list)) or is_dataclass(value)
        )
    return "\n".join(_words(part) for part in brief if isinstance(part, (str, tuple, list)))


class _Reading:
    """One text against one set of facts."""

    def __init__(self, text: str, lang: str, facts: tuple[Fact, ...], brief: str, names: Names) -> None:
        self.text, self.lang, self.facts, self.names = text, lang, facts, names
        self.brief = fold(brief)
        self.brief_quantities = quantities(brief)
        self.works = {fact.subject for fact in facts}
        self.objects: dict[str, list[Fact]] = {}
        for fact in facts:
            self.objects.setdefault(str(fact.object), []).append(fact)
        # Our own line, and what an award or a title is called, may state numbers too.
        self.told = [(fact, quantities(words)) for fact in facts for words in self._said(fact)]
        self.own = [quantity for work in self.works for label in names.labels(work) for quantity in quantities(label)]

    def _said(self, fact: Fact) -> list[str]:
        relation = self.names.graph.relations.get(fact.relation)
        if relation is not None and relation.kind == "text":
            return [str(fact.object)]
        return list(self.names.labels(str(fact.object))) if isinstance(fact.object, str) else []

    def claims(self) -> list[Claim]:
        spans = self.names.find(self.text, self.works, [str(fact.object) for fact in self.facts])
        found = [self._named(span, spans) for span in spans]
        taken = [(claim.start, claim.end) for claim in found]
        for quantity in quantities(self.text):
            # "two Oscars": the unit is a name of its own, the number still a claim.
            end = min((start for start, _ in taken if quantity.start < start < quantity.end), default=quantity.end)
            if not any(quantity.start < last and start < end for start, last in taken):
                found.append(self._number(replace(quantity, end=end, text=self.text[quantity.start : end].rstrip())))
        return sorted(found, key=lambda claim: claim.start)

    # --- numbers ---------------------------------------------------------------------------------------------------

    def _number(self, quantity: Quantity) -> Claim:
        kind: Kind = "date" if quantity.date or quantity.unit == "decade" else "number"
        fact = next((fact for fact in self.facts if self._states(fact, quantity)), None)
        fact = fact or next((fact for fact, told in self.told if any(_same(q, quantity) for q in told)), None)
        source: Literal["graph", "brief"] | None = "graph" if fact else None
        if source is None and any(_same(own, quantity) for own in self.own):
            source = "graph"
        if source is None and any(_same(asked, quantity) for asked in self.brief_quantities):
            source = "brief"
        if fact is None and source is None and (relations := _COUNTED.get(quantity.unit)):
            counted = [fact for fact in self.facts if fact.relation in relations]
            if quantity.unit == "award" and len(counted) == quantity.value:
                fact, source = counted[0], "graph"
        return Claim(quantity.start, quantity.start + len(quantity.text), quantity.text, kind, fact, source)

    def _states(self, fact: Fact, quantity: Quantity) -> bool:
        if not isinstance(fact.object, int):
            return False
        if quantity.unit == "decade":
            return fact.relation == "year" and quantity.value % 100 == fact.object // 10 * 10 % 100 and (
                quantity.value < 100 or quantity.value == fact.object // 10 * 10
            )  # fmt: skip
        if quantity.date and any(quantity.date[1:]):
            return False  # a year alone does not bear out a day
        value = quantity.value * 60 if quantity.unit == "hour" else quantity.value
        relations = _UNIT_RELATIONS.get(quantity.unit)
        if relations is None and quantity.unit:
            return False
        return value == fact.object and (relations is None or fact.relation in relations)

    # --- names -----------------------------------------------------------------------------------------------------

    def _named(self, span: Span, spans: list[Span]) -> Claim:
        made = Claim(span.start, span.end, self.text[span.start : span.end], span.kind, None, None)
        in_brief = fold(made.text).strip("《》“”\"'") in self.brief
        if span.kind == "title":
            known = bool(self.works & set(span.ids)) or any(id_ in self.objects for id_ in span.ids)
            return _sourced(made, None, "graph" if known else "brief" if in_brief or self._quoted(made.text) else None)
        stated = [fact for id_ in span.ids for fact in self.objects.get(id_, ())]
        if span.kind == "award":
            fact = next(iter(stated), None) or self._award(made.text)
            return _sourced(made, fact, "graph" if fact else "brief" if in_brief else None)
        roles = self._roles(span, spans)
        fitting = [fact for fact in stated if not roles or fact.relation in roles]
        if fitting:
            return _sourced(made, fitting[0], "graph")
        if not stated and (self.works & set(span.ids) or self._quoted(made.text)):
            return _sourced(made, None, "graph")
        return _sourced(made, None, "brief" if in_brief else None)

    def _quoted(self, words: str) -> bool:
        """Whether the words stand in a text that is itself a fact: a name our own line gives."""
        bare = fold(words).strip("《》“”\"'")
        return any(bare in fold(said) for fact in self.facts for said in self._said(fact) if len(said) > len(bare))

    def _award(self, words: str) -> Fact | None:
        """The award fact that ``words`` speak of in part: 奥斯卡, "Oscar-winning", "award-winning"."""
        said = fold(words)
        generic = re.fullmatch(r"award[- ]winning|获奖(?:作品|影片|佳作)?", said)
        said = re.sub(r"^(?:荣获|获得|斩获|摘得|夺得|捧得|拿下|获|得|the )|[- ]winning|-winner|s$", "", said).replace(
            "oscar", "academy award"
        )
        for fact in self.facts:
            if fact.relation != "award":
                continue
            if generic or any(said in fold(label) for label in self.names.labels(str(fact.object))):
                return fact
        return None

    def _roles(self, span: Span, spans: list[Span]) -> set[str]:
        """The relations that the credit beside a name allows; empty when the text gives it no role."""
        people = [other for other in spans if other.kind == "name"]
        at = people.index(span)
        first = last = at
        while last + 1 < len(people) and _JOIN.fullmatch(self.text[people[last].end : people[last + 1].start]):
            last += 1
        while first and _JOIN.fullmatch(self.text[people[first - 1].end : people[first].start]):
            first -= 1
        word = ""
        if after := _AFTER.match(self.text, people[last].end):
            word = after.group(1)
        elif before := _BEFORE.search(self.text[max(0, people[first].start - 24) : people[first].start]):
            word = before.group(1) or before.group(2)
        return {relation for relation, cue in _ROLES.items() if word and re.fullmatch(cue, word, re.IGNORECASE)}


def _sourced(claim: Claim, fact: Fact | None, source: Literal["graph", "brief"] | None) -> Claim:
    return Claim(claim.start, claim.end, claim.text, claim.kind, fact, source)


def _same(known: Quantity, said: Quantity) -> bool:
    """Whether ``said`` states no more than ``known``: the same value in the same unit, or a part of a known date."""
    if known.date and said.date:
        pairs = zip(known.date, said.date, strict=True)
        return all(new in (0, old) for old, new in pairs)
    if said.unit and known.unit and said.unit != known.unit:
        return False
    return known.value == said.value
