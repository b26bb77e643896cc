"""Stochastic gradient descent over ratings, compiled. Importing this module needs numba (the extra ``fast``).

The first import on a machine compiles for some seconds; the result is kept beside this file, or in numba's own cache
folder. Every function also runs uncompiled (``.py_func``), to be tested.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

__all__ = ["epoch"]


@njit(cache=True, fastmath=False)  # type: ignore[untyped-decorator, unused-ignore]
def epoch(
    order: Any,
    starts: Any,
    items: Any,
    values: Any,
    p: Any,
    q: Any,
    y: Any,
    b_user: Any,
    b_item: Any,
    rate: float,
    penalty: float,
    implicit: bool,
) -> float:
    """One pass over all ratings, a user at a time in the order given; returns the sum of squared errors met.

    r̂ = b_u + c_i + q_i·(p_u + n_u^−½ Σ_j y_j), ``values`` less their mean. ``starts`` (n_users + 1), ``items`` and
    ``values`` (nnz) are a CSR table; p, q, y (n, f) and the biases are changed in place. Within a
    user every y_j takes the same steps and the same decay, so only their sum is carried along, and the y_j are moved when
    the user is done: the result is that of updating all of them at every rating, in 1/n_u of the time.
    """
    f = p.shape[1]
    squares = 0.0
    feedback = np.zeros(f, p.dtype)
    start_of_feedback = np.zeros(f, p.dtype)
    for u in order:
        first, last = starts[u], starts[u + 1]
        if first == last:
            continue
        root = 1.0 / np.sqrt(float(last - first))
        feedback[:] = 0.0
        if implicit:
            for at in range(first, last):
                for k in range(f):
                    feedback[k] += y[items[at], k]
            for k in range(f):
                feedback[k] *= root
        start_of_feedback[:] = feedback
        for at in range(first, last):
            i = items[at]
            predicted = b_user[u] + b_item[i]
            for k in range(f):
                predicted += q[i, k] * (p[u, k] + feedback[k])
            error = values[at] - predicted
            squares += error * error
            b_user[u] += rate * (error - penalty * b_user[u])
            b_item[i] += rate * (error - penalty * b_item[i])
            for k in range(f):
                before = q[i, k]
                q[i, k] += rate * (error * (p[u, k] + feedback[k]) - penalty * before)
                p[u, k] += rate * (error * before - penalty * p[u, k])
                if implicit:
                    # Every y_j of the user moves by rate·n^−½·error·q, so their sum over √n by rate·error·q.
                    feedback[k] += rate * (error * before - penalty * feedback[k])
        if implicit:
            kept = (1.0 - rate * penalty) ** (last - first)
            for k in range(f):
                start_of_feedback[k] = (feedback[k] - kept * start_of_feedback[k]) * root
            for at in range(first, last):
                for k in range(f):
                    y[items[at], k] = kept * y[items[at], k] + start_of_feedback[k]
    return squares
