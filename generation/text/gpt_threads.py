"""How many processor threads torch takes, and what it multiplies fast."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

__all__ = ["bfloat16_is_fast", "threads"]


@contextmanager
def threads(count: int) -> Iterator[None]:
    """So many torch threads inside, as many as before afterwards: beside other processes, more threads are slower."""
    before = torch.get_num_threads()
    if count != before:
        torch.set_num_threads(count)
    try:
        yield
    finally:
        if count != before:
            torch.set_num_threads(before)


def bfloat16_is_fast() -> bool:
    """Whether this processor multiplies bfloat16 natively (AVX-512 BF16 or AMX); elsewhere it is emulated, and slow."""
    found = (getattr(torch.cpu, name, bool) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"))
    return any(bool(check()) for check in found)
