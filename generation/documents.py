"""A draft as a file to take away, with its marks: what people see, and the record that machines read."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from generation import labels
from generation.briefs import Draft
from generation.screenplay import exporting
from generation.screenplay.exporting import ExportError
from generation.screenplay.tree import Story
from generation.script import document_of

__all__ = ["FORMATS", "MIME", "render"]

FORMATS = {
    "ad": ("docx", "txt", "md", "json"),
    "summary": ("docx", "txt", "md", "json"),
    "script": ("pdf", "fountain", "docx", "txt", "json"),
}
"""Formats by kind of draft, the usual one first."""
MIME = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "fountain": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "json": "application/json",
}


def render(
    kind: str, format_: str, text: str, *, title: str, lang: str, id_: str, metadata: Mapping[str, Any]
) -> bytes:
    """The bytes of a file.

    Args:
        kind: ``ad summary script``; a script whose metadata hold its story or rows is laid out as a screenplay.
        text: the words as they stand now; the record's digest is made for them.
        id_: the ProduceID under which the draft is known.
        metadata: of the draft.

    Raises:
        ExportError: the kind does not come in this format.
    """
    if format_ not in FORMATS[kind]:
        raise ExportError(f"{format_}: a {kind} can be had as {', '.join(FORMATS[kind])}")
    if kind == "script" and ("story" in metadata or "rows" in metadata):
        script = document_of(Draft(text, title, (), labels.VISIBLE[lang], metadata=dict(metadata)))
        script = replace(script, aigc=labels.implicit(script.body(), produce_id=id_))
        story = Story.from_json(str(metadata["story"])) if "story" in metadata else None
        return exporting.render(script, format_, story=story)
    record = labels.implicit(text, produce_id=id_)
    source = str(metadata.get("digital_source_type", labels.SOURCE_TYPE))
    if format_ == "json":
        extra = {name: metadata[name] for name in ("channel", "parts", "spoken", "seconds") if name in metadata}
        whole = {"title": title, "lang": lang, "text": text, **extra}
        return labels.json_document(whole, record, lang, source_type=source).encode()
    if format_ == "docx":
        return _word(text, title, lang, record, source)
    if format_ in ("txt", "md"):
        return labels.text_document(text, record, lang, source_type=source).encode()
    raise ExportError(f"{format_}: this script has no scenes to lay out")


def _word(text: str, title: str, lang: str, record: Mapping[str, str], source: str) -> bytes:
    from docx import Document
    from docx.oxml.ns import qn
    from docx.shared import Pt

    from generation.word_marks import mark

    word = Document()
    normal = word.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    word.add_paragraph(labels.VISIBLE[lang])
    for line in text.split("\n"):
        word.add_paragraph(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", line))
    mark(word, record, title=title, label=labels.VISIBLE[lang], source_type=source)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()
