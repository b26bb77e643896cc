"""What an answer is: text to show, the facts it stands on, and what to ask next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from knowledge.graph import Fact
from knowledge.text import Language

__all__ = ["Answer", "AnswerKind", "Suggestion"]

AnswerKind = Literal["path", "entity", "list", "compare", "faq", "document", "clarify", "none"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A button: what it shows, and the sentence a user would have typed instead."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply to a question about the catalogue.

    ``confidence`` 0..1 is the share of such answers that are right, as far as we could measure; ``clarify`` and
    ``none`` claim nothing. ``path`` names the relations walked, ``"^relation"`` for the inverse. ``entities`` are the
    answers, ``about`` is what was asked about. ``suggestions`` are follow-ups or, for ``clarify``, what may have been
    meant.
    """

    text: str
    lang: Language
    kind: AnswerKind
    confidence: float = 0.0
    facts: tuple[Fact, ...] = ()
    path: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
