"""What may pass as text, in and out.

In: control characters, bidirectional overrides and other characters nobody can see are taken out, and a text of
nothing else is no message. A leading "/" is Rasa's mark for a raw intent (`/restart`); a user who types it means a
slash, so Rasa gets a full-width one.

Out: every `<` that an HTML parser would read as the start of a tag becomes its full-width twin. Our own pages only ever
use `textContent`; this is for the page somebody else writes.
"""

from __future__ import annotations

import re

from .errors import GatewayError

MAX_MESSAGE = 2000
"""Longest user message, in characters."""

# C0/C1 controls but tab and newline; soft hyphen, zero-width space, bidi marks and overrides, invisible operators,
# byte order mark, interlinear marks, lone surrogates, tag characters. The joiners U+200C/D stay: emoji need them.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_NEWLINES = re.compile("\r\n?|[\u0085\u2028\u2029]")
# Printable to Python, blank to people: fillers, joiners, braille blank, variation selectors, combining marks alone.
_BLANK = re.compile(
    "[\\s\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c\u200d\u2800\u3164\uffa0\ufe00-\ufe0f\u0300-\u036f]+"
)
# The tokenizer of the HTML standard leaves text for a tag on exactly these four kinds of next character.
_TAG_OPEN = re.compile(r"<(?=[A-Za-z/!?])")
_CJK = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LATIN = re.compile("[A-Za-z]{2,}")


def clean(text: str) -> str:
    """Text without unwanted characters, lines ended by \\n, no space at either end."""
    if not text.isprintable():  # most messages are; the scan below costs five times as much
        text = _UNWANTED.sub("", _NEWLINES.sub("\n", text))
    return text.strip()


def is_blank(text: str) -> bool:
    """Whether nobody would see anything of it."""
    return not _BLANK.sub("", text)


def user_text(raw: str) -> str:
    """A user's message as it is kept and shown: cleaned, 1 to 2,000 characters.

    Raises:
        GatewayError: `message_too_long`, `message_empty`.
    """
    if len(raw) > MAX_MESSAGE:
        raise GatewayError("message_too_long")
    text = clean(raw)
    if is_blank(text):
        raise GatewayError("message_empty")
    return text


def for_rasa(text: str) -> str:
    """User text that Rasa cannot take for a command."""
    return f"／{text[1:]}" if text.startswith("/") else text


def harmless(text: str) -> str:
    """Text in which no HTML parser finds a tag; "a < b" and "<3" stay as they are."""
    return _TAG_OPEN.sub("＜", text) if "<" in text else text


def language_of(text: str, default: str) -> str:
    """ "zh" when a Chinese character is there, "en" when a Latin word is, else `default`.

    Only picks the language of our own words and of the `lang` attribute; Rasa's detector decides about the reply.
    """
    if _CJK.search(text):
        return "zh"
    return "en" if _LATIN.search(text) else default
