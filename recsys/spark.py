"""When one machine is not enough: implicit ALS on a Spark cluster, and its factors back in the same class.

    Hu, Koren & Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM 2008.
    Zhou, Wilkinson, Schreiber & Pan, "Large-scale parallel collaborative filtering for the Netflix Prize", AAIM 2008
    (regularisation scaled by counts, which Spark's MLlib uses).

Hand over when interactions × factors no longer fit one machine, at about 10⁹ interactions; below that
:class:`~recsys.factors.ImplicitALS` is some fifty times faster. Parquet in, Parquet out:

    interactions.parquet               user, item (string), value, time; what ``Interactions.to_parquet`` writes
    out/factors.json                   which run is the newest, and its settings
    out/run-…/users, items             id (int32), key (string)
    out/run-…/user_factors, item_factors   id (int32), features (list of float32), in Spark's scale

Two conventions differ, and are converted here. Ours weighs an observed pair 1 and every pair α₀ on top, with target 1;
Spark weighs every pair 1 and an observed one 1 + α, with target 1 in both. Dividing by α₀ and with α = 1/α₀, Spark's
scores are 1 + α₀ times ours, so its factors are divided by √(1 + α₀) and its λ is ours times (1 + α₀)/α₀. And Spark
multiplies λ by the row's own count n_u, ours by (n_u + α₀ n_items)^ν: these agree for rows of equal length only, so the
geometric mean over users and items is matched. (Only the product of the two sides' λ matters: a factor moved from one
side to the other changes nothing but the scale of X and Y.) On a table of likes whose rows and whose columns are
equally long both find the same model; with values as weights the targets differ as well, and the models are only alike.

Needs ``pip install "yuban[spark]"`` and Java 17 or newer. The paths must be reachable under the same name by the driver
and by all executors: a shared file system, or one machine.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from knowledge.importers.files import replacing
from recsys.factors import ImplicitALS
from recsys.model import Floats
from recsys.storage import ModelFileError

__all__ = ["Factors", "Settings", "read_factors", "read_model", "train_als"]

MANIFEST = "factors.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """Names, units and defaults as in :class:`~recsys.factors.ImplicitALS`."""

    factors: int = 192
    regularization: float = 0.007
    unobserved_weight: float = 0.3
    exponent: float = 1.0
    iterations: int = 12
    binary: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        if self.factors < 1 or self.iterations < 1:
            raise ValueError(f"factors and iterations must be at least 1, not {self.factors} and {self.iterations}")
        if not self.regularization > 0 or not self.unobserved_weight > 0:
            raise ValueError(
                f"regularization and unobserved_weight must be positive, not {self.regularization} and "
                f"{self.unobserved_weight}"
            )

    def spark_regularization(self, n_users: int, n_items: int, pairs: int, weight: float) -> float:
        """Spark's λ for a table of so many users, items and pairs, whose values sum to ``weight``."""
        a = self.unobserved_weight
        ours = ((weight / n_users + a * n_items) * (weight / n_items + a * n_users)) ** (self.exponent / 2)
        return self.regularization * (1 + a) / a * ours * math.sqrt(n_users * n_items) / pairs


@dataclass(frozen=True, slots=True)
class Factors:
    """What a run found, in our scale: scores are ``user_factors @ item_factors.T``."""

    user_ids: tuple[str, ...]
    item_ids: tuple[str, ...]
    user_factors: Floats
    """(n_users, d) float32."""
    item_factors: Floats
    """(n_items, d) float32."""
    settings: Settings


def train_als(
    interactions: str | os.PathLike[str],
    directory: str | os.PathLike[str],
    settings: Settings | None = None,
    *,
    spark: Any = None,
    master: str = "local[*]",
    blocks: int = 10,
) -> Path:
    """Fit on a Parquet file (or folder of them) and write the factors; returns the folder of this run.

    As everywhere here, the latest value of a (user, item) pair counts, and only values above 0 are likes.

    Parameters
    ----------
    interactions
        Columns ``user, item`` (string), ``value``, and optionally ``time``.
    directory
        Where the factors go. The newest run takes over when it is complete, and the one before is deleted.
    settings
        What to fit.
    spark
        A ``SparkSession`` to use, whose checkpoint directory is changed; else one is started on ``master`` and stopped
        again.
    blocks
        Parts that users and items are divided into; about the number of cores.

    Raises ``ImportError`` when pyspark is missing, ``FileNotFoundError``, and ``ValueError`` for missing columns or
    when nobody likes anything.
    """
    wanted = settings or Settings()
    source, target = Path(interactions), Path(directory)
    if not source.exists():
        raise FileNotFoundError(f"{source}: no such Parquet file")
    _pyspark()
    from pyspark.sql import SparkSession

    session = spark or SparkSession.builder.master(master).appName("recsys").getOrCreate()
    run = target / f"run-{uuid.uuid4().hex}"
    checkpoints = target / f".checkpoints-{run.name}"
    try:
        # Without these the history of every factor grows with each sweep, and from about twenty on overflows the stack.
        session.sparkContext.setCheckpointDir(str(checkpoints.absolute()))
        _fit(session, source, run, wanted, blocks)
        content = {"format": FORMAT, "run": run.name, "settings": asdict(wanted)}
        with replacing(target / MANIFEST) as scratch:
            scratch.write_text(json.dumps(content), encoding="utf-8")
    except BaseException:
        shutil.rmtree(run, ignore_errors=True)
        raise
    finally:
        if spark is None:
            session.stop()
        shutil.rmtree(checkpoints, ignore_errors=True)
    for stale in target.glob("run-*"):
        if stale.name != run.name:
            shutil.rmtree(stale, ignore_errors=True)
    return run


def _fit(session: Any, source: Path, run: Path, settings: Settings, blocks: int) -> None:
    from pyspark.ml.recommendation import ALS
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    table = session.read.parquet(str(source.absolute()))
    missing = {"user", "item", "value"} - set(table.columns)
    if missing:
        raise ValueError(f"{source}: no column {', '.join(sorted(missing))}")
    time = f.col("time") if "time" in table.columns else f.lit(0)
    latest = table.groupBy("user", "item").agg(f.max_by("value", time).alias("value")).where("value > 0")
    if settings.binary:
        latest = latest.withColumn("value", f.lit(1.0))
    coded = latest
    for column in ("user", "item"):
        # Numbered in the order of the ids. This gathers the distinct ids, not the table, in one place.
        ids = latest.select(f.col(column).alias("key")).distinct()
        ids = ids.withColumn("id", (f.row_number().over(Window.orderBy("key")) - 1).cast("int")).select("id", "key")
        ids.write.parquet(str((run / f"{column}s").absolute()))
        ids = session.read.parquet(str((run / f"{column}s").absolute()))
        coded = coded.join(ids.withColumnsRenamed({"id": f"{column}_id", "key": column}), column)
    coded = coded.select("user_id", "item_id", f.col("value").cast("float").alias("value")).cache()
    counts = coded.agg(f.countDistinct("user_id"), f.countDistinct("item_id"), f.count("value"), f.sum("value")).first()
    if not counts[0]:
        raise ValueError(f"{source}: no value is above 0, so there is nothing to learn from")
    als = ALS(
        rank=settings.factors,
        maxIter=settings.iterations,
        regParam=settings.spark_regularization(*counts),
        implicitPrefs=True,
        alpha=1 / settings.unobserved_weight,
        userCol="user_id",
        itemCol="item_id",
        ratingCol="value",
        numUserBlocks=blocks,
        numItemBlocks=blocks,
        checkpointInterval=5,
        seed=settings.seed,
    )
    model = als.fit(coded)
    model.userFactors.write.parquet(str((run / "user_factors").absolute()))
    model.itemFactors.write.parquet(str((run / "item_factors").absolute()))
    coded.unpersist()


def read_factors(directory: str | os.PathLike[str]) -> Factors:
    """The newest run, in our scale; needs neither Spark nor Java.

    Raises ``FileNotFoundError`` and :class:`~recsys.storage.ModelFileError`.
    """
    manifest = Path(directory) / MANIFEST
    try:
        content = json.loads(manifest.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise ModelFileError(f"{manifest}: format {content['format']}, this version reads {FORMAT}")
        if Path(content["run"]).name != content["run"]:
            raise ModelFileError(f"{manifest}: a run outside the directory: {content['run']}")
        settings, run = Settings(**content["settings"]), Path(directory) / content["run"]
        scale = math.sqrt(1 + settings.unobserved_weight)
        users, items = _ids(run / "users"), _ids(run / "items")
        return Factors(
            users,
            items,
            _matrix(run / "user_factors", len(users), settings.factors, scale),
            _matrix(run / "item_factors", len(items), settings.factors, scale),
            settings,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelFileError(f"{directory}: no factors of this version ({error})") from error


def read_model(directory: str | os.PathLike[str]) -> ImplicitALS:
    """The newest run as an ordinary :class:`~recsys.factors.ImplicitALS`: it serves strangers, explains, and is saved
    like any other. Raises as :func:`read_factors`.
    """
    found = read_factors(directory)
    model = ImplicitALS(**asdict(found.settings))
    model._take(found.item_factors)
    model._set_items(found.item_ids)
    return model


def _ids(folder: Path) -> tuple[str, ...]:
    table = pq.read_table(folder).sort_by("id")
    if table["id"].to_pylist() != list(range(table.num_rows)):
        raise ValueError(f"{folder}: ids are not 0 … {table.num_rows - 1}")
    return tuple(table["key"].to_pylist())


def _matrix(folder: Path, rows: int, factors: int, scale: float) -> Floats:
    """(rows, factors) float32 from ``id, features``, divided by ``scale``."""
    table = pq.read_table(folder).combine_chunks()
    ids: NDArray[np.int64] = table["id"].to_numpy()
    flat = table["features"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    if len(ids) != rows or len(flat) != rows * factors:
        raise ValueError(f"{folder}: {len(ids)} rows and {len(flat)} numbers for {rows} × {factors}")
    matrix = np.empty((rows, factors), np.float32)
    matrix[ids] = flat.reshape(rows, factors) / np.float32(scale)
    return matrix


def _pyspark() -> None:
    try:
        import pyspark  # noqa: F401
    except ImportError as error:
        raise ImportError('training on Spark needs more: pip install "yuban[spark]", and Java 17 or newer') from error
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise ImportError("Spark needs Java 17 or newer: install it, or set JAVA_HOME")
