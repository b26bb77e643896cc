# ruff: noqa: E501 — word lists, a line a group
"""Proper names in running text: people, titles and awards of a graph, and what looks like one but is in no graph.

Known names are found by an Aho–Corasick automaton over folded labels and aliases. A Chinese name that is also a word of
everyday copy (the writer 周末) counts only with a credit beside it, an English one only in capitals.

    Aho and Corasick, "Efficient string matching", CACM 18(6), 1975.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

import ahocorasick

from generation.text.lexicon_en import NATIONALITY
from knowledge.graph import WORK_TYPES, Graph
from knowledge.text import fold

__all__ = ["Names", "Span"]

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文葛章倪"
_HAN = "\u4e00-\u9fff"
_CREDIT_ZH = "自编自导|执导|主演|领衔|编剧|作曲|配乐|演唱|饰演|配音|导演"
_UNKNOWN_ZH = (
    re.compile(rf"(?:由|，|。|、|和|与|：|^|\s)([{_SURNAMES}][{_HAN}]{{1,2}}?)(?=(?:等|联袂|共同|亲自|领衔)*(?:{_CREDIT_ZH}))"),
    re.compile(rf"(?:导演|主演|编剧|作曲|配乐|歌手)[：:]? *([{_SURNAMES}][{_HAN}]{{1,2}})(?=[，。、；！？\s的]|$)"),
    re.compile(rf"((?:(?!由|和|与|是|请|找|为|导演|主演|编剧|了|的)[{_HAN}]){{1,6}}(?:·(?:(?!{_CREDIT_ZH}|的|和|与|在)[{_HAN}]){{1,7}})+)"),
)  # fmt: skip
_WORD_EN = r"(?:[A-Z]\.|(?:Mr|Mrs|Ms|Dr|St|Jr)\.|[A-Z][\w’'&-]*)"
_UNKNOWN_EN = (
    re.compile(
        rf"\b(?:(?i:directed|written|composed|performed|sung|music|score|screenplay) by|(?i:starring|director|composer|writer))[: ]+({_WORD_EN}(?: (?:(?:de|la|van|von|der|del) )*{_WORD_EN})*)"
    ),
    re.compile(rf"(?<=[a-z,;] )({_WORD_EN}(?: (?:(?:de|la|van|von|der|del|of) )*{_WORD_EN})+)"),
)
_AWARD_ZH = re.compile(
    rf"(?:荣获|获得|斩获|摘得|夺得|捧得|拿下|获|得)?(?:(?!荣获|获得|斩获|摘得|夺得|拿下|导演|主演|[部了的是这张出])[{_HAN}·]){{1,12}}(?:奖(?![品金励状券])(?![{_HAN}])|奖(?=[的和与及]|最佳|得主|作品|影片|提名)|金像奖|影帝|影后|提名)(?:最佳[{_HAN}]{{2,6}}?(?=[，。、；！？\s]|$)|得主|作品|影片)?"
    "|奥斯卡|金球奖|金棕榈|金熊|金狮|艾美|格莱美|托尼奖|获奖(?:无数|作品|影片|佳作)|提名"
)
_AWARD_EN = re.compile(
    r"\b(?:[Aa]ward-winn(?:ing|er)|Oscars?|Academy Awards?|Golden Globes?|Emmys?|Grammys?|Tonys?|BAFTAs?|Palme d['’]Or|Golden (?:Lion|Bear|Horse)|César)(?: (?:Award|Prize)s?)?(?:-winning| winner)?(?: for (?:Best )?[A-Z]\w+(?: [A-Z]\w+)*)?"
    r"|\b[A-Z]\w+(?: [A-Z]\w+)* (?:Award|Prize|Medal)s?(?: for (?:Best )?[A-Z]\w+(?: [A-Z]\w+)*)?|\b(?:[Nn]ominat(?:ed|ions?))\b"
)
_TITLE_ZH = re.compile("《([^《》]{1,60})》")
_TITLE_EN = re.compile(r"[“\"]([A-Z0-9][\w’':.!?&-]*(?: [\w’':.!?&-]+){0,7})[”\"]")
_CREDITED = re.compile(r"(?: by|starring|director|composer|writer):? $", re.IGNORECASE)
_SMALL = frozenset(["a", "an", "the", "of", "and", "or", "in", "on", "at", "to", "for", "with", "from", "by"])
_CALENDAR = frozenset(
    [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "I",
        "I'm",
        "I'll",
        "I’d",
        "I’m",
    ]
)
_NATIONS = frozenset(word for name in NATIONALITY.values() for word in name.split()) | {
    "Chinese",
    "Chinese-style",
    "R&B",
}
_GAP = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Span:
    """``text[start:end]`` names one of ``ids``; no ids: it looks like a name that the graph does not know."""

    start: int
    end: int
    kind: Literal["name", "award", "title"]
    ids: tuple[str, ...] = ()


@cache
def _ordinary() -> str:
    """The words of our own lines, which are no names even where somebody is called so."""
    from generation.text import copy_en, copy_zh, phrases

    words: list[str] = []

    def read(nodes: Iterable[phrases.Node]) -> None:
        for node in nodes:
            if isinstance(node, str):
                words.append(node)
            elif isinstance(node, phrases.Choice):
                for option in node.options:
                    read(option)

    for tables in (copy_zh.COPY, copy_en.COPY):
        for lines in tables.values():
            for line in lines:
                read(line.nodes)
    return fold("\n".join(words))


class Names:
    """The names of one graph, indexed: reading only, may be shared by threads. Index again when the graph changes."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._kinds = {"person": "name", "award": "award", **dict.fromkeys(WORK_TYPES, "title")}
        by_name: dict[str, list[str]] = {}
        self._squashed: dict[str, list[str]] = {}
        self._short: dict[str, list[str]] = {}  # 《蓝》: found where it is marked as a title, nowhere else
        others = (entity for entity in graph.entities() if entity.type not in self._kinds)
        self._places = {
            *_NATIONS,
            *(word for entity in others for label in entity.labels.values() for word in label.split()),
        }
        for entity in graph.entities(self._kinds):
            for label in dict.fromkeys((*entity.labels.values(), *entity.aliases)):
                key = fold(label)
                if len(key) > 1 and (len(key) > 2 or not key.isascii()):
                    by_name.setdefault(key, []).append(entity.id)
                    self._squashed.setdefault(_GAP.sub("", key), []).append(entity.id)
                else:
                    self._short.setdefault(key, []).append(entity.id)
                bare = re.sub(r"\s*[（(][^（()）]*[)）]$", "", key)  # copy leaves out the (Musical) of a catalogue
                if bare != key and len(bare) > 1:
                    by_name.setdefault(bare, []).append(entity.id)
                    self._squashed.setdefault(_GAP.sub("", bare), []).append(entity.id)
        self._by_name = by_name
        self._automaton = ahocorasick.Automaton()
        for key in by_name:
            self._automaton.add_word(key, key)
        if by_name:
            self._automaton.make_automaton()

    def labels(self, id_: str) -> tuple[str, ...]:
        """Every name of an entity, first without what a catalogue adds in brackets; empty for no entity."""
        if id_ not in self.graph:
            return ()
        entity = self.graph.entity(id_)
        return (*entity.labels.values(), *entity.aliases)

    def find(self, text: str, works: Collection[str] = (), objects: Collection[str] = ()) -> list[Span]:
        """The names of ``text`` in reading order, longest first where they overlap.

        ``works`` are titles expected there (found without 《》 as well), ``objects`` entities they are linked to.
        """
        found = [*self._titles(text), *self._known(text, set(works), set(objects)), *self._tags(text)]
        found = _longest(found, {*works, *objects})
        kinds: tuple[tuple[tuple[re.Pattern[str], ...], Literal["name", "award"]], ...] = (
            ((_AWARD_ZH, _AWARD_EN), "award"),
            ((*_UNKNOWN_ZH, *_UNKNOWN_EN), "name"),
        )
        looks = [
            Span(*match.span(match.lastindex or 0), kind)
            for patterns, kind in kinds
            for pattern in patterns
            for match in pattern.finditer(text)
        ]
        for span in sorted(looks, key=lambda span: (span.kind == "name", span.start, -span.end)):
            if not any(span.start < other.end and other.start < span.end for other in found) and self._strange(text, span):  # fmt: skip
                found.append(span)  # type: ignore[arg-type]
        return sorted(found, key=lambda span: span.start)

    def _strange(self, text: str, span: Span) -> bool:
        words = text[span.start : span.end].split()
        if span.kind == "award" or not words[0].isascii():
            return True
        if words[0].lower() in _SMALL:
            words = words[1:]
        names = [word for word in words if word[:1].isupper() and word.rstrip(".") not in _CALENDAR]
        if len(names) < 2 and not _CREDITED.search(text[: span.start]):
            return False
        if set(names) <= self._places or len(names) < len(words) - sum(word in _SMALL for word in words):
            return False
        line_start = text.rfind("\n", 0, span.start) + 1
        line_end = text.find("\n", span.end)
        line = re.findall(r"[A-Za-z][\w’']*", text[line_start : line_end if line_end >= 0 else None])
        return len(line) < 4 or sum(word[0].islower() and word not in _SMALL for word in line) > 1

    def _titles(self, text: str) -> list[Span]:
        found: list[Span] = []
        for match in _TITLE_ZH.finditer(text):
            found.append(Span(match.start(), match.end(), "title", self._works(match.group(1))))
        for match in _TITLE_EN.finditer(text):
            words, ids = match.group(1), self._works(match.group(1).rstrip(".,!?"))
            capitals = [word for word in words.split() if word[0].isupper() or word.lower() in _SMALL]
            if ids or (len(capitals) == len(words.split()) and len(capitals) >= 2 and words[-1] not in ".!?"):
                found.append(Span(match.start(), match.end(), "title", ids))
        return found

    def _works(self, words: str) -> tuple[str, ...]:
        return tuple(
            id_
            for id_ in (*self._by_name.get(fold(words), ()), *self._short.get(fold(words), ()))
            if self._kind(id_) == "title"
        )

    def _kind(self, id_: str) -> Literal["name", "award", "title"]:
        return self._kinds[self.graph.entity(id_).type]  # type: ignore[return-value]

    def _known(self, text: str, works: set[str], objects: set[str]) -> list[Span]:
        if not self._by_name:
            return []
        folded = fold(text)
        found: list[Span] = []
        for last, key in self._automaton.iter(folded):
            start, end = last - len(key) + 1, last + 1
            if key.isascii() and (_letter(folded, start - 1, start) or _letter(folded, end - 1, end)):
                continue
            for kind in ("name", "award", "title"):
                ids = tuple(id_ for id_ in self._by_name[key] if self._kind(id_) == kind)
                if ids and self._meant(text, start, end, key, kind, ids, works, objects):
                    found.append(Span(start, end, kind, ids))  # type: ignore[arg-type]
        return found

    def _meant(
        self,
        text: str,
        start: int,
        end: int,
        key: str,
        kind: str,
        ids: tuple[str, ...],
        works: set[str],
        objects: set[str],
    ) -> bool:
        """Whether the words are used as a name here."""
        written = text[start:end]
        if kind == "title":
            if works & set(ids):
                return True
            several = " " in key and all(
                word[0].isupper() or word in _SMALL or not word[0].isalpha() for word in written.split()
            )
            return several and key not in _ordinary()
        if objects & set(ids):
            return True
        if key.isascii() and not all(word[0].isupper() or not word[0].isalpha() or word in ("de", "la", "van", "von", "der") for word in written.split()):  # fmt: skip
            return False
        if (
            key.isascii()
            and " " not in key
            and (len(key) < 4 or text[max(0, start - 2) : start].strip() in ("", ".", "!", "?"))
        ):
            return False
        if key in _ordinary():
            return False
        return key.isascii() or len(key) > 2 or kind == "award" or key[0] in _SURNAMES

    def _tags(self, text: str) -> list[Span]:
        """Names run together in a tag: #LeslieCheung."""
        found: list[Span] = []
        for match in re.finditer(r"#([A-Za-z]\w+)", text):
            ids = self._squashed.get(fold(match.group(1)), ())
            for kind in ("title", "name", "award"):
                if same := tuple(id_ for id_ in ids if self._kind(id_) == kind):
                    found.append(Span(match.start(1), match.end(1), kind, same))  # type: ignore[arg-type]
        return found


def _letter(text: str, left: int, right: int) -> bool:
    """Whether both sides of a boundary are Latin letters or digits."""
    a, b = text[max(left, 0) : left + 1] if left >= 0 else "", text[right : right + 1]
    return bool(a and b and a.isascii() and b.isascii() and a.isalnum() and b.isalnum())


def _longest(spans: list[Span], expected: set[str]) -> list[Span]:
    """Without overlaps: the longest, then what is expected there (刀郎 the singer, not the film)."""
    kept: list[Span] = []
    order = {"title": 0, "award": 1, "name": 2}
    for span in sorted(
        spans, key=lambda span: (span.start - span.end, span.start, expected.isdisjoint(span.ids), order[span.kind])
    ):
        if not any(span.start < other.end and other.start < span.end for other in kept):
            kept.append(span)
    return kept
