"""A masked question as n-grams.

What stands around the topic says which relation is asked for, and in which order relations are to be walked; one to
three tokens in a row, the mask among them, carry both. Chinese is read by character, so no segmenter is needed.
"""

from __future__ import annotations

import re
from itertools import pairwise

from knowledge.kbqa.topics import MASK, Mention

__all__ = ["features", "wording"]

MAX_TOKENS = 80
"""Tokens of a masked question that are read, centred on the topic."""

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
_TOKEN = re.compile(rf"{MASK}|[{_CJK}]|[^\W_{_CJK}]+(?:'[^\W_{_CJK}]+)?")


def wording(masked: str) -> tuple[str, ...]:
    """The tokens of a masked and folded question: two questions of one wording differ in their topics only."""
    tokens = _TOKEN.findall(masked)
    if len(tokens) > MAX_TOKENS:
        middle = tokens.index(MASK) if MASK in tokens else 0
        begin = max(0, min(middle - MAX_TOKENS // 2, len(tokens) - MAX_TOKENS))
        tokens = tokens[begin : begin + MAX_TOKENS]
    return tuple(tokens)


def features(words: tuple[str, ...], mention: Mention | None = None) -> list[str]:
    """N-grams of ``words`` (n = 1..3, with both ends marked) and what the mention looks like; without repeats."""
    padded = ("<", *words, ">")
    found = dict.fromkeys(words)
    found.update(dict.fromkeys(map(" ".join, pairwise(padded))))
    found.update(dict.fromkeys(map(" ".join, zip(padded, padded[1:], padded[2:], strict=False))))
    if mention is not None:
        found[f"#nested={mention.nested}"] = None
        found[f"#exact={mention.exact}"] = None
        found[f"#length={min(mention.end - mention.start, 12) // 3}"] = None
    return list(found)
