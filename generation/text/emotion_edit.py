"""A text in sentences, some of which may be exchanged, and the small changes that move it towards a feeling.

What states a fact, names something, or carries words that somebody asked for is fixed. Between sentences, lines of the
bank may be put in; sentences that are not fixed may give way to them or go; full stops may change into other marks.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from generation.text.emotion_bank import bank

__all__ = ["Edit", "Lines", "Segment", "edits", "lines", "render", "segments"]

_SENTENCE = {
    "zh": re.compile(r"[^。！？!?…\n]+(?:[。！？!?]+|…+)?[”」』》）)]*|[。！？!?…]+"),
    "en": re.compile(r"\S.*?(?:[.!?…]+[”\"')]*(?=\s|$)|$)"),
}
_INITIAL = re.compile(r"(?:\b[A-Z]|\b(?:Mr|Mrs|Ms|Dr|St|Jr|vs|No|Vol|min))\.$")
_FURNITURE = re.compile(
    r"#|【|^\S+: |拒收|Reply STOP|App|搜|打开|点击|点开|订阅|[Tt]ap\b|\bapp\b|[Ll]ook up|[Ff]ind\b|[Ss]earch|[Ss]tream\b"
)
_LISTED = re.compile(r"^\W*[\w ]{1,12}(?:：|: )")
_ENDING = re.compile(r"(?:\s*#\S+)+\s*$|\s*(?:拒收请回复R|Reply STOP to opt out)\s*$")
_OPENING = re.compile(r"(?:#[^#\s]+#\s*|#\S+\s+|【[^】]*】)+")
_MARKS = {
    "zh": {"joy": "！", "anger": "！", "surprise": "！", "fear": "……", "sadness": "……", "disgust": "！"},
    "en": {"joy": "!", "anger": "!", "surprise": "!", "fear": "…", "sadness": "…", "disgust": "!"},
}  # fmt: skip
_PROPOSALS = 64  # changes looked at in one round


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence of part number ``part`` with what stands ``before`` it.

    ``free``: nobody would miss it; ``ours``: it is a line of the bank; ``open``: something may be put behind it.
    """

    text: str
    before: str
    part: int
    free: bool = False
    ours: bool = False
    open: bool = True


Lines = dict[str, list[str]]
"""Role → wordings that this text may use."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What was done, and the text after it."""

    kind: str
    segments: tuple[Segment, ...]


def segments(
    words: str, part: int, lang: str, spans: Collection[tuple[int, int]], kept: Callable[[str], bool]
) -> list[Segment]:
    """``words`` in segments that together are ``words`` again.

    Args:
        spans: of claims, which are never cut and never given up.
        kept: whether a sentence has to stay for another reason.
    """
    ending = match.start() if (match := _ENDING.search(words)) else len(words)
    begin = match.end() if (match := _OPENING.match(words)) else 0
    found: list[Segment] = []
    last = 0

    def add(start: int, end: int) -> None:
        nonlocal last
        text = words[start:end]
        stated = any(a < end and start < b for a, b in spans)
        listed = bool(_LISTED.match(text)) or not re.search(r"\w", text)
        free = not stated and not listed and not _FURNITURE.search(text) and not kept(text)
        found.append(Segment(text, words[last:start], part, free, open=not listed))
        last = end

    if begin:
        add(0, begin)
    offset = begin
    for line in re.split(r"(\n)", words[begin:ending]):
        start = offset
        for match in _SENTENCE[lang].finditer(line):
            end = offset + match.end()
            if any(a < end < b for a, b in spans) or (lang == "en" and _INITIAL.search(words[start:end])):
                continue  # a full stop inside a name ends no sentence
            add(start + len(words[start:end]) - len(words[start:end].lstrip()), end)
            start = end
        if words[start : offset + len(line)].strip():
            add(start + len(words[start:]) - len(words[start:].lstrip()), offset + len(line))
        offset += len(line)
    if ending < len(words) or last < len(words):
        found.append(
            Segment(words[last:].lstrip(), words[last : len(words) - len(words[last:].lstrip())], part, open=False)
        )
    return found


def render(parts: Sequence[str], pieces: Sequence[Segment]) -> list[tuple[str, str]]:
    """The parts, by name and words."""
    return [
        (name, "".join(piece.before + piece.text for piece in pieces if piece.part == at))
        for at, name in enumerate(parts)
    ]


def lines(emotion: str, lang: str, strengths: Collection[int], roles: str, rng: random.Random) -> Lines:
    """A draw from the bank: a wording of each line, in an order of its own, so that no two texts use the same few."""
    found: Lines = {}
    for line in bank(emotion, lang):
        if line.role in roles and line.strength in strengths:
            found.setdefault(line.role, []).append(rng.choice(line.texts))
    for wordings in found.values():
        rng.shuffle(wordings)
        del wordings[max(3, len(wordings) // 5) :]
    return found


def edits(
    pieces: tuple[Segment, ...],
    found: Lines,
    emotion: str,
    lang: str,
    rng: random.Random,
    room: int,
    headings: Collection[int] = (),
) -> list[Edit]:
    """Changes worth trying, at most 64, in an order of chance.

    Args:
        room: how many lines may still be put in.
        headings: numbers of parts that are one phrase: it may be exchanged as a whole, and carries no full stop.
    """
    made = [edit for edit in _edits(pieces, found, emotion, lang, room, headings) if _once(edit.segments)]
    return rng.sample(made, _PROPOSALS) if len(made) > _PROPOSALS else made


def _once(pieces: Sequence[Segment]) -> bool:
    """No line of the bank stands there twice."""
    ours = [piece.text for piece in pieces if piece.ours]
    return len(ours) == len(set(ours))


def _edits(
    pieces: tuple[Segment, ...], found: Lines, emotion: str, lang: str, room: int, headings: Collection[int]
) -> Iterator[Edit]:
    spoken = "".join(role for role in "sa" if role in found)
    multiline = {piece.part for piece in pieces if "\n" in piece.before}
    said = {piece.text for piece in pieces}
    for at, piece in enumerate(pieces):
        if piece.part in headings:
            whole = sum(other.part == piece.part for other in pieces) == 1
            for text in _of(found, "oirc" if piece.free and whole else ""):
                new = replace(
                    piece, text=text.rstrip("。.") if not text.endswith("..") else text, ours=True, free=False
                )
                yield Edit("exchanged", (*pieces[:at], new, *pieces[at + 1 :]))
            continue
        first = at == 0 or pieces[at - 1].part != piece.part
        later = [other for other in pieces[at + 1 :] if other.part == piece.part and (other.open or other.free)]
        roles = spoken or ("or" if first else "ri" if later else "cr") + ("i" if len(piece.text) < 14 else "")
        if piece.ours:  # a better line in the place of one that went before
            for text in _of(found, roles):
                if text not in said:
                    yield Edit("exchanged", (*pieces[:at], replace(piece, text=text), *pieces[at + 1 :]))
        if piece.free:
            for text in _of(found, roles):
                yield Edit(
                    "exchanged", (*pieces[:at], replace(piece, text=text, ours=True, free=False), *pieces[at + 1 :])
                )
            mark = _MARKS[lang].get(emotion)
            if mark and piece.text[-1] in "。." and not piece.text.endswith(".."):
                yield Edit("marks", (*pieces[:at], replace(piece, text=piece.text[:-1] + mark), *pieces[at + 1 :]))
            alone = sum(other.part == piece.part for other in pieces) == 1
            if not alone and not first:
                yield Edit("left out", (*pieces[:at], *pieces[at + 1 :]))
        if room <= 0:
            continue
        line = piece.part in multiline
        space = "\n" if line else " " if lang == "en" else ""
        if piece.open:
            for text in _of(found, roles if not first else spoken or ("ri" if later else "cri")):
                yield Edit(
                    "put in", (*pieces[: at + 1], Segment(text, space, piece.part, ours=True), *pieces[at + 1 :])
                )
        if first and piece.open and not _OPENING.fullmatch(piece.text):
            for text in _of(found, spoken or "oi"):
                new = Segment(text, piece.before, piece.part, ours=True)
                yield Edit("put in", (*pieces[:at], new, replace(piece, before=space), *pieces[at + 1 :]))


def _of(found: Lines, roles: str) -> Iterator[str]:
    for role in dict.fromkeys(roles):
        yield from found.get(role, ())
