"""Reading other people's files and keeping ours: encodings, tables, size limits, and where imports are kept.

Files of lines are streamed, compressed or not, so their size does not matter; what has to be read whole has a limit.

An import is kept under ``<home>/catalogue`` as ``NNNN-kind-name.ext``; the number is the order in which a catalogue
loads them. Importing a file of the same name again replaces what it brought the last time. Files appear whole or not
at all: they are written beside their place and moved into it.
"""

from __future__ import annotations

import bz2
import codecs
import csv
import gzip
import io
import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from knowledge.importers.report import ImportFailed
from knowledge.records import slug

__all__ = [
    "MAX_BYTES",
    "decode",
    "json_lines",
    "kept",
    "read_bytes",
    "replacing",
    "table",
    "text_lines",
    "write_json_lines",
]

MAX_BYTES = 512 * 1024 * 1024
"""Largest file that is read whole, in bytes; files of lines are streamed and have no limit."""

MAX_LINE = 16 * 1024 * 1024
"""Longest line of a streamed file, in bytes."""

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_COMPRESSED = {".gz": gzip.open, ".bz2": bz2.open}
_LOOKED_AT = 4 * 1024 * 1024  # bytes; enough to tell UTF-8 from GB 18030
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
    marked = next((encoding for mark, encoding in _MARKS.items() if content.startswith(mark)), None)
    tried = (marked,) if marked else tuple(encodings)
    for encoding in tried:
        try:
            return content.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
    raise ImportFailed(f"{name} is not text in any of: {', '.join(tried)}")


def text_lines(path: Path) -> Iterator[tuple[int, str | ValueError]]:
    """``(line, text)`` for each line of a file, plain or ``.gz`` or ``.bz2``, without holding more than one in memory.

    The encoding is the one of its byte order mark, else whichever of UTF-8 and GB 18030 most of its first lines are
    written in. A line in another encoding, or longer than :data:`MAX_LINE`, yields a ``ValueError`` that says so.

    Raises:
        ImportFailed: the file is missing, not a file, empty, or a damaged archive.
    """
    try:
        if not path.is_file():
            raise ImportFailed(f"{path.name} is not a file" if path.exists() else f"{path.name} does not exist")
        with _opened(path) as stream:
            encoding = _encoding(stream)
        seen = False
        with _opened(path) as stream:
            for number, raw in enumerate(_raw_lines(stream, encoding), start=1):
                if len(raw) >= MAX_LINE:
                    seen = True
                    yield number, ValueError(f"longer than {MAX_LINE // 2**20} MiB")
                    continue
                try:
                    text = raw.decode(encoding)
                except UnicodeDecodeError:
                    seen = True
                    yield number, ValueError(f"not {encoding.upper()}, in which the rest of the file is written")
                    continue
                text = text.removeprefix("\ufeff") if number == 1 else text
                seen = seen or bool(text.strip())
                yield number, text
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ImportFailed(f"{path.name}: {getattr(error, 'strerror', None) or error}") from error
    if not seen:
        raise ImportFailed(f"{path.name} is empty")


def _opened(path: Path) -> BinaryIO:
    return _COMPRESSED.get(path.suffix.lower(), open)(path, "rb")  # type: ignore[operator, no-any-return]


def _encoding(stream: BinaryIO) -> str:
    first = stream.readline(MAX_LINE)
    for mark, encoding in _MARKS.items():
        if first.startswith(mark):
            return encoding
    telling = fitting = read = 0
    for line in chain([first], _raw_lines(stream, "utf-8")):
        if not line.isascii():
            telling += 1
            fitting += _is_utf8(line)
        read += len(line)
        if read > _LOOKED_AT:
            break
    return "utf-8" if 2 * fitting >= telling else "gb18030"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _raw_lines(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    """Lines with their ends, at most :data:`MAX_LINE` bytes each; the rest of a longer one is passed over."""
    if encoding.startswith("utf-16"):  # a line break is two bytes there, and half of one may be part of a character
        for text in io.TextIOWrapper(stream, encoding, newline=""):
            yield text.encode(encoding)
        return
    while line := stream.readline(MAX_LINE):
        yield line
        if len(line) >= MAX_LINE:
            while (rest := stream.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                pass


def table(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a CSV, TSV or XLSX table as ``(line, {header: cell})``; headers folded to lower case, blank rows dropped.

    Raises:
        ImportFailed: the file cannot be read, or has no header row.
    """
    rows = _xlsx_rows(read_bytes(path), path.name) if path.suffix.lower() == ".xlsx" else _csv_rows(path)
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


def _csv_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(_MAX_CELL)

    def lines() -> Iterator[str]:
        for number, text in text_lines(path):
            if isinstance(text, ValueError):
                raise ImportFailed(f"{path.name}:{number}: {text}")
            yield text

    stream = lines()
    first = next(stream, "")
    reader = csv.reader(chain([first], stream), delimiter=max(",\t", key=first.count))
    start = 1
    try:
        for cells in reader:
            yield start, cells
            start = reader.line_num + 1  # a quoted cell may hold line breaks: a row is where it starts
    except csv.Error as error:
        raise ImportFailed(f"{path.name}: not a table at line {start}: {error}") from error


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
    for line, text in text_lines(path):
        if isinstance(text, ValueError):
            yield line, text
        elif text.strip():
            try:
                yield line, json.loads(text)
            except (ValueError, RecursionError) as error:
                yield line, ValueError(str(error))


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
