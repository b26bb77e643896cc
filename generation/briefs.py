"""What to write, and what was written: the briefs a user can give and the draft they get back.

A brief is checked when it is made, so an engine never meets a bad one. Its words are data: they are cleaned of control
characters and stand in the text as they are, and are never read as markup or as instructions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from generation.brand import Voice
from generation.channels import CHANNELS
from generation.checks import LANGUAGES, MAX_PHRASE, TONES, BriefError, GenerationError, clean, emotion
from generation.checks import choice as _choice
from generation.checks import phrase as _phrase
from generation.product import Attributes, attributes
from knowledge.graph import Fact

__all__ = [
    "LANGUAGES", "LENGTHS", "MAX_PHRASE", "MAX_SCENES", "SCRIPT_FORMS", "STRUCTURES", "TONES", "AdBrief", "BriefError",
    "Draft", "GenerationError",
    "ScriptBrief", "SummaryBrief", "clean",
]  # fmt: skip

SCRIPT_FORMS = ("drama", "voice-over", "introduction", "trailer")
"""An invented short drama; a documentary voice-over, an award-night introduction or a trailer voice-over for a work."""
LENGTHS = ("episode", "short", "full", "long")
"""A 60-second episode that ends on a hook, a short of three scenes, one of four, a ten-scene script."""
STRUCTURES = ("four-part", "three-act", "save-the-cat", "hooks")
"""What the scenes are called: 起承转合, three acts, Save the Cat beats, the hooks of a short-drama episode."""
MAX_SCENES = 10
SECONDS = (5, 180)
MAX_TOPIC = 120
MAX_TEXT = 300_000  # characters of a text to summarise


@dataclass(frozen=True, slots=True)
class AdBrief:
    """Advertising copy for one channel.

    One of ``work`` (an id of the graph), ``product`` (attributes: ``"类型#裙*材质#蕾丝"`` or pairs) and ``topic`` (what else
    is advertised: "会员周年庆"; beside a product, what it is called) is given. ``seconds`` bounds how long the copy takes
    to say and means something for spoken channels. ``audience`` is a noun phrase ("上班族", "night owls"), ``offer`` and
    ``call_to_action`` are clauses; ``must_use`` words stand in the text, ``avoid`` words do not (a title is kept
    whatever is avoided). ``brand`` signs text messages and is where the audience is sent. ``emotion`` (an id of
    ``knowledge.sentiment``) and ``intensity`` (0..1) are what the reader should feel, where the writer was given a
    judge. ``voice`` is the brand's sheet: it fills in tone, brand and call to action where the brief has none, and
    what it never says is avoided.

    Raises:
        BriefError: a field is out of its range, names nothing to advertise, or contradicts another.
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
    emotion: str | None = None
    intensity: float = 0.6
    voice: Voice | None = None
    product: Attributes | str = ()

    def __post_init__(self) -> None:
        _choice("lang", self.lang, LANGUAGES)
        _choice("channel", self.channel, tuple(CHANNELS))
        if self.emotion is not None:
            emotion(self.emotion, self.intensity)
        if self.voice is not None:
            defaults = {"tone": self.voice.tone, "brand": self.voice.name, "call_to_action": self.voice.call_to_action}
            for name, value in defaults.items():
                object.__setattr__(self, name, getattr(self, name) or value)
            object.__setattr__(self, "avoid", (*self.avoid, *self.voice.never))
        if self.tone is not None:
            _choice("tone", self.tone, TONES)
        _seconds(self.seconds)
        object.__setattr__(self, "product", attributes(self.product))
        for name in ("audience", "offer", "call_to_action", "brand"):
            object.__setattr__(self, name, _phrase(name, getattr(self, name)))
        object.__setattr__(self, "topic", _phrase("topic", self.topic, MAX_TOPIC))
        for name in ("must_use", "avoid"):
            phrases = (_phrase(name, word) for word in getattr(self, name))
            object.__setattr__(self, name, tuple(dict.fromkeys(word for word in phrases if word)))
        if not self.brand:
            object.__setattr__(self, "brand", "娱伴" if self.lang == "zh" else "Yuban")
        if not (self.work or self.topic or self.product):
            raise BriefError("work, product or topic: the copy needs something to be about")
        if self.work and self.product:
            raise BriefError("work, product: the copy is about one of them")
        clash = [word for word in self.must_use if any(bad.lower() in word.lower() for bad in self.avoid)]
        if clash:
            raise BriefError(f"must_use and avoid contradict each other: {', '.join(clash)}")

    @property
    def attributes(self) -> Attributes:
        """The product as pairs of a name and a value; empty when the copy is about something else."""
        assert not isinstance(self.product, str)  # read when the brief was made
        return self.product


@dataclass(frozen=True, slots=True)
class ScriptBrief:
    """A script: about a ``work`` of the graph, or an invented drama from a free ``topic``.

    ``form`` is one of :data:`SCRIPT_FORMS`; ``drama`` needs a topic (a work may lend it its genre and mood), the others
    need a work. ``genres`` and ``moods`` are ids without their prefix ("suspense", "funny"; "workplace" and
    "short-drama" are known as well). ``scenes`` (1–10) overrides what the ``length`` gives; ``names`` are those of the
    first two people; ``structure`` is one of :data:`STRUCTURES`, else the length decides.

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
    scenes: int | None = None
    structure: str | None = None
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _choice("lang", self.lang, LANGUAGES)
        _choice("form", self.form, SCRIPT_FORMS)
        _choice("length", self.length, LENGTHS)
        if self.structure is not None:
            _choice("structure", self.structure, STRUCTURES)
        _seconds(self.seconds)
        if self.scenes is not None and not 1 <= self.scenes <= MAX_SCENES:
            raise BriefError(f"scenes: {self.scenes} is not between 1 and {MAX_SCENES}")
        object.__setattr__(self, "topic", _phrase("topic", self.topic, MAX_TOPIC))
        for name in ("genres", "moods"):
            object.__setattr__(self, name, tuple(_phrase(name, word) for word in getattr(self, name)))
        object.__setattr__(self, "names", tuple(_phrase("names", name, 30) for name in self.names if name.strip()))
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


def _seconds(value: int | None) -> None:
    low, high = SECONDS
    if value is not None and not low <= value <= high:
        raise BriefError(f"seconds: {value} is not between {low} and {high}")
