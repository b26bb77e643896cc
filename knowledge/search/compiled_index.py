"""What a weighting scheme has to say, and the state of an index whose weights have all been computed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.search.postings import Postings, spreads
from knowledge.search.topk import Matrix, Query

__all__ = ["Collected", "Compiled", "Weighting", "counts_of"]


@dataclass(frozen=True, slots=True)
class Collected:
    """What weights are computed from, besides the counts."""

    size: int
    """Documents, not counting deleted ones."""
    df: NDArray[np.int64]
    """In how many of them each term stands, ``(n_terms,)``."""
    lengths: NDArray[np.int32]
    """Tokens of each, ``(n_rows,)``; 0 for a deleted one."""

    @property
    def mean_length(self) -> float:
        """Tokens per document; 1 for a collection without any, where nothing is divided by it."""
        return (int(self.lengths.sum(dtype=np.int64)) / self.size if self.size else 0.0) or 1.0


@dataclass(frozen=True, slots=True)
class Compiled:
    """A state of the index that nothing changes any more; a query reads one from beginning to end."""

    vocabulary: Mapping[str, int]
    postings: Postings
    matrix: Matrix
    idf: NDArray[np.float64]
    lengths: NDArray[np.int32]
    alive: NDArray[np.bool_] | None
    """Rows that hold a document, ``(n_rows,)``; ``None`` where all do."""
    size: int


class Weighting(ABC):
    """A scheme: from counts, document frequencies and lengths to weights, and from a query to what is added up."""

    _local = True
    """Whether a weight needs nothing of its document but the length (and so can be computed for one term alone)."""

    @abstractmethod
    def _idf(self, collected: Collected) -> NDArray[np.float64]:
        """How telling each term is, ``(n_terms,)``; 0 for terms in no document."""

    @abstractmethod
    def _norms(self, collected: Collected, idf: NDArray[np.float64], postings: Postings) -> NDArray[np.float64]:
        """What a document's size does to its weights, ``(n_rows,)``. Only the lengths may be read if ``_local``."""

    @abstractmethod
    def _weigh(self, tf: NDArray[Any], idf: Any, norm: NDArray[np.float64]) -> NDArray[np.float64]:
        """The weight of cells with these counts, idf (or one for all) and document norms, ``(n,)``."""

    @abstractmethod
    def _query(self, counts: Mapping[int, int], idf: NDArray[np.float64]) -> Query:
        """What to add up for a query that holds these terms so often."""

    @abstractmethod
    def _set(self, **parameters: Any) -> None:
        """Takes what :meth:`parameters` gives."""

    @abstractmethod
    def parameters(self) -> dict[str, Any]:
        """What the index was made with besides the documents, by the names of the arguments; JSON takes it."""

    def _compile(
        self,
        vocabulary: Mapping[str, int],
        postings: Postings,
        lengths: NDArray[np.int32],
        alive: NDArray[np.bool_] | None,
    ) -> Compiled:
        size = len(lengths) if alive is None else int(np.count_nonzero(alive))
        collected = Collected(size, postings.frequencies(), lengths)
        idf = self._idf(collected)
        norms = self._norms(collected, idf, postings)
        weights = np.empty(len(postings), np.float32)
        for cells, spread in spreads(postings.indptr, idf):
            weights[cells] = self._weigh(postings.tf[cells], spread, norms[postings.rows[cells]])
        bounds = np.zeros(len(idf))
        held = collected.df > 0
        if len(weights):
            bounds[held] = np.maximum.reduceat(weights, postings.indptr[:-1][held])
        matrix = Matrix.of(postings.indptr, postings.rows, weights, bounds, len(lengths))
        return Compiled(vocabulary, postings, matrix, idf, lengths, alive, size)


def counts_of(tokens: Iterable[str], vocabulary: Mapping[str, int], n_terms: int) -> dict[int, int]:
    """The known terms of a query, numbered, in order, with how often each is asked."""
    terms = [term for term in map(vocabulary.get, tokens) if term is not None]
    if len(vocabulary) > n_terms:  # documents are being added
        terms = [term for term in terms if term < n_terms]
    counts = dict.fromkeys(terms, 1)
    return counts if len(counts) == len(terms) else Counter(terms)
