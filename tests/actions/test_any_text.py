"""Whatever is typed, every action answers with words a person can read, in time, in parts the gateway takes."""

from __future__ import annotations

import asyncio
import time

import pytest
from action_rig import ACTIONS, Viewer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import apology
from bot.gateway.envelope import admit

SLOWEST_S = 1.0  # of the processor, so that a busy machine does not fail the test
PIECES = (
    "第二个", "不要", "喜欢", "《", "》", "“", "\"", "星际穿越", "诺兰", "比", "更", "一点", "看过了", "推荐", "三部",
    "90分钟", "第", "，", "the first", "not", "like", "Interstellar", "newer", "than", "it", "he", "{", "}", "/ask",
    "\x00", "\ud83c", "🎬",
)  # fmt: skip
texts = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))
contexts = st.sampled_from(
    [
        {},
        {"focus": ["film/interstellar-2014"], "listed": ["film/inception-2010", "film/tenet-2020"], "asked": ["year"]},
        {"focus": ["film/gone-2000"], "listed": ["person/christopher-nolan", "nonsense"], "prefs": {"wishes": 3}},
        {"focus": None, "listed": None, "prefs": None, "diagnosis": {"version": 0, "said": "x"}},
    ]
)
SORRY = [apology(Viewer(lang, "any").turn("")).parts for lang in ("zh", "en")]
# Validation sets slots and leaves the talking to the form.
SPEAKING = sorted(name for name in ACTIONS if not name.startswith("validate_"))


@pytest.mark.parametrize("action", SPEAKING)
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=texts, lang=st.sampled_from(["zh", "en", None]), context=contexts)
def test_every_action_always_answers(bundle, action, text, lang, context):
    tracker = Tracker("any.1", {"lang": lang, **context}, {"text": text}, [], False, None, {}, None)
    dispatcher = CollectingDispatcher()
    start = time.process_time()
    events = asyncio.run(ACTIONS[action].run(dispatcher, tracker, {}))
    assert time.process_time() - start < SLOWEST_S
    parts = [message["custom"] for message in dispatcher.messages]
    shown = [part for part in parts if part["type"] != "control"]
    assert any((part.get("text") or "").strip() for part in shown)
    assert parts not in SORRY, "it failed and said so"
    assert all(event["event"] == "slot" for event in events)
    for part in parts:
        admitted = admit(part, "zh")
        assert [kept.type for kept in admitted] == [part["type"]], part  # taken as it is, neither dropped nor made text


@pytest.mark.parametrize("action", ["action_recommend", "action_ask", "action_feedback"])
def test_the_longest_message_is_answered_in_time(bundle, action):
    start = time.process_time()
    assert Viewer(user="long").say(action, ("推荐《星际穿越》不要恐怖第二个 " * 200)[:2000]).text
    assert time.process_time() - start < SLOWEST_S
