"""Gibbs sampling of one side of a factorisation whose vectors rest on features: every step is exact and in closed form.

    Salakhutdinov & Mnih, "Bayesian probabilistic matrix factorization using MCMC", ICML 2008 — vectors, eq. 11–14.
    Simm et al., "Macau: scalable Bayesian factorization with high-dimensional side information", MLSP 2017 — the
    regression of vectors on features, eq. 9–13.
    Rendle, "Scaling factorization machines to relational data", PVLDB 6(5), 2013 — features belong to a user or an item,
    not to a rating, so each is worked on once a user or item.

With x_n the features of row n (one or more blocks B, each with its own λ_B), its vector is

    p_n ~ N(m + Σ_B β_Bᵀ x_n, Λ⁻¹),   β_B ~ N(0, λ_B⁻¹ ⊗ Λ⁻¹),   (m, Λ) ~ Normal–Wishart(0, 1, I, D),   λ_B ~ Γ(½, ½).

A block is taken apart once, F = U S Vᵀ. In its directions β's posterior is independent, so drawing it costs one product
with U, and what no row has any share in need not be drawn at all. A whole vector is drawn at once, from all its ratings.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["Block", "Side", "WindowEffects", "wishart"]

Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]
_FLAT = 1e-6  # singular values below this share of the largest are rounding


class Block:
    """A block of features F (n, m) as F = U S Vᵀ, and the current draw of its coefficients.

    Memory: 8·(n + m)·min(n, m) bytes, twice that while it is taken apart; time grows with min(n, m)³.
    """

    def __init__(self, features: sparse.csr_array, size: int) -> None:
        n, m = features.shape
        small = (features @ features.T if n <= m else features.T @ features).toarray()
        squares, directions = np.linalg.eigh(small)
        kept = squares > _FLAT**2 * max(squares[-1], 1e-300) if len(squares) else np.zeros(0, bool)
        self.singular: Doubles = np.sqrt(squares[kept])
        directions = directions[:, kept]
        if n <= m:
            self.rows: Doubles = directions * self.singular  # U S, (n, r)
            self.columns: Doubles = (features.T @ directions) / self.singular  # V, (m, r)
        else:
            self.rows, self.columns = features @ directions, directions
        self.weights: Doubles = np.zeros((len(self.singular), size))
        """Vᵀβ, (r, D)."""
        self.share: Doubles = np.zeros((n, size))
        """F β, (n, D): what the block adds to each row's expectation."""
        self.penalty = 10.0
        """λ_B."""

    def coefficients(self) -> Doubles:
        """β (m, D), its mean where no row has a say."""
        result: Doubles = self.columns @ self.weights
        return result

    def draw(self, rest: Doubles, precision: Doubles, root: Doubles, rng: np.random.Generator) -> None:
        """β, then λ_B, given p − m − the other blocks = ``rest`` (n, D), Λ and a ``root`` with root rootᵀ = Λ⁻¹."""
        shape = self.weights.shape
        noise = self.singular[:, None] * rng.standard_normal(shape) + np.sqrt(self.penalty) * rng.standard_normal(shape)
        drawn = self.rows.T @ rest + noise @ root.T
        self.weights = drawn / (self.singular**2 + self.penalty)[:, None]
        self.share = self.rows @ self.weights
        length = float(np.sum((self.weights @ precision) * self.weights))
        self.penalty = rng.gamma(0.5 + self.weights.size / 2) / (0.5 + length / 2)


class Side:
    """All users, or all items: vectors (n, D) and what they are drawn around."""

    def __init__(self, n: int, size: int, blocks: Sequence[sparse.csr_array], rng: np.random.Generator) -> None:
        self.blocks = [Block(features, size) for features in blocks]
        self.vectors: Doubles = 0.1 * rng.standard_normal((n, size))
        self.mean: Doubles = np.zeros(size)
        self.precision: Doubles = np.eye(size)
        self._expected: Doubles = np.zeros((n, size))  # Σ_B F β
        self._upper = np.triu_indices(size)

    def draw_prior(self, rng: np.random.Generator) -> None:
        """Λ and m (m integrated out of the first), then each block's β and λ."""
        n, size = self.vectors.shape
        rest = self.vectors - self._expected
        centre = rest.mean(axis=0)
        spread = np.eye(size) + (rest - centre).T @ (rest - centre) + n / (n + 1) * np.outer(centre, centre)
        freedom = size + n
        for block in self.blocks:
            spread += block.penalty * block.weights.T @ block.weights
            freedom += len(block.weights)
        self.precision = wishart(freedom, spread, rng)
        root = np.linalg.inv(np.linalg.cholesky(self.precision)).T
        self.mean = n / (n + 1) * centre + root @ rng.standard_normal(size) / np.sqrt(n + 1)
        for block in self.blocks:
            self._expected -= block.share
            block.draw(self.vectors - self.mean - self._expected, self.precision, root, rng)
            self._expected += block.share

    def draw_vectors(
        self, others: Doubles, weights: sparse.csr_array, targets: sparse.csr_array, rng: np.random.Generator
    ) -> None:
        """p_n ~ N(A⁻¹ (Λ E[p_n] + Σ_o w t z_o), A⁻¹),  A = Λ + Σ_o w z_o z_oᵀ, over the ratings o of row n.

        ``others`` (n_others, D) are the z, ``weights`` (n, n_others) the w, ``targets`` the same with w·t.
        """
        n, size = self.vectors.shape
        first, second = self._upper
        a = np.empty((n, size, size))
        # Sparse × dense: the outer products are made once an other, not once a rating.
        a[:, first, second] = a[:, second, first] = weights @ (others[:, first] * others[:, second])
        a += self.precision
        b = targets @ others + (self.mean + self._expected) @ self.precision
        # Root · noise has covariance A, so A⁻¹ of it has A⁻¹: one solve gives mean and noise together.
        b += np.einsum("nij,nj->ni", np.linalg.cholesky(a), rng.standard_normal(b.shape))
        self.vectors = np.linalg.solve(a, b[:, :, None])[:, :, 0]


class WindowEffects:
    """A level for each (user, stretch of time) in which there are ratings: w ~ N(0, 1/λ), λ ~ Γ(1, 1).

    The idea is the day effect b_u(t) of timeSVD++ (Koren, "Collaborative filtering with temporal dynamics", KDD 2009,
    section 3.1), at any width.
    """

    def __init__(self, users: Ints, times: Ints, width: int) -> None:
        self.width = width
        key = _window_keys(users, times, width)
        self.keys, self._level = np.unique(key, return_inverse=True)
        self._known = times != 0
        self.effect: Doubles = np.zeros(len(self.keys))
        """(n_levels,) the current draw, in the order of ``keys``; 0 where the time is unknown."""
        self._penalty = 10.0

    def of_ratings(self) -> Doubles:
        """(nnz,) the effect each training rating is under."""
        return self.effect[self._level] * self._known

    def draw(self, rest: Doubles, weights: Doubles, rng: np.random.Generator) -> None:
        """w given what is left of the ratings (nnz,) without it and their precisions (nnz,)."""
        n = len(self.effect)
        weights = weights * self._known
        precision = np.bincount(self._level, weights, n) + self._penalty
        self.effect = np.bincount(self._level, weights * rest, n) / precision
        self.effect += rng.standard_normal(n) / np.sqrt(precision)
        self._penalty = rng.gamma(1 + n / 2) / (1 + float(self.effect @ self.effect) / 2)


def look_up(keys: Ints, effects: NDArray[np.floating], users: Ints, times: Ints, width: int) -> Doubles:
    """(n,) effects of (user row, time) pairs; 0 where there was nothing in training, or the time is 0, unknown."""
    if not len(keys):
        return np.zeros(len(users))
    key = _window_keys(users, times, width)
    at = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
    return np.where((keys[at] == key) & (times != 0), effects[at], 0.0).astype(np.float64)


def _window_keys(users: Ints, times: Ints, width: int) -> Ints:
    """One number for each (user row, time // width); Unix seconds fit into 36 bits for the next thousand years."""
    keys: Ints = (users << 37) + (times // width + (1 << 36))
    return keys


def wishart(freedom: float, inverse_scale: Doubles, rng: np.random.Generator) -> Doubles:
    """A draw (D, D) with mean ``freedom`` · inverse_scale⁻¹, by Bartlett's decomposition."""
    size = len(inverse_scale)
    root = np.linalg.cholesky(np.linalg.inv(inverse_scale))
    lower = np.tril(rng.standard_normal((size, size)), -1)
    lower[np.diag_indices(size)] = np.sqrt(rng.chisquare(freedom - np.arange(size)))
    half = root @ lower
    drawn: Doubles = half @ half.T
    return drawn
