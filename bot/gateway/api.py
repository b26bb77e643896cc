"""The public API under /v1: what the widget, or any other client, talks to."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import StreamingResponse

from .conversations import HISTORY, ID, Draft, Message, State, number
from .delivery import conversation_stream
from .envelope import Button, QuickReplies, Text, dump
from .errors import GatewayError
from .feedback import MAX_REASON
from .limits import address
from .parts import Gateway, gateway
from .sessions import Session, bearer, current_session
from .text import clean, user_text
from .words import openers, say

router = APIRouter(prefix="/v1", tags=["Conversation"])

Speaker = Annotated[Session, Depends(current_session)]
Lang = Literal["zh", "en"]
After = Annotated[str | None, Query(pattern=ID, description="A message id.")]


class NewSession(BaseModel):
    """How to begin."""

    lang: Lang | None = Field(None, description="Language of the greeting; default: the browser's.")


class Language(BaseModel):
    """Which language to stay in."""

    lang: Lang | None = Field(description="null follows the user's language again.")


class Utterance(BaseModel):
    """Something the user says."""

    text: str = Field(description="As the user sees it: at most 2,000 characters.")
    payload: str | None = Field(None, max_length=4000, description="What a button that was offered sends instead.")


class Opinion(BaseModel):
    """A thumb, or stars when `about` names a rating part of the message."""

    value: int = Field(description="1 or -1; with `about`, 1 to the part's `max`.")
    reason: str | None = Field(None, max_length=MAX_REASON)
    about: str | None = Field(None, max_length=200)


class JSON(Response):
    """Bytes that are JSON already."""

    media_type = "application/json"


@router.post("/session", status_code=201)
async def open_session(request: Request, body: NewSession | None = None) -> Response:
    """Begin a conversation. With a valid token: a new conversation of the same user; without: a new user."""
    here = gateway(request)
    await here.limits.check("session_ip", address(request))
    lang = (body and body.lang) or _preferred(request.headers.get("accept-language", ""))
    known = bearer(request)
    session = here.sessions.open(here.sessions.read(known).user if known else None)
    greeting = await here.conversations.create(
        session.conversation, session.user, lang, _greeting(lang), new_user=not known
    )
    if greeting is None:
        raise GatewayError("session_invalid")
    served = _session(here, session, State(greeting.seq, lang, None, None), token=True)
    return JSON(orjson.dumps({**served, "greeting": orjson.Fragment(greeting.served())}), 201)


@router.get("/session")
async def read_session(request: Request, session: Speaker) -> Response:
    """How the conversation stands: its language, and whether people have it."""
    here = gateway(request)
    await here.limits.check("read", session.user)
    return JSON(orjson.dumps(_session(here, session, await _state(here, session), token=False)))


@router.patch("/session")
async def change_session(request: Request, body: Language, session: Speaker) -> Response:
    """Stay in one language, or follow the user again; also renews the token."""
    here = gateway(request)
    await here.limits.check("read", session.user)
    state = await here.conversations.set_language(session.conversation, body.lang)
    if state is None:
        raise GatewayError("session_invalid")
    return JSON(orjson.dumps(_session(here, here.sessions.renewed(session), state, token=True)))


@router.post("/messages")
async def say_something(request: Request, body: Utterance, session: Speaker) -> Response:
    """Say something and get the replies. The same messages also go to every open event stream."""
    here = gateway(request)
    await here.limits.check("message", session.user)
    await here.limits.check("message_ip", address(request))
    return JSON(await here.turns.take(session, user_text(body.text), body.payload))


@router.get("/messages")
async def history(request: Request, session: Speaker, after: After = None) -> Response:
    """The latest messages, or the first ones after an id; `more` says that there are further ones."""
    here = gateway(request)
    await here.limits.check("read", session.user)
    await _state(here, session)
    if after is None:
        found = await here.conversations.latest(session.conversation)
    else:
        found = await here.conversations.after(session.conversation, number(after))
    return JSON(served(found, more=after is not None and len(found) == HISTORY))


@router.get("/events")
async def events(request: Request, session: Speaker, after: After = None) -> Response:
    """Server-sent events: `message` (id = message id), `progress`. Resumes after Last-Event-ID, or `after`."""
    here = gateway(request)
    await here.limits.check("read", session.user)
    state = await _state(here, session)
    if here.hub.listeners(session.conversation) >= here.settings.streams_per_conversation:
        raise GatewayError("too_many_streams", headers={"Retry-After": "10"})
    resume = request.headers.get("last-event-id") or after
    # An id from the future would make the stream wait for messages it never shows.
    since = min(number(resume), state.last) if resume and re.match(ID, resume) else state.last
    stream = conversation_stream(here.hub, here.conversations, session.conversation, since, here.settings.heartbeat)
    return event_stream(stream)


@router.post("/messages/{message}/feedback", status_code=204)
async def rate(request: Request, message: str, body: Opinion, session: Speaker) -> Response:
    """Rate a reply; rating again replaces the old rating."""
    here = gateway(request)
    await here.limits.check("read", session.user)
    reason = clean(body.reason) if body.reason else None
    if not (message.isdecimal() and re.match(ID, message)):
        raise GatewayError("message_not_found")
    await here.feedback.give(session, int(message), body.value, reason or None, body.about)
    return Response(status_code=204)


@router.get("/me/export", tags=["Your data"])
async def export(request: Request, session: Speaker) -> Response:
    """A copy of everything kept about the user, as a JSON file."""
    here = gateway(request)
    await here.limits.check("read", session.user)
    data = await here.privacy.export(session.user)
    if data is None:
        raise GatewayError("session_invalid")
    return JSON(data, headers={"Content-Disposition": 'attachment; filename="yuban-export.json"'})


@router.get("/drafts/{draft}/{kind}", tags=["Your data"])
async def draft(request: Request, draft: str, kind: str, session: Speaker) -> Response:
    """Something that was written for the user, as a file: `txt md json docx`, and for scripts `fountain pdf`."""
    here = gateway(request)
    await here.limits.check("read", session.user)
    if not (re.fullmatch(r"[a-z0-9-]{1,40}", draft) and re.fullmatch(r"[a-z]{2,8}", kind)):
        raise GatewayError("draft_not_found")
    found = await here.privacy.draft(session.user, draft, kind)
    if found is None:
        raise GatewayError("draft_not_found")
    headers = {
        "Content-Disposition": f'attachment; filename="{draft}.{kind}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(found.body, media_type=found.mime, headers=headers)


@router.delete("/me", tags=["Your data"])
async def erase(request: Request, session: Speaker) -> Response:
    """Delete the user and everything kept about them; `pending` names services that will follow when they answer."""
    here = gateway(request)
    await here.limits.check("read", session.user)
    async with here.turnstile.enter(session.conversation):  # a turn in progress would write to what is deleted
        pending = await here.privacy.erase(session.user)
    return JSON(orjson.dumps({"erased": True, "pending": pending}))


def served(messages: list[Message], *, more: bool = False) -> bytes:
    """A list of messages as JSON."""
    return orjson.dumps({"messages": [orjson.Fragment(message.served()) for message in messages], "more": more})


def event_stream(frames: Any) -> Response:
    """A response that never ends; proxies are asked not to collect it."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(frames, media_type="text/event-stream", headers=headers)


async def _state(here: Gateway, session: Session) -> State:
    state = await here.conversations.state(session.conversation)
    if state is None:
        raise GatewayError("session_invalid")
    return state


def _session(here: Gateway, session: Session, state: State, *, token: bool) -> dict[str, Any]:
    fields = {
        "user": session.user,
        "conversation": session.conversation,
        "lang": state.lang,
        "pin": state.pin,
        "handoff": state.handoff,
        "expires": session.expires,
    }
    return {"token": here.sessions.token(session), **fields} if token else fields


def _greeting(lang: str) -> Draft:
    buttons = [Button(title=words, payload=words) for words in openers(lang)]
    return Draft("assistant", lang, dump([Text(text=say("greeting", lang)), QuickReplies(replies=buttons)]))


def _preferred(accept_language: str) -> str:
    """The first of our languages that the browser names; zh when it names none."""
    for entry in accept_language.lower().split(","):
        if entry.strip()[:2] in ("zh", "en"):
            return entry.strip()[:2]
    return "zh"
