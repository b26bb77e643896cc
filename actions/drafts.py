"""What was written for a viewer, kept: to change it, to choose among candidates, to export it, to see and erase it.

A draft is stored before it is shown, so nothing that was written is lost when a window closes. One SQLite file, like
the audience's; erasing a viewer leaves nothing behind in it.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from generation.briefs import Draft

KEPT = 200  # drafts of one viewer; the oldest go first

_SCHEMA = """
CREATE TABLE IF NOT EXISTS drafts (
    number INTEGER PRIMARY KEY, user TEXT NOT NULL, id TEXT NOT NULL, writing TEXT NOT NULL, document TEXT NOT NULL,
    time TEXT NOT NULL, UNIQUE (user, id));
CREATE INDEX IF NOT EXISTS drafts_writing ON drafts (user, writing, number);
CREATE TABLE IF NOT EXISTS orders (user TEXT NOT NULL, after TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (user, after));
"""


@dataclass(frozen=True)
class Saved:
    """A draft as it stands now, with what made it."""

    id: str
    """The id it is rated and exported under; stays the same when it is edited."""
    kind: str
    """``ad script summary``."""
    lang: str
    title: str
    text: str
    label: str
    channel: str = ""
    chosen: bool = False
    edited: bool = False
    """Whether a person changed words of it."""
    story: dict[str, Any] | None = None
    """The tree a script was drafted from."""
    metadata: dict[str, Any] | None = None

    @classmethod
    def of(cls, draft: Draft, kind: str, lang: str, *, title: str, channel: str = "", story: Any = None) -> Saved:
        return cls(draft.id, kind, lang, title, draft.text, draft.label, channel, False, False, story, draft.metadata)


class DraftStore:
    """Drafts in SQLite. Safe to share among threads."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, timeout=30.0, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA secure_delete = ON")  # erased means overwritten, not merely unlinked
        self._db.executescript(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def add(self, user: str, writing: str, saved: Saved) -> None:
        """Keeps a draft as the latest of ``writing`` (the id of what it was written for); the same one replaces itself."""
        document = json.dumps(_plain(saved), ensure_ascii=False)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._lock, self._db:
            self._db.execute("DELETE FROM drafts WHERE user = ? AND id = ?", (user, saved.id))
            self._db.execute(
                "INSERT INTO drafts (user, id, writing, document, time) VALUES (?, ?, ?, ?, ?)",
                (user, saved.id, writing, document, now),
            )
            self._db.execute(
                "DELETE FROM drafts WHERE user = ? AND number <= "
                "(SELECT number FROM drafts WHERE user = ? ORDER BY number DESC LIMIT 1 OFFSET ?)",
                (user, user, KEPT),
            )

    def of(self, user: str, writing: str) -> list[Saved]:
        """The drafts of one request in the order shown."""
        with self._lock:
            rows = self._db.execute(
                "SELECT document FROM drafts WHERE user = ? AND writing = ? ORDER BY number", (user, writing)
            ).fetchall()
        return [Saved(**json.loads(row[0])) for row in rows]

    def get(self, user: str, id_: str) -> Saved | None:
        with self._lock:
            row = self._db.execute("SELECT document FROM drafts WHERE user = ? AND id = ?", (user, id_)).fetchone()
        return Saved(**json.loads(row[0])) if row else None

    def update(self, user: str, saved: Saved) -> None:
        """Puts ``saved`` where the draft of the same id stands."""
        document = json.dumps(_plain(saved), ensure_ascii=False)
        with self._lock, self._db:
            self._db.execute("UPDATE drafts SET document = ? WHERE user = ? AND id = ?", (document, user, saved.id))

    def choose(self, user: str, writing: str, id_: str) -> None:
        """Marks one draft of a request as the one that was taken."""
        with self._lock:
            for saved in self.of(user, writing):
                if saved.chosen != (saved.id == id_):
                    self.update(user, replace(saved, chosen=saved.id == id_))

    def continue_with(self, user: str, after: str, order: dict[str, Any]) -> None:
        """Remembers that the order ``after`` has been followed by another."""
        with self._lock, self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO orders VALUES (?, ?, ?)", (user, after, json.dumps(order, ensure_ascii=False))
            )

    def continued(self, user: str, id_: str) -> dict[str, Any] | None:
        """The last of the orders that followed this one; ``None`` when it is the last itself."""
        found, seen = None, {id_}
        with self._lock:
            while row := self._db.execute(
                "SELECT document FROM orders WHERE user = ? AND after = ?", (user, id_)
            ).fetchone():
                found = json.loads(row[0])
                id_ = found["id"]
                if id_ in seen:
                    break
                seen.add(id_)
        return found

    def orders(self, user: str) -> list[dict[str, Any]]:
        """Every changed order kept of a user."""
        with self._lock:
            rows = self._db.execute("SELECT document FROM orders WHERE user = ?", (user,)).fetchall()
        return [json.loads(row[0]) for row in rows]

    def export(self, user: str) -> list[dict[str, Any]]:
        """Everything kept of a user, oldest first."""
        with self._lock:
            rows = self._db.execute(
                "SELECT document, time FROM drafts WHERE user = ? ORDER BY number", (user,)
            ).fetchall()
        return [{**json.loads(document), "time": time} for document, time in rows]

    def erase(self, user: str) -> None:
        """Deletes everything kept of a user, in the file and its write-ahead log."""
        with self._lock:
            with self._db:
                self._db.execute("DELETE FROM drafts WHERE user = ?", (user,))
                self._db.execute("DELETE FROM orders WHERE user = ?", (user,))
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _plain(saved: Saved) -> dict[str, Any]:
    return {name: getattr(saved, name) for name in Saved.__dataclass_fields__}
