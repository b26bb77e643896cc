"""Neighbourhood prediction of ratings: like-minded people, or alike items, say how far from usual a rating will be.

    Resnick et al., "GroupLens: an open architecture for collaborative filtering of netnews", CSCW 1994 — eq. 1, the
    mean-centred prediction by Pearson-weighted users.
    Sarwar et al., "Item-based collaborative filtering recommendation algorithms", WWW 2001 — the same with items.
    Koren, "Factor in the neighbors", TKDD 4(1), 2010 — eq. 3, centred on baselines, and the shrunk correlation.

Definitions are those of Surprise's ``KNNWithMeans`` (``centre="mean"``) and ``KNNBaseline`` (``centre="baseline"``), so
results agree with it. A stranger is compared with everybody at once, by the history alone.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys.interactions import Interactions
from recsys.model import Floats, Progress
from recsys.ratings import Doubles, Ints, RatingModel

__all__ = ["SEARCH_SPACE", "ItemRatingNeighbours", "Similarity", "UserRatingNeighbours"]

Similarity = Literal["cosine", "pearson", "msd", "pearson_baseline"]
Centre = Literal["mean", "baseline"]

_RANGES = {
    "k": ("int", 10, 100),
    "similarity": ("choice", "cosine", "pearson", "msd", "pearson_baseline"),
    "min_support": ("int", 1, 6),
    "shrinkage": ("log", 10.0, 300.0),
    "centre": ("choice", "mean", "baseline"),
}
SEARCH_SPACE = {"UserRatingNeighbours": _RANGES, "ItemRatingNeighbours": _RANGES}

_COLUMNS = 1024  # of the dense block while similarities are summed up
_ENTRIES = 1 << 20  # (pair, neighbour) entries looked at together


class _RatingNeighbours(RatingModel):
    """r̂_xy = c_xy + Σ_x' s_xx' (r_x'y − c_x'y) / Σ_x' s_xx', over the k most similar x' > 0 that have a rating at y.

    x are users and y items, or the other way round; c is the mean of x, or the baseline μ + b_x + b_y. Over what x and
    x' share (n ratings), the similarity s is one of

        cosine             Σ r r' / √(Σ r² Σ r'²)
        pearson            the cosine of r − mean of r there, r' − mean of r' there
        msd                1 / (1 + Σ (r − r')² / n)
        pearson_baseline   the cosine of the baseline's residuals, times (n − 1) / (n − 1 + shrinkage)

    and 0 where n < ``min_support``. Without a neighbour the prediction is c_xy.

    Memory: 4 bytes for every pair of x, 50 while fitting (2,000: 16 MB and 200; 10,000: 400 MB and 5 GB).
    """

    _of_users: bool

    def __init__(
        self,
        k: int = 40,
        similarity: Similarity = "pearson_baseline",
        min_support: int = 1,
        shrinkage: float = 100.0,
        centre: Centre = "baseline",
    ) -> None:
        if k < 1 or min_support < 1:
            raise ValueError(f"k and min_support must be at least 1, not {k} and {min_support}")
        if similarity not in get_args(Similarity):
            raise ValueError(f"similarity must be one of {', '.join(get_args(Similarity))}, not {similarity!r}")
        if centre not in get_args(Centre):
            raise ValueError(f"centre must be one of {', '.join(get_args(Centre))}, not {centre!r}")
        if not shrinkage >= 0:
            raise ValueError(f"shrinkage must not be negative, not {shrinkage}")
        self.k, self.similarity, self.min_support = k, similarity, min_support
        self.shrinkage, self.centre = shrinkage, centre
        self.similarities: Floats = np.zeros((0, 0), np.float32)
        """(n_x, n_x) float32, −1..1, symmetric."""
        self.table = sparse.csr_array((0, 0), dtype=np.float32)
        """(n_users, n_items) training values."""

    def fit(self, interactions: Interactions, progress: Progress | None = None) -> Self:
        """Baselines, then all similarities from a few products of dense blocks of columns."""
        self._take_table(interactions)
        self._take_matrix(interactions.matrix)
        n_x, n_y = self._by_x.shape
        b_x, b_y = self._biases()
        sums = np.zeros((6, n_x, n_x))
        for start in range(0, n_y, _COLUMNS):
            columns = np.arange(start, min(start + _COLUMNS, n_y))
            values, there = _dense(self._by_x[:, columns])
            values = self._compared(values, there, b_x, b_y[columns])
            square, total = values**2 @ there.T, values @ there.T
            for into, part in zip(
                sums, (there @ there.T, values @ values.T, square, square.T, total, total.T), strict=True
            ):
                into += part
            if progress:
                progress(0.9 * (columns[-1] + 1) / n_y, "similarities")
        self.similarities = self._from_sums(sums).astype(np.float32)
        if progress:
            progress(1.0, "similarities")
        return self

    def _take_matrix(self, matrix: sparse.csr_array) -> None:
        """Both orientations of the table, what every rating is above c, and c's means."""
        self.table = matrix
        by_x = matrix if self._of_users else matrix.T.tocsr()
        self._by_x = by_x
        n_x = by_x.shape[0]
        x = np.repeat(np.arange(n_x), np.diff(by_x.indptr))
        count = np.maximum(np.diff(by_x.indptr), 1)
        means = np.bincount(x, by_x.data, n_x) / count
        self._means = np.where(np.diff(by_x.indptr) > 0, means, self.baselines.mean)  # (n_x,)
        above = sparse.csr_array((by_x.data - self._usual(x, by_x.indices), by_x.indices, by_x.indptr), by_x.shape)
        # As (n_y, n_x): a row names everybody with a rating at y, and how far above usual it was.
        rows = above.T.tocsr()
        self._above = (rows.indptr.astype(np.int64), rows.indices.astype(np.int64), rows.data.astype(np.float64))

    def _biases(self) -> tuple[Floats, Floats]:
        b = self.baselines
        return (b.users, b.items) if self._of_users else (b.items, b.users)

    def _usual(self, x: Ints, y: Ints) -> Doubles:
        """c_xy of known rows."""
        if self.centre == "mean":
            return self._means[x]
        b_x, b_y = self._biases()
        usual: Doubles = self.baselines.mean + b_x[x].astype(np.float64) + b_y[y]
        return usual

    def _compared(self, values: Doubles, there: Doubles, b_x: Floats, b_y: Floats) -> Doubles:
        """What the similarity compares, of dense values (n, m) with ``there`` 1 where there is one and 0 elsewhere."""
        if self.similarity == "pearson_baseline":
            return values - there * (self.baselines.mean + b_x[:, None].astype(np.float64) + b_y[None, :])
        if self.similarity == "pearson":
            return values - there * self.baselines.mean  # the correlation is the same, the sums are exacter
        return values

    def _from_sums(self, sums: Doubles) -> Doubles:
        """Similarity from (6, …): n, Σ rr', Σ r², Σ r'², Σ r, Σ r'."""
        n, product, square, square2, total, total2 = sums
        shared = np.maximum(n, 1)
        if self.similarity == "msd":
            result = 1 / (1 + np.maximum(square + square2 - 2 * product, 0) / shared)
        else:
            if self.similarity == "pearson":
                product = product - total * total2 / shared
                tiny = 1e-9 * np.maximum(square, square2)  # what is left of a constant after rounding
                square, square2 = square - total**2 / shared, square2 - total2**2 / shared
                square, square2 = np.where(square > tiny, square, 0), np.where(square2 > tiny, square2, 0)
            bound = np.sqrt(square * square2)
            result = np.divide(product, bound, out=np.zeros_like(bound), where=bound > 0)
            if self.similarity == "pearson_baseline":
                result *= (n - 1) / np.maximum(n - 1 + self.shrinkage, 1e-12)
        least = max(self.min_support, 2) if self.similarity == "pearson_baseline" else self.min_support
        result[n < least] = 0
        return result

    def _predict_rows(self, users: Ints, items: Ints) -> Doubles:
        x, y = (users, items) if self._of_users else (items, users)
        starts, everyone, above = self._above
        count = starts[y + 1] - starts[y]  # neighbours at hand for each pair
        predicted = self._usual(x, y)
        edges = np.flatnonzero(np.diff(np.cumsum(count) // _ENTRIES)) + 1
        for a, b in pairwise([0, *edges.tolist(), len(x)]):
            pair = np.repeat(np.arange(a, b), count[a:b])
            entry = np.arange(len(pair)) - np.repeat(np.cumsum(count[a:b]) - count[a:b], count[a:b]) + starts[y[pair]]
            neighbour = everyone[entry]
            weight = self.similarities[x[pair], neighbour].astype(np.float64)
            weight[(weight <= 0) | (neighbour == x[pair])] = 0
            weight *= _k_largest(weight, pair, self.k)
            total = np.bincount(pair - a, weight, b - a)
            moved = np.bincount(pair - a, weight * above[entry], b - a)
            predicted[a:b] += np.divide(moved, total, out=np.zeros_like(total), where=total > 0)
        return predicted

    def _state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        settings = {
            "k": self.k,
            "similarity": self.similarity,
            "min_support": self.min_support,
            "shrinkage": self.shrinkage,
            "centre": self.centre,
        }
        t = self.table
        arrays = {"data": t.data, "indices": t.indices, "indptr": t.indptr, "similarities": self.similarities}
        return settings, arrays | self._rating_arrays()

    def _restore(self, arrays: dict[str, NDArray[Any]]) -> None:
        self._restore_ratings(arrays)
        triple = (arrays["data"], arrays["indices"], arrays["indptr"])
        self.similarities = arrays["similarities"]
        self._take_matrix(sparse.csr_array(triple, shape=(len(self.user_ids), len(self.item_ids))))


class UserRatingNeighbours(_RatingNeighbours):
    """User-based: x are users. A stranger is compared with every user, over the items of the history.

    Parameters: see :class:`_RatingNeighbours`; ``k`` neighbours a prediction (20–80), ``shrinkage`` of
    ``pearson_baseline`` only. Explanations give each history item its own term of every similarity's numerator (for
    ``msd`` an equal share) and its part of the person's own level: with ``centre="baseline"`` they sum to the lift,
    with ``centre="mean"`` to the score.
    """

    _of_users = True

    def _level(self, rows: Ints, values: Floats) -> tuple[Doubles, Doubles]:
        """c for every item (n_items,), less the history's parts of it (h,), and those parts."""
        if self.centre == "mean" and len(rows):
            return np.zeros(len(self.item_ids)), values.astype(np.float64) / len(rows)
        return self.baselines.mean + self.baselines.items.astype(np.float64), self.baselines.user_parts(rows, values)

    def _shares(self, rows: Ints, values: Floats, users: Ints | slice) -> tuple[Doubles, Doubles]:
        """Similarity (n,) with some users, and what each history item adds to it (n, h)."""
        known, there = _dense(self.table[users][:, rows])
        b_x, b_y = self.baselines.users[users], self.baselines.items[rows]
        known = self._compared(known, there, b_x, b_y)
        own = np.array([self.baselines.user_parts(rows, values).sum()], np.float32)
        mine = there * self._compared(values.astype(np.float64)[None, :], np.ones((1, len(rows))), own, b_y)
        n, total, total2 = there.sum(axis=1), mine.sum(axis=1), known.sum(axis=1)
        products = mine * known
        sums = [n, products.sum(axis=1), (mine**2).sum(axis=1), (known**2).sum(axis=1), total, total2]
        similarity = self._from_sums(np.stack(sums))
        if self.similarity == "msd":
            products = there
        elif self.similarity == "pearson":
            shared = np.maximum(n, 1)[:, None]
            products = there * (mine - total[:, None] / shared) * (known - total2[:, None] / shared)
        whole = products.sum(axis=1)
        scale = np.divide(similarity, whole, out=np.zeros_like(whole), where=(whole != 0) & (similarity != 0))
        return similarity, products * scale[:, None]

    def _scores_of_rows(self, rows: Ints, values: Floats) -> Floats:
        scores, parts = self._level(rows, values)
        scores = scores + parts.sum()
        starts, everyone, above = self._above
        n_items = len(self.item_ids)
        item = np.repeat(np.arange(n_items), np.diff(starts))
        weight = np.maximum(self._shares(rows, values, slice(None))[0], 0)[everyone]
        weight *= _k_largest(weight, item, self.k)
        total, moved = np.bincount(item, weight, n_items), np.bincount(item, weight * above, n_items)
        return (scores + np.divide(moved, total, out=np.zeros(n_items), where=total > 0)).astype(np.float32)

    def _contributions(self, rows: Ints, values: Floats, target: int) -> Floats:
        parts = self._level(rows, values)[1]
        starts, everyone, above = self._above
        entry = slice(starts[target], starts[target + 1])
        similarity, shares = self._shares(rows, values, everyone[entry])
        kept = _k_largest(np.maximum(similarity, 0), np.zeros(len(similarity), np.int64), self.k) & (similarity > 0)
        if kept.any():
            parts = parts + above[entry][kept] @ shares[kept] / similarity[kept].sum()
        return parts.astype(np.float32)


class ItemRatingNeighbours(_RatingNeighbours):
    """Item-based: x are items. A stranger's ratings of an item's neighbours speak for it.

    Parameters: see :class:`_RatingNeighbours`; ``k`` of the items somebody rated speak (20–80), ``shrinkage`` of
    ``pearson_baseline`` only. Explanations sum to the lift.
    """

    _of_users = False

    def _weights(self, rows: Ints, targets: Ints | slice) -> Doubles:
        """(n, h) share of each history item in the prediction of each target; rows sum to 1, or 0 without neighbour."""
        weight = np.maximum(self.similarities[targets][:, rows].astype(np.float64), 0)
        weight[np.arange(len(self.item_ids))[targets][:, None] == rows[None, :]] = 0  # no witness in its own case
        if len(rows) > self.k:
            # Stable, so that of equally similar items the earlier speak, however they are asked for.
            weak = np.argsort(-weight, axis=1, kind="stable")[:, self.k :]
            np.put_along_axis(weight, weak, 0, axis=1)
        total = weight.sum(axis=1, keepdims=True)
        return np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)

    def _above_usual(self, rows: Ints, values: Floats) -> tuple[Doubles, Doubles]:
        """(h,) how far each rating of the history is above c, and (h,) the parts of the owner's b_u in c."""
        above: Doubles = values.astype(np.float64) - self._means[rows]
        if self.centre == "mean":
            return above, np.zeros(len(rows))
        parts, b = self.baselines.user_parts(rows, values), self.baselines
        above = values - (b.mean + parts.sum() + b.items[rows].astype(np.float64))
        return above, parts

    def _scores_of_rows(self, rows: Ints, values: Floats) -> Floats:
        b = self.baselines
        above, parts = self._above_usual(rows, values)
        usual = self._means if self.centre == "mean" else b.mean + b.items.astype(np.float64)
        return (usual + parts.sum() + self._weights(rows, slice(None)) @ above).astype(np.float32)

    def _contributions(self, rows: Ints, values: Floats, target: int) -> Floats:
        above, parts = self._above_usual(rows, values)
        return (parts + self._weights(rows, np.array([target]))[0] * above).astype(np.float32)


def _dense(block: sparse.csr_array) -> tuple[Doubles, Doubles]:
    """Values of a sparse block, and 1 where there is one (a stored zero is a value)."""
    there = sparse.csr_array((np.ones(block.nnz), block.indices, block.indptr), block.shape)
    values: Doubles = block.toarray().astype(np.float64)
    return values, there.toarray()


def _k_largest(weight: Doubles, group: Ints, k: int) -> NDArray[np.bool_]:
    """(n,) whether each weight is among the k largest of its group (n,), non-decreasing; ties to the earlier."""
    order = np.lexsort((-weight, group))
    first = np.searchsorted(group, group, side="left")
    kept = np.zeros(len(weight), bool)
    kept[order] = np.arange(len(weight)) - first < k
    return kept
