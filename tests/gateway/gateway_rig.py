"""A real gateway on loopback, between a fake Rasa and a fake action server, and clients for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import uvicorn
from fake_services import TOKEN, FakeActions, FakeRasa, serving

from bot.gateway import Settings, create_app

OPERATOR = "operator-secret"


@dataclass
class Answer:
    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> str:
        """The code of a refusal, whose words must be there in both languages."""
        error = self.json["error"]
        assert error["message"]["zh"] and error["message"]["en"]
        return error["code"]

    @property
    def error_code(self) -> str | None:
        return None if self.status < 400 else self.error


@dataclass
class Client:
    """Somebody with a token, or (token "") without."""

    url: str
    http: aiohttp.ClientSession
    token: str = ""
    session: dict[str, Any] = field(default_factory=dict)

    @property
    def conversation(self) -> str:
        return self.session["conversation"]

    async def ask(self, method: str, path: str, **options: Any) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= options.pop("headers", {})
        async with self.http.request(method, self.url + path, headers=headers, **options) as response:
            return Answer(response.status, response.headers, await response.read())

    async def say(self, text: str, payload: str | None = None) -> Answer:
        body = {"text": text} if payload is None else {"text": text, "payload": payload}
        return await self.ask("POST", "/v1/messages", json=body)

    async def reply(self, text: str, payload: str | None = None) -> dict[str, Any]:
        """The one reply to a message."""
        answer = await self.say(text, payload)
        assert answer.status == 200, answer.body
        (reply,) = answer.json["replies"]
        assert reply["parts"]
        return reply

    async def history(self) -> list[dict[str, Any]]:
        return (await self.ask("GET", "/v1/messages")).json["messages"]

    @asynccontextmanager
    async def events(self, path: str = "/v1/events", **headers: str) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """The events of a stream as dicts with `event`, `data` and, when they have one, `id`."""
        headers["Authorization"] = f"Bearer {self.token}"
        async with self.http.get(self.url + path, headers=headers) as response:
            assert response.status == 200, await response.read()
            yield _events(response)


async def _events(response: aiohttp.ClientResponse) -> AsyncIterator[dict[str, Any]]:
    current: dict[str, Any] = {}
    async for raw in response.content:
        line = raw.decode().rstrip("\n")
        if not line:
            if "data" in current:
                yield current
            current = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            current[name] = json.loads(value) if name == "data" else value


@dataclass
class Rig:
    """A running gateway and what stands around it."""

    url: str
    rasa: FakeRasa
    actions: FakeActions
    http: aiohttp.ClientSession
    app: Any

    @property
    def gateway(self) -> Any:
        return self.app.state.gateway

    def client(self, token: str = "") -> Client:
        return Client(self.url, self.http, token)

    @property
    def internal(self) -> Client:
        return self.client(TOKEN)

    @property
    def operator(self) -> Client:
        return self.client(OPERATOR)

    async def session(self, lang: str = "zh") -> Client:
        answer = await self.client().ask("POST", "/v1/session", json={"lang": lang})
        assert answer.status == 201, answer.body
        return Client(self.url, self.http, answer.json["token"], answer.json)

    async def deliver(self, conversation: str, *parts: Any, lang: str = "zh") -> Answer:
        return await self.internal.ask(
            "POST", "/internal/deliver", json={"conversation": conversation, "parts": list(parts), "lang": lang}
        )


@asynccontextmanager
async def gateway_at(home: Path, rasa_url: str, actions_url: str, **changes: Any) -> AsyncIterator[tuple[str, Any]]:
    """A gateway's address and application."""
    options: dict[str, Any] = {
        "internal_token": TOKEN,
        "operator_token": OPERATOR,
        "home": home,
        "rasa_url": rasa_url,
        "actions_url": actions_url,
        "rasa_timeout": 0.3,
        "heartbeat": 0.2,
        **dict.fromkeys(("rate_messages", "rate_messages_ip", "rate_sessions", "rate_reads"), "off"),
        **changes,
    }
    app = create_app(Settings(**options))
    config = uvicorn.Config(app, port=0, log_level="critical", timeout_graceful_shutdown=0, ws="none")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        if task.done():
            await task
            raise RuntimeError("the gateway did not start")
        await asyncio.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", app
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def running(home: Path, **changes: Any) -> AsyncIterator[Rig]:
    """A gateway with its own fakes and settings."""
    rasa, actions = FakeRasa(), FakeActions()
    async with (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http,
        serving(rasa.app()) as rasa_url,
        serving(actions.app()) as actions_url,
        gateway_at(home, **{"rasa_url": rasa_url, "actions_url": actions_url, **changes}) as (url, app),
    ):
        yield Rig(url, rasa, actions, http, app)
