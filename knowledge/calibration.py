"""Scores that mean what they say: of everything said with 0.8, eight in ten should be right.

Two maps from score to probability, both monotone, so no ranking changes: :class:`Platt` (two numbers, for few
examples; with ``bias`` held at 0 it is temperature scaling) and :class:`Isotonic` (any monotone shape, for many). And
what to judge them by: :func:`expected_calibration_error`, :func:`reliability`, :func:`brier`.

    Platt, "Probabilistic outputs for support vector machines", Advances in Large Margin Classifiers, 1999.
    Zadrozny and Elkan, "Transforming classifier scores into accurate multiclass probability estimates", KDD 2002.
    Ayer et al., "An empirical distribution function for sampling with incomplete information", 1955 (pool adjacent
    violators).
    Guo et al., "On calibration of modern neural networks", ICML 2017 (temperature, expected calibration error).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Bin", "Isotonic", "Platt", "brier", "expected_calibration_error", "reliability"]

Floats = NDArray[np.float64]

_EDGE = 1e-4  # probabilities are kept this far from 0 and 1: no finite sample shows that something never fails


@dataclass(frozen=True, slots=True)
class Platt:
    """``sigmoid(slope * logit(score) + bias)``: confidence stretched or shrunk, and shifted.

    Scores are probabilities in [0, 1]; ``slope`` > 0. ``slope`` is the inverse of the temperature of Guo et al.
    """

    slope: float = 1.0
    bias: float = 0.0

    @classmethod
    def fit(cls, scores: ArrayLike, outcomes: ArrayLike, *, shift: bool = True, ridge: float = 1.0) -> Self:
        """Maximum likelihood by Newton's method, drawn towards the identity.

        Args:
            scores: (n,) in [0, 1].
            outcomes: (n,) in [0, 1], 1 where the scored statement was right; fractions are expected outcomes.
            shift: whether ``bias`` may differ from 0.
            ridge: strength of the pull towards slope 1 and bias 0, in examples' worth of evidence.

        Raises:
            ValueError: lengths differ, nothing is given, or values lie outside [0, 1].
        """
        logits, right = _checked(scores, outcomes)
        logits = _logit(logits)
        design = np.column_stack([logits, np.ones_like(logits)]) if shift else logits[:, None]
        prior = np.array([1.0, 0.0])[: design.shape[1]]
        weights = prior.copy()
        for _ in range(50):
            predicted = _sigmoid(design @ weights)
            gradient = design.T @ (predicted - right) + ridge * (weights - prior)
            spread = predicted * (1 - predicted)
            hessian = (design * spread[:, None]).T @ design + ridge * np.eye(len(prior))
            step = np.linalg.solve(hessian, gradient)
            weights = weights - np.clip(step, -1.0, 1.0)
            if float(np.abs(step).max()) < 1e-8:
                break
        slope = max(float(weights[0]), _EDGE)
        return cls(slope, float(weights[1]) if shift else 0.0)

    def __call__(self, scores: ArrayLike) -> Floats:
        """(…) scores in [0, 1] → (…) probabilities; 0 and 1 stay what they are."""
        given = np.asarray(scores, dtype=np.float64)
        mapped = _sigmoid(self.slope * _logit(given) + self.bias)
        return np.where((given <= 0) | (given >= 1), given, mapped)

    def at(self, score: float) -> float:
        """One score's probability, without the cost of an array."""
        if not 0 < score < 1:
            return score
        inside = min(max(score, _EDGE), 1 - _EDGE)
        return 1 / (1 + math.exp(-self.slope * math.log(inside / (1 - inside)) - self.bias))


@dataclass(frozen=True, slots=True)
class Isotonic:
    """The non-decreasing map closest to the outcomes in squares, linear between its ``knots`` and flat beyond them.

    ``knots`` and ``values`` are equally long and both non-decreasing; JSON holds them as they are.
    """

    knots: tuple[float, ...]
    values: tuple[float, ...]

    @classmethod
    def fit(cls, scores: ArrayLike, outcomes: ArrayLike, *, smooth: float = 1.0) -> Self:
        """Pools adjacent violators. O(n log n).

        Args:
            scores: (n,) in [0, 1].
            outcomes: (n,) in [0, 1].
            smooth: pseudo-examples at the overall rate mixed into each pool, so that three right answers are not 1.0.

        Raises:
            ValueError: as :meth:`Platt.fit`.
        """
        given, right = _checked(scores, outcomes)
        rate = float(right.mean())
        points, inverse = np.unique(given, return_inverse=True)
        sums = np.bincount(inverse, weights=right)
        sizes = np.bincount(inverse).astype(np.float64)
        pools: list[tuple[float, float, float]] = []  # (sum of outcomes, size, size-weighted sum of scores)
        for point, total, size in zip(points, sums, sizes, strict=True):
            pool = (float(total), float(size), float(point * size))
            while pools and pools[-1][0] / pools[-1][1] >= pool[0] / pool[1]:
                before = pools.pop()
                pool = (pool[0] + before[0], pool[1] + before[1], pool[2] + before[2])
            pools.append(pool)
        knots = tuple(round(weighted / size, 6) for _, size, weighted in pools)
        raw = [(total + smooth * rate) / (size + smooth) for total, size, _ in pools]
        return cls(knots, tuple(round(float(value), 6) for value in np.maximum.accumulate(raw)))

    def __call__(self, scores: ArrayLike) -> Floats:
        """(…) scores → (…) probabilities."""
        return np.interp(np.asarray(scores, dtype=np.float64), self.knots, self.values)


@dataclass(frozen=True, slots=True)
class Bin:
    """Of ``size`` statements with a confidence in [``low``, ``high``): the mean of what was said, and of what held."""

    low: float
    high: float
    size: int
    confidence: float
    accuracy: float


def reliability(confidences: ArrayLike, outcomes: ArrayLike, *, bins: int = 10) -> list[Bin]:
    """The reliability table: equal-width bins over [0, 1], empty ones left out."""
    said, right = _checked(confidences, outcomes)
    edges = np.linspace(0.0, 1.0, bins + 1)
    where = np.clip(np.searchsorted(edges, said, side="right") - 1, 0, bins - 1)
    table = []
    for row in range(bins):
        inside = where == row
        if inside.any():
            mean_said, mean_right = float(said[inside].mean()), float(right[inside].mean())
            table.append(Bin(float(edges[row]), float(edges[row + 1]), int(inside.sum()), mean_said, mean_right))
    return table


def expected_calibration_error(confidences: ArrayLike, outcomes: ArrayLike, *, bins: int = 10) -> float:
    """Mean distance between confidence and accuracy over the bins, weighted by their sizes; 0 is best (Guo, eq. 3)."""
    table = reliability(confidences, outcomes, bins=bins)
    total = sum(row.size for row in table)
    return sum(row.size * abs(row.accuracy - row.confidence) for row in table) / total


def brier(confidences: ArrayLike, outcomes: ArrayLike) -> float:
    """Mean squared distance between confidence and outcome; 0 is best."""
    said, right = _checked(confidences, outcomes)
    return float(np.mean((said - right) ** 2))


def _checked(scores: ArrayLike | Sequence[float], outcomes: ArrayLike | Sequence[float]) -> tuple[Floats, Floats]:
    given = np.asarray(scores, dtype=np.float64).ravel()
    right = np.asarray(outcomes, dtype=np.float64).ravel()
    if len(given) != len(right):
        raise ValueError(f"{len(given)} scores but {len(right)} outcomes")
    if not len(given):
        raise ValueError("nothing to calibrate on: give at least one score with its outcome")
    for name, values in (("scores", given), ("outcomes", right)):
        if not (np.isfinite(values).all() and values.min() >= 0 and values.max() <= 1):
            raise ValueError(f"{name} must lie in [0, 1]")
    return given, right


def _logit(scores: Floats) -> Floats:
    inside = np.clip(scores, _EDGE, 1 - _EDGE)
    return np.asarray(np.log(inside) - np.log1p(-inside))


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -60, 60))))
