"""Path rules: what a chain of relations says about another relation.

    Lao & Cohen, "Relational retrieval using a combination of path-constrained random walks", Machine Learning 2010
    (walk probabilities as features: the path ranking algorithm); Galárraga et al., "AMIE", WWW 2013, and Meilicke et
    al., "AnyBURL", IJCAI 2019 (closed path rules and their confidence).

A rule ``written_by ← directed_by · directed_by⁻¹ · written_by`` says: who wrote the director's other films may have
written this one. Its body is walked at random from the head, so an end that few other walks lead to counts for more,
and one director's three films count for more than the three thousand of a genre. Rules are found, and their confidence
is counted, on facts that the walks cannot see. No torch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from knowledge.link_prediction.triples import Ints, Known, TripleSet, both_ways

__all__ = ["Body", "PathRules", "Rule", "walks"]

Body = tuple[int, ...]
"""Directed relations in walking order."""

SHARPNESS = 1000.0
"""A walk probability p becomes log(1 + 1000 p) / log(1001), 0..1: one in a thousand is still something."""


@dataclass(frozen=True, slots=True)
class Rule:
    """``relation ← body``.

    Attributes:
        confidence: mean probability, 0..1, that a walk along ``body`` which does not end at something already known
            ends at a true answer; counted on held-out facts whose head the body can be walked from.
        support: how many held-out facts that was counted on.
    """

    relation: int
    body: Body
    confidence: float
    support: int


def transitions(triples: TripleSet) -> list[sparse.csr_matrix]:
    """For each directed relation the (N, N) float32 matrix of one random step: rows sum to 1 or to 0."""
    found = []
    for matrix in triples.matrices:
        step = matrix.copy()
        step.data /= np.repeat(np.diff(step.indptr), np.diff(step.indptr)).astype(np.float32)
        found.append(step)
    return found


def walks(steps: list[sparse.csr_matrix], heads: Ints, bodies: list[Body]) -> Iterator[tuple[Body, sparse.csr_matrix]]:
    """For each body the probability, (b, N), that a walk along it from each head ends at each entity.

    Bodies that begin alike share the beginning. Memory: the walks of one beginning at a time.
    """
    size = steps[0].shape[0]
    start = sparse.csr_matrix(
        (np.ones(len(heads), dtype=np.float32), heads, np.arange(len(heads) + 1)), shape=(len(heads), size)
    )
    done: dict[Body, sparse.csr_matrix] = {(): start}
    for body in sorted(bodies):
        # Sorted, so what is no beginning of this body will not be asked for again.
        done = {prefix: walked for prefix, walked in done.items() if body[: len(prefix)] == prefix}
        for length in range(1, len(body) + 1):
            prefix = body[:length]
            if prefix not in done:
                done[prefix] = done[prefix[:-1]] @ steps[prefix[-1]]
        yield body, done[body]


def sharpened(walked: sparse.csr_matrix) -> sparse.csr_matrix:
    """The feature made of walk probabilities, see :data:`SHARPNESS`."""
    found = walked.copy()
    found.data = np.log1p(SHARPNESS * found.data) / np.float32(np.log1p(SHARPNESS))
    return found


class PathRules:
    """The rules of every directed relation, and the graph they are walked in.

    Attributes:
        rules: for each of the 2R directed relations its rules, in the order of :func:`walks`.
    """

    def __init__(self, triples: TripleSet, rules: list[list[Rule]]) -> None:
        self.rules = rules
        self.steps = transitions(triples)

    @classmethod
    def fit(
        cls, triples: TripleSet, held_out: Ints, *, longest: int = 3, keep: int = 20, sample: int = 64, seed: int = 0
    ) -> PathRules:
        """Finds up to ``keep`` rules for each directed relation.

        Args:
            triples: the graph that is walked.
            held_out: int64 (m, 3) facts not in it, on which rules are counted.
            longest: longest body.
            sample: questions looked at for each relation.
        """
        relations = len(triples.relations)
        found = cls(triples, [])
        known = Known(triples.rows, relations)
        asked = both_ways(held_out, relations)
        generator = np.random.default_rng(seed)
        for relation in range(2 * relations):
            rows = asked[asked[:, 1] == relation]
            rows = rows[generator.permutation(len(rows))[:sample]]
            rules = found._counted(relation, rows, known, list(bodies(triples, relation, longest)))
            rules = sorted(rules, key=lambda rule: -rule.confidence * rule.support)[:keep]
            found.rules.append(sorted(rules, key=lambda rule: rule.body))
        return found

    def _counted(self, relation: int, rows: Ints, known: Known, candidates: list[Body]) -> list[Rule]:
        """The candidates that lead to some of the answers of ``rows`` (q, 3)."""
        if not len(rows) or not candidates:
            return []
        found = []
        old_rows, old = known.pairs(rows[:, 0], rows[:, 1])
        for body, walked in walks(self.steps, rows[:, 0], candidates):
            total = np.asarray(walked.sum(axis=1))[:, 0]  # (q,)
            seen = np.zeros(len(rows), dtype=np.float32)
            np.add.at(seen, old_rows, np.asarray(walked[old_rows, old]).reshape(-1))
            gold = np.asarray(walked[np.arange(len(rows)), rows[:, 2]]).reshape(-1)
            fresh = total - seen
            able = fresh > 1e-6
            hits = gold[able] / fresh[able]
            if able.any() and hits.any():
                found.append(Rule(relation, body, float(min(hits.mean(), 1.0)), int(able.sum())))
        return found

    def features(self, heads: Ints, relation: int) -> Iterator[tuple[Rule, sparse.csr_matrix]]:
        """Each rule of ``relation`` with its feature (b, N), 0..1, for every possible answer."""
        rules = {rule.body: rule for rule in self.rules[relation]}
        if rules:
            for body, walked in walks(self.steps, heads, list(rules)):
                yield rules[body], sharpened(walked)

    def scores(self, heads: Ints, relation: int) -> NDArray[np.float32]:
        """The rules on their own: Σ confidence · walk probability, (b, N) float32."""
        found = np.zeros((len(heads), self.steps[0].shape[0]), dtype=np.float32)
        rules = {rule.body: rule for rule in self.rules[relation]}
        if rules:
            for body, walked in walks(self.steps, heads, list(rules)):
                found += np.float32(rules[body].confidence) * walked.toarray()
        return found


def bodies(triples: TripleSet, relation: int, longest: int) -> Iterator[Body]:
    """Chains of up to ``longest`` directed relations that can lead from the heads of ``relation`` to its tails.

    Two relations follow each other when what one ends at is often what the next one starts from: at least three
    entities, and 2 % of the smaller side.
    """
    count = 2 * len(triples.relations)
    ends = triples.counts > 0  # (2R, N): end of each directed relation; its start is the end of its reciprocal
    start_of = np.roll(np.arange(count), -len(triples.relations))  # number of the reciprocal
    common = ends.astype(np.float32) @ ends.T.astype(np.float32)  # (2R, 2R)
    sizes = np.diag(common)
    meets = common >= np.maximum(3, 0.02 * np.minimum(sizes[:, None], sizes[None, :]))
    follows = meets[:, start_of]  # [a, b]: b can follow a
    chains: list[Body] = [(first,) for first in range(count) if meets[start_of[relation], start_of[first]]]
    for _ in range(longest):
        yield from (chain for chain in chains if meets[chain[-1], relation] and chain != (relation,))
        chains = [(*chain, after) for chain in chains for after in range(count) if follows[chain[-1], after]]
