"""What a running gateway is made of, in one place, so that a route can reach it."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp
from fastapi import Request

from .conversations import Conversations
from .delivery import Hub
from .feedback import Feedback
from .handoff import Handoffs
from .limits import Limits
from .metrics import Metrics
from .outbox import Outbox
from .privacy import Privacy
from .replies import Replies
from .sessions import Sessions
from .settings import Settings
from .storage import Storage
from .turns import Turns, Turnstile


@dataclass(frozen=True, slots=True)
class Gateway:
    """The parts of one gateway; made by `app.assemble`."""

    settings: Settings
    http: aiohttp.ClientSession
    storage: Storage
    sessions: Sessions
    conversations: Conversations
    hub: Hub
    replies: Replies
    handoffs: Handoffs
    turnstile: Turnstile
    turns: Turns
    feedback: Feedback
    privacy: Privacy
    outbox: Outbox
    limits: Limits
    metrics: Metrics


def gateway(request: Request) -> Gateway:
    """The gateway that is answering this request."""
    return request.app.state.gateway
