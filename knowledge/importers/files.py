"""Reading other people's files and keeping ours: encodings, tables, size limits, and where imports are kept.

An import is kept under ``<home>/catalogue`` as ``NNNN-kind-name.ext``; the number is the order in which a catalogue
loads them. Importing a file of the same name again replaces what it brought the last time. Files appear whole or not
at all: they are written beside their place and moved into it.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from knowledge.importers.report import ImportFailed
from knowledge.records import slug

__all__ = ["MAX_BYTES", "decode", "json_lines", "kept", "read_bytes", "replacing", "table", "write_json_lines"]

MAX_BYTES = 512 * 1024 * 1024
"""Largest file that is read, in bytes."""

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_MAX_CELL = 1_000_000  # characters; beyond that it is not a catalogue cell


def read_bytes(path: Path) -> bytes:
    """The file's content. Raises :class:`ImportFailed` when it is missing, not a file, empty or too large."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise ImportFailed(f"{path.name} is not a file")
        if size > MAX_BYTES:
            raise ImportFailed(f"{path.name} is larger than {MAX_BYTES // 2**20} MiB")
        content = path.read_bytes()
    except OSError as error:
        raise ImportFailed(f"{path.name}: {error.strerror}") from error
    if not content.strip():
        raise ImportFailed(f"{path.name} is empty")
    return content


def decode(content: bytes, name: str, encodings: Iterable[str] = ("utf-8", "gb18030")) -> str:
    """The text, by its byte order mark if it has one, else by the first encoding that fits without a single error.

    Raises:
        ImportFailed: none of them fits.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            encodings = (encoding,)
            break
    tried = tuple(encodings)
    for encoding in tried:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ImportFailed(f"{name} is not text in any of: {', '.join(tried)}")


def table(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a CSV, TSV or XLSX table as ``(line, {header: cell})``; headers folded to lower case, blank rows dropped.

    Raises:
        ImportFailed: the file cannot be read, or has no header row.
    """
    content = read_bytes(path)
    rows = _xlsx_rows(content, path.name) if path.suffix.lower() == ".xlsx" else _csv_rows(decode(content, path.name))
    header: list[str] | None = None
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = [cell.strip().lower() for cell in cells]
            continue
        yield line, dict(zip(header, (cell.strip() for cell in cells), strict=False))
    if header is None:
        raise ImportFailed(f"{path.name} has no header row")


def _csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(_MAX_CELL)
    first = text.split("\n", 1)[0]
    delimiter = max(",\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    start = 1
    try:
        for cells in reader:
            yield start, cells
            start = reader.line_num + 1  # a quoted cell may hold line breaks: a row is where it starts
    except csv.Error as error:
        raise ImportFailed(f"not a table at line {start}: {error}") from error


def _xlsx_rows(content: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook  # 0.3 s to import, and only spreadsheets need it

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
    except Exception as error:  # a broken archive surfaces as one of a dozen types
        raise ImportFailed(f"{name} is not a readable XLSX workbook") from error
    for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        yield line, ["" if cell is None else str(cell) for cell in cells]


def json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    """``(line, value)`` for each line of a JSONL file; a line that is not JSON yields its ``ValueError`` instead."""
    for line, text in enumerate(decode(read_bytes(path), path.name).splitlines(), start=1):
        if text.strip():
            try:
                yield line, json.loads(text)
            except ValueError as error:
                yield line, error


# --- where imports are kept -------------------------------------------------------------------------------------------


def kept(home: Path, kind: str, name: str, extension: str = "jsonl") -> tuple[Path, list[Path]]:
    """Where an import called ``name`` goes next, and the earlier ones of that kind and name which it replaces."""
    folder = home / "catalogue"
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{kind}-{slug(name) or 'import'}"
    numbered = {path: re.fullmatch(r"(\d+)-(.+)", path.stem) for path in folder.iterdir()}
    numbers = [int(match[1]) for match in numbered.values() if match]
    earlier = [path for path, match in numbered.items() if match and match[2] == stem]
    return folder / f"{max(numbers, default=0) + 1:04d}-{stem}.{extension}", sorted(earlier)


@contextmanager
def replacing(target: Path, earlier: Iterable[Path] = ()) -> Iterator[Path]:
    """A temporary path to write to; moved to ``target`` when the block ends well, removed when it does not."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        os.chmod(temporary, 0o644)
        os.replace(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    for path in earlier:
        if path != target:
            path.unlink(missing_ok=True)


def write_json_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Writes one JSON object a line (UTF-8) and returns how many."""
    count = 0
    with path.open("w", encoding="utf-8") as stream:
        for row in rows:
            stream.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
            count += 1
    return count
