"""Several gateways over one PostgreSQL and one Redis behave as one. Skipped where those are not installed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import neighbours
import pytest
from fake_services import FakeActions, FakeRasa, serving, text
from gateway_rig import Client, Rig, gateway_at
from sqlalchemy import text as sql


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with neighbours.postgres() as url:
        yield url


@asynccontextmanager
async def fleet(home: Path, database: str, **changes: Any) -> AsyncIterator[tuple[Rig, Rig]]:
    rasa, actions = FakeRasa(), FakeActions()
    async with (
        aiohttp.ClientSession() as http,
        serving(rasa.app()) as rasa_url,
        serving(actions.app()) as actions_url,
        gateway_at(home, rasa_url, actions_url, database_url=database, **changes) as (a, app_a),
        gateway_at(home, rasa_url, actions_url, database_url=database, **changes) as (b, app_b),
    ):
        yield Rig(a, rasa, actions, http, app_a), Rig(b, rasa, actions, http, app_b)


def at(rig: Rig, client: Client) -> Client:
    return Client(rig.url, rig.http, client.token, client.session)


async def heard(stream: AsyncIterator[dict[str, Any]], count: int = 1) -> list[str]:
    async def collect() -> list[str]:
        return [(await anext(stream))["data"]["parts"][0]["text"] for _ in range(count)]

    return await asyncio.wait_for(collect(), 5)


async def test_two_gateways_are_one(tmp_path: Path, database: str) -> None:
    with neighbours.redis() as redis:
        async with fleet(tmp_path, database, redis_url=redis, rate_messages="12/minute") as (a, b):
            client = await a.session()
            there = at(b, client)
            async with there.events() as stream:
                await asyncio.sleep(0.1)
                await a.deliver(client.conversation, {"type": "text", "text": "晚到的结果"})
                assert await heard(stream) == ["晚到的结果"]
                await at(a, client).reply("你好")
                assert await heard(stream, 2) == ["你好", "“你好”"]

                both = [at(rig, client).say(str(n)) for n in range(3) for rig in (a, b)]
                assert {answer.status for answer in await asyncio.gather(*both)} == {200}
                history = await there.history()
                assert [int(message["id"]) for message in history] == list(range(1, len(history) + 1))
                assert len(await heard(stream, 12)) == 12

                statuses = [(await at(rig, client).say("多")).status for _ in range(6) for rig in (a, b)]
                assert statuses.count(200) == 12 - 1 - 6, "one limit for both"
                assert (await at(a, client).ask("DELETE", "/v1/me")).json["pending"] == []
                async with asyncio.timeout(5):
                    while await anext(stream, None) is not None:  # what was still under way, then the end
                        pass


async def test_redis_may_go_away_and_come_back(tmp_path: Path, database: str) -> None:
    port = neighbours.free_port()
    url = f"redis://127.0.0.1:{port}/0"
    with neighbours.redis(port):
        fleet_of_two = fleet(tmp_path, database, redis_url=url, rate_messages="100/minute")
        a, b = await fleet_of_two.__aenter__()
        client = await a.session()
        stream_at_b = at(b, client).events()
        stream = await stream_at_b.__aenter__()
        await asyncio.sleep(0.1)
    assert (await at(a, client).say("没有 Redis")).status == 200
    assert (await b.deliver(client.conversation, {"type": "text", "text": "同一个进程"})).status == 202
    assert await heard(stream, 3) == ["没有 Redis", "“没有 Redis”", "同一个进程"]
    assert (await a.deliver(client.conversation, {"type": "text", "text": "另一个进程"})).status == 202
    with neighbours.redis(port):
        assert await heard(stream) == ["另一个进程"], "read up once Redis is back"
        await stream_at_b.__aexit__(None, None, None)
        await fleet_of_two.__aexit__(None, None, None)


async def test_the_whole_way_over_postgresql(tmp_path: Path, database: str) -> None:
    async with fleet(tmp_path, database) as (rig, _):
        client = await rig.session()
        card = {
            "id": "film/x",
            "kind": "film",
            "title": "X",
            "buttons": [{"title": "更新", "payload": '/critique{"a":"新"}'}],
        }
        rig.rasa.reply = lambda turn: [{"custom": {"type": "carousel", "cards": [card]}}]
        reply = await client.reply("推荐")
        assert (await client.say("更新", '/critique{"a":"新"}')).status == 200
        assert (await client.say("更新", '/Critique{"a":"新"}')).error == "payload_not_offered"
        assert (await client.ask("POST", f"/v1/messages/{reply['id']}/feedback", json={"value": 1})).status == 204
        assert (await client.ask("POST", f"/v1/messages/{reply['id']}/feedback", json={"value": -1})).status == 204
        rig.rasa.reply = lambda turn: [{"custom": {"type": "handoff", "state": "waiting", "summary": "退款"}}]
        await client.reply("转人工")
        here = f"/v1/operator/conversations/{client.conversation}"
        assert (await rig.operator.ask("POST", here + "/messages", json={"text": "您好"})).status == 201
        assert (await rig.operator.ask("POST", here + "/resolve")).status == 200
        data = (await client.ask("GET", "/v1/me/export")).json
        assert [rating["value"] for rating in data["feedback"]] == [-1]
        assert data["handoffs"][0]["state"] == "ended"
        assert (await client.ask("DELETE", "/v1/me")).json == {"erased": True, "pending": []}
        assert (await client.ask("GET", "/v1/messages")).error == "session_invalid"


async def test_a_restarted_database_costs_nobody_a_message(tmp_path: Path, database: str) -> None:
    async with fleet(tmp_path, database) as (rig, other):
        client = await rig.session()
        rig.rasa.reply = lambda turn: [text("好")]
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        await other.gateway.storage.run(lambda c: c.execute(sql(cut)).all())
        assert (await client.reply("还在吗"))["parts"][0]["text"] == "好"
        assert len(await client.history()) == 3
