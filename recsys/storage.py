"""How a model lies on disk: one JSON file that says what it is, one ``.npz`` that holds its arrays. Never pickle.

Every save writes its arrays under a new name and the JSON file names them, so replacing the JSON is the one moment a
new model takes over: a reader sees the old model or the new one, and a crash in between leaves the old one whole.
"""

from __future__ import annotations

import json
import uuid
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.importers.files import replacing

__all__ = ["ModelFileError", "read_model", "write_model"]

MANIFEST = "model.json"
FORMAT = 1


class ModelFileError(Exception):
    """What lies in the directory is not a model this version can read. The message says which file and why."""


def write_model(directory: Path, kind: str, settings: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Save a model.

    ``kind`` is the class that can read it back, ``settings`` whatever of it is JSON, ``arrays`` the rest.
    """
    name = f"arrays-{uuid.uuid4().hex}.npz"
    with replacing(directory / name) as scratch, scratch.open("wb") as file:
        np.savez(file, **dict(arrays))  # type: ignore[arg-type]  # numpy types only the positional form
    manifest = {"format": FORMAT, "kind": kind, "arrays": name, "settings": dict(settings)}
    with replacing(directory / MANIFEST) as scratch:
        scratch.write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    for stale in directory.glob("arrays-*.npz"):
        if stale.name != name:
            stale.unlink(missing_ok=True)


def read_model(directory: Path, kind: str | None = None) -> tuple[str, dict[str, Any], dict[str, NDArray[Any]]]:
    """Load ``(kind, settings, arrays)``; with ``kind`` given, anything else is refused.

    Raises ``FileNotFoundError`` when there is no model and :class:`ModelFileError` when there is something else.
    """
    try:
        return _read(directory, kind)
    except FileNotFoundError:
        # A save may have replaced the pair between our two reads; then the second look finds the newer one.
        return _read(directory, kind)


def _read(directory: Path, kind: str | None) -> tuple[str, dict[str, Any], dict[str, NDArray[Any]]]:
    manifest = directory / MANIFEST
    try:
        content = json.loads(manifest.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise ModelFileError(f"{manifest}: format {content['format']}, this version reads {FORMAT}")
        found, settings, name = content["kind"], content["settings"], content["arrays"]
        if kind is not None and found != kind:
            raise ModelFileError(f"{manifest}: holds a {found}, not a {kind}")
        if Path(name).name != name:
            raise ModelFileError(f"{manifest}: arrays outside the directory: {name}")
        with np.load(directory / name, allow_pickle=False) as file:
            return found, settings, {key: file[key] for key in file.files}
    except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise ModelFileError(f"{directory}: not a saved model ({error})") from error
