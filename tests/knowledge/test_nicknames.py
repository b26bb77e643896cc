from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.building import GraphBuilder
from knowledge.catalogue import DEMO, Catalogue
from knowledge.graph import KnowledgeError
from knowledge.linking import Linker
from knowledge.linking.nicknames import read_nicknames
from knowledge.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def demo_linker(demo: Catalogue) -> Linker:
    return Linker(demo.graph)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("小李子", "person/leonardo-dicaprio"),
        ("霉霉的专辑", "person/taylor-swift"),
        ("周董", "person/jay-chou"),
        ("葛大爷演的喜剧", "person/ge-you"),
        ("卷福", "person/benedict-cumberbatch"),
        ("how long is LOTR", "film/the-lord-of-the-rings-the-fellowship-of-the-ring-2001"),
        ("how many episodes of GoT", "series/game-of-thrones-2011"),
        ("后宫·甄嬛传", "series/empresses-in-the-palace-2011"),
    ],
)
def test_nicknames_are_names(demo_linker: Linker, text: str, expected: str) -> None:
    assert demo_linker.link(text)[0].best == expected


def test_every_nickname_belongs_to_somebody_and_to_one_alone(demo: Catalogue) -> None:
    owners: dict[str, str] = {}
    for id_, names in read_nicknames(DEMO / "nicknames.json").items():
        assert id_ in demo.graph
        for name in names:
            assert name in demo.graph.entity(id_).aliases
            assert owners.setdefault(name, id_) == id_
    assert not demo.skipped


def test_a_nickname_nobody_bears_is_passed_over_and_a_name_is_not_doubled(vocabulary: Vocabulary) -> None:
    builder = GraphBuilder(vocabulary)
    person = builder.person({"zh": "周杰伦", "en": "Jay Chou"})
    assert builder.add_aliases(person, ["周董", "周杰倫", "President Chou"])
    assert builder.graph.entity(person).aliases == ("周董", "President Chou")
    assert builder.person({"en": "president chou"}) == person
    assert not builder.add_aliases("person/nobody", ["谁"])


@pytest.mark.parametrize("text", ["[]", "{", '{"person/x": "周董"}', '{"person/x": ["周董", ""]}', '{"person/x": [1]}'])
def test_a_broken_file_says_what_is_wrong(tmp_path: Path, text: str) -> None:
    path = tmp_path / "nicknames.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"nicknames\.json"):
        read_nicknames(path)


def test_order_is_kept_and_repeats_are_dropped(tmp_path: Path) -> None:
    path = tmp_path / "nicknames.json"
    path.write_text(json.dumps({"person/x": ["b", "a", "b"]}), encoding="utf-8")
    assert read_nicknames(path) == {"person/x": ("b", "a")}
