"""The gateway's side of the conversation with Rasa.

One POST a turn, over connections that stay open. aiohttp, because the client is most of what a turn costs the gateway:
0.05 ms of CPU a request where httpx takes 0.86. Whatever goes wrong comes back as one of three outcomes that the user
can be told about: `down`, `slow`, `failed`.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson

from .envelope import Part, admit

log = logging.getLogger(__name__)

MAX_REPLY = 1024 * 1024
"""Bytes of one reply; more is a fault, not an answer."""


class RasaError(Exception):
    """A turn that got no answer; `outcome` is "down", "slow" or "failed"."""

    def __init__(self, outcome: str) -> None:
        super().__init__(outcome)
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Reply:
    """Rasa's answer: checked parts in order, and the language it was given in."""

    parts: list[Part]
    lang: str


class Rasa:
    """Talks to Rasa's `gateway` channel at `url`.

    Args:
        http: the session whose connections are used; owned by the caller.
        timeout: seconds a turn may take.
    """

    def __init__(self, http: aiohttp.ClientSession, url: str, token: str, timeout: float) -> None:
        self._http = http
        self._url = f"{url}/webhooks/gateway/webhook"
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._timeout = aiohttp.ClientTimeout(total=timeout, sock_connect=2)

    async def turn(self, conversation: str, text: str, *, pin: str | None, hint: str) -> Reply:
        """Rasa's reply to a message.

        Args:
            text: what the user said, or the payload of a button that was offered.
            pin: the language the user asked to stay in.
            hint: the language spoken so far.

        Raises:
            RasaError
        """
        body = orjson.dumps({"sender": conversation, "message": text, "metadata": {"lang_pin": pin, "lang_hint": hint}})
        try:
            answer = orjson.loads(await self._post(body))
            messages, lang = answer["messages"], answer.get("lang")
            lang = lang if lang in ("zh", "en") else hint
            return Reply([part for message in messages for part in parts_of(message, lang)], lang)
        except (aiohttp.ClientConnectionError, TimeoutError) as error:
            # A connection that timed out is both: Rasa was not there, it was not slow.
            connected = isinstance(error, TimeoutError) and not isinstance(error, aiohttp.ConnectionTimeoutError)
            if connected:
                raise RasaError("slow") from None
            log.warning("Rasa cannot be reached: %s", error)
            raise RasaError("down") from None
        except (aiohttp.ClientError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.error("Rasa gave no usable answer: %r", error)
            raise RasaError("failed") from None

    async def _post(self, body: bytes) -> bytes:
        try:
            return await self._post_once(body)
        except aiohttp.ServerDisconnectedError:
            # Rasa closed a kept connection just as we wrote to it: nothing was read, so nothing happens twice.
            return await self._post_once(body)

    async def _post_once(self, body: bytes) -> bytes:
        async with self._http.post(self._url, data=body, headers=self._headers, timeout=self._timeout) as response:
            if response.status in (502, 503, 504):
                raise RasaError("down")
            response.raise_for_status()
            answer = await response.read()
        if len(answer) > MAX_REPLY:
            raise ValueError(f"a reply of {len(answer)} bytes")
        return answer


def parts_of(message: dict[str, Any], lang: str) -> list[Part]:
    """One of Rasa's messages as parts.

    Domain responses have `text`, `image` and `buttons`, actions send `custom`; the rarer fields come out as text.
    """
    raw: list[Any] = []
    if message.get("text"):
        raw.append({"type": "text", "text": message["text"]})
    if message.get("image"):
        raw.append({"type": "image", "url": message["image"], "alt": message.get("text") or ""})
    for buttons in ("buttons", "quick_replies"):
        if message.get(buttons):
            raw.append({"type": "quick_replies", "replies": message[buttons]})
    raw += [message[key] for key in ("custom", "attachment", "elements") if message.get(key)]
    return [part for item in raw for part in admit(item, lang)]


def session() -> aiohttp.ClientSession:
    """The HTTP session for Rasa and the action server; call inside the event loop, close when done."""
    # Sanic closes a quiet connection after five seconds; leave it before that.
    connector = aiohttp.TCPConnector(limit=512, keepalive_timeout=4)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())


async def reachable(http: aiohttp.ClientSession, url: str, token: str) -> bool:
    """Whether a GET answers 200 within two seconds."""
    timeout = aiohttp.ClientTimeout(total=2)
    try:
        async with http.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=timeout) as response:
            return response.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False
