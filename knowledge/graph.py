"""The knowledge graph: entities with a name in each language, and facts between them with a source.

A hop along a relation, in either direction, is a dictionary lookup; questions are answered by a handful of them. For
whatever needs a whole-graph algorithm (how two people are connected, link prediction) ``Graph.network`` is the same
graph as a ``networkx.MultiDiGraph``, made when first asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import networkx as nx

__all__ = ["FACET_TYPES", "WORK_TYPES", "Entity", "Fact", "Graph", "KnowledgeError", "Relation", "UnknownEntity"]

WORK_TYPES: tuple[str, ...] = ("film", "series", "album", "show")
"""Types of things an audience watches or listens to."""

FACET_TYPES: tuple[str, ...] = ("genre", "mood", "country", "language", "award")
"""Types that describe works; a list of works can be asked for by any of them."""


class KnowledgeError(Exception):
    """Base of every error this package raises on purpose."""


class UnknownEntity(KnowledgeError, KeyError):
    """An id that is not in the graph."""

    def __str__(self) -> str:
        return f"no entity {self.args[0]!r} in the graph"


def _in_language(labels: dict[str, str], lang: str) -> str:
    return labels.get(lang) or next((label for label in labels.values() if label), "")


@dataclass(frozen=True, slots=True)
class Entity:
    """A work, a person, a genre, a mood, a country, a language or an award.

    ``labels`` maps ``"zh"`` and ``"en"`` to its name; at least one is there. ``aliases`` are other names, any language.
    """

    id: str
    type: str
    labels: dict[str, str]
    aliases: tuple[str, ...] = ()

    def label(self, lang: str) -> str:
        """Its name in ``lang``, or in the other language where it has none."""
        return _in_language(self.labels, lang)


@dataclass(frozen=True, slots=True)
class Relation:
    """What a fact says; ``inverse`` names the same relation read from object to subject."""

    id: str
    labels: dict[str, str]
    inverse: dict[str, str]
    kind: Literal["entity", "integer", "text"] = "entity"

    def label(self, lang: str) -> str:
        """Its name in ``lang``, or in the other language where it has none."""
        return _in_language(self.labels, lang)


@dataclass(frozen=True, slots=True)
class Fact:
    """``object`` is an entity id when the relation's kind is ``"entity"``, else the value itself."""

    subject: str
    relation: str
    object: str | int
    source: str


class Graph:
    """Entities, relations and facts. Many readers may share one; writing is for whoever builds it."""

    def __init__(self) -> None:
        self.relations: dict[str, Relation] = {}
        self._entities: dict[str, Entity] = {}
        # subject → relation → object → source, in the order the facts were added: a cast list keeps its billing.
        self._out: dict[str, dict[str, dict[str | int, str]]] = {}
        # object → relation → subjects, for relations between entities only.
        self._in: dict[str, dict[str, dict[str, None]]] = {}
        self._network: nx.MultiDiGraph | None = None

    # --- writing ---------------------------------------------------------------------------------------------------

    def add_entity(self, entity: Entity) -> None:
        """Adds it, or replaces the one with the same id; its facts stay."""
        if not any(entity.labels.values()):
            raise ValueError(f"entity {entity.id!r} has no label in any language")
        self._entities[entity.id] = entity
        self._network = None

    def add_relation(self, relation: Relation) -> None:
        """Adds it, or replaces the one with the same id."""
        self.relations[relation.id] = relation

    def add_fact(self, fact: Fact) -> None:
        """Adds it; a fact that is already there keeps its first source.

        Raises:
            UnknownEntity: the subject, or the object of a relation between entities, has not been added.
            ValueError: the relation has not been added, or the object is not of its kind.
        """
        relation = self.relations.get(fact.relation)
        if relation is None:
            raise ValueError(f"no relation {fact.relation!r} in the graph")
        if fact.subject not in self._entities:
            raise UnknownEntity(fact.subject)
        if relation.kind == "entity":
            if not isinstance(fact.object, str) or fact.object not in self._entities:
                raise UnknownEntity(fact.object)
            self._in.setdefault(fact.object, {}).setdefault(fact.relation, {})[fact.subject] = None
        elif isinstance(fact.object, int) != (relation.kind == "integer"):
            raise ValueError(f"{fact.relation!r} takes {relation.kind} objects, not {fact.object!r}")
        self._out.setdefault(fact.subject, {}).setdefault(fact.relation, {}).setdefault(fact.object, fact.source)
        self._network = None

    def remove_facts(self, subject: str) -> None:
        """Forgets every fact about ``subject`` (not those that point at it)."""
        for relation, objects in self._out.pop(subject, {}).items():
            if self.relations[relation].kind == "entity":
                for target in objects:
                    subjects = self._in[str(target)]
                    subjects[relation].pop(subject, None)
                    if not subjects[relation]:
                        del subjects[relation]
        self._network = None

    def remove_entity(self, entity_id: str) -> None:
        """Removes it and every fact it takes part in. Raises :class:`UnknownEntity`."""
        self.entity(entity_id)
        self.remove_facts(entity_id)
        for relation, subjects in self._in.pop(entity_id, {}).items():
            for subject in subjects:
                objects = self._out[subject]
                objects[relation].pop(entity_id, None)
                if not objects[relation]:
                    del objects[relation]
        del self._entities[entity_id]
        self._network = None

    # --- reading ---------------------------------------------------------------------------------------------------

    def entity(self, entity_id: str) -> Entity:
        """The entity with this id. Raises :class:`UnknownEntity`."""
        try:
            return self._entities[entity_id]
        except KeyError:
            raise UnknownEntity(entity_id) from None

    def __contains__(self, entity_id: object) -> bool:
        return entity_id in self._entities

    def __len__(self) -> int:
        return len(self._entities)

    def entities(self, type: str | Iterable[str] | None = None) -> Iterator[Entity]:
        """Every entity, or those of one or several types, in the order they were added."""
        if type is None:
            return iter(self._entities.values())
        wanted = {type} if isinstance(type, str) else set(type)
        return (entity for entity in self._entities.values() if entity.type in wanted)

    def objects(self, entity_id: str, relation: str) -> tuple[str | int, ...]:
        """What ``entity_id`` points at by ``relation``, in the order it was said; empty when nothing is known."""
        return tuple(self._out.get(entity_id, {}).get(relation, ()))

    def subjects(self, entity_id: str, relation: str) -> tuple[str, ...]:
        """What points at ``entity_id`` by ``relation``: the inverse of :meth:`objects`."""
        return tuple(self._in.get(entity_id, {}).get(relation, ()))

    def value(self, entity_id: str, relation: str) -> str | int | None:
        """The first object, for relations that have one (``year``, ``runtime``, ``line_zh``), or ``None``."""
        return next(iter(self._out.get(entity_id, {}).get(relation, ())), None)

    def facts(self, entity_id: str) -> list[Fact]:
        """Everything known about ``entity_id`` as a subject."""
        return [
            Fact(entity_id, relation, target, source)
            for relation, objects in self._out.get(entity_id, {}).items()
            for target, source in objects.items()
        ]

    def fact(self, subject: str, relation: str, target: str | int) -> Fact | None:
        """That one fact with its source, or ``None`` when the graph does not hold it."""
        source = self._out.get(subject, {}).get(relation, {}).get(target)
        return None if source is None else Fact(subject, relation, target, source)

    def relations_of(self, entity_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The relations ``entity_id`` is a subject of, and those it is an object of."""
        return tuple(self._out.get(entity_id, ())), tuple(self._in.get(entity_id, ()))

    def degree(self, entity_id: str) -> int:
        """Number of facts it takes part in: how well known it is, as far as the catalogue can tell."""
        outward = sum(map(len, self._out.get(entity_id, {}).values()))
        return outward + sum(map(len, self._in.get(entity_id, {}).values()))

    def summary(self) -> dict[str, int]:
        """Number of entities of each type, and of facts under ``"facts"``."""
        counts = dict(Counter(entity.type for entity in self._entities.values()))
        counts["facts"] = sum(len(objects) for about in self._out.values() for objects in about.values())
        return counts

    @property
    def network(self) -> nx.MultiDiGraph:
        """The entities and the facts between them as a networkx graph (edge key: relation id). Read it, don't write."""
        if self._network is None:
            network = nx.MultiDiGraph()
            network.add_nodes_from((entity.id, {"type": entity.type}) for entity in self._entities.values())
            for subject, about in self._out.items():
                for relation, objects in about.items():
                    if self.relations[relation].kind == "entity":
                        network.add_edges_from((subject, target, relation) for target in objects)
            self._network = network
        return self._network
