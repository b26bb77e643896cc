"""Words that point back: 它, 他, "this film", 「第二个」, "the last one", 「这两部」.

What they point at comes from the conversation: ``focus``, what was talked about, latest first, and ``listed``, what was
last shown, in order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge.graph import WORK_TYPES, Graph
from knowledge.questions.constraints import number

__all__ = ["Reference", "references"]

_KIND_ZH = r"(?:电影|影片|片子|片|电视剧|剧集|剧|专辑|唱片|作品|戏|演出|话剧|音乐剧|综艺|歌)"
_KIND_EN = r"(?:films?|movies?|shows?|series|albums?|plays?|musicals?|records?|dramas?|ones?|titles?)"
_WORK = re.compile(
    rf"(?:这|那)(?:一)?(?:部|张|出|场|首|个)?{_KIND_ZH}|(?:这|那)(?:一)?(?:部|张|出|首)(?!分)|该{_KIND_ZH}|"
    rf"本{_KIND_ZH}|它(?!们)|"
    rf"\b(?:it|its|it's)\b|\b(?:this|that) {_KIND_EN}|"
    r"\bthe (?:film|movie|series|show|album|play|musical)\b(?! (?:with|by|where|that|which|starring|called|"
    r"about|directed|from|version|of))|"
    r"\b(?:this|that)\b(?=\W*$)"
)
_PERSON = re.compile(
    r"(?:这|那|该)(?:位|个|名)?(?:导演|演员|歌手|编剧|作曲家|影星|明星|女演员|男演员|音乐人|乐队|人)|"
    r"[他她](?!们)|\bta\b(?!们)|"
    r"\b(?:he|him|his|she|her|hers|he's|she's)\b|\b(?:this|that|the same) (?:director|actor|actress|singer|"
    r"writer|composer|artist|band|guy|person)\b"
)
_SEVERAL = re.compile(
    rf"这(?:两|二|几|三)(?:部|个|张)?{_KIND_ZH}?|那(?:两|几)(?:部|个|张){_KIND_ZH}?|[它他她]们(?:俩|两个)?|"
    rf"两者|前两(?:个|部|张)|两(?:部|张)(?:{_KIND_ZH})?(?=哪|谁|比)|"
    rf"\b(?:both(?: of them)?|these(?: two| {_KIND_EN})?|those(?: two| {_KIND_EN})?|the two(?: {_KIND_EN})?|"
    rf"the first two|they|them|their)\b"
)
_ORDINAL_ZH = re.compile(
    rf"第([一二三四五六七八九十\d]{{1,2}})(?:个|部|张|首|位|条|款|场)?(?!季|集)(?:{_KIND_ZH})?|(最后|"
    rf"倒数第)一?(?:个|部|张|首|位|条)|(前者|上一个)|(后者)"
)
_EN_ORDINALS = {
    **{name: place for place, name in enumerate(("first", "second", "third", "fourth", "fifth", "sixth"), start=1)},
    **{"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5},
    **{"last": -1, "former": 1, "latter": -1},
}
_ORDINAL_EN = re.compile(
    rf"\b(?:the )?({'|'.join(_EN_ORDINALS)})(?: (?:one|{_KIND_EN}))?(?!\w)(?= *(?:'s|\W|$|and|or|is|was|in|"
    rf"about|by|from|longer|newer))|"
    r"(?:\bnumber |\bno\.? ?|#)(\d{1,2}|one|two|three|four|five)\b"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """``text[start:end]`` points back at ``ids``; empty when the conversation has nothing it could mean."""

    start: int
    end: int
    ids: tuple[str, ...]
    wants: Literal["work", "person", "any"]


def references(
    folded: str, graph: Graph, focus: Sequence[str], listed: Sequence[str], *, ordinals: bool = True
) -> list[Reference]:
    """Every pointing word of folded text, in reading order.

    Args:
        ordinals: whether 「第一部」 may be a place in ``listed``; not so in 「诺兰的第一部电影」.
    """
    works = [id_ for id_ in focus if id_ in graph and graph.entity(id_).type in WORK_TYPES]
    people = [id_ for id_ in focus if id_ in graph and graph.entity(id_).type == "person"]
    shown = [id_ for id_ in listed if id_ in graph]
    found: list[Reference] = []

    def add(start: int, end: int, ids: Sequence[str], wants: Literal["work", "person", "any"]) -> None:
        if all(end <= other.start or other.end <= start for other in found):
            found.append(Reference(start, end, tuple(ids), wants))

    if ordinals and shown:
        for start, end, place in _ordinals(folded):
            index = place - 1 if place > 0 else place
            if -len(shown) <= index < len(shown):
                add(start, end, [shown[index]], "any")
    for match in _SEVERAL.finditer(folded):
        human = re.match(r"[他她]们|they|them|their", match.group()) is not None
        group = people[:2] if human and len(people) > 1 else shown[:2] if len(shown) > 1 else works[1::-1]
        if human and len(group) < 2 and people:
            group = people[:1]
        add(*match.span(), group, "person" if human and people else "work")
    for match in _WORK.finditer(folded):
        add(*match.span(), works[:1], "work")
    for match in _PERSON.finditer(folded):
        add(*match.span(), people[:1], "person")
    return sorted(found, key=lambda reference: reference.start)


def _ordinals(folded: str) -> list[tuple[int, int, int]]:
    places = []
    for match in _ORDINAL_ZH.finditer(folded):
        if match[1]:
            value = number(match[1])
            if value:
                places.append((*match.span(), int(value)))
        else:
            places.append((*match.span(), 1 if match[3] else -1))
    for match in _ORDINAL_EN.finditer(folded):
        value = _EN_ORDINALS.get(match[1]) if match[1] else number(match[2])
        if value:
            places.append((*match.span(), int(value)))
    return places
