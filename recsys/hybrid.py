"""Several models as one: a weighted sum of their scores, with weights learnt on a hold-out of the training data.

    Burke, "Hybrid recommender systems: survey and experiments", UMUAI 12(4), 2002 (weighted hybrids).
    Metzler & Croft, "Linear feature-based models for information retrieval", Information Retrieval 10, 2007 (coordinate
    ascent on the ranking metric itself: their section 4.2).

Scores of different models have different units, and of the same model for long and short histories, so each is divided
by its standard deviation over all items for that history (a z-score whose mean is left in: it moves every item alike,
and without it the parts of an explanation would not add up):

    score(j | h) = Σ_m w_m · s_m(j | h) / std_j s_m(· | h).

To learn w ≥ 0, the latest item of every user is hidden, the members are fitted on the rest, and w maximises the mean
discounted gain 1 / log₂(1 + rank) of the hidden item among all that the user has not met, one weight at a time. A
likelihood would be smoother, but it fits the size of scores and not their order, and throws out members that help.
Then the members learn from everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from recsys import registry, splits
from recsys.interactions import Interactions
from recsys.model import Floats, History, ItemModel, Progress

__all__ = ["Blend", "learn_weights", "standardised"]

_MOST_USERS = 1000
_FEWEST_USERS = 10
_ROUNDS = 4
_LADDER = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0)
"""Weights tried for a member, in units of the largest other one."""
_DEFAULT: Mapping[str, Mapping[str, Any]] = {"ease": {}, "ials": {}}


class Blend(ItemModel):
    """A weighted sum of registered models, each divided by its spread.

    Parameters
    ----------
    members
        Registered name → constructor arguments; ``"name:anything"`` allows the same model twice.
    weights
        Member → weight, at least 0; ``None`` learns them on a hold-out of up to 1,000 users while fitting, which fits
        every member twice. Tables of fewer than ten users to learn from weigh all members alike.
    normalise
        ``"spread"`` as above, or ``"rank"``: scores are replaced by their ranks (1 best, 0 worst, ties share) and the
        explanation of a member is scaled to its rank.
    seed
        Draws the hold-out.

    What no history item explains in a member (the item biases of factor models) is explained by none here.

    Memory and time: those of the members together.
    """

    SEARCH_SPACE: Mapping[str, tuple[Any, ...]] = {"normalise": ("choice", "spread", "rank")}

    def __init__(
        self,
        members: Mapping[str, Mapping[str, Any]] | None = None,
        weights: Mapping[str, float] | None = None,
        normalise: Literal["spread", "rank"] = "spread",
        seed: int = 0,
    ) -> None:
        chosen = _DEFAULT if members is None else members
        if not chosen:
            raise ValueError("members must name at least one model")
        if weights is not None and set(weights) != set(chosen):
            raise ValueError(f"weights are for {sorted(weights)}, members are {sorted(chosen)}")
        if weights is not None and not all(weight >= 0 and np.isfinite(weight) for weight in weights.values()):
            raise ValueError(f"weights must be finite and not negative, not {dict(weights)}")
        if normalise not in ("spread", "rank"):
            raise ValueError(f"normalise must be spread or rank, not {normalise!r}")
        self.members = {name: dict(arguments) for name, arguments in chosen.items()}
        self.weights = None if weights is None else dict(weights)
        self.normalise, self.seed = normalise, seed
        self.models: dict[str, ItemModel] = {}
        self.learnt: Floats = np.zeros(0, np.float32)
        """(n_members,) float32: the weights in use, in the order of :attr:`members`."""

    @classmethod
    def of(cls, models: Mapping[str, ItemModel], weights: Mapping[str, float]) -> Blend:
        """A blend of models fitted on the same table, without fitting them again.

        Raises ``ValueError`` when their items differ or a weight is missing, negative or not finite.
        """
        members = {name: model._state()[0] for name, model in models.items()}
        blend = cls(members, weights)
        if len({model.item_ids for model in models.values()}) != 1:
            raise ValueError(f"the items of {sorted(models)} differ: fit them on the same table")
        blend.models = dict(models)
        blend.learnt = np.array([weights[name] for name in models], np.float32)
        blend._set_items(next(iter(models.values())).item_ids)
        return blend

    def fit(self, interactions: Interactions, progress: Progress | None = None) -> Self:
        """Learn the weights unless they were given, then every member from everything."""
        given = self.weights is not None
        self.learnt = np.full(len(self.members), 1 / len(self.members), np.float32)
        if self.weights is not None:
            self.learnt = np.array([self.weights[name] for name in self.members], np.float32)
        elif len(self.members) > 1:
            split = _hold_out(interactions, self.seed)
            if split is not None:
                held = self._fitted(split.train, _part(progress, 0.0, 0.45))
                self.learnt = self._learn(held, split)
        self.models = self._fitted(interactions, _part(progress, 0.0 if given else 0.5, 1.0))
        self._set_items(interactions.item_ids)
        if progress:
            progress(1.0, "blend")
        return self

    def _fitted(self, interactions: Interactions, progress: Progress) -> dict[str, ItemModel]:
        models = {}
        for at, (name, arguments) in enumerate(self.members.items()):
            say = _part(progress, at / len(self.members), (at + 1) / len(self.members))
            models[name] = registry.create(name.partition(":")[0], **arguments).fit(interactions, say)
        return models

    def _learn(self, models: Mapping[str, ItemModel], split: splits.Split) -> Floats:
        """Weights (n_members,) from members that have not seen what is hidden."""
        rng = np.random.default_rng(self.seed)
        rows = np.sort(rng.permutation(len(split.user_ids))[:_MOST_USERS])
        histories = [split.history(row) for row in rows]
        z = np.stack([self._scaled(model.scores_many(histories)) for model in models.values()])  # (m, b, n)
        met = np.zeros(z.shape[1:], bool)
        for at, row in enumerate(rows):
            met[at, split.seen.indices[split.seen.indptr[row] : split.seen.indptr[row + 1]]] = True
        # Every evaluated user hides exactly one item.
        return learn_weights(z, split.hidden.indices[split.hidden.indptr[rows]], ~met)

    def _scaled(self, scores: Floats) -> Floats:
        return standardised(scores) if self.normalise == "spread" else ranks(scores)

    def _scores_of_rows(self, rows: NDArray[np.int64], values: Floats) -> Floats:
        total = np.zeros((1, len(self.item_ids)), np.float32)
        for weight, model in zip(self.learnt, self.models.values(), strict=True):
            total += weight * self._scaled(model._scores_of_rows(rows, values)[None, :])
        return total[0]

    def scores_many(self, histories: list[History]) -> Floats:  # type: ignore[override]
        """(len(histories), n_items) float32: the members' own batches, added up."""
        self._fitted_rows()
        total = np.zeros((len(histories), len(self.item_ids)), np.float32)
        for weight, model in zip(self.learnt, self.models.values(), strict=True):
            total += weight * self._scaled(model.scores_many(histories))
        return total

    def _contributions(self, rows: NDArray[np.int64], values: Floats, target: int) -> Floats:
        total = np.zeros(len(rows), np.float32)
        for weight, model in zip(self.learnt, self.models.values(), strict=True):
            scores = model._scores_of_rows(rows, values)
            parts = model._contributions(rows, values, target)
            if self.normalise == "spread":
                spread = scores.std()
                total += weight * parts / spread if spread > 0 else np.float32(0)
            elif scores[target]:
                total += weight * parts * ranks(scores[None, :])[0, target] / scores[target]
        return total

    def _state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        settings: dict[str, Any] = {"members": {}, "weights": self.weights, "normalise": self.normalise}
        settings["seed"] = self.seed
        arrays: dict[str, NDArray[Any]] = {"learnt": self.learnt}
        for name, model in self.models.items():
            settings["members"][name], own = model._state()
            arrays |= {f"{name}/{key}": array for key, array in own.items()}
        return settings, arrays

    def _restore(self, arrays: dict[str, NDArray[Any]]) -> None:
        self.learnt = arrays["learnt"]
        if self.learnt.shape != (len(self.members),):
            raise ValueError(f"{len(self.learnt)} weights for {len(self.members)} members")
        self.models = {}
        for name, arguments in self.members.items():
            model = registry.create(name.partition(":")[0], **arguments)
            model._set_items(self.item_ids)
            model._restore(
                {key.removeprefix(f"{name}/"): array for key, array in arrays.items() if key.startswith(f"{name}/")}
            )
            self.models[name] = model


def standardised(scores: Floats) -> Floats:
    """Scores (b, n) divided by their standard deviation over the items; a row that is constant becomes 0."""
    if not scores.size:
        return scores
    spread = scores.std(axis=1, keepdims=True)
    return np.divide(scores, spread, out=np.zeros_like(scores), where=spread > 0)


def ranks(scores: Floats) -> Floats:
    """Scores (b, n) as ranks from 0 (worst) to 1 (best); equal scores share the mean of theirs."""
    b, n = scores.shape
    if n < 2:
        return np.zeros_like(scores)
    order = np.sort(scores, axis=1)
    found = np.empty_like(scores)
    for row in range(b):
        low = np.searchsorted(order[row], scores[row], side="left")
        high = np.searchsorted(order[row], scores[row], side="right")
        found[row] = (low + high - 1) / (2 * (n - 1))
    return found


def learn_weights(z: Floats, wanted: NDArray[np.integer], allowed: NDArray[np.bool_]) -> Floats:
    """(m,) float32 non-negative weights, the largest 1, that rank ``wanted`` (b,) high among ``allowed`` (b, n) items.

    ``z`` (m, b, n) are the members' scaled scores. Starts from the best member alone, so a blend is never worse than its
    best member where it was learnt. Ties count half. Memory: three times (b, n) float32 on top of z.
    """
    m, b, _ = z.shape
    user = np.arange(b)

    def gain(total: Floats) -> float:
        own = total[user, wanted][:, None]
        above = ((total > own) & allowed).sum(axis=1) + 0.5 * (((total == own) & allowed).sum(axis=1) - 1)
        return float((1 / np.log2(2 + np.maximum(above, 0))).mean())

    alone = [gain(member) for member in z]
    w = np.zeros(m, np.float32)
    w[int(np.argmax(alone))] = 1.0
    best, total = max(alone), z[int(np.argmax(alone))].copy()
    for _ in range(_ROUNDS):
        before = best
        for at in range(m):
            rest = total - w[at] * z[at]
            others = float(np.delete(w, at).max(initial=0.0))
            for step in _LADDER if others > 0 else ():
                tried = rest + np.float32(step * others) * z[at]
                found = gain(tried)
                if found > best + 1e-6:
                    best, total, w[at] = found, tried, step * others
        if best <= before:
            break
    return np.asarray(w / w.max(), np.float32)


def _hold_out(interactions: Interactions, seed: int) -> splits.Split | None:
    """The latest liked item of every user hidden, or ``None`` when too few users have two."""
    enough = int((np.diff(interactions.liked().indptr) >= 2).sum())
    if enough < _FEWEST_USERS:
        return None
    return splits.leave_one_out(interactions, negatives=None, seed=seed)


def _part(progress: Progress | None, start: float, end: float) -> Progress:
    def say(fraction: float, what: str) -> None:
        if progress:
            progress(start + (end - start) * fraction, what)

    return say
