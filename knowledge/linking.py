"""Which entities a text speaks of: exact names by Aho–Corasick, misspelt ones by edit distance, doubt said as such.

Names overlap with ordinary words (活着, Her), with each other (two 西游记) and with longer names, so every mention
carries a probability for each candidate. It starts from what the name looks like, rises with what stands around it
(quotes, a capital, 「…是谁导演的」), and is shared out among namesakes by the year or kind the text gives, by what
the talk was about, and by how many facts the graph holds about each.

    Aho and Corasick, "Efficient string matching: an aid to bibliographic search", CACM 18(6), 1975.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import ahocorasick

from knowledge.common_words import is_common
from knowledge.evidence import Evidence, base_confidence, kind_hint, sequel_follows, year_hint
from knowledge.graph import FACET_TYPES, Graph
from knowledge.spelling import Speller
from knowledge.surfaces import GIVEN, Squeezed, squeeze, surfaces
from knowledge.text import is_han

__all__ = ["Linker", "Mention"]

_QUOTED = re.compile(r"《([^《》]{1,60})》|〈([^〈〉]{1,60})〉|「([^「」]{1,60})」|“([^“”]{1,60})”|\"([^\"]{1,60})\"")
_CAPITALISED = re.compile(r"[A-Z][\w'’.-]*(?:\s+(?:(?:of|the|and|in|to|a|an|for|de|la)\s+){0,2}[A-Z0-9][\w'’.-]*)*")
_LATIN_RUN = re.compile(r"[A-Za-z][A-Za-z0-9'’.:&-]*(?:\s+[A-Za-z0-9][A-Za-z0-9'’.:&-]*)*")
_FIRST_NAMES = frozenset(
    ["harry", "jack", "john", "tom", "james", "robert", "peter", "bill", "sam", "joe", "max", "frank", "ray"]
)
_DOMAIN = frozenset("direct directs star act acts appear compose recent latest filmography oscar write versus".split())  # noqa: SIM905
_FIRST_NAMES = frozenset(
    ["harry", "jack", "john", "tom", "james", "robert", "peter", "bill", "sam", "joe", "max", "frank", "ray"]
)
_DOMAIN = frozenset(
    ["direct", "star", "act", "appear", "compose", "recent", "latest", "filmography", "write", "versus"]
)
_MAX_TEXT = 2000  # characters; what is beyond is not read


@dataclass(frozen=True, slots=True)
class Mention:
    """``text[start:end]`` of the original, and who or what it may be, most probable first.

    Alternatives share their probability (two works of one title); facets do not: 「港台」 means both places.
    ``quoted`` says that it stood in title marks or quotes; ``exact`` is False for a spelling that had to be corrected.
    """

    start: int
    end: int
    text: str
    candidates: tuple[tuple[str, float], ...]
    quoted: bool = False
    exact: bool = True

    @property
    def best(self) -> str:
        """The id of the most probable candidate."""
        return self.candidates[0][0]

    @property
    def confidence(self) -> float:
        """Probability of the most probable candidate, 0..1."""
        return self.candidates[0][1]


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int  # in the squeezed text
    end: int
    candidates: tuple[tuple[str, float], ...]
    quoted: bool

    @property
    def rank(self) -> tuple[bool, int, float]:
        return self.candidates[0][1] >= 0.5, self.end - self.start, self.candidates[0][1]


class Linker:
    """Finds mentions of the graph's entities. Built once (a second for 10⁵ works); linking takes well under 1 ms."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._readings: dict[str, list[tuple[str, float]]] = {}  # squeezed surface → [(id, strength)]
        self._degree: dict[str, int] = {}
        for entity in graph.entities():
            self._degree[entity.id] = graph.degree(entity.id)
            for surface in surfaces(entity):
                self._readings.setdefault(surface.text, []).append((entity.id, surface.strength))
        for text, readings in list(self._readings.items()):
            sure = [pair for pair in readings if pair[1] > GIVEN]
            if len(readings) > 1 and len(sure) < len(readings):
                self._readings[text] = sure  # a first name that several people have, or that is a name by itself
                if not sure:
                    del self._readings[text]
        self._automaton = ahocorasick.Automaton()
        for text in self._readings:
            self._automaton.add_word(text, text)
        if self._readings:
            self._automaton.make_automaton()
        # Names of three characters by their first two: a name that goes on is seldom the shorter one.
        longer = {text[:2] for text in self._readings if len(text) == 3 and all(map(is_han, text))}
        self._stems = frozenset(longer)
        self.speller = Speller(graph, self._readings, self._degree)

    # --- exact -------------------------------------------------------------------------------------------------------

    def link(self, text: str, focus: Sequence[str] = (), *, minimum: float = 0.5) -> list[Mention]:
        """Mentions in reading order; they do not overlap.

        Args:
            focus: entity ids the conversation is about, latest first; namesakes among them become likelier.
            minimum: mentions whose candidates together are less probable than this are left out.
        """
        text = text[:_MAX_TEXT]
        squeezed = squeeze(text)
        quotes = _quotes(text, squeezed)
        hits = self._hits(text, squeezed, quotes, frozenset(focus)) if self._readings else []
        chosen: list[_Hit] = []
        for hit in sorted(hits, key=lambda hit: hit.rank, reverse=True):
            if all(hit.end <= other.start or other.end <= hit.start for other in chosen):
                chosen.append(hit)
        mentions = [
            Mention(*span, text[slice(*span)], hit.candidates, hit.quoted)
            for hit in chosen
            if sum(confidence for _, confidence in hit.candidates) >= minimum
            for span in (squeezed.span(hit.start, hit.end),)
        ]
        mentions.extend(self._misspelt(text, mentions))
        return sorted(mentions, key=lambda mention: mention.start)

    def _hits(self, text: str, squeezed: Squeezed, quotes: list[tuple[int, int]], focus: frozenset[str]) -> list[_Hit]:
        found = []
        flat = squeezed.text
        for last, surface in self._automaton.iter(flat):
            start, end = last - len(surface) + 1, last + 1
            if not _at_word_edges(flat, start, end):
                continue
            inside = next(((a, b) for a, b in quotes if a <= start and end <= b), None)
            if inside and inside != (start, end):
                continue  # part of a quoted title is not that title
            candidates = self._candidates(text, squeezed, start, end, surface, inside is not None, focus)
            if candidates:
                found.append(_Hit(start, end, candidates, inside is not None))
        return found

    def _candidates(
        self, text: str, squeezed: Squeezed, start: int, end: int, surface: str, quoted: bool, focus: frozenset[str]
    ) -> tuple[tuple[str, float], ...]:
        graph, flat = self.graph, squeezed.text
        evidence = Evidence.around(text, squeezed, start, end, quoted)
        year, kinds = year_hint(flat, start, end), kind_hint(flat, start, end)
        also_facet = any(graph.entity(id_).type in FACET_TYPES for id_, _ in self._readings[surface])
        doubt = 1.0 if quoted else self._doubt(surface, flat, start, end, evidence)
        facets: list[tuple[str, float]] = []
        named: list[tuple[str, float, float]] = []  # id, confidence of being a mention, weight among namesakes
        for id_, strength in self._readings[surface]:
            entity = graph.entity(id_)
            if entity.type in FACET_TYPES:
                facets.append((id_, 0.8 * min(1.0, strength + 0.02)))
                continue
            confidence = strength * base_confidence(surface, entity.type, evidence, also_facet=also_facet, kinds=kinds)
            if entity.type == "person":
                confidence *= doubt if strength < 1 or surface in self._stems else 1.0
                small = not (
                    evidence.capital or evidence.whole or evidence.of_person() or self._kind_follows(flat, end)
                )
                if strength < 1 and surface.isascii() and small:
                    confidence *= 0.5  # a surname in small letters is often a word: "how to cook rice"
            elif not quoted and sequel_follows(flat[end:]):
                confidence *= 0.35  # 流浪地球3 is another film, even if the catalogue does not have it
            # Fame tells people of one surname apart; works of one title are equally likely until something is said.
            fame = float(self._degree[id_]) if entity.type == "person" else 1.0 + math.log1p(self._degree[id_])
            weight = fame * (3 if strength == 1 else 1)
            weight *= (60 if entity.type in kinds else 1) * (8 if id_ in focus else 1)
            known = graph.value(id_, "year")
            if year is not None and isinstance(known, int):
                near = known == year or (abs(known - year) == 1 and entity.type == "film")
                weight *= 40 if known == year else 10 if near else 1
                # 「活着（1994）」 leaves no doubt; another year than the only one we know leaves much.
                confidence = max(confidence, 0.92) if known == year else confidence if near else confidence * 0.55
            named.append((id_, confidence, weight))
        total = sum(weight for _, _, weight in named)
        shared = [(id_, round(confidence * weight / total, 4)) for id_, confidence, weight in named]
        both = sorted(shared + facets, key=lambda pair: -pair[1])
        return tuple(pair for pair in both if pair[1] >= 0.005)

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
        ordinary = is_common(word) or word in _DOMAIN or self._is_facet(word)
        return word in _FIRST_NAMES or not (ordinary or word.endswith(("s", "ed", "ing", "or")))

    def _kind_follows(self, flat: str, end: int) -> bool:
        """Whether the next words are a genre: "kubrick thrillers"."""
        words = flat[end : end + 40].split(" ")[1:3]
        return any(self._is_facet(word) for word in (*words[:1], " ".join(words)))

    def _is_facet(self, word: str) -> bool:
        return any(self.graph.entity(id_).type in FACET_TYPES for id_, _ in self._readings.get(word, ()))

    # --- misspelt ----------------------------------------------------------------------------------------------------

    def corrected(self, text: str, start: int, end: int) -> Mention | None:
        """``text[start:end]`` read as a misspelt name, or ``None`` when nothing is close enough."""
        candidates = self.speller.corrected(text[start:end])
        return Mention(start, end, text[start:end], candidates, exact=False) if candidates else None

    def closest(
        self, name: str, *, types: Collection[str] = (), limit: int = 5, cutoff: float = 0.6
    ) -> list[tuple[str, float]]:
        """Works and people spelt most like ``name``: ``(id, similarity 0..1)``, best first, none under ``cutoff``."""
        return self.speller.closest(name, types=types, limit=limit, cutoff=cutoff)

    def _misspelt(self, text: str, mentions: Iterable[Mention]) -> list[Mention]:
        """Title-like spans that no name matched: quoted, capitalised inside a sentence, or Latin amid Chinese."""
        taken = [(mention.start, mention.end) for mention in mentions]
        spans = [
            (match.start(match.lastindex or 0), match.end(match.lastindex or 0), True)
            for match in _QUOTED.finditer(text)
        ]
        if any(map(is_han, text)):
            spans += [(*match.span(), False) for match in _LATIN_RUN.finditer(text)]
        else:
            spans += [(*match.span(), False) for match in _CAPITALISED.finditer(text) if match.start() > 0]
        found: list[Mention] = []
        for start, end, quoted in spans:
            if all(end <= a or b <= start for a, b in taken):
                candidates = self.speller.corrected(text[start:end])
                if candidates:
                    found.append(Mention(start, end, text[start:end], candidates, quoted, exact=False))
                    taken.append((start, end))
        return found


def _quotes(text: str, squeezed: Squeezed) -> list[tuple[int, int]]:
    """Quoted spans, as offsets into the squeezed text."""
    spans = []
    for match in _QUOTED.finditer(text):
        group = match.lastindex or 0
        inside = [i for i, at in enumerate(squeezed.at) if match.start(group) <= at < match.end(group)]
        while inside and squeezed.text[inside[0]] == " ":
            inside.pop(0)
        if inside:
            spans.append((inside[0], inside[-1] + 1))
    return spans


def _at_word_edges(flat: str, start: int, end: int) -> bool:
    """Latin names must not match inside a word; Chinese has no word edges to respect."""
    if start and flat[start].isascii() and flat[start - 1].isascii() and flat[start - 1] != " ":
        return False
    return not (end < len(flat) and flat[end - 1].isascii() and flat[end].isascii() and flat[end] != " ")
