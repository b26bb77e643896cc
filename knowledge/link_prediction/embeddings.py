"""What training leaves behind: an array of entities, one of relations, and how to score with them. numpy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.link_prediction.triples import Ints

__all__ = ["Embeddings"]

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Embeddings:
    """Computed once after training; a question is then a gather and a matrix product.

    Attributes:
        entities: float32 (N, d).
        relations: float32 (2R, d), directed.
        prior: float32 (2R, N), what is added for how usual an end is.
        decoder: ``"distmult"`` or ``"complex"`` (see :mod:`knowledge.link_prediction.decoder`).
        candidates: for each directed relation the entities that may stand at its end.
    """

    entities: Floats
    relations: Floats
    prior: Floats
    decoder: str
    candidates: tuple[Ints, ...]

    def scores(self, heads: Ints, relation: int) -> Floats:
        """Log-probability of every entity as the end of ``(head, relation, ?)``: (b, N) float32.

        The softmax is over the relation's candidates. An entity of another kind gets one less than the least of them.
        """
        candidates = self.candidates[relation]
        logits = self._question(self.entities[heads], self.relations[relation]) @ self.entities[candidates].T
        logits += self.prior[relation, candidates]  # (b, c)
        top = logits.max(axis=1, keepdims=True)
        logits -= top + np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
        scores = np.repeat(logits.min(axis=1, keepdims=True) - 1.0, len(self.entities), axis=1)  # (b, N)
        scores[:, candidates] = logits
        return scores

    def _question(self, heads: Floats, relation: Floats) -> Floats:
        """:func:`knowledge.link_prediction.decoder.question`, in numpy."""
        if self.decoder == "distmult":
            return heads * relation
        half = heads.shape[1] // 2
        a, b, c, d = heads[:, :half], heads[:, half:], relation[:half], relation[half:]
        return np.concatenate([a * c - b * d, a * d + b * c], axis=1)
