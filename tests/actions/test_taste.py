"""What is remembered of a viewer, for how long, and what is not."""

from __future__ import annotations

import time
from dataclasses import replace

from actions import taste
from recsys.occasions import OCCASIONS
from recsys.operations import Operation
from recsys.state import PreferenceState


def wishes(state: PreferenceState) -> set[tuple[str, str]]:
    return {(wish.operation.op, wish.operation.facet) for wish in state.wishes}


def test_another_evening_keeps_what_holds_and_drops_tonight():
    state = PreferenceState().apply(
        [
            Operation("only", "country", "country/kr"),
            Operation("only", "runtime", (None, 90)),
            Operation("like", "mood", "mood/light"),
            Operation("not", "genre", "genre/horror"),
            Operation("not", "mood", "mood/scary", strength=0.5),
            Operation("like", "director", "person/christopher-nolan"),
        ]
    )
    assert wishes(taste.lasting(state)) == {("not", "genre"), ("like", "director")}


def test_an_occasion_is_over_when_it_is_over():
    state = PreferenceState().apply(OCCASIONS["kids"])
    assert taste.lasting(state) == PreferenceState()
    refused = state.apply([Operation("not", "genre", "genre/horror")])
    assert wishes(taste.lasting(refused)) == {("not", "genre")}


def test_within_the_evening_all_is_kept_later_only_what_lasts(viewer, bundle):
    person = viewer()
    person.say("action_recommend", "韩国电影，不要恐怖片")
    turn = person.turn("")
    assert ("only", "country") in wishes(taste.recall(turn, bundle.audience, bundle.graph))
    old = {**person.slots["prefs"], "time": time.time() - taste.EVENING_S - 1}
    later = taste.recall(replace(turn, prefs=old), bundle.audience, bundle.graph)
    assert wishes(later) == {("not", "genre")} and not later.shown


def test_another_conversation_starts_from_the_profile_without_the_page(viewer, bundle):
    person = viewer()
    first = person.say("action_recommend", "韩国电影，不要恐怖片")
    elsewhere = viewer(user=person.user)
    state = taste.recall(elsewhere.turn(""), bundle.audience, bundle.graph)
    assert ("not", "genre") in wishes(state) and not state.page
    again = elsewhere.say("action_recommend", "推荐几部")
    assert again.ids == first.ids


def test_a_broken_profile_is_a_fresh_start(viewer, bundle):
    person = viewer()
    person.slots["prefs"] = {"wishes": [{"op": "nonsense"}]}
    assert taste.recall(person.turn(""), bundle.audience, bundle.graph) == PreferenceState()
    assert person.say("action_recommend", "想看电影").cards


def test_the_slot_stays_small(viewer, bundle):
    person = viewer()
    state = PreferenceState(shown=tuple(f"film/{n}" for n in range(400)))
    assert len(taste.keep(state, person.turn(""), bundle.audience)["shown"]) == taste.SHOWN_KEPT


def test_faint_opinions_are_not_kept(viewer, bundle):
    person = viewer()
    taste.record([Operation("dislike", "item", "film/inception-2010", strength=0.5)], person.turn(""), bundle.audience)
    assert bundle.audience.history(person.user) == []


def test_faint_events_do_not_steer(viewer, bundle):
    person = viewer()
    bundle.audience.add(person.user, "film/inception-2010", "feedback", 0.25)
    bundle.audience.add(person.user, "film/tenet-2020", "feedback", -1.0)
    assert taste.history(person.turn(""), bundle.audience) == [("film/tenet-2020", -1.0)]


def test_what_left_the_catalogue_is_let_go(viewer, bundle):
    person = viewer()
    kept = {"op": "only", "facet": "type", "value": "film", "turn": 1}
    gone = [
        {"op": "only", "facet": "genre", "value": "genre/gone", "turn": 1},
        {"op": "more", "facet": "year", "anchor": "film/gone-2000", "turn": 1},
    ]
    person.slots["prefs"] = {"wishes": [kept, *gone], "time": time.time()}
    assert wishes(taste.recall(person.turn(""), bundle.audience, bundle.graph)) == {("only", "type")}
    assert person.say("action_recommend", "再来几部").cards
