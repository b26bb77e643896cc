"""The preference state: what a later word changes, what stays, and the way to JSON and back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.operations import Operation
from recsys.phrases import wish
from recsys.state import PreferenceState

GENRES = ["genre/comedy", "genre/horror", "genre/romance"]
ITEMS = [f"film/{name}" for name in "abcd"]

OPERATIONS = st.one_of(
    st.builds(
        Operation,
        st.sampled_from(["only", "not", "like", "more", "less"]),
        st.just("genre"),
        st.one_of(st.sampled_from(GENRES), st.tuples(st.sampled_from(GENRES), st.sampled_from(GENRES))),
        strength=st.sampled_from([0.5, 1.0, 2.0]),
    ),
    st.builds(
        Operation,
        st.just("only"),
        st.sampled_from(["year", "runtime"]),
        st.tuples(st.one_of(st.none(), st.integers(1, 9)), st.one_of(st.none(), st.integers(1, 9))),
    ),
    st.builds(Operation, st.sampled_from(["more", "less"]), st.just("year"), anchor=st.sampled_from([None, *ITEMS])),
    st.builds(
        Operation,
        st.sampled_from(["like", "dislike", "seen", "accept", "similar_to"]),
        st.just("item"),
        st.sampled_from(ITEMS),
    ),
    st.builds(Operation, st.just("reset"), st.sampled_from(["", "genre", "year"])),
    st.just(Operation("another")),
)
TURNS = st.lists(st.lists(OPERATIONS, max_size=3), max_size=6)


def after(*turns: list[Operation]) -> PreferenceState:
    state = PreferenceState()
    for turn in turns:
        state = state.apply(turn)
    return state


def held(state: PreferenceState) -> list[Operation]:
    return [wish.operation for wish in state.wishes]


def only(facet: str, value) -> Operation:
    return Operation("only", facet, value)


@given(TURNS)
def test_json_round_trip(turns: list[list[Operation]]) -> None:
    state = after(*turns).showing(ITEMS[:2], "mood")
    state = state.showing(ITEMS[1:3], None, state.wishes[:1])
    again = PreferenceState.from_json(json.loads(json.dumps(state.to_json())))
    assert again == state
    assert again.apply([Operation("reset")]) == state.apply([Operation("reset")])


@given(TURNS)
def test_applying_changes_nothing_in_place_and_counts_turns(turns: list[list[Operation]]) -> None:
    state = after(*turns)
    before = json.dumps(state.to_json())
    state.apply([only("genre", GENRES[0])])
    assert json.dumps(state.to_json()) == before and state.turn == len(turns)


@given(TURNS, st.sampled_from(GENRES))
def test_the_last_word_on_a_genre_holds(turns: list[list[Operation]], genre: str) -> None:
    wanted = after(*turns, [only("genre", genre)])
    assert Operation("not", "genre", genre) not in held(wanted) and only("genre", genre) in held(wanted)
    refused = after(*turns, [Operation("not", "genre", genre)])
    assert Operation("not", "genre", genre) in held(refused)
    assert not any(op.op in ("only", "like", "more") and op.ids == (genre,) for op in held(refused))


def test_one_type_country_and_language_at_a_time_but_genres_add_up() -> None:
    state = after([only("type", "film"), only("country", "country/kr")], [only("type", "series")])
    assert held(state) == [only("country", "country/kr"), only("type", "series")]
    both = [only("country", "country/kr"), only("country", "country/cn")]
    assert held(after(both)) == both, "said in one breath, both are meant"
    assert len(held(after([only("genre", GENRES[0])], [only("genre", GENRES[2])]))) == 2


def test_leaving_series_forgets_episodes() -> None:
    state = after([only("type", "series"), only("episodes", (None, 20))], [only("type", "film")])
    assert held(state) == [only("type", "film")]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((2000, None), (None, 2010), (2000, 2010)),
        ((2000, None), (2015, None), (2015, None)),
        ((2000, None), (None, 1990), (None, 1990)),
        ((1990, 1999), (None, 1995), (1990, 1995)),
        ((1990, 1999), (2000, 2009), (2000, 2009)),
    ],
)
def test_ranges_meet(first, second, expected) -> None:
    assert held(after([only("year", first)], [only("year", second)])) == [only("year", expected)]


def test_comparisons_follow_the_talk() -> None:
    newer = [Operation("more", "year", anchor=item) for item in ITEMS]
    older = Operation("less", "year", anchor=ITEMS[3])
    assert held(after([newer[0]], [newer[1]])) == [newer[1]], "newer still"
    assert held(after([newer[0]], [older])) == [older], "back again"
    assert held(after([newer[0]], [Operation("less", "year")])) == [Operation("less", "year")]
    assert held(after([newer[0]], [only("year", (1990, 1999))])) == [only("year", (1990, 1999))]
    light, dark = Operation("more", "mood", "mood/light", ITEMS[0]), Operation("less", "mood", "mood/light", ITEMS[1])
    assert held(after([light], [dark])) == [dark]


def test_opinions_about_works() -> None:
    state = after(
        [Operation("like", "item", "film/a"), Operation("dislike", "item", "film/b", strength=0.5)],
        [Operation("seen", "item", "film/c"), Operation("similar_to", "item", "film/d")],
    ).showing(["film/e"])
    assert state.opinions == [("film/a", 1.0), ("film/b", -0.5)]
    assert state.excluded == {"film/a", "film/b", "film/c", "film/d", "film/e"}
    changed = state.apply([Operation("dislike", "item", "film/a"), Operation("dislike", "item", "film/d")])
    assert changed.opinions == [("film/b", -0.5), ("film/a", -1.0), ("film/d", -1.0)] and not changed.similar_to
    taken = state.apply([Operation("accept", "item", "film/b")])
    assert taken.accepted == "film/b" and taken.disliked == ()


def test_a_new_likeness_replaces_the_old_one_from_an_earlier_turn() -> None:
    like = [Operation("similar_to", "item", item) for item in ITEMS]
    assert after(like[:2]).similar_to == ("film/a", "film/b")
    assert after(like[:2], like[2:3]).similar_to == ("film/c",)
    assert after(like[:1], [Operation("another")]).similar_to == ("film/a",)


def test_reset_forgets_everything_or_one_facet() -> None:
    state = after([only("genre", GENRES[0]), only("year", (2000, None)), Operation("seen", "item", "film/a")]).showing(
        ITEMS
    )
    assert held(state.apply([Operation("reset", "genre")])) == [only("year", (2000, None))]
    fresh = state.apply([Operation("reset"), only("genre", GENRES[1])])
    assert held(fresh) == [only("genre", GENRES[1])] and not fresh.excluded and not fresh.page


def test_shown_works_are_remembered_within_bounds() -> None:
    state = PreferenceState()
    for page in range(200):
        state = state.showing([f"film/{page}-{i}" for i in range(5)])
    assert len(state.shown) == 500 and state.page == tuple(f"film/199-{i}" for i in range(5))
    assert state.showing([]).page == state.page, "an empty page is not what 「第二个」 points at"


@pytest.mark.parametrize(
    "wrong", [{"wishes": [{"op": "adore"}]}, {"wishes": [1]}, {"liked": [1]}, [], {"turn": None, "liked": 3}]
)
def test_what_is_not_a_state_is_refused(wrong) -> None:
    if wrong == []:
        assert PreferenceState.from_json(wrong) == PreferenceState()
    else:
        with pytest.raises(ValueError):
            PreferenceState.from_json(wrong)
    assert PreferenceState.from_json(None) == PreferenceState.from_json({}) == PreferenceState()


def test_a_mood_puts_its_opposite_of_an_earlier_turn_aside() -> None:
    sad, healing, warm = (Operation("like", "mood", f"mood/{mood}") for mood in ("sad", "healing", "warm"))
    assert [wish.operation for wish in after([sad], [healing, warm]).wishes] == [healing, warm]
    assert [wish.operation for wish in after([healing, warm], [sad]).wishes] == [warm, sad], "warm and sad go together"
    assert [wish.operation for wish in after([sad, healing]).wishes] == [sad, healing], "asked for in one breath"


def test_foreign_is_said_as_one_word(graph) -> None:
    abroad = Operation("not", "language", ("language/zh", "language/yue"))
    assert (wish(graph, abroad, "zh"), wish(graph, abroad, "en")) == ("外语", "not in Chinese")
    assert wish(graph, Operation("not", "mood", "mood/thought-provoking"), "zh") == "不要烧脑"
