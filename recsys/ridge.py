"""Ridge regression of many targets on sparse features, its λ chosen by leave-one-out in closed form.

    Hoerl & Kennard, "Ridge regression: biased estimation for nonorthogonal problems", Technometrics 12(1), 1970.
    Allen, "The relationship between variable selection and data augmentation and a method for prediction",
    Technometrics 16(1), 1974 (PRESS: what a fit without row i errs on row i is e_i / (1 − h_ii)).

W(λ) = argmin Σ_i w_i |y_i − f_i W|² + λ |W|² for all λ from one eigendecomposition: of the features' Gram matrix where
there are fewer features than rows, of the rows' otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys.model import Floats

__all__ = ["LADDER", "Ridge", "ridge"]

LADDER = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
"""λ tried."""

_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Ridge:
    """A fitted map."""

    weights: Floats
    """W (n_features, d) float32."""
    penalty: float
    """λ."""
    explained: float
    """1 − (squared error on rows left out) / (weighted squares of y): 1 foretells all, 0 nothing; may be negative."""


def ridge(features: sparse.csr_array, targets: Floats, weight: Floats, penalties: tuple[float, ...] = LADDER) -> Ridge:
    """Fit ``targets`` (n, d) on ``features`` (n, f) with row weights ``weight`` (n,) ≥ 0.

    The λ that errs least on rows left out; among equals the largest. Rows of weight 0 do not count. Memory:
    8·min(n, f)² bytes. Time: one eigendecomposition, 2 s at min(n, f) = 2,000.
    """
    root = np.sqrt(np.asarray(weight, np.float64))
    a = sparse.csr_array(features.astype(np.float64).multiply(root[:, None]))  # (n, f)
    b = root[:, None] * targets.astype(np.float64)
    n, f = a.shape
    total = float((b * b).sum())
    if not min(n, f) or total <= 0:
        return Ridge(np.zeros((f, targets.shape[1]), np.float32), max(penalties), 0.0)
    primal = f <= n
    values, basis = np.linalg.eigh((a.T @ a if primal else a @ a.T).toarray())
    values = np.maximum(values, 0.0)
    inner = basis.T @ (a.T @ b if primal else b)  # (k, d)
    best: tuple[float, float] = (np.inf, 0.0)
    for penalty in sorted(penalties, reverse=True):
        lost = _left_out(a, b, values, basis, inner, penalty, primal)
        best = min(best, (lost, penalty), key=lambda pair: pair[0])
    solved = basis @ (inner / (values + best[1])[:, None])
    weights = solved if primal else np.asarray(a.T @ solved)
    return Ridge(weights.astype(np.float32), best[1], 1.0 - best[0] / total)


def _left_out(
    a: sparse.csr_array,
    b: NDArray[np.float64],
    values: NDArray[np.float64],
    basis: NDArray[np.float64],
    inner: NDArray[np.float64],
    penalty: float,
    primal: bool,
) -> float:
    """Σ_i |y_i − what is foretold without i|² w_i."""
    lost = 0.0
    for start in range(0, len(b), _BLOCK):
        rows = slice(start, start + _BLOCK)
        scores = a[rows] @ basis if primal else basis[rows]  # (block, k)
        share = (1.0 if primal else values) / (values + penalty)
        error = b[rows] - (scores * share) @ inner
        leverage = np.minimum(np.einsum("ik,ik,k->i", scores, scores, share), 1 - 1e-9)
        lost += float(((error / (1 - leverage)[:, None]) ** 2).sum())
    return lost
