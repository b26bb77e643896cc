"""The closed lists a catalogue is described with: types, genres, moods, countries, languages, relations, channels.

They live in one JSON file (``demo/vocabulary.json``), each item ``{"zh": name, "en": name, "aliases": [...]}``, so that
a translator or an operator can change what things are called without touching code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.graph import Entity, Graph, KnowledgeError, Relation

__all__ = ["Term", "Vocabulary"]

_FACETS = {"genre": "genres", "mood": "moods", "country": "countries", "language": "languages"}


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the vocabulary that is not an entity of the graph: a work type or a channel."""

    id: str
    labels: dict[str, str]
    aliases: tuple[str, ...] = ()

    def label(self, lang: str) -> str:
        """Its name in ``lang``, or in the other language where it has none."""
        return self.labels.get(lang) or next(iter(self.labels.values()))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What things are called. ``facets`` holds the entities (``genre/comedy``, ``country/cn``, …)."""

    types: dict[str, Term]
    channels: dict[str, Term]
    relations: dict[str, Relation]
    facets: tuple[Entity, ...]

    @classmethod
    def load(cls, path: Path) -> Vocabulary:
        """Reads the JSON file. Raises :class:`KnowledgeError` naming what is wrong with it."""
        try:
            data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            facets = [
                Entity(f"{type_}/{key}", type_, _labels(item), tuple(item.get("aliases", ())))
                for type_, section in _FACETS.items()
                for key, item in data[section].items()
            ]
            relations = {
                key: Relation(key, _labels(item), _labels(item["inverse"]), item["kind"])
                for key, item in data["relations"].items()
            }
            return cls(_terms(data["types"]), _terms(data["channels"]), relations, tuple(facets))
        except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            raise KnowledgeError(f"{path.name} is not a vocabulary: {error!r}") from error

    def graph(self) -> Graph:
        """A graph that knows the relations and the facets, and no work yet."""
        graph = Graph()
        for relation in self.relations.values():
            graph.add_relation(relation)
        for facet in self.facets:
            graph.add_entity(facet)
        return graph


def _labels(item: dict[str, Any]) -> dict[str, str]:
    return {lang: item[lang] for lang in ("zh", "en") if item.get(lang)}


def _terms(section: dict[str, Any]) -> dict[str, Term]:
    return {key: Term(key, _labels(item), tuple(item.get("aliases", ()))) for key, item in section.items()}
