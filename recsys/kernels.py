"""The inner loops that numpy cannot vectorise, compiled by numba: one sample, one user or one column at a time.

Importing this module needs numba (``pip install "yuban[fast]"``) and compiles for a few seconds, once per machine: the
result is kept beside this file. Nothing imports it before it is asked for, and every model has a numpy path that needs
none of it. All kernels run on one thread and release the interpreter's lock, so that callers may split the rows among
as many threads as they were given. They draw from a generator of their own (xorshift64*), whose state is an argument.
"""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = ["als_sweep", "bpr_epoch", "logistic_epoch", "slim_columns"]

_ONE = np.float32(1.0)


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _draw(state, n):  # type: ignore[no-untyped-def]
    """A row 0 … n−1; Vigna, "An experimental exploration of Marsaglia's xorshift generators", TOMS 2016."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    high = (x * np.uint64(2685821657736338717)) >> np.uint64(32)
    return np.int64((high * np.uint64(n)) >> np.uint64(32))


@njit(cache=True, nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
def logistic_epoch(users, items, order, u, v, bu, bi, b, rate, ridge, negatives, state):  # type: ignore[no-untyped-def]
    """One pass of SGD on the logistic loss: each pair, then its sampled negatives (Rendle 2020, mf_simple).

    ``users, items`` (nnz,) int64, ``order`` (nnz,) int64; ``u`` (n_users, d), ``v`` (n_items, d), ``bu``, ``bi``, ``b``
    (1,) float32 are changed in place; ``state`` (1,) uint64. Returns the mean loss of a sample. A d that is a multiple
    of 16 fills vector registers and saves a quarter of the time; columns of zeros stay zeros.
    """
    d, n_items = u.shape[1], len(bi)
    drawn = np.empty(negatives + 1, np.int64)
    keep = _ONE - rate * ridge
    loss = 0.0
    for p in order:
        user = users[p]
        x = u[user]
        drawn[0] = items[p]
        for k in range(negatives):  # all at once, so that the processor fetches their vectors while it computes
            drawn[k + 1] = _draw(state, n_items)
        for k in range(negatives + 1):
            item = drawn[k]
            y = v[item]
            s = b[0] + bu[user] + bi[item]
            for f in range(d):
                s += x[f] * y[f]
            e = np.exp(-abs(s))
            sigma = _ONE / (_ONE + e) if s > 0 else e / (_ONE + e)
            label = _ONE if k == 0 else np.float32(0.0)
            loss += np.log(_ONE + e) + (max(s, np.float32(0.0)) - label * s)
            g = rate * (label - sigma)
            for f in range(d):
                x[f] = keep * x[f] + g * y[f]
                y[f] = keep * y[f] + g * x[f]
            bu[user] = keep * bu[user] + g
            bi[item] = keep * bi[item] + g
            b[0] = keep * b[0] + g
    return loss / max(len(order) * (negatives + 1), 1)


@njit(cache=True, nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
def bpr_epoch(users, items, order, indptr, indices, u, v, bi, rate, ridge, state):  # type: ignore[no-untyped-def]
    """One pass of LearnBPR (Rendle et al. 2009, figure 4): a pair, and an item its user has not met.

    ``indptr, indices`` are the users × items CSR with sorted columns; the rest as in :func:`logistic_epoch`. A negative
    that the user has met is drawn again, ten times at most. Returns the share of samples in the right order.
    """
    d, n_items, right = u.shape[1], len(bi), 0
    for p in order:
        user, i = users[p], items[p]
        met = indices[indptr[user] : indptr[user + 1]]
        j = _draw(state, n_items)
        for _ in range(10):
            at = np.searchsorted(met, j)
            if at == len(met) or met[at] != j:
                break
            j = _draw(state, n_items)
        if i == j:
            continue
        x, y, z = u[user], v[i], v[j]
        s = bi[i] - bi[j]
        for f in range(d):
            s += x[f] * (y[f] - z[f])
        right += s > 0
        g = _ONE / (_ONE + np.exp(s))
        for f in range(d):
            a = x[f]
            x[f] += rate * (g * (y[f] - z[f]) - ridge * a)
            y[f] += rate * (g * a - ridge * y[f])
            z[f] += rate * (-g * a - ridge * z[f])
        bi[i] += rate * (g - ridge * bi[i])
        bi[j] += rate * (-g - ridge * bi[j])
    return right / max(len(order), 1)


@njit(cache=True, nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
def als_sweep(indptr, indices, weights, first, last, x, y, gram, ridge, steps):  # type: ignore[no-untyped-def]
    """Conjugate gradient from where ``x`` stands: rows ``first`` … ``last`` of the least-squares half step.

    See :mod:`recsys.factors`. ``x`` (n, d) float32 is changed in place; ``gram`` (d, d) is α₀ Yᵀ Y, ``ridge``
    (n,) each row's λ, ``weights`` (nnz,) ≥ 0 the extra weight of each observation, whose target is 1.
    """
    d = x.shape[1]
    for row in range(first, last):
        a, b = indptr[row], indptr[row + 1]
        z = x[row]
        if a == b:
            z[:] = 0
            continue
        r = -(gram @ z) - ridge[row] * z
        for at in range(a, b):
            q = y[indices[at]]
            s = np.float32(0.0)
            for f in range(d):
                s += z[f] * q[f]
            s = weights[at] * (_ONE - s)
            for f in range(d):
                r[f] += s * q[f]
        p = r.copy()
        old = np.float32(0.0)
        for f in range(d):
            old += r[f] * r[f]
        for _ in range(steps):
            if old < np.float32(1e-20):
                break
            ap = gram @ p + ridge[row] * p
            for at in range(a, b):
                q = y[indices[at]]
                s = np.float32(0.0)
                for f in range(d):
                    s += p[f] * q[f]
                s *= weights[at]
                for f in range(d):
                    ap[f] += s * q[f]
            curve = np.float32(0.0)
            for f in range(d):
                curve += p[f] * ap[f]
            step = old / curve
            new = np.float32(0.0)
            for f in range(d):
                z[f] += step * p[f]
                r[f] -= step * ap[f]
                new += r[f] * r[f]
            for f in range(d):
                p[f] = r[f] + (new / old) * p[f]
            old = new


@njit(cache=True, nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
def slim_columns(g, first, last, l1, l2, sweeps, tolerance, w):  # type: ignore[no-untyped-def]
    """Cyclic coordinate descent for target columns ``first`` … ``last`` of SLIM; see :mod:`recsys.slim`.

    ``g`` (n, n) float32 Gram matrix; ``w`` (last − first, n) float32, row j holds what each source adds to target j, is
    changed in place. A full sweep finds who is not zero, sweeps over those alone follow until nothing moves.
    """
    n = g.shape[0]
    left = np.empty(n, np.float32)  # Xᵀ(x_j − X w): what is still unexplained of each co-occurrence
    active = np.empty(n, np.int64)
    for j in range(first, last):
        x = w[j - first]
        left[:] = g[j]
        for i in range(n):
            if x[i] != 0:
                left -= x[i] * g[i]
        sweep = 0
        while sweep < sweeps:
            full = True
            count = 0
            while sweep < sweeps:
                most = np.float32(0.0)
                for at in range(n if full else count):
                    i = at if full else active[at]
                    if i == j or g[i, i] == 0:
                        continue
                    now = (left[i] + g[i, i] * x[i] - l1) / (g[i, i] + l2)
                    if now < 0:
                        now = np.float32(0.0)
                    change = now - x[i]
                    if change != 0:
                        x[i] = now
                        row = g[i]
                        for k in range(n):
                            left[k] -= change * row[k]
                        most = max(most, abs(change))
                    if full and now > 0:
                        active[count] = i
                        count += 1
                sweep += 1
                if full:
                    first_most = most
                    full = False
                if most <= tolerance:
                    break
            if first_most <= tolerance:
                break
