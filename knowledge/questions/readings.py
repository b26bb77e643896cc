"""What a question was understood to ask: a path over relations, and what the works on it must be like.

Between :mod:`knowledge.questions.reader`, which makes them, and :mod:`knowledge.reasoning`, which walks them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from knowledge.questions.constraints import Bounds

__all__ = ["Candidates", "Claim", "Filter", "Hop", "Pick", "Reading", "Role", "Trouble"]

Candidates = tuple[tuple[str, float], ...]
"""Who or what one mention may be: ``(entity id, probability)``, most probable first."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One step along a relation; ``inverse`` goes from object to subject."""

    relation: str
    inverse: bool = False

    def __str__(self) -> str:
        return f"^{self.relation}" if self.inverse else self.relation


@dataclass(frozen=True, slots=True)
class Role:
    """Works must have one of these people in this relation (``"*"``: in any)."""

    people: Candidates
    relation: str


@dataclass(frozen=True, slots=True)
class Filter:
    """What works must be like. ``facets`` are groups: one id of each group must hold."""

    types: frozenset[str] = frozenset()
    facets: tuple[frozenset[str], ...] = ()
    without: frozenset[str] = frozenset()
    roles: tuple[Role, ...] = ()
    not_roles: tuple[Role, ...] = ()
    bounds: Mapping[str, Bounds] = field(default_factory=dict)
    exclude: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()  # nothing but these, when not empty
    words: tuple[str, ...] = ()  # what was said for each group of facets

    @property
    def narrows(self) -> bool:
        """Whether it asks for anything beyond a kind of work."""
        return bool(self.facets or self.without or self.roles or self.bounds)


@dataclass(frozen=True, slots=True)
class Pick:
    """The works with the greatest or the least value of ``relation``; with ``count``, that many of them."""

    relation: str
    most: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a yes-or-no question says about a work. ``relation`` may be ``"*"`` for people of any role."""

    relation: str
    objects: frozenset[str] = frozenset()
    bounds: Bounds | None = None
    unknown: str = ""  # a name that nobody in the catalogue has


@dataclass(frozen=True, slots=True)
class Reading:
    """A question understood. ``confidence`` 0..1 falls with every word that no part of it accounts for.

    ``kind``: ``path`` walks ``hops`` from ``topics``; ``list`` starts from every work ``filter`` lets through and then
    walks ``hops``; ``check`` tests ``claims`` on the topic; ``compare``, ``common`` and ``entity`` say what they do.
    """

    kind: Literal["path", "list", "check", "compare", "common", "entity"]
    confidence: float
    topics: tuple[Candidates, ...] = ()
    hops: tuple[Hop, ...] = ()
    filter: Filter = Filter()
    pick: Pick | None = None
    count: bool = False
    exists: bool = False  # "are there any …?"
    claims: tuple[Claim, ...] = ()
    unread: str = ""
    spans: tuple[tuple[int, int], ...] = ()  # where each topic stands in the question
    corrected: bool = False  # a name had to be read as misspelt
    also: tuple[Hop, ...] = ()  # further relations of the same topic, asked in one breath
    mates: bool = False  # who else was in the works of the list
    unnamed_role: bool = False  # who plays a certain role; casts here do not say
    age: bool = False  # how long ago, rather than when
    apart: bool = False  # how many years lie between two


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is no reading.

    An ``unknown`` name (``span``), ``which`` thing a bare pronoun means, a subject that works are ``about``, something
    that no catalogue keeps (``rated``, ``relations`` naming the topic and ``span`` the id asked about), or a matter of
    ``taste``.
    """

    kind: Literal["unknown", "which", "about", "rated", "taste"]
    span: str = ""
    wants: Literal["work", "person", "any"] = "any"
    relations: tuple[str, ...] = ()
    confidence: float = 0.6
    filter: Filter = Filter()  # what else the works must be
