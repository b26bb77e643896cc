"""Missing facts and related entities: a graph neural network, path rules, and reasons one can read.

    from knowledge.link_prediction import Suggester

    suggester = Suggester.fit(graph)                    # with torch: graph network + rules; without: rules
    suggester.missing("film/a-guilty-conscience-2023", "written_by")[0].text("zh")
    suggester.related("film/mulan-1998")
    suggester.save(path); Suggester.load(path, graph)

What comes out are guesses, never facts: they are of another type than facts, and every text of them says so. From the
inside out: :mod:`~knowledge.link_prediction.triples` (a graph as integers), :mod:`~knowledge.link_prediction.encoder` and
:mod:`~knowledge.link_prediction.decoder` (CompGCN, DistMult, ComplEx), :mod:`~knowledge.link_prediction.training`,
:mod:`~knowledge.link_prediction.rules` (path rules), :mod:`~knowledge.link_prediction.blend` (all of it in one score),
:mod:`~knowledge.link_prediction.explain` and :mod:`~knowledge.link_prediction.wording` (why, in words),
:mod:`~knowledge.link_prediction.evaluation` (filtered ranking). Names are loaded when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from knowledge.link_prediction.blend import Blend
    from knowledge.link_prediction.evaluation import Ranking, evaluate
    from knowledge.link_prediction.explain import Path
    from knowledge.link_prediction.rules import PathRules, Rule
    from knowledge.link_prediction.suggest import Inferred, Related, Suggester
    from knowledge.link_prediction.training import Options
    from knowledge.link_prediction.triples import Known, TripleSet, split

_HOME = {
    "Blend": "blend",
    "Inferred": "suggest",
    "Known": "triples",
    "Options": "training",
    "Path": "explain",
    "PathRules": "rules",
    "Ranking": "evaluation",
    "Related": "suggest",
    "Rule": "rules",
    "Suggester": "suggest",
    "TripleSet": "triples",
    "evaluate": "evaluation",
    "split": "triples",
}

__all__ = [
    "Blend",
    "Inferred",
    "Known",
    "Options",
    "Path",
    "PathRules",
    "Ranking",
    "Related",
    "Rule",
    "Suggester",
    "TripleSet",
    "evaluate",
    "split",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"knowledge.link_prediction.{_HOME[name]}"), name)
