"""The ways a name is typed: without its article, its hyphen or its dot, by surname, with a 2 for a II.

Names and texts are compared in *squeezed* form: folded, punctuation gone, one space between Latin words and none
anywhere else, so that 「哈利·波特」 meets 「哈利波特」 and ``WALL·E`` meets ``wall-e``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.graph import Entity
from knowledge.linking.common_words import is_common
from knowledge.text import fold, is_han

__all__ = [
    "GIVEN",
    "PART",
    "Squeezed",
    "Surface",
    "squeeze",
    "squeezed",
    "surfaces",
    "unbracketed",
]

_PIECE = re.compile(r"[a-z0-9]+|&|[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003134f]")
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8"}
_ROMAN_OF = {**{digit: roman for roman, digit in _ROMAN.items()}, "5": "v", "9": "ix"}
_NUMBER_WORDS = dict(zip("23456789", "two three four five six seven eight nine".split(), strict=True))  # noqa: SIM905
_NUMERAL = dict(zip("23456789", "二三四五六七八九", strict=True))
_AWARD_FAMILIES = {"academy award": ("oscar", "oscars", "academy awards"), "奥斯卡": ("奥斯卡奖",)}


@dataclass(frozen=True, slots=True)
class Squeezed:
    """A squeezed text; ``at[i]`` is where its i-th character stands in the original."""

    text: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original's ``[start, end)`` that a squeezed ``[start, end)`` covers."""
        return self.at[start], self.at[end - 1] + 1


@dataclass(frozen=True, slots=True)
class Surface:
    """One way to write a name, squeezed. ``strength`` 0..1: how surely it names this entity and no other."""

    text: str
    strength: float = 1.0


PART = 0.92
"""Strength of a surname, or of half a title."""

GIVEN = 0.75
"""Strength of a first name; it counts only where one person in the catalogue has it."""

# Surnames as they are romanised: whoever bears one is not called by it alone.
_CHINESE_SURNAME_WORDS = """
    ai an au bai bao bi bo cai cao cen chai chan chang chao chau chen cheng cheung chi chin choi chou chow chu
    chui cui dai deng ding dong dou du duan fan fang fei feng fong fu fung gan gao ge geng gong gu guan guo ha
    han hao he ho hong hou hsieh hsu hu hua huang hui hung huo ip jia jiang jiao jin jing ju ka kam kan kang ke
    kong koo kuo kwan kwok lai lam lang lau law lee lei leung li lian liang liao lim lin ling liu lo long lou
    lu lui lung luo lv ma mai man mao mei meng miao mo mok mu ng ni nie ning niu ong ou ouyang pan pang pei
    peng pu pun qi qian qiao qin qiu qu quan ren rong ruan sha shan shang shao shek shen sheng shi shu shum si
    siu so song su sun szeto tai tam tan tang tao tian to tong tsai tsang tse tsui tu tung wan wang wei wen
    weng wong woo wu xi xia xiang xiao xie xin xing xiong xu xue yam yan yang yao ye yee yeh yeung yi yim yin
    ying yip yiu you yu yuan yue yuen yun zang zeng zhai zhan zhang zhao zheng zhong zhou zhu zhuang zong zou
    zuo
"""
_CHINESE_SURNAMES = frozenset(_CHINESE_SURNAME_WORDS.split())


def squeeze(text: str) -> Squeezed:
    """Folds and squeezes ``text``, remembering where everything came from."""
    out: list[str] = []
    at: list[int] = []
    latin = False
    for match in _PIECE.finditer(fold(text)):
        piece = "and" if match.group() == "&" else match.group()
        now_latin = piece[0].isascii()
        if latin and now_latin:
            out.append(" ")
            at.append(match.start() - 1)
        out.append(piece)
        at.extend([match.start()] * 3 if match.group() == "&" else range(match.start(), match.end()))
        latin = now_latin
    return Squeezed("".join(out), tuple(at))


def squeezed(text: str) -> str:
    """``squeeze(text).text``, quicker for those who need no offsets."""
    out: list[str] = []
    latin = False
    for piece in _PIECE.findall(fold(text)):
        now_latin = piece[0].isascii()
        if latin and now_latin:
            out.append(" ")
        out.append("and" if piece == "&" else piece)
        latin = now_latin
    return "".join(out)


def surfaces(entity: Entity) -> list[Surface]:
    """Every way to write the names of ``entity``, without repeats; the surest first."""
    strengths: dict[str, float] = {}
    for name in (*entity.labels.values(), *entity.aliases):
        if not name:
            continue
        for variant in _spellings(name):
            strengths[variant] = 1.0
        if entity.type == "person":
            parts = [(part, PART) for part in _surnames(name, entity)] + [
                (part, GIVEN) for part in _given(name, entity)
            ]
        elif entity.type == "award":
            parts = [(part, PART) for part in _award_parts(name)]
        elif entity.type == "genre":
            parts = [(_plural(squeezed(name)), 1.0)]
        elif entity.type in {"mood", "country", "language"}:
            parts = []
        else:
            parts = [(part, PART) for part in _title_parts(name)]
        for part, strength in parts:
            strengths[part] = max(strength, strengths.get(part, 0.0))
    ordered = sorted(strengths.items(), key=lambda pair: -pair[1])
    return [Surface(text, strength) for text, strength in ordered if text]


def unbracketed(name: str) -> str:
    """A title without what stands in brackets at its end: 芝加哥（音乐剧）."""
    return re.sub(r"\s*[(（][^()（）]*[)）]\s*$", "", name)


def _spellings(name: str) -> Iterator[str]:
    folded = fold(name)
    plain = squeezed(name)
    yield plain
    if re.search(r"[a-z]['·-][a-z]", folded):
        yield squeezed(re.sub(r"(?<=[a-z])['·-](?=[a-z])", "", folded))  # spiderman, walle, schindlers
        yield squeezed(re.sub(r"(?<=[a-z])'(?=[a-z])", "", folded))
    words = plain.split(" ")
    if len(words) > 1 and words[-1] in _ROMAN:
        stem = words[:-2] if words[-2] == "part" else words[:-1]
        yield " ".join([*stem, _ROMAN[words[-1]]])
        yield " ".join([*words[:-1], _ROMAN[words[-1]]])
        yield " ".join([*words[:-1], _NUMBER_WORDS[_ROMAN[words[-1]]]])
    if len(words) > 1 and words[-1] in _NUMBER_WORDS:
        yield " ".join([*words[:-1], _NUMBER_WORDS[words[-1]]])
    if len(plain) > 2 and plain[-1] in _NUMERAL and is_han(plain[-2]):
        yield plain[:-1] + _ROMAN_OF[plain[-1]]
        yield plain[:-1] + _NUMERAL[plain[-1]]
        yield f"{plain[:-1]}第{_NUMERAL[plain[-1]]}部"


def _title_parts(name: str) -> Iterator[str]:
    bare = unbracketed(name)
    if bare and bare != name:
        yield squeezed(bare)  # 芝加哥（音乐剧）
    for variant in _spellings(bare or name):
        article = re.match(r"(the|a|an) (?=.)", variant)
        rest = variant[article.end() :] if article else ""
        if rest and (" " in rest or not is_common(rest)):
            yield rest
    saga = re.match(r"(\w+ \w+) and the \w", squeezed(bare or name))
    if saga:
        yield saga.group(1)  # Harry Potter
    halves = [squeezed(half) for half in re.split(r"[:：,，]|\s[-–—]\s", bare or name)]
    if len(halves) > 1:
        for half in halves:
            bare_half = re.sub(r"^(?:the|a|an) ", "", half)
            if len(half) >= (4 if half and is_han(half[0]) else 5) and (" " in bare_half or not is_common(bare_half)):
                yield half
                stem, _, number = half.rpartition(" ")
                if stem and number in _NUMBER_WORDS:
                    yield f"{stem} {_NUMBER_WORDS[number]}"


def _surnames(name: str, person: Entity) -> Iterator[str]:
    plain = squeezed(name)
    words = plain.split(" ")
    if _is_transliteration(name):
        last = squeezed(fold(name).rsplit("·", 1)[-1])
        if len(last) >= 2:
            yield last
    group = re.search(r"(?:乐队|乐团|组合|合唱团|剧团)$", plain)
    if group and group.start() >= 2:
        yield plain[: group.start()]  # 披头士
    if len(words) < 2 or not plain.isascii():
        return
    if words[0] == "the":
        if " " in plain[4:] or not is_common(plain[4:]):
            yield plain[4:]
    elif _surname_first(words, person):
        yield " ".join([*words[1:], words[0]])  # Xun Zhou for Zhou Xun; a Chinese surname alone says nothing
        if len(words) > 2:
            yield " ".join(words[:2])  # Tony Leung for Tony Leung Chiu-wai
    elif len(words) <= 4 and len(words[-1]) >= 3 and words[-1] not in _CHINESE_SURNAMES:
        particles = {"de", "del", "della", "van", "von", "le", "la", "di", "da", "du", "ten", "ter", "bin", "el"}
        first = next((i for i in range(1, len(words) - 1) if words[i] in particles), len(words) - 1)
        yield words[-1]
        if len(words[-1]) > 4 and not is_common(words[-1]):
            yield _plural(words[-1])  # the Nolans
        yield " ".join(words[first:])


def _given(name: str, person: Entity) -> Iterator[str]:
    if _is_transliteration(name):
        first = squeezed(fold(name).split("·", 1)[0])
        if len(first) >= 2:
            yield first
    words = squeezed(name).split(" ")
    western = len(words) > 1 and words[0].isascii() and not _surname_first(words, person)
    if western and len(words[0]) >= 5 and not is_common(words[0]):
        yield words[0]


def _is_transliteration(name: str) -> bool:
    folded = fold(name)
    return "·" in folded and is_han(folded[-1]) and is_han(folded[0])


def _surname_first(words: list[str], person: Entity) -> bool:
    """Whether an English name is written the Chinese or Korean way round, or ends in a Chinese given name."""
    chinese = fold(person.labels.get("zh", ""))
    if not chinese or "·" in chinese or len(chinese) > 4:
        return False
    return words[0] in _CHINESE_SURNAMES or len(words) > 2 or words[-1] in _CHINESE_SURNAMES


def _award_parts(name: str) -> Iterator[str]:
    """The prize without its category: everything of the Oscars is meant by "Oscar"."""
    plain = squeezed(name)
    if plain.isascii():
        family, *category = re.split(r" for | (?=best )", plain)
        yield family
        yield from category
        yield from _AWARD_FAMILIES.get(family, ())
        return
    if plain.endswith("奖"):
        yield plain[:-1]
    family = "奥斯卡" if plain.startswith("奥斯卡") else plain[: plain.find("奖") + 1]
    if len(family) >= 3:
        yield family
        yield from _AWARD_FAMILIES.get(family, ())
    prize = re.search(r"(?:电影节|艺术节)(.{2,6}?)奖?$", plain)
    if prize:
        yield prize.group(1)  # 金棕榈
        yield plain[: prize.start(1)]  # 戛纳电影节
        yield plain[: prize.start(1)].removesuffix("国际电影节").removesuffix("电影节")
    for start in ("金", "百花", "华鼎", "白玉兰", "飞天"):
        if start in family[1:]:
            yield family[family.index(start, 1) :]


def _plural(word: str) -> str:
    if not word.isascii() or not word or word.endswith("s"):
        return word
    return word[:-1] + "ies" if word.endswith("y") else word + "s"
