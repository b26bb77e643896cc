"""Hand-written lines that carry a feeling and claim nothing: no number, no name, no promise about any work or product.

A line of the bank is ``role strength pattern``. Roles: ``o`` opens a text, ``r`` reacts in the middle of one, ``c`` closes one,
``i`` is an interjection and fits anywhere; ``s`` is spoken by somebody in a scene, ``a`` is an action in one. Strength is
1 mild, 2 clear, 3 strong. ``[a|b]`` in a pattern is a choice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import product

from generation.text import emotion_bank_en, emotion_bank_zh

__all__ = ["FELT", "Line", "bank"]

FELT = ("joy", "sadness", "anger", "fear", "surprise", "disgust")
"""The emotions there are lines for: all but ``neutral``."""
_LINES = {"zh": emotion_bank_zh.LINES, "en": emotion_bank_en.LINES}
_CHOICE = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Line:
    """One entry; ``texts`` are its wordings, each with its closing mark."""

    role: str
    strength: int
    texts: tuple[str, ...]


@cache
def bank(emotion: str, lang: str) -> tuple[Line, ...]:
    """All lines for an emotion; none for ``neutral``."""
    found, here = [], ""
    for row in _LINES[lang].splitlines():
        if row.startswith("== "):
            here = row[3:].strip()
        elif row and here == emotion:
            head, pattern = row.split(" ", 1)
            found.append(Line(head[0], int(head[1]), tuple(_closed(text, lang) for text in _wordings(pattern))))
    return tuple(found)


def _wordings(pattern: str) -> list[str]:
    pieces = _CHOICE.split(pattern)  # fixed, choice, fixed, choice …
    options = [piece.split("|") if at % 2 else [piece] for at, piece in enumerate(pieces)]
    return ["".join(chosen) for chosen in product(*options)]


def _closed(text: str, lang: str) -> str:
    if lang == "en":
        text = text[:1].upper() + text[1:]
    return text if text[-1] in "。！？…—.!?" else text + ("。" if lang == "zh" else ".")
