"""A turn, and all the ways in which Rasa can fail at one: the user always gets words back."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from fake_services import FakeRasa, serving, text
from gateway_rig import Rig, running


async def test_a_message_is_answered_and_kept(rig: Rig) -> None:
    client = await rig.session()
    rig.rasa.reply = lambda turn: [
        text("克里斯托弗·诺兰。"),
        {"custom": {"type": "citation", "facts": [{"text": "x"}]}},
    ]
    answer = (await client.say("  《星际穿越》是谁导演的？ ")).json
    said, (reply,) = answer["user"], answer["replies"]
    assert (said["role"], said["lang"], said["rateable"]) == ("user", "zh", False)
    assert said["parts"] == [{"type": "text", "text": "《星际穿越》是谁导演的？"}]
    assert (reply["role"], reply["lang"], reply["rateable"]) == ("assistant", "zh", True)
    assert [part["type"] for part in reply["parts"]] == ["text", "citation"]
    assert (said["id"], reply["id"]) == ("2", "3")
    assert answer["session"] == {"lang": "zh", "pin": None, "handoff": None, "erased": False}
    (turn,) = rig.rasa.heard
    assert turn["sender"] == client.conversation
    assert turn["message"] == "《星际穿越》是谁导演的？"
    assert turn["metadata"] == {"lang_pin": None, "lang_hint": "zh"}
    assert (await client.history())[1:] == [said, reply]


async def test_the_conversation_follows_rasas_language(rig: Rig) -> None:
    client = await rig.session("zh")
    rig.rasa.lang = "en"
    assert (await client.reply("Who directed it?"))["lang"] == "en"
    await client.reply("ok")
    assert rig.rasa.heard[-1]["metadata"]["lang_hint"] == "en"


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ({"text": "你好"}, [{"type": "text", "text": "你好"}]),
        (
            {"text": "选一个", "buttons": [{"title": "甲", "payload": "甲"}]},
            [
                {"type": "text", "text": "选一个"},
                {"type": "quick_replies", "replies": [{"title": "甲", "payload": "甲"}]},
            ],
        ),
        ({"image": "https://x.test/a.png"}, [{"type": "image", "url": "https://x.test/a.png", "alt": ""}]),
        ({"custom": [{"type": "text", "text": "一"}, "二"]}, [{"type": "text", "text": t} for t in "一二"]),
        ({"attachment": {"type": "table", "title": "表"}}, [{"type": "text", "text": "表"}]),
    ],
)
async def test_domain_responses_become_parts(rig: Rig, message: dict[str, Any], parts: list[Any]) -> None:
    rig.rasa.reply = lambda turn: [message]
    assert (await (await rig.session()).reply("hi"))["parts"] == parts


def _slow(turn: Any) -> Any:
    return asyncio.sleep(0.6, [])


FAILURES = {
    "500": lambda turn: web.Response(status=500, text="Traceback: secret"),
    "503": lambda turn: web.Response(status=503),
    "401": lambda turn: web.Response(status=401),
    "slow": _slow,
    "not JSON": lambda turn: web.Response(text="<html>"),
    "not an object": lambda turn: web.Response(text="[]"),
    "no messages": lambda turn: web.Response(text="{}"),
    "not a list": lambda turn: 7,
    "not objects": lambda turn: ["x"],
    "too large": lambda turn: [text("x" * 1_100_000)],
    "nothing": lambda turn: [],
    "empty": lambda turn: [{}, text("")],
    "blank": lambda turn: [text(" \u200b\n"), {"custom": {"type": "quick_replies", "replies": []}}],
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_never_an_empty_reply(rig: Rig, failure: str, lang: str) -> None:
    client = await rig.session(lang)
    rig.rasa.reply = FAILURES[failure]
    question = "怎么退款？" if lang == "zh" else "How do I get a refund?"
    reply = await client.reply(question)
    words, again = reply["parts"]
    assert words["type"] == "text"
    assert ("try" in words["text"].lower() or "could you" in words["text"].lower()) == (lang == "en")
    assert reply["lang"] == lang and not reply["rateable"]
    assert "secret" not in words["text"]
    assert again["replies"] == [{"title": "再试一次" if lang == "zh" else "Try again", "payload": question}]
    history = await client.history()
    assert [message["role"] for message in history] == ["assistant", "user", "assistant"]


async def test_trying_again_sends_the_same_message(rig: Rig) -> None:
    client = await rig.session()
    rig.rasa.reply = FAILURES["500"]
    again = (await client.reply("/restart"))["parts"][1]["replies"][0]
    assert not again["payload"].startswith("/"), "a failure must not turn typed text into a command"
    rig.rasa.reply = lambda turn: [text("好")]
    await client.reply(again["title"], again["payload"])
    assert rig.rasa.heard[-1]["message"] == rig.rasa.heard[-2]["message"] == "／restart"


async def test_rasa_is_not_there(tmp_path: Path) -> None:
    async with running(tmp_path, rasa_url="http://127.0.0.1:9") as rig:
        reply = await (await rig.session("en")).reply("hello")
        assert "can't reach" in reply["parts"][0]["text"]
        metrics = (await rig.internal.ask("GET", "/metrics")).body.decode()
        assert 'yuban_turns_total{lang="en",outcome="down"} 1.0' in metrics


async def test_rasa_comes_back_on_the_same_port(tmp_path: Path) -> None:
    first, second = FakeRasa(), FakeRasa()
    async with serving(first.app()) as url:
        port = int(url.rsplit(":", 1)[1])
    async with running(tmp_path, rasa_url=url) as rig:
        client = await rig.session()
        async with serving(first.app(), port):
            await client.reply("一")
        assert "连不上" in (await client.reply("二"))["parts"][0]["text"]
        async with serving(second.app(), port):
            assert (await client.reply("三"))["parts"][0]["text"] == "“三”"
    assert [turn["message"] for turn in second.heard] == ["三"]


async def test_a_connection_closed_under_us_is_opened_again(rig: Rig) -> None:
    client = await rig.session()
    await client.reply("一")
    calls = 0

    def close_once(turn: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 1:
            rig.rasa.transport.close()
            return asyncio.sleep(0.2, [])
        return [text("好")]

    rig.rasa.reply = close_once
    assert (await client.reply("二"))["parts"][0]["text"] == "好"


async def test_one_turn_at_a_time(rig: Rig) -> None:
    client, other = await rig.session(), await rig.session()
    inside: list[str] = []
    worst = 0

    async def slowly(turn: Any) -> list[Any]:
        nonlocal worst
        inside.append(turn["sender"])
        worst = max(worst, inside.count(client.conversation))
        await asyncio.sleep(0.03)
        inside.remove(turn["sender"])
        return [text(turn["message"])]

    rig.rasa.reply = slowly
    answers = await asyncio.gather(*[client.say(str(n)) for n in range(4)], other.say("0"))
    assert [answer.status for answer in answers] == [200] * 5
    assert worst == 1
    said = [message["parts"][0]["text"] for message in (await client.history())[1:]]
    assert said[::2] == said[1::2] and sorted(said[::2]) == ["0", "1", "2", "3"]


async def test_a_queue_has_an_end(rig: Rig) -> None:
    client = await rig.session()
    rig.rasa.reply = lambda turn: asyncio.sleep(0.05, [text("好")])
    answers = await asyncio.gather(*[client.say("快") for _ in range(12)])
    refused = [answer for answer in answers if answer.status == 429]
    assert len(refused) == 8
    assert refused[0].error == "turn_in_progress" and int(refused[0].headers["Retry-After"]) > 0


async def test_orders_are_followed_and_not_shown(rig: Rig) -> None:
    client = await rig.session("zh")
    rig.rasa.reply = lambda turn: [{"custom": {"type": "control", "op": "language", "lang": "en"}}]
    reply = await client.reply("说英文")
    assert [part["type"] for part in reply["parts"]] == ["text"]
    session = (await client.ask("GET", "/v1/session")).json
    assert (session["lang"], session["pin"]) == ("en", "en")
    rig.rasa.reply = lambda turn: [text("随便"), {"custom": {"type": "control", "op": "language", "lang": None}}]
    await client.reply("都行")
    assert (await client.ask("GET", "/v1/session")).json["pin"] is None
    rig.rasa.reply = lambda turn: [text("嗯"), {"custom": {"type": "control", "op": "reboot"}}]
    assert (await client.reply("重启"))["parts"] == [{"type": "text", "text": "嗯"}]


async def test_only_offered_payloads_are_sent(rig: Rig) -> None:
    client, other = await rig.session(), await rig.session()
    command = '/ask{"said":"谁导演了\\"它\\"？"}'
    rig.rasa.reply = lambda turn: [{"text": "你是想问……", "buttons": [{"title": "查资料", "payload": command}]}]
    await client.reply(f'"payload":"{command}x" "payload":"/stop"')
    for forged in ("/restart", command + "x", command.upper(), command[:-1], "/stop", "查资料", ""):
        answer = await client.say("查资料", forged)
        assert (answer.status, answer.error) == (400, "payload_not_offered"), forged
    assert (await other.say("查资料", command)).error == "payload_not_offered"
    assert len(rig.rasa.heard) == 1
    said = (await client.say("查资料", command)).json["user"]
    assert said["parts"][0]["text"] == "查资料"
    assert rig.rasa.heard[-1]["message"] == command


async def test_a_payload_in_a_card_is_an_offer(rig: Rig) -> None:
    client = await rig.session()
    card = {"id": "film/x", "kind": "film", "title": "X", "buttons": [{"title": "更新", "payload": "更新\n一点 </b>"}]}
    rig.rasa.reply = lambda turn: [{"custom": {"type": "carousel", "cards": [card]}}]
    payload = (await client.reply("推荐"))["parts"][0]["cards"][0]["buttons"][0]["payload"]
    assert (await client.say("更新", payload)).status == 200
