"""Conversations and their messages, as rows.

A message is served as `{"id", "role", "lang", "time", "parts", "rateable"}`; its id is its number in the conversation,
as text. Parts are stored as the JSON they are served as, so reading history parses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Select, bindparam, func, insert, select, update
from sqlalchemy.engine import Connection, Row

from .clock import now
from .schema import conversations, messages, users
from .storage import Storage

HISTORY = 200
"""Most messages served at once."""

ID = r"^\d{1,9}(-.*)?$"
"""What a client may give as a message id; see `Message.served` about what follows the number."""


def number(message_id: str) -> int:
    """The number in a message id."""
    return int(message_id.partition("-")[0])


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation; `parts` is a JSON array."""

    seq: int
    role: str
    lang: str
    time: str
    rateable: bool
    parts: bytes

    def served(self, passing: str = "") -> bytes:
        """The message as JSON, as every route and every stream sends it.

        A `passing` message is not stored: its id is this one's with the word appended, so "everything after it" still
        means something.
        """
        return orjson.dumps(
            {
                "id": f"{self.seq}-{passing}" if passing else str(self.seq),
                "role": self.role,
                "lang": self.lang,
                "time": self.time,
                "parts": orjson.Fragment(self.parts),
                "rateable": self.rateable,
            }
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """A message about to be stored: everything but its number and time."""

    role: str
    lang: str  # "" for the conversation's
    parts: bytes
    rateable: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """What a turn needs to know about its conversation."""

    last: int  # number of the latest message
    lang: str
    pin: str | None
    handoff: str | None  # "waiting" | "joined" | None


_RETURNED = (conversations.c.last, conversations.c.lang, conversations.c.pin, conversations.c.handoff)
_ADVANCE = (
    update(conversations)
    .where(conversations.c.id == bindparam("_id"))
    .values(last=conversations.c.last + bindparam("_count"), active=bindparam("_now"))
    .returning(*_RETURNED)
)
_ADVANCE_LANG = _ADVANCE.values(lang=bindparam("_lang"))
_INSERT = insert(messages)
_STATE = select(*_RETURNED).where(conversations.c.id == bindparam("_id"))
_AFTER = (
    select(messages)
    .where(messages.c.conversation == bindparam("_id"), messages.c.seq > bindparam("_after"))
    .order_by(messages.c.seq)
    .limit(bindparam("_limit"))
)
_LATEST = (
    select(messages)
    .where(messages.c.conversation == bindparam("_id"))
    .order_by(messages.c.seq.desc())
    .limit(bindparam("_limit"))
)
_ONE = select(messages).where(messages.c.conversation == bindparam("_id"), messages.c.seq == bindparam("_seq"))


def append(
    connection: Connection, conversation: str, drafts: Iterable[Draft], lang: str | None = None
) -> tuple[list[Message], State] | None:
    """Store messages at the end of a conversation and say how it stands; None when it no longer exists.

    `lang`, when given, becomes the conversation's language. For use inside a `Storage` job.
    """
    drafts, time = list(drafts), now()
    values = {"_id": conversation, "_count": len(drafts), "_now": time}
    if lang is None:
        row = connection.execute(_ADVANCE, values).first()
    else:
        row = connection.execute(_ADVANCE_LANG, {**values, "_lang": lang}).first()
    if row is None:
        return None
    first = row.last - len(drafts) + 1
    stored = [Message(first + i, d.role, d.lang or row.lang, time, d.rateable, d.parts) for i, d in enumerate(drafts)]
    if stored:
        connection.execute(
            _INSERT,
            [
                {
                    "conversation": conversation,
                    "seq": m.seq,
                    "role": m.role,
                    "lang": m.lang,
                    "time": m.time,
                    "rateable": m.rateable,
                    "parts": m.parts.decode(),
                }
                for m in stored
            ],
        )
    return stored, State(row.last, row.lang, row.pin, row.handoff)


def containing(connection: Connection, query: Select[Any], conversation: str, fragment: str) -> Select[Any]:
    """`query` (of messages), narrowed to those of a conversation whose JSON contains a fragment, exactly."""
    # LIKE would ignore case on SQLite.
    position = func.strpos if connection.dialect.name == "postgresql" else func.instr
    return query.where(messages.c.conversation == conversation, position(messages.c.parts, fragment) > 0)


class Conversations:
    """Reads and writes conversations through a `Storage`."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def create(
        self, conversation: str, user: str, lang: str, greeting: Draft, *, new_user: bool
    ) -> Message | None:
        """Open a conversation with its greeting; None when the user named has been erased."""

        def job(connection: Connection) -> Message | None:
            time = now()
            if new_user:
                connection.execute(insert(users).values(id=user, created=time))
            elif connection.execute(select(users.c.id).where(users.c.id == user)).first() is None:
                return None
            connection.execute(
                insert(conversations).values(id=conversation, user=user, lang=lang, last=0, created=time, active=time)
            )
            appended = append(connection, conversation, [greeting])
            assert appended is not None
            return appended[0][0]

        return await self._storage.run(job)

    async def append(
        self, conversation: str, drafts: Iterable[Draft], lang: str | None = None
    ) -> tuple[list[Message], State] | None:
        """Store messages at the end of a conversation; None when it no longer exists. See `append` above."""
        return await self._storage.run(lambda connection: append(connection, conversation, drafts, lang))

    async def state(self, conversation: str) -> State | None:
        """How a conversation stands, None when it does not exist."""

        def job(connection: Connection) -> State | None:
            row = connection.execute(_STATE, {"_id": conversation}).first()
            return None if row is None else State(row.last, row.lang, row.pin, row.handoff)

        return await self._storage.run(job)

    async def set_language(self, conversation: str, pin: str | None) -> State | None:
        """Stay in one language, or (None) follow the user again."""

        def job(connection: Connection) -> State | None:
            values: dict[str, str | None] = {"pin": pin} if pin is None else {"pin": pin, "lang": pin}
            row = connection.execute(
                update(conversations).where(conversations.c.id == conversation).values(values).returning(*_RETURNED)
            ).first()
            return None if row is None else State(row.last, row.lang, row.pin, row.handoff)

        return await self._storage.run(job)

    async def after(self, conversation: str, seq: int, limit: int = HISTORY) -> list[Message]:
        """Messages numbered above `seq`, oldest first."""
        return await self._rows(_AFTER, {"_id": conversation, "_after": seq, "_limit": limit})

    async def latest(self, conversation: str, limit: int = HISTORY) -> list[Message]:
        """The latest messages, oldest first."""
        return (await self._rows(_LATEST, {"_id": conversation, "_limit": limit}))[::-1]

    async def message(self, conversation: str, seq: int) -> Message | None:
        """One message."""
        found = await self._rows(_ONE, {"_id": conversation, "_seq": seq})
        return found[0] if found else None

    async def offered(self, conversation: str, payload: str) -> bool:
        """Whether the assistant ever offered a button with this payload here.

        Inside a stored string the quotes of `"payload":"…"` would be escaped, so no text can look like it, neither what
        the user wrote nor what the assistant was made to repeat.
        """
        pair = '"payload":' + orjson.dumps(payload).decode()

        def job(connection: Connection) -> bool:
            query = containing(connection, select(messages.c.seq), conversation, pair).limit(1)
            return connection.execute(query).first() is not None

        return await self._storage.run(job)

    async def _rows(self, query: Select[Any], values: dict[str, object]) -> list[Message]:
        def job(connection: Connection) -> list[Message]:
            return [from_row(row) for row in connection.execute(query, values)]

        return await self._storage.run(job)


def from_row(row: Row[tuple[object, ...]]) -> Message:
    """A row of `messages`."""
    return Message(row.seq, row.role, row.lang, row.time, row.rateable, row.parts.encode())
