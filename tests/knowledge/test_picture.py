"""Pictures of the graph: what is in them, that they stand alone, and that names cannot break out of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from knowledge.graph import Entity, Fact, Graph, KnowledgeError, Relation, UnknownEntity
from knowledge.picture import draw, neighbourhood, write_page

pytest.importorskip("plotly")


@pytest.fixture
def graph() -> Graph:
    graph = Graph()
    for id_, kind in (("directed_by", "entity"), ("written_by", "entity"), ("genre", "entity"), ("year", "integer")):
        graph.add_relation(Relation(id_, {"zh": f"关系{id_}", "en": id_}, {}, kind))  # type: ignore[arg-type]
    graph.add_relation(Relation("line_en", {"en": "line"}, {}, "text"))
    graph.add_entity(Entity("person/a", "person", {"en": "Ann <script>alert(1)</script>"}))
    graph.add_entity(Entity("genre/drama", "genre", {"zh": "剧情", "en": "drama"}))
    for name in "xyz":
        graph.add_entity(Entity(f"film/{name}", "film", {"zh": f"片{name}", "en": f"Film {name}"}))
        graph.add_fact(Fact(f"film/{name}", "genre", "genre/drama", "test"))
        graph.add_fact(Fact(f"film/{name}", "year", 2000, "test"))
        graph.add_fact(Fact(f"film/{name}", "line_en", "some text", "test"))
    for relation in ("directed_by", "written_by"):
        graph.add_fact(Fact("film/x", relation, "person/a", "test"))
    graph.add_fact(Fact("film/y", "directed_by", "person/a", "test"))
    return graph


def test_a_neighbourhood_holds_what_points_at_a_node_too(graph: Graph) -> None:
    near = neighbourhood(graph, ["person/a"])
    assert {(fact.subject, fact.relation) for fact in near} == {
        ("film/x", "directed_by"),
        ("film/x", "written_by"),
        ("film/y", "directed_by"),
    }


def test_the_second_step_does_not_go_through_a_genre(graph: Graph) -> None:
    far = neighbourhood(graph, ["film/x"], hops=3)
    subjects = {fact.subject for fact in far}
    assert "film/y" in subjects  # by way of the director
    assert "film/z" not in subjects  # only by way of the genre
    assert all(fact.relation != "line_en" for fact in far)


def test_no_more_than_the_limit_and_only_known_ids(graph: Graph) -> None:
    assert len(neighbourhood(graph, ["film/x"], hops=3, limit=2)) == 2
    with pytest.raises(UnknownEntity):
        neighbourhood(graph, ["film/nope"])


def test_a_page_stands_alone_and_shows_every_fact_once(graph: Graph) -> None:
    facts = neighbourhood(graph, ["film/x"])
    page = draw(graph, facts, lang="zh", title="片x", highlight=["film/x"])
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", page)
    assert page.count("<tr><td>") == len(facts) == 4
    assert '<html lang="zh-CN">' in page
    both = "关系directed_by · 关系written_by"  # one line between two nodes carries both words
    assert both in page or json.dumps(both) in page


def test_names_from_outside_stay_text(graph: Graph) -> None:
    page = draw(graph, neighbourhood(graph, ["film/x"]), lang="en", title="<img src=x onerror=alert(1)>")
    assert "<script>alert(1)" not in page and "<img src=x" not in page
    assert "Ann &lt;script&gt;" in page


def test_nothing_to_draw_is_said(graph: Graph) -> None:
    with pytest.raises(KnowledgeError, match="no facts"):
        draw(graph, [])


def test_a_page_appears_whole(tmp_path: Path) -> None:
    write_page("<p>一</p>", tmp_path / "new" / "page.html")
    assert (tmp_path / "new" / "page.html").read_text(encoding="utf-8") == "<p>一</p>"
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["page.html"]
