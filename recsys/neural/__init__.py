"""Neural recommenders on PyTorch, behind the one contract: GMF, MLP, NeuMF, NFM, Wide & Deep.

    from recsys.neural import NeuMF

    model = NeuMF().fit(table, progress)
    model.recommend(["film/heat-1995", "film/collateral-2004"], 10)

From the inside out: :mod:`~recsys.neural.sampling` (pairs that did not happen), :mod:`~recsys.neural.fold_in` (what a
history says: the user side, which needs no table of users), :mod:`~recsys.neural.networks` (GMF, MLP, NeuMF),
:mod:`~recsys.neural.feature_networks` (NFM, Wide & Deep), :mod:`~recsys.neural.trainer` (one trainer for all),
:mod:`~recsys.neural.base` (a network as a recommender), :mod:`~recsys.neural.models`
(the five). Everything here needs ``pip install "yuban[neural]"``; names are loaded
when first used, so importing this page needs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recsys.neural.models import GMF, MLP, NFM, NeuMF, WideAndDeep
    from recsys.neural.trainer import TrainerSettings, train_network

__all__ = ["GMF", "MLP", "NFM", "NeuMF", "TrainerSettings", "WideAndDeep", "train_network"]

_HOME = {
    "recsys.neural.models": ("GMF", "MLP", "NFM", "NeuMF", "WideAndDeep"),
    "recsys.neural.trainer": ("TrainerSettings", "train_network"),
}


def __getattr__(name: str) -> Any:
    home = next((module for module, names in _HOME.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(home), name)
    except ModuleNotFoundError as error:
        if error.name in {"torch", "safetensors"}:
            raise ImportError('neural recommenders need more packages: pip install "yuban[neural]"') from error
        raise
