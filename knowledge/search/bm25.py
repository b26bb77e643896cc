"""BM25, the ranking function that is hard to beat, with all its work done when the index is built.

Three variants, whose scores are those of ``rank_bm25``'s ``BM25Okapi``, ``BM25L`` and ``BM25Plus``. With ``tf`` the
times a document of ``len`` tokens holds a term, ``df`` the documents that hold it, of ``N``, and
``B = 1 - b + b · len / mean len``, a term adds to the score

    okapi    idf · tf (k1 + 1) / (tf + k1 B)                idf = log((N - df + ½) / (df + ½)); a negative one becomes
                                                            ``epsilon`` times the mean idf of the vocabulary
    l        idf · tf (k1 + 1) (c + δ) / (k1 + c + δ)       c = tf / B, idf = log((N + 1) / (df + ½))
    plus     idf · (δ + tf (k1 + 1) / (tf + k1 B))          idf = log((N + 1) / df); δ · idf goes to every document

The factor ``tf`` in front of L, which the paper does not have, is ``rank_bm25``'s. Plus gives every document something
for every term of the query; that constant is added once per query, so that its weights stay sparse too.

    Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009 (okapi).
    Lv and Zhai, "When documents are very long, BM25 fails!", SIGIR 2011 (l).
    Lv and Zhai, "Lower-bounding term frequency normalization", CIKM 2011 (plus).
    Trotman, Puurula and Burgess, "Improvements to BM25 and language models examined", ADCS 2014.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from knowledge.graph import KnowledgeError
from knowledge.search.compiled_index import Collected
from knowledge.search.postings import Postings
from knowledge.search.searching import Backend
from knowledge.search.sparse_index import SparseIndex
from knowledge.search.topk import Query

__all__ = ["BM25", "Variant"]

Variant = Literal["okapi", "l", "plus"]
_DELTA = {"okapi": 0.0, "l": 0.5, "plus": 1.0}


class BM25(SparseIndex):
    """An index over tokenised documents.

    Args:
        corpus_tokens: one sequence of terms per document, read once (a generator will do); a document may be empty,
            the corpus too.
        k1: how soon repeating a term stops helping (≥ 0).
        b: how much long documents are held back, 0 (not) to 1 (fully).
        variant: ``"okapi"``, ``"l"`` or ``"plus"``.
        epsilon: share of the mean idf that a term in more than half of the documents keeps (okapi).
        delta: what a term's presence is worth at the least (≥ 0); 0.5 for l and 1 for plus unless given.
        backend: see :mod:`knowledge.search.searching`.

    Raises:
        KnowledgeError: a parameter out of its range; a document that is a string; a token that is not one; more than
            2³¹ - 1 documents.
    """

    def __init__(
        self,
        corpus_tokens: Iterable[Sequence[str]],
        k1: float = 1.5,
        b: float = 0.75,
        *,
        variant: Variant = "okapi",
        epsilon: float = 0.25,
        delta: float | None = None,
        backend: Backend = "auto",
    ) -> None:
        self._set(k1=k1, b=b, variant=variant, epsilon=epsilon, delta=delta)
        super().__init__(corpus_tokens, backend)

    def _set(  # type: ignore[override]
        self, *, k1: float, b: float, variant: Variant, epsilon: float, delta: float | None
    ) -> None:
        if variant not in _DELTA:
            raise KnowledgeError(f"no variant {variant!r}; there are {', '.join(_DELTA)}")
        delta = _DELTA[variant] if delta is None else delta
        if not (0 <= k1 < np.inf and 0 <= b <= 1 and 0 <= delta < np.inf and np.isfinite(epsilon)):
            raise KnowledgeError(f"k1 ≥ 0, 0 ≤ b ≤ 1 and delta ≥ 0 are needed, not k1={k1}, b={b}, delta={delta}")
        self.k1, self.b, self.epsilon, self.delta = float(k1), float(b), float(epsilon), float(delta)
        self.variant: Variant = variant

    def parameters(self) -> dict[str, Any]:
        """The arguments it was made with."""
        return {
            "k1": self.k1, "b": self.b, "variant": self.variant, "epsilon": self.epsilon, "delta": self.delta
        }  # fmt: skip

    def _idf(self, collected: Collected) -> NDArray[np.float64]:
        size, df = collected.size, collected.df.astype(np.float64)
        held = df > 0
        idf = np.zeros(len(df))
        if not held.any():
            return idf
        if self.variant == "okapi":
            idf[held] = np.log(size - df[held] + 0.5) - np.log(df[held] + 0.5)
            idf[idf < 0] = self.epsilon * idf[held].mean()
        elif self.variant == "l":
            idf[held] = np.log(size + 1) - np.log(df[held] + 0.5)
        else:
            idf[held] = np.log((size + 1) / df[held])
        return idf

    def _norms(self, collected: Collected, idf: NDArray[np.float64], postings: Postings) -> NDArray[np.float64]:
        return np.asarray(1 - self.b + self.b * collected.lengths / collected.mean_length, np.float64)

    def _weigh(self, tf: NDArray[Any], idf: Any, norm: NDArray[np.float64]) -> NDArray[np.float64]:
        tf = tf.astype(np.float64)
        if self.variant == "l":
            lifted = tf / norm + self.delta
            return np.asarray(idf * tf * (self.k1 + 1) * lifted / (self.k1 + lifted))
        return np.asarray(idf * tf * (self.k1 + 1) / (tf + self.k1 * norm))

    def _query(self, counts: Mapping[int, int], idf: NDArray[np.float64]) -> Query:
        if self.variant != "plus":
            return Query(list(counts), list(counts.values()))
        constant = self.delta * float(sum(idf[term] * count for term, count in counts.items()))
        return Query(list(counts), list(counts.values()), constant)
