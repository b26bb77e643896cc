"""Judge models on a split: full ranking in batches, every figure kept user by user.

    from recsys import splits
    from recsys.evaluate import evaluate

    split = splits.temporal(table)
    report = evaluate({"ease": EASE(), "popularity": Popularity()}, split, k=(10, 20))
    report.figures("ease")["ndcg@10"], report.compare("ease", "popularity", "ndcg@10")

All unseen items are ranked unless the split itself names candidates. Equal scores are put in an order drawn for each
user from the split's seed, the same for every model, so nobody profits from the order of ids; with one wanted item
among named candidates the figures are expectations over all such orders (:func:`recsys.metrics.one_wanted`).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys import metrics
from recsys.model import ItemModel, NotFitted, Progress
from recsys.report import Measured, Report
from recsys.splits import Split

__all__ = ["Measured", "Report", "evaluate", "evaluate_ratings"]

MEMORY = 256 << 20
_BYTES_PER_SCORE = 48  # the scores themselves, their sort keys and order, and what was hidden
_LARGEST_BATCH = 2048

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@runtime_checkable
class _PredictsPairs(Protocol):
    def predict_many(self, pairs: Iterable[tuple[str, str]]) -> NDArray[np.float32]: ...


def evaluate(
    models: Mapping[str, ItemModel],
    split: Split,
    k: Sequence[int] = (10,),
    *,
    memory: int = MEMORY,
    vectors: sparse.csr_array | None = None,
    progress: Progress | None = None,
) -> Report:
    """Rank for every user of the split and measure.

    Parameters
    ----------
    models
        Name → model. One that is not fitted is fitted on ``split.train``; one that is has to have been.
    k
        Lengths of lists.
    memory
        Bytes a batch of users may take; a model's own working memory comes on top.
    vectors
        (n_items, d) in the order of ``split.item_ids``, for the diversity within a list; who met it, when absent.

    Figures a user: ``hr precision recall capped_recall ndcg map mrr`` at each k, ``auc``, ``novelty`` (bits),
    ``popularity`` (share of users), ``diversity`` at each k; over all: ``coverage``, ``gini`` of exposure at each k.
    With candidates: ``hr ndcg mrr`` at each k and ``auc``.

    Raises ``ValueError`` when k or ``memory`` is too small or a model's scores are not finite.
    """
    cuts = tuple(sorted(set(k)))
    if not cuts or cuts[0] < 1:
        raise ValueError(f"k must be one or more lengths of at least 1, not {list(k)}")
    results = {}
    for at, (name, model) in enumerate(models.items()):
        fit_seconds = _fit(model, split, _share(progress, at, len(models), name, 0.0, 0.7))
        began = time.perf_counter()
        scored = _Scored(model, split, memory, _share(progress, at, len(models), name, 0.7, 1.0))
        if split.candidates is not None:
            results[name] = _among_candidates(scored, split, cuts, fit_seconds, began)
        else:
            results[name] = _full_ranking(scored, split, cuts, vectors, fit_seconds, began)
    if progress:
        progress(1.0, "measured")
    return Report(split.summary, cuts, split.user_ids, results)


def evaluate_ratings(
    models: Mapping[str, ItemModel], split: Split, *, memory: int = MEMORY, progress: Progress | None = None
) -> Report:
    """RMSE and MAE of predictions of the hidden values.

    A model that predicts pairs (``predict_many``) is asked for the users it was fitted on; else, and for strangers,
    the score for the history shown is the prediction. Predictions are clipped to the range of values in
    ``split.train``; an item a model does not know is predicted at their mean. Every hidden pair counts the same, so
    users count by how many they have.

    Raises ``ValueError`` when ``memory`` is too small, scores are not finite or there is nothing to learn from.
    """
    known = split.train.matrix.data
    if not len(known):
        raise ValueError("no ratings to learn from")
    n, user = len(split.user_ids), np.repeat(np.arange(len(split.user_ids)), np.diff(split.hidden.indptr))
    results = {}
    for at, (name, model) in enumerate(models.items()):
        fit_seconds = _fit(model, split, _share(progress, at, len(models), name, 0.0, 0.7))
        began = time.perf_counter()
        predicted = np.empty(split.hidden.nnz, np.float32)
        for rows, scores in _Scored(model, split, memory, _share(progress, at, len(models), name, 0.7, 1.0)):
            a, b = split.hidden.indptr[rows[0]], split.hidden.indptr[rows[-1] + 1]
            predicted[a:b] = scores[user[a:b] - rows[0], split.hidden.indices[a:b]]
        if isinstance(model, _PredictsPairs):
            fitted_on = np.isin(np.array(split.user_ids), np.array(split.train.user_ids))
            at_home = np.flatnonzero(fitted_on[user])
            columns = split.hidden.indices[at_home]
            predicted[at_home] = model.predict_many(
                [(split.user_ids[u], split.item_ids[i]) for u, i in zip(user[at_home], columns, strict=True)]
            )
        predicted[predicted == -np.inf] = known.mean()
        predicted = np.clip(predicted, known.min(), known.max())
        errors = {
            "rmse": metrics.squared_error(predicted, split.hidden.data, user, n),
            "mae": metrics.absolute_error(predicted, split.hidden.data, user, n),
        }
        results[name] = Measured(errors, {}, np.zeros((n, 0), np.int64), fit_seconds, time.perf_counter() - began)
    if progress:
        progress(1.0, "measured")
    return Report(split.summary, (), split.user_ids, results, np.diff(split.hidden.indptr).astype(np.float64))


def _share(progress: Progress | None, at: int, n: int, name: str, start: float, end: float) -> Progress:
    """Progress of one step, start..end, of the ``at``-th of ``n`` models."""

    def say(fraction: float, what: str) -> None:
        if progress:
            progress((at + start + (end - start) * fraction) / n, f"{name}: {what}")

    return say


def _fit(model: ItemModel, split: Split, say: Progress) -> float:
    """Seconds it took; 0 for a model that was fitted already."""
    try:
        "" in model  # noqa: B015  # asks whether it is fitted, and nothing else
    except NotFitted:
        began = time.perf_counter()
        model.fit(split.train, say)
        return time.perf_counter() - began
    return 0.0


class _Scored:
    """A model's scores in batches: iterates ``(rows (b,), scores (b, n_items) float32)`` over a split's users.

    Columns are the split's; −inf where the model does not know an item.
    """

    def __init__(self, model: ItemModel, split: Split, memory: int, say: Progress) -> None:
        self.model, self.split, self.say = model, split, say
        column = {item: at for at, item in enumerate(split.item_ids)}
        shared = [(column[item], at) for at, item in enumerate(model.item_ids) if item in column]
        self.ours, self.theirs = np.array(shared, np.int64).reshape(-1, 2).T
        cells = max(len(split.item_ids), len(model.item_ids), 1)
        self.batch = min(memory // (_BYTES_PER_SCORE * cells), _LARGEST_BATCH)
        if self.batch < 1:
            raise ValueError(
                f"memory of {memory:,} bytes is too little: ranking {cells:,} items for one user takes "
                f"{_BYTES_PER_SCORE * cells:,}"
            )

    def __iter__(self) -> Iterator[tuple[Ints, NDArray[np.float32]]]:
        n, n_items = len(self.split.user_ids), len(self.split.item_ids)
        for start in range(0, n, self.batch):
            rows = np.arange(start, min(start + self.batch, n))
            scored = self.model.scores_many([self.split.history(row) for row in range(start, start + len(rows))])
            if not np.isfinite(scored).all():
                bad = self.split.user_ids[rows[np.flatnonzero(~np.isfinite(scored).all(axis=1))[0]]]
                raise ValueError(f"{type(self.model).__name__} gives user {bad!r} a score that is not a finite number")
            scores = np.full((len(rows), n_items), -np.inf, np.float32)
            scores[:, self.ours] = scored[:, self.theirs]
            yield rows, scores
            self.say((rows[-1] + 1) / n, "ranking")


def _among_candidates(scored: _Scored, split: Split, k: tuple[int, ...], fit_seconds: float, began: float) -> Measured:
    assert split.candidates is not None
    better, tied, size = (np.zeros(len(split.user_ids), np.int64) for _ in range(3))
    for rows, scores in scored:
        among = split.candidates[rows]  # (b, c), the wanted one first
        there = among >= 0
        score = np.take_along_axis(scores, np.maximum(among, 0), axis=1)
        wanted = score[:, :1]
        better[rows] = ((score > wanted) & there).sum(axis=1)
        tied[rows] = ((score == wanted) & there).sum(axis=1) - 1
        size[rows] = there.sum(axis=1)
    per_user: dict[str, Floats] = {}
    for cut in k:
        found = metrics.one_wanted(better, tied, size, cut)
        area = found.pop("auc")
        per_user |= {f"{name}@{cut}": values for name, values in found.items()}
    per_user["auc"] = area
    nothing = np.zeros((len(split.user_ids), 0), np.int64)
    return Measured(per_user, {}, nothing, fit_seconds, time.perf_counter() - began)


def _full_ranking(
    scored: _Scored,
    split: Split,
    k: tuple[int, ...],
    vectors: sparse.csr_array | None,
    fit_seconds: float,
    began: float,
) -> Measured:
    n, n_items = len(split.user_ids), len(split.item_ids)
    longest = min(k[-1], n_items)
    rng = np.random.default_rng(split.seed)
    place, turn = rng.permutation(n_items), rng.integers(0, n_items, n)
    lists, hits = np.full((n, k[-1]), -1, np.int64), np.zeros((n, k[-1]), bool)
    rank_sum, size = np.zeros(n), np.zeros(n, np.int64)
    for rows, scores in scored:
        wanted = split.hidden[rows].toarray() > 0  # (b, n_items)
        key = _sort_keys(scores, (place + turn[rows, None]) % n_items)
        met = split.seen[rows]
        user = np.repeat(np.arange(len(rows)), np.diff(met.indptr))
        key[user, met.indices] = np.iinfo(np.int64).min  # behind everything
        order = np.argsort(~key, axis=1)  # (b, n_items), best first
        top = order[:, :longest]
        hit = np.take_along_axis(wanted, top, axis=1)
        there = np.take_along_axis(scores, top, axis=1) > -np.inf
        there &= np.arange(longest) < (n_items - np.diff(met.indptr))[:, None]
        lists[rows, :longest] = np.where(there, top, -1)
        hits[rows, :longest] = hit & there
        rank = np.empty_like(order)
        np.put_along_axis(rank, order, np.arange(n_items)[None, :], axis=1)
        rank_sum[rows] = np.where(wanted, rank, 0).sum(axis=1)
        size[rows] = n_items - np.diff(met.indptr)
    score_seconds = time.perf_counter() - began
    sought = np.bincount(
        np.repeat(np.arange(n), np.diff(split.hidden.indptr))[split.hidden.data > 0], minlength=n
    ).astype(np.int64)
    train = split.train
    liked = train.liked()
    met_by = _aligned(np.asarray(liked.sum(axis=0)).ravel() / max(train.n_users, 1), split)
    if vectors is None:
        to = {item: at for at, item in enumerate(train.item_ids)}
        rows_of = np.array([to.get(item, -1) for item in split.item_ids], np.int64)
        vectors = sparse.vstack([liked.T.tocsr(), sparse.csr_array((1, train.n_users), dtype=np.float32)]).tocsr()
        vectors = vectors[np.where(rows_of >= 0, rows_of, train.n_items)]
    per_user: dict[str, Floats] = {}
    overall: dict[str, float] = {}
    for cut in k:
        hit, listed = hits[:, :cut], lists[:, :cut]
        per_user |= {
            f"hr@{cut}": metrics.hit_rate(hit),
            f"ndcg@{cut}": metrics.ndcg(hit, sought),
            f"recall@{cut}": metrics.recall(hit, sought),
            f"capped_recall@{cut}": metrics.capped_recall(hit, sought),
            f"precision@{cut}": metrics.precision(hit),
            f"map@{cut}": metrics.average_precision(hit, sought),
            f"mrr@{cut}": metrics.reciprocal_rank(hit),
            f"novelty@{cut}": metrics.novelty(listed, met_by),
            f"popularity@{cut}": metrics.average_popularity(listed, met_by),
            f"diversity@{cut}": metrics.diversity(listed, vectors),
        }
        overall[f"coverage@{cut}"] = metrics.coverage(listed, n_items)
        overall[f"gini@{cut}"] = metrics.gini(metrics.exposure(listed, n_items))
    per_user["auc"] = metrics.auc(rank_sum, sought, size)
    return Measured(per_user, overall, lists, fit_seconds, score_seconds)


def _sort_keys(scores: NDArray[np.float32], ties: Ints) -> Ints:
    """(b, n) int64 that sort as ``scores`` do and, where those are equal, as ``ties`` (b, n) < 2³¹ do."""
    bits = (scores + np.float32(0)).view(np.int32)  # + 0 makes −0 equal to 0
    ordered = bits ^ ((bits >> 31) & 0x7FFFFFFF)  # the bits of negative floats sort backwards
    keys: Ints = (ordered.astype(np.int64) << 32) | ties
    return keys


def _aligned(values: NDArray[np.number], split: Split) -> Floats:
    """Values of the train table's items (n_train_items,) in the split's columns; 0 where it has none."""
    found = dict(zip(split.train.item_ids, values.tolist(), strict=True))
    return np.array([found.get(item, 0.0) for item in split.item_ids])
