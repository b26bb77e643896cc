"""Attention's two inner loops for heads of 64, the size of every GPT-2: a head is four registers and stays in them.

``scores`` is q · k for one head of one row over the slots of its text, ``blend`` the weighted sum of the values. As in
``gpt2_runtime_dot`` they are LLVM instructions; other sizes take the plain loops of ``gpt2_runtime_kernels``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from generation.text.gpt2_runtime_dot import LANES, multiply_float32, widen_bfloat16

__all__ = ["HEAD", "blend", "scores"]

HEAD = 64
PARTS = HEAD // LANES
_f32 = ir.FloatType()
_f32s = ir.VectorType(_f32, LANES)
_i16s = ir.VectorType(ir.IntType(16), LANES)


def _data(context: Any, builder: Any, signature: Any, args: Any, number: int) -> Any:
    return context.make_array(signature.args[number])(context, builder, args[number]).data


def _load(builder: Any, place: Any, part: int) -> Any:
    """16 float32 of a head; bfloat16 (uint16) is widened."""
    at = builder.gep(place, [ir.Constant(ir.IntType(64), part * LANES)])
    if place.type.pointee == _f32:
        return builder.load(builder.bitcast(at, _f32s.as_pointer()), align=4)
    return widen_bfloat16(builder, builder.load(builder.bitcast(at, _i16s.as_pointer()), align=2))


def _each_slot(builder: Any, args: Any, pool: Any, slots: Any, body: Callable[[Any, Any], None]) -> None:
    """``body(t, place of the head in slot t)`` for every position; ``args`` ends with slots_at, seen, width, first."""
    slots_at, seen, width, first = args[-4:]
    with cgutils.for_range(builder, seen) as loop:
        slot = builder.load(builder.gep(slots, [builder.add(slots_at, loop.index)]))
        offset = builder.add(builder.mul(builder.zext(slot, width.type), width), first)
        body(loop.index, builder.gep(pool, [offset]))


@intrinsic  # type: ignore[untyped-decorator]
def scores(
    typing: Any,
    out: Any,
    out_at: Any,
    q: Any,
    q_at: Any,
    keys: Any,
    slots: Any,
    slots_at: Any,
    seen: Any,
    width: Any,
    first: Any,
) -> Any:
    """out[out_at + t] = q[q_at : q_at + 64] · keys[slots[slots_at + t], first : first + 64] for t < seen; all arrays flat, width D.

    ``keys`` float32, or uint16 for bfloat16.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        out_data, q_data, pool, slots_data = (_data(context, builder, signature, args, i) for i in (0, 2, 4, 5))
        query = builder.gep(q_data, [args[3]])
        registers = [_load(builder, query, part) for part in range(PARTS)]
        kind = ir.FunctionType(_f32, [_f32, _f32s])
        add = cgutils.get_or_insert_function(builder.module, kind, "llvm.vector.reduce.fadd.v16f32")

        def body(t: Any, place: Any) -> None:
            total = ir.Constant(_f32s, [0.0] * LANES)
            for part, register in enumerate(registers):
                total = multiply_float32(builder, register, _load(builder, place, part), total)
            builder.store(
                builder.call(add, [ir.Constant(_f32, 0.0), total], fastmath=("reassoc",)),
                builder.gep(out_data, [builder.add(args[1], t)]),
            )

        _each_slot(builder, args, pool, slots_data, body)
        return context.get_dummy_value()

    size = types.intp
    return types.void(out, size, q, size, keys, slots, size, size, size, size), generate


@intrinsic  # type: ignore[untyped-decorator]
def blend(
    typing: Any,
    out: Any,
    out_at: Any,
    weights: Any,
    weights_at: Any,
    values: Any,
    slots: Any,
    slots_at: Any,
    seen: Any,
    width: Any,
    first: Any,
) -> Any:
    """out[out_at : out_at + 64] += Σ weights[weights_at + t] · values[slots[slots_at + t], first : first + 64] over t < seen.

    ``values`` float32, or uint16 for bfloat16.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        out_data, weight_data, pool, slots_data = (_data(context, builder, signature, args, i) for i in (0, 2, 4, 5))
        result = builder.gep(out_data, [args[1]])
        sums = [cgutils.alloca_once_value(builder, _load(builder, result, part)) for part in range(PARTS)]

        def body(t: Any, place: Any) -> None:
            weight = builder.load(builder.gep(weight_data, [builder.add(args[3], t)]))
            for part, total in enumerate(sums):
                more = multiply_float32(builder, weight, _load(builder, place, part), builder.load(total))
                builder.store(more, total)

        _each_slot(builder, args, pool, slots_data, body)
        for part, total in enumerate(sums):
            at = builder.gep(result, [ir.Constant(args[1].type, part * LANES)])
            builder.store(builder.load(total), builder.bitcast(at, _f32s.as_pointer()), align=4)
        return context.get_dummy_value()

    size = types.intp
    return types.void(out, size, weights, size, values, slots, size, size, size, size), generate
