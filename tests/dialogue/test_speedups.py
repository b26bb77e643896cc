"""Each replacement against the original it stands for."""

import jsonschema
import pytest
from components import speedups
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

stock_validate = RemoteAction._validate_action_result
stock_copy = DialogueStateTracker.copy

DOMAIN = Domain.from_dict(
    {
        "version": "3.1",
        "intents": ["ask"],
        "actions": ["action_ask", "validate_form"],
        "slots": {"focus": {"type": "any", "influence_conversation": False, "mappings": [{"type": "custom"}]}},
    }
)


def tracker():
    made = DialogueStateTracker("u.1", DOMAIN.slots)
    for event in (
        ActionExecuted("action_listen"),
        UserUttered("hi", {"name": "ask", "confidence": 1.0}),
        SlotSet("focus", ["a"]),
        BotUttered("hello"),
    ):
        made.update(event)
    return made


@pytest.mark.parametrize(
    "result",
    [
        {"events": [], "responses": []},
        {"events": [{"event": "slot", "name": "focus", "value": ["a"]}], "responses": [{"custom": {"type": "text"}}]},
        {"events": [{"event": "slot"}], "responses": []},
        {"events": [{"event": "no such event"}], "responses": []},
        {"events": "none", "responses": []},
        {"events": [], "responses": ["text"]},
    ],
)
def test_validation_accepts_and_refuses_what_rasa_does(result):
    action = RemoteAction("action_ask", None)

    def verdict(validate):
        try:
            return validate(action, result)
        except jsonschema.ValidationError:
            return "refused"

    assert verdict(speedups._validate_action_result) == verdict(stock_validate)


def test_a_copied_tracker_is_equal_and_independent():
    original = tracker()
    fast, slow = speedups._copy(original), stock_copy(original)
    assert fast.current_state() == slow.current_state()
    assert list(fast.events) == list(slow.events)
    fast.update(SlotSet("focus", ["b"]))
    fast.update(ActionExecuted("action_ask"))
    assert original.get_slot("focus") == ["a"] and len(original.events) == 4
    assert original.latest_action_name == "action_listen"


def test_the_domain_key_is_always_sent_and_full_for_forms():
    endpoint = EndpointConfig("http://127.0.0.1:1/webhook")
    plain = speedups._action_call_format(RemoteAction("action_ask", endpoint), tracker(), DOMAIN)
    form = speedups._action_call_format(RemoteAction("validate_form", endpoint), tracker(), DOMAIN)
    assert plain["domain"] == {}
    assert form["domain"] == DOMAIN.as_dict()
    assert {key: plain[key] for key in ("next_action", "sender_id", "version")} == {
        "next_action": "action_ask",
        "sender_id": "u.1",
        "version": "3.6.21",
    }


def test_a_different_rasa_is_refused(monkeypatch):
    monkeypatch.setitem(speedups.EXPECTED, "DaskGraphRunner.run", "something else")
    with pytest.raises(speedups.UnexpectedRasa, match="rasa==3\\.6\\.21"):
        speedups.install()


def test_this_rasa_is_the_expected_one():
    from rasa.engine.runner.dask import DaskGraphRunner

    assert speedups.digest(DaskGraphRunner.run) == speedups.EXPECTED["DaskGraphRunner.run"]
