"""What an answer is: names and values, the path that led to them, the triples walked, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from knowledge.kbqa.adjacency import Adjacency, Ids, Triple
from knowledge.kbqa.paths import Path, edges

__all__ = ["Found", "Result"]


class Found(NamedTuple):
    """One answer: its key in the graph, its name, and how many walks of the path lead to it."""

    key: str
    label: str
    score: float


@dataclass(frozen=True)
class Result:
    """What came of a question.

    ``answers`` best first; ``path`` names the steps from ``topic`` (``^`` reads a relation backwards); ``confidence``
    0..1. ``kind`` says what to look at: ``entities`` (``answers``), ``count`` or ``difference`` or ``yes_no``
    (``value``), ``none`` (nothing; ``nearest`` names things that are spelt like what was asked about). ``source`` is
    the reader that understood it: ``learned``, or ``labels`` when no training was needed.
    """

    question: str
    kind: Literal["entities", "count", "difference", "yes_no", "none"] = "none"
    answers: tuple[Found, ...] = ()
    value: bool | float | None = None
    topic: str | None = None
    path: tuple[str, ...] = ()
    confidence: float = 0.0
    source: Literal["learned", "labels", "none"] = "none"
    score: float = 0.0
    nearest: tuple[str, ...] = ()
    _trace: tuple[Adjacency, int, Path, Ids] | None = field(default=None, repr=False, compare=False)
    _facts: tuple[Triple, ...] = field(default=(), repr=False, compare=False)

    def __bool__(self) -> bool:
        return self.kind != "none"

    @cached_property
    def facts(self) -> tuple[Triple, ...]:
        """The triples walked, at most 200; found when asked for."""
        walked = edges(*self._trace) if self._trace else ()
        return tuple(dict.fromkeys((*walked, *self._facts)))
