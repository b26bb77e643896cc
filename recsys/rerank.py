"""The last step of a ranking: a page of five that is not five times the same.

Carbonell & Goldstein, "The use of MMR, diversity-based reranking for reordering documents and producing summaries",
SIGIR 1998.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys.model import Floats, top_k

__all__ = ["maximal_marginal_relevance"]


def maximal_marginal_relevance(
    scores: Floats, vectors: sparse.csr_array, allowed: NDArray[np.bool_], k: int, *, trade: float = 0.7, pool: int = 40
) -> NDArray[np.int64]:
    """Rows of a page of ``k``: each next work maximises ``trade·relevance − (1 − trade)·similarity to those taken``.

    Args:
        scores: (n,) relevance, any unit; rescaled to 0..1 over the ``pool`` best.
        vectors: (n, f) rows of unit length; their dot product is the similarity.
        allowed: (n,) which works may be taken.
        trade: 1 is the plain ranking, 0 diversity alone. The first work is always the best scored.
        pool: how many of the best scored are considered.
    """
    rows = top_k(scores, max(pool, k), allowed)
    if len(rows) <= 1 or k <= 1:
        return rows[:k]
    relevance = scores[rows].astype(np.float64)
    spread = relevance[0] - relevance[-1]
    relevance = (relevance - relevance[-1]) / spread if spread > 0 else np.ones(len(rows))
    here = vectors[rows]
    similarity = (here @ here.T).toarray()  # (pool, pool)
    taken = [0]
    closest = similarity[0].copy()
    while len(taken) < min(k, len(rows)):
        gain = trade * relevance - (1.0 - trade) * closest
        gain[taken] = -np.inf
        taken.append(int(np.argmax(gain)))
        np.maximum(closest, similarity[taken[-1]], out=closest)
    return rows[taken]
