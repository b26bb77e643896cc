"""What is known of one person's wishes in one talk: an immutable value that goes to JSON and back.

It keeps what was said as operations, in order, and drops only what a later word contradicts. Works that were seen,
refused or already shown stay out until the talk is reset.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from recsys.operations import ORDINAL_FACETS, Operation

__all__ = ["PreferenceState", "Wish"]

_MOST_SHOWN = 500
_ONE_AT_A_TIME = ("type", "country", "language")
"""Facets whose new value replaces the old: nobody means "Korean and French" by saying one after the other."""

_BRIGHT = frozenset(f"mood/{mood}" for mood in ("light", "funny", "healing"))
_OPPOSED = (
    (frozenset(["mood/sad", "mood/dark", "mood/scary", "mood/violent"]), _BRIGHT),
    (frozenset(["mood/tense"]), frozenset(["mood/healing"])),
    (frozenset(["mood/slow"]), frozenset(["mood/fast", "mood/energetic"])),
)
"""Moods one does not have at once: of "make me cry" and then "cheer me up", the later is meant."""


@dataclass(frozen=True, slots=True)
class Wish:
    """An operation that still holds, and the turn in which it was said."""

    operation: Operation
    turn: int
    conceded: bool = False
    """It could not be kept on the page last shown, and the person was told."""


@dataclass(frozen=True, slots=True)
class PreferenceState:
    """The whole memory of a recommendation talk. Every change makes a new one."""

    wishes: tuple[Wish, ...] = ()
    """``only not more less like`` about facets, oldest first."""
    liked: tuple[tuple[str, float], ...] = ()
    """(work, strength), oldest first."""
    disliked: tuple[tuple[str, float], ...] = ()
    similar_to: tuple[str, ...] = ()
    """Works to resemble, from the latest turn that named any."""
    seen: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    """Every work shown so far, oldest first; the latest 500."""
    page: tuple[str, ...] = ()
    """The works shown last, in order."""
    accepted: str | None = None
    asked: tuple[str, ...] = ()
    """Questions already asked; none is asked twice."""
    turn: int = 0

    # --- reading -----------------------------------------------------------------------------------------------------

    @property
    def knows_nothing(self) -> bool:
        """Whether the talk has given nothing to go by, save perhaps the type of work."""
        told = any(wish.operation.facet != "type" for wish in self.wishes)
        return not (told or self.liked or self.disliked or self.similar_to)

    @property
    def excluded(self) -> frozenset[str]:
        """Works that must not be recommended (again)."""
        gone = (*self.seen, *self.shown, *(item for item, _ in self.disliked), *(item for item, _ in self.liked))
        return frozenset((*gone, *self.similar_to, *([self.accepted] if self.accepted else [])))

    @property
    def opinions(self) -> list[tuple[str, float]]:
        """(work, value) of everything liked (1, or less) and disliked (−1, or more), as a history."""
        return [*self.liked, *((item, -strength) for item, strength in self.disliked)]

    # --- changing ----------------------------------------------------------------------------------------------------

    def apply(self, operations: Iterable[Operation]) -> PreferenceState:
        """The state after one turn that asked for ``operations``."""
        state = replace(self, turn=self.turn + 1)
        similar: list[str] = []
        for op in operations:
            if op.facet == "item" and isinstance(op.value, str):
                if op.op == "similar_to":
                    similar.append(op.value)
                else:
                    state = state._about_item(op, op.value)
            elif op.op == "reset":
                state = state._reset(op.facet, op.ids)
            elif op.op in ("only", "not", "more", "less", "like") and op.facet:
                state = replace(state, wishes=(*_still_held(state.wishes, op, state.turn), Wish(op, state.turn)))
                state = state._merged_range()
        return replace(state, similar_to=tuple(dict.fromkeys(similar))) if similar else state

    def showing(
        self, items: Iterable[str], asked: str | None = None, conceded: Collection[Wish] = ()
    ) -> PreferenceState:
        """The state after ``items`` were shown, perhaps a question asked, and some wishes ``conceded``."""
        page = tuple(items)
        shown = tuple(dict.fromkeys((*self.shown, *page)))[-_MOST_SHOWN:]
        questions = (*self.asked, asked) if asked else self.asked
        wishes = tuple(replace(wish, conceded=wish in conceded) for wish in self.wishes)
        return replace(self, wishes=wishes, shown=shown, page=page or self.page, asked=questions)

    def _about_item(self, op: Operation, item: str) -> PreferenceState:
        liked = tuple(pair for pair in self.liked if pair[0] != item)
        disliked = tuple(pair for pair in self.disliked if pair[0] != item)
        if op.op == "like":
            return replace(self, liked=(*liked, (item, op.strength)), disliked=disliked)
        if op.op == "dislike":
            similar = tuple(other for other in self.similar_to if other != item)
            return replace(self, liked=liked, disliked=(*disliked, (item, op.strength)), similar_to=similar)
        if op.op == "accept":
            return replace(self, accepted=item, liked=(*liked, (item, op.strength)), disliked=disliked)
        if op.op == "reset":
            return replace(
                self,
                liked=liked,
                disliked=disliked,
                similar_to=tuple(other for other in self.similar_to if other != item),
                seen=tuple(other for other in self.seen if other != item),
                accepted=None if self.accepted == item else self.accepted,
            )
        if op.op == "seen":
            return replace(self, seen=tuple(dict.fromkeys((*self.seen, item))))
        return self

    def _reset(self, facet: str, ids: Collection[str] = ()) -> PreferenceState:
        if not facet:
            return PreferenceState(asked=self.asked, turn=self.turn)
        if ids:  # what was said of these, in whatever role
            return replace(self, wishes=tuple(w for w in self.wishes if not set(ids) & set(w.operation.ids)))
        people = facet == "cast"
        kept = tuple(
            wish
            for wish in self.wishes
            if wish.operation.facet != facet and not (people and wish.operation.facet == "person")
        )
        return replace(self, wishes=kept)

    def _merged_range(self) -> PreferenceState:
        """「2000 年以后的」 and then 「2010 年以前的」 are one range, when the two leave anything."""
        *before, last = self.wishes
        op = last.operation
        if op.op != "only" or op.facet not in ORDINAL_FACETS:
            return self
        earlier = next((w for w in before if w.operation.op == "only" and w.operation.facet == op.facet), None)
        if earlier is None:
            return self
        (low, high), (old_low, old_high) = op.bounds, earlier.operation.bounds
        rest = tuple(wish for wish in before if wish is not earlier)
        low, high = (old_low if low is None else low), (old_high if high is None else high)
        if low is not None and high is not None and low > high:
            low, high = op.bounds  # nothing lies between the two: the later word stands
        return replace(self, wishes=(*rest, Wish(replace(op, value=(low, high)), last.turn)))

    # --- JSON --------------------------------------------------------------------------------------------------------

    def to_json(self) -> dict[str, Any]:
        """A JSON object; empty parts are left out."""
        row: dict[str, Any] = {
            "wishes": [_wish_to_json(wish) for wish in self.wishes],
            "liked": [list(pair) for pair in self.liked],
            "disliked": [list(pair) for pair in self.disliked],
            "similar_to": list(self.similar_to),
            "seen": list(self.seen),
            "shown": list(self.shown),
            "page": list(self.page),
            "accepted": self.accepted,
            "asked": list(self.asked),
            "turn": self.turn,
        }
        return {key: value for key, value in row.items() if value}

    @classmethod
    def from_json(cls, row: Mapping[str, Any] | None) -> Self:
        """Read :meth:`to_json` back; nothing at all is a fresh state. Raises ``ValueError`` for anything else."""
        row = row or {}
        try:
            return cls(
                wishes=tuple(
                    Wish(Operation.from_json(wish), int(wish["turn"]), bool(wish.get("conceded")))
                    for wish in row.get("wishes", ())
                ),
                liked=tuple((str(item), float(value)) for item, value in row.get("liked", ())),
                disliked=tuple((str(item), float(value)) for item, value in row.get("disliked", ())),
                similar_to=tuple(map(str, row.get("similar_to", ()))),
                seen=tuple(map(str, row.get("seen", ()))),
                shown=tuple(map(str, row.get("shown", ()))),
                page=tuple(map(str, row.get("page", ()))),
                accepted=row.get("accepted"),
                asked=tuple(map(str, row.get("asked", ()))),
                turn=int(row.get("turn", 0)),
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"not a preference state: {error!r}") from error


def _wish_to_json(wish: Wish) -> dict[str, Any]:
    row = {**wish.operation.to_json(), "turn": wish.turn}
    return {**row, "conceded": True} if wish.conceded else row


def _still_held(wishes: Iterable[Wish], new: Operation, turn: int) -> list[Wish]:
    """The wishes a new one leaves standing."""
    return [wish for wish in wishes if not _contradicted(wish, new, turn)]


def _opposed(one: str, other: str) -> bool:
    return any((one in a and other in b) or (one in b and other in a) for a, b in _OPPOSED)


def _contradicted(wish: Wish, new: Operation, turn: int) -> bool:
    old = wish.operation
    if old.facet != new.facet:
        # Off to films: what was said of episodes has lost its object.
        leaves_series = new.op == "only" and new.facet == "type" and "series" not in new.ids
        return leaves_series and old.facet == "episodes"
    if new.facet in ORDINAL_FACETS:
        if new.op == "only":
            return old.op in ("more", "less")  # an exact wish replaces a relative one
        if new.op in ("more", "less"):
            return old.op in ("more", "less")  # newer still, or back again: the latest comparison is the one meant
        return old == new
    common = set(old.ids) & set(new.ids)
    if new.op == "only":
        if old.op == "only":
            return bool(common) or (new.facet in _ONE_AT_A_TIME and wish.turn < turn)
        return bool(common)  # also lifts a "not"
    if new.op == "not":
        return bool(common) and (old.op != "only" or set(old.ids) <= set(new.ids))
    wants_more = new.op in ("more", "like")
    if new.facet == "mood" and wants_more and old.op in ("more", "like") and wish.turn < turn:
        return bool(common) or any(_opposed(one, other) for one in old.ids for other in new.ids)
    if common and old.op in ("more", "less", "like"):
        return True
    return bool(common) and old.op == ("not" if wants_more else "only")
