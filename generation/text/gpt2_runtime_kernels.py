"""One pass of a GPT-2 through its layers for a handful of tokens, compiled as a whole: no Python between two layers.

Tokens are *rows*, whatever they belong to: the next token of each of 8 texts, or all tokens of prompts of different lengths — there
is no padding. Keys and values live in a pool of slots, one a token; ``table[text, position]`` says which slot holds a position,
so that texts may share a beginning and a beam may reorder them without moving a key (the paged attention of vLLM with pages of one
token, Kwon et al. 2023). Everything runs on the calling thread and releases the interpreter's lock.

Int8 is W8A8: weights are scaled by output column; activations by row, when they are used, to unsigned bytes from the row's least value
to its greatest. The byte that stands for 0, times the sum of a column's weights (``offset``), is taken off at the end.

Compiled once a machine (about 15 s for all three kinds of weights) and kept by numba beside this file, or in ``NUMBA_CACHE_DIR``. Its
cache looks at this file only: after a change in ``_dot`` or ``_heads`` delete ``__pycache__/gpt2_runtime_kernels*.nb*``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import overload

from generation.text.gpt2_runtime_dot import (
    COLUMNS,
    bits_to_float,
    dot_bfloat16,
    dot_float32,
    dot_int8,
    float_to_bits,
    stored_float,
)
from generation.text.gpt2_runtime_heads import HEAD, blend, scores

__all__ = ["forward", "head"]

F = np.float32
SOME = 16
FAST = {"reassoc", "contract", "arcp", "nsz", "afn"}
f4, f2, f1 = dot_float32
b4, b2, b1 = dot_bfloat16
i4, i2, i1 = dot_int8
_LOG2E, _LN2_HIGH, _LN2_LOW = F(1.44269504), F(0.693359375), F(-2.12194440e-4)
_P = tuple(F(c) for c in (1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 0.5))
_P0, _P1, _P2, _P3, _P4, _P5 = _P


@njit(inline="always", fastmath=FAST, error_model="numpy")  # type: ignore[untyped-decorator]
def _exp(x: Any) -> Any:
    """eˣ to 2 units in the last place (Cephes' expf), without a call so that loops over it become vector instructions."""
    x = min(max(x, F(-87.0)), F(88.0))
    n = np.floor(x * _LOG2E + F(0.5))
    r = x - n * _LN2_HIGH
    r = r - n * _LN2_LOW
    p = ((((_P0 * r + _P1) * r + _P2) * r + _P3) * r + _P4) * r + _P5
    return (p * r * r + r + F(1.0)) * bits_to_float(np.int32((np.int32(n) + np.int32(127)) << np.int32(23)))  # type: ignore[call-arg]


def _keep(x: Any, pool: Any) -> None:
    """Writes float32 into the pool, rounding to bfloat16 (nearest, ties to even) if that is what it holds."""
    raise NotImplementedError("compiled code only")


@overload(_keep, jit_options={"nogil": True})  # type: ignore[untyped-decorator]
def _keep_in(x: Any, pool: Any) -> Any:
    if pool.dtype == types.float32:

        def copy(x: Any, pool: Any) -> None:
            pool[:] = x

        return copy

    def narrow(x: Any, pool: Any) -> None:
        for i in range(x.size):
            bits = np.uint32(float_to_bits(x[i]))  # type: ignore[call-arg]
            pool[i] = np.uint16((bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))) >> np.uint32(16))

    return narrow


def _linear(x: Any, packed: Any, bias: Any, scale: Any, offset: Any, out: Any) -> None:
    """out (R, N) = x (R, K) @ weights + bias; which loop, the type of ``packed`` says."""
    raise NotImplementedError("compiled code only")


@overload(_linear, jit_options={"nogil": True, "fastmath": FAST, "error_model": "numpy"})  # type: ignore[untyped-decorator]
def _linear_for(x: Any, packed: Any, bias: Any, scale: Any, offset: Any, out: Any) -> Any:
    if packed.dtype == types.int8:
        return _linear_int8
    four, two, one = (f4, f2, f1) if packed.dtype == types.float32 else (b4, b2, b1)

    def linear(x: Any, packed: Any, bias: Any, scale: Any, offset: Any, out: Any) -> None:
        rows, inputs, outputs = x.shape[0], x.shape[1], out.shape[1]
        tile = np.empty((4, COLUMNS), np.float32)
        for panel in range(packed.shape[0]):
            first = panel * COLUMNS
            width = min(COLUMNS, outputs - first)
            at = panel * inputs * COLUMNS
            row = 0
            while row < rows:
                if rows - row >= 4:
                    some = 4
                    four(tile, x, row * inputs, packed, at, inputs)
                elif rows - row >= 2:
                    some = 2
                    two(tile, x, row * inputs, packed, at, inputs)
                else:
                    some = 1
                    one(tile, x, row * inputs, packed, at, inputs)
                for i in range(some):
                    for j in range(width):
                        out[row + i, first + j] = tile[i, j] + bias[first + j]
                row += some

    return linear


def _linear_int8(x: Any, packed: Any, bias: Any, scale: Any, offset: Any, out: Any) -> None:
    rows, inputs, outputs = x.shape[0], x.shape[1], out.shape[1]
    padded = packed.shape[1] * 4
    quantised = np.zeros((rows, padded), np.uint8)
    scales = np.empty(rows, np.float32)
    zeros = np.empty(rows, np.int32)
    for row in range(rows):
        low, high = F(-1e-12), F(1e-12)
        for k in range(inputs):
            low = min(low, x[row, k])
            high = max(high, x[row, k])
        scales[row] = (high - low) / F(255.0)
        inverse = F(255.0) / (high - low)
        zeros[row] = np.int32(-low * inverse + F(0.5))
        shift = F(zeros[row]) + F(0.5)
        for k in range(inputs):
            level = min(max(x[row, k] * inverse + shift, F(0.0)), F(255.0))
            quantised[row, k] = np.uint8(np.int32(level))
    tile = np.empty((4, COLUMNS), np.int32)
    for panel in range(packed.shape[0]):
        first = panel * COLUMNS
        width = min(COLUMNS, outputs - first)
        at = panel * padded * COLUMNS
        row = 0
        while row < rows:
            if rows - row >= 4:
                some = 4
                i4(tile, quantised, row * padded, packed, at, padded)
            elif rows - row >= 2:
                some = 2
                i2(tile, quantised, row * padded, packed, at, padded)
            else:
                some = 1
                i1(tile, quantised, row * padded, packed, at, padded)
            for i in range(some):
                by, zero = scales[row + i], zeros[row + i]
                for j in range(width):
                    total = F(tile[i, j] - zero * offset[first + j])
                    out[row + i, first + j] = total * (by * scale[first + j]) + bias[first + j]
            row += some


@njit(nogil=True, cache=True, fastmath=FAST, error_model="numpy")  # type: ignore[untyped-decorator]
def _normalise(x: Any, gain: Any, bias: Any, epsilon: Any, out: Any) -> None:
    """Layer normalisation of each row of x (R, D)."""
    rows, width = x.shape
    for row in range(rows):
        mean = F(0.0)
        for i in range(width):
            mean += x[row, i]
        mean /= F(width)
        variance = F(0.0)
        for i in range(width):
            variance += (x[row, i] - mean) * (x[row, i] - mean)
        inverse = F(1.0) / np.sqrt(variance / F(width) + epsilon)
        for i in range(width):
            out[row, i] = (x[row, i] - mean) * inverse * gain[i] + bias[i]


@njit(nogil=True, cache=True, fastmath=FAST, error_model="numpy")  # type: ignore[untyped-decorator]
def _softmax(x: Any, count: int, scale: Any) -> None:
    """softmax(scale · x[:count]), in place."""
    top = F(-3e38)
    for t in range(count):
        top = max(top, x[t])
    total = F(0.0)
    for t in range(count):
        x[t] = _exp((x[t] - top) * scale)
        total += x[t]
    inverse = F(1.0) / total
    for t in range(count):
        x[t] *= inverse


@njit(nogil=True, cache=True, fastmath=FAST, error_model="numpy")  # type: ignore[untyped-decorator]
def _attend(qkv: Any, keys: Any, values: Any, table: Any, texts: Any, positions: Any, heads: int, out: Any) -> None:
    """Causal attention: row r of ``out`` (R, D) looks at positions 0 … positions[r] of its text.

    qkv (R, 3D) float32; keys, values (slots, D) float32 or bfloat16, those of these rows included; table (texts, positions) int32.
    """
    rows, width = out.shape
    size, longest = width // heads, table.shape[1]
    scale = F(1.0) / np.sqrt(F(size))
    weights = np.empty((heads, longest), np.float32)
    out[:] = F(0.0)
    for row in range(rows):
        text, seen = texts[row], positions[row] + 1
        # All heads of some positions before the next ones: a slot is read whole, not in twelve visits.
        for start in range(0, seen, SOME):
            count, at = min(SOME, seen - start), text * longest + start
            for head in range(heads):
                first = head * size
                if size == HEAD:
                    query = row * 3 * width + first
                    scores(weights, head * longest + start, qkv, query, keys, table, at, count, width, first)  # type: ignore[call-arg]
                else:
                    for t in range(start, start + count):
                        dot = F(0.0)
                        for i in range(first, first + size):
                            dot += qkv[row, i] * stored_float(keys[table[text, t], i])  # type: ignore[call-arg]
                        weights[head, t] = dot
        for head in range(heads):
            _softmax(weights[head], seen, scale)
        for start in range(0, seen, SOME):
            count, at = min(SOME, seen - start), text * longest + start
            for head in range(heads):
                first = head * size
                if size == HEAD:
                    place = head * longest + start
                    blend(out, row * width + first, weights, place, values, table, at, count, width, first)  # type: ignore[call-arg]
                else:
                    for t in range(start, start + count):
                        for i in range(first, first + size):
                            out[row, i] += weights[head, t] * stored_float(values[table[text, t], i])  # type: ignore[call-arg]


@njit(nogil=True, cache=True, fastmath=FAST, error_model="numpy")  # type: ignore[untyped-decorator]
def _gelu(x: Any) -> None:
    """GELU by tanh (Hendrycks & Gimpel 2016), in place; tanh(z) = 1 − 2 / (e²ᶻ + 1)."""
    flat = x.reshape(-1)
    for i in range(flat.size):
        v = flat[i]
        z = F(0.7978845608) * (v + F(0.044715) * v * v * v)
        flat[i] = v * (F(1.0) - F(1.0) / (_exp(F(2.0) * z) + F(1.0)))


@njit(nogil=True, cache=True, fastmath=FAST, error_model="numpy")  # type: ignore[untyped-decorator]
def forward(
    x: Any, texts: Any, positions: Any, slots: Any, table: Any, keys: Any, values: Any, heads: int, epsilon: Any,
    norms: Any, qkv: Any, merge: Any, widen: Any, narrow: Any,
) -> None:  # fmt: skip
    """All layers, in place on x.

    Args:
        x: (R, D) float32, token and position embeddings added.
        texts, positions, slots: (R,) int64: whose token a row is, where it stands, where its key and value go.
        table: (texts, positions) int32, filled for these rows too.
        keys, values: (layers, slots, D) float32, or uint16 for bfloat16.
        norms: (layers, 4, D) float32: gain and bias before attention, gain and bias before the perceptron.
        qkv, merge, widen, narrow: (packed, bias, scale, offset) of each matrix, the layer being the first dimension.
    """
    rows, width = x.shape
    normal = np.empty((rows, width), np.float32)
    triple = np.empty((rows, 3 * width), np.float32)
    mixed = np.empty((rows, width), np.float32)
    hidden = np.empty((rows, widen[1].shape[1]), np.float32)
    for layer in range(norms.shape[0]):
        _normalise(x, norms[layer, 0], norms[layer, 1], epsilon, normal)
        _linear(normal, qkv[0][layer], qkv[1][layer], qkv[2][layer], qkv[3][layer], triple)
        for row in range(rows):
            _keep(triple[row, width : 2 * width], keys[layer, slots[row]])
            _keep(triple[row, 2 * width :], values[layer, slots[row]])
        _attend(triple, keys[layer], values[layer], table, texts, positions, heads, mixed)
        _linear(mixed, merge[0][layer], merge[1][layer], merge[2][layer], merge[3][layer], normal)
        x += normal
        _normalise(x, norms[layer, 2], norms[layer, 3], epsilon, normal)
        _linear(normal, widen[0][layer], widen[1][layer], widen[2][layer], widen[3][layer], hidden)
        _gelu(hidden)
        _linear(hidden, narrow[0][layer], narrow[1][layer], narrow[2][layer], narrow[3][layer], normal)
        x += normal


@njit(nogil=True, cache=True, fastmath=FAST, error_model="numpy")  # type: ignore[untyped-decorator]
def head(x: Any, gain: Any, bias: Any, epsilon: Any, weights: Any, out: Any) -> None:
    """Logits ``out`` (R, V) of rows x (R, D): the last normalisation and the language-model head."""
    normal = np.empty(x.shape, np.float32)
    _normalise(x, gain, bias, epsilon, normal)
    _linear(normal, weights[0][0], weights[1][0], weights[2][0], weights[3][0], out)
