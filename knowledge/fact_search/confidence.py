"""How sure the first of a ranking is: logistic regression on how far it stands out.

Platt scaling, on three things that a ranking shows: the score of its first, the distance to its second, and the
softmax probability of its first.

    Platt, "Probabilistic Outputs for Support Vector Machines", 1999.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

__all__ = ["Confidence"]

_WIDEST = 12.0  # further ahead is no surer
_HIGHEST = 40.0


class Confidence:
    """``P(right) = 1 / (1 + exp(−(bias + weights · evidence)))``; ``weights`` is ``(4,)`` float32, the bias first."""

    def __init__(self, weights: NDArray[np.float32]) -> None:
        self.weights = weights

    @classmethod
    def fit(cls, scores: Sequence[NDArray[np.float32]], right: Sequence[bool], weight: Sequence[float]) -> Confidence:
        """From rankings: the scores of each, whether its best was right, and how much it counts."""
        x = np.array([evidence(line) for line in scores]).reshape(len(scores), 3)
        sign = np.where(np.asarray(right, bool), 1.0, -1.0)
        count = np.asarray(weight, np.float64)

        def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            z = sign * (w[0] + x @ w[1:])
            error = -sign * count / (1 + np.exp(z))
            value = float((count * np.logaddexp(0, -z)).sum()) + 0.5 * float(w[1:] @ w[1:])
            return value, np.concatenate([[error.sum()], x.T @ error + w[1:]])

        return cls(minimize(loss, np.zeros(4), jac=True, method="L-BFGS-B").x.astype(np.float32))

    def of(self, scores: NDArray[np.float32]) -> float:
        """Probability, 0..1, that the best of ``scores`` is right; 0 for no scores."""
        if not len(scores):
            return 0.0
        return float(1 / (1 + np.exp(-(self.weights[0] + evidence(scores) @ self.weights[1:]))))


def evidence(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    """Score of the best, its distance to the second, log of its softmax probability; all bounded."""
    if not len(scores):
        return np.array([-_HIGHEST, 0.0, -_WIDEST])
    ordered = np.sort(scores.astype(np.float64))[::-1]
    margin = ordered[0] - ordered[1] if len(ordered) > 1 else _WIDEST
    log_p = -np.log(np.exp(ordered - ordered[0]).sum())
    return np.array([np.clip(ordered[0], -_HIGHEST, _HIGHEST), min(margin, _WIDEST), max(log_p, -_WIDEST)])
