"""A story as a tree: brief → logline → characters → beats → scenes → lines, every node with an id, text and a lock.

Everything is immutable: an edit gives a new story, so the one before it is never lost and a rewritten candidate can
stand beside the old. What a person edited or locked is *kept*: no regeneration overwrites it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from generation.briefs import GenerationError, clean

__all__ = [
    "FORMAT",
    "LEVELS",
    "Heading",
    "Node",
    "Person",
    "SceneNode",
    "Story",
    "StoryError",
    "heading",
    "heading_text",
]

FORMAT = 1
"""Version of the JSON layout."""
LEVELS = ("logline", "characters", "beats", "scenes", "dialogue", "draft")
"""The levels of a story, in the order they are written."""
MAX_JSON = 2_000_000  # characters of a stored story; a ten-scene one has about 40,000
MAX_NODES = 5_000


class StoryError(GenerationError, ValueError):
    """A story that cannot be read or a change that cannot be made; the message says which part and why."""


@dataclass(frozen=True, slots=True)
class Node:
    """One piece of text.

    ``kind`` is title, logline, name, role, want, need, voice, heading, beat, action or dialogue. ``who`` is the id of
    the person speaking. ``stale`` says why a person should look at it again, empty when nothing changed above it.
    """

    id: str
    kind: str
    text: str
    who: str = ""
    direction: str = ""
    edited: bool = False
    locked: bool = False
    stale: str = ""

    @property
    def kept(self) -> bool:
        """Whether regeneration leaves it alone."""
        return self.edited or self.locked


@dataclass(frozen=True, slots=True)
class Person:
    """One of the cast; ``id`` is its letter. Minor parts have no want and no need."""

    id: str
    name: Node
    role: Node
    want: Node | None = None
    need: Node | None = None
    voice: Node | None = None

    def nodes(self) -> tuple[Node, ...]:
        return tuple(node for node in (self.name, self.role, self.want, self.need, self.voice) if node is not None)


@dataclass(frozen=True, slots=True)
class SceneNode:
    """One scene. ``source`` is the pattern scene it is written from, ``label`` its place in the structure (转, Act two).

    ``state`` holds what the checker needs: ``"learns b truth"``, ``"holds a thing"``, ``"gives thing b"``.
    """

    id: str
    source: str
    label: str
    heading: Node
    beat: Node
    lines: tuple[Node, ...] = ()
    state: tuple[str, ...] = ()

    def nodes(self) -> tuple[Node, ...]:
        return (self.heading, self.beat, *self.lines)


@dataclass(frozen=True, slots=True)
class Story:
    """A whole story. ``version`` counts its changes; ``slots`` are the words its patterns are filled with.

    ``seeds`` gives the seed of every level, and of scenes and lines that were written anew on their own.
    """

    id: str
    lang: str
    plot: str
    structure: str
    brief: dict[str, Any]
    slots: dict[str, str]
    seeds: dict[str, int]
    title: Node
    logline: Node
    people: tuple[Person, ...]
    scenes: tuple[SceneNode, ...]
    level: str = "beats"
    version: int = 1
    facts: tuple[tuple[str, str, str], ...] = field(default=())
    """Facts of the graph it borrows: subject, relation, object."""

    def nodes(self) -> Iterator[Node]:
        """Every node, in reading order."""
        yield self.title
        yield self.logline
        for person in self.people:
            yield from person.nodes()
        for scene in self.scenes:
            yield from scene.nodes()

    def find(self, id_: str) -> Node:
        """The node of this id. Raises StoryError when there is none."""
        for node in self.nodes():
            if node.id == id_:
                return node
        raise StoryError(f"{id_!r}: there is no such part of this story")

    def scene(self, id_: str) -> SceneNode:
        """The scene of this id, or the one a node of this id stands in. Raises StoryError when there is none."""
        for scene in self.scenes:
            if scene.id == id_ or any(node.id == id_ for node in scene.nodes()):
                return scene
        raise StoryError(f"{id_!r}: there is no such scene in this story")

    def person(self, id_: str) -> Person:
        for person in self.people:
            if person.id == id_:
                return person
        raise StoryError(f"{id_!r}: there is no such person in this story")

    def name(self, who: str) -> str:
        """The name of a person by id; the id itself where a person put in somebody new."""
        return next((person.name.text for person in self.people if person.id == who), who)

    def map(self, change: dict[str, Node]) -> Story:
        """The story with the nodes whose ids are keys of ``change`` replaced, and its version raised."""

        def swap(node: Node) -> Node:
            return change.get(node.id, node)

        people = tuple(
            replace(
                person, name=swap(person.name), role=swap(person.role),
                want=person.want and swap(person.want), need=person.need and swap(person.need),
                voice=person.voice and swap(person.voice),
            )
            for person in self.people
        )  # fmt: skip
        scenes = tuple(
            replace(scene, heading=swap(scene.heading), beat=swap(scene.beat), lines=tuple(map(swap, scene.lines)))
            for scene in self.scenes
        )
        return replace(
            self, title=swap(self.title), logline=swap(self.logline), people=people, scenes=scenes,
            version=self.version + 1,
        )  # fmt: skip

    def to_json(self) -> str:
        """The story as JSON text, format :data:`FORMAT`."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Story:
        """A story back from :meth:`to_json`.

        Raises:
            StoryError: it is not a story, of another format, or too large.
        """
        if len(text) > MAX_JSON:
            raise StoryError(f"the story has {len(text)} characters; at most {MAX_JSON} are read")
        try:
            raw = json.loads(text)
            if not isinstance(raw, dict) or raw.pop("format", None) != FORMAT:
                raise StoryError(f"not a story of format {FORMAT}")
            raw["title"], raw["logline"] = _node(raw["title"]), _node(raw["logline"])
            raw["people"] = tuple(_person(person) for person in raw["people"])
            raw["scenes"] = tuple(_scene(scene) for scene in raw["scenes"])
            raw["facts"] = tuple((str(s), str(r), str(o)) for s, r, o in raw.get("facts", ()))
            story = cls(**{name: raw[name] for name in (one.name for one in fields(cls)) if name in raw})
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            if isinstance(error, StoryError):
                raise
            raise StoryError(f"not a story: {error}") from None
        _check(story)
        return story


def _node(raw: dict[str, Any]) -> Node:
    return Node(**{one.name: raw[one.name] for one in fields(Node) if one.name in raw})


def _person(raw: dict[str, Any]) -> Person:
    parts = {name: _node(raw[name]) if raw.get(name) else None for name in ("want", "need", "voice")}
    return Person(str(raw["id"]), _node(raw["name"]), _node(raw["role"]), **parts)


def _scene(raw: dict[str, Any]) -> SceneNode:
    return SceneNode(
        str(raw["id"]), str(raw["source"]), str(raw["label"]), _node(raw["heading"]), _node(raw["beat"]),
        tuple(_node(line) for line in raw["lines"]), tuple(map(str, raw["state"])),
    )  # fmt: skip


def _check(story: Story) -> None:
    """Types that JSON cannot promise, and ids that are unique."""
    if story.lang not in ("zh", "en") or story.level not in LEVELS or not isinstance(story.version, int):
        raise StoryError("not a story: its language, level or version is none of ours")
    nodes = list(story.nodes())
    if len(nodes) > MAX_NODES:
        raise StoryError(f"the story has {len(nodes)} parts; at most {MAX_NODES} are read")
    for node in nodes:
        words = (node.id, node.kind, node.text, node.who, node.direction, node.stale)
        if not all(isinstance(value, str) for value in words):
            raise StoryError(f"{node.id!r}: text is expected here")
        if clean(node.text) != node.text or clean(node.direction) != node.direction:
            raise StoryError(f"{node.id!r}: holds control characters or line breaks")
    if len({node.id for node in nodes}) != len(nodes):
        raise StoryError("not a story: two of its parts have the same id")
    if not all(isinstance(value, str) for value in story.slots.values()):
        raise StoryError("slots: text is expected here")
    if not all(isinstance(value, int) for value in story.seeds.values()):
        raise StoryError("seeds: whole numbers are expected here")


# --- headings ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """``inside`` is 内, 外, 内/外, INT, EXT or INT/EXT."""

    inside: str
    place: str
    time: str


_ZH_HEADING = re.compile(r"(内/外|内|外)景?[\s·．.，,]*(.+?)[\s·，,\-—]+(\S+)")
_EN_HEADING = re.compile(r"(INT\.?/EXT|INT|EXT)\.?\s+(.+?)\s+[-–—]\s+(.+)", re.IGNORECASE)


def heading(text: str, lang: str) -> Heading:
    """A scene heading in its parts. Raises StoryError when it is none."""
    match = (_ZH_HEADING if lang == "zh" else _EN_HEADING).fullmatch(text.strip())
    if match is None:
        wanted = "内 厨房 夜" if lang == "zh" else "INT. KITCHEN - NIGHT"
        raise StoryError(f"heading: {text!r} is not like {wanted!r}")
    inside = match[1] if lang == "zh" else match[1].upper().replace(".", "")
    return Heading(inside, match[2], match[3])


def heading_text(inside: str, place: str, time: str, lang: str) -> str:
    """A heading as it is kept: 内 厨房 夜, INT. KITCHEN - NIGHT."""
    if lang == "zh":
        return f"{inside} {place} {time}"
    return f"{inside}. {re.sub('^(?:an?|the) ', '', place, flags=re.I).upper()} - {time.upper()}"
