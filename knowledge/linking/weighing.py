"""How sure it is that a name is meant, and how that is shared among those who bear it.

What the name looks like and what stands around it say whether it is a name at all (:mod:`knowledge.linking.evidence`). Which
namesake is meant follows from the year, version, country or kind in the text, from what the talk was about, from how
much the graph knows of each, and from the other names in the sentence: those that share facts belong together.

    Hoffart et al., "Robust disambiguation of named entities in text", EMNLP 2011 (prior, context, coherence).
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.graph import FACET_TYPES, WORK_TYPES, Graph
from knowledge.linking.common_words import is_common
from knowledge.linking.evidence import (
    Evidence,
    base_confidence,
    countries_hint,
    kind_hint,
    sequel_follows,
    version_hint,
    year_hint,
)
from knowledge.linking.fragments import FRAGMENT
from knowledge.surfaces import Squeezed
from knowledge.text import is_han

__all__ = ["Hit", "Weigher"]

_FIRST_NAMES = frozenset("bill frank harry jack james joe john max peter ray robert sam tom".split())  # noqa: SIM905
_DOMAIN = frozenset(
    "act acts appear appears compose direct directs filmography latest oscar recent star versus write".split()  # noqa: SIM905
)
_BELONGS = re.compile(
    r"(?:主?演|出演|导演?|拍|唱)?过?了?的(?:电影|电视剧|专辑|歌|戏|剧)?$| s (?:\w+ )?$| in (?:the )?$|版$|^ ?$"
)


_GOES_ON = re.compile(r" (?:(?:of|with|without|to|for|from|at) (?:the |an? )?)?([A-Z]\w+)")

_THEIRS = re.compile(r" (?:films|movies|albums|songs|series|shows)\b|的?(?:电影|电视剧|专辑|歌|剧)(?:有|都|推荐|$)")
_OPENS = re.compile(r"[《〈「“]")
_COMPANY = 8  # names before and after one that may tell which of its bearers is meant


@dataclass(frozen=True, slots=True)
class Hit:
    """Squeezed ``text[start:end]`` and whom it may name; ``factor`` < 1 for a spelling that had to be put right."""

    start: int
    end: int
    candidates: tuple[tuple[str, float], ...]
    quoted: bool
    factor: float = 1.0

    @property
    def total(self) -> float:
        return sum(confidence for _, confidence in self.candidates)

    @property
    def rank(self) -> tuple[bool, int, float, float]:
        return self.candidates[0][1] >= 0.5 or self.total >= 0.6, self.end - self.start, self.factor, self.total


class Weigher:
    """Gives probabilities to the readings of one graph's names.

    Args:
        readings: squeezed surface → ``(entity id, strength)`` of whom it may name.
        degree: entity id → number of facts.
    """

    def __init__(
        self, graph: Graph, readings: Mapping[str, Sequence[tuple[str, float]]], degree: Mapping[str, int]
    ) -> None:
        self.graph = graph
        self._readings = readings
        self._degree = degree
        # Names of three characters by their first two: a name that goes on is seldom the shorter one.
        self._stems = frozenset(text[:2] for text in readings if len(text) == 3 and all(map(is_han, text)))

    # --- one name ----------------------------------------------------------------------------------------------------

    def weigh(
        self,
        text: str,
        squeezed: Squeezed,
        span: tuple[int, int],
        surfaces: Sequence[str],
        *,
        quoted: bool = False,
        focus: Collection[str] = (),
        factor: float = 1.0,
        strange: bool = False,
    ) -> tuple[tuple[str, float], ...]:
        """``(id, probability)`` of whom ``span`` names, read as any of ``surfaces``, most probable first.

        Args:
            factor: how well ``span`` spells them; below 1 where something had to be put right.
            strange: whether what was put right is no word at all, and so no everyday one either.
        """
        graph, flat, (start, end) = self.graph, squeezed.text, span
        evidence = Evidence.around(text, squeezed, start, end, quoted)
        after = squeezed.at[end - 1] + 1
        seen = flat[:end] if _OPENS.search(text, after, after + 4) else flat  # 《为奴十二年》、《2001太空漫游》
        year, kinds = year_hint(seen, start, end), kind_hint(seen, start, end)
        countries, version = countries_hint(seen, start, end), version_hint(seen, start, end)
        readings = {id_: (name, strength) for name in surfaces for id_, strength in self._readings[name]}
        also_facet = any(graph.entity(id_).type in FACET_TYPES for id_ in readings)
        screened = [id_ for id_ in readings if graph.entity(id_).type in ("film", "series")]  # versions are of these
        years = [value for id_ in screened or readings if isinstance(value := graph.value(id_, "year"), int)]
        someone = any(sure == 1 and graph.entity(id_).type == "person" for id_, (_, sure) in readings.items())
        if someone and _THEIRS.match(flat, end):
            kinds = ()  # "Kendrick Lamar albums" are his
        facets: list[tuple[str, float]] = []
        named: list[tuple[str, float, float]] = []  # id, confidence of being a mention, weight among namesakes
        for id_, (name, strength) in readings.items():
            type_ = graph.entity(id_).type
            if type_ in FACET_TYPES:
                if factor == 1.0:
                    facets.append((id_, 0.8 * min(1.0, strength + 0.02)))
                continue
            confidence = base_confidence(name, type_, evidence, also_facet=also_facet, kinds=kinds)
            if strange:
                context = evidence.of_work() if type_ in WORK_TYPES else evidence.of_person()
                plain = context == 1 or evidence.whole or evidence.capital or evidence.amid_chinese or end - start > 7
                confidence = max(confidence, 0.95 if plain else 0.72)
            confidence *= strength
            if type_ == "person":
                doubt = 1.0 if quoted else self._doubt(name, flat, start, end, evidence)
                more = _GOES_ON.match(text, squeezed.at[end - 1] + 1) if strength < 1 and evidence.capital else None
                if more and more[0][1:] == more[1] and not self.is_word(more[1].lower()):
                    doubt *= 0.4  # The |White| Lotus, |Paul| Thomas Anderson
                confidence *= doubt if strength < 1 or name in self._stems else 1.0
                if (
                    factor < 1
                    and is_han(flat[end - 1])
                    and is_han(flat[end : end + 1] or " ")
                    and not evidence.of_person()
                ):
                    confidence *= 0.6  # what goes on may be the rest of somebody else: 迈克尔·诺|兰
                small = not (evidence.capital or evidence.whole or evidence.of_person() or self.kind_follows(flat, end))
                if strength < 1 and name.isascii() and (small or (is_common(name) and not evidence.capital)):
                    confidence *= (
                        0.3 if is_common(name) else 0.5
                    )  # a surname in small letters is often a word: "how to cook rice"
            elif not quoted:
                if sequel_follows(flat[end:]):
                    confidence *= 0.35  # 流浪地球3 is another film, even if the catalogue does not have it
                elif type_ in WORK_TYPES and is_common(name):
                    more = _GOES_ON.match(text, squeezed.at[end - 1] + 1)
                    if more and not self._is_facet(more[1].lower()):
                        confidence *= 0.45  # Friends with Benefits
                if strength == FRAGMENT and name.isascii():
                    plain = evidence.capital or evidence.whole or evidence.of_work() == 1
                    confidence *= 1.0 if plain else 0.6 if " " in name else 0.5
            # Fame tells people of one surname apart; works of one title are nearly equally likely at first.
            fame = max(1.0, float(self._degree[id_])) if type_ == "person" else 1.0 + math.log1p(self._degree[id_])
            weight = fame * (3 if strength == 1 else 1) * (60 if type_ in kinds else 1) * (8 if id_ in focus else 1)
            known = graph.value(id_, "year")
            if isinstance(known, int):
                if year is not None:
                    near = known == year or (abs(known - year) == 1 and type_ == "film")
                    weight *= 40 if known == year else 10 if near else 1
                    # 「活着（1994）」 leaves no doubt; another year than the only one we know leaves much.
                    confidence = max(confidence, 0.92) if known == year else confidence * (1.0 if near else 0.42)
                if version and len(years) > 1:
                    weight *= 40 if known == (max(years) if version == "new" else min(years)) else 1
            if countries and countries & set(graph.objects(id_, "country")):
                weight *= 40
                confidence = max(confidence, 0.85 * strength)
            named.append((id_, confidence * factor, weight))
        total = sum(weight for *_, weight in named)
        shared = [(id_, round(confidence * weight / total, 4)) for id_, confidence, weight in named]
        return _ordered(shared + facets)

    def _doubt(self, surface: str, flat: str, start: int, end: int, evidence: Evidence) -> float:
        """Below 1 where a name seems to be part of a longer one that nobody here has: Wes |Anderson, 周杰|轮."""
        if not surface.isascii():
            beginning = surface in self._stems and end < len(flat) and is_han(flat[end]) and not evidence.of_person()
            return 0.45 if beginning or evidence.joined else 1.0
        before = re.search(r"([a-z]+) $", flat[:start])
        after = re.match(r" ([a-z]+)", flat[end:])
        words = [match[1] for match in (before, after) if match]
        own = [self.graph.entity(id_).label("en").lower() for id_, _ in self._readings[surface]]
        strange = [word for word in words if self._is_strange(word) and not any(name.startswith(word) for name in own)]
        return 0.4 if strange else 1.0  # "Leo DiCaprio" is Leonardo

    def _is_strange(self, word: str) -> bool:
        """Whether an English word next to a surname is likely a first name, and not part of the sentence."""
        return word in _FIRST_NAMES or not (self.is_word(word) or word.endswith(("s", "ed", "ing", "or")))

    def is_word(self, word: str) -> bool:
        """Whether a Latin word is an ordinary one in this domain: everyday English, or the name of a genre."""
        stems = (word.removesuffix(ending) for ending in ("", "s", "ed", "d", "ing", "ly", "er", "est"))
        return any(is_common(stem) for stem in stems if stem) or word in _DOMAIN or self._is_facet(word)

    def kind_follows(self, flat: str, end: int) -> bool:
        """Whether the next words are a genre: "kubrick thrillers"."""
        words = flat[end : end + 40].split(" ")[1:3]
        return any(self._is_facet(word) for word in (*words[:1], " ".join(words)))

    def _is_facet(self, word: str) -> bool:
        return any(self.graph.entity(id_).type in FACET_TYPES for id_, _ in self._readings.get(word, ()))

    # --- names together ----------------------------------------------------------------------------------------------

    def cohere(self, hits: Iterable[Hit], flat: str) -> list[Hit]:
        """The same hits, where candidates that share facts with the sentence's other names gain.

        「胡军的天龙八部」 is the one he is in; 「张国荣的红」 is an album, and no colour.
        """
        hits = sorted(hits, key=lambda hit: hit.start)
        sure = [
            (hit, id_)
            for hit in hits
            for id_, confidence in hit.candidates
            if confidence >= 0.6 and confidence > 0.7 * hit.total
        ]
        starts = [hit.start for hit, _ in sure]
        cohering = []
        for hit in hits:
            at = bisect_left(starts, hit.start)
            near = sure[max(0, at - _COMPANY) : at + _COMPANY + 1]
            cohering.append(self._beside(hit, [pair for pair in near if pair[0] is not hit], flat))
        return cohering

    def _beside(self, hit: Hit, others: Sequence[tuple[Hit, str]], flat: str) -> Hit:
        if not others or not any(self._cohesive(id_) for id_, _ in hit.candidates):
            return hit
        weights: list[float] = []
        owned = False
        for id_, _ in hit.candidates:
            weight = 1.0
            for other, known in others:
                if self._cohesive(id_) and self.related(id_, known):
                    apart = max(other.start - hit.end, hit.start - other.end)
                    weight *= 25.0 if self._cohesive(known) else 4.0 if apart < 8 else 1.0
                    work, person = self.graph.entity(id_).type in WORK_TYPES, self.graph.entity(known).type == "person"
                    between = flat[other.end : hit.start] if other.end <= hit.start else "-"
                    owned = owned or (work and person and len(between) < 14 and _BELONGS.search(between) is not None)
            weights.append(weight)
        if max(weights) == 1.0:
            return hit
        total = max(hit.total, 0.9 * hit.factor) if owned else hit.total
        mass = sum(weight * confidence for weight, (_, confidence) in zip(weights, hit.candidates, strict=True))
        scaled = [
            (id_, round(total * weight * confidence / mass, 4))
            for weight, (id_, confidence) in zip(weights, hit.candidates, strict=True)
        ]
        return replace(hit, candidates=_ordered(scaled))

    def _cohesive(self, id_: str) -> bool:
        return self.graph.entity(id_).type not in FACET_TYPES

    def related(self, one: str, other: str) -> bool:
        """Whether some fact holds between two entities, either way round."""
        graph = self.graph
        return any(
            graph.fact(subject, relation, target) is not None
            for subject, target in ((one, other), (other, one))
            for relation in graph.relations_of(subject)[0]
        )


def _ordered(candidates: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    return tuple(pair for pair in sorted(candidates, key=lambda pair: -pair[1]) if pair[1] >= 0.005)
