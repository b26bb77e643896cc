"""The last step of a ranking: from the best scored works to a page worth showing.

Five that are not five times the same (MMR), that cover what the person may have meant (xQuAD), in the proportions of
what they like (calibration); and pages that do not show everybody the same few works (popularity, exposure). All are
greedy over a pool of the best scored, 1 ms for 200 of them, and return rows in the order to show them.

    Carbonell & Goldstein, "The use of MMR, diversity-based reranking …", SIGIR 1998.
    Santos, Macdonald & Ounis, "Exploiting query reformulations for web search result diversification", WWW 2010 (xQuAD).
    Steck, "Calibrated recommendations", RecSys 2018.
    Abdollahpouri, Burke & Mobasher, "Managing popularity bias in recommender systems with personalized re-ranking",
    FLAIRS 2019.   Biega, Gummadi & Weikum, "Equity of attention: amortizing individual fairness in rankings", SIGIR 2018.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys.model import Floats, top_k

__all__ = [
    "calibrated",
    "discount_popularity",
    "even_exposure",
    "exposure_of",
    "maximal_marginal_relevance",
    "xquad",
]

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


def maximal_marginal_relevance(
    scores: Floats, vectors: sparse.csr_array, allowed: Mask, k: int, *, trade: float = 0.7, pool: int = 40
) -> Rows:
    """Rows of a page of ``k``: each next work maximises ``trade·relevance − (1 − trade)·similarity to those taken``.

    Args:
        scores: (n,) relevance, any unit; rescaled to 0..1 over the ``pool`` best.
        vectors: (n, f) rows of unit length; their dot product is the similarity.
        allowed: (n,) which works may be taken.
        trade: 1 is the plain ranking, 0 diversity alone. The first work is always the best scored.
        pool: how many of the best scored are considered.
    """
    rows, relevance = _pool(scores, allowed, k, pool)
    if len(rows) <= 1 or k <= 1:
        return rows[:k]
    here = vectors[rows]
    similarity = (here @ here.T).toarray()  # (pool, pool)
    taken = [0]
    closest = similarity[0].copy()
    while len(taken) < min(k, len(rows)):
        gain = trade * relevance - (1.0 - trade) * closest
        gain[taken] = -np.inf
        taken.append(int(np.argmax(gain)))
        np.maximum(closest, similarity[taken[-1]], out=closest)
    return rows[taken]


def xquad(
    scores: Floats, covers: Floats, wanted: Floats, allowed: Mask, k: int, *, trade: float = 0.7, pool: int = 200
) -> Rows:
    """Rows of a page of ``k`` that covers what may be wanted: each next work maximises

        trade · relevance_i + (1 − trade) · Σ_c wanted_c · covers_ic · Π_{j taken} (1 − covers_jc)

    Args:
        covers: (n, c) 0..1, how well a work serves each aspect (a genre, a reading of what was asked).
        wanted: (c,) ≥ 0, how likely each aspect is meant; need not sum to one.

    Raises ``ValueError`` when the shapes do not fit or a value lies outside 0..1.
    """
    _check(covers, wanted, len(scores))
    if covers.size and (covers.min() < 0 or covers.max() > 1):
        raise ValueError("covers must lie in 0..1")
    rows, relevance = _pool(scores, allowed, k, pool)
    here, left = covers[rows].astype(np.float64), _share(wanted)
    taken: list[int] = []
    while len(taken) < min(k, len(rows)):
        gain = trade * relevance + (1.0 - trade) * (here @ left)
        gain[taken] = -np.inf
        taken.append(int(np.argmax(gain)))
        left = left * (1.0 - here[taken[-1]])
    return rows[taken]


def calibrated(
    scores: Floats,
    kinds: Floats,
    wanted: Floats,
    allowed: Mask,
    k: int,
    *,
    trade: float = 0.5,
    pool: int = 200,
    smoothing: float = 0.01,
) -> Rows:
    """Rows of a page of ``k`` in the proportions a person likes: each next work maximises, over the page so far,

        trade · Σ relevance − (1 − trade) · KL(p ‖ (1 − α)·q + α·p)

    with p = ``wanted`` over kinds and q the mean of the page's own. Somebody who watches 70 % romance and 30 % crime
    gets both, where the plain ranking would show romance alone.

    Args:
        kinds: (n, c) rows that sum to 1 (or 0, a work of no kind): what a work is, e.g. its genres in equal parts.
        wanted: (c,) ≥ 0 the person's proportions, e.g. the mean of ``kinds`` over the history.
        smoothing: α, which keeps the divergence finite.

    Raises ``ValueError`` when the shapes do not fit.
    """
    _check(kinds, wanted, len(scores))
    rows, relevance = _pool(scores, allowed, k, pool)
    p = _share(wanted)
    aimed = np.flatnonzero(p > 0)  # kinds nobody asked for add nothing to the divergence
    p, here = p[aimed], kinds[rows][:, aimed].astype(np.float64)
    constant = float((p * np.log(p)).sum())
    taken: list[int] = []
    page = np.zeros(len(p))
    while len(taken) < min(k, len(rows)):
        q = (page + here) / (len(taken) + 1)  # (pool, c): the page with each candidate on it
        divergence = constant - np.log((1.0 - smoothing) * q + smoothing * p + 1e-300) @ p
        gain = trade * relevance - (1.0 - trade) * divergence
        gain[taken] = -np.inf
        taken.append(int(np.argmax(gain)))
        page += here[taken[-1]]
    return rows[taken]


def discount_popularity(scores: Floats, share: Floats, strength: float) -> Floats:
    """(n,) scores less what popularity alone explains: ``z(score) − strength · z(log share)``; unknown shares as mean.

    ``strength`` 0 leaves the order as it is; 0.3 is felt, 1 shows what few know.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        popular = np.log(share.astype(np.float64))
    known = np.isfinite(popular)
    if not known.any():
        return scores
    popular = np.where(known, popular, popular[known].mean())
    return (_standard(scores) - strength * _standard(popular)).astype(np.float32)


def exposure_of(pages: list[Rows], n: int) -> Floats:
    """(n,) the attention works have had on these pages: 1/log2(1 + rank) for each place, as in DCG."""
    found = np.zeros(n, np.float32)
    for page in pages:
        np.add.at(found, page, 1.0 / np.log2(2.0 + np.arange(len(page), dtype=np.float32)))
    return found


def even_exposure(
    scores: Floats, exposure: Floats, allowed: Mask, k: int, *, trade: float = 0.7, pool: int = 200
) -> Rows:
    """Rows of a page of ``k`` that spreads attention over pages: ``trade·relevance − (1 − trade)·excess``.

    ``excess`` is 0..1: how far a work's ``exposure`` (n,) so far (:func:`exposure_of`) lies above the mean of the pool,
    relative to the most exposed. Works of like relevance take turns; a clearly better one still comes first.
    """
    rows, relevance = _pool(scores, allowed, k, pool)
    if not len(rows):
        return rows
    above = np.maximum(exposure[rows].astype(np.float64) - float(exposure[rows].mean()), 0.0)
    excess = above / above.max() if above.max() > 0 else above
    order = np.argsort(-(trade * relevance - (1.0 - trade) * excess), kind="stable")
    return rows[order[:k]]


def _pool(scores: Floats, allowed: Mask, k: int, pool: int) -> tuple[Rows, NDArray[np.float64]]:
    """The best scored of the allowed, best first, and their relevance rescaled to 0..1."""
    rows = top_k(scores, max(pool, k), allowed)
    relevance = scores[rows].astype(np.float64)
    spread = relevance[0] - relevance[-1] if len(rows) else 0.0
    return rows, (relevance - relevance[-1]) / spread if spread > 0 else np.ones(len(rows))


def _check(table: Floats, wanted: Floats, n: int) -> None:
    if table.ndim != 2 or table.shape != (n, len(wanted)) or (wanted < 0).any():
        raise ValueError(f"{n} works and {len(wanted)} kinds need a ({n}, {len(wanted)}) table, not {table.shape}")


def _share(wanted: Floats) -> NDArray[np.float64]:
    """(c,) as proportions; all equal when nothing is wanted more than anything else."""
    share = wanted.astype(np.float64)
    total = float(share.sum())
    return share / total if total > 0 else np.full(len(share), 1.0 / max(len(share), 1))


def _standard(values: NDArray[np.floating]) -> NDArray[np.float64]:
    centred = values - values.mean()
    deviation = float(centred.std())
    return np.asarray(centred / deviation if deviation > 1e-9 else np.zeros_like(centred), np.float64)
