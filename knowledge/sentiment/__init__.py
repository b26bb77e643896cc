"""Sentiment and emotion of what people say about films, shows and music, in Chinese and English.

    from knowledge.sentiment import Sentiment

    Sentiment.load(folder).read("Gorgeous to look at, but I was bored").label()

A :class:`Sentiment` gives a :class:`Reading`: polarity, emotion, intensity. ``python -m knowledge.sentiment --help`` trains one
on any table of labelled texts and reads from the command line. Names are loaded when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from knowledge.sentiment.aspects import find_aspects
    from knowledge.sentiment.classifier import Reading, Sentiment
    from knowledge.sentiment.datasets import DatasetError, Examples
    from knowledge.sentiment.default import fit_default
    from knowledge.sentiment.finetune import EncoderClassifier
    from knowledge.sentiment.generative import LanguageModelClassifier
    from knowledge.sentiment.linear import LinearClassifier
    from knowledge.sentiment.neural import ConvolutionalClassifier, RecurrentClassifier
    from knowledge.sentiment.summary import ReviewSummary, summarise_reviews

_HOME = {
    "ConvolutionalClassifier": "neural",
    "DatasetError": "datasets",
    "EncoderClassifier": "finetune",
    "Examples": "datasets",
    "LanguageModelClassifier": "generative",
    "LinearClassifier": "linear",
    "Reading": "classifier",
    "RecurrentClassifier": "neural",
    "ReviewSummary": "summary",
    "Sentiment": "classifier",
    "find_aspects": "aspects",
    "fit_default": "default",
    "summarise_reviews": "summary",
}

__all__ = [
    "ConvolutionalClassifier",
    "DatasetError",
    "EncoderClassifier",
    "Examples",
    "LanguageModelClassifier",
    "LinearClassifier",
    "Reading",
    "RecurrentClassifier",
    "ReviewSummary",
    "Sentiment",
    "find_aspects",
    "fit_default",
    "summarise_reviews",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"knowledge.sentiment.{_HOME[name]}"), name)
