"""One BLAS thread for small products and solves: for them, waking the others costs more than the arithmetic."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import cache
from importlib.util import find_spec
from typing import Any

__all__ = ["one_thread"]


def one_thread() -> AbstractContextManager[Any]:
    """``with one_thread():`` holds numpy's and scipy's BLAS to one thread in this process; some 20 µs.

    Needs threadpoolctl; without it the number of threads stays what the environment says (``OMP_NUM_THREADS``).
    """
    controller = _controller()
    return nullcontext() if controller is None else controller.limit(limits=1, user_api="blas")


@cache
def _controller() -> Any:
    if find_spec("threadpoolctl") is None:
        return None
    import scipy.linalg  # noqa: F401  # scipy brings a BLAS of its own, which has to be loaded to be found
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
