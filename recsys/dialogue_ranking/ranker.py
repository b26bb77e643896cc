"""From columns of evidence to an order of all items: a linear ranker for all, boosted trees for the best of them.

Both minimise the listwise softmax loss. The linear ranker is fitted twice: first on candidates that a rough blend and
chance propose, then on those that the first fit puts on top, which are the ones it must tell apart. The trees correct
its order among the ``depth`` best; whatever is below keeps the linear order. Nothing loops over items.

    Cao, Qin, Liu, Tsai and Li, "Learning to Rank: From Pairwise Approach to Listwise Approach", ICML 2007.
    Burges, "From RankNet to LambdaRank to LambdaMART", MSR-TR-2010-82.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from knowledge.fact_search.boosting import BoostedRanker
from knowledge.fact_search.linear import LinearRanker
from recsys.dialogue_ranking.cases import CaseError

__all__ = ["Batch", "ItemRanker"]

Floats = NDArray[np.float32]
Batch: TypeAlias = tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]
"""``(n_columns, n, n_items)`` evidence, ``(n, n_items)`` whether right, ``(n, n_items)`` whether a candidate at all."""

_ROUGH = {
    "prior recommended": 0.3, "mentioned last": 2.0, "mentioned before": 1.0, "relation any last": 1.5,
    "relation any before": 0.7, "together share last": 3.0, "together share before": 2.0, "company share last": 2.0,
    "company share before": 2.0, "shared genre last": 1.0, "words similar last": 1.0, "words company all": 2.0,
}  # fmt: skip
"""Finds candidates for the very first fit; nothing of it is left afterwards."""
_CHANCE = 40
_SAMPLE = 0.3  # share of the columns that each tree may look at
_BELOW = -1e3


class ItemRanker:
    """Scores every item of a conversation.

    Attributes:
        names: what the columns are.
        linear: over all items.
        trees: over the best ``depth`` of them; its own linear part is of the second fit.
    """

    def __init__(self, names: Sequence[str], linear: LinearRanker, trees: BoostedRanker, depth: int) -> None:
        self.names, self.linear, self.trees, self.depth = tuple(names), linear, trees, depth

    @classmethod
    def fit(
        cls,
        names: Sequence[str],
        sample: Callable[[], Iterable[Batch]],
        whole: Callable[[], Iterable[Batch]],
        *,
        l2: float,
        trees: int,
        tree_depth: int,
        rate: float,
        leaf_l2: float,
        depth: int,
        seed: int,
    ) -> ItemRanker:
        """Learns from batches whose evidence was counted without them.

        Args:
            sample: some batches, enough for the first linear fit.
            whole: all of them.

        Raises:
            CaseError: no example has a right candidate.
        """
        rng = np.random.default_rng(seed)
        rough = np.array([_ROUGH.get(name, 0.0) for name in names], np.float32)
        none = np.zeros(len(names), np.float32)
        first = LinearRanker(none, none + 1, rough)
        linear = LinearRanker.fit(*_examples(first, sample(), depth, _CHANCE, rng), l2=l2)
        rows = _examples(linear, whole(), depth, 0, rng)
        if trees:
            boosted = BoostedRanker.fit(
                *rows, trees=trees, depth=tree_depth, rate=rate, l2=l2, leaf_l2=leaf_l2, sample=_SAMPLE, seed=seed
            )
        else:
            boosted = BoostedRanker.without_trees(LinearRanker.fit(*rows, l2=l2))
        return cls(names, linear, boosted, depth)

    def scores(self, columns: Floats, allowed: NDArray[np.bool_]) -> Floats:
        """``(n, n_items)`` float32 of ``(n_columns, n, n_items)``; what is not ``allowed`` gets ``-inf``.

        Higher is better, within a conversation only: softmax over it is the probability that the item is recommended.
        """
        rough = _linear(self.linear, columns)
        rough[~allowed] = -np.inf
        best = _top(rough, self.depth)  # (n, depth)
        at = np.arange(len(best))[:, None]
        features = np.ascontiguousarray(columns[:, at, best].transpose(1, 2, 0)).reshape(best.size, -1)
        refined = self.trees.scores(features).reshape(best.shape)
        scores = rough - rough.max(axis=1, keepdims=True) + _BELOW
        np.put_along_axis(scores, best, np.where(allowed[at, best], refined, -np.inf), axis=1)
        return np.where(allowed, scores, -np.inf).astype(np.float32)

    def parts(self, columns: Floats) -> Floats:
        """``(n_columns, n, n_items)``: what each column adds in the second linear fit, over the mean candidate."""
        linear = self.trees.linear
        weight = linear.weights / linear.scale
        return np.asarray((columns - linear.mean[:, None, None]) * weight[:, None, None], np.float32)

    def arrays(self) -> dict[str, NDArray]:
        """What :meth:`from_arrays` needs, for an ``.npz`` file."""
        linear = {f"first_{name}": array for name, array in self.linear.arrays().items()}
        return {**linear, **self.trees.arrays(), "names": np.array(self.names), "depth": np.array(self.depth)}

    @classmethod
    def from_arrays(cls, arrays: dict[str, NDArray]) -> ItemRanker:
        """The ranker that :meth:`arrays` described."""
        first = {name.removeprefix("first_"): array for name, array in arrays.items() if name.startswith("first_")}
        return cls(
            [str(name) for name in arrays["names"]],
            LinearRanker.from_arrays(first), BoostedRanker.from_arrays(arrays), int(arrays["depth"]),
        )  # fmt: skip


def _linear(ranker: LinearRanker, columns: Floats) -> Floats:
    weight = (ranker.weights / ranker.scale).astype(np.float32)
    return np.asarray(np.tensordot(weight, columns, 1), np.float32)


def _top(scores: Floats, k: int) -> NDArray[np.int64]:
    k = min(k, scores.shape[1])
    return np.argpartition(-scores, k - 1, axis=1)[:, :k]


def _examples(
    ranker: LinearRanker, batches: Iterable[Batch], depth: int, chance: int, rng: np.random.Generator
) -> tuple[Floats, NDArray[np.int64], NDArray[np.bool_]]:
    """Features, query and rightness of the candidates: the ranker's best, some by chance, and all that are right."""
    features: list[Floats] = []
    queries: list[NDArray[np.int64]] = []
    right: list[NDArray[np.bool_]] = []
    query = 0
    for columns, is_right, allowed in batches:
        scores = _linear(ranker, columns)
        scores[~allowed] = -np.inf
        chosen = is_right & allowed
        np.put_along_axis(chosen, _top(scores, depth), True, axis=1)
        if chance:
            np.put_along_axis(chosen, rng.integers(0, chosen.shape[1], (len(chosen), chance)), True, axis=1)
        chosen &= allowed & (is_right & allowed).any(axis=1, keepdims=True)
        row, item = np.nonzero(chosen)
        features.append(columns[:, row, item].T)
        queries.append(np.unique(row, return_inverse=True)[1] + query)
        right.append(is_right[row, item])
        query += len(np.unique(row))
    if not query:
        raise CaseError("cases: none has a target among the candidates; check the ids of targets and items")
    return np.concatenate(features), np.concatenate(queries), np.concatenate(right)
