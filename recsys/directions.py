"""Where "lighter", "newer" and "shorter" point in an item space: facet directions, learned by ridge regression.

A space of item factors knows nothing of words. But which way it must be walked for a facet z (a mood's degree, a genre,
the year, the length) to rise can be learned from the items whose z is known:

    v = argmin_v Σ_i (z_i − z̄ − (y_i − ȳ)ᵀv)² + ρ|v|²  =  (ỸᵀỸ + ρI)⁻¹ Ỹᵀ z̃                               (1)

v is scaled to unit length: an observation yₒ = v of :mod:`recsys.posterior` is then as firm along every facet.

    Kim et al., "Interpretability beyond feature attribution: testing with concept activation vectors", ICML 2018.
    Göpfert et al., "Discovering personalized semantics for soft attributes in recommender systems", WWW 2022.
"""

from __future__ import annotations

import numpy as np
from scipy import linalg

from recsys.model import Floats

__all__ = ["Directions"]


class Directions:
    """Directions of one item space. Built once; immutable, and safe to share among threads.

    Building costs O(n d² + d³), a direction O(n d): 0.1 ms for 1,000 items in 100 dimensions.
    """

    def __init__(self, vectors: Floats, *, regularization: float = 1.0) -> None:
        """
        Args:
            vectors: (n, d) item vectors.
            regularization: ρ > 0, in units of the mean eigenvalue of ỸᵀỸ.
        """
        if not regularization > 0:
            raise ValueError(f"regularization must be positive, not {regularization}")
        self._mean = vectors.mean(axis=0) if len(vectors) else np.zeros(vectors.shape[1], np.float32)
        self._centred = (vectors - self._mean).astype(np.float32)
        self._regularization = regularization
        self._factor = self._factored(self._centred)

    def _factored(self, centred: Floats) -> tuple[np.ndarray, bool]:
        gram = centred.T.astype(np.float64) @ centred
        d = len(gram)
        ridge = self._regularization * max(float(np.trace(gram)) / max(d, 1), 1e-9)
        return linalg.cho_factor(gram + ridge * np.eye(d), lower=True) if d else (gram, True)

    def of(self, values: Floats) -> Floats:
        """(d,) of length 1: the direction in which ``values`` (n,) rise; items whose value is NaN teach nothing.

        All zero when the values are all equal, or nothing of them can be learned.
        """
        if values.shape != (len(self._centred),):
            raise ValueError(f"{len(self._centred)} items and {values.shape} values")
        known = ~np.isnan(values)
        if not self._centred.shape[1] or not known.any():
            return np.zeros(self._centred.shape[1], np.float32)
        here = self._centred if known.all() else self._centred[known]
        z = values[known].astype(np.float64)
        z -= z.mean()
        factor = self._factor if known.all() else self._factored(here)
        v = linalg.cho_solve(factor, np.einsum("nd,n->d", here, z.astype(np.float32)).astype(np.float64))
        length = float(np.linalg.norm(v))
        return (v / length if length > 1e-12 else np.zeros(len(v))).astype(np.float32)

    def projection(self, direction: Floats) -> Floats:
        """(n,) how far along a direction each item stands, in the unit of the vectors; the mean is 0."""
        return np.einsum("nd,d->n", self._centred, direction)
