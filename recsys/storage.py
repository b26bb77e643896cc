"""How a model lies on disk: one JSON file that says what it is, one ``.npz`` that holds its arrays. Never pickle.

The arrays file is named by its content and the JSON file names it, so replacing the JSON is the one moment a new model
takes over: a reader sees the old model or the new one, and a crash in between leaves the old one whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
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
    directory.mkdir(parents=True, exist_ok=True)
    with replacing(directory / "arrays.npz") as scratch:
        with scratch.open("wb") as file:
            np.savez(file, **dict(arrays))  # type: ignore[arg-type]  # numpy types only the positional form
        with scratch.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
        os.link(scratch, directory / f"arrays-{digest}.npz")
    manifest = {"format": FORMAT, "kind": kind, "arrays": f"arrays-{digest}.npz", "settings": dict(settings)}
    with replacing(directory / MANIFEST) as target:
        target.write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    for stale in directory.glob("arrays-*.npz"):
        if stale.name != manifest["arrays"]:
            stale.unlink(missing_ok=True)


def read_model(directory: Path, kind: str | None = None) -> tuple[str, dict[str, Any], dict[str, NDArray[Any]]]:
    """Load ``(kind, settings, arrays)``; with ``kind`` given, anything else is refused.

    Raises ``FileNotFoundError`` when there is no model and :class:`ModelFileError` when there is something else.
    """
    for attempt in (1, 2):
        try:
            manifest = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
            if manifest["format"] != FORMAT:
                raise ModelFileError(
                    f"{directory / MANIFEST}: format {manifest['format']}, this version reads {FORMAT}"
                )
            found, settings, name = manifest["kind"], manifest["settings"], manifest["arrays"]
            if kind is not None and found != kind:
                raise ModelFileError(f"{directory / MANIFEST}: holds a {found}, not a {kind}")
            if Path(name).name != name:
                raise ModelFileError(f"{directory / MANIFEST}: arrays outside the directory: {name}")
            with np.load(directory / name, allow_pickle=False) as file:
                return found, settings, {key: file[key] for key in file.files}
        except FileNotFoundError:
            # A newer save may have replaced the pair between our two reads: the second look finds the newer one.
            if attempt == 2 or not (directory / MANIFEST).exists():
                raise
        except (ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise ModelFileError(f"{directory}: not a saved model ({error})") from error
    raise AssertionError("unreachable")
