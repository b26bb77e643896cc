"""Are two questions the same? Word by word: what each has that the other has nothing like decides.

Every unit of one question looks for its nearest in the other, by vectors learned from sentences alone
(:mod:`knowledge.search.word_vectors`). Four numbers come of it: how much of both is covered, how much of the worse covered,
how telling the most telling uncovered unit is, and how much is left over in all. They are taken once over words and
once over characters, whose errors differ.

One thing words do not weigh enough is who is spoken of: 「我不爱你」 and 「你不爱我」 share all, and a question that says 我 is
seldom the one that does not. So a difference in how often they say I and you counts against a pair.

A few hundred noisy labels do not teach weights: on BUSTM every classifier over these and other features did worse in
cross-validation than their plain sum. So the sum is fixed, and labels only place the threshold on it and say how sharp
it is, starting from the median of unlabelled pairs.

    Zhang et al., "BERTScore: evaluating text generation with BERT", ICLR 2020 (the alignment, there with BERT).
    Arora, Liang, Ma, "A simple but tough-to-beat baseline for sentence embeddings", ICLR 2017 (weights by rarity).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knowledge.graph import KnowledgeError
from knowledge.search.logistic import Logistic
from knowledge.search.word_vectors import Segmenter, WordVectors, characters

__all__ = ["NotFitted", "QuestionMatcher", "View", "align", "persons"]

Pair = tuple[str, str]

_PERSONS = 0.5  # what a difference in persons counts, in standard deviations of the rest
_FIRST = frozenset(["我", "咱", "俺", "i", "me", "my", "mine", "i'm", "i'd", "i've", "i'll"])
_SECOND = frozenset(["你", "您", "you", "your", "yours", "you're", "you'd", "you've", "you'll"])

_SIGNS = np.array([1.0, 1.0, -2.0, -1.0])  # the most telling leftover speaks loudest


class NotFitted(KnowledgeError):
    """The matcher was asked before it was fitted, or given nothing to be fitted on."""


@dataclass(frozen=True, slots=True)
class View:
    """One way to take a question apart, and what its units mean.

    Attributes:
        cut: text → units.
        vectors: of the units.
        idf: unit → how telling it is; ``unseen`` for one never seen.
    """

    cut: Callable[[str], list[str]]
    vectors: WordVectors
    idf: dict[str, float]
    unseen: float

    @classmethod
    def learn(cls, cut: Callable[[str], list[str]], sentences: Sequence[str], background: Sequence[str] = ()) -> View:
        """Vectors from all sentences, rarity from ``sentences`` alone (the questions' own manner of speaking)."""
        own = [cut(sentence) for sentence in sentences]
        vectors = WordVectors.fit([*own, *(cut(sentence) for sentence in background)])
        seen = Counter(unit for units in own for unit in set(units))
        idf = {unit: math.log((len(own) + 1) / (count + 0.5)) for unit, count in seen.items()}
        return cls(cut, vectors, idf, math.log(2 * (len(own) + 1)))

    def compare(self, a: str, b: str) -> NDArray[np.float64]:
        """The four numbers of :func:`align` for two texts."""
        left, right = self.cut(a), self.cut(b)
        if not left or not right:
            return np.array([float(left == right), float(left == right), 0.0, 0.0])
        cosines = np.clip(self.vectors.vectors(left) @ self.vectors.vectors(right).T, 0, 1).astype(np.float64)
        same = np.asarray(left, object)[:, None] == np.asarray(right, object)[None, :]
        cosines[same.astype(bool)] = 1.0
        weights = [np.array([self.idf.get(unit, self.unseen) for unit in units]) for units in (left, right)]
        return align(cosines, np.sqrt(weights[0]), np.sqrt(weights[1]))


def align(cosines: NDArray[np.float64], left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Soft alignment of two bags of units.

    Args:
        cosines: ``(m, n)``, 0..1, how alike each unit of one is to each of the other.
        left: ``(m,)`` how telling each unit of the one is, > 0; ``right``: ``(n,)`` of the other.

    Returns:
        ``(4,)``: the harmonic mean of the covered shares, the smaller covered share, the greatest uncovered weight of a
        single unit, and the uncovered weight in all. The same with the two bags exchanged.
    """
    near_left, near_right = cosines.max(axis=1), cosines.max(axis=0)
    shares = [float(left @ near_left / left.sum()), float(right @ near_right / right.sum())]
    bare = np.concatenate([(1 - near_left) * left, (1 - near_right) * right])
    both = 2 * shares[0] * shares[1] / max(sum(shares), 1e-9)
    return np.array([both, min(shares), bare.max(), bare.sum()])


def persons(text: str) -> tuple[int, int]:
    """How often a text says I and how often it says you, in either language."""
    units = characters(text)
    return sum(unit in _FIRST for unit in units), sum(unit in _SECOND for unit in units)


class QuestionMatcher:
    """Says how likely two questions ask the same. Symmetric: the order of the two does not matter.

    Args:
        views: ways to take a question apart; :meth:`learn` makes the two usual ones.
    """

    def __init__(self, views: Sequence[View]) -> None:
        self.views = tuple(views)
        self._usual: _Usual | None = None
        self._model: Logistic | None = None

    @classmethod
    def learn(
        cls, questions: Sequence[str], background: Sequence[str] = (), *, lexicon: Iterable[str] = ()
    ) -> QuestionMatcher:
        """Learns words, vectors and rarity; needs no labels.

        Args:
            questions: of the kind to be compared.
            background: other sentences of the language, for more about its words. 260,000 short ones take a quarter of
                a minute and 500 MB.

        Raises:
            TooLittleText: too few sentences.
        """
        segmenter = Segmenter.learn([*questions, *background], lexicon)
        return cls([View.learn(segmenter.cut, questions, background), View.learn(characters, questions, background)])

    def features(self, pairs: Iterable[Pair]) -> NDArray[np.float64]:
        """Four numbers a view (see :func:`align`) and whether persons differ, ``(n, 4 · views + 1)``."""
        rows = [
            np.concatenate([*(view.compare(a, b) for view in self.views), [persons(a) != persons(b)]]) for a, b in pairs
        ]
        return np.stack(rows) if rows else np.zeros((0, 4 * len(self.views) + 1))

    def fit(
        self, pairs: Sequence[Pair], labels: Sequence[int], *, unlabelled: Sequence[Pair] = (), c: float = 0.3
    ) -> QuestionMatcher:
        """Places the threshold and says how sharp it is.

        Args:
            labels: 1 for the same, 0 for not.
            unlabelled: pairs of the same kind. The threshold starts at their median: half of them the same.
            c: inverse strength of the prior that holds it there.

        Raises:
            NotFitted: no pairs, or only one kind of label.
        """
        return self.fit_features(
            self.features(pairs), labels, self.features(unlabelled) if len(unlabelled) else None, c=c
        )

    def fit_features(
        self,
        labelled: NDArray[np.float64],
        labels: Sequence[int],
        unlabelled: NDArray[np.float64] | None = None,
        *,
        c: float = 0.3,
    ) -> QuestionMatcher:
        """As :meth:`fit`, from :meth:`features` computed before (they do not depend on the labels)."""
        if len(set(labels)) < 2:
            raise NotFitted("the labelled pairs must hold the same and not the same")
        self._usual = _Usual.of(labelled if unlabelled is None else np.vstack([labelled, unlabelled]))
        self._model = Logistic.fit(self._usual.score(labelled), labels, c=c, anchored=True)
        return self

    def probability(self, a: str, b: str) -> float:
        """How likely the two are the same, 0..1. Raises :class:`NotFitted`."""
        return float(self.probabilities(self.features([(a, b)]))[0])

    def probabilities(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """``(n,)`` 0..1 for rows of :meth:`features`. Raises :class:`NotFitted`."""
        if self._model is None or self._usual is None:
            raise NotFitted("fit the matcher on labelled pairs first")
        return self._model.probabilities(self._usual.score(features))


@dataclass(frozen=True, slots=True)
class _Usual:
    """What the numbers usually are, to put them on one scale: ``(features,)`` each, and the score's own two."""

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    middle: float
    width: float

    @classmethod
    def of(cls, features: NDArray[np.float64]) -> _Usual:
        numbers = features[:, :-1]
        scale = numbers.std(axis=0)
        found = cls(numbers.mean(axis=0), np.where(scale > 1e-9, scale, 1.0), 0.0, 1.0)
        found = replace(found, width=float(found._agreement(numbers).std()) or 1.0)
        return replace(found, middle=float(np.median(found.score(features))))

    def score(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """The fixed score, ``(n, 1)``: 0 where half of the usual pairs are above it."""
        score = self._agreement(features[:, :-1]) - _PERSONS * features[:, -1] - self.middle
        return np.asarray(score, np.float64)[:, None]

    def _agreement(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        signs = np.tile(_SIGNS, numbers.shape[1] // len(_SIGNS))
        return np.asarray((numbers - self.mean) / self.scale @ signs / self.width, np.float64)
