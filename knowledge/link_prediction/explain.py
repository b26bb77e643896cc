"""The paths in the graph behind a suggestion: what is actually recorded that makes it likely.

A rule's body is a pattern; here it is filled in with the entities it runs through, found by walking forward from the
head and backward from the tail at once. The facts along a path are facts; only what they are taken to mean is a guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from knowledge.graph import Graph
from knowledge.link_prediction.rules import Body, Rule
from knowledge.link_prediction.triples import TripleSet

__all__ = ["Path", "current", "instances", "shared"]


@dataclass(frozen=True, slots=True)
class Path:
    """One way from the head to the tail.

    Attributes:
        facts: recorded ``(subject, relation, object)`` ids in walking order, each as it is stated.
        confidence: 0..1, how often a walk along this pattern ended at a true answer (:class:`~.rules.Rule`); 0 where
            no rule was learned and the path only shows what two things share.
        among: for a path work → something in common → other work → tail, how many other works have that in common;
            0 for paths of another shape.
        count: how many of those lead to the tail.
    """

    facts: tuple[tuple[str, str, str], ...]
    confidence: float
    among: int = 0
    count: int = 0


def current(graph: Graph, path: Path) -> Path | None:
    """``path`` as ``graph`` has it now, with its counts; None when the graph no longer holds all of its facts."""
    if any(graph.fact(*fact) is None for fact in path.facts):
        return None
    if len(path.facts) != 3:
        return path
    (head, _, via), (other, same, likewise), (again, wanted, tail) = path.facts
    if via != likewise or other != again:
        return path
    others = [id_ for id_ in graph.subjects(via, same) if id_ != head]
    count = sum(graph.fact(id_, wanted, tail) is not None for id_ in others)
    return replace(path, among=len(others), count=count)


def instances(triples: TripleSet, rule: Rule, head: int, tail: int, *, most: int = 1) -> list[Path]:
    """Up to ``most`` ways of walking the body of ``rule`` from ``head`` to ``tail``; least-linked entities first.

    A way that passes the head or the tail before its end says nothing and is left out.
    """
    found = []
    for stops in _routes(triples, rule.body, head, tail):
        found.append(Path(tuple(_stated(triples, stops, rule.body)), rule.confidence))
        if len(found) == most:
            break
    return found


def shared(triples: TripleSet, one: int, other: int, *, most: int = 3) -> list[Path]:
    """What two entities are both linked to in the same way, the rarest first."""
    found: list[tuple[int, Path]] = []
    count = len(triples.relations)
    for relation, matrix in enumerate(triples.matrices):
        back = triples.matrices[(relation + count) % (2 * count)]
        for via in np.intersect1d(_ends(matrix, one), _ends(matrix, other)):
            body = (relation, (relation + count) % (2 * count))
            facts = tuple(_stated(triples, (one, int(via), other), body))
            found.append((len(_ends(back, int(via))), Path(facts, 0.0)))
    found.sort(key=lambda item: item[0])
    return [path for _, path in found[:most]]


def _routes(triples: TripleSet, body: Body, head: int, tail: int) -> Iterator[tuple[int, ...]]:
    """Sequences of entities, head first and tail last."""
    count = len(triples.relations)
    back = [triples.matrices[(relation + count) % (2 * count)] for relation in body]
    leads: list[set[int]] = [{tail}]  # entities from which the rest of the body leads to the tail, last stop first
    for matrix in reversed(back[1:]):
        leads.append({int(near) for stop in leads[-1] for near in _ends(matrix, stop)})
    leads.reverse()

    def walk(route: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        place = len(route) - 1
        if place == len(body):
            yield route
            return
        ways = [int(end) for end in _ends(triples.matrices[body[place]], route[-1]) if int(end) in leads[place]]
        last = place == len(body) - 1
        for end in sorted(ways, key=lambda end: (_degree(triples, end), end)):
            if end not in route and (last or end != tail):
                yield from walk((*route, end))

    yield from walk((head,))


def _ends(matrix: object, row: int) -> np.ndarray:
    """Columns of one row of a CSR matrix."""
    start, end = matrix.indptr[row : row + 2]  # type: ignore[attr-defined]
    return matrix.indices[start:end]  # type: ignore[attr-defined,no-any-return]


def _degree(triples: TripleSet, entity: int) -> float:
    return float(triples.counts[:, entity].sum())


def _stated(triples: TripleSet, stops: Sequence[int], body: Body) -> Iterator[tuple[str, str, str]]:
    """The facts along a route, reciprocal ones turned round."""
    count = len(triples.relations)
    for start, relation, end in zip(stops[:-1], body, stops[1:], strict=True):
        subject, target = (start, end) if relation < count else (end, start)
        yield triples.entities[subject], triples.relations[relation % count], triples.entities[target]
