"""A turn of a recommendation talk as understood: what it asks for, of which works, and what could not be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from actions.engines import Engines
from actions.turn import Turn
from knowledge.graph import WORK_TYPES
from recsys.critiques import Parsed
from recsys.state import PreferenceState

PAGE = 5
MOST = 6  # works on a page when a number was asked for
UNREAD = 4  # characters left over from which on we say that we did not follow

Expected = Literal["works", "change", "opinion"]
"""What a message was taken for; it decides only what is said when nothing can be read in it."""

_NUMBERS = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6} | {str(n): n for n in range(2, MOST + 1)}
_NUMBERS |= {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_COUNT = re.compile(
    r"(?<![第前后头这那\d.])([两二三四五六2-6])(?:部|张|首|场|个)(?!小时|钟头|月|人)|"
    r"(?<!first )(?<!last )(?<!these )(?<!those )\b(two|three|four|five|six|[2-6]) (?:\w+ ){0,2}"
    r"(?:films|movies|series|shows|albums|plays|comedies|dramas|thrillers|titles|things|suggestions|picks|more)\b"
)
_QUOTED = re.compile(r"《([^《》]{1,60})》|“([^“”]{1,60})”|\"([^\"]{1,60})\"")


@dataclass(frozen=True)
class Heard:
    parsed: Parsed
    shown: tuple[str, ...]
    """The works in view when it was said."""
    unknown: tuple[str, ...]
    """Titles it puts in quotes that the catalogue does not have."""
    expected: Expected

    def about(self, op: str) -> list[str]:
        """The works it says ``like``, ``dislike``, ``seen`` or ``accept`` of."""
        return list(dict.fromkeys(id_ for o in self.parsed if o.op == op and o.facet == "item" for id_ in o.ids))

    def asks(self, *ops: str) -> bool:
        return any(op.op in ops for op in self.parsed)

    @property
    def wants_works(self) -> bool:
        """Whether it asks for works, beside any opinion about some."""
        return any(op.facet != "item" or op.op == "similar_to" for op in self.parsed)

    @property
    def starts_over(self) -> bool:
        return any(op.op == "reset" and not op.facet for op in self.parsed)

    @property
    def missed(self) -> bool:
        """Whether it was to change something, and we did not see what."""
        left = self.parsed.leftover.replace(" ", "")
        unread = not self.parsed.understood and not self.parsed.operations
        return self.expected == "change" and unread and len(left) >= UNREAD


def listen(turn: Turn, engines: Engines, state: PreferenceState, expected: Expected) -> Heard:
    """Reads the turn in view of the works last shown."""
    graph = engines.graph
    works = tuple(item for item in turn.listed if item in graph and graph.entity(item).type in WORK_TYPES)
    shown = works or tuple(item for item in state.page if item in graph)
    unknown = unknown_titles(turn.text, engines)
    if unknown:  # 「像《没有的片子》那样的」 is like none of those in view
        return Heard(engines.reader.parse(turn.text), shown, unknown, expected)
    # A page puts its first work in focus. That alone does not make a bare "no" mean this one and not the page.
    by_default = len(shown) > 1 and turn.focus[:1] == shown[:1] and turn.asked is None
    focus = () if by_default else turn.focus
    return Heard(engines.reader.parse(turn.text, shown=shown, focus=focus), shown, unknown, expected)


def unknown_titles(words: str, engines: Engines) -> tuple[str, ...]:
    """What stands in quotes and names nothing."""
    quoted = list(_QUOTED.finditer(words))
    mentions = engines.linker.link(words) if quoted else []
    return tuple(
        next(filter(None, quote.groups()))
        for quote in quoted
        if not any(mention.start < quote.end() and quote.start() < mention.end for mention in mentions)
    )


def page_size(words: str) -> int:
    """How many works to show: the number asked for, if it is a number of works."""
    found = _COUNT.search(words.lower())
    return _NUMBERS[found[1] or found[2]] if found else PAGE
