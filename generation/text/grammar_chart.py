"""Charts: the probability of a sentence, its best tree, and how often each rule is expected in it.

Rules are brought into binary form (long right sides through helper symbols, words in them through preterminals); chains
of unary rules are summed in closed form, so that A → B → A costs nothing and loses nothing. Every span of one length is
filled in one numpy expression; a sentence of n words with R binary rules costs O(n³ R) products.

    Baker, "Trainable grammars for speech recognition", JASA 65 (S1), 1979; Lari & Young, "The estimation of stochastic
    context-free grammars using the inside–outside algorithm", Computer Speech & Language 4, 1990, section 3;
    Stolcke, "An efficient probabilistic context-free parsing algorithm", Computational Linguistics 21(2), 1995,
    section 4.5 (unary closure).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from generation.text.grammar import Grammar, GrammarError, Rule, Terminal, Tree

__all__ = ["Chart"]

Floats = NDArray[np.float64]


class Chart:
    """A grammar made ready for parsing.

    Raises:
        GrammarError: chains of unary rules that go round with probability 1, which have no sentence.
    """

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        names: dict[tuple[object, ...] | str, int] = {name: i for i, name in enumerate(grammar.nonterminals)}
        binary: list[tuple[int, int, int, float, int]] = []
        unary: list[tuple[int, int, float, int]] = []
        self._lexical: dict[str, list[tuple[int, float, int]]] = {}

        def helper(key: tuple[object, ...]) -> int:
            return names.setdefault(key, len(names))

        def child(symbol: str | Terminal) -> int:
            if isinstance(symbol, str):
                return names[symbol]
            if (symbol,) not in names:
                self._lexical.setdefault(symbol.word, []).append((helper((symbol,)), 1.0, -1))
            return names[(symbol,)]

        for number, rule in enumerate(grammar.rules):
            left, right = names[rule.left], rule.right
            if len(right) == 1:
                only = right[0]
                if isinstance(only, Terminal):
                    self._lexical.setdefault(only.word, []).append((left, rule.probability, number))
                else:
                    unary.append((left, names[only], rule.probability, number))
                continue
            probability, origin = rule.probability, number
            while len(right) > 2:
                rest = helper(("rest", number, len(right)))
                binary.append((left, child(right[0]), rest, probability, origin))
                left, right, probability, origin = rest, right[1:], 1.0, -1
            binary.append((left, child(right[0]), child(right[1]), probability, origin))
        self.size = len(names)
        self.start = names[grammar.start]
        table = np.array(binary, dtype=np.float64).reshape(-1, 5)
        self._parent, self._left, self._right = (table[:, i].astype(np.int64) for i in range(3))
        self._binary_p, self._binary_rule = table[:, 3], table[:, 4].astype(np.int64)
        self._gather = np.zeros((len(table), self.size))
        self._gather[np.arange(len(table)), self._parent] = 1.0
        chain = np.array(unary, dtype=np.float64).reshape(-1, 4)
        self._above, self._below = chain[:, 0].astype(np.int64), chain[:, 1].astype(np.int64)
        self._unary_p, self._unary_rule = chain[:, 2], chain[:, 3].astype(np.int64)
        step = np.zeros((self.size, self.size))
        np.add.at(step, (self._above, self._below), self._unary_p)
        if len(chain) and np.abs(np.linalg.eigvals(step)).max() > 1 - 1e-9:
            raise GrammarError("a chain of rules with one symbol each goes round for ever; give it a way out")
        self._closure = np.linalg.inv(np.eye(self.size) - step)
        self._best_chain, self._chain_next = self._best_chains(step)

    def log_prob(self, sentence: Sequence[str]) -> float:
        """ln of the sum over all trees; −inf for a sentence that the grammar does not have (the empty one among them)."""
        if not sentence:
            return -math.inf
        inside, scale = self._inside(sentence)
        total = inside[0, len(sentence), self.start]
        return math.log(total) + scale if total > 0 else -math.inf

    def perplexity(self, sentences: Iterable[Sequence[str]]) -> float:
        """exp of −ln p per word over all sentences; infinite where one of them is impossible."""
        total, words = 0.0, 0
        for sentence in sentences:
            total += self.log_prob(sentence)
            words += len(sentence)
        if not words:
            raise GrammarError("perplexity needs at least one word")
        return math.exp(min(-total / words, 700.0)) if total > -math.inf else math.inf

    def expected_counts(self, sentence: Sequence[str]) -> tuple[float, dict[Rule, float]]:
        """ln p of a sentence and how often each rule is used in it on average over its trees (Lari & Young, eq. 19–21).

        Rules that are never used are left out; an impossible sentence has (−inf, {}).
        """
        if not sentence:
            return -math.inf, {}
        n = len(sentence)
        inside, scale = self._inside(sentence)
        total = inside[0, n, self.start]
        if total <= 0:
            return -math.inf, {}
        outside = np.zeros_like(inside)
        outside[0, n, self.start] = 1.0
        counts = np.zeros(len(self.grammar.rules) + 1)  # the last one takes what belongs to no rule
        for length in range(n, 0, -1):
            begins = np.arange(n - length + 1)
            ends = begins + length
            above = outside[begins, ends] @ self._closure  # also as the child of a chain of unary rules
            outside[begins, ends] = above
            used = above[:, self._above] * self._unary_p * inside[begins, ends][:, self._below]
            np.add.at(counts, self._unary_rule, used.sum(0))
            if length == 1:
                continue
            splits = begins[:, None] + np.arange(1, length)
            left = inside[begins[:, None], splits][:, :, self._left]  # (spans, splits, R)
            right = inside[splits, ends[:, None]][:, :, self._right]
            weight = (above[:, self._parent] * self._binary_p)[:, None, :]
            np.add.at(counts, self._binary_rule, (weight * left * right).sum((0, 1)))
            np.add.at(outside, (begins[:, None, None], splits[:, :, None], self._left), weight * right)
            np.add.at(outside, (splits[:, :, None], ends[:, None, None], self._right), weight * left)
        lexical, _ = self._words(sentence)
        for place, options in enumerate(lexical):
            for symbol, p, rule in options:
                counts[rule] += outside[place, place + 1, symbol] * p
        used_rules = np.flatnonzero(counts[:-1] > 0)
        return math.log(total) + scale, {self.grammar.rules[r]: float(counts[r] / total) for r in used_rules}

    def parse(self, sentence: Sequence[str]) -> tuple[Tree, float]:
        """The most probable tree and its ln p (Viterbi CKY).

        Raises:
            GrammarError: no tree has this sentence.
        """
        n = len(sentence)
        lexical, scale = self._words(sentence)
        best = np.zeros((n + 1, n + 1, self.size))
        choice = np.full((n + 1, n + 1, self.size, 2), -1, dtype=np.int64)  # binary rule and split, or lexical rule
        for place, options in enumerate(lexical):
            for symbol, p, _ in options:
                best[place, place + 1, symbol] = max(best[place, place + 1, symbol], p)
        for length in range(1, n + 1):
            for begin in range(n - length + 1):
                end = begin + length
                if length > 1 and len(self._parent):
                    splits = np.arange(begin + 1, end)
                    options_ = best[begin, splits][:, self._left] * best[splits, end][:, self._right] * self._binary_p
                    split = options_.argmax(0)
                    value = options_[split, np.arange(len(split))]
                    for rule in np.argsort(value, kind="stable"):  # the best of each parent is written last
                        if value[rule] > 0:
                            best[begin, end, self._parent[rule]] = value[rule]
                            choice[begin, end, self._parent[rule]] = rule, splits[split[rule]]
                reached = self._best_chain * best[begin, end]
                bottom = reached.argmax(1)
                base = best[begin, end].copy()
                best[begin, end] = reached[np.arange(self.size), bottom]
                self._bottoms(choice, begin, end, bottom, base)
        top = best[0, n, self.start] if n else 0.0
        if top <= 0:
            raise GrammarError(f"no tree of this grammar has the words {' '.join(sentence)!r}")
        tree = self._build(choice, sentence, 0, n, self.start)[0]
        assert isinstance(tree, Tree)
        return tree, math.log(top) + scale

    def _words(self, sentence: Sequence[str]) -> tuple[list[list[tuple[int, float, int]]], float]:
        """Preterminals of each word with p divided by the word's largest one, and the sum of the logarithms of those."""
        options = [self._lexical.get(word, []) for word in sentence]
        largest = [max((p for _, p, _ in option), default=1.0) for option in options]
        scaled = [
            [(symbol, p / most, rule) for symbol, p, rule in option]
            for option, most in zip(options, largest, strict=True)
        ]
        return scaled, math.fsum(math.log(most) for most in largest)

    def _inside(self, sentence: Sequence[str]) -> tuple[Floats, float]:
        """(n + 1, n + 1, symbols) p of the words i … j − 1 under each symbol, and the logarithm of its unit."""
        n = len(sentence)
        inside = np.zeros((n + 1, n + 1, self.size))
        lexical, scale = self._words(sentence)
        for place, options in enumerate(lexical):
            for symbol, p, _ in options:
                inside[place, place + 1, symbol] += p
            inside[place, place + 1] = self._closure @ inside[place, place + 1]
        for length in range(2, n + 1):
            begins = np.arange(n - length + 1)
            ends = begins + length
            splits = begins[:, None] + np.arange(1, length)
            left = inside[begins[:, None], splits][:, :, self._left]  # (spans, splits, R)
            right = inside[splits, ends[:, None]][:, :, self._right]
            sums = np.einsum("ijr,ijr->ir", left, right) * self._binary_p
            inside[begins, ends] = sums @ self._gather @ self._closure.T
        return inside, scale

    def _best_chains(self, step: Floats) -> tuple[Floats, NDArray[np.int64]]:
        """The best chain of unary rules from each symbol to each other, and its first step (Floyd & Warshall)."""
        best = np.eye(self.size)
        towards = np.tile(np.arange(self.size), (self.size, 1))
        better = step > best
        best = np.where(better, step, best)
        for middle in range(self.size):
            through = best[:, middle : middle + 1] * best[middle : middle + 1]
            better = through > best
            best = np.where(better, through, best)
            towards = np.where(better, towards[:, middle : middle + 1], towards)
        return best, towards

    def _bottoms(
        self, choice: NDArray[np.int64], begin: int, end: int, bottom: NDArray[np.int64], base: Floats
    ) -> None:
        """Writes −2 − b for symbols that are best reached through a chain down to b."""
        through = (bottom != np.arange(self.size)) & (base[bottom] > 0)
        choice[begin, end, through, 0] = -2 - bottom[through]

    def _build(
        self, choice: NDArray[np.int64], sentence: Sequence[str], begin: int, end: int, symbol: int
    ) -> list[Tree | str]:
        """What stands under a symbol: one tree for a nonterminal, its children for a helper, a word for a preterminal."""
        rule, split = choice[begin, end, symbol]
        if rule <= -2:
            bottom = int(-2 - rule)
            below = int(self._chain_next[symbol, bottom])
            if below != bottom:
                choice[begin, end, below, 0] = -2 - bottom
            children = self._build(choice, sentence, begin, end, below)
        elif rule == -1:
            children = [sentence[begin]]
        else:
            children = self._build(choice, sentence, begin, int(split), int(self._left[rule]))
            children += self._build(choice, sentence, int(split), end, int(self._right[rule]))
        if symbol < len(self.grammar.nonterminals):
            return [Tree(self.grammar.nonterminals[symbol], tuple(children))]
        return children
