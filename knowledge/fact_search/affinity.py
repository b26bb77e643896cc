"""What a question sounds like it wants: questions and relations as points of one small space.

A question is the mean of its tokens' vectors, a relation the mean of its own tokens', and the two are trained to point
the same way with the other relations of the batch as wrong answers. Where :class:`~knowledge.fact_search.alignment.
Alignment` counts what was seen together, this generalises: 「哪一天」 and 「什么时候」 end up beside each other, and a
time beside a time.

    Wu, Fisch, Chopra, Adams, Bordes and Weston, "StarSpace: Embed All The Things!", AAAI 2018.
    Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["Affinity"]


class Affinity:
    """Vectors of question tokens and of relation tokens.

    Attributes:
        sources, targets: token → row.
        source_vectors, target_vectors: ``(n, dimension)`` float32.
    """

    def __init__(
        self,
        sources: dict[str, int],
        targets: dict[str, int],
        source_vectors: NDArray[np.float32],
        target_vectors: NDArray[np.float32],
    ) -> None:
        self.sources, self.targets = sources, targets
        self.source_vectors, self.target_vectors = source_vectors, target_vectors

    @classmethod
    def fit(
        cls,
        pairs: Sequence[tuple[Sequence[str], Sequence[str]]],
        *,
        dimension: int = 48,
        epochs: int = 16,
        batch: int = 256,
        rate: float = 0.01,
        decay: float = 0.01,
        seed: int = 0,
    ) -> Affinity:
        """From pairs of ``(question tokens, relation tokens)``; tokens seen once are left out of questions."""
        seen = Counter(token for source, _ in pairs for token in set(source))
        sources = {token: row for row, token in enumerate(token for token, count in seen.items() if count > 1)}
        targets: dict[str, int] = {}
        for _, target in pairs:
            for token in target:
                targets.setdefault(token, len(targets))
        rng = np.random.default_rng(seed)
        model = cls(sources, targets, *(
            (rng.standard_normal((len(vocabulary), dimension)) * 0.1).astype(np.float32)
            for vocabulary in (sources, targets)
        ))  # fmt: skip
        if not sources or not targets:
            return model
        left = _bags([source for source, _ in pairs], sources)
        right = _bags([target for _, target in pairs], targets)
        kind_of: dict[tuple[str, ...], int] = {}
        kinds = np.array([kind_of.setdefault(tuple(target), len(kind_of)) for _, target in pairs])
        steps = [_Adam(model.source_vectors, rate, decay), _Adam(model.target_vectors, rate, decay)]
        total = epochs * max(1, -(-len(pairs) // batch))
        step = 0
        for _ in range(epochs):
            order = rng.permutation(len(pairs))
            for start in range(0, len(order), batch):
                rows = order[start : start + batch]
                a, b = left[rows], right[rows]
                q, r = a @ model.source_vectors, b @ model.target_vectors  # (batch, dimension)
                logits = q @ r.T
                same = kinds[rows][:, None] == kinds[rows]
                np.fill_diagonal(same, False)
                logits[same] = -1e9  # the same relation is no wrong answer
                logits -= logits.max(axis=1, keepdims=True)
                error = np.exp(logits)
                error /= error.sum(axis=1, keepdims=True)
                error[np.arange(len(rows)), np.arange(len(rows))] -= 1
                error /= len(rows)
                slope = 1 - step / total
                steps[0].step(a.T @ (error @ r), slope)
                steps[1].step(b.T @ (error.T @ q), slope)
                step += 1
        return model

    def source(self, tokens: Iterable[str]) -> NDArray[np.float32]:
        """The point of a question, ``(dimension,)``; zero when nothing in it is known."""
        return _point(tokens, self.sources, self.source_vectors)

    def target(self, tokens: Iterable[str]) -> NDArray[np.float32]:
        """The point of a relation, ``(dimension,)``."""
        return _point(tokens, self.targets, self.target_vectors)

    # --- keeping -----------------------------------------------------------------------------------------------------

    def arrays(self) -> dict[str, NDArray]:
        """What :meth:`from_arrays` needs, for an ``.npz`` file."""
        return {
            "sources": np.array(list(self.sources), dtype=np.str_),
            "targets": np.array(list(self.targets), dtype=np.str_),
            "source_vectors": self.source_vectors,
            "target_vectors": self.target_vectors,
        }

    @classmethod
    def from_arrays(cls, arrays: dict[str, NDArray]) -> Affinity:
        """The model that :meth:`arrays` described."""
        rows = [{str(token): row for row, token in enumerate(arrays[side])} for side in ("sources", "targets")]
        return cls(rows[0], rows[1], arrays["source_vectors"], arrays["target_vectors"])


class _Adam:
    def __init__(self, values: NDArray[np.float32], rate: float, decay: float) -> None:
        self.values, self.rate, self.decay = values, rate, decay
        self.mean, self.square = np.zeros_like(values), np.zeros_like(values)
        self.count = 0

    def step(self, gradient: NDArray[np.float32], slope: float) -> None:
        """One step down ``gradient``; ``slope`` 0..1 scales the rate."""
        self.count += 1
        self.mean += 0.1 * (gradient - self.mean)
        self.square += 0.01 * (gradient**2 - self.square)
        mean, square = self.mean / (1 - 0.9**self.count), self.square / (1 - 0.99**self.count)
        self.values -= self.rate * slope * (mean / (np.sqrt(square) + 1e-8) + self.decay * self.values)


def _point(tokens: Iterable[str], rows: dict[str, int], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    known = [rows[token] for token in dict.fromkeys(tokens) if token in rows]
    if not known:
        return np.zeros(vectors.shape[1], np.float32)
    return np.asarray(vectors[known].sum(axis=0) / np.sqrt(len(known)), np.float32)


def _bags(documents: Sequence[Sequence[str]], rows: dict[str, int]) -> sparse.csr_array:
    """Each row is a document whose distinct known tokens weigh 1 / √n."""
    known = [[rows[token] for token in dict.fromkeys(document) if token in rows] for document in documents]
    indptr = np.cumsum([0, *map(len, known)])
    indices = np.concatenate([np.asarray(row, np.int64) for row in known]) if known else np.zeros(0, np.int64)
    data = np.repeat(1 / np.sqrt(np.maximum(np.diff(indptr), 1)), np.diff(indptr)).astype(np.float32)
    return sparse.csr_array((data, indices, indptr), shape=(len(documents), len(rows)))
