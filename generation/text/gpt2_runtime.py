"""Serving GPT-2-shaped checkpoints on a processor: float32, bfloat16 or int8 weights, one thread, one compiled pass a token.

    model = GPT2.read(folder, weights="int8")
    text = decode(model, [prompt], Settings(max_new=128))[0][0].tokens

A :class:`~generation.text.stepper.Stepper`, so greedy search, sampling, beams and constraints work on it; candidates and beams of
one prompt share its keys. The architecture is that of Radford et al. 2019 as `transformers` stores it (``GPT2LMHeadModel``): ``Conv1D``
matrices (inputs × outputs), learned positions, layer normalisation before each part, GELU by tanh.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from generation.text.decoding_settings import DecodingError

try:
    from generation.text.gpt2_runtime_kernels import forward, head
    from generation.text.gpt2_runtime_weights import (
        CheckpointError,
        Packed,
        Shape,
        Tensors,
        Weights,
        pack,
        read_folder,
        stack,
    )
except ImportError as error:  # pragma: no cover
    raise ImportError('serving GPT-2 compiles its loops with numba: pip install "yuban[neural,fast]"') from error

__all__ = ["GPT2", "Cache", "CheckpointError"]


@dataclass
class Cache:
    """Keys and values of some texts. ``table[text, position]`` is the slot of the pool that holds a position."""

    keys: NDArray[Any]  # (layers, slots, D) float32, or bfloat16 as uint16
    values: NDArray[Any]
    table: NDArray[np.int32]  # (texts, context)
    lengths: NDArray[np.int64]  # (texts,)
    used: int
    """Slots taken; the pool doubles when it is full."""


class GPT2:
    """A GPT-2 ready to decode.

    Memory: the weights once in the chosen type (4, 2 or 1 byte a parameter) and the token embeddings once more in float32; for each
    token of each text 2 · layers · D numbers in the cache, float32 or, where the weights are smaller, bfloat16: at a batch of 8,
    reading the cache takes as long as reading int8 weights.
    """

    def __init__(self, config: Mapping[str, Any], tensors: Mapping[str, Any], weights: Weights = "float32") -> None:
        """From the values of ``config.json`` and the named tensors of a checkpoint (with or without ``transformer.``).

        Raises:
            CheckpointError: another architecture or activation, a tensor missing, of the wrong shape, or not finite.
        """
        if weights not in ("float32", "bfloat16", "int8"):
            raise CheckpointError(f"weights must be float32, bfloat16 or int8, not {weights!r}")
        shape, take = Shape.of(config), Tensors(tensors)
        self.vocabulary_size, self.context, self.heads = shape.vocabulary, shape.context, shape.heads
        self.layers, self.width, self.weights = shape.layers, shape.width, weights
        self._epsilon = np.float32(config.get("layer_norm_epsilon", 1e-5))
        width, inner = shape.width, shape.inner
        self._tokens = take("wte.weight", shape.vocabulary, width)
        self._places = take("wpe.weight", shape.context, width)
        norms = ("ln_1.weight", "ln_1.bias", "ln_2.weight", "ln_2.bias")
        self._norms = np.stack([[take(f"h.{i}.{part}", width) for part in norms] for i in range(shape.layers)])

        def stacked(name: str, inputs: int, outputs: int) -> Packed:
            names = [f"h.{i}.{name}" for i in range(shape.layers)]
            return stack(
                [pack(take(f"{n}.weight", inputs, outputs), take(f"{n}.bias", outputs), weights) for n in names]
            )

        self._qkv = stacked("attn.c_attn", width, 3 * width)
        self._merge = stacked("attn.c_proj", width, width)
        self._widen = stacked("mlp.c_fc", width, inner)
        self._narrow = stacked("mlp.c_proj", inner, width)
        self._last = (take("ln_f.weight", width), take("ln_f.bias", width))
        table = take("lm_head.weight", shape.vocabulary, width) if "lm_head.weight" in take else self._tokens
        self._head = stack([pack(table.T, np.zeros(shape.vocabulary, np.float32), weights)])

    @classmethod
    def read(cls, folder: Path | str, weights: Weights = "float32") -> GPT2:
        """A folder with ``config.json`` and ``model.safetensors`` (or its shards and their index). Pickles are never opened.

        Raises:
            CheckpointError: naming the file and what is wrong with it.
        """
        return cls(*read_folder(Path(folder)), weights)

    @classmethod
    def of(cls, model: Any, weights: Weights = "float32") -> GPT2:
        """A copy of a ``transformers.GPT2LMHeadModel``."""
        tensors = dict(model.state_dict())
        if model.config.tie_word_embeddings:
            tensors.pop("lm_head.weight", None)
        return cls(model.config.to_dict(), tensors, weights)

    # ---------------------------------------------------------------------------------------------------------- Stepper

    def start(self, prompts: Sequence[Sequence[int]]) -> tuple[Cache, Tensor]:
        """Reads the prompts, all tokens at once; see :class:`~generation.text.stepper.Stepper`.

        Raises:
            DecodingError: a prompt longer than the context.
        """
        cache = self._cache([len(prompt) for prompt in prompts])
        rows = self._read(cache, np.concatenate([np.asarray(prompt, np.int64) for prompt in prompts]))
        return cache, torch.from_numpy(self._logits(rows[np.cumsum(cache.lengths) - 1]))

    def step(self, state: Cache, tokens: Tensor) -> tuple[Cache, Tensor]:
        """One token more for each text.

        Raises:
            DecodingError: the context is full.
        """
        if state.lengths.max() >= self.context:
            raise DecodingError(f"the text is longer than the model's context of {self.context} tokens")
        count = len(state.lengths)
        if state.used + count > state.keys.shape[1]:
            more = max(state.used, count)
            state.keys, state.values = (
                np.concatenate([pool, np.empty((self.layers, more, self.width), pool.dtype)], axis=1)
                for pool in (state.keys, state.values)
            )
        texts, slots = np.arange(count), np.arange(state.used, state.used + count)
        state.table[texts, state.lengths] = slots
        rows = self._layers(state, tokens.numpy(), texts, state.lengths, slots)
        state.lengths = state.lengths + 1
        state.used += count
        return state, torch.from_numpy(self._logits(rows))

    def select(self, state: Cache, rows: Tensor) -> Cache:
        """Texts by number; only the table is copied, never a key."""
        chosen = rows.numpy()
        return Cache(state.keys, state.values, state.table[chosen], state.lengths[chosen], state.used)

    # ------------------------------------------------------------------------------------------------------------- more

    def log_likelihood(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        """log p of each token after the first, (T − 1,) float32 nats; memory T · V float32.

        Raises:
            DecodingError: fewer than 2 tokens or more than the context.
        """
        if len(tokens) < 2:
            raise DecodingError("log_likelihood needs at least 2 tokens")
        cache = self._cache([len(tokens)])
        text = np.asarray(tokens, np.int64)
        logits = torch.from_numpy(self._logits(self._read(cache, text)[:-1]))
        found: NDArray[np.float32] = logits.log_softmax(1).gather(1, torch.from_numpy(text[1:, None]))[:, 0].numpy()
        return found

    def _cache(self, lengths: Sequence[int]) -> Cache:
        if max(lengths) > self.context:
            raise DecodingError(f"a prompt of {max(lengths)} tokens; the model's context has {self.context}")
        total = sum(lengths)
        # Room for 128 tokens of each text before the pool has to grow.
        room = total + len(lengths) * min(128, self.context)
        kind = np.float32 if self.weights == "float32" else np.uint16
        keys, values = (np.empty((self.layers, room, self.width), kind) for _ in range(2))
        table = np.zeros((len(lengths), self.context), np.int32)
        for text, end in enumerate(np.cumsum(lengths)):
            table[text, : lengths[text]] = np.arange(end - lengths[text], end)
        return Cache(keys, values, table, np.asarray(lengths, np.int64), total)

    def _read(self, cache: Cache, tokens: NDArray[np.int64]) -> NDArray[np.float32]:
        """Hidden states (all tokens, D) of prompts laid end to end."""
        lengths = cache.lengths
        texts = np.repeat(np.arange(len(lengths)), lengths)
        positions = np.concatenate([np.arange(length) for length in lengths])
        return self._layers(cache, tokens, texts, positions, np.arange(cache.used))

    def _layers(
        self, cache: Cache, tokens: NDArray[Any], texts: NDArray[Any], positions: NDArray[Any], slots: NDArray[Any]
    ) -> NDArray[np.float32]:
        x = self._tokens[tokens] + self._places[positions]  # (R, D)
        forward(
            x, texts, positions, slots, cache.table, cache.keys, cache.values, self.heads, self._epsilon,
            self._norms, self._qkv, self._merge, self._widen, self._narrow,
        )  # fmt: skip
        return x

    def _logits(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        out = np.empty((len(x), self.vocabulary_size), np.float32)
        head(x, *self._last, self._epsilon, self._head, out)
        return out
