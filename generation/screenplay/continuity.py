# ruff: noqa: E501 — word lists, a line a group
"""Continuity: whether a story still fits together after people have worked on it.

Names are the same everywhere; the dead neither act nor speak; nobody uses what they have not learnt or do not have; time
does not run backwards unsaid; who has left does not answer. What the plot promises (``learns``, ``holds``, ``gives``) is
checked by state, what a person wrote by its words, which can mistake an image for an event: such findings say "check".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from generation.screenplay import casting
from generation.screenplay.tree import SceneNode, Story, heading

__all__ = ["Problem", "check"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not fit. ``sure`` is False for what only looks so; ``node`` is where, ``kind`` what:

    name, cue, dead, knowledge, prop, time, place, presence, repeat, unchanged or stale.
    """

    kind: str
    node: str
    message: str
    sure: bool = True


_SAY = {
    "zh": {
        "cue": "“{who}”在说话，人物表里没有这个人", "name": "“{word}”不在人物表里，是“{name}”吗？",
        "dead": "{name}在“{where}”已经死了，这里又{did}", "speaks": "说话了", "acts": "有动作",
        "knowledge": "{name}这时还不知道实情，要到后面“{where}”才知道", "lost": "原来让{name}知道实情的那一场不在了",
        "prop": "{thing}在“{where}”已经{gone}了，这里又出现", "missing": "{name}手里有{thing}，可前面没有交到{name}手上",
        "time": "时间从“{before}”退回“{now}”，没有说明是第二天还是闪回", "presence": "{name}在这一场已经离开，没有回来就又说话",
        "repeat": "和前面的“{text}”是同一句", "stale": "{why}，这里还没看过",
    },
    "en": {
        "cue": "“{who}” speaks but is not in the cast", "name": "“{word}” is not in the cast; is it {name}?",
        "dead": "{name} died in “{where}” and {did} here", "speaks": "speaks", "acts": "acts",
        "knowledge": "{name} does not know the truth yet; that comes later, in “{where}”",
        "lost": "the scene in which {name} learns the truth is gone",
        "prop": "{thing} was {gone} in “{where}” and is here again", "missing": "{name} has {thing}, but was never given it",
        "time": "time goes back from “{before}” to “{now}”; say that it is the next day, or a flashback",
        "presence": "{name} has left this scene and answers without coming back",
        "repeat": "the same line as “{text}” before", "stale": "{why}; this has not been looked at since",
    },
}  # fmt: skip
_DEATH = {
    "zh": r"{n}(?:已经|当场|终于)?(?:死了|去世|咽了气|断了气|断气|身亡|牺牲|没了呼吸|倒在血泊)",
    "en": r"{n}(?: is| lies| falls| drops)? (?:dead\b|dies\b|died\b|killed\b|stops breathing)",
}
_FLASHBACK = re.compile(r"闪回|回忆|梦|画外|幻觉|多年前|FLASHBACK|DREAM|MEMORY|YEARS EARLIER|V\.O\.", re.IGNORECASE)
_LEAVES = {
    "zh": r"{n}[^。，]{{0,6}}(?:摔门而去|夺门而出|转身离开|离开了|走出门|出门去了|走了出去|扬长而去)",
    "en": r"{n} (?:leaves|walks out|storms out|exits|is gone|goes out)\b",
}
_RETURNS = {
    "zh": r"{n}[^。]{{0,8}}(?:回来|折回|又进来|推门进来|走进来|返回)",
    "en": r"{n} (?:comes back|returns|comes in|enters|is back|walks in)\b",
}
_DESTROYED = {
    "zh": r"{t}[^。]{{0,6}}(烧成灰|烧了|烧掉|砸碎|摔碎|撕碎|撕成|沉进|扔进河|扔进海|毁了)|(?:烧了|烧掉|砸碎|摔碎|撕碎|撕了|毁掉)[^。]{{0,2}}{t}",
    "en": r"{t} (?:is |gets )?(burned|burnt|burns|smashed|shattered|shatters|torn up|destroyed|thrown into)|(?:burns|smashes|shatters|tears up|destroys) (?:the |an? )?{t}",
}
_NEW_DAY = re.compile(
    r"次日|第二天|翌日|几天后|数日后|天后|年后|月后|后来|日后|NEXT|LATER|DAYS|THE FOLLOWING|WEEKS?|MONTHS?|YEARS?",
    re.IGNORECASE,
)
_CLOCK = {
    "清早": 1, "清晨": 1, "早晨": 1, "早": 1, "上午": 2, "日": 3, "中午": 3, "午后": 4, "下午": 4, "傍晚": 5, "黄昏": 5, "夜": 6, "晚": 6, "深夜": 7, "凌晨": 8,
    "MORNING": 1, "DAWN": 1, "DAY": 3, "NOON": 3, "AFTERNOON": 4, "EVENING": 5, "DUSK": 5, "NIGHT": 6, "LATE NIGHT": 7, "BEFORE DAWN": 8,
}  # fmt: skip
_CAPITAL = re.compile(r"(?<=[a-z,;] )([A-Z][a-z]{3,})\b")


def check(story: Story) -> list[Problem]:
    """Everything in a story that does not fit together, in reading order by kind."""
    return [*_names(story), *_dead(story), *_knowledge(story), *_props(story), *_time(story), *_presence(story),
            *_repeats(story), *_stale(story)]  # fmt: skip


def _say(story: Story, what: str, **words: str) -> str:
    return _SAY[story.lang][what].format_map(words)


def _beat(scene: SceneNode) -> str:
    return scene.beat.text


def _found(pattern: str, name: str, text: str) -> re.Match[str] | None:
    return re.search(pattern.format(n=re.escape(name), t=re.escape(name)), text, re.IGNORECASE)


def _names(story: Story) -> list[Problem]:
    found = []
    cast = {person.id: person.name.text for person in story.people}
    known = set(cast.values())
    pool = casting.stock_names(story.lang)
    for scene in story.scenes:
        for node in scene.lines:
            if node.who and node.text and node.who not in cast:
                found.append(Problem("cue", node.id, _say(story, "cue", who=node.who)))
    text_nodes = [story.logline, *(node for scene in story.scenes for node in (scene.beat, *scene.lines))]
    topic = str(story.brief.get("topic", ""))
    for node in text_nodes:
        if story.lang == "zh":
            strangers = [
                name
                for name in pool
                if name in node.text and name not in topic and not any(name in one for one in known)
            ]
            for name in strangers:
                found.append(
                    Problem("name", node.id, _say(story, "name", word=name, name=_nearest(name, known)), False)
                )
        else:
            for word in _CAPITAL.findall(node.text):
                near = _nearest(word, known)
                if (word not in known and near and _distance(word, near) <= 1) or (
                    word in pool and word not in known and word not in topic
                ):
                    found.append(Problem("name", node.id, _say(story, "name", word=word, name=near), False))
    return found


def _nearest(word: str, names: set[str]) -> str:
    return min(sorted(names), key=lambda name: _distance(word, name), default="")


def _distance(a: str, b: str) -> int:
    """Levenshtein, for words."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def _dead(story: Story) -> list[Problem]:
    found = []
    died: dict[str, tuple[str, int]] = {}
    for at, scene in enumerate(story.scenes):
        past = bool(_FLASHBACK.search(f"{scene.heading.text} {scene.beat.text}"))
        for node in scene.lines:
            for person in story.people:
                name = person.name.text
                if person.id in died and not past and died[person.id][1] <= at:
                    spoke = node.who == person.id and "V.O." not in node.direction and "画外" not in node.direction
                    if spoke and node.text:
                        where, did = died[person.id][0], _say(story, "speaks")
                        found.append(Problem("dead", node.id, _say(story, "dead", name=name, where=where, did=did)))
                    elif (
                        not node.who
                        and re.match(rf"{re.escape(name)}(?!的|'s|’s)", node.text)
                        and died[person.id][1] < at
                    ):
                        where, did = died[person.id][0], _say(story, "acts")
                        found.append(
                            Problem("dead", node.id, _say(story, "dead", name=name, where=where, did=did), False)
                        )
                if not node.who and person.id not in died and not past and _found(_DEATH[story.lang], name, node.text):
                    died[person.id] = (_beat(scene), at)
    return found


def _knowledge(story: Story) -> list[Problem]:
    """What the plot says of who learns the truth and who acts on it, against the order the scenes have now."""
    found = []
    learnt: dict[str, int] = {}
    for at, scene in enumerate(story.scenes):
        for verb, who, what in _states(scene):
            if verb == "learns" and what == "truth":
                learnt.setdefault(who, at)
    last = [at for at, scene in enumerate(story.scenes) if _rank(scene) == "own"]
    for who, at in learnt.items():
        later = [one for one in last if one > at]
        for one in later:  # written before the truth was out, played after it
            scene = story.scenes[one]
            if _order(scene) < _order(story.scenes[at]):
                message = _say(story, "knowledge", name=story.name(who), where=_beat(story.scenes[at]))
                found.append(Problem("knowledge", scene.beat.id, message))
    return found


def _states(scene: SceneNode) -> list[tuple[str, str, str]]:
    rows = [row.split() for row in scene.state]
    return [
        (row[0], row[2], "thing") if row[0] == "gives" else (row[0], row[1], row[2]) for row in rows if len(row) == 3
    ]


def _rank(scene: SceneNode) -> str:
    return "bridge" if scene.source.startswith("bridge/") else "own"


def _order(scene: SceneNode) -> int:
    number = scene.source.rpartition("/")[2]
    return int(number) if number.isdigit() else 0


def _props(story: Story) -> list[Problem]:
    found = []
    gone: tuple[str, str] | None = None
    thing = story.slots.get("the_thing", "")
    bare = (
        re.sub(r"^(?:那[^\u0000-\u007f]|the |那)", "", thing) if story.lang == "en" else thing.lstrip("那")[1:] or thing
    )
    holder = ""
    for scene in story.scenes:
        past = bool(_FLASHBACK.search(f"{scene.heading.text} {scene.beat.text}"))
        for node in scene.lines:
            if bare and gone and not past and not node.who and bare.lower() in node.text.lower():
                found.append(
                    Problem("prop", node.id, _say(story, "prop", thing=thing, where=gone[0], gone=gone[1]), False)
                )
                break
            match = _found(_DESTROYED[story.lang], bare, node.text) if bare and not node.who else None
            if match:
                gone = (_beat(scene), match[1] or ("毁掉" if story.lang == "zh" else "destroyed"))
        for verb, who, what in _states(scene):
            if what != "thing":
                continue
            if verb == "holds" and holder and holder != who and not scene.heading.edited:
                given = story.name(who)
                found.append(Problem("prop", scene.beat.id, _say(story, "missing", name=given, thing=thing), False))
            holder = who
    return found


def _time(story: Story) -> list[Problem]:
    """Within one night or day the clock goes forward; a new morning may follow a night."""
    found = []
    before: tuple[int, str] | None = None
    for scene in story.scenes:
        head = heading(scene.heading.text, story.lang)
        clock = _CLOCK.get(head.time.upper() if story.lang == "en" else head.time)
        told = f"{scene.heading.text} {scene.beat.text}"
        if clock is None or _FLASHBACK.search(told):
            continue
        if (
            before is not None
            and clock < before[0]
            and not (clock <= 5 and before[0] >= 6)
            and not _NEW_DAY.search(told)
        ):
            found.append(Problem("time", scene.heading.id, _say(story, "time", before=before[1], now=head.time), False))
        before = (clock, head.time)
    return found


def _presence(story: Story) -> list[Problem]:
    found = []
    for scene in story.scenes:
        away: set[str] = set()
        for node in scene.lines:
            for person in story.people:
                name = person.name.text
                if node.who:
                    if (
                        node.who == person.id
                        and person.id in away
                        and not re.search(r"V\.O\.|O\.S\.|画外|门外|隔着", node.direction)
                    ):
                        found.append(Problem("presence", node.id, _say(story, "presence", name=name), False))
                        away.discard(person.id)
                elif _found(_RETURNS[story.lang], name, node.text):
                    away.discard(person.id)
                elif _found(_LEAVES[story.lang], name, node.text):
                    away.add(person.id)
    return found


def _repeats(story: Story) -> list[Problem]:
    found = []
    seen: set[str] = set()
    for scene in story.scenes:
        for node in scene.lines:
            said = re.sub(r"[\W_]+", "", node.text).lower()
            if said and said in seen and len(said) > 1:
                found.append(Problem("repeat", node.id, _say(story, "repeat", text=node.text), node.kind == "dialogue"))
            seen.add(said)
    return found


def _stale(story: Story) -> list[Problem]:
    return [
        Problem("stale", node.id, _say(story, "stale", why=node.stale), False) for node in story.nodes() if node.stale
    ]
