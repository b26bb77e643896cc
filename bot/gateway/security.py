"""The walls: response headers, a cap on request bodies, and token comparison that takes the same time either way.

Plain ASGI, outermost, so that it also covers error pages and refusals, and costs little on every message.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .errors import GatewayError

BODY_LIMIT = 64 * 1024
"""Bytes of a request body: 2,000 characters of the longest kind, escaped, with room to spare."""
INTERNAL_BODY_LIMIT = 1024 * 1024
"""The same for /internal: a script delivered late, with its facts."""
_PATIENCE = 4 * 1024 * 1024

STRICT_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Console and docs: nothing but our own files."""

WIDGET_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; media-src 'self' https:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""The demo page: cards show posters from anywhere, and nothing else comes from elsewhere."""

API_CSP = "default-src 'none'; frame-ancestors 'none'"
"""JSON, should a browser ever be talked into rendering it."""

_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), payment=(), usb=(), microphone=(self)"),
]
_API_HEADERS = [(b"content-security-policy", API_CSP.encode()), (b"cache-control", b"no-store")]


def same_token(given: str, expected: str | None) -> bool:
    """Whether two tokens agree, in time that tells nothing about where they differ; False when none is expected."""
    return expected is not None and hmac.compare_digest(given.encode(), expected.encode())


class Walls:
    """ASGI middleware: headers on every response, `body_too_large` before a byte too many is parsed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = INTERNAL_BODY_LIMIT if scope["path"].startswith("/internal/") else BODY_LIMIT
        started = False

        async def guarded_send(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message = {**message, "headers": _with_ours(message["headers"])}
            await send(message)

        announced = _content_length(scope)
        try:
            if announced > limit:
                raise GatewayError("body_too_large")
            # A body without an announced length is counted as it comes in.
            guarded = receive if announced >= 0 else _counted(receive, limit)
            await self.app(scope, guarded, guarded_send)
        except GatewayError as refusal:
            if started:
                raise
            await _drained(receive, announced)
            await refusal.response()(scope, receive, guarded_send)


async def _drained(receive: Receive, announced: int) -> None:
    """Read a body that is not absurdly long to its end: a client that is still sending would never hear why not."""
    left = announced if announced <= _PATIENCE else 0
    while left > 0:
        message = await receive()
        left = left - len(message.get("body", b"")) if message.get("more_body") else 0


def _content_length(scope: Scope) -> int:
    """The announced body length, -1 when the body comes in chunks."""
    length = 0
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else -1
        if name == b"transfer-encoding":
            length = -1
    return length


def _counted(receive: Receive, limit: int) -> Receive:
    left = limit

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            # FastAPI lets no other kind of exception out of its body parsing.
            raise HTTPException(413)
        return message

    return counted


def _with_ours(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Headers and ours; a page that set its own policy keeps it."""
    given = list(headers)
    if any(name == b"content-security-policy" for name, _ in given):
        return given + _HEADERS
    return given + _HEADERS + _API_HEADERS
