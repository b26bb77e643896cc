"""The action server: the webhook Rasa calls, and a few routes for the gateway, on loopback.

    python -m actions.server --port 5055

One process with one event loop; engine work goes to threads. Everything but ``/health`` asks for the internal token.
The webhook is our own few lines around rasa-sdk's executor, since rasa-sdk's own answers an error with the whole
conversation in it.
"""

from __future__ import annotations

import argparse
import asyncio
import hmac
import logging
import os
from pathlib import Path
from typing import Any

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, json, raw

from actions import ask, create, engines, events, files, profile, recommend, smalltalk, support, troubleshoot
from actions.base import logger

ACTIONS = [
    action
    for room in (ask, recommend, create, troubleshoot, smalltalk, support, profile)
    for action in room.ACTIONS  # type: ignore[attr-defined]
]
MAX_BODY = 5_000_000  # bytes; a call carries the conversation


def build(home: Path, token: str) -> Sanic:
    """The application, ready to run; loads the engines when it starts."""
    executor = ActionExecutor()
    for action in ACTIONS:
        executor.register_action(action())
    app = Sanic("yuban-actions", configure_logging=False)
    app.config.KEEP_ALIVE_TIMEOUT = 75
    app.config.REQUEST_MAX_SIZE = MAX_BODY

    @app.on_request
    async def check_token(request: Request) -> HTTPResponse | None:
        if request.path == "/health":
            return None
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {token}".encode()):
            return json({"error": "unauthorised"}, status=401)
        return None

    @app.exception(Exception)
    async def failed(request: Request, error: Exception) -> HTTPResponse:
        """Says that it failed and nothing of what was said; the log has the rest."""
        if isinstance(error, SanicException) and error.status_code < 500:
            return json({"error": str(error)}, status=error.status_code)
        logger.error("%s %s failed", request.method, request.path, exc_info=error)
        return json({"error": "internal error"}, status=500)

    @app.before_server_start
    async def load(app: Sanic) -> None:
        await asyncio.to_thread(engines.start, home)
        app.add_task(engines.keep_fresh(home))

    @app.get("/health")
    async def health(request: Request) -> HTTPResponse:
        return json({"status": "ok"})

    @app.get("/ready")
    async def ready(request: Request) -> HTTPResponse:
        return json({"catalogue": engines.current().graph.summary()})

    @app.post("/webhook")
    async def webhook(request: Request) -> HTTPResponse:
        """Runs one action; the reply is ``{"events": […], "responses": […]}``."""
        call = request.json
        if not _is_call(call):
            return json({"error": "next_action and tracker are needed"}, status=400)
        try:
            result = await executor.run({"domain": {}, **call})
        except ActionNotFoundException as error:
            return json({"error": error.message, "action_name": error.action_name}, status=404)
        except ActionExecutionRejection as error:
            return json({"error": error.message, "action_name": error.action_name}, status=400)
        return json(result.model_dump() if result else None)

    @app.post("/events")
    async def happened(request: Request) -> HTTPResponse:
        """What a viewer did outside the conversation; see ``actions.events``."""
        try:
            event = events.read(request.json)
        except ValueError as error:
            return json({"error": str(error)}, status=400)
        bundle = engines.current()
        stored = await engines.call(events.store, event, bundle.audience, bundle.graph)
        return json({"stored": stored}, status=202)

    @app.get("/users/<user:str>")
    async def export(request: Request, user: str) -> HTTPResponse:
        return json(await engines.call(profile.everything, user, engines.current()))

    @app.delete("/users/<user:str>")
    async def erase(request: Request, user: str) -> HTTPResponse:
        await engines.call(profile.erase, user, engines.current())
        return json({"erased": True})

    @app.get("/users/<user:str>/drafts/<draft:str>/<kind:str>")
    async def draft(request: Request, user: str, draft: str, kind: str) -> HTTPResponse:
        """A draft as a file; 404 when this viewer has none of that id, or it does not come in that format."""
        saved = await engines.call(engines.current().drafts.get, user, draft)
        if saved is None or kind not in files.FORMATS[saved.kind]:
            return json({"error": "no such draft"}, status=404)
        return raw(await engines.call(files.render, saved, kind), content_type=files.MIME[kind])

    return app


def _is_call(call: Any) -> bool:
    """Whether a body has what the executor reads without asking."""
    return (
        isinstance(call, dict)
        and isinstance(call.get("next_action"), str)
        and "sender_id" in (call.get("tracker") or {})
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Yuban's action server (started by `yuban run`).")
    parser.add_argument("--port", type=int, default=5055, help="loopback port to listen on")
    options = parser.parse_args()
    token = os.environ.get("YUBAN_INTERNAL_TOKEN")
    if not token:
        parser.error("set YUBAN_INTERNAL_TOKEN: Rasa, the gateway and this server share it")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("rasa_sdk").setLevel(logging.WARNING)  # a line for every action it registers
    logger.info("loading the engines")
    app = build(Path(os.environ.get("YUBAN_HOME", "var")), token)
    app.run(host="127.0.0.1", port=options.port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    main()
