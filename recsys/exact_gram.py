"""A weighted co-occurrence matrix in integers, so that adding somebody and taking them out again leaves nothing.

G = Σ_u w_u x_u x_uᵀ is all that EASE and item neighbours need to know of everybody. Here w_u is a whole number of steps
of 2^−36, x_u is 0 or 1, and G is summed in int64: integers add up to the same bits in any order. So a user can be
removed without a trace (:mod:`recsys.unlearning`), and masks modulo 2⁶⁴ cancel without an error
(:mod:`recsys.federated`). Cutting w_u to a step changes it by less than float32 would.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys.model import Floats

__all__ = ["FRACTION_BITS", "exact_gram", "integer_weights", "real"]

FRACTION_BITS = 36
"""Sums are right while Σ_u w_u of any pair stays below 2^27: 134 million users of weight 1."""

_BLOCK_BYTES = 64 << 20


def integer_weights(counts: NDArray[np.integer], user_weight: float) -> NDArray[np.int64]:
    """w_u = n_u^−user_weight in steps of 2^−36, cut towards zero; ``counts`` (n_users,) are the n_u. 0 for n_u = 0."""
    weights = np.maximum(counts, 1).astype(np.float64) ** -user_weight
    return np.where(counts > 0, np.floor(np.ldexp(weights, FRACTION_BITS)), 0).astype(np.int64)


def exact_gram(liked: sparse.csr_array, user_weight: float) -> NDArray[np.int64]:
    """Σ_u w_u x_u x_uᵀ (n_items, n_items) int64 in steps of 2^−36, from whom ``liked`` (n_users, n_items) names.

    Only where ``liked`` stores something counts, not what. Raises ``OverflowError`` beyond 2²⁷ users. Memory:
    8·n_items² bytes, plus 64 MiB.
    """
    n_users, n_items = liked.shape
    if n_users >= 1 << (63 - FRACTION_BITS):
        raise OverflowError(f"{n_users:,} users do not fit a 64-bit sum; split them")
    counts = np.diff(liked.indptr)
    ones = sparse.csr_array((np.ones(liked.nnz, np.int64), liked.indices, liked.indptr), shape=liked.shape)
    weighted = ones.copy()
    weighted.data = np.repeat(integer_weights(counts, user_weight), counts)
    left, right = ones.T.tocsr(), weighted.tocsc()
    g = np.empty((n_items, n_items), np.int64)
    width = max(1, _BLOCK_BYTES // (20 * max(n_items, 1)))
    for start in range(0, n_items, width):
        g[:, start : start + width] = (left @ right[:, start : start + width].tocsr()).toarray()
    return g


def real(g: NDArray[np.int64]) -> Floats:
    """The matrix in float32, as :func:`recsys.linear.weights_from_gram` takes it."""
    return np.ldexp(g.astype(np.float64), -FRACTION_BITS).astype(np.float32)
