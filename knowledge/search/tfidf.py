"""TF-IDF with cosine similarity: the vector space model, on the same postings and the same search as BM25.

A document is the vector of its terms' weights, scaled to length 1, and so is the query; the score is their dot product,
0 to 1. A weight is ``f(tf) · idf``:

    f      tf, or 1 + log(tf) when ``sublinear_tf``: the tenth time says less than the second
    idf    log((1 + N) / (1 + df)) + 1   ``smooth_idf``: as if one more document held every term once
           log(N / df) + 1               otherwise
           1                             without ``use_idf``

The names, defaults and scores are those of scikit-learn's ``TfidfVectorizer`` (``norm="l2"``).

A document's length as a vector depends on every idf, so one change to the collection changes all weights: the next
query after it compiles the index, which takes about 60 ns per posting. Make changes in batches.

    Salton and Buckley, "Term-weighting approaches in automatic text retrieval", Information Processing &
    Management 24(5), 1988.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.search.compiled_index import Collected
from knowledge.search.postings import Postings, spreads
from knowledge.search.searching import Backend
from knowledge.search.sparse_index import SparseIndex
from knowledge.search.topk import Query

__all__ = ["TfIdf"]


class TfIdf(SparseIndex):
    """An index over tokenised documents; see :class:`knowledge.search.sparse_index.SparseIndex` for what it can do.

    Args:
        corpus_tokens: one sequence of terms per document, read once; a document may be empty, the corpus too.
        sublinear_tf: damp repetitions logarithmically.
        use_idf: hold common terms back.
        smooth_idf: count one more document that holds every term.
        backend: see :mod:`knowledge.search.searching`.

    Raises:
        KnowledgeError: a document that is a string; a token that is not one; more than 2³¹ - 1 documents.
    """

    _local = False

    def __init__(
        self,
        corpus_tokens: Iterable[Sequence[str]],
        *,
        sublinear_tf: bool = False,
        use_idf: bool = True,
        smooth_idf: bool = True,
        backend: Backend = "auto",
    ) -> None:
        self._set(sublinear_tf=sublinear_tf, use_idf=use_idf, smooth_idf=smooth_idf)
        super().__init__(corpus_tokens, backend)

    def _set(self, *, sublinear_tf: bool, use_idf: bool, smooth_idf: bool) -> None:  # type: ignore[override]
        self.sublinear_tf, self.use_idf, self.smooth_idf = bool(sublinear_tf), bool(use_idf), bool(smooth_idf)

    def parameters(self) -> dict[str, Any]:
        """The arguments it was made with."""
        return {"sublinear_tf": self.sublinear_tf, "use_idf": self.use_idf, "smooth_idf": self.smooth_idf}

    def _idf(self, collected: Collected) -> NDArray[np.float64]:
        held = collected.df > 0
        idf = held.astype(np.float64)
        if self.use_idf:
            more = 1 if self.smooth_idf else 0
            idf[held] = np.log((collected.size + more) / (collected.df[held] + more)) + 1
        return idf

    def _norms(self, collected: Collected, idf: NDArray[np.float64], postings: Postings) -> NDArray[np.float64]:
        squares = np.zeros(len(collected.lengths))
        for cells, spread in spreads(postings.indptr, idf):
            weights = self._damped(postings.tf[cells]) * spread
            squares += np.bincount(postings.rows[cells], weights * weights, len(squares))
        return np.sqrt(squares)

    def _weigh(self, tf: NDArray[Any], idf: Any, norm: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(self._damped(tf) * idf / norm)

    def _damped(self, tf: NDArray[Any]) -> NDArray[np.float64]:
        return 1 + np.log(tf.astype(np.float64)) if self.sublinear_tf else tf.astype(np.float64)

    def _query(self, counts: Mapping[int, int], idf: NDArray[np.float64]) -> Query:
        factors = self._damped(np.fromiter(counts.values(), np.int64, len(counts))) * idf[list(counts)]
        length = float(np.sqrt(factors @ factors))
        return Query(list(counts), (factors / (length or 1.0)).tolist())
