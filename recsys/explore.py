"""Exploration: a few places of a page for works we know too little about to be sure they are worse.

Thompson sampling draws a person from the posterior and gives a place to the work *that* person would like best, so a
work is tried as often as it is likely to be the best, and no more. Only a share of the page explores, never the first
place, and every draw comes from a seed: the same talk shows the same page.

    Thompson, "On the likelihood that one unknown probability exceeds another …", Biometrika 25, 1933.
    Chapelle & Li, "An empirical evaluation of Thompson sampling", NIPS 2011.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from recsys.model import Floats, top_k

__all__ = ["explored_page"]

POOL = 200
"""Works, by what is expected of them, among which a draw may choose: an adventure, not a lottery."""


def explored_page(
    page: NDArray[np.int64],
    scores: Floats,
    draw: Callable[[np.random.Generator], Floats],
    allowed: NDArray[np.bool_],
    *,
    share: float,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The page (k,) with a share of its places explored, and which places those are (k,).

    Args:
        page: rows of the page as it would be without exploring, best first.
        scores: (n,) what is expected of each work.
        draw: rng → (n,) scores of somebody drawn from the posterior (:meth:`recsys.posterior.Posterior.sample`).
        allowed: (n,) works that may be shown.
        share: 0..1 of the places explored on average, the first excepted.

    Raises ``ValueError`` for a share outside 0..1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"the share of exploration must lie in 0..1, not {share}")
    explored = np.zeros(len(page), bool)
    if not share or len(page) < 2:
        return page, explored
    explored[1:] = rng.random(len(page) - 1) < share
    plausible = np.zeros(len(scores), bool)
    plausible[top_k(scores, max(POOL, len(page)), allowed)] = True
    plausible[page[~explored]] = False
    out = page.copy()
    for place in np.flatnonzero(explored):
        out[place] = top_k(draw(rng), 1, plausible)[0]
        plausible[out[place]] = False
    return out, explored
