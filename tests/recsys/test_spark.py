"""Factors from a real local Spark solve the equations they claim to, and serve in the same class."""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.factors import ImplicitALS
from recsys.interactions import Interactions
from recsys.spark import Settings, read_factors, read_model, train_als
from recsys.storage import ModelFileError

SETTINGS = Settings(factors=3, regularization=0.05, unobserved_weight=0.2, iterations=12, seed=3)


@pytest.fixture(scope="module")
def regular() -> Interactions:
    """24 users × 12 items; every user likes 4 items and every item has 8 users, so both conventions of λ agree."""
    return Interactions.from_rows(
        (f"用户{u:02}", f"i{(u + step) % 12:02}") for u in range(24) for step in (0, 1, 2, 3 + u // 12)
    )


@pytest.fixture(scope="module")
def spark():
    pytest.importorskip("pyspark")
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        pytest.skip("no Java")
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[1]")
        .appName("tests")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.default.parallelism", "1")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.codegen.wholeStage", "false")  # compiling takes longer than so small a table
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.mark.system
def test_equals_a_direct_solve_and_our_own_model(regular: Interactions, spark, tmp_path: Path) -> None:
    pairs = tmp_path / "interactions.parquet"
    users, items, values, times = regular.rows()
    # What must not count: a like that was taken back, an earlier word, a dislike of something nobody else met.
    noise = Interactions(["用户00", "用户01"], ["i11", "nowhere"], [-1, -1], [9, 9])
    users, items = [*users, *noise.rows()[0], users[0]], [*items, *noise.rows()[1], items[0]]
    values, times = [*values, -1, -1, -1], [*times, 9, 9, -5]
    columns = {"user": users, "item": items, "value": pa.array(values, pa.float32()), "time": times}
    pq.write_table(pa.table(columns), pairs)

    run = train_als(pairs, tmp_path / "out", SETTINGS, spark=spark, blocks=1)
    found = read_factors(tmp_path / "out")
    assert found.user_ids == regular.user_ids
    assert found.item_ids == regular.item_ids
    assert found.settings == SETTINGS

    # Spark's last half-sweep solves for the users: its own normal equations, in its own scale.
    a, x = SETTINGS.unobserved_weight, regular.matrix.toarray()
    y = math.sqrt(1 + a) * found.item_factors.astype(np.float64)
    for user in range(regular.n_users):
        liked = y[x[user] > 0]
        ridge = SETTINGS.spark_regularization(24, 12, 96, 96.0) * len(liked)
        left = y.T @ y + liked.T @ liked / a + ridge * np.eye(3)
        direct = np.linalg.solve(left, (1 + 1 / a) * liked.sum(axis=0))
        assert np.allclose(math.sqrt(1 + a) * found.user_factors[user], direct, atol=1e-4)

    # On a regular table it is also the model that ours converges to.
    ours = ImplicitALS(
        factors=3,
        regularization=0.05,
        unobserved_weight=0.2,
        iterations=200,
        solver="cholesky",
        seed=1,
        backend="numpy",
    ).fit(regular)
    theirs = read_model(tmp_path / "out")
    histories = [[regular.item_ids[i] for i in np.flatnonzero(row)] for row in x]
    assert np.allclose(theirs.scores_many(histories), ours.scores_many(histories), atol=2e-3)
    assert np.allclose(found.user_factors @ found.item_factors.T, ours.scores_many(histories), atol=2e-3)

    again = train_als(pairs, tmp_path / "out", Settings(factors=2, iterations=1), spark=spark, blocks=1)
    assert read_factors(tmp_path / "out").item_factors.shape == (12, 2)
    assert not run.exists() and again.exists(), "the newest run takes over"
    with pytest.raises(ValueError, match="above 0"):
        empty = tmp_path / "empty.parquet"
        pq.write_table(pa.table({**columns, "value": pa.array([-1.0] * len(users))}), empty)
        train_als(empty, tmp_path / "out", SETTINGS, spark=spark)
    with pytest.raises(ValueError, match="no column value"):
        bare = tmp_path / "bare.parquet"
        pq.write_table(pa.table({"user": users, "item": items}), bare)
        train_als(bare, tmp_path / "out", SETTINGS, spark=spark)
    left = {path.name for path in (tmp_path / "out").iterdir()}
    assert left == {again.name, "factors.json"}, "failures leave nothing behind"


def written(directory: Path, **changes: object) -> Path:
    """A run as Spark writes it, by hand: rows out of order, in two files."""
    run = directory / "run-1"
    scale = math.sqrt(1 + SETTINGS.unobserved_weight)
    for name, keys in (("users", ["ann", "bob"]), ("items", ["x", "y", "z"])):
        (run / name).mkdir(parents=True)
        ids = pa.array(range(len(keys)), pa.int32())
        pq.write_table(pa.table({"id": ids, "key": keys}), run / name / "part-0.parquet")
    for name, count in (("user_factors", 2), ("item_factors", 3)):
        (run / name).mkdir()
        for part in (1, 0):
            ids = [i for i in range(count) if i % 2 == part]
            features = pa.array([[scale * (10 * i + f) for f in range(3)] for i in ids], pa.list_(pa.float32()))
            pq.write_table(
                pa.table({"id": pa.array(ids, pa.int32()), "features": features}),
                run / name / f"part-{1 - part}.parquet",
            )
    settings = {key: getattr(SETTINGS, key) for key in Settings.__slots__}
    manifest = {"format": 1, "run": "run-1", "settings": settings, **changes}
    (directory / "factors.json").write_text(json.dumps(manifest))
    return run


def test_reading_needs_no_spark(tmp_path: Path) -> None:
    written(tmp_path)
    found = read_factors(tmp_path)
    assert (found.user_ids, found.item_ids) == (("ann", "bob"), ("x", "y", "z"))
    assert found.item_factors.dtype == np.float32
    assert np.allclose(found.item_factors, [[0, 1, 2], [10, 11, 12], [20, 21, 22]], rtol=1e-6)
    assert np.allclose(found.user_factors, [[0, 1, 2], [10, 11, 12]], rtol=1e-6)
    model = read_model(tmp_path)
    assert model.recommend(["x"], 2)
    model.save(tmp_path / "model")
    assert np.array_equal(ImplicitALS.load(tmp_path / "model").scores(["y"]), model.scores(["y"]))


@pytest.mark.parametrize("changes", [{"format": 2}, {"run": "../elsewhere"}, {"settings": {"rank": 3}}])
def test_other_manifests_are_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    written(tmp_path, **changes)
    with pytest.raises(ModelFileError):
        read_factors(tmp_path)


def test_a_run_with_a_part_missing_is_refused(tmp_path: Path) -> None:
    (written(tmp_path) / "item_factors" / "part-0.parquet").unlink()
    with pytest.raises(ModelFileError, match="3 × 3"):
        read_factors(tmp_path)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_factors(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"none\.parquet"):
        train_als(tmp_path / "none.parquet", tmp_path)


def test_without_pyspark_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    pairs = tmp_path / "pairs.parquet"
    Interactions(["a"], ["x"]).to_parquet(pairs)
    with pytest.raises(ImportError, match=r"yuban\[spark\].*Java 17"):
        train_als(pairs, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("bad", [{"factors": 0}, {"regularization": 0.0}, {"unobserved_weight": -1.0}])
def test_settings_that_make_no_sense(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError):
        Settings(**bad)  # type: ignore[arg-type]
