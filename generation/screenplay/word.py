"""DOCX: a script for a word processor, with styles that can be changed in one place, written with python-docx.

Columns are those of the printed page. The visible mark is the first line, the record a custom property of the file.
"""

from __future__ import annotations

import io
import re
from typing import Any

from docx import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Inches, Pt

from generation.screenplay import pages
from generation.screenplay.document import Document
from generation.word_marks import mark

__all__ = ["render"]

# name: (left indent, right indent in inches, keep with next, bold)
_STYLES_EN = {
    "Scene Heading": (0.0, 0.0, True, True),
    "Action": (0.0, 0.0, False, False),
    "Character": (2.2, 0.0, True, False),
    "Parenthetical": (1.6, 1.9, True, False),
    "Dialogue": (1.0, 1.5, False, False),
    "Transition": (4.0, 0.0, False, False),
}
_STYLES_ZH = {
    "场景": (0.0, 0.0, True, True),
    "动作": (0.0, 0.0, False, False),
    "对白": (0.0, 0.0, False, False),
    "转场": (0.0, 0.0, False, False),
}


def render(document: Document) -> bytes:
    """A script as a DOCX file."""
    zh = document.lang == "zh"
    word = WordDocument()
    _page(word, zh)
    _styles(word, zh)
    add = _Writer(word, zh)
    add(document.label, "Normal")
    add(f"《{document.title}》" if zh else document.title.upper(), "Title")
    about = (
        f"{document.credit}｜约{document.seconds}秒" if zh else f"{document.credit}, about {document.seconds} seconds"
    )
    add(about, "Normal")
    if document.topic:
        add(f"题目：{document.topic}" if zh else f"Based on the idea: {document.topic}", "Normal")
    rows = pages.front(document)
    for head, text in rows:
        add(head, "Scene Heading" if not zh else "场景")
        if text:
            add(text, "Normal")
    if rows:
        word.add_page_break()
    for one in document.elements:
        add.element(one.kind, one.text, one.who, one.direction, one.parts, one.number)
    mark(word, document.aigc, title=document.title, label=document.label)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _page(word: Any, zh: bool) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = (Cm(21), Cm(29.7)) if zh else (Inches(8.5), Inches(11))
    section.left_margin = Cm(2.54) if zh else Inches(1.5)
    section.right_margin = section.top_margin = section.bottom_margin = Inches(1)


def _styles(word: Any, zh: bool) -> None:
    font = "宋体" if zh else "Courier New"
    normal = word.styles["Normal"]
    normal.font.name, normal.font.size = ("Times New Roman" if zh else font), Pt(12)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.5 if zh else 1.0
    for name, (left, right, stay, bold) in (_STYLES_ZH if zh else _STYLES_EN).items():
        style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.font.bold = bold
        shape = style.paragraph_format
        shape.left_indent, shape.right_indent = Inches(left), Inches(right)
        shape.keep_with_next = stay
        opens = name in ("Scene Heading", "Action", "Character", "Transition", "场景")
        shape.space_before = Pt(12) if opens else Pt(0)
        if name in ("动作", "对白"):
            shape.left_indent, shape.first_line_indent = Pt(24), Pt(-24)


class _Writer:
    """Adds paragraphs; what XML cannot hold is left out."""

    def __init__(self, word: Any, zh: bool) -> None:
        self.word, self.zh = word, zh

    def __call__(self, text: str, style: str, align: Any = None) -> None:
        text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text)
        paragraph = self.word.add_paragraph(text, style=style)
        if align is not None:
            paragraph.alignment = align

    def element(self, kind: str, text: str, who: str, direction: str, parts: tuple[str, str, str], number: int) -> None:
        if kind == "heading":
            inside, place, time = parts
            self(
                f"{number}. {inside}景　{place}　{time}" if self.zh else text.upper(),
                "场景" if self.zh else "Scene Heading",
            )
        elif kind == "action":
            self(f"△ {text}" if self.zh else text, "动作" if self.zh else "Action")
        elif kind == "dialogue" and self.zh:
            self(f"{who}{f'（{direction}）' if direction else ''}：{text}", "对白")
        elif kind == "dialogue":
            self(who.upper(), "Character")
            if direction:
                self(f"({direction})", "Parenthetical")
            self(text, "Dialogue")
        elif kind == "transition":
            self(text, "转场" if self.zh else "Transition", WD_ALIGN_PARAGRAPH.RIGHT)
        elif kind == "centered":
            self("", "Normal")
            self(text, "Normal", WD_ALIGN_PARAGRAPH.CENTER)
