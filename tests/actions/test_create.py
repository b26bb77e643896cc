"""Texts to order: what the form reads from a request, what it asks for, and what the job hands over."""

from __future__ import annotations

import asyncio
import json

import pytest

from actions import create
from generation.channels import CHANNELS
from generation.labels import VISIBLE

ROOM = {action.action: action() for action in create.ACTIONS}
VALIDATE, ASK_ABOUT, ASK_CHANNEL, CREATE = (
    "validate_create_form",
    "action_ask_create_form_create_about",
    "action_ask_create_form_create_channel",
    "action_create",
)


class Desk:
    """Walks a viewer through the form as Rasa does, and does the job on the spot."""

    def __init__(self, viewer, monkeypatch, kind="ad"):
        self.viewer, self.form = viewer, "starting"
        viewer.slots["create_kind"] = kind
        self.delivered, self.reported = [], []

        def submit(turn, work, title):
            self.delivered = work(self.reported.append)
            return {"type": "progress", "job": "1", "text": title, "fraction": 0.0, "done": False}

        monkeypatch.setattr(create, "submit", submit)

    def act(self, action, text, **more):
        reply = asyncio.run(ROOM[action].reply(self.viewer.turn(text, **more)))
        self.viewer.slots.update(reply.slots)
        return reply

    def hears(self, text, **more):
        """The parts of the reply: the open question, or the acknowledgement."""
        said = self.act(VALIDATE, text, form=self.form, **more).parts
        self.form = "answering"
        slots = self.viewer.slots
        asks = (
            ASK_ABOUT if not slots.get("create_about") else ASK_CHANNEL if not slots.get("create_channel") else CREATE
        )
        json.dumps(slots)  # slots travel as JSON
        return [*said, *self.act(asks, text).parts]

    @property
    def drafts(self):
        return [part for part in self.delivered if part.get("draft")]


@pytest.fixture
def desk(viewer, monkeypatch):
    return lambda lang="zh", kind="ad": Desk(viewer(lang), monkeypatch, kind)


def words(parts):
    return "\n".join(part["text"] for part in parts if part.get("text"))


def chips(parts):
    return [reply["payload"] for part in parts if part["type"] == "quick_replies" for reply in part["replies"]]


def test_a_whole_request_is_written_at_once(desk):
    front = desk()
    said = front.hears("给《英雄本色》写个小红书文案")
    assert "《英雄本色》" in words(said) and "小红书" in words(said)
    assert said[-1]["type"] == "progress"
    (draft,) = front.drafts
    assert draft["label"] == VISIBLE["zh"] and draft["copyable"] and "英雄本色" in draft["text"]
    assert draft["draft"].startswith("yuban-")
    assert any(part["type"] == "citation" and part["facts"] for part in front.delivered)
    slots = front.viewer.slots
    assert slots["create_about"] is slots["create_channel"] is slots["create_kind"] is None
    assert slots["focus"][0] == "film/a-better-tomorrow-1986"


def test_english_too(desk):
    front = desk("en")
    said = front.hears("Write an Instagram ad for “A Better Tomorrow”")
    assert "Instagram" in words(said) and front.drafts[0]["label"] == VISIBLE["en"]
    assert "A Better Tomorrow" in front.drafts[0]["text"]


def test_several_channels_get_a_draft_each_and_progress_is_told(desk):
    front = desk()
    front.hears("给《英雄本色》写小红书和推送")
    assert ["小红书" in d["title"] or "推送" in d["title"] for d in front.drafts] == [True, True]
    assert len({d["text"] for d in front.drafts}) == 2 and front.reported == [0.5, 1.0]


def test_what_is_missing_is_asked_for(desk):
    front = desk()
    asked = front.hears("帮我写个文案")
    assert chips(asked) and "哪部" in words(asked)
    asked = front.hears("英雄本色", intent="inform")
    assert "小红书" in chips(asked)
    said = front.hears("微博", intent="inform")
    assert said[-1]["type"] == "progress" and "英雄本色" in front.drafts[0]["text"]


def test_it_is_what_we_talked_about(desk):
    front = desk()
    front.viewer.slots["focus"] = ["film/a-better-tomorrow-1986"]
    front.hears("给它写条微博")
    assert "英雄本色" in front.drafts[0]["text"]


def test_a_title_we_do_not_have_is_said_and_the_closest_named(desk):
    front = desk()
    said = front.hears("给《英雄本色之外传续集》写个小红书")
    assert "片库里没有《英雄本色之外传续集》" in words(said)
    assert not front.drafts and front.viewer.slots["create_about"] is None


def test_another_question_leaves_the_form_alone(desk):
    front = desk()
    front.hears("帮我写个文案")
    reply = front.act(VALIDATE, "你们几点有客服", form="answering", intents=(("faq", 0.9),), intent="faq")
    assert not reply.parts and not reply.slots
    resumed = front.act(VALIDATE, "你们几点有客服", form="resuming")
    assert not resumed.parts and not resumed.slots


def test_seconds_and_tone_reach_the_copy(desk):
    front = desk()
    front.hears("给《英雄本色》写一条30秒的抖音口播，正式一点")
    assert "【0–" in front.drafts[0]["text"]
    last = max(
        int(mark.split("秒】")[0].split("–")[1]) for mark in front.drafts[0]["text"].split("【")[1:] if "秒】" in mark
    )
    assert 15 < last <= 31


@pytest.mark.parametrize(
    ("request_", "sign"),
    [("写个剧本，关于催婚", "催婚"), ("写一段《英雄本色》的预告片旁白", "英雄本色")],
)
def test_scripts_need_no_channel(desk, request_, sign):
    front = desk(kind="script")
    front.hears(request_)
    assert sign in front.drafts[0]["text"]


def test_summaries_need_no_channel(desk):
    front = desk(kind="summary")
    front.hears("总结一下《英雄本色》")
    assert "吴宇森" in front.drafts[0]["text"]


def test_asking_again_gives_another_text(desk):
    front = desk()
    texts = set()
    for _ in range(3):
        front.form = "starting"
        front.viewer.slots["create_kind"] = "ad"
        front.hears("给《英雄本色》写个小红书文案")
        texts.add(front.drafts[0]["text"])
    assert len(texts) == 3


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_follow_ups_are_whole_requests(desk, lang):
    front = desk(lang)
    front.hears("给《英雄本色》写个小红书文案" if lang == "zh" else "Write a push notification for “A Better Tomorrow”")
    again = chips(front.delivered)
    assert len(again) >= 3
    for request in again:
        other = desk(lang)
        said = other.hears(request)
        assert said[-1]["type"] == "progress", (request, words(said))
        assert other.drafts


def test_a_form_left_open_does_not_fill_the_next(desk):
    front = desk()
    front.viewer.slots |= {"create_about": {"work": "film/a-better-tomorrow-1986"}, "create_channel": ["weibo"]}
    asked = front.hears("帮我写个文案")
    assert chips(asked) and not front.drafts


def test_every_channel_of_the_vocabulary_can_be_written_for(bundle):
    assert set(bundle.catalogue.vocabulary.channels) <= set(CHANNELS)
