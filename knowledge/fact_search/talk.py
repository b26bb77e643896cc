"""A conversation so far, read once: its messages in comparable form, and which names stand where in them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.fact_search.names import NameFinder
from knowledge.surfaces import squeeze
from knowledge.text import tokens

__all__ = ["Mention", "Talk", "hear"]

_MAX_TURNS = 40  # messages that are read, the last ones
_MAX_TEXT = 400  # characters of a message that are read
_QUESTION = re.compile(r"[?？]\s*$|[吗呢么]\s*[。！!~]*\s*$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A head was named in ``flats[turn][start:end]``, with everything in its brackets when ``whole``."""

    turn: int
    start: int
    end: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """The messages that are read, and what was found in them.

    Attributes:
        texts, flats, grams: each message as it is, squeezed, and as a set of tokens; oldest first.
        everything: all tokens.
        mentions: head → where it was named, in reading order.
        latest: heads that were named, the last one first.
    """

    texts: list[str]
    flats: list[str]
    grams: list[frozenset[str]]
    everything: frozenset[str]
    mentions: dict[int, list[Mention]]
    latest: list[int]

    @property
    def last(self) -> int:
        """Number of the last message; −1 before the first."""
        return len(self.flats) - 1

    def heard(self, turn: int) -> frozenset[str]:
        """Tokens of a message; none for one before the first."""
        return self.grams[turn] if turn >= 0 else frozenset()

    def said(self, value: frozenset[str], key: str) -> tuple[float, int]:
        """The largest share of a value in one message, and the last message that reached it; −1: none.

        Of a long text a message repeats a part; what counts then is how much of the message comes from it.
        """
        much, when = 0.0, -1
        if not value & self.everything:
            return much, when
        for turn, message in enumerate(self.grams):
            share = len(value & message) / min(len(value), max(len(message), 8))
            if share and share >= much:
                much, when = share, turn
        return (much, when) if len(key) > 1 or key in self.flats[when] else (0.0, -1)

    def about_turn(self) -> list[float]:
        """Where the conversation stands: turn, is the last message a question, its length, names in it, names so far."""
        if not self.flats:
            return [-1.0, 0.0, 0.0, 0.0, float(len(self.mentions))]
        return [
            min(self.last, 30.0),
            float(bool(_QUESTION.search(self.texts[-1]))),
            math.log1p(len(self.flats[-1])),
            float(sum(own[-1].turn == self.last for own in self.mentions.values())),
            float(len(self.mentions)),
        ]

    def sound(self, said_last: Iterable[str]) -> tuple[str, ...]:
        """Tokens of the last two messages without the names in them, and which relations were said last."""
        if not self.flats:
            return ("<start>",)
        out: list[str] = []
        for back, prefix in ((0, ""), (1, "-")):
            turn = self.last - back
            if turn < 0:
                continue
            flat = self.flats[turn]
            spans = [(hit.start, hit.end) for own in self.mentions.values() for hit in own if hit.turn == turn]
            for start, end in spans:
                flat = flat[:start] + "|" * (end - start) + flat[end:]
            out.extend(prefix + token for token in tokens(flat))
            out.append(f"{prefix}<named>" if spans else f"{prefix}<unnamed>")
        out.extend(f"<after {relation}>" for relation in said_last)
        if self.last < 2:
            out.append("<beginning>")
        return tuple(out)


def hear(history: Sequence[str], finder: NameFinder, bearer: Sequence[int], focus: Iterable[int] = ()) -> Talk:
    """Reads a conversation, oldest message first.

    Args:
        bearer: the head that each name of ``finder`` is of.
        focus: heads that it is known to be about; those that were not named count as named last.
    """
    texts = [message[:_MAX_TEXT] for message in history[-_MAX_TURNS:]]
    flats = [squeeze(text).text for text in texts]
    grams = [frozenset(tokens(text)) for text in texts]
    mentions: dict[int, list[Mention]] = {}
    for turn, flat in enumerate(flats):
        spans: list[tuple[int, int]] = []
        found: list[tuple[int, Mention]] = []
        for hit in finder.find(flat):
            span = hit.start, hit.end
            if any(start < hit.end and hit.start < end and (start, end) != span for start, end in spans):
                continue  # part of a longer name
            spans.append(span)
            found.append((bearer[hit.name], Mention(turn, *span, hit.whole)))
        for head, mention in sorted(found, key=lambda pair: pair[1].start):
            mentions.setdefault(head, []).append(mention)
    for head in focus:
        mentions.setdefault(head, [Mention(max(len(flats) - 1, 0), 0, 0, True)])
    latest = sorted(mentions, key=lambda head: (-mentions[head][-1].turn, -mentions[head][-1].start, head))
    return Talk(texts, flats, grams, frozenset().union(*grams), mentions, latest)
