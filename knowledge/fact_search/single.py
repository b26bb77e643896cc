"""One question, alone: which of all known facts does it ask for?

A ranker learned from examples weighs what :class:`~knowledge.fact_search.slots.SlotIndex` sees in the candidates; until
there are examples, weights set by hand do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.fact_search import keeping
from knowledge.fact_search.affinity import Affinity
from knowledge.fact_search.alignment import Alignment
from knowledge.fact_search.boosting import BoostedRanker
from knowledge.fact_search.confidence import Confidence
from knowledge.fact_search.linear import LinearRanker
from knowledge.fact_search.names import longest_common
from knowledge.fact_search.slots import FEATURES, SlotIndex, target_tokens
from knowledge.graph import KnowledgeError
from knowledge.surfaces import squeeze
from knowledge.text import tokens

__all__ = ["Example", "QuestionModel"]

_KIND = "question"
_CALIBRATION = 0.1  # share of the examples that the confidence is fitted on and the ranker is not
_UNANSWERABLE = 0.2  # share of questions whose answer nobody knows, as the confidence supposes

# What an untrained ranker goes by: the name in full, the longest one, and a relation whose words are there.
_BY_HAND = {
    "whole": 1.5, "core": 6.0, "covered_idf": 2.0, "dominance": 3.0, "inside_longer": -2.0, "literal": 0.5,
    "word_chars": 3.0, "word_literal": 3.0, "rest_covered": 2.0, "explained": 2.0, "bm25": 2.0,
}  # fmt: skip
_CONFIDENCE_BY_HAND = (-19.0, 1.0, 0.1, 0.8)


@dataclass(frozen=True, slots=True)
class Example:
    """A question, the slot it asks for, ``(name, wording of the relation)``, and the clues that will come with it."""

    question: str
    slot: tuple[str, str]
    clues: tuple[str, ...] = ()


class QuestionModel:
    """What words ask for which relation, how to weigh candidates, and how sure the first of them is."""

    def __init__(self, alignment: Alignment, affinity: Affinity, ranker: BoostedRanker, confidence: Confidence) -> None:
        self.alignment, self.affinity, self.ranker, self.confidence = alignment, affinity, ranker, confidence

    @classmethod
    def untrained(cls) -> QuestionModel:
        """Weights set by hand; it knows no ways of asking but the relations' own names."""
        linear = LinearRanker.by_hand(FEATURES, _BY_HAND)
        confidence = Confidence(np.array(_CONFIDENCE_BY_HAND, np.float32))
        return cls(Alignment.fit([]), Affinity.fit([]), BoostedRanker.without_trees(linear), confidence)

    @classmethod
    def fit(
        cls,
        examples: Sequence[Example],
        index: SlotIndex,
        *,
        folds: int = 5,
        trees: int = 120,
        seed: int = 0,
        progress: Callable[[float], None] | None = None,
    ) -> QuestionModel:
        """Learns from examples whose slots are in ``index``; 4 ms an example.

        What the ranker sees of an example comes from an alignment and an affinity that have not seen it
        (``folds``-fold), else it would trust them more than they deserve.

        Raises:
            KnowledgeError: a slot that is not in the index, or too few examples to learn from.
        """
        row_of = {slot: row for row, slot in enumerate(index.slots)}
        missing = [example.slot for example in examples if example.slot not in row_of]
        if missing:
            raise KnowledgeError(f"{len(missing)} examples ask for a slot that is not in the index: {missing[0]!r}")
        rng = np.random.default_rng(seed)
        fold_of = rng.permutation(len(examples)) % folds
        seen: list[tuple[NDArray[np.float32], NDArray[np.bool_]]] = []
        for part in range(folds):
            heard = _pairs([example for example, at in zip(examples, fold_of, strict=True) if at != part])
            alignment, affinity = Alignment.fit(heard), Affinity.fit(heard, seed=seed)
            for number in np.flatnonzero(fold_of == part).tolist():
                example = examples[number]
                slots, features = index.candidates(example.question, alignment, affinity, example.clues)
                seen.append((features, slots == row_of[example.slot]))
                if progress and len(seen) % 100 == 0:
                    progress(len(seen) / len(examples))
        useful = [line for line in seen if line[1].any() and not line[1].all()]
        if len(useful) < 2 / _CALIBRATION:
            raise KnowledgeError(f"{len(useful)} examples with a choice to make are too few to learn from")
        rng.shuffle(useful)  # type: ignore[arg-type]
        held = round(len(useful) * _CALIBRATION)
        ranker = BoostedRanker.fit(*_stacked(useful[held:]), trees=trees, seed=seed)
        heard = _pairs(examples)
        return cls(Alignment.fit(heard), Affinity.fit(heard, seed=seed), ranker, _calibrated(ranker, useful[:held]))

    def rank(self, question: str, index: SlotIndex, clues: Iterable[str] = ()) -> list[tuple[int, float]]:
        """Candidate slots, rows of ``index``, with their scores, best first; equal scores by row.

        Args:
            clues: names of relations that the question is known to ask for in other words.
        """
        slots, features = index.candidates(question, self.alignment, self.affinity, clues)
        scores = self.ranker.scores(features)
        return [(int(slots[at]), float(scores[at])) for at in np.lexsort((slots, -scores))]

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
    def load(cls, folder: Path) -> QuestionModel:
        """Reads what :meth:`save` wrote. Raises :class:`KnowledgeError`."""
        parts = keeping.read(folder, _KIND, FEATURES)
        return cls(
            Alignment.from_arrays(parts["alignment"]),
            Affinity.from_arrays(parts["affinity"]),
            BoostedRanker.from_arrays(parts["ranker"]),
            Confidence(parts["confidence"]["weights"]),
        )


def _pairs(examples: Sequence[Example]) -> list[tuple[list[str], tuple[str, ...]]]:
    """Tokens of each question, its name taken out, and of the relation it asks for."""
    found = []
    for example in examples:
        name, wording = example.slot
        flat = squeeze(example.question).text
        start, end = longest_common(flat, squeeze(name).text)
        rest = "|".join((flat[:start], flat[end:], *example.clues))
        found.append((tokens(rest), target_tokens(wording)))
    return found


def _stacked(
    lists: Sequence[tuple[NDArray[np.float32], NDArray[np.bool_]]],
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.bool_]]:
    """Features, query and rightness of all candidates, one below the other."""
    queries = np.repeat(np.arange(len(lists)), [len(right) for _, right in lists])
    return np.concatenate([line for line, _ in lists]), queries, np.concatenate([right for _, right in lists])


def _calibrated(ranker: BoostedRanker, held: Sequence[tuple[NDArray[np.float32], NDArray[np.bool_]]]) -> Confidence:
    """Every held-out ranking is seen twice: as it is, and with the right slot taken away."""
    scores, right, weight = [], [], []
    for features, is_right in held:
        line = ranker.scores(features)
        scores += [line, line[~is_right]]
        right += [bool(is_right[line.argmax()]), False]
        weight += [1 - _UNANSWERABLE, _UNANSWERABLE]
    return Confidence.fit(scores, right, weight)
