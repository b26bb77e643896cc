"""Evidence as plain arrays, and back: what a saved model holds of it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys.dialogue_ranking.association import Association
from recsys.dialogue_ranking.evidence import Evidence

__all__ = ["evidence_arrays", "evidence_from"]

_PARTS = ("data", "indices", "indptr", "shape")


def evidence_arrays(evidence: Evidence) -> dict[str, NDArray[Any]]:
    """Every array of ``evidence`` under its name; a sparse matrix is four of them."""
    found: dict[str, NDArray[Any]] = {}
    for field in fields(evidence):
        value = getattr(evidence, field.name)
        if isinstance(value, Association):
            for side in ("share", "evidence"):
                found |= _parts(f"{field.name}.{side}", getattr(value, side))
        elif sparse.issparse(value):
            found |= _parts(field.name, value)
        else:
            found[field.name] = np.asarray(value)
    return found


def evidence_from(arrays: dict[str, NDArray[Any]]) -> Evidence:
    """The evidence that :func:`evidence_arrays` described. Raises ``KeyError`` when something is missing."""
    values: dict[str, Any] = {}
    for field in fields(Evidence):
        if f"{field.name}.share.data" in arrays:
            sides = (_matrix(f"{field.name}.{side}", arrays) for side in ("share", "evidence"))
            values[field.name] = Association(*sides)
        elif f"{field.name}.data" in arrays:
            values[field.name] = _matrix(field.name, arrays)
        else:
            values[field.name] = arrays[field.name]
    values["neighbours"] = int(values["neighbours"])
    return Evidence(**values)


def _parts(name: str, matrix: sparse.csr_matrix) -> dict[str, NDArray[Any]]:
    matrix = sparse.csr_matrix(matrix)
    return {f"{name}.{part}": np.asarray(getattr(matrix, part)) for part in _PARTS}


def _matrix(name: str, arrays: dict[str, NDArray[Any]]) -> sparse.csr_matrix:
    data, indices, indptr, shape = (arrays[f"{name}.{part}"] for part in _PARTS)
    return sparse.csr_matrix((data, indices, indptr), shape=tuple(int(n) for n in shape))
