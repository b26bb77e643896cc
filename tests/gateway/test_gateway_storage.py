"""One thread, grouped commits: fast together, independent in failure."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.gateway import schema
from bot.gateway.clock import now
from bot.gateway.conversations import Conversations, Draft
from bot.gateway.storage import Storage

TEXT = b'[{"type":"text","text":"x"}]'


async def opened(tmp_path: Path) -> Storage:
    storage = Storage(f"sqlite:///{tmp_path / 'yuban.db'}")
    await storage.start()
    return storage


def add_user(name: str):  # type: ignore[no-untyped-def]
    return lambda connection: connection.execute(insert(schema.users).values(id=name, created=now())).rowcount


async def test_a_failing_job_takes_nobody_with_it(tmp_path: Path) -> None:
    storage = await opened(tmp_path)
    blocked = storage.run(lambda connection: time.sleep(0.05))  # whatever follows shares a group
    jobs = [storage.run(add_user(name)) for name in ("a", "b", "a", "c")]
    outcomes = (await asyncio.gather(blocked, *jobs, return_exceptions=True))[1:]
    assert [type(outcome) for outcome in outcomes] == [int, int, IntegrityError, int]
    rows = await storage.run(lambda connection: connection.execute(select(schema.users.c.id)).scalars().all())
    assert sorted(rows) == ["a", "b", "c"]
    await storage.close()


async def test_a_group_is_one_transaction(tmp_path: Path) -> None:
    storage = await opened(tmp_path)
    seen: list[object] = []
    blocked = storage.run(lambda connection: time.sleep(0.05))
    await asyncio.gather(blocked, *[storage.run(lambda c: seen.append(c.get_transaction())) for _ in range(10)])
    assert len(set(map(id, seen))) == 1
    await storage.close()


async def test_a_caller_who_gives_up_stops_nobody(tmp_path: Path) -> None:
    storage = await opened(tmp_path)
    blocked = asyncio.create_task(storage.run(lambda connection: time.sleep(0.05)))
    impatient, patient = (asyncio.create_task(storage.run(add_user(name))) for name in "ab")  # one group
    await asyncio.sleep(0.01)
    impatient.cancel()
    assert await asyncio.wait_for(patient, 2) == 1
    await blocked
    await storage.close()


async def test_closing_finishes_what_is_queued(tmp_path: Path) -> None:
    storage = await opened(tmp_path)
    jobs = [asyncio.create_task(storage.run(add_user(str(n)))) for n in range(100)]
    await asyncio.sleep(0)
    await storage.close()
    assert await asyncio.gather(*jobs) == [1] * 100


async def test_numbers_have_no_gaps(tmp_path: Path) -> None:
    storage = await opened(tmp_path)
    conversations = Conversations(storage)
    await conversations.create("u.1", "u", "zh", Draft("assistant", "zh", TEXT), new_user=True)
    draft = Draft("user", "", TEXT)
    appended = await asyncio.gather(*[conversations.append("u.1", [draft] * (1 + n % 3)) for n in range(30)])
    numbers = [message.seq for result in appended if result for message in result[0]]
    assert sorted(numbers) == list(range(2, 2 + len(numbers)))
    assert [message.seq for message in await conversations.after("u.1", 0)] == [1, *sorted(numbers)]
    assert {message.lang for message in await conversations.latest("u.1", 5)} == {"zh"}
    assert await conversations.append("u.2", [draft]) is None
    await storage.close()


async def test_what_is_stored_survives(tmp_path: Path) -> None:
    storage = await opened(tmp_path)
    await storage.run(add_user("a"))
    mode = await storage.run(lambda c: c.exec_driver_sql("PRAGMA journal_mode").scalar())
    assert mode == "wal"
    await storage.close()
    again = await opened(tmp_path)
    assert await again.run(lambda c: c.execute(select(schema.users.c.id)).scalar()) == "a"
    await again.close()


async def test_another_schema_is_refused(tmp_path: Path) -> None:
    storage = await opened(tmp_path)

    def age(connection: Connection) -> int:
        return connection.execute(update(schema.meta).values(value="0")).rowcount

    await storage.run(age)
    await storage.close()
    newer = Storage(f"sqlite:///{tmp_path / 'yuban.db'}")
    with pytest.raises(schema.SchemaError, match="version 0"):
        await newer.start()
    await newer.close()
