"""From a request for a text to a brief: what it is about, where it goes, how long and in what tone.

「给《星际穿越》写一条30秒的广告，小红书和推送各一版，活泼点」 → work, channels ``xiaohongshu`` and ``push``, 30 seconds, ``playful``. What a
request leaves open stays empty, and the form asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from actions.engines import Engines
from actions.turn import Turn
from knowledge.graph import WORK_TYPES
from knowledge.text import fold, is_han
from knowledge.vocabulary import Term

SURE = 0.6  # confidence at which a mention is taken without asking
SECONDS = (5, 180)
MAX_CHANNELS = 4
EVERYTHING_ELSE = "-"  # the channel of texts that go nowhere in particular: scripts and summaries

_TONES = {
    "playful": r"活泼|俏皮|搞笑|幽默|轻松|有趣|playful|funny|fun\b|light|witty|humou?rous",
    "warm": r"温情|温暖|治愈|走心|感人|warm|heartfelt|touching|tender",
    "literary": r"文艺|诗意|优美|高级感|literary|poetic|elegant|artsy",
    "formal": r"正式|官方|严肃|专业|formal|official|serious|professional",
    "punchy": r"有力|简洁|短一点|干脆|燃|punchy|short and sharp|snappy|bold|crisp",
}
_SECONDS = re.compile(r"(\d{1,3})\s*(?:秒|s\b|sec\b|secs\b|seconds?\b|-second)|([一两二三四五六十]{1,3})\s*秒")
_MINUTES = re.compile(r"(\d|[一两二三])\s*(?:分钟|min\b|minutes?\b|-minute)")
_DIGITS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}
_FORMS = {
    "introduction": r"颁奖|开场白|介绍词|award|introduction",
    "voice-over": r"旁白|解说|纪录片|画外音|voice-?over|narration|documentary",
    "trailer": r"预告|trailer|teaser",
}
_POINTS_BACK = re.compile(r"它|这部|那部|这个片|这张|这首|这台|该片|\b(?:it|this|that|this one|that one)\b")
_TOPIC_NOISE = re.compile(
    r"请|麻烦|帮我|给我|帮忙|我想要?|能不能|可以|再?(?:写|来|编|整|做|创作|生成)(?:一?[个段条篇份则出场部下])?|一?[个段条篇份则出场部]|剧本|短剧|小剧场|脚本|"
    r"文案|广告|台词|关于|讲述?|有关|的?故事|换一版|\d+\s*秒钟?|\d+\s*分钟|的$|^[的，。,. ]+|"
    r"\b(?:please|can you|could you|write|make|create|give|me|a|an|the|short|script|screenplay|scene|drama|sketch|about|story|of|for|ad|"
    r"\d+[ -]?(?:seconds?|minutes?|min|sec|s))\b",
    re.I,
)


@dataclass(frozen=True)
class About:
    """What a text is about, as the slot ``create_about`` keeps it."""

    work: str | None = None
    topic: str = ""
    unknown: str = ""
    """A title that was named and is not in the catalogue."""
    seconds: int | None = None
    tone: str | None = None
    form: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> About:
        known = cls.__dataclass_fields__
        return cls(**{key: value for key, value in document.items() if key in known})


def read_about(turn: Turn, engines: Engines, kind: str) -> About | None:
    """What the request is about, or None when it does not say and nothing is under discussion."""
    folded = fold(turn.text)
    details = {"seconds": seconds(folded), "tone": tone(folded), "form": form(folded)}
    works, spans = mentioned(turn, engines)
    if works:
        return About(work=works[0], **details)
    quoted = re.search(r"《([^《》]{1,60})》", turn.text)
    if quoted:
        return About(unknown=quoted.group(1), **details)
    in_focus = next((e for e in turn.focus if e in engines.graph and engines.graph.entity(e).type in WORK_TYPES), None)
    if in_focus and (_POINTS_BACK.search(folded) or kind != "script"):
        return About(work=in_focus, **details)
    topic = _TOPIC_NOISE.sub(" ", without(turn.text, spans)).strip(" ，。,.!！?？").removesuffix("的")
    if kind == "script" and len(topic) >= 2:
        return About(topic=" ".join(topic.split())[:100], **details)
    return None


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
    folded = fold(without(text, ignore))
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
    return list(dict.fromkeys(channel for _, _, channel in sorted(chosen)))[:MAX_CHANNELS]


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with these spans blanked, so that a title is not read as anything else."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


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


def tone(folded: str) -> str | None:
    return next((name for name, words in _TONES.items() if re.search(words, folded)), None)


def form(folded: str) -> str:
    return next((name for name, words in _FORMS.items() if re.search(words, folded)), "")
