"""What a turn asks for, in Chinese, English or both at once: text → :class:`~recsys.operations.Operation`\\ s.

The grammar of critiques is small: a turn is cut into tokens (:mod:`recsys.scanner`) and clauses, and each clause is
walked through once (:mod:`recsys.clause_values`, :mod:`recsys.clause_works`). A comparison is relative to the work
named with it (「比第二个短」, "like Interstellar but newer"), else to the one the talk is about. No model and no
training: every reading can be traced to a line, and what could not be read comes back as ``leftover``, to ask about
instead of guessing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.graph import Graph
from knowledge.linking import Linker
from knowledge.text import fold
from recsys.clause_works import ClauseReader
from recsys.operations import PEOPLE_FACETS, Operation
from recsys.scanner import MOST_TEXT, Scanner, Token
from recsys.turn import Turn

__all__ = ["CritiqueReader", "Parsed"]


_INSTEAD = re.compile(r"\W*那么?[^，。,.]{1,14}呢\W*$|\W*(?:那|那就|还是)?(?:换成|改成|改看)")
_INSTEAD_OF = frozenset(["person", *PEOPLE_FACETS])


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a turn asks for. Iterates over its operations."""

    operations: tuple[Operation, ...]
    leftover: str
    """What no rule read, fillers removed; words separated by a space."""
    understood: bool
    """Something was read, and more of the turn than not. True without operations for "surprise me"."""

    def __iter__(self) -> Iterator[Operation]:
        return iter(self.operations)

    def __len__(self) -> int:
        return len(self.operations)


class CritiqueReader:
    """Reads turns about one graph's works. Stateless between turns and safe to share among threads."""

    def __init__(self, graph: Graph, linker: Linker | None = None) -> None:
        self._graph = graph
        self._scanner = Scanner(graph, linker or Linker(graph))

    def parse(self, text: str, *, shown: Sequence[str] = (), focus: Sequence[str] = ()) -> Parsed:
        """Read one turn.

        Args:
            text: what was said; 500 characters are read.
            shown: ids of the works last shown, in order: what 「第二个」 and "these" point at.
            focus: ids the talk is about, latest first: what "shorter" is shorter than, when no work is named.
        """
        tokens = self._scanner.scan(text, shown, focus)
        folded = fold(text[:MOST_TEXT])
        turn = Turn(self._graph, shown, focus)
        carried = False
        clauses = list(_clauses(folded, tokens))
        for at, clause in enumerate(clauses):
            rest = [token for later in clauses[at:] for token in later.tokens]
            carried = carried and clause.after == "," and _only_a_list(clause.tokens, rest)
            reader = ClauseReader(turn, clause.tokens, carried, clause.unread)
            reader.read()
            turn.operations += reader.finish()
            carried = reader.negation == "not"
        operations = turn.finish()
        if _INSTEAD.match(folded):
            operations = (*(Operation("reset", facet) for facet in _replaced(operations)), *operations)
        leftover = _leftover(folded, tokens, 0, len(folded))
        content = sum(len(token.text) for token in tokens if "separator" not in token and "unknown" not in token)
        read = bool(operations) or turn.indifferent
        return Parsed(operations, leftover, read and len(leftover.replace(" ", "")) <= content)


@dataclass(frozen=True, slots=True)
class _Clause:
    after: str
    """The mark or word that opened it."""
    tokens: list[Token]
    unread: bool
    """Whether it has words that no token covers."""


def _replaced(operations: Sequence[Operation]) -> list[str]:
    """The facets whose earlier wishes 「那新海诚呢」 puts aside."""
    facets = (op.facet for op in operations if op.op == "only" and op.facet in _INSTEAD_OF)
    return list(dict.fromkeys("cast" if facet == "person" else facet for facet in facets))


def _clauses(folded: str, tokens: Sequence[Token]) -> Iterator[_Clause]:
    opened, start = "", 0
    run: list[Token] = []
    for token in (*tokens, Token(len(folded), len(folded), "", {"separator": ""})):
        if "separator" not in token:
            run.append(token)
            continue
        if run:
            yield _Clause(opened, run, bool(_leftover(folded, run, start, token.start)))
        opened, start, run = token["separator"], token.end, []


def _only_a_list(clause: Sequence[Token], rest: Sequence[Token]) -> bool:
    """Whether "no horror, war or musicals" goes on: nothing but values here, and an "or" still to come."""
    plain = all("values" in token or "or" in token or "filler" in token or "and" in token for token in clause)
    return plain and any("or" in token for token in rest)


def _leftover(folded: str, tokens: Sequence[Token], start: int, end: int) -> str:
    """The parts of ``folded[start:end]`` no token covers, joined by spaces; marks alone say nothing."""
    covered = list(folded)
    for token in (token for token in tokens if "unknown" not in token):
        covered[token.start : token.end] = " " * (token.end - token.start)
    return " ".join("".join(char if char.isalnum() else " " for char in covered[start:end]).split())
