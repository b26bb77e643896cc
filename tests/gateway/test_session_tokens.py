"""Nobody speaks for anybody else: forged, expired, foreign and erased sessions."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

import pytest
from gateway_rig import Rig
from hypothesis import given
from hypothesis import strategies as st

from bot.gateway.errors import GatewayError
from bot.gateway.sessions import Sessions


async def test_a_new_session_says_who_and_where_and_greets(rig: Rig) -> None:
    answer = await rig.client().ask("POST", "/v1/session", json={"lang": "en"})
    assert answer.status == 201
    session = answer.json
    assert re.fullmatch(r"[0-9a-f]{32}", session["user"])
    assert re.fullmatch(r"[0-9a-f]{32}\.[0-9a-f]{32}", session["conversation"])
    assert session["conversation"].split(".")[0] == session["user"]
    assert session["lang"] == "en" and session["handoff"] is None and session["pin"] is None
    days = (datetime.fromisoformat(session["expires"]) - datetime.now(UTC)).total_seconds() / 86400
    assert 29.9 < days <= 30
    greeting = session["greeting"]
    assert "Yuban" in greeting["parts"][0]["text"]
    assert "Who directed Interstellar?" in [reply["payload"] for reply in greeting["parts"][1]["replies"]]
    assert await rig.client(session["token"]).history() == [greeting]


@pytest.mark.parametrize(
    ("header", "lang"), [("en-GB,en;q=0.9", "en"), ("fr,zh-CN;q=0.8,en;q=0.5", "zh"), ("fr", "zh"), ("", "zh")]
)
async def test_the_greeting_follows_the_browser(rig: Rig, header: str, lang: str) -> None:
    answer = await rig.client().ask("POST", "/v1/session", headers={"Accept-Language": header})
    assert answer.json["lang"] == answer.json["greeting"]["lang"] == lang


@pytest.mark.parametrize("path", ["/v1/messages", "/v1/events", "/v1/session", "/v1/me/export"])
async def test_nothing_without_a_token(rig: Rig, path: str) -> None:
    answer = await rig.client().ask("GET", path)
    assert (answer.status, answer.error) == (401, "session_missing")


async def test_a_token_cannot_be_made_or_changed(rig: Rig) -> None:
    mine, yours = await rig.session(), await rig.session()
    elsewhere = Sessions(["another key"], 30)
    signature = mine.token.removeprefix(mine.conversation)
    for forged in (
        "x",
        mine.conversation,
        mine.token[:-9] + ("A" if mine.token[-9] != "A" else "B") + mine.token[-8:],
        yours.conversation + signature,
        elsewhere.token(elsewhere.open(mine.session["user"])),
        "é" * 20,
    ):
        answer = await rig.client(forged).ask("GET", "/v1/messages")
        assert (answer.status, answer.error) == (401, "session_invalid"), forged


async def test_conversations_are_apart(rig: Rig) -> None:
    mine, yours = await rig.session(), await rig.session()
    await mine.reply("只有我知道的事")
    assert "只有我知道的事" not in str(await yours.history())
    # Numbers are the same in every conversation, so they give nothing away.
    assert (await yours.ask("POST", "/v1/messages/3/feedback", json={"value": 1})).error == "message_not_found"


async def test_a_second_conversation_of_the_same_user(rig: Rig) -> None:
    first = await rig.session()
    second = (await first.ask("POST", "/v1/session", json={})).json
    assert second["user"] == first.session["user"]
    assert second["conversation"] != first.conversation
    assert len(await rig.client(second["token"]).history()) == 1
    assert (await rig.client("forged").ask("POST", "/v1/session", json={})).error == "session_invalid"


async def test_pinning_a_language(rig: Rig) -> None:
    client = await rig.session("zh")
    patched = await client.ask("PATCH", "/v1/session", json={"lang": "en"})
    assert (patched.json["lang"], patched.json["pin"]) == ("en", "en")
    assert (await rig.client(patched.json["token"]).ask("GET", "/v1/session")).json["pin"] == "en"
    await client.reply("你好")
    assert rig.rasa.heard[-1]["metadata"] == {"lang_pin": "en", "lang_hint": "en"}
    await client.ask("PATCH", "/v1/session", json={"lang": None})
    await client.reply("你好")
    assert rig.rasa.heard[-1]["metadata"]["lang_pin"] is None
    assert (await client.ask("PATCH", "/v1/session", json={"lang": "fr"})).status == 422


def test_tokens_expire(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = Sessions(["key"], days=1)
    token = sessions.token(sessions.open())
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 86400 - 5)
    assert sessions.read(token)
    monkeypatch.setattr(time, "time", lambda: now + 86400 + 5)
    with pytest.raises(GatewayError, match="session_expired"):
        sessions.read(token)


def test_keys_can_be_replaced() -> None:
    before = Sessions(["old"], 30)
    session = before.open()
    after = Sessions(["old", "new"], 30)
    assert after.read(before.token(session)).conversation == session.conversation
    with pytest.raises(GatewayError, match="session_invalid"):
        before.read(after.token(session))


@given(st.text(max_size=200))
def test_no_text_is_a_token(text: str) -> None:
    with pytest.raises(GatewayError, match="session_invalid"):
        Sessions(["key"], 30).read(text)
