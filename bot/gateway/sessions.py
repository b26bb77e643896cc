"""Who is speaking: a signed token carries the conversation's id, so nothing is looked up and nothing can be guessed.

A user is 128 random bits, a conversation is `<user>.<128 random bits>`, and the token is that id, signed with the time
(HMAC-SHA256 by `itsdangerous`). Rasa's own channels let a client choose its sender id, and with it anybody's
conversation; here the id only ever comes out of a signature we made. Whether the conversation still exists (its owner
may have erased it) is checked where it is read.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import Request
from itsdangerous import BadSignature, SignatureExpired, TimestampSigner

from .clock import stamp
from .errors import GatewayError


@dataclass(frozen=True, slots=True)
class Session:
    """An authenticated speaker."""

    user: str
    conversation: str
    expires: str  # UTC, ISO 8601


class Sessions:
    """Makes and reads session tokens.

    Args:
        keys: signing keys, oldest first; the last signs, all verify, so a key can be retired without logging
            anybody out.
        days: lifetime of a token.
    """

    def __init__(self, keys: list[str], days: float) -> None:
        # Versions of itsdangerous differ on their default digest; name it.
        self._signer = TimestampSigner(keys, salt="yuban.session", digest_method=hashlib.sha256, key_derivation="hmac")
        self._lifetime = timedelta(days=days)

    def open(self, user: str | None = None) -> Session:
        """A new conversation, of a new user unless one is named."""
        user = user or secrets.token_hex(16)
        return self._session(f"{user}.{secrets.token_hex(16)}", datetime.now(UTC))

    def token(self, session: Session) -> str:
        """The token of a session, valid for the full lifetime from now."""
        return self._signer.sign(session.conversation).decode()

    def renewed(self, session: Session) -> Session:
        """The same session with the expiry its next token will have."""
        return self._session(session.conversation, datetime.now(UTC))

    def read(self, token: str) -> Session:
        """The session a token stands for.

        Raises:
            GatewayError: `session_expired`, `session_invalid`.
        """
        try:
            age = int(self._lifetime.total_seconds())
            value, signed = self._signer.unsign(token, max_age=age, return_timestamp=True)
        except SignatureExpired:
            raise GatewayError("session_expired") from None
        except BadSignature:
            raise GatewayError("session_invalid") from None
        return self._session(value.decode(), signed)

    def _session(self, conversation: str, since: datetime) -> Session:
        return Session(conversation.partition(".")[0], conversation, stamp(since + self._lifetime))


def bearer(request: Request) -> str:
    """The bearer token of a request, "" when there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def current_session(request: Request) -> Session:
    """FastAPI dependency: who is asking.

    Raises:
        GatewayError: `session_missing`, `session_expired`, `session_invalid`.
    """
    token = bearer(request)
    if not token:
        raise GatewayError("session_missing")
    return request.app.state.gateway.sessions.read(token)
