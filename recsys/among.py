"""Narrowing a list that is in view: "something shorter" of these, when some of these are shorter.

After a list there is no one work to compare with, as there is after a page with a best pick. The list is then its own
measure: what stands on the asked side of its middle is kept, or for "much", of its outer quarter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from recsys.facets import Facets
from recsys.filters import Mask
from recsys.model import Floats
from recsys.operations import ORDINAL_FACETS, Operation

__all__ = ["narrowed"]

_SHARE = {0.5: 0.5, 1.0: 0.5, 2.0: 0.75}
"""Strength → which quantile of the list has to be passed."""


def narrowed(
    works: Sequence[str], operations: Iterable[Operation], facets: Facets
) -> tuple[list[str], list[Operation]]:
    """The works of a list that meet a critique, furthest first, and the critique with its anchor in the list.

    Nothing is kept when the critique compares nothing, says something that cannot be judged within a list (an opinion,
    "others"), or no work meets all of it. The anchors are the works closest to the middle, so that a search beyond the
    list asks for the same.
    """
    asked = list(operations)
    rows = [facets.row[work] for work in works if work in facets.row]
    compares = [op for op in asked if op.op in ("more", "less")]
    if len(rows) < 2 or not compares or any(op.op not in ("more", "less", "only", "not") for op in asked):
        return [], asked
    kept = np.ones(len(rows), bool)
    furthest = np.zeros(len(rows))
    anchored: list[Operation] = []
    for op in asked:
        if op.op in ("more", "less"):
            axis = _axis(op, facets)
            if axis is None:
                return [], asked
            values = axis[rows].astype(np.float64) * (1.0 if op.op == "more" else -1.0)
            known = values[~np.isnan(values)]
            if not len(known):
                return [], asked
            bound = float(np.quantile(known, _SHARE.get(op.strength, 0.5), method="lower"))
            kept &= values > bound
            furthest += np.nan_to_num(values - bound, nan=0.0) / max(float(np.ptp(known)), 1e-9)
            middle = int(np.nanargmin(np.where(values <= bound, bound - values, np.nan)))
            anchored.append(replace(op, anchor=facets.items[rows[middle]]))
        else:
            mask = _mask(op, facets)[rows]
            kept &= mask if op.op == "only" else ~mask
            anchored.append(op)
    order = np.argsort(-furthest, kind="stable")
    return [facets.items[rows[at]] for at in order if kept[at]], anchored


def _axis(op: Operation, facets: Facets) -> Floats | None:
    """(n,) what a comparison is about; ``None`` when it has no degrees."""
    if op.facet in ORDINAL_FACETS:
        return facets.ordinals[op.facet]
    if op.facet == "mood" and isinstance(op.value, str) and op.value in facets.moods:
        return facets.mood(op.value)
    return None


def _mask(op: Operation, facets: Facets) -> Mask:
    return facets.in_range(op.facet, *op.bounds) if op.facet in ORDINAL_FACETS else facets.mask(op.facet, op.ids)
