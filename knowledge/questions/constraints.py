"""What a list of works is narrowed by: years, lengths, episodes and kinds, as said in either language.

「九十年代」, "after 2010", 「两小时以内」, "under 20 episodes", 「韩剧」. Everything is read from folded text and
comes with the spans it was read from, so that whoever asks can tell what is left unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from knowledge.text import fold, is_han
from knowledge.vocabulary import Vocabulary

__all__ = ["Bounds", "Constraints", "KindWords", "read_constraints"]

Bounds = tuple[int | None, int | None]
"""Least and greatest allowed value, both included; ``None`` is open."""

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_WORD_NUMBERS = dict(zip("one two three four five six seven eight nine ten".split(), range(1, 11), strict=True))  # noqa: SIM905
_NUMBER = r"(\d+(?:\.\d+)?|[一二两三四五六七八九十百半]+|one|two|three|four|five|six|ten|an?)"
_YEAR = r"((?:18|19|20)\d\d)"
_DECADE_WORDS = {
    name: 20 + 10 * index
    for index, name in enumerate(
        ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties")
    )
}

_UNDER = (
    r"(?:不到|不超过|少于|短于|低于|小于|under|less than|fewer than|shorter than|below|at most|within|up to|"
    r"no more than|no longer than|max)"
)
_OVER = r"(?:超过|多于|长于|大于|不少于|至少|over|more than|longer than|above|at least|no less than|min)"
_UNDER_AFTER = r"(?:以内|之内|以下|内|or less|or under|or fewer|or shorter|max)"
_OVER_AFTER = r"(?:以上|之上|开外|or more|or longer|plus)"
_AROUND = r"(?:大约|大概|差不多|约|around|about|roughly)"


@dataclass(slots=True)
class Constraints:
    """What was read: bounds on the integer relations, wanted work types, and the spans read."""

    bounds: dict[str, Bounds] = field(default_factory=dict)
    types: frozenset[str] = frozenset()
    spans: list[tuple[int, int]] = field(default_factory=list)
    kind_spans: list[tuple[int, int]] = field(default_factory=list)  # where the type words stand; also in ``spans``

    def __bool__(self) -> bool:
        return bool(self.bounds or self.types)


# Words on their own that the vocabulary lists only inside longer ones.
_MORE_KINDS = {
    "series": "剧|片集|dramas",
    "film": "片|movie|picture",
    "album": "歌|唱片|碟",
    "show": "戏|舞台作品",
}


class KindWords:
    """The words for work types in a vocabulary (电影, films, 剧, …)."""

    def __init__(self, vocabulary: Vocabulary, types: Iterable[str]) -> None:
        words: dict[str, set[str]] = {}
        for type_ in types:
            term = vocabulary.types[type_]
            names = {fold(name) for name in (*term.labels.values(), *term.aliases)}
            names |= {name + "s" for name in names if name.isascii() and not name.endswith("s")}
            for name in names:
                words.setdefault(name, set()).add(type_)
            for extra in _MORE_KINDS[type_].split("|"):
                words.setdefault(extra, set()).add(type_)
        self._types = words
        ordered = sorted(words, key=len, reverse=True)
        parts = [re.escape(word) if is_han(word[0]) else rf"\b{re.escape(word)}\b" for word in ordered]
        self._pattern = re.compile("|".join(parts))

    def find(self, text: str) -> list[tuple[int, int, frozenset[str]]]:
        """``(start, end, types)`` of each type word in folded text."""
        return [(m.start(), m.end(), frozenset(self._types.get(m.group(), ()))) for m in self._pattern.finditer(text)]


def number(text: str) -> float | None:
    """A number in digits, Chinese numerals (up to 999, 半) or an English word; ``None`` when it is none of them."""
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return float(text)
    if text in _WORD_NUMBERS:
        return float(_WORD_NUMBERS[text])
    if text in {"a", "an"}:
        return 1.0
    half = 0.5 if text.endswith("半") else 0.0
    text = text.removesuffix("半")
    total, digit = 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            return None
    return float(total + digit) + half if text or half else None


def read_constraints(text: str, newest: int | None = None) -> Constraints:
    """Reads years, running times and episode counts from folded text.

    Args:
        newest: the latest year in the catalogue, what "recent" is measured from.
    """
    found = Constraints()
    _read_years(text, newest, found)
    _read_amounts(text, found)
    return found


def _add(found: Constraints, relation: str, low: int | None, high: int | None, span: tuple[int, int]) -> None:
    if any(a < span[1] and span[0] < b for a, b in found.spans):
        return
    old_low, old_high = found.bounds.get(relation, (None, None))
    found.bounds[relation] = (old_low if low is None else low, old_high if high is None else high)
    found.spans.append(span)


def _read_years(text: str, newest: int | None, found: Constraints) -> None:
    for match in re.finditer(
        rf"(?:between |from )?{_YEAR}年?\s*(?:到|至|-|~|—|and|to|until)\s*{_YEAR}年?(?:之间|间|期间)?", text
    ):
        low, high = sorted((int(match[1]), int(match[2])))
        _add(found, "year", low, high, match.span())
    for match in re.finditer(
        r"(?:上世纪|上个世纪|20世纪)?((?:19|20)?\d)0(?:年代|'?s\b)(?:的)?(?:初|末|中期)?|(?:early |late |"
        r"mid-?)?'(\d)0s\b",
        text,
    ):
        start = int((match[1] or match[2]) + "0")
        start = start if start > 1000 else start + (1900 if start >= 20 else 2000)
        _add(found, "year", start, start + 9, match.span())
    for match in re.finditer(r"(?:上世纪|上个世纪|20世纪)?([二三四五六七八九])十年代|(零零|〇〇|两千)年代", text):
        start = 1900 + 10 * _DIGITS[match[1]] if match[1] else 2000
        _add(found, "year", start, start + 9, match.span())
    for match in re.finditer(rf"\b({'|'.join(_DECADE_WORDS)})\b", text):
        start = 1900 + _DECADE_WORDS[match[1]]
        _add(found, "year", start, start + 9, match.span())
    for match in re.finditer(r"(?:本世纪|21世纪|新世纪|this century|21st century)", text):
        _add(found, "year", 2001, None, match.span())
    for match in re.finditer(r"(?:上个?世纪|20世纪|last century|20th century)", text):
        _add(found, "year", 1901, 2000, match.span())
    offsets: tuple[tuple[str, int | None, int | None], ...] = (
        (
            rf"{_YEAR}年?(?:以后|以来|起|至今)|since {_YEAR}|from {_YEAR} on(?:wards?)?|{_YEAR} (?:or|and) "
            rf"(?:later|newer)",
            0,
            None,
        ),
        (rf"{_YEAR}年?(?:之后|后)|(?:after|later than|newer than|past) (?:the year )?{_YEAR}", 1, None),
        (
            rf"{_YEAR}年?(?:以前|之前|前)|(?:before|earlier than|older than|prior to|pre-?) ?(?:the year )?{_YEAR}",
            None,
            -1,
        ),
        (rf"(?:until|up to|by) {_YEAR}|{_YEAR} (?:or|and) (?:earlier|older)", None, 0),
    )
    for pattern, from_year, to_year in offsets:
        for match in re.finditer(pattern, text):
            year = int(next(group for group in match.groups() if group))
            least = None if from_year is None else year + from_year
            most = None if to_year is None else year + to_year
            _add(found, "year", least, most, match.span())
    for match in re.finditer(r"(?<![\d.])([4-9]\d|[0-2]\d)年(?!代|前|后|来|以|之|龄|版)", text):
        short = int(match[1])
        year = short + (1900 if short >= 30 else 2000)
        _add(found, "year", year, year, match.span())
    if newest is not None:
        for match in re.finditer(rf"(?:最?近|过去|last|past|recent) ?{_NUMBER}? ?(?:几|多)?(?:年|years)", text):
            span = number(match[1]) if match[1] else None
            _add(found, "year", newest - int(span or 5) + 1, None, match.span())
    for match in re.finditer(rf"(?:\b(?:in|of|from) )?(?<!\d){_YEAR}(?!\d)(?:年度?)?(?:的)?", text):
        _add(found, "year", int(match[1]), int(match[1]), match.span())


def _read_amounts(text: str, found: Constraints) -> None:
    units = (
        ("runtime", rf"{_NUMBER} ?(?:-| )?(?:个)?(半)?(小时|钟头|hours?|hrs?|h\b|分钟|minutes?|mins?)(半)?"),
        ("episodes", rf"{_NUMBER} ?()(集|episodes?|eps?)()"),
    )
    for relation, unit in units:
        pattern = (
            rf"(?P<under>{_UNDER} ?)?(?P<over>{_OVER} ?)?(?P<near>{_AROUND} ?)?{unit}(?:的)?(?: "
            rf"?(?P<under2>{_UNDER_AFTER}))?(?: ?(?P<over2>{_OVER_AFTER}))?(?P<near2>左右|上下|or so)?"
        )
        for match in re.finditer(pattern, text):
            groups = match.groups()
            amount, half, name, half2 = groups[3:7]
            value = number(amount)
            if value is None:
                continue
            if half or half2:
                value += 0.5
            if re.match(r"小时|钟头|h", name):
                value *= 60
            whole = round(value)
            if match["under"] or match["under2"]:
                strict = bool(
                    match["under"]
                    and re.match(r"不到|少于|短于|低于|小于|under|less|fewer|shorter|below", match["under"])
                )
                _add(found, relation, None, whole - 1 if strict else whole, match.span())
            elif match["over"] or match["over2"]:
                strict = bool(match["over"] and re.match(r"超过|多于|长于|大于|over|more|longer|above", match["over"]))
                _add(found, relation, whole + 1 if strict else whole, None, match.span())
            elif match["near"] or match["near2"] or relation == "runtime":
                slack = max(1, whole // 10)
                _add(found, relation, whole - slack, whole + slack, match.span())
            else:
                _add(found, relation, whole, whole, match.span())
