"""A recommendation talk: what somebody has said and done in, a page of works with reasons out.

    state = state.apply(reader.parse("像《星际穿越》但短一点", shown=state.page))
    result = conversation.recommend(state, history, k=5, lang="zh")
    state = result.state

Works that violate a filter are never recommended; when nothing satisfies them all, the softest gives way and the
result says so (:mod:`recsys.filters`). Works seen, refused or shown do not come back until the talk is reset.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from knowledge.graph import Graph
from recsys.content import ContentSimilarity
from recsys.contrast import contrast
from recsys.elicit import ANOTHER, Elicitor, Question
from recsys.explain import Explainer
from recsys.facets import Facets
from recsys.filters import Relaxed, filters_of, narrow
from recsys.messages import about_page, about_relaxed
from recsys.model import Floats, History, Recommender
from recsys.rerank import maximal_marginal_relevance
from recsys.scoring import Scorer
from recsys.state import PreferenceState

__all__ = ["Conversation", "Recommendation", "Result"]


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


@dataclass(frozen=True, slots=True)
class Result:
    """A page of recommendations."""

    items: tuple[Recommendation, ...]
    relaxed: tuple[Relaxed, ...]
    """Wishes that could not be kept; empty when every work satisfies everything."""
    message: str
    """What must be said above the list: what gave way, that there are only so few, or that nothing is left; or ""."""
    question: Question | None
    """At most one, and only when nothing is known of the person's taste; its answers are chips."""
    chips: tuple[str, ...]
    """What a person might say next, as text they could type."""
    state: PreferenceState
    """The state with this page shown; keep it for the next turn."""


class Conversation:
    """Recommends from one catalogue. Immutable after it is built, and safe to share among threads.

    Build a new one when the catalogue or the model changes: 0.1 s and 4 MB for 1,000 works, 1.3 s and 80 MB for 20,000.
    A turn takes about 1 ms for 1,000 works, 5 ms for 20,000.
    """

    def __init__(
        self, model: Recommender | None, graph: Graph, *, popularity: Recommender | Mapping[str, float] | None = None
    ) -> None:
        """
        Args:
            model: a fitted collaborative model, or ``None`` when there is nothing to learn from yet.
            popularity: a fitted :class:`~recsys.popularity.Popularity`, or work id → share of the audience.
        """
        shares = _shares(popularity)
        self.graph = graph
        self.content = ContentSimilarity.of(graph)
        self.facets = Facets(graph, model if model is not None and model.item_ids else None, shares)
        model = model if model is not None and set(model.item_ids) & set(self.facets.row) else None
        self._scorer = Scorer(self.facets, self.content, model, _prior(graph, self.facets))
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
        parts = self._scorer.parts(state, told)
        scores: Floats = np.sum(list(parts.values()), axis=0, dtype=np.float32)
        rows = maximal_marginal_relevance(scores, self.content.vectors, allowed, k)
        reference = self._reference(state)
        items = []
        for row in rows.tolist():
            item, mine = facets.items[row], {name: float(part[row]) for name, part in parts.items()}
            items.append(
                Recommendation(
                    item,
                    float(scores[row]),
                    mine,
                    self._explainer.reason(item, state, told, mine, lang),
                    contrast(self.graph, facets, item, reference, state, lang) if reference else None,
                    tuple(self._explainer.satisfied(item, state)),
                )
            )
        question = None
        if state.knows_nothing and not told and len(state.asked) < (2 if state.wishes else 1):
            question = self._elicitor.question(scores, allowed, state.asked)
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

    def _rows(self, items: Collection[str]) -> list[int]:
        return [self.facets.row[item] for item in items if item in self.facets.row]

    def _reference(self, state: PreferenceState) -> str | None:
        """The work a page is compared with: what the latest critique was about, else what was on top before."""
        latest = [w.operation.anchor for w in state.wishes if w.turn == state.turn and w.operation.anchor]
        candidates = [*latest[-1:], *state.page[:1], *state.similar_to[:1]]
        return next((item for item in candidates if item in self.facets.row), None)


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
