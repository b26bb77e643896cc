"""Story patterns: reading them, choosing one for a topic, and putting people, place and thing into it.

The invention here is modest and says so: five hand-written dramatic situations (after Polti's catalogue of them) with
variable wording, into which the topic enters as what the people are at odds about, and who and where it names. It makes
a sound first draft to rewrite from, not literature.

    Polti, "The Thirty-Six Dramatic Situations", 1895.  McKee, "Story", 1997 (want against need).
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from generation.text import stories_en, stories_zh
from generation.text.phrases import Choice, Node, Slot, parse

__all__ = ["Line", "Pattern", "Scene", "choose", "patterns", "word"]

_OPTIONAL = 0.55  # how often an optional line is kept


@dataclass(frozen=True, slots=True)
class Line:
    """An action (``who`` empty) or a line of dialogue with an optional direction."""

    who: str
    direction: tuple[Node, ...]
    words: tuple[Node, ...]
    optional: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """``where`` is ``("内"|"外"|"INT"|"EXT", place, time)``; ``full`` scenes stand in the full length only."""

    where: tuple[str, tuple[Node, ...], str]
    beat: tuple[Node, ...]
    lines: tuple[Line, ...]
    full: bool


@dataclass
class Pattern:
    id: str
    tags: frozenset[str]
    fields: dict[str, tuple[Node, ...]] = field(default_factory=dict)
    scenes: list[Scene] = field(default_factory=list)


_SPEECH = re.compile(r"([AB])(?:\s?[（(](.+?)[）)])?\s?[：:]\s?(.*)")


@cache
def patterns(lang: str) -> tuple[Pattern, ...]:
    """The patterns of a language. Raises ValueError where one is not well formed."""
    found: list[Pattern] = []
    source = stories_zh.STORIES if lang == "zh" else stories_en.STORIES
    lines: list[Line] = []
    for raw in source.strip().splitlines():
        row = raw.strip()
        if row.startswith("@ "):
            name, *tags = row[2:].split()
            found.append(Pattern(name, frozenset(tags)))
        elif row.startswith("##"):
            mark, rest = row.split(" ", 1)
            heading, beat = rest.split(" | ", 1)
            kind, place, time = heading.split(" ", 2)
            lines = []
            scene = Scene((kind, parse(place), time), parse(beat), (), mark == "##+")
            found[-1].scenes.append(scene)
        elif row.startswith(("- ", "? ", "A", "B")) and found and found[-1].scenes:
            lines.append(_line(row))
            last = found[-1].scenes[-1]
            found[-1].scenes[-1] = Scene(last.where, last.beat, tuple(lines), last.full)
        elif row:
            name, template = row.split(": ", 1)
            found[-1].fields[name] = parse(template)
    return tuple(found)


def _line(row: str) -> Line:
    optional = row.startswith("? ")
    row = row.removeprefix("? ")
    if row.startswith("- "):
        return Line("", (), parse(row[2:]), optional)
    match = _SPEECH.fullmatch(row)
    if match is None:
        raise ValueError(f"neither an action nor dialogue: {row!r}")
    return Line(match[1], parse(match[2] or ""), parse(match[3]), optional)


def choose(lang: str, tags: frozenset[str], rng: random.Random) -> Pattern:
    """The pattern that suits the most of ``tags`` (``genre/…``, ``mood/…``); of equals, or without tags, any."""
    known = patterns(lang)
    best = max(len(pattern.tags & tags) for pattern in known)
    return rng.choice([pattern for pattern in known if len(pattern.tags & tags) == best])


def word(nodes: tuple[Node, ...], slots: Mapping[str, str], rng: random.Random) -> str:
    """A template in words: choices by ``rng``, slots from ``slots``."""
    out = []
    for node in nodes:
        if isinstance(node, str):
            out.append(node)
        elif isinstance(node, Slot):
            out.append(slots[node.name])
        elif isinstance(node, Choice):
            out.append(word(rng.choice(node.options), slots, rng))
    return "".join(out)


def kept(scene: Scene, rng: random.Random) -> list[Line]:
    """The lines of a scene for this draft."""
    return [line for line in scene.lines if not line.optional or rng.random() < _OPTIONAL]
