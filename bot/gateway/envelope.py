"""The envelope: the parts a message is made of, checked once at the door so that every channel can rely on them.

A superset of the message types of Rasa's own chat widget. Whatever an action sends comes out as valid parts or, failing
that, as text: an unknown type, a field of the wrong kind or an address we do not link to costs the form, never the
words. Every string is free of control characters and of anything an HTML parser takes for a tag (`text.harmless`);
lists that are too long for one part go on in the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from .text import clean, harmless, is_blank
from .words import say

MAX_TEXT = 20_000
"""Characters of one text part; longer texts continue in the next."""
MAX_LIST = 20
"""Cards, replies or cited facts of one part."""

# Nothing that could end an attribute, a header or a CSS url() it is pasted into.
_URL = re.compile(r"[^\s\\\"'<>`\x00-\x1f\x7f]{1,2048}")


def allowed_url(url: str) -> bool:
    """http, https or relative to the gateway; no user info, no scheme-relative address."""
    if not _URL.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    return not parts.netloc and bool(parts.path) and not url.startswith("//")


def _shown(text: str) -> str:
    return harmless(text if text.isprintable() else _visible(text))


def _visible(text: str) -> str:
    # clean() also trims; the first line of a script may be indented, so trim only its end.
    indent = text[: len(text) - len(text.lstrip(" \t"))]
    return indent + clean(text)


def _clipped(limit: int) -> AfterValidator:
    def clip(text: str) -> str:
        text = _shown(text)
        return text if len(text) <= limit else text[: limit - 1] + "…"

    return AfterValidator(clip)


def _checked_url(url: str) -> str:
    if not allowed_url(url):
        raise ValueError("not an http, https or relative address")
    return url


def _url_or_none(url: Any) -> Any:
    return url if isinstance(url, str) and allowed_url(url) else None


Prose = Annotated[str, AfterValidator(_shown)]
Line = Annotated[str, _clipped(600)]
Key = Annotated[str, _clipped(200)]
# What a button sends back. It must return exactly as offered, so it is not clipped; too long is invalid.
Payload = Annotated[str, AfterValidator(_shown), Field(min_length=1, max_length=4000)]
Url = Annotated[str, AfterValidator(_checked_url)]
OptionalUrl = Annotated[str | None, BeforeValidator(_url_or_none)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class Text(_Model):
    """Words; with `draft` a generated text that can be rated and copied, with `label` its visible AI mark."""

    type: Literal["text"] = "text"
    text: Prose
    label: Line | None = None
    title: Line | None = None
    draft: Key | None = None
    copyable: bool | None = None


class Button(_Model):
    title: Line
    payload: Payload


class QuickReplies(_Model):
    type: Literal["quick_replies"] = "quick_replies"
    text: Prose | None = None
    replies: list[Button]


class Image(_Model):
    type: Literal["image"] = "image"
    url: Url
    alt: Line = ""


class CardFact(_Model):
    label: Line
    value: Line


class Card(_Model):
    id: Key
    kind: Key
    title: Line
    subtitle: Line | None = None
    image: OptionalUrl = None
    reason: Line | None = None
    contrast: Line | None = None
    facts: list[CardFact] = []
    buttons: list[Button] = []


class Carousel(_Model):
    type: Literal["carousel"] = "carousel"
    cards: list[Card]


class Media(_Model):
    type: Literal["audio", "video"]
    url: Url
    title: Line = ""
    label: Line | None = None


class File(_Model):
    type: Literal["file"] = "file"
    url: Url
    name: Line
    mime: Key | None = None
    size: int | None = None


class Rating(_Model):
    type: Literal["rating"] = "rating"
    about: Key
    max: Annotated[int, Field(ge=2, le=10)] = 5
    text: Line = ""


class Source(_Model):
    text: Line
    source: Key = ""


class Citation(_Model):
    type: Literal["citation"] = "citation"
    facts: list[Source]


class Progress(_Model):
    type: Literal["progress"] = "progress"
    job: Key
    text: Line = ""
    fraction: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    done: bool = False


class Handoff(_Model):
    type: Literal["handoff"] = "handoff"
    state: Literal["waiting", "joined", "ended"]
    text: Line = ""
    summary: Prose = ""


class Control(_Model):
    """An order to the gateway; acted on, never shown."""

    type: Literal["control"] = "control"
    op: Literal["language", "erase"]
    lang: Literal["zh", "en"] | None = None


Part = Text | QuickReplies | Image | Carousel | Media | File | Rating | Citation | Progress | Handoff | Control
_PART: TypeAdapter[Part] = TypeAdapter(Annotated[Part, Field(discriminator="type")])
_PARTS: TypeAdapter[list[Part]] = TypeAdapter(list[Annotated[Part, Field(discriminator="type")]])


def dump(parts: list[Part]) -> bytes:
    """Parts as the JSON array they are stored and served as; absent fields are left out."""
    return _PARTS.dump_json(parts, exclude_none=True)


def admit(raw: Any, lang: str) -> list[Part]:
    """What an action sent, as valid parts; raises nothing. `lang` words the notice when nothing of it can be shown."""
    if isinstance(raw, list):
        return [part for item in raw for part in admit(item, lang)]
    try:
        part = _PART.validate_python(raw)
    except (ValidationError, RecursionError):
        if isinstance(raw, dict) and raw.get("type") == "control":
            return []  # nothing in it is for people
        return list(_split(_as_text(raw, lang)))
    return [p for p in _split(part) if not _empty(p)]


def _empty(part: Part) -> bool:
    if isinstance(part, Text):
        return is_blank(part.text) and not part.title
    if isinstance(part, QuickReplies):
        return not part.replies and is_blank(part.text or "")
    if isinstance(part, Carousel):
        return not part.cards
    return isinstance(part, Citation) and not part.facts


_SPLIT = {"text": "text", "quick_replies": "replies", "carousel": "cards", "citation": "facts"}


def _split(part: Part) -> Iterator[Part]:
    """The part, in as many pieces as its length asks for."""
    field = _SPLIT.get(part.type, "")
    limit = MAX_TEXT if part.type == "text" else MAX_LIST
    whole = getattr(part, field, ())
    if len(whole) <= limit:
        yield part
        return
    for start in range(0, len(whole), limit):
        piece = part.model_copy(update={field: whole[start : start + limit]})
        if start and isinstance(piece, QuickReplies):
            piece.text = None
        yield piece


# Machine words: a person who reads a degraded part has no use for them.
_NOT_FOR_PEOPLE = frozenset(
    {"type", "id", "kind", "payload", "job", "draft", "mime", "op", "state", "source", "about", "max"}
)
_ADDRESSES = frozenset({"url", "image", "src", "href", "link"})
_DEEPEST = 12


def _as_text(raw: Any, lang: str) -> Text:
    """Every string of it that is meant for people, a line each."""
    lines: list[str] = []

    def walk(value: Any, depth: int) -> None:
        if isinstance(value, str):
            line = _shown(value).strip()
            if not is_blank(line) and line not in lines:
                lines.append(line)
        elif depth < _DEEPEST and isinstance(value, dict):
            for key, inner in value.items():
                refused = key in _ADDRESSES and not (isinstance(inner, str) and allowed_url(inner))
                if key not in _NOT_FOR_PEOPLE and not refused:
                    walk(inner, depth + 1)
        elif depth < _DEEPEST and isinstance(value, list):
            for inner in value:
                walk(inner, depth + 1)

    walk(raw, 0)
    return Text(text="\n".join(lines) or say("not_showable", lang))
