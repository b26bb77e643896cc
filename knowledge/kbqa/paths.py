"""Paths of relations and the walk along them.

A path is what Yih et al. call the core inferential chain: the steps from the entity a question names to its answers.
``directed`` paths are not needed (a step already has its direction), but a walk may be *outward*: it never comes back
to the entity it started from. "Who acted with Tom Hanks" does not ask for Tom Hanks.

    Yih, Chang, He, Gao, "Semantic Parsing via Staged Query Graph Generation: Question Answering with Knowledge Base",
    ACL 2015, section 3.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.kbqa.adjacency import Adjacency, Ids, Triple

__all__ = ["MAX_HOPS", "Path", "edges", "walk"]

MAX_HOPS = 3
_NOTHING = (np.empty(0, np.int32), np.empty(0, np.float32))


@dataclass(frozen=True, slots=True)
class Path:
    """Steps of an :class:`Adjacency`, first to last. ``outward``: the walk never returns to where it began."""

    steps: tuple[int, ...]
    outward: bool = False

    def names(self, adjacency: Adjacency) -> tuple[str, ...]:
        """``("directed_by", "^directed_by")``."""
        return tuple(adjacency.step_name(step) for step in self.steps)


def walk(adjacency: Adjacency, topic: int, path: Path) -> tuple[Ids, NDArray[np.float32]]:
    """Where ``path`` leads from ``topic``: ``(nodes, walks)``, most walks first, ``walks`` being how many lead there.

    Ties keep the order of the triples for one step, and of the nodes for several.
    """
    steps = path.steps
    if not steps:
        return _NOTHING
    nodes = adjacency.hop(topic, steps[0])
    if path.outward:
        nodes = nodes[nodes != topic]
    walks = np.ones(len(nodes), np.float32)
    for step in steps[1:]:
        if not len(nodes):
            return _NOTHING
        targets, origins = adjacency.hop_all(nodes, step)
        carried = walks[origins]
        if path.outward:
            away = targets != topic
            targets, carried = targets[away], carried[away]
        nodes, where = np.unique(targets, return_inverse=True)
        walks = np.bincount(where, carried, len(nodes)).astype(np.float32)
    if len(steps) > 1 and len(nodes) > 1:
        order = np.argsort(-walks, kind="stable")
        return nodes[order], walks[order]
    return nodes, walks


def edges(
    adjacency: Adjacency, topic: int, path: Path, answers: Sequence[int] | Ids, limit: int = 200
) -> tuple[Triple, ...]:
    """The triples that ``path`` uses to get from ``topic`` to ``answers``, each once, at most ``limit`` of them.

    Found backwards from the answers, over what the walk forward had reached: nothing that leads nowhere is shown.
    """
    levels: list[Ids] = [np.array([topic], np.int32)]
    for step in path.steps:
        targets, _ = adjacency.hop_all(levels[-1], step)
        reached = np.unique(targets)
        levels.append(reached[reached != topic] if path.outward else reached)
    wanted = np.intersect1d(np.asarray(answers, np.int32), levels[-1])
    found: list[list[Triple]] = []
    for depth in range(len(path.steps) - 1, -1, -1):
        step = path.steps[depth]
        before = levels[depth]
        targets, origins = adjacency.hop_all(before, step)
        kept = np.isin(targets, wanted)
        sources, ends = before[origins[kept]][:limit], targets[kept][:limit]
        forward = step < len(adjacency.relations)
        heads, tails = (sources, ends) if forward else (ends, sources)
        relation = adjacency.relations[step if forward else step - len(adjacency.relations)].id
        keys = adjacency.nodes
        found.append(
            [
                (keys[head].id, relation, keys[tail].id)
                for head, tail in zip(heads.tolist(), tails.tolist(), strict=True)
            ]
        )
        wanted = np.unique(sources)
    ordered = [triple for level in reversed(found) for triple in level]
    return tuple(dict.fromkeys(ordered))[:limit]
