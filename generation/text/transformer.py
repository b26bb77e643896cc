"""A Transformer encoder–decoder from the paper up, for replies in a dialogue, with a key–value cache.

    Vaswani et al., "Attention Is All You Need", NeurIPS 2017;
    Xiong et al., "On Layer Normalization in the Transformer Architecture", ICML 2020 (norm before each sublayer: no warm-up
    needed, and a small model trains on a few thousand pairs);
    Press and Wolf, "Using the Output Embedding to Improve Language Models", EACL 2017 (one table for input and output).

Letters in the shape comments: B rows, T source units, S target units, W model width, N heads, K = W / N, V units.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from generation.briefs import GenerationError
from generation.text.seq2seq_batches import pad
from generation.text.seq2seq_vocabulary import BOS, PAD, UNK

try:
    import torch
    from torch import Tensor, nn
    from torch.nn import functional as F
except ImportError as error:
    raise GenerationError('the reply model needs torch: pip install "yuban[neural]"') from error

__all__ = ["Memory", "Transformer"]


def positions(start: int, count: int, width: int) -> Tensor:
    """Sinusoids of the places start … start + count − 1: (count, W) (Vaswani et al., §3.5)."""
    place = torch.arange(start, start + count, dtype=torch.float32).unsqueeze(1)  # (count, 1)
    rate = torch.exp(torch.arange(0, width, 2, dtype=torch.float32) * (-math.log(10_000.0) / width))  # (W / 2,)
    return torch.stack([torch.sin(place * rate), torch.cos(place * rate)], -1).flatten(1)  # (count, W)


class Attention(nn.Module):
    """Scaled dot-product attention with N heads (§3.2)."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        for layer in (self.query, self.key, self.value):
            nn.init.xavier_uniform_(layer.weight)
        for layer in (self.query, self.key, self.value, self.out):
            nn.init.zeros_(layer.bias)

    def split(self, x: Tensor) -> Tensor:
        """(B, T, W) → (B, N, T, K)."""
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def remember(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values of (B, T, W): each (B, N, T, K)."""
        return self.split(self.key(x)), self.split(self.value(x))

    def forward(self, x: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None) -> Tensor:
        """(B, S, W) over keys and values (B, N, T, K) → (B, S, W); ``mask`` (B or 1, 1, S or 1, T) bool: what may be seen."""
        query = self.split(self.query(x))  # (B, N, S, K)
        energy = query @ keys.transpose(-1, -2) / math.sqrt(keys.shape[-1])  # (B, N, S, T)
        if mask is not None:
            energy = energy.masked_fill(~mask, -torch.inf)
        weights = F.dropout(energy.softmax(-1), self.dropout, self.training)  # (B, N, S, T)
        return self.out((weights @ values).transpose(1, 2).flatten(2))  # (B, S, W)


class Feed(nn.Module):
    """The position-wise network of each layer (§3.3)."""

    def __init__(self, width: int, inner: int, dropout: float) -> None:
        super().__init__()
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """(B, S, W) → (B, S, W)."""
        return self.down(self.dropout(torch.relu(self.up(x))))


class EncoderLayer(nn.Module):
    """Self-attention and feed-forward, each on its normed input and added to it."""

    def __init__(self, width: int, heads: int, inner: int, dropout: float) -> None:
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2))
        self.own = Attention(width, heads, dropout)
        self.feed = Feed(width, inner, dropout)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, inside: Tensor) -> Tensor:
        """(B, T, W), what is text (B, 1, 1, T) → (B, T, W)."""
        normed = self.norms[0](x)  # (B, T, W)
        x = x + self.dropout(self.own(normed, *self.own.remember(normed), inside))  # (B, T, W)
        return x + self.dropout(self.feed(self.norms[1](x)))  # (B, T, W)


class DecoderLayer(nn.Module):
    """Self-attention over what is written, attention over what was read, feed-forward."""

    def __init__(self, width: int, heads: int, inner: int, dropout: float) -> None:
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.own = Attention(width, heads, dropout)
        self.across = Attention(width, heads, dropout)
        self.feed = Feed(width, inner, dropout)
        self.dropout = nn.Dropout(dropout)

    def remember(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values, each (B, N, T, K), of an encoded source (B, T, W)."""
        return self.across.remember(x)

    def forward(
        self, x: Tensor, written: Tensor | None, source: tuple[Tensor, Tensor], inside: Tensor, past: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """One layer, and its own keys and values (2, B, N, S', K), to be handed in as ``past`` with the next unit.

        Args:
            x: (B, S, W); S = 1 while decoding.
            written: (1, 1, S, S) bool: which places each place may see; ``None`` while decoding (all before it).
            source: keys and values of the source, each (B, N, T, K); ``inside`` (B, 1, 1, T): what of it is text.
            past: keys and values of the units before these, (2, B, N, S' − S, K).
        """
        normed = self.norms[0](x)  # (B, S, W)
        own = torch.stack(self.own.remember(normed))  # (2, B, N, S, K)
        own = own if past is None else torch.cat([past, own], 3)  # (2, B, N, S', K)
        x = x + self.dropout(self.own(normed, own[0], own[1], written))  # (B, S, W)
        x = x + self.dropout(self.across(self.norms[1](x), *source, inside))  # (B, S, W)
        return x + self.dropout(self.feed(self.norms[2](x))), own  # (B, S, W)


@dataclass(slots=True)
class Memory:
    """What the decoder keeps between two steps; rows stand first, but for the layers of ``source`` and ``past``."""

    inside: Tensor  # (B, 1, 1, T) bool
    source: list[tuple[Tensor, Tensor]]  # a layer: keys and values (B, N, T, K) of the source
    past: list[Tensor | None]  # a layer: (2, B, N, S', K) of what is written


class Transformer(nn.Module):
    """Reads a source and writes a target; a :class:`~generation.text.stepper.Stepper` whose prompts are sources.

    Args:
        known: V, units with an embedding; ids above are read as unknown and never written.
        slots: how many such ids the vocabulary counts; their logits are −∞.
        layers: of the encoder, and as many of the decoder.
    """

    def __init__(
        self,
        known: int,
        slots: int = 0,
        *,
        width: int = 128,
        heads: int = 4,
        layers: int = 2,
        inner: int = 512,
        dropout: float = 0.1,
        vectors: Tensor | None = None,
    ) -> None:
        super().__init__()
        if width % heads or width % 2:
            raise GenerationError(f"width {width} must be even and a multiple of the {heads} heads")
        self.settings = {
            "known": known, "slots": slots, "width": width, "heads": heads, "layers": layers, "inner": inner,
            "dropout": dropout,
        }  # fmt: skip
        self.known, self.slots, self.width = known, slots, width
        self.embed = nn.Embedding(known, width, padding_idx=PAD)
        nn.init.normal_(self.embed.weight, std=width**-0.5)
        with torch.no_grad():
            if vectors is not None:
                self.embed.weight.copy_(vectors)
            self.embed.weight[PAD] = 0.0
        self.encoder = nn.ModuleList(EncoderLayer(width, heads, inner, dropout) for _ in range(layers))
        self.decoder = nn.ModuleList(DecoderLayer(width, heads, inner, dropout) for _ in range(layers))
        self.encoder_norm, self.decoder_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)

    @property
    def vocabulary_size(self) -> int:
        """V and the slots."""
        return self.known + self.slots

    def embedded(self, ids: Tensor, start: int = 0) -> Tensor:
        """Ids (B, S) at the places from ``start`` → (B, S, W) (§3.4, §3.5)."""
        known = self.embed(torch.where(ids < self.known, ids, UNK)) * math.sqrt(self.width)  # (B, S, W)
        return self.dropout(known + positions(start, ids.shape[1], self.width).to(known))

    def read(self, ids: Tensor) -> Memory:
        """Sources (B, T) int64, padded on the right → the memory before the first output."""
        inside = (ids != PAD)[:, None, None]  # (B, 1, 1, T)
        x = self.embedded(ids)  # (B, T, W)
        for layer in self.encoder:
            x = layer(x, inside)  # (B, T, W)
        x = self.encoder_norm(x)  # (B, T, W)
        return Memory(
            inside, [cast(DecoderLayer, layer).remember(x) for layer in self.decoder], [None] * len(self.decoder)
        )

    def write(self, memory: Memory, ids: Tensor) -> tuple[Memory, Tensor]:
        """Appends ``ids`` (B, S) to what is written: the new memory, and logits (B, S, V) of what comes after each."""
        size = ids.shape[1]
        start = 0 if memory.past[0] is None else memory.past[0].shape[3]
        # A single new unit sees all before it; several of them, each those up to itself.
        written = None if size == 1 else torch.ones(size, start + size, dtype=torch.bool, device=ids.device)
        written = None if written is None else written.tril(start)[None, None]  # (1, 1, S, S')
        x = self.embedded(ids, start)  # (B, S, W)
        past: list[Tensor | None] = []
        for layer, source, before in zip(self.decoder, memory.source, memory.past, strict=True):
            x, own = layer(x, written, source, memory.inside, before)  # (B, S, W), (2, B, N, S', K)
            past.append(own)
        logits = F.linear(self.decoder_norm(x), self.embed.weight)  # (B, S, V)
        return Memory(memory.inside, memory.source, past), logits

    def forward(self, sources: Tensor, targets: Tensor) -> Tensor:
        """The loss per target unit, in nats: sources (B, T), targets (B, S) with their ends."""
        begin = torch.full_like(targets[:, :1], BOS)  # (B, 1)
        _, logits = self.write(self.read(sources), torch.cat([begin, targets[:, :-1]], 1))  # (B, S, V)
        wanted = torch.where(targets < self.known, targets, UNK)  # (B, S)
        return F.cross_entropy(logits.flatten(0, 1), wanted.flatten(), ignore_index=PAD)

    # --- the Stepper -------------------------------------------------------------------------------------------------

    def start(self, prompts: Sequence[Sequence[int]]) -> tuple[Memory, Tensor]:
        """Reads B sources; the memory, and logits (B, V + slots) of the first unit."""
        ids = torch.from_numpy(pad(prompts)).to(self.embed.weight.device)  # (B, T)
        if not (ids != PAD).any(1).all():
            raise GenerationError("there is nothing to read in one of the sources")
        return self.step(self.read(ids), torch.full((len(ids),), BOS, device=ids.device))

    def step(self, state: Memory, tokens: Tensor) -> tuple[Memory, Tensor]:
        """Appends ``tokens`` (B,); the new memory and logits (B, V + slots) float32."""
        state, logits = self.write(state, tokens.unsqueeze(1))  # (B, 1, V)
        return state, F.pad(logits[:, 0], (0, self.slots), value=-torch.inf)  # (B, V + slots)

    def select(self, state: Memory, rows: Tensor) -> Memory:
        """The memory whose rows are ``rows`` (B',)."""
        source = [(keys.index_select(0, rows), values.index_select(0, rows)) for keys, values in state.source]
        past = [None if own is None else own.index_select(1, rows) for own in state.past]
        return Memory(state.inside.index_select(0, rows), source, past)
