"""What torch takes through memory in training, compiled by numba: each pair is done where its rows lie.

A batch holds k = p (1 + m) pairs, p positives and m negatives beside each, so p history vectors and k item rows. Torch
gathers the rows into (k, d), multiplies into another (k, d), and scatters a third back: at 32,768 pairs none of them
fits a cache. Here a pair reads its two rows and writes one number (:func:`products`), or d of them
(:func:`rectified_sums`); the gradients go straight to where they belong. Needs numba; :mod:`recsys.neural.networks` has
the same in torch.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import torch
from numba import njit

__all__ = ["not_met", "products", "rectified_sums"]


@njit(cache=True, nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
def _products(left, table, targets, each, out):  # type: ignore[no-untyped-def]
    p, d = left.shape
    for at in range(p):
        x = left[at]
        for k in range(each + 1):
            pair = at if k == 0 else p + at * each + k - 1
            y = table[targets[pair]]
            s = np.float32(0.0)
            for f in range(d):
                s += x[f] * y[f]
            out[pair] = s


@njit(cache=True, nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
def _products_back(left, table, targets, each, gradient, of_left, of_table):  # type: ignore[no-untyped-def]
    p, d = left.shape
    for at in range(p):
        x, dx = left[at], of_left[at]
        dx[:] = 0
        for k in range(each + 1):
            pair = at if k == 0 else p + at * each + k - 1
            g = gradient[pair]
            y, dy = table[targets[pair]], of_table[targets[pair]]
            for f in range(d):  # two loops, as each then has but two rows that might overlap
                dx[f] += g * y[f]
            for f in range(d):
                dy[f] += g * x[f]


@njit(cache=True, nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
def _sums(left, table, targets, each, out):  # type: ignore[no-untyped-def]
    p, d = left.shape
    for at in range(p):
        x = left[at]
        for k in range(each + 1):
            pair = at if k == 0 else p + at * each + k - 1
            y, z = table[targets[pair]], out[pair]
            for f in range(d):
                z[f] = max(x[f] + y[f], np.float32(0.0))


@njit(cache=True, nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
def _sums_back(targets, each, out, gradient, of_left, of_table):  # type: ignore[no-untyped-def]
    p, d = of_left.shape
    for at in range(p):
        dx = of_left[at]
        dx[:] = 0
        for k in range(each + 1):
            pair = at if k == 0 else p + at * each + k - 1
            z, g, dy = out[pair], gradient[pair], of_table[targets[pair]]
            for f in range(d):
                passed = g[f] if z[f] > 0 else np.float32(0.0)
                dx[f] += passed
                dy[f] += passed


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _not_met(met, starts, users, rank, out):  # type: ignore[no-untyped-def]
    for at in range(len(users)):
        first, wanted = starts[users[at]], rank[at]
        low, high = first, starts[users[at] + 1]
        while low < high:
            middle = (low + high) // 2
            if met[middle] - (middle - first) <= wanted:
                low = middle + 1
            else:
                high = middle
        out[at] = wanted + low - first


class _Products(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, left: torch.Tensor, table: torch.Tensor, targets: torch.Tensor, each: int) -> torch.Tensor:
        out = torch.empty(len(targets))
        _products(left.detach().numpy(), table.detach().numpy(), targets.numpy(), each, out.numpy())
        ctx.save_for_backward(left, table, targets)
        ctx.each = each
        return out

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        left, table, targets = (saved.detach() for saved in ctx.saved_tensors)
        of_left, of_table = torch.empty_like(left), torch.zeros_like(table)
        _products_back(
            left.numpy(), table.numpy(), targets.numpy(), ctx.each, gradients[0].contiguous().numpy(),
            of_left.numpy(), of_table.numpy(),
        )  # fmt: skip
        return of_left, of_table, None, None


class _RectifiedSums(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, left: torch.Tensor, table: torch.Tensor, targets: torch.Tensor, each: int) -> torch.Tensor:
        out = torch.empty(len(targets), left.shape[1])
        _sums(left.detach().numpy(), table.detach().numpy(), targets.numpy(), each, out.numpy())
        ctx.save_for_backward(targets, out)
        ctx.each, ctx.shapes = each, (left.shape, table.shape)
        return out

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        targets, out = ctx.saved_tensors
        of_left, of_table = torch.empty(ctx.shapes[0]), torch.zeros(ctx.shapes[1])
        _sums_back(
            targets.numpy(), ctx.each, out.detach().numpy(), gradients[0].contiguous().numpy(), of_left.numpy(),
            of_table.numpy(),
        )  # fmt: skip
        return of_left, of_table, None, None


def products(left: torch.Tensor, table: torch.Tensor, targets: torch.Tensor, each: int) -> torch.Tensor:
    """(k,): ⟨left_p, table_j⟩ of ``left`` (p, d) and the rows ``targets`` (k,) of ``table`` (n, d), float32 on the CPU.

    The first p targets belong to the rows of ``left`` one by one, the rest ``each`` after ``each``.
    """
    found: Any = _Products.apply(left.contiguous(), table.contiguous(), targets, each)  # type: ignore[no-untyped-call]
    return cast("torch.Tensor", found)


def rectified_sums(left: torch.Tensor, table: torch.Tensor, targets: torch.Tensor, each: int) -> torch.Tensor:
    """(k, d): max(left_p + table_j, 0), of the same arguments as :func:`products`."""
    found: Any = _RectifiedSums.apply(left.contiguous(), table.contiguous(), targets, each)  # type: ignore[no-untyped-call]
    return cast("torch.Tensor", found)


def not_met(met: torch.Tensor, starts: torch.Tensor, users: torch.Tensor, rank: torch.Tensor) -> torch.Tensor:
    """(k,) int64: the item that is number ``rank`` of those a user has not met; see :mod:`recsys.neural.sampling`."""
    out = torch.empty_like(rank)
    _not_met(met.numpy(), starts.numpy(), users.numpy(), rank.numpy(), out.numpy())
    return out
