"""What a recommendation talk promises, under random talks: filters hold, nothing comes back, what gives way is said."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from talk_judge import satisfies

from knowledge.graph import WORK_TYPES, Graph
from recsys.conversation import Conversation, Result
from recsys.operations import Operation
from recsys.state import PreferenceState


def operations(graph: Graph) -> list[Operation]:
    """A spread of things people ask for in this catalogue."""
    works = [work.id for work in graph.entities(WORK_TYPES)]
    step = max(1, len(works) // 12)
    some = works[::step]
    asked = [Operation("only", "type", type_) for type_ in WORK_TYPES]
    for op in ("only", "not", "like"):
        asked += [
            Operation(op, "genre", f"genre/{g}") for g in ("comedy", "horror", "romance", "science-fiction", "play")
        ]
        asked += [Operation(op, "mood", f"mood/{m}") for m in ("light", "scary", "violent")]
    asked += [Operation("not", "mood", "mood/dark", strength=0.5), Operation("only", "award", "any")]
    asked += [Operation("only", "country", c) for c in ("country/kr", "country/cn", ("country/jp", "country/us"))]
    asked += [Operation("only", "language", "language/yue"), Operation("only", "cast", "person/zhou-xun")]
    asked += [Operation("only", "director", "person/christopher-nolan"), Operation("not", "person", "person/zhou-xun")]
    for bounds in ((2010, None), (None, 1999), (1990, 1999), (1800, 1801)):
        asked += [Operation("only", "year", bounds), Operation("not", "year", bounds)]
    asked += [Operation("only", "runtime", (None, 100)), Operation("only", "episodes", (None, 20))]
    for item in some:
        asked += [Operation("more", "year", anchor=item), Operation("less", "year", anchor=item, strength=0.5)]
        asked += [Operation("less", "runtime", anchor=item), Operation("less", "runtime", anchor=item, strength=2.0)]
        asked += [Operation("more", "mood", "mood/light", item), Operation("less", "mood", "mood/dark", item)]
        asked += [Operation("like", "item", item), Operation("dislike", "item", item), Operation("seen", "item", item)]
        asked += [Operation("similar_to", "item", item), Operation("accept", "item", item)]
    asked += [
        Operation("more", "year"),
        Operation("less", "runtime"),
        Operation("more", "popularity"),
        Operation("more", "genre", "genre/action"),
    ]
    return [*asked, Operation("another"), Operation("another"), Operation("reset", "genre")]


def check(talk: Conversation, state: PreferenceState, result: Result, history: list[str], k: int) -> None:
    """Everything one page promises."""
    items = [one.item for one in result.items]
    assert len(items) == len(set(items)) <= k
    assert not set(items) & (state.excluded | set(history)), "came back"
    gave_way = {one.wish for one in result.relaxed}
    filters = [wish for wish in state.wishes if wish.operation.op in ("only", "not", "more", "less")]
    for wish in filters:
        if wish not in gave_way:
            for item in items:
                assert satisfies(talk, item, wish.operation), f"{item} violates {wish.operation}"
        firm = wish.operation.op == "not" and wish.operation.strength >= 1
        assert not (firm and wish in gave_way), "what was refused gave way"
    for one in result.relaxed:
        assert one.wish in state.wishes
    if any(not one.wish.conceded for one in result.relaxed):
        assert result.message, "gave way without a word"
    if result.relaxed and items:
        fresh = [item for item in talk.facets.items if item not in state.excluded and item not in history]
        whole = [w.operation for w in filters if w.operation.anchor or w.operation.op in ("only", "not")]
        strict = [item for item in fresh if all(satisfies(talk, item, op) for op in whole)]
        anchored = any(op.op in ("more", "less") for op in whole)  # a felt step may ask more than strictly more
        leaning = any(w.operation.op in ("more", "less") and not w.operation.anchor for w in filters)
        assert not strict or anchored or leaning, f"gave way although {strict[0]} satisfies everything"
    for one in result.items:
        assert one.score == pytest.approx(sum(one.parts.values()), abs=1e-3)
        assert one.reason and "None" not in one.reason and "  " not in one.reason
    assert result.state.shown[len(result.state.shown) - len(items) :] == tuple(items)
    assert PreferenceState.from_json(result.state.to_json()) == result.state


def random_talk(talk: Conversation, data: st.DataObject, turns: int) -> None:
    asked = operations(talk.graph)
    history = data.draw(st.lists(st.sampled_from(talk.facets.items), max_size=3))
    state = PreferenceState()
    for _ in range(turns):
        state = state.apply(data.draw(st.lists(st.sampled_from(asked), max_size=3)))
        k, lang = data.draw(st.integers(1, 6)), data.draw(st.sampled_from(["zh", "en"]))
        result = talk.recommend(state, history, k, lang)
        check(talk, state, result, history, k)
        again = talk.recommend(PreferenceState.from_json(state.to_json()), history, k, lang)
        assert again == result, "the same talk gave another page"
        state = result.state


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_promises_hold_on_a_small_catalogue(talk: Conversation, data: st.DataObject) -> None:
    random_talk(talk, data, 4)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_promises_hold_with_a_model(learned: Conversation, data: st.DataObject) -> None:
    random_talk(learned, data, 4)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_promises_hold_on_the_demo(demo_talk: Conversation, data: st.DataObject) -> None:
    random_talk(demo_talk, data, 3)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
@pytest.mark.parametrize("ranked", [{"scoring": "sum"}, {"scoring": "posterior", "explore": 0.5}], ids=str)
def test_promises_hold_however_works_are_ranked(graph: Graph, ranked: dict[str, Any], data: st.DataObject) -> None:
    random_talk(Conversation(None, graph, **ranked), data, 3)
