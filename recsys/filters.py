"""What must hold of a recommendation, and what gives way when nothing can satisfy it all.

A filter is a mask over the works. Filters are taken up from the firmest to the softest, and among equals from the
latest to the oldest; one that would leave nothing is let go, or, if it is a range, widened just far enough. That
finds the largest set of wishes one can keep in the order below, and the caller learns exactly which were not kept.

What gives way, first to last: "not too …", a comparison of moods, a comparison or leaning on an ordinal facet, a
range, an award, a language, a country, a genre, a person, the type of work. What was refused outright ("no horror")
never does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from recsys.facets import Facets
from recsys.model import Floats
from recsys.operations import ORDINAL_FACETS, PEOPLE_FACETS, Operation
from recsys.state import PreferenceState, Wish

__all__ = ["Filter", "Relaxed", "filters_of", "further", "narrow"]

Mask = NDArray[np.bool_]

_SLACK = {"year": 2.0, "runtime": 8.0, "episodes": 3.0, "popularity": 0.0, "rating": 0.0}
"""How much past the closest miss a range is widened, in the facet's unit."""
_WAY = {0.5: 0.1, 1.0: 0.2, 2.0: 0.4}
"""Strength → how much of the way to the most extreme work "a bit lighter", "lighter" and "much lighter" must go."""

_FIRMNESS = {"award": 4, "mood": 4, "language": 5, "country": 6, "genre": 7, "person": 8, "type": 9} | dict.fromkeys(
    PEOPLE_FACETS, 8
)
_NEVER = 10
_LEAN = {0.5: 0.5, 1.0: 0.6, 2.0: 0.75}
"""Strength → percentile within its type where "short", "new", "popular" start, with nothing named to compare with."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One wish as a mask."""

    wish: Wish
    mask: Mask
    """(n,) works that satisfy it."""
    firmness: int
    """0 gives way first; 10 never."""
    distance: Floats | None = None
    """(n,) for ordinal facets: how far a work misses it, in the facet's unit; infinite when unknown."""


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A wish that could not be kept."""

    wish: Wish
    why: Literal["none", "shown", "unknown"]
    """No work satisfies it (with the firmer wishes), those that do have been shown, or the catalogue does not say."""
    nearest: int | None = None
    """For a range: the value closest to it among the works it was widened to."""

    @property
    def operation(self) -> Operation:
        """What was asked for."""
        return self.wish.operation


def filters_of(state: PreferenceState, facets: Facets) -> list[Filter]:
    """The filters among a state's wishes; leanings (``like``, "more action") are not filters."""
    made = (_filter(wish, facets) for wish in state.wishes)
    return [one for one in made if one is not None]


def narrow(
    filters: Sequence[Filter], facets: Facets, pool: Mask, fresh: Mask, minimum: int = 1
) -> tuple[Mask, list[Relaxed]]:
    """The works (n,) that satisfy as much as can be satisfied, and what could not be.

    Args:
        pool: (n,) works that may ever be recommended to this person.
        fresh: (n,) those of them not shown yet; the answer is among them.
        minimum: filters give way when fewer than this many works would remain.
    """
    relaxed: list[Relaxed] = []
    widened: dict[Wish, Floats] = {}
    kept = pool.copy()
    for one in filters:
        if one.firmness == _NEVER:
            kept &= one.mask
    for one in sorted(filters, key=lambda f: (-f.firmness, -f.wish.turn)):
        available = int((kept & fresh).sum())
        if one.firmness == _NEVER or available == 0:
            continue
        if int((kept & one.mask & fresh).sum()) >= min(minimum, available):
            kept &= one.mask
            continue
        why: Literal["none", "shown"] = "shown" if (kept & one.mask).any() else "none"
        if one.distance is None:
            relaxed.append(Relaxed(one.wish, why))
            continue
        distance = np.where(kept & fresh, one.distance, np.inf)
        closest = float(distance.min())
        if not np.isfinite(closest):
            relaxed.append(Relaxed(one.wish, "unknown"))
            continue
        kept &= one.distance <= closest + _SLACK[one.wish.operation.facet]
        relaxed.append(Relaxed(one.wish, why))
        widened[one.wish] = one.distance
    kept &= fresh
    return kept, [_with_nearest(one, facets, kept, widened.get(one.wish)) for one in relaxed]


def _with_nearest(relaxed: Relaxed, facets: Facets, kept: Mask, distance: Floats | None) -> Relaxed:
    """A widened range with the closest value to be had."""
    if distance is None or relaxed.operation.op != "only" or not kept.any():
        return relaxed
    closest = int(np.argmin(np.where(kept, distance, np.inf)))
    return replace(relaxed, nearest=int(facets.ordinals[relaxed.operation.facet][closest]))


def _filter(wish: Wish, facets: Facets) -> Filter | None:
    op = wish.operation
    if op.op in ("only", "not"):
        if op.facet in ORDINAL_FACETS:
            low, high = op.bounds
            if op.op == "not":
                return Filter(wish, ~facets.in_range(op.facet, low, high), _NEVER)
            distance = _miss(facets.ordinals[op.facet], low, high)
            return Filter(wish, facets.in_range(op.facet, low, high), 3, distance)
        mask = facets.mask(op.facet, op.ids)
        if op.op == "not":
            return Filter(wish, ~mask, 0 if op.strength < 1 else _NEVER)
        return Filter(wish, mask, _FIRMNESS[op.facet])
    if op.op not in ("more", "less"):
        return None
    anchor = facets.row.get(op.anchor) if op.anchor else None
    sign = 1.0 if op.op == "more" else -1.0
    if op.facet == "mood" and anchor is not None and isinstance(op.value, str):
        return Filter(wish, further(sign * facets.mood(op.value), anchor, op.strength), 1)
    if op.facet not in ORDINAL_FACETS:
        return None
    values = facets.ordinals[op.facet]
    if anchor is None or np.isnan(values[anchor]):
        reach = facets.percentiles[op.facet] if sign > 0 else 1.0 - facets.percentiles[op.facet]
        distance = np.where(np.isnan(reach), np.inf, np.maximum(_LEAN.get(op.strength, 0.6) - reach, 0))
    else:
        bound = _beyond(op.facet, float(values[anchor]), sign, op.strength)
        distance = np.where(np.isnan(values), np.inf, np.maximum(sign * (bound - values), 0))
    return Filter(wish, distance == 0, 2, distance.astype(np.float32))


def further(axis: Floats, anchor: int, strength: float = 1.0) -> Mask:
    """(n,) which works stand clearly further along a mood's ``axis`` (n,) than the work in row ``anchor``.

    A fixed share of what is left to the top, so that "lighter" is always a step one can feel, and never one beyond
    reach.
    """
    way = _WAY.get(strength, 0.2) * (axis.max() - axis[anchor])
    return axis >= axis[anchor] + max(float(way), 0.02)


def _beyond(facet: str, anchor: float, sign: float, strength: float) -> float:
    """The first value that counts as more (or less) than ``anchor``: the next, or for "much" a clear step further."""
    if facet == "popularity":
        return (
            anchor * (2.0**sign) if strength > 1 else float(np.nextafter(np.float32(anchor), np.float32(sign * np.inf)))
        )
    step = 1.0
    if strength > 1:
        step = {"year": 5.0, "runtime": 0.2 * anchor, "episodes": 0.4 * anchor, "rating": 2.0}[facet]
    return anchor + sign * max(step, 1.0)


def _miss(values: Floats, low: int | None, high: int | None) -> Floats:
    """(n,) by how much each value misses ``[low, high]``; infinite where unknown."""
    below = np.maximum((low if low is not None else -np.inf) - values, 0)
    above = np.maximum(values - (high if high is not None else np.inf), 0)
    return np.where(np.isnan(values), np.inf, below + above).astype(np.float32)
