"""Models whose whole knowledge is a direction for each item: alike is what points the same way.

score(j | history) = Σ_i value_i · cos(x_i, x_j), with x of length 1: one sum over the history, one product with the
table, and an explanation whose parts sum to the score. An item of which nothing is known has x = 0, and scores 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.blas import one_thread
from recsys.model import Floats, ItemModel
from recsys.skip_gram import unit_rows

__all__ = ["ItemVectors"]


class ItemVectors(ItemModel):
    """A subclass fits :attr:`vectors` and calls :meth:`_take`."""

    vectors: Floats = np.zeros((0, 0), np.float32)
    """(n_items, d) float32, rows of length 1, or 0 for an item nothing is known of."""

    def _take(self, vectors: Floats) -> None:
        self.vectors = unit_rows(np.asarray(vectors, np.float32))

    def similar(self, item: str) -> Floats:
        """(n_items,) −1..1: how alike every item is to this one. Raises ``KeyError`` for an unknown item."""
        return self.vectors @ self.vectors[self._fitted_rows()[item]]

    def _scores_of_rows(self, rows: NDArray[np.int64], values: Floats) -> Floats:
        with one_thread():
            return self.vectors @ (values @ self.vectors[rows])

    def scores_many(self, histories: Any) -> Floats:
        """(len(histories), n_items) float32: one product."""
        self._fitted_rows()
        sums = np.zeros((len(histories), self.vectors.shape[1]), np.float32)
        for at, history in enumerate(histories):
            rows, values = self.encode(history)
            sums[at] = values @ self.vectors[rows]
        return sums @ self.vectors.T

    def _contributions(self, rows: NDArray[np.int64], values: Floats, target: int) -> Floats:
        return values * (self.vectors[rows] @ self.vectors[target])

    def _arrays(self) -> dict[str, NDArray[Any]]:
        return {"vectors": self.vectors}

    def _restore(self, arrays: dict[str, NDArray[Any]]) -> None:
        vectors = arrays["vectors"]
        if vectors.ndim != 2 or len(vectors) != len(self.item_ids):
            raise ValueError(f"vectors of shape {vectors.shape} for {len(self.item_ids)} items")
        self.vectors = vectors  # of length 1 already; scaling again would move the last bit
