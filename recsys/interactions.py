"""Who met what, how they liked it and when: the one table every collaborative model learns from.

Ids are strings at the edge and rows inside. The matrix is always users × items, CSR, float32. A pair that occurs more
than once keeps its latest value, as the later word about a film is the one that counts.

Memory: 12 bytes an interaction in the matrix plus 8 for its time. Building takes about 200 bytes an interaction for a
moment, so ten million interactions need 2 GB; beyond that, hand the Parquet file to a cluster.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from knowledge.importers.files import replacing
from recsys.frames import frame_column, frame_ids, frame_numbers, frame_times

__all__ = ["BYTES_PER_ROW", "Interactions", "TooLarge", "check_memory"]

BYTES_PER_ROW = 200
"""Memory that building a table takes for a moment, in bytes an interaction."""


class TooLarge(ValueError):
    """A file needs more memory than it was given; the message says how much, and what to do."""


class Interactions:
    """A users × items table of values and times.

    Parameters
    ----------
    users, items
        One id an interaction, equally long; no id is empty.
    values
        How much the user liked the item, in any unit where more is better; 1 for each when absent. Must be finite.
        Models that read only presence treat every value above zero as "liked".
    times
        Unix seconds, UTC; 0 (unknown) for each when absent.

    Raises ``ValueError`` when lengths differ, or naming the row (counted from 0) where an id is empty or no string, or
    a value is not finite.
    """

    user_ids: tuple[str, ...]
    """Row → user id, sorted."""
    item_ids: tuple[str, ...]
    """Column → item id, sorted."""
    matrix: sparse.csr_array
    """(n_users, n_items) float32, columns sorted within a row. Zeros may be stored: a rating that says nothing."""
    times: NDArray[np.int64]
    """(nnz,) Unix seconds, in the order of ``matrix.data``."""

    def __init__(
        self,
        users: Sequence[str],
        items: Sequence[str],
        values: ArrayLike | None = None,
        times: ArrayLike | None = None,
    ) -> None:
        n = len(users)
        value = np.ones(n, np.float32) if values is None else np.asarray(values, np.float32)
        time = np.zeros(n, np.int64) if times is None else np.asarray(times, np.int64)
        if not (len(items) == len(value) == len(time) == n):
            raise ValueError(f"unequal columns: {n} users, {len(items)} items, {len(value)} values, {len(time)} times")
        if not np.isfinite(value).all():
            at = int(np.flatnonzero(~np.isfinite(value))[0])
            raise ValueError(f"row {at} (user {users[at]!r}, item {items[at]!r}): {value[at]} is not a finite number")
        self.user_ids, row = _codes(users, "user")
        self.item_ids, column = _codes(items, "item")
        # Latest last; among equal times the later row wins, because lexsort is stable.
        order = np.lexsort((time, column, row))
        row, column, value, time = row[order], column[order], value[order], time[order]
        last = np.ones(n, bool)
        last[:-1] = (row[1:] != row[:-1]) | (column[1:] != column[:-1])
        row, column = row[last], column[last]
        starts = np.zeros(len(self.user_ids) + 1, np.int64)
        np.cumsum(np.bincount(row, minlength=len(self.user_ids)), out=starts[1:])
        shape = (len(self.user_ids), len(self.item_ids))
        self.matrix = sparse.csr_array((value[last], column, starts), shape=shape, dtype=np.float32)
        self.times = time[last]

    @classmethod
    def from_rows(cls, rows: Iterable[Sequence[object]]) -> Interactions:
        """From ``(user, item)``, ``(user, item, value)`` or ``(user, item, value, time)`` tuples."""
        users, items, values, times = [], [], [], []
        for row in rows:
            users.append(str(row[0]))
            items.append(str(row[1]))
            values.append(float(row[2]) if len(row) > 2 else 1.0)  # type: ignore[arg-type]
            times.append(int(row[3]) if len(row) > 3 else 0)  # type: ignore[call-overload]
        return cls(users, items, values, times)

    @classmethod
    def from_frame(
        cls, frame: Any, user: str = "user", item: str = "item", value: str | None = None, time: str | None = None
    ) -> Interactions:
        """From a data frame: pandas, polars, an Arrow table, or a mapping from column names to sequences.

        ``user``, ``item``, ``value`` and ``time`` name columns; without ``value`` every row is a like, without ``time``
        none has one. Ids may be text or whole numbers, which become text, but not both in one column. Times may be Unix
        seconds, or dates and times (UTC where no zone is given). A pair that occurs more than once keeps its latest row.

        Raises ``ValueError`` naming the column that is missing, or the column and row (counted from 0) where an id is
        missing, of another type or no id, or a value or time is missing or no number.
        """
        read = {name: frame_column(frame, name) for name in (user, item, value, time) if name is not None}
        return cls(
            frame_ids(read[user], user),
            frame_ids(read[item], item),
            None if value is None else frame_numbers(read[value], value),
            None if time is None else frame_times(read[time], time),
        )

    def rows(self) -> tuple[list[str], list[str], NDArray[np.float32], NDArray[np.int64]]:
        """The four columns back: users, items, values, times; sorted by user, then item."""
        user = np.repeat(np.arange(self.n_users), np.diff(self.matrix.indptr))
        users = [self.user_ids[u] for u in user]
        items = [self.item_ids[i] for i in self.matrix.indices]
        return users, items, self.matrix.data.copy(), self.times.copy()

    def liked(self, binary: bool = True) -> sparse.csr_array:
        """The matrix (n_users, n_items) float32 without values at or below 0; all ones when ``binary``."""
        kept = self.matrix.copy()
        kept.data = (kept.data > 0).astype(np.float32) if binary else np.maximum(kept.data, 0)
        kept.eliminate_zeros()
        return kept

    def merged(self, other: Interactions) -> Interactions:
        """Both tables as one; where they share a pair, the later time wins, then ``other``."""
        mine, theirs = self.rows(), other.rows()
        return Interactions(
            mine[0] + theirs[0],
            mine[1] + theirs[1],
            np.concatenate([mine[2], theirs[2]]),
            np.concatenate([mine[3], theirs[3]]),
        )

    def where(self, keep: NDArray[np.bool_]) -> Interactions:
        """The table with only some of its pairs, ``keep`` (nnz,) in the order of ``matrix.data``.

        Items stay, even those nobody has met any more, so columns mean what they meant; users without a pair go.
        """
        row = np.repeat(np.arange(self.n_users), np.diff(self.matrix.indptr))[keep]
        counts = np.bincount(row, minlength=self.n_users)
        users = np.flatnonzero(counts)
        part = Interactions([], [])
        part.user_ids, part.item_ids = tuple(self.user_ids[user] for user in users), self.item_ids
        triple = (self.matrix.data[keep], self.matrix.indices[keep], np.concatenate([[0], np.cumsum(counts[users])]))
        part.matrix = sparse.csr_array(triple, shape=(len(users), self.n_items))
        part.times = self.times[keep]
        return part

    def fingerprint(self) -> str:
        """A digest of everything in the table, 64 hexadecimal digits."""
        digest = hashlib.sha256()
        m = self.matrix
        for part in (m.data.astype(np.float32), m.indices.astype(np.int64), m.indptr.astype(np.int64), self.times):
            digest.update(np.ascontiguousarray(part).tobytes())
        digest.update("\0".join((*self.user_ids, "", *self.item_ids)).encode())
        return digest.hexdigest()

    @property
    def n_users(self) -> int:
        return len(self.user_ids)

    @property
    def n_items(self) -> int:
        return len(self.item_ids)

    def __len__(self) -> int:
        """How many (user, item) pairs are stored."""
        return int(self.matrix.nnz)

    def __repr__(self) -> str:
        return f"Interactions({self.n_users:,} users × {self.n_items:,} items, {len(self):,} pairs)"

    def to_arrow(self) -> pa.Table:
        """Columns ``user, item`` (string), ``value`` (float32), ``time`` (int64, Unix seconds)."""
        users, items, values, times = self.rows()
        return pa.table(
            {
                "user": pa.array(users, pa.string()),
                "item": pa.array(items, pa.string()),
                "value": pa.array(values),
                "time": pa.array(times),
            }
        )

    def to_parquet(self, path: str | os.PathLike[str]) -> None:
        """Write the columns of :meth:`to_arrow`; atomic."""
        with replacing(Path(path)) as scratch:
            pq.write_table(self.to_arrow(), scratch)

    @classmethod
    def from_parquet(cls, path: str | os.PathLike[str], memory_limit: int | None = None) -> Interactions:
        """Read what :meth:`to_parquet` wrote.

        ``memory_limit`` is in bytes; the need is estimated from the file's own row count before anything is read.

        Raises ``FileNotFoundError``, :class:`TooLarge`, or ``ValueError`` for missing columns.
        """
        file = pq.ParquetFile(path)
        check_memory(path, file.metadata.num_rows, memory_limit)
        missing = {"user", "item", "value", "time"} - set(file.schema_arrow.names)
        if missing:
            raise ValueError(f"{path}: no column {', '.join(sorted(missing))}")
        table = file.read(columns=["user", "item", "value", "time"])
        for name in ("user", "item", "value", "time"):
            if table[name].null_count:
                row = int(np.flatnonzero(table[name].is_null().to_numpy())[0])
                raise ValueError(f"{path}, row {row}: no {name}")
        return cls(_ids(table["user"]), _ids(table["item"]), table["value"].to_numpy(), table["time"].to_numpy())


def _ids(column: pa.ChunkedArray) -> list[str]:
    """A column as a list that holds one object a distinct id: a quarter of the memory of ``to_pylist``."""
    encoded = column.combine_chunks().dictionary_encode()
    distinct = np.array(encoded.dictionary.to_pylist(), object)
    ids: list[str] = distinct[encoded.indices.to_numpy()].tolist()
    return ids


def check_memory(path: str | os.PathLike[str], rows: int, memory_limit: int | None) -> None:
    """Raise :class:`TooLarge` when building a table of so many rows needs more than ``memory_limit`` bytes."""
    need = rows * BYTES_PER_ROW
    if memory_limit is not None and need > memory_limit:
        raise TooLarge(
            f"{path}: {rows:,} rows need about {need / 2**20:,.0f} MiB, the limit is {memory_limit / 2**20:,.0f} MiB; "
            f"raise the limit, keep the newest {memory_limit // BYTES_PER_ROW:,} rows, or train on a cluster"
        )


def _codes(ids: Sequence[str], what: str) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Sorted distinct ids, and the position of each given id among them."""
    if not all(issubclass(kind, str) for kind in set(map(type, ids))):
        at = next(at for at, key in enumerate(ids) if not isinstance(key, str))
        raise ValueError(f"row {at}: {what} {ids[at]!r} is no string; ids are strings, so write str({ids[at]!r})")
    distinct = sorted(set(ids))
    if distinct and not distinct[0]:
        raise ValueError(f"row {list(ids).index('')}: an empty {what} id")
    rows = {key: row for row, key in enumerate(distinct)}
    return tuple(distinct), np.fromiter((rows[key] for key in ids), np.int64, len(ids))
