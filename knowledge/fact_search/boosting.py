"""Gradient-boosted trees over a linear ranker, fitted to the listwise loss with histograms.

The linear ranker says the first word; trees of a few levels then correct it where features act together (a name that
is *part of a longer name* means little, unless *nothing else* was named). Every split looks at 32 quantile bins of a
feature; gradient and curvature of all nodes of a level are summed by one ``bincount``.

    Friedman, "Greedy Function Approximation: A Gradient Boosting Machine", Annals of Statistics 29(5), 2001.
    Burges, "From RankNet to LambdaRank to LambdaMART", MSR-TR-2010-82.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from knowledge.fact_search.linear import LinearRanker, listwise

__all__ = ["BoostedRanker"]

_BINS = 32


class BoostedRanker:
    """Trees are complete: node ``i`` of a tree has children ``2i + 1`` and ``2i + 2``; a leaf is a node of the last level.

    Attributes:
        feature: ``(trees, 2^depth − 1)`` int16, the feature a node asks about.
        threshold: same shape, float32; a row goes right when its value is above. ``inf`` sends every row left.
        leaf: ``(trees, 2^depth)`` float32, the learning rate already in it.
    """

    def __init__(
        self,
        linear: LinearRanker,
        feature: NDArray[np.int16],
        threshold: NDArray[np.float32],
        leaf: NDArray[np.float32],
    ) -> None:
        self.linear, self.feature, self.threshold, self.leaf = linear, feature, threshold, leaf
        self.depth = int(leaf.shape[1]).bit_length() - 1

    @classmethod
    def without_trees(cls, linear: LinearRanker) -> BoostedRanker:
        """The linear ranker alone."""
        none = np.zeros((0, 1), np.int16)
        return cls(linear, none, none.astype(np.float32), np.zeros((0, 2), np.float32))

    @classmethod
    def fit(
        cls,
        features: NDArray[np.float32],
        queries: NDArray[np.int64],
        right: NDArray[np.bool_],
        *,
        trees: int = 120,
        depth: int = 4,
        rate: float = 0.1,
        l2: float = 1e-3,
        leaf_l2: float = 5.0,
        sample: float = 0.5,
        seed: int = 0,
    ) -> BoostedRanker:
        """``(n, d)`` features, ``(n,)`` query of each row, ``(n,)`` whether it is right.

        Args:
            l2: of the linear ranker underneath.
            leaf_l2: curvature added to every leaf; larger is more careful.
            sample: share of the features that each tree may look at.
        """
        linear = LinearRanker.fit(features, queries, right, l2=l2)
        edges, binned = _quantile_bins(features)
        d = features.shape[1]
        rng = np.random.default_rng(seed)
        scores = linear.scores(features).astype(np.float64)
        shape = (trees, 2**depth - 1)
        feature, threshold = np.zeros(shape, np.int16), np.full(shape, np.inf, np.float32)
        leaf = np.zeros((trees, 2**depth), np.float32)
        for tree in range(trees):
            _, gradient, p = listwise(scores, queries, right)
            curvature = p * (1 - p)
            # Rows that the softmax has settled move nothing; leaving them out makes a tree several times cheaper.
            live = np.flatnonzero((np.abs(gradient) > 1e-4) | (curvature > 1e-4))
            chosen = np.sort(rng.choice(d, max(1, round(d * sample)), replace=False))
            codes = binned[live][:, chosen].astype(np.int64)
            node = np.zeros(len(live), np.int64)
            for level in range(depth):
                split, cut = _best_splits(codes, node, gradient[live], curvature[live], 2**level, leaf_l2)
                first = 2**level - 1
                ok = split >= 0
                feature[tree, first : 2 * first + 1][ok] = chosen[split[ok]]
                threshold[tree, first : 2 * first + 1][ok] = edges[chosen[split[ok]], cut[ok]]
                goes = ok[node] & (codes[np.arange(len(live)), split[node]] > cut[node])
                node = 2 * node + goes
            g = np.bincount(node, gradient[live], minlength=2**depth)
            h = np.bincount(node, curvature[live], minlength=2**depth)
            leaf[tree] = -rate * g / (h + leaf_l2)
            scores += _descend(feature[tree : tree + 1], threshold[tree : tree + 1], leaf[tree : tree + 1], features)
        return cls(linear, feature, threshold, leaf)

    def scores(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """``(n,)`` float32 for ``(n, d)`` features."""
        if not len(features):
            return np.zeros(0, np.float32)
        return np.asarray(
            self.linear.scores(features) + _descend(self.feature, self.threshold, self.leaf, features), np.float32
        )

    def arrays(self) -> dict[str, NDArray]:
        """What :meth:`from_arrays` needs, for an ``.npz`` file."""
        linear = {f"linear_{name}": array for name, array in self.linear.arrays().items()}
        return {"feature": self.feature, "threshold": self.threshold, "leaf": self.leaf, **linear}

    @classmethod
    def from_arrays(cls, arrays: dict[str, NDArray]) -> BoostedRanker:
        """The model that :meth:`arrays` described."""
        linear = {name.removeprefix("linear_"): array for name, array in arrays.items() if name.startswith("linear_")}
        return cls(LinearRanker.from_arrays(linear), arrays["feature"], arrays["threshold"], arrays["leaf"])


def _quantile_bins(features: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Edges ``(d, bins − 1)``, and the bin of every value: the number of edges below it."""
    rows = features if len(features) <= 100_000 else features[:: len(features) // 100_000 + 1]
    edges = np.empty((features.shape[1], _BINS - 1), np.float32)
    binned = np.empty(features.shape, np.uint8)
    for column in range(features.shape[1]):
        values = np.unique(rows[:, column])
        # Values that many rows share would take all quantiles; distinct values share them out better.
        quantiles = np.quantile(values, np.linspace(0, 1, _BINS + 1)[1:-1], method="lower")
        edges[column] = quantiles
        binned[:, column] = np.searchsorted(edges[column], features[:, column], side="left")
    return edges, binned


def _best_splits(
    codes: NDArray[np.int64],
    node: NDArray[np.int64],
    gradient: NDArray[np.float64],
    curvature: NDArray[np.float64],
    n_nodes: int,
    leaf_l2: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each node the column to split on (−1: none gains) and the bin after which to cut."""
    d = codes.shape[1]
    cell = (node[:, None] * d + np.arange(d)) * _BINS + codes
    size = n_nodes * d * _BINS
    flat = cell.ravel()
    g = np.bincount(flat, np.repeat(gradient, d), minlength=size).reshape(n_nodes, d, _BINS).cumsum(axis=2)
    h = np.bincount(flat, np.repeat(curvature, d), minlength=size).reshape(n_nodes, d, _BINS).cumsum(axis=2)
    all_g, all_h = g[:, :1, -1:], h[:, :1, -1:]
    gain = g**2 / (h + leaf_l2) + (all_g - g) ** 2 / (all_h - h + leaf_l2) - all_g**2 / (all_h + leaf_l2)
    gain[:, :, -1] = 0.0  # nothing would go right
    best = gain.reshape(n_nodes, -1).argmax(axis=1)
    gains = np.take_along_axis(gain.reshape(n_nodes, -1), best[:, None], axis=1)[:, 0]
    return np.where(gains > 1e-9, best // _BINS, -1), best % _BINS


def _descend(
    feature: NDArray[np.int16], threshold: NDArray[np.float32], leaf: NDArray[np.float32], features: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Sum over the trees of the leaf that each row falls into, ``(n,)``."""
    total = np.zeros(len(features))
    step = max(1, 2_000_000 // max(len(feature), 1))
    tree = np.arange(len(feature))
    depth = int(leaf.shape[1]).bit_length() - 1
    for start in range(0, len(features), step):
        rows = features[start : start + step]
        at = np.arange(len(rows))[:, None]
        node = np.zeros((len(rows), len(feature)), np.int64)
        for _ in range(depth):
            node = 2 * node + 1 + (rows[at, feature[tree, node]] > threshold[tree, node])
        total[start : start + step] = leaf[tree, node - (leaf.shape[1] - 1)].sum(axis=1)
    return total
