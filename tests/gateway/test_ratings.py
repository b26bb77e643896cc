"""Thumbs and stars: kept, replaced, and passed on where they teach something."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from fake_services import text
from gateway_rig import Client, Rig
from sqlalchemy import update

from bot.gateway import schema
from bot.gateway.clock import now

CARDS = {"type": "carousel", "cards": [{"id": f"film/{n}", "kind": "film", "title": n} for n in "ab"]}
DRAFT = {"type": "text", "text": "文案", "draft": "d7"}
STARS = {"type": "rating", "about": "film/a", "max": 5, "text": "打几分？"}


async def rate(client: Client, message: str, value: Any, **more: Any) -> Any:
    return await client.ask("POST", f"/v1/messages/{message}/feedback", json={"value": value, **more})


async def told(rig: Rig, count: int) -> list[dict[str, Any]]:
    for _ in range(200):
        if len(rig.actions.events) >= count:
            break
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.02)
    assert len(rig.actions.events) == count
    return rig.actions.events


async def kept(client: Client) -> list[tuple[int, str | None, str]]:
    rows = (await client.ask("GET", "/v1/me/export")).json["feedback"]
    return [(row["value"], row["reason"], row["about"]) for row in rows]


@pytest.mark.parametrize(
    ("parts", "event"),
    [
        ([CARDS], {"items": ["film/a", "film/b"]}),
        ([DRAFT], {"items": [], "draft": "d7"}),
        ([{"type": "text", "text": "答案"}], None),
    ],
)
async def test_what_is_passed_on(rig: Rig, parts: list[Any], event: dict[str, Any] | None) -> None:
    client = await rig.session()
    rig.rasa.reply = lambda turn: [{"custom": part} for part in parts]
    message = (await client.reply("推荐"))["id"]
    assert (await rate(client, message, 1)).status == 204
    expected = [] if event is None else [{"user": client.session["user"], "kind": "feedback", "value": 1, **event}]
    assert await told(rig, len(expected)) == expected
    assert await kept(client) == [(1, None, "")]


async def test_rating_again_replaces(rig: Rig) -> None:
    client = await rig.session()
    rig.rasa.reply = lambda turn: [{"custom": CARDS}]
    message = (await client.reply("推荐"))["id"]
    await rate(client, message, 1)
    await rate(client, message, 1, reason="\x00好看 ")
    await told(rig, 1)
    await rate(client, message, -1)
    assert [event["value"] for event in await told(rig, 2)] == [1, -1]
    assert await kept(client) == [(-1, None, "")]
    metrics = (await rig.internal.ask("GET", "/metrics")).body.decode()
    assert 'yuban_feedback_total{value="-1"}' in metrics


@pytest.mark.parametrize(("stars", "leaning"), [(1, -5), (2, -2), (3, None), (4, 2), (5, 5)])
async def test_stars(rig: Rig, stars: int, leaning: int | None) -> None:
    client = await rig.session()
    rig.rasa.reply = lambda turn: [{"custom": STARS}]
    message = (await client.reply("看完了"))["id"]
    assert (await rate(client, message, stars, about="film/a")).status == 204
    assert [event["value"] for event in await told(rig, 0 if leaning is None else 1)] == ([leaning] if leaning else [])
    assert await kept(client) == [(stars, None, "film/a")]
    assert (await rate(client, message, stars, about="film/b")).error == "not_rateable"
    for value in (0, 6):
        assert (await rate(client, message, value, about="film/a")).error == "invalid_request"


async def test_what_cannot_be_rated(rig: Rig) -> None:
    client = await rig.session()
    assert (await rate(client, "1", 1)).error == "not_rateable", "the greeting"
    answer = (await client.say("你好")).json
    assert (await rate(client, answer["user"]["id"], 1)).error == "not_rateable", "one's own words"
    for message in ("99", "0", "x", "3-receipt", "-1", "9" * 30):
        assert (await rate(client, message, 1)).error == "message_not_found", message
    for value in (0, 2, -2, "good", None, 1.5):
        assert (await rate(client, answer["replies"][0]["id"], value)).error == "invalid_request", value
    assert (await rate(client, "3", 1, reason="x" * 501)).error == "invalid_request"
    assert await kept(client) == []


async def test_the_action_server_may_be_away_for_a_while(rig: Rig) -> None:
    client = await rig.session()
    rig.rasa.reply = lambda turn: [{"custom": DRAFT}]
    message = (await client.reply("写文案"))["id"]
    rig.actions.status = 503
    assert (await rate(client, message, 1)).status == 204
    box, user = schema.outbox, client.session["user"]

    async def waiting() -> list[Any]:
        return await rig.gateway.storage.run(lambda c: c.execute(box.select().where(box.c.user == user)).all())

    while not (rows := await waiting()) or rows[0].attempts == 0:
        await asyncio.sleep(0.005)
    assert rig.actions.events == [] and rows[0].due > now()
    rig.actions.status = 200
    await rig.gateway.storage.run(lambda c: c.execute(update(box).values(due=now(-1))).rowcount)
    assert await rig.gateway.outbox.flush(user) == []
    assert len(await told(rig, 1)) == 1 and await waiting() == []


async def test_what_the_action_server_refuses_is_not_repeated(rig: Rig) -> None:
    client = await rig.session()
    rig.rasa.reply = lambda turn: [text("x"), {"custom": CARDS}]
    message = (await client.reply("推荐"))["id"]
    rig.actions.status = 400
    await rate(client, message, 1)
    box, user = schema.outbox, client.session["user"]
    for _ in range(200):
        left = await rig.gateway.storage.run(lambda c: c.execute(box.select().where(box.c.user == user)).all())
        if not left:
            break
        await asyncio.sleep(0.005)
    assert left == []
