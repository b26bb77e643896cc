"""EASE's λ, chosen on held-out users without fitting more than the inverse again.

The users held out are taken off the Gram matrix of everybody, so λ is tried on sums over the others at the cost of one
Cholesky each; strong generalisation as in Liang et al., "Variational autoencoders for collaborative filtering", WWW 2018.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys.interactions import Interactions
from recsys.linear import gram, weights_from_gram
from recsys.model import Progress

__all__ = ["choose_penalty"]

_LADDER = (0.3, 1.0, 3.0, 10.0, 30.0)
"""λ tried, in units of the Gram matrix's mean diagonal: from light to heavy."""
_FEWEST_USERS = 50


def choose_penalty(
    interactions: Interactions, user_weight: float, seed: int, say: Progress
) -> tuple[float, float | None]:
    """(λ, its nDCG@20 on held-out users); a sensible λ and ``None`` when there is too little to hold out."""
    liked = interactions.liked()
    g = gram(liked, user_weight)
    unit = float(np.diagonal(g).mean()) if len(g) else 1.0
    unit = unit or 1.0
    eligible = np.flatnonzero(np.diff(liked.indptr) >= 5)
    if len(eligible) < _FEWEST_USERS:
        return 3.0 * unit, None
    rng = np.random.default_rng(seed)
    held = rng.choice(eligible, min(len(eligible) // 10 + 1, 1000), replace=False)
    seen, hidden = _split(liked[held], rng)
    # Same weights as in g, so subtracting leaves exactly the Gram matrix of everybody else.
    others = g - gram(liked[held], user_weight)
    best = (-1.0, 3.0 * unit)
    for step, factor in enumerate(_LADDER):
        say(step / len(_LADDER), "choosing λ")
        weights = weights_from_gram(others, factor * unit)
        quality = _ndcg(np.asarray(seen @ weights), seen, hidden, 20)
        best = max(best, (quality, factor * unit))
    return best[1], best[0]


def _split(rows: sparse.csr_array, rng: np.random.Generator) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Each row's entries dealt to (four fifths, one fifth, at least one)."""
    hide = np.zeros(rows.nnz, bool)
    for a, b in zip(rows.indptr[:-1], rows.indptr[1:], strict=True):
        hide[rng.choice(np.arange(a, b), max(1, (b - a) // 5), replace=False)] = True
    seen, hidden = rows.copy(), rows.copy()
    seen.data = np.where(hide, 0, rows.data).astype(np.float32)
    hidden.data = np.where(hide, rows.data, 0).astype(np.float32)
    seen.eliminate_zeros()
    hidden.eliminate_zeros()
    return seen, hidden


def _ndcg(scores: NDArray[np.float32], seen: sparse.csr_array, hidden: sparse.csr_array, k: int) -> float:
    """Mean nDCG@k of the hidden items among all unseen ones."""
    scores = scores.copy()
    scores[seen.nonzero()] = -np.inf
    k = min(k, scores.shape[1])
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    hits = np.take_along_axis(hidden.toarray() > 0, order, axis=1)
    discount = 1.0 / np.log2(np.arange(2, k + 2))
    ideal = np.concatenate([[0.0], np.cumsum(discount)])[np.minimum(np.diff(hidden.indptr), k)]
    return float(((hits * discount).sum(axis=1) / ideal).mean())
