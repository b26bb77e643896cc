"""Works from a Wikidata JSON dump: one entity a line, plain or compressed, streamed.

The dump's lines are those of ``https://dumps.wikimedia.org/wikidatawiki/entities/`` (an array with one entity a line;
plain JSON lines will do). Films, series, albums and stage works are kept, told by their *instance of* (P31); of their
statements those we have a relation for. A statement names other entities by number, so the dump is read twice: once
for the works and the numbers they use, once for the names behind the numbers.

    Wikibase, "JSON data model", https://doc.wikimedia.org/Wikibase/master/php/docs_topics_json.html.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from knowledge.graph import Graph
from knowledge.importers.files import kept, replacing, text_lines, write_json_lines
from knowledge.importers.namebook import NameBook
from knowledge.importers.report import ImportFailed, ImportReport, RowError
from knowledge.records import BadRow, clean_record

__all__ = ["import_wikidata"]

# Instance of (P31) → our type. Subclasses people actually use; a full class tree would need the whole dump in memory.
_KINDS = {
    "film": "Q11424 Q24862 Q202866 Q24869 Q506240 Q20650540 Q29168811 Q226730 Q93204 Q130232 Q157443",
    "series": "Q5398426 Q1259759 Q581714 Q63952888 Q117467246 Q526877 Q15416 Q1366112",
    "album": "Q482994 Q208569 Q222910 Q169930 Q209939",
    "show": "Q25379 Q2743 Q1344 Q116476516 Q182832 Q1573906 Q43099500",
}
_TYPE_OF = {number: type_ for type_, numbers in _KINDS.items() for number in numbers.split()}
_PROPERTIES = {
    "directors": "P57",
    "cast": "P161",
    "writers": "P58",
    "composers": "P86",
    "artists": "P175",
    "genres": "P136",
    "countries": "P495",
    "languages": "P364",
    "awards": "P166",
}
_MINUTE, _HOUR, _SECOND = "Q7727", "Q25235", "Q11574"
_MAX_NAMES = 40  # of one kind; a blockbuster lists hundreds of extras
_LANGUAGES = {"zh": ("zh-hans", "zh-cn", "zh", "zh-hant", "zh-tw", "zh-hk"), "en": ("en", "en-gb", "en-us", "mul")}


def import_wikidata(path: Path, home: Path, graph: Graph | None = None) -> ImportReport:
    """Keeps the works of a dump under ``home/catalogue`` as catalogue records; each counts as ``added``.

    Memory stays under about 150 MB however long the dump is; reading it twice costs about a minute a gigabyte.

    Raises:
        ImportFailed: the file cannot be read, or holds no work; what was there stays.
    """
    report = ImportReport()
    target, earlier = kept(home, "works", path.name.split(".")[0])
    with NameBook.open() as book:
        for _, entity in _entities(path):
            if isinstance(entity, Mapping) and _type(entity):
                book.want(number for property_ in _PROPERTIES.values() for number in _numbers(entity, property_))
        for _, entity in _entities(path):
            if isinstance(entity, Mapping) and book.is_wanted(str(entity.get("id"))):
                for lang, name in _labels(entity).items():
                    book.name(str(entity["id"]), lang, name)

        def works() -> Iterator[dict[str, Any]]:
            for line, entity in _entities(path):
                if isinstance(entity, str):
                    report.skip(RowError(path.name, line, entity))
                    continue
                try:
                    record = _record(entity, book)
                except (BadRow, AttributeError, TypeError) as error:
                    report.skip(RowError(path.name, line, f"{entity.get('id')}: {error}"))
                    continue
                if record is not None:
                    known = graph is not None and record["id"] in graph
                    report.updated += known
                    report.added += not known
                    yield record

        with replacing(target, earlier) as temporary:
            if not write_json_lines(temporary, works()):
                raise ImportFailed(f"{path.name} holds no film, series, album or stage work of Wikidata's kinds")
    return report


def _entities(path: Path) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """``(line, entity)``; ``(line, reason)`` for a line that holds none. The array's brackets are passed over."""
    for number, text in text_lines(path):
        if isinstance(text, ValueError):
            yield number, str(text)
            continue
        text = text.strip().rstrip(",")
        if text in ("", "[", "]"):
            continue
        try:
            entity = json.loads(text)
        except (ValueError, RecursionError) as error:
            yield number, f"not JSON: {error}"
            continue
        if isinstance(entity, Mapping) and re.fullmatch(r"[QPL]\d+", str(entity.get("id", ""))):
            yield number, entity
        else:
            yield number, "not an entity of Wikidata"


def _record(entity: Mapping[str, Any], book: NameBook) -> dict[str, Any] | None:
    """The work as a checked catalogue record; ``None`` when it is something else or has no name in our languages."""
    type_, title = _type(entity), _labels(entity)
    if not type_ or not title:
        return None
    groups = entity.get("aliases") or {}
    aliases = [str(one["value"]) for code in ("zh", "zh-hans", "zh-cn", "en") for one in groups.get(code, ())]
    years = sorted(year for value in _values(entity, "P577") if (year := _year(value)))
    row: dict[str, Any] = {
        "id": f"{type_}/{entity['id']}",
        "type": type_,
        "title": title,
        "aliases": [alias for alias in dict.fromkeys(aliases) if alias not in title.values()][:_MAX_NAMES],
        "year": years[0] if years else None,  # the first release; later ones are other countries' and re-releases
        "runtime": next((m for value in _values(entity, "P2047") if (m := _minutes(value))), None),
        "episodes": next((n for value in _values(entity, "P1113") if (n := _amount(value))), None),
    }
    for field, property_ in _PROPERTIES.items():
        row[field] = book.called(_numbers(entity, property_)[:_MAX_NAMES])
    record = clean_record(row)
    filled = [field for field in (*_PROPERTIES, "year", "runtime", "episodes") if record[field]]
    record["sources"] = dict.fromkeys(filled, "wikidata")
    return record


def _type(entity: Mapping[str, Any]) -> str:
    return next((_TYPE_OF[number] for number in _numbers(entity, "P31") if number in _TYPE_OF), "")


def _labels(entity: Mapping[str, Any]) -> dict[str, str]:
    labels = entity.get("labels") or {}
    found = {}
    for lang, codes in _LANGUAGES.items():
        name = next((labels[code]["value"] for code in codes if code in labels), "")
        if name:
            found[lang] = str(name).replace("|", " ")
    return found


def _values(entity: Mapping[str, Any], property_: str) -> list[Any]:
    """The values of a property, preferred ones first, deprecated ones left out."""
    claims = entity.get("claims") or {}
    statements = claims.get(property_, []) if isinstance(claims, Mapping) else []  # an entity without claims has []
    ranked = sorted(
        (one for one in statements if one.get("rank") != "deprecated"), key=lambda one: one.get("rank") != "preferred"
    )
    values = (((one.get("mainsnak") or {}).get("datavalue") or {}).get("value") for one in ranked)
    return [value for value in values if value is not None]


def _numbers(entity: Mapping[str, Any], property_: str) -> list[str]:
    found = []
    for value in _values(entity, property_):
        if isinstance(value, Mapping):
            found.append(str(value.get("id") or f"Q{value.get('numeric-id')}"))
    return list(dict.fromkeys(found))


def _year(value: Any) -> int | None:
    match = re.match(r"\+(\d{4})-", str(value.get("time", ""))) if isinstance(value, Mapping) else None
    return int(match.group(1)) if match else None


def _amount(value: Any) -> int | None:
    match = re.match(r"\+?(\d+)", str(value.get("amount", ""))) if isinstance(value, Mapping) else None
    return int(match.group(1)) or None if match else None


def _minutes(value: Any) -> int | None:
    amount = _amount(value)
    unit = str(value.get("unit", "")).rsplit("/", 1)[-1] if isinstance(value, Mapping) else ""
    if amount is None or unit not in (_MINUTE, _HOUR, _SECOND):
        return None
    return {_MINUTE: amount, _HOUR: amount * 60, _SECOND: round(amount / 60) or None}[unit]
