"""Recommending from what is said in a conversation, learned from examples of conversations.

    from recsys.dialogue_ranking import Case, DialogueRanker

    cases = [Case(("Do you know anything like Heat?",), ("film/heat-1995",), ("film/collateral-2004",), "dialogue 1"), …]
    ranker = DialogueRanker.fit(cases, items, graph)
    ranker.rank(["Something with Al Pacino, please"], k=5)     # [(item, score, why), …]
    ranker.save(path); DialogueRanker.load(path, graph)

From the inside out: :mod:`~recsys.dialogue_ranking.cases` (an example), :mod:`~recsys.dialogue_ranking.mentions` (names in
a text), :mod:`~recsys.dialogue_ranking.links` (the graph as matrices), :mod:`~recsys.dialogue_ranking.reading`
(conversations as sparse rows), :mod:`~recsys.dialogue_ranking.association` (shrunk counts),
:mod:`~recsys.dialogue_ranking.evidence` (everything that speaks for an item), :mod:`~recsys.dialogue_ranking.ranker`
(linear and trees), :mod:`~recsys.dialogue_ranking.model` (all of it). Names are loaded when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recsys.dialogue_ranking.cases import Case, CaseError, by_dialogue
    from recsys.dialogue_ranking.model import SEARCH_SPACE, DialogueRanker

_HOME = {
    "SEARCH_SPACE": "model",
    "Case": "cases",
    "CaseError": "cases",
    "DialogueRanker": "model",
    "by_dialogue": "cases",
}

__all__ = ["SEARCH_SPACE", "Case", "CaseError", "DialogueRanker", "by_dialogue"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"recsys.dialogue_ranking.{_HOME[name]}"), name)
