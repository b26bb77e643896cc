"""Everything that speaks for an item in a conversation, for all items at once: the columns a ranker weighs.

What is counted from examples lies in :class:`Evidence`; the graph's part comes from
:class:`~recsys.dialogue_ranking.links.Links`. A conversation is a sparse row, so each column is one sparse product.

=================  ====================================================================================================
prior              how often the item is recommended, how often it is mentioned, how many facts it has
mentioned          whether (in the last turn, the one before, earlier, as the latest of all) it has been mentioned
relation           the item has a fact about something mentioned, each relation by itself, and as a share of all that
                   have, evenly and by popularity
shared             what it has in common with items mentioned: people, genres, … weighted by rarity; words of titles
together           how often it was recommended where the same was mentioned (two estimates, see ``association``)
words              naive Bayes over the words; the items recommended in the most similar conversations (BM25);
                   the words of its title and facts
asked              how the last turn is phrased says which of these the answer will be (ridge regression)
=================  ====================================================================================================

    Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009.
    Xie, Rao, Kim et al., "Neighborhood-Based Collaborative Filtering for Conversational Recommendation", RecSys 2024.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys.dialogue_ranking.association import Association, item_prior
from recsys.dialogue_ranking.links import Links, unit_rows
from recsys.dialogue_ranking.reading import Talk

__all__ = ["Evidence", "bm25_weights"]

_K1, _B = 1.2, 0.75
_COMMON = 0.05  # a word in more than this part of the contexts says nothing about items
_BROAD = 10  # items that share a fact, for it to be a trait
Floats = NDArray[np.float32]


def bm25_weights(words: sparse.csr_matrix, k1: float = _K1, b: float = _B) -> sparse.csr_matrix:
    """BM25 weights of a ``(n_documents, n_words)`` count matrix; a query's counts times its transpose are scores."""
    words = sparse.csr_matrix(words, dtype=np.float32)
    n = words.shape[0]
    length = np.asarray(words.sum(axis=1)).ravel()
    df = np.bincount(words.indices, minlength=words.shape[1])
    idf = np.log1p((n - df + 0.5) / (df + 0.5))
    norm = k1 * (1 - b + b * length / max(length.mean(), 1e-6)) if n else length
    row = np.repeat(np.arange(n), np.diff(words.indptr))
    data = idf[words.indices] * words.data * (k1 + 1) / (words.data + norm[row])
    return sparse.csr_matrix((data.astype(np.float32), words.indices, words.indptr), shape=words.shape)


@dataclass(frozen=True)
class Evidence:
    """What the examples say. Arrays only, so that it can be saved as it is.

    Attributes:
        recommended, named: ``(n_items,)`` log of smoothed counts as a target, as a mention.
        entities: association of mentioned entities with the items recommended next.
        company: association of entities with items that the same conversations mention or recommend.
        words: association of words with items.
        memory: ``(n_cases, n_words)`` BM25 weights of the contexts.
        answers: ``(n_cases, n_items)`` what was recommended there.
        spoken: ``(n_cases, n_items)`` what was mentioned there, or recommended.
        asked: ``(n_shapes + 1, 2 + n_relations)`` ridge weights, the last row the intercept.
        about: ``(n_items, n_words)`` BM25 weights of the items' own words.
        traits: ``(n_traits, n_items)`` float32, unit columns: facts that many items share, and kinds of facts they have.
        trait_words, trait_entities, trait_traits: evidence of words, of entities mentioned, and of the traits of items
            mentioned, for the traits of what is recommended next. This is how *zombie* finds films nobody asked for yet.
        rare: ``(n_words,)`` how telling a word is: log of its rarity, 0 for words in more than 5 % of the contexts.
        neighbours: how many of the nearest conversations speak.
    """

    recommended: Floats
    named: Floats
    entities: Association
    company: Association
    words: Association
    memory: sparse.csr_matrix
    answers: sparse.csr_matrix
    spoken: sparse.csr_matrix
    asked: Floats
    about: sparse.csr_matrix
    traits: sparse.csr_matrix
    trait_words: sparse.csr_matrix
    trait_entities: sparse.csr_matrix
    trait_traits: sparse.csr_matrix
    rare: Floats
    neighbours: int

    @classmethod
    def fit(
        cls,
        talk: Talk,
        targets: sparse.csr_matrix,
        links: Links,
        vocabulary: Mapping[str, int],
        dialogue: NDArray[np.int64],
        phrased: NDArray[np.int64],
        *,
        shrink: float = 1.0,
        word_shrink: float = 4.0,
        neighbours: int = 10,
        ridge: float = 20.0,
    ) -> Evidence:
        """Counts ``targets`` (n_cases, n_items) against ``talk``.

        Args:
            dialogue: ``(n_cases,)`` the conversation of each.
            phrased: rows whose last turn is what their targets answer; the others say nothing about phrasing.
            shrink, word_shrink: ``a`` of the two associations.
            ridge: L2 on the phrasing weights, in examples.
        """
        mentioned = talk.mentioned
        counts = np.asarray((mentioned @ links.item_of).sum(axis=0)).ravel()
        spoken = _ones(mentioned @ links.item_of + targets)
        group = sparse.csr_matrix((np.ones(len(talk)), (dialogue, np.arange(len(talk)))))
        anything = _ones(group @ (mentioned + targets @ links.item_of.T))
        present = sparse.csr_matrix(talk.words, copy=True)
        present.data[:] = 1.0
        df = np.asarray(present.sum(axis=0)).ravel()
        has = _traits(links)
        outcome = _ones(targets @ has.T)
        at = [(row, vocabulary[w]) for row, words in enumerate(links.words) for w in words if w in vocabulary]
        pairs = np.array(at, np.int64).reshape(-1, 2)
        counts_of_words = (np.ones(len(pairs), np.float32), (pairs[:, 0], pairs[:, 1]))
        about = sparse.csr_matrix(counts_of_words, shape=(len(links.items), talk.words.shape[1]))
        return cls(
            np.log(item_prior(targets)).astype(np.float32),
            np.log(counts + 0.5).astype(np.float32),
            Association.fit(mentioned, targets, shrink=shrink, same=links.item_of),
            Association.fit(anything, _ones(group @ spoken), shrink=shrink, same=links.item_of),
            Association.fit(present, targets, shrink=word_shrink),
            bm25_weights(talk.words),
            sparse.csr_matrix(targets, dtype=np.float32),
            spoken,
            _asked(talk.rows(phrased), targets[phrased], links, ridge),
            bm25_weights(about, b=0.3),
            sparse.csr_matrix(has @ sparse.diags(1 / np.sqrt(np.maximum(np.asarray(has.sum(axis=0)).ravel(), 1)))),
            Association.fit(present, outcome, shrink=word_shrink).evidence,
            Association.fit(mentioned, outcome, shrink=word_shrink).evidence,
            Association.fit(_ones(mentioned @ links.item_of @ has.T), outcome, shrink=word_shrink).evidence,
            np.where(df <= max(_COMMON * len(talk), 1), np.log((1 + len(talk)) / (1 + df)), 0).astype(np.float32),
            neighbours,
        )

    def seen(self) -> NDArray[np.bool_]:
        """``(n_items,)``: which items some example mentions or recommends."""
        return np.asarray(self.spoken.sum(axis=0)).ravel() > 0

    def columns(self, talk: Talk, links: Links) -> tuple[list[str], Floats]:
        """Names of the columns, and ``(n_columns, n_conversations, n_items)`` float32."""
        n, m = len(talk), len(links.items)
        found: dict[str, Floats] = {}
        groups = {"last": talk.last, "before": sparse.csr_matrix(talk.previous + talk.earlier), "focus": talk.focus}
        flat = np.ones((n, 1), np.float32)
        found["prior recommended"] = flat * self.recommended
        found["prior named"] = flat * self.named
        degree = sum((np.asarray(d.sum(axis=0)).ravel() for d in links.direct), np.zeros(m))
        found["prior facts"] = flat * np.log1p(degree).astype(np.float32)
        for name, group in (*groups.items(), ("previous", talk.previous), ("earlier", talk.earlier)):
            found[f"mentioned {name}"] = _dense(group @ links.item_of)
        is_mentioned = found["mentioned last"] + found["mentioned before"] > 0
        everything = sum(links.direct[1:], links.direct[0]) if links.direct else None
        if everything is not None:
            everything = sparse.csr_matrix(everything)
            everything.data = np.minimum(everything.data, 1.0)
            popular = unit_rows(sparse.csr_matrix(everything @ sparse.diags(np.exp(self.recommended))))
            even = unit_rows(everything)
            for name, group in groups.items():
                found[f"relation share {name}"] = _dense(group @ even)
                found[f"relation popular share {name}"] = _dense(group @ popular)
                found[f"relation any {name}"] = _dense(group @ everything)
                if name != "focus":
                    for relation, direct in zip(links.relations, links.direct, strict=True):
                        found[f"relation {relation} {name}"] = _dense(group @ direct)
        for name, group in groups.items():
            its_items = sparse.csr_matrix(group @ links.item_of)
            for relation, shared in zip(links.relations, links.shared, strict=True):
                if name != "focus":
                    found[f"shared {relation} {name}"] = _dense(its_items @ shared)
            found[f"shared title {name}"] = _dense(its_items @ links.title)
            found[f"together share {name}"] = _dense(group @ self.entities.share)
            found[f"together evidence {name}"] = _dense(group @ self.entities.evidence)
            found[f"company share {name}"] = _dense(group @ self.company.share)
            found[f"company evidence {name}"] = _dense(group @ self.company.evidence)
            found[f"traits entities {name}"] = _dense(_dense(group @ self.trait_entities) @ self.traits)
            theirs = _ones(its_items @ self.traits.T)
            found[f"traits items {name}"] = _dense(_dense(theirs @ self.trait_traits) @ self.traits)
        for name, words in (("all", talk.words), ("last", talk.words_last)):
            once = sparse.csr_matrix(words, copy=True)
            once.data[:] = 1.0
            found[f"words bayes {name}"] = _dense(once @ self.words.evidence)
            nearest = self._nearest(once)
            found[f"words similar {name}"] = _dense(nearest @ self.answers)
            found[f"words company {name}"] = _dense(nearest @ self.spoken)
            found[f"words about {name}"] = _dense(once @ sparse.diags(self.rare) @ self.about.T)
            found[f"traits words {name}"] = _dense(_dense(once @ self.trait_words) @ self.traits)
        asked = _predict(talk.shape, self.asked)
        found["asked mentioned"] = (2 * asked[:, :1] - 1) * is_mentioned
        found["asked similar"] = asked[:, 1:2] * sum((found[f"shared {r} last"] for r in links.relations), 0 * flat)
        for at, relation in enumerate(links.relations):
            linked = (found[f"relation {relation} last"] + found[f"relation {relation} before"]) > 0
            found[f"asked {relation}"] = asked[:, at + 2 : at + 3] * linked
        # The same for every item of a conversation: nothing to a linear ranker, a switch to a tree.
        wide = np.ones((1, m), np.float32)
        found["switch mentioned"] = asked[:, :1] * wide
        found["switch turns"] = talk.turns[:, None] * wide
        found["switch items last"] = np.minimum(_dense(talk.last @ links.item_of).sum(axis=1, keepdims=True), 9) * wide
        found["switch names last"] = np.asarray(talk.last.sum(axis=1), np.float32) * wide
        found["switch items"] = is_mentioned.sum(axis=1, keepdims=True) * wide
        names = list(found)
        return names, np.stack([np.asarray(found[name], np.float32) for name in names])

    def _nearest(self, query: sparse.csr_matrix) -> sparse.csr_matrix:
        """``(n, n_cases)``: the nearest conversations, each with the square of its BM25 score over the best one's."""
        scores = _dense(query @ self.memory.T)
        keep = min(self.neighbours, scores.shape[1])
        if not keep:
            return sparse.csr_matrix(scores.shape, dtype=np.float32)
        threshold = np.partition(scores, scores.shape[1] - keep, axis=1)[:, -keep][:, None]
        best = scores.max(axis=1, keepdims=True)
        scores = np.where((scores >= threshold) & (scores > 0), scores / np.maximum(best, 1e-6), 0.0) ** 2
        return sparse.csr_matrix(scores)


def _dense(matrix: Any) -> Floats:
    return np.asarray(matrix.todense() if sparse.issparse(matrix) else matrix, np.float32)


def _ones(matrix: Any) -> sparse.csr_matrix:
    """The same entries, each 1."""
    matrix = sparse.csr_matrix(matrix, dtype=np.float32)
    matrix.eliminate_zeros()
    matrix.data[:] = 1.0
    return matrix


def _traits(links: Links) -> sparse.csr_matrix:
    """``(n_traits, n_items)``: facts that at least ten items share, and for each relation whether an item has any."""
    rows = [matrix[np.diff(matrix.indptr) >= _BROAD] for matrix in links.direct]
    kinds = [sparse.csr_matrix(np.asarray(matrix.sum(axis=0)) > 0) for matrix in links.direct]
    kinds += [sparse.csr_matrix(np.ones((1, len(links.items))))]  # one trait that all have, so that there is one
    return _ones(sparse.vstack([*rows, *kinds]))


def _asked(talk: Talk, targets: sparse.csr_matrix, links: Links, ridge: float) -> Floats:
    """What the answer turned out to be, regressed on how the last turn was phrased."""
    mentioned = talk.mentioned
    items = sparse.csr_matrix(mentioned @ links.item_of)
    any_shared = sum((sparse.csr_matrix(items @ shared) for shared in links.shared), items * 0)
    sides = [items, any_shared, *(mentioned @ direct for direct in links.direct)]
    outcome = np.stack(
        [np.asarray(sparse.csr_matrix(side).multiply(targets).sum(axis=1)).ravel() > 0 for side in sides], axis=1
    ).astype(np.float64)
    base = outcome.mean(axis=0) if len(talk) else np.zeros(len(sides))
    x = talk.shape.astype(np.float64)
    if x.shape[0] < x.shape[1]:  # the same solution from the smaller of the two systems
        gram = (x @ x.T).toarray()
        gram[np.diag_indices_from(gram)] += ridge
        weights = x.T @ np.linalg.solve(gram, outcome - base)
    else:
        gram = (x.T @ x).toarray()
        gram[np.diag_indices_from(gram)] += ridge
        weights = np.linalg.solve(gram, x.T @ (outcome - base))
    return np.vstack([weights, base]).astype(np.float32)


def _predict(shape: sparse.csr_matrix, weights: Floats) -> Floats:
    return np.asarray(np.clip(shape @ weights[:-1] + weights[-1], 0.0, 1.0), np.float32)
