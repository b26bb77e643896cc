"""Rasa and the action server as small HTTP servers that do as they are told and remember what they heard.

Also runs alone, for measuring: `python tests/gateway/fake_services.py PORT` answers every turn at once.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson
from aiohttp import web

TOKEN = "internal-secret"
Turn = dict[str, Any]


def text(words: str) -> Turn:
    return {"custom": {"type": "text", "text": words}}


class FakeRasa:
    """The gateway channel. `reply` makes the answer to a turn: messages, or a whole `web.Response`."""

    def __init__(self) -> None:
        self.heard: list[Turn] = []
        self.deleted: list[str] = []
        self.ready = True
        self.lang: str | None = None
        self.transport: Any = None
        self.reply: Callable[[Turn], Any] = lambda turn: [text(f"“{turn['message']}”")]

    async def turn(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(status=401)
        turn = orjson.loads(await request.read())
        self.transport = request.transport
        self.heard.append(turn)
        answer = self.reply(turn)
        if asyncio.iscoroutine(answer):
            answer = await answer
        if isinstance(answer, web.Response):
            return answer
        lang = self.lang or turn["metadata"]["lang_pin"] or turn["metadata"]["lang_hint"]
        return _json({"messages": answer, "lang": lang, "intent": "ask", "confidence": 0.98})

    async def delete(self, request: web.Request) -> web.Response:
        self.deleted.append(request.match_info["sender"])
        return _json({"deleted": True})

    async def status(self, _request: web.Request) -> web.Response:
        return _json({"model": "model.tar.gz"}) if self.ready else web.Response(status=503)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/webhooks/gateway/webhook", self.turn)
        app.router.add_delete("/webhooks/gateway/conversations/{sender}", self.delete)
        app.router.add_get("/webhooks/gateway/ready", self.status)
        return app


class FakeActions:
    """The action server's own routes; `status` answers every call but the readiness check."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.deleted: list[str] = []
        self.status = 200

    async def event(self, request: web.Request) -> web.Response:
        if self.status == 200:
            self.events.append(orjson.loads(await request.read()))
        return web.Response(status=self.status)

    async def export(self, request: web.Request) -> web.Response:
        return _json({"history": [request.match_info["user"]]}, self.status)

    async def draft(self, request: web.Request) -> web.Response:
        user, draft, kind = (request.match_info[name] for name in ("user", "draft", "kind"))
        if kind == "pdf":
            return web.Response(status=404)
        return web.Response(body=f"{user} {draft}".encode(), content_type="text/markdown", status=self.status)

    async def delete(self, request: web.Request) -> web.Response:
        if self.status == 200:
            self.deleted.append(request.match_info["user"])
        return web.Response(status=self.status)

    async def ready(self, _request: web.Request) -> web.Response:
        return _json({})

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/events", self.event)
        app.router.add_get("/users/{user}", self.export)
        app.router.add_get("/users/{user}/drafts/{draft}/{kind}", self.draft)
        app.router.add_delete("/users/{user}", self.delete)
        app.router.add_get("/ready", self.ready)
        return app


@asynccontextmanager
async def serving(app: web.Application, port: int = 0) -> AsyncIterator[str]:
    """The address under which an application answers on loopback."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        yield f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[union-attr]
    finally:
        await runner.cleanup()


def _json(body: object, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")


async def _alone(port: int) -> None:
    rasa = FakeRasa()
    app = rasa.app()
    app.add_routes([web.get("/ready", FakeActions().ready)])
    rasa.heard = _Forgetful()
    async with serving(app, port):
        await asyncio.Event().wait()


class _Forgetful(list):  # type: ignore[type-arg]
    def append(self, _item: object) -> None:
        pass


if __name__ == "__main__":
    asyncio.run(_alone(int(sys.argv[1])))
