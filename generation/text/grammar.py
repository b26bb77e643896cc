"""Probabilistic context-free grammars: written by hand or learned, to write sentences and to say how likely one is.

A grammar file has one rule a line, weights in brackets, alternatives behind bars, terminals in quotation marks::

    # the first left side is the start symbol
    S  -> NP VP
    NP -> Det N [0.7] | "Hamlet" [0.3]
    Det -> "the" | "a"

Weights are relative within a left side and 1 where none is given. A right side of any length is allowed, an empty one is
not. Parsing and training are in :mod:`generation.text.grammar_chart`, learning from trees or text in
:mod:`generation.text.grammar_learning`, sampling under constraints in :mod:`generation.text.grammar_sampling`.

    Booth & Thompson, "Applying probability measures to abstract languages", IEEE Trans. Computers C-22(5), 1973;
    Jurafsky & Martin, "Speech and Language Processing", appendix C.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from generation.briefs import GenerationError

__all__ = ["Grammar", "GrammarError", "Rule", "Terminal", "Tree", "read_tree"]


class GrammarError(GenerationError, ValueError):
    """A grammar or a tree that cannot be read, or a sentence that no rule allows."""


@dataclass(frozen=True, slots=True, order=True)
class Terminal:
    """A word as it stands in the sentence; nonterminals are plain strings."""

    word: str


Symbol = str | Terminal


@dataclass(frozen=True, slots=True)
class Rule:
    """``left → right`` with its probability among the rules of ``left``."""

    left: str
    right: tuple[Symbol, ...]
    probability: float

    def __str__(self) -> str:
        right = " ".join(_quoted(s.word) if isinstance(s, Terminal) else s for s in self.right)
        return f"{self.left} -> {right} [{self.probability:.12g}]"


@dataclass(frozen=True, slots=True)
class Tree:
    """A derivation: a nonterminal over trees and words."""

    label: str
    children: tuple[Tree | str, ...]

    def words(self) -> list[str]:
        """The sentence."""
        return [word for child in self.children for word in ([child] if isinstance(child, str) else child.words())]

    def depth(self) -> int:
        """Nonterminals on the longest way from here to a word."""
        return 1 + max((child.depth() for child in self.children if isinstance(child, Tree)), default=0)

    def rules(self) -> Iterator[tuple[str, tuple[Symbol, ...]]]:
        """The rules used, from the top down."""
        yield self.label, tuple(Terminal(c) if isinstance(c, str) else c.label for c in self.children)
        for child in self.children:
            if isinstance(child, Tree):
                yield from child.rules()

    def __str__(self) -> str:
        return f"({self.label} {' '.join(_bare(c) if isinstance(c, str) else str(c) for c in self.children)})"


class Grammar:
    """Rules with probabilities.

    Args:
        rules: (left, right, weight) in any order; equal rules are added up, weights are normalised per left side.
        start: the start symbol; the left side of the first rule if none is given.

    Raises:
        GrammarError: no rules, an empty right side, a weight that is not a positive number, a nonterminal without
            rules.
    """

    def __init__(self, rules: Iterable[tuple[str, Sequence[Symbol], float]], start: str | None = None) -> None:
        weights: dict[str, dict[tuple[Symbol, ...], float]] = {}
        for left, right, weight in rules:
            if not right:
                raise GrammarError(f"{left} has a rule with an empty right side; write the rules without it instead")
            if not (weight > 0 and math.isfinite(weight)):
                raise GrammarError(f"{left} has a rule with the weight {weight}; weights are positive numbers")
            of_left = weights.setdefault(left, {})
            of_left[tuple(right)] = of_left.get(tuple(right), 0.0) + weight
        if not weights:
            raise GrammarError("a grammar needs at least one rule")
        self.start = next(iter(weights)) if start is None else start
        self.rules: tuple[Rule, ...] = tuple(
            Rule(left, right, weight / math.fsum(of_left.values()))
            for left, of_left in weights.items()
            for right, weight in of_left.items()
        )
        self.nonterminals: tuple[str, ...] = tuple(weights)
        needed = {self.start} | {s for rule in self.rules for s in rule.right if isinstance(s, str)}
        if missing := sorted(needed - set(weights)):
            raise GrammarError(f"no rule says what {', '.join(missing)} may be; quote it if it is a word")

    @classmethod
    def from_text(cls, text: str) -> Grammar:
        """Reads the format above. Raises GrammarError that names the line."""
        rules: list[tuple[str, Sequence[Symbol], float]] = []
        for number, line in enumerate(text.splitlines(), 1):
            tokens = _tokens(line, number)
            if not tokens:
                continue
            if len(tokens) < 3 or tokens[1] != "->" or isinstance(tokens[0], Terminal) or tokens[0] in ("->", "|"):
                raise GrammarError(f"line {number}: a rule reads  NAME -> right side [weight], not {line.strip()!r}")
            right: list[Symbol] = []
            weight = 1.0
            for token in [*tokens[2:], "|"]:
                if token == "|":
                    rules.append((tokens[0], _checked(right, number), weight))
                    right, weight = [], 1.0
                elif isinstance(token, str) and token.startswith("["):
                    weight = _weight(token, number)
                elif token == "->":
                    raise GrammarError(f"line {number}: a second arrow; begin each left side on its own line")
                else:
                    right.append(token)
        return cls(rules)

    def to_text(self) -> str:
        """The same grammar in the format above."""
        first = sorted(self.rules, key=lambda rule: rule.left != self.start)
        return "".join(f"{rule}\n" for rule in first)

    def of(self, left: str) -> tuple[Rule, ...]:
        """The rules of a nonterminal."""
        return tuple(rule for rule in self.rules if rule.left == left)

    def words(self) -> set[str]:
        """All terminals."""
        return {s.word for rule in self.rules for s in rule.right if isinstance(s, Terminal)}

    def with_weights(self, weights: Mapping[Rule, float]) -> Grammar:
        """The same rules with other weights; a rule with weight 0 or none is left out, unless its left side has no other."""
        kept: list[tuple[str, Sequence[Symbol], float]] = []
        for left in self.nonterminals:
            of_left = self.of(left)
            chosen = [(rule.left, rule.right, weights.get(rule, 0.0)) for rule in of_left if weights.get(rule, 0.0) > 0]
            kept += chosen or [(rule.left, rule.right, rule.probability) for rule in of_left]
        return Grammar(kept, self.start)

    def log_prob_of_tree(self, tree: Tree) -> float:
        """ln p of one derivation, −inf where it uses a rule that the grammar does not have."""
        known = {(rule.left, rule.right): rule.probability for rule in self.rules}
        total = 0.0
        for rule in tree.rules():
            if rule not in known:
                return -math.inf
            total += math.log(known[rule])
        return total


_TOKEN = re.compile(r'\s+|#.*|"((?:[^"\\]|\\.)*)"|\[[^\]]*\]|->|\||[^\s"\[\]|#]+')


def _tokens(line: str, number: int) -> list[Symbol]:
    tokens: list[Symbol] = []
    place = 0
    while place < len(line):
        found = _TOKEN.match(line, place)
        if found is None:
            raise GrammarError(f"line {number}: cannot read {line[place:].strip()!r}; is a quotation mark missing?")
        place = found.end()
        if found[1] is not None:
            tokens.append(Terminal(re.sub(r"\\(.)", r"\1", found[1])))
        elif not found[0].isspace() and not found[0].startswith("#"):
            tokens.append(found[0])
    return tokens


def _weight(token: str, number: int) -> float:
    try:
        weight = float(token[1:-1])
    except ValueError:
        weight = math.nan
    if not (weight > 0 and math.isfinite(weight)):
        raise GrammarError(f"line {number}: the weight {token} is no positive number")
    return weight


def _checked(right: list[Symbol], number: int) -> list[Symbol]:
    if not right:
        raise GrammarError(f"line {number}: an empty right side")
    if any(isinstance(symbol, Terminal) and not symbol.word for symbol in right):
        raise GrammarError(f"line {number}: an empty word")
    return right


def _quoted(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _bare(word: str) -> str:
    return {"(": "-LRB-", ")": "-RRB-"}.get(word, word)


def read_tree(text: str) -> Tree:
    """A bracketed tree, ``(S (NP (N dogs)) (VP bark))``, as the Penn Treebank writes them; -LRB- and -RRB- are brackets.

    Raises:
        GrammarError: brackets that do not match, a constituent without a label or without children.
    """
    tokens = re.findall(r"[()]|[^\s()]+", text)
    stack: list[tuple[str, list[Tree | str]]] = []
    done: Tree | None = None
    place = 0
    while place < len(tokens):
        token = tokens[place]
        place += 1
        if done is not None or (token != "(" and not stack):
            raise GrammarError(f"one tree was expected, and then comes {token!r}")
        if token == "(":
            label = tokens[place] if place < len(tokens) else ""
            if label in ("", "(", ")"):
                raise GrammarError(f"a constituent without a label in {text[:60]!r}")
            stack.append((label, []))
            place += 1
        elif token == ")":
            label, children = stack.pop()
            if not children:
                raise GrammarError(f"nothing stands under {label} in {text[:60]!r}")
            tree = Tree(label, tuple(children))
            if stack:
                stack[-1][1].append(tree)
            else:
                done = tree
        else:
            stack[-1][1].append({"-LRB-": "(", "-RRB-": ")"}.get(token, token))
    if done is None:
        raise GrammarError(f"a bracket is not closed in {text[:60]!r}")
    return done
