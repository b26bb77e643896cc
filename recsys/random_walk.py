"""Random walks of three steps, history item → user → target, with popular targets held down.

Cooper, Lee, Radzik & Siantos, "Random walks in recommender systems: exact computation and simulations", WWW 2014
(P3α).
Paudel, Christoffel, Newell & Bernstein, "Updatable, accurate, diverse, and scalable recommendations for interactive
applications", ACM TiiS 7(1), 2016 (RP3β).
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from recsys.interactions import Interactions
from recsys.model import Floats, Progress
from recsys.sparse_weights import SparseWeights, best_per_target

__all__ = ["SEARCH_SPACE", "RandomWalk"]

SEARCH_SPACE = {"k": ("log-int", 20, 800), "alpha": ("float", 0.4, 2.0), "beta": ("float", 0.0, 1.0)}


class RandomWalk(SparseWeights):
    """score(j | history) = Σ_i value_i Σ_u (x_ui / n_i)^α (x_uj / n_u)^α / n_j^β: RP3β; with β = 0, P3α.

    Parameters
    ----------
    k
        Neighbours kept for each item.
    alpha
        α > 0, the power of each transition probability.
    beta
        β in 0..1: how much an item's popularity counts against it.

    n_i and n_u are how many users met item i and items user u met. Values above 0 count as 1. Memory: 8·k bytes an item,
    plus 64 MiB while fitting.
    """

    def __init__(self, k: int = 200, alpha: float = 1.0, beta: float = 0.5) -> None:
        super().__init__()
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        if not alpha > 0 or not 0 <= beta <= 1:
            raise ValueError(f"alpha must be positive and beta in 0..1, not {alpha} and {beta}")
        self.k, self.alpha, self.beta = k, alpha, beta

    def fit(self, interactions: Interactions, progress: Progress | None = None) -> Self:
        """Three transition matrices, multiplied a block of targets at a time."""
        x = interactions.liked()
        by_user = np.maximum(np.diff(x.indptr), 1)
        n_items = x.shape[1]
        by_item = np.maximum(np.bincount(x.indices, minlength=n_items), 1)
        out = x.copy()  # (n_users, n_items): user → target
        out.data = (np.repeat(by_user, np.diff(x.indptr)) ** -float(self.alpha)).astype(np.float32)
        targets, sources = out.tocsc(), x.T.tocsr()
        leave = by_item ** -float(self.alpha)  # item → user
        popularity = by_item ** -float(self.beta)

        def block(columns: NDArray[np.int64]) -> Floats:
            walked = (sources @ targets[:, columns]).toarray()
            return np.asarray(walked * leave[:, None] * popularity[None, columns])

        self.similarity = best_per_target(block, n_items, self.k, progress)
        self._set_items(interactions.item_ids)
        return self

    def _state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        return {"k": self.k, "alpha": self.alpha, "beta": self.beta}, self._arrays()
