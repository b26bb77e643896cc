"""Multinomial logistic regression over sparse counts: scipy's L-BFGS to fit, a gather and a sum to serve."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

__all__ = ["fit_softmax"]

Floats = NDArray[np.float32]


def fit_softmax(
    counts: sparse.csr_matrix,
    targets: Floats,
    *,
    l2: float = 1e-4,
    iterations: int = 60,
    progress: Callable[[int, int], None] | None = None,
) -> Floats:
    """Weights ``(features, classes)`` that minimise the mean cross-entropy plus ``l2 / 2 · |W|²``.

    Args:
        counts: ``(n, features)`` float32.
        targets: ``(n, classes)`` float32, the weight of each class for each row; rows need not sum to one.
        progress: called with the iteration and their greatest number.
    """
    rows, classes = targets.shape
    mass = targets.sum(axis=1, keepdims=True)
    total = max(float(mass.sum()), 1e-9)
    transposed = counts.T.tocsr()
    done = 0

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(-1, classes).astype(np.float32)
        scores = counts @ weights
        scores -= scores.max(axis=1, keepdims=True)
        chance = np.exp(scores)
        norm = chance.sum(axis=1, keepdims=True)
        value = -float((targets * (scores - np.log(norm))).sum()) / total
        slope = transposed @ (((chance / norm) * mass - targets) / np.float32(total)) + np.float32(l2) * weights
        return value + 0.5 * l2 * float((weights**2).sum()), slope.ravel().astype(np.float64)

    def step(_: NDArray[np.float64]) -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, iterations)

    start = np.zeros(counts.shape[1] * classes)
    if not rows or not counts.shape[1]:
        return start.reshape(-1, classes).astype(np.float32)
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", callback=step, options={"maxiter": iterations, "maxcor": 6}
    )
    return np.asarray(found.x, np.float32).reshape(-1, classes)
