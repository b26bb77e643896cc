"""Reading the marks back: whether a file says that it is generated, to people and to machines, and is unchanged.

Files come from anywhere, so nothing in them is trusted: sizes are bounded before anything is unpacked, XML with a
document type is refused, and a broken file is an answer ("problems") and no crash.
"""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from generation import labels
from generation.briefs import GenerationError

__all__ = ["MAX_BYTES", "Provenance", "VerifyError", "read"]

MAX_BYTES = 32 * 2**20
_MAX_PART = 8 * 2**20  # of one unpacked part of a DOCX file
_MAX_PAGES = 500
_MARK = re.compile(r"AI[ -]?(?:生成|合成|generated)|人工智能(?:生成|合成)|generated (?:by|with) AI", re.IGNORECASE)
_WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_KEYS = re.compile(r"^(Notice|AIGC|DigitalSourceType):[ \t]*(.*)\n?", re.MULTILINE | re.IGNORECASE)


class VerifyError(GenerationError, ValueError):
    """The file cannot be read at all: missing, too large, or of a kind that is not known."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a file says of its origin.

    ``label`` is the visible mark as it stands there, ``record`` the AIGC record. ``intact`` tells whether the content is
    what the record was made for: ``None`` when that cannot be told (no record, or a layout that hides the characters).
    """

    format: str
    label: str | None
    record: dict[str, str] | None
    source_type: str | None
    intact: bool | None
    problems: tuple[str, ...] = field(default=())

    @property
    def complete(self) -> bool:
        """Whether both marks are there and nothing is wrong with them."""
        return bool(self.label and self.record and not self.problems)


def read(path: Path | str) -> Provenance:
    """The marks of a ``.txt``, ``.md``, ``.fountain``, ``.json``, ``.docx`` or ``.pdf`` file of at most 32 MB.

    Raises:
        VerifyError: there is no such file, it is too large, or its kind is not known.
    """
    path = Path(path)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise VerifyError(f"{path.name}: this kind of file is not known; one of {', '.join(sorted(_READERS))}")
    if not path.is_file():
        raise VerifyError(f"{path.name}: no such file")
    if path.stat().st_size > MAX_BYTES:
        raise VerifyError(f"{path.name}: larger than {MAX_BYTES // 2**20} MB")
    return reader(path)


def _provenance(
    form: str,
    label: str | None,
    raw: Any,
    source_type: Any,
    content: str | None,
    problems: list[str],
    *,
    exact: bool = True,
) -> Provenance:
    """``raw`` is the record as text or as an object; ``content`` what its digest should cover."""
    record = _record(raw, problems)
    if not label:
        problems.append("no visible mark")
    intact = None
    if record is not None and content is not None:
        same = labels.digest(content) == record["ReservedCode1"]
        intact = True if same else False if exact else None
        if intact is False:
            problems.append("the content is not what the record was made for")
    kind = source_type if isinstance(source_type, str) and source_type else None
    return Provenance(form, label, record, kind, intact, tuple(problems))


def _record(raw: Any, problems: list[str]) -> dict[str, str] | None:
    if raw is None:
        problems.append("no AIGC record")
        return None
    try:
        record = json.loads(raw) if isinstance(raw, str) else raw
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict) or not all(isinstance(record.get(name), str) for name in labels.FIELDS):
        problems.append("the AIGC record is not the seven fields of GB 45438-2025")
        return None
    if record["Label"] not in ("1", "2", "3") or not record["ContentProducer"] or not record["ProduceID"]:
        problems.append("the AIGC record lacks what it is, who made it or its id")
    return {name: record[name] for name in labels.FIELDS}


def _visible(text: str) -> str | None:
    match = _MARK.search(text)
    return match.group() if match else None


def _decoded(path: Path, problems: list[str]) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        problems.append("not UTF-8 text")
        return path.read_text(encoding="utf-8", errors="replace")


def _text(path: Path) -> Provenance:
    problems: list[str] = []
    text = _decoded(path, problems)
    raw = source_type = None
    front = re.match(r"---\r?\n(.*?)\n---[ \t]*\r?\n", text, re.DOTALL)
    if front:
        text = text[front.end() :]
        keys = dict(re.findall(r"^(\w+):[ \t]*(.*?)\r?$", front.group(1), re.MULTILINE))
        raw, source_type = keys.get("AIGC"), keys.get("DigitalSourceType")
    first, _, rest = text.lstrip().partition("\n")
    label = _visible(first)
    content = rest if label and first.strip() in labels.VISIBLE.values() else text
    return _provenance("text", label or _visible(text[-200:]), raw, source_type, content, problems)


def _fountain(path: Path) -> Provenance:
    problems: list[str] = []
    text = _decoded(path, problems).replace("\r\n", "\n")
    head, _, body = text.lstrip().partition("\n\n")
    keys = {name.lower(): value.strip() for name, value in _KEYS.findall(head)}
    content = _KEYS.sub("", head) + body
    return _provenance(
        "fountain", _visible(keys.get("notice", "")), keys.get("aigc"), keys.get("digitalsourcetype"), content, problems
    )


def _json(path: Path) -> Provenance:
    problems: list[str] = []
    try:
        whole = json.loads(_decoded(path, problems))
    except (ValueError, RecursionError):
        whole = None
    if not isinstance(whole, dict):
        return Provenance("json", None, None, None, None, (*problems, "not a JSON object"))
    body = {name: value for name, value in whole.items() if name not in labels.JSON_MARKS}
    label = whole.get("label")
    shown = _visible(label) if isinstance(label, str) else None
    return _provenance(
        "json", shown, whole.get("AIGC"), whole.get("digital_source_type"), labels.canonical(body), problems
    )


def _docx(path: Path) -> Provenance:
    problems: list[str] = []
    try:
        with zipfile.ZipFile(path) as package:
            properties = _properties(_part(package, "docProps/custom.xml", problems))
            document = _xml(_part(package, "word/document.xml", problems))
            furniture = [name for name in package.namelist() if re.fullmatch(r"word/(?:header|footer)\d*\.xml", name)]
            margins = " ".join(_paragraphs(_xml(_part(package, name, problems)))[0] for name in furniture[:12])
    except (zipfile.BadZipFile, ElementTree.ParseError, NotImplementedError, OSError, RuntimeError) as error:
        return Provenance("docx", None, None, None, None, (*problems, f"not a readable DOCX file: {error}"))
    text, content = _paragraphs(document)
    return _provenance(
        "docx", _visible(text) or _visible(margins), properties.get("AIGC"), properties.get("DigitalSourceType"), content, problems
    )  # fmt: skip


def _part(package: zipfile.ZipFile, name: str, problems: list[str]) -> bytes:
    """One part, unpacked to at most 8 MB: the size in the directory may lie, what is read may not."""
    try:
        with package.open(name) as part:
            data = part.read(_MAX_PART + 1)
    except KeyError:
        return b""
    if len(data) > _MAX_PART:
        problems.append(f"{name} is too large to be read")
        return b""
    return data


def _xml(data: bytes) -> ElementTree.Element | None:
    if not data:
        return None
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"<\x00!" in data:
        raise ElementTree.ParseError("a document type is not allowed here")
    return ElementTree.fromstring(data)


def _properties(data: bytes) -> dict[str, str]:
    root = _xml(data)
    if root is None:
        return {}
    return {item.get("name", ""): "".join(item.itertext()) for item in root}


def _paragraphs(root: ElementTree.Element | None) -> tuple[str, str]:
    """The text of a part, and the same without the lines that are nothing but the visible mark."""
    if root is None:
        return "", ""
    lines = ["".join(run.text or "" for run in para.iter(f"{_WORDS}t")) for para in root.iter(f"{_WORDS}p")]
    return "\n".join(lines), "\n".join(line for line in lines if line.strip() not in labels.VISIBLE.values())


def _pdf(path: Path) -> Provenance:
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError:
        raise VerifyError("reading PDF files needs pypdf: pip install pypdf") from None
    problems: list[str] = []
    try:
        reader = PdfReader(path)
        if reader.is_encrypted:
            return Provenance("pdf", None, None, None, None, ("encrypted",))
        info = {str(name): str(value) for name, value in (reader.metadata or {}).items()}
        pages = reader.pages[:_MAX_PAGES]
        text = "\n".join(page.extract_text() for page in pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        return Provenance("pdf", None, None, None, None, (f"not a readable PDF file: {error}",))
    lines = [line for line in text.split("\n") if line.strip() not in labels.VISIBLE.values()]
    # A layout adds page numbers and reorders lines: only a match proves anything.
    return _provenance(
        "pdf",
        _visible(text),
        info.get("/AIGC"),
        info.get("/DigitalSourceType"),
        "\n".join(lines),
        problems,
        exact=False,
    )


_READERS = {".txt": _text, ".md": _text, ".fountain": _fountain, ".json": _json, ".docx": _docx, ".pdf": _pdf}
