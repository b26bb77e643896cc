"""What every model of explicit ratings is: it predicts a value in the unit it was taught, and recommends by it.

    Koren, "Factor in the neighbors: scalable and accurate collaborative filtering", TKDD 4(1), 2010 — eq. 1, baselines.

A prediction is asked for in two ways: :meth:`RatingModel.predict_many` for people and items of the training table, by
their ids, and :meth:`RatingModel.predict` for a history, whoever's it is. Where a person or an item is unknown, what is
left of the baseline μ + b_u + b_i speaks. Scores are the predictions before they are clipped to the range of the
training values, so that a ranking has no ties at the top; an explanation splits the *lift*, the score less what
somebody without any history would get.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from recsys.interactions import Interactions
from recsys.model import Floats, History, ItemModel, NotFitted

__all__ = ["Baselines", "RatingModel", "fit_baselines"]

Ints = NDArray[np.int64]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Baselines:
    """b_ui = μ + b_u + b_i, in the unit of the values."""

    mean: float
    users: Floats
    """(n_users,) b_u."""
    items: Floats
    """(n_items,) b_i."""
    regularization: float = 15.0
    """λ of the users."""

    def user_parts(self, rows: Ints, values: Floats) -> Doubles:
        """(h,) what each entry of a history adds to its owner's b_u = Σ (r − μ − b_i) / (λ + h)."""
        return (values.astype(np.float64) - self.mean - self.items[rows]) / (self.regularization + len(rows))


def fit_baselines(
    matrix: sparse.csr_array, epochs: int = 10, user_regularization: float = 15.0, item_regularization: float = 10.0
) -> Baselines:
    """Alternating ridge means (Koren 2010, section 2.1; the defaults are Surprise's), items first.

    ``matrix`` is (n_users, n_items); stored zeros are ratings of 0. An empty table has mean 0.
    """
    n_users, n_items = matrix.shape
    user, item = np.repeat(np.arange(n_users), np.diff(matrix.indptr)), matrix.indices
    value = matrix.data.astype(np.float64)
    mean = float(np.float32(value.mean())) if len(value) else 0.0  # as it is saved
    b_user, b_item = np.zeros(n_users), np.zeros(n_items)
    per_user, per_item = np.bincount(user, minlength=n_users), np.bincount(item, minlength=n_items)
    for _ in range(epochs):
        b_item = np.bincount(item, value - mean - b_user[user], n_items) / (item_regularization + per_item)
        b_user = np.bincount(user, value - mean - b_item[item], n_users) / (user_regularization + per_user)
    return Baselines(mean, b_user.astype(np.float32), b_item.astype(np.float32), user_regularization)


class RatingModel(ItemModel):
    """Shared half of the rating predictors. In a history a bare id is something they liked: the highest value known.

    A subclass fits itself (calling :meth:`_take_table` first), predicts for rows of the training table
    (:meth:`_predict_rows`) and, as every :class:`~recsys.model.ItemModel`, for a stranger's history.
    """

    user_ids: tuple[str, ...] = ()
    low: float = 0.0
    """Lowest value of the training table; predictions are not below it."""
    high: float = 0.0
    """Highest value of the training table."""
    baselines: Baselines = Baselines(0.0, np.zeros(0, np.float32), np.zeros(0, np.float32))
    _users: dict[str, int] | None = None

    def _predict_rows(self, users: Ints, items: Ints) -> Doubles:
        """(n,) unclipped predictions for pairs of known rows."""
        raise NotImplementedError

    def _effects_of(self, users: Ints, times: Ints) -> Doubles:
        """(n,) what the time of a rating adds; 0 for models that know no time."""
        return np.zeros(len(users))

    def predict(self, history: History, item: str) -> float:
        """How somebody with this history would rate ``item``, within ``low``..``high``.

        An unknown item is predicted at the person's own baseline μ + b_u. Raises as :meth:`encode`.
        """
        row = self._fitted_rows().get(item)
        rows, values = self.encode(history)
        if row is None:
            return float(self._clip(np.array([self.baselines.mean + self.baselines.user_parts(rows, values).sum()]))[0])
        return float(self._clip(self._scores_of_rows(rows, values)[[row]].astype(np.float64))[0])

    def predict_many(self, pairs: Iterable[tuple[str, str]], times: ArrayLike | None = None) -> Floats:
        """(n,) float32 predictions, within ``low``..``high``, for ``(user id, item id)`` pairs.

        ``times`` (n,) are Unix seconds of the ratings, 0 where unknown, for models that know effects of time. An
        unknown user gets μ + b_i, an unknown item μ + b_u, both unknown μ. Raises ``ValueError`` naming the pair
        (counted from 0) that is not two ids, or when there are not as many times as pairs.
        """
        items, users = self._fitted_rows(), self._users
        if users is None:
            raise NotFitted(f"{type(self).__name__} has not been fitted or loaded")
        user_rows, item_rows = [], []
        for at, pair in enumerate(pairs):
            if isinstance(pair, str) or len(pair) != 2 or not all(isinstance(part, str) for part in pair):
                raise ValueError(f"pair {at}: {pair!r} is not (user id, item id)")
            user_rows.append(users.get(pair[0], -1))
            item_rows.append(items.get(pair[1], -1))
        user, item = np.array(user_rows, np.int64), np.array(item_rows, np.int64)
        when = np.zeros(len(user), np.int64) if times is None else np.asarray(times, np.int64)
        if len(when) != len(user):
            raise ValueError(f"{len(when)} times for {len(user)} pairs")
        b = self.baselines
        predicted = np.full(len(user), b.mean)
        predicted[user >= 0] += b.users[user[user >= 0]]
        predicted[item >= 0] += b.items[item[item >= 0]]
        known = np.flatnonzero((user >= 0) & (item >= 0))
        if len(known):
            predicted[known] = self._predict_rows(user[known], item[known])
        predicted += np.where(user >= 0, self._effects_of(np.maximum(user, 0), when), 0.0)
        return self._clip(predicted).astype(np.float32)

    def encode(self, history: History) -> tuple[Ints, Floats]:
        """See :meth:`ItemModel.encode`; a bare id counts with the highest value of the training table."""
        given: Sequence[Any] = [(entry, self.high) if isinstance(entry, str) else entry for entry in history]
        return super().encode(given)

    def _clip(self, predicted: Doubles) -> Doubles:
        return np.clip(predicted, self.low, self.high)

    def _take_table(self, interactions: Interactions) -> None:
        """Ids, range and baselines of a training table."""
        values = interactions.matrix.data
        self.low, self.high = (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)
        self.baselines = fit_baselines(interactions.matrix)
        self._set_users(interactions.user_ids)
        self._set_items(interactions.item_ids)

    def _set_users(self, user_ids: Iterable[str]) -> None:
        self.user_ids = tuple(user_ids)
        self._users = {user: row for row, user in enumerate(self.user_ids)}

    def _rating_arrays(self) -> dict[str, NDArray[Any]]:
        """What :meth:`_take_table` learnt, to be saved beside the subclass's own arrays."""
        b = self.baselines
        return {
            "user_ids": np.array(self.user_ids, np.str_),
            "range": np.array([self.low, self.high, b.mean], np.float32),
            "user_bias": b.users,
            "item_bias": b.items,
        }

    def _restore_ratings(self, arrays: dict[str, NDArray[Any]]) -> None:
        self._set_users(arrays["user_ids"].tolist())
        self.low, self.high, mean = (float(value) for value in arrays["range"])
        self.baselines = Baselines(mean, arrays["user_bias"], arrays["item_bias"])
        if len(self.baselines.items) != len(self.item_ids) or len(self.baselines.users) != len(self.user_ids):
            raise ValueError(f"biases of {len(self.baselines.items)} items for {len(self.item_ids)}")
