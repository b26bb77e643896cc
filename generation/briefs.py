"""What to write, and what was written: the briefs a user can give and the draft they get back.

A brief is checked when it is made, so an engine never meets a bad one. Its words are data: they are cleaned of control
characters and stand in the text as they are, and are never read as markup or as instructions.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from generation.channels import CHANNELS
from knowledge.graph import Fact

__all__ = [
    "LANGUAGES", "LENGTHS", "SCRIPT_FORMS", "TONES", "AdBrief", "BriefError", "Draft", "GenerationError", "ScriptBrief",
    "SummaryBrief",
]  # fmt: skip

LANGUAGES = ("zh", "en")
TONES = ("playful", "warm", "literary", "formal", "punchy")
"""活泼, 温情, 文艺, 正式, 简短有力. Without one, the moods of the work decide."""
SCRIPT_FORMS = ("drama", "voice-over", "introduction", "trailer")
"""An invented short drama; a documentary voice-over, an award-night introduction or a trailer voice-over for a work."""
LENGTHS = ("short", "full")
"""A 60-second episode of three scenes, or a short of four to five."""
SECONDS = (5, 180)
MAX_PHRASE = 60  # characters of a phrase given by the user: an offer, an audience, a call to action
MAX_TOPIC = 120
MAX_TEXT = 50_000  # characters of a text to summarise


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


@dataclass(frozen=True, slots=True)
class AdBrief:
    """Advertising copy for one channel.

    Either ``work`` (an id of the graph) or ``topic`` (what else is advertised: "会员周年庆") is given. ``seconds``
    bounds how long the copy takes to say and means something for spoken channels. ``audience`` is a noun phrase
    ("上班族", "night owls"), ``offer`` and ``call_to_action`` are clauses; ``must_use`` words stand in the text,
    ``avoid`` words do not (a title is kept whatever is avoided). ``brand`` signs text messages and is where the
    audience is sent.

    Raises:
        BriefError: a field is out of its range, or names nothing to advertise.
    """

    work: str | None = None
    lang: str = "zh"
    channel: str = "xiaohongshu"
    topic: str = ""
    tone: str | None = None
    seconds: int | None = None
    audience: str = ""
    offer: str = ""
    call_to_action: str = ""
    must_use: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    brand: str = ""

    def __post_init__(self) -> None:
        _choice("lang", self.lang, LANGUAGES)
        _choice("channel", self.channel, tuple(CHANNELS))
        if self.tone is not None:
            _choice("tone", self.tone, TONES)
        _seconds(self.seconds)
        for name in ("audience", "offer", "call_to_action", "brand"):
            object.__setattr__(self, name, _phrase(name, getattr(self, name)))
        object.__setattr__(self, "topic", _phrase("topic", self.topic, MAX_TOPIC))
        for name in ("must_use", "avoid"):
            phrases = (_phrase(name, word) for word in getattr(self, name))
            object.__setattr__(self, name, tuple(dict.fromkeys(word for word in phrases if word)))
        if not self.brand:
            object.__setattr__(self, "brand", "娱伴" if self.lang == "zh" else "Yuban")
        if not self.work and not self.topic:
            raise BriefError("work or topic: the copy needs something to be about")
        clash = [word for word in self.must_use if any(bad.lower() in word.lower() for bad in self.avoid)]
        if clash:
            raise BriefError(f"must_use and avoid contradict each other: {', '.join(clash)}")


@dataclass(frozen=True, slots=True)
class ScriptBrief:
    """A script: about a ``work`` of the graph, or an invented short drama from a free ``topic``.

    ``form`` is one of :data:`SCRIPT_FORMS`; ``drama`` needs a topic (a work may lend it its genre and mood), the others
    need a work. ``genres`` and ``moods`` are ids without their prefix ("suspense", "funny").

    Raises:
        BriefError: a field is out of its range, or the form lacks what it is about.
    """

    work: str | None = None
    topic: str = ""
    lang: str = "zh"
    form: str = "drama"
    genres: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    length: str = "short"
    seconds: int | None = None

    def __post_init__(self) -> None:
        _choice("lang", self.lang, LANGUAGES)
        _choice("form", self.form, SCRIPT_FORMS)
        _choice("length", self.length, LENGTHS)
        _seconds(self.seconds)
        object.__setattr__(self, "topic", _phrase("topic", self.topic, MAX_TOPIC))
        if self.form == "drama" and not (self.topic or self.genres or self.moods or self.work):
            raise BriefError("topic: an invented drama needs a topic, a genre, a mood or a work to start from")
        if self.form != "drama" and not self.work:
            raise BriefError(f"work: a {self.form} is about a work of the catalogue")


@dataclass(frozen=True, slots=True)
class SummaryBrief:
    """A summary of a ``work`` of the graph or of any ``text``; ``sentences`` 1–10, ``max_chars`` bounds it as well.

    Raises:
        BriefError: both or neither of work and text are given, or a number is out of its range.
    """

    work: str | None = None
    text: str = ""
    lang: str = "zh"
    sentences: int = 3
    max_chars: int | None = None

    def __post_init__(self) -> None:
        _choice("lang", self.lang, LANGUAGES)
        if bool(self.work) == bool(self.text.strip()):
            raise BriefError("work, text: give exactly one of the two")
        if len(self.text) > MAX_TEXT:
            raise BriefError(f"text: {len(self.text)} characters; at most {MAX_TEXT} can be read")
        if not 1 <= self.sentences <= 10:
            raise BriefError(f"sentences: {self.sentences} is not between 1 and 10")
        if self.max_chars is not None and self.max_chars < 10:
            raise BriefError(f"max_chars: {self.max_chars} is too short to say anything; at least 10")


@dataclass(frozen=True, slots=True)
class Draft:
    """Something written.

    ``facts`` are the facts of the graph it states; ``label`` the AI mark to show beside it; ``scores`` how it was
    judged, each 0..1; ``metadata`` what to store with it, the implicit AI mark under ``"AIGC"``.
    """

    text: str
    title: str
    facts: tuple[Fact, ...]
    label: str
    scores: dict[str, float] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The id under which feedback about it is kept: the ProduceID of its implicit label."""
        return str(self.metadata["AIGC"]["ProduceID"])


def _choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise BriefError(f"{name}: {value!r} is not one of {', '.join(allowed)}")


def _seconds(value: int | None) -> None:
    low, high = SECONDS
    if value is not None and not low <= value <= high:
        raise BriefError(f"seconds: {value} is not between {low} and {high}")


def _phrase(name: str, text: str, limit: int = MAX_PHRASE) -> str:
    text = clean(text)
    if len(text) > limit:
        raise BriefError(f"{name}: {len(text)} characters, at most {limit}")
    return text
