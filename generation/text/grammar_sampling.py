"""Sentences drawn from a grammar under conditions, exactly: no rejection, and no bias from walking around dead ends.

For every depth d, symbol A and set M of the required words, f(d, A, M) is the probability that A writes a tree no deeper
than d whose required words all lie in M; it is a product over children, so it is filled from depth 1 upwards. Möbius
inversion over the sets gives the probability that *exactly* M is written. A rule is then chosen by what it contributes to
that, and the words are shared out among its children in the same way: draws follow the grammar's own distribution,
conditioned on the depth and on the words being there.

    The counting behind it: Flajolet, Zimmermann & Van Cutsem, "A calculus for the random generation of labelled
    combinatorial structures", Theoretical Computer Science 132, 1994 (the recursive method).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from generation.text.grammar import Grammar, GrammarError, Rule, Symbol, Terminal, Tree

__all__ = ["Sampler"]

_MOST_WORDS = 8
Floats = NDArray[np.float64]


class Sampler:
    """Draws trees of a grammar.

    Args:
        must_include: words that stand in every sentence, at most 8 different ones.
        max_depth: nonterminals on the longest way from the start to a word.

    Raises:
        GrammarError: no sentence of that depth has all those words.

    Memory: 8 bytes × max_depth × nonterminals × 2^words.
    """

    def __init__(self, grammar: Grammar, *, must_include: Sequence[str] = (), max_depth: int = 20) -> None:
        self.grammar = grammar
        self.max_depth = max_depth
        self._bits = {word: 1 << i for i, word in enumerate(dict.fromkeys(must_include))}
        if len(self._bits) > _MOST_WORDS:
            raise GrammarError(f"at most {_MOST_WORDS} words can be required at once, not {len(self._bits)}")
        self._sets = 1 << len(self._bits)
        self._rules = {name: grammar.of(name) for name in grammar.nonterminals}
        self._within: list[dict[str, Floats]] = [{name: np.zeros(self._sets) for name in grammar.nonterminals}]
        for _ in range(max_depth):
            below = self._within[-1]
            self._within.append(
                {
                    name: np.sum([rule.probability * self._product(rule.right, below) for rule in rules], axis=0)
                    for name, rules in self._rules.items()
                }
            )
        if self._exactly(self._within[-1][grammar.start])[-1] <= 0:
            needed = "" if not self._bits else f" with the words {', '.join(self._bits)}"
            raise GrammarError(f"this grammar has no sentence of depth {max_depth} or less{needed}")

    def sample(self, rng: np.random.Generator) -> Tree:
        """One tree."""
        return self._tree(self.grammar.start, self.max_depth, self._sets - 1, rng)

    def probability(self) -> float:
        """How likely the grammar is to write such a sentence without being asked to."""
        return float(self._exactly(self._within[-1][self.grammar.start])[-1])

    def _product(self, right: Sequence[Symbol], below: dict[str, Floats]) -> Floats:
        """Probability, for each set, that all children write only required words in it."""
        result = np.ones(self._sets)
        for symbol in right:
            result = result * (self._of_word(symbol) if isinstance(symbol, Terminal) else below[symbol])
        return result

    def _of_word(self, terminal: Terminal) -> Floats:
        bit = self._bits.get(terminal.word, 0)
        return ((np.arange(self._sets) & bit) == bit).astype(np.float64)

    def _exactly(self, within: Floats) -> Floats:
        """Möbius inversion: from "nothing but" to "exactly"."""
        result = within.copy()
        sets = np.arange(self._sets)
        for bit in self._bits.values():
            having = sets[(sets & bit) > 0]
            result[having] -= result[having ^ bit]
        # What cancels to nothing leaves rounding behind.
        return np.where(result > 1e-13 * max(float(within[-1]), 1e-300), result, 0.0)

    def _tree(self, name: str, depth: int, words: int, rng: np.random.Generator) -> Tree:
        below = self._within[depth - 1]
        rules = self._rules[name]
        weights = np.array([r.probability * self._exactly(self._product(r.right, below))[words] for r in rules])
        rule: Rule = rules[int(rng.choice(len(rules), p=weights / weights.sum()))]
        children: list[Tree | str] = []
        for i, symbol in enumerate(rule.right):
            own = self._exactly(self._of_word(symbol) if isinstance(symbol, Terminal) else below[symbol])
            rest = self._exactly(self._product(rule.right[i + 1 :], below))
            if i + 1 == len(rule.right):
                share, rest_share = words, 0
            else:
                pairs = [(a, b) for a in _subsets(words) for b in _subsets(words) if a | b == words]
                chances = np.array([own[a] * rest[b] for a, b in pairs])
                share, rest_share = pairs[int(rng.choice(len(pairs), p=chances / chances.sum()))]
            children.append(symbol.word if isinstance(symbol, Terminal) else self._tree(symbol, depth - 1, share, rng))
            words = rest_share
        return Tree(name, tuple(children))


def _subsets(words: int) -> list[int]:
    """All subsets of a set of bits, itself and the empty one among them."""
    found, subset = [], words
    while True:
        found.append(subset)
        if subset == 0:
            return found
        subset = (subset - 1) & words
