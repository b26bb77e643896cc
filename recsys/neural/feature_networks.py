"""NFM and Wide & Deep: networks over fields, which are the history, the item and the item's features.

    He & Chua, "Neural factorization machines for sparse predictive analytics", SIGIR 2017.
    Cheng et al., "Wide & deep learning for recommender systems", DLRS 2016.

NFM pools all pairs of fields by the bi-interaction (eq. 4), in linear time, and puts layers above it (eq. 5, 7):

    f_BI = ½ [ (Σ_f x_f v_f)² − Σ_f (x_f v_f)² ],     ŷ = w_0 + Σ_f w_f x_f + hᵀ φ_L(… φ_1(f_BI)).

Fields of a history have x = v_i |h|^−α, the item and its features 1 and |features|^−½. Unlike in the paper, pairs and
weights within the history are left out: they are the same for every item. Wide & Deep adds a linear model of cross
products AND(i in the history, j is the item) to an MLP over the fields' vectors. Such a model is an item-to-item
matrix, and its least-squares solution is known in closed form, so the wide half is EASE
(:class:`~recsys.neural.fold_in.LinearMemory`) instead of the paper's FTRL, and the deep half is trained beside it.

An item nobody has met has its features, through which both networks place it.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from recsys.neural.networks import Batch, Deep, Network, pooled, sums

__all__ = ["NFMNetwork", "WideAndDeepNetwork"]


class _FeatureNetwork(Network):
    """The item side: its own vector plus its features'."""

    def __init__(
        self, popularity: torch.Tensor, features: torch.Tensor, d: int, memory: bool, generator: torch.Generator
    ) -> None:
        """``features`` (n_items, n_features) sparse COO float32: x_f of each item."""
        super().__init__(popularity, memory, generator)
        self.register_buffer("features", features, persistent=False)
        self.history, self.item = self.table(len(popularity), d), self.table(len(popularity), d)
        self.feature = self.table(features.shape[1], d)
        self.feature_bias = nn.Parameter(torch.zeros(features.shape[1], 1))

    def of_items(self) -> torch.Tensor:
        """(n_items, d): Σ x v over the item's fields."""
        features: torch.Tensor = self.features  # type: ignore[assignment]
        return self.item + torch.sparse.mm(features, self.feature)

    def of_features(self, batch: Batch) -> torch.Tensor:
        """(k,): the linear weight of the target's features."""
        features: torch.Tensor = self.features  # type: ignore[assignment]
        return torch.sparse.mm(features, self.feature_bias)[:, 0].index_select(0, batch.targets)

    def item_tables(self) -> list[nn.Parameter]:
        """History and item vectors."""
        return [self.history, self.item]

    def embeddings(self) -> list[nn.Parameter]:
        """Those and the features' vectors."""
        return [*self.item_tables(), self.feature]


class NFMNetwork(_FeatureNetwork):
    """Bi-interaction pooling, then ``layers``."""

    def __init__(
        self,
        popularity: torch.Tensor,
        features: torch.Tensor,
        *,
        embedding: int,
        layers: Sequence[int],
        memory: bool,
        dropout: float,
        generator: torch.Generator,
    ) -> None:
        super().__init__(popularity, features, embedding, memory, generator)
        self.squares = features * features  # x_f², for the subtrahend
        # A pooled pair is a product of two small numbers; the scale brings it to where a layer can start.
        self.scale = nn.Parameter(torch.full((embedding,), 3.0))
        self.layers = nn.ParameterList()
        for a, b in zip([embedding, *layers[:-1]], layers, strict=True):
            self.layers.append(nn.Parameter((2 / a) ** 0.5 * torch.randn(a, b, generator=generator)))
            self.layers.append(nn.Parameter(torch.zeros(b)))
        self.dropout = dropout
        self.output = nn.Parameter((0.0 if memory else 0.1) * torch.randn(layers[-1], generator=generator))
        # h of the plain factorisation machine, which NFM without layers is (He & Chua, section 3.2).
        self.direct = nn.Parameter(torch.zeros(embedding) if memory else torch.ones(embedding))

    def interaction(self, batch: Batch) -> torch.Tensor:
        """(k, d): f_BI."""
        items, history = self.of_items(), self.history
        pairs = 0.5 * (items.square() - self.item.square() - torch.sparse.mm(self.squares, self.feature.square()))
        p = pooled(sums(history, batch), history, batch)
        return p * items.index_select(0, batch.targets) + pairs.index_select(0, batch.targets)

    def match(self, batch: Batch) -> torch.Tensor:
        """Equation 7."""
        pairs = self.interaction(batch)
        x = pairs * self.scale
        for at in range(0, len(self.layers), 2):
            if self.training and self.dropout:
                kept = torch.rand(x.shape, generator=self.generator, device=x.device) >= self.dropout
                x = x * kept / (1 - self.dropout)
            x = torch.relu(torch.addmm(self.layers[at + 1], x, self.layers[at]))
        return x @ self.output + pairs @ self.direct + self.of_features(batch)


class WideAndDeepNetwork(_FeatureNetwork):
    """Wide is the memory's score, deep an MLP over [history ; item + features]."""

    def __init__(
        self,
        popularity: torch.Tensor,
        features: torch.Tensor,
        *,
        embedding: int,
        layers: Sequence[int],
        memory: bool,
        dropout: float,
        generator: torch.Generator,
    ) -> None:
        super().__init__(popularity, features, embedding, memory, generator)
        self.deep = Deep(embedding, layers, dropout, generator)
        self.output = nn.Parameter((0.0 if memory else 0.1) * torch.randn(layers[-1], generator=generator))

    def match(self, batch: Batch) -> torch.Tensor:
        """Cheng et al., eq. 3, without the wide half, which the memory brings."""
        deep = self.deep(sums(self.history, batch), self.history, self.of_items(), batch)
        return deep @ self.output + self.of_features(batch)
