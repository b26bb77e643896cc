"""A person's hand in a draft: words put in place of others, a scene put another way beside the old one."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace

from actions.change import LEADS, Change
from actions.drafts import Saved
from actions.engines import Engines
from actions.reply import Part, Reply, quick_replies, text
from actions.turn import Turn
from actions.writing import Order, refusal, shown
from generation.briefs import GenerationError
from generation.compliance import check
from generation.screenplay.tree import Node, Story
from knowledge.graph import WORK_TYPES


def replaced(target: Saved, swap: tuple[str, str], turn: Turn, engines: Engines) -> Reply:
    """The words a person wants, if they may stand there; the rest of the draft stays as it is."""
    old, new = swap
    story = story_of(target)
    if story and LEADS.fullmatch(old.lower()):
        old = story.people[0].name.text
    if target.kind == "ad":
        graph = engines.graph
        exempt = [entity.label(target.lang) for kind in WORK_TYPES for entity in graph.entities(kind)]
        findings = check(new, target.lang, exempt=exempt)
        if findings:
            return Reply([text(refusal(findings, turn))])
    try:
        edited = replace(_swapped(target, story, old, new, engines), edited=True, chosen=True)
    except GenerationError as error:
        return Reply([text(str(error))])
    if edited.text == target.text:
        return Reply([text(turn.say(f"稿子里没有“{old}”。", f"“{old}” isn't in the draft."))])
    engines.drafts.update(turn.user, edited)
    words = turn.say(f"改好了，“{old}”换成了“{new}”。", f"Done: “{old}” is now “{new}”.")
    return Reply([text(words), shown(edited), quick_replies(afterwards(edited, turn))])


def _swapped(target: Saved, story: Story | None, old: str, new: str, engines: Engines) -> Saved:
    """The draft with ``new`` for ``old``; in a story a name changes wherever it stands, other words line by line."""
    if story is None:
        return replace(target, text=target.text.replace(old, new))
    writer = engines.scriptwriter
    who = next((person for person in story.people if person.name.text.lower() == old.lower()), None)
    if who is not None:
        story = writer.edit(story, who.name.id, new)
    else:
        for node in story.nodes():
            if old in node.text:
                story = writer.edit(story, node.id, node.text.replace(old, new))
    return _drafted(target, story, engines)


def _drafted(target: Saved, story: Story, engines: Engines) -> Saved:
    draft = engines.scriptwriter.draft(story)
    return replace(target, text=draft.text, title=draft.title, metadata=draft.metadata)


def story_of(saved: Saved) -> Story | None:
    """The tree a script was drafted from; ``None`` for what has none."""
    document = (saved.metadata or {}).get("story")
    return Story.from_json(document) if document else None


def rewritten(story: Story, change: Change, order: Order, target: Saved, turn: Turn, engines: Engines) -> Reply:
    """A scene, or every scene, put another way: the new text beside the old, to be taken or left."""
    scenes = story.scenes
    if change.scene > len(scenes):
        return Reply([text(turn.say(f"这个剧本一共{len(scenes)}场。", f"This script has {len(scenes)} scenes."))])
    chosen = [scenes[change.scene - 1] if change.scene > 0 else scenes[-1]] if change.scene else list(scenes)
    parts: list[Part] = []
    notes: list[str] = []
    for scene in chosen:
        candidate = engines.scriptwriter.rewrite(story, scene.id, turn.text, seed=secrets.randbits(31))
        notes += candidate.notes
        if not candidate.changed:
            continue
        story = engines.scriptwriter.accept(story, candidate)
        if change.scene:
            number = scenes.index(scene) + 1
            was = turn.say(f"第{number}场 · 原来", f"Scene {number} · before")
            now = turn.say(f"第{number}场 · 改写", f"Scene {number} · rewritten")
            label = target.label
            parts += [
                text(_played(candidate.old, story), title=was, label=label),
                text(_played(candidate.new, story), title=now, label=label),
            ]
    draft = engines.scriptwriter.draft(story)
    said = ("；" if turn.zh else "; ").join(dict.fromkeys(notes))
    if draft.text == target.text:
        return Reply([text(said or turn.say("这里没有别的写法了。", "There is no other way to put this."))])
    saved = Saved.of(draft, target.kind, target.lang, title=draft.title)
    engines.drafts.add(turn.user, order.id, saved)
    place = len(engines.drafts.of(turn.user, order.id))
    if not change.scene:
        parts = [shown(saved)]
    words = turn.say("改写好了，要用哪一版？", "Rewritten. Which version do you want?")
    choices = (
        [f"用第{place}版", f"用第{place - 1}版", "导出PDF"]
        if turn.zh
        else [f"Use version {place}", f"Use version {place - 1}", "Export as PDF"]
    )
    return Reply([*parts, *([text(said + ("。" if turn.zh else "."))] if said else []), quick_replies(choices, words)])


def _played(nodes: Sequence[Node], story: Story) -> str:
    """A scene as it is read: what is done, and who says what."""
    colon = "：" if story.lang == "zh" else ": "
    rows = [(story.name(node.who) + colon if node.who else "") + node.text for node in nodes if node.text]
    return "\n".join(rows)


def afterwards(saved: Saved, turn: Turn) -> list[str]:
    first = "PDF" if saved.kind == "script" else "Word"
    if turn.zh:
        return [f"导出{first}", "再短一点", "再写一版"]
    return [f"Export as {first}", "Make it shorter", "Another version"]
