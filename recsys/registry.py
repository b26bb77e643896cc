"""Every model by name, and nothing imported until it is asked for.

Adding a model is one line in :data:`MODELS`; evaluation, tuning, training, the command line and the shared behaviour
suite (``tests/recsys/model_behaviour.py``) then know it:

    "ease": Entry("recsys.linear", "EASE", small={"regularization": 5.0}),

A model's tuning ranges stand beside it as ``SEARCH_SPACE``: on the class, in its module, or in its module under the
name of the class when several live there. A range is one of

    ("float", low, high)   ("log", low, high)   ("int", low, high)   ("log-int", low, high)   ("choice", a, b, …)

and the constructor's defaults are the tuned ones.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import inspect
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from recsys.model import ItemModel
from recsys.storage import ModelFileError, read_model

__all__ = [
    "MODELS",
    "Entry",
    "UnknownModel",
    "available",
    "create",
    "entry",
    "load_model",
    "model_class",
    "name_of",
    "names",
    "parameters",
    "search_space",
]


class UnknownModel(ValueError):
    """There is no model of that name; the message lists those there are."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a model is, and what it promises beyond the shared contract."""

    module: str
    cls: str
    small: Mapping[str, Any] = field(default_factory=dict)
    """Constructor arguments for tests on 60 × 35 tables: under half a second, yet good enough for the checkerboard."""
    feedback: Literal["likes", "ratings"] = "likes"
    """What it learns from: presence (values above 0), or how high the values are."""
    personal: bool = True
    """Whether what it learns from interactions depends on the history; popularity does not."""
    explains: Literal["score", "lift", "parts"] = "score"
    """What ``explain`` adds up to: the score; the score less a stranger's (models with biases); or neither."""
    from_graph: bool = False
    """Whether it is built from a knowledge graph, ``cls.of(graph)``, and learns nothing from interactions."""
    extra: str = ""
    """The extra of this package that it needs, e.g. ``neural``."""


MODELS: dict[str, Entry] = {
    "popularity": Entry("recsys.popularity", "Popularity", personal=False, explains="parts"),
    "item-neighbours": Entry("recsys.neighbours", "ItemNeighbours", small={"k": 12, "shrinkage": 2.0}),
    "user-neighbours": Entry("recsys.user_neighbours", "UserNeighbours", small={"k": 8, "shrinkage": 2.0}),
    "random-walk": Entry("recsys.random_walk", "RandomWalk", small={"k": 12}),
    "ease": Entry("recsys.linear", "EASE", small={"regularization": 5.0}),
    "edlae": Entry("recsys.linear", "EDLAE", small={"regularization": 2.0, "dropout": 0.3}),
    "slim": Entry("recsys.slim", "SLIM", small={"l1": 0.1, "l2": 5.0, "backend": "numpy"}),
    "ials": Entry("recsys.factors", "ImplicitALS", small={"factors": 8, "iterations": 6, "backend": "numpy"}),
    "logistic-factors": Entry(
        "recsys.logistic_factors", "LogisticFactors", {"factors": 6, "regularization": 0.5}, explains="lift"
    ),
    "mf": Entry(
        "recsys.sgd_factors",
        "MatrixFactorization",
        {"factors": 8, "negatives": 4, "learning_rate": 0.03, "epochs": 40, "backend": "numpy"},
        explains="lift",
    ),
    "bpr": Entry("recsys.bpr", "BPR", {"factors": 6, "epochs": 60, "backend": "numpy"}, explains="lift"),
    "blend": Entry(
        "recsys.hybrid",
        "Blend",
        {"members": {"ease": {"regularization": 5.0}, "ials": {"factors": 6, "iterations": 6, "backend": "numpy"}}},
    ),
    "user-rating-neighbours": Entry(
        "recsys.rating_neighbours", "UserRatingNeighbours", {"similarity": "msd"}, "ratings", explains="lift"
    ),
    "item-rating-neighbours": Entry(
        "recsys.rating_neighbours", "ItemRatingNeighbours", {"shrinkage": 2.0}, "ratings", explains="lift"
    ),
    "biased-factors": Entry(
        "recsys.biased_factors", "BiasedFactors", {"rank": 4, "epochs": 10, "method": "als"}, "ratings", explains="lift"
    ),
    "svd++": Entry(
        "recsys.biased_factors",
        "SVDpp",
        {"rank": 4, "epochs": 200, "learning_rate": 0.02},
        "ratings",
        explains="lift",
        extra="fast",
    ),
    "bayesian-factors": Entry(
        "recsys.bayesian_factors",
        "BayesianFactors",
        {"rank": 3, "samples": 60, "burn_in": 20, "kept": 10},
        "ratings",
        explains="lift",
    ),
    "gmf": Entry(
        "recsys.neural.models",
        "GMF",
        {"factors": 8, "epochs": 12, "batch_size": 512, "learning_rate": 0.4},
        explains="parts",
        extra="neural",
    ),
    "mlp": Entry(
        "recsys.neural.models",
        "MLP",
        {"embedding": 8, "layers": (8, 4), "epochs": 12, "batch_size": 512, "learning_rate": 0.4},
        explains="parts",
        extra="neural",
    ),
    "neumf": Entry(
        "recsys.neural.models",
        "NeuMF",
        {
            "factors": 8,
            "embedding": 4,
            "layers": (8, 4),
            "memory_factors": 8,
            "epochs": 12,
            "batch_size": 512,
            "learning_rate": 0.4,
        },
        explains="parts",
        extra="neural",
    ),
    "nfm": Entry(
        "recsys.neural.models",
        "NFM",
        {"embedding": 8, "layers": (8,), "epochs": 12, "batch_size": 512, "learning_rate": 0.4},
        explains="parts",
        extra="neural",
    ),
    "wide-and-deep": Entry(
        "recsys.neural.models",
        "WideAndDeep",
        {
            "embedding": 4,
            "layers": (8, 4),
            "memory_regularization": 5.0,
            "epochs": 12,
            "batch_size": 512,
            "learning_rate": 0.4,
        },
        explains="parts",
        extra="neural",
    ),
    "item2vec": Entry("recsys.item2vec", "Item2Vec", {"factors": 8, "epochs": 40, "window": 8, "subsample": 0.0}),
    "feature-ials": Entry("recsys.feature_factors", "FeatureALS", {"factors": 8, "iterations": 6, "backend": "numpy"}),
    "content": Entry("recsys.content", "ContentSimilarity", personal=False, from_graph=True),
    "text-vectors": Entry("recsys.text_vectors", "TextVectors", personal=False, from_graph=True),
    "graph-vectors": Entry("recsys.graph_vectors", "GraphVectors", personal=False, from_graph=True),
}
"""Name → entry, simplest first."""

_EXTRA_MODULES = {"neural": "torch", "fast": "numba", "charts": "plotly"}


def names() -> tuple[str, ...]:
    """Every registered name."""
    return tuple(MODELS)


def entry(name: str) -> Entry:
    """The entry of a name. Raises :class:`UnknownModel`."""
    if name not in MODELS:
        close = difflib.get_close_matches(name, MODELS, 1)
        hint = f" (did you mean {close[0]!r}?)" if close else ""
        raise UnknownModel(f"no model {name!r}{hint}; there are: {', '.join(MODELS)}")
    return MODELS[name]


def available(name: str) -> bool:
    """Whether what the model needs is installed. Raises :class:`UnknownModel`."""
    extra = entry(name).extra
    return not extra or importlib.util.find_spec(_EXTRA_MODULES[extra]) is not None


def model_class(name: str) -> type[ItemModel]:
    """The class, imported now.

    Raises :class:`UnknownModel`, or ``ImportError`` with the command that installs what is missing.
    """
    described = entry(name)
    if not available(name):
        raise ImportError(f'the model {name!r} needs more packages: pip install "yuban[{described.extra}]"')
    found: type[ItemModel] = getattr(importlib.import_module(described.module), described.cls)
    return found


def create(name: str, **parameters: Any) -> ItemModel:
    """An unfitted model. Raises as :func:`model_class`, and ``ValueError`` when a parameter does not fit."""
    try:
        return model_class(name)(**parameters)
    except TypeError as error:
        raise ValueError(f"{name}: {error}") from None


def parameters(name: str) -> dict[str, Any]:
    """The constructor's arguments and their defaults. Raises as :func:`model_class`."""
    known = inspect.signature(model_class(name)).parameters
    return {key: argument.default for key, argument in known.items()}


def name_of(kind: str) -> str:
    """The name under which a class is registered. Raises :class:`UnknownModel`."""
    for name, described in MODELS.items():
        if described.cls == kind:
            return name
    raise UnknownModel(f"no model of class {kind}; registered are {', '.join(e.cls for e in MODELS.values())}")


def load_model(directory: str | os.PathLike[str]) -> ItemModel:
    """Read back whatever registered model was saved in a directory.

    Raises ``FileNotFoundError``, :class:`~recsys.storage.ModelFileError`, or ``ImportError`` as :func:`model_class`.
    """
    kind = read_model(Path(directory))[0]
    try:
        name = name_of(kind)
    except UnknownModel as error:
        raise ModelFileError(f"{directory}: {error}") from None
    return model_class(name).load(directory)


def search_space(name: str) -> dict[str, tuple[Any, ...]]:
    """The ranges to tune a model over, parameter → range; empty when it has nothing to tune."""
    described = entry(name)
    family = model_class(name)
    space = vars(family).get("SEARCH_SPACE")
    if space is None:
        space = getattr(importlib.import_module(described.module), "SEARCH_SPACE", {})
        space = space.get(described.cls, space)
    return dict(space)
