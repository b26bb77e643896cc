"""Phrase tables and the grammar they are written in, so that a copywriter can add lines without reading code.

A table holds alternatives, one a line, ``conditions :: template`` or just a template:

    film series mood/sad !tone/playful :: [备好|先放一包]纸巾，再点开《{title}》。

Conditions are tags of the content: all must hold, ``a|b`` means either, ``!a`` means not. In a template ``[a|b|]``
chooses, ``{slot}`` is filled from the content, ``<table>`` expands another table. Choices are expanded before slots
are filled, so the words of a user or of the catalogue are never read as grammar.

    Compton, Kybartas and Mateas, "Tracery: an author-focused generative text tool", ICIDS 2015.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

__all__ = ["Choice", "Grammar", "Node", "Phrase", "Ref", "Slot", "Tables", "parse", "tables"]

MAX_DEPTH = 6
_TONE_WEIGHT = 4.0  # a line written for the tone that was asked for beats a neutral one this often to once
_FACET_WEIGHT = 2.0  # likewise a line for this genre or mood; what fits closely should be said more often


@dataclass(frozen=True, slots=True)
class Choice:
    options: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True, slots=True)
class Slot:
    name: str


@dataclass(frozen=True, slots=True)
class Ref:
    table: str


Node = str | Choice | Slot | Ref


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """One line of a table."""

    conditions: tuple[tuple[bool, frozenset[str]], ...]
    """Each ``(wanted, tags)``: at least one of the tags holds, or none of them."""
    nodes: tuple[Node, ...]
    slots: frozenset[str]
    refs: frozenset[str]

    def holds(self, tags: frozenset[str]) -> bool:
        return all(wanted is not tags.isdisjoint(any_of) for wanted, any_of in self.conditions)

    def evidence(self, tags: frozenset[str]) -> frozenset[str]:
        """The tags it was chosen for: what it implies about the work."""
        return frozenset(tag for wanted, any_of in self.conditions if wanted for tag in any_of & tags)


Tables = Mapping[str, tuple[Phrase, ...]]


def tables(source: str, known: Iterable[str] = ()) -> dict[str, tuple[Phrase, ...]]:
    """Parses ``== name`` headings, each followed by one phrase a line; ``known`` tables may be referred to as well.

    Raises:
        ValueError: a line is not grammatical; the message quotes it.
    """
    parsed: dict[str, list[Phrase]] = {}
    name = ""
    for line in source.splitlines():
        line = line.strip()
        if line.startswith("== "):
            name = line[3:].strip()
            parsed.setdefault(name, [])
        elif line:
            parsed[name].append(_phrase(line))
    defined = {*parsed, *known}
    for table, phrases in parsed.items():
        for phrase in phrases:
            if not phrase.refs <= defined:
                raise ValueError(f"table {table!r} refers to unknown tables {sorted(phrase.refs - defined)}")
    return {table: tuple(phrases) for table, phrases in parsed.items()}


def _phrase(line: str) -> Phrase:
    conditions, found, template = line.partition(" :: ")
    if not found:
        conditions, template = "", line
    tests = tuple(
        (not token.startswith("!"), frozenset(token.removeprefix("!").split("|"))) for token in conditions.split()
    )
    nodes = parse(template)
    slots: set[str] = set()
    refs: set[str] = set()
    _collect(nodes, slots, refs)
    return Phrase(tests, nodes, frozenset(slots), frozenset(refs))


def parse(template: str) -> tuple[Node, ...]:
    """A template as nodes. Raises ValueError when its brackets do not match."""
    nodes, end = _sequence(template, 0, top=True)
    if end != len(template):
        raise ValueError(f"unbalanced brackets: {template!r}")
    return nodes


def _sequence(text: str, at: int, *, top: bool = False) -> tuple[tuple[Node, ...], int]:
    nodes: list[Node] = []
    while at < len(text):
        char = text[at]
        if not top and char in "|]":
            break
        if char == "[":
            options = []
            while True:
                option, at = _sequence(text, at + 1)
                options.append(option)
                if at >= len(text):
                    raise ValueError(f"unbalanced brackets: {text!r}")
                if text[at] == "]":
                    break
            nodes.append(Choice(tuple(options)))
            at += 1
        elif char in "{<":
            end = text.index("}" if char == "{" else ">", at)
            nodes.append((Slot if char == "{" else Ref)(text[at + 1 : end]))
            at = end + 1
        else:
            end = at
            while end < len(text) and text[end] not in "[{<" and (top or text[end] not in "|]"):
                end += 1
            nodes.append(text[at:end])
            at = end
    return tuple(nodes), at


def _collect(nodes: Iterable[Node], slots: set[str], refs: set[str]) -> None:
    for node in nodes:
        if isinstance(node, Slot):
            slots.add(node.name)
        elif isinstance(node, Ref):
            refs.add(node.table)
        elif isinstance(node, Choice):
            for option in node.options:
                _collect(option, slots, refs)


class Grammar:
    """The tables as one content sees them: only phrases whose conditions hold and whose slots can be filled."""

    def __init__(self, source: Tables, tags: frozenset[str], slots: Iterable[str]) -> None:
        self.tags = tags
        filled = frozenset(slots)
        eligible = {
            name: [phrase for phrase in phrases if phrase.slots <= filled and phrase.holds(tags)]
            for name, phrases in source.items()
        }
        # A phrase that refers to a table with nothing to say has nothing to say itself.
        empty = {name for name, phrases in eligible.items() if not phrases}
        while empty:
            kept = {
                name: [phrase for phrase in phrases if not phrase.refs & empty] for name, phrases in eligible.items()
            }
            now_empty = {name for name, phrases in kept.items() if not phrases}
            eligible = kept
            if now_empty == empty:
                break
            empty = now_empty
        self._phrases = eligible
        self._weights = {name: [_weight(phrase, tags) for phrase in phrases] for name, phrases in eligible.items()}

    def has(self, table: str) -> bool:
        """Whether ``table`` has anything to say about this content."""
        return bool(self._phrases.get(table))

    def size(self, table: str) -> int:
        return len(self._phrases.get(table, ()))

    def expand(
        self, table: str, rng: random.Random, fill: Callable[[str], str], used: set[Phrase]
    ) -> tuple[str, frozenset[str]] | None:
        """One expansion of ``table`` and the tags it was chosen for; ``None`` when the table has nothing.

        ``used`` phrases are avoided while others are left, and grows by those chosen here. ``fill`` gives a slot's
        words.
        """
        phrases = self._phrases.get(table)
        if not phrases:
            return None
        evidence: set[str] = set()
        words = self._expand(table, rng, fill, used, evidence, 0)
        return words, frozenset(evidence)

    def _expand(
        self,
        table: str,
        rng: random.Random,
        fill: Callable[[str], str],
        used: set[Phrase],
        evidence: set[str],
        depth: int,
    ) -> str:
        if depth > MAX_DEPTH:
            raise ValueError(f"table {table!r} refers to itself")
        phrases, weights = self._phrases[table], self._weights[table]
        phrase = rng.choices(phrases, weights)[0]
        for _ in range(4):
            if phrase not in used:
                break
            phrase = rng.choices(phrases, weights)[0]
        used.add(phrase)
        evidence |= phrase.evidence(self.tags)
        out: list[str] = []

        def write(nodes: tuple[Node, ...]) -> None:
            for node in nodes:
                if isinstance(node, str):
                    out.append(node)
                elif isinstance(node, Choice):
                    write(rng.choice(node.options))
                elif isinstance(node, Slot):
                    out.append(fill(node.name))
                else:
                    out.append(self._expand(node.table, rng, fill, used, evidence, depth + 1))

        write(phrase.nodes)
        return "".join(out)


def _weight(phrase: Phrase, tags: frozenset[str]) -> float:
    evidence = phrase.evidence(tags)
    weight = _TONE_WEIGHT if any(tag.startswith("tone/") for tag in evidence) else 1.0
    return weight * (_FACET_WEIGHT if any(tag.startswith(("genre/", "mood/")) for tag in evidence) else 1.0)
