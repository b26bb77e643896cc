"""A recommendation talk: what somebody has said and done in, a page of works with reasons out.

    state = state.apply(reader.parse("像《星际穿越》但短一点", shown=state.page))
    result = conversation.recommend(state, history, k=5, lang="zh")
    state = result.state

Works that violate a filter are never recommended; when nothing satisfies them all, the softest gives way and the
result says so (:mod:`recsys.filters`). Works seen, refused or shown do not come back until the talk is reset.

What is left is ranked in one of two ways: by a sum of named parts (:mod:`recsys.scoring`) or by one posterior over the
person (:mod:`recsys.posterior_scoring`), which can also explore. Both say exactly what each score is made of.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias
from zlib import crc32

import numpy as np

from knowledge.graph import Graph
from recsys.content import ContentSimilarity
from recsys.contrast import contrast
from recsys.elicit import ANOTHER, Elicitor, Question, log_belief
from recsys.explain import Explainer
from recsys.explore import explored_page
from recsys.facets import Facets
from recsys.filters import Mask, Relaxed, filters_of, narrow
from recsys.messages import about_page, about_relaxed
from recsys.model import Floats, History, Recommender
from recsys.page import Pager, Rerank
from recsys.posterior_scoring import BeliefRanking, PosteriorScorer
from recsys.rerank import Rows
from recsys.scoring import Ranking, Scorer
from recsys.state import PreferenceState

__all__ = ["Conversation", "Recommendation", "Result", "Scoring"]

Scoring = Literal["sum", "posterior"]
"""How works are ranked: the sum of named parts, or one posterior over the person."""

AnyRanking: TypeAlias = Ranking | BeliefRanking

_TELLING = 0.3
"""Nats below which a second question is not worth the asking."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One recommended work and the evidence for it."""

    item: str
    score: float
    """Sum of ``parts``; no unit, comparable within one result."""
    parts: Mapping[str, float]
    """Name → what it adds: ``taste content likeness prior wish:N``; see :mod:`recsys.scoring`."""
    reason: str
    """One or two short sentences in the language asked for."""
    contrast: str | None
    """How it differs from the work compared with or on top before: 「比《星际穿越》短 49 分钟、更轻松」."""
    satisfied: tuple[tuple[str, str], ...]
    """(facet, value) of the wishes it meets; for year, runtime and episodes its own number."""
    explored: bool = False
    """It is here to learn whether the person likes it, not because it is expected to be best."""


@dataclass(frozen=True, slots=True)
class Result:
    """A page of recommendations."""

    items: tuple[Recommendation, ...]
    relaxed: tuple[Relaxed, ...]
    """Wishes that could not be kept; empty when every work satisfies everything."""
    message: str
    """What must be said above the list: what gave way, that there are only so few, or that nothing is left; or ""."""
    question: Question | None
    """At most one a page and two a talk, while little is known of the person's taste; its answers are chips."""
    chips: tuple[str, ...]
    """What a person might say next, as text they could type."""
    state: PreferenceState
    """The state with this page shown; keep it for the next turn."""


class Conversation:
    """Recommends from one catalogue. Immutable after it is built, and safe to share among threads.

    Build a new one when the catalogue or the model changes: 0.2 s and 5 MB for 1,000 works, 3.5 s and 100 MB for 20,000.
    A turn takes about 1.5 ms for 1,000 works, 7 ms for 20,000; ranked by a sum of parts, a third less.
    """

    def __init__(
        self,
        model: Recommender | None,
        graph: Graph,
        *,
        popularity: Recommender | Mapping[str, float] | None = None,
        scoring: Scoring = "posterior",
        explore: float = 0.0,
        rerank: Rerank = "auto",
        seed: int = 0,
    ) -> None:
        """
        Args:
            model: a fitted collaborative model, or ``None`` when there is nothing to learn from yet.
            popularity: a fitted :class:`~recsys.popularity.Popularity`, or work id → share of the audience.
            scoring: how works are ranked; what exploration and the choice of questions rest on, too.
            explore: 0..1, the share of a page, its first place excepted, given to works drawn by Thompson sampling;
                needs ``scoring="posterior"``.
            rerank: how a page is filled from the ranking; see :mod:`recsys.page`.
            seed: of the draws. The same talk is shown the same page.

        Raises ``ValueError`` for another ``scoring`` or ``rerank``, or an ``explore`` that is out of range or has no posterior.
        """
        if scoring not in ("sum", "posterior"):
            raise ValueError(f"scoring must be 'sum' or 'posterior', not {scoring!r}")
        if not 0 <= explore <= 1 or (explore and scoring != "posterior"):
            raise ValueError(f"explore must lie in 0..1, and above 0 needs scoring='posterior', not {explore}")
        shares = _shares(popularity)
        self.graph = graph
        self.content = ContentSimilarity.of(graph)
        self.facets = Facets(graph, model if model is not None and model.item_ids else None, shares)
        model = model if model is not None and set(model.item_ids) & set(self.facets.row) else None
        self._scorer = Scorer(self.facets, self.content, model, _prior(graph, self.facets))
        self._ranker: Scorer | PosteriorScorer = self._scorer
        if scoring == "posterior":
            self._ranker = PosteriorScorer(self.facets, self.content, self._scorer, model)
        self._pager = Pager(self.facets, self.content.vectors, self.facets.genres(), rerank)
        self._explore, self._seed = explore, seed
        self._explainer = Explainer(graph, self.facets, self.content, model)
        self._elicitor = Elicitor(self.facets)

    def recommend(
        self,
        state: PreferenceState,
        history: History = (),
        k: int = 5,
        lang: str = "zh",
        *,
        minimum: int = 1,
        exclude: Collection[str] = (),
    ) -> Result:
        """The next page for this state.

        Args:
            state: what was said in this talk; :meth:`PreferenceState.apply` brings it up to date.
            history: what the person liked before, as ids or (id, value); never recommended again.
            k: works on a page.
            lang: ``"zh"`` or ``"en"``, the language of every sentence in the result.
            minimum: wishes give way only when fewer than this many works satisfy them all; at most ``k``. With 1 a
                page may be short, and everything on it is what was asked for.
            exclude: further works to leave out.

        Raises ``ValueError`` for ``k`` under 1 or another language.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        if lang not in ("zh", "en"):
            raise ValueError(f"lang must be 'zh' or 'en', not {lang!r}")
        facets = self.facets
        told = [(entry, 1.0) if isinstance(entry, str) else entry for entry in history]
        pool = np.ones(len(facets), bool)
        pool[self._rows([*(item for item, _ in told), *exclude, *(state.excluded - set(state.shown))])] = False
        fresh = pool.copy()
        fresh[self._rows(state.excluded)] = False
        allowed, relaxed = narrow(filters_of(state, facets), facets, pool, fresh, max(1, min(minimum, k)))
        ranking = self._ranker.rank(state, told)
        rows = self._pager.rows(ranking.scores, allowed, k, state, told)
        rows, explored = self._explored(rows, ranking, allowed, state, told)
        reference = self._reference(state)
        items = []
        for row, drawn in zip(rows.tolist(), explored.tolist(), strict=True):
            item, parts = facets.items[row], ranking.parts(row)
            items.append(
                Recommendation(
                    item,
                    float(ranking.scores[row]),
                    parts,
                    self._explainer.reason(item, state, told, parts, lang, ranking.because(row)),
                    contrast(self.graph, facets, item, reference, state, lang) if reference else None,
                    tuple(self._explainer.satisfied(item, state)),
                    drawn,
                )
            )
        question = None if told else self._question(state, ranking, allowed)
        chips: list[str] = []
        if items:
            allowed[rows] = False
            if allowed.any():
                chips = [*self._elicitor.chips(items[0].item, allowed, lang), ANOTHER.text(lang)]
        message = about_relaxed(self.graph, relaxed, lang) if items else ""
        if not relaxed or not items:
            message += about_page(len(items), k, lang, again=bool(state.shown), asked=bool(state.wishes))
        given_up = [one.wish for one in relaxed]
        shown = state.showing((item.item for item in items), question.id if question else None, given_up)
        return Result(tuple(items), tuple(relaxed), message, question, tuple(chips), shown)

    def _explored(
        self, rows: Rows, ranking: AnyRanking, allowed: Mask, state: PreferenceState, told: list[tuple[str, float]]
    ) -> tuple[Rows, Mask]:
        """The page with its share of works drawn from the posterior, and which they are."""
        if not self._explore or isinstance(ranking, Ranking):
            return rows, np.zeros(len(rows), bool)
        # The seed is the talk itself: asked twice, the same page.
        rng = np.random.default_rng([self._seed, crc32(repr((state.to_json(), told)).encode())])
        return explored_page(rows, ranking.scores, ranking.draw, allowed, share=self._explore, rng=rng)

    def _question(self, state: PreferenceState, ranking: AnyRanking, allowed: Mask) -> Question | None:
        """The most telling question, while little is known and no more than one was asked; ``None`` when none helps.

        A second is asked of somebody who answered the first with no more than a leaning, if it tells a good deal more.
        """
        if len(state.asked) >= (2 if state.wishes else 1) or not (state.knows_nothing or _vague(state)):
            return None
        scores = ranking.scores
        if not isinstance(ranking, Ranking):
            scores = log_belief(ranking.draw, allowed, ranking.unit, np.random.default_rng(self._seed))
        least = _TELLING if not state.knows_nothing else 1e-3
        return self._elicitor.question(scores, allowed, state.asked, least=least)

    def _rows(self, items: Collection[str]) -> list[int]:
        return [self.facets.row[item] for item in items if item in self.facets.row]

    def _reference(self, state: PreferenceState) -> str | None:
        """The work a page is compared with: what the latest critique was about, else what was on top before."""
        latest = [w.operation.anchor for w in state.wishes if w.turn == state.turn and w.operation.anchor]
        candidates = [*latest[-1:], *state.page[:1], *state.similar_to[:1]]
        return next((item for item in candidates if item in self.facets.row), None)


def _vague(state: PreferenceState) -> bool:
    """Whether all there is is the answer to one question, and it said how things should feel but not what."""
    soft = all(w.operation.op == "like" or w.operation.op == "not" or w.operation.facet == "type" for w in state.wishes)
    return len(state.asked) == 1 and state.turn <= 2 and soft and not (state.opinions or state.similar_to)


def _shares(popularity: Recommender | Mapping[str, float] | None) -> dict[str, float]:
    if popularity is None:
        return {}
    if isinstance(popularity, Mapping):
        return dict(popularity)
    return dict(zip(popularity.item_ids, map(float, popularity.scores([])), strict=True))


def _prior(graph: Graph, facets: Facets) -> Floats:
    """(n,) what to show a stranger first: what others watch, and before there are others, what won awards."""
    share = facets.ordinals["popularity"]
    awards = np.array([len(graph.objects(item, "award")) for item in facets.items], np.float32)
    return (np.log1p(1000 * np.nan_to_num(share, nan=0.0)) + 0.5 * np.log1p(awards)).astype(np.float32)
