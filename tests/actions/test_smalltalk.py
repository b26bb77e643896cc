"""Small talk: the domain's words unless a trained model is sure, safe and labelled."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import SimpleNamespace

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import engines, smalltalk
from generation.labels import VISIBLE


class Talker:
    """Answers with ``words``; keeps what it was asked."""

    def __init__(self, words):
        self.words, self.asked = words, []

    def reply(self, turns):
        self.asked.append(turns)
        return SimpleNamespace(text=self.words) if self.words else None


def says(bundle, monkeypatch, talker, text="how are you", lang="en"):
    monkeypatch.setattr(engines, "_current", replace(bundle, replies=talker))
    dispatcher = CollectingDispatcher()
    events = [{"event": "user", "text": text}]
    tracker = Tracker("a.1", {"lang": lang}, {"text": text}, events, False, None, {}, None)
    asyncio.run(smalltalk.SmallTalk().run(dispatcher, tracker, {}))
    (message,) = dispatcher.messages
    return message


def test_without_a_model_the_domain_speaks(bundle, monkeypatch):
    assert says(bundle, monkeypatch, None)["response"] == "utter_smalltalk"


def test_a_sure_reply_is_said_and_labelled(bundle, monkeypatch):
    talker = Talker("Pretty well, thanks.")
    part = says(bundle, monkeypatch, talker)["custom"]
    assert part == {"type": "text", "text": "Pretty well, thanks.", "label": VISIBLE["en"]}
    assert talker.asked[0][-1] == "how are you"


def test_an_unsure_model_leaves_it_to_the_domain(bundle, monkeypatch):
    assert says(bundle, monkeypatch, Talker(""))["response"] == "utter_smalltalk"


def test_a_failing_model_leaves_it_to_the_domain(bundle, monkeypatch):
    broken = SimpleNamespace(reply=lambda turns: 1 / 0)
    assert says(bundle, monkeypatch, broken)["response"] == "utter_smalltalk"


@pytest.mark.parametrize(
    ("words", "fine"),
    [("今天过得不错", True), ("Pretty well, thanks", True), ("我们是全国第一", False), ("来根电子烟", False),
     ("call 13800000000", False)],
)  # fmt: skip
def test_what_may_be_said(words, fine):
    assert engines.harmless(words) is fine


def test_a_broken_model_is_a_warning(tmp_path, caplog):
    assert engines.small_talk(tmp_path / "none") is None
    (tmp_path / "replies.json").write_text("{")
    assert engines.small_talk(tmp_path) is None and "small talk" in caplog.text
