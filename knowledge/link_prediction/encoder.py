"""A graph neural network over a knowledge graph: an entity is what it is linked to, and by which relation.

    Vashishth et al., "Composition-based multi-relational graph convolutional networks" (CompGCN), ICLR 2020;
    Schlichtkrull et al., "Modeling relational data with graph convolutional networks" (R-GCN), ESWC 2018.

A message from neighbour u along relation r is the composition of their embeddings, h_u ∘ z_r (CompGCN, section 4,
"multiplication"). Messages of one relation are averaged, then summed over relations (R-GCN, eq. 2 with c = |N_r|), with
one weight matrix for the stated direction, one for its reciprocal and one for the entity itself (CompGCN, eq. 3–5):

    h_v' = norm(h_v W_self + tanh(Σ_{r stated} mean h_u∘z_r  W_out + Σ_{r reciprocal} mean h_u∘z_r  W_in))

The residual keeps an entity's own embedding visible to the decoder. E messages cost O(E·d); nothing is E·d².
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from knowledge.link_prediction.triples import TripleSet

__all__ = ["CompGCN", "Messages"]


class Messages:
    """The directed facts as message routes. E routes; all tensors int64 (E,)."""

    def __init__(self, triples: TripleSet) -> None:
        directed = torch.from_numpy(triples.directed)
        self.relations = len(triples.relations)
        self.entities = len(triples.entities)
        # The fact (h, r, t) tells t about h along r, and h about t along its reciprocal.
        self.source, self.relation, self.target = (directed[:, i].contiguous() for i in range(3))
        key = self.target * (2 * self.relations) + self.relation
        self._group = torch.unique(key, return_inverse=True)[1]
        self._groups = int(self._group.max()) + 1

    def weights(self, kept: Tensor | None = None) -> Tensor:
        """float32 (E,): 1 / number of kept messages of the same relation to the same entity; 0 where not kept.

        Args:
            kept: bool (E,), or None for all.
        """
        used = torch.ones(len(self.source)) if kept is None else kept.float()
        count = torch.zeros(self._groups).index_add_(0, self._group, used)
        return used / count.clamp_(min=1.0)[self._group]

    def counts(self, kept: Tensor | None = None) -> Tensor:
        """float32 (2R, N): how many kept messages of each relation end at each entity."""
        used = torch.ones(len(self.source)) if kept is None else kept.float()
        place = self.relation * self.entities + self.target
        flat = torch.zeros(2 * self.relations * self.entities).index_add_(0, place, used)
        return flat.view(2 * self.relations, self.entities)


class Layer(nn.Module):
    """One round of messages."""

    def __init__(self, dim: int, dropout: float) -> None:
        super().__init__()
        self.out = nn.Linear(dim, dim, bias=False)
        self.into = nn.Linear(dim, dim, bias=False)
        self.own = nn.Linear(dim, dim)
        self.relation = nn.Linear(dim, dim, bias=False)
        self.norm = nn.LayerNorm(dim)
        self.dropout = nn.Dropout(dropout)
        nn.init.eye_(self.own.weight)
        nn.init.eye_(self.relation.weight)

    def forward(self, h: Tensor, z: Tensor, messages: Messages, weights: Tensor) -> tuple[Tensor, Tensor]:
        """``h`` (N, d), ``z`` (2R, d), ``weights`` (E,) → new ``h`` and ``z``."""
        stated = len(messages.source) // 2  # the second half are the reciprocals
        gathered = []
        for part, matrix in ((slice(0, stated), self.out), (slice(stated, None), self.into)):
            sent = h.index_select(0, messages.source[part]) * z.index_select(0, messages.relation[part])  # (E/2, d)
            sent = sent * weights[part, None]  # (E/2, d)
            heard = torch.zeros_like(h).index_add_(0, messages.target[part], sent)  # (N, d)
            gathered.append(matrix(heard))  # (N, d)
        update = torch.tanh(gathered[0] + gathered[1])  # (N, d)
        return self.norm(self.own(h) + self.dropout(update)), self.relation(z)


class CompGCN(nn.Module):
    """Entity and relation embeddings after ``layers`` rounds of messages; with 0 rounds a plain factorisation.

    Args:
        entities: N.
        relations: R; embeddings are made for 2R directed relations.
        dim: d.
        dropout: share of entity features and of updates dropped while training, 0..1.
    """

    def __init__(self, entities: int, relations: int, *, dim: int, layers: int, dropout: float) -> None:
        super().__init__()
        self.entity = nn.Embedding(entities, dim)
        self.relation = nn.Embedding(2 * relations, dim)
        self.usual = nn.Parameter(torch.tensor([[1.0, 0.0]]).repeat(2 * relations, 1))
        nn.init.normal_(self.entity.weight, std=0.5)
        nn.init.normal_(self.relation.weight, mean=0.5, std=0.5)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(dim, dropout) for _ in range(layers))

    def forward(self, messages: Messages, weights: Tensor) -> tuple[Tensor, Tensor]:
        """``weights`` (E,) from :meth:`Messages.weights` → entities (N, d), relations (2R, d).

        The relations come out divided by √d, so that scores start near 0 and what is usual has the first word.
        """
        h, z = self.dropout(self.entity.weight), self.relation.weight  # (N, d), (2R, d)
        for layer in self.layers:
            h, z = layer(h, z, messages, weights)
        return h, z * h.shape[1] ** -0.5

    def prior(self, relation: int, counts: Tensor) -> Tensor:
        """What is usual: log-odds (n,) of ends that the relation has been seen to end at ``counts`` (n,) times.

        Read the other way round: a film that has a director already needs one less than a film that has none.
        """
        seen, never = self.usual[relation]
        return seen * torch.log1p(counts) + never * (counts == 0)
