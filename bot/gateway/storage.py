"""A database behind one thread, committing in groups.

SQLAlchemy is used synchronously, away from the event loop: a job is a function of a `Connection`, handed to the thread
and awaited. Whatever has queued up meanwhile shares one transaction, so the price of a commit is divided among the
messages of a busy moment and a quiet one waits for nobody ("group commit", DeWitt et al. 1984). A job that fails takes
nobody with it: its group is rolled back and run again one by one.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from . import schema

T = TypeVar("T")
Job = Callable[[Connection], T]

GROUP = 64
"""Most jobs in one transaction."""


class _Pending(NamedTuple):
    job: Job[Any]
    future: asyncio.Future[Any]


class Storage:
    """Runs jobs against the database at `url` (SQLAlchemy syntax)."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._queue: queue.SimpleQueue[_Pending | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    async def start(self) -> None:
        """Create the tables and start the thread.

        Raises:
            schema.SchemaError: the database belongs to another version.
            sqlalchemy.exc.DBAPIError: it cannot be reached.
        """
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._work, name="gateway-storage", daemon=True)
        self._thread.start()
        await self.run(schema.prepare)

    async def close(self) -> None:
        """Finish what is queued and close the connections."""
        if self._thread is not None:
            self._queue.put(None)
            await asyncio.to_thread(self._thread.join)
        self._engine.dispose()

    async def run(self, job: Job[T]) -> T:
        """The job's result, once it is committed; jobs of one caller run in the order they were handed over.

        A job may run twice (after a rollback), so it does nothing but talk to its connection.
        """
        future: asyncio.Future[T] = self._loop.create_future()
        self._queue.put(_Pending(job, future))
        return await future

    async def answers(self) -> bool:
        """Whether the database answers within two seconds."""
        try:
            await asyncio.wait_for(self.run(lambda connection: connection.execute(text("SELECT 1")).scalar()), 2)
        except (SQLAlchemyError, TimeoutError):
            return False
        return True

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            group, last = [first], False
            while len(group) < GROUP:
                try:
                    following = self._queue.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    last = True
                    break
                group.append(following)
            outcomes = self._commit(group)
            # The loop is gone when it was torn down without close(); nobody is waiting any more then.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(_settle, group, outcomes)
            if last:
                return

    def _commit(self, group: list[_Pending]) -> list[Any]:
        """Each job's result, or the exception it raised."""
        try:
            return self._transaction(group)
        except Exception as error:
            if len(group) == 1 and not _worth_retrying(error):
                return [error]
        outcomes: list[Any] = []
        for pending in group:
            try:
                outcomes += self._transaction([pending])
            except Exception as error:
                outcomes.append(error)
        return outcomes

    def _transaction(self, group: list[_Pending]) -> list[Any]:
        with self._engine.begin() as connection:
            return [pending.job(connection) for pending in group]


def _settle(group: list[_Pending], outcomes: list[Any]) -> None:
    for pending, outcome in zip(group, outcomes, strict=True):
        if pending.future.done():  # its caller was cancelled
            continue
        if isinstance(outcome, Exception):
            pending.future.set_exception(outcome)
        else:
            pending.future.set_result(outcome)


def _worth_retrying(error: Exception) -> bool:
    """Lost connections (a database restart) and deadlock victims succeed the second time."""
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in {"40P01", "40001"}


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=2, pool_recycle=1800)
    engine = create_engine(url, connect_args={"timeout": 10})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        # WAL with NORMAL: readers never wait, and a power cut may lose the last moments but corrupts nothing.
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine
