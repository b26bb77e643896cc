"""What a history says: the user side of every network here, which has no table of users.

He et al. (2017) learn a vector for each user; whoever came later has none, and a few gradient steps for each query are
slow and never quite done. Instead a user *is* his history, as in FISM (Kabbur, Ning & Karypis, KDD 2013):

    p_h = |h|^−α Σ_{i∈h} v_i e_i,

trained with the target left out of its own history, p_{h∖j}, which is exactly the question asked in serving. Anybody's
history works at once, and a new event counts in the next list. The published protocol is met: the user's training
interactions are the history, and the figures beside it are rankings for the same users.

A *memory* stands beside the network: a closed-form score s_h that is pre-trained on the table and then stays
(:class:`RidgeMemory` is matrix factorisation, i.e. GMF with h = 1; :class:`LinearMemory` an item-to-item matrix, i.e.
the cross products of Wide & Deep). It, too, is left-out exactly while training. For the ridge solution x = A⁻¹b with
A = G + λI + Σ y_i y_iᵀ, leaving item j out of both sums gives, by Sherman and Morrison,

    ⟨x_{−j}, y_j⟩ = s_j − g_j (1 − s_j) / (1 − g_j),   g_j = y_jᵀ A⁻¹ y_j

(λ of the whole history is kept; a positive's negatives keep the memory's score for the whole history, as theirs hardly
depends on one item). A memory's score is about the probability of an item, so log(max(s, 0) + ε) goes into
the log-odds of the network.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import lapack

from recsys.factors import ImplicitALS
from recsys.interactions import Interactions
from recsys.linear import EASE
from recsys.model import Floats, ItemModel, Progress

__all__ = ["LinearMemory", "Memory", "RidgeMemory"]


class Memory(ABC):
    """A closed-form model that is fitted first, and its scores as the network sees them."""

    epsilon: float = 0.03
    """ε: what a probability of 0 is taken as."""

    def __init__(self, model: ItemModel) -> None:
        self.model = model

    @abstractmethod
    def users(self, histories: sparse.csr_array) -> Floats:
        """What is kept of each history (b, n_items): (b, d) float32."""

    @abstractmethod
    def items(self) -> Floats:
        """(n_items, d) float32 with raw scores = users @ itemsᵀ."""

    @abstractmethod
    def left_out(self, histories: sparse.csr_array) -> Floats:
        """(nnz,) float32: the raw score of each stored item when it is left out of its own history (values 1)."""

    def link(self, raw: Floats) -> Floats:
        """log(max(raw, 0) + ε), in place."""
        np.maximum(raw, 0, out=raw)
        raw += np.float32(self.epsilon)
        return np.log(raw, out=raw)

    def scores(self, histories: sparse.csr_array) -> Floats:
        """(b, n_items) float32 as the network sees them."""
        return self.link(self.users(histories) @ self.items().T)

    def fit(self, interactions: Interactions, progress: Progress | None = None) -> None:
        """Fit the model behind it."""
        self.model.fit(interactions, progress)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What to save."""
        return self.model._state()[1]

    def restore(self, item_ids: tuple[str, ...], arrays: dict[str, NDArray[Any]]) -> None:
        """Take the arrays back. Raises ``KeyError`` or ``ValueError`` when they do not fit."""
        self.model._set_items(item_ids)
        self.model._restore(arrays)


class RidgeMemory(Memory):
    """Matrix factorisation by iALS: a history's vector solves its own ridge system."""

    model: ImplicitALS

    def users(self, histories: sparse.csr_array) -> Floats:
        """(b, d): one Cholesky each."""
        x = np.zeros((histories.shape[0], self.model.factors), np.float32)
        for row in range(len(x)):
            part = slice(histories.indptr[row], histories.indptr[row + 1])
            if part.stop > part.start:
                x[row] = self.model.vector(histories.indices[part].astype(np.int64), histories.data[part])
        return x

    def items(self) -> Floats:
        """Y."""
        return self.model.item_factors

    def left_out(self, histories: sparse.csr_array) -> Floats:
        """By Sherman and Morrison, d³/3 + 2hd² operations a history."""
        scores = np.zeros(histories.nnz, np.float32)
        identity = np.diag_indices(self.model.factors)
        for row in range(histories.shape[0]):
            part = slice(histories.indptr[row], histories.indptr[row + 1])
            y = self.model.item_factors[histories.indices[part]]  # (h, d)
            if not len(y):
                continue
            a = self.model.gram + y.T @ y
            a[identity] += np.float32(self.model._system(histories.indices[part], np.ones(len(y), np.float32))[1])
            _, z, failed = lapack.sposv(a, np.asfortranarray(y.T), overwrite_a=1)  # (d, h): A⁻¹ y_j
            if failed:
                raise np.linalg.LinAlgError("the system of a history is not positive definite in float32")
            s = y @ z.sum(axis=1)
            g = np.minimum(np.einsum("hd,dh->h", y, z), np.float32(0.999))
            scores[part] = s - g * (1 - s) / (1 - g)
        return scores


class LinearMemory(Memory):
    """EASE: an item-to-item matrix with a zero diagonal, so an item never speaks for itself in the first place."""

    model: EASE

    def users(self, histories: sparse.csr_array) -> Floats:
        """(b, n_items): the raw scores themselves."""
        return np.asarray(histories @ self.model.weights, np.float32)

    def items(self) -> Floats:
        """The identity."""
        return np.eye(len(self.model.weights), dtype=np.float32)

    def scores(self, histories: sparse.csr_array) -> Floats:
        """See :meth:`Memory.scores`; the product with the identity is saved."""
        return self.link(self.users(histories))

    def left_out(self, histories: sparse.csr_array) -> Floats:
        """The diagonal is zero, so these are the scores at the items stored; 1,000 histories at a time."""
        parts = [np.zeros(0, np.float32)]
        for start in range(0, histories.shape[0], 1000):
            block = histories[start : start + 1000]
            row = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))
            parts.append(self.users(block)[row, block.indices])
        return np.concatenate(parts)
