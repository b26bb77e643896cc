"""Confidence that means what it says: of answers given with 0.8, eight in ten are right.

Zadrozny and Elkan, "Transforming classifier scores into accurate multiclass probability estimates", KDD 2002
(isotonic regression); Guo et al., "On Calibration of Modern Neural Networks", ICML 2017 (expected calibration
error).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Calibrator", "expected_calibration_error"]

_PRIOR = 2.0  # answers, half of them right, that every level is taken to have seen


class Calibrator:
    """A non-decreasing map from scores to probabilities, linear between ``scores``; both ``(k,)``, ascending."""

    def __init__(self, scores: ArrayLike, chances: ArrayLike) -> None:
        self.scores = np.asarray(scores, np.float64)
        self.chances = np.asarray(chances, np.float64)

    def __call__(self, score: float) -> float:
        return float(np.interp(score, self.scores, self.chances)) if len(self.scores) else score

    @classmethod
    def fit(cls, scores: ArrayLike, correct: ArrayLike, levels: int = 50) -> Calibrator:
        """Isotonic regression by pooling adjacent violators, over ``levels`` groups of about equal size.

        Args:
            scores: ``(n,)``, of answers to questions that the scorer was not trained on.
            correct: ``(n,)`` of 0 and 1.
        """
        x, y = np.asarray(scores, np.float64), np.asarray(correct, np.float64)
        if len(x) < 20:
            return cls([], [])  # too little to learn from: scores stay as they are
        order = np.argsort(x, kind="stable")
        pools: list[list[float]] = []  # rate, weight, sum of scores
        for part in np.array_split(order, min(levels, len(x) // 10)):
            pools.append([float(y[part].mean()), float(len(part)), float(x[part].sum())])
            while len(pools) > 1 and pools[-2][0] >= pools[-1][0]:
                rate, weight, total = pools.pop()
                last = pools[-1]
                last[0] = (last[0] * last[1] + rate * weight) / (last[1] + weight)
                last[1] += weight
                last[2] += total
        weights = np.array([weight for _, weight, _ in pools])
        rates = np.array([rate for rate, _, _ in pools])
        smoothed = np.maximum.accumulate((rates * weights + _PRIOR / 2) / (weights + _PRIOR))
        return cls([total / weight for _, weight, total in pools], smoothed)


def expected_calibration_error(confidence: ArrayLike, correct: ArrayLike, bins: int = 15) -> float:
    """Mean distance between confidence and the share that is right, over equal bins of confidence; 0 is perfect."""
    sure, right = np.asarray(confidence, np.float64), np.asarray(correct, np.float64)
    if not len(sure):
        return 0.0
    which: NDArray[np.int64] = np.minimum((sure * bins).astype(np.int64), bins - 1)
    count = np.bincount(which, minlength=bins)
    gap = np.abs(np.bincount(which, sure, bins) - np.bincount(which, right, bins))
    return float(gap[count > 0].sum() / len(sure))
