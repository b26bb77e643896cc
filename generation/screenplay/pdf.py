"""PDF: the pages of ``pages`` drawn with reportlab, Latin in Courier and Chinese in the built-in font STSong-Light.

Every string is drawn as it is, never read as markup. The visible mark stands on every page, the record in the Info
dictionary.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from reportlab.lib.pagesizes import A4, LETTER
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFInfo, PDFString
from reportlab.pdfgen.canvas import Canvas

from generation import labels
from generation.screenplay import pages
from generation.screenplay.document import Document

__all__ = ["render"]

_LATIN, _HAN = "Courier", "STSong-Light"
_SIZE = 12.0
_SMALL = 9.0
_INCH = 72.0
_MAX_PAGES = 400


class _Info(PDFInfo):  # type: ignore[misc]
    """The Info dictionary with entries of our own."""

    more: Mapping[str, str] = {}

    def format(self, document: Any) -> bytes:
        entries = {
            "Title": PDFString(self.title), "Creator": PDFString(self.creator), "Producer": PDFString(self.producer),
            **{name.removeprefix("/"): PDFString(value) for name, value in self.more.items()},
        }  # fmt: skip
        made: bytes = PDFDictionary(entries).format(document)
        return made


def render(document: Document) -> bytes:
    """A script as a PDF file: title page, story page, script."""
    if _HAN not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(_HAN))
    zh = document.lang == "zh"
    laid = pages.hanzi(document) if zh else pages.english(document)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4 if zh else LETTER, invariant=True, pageCompression=1)
    info = _Info()
    info.title, info.creator = document.title, "Yuban"
    shown = "\n".join(row.text for page in laid for row in page.rows)
    info.more = labels.pdf_info(labels.for_export(dict(document.aigc), shown))
    canvas._doc.info = info
    sheet = _Sheet(canvas, document)
    sheet.title_page()
    sheet.story_pages()
    for number, page in enumerate(laid[:_MAX_PAGES], 1):
        sheet.script_page(page, number)
    canvas.save()
    return out.getvalue()


class _Sheet:
    """Draws pages of one document."""

    def __init__(self, canvas: Canvas, document: Document) -> None:
        self.canvas, self.document = canvas, document
        self.zh = document.lang == "zh"
        self.width, self.height = A4 if self.zh else LETTER
        self.left = _INCH if self.zh else 1.5 * _INCH
        self.right = self.width - _INCH
        self.leading = 21.0 if self.zh else 12.0
        self.unit = _SIZE if self.zh else 7.2  # points of one column of indent

    def runs(self, text: str) -> list[tuple[str, str]]:
        """The text in stretches of one font: ``(font, words)``."""
        found: list[tuple[str, str]] = []
        for char in text:
            if ord(char) > 0xFFFF or ord(char) < 0x20:
                char = "□"
            latin = not self.zh and _encodable(char)
            font = _LATIN if latin else _HAN
            if found and found[-1][0] == font:
                found[-1] = (font, found[-1][1] + char)
            else:
                found.append((font, char))
        return found

    def wide(self, text: str, size: float) -> float:
        return float(sum(pdfmetrics.stringWidth(words, font, size) for font, words in self.runs(text)))

    def put(
        self, text: str, x: float, y: float, *, size: float = _SIZE, bold: bool = False, align: str = "left"
    ) -> None:
        if align == "center":
            x = (self.left + self.right - self.wide(text, size)) / 2
        elif align == "right":
            x = self.right - self.wide(text, size)
        drawn = self.canvas.beginText(x, y)
        if bold and self.zh:  # the built-in Chinese font has no bold: its outline is drawn as well
            drawn.setTextRenderMode(2)
            self.canvas.setLineWidth(0.35)
        for font, words in self.runs(text):
            drawn.setFont("Courier-Bold" if bold and font == _LATIN else font, size)
            drawn.textOut(words)
        if bold and self.zh:
            drawn.setTextRenderMode(0)
        self.canvas.drawText(drawn)

    def foot(self) -> None:
        """The visible mark, on every page."""
        self.put(self.document.label, self.left, 0.5 * _INCH, size=_SMALL)

    def title_page(self) -> None:
        title = f"《{self.document.title}》" if self.zh else self.document.title.upper()
        y = self.height * 0.62
        for at, line in enumerate(self.cut(title, 20 if self.zh else 40)):
            self.put(line, 0, y - at * 30, size=22 if self.zh else _SIZE, bold=True, align="center")
        about = f"约{self.document.seconds}秒" if self.zh else f"about {self.document.seconds} seconds"
        self.put(self.document.credit, 0, y - 60, align="center")
        self.put(about, 0, y - 60 - 1.8 * _SIZE, align="center")
        if self.document.topic:
            topic = f"题目：{self.document.topic}" if self.zh else f"Based on the idea: {self.document.topic}"
            for at, line in enumerate(self.cut(topic, 34 if self.zh else 50)):
                self.put(line, 0, y - 120 - at * 20, align="center")
        self.foot()
        self.canvas.showPage()

    def cut(self, text: str, columns: float) -> list[str]:
        return pages.wrap_hanzi(text, columns) if self.zh else pages.wrap_latin(text, int(columns))

    def story_pages(self) -> None:
        rows = pages.front(self.document)
        if not rows:
            return
        y = self.height - _INCH
        for head, text in rows:
            lines = self.cut(text, 35 if self.zh else 58)
            if y - (len(lines) + 1) * self.leading < _INCH:
                self.foot()
                self.canvas.showPage()
                y = self.height - _INCH
            self.put(head, self.left, y, bold=True)
            for at, line in enumerate(lines, 1):
                self.put(line, self.left + 2 * self.unit, y - at * self.leading)
            y -= (len(lines) + (1.4 if self.zh else 2)) * self.leading
        self.foot()
        self.canvas.showPage()

    def script_page(self, page: pages.Page, number: int) -> None:
        if self.zh:
            self.put(f"— {number} —", 0, 0.5 * _INCH, size=_SMALL, align="center")
        elif number > 1:
            self.put(f"{number}.", 0, self.height - 0.5 * _INCH, align="right")
        y = self.height - _INCH - _SIZE
        for row in page.rows:
            if row.text:
                self.put(row.text, self.left + row.indent * self.unit, y, bold=row.bold, align=row.align)
            y -= self.leading
        self.foot()
        self.canvas.showPage()


def _encodable(char: str) -> bool:
    try:
        char.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
