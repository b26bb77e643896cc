"""The parts of the dialogue ranker: folds, names in a text, shrunk counts, the graph as matrices, similar contexts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from knowledge.graph import Entity, Fact, Graph, Relation
from recsys.dialogue_ranking.association import Association, item_prior
from recsys.dialogue_ranking.cases import Case, CaseError, by_dialogue
from recsys.dialogue_ranking.evidence import bm25_weights
from recsys.dialogue_ranking.links import Links, unit_rows
from recsys.dialogue_ranking.mentions import NameFinder, place


def small_graph() -> Graph:
    graph = Graph()
    for name, kind in (("heat", "film"), ("ronin", "film"), ("up", "film"), ("It", "film"), ("De Niro", "person")):
        graph.add_entity(Entity(name, kind, {"en": name.title() if kind == "film" else name}))
    graph.add_entity(Entity("crime", "genre", {"en": "Crime"}))
    graph.add_relation(Relation("cast", {"en": "cast"}, {"en": "in"}))
    graph.add_relation(Relation("genre", {"en": "genre"}, {"en": "of"}))
    for subject, relation, target in (
        ("heat", "cast", "De Niro"), ("ronin", "cast", "De Niro"), ("heat", "genre", "crime"), ("It", "genre", "crime"),
    ):  # fmt: skip
        graph.add_fact(Fact(subject, relation, target, "test"))
    return graph


# --- folds ---------------------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=40), st.integers(1, 9), st.integers(0, 3))
def test_folds_hold_every_case_once_and_cut_no_conversation(dialogues: list[str], folds: int, seed: int) -> None:
    cases = [Case((), dialogue=name) for name in dialogues]
    parts = by_dialogue(cases, folds, seed)
    assert sorted(row for part in parts for row in part) == list(range(len(cases)))
    assert all(parts)
    for name in set(dialogues):
        assert sum(any(cases[row].dialogue == name for row in part) for part in parts) == 1


# --- names ---------------------------------------------------------------------------------------------------------


def test_the_longest_name_is_found_and_nothing_inside_it() -> None:
    finder = NameFinder([["Heat"], ["Heat of the Night"], ["Night"]])
    assert [(m.entity, m.start, m.end) for m in finder.find("In the Heat of the Night!")] == [(1, 7, 24)]


def test_one_word_names_need_a_capital_unless_they_are_genres() -> None:
    finder = NameFinder([["It"], ["Horror"]], lower=[1])
    assert [m.entity for m in finder.find("is it horror?")] == [1]
    assert [m.entity for m in finder.find("Is It Horror?")] == [0, 1]


def test_brackets_at_the_end_of_a_name_are_optional_and_namesakes_all_come() -> None:
    finder = NameFinder([["Up (2009 film)"], ["Up (album)"]])
    assert [m.entity for m in finder.find("I loved Up (2009 film)")] == [0]
    assert sorted(m.entity for m in finder.find("I loved Up")) == [0, 1]


def test_what_is_known_is_placed_in_the_last_turn_that_names_it() -> None:
    finder = NameFinder([["Heat"]])
    turns = ["De Niro is great", "he is", "yes, de niro", "more?"]
    found = place(finder, turns, [(7, "De Niro")], {})
    assert [(m.entity, m.turn, m.start) for m in found] == [(7, 2, 5)]
    assert place(finder, (), [(7, "De Niro")], None)[0].turn == 0


# --- counts --------------------------------------------------------------------------------------------------------


def test_association_is_the_formula() -> None:
    present = sparse.csr_matrix(np.array([[1, 0], [1, 1], [0, 1]], np.float32))
    targets = sparse.csr_matrix(np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32))
    prior = item_prior(targets)
    np.testing.assert_allclose(prior, np.array([2.5, 1.5, 0.5]) / 4.5)
    found = Association.fit(present, targets, shrink=2.0)
    np.testing.assert_allclose(found.share.toarray(), [[2 / 4, 0, 0], [1 / 4, 1 / 4, 0]], rtol=1e-6)
    expected = math.log(((2 + 2 * prior[0]) / (2 + 2)) / prior[0])
    assert found.evidence[0, 0] == pytest.approx(expected, rel=1e-6)
    assert found.evidence[0, 2] == 0


def test_association_leaves_out_what_is_the_same_thing() -> None:
    one = sparse.csr_matrix(np.eye(2, dtype=np.float32))
    assert Association.fit(one, one, shrink=1.0, same=one).share.nnz == 0


@given(st.integers(0, 2**32 - 1))
def test_similar_contexts_score_as_the_naive_formula(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.poisson(0.7, (4, 5)).astype(np.float32)
    fast = bm25_weights(sparse.csr_matrix(counts), 1.2, 0.75).toarray()
    mean = max(counts.sum(axis=1).mean(), 1e-6)
    for d in range(4):
        for t in range(5):
            df = (counts[:, t] > 0).sum()
            idf = math.log1p((4 - df + 0.5) / (df + 0.5))
            norm = 1.2 * (1 - 0.75 + 0.75 * counts[d].sum() / mean)
            slow = idf * counts[d, t] * 2.2 / (counts[d, t] + norm) if counts[d, t] else 0.0
            assert fast[d, t] == pytest.approx(slow, rel=1e-5)


# --- the graph -----------------------------------------------------------------------------------------------------


def test_links_read_the_graph_in_both_directions() -> None:
    graph = small_graph()
    graph.add_relation(Relation("sequel", {"en": "sequel"}, {"en": "sequel of"}))
    graph.add_fact(Fact("heat", "sequel", "ronin", "test"))
    links = Links.read(["heat", "ronin", "It"], graph)
    assert links.relations == ("cast", "genre", "sequel")
    direct = dict(zip(links.relations, links.direct, strict=True))
    actor, heat, ronin = (links.entity_row[name] for name in ("De Niro", "heat", "ronin"))
    assert direct["cast"][actor].toarray().tolist() == [[1, 1, 0]]
    assert direct["sequel"][ronin].toarray().tolist() == [[1, 0, 0]]  # ronin is an object of heat's fact
    assert direct["sequel"][heat].toarray().tolist() == [[0, 1, 0]]
    assert links.item_of[heat].toarray().tolist() == [[1, 0, 0]]


def test_shared_facts_are_symmetric_and_leave_the_item_itself_out() -> None:
    links = Links.read(["heat", "ronin", "It", "up"], small_graph())
    cast = links.shared[links.relations.index("cast")].toarray()
    np.testing.assert_allclose(cast, cast.T)
    assert cast[0, 1] > 0 and cast[0, 2] == 0 and not cast.diagonal().any()


def test_items_that_the_graph_does_not_know_keep_their_id_as_name() -> None:
    links = Links.read(["heat", "Unknown Film"], small_graph())
    assert links.names[links.entity_row["Unknown Film"]] == ("Unknown Film",)


@pytest.mark.parametrize("items", [[], ["heat", "heat"]])
def test_no_items_or_one_twice_is_refused(items: list[str]) -> None:
    with pytest.raises(CaseError, match="at least one item"):
        Links.read(items, small_graph())


def test_unit_rows_sum_to_one_or_stay_empty() -> None:
    rows = unit_rows(sparse.csr_matrix(np.array([[1, 3], [0, 0]], np.float32))).toarray()
    np.testing.assert_allclose(rows, [[0.25, 0.75], [0, 0]])
