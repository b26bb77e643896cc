"""Models on disk: one ``.npz`` of arrays, one JSON that says what they are; written whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.graph import KnowledgeError

__all__ = ["read", "write"]

_VERSION = 1


def write(folder: Path, kind: str, columns: tuple[str, ...], parts: Mapping[str, Mapping[str, NDArray]]) -> None:
    """Writes ``model.npz`` and ``model.json`` into ``folder``, which is made.

    Args:
        kind: what the model is for; :func:`read` refuses another.
        columns: names of the features it was trained with.
        parts: arrays by part.
    """
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {f"{part}/{name}": array for part, own in parts.items() for name, array in own.items()}
    temporary = folder / "model.npz.tmp"
    with temporary.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    os.replace(temporary, folder / "model.npz")
    about = folder / "model.json.tmp"
    about.write_text(json.dumps({"kind": kind, "version": _VERSION, "features": columns}), encoding="utf-8")
    os.replace(about, folder / "model.json")


def read(folder: Path, kind: str, columns: tuple[str, ...]) -> dict[str, dict[str, NDArray]]:
    """The parts that :func:`write` wrote. Raises :class:`KnowledgeError` for a missing, broken or foreign model."""
    try:
        about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        with np.load(folder / "model.npz", allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (OSError, ValueError, EOFError) as error:
        raise KnowledgeError(f"{folder}: no readable fact search model ({error}); train it again") from error
    if about.get("kind") != kind or about.get("version") != _VERSION or tuple(about.get("features", ())) != columns:
        raise KnowledgeError(f"{folder}: not a {kind} model of this version; train it again")
    parts: dict[str, dict[str, NDArray]] = {}
    for name, array in arrays.items():
        part, _, own = name.partition("/")
        parts.setdefault(part, {})[own] = array
    return parts
