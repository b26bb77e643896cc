"""A graph as rows of integers: what the models of this package are trained on and ranked against.

Every relation gets a reciprocal (Lacroix et al., "Canonical tensor decomposition for knowledge base completion", ICML
2018, section 3): with R relations, relation ``r`` read from object to subject is number ``r + R``. Predicting a subject
is then predicting an object along the reciprocal, and everything downstream knows one kind of question only:
``(head, relation, ?)``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from knowledge.graph import Graph, KnowledgeError

__all__ = ["Ints", "Known", "TripleSet", "both_ways", "split"]

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class TripleSet:
    """Distinct facts between entities, as numbers.

    Attributes:
        entities: ids, in the order of their numbers; N of them.
        relations: ids, in the order of their numbers; R of them.
        rows: int64 (n, 3): subject, relation, object; distinct, ``relation < R``.
        types: type of each entity, or ``""`` where nothing is known about types.
    """

    entities: tuple[str, ...]
    relations: tuple[str, ...]
    rows: Ints
    types: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if self.rows.ndim != 2 or self.rows.shape[1] != 3:
            raise KnowledgeError(f"triples are rows of three numbers, not an array of shape {self.rows.shape}")
        if len(self.rows) == 0:
            raise KnowledgeError("there are no facts between entities to learn from; import a catalogue first")

    @classmethod
    def from_graph(cls, graph: Graph) -> TripleSet:
        """Every fact whose object is an entity. Raises :class:`KnowledgeError` when there is none."""
        entities = tuple(entity.id for entity in graph.entities())
        relations = tuple(id_ for id_, relation in graph.relations.items() if relation.kind == "entity")
        number = {id_: index for index, id_ in enumerate(entities)}
        of_relation = {id_: index for index, id_ in enumerate(relations)}
        rows = [
            (number[id_], of_relation[fact.relation], number[str(fact.object)])
            for id_ in entities
            for fact in graph.facts(id_)
            if fact.relation in of_relation
        ]
        return cls(
            entities,
            relations,
            np.array(rows, dtype=np.int64).reshape(-1, 3),
            tuple(entity.type for entity in graph.entities()),
        )

    @classmethod
    def from_rows(cls, rows: Iterable[Sequence[str]]) -> TripleSet:
        """From ``(subject, relation, object)`` strings; numbers follow first appearance, repeated rows count once.

        Raises:
            KnowledgeError: a row has not three parts, or there are no rows.
        """
        entities: dict[str, int] = {}
        relations: dict[str, int] = {}
        numbered: dict[tuple[int, int, int], None] = {}
        for line, row in enumerate(rows, start=1):
            if len(row) != 3 or not all(row):
                raise KnowledgeError(f"row {line}: a triple is subject, relation, object, not {list(row)!r}")
            subject, relation, target = row
            head = entities.setdefault(subject, len(entities))
            tail = entities.setdefault(target, len(entities))
            numbered[head, relations.setdefault(relation, len(relations)), tail] = None
        return cls(tuple(entities), tuple(relations), np.array(list(numbered), dtype=np.int64).reshape(-1, 3), ())

    def with_rows(self, rows: Ints) -> TripleSet:
        """The same entities and relations with other facts."""
        return TripleSet(self.entities, self.relations, rows, self.types)

    @cached_property
    def directed(self) -> Ints:
        """int64 (2n, 3): each fact read both ways."""
        return both_ways(self.rows, len(self.relations))

    @cached_property
    def matrices(self) -> list[sparse.csr_matrix]:
        """2R matrices (N, N) float32: entry (h, t) of number r is 1 when ``(h, r, t)`` is a fact, read that way."""
        size = len(self.entities)
        found = []
        for relation in range(2 * len(self.relations)):
            rows = self.directed[self.directed[:, 1] == relation]
            ones = np.ones(len(rows), dtype=np.float32)
            found.append(sparse.csr_matrix((ones, (rows[:, 0], rows[:, 2])), shape=(size, size)))
        return found

    @cached_property
    def counts(self) -> NDArray[np.float32]:
        """float32 (2R, N): how often an entity stands at the *end* of each directed relation."""
        found = np.zeros((2 * len(self.relations), len(self.entities)), dtype=np.float32)
        np.add.at(found, (self.directed[:, 1], self.directed[:, 2]), 1.0)
        return found

    @cached_property
    def plausible(self) -> NDArray[np.float32]:
        """float32 (2R, N), 0..1: how well an entity's *other* relations fit the end of each directed relation.

        P(at the end of r | at the end of s), largest over the entity's relations s ≠ r: a film without a director is
        plausible at the start of ``directed_by`` because films with a year nearly all have one; a genre never is.
        """
        present = self.counts > 0  # (2R, N)
        together = present.astype(np.float32) @ present.T.astype(np.float32)  # (2R, 2R)
        given = together / np.maximum(np.diag(together), 1.0)  # [r, s] = P(r | s)
        np.fill_diagonal(given, 0.0)
        found = np.zeros_like(self.counts)
        for other in range(len(present)):
            np.maximum(found, given[:, other, None] * present[other], out=found)
        return found

    @cached_property
    def candidates(self) -> list[Ints]:
        """For each directed relation the entities that may stand at its end, ascending.

        With types: those of a type that was seen there. Without: those seen there, and those whose other relations
        make it plausible (at least one in five).
        """
        if self.types:
            names = np.unique(np.array(self.types), return_inverse=True)[1]
            seen = [np.unique(names[np.flatnonzero(row)]) for row in self.counts]
            return [np.flatnonzero(np.isin(names, types)) for types in seen]
        return [np.flatnonzero((row > 0) | (fit >= 0.2)) for row, fit in zip(self.counts, self.plausible, strict=True)]


def both_ways(rows: Ints, relations: int) -> Ints:
    """``rows`` (n, 3) followed by each of them reversed, with relation ``r + relations``: (2n, 3)."""
    return np.concatenate([rows, np.stack([rows[:, 2], rows[:, 1] + relations, rows[:, 0]], axis=1)])


def split(rows: Ints, *, seed: int, parts: Sequence[float] = (0.9, 0.05, 0.05)) -> list[Ints]:
    """Cuts shuffled ``rows`` into ``parts`` (shares that sum to 1). The same seed gives the same parts.

    Nothing is moved to make every entity appear in the first part: that would make the others easier than life.
    """
    if abs(sum(parts) - 1.0) > 1e-6 or min(parts) < 0:
        raise KnowledgeError(f"parts are shares that sum to 1, not {list(parts)}")
    order = np.random.default_rng(seed).permutation(len(rows))
    cuts = np.round(np.cumsum(parts)[:-1] * len(rows)).astype(np.int64)
    return [rows[part] for part in np.split(order, cuts)]


class Known:
    """Which answers of a question are known already: the filter of filtered ranking, and of suggestions.

    Args:
        rows: int64 (n, 3) facts, read one way; both directions can be asked for.
        relations: R.
    """

    def __init__(self, rows: Ints, relations: int) -> None:
        directed = both_ways(rows, relations)
        self._width = 2 * relations
        keys = directed[:, 0] * self._width + directed[:, 1]
        order = np.argsort(keys, kind="stable")
        self._answers = directed[order, 2]
        self._keys, self._starts = np.unique(keys[order], return_index=True)
        self._ends = np.append(self._starts[1:], len(order))

    def of(self, head: int, relation: int) -> Ints:
        """The known answers of one question."""
        return self.pairs(np.array([head]), np.array([relation]))[1]

    def pairs(self, heads: Ints, relations: Ints) -> tuple[Ints, Ints]:
        """Known answers of many questions (b,): ``(index of the question, answer)``, both (m,)."""
        keys = heads * self._width + relations
        place = np.searchsorted(self._keys, keys)
        place = np.minimum(place, len(self._keys) - 1)
        found = self._keys[place] == keys
        starts = np.where(found, self._starts[place], 0)
        lengths = np.where(found, self._ends[place] - self._starts[place], 0)
        index = np.repeat(np.arange(len(keys)), lengths)
        within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return index, self._answers[np.repeat(starts, lengths) + within]
