"""Units of text and their ids: Chinese characters and words of Latin script, with room for what is copied.

A pointer–generator must be able to say a name that it never saw. The ids above the vocabulary are therefore *slots*: slot
V + k stands for the k-th distinct unknown unit of the source at hand, so that a model has one fixed number of ids
(``len(vocabulary)``) whatever it reads.

    See, Liu and Manning, "Get To The Point: Summarization with Pointer-Generator Networks", ACL 2017, §2.2.
    Pennington, Socher and Manning, "GloVe", EMNLP 2014 (the text format of word vectors: a word and its numbers a line).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generation.briefs import GenerationError

__all__ = ["BOS", "EOS", "PAD", "SEP", "UNK", "PairsError", "Vocabulary", "join", "read_vectors", "split"]

PAD, UNK, BOS, EOS, SEP = range(5)
"""Padding, an unknown unit, the beginning and the end of an output, the boundary between two turns of a dialogue."""
_SPECIAL = ("<pad>", "<unk>", "<bos>", "<eos>", "<sep>")
_UNIT = re.compile(r"<(?:unk|sep)>|[A-Za-zÀ-ɏ0-9]+(?:['’._-][A-Za-zÀ-ɏ0-9]+)*|[^\s\x00-\x1f]")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ0-9]")
_CLOSING = frozenset(".,;:!?%)]}'’”")
_OPENING = frozenset("([{“‘")


class PairsError(GenerationError, ValueError):
    """Training data, a vocabulary or a model that cannot be used; the message names the file, the line and the fix."""


def split(text: str) -> list[str]:
    """Units in order: a Chinese character, a word or number of Latin script, a mark; spaces are dropped."""
    return _UNIT.findall(text)


def join(units: Sequence[str]) -> str:
    """The text that units spell, with a space where English writes one; the inverse of :func:`split` up to spacing."""
    said: list[str] = []
    for unit in units:
        before = said[-1] if said else ""
        latin = bool(_LATIN.match(unit)) or (unit in _OPENING and unit.isascii())
        spaced = bool(before) and (before[-1].isascii() or bool(_LATIN.match(before[-1]))) and before not in _OPENING
        if spaced and latin and unit not in _CLOSING:
            said.append(" ")
        said.append(unit)
    return "".join(said)


class Vocabulary:
    """Units by id, the commonest first, then the copy slots.

    Args:
        units: without the five special ones.
        slots: how many distinct unknown units of one source can be copied.
    """

    def __init__(self, units: Sequence[str], slots: int = 64) -> None:
        self.units = (*_SPECIAL, *units)
        self.slots = slots
        self._id = {unit: number for number, unit in enumerate(self.units)}
        if len(self._id) != len(self.units):
            raise PairsError("vocabulary: a unit is listed twice")

    @classmethod
    def learn(cls, texts: Iterable[str], *, size: int = 8000, least: int = 2, slots: int = 64) -> Vocabulary:
        """The ``size`` commonest units that are seen ``least`` times or more."""
        counts = Counter(unit for text in texts for unit in split(text) if unit not in _SPECIAL)
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return cls([unit for unit, count in ranked[:size] if count >= least], slots)

    @property
    def known(self) -> int:
        """Units with an embedding, the special ones included: ids 0 … known − 1."""
        return len(self.units)

    def __len__(self) -> int:
        """Every id there is, copy slots included."""
        return self.known + self.slots

    def source(self, text: str) -> tuple[list[int], list[str]]:
        """Ids of a source, unknown units as slots, and the units those slots stand for in it."""
        ids: list[int] = []
        unknown: dict[str, int] = {}
        for unit in split(text):
            number = self._id.get(unit)
            if number is None:
                if unit not in unknown and len(unknown) < self.slots:
                    unknown[unit] = self.known + len(unknown)
                number = unknown.get(unit, UNK)
            ids.append(number)
        return ids, list(unknown)

    def target(self, text: str, unknown: Sequence[str] = ()) -> list[int]:
        """Ids of an output, its end included; units unknown here but in the source get the source's slots."""
        slot = {unit: self.known + place for place, unit in enumerate(unknown)}
        return [*(self._id.get(unit, slot.get(unit, UNK)) for unit in split(text)), EOS]

    def text(self, ids: Iterable[int], unknown: Sequence[str] = ()) -> str:
        """What ids spell, up to the first end; special units and slots of nothing are left out."""
        units: list[str] = []
        for number in ids:
            if number == EOS:
                break
            if len(_SPECIAL) <= number < self.known:
                units.append(self.units[number])
            elif self.known <= number < self.known + len(unknown):
                units.append(unknown[number - self.known])
        return join(units)

    def to_json(self) -> dict[str, object]:
        """What :meth:`from_json` reads."""
        return {"units": list(self.units[len(_SPECIAL) :]), "slots": self.slots}

    @classmethod
    def from_json(cls, data: object) -> Vocabulary:
        """Raises :class:`PairsError` for anything :meth:`to_json` did not write."""
        if not isinstance(data, dict) or not isinstance(data.get("slots"), int) or data["slots"] < 0:
            raise PairsError("vocabulary: expected {units: [...], slots: number}")
        units = data.get("units")
        if not isinstance(units, list) or not all(isinstance(unit, str) and unit for unit in units):
            raise PairsError("vocabulary: units must be a list of non-empty strings")
        return cls(units, data["slots"])


def read_vectors(path: Path, vocabulary: Vocabulary) -> tuple[NDArray[np.float32], int]:
    """Vectors (known, d) float32 from a file in GloVe's text format, and how many units it knew.

    Rows of units that the file lacks are drawn from a normal distribution as wide as the file's own vectors (seeded by
    the size of the vocabulary). One line is held at a time; a first line of two numbers, as word2vec writes it, is skipped.

    Raises:
        PairsError: the file is missing or not UTF-8, a line has another number of numbers, or none of its words is ours.
    """
    wanted = {unit: number for number, unit in enumerate(vocabulary.units)}
    found: dict[int, NDArray[np.float32]] = {}
    width = 0
    try:
        with path.open(encoding="utf-8") as file:
            for line, row in enumerate(file, 1):
                fields = row.rstrip().split(" ")
                if line == 1 and len(fields) == 2:
                    continue
                width = width or len(fields) - 1
                if len(fields) - 1 != width or width < 1:
                    raise PairsError(f"{path}: line {line} has {len(fields) - 1} numbers, the first has {width}")
                number = wanted.get(fields[0])
                if number is None:
                    continue
                values = np.array(fields[1:], np.float32)
                if not np.isfinite(values).all():
                    raise PairsError(f"{path}: line {line} ({fields[0]}) holds a number that is not finite")
                found[number] = values
    except OSError as error:
        raise PairsError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise PairsError(f"{path}: not UTF-8; convert it first") from error
    except ValueError as error:
        if isinstance(error, PairsError):
            raise
        raise PairsError(f"{path}: line {line} is not a word and {width} numbers ({error})") from error
    if not found:
        raise PairsError(f"{path}: none of its words is in the vocabulary; is it of the right language?")
    known = np.stack(list(found.values()))
    scale = float(known.std()) or 1 / math.sqrt(width)
    vectors = np.random.default_rng(vocabulary.known).normal(0, scale, (vocabulary.known, width)).astype(np.float32)
    vectors[list(found)] = known
    vectors[PAD] = 0
    return vectors, len(found)
