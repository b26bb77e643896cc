"""The first half of understanding a question: what is named in it, which relation words and constraints it holds.

Names are replaced by private-use characters of the same length, one character per name, so that everything after this
reads 「██是谁导演的」 whatever the title, and every offset stays an offset into the question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from knowledge.blends import find_blends
from knowledge.graph import FACET_TYPES, WORK_TYPES, Graph
from knowledge.linking import Linker, Mention
from knowledge.questions.constraints import Constraints, KindWords, read_constraints
from knowledge.questions.cues import Cues, blank, content, edges
from knowledge.questions.readings import Candidates
from knowledge.questions.references import Reference, references
from knowledge.text import fold
from knowledge.vocabulary import Vocabulary
from knowledge.wordings import RelationHit, Wordings

__all__ = ["Facet", "Named", "Parse", "Parser"]

# Chinese genres that end in 剧 without being series, or in 片 without being films only.
_STAGE = frozenset(
    f"genre/{name}" for name in ("comedy", "opera", "chinese-opera", "dance", "ballet", "play", "musical")
)
_ANY_LENGTH = frozenset(f"genre/{name}" for name in ("animation", "documentary", "variety", "music"))
_BRACKETS = {"《": "》", "〈": "〉", "「": "」", "“": "”", '"': '"'}
_NUMBER_AFTER = re.compile(
    r"\s*(?:\d{1,2}(?!\d)|[IVX]{1,4}\b|第?[一二三四五六七八九十\d]+部|续集|前传|(?:Part|part) \w+)"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_MIXED = re.compile(r"[\u3400-\u9fff][a-z]|[a-z][\u3400-\u9fff]")
_BOTH_WAYS = frozenset(["english", "chinese", "arabic"])  # a film may be called so by its language alone
_TOGETHER = re.compile(r"合作|一起|搭档|共事|\b(?:work(?:ed|s)? (?:together|with)|collaborat\w+|together)\b")
_PRONOUN_TITLE = re.compile(r"(?<=[a-z,] )(Her|It|Us|Them|She|He|They|You)\b")
_WEAK_KINDS = frozenset("音乐 music 现场 performance 歌 戏".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Named:
    """A work or a person of the question. ``pointing``: by a pronoun or an ordinal, not by name."""

    mask: str
    start: int
    end: int
    candidates: Candidates
    kind: Literal["work", "person"]
    exact: bool = True
    pointing: bool = False
    type: str = ""  # of the likeliest candidate

    @property
    def confidence(self) -> float:
        """Probability that it is one of the candidates."""
        return min(1.0, sum(score for _, score in self.candidates))

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(id_ for id_, _ in self.candidates)


@dataclass(frozen=True, slots=True)
class Facet:
    """A genre, a mood, a country, a language or an award of the question; any of ``ids`` will do."""

    start: int
    end: int
    ids: frozenset[str]
    negated: bool


@dataclass(slots=True)
class Parse:
    """Everything found in one question; offsets are into it."""

    text: str
    masked: str
    named: list[Named]
    facets: list[Facet]
    hits: list[RelationHit]
    constraints: Constraints
    cues: Cues
    unresolved: list[Reference]
    dropped: list[tuple[int, int]] = field(default_factory=list)  # pronouns for something named anyway
    absent: str = ""  # a title that the catalogue has not: a sequel to one it has, or a pronoun with a capital

    @property
    def kind_spans(self) -> list[tuple[int, int]]:
        return self.constraints.kind_spans

    @property
    def works(self) -> list[Named]:
        return [named for named in self.named if named.kind == "work"]

    @property
    def people(self) -> list[Named]:
        return [named for named in self.named if named.kind == "person"]

    def unread(self) -> list[tuple[int, int, float]]:
        """Meaningful words that nothing accounts for, as ``(start, end, weight)``."""
        spans = [(hit.start, hit.end) for hit in self.hits]
        spans += [(facet.start, facet.end) for facet in self.facets]
        spans += self.constraints.spans + self.cues.spans() + self.dropped
        spans += [(reference.start, reference.end) for reference in self.unresolved]
        spans += [match.span() for match in re.finditer(r"\d{2,4}\s*年?\s*版", self.masked)]  # the linker has read it
        return content(blank(self.masked, spans))

    def coverage(self) -> float:
        """Share of the meaning that is accounted for, 0..1; what stands before everything else counts less."""
        known = len(self.named) + len(self.hits) + len(self.facets) + len(self.constraints.spans)
        known += sum((self.cues.count, self.cues.pick() is not None, len(self.unresolved)))
        known += self.cues.describe and not self.hits
        starts = [one.start for one in self.named] + [hit.start for hit in self.hits]
        first = min(starts + [facet.start for facet in self.facets], default=0)
        lost = 0.0
        for start, end, weight in self.unread():
            # 「导演的老婆」 asks for somebody else than the director.
            owned = any(
                re.fullmatch(r"的|'s ", self.masked[hit.end - (self.masked[hit.end - 1] == "的") : start])
                for hit in self.hits
            )
            lost += weight * (0.4 if end <= first else 2.0 if owned else 1.0)
        return max(known, 1) / (max(known, 1) + lost)

    def stranger(self) -> str:
        """The longest unread stretch, as typed and without the small words at its ends: perhaps an unknown name."""
        spans = [(hit.start, hit.end) for hit in self.hits] + self.constraints.spans
        spans += [(facet.start, facet.end) for facet in self.facets if facet.start == 0 or facet.end == len(self.text)]
        spans += self.cues.asking() + self.dropped
        gaps = re.finditer(r"[^\n,，。.?？!！;；]+", _cut(self.masked, spans))
        wanted = self.unread()
        best, weight = "", 0.0
        for gap in gaps:
            inside = sum(w for a, b, w in wanted if gap.start() <= a and b <= gap.end())
            if inside > weight:
                best, weight = self.text[gap.start() : gap.end()], inside
        return edges(best) if weight >= 1.0 else ""


class Parser:
    """Finds the parts of questions about one catalogue."""

    def __init__(self, graph: Graph, linker: Linker, vocabulary: Vocabulary) -> None:
        self.graph = graph
        self.linker = linker
        self.wordings = Wordings(graph.relations)
        self.kinds = KindWords(vocabulary, WORK_TYPES)
        years = (graph.value(entity.id, "year") for entity in graph.entities(WORK_TYPES))
        self._newest = max((year for year in years if isinstance(year, int)), default=None)

    def parse(
        self,
        question: str,
        focus: Sequence[str] = (),
        listed: Sequence[str] = (),
        extra: Sequence[Mention] = (),
    ) -> Parse:
        """Reads ``question``; ``extra`` are mentions found elsewhere (a corrected spelling) that take precedence."""
        folded = fold(question)
        mentions = self.linker.link(question, focus, minimum=0.05)
        mentions = [m for m in mentions if all(m.end <= e.start or e.end <= m.start for e in extra)] + list(extra)
        chars = list(folded)
        named: list[Named] = []
        facets: list[tuple[int, int, frozenset[str]]] = []
        for mention in sorted(mentions, key=lambda mention: mention.start):
            own, shared = self._split(mention)
            if own:
                named.append(self._named(question, chars, mention, own, len(named)))
            elif shared:
                facets.append((mention.start, mention.end, shared))
        for start, end, genres in find_blends("".join(chars)):
            facets = [facet for facet in facets if facet[1] <= start or end <= facet[0]]
            facets += [(start, end, frozenset([genre])) for genre in genres if genre in self.graph]
        masked = "".join(chars)
        cues = Cues(masked)

        people = any(one.kind == "person" for one in named)
        unresolved: list[Reference] = []
        dropped: list[tuple[int, int]] = []
        capital = _PRONOUN_TITLE.search(question)  # "who directed It" is not about what we talked of
        for reference in references(masked, self.graph, focus, listed, ordinals=not people):
            if capital and reference.start == capital.start(1):
                continue
            known = {id_ for one in named for id_ in one.ids}
            same = [one for one in named if reference.wants in (one.kind, "any") and not one.pointing]
            if not reference.ids:
                (dropped.append((reference.start, reference.end)) if same else unresolved.append(reference))
            elif same and reference.wants != "any" and not (cues.versus or cues.common or cues.together):
                dropped.append((reference.start, reference.end))  # "Interstellar, who directed it": named already
            else:
                for id_ in reference.ids:
                    if id_ in known:
                        continue
                    kind: Literal["work", "person"] = "person" if self.graph.entity(id_).type == "person" else "work"
                    mask = chr(0xE000 + len(named))
                    type_ = self.graph.entity(id_).type
                    pointed: Candidates = ((id_, 0.92),)
                    named.append(Named(mask, reference.start, reference.end, pointed, kind, True, True, type_))
                    chars[reference.start : reference.end] = mask * (reference.end - reference.start)
        masked = "".join(chars)
        cues = Cues(masked)
        hits = self._relation_words(masked)
        facets, hits = _settle(facets, hits, bool(named))
        constraints = read_constraints(masked, self._newest)
        constraints.types = self._kinds(masked, folded, facets, constraints)
        marked = [
            Facet(start, end, self._nationality(masked, start, end, ids, folded), cues.negated(start))
            for start, end, ids in facets
        ]
        absent = "" if named else self._absent(question, mentions)
        return Parse(question, masked, named, marked, hits, constraints, cues, unresolved, dropped, absent)

    def _nationality(self, masked: str, start: int, end: int, ids: frozenset[str], folded: str) -> frozenset[str]:
        """ "Korean films" are from Korea; the language is meant where it is said or where a place is not."""
        word = folded[start:end]
        countries = frozenset(id_ for id_ in ids if self.graph.entity(id_).type == "country")
        if not countries or countries == ids or not word.isascii() or word in _BOTH_WAYS:
            return ids
        spoken = re.match(r"[ -](?:language|speaking|dubbed|spoken|lyrics)\b", masked[end:])
        return ids - countries if spoken else countries

    def _relation_words(self, masked: str) -> list[RelationHit]:
        """Relation words; 「director是谁」 has no word boundary where English meets Chinese, so they are read apart."""
        hits = self.wordings.find(masked)
        if not _MIXED.search(masked):
            return hits
        english = _HAN.sub(" ", masked)
        taken = [(hit.start, hit.end) for hit in hits]
        more = [h for h in self.wordings.find(english) if all(h.end <= a or b <= h.start for a, b in taken)]
        return sorted([*hits, *more], key=lambda hit: hit.start)

    def _absent(self, question: str, mentions: Sequence[Mention]) -> str:
        for mention in mentions:
            rest = _NUMBER_AFTER.match(question[mention.end :])
            if rest and self.graph.entity(mention.best).type in WORK_TYPES:
                return question[mention.start : mention.end + rest.end()].strip()
        capital = _PRONOUN_TITLE.search(question)
        return capital.group(1) if capital else ""

    def _split(self, mention: Mention) -> tuple[Candidates, frozenset[str]]:
        """A mention's works and people, or its facets: whichever it is more likely to mean."""
        own = tuple(pair for pair in mention.candidates if self.graph.entity(pair[0]).type not in FACET_TYPES)
        shared = [pair for pair in mention.candidates if self.graph.entity(pair[0]).type in FACET_TYPES]
        weight = sum(score for _, score in own)
        if own and weight >= 0.5 and (not shared or mention.quoted or weight > shared[0][1]):
            return own, frozenset()
        return (), frozenset(id_ for id_, _ in shared)

    def _named(self, question: str, chars: list[str], mention: Mention, own: Candidates, index: int) -> Named:
        start, end = mention.start, mention.end
        if start and end < len(question) and _BRACKETS.get(question[start - 1]) == question[end]:
            start, end = start - 1, end + 1
        mask = chr(0xE000 + index)
        chars[start:end] = mask * (end - start)
        works = [pair for pair in own if self.graph.entity(pair[0]).type != "person"]
        people = [pair for pair in own if self.graph.entity(pair[0]).type == "person"]
        kind: Literal["work", "person"] = "work" if works and (not people or works[0][1] >= people[0][1]) else "person"
        if works and people:
            # An album named after its singer: who is asked for their albums is the singer.
            rest = fold(question[end:])
            asks_person = re.match(
                r".{0,10}?(?:(?:的|'s|出过|有)\s*(?:什么|哪些)?(?:专辑|歌|电影|作品|albums?|songs?)|albums|"
                r"songs|唱过|演过|有哪|还)",
                rest,
            )
            kind = "person" if (asks_person or _TOGETHER.search(rest)) and not mention.quoted else kind
        chosen = works if kind == "work" else people
        # That it is one of them is as sure as that it is a name at all.
        share = sum(score for _, score in chosen) / sum(score for _, score in own)
        candidates = tuple((id_, round(score / share, 4)) for id_, score in chosen)
        return Named(mask, start, end, candidates, kind, mention.exact, type=self.graph.entity(candidates[0][0]).type)

    def _kinds(
        self, masked: str, folded: str, facets: list[tuple[int, int, frozenset[str]]], constraints: Constraints
    ) -> frozenset[str]:
        found: list[tuple[str, frozenset[str]]] = []
        covered = [(start, end) for start, end, _ in facets]
        for start, end, types in self.kinds.find(masked):
            word = masked[start:end]
            if any(start < b and a < end for a, b in covered) or _not_a_kind(masked, word, start, end):
                continue
            constraints.spans.append((start, end))
            constraints.kind_spans.append((start, end))
            found.append((word, types))
        for start, end, ids in facets:
            inside = self.kinds.find(folded[start:end])
            for a, b, types in inside:
                word = folded[start + a : start + b]
                if (
                    word in _WEAK_KINDS
                    or (word == "剧" and (ids & _STAGE or folded[start:end].endswith("喜剧")))
                    or (word == "片" and ids & _ANY_LENGTH)
                ):
                    continue
                if end - start > b - a:  # "musical" alone is a genre first
                    found.append((word, types))
        strong = [types for word, types in found if word not in _WEAK_KINDS]
        return frozenset().union(*(strong or [types for _, types in found]))


def _settle(
    facets: list[tuple[int, int, frozenset[str]]], hits: list[RelationHit], named: bool
) -> tuple[list[tuple[int, int, frozenset[str]]], list[RelationHit]]:
    """Where a facet and a relation word overlap (配乐, "music"): the relation if something is named, else the facet."""

    def overlap(facet: tuple[int, int, frozenset[str]], hit: RelationHit) -> bool:
        return facet[0] < hit.end and hit.start < facet[1]

    if named:

        def wins(hit: RelationHit, facet: tuple[int, int, frozenset[str]]) -> bool:
            within = facet[0] <= hit.start and hit.end <= facet[1] and hit.relation == "composed_by"
            return overlap(facet, hit) and (within or hit.end - hit.start >= facet[1] - facet[0])

        facets = [facet for facet in facets if not any(wins(hit, facet) for hit in hits)]
        return facets, [hit for hit in hits if not any(overlap(facet, hit) for facet in facets)]
    return facets, [hit for hit in hits if not any(overlap(f, hit) for f in facets)]


def _not_a_kind(masked: str, word: str, start: int, end: int) -> bool:
    after = masked[end : end + 4]
    if word == "show":
        return bool(re.match(r" (?:me|us|all|my|the)\b", masked[end:]))
    if word in {"片", "剧", "歌", "戏"}:
        return after[:1] in set("长名库尾头段情本透场集手词院团组") or (
            word == "剧" and masked[max(0, start - 1) : start] in set("编喜")
        )
    return word == "record" and bool(re.match(r"(?:ed|s? by)", after))


def _cut(text: str, spans: list[tuple[int, int]]) -> str:
    """``text`` with spans and name masks turned into line breaks, so that a stretch never runs across them."""
    chars = list(text)
    for start, end in spans:
        chars[start:end] = "\n" * (end - start)
    return "".join("\n" if "\ue000" <= char <= "\uf8ff" else char for char in chars)
