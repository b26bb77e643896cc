"""How fast anybody may go."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest
from gateway_rig import running

from bot.gateway.limits import address


async def test_a_burst_of_a_thousand(tmp_path: Path) -> None:
    async with running(tmp_path, rate_messages="30/minute") as rig:
        client, neighbour = await rig.session(), await rig.session()
        answers = [await asyncio.gather(*[client.say("hi") for _ in range(50)]) for _ in range(20)]
        statuses = [answer.status for group in answers for answer in group]
        assert set(statuses) == {200, 429}
        assert len(rig.rasa.heard) == statuses.count(200) <= 30
        limited = [answer for group in answers for answer in group if answer.error_code == "rate_limited"]
        assert len(limited) == 1000 - 30
        assert all(1 <= int(answer.headers["Retry-After"]) <= 60 for answer in limited)
        assert (await neighbour.say("hi")).status == 200, "nobody pays for somebody else"


async def test_an_address_has_a_limit_too(tmp_path: Path) -> None:
    async with running(tmp_path, rate_messages_ip="3/minute", rate_sessions="4/minute") as rig:
        clients = [await rig.session() for _ in range(4)]
        assert [(await client.say("hi")).status for client in clients] == [200, 200, 200, 429]
        assert (await rig.client().ask("POST", "/v1/session")).error == "rate_limited"


async def test_reading_is_limited_apart(tmp_path: Path) -> None:
    async with running(tmp_path, rate_reads="2/minute") as rig:
        client = await rig.session()
        assert [(await client.ask("GET", "/v1/messages")).status for _ in range(3)] == [200, 200, 429]
        assert (await client.say("hi")).status == 200


async def test_operator_tokens_cannot_be_tried_out(tmp_path: Path) -> None:
    async with running(tmp_path) as rig:
        thief = rig.client("guess")
        codes = [(await thief.ask("GET", "/v1/operator/conversations")).error for _ in range(21)]
        assert codes == ["operator_unauthorized"] * 20 + ["rate_limited"]
        assert (await rig.operator.ask("GET", "/v1/operator/conversations")).status == 200


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("a:b", "a:b"),
    ],
)
def test_addresses(host: str, key: str) -> None:
    assert address(SimpleNamespace(client=SimpleNamespace(host=host))) == key  # type: ignore[arg-type]
