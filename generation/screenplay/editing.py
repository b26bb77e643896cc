"""What a person does to a story: edit, lock, rename, put in, take out, move. Each gives the story after it.

Names are the same everywhere, roles and places are told again where nobody kept the text, and what a change puts in
doubt is marked stale with the reason: nothing that a person wrote is changed behind their back, but for a name.
"""

from __future__ import annotations

import re
from dataclasses import replace

from generation.briefs import clean
from generation.screenplay import casting, writing
from generation.screenplay.tree import Node, SceneNode, Story, StoryError, heading

__all__ = ["edit", "insert", "lock", "move", "remove", "rename", "renamed_text", "settle", "unlock"]

MAX_LINE = 2_000  # characters of one edited text
_STALE = {
    "zh": {
        "logline": "一句话梗概改了", "want": "{name}想要的改了", "need": "{name}需要的改了", "voice": "{name}的说话方式改了",
        "beat": "这一场的节拍改了", "heading": "这一场的地点改了", "role": "{name}的身份改了", "moved": "场次顺序改了",
    },
    "en": {
        "logline": "the logline changed", "want": "what {name} wants changed", "need": "what {name} needs changed",
        "voice": "the voice of {name} changed", "beat": "the beat of this scene changed",
        "heading": "the place of this scene changed", "role": "the role of {name} changed",
        "moved": "the order of the scenes changed",
    },
}  # fmt: skip


def edit(story: Story, id_: str, text: str) -> Story:
    """The story with a person's words in place of a node's; from now on they are kept.

    A name changes everywhere; a role, a voice or a heading has what depends on it written again; a logline, a want, a
    need or a beat marks what stands on it as stale. An empty text takes a line out.

    Raises:
        StoryError: there is no such node, or the text cannot stand there.
    """
    node = story.find(id_)
    text = clean(text)
    if len(text) > MAX_LINE:
        raise StoryError(f"{id_}: {len(text)} characters, at most {MAX_LINE}")
    if not text and node.kind not in ("action", "dialogue"):
        raise StoryError(f"{id_}: a {node.kind} cannot be empty")
    who = id_.partition(".")[0]
    if node.kind == "name":
        return rename(story, who, text)
    if node.kind == "heading":
        heading(text, story.lang)
    if text == node.text:
        return story
    story = story.map({id_: replace(node, text=text, edited=True, stale="")})
    if node.kind == "role":
        story = replace(story, slots=story.slots | {f"role_{who}": text})
        return _mark(writing.written(story), "role", _mentions(story, node.text), who)
    if node.kind in ("voice", "heading"):
        return writing.written(story)
    if node.kind == "logline":
        after = [one.id for one in story.nodes() if one.kind in ("title", "want", "need", "beat")]
        return _mark(story, "logline", after, who)
    if node.kind in ("want", "need"):
        return _mark(story, node.kind, [one.id for one in story.nodes() if one.kind == "beat"], who)
    if node.kind == "beat":
        return _mark(story, "beat", [one.id for one in story.scene(id_).lines], who)
    return story


def _mark(story: Story, why: str, ids: list[str], who: str) -> Story:
    name = next((person.name.text for person in story.people if person.id == who), "")
    reason = _STALE[story.lang][why].format_map({"name": name})
    return story.map({id_: replace(story.find(id_), stale=reason) for id_ in ids})


def _mentions(story: Story, words: str) -> list[str]:
    return [node.id for node in story.nodes() if node.kept and words and words in node.text and node.kind != "role"]


def lock(story: Story, id_: str) -> Story:
    """A node, or every node of a scene, kept as it is."""
    return _locked(story, id_, True)


def unlock(story: Story, id_: str) -> Story:
    """A node, or every node of a scene, free to be written again, a person's own words included."""
    return _locked(story, id_, False)


def _locked(story: Story, id_: str, locked: bool) -> Story:
    whole = next((scene for scene in story.scenes if scene.id == id_), None)
    nodes = whole.nodes() if whole is not None else (story.find(id_),)
    return story.map({node.id: replace(node, locked=locked, edited=node.edited and locked) for node in nodes})


def settle(story: Story, id_: str) -> Story:
    """The story with a node looked at and found right: no longer stale."""
    return story.map({id_: replace(story.find(id_), stale="")})


def rename(story: Story, who: str, name: str) -> Story:
    """The story with a person's name changed everywhere: cast, cues, actions, what others say, edited lines too.

    Raises:
        StoryError: there is no such person, or the name would not be told from another name or word of the script.
    """
    person = story.person(who)
    name = clean(name)
    old = person.name.text
    if name == old:
        return story
    others = tuple(one.name.text for one in story.people if one.id != who)
    problem = casting.name_error(name, story.lang, others)
    if problem:
        raise StoryError(f"{name!r}: {problem}")
    text = "\n".join(f"{node.text}\n{node.direction}" for node in story.nodes())
    if re.search(_pattern(name), text.replace(old, "\n")):
        raise StoryError(
            f"{name!r}: 正文里已经有这个词，改成它就分不清了" if story.lang == "zh"
            else f"{name!r}: stands in the script already, as another word"
        )  # fmt: skip
    change = {
        node.id: replace(
            node, text=renamed_text(node.text, old, name), direction=renamed_text(node.direction, old, name)
        )
        for node in story.nodes()
        if old.lower() in f"{node.text}\n{node.direction}".lower()
    }
    change[person.name.id] = replace(person.name, text=name, edited=True)
    slots = {key: renamed_text(value, old, name) for key, value in story.slots.items()} | {who: name}
    renamed = replace(story.map(change), slots=slots)
    if casting.gender(name, slots.get(f"role_{who}", "")) != casting.gender(old, slots.get(f"role_{who}", "")):
        return writing.written(renamed)  # her coat, his coat
    return renamed


def _pattern(name: str) -> str:
    edge = r"(?<![^\W\d_])" if name[:1].isascii() else ""
    end = r"(?![^\W\d_])" if name[-1:].isascii() else ""
    return f"{edge}{re.escape(name)}{end}"


def renamed_text(text: str, old: str, new: str) -> str:
    """``text`` with one name for another: whole words in Latin script, capitals for capitals."""
    text = re.sub(_pattern(old), lambda _: new, text)
    return re.sub(_pattern(old.upper()), lambda _: new.upper(), text) if old.upper() != old else text


def insert(story: Story, after: str, text: str, *, who: str = "", direction: str = "") -> Story:
    """A line of a person's own after line ``after`` of a scene; after a scene's heading it comes first.

    ``who`` is the id of a person, empty for an action.

    Raises:
        StoryError: there is no such place or person, or no text.
    """
    scene = story.scene(after)
    text = clean(text)
    if not text or len(text) > MAX_LINE:
        raise StoryError(f"{after}: a line has 1 to {MAX_LINE} characters")
    if who:
        story.person(who)
    number = next(n for n in range(1, 10_000) if not any(node.id == f"{scene.id}.p{n}" for node in scene.lines))
    kind = "dialogue" if who else "action"
    new = Node(f"{scene.id}.p{number}", kind, text, who, clean(direction), edited=True)
    at = next((i + 1 for i, node in enumerate(scene.lines) if node.id == after), 0)
    lines = (*scene.lines[:at], new, *scene.lines[at:])
    return _with_scene(story, replace(scene, lines=lines))


def remove(story: Story, id_: str) -> Story:
    """The story without a line; it does not come back when its scene is written again."""
    return edit(story, id_, "")


def move(story: Story, id_: str, to: int) -> Story:
    """The scene ``id_`` as number ``to`` (from 1); every scene's beat is marked, since the order carries the story.

    Raises:
        StoryError: there is no such scene.
    """
    scene = story.scene(id_)
    rest = [one for one in story.scenes if one.id != scene.id]
    rest.insert(max(0, min(to - 1, len(rest))), scene)
    moved = replace(story, scenes=tuple(rest))
    return _mark(moved, "moved", [one.beat.id for one in rest], "")


def _with_scene(story: Story, scene: SceneNode) -> Story:
    scenes = tuple(scene if one.id == scene.id else one for one in story.scenes)
    return replace(story, scenes=scenes, version=story.version + 1)
