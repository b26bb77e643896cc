"""Grammars from data: read off bracketed trees, re-estimated on sentences, or found from sentences alone.

Charniak, "Tree-bank grammars", AAAI 1996 (relative frequencies); Lari & Young, Computer Speech & Language 4, 1990,
section 3 (inside–outside, an instance of EM: the likelihood of the text never falls).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from generation.text.grammar import Grammar, GrammarError, Rule, Symbol, Terminal, Tree
from generation.text.grammar_chart import Chart

__all__ = ["UNKNOWN", "from_trees", "induce", "known_words", "train"]

UNKNOWN = "<unk>"
Progress = Callable[[float, str], None]


def from_trees(trees: Iterable[Tree], *, rare: int = 0) -> Grammar:
    """The grammar whose rules have their relative frequencies in the trees; the maximum of the trees' likelihood.

    Args:
        rare: words seen at most this often count as ``<unk>``; see :func:`known_words`.

    Raises:
        GrammarError: no trees, or trees with different labels at the top.
    """
    trees = list(trees)
    if not trees:
        raise GrammarError("a grammar cannot be read off no trees")
    tops = {tree.label for tree in trees}
    if len(tops) > 1:
        raise GrammarError(f"the trees have different labels at the top: {', '.join(sorted(tops))}")
    seen = Counter(word for tree in trees for word in tree.words())
    counts: Counter[tuple[str, tuple[Symbol, ...]]] = Counter()
    for tree in trees:
        for left, right in tree.rules():
            counts[left, tuple(_folded(symbol, seen, rare) for symbol in right)] += 1
    return Grammar(((left, right, times) for (left, right), times in counts.items()), tops.pop())


def _folded(symbol: Symbol, seen: Counter[str], rare: int) -> Symbol:
    return Terminal(UNKNOWN) if isinstance(symbol, Terminal) and seen[symbol.word] <= rare else symbol


def known_words(grammar: Grammar, sentence: Sequence[str]) -> list[str]:
    """The sentence with every word that the grammar does not have written as ``<unk>``."""
    words = grammar.words()
    return [word if word in words else UNKNOWN for word in sentence]


def train(
    grammar: Grammar,
    sentences: Sequence[Sequence[str]],
    *,
    iterations: int = 20,
    tolerance: float = 1e-4,
    smallest: float = 1e-12,
    progress: Progress | None = None,
) -> tuple[Grammar, list[float]]:
    """Inside–outside re-estimation.

    Args:
        iterations: at most this many; it also stops when ln p per word grows by less than ``tolerance``.
        smallest: rules that fall below this probability are dropped.

    Returns:
        the grammar and ln p of all sentences under the grammar at the start of each iteration; it never falls.

    Raises:
        GrammarError: a sentence that the grammar cannot write (named), or no sentences.
    """
    distinct = Counter(tuple(sentence) for sentence in sentences)
    words = sum(map(len, sentences))
    if not words:
        raise GrammarError("training needs at least one word")
    history: list[float] = []
    for iteration in range(iterations):
        chart = Chart(grammar)
        totals: dict[Rule, float] = {}
        likelihood = 0.0
        for sentence, times in distinct.items():
            log_prob, counts = chart.expected_counts(sentence)
            if log_prob == -math.inf:
                raise GrammarError(f"no tree of this grammar has the words {' '.join(sentence)[:80]!r}")
            likelihood += times * log_prob
            for rule, count in counts.items():
                totals[rule] = totals.get(rule, 0.0) + times * count
        history.append(likelihood)
        if progress is not None:
            progress((iteration + 1) / iterations, f"{likelihood / words:.4f}")
        if len(history) > 1 and (history[-1] - history[-2]) / words < tolerance:
            break
        by_left: dict[str, float] = {}
        for rule, total in totals.items():
            by_left[rule.left] = by_left.get(rule.left, 0.0) + total
        kept = {rule: total for rule, total in totals.items() if total > smallest * by_left[rule.left]}
        grammar = grammar.with_weights(kept)
    return grammar, history


def induce(
    sentences: Sequence[Sequence[str]],
    *,
    nonterminals: int,
    preterminals: int,
    iterations: int = 40,
    seed: int = 0,
    progress: Progress | None = None,
) -> tuple[Grammar, list[float]]:
    """A grammar from sentences alone: all binary rules over a few symbols, near-equal weights, then inside–outside.

    ``N0`` is the start; phrases N0 … and word classes P0 …; sentences of one word are written by N0 → P. EM finds a local
    maximum that depends on the seed: compare several by perplexity on held-out sentences.

    Cost: nonterminals × (nonterminals + preterminals)² rules.
    """
    if nonterminals < 1 or preterminals < 1:
        raise GrammarError("a grammar to be induced needs at least one phrase and one word class")
    words = sorted({word for sentence in sentences for word in sentence})
    if not words:
        raise GrammarError("a grammar cannot be induced from no words")
    rng = np.random.default_rng(seed)
    phrases = [f"N{i}" for i in range(nonterminals)]
    classes = [f"P{i}" for i in range(preterminals)]
    rules: list[tuple[str, Sequence[Symbol], float]] = []
    for left in phrases:
        pairs = [(b, c) for b in phrases + classes for c in phrases + classes]
        rules += [(left, pair, float(w)) for pair, w in zip(pairs, rng.uniform(0.5, 1.5, len(pairs)), strict=True)]
    one = [sentence for sentence in sentences if len(sentence) == 1]
    if one:
        rules += [("N0", (name,), float(rng.uniform(0.5, 1.5))) for name in classes]
    for name in classes:
        weights = rng.uniform(0.1, 1.0, len(words)) ** 3
        rules += [(name, (Terminal(word),), float(w)) for word, w in zip(words, weights, strict=True)]
    return train(Grammar(rules, "N0"), sentences, iterations=iterations, progress=progress)
