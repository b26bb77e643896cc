"""What a person reads who takes a conversation over: the conversation, not its last word."""

from __future__ import annotations

import asyncio

import pytest
from action_rig import ACTIONS
from rasa_sdk import Tracker

from actions.turn import HISTORY_SIZE, LONGEST_SAID, Turn


def user(text, said=None):
    entities = [{"entity": "said", "value": said}] if said else []
    return {"event": "user", "text": text, "parse_data": {"entities": entities}}


def bot(said=None, **custom):
    return {"event": "bot", "text": said, "data": {"custom": custom} if custom else {}}


def read(*events, slots=None):
    latest = {"text": next((e.get("text") for e in reversed(events) if e["event"] == "user"), "")}
    return Turn.read(Tracker("ann.1", slots or {}, latest, list(events), False, None, {}, None))


CHAT_ZH = (
    user("你好"),
    bot("你好呀"),
    user("我的会员被重复扣款了，想退一笔"),
    bot(type="text", text="请先检查账单里是不是有两笔同一天的扣款。"),
    {"event": "action", "name": "action_faq"},
    user("检查过了，还是不行"),
    bot(type="quick_replies", text="要我帮你转人工吗？", replies=[]),
    user("转人工"),
)
CHAT_EN = (
    user("hi"),
    bot("Hello!"),
    user("I was charged twice for my membership and want a refund"),
    bot(type="text", text="Please check whether your bill shows two charges on one day."),
    user("I did, it didn't help"),
    user("a human please"),
)


def test_what_was_said_is_read_from_the_events():
    turn = read(
        user("/greet"),
        user('/ask{"said": "谁导演的"}', said="谁导演的"),
        bot(type="carousel", cards=[]),
        bot(type="progress", text="正在写", job="1"),
        bot(type="quick_replies", text=None, replies=[]),
        bot(type="text", text=" 诺兰。 "),
        bot("domain response"),
        {"event": "slot", "name": "lang", "value": "zh"},
        user("谢谢"),
    )
    assert turn.history == (
        ("user", "谁导演的"), ("assistant", "诺兰。"), ("assistant", "domain response"), ("user", "谢谢"),
    )  # fmt: skip


def test_a_long_conversation_is_cut_at_its_beginning_and_a_long_message_at_its_end():
    events = [user(f"第{n}句") for n in range(500)] + [bot("长" * 5000)]
    history = read(*events).history
    assert len(history) == HISTORY_SIZE and history[0] == ("user", f"第{500 - HISTORY_SIZE + 1}句")
    assert history[-1] == ("assistant", "长" * LONGEST_SAID)
    assert read().history == () and read({"event": "bot"}, {"event": "user"}).history == ()


@pytest.mark.parametrize(
    ("lang", "events", "wanted"),
    [
        ("zh", CHAT_ZH, ("用户想要：“我的会员被重复扣款了，想退一笔”", "请先检查账单", "没解决", "刚才在聊：《星际穿越》")),
        ("en", CHAT_EN, ("I was charged twice", "check whether your bill", "did not help", "Talking about: Interstellar")),
    ],
)  # fmt: skip
def test_a_handover_tells_what_is_wanted_and_what_was_tried(bundle, lang, events, wanted):
    turn = read(*events, slots={"lang": lang, "focus": ["film/interstellar-2014"]})
    (part,) = asyncio.run(ACTIONS["action_human"].reply(turn)).parts
    assert part["type"] == "handoff" and all(words in part["summary"] for words in wanted), part["summary"]
    assert len(part["summary"]) <= 500


def test_a_handover_stays_short_and_says_what_the_conversation_is_about(bundle):
    steps = [bot(type="text", text=f"请重启第{n}台设备，{'然后等它连上网络再试试，' * 9}") for n in range(9)]
    endless = [user(f"我想问为什么播放不了，{'怎么办才好呢，' * 20}")]
    endless += [event for step in steps for event in (step, user("还是不行"))]
    endless.append(user(f"另外会员费重复扣款，{'上个月多收的钱何时退回，' * 9}到底什么时候退？"))
    turn = read(*endless, slots={"lang": "zh", "focus": ["film/interstellar-2014"]})
    (part,) = asyncio.run(ACTIONS["action_human"].reply(turn)).parts
    note, about = part["summary"].rsplit("\n", 1)
    assert len(part["summary"]) == 500 and note.endswith("…") and about == "刚才在聊：《星际穿越》"


def test_after_a_diagnosis_its_findings_come_before_the_conversation(bundle):
    helper = bundle.troubleshooter
    state = helper.start("播放老是卡顿", "zh")
    for _ in range(12):
        if state["phase"] == "end":
            break
        view = helper.view(state, "zh")
        state = helper.step(state, "还是不行" if "还是不行" in view.replies else view.replies[0], "zh")
    slots = {"lang": "zh", "diagnosis": state, "diagnosis_result": "handover"}
    turn = read(*CHAT_ZH[:4], user("播放老是卡顿"), user("还是不行"), slots=slots)
    (part,) = asyncio.run(ACTIONS["action_troubleshoot"].reply(turn)).parts
    own = helper.summary(state, "zh")
    assert part["summary"].startswith(own) and "用户想要：" in part["summary"][len(own) :]
