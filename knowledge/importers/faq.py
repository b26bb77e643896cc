"""Frequently asked questions from JSONL, CSV or XLSX: what the help desk already answers.

A table has one question a row: ``question_zh question_en answer_zh answer_en``, and optionally ``id topic
phrasings_zh phrasings_en`` (ways people put it, separated by ``;``). Two columns, ``question`` and ``answer`` (问题,
答案), will do: the characters say which language they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.graph import Graph
from knowledge.importers.files import json_lines, kept, replacing, table, write_json_lines
from knowledge.importers.report import ImportFailed, ImportReport, RowError
from knowledge.records import BadRow, clean_text, slug
from knowledge.text import is_han

__all__ = ["FaqEntry", "import_faq", "read_faq"]

_LANGUAGES = ("zh", "en")
_MAX_ANSWER = 4000
_HEADERS = {
    "question": "问题 提问 标准问题",
    "answer": "答案 回答 回复",
    "phrasings": "相似问 相似问题 其他问法",
    "topic": "分类 类别 主题",
}
_COLUMN_OF = {name: column for column, others in _HEADERS.items() for name in others.split()}


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """One question with the ways people put it, and its answer; each by language, at least one language there."""

    id: str
    topic: str
    question: dict[str, str]
    phrasings: dict[str, list[str]]
    answer: dict[str, str]


def read_faq(path: Path) -> Iterator[tuple[int, FaqEntry | str]]:
    """``(line, entry)`` for every good row and ``(line, reason)`` for every bad one.

    Raises:
        ImportFailed: the file cannot be read at all.
    """
    suffix = path.suffix.lower()
    rows: Iterable[tuple[int, Any]]
    if suffix in {".jsonl", ".ndjson"}:
        rows = json_lines(path)
    elif suffix in {".csv", ".tsv", ".xlsx"}:
        rows = ((line, _from_table(cells)) for line, cells in table(path))
    else:
        raise ImportFailed(f"{path.name}: expected .jsonl, .csv, .tsv or .xlsx")
    seen: dict[str, int] = {}
    for line, row in rows:
        try:
            if isinstance(row, ValueError) or not isinstance(row, Mapping):
                raise BadRow("not a JSON object")
            entry = _entry(row, line)
            if entry.id in seen:
                raise BadRow(f"the same id as line {seen[entry.id]}: {entry.id}")
            seen[entry.id] = line
            yield line, entry
        except BadRow as error:
            yield line, str(error)


def import_faq(path: Path, home: Path, graph: Graph | None = None) -> ImportReport:
    """Keeps the good rows of ``path`` under ``home/catalogue``; each counts as ``added``.

    Raises:
        ImportFailed: the file cannot be read, or holds no good row; what was there stays.
    """
    report = ImportReport()
    target, earlier = kept(home, "faq", path.stem)

    def good() -> Iterator[dict[str, Any]]:
        for line, entry in read_faq(path):
            if isinstance(entry, str):
                report.skip(RowError(path.name, line, entry))
            else:
                report.added += 1
                yield {
                    "id": entry.id,
                    "topic": entry.topic,
                    "question": entry.question,
                    "phrasings": entry.phrasings,
                    "answer": entry.answer,
                }

    with replacing(target, earlier) as temporary:
        if not write_json_lines(temporary, good()):
            raise ImportFailed(f"{path.name} holds no usable row")
    return report


def _entry(row: Mapping[str, Any], line: int) -> FaqEntry:
    question = _texts(row.get("question"), 300)
    answer = _texts(row.get("answer"), _MAX_ANSWER)
    if not question:
        raise BadRow("no question")
    if not answer:
        raise BadRow("no answer")
    phrasings = row.get("phrasings") or {}
    if not isinstance(phrasings, Mapping):
        raise BadRow("phrasings: expected lists by language")
    cleaned = {
        lang: [text for text in (clean_text(item, 300) for item in phrasings.get(lang) or []) if text]
        for lang in _LANGUAGES
    }
    topic = clean_text(row.get("topic")) or "general"
    given = clean_text(row.get("id"))
    id_ = given or f"{slug(topic) or 'general'}/{slug(question.get('en') or question.get('zh') or '')[:60] or line}"
    return FaqEntry(id_, topic, question, {lang: items for lang, items in cleaned.items() if items}, answer)


def _texts(value: Any, limit: int) -> dict[str, str]:
    if isinstance(value, Mapping):
        cleaned = {lang: clean_text(value.get(lang), limit) for lang in _LANGUAGES}
        return {lang: text for lang, text in cleaned.items() if text}
    text = clean_text(value, limit)
    return {"zh" if any(map(is_han, text)) else "en": text} if text else {}


def _from_table(cells: Mapping[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for header, cell in cells.items():
        if cell:
            row.setdefault(_COLUMN_OF.get(header, header), cell)
    for field in ("question", "answer"):
        pair = {lang: row[f"{field}_{lang}"] for lang in _LANGUAGES if row.get(f"{field}_{lang}")}
        row[field] = pair or row.get(field, "")
    phrasings: dict[str, list[str]] = {}
    for column in ("phrasings", "phrasings_zh", "phrasings_en"):
        for text in str(row.get(column, "")).replace("；", ";").split(";"):
            if text.strip():
                phrasings.setdefault("zh" if any(map(is_han, text)) else "en", []).append(text.strip())
    row["phrasings"] = phrasings
    return row
