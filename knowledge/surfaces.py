"""The ways a name is typed: without its article, its hyphen or its dot, by surname, with a 2 for a II.

Names and texts are compared in *squeezed* form: folded, punctuation gone, one space between Latin words and none
anywhere else, so that 「哈利·波特」 meets 「哈利波特」 and ``WALL·E`` meets ``wall-e``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.common_words import is_common
from knowledge.graph import Entity
from knowledge.text import fold, is_han

__all__ = ["Squeezed", "Surface", "squeeze", "surfaces"]

_PIECE = re.compile(r"[a-z0-9]+|&|[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003134f]")
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8"}
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
    """One way to write a name, squeezed. ``partial`` ones (a surname, half a title) say less about who is meant."""

    text: str
    partial: bool = False


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
        at.extend(match.start() + min(i, len(match.group()) - 1) for i in range(len(piece)))
        latin = now_latin
    return Squeezed("".join(out), tuple(at))


def surfaces(entity: Entity) -> list[Surface]:
    """Every way to write the names of ``entity``, without repeats; full names before partial ones."""
    names = [name for name in (*entity.labels.values(), *entity.aliases) if name]
    full: dict[str, None] = {}
    partial: dict[str, None] = {}
    for name in names:
        for variant in _spellings(name):
            full.setdefault(variant)
        if entity.type == "person":
            parts = _surnames(name, entity)
        elif entity.type == "award":
            parts = _award_parts(name)
        elif entity.type == "genre":
            parts = iter(())
            full.setdefault(_plural(squeeze(name).text))
        elif entity.type in {"mood", "country", "language"}:
            parts = iter(())
        else:
            parts = _title_parts(name)
        for variant in parts:
            partial.setdefault(variant)
    return [Surface(text) for text in full if text] + [
        Surface(text, True) for text in partial if text and text not in full
    ]


def _spellings(name: str) -> Iterator[str]:
    folded = fold(name)
    plain = squeeze(name).text
    yield plain
    if re.search(r"[a-z]['·-][a-z]", folded):
        yield squeeze(re.sub(r"(?<=[a-z])['·-](?=[a-z])", "", folded)).text  # spiderman, walle, schindlers
        yield squeeze(re.sub(r"(?<=[a-z])'(?=[a-z])", "", folded)).text
    words = plain.split(" ")
    if len(words) > 1 and words[-1] in _ROMAN:
        stem = words[:-2] if words[-2] == "part" else words[:-1]
        yield " ".join([*stem, _ROMAN[words[-1]]])
        yield " ".join([*words[:-1], _ROMAN[words[-1]]])
    if len(plain) > 2 and plain[-1] in _NUMERAL and is_han(plain[-2]):
        yield plain[:-1] + _NUMERAL[plain[-1]]
        yield f"{plain[:-1]}第{_NUMERAL[plain[-1]]}部"


def _title_parts(name: str) -> Iterator[str]:
    plain = squeeze(name).text
    article = re.match(r"(the|a|an) (?=.)", plain)
    if article and not is_common(plain[article.end() :]):
        yield plain[article.end() :]
    halves = [squeeze(half).text for half in re.split(r"[:：]|\s[-–—]\s", name)]
    if len(halves) > 1:
        for half in halves:
            if len(half) >= (3 if half and is_han(half[0]) else 5) and not is_common(half):
                yield half


def _surnames(name: str, person: Entity) -> Iterator[str]:
    folded = fold(name)
    plain = squeeze(name).text
    if "·" in folded and is_han(folded[-1]):
        last = squeeze(re.split("·", folded)[-1]).text
        if len(last) >= 2:
            yield last
    words = plain.split(" ")
    if len(words) < 2 or not plain.isascii():
        return
    if words[0] == "the":
        if not is_common(plain[4:]):
            yield plain[4:]
        return
    chinese = fold(person.labels.get("zh", ""))
    if chinese and "·" not in chinese and len(chinese) <= 4:
        yield " ".join([*words[1:], words[0]])  # Xun Zhou for Zhou Xun; a Chinese surname alone says nothing
        if len(words) > 2:
            yield " ".join(words[:2])  # Tony Leung for Tony Leung Chiu-wai
    elif len(words) <= 4 and len(words[-1]) >= 4:
        particles = {"de", "del", "della", "van", "von", "le", "la", "di", "da", "du", "ten", "ter", "bin", "el"}
        first = next((i for i in range(1, len(words) - 1) if words[i] in particles), len(words) - 1)
        yield words[-1]
        yield " ".join(words[first:])


def _award_parts(name: str) -> Iterator[str]:
    """The prize without its category: everything of the Oscars is meant by "Oscar"."""
    plain = squeeze(name).text
    if plain.isascii():
        family = re.split(r" for | best ", plain)[0]
        yield family
        yield from _AWARD_FAMILIES.get(family, ())
        return
    if plain.endswith("奖"):
        yield plain[:-1]
    family = "奥斯卡" if plain.startswith("奥斯卡") else plain[: plain.find("奖") + 1]
    if len(family) >= 3:
        yield family
        yield from _AWARD_FAMILIES.get(family, ())
        for start in ("金", "百花", "华鼎", "白玉兰", "飞天"):
            if start in family[1:]:
                yield family[family.index(start, 1) :]


def _plural(word: str) -> str:
    if not word.isascii() or not word or word.endswith("s"):
        return word
    return word[:-1] + "ies" if word.endswith("y") else word + "s"
