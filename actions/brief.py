# ruff: noqa: E501 — one line an alternative, however long
"""From a request for a text to a brief: what it is about, where it goes, how long and in what tone.

「给《星际穿越》写一条30秒的广告，小红书和推送各一版，活泼点」 → work, channels ``xiaohongshu`` and ``push``, 30 seconds, ``playful``;
"a push about our anniversary sale for students, 20% off" → topic, audience, offer. What a request leaves open stays
empty, and the form asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from actions.engines import Engines
from actions.turn import Turn
from actions.wishes import ad_topic, read_wishes, titled, tone, without
from generation.briefs import MAX_TEXT
from knowledge.graph import WORK_TYPES
from knowledge.text import fold, is_han
from knowledge.vocabulary import Term

SURE = 0.6  # confidence at which a mention is taken without asking
SECONDS = (5, 180)
MAX_CHANNELS = 4
EVERYTHING_ELSE = "-"  # the channel of texts that go nowhere in particular: scripts and summaries

_SECONDS = re.compile(r"(\d{1,3})\s*(?:秒|s\b|sec\b|secs\b|seconds?\b|-second)|([一两二三四五六十]{1,3})\s*秒")
_MINUTES = re.compile(r"(\d|[一两二三])\s*(?:分钟|min\b|minutes?\b|-minute)")
_DIGITS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}
_FORMS = {
    "introduction": r"颁奖|开场白|介绍词|award|introduction",
    "voice-over": r"旁白|解说|纪录片|画外音|voice-?over|narration|documentary",
    "trailer": r"预告|trailer|teaser",
}
_POINTS_BACK = re.compile(
    r"它|这部|那部|这个片|这张|这首|这台|该片|\b(?:it|that|this(?!\s+(?:week|month|year|spring|summer|autumn|fall|winter|christmas|\w+day)))\b"
)
_TOPIC_NOISE = re.compile(
    r"请|麻烦|帮我|给我|帮忙|我想要?|能不能|可以|再?(?:写|来|编|整|做|创作|生成)(?:一?[个段条篇份则出场部下])?|一?[个段条篇份则出场部]|剧本|短剧|小剧场|脚本|"
    r"文案|广告|台词|关于|讲述?|[\d一两二三四五六七八九十]+[场幕](?:戏)?|有关|的?故事|换一版|\d+\s*秒钟?|\d+\s*分钟|的$|^[的，。,. ]+|"
    r"\b(?:please|can you|could you|write|make|create|give|me|a|an|the|short|script|screenplay|scene|drama|sketch|skit|play|film|movie|about|story|of|for|ad|another|\d[ -]?scenes?|full[- ]length|"
    r"\d+[ -]?(?:seconds?|minutes?|min|sec|s))\b",
    re.I,
)

_SUMMARY_HEAD = re.compile(
    r"总结|概括|摘要|概述|提炼|归纳|缩写|这段|这篇|以下|下面|summar|sum up|tl;?dr|recap|shorten|this|following", re.I
)
_PASTED_FROM = 40  # characters after the colon from which it is a text and not a title
_SCENES = re.compile(
    r"(\d{1,2}|[一两二三四五六七八九十])\s*(?:场戏?|幕)|\b(\d{1,2}|three|four|five|six|seven|eight|nine|ten)[- ]?scenes?\b"
)
_SCENE_WORDS = {
    **_DIGITS, "七": 7, "八": 8, "九": 9, "十": 10,
    "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
_FULL_SCENES = 4
_LONG = re.compile(r"长一点|长点|完整|短片|微电影|full[- ]length|longer|short film")
_SCRIPT_NOUN = re.compile(
    r"(?:题材|风格|类型?|向)?(?:一点|点)?的?(?:小?短剧|剧本|短片|小品|故事|微短?剧|小剧场|微电影|短视频|剧|戏|脚本)|"
    r"[\s,]*(?:short |little |mini)?(?:script|screenplay|sketch|drama|short|scene|story|film|play|skit|dialogue)",
    re.I,
)
_STORY_ABOUT = re.compile(r"\b(?:about|in which)\s+(.{2,})|(?:关于|主题是|讲述|讲的?是?)\s*(.{2,})", re.I | re.S)
_STORY_TAIL = re.compile(
    r"的?\s*(?:小?短剧|剧本|短片|小品|故事|小剧场|脚本|短视频)\s*[。.!！]?$|[，,]?\s*(?:大概|about|around)?\s*\d+\s*(?:秒钟?|分钟|[- ]?(?:seconds?|minutes?|secs?|mins?)\b)(?:\s*(?:long|左右))?|"
    r"[，,]?\s*(?:长一点|长点|短一点|[\d一两二三四五六七八九十]+[场幕]|\d[ -]scenes?)",
    re.I,
)
_HEAD = re.compile(r"\b(?:about|where|in which|between|set in|with|on)\b|关于|讲")


@dataclass(frozen=True)
class About:
    """What a text is about and what was asked of it, as the slot ``create_about`` keeps it."""

    work: str | None = None
    topic: str = ""
    unknown: str = ""
    """A title that was named and is not in the catalogue."""
    text: str = ""
    """A pasted text to summarise."""
    seconds: int | None = None
    tone: str | None = None
    form: str = ""
    audience: str = ""
    offer: str = ""
    must_use: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    scenes: int | None = None
    length: str = "short"

    @property
    def empty(self) -> bool:
        """Whether there is nothing yet to write about."""
        return not (self.work or self.topic or self.text or self.genres or self.moods)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> About:
        known = {field.name for field in fields(cls)}
        rows: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in document.items()
        }
        return cls(**{key: value for key, value in rows.items() if key in known})


def read_about(turn: Turn, engines: Engines, kind: str) -> About | None:
    """What the request is about, or None when it does not say and nothing is under discussion."""
    works, spans = mentioned(turn, engines)
    if kind == "summary" and (pasted := pasted_text(turn, spans)):
        return About(text=pasted)
    bare = without(turn.text, spans)
    details: dict[str, Any] = {}
    if kind == "ad":
        bare = without(bare, [hit[:2] for hit in _channel_hits(bare, engines.catalogue.vocabulary.channels.values())])
        bare, details = read_wishes(bare)
    elif kind == "script":
        bare, details = read_story(bare, turn, engines)
    folded = fold(bare)
    details |= {"seconds": seconds(folded), "tone": tone(folded), "form": form(folded)}
    if works:
        return About(work=works[0], **details)
    quoted = re.search(r"《([^《》]{1,60})》", turn.text)
    if quoted:
        return About(unknown=quoted.group(1), **details)
    in_focus = next((e for e in turn.focus if e in engines.graph and engines.graph.entity(e).type in WORK_TYPES), None)
    answer = turn.form == "answering" and turn.intent in ("", "inform")
    topic = ad_topic(bare, answer=answer) if kind == "ad" else ""
    if in_focus and (_POINTS_BACK.search(folded) or (kind != "script" and not topic)):
        return About(work=in_focus, **details)
    if kind == "ad" and not topic and details["offer"]:  # the offer is what there is to tell
        details["offer"], topic = "", details["offer"]
    named = engines.linker.link(topic) if topic else ()
    if named and len(named[0].text) == len(topic) and named[0].best.split("/")[0] in WORK_TYPES:
        return About(work=named[0].best, **details)  # a common word, but what is written for is a title
    if len(topic) > 1:
        return About(unknown=topic, **details) if titled(topic) else About(topic=topic, **details)
    if kind == "script":
        topic = story_topic(bare)
        if len(topic) >= 2 or details["genres"] or details["moods"]:
            return About(topic=topic if len(topic) >= 2 else "", **details)
    return None


def pasted_text(turn: Turn, titles: Sequence[tuple[int, int]]) -> str:
    """The text behind 「总结一下这段：」 or "summarise this:", empty when the request holds none."""
    head = re.match(r"[^：:\n]{0,60}[：:\n]", turn.text)
    if head is None or not _SUMMARY_HEAD.search(head[0]) or any(start < head.end() for start, _ in titles):
        return ""
    text = turn.text[head.end() :].strip()
    return text[:MAX_TEXT] if len(text) > _PASTED_FROM else ""


def story_topic(bare: str) -> str:
    """What a script is about: all that follows "about" or 「关于」, else what the request says beyond asking."""
    named = _STORY_ABOUT.search(bare)
    said = _STORY_TAIL.sub("", named[1] or named[2]) if named else _TOPIC_NOISE.sub(" ", bare)
    return " ".join(re.sub(r"^[的，、,：:\s]+", "", said).strip(" ，。,.!！?？的").split())[:100]


def read_story(text: str, turn: Turn, engines: Engines) -> tuple[str, dict[str, Any]]:
    """The genres, moods and length that a script is asked for; and the text without its genres."""
    folded = fold(text)
    number = _SCENES.search(folded)
    scenes = None
    if number:
        word = number[1] or number[2]
        scenes = int(word) if word.isdigit() else _SCENE_WORDS[word]
    full = (scenes or 0) >= _FULL_SCENES or _LONG.search(folded) is not None
    found: dict[str, list[str]] = {"genre": [], "mood": []}
    head = _HEAD.search(folded)
    for mention in reversed(engines.linker.link(turn.text)):
        type_, _, id_ = mention.best.partition("/")
        if type_ not in found or mention.confidence < SURE or mention.text.lower() in ("drama", "短剧", "play"):
            continue
        end = mention.end
        if text[end - 1 : end + 1] == "剧本":  # 「科幻剧」本
            end -= 1
        named = text[mention.start : end]
        before_it = turn.lang == "en" and (head is None or mention.end <= head.start())
        if named.strip() and (before_it or _SCRIPT_NOUN.match(text[end:].lstrip())):
            found[type_].insert(0, id_)
            text = without(text, [(mention.start, end)])
    genres, moods = (tuple(dict.fromkeys(found[type_])) for type_ in ("genre", "mood"))
    return text, {"genres": genres, "moods": moods, "scenes": scenes, "length": "full" if full else "short"}


def mentioned(turn: Turn, engines: Engines) -> tuple[list[str], list[tuple[int, int]]]:
    """Works the text names, or counts ("the second one"), surest first; and where it names them."""
    graph = engines.graph
    found = [
        (mention.quoted, mention.confidence, mention)
        for mention in engines.linker.link(turn.text, focus=turn.focus)
        if mention.confidence >= SURE and graph.entity(mention.best).type in WORK_TYPES
    ]
    found.sort(key=lambda row: (-row[0], -row[1], row[2].start))
    works = [mention.best for _, _, mention in found]
    if not works:
        pointed = engines.reader.parse(turn.text, shown=turn.listed, focus=turn.focus) if turn.listed else ()
        works = [str(op.value) for op in pointed if op.facet == "item" and op.value in graph]
    return works, [(mention.start, mention.end) for _, _, mention in found]


def read_channels(text: str, channels: Iterable[Term], ignore: Sequence[tuple[int, int]] = ()) -> list[str]:
    """Channel ids that ``text`` names, in its order; longer names win over the shorter ones inside them."""
    hits = _channel_hits(without(text, ignore), channels)
    return list(dict.fromkeys(channel for _, _, channel in hits))[:MAX_CHANNELS]


def _channel_hits(text: str, channels: Iterable[Term]) -> list[tuple[int, int, str]]:
    """Where ``text`` names channels: ``(start, end, id)`` in its order."""
    folded = fold(text)
    hits: list[tuple[int, int, str]] = []
    for channel in channels:
        for name in (*channel.labels.values(), *channel.aliases):
            surface = fold(name)
            edge = "" if any(map(is_han, surface)) else r"(?<![a-z0-9])"
            end = "" if any(map(is_han, surface)) else r"(?![a-z0-9])"
            hits += [(m.start(), m.end(), channel.id) for m in re.finditer(edge + re.escape(surface) + end, folded)]
    chosen: list[tuple[int, int, str]] = []
    for hit in sorted(hits, key=lambda hit: (hit[0] - hit[1], hit[0])):
        if all(hit[1] <= other[0] or other[1] <= hit[0] for other in chosen):
            chosen.append(hit)
    return sorted(chosen)


def seconds(folded: str) -> int | None:
    """A length that was asked for, within what can be spoken; "两分钟" is 120."""
    match = _SECONDS.search(folded)
    if match:
        value = int(match.group(1)) if match.group(1) else _chinese_number(match.group(2))
    else:
        match = _MINUTES.search(folded)
        if not match:
            return None
        value = 60 * (int(match.group(1)) if match.group(1).isdigit() else _DIGITS[match.group(1)])
    return min(max(value, SECONDS[0]), SECONDS[1])


def _chinese_number(text: str) -> int:
    tens, _, ones = text.partition("十")
    if "十" not in text:
        return _DIGITS.get(text, 0)
    return 10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0)


def form(folded: str) -> str:
    return next((name for name, words in _FORMS.items() if re.search(words, folded)), "")
