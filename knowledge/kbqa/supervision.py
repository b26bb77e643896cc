"""Paths for training questions that come with answers only.

For every question the paths of up to three steps from its topic that reach its answers are found; many do by accident
(a film's writer is often its director). Two questions of one wording ask for the same path, so the candidates are
scored by how well they agree with the answers over all questions of a wording, and where a wording is rare, by what
similar wordings turned out to ask for (:mod:`knowledge.kbqa.training` alternates the two, which is hard EM).

    Yih et al., ACL 2015, section 3.2: candidate chains scored by the F-measure of what they reach.
    Das et al., "Case-based Reasoning for Natural Language Queries over Knowledge Bases", EMNLP 2021, for questions of
    one form sharing their logical form; Liang et al., "Neural Symbolic Machines: Learning Semantic Parsers on Freebase
    with Weak Supervision", ACL 2017, for EM-like search and maximisation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.kbqa.adjacency import Adjacency, Ids
from knowledge.kbqa.paths import MAX_HOPS, Path, walk

__all__ = ["Example", "Wording", "agreement", "paths_reaching", "preference", "supervise"]

Wording = tuple[str, ...]
"""The tokens of a masked question (:func:`knowledge.kbqa.features.wording`)."""

_MAX_FRONTIER = 4000  # a step from more nodes than this (every film of a genre) is not a reading of a question
_SEARCHED = 6  # questions of a wording whose paths are searched for
_CHECKED = 40  # questions of a wording that candidates are checked against
_KEPT = 12  # candidates of a wording
_BREVITY = 0.01  # what a step costs: of two paths to the same answers the shorter is meant
_RETURN = 0.001  # and a walk may come back unless something speaks against it


@dataclass(frozen=True, slots=True)
class Example:
    """One reading of a training question: its wording, the topic's row and the rows of its answers (sorted)."""

    words: Wording
    topic: int
    answers: Ids


def agreement(found: Ids, answers: Ids) -> float:
    """F0.5 between what a path reaches and the gold answers, 0..1.

    Precision counts for more than recall: a graph often lacks some of the answers, and seldom makes any up.
    """
    if not len(found) or not len(answers):
        return 0.0
    return 1.25 * int(np.isin(found, answers).sum()) / (len(found) + 0.25 * len(answers))


def paths_reaching(adjacency: Adjacency, topic: int, answers: Ids, max_hops: int = MAX_HOPS) -> dict[Path, float]:
    """Every path of at most ``max_hops`` steps from ``topic`` that reaches any of ``answers``, with its agreement.

    Searched from both ends: the last step is tried only from where it can reach an answer.
    """
    steps = range(adjacency.steps)
    before = {step: np.unique(adjacency.hop_all(answers, adjacency.inverse(step))[0]) for step in steps}
    follows = adjacency.follows
    found: dict[Path, float] = {}

    def extend(frontier: Ids, steps_before: tuple[int, ...], returned: bool) -> None:
        last = len(steps_before) + 1 == max_hops
        for step in steps:
            if steps_before and not follows[steps_before[-1], step]:
                continue
            meets = len(before[step]) > 0 and bool(np.isin(before[step], frontier, assume_unique=True).any())
            if last and not meets:
                continue
            targets = np.unique(adjacency.hop_all(frontier, step)[0])
            if not len(targets):
                continue
            path = Path((*steps_before, step))
            home = returned or bool((targets == topic).any())
            if meets:
                found[path] = agreement(targets, answers)
                if home:
                    away = Path(path.steps, outward=True)
                    found[away] = agreement(walk(adjacency, topic, away)[0], answers)
            if not last and len(targets) <= _MAX_FRONTIER:
                extend(targets, path.steps, home)

    extend(np.array([topic], np.int32), (), False)
    return found


def supervise(
    adjacency: Adjacency,
    examples: Sequence[Example],
    *,
    max_hops: int = MAX_HOPS,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> dict[Wording, list[tuple[Path, float]]]:
    """The paths each wording may ask for: ``(path, mean agreement over its questions)``, best first, at most a dozen.

    A wording none of whose answers can be reached is left out.
    """
    random = np.random.default_rng(seed)
    groups: dict[Wording, list[Example]] = defaultdict(list)
    for example in examples:
        groups[example.words].append(example)
    ranked: dict[Wording, list[tuple[Path, float]]] = {}
    for done, (words, group) in enumerate(groups.items(), 1):
        order = random.permutation(len(group))
        totals: dict[Path, float] = defaultdict(float)
        for example in (group[i] for i in order[:_SEARCHED]):
            for path, score in paths_reaching(adjacency, example.topic, example.answers, max_hops).items():
                totals[path] += score
        best = sorted(totals, key=lambda path: -preference(path, totals[path]))[:_KEPT]
        outwards = [Path(path.steps, outward=True) for path in best if len(path.steps) > 1 and not path.outward]
        checked = [group[i] for i in order[:_CHECKED]]
        scores = {path: _mean_agreement(adjacency, path, checked) for path in dict.fromkeys([*best, *outwards])}
        paths = sorted(scores.items(), key=lambda pair: -preference(*pair))
        if paths:
            ranked[words] = paths[:_KEPT]
        if progress is not None:
            progress(done, len(groups))
    return ranked


def _mean_agreement(adjacency: Adjacency, path: Path, examples: Sequence[Example]) -> float:
    scores = []
    for one in examples:
        found = walk(adjacency, one.topic, path)[0]
        if path.outward and not len(found):
            # Nothing but the topic is known to the graph: that says nothing about whether a walk may return to it.
            found = walk(adjacency, one.topic, Path(path.steps))[0]
        scores.append(agreement(found, one.answers))
    return float(np.mean(scores))


def preference(path: Path, score: float) -> float:
    """``score`` less what makes one of two equally good paths the likelier meaning."""
    return score - _BREVITY * len(path.steps) - _RETURN * path.outward
