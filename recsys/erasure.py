"""Taking somebody out of the models that serve, not only out of the store.

A model learnt from everybody still knows whoever was erased from the table since. So :func:`recsys.training.train`
leaves a record of what it learnt from, under pseudonyms (:mod:`recsys.pseudonyms`; key and record are readable by their
owner alone), and :func:`erase` takes a user's rows out of it. Models in closed form are then learnt anew from the rows
that are left, with the same parameters, and replaced while the call lasts: what serves afterwards is the model of a
table in which the user never was. Other models are marked, and go with the next training.

    Bourtoule et al., "Machine unlearning", S&P 2021 (retraining on what is left is the definition of exact).

A training that read the table before somebody was erased and ends after leaves them out as well. What stays: the list
of items, parameters tuned while the user was there, and copies made before. Where no rows may be kept at all, keep sums
instead: :class:`recsys.unlearning.Ledger`.
"""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow.parquet as pq

from recsys import registry
from recsys.interactions import Interactions
from recsys.model import ItemModel
from recsys.popularity import Popularity
from recsys.pseudonyms import Pseudonyms
from recsys.storage import ModelFileError

__all__ = ["AT_ONCE", "clear", "erase", "locked", "pending", "remember", "without_erased"]

AT_ONCE = frozenset({"ease", "edlae", "item-neighbours", "user-neighbours", "random-walk", "popularity"})
"""Registered names of the models that are learnt anew in about a second."""

MOST_ITEMS = 4_000
"""Up to this many items they are: EASE takes a second, and its time grows with the cube."""
MOST_ROWS = 5_000_000
"""Larger tables leave no record; their models are marked."""

_KEY, _RECORD, _MARKS, _LOCK = "pseudonyms.key", "learnt.parquet", "erased.json", ".lock"


@contextmanager
def locked(out_dir: str | os.PathLike[str]) -> Iterator[None]:
    """One writer of the models in ``out_dir`` at a time, on this machine; waits its turn. Not to be nested."""
    folder = Path(out_dir)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def erase(out_dir: str | os.PathLike[str], user: str) -> Literal["gone", "next"]:
    """Take a user out of the models in ``out_dir``.

    ``gone``: what serves has learnt nothing from them, or never had. ``next``: it has, and the next training will not
    (:func:`pending` tells). Up to :data:`MOST_ITEMS` items that is for :data:`AT_ONCE` a matter of a second.

    Raises :class:`~recsys.pseudonyms.KeyFileError` when others may read the key.
    """
    out = Path(out_dir)
    if not (out / "personal").exists() and not (out / _KEY).exists():
        return "gone"  # nothing was ever trained here
    with locked(out):
        names = Pseudonyms.from_file(out / _KEY, create=True)
        marks = _marks(out)
        try:
            table = Interactions.from_parquet(out / _RECORD)
        except FileNotFoundError:
            _mark(out, {**marks, names.of(user): True})  # who is in the model is not known: assume the worst
            return "next"
        mine = set(names.every(user)) & set(table.user_ids)
        if not mine:
            _mark(out, {**marks, names.of(user): False})
            return "gone"
        rest = _without(table, mine)
        served = _refit(out, rest)
        if served is None:
            _mark(out, {**marks, **dict.fromkeys(mine, True)})
            _write(out, rest)
            return "next"
        personal, popularity = served
        popularity.save(out / "popularity")
        personal.save(out / "personal")
        _write(out, rest)
        _mark(out, {**marks, **dict.fromkeys(mine, False)})
        return "gone"


def pending(out_dir: str | os.PathLike[str]) -> int:
    """How many erased people the models in ``out_dir`` may still know: above 0, train again."""
    return sum(_marks(Path(out_dir)).values())


def without_erased(out_dir: str | os.PathLike[str], interactions: Interactions) -> Interactions:
    """The table without whoever was erased since the last training ended; call it within :func:`locked`."""
    out = Path(out_dir)
    marks = _marks(out)
    if not marks:
        return interactions
    names = Pseudonyms.from_file(out / _KEY)
    return _without(
        interactions, {user for user in interactions.user_ids if not marks.keys().isdisjoint(names.every(user))}
    )


def remember(out_dir: str | os.PathLike[str], interactions: Interactions) -> None:
    """Keep, under pseudonyms, what the models now saved in ``out_dir`` have learnt from; within :func:`locked`."""
    out = Path(out_dir)
    names = Pseudonyms.from_file(out / _KEY, create=True)
    if len(interactions) > MOST_ROWS:
        (out / _RECORD).unlink(missing_ok=True)
    else:
        _write(out, names.table(interactions))


def clear(out_dir: str | os.PathLike[str]) -> None:
    """The models now saved know none of those that were erased; within :func:`locked`."""
    (Path(out_dir) / _MARKS).unlink(missing_ok=True)


def _without(table: Interactions, users: set[str]) -> Interactions:
    if not users:
        return table
    rows = [row for row, user in enumerate(table.user_ids) if user in users]
    row_of = np.repeat(np.arange(table.n_users), np.diff(table.matrix.indptr))
    return table.where(~np.isin(row_of, rows))


def _refit(out: Path, table: Interactions) -> tuple[ItemModel, Popularity] | None:
    """The personal model and popularity as they were made, from another table; ``None`` when that would take long."""
    try:
        served = registry.load_model(out / "personal")
        popularity = Popularity.load(out / "popularity")
    except (FileNotFoundError, ModelFileError, ImportError):
        return None
    name = registry.name_of(type(served).__name__)
    if registry.entry(name).from_graph:
        return served, Popularity(popularity.half_life).fit(table)  # it never knew anybody
    if name not in AT_ONCE or len(served.item_ids) > MOST_ITEMS:
        return None
    # Columns that are nobody's any more stay: what the catalogue holds is no secret, and rows keep their meaning.
    return registry.create(name, **served._state()[0]).fit(table), Popularity(popularity.half_life).fit(table)


def _write(out: Path, table: Interactions) -> None:
    with _private(out / _RECORD) as scratch:
        pq.write_table(table.to_arrow(), scratch)


def _marks(out: Path) -> dict[str, bool]:
    """Pseudonym → whether the models may still know them."""
    try:
        found: dict[str, Any] = json.loads((out / _MARKS).read_text(encoding="utf-8"))
        return {str(name): bool(known) for name, known in found.items()}
    except FileNotFoundError:
        return {}


def _mark(out: Path, marks: dict[str, bool]) -> None:
    with _private(out / _MARKS) as scratch:
        scratch.write_text(json.dumps(marks), encoding="utf-8")


@contextmanager
def _private(target: Path) -> Iterator[Path]:
    """A temporary path that its owner alone may read, moved to ``target`` when the block ends well."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")  # 0600 from the first moment
    os.close(handle)
    try:
        yield Path(name)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
