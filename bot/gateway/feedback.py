"""What people think of a reply: kept with the message, and passed on where it can teach something.

A thumb on a message with cards is about those titles, on a generated text about that draft; a `rating` part asks for
stars about one thing, which become a leaning from -5 to 5 (the middle says nothing). Rating again replaces the old
rating; saying the same again changes nothing.
"""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from .clock import now
from .errors import GatewayError
from .metrics import Metrics
from .outbox import Call, Outbox, post
from .schema import feedback, messages
from .sessions import Session
from .storage import Storage

MAX_REASON = 500
"""Characters of a reason."""


class Feedback:
    """Stores ratings and hands them to the action server through the outbox."""

    def __init__(self, storage: Storage, out: Outbox, metrics: Metrics) -> None:
        self._storage = storage
        self._outbox = out
        self._metrics = metrics

    async def give(self, session: Session, seq: int, value: int, reason: str | None, about: str | None) -> None:
        """Rate a message of the session's conversation.

        Args:
            value: 1 or -1 for a message; 1 to the part's `max` when `about` names a rating part in it.

        Raises:
            GatewayError: `message_not_found`, `not_rateable`, `invalid_request` (a value out of range).
        """
        key = {"conversation": session.conversation, "seq": seq, "about": about or ""}
        here = [feedback.c[name] == part for name, part in key.items()]

        def job(connection: Connection) -> bool:
            row = connection.execute(
                select(messages).where(messages.c.conversation == session.conversation, messages.c.seq == seq)
            ).first()
            if row is None:
                raise GatewayError("message_not_found")
            event = _event(orjson.loads(row.parts), row.rateable, value, about)
            old = connection.execute(select(feedback.c.value).where(*here)).scalar()
            connection.execute(delete(feedback).where(*here))
            connection.execute(insert(feedback).values(**key, value=value, reason=reason, time=now()))
            if event is None or old == value:
                return False
            body = orjson.dumps({"user": session.user, **event}).decode()
            post(connection, [Call(session.user, "actions", "POST", "/events", body)])
            return True

        if await self._storage.run(job):
            self._outbox.wake()
        self._metrics.feedback.labels(str(value)).inc()


def _event(parts: list[dict[str, Any]], rateable: bool, value: int, about: str | None) -> dict[str, Any] | None:
    """What the action server is told, None when the rating is about nothing it knows."""
    if about is not None:
        asked = next((p for p in parts if p["type"] == "rating" and p["about"] == about), None)
        if asked is None:
            raise GatewayError("not_rateable")
        if not 1 <= value <= asked["max"]:
            raise GatewayError("invalid_request", fields=["value"])
        leaning = round((2 * (value - 1) / (asked["max"] - 1) - 1) * 5)
        return {"kind": "feedback", "value": leaning, **_subject(about)} if leaning else None
    if not rateable:
        raise GatewayError("not_rateable")
    if value not in (1, -1):
        raise GatewayError("invalid_request", fields=["value"])
    items = [card["id"] for part in parts if part["type"] == "carousel" for card in part["cards"]]
    draft = next((part["draft"] for part in parts if part.get("draft")), None)
    if not items and draft is None:
        return None
    event: dict[str, Any] = {"kind": "feedback", "value": value, "items": items}
    return event if draft is None else {**event, "draft": draft}


def _subject(about: str) -> dict[str, Any]:
    """Catalogue ids have a slash (`film/interstellar-2014`), draft ids have none."""
    return {"items": [about]} if "/" in about else {"items": [], "draft": about}
