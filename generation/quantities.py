# ruff: noqa: E501 — word lists, a line a group
"""Numbers and dates in running text, in figures and in words: 169分钟, 两小时四十九分, "three awards", 1990s, 3月5日.

What is read is what can be checked against a fact: a value and, where the text gives one, the unit it counts in. The
article-like one (一部, "a", "one") states no number, nor do set phrases (三心二意, 千山万水).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Quantity", "number_zh", "quantities"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """``text[start:end]`` states ``value`` (of ``unit``, empty when none is given).

    A date has ``unit`` ``"date"`` and ``date`` (year, month, day), 0 for what it leaves out; ``value`` is then its year.
    """

    start: int
    end: int
    text: str
    value: float
    unit: str = ""
    date: tuple[int, int, int] | None = None


_DIGIT = {char: value for value, chars in enumerate(("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九")) for char in chars}  # fmt: skip
_SCALE = {"十": 10, "百": 100, "千": 1000}
_ZH_NUMBER = "零〇一二两三四五六七八九十百千"
_UNITS_ZH = {
    "minute": "分钟|分(?=[，。！\\s]|$)", "hour": "个?(?:小时|钟头)", "second": "秒钟?", "episode": "集", "season": "季",
    "decade": "年代", "year": "年(?!轻|级|少|华|味|夜|货|糕|终|会|薪|前|后)|周年", "month": "个?月(?!光|亮|色|台)", "day": "天(?!空|生|下|真|才|涯|使|堂)|日(?!子|常|记|落|出)",
    "week": "周(?!末|年)|个?星期|个礼拜", "percent": "%|％|个百分点", "discount": "折(?!叠|腾|射)", "yuan": "元|块钱?|人民币", "times": "倍",
    "age": "岁", "award": "项|(?:座|个|次)(?=[^，。；！？]{0,10}奖)", "people": "兄弟|姐妹|位|名(?!字|片|单|著|作)|个?人(?!生|间|物|心|群|都)", "floor": "层|楼",
    "work": "部|本|册", "song": "首|支(?=歌|曲|舞)", "show": "场", "thing": "个|件|条|款|张|只|种|次|届|座|幕|首|代|国|家|站|站台|寸|斤|米|公里|克|毫升|粒|排|步",
}  # fmt: skip
_WORD_UNITS_ZH = "|".join(_UNITS_ZH.values())
# "二" by itself is ten thousand things; what follows must be a unit, and the whole no set phrase.
_IDIOMS_ZH = re.compile(
    "[三四]?[心]?三心二意|七上八下|四季|三生三世|三生|千山万水|千言万语|万水千山|百年(?!纪念|校庆)|千年|两口子|两小无猜|两全其美|三言两语|五味杂陈|"
    "五湖四海|九死一生|十全十美|十有八九|四面八方|三三两两|千万(?!元|人|美)|百万富翁|一步[^，。]{0,2}步步|两旁|两边|两端|两侧|百搭|千篇一律|万一|三角|八卦|百褶|"
    "十分(?!钟)|十足|百分百|百分之百|第[一二三]者|第二天|三天两头|九宫格|千层|万千|六神无主|二话不说|双|九分裤|七分|八分裤|五分袖|两人世界|二人转|三缄其口"
)
_SCAFFOLD = re.compile(
    r"【\d+[–-]\d+秒】|\[\d+[–-]\d+s\]|^(?:标题|描述|摘要|Headline|Description|Title|Digest) \d+(?=[：:])", re.MULTILINE
)
_DATE_ZH = re.compile(
    rf"(?P<y>\d{{4}}|[{_ZH_NUMBER}]{{4}})年(?!代)(?:(?P<m>\d{{1,2}}|[{_ZH_NUMBER}]{{1,3}})月(?:(?P<d>\d{{1,2}}|[{_ZH_NUMBER}]{{1,3}})[日号])?)?"
    rf"|(?P<m2>\d{{1,2}}|[{_ZH_NUMBER}]{{1,3}})月(?P<d2>\d{{1,2}}|[{_ZH_NUMBER}]{{1,3}})[日号]"
    r"|(?<!\d)(?P<y3>\d{4})[-/.](?P<m3>\d{1,2})[-/.](?P<d3>\d{1,2})(?!\d)"
)
_MONTHS = {name: i + 1 for i, name in enumerate(["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"])}  # fmt: skip
_MONTH = "(?:" + "|".join(f"{name}|{name[:3]}\\.?" for name in _MONTHS if name != "may") + "|May)"
_DATE_EN = re.compile(
    rf"\b(?P<m>{_MONTH}) (?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<y>\d{{4}}))?\b"
    rf"|\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<m2>{_MONTH})(?:,? (?P<y2>\d{{4}}))?\b|\b(?P<m4>{_MONTH}) (?P<y4>\d{{4}})\b",
    re.IGNORECASE,
)
_CLOCK_ZH = re.compile(rf"(?P<h>\d+|[{_ZH_NUMBER}]+)(?:个)?小时(?P<m>\d+|[{_ZH_NUMBER}]+)分钟?")
_CLOCK_EN = re.compile(r"\b(?P<h>\d+) ?h(?:ours?|rs?)?(?: and)? ?(?P<m>\d+) ?m(?:in(?:ute)?s?)?\b", re.IGNORECASE)
_FIGURE = re.compile(
    r"(?<![\d.])(?P<n>\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?P<f>\.\d+)?(?P<scale>[万亿千百]|(?: ?(?:million|billion|thousand)\b))?"
)
_YUAN = {"¥": "yuan", "￥": "yuan", "$": "dollar", "£": "pound", "€": "euro"}
_SCALES = {"万": 1e4, "亿": 1e8, "千": 1e3, "百": 1e2, "million": 1e6, "billion": 1e9, "thousand": 1e3}
_UNITS_EN = {
    "minute": "minutes?|mins?", "hour": "hours?|hrs?", "second": "seconds?|secs?", "episode": "episodes?|parts?", "season": "seasons?|series(?= of)",
    "percent": "%|per ?cent", "year": "years?", "month": "months?", "week": "weeks?", "day": "days?", "age": "years? old", "award": "awards?|oscars?|prizes?|wins?|statuettes?|grammys|emmys|golden globes|nominations?",
    "dollar": "dollars?|bucks", "pound": "pounds?|quid", "euro": "euros?", "people": "people|viewers|actors|stars|fans|directors|writers", "work": "films?|movies?|albums?|books?|shows?", "song": "songs?|tracks?",
}  # fmt: skip
_WORDS_EN = {
    word: value
    for value, word in enumerate(
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"],
        2,
    )
} | {
    word: 10 * value
    for value, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}  # fmt: skip
_WORDS_EN |= {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_ANY_WORD = "|".join(sorted(_WORDS_EN, key=len, reverse=True))
_NUMBER_WORDS = re.compile(
    rf"\b(?:(?:one|a)[ -](?=dozen|hundred|thousand|million|billion))?(?:{_ANY_WORD})(?:(?:-| and | )(?:one|{_ANY_WORD}))*\b", re.IGNORECASE
)  # fmt: skip
_NUMBERS_ZH = re.compile(rf"第?[几数]?[{_ZH_NUMBER}]+[万亿]?(?={_WORD_UNITS_ZH}|[^{_ZH_NUMBER}]{{0,2}}奖)|[{_ZH_NUMBER}]成(?![为了功长熟真就员])|百分之[{_ZH_NUMBER}]+")  # fmt: skip
_UNIT_ZH = [(unit, re.compile(pattern)) for unit, pattern in _UNITS_ZH.items()]
_UNIT_EN = [  # next to the number, else one word on: "three Academy Awards"
    [(unit, re.compile(rf"[ -]?{between}(?:{pattern})(?![a-z])", re.IGNORECASE)) for unit, pattern in _UNITS_EN.items()]
    for between in ("", "\\w+ ")
]


def number_zh(words: str) -> float:
    """The value of a Chinese numeral below a hundred million: 三, 十二, 一百零八, 两千, 一九九四 (a year is read so)."""
    if not any(char in _SCALE for char in words):
        return float("".join(str(_DIGIT[char]) for char in words))
    total, digit = 0, 0
    for char in words:
        if char in _SCALE:
            total += (digit or 1) * _SCALE[char]
            digit = 0
        else:
            digit = _DIGIT[char]
    return float(total + digit)


def quantities(text: str) -> list[Quantity]:
    """Every number and date of ``text`` in reading order, without overlaps; both languages are read."""
    taken = bytearray(len(text))
    for match in (*_SCAFFOLD.finditer(text), *_IDIOMS_ZH.finditer(text)):
        _mark(taken, match.start(), match.end())
    found: list[Quantity] = []
    for reader in (_dates, _clocks, _figures, _words_zh, _words_en):
        for quantity in reader(text):
            if not any(taken[quantity.start : quantity.end]):
                _mark(taken, quantity.start, quantity.end)
                found.append(quantity)
    return sorted(found, key=lambda quantity: quantity.start)


def _mark(taken: bytearray, start: int, end: int) -> None:
    taken[start:end] = b"\1" * (end - start)


def _value(words: str | None) -> int:
    if not words:
        return 0
    return int(words) if words.isdecimal() else int(number_zh(words))


def _dates(text: str) -> Iterator[Quantity]:
    for match in _DATE_ZH.finditer(text):
        got = match.groupdict()
        year = _value(got["y"] or got["y3"])
        month, day = _value(got["m"] or got["m2"] or got["m3"]), _value(got["d"] or got["d2"] or got["d3"])
        yield Quantity(match.start(), match.end(), match.group(), year, "date", (year, month, day))
    for match in _DATE_EN.finditer(text):
        got = match.groupdict()
        name = (got["m"] or got["m2"] or got["m4"]).lower().rstrip(".")
        month = next(number for word, number in _MONTHS.items() if word.startswith(name))
        year, day = _value(got["y"] or got["y2"] or got["y4"]), _value(got["d"] or got["d2"])
        yield Quantity(match.start(), match.end(), match.group(), year, "date", (year, month, day))


def _clocks(text: str) -> Iterator[Quantity]:
    for match in (*_CLOCK_ZH.finditer(text), *_CLOCK_EN.finditer(text)):
        minutes = 60 * _value(match["h"]) + _value(match["m"])
        yield Quantity(match.start(), match.end(), match.group(), minutes, "minute")


def _unit_after(text: str, end: int, *, year: bool = False) -> tuple[str, int]:
    """What is counted and where its word ends; a number that reads as a year counts only what stands next to it."""
    at = end + (text[end : end + 1] == " ")
    for unit, pattern in _UNIT_ZH:
        if match := pattern.match(text, at):
            return unit, match.end()
    for units in _UNIT_EN[: 1 if year else 2]:  # the longest English unit wins: "years old" before "years"
        matches = [(match.end(), unit) for unit, pattern in units if (match := pattern.match(text, end))]
        if matches:
            return max(matches)[1], max(matches)[0]
    return "", end


def _figures(text: str) -> Iterator[Quantity]:
    for match in _FIGURE.finditer(text):
        value = float(match["n"].replace(",", "") + (match["f"] or ""))
        value *= _SCALES.get((match["scale"] or "").strip().lower(), 1)
        start, end = match.span()
        unit = _YUAN.get(text[start - 1 : start], "")
        if unit:
            start -= 1
        elif value % 10 == 0 and re.match(r"['’]?s\b", text[end:]):
            unit, end = "decade", text.index("s", end) + 1
        else:
            unit, end = _unit_after(text, end, year=1800 <= value <= 2100)
        whole = value.is_integer() and 1000 <= value <= 2100 and not match["scale"] and "," not in match["n"]
        if whole and (not unit or re.fullmatch(r"\d+ (?:films?|movies?|albums?|shows?|series)", text[start:end])):
            end = match.end()
            yield Quantity(start, end, text[start:end], value, "date", (int(value), 0, 0))
        else:
            yield Quantity(start, end, text[start:end], value, unit)


def _words_zh(text: str) -> Iterator[Quantity]:
    for match in _NUMBERS_ZH.finditer(text):
        words = match.group()
        start, end = match.span()
        if words.endswith("成") or words.startswith("百分之"):
            value = 10 * number_zh(words[:-1]) if words.endswith("成") else number_zh(words[3:])
            yield Quantity(start, end, words, value, "percent")
            continue
        ordinal, bare = words.startswith("第"), words.lstrip("第几数")
        scale = _SCALES[bare[-1]] if bare[-1] in "万亿" else 1
        value = number_zh(bare.rstrip("万亿") or "一") * scale
        if value <= 1 and scale == 1:
            continue
        unit, end = _unit_after(text, end)
        yield Quantity(start, end, text[start:end], value, "ordinal" if ordinal else unit)


def _words_en(text: str) -> Iterator[Quantity]:
    for match in _NUMBER_WORDS.finditer(text):
        total, part = 0, 0
        for word in re.split(r"[ -]", match.group().lower()):
            value = 1 if word in ("one", "a") else _WORDS_EN.get(word)
            if value is None:
                continue  # and
            if value >= 1000:
                total, part = total + max(part, 1) * value, 0
            elif value in (100, 12) and part:
                part *= value
            else:
                part += value
        unit, end = _unit_after(text, match.end())
        yield Quantity(match.start(), end, text[match.start() : end], float(total + part), unit)
