"""English words for what the catalogue knows, and the little morphology copy needs: articles, lists, capitals."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["DEFAULT_NOUN", "GENRE_NOUNS", "MOODS", "NATIONALITY", "VERBS", "a", "capital", "join"]

_SCREEN = {
    "action": "action", "adventure": "adventure", "animation": "animated", "biography": "biographical", "crime": "crime",
    "fantasy": "fantasy", "history": "historical", "horror": "horror", "music": "music", "science-fiction": "science-fiction",
    "sport": "sports", "war": "war", "wuxia": "wuxia", "costume": "period", "spy": "spy", "fantasy-xianxia": "xianxia",
    "youth": "coming-of-age", "family": "family",
}  # fmt: skip

GENRE_NOUNS: dict[str, dict[str, str]] = {
    "film": {
        **{genre: word + " film" for genre, word in _SCREEN.items()},
        "comedy": "comedy", "drama": "drama", "thriller": "thriller", "romance": "romance", "mystery": "mystery",
        "western": "western", "documentary": "documentary", "musical": "musical", "suspense": "suspense thriller",
        "family-life": "family drama", "biography": "biopic",
    },
    "series": {
        **{genre: word + " series" for genre, word in _SCREEN.items()},
        "comedy": "comedy series", "drama": "drama series", "thriller": "thriller series", "romance": "romance series",
        "mystery": "mystery series", "western": "western series", "documentary": "documentary series",
        "suspense": "suspense series", "family-life": "family drama", "costume": "period drama", "variety": "variety show",
        "wuxia": "wuxia drama", "fantasy-xianxia": "xianxia drama", "history": "historical drama",
    },
    "album": {
        "pop": "pop album", "rock": "rock album", "folk": "folk album", "jazz": "jazz album", "classical": "classical album",
        "hip-hop": "hip-hop album", "electronic": "electronic album", "r-and-b": "R&B album", "metal": "metal album",
        "soul": "soul album", "chinese-style": "Chinese-style album", "soundtrack": "soundtrack album", "opera": "opera album",
    },
    "show": {
        "play": "play", "musical": "musical", "opera": "opera", "chinese-opera": "Chinese opera", "dance": "dance piece",
        "ballet": "ballet", "stand-up": "stand-up show", "concert": "concert",
    },
}  # fmt: skip
"""Genre id → noun, by the type of work; a genre without one says nothing about what kind of thing it is."""

DEFAULT_NOUN = {"film": "film", "series": "series", "album": "album", "show": "show"}
VERBS = {"film": "watch", "series": "watch", "album": "play", "show": "see", "free": "see", "product": "see"}

MOODS = {
    "light": "light-hearted", "funny": "funny", "warm": "warm", "romantic": "romantic", "sad": "melancholy", "dark": "dark",
    "tense": "tense", "scary": "frightening", "epic": "sweeping", "thought-provoking": "thoughtful", "slow": "unhurried",
    "fast": "fast-moving", "nostalgic": "nostalgic", "inspiring": "uplifting", "violent": "hard-hitting", "quirky": "offbeat",
    "dreamy": "dreamlike", "healing": "gentle", "energetic": "high-energy",
}  # fmt: skip
"""Mood id → adjective."""

NATIONALITY = {
    "jp": "Japanese", "kr": "Korean", "gb": "British", "us": "American", "fr": "French", "de": "German", "it": "Italian",
    "es": "Spanish", "in": "Indian", "ir": "Iranian", "ie": "Irish", "se": "Swedish", "dk": "Danish", "no": "Norwegian",
    "is": "Icelandic", "pl": "Polish", "ru": "Russian", "br": "Brazilian", "mx": "Mexican", "au": "Australian",
    "ca": "Canadian", "hk": "Hong Kong", "th": "Thai", "ar": "Argentine", "at": "Austrian", "cz": "Czech",
}  # fmt: skip
"""Country id → what stands before a noun; the others are left unsaid."""

_VOWEL_SOUND = re.compile(r"[aeiou]|hour|honest|heir|8|11(?!\d)|18(?!\d)", re.IGNORECASE)
_CONSONANT_SOUND = re.compile(r"(?:uni(?!n|m)|us[eu]|eu|one\b|once\b|u[kt][rol])", re.IGNORECASE)
_LETTER_NAME = re.compile(r"[AEFHILMNORSX](?:[A-Z&]|\b)")


def a(phrase: str) -> str:
    """``phrase`` with its indefinite article: a tense film, an R&B album, an hour, a one-act play, a uniform."""
    if _LETTER_NAME.match(phrase):
        return "an " + phrase
    vowel = _VOWEL_SOUND.match(phrase) and not _CONSONANT_SOUND.match(phrase)
    return ("an " if vowel else "a ") + phrase


def join(words: Sequence[str]) -> str:
    """A; A and B; A, B and C."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def capital(text: str) -> str:
    """``text`` with its first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]
