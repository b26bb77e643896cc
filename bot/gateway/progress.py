"""The progress of work that comes in late.

Unfinished progress is for whoever is looking: it goes over the stream and is not kept. When the work is done, the bar
that history remembers from the turn that began it is filled, so that a page opened later does not show work that never
ends.
"""

from __future__ import annotations

from typing import TypeGuard

import orjson
from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from .clock import now
from .conversations import Message, State, containing
from .delivery import Event
from .envelope import Part, Progress, dump
from .schema import messages


def passing(parts: list[Part]) -> bool:
    """Whether there is nothing in it but unfinished progress."""
    return all(isinstance(part, Progress) and not part.done for part in parts)


def event(state: State, part: Part, lang: str) -> Event:
    """Progress as an event: shaped like a message, so that a client needs to know one shape only."""
    assert isinstance(part, Progress)
    shaped = Message(state.last, "assistant", lang, now(), False, dump([part]))
    return Event(0, b"event: progress\ndata: %b\n\n" % shaped.served(f"progress-{part.job}"))


def settle(connection: Connection, conversation: str, parts: list[Part]) -> list[Part]:
    """Fill the bars of work that is done, and return what is left to store: no bar twice, and never nothing.

    For use inside a `Storage` job.
    """
    left = [part for part in parts if not (_done(part) and _fill(connection, conversation, part))]
    return left or parts


def _done(part: Part) -> TypeGuard[Progress]:
    return isinstance(part, Progress) and part.done


def _fill(connection: Connection, conversation: str, done: Progress) -> bool:
    """Fill the bar in the message that began the work; False when there is none."""
    query = containing(connection, select(messages), conversation, f'"job":{orjson.dumps(done.job).decode()}')
    row = connection.execute(query.limit(1)).first()
    if row is None:
        return False
    parts = orjson.loads(row.parts)
    for part in parts:
        if part["type"] == "progress" and part["job"] == done.job:
            part |= {"fraction": 1.0, "done": True}
    connection.execute(
        update(messages)
        .where(messages.c.conversation == conversation, messages.c.seq == row.seq)
        .values(parts=orjson.dumps(parts).decode())
    )
    return True
