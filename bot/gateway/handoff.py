"""When people take over: waiting → joined → ended.

While a conversation waits for an operator or has one, what the user says goes to the operators and not to Rasa. Either
side can end it: the user by saying so ("返回", "back to the bot"), the operator by resolving it.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from typing import Literal

import orjson
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Row

from .clock import now
from .conversations import Draft, Message, append
from .envelope import Handoff, Part, Text, dump
from .schema import conversations, handoffs, messages
from .storage import Storage
from .text import harmless
from .words import say

OPEN = ("waiting", "joined")

_NOT_A_LETTER = re.compile(r"[\W_]+")
_GO_BACK = re.compile(
    r"(请|我要|我想|继续)*(返回|不等了|(不用|取消|结束|退出)人工(客服|服务)?了?|(返回|回到|转回|和|跟)?(机器人|娱伴)聊?)吧?"
    r"|(please)?((go)?back(to(the)?(bot|yuban))?|(talk|return)to(the)?(bot|yuban)|(end|stop)(the)?(chat|waiting))(please)?"
)


def wants_bot(text: str) -> bool:
    """Whether a message asks to leave the operator and go on with the bot; only if it says nothing else."""
    letters = _NOT_A_LETTER.sub("", unicodedata.normalize("NFKC", text).casefold())
    return _GO_BACK.fullmatch(letters) is not None


def acknowledgement(state: str, lang: str) -> list[Part]:
    """What a user hears at once when a message went to the operators."""
    return [Handoff.model_validate({"state": state, "text": say(f"handoff_relayed_{state}", lang)})]


def notice(state: Literal["joined", "ended"], words: str, lang: str) -> Draft:
    """A change of state, as a message in the conversation."""
    part = Handoff(state=state, text=say(words, lang))
    return Draft("assistant", lang, dump([part]))


class Handoffs:
    """The handoffs in the database."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def leave(self, conversation: str, lang: str) -> list[Message]:
        """The user goes back to the bot; the notice that says so."""

        def job(connection: Connection) -> list[Message]:
            if not _move(connection, conversation, OPEN, "ended", {"ended": now(), "ended_by": "user"}):
                return []
            return _say(connection, conversation, [notice("ended", "handoff_left", lang)])

        return await self._storage.run(job)

    async def resolve(self, conversation: str) -> list[Message] | None:
        """The operator is done; None when there was no open handoff."""

        def job(connection: Connection) -> list[Message] | None:
            if not _move(connection, conversation, OPEN, "ended", {"ended": now(), "ended_by": "operator"}):
                return None
            return _say(
                connection, conversation, [notice("ended", "handoff_resolved", _lang(connection, conversation))]
            )

        return await self._storage.run(job)

    async def reply(self, conversation: str, text: str) -> list[Message] | None:
        """An operator's words, preceded by "joined" the first time; None when there is no open handoff."""

        def job(connection: Connection) -> list[Message] | None:
            lang = _lang(connection, conversation)
            words = Draft("agent", lang, dump([Text(text=harmless(text))]))
            if _move(connection, conversation, ("waiting",), "joined", {"joined": now()}):
                return _say(connection, conversation, [notice("joined", "handoff_joined", lang), words])
            return _say(connection, conversation, [words]) if _is_open(connection, conversation) else None

        return await self._storage.run(job)

    async def is_open(self, conversation: str) -> bool:
        """Whether operators may see the conversation: it asked for them and is not over."""
        return await self._storage.run(lambda connection: _is_open(connection, conversation))

    async def inbox(self) -> list[dict[str, object]]:
        """Open handoffs with their latest message, those who have waited longest first."""
        query = (
            select(handoffs, messages.c.role, messages.c.parts, messages.c.time)
            .join(conversations, conversations.c.id == handoffs.c.conversation)
            .join(messages, (messages.c.conversation == conversations.c.id) & (messages.c.seq == conversations.c.last))
            .where(handoffs.c.state.in_(OPEN))
            .order_by(handoffs.c.state.desc(), handoffs.c.opened)  # "waiting" before "joined"
            .limit(200)
        )
        rows = await self._storage.run(lambda connection: connection.execute(query).all())
        return [_listed(row) for row in rows]


def open_handoff(connection: Connection, conversation: str, lang: str, summary: str) -> bool:
    """Put a conversation into the operators' inbox; False when it is there already. For use inside a `Storage` job."""
    if _is_open(connection, conversation):
        return False
    connection.execute(
        insert(handoffs).values(
            id=secrets.token_hex(16),
            conversation=conversation,
            state="waiting",
            lang=lang,
            summary=summary,
            opened=now(),
        )
    )
    connection.execute(update(conversations).where(conversations.c.id == conversation).values(handoff="waiting"))
    return True


def _move(connection: Connection, conversation: str, old: tuple[str, ...], new: str, values: dict[str, str]) -> bool:
    """Change the state of the open handoff; False when it was not in one of the `old` states."""
    moved = connection.execute(
        update(handoffs)
        .where(handoffs.c.conversation == conversation, handoffs.c.state.in_(old))
        .values(state=new, **values)
    )
    if not moved.rowcount:
        return False
    state = None if new == "ended" else new
    connection.execute(update(conversations).where(conversations.c.id == conversation).values(handoff=state))
    return True


def _is_open(connection: Connection, conversation: str) -> bool:
    state = connection.execute(select(conversations.c.handoff).where(conversations.c.id == conversation)).scalar()
    return state in OPEN


def _lang(connection: Connection, conversation: str) -> str:
    row = connection.execute(select(conversations.c.lang).where(conversations.c.id == conversation)).scalar()
    return row or "zh"


def _say(connection: Connection, conversation: str, drafts: list[Draft]) -> list[Message]:
    appended = append(connection, conversation, drafts)
    return appended[0] if appended else []


def _listed(row: Row[tuple[object, ...]]) -> dict[str, object]:
    return {
        "id": row.conversation,
        "state": row.state,
        "lang": row.lang,
        "summary": row.summary,
        "opened": row.opened,
        "joined": row.joined,
        "last": {"role": row.role, "time": row.time, "parts": orjson.Fragment(row.parts.encode())},
    }
