"""What a work's texts are about: word2vec over all texts, and for each work the mean of its words.

    Mikolov et al. 2013 (:mod:`recsys.skip_gram`).
    Arora, Liang & Ma, "A simple but tough-to-beat baseline for sentence embeddings", ICLR 2017 (algorithm 1: the weights
    a / (a + p(w)), and the common direction taken out).

With p(w) the share of word w in all texts, and c the common direction (the first right singular vector of the means),

    x_i = (I − c cᵀ) Σ_{w ∈ text i} a / (a + p(w)) v_w / |text i|.

Everything after the words is linear, so a similarity comes apart into the words of either text, exactly
(:meth:`TextVectors.words_of`). A text nobody has seen before, a synopsis that arrived this morning or what somebody
typed, has a direction as well (:meth:`TextVectors.scores_of_text`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from knowledge.graph import WORK_TYPES, Graph
from knowledge.text import tokens
from recsys.embeddings import ItemVectors
from recsys.interactions import Interactions
from recsys.model import Floats, Progress
from recsys.skip_gram import SkipGram, skip_gram

__all__ = ["SEARCH_SPACE", "TextVectors", "text_of"]

SEARCH_SPACE = {
    "factors": ("log-int", 16, 256),
    "window": ("int", 2, 10),
    "learning_rate": ("log", 0.02, 0.5),
    "common_share": ("log", 1e-4, 1e-1),
}

_NAMED = ("genre", "mood", "country", "directed_by", "performed_by")
"""Relations whose objects are named in a work's text."""


class TextVectors(ItemVectors):
    """score(j | history) = Σ_i value_i cos(x_i, x_j). Build it with :meth:`of` or :meth:`of_texts`.

    Parameters
    ----------
    factors, window, negatives, epochs, learning_rate
        See :class:`~recsys.skip_gram.SkipGram`.
    fewest
        Words that occur less often are left out.
    common_share
        a: a word of this share of all words counts half.
    seed
        Of the start, the order and the negatives.

    Memory: 4·d bytes a word and a work, 12 bytes a word in a text. ``fit`` learns nothing: the texts are the model.
    """

    def __init__(
        self,
        factors: int = 64,
        window: int = 5,
        negatives: int = 5,
        epochs: int = 20,
        learning_rate: float = 0.1,
        fewest: int = 2,
        common_share: float = 1e-3,
        seed: int = 0,
    ) -> None:
        if fewest < 1 or not common_share > 0:
            raise ValueError(f"fewest must be at least 1 and common_share positive, not {fewest} and {common_share}")
        self.how = SkipGram(factors, window, negatives, epochs, learning_rate, 1e-3, False, seed)
        self.fewest, self.common_share = fewest, common_share
        self.words: tuple[str, ...] = ()
        """Column → word."""
        self.word_vectors: Floats = np.zeros((0, factors), np.float32)
        """(n_words, d) float32, the weight a / (a + p) and the common direction already in them."""
        self.counts = sparse.csr_array((0, 0), dtype=np.float32)
        """(n_items, n_words) float32: how often a word occurs in a text."""
        self.vectors = np.zeros((0, factors), np.float32)

    @classmethod
    def of(cls, graph: Graph, progress: Progress | None = None, **parameters: Any) -> Self:
        """From what a graph says of every work: see :func:`text_of`."""
        works = graph.entities(WORK_TYPES)
        return cls.of_texts({work.id: text_of(graph, work.id) for work in works}, progress, **parameters)

    @classmethod
    def of_texts(cls, texts: Mapping[str, str], progress: Progress | None = None, **parameters: Any) -> Self:
        """From a text for each item, Chinese, English or both. Raises ``ValueError`` for parameters out of range."""
        model = cls(**parameters)
        read = [tokens(text) for text in texts.values()]
        frequency: dict[str, int] = {}
        for text in read:
            for word in text:
                frequency[word] = frequency.get(word, 0) + 1
        model.words = tuple(sorted(word for word, times in frequency.items() if times >= model.fewest))
        column = {word: at for at, word in enumerate(model.words)}
        kept = [[column[word] for word in text if word in column] for text in read]
        starts = np.cumsum([0, *map(len, kept)]).astype(np.int64)
        flat = np.fromiter((at for text in kept for at in text), np.int64, int(starts[-1]))
        raw = skip_gram(flat, starts, len(model.words), model.how, progress)
        share = np.bincount(flat, minlength=len(model.words)) / max(len(flat), 1)
        weighted = raw * (model.common_share / (model.common_share + share)).astype(np.float32)[:, None]
        shape = (len(kept), len(model.words))
        model.counts = sparse.csr_array((np.ones(len(flat), np.float32), flat, starts), shape=shape)
        model.counts.sum_duplicates()
        means = np.asarray(model.counts @ weighted) / np.maximum(np.diff(starts), 1).astype(np.float32)[:, None]
        common = np.linalg.svd(means, full_matrices=False)[2][0] if min(means.shape) else np.zeros(model.how.factors)
        model.word_vectors = (weighted - np.outer(weighted @ common, common)).astype(np.float32)
        model._take(np.asarray(model.counts @ model.word_vectors))
        model._set_items(texts)
        if progress:
            progress(1.0, "texts")
        return model

    def fit(self, interactions: Interactions, progress: Progress | None = None) -> Self:
        """Learns nothing: what is alike comes from the texts. Without any, it knows the items but nothing of them."""
        if self._rows is None:
            self._take(np.zeros((interactions.n_items, self.how.factors), np.float32))
            self.counts = sparse.csr_array((interactions.n_items, 0), dtype=np.float32)
            self._set_items(interactions.item_ids)
        if progress:
            progress(1.0, "texts")
        return self

    def scores_of_text(self, text: str) -> Floats:
        """(n_items,) −1..1: how well each item suits a text; all 0 when it holds no known word."""
        column = {word: at for at, word in enumerate(self.words)}
        known = [column[word] for word in tokens(text) if word in column]
        self._fitted_rows()
        aim = self.word_vectors[known].sum(axis=0, dtype=np.float32)
        length = float(np.sqrt(aim @ aim))
        return self.vectors @ (aim / np.float32(length)) if length > 1e-12 else np.zeros(len(self.vectors), np.float32)

    def words_of(self, one: str, other: str) -> list[tuple[str, float]]:
        """What each word of ``one``'s text adds to their similarity, most first; the parts sum to it.

        Raises ``KeyError`` for an item the model does not know.
        """
        known = self._fitted_rows()
        row, aim = known[one], self.vectors[known[other]]
        at = slice(self.counts.indptr[row], self.counts.indptr[row + 1])
        columns = self.counts.indices[at]
        own = self.counts.data[at] @ self.word_vectors[columns]
        length = float(np.sqrt(own @ own))
        if length <= 1e-12:
            return []
        parts = self.counts.data[at] * (self.word_vectors[columns] @ aim) / np.float32(length)
        return [(self.words[columns[i]], float(parts[i])) for i in np.argsort(-parts, kind="stable")]

    def _state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        names = ("factors", "window", "negatives", "epochs", "learning_rate", "seed")
        settings = {name: getattr(self.how, name) for name in names}
        arrays = self._arrays() | {
            "words": np.array(self.words, np.str_),
            "word_vectors": self.word_vectors,
            "data": self.counts.data,
            "indices": self.counts.indices,
            "indptr": self.counts.indptr,
        }
        return {**settings, "fewest": self.fewest, "common_share": self.common_share}, arrays

    def _restore(self, arrays: dict[str, NDArray[Any]]) -> None:
        super()._restore(arrays)
        self.words = tuple(str(word) for word in arrays["words"])
        self.word_vectors = arrays["word_vectors"]
        shape = (len(self.item_ids), len(self.words))
        self.counts = sparse.csr_array((arrays["data"], arrays["indices"], arrays["indptr"]), shape=shape)


def text_of(graph: Graph, work: str) -> str:
    """A work's lines in both languages, and the names of its genres, moods, countries and makers."""
    lines = [str(line) for relation in ("line_zh", "line_en") for line in graph.objects(work, relation)]
    named = [str(id_) for relation in _NAMED for id_ in graph.objects(work, relation)]
    labels = [label for id_ in named for label in graph.entity(id_).labels.values()]
    return " . ".join([*lines, *labels])
