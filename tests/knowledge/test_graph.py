from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.graph import Entity, Fact, Graph, Relation, UnknownEntity

LIKES = Relation("likes", {"zh": "喜欢", "en": "likes"}, {"zh": "被喜欢", "en": "liked by"})
AGE = Relation("age", {"en": "age"}, {}, "integer")


def people(*names: str) -> Graph:
    graph = Graph()
    graph.add_relation(LIKES)
    graph.add_relation(AGE)
    for name in names:
        graph.add_entity(Entity(name, "person", {"en": name.title()}))
    return graph


FACTS = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), max_size=20)


@given(FACTS, st.sampled_from("abcd"))
def test_adjacency_agrees_with_a_plain_list_of_facts(pairs: list[tuple[str, str]], gone: str) -> None:
    graph = people(*"abcd")
    for subject, target in pairs:
        graph.add_fact(Fact(subject, "likes", target, "test"))
    kept = list(dict.fromkeys(pairs))
    for name in "abcd":
        assert graph.objects(name, "likes") == tuple(b for a, b in kept if a == name)
        assert set(graph.subjects(name, "likes")) == {a for a, b in kept if b == name}
        assert graph.degree(name) == sum(a == name for a, _ in kept) + sum(b == name for _, b in kept)
    graph.remove_entity(gone)
    kept = [(a, b) for a, b in kept if gone not in (a, b)]
    assert gone not in graph
    assert sorted((f.subject, f.object) for e in graph.entities() for f in graph.facts(e.id)) == sorted(kept)
    assert sorted((a, b) for a, b, _ in graph.network.edges(keys=True)) == sorted(kept)


def test_a_fact_keeps_its_first_source_and_its_place() -> None:
    graph = people("a", "b", "c")
    for target, source in (("c", "one"), ("b", "two"), ("c", "three")):
        graph.add_fact(Fact("a", "likes", target, source))
    assert [(fact.object, fact.source) for fact in graph.facts("a")] == [("c", "one"), ("b", "two")]
    assert graph.fact("a", "likes", "c") == Fact("a", "likes", "c", "one")
    assert graph.fact("b", "likes", "a") is None


def test_values_and_labels() -> None:
    graph = people("a")
    graph.add_fact(Fact("a", "age", 40, "test"))
    assert graph.value("a", "age") == 40 and graph.value("a", "likes") is None
    assert graph.entity("a").label("zh") == "A"  # no Chinese name: the English one
    assert LIKES.label("zh") == "喜欢"
    assert graph.relations_of("a") == (("age",), ())
    assert graph.summary() == {"person": 1, "facts": 1}


def test_what_does_not_fit_is_refused() -> None:
    graph = people("a")
    with pytest.raises(UnknownEntity, match="nobody"):
        graph.entity("nobody")
    with pytest.raises(KeyError):  # an UnknownEntity is a KeyError
        graph.add_fact(Fact("a", "likes", "nobody", "test"))
    with pytest.raises(ValueError, match="hates"):
        graph.add_fact(Fact("a", "hates", "a", "test"))
    with pytest.raises(ValueError, match="integer"):
        graph.add_fact(Fact("a", "age", "old", "test"))
    with pytest.raises(ValueError, match="label"):
        graph.add_entity(Entity("x", "film", {}))


def test_the_network_follows_later_writes() -> None:
    graph = people("a", "b")
    assert graph.network.number_of_edges() == 0
    graph.add_fact(Fact("a", "likes", "b", "test"))
    assert list(graph.network.edges(keys=True)) == [("a", "b", "likes")]
