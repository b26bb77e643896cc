"""One line of a story in words: the pattern it comes from, the seed it has, what it says.

A linked choice takes the same option wherever it stands, a scene that a person moved is told where it is now, and from
its second mention on the thing is definite.
"""

from __future__ import annotations

import random
import re

from generation.screenplay import casting, patterns
from generation.screenplay.patterns import Line, Linked, Links, Plot, Scene, Template
from generation.screenplay.tree import Heading, Node, SceneNode, Story, heading
from generation.text import lexicon_en
from generation.text.revise import tidy

__all__ = ["TRIES", "definite", "filled", "key", "rng_for", "source_scene", "words_of"]

TRIES = 10
"""Wordings of a line that are tried when it was said before; from then on linked choices are let go."""


def rng_for(story: Story, level: str, *path: str) -> random.Random:
    """The randomness of one part: its own seed, else its scene's, else its level's."""
    for at in range(len(path), 0, -1):
        key = ".".join(path[:at])
        if key in story.seeds:
            return random.Random(f"{story.seeds[key]}/{'.'.join(path)}")
    return random.Random(f"{story.seeds[level]}/{'.'.join(path)}")


def words_of(
    story: Story,
    template: Template,
    rng: random.Random,
    extra: dict[str, str] | None = None,
    links: Links | None = None,
) -> str:
    """A template in the words of this story."""
    slots = casting.derived(story.slots | (extra or {}), story.lang)
    words = tidy(patterns.word(template, slots, rng, links), story.lang)
    return lexicon_en.capital(words) if story.lang == "en" else words


def definite(story: Story) -> dict[str, str]:
    """From its second mention on, the thing is definite: a letter, then the letter."""
    return {"thing": story.slots["the_thing"]}


def source_scene(story: Story, plot: Plot, scene: SceneNode) -> Scene | None:
    """The pattern a scene is written from; None for one that a person wrote."""
    found = plot.scene(scene.source)
    if found is None:
        found = next((one.scene for one in patterns.bridges(story.lang) if one.scene.id == scene.source), None)
    return found


def filled(story: Story, scene: SceneNode, line: Line, *, known: bool, attempt: int = 0) -> Node:
    """One pattern line in the words of this story; ``attempt`` varies it."""
    level = "dialogue" if line.who else "scenes"
    rng = rng_for(story, level, scene.id, f"l{line.number}")
    for _ in range(attempt):
        rng = random.Random(rng.getrandbits(64))
    extra = _scene_slots(story, scene)
    if known:
        extra |= definite(story)
    text = words_of(story, line.words, rng, extra, _links(story, scene, free=attempt >= TRIES))
    if re.search(r"[\w\u4e00-\u9fff]$", text):  # one alternative ends on a mark of its own, the other does not
        text += "。" if story.lang == "zh" else "."
    direction = patterns.word(line.direction, casting.derived(story.slots | extra, story.lang), rng)
    kind = "dialogue" if line.who else "action"
    return Node(f"{scene.id}.l{line.number}", kind, text, line.who, direction)


def _links(story: Story, scene: SceneNode, *, free: bool) -> Links:
    """What linked choices take in this scene: one answer to one question; ``free`` lets go of those found, not made."""

    def pick(node: Linked) -> int | None:
        if node.auto and free:
            return None
        if node.label.isalpha():
            rng = random.Random(f"{story.seeds['logline']}/{node.label}")
        else:
            rng = rng_for(story, "dialogue", scene.id, f"={node.label}")
        return rng.randrange(len(node.options))

    return pick


def _scene_slots(story: Story, scene: SceneNode) -> dict[str, str]:
    """A scene that a person moved elsewhere is told there."""
    if not scene.heading.edited:
        return {}
    where: Heading = heading(scene.heading.text, story.lang)
    outside = where.inside in ("外", "EXT")
    place = where.place if story.lang == "zh" else lexicon_en.a(where.place.lower())
    return {"street" if outside else "place": place}


def key(text: str) -> str:
    """A line as an audience hears it: without punctuation or case."""
    return re.sub(r"[\W_]+", "", text).lower()
