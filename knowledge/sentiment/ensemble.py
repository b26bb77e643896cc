"""Several classifiers, one verdict: stacked generalisation by a logistic regression over their scores.

    Wolpert, "Stacked generalization", Neural Networks 5(2), 1992; Ting & Witten, JAIR 10, 1999 (§3: scores, not votes; a
    regularised linear blend).

The blend must see scores of texts that the members did *not* learn from — out-of-fold or held-out; on their own training
texts every member looks infallible. Weights are kept non-negative (Breiman, "Stacked regressions", 1996), so a member can be
ignored and never inverted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from knowledge.graph import KnowledgeError

__all__ = ["Blend", "log_odds", "out_of_fold"]

Floats = NDArray[np.float32]


def log_odds(logits: Floats) -> Floats:
    """(n,) log-odds of the second of two classes from logits (n, 2) or (n, 1)."""
    return logits[:, 0] if logits.shape[1] == 1 else logits[:, 1] - logits[:, 0]


def out_of_fold(
    fit_and_score: Callable[[NDArray[np.int64], NDArray[np.int64]], Floats],
    labels: NDArray[np.int64],
    folds: int = 5,
    seed: int = 0,
) -> Floats:
    """Scores (n, K) of every row by a model that did not see it.

    Args:
        fit_and_score: takes the rows to learn from and the rows to score, returns the scores (m, K) of the latter.
        labels: (n,); each label is spread evenly over the folds.
    """
    generator = np.random.default_rng(seed)
    fold = np.zeros(len(labels), np.int64)
    for label in np.unique(labels):
        members = generator.permutation(np.flatnonzero(labels == label))
        fold[members] = (np.arange(len(members)) + generator.integers(folds)) % folds
    scores: Floats | None = None
    for number in range(folds):
        held = np.flatnonzero(fold == number)
        if not len(held):
            continue
        part = fit_and_score(np.flatnonzero(fold != number), held)
        scores = np.zeros((len(labels), part.shape[1]), np.float32) if scores is None else scores
        scores[held] = part
    if scores is None:
        raise KnowledgeError("no rows to fold")
    return scores


@dataclass
class Blend:
    """Log-odds of the blend = Σ weight · member's log-odds / its scale + bias.

    Args:
        weights: (M,) ≥ 0.
        scales: (M,) standard deviation of each member's log-odds where the blend was fitted.
    """

    weights: Floats
    scales: Floats
    bias: float

    @classmethod
    def fit(cls, members: Sequence[Floats], labels: NDArray[np.int64], *, penalty: float = 2.0) -> Blend:
        """Learns the weights.

        Args:
            members: held-out log-odds (n,) of each member.
            labels: (n,) 0 or 1.
            penalty: pull of each weight towards the mean of all weights, against the summed loss of all texts: on a few
                hundred held-out texts an even blend is hard to beat, thousands may speak for themselves.

        Raises:
            KnowledgeError: no members, or members and labels of different lengths.
        """
        if not members or any(len(member) != len(labels) for member in members):
            raise KnowledgeError("every member of a blend needs one score per label")
        stacked = np.stack(members, axis=1).astype(np.float64)
        scales = np.maximum(stacked.std(axis=0), 1e-6)
        x, target = stacked / scales, np.where(np.asarray(labels) > 0, 1.0, -1.0)

        pull = penalty / max(len(target), 1)

        def loss(theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            w, b = theta[:-1], theta[-1]
            margin = target * (x @ w + b)
            slope = -target / (1.0 + np.exp(np.clip(margin, -60, 60))) / len(target)
            apart = w - w.mean()
            value = np.logaddexp(0.0, -margin).mean() + pull * (apart @ apart)
            return float(value), np.append(x.T @ slope + 2 * pull * apart, slope.sum())

        start = np.append(np.ones(x.shape[1]), 0.0)
        bounds = [(0.0, None)] * x.shape[1] + [(None, None)]
        found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
        return cls(found.x[:-1].astype(np.float32), scales.astype(np.float32), float(found.x[-1]))

    def scores(self, members: Sequence[Floats]) -> Floats:
        """Log-odds (n,) of the blend."""
        return np.asarray(np.stack(members, axis=1) / self.scales @ self.weights + self.bias, np.float32)
