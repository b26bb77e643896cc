"""Facts from a knowledge base: ``subject | relation | object`` lines, tab-separated lines, or N-Triples.

Which of the three it is, is seen from the file. Relations may be called by our ids, by their names in either language,
by the names MetaQA uses, or by schema.org's; any other becomes a relation of its own that can be asked about by its
name. What a fact is about is found by title when the catalogue is loaded, so triples may add to works that came from
elsewhere.

    W3C, "RDF 1.1 N-Triples", 2014.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from knowledge.graph import Graph
from knowledge.importers.files import decode, kept, read_bytes, replacing, write_json_lines
from knowledge.importers.report import ImportFailed, ImportReport, RowError
from knowledge.records import BadRow, clean_text

__all__ = ["import_triples", "read_triples"]

_RELATIONS = {
    "directed_by": "director",
    "cast": "starred_actors actor actors starring 演员",
    "written_by": "author writer screenplay",
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

_IRI = re.compile(r"<([^<>\s]*)>")
_NT = re.compile(
    r'\s*(<[^<>\s]*>|_:\S+)\s+(<[^<>\s]*>)\s+(<[^<>\s]*>|_:\S+|"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<[^<>\s]*>)?)\s*\.\s*(?:#.*)?'
)
_ESCAPE = re.compile(r'\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[tbnrf"\'\\])')
_PLAIN = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def read_triples(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """``(line, {"subject", "relation", "object"[, "type"]})`` for a good line, ``(line, reason)`` for a bad one.

    Raises:
        ImportFailed: the file cannot be read, or none of the three forms fits its first line.
    """
    lines = decode(read_bytes(path), path.name).splitlines()
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    if _NT.fullmatch(first):
        yield from _ntriples(lines)
        return
    separator = next((mark for mark in ("|||", "\t", "|") if first.count(mark) == 2), None)
    if separator is None:
        raise ImportFailed(f"{path.name}: neither subject|relation|object, tab-separated, nor N-Triples")
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = [part.strip() for part in line.split(separator)]
        if len(parts) != 3:
            yield number, f"expected 3 fields, found {len(parts)}"
            continue
        yield number, _checked(*parts)


def import_triples(path: Path, home: Path, graph: Graph | None = None) -> ImportReport:
    """Keeps the good lines of ``path`` under ``home/catalogue``; each counts as ``added``.

    Raises:
        ImportFailed: the file cannot be read, or holds no good line; what was there stays.
    """
    report = ImportReport()
    target, earlier = kept(home, "triples", path.stem)

    def good() -> Iterator[dict[str, Any]]:
        for line, row in read_triples(path):
            if isinstance(row, str):
                report.skipped.append(RowError(path.name, line, row))
            else:
                report.added += 1
                yield row

    with replacing(target, earlier) as temporary:
        if not write_json_lines(temporary, good()):
            raise ImportFailed(f"{path.name} holds no usable line")
    return report


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


def _ntriples(lines: list[str]) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Two passes: labels and types first, for they may stand anywhere in the file."""
    parsed: list[tuple[int, str, str, str, bool]] = []
    labels: dict[str, dict[str, str]] = {}
    types: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _NT.fullmatch(line)
        if match is None:
            yield number, "not an N-Triples statement"
            continue
        subject, predicate, target, literal, lang = match.groups()
        relation = _local_name(predicate).lower()
        if literal is not None and relation in {"label", "name", "preflabel"}:
            labels.setdefault(subject, {})["zh" if (lang or "").startswith("zh") else "en"] = _unescape(literal)
        elif relation == "type":
            types[subject] = _TYPE_OF.get(_local_name(target).lower(), "")
        else:
            value = target if literal is None else _unescape(literal)
            parsed.append((number, subject, _local_name(predicate), value, literal is None))

    def called(node: str) -> str:
        known = labels.get(node, {})
        return (
            "|".join((known["en"], known["zh"])) if len(known) == 2 else next(iter(known.values()), _local_name(node))
        )

    for number, subject, relation, value, is_node in parsed:
        title = labels.get(subject, {})
        name = title.get("en") or title.get("zh") or _local_name(subject)
        yield number, _checked(name, relation, called(value) if is_node else value, types.get(subject) or "film")


def _local_name(node: str) -> str:
    match = _IRI.fullmatch(node)
    iri = match.group(1) if match else node.removeprefix("_:")
    return unquote(re.split(r"[/#]", iri.rstrip("/#"))[-1]).replace("_", " ")


def _unescape(literal: str) -> str:
    def one(match: re.Match[str]) -> str:
        mark = match.group(1)
        return chr(int(mark[1:], 16)) if mark[0] in "uU" else _PLAIN.get(mark, mark)

    return _ESCAPE.sub(one, literal)
