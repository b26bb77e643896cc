"""Misspelt names anywhere in a text, without quotes or capitals to show where they are.

Chinese: a name with one wrong character has one half intact (the pigeonhole principle), so halves are what is looked
up. English: a word nobody knows is put right against the words that names are made of; names written together or apart
meet without their spaces; and a name whose wrong word is a word too ("the dark night") is found by its other words.

    Navarro, "A guided tour to approximate string matching", ACM Computing Surveys 33(1), 2001 (section 8, filters).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations, product

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.linking.common_words import is_common
from knowledge.linking.pinyin import SoundHit as SlipHit
from knowledge.linking.spelling import TELLING
from knowledge.text import is_han

__all__ = ["SlipFinder", "SlipHit"]

_HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]{3,}")
_WORD = re.compile(r"[a-z0-9]+")
_GRAMMAR = frozenset("的和与跟是在了吗")  # 胡歌的神话 is no slip for 胡歌版神话
# How likely a name of so many characters is meant when one is lost, doubled or out of place, and when one is another.
_SAME_CHARACTERS = {4: 0.66, 5: 0.74, 6: 0.8, 7: 0.86}
_OTHER_CHARACTER = {4: 0.58, 5: 0.62, 6: 0.66, 7: 0.75}
_KIND_FIRST = re.compile(r"音乐剧|话剧|舞剧|歌剧|芭蕾|京剧|越剧|昆曲|粤剧")  # 音乐剧怎 is no slip for 音乐剧猫
_MOST_WORDS = 9  # of one name
_MOST_NAMES = 12  # that a word may belong to and still point at them


class SlipFinder:
    """Takes about 10 µs a name to build and 1 kB a name to keep.

    Args:
        names: squeezed names that may be misspelt, without their spaces → as they are.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self._together = names
        self._heads: dict[str, tuple[str, ...]] = {}
        self._tails: dict[str, tuple[str, ...]] = {}
        words: set[str] = set()
        rare: dict[str, list[str]] = {}
        for name in names.values():
            if name.isascii():
                parts = name.split(" ")
                words.update(part for part in parts if len(part) > 3 and part.isalpha())
                if len(parts) > 1 and len(name) > 8:
                    for part in {part for part in parts if len(part) > 3}:
                        rare.setdefault(part, []).append(name)
            elif len(name) > 3 and all(map(is_han, name)) and not (_KIND_FIRST.match(name) and len(name) < 6):
                middle = len(name) // 2
                self._heads[name[:middle]] = (*self._heads.get(name[:middle], ()), name)
                self._tails[name[middle:]] = (*self._tails.get(name[middle:], ()), name)
        self._words = frozenset(words)
        self._rare = {word: tuple(of) for word, of in rare.items() if len(of) <= _MOST_NAMES}
        self._alike: dict[tuple[str, int], list[str]] = {}  # by first letter, or last two, and length
        for word in sorted(words):
            for key in (word[0], word[-2:]):
                self._alike.setdefault((key, len(word)), []).append(word)

    def find(self, flat: str, is_word: Callable[[str], bool]) -> Iterator[SlipHit]:
        """Misspelt names in squeezed text; hits may overlap.

        Args:
            is_word: whether an English word is an ordinary one and needs no correcting.
        """
        for run in _HAN_RUN.finditer(flat):
            yield from self._chinese(run.group(), run.start())
        words = [(*match.span(), match.group()) for match in _WORD.finditer(flat)]
        first = 0
        while first < len(words):  # stretches of Latin words with nothing between them
            last = first + 1
            while last < len(words) and words[last][0] == words[last - 1][1] + 1:
                last += 1
            yield from self._english(words[first:last], is_word)
            first = last

    # --- Chinese -----------------------------------------------------------------------------------------------------

    def _chinese(self, run: str, offset: int) -> Iterator[SlipHit]:
        for start in range(len(run) - 1):
            for size in range(2, min(9, len(run) - start + 1)):
                half = run[start : start + size]
                for name in self._heads.get(half, ())[:_MOST_NAMES]:
                    spans = [(start, start + length) for length in _lengths(name)]
                    yield from _nearest(run, name, spans, offset)
                for name in self._tails.get(half, ())[:_MOST_NAMES]:
                    spans = [(start + size - length, start + size) for length in _lengths(name)]
                    yield from _nearest(run, name, spans, offset)

    # --- English -----------------------------------------------------------------------------------------------------

    def _english(self, words: list[tuple[int, int, str]], is_word: Callable[[str], bool]) -> Iterator[SlipHit]:
        right = {
            place: found
            for place, (*_, word) in enumerate(words)
            if not is_word(word) and word not in self._words and (found := self.suggestions(word))
        }
        for first in range(len(words)):
            for last in range(first + 1, min(first + _MOST_WORDS, len(words)) + 1):
                window = words[first:last]
                written = "".join(word for *_, word in window)
                for name in self._readings(window, first, right):
                    flat = name.replace(" ", "")
                    if flat != written or " ".join(word for *_, word in window) != name:
                        strange = any(first + place in right for place in range(last - first))
                        yield SlipHit(window[0][0], window[-1][1], (name,), _likeness(written, flat), strange)
            yield from self._by_other_words(words, first, is_word)

    def _readings(
        self, window: list[tuple[int, int, str]], first: int, right: Mapping[int, list[str]]
    ) -> Iterator[str]:
        """Names that a window of words spells when none, one or two of its words are put right."""
        plain = [word for *_, word in window]
        whole = self._together.get("".join(plain))
        if whole is not None and whole.isascii() and (len(whole) > 7 or not all(map(is_common, plain))):
            yield whole
        wrong = [place for place in range(len(plain)) if first + place in right]
        if len(plain) == 1 and len(plain[0]) < 5:
            return
        for places in (*combinations(wrong, 1), *combinations(wrong, 2)):
            for choice in product(*(right[first + place] for place in places)):
                put = dict(zip(places, choice, strict=True))
                name = self._together.get("".join(put.get(place, word) for place, word in enumerate(plain)))
                if name is not None:
                    yield name

    def suggestions(self, word: str) -> list[str]:
        """Up to eight words of names that ``word`` may misspell: one slip in four letters, two in eight."""
        size = len(word)
        if size < 4 or not word.isalpha():
            return []
        slips = 1 if size < 8 else 2
        near = [other for n in range(size - slips, size + slips + 1) for other in self._alike.get((word[0], n), ())]
        near += [other for n in (size - 1, size, size + 1) for other in self._alike.get((word[-2:], n), ())]
        found = process.extract(word, near, scorer=OSA.distance, score_cutoff=slips, limit=12)
        return list(dict.fromkeys(other for other, *_ in found if not _inflected(other, word)))[:8]

    def _by_other_words(
        self, words: list[tuple[int, int, str]], place: int, is_word: Callable[[str], bool]
    ) -> Iterator[SlipHit]:
        """Names of several words that hold ``words[place]`` and differ from the text by a slip in another."""
        for name in self._rare.get(words[place][2], ()):
            parts = name.split(" ")
            first = place - parts.index(words[place][2])
            window = words[max(first, 0) : first + len(parts)]
            if len(window) != len(parts):
                continue
            written = [word for *_, word in window]
            differing = [(one, other) for one, other in zip(written, parts, strict=True) if one != other]
            if len(differing) != 1:
                continue
            one, other = differing[0]
            if len(parts) < 3 and (_inflected(one, other) or _inflected(other, one)):
                continue
            sure = len(words[place][2]) > 7 and min(len(one), len(other)) > 5  # stephen | spielberg
            allowed = 2 if sure or min(len(one), len(other)) > 7 else 1
            if min(len(one), len(other)) > 2 and not (one + other).isdigit() and OSA.distance(one, other) <= allowed:
                likeness = _likeness("".join(written), name.replace(" ", "")) * (0.85 if is_word(one) else 1.0)
                yield SlipHit(window[0][0], window[-1][1], (name,), likeness, not is_word(one))


def _changed(one: str, other: str) -> frozenset[str]:
    """Characters that one of two strings has more often than the other."""
    return frozenset((Counter(one) - Counter(other)) + (Counter(other) - Counter(one)))


def _lengths(name: str) -> tuple[int, int, int]:
    return len(name), len(name) - 1, len(name) + 1


def _nearest(run: str, name: str, spans: list[tuple[int, int]], offset: int) -> Iterator[SlipHit]:
    """The first of ``spans`` that is ``name`` but for one character."""
    for start, end in spans:
        written = run[max(start, 0) : end]
        if start < 0 or end > len(run) or OSA.distance(written, name, score_cutoff=1) != 1:
            continue
        if (
            _GRAMMAR & (set(written) - set(name))
            or name in run[max(0, start - 1) : end + 1]
            or TELLING & _changed(written, name)
        ):
            return  # the name itself stands here, or a number or 续 makes it another one
        swapped = len(written) == len(name) and Counter(written) != Counter(name)
        likely = _OTHER_CHARACTER if swapped else _SAME_CHARACTERS
        yield SlipHit(offset + start, offset + end, (name,), likely[min(len(name), 7)])
        return


def _inflected(short: str, long: str) -> bool:
    """Whether ``long`` is ``short`` with an ending: a plural is no slip."""
    return long in (
        f"{short}s",
        f"{short}es",
        f"{short}d",
        f"{short}ed",
        f"{short}r",
        f"{short}er",
        f"{short}ing",
        f"{short}ly",
    )


def _likeness(written: str, name: str) -> float:
    if written == name:
        return 0.95  # only the spaces differ
    similar = 1.0 - 1.8 * OSA.distance(written, name) / max(len(written), len(name))
    return min(0.92, similar)
