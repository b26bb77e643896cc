"""Replies: parts of the envelope that every channel understands, and what the conversation remembers of them.

The parts are plain dictionaries, since they travel as JSON to Rasa, the gateway and the widget; the functions here are
the only place that spells their keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from knowledge.graph import WORK_TYPES, Fact, Graph

Part = dict[str, Any]
MAX_CITED = 6
UNCITED = {"line_zh", "line_en"}


@dataclass
class Reply:
    """One reply: what is shown, and which slots it sets."""

    parts: list[Part] = field(default_factory=list)
    slots: dict[str, Any] = field(default_factory=dict)

    def __add__(self, other: Reply) -> Reply:
        return Reply(self.parts + other.parts, {**self.slots, **other.slots})


def text(words: str, **more: Any) -> Part:
    return {"type": "text", "text": words, **more}


def quick_replies(choices: Iterable[str | tuple[str, str]], words: str | None = None) -> Part:
    """Choices to tap; each is what the user would have typed, or ``(title, what it types)``."""
    replies = [{"title": c, "payload": c} if isinstance(c, str) else {"title": c[0], "payload": c[1]} for c in choices]
    return {"type": "quick_replies", "text": words, "replies": replies}


def carousel(cards: Sequence[Part]) -> Part:
    return {"type": "carousel", "cards": list(cards)}


def rating(about: str, words: str) -> Part:
    """Five stars to give a work; the gateway reports them as an event."""
    return {"type": "rating", "about": about, "max": 5, "text": words}


def citation(facts: Iterable[Fact], graph: Graph, lang: str) -> Part | None:
    """The facts an answer stands on, each as a readable triple with its source; None when there are none to show."""
    rows = [
        {"text": " — ".join(triple(fact, graph, lang)), "source": fact.source}
        for fact in facts
        if fact.relation not in UNCITED
    ]
    return {"type": "citation", "facts": rows[:MAX_CITED]} if rows else None


def triple(fact: Fact, graph: Graph, lang: str) -> tuple[str, str, str]:
    """「《星际穿越》」, 「导演」, 「克里斯托弗·诺兰」."""
    relation = graph.relations[fact.relation]
    value = name(graph, str(fact.object), lang) if relation.kind == "entity" else str(fact.object)
    return name(graph, fact.subject, lang), relation.label(lang), value


def name(graph: Graph, entity: str, lang: str) -> str:
    """An entity's name as prose has it: 《works》 in Chinese, plain in English."""
    if entity not in graph:
        return entity
    found = graph.entity(entity)
    label = found.label(lang)
    return f"《{label}》" if lang == "zh" and found.type in WORK_TYPES else label


def card(
    graph: Graph,
    entity: str,
    lang: str,
    *,
    reason: str | None = None,
    contrast: str | None = None,
    buttons: Iterable[tuple[str, str]] = (),
) -> Part:
    """A card for a work or a person; ``buttons`` are ``(title, what it types)``."""
    found = graph.entity(entity)
    other = found.label("en" if lang == "zh" else "zh")
    line = graph.value(entity, f"line_{lang}")
    return {
        "id": entity,
        "kind": found.type,
        "title": found.label(lang),
        "subtitle": " · ".join(
            part for part in (other if other != found.label(lang) else "", *_summary(graph, entity, lang)) if part
        ),
        "image": None,
        "reason": reason,
        "contrast": contrast,
        "facts": [{"label": "", "value": str(line)}] if line else [],
        "buttons": [{"title": title, "payload": payload} for title, payload in buttons],
    }


def _summary(graph: Graph, entity: str, lang: str) -> list[str]:
    year = graph.value(entity, "year")
    genres = [name(graph, str(genre), lang) for genre in graph.objects(entity, "genre")[:2]]
    makers = graph.objects(entity, "directed_by") or graph.objects(entity, "performed_by")
    return [str(year or ""), "/".join(genres), name(graph, str(makers[0]), lang) if makers else ""]
