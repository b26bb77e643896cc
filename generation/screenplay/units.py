"""Scenes and lines as feedback reaches them: each with its id, what it says, and when it plays.

scores = [SceneFeedback(unit.id, stars=…) for unit in scenes(story)]
for advice in advise(scores, story.lang):
    candidate = rewrite(story, advice.scene, advice.request, seed)
"""

from __future__ import annotations

from dataclasses import dataclass

from generation.screenplay import layout
from generation.screenplay.document import Element
from generation.screenplay.tree import SceneNode, Story

__all__ = ["Unit", "at_second", "lines", "scenes"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A scene or a line. ``id`` is what ``rewrite`` takes; ``start`` and ``seconds`` are estimates from the beginning.

    ``who`` is the name of the speaker, empty for an action and for a scene; ``kept`` says that a person wrote or locked
    it (of a scene: any line of it).
    """

    id: str
    kind: str
    scene: str
    number: int
    who: str
    text: str
    start: float
    seconds: float
    kept: bool


def _seconds(story: Story, scene: SceneNode) -> list[float]:
    return [layout.scene_seconds((Element(node.kind, node.text),), story.lang) for node in scene.lines if node.text]


def lines(story: Story) -> tuple[Unit, ...]:
    """Every line that plays, in order."""
    found = []
    now = 0.0
    for number, scene in enumerate(story.scenes, 1):
        played = [node for node in scene.lines if node.text]
        for node, long in zip(played, _seconds(story, scene), strict=True):
            who = story.name(node.who) if node.who else ""
            found.append(
                Unit(node.id, node.kind, scene.id, number, who, node.text, round(now, 1), round(long, 1), node.kept)
            )
            now += long
    return tuple(found)


def scenes(story: Story) -> tuple[Unit, ...]:
    """Every scene, in order; its text as it reads."""
    found = []
    now = 0.0
    colon = "：" if story.lang == "zh" else ": "
    for number, scene in enumerate(story.scenes, 1):
        long = sum(_seconds(story, scene))
        text = "\n".join(
            f"{story.name(node.who)}{colon}{node.text}" if node.who else node.text for node in scene.lines if node.text
        )
        kept = any(node.kept for node in scene.lines)
        found.append(Unit(scene.id, "scene", scene.id, number, "", text, round(now, 1), round(long, 1), kept))
        now += long
    return tuple(found)


def at_second(story: Story, second: float) -> Unit | None:
    """The line that plays at ``second``: where a viewer who left then was. None after the end."""
    for unit in lines(story):
        if unit.start <= second < unit.start + unit.seconds:
            return unit
    return None
