"""What stands around copy on social channels: hashtags, and the block of facts a note carries."""

from __future__ import annotations

import re

from generation.text import lexicon_en
from generation.text.content import Value
from generation.text.facts import Facts

__all__ = ["bullets", "hashtags"]

_WORD = re.compile(r"[^\w]+")
_GENERIC_TAGS = {
    "zh": {"film": "今晚看什么", "series": "追剧清单", "album": "今天听什么", "show": "周末看演出"},
    "en": {"film": "FilmNight", "series": "NowWatching", "album": "NowPlaying", "show": "NightOut"},
}


def hashtags(facts: Facts) -> list[Value]:
    """The title first, then the kinds, the makers and one for the occasion."""
    people = [*facts.of("directed_by")[:1], *facts.of("performed_by")[:1], *facts.of("cast")[:2]]
    found = [
        Value(facts.title),
        *facts.nouns()[:2],
        *(Value(facts.label(fact), (fact,)) for fact in people),
        Value(_GENERIC_TAGS[facts.lang][facts.kind]),
    ]
    tags = [Value(_tag(value.text, facts.lang), value.facts) for value in found]
    unique = {value.text: value for value in reversed(tags) if 1 < len(value.text) <= 24 and not value.text.isdigit()}
    return [value for value in tags if unique.get(value.text) is value]


def _tag(text: str, lang: str) -> str:
    """``text`` as one word; empty where that would change what it says (哥斯拉-1.0, R&B)."""
    if re.search(r"\d\W+\d|&", text):
        return ""
    if lang == "en":
        text = "".join(lexicon_en.capital(word) for word in re.split(r"[\s\-]+", text))
    return _WORD.sub("", text)


_BULLETS = (
    ("directed_by", "🎬", "导演", "Director", 2),
    ("performed_by", "🎤", "演出", "Performed by", 2),
    ("cast", "🎭", "主演", "Cast", 4),
    ("written_by", "✍️", "编剧", "Writer", 2),
    ("composed_by", "🎼", "作曲", "Music", 2),
    ("year", "📅", "年份", "Year", 1),
    ("runtime", "⏱️", "时长", "Length", 1),
    ("episodes", "📺", "集数", "Episodes", 1),
    ("award", "🏆", "获奖", "Award", 1),
)


def bullets(facts: Facts) -> list[Value]:
    """One line a fact, as notes carry them: 🎬 导演：王家卫."""
    found = []
    for relation, emoji, zh, en, most in _BULLETS:
        value = facts.named(relation, most)
        if value is None:
            continue
        text = value.text
        if relation == "runtime":
            each = facts.kind == "series"
            text = (
                (f"{'每集' if each else ''}{text}分钟")
                if facts.lang == "zh"
                else f"{text} min{' an episode' if each else ''}"
            )
        elif relation == "episodes" and facts.lang == "zh":
            text += "集"
        elif relation == "performed_by" and facts.kind == "album":
            zh, en = "歌手" if "classical" not in dict(facts.genre_ids()) else "演奏", "Artist"
        found.append(Value(f"{emoji} {zh}：{text}" if facts.lang == "zh" else f"{emoji} {en}: {text}", value.facts))
    return found
