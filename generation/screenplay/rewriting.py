"""A rewritten candidate beside the old text, for a person to accept: of one line, a scene, or a line of the story.

The request is read for what it asks (shorter, tenser, more subtext, a question at the end …); what is asked that rules
cannot do is said in the notes and not pretended.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace

from generation.briefs import clean
from generation.screenplay import patterns, wording, writing
from generation.screenplay.accents import accents
from generation.screenplay.editing import edit
from generation.screenplay.tree import Node, SceneNode, Story, StoryError

__all__ = ["OPERATIONS", "Candidate", "accept", "operations", "rewrite"]

MAX_REQUEST = 500
_VARIANTS = 40  # wordings of a line that are looked at
_READ = {
    "shorter": r"短|精简|压缩|删|啰嗦|太长|节奏更?快|紧凑|快一点|简洁|口语|short|trim|cut|tight|concise|pace|faster|brief|too long",
    "longer": r"(?<!太)长一?点|更长|展开|丰富|细致|详细|铺垫|long(?:er)?(?! and)|expand|more detail|flesh|elaborate|slower|prepare",
    "tense": r"紧张|悬疑|惊悚|危险|压迫|tens(?:e|ion)|suspens|scar|danger|raise the stakes|加码|抓人|冲突|grip|conflict",
    "warm": r"温暖|温情|感人|暖|柔|浪漫|甜|warm|tender|moving|touching|sweet|romantic|gentle",
    "funny": r"好笑|搞笑|幽默|喜感|轻松|逗|funn|humou?r|comic|light(?:er)?\b|playful",
    "sad": r"难过|悲|伤感|虐|催泪|sad|heartbreak|melanchol|tear",
    "gesture": r"潜台词|含蓄|克制|少说明|别直说|动作|可以演|画面代替|动机|subtext|show it|show,|understat|less on the nose|explain less"
    r"|something to do|motive",
    "sound": r"声音|静默|安静|音效|sound|silence|quiet",
    "hook": r"悬念|钩子|留一个问题|结尾留|cliff|hook|end it on|end on",
    "open": r"开头更快|开头就|更快入戏|直接开始|get into the scene|open on|start later|come in late",
    "again": r"换一|再来|另一版|重写|不一样|again|another|different|rewrite|redo|new version",
}  # fmt: skip
OPERATIONS = tuple(_READ)
"""What a request can ask for."""
_NOTES = {
    "zh": {
        "unread": "没看出具体要改什么，先换一种写法", "none": "这里没有别的写法了，原样留着",
        "own": "这一句是你写的，只能按句子删减，换不出新写法", "beat": "节拍由情节决定，换写法请重选场次（develop “beats”）",
        "kept": "你改过或锁住的 {n} 行没有动", "tone": "{op}：加了动作，没有改台词的意思",
    },
    "en": {
        "unread": "the request names nothing these rules know; it is put another way",
        "none": "there is no other way to put this; it stands as it was",
        "own": "this line is yours: it can be cut, but not put another way",
        "beat": "a beat follows from the plot; choose other scenes with develop “beats”",
        "kept": "{n} lines you edited or locked were left alone", "tone": "{op}: an action was added, the words kept",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposal. ``old`` and ``new`` are the nodes it is about, in order; ``done`` the operations it carried out.

    ``version`` is that of the story it was made for; :func:`accept` puts it in.
    """

    target: str
    request: str
    version: int
    old: tuple[Node, ...]
    new: tuple[Node, ...]
    done: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def before(self) -> str:
        return "\n".join(node.text for node in self.old if node.text)

    @property
    def after(self) -> str:
        return "\n".join(node.text for node in self.new if node.text)

    @property
    def changed(self) -> bool:
        return self.before != self.after


def operations(request: str) -> tuple[str, ...]:
    """What a request asks for, by the words it uses; empty when it uses none that are known."""
    return tuple(name for name, pattern in _READ.items() if re.search(pattern, request, re.IGNORECASE))


def rewrite(story: Story, target: str, request: str, seed: int) -> Candidate:
    """A candidate for a node or a scene; the story itself is not touched.

    Raises:
        StoryError: there is no such part, or the request is too long.
    """
    request = clean(request)
    if len(request) > MAX_REQUEST:
        raise StoryError(f"request: {len(request)} characters, at most {MAX_REQUEST}")
    asked = operations(request) or ("again",)
    notes = () if operations(request) or not request else (_NOTES[story.lang]["unread"],)
    if any(scene.id == target for scene in story.scenes):
        return _scene(story, story.scene(target), request, asked, notes, seed)
    node = story.find(target)
    if node.kind in ("action", "dialogue"):
        return _line(story, node, request, asked, notes, seed)
    return _opening(story, node, request, asked, notes, seed)


def accept(story: Story, candidate: Candidate) -> Story:
    """The story with a candidate in place of the old text; accepted words are kept like a person's own.

    Raises:
        StoryError: the text it was made for has changed since.
    """
    old = {node.id: node for node in candidate.old}
    for node in candidate.old:
        if story.find(node.id).text != node.text:
            raise StoryError(f"{node.id}: was changed since the candidate was made; ask for a new one")
    kept = {
        node.id: replace(node, edited=True, stale="")
        for node in candidate.new
        if node.text != getattr(old.get(node.id), "text", None)
    }
    if not any(scene.id == candidate.target for scene in story.scenes) and all(id_ in old for id_ in kept):
        (node,) = candidate.old
        return edit(story, node.id, candidate.new[0].text)
    scene = story.scene(candidate.old[0].id)
    ids = {node.id for node in candidate.new}
    lines = tuple(kept.get(node.id, node) for node in candidate.new)
    if candidate.target != scene.id:  # a line and what was put beside it
        at = next(i for i, node in enumerate(scene.lines) if node.id == candidate.old[0].id)
        lines = (*scene.lines[:at], *lines, *scene.lines[at + 1 :])
    else:
        gone = [replace(node, text="", direction="", edited=True) for node in candidate.old if node.id not in ids]
        lines = (*lines, *gone)
    scenes = tuple(replace(one, lines=lines) if one.id == scene.id else one for one in story.scenes)
    return replace(story, scenes=scenes, version=story.version + 1)


# --- one line ------------------------------------------------------------------------------------------------------


def _line(
    story: Story, node: Node, request: str, asked: tuple[str, ...], notes: tuple[str, ...], seed: int
) -> Candidate:
    scene = story.scene(node.id)
    words = _NOTES[story.lang]
    others = {wording.key(one.text) for each in story.scenes for one in each.lines if one.id != node.id}
    variants = [text for text in _variants(story, scene, node, seed) if wording.key(text) not in others]
    done: list[str] = []
    text = node.text
    if "shorter" in asked:
        shortest = min([*variants, *_cuts(node.text)], key=len, default=node.text)
        if len(shortest) < len(node.text):
            text, done = shortest, ["shorter"]
    elif "longer" in asked and variants and len(max(variants, key=len)) > len(node.text):
        text, done = max(variants, key=len), ["longer"]
    elif variants:
        text, done = variants[0], ["again"]
    if not done and not variants:
        notes += (words["own"] if node.kept else words["none"],)
    new = [replace(node, text=text)]
    for tone in asked:
        accent = _accent(story, scene, tone, seed, {*others, wording.key(text)})
        if accent is not None:
            new.append(replace(accent, id=_free(scene)))
            done.append(tone)
            notes += (words["tone"].format(op=tone),)
            break
    return Candidate(node.id, request, story.version, (node,), tuple(new), tuple(dict.fromkeys(done)), notes)


def _variants(story: Story, scene: SceneNode, node: Node, seed: int) -> list[str]:
    """Other wordings of a line that came from a pattern, in an order that the seed decides."""
    pattern = wording.source_scene(story, patterns.plot(story.lang, story.plot), scene)
    number = re.fullmatch(rf"{re.escape(scene.id)}\.l(\d+)", node.id)
    line = next((one for one in pattern.lines if number and one.number == int(number[1])), None) if pattern else None
    if line is None or (node.kept and not _same_bones(story, scene, line, node)):
        return []
    seeded = replace(story, seeds=story.seeds | {node.id: seed, f"{scene.id}.l{line.number}": seed})
    known = any(story.slots["the_thing"] in one.text for one in scene.lines)
    found = [wording.filled(seeded, scene, line, known=known, attempt=at).text for at in range(_VARIANTS)]
    return [text for text in dict.fromkeys(found) if wording.key(text) != wording.key(node.text)]


def _same_bones(story: Story, scene: SceneNode, line: patterns.Line, node: Node) -> bool:
    """Whether a kept line is still one of the pattern's own wordings, accepted or locked but not a person's."""
    return any(
        wording.key(wording.filled(story, scene, line, known=known, attempt=at).text) == wording.key(node.text)
        for known in (False, True)
        for at in range(_VARIANTS)
    )


def _cuts(text: str) -> list[str]:
    """What is left of a text with its first or its last sentence taken out."""
    parts = re.findall(r"[^。！？.!?…]+[。！？.!?…]*[”\"]?", text)
    if len(parts) < 2 or "“" in text or '"' in text:
        return []
    return ["".join(parts[1:]).strip(), "".join(parts[:-1]).strip()]


def _accent(story: Story, scene: SceneNode, tone: str, seed: int, taken: set[str]) -> Node | None:
    found = list(accents(story.lang, tone))
    rng = random.Random(f"{seed}/{scene.id}/{tone}")
    rng.shuffle(found)
    for template in found:
        text = wording.words_of(story, template, rng)
        if wording.key(text) not in taken:
            return Node("", "action", text)
    return None


def _free(scene: SceneNode, used: tuple[str, ...] = ()) -> str:
    ids = {node.id for node in scene.lines} | set(used)
    return next(f"{scene.id}.p{n}" for n in range(1, 10_000) if f"{scene.id}.p{n}" not in ids)


# --- a scene -------------------------------------------------------------------------------------------------------


def _scene(
    story: Story, scene: SceneNode, request: str, asked: tuple[str, ...], notes: tuple[str, ...], seed: int
) -> Candidate:
    words = _NOTES[story.lang]
    options = [
        _again(story, scene, seed + at) for at in range(12 if {"shorter", "longer", "gesture"} & set(asked) else 1)
    ]
    done = ["again"]

    def weight(lines: tuple[Node, ...]) -> int:
        return sum(len(node.text) for node in lines)

    lines = options[0]
    if "shorter" in asked:
        lines = _trimmed(min(options, key=weight))
        done = ["shorter"] if weight(lines) < weight(scene.lines) else done
    elif "longer" in asked:
        lines = max(options, key=weight)
        done = ["longer"] if weight(lines) > weight(scene.lines) else done
    elif "gesture" in asked:  # the version in which least is said
        lines = min(options, key=lambda one: sum(len(node.text) for node in one if node.who))
    if "open" in asked and _opens_on_setting(story, lines):
        lines, done = lines[1:], [*done, "open"]
    taken = {wording.key(one.text) for each in story.scenes for one in each.lines if each.id != scene.id}
    taken |= {wording.key(node.text) for node in lines}
    for tone in ("tense", "warm", "funny", "sad", "gesture", "sound", "hook"):
        if tone not in asked:
            continue
        accent = _accent(story, scene, tone, seed, taken)
        if accent is not None:
            accent = replace(accent, id=_free(scene, tuple(node.id for node in lines)))
            at = len(lines) if tone == "hook" else max(1, len(lines) * 2 // 3)
            lines = (*lines[:at], accent, *lines[at:])
            taken.add(wording.key(accent.text))
            done.append(tone)
    kept = sum(node.kept and bool(node.text) for node in scene.lines)
    if kept:
        notes += (words["kept"].format(n=kept),)
    new = tuple(lines)
    if [node.text for node in new] == [node.text for node in scene.lines]:
        notes += (words["none"],)
        done = []
    return Candidate(scene.id, request, story.version, scene.lines, new, tuple(dict.fromkeys(done)), notes)


def _again(story: Story, scene: SceneNode, seed: int) -> tuple[Node, ...]:
    """The scene written anew from another seed, all other scenes as they are."""
    seeded = replace(story, seeds=story.seeds | {scene.id: seed})
    return writing.rewritten(seeded, scene.id)


def _trimmed(lines: tuple[Node, ...]) -> tuple[Node, ...]:
    """Every speech of several sentences without its longest-winded one, kept lines as they are."""
    out = []
    for node in lines:
        cuts = _cuts(node.text) if node.who and not node.kept and len(node.text) > 12 else []
        out.append(replace(node, text=max(cuts, key=len)) if cuts else node)
    return tuple(out)


def _opens_on_setting(story: Story, lines: tuple[Node, ...]) -> bool:
    """Whether the first line only sets the scene, so that it can be missed."""
    if len(lines) < 4 or lines[0].who or lines[0].kept:
        return False
    text = lines[0].text.lower()
    return not any(story.slots[name].lower() in text for name in ("thing", "the_thing"))


# --- title, logline, people ----------------------------------------------------------------------------------------


def _opening(
    story: Story, node: Node, request: str, asked: tuple[str, ...], notes: tuple[str, ...], seed: int
) -> Candidate:
    words = _NOTES[story.lang]
    if node.kind in ("beat", "heading", "name", "role"):
        return Candidate(node.id, request, story.version, (node,), (node,), (), (*notes, words["beat"]))
    level = "logline" if node.kind in ("title", "logline") else "characters"
    free = story.map({node.id: replace(node, edited=False, locked=False)})
    found = []
    for at in range(_VARIANTS):
        seeded = replace(free, seeds=free.seeds | {level: seed + at}, level="logline")
        text = writing.written(seeded).find(node.id).text
        if text != node.text:
            found.append(text)
    found = list(dict.fromkeys(found))
    if not found:
        return Candidate(node.id, request, story.version, (node,), (node,), (), (*notes, words["none"]))
    text = min(found, key=len) if "shorter" in asked else max(found, key=len) if "longer" in asked else found[0]
    done = tuple(one for one in asked if one in ("shorter", "longer")) or ("again",)
    return Candidate(node.id, request, story.version, (node,), (replace(node, text=text),), done, notes)
