"""What becomes of the parts that Rasa or a late result sends: kept, announced, and acted on where they ask for it.

`control` parts are orders to the gateway and are never shown; a `handoff` part that says "waiting" puts the
conversation into the operators' inbox. Everything that changes does so in one transaction with the message.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import update
from sqlalchemy.engine import Connection

from .conversations import Draft, Message, State, append
from .delivery import Hub, note
from .envelope import Control, Handoff, Part, Progress, QuickReplies, Text, dump
from .handoff import open_handoff
from .metrics import Metrics
from .progress import settle
from .schema import conversations
from .storage import Storage
from .words import say

OPERATORS = "operators"
"""The topic on which consoles listen."""


@dataclass(slots=True)
class Sorted:
    """Parts, told apart."""

    shown: list[Part]
    orders: list[Control]
    handoff: Handoff | None

    @property
    def erase(self) -> bool:
        """Whether the user asked for everything to be deleted."""
        return any(order.op == "erase" for order in self.orders)

    @property
    def language(self) -> Control | None:
        """The latest order about the language."""
        return next((order for order in reversed(self.orders) if order.op == "language"), None)

    @property
    def rateable(self) -> bool:
        """Whether there is anything in it to like or dislike."""
        return not all(isinstance(part, Handoff | Progress | QuickReplies) for part in self.shown)


class Replies:
    """Keeps replies and tells everyone who is looking.

    Args:
        staffed: whether there is an operators' desk to hand over to.
    """

    def __init__(self, storage: Storage, hub: Hub, metrics: Metrics, *, staffed: bool) -> None:
        self._storage = storage
        self._hub = hub
        self._metrics = metrics
        self._staffed = staffed

    def sort(self, parts: list[Part], lang: str) -> Sorted:
        """Tell orders from what is shown; never nothing to show, unless there was nothing at all."""
        orders = [part for part in parts if isinstance(part, Control)]
        shown: list[Part] = []
        handoff = None
        for part in parts:
            if isinstance(part, Control):
                continue
            if isinstance(part, Handoff) and part.state == "waiting":
                if not self._staffed:
                    part = Text(text=say("handoff_unavailable", lang))
                elif handoff is None:
                    handoff = part = part.model_copy(update={"text": part.text or say("handoff_waiting", lang)})
            shown.append(part)
        result = Sorted(shown, orders, handoff)
        if orders and not shown:
            shown.append(Text(text=say("erased" if result.erase else "done", lang)))
        return result

    async def keep(
        self, conversation: str, parts: Sorted, lang: str, *, turn: bool, rateable: bool, follow: bool
    ) -> tuple[Message, State] | None:
        """Store one assistant message, do what came with it, and announce it; None when the conversation is gone.

        Args:
            turn: whether it answers a turn (else it comes late).
            follow: whether the conversation's language becomes `lang`.
        """
        order = parts.language
        if order is not None and order.lang:
            lang = order.lang
        whole = dump(parts.shown)

        def job(connection: Connection) -> tuple[Message, State] | None:
            spoken = lang if follow or (order is not None and order.lang) else None
            left = settle(connection, conversation, parts.shown)
            stored = whole if len(left) == len(parts.shown) else dump(left)
            appended = append(connection, conversation, [Draft("assistant", lang, stored, rateable)], spoken)
            if appended is None:
                return None
            (message,), state = appended
            pin, handoff = state.pin, state.handoff
            if order is not None:
                pin = order.lang
                connection.execute(update(conversations).where(conversations.c.id == conversation).values(pin=pin))
            if parts.handoff is not None and open_handoff(connection, conversation, lang, parts.handoff.summary):
                handoff = "waiting"
            return replace(message, parts=whole), replace(state, pin=pin, handoff=handoff)

        kept = await self._storage.run(job)
        if kept is not None:
            if turn:
                self._hub.announce_soon(conversation, kept[0])
            else:
                await self._hub.announce(conversation, kept[:1])
            if kept[1].handoff:
                await self.tell_operators(conversation)
            if parts.handoff is not None:
                self._metrics.handoffs.labels("waiting").inc()
        return kept

    async def tell_operators(self, conversation: str) -> None:
        """Something changed in a conversation that operators have or wait for."""
        await self._hub.publish(OPERATORS, note("changed", {"conversation": conversation}))
