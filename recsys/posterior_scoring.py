"""A talk as observations of one person: the posterior's way to score works, beside the sum of parts of ``scoring``.

Everything known becomes an observation of the same vector (:mod:`recsys.posterior`): what was liked and refused, the
works to resemble, leanings and comparisons. The item space is the catalogue's facts and, where there is a trained
model, its factors; a wish points along the direction learnt for it (:mod:`recsys.directions`) and has, as its own
coordinate, exactly what the catalogue says. Filters are no observations: they hold, or are said to have given way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recsys.content import ContentSimilarity
from recsys.directions import Directions
from recsys.explain import Because
from recsys.facets import Facets
from recsys.model import Floats, Recommender
from recsys.posterior import Observations, Posterior, Prior, factors_of_model, factors_of_rows
from recsys.scoring import Scorer
from recsys.state import PreferenceState

__all__ = ["SEARCH_SPACE", "BeliefRanking", "PosteriorScorer", "Weights"]

SEARCH_SPACE = {
    "PosteriorScorer": {
        "like": ("log", 0.1, 10.0),
        "similar": ("log", 0.5, 50.0),
        "wish": ("log", 0.5, 50.0),
        "gain": ("log", 0.01, 0.2),
        "prior": ("log", 0.005, 0.2),
        "shared": ("float", 0.0, 2.0),
        "unmentioned": ("log", 0.001, 1.0),
    }
}
"""What to tune, as :mod:`recsys.registry` describes."""

_CONTENT_DIMENSIONS, _MODEL_DIMENSIONS = 128, 64


@dataclass(frozen=True, slots=True)
class Weights:
    """How firmly each kind of observation is believed, and what it is worth."""

    like: float = 1.0
    """wₒ of a work liked or refused, in units of λ."""
    similar: float = 8.0
    """wₒ of a work to resemble."""
    wish: float = 8.0
    """wₒ of a wish."""
    taste: float = 0.5
    """t of a work plainly liked; a work to resemble has 1."""
    gain: float = 0.04
    """What a point of :mod:`recsys.scoring` is worth here, whose parts are the wishes' own coordinates."""
    prior: float = 0.05
    """What a standard deviation of the ranking for a stranger is worth: popularity, before anything is known."""
    shared: float = 0.3
    """Length of a wish's direction: how much of it is what is learnt from other works, beside its own coordinate."""
    unmentioned: float = 0.002
    """a0 in units of λ."""
    regularization: float = 16.0
    """λ: a stranger's scores have a standard deviation of 1/4."""
    audience: float = 1.0
    """Mean length of the model's item vectors, those of the facts having up to 1."""


@dataclass(frozen=True, slots=True)
class BeliefRanking:
    """Every work's score under the posterior after a talk so far, and what it is made of."""

    posterior: Posterior
    prior: Floats
    """(n,) what a work is worth to a stranger."""
    scores: Floats
    """(n,) float32: ``prior`` and what the posterior expects."""
    names: tuple[str, ...]
    """Observation → the part it belongs to: ``taste``, ``likeness``, ``wish:N``."""
    works: tuple[str | None, ...]
    """Observation → the work it is of, if it is of one."""
    rows: tuple[int, ...]
    """The rows of those works, which are the first observations."""
    facts: int
    """Dimensions of the item space that come from the catalogue's facts; the rest are the audience's."""
    unit: float
    """What a point of :mod:`recsys.scoring` is worth here."""

    def parts(self, row: int) -> dict[str, float]:
        """Name → what it adds to the score of the work in ``row``, exactly (Hu et al. 2008)."""
        parts = {"prior": float(self.prior[row])}
        for name, part in zip(self.names, self.posterior.parts(np.array([row]))[:, 0].tolist(), strict=True):
            parts[name] = parts.get(name, 0.0) + part
        return parts

    def because(self, row: int) -> list[Because]:
        """What each work of the history adds to the score of the work in ``row``."""
        each = self.posterior.parts(np.array([row]))[:, 0].tolist()
        vectors = self.posterior.prior.vectors
        found = []
        for work, name, part, mine in zip(self.works, self.names, each, self.rows, strict=False):
            if work is not None and name == "taste":
                alike = np.maximum(vectors[mine] * vectors[row], 0.0)
                total = float(alike.sum())
                found.append(Because(work, part, float(alike[self.facts :].sum()) / total if total else 0.0))
        return found

    def draw(self, rng: np.random.Generator) -> Floats:
        """(n,) the scores of somebody drawn from the posterior."""
        return self.prior + self.posterior.sample(rng)


class PosteriorScorer:
    """Scores works for a (state, history) by the posterior. Immutable after it is built; safe to share among threads.

    Building decomposes the catalogue's facts and the model: 0.3 s for 1,000 works.
    """

    def __init__(
        self,
        facets: Facets,
        content: ContentSimilarity,
        plain: Scorer,
        model: Recommender | None = None,
        weights: Weights | None = None,
    ) -> None:
        """``plain`` says how a wish ranks works; ``content`` has the rows of ``facets``."""
        self._facets, self._plain = facets, plain
        self.weights = weights or Weights()
        blocks = [factors_of_rows(content.vectors, _CONTENT_DIMENSIONS)]
        self._facts = blocks[0].shape[1]
        learnt = factors_of_model(model, _MODEL_DIMENSIONS) if model is not None else None
        if model is not None and learnt is not None and learnt.size:
            scale = np.sqrt(float((learnt**2).sum(axis=1).mean())) or 1.0
            known = [(at, facets.row[item]) for at, item in enumerate(model.item_ids) if item in facets.row]
            theirs, ours = [at for at, _ in known], [row for _, row in known]
            audience = np.zeros((len(facets), learnt.shape[1]), np.float32)
            audience[ours] = self.weights.audience / scale * learnt[theirs]
            blocks.append(audience)
        vectors = np.hstack(blocks)
        w = self.weights
        self.prior = Prior(vectors, unmentioned=w.unmentioned * w.regularization, regularization=w.regularization)
        self.directions = Directions(vectors)

    def rank(self, state: PreferenceState, history: Sequence[tuple[str, float]]) -> BeliefRanking:
        """The works as somebody with this history, who said all this, is believed to have them."""
        facets, w = self._facets, self.weights
        told = {**dict(history), **dict(state.opinions)}
        items = [("taste", item, w.taste * value, w.like * abs(value)) for item, value in told.items() if value]
        items += [("likeness", item, 1.0, w.similar) for item in state.similar_to]
        items = [entry for entry in items if entry[1] in facets.row]
        rows = [facets.row[item] for _, item, _, _ in items]
        wishes = {
            f"wish:{at}": gain
            for at, wish in enumerate(state.wishes)
            if (gain := self._plain.wish(wish.operation)) is not None and gain.any()
        }
        n, m, p = len(facets), len(items) + len(wishes), len(wishes)
        vectors = np.zeros((m, self.prior.vectors.shape[1]), np.float32)
        vectors[: len(items)] = self.prior.vectors[rows]
        items_own, own = np.zeros((n, p), np.float32), np.zeros((m, p), np.float32)
        for at, gain in enumerate(wishes.values()):
            vectors[len(items) + at] = w.shared * self.directions.of(gain)
            items_own[:, at] = w.gain * (gain - gain.mean())
            own[len(items) + at, at] = 1.0
        own[: len(items)] = items_own[rows]
        targets = np.array([*(target for _, _, target, _ in items), *([1.0] * p)], np.float32)
        weights = np.array([*(weight for *_, weight in items), *([w.wish] * p)], np.float32)
        seen = Observations(vectors, targets, w.regularization * weights, own, items_own)
        names = (*(name for name, *_ in items), *wishes)
        posterior = self.prior.given(seen)
        prior = (w.prior * self._plain.prior).astype(np.float32)
        works = (*(item for _, item, _, _ in items), *([None] * p))
        return BeliefRanking(
            posterior, prior, prior + posterior.scores(), names, works, tuple(rows), self._facts, w.gain
        )
