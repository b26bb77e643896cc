"""A user's copy of their data, and its deletion everywhere."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from fake_services import text
from gateway_rig import Rig, running
from sqlalchemy import func, select, update

from bot.gateway import outbox, schema
from bot.gateway.clock import now

ERASE = {"custom": {"type": "control", "op": "erase"}}


async def rows(rig: Rig, table: Any) -> int:
    return await rig.gateway.storage.run(lambda c: c.execute(select(func.count()).select_from(table)).scalar())


async def test_a_copy_of_everything(rig: Rig) -> None:
    client = await rig.session()
    rig.rasa.reply = lambda turn: [text("答案")]
    reply = await client.reply("问题")
    await client.ask("POST", f"/v1/messages/{reply['id']}/feedback", json={"value": -1, "reason": "不对"})
    second = (await client.ask("POST", "/v1/session", json={})).json
    answer = await client.ask("GET", "/v1/me/export")
    assert 'filename="yuban-export.json"' in answer.headers["Content-Disposition"]
    data = answer.json
    assert data["user"]["id"] == client.session["user"]
    assert {c["id"] for c in data["conversations"]} == {client.conversation, second["conversation"]}
    (first,) = [c for c in data["conversations"] if c["id"] == client.conversation]
    assert [m["parts"][0].get("text") for m in first["messages"]][1:] == ["问题", "答案"]
    assert [(f["value"], f["reason"]) for f in data["feedback"]] == [(-1, "不对")]
    assert data["audience"] == {"history": [client.session["user"]]} and data["missing"] == []


async def test_a_copy_says_what_is_missing(rig: Rig) -> None:
    client = await rig.session()
    rig.actions.status = 500
    data = (await client.ask("GET", "/v1/me/export")).json
    assert data["audience"] is None and data["missing"] == ["audience"]
    rig.actions.status = 404
    data = (await client.ask("GET", "/v1/me/export")).json
    assert data["audience"] == {} and data["missing"] == []


async def test_a_draft_is_handed_to_the_one_it_was_written_for(rig: Rig) -> None:
    client = await rig.session()
    answer = await client.ask("GET", "/v1/drafts/yuban-0a1b/md")
    assert answer.status == 200 and answer.headers["Content-Disposition"] == 'attachment; filename="yuban-0a1b.md"'
    assert answer.body == f"{client.session['user']} yuban-0a1b".encode()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for path in ("yuban-0a1b/pdf", "..%2F..%2Fsecret/md", "yuban-0a1b/p.f", "A" * 41 + "/md"):
        refused = await client.ask("GET", f"/v1/drafts/{path}")
        assert refused.status == 404, path
    rig.actions.status = 500
    assert (await client.ask("GET", "/v1/drafts/yuban-0a1b/md")).status == 503


async def test_deletion_reaches_everything(tmp_path: Path) -> None:
    async with running(tmp_path) as rig:
        client, neighbour = await rig.session(), await rig.session()
        second = (await client.ask("POST", "/v1/session", json={})).json
        rig.rasa.reply = lambda turn: [{"custom": {"type": "handoff", "state": "waiting"}}]
        await client.reply("转人工")
        rig.actions.status = 500  # a rating that has not arrived yet must not arrive after the deletion
        rig.rasa.reply = lambda turn: [text("好")]
        await neighbour.reply("我还在")
        before = [await rows(rig, table) for table in schema.metadata.sorted_tables]
        rig.actions.status = 200
        answer = await client.ask("DELETE", "/v1/me")
        assert answer.json == {"erased": True, "pending": []}
        assert sorted(rig.rasa.deleted) == sorted([client.conversation, second["conversation"]])
        assert rig.actions.deleted == [client.session["user"]]
        for method, path in (
            ("GET", "/v1/messages"),
            ("GET", "/v1/session"),
            ("GET", "/v1/me/export"),
            ("GET", "/v1/events"),
        ):
            assert (await client.ask(method, path)).error == "session_invalid"
        assert (await client.say("还在吗")).error == "session_invalid"
        assert (await client.ask("POST", "/v1/session", json={})).error == "session_invalid"
        assert (
            await rig.deliver(client.conversation, {"type": "text", "text": "晚了"})
        ).error == "conversation_not_found"
        after = [await rows(rig, table) for table in schema.metadata.sorted_tables]
        assert sum(before) > sum(after)
        for table in schema.metadata.sorted_tables:
            left = await rig.gateway.storage.run(lambda c, t=table: c.execute(t.select()).all())
            assert client.session["user"] not in str(left), table.name
        assert len(await neighbour.history()) == 3


async def test_asking_for_it_in_the_conversation(rig: Rig) -> None:
    client = await rig.session()
    rig.rasa.reply = lambda turn: [text("已经全部删除。"), ERASE]
    answer = (await client.say("确认删除")).json
    assert answer["session"]["erased"] is True
    assert answer["replies"][0]["parts"] == [{"type": "text", "text": "已经全部删除。"}]
    assert rig.rasa.deleted == [client.conversation] and rig.actions.deleted == [client.session["user"]]
    assert (await client.say("你好")).error == "session_invalid"
    other = await rig.session("en")
    rig.rasa.reply = lambda turn: [ERASE]
    assert "deleted" in (await other.reply("Confirm deletion"))["parts"][0]["text"]


async def test_open_windows_are_closed(rig: Rig) -> None:
    client = await rig.session()
    async with client.events() as stream:
        await asyncio.sleep(0.05)
        await client.ask("DELETE", "/v1/me")
        assert await asyncio.wait_for(anext(stream, None), 2) is None


async def test_a_turn_in_progress_is_waited_for(rig: Rig) -> None:
    client = await rig.session()
    rig.rasa.reply = lambda turn: asyncio.sleep(0.1, [text("好")])
    turn = asyncio.create_task(client.say("慢"))
    await asyncio.sleep(0.03)
    assert (await client.ask("DELETE", "/v1/me")).json["erased"] is True
    assert (await turn).status == 200
    assert rig.rasa.deleted == [client.conversation]


async def test_an_erasure_is_never_given_up(tmp_path: Path) -> None:
    async with running(tmp_path) as rig:
        client = await rig.session()
        rig.actions.status = 503
        answer = await client.ask("DELETE", "/v1/me")
        assert answer.json == {"erased": True, "pending": ["actions"]}
        box = schema.outbox
        overdue = update(box).values(due=now(-1), attempts=outbox._MOST_ATTEMPTS * 5)
        await rig.gateway.storage.run(lambda c: c.execute(overdue).rowcount)
        assert await rig.gateway.outbox.flush() == ["actions"]
        rig.actions.status = 200
        await rig.gateway.storage.run(lambda c: c.execute(overdue).rowcount)
        assert await rig.gateway.outbox.flush() == []
        assert rig.actions.deleted == [client.session["user"]]
        assert await rows(rig, box) == 0


async def test_retention(tmp_path: Path) -> None:
    async with running(tmp_path, retention_days=30) as rig:
        old, fresh = await rig.session(), await rig.session()
        kept = (await old.ask("POST", "/v1/session", json={})).json["conversation"]
        table = schema.conversations
        for conversation, days in ((old.conversation, 31), (kept, 29)):
            age = update(table).where(table.c.id == conversation).values(active=now(-86400 * days))
            await rig.gateway.storage.run(lambda c, age=age: c.execute(age).rowcount)
        assert await rig.gateway.privacy.purge() == 1
        assert await rows(rig, schema.users) == 2 and await rows(rig, table) == 2
        age = update(table).where(table.c.id == kept).values(active=now(-86400 * 31))
        await rig.gateway.storage.run(lambda c: c.execute(age).rowcount)
        assert await rig.gateway.privacy.purge() == 1
        await rig.gateway.outbox.flush()
        assert await rows(rig, schema.users) == 1, "a user without conversations is forgotten whole"
        assert len(await fresh.history()) == 1
        for _ in range(100):
            if rig.actions.deleted and len(rig.rasa.deleted) == 2:
                break
            await asyncio.sleep(0.01)
        assert rig.actions.deleted == [old.session["user"]]
        assert set(rig.rasa.deleted) == {old.conversation, kept}
