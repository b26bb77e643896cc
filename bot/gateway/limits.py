"""How fast a session or an address may go, by the `limits` library: in memory, or in Redis for several processes.

Sliding windows counted in two buckets: no burst at the edge of a minute, constant memory a key.
"""

from __future__ import annotations

import ipaddress
import logging
import math
import time

from fastapi import Request
from limits import RateLimitItem, parse_many
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from .errors import GatewayError
from .settings import Settings

log = logging.getLogger(__name__)

_OPERATOR_FAILURES = "20/minute"
"""Wrong operator tokens an address may try."""


class Limits:
    """The gateway's rate limits; each `check` counts one request."""

    def __init__(self, settings: Settings) -> None:
        storage: MemoryStorage | RedisStorage
        if settings.redis_url:
            storage = RedisStorage(
                f"async+{settings.redis_url}",
                implementation="redispy",
                key_prefix="yuban:limits",
                wrap_exceptions=True,
                socket_timeout=1,
                socket_connect_timeout=1,
            )
        else:
            storage = MemoryStorage()
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._rules = {
            "message": _rules(settings.rate_messages),
            "message_ip": _rules(settings.rate_messages_ip),
            "session_ip": _rules(settings.rate_sessions),
            "read": _rules(settings.rate_reads),
            "operator_ip": _rules(_OPERATOR_FAILURES),
        }
        self._storage_failed = 0.0

    async def check(self, rule: str, key: str) -> None:
        """Count one request of `key` under a rule.

        Raises:
            GatewayError: `rate_limited`, with Retry-After.
        """
        for item in self._rules[rule]:
            try:
                allowed = await self._limiter.hit(item, rule, key)
            except Exception as error:
                # Redis is away. A gateway that answers without limits is worth more than one that does not answer.
                self._complain(error)
                return
            if not allowed:
                raise GatewayError("rate_limited", headers={"Retry-After": str(await self._wait(item, rule, key))})

    async def _wait(self, item: RateLimitItem, rule: str, key: str) -> int:
        """Whole seconds until one more request fits."""
        stats = await self._limiter.get_window_stats(item, rule, key)
        return max(1, math.ceil(stats.reset_time - time.time()))

    def _complain(self, error: Exception) -> None:
        if time.monotonic() - self._storage_failed > 60:
            self._storage_failed = time.monotonic()
            log.error("rate limits are off while their storage fails: %s", error)


def address(request: Request) -> str:
    """The client's address as a key; IPv6 clients own a whole /64, so they count as one."""
    host = request.client.host if request.client else "unknown"
    if ":" in host:
        try:
            return str(ipaddress.ip_network(f"{host.partition('%')[0]}/64", strict=False))
        except ValueError:
            return host
    return host


def _rules(text: str) -> list[RateLimitItem]:
    return [] if text == "off" else parse_many(text)
