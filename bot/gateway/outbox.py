"""Calls to Rasa and the action server that must arrive, though not at once: ratings and erasures.

A call is a row, written in the transaction of what caused it, and stays until the other side has answered. Delivery is
at least once; several processes may run an outbox over one database, because a call is claimed by moving its due time.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from typing import NamedTuple

import aiohttp
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from .clock import now
from .metrics import Metrics
from .schema import outbox
from .storage import Storage

log = logging.getLogger(__name__)

PERIOD = 5.0
"""Seconds between looks for calls that are due."""
_CLAIM = 60
"""Seconds a claimed call is left to its process."""
_MOST_ATTEMPTS = 20
"""Then a rating is given up (after some twelve hours); an erasure never is."""


class Call(NamedTuple):
    """One HTTP call to "rasa" or "actions"; `body` is JSON or None."""

    user: str
    service: str
    method: str
    path: str
    body: str | None = None


class _Claimed(NamedTuple):
    id: str
    call: Call
    attempts: int


def post(connection: Connection, calls: list[Call]) -> None:
    """Leave calls for delivery; for use inside a `Storage` job. Call `Outbox.wake` once it is committed."""
    if calls:
        rows = [{"id": secrets.token_hex(16), **call._asdict(), "attempts": 0, "due": now()} for call in calls]
        connection.execute(insert(outbox), rows)


class Outbox:
    """Delivers what is in the outbox.

    Args:
        urls: address of each service.
    """

    def __init__(
        self, storage: Storage, http: aiohttp.ClientSession, urls: dict[str, str], token: str, metrics: Metrics
    ) -> None:
        self._storage = storage
        self._http = http
        self._urls = urls
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._metrics = metrics
        self._wakened = asyncio.Event()
        self._delivering = asyncio.Lock()

    def start(self) -> None:
        """Begin delivering in the background."""
        self._task = asyncio.create_task(self._work(), name="gateway-outbox")

    async def close(self) -> None:
        """Stop; what is left is delivered after the next start."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    def wake(self) -> None:
        """There is something to deliver."""
        self._wakened.set()

    async def flush(self, user: str | None = None) -> list[str]:
        """Try everything that is due (of one user); the services that still have something to hear."""
        async with self._delivering:
            failed = []
            for claimed in await self._storage.run(lambda connection: _claim(connection, user)):
                if not await self._deliver(claimed):
                    failed.append(claimed.call.service)
            return sorted(set(failed))

    async def _work(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wakened.wait(), PERIOD)
            self._wakened.clear()
            try:
                await self.flush()
            except Exception:
                log.exception("the outbox could not be read")
                await asyncio.sleep(PERIOD)

    async def _deliver(self, claimed: _Claimed) -> bool:
        call = claimed.call
        try:
            async with self._http.request(
                call.method,
                self._urls[call.service] + call.path,
                data=call.body,
                headers=self._headers,
                timeout=aiohttp.ClientTimeout(total=5),
            ) as response:
                status = response.status
        except (aiohttp.ClientError, TimeoutError) as error:
            status = 0
            log.warning("%s %s %s: %r", call.service, call.method, call.path, error)
        erasure = call.method == "DELETE"
        arrived = 200 <= status < 300 or (erasure and status == 404)
        # A call the other side refuses for what it says will be refused again; anything else may pass.
        refused = not erasure and status in (400, 404, 405, 413, 415, 422)
        given_up = refused or (not erasure and claimed.attempts + 1 >= _MOST_ATTEMPTS)
        if given_up and not arrived:
            log.error("%s %s %s given up, status %d", call.service, call.method, call.path, status)
        self._metrics.outbox.labels(call.service, "delivered" if arrived else "dropped" if given_up else "retry").inc()
        await self._storage.run(lambda connection: _settle(connection, claimed, arrived or given_up))
        return arrived or given_up


def _claim(connection: Connection, user: str | None) -> list[_Claimed]:
    query = select(outbox).where(outbox.c.due <= now()).order_by(outbox.c.due).limit(50)
    if user is not None:
        query = query.where(outbox.c.user == user)
    claimed = []
    for row in connection.execute(query).all():
        took = connection.execute(
            update(outbox).where(outbox.c.id == row.id, outbox.c.due == row.due).values(due=now(_CLAIM))
        )
        if took.rowcount:
            call = Call(row.user, row.service, row.method, row.path, row.body)
            claimed.append(_Claimed(row.id, call, row.attempts))
    return claimed


def _settle(connection: Connection, claimed: _Claimed, finished: bool) -> None:
    if finished:
        connection.execute(delete(outbox).where(outbox.c.id == claimed.id))
    else:
        pause = min(3600.0, PERIOD * 2**claimed.attempts)
        connection.execute(
            update(outbox).where(outbox.c.id == claimed.id).values(attempts=claimed.attempts + 1, due=now(pause))
        )
