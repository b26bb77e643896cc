"""Question answering over any graph: questions read as paths of relations, and walked.

    from knowledge.kbqa import PathQA

    qa = PathQA.from_triples("kb.txt")
    qa.answer("who directed Inception")                     # no training: relations are found by their labels
    qa.fit([(question, topic_or_None, answers), ...])       # training: from questions and answers, no paths needed
    result = qa.answer("which films share a director with Inception")
    result.answers, result.path, result.facts, result.confidence

One file for each thought: :mod:`.adjacency` (the graph as arrays), :mod:`.paths` (walking), :mod:`.topics` (names in
text), :mod:`.features` and :mod:`.reader` (the learned reader), :mod:`.supervision` and :mod:`.training` (how it
learns), :mod:`.lexicon` and :mod:`.zero_shot` (reading without training), :mod:`.operations` (counts, superlatives, yes
or no, differences), :mod:`.calibration` (what confidence means), :mod:`.results` (what an answer is),
:mod:`.answering` (all of it together), :mod:`.storage` (on disk).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from knowledge.kbqa.adjacency import Adjacency, BadTriple
    from knowledge.kbqa.answering import PathQA
    from knowledge.kbqa.calibration import Calibrator, expected_calibration_error
    from knowledge.kbqa.paths import Path
    from knowledge.kbqa.results import Found, Result

_HOME = {
    "Adjacency": "adjacency",
    "BadTriple": "adjacency",
    "Calibrator": "calibration",
    "Found": "results",
    "Path": "paths",
    "PathQA": "answering",
    "Result": "results",
    "expected_calibration_error": "calibration",
}

__all__ = [
    "Adjacency",
    "BadTriple",
    "Calibrator",
    "Found",
    "Path",
    "PathQA",
    "Result",
    "expected_calibration_error",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"knowledge.kbqa.{_HOME[name]}"), name)
