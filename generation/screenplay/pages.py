"""Pages of a script in two traditions: rows of text with a place on the page, broken where a page may break.

English: the American spec layout that makes a page a minute — 12-point Courier, six lines to the inch, action 60 columns
wide, dialogue 35, cues at 3.7 inches, ``(MORE)`` and ``(CONT'D)`` where a speech is cut. Chinese: as production scripts
are typed — A4, 场次 内/外 地点 日/夜, △ before an action, 人物：台词 — with no mark at the start of a line that may not
stand there (避头尾, GB/T 15834).

    Trottier, "The Screenwriter's Bible"; Riley, "The Hollywood Standard".
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from generation.screenplay.document import Document, Element

__all__ = ["Block", "Page", "Row", "english", "front", "hanzi", "paginate", "wrap_hanzi", "wrap_latin"]

ROWS_EN = 54
ROWS_ZH = 33
COLUMNS_ZH = 37.0  # full-width characters in a line
_NO_START = "，。、；：！？）》”’】…—·%℃"
_NO_END = "（《“‘【"


@dataclass(frozen=True, slots=True)
class Row:
    """One line: ``indent`` in columns (characters in English, full-width ones in Chinese)."""

    text: str
    indent: float = 0.0
    bold: bool = False
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that belong together. ``stay`` keeps it on the page of the block after it; ``cue`` marks a speech, which may
    be cut after its second row."""

    rows: tuple[Row, ...]
    space: int = 1
    stay: bool = False
    cue: str = ""


@dataclass
class Page:
    rows: list[Row] = field(default_factory=list)


def paginate(blocks: list[Block], height: int, more: Callable[[str], tuple[Row, Row]] | None = None) -> list[Page]:
    """Blocks on pages of ``height`` rows: a heading stays with what follows, a speech is cut only where ``more`` says
    how to mark it."""
    pages = [Page()]
    queue = list(blocks)
    while queue:
        block = queue.pop(0)
        page = pages[-1]
        space = block.space if page.rows else 0
        room = height - len(page.rows) - space
        following = queue[0] if block.stay and queue else None
        need = len(block.rows) + (following.space + min(2, len(following.rows)) if following else 0)
        if need <= room or (not page.rows and len(block.rows) <= room):
            page.rows += [Row("")] * space + list(block.rows)
            continue
        if block.cue and more is not None and room >= 4 and len(block.rows) >= 5:
            cut = room - 1
            ending, again = more(block.cue)
            if len(block.rows) - cut < 2:
                cut = len(block.rows) - 2
            if cut >= 3:
                page.rows += [Row("")] * space + list(block.rows[:cut]) + [ending]
                queue.insert(0, Block((again, *block.rows[cut:]), 0, cue=block.cue))
                pages.append(Page())
                continue
        if not page.rows:  # longer than any page
            page.rows += list(block.rows[:height])
            queue.insert(0, Block(block.rows[height:], 0))
        else:
            queue.insert(0, block)
        pages.append(Page())
    return pages


# --- English -------------------------------------------------------------------------------------------------------


def english(document: Document) -> list[Page]:
    """The pages of an English script, 54 rows each; indents in characters from the left margin of 1.5 inches."""
    blocks: list[Block] = []
    before = ""
    for one in document.elements:
        if one.kind == "heading":
            blocks.append(Block((Row(one.text.upper(), bold=True),), 2 if blocks else 0, stay=True))
            before = ""
        elif one.kind == "action":
            blocks.append(Block(tuple(Row(text) for text in wrap_latin(one.text, 60))))
        elif one.kind == "dialogue":
            again = " (CONT'D)" if one.who == before else ""
            rows = [Row(f"{one.who.upper()}{again}", 22)]
            if one.direction:
                rows += [Row(text, 16) for text in wrap_latin(f"({one.direction})", 26)]
            rows += [Row(text, 10) for text in wrap_latin(one.text, 35)]
            blocks.append(Block(tuple(rows), cue=one.who.upper()))
            before = one.who
        elif one.kind == "transition":
            blocks.append(Block((Row(one.text.upper(), align="right"),)))
        elif one.kind == "centered":
            blocks.append(Block((Row(one.text, align="center"),), 2))
        elif one.kind == "page-break":
            blocks.append(Block(()))
    return paginate(blocks, ROWS_EN, lambda cue: (Row("(MORE)", 22), Row(f"{cue} (CONT'D)", 22)))


def wrap_latin(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` columns, a full-width character counting two."""
    if all(ord(char) < 0x2E80 for char in text):
        return textwrap.wrap(text, width, break_long_words=True) or [""]
    return wrap_hanzi(text, width / 2)


# --- Chinese -------------------------------------------------------------------------------------------------------


def hanzi(document: Document) -> list[Page]:
    """The pages of a Chinese script, 33 rows each; indents in full-width characters."""
    blocks: list[Block] = []
    for one in document.elements:
        if one.kind == "heading":
            inside, place, time = one.parts
            head = f"{one.number}. {inside}景　{place}　{time}"
            blocks.append(Block(tuple(Row(text, bold=True) for text in wrap_hanzi(head, COLUMNS_ZH)), 1, stay=True))
        elif one.kind == "action":
            blocks.append(Block(_hung(f"△ {one.text}", 1.5), 0))
        elif one.kind == "dialogue":
            blocks.append(Block(_hung(f"{one.who}{f'（{one.direction}）' if one.direction else ''}：{one.text}", 2), 0))
        elif one.kind == "transition":
            blocks.append(Block((Row(one.text, align="right"),), 0))
        elif one.kind == "centered":
            blocks.append(Block((Row(one.text, align="center"),), 1))
    return paginate(blocks, ROWS_ZH)


def _hung(text: str, indent: float) -> tuple[Row, ...]:
    first, *rest = wrap_hanzi(text, COLUMNS_ZH)
    if not rest:
        return (Row(first),)
    return (Row(first), *(Row(line, indent) for line in wrap_hanzi(text[len(first) :].lstrip(), COLUMNS_ZH - indent)))


def wrap_hanzi(text: str, columns: float) -> list[str]:
    """Lines of at most ``columns`` full-width characters: marks that may not open a line hang on the one before,
    Latin words and numbers stay whole."""
    lines: list[str] = []
    line, width = "", 0.0
    for unit in _units(text):
        wide = sum(_columns(char) for char in unit)
        if line and width + wide > columns and unit not in _NO_START:
            carried = ""
            while line and line[-1] in _NO_END:
                line, carried = line[:-1], line[-1] + carried
            lines.append(line.rstrip(" "))
            line, unit = "", (carried + unit).lstrip(" ")
            width, wide = 0.0, sum(_columns(char) for char in unit)
        while wide > columns:  # one word longer than a line
            cut = max(1, int(columns))
            lines.append(unit[:cut])
            unit = unit[cut:]
            wide = sum(_columns(char) for char in unit)
        line, width = line + unit, width + wide
    return [*lines, line] if line or not lines else lines


def _units(text: str) -> list[str]:
    units: list[str] = []
    for char in text:
        joined = units and char.isascii() and char.isalnum() and units[-1][-1:].isascii() and units[-1][-1:].isalnum()
        if joined:
            units[-1] += char
        else:
            units.append(char)
    return units


def _columns(char: str) -> float:
    return 1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.55


# --- the story page ------------------------------------------------------------------------------------------------


def front(document: Document) -> list[tuple[str, str]]:
    """What stands before the script: ``(heading, text)`` for the logline, the people and the beats."""
    zh = document.lang == "zh"
    rows: list[tuple[str, str]] = []
    if document.logline:
        rows.append(("一句话" if zh else "Logline", document.logline))
    for one in document.characters:
        who = (f"{one.name}（{one.role}）" if zh else f"{one.name}, {one.role}") if one.role else one.name
        told = [
            ("想要" if zh else "Wants", one.want),
            ("需要" if zh else "Needs", one.need),
            ("说话" if zh else "Voice", one.voice),
        ]
        text = ("。" if zh else ". ").join(
            f"{name}：{value}" if zh else f"{name}: {value}" for name, value in told if value
        )
        rows.append((who, f"{text}{'。' if zh else '.'}" if text else ""))
    beats: list[Element] = [one for one in document.elements if one.kind == "synopsis"]
    for at, beat in enumerate(beats, 1):
        rows.append((f"{at}. {beat.who}" if beat.who else str(at), beat.text))
    return rows
