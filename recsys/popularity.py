"""What most people liked: the baseline to beat, the prior for a stranger, and the "well known ↔ little known" facet."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from recsys.interactions import Interactions
from recsys.model import Floats, ItemModel, Progress

__all__ = ["Popularity"]

_DAY = 86_400.0


class Popularity(ItemModel):
    """Score = the share of users who liked the item, whatever the history. Memory: 4 bytes an item.

    Parameters
    ----------
    half_life
        Days after which an interaction counts half, measured from the newest one; ``None`` counts all alike.
        Interactions of unknown time count as old as the oldest known. Useful range 30–365 for a live catalogue.
    """

    share: Floats
    """(n_items,) 0..1."""

    def __init__(self, half_life: float | None = None) -> None:
        if half_life is not None and not half_life > 0:
            raise ValueError(f"half_life must be positive, not {half_life}")
        self.half_life = half_life
        self.share = np.zeros(0, np.float32)

    def fit(self, interactions: Interactions, progress: Progress | None = None) -> Self:
        """Count."""
        liked = interactions.matrix.data > 0  # (nnz,)
        weights = liked.astype(np.float64)
        times = interactions.times
        if self.half_life is not None and (times > 0).any():
            dated = np.where(times > 0, times, times[times > 0].min())
            weights *= 0.5 ** ((dated.max() - dated) / (_DAY * self.half_life))
        counts = np.bincount(interactions.matrix.indices, weights=weights, minlength=interactions.n_items)
        self.share = (counts / max(interactions.n_users, 1)).astype(np.float32)
        self._set_items(interactions.item_ids)
        if progress:
            progress(1.0, "popularity")
        return self

    def _scores_of_rows(self, rows: NDArray[np.int64], values: Floats) -> Floats:
        return self.share.copy()

    def _contributions(self, rows: NDArray[np.int64], values: Floats, target: int) -> Floats:
        return np.zeros(len(rows), np.float32)  # nothing of the history speaks: explain() is empty, and says so

    def _state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        return {"half_life": self.half_life}, {"share": self.share}

    def _restore(self, arrays: dict[str, NDArray[Any]]) -> None:
        self.share = arrays["share"]
