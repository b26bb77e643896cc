"""How far a fit has come, written down after each pass, so that one that was cut short goes on where it stopped.

    model = MatrixFactorization()
    model.checkpoint = "unfinished.npz"
    model.fit(table)          # interrupted after pass 40
    model.fit(table)          # goes on with pass 41; the result is that of a fit that was never interrupted

A checkpoint holds the arrays that change, the state of the random generator, and a digest of the model's class, its
parameters and the table. One of anything else is left unread and written over. A finished fit removes its own.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.importers.files import replacing
from recsys.interactions import Interactions
from recsys.model import ItemModel

__all__ = ["passes"]

FORMAT = 1


def passes(
    model: ItemModel,
    interactions: Interactions,
    total: int,
    arrays: Mapping[str, NDArray[Any]],
    rng: np.random.Generator | None = None,
) -> Iterator[int]:
    """The numbers of the passes still to be made, of ``total``: all of them where ``model.checkpoint`` is ``None``.

    ``arrays`` and ``rng`` are all that changes from pass to pass; they are changed in place, by the caller within a
    pass and here when a checkpoint is taken up. Everything else has to follow from parameters and table.
    """
    if model.checkpoint is None:
        yield from range(total)
        return
    path = Path(model.checkpoint)
    about = _about(model, interactions)
    for at in range(_take_up(path, about, arrays, rng), total):
        yield at
        _write(path, about, at + 1, arrays, rng)
    path.unlink(missing_ok=True)


def _about(model: ItemModel, interactions: Interactions) -> str:
    settings = json.dumps([FORMAT, type(model).__name__, model._state()[0]], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{settings}\n{interactions.fingerprint()}".encode()).hexdigest()


def _take_up(path: Path, about: str, arrays: Mapping[str, NDArray[Any]], rng: np.random.Generator | None) -> int:
    """How many passes were made; the arrays and the generator are then as they were after them."""
    try:
        with np.load(path, allow_pickle=False) as file:
            said = json.loads(str(file["said"]))
            if said["about"] != about:
                return 0
            saved = {name: file[f"array.{name}"] for name in arrays}
    except (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile):
        return 0
    if any(saved[name].shape != array.shape or saved[name].dtype != array.dtype for name, array in arrays.items()):
        return 0
    for name, array in arrays.items():
        array[...] = saved[name]
    if rng is not None:
        rng.bit_generator.state = said["rng"]
    return int(said["passes"])


def _write(
    path: Path, about: str, done: int, arrays: Mapping[str, NDArray[Any]], rng: np.random.Generator | None
) -> None:
    said = json.dumps({"about": about, "passes": done, "rng": None if rng is None else rng.bit_generator.state})
    with replacing(path) as scratch, scratch.open("wb") as file:
        content = {"said": np.array(said)} | {f"array.{name}": array for name, array in arrays.items()}
        np.savez(file, **content)  # type: ignore[arg-type]  # numpy types only the positional form
