"""Fountain, the plain-text screenplay format: written with everything forced that a parser could mistake, and read back.

A Chinese name is no run of capitals and 内景 no INT., so cues carry ``@`` and headings ``.``; an action that looks like
something else carries ``!``. Text is data: its emphasis marks, notes and comments are escaped.

    https://fountain.io/syntax
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from generation.screenplay.document import Document, Element
from generation.screenplay.tree import StoryError, heading

__all__ = ["Parsed", "read", "write"]

MAX_TEXT = 2_000_000  # characters that are read
_SCENE = re.compile(r"(?:INT|EXT|EST|I/E|INT\.?/EXT)[. ]", re.IGNORECASE)
_FORCED = re.compile(r"[.@!>~=#\[(/\\]|\S+:\s|[^a-z]*\bTO:$")
_SPECIAL = re.compile(r"([\\*_]|(?<=\[)\[|(?<=\])\]|(?<=/)\*)")
_WORDS = {
    "zh": {"story": "故事", "about": "约{n}秒", "wants": "想要", "needs": "需要", "voice": "说话", "script": "剧本"},
    "en": {"story": "Story", "about": "about {n} seconds", "wants": "Wants", "needs": "Needs", "voice": "Voice",
           "script": "Script"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parsed:
    """A Fountain text in its parts; keys of the title page as they are written."""

    title_page: dict[str, str]
    elements: tuple[Element, ...]


# --- writing -------------------------------------------------------------------------------------------------------


def write(document: Document, *, marks: bool = True) -> str:
    """A document in Fountain.

    ``marks`` adds what an exported file has beside the script: sections, scene numbers, a page break after the story
    page, the end. The marks of origin are put on by :func:`generation.labels.fountain`.
    """
    words, zh = _WORDS[document.lang], document.lang == "zh"
    page = [f"Title: {_line(document.title)}", f"Credit: {_line(document.credit)}"]
    page.append("Notes: " + words["about"].format(n=document.seconds))
    if document.topic:
        page.append(f"Source: {_line(document.topic)}")
    blocks = ["\n".join(page)]
    if marks and (document.logline or document.characters):
        blocks.append(f"# {words['story']}")
    if document.logline:
        blocks.append(f"= {_escaped(document.logline)}")
    for one in document.characters:
        who = (
            f"{one.name}, {one.role}" if one.role and not zh else f"{one.name}（{one.role}）" if one.role else one.name
        )
        rows = [(words["wants"], one.want), (words["needs"], one.need), (words["voice"], one.voice)]
        told = [
            f"{name}：{value}" if zh else f"{name}{':' if name == 'Voice' else ''} {value}"
            for name, value in rows
            if value
        ]
        end = "。" if zh else ". "
        blocks.append(f"[[{end.join(map(_noted, [who, *told]))}{end.strip()}]]")
    if marks:
        blocks.append("===")
    number = 0
    for element in document.elements:
        if element.kind == "heading":
            number += 1
        if not marks and element.kind in ("centered", "section"):
            continue
        blocks.append(_block(element, document.lang, number if marks else 0))
    return "\n\n".join(blocks)


def _block(element: Element, lang: str, number: int) -> str:
    text = _escaped(element.text)
    if element.kind == "heading":
        tail = f" #{number}#" if number else ""
        if lang == "zh":
            inside, place, time = element.parts
            return f".{inside}景 {_escaped(place)} - {_escaped(time)}{tail}"
        return f"{'' if _SCENE.match(text) else '.'}{text}{tail}"
    if element.kind == "dialogue":
        return (
            f"{_cue(element.who)}\n" + (f"({_line(element.direction)})\n" if element.direction else "") + _speech(text)
        )
    if element.kind == "synopsis":
        return f"= {_escaped(element.who) + ': ' if element.who else ''}{text}"
    if element.kind == "note":
        return f"[[{_noted(element.text)}]]"
    if element.kind == "section":
        return f"# {text}"
    if element.kind == "transition":
        return f"> {text}"
    if element.kind == "centered":
        return f"> {text} <"
    if element.kind == "page-break":
        return "==="
    looks = _FORCED.match(text) or _SCENE.match(text) or (text.isupper() and text.isascii()) or text.endswith("  ")
    return f"!{text}" if looks else text


def _cue(name: str) -> str:
    upper = name.upper()
    plain = upper.isupper() and upper.isascii() and re.fullmatch(r"[A-Z][A-Z0-9 .'’()-]*", upper)
    return upper if plain else f"@{_escaped(name)}"


def _speech(text: str) -> str:
    return f"\\{text}" if text[:1] in "(~" else text


def _line(text: str) -> str:
    return " ".join(text.split())


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", _line(text))


def _noted(text: str) -> str:
    """Text inside a note, which no bracket of its own may close."""
    return _line(text).replace("[", "(").replace("]", ")")


# --- reading -------------------------------------------------------------------------------------------------------


def read(text: str) -> Parsed:
    """A Fountain text of at most two million characters in its parts.

    Notes are kept as elements where they stand alone and dropped inside other text; boneyards are dropped.

    Raises:
        StoryError: the text is too long.
    """
    if len(text) > MAX_TEXT:
        raise StoryError(f"the script has {len(text)} characters; at most {MAX_TEXT} are read")
    text = re.sub(r"(?<!\\)/\*.*?\*/", "", text.replace("\r\n", "\n").replace("\r", "\n"), flags=re.DOTALL)
    blocks = [block for block in re.split(r"\n[ \t]*\n+", text.strip("\n")) if block.strip()]
    page = _title_page(blocks[0]) if blocks else None
    elements: list[Element] = []
    for block in blocks[1:] if page is not None else blocks:
        elements.extend(_read_block(block.strip("\n")))
    return Parsed(page or {}, tuple(elements))


def _title_page(block: str) -> dict[str, str] | None:
    found: dict[str, str] = {}
    key = ""
    for row in block.split("\n"):
        match = re.match(r"([A-Za-z][\w ]*):[ \t]*(.*)", row)
        if match:
            key = match[1]
            found[key] = match[2].strip()
        elif key and re.match(r"[ \t]{3,}|\t", row):
            found[key] = f"{found[key]} {row.strip()}".strip()
        else:
            return None
    return found


def _read_block(block: str) -> list[Element]:
    whole = re.fullmatch(r"\[\[(.*?)\]\]", block, re.DOTALL)
    if whole:
        return [Element("note", _line(whole[1]))]
    rows = [row for row in re.sub(r"\[\[.*?\]\]", "", block, flags=re.DOTALL).split("\n") if row.strip()]
    if not rows:
        return []
    first = rows[0].strip()
    if first.startswith("!"):
        return [Element("action", _plain(" ".join(row.strip().removeprefix("!") for row in rows)))]
    if re.fullmatch(r"={3,}", first):
        return [Element("page-break", "")]
    if len(rows) == 1 and ((first.startswith(".") and not first.startswith("..")) or _SCENE.match(first)):
        return [_heading(first.removeprefix("."))]
    if first.startswith("#"):
        return [Element("section", _plain(first.lstrip("#").strip()))]
    if first.startswith("="):
        return [Element("synopsis", _plain(first[1:].strip()))]
    if first.startswith(">"):
        centred = first.endswith("<")
        return [Element("centered" if centred else "transition", _plain(first[1:].removesuffix("<").strip()))]
    cue = first.removeprefix("@")
    if len(rows) > 1 and (first.startswith("@") or cue.split("(")[0].isupper()):
        return [_spoken(_plain(cue.removesuffix("^").strip()), [row.strip() for row in rows[1:]])]
    if len(rows) == 1 and first.isupper() and first.endswith("TO:"):
        return [Element("transition", first)]
    return [Element("action", _plain(" ".join(row.strip() for row in rows)))]


def _heading(text: str) -> Element:
    match = re.fullmatch(r"(.*?)\s*#([\w\-.]+)#", text.strip())
    number = int(match[2]) if match and match[2].isdigit() else 0
    words = _plain(match[1] if match else text.strip())
    for lang in ("zh", "en"):
        try:
            parts = heading(words, lang)
        except StoryError:
            continue
        shown = f"{parts.inside} {parts.place} {parts.time}" if lang == "zh" else words
        return Element("heading", shown, number=number, parts=(parts.inside, parts.place, parts.time))
    return Element("heading", words, number=number)


def _spoken(who: str, rows: list[str]) -> Element:
    direction = ""
    speech: list[str] = []
    for row in rows:
        if re.fullmatch(r"\(.*\)", row) and not speech and not direction:
            direction = row[1:-1]
        else:
            speech.append(row)
    return Element("dialogue", _plain(" ".join(speech)), who, direction)


def _plain(text: str) -> str:
    """Text without emphasis marks, escapes undone."""
    text = re.sub(r"(?<!\\)(\*{1,3}|_)(?=\S)(.+?)(?<=\S)(?<!\\)\1", r"\2", text)
    return re.sub(r"\\([\\*_\[\](~])", r"\1", text)
