"""A small GPT, from the papers up: reads tokens, says how probable each next token is.

The decoder-only Transformer of Radford et al., "Language Models are Unsupervised Multitask Learners" (GPT-2, 2019), with
what has since been found to learn more from the same tokens and parameters:

* RMS normalisation before each sublayer (Zhang & Sennrich, NeurIPS 2019), without parameters, and of queries and keys
  (Henry et al., "Query-Key Normalization for Transformers", Findings of EMNLP 2020), which lets the rate be high;
* rotary positions (Su et al., "RoFormer", 2021, §3.4): attention sees distances, so a cache may slide on for ever;
* squared ReLU and depthwise causal convolutions of a few positions (So et al., "Primer", NeurIPS 2021, §4), here before
  each sublayer: each unit sees its neighbours at once, and attention is free for what lies further back;
* values of the first layer mixed into the others (Zhou et al., "Value Residual Learning", ACL 2025).

Shapes below: B rows, T positions, V tokens in the vocabulary, W width, H heads of D = W / H, S span of the convolution.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from generation.briefs import GenerationError

try:
    import torch
    from torch import Tensor, nn
    from torch.nn import functional as F

    from generation.text.gpt_threads import threads
except ImportError as error:
    raise GenerationError('the GPT needs torch: pip install "yuban[neural]"') from error

__all__ = ["GPT", "Cache", "Config"]


@dataclass(frozen=True, slots=True)
class Config:
    """The shape of a model.

    Args:
        vocabulary: V, number of token ids.
        width: W; a multiple of 2 · heads.
        context: positions that a token may look back on, itself included.
        hidden: units between the two products of the feed-forward sublayer; 4 W when 0.
        span: S, positions of the depthwise convolutions; 1 is none.
        dropout: share of units dropped in training, after the embedding and after each sublayer.
    """

    vocabulary: int
    layers: int = 4
    heads: int = 4
    width: int = 128
    context: int = 64
    hidden: int = 0
    span: int = 4
    dropout: float = 0.0

    def __post_init__(self) -> None:
        if min(self.vocabulary, self.layers, self.heads, self.width, self.context, self.span) < 1:
            raise GenerationError(f"every size of a GPT is at least 1: {self}")
        if self.width % (2 * self.heads):
            raise GenerationError(f"width {self.width} is no multiple of 2 · {self.heads} heads")


@dataclass(slots=True)
class LayerCache:
    """What one layer keeps of the tokens read: keys and values, and the last inputs of its two convolutions."""

    keys: Tensor  # (B, H, T, D), rotated
    values: Tensor  # (B, H, T, D)
    before_attention: Tensor  # (B, S − 1, W)
    before_mlp: Tensor  # (B, S − 1, W)


@dataclass(slots=True)
class Cache:
    """State between steps: one :class:`LayerCache` a layer and which cached positions hold a token."""

    layers: list[LayerCache]
    real: Tensor  # (B, T) bool; False where a short prompt was padded on the left
    position: int  # of the next token


class Convolution(nn.Module):
    """Each unit's weighted sum over its last S positions; begins as the identity."""

    def __init__(self, width: int, span: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(span, width))
        self.weight.data[0] = 1.0

    def forward(self, x: Tensor, before: Tensor | None = None) -> Tensor:
        """``x`` (B, T, W), ``before`` (B, S − 1, W) the inputs that came earlier, zeros if none → (B, T, W)."""
        span, length = len(self.weight), x.shape[1]
        if span == 1:
            return x * self.weight[0]
        padded = F.pad(x, (0, 0, span - 1, 0)) if before is None else torch.cat([before, x], 1)  # (B, S − 1 + T, W)
        mixed = x * self.weight[0]
        for back in range(1, span):
            mixed = mixed + padded[:, span - 1 - back : span - 1 - back + length] * self.weight[back]
        return mixed

    def keep(self, x: Tensor, before: Tensor | None) -> Tensor:
        """The inputs that the next token still needs, (B, S − 1, W)."""
        span = len(self.weight)
        joined = F.pad(x, (0, 0, span - 1, 0)) if before is None else torch.cat([before, x], 1)
        return joined[:, joined.shape[1] - span + 1 :]


class Attention(nn.Module):
    """Softmax of scaled products over everything up to a token (Vaswani et al., NeurIPS 2017, §3.2), H heads at once."""

    def __init__(self, config: Config, first: bool) -> None:
        super().__init__()
        width = config.width
        self.heads = config.heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width, bias=False) for _ in range(4))
        self.sharpness = nn.Parameter(torch.ones(config.heads))
        # How much of this layer's own values and of the first layer's.
        self.mix = None if first else nn.Parameter(torch.tensor([0.5, 0.5]))

    def forward(
        self, x: Tensor, rotation: tuple[Tensor, Tensor], bias: Tensor, first: Tensor | None, kept: LayerCache | None
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """``x`` (B, T, W) → output (B, T, W); keys and values (B, H, T′, D), with those kept; own values (B, H, T, D).

        ``bias`` (T, T′) or (B, 1, T, T′): 0 where a query may look, −∞ where not.
        """
        heads = (*x.shape[:2], self.heads, -1)
        q, k, v = (part(x).view(heads).transpose(1, 2) for part in (self.query, self.key, self.value))  # (B, H, T, D)
        if self.mix is not None and first is not None:
            v = v * self.mix[0] + first * self.mix[1]
        own = v
        scale = self.sharpness[:, None, None] * q.shape[-1] ** -0.5  # (H, 1, 1)
        q = (rotate(normalise(q), *rotation) * scale).to(v.dtype)
        k = rotate(normalise(k), *rotation).to(v.dtype)
        if kept is not None:
            k, v = torch.cat([kept.keys, k], 2), torch.cat([kept.values, v], 2)  # (B, H, T′, D)
        # Written out: torch's fused kernel is three times slower than this in bfloat16 at these sizes.
        weights = (q @ k.mT + bias.to(v.dtype)).softmax(-1).to(v.dtype)  # (B, H, T, T′)
        found = weights @ v  # (B, H, T, D)
        return self.out(found.transpose(1, 2).flatten(2)), k, v, own


class Block(nn.Module):
    """x + attention(x), then x + feed-forward(x); each sees its input normalised and mixed with its neighbours."""

    def __init__(self, config: Config, first: bool) -> None:
        super().__init__()
        hidden = config.hidden or 4 * config.width
        self.before_attention = Convolution(config.width, config.span)
        self.attention = Attention(config, first)
        self.before_mlp = Convolution(config.width, config.span)
        self.up = nn.Linear(config.width, hidden, bias=False)
        self.down = nn.Linear(hidden, config.width, bias=False)
        self.dropout = nn.Dropout(config.dropout)

    def forward(
        self,
        x: Tensor,
        rotation: tuple[Tensor, Tensor],
        bias: Tensor,
        first: Tensor | None,
        kept: LayerCache | None = None,
        real: Tensor | None = None,
    ) -> tuple[Tensor, Tensor, LayerCache | None]:
        """``x`` (B, T, W) → (B, T, W), the values (B, H, T, D) of this layer, and when generating what to keep.

        ``real`` (B, T, 1): zero where there is no token, so that padding tells its neighbours nothing.
        """
        near = normalise(x) if real is None else normalise(x) * real  # (B, T, W)
        mixed = self.before_attention(near, kept.before_attention if kept else None)
        out, keys, values, own = self.attention(mixed, rotation, bias, first, kept)
        x = x + self.dropout(out)
        after = normalise(x) if real is None else normalise(x) * real  # (B, T, W)
        hidden = F.relu(self.up(self.before_mlp(after, kept.before_mlp if kept else None))).square()  # (B, T, 4 W)
        x = x + self.dropout(self.down(hidden))
        if real is None:
            return x, own, None
        earlier = (kept.before_attention, kept.before_mlp) if kept else (None, None)
        near, after = self.before_attention.keep(near, earlier[0]), self.before_mlp.keep(after, earlier[1])
        return x, own, LayerCache(keys, values, near, after)


class GPT(nn.Module):
    """The whole model; also a :class:`generation.text.stepper.Stepper`.

    Parameters, float32: 2 V W in all, and (4 W + 2 · hidden) W + 2 S W + H + 2 a layer (the first has no mix: H alone).
    Memory while generating: 2 · layers · B · context · W floats of cache.
    """

    def __init__(self, config: Config, seed: int = 0) -> None:
        super().__init__()
        self.config = config
        with torch.random.fork_rng(devices=[]):  # torch's own initialisation, overwritten below, draws from it
            self.embedding = nn.Embedding(config.vocabulary, config.width)
            self.dropout = nn.Dropout(config.dropout)
            self.blocks = nn.ModuleList(Block(config, layer == 0) for layer in range(config.layers))
            self.head = nn.Linear(config.width, config.vocabulary, bias=False)
        self._initialise(torch.Generator().manual_seed(seed))

    def _initialise(self, generator: torch.Generator) -> None:
        """Uniform products, and zeros where a sublayer or the logits come out: every block begins as the identity."""
        for name, parameter in self.named_parameters():
            if name.endswith(("out.weight", "down.weight", "head.weight")):
                nn.init.zeros_(parameter)
            elif name == "embedding.weight":
                nn.init.normal_(parameter, generator=generator)
            elif "before_" not in name and parameter.ndim == 2:
                bound = math.sqrt(1.0 / parameter.shape[1])
                nn.init.uniform_(parameter, -bound, bound, generator=generator)

    @property
    def vocabulary_size(self) -> int:
        return self.config.vocabulary

    def forward(self, tokens: Tensor) -> Tensor:
        """``tokens`` (B, T) int64, T ≤ context → logits (B, T, V) of the token after each."""
        rotation = self._rotation(0, tokens.shape[1])
        x = self.dropout(normalise(self.embedding(tokens)))  # (B, T, W)
        bias = torch.full((tokens.shape[1],) * 2, -math.inf).triu(1)  # (T, T)
        first = None
        for block in self.blocks:
            x, values, _ = block(x, rotation, bias, first)  # (B, T, W)
            first = values if first is None else first
        return self._logits(x)

    def _logits(self, x: Tensor) -> Tensor:
        return self.head(normalise(x)).float()  # (…, V)

    def _rotation(self, start: int, length: int) -> tuple[Tensor, Tensor]:
        """Cosines and sines (T, D / 2) of positions ``start`` … ``start + length − 1``."""
        half = self.config.width // self.config.heads // 2
        frequency = 1024.0 ** -torch.linspace(0.0, 1.0, half)  # (D / 2,) radians a position
        angle = torch.arange(start, start + length, dtype=torch.float32).outer(frequency)  # (T, D / 2)
        return angle.cos(), angle.sin()

    @torch.inference_mode()
    def start(self, prompts: Sequence[Sequence[int]]) -> tuple[Cache, Tensor]:
        """Reads the last ``context`` tokens of each prompt; logits (B, V). An empty prompt raises GenerationError."""
        if not prompts or not all(len(prompt) for prompt in prompts):
            raise GenerationError("a GPT continues something: each prompt needs at least one token")
        cut = [list(prompt)[-self.config.context :] for prompt in prompts]
        length = max(map(len, cut))
        tokens = torch.tensor([[0] * (length - len(row)) + row for row in cut])  # (B, T), padded on the left
        real = torch.tensor([[False] * (length - len(row)) + [True] * len(row) for row in cut])  # (B, T)
        if int(tokens.max()) >= self.vocabulary_size or int(tokens.min()) < 0:
            raise GenerationError(f"a prompt holds a token outside 0 … {self.vocabulary_size - 1}")
        cache = Cache([], torch.zeros(len(cut), 0, dtype=torch.bool), 0)
        with threads(1):
            return self._read(cache, tokens, real)

    @torch.inference_mode()
    def step(self, state: Cache, tokens: Tensor) -> tuple[Cache, Tensor]:
        with threads(1):
            return self._read(state, tokens[:, None], torch.ones(len(tokens), 1, dtype=torch.bool))

    def select(self, state: Cache, rows: Tensor) -> Cache:
        layers = [
            LayerCache(*(part[rows] for part in (one.keys, one.values, one.before_attention, one.before_mlp)))
            for one in state.layers
        ]
        return Cache(layers, state.real[rows], state.position)

    def _read(self, cache: Cache, tokens: Tensor, real: Tensor) -> tuple[Cache, Tensor]:
        """Appends ``tokens`` (B, T), of which ``real`` (B, T) count; logits (B, V) after the last."""
        self.eval()
        length, context = tokens.shape[1], self.config.context
        rotation = self._rotation(cache.position, length)
        seen = torch.cat([cache.real, real], 1)  # (B, T′)
        at = torch.arange(seen.shape[1])
        query = at[-length:, None]  # (T, 1)
        # A padded position looks at itself alone, so that no row of the softmax is empty.
        mask = (at <= query) & (at > query - context) & (seen[:, None] | (at == query))  # (B, T, T′)
        bias = torch.zeros(mask.shape).masked_fill(~mask, -math.inf)[:, None]  # (B, 1, T, T′)
        x = normalise(self.embedding(tokens))  # (B, T, W)
        first, layers = None, []
        for number, block in enumerate(self.blocks):
            kept = cache.layers[number] if cache.layers else None
            x, values, layer = block(x, rotation, bias, first, kept, real[..., None])  # (B, T, W)
            first = values if first is None else first
            layer.keys, layer.values = layer.keys[:, :, -context:], layer.values[:, :, -context:]
            layers.append(layer)
        return Cache(layers, seen[:, -context:], cache.position + length), self._logits(x[:, -1])

    def save(self, path: Path) -> None:
        """One safetensors file, the configuration in its header; whole or not at all."""
        from generation.text.training_files import write_tensors

        write_tensors(path, self.state_dict(), {"gpt": json.dumps(asdict(self.config))})

    @classmethod
    def load(cls, path: Path) -> Self:
        """What :meth:`save` wrote. Raises GenerationError when it is another thing or its shapes do not fit."""
        from generation.text.training_files import load_into, read_tensors

        tensors, about = read_tensors(path)
        try:
            config = Config(**json.loads(about["gpt"]))
        except (KeyError, TypeError, ValueError) as error:
            raise GenerationError(f"{path} is no GPT saved here: {error}") from error
        model = cls(config)
        load_into(model, tensors, path)
        return model.eval()


def normalise(x: Tensor) -> Tensor:
    """RMS norm over the last axis; same shape."""
    return F.rms_norm(x, (x.shape[-1],), eps=1e-6)


def rotate(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Turns each pair of units of ``x`` (B, H, T, D) by its position's angle, (T, D / 2)."""
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cosine + b * sine, b * cosine - a * sine], -1)
