"""The interaction table, the files it comes from, and the live store."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.audience import AudienceStore, preference
from recsys.interaction_files import ImportFailed, import_interactions, read_interactions
from recsys.interactions import Interactions

ROWS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz"), st.floats(-5, 5, width=32), st.integers(0, 3)),
    max_size=40,
)


def as_dict(table: Interactions) -> dict:
    users, items, values, times = table.rows()
    return {(u, i): (float(v), int(t)) for u, i, v, t in zip(users, items, values, times, strict=True)}


@given(ROWS)
def test_latest_word_wins_and_the_later_row_among_equals(rows) -> None:
    expected: dict = {}
    for user, item, value, time in rows:
        if (user, item) not in expected or time >= expected[user, item][1]:
            expected[user, item] = (value, time)
    table = Interactions.from_rows(rows)
    assert as_dict(table) == expected and len(table) == len(expected)
    assert list(table.user_ids) == sorted({u for u, *_ in rows})
    dense = np.zeros((table.n_users, table.n_items), np.float32)
    for (user, item), (value, _) in expected.items():
        dense[table.user_ids.index(user), table.item_ids.index(item)] = value
    np.testing.assert_array_equal(table.matrix.toarray(), dense)
    np.testing.assert_array_equal(table.liked(binary=True).toarray(), dense > 0)
    np.testing.assert_array_equal(table.liked(binary=False).toarray(), np.maximum(dense, 0))


@given(ROWS, ROWS)
def test_merging_is_the_same_as_one_long_table(first, second) -> None:
    merged = Interactions.from_rows(first).merged(Interactions.from_rows(second))
    assert as_dict(merged) == as_dict(Interactions.from_rows(first + second))


def test_parquet_round_trip(tmp_path, random_table: Interactions) -> None:
    path = tmp_path / "deep" / "interactions.parquet"
    random_table.to_parquet(path)
    assert as_dict(Interactions.from_parquet(path)) == as_dict(random_table)
    assert pq.read_schema(path).names == ["user", "item", "value", "time"]
    assert [file.name for file in path.parent.iterdir()] == ["interactions.parquet"]
    Interactions([], []).to_parquet(path)
    assert len(Interactions.from_parquet(path)) == 0


def test_wrong_tables_are_refused(tmp_path) -> None:
    with pytest.raises(ValueError, match="unequal"):
        Interactions(["a"], ["x", "y"])
    with pytest.raises(ValueError, match="finite"):
        Interactions(["a"], ["x"], [float("nan")])
    with pytest.raises(ValueError, match="empty item"):
        Interactions(["a"], [""])
    pq.write_table(pa.table({"user": ["a"], "item": ["x"]}), tmp_path / "t.parquet")
    with pytest.raises(ValueError, match="time, value"):
        Interactions.from_parquet(tmp_path / "t.parquet")


# --- files ---------------------------------------------------------------------------------------------------------


def test_csv_is_read_with_its_aliases_and_times(tmp_path) -> None:
    path = tmp_path / "history.csv"
    path.write_text(
        "\ufeffuserId,item_id,Rating,note,timestamp\n"
        "a,film/x,4.5,hello,1600000000\n"
        'a,"film/y",,"two\nlines",1600000000000\n'
        "\n"
        "b,film/x,1,,2020-09-13T12:26:40Z\n"
        "c,电影,1,,2020-09-13\n"
        "d,film/x,1,,\n",
        encoding="utf-8",
    )
    table, errors = read_interactions(path)
    midnight = int(datetime(2020, 9, 13, tzinfo=UTC).timestamp())
    assert errors == []
    assert as_dict(table) == {
        ("a", "film/x"): (4.5, 1_600_000_000),
        ("a", "film/y"): (1.0, 1_600_000_000),
        ("b", "film/x"): (1.0, 1_600_000_000),
        ("c", "电影"): (1.0, midnight),
        ("d", "film/x"): (1.0, 0),
    }


def test_every_bad_row_is_named(tmp_path) -> None:
    path = tmp_path / "history.csv"
    path.write_text(
        "user,item,value,time\na,x,1,0\n,x,1,0\nb,,1,0\nc,x,lots,0\nc,x,nan,0\nd,x,1,yesterday\ne\nf,q,1,-5\n"
    )
    table, errors = read_interactions(path)
    assert len(table) == 1
    assert [(error.line, error.reason) for error in errors] == [
        (3, "no user"),
        (4, "no item"),
        (5, "value 'lots' is not a number"),
        (6, "value 'nan' is not a number"),
        (7, "time 'yesterday' is neither Unix seconds nor ISO 8601"),
        (8, "no item"),
        (9, "time '-5' is out of range"),
    ]
    assert str(errors[0]) == "history.csv:3: no user"
    _, errors = read_interactions(path, items={"y"})
    assert errors[0].reason == "item 'x' is not in the catalogue"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.csv", b"", "empty"),
        ("headless.csv", b"a,x\nb,y\n", "no column item or user"),
        ("broken.parquet", b"PAR1 not really", "Parquet"),
        ("history.txt", b"user,item\na,x\n", "expected .csv"),
    ],
)
def test_a_hopeless_file_says_why(tmp_path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ImportFailed, match=reason):
        read_interactions(path)
    with pytest.raises(ImportFailed):
        read_interactions(tmp_path / f"absent-{name}")


def test_parquet_files_are_imported_too(tmp_path) -> None:
    when = datetime(2020, 9, 13, 12, 26, 40)
    pq.write_table(
        pa.table({"user_id": [7, None], "item": ["x", "y"], "rating": [2.0, 1.0], "time": [when, when]}),
        tmp_path / "in.parquet",
    )
    table, errors = read_interactions(tmp_path / "in.parquet")
    assert as_dict(table) == {("7", "x"): (2.0, 1_600_000_000)}
    assert [(error.line, error.reason) for error in errors] == [(2, "no user")]


def test_imports_add_up_and_a_useless_one_changes_nothing(tmp_path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "home" / "interactions.parquet"
    source.write_text("user,item,value,time\na,x,1,5\nb,y,1,5\n")
    report = import_interactions(source, target)
    assert (report.added, report.updated, report.skipped) == (2, 0, [])
    source.write_text("user,item,value,time\na,x,3,5\nc,z,oops,5\nd,x,1,5\n")
    report = import_interactions(source, target)
    assert (report.added, report.updated, [error.line for error in report.skipped]) == (1, 1, [3])
    assert as_dict(Interactions.from_parquet(target)) == {("a", "x"): (3, 5), ("b", "y"): (1, 5), ("d", "x"): (1, 5)}
    before = target.read_bytes()
    source.write_text("user,item,value,time\nc,z,oops,5\n")
    with pytest.raises(ImportFailed, match=r"in\.csv:2: value 'oops'"):
        import_interactions(source, target)
    assert target.read_bytes() == before


# --- the live store ------------------------------------------------------------------------------------------------


def test_history_is_newest_last_and_each_item_once(tmp_path) -> None:
    with AudienceStore(tmp_path / "home" / "audience.db") as store:
        store.add("ann", ["x", "y"], "watch")
        store.add("ann", "z", "rating", 5)
        store.add("ann", "x", "feedback", -1)
        store.add("bob", "x", "seen")
        assert store.history("ann") == [("y", 0.5), ("z", 1.0), ("x", -1.0)]
        assert store.history("ann", limit=1) == [("x", -1.0)] and store.history("ann", limit=0) == []
        assert store.history("nobody") == []


def test_a_spoken_opinion_outranks_watching(tmp_path) -> None:
    with AudienceStore(tmp_path / "a.db") as store:
        store.add("ann", "x", "feedback", -1)
        store.add("ann", "y", "seen")
        store.add("ann", "x", "watch")
        assert store.history("ann") == [("y", 0.5), ("x", -1.0)]
        store.add("ann", "x", "rating", 4)
        assert store.history("ann") == [("y", 0.5), ("x", 0.5)]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("feedback", 1, 1.0),
        ("feedback", -1, -1.0),
        ("feedback", 5, 1.0),
        ("feedback", 2, -0.5),
        ("rating", 1, -1.0),
        ("rating", 3, 0.0),
        ("watch", 1, 0.5),
        ("watch", 0.2, 0.1),
        ("seen", 1, 0.5),
    ],
)
def test_what_an_event_says(kind: str, value: float, expected: float) -> None:
    assert preference(kind, value) == pytest.approx(expected)


def test_it_is_all_there_for_training_and_after_reopening(tmp_path) -> None:
    with AudienceStore(tmp_path / "a.db") as store:
        store.add("ann", "x", "feedback", -1, time=10)
        store.add("bob", "x", "rating", 5, time=20)
    with AudienceStore(tmp_path / "a.db") as store:
        assert as_dict(store.interactions()) == {("ann", "x"): (-1.0, 10), ("bob", "x"): (1.0, 20)}


def test_profiles_export_and_erasure(tmp_path) -> None:
    path = tmp_path / "a.db"
    with AudienceStore(path) as store:
        store.add("ann", "film/secret-taste", "rating", 4, time=0)
        store.set_profile("ann", {"喜欢": ["科幻"]})
        store.set_profile("ann", {"喜欢": ["悬疑"]})
        store.add("bob", "film/kept", "seen")
        assert store.profile("ann") == {"喜欢": ["悬疑"]} and store.profile("bob") == {}
        assert store.export("ann") == {
            "user": "ann",
            "events": [
                {"item": "film/secret-taste", "kind": "rating", "value": 4.0, "time": "1970-01-01T00:00:00+00:00"}
            ],
            "profile": {"喜欢": ["悬疑"]},
        }
        assert store.erase("ann") == 2
        assert store.export("ann") == {"user": "ann", "events": [], "profile": {}}
        assert store.erase("ann") == 0
        assert store.history("bob") == [("film/kept", 0.5)]
        for file in tmp_path.iterdir():
            assert b"secret-taste" not in file.read_bytes(), f"still readable in {file.name}"
        with pytest.raises(TypeError):
            store.set_profile("ann", {"x": object()})


def test_wrong_events_leave_nothing_behind(tmp_path) -> None:
    with AudienceStore(tmp_path / "a.db") as store:
        for wrong in (
            ("", "x", "seen", 1),
            ("a", ["x", ""], "seen", 1),
            ("a", "x", "liked", 1),
            ("a", "x", "seen", 1e9),
        ):
            with pytest.raises(ValueError):
                store.add(*wrong)  # type: ignore[arg-type]
        with pytest.raises(ValueError):
            store.add("a", "x", "rating", float("nan"))
        assert len(store.interactions()) == 0


def test_many_threads_lose_nothing(tmp_path) -> None:
    with AudienceStore(tmp_path / "a.db") as store, AudienceStore(tmp_path / "a.db") as other:

        def work(worker: int) -> None:
            for i in range(25):
                (store if worker % 2 else other).add(f"u{worker}", f"i{i}", "seen")

        threads = [threading.Thread(target=work, args=(worker,)) for worker in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(store.interactions()) == 150
