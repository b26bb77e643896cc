"""The operators' desk: who is waiting, what was said, an answer, and done.

An operator sees the conversations that asked for a human, for as long as they are open, and no others.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import orjson
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from .api import JSON, After, event_stream, served
from .conversations import number
from .delivery import Hub, note
from .delivery import events as inbox_events
from .errors import GatewayError
from .limits import address
from .parts import Gateway, gateway
from .replies import OPERATORS
from .security import same_token
from .sessions import bearer
from .text import user_text

MOST_CONSOLES = 64
"""Consoles open at once in one process."""

_LOOK = note("changed", {"conversation": None})


async def operator(request: Request) -> None:
    """FastAPI dependency: only for operators; wrong tokens are counted by address.

    Raises:
        GatewayError: `operator_disabled`, `operator_unauthorized`, `rate_limited`.
    """
    here = gateway(request)
    if here.settings.operator_token is None:
        raise GatewayError("operator_disabled")
    if not same_token(bearer(request), here.settings.operator_token):
        await here.limits.check("operator_ip", address(request))
        raise GatewayError("operator_unauthorized")


router = APIRouter(prefix="/v1/operator", tags=["Operators"], dependencies=[Depends(operator)])


class Answer(BaseModel):
    """An operator's words to the user."""

    text: str = Field(description="At most 2,000 characters.")


@router.get("/conversations")
async def conversations(request: Request) -> Response:
    """Conversations waiting for an operator, then those that have one, each with its latest message."""
    return JSON(orjson.dumps({"conversations": await gateway(request).handoffs.inbox()}))


@router.get("/events")
async def changes(request: Request) -> Response:
    """Server-sent events: `changed` names a conversation (or null: the list) that is worth fetching again."""
    here = gateway(request)
    if here.hub.listeners(OPERATORS) >= MOST_CONSOLES:
        raise GatewayError("too_many_streams", headers={"Retry-After": "10"})
    return event_stream(_stream(here.hub, here.settings.heartbeat))


@router.get("/conversations/{conversation}/messages")
async def transcript(request: Request, conversation: str, after: After = None) -> Response:
    """What was said, the latest 200 messages, or those after an id."""
    here = gateway(request)
    if not await here.handoffs.is_open(conversation):
        raise GatewayError("conversation_not_found")
    if after is None:
        return JSON(served(await here.conversations.latest(conversation)))
    return JSON(served(await here.conversations.after(conversation, number(after))))


@router.post("/conversations/{conversation}/messages", status_code=201)
async def answer(request: Request, conversation: str, body: Answer) -> Response:
    """Say something to the user; the first answer joins the conversation."""
    here = gateway(request)
    text = user_text(body.text)
    sent = await here.handoffs.reply(conversation, text)
    if sent is None:
        raise await _no_handoff(here, conversation)
    if len(sent) > 1:
        here.metrics.handoffs.labels("joined").inc()
    await here.hub.announce(conversation, sent)
    await here.replies.tell_operators(conversation)
    return JSON(sent[-1].served(), 201)


@router.post("/conversations/{conversation}/resolve")
async def resolve(request: Request, conversation: str) -> Response:
    """Done: the conversation goes back to the bot."""
    here = gateway(request)
    sent = await here.handoffs.resolve(conversation)
    if sent is None:
        raise await _no_handoff(here, conversation)
    here.metrics.handoffs.labels("ended").inc()
    await here.hub.announce(conversation, sent)
    await here.replies.tell_operators(conversation)
    return JSON(orjson.dumps({"state": "ended"}))


async def _no_handoff(here: Gateway, conversation: str) -> GatewayError:
    exists = await here.conversations.state(conversation) is not None
    return GatewayError("handoff_over" if exists else "conversation_not_found")


async def _stream(hub: Hub, heartbeat: float) -> AsyncIterator[bytes]:
    async with hub.listen(OPERATORS) as inbox:
        yield b"retry: 2000\n\n"
        async for event in inbox_events(inbox, heartbeat):
            # Lost events leave nothing to read up here; "look at the list again" covers them all.
            yield event.frame or _LOOK.frame
