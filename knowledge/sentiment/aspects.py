"""What a review talks about, and what it thinks of each: 「剧情拖沓，但配乐很棒」 → plot −, music +.

Three visible steps. *Clauses*: punctuation and words of contrast (但, 可惜, but, though) cut a text into clauses.
*Passages*: a clause that names aspects (cue words in ``data/aspects.json``) begins a passage; those after it that name
none belong to it. *Opinions*: the polar words of the naming clause, else of the rest of its passage, belong to its
aspects, each to the nearest cue when they disagree. A passage without any takes the opposite of the one before after a
word of contrast, the same after 也是 or "so is", those of the next one in a list ("plot, acting and music are all
great"), else what the text says before any aspect comes up; else it is neutral: a mention is not an opinion.

This is the lexicon-based approach of Hu & Liu, "Mining and Summarizing Customer Reviews", KDD 2004, with the "but" rule
of Ding, Liu & Yu, "A Holistic Lexicon-Based Approach to Opinion Mining", WSDM 2008. With ``read``, a trained classifier
is heard about every passage, the more the fewer polar words there are.

Measured on the project's own utterances, micro-averaged over aspects; the figures to believe are those of the 389 rows
set aside (``data/README.md``), on which neither cues nor lexicon were tuned:

    ====================================================  ==================  ================
    .                                                     tuned on (1,897)    set aside (389)
    ====================================================  ==================  ================
    aspects: precision / recall / F1                      .789 / .644 / .709  .755 / .511 / .610
    F1 Chinese / English                                  .757 / .653         .670 / .546
    polarity of aspects found, four ways, lexicon alone   .558                .410
    the same, where it takes a side (63 % / 50 %)         .810                .750
    polarity with an n-gram classifier as ``read``        not measured        .663
    ====================================================  ==================  ================

Much of what is missed names no aspect ("I blinked and three hours were gone" is labelled ``pace``) or judges without a
polar word ("seven calls, seven agents"). The classifier (zh .721, en .587) learned from the other 1,897 rows only.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from knowledge.sentiment.lexicon import Opinion, default_lexicon, shares
from knowledge.sentiment.terms import TermFinder
from knowledge.text import fold, is_han

__all__ = ["ASPECTS", "MAX_TEXT", "POLARITIES", "AspectOpinion", "Reader", "aspect_name", "find_aspects", "verdict"]

_ALL = "plot acting music visuals directing pace characters dialogue sound price app service subtitles ads live"
ASPECTS = tuple(_ALL.split())
"""What is looked for; ``live`` is a show on stage and its venue."""

POLARITIES = ("positive", "negative", "mixed", "neutral")

MAX_TEXT = 20_000
"""Characters of a text that are read; a review says what it thinks well before that."""

Reader = Callable[[str], Mapping[str, float]]
"""Text → share of each of :data:`POLARITIES` (missing ones count 0), for example a trained classifier."""

_BREAK = re.compile(r"[，。！？；,!?;…\n]+|(?<!\d)[.:：]|[.:：](?!\d)|\s[-–—]+\s|——")
_SENTENCE_END = frozenset("。！？!?.\n…；;")
_CONTRAST = re.compile(
    r"但是|但|可惜|不过|只可惜|然而|可是|只是|反倒|奈何|(?<![\w])就是(?=[^这那我他她你])|"
    r"\b(?:but|though|although|however|yet|whereas|unfortunately|sadly|pity|shame|except|while)\b"
)
_LIKEWISE = re.compile(r"也是|也一样|同样|亦然|\b(?:too|as well|likewise|so (?:is|are|was|were))\b")
_LISTED = 6  # letters besides the cues in an item of a list, a Chinese character counting three: "the plot and"
_ITEMS = 12  # clauses a list may run over
_MIXED = 0.5  # the smaller of praise and blame, as a part of the larger, from which a view is mixed
_LEANING = 0.15  # how far praise and blame must differ, of 1, for a view to have a side


@dataclass(frozen=True, slots=True)
class AspectOpinion:
    """One aspect of one text. ``text[start:end]`` is the passage that speaks of it, word for word.

    ``strength`` says how clear the view is, 0 … 1.
    """

    aspect: str
    polarity: str
    strength: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Passage:
    start: int
    head: int  # where the clause that names the aspects ends
    end: int
    cues: tuple[tuple[str, int, int], ...]  # aspect, start, end
    contrast: bool  # begins with a word of contrast
    closes: bool  # the last of its sentence


@cache
def _cues() -> tuple[TermFinder, dict[str, tuple[str, ...]], dict[str, dict[str, str]]]:
    source = resources.files("knowledge.sentiment").joinpath("data/aspects.json")
    content = json.loads(source.read_text(encoding="utf-8"))
    of_word: dict[str, list[str]] = {}
    for aspect in ASPECTS:
        for word in content[aspect]["zh"] + content[aspect]["en"]:
            of_word.setdefault(fold(word), []).append(aspect)
    for word in content["look_alikes"]:
        of_word[fold(word)] = []
    names = {aspect: content[aspect]["name"] for aspect in ASPECTS}
    return TermFinder(of_word), {word: tuple(aspects) for word, aspects in of_word.items()}, names


def aspect_name(aspect: str, lang: str) -> str:
    """What an aspect is called inside a sentence: 「剧情」, "the plot".

    Raises:
        KeyError: no such aspect, or a language other than ``zh`` and ``en``.
    """
    return _cues()[2][aspect][lang]


def verdict(reading: Mapping[str, float]) -> str:
    """The one polarity that shares of polarities come to."""
    return max(POLARITIES, key=lambda name: reading.get(name, 0.0))


def find_aspects(text: str, read: Reader | None = None) -> list[AspectOpinion]:
    """Aspects that ``text`` speaks of, each once, in the order in which they come up, with what it thinks of them.

    Args:
        text: a review, in Chinese or English; only the first :data:`MAX_TEXT` characters are read.
        read: a classifier, asked about each passage and weighed with the polar words in it. Without it, the words alone.
    """
    text = text[:MAX_TEXT]
    folded = fold(text)
    passages = _passages(folded)
    if not passages:
        return []
    lexicon = default_lexicon()
    opinions = lexicon.opinions(text)
    starts = [opinion.start for opinion in opinions]

    def within(start: int, end: int) -> list[Opinion]:
        return opinions[bisect_left(starts, start) : bisect_left(starts, end)]

    # What is said in the same breath counts; what follows, only when that is nothing.
    own = [within(p.start, p.head) or within(p.head, p.end) for p in passages]
    found: dict[str, list[tuple[float, float, _Passage]]] = {}
    loose = within(0, passages[0].start)
    said_first = _sides(loose)
    around = [*own, loose]
    for number, passage in enumerate(passages):
        views = _views(passage, own[number]) or _borrowed(number, folded, passages, around)
        for aspect in dict.fromkeys(aspect for aspect, _, _ in passage.cues):
            # Where nothing nearer is said, what the text says about nothing in particular.
            praise, blame = views.get(aspect) or (_sides(own[number]) if own[number] else said_first)
            if read is not None:
                # A text about one thing is read whole: there is more to go by.
                said = text if len(passages) == 1 else text[passage.start : passage.end]
                praise, blame = _heard(praise, blame, read(said))
            found.setdefault(aspect, []).append((praise, blame, passage))
    return [_summed(aspect, parts) for aspect, parts in found.items()]


def _passages(folded: str) -> list[_Passage]:
    finder, aspects_of, _ = _cues()
    cues = [(aspect, t.start, t.end) for t in finder.find(folded) for aspect in aspects_of[t.word]]
    passages: list[_Passage] = []
    at = 0
    for start, end, contrast in _clauses(folded):
        inside = []
        while at < len(cues) and cues[at][1] < end:
            inside.append(cues[at])
            at += 1
        closes = end >= len(folded) or folded[end] in _SENTENCE_END
        if inside:
            passages.append(_Passage(start, end, end, tuple(inside), contrast, closes))
        elif passages:
            last = passages[-1]
            passages[-1] = _Passage(last.start, last.head, end, last.cues, last.contrast, closes)
    return passages


def _clauses(folded: str) -> list[tuple[int, int, bool]]:
    """Start, end and whether a word of contrast opens it, of each clause that holds anything."""
    cuts = [(m.start(), m.end(), False) for m in _BREAK.finditer(folded)]
    cuts += [(m.start(), m.start(), True) for m in _CONTRAST.finditer(folded)]
    clauses = []
    begin, contrast = 0, False
    for stop, resume, turn in [*sorted(cuts), (len(folded), len(folded), False)]:
        if folded[begin:stop].strip():
            # Spaces around a clause belong to no one: a quote begins and ends with a word.
            start = begin + len(folded[begin:stop]) - len(folded[begin:stop].lstrip())
            clauses.append((start, begin + len(folded[begin:stop].rstrip()), contrast))
            contrast = turn
        else:
            contrast = contrast or turn
        begin = max(begin, resume)
    return clauses


def _sides(opinions: Sequence[Opinion]) -> tuple[float, float]:
    return sum(o.value for o in opinions if o.value > 0), -sum(o.value for o in opinions if o.value < 0)


def _views(passage: _Passage, opinions: Sequence[Opinion]) -> dict[str, tuple[float, float]]:
    """Praise and blame per aspect of one passage; empty when it holds no polar word."""
    aspects = {aspect for aspect, _, _ in passage.cues}
    praise, blame = _sides(opinions)
    if len(aspects) == 1 or not (praise and blame):
        return dict.fromkeys(aspects, (praise, blame)) if opinions else {}
    shared: dict[str, list[Opinion]] = {}
    ends = [end for _, _, end in passage.cues]
    for opinion in opinions:
        # The nearest cue is the last one that ends before the word, or one of the two after that.
        near = bisect_right(ends, opinion.start)
        candidates = passage.cues[max(0, near - 1) : near + 2]
        distance = min(_gap(opinion, cue) for cue in candidates)
        for cue in candidates:
            if _gap(opinion, cue) == distance:
                shared.setdefault(cue[0], []).append(opinion)
    return {aspect: _sides(theirs) for aspect, theirs in shared.items()}


def _gap(opinion: Opinion, cue: tuple[str, int, int]) -> int:
    return max(0, cue[1] - opinion.end, opinion.start - cue[2])


def _borrowed(
    number: int, folded: str, passages: Sequence[_Passage], own: Sequence[Sequence[Opinion]]
) -> dict[str, tuple[float, float]]:
    """For a passage without polar words: what its neighbours let one conclude; empty when nothing does.

    ``own`` holds the polar words of each passage, then those before the first.
    """
    passage = passages[number]
    aspects = [aspect for aspect, _, _ in passage.cues]
    before = own[number - 1]  # for the first passage: the last entry, what was said before any aspect came up
    if before:
        praise, blame = _sides(before)
        if passage.contrast:
            return dict.fromkeys(aspects, (blame / 2, praise / 2))
        if _LIKEWISE.search(folded, passage.start, passage.end):
            return dict.fromkeys(aspects, (praise, blame))
    if _said_besides(passage, folded) > _LISTED:
        return {}  # it says something, in words the lexicon does not know
    for later in range(number + 1, min(number + _ITEMS, len(passages))):
        if passages[later - 1].closes or passages[later].contrast:
            break
        if own[later]:
            return dict.fromkeys(aspects, _sides(own[later]))
    return {}


def _said_besides(passage: _Passage, folded: str) -> int:
    """Letters of a passage outside its cues, a Chinese character counting three."""
    letters = 0
    at = passage.start
    for start, end in [*sorted({(start, end) for _, start, end in passage.cues}), (passage.end, passage.end)]:
        letters += sum(3 if is_han(char) else char.isalnum() for char in folded[at:start])
        at = end
    return letters


def _heard(praise: float, blame: float, reading: Mapping[str, float]) -> tuple[float, float]:
    """Praise and blame once a classifier has been heard: the more polar words there are, the more they weigh."""
    words = shares(praise, blame)
    total = praise + blame
    weight = total / (2 + total)
    both = {name: weight * words[name] + (1 - weight) * float(reading.get(name, 0.0)) for name in POLARITIES}
    side = verdict(both)
    if side == "mixed":
        return both[side], both[side]
    return (both[side] if side == "positive" else 0.0, both[side] if side == "negative" else 0.0)


def _summed(aspect: str, parts: Sequence[tuple[float, float, _Passage]]) -> AspectOpinion:
    """One view from all passages about an aspect, shown by the clearest of them."""
    praise, blame = sum(part[0] for part in parts), sum(part[1] for part in parts)
    _, _, passage = max(parts, key=lambda part: abs(part[0] - part[1]))
    if max(praise, blame) < _LEANING:
        polarity = "neutral"
    elif min(praise, blame) >= _MIXED * max(praise, blame):
        polarity = "mixed"
    else:
        polarity = "positive" if praise > blame else "negative"
    strength = abs(praise - blame) / (1 + abs(praise - blame))
    return AspectOpinion(aspect, polarity, strength, passage.start, passage.end)
