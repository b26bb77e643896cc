"""Facts from a knowledge base: ``subject | relation | object`` lines, tab-separated lines, N-Triples or Turtle.

Which of them it is, is seen from the file. Relations may be called by our ids, by their names in either language,
by the names MetaQA uses, or by schema.org's; any other becomes a relation of its own that can be asked about by its
name. What a fact is about is found by title when the catalogue is loaded, so triples may add to works that came from
elsewhere. Files are streamed: a million triples need no more memory than a thousand, but for the set of lines seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from knowledge.graph import Graph
from knowledge.importers.files import kept, replacing, text_lines, write_json_lines
from knowledge.importers.rdf import NTRIPLES, NamedTriple, read_ntriples, read_turtle
from knowledge.importers.report import ImportFailed, ImportReport, RowError
from knowledge.records import BadRow, clean_text

__all__ = ["import_triples", "read_triples"]

_RELATIONS = {
    "directed_by": "director",
    "cast": "starred_actors actor actors starring 演员",
    "written_by": "author writer screenplay screenwriter",
    "composed_by": "musicby composer music 配乐",
    "performed_by": "byartist artist performer 歌手 演唱者",
    "genre": "has_genre 体裁",
    "country": "countryoforigin 国家 制片国家/地区",
    "language": "in_language inlanguage",
    "award": "awards 获奖",
    "year": "release_year datepublished releaseyear 上映时间 上映年份 发行时间",
    "runtime": "duration 片长 时长",
    "episodes": "numberofepisodes",
}
_RELATION_OF = {name: relation for relation, others in _RELATIONS.items() for name in others.split()}
_TYPE_OF = {"movie": "film", "film": "film", "tvseries": "series", "musicalbum": "album", "theaterevent": "show"}
_NUMBERS = {"year": re.compile(r"\d{4}"), "runtime": re.compile(r"\d+"), "episodes": re.compile(r"\d+")}

_FORGET_AT = 2_000_000  # lines remembered to tell repeated ones; about 150 MB


def read_triples(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """``(line, {"subject", "relation", "object"[, "type"]})`` for a good line, ``(line, reason)`` for a bad one.

    Raises:
        ImportFailed: the file cannot be read, or none of the forms fits its first line.
    """
    if path.suffix.lower() in {".ttl", ".turtle"}:
        yield from _checked_all(read_turtle(path))
        return
    first = next((text for _, text in text_lines(path) if isinstance(text, str) and _says_something(text)), "").rstrip()
    if NTRIPLES.fullmatch(first):
        yield from _checked_all(read_ntriples(path))
        return
    separator = next((mark for mark in ("|||", "\t", "|") if first.count(mark) == 2), None)
    if separator is None:
        raise ImportFailed(
            f"{path.name}: neither subject|relation|object, tab-separated, N-Triples, nor Turtle in a file called .ttl"
        )
    for number, line in text_lines(path):
        if isinstance(line, ValueError):
            yield number, str(line)
        elif _says_something(line):
            parts = [part.strip() for part in line.split(separator)]
            yield number, _checked(*parts) if len(parts) == 3 else f"expected 3 fields, found {len(parts)}"


def import_triples(path: Path, home: Path, graph: Graph | None = None) -> ImportReport:
    """Keeps the good lines of ``path`` under ``home/catalogue``; each counts as ``added``.

    A million lines take about a quarter of a minute and, whatever their number, at most about 250 MB.

    Raises:
        ImportFailed: the file cannot be read, or holds no good line; what was there stays.
    """
    report = ImportReport()
    target, earlier = kept(home, "triples", path.stem)

    def good() -> Iterator[dict[str, Any]]:
        seen: set[int] = set()
        for line, row in read_triples(path):
            if isinstance(row, str):
                report.skip(RowError(path.name, line, row))
                continue
            said = hash(tuple(row.values()))
            if said in seen:
                report.repeated += 1
                continue
            if len(seen) >= _FORGET_AT:
                seen.clear()  # what repeats is nearly always near; the graph drops the rest when it is loaded
            seen.add(said)
            report.added += 1
            yield row

    with replacing(target, earlier) as temporary:
        if not write_json_lines(temporary, good()):
            raise ImportFailed(f"{path.name} holds no usable line")
    return report


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _checked_all(rows: Iterable[tuple[int, NamedTriple | str]]) -> Iterator[tuple[int, dict[str, Any] | str]]:
    for number, row in rows:
        if isinstance(row, str):
            yield number, row
        else:
            yield number, _checked(row.subject, row.relation, row.object, row.type or "film")


def _checked(subject: str, relation: str, target: str, type_: str = "film") -> dict[str, Any] | str:
    try:
        subject, relation, target = clean_text(subject), clean_text(relation), clean_text(target, 600)
    except BadRow as error:
        return str(error)
    if not (subject and relation and target):
        return "an empty field"
    relation = _RELATION_OF.get(relation.lower(), relation)
    value: str | int = target
    if relation in _NUMBERS:
        number = _NUMBERS[relation].search(target)
        if number is None:
            return f"{relation}: {target[:20]!r} is not a number"
        value = int(number.group())
    return {"subject": subject, "relation": relation, "object": value, "type": type_}
