"""Screenplay layout: Chinese as production scripts here are typed, English as Fountain plain text (fountain.io)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from generation.channels import speaking_seconds

__all__ = ["Character", "Element", "Sheet", "layout", "running_seconds"]

_ACTION_S = 2.5  # seconds an action line holds the screen, on average


@dataclass(frozen=True, slots=True)
class Character:
    name: str
    role: str
    want: str
    need: str
    voice: str


@dataclass(frozen=True, slots=True)
class Element:
    """One line of a scene: an action when ``who`` is empty, else dialogue with an optional direction."""

    who: str
    direction: str
    words: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything a script shows. A scene is ``(kind, place, time, beat, elements)``."""

    title: str
    form: str
    topic: str
    logline: str
    characters: tuple[Character, ...]
    scenes: tuple[tuple[str, str, str, str, tuple[Element, ...]], ...]


def running_seconds(sheet: Sheet, lang: str) -> int:
    """An estimate of how long it plays: dialogue at speaking pace, actions a few seconds each."""
    elements = [element for *_, scene in sheet.scenes for element in scene]
    spoken = sum(speaking_seconds(element.words, lang) + 0.4 for element in elements if element.who)
    return round(spoken + _ACTION_S * sum(not element.who for element in elements))


def layout(sheet: Sheet, lang: str) -> str:
    return _zh(sheet) if lang == "zh" else _fountain(sheet)


def _zh(sheet: Sheet) -> str:
    head = [f"《{sheet.title}》", f"{sheet.form}｜约{running_seconds(sheet, 'zh')}秒"]
    if sheet.topic:
        head.append(f"题目：{sheet.topic}")
    blocks = ["\n".join(head), f"【一句话】\n{sheet.logline}"]
    if sheet.characters:
        rows = [
            f"{one.name}（{one.role}）\n　想要：{one.want}\n　需要：{one.need}\n　说话：{one.voice}"
            for one in sheet.characters
        ]
        blocks.append("【人物】\n" + "\n".join(rows))
    beats = [f"{number}. {beat}" for number, (_, _, _, beat, _) in enumerate(sheet.scenes, 1)]
    blocks.append("【节拍】\n" + "\n".join(beats))
    for number, (kind, place, time, _, elements) in enumerate(sheet.scenes, 1):
        rows = [f"{number}. {kind}景 · {place} · {time}", ""]
        for element in elements:
            direction = f"（{element.direction}）" if element.direction else ""
            rows.append(f"{element.who}{direction}：{element.words}" if element.who else f"△ {element.words}")
        blocks.append("\n".join(rows))
    return "\n\n".join(blocks)


def _fountain(sheet: Sheet) -> str:
    """Title page, synopses (``=``), notes (``[[ ]]``), scene headings, cues in capitals: any Fountain reader takes
    it."""
    page = [f"Title: {sheet.title}", f"Credit: {sheet.form}", f"Notes: about {running_seconds(sheet, 'en')} seconds"]
    if sheet.topic:
        page.append(f"Source: {sheet.topic}")
    blocks = ["\n".join(page), f"= {sheet.logline}"]
    blocks += [
        f"[[{one.name}, {one.role}. Wants {one.want}. Needs {one.need}. Voice: {one.voice}.]]"
        for one in sheet.characters
    ]
    for kind, place, time, beat, elements in sheet.scenes:
        blocks.append(f"{kind}. {re.sub('^an? ', '', place).upper()} - {time}")
        blocks.append(f"= {beat}")
        for element in elements:
            if element.who:
                direction = f"({element.direction})\n" if element.direction else ""
                blocks.append(f"{element.who.upper()}\n{direction}{element.words}")
            else:
                blocks.append(element.words)
    return "\n\n".join(blocks)
