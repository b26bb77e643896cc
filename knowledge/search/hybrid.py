"""Search over any texts by BM25, TF-IDF and vectors at once; every hit says who found it and by which terms.

The three differ: BM25 looks for telling words, TF-IDF over characters and n-grams forgives spelling, vectors know other
words for the same. Without labelled queries their ranks are fused (reciprocal rank); with some, :meth:`HybridIndex.fit`
learns whom to trust.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from knowledge.search.bm25 import BM25
from knowledge.search.encoders import Encoder
from knowledge.search.fusion import Hit, LearnedFusion, Ranking, matched_terms, reciprocal_rank
from knowledge.search.static_encoder import bundled, pieces
from knowledge.search.tfidf import TfIdf
from knowledge.search.vectors import Vectors
from knowledge.text import tokens

__all__ = ["MATCHERS", "HybridIndex"]

MATCHERS = ("bm25", "tfidf", "vectors")
_DEPTH = 100  # rows each matcher puts forward


class HybridIndex:
    """An index over texts; rows are their positions.

    Args:
        texts: kept as postings and vectors only; about 4 KiB a text of twenty words.
        encoder: of the vectors; by default the bilingual one that comes with the package.
        fusion: learned weights; without them ranks are fused.
    """

    def __init__(
        self, texts: Sequence[str], *, encoder: Encoder | None = None, fusion: LearnedFusion | None = None
    ) -> None:
        self.fusion = fusion
        self._encoder = encoder or bundled()
        documents = [tokens(text) for text in texts]
        self._bm25 = BM25(documents)
        self._tfidf = TfIdf([pieces(text) for text in texts], sublinear_tf=True)
        self._vectors = Vectors(self._encoder.encode(texts)) if texts else None
        self._terms = [frozenset(document) for document in documents]
        self._telling = {term: float(self._bm25.idf[row]) for term, row in self._bm25.vocabulary.items()}

    def rankings(self, query: str) -> dict[str, Ranking]:
        """What each matcher says, best first; rows that share nothing with the query are left out."""
        if self._vectors is None:
            return {}
        rows, cosines = self._vectors.top(self._encoder.encode([query]), _DEPTH)
        found = {
            "bm25": self._bm25.top(tokens(query), _DEPTH),
            "tfidf": self._tfidf.top(pieces(query), _DEPTH),
            "vectors": list(zip(rows[0].tolist(), cosines[0].tolist(), strict=True)),
        }
        return {name: [(row, score) for row, score in ranking if score > 0] for name, ranking in found.items()}

    def search(self, query: str, limit: int = 10) -> list[Hit]:
        """The best texts, best first."""
        rankings = self.rankings(query)
        hits = self.fusion.fuse(rankings, limit) if self.fusion else reciprocal_rank(rankings, limit)
        asked = tokens(query)
        return [replace(hit, terms=matched_terms(asked, self._terms[hit.row], self._telling)) for hit in hits]

    def fit(self, queries: Iterable[tuple[str, set[int]]], *, c: float = 1.0) -> LearnedFusion:
        """Learns the weights from queries and the rows that answer them, uses them from now on, and returns them.

        Raises:
            BadFusion: no query has both a right row and a wrong one among those found.
        """
        labelled = [(self.rankings(query), right) for query, right in queries]
        self.fusion = LearnedFusion.fit(labelled, MATCHERS, c=c)
        return self.fusion
