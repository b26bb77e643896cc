"""What an evaluation found: every figure user by user, so that models can be compared on the same users."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys import bootstrap
from recsys.bootstrap import Comparison, Interval

__all__ = ["Measured", "Report", "better_low"]

_ROOTED = frozenset({"rmse"})  # kept as squares, so that the mean over users can be taken before the root

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def better_low(metric: str) -> bool:
    """Whether less is better."""
    return metric in {"rmse", "mae"} or metric.startswith("gini")


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One model's results."""

    per_user: dict[str, Floats]
    """Metric → (n_users,), e.g. ``ndcg@10``; NaN where a user has no say. ``rmse`` holds squared errors."""
    overall: dict[str, float]
    """What only exists over all lists together: ``coverage@10``, ``gini@10``."""
    lists: Ints
    """(n_users, max k) the recommended columns, best first, −1 behind the end; (n_users, 0) for ratings and candidates."""
    fit_seconds: float
    """0 for a model that came fitted."""
    score_seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """What :func:`recsys.evaluate.evaluate` found. Models are compared on the same users, so differences are paired."""

    split: str
    """What was evaluated, in words."""
    k: tuple[int, ...]
    user_ids: tuple[str, ...]
    models: dict[str, Measured]
    weights: Floats | None = None
    """(n_users,) what each user counts for: 1 each for lists, their number of ratings for ratings."""
    _intervals: dict[tuple[str, str, float], Interval] = field(default_factory=dict, repr=False)

    def metrics(self) -> tuple[str, ...]:
        """The names of all figures, in the order they are best read."""
        first = next(iter(self.models.values()), None)
        return () if first is None else (*first.per_user, *first.overall)

    def figures(self, model: str) -> dict[str, float]:
        """Metric → mean over users. Raises ``KeyError`` for a model that is not here."""
        found = self.models[model]
        means = {name: self._mean(name, values) for name, values in found.per_user.items()}
        return means | found.overall

    def interval(self, model: str, metric: str, confidence: float = 0.95, draws: int = 2000) -> Interval:
        """A figure and its bootstrap interval; what exists only over all lists has none (low = high = value)."""
        found = self.models[model]
        if metric in found.overall:
            return Interval(*(3 * (found.overall[metric],)))
        key = (model, metric, confidence)
        if key not in self._intervals:
            self._intervals[key] = bootstrap.interval(
                found.per_user[metric], self.weights, root=metric in _ROOTED, confidence=confidence, draws=draws
            )
        return self._intervals[key]

    def compare(self, one: str, other: str, metric: str, confidence: float = 0.95, draws: int = 2000) -> Comparison:
        """``one`` − ``other`` in a figure, with its paired bootstrap interval. Raises ``KeyError`` when it has none."""
        first, second = self.models[one].per_user[metric], self.models[other].per_user[metric]
        return bootstrap.compare(
            first, second, self.weights, root=metric in _ROOTED, confidence=confidence, draws=draws
        )

    def ranked(self, metric: str) -> list[str]:
        """Models by a figure, best first."""
        sign = 1 if better_low(metric) else -1
        return sorted(self.models, key=lambda model: sign * self.figures(model)[metric])

    def to_json(self) -> dict[str, Any]:
        """Figures, intervals and times as plain data."""
        return {
            "split": self.split,
            "users": len(self.user_ids),
            "models": {
                name: {
                    "figures": self.figures(name),
                    "intervals": {
                        metric: [(at := self.interval(name, metric)).low, at.high] for metric in found.per_user
                    },
                    "fit_seconds": found.fit_seconds,
                    "score_seconds": found.score_seconds,
                }
                for name, found in self.models.items()
            },
        }

    def _mean(self, name: str, values: Floats) -> float:
        there = np.isfinite(values)
        if not there.any():
            return float("nan")
        mean = float(np.average(values[there], weights=None if self.weights is None else self.weights[there]))
        return mean**0.5 if name in _ROOTED else mean
