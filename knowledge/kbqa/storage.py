"""A :class:`~knowledge.kbqa.answering.PathQA` as two files: names and settings as JSON, arrays as npz. No pickle."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np

from knowledge.graph import KnowledgeError
from knowledge.kbqa.adjacency import Adjacency
from knowledge.kbqa.answering import PathQA
from knowledge.kbqa.calibration import Calibrator
from knowledge.kbqa.reader import LearnedReader

__all__ = ["load", "save"]

_FORMAT = 1
_NAMES, _ARRAYS = "pathqa.json", "pathqa.npz"


def save(qa: PathQA, folder: Path) -> None:
    """Writes both files, each in one rename; the arrays first, so that names never describe arrays not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, np.ndarray] = {"triples": qa.adjacency.triples}
    state = {"format": _FORMAT, "graph": qa.adjacency.state(), "reader": None, "calibrated": list(qa.calibrators)}
    if qa.learned is not None:
        state["reader"] = qa.learned.state(qa.adjacency)
        arrays["weights"] = qa.learned.weights
    for row, calibrator in enumerate(qa.calibrators.values()):
        arrays[f"scores{row}"], arrays[f"chances{row}"] = calibrator.scores, calibrator.chances
    _write(folder / _ARRAYS, lambda file: np.savez(file, **arrays))  # type: ignore[arg-type]
    _write(folder / _NAMES, lambda file: file.write(json.dumps(state, ensure_ascii=False).encode()))


def load(folder: Path) -> PathQA:
    """Reads both files. Raises :class:`KnowledgeError` naming the file that is missing or damaged."""
    names, arrays_file = folder / _NAMES, folder / _ARRAYS
    for file in (names, arrays_file):
        if not file.is_file():
            raise KnowledgeError(f"{file}: not there; write it with PathQA.save")
    try:
        state = json.loads(names.read_bytes())
        with np.load(arrays_file, allow_pickle=False) as arrays:
            if state["format"] != _FORMAT:
                raise KnowledgeError(f"{names}: format {state['format']}, not {_FORMAT}; train and save it again")
            qa = PathQA(Adjacency.from_state(state["graph"], arrays["triples"]))
            if state["reader"] is not None:
                qa.learned = LearnedReader.from_state(state["reader"], arrays["weights"], qa.adjacency)
            qa.calibrators = {
                scale: Calibrator(arrays[f"scores{row}"], arrays[f"chances{row}"])
                for row, scale in enumerate(state["calibrated"])
            }
    except (ValueError, KeyError, TypeError, OSError, zipfile.BadZipFile) as error:
        raise KnowledgeError(f"{folder}: damaged ({error}); train and save it again") from error
    return qa


def _write(path: Path, write: Callable[[BinaryIO], object]) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as file:
            write(file)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
