"""Finding the fact a message asks for, alone or inside a conversation, with rankers learned from examples.

    from knowledge.fact_search import FactSearch

    hits = FactSearch(graph).search("星际穿越是谁导演的", k=3)
    hits[0].fact, hits[0].confidence, hits[0].why

:class:`FactSearch` and :class:`DialogueFacts` search a :class:`~knowledge.graph.Graph` in both languages; they work
untrained, with weights set by hand, and take a :class:`QuestionModel` or a :class:`DialogueModel` once there are
examples. Underneath, :class:`SlotIndex` and :class:`DialogueIndex` do the same over plain strings. Serving needs numpy
and scipy only; models are kept as ``.npz`` and JSON. Names are loaded when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from knowledge.fact_search.affinity import Affinity
    from knowledge.fact_search.alignment import Alignment
    from knowledge.fact_search.boosting import BoostedRanker
    from knowledge.fact_search.dialogue import DialogueExample, DialogueModel
    from knowledge.fact_search.dialogue_index import DialogueIndex, View
    from knowledge.fact_search.linear import LinearRanker
    from knowledge.fact_search.searching import DialogueFacts, FactHit, FactSearch
    from knowledge.fact_search.single import Example, QuestionModel
    from knowledge.fact_search.slots import SlotIndex

_HOME = {
    "Affinity": "affinity",
    "Alignment": "alignment",
    "BoostedRanker": "boosting",
    "DialogueExample": "dialogue",
    "DialogueFacts": "searching",
    "DialogueIndex": "dialogue_index",
    "DialogueModel": "dialogue",
    "Example": "single",
    "FactHit": "searching",
    "FactSearch": "searching",
    "LinearRanker": "linear",
    "QuestionModel": "single",
    "SlotIndex": "slots",
    "View": "dialogue_index",
}

__all__ = [
    "Affinity",
    "Alignment",
    "BoostedRanker",
    "DialogueExample",
    "DialogueFacts",
    "DialogueIndex",
    "DialogueModel",
    "Example",
    "FactHit",
    "FactSearch",
    "LinearRanker",
    "QuestionModel",
    "SlotIndex",
    "View",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"knowledge.fact_search.{_HOME[name]}"), name)
