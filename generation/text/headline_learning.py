"""The two learners behind a headline: logistic regression on hashed features, and a ranking of minimum risk.

Shen et al., "Minimum Risk Training for Neural Machine Translation", ACL 2016 (§3): the expected gain of a
distribution over candidates is what is maximised, not the likelihood of one of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from knowledge.sentiment.lbfgs import minimise

__all__ = ["Sparse", "logistic", "minimum_risk"]

Floats = NDArray[np.float32]
_SHARPNESS = 10.0  # of the gain against the penalty: gains differ by hundredths, weights by units


class Sparse:
    """Weights of the hashed features that were seen often enough.

    Args:
        features: sorted feature numbers, (m,) int64.
        weights: (m,) float32.
        bias: added to every score.
    """

    def __init__(self, features: NDArray[np.int64], weights: Floats, bias: float, size: int) -> None:
        self.features, self.weights, self.bias = features, weights, bias
        self._dense = np.zeros(size, np.float32)
        self._dense[features] = weights

    def scores(self, columns: NDArray[np.int32]) -> Floats:
        """Log-odds (n,) float32 of rows of feature numbers (n, F)."""
        return np.asarray(self._dense[columns].sum(axis=1) + np.float32(self.bias), np.float32)


def logistic(
    columns: NDArray[np.int32], wanted: Floats, *, size: int, penalty: float, least: int, iterations: int
) -> Sparse:
    """Regularised logistic regression.

    Args:
        columns: (n, F) feature numbers below ``size``.
        wanted: (n,) 0 or 1.
        penalty: λ of λ/2 · ‖w‖².
        least: a feature seen less often has no weight.
    """
    rows, width = columns.shape
    seen = np.bincount(columns.ravel(), minlength=size)
    features = np.flatnonzero(seen >= least)
    place = np.full(size, -1, np.int64)
    place[features] = np.arange(len(features))
    flat = place[columns.ravel()]
    kept = flat >= 0
    ends = np.concatenate([[0], np.cumsum(kept.reshape(rows, width).sum(axis=1))])
    matrix = sparse.csr_array((np.ones(int(kept.sum()), np.float32), flat[kept], ends), (rows, len(features)))
    transposed = matrix.T.tocsr()

    def loss(theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = theta[:-1].astype(np.float32)
        scores = matrix @ weights + np.float32(theta[-1])
        value = float((np.logaddexp(0, scores) - wanted * scores).sum()) + penalty / 2 * float(
            (weights * weights).sum()
        )
        slope = (1 / (1 + np.exp(-scores)) - wanted).astype(np.float32)
        return value, np.append(transposed @ slope + penalty * weights, slope.sum()).astype(np.float64)

    theta = minimise(loss, np.zeros(len(features) + 1), iterations=iterations)
    return Sparse(features, theta[:-1].astype(np.float32), float(theta[-1]), size)


def minimum_risk(groups: Sequence[Floats], gains: Sequence[Floats], *, penalty: float, iterations: int) -> Floats:
    """Weights (D,) under which softmax(features · weights) over each group of candidates has the most expected gain.

    Args:
        groups: of each text, its candidates' features (n, D).
        gains: of each text, what each candidate is worth (n,).
        penalty: λ of λ/2 · ‖w‖².
    """
    features, gain = np.concatenate(groups).astype(np.float64), np.concatenate(gains).astype(np.float64)
    sizes = np.array([len(group) for group in groups])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    group = np.repeat(np.arange(len(sizes)), sizes)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = features @ weights
        odds = np.exp(scores - np.maximum.reduceat(scores, starts)[group])
        share = odds / np.add.reduceat(odds, starts)[group]
        expected = np.add.reduceat(share * gain, starts)
        slope = share * (gain - expected[group])
        value = -_SHARPNESS * float(expected.sum()) + penalty / 2 * float((weights * weights).sum())
        return value, -_SHARPNESS * (slope @ features) + penalty * weights

    return minimise(loss, np.zeros(features.shape[1]), iterations=iterations).astype(np.float32)
