"""Facts as integers, and filtered ranking: against definitions written out the slow way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.graph import Entity, Fact, Graph, KnowledgeError, Relation
from knowledge.link_prediction.evaluation import evaluate, ranks
from knowledge.link_prediction.triples import Known, TripleSet, both_ways, split

N, R = 7, 2
facts = st.lists(
    st.tuples(st.integers(0, N - 1), st.integers(0, R - 1), st.integers(0, N - 1)), min_size=1, max_size=25, unique=True
)


def triples(rows: list[tuple[int, int, int]]) -> TripleSet:
    return TripleSet(tuple(f"e{i}" for i in range(N)), ("r0", "r1"), np.array(rows, dtype=np.int64))


def test_a_graph_becomes_its_facts_between_entities() -> None:
    graph = Graph()
    for id_, type_ in (("film/a", "film"), ("person/b", "person"), ("person/c", "person")):
        graph.add_entity(Entity(id_, type_, {"en": id_}))
    graph.add_relation(Relation("directed_by", {"en": "director"}, {"en": "directed"}))
    graph.add_relation(Relation("year", {"en": "year"}, {"en": "works"}, "integer"))
    graph.add_fact(Fact("film/a", "directed_by", "person/b", "x"))
    graph.add_fact(Fact("film/a", "year", 1999, "x"))
    found = TripleSet.from_graph(graph)
    assert found.relations == ("directed_by",)
    assert found.rows.tolist() == [[0, 0, 1]]
    assert found.candidates[0].tolist() == [1, 2]  # any person may direct, seen directing or not
    assert found.candidates[1].tolist() == [0]


def test_a_graph_without_facts_says_so() -> None:
    with pytest.raises(KnowledgeError, match="no facts"):
        TripleSet.from_graph(Graph())


@pytest.mark.parametrize("row", [("a", "r"), ("a", "r", ""), ("a", "r", "b", "c")])
def test_a_row_that_is_no_triple_is_named(row: tuple[str, ...]) -> None:
    with pytest.raises(KnowledgeError, match="row 2"):
        TripleSet.from_rows([("x", "r", "y"), row])


def test_repeated_rows_count_once() -> None:
    assert len(TripleSet.from_rows([("a", "r", "b")] * 1000 + [("b", "r", "a")]).rows) == 2


@given(facts)
def test_counts_and_matrices_agree_with_the_facts(rows: list[tuple[int, int, int]]) -> None:
    found = triples(rows)
    for relation in range(2 * R):
        dense = found.matrices[relation].toarray()
        for head in range(N):
            for tail in range(N):
                stated = (head, relation, tail) if relation < R else (tail, relation - R, head)
                assert dense[head, tail] == (stated in rows)
        assert np.array_equal(found.counts[relation], dense.sum(axis=0))


@given(facts)
def test_plausible_is_the_best_conditional_frequency(rows: list[tuple[int, int, int]]) -> None:
    found = triples(rows)
    ends = [{t for _, r, t in map(tuple, found.directed.tolist()) if r == relation} for relation in range(2 * R)]
    for relation in range(2 * R):
        for entity in range(N):
            others = [s for s in range(2 * R) if s != relation and entity in ends[s]]
            best = max((len(ends[relation] & ends[s]) / len(ends[s]) for s in others), default=0.0)
            assert found.plausible[relation, entity] == pytest.approx(best)


@given(facts, st.integers(0, 99))
def test_a_split_keeps_every_fact_once_and_is_seeded(rows: list[tuple[int, int, int]], seed: int) -> None:
    array = np.array(rows)
    parts = split(array, seed=seed)
    assert sorted(map(tuple, np.concatenate(parts).tolist())) == sorted(rows)
    assert all(np.array_equal(a, b) for a, b in zip(parts, split(array, seed=seed), strict=True))
    assert abs(len(parts[0]) - 0.9 * len(rows)) <= 0.5


def test_shares_that_do_not_sum_to_one_are_refused() -> None:
    with pytest.raises(KnowledgeError, match="sum to 1"):
        split(np.zeros((5, 3), dtype=np.int64), seed=0, parts=(0.5, 0.4))


@given(facts)
def test_known_answers_both_ways(rows: list[tuple[int, int, int]]) -> None:
    known = Known(np.array(rows), R)
    asked = np.array([(head, relation) for head in range(N) for relation in range(2 * R)])
    index, answers = known.pairs(asked[:, 0], asked[:, 1])
    found = {(*asked[i].tolist(), int(a)) for i, a in zip(index, answers, strict=True)}
    assert found == set(map(tuple, both_ways(np.array(rows), R).tolist()))
    assert len(answers) == 2 * len(rows)


def test_ties_get_the_mean_of_their_places() -> None:
    level = np.zeros((1, 5), dtype=np.float32)
    nothing = (np.array([], dtype=np.int64), np.array([], dtype=np.int64))
    assert ranks(level, np.array([2]), nothing).tolist() == [3.0]
    assert ranks(np.array([[3, 2, 2, 1]], dtype=np.float32), np.array([1]), nothing).tolist() == [2.5]


def test_other_right_answers_are_left_out_and_the_asked_one_is_not() -> None:
    scores = np.array([[9, 8, 7, 1]], dtype=np.float32)
    known = (np.array([0, 0, 0]), np.array([0, 1, 2]))
    assert ranks(scores, np.array([2]), known).tolist() == [1.0]


@settings(max_examples=50)
@given(facts, facts, st.integers(1, 3), st.integers(0, 999))
def test_batched_ranking_is_the_slow_definition(
    learned: list[tuple[int, int, int]], asked: list[tuple[int, int, int]], batch: int, seed: int
) -> None:
    table = np.random.default_rng(seed).integers(0, 4, (N, 2 * R, N)).astype(np.float32)  # many ties
    true = set(learned) | set(asked)

    def rank(head: int, relation: int, tail: int) -> float:
        def is_true(end: int) -> bool:
            return ((head, relation, end) if relation < R else (end, relation - R, head)) in true

        others = [table[head, relation, end] for end in range(N) if end != tail and not is_true(end)]
        own = table[head, relation, tail]
        return 1 + sum(o > own for o in others) + sum(o == own for o in others) / 2

    rows = np.array(asked)
    known = Known(np.array(sorted(true)), R)
    found = evaluate(lambda heads, relation: table[heads, relation], rows, known, R, batch=batch)
    slow = [rank(*row) for row in both_ways(rows, R).tolist()]
    assert found.ranks.tolist() == slow
    assert found.mrr == pytest.approx(np.mean([1 / r for r in slow]))
    assert found.hits(2) == pytest.approx(np.mean([r <= 2 for r in slow]))
    part = found.of_relation(R)
    assert part.ranks.tolist() == [r for r, row in zip(slow, both_ways(rows, R), strict=True) if row[1] == R]
