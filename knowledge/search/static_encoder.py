"""A sentence encoder that is a table: look up each piece of the text, add the rows, normalise.

Pieces are the tokens of :func:`knowledge.text.tokens` (English words, Chinese characters and bigrams) and, for English
words, their character n-grams, so that a misspelt or unseen word still lands near its kin. Frequent tokens have a row
each; all others share hashed rows. What was learned about how much a piece matters is folded into the length of its
row. Both languages live in one space. Numpy alone serves it: about 30 µs a question, 2 MB a model.

    Bojanowski et al., "Enriching word vectors with subword information", TACL 2017 (hashed n-grams).
    Wieting et al., "Towards universal paraphrastic sentence embeddings", ICLR 2016 (averaging, trained on paraphrases).
"""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.graph import KnowledgeError
from knowledge.text import tokens

__all__ = ["BadEncoder", "Featurizer", "StaticEncoder", "bundled", "pieces"]

_FORMAT = 1
_LONGEST = 2000  # characters read of one text; a question is shorter, and a page is not a question
_WORD = re.compile(r"[a-z][a-z']*")


class BadEncoder(KnowledgeError):
    """A folder that holds no encoder, or one of another format."""


def pieces(text: str) -> list[str]:
    """Everything of a text that has a row, in no particular order.

    >>> pieces("卡顿 lag")
    ['卡', '顿', '卡顿', 'lag', '#<la', '#lag', '#ag>', '#<lag', '#lag>']
    """
    found: list[str] = []
    for token in tokens(text[:_LONGEST]):
        found.append(token)
        if _WORD.fullmatch(token):
            padded = f"<{token}>"
            found.extend(
                f"#{padded[start : start + size]}" for size in (3, 4) for start in range(len(padded) - size + 1)
            )
    return found


class Featurizer:
    """Pieces to row numbers.

    Args:
        vocabulary: pieces with a row of their own, in row order.
        buckets: how many rows all other pieces share (≥ 1); they come after the vocabulary's.
    """

    def __init__(self, vocabulary: Sequence[str], buckets: int) -> None:
        self.vocabulary = list(vocabulary)
        self.buckets = buckets
        self._row = {piece: row for row, piece in enumerate(self.vocabulary)}

    def __len__(self) -> int:
        return len(self.vocabulary) + self.buckets

    def rows(self, text: str) -> NDArray[np.int64]:
        """The rows of a text's pieces, a repeated piece repeated; empty for a text without words."""
        row, first = self._row, len(self.vocabulary)
        return np.fromiter(
            (
                row[piece] if piece in row else first + zlib.crc32(piece.encode()) % self.buckets
                for piece in pieces(text)
            ),
            np.int64,
        )


class StaticEncoder:
    """The table with its featurizer; an :class:`knowledge.search.encoders.Encoder`.

    Args:
        featurizer: pieces → rows.
        table: ``(len(featurizer), d)``; a row's length is how much its piece matters.
        about: how it was made, for whoever finds the file.
    """

    def __init__(self, featurizer: Featurizer, table: NDArray[Any], about: dict[str, Any] | None = None) -> None:
        if table.ndim != 2 or len(table) != len(featurizer):
            raise BadEncoder(f"{len(featurizer)} pieces need as many rows, not {table.shape}")
        self.featurizer = featurizer
        self.table = np.ascontiguousarray(table, np.float32)
        self.about = dict(about or {})

    @property
    def dimensions(self) -> int:
        """Numbers in a vector."""
        return int(self.table.shape[1])

    def encode(
        self,
        texts: Sequence[str],
        batch_size: int = 256,
        progress: Callable[[int, int], None] | None = None,
    ) -> NDArray[np.float32]:
        """Unit rows, ``(n, d)`` float32; zeros for a text without words.

        Args:
            batch_size: texts between two calls of ``progress``.
            progress: told ``(done, all)``.
        """
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for start in range(0, len(texts), batch_size):
            batch = [self.featurizer.rows(text) for text in texts[start : start + batch_size]]
            filled = [number for number, rows in enumerate(batch) if len(rows)]
            if filled:
                ends = np.cumsum([0, *(len(batch[number]) for number in filled[:-1])])
                gathered = self.table[np.concatenate([batch[number] for number in filled])]
                vectors[start + np.asarray(filled)] = np.add.reduceat(gathered, ends, axis=0)
            if progress:
                progress(min(start + batch_size, len(texts)), len(texts))
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.where(norms > 0, norms, 1), np.float32)

    def save(self, folder: Path) -> None:
        """Writes ``encoder.npz`` (each row as 8-bit integers with a scale) and ``encoder.json`` into ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / "encoder.npz.part"
        with part.open("wb") as file:
            # Symmetric 8-bit rows: a cosine between sentences moves by less than 0.01.
            scale = np.maximum(np.abs(self.table).max(axis=1), 1e-9) / 127  # (rows,)
            np.savez_compressed(file, rows=np.rint(self.table / scale[:, None]).astype(np.int8), scale=scale)
        os.replace(part, folder / "encoder.npz")
        header = {
            "format": _FORMAT,
            "about": self.about,
            "buckets": self.featurizer.buckets,
            "vocabulary": self.featurizer.vocabulary,
        }
        part = folder / "encoder.json.part"
        part.write_text(json.dumps(header, ensure_ascii=False), encoding="utf-8")
        os.replace(part, folder / "encoder.json")

    @classmethod
    def load(cls, folder: Path) -> StaticEncoder:
        """Reads what :meth:`save` wrote.

        Raises:
            BadEncoder: the folder holds no encoder of this format.
        """
        try:
            header = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
            if header["format"] != _FORMAT:
                raise ValueError(f"format {header['format']}, expected {_FORMAT}")
            with np.load(folder / "encoder.npz", allow_pickle=False) as arrays:
                table = arrays["rows"] * arrays["scale"][:, None]
            return cls(Featurizer(header["vocabulary"], int(header["buckets"])), table, header["about"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            hint = "make one with `python -m knowledge train-encoder`"
            raise BadEncoder(f"{folder}: no static encoder here ({error}); {hint}") from error


def bundled() -> StaticEncoder:
    """The bilingual encoder that comes with the package, trained on the demo's own pairs."""
    with resources.as_file(resources.files("knowledge") / "models" / "static") as folder:
        return StaticEncoder.load(folder)
