"""The compiled graph and the walk over it, against sets and loops."""

from __future__ import annotations

from collections import Counter
from pathlib import Path as FilePath

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.graph import Entity, Fact, Graph, KnowledgeError, Relation
from knowledge.kbqa.adjacency import Adjacency, BadTriple, spoken
from knowledge.kbqa.paths import Path, edges, walk

names = st.sampled_from("abcdefgh")
triples = st.lists(st.tuples(names, st.sampled_from(["r", "s", "t"]), names), max_size=40)


def compiled(rows: list[tuple[str, str, str]]) -> Adjacency:
    return Adjacency.from_triples(rows)


def naive_step(rows: list[tuple[str, str, str]], node: str, step: str) -> list[str]:
    if step.startswith("^"):
        return [h for h, r, t in dict.fromkeys(rows) if r == step[1:] and t == node]
    return [t for h, r, t in dict.fromkeys(rows) if r == step and h == node]


def naive_walk(rows: list[tuple[str, str, str]], topic: str, steps: list[str], outward: bool) -> Counter[str]:
    at = Counter({topic: 1})
    for step in steps:
        after: Counter[str] = Counter()
        for node, times in at.items():
            for target in naive_step(rows, node, step):
                if not (outward and target == topic):
                    after[target] += times
        at = after
    return at


@given(triples)
def test_a_hop_is_what_the_triples_say(rows: list[tuple[str, str, str]]) -> None:
    graph = compiled(rows)
    for key, node in graph.rows.items():
        for step in range(graph.steps):
            found = [graph.nodes[row].id for row in graph.hop(node, step)]
            assert found == naive_step(rows, key, graph.step_name(step))
            assert (step in graph.steps_of(node)) == bool(found)


@given(triples, st.lists(names, max_size=6))
def test_a_hop_from_many_nodes_is_their_hops_together(rows: list[tuple[str, str, str]], starts: list[str]) -> None:
    graph = compiled(rows)
    nodes = np.array([graph.rows[key] for key in starts if key in graph.rows], np.int32)
    for step in range(graph.steps):
        targets, origins = graph.hop_all(nodes, step)
        expected = [(i, int(target)) for i, node in enumerate(nodes) for target in graph.hop(int(node), step)]
        assert list(zip(origins.tolist(), targets.tolist(), strict=True)) == expected


@given(triples, st.lists(st.sampled_from(["r", "^r", "s", "^s", "t", "^t"]), min_size=1, max_size=3), st.booleans())
def test_a_walk_counts_the_ways(rows: list[tuple[str, str, str]], steps: list[str], outward: bool) -> None:
    graph = compiled(rows)
    if any(step not in graph.step_rows for step in steps):
        return
    path = Path(tuple(graph.step_rows[step] for step in steps), outward)
    for key, node in graph.rows.items():
        nodes, walks = walk(graph, node, path)
        assert {graph.nodes[n].id: int(w) for n, w in zip(nodes, walks, strict=True)} == naive_walk(
            rows, key, steps, outward
        )
        assert (np.diff(walks) <= 0).all() or len(steps) == 1


@given(triples, st.lists(st.sampled_from(["r", "^s", "t"]), min_size=1, max_size=3), st.booleans())
def test_the_edges_of_a_walk_are_triples_of_the_graph_and_touch_every_answer(
    rows: list[tuple[str, str, str]], steps: list[str], outward: bool
) -> None:
    graph = compiled(rows)
    if any(step not in graph.step_rows for step in steps):
        return
    path = Path(tuple(graph.step_rows[step] for step in steps), outward)
    for node in graph.rows.values():
        nodes, _ = walk(graph, node, path)
        used = edges(graph, node, path, nodes)
        assert set(used) <= set(rows)
        touched = {key for head, _, tail in used for key in (head, tail)}
        assert {graph.nodes[n].id for n in nodes} <= touched
        assert bool(used) == bool(len(nodes))


def test_the_edges_of_one_answer_leave_out_what_leads_elsewhere() -> None:
    graph = compiled([("a", "r", "b"), ("a", "r", "c"), ("b", "s", "x"), ("c", "s", "y")])
    path = Path((graph.step_rows["r"], graph.step_rows["s"]))
    assert edges(graph, graph.rows["a"], path, [graph.rows["y"]]) == (("a", "r", "c"), ("c", "s", "y"))


def test_repeats_cost_nothing_and_change_nothing() -> None:
    once = [("a", "r", "b"), ("b", "r", "c"), ("a", "s", "c")]
    assert np.array_equal(compiled(once * 1000).triples, compiled(once).triples)


def test_a_cycle_ends() -> None:
    graph = compiled([("a", "r", "b"), ("b", "r", "a"), ("a", "r", "a")])
    nodes, walks = walk(graph, graph.rows["a"], Path((0, 0, 0)))
    assert {graph.nodes[n].id: int(w) for n, w in zip(nodes, walks, strict=True)} == {"a": 3, "b": 2}


def test_an_empty_graph_has_nothing() -> None:
    graph = compiled([])
    assert len(graph) == 0 and graph.steps == 0 and graph.numeric == () and graph.follows.shape == (0, 0)


def test_a_file_may_use_bars_or_tabs_and_begin_with_a_mark(tmp_path: FilePath) -> None:
    bars, tabs = tmp_path / "bars.txt", tmp_path / "tabs.tsv"
    bars.write_text("\ufeff活着|导演|张艺谋\n\nHero|directed_by|张艺谋\r\n", encoding="utf-8")
    tabs.write_text("活着\t导演\t张艺谋\nA|B\tdirected_by\t张艺谋\n", encoding="utf-8")
    graph = Adjacency.from_file(bars)
    assert set(graph.rows) == {"活着", "张艺谋", "Hero"}
    assert "A|B" in Adjacency.from_file(tabs).rows


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"Hero|directed_by", "no object"),
        (b"Hero|directed_by|", "no object"),
        (b"Hero||Zhang", "no relation"),
        (b"|directed_by|Zhang", "no subject"),
        (b"a|b|c|d", "4 parts"),
        ("活着|导演|张艺谋".encode("gb18030"), "not UTF-8"),
    ],
)
def test_a_bad_line_is_named(tmp_path: FilePath, line: bytes, says: str) -> None:
    path = tmp_path / "kb.txt"
    path.write_bytes(b"a|r|b\n" + line + b"\n")
    with pytest.raises(BadTriple, match=rf"kb\.txt:2: {says}") as error:
        Adjacency.from_file(path)
    assert isinstance(error.value, KnowledgeError)


def test_a_catalogue_graph_keeps_its_names_and_makes_nodes_of_its_numbers() -> None:
    graph = Graph()
    graph.add_entity(Entity("film/hero", "film", {"zh": "英雄", "en": "Hero"}))
    graph.add_relation(Relation("year", {"en": "year", "zh": "年份"}, {}, "integer"))
    graph.add_relation(Relation("line_en", {"en": "line"}, {}, "text"))
    graph.add_fact(Fact("film/hero", "year", 2002, "x"))
    graph.add_fact(Fact("film/hero", "line_en", "Swords.", "x"))
    adjacency = Adjacency.from_graph(graph)
    assert [relation.id for relation in adjacency.relations] == ["year"]
    assert adjacency.numeric == (0,)
    assert adjacency.numbers[adjacency.hop(0, 0)].tolist() == [2002.0]
    again = Adjacency.from_state(adjacency.state(), adjacency.triples)
    assert again.nodes == adjacency.nodes and again.relations == adjacency.relations


def test_identifiers_are_read_as_words() -> None:
    assert spoken("http://example.org/starredActors") == "starred actors"
    assert spoken("release_year") == "release year"
    assert spoken("导演") == "导演"
