"""How a work differs from the last one: first in what was asked to change, then in what anyone would notice.

Only what the catalogue says is claimed, and only differences one can feel: 「比《星际穿越》短 49 分钟、更轻松」.
"""

from __future__ import annotations

import numpy as np

from knowledge.graph import Graph
from recsys import phrases
from recsys.facets import Facets
from recsys.filters import further
from recsys.state import PreferenceState

__all__ = ["contrast"]

_CLEARLY = 0.3
"""How far apart on a mood's axis two works must be for the difference to be worth a word unasked."""
_WORTH_SAYING = (
    "light",
    "funny",
    "warm",
    "romantic",
    "inspiring",
    "healing",
    "thought-provoking",
    "tense",
    "epic",
    "fast",
)
"""Moods pointed out unasked, in this order."""
_NOTICEABLE = {"year": 3, "runtime": 10, "episodes": 5}
"""Smallest differences mentioned unasked."""


def contrast(graph: Graph, facets: Facets, item: str, other: str, state: PreferenceState, lang: str) -> str | None:
    """One line, or ``None`` when nothing is worth saying (a film and an album differ in everything)."""
    row, than = facets.row[item], facets.row[other]
    alike = facets.types[row] == facets.types[than]
    said: dict[str, str] = {}
    for wish in reversed(state.wishes):
        op = wish.operation
        if op.op not in ("more", "less"):
            continue
        sign = 1.0 if op.op == "more" else -1.0
        if op.facet == "mood" and op.ids and further(sign * facets.mood(op.ids[0]), than, 0.5)[row]:
            said.setdefault(op.ids[0], phrases.mood_comparative(graph, op.ids[0], lang, sign > 0))
        elif op.facet in _NOTICEABLE and sign * (facets.ordinals[op.facet][row] - facets.ordinals[op.facet][than]) > 0:
            said |= _ordinal(facets, op.facet, row, than, 1, lang)
    for facet, least in _NOTICEABLE.items():
        if len(said) < 2 and alike and facet not in said:
            said |= _ordinal(facets, facet, row, than, least, lang)
    for mood in (f"mood/{name}" for name in _WORTH_SAYING):
        if len(said) < 2 and alike and mood in facets.moods:
            axis = facets.mood(mood)
            if axis[row] - axis[than] > _CLEARLY:
                said.setdefault(mood, phrases.mood_comparative(graph, mood, lang, True))
    if not said:
        return None
    differences, name = list(said.values())[:2], phrases.title(graph, other, lang)
    if lang == "zh":
        return f"比{name}{'、'.join(differences)}"
    text = phrases.joined(differences, lang)
    return f"{text[:1].upper()}{text[1:]} than {name}"


def _ordinal(facets: Facets, facet: str, row: int, than: int, least: float, lang: str) -> dict[str, str]:
    """{facet: phrase} for a difference of at least ``least``, else nothing."""
    values = facets.ordinals[facet]
    difference = values[row] - values[than]
    if np.isnan(difference) or abs(difference) < least:
        return {}
    n, more = int(abs(difference)), difference > 0
    if facet == "year":
        text = ("更新" if more else "更早") if lang == "zh" else ("newer" if more else "older")
    elif lang == "zh":
        text = f"{'长' if more else '短'} {n} 分钟" if facet == "runtime" else f"{'多' if more else '少'} {n} 集"
    else:
        unit = "minute" if facet == "runtime" else "episode"
        text = f"{n} {unit}{'s' if n > 1 else ''} {'longer' if more else 'shorter'}"
    return {facet: text}
