"""How good lists of recommendations are: arithmetic on arrays, all users at once, one number a user.

A *list* is the k best columns of each user; ``hits`` (n_users, k) says where in it something wanted stands, best place
first, and ``wanted`` (n_users,) how many things were to be found, at least one. A user with fewer than k candidates
has ``False`` at the end. Definitions follow Järvelin & Kekäläinen (TOIS 2002) for nDCG, Liang et al. (WWW 2018) for the
capped recall, Castells, Hurley & Vargas ("Novelty and diversity in recommender systems", Recommender Systems Handbook)
for what goes beyond accuracy.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = [
    "absolute_error", "auc", "average_popularity", "average_precision", "capped_recall", "coverage", "diversity",
    "exposure", "gini", "group_recall", "hit_rate", "ndcg", "novelty", "one_wanted", "popularity_groups", "precision",
    "quantile_groups", "recall", "reciprocal_rank", "squared_error",
]  # fmt: skip

_BLOCK_BYTES = 64 << 20

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def _discount(k: int) -> Floats:
    """(k,) 1 / log₂(place + 1)."""
    discount: Floats = 1.0 / np.log2(np.arange(2, k + 2))
    return discount


# --- accuracy of lists ------------------------------------------------------------------------------------------------


def hit_rate(hits: Bools) -> Floats:
    """1 for whoever finds at least one wanted thing in the list, else 0."""
    return np.asarray(hits.any(axis=1), np.float64)


def precision(hits: Bools) -> Floats:
    """Share of the k places that hold something wanted."""
    return np.asarray(hits.sum(axis=1) / hits.shape[1], np.float64)


def recall(hits: Bools, wanted: Ints) -> Floats:
    """Share of the wanted things that are in the list."""
    return hits.sum(axis=1) / wanted


def capped_recall(hits: Bools, wanted: Ints) -> Floats:
    """Share of as many wanted things as a list of k can hold: Liang's Recall@k."""
    return hits.sum(axis=1) / np.minimum(wanted, hits.shape[1])


def ndcg(hits: Bools, wanted: Ints) -> Floats:
    """Normalised discounted cumulative gain: hits discounted by place, over what the best possible list gets."""
    discount = _discount(hits.shape[1])
    ideal = np.cumsum(discount)[np.minimum(wanted, hits.shape[1]) - 1]
    return (hits @ discount) / ideal


def average_precision(hits: Bools, wanted: Ints) -> Floats:
    """Mean of the precision at each hit, over min(k, wanted); its mean over users is MAP@k."""
    place = np.arange(1, hits.shape[1] + 1)
    at_hit = np.where(hits, np.cumsum(hits, axis=1) / place, 0.0)
    return at_hit.sum(axis=1) / np.minimum(wanted, hits.shape[1])


def reciprocal_rank(hits: Bools) -> Floats:
    """1 / the place of the first hit, 0 without one; its mean over users is MRR@k."""
    first = np.argmax(hits, axis=1)
    return np.where(hits.any(axis=1), 1.0 / (first + 1), 0.0)


def auc(rank_sum: NDArray[np.number], wanted: Ints, candidates: Ints) -> Floats:
    """Probability that a wanted candidate stands above an unwanted one, ties counting half.

    ``rank_sum`` (n_users,) sums the 0-based ranks of a user's wanted candidates, each the mean over its ties. NaN for a
    user all of whose candidates are wanted.
    """
    above = rank_sum - wanted * (wanted - 1) / 2  # (wanted, unwanted) pairs in the wrong order
    pairs = wanted * (candidates - wanted)
    return 1.0 - np.divide(above, pairs, out=np.full(len(pairs), np.nan), where=pairs > 0)


def one_wanted(better: Ints, tied: Ints, candidates: Ints, k: int) -> dict[str, Floats]:
    """Hit rate, nDCG and reciprocal rank at ``k``, and AUC, for one wanted item among candidates, fair to ties.

    ``better`` (n_users,) candidates score above the wanted one, ``tied`` (n_users,) others score the same. Every order
    of tied candidates counts alike: the values are expectations over them, so a model that scores everything the same
    gets what chance gets, and not 1 or 0 by the accident of sorting.
    """
    gain = np.concatenate([[0.0], np.cumsum(_discount(k))])
    inverse = np.concatenate([[0.0], np.cumsum(1.0 / np.arange(1, k + 1))])
    first, behind = np.minimum(better, k), np.minimum(better + tied + 1, k)  # the 0-based places it may take
    share = 1.0 / (tied + 1)
    return {
        "hr": (behind - first) * share,
        "ndcg": (gain[behind] - gain[first]) * share,
        "mrr": (inverse[behind] - inverse[first]) * share,
        "auc": auc(better + tied / 2, np.ones_like(better), candidates),
    }


# --- ratings ----------------------------------------------------------------------------------------------------------


def squared_error(predicted: NDArray[np.number], actual: NDArray[np.number], user: Ints, n_users: int) -> Floats:
    """(n_users,) mean squared error of each user's ratings, whose user is ``user`` (n,); NaN for a user without."""
    return _mean_by(np.square(predicted.astype(np.float64) - actual), user, n_users)


def absolute_error(predicted: NDArray[np.number], actual: NDArray[np.number], user: Ints, n_users: int) -> Floats:
    """(n_users,) mean absolute error, as :func:`squared_error`."""
    return _mean_by(np.abs(predicted.astype(np.float64) - actual), user, n_users)


def _mean_by(values: Floats, group: Ints, n: int) -> Floats:
    total, count = np.bincount(group, weights=values, minlength=n), np.bincount(group, minlength=n)
    return np.divide(total, count, out=np.full(n, np.nan), where=count > 0)


# --- beyond accuracy; ``lists`` (n_users, k) hold columns, −1 where a list is shorter ----------------------------------


def exposure(lists: Ints, n_items: int) -> Ints:
    """(n_items,) how often each item is recommended."""
    return np.bincount(lists[lists >= 0], minlength=n_items).astype(np.int64)


def coverage(lists: Ints, n_items: int) -> float:
    """Share of all items that are recommended to anybody, 0..1."""
    return float((exposure(lists, n_items) > 0).mean()) if n_items else 0.0


def gini(counts: NDArray[np.number]) -> float:
    """How unequally ``counts`` (n,) ≥ 0 are spread: 0 all alike, towards 1 all on one; 0 when there is nothing."""
    ordered = np.sort(counts.astype(np.float64))
    n, total = len(ordered), ordered.sum()
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total)) if total else 0.0


def novelty(lists: Ints, popularity: NDArray[np.number]) -> Floats:
    """(n_users,) mean self-information −log₂ p of the listed items, in bits; NaN for an empty list.

    ``popularity`` (n_items,) is the share p of users who have met an item. One nobody has met is taken as met by half
    as many as the least met one.
    """
    known = popularity[popularity > 0]
    floor = float(known.min()) / 2 if len(known) else 0.5
    return _mean_listed(lists, -np.log2(np.maximum(popularity, floor)))


def average_popularity(lists: Ints, popularity: NDArray[np.number]) -> Floats:
    """(n_users,) mean ``popularity`` (n_items,) of the listed items, in its unit; NaN for an empty list."""
    return _mean_listed(lists, popularity.astype(np.float64))


def _mean_listed(lists: Ints, value: NDArray[np.number]) -> Floats:
    there = lists >= 0
    size = there.sum(axis=1)
    total = np.where(there, value[np.maximum(lists, 0)], 0.0).sum(axis=1) if len(value) else np.zeros(len(lists))
    return np.divide(total, size, out=np.full(len(lists), np.nan), where=size > 0)


def diversity(lists: Ints, vectors: sparse.csr_array) -> Floats:
    """(n_users,) mean cosine distance between two listed items, 0..1 for non-negative vectors; NaN below two items.

    ``vectors`` (n_items, d): what an item is, e.g. who met it or its genres; one of length 0 is like nothing. The mean
    over pairs is taken from |Σ v|², so no pair is ever formed. Memory: 64 MiB at a time.
    """
    length = np.sqrt(np.asarray(vectors.multiply(vectors).sum(axis=1)).ravel())
    scale = np.divide(1.0, length, out=np.zeros(len(length)), where=length > 0)
    unit = sparse.csr_array(sparse.diags_array(scale) @ vectors)
    itself = (length > 0).astype(np.float64)  # each item's cosine with itself
    square, own = np.zeros(len(lists)), np.zeros(len(lists))
    block = max(1, _BLOCK_BYTES // (16 * max(unit.shape[1], 1)))
    for start in range(0, len(lists), block):
        part = lists[start : start + block]
        row, at = np.nonzero(part >= 0)
        listed = sparse.csr_array((np.ones(len(row)), (row, part[row, at])), shape=(len(part), len(length)))
        summed = listed @ unit  # (b, d)
        square[start : start + block] = np.asarray(summed.multiply(summed).sum(axis=1)).ravel()
        own[start : start + block] = listed @ itself
    size = (lists >= 0).sum(axis=1)
    pairs = size * (size - 1)
    return 1.0 - np.divide(square - own, pairs, out=np.full(len(lists), np.nan), where=pairs > 0)


# --- groups -----------------------------------------------------------------------------------------------------------


def quantile_groups(amount: NDArray[np.number], groups: int = 3) -> Ints:
    """(n,) 0 … groups−1: equally large groups by ``amount`` (n,), smallest first; equal amounts share the lower one."""
    order = np.sort(amount)
    place = np.searchsorted(order, amount, side="left")
    return (place * groups // max(len(amount), 1)).astype(np.int64)


def popularity_groups(counts: NDArray[np.number], shares: tuple[float, ...] = (0.5, 0.8)) -> Ints:
    """(n,) 0 head, 1 middle, 2 tail (one more than ``shares``): the most met items that make up the first half of all
    interactions, those up to 80 %, the rest."""
    order = np.argsort(-counts, kind="stable")
    before = np.concatenate([[0.0], np.cumsum(counts[order].astype(np.float64))[:-1]])
    total = max(float(counts.sum()), 1.0)
    group = np.empty(len(counts), np.int64)
    group[order] = np.searchsorted(np.array(shares), before / total, side="right")
    return group


def group_recall(found: Ints, wanted: Ints, group: Ints, groups: int) -> Floats:
    """(groups,) share of the wanted things of each group that were found; ``found`` and ``wanted`` (n_items,) count
    them by item, ``group`` (n_items,). NaN for a group of which nothing was wanted."""
    hit = np.bincount(group, weights=found, minlength=groups)
    sought = np.bincount(group, weights=wanted, minlength=groups)
    return np.divide(hit, sought, out=np.full(groups, np.nan), where=sought > 0)
