"""Ratings as said: 「豆瓣 8 分以上」, "rated above 7.5", "an 8+ rating"; whether or not the catalogue has any."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

__all__ = ["ratings"]

_NUMERAL = {word: n for n, word in enumerate("零一二三四五六七八九")}
_N = r"(\d{1,2}(?:\.\d)?|[一二三四五六七八九])"
_SOURCE_ZH = r"(?:豆瓣|imdb|评分|打分)(?:的?评分|得分)?"
_LEAST_ZH = r"(?:在|要|得|大于|超过|高于|不低于|至少)?"
_SOURCE_EN = r"\b(?:rated|ratings?|imdb|douban|scores?|scored|scoring)(?: rating| score)?"
_LEAST_EN = r"(?:above|over|at least|higher than|more than|better than)?"
_OR_MORE = r"(?: ?\+| or (?:more|higher|above|better)| and (?:up|above)| stars?)?"
_RATING = re.compile(
    rf"{_SOURCE_ZH}{_LEAST_ZH} ?{_N} ?分?(?:\+|以上|起|往上)?|{_N} ?分(?!钟|之)(?:\+|以上|起|往上)的?(?:评分)?|"
    rf"{_SOURCE_EN}(?: of| is)? ?{_LEAST_EN} ?{_N}{_OR_MORE}|"
    rf"\b(?:an? )?{_N}(?:\+| or (?:more|higher|above|better))? ?(?:stars? ratings?|ratings?|stars?)\b"
)


def ratings(folded: str) -> Iterator[tuple[tuple[int, int], int]]:
    """Where a rating is asked for, and the least it may be: whole points, rounded up."""
    for match in _RATING.finditer(folded):
        said = next(filter(None, match.groups()))
        yield match.span(), _NUMERAL[said] if said in _NUMERAL else math.ceil(float(said))
