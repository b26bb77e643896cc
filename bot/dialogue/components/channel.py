"""The one door into Rasa: the gateway's channel, on loopback, behind a shared token.

Rasa's own REST channel has no authentication, tells nothing of what was understood, and answers ``[]`` when an action failed.
This one returns every message as the actions wrote it together with the intent and the language, answers for readiness,
and can forget a conversation.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
from typing import Any, Awaitable, Callable, Dict, Optional, Text

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from components import speedups
from components.tracker_store import BoundedTrackerStore

logger = logging.getLogger(__name__)
TOKEN_VARIABLE = "YUBAN_INTERNAL_TOKEN"
SHOWN = ("text", "buttons", "quick_replies", "image", "attachment", "elements", "custom")


class Collector(CollectingOutputChannel):
    """Keeps every message whole; the stock collector cuts texts at blank lines and drops what it does not know."""

    async def send_response(self, recipient_id: Text, message: Dict[Text, Any]) -> None:
        self.messages.append({key: message[key] for key in SHOWN if message.get(key)})


class GatewayChannel(InputChannel):
    """``POST /webhook``, ``GET /ready``, ``DELETE /conversations/<sender>``; all but ``GET /`` need the bearer token."""

    def __init__(self, token: Optional[Text] = None) -> None:
        self._token = token or os.environ.get(TOKEN_VARIABLE, "")
        if not self._token:
            raise ValueError(f"set {TOKEN_VARIABLE}: the gateway and Rasa share it")
        speedups.install()

    @classmethod
    def name(cls) -> Text:
        return "gateway"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[Text, Any]]) -> "GatewayChannel":
        return cls((credentials or {}).get("token"))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        door = Blueprint("gateway")

        @door.middleware("request")
        async def check_token(request: Request) -> Optional[HTTPResponse]:
            if request.method == "GET" and request.path.endswith("/gateway/"):
                return None
            given = request.headers.get("authorization", "").encode()
            if not hmac.compare_digest(given, f"Bearer {self._token}".encode()):
                return response.json({"error": "unauthorised"}, status=401)
            return None

        @door.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @door.route("/ready", methods=["GET"])
        async def ready(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            if agent is None or not agent.is_ready():
                return response.json({"model": None}, status=503)
            return response.json({"model": agent.processor.model_filename})

        @door.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            body = request.json or {}
            sender, text = body.get("sender"), body.get("message")
            if not isinstance(sender, str) or not sender or not isinstance(text, str):
                return response.json({"error": "sender and message must be text"}, status=400)
            collector = Collector()
            message = UserMessage(
                text, collector, sender, input_channel=self.name(), metadata=body.get("metadata") or {}
            )
            status = 200
            try:
                await on_new_message(message)
            except asyncio.CancelledError:
                raise
            except Exception:  # the gateway words the failure; the next message starts from the last saved turn
                logger.exception("A turn failed.")
                status = 500
            tracker = _store(request).peek(sender)
            latest = tracker.latest_message if tracker else None
            return response.json(
                {
                    "messages": collector.messages,
                    "lang": tracker.get_slot("lang") if tracker else None,
                    "intent": latest.intent.get("name") if latest else None,
                    "confidence": latest.intent.get("confidence") if latest else None,
                },
                status=status,
            )

        @door.route("/conversations/<sender:str>", methods=["DELETE"])
        async def forget(request: Request, sender: str) -> HTTPResponse:
            deleted = await _store(request).delete(sender)
            return response.json({"deleted": deleted})

        return door


def _store(request: Request) -> BoundedTrackerStore:
    """Our tracker store, from under the wrapper that Rasa puts around every store."""
    store = request.app.ctx.agent.tracker_store
    return getattr(store, "_tracker_store", store)
