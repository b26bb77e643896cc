"""Columns of a data frame of whatever make, read without importing any: what has names and columns will do."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import UTC
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["frame_column", "frame_ids", "frame_numbers", "frame_times"]


def frame_column(frame: Any, name: str) -> NDArray[Any]:
    """(n,) one column of a pandas or polars data frame, an Arrow table or a mapping.

    Raises ``ValueError`` when there is none of that name, naming those there are, or this is no table at all.
    """
    names = getattr(frame, "column_names", None)  # Arrow; its ``columns`` are the data
    if names is None:
        names = frame.keys() if isinstance(frame, Mapping) else getattr(frame, "columns", None)
    if names is None:
        raise ValueError(f"{type(frame).__name__} is no table: it has no columns")
    known = [str(one) for one in names]
    if name not in known:
        close = difflib.get_close_matches(name, known, 1)
        hint = f" (did you mean {close[0]!r}?)" if close else ""
        raise ValueError(f"no column {name!r}{hint}; there are: {', '.join(known) or 'none'}")
    column = frame[name]
    column = column.to_numpy() if hasattr(column, "to_numpy") else column
    if isinstance(column, np.ndarray):
        return column
    cells = list(column)
    if len({type(cell) for cell in cells}) > 1 or not cells:
        mixed = np.empty(len(cells), object)  # np.asarray would turn [1, "a"] into text
        mixed[:] = cells
        return mixed
    return np.asarray(cells)


def frame_ids(column: NDArray[Any], name: str) -> list[str]:
    """Ids as text. Raises ``ValueError`` naming the first row that is missing, of another type or no id."""
    if column.dtype.kind in "iuU":
        return [str(cell) for cell in column.tolist()]
    found: list[str] = []
    first: type | None = None
    for row, cell in enumerate(column.tolist()):
        kind = str if isinstance(cell, str) else int if isinstance(cell, int) and not isinstance(cell, bool) else None
        if cell is None or type(cell).__name__ in ("NAType", "NaTType") or cell != cell:
            raise ValueError(f"column {name!r}, row {row}: no id")
        if kind is None:
            raise ValueError(
                f"column {name!r}, row {row}: {cell!r} is no id; ids are text or whole numbers, so convert the column"
            )
        if first not in (None, kind):
            raise ValueError(
                f"column {name!r}, row {row}: {cell!r} is {'text' if kind is str else 'a number'} and the rows before "
                "it are not; convert the column to one type"
            )
        first = kind
        found.append(str(cell))
    return found


def frame_numbers(column: NDArray[Any], name: str) -> NDArray[np.float32]:
    """Values (n,) float32. Raises ``ValueError`` naming the first row that is missing or no finite number."""
    if column.dtype.kind not in "iufb":
        for row, cell in enumerate(column.tolist()):
            try:
                float(cell)
            except (TypeError, ValueError):
                raise ValueError(f"column {name!r}, row {row}: {cell!r} is not a number") from None
    numbers = column.astype(np.float64)
    wrong = np.flatnonzero(~np.isfinite(numbers) | (np.abs(numbers) > 3e38))
    if len(wrong):
        raise ValueError(f"column {name!r}, row {wrong[0]}: {numbers[wrong[0]]} is not a finite number")
    return np.asarray(numbers, np.float32)


def frame_times(column: NDArray[Any], name: str) -> NDArray[np.int64]:
    """Times (n,) int64 in Unix seconds. Raises ``ValueError`` naming the first row that is missing or no time."""
    if column.dtype.kind == "O" and len(column) and all(hasattr(cell, "timestamp") for cell in column.tolist()):
        column = np.array([_seconds(cell) for cell in column.tolist()])  # dates with zones
    if column.dtype.kind == "M":
        missing = np.flatnonzero(np.isnat(column))
        if len(missing):
            raise ValueError(f"column {name!r}, row {missing[0]}: no time")
        return np.asarray(column.astype("datetime64[s]").astype(np.int64))
    return _whole(column, name)


def _whole(column: NDArray[Any], name: str) -> NDArray[np.int64]:
    """Whole numbers (n,) int64, fractions cut off: float32 would round a Unix second to two minutes."""
    if column.dtype.kind in "iu":
        return np.asarray(column, np.int64)
    frame_numbers(column, name)
    return np.asarray(column.astype(np.float64), np.int64)


def _seconds(cell: Any) -> float:
    if cell != cell:  # NaT
        return float("nan")
    return float((cell if cell.tzinfo else cell.replace(tzinfo=UTC)).timestamp())
