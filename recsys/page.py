"""How a page of a talk is filled from the ranking: which of the re-rankings of :mod:`recsys.rerank` serves it best.

Somebody who named alternatives ("comedies or science fiction") is shown some of each: xQuAD. Somebody of whom a good
deal is known and who asked for nothing in particular gets the genres in the proportions of what they like: calibration.
Everybody else gets works that are not all alike: MMR.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import numpy as np
from scipy import sparse

from recsys.facets import Facets
from recsys.filters import Mask
from recsys.model import Floats, top_k
from recsys.rerank import Rows, calibrated, maximal_marginal_relevance, xquad
from recsys.state import PreferenceState

__all__ = ["Pager", "Rerank"]

Rerank: TypeAlias = Literal["auto", "mmr", "calibrated", "xquad", "none"]
"""``auto`` chooses as above; ``none`` is the plain ranking; one that has nothing to go by is MMR."""

_KNOWN = 5
"""Liked works from which on their genres are proportions and not chance."""
_CALIBRATED, _COVERED = 0.5, 0.5
"""How much of the choice is relevance. Calibration at 0.5 found as many hidden likes of the demo audience as MMR (recall
of pages of five .219 against .211, three draws of 150 people) with two thirds of its divergence from their genres."""
_POOL = 40
"""Of how many of the best scored a page is made; of all there are where one alternative may lie far below another."""
_ALTERNATIVES = ("genre", "mood", "country", "type")


class Pager:
    """Fills pages about one catalogue. Memory: 4 bytes a work and genre."""

    def __init__(self, facets: Facets, vectors: sparse.csr_array, genres: Floats, rerank: Rerank = "auto") -> None:
        """
        Args:
            vectors: (n, f) rows of unit length: what works are alike by.
            genres: (n, g) 0 or 1.

        Raises ``ValueError`` for another ``rerank``.
        """
        if rerank not in get_args(Rerank):
            raise ValueError(f"rerank must be one of {', '.join(get_args(Rerank))}, not {rerank!r}")
        self._facets, self._vectors, self._rerank = facets, vectors, rerank
        total = genres.sum(axis=1, keepdims=True)
        self._kinds: Floats = np.divide(genres, total, out=np.zeros_like(genres), where=total > 0)

    def rows(
        self, scores: Floats, allowed: Mask, k: int, state: PreferenceState, told: list[tuple[str, float]]
    ) -> Rows:
        """Rows of a page of ``k`` in the order to show them; ``told`` is the history as (work, value)."""
        how = self._rerank
        if how == "none":
            return top_k(scores, k, allowed)
        if how in ("auto", "xquad") and (named := self._alternatives(state)) is not None:
            alike = np.ones(named.shape[1], np.float32)
            return xquad(scores, named, alike, allowed, k, trade=_COVERED, pool=len(scores))
        if how in ("auto", "calibrated") and (shares := self._proportions(state, told)) is not None:
            return calibrated(scores, self._kinds, shares, allowed, k, trade=_CALIBRATED, pool=_POOL)
        return maximal_marginal_relevance(scores, self._vectors, allowed, k)

    def _alternatives(self, state: PreferenceState) -> Floats | None:
        """(n, c) which works have each of the values one wish names, any of which will do; of the latest such wish."""
        for wish in reversed(state.wishes):
            op = wish.operation
            if op.op in ("only", "like") and op.facet in _ALTERNATIVES and len(op.ids) >= 2 and not wish.conceded:
                return np.stack([self._facets.mask(op.facet, [id_]) for id_ in op.ids], axis=1).astype(np.float32)
        return None

    def _proportions(self, state: PreferenceState, told: list[tuple[str, float]]) -> Floats | None:
        """(g,) how much of each genre there is in what they like; ``None`` when too little is known or something in
        particular was asked for."""
        asked = any(wish.operation.facet in ("genre", "mood", "person", "cast") for wish in state.wishes)
        liked = {item: value for item, value in [*told, *state.opinions] if item in self._facets.row}
        rows = [self._facets.row[item] for item, value in liked.items() if value > 0]
        rows = [row for row in rows if self._kinds[row].any()]
        if asked or state.similar_to or len(rows) < _KNOWN:
            return None
        return np.asarray(self._kinds[rows].mean(axis=0), np.float32)
