"""Interpolated modified Kneser–Ney n-gram models: how probable a text is, for ranking, sampling and perplexity.

A gram that was seen keeps its count less a discount; what the discounts free goes to the next lower order, whose counts
are not occurrences but the number of different tokens that precede a gram. The three discounts of each order follow from
how many grams were seen once, twice, three and four times. Below order 1 stands the uniform distribution.

    Chen & Goodman, "An empirical study of smoothing techniques for language modeling", Computer Speech & Language 13,
    1999, section 3 (equations 25–27); Kneser & Ney, "Improved backing-off for m-gram language modeling", ICASSP 1995.

Tokens are numbers; :mod:`generation.text.ngram_text` puts characters or words in front. Everything is sorted arrays:
one megabyte of characters at order 7 takes a few seconds to count and a third of a second to score.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from generation.briefs import GenerationError
from generation.text.ngram_counts import BOUNDARY, Ints, Table, count, lay_out, rows_of, shifted

if TYPE_CHECKING:
    import torch

__all__ = ["NGram"]

Floats = NDArray[np.float64]


class NGram:
    """An n-gram model over tokens 1 … V − 1; token 0 is the boundary, which stands in front and is never predicted.

    Args:
        order: n ≥ 1, the length of the longest gram.
        vocabulary: V, the boundary included; every token but the boundary has some probability, seen or not.

    Attributes:
        discounts: (order, 3) the D₁, D₂, D₃₊ of each order, after :meth:`fit`.
    """

    def __init__(self, order: int, vocabulary: int) -> None:
        if order < 1:
            raise GenerationError(f"the order of an n-gram model is at least 1, not {order}")
        if vocabulary < 2:
            raise GenerationError(f"a vocabulary holds the boundary and at least one token, not {vocabulary} in all")
        if vocabulary**2 >= 1 << 62:
            raise GenerationError(f"{vocabulary} tokens are more than an n-gram model can number")
        self.order = order
        self.vocabulary = vocabulary
        self.tables: list[Table] = []
        self.discounts: Floats = np.zeros((order, 3))
        self._probabilities: list[Floats] = []  # per order, of each seen gram, interpolated
        self._kept: list[Floats] = []  # per order, the gram's own discounted part of that
        self._passed: list[Floats] = []  # per order, weight that each context (a row one order below) passes down

    @property
    def vocabulary_size(self) -> int:
        """V; token ids are 0 … V − 1, of which 0 has probability 0."""
        return self.vocabulary

    def fit(self, sequences: Iterable[Sequence[int] | Ints]) -> Self:
        """Counts the sequences (each an independent text of tokens 1 … V − 1) and replaces what was fitted before.

        Raises:
            GenerationError: a token outside 1 … V − 1, or nothing to count.
        """
        sequences = list(sequences)
        stream = lay_out(sequences)
        if not (stream != BOUNDARY).any():
            raise GenerationError("an n-gram model needs at least one token of text")
        self._check_tokens(stream, len(sequences))
        self.tables = count(stream, self.order, self.vocabulary)
        self._weigh()
        return self

    def _weigh(self) -> None:
        """Discounts, weights and probabilities from the counts; equations 25 to 27."""
        self._probabilities, self._kept, self._passed = [], [], []
        for k, table in enumerate(self.tables):
            self.discounts[k] = discounts(table.counts)
            contexts = table.keys // self.vocabulary
            n_contexts = len(table.first) - 1
            total = np.bincount(contexts, weights=table.counts, minlength=n_contexts)
            off = np.concatenate([[0.0], self.discounts[k]])[np.minimum(table.counts, 3)]
            freed = np.bincount(contexts, weights=off, minlength=n_contexts)
            with np.errstate(invalid="ignore"):
                passed = np.where(total > 0, freed / np.maximum(total, 1), 1.0)
                kept = np.where(table.counts > 0, (table.counts - off) / np.maximum(total[contexts], 1), 0.0)
            lower = self._probabilities[-1][table.suffix] if k else np.full(len(table.keys), 1 / (self.vocabulary - 1))
            if not k:
                lower[table.keys == BOUNDARY] = 0.0
            self._probabilities.append(kept + passed[contexts] * lower)
            self._kept.append(kept)
            self._passed.append(passed)

    def log_prob(self, tokens: Sequence[int] | Ints, before: Sequence[int] | Ints = ()) -> NDArray[np.float32]:
        """ln p of each token given all before it: (n,) float32; 0.3 s for 10⁶ characters at order 7, less for fewer.

        Args:
            before: tokens in front that are not scored; a boundary stands in front of them.
        """
        scored = np.asarray(tokens, dtype=np.int64)
        joined = np.concatenate([np.asarray(before, dtype=np.int64), scored])
        return self.log_prob_all([joined])[len(joined) - len(scored) :]

    def log_prob_all(self, sequences: Sequence[Sequence[int] | Ints]) -> NDArray[np.float32]:
        """:meth:`log_prob` of each sequence, one behind the other: (sum of lengths,) float32."""
        self._check_fitted()
        stream = lay_out(sequences)
        self._check_tokens(stream, len(sequences))
        rows = self._rows(stream)
        probability = np.full(len(stream), 1 / (self.vocabulary - 1))
        for k, table in enumerate(self.tables):
            if not len(table.keys):  # the texts were shorter than this order
                break
            context = rows[k] if k == 0 else shifted(rows[k])
            gram = rows_of(table, context, stream, self.vocabulary)
            probability *= np.where(context >= 0, self._passed[k][np.maximum(context, 0)], 1.0)
            seen = gram >= 0
            probability[seen] = self._probabilities[k][gram[seen]]
        return np.log(probability[stream != BOUNDARY]).astype(np.float32)

    def _rows(self, stream: Ints) -> list[Ints]:
        """For k = 0 … order − 1, the row of the k-gram ending at each position, −1 where it was never seen."""
        rows = [np.zeros(len(stream), dtype=np.int64)]
        for table in self.tables[:-1]:
            context = rows[-1] if len(rows) == 1 else shifted(rows[-1])
            rows.append(rows_of(table, context, stream, self.vocabulary))
        return rows

    def log_probs(self, tokens: Sequence[int] | Ints) -> NDArray[np.float32]:
        """ln p of every token of the vocabulary at each position: (n, V) float32, −inf for the boundary.

        Row i is what the model expects at position i, given ``tokens[:i]``. Memory: 12 bytes × n × V.
        """
        self._check_fitted()
        stream = lay_out([tokens])
        self._check_tokens(stream, 1)
        rows = self._rows(stream)
        return self._distributions([rows[0][1:], *(row[:-1] for row in rows[1:])])

    def _distributions(self, contexts: list[Ints]) -> NDArray[np.float32]:
        """``contexts``: order arrays (n,), the row of the k-gram in front, k = 0 … order − 1 → (n, V) ln p."""
        n = len(contexts[0])
        probability = np.full((n, self.vocabulary), 1 / (self.vocabulary - 1))
        probability[:, BOUNDARY] = 0.0
        for k, table in enumerate(self.tables):
            known = np.flatnonzero(contexts[k] >= 0)
            context = contexts[k][known]
            probability[known] *= self._passed[k][context][:, None]
            begin, end = table.first[context], table.first[context + 1]
            lengths = end - begin
            owners = np.repeat(known, lengths)
            grams = np.arange(lengths.sum()) + np.repeat(begin - np.cumsum(lengths) + lengths, lengths)
            probability[owners, table.keys[grams] % self.vocabulary] += self._kept[k][grams]
        with np.errstate(divide="ignore"):
            return np.log(probability).astype(np.float32)

    def perplexity(self, sequences: Iterable[Sequence[int] | Ints]) -> float:
        """exp of the mean −ln p of a token over all sequences."""
        scores = [self.log_prob(sequence) for sequence in sequences]
        total = sum(len(score) for score in scores)
        if not total:
            raise GenerationError("perplexity needs at least one token of text")
        return float(np.exp(-sum(float(score.sum(dtype=np.float64)) for score in scores) / total))

    def gram_probability(self, order: int) -> Floats:
        """p of each gram's last token given its first ones, by row of ``tables[order − 1]``: (m,) float64."""
        return self._probabilities[order - 1]

    @property
    def unseen_log_prob(self) -> float:
        """ln p of one token that was never seen, in a context that was never seen."""
        return float(np.log(self._passed[0][0] / (self.vocabulary - 1)))

    def passed_on(self, order: int) -> Floats:
        """γ of each gram of ``order`` < n as a context, the weight of the order below: by row, (m,) float64."""
        return self._passed[order]

    # A Stepper: the last order − 1 tokens of each row are all there is to remember.

    def start(self, prompts: Sequence[Sequence[int]]) -> tuple[Ints, torch.Tensor]:
        """State (B, order − 1) int64 after the prompts, and ln p (B, V) of the next token."""
        self._check_fitted()
        width = self.order - 1
        state = np.full((len(prompts), width), BOUNDARY, dtype=np.int64)
        for row, prompt in enumerate(prompts):
            tail = list(prompt)[-width:] if width else []
            state[row, width - len(tail) :] = tail
        return state, self._next(state)

    def step(self, state: Ints, tokens: torch.Tensor) -> tuple[Ints, torch.Tensor]:
        """Appends tokens (B,); the new state (B, order − 1) and ln p (B, V) of the next token."""
        joined = np.concatenate([state, tokens.numpy().astype(np.int64)[:, None]], axis=1)
        state = joined[:, joined.shape[1] - state.shape[1] :]
        return state, self._next(state)

    def select(self, state: Ints, rows: torch.Tensor) -> Ints:
        """The rows ``rows`` (B′,) of the state."""
        return state[rows.numpy()]

    def _next(self, state: Ints) -> torch.Tensor:
        try:
            import torch
        except ImportError as error:
            raise GenerationError('decoding needs torch: pip install "yuban[neural]"') from error
        contexts = [np.zeros(len(state), dtype=np.int64)]
        for k in range(1, self.order):  # the k-gram at the end of each row, built up from its first token
            row = np.zeros(len(state), dtype=np.int64)
            for table, column in zip(self.tables, range(self.order - 1 - k, self.order - 1), strict=False):
                row = rows_of(table, row, state[:, column], self.vocabulary)
            contexts.append(row)
        return torch.from_numpy(self._distributions(contexts))

    # Files

    def save(self, path: Path) -> None:
        """One compressed npz file, written whole or not at all."""
        self._check_fitted()
        arrays: dict[str, NDArray[np.int64]] = {"shape": np.array([1, self.order, self.vocabulary])}
        for k, table in enumerate(self.tables):
            arrays |= {f"keys{k}": table.keys, f"suffix{k}": table.suffix, f"counts{k}": table.counts}
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)
        os.replace(file.name, path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads what :meth:`save` wrote. Raises GenerationError for any other file."""
        try:
            with np.load(path, allow_pickle=False) as file:
                version, order, vocabulary = (int(x) for x in file["shape"])
                if version != 1:
                    raise ValueError(f"version {version}")
                model = cls(order, vocabulary)
                contexts = 1
                for k in range(order):
                    keys, suffix, counts = (file[f"{name}{k}"] for name in ("keys", "suffix", "counts"))
                    if not len(keys) == len(suffix) == len(counts) or (np.diff(keys) <= 0).any():
                        raise ValueError(f"table {k + 1} is not sorted")
                    first = np.searchsorted(keys, np.arange(contexts + 1, dtype=np.int64) * vocabulary)
                    model.tables.append(Table(keys, suffix, counts, first))
                    contexts = len(keys)
        except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise GenerationError(f"{path} is not an n-gram model of this version: {error}") from error
        model._weigh()
        return model

    def _check_tokens(self, stream: Ints, sequences: int) -> None:
        inside = stream.min(initial=0) >= 0 and stream.max(initial=0) < self.vocabulary
        if not inside or np.count_nonzero(stream == BOUNDARY) != sequences:
            raise GenerationError(f"tokens must lie in 1 … {self.vocabulary - 1}")

    def _check_fitted(self) -> None:
        if not self.tables:
            raise GenerationError("the n-gram model has not been fitted; call fit() or load() first")


def discounts(counts: Ints) -> Floats:
    """D₁, D₂, D₃₊ from the counts of counts (equation 26); 0.5, 1 and 1.5 where too few grams were seen to tell."""
    n1, n2, n3, n4 = (int(np.count_nonzero(counts == c)) for c in (1, 2, 3, 4))
    if not (n1 and n2 and n3 and n4):
        return np.array([0.5, 1.0, 1.5])
    y = n1 / (n1 + 2 * n2)
    d = np.array([1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3])
    return np.clip(d, 0.05, np.array([0.95, 1.95, 2.95]))
