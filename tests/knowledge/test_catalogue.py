from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from knowledge.answer import Answerer
from knowledge.catalogue import Catalogue
from knowledge.gazetteer import export
from knowledge.graph import KnowledgeError
from knowledge.importers import import_catalogue
from knowledge.text import fold
from knowledge.vocabulary import Vocabulary


def test_the_demo_loads_whole_and_fast(demo: Catalogue) -> None:
    assert demo.skipped == ()
    counts = demo.graph.summary()
    assert all(counts[type_] >= 100 for type_ in ("film", "series", "album", "show"))
    assert len(demo.faq) >= 50 and demo.troubleshooting
    start = time.process_time()
    Catalogue.load()
    assert time.process_time() - start < 2.0  # 0.3 s unhurried


def test_a_bad_line_in_a_kept_file_is_skipped_not_fatal(tmp_path: Path) -> None:
    folder = tmp_path / "catalogue"
    folder.mkdir()
    (folder / "0001-works-x.jsonl").write_text('{"type":"film","title":"Good"}\n{oops\n', encoding="utf-8")
    (folder / "0002-works-y.jsonl").write_bytes(b"\xff\xff\x00")
    (folder / "0003-triples-z.jsonl").write_text('{"subject":"Good"}\n', encoding="utf-8")
    catalogue = Catalogue.load(tmp_path, demo=False)
    assert "film/good" in catalogue.graph
    assert [error.file for error in catalogue.skipped] == [
        "0001-works-x.jsonl",
        "0002-works-y.jsonl",
        "0003-triples-z.jsonl",
    ]


def test_the_fingerprint_changes_with_the_files(tmp_path: Path) -> None:
    catalogue = Catalogue.load(tmp_path, demo=False)
    assert not catalogue.changed(tmp_path, demo=False)
    (tmp_path / "new.jsonl").write_text('{"type":"film","title":"Good"}', encoding="utf-8")
    import_catalogue(tmp_path / "new.jsonl", tmp_path)
    assert catalogue.changed(tmp_path, demo=False)
    assert not Catalogue.load(tmp_path, demo=False).changed(tmp_path, demo=False)


def test_a_vocabulary_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.json").write_text('{"types": {}}', encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"vocabulary\.json"):
        Vocabulary.load(tmp_path / "vocabulary.json")


# --- gazetteer --------------------------------------------------------------------------------------------------------


def entries(path: Path) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = {}
    for entry in json.loads(path.read_text(encoding="utf-8"))["entries"]:
        found.setdefault(entry["surface"], []).append(entry)
    return found


def test_the_gazetteer_holds_every_name_folded(catalogue: Catalogue, tmp_path: Path) -> None:
    count = export(catalogue, tmp_path / "gazetteer.json")
    document = json.loads((tmp_path / "gazetteer.json").read_text(encoding="utf-8"))
    assert document["version"] == 1 and len(document["entries"]) == count
    table = document["fold"]
    assert "".join(table.get(char, char) for char in "星際穿越") == "星际穿越"
    by_surface = entries(tmp_path / "gazetteer.json")
    assert all(surface == fold(surface) for surface in by_surface)
    for entity in catalogue.graph.entities(("film", "series", "album", "show", "person")):
        for label in entity.labels.values():
            assert entity.id in [entry["id"] for entry in by_surface[fold(label)]]


def test_gazetteer_entries_say_what_they_name(catalogue: Catalogue, tmp_path: Path) -> None:
    export(catalogue, tmp_path / "gazetteer.json")
    by_surface = entries(tmp_path / "gazetteer.json")
    assert by_surface["流浪地球"] == [
        {
            "surface": "流浪地球",
            "entity": "work",
            "id": "film/the-wandering-earth-2019",
            "type": "film",
            "common": False,
        }
    ]
    assert by_surface["小红书"][0]["entity"] == "channel" and by_surface["小红书"][0]["id"] == "xiaohongshu"
    assert {entry["entity"] for entry in by_surface["thriller"]} == {"work", "genre"}
    common = {surface for surface, found in by_surface.items() if any(entry["common"] for entry in found)}
    assert {"活着", "英雄", "her", "friends", "thriller", "功夫"} <= common
    assert not {"流浪地球", "interstellar", "诺兰", "in the mood for love"} & common


def test_the_gazetteer_is_the_same_every_time_and_never_half_written(catalogue: Catalogue, tmp_path: Path) -> None:
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    export(catalogue, one)
    export(catalogue, other)
    assert one.read_bytes() == other.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.json", "other.json"]


# --- speed ------------------------------------------------------------------------------------------------------------


def test_answers_come_within_milliseconds(demo: Catalogue) -> None:
    answerer = Answerer(demo)
    questions = [
        "流浪地球是谁导演的",
        "who directed Interstellar",
        "90年代的香港喜剧片",
        "怎么取消自动续费",
        "films by Tom Cruise",
    ]
    spent = []
    for question in questions * 4:
        start = time.process_time()
        answerer.answer(question)
        spent.append(time.process_time() - start)
    assert sorted(spent)[len(spent) // 2] < 0.006  # 0.6 ms unhurried
