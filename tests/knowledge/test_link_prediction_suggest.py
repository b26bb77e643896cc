"""Suggestions: guesses that say so, in both languages, about what is not known, with reasons that are recorded."""

from __future__ import annotations

import builtins
import re

import numpy as np
import pytest

from knowledge.graph import Entity, Fact, Graph, KnowledgeError, Relation, UnknownEntity
from knowledge.link_prediction import Inferred, Options, Suggester
from knowledge.link_prediction.wording import MARK, missing_text

DIRECTORS, FILMS = 8, 7
SILENT = "film/3-2"
"""The one film of director 3 whose writer is not recorded."""


def catalogue() -> Graph:
    """Eight directors, seven films each, always with the same writer; director 5 writes his own films."""
    graph = Graph()
    for id_, zh, en in (
        ("directed_by", "导演", "director"),
        ("written_by", "编剧", "writer"),
        ("genre", "类型", "genre"),
        ("studio", "制片厂", "studio"),
    ):
        graph.add_relation(Relation(id_, {"zh": zh, "en": en}, {"zh": f"{zh}作品", "en": f"{en} of"}))
    graph.add_relation(Relation("year", {"zh": "年份", "en": "year"}, {"zh": "同年", "en": "same year"}, "integer"))
    for number in range(3):
        graph.add_entity(Entity(f"genre/{number}", "genre", {"zh": f"类型{number}号", "en": f"Genre {number}"}))
        graph.add_entity(Entity(f"studio/{number}", "studio", {"zh": f"{number}号厂", "en": f"Studio {number}"}))
    for who in range(DIRECTORS):
        graph.add_entity(Entity(f"person/d{who}", "person", {"zh": f"导演甲{who}", "en": f"Director {who}"}))
        graph.add_entity(Entity(f"person/w{who}", "person", {"zh": f"编剧乙{who}", "en": f"Writer {who}"}))
        for number in range(FILMS):
            film = f"film/{who}-{number}"
            graph.add_entity(Entity(film, "film", {"zh": f"影片{who}{number}", "en": f"Film {who} {number}"}))
            writer = "person/d5" if who == 5 else f"person/w{who}"
            graph.add_fact(Fact(film, "directed_by", f"person/d{who}", "x"))
            if film != SILENT:
                graph.add_fact(Fact(film, "written_by", writer, "x"))
            graph.add_fact(Fact(film, "genre", f"genre/{(who + number) % 3}", "x"))
            graph.add_fact(Fact(film, "studio", f"studio/{who % 3}", "x"))
            graph.add_fact(Fact(film, "year", 2000 + number, "x"))
    return graph


SMALL = Options(dim=16, steps=60, look=20, negatives=32, asked=0.3)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return catalogue()


@pytest.fixture(scope="module", params=["rules", "network"])
def suggester(request, graph) -> Suggester:
    if request.param == "network":
        pytest.importorskip("torch")
        return Suggester.fit(graph, neural=True, options=SMALL)
    return Suggester.fit(graph, neural=False)


def everything(suggester: Suggester) -> list[Inferred]:
    relations = ("directed_by", "written_by", "genre", "studio")
    return [
        guess
        for entity in suggester.graph.entities()
        for relation in relations
        for side in ("", "^")
        for guess in suggester.missing(entity.id, side + relation, 4, least=0.0)
    ]


def test_the_missing_writer_is_guessed_from_the_director_s_other_films(suggester) -> None:
    best = suggester.missing(SILENT, "written_by", 1)[0]
    assert (best.subject, best.relation, best.object) == (SILENT, "written_by", "person/w3")
    assert best.inferred and 0.0 < best.score <= 1.0
    facts = best.because[0].facts
    assert facts[0] == (SILENT, "directed_by", "person/d3")
    assert facts[-1][1:] == ("written_by", "person/w3")
    assert "片库里没有记录《影片32》的编剧" in best.text("zh")
    assert "可能是编剧乙3" in best.text("zh")
    assert "does not record the writer of Film 3 2" in best.text("en")
    assert "may be Writer 3" in best.text("en")


def test_it_is_found_from_the_other_side_too(suggester) -> None:
    best = suggester.missing("person/w3", "^written_by", 1, least=0.0)[0]
    assert (best.subject, best.relation, best.object) == (SILENT, "written_by", "person/w3")


def test_every_text_says_that_it_is_a_guess(suggester) -> None:
    guesses = everything(suggester)
    related = [other for entity in suggester.graph.entities() for other in suggester.related(entity.id, 3)]
    assert len(guesses) > 500 and related
    for guess in (*guesses, *related):
        assert guess.inferred
        assert not isinstance(guess, Fact)
        assert guess.text("zh").endswith("（推测）。") and "可能" in guess.text("zh")
        assert guess.text("en").endswith("(a guess).") and "may be" in guess.text("en")
        assert "{" not in guess.text("zh") + guess.text("en")
    for guess in guesses:
        assert guess.text("zh").startswith("片库里没有记录")
        assert guess.text("en").startswith("The catalogue does not record")


def test_what_is_known_is_never_suggested_and_kinds_are_kept(suggester) -> None:
    graph = suggester.graph
    kinds = {"directed_by": "person", "written_by": "person", "genre": "genre", "studio": "studio"}
    for guess in everything(suggester):
        assert graph.fact(guess.subject, guess.relation, guess.object) is None
        assert graph.entity(guess.object).type == kinds[guess.relation]
        assert graph.entity(guess.subject).type == "film"


def test_reasons_are_recorded_facts_and_counts_are_true(suggester) -> None:
    graph = suggester.graph
    for guess in everything(suggester):
        for path in guess.because:
            assert all(graph.fact(*fact) is not None for fact in path.facts)
            if path.among:
                (head, _, via), (_, same, _), (_, wanted, tail) = path.facts
                others = [f for f in graph.subjects(via, same) if f != head]
                right = [f for f in others if tail in graph.objects(f, wanted)]
                assert (path.among, path.count) == (len(others), len(right))


def test_a_text_names_nothing_that_is_not_in_its_reasons(suggester) -> None:
    for guess in everything(suggester)[::7]:
        first = guess.because[0].facts if guess.because else ()
        said = {guess.subject, guess.object, *(id_ for s, _, o in first for id_ in (s, o))}
        allowed = " ".join(suggester.graph.entity(id_).label("zh") for id_ in said)
        text = guess.text("zh")
        for name in re.findall(r"影片\d+|导演甲\d|编剧乙\d", text):
            assert name in allowed


def test_related_are_of_the_same_type_and_explained_by_what_is_shared(suggester) -> None:
    found = suggester.related("film/2-1", 5)
    assert found and all(other.id.startswith("film/") and other.id != "film/2-1" for other in found)
    assert found[0].id.startswith("film/2-")  # same director, writer and studio
    (one, _, via), (other, _, same) = found[0].because[0].facts
    assert {one, other} == {"film/2-1", found[0].id} and via == same
    assert [other.score for other in found] == sorted((other.score for other in found), reverse=True)
    assert all(0.0 < other.score <= 1.0 for other in found)


def test_weak_guesses_are_left_unsaid(suggester) -> None:
    assert all(guess.score >= 0.3 for guess in suggester.missing("film/0-0", "genre", 5, least=0.3))
    assert suggester.missing("film/0-0", "genre", 5, least=1.1) == []
    assert suggester.missing("person/d1", "genre") == []  # people have no genre


def test_what_cannot_be_asked_is_said_plainly(suggester) -> None:
    with pytest.raises(UnknownEntity):
        suggester.missing("film/nobody", "genre")
    with pytest.raises(KnowledgeError, match="directed_by"):
        suggester.missing("film/0-0", "year")
    with pytest.raises(KnowledgeError, match="nothing can be suggested"):
        suggester.missing("film/0-0", "^nonsense")


def test_saved_and_loaded_it_says_the_same(suggester, graph, tmp_path) -> None:
    path = tmp_path / "models" / "suggestions.npz"
    suggester.save(path)
    again = Suggester.load(path, graph)
    for entity in ("film/0-0", SILENT, "person/w3"):
        for relation in ("written_by", "^written_by", "genre"):
            assert suggester.missing(entity, relation) == again.missing(entity, relation)
        assert suggester.related(entity) == again.related(entity)
    assert [file.name for file in path.parent.iterdir()] == ["suggestions.npz"]


def test_a_graph_that_has_moved_on_is_respected(suggester, tmp_path) -> None:
    suggester.save(tmp_path / "s.npz")
    later = catalogue()
    later.add_fact(Fact(SILENT, "written_by", "person/w3", "x"))
    later.remove_entity("person/w0")
    later.add_entity(Entity("film/new", "film", {"en": "New"}))
    moved = Suggester.load(tmp_path / "s.npz", later)
    ids = [guess.object for guess in moved.missing(SILENT, "written_by", 20, least=0.0)]
    assert "person/w3" not in ids and "person/w0" not in ids
    assert all(other.id != "person/w0" for other in moved.related("person/w3", 20))
    with pytest.raises(KnowledgeError, match="fit again"):
        moved.missing("film/new", "genre")


def test_files_that_are_something_else_are_refused(graph, tmp_path) -> None:
    with pytest.raises(KnowledgeError, match="does not exist"):
        Suggester.load(tmp_path / "no.npz", graph)
    (tmp_path / "text.npz").write_text("hello")
    with pytest.raises(KnowledgeError, match="not a file of suggestions"):
        Suggester.load(tmp_path / "text.npz", graph)
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    with pytest.raises(KnowledgeError, match="not a file of suggestions"):
        Suggester.load(tmp_path / "other.npz", graph)


def test_another_catalogue_is_refused(suggester, tmp_path) -> None:
    suggester.save(tmp_path / "s.npz")
    other = Graph()
    other.add_entity(Entity("x", "film", {"en": "x"}))
    with pytest.raises(KnowledgeError, match="another catalogue"):
        Suggester.load(tmp_path / "s.npz", other)


def test_too_few_facts_are_refused() -> None:
    graph = Graph()
    graph.add_relation(Relation("r", {"en": "r"}, {"en": "r of"}))
    for id_ in "ab":
        graph.add_entity(Entity(id_, "film", {"en": id_}))
    graph.add_fact(Fact("a", "r", "b", "x"))
    with pytest.raises(KnowledgeError, match="too few"):
        Suggester.fit(graph)


def test_rules_alone_never_import_torch(graph, monkeypatch) -> None:
    real = builtins.__import__

    def guarded(name: str, *args, **kwargs):
        assert name.split(".")[0] != "torch", "torch was imported"
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", guarded)
    assert Suggester.fit(graph, neural=False).missing(SILENT, "written_by", 1)[0].object == "person/w3"


def test_without_torch_the_network_asks_for_it(graph, monkeypatch) -> None:
    from knowledge.link_prediction import suggest

    monkeypatch.setattr(suggest, "find_spec", lambda name: None)
    with pytest.raises(KnowledgeError, match=r"yuban\[neural\]"):
        Suggester.fit(graph, neural=True)
    assert Suggester.fit(graph).blend.embeddings is None


def test_a_guess_without_a_path_is_still_marked(graph) -> None:
    for lang, mark in MARK.items():
        assert mark in missing_text(graph, SILENT, "written_by", "person/w3", None, empty=True, lang=lang)
