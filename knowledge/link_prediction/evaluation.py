"""Filtered ranking, in one place for every model that is compared.

    Bordes et al., "Translating embeddings for modeling multi-relational data", NeurIPS 2013, section 4 (filtering);
    Sun et al., "A re-evaluation of knowledge graph completion methods", ACL 2020 (ties).

Each fact is asked for twice, once by its object and once by its subject, against *all* entities; other answers that are
known to be right are left out. A tie counts as the mean of the best and the worst place it could mean, so that a model
which gives everything the same score gets the rank of a guess. Entities never seen in training stay in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.link_prediction.triples import Ints, Known, both_ways

__all__ = ["Ranking", "Scorer", "evaluate", "ranks"]

Scorer = Callable[[Ints, int], NDArray[np.float32]]
"""``scorer(heads (b,), relation)`` → scores (b, N) of every entity as the answer, higher is better."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """``ranks`` float64 (2n,), 1 is best; ``relations`` int64 (2n,), directed."""

    ranks: NDArray[np.float64]
    relations: Ints

    @property
    def mrr(self) -> float:
        """Mean reciprocal rank, 0..1."""
        return float((1.0 / self.ranks).mean())

    def hits(self, k: int) -> float:
        """Share of facts ranked k or better, 0..1."""
        return float((self.ranks <= k).mean())

    def of_relation(self, relation: int) -> Ranking:
        """The part about one directed relation."""
        part = self.relations == relation
        return Ranking(self.ranks[part], self.relations[part])


def ranks(scores: NDArray[np.float32], gold: Ints, known: tuple[Ints, Ints]) -> NDArray[np.float64]:
    """Filtered mean rank of each row's gold answer.

    Args:
        scores: (b, N); changed in place.
        gold: (b,) column of the answer.
        known: rows and columns (m,) of every known answer; the gold one may be among them.
    """
    rows = np.arange(len(gold))
    own = scores[rows, gold].copy()
    scores[known] = -np.inf
    scores[rows, gold] = own
    better = (scores > own[:, None]).sum(axis=1)
    level = (scores == own[:, None]).sum(axis=1) - 1  # without itself
    return 1.0 + better + level / 2.0


def evaluate(
    scorer: Scorer,
    rows: Ints,
    known: Known,
    relations: int,
    *,
    batch: int = 128,
    progress: Callable[[float], None] | None = None,
) -> Ranking:
    """Ranks both sides of every fact of ``rows`` (n, 3).

    Questions that several facts share are scored once. Memory: a few arrays of (batch, N) float32.

    Args:
        known: everything that is true (train, dev and test); its answers are filtered.
        relations: R.
        progress: told the share done, 0..1.
    """
    directed = both_ways(rows, relations)
    found = np.zeros(len(directed), dtype=np.float64)
    for relation in np.unique(directed[:, 1]):
        asked = np.flatnonzero(directed[:, 1] == relation)
        heads, which = np.unique(directed[asked, 0], return_inverse=True)
        for start in range(0, len(heads), batch):
            scores = scorer(heads[start : start + batch], int(relation))
            here = np.flatnonzero((which >= start) & (which < start + batch))
            for part in np.split(here, range(batch, len(here), batch)):
                own = asked[part]
                pairs = known.pairs(directed[own, 0], directed[own, 1])
                found[own] = ranks(scores[which[part] - start], directed[own, 2], pairs)
            if progress is not None:
                progress(float((found > 0).mean()))
    return Ranking(found, directed[:, 1])
