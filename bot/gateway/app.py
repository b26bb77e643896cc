"""The gateway as an application: `create_app(settings)`.

browser ── /v1 ──▶ limits ─▶ turns ─▶ rasa ─▶ envelope ─▶ replies ─▶ storage
                               │                             └─▶ delivery (every open window)
                               └─▶ handoff ─▶ console, when people have taken over
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from . import api, console, errors, internal, site
from .conversations import Conversations
from .delivery import Hub
from .fanout import LocalBus, RedisBus
from .feedback import Feedback
from .handoff import Handoffs
from .limits import Limits
from .metrics import Metrics
from .outbox import Outbox
from .parts import Gateway
from .privacy import Privacy
from .rasa import Rasa, session
from .replies import Replies
from .security import Walls
from .sessions import Sessions
from .settings import Settings
from .storage import Storage
from .turns import Turns, Turnstile


class _App(FastAPI):
    """FastAPI with our walls outside everything, its own error page included."""

    def build_middleware_stack(self) -> ASGIApp:
        stack: ASGIApp = Walls(super().build_middleware_stack())
        origins = self.state.settings.allowed_origins
        if not origins:
            return stack
        return CORSMiddleware(
            stack,
            allow_origins=origins,
            allow_methods=["GET", "POST", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
            expose_headers=["Retry-After"],
            max_age=3600,
        )


def create_app(settings: Settings) -> FastAPI:
    """The gateway; it connects to its services when it starts, and starts without them."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with assemble(settings) as gateway:
            app.state.gateway = gateway
            yield

    app = _App(
        title="Yuban 娱伴",
        version="1",
        description="A bilingual assistant for entertainment platforms. Refusals: "
        '`{"error": {"code", "message": {"zh", "en"}}}`.',
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = settings
    errors.install(app)
    for module in (api, console, internal, site):
        app.include_router(module.router)
    return app


@contextlib.asynccontextmanager
async def assemble(settings: Settings) -> AsyncIterator[Gateway]:
    """A running gateway without its routes."""
    metrics = Metrics()
    storage = Storage(settings.sqlalchemy_url())
    limits = Limits(settings)
    sessions = Sessions(settings.signing_keys(), settings.session_days)
    async with contextlib.AsyncExitStack() as stack:
        http = await stack.enter_async_context(session())
        stack.push_async_callback(storage.close)
        await storage.start()
        hub = Hub(RedisBus(settings.redis_url) if settings.redis_url else LocalBus(), metrics)
        await hub.start()
        stack.push_async_callback(hub.close)
        token = settings.internal_token
        urls = {"rasa": settings.rasa_url, "actions": settings.actions_url}
        outbox = Outbox(storage, http, urls, token, metrics)
        outbox.start()
        stack.push_async_callback(outbox.close)
        privacy = Privacy(storage, outbox, hub, http, settings.actions_url, token, settings.retention_days)
        privacy.start()
        stack.push_async_callback(privacy.close)
        conversations, handoffs, turnstile = Conversations(storage), Handoffs(storage), Turnstile()
        replies = Replies(storage, hub, metrics, staffed=settings.operator_token is not None)
        rasa = Rasa(http, settings.rasa_url, token, settings.rasa_timeout)
        turns = Turns(conversations, rasa, replies, handoffs, hub, privacy, turnstile, metrics)
        yield Gateway(
            settings=settings,
            http=http,
            storage=storage,
            sessions=sessions,
            conversations=conversations,
            hub=hub,
            replies=replies,
            handoffs=handoffs,
            turnstile=turnstile,
            turns=turns,
            feedback=Feedback(storage, outbox, metrics),
            privacy=privacy,
            outbox=outbox,
            limits=limits,
            metrics=metrics,
        )
