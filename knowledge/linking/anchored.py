"""Parts of titles that only the person before them makes clear: 「周星驰的西游」, "Nolan's batman".

Of the person's own works, those whose name holds the longest stretch of what follows. No other work is looked at, so
two characters can be enough where the whole catalogue would need a title.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from knowledge.graph import WORK_TYPES, Graph
from knowledge.linking.common_words import is_common
from knowledge.surfaces import squeeze
from knowledge.text import is_han

__all__ = ["part_of_title"]

_OWNING = re.compile(r"(?:(?:主?演|出演|导演?|拍|唱|写)过?了?)?的| s | in (?:the )?")
_MOST_WORKS = 200  # of one person
_NOT_TITLES = re.compile(
    r"电影|电视剧|作品|专辑|歌|戏|剧|片|导演|演员|主演|代表|新|老|最|其他|所有|全部|第|那|这|一|早期|经典|喜剧|films?\b|movies?\b|"
    r"albums?\b|songs?\b|series\b|shows?\b|best\b|latest\b|new\b|first\b|last\b|other\b|early\b"
)


def part_of_title(
    graph: Graph, person: str, flat: str, end: int, is_word: Callable[[str], bool], taken: Collection[int] = ()
) -> tuple[tuple[int, int], Sequence[str]] | None:
    """Where a part of a title stands in squeezed text behind a person's name that ends at ``end``, and the works.

    Args:
        is_word: whether an English word is too ordinary to point at a title by itself.
        taken: offsets that belong to other names already.
    """
    owning = _OWNING.match(flat, end)
    if owning is None or _NOT_TITLES.match(flat, owning.end()):
        return None
    start = owning.end()
    rest = re.match(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[a-z0-9]+(?: [a-z0-9]+)*", flat[start:])
    if rest is None:
        return None
    works = {
        work
        for relation in graph.relations_of(person)[1]
        for work in graph.subjects(person, relation)[:_MOST_WORKS]
        if graph.entity(work).type in WORK_TYPES
    }
    names = [(work, squeeze(name).text) for work in sorted(works) for name in graph.entity(work).labels.values()]
    for size in range(min(len(rest.group()), 12), 1, -1):
        piece = rest.group()[:size]
        if not is_han(piece[0]) and (len(piece) < 4 or flat[start + size : start + size + 1].strip() or is_word(piece)):
            continue
        if is_common(piece) or any(start <= at < start + size for at in taken):
            continue
        holders = [work for work, name in names if (piece in name if is_han(piece[0]) else f" {piece} " in f" {name} ")]
        if holders:
            return (start, start + size), list(dict.fromkeys(holders))
    return None
