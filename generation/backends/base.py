"""The interface of every backend, and what goes through it: messages in, texts out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

__all__ = ["Backend", "BackendError", "BackendTimeout", "Message", "Options", "clean", "transcript", "until_stop"]

MOST_CHARACTERS = 200_000


class BackendError(RuntimeError):
    """A model that cannot be loaded or reached, or that answers with something else than text; the message says which and why."""


class BackendTimeout(BackendError):
    """Nothing came in time."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn. Instructions are ``system``; data and requests are ``user``; what the model wrote before is ``assistant``."""

    role: Literal["system", "user", "assistant"]
    content: str

    def __post_init__(self) -> None:
        if self.role not in ("system", "user", "assistant"):
            raise BackendError(f"a message's role is system, user or assistant, not {self.role!r}")
        if len(self.content) > MOST_CHARACTERS:
            raise BackendError(f"a message of {len(self.content):,} characters; at most {MOST_CHARACTERS:,} are sent")


@dataclass(frozen=True, slots=True)
class Options:
    """How to write; what every backend understands."""

    max_tokens: int = 256
    """≥ 1."""
    temperature: float = 0.8
    """0 writes greedily."""
    top_p: float = 0.95
    n: int = 1
    """Texts wanted."""
    seed: int = 0
    stop: tuple[str, ...] = ()
    """Strings that end a text and are cut off it."""

    def __post_init__(self) -> None:
        if not (1 <= self.max_tokens <= 100_000 and 1 <= self.n <= 64):
            raise BackendError("max_tokens must be 1 … 100,000 and n 1 … 64")
        if not (0 <= self.temperature <= 5 and 0 < self.top_p <= 1):
            raise BackendError("temperature must be 0 … 5 and top_p in (0, 1]")
        if any(not stop for stop in self.stop):
            raise BackendError("a stop string must not be empty")


class Backend(Protocol):
    """Something that continues a conversation. Safe to call from one thread at a time."""

    @property
    def name(self) -> str:
        """For people and provenance: "gpt2 (folder name)", "qwen at example.org"; never holds a key."""
        ...

    def complete(self, messages: Sequence[Message], options: Options) -> list[str]:
        """``options.n`` texts. Raises BackendError."""
        ...

    def stream(self, messages: Sequence[Message], options: Options) -> Iterator[str]:
        """The pieces of one text as they come (``options.n`` is not looked at). Closing the iterator stops the model."""
        ...


def transcript(messages: Sequence[Message]) -> str:
    """The conversation as plain text, for models without a chat template: contents apart by empty lines, open at the end."""
    return "\n\n".join(message.content for message in messages) + "\n\n"


def until_stop(pieces: Iterable[str], stop: Sequence[str]) -> Iterator[str]:
    """Pieces up to the first stop string; what may be the beginning of one is held back until it is known."""
    held = ""
    for piece in pieces:
        held += piece
        ends = [at for s in stop if (at := held.find(s)) >= 0]
        if ends:
            held = held[: min(ends)]
            break
        keep = max((k for s in stop for k in range(1, len(s)) if held.endswith(s[:k])), default=0)
        if len(held) > keep:
            yield held[: len(held) - keep]
            held = held[len(held) - keep :]
    if held:
        yield held


# C0 and C1 controls but line feed and tab; zero-width space, word joiner, byte order mark; direction marks and overrides.
# The zero-width joiner stays: emoji are made with it.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)


def clean(text: str) -> str:
    """Text as a reader sees it: no control characters, nothing invisible, nothing that turns the direction round."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
