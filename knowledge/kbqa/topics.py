"""Where a question names a node: Aho–Corasick over every label and alias, in one pass over the text.

Nothing is decided here. Names hide in ordinary words ("The Actor", "In", 「我」) and in longer names, so every match
that stands at word edges is handed on with what can be seen of it — whether a longer name covers it, whether the
capitals agree — and :mod:`knowledge.kbqa.reader` weighs it together with the rest of the question.

    Aho and Corasick, "Efficient string matching: an aid to bibliographic search", CACM 18(6), 1975.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import ahocorasick
import numpy as np
from rapidfuzz import fuzz, process

from knowledge.graph import Entity
from knowledge.text import fold

__all__ = ["MASK", "MAX_MENTIONS", "MAX_TEXT", "Mention", "TopicFinder"]

MASK = "\ue000"
"""Stands for the topic in a masked question: a character of the private use area, so nobody types it."""

MAX_TEXT = 2000
"""Characters of a question that are read; what is beyond is not."""

MAX_MENTIONS = 32
"""Mentions of one question that are considered: the longest."""

_MAX_NAMESAKES = 8
_SPACED = re.compile(
    r"[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
)  # letters of scripts that put spaces between words
_QUOTED = re.compile(r"《([^《》]{1,80})》|「([^「」]{1,80})」|“([^“”]{1,80})”|\"([^\"]{1,80})\"|\[([^\[\]]{1,80})\]")
_CAPITALISED = re.compile(
    r"[^\W\d_a-zà-ÿ][\w'’.-]*(?:\s+(?:(?:of|the|and|in|to|a|an|for|de|la)\s+){0,2}[A-Z0-9][\w'’.-]*)*"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """``question[start:end]`` is a name of ``nodes`` (rows of the graph), best known first.

    ``nested``: a longer name covers it. ``exact``: it is written as the name is, capitals and accents included.
    ``similarity`` is below 1 for a name that had to be read as misspelt.
    """

    start: int
    end: int
    nodes: tuple[int, ...]
    nested: bool = False
    exact: bool = True
    similarity: float = 1.0

    def mask(self, folded: str) -> str:
        """The folded question with this mention taken out."""
        return f"{folded[: self.start]}{MASK}{folded[self.end :]}"


class TopicFinder:
    """Finds the names of nodes in questions. Building takes a second for 10⁵ names, a question some 20 µs.

    Args:
        nodes: what they are called, by row.
        degrees: triples of each; of namesakes the best connected comes first.
    """

    def __init__(self, nodes: Iterable[Entity], degrees: np.ndarray) -> None:
        self._automaton = ahocorasick.Automaton()
        self._named: dict[str, list[int]] = {}
        self._spelt: dict[str, list[int]] = {}
        for row, node in enumerate(nodes):
            for name in dict.fromkeys((*node.labels.values(), *node.aliases)):
                if not name.strip():
                    continue
                self._spelt.setdefault(name, []).append(row)
                rows = self._named.setdefault(fold(name), [])
                if row not in rows[-1:]:
                    rows.append(row)
        for name, rows in self._named.items():
            rows.sort(key=lambda row: -degrees[row])
            self._automaton.add_word(name, name)
        if self._named:
            self._automaton.make_automaton()

    def named(self, name: str) -> tuple[int, ...]:
        """The nodes called exactly this; where none are, those whose name folds to the same."""
        return tuple(self._spelt.get(name) or self._named.get(fold(name)) or ())

    def find(self, question: str, folded: str | None = None) -> list[Mention]:
        """Every mention in ``question[:MAX_TEXT]``, longest first; they may overlap."""
        if not self._named:
            return []
        question = question[:MAX_TEXT]
        folded = fold(question) if folded is None else folded
        spans = []
        for last, name in self._automaton.iter(folded):
            start, end = last + 1 - len(name), last + 1
            if not (_joined(folded, start) or _joined(folded, end)):
                spans.append((start - end, start, end))
        spans.sort()
        mentions: list[Mention] = []
        for _, start, end in spans[:MAX_MENTIONS]:
            nested = any(m.start <= start and end <= m.end for m in mentions)
            spelt = self._spelt.get(question[start:end])
            rows = self._named[folded[start:end]]
            if spelt:
                rows = [*spelt, *(row for row in rows if row not in spelt)] if len(rows) > len(spelt) else spelt
            mentions.append(Mention(start, end, tuple(rows[:_MAX_NAMESAKES]), nested, bool(spelt)))
        return mentions

    def named_spans(self, question: str) -> list[tuple[int, int]]:
        """Where something is quoted, bracketed or capitalised inside the question: names, known or not."""
        spans = [match.span(match.lastindex or 0) for match in _QUOTED.finditer(question)]
        return spans + [match.span() for match in _CAPITALISED.finditer(question) if match.start() > 0]

    def nearest(self, question: str, limit: int = 3, cutoff: float = 0.6) -> list[tuple[int, float, int, int]]:
        """Names spelt like something in the question: ``(node, similarity 0..1, start, end)``, best first.

        Looks at what is quoted or capitalised, or at the whole question where nothing is. Tens of milliseconds: it
        is for questions in which nothing was found.
        """
        question = question[:MAX_TEXT]
        spans = self.named_spans(question)[:4] or ([(0, len(question))] if 0 < len(question) <= 80 else [])
        found: dict[int, tuple[float, int, int]] = {}
        for start, end in spans:
            piece = fold(question[start:end]).strip()
            matches = process.extract(
                piece, self._named.keys(), scorer=fuzz.ratio, limit=limit, score_cutoff=cutoff * 100
            )
            for name, score, _ in matches:
                row = self._named[name][0]
                found[row] = max(found.get(row, (0.0, 0, 0)), (round(score / 100, 4), start, end))
        ranked = sorted(found.items(), key=lambda pair: (-pair[1][0], pair[0]))
        return [(row, *what) for row, what in ranked[:limit]]


def _joined(text: str, at: int) -> bool:
    """Whether ``text`` goes on within a word at ``at``."""
    return 0 < at < len(text) and bool(_SPACED.match(text[at - 1]) and _SPACED.match(text[at]))
