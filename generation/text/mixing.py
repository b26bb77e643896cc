"""A context-mixing model of characters: dozens of simple models, weighed anew at every decision, learning as they read.

Where a Kneser–Ney model backs off from one order to the next by fixed weights, this one asks orders 0 to 9, words, the
line, the speaker and the last repeat at once, and learns how far each is to be trusted where (the method of PAQ). It
reads a text once, left to right: every character is first predicted from all that was read before it, then learned from.
Any other model (a GPT, an n-gram model) joins in as one more opinion, from wherever its probabilities are at hand.

    Mahoney, "Adaptive weighing of context models for lossless data compression", Florida Tech CS-2005-16, 2005;
    Knoll & de Freitas, "A machine learning perspective on predictive coding with PAQ8", DCC 2012.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from generation.briefs import GenerationError
from generation.text.mixing_contexts import ORDERS, Contexts, contexts
from generation.text.mixing_kernel import mix
from generation.text.mixing_tree import Tree, huffman

__all__ = ["ContextMixer", "Rates"]

_MAP_BUCKETS = 33
_MAP_ROWS = 1 << 18
_REACH = 11.0  # of the maps, in logits


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast each part learns.

    Attributes:
        mixers, last: steps of the mixers' and of the last mixer's gradient descent.
        limit: a record's probability moves by 1 / (count + 1.6), count no higher than this (at most 255).
        histories, maps, runs: steps of the adaptive maps: bit histories, final corrections, repeats.
    """

    mixers: float = 0.0015
    last: float = 0.002
    limit: float = 250.0
    histories: float = 0.004
    maps: float = 0.02
    runs: float = 0.01


class ContextMixer:
    """Reads text and says how probable each character was.

    Args:
        alphabet: the characters that may occur; any other counts as one "unknown" character.
        table_bits: each context keeps 2^bits records of 8 bytes; 22 suits a megabyte of text (0.8 GB in all), 16 a test.
        outside: how many other models :meth:`read` will be given.
        rates: how fast it learns.
    """

    def __init__(
        self, alphabet: Iterable[str], *, table_bits: int = 22, outside: int = 0, rates: Rates | None = None
    ) -> None:
        characters = sorted(set(alphabet))
        if not characters:
            raise GenerationError("a mixing model needs an alphabet")
        if not 8 <= table_bits <= 26:
            raise GenerationError(f"table_bits lies in 8 … 26, not {table_bits}")
        self.alphabet = tuple(characters)
        self.table_bits = table_bits
        self.outside = outside
        self.rates = rates or Rates()
        self.text = ""
        self._ids = {character: i for i, character in enumerate(characters)}
        self._tree: Tree | None = None

    @property
    def symbols(self) -> int:
        """The characters of the alphabet and the unknown one."""
        return len(self.alphabet) + 1

    def read(
        self, text: str, *, learn: bool = True, outside: Sequence[NDArray[np.float32]] = ()
    ) -> NDArray[np.float32]:
        """−ln p of each character given all read before it, (n,) float32; 20 µs a character with numba, 3 ms without.

        Every call looks at all that was read before once more (2 s a megabyte), so a text is best read in few pieces.

        Args:
            text: what comes next.
            learn: False: nothing is remembered and nothing changes, so that every character is predicted by what was
                learned earlier (the characters in front of it remain its context).
            outside: for each other model, ln p (n, V) over the alphabet in its order, of each character given what
                stands before it; a row of NaN where it is not to be heard (on text that it was trained on, say).
        """
        n, known = len(text), len(self.text)
        if outside and len(outside) != self.outside:
            raise GenerationError(f"the model was made for {self.outside} other models and is given {len(outside)}")
        for log_probs in outside:
            if log_probs.shape != (n, len(self.alphabet)):
                expected = (n, len(self.alphabet))
                raise GenerationError(f"another model's ln p has the shape {log_probs.shape} instead of {expected}")
        whole = self.text + text
        ids = np.array([self._ids.get(c, len(self.alphabet)) for c in whole], dtype=np.int32)
        seen = contexts(whole, ids, self.symbols, remembered=None if learn else known).since(known)
        if self._tree is None:
            self._tree = self._prepare(ids if learn else ids[:0], seen)
        tree = self._tree
        logits = np.zeros((0, self.outside, len(tree.nodes) - 1), dtype=np.float32)
        if outside:
            logits = np.stack([tree.logits(_with_unknown(log_probs)) for log_probs in outside], axis=1)
        losses = np.zeros(n, dtype=np.float32)
        # fmt: off
        with np.errstate(over="ignore"):  # hashes wrap around when the loop is interpreted
            mix(
                learn, len(ORDERS), ids[known:], tree.nodes, tree.bits, tree.lengths, np.ascontiguousarray(seen.hashes),
                np.ascontiguousarray(seen.selectors), np.ascontiguousarray(seen.predicted),
                np.ascontiguousarray(seen.repeated), logits, self._table, self._offsets, self._masks, self._histories,
                self._runs, self._weights, self._weight_offsets, self._last_weights, self._maps,
                np.array(astuple(self.rates), dtype=np.float32), losses,
            )
        # fmt: on
        if learn:
            self.text = whole
        return losses

    def _prepare(self, ids: NDArray[np.int32], seen: Contexts) -> Tree:
        """Everything that learns, before it has learned."""
        tree = huffman(np.bincount(ids, minlength=self.symbols) + 0.01)
        nodes, longest = len(tree.nodes) - 1, tree.nodes.shape[1]
        n_contexts, n_matches = seen.hashes.shape[1], seen.predicted.shape[1]
        self._masks = np.full(n_contexts, (1 << self.table_bits) - 1, dtype=np.int64)
        self._offsets = np.concatenate([[0], np.cumsum(self._masks + 1)[:-1]]).astype(np.int64)
        self._table = np.zeros(int((self._masks + 1).sum()), dtype=np.uint64)
        state = np.arange(256)
        zeros, ones = state & 15, state >> 4
        self._histories = np.tile(((ones + 0.4) / (zeros + ones + 0.8)).astype(np.float32), (n_contexts, 1))
        self._runs = np.full((n_matches, 16 * longest), 0.75, dtype=np.float32)
        inputs = 2 * n_contexts + 2 * n_matches + self.outside + 1
        # Selectors of the contexts, then those that the kernel makes: the node, what is known, the depth.
        sizes = [*seen.selector_sizes, nodes, 256, 16]
        self._weight_offsets = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
        weights = np.full((sum(sizes), inputs), 0.2, dtype=np.float32)
        weights[:, : 2 * n_contexts] = 0.6 / n_contexts
        weights[:, 2 * n_contexts : 2 * (n_contexts + n_matches)] = 0.15
        self._weights = weights.ravel()
        self._last_weights = np.full((nodes, len(sizes) + 1), 1 / len(sizes), dtype=np.float32)
        self._last_weights[:, -1] = 0.0
        ladder = 1 / (1 + np.exp(-np.linspace(-_REACH, _REACH, _MAP_BUCKETS)))
        self._maps = np.tile(ladder.astype(np.float32), (2, _MAP_ROWS, 1))
        return tree


def _with_unknown(log_probs: NDArray[np.float32]) -> NDArray[np.float32]:
    """One more column for the unknown character, which other models give next to nothing."""
    return np.pad(log_probs, ((0, 0), (0, 1)), constant_values=-20.0)
