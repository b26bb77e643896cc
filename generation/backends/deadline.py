"""A backend that answers in time, or does not answer: whatever the one behind it does.

A server's own timeouts bound one request; this bounds a whole piece of work with all its repetitions, and a model that
never comes back. It also keeps a backend to one thread at a time, and does not knock again at once where nobody answered.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence

from generation.backends.base import Backend, BackendError, BackendTimeout, Message, Options

__all__ = ["Deadline", "Patience"]


class Patience:
    """One backend for many threads.

    Args:
        rest: seconds in which a backend that failed is not asked again.
    """

    def __init__(self, backend: Backend, *, rest: float = 60.0) -> None:
        self.backend, self.rest = backend, rest
        self._lock = threading.Lock()
        self._resting_until = float("-inf")

    def within(self, seconds: float) -> Deadline:
        """The backend for one piece of work, which is over ``seconds`` from now."""
        return Deadline(self, time.monotonic() + seconds)

    def ask(self, messages: Sequence[Message], options: Options, end: float) -> list[str]:
        """Texts by the time ``end`` of the monotonic clock. Raises BackendError; BackendTimeout when it is too late."""
        name = self.backend.name
        if (wait := self._resting_until - time.monotonic()) > 0:
            raise BackendError(f"{name}: failed a moment ago; asked again in {wait:.0f} s")
        if not self._lock.acquire(timeout=max(0.0, end - time.monotonic())):
            raise BackendTimeout(f"{name}: still busy with another text")
        texts: list[str] = []
        failures: list[BackendError] = []
        done = threading.Event()

        def work() -> None:
            try:
                texts.extend(self.backend.complete(messages, options))
            except BackendError as error:
                failures.append(error)
            except Exception as error:  # a bug of somebody's backend must not cost the user their draft
                failures.append(BackendError(f"{name}: {type(error).__name__}"))
            finally:
                self._lock.release()
                done.set()

        try:
            # A thread that can be left behind: nothing can stop a model that hangs, and the program must still end.
            threading.Thread(target=work, daemon=True).start()
            if not done.wait(max(0.0, end - time.monotonic())):
                raise BackendTimeout(f"{name}: no answer in time")
            if failures:
                raise failures[0]
            if not texts or not all(isinstance(text, str) for text in texts):
                raise BackendError(f"{name}: answered without a text")
        except BackendError:
            self._resting_until = time.monotonic() + self.rest
            raise
        return texts


class Deadline:
    """A :class:`Backend` until ``end``."""

    def __init__(self, patience: Patience, end: float) -> None:
        self._patience, self._end = patience, end

    @property
    def name(self) -> str:
        return self._patience.backend.name

    def complete(self, messages: Sequence[Message], options: Options) -> list[str]:
        return self._patience.ask(messages, options, self._end)

    def stream(self, messages: Sequence[Message], options: Options) -> Iterator[str]:
        """The whole text as one piece: what is checked before it is shown need not come in pieces."""
        yield self.complete(messages, options)[0]
