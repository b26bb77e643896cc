"""Which interactions a model may learn from, what it is shown of each evaluated user, and what it has to find.

====================  ==============================================================================================
:func:`leave_one_out`  the latest interaction of each user, alone or among sampled negatives (He et al. 2017): only to
                       stand beside published numbers, as sampled metrics do not keep the order of models (Krichene &
                       Rendle, "On sampled metrics for item recommendation", KDD 2020)
:func:`random`         a share of each user's interactions
:func:`strong`         users the model has never seen, most of their history shown (Liang et al. 2018)
:func:`temporal`       everything after one moment: the only one that answers "what would have happened" (Hidasi &
                       Czapp, "Widespread flaws in offline evaluation of recommender systems", RecSys 2023)
:func:`cold_items`     whole items nobody has met yet: what a model makes of their content
:func:`given`          a split that came with the data
====================  ==============================================================================================

Every function returns the same :class:`Split`; the same seed draws the same one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys.interactions import Interactions
from recsys.model import History

__all__ = ["Split", "cold_items", "given", "leave_one_out", "random", "strong", "temporal"]


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """What to learn from and what to find. Columns are ``item_ids``, rows the evaluated users."""

    train: Interactions
    """What models are fitted on."""
    item_ids: tuple[str, ...]
    """Column → item id; at least the items of ``train``."""
    user_ids: tuple[str, ...]
    """Row → user id; everyone here has something positive to be found."""
    seen: sparse.csr_array
    """(n_users, n_items) float32: the history shown to the model; never recommended again. Zeros may be stored."""
    hidden: sparse.csr_array
    """(n_users, n_items) float32: what was held out; entries above 0 are to be found, the others are not."""
    candidates: NDArray[np.int64] | None = None
    """(n_users, c) columns among which to rank, the hidden one first, −1 where a user has fewer; ``None``: all unseen."""
    kind: str = "given"
    seed: int = 0

    def history(self, row: int) -> History:
        """What a model is shown of a user, as ``(id, value)`` pairs."""
        a, b = self.seen.indptr[row], self.seen.indptr[row + 1]
        ids, values = self.seen.indices[a:b].tolist(), self.seen.data[a:b].tolist()
        return [(self.item_ids[item], value) for item, value in zip(ids, values, strict=True)]

    @property
    def summary(self) -> str:
        """What is evaluated, in words."""
        among = "all unseen items" if self.candidates is None else f"{self.candidates.shape[1]} candidates"
        return f"{self.kind}: {len(self.user_ids):,} users, {self.hidden.nnz:,} pairs hidden, ranked among {among}"

    def __repr__(self) -> str:
        return f"Split({self.summary})"


def leave_one_out(interactions: Interactions, *, negatives: int | None = 99, seed: int = 0) -> Split:
    """Hide each user's latest liked item (one at random among equally late ones); users of fewer than two pairs stay.

    With ``negatives``, the hidden item is ranked among that many items the user has never met, drawn once, uniformly
    and without replacement; ``None`` ranks among all of them.

    Raises ``ValueError`` when ``negatives`` is not positive or nobody can be evaluated.
    """
    if negatives is not None and negatives < 1:
        raise ValueError(f"negatives must be at least 1, not {negatives}")
    rng = np.random.default_rng(seed)
    m = interactions.matrix
    row = _row_of(m)
    eligible = (m.data > 0) & (np.diff(m.indptr)[row] >= 2)
    # Sorted by user, unlikely ones first, then time, then chance: the last of each user is the one to hide.
    order = np.lexsort((rng.random(m.nnz), interactions.times, eligible, row))
    last = order[m.indptr[1:][np.diff(m.indptr) > 0] - 1]
    hide = np.zeros(m.nnz, bool)
    hide[last[eligible[last]]] = True
    split = _held_out(interactions, hide, "leave-one-out", seed)
    if negatives is None:
        return split
    drawn = _negatives(_present(split.seen) + _present(split.hidden), negatives, rng)
    candidates = np.hstack([split.hidden.indices[:, None].astype(np.int64), drawn])
    return Split(
        split.train, split.item_ids, split.user_ids, split.seen, split.hidden, candidates, "leave-one-out", seed
    )


def random(interactions: Interactions, *, fraction: float = 0.2, seed: int = 0) -> Split:
    """Hide ``fraction`` of each user's pairs, at least one; users of fewer than two pairs stay whole.

    Raises ``ValueError`` when ``fraction`` is not between 0 and 1 or nobody can be evaluated.
    """
    _check_fraction(fraction)
    m = interactions.matrix
    counts = np.diff(m.indptr)
    quota = np.where(counts >= 2, np.clip(np.round(counts * fraction), 1, counts - 1), 0).astype(np.int64)
    return _held_out(interactions, _draw(m, quota, np.random.default_rng(seed)), "random", seed)


def strong(
    interactions: Interactions, *, users: float = 0.1, fraction: float = 0.2, least: int = 5, seed: int = 0
) -> Split:
    """Strong generalisation: hold out whole users, show most of their likes, hide ``fraction`` of them.

    ``users`` is a share below 1 or a number of users, drawn among those with ``least`` likes; none of them is in
    ``train``. Pairs that are no likes are shown.

    Raises ``ValueError`` when a parameter is out of range or nobody has enough likes.
    """
    _check_fraction(fraction)
    if not users > 0:
        raise ValueError(f"users must be positive, not {users}")
    if least < 2:
        raise ValueError(f"least must be at least 2, not {least}")
    rng = np.random.default_rng(seed)
    m = interactions.matrix
    liked = m.data > 0
    likes = np.bincount(_row_of(m)[liked], minlength=m.shape[0])
    eligible = np.flatnonzero(likes >= least)
    wanted = int(users) if users >= 1 else int(np.ceil(users * len(eligible)))
    chosen = np.zeros(m.shape[0], bool)
    chosen[rng.permutation(eligible)[:wanted]] = True
    quota = np.where(chosen, np.clip(np.round(likes * fraction), 1, None), 0).astype(np.int64)
    hide = _draw(m, quota, rng, liked)
    return _held_out(interactions, hide, "strong", seed, ~chosen)


def temporal(
    interactions: Interactions, *, at: int | None = None, fraction: float = 0.2, strangers: bool = True
) -> Split:
    """Learn from what was before one moment, find what came after.

    ``at`` is in Unix seconds; without it, the latest ``fraction`` of all pairs is hidden. Pairs of that very second are
    hidden. ``strangers``: evaluate users nobody had seen by then, too, with an empty history. Items that were new by
    then stay among what is to be found: a model that cannot know them misses them, as it would have.

    Raises ``ValueError`` when no time is known, ``fraction`` is out of range or nobody can be evaluated.
    """
    _check_fraction(fraction)
    times = interactions.times
    if not (times > 0).any():
        raise ValueError("a temporal split needs times, and every pair's is 0 (unknown)")
    hidden = max(round(len(times) * fraction), 1)
    moment = np.sort(times)[-hidden] if at is None else at
    hide = times >= moment
    split = _held_out(interactions, hide, "temporal", 0)
    return split if strangers else _rows(split, np.diff(split.seen.indptr) > 0)


def cold_items(
    interactions: Interactions, *, fraction: float = 0.1, among: Literal["cold", "all"] = "cold", seed: int = 0
) -> Split:
    """Hide every pair of ``fraction`` of the items, drawn among those somebody likes: they are new, and nobody in
    ``train`` has met them. Users with a history left are evaluated.

    ``among="cold"``: one of a user's hidden likes, drawn at random, is ranked among the new items he has not met, which
    asks whether content tells new items apart. ``"all"`` ranks all new items he likes among everything he has not met,
    which also asks whether new items get past old ones.

    Raises ``ValueError`` when ``fraction`` is out of range or nobody can be evaluated.
    """
    _check_fraction(fraction)
    if among not in ("cold", "all"):
        raise ValueError(f"among must be cold or all, not {among!r}")
    rng = np.random.default_rng(seed)
    m = interactions.matrix
    liked = np.flatnonzero(np.bincount(m.indices[m.data > 0], minlength=m.shape[1]))
    cold = np.zeros(m.shape[1], bool)
    cold[rng.permutation(liked)[: max(round(fraction * len(liked)), 1)]] = True
    split = _held_out(interactions, cold[m.indices], "cold-items", seed)
    split = _rows(split, np.diff(split.seen.indptr) > 0)
    if not len(split.user_ids):
        raise ValueError("nobody who likes a new item has a history without the new items")
    if among == "all":
        return split
    hidden = split.hidden
    wanted = _draw(hidden, np.ones(hidden.shape[0], np.int64), rng, hidden.data > 0)
    columns = np.flatnonzero(cold)
    candidates = np.full((hidden.shape[0], len(columns)), -1, np.int64)
    for row in range(hidden.shape[0]):
        part = slice(hidden.indptr[row], hidden.indptr[row + 1])
        one = hidden.indices[part][wanted[part]]
        others = np.setdiff1d(columns, hidden.indices[part])
        candidates[row, : 1 + len(others)] = np.concatenate([one, others])
    starts = np.arange(hidden.shape[0] + 1)
    only = sparse.csr_array((hidden.data[wanted], hidden.indices[wanted], starts), shape=hidden.shape)
    return Split(split.train, split.item_ids, split.user_ids, split.seen, only, candidates, split.kind, seed)


def given(train: Interactions, test: Interactions, candidates: Mapping[str, Sequence[str]] | None = None) -> Split:
    """A split that came with the data: two tables, and for sampled protocols each test user's candidates.

    ``candidates[user]`` lists the negatives; the user's one test item goes before them.

    Raises ``ValueError`` naming the user without candidates, or with other than one test item beside them.
    """
    items = tuple(dict.fromkeys((*train.item_ids, *test.item_ids, *_mentioned(candidates))))
    column = {item: at for at, item in enumerate(items)}
    row = {user: at for at, user in enumerate(train.user_ids)}
    keep = np.flatnonzero(np.bincount(_row_of(test.matrix)[test.matrix.data > 0], minlength=test.n_users))
    users = tuple(test.user_ids[at] for at in keep)
    known = np.array([row.get(user, -1) for user in users], np.int64)
    shown = train.matrix[known[known >= 0]]
    sizes = np.zeros(len(users) + 1, np.int64)
    sizes[1:][known >= 0] = np.diff(shown.indptr)
    # The items of train come first in ``items``, so its columns are ours.
    seen = sparse.csr_array((shown.data, shown.indices, np.cumsum(sizes)), shape=(len(users), len(items)))
    part = test.matrix[keep]
    to = np.array([column[item] for item in test.item_ids], np.int64)
    hidden = sparse.csr_array((part.data, to[part.indices], part.indptr), shape=(len(users), len(items)))
    hidden.sort_indices()
    among = None
    if candidates is not None:
        width = 1 + max((len(candidates.get(user, ())) for user in users), default=0)
        among = np.full((len(users), width), -1, np.int64)
        for at, user in enumerate(users):
            if user not in candidates or hidden.indptr[at + 1] - hidden.indptr[at] != 1:
                raise ValueError(f"user {user!r}: a sampled protocol needs candidates and exactly one test item")
            among[at, 0] = hidden.indices[hidden.indptr[at]]
            among[at, 1 : 1 + len(candidates[user])] = [column[item] for item in candidates[user]]
    return Split(train, items, users, seen, hidden, among)


def _mentioned(candidates: Mapping[str, Sequence[str]] | None) -> list[str]:
    return [] if candidates is None else [item for listed in candidates.values() for item in listed]


def _check_fraction(fraction: float) -> None:
    if not 0 < fraction < 1:
        raise ValueError(f"fraction must lie between 0 and 1, not {fraction}")


def _row_of(m: sparse.csr_array) -> NDArray[np.int64]:
    """(nnz,) the row of each stored entry."""
    return np.repeat(np.arange(m.shape[0]), np.diff(m.indptr))


def _draw(
    m: sparse.csr_array, quota: NDArray[np.int64], rng: np.random.Generator, among: NDArray[np.bool_] | None = None
) -> NDArray[np.bool_]:
    """(nnz,) bool: ``quota`` (rows,) entries of each row drawn at random, among ``among`` (nnz,) if given."""
    key = rng.random(m.nnz)
    if among is not None:
        key[~among] = 2.0
    row = _row_of(m)
    order = np.lexsort((key, row))
    position = np.empty(m.nnz, np.int64)
    position[order] = np.arange(m.nnz) - m.indptr[:-1][row]  # the entry's place among its row's, by key
    drawn: NDArray[np.bool_] = position < quota[row]
    return drawn


def _held_out(
    interactions: Interactions,
    hide: NDArray[np.bool_],
    kind: str,
    seed: int,
    learn_from: NDArray[np.bool_] | None = None,
) -> Split:
    """The split that hides the pairs ``hide`` (nnz,) and learns from the users ``learn_from`` (n_users,), else all."""
    m = interactions.matrix
    row = _row_of(m)
    sizes = [np.bincount(row[part], minlength=m.shape[0]) for part in (~hide, hide)]
    seen, hidden = (
        sparse.csr_array((m.data[part], m.indices[part], np.concatenate([[0], np.cumsum(size)])), shape=m.shape)
        for part, size in zip((~hide, hide), sizes, strict=True)
    )
    keep = ~hide if learn_from is None else ~hide & learn_from[row]
    split = Split(
        interactions.where(keep), interactions.item_ids, interactions.user_ids, seen, hidden, None, kind, seed
    )
    positive = np.bincount(row[hide & (m.data > 0)], minlength=m.shape[0]) > 0
    if not positive.any():
        raise ValueError(f"nobody of {m.shape[0]:,} users has enough interactions for a {kind} split")
    return _rows(split, positive)


def _rows(split: Split, keep: NDArray[np.bool_]) -> Split:
    """The split with only some of its evaluated users."""
    rows = np.flatnonzero(keep)
    users = tuple(split.user_ids[row] for row in rows)
    return Split(split.train, split.item_ids, users, split.seen[rows], split.hidden[rows], None, split.kind, split.seed)


def _present(m: sparse.csr_array) -> sparse.csr_array:
    """Ones wherever something is stored, a zero included."""
    return sparse.csr_array((np.ones(m.nnz, np.float32), m.indices, m.indptr), shape=m.shape)


def _negatives(met: sparse.csr_array, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """(n_users, count) columns each user has not met, distinct within a row; −1 where there are not enough.

    Cells are drawn and redrawn until none is met or repeated, which is drawing without replacement; users who have met
    almost everything get a shuffle of the rest.
    """
    n_users, n_items = met.shape
    left = n_items - np.diff(met.indptr)
    keys = _row_of(met) * n_items + met.indices  # sorted, as rows and their columns are
    drawn = np.full((n_users, count), -1, np.int64)
    for user in np.flatnonzero(left < 2 * count):
        others = np.setdiff1d(np.arange(n_items), met.indices[met.indptr[user] : met.indptr[user + 1]])
        few = rng.permutation(others)[:count]
        drawn[user, : len(few)] = few
    rows = np.flatnonzero(left >= 2 * count)
    bad = np.ones((len(rows), count), bool)
    while bad.any():
        cells = drawn[rows]
        cells[bad] = rng.integers(0, n_items, int(bad.sum()))
        wanted = cells + rows[:, None] * n_items
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        order = np.argsort(cells, axis=1, kind="stable")
        ordered = np.take_along_axis(cells, order, axis=1)
        repeated = np.zeros_like(bad)
        np.put_along_axis(repeated, order[:, 1:], ordered[:, 1:] == ordered[:, :-1], axis=1)
        drawn[rows] = cells
        bad = (keys[at] == wanted) | repeated
        again = bad.any(axis=1)
        rows, bad = rows[again], bad[again]
    return drawn
