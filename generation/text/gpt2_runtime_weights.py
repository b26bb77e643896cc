"""Reading a GPT-2 checkpoint and laying its matrices out for ``gpt2_runtime_dot``: checked shapes, panels, int8 scales."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generation.text.gpt2_runtime_dot import COLUMNS

__all__ = ["CheckpointError", "Packed", "Shape", "Tensors", "Weights", "pack", "read_folder", "stack"]

Weights = Literal["float32", "bfloat16", "int8"]
Packed = tuple[NDArray[Any], NDArray[np.float32], NDArray[np.float32], NDArray[np.int32]]
"""Panels, bias (N,), scale of each column (N,), Σ of each int8 column (N,)."""
MOST_PARAMETERS = 2_000_000_000
ACTIVATIONS = ("gelu_new", "gelu_pytorch_tanh")


class CheckpointError(ValueError):
    """A folder that is not a GPT-2 in safetensors, or whose shapes do not fit its own configuration."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes in ``config.json``."""

    vocabulary: int
    context: int
    width: int
    layers: int
    heads: int
    inner: int

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Shape:
        """Raises CheckpointError for what is not a GPT-2 that this runtime computes exactly."""
        if config.get("model_type", "gpt2") != "gpt2":
            raise CheckpointError(f"config.json: model_type is {config['model_type']!r}; only gpt2 is served here")
        activation = config.get("activation_function", "gelu_new")
        if activation not in ACTIVATIONS:
            raise CheckpointError(
                f"config.json: activation_function {activation!r}; served are {', '.join(ACTIVATIONS)}"
            )
        for switch in ("scale_attn_by_inverse_layer_idx", "add_cross_attention"):
            if config.get(switch):
                raise CheckpointError(f"config.json: {switch} is not served")
        if config.get("scale_attn_weights") is False:
            raise CheckpointError("config.json: scale_attn_weights must be true")
        width = config.get("n_embd", 768)
        values = {
            "vocab_size": config.get("vocab_size", 50257),
            "n_positions": config.get("n_positions", 1024),
            "n_embd": width,
            "n_layer": config.get("n_layer", 12),
            "n_head": config.get("n_head", 12),
            "n_inner": config.get("n_inner") or (4 * width if isinstance(width, int) else 0),
        }
        for name, value in values.items():
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise CheckpointError(f"config.json: {name} must be a whole number above 0, not {value!r}")
        shape = cls(*values.values())
        if shape.width % shape.heads:
            raise CheckpointError(f"config.json: n_embd {shape.width} is no multiple of n_head {shape.heads}")
        size = shape.layers * shape.width * (4 * shape.width + 2 * shape.inner) + shape.vocabulary * shape.width
        if size > MOST_PARAMETERS:
            raise CheckpointError(f"config.json: {size:,} parameters; at most {MOST_PARAMETERS:,} are served")
        return shape


class Tensors:
    """Named tensors (torch or numpy), handed out as float32 arrays of the shape asked for."""

    def __init__(self, tensors: Mapping[str, Any]) -> None:
        self._tensors = {name.removeprefix("transformer."): tensor for name, tensor in tensors.items()}

    def __contains__(self, name: str) -> bool:
        return name in self._tensors

    def __call__(self, name: str, *shape: int) -> NDArray[np.float32]:
        if name not in self._tensors:
            raise CheckpointError(f"the checkpoint has no tensor {name}")
        tensor = self._tensors[name]
        if tuple(tensor.shape) != shape:
            raise CheckpointError(f"tensor {name} has shape {tuple(tensor.shape)}; config.json asks for {shape}")
        array = tensor if isinstance(tensor, np.ndarray) else tensor.detach().float().numpy()
        array = np.ascontiguousarray(array, np.float32)
        if not np.isfinite(array.sum(dtype=np.float64)):
            raise CheckpointError(f"tensor {name} holds values that are not numbers")
        return array


def pack(matrix: NDArray[np.float32], bias: NDArray[np.float32], weights: Weights) -> Packed:
    """A matrix (K inputs, N outputs) and its bias in the panel layout of ``gpt2_runtime_dot``.

    int8: column n is divided by max |w| / 127 and rounded; its scale and the sum of its integers go along.
    """
    inputs, outputs = matrix.shape
    panels = -(-outputs // COLUMNS)
    deep = -(-inputs // 4) * 4 if weights == "int8" else inputs
    scale, offset = np.ones(outputs, np.float32), np.zeros(outputs, np.int32)
    if weights == "int8":
        scale = np.maximum(np.abs(matrix).max(0) / np.float32(127), np.float32(1e-12)).astype(np.float32)
        matrix = np.rint(matrix / scale)
        offset = matrix.sum(0, dtype=np.float64).astype(np.int32)
    padded = np.zeros((deep, panels * COLUMNS), np.int8 if weights == "int8" else np.float32)
    padded[:inputs, :outputs] = matrix
    packed: NDArray[Any]
    if weights == "int8":
        packed = padded.reshape(deep // 4, 4, panels, COLUMNS).transpose(2, 0, 3, 1)
    else:
        packed = padded.reshape(deep, panels, COLUMNS).transpose(1, 0, 2)
    packed = np.ascontiguousarray(packed)
    if weights == "bfloat16":
        bits = packed.view(np.uint32)
        # Round to nearest, ties to even: the lower half carries into the upper.
        packed = ((bits + (0x7FFF + ((bits >> 16) & 1))) >> 16).astype(np.uint16)
    return packed, bias.astype(np.float32), scale, offset


def stack(layers: Sequence[Packed]) -> Packed:
    """The same matrix of all layers as arrays with the layer in front."""
    packed, bias, scale, offset = (np.stack(parts) for parts in zip(*layers, strict=True))
    return packed, bias, scale, offset


def read_folder(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """``config.json`` and the tensors of ``model.safetensors`` or of its shards. Pickles are never opened.

    Raises:
        CheckpointError: naming the file and what is wrong with it.
    """
    from safetensors import SafetensorError, safe_open

    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{folder / 'config.json'}: {error}; a checkpoint folder needs it") from None
    if not isinstance(config, dict):
        raise CheckpointError(f"{folder / 'config.json'}: must be a JSON object")
    index = folder / "model.safetensors.index.json"
    try:
        names = set(json.loads(index.read_text("utf-8"))["weight_map"].values()) if index.is_file() else set()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(f"{index}: {error!r}; it must map tensors to files") from None
    files = [folder / Path(str(name)).name for name in sorted(names)] or [folder / "model.safetensors"]
    tensors: dict[str, Any] = {}
    for file in files:
        if not file.is_file():
            pickles = [path.name for pattern in ("*.bin", "*.pt", "*.pth", "*.pkl") for path in folder.glob(pattern)]
            hint = (
                f"; {pickles[0]} is a pickle, which is never opened: save the model as safetensors" if pickles else ""
            )
            raise CheckpointError(f"{file}: missing{hint}")
        try:
            with safe_open(file, framework="pt") as opened:
                tensors |= {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
        except (SafetensorError, OSError) as error:
            raise CheckpointError(f"{file}: not a safetensors file: {error}") from None
    return config, tensors
