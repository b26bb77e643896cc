"""A draft as a file to take away: what it is called, and its bytes."""

from __future__ import annotations

from actions.drafts import Saved
from actions.reply import Part
from generation import documents
from generation.documents import FORMATS, MIME
from generation.screenplay.exporting import file_name

__all__ = ["FORMATS", "MIME", "TITLES", "file_part", "render"]

TITLES = {"pdf": "PDF", "docx": "Word", "fountain": "Fountain", "md": "Markdown", "txt": "TXT", "json": "JSON"}


def file_part(saved: Saved, format_: str) -> Part:
    """The part that offers a draft for download; it is rendered when it is asked for."""
    return {
        "type": "file",
        "url": f"/v1/drafts/{saved.id}/{format_}",
        "name": file_name(saved.title, format_),
        "mime": MIME[format_].split(";")[0],
        "size": None,
    }


def render(saved: Saved, format_: str) -> bytes:
    """The file; words a person put in are covered by its marks like the rest."""
    return documents.render(
        saved.kind,
        format_,
        saved.text,
        title=saved.title,
        lang=saved.lang,
        id_=saved.id,
        metadata=saved.metadata or {},
    )
