"""Customer service: the guided diagnosis, questions, complaints, people, one's own data, and not understanding."""

from __future__ import annotations

import asyncio
import json

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import support
from actions.turn import Turn

BOTH = pytest.mark.parametrize("lang", ["zh", "en"])
VALIDATE, ASK, FINISH = (
    "validate_troubleshoot_form",
    "action_ask_troubleshoot_form_diagnosis_result",
    "action_troubleshoot",
)


class Form:
    """Walks a viewer through the troubleshooting form as Rasa does."""

    def __init__(self, viewer):
        self.viewer, self.form = viewer, "starting"

    def hears(self, text, **more):
        self.viewer.say(VALIDATE, text, form=self.form, **more)
        self.form = "answering"
        return self.viewer.say(FINISH if self.viewer.slots.get("diagnosis_result") else ASK, text)


@BOTH
def test_the_diagnosis_ends_in_a_fix_that_helped(viewer, lang):
    form = Form(viewer(lang))
    said = form.hears("播放老是卡顿" if lang == "zh" else "playback keeps stuttering")
    fixed = "解决了" if lang == "zh" else "Yes, it's fixed"
    for _ in range(8):
        assert said.text and said.chips
        if fixed in said.chips:
            break
        said = form.hears(said.chips[0])
    assert "1." in said.text  # the fix, in steps
    done = form.hears(fixed)
    assert done.text and not done.parts("handoff") and form.viewer.slots["diagnosis"] is None


def test_a_fix_that_did_not_help_ends_with_a_person_who_knows_the_story(viewer):
    form = Form(viewer())
    said = form.hears("播放老是卡顿")
    for _ in range(12):
        if said.parts("handoff"):
            break
        said = form.hears("还是不行" if "还是不行" in said.chips else said.chips[0])
    handoff = said.parts("handoff")[0]
    assert handoff["state"] == "waiting" and "播放老是卡顿" in handoff["summary"] and handoff["text"]


def test_a_question_in_between_is_left_to_its_own_action(viewer):
    form = Form(viewer())
    form.hears("播放老是卡顿")
    before = form.viewer.slots["diagnosis"]
    reply = form.viewer.say(VALIDATE, "流浪地球是谁导演的", form="answering", intents=(("ask", 0.9),)).reply
    assert not reply.parts and not reply.slots
    answered = form.viewer.say(VALIDATE, "不知道", form="resuming").reply  # to another question than the form's
    assert not answered.slots and form.viewer.slots["diagnosis"] == before


def test_another_symptom_starts_another_diagnosis(viewer):
    form = Form(viewer())
    form.hears("播放老是卡顿")
    form.hears("登录不了，一直提示密码错误", intent="troubleshoot", intents=(("troubleshoot", 0.9),))
    assert form.viewer.slots["diagnosis"]["problem"] == "cannot-log-in"


def test_a_new_diagnosis_owes_nothing_to_an_abandoned_one(viewer):
    form = Form(viewer())
    form.hears("播放老是卡顿")
    form.form = "starting"
    form.hears("没有声音")
    assert form.viewer.slots["diagnosis"]["problem"] == "no-sound"


def test_an_edited_guide_restarts_the_diagnosis(viewer):
    form = Form(viewer())
    form.hears("播放老是卡顿")
    form.viewer.slots["diagnosis"] = {**form.viewer.slots["diagnosis"], "check": "a-question-of-last-year"}
    assert form.viewer.say(ASK, "").chips
    form.viewer.slots["diagnosis"] = {**form.viewer.slots["diagnosis"], "version": 0}
    assert form.hears("会好很多").chips


def test_what_a_message_is_to_the_form_is_read_from_the_events():
    def form(*events, active="troubleshoot_form"):
        tracker = Tracker("a.1", {}, {}, [{"event": "user"}, *events], False, None, {"name": active}, None)
        return Turn.read(tracker).form

    loop = {"event": "active_loop", "name": "troubleshoot_form"}
    own = {"event": "action", "name": "troubleshoot_form"}
    other = {"event": "action", "name": "action_ask"}
    left = [{"event": "action", "name": "action_deactivate_loop"}, {"event": "active_loop", "name": None}]
    assert form() == "answering" and form(own) == "answering"
    assert form(loop, own) == "starting" and form(*left, loop, own) == "starting"
    assert form(other, own) == "resuming"
    assert form(left[1], active=None) == "answering"


@BOTH
def test_frequent_questions(viewer, bundle, lang):
    entry = next(entry for entry in bundle.catalogue.faq if entry.id == "membership/price")
    assert entry.answer[lang] in viewer(lang).say("action_faq", entry.question[lang]).text


@BOTH
def test_a_complaint_offers_a_person_and_what_resembles_it(viewer, lang):
    zh, en = "你们的 App 天天闪退，什么垃圾", "your app keeps crashing, this is ridiculous"
    said = viewer(lang).say("action_complain", zh if lang == "zh" else en)
    assert said.chips[0] in ("转人工", "Talk to a person")
    assert ("App 闪退" if lang == "zh" else "App crashes") in said.chips


def test_to_complain_is_no_symptom(viewer):
    assert viewer().say("action_complain", "我要投诉你们乱扣钱").chips[1:] == ["播放出了问题", "怎么申请退款"]


@BOTH
def test_a_person_is_told_what_was_talked_about(viewer, lang):
    person = viewer(lang)
    person.say("action_ask", "《星际穿越》是谁导演的" if lang == "zh" else "who directed Interstellar")
    part = person.say("action_human", "转人工" if lang == "zh" else "a human please").parts("handoff")[0]
    assert part["state"] == "waiting" and part["text"]
    assert ("星际穿越" if lang == "zh" else "Interstellar") in part["summary"]


@pytest.mark.parametrize(
    ("lang", "text", "wanted"),
    [
        ("zh", "speak English please", "en"),
        ("en", "请说中文", "zh"),
        ("zh", "换个语言", "en"),
        ("en", "other language", "zh"),
    ],
)
def test_the_language_asked_for(viewer, lang, text, wanted):
    person = viewer(lang)
    said = person.say("action_switch_language", text)
    assert said.parts("control") == [{"type": "control", "op": "language", "lang": wanted}]
    assert person.slots["lang"] == wanted and any("一" <= char <= "鿿" for char in said.text) == (wanted == "zh")


@BOTH
def test_what_is_known_can_be_seen_taken_and_erased(viewer, bundle, lang):
    person = viewer(lang)
    ask = "想看科幻电影，不要恐怖片" if lang == "zh" else "a science fiction film, no horror"
    said = person.say("action_recommend", ask)
    person.say("action_feedback", "喜欢第一个" if lang == "zh" else "I like the first one")
    person.say("action_feedback", "第二个看过了" if lang == "zh" else "I've seen the second one")
    shown = person.say("action_data_show", "").text
    assert said.cards[0]["title"] in shown and said.cards[1]["title"] in shown
    assert ("恐怖" if lang == "zh" else "horror") in shown
    assert person.say("action_data_export", "").parts("file")[0]["url"] == "/v1/me/export"
    asked = person.say("action_data_delete", "删除我的数据" if lang == "zh" else "delete my data")
    assert bundle.audience.history(person.user) and not asked.parts("control")
    erased = person.say("action_data_delete", asked.chips[0])
    assert erased.parts("control") == [{"type": "control", "op": "erase"}]
    assert bundle.audience.export(person.user) == {"user": person.user, "events": [], "profile": {}}
    assert person.slots["prefs"] is None and person.slots["listed"] is None


@BOTH
def test_what_was_not_understood_is_asked_back_in_words_that_carry_it(viewer, lang):
    said = viewer(lang).say("action_default_ask_affirmation", '咕噜 "啪"', intents=(("faq", 0.3), ("ask", 0.2)))
    payloads = said.chips
    assert payloads[-1] == "/out_of_scope" and [p.split("{")[0] for p in payloads[:2]] == ["/faq", "/ask"]
    assert json.loads(payloads[0].removeprefix("/faq")) == {"said": '咕噜 "啪"'}


@BOTH
def test_a_sure_answer_is_given_even_when_the_intent_was_not_clear(viewer, lang):
    text = "《星际穿越》是谁导演的" if lang == "zh" else "who directed Interstellar"
    for action in ("action_default_ask_affirmation", "action_default_fallback", "action_out_of_scope"):
        assert ("诺兰" if lang == "zh" else "Nolan") in viewer(lang).say(action, text).text


def test_every_intent_offered_back_exists():
    assert set(support.MEANINGS) <= {
        *(
            "ask",
            "compare",
            "list",
            "recommend",
            "critique",
            "feedback",
            "create_script",
            "create_ad",
            "create_summary",
            "revise",
        ),
        *("faq", "troubleshoot", "complain", "human", "data_show", "data_export", "data_delete", "switch_language"),
        *("help",),
    }


def test_a_failure_is_owned_up_to_and_the_conversation_goes_on(bundle, monkeypatch):
    from action_rig import ACTIONS

    action = ACTIONS["action_help"]
    monkeypatch.setattr(type(action), "reply", lambda *_: 1 / 0)
    dispatcher = CollectingDispatcher()
    tracker = Tracker("a.1", {"lang": "en"}, {"text": "help"}, [], False, None, {}, None)
    events = asyncio.run(action.run(dispatcher, tracker, {}))
    assert events == [] and "Sorry" in dispatcher.messages[0]["custom"]["text"]


def test_a_turn_reads_what_was_said_before_the_fallback_button():
    message = {"text": '/ask{"said": "谁导演的"}', "entities": [{"entity": "said", "value": "谁导演的"}]}
    turn = Turn.read(Tracker("ann.2", {"lang": "en"}, message, [], False, None, {}, None))
    assert (turn.text, turn.user, turn.lang, turn.asked) == ("谁导演的", "ann", "en", None)
