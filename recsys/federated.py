"""EASE without collecting histories: one round, one sum, and the model is the one a central server would have fitted.

    Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019 (the model).
    Balle & Wang, "Improving the Gaussian mechanism for differential privacy", ICML 2018 (noise; denoising is free).
    Benaych-Georges & Nadakuditi, "The eigenvalues and eigenvectors of finite, low rank perturbations of large random
    matrices", Advances in Mathematics 227(1), 2011 (what of an eigenvalue is noise: section 3.1).

EASE needs G = Σ_u x_u x_uᵀ / n_u and nothing else. A client's own term has Frobenius norm 1 whatever it holds, so

* the clients can send it through a secure sum (:mod:`recsys.secure_sum`), in chunks of the upper triangle that fit any
  phone, and the server gets G exactly: nothing is approximated, and there is no second round to learn from;
* adding or removing one user with all of their history moves G by at most 1 in L2, so Gaussian noise of
  :func:`recsys.dp.gaussian_sigma` makes G, and everything computed from it, differentially private *for users*;
* noise is spread over all eigenvectors and taste is not: :func:`denoise` keeps the eigenvalues that stand out.

What it protects against: with the secure sum, a curious server (it sees a sum of everybody); with noise as well, anyone
who ever sees the model. What it does not: without noise the sum of few users gives them away; noise is added here by
the server, who is trusted to do so and to forget the sum; the choice of λ and of the catalogue are not paid for.

What it costs: the noise stays the same while the signal grows with every user. At six thousand users ε = 1 buys nothing
over popularity (``benchmarks/federated_privacy.py``); at six million the same noise weighs a thousandth of that.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import eigh

from recsys import dp
from recsys.exact_gram import FRACTION_BITS, exact_gram, integer_weights, real
from recsys.interactions import Interactions
from recsys.key_agreement import KeyAgreement
from recsys.linear import EASE, weights_from_gram
from recsys.model import Floats
from recsys.secure_sum import Terms, secure_sum

__all__ = [
    "NOISE_RIDGE",
    "Privacy",
    "assemble",
    "client_words",
    "denoise",
    "ease_from_sum",
    "federated_ease",
    "noisy_gram",
    "secure_gram_chunks",
    "triangle",
]

NOISE_RIDGE = 0.1
"""λ in units of σ√(n_items / 2), half the largest eigenvalue that noise alone has."""


@dataclass(frozen=True, slots=True)
class Privacy:
    """(ε, δ) for one release about one user and all of their history; δ well below 1 / users."""

    epsilon: float
    delta: float = 1e-5

    @property
    def sigma(self) -> float:
        """Standard deviation of the noise for an L2 sensitivity of 1."""
        return dp.gaussian_sigma(self.epsilon, self.delta)


def triangle(n_items: int) -> int:
    """Numbers in the upper triangle, diagonal included, of an (n_items, n_items) matrix: what a client sends."""
    return n_items * (n_items + 1) // 2


def client_words(rows: NDArray[np.int64], n_items: int, start: int, stop: int) -> NDArray[np.uint64]:
    """What one client contributes to entries ``start:stop`` of the triangle, row after row: (stop − start,) uint64.

    ``rows`` (h,) are the items it likes, ascending and distinct; each pair of them gets 1/h in steps of 2^−36. Memory:
    the chunk, and 8 bytes for each pair of its items in it.
    """
    words = np.zeros(stop - start, np.uint64)
    if not len(rows):
        return words
    weight = integer_weights(np.array([len(rows)]), 1.0).astype(np.uint64)[0]
    base = rows * n_items - rows * (rows + 1) // 2  # entry (i, j ≥ i) lies at base_i + j
    touched = (base + n_items > start) & (base + rows < stop)
    at = base[touched, None] + rows[None, :]  # (rows here, h)
    inside = (rows[None, :] >= rows[touched, None]) & (at >= start) & (at < stop)
    words[at[inside] - start] = weight
    return words


def secure_gram_chunks(
    liked: sparse.csr_array,
    terms: Terms,
    *,
    start: int = 0,
    stop: int | None = None,
    chunk: int = 1 << 16,
    dropped: Collection[int] = (),
    agreement: KeyAgreement | None = None,
) -> Iterator[NDArray[np.uint64]]:
    """Entries ``start:stop`` of G's triangle, ``chunk`` at a time, through the whole masked protocol.

    ``liked`` (n_users, n_items), a row a client; rows of those who dropped out are not in the sum. Simulating every
    client on one machine costs clients × (degree + 1) × entries × 8 bytes of SHAKE: 6,000 clients of degree 16 take
    half a minute for 16,384 entries and three hours for all of a catalogue of 3,700 items (to each client: 2 s).
    """
    liked.sort_indices()
    n_items = liked.shape[1]
    end = triangle(n_items) if stop is None else stop
    starts = range(start, end, chunk)

    def words(client: int, at: int) -> NDArray[np.uint64]:
        rows = liked.indices[liked.indptr[client] : liked.indptr[client + 1]].astype(np.int64)
        return client_words(rows, n_items, starts[at], min(starts[at] + chunk, end))

    yield from secure_sum(words, terms, chunks=len(starts), dropped=dropped, agreement=agreement)


def noisy_gram(g: NDArray[np.int64], sigma: float, source: np.random.Generator) -> NDArray[np.int64]:
    """G (n_items, n_items) in steps of 2^−36 plus symmetric Gaussian noise on the same steps.

    σ is for an L2 sensitivity of 1 in Frobenius norm, in which an off-diagonal pair counts twice; so each of the two
    takes noise of standard deviation σ/√2, equal for both, and the diagonal σ.
    """
    n = len(g)
    noisy = g.copy()
    scale = math.ldexp(sigma, FRACTION_BITS)
    for i in range(n):  # row by row: one row of noise in memory
        drawn = dp.noise(n - i, scale / math.sqrt(2), source)
        drawn[0] *= math.sqrt(2)
        noisy[i, i:] += np.rint(drawn).astype(np.int64)
        noisy[i:, i] = noisy[i, i:]
    return noisy


def denoise(noisy: Floats, sigma: float) -> Floats:
    """The part of a noisy G (n_items, n_items) that stands out of the noise, positive semi-definite, float32.

    Symmetric noise of variance s² = σ²/2 alone has eigenvalues up to 2s√n. A true eigenvalue θ > s√n shows up as
    y = θ + n s²/θ; those y above the edge are led back to their θ, the rest are dropped. When none is left, it is what
    unrelated items of the same popularity would give, r rᵀ / Σr with r = max(G·1, 0): Σ_j x_uj / n_u is 1, so the row
    sums of G are the items' counts. This is post-processing: it costs no privacy. Time: 4/3 n³ flops, 8 s at 3,700 items on one core.
    """
    spread = sigma / math.sqrt(2) * math.sqrt(len(noisy))
    if not len(noisy) or not spread:
        return noisy
    y, vectors = eigh(noisy, subset_by_value=(2 * spread, np.inf))
    if not len(y):
        counts = np.maximum(noisy.sum(axis=1, dtype=np.float64), 0)
        return np.asarray(np.outer(counts, counts) / max(counts.sum(), 1.0), np.float32)
    theta = (y + np.sqrt(np.maximum(y**2 - 4 * spread**2, 0))) / 2
    return np.asarray((vectors * theta) @ vectors.T, np.float32)


def assemble(chunks: Iterable[NDArray[np.uint64]], n_items: int) -> NDArray[np.int64]:
    """G (n_items, n_items) int64 in steps of 2^−36, from all chunks of its triangle in order."""
    g = np.zeros((n_items, n_items), np.int64)
    words = np.concatenate([np.zeros(0, np.uint64), *chunks]).view(np.int64)
    if len(words) != triangle(n_items):
        raise ValueError(f"{len(words):,} numbers are not the triangle of {n_items:,} items: {triangle(n_items):,}")
    start = 0
    for i in range(n_items):
        g[i, i:] = g[i:, i] = words[start : start + n_items - i]
        start += n_items - i
    return g


def ease_from_sum(
    g: NDArray[np.int64],
    item_ids: Sequence[str],
    privacy: Privacy | None = None,
    *,
    regularization: float | None = None,
    source: np.random.Generator | None = None,
) -> EASE:
    """The server's half: the model from G (n_items, n_items) int64 in steps of 2^−36, which is left as it was.

    Parameters
    ----------
    privacy
        (ε, δ) of the model that is returned; no noise when absent.
    regularization
        λ. When absent: 10 without noise, else :data:`NOISE_RIDGE` × the size of the noise, at least 1.
    source
        Of the noise; unpredictable when absent.

    Memory: 24·n_items² bytes with noise, 12·n_items² without, beside G.
    """
    sigma = privacy.sigma if privacy else 0.0
    summed = denoise(real(noisy_gram(g, sigma, source or dp.generator())), sigma) if sigma else real(g)
    ridge = regularization
    if ridge is None:
        ridge = max(1.0, NOISE_RIDGE * sigma * math.sqrt(len(g) / 2)) if sigma else 10.0
    model = EASE(regularization=ridge, user_weight=1.0)
    model.weights = weights_from_gram(summed, ridge)
    model._set_items(item_ids)
    return model


def federated_ease(
    interactions: Interactions,
    privacy: Privacy | None = None,
    *,
    regularization: float | None = None,
    source: np.random.Generator | None = None,
) -> EASE:
    """The EASE that a federation of these users arrives at in its one round; arguments as in :func:`ease_from_sum`.

    The masks are left out, for they cancel to the last bit (:func:`secure_gram_chunks` is the round with them, and a
    test holds the two equal). Without ``privacy`` this is ``EASE(regularization, user_weight=1)`` up to float32
    rounding.
    """
    g = exact_gram(interactions.liked(), 1.0)
    return ease_from_sum(g, interactions.item_ids, privacy, regularization=regularization, source=source)
