"""N-gram models of text: characters or words in front of :class:`generation.text.ngram.NGram`, ``<unk>`` and ARPA.

Characters suit both languages and rank phrases well. Words are English words, numbers, marks of punctuation and, there
being no spaces to go by, single Chinese characters; a word seen fewer than ``min_count`` times counts as ``<unk>``, so
that the model knows how likely an unknown word is.
"""

from __future__ import annotations

import json
import math
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from generation.briefs import GenerationError
from generation.text.ngram import NGram
from generation.text.ngram_counts import Ints

__all__ = ["END", "START", "UNKNOWN", "TextNGram", "Unit", "join", "split"]

Unit = Literal["character", "word"]
START, END, UNKNOWN = "<s>", "</s>", "<unk>"
_WORD = re.compile(r"[^\W\d_㐀-鿿]+(?:['’][^\W\d_㐀-鿿]+)*|\d+(?:[.,]\d+)*|\S")
_TIGHT_BEFORE = set(".,;:!?)]}%'’”…，。；：！？）】》、”")
_TIGHT_AFTER = set("([{#@$“（【《")


def split(text: str, unit: Unit) -> list[str]:
    """The units of a text: its characters, or its words, numbers, marks and Chinese characters."""
    return list(text) if unit == "character" else _WORD.findall(text)


def join(units: Sequence[str], unit: Unit) -> str:
    """Text again; words with one space between them except beside punctuation and Chinese characters."""
    if unit == "character":
        return "".join(units)
    text = ""
    for word in units:
        han = "㐀" <= word[0] <= "鿿" or (text != "" and "㐀" <= text[-1] <= "鿿")
        tight = not text or han or word[0] in _TIGHT_BEFORE or text[-1] in _TIGHT_AFTER or text[-1] in "，。；：！？、"
        text += word if tight else " " + word
    return text


class TextNGram:
    """An n-gram model of sentences, by character or by word.

    Args:
        order: length of the longest gram.
        unit: ``"character"`` or ``"word"``.
        min_count: units seen fewer times than this are ``<unk>``.
    """

    def __init__(self, order: int, unit: Unit = "character", *, min_count: int = 1) -> None:
        if unit not in ("character", "word"):
            raise GenerationError(f"unit must be character or word, not {unit!r}")
        self.order = order
        self.unit: Unit = unit
        self.min_count = min_count
        self.units: list[str] = [START, END, UNKNOWN]
        self.model = NGram(order, len(self.units))
        self._ids: dict[str, int] = {}

    def fit(self, sentences: Iterable[str]) -> Self:
        """Counts the sentences, each begun by ``<s>`` and ended by ``</s>``."""
        split_up = [split(sentence, self.unit) for sentence in sentences]
        seen = Counter(unit for sentence in split_up for unit in sentence)
        kept = sorted(unit for unit, times in seen.items() if times >= self.min_count)
        self._know([START, END, UNKNOWN, *(unit for unit in kept if unit not in (START, END, UNKNOWN))])
        self.model = NGram(self.order, len(self.units)).fit(self._numbers(sentence) for sentence in split_up)
        return self

    def _know(self, units: list[str]) -> None:
        self.units = units
        self._ids = {unit: i for i, unit in enumerate(units)}

    def _numbers(self, units: Sequence[str], *, end: bool = True) -> Ints:
        """Token ids; START and END written out in a text are unknown units, not marks."""
        unknown = 2
        ids = [self._ids[unit] if self._ids.get(unit, 0) > unknown else unknown for unit in units]
        return np.array([*ids, 1] if end else ids, dtype=np.int64)

    def encode(self, text: str) -> list[int]:
        """Token ids of a beginning (no ``</s>``), for a decoder's prompt; ``units`` is the way back."""
        return [int(i) for i in self._numbers(split(text, self.unit), end=False)]

    def decode(self, tokens: Iterable[int]) -> str:
        """Text of token ids up to ``</s>``."""
        units: list[str] = []
        for token in tokens:
            if token == 1:
                break
            units.append(self.units[token])
        return join(units, self.unit)

    def log_prob(self, sentence: str) -> NDArray[np.float32]:
        """ln p of each unit and, last, of the end: (units + 1,) float32."""
        return self.model.log_prob(self._numbers(split(sentence, self.unit)))

    def score(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Mean ln p of a unit (ends included) of each sentence, all in one pass: (n,) float32, ≤ 0, higher is better."""
        numbers = [self._numbers(split(sentence, self.unit)) for sentence in sentences]
        lengths = np.array([len(sentence) for sentence in numbers])
        each = self.model.log_prob_all(numbers)
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
        return (np.add.reduceat(each.astype(np.float64), starts) / lengths).astype(np.float32) if len(lengths) else each

    def perplexity(self, sentences: Iterable[str]) -> float:
        """exp of the mean −ln p of a unit, ends included."""
        return self.model.perplexity(self._numbers(split(sentence, self.unit)) for sentence in sentences)

    def save(self, folder: Path) -> None:
        """``ngram.npz`` and ``units.json`` in a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        self.model.save(folder / "ngram.npz")
        about = {"version": 1, "unit": self.unit, "min_count": self.min_count, "units": self.units}
        with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".json", delete=False, encoding="utf-8") as file:
            json.dump(about, file, ensure_ascii=False)
        os.replace(file.name, folder / "units.json")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Reads what :meth:`save` wrote. Raises GenerationError for anything else."""
        path = folder / "units.json"
        try:
            about = json.loads(path.read_text(encoding="utf-8"))
            if about["version"] != 1:
                raise ValueError(f"version {about['version']}")
            network = NGram.load(folder / "ngram.npz")
            model = cls(network.order, about["unit"], min_count=about["min_count"])
            model._know([str(unit) for unit in about["units"]])
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise GenerationError(f"{path} does not describe an n-gram model of this version: {error}") from error
        if len(model.units) != network.vocabulary:
            raise GenerationError(
                f"{path} names {len(model.units)} units, the model beside it has {network.vocabulary}"
            )
        model.model = network
        return model

    def write_arpa(self, path: Path) -> None:
        """The model in ARPA's text format (Doug Paul's, as SRILM and KenLM read it): log₁₀ p, gram, log₁₀ back-off.

        Characters that the format cannot hold as words (white space) are written as ``<U+0020>``.
        """
        model, names = self.model, [_printable(unit) for unit in self.units]
        grams: list[list[str]] = [[""]]
        kept = [np.flatnonzero(rows) for rows in self._arpa_rows()]
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
            unseen = sorted(set(range(1, model.vocabulary)) - set(model.tables[0].keys.tolist()))
            sizes = [len(rows) + (len(unseen) if k == 1 else 0) for k, rows in enumerate(kept, 1)]
            file.write("\\data\\\n" + "".join(f"ngram {k}={size}\n" for k, size in enumerate(sizes, 1)))
            for k, table in enumerate(model.tables, 1):
                contexts, tokens = np.divmod(table.keys, model.vocabulary)
                below = grams[-1]
                grams.append([f"{below[c]} {names[t]}".strip() for c, t in zip(contexts, tokens, strict=True)])
                p = _log10(model.gram_probability(k))
                passed = _log10(model.passed_on(k)) if k < model.order else None
                file.write(f"\n\\{k}-grams:\n")
                for token in unseen if k == 1 else ():
                    file.write(f"{model.unseen_log_prob / math.log(10):.7f}\t{names[token]}\n")
                for row in kept[k - 1]:
                    last = "" if passed is None else f"\t{passed[row]:.7f}"
                    file.write(f"{p[row]:.7f}\t{grams[-1][row]}{last}\n")
            file.write("\n\\end\\\n")
        os.replace(file.name, path)

    def _arpa_rows(self) -> list[NDArray[np.bool_]]:
        """Which rows are grams of their own: seen, or a single boundary, or a context of one that is."""
        rows = [table.counts > 0 for table in self.model.tables]
        for k in range(len(rows) - 1, 0, -1):
            rows[k - 1][self.model.tables[k].keys[rows[k]] // self.model.vocabulary] = True
        return rows


def _log10(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """−99 stands for nothing, as the format has it."""
    with np.errstate(divide="ignore"):
        return np.maximum(np.log10(values), -99.0)


def _printable(unit: str) -> str:
    return "".join(f"<U+{ord(c):04X}>" if c.isspace() or not c.isprintable() else c for c in unit)
