"""Chinese names by their sound: typed as pinyin (liulang diqiu), half of it (霸王bieji), by initials (lldq), or with
characters that sound alike (流浪地求).

Names are read with the phrase dictionary of ``pypinyin`` (重庆 is chong qing) once, when the index is built; without
that package the index is empty and nothing is found by sound. Text is read character by character, which is why a
name is also kept under the reading its characters have alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

from knowledge.text import is_han

__all__ = ["PinyinIndex", "SoundHit", "available", "is_pinyin", "syllables"]

_INITIALS = "b p m f d t n l g k h j q x zh ch sh r z c s y w".split()  # noqa: SIM905
_FINALS = (
    "iang iong uang ueng ang eng ing ong uai uan iao ian ai ei ao ou an en er ia ie iu in ua uo ui un ue a o e i u"
)
_SYLLABLE = (
    rf"(?:(?:{'|'.join(sorted(_INITIALS, key=len, reverse=True))})(?:{_FINALS.replace(' ', '|')})"
    r"|ang|eng|ai|an|ao|ei|en|er|ou|a|e|o)"
)
_PINYIN = re.compile(rf"{_SYLLABLE}+")
_CONSONANTS = re.compile(r"[ae]?[b-df-hj-np-tw-z]{2,7}")
# A second reading that names use, and that the phrase dictionary does not choose: 甄嬛传 is a zhuan.
_ALSO_READ = {
    "传": "zhuan", "乐": "yue", "长": "zhang", "还": "huan", "重": "chong", "行": "hang", "单": "shan", "曾": "ceng",
    "朴": "piao", "仇": "qiu", "查": "zha", "解": "xie", "任": "ren", "调": "diao", "觉": "jiao", "宿": "xiu",
}  # fmt: skip
_LONGEST = 14  # units of text one name may span
_UNIT = re.compile(r"[a-z0-9]+|[^ ]")


@dataclass(frozen=True, slots=True)
class SoundHit:
    """Squeezed ``text[start:end]`` sounds like each of ``surfaces``; ``factor`` 0..1: how well it says so."""

    start: int
    end: int
    surfaces: tuple[str, ...]
    factor: float
    strange: bool = False  # whether it holds a word that is none


def available() -> bool:
    """Whether ``pypinyin`` is installed."""
    return find_spec("pypinyin") is not None


def syllables(name: str) -> list[str]:
    """One toneless syllable for each Chinese character of ``name``, other characters as they are; ü is written u."""
    from pypinyin import Style, lazy_pinyin

    read = lazy_pinyin(name, style=Style.NORMAL, errors=lambda other: list(other))  # type: ignore[arg-type,return-value]
    return [re.sub("^([nl])v", r"\1u", part) for part in read]


@cache
def _alone(char: str) -> str:
    """The reading of one character outside any word."""
    return syllables(char)[0] if is_han(char) else char


def is_pinyin(word: str) -> bool:
    """Whether a folded Latin word can be read as pinyin syllables, tone numbers or none."""
    return _PINYIN.fullmatch(_toneless(word)) is not None


def _toneless(word: str) -> str:
    return re.sub(r"(?<=[a-z])[1-5](?=[a-z]|$)", "", re.sub(r"(?<=[nl])v", "u", word))


def _blurred(sounds: Iterable[str]) -> str:
    """Syllables without the distinctions many speakers do not make: zh/z, ch/c, sh/s, -ng/-n, l/n."""
    return " ".join(
        re.sub(r"^n(?=[aeiou])", "l", re.sub(r"(?<=[aei]n)g$", "", re.sub(r"^([zcs])h", r"\1", sound)))
        for sound in sounds
    )


class PinyinIndex:
    """Sounds of Chinese names. Takes about 30 µs a name to build and 0.5 kB a name to keep.

    Args:
        names: squeezed names; those without two Chinese characters are passed over.
        abbreviable: whether a name may be given by its initials.
    """

    def __init__(self, names: Iterable[str], abbreviable: Callable[[str], bool] = lambda name: False) -> None:
        self._typed: dict[str, tuple[str, ...]] = {}  # liulangdiqiu → 流浪地球
        self._sounds: dict[str, tuple[str, ...]] = {}  # the same blurred, a syllable at a time
        self._initials: dict[str, tuple[str, ...]] = {}
        self._known = available()
        for name in names if self._known else ():
            if sum(map(is_han, name)) < 2 or any(char.isascii() and char.isalpha() for char in name):
                continue
            read = syllables(name)
            alone = [_alone(char) for char in name]
            other = [_ALSO_READ.get(char, sound) for char, sound in zip(name, read, strict=True)]
            for sounds in {tuple(read), tuple(alone), tuple(other)}:
                _put(self._typed, "".join(sounds), name)
                if all(map(is_han, name)):
                    _put(self._sounds, _blurred(sounds), name)
            if 3 <= len(name) <= 8 and all(map(is_han, name)) and abbreviable(name):
                for sounds in {tuple(read), tuple(other)}:
                    _put(self._initials, "".join(sound[0] for sound in sounds), name)

    def find(self, flat: str, is_word: Callable[[str], bool]) -> Iterator[SoundHit]:
        """Names by sound in squeezed text; hits may overlap.

        Args:
            is_word: whether a Latin word is an ordinary one; ordinary words alone are never pinyin.
        """
        if not self._known:
            return
        units = [(match.start(), match.end(), match.group()) for match in _UNIT.finditer(flat)]
        sounds = [
            _alone(unit) if is_han(unit[0]) else unit if unit.isdigit() else _toneless(unit) for *_, unit in units
        ]
        latin = [unit.isascii() and not unit.isdigit() for *_, unit in units]
        readable = [not foreign or is_pinyin(unit) for foreign, (*_, unit) in zip(latin, units, strict=True)]
        amid_chinese = any(map(is_han, flat))
        if any(latin):
            yield from self._spelt(units, sounds, latin, readable, is_word)
            if amid_chinese or len(units) == 1:
                yield from self._abbreviated(units, amid_chinese)
        if amid_chinese:
            yield from self._alike(flat)

    def _spelt(
        self,
        units: list[tuple[int, int, str]],
        sounds: list[str],
        latin: list[bool],
        readable: list[bool],
        is_word: Callable[[str], bool],
    ) -> Iterator[SoundHit]:
        """Windows that hold at least one Latin word."""
        for first in range(len(units)):
            joined, any_latin, all_words = "", False, True
            for last in range(first, min(first + _LONGEST, len(units))):
                if not readable[last]:
                    break
                written = units[last][2]
                numbered = joined + written if re.fullmatch(r"[a-z]+\d", written) else ""  # liulangdiqiu2, the second
                joined += sounds[last]
                if latin[last]:
                    any_latin = True
                    all_words = all_words and is_word(units[last][2])
                if any_latin and len(joined) > 3 and not all_words:
                    names = self._typed.get(numbered) or self._typed.get(joined)
                    if names is None:
                        continue
                    longest = max(map(len, names))
                    factor = 1.0 if longest > 3 else 0.95 if longest == 3 else 0.9
                    yield SoundHit(units[first][0], units[last][1], names, factor, strange=True)

    def _abbreviated(self, units: list[tuple[int, int, str]], amid_chinese: bool) -> Iterator[SoundHit]:
        """Initials that are no word: lldq, and three letters where one name alone has them."""
        for start, end, unit in units:
            names = self._initials.get(unit, ()) if _CONSONANTS.fullmatch(unit) else ()
            if len(names) == 1 or (names and len(unit) > 3):
                yield SoundHit(start, end, names, 0.66 if amid_chinese and len(names) == 1 else 0.6)

    def _alike(self, flat: str) -> Iterator[SoundHit]:
        """Windows of Chinese characters that sound like a name, and share characters with it."""
        for run in re.finditer(r"[\u3400-\u4dbf\u4e00-\u9fff]{2,}", flat):
            blurred = [_blurred([_alone(char)]) for char in run.group()]
            for first in range(len(blurred) - 1):
                key = blurred[first]
                for last in range(first + 1, min(first + _LONGEST, len(blurred))):
                    key = f"{key} {blurred[last]}"
                    if key in self._sounds:
                        start, end = run.start() + first, run.start() + last + 1
                        names = [name for name in self._sounds[key] if len(name) == end - start]
                        yield from self._sharing(flat[start:end], names, start, end)

    @staticmethod
    def _sharing(written: str, names: list[str], start: int, end: int) -> Iterator[SoundHit]:
        for name in names:
            wrong = sum(one != other for one, other in zip(written, name, strict=True))
            size = len(name)
            if not 0 < wrong <= max(1, size // 2):
                continue
            if size == 2:
                if written[0] == name[0]:  # 周讯: people keep a surname and slip in the given name
                    yield SoundHit(start, end, (name,), 0.62)
            elif size > 3 or wrong == 1:
                exact = "".join(map(_alone, written)) == "".join(map(_alone, name))
                yield SoundHit(start, end, (name,), (0.95 if size > 3 else 0.85) * (1.0 if exact else 0.9))


def _put(table: dict[str, tuple[str, ...]], key: str, name: str) -> None:
    known = table.get(key, ())
    if name not in known:
        table[key] = (*known, name)
