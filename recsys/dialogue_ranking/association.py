"""How often an item was recommended where something else was present, and what that tells when counts are small.

Rows are what is present (an entity, a word), columns are items. With ``n(e, i)`` conversations that had both, ``n(e)``
that had the row at all and ``p(i)`` the item's share of all recommendations, the estimate shrinks to the prior,

    P(i | e) = (n(e, i) + a · p(i)) / (n(e) + a)

and the evidence that one presence adds is ``log P(i | e) / p(i)`` (naive Bayes), kept only where the two met at least
once: where they never met it is the same constant for every item of the row, nearly, and the matrix stays sparse.

    Robertson and Spärck Jones, "Relevance weighting of search terms", JASIS 27(3), 1976.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["Association", "item_prior"]


def item_prior(targets: sparse.csr_matrix, smooth: float = 0.5) -> NDArray[np.float64]:
    """Share of the recommendations that each item has, ``(n_items,)``; each item starts with ``smooth`` of one.

    Args:
        targets: ``(n_cases, n_items)``, 1 where the item was recommended.
    """
    counts = np.asarray(targets.sum(axis=0), np.float64).ravel() + smooth
    return counts / counts.sum()


@dataclass(frozen=True)
class Association:
    """Two ``(n_rows, n_items)`` float32 matrices with the same entries.

    Attributes:
        share: ``n(e, i) / (n(e) + a)``: what part of the recommendations after ``e`` were ``i``.
        evidence: ``log P(i | e) / p(i)``.
    """

    share: sparse.csr_matrix
    evidence: sparse.csr_matrix

    @classmethod
    def fit(
        cls,
        present: sparse.csr_matrix,
        targets: sparse.csr_matrix,
        *,
        shrink: float,
        same: sparse.csr_matrix | None = None,
    ) -> Association:
        """Counts and shrinks.

        Args:
            present: ``(n_cases, n_rows)``, 1 where the case had the row.
            targets: ``(n_cases, n_items)``, 1 where the item was recommended.
            shrink: ``a``, in conversations; > 0.
            same: ``(n_rows, n_items)``, 1 where row and item are the same thing; these pairs are left out.
        """
        together = sparse.csr_matrix(present.T @ targets, dtype=np.float64)
        if same is not None:
            together = together - together.multiply(same)
        together = sparse.csr_matrix(together)
        together.eliminate_zeros()
        total = np.asarray(present.T @ np.asarray(targets.sum(axis=1)).ravel(), np.float64).ravel()
        prior = item_prior(targets)
        row = np.repeat(np.arange(together.shape[0]), np.diff(together.indptr))
        p = prior[together.indices]
        given = (together.data + shrink * p) / (total[row] + shrink)
        shape = together.shape

        def matrix(data: NDArray[np.float64]) -> sparse.csr_matrix:
            return sparse.csr_matrix((data.astype(np.float32), together.indices, together.indptr), shape=shape)

        return cls(matrix(together.data / (total[row] + shrink)), matrix(np.log(given / p)))
