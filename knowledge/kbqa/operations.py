"""What is asked about the things a path reaches, and about two things at once.

"How many", "the latest", "is it true that", "how many years between": constraints and aggregations in the terms of
Yih et al. (ACL 2015, section 3.3), recognised by a few words of either language and computed over whatever
numeric relations the graph has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.kbqa.adjacency import Adjacency, Ids, Triple
from knowledge.kbqa.features import wording
from knowledge.kbqa.lexicon import AGAIN, cues
from knowledge.kbqa.paths import Path, edges, walk
from knowledge.kbqa.topics import MASK, Mention
from knowledge.kbqa.zero_shot import ZeroShotReader

__all__ = ["Asked", "Pairwise", "apart", "check", "difference", "extreme", "spot"]

_COUNT = re.compile(r"\bhow many\b|\bnumber of\b|多少[部个位人种首集张场家本]|几[部个位种首张场家本]|有多少(?!钱|分钟)")
_YES_NO = re.compile(r"^\W*(?:is|was|are|were|did|does|do|has|have)\b|吗\W*$|是不是|是否|有没有")
_WH = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|how|why)\b|谁|什么|哪|几|多少|怎么|为何|为什么|(?<!是)多[大长高久]"
)
_DIFFERENCE = re.compile(
    r"\bhow (?:many|much) (?:years?|days?|months?|minutes?|longer|shorter|older|younger|later|earlier|more|less)\b|\bdifference\b|"
    r"\bapart\b|相差|相隔|差多少|差几|[早晚长短大小高低多少][了]?(?:几|多少)(?:年|岁|分钟|个)?|间隔"
)
_EXTREMES: tuple[tuple[re.Pattern[str], bool, str], ...] = (
    (re.compile(r"\b(?:first|earliest|oldest)\b|最早|最老|第一[部个张首]|首[部张]"), False, "date"),
    (re.compile(r"\b(?:latest|newest|last|most recent)\b|最新|最近|最晚|最后一"), True, "date"),
    (re.compile(r"\blongest\b|最长"), True, "runtime"),
    (re.compile(r"\bshortest\b|最短"), False, "runtime"),
    (re.compile(r"\b(?:highest|largest|biggest|greatest|most|best|tallest|heaviest)\b|最[高大多好重贵]"), True, ""),
    (re.compile(r"\b(?:lowest|smallest|least|fewest|worst|lightest|cheapest)\b|最[低小少差轻便]"), False, ""),
)
_YEARS = re.compile(r"\byears?\b|\b(?:older|younger|later|earlier)\b|年|早|晚|岁|老")
_LENGTH = re.compile(r"\b(?:longer|shorter|minutes?)\b|分钟|长|短")
_OTHER = "\ue001"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the words of a question ask of the answers. ``extreme``: ``(greatest?, meaning of the relation)``."""

    count: bool = False
    extreme: tuple[bool, str] | None = None
    yes_no: bool = False
    difference: bool = False


@dataclass(frozen=True, slots=True)
class Pairwise:
    """The outcome of a question about two named things."""

    value: bool | float
    topic: int
    other: int
    path: tuple[str, ...]
    facts: tuple[Triple, ...]
    confidence: float


def spot(frame: str) -> Asked:
    """What is asked, from the folded question with its topic masked: a word of a title asks for nothing."""
    difference_ = bool(_DIFFERENCE.search(frame))
    found = next(((most, meaning) for pattern, most, meaning in _EXTREMES if pattern.search(frame)), None)
    return Asked(
        count=bool(_COUNT.search(frame)) and not difference_,
        extreme=found,
        yes_no=bool(_YES_NO.search(frame)) and not _WH.search(frame),
        difference=difference_,
    )


# --- of what a path reached ------------------------------------------------------------------------------------------


def relation_for(adjacency: Adjacency, reader: ZeroShotReader, meaning: str, frame: str) -> int | None:
    """The numeric relation that a superlative is about: by its meaning, or by the words of the question."""
    named: frozenset[str] = frozenset([meaning])
    if not meaning:
        named = frozenset().union(*(names for _, names in cues(wording(frame), reader.own)))
    return next((r for r in adjacency.numeric if reader.meanings_of(r) & named), None)


def extreme(adjacency: Adjacency, nodes: Ids, relation: int, most: bool, last_step: int | None) -> Ids:
    """Those of ``nodes`` with the greatest (or least) value; several when they tie, empty when none has a value.

    Args:
        last_step: the step ``nodes`` were reached by: along ``relation`` itself they are the values.
    """
    if last_step == relation:
        values = adjacency.numbers[nodes]
    else:
        targets, origins = adjacency.hop_all(nodes, relation)
        values = np.full(len(nodes), np.nan)
        numbers = adjacency.numbers[targets]
        known = np.isfinite(numbers)
        lowest = np.full(len(nodes), -np.inf if most else np.inf)
        (np.maximum if most else np.minimum).at(lowest, origins[known], numbers[known])
        values[np.isfinite(lowest)] = lowest[np.isfinite(lowest)]
    if not np.isfinite(values).any():
        return nodes[:0]
    return nodes[values == (np.nanmax(values) if most else np.nanmin(values))]


# --- about two named things ------------------------------------------------------------------------------------------


def apart(question: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The two surest mentions that do not touch: longest first, no small-letter words of a sentence."""
    chosen: list[Mention] = []
    for mention in mentions:
        first = question[mention.start]
        named = first.isupper() or first.isdigit() or not first.isascii() or mention.end - mention.start > 12
        if named and not mention.nested and all(m.end <= mention.start or mention.end <= m.start for m in chosen):
            chosen.append(mention)
    return sorted(chosen[:2], key=lambda mention: mention.start)


def frame_of(folded: str, pair: Sequence[Mention]) -> str:
    """The question with both mentions taken out."""
    first, second = pair
    return f"{folded[: first.start]}{MASK}{folded[first.end : second.start]}{_OTHER}{folded[second.end :]}"


def check(adjacency: Adjacency, reader: ZeroShotReader, folded: str, pair: Sequence[Mention]) -> Pairwise | None:
    """Whether the relation the words name holds between two things, either way round; ``None``: no such relation."""
    asked = cues(wording(frame_of(folded, pair)), reader.own)
    named = frozenset().union(*(names for _, names in asked))
    again = AGAIN in named
    wanted = [step for step in range(adjacency.steps) if reader.meanings_of(step) & named]
    first, second = (mention.nodes[0] for mention in pair)
    tried: list[tuple[int, int, Path]] = []
    for start, end in ((first, second), (second, first)):
        for step in wanted or range(adjacency.steps):
            here = len(adjacency.hop(start, step)) > 0
            if here and not again:
                tried.append((start, end, Path((step,))))
            if here and again and start == first:
                tried.append((start, end, Path((step, adjacency.inverse(step)), outward=True)))
    for start, end, path in tried:
        if end in walk(adjacency, start, path)[0]:
            facts = edges(adjacency, start, path, [end])
            return Pairwise(True, start, end, path.names(adjacency), facts, 0.8 if wanted else 0.6)
    if not wanted or not tried:
        return None
    start, end, path = tried[0]
    reached = walk(adjacency, start, path)[0]
    return Pairwise(False, start, end, path.names(adjacency), edges(adjacency, start, path, reached, 20), 0.7)


def difference(adjacency: Adjacency, reader: ZeroShotReader, folded: str, pair: Sequence[Mention]) -> Pairwise | None:
    """How far two things lie apart on a numeric relation both have (the least of several values of one thing)."""
    frame = frame_of(folded, pair)
    first, second = (mention.nodes[0] for mention in pair)
    shared = [r for r in adjacency.numeric if len(adjacency.hop(first, r)) and len(adjacency.hop(second, r))]
    named = frozenset().union(*(names for _, names in cues(wording(frame), reader.own)))
    meaning = "date" if _YEARS.search(frame) else "runtime" if _LENGTH.search(frame) else ""
    by_word = [r for r in shared if reader.meanings_of(r) & named]
    by_kind = [r for r in shared if meaning in reader.meanings_of(r)]
    relation = next(iter([*by_kind, *by_word] if meaning else by_word), shared[0] if len(shared) == 1 else None)
    if relation is None:
        return None
    low, high = (float(np.nanmin(adjacency.numbers[adjacency.hop(node, relation)])) for node in (first, second))
    path = Path((relation,))
    facts = tuple(
        fact for node in (first, second) for fact in edges(adjacency, node, path, adjacency.hop(node, relation))
    )
    sure = 0.8 if relation in by_kind or relation in by_word else 0.6
    apart_by = abs(low - high)
    value = int(apart_by) if apart_by.is_integer() else apart_by
    return Pairwise(value, first, second, path.names(adjacency), facts, sure)
