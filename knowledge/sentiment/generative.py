"""Which class would have written this text: one character language model per class.

    Mesnil, Mikolov, Ranzato & Bengio, "Ensemble of generative and discriminative techniques for sentiment analysis of movie
    reviews", ICLR 2015 (workshop): weaker than NB-SVM alone, better together.
    Witten & Bell, "The zero-frequency problem", IEEE Transactions on Information Theory 37(4), 1991, method C.

With c a count among the texts of one class, h the units before w, h' the same without the first of them, and T(h) the number of
different units seen after h::

    P(w | h) = (c(hw) + T(h) P(w | h')) / (c(h) + T(h))

down to a uniform distribution. A text's score for a class is its mean log-probability per unit times the square root of its
length: units do not say independent things, and their plain sum would make every long text a certain one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from knowledge.graph import KnowledgeError
from knowledge.sentiment.units import Hashes, Rows, cut, runs

__all__ = ["LanguageModelClassifier"]

Floats = NDArray[np.float32]
_UNITS = 60_000  # what a unit is drawn from where nothing is known: Chinese characters, words, marks
_EDGE = "。"  # a text begins after one sentence and ends with another


class LanguageModelClassifier:
    """One target; its classes' counts side by side.

    Args:
        targets: one target name → its class names.
        known: for each length 1 … order the hashes of the runs seen, sorted, (V,) uint64.
        counts: for each length (V, classes) float32, how often (rows counted by their weight).
        followers: for each length but the last (V, classes, 2) float32: how many units followed the run, and how many
            different ones.
    """

    def __init__(
        self,
        targets: Mapping[str, Sequence[str]],
        known: Sequence[Hashes],
        counts: Sequence[Floats],
        followers: Sequence[Floats],
    ) -> None:
        self.targets = {name: list(classes) for name, classes in targets.items()}
        self.known = list(known)
        self.counts = list(counts)
        self.followers = list(followers)

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        labels: NDArray[np.int64],
        targets: Mapping[str, Sequence[str]],
        *,
        row_weights: Floats | None = None,
        order: int = 5,
    ) -> LanguageModelClassifier:
        """Counts runs of up to ``order`` units (Chinese characters, Latin words, marks).

        Args:
            labels: (n, 1) int64, every row known.

        Raises:
            KnowledgeError: no texts, not one target, or labels that do not go with the texts.
        """
        if not len(texts) or len(targets) != 1 or labels.shape != (len(texts), 1) or (labels < 0).any():
            raise KnowledgeError(f"{len(texts)} texts do not go with labels of shape {labels.shape} of one target")
        weights = np.ones(len(texts), np.float32) if row_weights is None else row_weights
        classes = len(next(iter(targets.values())))
        known: list[Hashes] = []
        counts: list[Floats] = []
        followers: list[Floats] = []
        before: Rows | None = None
        for row, first, hashes in _runs(texts, order):
            distinct, example, column = np.unique(hashes, return_index=True, return_inverse=True)
            cell = column * classes + labels[row, 0]
            count = np.bincount(cell, weights[row], len(distinct) * classes).reshape(-1, classes).astype(np.float32)
            if before is not None:
                # The run one shorter that begins at the same place is what this one's last unit followed.
                history = before[first[example]]
                after = np.zeros((len(known[-1]), classes, 2), np.float32)
                np.add.at(after[..., 0], history, count)
                np.add.at(after[..., 1], history, np.minimum(count, 1.0))
                followers.append(after)
            before = np.zeros(int(first.max(initial=-1)) + 1, np.int64)
            before[first] = column
            known.append(distinct)
            counts.append(count)
        return cls(targets, known, counts, followers)

    def scores(self, texts: Sequence[str]) -> list[Floats]:
        """Logits (n, classes) of the one target; a text of which nothing is known scores every class the same."""
        read = _runs(texts, len(self.known))
        row, _, units = read[0]
        classes = self.counts[0].shape[1]
        total = self.counts[0].sum(axis=0)
        kinds = (self.counts[0] > 0).sum(axis=0)
        before, found = _places(units, self.known[0])
        chances = (_gather(self.counts[0], before, found) + kinds / _UNITS) / np.maximum(total + kinds, 1.0)
        for at, (_, first, hashes) in enumerate(read[1:], start=1):
            place, met = _places(hashes, self.known[at])
            seen, kinds_after = np.moveaxis(_gather(self.followers[at - 1], before[first], found[first]), 2, 0)
            last = first + at
            chances[last] = np.where(
                seen > 0,
                (_gather(self.counts[at], place, met) + kinds_after * chances[last])
                / np.maximum(seen + kinds_after, 1e-9),
                chances[last],
            )
            before, found = np.zeros(len(units), np.int64), np.zeros(len(units), np.bool_)
            before[first], found[first] = place, met
        length = np.maximum(np.bincount(row, minlength=len(texts)), 1)
        logs = np.log(chances)
        sums = np.stack([np.bincount(row, logs[:, k], len(texts)) for k in range(classes)], axis=1)
        return [(sums / np.sqrt(length)[:, None]).astype(np.float32)]

    def save(self, folder: Path) -> None:
        """``generative.npz``, whole or not at all."""
        arrays: dict[str, NDArray[Any]] = {f"known.{at}": hashes for at, hashes in enumerate(self.known)}
        arrays |= {f"counts.{at}": count for at, count in enumerate(self.counts)}
        arrays |= {f"followers.{at}": after for at, after in enumerate(self.followers)}
        about = json.dumps({"targets": self.targets}, ensure_ascii=False).encode()
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f".generative.npz.{os.getpid()}"
        with temporary.open("wb") as stream:
            np.savez(stream, about=np.frombuffer(about, np.uint8), **arrays)  # type: ignore[arg-type]
        os.replace(temporary, folder / "generative.npz")

    @classmethod
    def load(cls, folder: Path) -> LanguageModelClassifier:
        """What :meth:`save` wrote. Raises :class:`KnowledgeError` when it is not there or not whole."""
        try:
            with np.load(folder / "generative.npz", allow_pickle=False) as file:
                targets = json.loads(file["about"].tobytes())["targets"]
                order = sum(name.startswith("known.") for name in file.files)
                known, counts = ([file[f"{name}.{at}"] for at in range(order)] for name in ("known", "counts"))
                return cls(targets, known, counts, [file[f"followers.{at}"] for at in range(order - 1)])
        except (OSError, ValueError, KeyError, BadZipFile, EOFError) as error:
            raise KnowledgeError(f"{folder} holds no language models: {error}") from error


def _runs(texts: Sequence[str], order: int) -> list[tuple[Rows, Rows, Hashes]]:
    read = cut([f"{_EDGE} {text} {_EDGE}" for text in texts])
    with np.errstate(over="ignore"):
        return runs(read.units, read.row, order, 0)


def _places(hashes: Hashes, ordered: Hashes) -> tuple[Rows, NDArray[np.bool_]]:
    places = np.minimum(np.searchsorted(ordered, hashes), len(ordered) - 1)
    return places, ordered[places] == hashes


def _gather(values: Floats, places: Rows, met: NDArray[np.bool_]) -> Floats:
    return values[places] * met.reshape(-1, *[1] * (values.ndim - 1))
