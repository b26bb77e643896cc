"""The fact that the next message of a conversation will rest on, from the messages before it.

:class:`~knowledge.fact_search.dialogue_index.DialogueIndex` follows the focus of the conversation through the facts;
what is learned here is which relation follows which message, and how to weigh it all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.fact_search import keeping
from knowledge.fact_search.affinity import Affinity
from knowledge.fact_search.alignment import Alignment
from knowledge.fact_search.boosting import BoostedRanker
from knowledge.fact_search.confidence import Confidence
from knowledge.fact_search.dialogue_index import SEEN, View
from knowledge.fact_search.linear import LinearRanker
from knowledge.graph import KnowledgeError

__all__ = ["FEATURES", "DialogueExample", "DialogueModel"]

_LEARNED = (
    "aligned", "aligned_whole", "affinity", "asked", "aligned_gap", "affinity_gap", "affinity_share", "head_affinity",
    "head_affinity_gap",
)  # fmt: skip
FEATURES: tuple[str, ...] = (*SEEN, *_LEARNED)
"""What describes a candidate, in the order of the columns."""

_KIND = "dialogue"
_CALIBRATION = 0.1  # share of the examples that the confidence is fitted on and the ranker is not

# What an untrained ranker goes by: who was spoken of last, which relation's words were used, and what is still unsaid.
_BY_HAND = {
    "ago": -0.3, "in_last": 1.0, "order": -0.4, "length": 1.0, "activity": 0.5, "relation_words": 4.0, "said": -2.0,
    "verbatim": -1.0, "explains_last": 1.0, "bm25": 1.0,
}  # fmt: skip
_CONFIDENCE_BY_HAND = (-3.5, 0.5, 0.3, 0.5)


@dataclass(frozen=True, slots=True)
class DialogueExample:
    """A conversation so far and the facts its next message used, rows of the index.

    ``conversation`` numbers the conversation it is from. A message that used no fact teaches how sure to be.
    """

    view: View
    facts: frozenset[int]
    conversation: int


class DialogueModel:
    """Which relation follows which message, how to weigh candidates, and how sure the first of them is."""

    def __init__(self, alignment: Alignment, affinity: Affinity, ranker: BoostedRanker, confidence: Confidence) -> None:
        self.alignment, self.affinity, self.ranker, self.confidence = alignment, affinity, ranker, confidence

    @classmethod
    def untrained(cls) -> DialogueModel:
        """Weights set by hand; it knows no ways of asking but the relations' own names."""
        linear = LinearRanker.by_hand(FEATURES, _BY_HAND)
        confidence = Confidence(np.array(_CONFIDENCE_BY_HAND, np.float32))
        return cls(Alignment.fit([]), Affinity.fit([]), BoostedRanker.without_trees(linear), confidence)

    @classmethod
    def fit(
        cls,
        examples: Sequence[DialogueExample],
        *,
        folds: int = 4,
        trees: int = 120,
        seed: int = 0,
        progress: Callable[[float], None] | None = None,
    ) -> DialogueModel:
        """Learns from examples; a few seconds for two thousand.

        What a message sounds like is learned from other conversations than the one the ranker sees it in.

        Raises:
            KnowledgeError: fewer conversations than ``folds``, or too few examples to learn from.
        """
        rng = np.random.default_rng(seed)
        conversations = sorted({example.conversation for example in examples})
        if len(conversations) < folds:
            raise KnowledgeError(f"{len(conversations)} conversations are too few for {folds} folds")
        part_of = dict(zip(conversations, (rng.permutation(len(conversations)) % folds).tolist(), strict=True))
        seen: list[tuple[NDArray[np.float32], NDArray[np.bool_]]] = []
        views: list[View] = []
        for part in range(folds):
            alignment, affinity = _listen([e for e in examples if part_of[e.conversation] != part], seed)
            for example in examples:
                if part_of[example.conversation] == part:
                    right = np.isin(example.view.rows, list(example.facts))
                    seen.append((_described(example.view, alignment, affinity), right))
                    views.append(example.view)
            if progress:
                progress((part + 1) / (folds + 1))
        order = rng.permutation(len(seen))
        held, rest = np.split(order, [round(len(seen) * _CALIBRATION)])
        useful = [seen[row] for row in rest if seen[row][1].any() and not seen[row][1].all()]
        if len(useful) < 2 / _CALIBRATION:
            raise KnowledgeError(f"{len(useful)} examples with a choice to make are too few to learn from")
        queries = np.repeat(np.arange(len(useful)), [len(right) for _, right in useful])
        features, right = np.concatenate([line for line, _ in useful]), np.concatenate([is_ for _, is_ in useful])
        ranker = BoostedRanker.fit(features, queries, right, trees=trees, seed=seed)
        judged = [(ranker.scores(seen[row][0]), seen[row][1], views[row]) for row in held if len(seen[row][1])]
        confidence = Confidence.fit(
            [_by_relation(scores, view) for scores, _, view in judged],
            [bool(right[scores.argmax()]) for scores, right, _ in judged],
            [1.0] * len(judged),
        )
        return cls(*_listen(examples, seed), ranker, confidence)

    def rank(self, view: View) -> list[tuple[int, float]]:
        """Candidate facts, rows of the index, with their scores, best first; equal scores by row."""
        scores = self.ranker.scores(_described(view, self.alignment, self.affinity))
        return [(int(view.rows[at]), float(scores[at])) for at in np.lexsort((view.rows, -scores))]

    def sure(self, view: View) -> float:
        """Probability, 0..1, that the next message uses the first of :meth:`rank`."""
        scores = self.ranker.scores(_described(view, self.alignment, self.affinity))
        return self.confidence.of(_by_relation(scores, view))

    def save(self, folder: Path) -> None:
        """Writes ``model.npz`` and ``model.json`` into ``folder``."""
        parts = {
            "alignment": self.alignment.arrays(),
            "affinity": self.affinity.arrays(),
            "ranker": self.ranker.arrays(),
            "confidence": {"weights": self.confidence.weights},
        }
        keeping.write(folder, _KIND, FEATURES, parts)

    @classmethod
    def load(cls, folder: Path) -> DialogueModel:
        """Reads what :meth:`save` wrote. Raises :class:`KnowledgeError`."""
        parts = keeping.read(folder, _KIND, FEATURES)
        return cls(
            Alignment.from_arrays(parts["alignment"]),
            Affinity.from_arrays(parts["affinity"]),
            BoostedRanker.from_arrays(parts["ranker"]),
            Confidence(parts["confidence"]["weights"]),
        )


def _described(view: View, alignment: Alignment, affinity: Affinity) -> NDArray[np.float32]:
    """``view.features`` and, beside them, how each candidate's relation sounds after the last message."""
    if not len(view.rows):
        return np.zeros((0, len(FEATURES)), np.float32)
    aligned, point = alignment.given(view.source), affinity.source(view.source)
    table = np.zeros((len(view.wordings), 4))
    for relation in np.unique(view.relations):
        wording = view.wordings[relation]
        columns = alignment.columns(wording)
        table[relation] = (
            aligned[columns].mean(),
            aligned[columns[-1]],
            point @ affinity.target(wording),
            math.log(float(alignment.background[columns[-1]])),
        )
    own = table[view.relations]
    gaps = own[:, [0, 2]] - own[:, [0, 2]].max(axis=0)
    shares = np.exp(gaps[:, 1])
    mass = np.bincount(view.heads, shares)
    # How well a head's relations fit at all: 「他演过什么」 fits a person, not a film.
    fit = np.log(mass / np.maximum(np.bincount(view.heads), 1) + 1e-9)[view.heads]
    learned = np.column_stack([own, gaps, shares / mass[view.heads], fit, fit - fit.max()])
    return np.hstack([view.features, learned.astype(np.float32)])


def _by_relation(scores: NDArray[np.float32], view: View) -> NDArray[np.float32]:
    """The best score of each relation of each head: that a film has ten actors makes the first no less sure."""
    _, slot = np.unique(np.column_stack([view.heads, view.relations]), axis=0, return_inverse=True)
    best = np.full(int(slot.max()) + 1 if len(slot) else 0, -np.inf, np.float32)
    np.maximum.at(best, slot.reshape(-1), scores)
    return best


def _listen(examples: Sequence[DialogueExample], seed: int) -> tuple[Alignment, Affinity]:
    """What was heard, and each relation that followed."""
    pairs: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    for example in examples:
        view = example.view
        followed = np.unique(view.relations[np.isin(view.rows, list(example.facts))])
        pairs.extend((view.source, view.wordings[relation]) for relation in followed)
    return Alignment.fit(pairs), Affinity.fit(pairs, batch=64, epochs=10, seed=seed)
