"""What the live audience did and told us: events and profiles, one SQLite file, open to its owner for a copy or
erasure.

Every thumb, star, watch and "seen it" is an event. :meth:`AudienceStore.history` turns a user's events into the
history a recommender takes; :meth:`AudienceStore.interactions` turns everybody's into the next training set. Erasing
a user leaves nothing behind, in the file or its write-ahead log.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time as clock
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self, get_args

from recsys.interactions import Interactions

__all__ = ["AudienceStore", "EventKind", "preference"]

EventKind = Literal["feedback", "rating", "watch", "seen"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY, user TEXT NOT NULL, item TEXT NOT NULL, kind TEXT NOT NULL, value REAL NOT NULL,
    time INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS events_user ON events (user, id);
CREATE TABLE IF NOT EXISTS profiles (user TEXT PRIMARY KEY, state TEXT NOT NULL, time INTEGER NOT NULL);
"""


def preference(kind: str, value: float) -> float:
    """How much an event says its user likes the item, −1..1.

    ``feedback`` is a thumb (−1 or 1; 2 to 5 are read as stars), ``rating`` 1 to 5 stars with 3 as "neither",
    ``watch`` the share watched (0..1), ``seen`` a film met elsewhere; the last two speak at half strength, for people
    also finish what they do not love.
    """
    if kind == "rating" or (kind == "feedback" and value > 1):
        return max(-1.0, min(1.0, (value - 3.0) / 2.0))
    if kind == "feedback":
        return max(-1.0, min(1.0, value))
    return 0.5 * max(0.0, min(1.0, value))


class AudienceStore:
    """Events and profiles in SQLite. Safe to share among threads, and among processes on one machine.

    Grows by about 100 bytes an event. :meth:`interactions` loads them all: ten million need 2 GB.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        """The file."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, timeout=30.0, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("PRAGMA secure_delete = ON")  # erased means overwritten, not merely unlinked
        self._db.executescript(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
        with self._lock:
            self._db.close()

    def add(
        self, user: str, items: str | Iterable[str], kind: EventKind, value: float = 1.0, time: int | None = None
    ) -> None:
        """Record one event about one or several items, all or none of them.

        ``value`` as in :func:`preference`; ``time`` in Unix seconds, now when absent. Raises ``ValueError`` for an
        empty id, another kind, or a value that is not a finite number.
        """
        things = [items] if isinstance(items, str) else list(items)
        if kind not in get_args(EventKind):
            raise ValueError(f"event kind {kind!r} is none of {', '.join(get_args(EventKind))}")
        if not user or not all(things):
            raise ValueError("an event needs a user and an item")
        if not -1e6 < value < 1e6:
            raise ValueError(f"event value {value} is out of range")
        moment = int(clock.time()) if time is None else time
        rows = [(user, item, kind, float(value), moment) for item in things]
        with self._lock, self._transaction():
            self._db.executemany("INSERT INTO events (user, item, kind, value, time) VALUES (?, ?, ?, ?, ?)", rows)

    def history(self, user: str, limit: int | None = None) -> list[tuple[str, float]]:
        """``(item, preference −1..1)``, each item once, in the order of its last event, newest last.

        A thumb or stars outrank watching, whichever came later. ``limit`` keeps the newest so many items.
        """
        with self._lock:
            rows = self._db.execute(
                "SELECT item, kind, value FROM events WHERE user = ? ORDER BY id", (user,)
            ).fetchall()
        history = [(item, value) for item, (value, _) in _latest((row[0], row) for row in rows).items()]
        return history if limit is None else history[max(0, len(history) - limit) :]

    def profile(self, user: str) -> dict[str, Any]:
        """The state last set for this user; empty when none was."""
        with self._lock:
            row = self._db.execute("SELECT state FROM profiles WHERE user = ?", (user,)).fetchone()
        return json.loads(row[0]) if row else {}

    def set_profile(self, user: str, state: Mapping[str, Any]) -> None:
        """Replace this user's state by a JSON object. Raises ``TypeError`` when it is not JSON."""
        text = json.dumps(dict(state), ensure_ascii=False, allow_nan=False)
        with self._lock, self._transaction():
            self._db.execute("INSERT OR REPLACE INTO profiles VALUES (?, ?, ?)", (user, text, int(clock.time())))

    def forget(self, user: str, items: str | Iterable[str]) -> int:
        """Delete every event of this user about one or several items; returns how many there were."""
        things = [items] if isinstance(items, str) else list(items)
        with self._lock, self._transaction():
            rows = [(user, item) for item in things]
            return int(self._db.executemany("DELETE FROM events WHERE user = ? AND item = ?", rows).rowcount)

    def export(self, user: str) -> dict[str, Any]:
        """Everything stored about a user, as JSON: ``{"user", "events": […], "profile": {…}}``; times are ISO 8601."""
        with self._lock:
            rows = self._db.execute(
                "SELECT item, kind, value, time FROM events WHERE user = ? ORDER BY id", (user,)
            ).fetchall()
            profile = self.profile(user)
        events = [
            {"item": item, "kind": kind, "value": value, "time": datetime.fromtimestamp(time, UTC).isoformat()}
            for item, kind, value, time in rows
        ]
        return {"user": user, "events": events, "profile": profile}

    def erase(self, user: str) -> int:
        """Delete everything about a user for good; returns how many rows that was."""
        with self._lock:
            with self._transaction():
                removed = self._db.execute("DELETE FROM events WHERE user = ?", (user,)).rowcount
                removed += self._db.execute("DELETE FROM profiles WHERE user = ?", (user,)).rowcount
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the log still held the old pages
        return removed

    def interactions(self) -> Interactions:
        """Everybody's latest preference for every item they met, for training; dislikes carry negative values."""
        with self._lock:
            rows = self._db.execute("SELECT item, kind, value, user, time FROM events ORDER BY id").fetchall()
        latest = _latest(((row[3], row[0]), row) for row in rows)
        return Interactions.from_rows((user, item, value, row[4]) for (user, item), (value, row) in latest.items())

    def _transaction(self) -> _Transaction:
        return _Transaction(self._db)


class _Transaction:
    """``BEGIN IMMEDIATE`` … ``COMMIT``, or ``ROLLBACK`` when the block raises."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        self._db.execute("COMMIT" if kind is None else "ROLLBACK")


def _latest(events: Iterable[tuple[Any, tuple[Any, ...]]]) -> dict[Any, tuple[float, tuple[Any, ...]]]:
    """Key → (preference, row ``(item, kind, value, …)``) of its deciding event, in the order of last mention."""
    decided: dict[Any, tuple[float, tuple[Any, ...]]] = {}
    for key, row in events:
        before = decided.pop(key, None)
        spoken = row[1] in ("feedback", "rating")
        if before is not None and not spoken and before[1][1] in ("feedback", "rating"):
            decided[key] = before
        else:
            decided[key] = (preference(row[1], row[2]), row)
    return decided
