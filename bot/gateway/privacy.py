"""A user's own data: a copy of it, and its deletion, as PIPL (arts. 45, 47) and GDPR (arts. 15, 17, 20) ask for.

What the gateway keeps is gone when the call returns. Rasa's tracker and the action server's profile are deleted in the
same breath when they answer, and otherwise through the outbox, which does not give an erasure up.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any, NamedTuple

import aiohttp
import orjson
from sqlalchemy import delete, select
from sqlalchemy.engine import Connection, Row

from .clock import now
from .delivery import Hub, note
from .errors import GatewayError
from .outbox import Call, Outbox, post
from .replies import OPERATORS
from .schema import conversations, feedback, handoffs, messages, outbox, users
from .storage import Storage

log = logging.getLogger(__name__)

_PURGE_PERIOD = 3600.0
_RENDERING = aiohttp.ClientTimeout(total=20)


class File(NamedTuple):
    """Bytes to download and what they are."""

    body: bytes
    mime: str


class Privacy:
    """Exports, erases and, after the retention time, forgets.

    Args:
        actions_url: the action server, which keeps tastes and ratings.
        retention_days: conversations untouched for longer are deleted; 0 keeps them.
    """

    def __init__(
        self,
        storage: Storage,
        out: Outbox,
        hub: Hub,
        http: aiohttp.ClientSession,
        actions_url: str,
        token: str,
        retention_days: float,
    ) -> None:
        self._storage = storage
        self._outbox = out
        self._hub = hub
        self._http = http
        self._actions_url = actions_url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._retention = retention_days * 86400

    def start(self) -> None:
        """Begin to forget in the background."""
        self._task = asyncio.create_task(self._purge_regularly(), name="gateway-retention")

    async def close(self) -> None:
        """Stop."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def export(self, user: str) -> bytes | None:
        """Everything kept about a user, as JSON; None when there is no such user.

        `audience` is the action server's part; when it cannot be reached it is null and named in `missing`.
        """
        audience, own = await asyncio.gather(self._audience(user), self._storage.run(lambda c: _collect(c, user)))
        if own is None:
            return None
        missing = ["audience"] if audience is None else []
        return orjson.dumps(
            {"format": "yuban-export/1", "exported": now(), **own, "audience": audience, "missing": missing},
            option=orjson.OPT_INDENT_2,
        )

    async def draft(self, user: str, draft: str, kind: str) -> File | None:
        """A draft of this user as a file, from the action server that keeps it; None when there is none.

        Raises:
            GatewayError: `unavailable`, the action server does not answer.
        """
        url = f"{self._actions_url}/users/{user}/drafts/{draft}/{kind}"
        try:
            async with self._http.get(url, headers=self._headers, timeout=_RENDERING) as response:
                if response.status == 404:
                    return None
                response.raise_for_status()
                return File(await response.read(), response.content_type)
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("the action server did not hand out a draft: %r", error)
            raise GatewayError("unavailable") from None

    async def erase(self, user: str) -> list[str]:
        """Delete a user everywhere; the services ("rasa", "actions") that will only hear of it later."""
        gone = await self._storage.run(lambda connection: _erase(connection, user))
        for conversation in gone:
            await self._hub.end(conversation)
        if gone:
            await self._hub.publish(OPERATORS, note("changed", {"conversation": None}))
        return await self._outbox.flush(user)

    async def purge(self) -> int:
        """Delete what is older than the retention time; how many conversations that were."""
        if not self._retention:
            return 0
        limit = now(-self._retention)
        gone = await self._storage.run(lambda connection: _forget(connection, limit))
        self._outbox.wake()
        return len(gone)

    async def _purge_regularly(self) -> None:
        while True:
            try:
                if count := await self.purge():
                    log.info("deleted %d conversations past their retention time", count)
            except Exception:
                log.exception("the retention time could not be kept")
            await asyncio.sleep(_PURGE_PERIOD)

    async def _audience(self, user: str) -> Any | None:
        timeout = aiohttp.ClientTimeout(total=5)
        url = f"{self._actions_url}/users/{user}"
        try:
            async with self._http.get(url, headers=self._headers, timeout=timeout) as response:
                if response.status == 404:
                    return {}  # it knows nothing of this user
                response.raise_for_status()
                return orjson.loads(await response.read())
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            log.warning("the action server did not export: %r", error)
            return None


def _mine(user: str) -> Any:
    return select(conversations.c.id).where(conversations.c.user == user)


def _collect(connection: Connection, user: str) -> dict[str, Any] | None:
    row = connection.execute(users.select().where(users.c.id == user)).first()
    if row is None:
        return None
    owned = connection.execute(conversations.select().where(conversations.c.user == user)).all()
    said = connection.execute(
        messages.select()
        .where(messages.c.conversation.in_(_mine(user)))
        .order_by(messages.c.conversation, messages.c.seq)
    ).all()
    by_conversation: dict[str, list[dict[str, Any]]] = {row.id: [] for row in owned}
    for message in said:
        by_conversation[message.conversation].append({**_as_dict(message), "parts": orjson.loads(message.parts)})
    ratings = connection.execute(feedback.select().where(feedback.c.conversation.in_(_mine(user)))).all()
    handed = connection.execute(handoffs.select().where(handoffs.c.conversation.in_(_mine(user)))).all()
    return {
        "user": _as_dict(row),
        "conversations": [{**_as_dict(c), "messages": by_conversation[c.id]} for c in owned],
        "feedback": [_as_dict(rating) for rating in ratings],
        "handoffs": [_as_dict(handoff) for handoff in handed],
    }


def _as_dict(row: Row[Any]) -> dict[str, Any]:
    # orjson takes no subclass of str for a key, and SQLAlchemy's column names are one.
    return {str(name): value for name, value in row._asdict().items()}


def _erase(connection: Connection, user: str) -> list[str]:
    gone = list(connection.execute(_mine(user)).scalars())
    if not connection.execute(delete(users).where(users.c.id == user)).rowcount:  # everything else hangs on it
        return gone
    # Ratings still on their way are not to arrive any more; erasures are.
    connection.execute(delete(outbox).where(outbox.c.user == user, outbox.c.method != "DELETE"))
    calls = [_forget_tracker(user, conversation) for conversation in gone]
    post(connection, [*calls, Call(user, "actions", "DELETE", f"/users/{user}")])
    return gone


def _forget(connection: Connection, limit: str) -> list[str]:
    """Delete conversations not touched since `limit`, and users who have none left."""
    old = connection.execute(select(conversations).where(conversations.c.active < limit).limit(500)).all()
    post(connection, [_forget_tracker(row.user, row.id) for row in old])
    connection.execute(delete(conversations).where(conversations.c.id.in_([row.id for row in old])))
    for user in {row.user for row in old}:
        if connection.execute(_mine(user)).first() is None:
            _erase(connection, user)
    return [row.id for row in old]


def _forget_tracker(user: str, conversation: str) -> Call:
    return Call(user, "rasa", "DELETE", f"/webhooks/gateway/conversations/{conversation}")
