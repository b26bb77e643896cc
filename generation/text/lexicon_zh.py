# ruff: noqa: E501 — word lists, a line a group
"""Chinese words for what the catalogue knows: what a genre is called as a thing, its measure word, moods as
modifiers."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["DEFAULT_NOUN", "EMOJI", "GENRE_NOUNS", "MOODS", "TYPE_EMOJI", "join", "measure", "region"]

_SCREEN = {
    "action": "动作", "adventure": "冒险", "biography": "传记", "crime": "犯罪", "fantasy": "奇幻", "history": "历史",
    "horror": "恐怖", "mystery": "推理", "romance": "爱情", "science-fiction": "科幻", "sport": "体育", "thriller": "惊悚",
    "war": "战争", "western": "西部", "wuxia": "武侠", "costume": "古装", "suspense": "悬疑", "family-life": "家庭",
    "youth": "青春", "spy": "谍战", "fantasy-xianxia": "仙侠", "family": "家庭",
}  # fmt: skip

GENRE_NOUNS: dict[str, dict[str, str]] = {
    "film": {
        **{genre: word + "片" for genre, word in _SCREEN.items()},
        "animation": "动画片", "comedy": "喜剧片", "documentary": "纪录片", "drama": "剧情片", "music": "音乐片",
        "musical": "歌舞片",
    },
    "series": {
        **{genre: word + "剧" for genre, word in _SCREEN.items()},
        "animation": "动画", "comedy": "喜剧", "documentary": "纪录片", "variety": "综艺",
    },
    "album": {
        "pop": "流行专辑", "rock": "摇滚专辑", "folk": "民谣专辑", "jazz": "爵士专辑", "classical": "古典专辑",
        "hip-hop": "嘻哈专辑", "electronic": "电子专辑", "r-and-b": "R&B专辑", "metal": "金属专辑", "soul": "灵魂乐专辑",
        "chinese-style": "国风专辑", "soundtrack": "原声专辑", "opera": "歌剧专辑",
    },
    "show": {
        "play": "话剧", "musical": "音乐剧", "opera": "歌剧", "chinese-opera": "戏曲", "dance": "舞剧", "ballet": "芭蕾舞剧",
        "stand-up": "脱口秀", "concert": "演唱会",
    },
}  # fmt: skip
"""Genre id → noun, by the type of work; a genre without one says nothing about what kind of thing it is."""

DEFAULT_NOUN = {"film": "电影", "series": "剧集", "album": "专辑", "show": "演出"}

_MEASURES = {"film": "部", "series": "部", "album": "张", "show": "场"}
_SHOW_MEASURES = {"话剧": "出", "戏曲": "出", "音乐剧": "部", "歌剧": "部", "舞剧": "部", "芭蕾舞剧": "部"}

MOODS = {
    "light": "轻松", "funny": "好笑", "warm": "温暖", "romantic": "浪漫", "sad": "伤感", "dark": "暗调", "tense": "紧张",
    "scary": "吓人", "epic": "大气", "thought-provoking": "耐人寻味", "slow": "慢节奏", "fast": "快节奏", "nostalgic": "怀旧",
    "inspiring": "励志", "violent": "生猛", "quirky": "古怪", "dreamy": "梦幻", "healing": "治愈", "energetic": "带劲",
}  # fmt: skip
"""Mood id → what stands before 的."""

EMOJI = {
    "mood/light": "🍃🛋️", "mood/funny": "😂🤣", "mood/warm": "☀️🧣", "mood/romantic": "💌🌹", "mood/sad": "🥲🌧️", "mood/dark": "🌑🕯️",
    "mood/tense": "⏳😶", "mood/scary": "👻🔦", "mood/epic": "🏔️🌊", "mood/thought-provoking": "💭🪞", "mood/slow": "🍵🐌",
    "mood/fast": "⚡💨", "mood/nostalgic": "📷📻", "mood/inspiring": "💪🌱", "mood/violent": "🔥🥊", "mood/quirky": "🌀🦄",
    "mood/dreamy": "🌙🫧", "mood/healing": "🌿🫖", "mood/energetic": "🔥🎉", "genre/science-fiction": "🚀🪐", "genre/crime": "🕵️🚨",
    "genre/romance": "💗🌸", "genre/costume": "🏮🪭", "genre/wuxia": "⚔️🍶", "genre/war": "🎖️", "genre/history": "📜",
    "genre/suspense": "🔍🧩", "genre/youth": "🚲🍉", "genre/stand-up": "🎙️", "genre/concert": "🎤🎶", "genre/dance": "💃", "genre/ballet": "🩰",
    "genre/play": "🎭", "genre/musical": "🎼", "genre/opera": "🎼", "genre/chinese-opera": "🏮",
}  # fmt: skip
"""Tag → emoji that suit it (both languages)."""

TYPE_EMOJI = {
    "film": "🎬🍿🎞️",
    "series": "📺🍿🛋️",
    "album": "🎧🎵💿",
    "show": "🎭🎟️✨",
    "free": "✨📣🎈",
    "product": "✨🛍️🧵",
}


def join(words: Sequence[str]) -> str:
    """甲、乙、丙."""
    return "、".join(words)


def measure(kind: str, noun: str) -> str:
    """The measure word: 一部电影, 一张专辑, 一出话剧, 一场演唱会."""
    return _SHOW_MEASURES.get(noun, _MEASURES["show"]) if kind == "show" else _MEASURES[kind]


def region(country: str, label: str) -> str | None:
    """The place as a modifier (韩国犯罪片), or ``None`` where Chinese readers would not put it so."""
    return {"hk": "港产", "cn": None, "tw": None}.get(country, label)
