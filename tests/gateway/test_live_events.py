"""Streams: what comes late, what other windows see, and picking up after a broken connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fake_services import text
from gateway_rig import Client, Rig

from bot.gateway import delivery
from bot.gateway.conversations import Draft


async def take(stream: AsyncIterator[dict[str, Any]], count: int, within: float = 2) -> list[dict[str, Any]]:
    async def collect() -> list[dict[str, Any]]:
        return [await anext(stream) for _ in range(count)]

    return await asyncio.wait_for(collect(), within)


async def listening(rig: Rig, client: Client, count: int = 1) -> None:
    while rig.gateway.hub.listeners(client.conversation) < count:
        await asyncio.sleep(0.005)


async def test_a_late_result_arrives(rig: Rig) -> None:
    client = await rig.session()
    async with client.events() as stream:
        await listening(rig, client)
        answer = await rig.deliver(client.conversation, {"type": "text", "text": "写好了", "draft": "d1"})
        assert (answer.status, answer.json) == (202, {"id": "2"})
        (event,) = await take(stream, 1)
    assert (event["event"], event["id"]) == ("message", "2")
    assert event["data"] == (await client.history())[-1]
    assert event["data"]["rateable"] and event["data"]["parts"][0]["draft"] == "d1"


async def test_only_its_own_conversation(rig: Rig) -> None:
    mine, yours = await rig.session(), await rig.session()
    async with mine.events() as stream:
        await listening(rig, mine)
        await rig.deliver(yours.conversation, {"type": "text", "text": "给别人的"})
        await rig.deliver(mine.conversation, {"type": "text", "text": "给我的"})
        (event,) = await take(stream, 1)
    assert event["data"]["parts"][0]["text"] == "给我的"


async def test_a_turn_reaches_the_other_windows_after_its_answer(rig: Rig) -> None:
    client = await rig.session()
    async with client.events() as stream:
        await listening(rig, client)
        answer = (await client.say("你好")).json
        early = asyncio.create_task(take(stream, 2))
        done, _ = await asyncio.wait([early], timeout=delivery.TURN_DELAY / 3)
        assert not done, "the window that asked must get its answer first"
        events = await early
    assert [event["data"] for event in events] == [answer["user"], *answer["replies"]]


async def test_resuming_after_a_broken_connection(rig: Rig) -> None:
    client = await rig.session()
    for n in range(2, 6):
        await rig.deliver(client.conversation, {"type": "text", "text": str(n)})
    for headers, query, missed in (
        ({"Last-Event-ID": "3"}, "", ["4", "5"]),
        ({"Last-Event-ID": "3-progress-x"}, "", ["4", "5"]),
        ({}, "?after=4", ["5"]),
        ({"Last-Event-ID": "0"}, "", ["1", "2", "3", "4", "5"]),
        ({"Last-Event-ID": "nonsense"}, "", []),
        ({}, "", []),
    ):
        async with client.events("/v1/events" + query, **headers) as stream:
            await listening(rig, client)
            extra = await rig.deliver(client.conversation, {"type": "progress", "job": "j"})
            assert extra.status == 202
            events = await take(stream, len(missed) + 1)
        assert [event["id"] for event in events[:-1]] == missed
        assert events[-1]["event"] == "progress" and "id" not in events[-1]
        while rig.gateway.hub.listeners(client.conversation):
            await asyncio.sleep(0.005)


async def test_an_id_from_the_future(rig: Rig) -> None:
    client = await rig.session()
    async with client.events(**{"Last-Event-ID": "999"}) as stream:
        await listening(rig, client)
        await rig.deliver(client.conversation, {"type": "text", "text": "x"})
        assert [event["id"] for event in await take(stream, 1)] == ["2"]


async def test_history_after_an_id(rig: Rig) -> None:
    client = await rig.session()
    await client.reply("一")
    page = (await client.ask("GET", "/v1/messages?after=2")).json
    assert [message["id"] for message in page["messages"]] == ["3"] and page["more"] is False
    assert (await client.ask("GET", "/v1/messages?after=2-receipt")).json == page
    assert (await client.ask("GET", "/v1/messages?after=-1")).error == "invalid_request"


async def test_missing_and_doubled_events_are_mended(rig: Rig) -> None:
    client = await rig.session()
    quiet = [Draft("agent", "zh", b'[{"type":"text","text":"%d"}]' % n) for n in range(3)]
    async with client.events() as stream:
        await listening(rig, client)
        await rig.gateway.conversations.append(client.conversation, quiet)  # stored, and nobody was told
        await rig.deliver(client.conversation, {"type": "text", "text": "3"})
        events = await take(stream, 4)
        (last,) = await rig.gateway.conversations.latest(client.conversation, 1)
        await rig.gateway.hub.announce(client.conversation, [last])
        await rig.deliver(client.conversation, {"type": "text", "text": "4"})
        events += await take(stream, 1)
    assert [event["data"]["parts"][0]["text"] for event in events] == list("01234")


async def test_a_slow_reader_reads_up_from_the_database(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "BACKLOG", 2)
    client = await rig.session()
    stored: list[Any] = []
    stream = delivery.conversation_stream(rig.gateway.hub, rig.gateway.conversations, client.conversation, 1, 5)
    assert await anext(stream) == b"retry: 2000\n\n"
    for n in range(10):
        await rig.deliver(client.conversation, {"type": "text", "text": str(n)})
    for _ in range(10):
        stored.append(await asyncio.wait_for(anext(stream), 2))
    await stream.aclose()
    assert [int(frame.split(b"\n")[0].removeprefix(b"id: ")) for frame in stored] == list(range(2, 12))


async def test_a_quiet_stream_says_that_it_is_there(rig: Rig) -> None:
    client = await rig.session()
    headers = {"Authorization": f"Bearer {client.token}"}
    async with rig.http.get(rig.url + "/v1/events", headers=headers) as response:
        assert response.headers["Content-Type"].startswith("text/event-stream")
        assert response.headers["X-Accel-Buffering"] == "no"
        lines = [await asyncio.wait_for(response.content.readline(), 2) for _ in range(3)]
    assert lines == [b"retry: 2000\n", b"\n", b": still here\n"]


async def test_too_many_windows(rig: Rig) -> None:
    client = await rig.session()
    streams = [client.events() for _ in range(8)]
    for stream in streams:
        await stream.__aenter__()
    await listening(rig, client, 8)
    metrics = (await rig.internal.ask("GET", "/metrics")).body.decode()
    assert float(metrics.split("\nyuban_open_streams ")[1].split()[0]) >= 8
    assert (await client.ask("GET", "/v1/events")).error == "too_many_streams"
    for stream in streams:
        await stream.__aexit__(None, None, None)
    async with asyncio.timeout(2):
        while client.conversation in rig.gateway.hub._inboxes:  # a closed window leaves nothing behind
            await asyncio.sleep(0.005)


async def test_progress_is_shown_and_in_the_end_settled(rig: Rig) -> None:
    client = await rig.session()
    bar = {"type": "progress", "job": "j1", "text": "正在写文案", "fraction": 0.0, "done": False}
    rig.rasa.reply = lambda turn: [{"custom": bar}]
    reply = await client.reply("写文案")
    assert reply["parts"] == [bar] and not reply["rateable"]
    async with client.events(**{"Last-Event-ID": reply["id"]}) as stream:
        await listening(rig, client)
        await rig.deliver(client.conversation, {**bar, "fraction": 0.4})
        (half,) = await take(stream, 1)
        assert half["data"]["parts"] == [{**bar, "fraction": 0.4}]
        assert half["data"]["id"] == "3-progress-j1", "shaped like a message, and resuming after it works"
        done = {**bar, "fraction": 1.0, "done": True}
        await rig.deliver(client.conversation, done, {"type": "text", "text": "文案"})
        (end,) = await take(stream, 1)
    assert [part["type"] for part in end["data"]["parts"]] == ["progress", "text"], "an open window fills its bar"
    history = await client.history()
    assert history[-2]["parts"] == [done], "a page opened later sees the bar full, in its place"
    assert [part["type"] for part in history[-1]["parts"]] == ["text"]
    assert len(history) == 4
    alone = {"type": "progress", "job": "unknown", "text": "好了", "done": True}
    await rig.deliver(client.conversation, alone)
    assert (await client.history())[-1]["parts"] == [alone]


async def test_only_our_own_processes_deliver(rig: Rig) -> None:
    client = await rig.session()
    body = {"conversation": client.conversation, "parts": [text("x")], "lang": "zh"}
    for stranger in (client, rig.client(), rig.operator):
        answer = await stranger.ask("POST", "/internal/deliver", json=body)
        assert (answer.status, answer.error) == (401, "internal_unauthorized")
    part = {"type": "text", "text": "x"}
    assert (await rig.deliver("nobody.0", part)).error == "conversation_not_found"
    assert (await rig.deliver("nobody.0", {"type": "progress", "job": "j"})).error == "conversation_not_found"
    assert (await rig.deliver(client.conversation)).error == "invalid_request"
    assert (await rig.deliver(client.conversation, {"type": "control", "op": "erase"})).error == "invalid_request"
    assert (await rig.deliver(client.conversation, {"type": "text", "text": "长" * 100_000})).status == 202
    assert len(await client.history()) == 2
