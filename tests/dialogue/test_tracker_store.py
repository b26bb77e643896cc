import asyncio

import pytest
from components.tracker_store import BoundedTrackerStore, compact
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

DOMAIN = Domain.from_dict(
    {
        "version": "3.1",
        "intents": ["ask"],
        "slots": {
            name: {"type": "any", "influence_conversation": False, "mappings": [{"type": "custom"}]}
            for name in ("focus", "prefs")
        },
        "forms": {"create_form": {"required_slots": []}},
        "actions": ["action_ask"],
    }
)


def turn(number):
    return [
        UserUttered(f"question {number}", {"name": "ask", "confidence": 1.0}),
        SlotSet("focus", [f"film/{number}"]),
        ActionExecuted("action_ask"),
        BotUttered(f"answer {number}"),
        ActionExecuted("action_listen"),
    ]


def conversation(turns, sender="u.1"):
    tracker = DialogueStateTracker(sender, DOMAIN.slots)
    tracker.update(ActionExecuted("action_session_start"))
    tracker.update(ActionExecuted("action_listen"))
    for number in range(turns):
        for event in turn(number):
            tracker.update(event)
    return tracker


@pytest.fixture
def store(tmp_path):
    return BoundedTrackerStore(DOMAIN, host=f"sqlite:///{tmp_path / 'tracker.db'}", keep_turns=2)


def run(coroutine):
    return asyncio.new_event_loop().run_until_complete(coroutine)


def test_history_is_bounded_and_slots_survive():
    tracker = conversation(3)
    tracker.update(SlotSet("prefs", {"genre": "comedy"}))
    tracker.update(ActiveLoop("create_form"))
    for number in range(3, 100):
        for event in turn(number):
            tracker.update(event)
    compact(tracker, 2)
    assert len(tracker.events) < 20
    replayed = DialogueStateTracker.from_events("u.1", list(tracker.events), DOMAIN.slots)
    assert replayed.get_slot("prefs") == {"genre": "comedy"}
    assert replayed.get_slot("focus") == ["film/99"]
    assert replayed.active_loop_name == "create_form"
    assert replayed.latest_message.text == "question 99"
    assert [event.text for event in replayed.events if isinstance(event, UserUttered)] == ["question 98", "question 99"]


def test_cutting_twice_is_cutting_once():
    tracker = conversation(9)
    compact(tracker, 2)
    once = [event.as_dict() for event in tracker.events]
    compact(tracker, 2)
    assert [event.as_dict() for event in tracker.events] == once


def test_short_conversations_are_left_alone():
    tracker = conversation(2)
    before = list(tracker.events)
    compact(tracker, 2)
    assert list(tracker.events) == before


def test_round_trip_through_the_database(store):
    run(store.save(conversation(5)))
    store.flush()
    store._live.clear()
    back = run(store.retrieve("u.1"))
    assert back.get_slot("focus") == ["film/4"]
    assert back.latest_message.text == "question 4"


def test_a_turn_that_breaks_off_is_forgotten(store):
    run(store.save(conversation(1)))
    halfway = run(store.retrieve("u.1"))
    halfway.update(UserUttered("never answered", {"name": "ask"}))
    again = run(store.retrieve("u.1"))  # no save in between
    assert again.latest_message.text == "question 0"


def test_delete_forgets_everywhere(store):
    run(store.save(conversation(1)))
    store.flush()
    assert run(store.delete("u.1")) is True
    assert run(store.retrieve("u.1")) is None and store.peek("u.1") is None
    assert run(store.delete("u.1")) is False


def test_deleted_before_it_was_written(store):
    run(store.save(conversation(1)))
    run(store.delete("u.1"))
    store.flush()
    assert run(store.retrieve("u.1")) is None


def test_write_through_keeps_nothing_in_memory(tmp_path):
    url = f"sqlite:///{tmp_path / 'shared.db'}"
    one, other = (BoundedTrackerStore(DOMAIN, host=url, write_behind=False) for _ in range(2))
    run(one.save(conversation(1)))
    assert run(other.retrieve("u.1")).get_slot("focus") == ["film/0"]
    assert not one._live


def test_rasa_hands_over_the_url_of_the_endpoints_file(tmp_path):
    from rasa.core.tracker_store import TrackerStore
    from rasa.utils.endpoints import EndpointConfig

    url = f"sqlite:///{tmp_path / 'configured.db'}"
    TrackerStore.create(EndpointConfig(type="components.tracker_store.BoundedTrackerStore", url=url), DOMAIN)
    assert (tmp_path / "configured.db").exists()
