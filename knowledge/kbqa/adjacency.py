"""A graph compiled for walking: integers for nodes and relations, one sorted array of neighbours for each direction.

A *step* is a relation read one way: with ``R`` relations, step ``r`` goes from subject to object and step ``r + R``
from object to subject. Each step is a compressed sparse row matrix over the nodes that have it at all, so memory is
linear in the number of triples however many relations there are, and a hop from one node or from thousands of nodes
is two binary searches and one gather.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from knowledge.graph import Entity, KnowledgeError, Relation

if TYPE_CHECKING:
    from knowledge.graph import Graph

__all__ = ["Adjacency", "BadTriple", "Ids", "Triple", "spoken"]

Ids = NDArray[np.int32]
Triple = tuple[str, str, str]
"""Subject, relation and object, by their keys."""

_NO_IDS: Ids = np.empty(0, np.int32)
_NUMBER = re.compile(r"^[+-]?\d+(?:\.\d+)?")
_CHUNK = 1_000_000  # triples held before repeats among them are dropped


class BadTriple(KnowledgeError):
    """A line of a triple file that is not a subject, a relation and an object."""


class Adjacency:
    """Nodes, relations and triples, read-only.

    Args:
        nodes: what each node is called; ``Entity.id`` is its key. A literal (a year) has the type ``"literal"``.
        relations: names of the relations; row ``r`` is relation ``r``.
        triples: ``int32`` of shape ``(n, 3)``: subject, relation, object. Repeats are dropped, order is kept.
    """

    def __init__(self, nodes: Sequence[Entity], relations: Sequence[Relation], triples: Ids) -> None:
        self.nodes = list(nodes)
        self.relations = list(relations)
        self.triples = _distinct(np.asarray(triples, np.int32).reshape(-1, 3))
        heads, rels, tails = self.triples.T
        self._starts: list[Ids] = []  # of each step: the nodes that have it, sorted
        self._bounds: list[NDArray[np.int64]] = []  # where the neighbours of each of them begin
        self._ends: list[Ids] = []  # the neighbours
        for sources, targets in ((heads, tails), (tails, heads)):
            for relation in range(len(self.relations)):
                rows = np.flatnonzero(rels == relation)
                rows = rows[np.argsort(sources[rows], kind="stable")]
                starts, first = np.unique(sources[rows], return_index=True)
                self._starts.append(starts.astype(np.int32))
                self._bounds.append(np.append(first, len(rows)).astype(np.int64))
                self._ends.append(np.ascontiguousarray(targets[rows], np.int32))

    # --- where graphs come from --------------------------------------------------------------------------------------

    @classmethod
    def from_triples(cls, triples: Iterable[Triple], relations: Mapping[str, Relation] | None = None) -> Adjacency:
        """Strings are nodes: two things of one name are one node.

        Args:
            relations: names for relation ids that do not speak for themselves; the others are read as words
                (``directed_by`` is "directed by").
        """
        nodes: dict[str, int] = {}
        names: dict[str, int] = {}
        parts: list[Ids] = []
        rows: list[tuple[int, int, int]] = []
        for subject, relation, target in triples:
            row = (
                nodes.setdefault(subject, len(nodes)),
                names.setdefault(relation, len(names)),
                nodes.setdefault(target, len(nodes)),
            )
            rows.append(row)
            if len(rows) == _CHUNK:
                parts = [_distinct(np.concatenate([*parts, np.array(rows, np.int32)]))]
                rows = []
        parts.append(np.array(rows, np.int32).reshape(-1, 3))
        known = relations or {}
        return cls(
            [Entity(key, "", {"en": key}) for key in nodes],
            [known.get(id_) or Relation(id_, {"en": spoken(id_)}, {}) for id_ in names],
            np.concatenate(parts),
        )

    @classmethod
    def from_file(
        cls, path: str | Path, separator: str | None = None, relations: Mapping[str, Relation] | None = None
    ) -> Adjacency:
        """A text file of ``subject|relation|object`` lines (UTF-8; the separator may be ``|`` or a tab).

        Memory is bounded by the distinct triples, not by the length of the file.

        Raises:
            BadTriple: a line that is not UTF-8 or has not three parts, with its number.
        """
        return cls.from_triples(_read(Path(path), separator), relations)

    @classmethod
    def from_graph(cls, graph: Graph) -> Adjacency:
        """A :class:`knowledge.Graph`; its literals become nodes of their own, except whole sentences (``text``)."""
        nodes: dict[str | int, int] = {}
        entities: list[Entity] = []
        for entity in graph.entities():
            nodes[entity.id] = len(entities)
            entities.append(entity)
        kept = [relation for relation in graph.relations.values() if relation.kind != "text"]
        rank = {relation.id: row for row, relation in enumerate(kept)}
        rows = []
        for entity in entities[:]:
            for fact in graph.facts(entity.id):
                if fact.relation not in rank:
                    continue
                if fact.object not in nodes:
                    nodes[fact.object] = len(entities)
                    entities.append(Entity(str(fact.object), "literal", {"en": str(fact.object)}))
                rows.append((nodes[fact.subject], rank[fact.relation], nodes[fact.object]))
        return cls(entities, kept, np.array(rows, np.int32).reshape(-1, 3))

    # --- reading -----------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self.nodes)

    @property
    def steps(self) -> int:
        """Number of steps: twice the number of relations."""
        return 2 * len(self.relations)

    def inverse(self, step: int) -> int:
        """The same relation read the other way."""
        return (step + len(self.relations)) % self.steps

    def step_name(self, step: int) -> str:
        """``directed_by``, or ``^directed_by`` from object to subject."""
        count = len(self.relations)
        return f"^{self.relations[step - count].id}" if step >= count else self.relations[step].id

    @cached_property
    def rows(self) -> dict[str, int]:
        """The row of each node, by key."""
        return {node.id: row for row, node in enumerate(self.nodes)}

    @cached_property
    def step_rows(self) -> dict[str, int]:
        """The row of each step, by :meth:`step_name`."""
        return {self.step_name(step): step for step in range(self.steps)}

    def hop(self, node: int, step: int) -> Ids:
        """Where one step leads from one node, in the order of the triples; a view, do not write to it."""
        starts = self._starts[step]
        at = int(starts.searchsorted(node))
        if at == len(starts) or starts[at] != node:
            return _NO_IDS
        bounds = self._bounds[step]
        return self._ends[step][bounds[at] : bounds[at + 1]]

    def hop_all(self, nodes: Ids, step: int) -> tuple[Ids, NDArray[np.int64]]:
        """Where one step leads from several nodes: ``(targets, origins)``, a target for each edge walked.

        ``origins`` are positions in ``nodes``. The cost is that of the edges found.
        """
        starts = self._starts[step]
        if not len(starts) or not len(nodes):
            return _NO_IDS, np.empty(0, np.int64)
        at = starts.searchsorted(nodes)
        at[at == len(starts)] = 0
        found = np.flatnonzero(starts[at] == nodes)
        at = at[found]
        bounds = self._bounds[step]
        first = bounds[at]
        lengths = bounds[at + 1] - first
        total = int(lengths.sum())
        begins = np.cumsum(lengths) - lengths
        edges = np.repeat(first - begins, lengths) + np.arange(total)
        return self._ends[step][edges], np.repeat(found, lengths)

    def steps_of(self, node: int) -> list[int]:
        """The steps that lead anywhere from ``node``."""
        return [step for step in range(self.steps) if len(self.hop(node, step))]

    def degree(self, node: int) -> int:
        """Number of triples it takes part in."""
        return int(self.degrees[node])

    @cached_property
    def degrees(self) -> NDArray[np.int64]:
        """Number of triples each node takes part in, ``(n,)``."""
        return np.bincount(self.triples[:, [0, 2]].ravel(), minlength=len(self))

    @cached_property
    def follows(self) -> NDArray[np.bool_]:
        """``[a, b]``: whether some node that step ``a`` leads to has step ``b``; ``(steps, steps)``."""
        table = np.zeros((self.steps, self.steps), bool)
        reached = [np.unique(ends) for ends in self._ends]
        for a, ends in enumerate(reached):
            for b, starts in enumerate(self._starts):
                small, large = (ends, starts) if len(ends) < len(starts) else (starts, ends)
                if len(small):
                    at = np.minimum(large.searchsorted(small), len(large) - 1)
                    table[a, b] = bool((large[at] == small).any())
        return table

    def fan_out(self, step: int) -> float:
        """Mean number of neighbours of the nodes that have ``step``; 0 where none has."""
        return len(self._ends[step]) / len(self._starts[step]) if len(self._starts[step]) else 0.0

    @cached_property
    def _reached(self) -> list[frozenset[str]]:
        types = np.array([node.type for node in self.nodes])
        return [frozenset(np.unique(types[ends]).tolist()) if len(ends) else frozenset() for ends in self._ends]

    def types_reached(self, step: int) -> frozenset[str]:
        """Types of the nodes that ``step`` leads to."""
        return self._reached[step]

    @cached_property
    def numbers(self) -> NDArray[np.float64]:
        """The number each node is (``1994``, ``169 min``), NaN where it is none; ``(n,)``."""
        values = np.full(len(self), np.nan)
        for row, node in enumerate(self.nodes):
            found = _NUMBER.match(node.id)
            if found:
                values[row] = float(found.group())
        return values

    @cached_property
    def numeric(self) -> tuple[int, ...]:
        """Relations nearly all of whose objects are numbers."""
        return tuple(
            relation
            for relation in range(len(self.relations))
            if len(ends := self._ends[relation]) and np.isfinite(self.numbers[ends]).mean() > 0.9
        )

    # --- keeping -----------------------------------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """Names as JSON; the triples are kept apart as an array. Read back by :meth:`from_state`."""
        return {
            "nodes": [[node.id, node.type, node.labels, list(node.aliases)] for node in self.nodes],
            "relations": [[r.id, r.labels, r.inverse, r.kind] for r in self.relations],
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any], triples: Ids) -> Adjacency:
        """The graph of :meth:`state` and its triples."""
        nodes = [Entity(id_, type_, labels, tuple(aliases)) for id_, type_, labels, aliases in state["nodes"]]
        return cls(nodes, [Relation(*row) for row in state["relations"]], triples)


def spoken(identifier: str) -> str:
    """The words of an identifier: ``starred_actors`` and ``starredActors`` are "starred actors"."""
    last = re.split(r"[/#:]", identifier.rstrip("/#:"))[-1] or identifier
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[_\-.]+", " ", last).strip().lower() or identifier


def _distinct(triples: Ids) -> Ids:
    """Each row once, where it first stood."""
    if not len(triples):
        return triples
    head, relation, tail = (triples.astype(np.int64) - triples.min()).T
    _, first = np.unique((head * (relation.max() + 1) + relation) * (tail.max() + 1) + tail, return_index=True)
    return triples[np.sort(first)]


def _read(path: Path, separator: str | None) -> Iterator[Triple]:
    with path.open("rb") as lines:
        for number, raw in enumerate(lines, 1):
            try:
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
            except UnicodeDecodeError as error:
                raise BadTriple(f"{path}:{number}: not UTF-8 ({error.reason}); save the file as UTF-8") from None
            if not line.strip():
                continue
            if separator is None:
                separator = "\t" if "\t" in line else "|"
            parts = [part.strip() for part in line.split(separator)]
            if len(parts) != 3 or not all(parts):
                missing = ("subject", "relation", "object")
                lacking = next((name for name, part in zip(missing, parts, strict=False) if not part), "")
                what = f"no {lacking or missing[len(parts)]}" if lacking or len(parts) < 3 else f"{len(parts)} parts"
                raise BadTriple(f"{path}:{number}: {what}; write subject{separator}relation{separator}object")
            yield parts[0], parts[1], parts[2]
