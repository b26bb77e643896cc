"""Carrying live events to whoever is listening, in this process or, through Redis, in any of them.

A topic is a conversation id, or "operators". Redis pub/sub forgets what nobody hears; that is fine here, because every
event that matters is also a numbered row in the database and `delivery` notices a gap.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Protocol

log = logging.getLogger(__name__)

Receive = Callable[[str, bytes], None]
"""Takes (topic, payload)."""


class Bus(Protocol):
    """Carries payloads to the `receive` given at the start."""

    local: bool
    """Whether nobody outside this process can be listening."""

    async def start(self, receive: Receive, lost: Callable[[], None]) -> None:
        """Begin; `lost` is called when events may have been missed."""

    async def publish(self, topic: str, payload: bytes) -> None:
        """Send to everyone who watches the topic."""

    async def watch(self, topic: str) -> None:
        """Somebody here listens to the topic now."""

    async def unwatch(self, topic: str) -> None:
        """Nobody here does any longer."""

    async def close(self) -> None:
        """Stop."""


class LocalBus:
    """One process: publishing is a function call."""

    local = True

    async def start(self, receive: Receive, lost: Callable[[], None]) -> None:
        self._receive = receive

    async def publish(self, topic: str, payload: bytes) -> None:
        self._receive(topic, payload)

    async def watch(self, topic: str) -> None: ...

    async def unwatch(self, topic: str) -> None: ...

    async def close(self) -> None: ...


class RedisBus:
    """Several processes: Redis pub/sub, subscribed to the topics somebody here listens to."""

    local = False
    _PREFIX = "yuban:live:"
    _ALWAYS = "yuban:live"  # the client cannot listen to nothing; this keeps the subscription open

    def __init__(self, url: str) -> None:
        from redis.asyncio import Redis

        self._redis = Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
        # Listening is waiting: a read timeout would take a quiet hour for a lost connection.
        self._listening = Redis.from_url(url, socket_connect_timeout=2, socket_timeout=None, socket_keepalive=True)
        self._pubsub = self._listening.pubsub()

    async def start(self, receive: Receive, lost: Callable[[], None]) -> None:
        self._receive, self._lost = receive, lost
        await self._pubsub.subscribe(self._ALWAYS)
        self._task = asyncio.create_task(self._listen(), name="gateway-redis")

    async def publish(self, topic: str, payload: bytes) -> None:
        try:
            await self._redis.publish(self._PREFIX + topic, payload)
        except Exception as error:
            log.error("Redis did not take an event, telling this process only: %s", error)
            self._receive(topic, payload)

    async def watch(self, topic: str) -> None:
        with contextlib.suppress(Exception):  # when Redis is away the client subscribes on reconnecting
            await self._pubsub.subscribe(self._PREFIX + topic)

    async def unwatch(self, topic: str) -> None:
        with contextlib.suppress(Exception):
            await self._pubsub.unsubscribe(self._PREFIX + topic)

    async def close(self) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        await self._pubsub.aclose()
        await self._listening.aclose()
        await self._redis.aclose()

    async def _listen(self) -> None:
        connected = False
        while True:
            try:
                async for message in self._pubsub.listen():
                    channel = message["channel"].decode()
                    if message["type"] == "message":
                        self._receive(channel.removeprefix(self._PREFIX), message["data"])
                    elif message["type"] == "subscribe" and channel == self._ALWAYS:
                        # The client subscribes anew after every reconnection.
                        if connected:
                            self._lost()
                        connected = True
            except Exception as error:
                log.error("lost Redis, trying again: %s", error)
                await asyncio.sleep(1)
