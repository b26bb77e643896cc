"""Limited-memory BFGS for smooth convex losses.

    Nocedal & Wright, "Numerical Optimization", 2nd ed. 2006, algorithms 7.4 (two-loop recursion) and 7.5, equation 7.20.

Vectors here are as long as a vocabulary, and all the work is dot products of them. Written with numpy's own sums instead of
BLAS calls, which spread such products over all cores and, on a machine that does other work too, wait for them for longer than
they take (measured: 40 s instead of 4 for the default model).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["minimise"]

Vector = NDArray[np.float64]

_ARMIJO = 1e-4  # the decrease asked of a step, as a share of what the slope promises
_HALVINGS = 25


def _dot(a: Vector, b: Vector) -> float:
    return float((a * b).sum())


def minimise(
    loss: Callable[[Vector], tuple[float, Vector]],
    start: Vector,
    *,
    iterations: int = 100,
    memory: int = 8,
    tolerance: float = 1e-5,
) -> Vector:
    """Where ``loss`` is least, as far as ``iterations`` steps lead.

    Args:
        loss: gives value and gradient (n,) at a point (n,).
        memory: pairs of steps and gradient changes that are remembered, each two vectors of length n.
        tolerance: stop when no component of the gradient is larger, or when no step helps any more.
    """
    x = start.astype(np.float64)
    value, gradient = loss(x)
    steps: list[Vector] = []
    changes: list[Vector] = []
    for _ in range(iterations):
        if np.abs(gradient).max(initial=0.0) <= tolerance:
            break
        direction = -_inverse_hessian(gradient, steps, changes)
        slope = _dot(gradient, direction)
        # Without a past the gradient's length says nothing about a good step.
        length = 1.0 if steps else 1.0 / max(np.sqrt(_dot(gradient, gradient)), 1e-12)
        for _ in range(_HALVINGS):
            reached = x + length * direction
            new_value, new_gradient = loss(reached)
            if new_value <= value + _ARMIJO * length * slope:
                break
            length /= 2
        else:
            break
        step, change = reached - x, new_gradient - gradient
        if _dot(step, change) > 1e-10 * _dot(change, change):  # keeps the approximation positive definite
            steps, changes = [*steps, step][-memory:], [*changes, change][-memory:]
        x, value, gradient = reached, new_value, new_gradient
    return x


def _inverse_hessian(gradient: Vector, steps: list[Vector], changes: list[Vector]) -> Vector:
    """H·gradient by the two-loop recursion; the identity, scaled by equation 7.20, stands for what is not remembered."""
    q = gradient.copy()
    weights = []
    for step, change in zip(reversed(steps), reversed(changes), strict=True):
        rho = 1.0 / _dot(step, change)
        alpha = rho * _dot(step, q)
        q -= alpha * change
        weights.append((alpha, rho))
    if steps:
        q *= _dot(steps[-1], changes[-1]) / _dot(changes[-1], changes[-1])
    for (alpha, rho), step, change in zip(reversed(weights), steps, changes, strict=True):
        q += (alpha - rho * _dot(change, q)) * step
    return q
