"""Knowledge: the catalogue as a graph, and everything that reads it.

    from knowledge import Answerer, Catalogue

    answerer = Answerer(Catalogue.load())
    answerer.answer("流浪地球的导演还拍过哪些片子").text

A :class:`Catalogue` is what there is to know: a :class:`Graph` of works and people, the FAQ, the troubleshooting
guides. An :class:`Answerer` answers questions about it, a :class:`Linker` finds its names in text, a
:class:`Troubleshooter` walks a user through a guide. Files come in through :mod:`knowledge.importers`. Names are
loaded when first used, so that folding a text does not cost the import of a graph library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from knowledge.answer import Answerer
    from knowledge.answering.answers import Answer, Suggestion
    from knowledge.catalogue import Catalogue
    from knowledge.diagnosis import Problem, Troubleshooter
    from knowledge.fact_search import DialogueFacts, FactHit, FactSearch
    from knowledge.gazetteer import export
    from knowledge.graph import Entity, Fact, Graph, KnowledgeError, Relation, UnknownEntity
    from knowledge.kbqa import PathQA
    from knowledge.linking import Linker, Mention
    from knowledge.questions.readings import Filter
    from knowledge.search.bm25 import BM25
    from knowledge.search.tfidf import TfIdf
    from knowledge.text import detect_language, fold, tokens
    from knowledge.vocabulary import Vocabulary

_HOME = {
    "BM25": "search.bm25",
    "Answer": "answering.answers",
    "Answerer": "answer",
    "Catalogue": "catalogue",
    "DialogueFacts": "fact_search",
    "Entity": "graph",
    "Fact": "graph",
    "FactHit": "fact_search",
    "FactSearch": "fact_search",
    "Filter": "questions.readings",
    "Graph": "graph",
    "KnowledgeError": "graph",
    "Linker": "linking",
    "Mention": "linking",
    "PathQA": "kbqa",
    "Problem": "diagnosis",
    "Relation": "graph",
    "Suggestion": "answering.answers",
    "TfIdf": "search.tfidf",
    "Troubleshooter": "diagnosis",
    "UnknownEntity": "graph",
    "Vocabulary": "vocabulary",
    "detect_language": "text",
    "export": "gazetteer",
    "fold": "text",
    "tokens": "text",
}

__all__ = [
    "BM25",
    "Answer",
    "Answerer",
    "Catalogue",
    "DialogueFacts",
    "Entity",
    "Fact",
    "FactHit",
    "FactSearch",
    "Filter",
    "Graph",
    "KnowledgeError",
    "Linker",
    "Mention",
    "PathQA",
    "Problem",
    "Relation",
    "Suggestion",
    "TfIdf",
    "Troubleshooter",
    "UnknownEntity",
    "Vocabulary",
    "detect_language",
    "export",
    "fold",
    "tokens",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"knowledge.{_HOME[name]}"), name)
