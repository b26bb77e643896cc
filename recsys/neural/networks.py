"""GMF, MLP and NeuMF: a matching function learned from pairs.

    He, Liao, Zhang, Nie, Hu & Chua, "Neural collaborative filtering", WWW 2017.

With p the history's vector (:mod:`recsys.neural.fold_in`) and q the item's, the log-odds of a pair are

    GMF     hᵀ (p ⊙ q)                                                            (eq. 8, 9)
    MLP     hᵀ φ_L(… φ_1([p ; q])),   φ(x) = max(W x + b, 0)                       (eq. 10)
    NeuMF   both, each with vectors of its own, the last layers concatenated      (eq. 11, 12)

plus an item bias and, where a memory was pre-trained, its score. The first layer of the MLP is W_p p + W_q q, so it is
applied once to each history and each item of a batch and not to each pair, and p_{h∖j} = |h∖j|^−α (Σ_h v e − e_j) stays
a difference of rows behind it: the same numbers for a fraction of the work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import torch
from torch import nn
from torch.nn import functional as F  # its name everywhere

from recsys.numba_backend import uses_numba

__all__ = ["Batch", "Deep", "Network", "NeuMFNetwork", "left_out", "pooled", "products", "rectified_sums"]


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs of histories and items.

    In training the first ``positives`` of the k pairs happened, and each is left out of its history; then come as many
    negatives for each, in the same order. In serving ``positives`` is 0 and histories are whole.
    """

    items: torch.Tensor
    """(nnz,) int64: the b histories, one after the other."""
    values: torch.Tensor
    """(nnz,) float32."""
    offsets: torch.Tensor
    """(b,) int64: where each history begins."""
    users: torch.Tensor
    """(k,) int64: 0 … b−1."""
    targets: torch.Tensor
    """(k,) int64 item rows."""
    norms: torch.Tensor
    """(k,) float32: |h|^−α of the history as the pair sees it."""
    memory: torch.Tensor | None
    """(k,) float32: the memory's linked scores."""
    positives: int = 0


def sums(table: torch.Tensor, batch: Batch) -> torch.Tensor:
    """(b, d): Σ_{i∈h} v_i table_i of each history."""
    return F.embedding_bag(
        batch.items, table, batch.offsets, mode="sum", per_sample_weights=batch.values.to(table.dtype)
    )


def left_out(of_users: torch.Tensor, of_items: torch.Tensor, batch: Batch) -> torch.Tensor:
    """(p, d) in training: |h∖j|^−α (``of_users``[u] − ``of_items``[j]) of each positive; (k, d) in serving, nothing left out.

    A positive's negatives see the very history it sees, without it. Were theirs whole, what is missing from a history
    would tell the two apart, and the network would learn that instead of taste.
    """
    p = batch.positives
    if not p:
        return of_users.index_select(0, batch.users) * batch.norms[:, None]
    own = of_items.index_select(0, batch.targets[:p])
    return (of_users.index_select(0, batch.users[:p]) - own) * batch.norms[:p, None]


def each_pair(left: torch.Tensor, batch: Batch) -> torch.Tensor:
    """(k, d): what :func:`left_out` gives, once more for each negative."""
    p = batch.positives
    if not p:
        return left
    # Expanded and not indexed: the gradient is then a sum over the negatives and not a scatter.
    others = left[:, None, :].expand(-1, _negatives(batch), -1).reshape(len(batch.targets) - p, -1)
    return torch.cat([left, others])


def pooled(of_users: torch.Tensor, of_items: torch.Tensor, batch: Batch) -> torch.Tensor:
    """(k, d): the history's vector as each pair sees it."""
    return each_pair(left_out(of_users, of_items, batch), batch)


def products(left: torch.Tensor, table: torch.Tensor, batch: Batch) -> torch.Tensor:
    """(k,): ⟨p, table_j⟩ with p of :func:`left_out`."""
    if _compiles(left, batch):
        from recsys.neural import compiled

        return compiled.products(left, table, batch.targets, _negatives(batch))
    return (each_pair(left, batch) * table.index_select(0, batch.targets)).sum(1)


def rectified_sums(left: torch.Tensor, table: torch.Tensor, batch: Batch) -> torch.Tensor:
    """(k, d): max(p + table_j, 0) with p of :func:`left_out`."""
    if _compiles(left, batch):
        from recsys.neural import compiled

        return compiled.rectified_sums(left, table, batch.targets, _negatives(batch))
    return F.relu(each_pair(left, batch) + table.index_select(0, batch.targets))


def _negatives(batch: Batch) -> int:
    return (len(batch.targets) - batch.positives) // batch.positives


def _compiles(left: torch.Tensor, batch: Batch) -> bool:
    return bool(batch.positives) and left.device.type == "cpu" and left.dtype == torch.float32 and uses_numba("auto")


class Deep(nn.Module):
    """The layers of the MLP after [p ; q]; no output weight. Rectified, He-initialised."""

    def __init__(self, inputs: int, layers: Sequence[int], dropout: float, generator: torch.Generator) -> None:
        super().__init__()
        first = (2 / (2 * inputs)) ** 0.5
        self.of_user = nn.Parameter(first * torch.randn(inputs, layers[0], generator=generator))
        self.of_item = nn.Parameter(first * torch.randn(inputs, layers[0], generator=generator))
        self.bias = nn.Parameter(torch.zeros(layers[0]))
        self.hidden = nn.ParameterList()
        for a, b in pairwise(layers):
            self.hidden.append(nn.Parameter((2 / a) ** 0.5 * torch.randn(a, b, generator=generator)))
            self.hidden.append(nn.Parameter(torch.zeros(b)))
        self.dropout = dropout
        self.generator = generator

    def forward(self, users: torch.Tensor, own: torch.Tensor, items: torch.Tensor, batch: Batch) -> torch.Tensor:
        """(k, layers[-1]) from ``users`` (b, d) sums, ``own`` and ``items`` (n, d): embeddings of both sides."""
        left = left_out(users @ self.of_user, own @ self.of_user, batch)
        x = rectified_sums(left, items @ self.of_item + self.bias, batch)
        for at in range(0, len(self.hidden), 2):
            x = F.relu(torch.addmm(self.hidden[at + 1], self._dropped(x), self.hidden[at]))
        return x

    def _dropped(self, x: torch.Tensor) -> torch.Tensor:
        """Dropout that draws from the network's own generator and leaves the process-wide one alone."""
        if not self.training or not self.dropout:
            return x
        kept = torch.rand(x.shape, generator=self.generator, device=x.device) >= self.dropout
        return x * kept / (1 - self.dropout)


class Network(nn.Module):
    """Log-odds of pairs: an item bias, the memory's score times a weight, and what a subclass adds."""

    def __init__(self, popularity: torch.Tensor, memory: bool, generator: torch.Generator) -> None:
        super().__init__()
        self.generator = generator
        # With a memory, popularity is in its score already; without, the bias starts at the log of the item's share.
        mean = popularity.mean() if len(popularity) else torch.tensor(1.0)
        start = torch.zeros_like(popularity) if memory else torch.log((popularity + 1) / (mean + 1))
        self.item_bias = nn.Parameter(start.clone())
        self.bias = nn.Parameter(torch.tensor(0.0 if memory else -1.5))
        self.memory_weight = nn.Parameter(torch.tensor(2.0)) if memory else None

    def table(self, rows: int, d: int, scale: float = 0.1) -> nn.Parameter:
        """An embedding table (rows, d) from N(0, scale²)."""
        return nn.Parameter(scale * torch.randn(rows, d, generator=self.generator))

    def forward(self, batch: Batch) -> torch.Tensor:
        """(k,) log-odds."""
        logits = self.bias + self.item_bias.index_select(0, batch.targets)
        if self.memory_weight is not None and batch.memory is not None:
            logits = logits + self.memory_weight * batch.memory
        return cast("torch.Tensor", logits + self.match(batch))

    @torch.no_grad()
    def forget_items(self, start: int) -> None:
        """Items from row ``start`` on are known by their features alone: no vector of their own."""
        for table in self.item_tables():
            table[start:] = 0

    @torch.no_grad()
    def level_items(self, start: int) -> None:
        """Give those items the average bias of the others."""
        if start:
            self.item_bias[start:] = self.item_bias[:start].mean()

    def match(self, batch: Batch) -> torch.Tensor:
        """(k,) what the network itself says."""
        raise NotImplementedError

    def item_tables(self) -> list[nn.Parameter]:
        """Tables with a row an item."""
        raise NotImplementedError

    def embeddings(self) -> list[nn.Parameter]:
        """All tables, which alone are decayed."""
        return self.item_tables()


class NeuMFNetwork(Network):
    """``factors`` > 0 has the GMF half, ``layers`` the MLP half; both is NeuMF.

    Parameters
    ----------
    popularity
        (n_items,) float32: how many users like each item.
    factors
        Of the GMF half.
    embedding
        d of the MLP half's vectors.
    layers
        Widths of the MLP, φ_1 … φ_L.
    memory
        Whether a memory's score is added. One factor of either half then starts at zero (GMF's history vectors, MLP's
        output weights), so that the network begins as the memory and departs from it where the data say so.
    """

    def __init__(
        self,
        popularity: torch.Tensor,
        *,
        factors: int,
        embedding: int,
        layers: Sequence[int],
        memory: bool,
        dropout: float,
        generator: torch.Generator,
    ) -> None:
        super().__init__(popularity, memory, generator)
        n = len(popularity)
        self.gmf = bool(factors)
        self.mlp = bool(layers)
        if self.gmf:
            self.gmf_history = self.table(n, factors, 0.0 if memory else 0.1)
            self.gmf_item = self.table(n, factors)
            self.gmf_output = nn.Parameter(torch.ones(factors))
        if self.mlp:
            self.mlp_history, self.mlp_item = self.table(n, embedding), self.table(n, embedding)
            self.deep = Deep(embedding, layers, dropout, generator)
            last = 0.0 if memory else 0.1
            self.mlp_output = nn.Parameter(last * torch.randn(layers[-1], generator=generator))

    def match(self, batch: Batch) -> torch.Tensor:
        """Equations 8–12."""
        logits = torch.zeros_like(batch.norms)
        if self.gmf:
            left = left_out(sums(self.gmf_history, batch), self.gmf_history, batch)
            logits = logits + products(left, self.gmf_item * self.gmf_output, batch)
        if self.mlp:
            deep = self.deep(sums(self.mlp_history, batch), self.mlp_history, self.mlp_item, batch)
            logits = logits + deep @ self.mlp_output
        return logits

    def item_tables(self) -> list[nn.Parameter]:
        """Tables of both halves."""
        tables: list[nn.Parameter] = []
        if self.gmf:
            tables += [self.gmf_history, self.gmf_item]
        return tables + ([self.mlp_history, self.mlp_item] if self.mlp else [])
