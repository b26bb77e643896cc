"""The engines that `recsys_speed.py` times: ours, implicit and irspack, each as four calls on a table.

One thread each. irspack's iALS and SLIM minimise the losses of ours (``ncf_ml1m.py`` says how their settings convert);
implicit's ALS weighs and regularises differently and was tuned on a hold-out of the train pairs.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from benchmarks.ncf_ml1m import IRSPACK_IALS, IRSPACK_SLIM
from recsys import registry
from recsys.everybody import recommend_all
from recsys.interactions import Interactions
from recsys.model import ItemModel

__all__ = ["RIVALS", "SETTINGS", "Engine", "K", "Scores", "engine_of"]

K = 10
SETTINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "ials": ("ials", {"factors": 128, "iterations": 8}),
    "item-knn": ("item-neighbours", {"k": 100, "shrinkage": 10.0}),
    "slim": ("slim", {}),
    "ease": ("ease", {"regularization": 55.0}),
}
IMPLICIT_ALS = {"factors": 128, "regularization": 40, "alpha": 2, "iterations": 15}
RIVALS = ("implicit/ials", "implicit/item-knn", "irspack/ials", "irspack/slim")

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Engine:
    """What is timed: calls on a fitted model."""

    fit: Callable[[Interactions], Any]
    top: Callable[[Any], Any]
    """The model → 10 items for everybody in the table it was fitted on."""
    fold_in: Callable[[Any, list[str]], Any]
    """The model, item ids of a history → 10 items."""
    scores: Callable[[Any, NDArray[np.int64]], Scores]
    """The model, rows of the table → (b, n_items)."""


def ours(name: str, table: Interactions) -> Engine:
    registered, arguments = SETTINGS[name]

    def top(model: ItemModel) -> Any:
        return recommend_all(model, table, K, vectors=getattr(model, "user_factors", None))

    def scores(model: ItemModel, rows: NDArray[np.int64]) -> Scores:
        return model.scores_of(table.matrix[rows])  # type: ignore[attr-defined, no-any-return]

    return Engine(
        lambda given: registry.create(registered, **arguments).fit(given),
        top,
        lambda model, history: model.recommend(history, K),
        scores,
    )


def implicit(name: str, table: Interactions) -> Engine:
    from implicit.als import AlternatingLeastSquares
    from implicit.nearest_neighbours import CosineRecommender

    matrix = sparse.csr_matrix(table.matrix)
    everybody = np.arange(table.n_users)
    row = {item: at for at, item in enumerate(table.item_ids)}

    def fit(given: Interactions) -> Any:
        if name == "ials":
            model = AlternatingLeastSquares(**IMPLICIT_ALS, num_threads=1, random_state=0)
        else:
            model = CosineRecommender(K=SETTINGS["item-knn"][1]["k"], num_threads=1)
        model.fit(sparse.csr_matrix(given.matrix), show_progress=False)
        return model

    def fold_in(model: Any, history: list[str]) -> Any:
        rows = np.array(sorted(row[item] for item in history))
        one = sparse.csr_matrix((np.ones(len(rows), np.float32), rows, [0, len(rows)]), shape=(1, len(row)))
        return model.recommend(0, one, N=K, **({"recalculate_user": True} if name == "ials" else {}))

    def scores(model: Any, rows: NDArray[np.int64]) -> Scores:
        if name == "ials":
            return np.asarray(model.user_factors[rows] @ model.item_factors.T)
        return np.asarray((matrix[rows] @ model.similarity).toarray(), np.float32)

    return Engine(fit, lambda model: model.recommend(everybody, matrix, N=K), fold_in, scores)


def irspack(name: str, table: Interactions) -> Engine:
    import irspack as library
    from irspack.utils._util_cpp import retrieve_recommend_from_score_f32 as retrieve

    row = {item: at for at, item in enumerate(table.item_ids)}
    kind, arguments = {
        "ials": (library.IALSRecommender, IRSPACK_IALS | {"n_components": SETTINGS["ials"][1]["factors"]}),
        "slim": (library.SLIMRecommender, IRSPACK_SLIM),
    }[name]

    def fit(given: Interactions) -> Any:
        with contextlib.redirect_stdout(io.StringIO()):  # its progress bar
            return kind(sparse.csr_matrix(given.matrix), **arguments).learn()

    def top(model: Any) -> Any:
        return [
            retrieve(np.ascontiguousarray(model.get_score_remove_seen(block), np.float32), [], K, 1)
            for block in np.array_split(np.arange(table.n_users), 12)
        ]

    def fold_in(model: Any, history: list[str]) -> Any:
        rows = [row[item] for item in history]
        one = sparse.csr_matrix((np.ones(len(rows)), ([0] * len(rows), rows)), shape=(1, len(row)))
        return retrieve(np.ascontiguousarray(model.get_score_cold_user_remove_seen(one), np.float32), [], K, 1)

    return Engine(fit, top, fold_in, lambda model, rows: np.asarray(model.get_score(rows), np.float32))


def engine_of(name: str, table: Interactions) -> Engine:
    """``"ease"`` is ours, ``"implicit/ials"`` a rival's."""
    library, _, model = name.rpartition("/")
    return {"": ours, "implicit": implicit, "irspack": irspack}[library](model, table)
