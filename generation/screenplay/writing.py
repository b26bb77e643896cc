"""Writing a story level by level: everything a person did not keep follows from the plot, the slots and the seeds.

``written`` is a function of the story: the same seeds give the same words, so after a change (a name, a role, a place)
all that depends on it can be written again and everything else comes out as it was.
"""

from __future__ import annotations

import random
import re
from dataclasses import asdict, replace
from typing import Any

from generation.briefs import ScriptBrief
from generation.screenplay import casting, patterns, structure, topics, voices
from generation.screenplay.patterns import Line, Plot, Scene
from generation.screenplay.tree import (
    LEVELS,
    Node,
    Person,
    SceneNode,
    Story,
    StoryError,
    heading,
    heading_text,
)
from generation.screenplay.wording import TRIES, definite, filled, key, rng_for, source_scene, words_of
from generation.text import lexicon_en
from generation.text.revise import tidy

__all__ = ["begin", "brief_of", "rewritten", "written"]

_OPTIONAL = 0.6  # how often an optional line is kept
_LEVEL_OF = {
    "title": "logline", "logline": "logline", "want": "characters", "need": "characters", "voice": "characters",
    "heading": "beats", "beat": "beats", "action": "scenes", "dialogue": "dialogue",
}  # fmt: skip
_STRUCTURE_OF = {"episode": "hooks", "short": "four-part", "full": "four-part", "long": "save-the-cat"}


def begin(brief: ScriptBrief, tags: frozenset[str], topic: topics.Topic, seed: int) -> Story:
    """A story with its plot chosen and cast, written up to its beats.

    Raises:
        BriefError: a name of the brief cannot be one.
    """
    rng = random.Random(f"{seed}/cast")
    strangers = bool(topic.roles) and not all(topics.KIN.search(role) for role in topic.roles)
    plot = patterns.choose(brief.lang, tags, rng, strangers=strangers, matter=topic.matter)
    slots = casting.cast(plot, topic, brief, rng)
    raw: dict[str, Any] = {key: value for key, value in asdict(brief).items() if value not in (None, "", ())}
    blank = Node("", "", "")
    story = Story(
        id=f"story-{rng.getrandbits(40):010x}", lang=brief.lang, plot=plot.id,
        structure=brief.structure or _STRUCTURE_OF[brief.length], brief=raw, slots=slots,
        seeds=dict.fromkeys(LEVELS, seed), title=blank, logline=blank, people=(), scenes=(),
    )  # fmt: skip
    return replace(written(story), version=1)


def written(story: Story, *, fresh: str = "") -> Story:
    """The story up to its level, all that is not kept written anew.

    Marks of staleness stay, but for those of the level ``fresh``, which is written anew because of them.
    """
    plot = patterns.plot(story.lang, story.plot)
    brief = brief_of(story)
    before = {node.id: node for node in story.nodes()} if story.people else {}
    story = _opening(story, plot, brief)
    story = replace(story, people=_people(story, plot, _present(story) if story.scenes else set("ab")))
    story = replace(story, scenes=_beats(story, plot, brief, anew=fresh == "beats"), version=story.version + 1)
    if LEVELS.index(story.level) >= LEVELS.index("scenes"):
        seen: set[str] = set()
        said: dict[str, int] = {}
        done: list[SceneNode] = []
        for scene in story.scenes:
            done.append(replace(scene, lines=_lines(story, plot, scene, done, seen, said)))
        story = replace(story, scenes=tuple(done))
        story = replace(story, people=_people(story, plot, _present(story)))
    stale = {
        node.id: replace(node, stale=before[node.id].stale)
        for node in story.nodes()
        if node.id in before and before[node.id].stale and (node.kept or _LEVEL_OF.get(node.kind) != fresh)
    }
    return replace(story.map(stale), version=story.version) if stale else story


def rewritten(story: Story, scene: str) -> tuple[Node, ...]:
    """The lines of one scene written anew from the seeds of the story, the other scenes as they stand."""
    plot = patterns.plot(story.lang, story.plot)
    this = story.scene(scene)
    at = story.scenes.index(this)
    seen = {key(node.text) for one in story.scenes if one.id != this.id for node in one.lines}
    return _lines(story, plot, this, list(story.scenes[:at]), seen, {})


def brief_of(story: Story) -> ScriptBrief:
    """The brief a story was begun from."""
    raw: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in story.brief.items()
    }
    try:
        return ScriptBrief(**raw)
    except TypeError as error:
        raise StoryError(f"brief: {error}") from None


# --- title, logline, people ----------------------------------------------------------------------------------------


def _kept(node: Node | None) -> bool:
    return node is not None and bool(node.id) and node.kept


def _opening(story: Story, plot: Plot, brief: ScriptBrief) -> Story:
    title, logline = story.title, story.logline
    if not _kept(title):
        title = Node(
            "title", "title", words_of(story, plot.fields["title"], rng_for(story, "logline", "title"), definite(story))
        )
    if not _kept(logline):
        words = words_of(story, plot.fields["logline"], rng_for(story, "logline", "logline"))
        topic = topics.read(brief.topic, brief.lang)
        told = (topic.matter and topic.matter in story.slots["matter"]) or topic.matter == story.slots.get("noun")
        if topic.text and not told and not (topic.roles and topic.place):
            words = f"{lexicon_en.capital(topic.text)}{'。' if brief.lang == 'zh' else '. '}{words}"
        logline = Node("logline", "logline", words)
    return replace(story, title=title, logline=logline)


def _people(story: Story, plot: Plot, present: set[str]) -> tuple[Person, ...]:
    old = {person.id: person for person in story.people}
    found: list[Person] = []
    for who in "abcde":
        if who not in present and not (who in old and any(node.kept for node in old[who].nodes())):
            continue
        held = old.get(who)

        def node(part: str, text: str, held: Person | None = held, who: str = who) -> Node:
            now: Node | None = getattr(held, part) if held is not None else None
            return now if now is not None and _kept(now) else Node(f"{who}.{part}", part, text)

        role = "" if who == "e" or story.slots.get(f"role_{who}") == story.slots[who] else story.slots[f"role_{who}"]
        if who in "ab":
            parts = {}
            for part in ("want", "need", "voice"):
                rng = rng_for(story, "characters", f"{who}.{part}")
                words = tidy(
                    patterns.word(
                        plot.fields[f"{who.upper()}.{part}"],
                        casting.derived(story.slots | definite(story), story.lang),
                        rng,
                    ),
                    story.lang,
                )
                if part == "voice":
                    words = voices.describe(
                        words,
                        story.lang,
                        rng,
                        old="costume" in plot.flags,
                        taken=found[0].voice.text if found and found[0].voice else "",
                    )
                parts[part] = node(part, words)
            found.append(Person(who, node("name", story.slots[who]), node("role", role), **parts))
        else:
            found.append(Person(who, node("name", story.slots[who]), node("role", role)))
    return tuple(found)


def _present(story: Story) -> set[str]:
    """The ids of everyone who speaks or is named in a scene, besides the two it is about."""
    text = " ".join(node.text for scene in story.scenes for node in (scene.beat, *scene.lines))
    spoken = {node.who for scene in story.scenes for node in scene.lines if node.who}
    return {"a", "b"} | {who for who in "cd" if who in spoken or story.slots[who] in text} | ({"e"} & spoken)


# --- beats ---------------------------------------------------------------------------------------------------------


def _beats(story: Story, plot: Plot, brief: ScriptBrief, *, anew: bool) -> tuple[SceneNode, ...]:
    if story.scenes and not anew:  # as a person ordered them
        names = structure.labels(story.structure, story.lang, len(story.scenes))
        again: list[SceneNode] = []
        for label, scene in zip(names, story.scenes, strict=True):
            pattern = source_scene(story, plot, scene)
            if pattern is None:
                again.append(replace(scene, label=label))
            else:
                again.append(_beat(story, pattern, scene, scene.id, label, again))
        return tuple(again)
    chosen = structure.scenes(plot, brief, rng_for(story, "beats", "beats"))
    old = {scene.source: scene for scene in story.scenes}
    kept = [scene for scene in story.scenes if any(node.kept for node in scene.nodes())]
    sources = [scene.id for scene in chosen]
    order: list[Scene | SceneNode] = list(chosen)
    for scene in kept:  # a scene that a person worked on stays, whatever is chosen now
        if scene.source not in sources:
            at = min(story.scenes.index(scene), len(order))
            order.insert(at, scene)
    names = structure.labels(story.structure, story.lang, len(order))
    taken = {scene.id for scene in story.scenes}
    found: list[SceneNode] = []
    for label, one in zip(names, order, strict=True):
        if isinstance(one, SceneNode):
            found.append(replace(one, label=label))
            continue
        held = old.get(one.id)
        id_ = held.id if held is not None else next(f"s{n}" for n in range(1, 1000) if f"s{n}" not in taken)
        taken.add(id_)
        found.append(_beat(story, one, held, id_, label, found))
    return tuple(found)


def _beat(
    story: Story, scene: Scene, held: SceneNode | None, id_: str, label: str, before: list[SceneNode]
) -> SceneNode:
    rng = rng_for(story, "beats", id_)
    slots = casting.derived(story.slots | definite(story), story.lang)
    if before:  # a borrowed scene plays at the time of the one before it
        slots["middle"] = heading(before[-1].heading.text, story.lang).time
    head = heading_text(
        scene.inside, patterns.word(scene.place, slots, rng), patterns.word(scene.time, slots, rng), story.lang
    )
    head_node = held.heading if held is not None and held.heading.kept else Node(f"{id_}.heading", "heading", head)
    beat = words_of(story, scene.beat, rng, definite(story))
    beat_node = held.beat if held is not None and held.beat.kept else Node(f"{id_}.beat", "beat", beat)
    lines = held.lines if held is not None else ()
    return SceneNode(id_, scene.id, label, head_node, beat_node, lines, scene.state)


# --- lines ---------------------------------------------------------------------------------------------------------


def _lines(
    story: Story, plot: Plot, scene: SceneNode, before: list[SceneNode], seen: set[str], said: dict[str, int]
) -> tuple[Node, ...]:
    pattern = source_scene(story, plot, scene)
    held = {node.id: node for node in scene.lines}
    if pattern is None:
        return scene.lines
    spoken = LEVELS.index(story.level) >= LEVELS.index("dialogue")
    thing = story.slots["thing"].lower()
    known = any(thing in node.text.lower() for one in before for node in one.lines)
    out: list[Node] = []
    keep = True
    for at, line in enumerate(pattern.lines):
        id_ = f"{scene.id}.l{line.number}"
        if line.optional and not (at and pattern.lines[at - 1].optional):
            keep = rng_for(story, "scenes", scene.id, f"l{line.number}").random() < _OPTIONAL  # a run stands together
        node = held.get(id_)
        if node is not None and node.kept:
            out.append(node)
        elif (line.who and not spoken) or (line.optional and not keep):
            continue
        else:
            written_ = _line(story, scene, line, known, seen, said)
            if written_ is None:
                continue
            out.append(written_)
        known = known or thing in out[-1].text.lower()
        seen.add(key(out[-1].text))
    return _with_inserted(tuple(out), scene.lines)


def _line(story: Story, scene: SceneNode, line: Line, known: bool, seen: set[str], said: dict[str, int]) -> Node | None:
    """A line in words, another than those said before; None when there is no other way to put it."""
    for attempt in range(TRIES):
        node = filled(story, scene, line, known=known, attempt=attempt)
        if key(node.text) not in seen:
            break
    else:
        if line.who:
            return None
    if line.who in ("a", "b") and story.level == "draft":
        person = next((one for one in story.people if one.id == line.who), None)
        voice = person.voice.text if person is not None and person.voice is not None else ""
        rng = rng_for(story, "draft", scene.id, f"l{line.number}")
        names = tuple(story.slots[who] for who in "abcd")
        last = scene.source == story.scenes[-1].source
        if not last:  # the close is left as plain as it is written
            text = voices.colour(node.text, voice, story.lang, rng, said, names=names, scene=scene.id)
            if key(text) not in seen:
                node = replace(node, text=text)
    return node


def _with_inserted(lines: tuple[Node, ...], before: tuple[Node, ...]) -> tuple[Node, ...]:
    """Lines that a person put in, each after the line it was put after."""
    ids = {node.id for node in lines}
    out = list(lines)
    for at, node in enumerate(before):
        if node.id in ids or not (node.kept and re.search(r"\.p\d+$", node.id)):
            continue
        earlier = {one.id for one in before[:at]}
        spot = max((i + 1 for i, one in enumerate(out) if one.id in earlier), default=0)
        out.insert(spot, node)
    return tuple(out)
