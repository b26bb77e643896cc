"""What is known of people and items, as the blocks of features that a factorisation can rest on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from scipy import sparse

__all__ = ["Features", "centred", "named_features", "scaled"]

Features = Mapping[str, Iterable[str]]
"""Id → the names of its features, e.g. ``{"7": ["genre:drama", "year:1994"]}``; who is missing is taken as average."""


def scaled(presence: sparse.csr_array) -> sparse.csr_array:
    """Rows times 1/√(entries), so that a row's sum has the spread of one entry however many there are (SVD++)."""
    counts = np.diff(presence.indptr)
    data = presence.data / np.repeat(np.sqrt(np.maximum(counts, 1)), counts)
    return sparse.csr_array((data, presence.indices, presence.indptr), shape=presence.shape)


def named_features(ids: tuple[str, ...], given: Features) -> sparse.csr_array:
    """(n, n_names) rows of 1/√(features of that row). Raises ``ValueError`` naming the id whose features are no list."""
    columns: dict[str, int] = {}
    rows, cells = [], []
    for row, key in enumerate(ids):
        stated = given.get(key, ())
        names = list(stated)
        if isinstance(stated, str) or not all(isinstance(name, str) for name in names):
            raise ValueError(f"features of {key!r}: {stated!r} is not a list of names")
        for name in dict.fromkeys(names):
            rows.append(row)
            cells.append(columns.setdefault(name, len(columns)))
    triple = (np.ones(len(rows)), (np.array(rows, np.int64), np.array(cells, np.int64)))
    return scaled(sparse.coo_array(triple, shape=(len(ids), len(columns))).tocsr())


def centred(features: sparse.csr_array) -> sparse.csr_array:
    """Less each column's mean, so that the average row, and a stranger of whom nothing is known, is at 0."""
    dense = features.toarray()
    known = np.diff(features.indptr) > 0
    dense[known] -= dense[known].mean(axis=0) if known.any() else 0.0
    return sparse.csr_array(dense)
