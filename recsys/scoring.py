"""How well each work suits a talk: a sum of named parts, so that every recommendation can say what it rests on.

    score = taste + content + likeness + prior + Σ wishes

``taste`` is the collaborative model folded in over the history and what was liked and disliked here; ``content`` the
same history by facts, which also speaks for works the model has never met; ``likeness`` is to the works the user
named; each wish adds its own part. The first three are standardised over the catalogue, so their weights are in
standard deviations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recsys.content import ContentSimilarity
from recsys.facets import Facets
from recsys.model import Floats, Recommender
from recsys.operations import Operation
from recsys.state import PreferenceState

__all__ = ["Ranking", "Scorer"]

_TASTE, _CONTENT, _CONTENT_ALONE, _LIKENESS, _PRIOR = 1.0, 0.4, 1.0, 2.0, 0.25
_LIKE, _LIKE_MOOD, _DIRECTION, _NEARNESS = 2.5, 5.0, 4.0, 1.5
_MOST = 2.5
"""Deviations beyond which taste and content count no further: what somebody *says* tonight outranks any history."""
_STEP = {"year": 8.0, "runtime": 25.0, "episodes": 12.0, "popularity": 0.05, "rating": 1.0}
"""What counts as a clear step on each ordinal facet, in its unit."""
_COLD_NEIGHBOURS, _COLD_TRUST = 10, 0.7


@dataclass(frozen=True, slots=True)
class Ranking:
    """Every work's score for one talk, and what it is made of."""

    scores: Floats
    """(n,) float32."""
    each: Mapping[str, Floats]
    """Name → (n,) float32; the sum of these is the score."""

    def parts(self, row: int) -> dict[str, float]:
        """Name → what it adds to the score of the work in ``row``."""
        return {name: float(part[row]) for name, part in self.each.items()}

    def because(self, row: int) -> None:
        """Which work of the history adds what: not told apart here."""


class Scorer:
    """Scores works for a (state, history). Immutable after it is built; safe to share among threads."""

    def __init__(
        self,
        facets: Facets,
        content: ContentSimilarity,
        model: Recommender | None = None,
        prior: Floats | None = None,
    ) -> None:
        """``prior`` (n,) ranks works for a stranger; any unit. ``content`` has the rows of ``facets``."""
        self._facets, self._content, self._model = facets, content, model
        self.prior = _standard(prior) if prior is not None else np.zeros(len(facets), np.float32)
        """(n,) the ranking for a stranger, in standard deviations."""
        if model is not None:
            rows = [(at, facets.row[item]) for at, item in enumerate(model.item_ids) if item in facets.row]
            self._theirs = np.array([at for at, _ in rows], np.int64)
            self._ours = np.array([row for _, row in rows], np.int64)
            self._met = frozenset(model.item_ids)
            self._cold, self._lend = self._cold_items()

    def _cold_items(self) -> tuple[np.ndarray, sparse.csr_array]:
        """Rows (c,) the model has never met, and weights (c, n_known) of the known works that stand in for them."""
        cold = np.setdiff1d(np.arange(len(self._facets)), self._ours)
        if not len(cold) or not len(self._ours):
            return cold[:0], sparse.csr_array((0, len(self._ours)), dtype=np.float32)
        blocks = []
        known = self._content.vectors[self._ours].T.tocsc()
        for start in range(0, len(cold), 1024):
            similarity = (self._content.vectors[cold[start : start + 1024]] @ known).toarray()
            k = min(_COLD_NEIGHBOURS, similarity.shape[1])
            floor = np.partition(similarity, -k, axis=1)[:, -k][:, None]
            similarity[similarity < np.maximum(floor, 1e-6)] = 0
            total = np.maximum(similarity.sum(axis=1, keepdims=True), 1e-6)
            blocks.append(sparse.csr_array(_COLD_TRUST * similarity / total))
        return cold, sparse.vstack(blocks).tocsr()

    def rank(self, state: PreferenceState, history: Sequence[tuple[str, float]]) -> Ranking:
        """The works as somebody with this history, who said all this, would have them."""
        each = self.parts(state, history)
        return Ranking(np.sum(list(each.values()), axis=0, dtype=np.float32), each)

    def parts(self, state: PreferenceState, history: Sequence[tuple[str, float]]) -> dict[str, Floats]:
        """Name → (n,) float32; their sum is the score. Wishes are named ``wish:<position in the state>``."""
        facets = self._facets
        parts: dict[str, Floats] = {"prior": _PRIOR * self.prior}
        told = {**dict(history), **dict(state.opinions)}
        known = [(item, value) for item, value in told.items() if value and item in facets.row]
        taste = self._taste(known)
        if taste is not None:
            parts["taste"] = taste
        if known:
            weight = _CONTENT if taste is not None else _CONTENT_ALONE
            parts["content"] = weight * _bounded(self._content.scores(known))
        similar = [item for item in state.similar_to if item in facets.row]
        if similar:
            parts["likeness"] = _LIKENESS * _standard(self._content.scores(similar))
        for position, wish in enumerate(state.wishes):
            part = self.wish(wish.operation)
            if part is not None:
                parts[f"wish:{position}"] = part
        return parts

    def _taste(self, known: Sequence[tuple[str, float]]) -> Floats | None:
        """(n,) the model's opinion, lent to works it has not met; ``None`` when it knows nothing of the history."""
        model = self._model
        if model is None or not len(self._ours):
            return None
        known = [(item, value) for item, value in known if item in self._met]
        if not known:
            return None
        warm = _bounded(model.scores(known)[self._theirs])
        scores = np.zeros(len(self._facets), np.float32)
        scores[self._ours] = warm
        scores[self._cold] = self._lend @ warm
        return _TASTE * scores

    def wish(self, op: Operation) -> Floats | None:
        """(n,) what a leaning or a comparison adds; ``None`` for plain filters."""
        facets = self._facets
        sign = -1.0 if op.op == "less" else 1.0
        if op.op == "like":
            if op.facet == "mood" and isinstance(op.value, str):
                return (_LIKE_MOOD * op.strength * facets.mood(op.value)).astype(np.float32)
            return (_LIKE * op.strength * facets.mask(op.facet, op.ids)).astype(np.float32)
        if op.op not in ("more", "less"):
            return None
        if op.facet == "mood" and isinstance(op.value, str):
            return (sign * _DIRECTION * max(op.strength, 1.0) * facets.mood(op.value)).astype(np.float32)
        if op.facet not in facets.ordinals:
            return (sign * _DIRECTION * op.strength * facets.mask(op.facet, op.ids)).astype(np.float32)
        values = facets.ordinals[op.facet]
        anchor = facets.row.get(op.anchor) if op.anchor else None
        if anchor is None or np.isnan(values[anchor]):
            centred = np.nan_to_num(facets.percentiles[op.facet], nan=0.5) - 0.5
            return (sign * _DIRECTION * 2.0 * op.strength * centred).astype(np.float32)
        ahead = np.nan_to_num(sign * (values - values[anchor]) / _STEP[op.facet], nan=-1.0)
        if op.strength < 1:  # "a bit newer": best is half a step on, neither next door nor decades away
            gain = np.where(ahead > 0, 2.0 * ahead * np.exp(1.0 - 2.0 * ahead), 0.0)
        else:
            gain = np.clip(ahead / op.strength, -1.0, 1.0)
        return (_NEARNESS * gain).astype(np.float32)


def _bounded(values: Floats) -> Floats:
    """Standardised, and no further than ``_MOST`` deviations out: these scores have long tails."""
    return np.clip(_standard(values), -_MOST, _MOST)


def _standard(values: Floats) -> Floats:
    """Zero mean, unit deviation; all zero when all are equal."""
    if not len(values):
        return values
    centred = values - values.mean()
    deviation = float(centred.std())
    return (centred / deviation if deviation > 1e-9 else np.zeros_like(centred)).astype(np.float32)
