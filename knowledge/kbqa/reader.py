"""The learned reader: a masked question as a distribution over paths.

A linear model over n-grams, with one class for each path that some training question asked for and one more, *none*,
for masking the wrong thing. Topic and path are therefore chosen together: of all names found in a question that one
is the topic without which the rest reads most like a question about it. Serving is a dictionary look-up for each
n-gram, one gather and one sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.kbqa.adjacency import Adjacency
from knowledge.kbqa.features import features, wording
from knowledge.kbqa.paths import Path
from knowledge.kbqa.topics import Mention

__all__ = ["LearnedReader", "PathReading"]


@dataclass(frozen=True, slots=True)
class PathReading:
    """One way to read a question. ``score`` 0..1 is the reader's own; :mod:`knowledge.kbqa.calibration` corrects it."""

    mention: Mention
    path: Path
    score: float


class LearnedReader:
    """Scores paths for masked questions.

    Args:
        vocabulary: row of each n-gram.
        paths: the path of each class but the last, which is *none*.
        weights: float32, ``(len(vocabulary), len(paths) + 1)``.
    """

    def __init__(self, vocabulary: dict[str, int], paths: Sequence[Path], weights: NDArray[np.float32]) -> None:
        self.vocabulary = vocabulary
        self.paths = tuple(paths)
        self.weights = np.ascontiguousarray(weights, np.float32)

    def chances(self, words: tuple[str, ...], mention: Mention | None = None) -> NDArray[np.float32]:
        """Probability of each class, *none* last, ``(classes,)``. Uniform where no n-gram is known."""
        look_up = self.vocabulary.get
        rows = [row for one in features(words, mention) if (row := look_up(one)) is not None]
        scores = self.weights[rows].sum(axis=0) if rows else np.zeros(self.weights.shape[1], np.float32)
        chances = np.exp(scores - scores.max())
        return chances / chances.sum()

    def readings(
        self, folded: str, mentions: Sequence[Mention], *, given: bool = False, keep: int = 3
    ) -> list[PathReading]:
        """The most probable ``(mention, path)`` pairs, best first, ``keep`` for each mention.

        Args:
            folded: the question, folded.
            given: the topic is known to be the mention, so *none* is no option.
        """
        if not self.paths:
            return []
        found = []
        for mention in mentions:
            chances = self.chances(wording(mention.mask(folded)), mention)[:-1]
            if given:
                chances = chances / max(float(chances.sum()), 1e-12)
            best = np.argpartition(-chances, min(keep, len(chances)) - 1)[:keep]
            found += [PathReading(mention, self.paths[i], float(chances[i]) * mention.similarity) for i in best]
        found.sort(key=lambda reading: -reading.score)
        return found

    # --- keeping -----------------------------------------------------------------------------------------------------

    def state(self, adjacency: Adjacency) -> dict[str, Any]:
        """Everything but the weights, as JSON; steps by name, so that relations may be added to the graph later."""
        paths = [[list(path.names(adjacency)), path.outward] for path in self.paths]
        return {"vocabulary": list(self.vocabulary), "paths": paths}

    @classmethod
    def from_state(cls, state: dict[str, Any], weights: NDArray[np.float32], adjacency: Adjacency) -> LearnedReader:
        """The reader of :meth:`state` on this graph; raises ``KeyError`` for a relation that the graph lacks."""
        rows = adjacency.step_rows
        paths = [Path(tuple(rows[name] for name in names), bool(outward)) for names, outward in state["paths"]]
        return cls({gram: row for row, gram in enumerate(state["vocabulary"])}, paths, weights)
