"""People take over and give back."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from fake_services import text
from gateway_rig import Client, Rig, running

from bot.gateway.handoff import wants_bot

WAITING = {"custom": {"type": "handoff", "state": "waiting", "text": "正在转接", "summary": "想退款"}}
DESK = "/v1/operator/conversations"


async def handed_over(rig: Rig, lang: str = "zh") -> Client:
    client = await rig.session(lang)
    rig.rasa.reply = lambda turn: [WAITING]
    reply = await client.reply("转人工" if lang == "zh" else "Talk to a person")
    assert reply["parts"] == [WAITING["custom"]] and not reply["rateable"]
    rig.rasa.heard.clear()
    return client


async def desk(rig: Rig) -> dict[str, Any]:
    entries = (await rig.operator.ask("GET", DESK)).json["conversations"]
    return {entry["id"]: entry for entry in entries}


async def test_there_and_back(rig: Rig) -> None:
    client = await handed_over(rig)
    here = f"{DESK}/{client.conversation}"
    entry = (await desk(rig))[client.conversation]
    assert (entry["state"], entry["summary"], entry["last"]["role"]) == ("waiting", "想退款", "assistant")

    waiting = (await client.say("订单号 123")).json
    assert waiting["session"]["handoff"] == "waiting"
    (receipt,) = waiting["replies"]
    assert (receipt["parts"][0]["type"], receipt["parts"][0]["state"]) == ("handoff", "waiting")
    assert "返回" in receipt["parts"][0]["text"] and receipt["id"] == "4-receipt"
    assert rig.rasa.heard == []
    assert (await desk(rig))[client.conversation]["last"]["parts"][0]["text"] == "订单号 123"

    async with client.events() as stream:
        await asyncio.sleep(0.05)
        sent = await rig.operator.ask("POST", here + "/messages", json={"text": "您好，<b>我来处理</b>"})
        assert sent.status == 201
        joined = await asyncio.wait_for(anext(stream), 2)
        words = await asyncio.wait_for(anext(stream), 2)
    assert joined["data"]["parts"][0]["state"] == "joined"
    assert words["data"] == sent.json
    assert (words["data"]["role"], words["data"]["parts"][0]["text"]) == ("agent", "您好，＜b>我来处理＜/b>")
    again = await rig.operator.ask("POST", here + "/messages", json={"text": "稍等"})
    assert again.json["id"] == str(int(sent.json["id"]) + 1), "joining is announced once"

    assert (await client.say("好的")).json["replies"][0]["parts"][0]["state"] == "joined"
    said = (await rig.operator.ask("GET", here + "/messages")).json["messages"]
    assert [message["role"] for message in said[-4:]] == ["assistant", "agent", "agent", "user"]
    after = (await rig.operator.ask("GET", f"{here}/messages?after={said[-2]['id']}")).json["messages"]
    assert after == said[-1:]

    assert (await rig.operator.ask("POST", here + "/resolve")).json == {"state": "ended"}
    history = await client.history()
    assert history[-1]["parts"][0]["state"] == "ended"
    assert not any("receipt" in message["id"] for message in history)
    rig.rasa.reply = lambda turn: [text("又是我")]
    assert (await client.reply("谢谢"))["parts"][0]["text"] == "又是我"
    assert len(rig.rasa.heard) == 1
    for path in ("/messages", "/resolve"):
        assert (await rig.operator.ask("POST", here + path, json={"text": "还在吗"})).error == "handoff_over"
    assert (await rig.operator.ask("GET", here + "/messages")).error == "conversation_not_found"
    assert client.conversation not in await desk(rig)


@pytest.mark.parametrize(("lang", "words"), [("zh", "返回。"), ("en", "Back to the bot!")])
async def test_the_user_goes_back(rig: Rig, lang: str, words: str) -> None:
    client = await handed_over(rig, lang)
    answer = (await client.say(words)).json
    part = answer["replies"][0]["parts"][0]
    assert part["state"] == "ended" and ("back with me" in part["text"]) == (lang == "en")
    assert answer["session"]["handoff"] is None
    assert client.conversation not in await desk(rig)
    rig.rasa.reply = lambda turn: [text("好")]
    await client.reply(words)
    assert rig.rasa.heard[-1]["message"] == words, "said to the bot, it is a message like any other"


async def test_it_can_happen_again(rig: Rig) -> None:
    client = await handed_over(rig)
    await client.say("返回")
    await client.reply("转人工")
    assert (await desk(rig))[client.conversation]["state"] == "waiting"
    exported = (await client.ask("GET", "/v1/me/export")).json["handoffs"]
    assert [(handoff["state"], handoff["ended_by"]) for handoff in exported] == [("ended", "user"), ("waiting", None)]


async def test_operators_see_only_who_asked_for_them(rig: Rig) -> None:
    private = await rig.session()
    await private.reply("秘密")
    assert private.conversation not in await desk(rig)
    here = f"{DESK}/{private.conversation}"
    assert (await rig.operator.ask("GET", here + "/messages")).error == "conversation_not_found"
    assert (await rig.operator.ask("POST", here + "/messages", json={"text": "在吗"})).error == "handoff_over"
    for stranger in (private, rig.client(), rig.internal):
        for path in (DESK, here + "/messages", "/v1/operator/events"):
            assert (await stranger.ask("GET", path)).error == "operator_unauthorized"
    assert (await rig.operator.ask("POST", here + "/messages", json={"text": " "})).error == "message_empty"


async def test_the_desk_is_told(rig: Rig) -> None:
    async with rig.operator.events("/v1/operator/events") as stream:
        await asyncio.sleep(0.05)
        client = await handed_over(rig)
        assert (await asyncio.wait_for(anext(stream), 2)) == {
            "event": "changed",
            "data": {"conversation": client.conversation},
        }
        await client.say("在吗")
        assert (await asyncio.wait_for(anext(stream), 2))["data"]["conversation"] == client.conversation
        await client.ask("DELETE", "/v1/me")
        assert (await asyncio.wait_for(anext(stream), 2))["data"]["conversation"] is None


async def test_a_late_result_may_hand_over(rig: Rig) -> None:
    client = await rig.session()
    await rig.deliver(client.conversation, WAITING["custom"])
    assert (await client.ask("GET", "/v1/session")).json["handoff"] == "waiting"


async def test_nobody_is_promised_who_is_not_there(tmp_path: Path) -> None:
    async with running(tmp_path, operator_token=None) as rig:
        client = await rig.session("en")
        rig.rasa.reply = lambda turn: [WAITING]
        answer = (await client.say("Talk to a person")).json
        assert answer["replies"][0]["parts"][0]["type"] == "text"
        assert "nobody" in answer["replies"][0]["parts"][0]["text"]
        assert answer["session"]["handoff"] is None
        assert (await rig.client("").ask("GET", DESK)).error == "operator_disabled"


GO_BACK = """返回 | 请返回机器人吧 | 继续和机器人聊 | 我想和机器人聊。 | 不等了 | 结束人工服务 | 机器人
| back | Back to the bot | Please go back to Yuban! | end chat | ＢＡＣＫ"""
STAY = """返回的时候报错 | 我的订单怎么返回 | get my money back | 取消 | bot? | | back pain | 结束订阅"""


@pytest.mark.parametrize("text", GO_BACK.split("|"))
def test_ways_to_go_back(text: str) -> None:
    assert wants_bot(text)


@pytest.mark.parametrize("text", STAY.split("|"))
def test_ways_not_to(text: str) -> None:
    assert not wants_bot(text)
