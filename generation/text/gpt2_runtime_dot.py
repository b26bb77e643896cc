"""The innermost loops of the GPT-2 runtime: a few rows of activations times one panel of weights, in registers.

A panel is 64 output columns of a weight matrix, stored so that reading it is one straight walk through memory: at one token at a
time the walk *is* the time. Four vector registers hold 16 columns each; for each step along the inputs one vector of weights serves
every row before the next is loaded. Written as LLVM instructions because neither ``numpy`` nor plain ``numba`` reaches the int8 dot
product of the processor (VNNI, ``vpdpbusd``: 4 products and their sum in each of 16 lanes).

Layouts, for a matrix with K inputs and N outputs, P = ⌈N / 64⌉ panels:

* float32: (P, K, 64) float32
* bfloat16: (P, K, 64) uint16, the upper half of a float32
* int8: (P, K / 4, 64, 4) int8, K padded to a multiple of 4, so that 4 inputs of 16 columns fill a 64-byte register
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from llvmlite.binding import get_host_cpu_features
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

__all__ = [
    "COLUMNS",
    "LANES",
    "VNNI",
    "bits_to_float",
    "dot_bfloat16",
    "dot_float32",
    "dot_int8",
    "dot_int8_anywhere",
    "float_to_bits",
    "multiply_float32",
    "stored_float",
    "widen_bfloat16",
]

COLUMNS = 64
LANES = 16
VNNI = bool(get_host_cpu_features().get("avx512vnni"))
"""Whether the processor has the 512-bit int8 dot product; without it the same sums take more instructions."""

_i32, _f32 = ir.IntType(32), ir.FloatType()
_f32s, _i32s, _i16s, _i8s = (
    ir.VectorType(kind, n) for kind, n in ((_f32, LANES), (_i32, LANES), (ir.IntType(16), LANES), (ir.IntType(8), 64))
)


def _splat(builder: Any, scalar: Any, vector: Any) -> Any:
    one = builder.insert_element(ir.Constant(vector, ir.Undefined), scalar, ir.Constant(_i32, 0))
    zeros = ir.Constant(ir.VectorType(_i32, LANES), [0] * LANES)
    return builder.shuffle_vector(one, ir.Constant(vector, ir.Undefined), zeros)


def multiply_float32(builder: Any, x: Any, w: Any, total: Any) -> Any:
    """total + x · w in each lane; x is a vector or one number for all lanes."""
    x = x if isinstance(x.type, ir.VectorType) else _splat(builder, x, _f32s)
    kind = ir.FunctionType(_f32s, [_f32s, _f32s, _f32s])
    fma = cgutils.get_or_insert_function(builder.module, kind, "llvm.fma.v16f32")
    return builder.call(fma, [w, x, total])


def widen_bfloat16(builder: Any, w: Any) -> Any:
    sixteen = ir.Constant(_i32s, [16] * LANES)
    return builder.bitcast(builder.shl(builder.zext(w, _i32s), sixteen), _f32s)


def _multiply_int8(builder: Any, x: Any, w: Any, total: Any) -> Any:
    """total + Σ of 4 products, unsigned x times signed w, in each lane; ``x`` is 4 bytes, ``w`` 64."""
    kind = ir.FunctionType(_i32s, [_i32s, _i8s, _i8s])
    function = cgutils.get_or_insert_function(builder.module, kind, "llvm.x86.avx512.vpdpbusd.512")
    return builder.call(function, [total, builder.bitcast(_splat(builder, x, _i32s), _i8s), w])


def _multiply_int8_anywhere(builder: Any, x: Any, w: Any, total: Any) -> Any:
    """The same without the instruction."""
    wide = ir.VectorType(_i32, 64)
    spread = builder.bitcast(_splat(builder, x, _i32s), _i8s)
    products = builder.mul(builder.zext(spread, wide), builder.sext(w, wide))
    for quarter in range(4):
        lanes = ir.Constant(ir.VectorType(_i32, LANES), [4 * lane + quarter for lane in range(LANES)])
        total = builder.add(total, builder.shuffle_vector(products, ir.Constant(wide, ir.Undefined), lanes))
    return total


def _panel(rows: int, *, stored: Any, read: Any, total: Any, step: int, widen: Any, multiply: Any) -> Any:
    """A compiled ``f(out, x, x_at, w, w_at, k)`` for ``rows`` rows.

    ``out`` (≥ rows, 64) gets x[x_at : x_at + rows·k].reshape(rows, k) @ panel; offsets and ``k`` count elements of the flat arrays;
    one pass of the loop reads ``step`` inputs.
    """

    @intrinsic  # type: ignore[untyped-decorator]
    def dot(typing: Any, out: Any, x: Any, x_at: Any, w: Any, w_at: Any, k: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            def pointer(number: int) -> Any:
                return context.make_array(signature.args[number])(context, builder, args[number]).data

            out_data, x_data, w_data = pointer(0), pointer(1), pointer(3)
            x_at, w_at, k = args[2], args[4], args[5]
            size = k.type
            parts = COLUMNS // LANES
            zero = ir.Constant(total, [0] * LANES)
            sums = [[cgutils.alloca_once_value(builder, zero) for _ in range(parts)] for _ in range(rows)]
            starts = [
                builder.gep(x_data, [builder.add(x_at, builder.mul(ir.Constant(size, row), k))]) for row in range(rows)
            ]
            panel = builder.gep(w_data, [w_at])
            with cgutils.for_range(builder, builder.udiv(k, ir.Constant(size, step))) as loop:
                at = builder.mul(loop.index, ir.Constant(size, step))
                values = []
                for start in starts:
                    place = builder.bitcast(builder.gep(start, [at]), read.as_pointer())
                    values.append(builder.load(place, align=1 if step > 1 else 4))
                for part in range(parts):
                    offset = builder.add(
                        builder.mul(at, ir.Constant(size, COLUMNS)), ir.Constant(size, part * LANES * step)
                    )
                    weights = builder.load(
                        builder.bitcast(builder.gep(panel, [offset]), stored.as_pointer()), align=1 if step > 1 else 2
                    )
                    weights = widen(builder, weights) if widen else weights
                    for row in range(rows):
                        sum_ = sums[row][part]
                        builder.store(multiply(builder, values[row], weights, builder.load(sum_)), sum_)
            for row in range(rows):
                for part in range(parts):
                    place = builder.gep(out_data, [ir.Constant(size, row * COLUMNS + part * LANES)])
                    builder.store(builder.load(sums[row][part]), builder.bitcast(place, total.as_pointer()), align=4)
            return context.get_dummy_value()

        return types.void(out, x, types.intp, w, types.intp, types.intp), generate

    return dot


ROWS = (4, 2, 1)
dot_float32 = tuple(
    _panel(n, stored=_f32s, read=_f32, total=_f32s, step=1, widen=None, multiply=multiply_float32) for n in ROWS
)
"""Panels for 4, 2 and 1 rows: ``out`` float32, ``x`` float32, ``w`` float32."""
dot_bfloat16 = tuple(
    _panel(n, stored=_i16s, read=_f32, total=_f32s, step=1, widen=widen_bfloat16, multiply=multiply_float32)
    for n in ROWS
)
"""The same with ``w`` uint16."""
_int8: dict[str, Any] = {"stored": _i8s, "read": _i32, "total": _i32s, "step": 4, "widen": None}
dot_int8 = tuple(_panel(n, **_int8, multiply=_multiply_int8 if VNNI else _multiply_int8_anywhere) for n in ROWS)
"""The same with ``out`` int32, ``x`` uint8 and ``w`` int8."""
dot_int8_anywhere = tuple(_panel(n, **_int8, multiply=_multiply_int8_anywhere) for n in ROWS)
"""What ``dot_int8`` is on a processor without VNNI; here so that it is tested on one that has it."""


@intrinsic  # type: ignore[untyped-decorator]
def bits_to_float(typing: Any, bits: Any) -> Any:
    """The float32 with these 32 bits, for building powers of two."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], _f32)

    return types.float32(types.int32), generate


@intrinsic  # type: ignore[untyped-decorator]
def float_to_bits(typing: Any, value: Any) -> Any:
    """The 32 bits of a float32 as int32."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], _i32)

    return types.int32(types.float32), generate


@intrinsic  # type: ignore[untyped-decorator]
def stored_float(typing: Any, value: Any) -> Any:
    """A float32 as it is, or the float32 that a uint16 is the upper half of (bfloat16)."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        if signature.args[0] == types.float32:
            return args[0]
        return builder.bitcast(builder.shl(builder.zext(args[0], _i32), ir.Constant(_i32, 16)), _f32)

    return types.float32(types.float32 if value == types.float32 else types.uint16), generate
