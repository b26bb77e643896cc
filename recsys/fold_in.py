"""A stranger's vector in a logistic factor model: the item vectors stay, the user's convex problem is solved exactly.

Somebody with history values v minimises over u (d,), with s = offsets + Q u,

    f(u) = Σ_{v_i>0} v_i log(1 + e^{−s_i}) + Σ_{v_i<0} |v_i| log(1 + e^{s_i}) + c Σ_j log(1 + e^{s_j}) + λ/2 |u|²

which is what a training user's vector minimises, with its sampled negatives replaced by their expectation c (each of
the n items is drawn equally often). Solved by Newton's method with a backtracking line search, each step by conjugate
gradients, for many histories at once: all the work is products with Q.

At the minimum λu is a sum over the history (the representer theorem; Yeh et al., "Representer point selection for
explaining deep neural networks", NeurIPS 2018), which makes the explanation exact:

    λu = Σ_{v_i>0} v_i (1−σ_i) q_i − Σ_{v_i<0} |v_i| σ_i q_i − c Σ_j σ_j q_j,   σ = 1 / (1 + e^{−s}).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recsys.model import Floats

__all__ = ["principal_axes", "representers", "sigmoid", "solve_logistic"]

_NEWTON_STEPS = 25
_CG_STEPS = 12
_TOLERANCE = 1e-5


def sigmoid(x: Floats) -> Floats:
    """1 / (1 + e^−x), without overflow: same shape, float32."""
    return np.float32(0.5) * (np.tanh(np.float32(0.5) * x) + np.float32(1.0))


def principal_axes(factors: Floats, offsets: Floats) -> Floats:
    """Factors (n, d) rotated so that Qᵀ diag(σ(1−σ)) Q at the offsets is diagonal: scores and norms stay what they are.

    In these axes a diagonal preconditions the fold-in well.
    """
    sigma = sigmoid(offsets)
    curvature = (factors.T * (sigma * (1 - sigma))) @ factors
    _, axes = np.linalg.eigh(curvature.astype(np.float64))
    return np.ascontiguousarray(factors @ axes.astype(np.float32))


def solve_logistic(q: Floats, offsets: Floats, values: Floats, background: Floats, ridge: Floats) -> Floats:
    """(b, d) float32 minimisers of f.

    Parameters
    ----------
    q, offsets
        (n, d) and (n,) float32; fast when ``q`` comes from :func:`principal_axes`.
    values
        (b, n) float32, dense: a history a row, 0 for what it does not hold.
    background, ridge
        (b,) float32: c ≥ 0 and λ > 0. A row with an empty history and c = 0 gets the zero vector.

    Memory: ten arrays of b × n float32.
    """
    u = np.zeros((len(values), q.shape[1]), np.float32)
    if not u.size:
        return u
    likes, magnitude = np.maximum(values, 0), np.abs(values)
    c, lam = background[:, None], ridge[:, None]
    weight = c + magnitude  # (b, n) how much each item's σ counts
    at_start = sigmoid(offsets)
    curve = c * np.einsum("nd,n->d", q * q, at_start * (1 - at_start))[None, :] + lam  # (b, d) preconditioner

    def objective(s: Floats, u: Floats) -> NDArray[np.float64]:
        soft = np.maximum(s, 0) + np.log1p(np.exp(-np.abs(s)))
        data = np.einsum("bn,bn->b", weight, soft, dtype=np.float64) - np.einsum("bn,bn->b", likes, s, dtype=np.float64)
        return data + 0.5 * ridge * np.einsum("bd,bd->b", u, u)

    s = np.broadcast_to(offsets, values.shape).copy()
    f = objective(s, u)
    first = None
    for _ in range(_NEWTON_STEPS):
        sigma = sigmoid(s)
        gradient = (weight * sigma - likes) @ q + lam * u  # (b, d)
        size = np.sqrt(np.einsum("bd,bd->b", gradient, gradient / curve))
        first = size if first is None else np.maximum(first, size)
        if (size <= _TOLERANCE * first).all():
            break
        sigma *= 1 - sigma
        step = _newton_step(q, weight * sigma, lam, curve, -gradient)
        move = step @ q.T
        t = np.ones((len(u), 1), np.float32)
        for _ in range(12):
            tried = objective(s + t * move, u + t * step)
            worse = tried > f + 1e-6 * np.abs(f)
            if not worse.any():
                break
            t[worse] *= 0.5
        else:
            t[worse] = 0.0
        u += t * step
        s += t * move
        f = objective(s, u)
    return u


def _newton_step(q: Floats, w: Floats, lam: Floats, curve: Floats, gradient: Floats) -> Floats:
    """(b, d) approximate solutions of (Qᵀ diag(w) Q + λI) x = gradient by preconditioned conjugate gradients."""
    x = np.zeros_like(gradient)
    r = gradient.copy()
    z = r / curve
    p = z.copy()
    old = np.einsum("bd,bd->b", r, z)
    enough = old * np.float32(1e-6)
    for _ in range(_CG_STEPS):
        hp = (w * (p @ q.T)) @ q + lam * p
        bend = np.einsum("bd,bd->b", p, hp)
        step = np.divide(old, bend, out=np.zeros_like(old), where=bend > 0)[:, None]
        x += step * p
        r -= step * hp
        z = r / curve
        new = np.einsum("bd,bd->b", r, z)
        if (new <= enough).all():
            break
        p = z + np.divide(new, old, out=np.zeros_like(old), where=old > 0)[:, None] * p
        old = new
    return x


def representers(
    q: Floats, offsets: Floats, u: Floats, rows: NDArray[np.int64], values: Floats, per_like: float, ridge: float
) -> Floats:
    """(h, d) float32: what each history item adds to the vector ``u`` (d,); the parts sum to ``u`` at the minimum.

    ``per_like`` is the background c that one unit of liking brings; a background that does not depend on the history
    (``per_like`` 0) is nobody's, and the caller adds it to whomever it thinks right.
    """
    sigma = sigmoid(offsets + q @ u)
    pull = np.where(values > 0, 1 - sigma[rows], -sigma[rows]) * np.abs(values)  # (h,)
    parts = pull[:, None] * q[rows]
    parts -= np.maximum(values, 0)[:, None] * np.float32(per_like) * (sigma @ q)[None, :]
    return np.asarray(parts / np.float32(ridge), np.float32)
