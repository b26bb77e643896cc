"""Which entities a text speaks of: names by Aho–Corasick, by sound, by spelling and by company, doubt said as such.

Names overlap with ordinary words (活着, Her), with each other (two 西游记) and with longer names, so every mention
carries a probability for each candidate. Exact names come from one automaton; misspelt ones from
:mod:`knowledge.linking.slips`, pinyin and homophones from :mod:`knowledge.linking.pinyin`, parts of titles from
:mod:`knowledge.linking.anchored`; :mod:`knowledge.linking.weighing` says how likely each is, and of overlapping readings the likely and
then the longest stays.

Measured on hand-written sentences over the demo catalogue (``python -m benchmarks.entity_linking``), each part when it
was first looked at: mentions of works and people, exact and misspelt, in pinyin, by nickname, part and version, and
sentences that name nothing the catalogue has (NIL). Nicknames and sentences have the same author.

    ===================  =========  ======  ====  ==========  =============  ==========  ====  ========
    sentences            precision  recall  F1    accuracy@1  NIL precision  NIL recall  ECE   ECE, raw
    ===================  =========  ======  ====  ==========  =============  ==========  ====  ========
    Chinese, first 124   .948       .956    .952  .956        .893           .862        .052  .088
    English, first 110   .899       .918    .908  .948        .788           .812        .048  .099
    Chinese, last 51     .952       .930    .941  .930        .882           .938        .023  .058
    English, last 53     .907       .929    .918  .952        .944           .895        .071  .119
    ===================  =========  ======  ====  ==========  =============  ==========  ====  ========

    Aho and Corasick, "Efficient string matching: an aid to bibliographic search", CACM 18(6), 1975.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import ahocorasick

from knowledge.calibration import Platt
from knowledge.graph import FACET_TYPES, WORK_TYPES, Graph
from knowledge.linking.anchored import part_of_title
from knowledge.linking.choosing import QUOTED, at_word_edges, best, quotes_in, unexplained
from knowledge.linking.fragments import FRAGMENT, fragments
from knowledge.linking.pinyin import PinyinIndex, SoundHit
from knowledge.linking.slips import SlipFinder
from knowledge.linking.spelling import Speller
from knowledge.linking.weighing import Hit, Weigher
from knowledge.surfaces import GIVEN, PART, Squeezed, squeeze, squeezed, surfaces, unbracketed
from knowledge.text import is_han

__all__ = ["CALIBRATION", "Linker", "Mention"]

_CAPITALISED = re.compile(r"[A-Z][\w'’.-]*(?:\s+(?:(?:of|the|and|in|to|a|an|for|de|la)\s+){0,2}[A-Z0-9][\w'’.-]*)*")
_LATIN_RUN = re.compile(r"[A-Za-z][A-Za-z0-9'’.:&-]*(?:\s+[A-Za-z0-9][A-Za-z0-9'’.:&-]*)*")
_MAX_TEXT = 2000  # characters; what is beyond is not read

CALIBRATION = Platt(1.43, 0.39)
"""Raw confidence that a mention is right → how often it was, fitted to the tuning sentences (``ridge=20``: rules were
written on the same sentences, which makes them look surer than they are)."""


@dataclass(frozen=True, slots=True)
class Mention:
    """``text[start:end]`` of the original, and who or what it may be, most probable first.

    Alternatives share their probability (two works of one title); facets do not: 「港台」 means both places.
    ``quoted`` says that it stood in title marks or quotes; ``exact`` is False for a spelling that had to be corrected
    and for a name given by its sound or by a part that only the person beside it explains.
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


class Linker:
    """Finds mentions of the graph's entities. Built once; reading a sentence takes well under 1 ms.

    The demo (1,000 works, 3,800 people) takes 0.6 s and 14 MB, and ``pypinyin``, when first used, 0.25 s and 55 MB;
    20,000 works with 10,000 people take 5 s and 145 MB, so 10⁵ works some 25 s and 0.7 GB. Without ``pypinyin`` names
    are not found by their sound.

    Args:
        calibration: map from raw to stated confidence; ``None`` states the raw one.
    """

    def __init__(self, graph: Graph, *, calibration: Platt | None = CALIBRATION) -> None:
        self.graph = graph
        self._calibration = calibration
        self._degree = {entity.id: graph.degree(entity.id) for entity in graph.entities()}
        self._readings = _readings(graph)
        self._automaton = ahocorasick.Automaton()
        for text in self._readings:
            self._automaton.add_word(text, text)
        if self._readings:
            self._automaton.make_automaton()
        self.speller = Speller(graph, self._readings, self._degree)
        self._weigher = Weigher(graph, self._readings, self._degree)
        surnames = {text: text for text, named in self._readings.items() if self._is_surname(text, named)}
        self._slips = SlipFinder({**surnames, **self.speller.spellable})
        self._pinyin = PinyinIndex(self.speller.spellable.values(), self._is_title)

    def _is_surname(self, text: str, named: Sequence[tuple[str, float]]) -> bool:
        people = any(sure >= PART and self.graph.entity(id_).type == "person" for id_, sure in named)
        return people and len(text) > 5 and text.isascii() and " " not in text

    def _is_title(self, surface: str) -> bool:
        return any(self.graph.entity(id_).type in WORK_TYPES and sure >= PART for id_, sure in self._readings[surface])

    def link(self, text: str, focus: Sequence[str] = (), *, minimum: float = 0.5) -> list[Mention]:
        """Mentions in reading order; they do not overlap.

        Args:
            text: whatever was typed; nothing beyond its first 2,000 characters is read.
            focus: entity ids the conversation is about, latest first; namesakes among them become likelier.
            minimum: mentions whose candidates together are less probable than this are left out.
        """
        text = text[:_MAX_TEXT]
        squeezed = squeeze(text)
        if not self._readings or not squeezed.text:
            return []
        quotes, known = quotes_in(text, squeezed), frozenset(focus)
        exact = self._whole(list(self._exact(text, squeezed, quotes, known)))
        inexact = list(self._inexact(text, squeezed, quotes, known))
        chosen = best(self._weigher.cohere(best([*exact, *unexplained(inexact, best(exact))]), squeezed.text))
        chosen = best([*chosen, *self._parts(text, squeezed, chosen, known)])
        mentions = [self._mention(text, squeezed, hit) for hit in chosen]
        mentions = [one for one in mentions if sum(confidence for _, confidence in one.candidates) >= minimum]
        mentions.extend(self._misspelt(text, mentions, minimum))
        return sorted(mentions, key=lambda mention: mention.start)

    def _mention(self, text: str, squeezed: Squeezed, hit: Hit) -> Mention:
        start, end = squeezed.span(hit.start, hit.end)
        return Mention(start, end, text[start:end], self._stated(hit.candidates), hit.quoted, hit.factor == 1.0)

    def _stated(self, candidates: tuple[tuple[str, float], ...]) -> tuple[tuple[str, float], ...]:
        """Calibrated probabilities: how sure the mention is, shared as before. Facets, which do not share, stay."""
        named = sum(score for id_, score in candidates if self.graph.entity(id_).type not in FACET_TYPES)
        if self._calibration is None or not named:
            return candidates
        scale = self._calibration.at(min(named, 1.0)) / named
        return tuple(
            (id_, score if self.graph.entity(id_).type in FACET_TYPES else round(score * scale, 4))
            for id_, score in candidates
        )

    # --- readings ----------------------------------------------------------------------------------------------------

    def _exact(
        self, text: str, squeezed: Squeezed, quotes: list[tuple[int, int]], focus: Collection[str]
    ) -> Iterator[Hit]:
        flat = squeezed.text
        for last, surface in self._automaton.iter(flat):
            start, end = last - len(surface) + 1, last + 1
            if at_word_edges(flat, start, end):
                yield from self._weighed(text, squeezed, (start, end), (surface,), quotes, focus)

    def _whole(self, hits: list[Hit]) -> list[Hit]:
        """Without names inside longer ones that may well be meant: 哈利 in 哈利波特2, whichever film that is."""
        longer = [hit for hit in hits if hit.total >= 0.25]
        return [
            hit
            for hit in hits
            if self.graph.entity(hit.candidates[0][0]).type in FACET_TYPES
            or not any(
                one.start <= hit.start and hit.end <= one.end and one.end - one.start > hit.end - hit.start
                for one in longer
            )
        ]

    def _inexact(
        self, text: str, squeezed: Squeezed, quotes: list[tuple[int, int]], focus: Collection[str]
    ) -> Iterator[Hit]:
        """Names by sound and by spelling."""
        is_word = self._weigher.is_word
        together: dict[tuple[int, int], list[SoundHit]] = {}
        for found in (*self._pinyin.find(squeezed.text, is_word), *self._slips.find(squeezed.text, is_word)):
            together.setdefault((found.start, found.end), []).append(found)
        for span, readings in together.items():
            top = max(found.factor for found in readings)
            near = [found for found in readings if found.factor > top - 0.08]  # 绝命_师 is either of two
            names = tuple(dict.fromkeys(name for found in near for name in found.surfaces))
            strange = any(found.strange for found in near)
            yield from self._weighed(text, squeezed, span, names, quotes, focus, min(top, 0.99), strange)

    def _weighed(
        self,
        text: str,
        squeezed: Squeezed,
        span: tuple[int, int],
        names: Sequence[str],
        quotes: list[tuple[int, int]],
        focus: Collection[str],
        factor: float = 1.0,
        strange: bool = False,
    ) -> Iterator[Hit]:
        inside = next(((a, b) for a, b in quotes if a < span[1] and span[0] < b), None)
        if inside and inside != span:
            return  # part of a quoted title is not that title
        quoted = inside is not None
        if quoted and factor < 0.8:
            factor *= 0.65  # what stands in title marks was written with care: 《北京爱情故事》 is no 东京爱情故事
        found = self._weigher.weigh(
            text, squeezed, span, names, quoted=quoted, focus=focus, factor=factor, strange=strange
        )
        if found:
            yield Hit(*span, found, quoted, factor)

    def _parts(self, text: str, squeezed: Squeezed, chosen: Sequence[Hit], focus: Collection[str]) -> Iterator[Hit]:
        """Parts of titles behind the name of a person who made or played in the work."""
        taken = {at for hit in chosen if hit.candidates[0][1] >= 0.5 for at in range(hit.start, hit.end)}
        for hit in chosen:
            person, confidence = hit.candidates[0]
            if confidence < 0.5 or self.graph.entity(person).type != "person":
                continue
            part = part_of_title(self.graph, person, squeezed.text, hit.end, self._weigher.is_word, taken)
            if part is not None:
                span, works = part
                share = sum(8 if id_ in focus else 1 for id_ in works)
                shared = [(id_, round(0.8 * (8 if id_ in focus else 1) / share, 4)) for id_ in works]
                yield Hit(*span, tuple(sorted(shared, key=lambda pair: -pair[1])), False, 0.8)

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

    def _misspelt(self, text: str, mentions: Sequence[Mention], minimum: float) -> list[Mention]:
        """Title-like spans that no name matched: quoted, capitalised inside a sentence, or Latin amid Chinese."""
        taken = [(mention.start, mention.end) for mention in mentions]
        spans = [
            (match.start(match.lastindex or 0), match.end(match.lastindex or 0), True)
            for match in QUOTED.finditer(text)
        ]
        if any(map(is_han, text)):
            spans += [(*match.span(), False) for match in _LATIN_RUN.finditer(text)]
        else:
            spans += [(*match.span(), False) for match in _CAPITALISED.finditer(text) if match.start() > 0]
        found: list[Mention] = []
        for start, end, quoted in spans:
            if all(end <= a or b <= start for a, b in taken):
                candidates = self._stated(self.speller.corrected(text[start:end]))
                if sum(confidence for _, confidence in candidates) >= max(minimum, 0.05):
                    found.append(Mention(start, end, text[start:end], candidates, quoted, exact=False))
                    taken.append((start, end))
        return found


def _readings(graph: Graph) -> dict[str, list[tuple[str, float]]]:
    """Squeezed surface → ``(id, strength)`` of every entity it may name."""
    readings: dict[str, list[tuple[str, float]]] = {}
    pieces: dict[str, list[str]] = {}
    for entity in graph.entities():
        for surface in surfaces(entity):
            readings.setdefault(surface.text, []).append((entity.id, surface.strength))
        if entity.type in WORK_TYPES:
            for piece in fragments(entity):
                pieces.setdefault(piece, []).append(entity.id)
    for text, named in list(readings.items()):
        sure = [pair for pair in named if pair[1] > GIVEN]
        if len(named) > 1 and len(sure) < len(named):
            readings[text] = sure  # a first name that several people have, or that is a name by itself
            if not sure:
                del readings[text]
    for piece, owners in pieces.items():
        titles = {squeezed(unbracketed(graph.entity(id_).label("en"))) for id_ in owners}
        if len(titles) == 1 and piece not in readings:  # a piece of one title, if of two works
            readings[piece] = [(id_, FRAGMENT) for id_ in owners]
    return readings
