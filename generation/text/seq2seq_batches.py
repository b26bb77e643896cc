"""Pairs as numbers: rows of nearly equal length, padded into arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generation.text.pairs import Pair
from generation.text.seq2seq_vocabulary import PAD, Vocabulary

__all__ = ["Encoded", "Ids", "batches", "encode", "pad"]

Ids = NDArray[np.int64]
_POOL = 50  # batches that are sorted by length together: lengths stay close and every epoch differs


@dataclass(frozen=True, slots=True)
class Encoded:
    """One pair: ids of the source (T,) and of the target with its end (T',)."""

    source: Ids
    target: Ids


def encode(pairs: Sequence[Pair], vocabulary: Vocabulary, *, longest: int, longest_target: int) -> list[Encoded]:
    """Pairs as ids; of a source the first ``longest`` units are read, of a target ``longest_target``."""
    rows = []
    for pair in pairs:
        source, unknown = vocabulary.source(pair.text)
        target = vocabulary.target(pair.summary, unknown)
        target = target if len(target) <= longest_target else [*target[: longest_target - 1], target[-1]]
        rows.append(Encoded(np.array(source[:longest], np.int64), np.array(target, np.int64)))
    return rows


def pad(rows: Sequence[Sequence[int] | Ids]) -> Ids:
    """(B, longest) int64, padded on the right; at least one column."""
    padded = np.full((len(rows), max(1, *map(len, rows))), PAD, np.int64)
    for place, row in enumerate(rows):
        padded[place, : len(row)] = row
    return padded


def batches(rows: Sequence[Encoded], size: int, generator: np.random.Generator | None) -> Iterator[tuple[Ids, Ids]]:
    """Sources (B, T) and targets (B, T'), rows of nearly equal length together.

    Args:
        generator: draws the order; without one, longest first.
    """
    lengths = np.array([len(row.source) + len(row.target) for row in rows], np.int64)
    if generator is None:
        order = np.argsort(-lengths, kind="stable")
        cut = [order[i : i + size] for i in range(0, len(order), size)]
    else:
        order = generator.permutation(len(rows))
        pools = [order[i : i + _POOL * size] for i in range(0, len(order), _POOL * size)]
        order = np.concatenate([pool[np.argsort(lengths[pool], kind="stable")] for pool in pools])
        cut = [order[i : i + size] for i in range(0, len(order), size)]
        cut = [cut[i] for i in generator.permutation(len(cut))]
    for at in cut:
        yield pad([rows[i].source for i in at]), pad([rows[i].target for i in at])
