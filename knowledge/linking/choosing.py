"""Where in a text a name may stand, and of readings that overlap, those that stay."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from knowledge.linking.weighing import Hit
from knowledge.surfaces import Squeezed

__all__ = ["QUOTED", "at_word_edges", "best", "quotes_in", "unexplained"]

QUOTED = re.compile(r"《([^《》]{1,60})》|〈([^〈〉]{1,60})〉|「([^「」]{1,60})」|“([^“”]{1,60})”|\"([^\"]{1,60})\"")
"""What stands in title marks or quotes; the group that matched holds it."""


def best(hits: Sequence[Hit]) -> list[Hit]:
    """Of overlapping hits the likely, then the longest."""
    chosen: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: hit.rank, reverse=True):
        if all(hit.end <= other.start or other.end <= hit.start for other in chosen):
            chosen.append(hit)
    return chosen


def unexplained(inexact: Sequence[Hit], exact: Sequence[Hit]) -> list[Hit]:
    """Corrected names, without those made of names that stand there as they are: 胡歌|的|神话, 国产版|深夜食堂."""
    kept = []
    for hit in inexact:
        inside = [one for one in exact if one.total >= 0.9 and hit.start <= one.start and one.end <= hit.end]
        covered = sum(one.end - one.start for one in inside)
        mostly = covered * 5 >= (hit.end - hit.start) * 3
        if hit.quoted or not inside or (len(inside) < 2 and (hit.factor > 0.8 or not mostly)):
            kept.append(hit)
    return kept


def quotes_in(text: str, squeezed: Squeezed) -> list[tuple[int, int]]:
    """Quoted spans, as offsets into the squeezed text."""
    spans = []
    for match in QUOTED.finditer(text):
        group = match.lastindex or 0
        start, end = (bisect_left(squeezed.at, at) for at in match.span(group))
        start += start < end and squeezed.text[start] == " "
        if start < end:
            spans.append((start, end))
    return spans


def at_word_edges(flat: str, start: int, end: int) -> bool:
    """Latin names must not match inside a word; Chinese has no word edges to respect."""
    if start and flat[start].isascii() and flat[start - 1].isascii() and flat[start - 1] != " ":
        return False
    return not (end < len(flat) and flat[end - 1].isascii() and flat[end].isascii() and flat[end] != " ")
