"""One model out of three kinds of evidence: the graph network, the path rules, and what is usual.

For each directed relation a softmax regression over the possible answers weighs, with its weights learned on facts that
neither the network nor the rules have seen:

* the network's log-probability (:mod:`~knowledge.link_prediction.embeddings`);
* the walk probability of each rule (:mod:`~knowledge.link_prediction.rules`);
* how often the answer ends this relation, whether it never does, and whether it is of the kind that could. Read the
  other way round this says that a film which has a director needs one less than a film which has none.

Any of the three may be left out, which is how the benchmark shows what each is worth. Without torch the network is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

from knowledge.link_prediction.embeddings import Embeddings
from knowledge.link_prediction.rules import PathRules
from knowledge.link_prediction.triples import Ints, Known, TripleSet, both_ways

__all__ = ["STATIC", "Blend"]

Floats = NDArray[np.float32]

STATIC = ("frequency", "never", "plausible", "candidate")
"""Features that depend on the answer and the relation only."""

_SAMPLED = 96  # of each kind of wrong answer that a question's right one is learned against
_PRIOR = 1.0  # variance of the Gaussian prior on the weights, as a factor on the squared distance


@dataclass(frozen=True)
class Blend:
    """Scores every entity as the answer of ``(head, relation, ?)``.

    Attributes:
        embeddings: the network's, or None.
        rules: the path rules, or None.
        static: float32 (2R, 4, N), see :data:`STATIC`.
        weights: for each directed relation float32 (F,): [network,] rules in their order, then the static ones.
    """

    embeddings: Embeddings | None
    rules: PathRules | None
    static: Floats
    weights: list[Floats]

    @classmethod
    def fit(
        cls,
        triples: TripleSet,
        held_out: Ints,
        embeddings: Embeddings | None,
        rules: PathRules | None,
        *,
        most: int = 1500,
        seed: int = 0,
    ) -> Blend:
        """Learns the weights on ``held_out`` (m, 3), facts that are not in ``triples``.

        Args:
            most: questions used for each directed relation. Memory: these × 400 × features float32.
        """
        relations = len(triples.relations)
        blend = cls(embeddings, rules, static(triples), [])
        known = Known(np.concatenate([triples.rows, held_out]), relations)
        asked = both_ways(held_out, relations)
        generator = np.random.default_rng(seed)
        for relation in range(2 * relations):
            rows = asked[asked[:, 1] == relation]
            rows = rows[generator.permutation(len(rows))[:most]]
            blend.weights.append(blend._learned(relation, rows, known, triples.candidates[relation], generator))
        return blend

    def scores(self, heads: Ints, relation: int) -> Floats:
        """(b, N) float32; log-probabilities up to a constant in each row."""
        weights = self.weights[relation]
        count = len(self.static[relation])
        scores = np.repeat((weights[-count:] @ self.static[relation])[None, :], len(heads), axis=0)
        place = 0
        if self.embeddings is not None:
            scores += weights[0] * self.embeddings.scores(heads, relation)
            place = 1
        if self.rules is not None:
            for number, (_, feature) in enumerate(self.rules.features(heads, relation), start=place):
                _add(scores, feature, float(weights[number]))
        return scores

    def _learned(
        self, relation: int, rows: Ints, known: Known, candidates: Ints, generator: np.random.Generator
    ) -> Floats:
        start = self._start(relation)
        if not len(rows):
            return start
        parts = [
            self._table(relation, rows[first : first + 256], known, candidates, generator)
            for first in range(0, len(rows), 256)
        ]
        table = np.concatenate([part[0] for part in parts])  # (q, C, F)
        offset = np.concatenate([part[1] for part in parts])  # (q, C)

        def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            logits = table @ weights.astype(np.float32) + offset  # (q, C)
            norm = logsumexp(logits, axis=1)  # (q,)
            share = np.exp(logits - norm[:, None])  # (q, C)
            gradient = np.einsum("qc,qcf->f", share, table) - table[:, 0].sum(axis=0)
            away = weights - start
            value = float((norm - logits[:, 0]).sum()) + 0.5 * _PRIOR * float(away @ away)
            return value, gradient.astype(np.float64) + _PRIOR * away

        found = minimize(loss, start.astype(np.float64), jac=True, method="L-BFGS-B", options={"maxiter": 60})
        return found.x.astype(np.float32)

    def _start(self, relation: int) -> Floats:
        """Weights before anything is learned, and what they are pulled towards."""
        network = [] if self.embeddings is None else [1.0]
        rules = [] if self.rules is None else [2.0 * rule.confidence for rule in self.rules.rules[relation]]
        usual = [0.0, 0.0, 0.0, 0.0] if network else [1.0, 0.0, 1.0, 1.0]
        return np.array([*network, *rules, *usual], dtype=np.float32)

    def _table(
        self, relation: int, rows: Ints, known: Known, candidates: Ints, generator: np.random.Generator
    ) -> tuple[Floats, Floats]:
        """Features (q, C, F) of the right answer (column 0) and of sampled wrong ones, and log-weights (q, C).

        Wrong answers are the best by the network and by the rules, and random ones of the right and of the wrong kind;
        a random one stands for as many as it was drawn from. Right ones and repetitions get −inf.
        """
        heads = rows[:, 0]
        size = self.static.shape[2]
        dense: list[Floats] = []
        hard: list[Ints] = []
        if self.embeddings is not None:
            dense.append(self.embeddings.scores(heads, relation))
            hard.append(_top(dense[0]))
        features = [] if self.rules is None else list(self.rules.features(heads, relation))
        if features:
            together = np.zeros((len(heads), size), dtype=np.float32)
            for rule, feature in features:
                _add(together, feature, rule.confidence)
            hard.append(_top(together))
        others = np.setdiff1d(np.arange(size), candidates)
        drawn = [(pool, generator.choice(pool, (len(rows), _SAMPLED))) for pool in (candidates, others) if len(pool)]
        columns = np.concatenate([rows[:, 2:], *hard, *(picked for _, picked in drawn)], axis=1)  # (q, C)
        offset = np.zeros(columns.shape, dtype=np.float32)
        place = 1 + sum(part.shape[1] for part in hard)
        for pool, picked in drawn:
            offset[:, place : place + picked.shape[1]] = np.log(len(pool) / picked.shape[1])
            place += picked.shape[1]
        # Each wrong answer counts once: what was picked as one of the best is not drawn again, a right one never.
        index = np.arange(len(rows))[:, None]
        taken = np.zeros((len(rows), size), dtype=bool)
        taken[known.pairs(heads, rows[:, 1])] = True
        place = 1
        for group in (*hard, np.concatenate([picked for _, picked in drawn], axis=1)):
            offset[:, place : place + group.shape[1]][taken[index, group]] = -np.inf
            taken[index, group] = True
            place += group.shape[1]
        found = [part[index, columns] for part in dense]
        found += [np.asarray(feature[index, columns].todense()).reshape(columns.shape) for _, feature in features]
        found += [part[columns] for part in self.static[relation]]
        return np.stack(found, axis=2).astype(np.float32), offset


def static(triples: TripleSet) -> Floats:
    """The features of :data:`STATIC`: float32 (2R, 4, N)."""
    counts = triples.counts
    possible = np.zeros_like(counts)
    for relation, found in enumerate(triples.candidates):
        possible[relation, found] = 1.0
    return np.stack([np.log1p(counts), (counts == 0).astype(np.float32), triples.plausible, possible], axis=1)


def _top(scores: Floats) -> Ints:
    """Columns of the best ``_SAMPLED`` of each row, in no order."""
    count = min(_SAMPLED, scores.shape[1])
    return np.argpartition(-scores, count - 1, axis=1)[:, :count]


def _add(scores: Floats, feature: object, weight: float) -> None:
    """``scores += weight · feature`` for a sparse ``feature`` with sorted or unsorted, distinct columns."""
    rows = np.repeat(np.arange(scores.shape[0]), np.diff(feature.indptr))  # type: ignore[attr-defined]
    scores[rows, feature.indices] += np.float32(weight) * feature.data  # type: ignore[attr-defined]
