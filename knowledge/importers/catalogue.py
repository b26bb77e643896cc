"""Works from JSONL, CSV or XLSX: the operator's catalogue, and ours (the demo is read by the same code).

JSONL holds one record a line, in the shape of ``demo/works/*.jsonl``. A table has one work a row, with these columns
(Chinese headers in brackets; any may be missing but ``type`` and a title):

    id, type (类型: film 电影, series 剧集, album 专辑, show 演出), title_zh (片名), title_en (英文名), aliases (别名),
    year (年份), countries (国家), languages (语言), genres (体裁), directors (导演), cast (主演), writers (编剧),
    composers (作曲), artists (艺人), runtime (片长), episodes (集数), awards (奖项), moods (氛围),
    line_zh (简介), line_en (英文简介)

Several items in a cell are separated by ``;`` or ``；``. A person or an award is ``English|中文``, or one of the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from knowledge.graph import Graph
from knowledge.importers.files import json_lines, kept, replacing, table, write_json_lines
from knowledge.importers.report import ImportFailed, ImportReport, RowError
from knowledge.records import LIST_FIELDS, BadRow, clean_record

__all__ = ["import_catalogue", "read_records"]

# What a header or a type may be called, besides its own name.
_HEADERS = {
    "type": "类型",
    "title_zh": "片名 中文名 中文片名 名称 标题 title",
    "title_en": "英文名 英文片名",
    "aliases": "别名 又名 alias",
    "year": "年份 年代 上映年份",
    "countries": "国家 国家/地区 国家和地区 country",
    "languages": "语言 language",
    "genres": "体裁 题材 流派 genre",
    "directors": "导演 director",
    "cast": "主演 演员 actors",
    "writers": "编剧 writer",
    "composers": "作曲 配乐 composer",
    "artists": "艺人 歌手 表演者 artist",
    "runtime": "片长 时长",
    "episodes": "集数",
    "awards": "奖项 获奖 award",
    "moods": "氛围 mood",
    "line_zh": "简介 一句话简介 line",
    "line_en": "英文简介",
}
_TYPES = {
    "film": "电影 影片 movie",
    "series": "电视剧 剧集 tv tv-series",
    "album": "专辑",
    "show": "演出 话剧 音乐剧 live-show",
    "person": "人物",
}
_COLUMN_OF = {name: column for column, others in _HEADERS.items() for name in others.split()}
_TYPE_OF = {name: type_ for type_, others in _TYPES.items() for name in others.split()}


def read_records(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """``(line, record)`` for every good row of the file and ``(line, reason)`` for every bad one.

    Raises:
        ImportFailed: the file cannot be read at all.
    """
    suffix = path.suffix.lower()
    rows: Iterable[tuple[int, Any]]
    if suffix in {".jsonl", ".ndjson", ".json"}:
        rows = json_lines(path)
    elif suffix in {".csv", ".tsv", ".xlsx"}:
        rows = ((line, _from_table(cells)) for line, cells in table(path))
    else:
        raise ImportFailed(f"{path.name}: expected .jsonl, .csv, .tsv or .xlsx")
    seen: dict[str, int] = {}
    for line, row in rows:
        try:
            if isinstance(row, ValueError):
                raise BadRow(f"not JSON: {row}")
            if not isinstance(row, Mapping):
                raise BadRow("not a JSON object")
            record = clean_record(row)
            if record["id"] in seen:
                raise BadRow(f"the same id as line {seen[record['id']]}: {record['id']}")
            seen[record["id"]] = line
            yield line, record
        except BadRow as error:
            yield line, str(error)


def import_catalogue(path: Path, home: Path, graph: Graph | None = None) -> ImportReport:
    """Keeps the good rows of ``path`` under ``home/catalogue`` and reports the rest.

    Args:
        graph: the catalogue so far; rows about works it holds count as updates.

    Raises:
        ImportFailed: the file cannot be read, or holds no good row; what was there stays.
    """
    report = ImportReport()
    target, earlier = kept(home, "works", path.stem)

    def good() -> Iterator[dict[str, Any]]:
        for line, record in read_records(path):
            if isinstance(record, str):
                report.skip(RowError(path.name, line, record))
                continue
            if graph is not None and record["id"] in graph:
                report.updated += 1
            else:
                report.added += 1
            yield record

    with replacing(target, earlier) as temporary:
        if not write_json_lines(temporary, good()):
            first = f"; the first: {report.skipped[0]}" if report.skipped else ""
            raise ImportFailed(f"{path.name} holds no usable row{first}")
    return report


def _from_table(cells: Mapping[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for header, cell in cells.items():
        if cell:
            row.setdefault(_COLUMN_OF.get(header, header), cell)
    title = {lang: row[f"title_{lang}"] for lang in ("zh", "en") if row.get(f"title_{lang}")}
    line = {lang: row[f"line_{lang}"] for lang in ("zh", "en") if row.get(f"line_{lang}")}
    # One title column only: let the characters say which language it is.
    row["title"] = title if len(title) == 2 else next(iter(title.values()), "")
    row["line"] = line
    given = row.get("type", "").lower().replace(" ", "-")
    row["type"] = _TYPE_OF.get(given, given)
    for field in LIST_FIELDS:
        if field in row:
            row[field] = [item for item in row[field].replace("；", ";").split(";") if item.strip()]
    row.pop("sources", None)
    return row
