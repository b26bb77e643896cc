"""A Wikidata dump in, works out: kinds, names behind numbers, preferred statements, units, and bad lines."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from knowledge.catalogue import Catalogue
from knowledge.importers import ImportFailed, import_wikidata


def item(number: str) -> dict[str, Any]:
    return {"mainsnak": {"datavalue": {"value": {"entity-type": "item", "id": number}}}, "rank": "normal"}


def value(content: Any, rank: str = "normal") -> dict[str, Any]:
    return {"mainsnak": {"datavalue": {"value": content}}, "rank": rank}


def entity(number: str, labels: dict[str, str], **claims: list[Any]) -> dict[str, Any]:
    return {
        "id": number,
        "labels": {code: {"language": code, "value": text} for code, text in labels.items()},
        "claims": claims,
    }


FILM = entity(
    "Q100",
    {"en": "Farewell", "zh-hans": "别离", "fr": "Adieu"},
    P31=[item("Q11424")],
    P57=[item("Q1"), item("Q404")],
    P136=[item("Q2")],
    P577=[value({"time": "+1999-01-02T00:00:00Z"}), value({"time": "+1998-05-01T00:00:00Z"})],
    P2047=[value({"amount": "+2", "unit": "http://www.wikidata.org/entity/Q25235"})],
    P161=[item("Q3") | {"rank": "deprecated"}],
)
FILM["aliases"] = {"en": [{"value": "Good-bye"}]}
ALBUM = entity("Q200", {"zh": "专辑"}, P31=[item("Q482994")], P175=[item("Q1")])
NAMES = [
    entity("Q1", {"en": "Jane Doe", "zh": "某简"}),
    entity("Q2", {"en": "drama", "zh": "剧情片"}),
    entity("Q3", {"en": "Nobody"}),
    {"id": "Q9", "labels": {"en": {"value": "A town"}}, "claims": []},
]


def dump(path: Path, lines: list[str]) -> Path:
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        stream.write("[\n" + ",\n".join(lines) + "\n]\n")
    return path


def test_works_come_in_with_the_names_behind_their_numbers(tmp_path: Path) -> None:
    path = dump(tmp_path / "latest.json.gz", [json.dumps(row, ensure_ascii=False) for row in [FILM, ALBUM, *NAMES]])
    report = import_wikidata(path, tmp_path)
    assert (report.added, report.skipped) == (2, [])
    graph = Catalogue.load(tmp_path, demo=False).graph
    film = graph.entity("film/Q100")
    assert film.labels == {"zh": "别离", "en": "Farewell"} and film.aliases == ("Good-bye",)
    assert graph.value("film/Q100", "year") == 1998 and graph.value("film/Q100", "runtime") == 120
    (director,) = graph.objects("film/Q100", "directed_by")  # Q404 has no name in the dump
    assert graph.entity(str(director)).labels == {"en": "Jane Doe", "zh": "某简"}
    assert graph.objects("film/Q100", "cast") == ()  # deprecated
    assert graph.objects("film/Q100", "genre") == ("genre/drama",)
    assert graph.subjects(str(director), "performed_by") == ("album/Q200",)
    assert {fact.source for fact in graph.facts("film/Q100")} == {"wikidata"}


def test_lines_that_are_no_entity_are_reported(tmp_path: Path) -> None:
    rows = [json.dumps(FILM), "{broken", '{"id": "not a number"}', *map(json.dumps, NAMES)]
    report = import_wikidata(dump(tmp_path / "d.json.gz", rows), tmp_path)
    assert report.added == 1
    assert [(error.line, error.reason[:13]) for error in report.skipped] == [(3, "not JSON: Exp"), (4, "not an entity")]


def test_a_dump_without_works_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ImportFailed, match="no film"):
        import_wikidata(dump(tmp_path / "d.json.gz", [json.dumps(NAMES[0])]), tmp_path)
    assert not list((tmp_path / "catalogue").iterdir())
