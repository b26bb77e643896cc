"""What a catalogue row must look like: cleaning and checking, one row at a time.

``clean_record`` takes whatever an operator's file held and returns a record in the shape of ``demo/works/*.jsonl``, or
raises :class:`BadRow` with a reason a person can act on. Nothing downstream checks again.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from knowledge.graph import WORK_TYPES, KnowledgeError
from knowledge.text import fold, is_han

__all__ = ["LIST_FIELDS", "PEOPLE_FIELDS", "BadRow", "clean_record", "clean_text", "names", "slug"]

PEOPLE_FIELDS = {
    "directors": "directed_by",
    "cast": "cast",
    "writers": "written_by",
    "composers": "composed_by",
    "artists": "performed_by",
}
"""Record field → relation, for the fields that hold people (or companies)."""

FACET_FIELDS = {"genres": "genre", "moods": "mood", "countries": "country", "languages": "language", "awards": "award"}
"""Record field → relation, for the fields that describe a work."""

LIST_FIELDS = ("aliases", *PEOPLE_FIELDS, *FACET_FIELDS)

_RANGES = {"year": (1000, 2100), "runtime": (1, 6000), "episodes": (1, 20000)}
_MAX_NAME, _MAX_LINE, _MAX_LIST = 200, 600, 300
_TAG = re.compile(r"<(/?[A-Za-z][^<>]*|!--.*?--|![^<>]*)>", re.S)
_ACTIVE = re.compile(r"<\s*(script|iframe|object|embed|svg|style)\b|javascript:|\bon\w+\s*=\s*[\"']", re.I)


class BadRow(KnowledgeError, ValueError):
    """A row that cannot go in; the message says why."""


def clean_text(value: Any, limit: int = _MAX_NAME) -> str:
    """One line of plain text: tags, control and invisible characters and surplus spaces taken out.

    Raises:
        BadRow: it is not text, is longer than ``limit`` characters, or carries script.
    """
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise BadRow(f"expected text, found {type(value).__name__}")
    text = html.unescape(str(value))
    if _ACTIVE.search(text):
        raise BadRow("contains script or active HTML")
    text = _TAG.sub(" ", text)
    # Cc control, Cf invisible (zero width, bidirectional overrides), Co/Cs private use and surrogates.
    kept = (" " if char.isspace() else char for char in text)
    text = "".join(char for char in kept if unicodedata.category(char) not in {"Cc", "Cf", "Co", "Cs"})
    text = " ".join(text.split())
    if len(text) > limit:
        raise BadRow(f"longer than {limit} characters: {text[:20]}…")
    return text


def names(text: str) -> dict[str, str]:
    """``"Christopher Nolan|克里斯托弗·诺兰"`` → ``{"en": …, "zh": …}``; without a bar, by what it is written in."""
    if "|" in text:
        english, _, chinese = text.partition("|")
        pair = {"zh": chinese.strip(), "en": english.strip()}
        return {lang: name for lang, name in pair.items() if name}
    return {"zh" if any(map(is_han, text)) else "en": text.strip()} if text.strip() else {}


def slug(text: str) -> str:
    """An id's last part: lower case, words joined by ``-``; Chinese characters are kept."""
    return re.sub(r"[^a-z0-9\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+", "-", fold(text).replace("'", "")).strip("-")


def clean_record(row: Mapping[str, Any]) -> dict[str, Any]:
    """A catalogue record with every field present and clean. Raises :class:`BadRow`.

    A work needs a known ``type`` and a title in at least one language; everything else may be missing. Without an
    ``id`` it gets ``type/title-year``. A ``person`` record (title and aliases only) gives a person more names.
    """
    type_ = clean_text(row.get("type")).lower()
    if type_ not in (*WORK_TYPES, "person"):
        raise BadRow(f"unknown type {type_!r}; one of {', '.join(WORK_TYPES)}" if type_ else "no type")
    title = _by_language(row.get("title"), _MAX_NAME, "title")
    if not title:
        raise BadRow("no title in either language")
    record: dict[str, Any] = {"id": "", "type": type_, "title": title}
    for field in LIST_FIELDS:
        record[field] = _list(row.get(field), field)
    for field, (low, high) in _RANGES.items():
        record[field] = _integer(row.get(field), field, low, high)
    record["line"] = _by_language(row.get("line"), _MAX_LINE, "line")
    record["sources"] = _sources(row.get("sources"))

    given = clean_text(row.get("id"))
    if given:
        if "/" not in given:  # an operator's own number or code
            given = f"{type_}/{given}"
        prefix, _, rest = given.partition("/")
        if prefix != type_ or not rest or re.search(r"[\s,\"'<>|]", given):
            raise BadRow(f"id {given!r} does not look like {type_}/some-name")
        record["id"] = given
    else:
        stem = slug(title.get("en", "")) or slug(title.get("zh", ""))
        if not stem:
            raise BadRow(f"no id, and none can be made from the title {next(iter(title.values()))!r}")
        record["id"] = f"{type_}/{stem}" + (f"-{record['year']}" if record["year"] else "")
    return record


def _by_language(value: Any, limit: int, field: str) -> dict[str, str]:
    if value is None or value == "":
        return {}
    if isinstance(value, Mapping):
        unknown = set(value) - {"zh", "en"}
        if unknown:
            raise BadRow(f"{field}: unknown language {min(map(str, unknown))!r}")
        cleaned = {lang: clean_text(value.get(lang), limit) for lang in ("zh", "en")}
        return {lang: text for lang, text in cleaned.items() if text}
    text = clean_text(value, limit)
    return {"zh" if any(map(is_han, text)) else "en": text} if text else {}


def _list(value: Any, field: str) -> list[str]:
    if value is None or value == "":
        return []
    if not isinstance(value, list):
        raise BadRow(f"{field}: expected a list")
    if len(value) > _MAX_LIST:
        raise BadRow(f"{field}: more than {_MAX_LIST} items")
    items = [clean_text(item) for item in value]
    return list(dict.fromkeys(item for item in items if item.strip("| ")))


def _integer(value: Any, field: str, low: int, high: int) -> int | None:
    if value is None or value == "":
        return None
    try:
        number = float(value)
        if isinstance(value, bool) or number != int(number):
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise BadRow(f"{field}: {str(value)[:20]!r} is not a whole number") from None
    if not low <= number <= high:
        raise BadRow(f"{field}: {int(number)} is not between {low} and {high}")
    return int(number)


def _sources(value: Any) -> dict[str, str]:
    if not value:
        return {}
    if not isinstance(value, Mapping):
        raise BadRow("sources: expected field → source")
    # A field may name several public sets; the graph keeps one line per fact.
    joined = {field: " ".join(source) if isinstance(source, list) else source for field, source in value.items()}
    return {clean_text(field): clean_text(source) for field, source in joined.items()}
