"""k-anonymity: small groups are found, named, refused or taken out, and nothing else is touched."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.anonymity import TooFew, require, small_groups, suppress

SEGMENTS = pa.table(
    {
        "age": ["20s", "20s", "20s", "60s", "20s", None, None],
        "city": ["北京", "北京", "北京", "拉萨", "上海", "北京", "北京"],
        "watched": [3, 1, 4, 1, 5, 9, 2],
    }
)
QUASI = ["age", "city"]


def test_names_the_groups_that_are_too_small() -> None:
    found = small_groups(SEGMENTS, QUASI, 3).to_pylist()
    assert found[:2] == sorted(found[:2], key=lambda row: row["people"])
    assert {(row["age"], row["city"], row["people"]) for row in found} == {
        ("60s", "拉萨", 1),
        ("20s", "上海", 1),
        (None, "北京", 2),
    }
    with pytest.raises(TooFew, match=r"fewer than 3.*拉萨.*\(1\)"):
        require(SEGMENTS, QUASI, 3)


def test_suppression_keeps_the_rest_in_order_and_counts_what_went() -> None:
    kept, gone = suppress(SEGMENTS, QUASI, 3)
    assert kept["watched"].to_pylist() == [3, 1, 4]
    assert (gone.groups, gone.rows, gone.people) == (3, 4, 4)
    require(kept, QUASI, 3)


def test_one_person_with_many_rows_is_one_person() -> None:
    table = pa.table({"city": ["a"] * 6 + ["b"] * 3, "user": [1, 1, 1, 1, 1, 2, 3, 4, 5]})
    require(table, ["city"], 3)  # by rows both are large
    with pytest.raises(TooFew, match=r"'a' \(2\)"):
        require(table, ["city"], 3, person="user")
    kept, gone = suppress(table, ["city"], 3, person="user")
    assert kept["user"].to_pylist() == [3, 4, 5]
    assert (gone.groups, gone.rows, gone.people) == (1, 6, 2)


def test_an_empty_table_has_nothing_to_hide() -> None:
    empty = SEGMENTS.slice(0, 0)
    require(empty, QUASI, 5)
    assert suppress(empty, QUASI, 5)[0].num_rows == 0


@pytest.mark.parametrize(
    ("columns", "k", "person", "message"),
    [
        (QUASI, 1, None, "at least 2"),
        ([], 3, None, "at least one"),
        (["age", "zip"], 3, None, "'zip'.*there are: age"),
        (["age"], 3, "user", "'user'"),
    ],
)
def test_what_makes_no_sense_is_said(columns: list[str], k: int, person: str | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        small_groups(SEGMENTS, columns, k, person=person)


value = st.sampled_from(["a", "b", None])
number = st.sampled_from([1, 2, None])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(value, number, st.integers(0, 6)), max_size=40), st.integers(2, 4))
def test_equals_a_count_by_hand(rows: list[tuple[Any, Any, int]], k: int) -> None:
    columns = {
        "x": pa.array([row[0] for row in rows], pa.string()),
        "y": pa.array([row[1] for row in rows], pa.int64()),
        "who": pa.array([row[2] for row in rows], pa.int64()),
    }
    groups = defaultdict(set)
    for x, y, who in rows:
        groups[x, y].add(who)
    table = pa.table(columns)
    found = small_groups(table, ["x", "y"], k, person="who").to_pylist()
    expected = {(*key, len(people)) for key, people in groups.items() if len(people) < k}
    assert {(row["x"], row["y"], row["people"]) for row in found} == expected
    kept, _ = suppress(table, ["x", "y"], k, person="who")
    assert [tuple(row.values()) for row in kept.to_pylist()] == [row for row in rows if len(groups[row[:2]]) >= k]
