"""The action server: rasa-sdk's webhook for Rasa, and a few routes for the gateway, on loopback.

    python -m actions.server --port 5055

One process with one event loop; engine work goes to threads. Everything but ``/health`` asks for the internal token.
"""

from __future__ import annotations

import argparse
import asyncio
import hmac
import logging
import os
from pathlib import Path

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from actions import ask, create, engines, profile, recommend, support, troubleshoot
from actions.base import logger

ACTIONS = [
    action
    for room in (ask, recommend, create, troubleshoot, support, profile)
    for action in room.ACTIONS  # type: ignore[attr-defined]
]
EVENT_KINDS = {"feedback", "watch", "seen"}
MAX_ITEMS = 50


def build(home: Path, token: str) -> Sanic:
    """The application, ready to run; loads the engines when it starts."""
    executor = ActionExecutor()
    for action in ACTIONS:
        executor.register_action(action())
    app = create_app(executor, cors_origins=None)
    app.config.KEEP_ALIVE_TIMEOUT = 75
    app.config.REQUEST_MAX_SIZE = 5_000_000

    @app.on_request
    async def check_token(request: Request) -> HTTPResponse | None:
        if request.path == "/health":
            return None
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {token}".encode()):
            return json({"error": "unauthorised"}, status=401)
        return None

    @app.before_server_start
    async def load(app: Sanic) -> None:
        await asyncio.to_thread(engines.start, home)
        app.add_task(engines.keep_fresh(home))

    @app.get("/ready")
    async def ready(request: Request) -> HTTPResponse:
        return json({"catalogue": engines.current().catalogue.graph.summary()})

    @app.post("/events")
    async def events(request: Request) -> HTTPResponse:
        """What a viewer did outside the conversation: ``{user, kind, items, value, draft?}``."""
        body = request.json or {}
        user, kind, items, value = (body.get(key) for key in ("user", "kind", "items", "value"))
        fits = isinstance(user, str) and kind in EVENT_KINDS and isinstance(items, list) and isinstance(value, int | float)
        if not fits or len(items) > MAX_ITEMS:
            return json({"error": "user, kind, items (≤ 50) and value are needed"}, status=400)
        bundle = engines.current()
        for item in items:
            if isinstance(item, str) and item in bundle.catalogue.graph:
                await engines.call(bundle.audience.add, user, item, float(value), kind)
        return json({"stored": True}, status=202)

    @app.get("/users/<user:str>")
    async def export(request: Request, user: str) -> HTTPResponse:
        return json(await engines.call(engines.current().audience.export, user))

    @app.delete("/users/<user:str>")
    async def erase(request: Request, user: str) -> HTTPResponse:
        await engines.call(engines.current().audience.erase, user)
        return json({"erased": True})

    return app


def main() -> None:
    parser = argparse.ArgumentParser(description="Yuban's action server (started by `yuban run`).")
    parser.add_argument("--port", type=int, default=5055, help="loopback port to listen on")
    options = parser.parse_args()
    token = os.environ.get("YUBAN_INTERNAL_TOKEN")
    if not token:
        parser.error("set YUBAN_INTERNAL_TOKEN: Rasa, the gateway and this server share it")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logger.info("loading the engines")
    app = build(Path(os.environ.get("YUBAN_HOME", "var")), token)
    app.run(host="127.0.0.1", port=options.port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    main()
