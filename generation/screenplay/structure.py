"""How many scenes a story has, which, and what each is for: 起承转合, three acts, Save the Cat, episode hooks.

Field, "Screenplay", 1979 (three acts).  Snyder, "Save the Cat!", 2005 (beat sheet).
杨载, 《诗法家数》 (起承转合).
"""

from __future__ import annotations

import random

from generation.briefs import ScriptBrief
from generation.screenplay.patterns import Plot, Scene, bridges

__all__ = ["FULL_FROM_S", "LENGTH_SCENES", "STRUCTURES", "labels", "scenes"]

FULL_FROM_S = 90  # a brief of this many seconds or more gets the full length
LENGTH_SCENES = {"episode": 3, "short": 3, "full": 4, "long": 10}
STRUCTURES: dict[str, dict[str, tuple[str, ...]]] = {
    "four-part": {"zh": ("起", "承", "转", "合"), "en": ("Setup", "Development", "Turn", "Resolution")},
    "three-act": {
        "zh": ("第一幕 建置", "第二幕 对抗", "第二幕 低谷", "第三幕 解决"),
        "en": ("Act one", "Act two", "Act two, low point", "Act three"),
    },
    "save-the-cat": {
        "zh": (
            "开场画面", "铺垫", "催化剂", "争论", "进入第二幕", "游戏时间", "中点", "坏蛋逼近", "灵魂黑夜", "结局",
        ),
        "en": (
            "Opening image", "Set-up", "Catalyst", "Debate", "Break into two", "Fun and games", "Midpoint",
            "Bad guys close in", "Dark night of the soul", "Finale",
        ),
    },
    "hooks": {"zh": ("开场钩子", "升级", "反转", "结尾钩子"), "en": ("Opening hook", "Escalation", "Twist", "End hook")},
}  # fmt: skip
"""What the scenes are called, by language; spread over however many there are."""

_ADD = ("before", "mid", "coda", "mid", "before", "late", "early", "mid", "coda", "late")
"""The order in which a longer story borrows: where it starts from, a pause, what came of it."""


def labels(structure: str, lang: str, count: int) -> list[str]:
    """The label of each of ``count`` scenes: first and last are fixed, the rest are spread evenly."""
    names = STRUCTURES[structure][lang]
    if count == 1:
        return [names[-1]]
    return [names[round(at * (len(names) - 1) / (count - 1))] for at in range(count)]


def wanted(brief: ScriptBrief) -> int:
    """How many scenes a brief asks for."""
    if brief.scenes is not None:
        return brief.scenes
    count = LENGTH_SCENES[brief.length]
    if brief.length == "short" and (brief.seconds or 0) >= FULL_FROM_S:
        count = LENGTH_SCENES["full"]
    return count


def scenes(plot: Plot, brief: ScriptBrief, rng: random.Random) -> list[Scene]:
    """The scenes of a story in order, as many as the brief wants where the plot and what it can borrow have them."""
    count = wanted(brief)
    core = [scene for scene in plot.scenes if scene.rank == "core"]
    hook = next((scene for scene in plot.scenes if scene.rank == "hook"), None)
    if brief.length == "episode" and hook is not None:
        return [*core[: max(1, min(count, len(core)) - 1)], hook]
    if count < len(core):
        return [*core[: count - 1], core[-1]]
    ranks = {"core"} | ({"full"} if count > len(core) else set()) | ({"long"} if count > len(core) + 1 else set())
    own = [scene for scene in plot.scenes if scene.rank in ranks]
    borrowed: dict[str, list[Scene]] = {}
    usable = [
        b for b in bridges(brief.lang) if b.clock in ("", plot.clock) or (b.clock == "night" and plot.clock == "days")
    ]
    rng.shuffle(usable)
    for position in _ADD:
        if len(own) + sum(map(len, borrowed.values())) >= count:
            break
        pick = next((b for b in usable if b.position == position), None)
        if pick is not None:
            usable.remove(pick)
            borrowed.setdefault(position, []).append(pick.scene)
    return _placed(own, borrowed)


def _placed(own: list[Scene], borrowed: dict[str, list[Scene]]) -> list[Scene]:
    """Before the first, after the first, between the middle ones, before the last, after the last."""
    mid = sorted(borrowed.get("mid", []), key=lambda scene: ":night" in scene.rank)  # after dark comes last
    body: list[Scene] = [own[0], *borrowed.get("early", [])]
    inner = own[1:-1]
    gaps = [round((at + 1) * len(inner) / (len(mid) + 1)) for at in range(len(mid))]
    for at in range(len(inner) + 1):
        body += [scene for scene, gap in zip(mid, gaps, strict=True) if gap == at]
        body += inner[at : at + 1]
    return [*borrowed.get("before", []), *body, *borrowed.get("late", []), own[-1], *borrowed.get("coda", [])]
