"""Names and kinds of the nodes of a knowledge base, on disk: a dump has more of them than memory has room for.

A dump names its nodes anywhere, often after they were used, so every reader goes through its file twice: once for the
names, once for the facts. SQLite keeps what the first pass found in a temporary file that goes away with the object.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

__all__ = ["NameBook"]

_BATCH = 20_000
_SCHEMA = """
    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384;
    CREATE TABLE names (node TEXT, lang TEXT, name TEXT, PRIMARY KEY (node, lang)) WITHOUT ROWID;
    CREATE TABLE kinds (node TEXT PRIMARY KEY, kind TEXT) WITHOUT ROWID;
    CREATE TABLE wanted (node TEXT PRIMARY KEY) WITHOUT ROWID;
"""


class NameBook:
    """Node → names in both languages and a kind. Memory stays under about 50 MB whatever the number of nodes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._database = connection
        self._names: list[tuple[str, str, str]] = []
        self._kinds: list[tuple[str, str]] = []
        self._wanted: list[tuple[str]] = []

    @classmethod
    @contextmanager
    def open(cls) -> Iterator[NameBook]:
        """A book in a temporary file of SQLite's own, removed at the end of the block."""
        connection = sqlite3.connect("")
        try:
            connection.executescript(_SCHEMA)
            yield cls(connection)
        finally:
            connection.close()

    def name(self, node: str, lang: str, name: str) -> None:
        """Gives ``node`` a name; the first one in a language stays."""
        self._names.append((node, lang, name))
        if len(self._names) >= _BATCH:
            self._flush()

    def kind(self, node: str, kind: str) -> None:
        """Says what ``node`` is; the first kind stays."""
        self._kinds.append((node, kind))
        if len(self._kinds) >= _BATCH:
            self._flush()

    def want(self, nodes: Iterable[str]) -> None:
        """Notes nodes whose names will be needed, so that a second pass may leave the others out."""
        self._wanted.extend((node,) for node in nodes)
        if len(self._wanted) >= _BATCH:
            self._flush()

    def is_wanted(self, node: str) -> bool:
        """Whether :meth:`want` was called for it."""
        self._flush()
        return self._database.execute("SELECT 1 FROM wanted WHERE node = ?", (node,)).fetchone() is not None

    def names(self, node: str) -> dict[str, str]:
        """Its names by language; empty when it has none."""
        self._flush()
        return dict(self._database.execute("SELECT lang, name FROM names WHERE node = ?", (node,)))

    def kind_of(self, node: str) -> str:
        """What it is, or an empty string."""
        self._flush()
        row = self._database.execute("SELECT kind FROM kinds WHERE node = ?", (node,)).fetchone()
        return str(row[0]) if row else ""

    def called(self, nodes: Collection[str]) -> list[str]:
        """``English|中文`` (or the one there is) of each node that has a name, in order."""
        found = []
        for node in nodes:
            names = self.names(node)
            if names:
                found.append("|".join((names["en"], names["zh"])) if len(names) == 2 else next(iter(names.values())))
        return found

    def _flush(self) -> None:
        if self._names:
            self._database.executemany("INSERT OR IGNORE INTO names VALUES (?, ?, ?)", self._names)
            self._names.clear()
        if self._kinds:
            self._database.executemany("INSERT OR IGNORE INTO kinds VALUES (?, ?)", self._kinds)
            self._kinds.clear()
        if self._wanted:
            self._database.executemany("INSERT OR IGNORE INTO wanted VALUES (?)", self._wanted)
            self._wanted.clear()
