"""Texts to order: what the form reads from a request, what it asks for, and what the job hands over."""

from __future__ import annotations

import asyncio
import json

import pytest

from actions import create
from actions.brief import About, read_about
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
    assert len(front.drafts) == 3  # to choose from
    draft = front.drafts[0]
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


def test_a_form_left_open_does_not_fill_the_next(desk):
    front = desk()
    front.viewer.slots |= {"create_about": {"work": "film/a-better-tomorrow-1986"}, "create_channel": ["weibo"]}
    asked = front.hears("帮我写个文案")
    assert chips(asked) and not front.drafts


def test_every_channel_of_the_vocabulary_can_be_written_for(bundle):
    assert set(bundle.catalogue.vocabulary.channels) <= set(CHANNELS)


def about(viewer, bundle, text, kind="ad", lang="zh", **more):
    found = read_about(viewer(lang).turn(text, form="starting", **more), bundle, kind)
    return found or About()


@pytest.mark.parametrize(
    ("lang", "text", "topic"),
    [
        ("zh", "给会员周年庆写条推送", "会员周年庆"),
        ("zh", "写条会员周年庆的推送", "会员周年庆"),
        ("zh", "写个小红书，宣传我们的爵士音乐节，活泼点", "爵士音乐节"),
        ("zh", "做个邮件标题：会员日，首月9.9元", "会员日"),
        ("zh", "写条短信，通知会员大促", "大促"),
        ("en", "write a push about our anniversary sale", "our anniversary sale"),
        ("en", "make a poster for the Harbour Jazz Festival", "the Harbour Jazz Festival"),
        ("en", "Google ad for our student membership", "our student membership"),
    ],
)
def test_an_ad_may_be_for_something_that_is_no_work(viewer, bundle, lang, text, topic):
    found = about(viewer, bundle, text, lang=lang)
    assert (found.topic, found.work) == (topic, None)


@pytest.mark.parametrize(
    ("lang", "text"),
    [("zh", "写个文案"), ("zh", "广告词来一个"), ("zh", "给新用户写条短信"), ("zh", "给新片写一条抖音文案"),
     ("en", "write me an ad"), ("en", "Write something catchy for Instagram")],
)  # fmt: skip
def test_a_request_without_a_topic_has_none(viewer, bundle, lang, text):
    assert about(viewer, bundle, text, lang=lang).empty


def test_a_title_we_lack_is_no_topic_and_a_common_word_may_be_a_title(viewer, bundle):
    assert about(viewer, bundle, "write an ad for Blade Runner 2077", lang="en").unknown == "Blade Runner 2077"
    assert about(viewer, bundle, "给茶馆写个海报").work.startswith("show/")


def test_a_topic_is_preferred_to_what_was_talked_about_unless_pointed_at(viewer, bundle):
    front = viewer()
    front.slots["focus"] = ["film/a-better-tomorrow-1986"]
    assert read_about(front.turn("给会员周年庆写条推送"), bundle, "ad").topic == "会员周年庆"
    assert read_about(front.turn("给它写条推送"), bundle, "ad").work == "film/a-better-tomorrow-1986"


@pytest.mark.parametrize(
    ("lang", "text", "wishes"),
    [
        ("zh", "给《英雄本色》写条微博，面向大学生，首月9.9元", {"audience": "大学生", "offer": "首月9.9元"}),
        ("zh", "给《英雄本色》写条微博，针对上班族，满100减20", {"audience": "上班族", "offer": "满100减20"}),
        ("zh", "给《英雄本色》写条微博，写给熬夜的人，全场5折", {"audience": "熬夜的人", "offer": "全场5折"}),
        ("zh", "给《英雄本色》写条微博，不要用'震撼'、“燃”，一定要提到“周润发”",
         {"avoid": ("震撼", "燃"), "must_use": ("周润发",)}),
        ("en", "Tweet for A Better Tomorrow for students, 20% off, don't say epic",
         {"audience": "students", "offer": "20% off", "avoid": ("epic",)}),
        ("en", "Tweet for A Better Tomorrow aimed at night owls, first month free, mention \"Chow Yun-fat\"",
         {"audience": "night owls", "offer": "first month free", "must_use": ("Chow Yun-fat",)}),
    ],
)  # fmt: skip
def test_wishes_are_read_and_kept(viewer, bundle, lang, text, wishes):
    found = about(viewer, bundle, text, lang=lang)
    assert found.work == "film/a-better-tomorrow-1986"
    assert {name: getattr(found, name) for name in wishes} == wishes
    assert About.from_json(json.loads(json.dumps(found.to_json()))) == found


@pytest.mark.parametrize(
    ("lang", "text", "said", "unsaid"),
    [("zh", "为暑期观影季写条朋友圈，面向大学生，满100减20，不要用“收藏”", ("暑期观影季", "大学生", "满100减20"), "收藏"),
     ("en", "write a push about our app launch, 20% off, mention \"free popcorn\", don't say details",
      ("our app launch", "20% off", "free popcorn"), "details")],
)  # fmt: skip
def test_wishes_reach_the_copy(desk, lang, text, said, unsaid):
    front = desk(lang)
    front.hears(text)
    draft = front.drafts[0]["text"].lower()
    assert all(word in draft for word in said) and unsaid not in draft


@pytest.mark.parametrize(
    ("lang", "text", "word"),
    [("zh", "给会员日写条短信，全网最低价", "全网最低价"), ("zh", "写条推送给会员日，要说我们是全网第一", "全网第一"),
     ("en", "write a push about our sale, say it's the best film app ever", "the best")],
)  # fmt: skip
def test_unlawful_wishes_are_refused_with_the_word(desk, lang, text, word):
    front = desk(lang)
    front.hears(text)
    assert not front.drafts and word in words(front.delivered)


def test_what_does_not_fit_the_channel_is_said(desk):
    front = desk()
    front.hears(
        "给《英雄本色》写条推送，一定要提到“" + "很长的一句话" * 5 + "”，一定要提到“" + "另一句更长的" * 5 + "”"
    )
    assert not front.drafts and "装不下" in words(front.delivered)


@pytest.mark.parametrize(
    ("lang", "text", "genres", "moods", "topic", "length"),
    [
        ("zh", "写个悬疑短剧", ("suspense",), (), "", "short"),
        ("zh", "写个五场的搞笑短剧，关于加班", (), ("funny",), "加班", "full"),
        ("zh", "写个科幻剧本", ("science-fiction",), (), "", "short"),
        ("en", "a 5-scene comedy script", ("comedy",), (), "", "full"),
        ("en", "write a dark thriller script about a lift", ("thriller",), ("dark",), "a lift", "short"),
        ("en", "write a sketch about a detective and a thief", (), (), "a detective and a thief", "short"),
    ],
)
def test_the_kind_of_story_is_read(viewer, bundle, lang, text, genres, moods, topic, length):
    found = about(viewer, bundle, text, "script", lang)
    assert (found.genres, found.moods, found.topic, found.length) == (genres, moods, topic, length)


@pytest.mark.parametrize(("lang", "text"), [("zh", "写个五场的悬疑剧本"), ("en", "a 5-scene comedy script")])
def test_a_script_has_as_many_scenes_as_were_asked_for(desk, lang, text, bundle):
    front = desk(lang, "script")
    front.hears(text)
    saved = bundle.drafts.get(front.viewer.user, front.drafts[0]["draft"])
    assert saved.metadata["scenes"] == 5


def test_more_scenes_than_can_be_is_said(desk):
    front = desk(kind="script")
    front.hears("写个20场的悬疑剧本")
    assert front.drafts and "10场" in words(part for part in front.delivered if not part.get("draft"))


PASTED = {
    "zh": "总结一下这段：港口音乐节周五开幕。四十条船开进老港口，船上整夜有音乐。李医生卖茶。音乐节的船停在老港口。一只猫睡着了。",
    "en": "summarise this: The harbour festival opened on Friday. It brought boats into the old harbour. A cat slept. "
    "Boats in the old harbour carried music all night.",
}


@pytest.mark.parametrize(("lang", "sign"), [("zh", "老港口"), ("en", "harbour")])
def test_a_pasted_text_is_summarised(desk, lang, sign):
    front = desk(lang, "summary")
    front.hears(PASTED[lang])
    (draft,) = front.drafts
    assert sign in draft["text"] and len(draft["text"]) < len(PASTED[lang])


def test_a_short_rest_is_a_title_and_no_text(viewer, bundle):
    assert about(viewer, bundle, "总结这部：英雄本色", "summary").work == "film/a-better-tomorrow-1986"


@pytest.mark.parametrize("name", ["朋友圈", "微信朋友圈", "moments", "WeChat Moments"])
def test_moments_is_a_channel(viewer, bundle, name):
    channels = bundle.catalogue.vocabulary.channels.values()
    assert create.read_channels(f"给《英雄本色》写条{name}", channels) == ["moments"]
