"""Skip-gram with negative sampling: vectors of tokens that stand near one another in sequences of any kind.

    Mikolov, Sutskever, Chen, Corrado & Dean, "Distributed representations of words and phrases and their
    compositionality", NeurIPS 2013 (equation 4; the dynamic window and the smoothed noise are theirs).
    Ji, Satish, Li & Dubey, "Parallelizing word2vec in shared and distributed memory", 2016 (negatives shared by a batch).

For tokens a with a token b in their window, and noise P(t) ∝ count(t)^α (¾ in the paper), it maximises

    Σ_(a,b) [ log σ(⟨x_a, y_b⟩) + m · E_{t∼P} log σ(−⟨x_a, y_t⟩) ].

A sequence may be words of a text, stops of a walk through a graph, or what somebody watched; the last has no order that
matters, so it is shuffled in every pass (Barkan & Koenigstein 2016, section 3).

A batch draws its negatives together and weighs each so that the expectation is that of m a pair: two matrix products
take the place of m gathers. Every row has one step size of its own, η / √(Σ |gradient|² / d) (Duchi, Hazan & Singer,
"Adaptive subgradient methods", JMLR 2011), so that a token that occurs a hundred times in a batch does not overshoot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from recsys.blas import one_thread
from recsys.fold_in import sigmoid
from recsys.model import Floats, Progress
from recsys.sgd_factors import scatter_add

__all__ = ["SkipGram", "skip_gram", "unit_rows"]

Ints = NDArray[np.int64]

_BATCH = 4096
_SHARED = 128
"""Negatives of a batch."""


@dataclass(frozen=True, slots=True)
class SkipGram:
    """How to learn.

    Raises ``ValueError`` when a number is out of range.
    """

    factors: int = 64
    """d."""
    window: int = 5
    """Tokens to either side; for every token a number from 1 to this is drawn, so that near ones count more."""
    negatives: int = 5
    """m, expected for each pair."""
    epochs: int = 10
    """Passes over the sequences."""
    learning_rate: float = 0.1
    """η."""
    subsample: float = 1e-3
    """A token of share f of all tokens is kept in a pass with probability √(this / f), at most 1; 0 keeps all."""
    shuffle: bool = False
    """Whether order within a sequence means nothing."""
    seed: int = 0
    noise: float = 0.75
    """α in P(t) ∝ count(t)^α; below 0 rare tokens are drawn the most."""

    def __post_init__(self) -> None:
        for name in ("factors", "window", "negatives"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.epochs < 0 or not self.learning_rate > 0 or not self.subsample >= 0:
            raise ValueError(
                "epochs and subsample must be at least 0 and learning_rate positive, "
                f"not {self.epochs}, {self.subsample}, {self.learning_rate}"
            )


Passes: TypeAlias = Callable[[int, Mapping[str, NDArray[Any]], np.random.Generator], Iterable[int]]
"""(how many passes, what changes, generator) → the numbers of those to be made; see :mod:`recsys.checkpoints`."""


def skip_gram(
    tokens: Ints,
    starts: Ints,
    n: int,
    how: SkipGram,
    progress: Progress | None = None,
    passes: Passes = lambda total, changing, rng: range(total),
) -> Floats:
    """(n, d) float32 vectors x of tokens 0 … n−1; those of tokens that never occur are 0.

    ``tokens`` (t,) are all sequences end to end, sequence s being ``tokens[starts[s] : starts[s + 1]]``. The same seed
    gives the same vectors. Memory: 16·d bytes a token kind, 24 bytes a token and place in the window. Time: 10⁶ pairs
    of d = 64 take some 0.7 s.
    """
    rng = np.random.default_rng(how.seed)
    d = how.factors
    count = np.bincount(tokens, minlength=n).astype(np.float64)
    x = ((rng.random((n, d)) - 0.5) / d).astype(np.float32)
    y = np.zeros((n, d), np.float32)
    squares = [np.zeros(n, np.float32), np.zeros(n, np.float32)]
    noise = np.cumsum(np.where(count > 0, np.maximum(count, 1.0) ** how.noise, 0.0))
    with one_thread():
        total = how.epochs if noise.size and noise[-1] > 0 else 0
        for at in passes(total, {"x": x, "y": y, "of_x": squares[0], "of_y": squares[1]}, rng):
            if progress:
                progress(at / how.epochs, f"epoch {at + 1} of {how.epochs}")
            for centre, context in _pairs(tokens, starts, count, how, rng):
                _step(x, y, squares, centre, context, noise, how, rng)
    x[count == 0] = 0
    return x


def _pairs(
    tokens: Ints, starts: Ints, count: NDArray[np.float64], how: SkipGram, rng: np.random.Generator
) -> Iterator[tuple[Ints, Ints]]:
    """(centre, context) tokens of one pass, in batches, in random order."""
    sequence = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    if how.subsample:
        share = count[tokens] / count.sum()
        kept = rng.random(len(tokens)) < np.sqrt(how.subsample / np.maximum(share, 1e-300))
        tokens, sequence = tokens[kept], sequence[kept]
    if how.shuffle:
        order = np.lexsort((rng.random(len(tokens)), sequence))
        tokens, sequence = tokens[order], sequence[order]
    reach = rng.integers(1, how.window + 1, len(tokens))
    here, there = [], []
    for step in range(1, how.window + 1):
        together = np.flatnonzero(sequence[step:] == sequence[:-step])
        for a, b in ((together, together + step), (together + step, together)):
            near = reach[a] >= step
            here.append(a[near])
            there.append(b[near])
    centre, context = np.concatenate(here), np.concatenate(there)
    order = rng.permutation(len(centre))
    for start in range(0, len(order), _BATCH):
        chosen = order[start : start + _BATCH]
        yield tokens[centre[chosen]], tokens[context[chosen]]


def _step(
    x: Floats,
    y: Floats,
    squares: list[Floats],
    centre: Ints,
    context: Ints,
    noise: NDArray[np.float64],
    how: SkipGram,
    rng: np.random.Generator,
) -> None:
    drawn = np.searchsorted(noise, rng.random(_SHARED) * noise[-1], side="right")
    a, b, z = x[centre], y[context], y[drawn]
    pull = np.asarray(1 - sigmoid(np.einsum("bd,bd->b", a, b)), np.float32)[:, None]  # (B, 1)
    push = sigmoid(a @ z.T) * np.float32(how.negatives / _SHARED)  # (B, _SHARED)
    for_x = scatter_add(centre, np.asarray(pull * b - push @ z, np.float32), len(x))
    for_y = scatter_add(context, np.asarray(pull * a, np.float32), len(y))
    for_y -= scatter_add(drawn, np.asarray(push.T @ a, np.float32), len(y))
    for table, gradient, square in ((x, for_x, squares[0]), (y, for_y, squares[1])):
        square += np.einsum("nd,nd->n", gradient, gradient) / np.float32(how.factors)
        rate = np.float32(how.learning_rate) / np.sqrt(square + np.float32(1e-8))
        table += rate[:, None] * gradient


def unit_rows(vectors: Floats) -> Floats:
    """Rows scaled to length 1; rows of zeros stay."""
    length = np.sqrt(np.einsum("nd,nd->n", vectors, vectors))[:, None]
    return np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 1e-12)
