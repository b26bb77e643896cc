"""Any server that speaks OpenAI's chat protocol: a hosted one, vLLM, llama.cpp, Ollama, ``transformers serve``.

The key is read from the environment at each request, goes into one header and nowhere else: it is not kept, not logged, taken out
of error messages, and never sent unencrypted to another machine. The server is not trusted either: what it sends is bounded in size and time
and must be what the protocol says, or a :class:`BackendError` names it.
"""

from __future__ import annotations

import ipaddress
import json
import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx

from generation.backends.base import BackendError, BackendTimeout, Message, Options, clean, until_stop

__all__ = ["Server"]

AGAIN = {408, 429, 500, 502, 503, 504}
LONGEST_WAIT = 30.0
MOST_BYTES = 4_000_000


class Server:
    """A model on a server.

    Args:
        base_url: up to and including the version, ``https://api.example.org/v1``.
        model: the name the server knows it by.
        key_variable: environment variable that holds the key; a server without one needs none.
        connect_timeout, read_timeout: seconds to reach it, and between two pieces of its answer.
        total_timeout: seconds for one whole answer; a server that drips is cut off.
        retries: how often a request is repeated after 408, 429, 5xx or a failed connection, waiting twice as long each time or as
            long as ``Retry-After`` says, at most 30 s. Nothing is repeated once an answer has begun, or after a timeout.
        most_bytes: largest answer that is read.
        sleep: for tests.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        *,
        key_variable: str = "OPENAI_API_KEY",
        connect_timeout: float = 5.0,
        read_timeout: float = 60.0,
        total_timeout: float = 180.0,
        retries: int = 3,
        first_wait: float = 0.5,
        most_bytes: int = MOST_BYTES,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        try:
            url = httpx.URL(base_url)
        except (httpx.InvalidURL, TypeError) as error:
            raise BackendError(f"base_url: {error}") from None
        if url.scheme not in ("http", "https") or not url.host:
            raise BackendError(f"base_url must be http:// or https:// and a host, not {base_url!r}")
        if url.userinfo or url.query or url.fragment:
            raise BackendError(f"base_url must hold no user, key or query; put the key into {key_variable}")
        self._url = f"{str(url).rstrip('/')}/chat/completions"
        self._private = url.scheme == "https" or _is_this_machine(url.host)
        self._model, self._host, self._key_variable = model, url.host, key_variable
        self._timeout = httpx.Timeout(read_timeout, connect=connect_timeout)
        self._total, self._retries, self._first_wait = total_timeout, retries, first_wait
        self._most_bytes, self._sleep = most_bytes, sleep

    @property
    def name(self) -> str:
        return f"{self._model} at {self._host}"

    def complete(self, messages: Sequence[Message], options: Options) -> list[str]:
        texts: list[str] = []
        # Some servers write one text whatever n says: ask again for those that are missing.
        for turn in range(options.n):
            with self._ask(
                messages, options, n=options.n - len(texts), seed=options.seed + turn, stream=False
            ) as response:
                body = b"".join(self._bytes(response))
            texts += self._texts(body, options)
            if len(texts) >= options.n:
                break
        return texts[: options.n]

    def stream(self, messages: Sequence[Message], options: Options) -> Iterator[str]:
        with self._ask(messages, options, n=1, seed=options.seed, stream=True) as response:
            for piece in until_stop(self._deltas(response), options.stop):
                if seen := clean(piece):
                    yield seen

    # ---------------------------------------------------------------------------------------------------------- request

    @contextmanager
    def _ask(
        self, messages: Sequence[Message], options: Options, *, n: int, seed: int, stream: bool
    ) -> Iterator[httpx.Response]:
        """An open response with status 200. Fields that have their usual value are left out: not every server knows all."""
        body: dict[str, Any] = {
            "model": self._model,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "max_tokens": options.max_tokens,
            "temperature": options.temperature,
            "top_p": options.top_p,
            "seed": seed,
            "stream": stream,
        }
        body |= {"n": n} if n > 1 else {}
        body |= {"stop": list(options.stop)} if options.stop else {}
        with httpx.Client(timeout=self._timeout, follow_redirects=False) as client:
            for attempt in range(self._retries + 1):
                last = attempt == self._retries
                try:
                    request = client.build_request("POST", self._url, json=body, headers=self._headers())
                    response = client.send(request, stream=True)
                except httpx.TimeoutException as error:
                    raise BackendTimeout(f"{self.name}: no answer in time ({type(error).__name__})") from None
                except httpx.HTTPError as error:
                    if last:
                        raise BackendError(f"{self.name}: {self._safe(str(error) or type(error).__name__)}") from None
                    self._sleep(self._wait(attempt, None))
                    continue
                try:
                    if response.status_code == 200:
                        yield response
                        return
                    if last or response.status_code not in AGAIN:
                        raise BackendError(f"{self.name}: {self._refusal(response)}")
                    pause = self._wait(attempt, response.headers.get("retry-after"))
                finally:
                    response.close()
                self._sleep(pause)

    def _headers(self) -> dict[str, str]:
        key = os.environ.get(self._key_variable, "").strip()
        if not key:
            return {}
        if not self._private:
            raise BackendError(
                f"{self._host}: {self._key_variable} is not sent over http:// to another machine; use https://"
            )
        if not key.isascii() or not key.isprintable():
            raise BackendError(f"{self._key_variable} holds characters a key cannot have")
        return {"Authorization": f"Bearer {key}"}

    def _wait(self, attempt: int, asked: str | None) -> float:
        try:
            seconds = float(asked) if asked is not None else self._first_wait * 2**attempt * random.uniform(0.75, 1.25)
        except ValueError:  # a date; wait as long as we would anyway
            seconds = self._first_wait * 2**attempt
        return min(max(seconds, 0.0), LONGEST_WAIT) if seconds == seconds else LONGEST_WAIT

    def _safe(self, text: str) -> str:
        """For an error message: one line, short, without the key."""
        key = os.environ.get(self._key_variable, "").strip()
        text = text.replace(key, "•••") if key else text
        return " ".join(clean(text).split())[:300]

    # --------------------------------------------------------------------------------------------------------- response

    def _bytes(self, response: httpx.Response) -> Iterator[bytes]:
        """The answer, bounded in bytes and seconds."""
        end, size = time.monotonic() + self._total, 0
        try:
            for chunk in response.iter_bytes():
                size += len(chunk)
                if size > self._most_bytes:
                    raise BackendError(f"{self.name}: more than {self._most_bytes:,} bytes")
                if time.monotonic() > end:
                    raise BackendTimeout(f"{self.name}: no whole answer in {self._total:g} s")
                yield chunk
        except httpx.TimeoutException:
            raise BackendTimeout(f"{self.name}: the answer stopped half-way") from None
        except httpx.HTTPError as error:
            raise BackendError(f"{self.name}: the answer broke off ({self._safe(str(error))})") from None

    def _refusal(self, response: httpx.Response) -> str:
        try:
            said = self._safe(b"".join(self._bytes(response)).decode("utf-8", "replace"))
        except BackendError:
            said = ""
        hint = {401: f"; is the key in {self._key_variable}?", 403: f"; is the key in {self._key_variable}?"}
        return f"HTTP {response.status_code}{hint.get(response.status_code, '')}{': ' + said if said else ''}"

    def _json(self, data: bytes | str) -> dict[str, Any]:
        try:
            found = json.loads(data)
        except (ValueError, RecursionError):
            shown = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
            raise BackendError(f"{self.name}: not JSON: {self._safe(shown[:80])!r}") from None
        if not isinstance(found, dict):
            raise BackendError(f"{self.name}: not the chat protocol: {self._safe(str(found)[:80])!r}")
        if found.get("error"):
            raise BackendError(f"{self.name}: {self._safe(str(found['error']))}")
        return found

    def _texts(self, body: bytes, options: Options) -> list[str]:
        choices = self._json(body).get("choices")
        texts = []
        for choice in choices if isinstance(choices, list) else []:
            message = choice.get("message") if isinstance(choice, dict) else None
            text = message.get("content") if isinstance(message, dict) else None
            if not isinstance(text, str):
                raise BackendError(f"{self.name}: not the chat protocol: a choice without text")
            texts.append(clean("".join(until_stop([text], options.stop))))
        if not texts:
            raise BackendError(f"{self.name}: not the chat protocol: no choices")
        return texts

    def _deltas(self, response: httpx.Response) -> Iterator[str]:
        """The pieces of a stream of server-sent events; one without an end is an error, for half a text is no text."""
        ended = False
        for data in self._events(response):
            if data == "[DONE]":
                return
            choices = self._json(data).get("choices")
            if not isinstance(choices, list):
                raise BackendError(f"{self.name}: not the chat protocol: an event without choices")
            for choice in choices[:1]:
                delta = choice.get("delta") if isinstance(choice, dict) else None
                piece = delta.get("content") if isinstance(delta, dict) else None
                if isinstance(piece, str):
                    yield piece
                ended = ended or (isinstance(choice, dict) and bool(choice.get("finish_reason")))
        if not ended:
            raise BackendError(f"{self.name}: the stream ended before the text did")

    def _events(self, response: httpx.Response) -> Iterator[str]:
        """The ``data`` of each event; comments and other fields are skipped (WHATWG, server-sent events, §9.2.6)."""
        data: list[str] = []
        rest = b""
        for chunk in self._bytes(response):
            *lines, rest = (rest + chunk).replace(b"\r\n", b"\n").split(b"\n")
            for line in lines:
                field, _, value = line.decode("utf-8", "replace").partition(":")
                if not line and data:
                    yield "\n".join(data)
                    data = []
                elif field == "data":
                    data.append(value.removeprefix(" "))
                elif line and field not in ("", "event", "id", "retry"):
                    raise BackendError(f"{self.name}: not a stream of events: {self._safe(field[:80])!r}")
        if data:
            yield "\n".join(data)


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
