"""What happens while nobody is asking: server-sent events to every open window, and results that come in late.

A stream is a reader of the conversation's numbered messages. Events wake it and usually carry the next message; when
there is a gap (a slow reader, a lost event, a reconnection with Last-Event-ID) it reads the missing ones from the
database. So a stream carries every message once and in order, whatever was lost on the way.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine, Iterable
from typing import NamedTuple

import orjson

from .conversations import Conversations, Message
from .fanout import Bus
from .metrics import Metrics

BACKLOG = 256
"""Events kept for a reader that is slower than the conversation; more make it read from the database."""

TURN_DELAY = 0.3
"""Seconds by which the streams run behind the answer to a turn."""


class Event(NamedTuple):
    """Something for the readers of a topic: a numbered message, or (seq 0) a passing note such as progress."""

    seq: int
    frame: bytes

    def packed(self) -> bytes:
        """For the way through Redis."""
        return b"%d\n%b" % (self.seq, self.frame)

    @classmethod
    def unpacked(cls, payload: bytes) -> Event:
        """The inverse of `packed`."""
        seq, _, frame = payload.partition(b"\n")
        return cls(int(seq), frame)


def message_event(message: Message) -> Event:
    """A stored message as an event; its number is the event's id."""
    return Event(message.seq, b"id: %d\nevent: message\ndata: %b\n\n" % (message.seq, message.served()))


def note(kind: str, data: object) -> Event:
    """A passing event that is not stored and has no id."""
    return Event(0, b"event: %b\ndata: %b\n\n" % (kind.encode(), orjson.dumps(data)))


_LOST = Event(-1, b"")  # "look in the database"
_END = Event(-2, b"")  # "there is nothing more to come"
Inbox = asyncio.Queue[Event]


class Hub:
    """The open streams of this process, by topic."""

    def __init__(self, bus: Bus, metrics: Metrics) -> None:
        self._bus = bus
        self._metrics = metrics
        self._inboxes: dict[str, set[Inbox]] = {}
        self._subscribing = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Connect to the other processes, when there are any."""
        await self._bus.start(self._receive, self._resync)

    def end_all(self) -> None:
        """End every stream of this process; clients come back, to another process or to the next."""
        for inboxes in self._inboxes.values():
            for inbox in inboxes:
                _put(inbox, _END)

    async def close(self) -> None:
        """End every stream and leave the other processes."""
        self.end_all()
        await asyncio.gather(*self._tasks)
        await self._bus.close()

    async def announce(self, conversation: str, messages: Iterable[Message]) -> None:
        """Tell every stream of a conversation, in every process, about messages just stored."""
        if self._bus.local and conversation not in self._inboxes:
            return
        for message in messages:
            await self._bus.publish(conversation, message_event(message).packed())

    def announce_soon(self, conversation: str, message: Message) -> None:
        """The same a moment later, for messages of a turn.

        Who asked gets them in the answer to the request; the stream, meant for the other windows, should not be first.
        """
        if not (self._bus.local and conversation not in self._inboxes):
            self._later(self._announce_after(TURN_DELAY, conversation, message))

    async def _announce_after(self, seconds: float, conversation: str, message: Message) -> None:
        await asyncio.sleep(seconds)
        await self.announce(conversation, [message])

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)  # the loop itself keeps only a weak reference
        task.add_done_callback(self._tasks.discard)

    async def publish(self, topic: str, event: Event) -> None:
        """Tell every stream on the topic, in every process."""
        await self._bus.publish(topic, event.packed())

    async def end(self, topic: str) -> None:
        """Close every stream on the topic, in every process: its conversation is gone."""
        await self._bus.publish(topic, _END.packed())

    def listeners(self, topic: str) -> int:
        """Streams of this process open on the topic."""
        return len(self._inboxes.get(topic, ()))

    @contextlib.asynccontextmanager
    async def listen(self, topic: str) -> AsyncIterator[Inbox]:
        """The topic's events from now on."""
        inbox: Inbox = asyncio.Queue(BACKLOG)
        self._inboxes.setdefault(topic, set()).add(inbox)
        self._metrics.streams.inc()
        try:
            async with self._subscribing:
                await self._bus.watch(topic)
            yield inbox
        finally:
            self._metrics.streams.dec()
            inboxes = self._inboxes[topic]
            inboxes.discard(inbox)
            if not inboxes:
                del self._inboxes[topic]
                # A stream ends by cancellation, in which nothing more can be awaited.
                self._later(self._leave(topic))

    async def _leave(self, topic: str) -> None:
        async with self._subscribing:
            if topic not in self._inboxes:  # nobody came back meanwhile
                await self._bus.unwatch(topic)

    def _receive(self, topic: str, payload: bytes) -> None:
        inboxes = self._inboxes.get(topic)
        if inboxes:
            event = Event.unpacked(payload)
            for inbox in inboxes:
                _put(inbox, event)

    def _resync(self) -> None:
        for inboxes in self._inboxes.values():
            for inbox in inboxes:
                _put(inbox, _LOST)


def _put(inbox: Inbox, event: Event) -> None:
    if inbox.full():
        ended = False
        while not inbox.empty():
            ended |= inbox.get_nowait() == _END
        event = _END if ended else _LOST
    inbox.put_nowait(event)


async def events(inbox: Inbox, heartbeat: float) -> AsyncIterator[Event]:
    """Events of an inbox until its end; an empty note every `heartbeat` quiet seconds."""
    while True:
        try:
            event = await asyncio.wait_for(inbox.get(), heartbeat)
        except TimeoutError:
            event = Event(0, b": still here\n\n")
        if event == _END:
            return
        yield event


async def conversation_stream(
    hub: Hub, conversations: Conversations, conversation: str, after: int, heartbeat: float
) -> AsyncIterator[bytes]:
    """The frames of one client's stream: everything numbered above `after`, then whatever comes."""
    seen = after
    async with hub.listen(conversation) as inbox:  # first listen, then look, or what comes between is lost
        yield b"retry: 2000\n\n"
        async for stored in _stored(conversations, conversation, seen):
            seen = stored.seq
            yield stored.frame
        async for event in events(inbox, heartbeat):
            if event.seq == 0:
                yield event.frame
            elif event.seq == seen + 1:
                seen = event.seq
                yield event.frame
            elif event.seq > seen or event == _LOST:  # a gap: read it up
                async for stored in _stored(conversations, conversation, seen):
                    seen = stored.seq
                    yield stored.frame


async def _stored(conversations: Conversations, conversation: str, after: int) -> AsyncIterator[Event]:
    while rows := await conversations.after(conversation, after):
        for message in rows:
            after = message.seq
            yield message_event(message)
