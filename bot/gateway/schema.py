"""The gateway's tables.

A conversation numbers its own messages 1, 2, 3, … (`conversations.last` is the latest), and the row is updated in the
transaction that inserts them. So the numbers have no gaps, they become visible in order even when several processes
write, and "everything after 7" means the same thing to a reconnecting browser and to the database.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text
from sqlalchemy.engine import Connection

VERSION = 1

metadata = MetaData()

meta = Table(
    "gateway_meta",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("value", String(64), nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("created", String(20), nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("user", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("lang", String(2), nullable=False),  # spoken at present: "zh" | "en"
    Column("pin", String(2)),  # the language the user asked to stay in
    Column("handoff", String(8)),  # "waiting" | "joined" while people have it, else null
    Column("last", Integer, nullable=False),  # number of the latest message
    Column("created", String(20), nullable=False),
    Column("active", String(20), nullable=False, index=True),
)

messages = Table(
    "messages",
    metadata,
    Column("conversation", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("role", String(9), nullable=False),  # "user" | "assistant" | "agent"
    Column("lang", String(2), nullable=False),
    Column("time", String(20), nullable=False),
    Column("rateable", Boolean, nullable=False),
    Column("parts", Text, nullable=False),  # the envelope's parts, as JSON
)

feedback = Table(
    "feedback",
    metadata,
    Column("conversation", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("about", String(200), primary_key=True),  # "" for the whole message, else the id of a rating part
    Column("value", Integer, nullable=False),
    Column("reason", Text),
    Column("time", String(20), nullable=False),
)

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("conversation", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("state", String(8), nullable=False),  # "waiting" | "joined" | "ended"
    Column("lang", String(2), nullable=False),
    Column("summary", Text, nullable=False),
    Column("opened", String(20), nullable=False),
    Column("joined", String(20)),
    Column("ended", String(20)),
    Column("ended_by", String(8)),  # "user" | "operator"
)
Index("handoffs_open", handoffs.c.state, handoffs.c.opened)

outbox = Table(
    "outbox",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("user", String(32), nullable=False, index=True),  # no foreign key: an erasure outlives its user
    Column("service", String(8), nullable=False),  # "rasa" | "actions"
    Column("method", String(6), nullable=False),
    Column("path", String(200), nullable=False),
    Column("body", Text),
    Column("attempts", Integer, nullable=False),
    Column("due", String(20), nullable=False, index=True),
)


class SchemaError(RuntimeError):
    """The database was written by another version of the gateway."""


def prepare(connection: Connection) -> None:
    """Create what is missing and check the version.

    Raises:
        SchemaError: the database has a schema version this code does not know.
    """
    if connection.dialect.name == "postgresql":
        # CREATE TABLE IF NOT EXISTS still collides when two processes start at once; let one go first.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7210520)")
    metadata.create_all(connection)
    found = connection.execute(meta.select().where(meta.c.key == "schema")).first()
    if found is None:
        connection.execute(meta.insert().values(key="schema", value=str(VERSION)))
    elif found.value != str(VERSION):
        raise SchemaError(f"the gateway's database has schema version {found.value}; this version needs {VERSION}")
