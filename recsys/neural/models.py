"""GMF, MLP, NeuMF, NFM and Wide & Deep as recommenders, each with its tuned defaults.

Defaults are tuned on a leave-one-out of MovieLens 1M as implicit feedback (99 sampled negatives, cut from the training
part); :data:`SEARCH_SPACE` holds the ranges.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import torch

from recsys.factors import ImplicitALS
from recsys.linear import EASE
from recsys.neural.base import NeuralModel
from recsys.neural.feature_networks import NFMNetwork, WideAndDeepNetwork
from recsys.neural.fold_in import LinearMemory, Memory, RidgeMemory
from recsys.neural.networks import Network, NeuMFNetwork

__all__ = ["GMF", "MLP", "NFM", "SEARCH_SPACE", "NeuMF", "WideAndDeep"]

_TRAINING = {
    "learning_rate": ("log", 1e-3, 0.05),
    "negatives": ("int", 1, 8),
    "weight_decay": ("float", 0.0, 1e-4),
    "user_weight": ("float", 0.0, 1.0),
}
SEARCH_SPACE: dict[str, dict[str, tuple[Any, ...]]] = {
    "GMF": {**_TRAINING, "factors": ("log-int", 16, 256)},
    "MLP": {**_TRAINING, "embedding": ("log-int", 8, 128), "dropout": ("float", 0.0, 0.5)},
    "NeuMF": {**_TRAINING, "factors": ("log-int", 16, 256), "embedding": ("log-int", 8, 64)},
    "NFM": {**_TRAINING, "embedding": ("log-int", 16, 128), "dropout": ("float", 0.0, 0.5)},
    "WideAndDeep": {**_TRAINING, "embedding": ("log-int", 8, 128), "dropout": ("float", 0.0, 0.5)},
}


class NeuMF(NeuralModel):
    """Neural matrix factorisation: GMF and MLP side by side over a pre-trained factorisation (He et al. 2017, eq. 12).

    The paper pre-trains GMF and MLP by Adam and joins them. Here the pre-trained part is matrix factorisation solved in
    closed form by iALS (GMF with h = 1), which stays as it is; the GMF half and the MLP start at
    zero, so training begins at the factorisation's quality. Parameters as in :class:`NeuralModel`.
    """

    def __init__(
        self,
        pretrain: Literal["memory", "none"] = "memory",
        factors: int = 64,
        embedding: int = 16,
        layers: Sequence[int] = (32, 16),
        dropout: float = 0.0,
        epochs: int = 8,
        negatives: int = 4,
        batch_size: int = 32_768,
        learning_rate: float = 0.014,
        weight_decay: float = 4e-6,
        norm_exponent: float = 0.5,
        user_weight: float = 0.25,
        memory_factors: int = 96,
        memory_regularization: float = 0.007,
        patience: int = 0,
        seed: int = 0,
        checkpoint: str | None = None,
        device: str = "cpu",
    ) -> None:
        super().__init__(
            pretrain=pretrain, factors=factors, embedding=embedding, layers=list(layers), dropout=dropout,
            epochs=epochs, negatives=negatives, batch_size=batch_size, learning_rate=learning_rate,
            weight_decay=weight_decay, norm_exponent=norm_exponent, user_weight=user_weight,
            memory_factors=memory_factors, memory_regularization=memory_regularization, patience=patience,
            seed=seed, checkpoint=checkpoint, device=device,
        )  # fmt: skip

    def _memory(self) -> Memory | None:
        given = self._settings
        if given.get("pretrain", "none") == "none":
            return None
        return RidgeMemory(ImplicitALS(given["memory_factors"], given["memory_regularization"], seed=given["seed"]))

    def _network(self, popularity: torch.Tensor, generator: torch.Generator) -> Network:
        given = self._settings
        return NeuMFNetwork(
            popularity, factors=given.get("factors", 0), embedding=given.get("embedding", 0),
            layers=given.get("layers", ()), memory=given.get("pretrain", "none") == "memory",
            dropout=given.get("dropout", 0.0), generator=generator,
        )  # fmt: skip


class GMF(NeuMF):
    """Generalised matrix factorisation (He et al. 2017, eq. 9), from scratch; parameters as in :class:`NeuralModel`."""

    def __init__(
        self,
        factors: int = 128,
        epochs: int = 8,
        negatives: int = 4,
        batch_size: int = 32_768,
        learning_rate: float = 0.014,
        weight_decay: float = 4e-6,
        norm_exponent: float = 0.5,
        user_weight: float = 0.25,
        patience: int = 0,
        seed: int = 0,
        checkpoint: str | None = None,
        device: str = "cpu",
    ) -> None:
        NeuralModel.__init__(
            self, factors=factors, epochs=epochs, negatives=negatives, batch_size=batch_size,
            learning_rate=learning_rate, weight_decay=weight_decay, norm_exponent=norm_exponent,
            user_weight=user_weight, patience=patience, seed=seed, checkpoint=checkpoint, device=device,
        )  # fmt: skip


class MLP(NeuMF):
    """The multi-layer perceptron alone (He et al. 2017, eq. 10), from scratch; parameters as in :class:`NeuralModel`."""

    def __init__(
        self,
        embedding: int = 32,
        layers: Sequence[int] = (64, 32, 16),
        dropout: float = 0.0,
        epochs: int = 14,
        negatives: int = 4,
        batch_size: int = 32_768,
        learning_rate: float = 0.03,
        weight_decay: float = 4e-6,
        norm_exponent: float = 0.5,
        user_weight: float = 0.25,
        patience: int = 0,
        seed: int = 0,
        checkpoint: str | None = None,
        device: str = "cpu",
    ) -> None:
        NeuralModel.__init__(
            self, embedding=embedding, layers=list(layers), dropout=dropout, epochs=epochs, negatives=negatives,
            batch_size=batch_size, learning_rate=learning_rate, weight_decay=weight_decay,
            norm_exponent=norm_exponent, user_weight=user_weight, patience=patience, seed=seed,
            checkpoint=checkpoint, device=device,
        )  # fmt: skip


class NFM(NeuralModel):
    """Neural factorisation machine over history, item and features (He & Chua 2017); see :class:`NeuralModel`."""

    def __init__(
        self,
        features: Mapping[str, Sequence[str]] | None = None,
        embedding: int = 64,
        layers: Sequence[int] = (64,),
        dropout: float = 0.0,
        epochs: int = 8,
        negatives: int = 4,
        batch_size: int = 32_768,
        learning_rate: float = 0.014,
        weight_decay: float = 4e-6,
        norm_exponent: float = 0.5,
        user_weight: float = 0.25,
        patience: int = 0,
        seed: int = 0,
        checkpoint: str | None = None,
        device: str = "cpu",
    ) -> None:
        super().__init__(
            features=_listed(features), embedding=embedding, layers=list(layers), dropout=dropout, epochs=epochs,
            negatives=negatives, batch_size=batch_size, learning_rate=learning_rate, weight_decay=weight_decay,
            norm_exponent=norm_exponent, user_weight=user_weight, patience=patience, seed=seed,
            checkpoint=checkpoint, device=device,
        )  # fmt: skip

    def _network(self, popularity: torch.Tensor, generator: torch.Generator) -> Network:
        given = self._settings
        return NFMNetwork(
            popularity, self._features(), embedding=given["embedding"], layers=given["layers"], memory=False,
            dropout=given["dropout"], generator=generator,
        )  # fmt: skip


class WideAndDeep(NeuralModel):
    """Wide cross products in closed form, deep layers beside them (Cheng et al. 2016); see :class:`NeuralModel`.

    Memory: 4·n_items² bytes for the wide half, as :class:`~recsys.linear.EASE`.
    """

    def __init__(
        self,
        features: Mapping[str, Sequence[str]] | None = None,
        embedding: int = 32,
        layers: Sequence[int] = (64, 32, 16),
        dropout: float = 0.0,
        epochs: int = 4,
        negatives: int = 4,
        batch_size: int = 32_768,
        learning_rate: float = 0.014,
        weight_decay: float = 4e-6,
        norm_exponent: float = 0.5,
        user_weight: float = 0.25,
        memory_regularization: float = 1000.0,
        patience: int = 0,
        seed: int = 0,
        checkpoint: str | None = None,
        device: str = "cpu",
    ) -> None:
        super().__init__(
            features=_listed(features), embedding=embedding, layers=list(layers), dropout=dropout, epochs=epochs,
            negatives=negatives, batch_size=batch_size, learning_rate=learning_rate, weight_decay=weight_decay,
            norm_exponent=norm_exponent, user_weight=user_weight, memory_regularization=memory_regularization,
            patience=patience, seed=seed, checkpoint=checkpoint, device=device,
        )  # fmt: skip

    def _memory(self) -> Memory:
        return LinearMemory(EASE(self._settings["memory_regularization"], 0.0))

    def _network(self, popularity: torch.Tensor, generator: torch.Generator) -> Network:
        given = self._settings
        return WideAndDeepNetwork(
            popularity, self._features(), embedding=given["embedding"], layers=given["layers"], memory=True,
            dropout=given["dropout"], generator=generator,
        )  # fmt: skip


def _listed(features: Mapping[str, Sequence[str]] | None) -> dict[str, list[str]] | None:
    """As JSON would give it back. Raises ``ValueError`` naming the item whose features are one string."""
    if features is None:
        return None
    for item, listed in features.items():
        if isinstance(listed, str):
            raise ValueError(f"features of {item!r}: a list of names is wanted, not {listed!r}")
    return {item: [str(name) for name in listed] for item, listed in features.items()}
