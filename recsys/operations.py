"""What one turn asks of a recommender, as data: an operation, a facet, a value, and the item it is said about.

Everything a person says in a recommendation talk comes down to these: the parser writes them, the preference state
keeps them, the recommender obeys them. The inventory follows the user intents of IAI MovieBot.

    Habib, Zhang & Balog, "IAI MovieBot: a conversational movie recommender system", CIKM 2020.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

__all__ = ["ORDINAL_FACETS", "PEOPLE_FACETS", "Op", "Operation", "Value"]

Op = Literal["like", "dislike", "only", "not", "more", "less", "similar_to", "seen", "reset", "another", "accept"]

Value: TypeAlias = str | tuple[str, ...] | tuple[int | None, int | None] | None
"""An entity or work id; several, any of which will do; a range with both ends included, ``None`` open; or nothing."""

ORDINAL_FACETS = ("year", "runtime", "episodes", "popularity", "rating")
"""Facets with an order: year, minutes, number of episodes, share of the audience, points out of ten.

A rating is asked for often and known of few catalogues; where it is not, asking for it is answered by saying so."""

PEOPLE_FACETS = {
    "director": "directed_by",
    "cast": "cast",
    "writer": "written_by",
    "composer": "composed_by",
    "artist": "performed_by",
}
"""Facet → relation of each way to take part in a work; the facet ``person`` is any of them."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing a turn asks for.

    ============== ==================================================================================================
    like, dislike  facet ``item`` (value: a work) or, for like, any facet and value: a leaning, never a filter
    only, not      a filter: facet ``type genre mood country language award`` or a role, value an id or several;
                   facet ``year runtime episodes rating``, value a range
    more, less     a unit critique: more or less of a facet than ``anchor`` has (value: the mood or genre meant)
    similar_to     facet ``item``: works like this one
    seen, accept   facet ``item``: watched already; this one it is
    reset          forget one facet's wishes; with a value, only those about it (facet ``item``: a work, and all that was
                   said of it); with no facet, everything
    another        other suggestions, please
    ============== ==================================================================================================
    """

    op: Op
    facet: str = ""
    value: Value = None
    anchor: str | None = None
    """The work a ``more`` or ``less`` is relative to."""
    strength: float = 1.0
    """0.5 "a bit", "not too"; 1 plainly; 2 "much". A filter under 1 is the first to give way."""

    def to_json(self) -> dict[str, Any]:
        """A JSON object; what has its default is left out."""
        row: dict[str, Any] = {"op": self.op}
        if self.facet:
            row["facet"] = self.facet
        if self.value is not None:
            row["value"] = list(self.value) if isinstance(self.value, tuple) else self.value
        if self.anchor is not None:
            row["anchor"] = self.anchor
        if self.strength != 1.0:
            row["strength"] = self.strength
        return row

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Operation:
        """Read :meth:`to_json` back. Raises ``ValueError`` when it is something else."""
        value = row.get("value")
        if isinstance(value, list):
            value = tuple(value)
        if row.get("op") not in get_args(Op) or not isinstance(value, str | tuple | None):
            raise ValueError(f"not an operation: {row!r}")
        anchor = row.get("anchor")
        return cls(
            row["op"],
            str(row.get("facet", "")),
            value,
            None if anchor is None else str(anchor),
            float(row.get("strength", 1.0)),
        )

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        """The range of an ``only`` or ``not`` on an ordinal facet."""
        if self.facet not in ORDINAL_FACETS or not isinstance(self.value, tuple):
            raise ValueError(f"no range in {self}")
        low, high = self.value
        return low, high  # type: ignore[return-value]

    @property
    def ids(self) -> tuple[str, ...]:
        """The value as one or several ids; empty for a range or none."""
        if isinstance(self.value, str):
            return (self.value,)
        if self.facet in ORDINAL_FACETS or self.value is None:
            return ()
        return tuple(str(value) for value in self.value)
