"""What a viewer did outside the conversation, as the gateway reports it: a thumb on a reply, stars, a watch event."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, get_args

from knowledge.graph import Graph
from recsys.audience import AudienceStore, EventKind

KINDS = ("feedback", "watch", "seen")
MAX_ITEMS = 50
LEANING = 5.0  # stars arrive as −5…5, a thumb as ±1
SHARED = 0.25  # a thumb on a reply with several cards says a little about each


@dataclass(frozen=True)
class Event:
    user: str
    kind: EventKind
    items: tuple[str, ...]
    value: float
    """A thumb (±1) or stars (−5…5) for ``feedback``, the share watched (0…1) for ``watch``; ``seen`` is 1."""


def read(body: Any) -> Event:
    """The event in ``{"user", "kind", "items", "value", "draft"?}``; ratings of drafts stay with the gateway.

    Raises:
        ValueError: it is something else; the message says what is needed.
    """
    body = body if isinstance(body, dict) else {}
    user, kind, items, value = (body.get(key) for key in ("user", "kind", "items", "value"))
    if not isinstance(user, str) or not user:
        raise ValueError("user must be an id")
    if kind not in KINDS or kind not in get_args(EventKind):
        raise ValueError(f"kind must be one of {', '.join(KINDS)}")
    if not isinstance(items, list) or len(items) > MAX_ITEMS or not all(isinstance(item, str) for item in items):
        raise ValueError(f"items must be a list of at most {MAX_ITEMS} ids")
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("value must be a number")
    return Event(user, kind, tuple(dict.fromkeys(items)), float(value))


def store(event: Event, audience: AudienceStore, graph: Graph) -> int:
    """Keeps the event for the works that the catalogue has; returns how many those are.

    A thumb on a list is no verdict on every title in it: it speaks softly, and only of those that have no verdict yet.
    """
    works = [item for item in event.items if item in graph]
    value = event.value
    if event.kind == "feedback":
        value = value / LEANING if abs(value) > 1 else value
        if len(event.items) > 1:
            judged = dict(audience.history(event.user))
            works, value = [work for work in works if work not in judged], value * SHARED
    if works:
        audience.add(event.user, works, event.kind, max(-1.0, min(1.0, value)))
    return len(works)
