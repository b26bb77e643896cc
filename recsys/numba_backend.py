"""Whether to compile: numba is optional, and every model that can use it runs without."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Literal, TypeAlias

__all__ = ["Backend", "check_backend", "uses_numba"]

Backend: TypeAlias = Literal["auto", "numba", "numpy"]


def check_backend(backend: str) -> None:
    """Raises ``ValueError`` for anything but ``"auto"``, ``"numba"`` and ``"numpy"``."""
    if backend not in ("auto", "numba", "numpy"):
        raise ValueError(f"backend must be auto, numba or numpy, not {backend!r}")


def uses_numba(backend: Backend) -> bool:
    """Whether to compile. Raises ``ImportError`` with the command that installs numba where it is asked for by name."""
    there = find_spec("numba") is not None
    if backend == "numba" and not there:
        raise ImportError('backend="numba" needs numba: pip install "yuban[fast]"')
    return there and backend != "numpy"
