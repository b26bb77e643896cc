"""Logistic regression, small and exact: the one learner behind fusion, question matching and calibration.

Features are standardised inside, weights carry an L2 prior (C is its inverse, as in LIBLINEAR), examples may have
weights and soft targets. Solved by L-BFGS; a hundred features by ten thousand examples take well under a second.
Needs nothing but numpy and scipy, so a fitted model is served without a learning library.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import expit

from knowledge.graph import KnowledgeError

__all__ = ["BadExamples", "Logistic"]


class BadExamples(KnowledgeError):
    """Training examples that nothing can be learned from."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """A fitted model: P(y = 1 | x) = σ(bias + (x − mean) / scale · weights)."""

    mean: NDArray[np.float64]  # (d,)
    scale: NDArray[np.float64]  # (d,)
    weights: NDArray[np.float64]  # (d,)
    bias: float

    @classmethod
    def fit(
        cls,
        features: ArrayLike,
        targets: ArrayLike,
        *,
        c: float = 1.0,
        weight: ArrayLike | None = None,
        signs: Sequence[int] | None = None,
        anchored: bool = False,
    ) -> Logistic:
        """Fits ``features (n, d)`` to ``targets (n,)`` in 0..1.

        Args:
            c: inverse strength of the prior; the smaller, the nearer to the base rate.
            weight: how much each example counts, ``(n,)``, ≥ 0.
            anchored: features are taken as they are, and the prior also holds the bias near 0: a row of zeros is even
                odds unless examples insist. For few examples and features whose zero means something.
            signs: for each feature 1 (may only speak for), -1 (only against) or 0 (either), where that is known.

        Raises:
            BadExamples: no examples, shapes that differ, or numbers that are not finite.
        """
        x, y = np.asarray(features, np.float64), np.asarray(targets, np.float64)
        if x.ndim != 2 or y.shape != (len(x),) or not len(x):
            raise BadExamples("expected at least one example: features (n, d) and as many targets")
        if not (np.isfinite(x).all() and np.isfinite(y).all()):
            raise BadExamples("a feature or target is not finite")
        w = np.ones(len(x)) if weight is None else np.asarray(weight, np.float64)
        share = w / w.sum()
        mean = share @ x
        scale = np.sqrt(share @ (x - mean) ** 2)
        scale[scale < 1e-9] = 1.0
        if anchored:
            mean, scale = np.zeros_like(mean), np.ones_like(scale)
        z = (x - mean) / scale
        prior = np.full(x.shape[1] + 1, 1 / c)
        prior[0] = 1 / c if anchored else 0.0

        def loss(theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            logit = theta[0] + z @ theta[1:]
            # log(1 + e^logit) − y·logit, without overflow
            value = w @ (np.logaddexp(0, logit) - y * logit) + theta @ (prior * theta) / 2
            slope = w * (expit(logit) - y)
            return float(value), np.concatenate([[slope.sum()], slope @ z]) + prior * theta

        limits = {1: (0.0, None), -1: (None, 0.0), 0: (None, None)}
        bounds = [(None, None), *(limits[sign] for sign in (signs or [0] * x.shape[1]))]
        rate = np.clip(share @ y, 1e-4, 1 - 1e-4)
        start = np.concatenate([[0.0 if anchored else np.log(rate / (1 - rate))], np.zeros(x.shape[1])])
        best = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}).x
        return cls(mean, scale, best[1:], float(best[0]))

    def logits(self, features: ArrayLike) -> NDArray[np.float64]:
        """Log odds of each row, ``(n,)``."""
        z = (np.asarray(features, np.float64) - self.mean) / self.scale
        return np.asarray(self.bias + z @ self.weights, np.float64)

    def probabilities(self, features: ArrayLike) -> NDArray[np.float64]:
        """P(y = 1) of each row, ``(n,)``, 0..1."""
        return np.asarray(expit(self.logits(features)), np.float64)

    def to_json(self) -> dict[str, Any]:
        """A JSON object; :meth:`from_json` reads it."""
        return {
            "mean": self.mean.round(8).tolist(),
            "scale": self.scale.round(8).tolist(),
            "weights": self.weights.round(8).tolist(),
            "bias": round(self.bias, 8),
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Logistic:
        """Raises :class:`BadExamples` when the object is none that :meth:`to_json` made."""
        try:
            parts = [np.asarray(found[key], np.float64) for key in ("mean", "scale", "weights")]
            bias = float(found["bias"])
        except (KeyError, TypeError, ValueError) as error:
            raise BadExamples(f"not a saved logistic model: {error}") from error
        if len({part.shape for part in parts}) != 1 or parts[0].ndim != 1:
            raise BadExamples("not a saved logistic model: its parts differ in length")
        return cls(parts[0], parts[1], parts[2], bias)
