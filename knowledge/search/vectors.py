"""Exact nearest neighbours by cosine: one float32 matrix, one product a query batch.

At the sizes a catalogue or a help centre has, an exact search is fast (a million rows of 256 numbers: about 0.1 s a
query on one core, 1 GiB) and has nothing to tune. Rows keep their number for life, so they line up with the rows of a
text index over the same documents: a deleted row is only never found again, and :meth:`compact` is there for those who
delete a lot.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knowledge.graph import KnowledgeError

__all__ = ["BadVectors", "Vectors"]

_BLOCK = 65_536  # rows compared at once: (64 queries × 65,536 rows) float32 are 16 MiB
_FORMAT = 1


class BadVectors(KnowledgeError):
    """Vectors of the wrong shape, not finite, or a folder that holds none."""


class Vectors:
    """Vectors to search by cosine similarity.

    Args:
        rows: ``(n, d)`` numbers; kept as float32 unit rows. An all-zero row stays zero and is like nothing.

    Raises:
        BadVectors: not two-dimensional, or not finite.
    """

    def __init__(self, rows: ArrayLike) -> None:
        self._matrix = _unit(np.asarray(rows, np.float32))
        self._alive = np.ones(len(self._matrix), bool)

    def __len__(self) -> int:
        """How many rows can be found."""
        return int(self._alive.sum())

    @property
    def dimensions(self) -> int:
        """Numbers in a vector."""
        return int(self._matrix.shape[1])

    @property
    def matrix(self) -> NDArray[np.float32]:
        """All rows ever added, ``(n, d)`` float32, deleted ones too; not to be written to."""
        return self._matrix

    def add(self, rows: ArrayLike) -> range:
        """Appends ``(m, d)`` vectors and returns their row numbers.

        Copies the matrix: add many at once. Raises :class:`BadVectors`.
        """
        new = _unit(np.asarray(rows, np.float32))
        if new.shape[1] != self.dimensions:
            raise BadVectors(f"vectors of {new.shape[1]} numbers do not fit an index of {self.dimensions}")
        first = len(self._matrix)
        self._matrix = np.concatenate([self._matrix, new])
        self._alive = np.concatenate([self._alive, np.ones(len(new), bool)])
        return range(first, len(self._matrix))

    def delete(self, rows: Iterable[int]) -> None:
        """Makes rows unfindable; deleting one twice does nothing.

        Raises:
            BadVectors: a number that no row has.
        """
        numbers = np.fromiter(rows, np.int64)
        if len(numbers) and (numbers.min() < 0 or numbers.max() >= len(self._alive)):
            raise BadVectors(f"rows run from 0 to {len(self._alive) - 1}")
        self._alive[numbers] = False

    def compact(self) -> NDArray[np.int64]:
        """Drops deleted rows for good; returns the old number of each row that is left."""
        kept = np.flatnonzero(self._alive)
        self._matrix, self._alive = self._matrix[kept], np.ones(len(kept), bool)
        return kept

    def top(self, queries: ArrayLike, k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The ``k`` rows most like each query.

        Args:
            queries: ``(q, d)``, any length of vector.
            k: how many; fewer come back when there are fewer rows.

        Returns:
            rows ``(q, k)`` int64 and their cosines ``(q, k)`` float32, best first, of equals the earlier row.

        Raises:
            BadVectors: queries of another shape, or not finite.
        """
        asked = _unit(np.asarray(queries, np.float32))
        if asked.shape[1] != self.dimensions:
            raise BadVectors(f"queries of {asked.shape[1]} numbers do not fit an index of {self.dimensions}")
        k = max(0, min(k, len(self)))
        rows = np.empty((len(asked), 0), np.int64)
        scores = np.empty((len(asked), 0), np.float32)
        for start in range(0, len(self._matrix) if k else 0, _BLOCK):
            block = slice(start, start + _BLOCK)
            cosines = asked @ np.asarray(self._matrix[block]).T  # (q, block)
            cosines[:, ~self._alive[block]] = -np.inf
            numbers = np.broadcast_to(np.arange(start, start + cosines.shape[1]), cosines.shape)
            rows, scores = _best(np.hstack([rows, numbers]), np.hstack([scores, cosines]), k)
        return rows, scores

    def save(self, folder: Path) -> None:
        """Writes ``vectors.npy`` and ``vectors.json`` into ``folder`` (made if needed), each at once."""
        folder.mkdir(parents=True, exist_ok=True)
        _replace(folder / "vectors.npy", self._matrix)
        deleted = np.flatnonzero(~self._alive).tolist()
        text = json.dumps({"format": _FORMAT, "rows": len(self._matrix), "deleted": deleted})
        part = folder / "vectors.json.part"
        part.write_text(text, encoding="utf-8")
        os.replace(part, folder / "vectors.json")

    @classmethod
    def load(cls, folder: Path, *, memory_map: bool = True) -> Vectors:
        """Reads what :meth:`save` wrote; with ``memory_map`` rows stay on disk until they are compared.

        Raises:
            BadVectors: the folder holds no vectors of this format.
        """
        try:
            header = json.loads((folder / "vectors.json").read_text(encoding="utf-8"))
            matrix = np.load(folder / "vectors.npy", mmap_mode="r" if memory_map else None, allow_pickle=False)
            if header["format"] != _FORMAT or len(matrix) != header["rows"] or matrix.ndim != 2:
                raise ValueError("the two files do not belong together")
            found = cls.__new__(cls)
            found._matrix, found._alive = matrix, np.ones(len(matrix), bool)
            found.delete(header["deleted"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadVectors(f"{folder}: no saved vectors here ({error}); save them again") from error
        return found


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    if rows.ndim != 2:
        raise BadVectors(f"expected a matrix of vectors, (n, d); got {rows.ndim} dimensions")
    if not np.isfinite(rows).all():
        raise BadVectors("a vector holds a number that is not finite")
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(norms > 0, norms, 1), np.float32)


def _best(
    rows: NDArray[np.int64], scores: NDArray[np.float32], k: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The ``k`` best columns of each row; stable, so that of equals the earlier one comes first."""
    if scores.shape[1] > 4 * k:
        # Everything above the k-th score is in; of the ties at the edge a stable sort keeps the first.
        edge = np.partition(scores, scores.shape[1] - k, axis=1)[:, -k]
        picked = []
        for line, least in zip(scores, edge, strict=True):
            near = np.flatnonzero(line >= least)
            picked.append(near[np.argsort(-line[near], kind="stable")][:k])
        order = np.stack(picked)
    else:
        order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(rows, order, 1), np.take_along_axis(scores, order, 1)


def _replace(path: Path, matrix: NDArray[np.float32]) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        np.save(file, np.ascontiguousarray(matrix))
    os.replace(file.name, path)
