"""The dialogue ranker on a world where the right answer is known: people ask for an actor, the actor's films come."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from knowledge.graph import Entity, Fact, Graph, Relation
from recsys.dialogue_ranking import SEARCH_SPACE, Case, CaseError, DialogueRanker
from recsys.storage import ModelFileError

ACTORS = [f"Actor{letter * 2}" for letter in "abcdefghijklmnop"]
FILMS = [f"Film{number} of {actor}" for actor in ACTORS for number in range(3)]


def world() -> Graph:
    graph = Graph()
    graph.add_relation(Relation("cast", {"en": "cast"}, {"en": "in"}))
    for actor in ACTORS:
        graph.add_entity(Entity(actor.lower(), "person", {"en": actor}))
    for at, film in enumerate(FILMS):
        graph.add_entity(Entity(f"f{at}", "film", {"en": film.split(" of ")[0] + str(at)}))
        graph.add_fact(Fact(f"f{at}", "cast", film.split(" of ")[1].lower(), "test"))
    return graph


def talks() -> list[Case]:
    """Ask for an actor: one of the actor's films. Ask who is in a film: that film again."""
    rng = np.random.default_rng(0)
    found = []
    for number in range(120):
        at = int(rng.integers(len(ACTORS)))
        film = 3 * at + int(rng.choice(3, p=[0.8, 0.1, 0.1]))
        found.append(Case((f"Any movie with {ACTORS[at]}?",), (ACTORS[at].lower(),), (f"f{film}",), f"d{number}"))
        name = f"Film{film % 3}{film}"
        found.append(
            Case(
                (f"Any movie with {ACTORS[at]}?", f"Try {name}.", "Who is in it?"),
                (ACTORS[at].lower(), f"f{film}"), (f"f{film}",), f"d{number}",
            )
        )  # fmt: skip
    return found


ITEMS = [f"f{at}" for at in range(len(FILMS))]


@pytest.fixture(scope="module")
def ranker() -> DialogueRanker:
    return DialogueRanker.fit(talks(), ITEMS, world(), folds=3, trees=5, depth=10)


def test_an_actors_films_come_first_and_the_one_people_recommend_leads(ranker: DialogueRanker) -> None:
    for at in (0, 7, 15):
        best = [item for item, _, _ in ranker.rank([f"Any movie with {ACTORS[at]}?"], k=3)]
        assert set(best) == {f"f{3 * at + n}" for n in range(3)}
        assert best[0] == f"f{3 * at}"


def test_a_name_is_found_in_the_text_or_taken_as_given(ranker: DialogueRanker) -> None:
    given = ranker.rank(["Any movie with him?"], ["actordd"], k=3)
    assert {item for item, _, _ in given} == {"f9", "f10", "f11"}
    assert given == ranker.rank(["Any movie with him?"], ["Actordd"], k=3)


def test_asked_about_a_film_the_film_comes_again_unless_it_is_left_out(ranker: DialogueRanker) -> None:
    turns = ["Any movie with Actorcc?", "Try Film17.", "Who is in it?"]
    assert ranker.rank(turns, ["actorcc", "f7"], k=1)[0][0] == "f7"
    novel = ranker.rank(turns, ["actorcc", "f7"], k=len(ITEMS), exclude_mentioned=True)
    assert "f7" not in {item for item, _, _ in novel} and len(novel) == len(ITEMS) - 1
    assert {item for item, _, _ in novel[:2]} & {"f6", "f8"}


def test_reasons_name_the_evidence_and_only_what_speaks_for_the_item(ranker: DialogueRanker) -> None:
    _, _, why = ranker.rank(["Any movie with Actoraa?"], k=1)[0]
    assert why and all(part > 0 for _, part in why)
    assert any(name.startswith(("relation", "together", "asked", "words", "company")) for name, _ in why)
    assert [part for _, part in why] == sorted((part for _, part in why), reverse=True)


def test_one_by_one_scores_equal_scores_of_many(ranker: DialogueRanker) -> None:
    cases = talks()[:70]
    many = ranker.scores(cases)
    assert many.dtype == np.float32 and many.shape == (70, len(ITEMS))
    for at in (0, 33, 69):
        np.testing.assert_allclose(ranker.scores(cases[at : at + 1])[0], many[at], rtol=1e-4, atol=1e-4)


def test_scores_do_not_read_targets(ranker: DialogueRanker) -> None:
    blind = [Case(case.context, case.entities) for case in talks()[:5]]
    np.testing.assert_array_equal(ranker.scores(blind), ranker.scores(talks()[:5]))


def test_the_same_seed_gives_the_same_model() -> None:
    fitted = [DialogueRanker.fit(talks()[:60], ITEMS, world(), folds=2, trees=2, depth=5, seed=3) for _ in range(2)]
    np.testing.assert_array_equal(fitted[0].scores(talks()[:9]), fitted[1].scores(talks()[:9]))


def test_saved_and_loaded_scores_are_the_same(ranker: DialogueRanker, tmp_path: Path) -> None:
    ranker.save(tmp_path / "m")
    loaded = DialogueRanker.load(tmp_path / "m", world())
    for novel in (False, True):
        np.testing.assert_array_equal(
            ranker.scores(talks()[:8], exclude_mentioned=novel), loaded.scores(talks()[:8], exclude_mentioned=novel)
        )


def test_a_model_for_another_graph_is_refused(ranker: DialogueRanker, tmp_path: Path) -> None:
    ranker.save(tmp_path)
    with pytest.raises(ModelFileError, match="another graph"):
        DialogueRanker.load(tmp_path, Graph())


def test_a_model_of_another_kind_is_refused(ranker: DialogueRanker, tmp_path: Path) -> None:
    ranker.save(tmp_path)
    manifest = tmp_path / "model.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "kind": "ease"}))
    with pytest.raises(ModelFileError, match="ease"):
        DialogueRanker.load(tmp_path, world())


@pytest.mark.parametrize(
    ("context", "entities"), [((), ()), (("",), ()), (("谁演的？😀",), ()), (("hello",), ("nobody", "", "f999"))]
)
def test_anything_gets_an_answer(ranker: DialogueRanker, context: tuple[str, ...], entities: tuple[str, ...]) -> None:
    found = ranker.rank(context, entities, k=4)
    assert len(found) == 4 and all(np.isfinite(score) for _, score, _ in found)


def test_more_than_all_items_gives_all_and_none_gives_none(ranker: DialogueRanker) -> None:
    assert {item for item, _, _ in ranker.rank(["hi"], k=10_000)} == set(ITEMS)
    assert ranker.rank(["hi"], k=0) == []


def test_weights_can_be_learned_from_items_that_other_examples_name_alone() -> None:
    cases = [Case((f"Any movie with {ACTORS[at]}?",), (), (f"f{3 * at}",), f"d{at}") for at in range(10)]
    with pytest.raises(CaseError, match="none has a target"):
        DialogueRanker.fit(cases, ITEMS, world(), unseen=False, trees=0, folds=2)
    background = [Case(("all of them",), (), tuple(ITEMS), "background")]
    model = DialogueRanker.fit(cases, ITEMS, world(), background=background, unseen=False, trees=0, folds=2)
    assert model.rank([f"Any movie with {ACTORS[3]}?"], k=1)[0][0] in {"f9", "f10", "f11"}


def test_progress_runs_to_one_and_never_back() -> None:
    seen: list[float] = []
    DialogueRanker.fit(talks()[:30], ITEMS, world(), lambda done, what: seen.append(done), folds=2, trees=0)
    assert seen == sorted(seen) and seen[0] == 0.0 and seen[-1] == 1.0


@pytest.mark.parametrize("cases", [[], talks()[:1], [Case(("hi",), (), ("nowhere",), str(n)) for n in range(5)]])
def test_examples_that_teach_nothing_are_refused(cases: list[Case]) -> None:
    with pytest.raises(CaseError, match="cases"):
        DialogueRanker.fit(cases, ITEMS, world(), folds=2)


def test_the_search_space_names_arguments_of_fit() -> None:
    import inspect

    assert set(SEARCH_SPACE) <= set(inspect.signature(DialogueRanker.fit).parameters)
