"""A linear listwise ranker: softmax over the candidates of one query, several of which may be right.

The loss of a query is −log Σ p(right candidates): all the probability may go to one of them. Features are
standardised, weights held back by L2, and the optimum found by L-BFGS in a second or two.

    Cao, Qin, Liu, Tsai and Li, "Learning to Rank: From Pairwise Approach to Listwise Approach", ICML 2007.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

__all__ = ["LinearRanker", "listwise"]


def listwise(
    scores: NDArray[np.float64], queries: NDArray[np.int64], right: NDArray[np.bool_]
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Loss, its gradient and the softmax itself.

    Args:
        scores: ``(n,)``, one per candidate.
        queries: ``(n,)``, the query of each candidate, 0..n_queries−1.
        right: ``(n,)``; queries without a right candidate add nothing.

    Returns:
        mean loss over queries that have one right, d loss / d score times the number of those queries ``(n,)``, and
        p ``(n,)``.
    """
    n_queries = int(queries.max()) + 1 if len(queries) else 0
    top = np.full(n_queries, -np.inf)
    np.maximum.at(top, queries, scores)
    weight = np.exp(scores - top[queries])
    p = weight / np.bincount(queries, weight, minlength=n_queries)[queries]
    of_right = np.where(right, p, 0.0)
    mass = np.bincount(queries, of_right, minlength=n_queries)
    counted = mass > 0
    posterior = of_right / np.where(counted, mass, 1.0)[queries]
    gradient = np.where(counted[queries], p - posterior, 0.0)
    return float(-np.log(mass[counted]).mean()) if counted.any() else 0.0, gradient, p


class LinearRanker:
    """``score = ((features − mean) / scale) · weights``."""

    def __init__(self, mean: NDArray[np.float32], scale: NDArray[np.float32], weights: NDArray[np.float32]) -> None:
        self.mean, self.scale, self.weights = mean, scale, weights

    @classmethod
    def by_hand(cls, columns: Sequence[str], weights: Mapping[str, float]) -> LinearRanker:
        """Weights that somebody set, for features as they are; columns without one weigh nothing."""
        chosen = np.array([weights.get(column, 0.0) for column in columns], np.float32)
        return cls(np.zeros(len(columns), np.float32), np.ones(len(columns), np.float32), chosen)

    @classmethod
    def fit(
        cls, features: NDArray[np.float32], queries: NDArray[np.int64], right: NDArray[np.bool_], l2: float = 1e-3
    ) -> LinearRanker:
        """Args: ``(n, d)`` features, ``(n,)`` query of each row, ``(n,)`` whether it is right."""
        mean = features.mean(axis=0)
        scale = features.std(axis=0)
        scale[scale < 1e-6] = 1.0
        standard = (features - mean) / scale
        n_right = max(len(np.unique(queries[right])), 1)

        def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            value, gradient, _ = listwise((standard @ weights.astype(np.float32)).astype(np.float64), queries, right)
            slope = standard.T @ gradient.astype(np.float32) / n_right
            return value + l2 * float(weights @ weights), slope.astype(np.float64) + 2 * l2 * weights

        best = minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 150})
        return cls(mean.astype(np.float32), scale.astype(np.float32), best.x.astype(np.float32))

    def scores(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """``(n,)`` float32 for ``(n, d)`` features."""
        return np.asarray((features - self.mean) / self.scale @ self.weights, np.float32)

    def arrays(self) -> dict[str, NDArray]:
        """What :meth:`from_arrays` needs, for an ``.npz`` file."""
        return {"mean": self.mean, "scale": self.scale, "weights": self.weights}

    @classmethod
    def from_arrays(cls, arrays: dict[str, NDArray]) -> LinearRanker:
        """The model that :meth:`arrays` described."""
        return cls(arrays["mean"], arrays["scale"], arrays["weights"])
