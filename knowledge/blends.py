"""Words for two genres at once: a 「浪漫喜剧」 must be a romance and a comedy, which no alias of either can say."""

from __future__ import annotations

import re

__all__ = ["BLENDS", "find_blends"]

_ROMANTIC_COMEDY = "浪漫喜剧|romcom|romcoms|rom-com|rom-coms|romantic comedy|romantic comedies"
BLENDS: dict[str, tuple[str, ...]] = dict.fromkeys(_ROMANTIC_COMEDY.split("|"), ("genre/romance", "genre/comedy"))
"""Folded word → the genres it asks for, all of them."""

_PATTERN = re.compile(
    "|".join(
        re.escape(word) if not word.isascii() else rf"\b{re.escape(word)}\b"
        for word in sorted(BLENDS, key=len, reverse=True)
    )
)


def find_blends(folded: str) -> list[tuple[int, int, tuple[str, ...]]]:
    """``(start, end, genre ids)`` of each blend in folded text, in reading order."""
    return [(*match.span(), BLENDS[match.group()]) for match in _PATTERN.finditer(folded)]
