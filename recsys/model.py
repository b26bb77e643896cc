"""What every recommender is, and what all of them share.

A query carries its history: a list of item ids, or of ``(item id, value)`` pairs where a negative value is a dislike.
Nobody has to be in the training data, so a stranger is the normal case and today's clicks count at once. A model does
all its work at ``fit`` time; a query gathers a few rows and sums them.
"""

from __future__ import annotations

import math
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol, Self, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from recsys.interactions import Interactions
from recsys.storage import ModelFileError, read_model, write_model

__all__ = ["History", "ItemModel", "NotFitted", "Progress", "Recommender", "top_k"]

History: TypeAlias = Sequence[str] | Sequence[tuple[str, float]]
"""Item ids (value 1 each), or ``(item id, value)`` pairs; later entries overrule earlier ones about the same item."""

Progress: TypeAlias = Callable[[float, str], None]
"""Called with the fraction done, 0..1, and what is being done."""

Floats: TypeAlias = NDArray[np.float32]


class NotFitted(RuntimeError):
    """The model was asked before it was fitted or loaded."""


@runtime_checkable
class Recommender(Protocol):
    """The contract. Ids of items a model has never seen are ignored wherever they are given."""

    item_ids: tuple[str, ...]
    """Position → item id of every score vector."""

    def fit(self, interactions: Interactions, progress: Progress | None = None) -> Self:
        """Learn from interactions; returns the model itself."""

    def scores(self, history: History) -> Floats:
        """(n_items,) float32: how well each item suits someone with this history; no unit, higher is better."""

    def recommend(self, history: History, k: int = 10, exclude: Collection[str] = ()) -> list[tuple[str, float]]:
        """The best ``k`` ``(item id, score)``, best first, without the history itself and without ``exclude``."""

    def explain(self, history: History, item: str) -> list[tuple[str, float]]:
        """What each item of the history adds to ``item``'s score, largest first; the parts sum to the score."""

    def save(self, directory: str | os.PathLike[str]) -> None:
        """Write the model into a directory, atomically."""

    @classmethod
    def load(cls, directory: str | os.PathLike[str]) -> Self:
        """Read a model back; its scores are identical."""


def top_k(scores: Floats, k: int, allowed: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
    """Rows of the ``k`` highest scores, best first; equal scores in row order. Fewer when fewer are allowed.

    Equals ``np.argsort(-scores, kind="stable")[:k]`` on the allowed rows, in O(n).
    """
    rows = np.arange(len(scores)) if allowed is None else np.flatnonzero(allowed)
    if k <= 0 or not len(rows):
        return rows[:0]
    kept = scores[rows]
    if k < len(rows):
        threshold = np.partition(kept, len(kept) - k)[len(kept) - k]
        above = np.flatnonzero(kept > threshold)
        # Ties at the boundary go to the lower rows, which argpartition alone would not promise.
        ties = np.flatnonzero(kept == threshold)[: k - len(above)]
        chosen = np.sort(np.concatenate([above, ties]))
        rows, kept = rows[chosen], kept[chosen]
    return rows[np.argsort(-kept, kind="stable")]


class ItemModel(ABC):
    """Shared half of every recommender whose scores are a weighted sum over the history.

    A subclass fits itself, and says what one history item adds to every score (:meth:`_scores_of_rows`).
    """

    item_ids: tuple[str, ...] = ()
    checkpoint: str | os.PathLike[str] | None = None
    """Where a fit that makes passes over the data writes how far it has come; see :mod:`recsys.checkpoints`."""
    _rows: dict[str, int] | None = None

    @abstractmethod
    def fit(self, interactions: Interactions, progress: Progress | None = None) -> Self:
        """See :meth:`Recommender.fit`."""

    @abstractmethod
    def _scores_of_rows(self, rows: NDArray[np.int64], values: Floats) -> Floats:
        """(n_items,) scores of someone who met item rows ``rows`` (h,), distinct, with ``values`` (h,)."""

    @abstractmethod
    def _contributions(self, rows: NDArray[np.int64], values: Floats, target: int) -> Floats:
        """(h,) what each history row adds to the score of item row ``target``."""

    @abstractmethod
    def _state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """``(settings, arrays)`` to save; ``settings`` are the keyword arguments of the constructor."""

    @abstractmethod
    def _restore(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Take the arrays back."""

    def _set_items(self, item_ids: Iterable[str]) -> None:
        self.item_ids = tuple(item_ids)
        self._rows = {item: row for row, item in enumerate(self.item_ids)}

    def _fitted_rows(self) -> dict[str, int]:
        if self._rows is None:
            raise NotFitted(f"{type(self).__name__} has not been fitted or loaded")
        return self._rows

    def __contains__(self, item: object) -> bool:
        return item in self._fitted_rows()

    def encode(self, history: History) -> tuple[NDArray[np.int64], Floats]:
        """History as distinct item rows (h,) and values (h,); unknown items fall away, later words overrule.

        Raises ``ValueError`` naming the entry (counted from 0) that is no id, or whose value is not finite.
        """
        known = self._fitted_rows()
        latest: dict[int, float] = {}
        for at, entry in enumerate(history):
            try:
                item, value = (entry, 1.0) if isinstance(entry, str) else entry
            except TypeError:
                raise ValueError(
                    f"history, entry {at}: {entry!r} is neither an id (a string) nor (id, value)"
                ) from None
            if not isinstance(item, str):
                raise ValueError(f"history, entry {at}: the id {item!r} is no string")
            liking = float(value)
            if not math.isfinite(liking):
                raise ValueError(f"history, entry {at} ({item!r}): {value} is not a finite number")
            row = known.get(item)
            if row is not None:
                latest.pop(row, None)  # re-inserted, so the order stays that of the latest word
                latest[row] = liking
        rows = np.fromiter(latest.keys(), np.int64, len(latest))
        return rows, np.fromiter(latest.values(), np.float32, len(latest))

    def scores(self, history: History) -> Floats:
        """See :meth:`Recommender.scores`."""
        return self._scores_of_rows(*self.encode(history))

    def scores_many(self, histories: Sequence[History]) -> Floats:
        """(len(histories), n_items) float32, row by row what :meth:`scores` gives."""
        self._fitted_rows()
        if not histories:
            return np.zeros((0, len(self.item_ids)), np.float32)
        return np.stack([self.scores(history) for history in histories])

    def recommend(self, history: History, k: int = 10, exclude: Collection[str] = ()) -> list[tuple[str, float]]:
        """See :meth:`Recommender.recommend`. Raises ``ValueError`` when ``k`` is not positive."""
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        known = self._fitted_rows()
        rows, values = self.encode(history)
        scores = self._scores_of_rows(rows, values)
        allowed = np.ones(len(scores), bool)
        allowed[rows] = False
        allowed[[known[item] for item in exclude if item in known]] = False
        return [(self.item_ids[row], float(scores[row])) for row in top_k(scores, k, allowed)]

    def recommend_many(
        self, histories: Sequence[History], k: int = 10, exclude: Collection[str] = ()
    ) -> list[list[tuple[str, float]]]:
        """One :meth:`recommend` a history."""
        return [self.recommend(history, k, exclude) for history in histories]

    def explain(self, history: History, item: str) -> list[tuple[str, float]]:
        """See :meth:`Recommender.explain`. Raises ``KeyError`` for an item the model does not know."""
        known = self._fitted_rows()
        if item not in known:
            raise KeyError(f"{type(self).__name__} does not know the item {item!r}")
        rows, values = self.encode(history)
        parts = self._contributions(rows, values, known[item])
        order = np.argsort(-parts, kind="stable")
        return [(self.item_ids[rows[i]], float(parts[i])) for i in order if parts[i]]

    def save(self, directory: str | os.PathLike[str]) -> None:
        """See :meth:`Recommender.save`; the files are those of :mod:`recsys.storage`."""
        self._fitted_rows()
        settings, arrays = self._state()
        write_model(Path(directory), type(self).__name__, {"init": settings, "items": list(self.item_ids)}, arrays)

    @classmethod
    def load(cls, directory: str | os.PathLike[str]) -> Self:
        """See :meth:`Recommender.load`. Raises ``FileNotFoundError`` or :class:`~recsys.storage.ModelFileError`."""
        _, settings, arrays = read_model(Path(directory), cls.__name__)
        try:
            model = cls(**settings["init"])
            model._set_items(settings["items"])
            model._restore(arrays)
        except (KeyError, TypeError, ValueError) as error:
            raise ModelFileError(f"{directory}: not a {cls.__name__} of this version ({error})") from error
        return model
