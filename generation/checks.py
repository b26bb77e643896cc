"""What every brief is checked with at the door, and the errors that say what is wrong with it."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["LANGUAGES", "MAX_PHRASE", "TONES", "BriefError", "GenerationError", "choice", "clean", "emotion", "phrase"]

LANGUAGES = ("zh", "en")
TONES = ("playful", "warm", "literary", "formal", "punchy")
"""活泼, 温情, 文艺, 正式, 简短有力. Without one, the moods of the work decide."""
MAX_PHRASE = 60  # characters of a phrase given by the user: an offer, an audience, a call to action


class GenerationError(Exception):
    """Base of every error this package raises on purpose; the message is for whoever wrote the brief."""


class BriefError(GenerationError, ValueError):
    """A brief that cannot be written to; the message names the field and what it may be."""


def clean(text: str) -> str:
    """One line of plain text: no control, zero-width or direction characters, single spaces."""
    kept = (
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFC", text)
        if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs", "Cn") or char == "\u200d"
    )
    return re.sub(r" {2,}", " ", "".join(kept)).strip()


def choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    """Raises :class:`BriefError` unless ``value`` is one of ``allowed``."""
    if value not in allowed:
        raise BriefError(f"{name}: {value!r} is not one of {', '.join(allowed)}")


def phrase(name: str, text: str, limit: int = MAX_PHRASE) -> str:
    """``text`` cleaned. Raises :class:`BriefError` when it is longer than ``limit`` characters."""
    text = clean(text)
    if len(text) > limit:
        raise BriefError(f"{name}: {len(text)} characters, at most {limit}")
    return text


def emotion(name: str, intensity: float) -> None:
    """Raises :class:`BriefError` unless ``name`` is an emotion of ``knowledge.sentiment`` and intensity 0..1."""
    from knowledge.sentiment.datasets import EMOTIONS

    choice("emotion", name, EMOTIONS)
    if not 0 < intensity <= 1:
        raise BriefError(f"intensity: {intensity} is not between 0 and 1")
