"""Reading an operator's viewing history: ``yuban import interactions FILE.csv|parquet``.

The file has the columns ``user`` and ``item``, and may have ``value`` and ``time``; the names MovieLens and most
exports use (``user_id``, ``item_id``, ``rating``, ``timestamp``) are read as the same. Times are Unix seconds, Unix
milliseconds or ISO 8601 (UTC when no zone is given). Every row that cannot be read is named with its line and the
reason; the good rows go in together or not at all.
"""

from __future__ import annotations

import math
import os
import sys
from array import array
from collections.abc import Container, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from knowledge.importers.files import table
from knowledge.importers.report import ImportFailed, ImportReport, RowError
from recsys.interactions import BYTES_PER_ROW, Interactions, TooLarge, check_memory

__all__ = ["ImportFailed", "ImportReport", "RowError", "import_interactions", "read_interactions"]

_COLUMNS = {
    "user": "user", "user_id": "user", "userid": "user", "用户": "user",
    "item": "item", "item_id": "item", "itemid": "item", "作品": "item",
    "value": "value", "rating": "value", "评分": "value",
    "time": "time", "timestamp": "time", "时间": "time",
}  # fmt: skip
_YEAR_3000 = 32_503_680_000  # Unix seconds; larger numbers are milliseconds


def read_interactions(
    path: str | os.PathLike[str], *, items: Container[str] | None = None, memory_limit: int | None = None
) -> tuple[Interactions, list[RowError]]:
    """Read a ``.csv``, ``.tsv``, ``.xlsx`` or ``.parquet`` file into interactions, and list the rows that were left
    out.

    With ``items`` given, a row about anything else is left out too. A row of a Parquet file, which has no header,
    counts from 1. Memory: some 200 bytes a row while the table is built; a million rows take 5 s and 200 MB. With a
    ``memory_limit`` in bytes, a file that needs more is refused: a Parquet file by its row count before it is read,
    another at the row that would pass the limit.

    Raises:
        TooLarge: the file needs more than ``memory_limit``.
        ImportFailed: the file cannot be read at all, or lacks the user or item column.
    """
    path = Path(path)
    users: list[str] = []
    things: list[str] = []
    values, times = array("f"), array("q")
    names: dict[str, str] = {}  # one string object an id, however often it occurs
    errors: list[RowError] = []
    if memory_limit is not None and path.suffix.lower() == ".parquet":
        check_memory(path, _parquet_rows(path), memory_limit)
    most = sys.maxsize if memory_limit is None else memory_limit // BYTES_PER_ROW
    for line, row in _rows(path):
        if len(users) >= most:
            raise TooLarge(
                f"{path}, line {line}: {most:,} rows fill the limit of {memory_limit or 0:,} bytes and the file goes "
                "on; raise the limit, or keep fewer rows"
            )
        try:
            user, item = _id(row, "user"), _id(row, "item")
            if items is not None and item not in items:
                raise _BadRow(f"item {item!r} is not in the catalogue")
            value, time = _value(row.get("value")), _time(row.get("time"))
        except _BadRow as bad:
            errors.append(RowError(path.name, line, str(bad)))
            continue
        users.append(names.setdefault(user, user))
        things.append(names.setdefault(item, item))
        values.append(value)
        times.append(time)
    return Interactions(users, things, np.array(values, np.float32), np.array(times, np.int64)), errors


def import_interactions(
    source: str | os.PathLike[str], target: str | os.PathLike[str], *, items: Container[str] | None = None
) -> ImportReport:
    """Add the good rows of ``source`` to the Parquet file ``target`` (created if need be), atomically.

    Where both know a pair, the later one wins, and ``source`` when the times are equal. ``items`` as in
    :func:`read_interactions`. The report counts (user, item) pairs.

    Raises:
        ImportFailed: the file cannot be read, or holds no good row; what was there stays.
    """
    new, errors = read_interactions(source, items=items)
    if not len(new):
        first = f"; the first: {errors[0]}" if errors else ""
        raise ImportFailed(f"{Path(source).name} holds no usable row{first}")
    target = Path(target)
    known = Interactions.from_parquet(target) if target.exists() else Interactions([], [])
    merged = known.merged(new)
    merged.to_parquet(target)
    added = len(merged) - len(known)
    return ImportReport(added, len(new) - added, errors)


class _BadRow(Exception):
    """Why a row cannot be read."""


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line, row) with our column names."""
    suffix = path.suffix.lower()
    rows: Iterator[tuple[int, Mapping[str, Any]]]
    if suffix in {".csv", ".tsv", ".xlsx"}:
        rows = iter(table(path))
    elif suffix == ".parquet":
        rows = _parquet(path)
    else:
        raise ImportFailed(f"{path.name}: expected .csv, .tsv, .xlsx or .parquet")
    columns: dict[str, str] | None = None
    for line, cells in rows:
        if columns is None:
            columns = {name: _COLUMNS[name.lower()] for name in cells if name.lower() in _COLUMNS}
            if missing := {"user", "item"} - set(columns.values()):
                raise ImportFailed(f"{path.name} has no column {' or '.join(sorted(missing))}")
        yield line, {column: cells.get(name) for name, column in columns.items()}


def _parquet_rows(path: Path) -> int:
    try:
        return int(pq.read_metadata(path).num_rows)
    except (pa.ArrowException, OSError) as error:
        raise ImportFailed(f"{path.name} is not a readable Parquet file: {str(error).splitlines()[0]}") from error


def _parquet(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """(row, cells) of a Parquet file, a batch in memory at a time."""
    try:
        file = pq.ParquetFile(path)
        wanted = [name for name in file.schema_arrow.names if name.lower() in _COLUMNS]
        line = 0
        for batch in file.iter_batches(columns=wanted):
            cells = {name: batch.column(name).to_pylist() for name in batch.schema.names}
            for at in range(len(batch)):
                line += 1
                yield line, {name: column[at] for name, column in cells.items()}
    except (pa.ArrowException, OSError) as error:
        raise ImportFailed(f"{path.name} is not a readable Parquet file: {str(error).splitlines()[0]}") from error


def _id(row: Mapping[str, Any], column: str) -> str:
    cell = row.get(column)
    text = "" if cell is None else str(cell).strip()
    if not text:
        raise _BadRow(f"no {column}")
    return text


def _value(cell: Any) -> float:
    if cell is None or cell == "":
        return 1.0
    try:
        value = float(cell)
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value) or abs(value) > 3e38:
        raise _BadRow(f"value {cell!r} is not a number")
    return value


def _time(cell: Any) -> int:
    """Unix seconds; 0 when the cell is empty."""
    if cell is None or cell == "":
        return 0
    if isinstance(cell, datetime):
        moment = cell
    else:
        try:
            number = float(cell)
        except (TypeError, ValueError):
            try:
                moment = datetime.fromisoformat(str(cell).strip())
            except ValueError:
                raise _BadRow(f"time {cell!r} is neither Unix seconds nor ISO 8601") from None
        else:
            if not 0 <= number < 1000 * _YEAR_3000:
                raise _BadRow(f"time {cell!r} is out of range")
            return int(number if number < _YEAR_3000 else number / 1000)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
