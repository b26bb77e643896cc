"""From a turn's text to its meaningful pieces: cues, facet values, works, people, numbers, positions.

One Aho–Corasick pass finds every known word; of overlapping ones the longest stays. Works and people come from the
catalogue's own linker, years and lengths from its reader of amounts, so a title that contains 「新」 is a title and
"under 100 minutes" is a bound, wherever they stand.

    Aho & Corasick, "Efficient string matching: an aid to bibliographic search", CACM 18(6), 1975.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import ahocorasick

from knowledge.blends import BLENDS
from knowledge.graph import WORK_TYPES, Graph
from knowledge.linking import Linker, Mention
from knowledge.linking.common_words import is_common
from knowledge.questions.constraints import read_constraints
from knowledge.text import fold, is_han
from recsys import lexicon
from recsys.occasions import OCCASION_WORDS
from recsys.points import ratings
from recsys.positions import POSITIONS, figures

__all__ = ["MOST_TEXT", "Scanner", "Token"]

_SEPARATORS = re.compile(
    r"[,，。.;；!！?？\n]|(?:但是|不过|可是|但|然后|只是)|\b(?:but|though|however|then|although|yet)\b"
)
_STAGE_GENRES = frozenset("play opera chinese-opera dance ballet stand-up concert".split())  # noqa: SIM905
_COMPARED = re.compile(r"[a-z]+er\b")
_ANY_DRAMA = tuple(f"{kind}剧" for kind in "喜 悲 歌 舞 戏 话 京 越 豫 粤 评 川 正 音乐".split())  # noqa: SIM905
_SERIES_ENDINGS = ("剧", "sitcom", "k-drama", "k-dramas", "kdrama", "kdramas", "j-drama", "j-dramas", "docuseries")
_TITLE_MARKS = re.compile(r"《[^《》]{1,60}》|“[A-Z0-9][^“”]{0,60}”|\"[A-Z0-9][^\"]{0,60}\"")
_LENGTH = r"分钟|minutes|mins?|集|episodes|eps"
_FROM_TO = re.compile(rf"(?:between |from )?(\d+) ?(?:{_LENGTH})? ?(?:到|至|-|~|and|to) ?(\d+) ?({_LENGTH})(?:之间)?")
_FACETS = ("genre", "mood", "country", "language")
MOST_TEXT = 500  # characters; nobody critiques at greater length, and pasted pages should cost nothing


@dataclass(frozen=True, slots=True)
class Token:
    """``text[start:end]`` and everything it may mean: sense → its data."""

    start: int
    end: int
    text: str
    senses: dict[str, Any]

    def __contains__(self, sense: str) -> bool:
        return sense in self.senses

    def __getitem__(self, sense: str) -> Any:
        return self.senses[sense]


class Scanner:
    """Knows the words of one graph. Building takes about 20 ms, scanning a turn well under 1 ms.

    Senses of its tokens, besides the cues of :data:`recsys.lexicon.CUES` (whose data is ``True``):

    ========== ===================================================================================================
    values     [(facet, value or tuple of values)]; the first is the point, the rest is implied (韩剧: Korea, series)
    scale      (facet, ``"more"`` or ``"less"``)
    compared   true beside ``values`` or ``scale`` when the word is a comparative
    role       facets of a way to take part ("starring")
    occasion   its name
    foreign    countries or languages that are not foreign to the speaker
    facet      what a facet is called
    position   indices into the list shown, or a slice
    item       [(work id, confidence)], quoted first
    person     person id
    range      [(facet, (low, high))]
    separator  a clause ends here; data: the mark
    unknown    a title in title marks or quotes that the catalogue does not have
    filler     says nothing
    ========== ===================================================================================================
    """

    def __init__(self, graph: Graph, linker: Linker) -> None:
        self._linker = linker
        self._graph = graph
        years = [graph.value(work.id, "year") for work in graph.entities(WORK_TYPES)]
        self._newest = max((year for year in years if isinstance(year, int)), default=None)
        self._senses: dict[str, dict[str, Any]] = {}
        for surface, senses in (*_facet_words(graph), *_own_words()):
            self._senses.setdefault(surface, {}).update(senses)
        self._automaton = ahocorasick.Automaton()
        for surface in self._senses:
            self._automaton.add_word(surface, surface)
        self._automaton.make_automaton()

    def scan(self, text: str, shown: Sequence[str] = (), focus: Sequence[str] = ()) -> list[Token]:
        """Tokens in reading order; they do not overlap. What no token covers, nobody knows the meaning of.

        ``shown`` are works in view, whose names are believed before any other reading; ``focus`` is what the talk is
        about, and breaks ties between namesakes.
        """
        text = text[:MOST_TEXT]
        folded = fold(text)
        tokens = [*self._in_view(folded, shown), *self._mentions(text, folded, [*focus, *shown])]
        quoted = "".join(" " if _inside(i, tokens) else char for i, char in enumerate(folded))
        tokens += [Token(*m.span(), folded[slice(*m.span())], {"unknown": True}) for m in _TITLE_MARKS.finditer(text)]
        tokens += self._ranges(quoted)
        tokens += [Token(at, at + 1, quoted[at], {"position": (n,)}) for at, n in figures(quoted) if n < len(shown)]
        words = list(self._words(folded))
        tokens = [token for token in tokens if not _cuts_a_word(token, words)]
        tokens += words
        tokens += [
            Token(*m.span(), m.group(), {"separator": m.group()})
            for m in _SEPARATORS.finditer(folded)
            if not _decimal_point(folded, m.start())
        ]
        # Titles in marks first, then the longest, and of equals what says something.
        ranked = sorted(tokens, key=lambda t: (_marked(t), t.start - t.end, set(t.senses) == {"filler"}))
        chosen: list[Token] = []
        for token in ranked:
            if all(token.end <= other.start or other.end <= token.start for other in chosen):
                chosen.append(token)
        return sorted(chosen, key=lambda token: token.start)

    def _in_view(self, folded: str, shown: Sequence[str]) -> Iterator[Token]:
        """Works just shown, by their exact names: even 《马修·伯恩的《天鹅湖》》, which no rule of quoting reads."""
        for item in shown:
            labels = self._graph.entity(item).labels.values() if item in self._graph else ()
            for name in {fold(label) for label in labels if label}:
                for match in re.finditer(re.escape(name), folded):
                    start, end = match.span()
                    marked = folded[start - 1 : start] in ("《", '"') and folded[end : end + 1] in ("》", '"')
                    everyday = is_common(name) or self._plain(name)
                    if _at_word_edges(folded, start, end) and (marked or not everyday):
                        senses = {"item": [(item, 1.0)], "quoted": True}
                        yield Token(start - marked, end + marked, folded[start - marked : end + marked], senses)

    def _mentions(self, text: str, folded: str, focus: Sequence[str]) -> Iterator[Token]:
        for mention in self._linker.link(text, focus):
            kind = self._graph.entity(mention.best).type
            start, end = _with_marks(folded, mention)
            senses: dict[str, Any] = {}
            if kind in WORK_TYPES:
                senses["item"] = [c for c in mention.candidates if self._graph.entity(c[0]).type in WORK_TYPES]
            elif kind == "person":
                senses["person"] = mention.best
            elif kind == "award" and not self._plain(folded[start:end]):
                senses["values"] = [("award", _one_or_all([id_ for id_, _ in mention.candidates]))]
            else:
                continue
            if mention.quoted:
                senses["quoted"] = True
            elif folded[start:end] in self._senses and not mention.text[:1].isupper():
                continue  # "it", "another", 「音乐」: a word that happens to be a title
            yield Token(start, end, folded[start:end], senses)

    def _plain(self, words: str) -> bool:
        """Whether a run is made of known words only: "drama series" is a wish, not half the name of a prize."""
        left = words
        for token in self._words(words):
            left = left[: token.start] + " " * (token.end - token.start) + left[token.end :]
        return not left.strip()

    def _ranges(self, folded: str) -> Iterator[Token]:
        for match in _FROM_TO.finditer(folded):
            low, high, unit = int(match[1]), int(match[2]), match[3]
            facet = "episodes" if unit.startswith(("集", "ep")) else "runtime"
            yield Token(*match.span(), match.group(), {"range": [(facet, (min(low, high), max(low, high)))]})
        for span, points in ratings(folded):
            yield Token(*span, folded[slice(*span)], {"range": [("rating", (points, None))]})
        for a, b in read_constraints(folded, self._newest).spans:
            bounds = read_constraints(folded[a:b], self._newest).bounds
            if bounds.get("episodes") == (1, 1):
                continue  # 「半小时一集」 is how long one is, not how many there are
            yield Token(a, b, folded[a:b], {"range": list(bounds.items())})

    def _words(self, folded: str) -> Iterator[Token]:
        for last, surface in self._automaton.iter(folded):
            start, end = last - len(surface) + 1, last + 1
            if not _at_word_edges(folded, start, end):
                continue
            if surface in lexicon.SINGLE_CHARACTERS and not _adjective_here(folded, start):
                continue
            yield Token(start, end, surface, self._senses[surface])


def _facet_words(graph: Graph) -> Iterator[tuple[str, dict[str, Any]]]:
    """Names of genres, moods, countries and languages, and what 片 or 剧 at their end implies."""
    named: dict[str, dict[str, list[str]]] = {}
    for entity in graph.entities(_FACETS):
        for name in (*entity.labels.values(), *entity.aliases):
            surface = fold(name)
            # 「轻松点」 and "more romantic" are said in parts: the word and how much of it.
            if surface.startswith("more ") or (len(surface) > 2 and surface.endswith(("点", "一点"))):
                continue
            named.setdefault(surface, {}).setdefault(entity.type, []).append(entity.id)
    for word, genres in BLENDS.items():
        if all(genre in graph for genre in genres):
            yield word, {"values": [("genre", genre) for genre in genres]}
    for surface, by_type in list(named.items()):
        facet = _facet_meant(surface, by_type)
        values: list[tuple[str, Any]] = [(facet, _one_or_all(by_type[facet]))]
        if implied := _stage_type(facet, by_type[facet][0], surface) or _implied_type(surface):
            values.append(("type", implied))
        yield surface, {"values": values}
        if facet == "mood":
            for form in _comparatives(surface):
                yield form, {"values": values, "compared": True}
        if facet in ("genre", "mood") and surface.isascii() and not surface.endswith("s"):
            yield f"{surface}s", {"values": values}
        if facet in ("genre", "country") and is_han(surface[0]) and not implied and len(surface) <= 4:
            for tail, type_ in (("片", "film"), ("电影", "film"), ("剧", "series"), ("电视剧", "series")):
                if surface + tail not in named:
                    yield surface + tail, {"values": [*values, ("type", type_)]}


def _own_words() -> Iterator[tuple[str, dict[str, Any]]]:
    for word in lexicon.FILLERS:
        yield word, {"filler": True}
    for cue, words in lexicon.CUES.items():
        yield from ((word, {cue: True}) for word in words)
    for role, words in lexicon.ROLES.items():
        yield from ((word, {"role": role}) for word in words)
    for mood, words in lexicon.MOODS.items():
        for word in words:
            yield word, {"values": [("mood", f"mood/{mood}")], "compared": bool(_COMPARED.match(word))}
            for form in _comparatives(word):
                yield form, {"values": [("mood", f"mood/{mood}")], "compared": True}
    for types, words in lexicon.TYPES.items():
        value = _one_or_all(types.split("|"))
        yield from ((word, {"values": [("type", value)]}) for word in words)
    for table, compared in ((lexicon.SCALES, False), (lexicon.COMPARATIVES, True)):
        for key, words in table.items():
            facet, direction = key.split()
            for word in words:
                implied = _implied_type(word)
                yield word, {"scale": (facet, direction), "compared": compared, "implied": implied}
    for home, words in lexicon.FOREIGN.items():
        yield from ((word, {"foreign": tuple(home.split("|")), "implied": _implied_type(word)}) for word in words)
    yield from ((word, {"values": [("award", "any")]}) for word in lexicon.AWARDED)
    for facet, words in lexicon.FACET_NAMES.items():
        yield from ((word, {"facet": facet}) for word in words)
    for occasion, words in OCCASION_WORDS.items():
        yield from ((word, {"occasion": occasion}) for word in words)
    for word, position in POSITIONS.items():
        yield word, {"position": position}


def _facet_meant(surface: str, by_type: dict[str, list[str]]) -> str:
    """Which facet a word of several names: "korean" the country, 「韩语」 and "english" the language."""
    if len(by_type) > 1 and "country" in by_type and "language" in by_type:
        spoken = surface.endswith(("语", "文", "话")) or surface in {"english", "hindi"}
        return "language" if spoken else "country"
    return next(facet for facet in _FACETS if facet in by_type)


def _stage_type(facet: str, value: str, surface: str) -> str | None:
    """A play, a ballet, a concert is live; a musical is when it is called 音乐剧 or Broadway, else it may be a film."""
    live = facet == "genre" and value.removeprefix("genre/") in _STAGE_GENRES
    return "show" if live or surface in {"音乐剧", "百老汇", "broadway", "west end"} else None


def _implied_type(surface: str) -> str | None:
    """韩剧 and 武侠剧 are series, 科幻片 and 老电影 films; 喜剧, 歌剧 and 纪录片 may be anything."""
    if surface.endswith(_ANY_DRAMA):
        return None
    if surface.endswith(_SERIES_ENDINGS):
        return "series"
    if surface.endswith(("电影", " film", " films", " movie", " movies")):
        return "film"
    if surface.endswith("片") and not surface.startswith(("纪", "记", "动画", "动漫", "卡通")):
        return "film"
    return "album" if surface.endswith(("歌", "专辑", "乐曲")) else None


def _comparatives(word: str) -> list[str]:
    """English comparatives a one-word adjective may have: lighter, funnier, sadder. Unused forms do no harm."""
    if not re.fullmatch(r"[a-z]{3,8}", word) or word.endswith("er"):
        return []
    if word.endswith("y"):
        return [f"{word[:-1]}ier"]
    return [f"{word}r"] if word.endswith("e") else [f"{word}er", f"{word}{word[-1]}er"]


def _one_or_all(ids: Sequence[str]) -> str | tuple[str, ...]:
    return ids[0] if len(ids) == 1 else tuple(ids)


def _cuts_a_word(token: Token, words: Sequence[Token]) -> bool:
    """Whether a name nobody put in marks ends inside a known word: 「场音乐」, half of a title, in 「一场音乐剧」."""
    if "item" not in token or "quoted" in token:
        return False
    return any(
        "values" in word
        and (token.start < word.start < token.end < word.end or word.start < token.start < word.end < token.end)
        for word in words
    )


def _marked(token: Token) -> int:
    return 0 if "quoted" in token else 1 if "unknown" in token else 2


def _inside(at: int, tokens: Iterable[Token]) -> bool:
    return any(token.start <= at < token.end for token in tokens if "quoted" in token)


def _with_marks(folded: str, mention: Mention) -> tuple[int, int]:
    """A quoted mention's span with its title marks."""
    start, end = mention.start, mention.end
    if mention.quoted and start and end < len(folded):
        start, end = start - 1, end + 1
    return start, end


def _decimal_point(folded: str, at: int) -> bool:
    """The dot of 1.5, or of "no. 2"."""
    return (
        folded[at] == "." and at + 1 < len(folded) and (folded[at + 1].isdigit() or folded[max(0, at - 2) : at] == "no")
    )


def _at_word_edges(folded: str, start: int, end: int) -> bool:
    """Latin words must not match inside a word; Chinese has no word edges to respect."""
    before, after = folded[start - 1 : start], folded[end : end + 1]
    if folded[start].isascii() and folded[start].isalnum() and before.isascii() and before.isalnum():
        return False
    return not (folded[end - 1].isascii() and folded[end - 1].isalnum() and after.isascii() and after.isalnum())


_BEFORE = frozenset("更太再最很够么没稍偏较越挺")
_AFTER = frozenset("的片剧电歌了吧,，。！!") | {""}
_DATED = ("港片", "港剧", "韩剧", "日剧", "美剧", "国产", "武侠", "科幻", "动画", "番")  # 「老港片」
_DEGREES = ("一点", "点", "一些", "些", "得多", "很多", "多了")


def _adjective_here(folded: str, at: int) -> bool:
    """Whether a one-character adjective stands where one can: 更新, 老一点, 短的; not 老师, 重新, 成长."""
    before, after = folded[at - 1 : at] if at else "", folded[at + 1 : at + 2]
    if folded[at] in "老新" and folded.startswith(_DATED, at + 1) and before != "最":
        return True
    if before in _BEFORE or folded.startswith(_DEGREES, at + 1):
        return True
    return after in _AFTER and (not before or not is_han(before) or before in "要看想来找部个张点是不的、和又")
