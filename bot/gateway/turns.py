"""One turn: a user says something and is answered.

The message is stored before anyone is asked, so nothing is lost when Rasa or this process fails, and turns of one
conversation follow one another. Whatever happens, the user gets words back.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import orjson

from .clock import now
from .conversations import Conversations, Draft, Message, State
from .delivery import Hub
from .envelope import Button, Part, QuickReplies, Text, dump
from .errors import GatewayError
from .handoff import Handoffs, acknowledgement, wants_bot
from .metrics import Metrics
from .rasa import Rasa, RasaError, Reply
from .replies import Replies
from .sessions import Session
from .text import for_rasa, harmless, language_of
from .words import say

if TYPE_CHECKING:
    from .privacy import Privacy

QUEUE = 3
"""Messages of one conversation that may wait for the one being answered."""


class Turnstile:
    """Lets one turn of a conversation through at a time.

    It works within a process; between processes Rasa's lock store keeps the order.
    """

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._inside: Counter[str] = Counter()

    @contextlib.asynccontextmanager
    async def enter(self, conversation: str, queue: int = QUEUE) -> AsyncIterator[None]:
        """Wait for one's turn.

        Raises:
            GatewayError: `turn_in_progress` when `queue` are waiting already.
        """
        if self._inside[conversation] > queue:
            raise GatewayError("turn_in_progress", headers={"Retry-After": "2"})
        lock = self._locks.get(conversation)
        if lock is None:
            lock = self._locks[conversation] = asyncio.Lock()
        self._inside[conversation] += 1
        try:
            async with lock:
                yield
        finally:
            self._inside[conversation] -= 1
            if not self._inside[conversation]:
                del self._inside[conversation]


class Turns:
    """Takes users' messages to whoever answers them."""

    def __init__(
        self,
        conversations: Conversations,
        rasa: Rasa,
        replies: Replies,
        handoffs: Handoffs,
        hub: Hub,
        privacy: Privacy,
        turnstile: Turnstile,
        metrics: Metrics,
    ) -> None:
        self._conversations = conversations
        self._rasa = rasa
        self._replies = replies
        self._handoffs = handoffs
        self._hub = hub
        self._privacy = privacy
        self._turnstile = turnstile
        self._metrics = metrics

    async def take(self, session: Session, text: str, payload: str | None) -> bytes:
        """Answer a message: JSON `{"user": message, "replies": [message], "session": {…}}`.

        Args:
            text: what the user sees as said; see `text.user_text`.
            payload: what a button sends in its place, accepted only if it was offered in this conversation.

        Raises:
            GatewayError: `payload_not_offered`, `turn_in_progress`, `session_invalid` when the user has been erased.
        """
        started = time.perf_counter()
        conversation = session.conversation
        if payload is not None and not await self._conversations.offered(conversation, payload):
            raise GatewayError("payload_not_offered")
        async with self._turnstile.enter(conversation):
            shown = orjson.dumps([{"type": "text", "text": harmless(text)}])
            appended = await self._conversations.append(conversation, [Draft("user", language_of(text, ""), shown)])
            if appended is None:
                raise GatewayError("session_invalid")
            (said,), state = appended
            self._hub.announce_soon(conversation, said)
            if state.handoff:
                answer, lang, outcome = await self._relay(conversation, said, state, text), said.lang, "handed_over"
            else:
                sent = payload if payload is not None else for_rasa(text)
                answer, lang, outcome = await self._ask(session, said, state, sent)
        self._metrics.turn(outcome, lang, time.perf_counter() - started)
        return answer

    async def _ask(self, session: Session, said: Message, state: State, sent: str) -> tuple[bytes, str, str]:
        """Rasa's answer, or words for its absence."""
        hint = state.pin or state.lang
        own = state.pin or said.lang
        try:
            reply = await self._rasa.turn(session.conversation, sent, pin=state.pin, hint=hint)
            outcome = "answered" if reply.parts else "empty"
        except RasaError as error:
            reply, outcome = Reply([], own), error.outcome
        lang = reply.lang
        parts = self._replies.sort(reply.parts or failure(outcome, own, sent), lang)
        if parts.erase:
            await self._privacy.erase(session.user)
            last = Message(said.seq + 1, "assistant", lang, now(), False, dump(parts.shown))
            return _answer(said, last.served(), state, erased=True), lang, outcome
        rateable = outcome == "answered" and parts.rateable
        kept = await self._replies.keep(
            session.conversation, parts, lang, turn=True, rateable=rateable, follow=outcome == "answered"
        )
        if kept is None:
            raise GatewayError("session_invalid")
        return _answer(said, kept[0].served(), kept[1]), lang, outcome

    async def _relay(self, conversation: str, said: Message, state: State, text: str) -> bytes:
        """The message went to the operators; say so, or end the handoff when that is what it asks for."""
        assert state.handoff is not None
        await self._replies.tell_operators(conversation)
        lang = state.pin or said.lang
        if wants_bot(text) and (left := await self._handoffs.leave(conversation, lang)):
            await self._hub.announce(conversation, left)
            await self._replies.tell_operators(conversation)
            self._metrics.handoffs.labels("ended").inc()
            return _answer(said, left[0].served(), replace(state, handoff=None))
        # Not stored: a receipt after every line would drown the talk between two people.
        receipt = Message(said.seq, "assistant", lang, said.time, False, dump(acknowledgement(state.handoff, lang)))
        return _answer(said, receipt.served("receipt"), state)


def failure(outcome: str, lang: str, sent: str) -> list[Part]:
    """Words for a turn without an answer, and the same message again as a button (`sent`: as Rasa would get it)."""
    again = QuickReplies(replies=[Button(title=say("try_again", lang), payload=sent)])
    return [Text(text=say(f"rasa_{outcome}", lang)), again]


def _answer(said: Message, reply: bytes, state: State, *, erased: bool = False) -> bytes:
    return orjson.dumps(
        {
            "user": orjson.Fragment(said.served()),
            "replies": [orjson.Fragment(reply)],
            "session": {"lang": state.lang, "pin": state.pin, "handoff": state.handoff, "erased": erased},
        }
    )
