"""A table out of a data frame of whatever make, and what is wrong with a frame said by column and row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from recsys.interactions import Interactions

COLUMNS: dict[str, list[Any]] = {
    "who": ["a", "b", "a", "a"],
    "what": [10, 9, 10, 8],
    "stars": [1.0, 4.0, 5.0, 3.0],
    "when": [100, 1_700_000_001, 1_700_000_000, 50],
}
NAMES = {"user": "who", "item": "what", "value": "stars", "time": "when"}


class Frame:
    """The least a data frame can be: names, and a column by name."""

    def __init__(self, columns: dict[str, list[Any]]) -> None:
        self._columns = columns
        self.columns = list(columns)

    def __getitem__(self, name: str) -> list[Any]:
        return self._columns[name]


def _pandas(columns: dict[str, Any]) -> Any:
    return pytest.importorskip("pandas").DataFrame(columns)


def _polars(columns: dict[str, Any]) -> Any:
    return pytest.importorskip("polars").DataFrame(columns, strict=False)


@pytest.mark.parametrize("make", [dict, Frame, pa.table, _pandas, _polars])
def test_every_make_of_frame_gives_the_same_table(make: Any) -> None:
    table = Interactions.from_frame(make(COLUMNS), **NAMES)
    assert list(zip(*table.rows(), strict=True)) == [
        ("a", "10", 5.0, 1_700_000_000),  # the later of two rows about it
        ("a", "8", 3.0, 50),
        ("b", "9", 4.0, 1_700_000_001),
    ]
    likes = Interactions.from_frame(make(COLUMNS), "who", "what")
    assert likes.matrix.data.tolist() == [1.0, 1.0, 1.0] and not likes.times.any()


@pytest.mark.parametrize("make", [dict, Frame, _pandas])
def test_an_empty_frame_is_an_empty_table(make: Any) -> None:
    table = Interactions.from_frame(make({name: [] for name in COLUMNS}), **NAMES)
    assert table.n_users == table.n_items == len(table) == 0


def test_dates_become_unix_seconds() -> None:
    naive, aware = datetime(2024, 1, 1), datetime(2024, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    expected = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())
    pandas = pytest.importorskip("pandas")
    for when in ([naive], [aware], np.array(["2024-01-01"], "datetime64[D]"), pandas.to_datetime(["2024-01-01"]),
                 pandas.to_datetime(["2024-01-01T08:00:00+08:00"])):  # fmt: skip
        for frame in (
            {"user": ["u"], "item": ["x"], "t": when},
            pandas.DataFrame({"user": "u", "item": "x", "t": when}),
        ):
            assert Interactions.from_frame(frame, time="t").times.tolist() == [expected]


BAD: list[tuple[dict[str, Any], str]] = [
    ({"stars": [1.0, float("nan"), 2.0, 3.0]}, r"column 'stars', row 1: nan is not a finite"),
    ({"stars": [1.0, None, 2.0, 3.0]}, r"column 'stars', row 1: "),
    ({"stars": [1.0, 2.0, "good", 3.0]}, r"column 'stars', row 2: 'good' is not a number"),
    ({"stars": [1.0, 2.0, 3.0, float("-inf")]}, r"column 'stars', row 3: -inf"),
    ({"who": ["a", "b", 7, "c"]}, r"column 'who', row 2: 7 is a number and the rows before it are not"),
    ({"what": [1, 2, "3", 4]}, r"column 'what', row 2: '3' is text and"),
    ({"what": [1, None, 3, 4]}, r"column 'what', row 1: "),
    ({"who": ["a", None, "b", "c"]}, r"column 'who', row 1: no id"),
    ({"who": ["a", "", "b", "c"]}, r"row 1: an empty user id"),
    ({"what": [1.5, 2.0, 3.0, 4.0]}, r"column 'what', row 0: 1.5 is no id; .* convert"),
    ({"who": [True, False, True, True]}, r"column 'who', row 0: True is no id"),
    ({"when": [1, 2, None, 3]}, r"column 'when', row 2: "),
    ({"when": [1, 2, "yesterday", 3]}, r"column 'when', row 2: 'yesterday'"),
]


@pytest.mark.parametrize(("change", "complaint"), BAD)
@pytest.mark.parametrize("make", [dict, Frame])
def test_what_is_wrong_is_named(make: Any, change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Interactions.from_frame(make({**COLUMNS, **change}), **NAMES)


@pytest.mark.parametrize("change", [change for change, _ in BAD])
def test_nothing_wrong_slips_through_pandas(change: dict[str, Any]) -> None:
    """It reads None among numbers as NaN and whole numbers beside NaN as fractions; refused all the same."""
    with pytest.raises(ValueError, match=r"row \d"):
        Interactions.from_frame(_pandas({**COLUMNS, **change}), **NAMES)


def test_pandas_own_missing_values() -> None:
    pandas = pytest.importorskip("pandas")
    when = pandas.to_datetime(["2024-01-01", None])
    with pytest.raises(ValueError, match=r"column 't', row 1: no time"):
        Interactions.from_frame(pandas.DataFrame({"user": ["u", "v"], "item": ["x", "x"], "t": when}), time="t")
    ids = pandas.array(["u", None], dtype="string")
    with pytest.raises(ValueError, match=r"column 'user', row 1: no id"):
        Interactions.from_frame(pandas.DataFrame({"user": ids, "item": ["x", "x"]}))


def test_a_missing_column_is_named_with_the_likely_one() -> None:
    with pytest.raises(ValueError, match=r"no column 'user' \(did you mean 'users'\?\); there are: users, item"):
        Interactions.from_frame({"users": ["a"], "item": ["x"]})
    with pytest.raises(ValueError, match="list is no table"):
        Interactions.from_frame([("a", "x")])
    with pytest.raises(ValueError, match="unequal columns: 2 users, 1 items"):
        Interactions.from_frame({"user": ["a", "b"], "item": ["x"]})
