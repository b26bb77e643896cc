"""What passes between the four steps: the content selected, the plan of a text, its realisation.

Every value carries the facts it states, from the graph to the last character, so that a draft can say what it stands
on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generation.briefs import AdBrief
from generation.channels import Bound, Channel
from knowledge.graph import Fact

__all__ = ["Content", "Option", "Part", "Piece", "Plan", "Step", "Value"]


@dataclass(frozen=True, slots=True)
class Value:
    """Words for a slot and the facts they state."""

    text: str
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """What may be said about a work, or about the topic of a brief without one.

    ``slots`` offers alternatives for each slot; ``tags`` are what phrase conditions are read against; ``evidence`` is
    the fact behind a tag. ``names`` are proper names that the advertising rules leave alone; ``given`` are the words
    that a number or a title in the text may come from.
    """

    brief: AdBrief
    kind: str
    """``film``, ``series``, ``album``, ``show``; ``product`` for goods, ``free`` for anything else."""
    title: str
    slots: Mapping[str, tuple[Value, ...]]
    tags: frozenset[str]
    evidence: Mapping[str, Fact]
    hashtags: tuple[Value, ...]
    bullets: tuple[Value, ...]
    names: tuple[str, ...]
    given: str

    @property
    def is_work(self) -> bool:
        return self.kind not in ("free", "product")

    @property
    def lang(self) -> str:
        return self.brief.lang


@dataclass(frozen=True, slots=True)
class Step:
    """One move of a plan. ``drop`` says how soon it goes when the text is too long; 0 stays."""

    move: str
    drop: int = 0
    lead: str = ""
    """What stands before it when it does not come first: a space, a line break."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts of a text in order, each ``(name, bound, steps)``; ``spoken`` seconds bound the body where given."""

    channel: Channel
    parts: tuple[tuple[str, Bound, tuple[Step, ...]], ...]
    spoken: int | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A step in words."""

    step: Step
    text: str
    facts: tuple[Fact, ...] = ()


Option = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the text in several versions to choose from, likeliest first."""

    name: str
    bound: Bound
    options: tuple[Option, ...]
