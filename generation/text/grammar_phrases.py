"""The writers' phrase tables as a probabilistic grammar: to draw phrases that must hold a slot, and to learn from choices.

A table becomes a nonterminal, each of its phrases and each ``[a|b]`` a set of rules, literal text and slots become
terminals. Then what a grammar can do, the tables can do: sample exactly under conditions ("with the title and the year
in it"), count how likely a line is, and shift its weights towards the lines that people kept.

    MacKay & Peto, "A hierarchical Dirichlet language model", Natural Language Engineering 1(3), 1995, section 2
    (counts beside a prior of known strength).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from generation.text.grammar import Grammar, GrammarError, Symbol, Terminal, Tree
from generation.text.phrases import Choice, Node, Ref, Slot, Tables

__all__ = ["adapted", "phrase_grammar", "write"]

Rules = list[tuple[str, tuple[Symbol, ...], float]]


def phrase_grammar(
    source: Tables, start: str, *, tags: Collection[str] = (), slots: Collection[str] | None = None
) -> Grammar:
    """The grammar of one table and of all that it refers to.

    Args:
        tags: what holds of the content; phrases with other conditions are left out.
        slots: slots that can be filled; phrases that need another are left out. All can be when None.

    Returns:
        a grammar whose words are pieces of text and slots, written ``{name}``; a piece may be empty.

    Raises:
        GrammarError: the table does not exist or has nothing to say here.
    """
    holding = frozenset(tags)
    usable = {
        name: [p for p in phrases if p.holds(holding) and (slots is None or p.slots <= set(slots))]
        for name, phrases in source.items()
    }
    while True:  # what refers to a table with nothing to say has nothing to say itself
        speaking = {name for name, phrases in usable.items() if phrases}
        kept = {name: [p for p in phrases if p.refs <= speaking] for name, phrases in usable.items()}
        if kept == usable:
            break
        usable = kept
    if start not in speaking:
        raise GrammarError(f"the table {start!r} has nothing to say about this content")
    rules: Rules = []
    pending, done = [start], {start}
    while pending:
        name = pending.pop(0)
        for number, phrase in enumerate(usable[name]):
            rules.append((name, _right(phrase.nodes, f"{name}/{number}", rules), 1.0))
            for table in sorted(phrase.refs - done):
                pending.append(table)
                done.add(table)
    return Grammar(rules, start)


def _right(nodes: Sequence[Node], path: str, rules: Rules) -> tuple[Symbol, ...]:
    """The right side for some nodes; rules of the choices among them are added to ``rules``."""
    symbols: list[Symbol] = []
    for place, node in enumerate(nodes):
        if isinstance(node, str):
            symbols.append(Terminal(node))
        elif isinstance(node, Slot):
            symbols.append(Terminal(f"{{{node.name}}}"))
        elif isinstance(node, Ref):
            symbols.append(node.table)
        elif isinstance(node, Choice):
            name = f"{path}.{place}"
            for number, option in enumerate(node.options):
                rules.append((name, _right(option, f"{name}/{number}", rules), 1.0))
            symbols.append(name)
    return tuple(symbols) or (Terminal(""),)


def write(tree: Tree, fill: Callable[[str], str]) -> str:
    """The text of a tree, slots filled; what fills them is never read as a slot."""
    return "".join(fill(word[1:-1]) if word.startswith("{") and word.endswith("}") else word for word in tree.words())


def adapted(grammar: Grammar, accepted: Iterable[Tree], *, strength: float = 5.0) -> Grammar:
    """The grammar after people kept these trees: counts, beside a prior that weighs as much as ``strength`` uses.

    Every rule stays possible. Trees of other rules than the grammar's own are not counted.
    """
    if not strength > 0:
        raise GrammarError(f"the prior's strength is a positive number, not {strength}")
    counts = Counter(rule for tree in accepted for rule in tree.rules())
    return grammar.with_weights({r: strength * r.probability + counts[r.left, r.right] for r in grammar.rules})
