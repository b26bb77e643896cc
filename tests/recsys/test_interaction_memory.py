"""A file that does not fit is refused before it fills the memory; a part of a table is the table without the rest."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.interaction_files import read_interactions
from recsys.interactions import BYTES_PER_ROW, Interactions, TooLarge


@pytest.fixture
def ten_million(tmp_path, monkeypatch: pytest.MonkeyPatch):
    """A Parquet file of 10,000,000 rows that says so in its metadata; all its columns are one value each."""
    path = tmp_path / "big.parquet"
    n, block = 10_000_000, 1_000_000
    kinds = {"user": pa.string(), "item": pa.string(), "value": pa.float32(), "time": pa.int64()}
    some = {"user": "u", "item": "i", "value": 1.0, "time": 1}
    part = pa.table({name: pa.array(np.repeat([some[name]], block), kind) for name, kind in kinds.items()})
    with pq.ParquetWriter(path, part.schema) as writer:
        for _ in range(n // block):
            writer.write_table(part)
    return path


def test_ten_million_rows_are_refused_unread(ten_million, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object, **__: object) -> None:
        raise AssertionError("the rows were read")

    monkeypatch.setattr(pq.ParquetFile, "read", read)
    monkeypatch.setattr(pq.ParquetFile, "iter_batches", read)
    with pytest.raises(TooLarge, match=r"big.parquet: 10,000,000 rows need about 1,907 MiB, the limit is 512 MiB"):
        Interactions.from_parquet(ten_million, memory_limit=512 << 20)
    with pytest.raises(TooLarge, match="10,000,000 rows"):
        read_interactions(ten_million, memory_limit=512 << 20)


def test_what_fits_is_read(tmp_path) -> None:
    table = Interactions.from_rows([("a", "x", 2.0, 5), ("b", "y", 3.0, 6)])
    table.to_parquet(tmp_path / "t.parquet")
    again = Interactions.from_parquet(tmp_path / "t.parquet", memory_limit=2 * BYTES_PER_ROW)
    assert [list(map(str, column)) for column in again.rows()] == [list(map(str, column)) for column in table.rows()]
    with pytest.raises(TooLarge):
        Interactions.from_parquet(tmp_path / "t.parquet", memory_limit=2 * BYTES_PER_ROW - 1)


def test_a_text_file_is_refused_at_the_row_that_does_not_fit(tmp_path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("user,item\n" + "".join(f"u{at},x\n" for at in range(10)))
    assert len(read_interactions(path, memory_limit=10 * BYTES_PER_ROW)[0]) == 10
    with pytest.raises(TooLarge, match=r"t.csv, line 5: 3 rows fill the limit of 600 bytes"):
        read_interactions(path, memory_limit=3 * BYTES_PER_ROW)


def test_an_absent_cell_is_named(tmp_path) -> None:
    columns = {"user": ["a", None], "item": ["x", "y"], "value": [1.0, 1.0], "time": [1, 1]}
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    with pytest.raises(ValueError, match=r"t.parquet, row 1: no user"):
        Interactions.from_parquet(tmp_path / "t.parquet")


def test_where_keeps_items_and_drops_users(random_table: Interactions) -> None:
    rng = np.random.default_rng(0)
    keep = rng.random(len(random_table)) < 0.1
    part = random_table.where(keep)
    users, items, values, times = random_table.rows()
    expected = [
        (user, item, value, time)
        for user, item, value, time, kept in zip(users, items, values, times, keep, strict=True)
        if kept
    ]
    assert list(zip(*part.rows(), strict=True)) == expected
    assert part.item_ids == random_table.item_ids and part.user_ids == tuple(sorted({row[0] for row in expected}))
    nothing = random_table.where(np.zeros(len(random_table), bool))
    assert len(nothing) == 0 and nothing.n_users == 0 and nothing.n_items == 35
