"""Scripts as files: Fountain, PDF, DOCX, JSON and text, each labelled as generated, each written whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import re
import tempfile
import unicodedata
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from generation import labels
from generation.briefs import GenerationError
from generation.screenplay import fountain, layout
from generation.screenplay.document import Document, of_story
from generation.screenplay.tree import Story, StoryError

__all__ = ["FORMATS", "ExportError", "document", "export", "file_name", "load", "render", "save", "write"]

FORMATS = ("fountain", "pdf", "docx", "json", "txt", "md")


class ExportError(GenerationError, OSError):
    """A script could not be written; the message says where and why. What stood there before still does."""


def document(story: Story) -> Document:
    """A story as the document its exports are laid out from."""
    length = str(story.brief.get("length", "short"))
    credit = layout.form_name(story.lang, len(story.scenes), length)
    return of_story(story, credit, layout.running_seconds(story))


def render(script: Document, form: str, *, story: Story | None = None) -> bytes:
    """A script as the bytes of a file; ``story`` goes whole into JSON, so that it can be opened again.

    Raises:
        ExportError: the format is not known, or the library that writes it is not installed.
    """
    record = dict(script.aigc)
    if form == "fountain":
        return labels.fountain(fountain.write(script), record, script.lang).encode()
    if form in ("txt", "md"):
        return labels.text_document(layout.text(script), record, script.lang).encode()
    if form == "json":
        body: dict[str, Any] = {"script": {k: v for k, v in asdict(script).items() if k not in ("label", "aigc")}}
        if story is not None:
            body["story"] = json.loads(story.to_json())
        return labels.json_document(json.loads(json.dumps(body)), record, script.lang).encode()
    if form in ("pdf", "docx"):
        return _layouts(form)(script)
    raise ExportError(f"{form}: not a format; one of {', '.join(FORMATS)}")


def _layouts(form: str) -> Callable[[Document], bytes]:
    try:
        if form == "pdf":
            from generation.screenplay.pdf import render as laid_out
        else:
            from generation.screenplay.word import render as laid_out
    except ImportError as error:
        needs = "reportlab" if form == "pdf" else "python-docx"
        raise ExportError(f"{form} files need {needs}: pip install {needs} ({error.name} is missing)") from None
    return laid_out


def export(script: Document | Story, path: Path | str, *, form: str | None = None, overwrite: bool = False) -> Path:
    """Writes a script to ``path``; the format follows from its ending where ``form`` is not given.

    Raises:
        ExportError: the format is not known, the folder is not there, the file is (without ``overwrite``), or the disk
            is full; a file that stood there before is then as it was.
    """
    path = Path(path)
    form = form or path.suffix.lower().removeprefix(".")
    if form not in FORMATS:
        raise ExportError(f"{path.name}: the ending says no format that is known; one of {', '.join(FORMATS)}")
    story = script if isinstance(script, Story) else None
    made = document(script) if isinstance(script, Story) else script
    return write(path, render(made, form, story=story), overwrite=overwrite)


def save(story: Story, path: Path | str) -> Path:
    """Keeps a story as labelled JSON that :func:`load` opens again; the file before it stands until it is replaced.

    Raises:
        ExportError: it cannot be written; what stood there still does.
    """
    return export(story, path, form="json", overwrite=True)


def load(path: Path | str) -> Story:
    """A story back from :func:`save`.

    Raises:
        StoryError: the file is none that :func:`save` wrote.
    """
    path = Path(path)
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        body = raw["story"]
    except OSError as error:
        raise StoryError(f"{path.name}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise StoryError(f"{path.name}: not a story that was saved here") from None
    return Story.from_json(json.dumps(body))


def file_name(title: str, form: str) -> str:
    """A safe file name for a title: letters and digits of any script, no separators, no leading dot."""
    kept = "".join(char if char.isalnum() or char in " -_" else " " for char in unicodedata.normalize("NFC", title))
    name = re.sub(r"\s+", "-", kept.strip())[:60].strip("-_") or "script"
    if re.fullmatch(r"(?i)con|prn|aux|nul|com\d|lpt\d", name):
        name = f"{name}-script"
    return f"{name}.{form}"


def write(path: Path, data: bytes, *, overwrite: bool) -> Path:
    """All of ``data`` or nothing: a file beside it, then one rename.

    Raises:
        ExportError: it cannot be written there, or a file is and ``overwrite`` is off; what stood there still does.
    """
    if "\x00" in str(path):
        raise ExportError("the path holds a zero byte")
    if path.is_dir():
        raise ExportError(f"{path}: is a folder; name a file in it")
    if not path.parent.is_dir():
        raise ExportError(f"{path.parent}: no such folder")
    if path.exists() and not overwrite:
        raise ExportError(f"{path}: exists already; say that it may be replaced, or choose another name")
    scratch = ""
    try:
        handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(scratch, 0o644)
        os.replace(scratch, path)
    except OSError as error:
        if scratch and os.path.exists(scratch):
            os.unlink(scratch)
        why = "the disk is full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else error.strerror or str(error)
        raise ExportError(f"{path}: not written, {why}; nothing that stood there was changed") from None
    return path
