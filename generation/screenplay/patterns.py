"""Plots: reading the hand-written ones, choosing one for a topic, and putting people, place and thing into it.

A plot is a dramatic situation (after Polti's catalogue of them) with people who want one thing and need another. It is
plain text that a writer can add to without reading code:

    @ secret kin genre/drama mood/tense     a plot, the flags it has and the genres and moods it suits
    title: [a|b]                            a field; ``[a|b]`` chooses, ``{slot}`` is filled
    roles: brother/sister | daughter/father pairs for A and B; ``things:`` likewise, indefinite/definite
    ## INT {place} NIGHT | beat             a scene of every length; ``##+`` from four scenes, ``##*`` from five;
                                            ``##!`` is the cliff-hanger that ends an episode instead of the last scene
    = learns b truth                        story state, read by the continuity checker
    - action                                an action; ``A (softly): words`` dialogue; ``?`` before either: optional

A question is chosen with its answer: where the first choice of a speech has as many options as the last choice of the
speech before, both take the same one, so write the options of an exchange in the same order. ``[1~a|b]`` links choices
anywhere in a scene by hand, ``[m~a|b]`` (a letter) anywhere in a story.

``matter:`` is what they are at odds about, unless the topic names it; where that can only be an event of a kind,
``about:`` lists words of which the topic must hold one.

Flags: ``kin`` plots are between relatives, ``costume`` ones in old times. ``clock:`` says when it plays (``night``, the
usual one; ``day``; ``days``), which decides the scenes it can borrow from ``bridges``.

    Polti, "The Thirty-Six Dramatic Situations", 1895.  McKee, "Story", 1997 (want against need).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from generation.screenplay import (
    bridges_en,
    bridges_zh,
    plots_en_dark,
    plots_en_far,
    plots_en_heart,
    plots_en_home,
    plots_zh_dark,
    plots_zh_far,
    plots_zh_heart,
    plots_zh_home,
)
from generation.text.phrases import Choice, Node, Slot, parse

__all__ = ["Bridge", "Line", "Linked", "Links", "Plot", "Scene", "bridges", "choose", "plot", "plots", "word"]

_SOURCES = {
    "zh": (plots_zh_home.PLOTS, plots_zh_heart.PLOTS, plots_zh_dark.PLOTS, plots_zh_far.PLOTS),
    "en": (plots_en_home.PLOTS, plots_en_heart.PLOTS, plots_en_dark.PLOTS, plots_en_far.PLOTS),
}
_BRIDGES = {"zh": bridges_zh.BRIDGES, "en": bridges_en.BRIDGES}
_MARKS = {"##": "core", "##+": "full", "##*": "long", "##!": "hook"}
_SPEECH = re.compile(r"([A-E])(?:\s?[（(](.+?)[）)])?\s?[：:]\s?(.*)")
_LISTS = ("roles", "things", "places", "c", "matter", "about", "clock")
_FLAGS = ("kin", "costume")


@dataclass(frozen=True, slots=True)
class Linked:
    """A choice that is made together with others of its label; ``auto`` ones follow from question and answer."""

    label: str
    options: tuple[tuple[Node, ...], ...]
    auto: bool


Template = tuple[Node | Linked, ...]
Links = Callable[[Linked], int | None]
"""The option that a linked choice takes; None: any."""


@dataclass(frozen=True, slots=True)
class Line:
    """An action (``who`` empty) or a line of dialogue with an optional direction; ``number`` counts within its scene."""

    number: int
    who: str
    direction: Template
    words: Template
    optional: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """``rank`` is core, full, long or hook; for a borrowed scene, its position in the story.

    ``inside`` is 内, 外, INT or EXT.
    """

    id: str
    rank: str
    inside: str
    place: tuple[Node, ...]
    time: tuple[Node, ...]
    beat: tuple[Node, ...]
    state: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass
class Plot:
    id: str
    tags: frozenset[str]
    flags: frozenset[str]
    fields: dict[str, tuple[Node, ...]] = field(default_factory=dict)
    options: dict[str, tuple[str, ...]] = field(default_factory=dict)
    scenes: list[Scene] = field(default_factory=list)

    @property
    def clock(self) -> str:
        return self.options.get("clock", ("night",))[0]

    def tells(self, matter: str) -> bool:
        """Whether the people can be at odds about ``matter``: some plots need an event of a kind."""
        return bool(matter) and any(word in matter.lower() for word in self.options.get("about", ("",)))

    def scene(self, id_: str) -> Scene | None:
        return next((scene for scene in self.scenes if scene.id == id_), None)


@dataclass(frozen=True, slots=True)
class Bridge:
    """A scene that plots borrow: where in the story it stands, and the clocks it suits (none: all)."""

    scene: Scene
    position: str
    clock: str


@cache
def plots(lang: str) -> tuple[Plot, ...]:
    """The plots of a language. Raises ValueError where one is not well formed."""
    return tuple(found for source in _SOURCES[lang] for found in _read(source))


@cache
def bridges(lang: str) -> tuple[Bridge, ...]:
    """The scenes any plot of the language can borrow."""
    (held,) = _read(_BRIDGES[lang])
    found = []
    for scene in held.scenes:
        position, _, clock = scene.rank.partition(":")
        found.append(Bridge(scene, position, clock))
    return tuple(found)


def plot(lang: str, id_: str) -> Plot:
    """The plot of this id. Raises ValueError when there is none."""
    for found in plots(lang):
        if found.id == id_:
            return found
    raise ValueError(f"there is no plot {id_!r}; the plots are {', '.join(found.id for found in plots(lang))}")


def _read(source: str) -> list[Plot]:
    found: list[Plot] = []
    for raw in source.strip().splitlines():
        row = raw.strip()
        if row.startswith("@ "):
            name, *tags = row[2:].split()
            found.append(Plot(name, frozenset(tags) - set(_FLAGS), frozenset(tags) & set(_FLAGS)))
        elif row.startswith("##"):
            found[-1].scenes.append(_scene(row, found[-1]))
        elif row.startswith("= ") and found[-1].scenes:
            last = found[-1].scenes[-1]
            found[-1].scenes[-1] = replace(last, state=(*last.state, row[2:]))
        elif row and found[-1].scenes:
            last = found[-1].scenes[-1]
            found[-1].scenes[-1] = replace(last, lines=(*last.lines, _line(row, len(last.lines) + 1)))
        elif row:
            name, template = row.split(": ", 1)
            if name in _LISTS:
                found[-1].options[name] = tuple(part.strip() for part in template.split("|"))
            else:
                found[-1].fields[name] = parse(template)
    for one in found:
        one.scenes = [_exchanges(scene) for scene in one.scenes]
    return found


def _exchanges(scene: Scene) -> Scene:
    """The scene with every speech's first choice linked to the last choice of the speech before."""
    lines: list[Line] = []
    chain = 0
    before: tuple[int, int] | None = None  # the line and the place of the last choice of the speech before
    for line in scene.lines:
        words = list(line.words)
        places = [at for at, node in enumerate(words) if isinstance(node, (Choice, Linked))]
        if line.who and places and before is not None:
            row, at = before
            last = lines[row].words[at]
            first = words[places[0]]
            if (
                isinstance(first, Choice)
                and isinstance(last, (Choice, Linked))
                and len(first.options) == len(last.options)
            ):
                if isinstance(last, Choice):
                    chain += 1
                    last = Linked(f"c{chain}", last.options, True)
                    held = lines[row].words
                    lines[row] = replace(lines[row], words=(*held[:at], last, *held[at + 1 :]))
                words[places[0]] = Linked(last.label, first.options, True)
        lines.append(replace(line, words=tuple(words)))
        if line.who:
            before = (len(lines) - 1, places[-1]) if places else None
    return replace(scene, lines=tuple(lines))


_LABEL = re.compile(r"([0-9a-z])~")


def _template(text: str) -> Template:
    """A template whose labelled choices are linked."""

    def linked(node: Node) -> Node | Linked:
        first = node.options[0][0] if isinstance(node, Choice) and node.options[0] else None
        match = _LABEL.match(first) if isinstance(first, str) else None
        if not isinstance(node, Choice) or match is None or not isinstance(first, str):
            return node
        head = (first[match.end() :], *node.options[0][1:])
        return Linked(match[1], (head, *node.options[1:]), False)

    return tuple(linked(node) for node in parse(text))


def _scene(row: str, within: Plot) -> Scene:
    mark, rest = row.split(" ", 1)
    heading, beat = rest.split(" | ", 1)
    inside, where = heading.split(" ", 1)
    # "{place} LATE NIGHT" and "LIFT NIGHT": the time is what follows the slot, else the last word
    match = re.fullmatch(r"(\{\w+\}|.+?) ((?:LATE |BEFORE )?\S+)", where)
    if match is None:
        raise ValueError(f"a scene heading has a place and a time: {row!r}")
    rank = _MARKS.get(mark, mark.removeprefix("##"))
    return Scene(f"{within.id}/{len(within.scenes) + 1}", rank, inside, parse(match[1]), parse(match[2]), parse(beat))


def _line(row: str, number: int) -> Line:
    optional = row.startswith("? ")
    row = row.removeprefix("? ")
    if row.startswith("- "):
        return Line(number, "", (), _template(row[2:]), optional)
    match = _SPEECH.fullmatch(row)
    if match is None:
        raise ValueError(f"neither an action nor dialogue: {row!r}")
    return Line(number, match[1].lower(), _template(match[2] or ""), _template(match[3]), optional)


def choose(lang: str, tags: frozenset[str], rng: random.Random, *, strangers: bool = False, matter: str = "") -> Plot:
    """The plot that suits the most of ``tags`` (``genre/…``, ``mood/…``); of equals, or without tags, any.

    ``strangers``: the topic names people who are no relatives, so a family plot would contradict it. Of plots that suit
    as well, those that can be about ``matter`` come first.
    """
    known = [one for one in plots(lang) if not (strangers and "kin" in one.flags)]
    if not any(tags & one.tags for one in known):
        known = [one for one in known if "costume" not in one.flags]  # old times only when they are asked for
    fits = [(_fit(one, tags), one.tells(matter)) for one in known]
    return rng.choice([one for one, fit in zip(known, fits, strict=True) if fit == max(fits)])


def _fit(one: Plot, tags: frozenset[str]) -> float:
    """How well a plot suits: a genre weighs more than a mood, since it is a promise to the audience."""
    hits = one.tags & tags
    return sum(2.0 if tag.startswith("genre/") else 1.0 for tag in hits)


def word(nodes: Template, slots: Mapping[str, str], rng: random.Random, links: Links | None = None) -> str:
    """A template in words: choices by ``rng``, linked ones by ``links``, slots from ``slots``.

    What fills a slot is never read as a template.
    """
    out = []
    for node in nodes:
        if isinstance(node, str):
            out.append(node)
        elif isinstance(node, Slot):
            out.append(slots[node.name])
        elif isinstance(node, Linked):
            at = links(node) if links is not None else None
            out.append(word(node.options[at] if at is not None else rng.choice(node.options), slots, rng, links))
        elif isinstance(node, Choice):
            out.append(word(rng.choice(node.options), slots, rng, links))
    return "".join(out)
