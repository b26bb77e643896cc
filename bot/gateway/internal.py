"""Doors for our own processes and for those who look after them: late results, health, metrics."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Literal

import orjson
from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from . import progress
from .api import JSON
from .envelope import admit
from .errors import GatewayError
from .parts import Gateway, gateway
from .rasa import reachable
from .security import same_token
from .sessions import bearer

_FRESH = 1.0
"""Seconds a readiness report is good for; more questions do not make more load."""


async def ours(request: Request) -> None:
    """FastAPI dependency: only for holders of the internal token.

    Raises:
        GatewayError: `internal_unauthorized`.
    """
    if not same_token(bearer(request), gateway(request).settings.internal_token):
        raise GatewayError("internal_unauthorized")


router = APIRouter(tags=["Operation"])


class Delivery(BaseModel):
    """A result that took longer than its turn."""

    conversation: str
    parts: list[Any]
    lang: Literal["zh", "en"]


@router.post("/internal/deliver", status_code=202, dependencies=[Depends(ours)])
async def deliver(request: Request, body: Delivery) -> Response:
    """Put a message into a conversation and show it in every open window.

    Parts that only report unfinished progress are shown to whoever is looking (`progress` events) and not kept.
    """
    here = gateway(request)
    parts = admit(body.parts, body.lang)
    if not parts:
        raise GatewayError("invalid_request", fields=["parts"])
    if progress.passing(parts):
        state = await here.conversations.state(body.conversation)
        if state is None:
            raise GatewayError("conversation_not_found")
        for part in parts:
            await here.hub.publish(body.conversation, progress.event(state, part, body.lang))
        here.metrics.deliveries.labels("progress").inc()
        return JSON(b'{"id":null}', 202)
    told = here.replies.sort(parts, body.lang)
    if told.erase:
        raise GatewayError("invalid_request", fields=["parts"])  # only a user's own turn may ask for that
    kept = await here.replies.keep(body.conversation, told, body.lang, turn=False, rateable=told.rateable, follow=False)
    if kept is None:
        raise GatewayError("conversation_not_found")
    here.metrics.deliveries.labels("message").inc()
    return JSON(orjson.dumps({"id": str(kept[0].seq)}), 202)


@router.get("/healthz")
async def health() -> Response:
    """This process runs."""
    return JSON(b'{"status":"ok"}')


@router.get("/readyz")
async def ready(request: Request) -> Response:
    """Whether a message would be answered: 200, or 503 and which service is missing."""
    state = request.app.state
    checked, services = getattr(state, "readiness", (0.0, {}))
    if time.monotonic() - checked > _FRESH:
        services = await _services(gateway(request))
        state.readiness = (time.monotonic(), services)
    status = 200 if all(services.values()) else 503
    report = {name: "ready" if up else "unavailable" for name, up in services.items()}
    return JSON(orjson.dumps({"status": "ready" if status == 200 else "unavailable", "services": report}), status)


@router.get("/metrics", dependencies=[Depends(ours)])
async def metrics(request: Request) -> Response:
    """Prometheus metrics; needs the internal token as bearer."""
    return Response(gateway(request).metrics.exposition(), media_type=CONTENT_TYPE_LATEST)


async def _services(here: Gateway) -> dict[str, bool]:
    token = here.settings.internal_token
    names = ("dialogue", "actions", "database")
    up = await asyncio.gather(
        reachable(here.http, f"{here.settings.rasa_url}/webhooks/gateway/ready", token),
        reachable(here.http, f"{here.settings.actions_url}/ready", token),
        here.storage.answers(),
    )
    return dict(zip(names, up, strict=True))
