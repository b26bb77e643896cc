"""Conversations that stay quick however long they get.

Rasa reads, replays, copies and writes the whole history of a conversation on every turn: turn 300 takes five times as long as
turn 10. The rules of this assistant look at slots and at the last turns only, so what is kept is bounded: after every turn the
history is cut to the last turns, with the slots' values and the active form written down in front of them. (The full
transcript is the gateway's.) The live tracker stays in memory until its next turn, and its snapshot is written behind by one
thread, newest state only, a few times a second.

Several Rasa processes over one database: ``write_behind: false`` reads and writes through, nothing is kept in memory, and
Rasa's Redis lock store keeps turns of one conversation apart.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections import OrderedDict, deque
from typing import Any, Dict, Iterable, List, Optional, Text

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

logger = logging.getLogger(__name__)

TABLE = sa.Table(
    "conversations",
    sa.MetaData(),
    sa.Column("sender_id", sa.String(255), primary_key=True),
    sa.Column("updated", sa.Float, nullable=False, index=True),
    sa.Column("events", sa.Text, nullable=False),
)


def compact(tracker: DialogueStateTracker, turns: int) -> None:
    """Cut ``tracker.events`` in place to its last ``turns`` turns, preceded by what the cut ones had set.

    Replaying the result gives the same slots, active loop and last turns as replaying the whole.
    """
    events = list(tracker.events)
    listens = [at for at, event in enumerate(events) if _is(event, ACTION_LISTEN_NAME)]
    if len(listens) <= turns + 1:  # nothing lies before the turns to keep
        return
    cut = listens[-turns - 1]  # the listen before the first turn that is kept
    before = DialogueStateTracker.from_events(tracker.sender_id, events[: cut + 1], slots=list(_blank(tracker)))
    kept: List[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
    kept += [SlotSet(name, slot.value) for name, slot in before.slots.items() if slot.value != slot.initial_value]
    if before.active_loop is not None and before.active_loop.name:
        kept.append(ActiveLoop(before.active_loop.name))
    start = events[0].timestamp
    for event in kept:
        event.timestamp = start
        event.metadata = dict(events[0].metadata)
    tracker.events = deque(kept + events[cut:], tracker._max_event_history)


def _blank(tracker: DialogueStateTracker) -> Iterable[Any]:
    for slot in tracker.init_copy().slots.values():
        slot.reset()
        yield slot


def _is(event: Event, action: Text) -> bool:
    return isinstance(event, ActionExecuted) and event.action_name == action


class BoundedTrackerStore(TrackerStore):
    """See the module.

    Args:
        host: SQLAlchemy URL (SQLite by default, PostgreSQL for more than one process); Rasa passes `url` under this name.
        keep_turns: whole turns kept (≥ 2; rules and forms need the last two).
        cache_size: live trackers in memory, about 60 kB each; the least recently used are read back from the database.
        write_behind: keep live trackers and write in the background; false for several processes.
        days: conversations untouched for so long are deleted at start.
    """

    def __init__(
        self,
        domain: Optional[Domain],
        event_broker: Optional[EventBroker] = None,
        host: Text = "sqlite:///tracker.db",
        keep_turns: int = 3,
        cache_size: int = 5000,
        write_behind: bool = True,
        days: float = 30,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self._turns = max(2, int(keep_turns))
        self._cache_size = int(cache_size)
        self._write_behind = write_behind in (True, "true", "True", 1)
        self._live: "OrderedDict[Text, DialogueStateTracker]" = OrderedDict()
        self._latest: "OrderedDict[Text, DialogueStateTracker]" = OrderedDict()  # as last handed out, for peek
        self._dirty: Dict[Text, List[Event]] = {}
        self._deleted: set = set()
        self._lock = threading.Lock()
        arguments = {"check_same_thread": False} if host.startswith("sqlite") else {}
        self._engine = sa.create_engine(host, connect_args=arguments, pool_pre_ping=True)
        TABLE.metadata.create_all(self._engine)
        with self._engine.begin() as connection:
            if host.startswith("sqlite"):
                connection.execute(sa.text("PRAGMA journal_mode=WAL"))
            connection.execute(TABLE.delete().where(TABLE.c.updated < time.time() - float(days) * 86400))
        if self._write_behind:
            threading.Thread(target=self._write_forever, name="tracker-writer", daemon=True).start()

    async def create_tracker(self, sender_id: Text, append_action_listen: bool = True) -> DialogueStateTracker:
        """A new tracker; nothing is saved before its first turn is complete."""
        tracker = self.init_tracker(sender_id)
        if append_action_listen:
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        return tracker

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """The conversation as of its last complete turn.

        The live tracker is handed over and not kept: when a turn breaks off halfway, the next one starts from the snapshot.
        """
        tracker = self._live.pop(sender_id, None)
        if tracker is None:
            with self._lock:
                events = self._dirty.get(sender_id)
            if events is None:
                serialised = await asyncio.get_event_loop().run_in_executor(None, self._read, sender_id)
                if serialised is None:
                    return None
                tracker = DialogueStateTracker.from_dict(sender_id, json.loads(serialised), self.domain.slots)
            else:
                tracker = DialogueStateTracker.from_events(sender_id, events, self.domain.slots)
        self._remember(self._latest, sender_id, tracker)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Bound, keep and write the conversation after a complete turn."""
        await self.stream_events(tracker)
        compact(tracker, self._turns)
        sender_id = tracker.sender_id
        self._remember(self._latest, sender_id, tracker)
        if self._write_behind:
            self._remember(self._live, sender_id, tracker)
            with self._lock:
                self._dirty[sender_id] = list(tracker.events)
        else:
            await asyncio.get_event_loop().run_in_executor(None, self._write, {sender_id: list(tracker.events)})

    def peek(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """The tracker of the latest turn, to read from; ``None`` when it is no longer in memory."""
        return self._latest.get(sender_id)

    async def delete(self, sender_id: Text) -> bool:
        """Forget a conversation everywhere; whether there was one."""
        known = self._live.pop(sender_id, None) is not None
        known = self._latest.pop(sender_id, None) is not None or known
        with self._lock:
            known = self._dirty.pop(sender_id, None) is not None or known
            self._deleted.add(sender_id)
        removed = await asyncio.get_event_loop().run_in_executor(None, self._remove, sender_id)
        return known or removed

    async def keys(self) -> Iterable[Text]:
        with self._engine.connect() as connection:
            stored = {row[0] for row in connection.execute(sa.select([TABLE.c.sender_id]))}
        return stored | set(self._dirty)

    def _remember(self, where: "OrderedDict[Text, DialogueStateTracker]", sender_id: Text, tracker: Any) -> None:
        where[sender_id] = tracker
        where.move_to_end(sender_id)
        while len(where) > self._cache_size:
            where.popitem(last=False)

    def _read(self, sender_id: Text) -> Optional[Text]:
        with self._engine.connect() as connection:
            return connection.execute(sa.select([TABLE.c.events]).where(TABLE.c.sender_id == sender_id)).scalar()

    def _remove(self, sender_id: Text) -> bool:
        with self._engine.begin() as connection:
            return connection.execute(TABLE.delete().where(TABLE.c.sender_id == sender_id)).rowcount > 0

    def _write_forever(self) -> None:
        while True:
            time.sleep(0.25)
            self.flush()

    def flush(self) -> None:
        """Write what is waiting now (also called by tests and at exit)."""
        with self._lock:
            waiting, self._dirty, self._deleted = self._dirty, {}, set()
        if not waiting:
            return
        try:
            self._write(waiting)
        except sa.exc.SQLAlchemyError:
            logger.exception(f"{len(waiting)} conversations could not be written; trying again.")
            with self._lock:
                self._dirty = {**waiting, **self._dirty}
            return
        with self._lock:
            gone = self._deleted & set(waiting)
        for sender_id in gone:  # deleted while being written
            self._remove(sender_id)

    def _write(self, conversations: Dict[Text, List[Event]]) -> None:
        rows = [
            {
                "sender_id": sender_id,
                "updated": time.time(),
                "events": json.dumps([event.as_dict() for event in events]),
            }
            for sender_id, events in conversations.items()
        ]
        with self._engine.begin() as connection:
            ids = [row["sender_id"] for row in rows]
            for at in range(0, len(ids), 500):
                connection.execute(TABLE.delete().where(TABLE.c.sender_id.in_(ids[at : at + 500])))
            connection.execute(TABLE.insert(), rows)
