"""Which of the offered options did they mean?

People answer a question with buttons the way they talk: a label ("也慢"), a bare yes ("嗯"), a place in the list ("the
second one"), "I don't know", or words close to a label ("they are slow too"). :func:`read_choice` tries those readings
from the surest to the loosest and says ``None`` rather than guess: two options that fit equally well are no answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from knowledge.text import fold

__all__ = ["UNKNOWN", "Option", "read_choice"]

UNKNOWN = "unknown"
"""What :func:`read_choice` returns for "I don't know"; no option may use it as its id."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: an ``id`` and every wording of it, in any language.

    Options with the ids ``yes`` and ``no`` also understand a bare yes or no.
    """

    id: str
    labels: tuple[str, ...]


_DONT_KNOW = re.compile(
    r"不知道|不清楚|不确定|不太清楚|不太确定|不记得|不晓得|说不好|说不准|没试过|没注意|没留意|不懂|看不出|跳过|随便"
    r"|\b(?:don'?t know|do not know|dunno|idk|not sure|unsure|no idea|can'?t tell|don'?t remember|haven'?t tried)\b"
)
_YES = re.compile(r"(?:是|对|嗯|有|会|能|行|好|可以|没错|确实|当然)+[的啊呀吧呢了哦]*|是的.*|对的.*|没错.*")
_NO = re.compile(r"(?:不|没|否|别).*")
_YES_EN = re.compile(
    r"(?:yes|yeah|yep|yup|yea|y|sure|correct|right|true|ok|okay|definitely|of course|i do|it does|it is)\b"
)
_NO_EN = re.compile(r"(?:no|nope|nah|n|not|never|none|neither|i don'?t|it doesn'?t|it isn'?t)\b")
_NEGATION = re.compile(r"[不没无否]|\b(?:no|not|never|none|nothing|without)\b|n't\b")

_DIGITS = {digit: i for i, digit in enumerate("一二三四五六七八九", start=1)} | {"两": 2, "首": 1}
_WORDS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_ORDINAL = re.compile(
    r"(?:我?选|就)? ?第? ?([1-9一二两三四五六七八九]) ?(?:个|项|种|条|号|那个)?吧?"
    r"|(?:the |option |number )*(?:([1-9])(?:st|nd|rd|th)?|(" + "|".join(_WORDS) + r")|(last))(?: one| option)?"
    r"|(最后)(?:一?[个项种条])?"
)


def read_choice(text: str, options: Sequence[Option], question: str = "") -> str | None:
    """The id of the option ``text`` means, :data:`UNKNOWN` for "don't know", or ``None`` when it does not say.

    ``question`` is what was asked, in any language: an echo of it without a "not" (慢吗？— 慢) counts as yes.

    >>> slow = [Option("yes", ("也慢", "Yes, they're slow too")), Option("no", ("不慢", "No, only here"))]
    >>> [read_choice(said, slow) for said in ("也慢", "nope", "第二个", "不太清楚", "they are slow too", "番茄")]
    ['yes', 'no', 'no', 'unknown', 'yes', None]
    """
    said = _plain(text)
    labels = [[_plain(label) for label in option.labels] for option in options]
    if not said:
        return None
    exact = [option.id for option, own in zip(options, labels, strict=True) if said in own]
    if len(exact) == 1:
        return exact[0]
    if _DONT_KNOW.search(said):
        return UNKNOWN
    place = _ordinal(said, len(options))
    if place is not None:
        return options[place].id
    contained = _longest([max((_overlap(said, label) for label in own), default=0) for own in labels])
    if contained is not None:
        return options[contained].id
    if {"yes", "no"} <= {option.id for option in options}:
        by_id = {option.id: own for option, own in zip(options, labels, strict=True)}
        polar = _polarity(said, by_id, _plain(question))
        if polar is not None:
            return polar
    telling = _telling(said, labels)
    return options[telling].id if telling is not None else _closest(said, options, labels)


def _plain(text: str) -> str:
    """Folded, punctuation turned into single spaces, trailing particles of speech kept."""
    return " ".join(re.sub(r"[^\w']+", " ", fold(text)).split())


def _ordinal(said: str, count: int) -> int | None:
    match = _ORDINAL.fullmatch(said)
    if match is None:
        return None
    digit, number, word, last, last_zh = match.groups()
    if last or last_zh:
        return count - 1
    place = _WORDS.index(word) + 1 if word else int(number or _DIGITS.get(digit, digit))
    return place - 1 if place <= count else None


def _overlap(said: str, label: str) -> int:
    """Length of the shorter text when it stands whole inside the other, else 0. One character proves nothing."""
    short, long = sorted((said, label), key=len)
    if len(short) < 2:
        return 0
    if short.isascii():  # English by whole words: "no" is not in "now"
        return len(short) if f" {short} " in f" {long} " else 0
    return len(short) if short in long else 0


def _longest(overlaps: list[int]) -> int | None:
    """The one option that contains (or is contained) most; ``None`` when two tie: 是 is inside both 是 and 不是."""
    best = max(overlaps, default=0)
    return overlaps.index(best) if best and overlaps.count(best) == 1 else None


def _polarity(said: str, labels: dict[str, list[str]], question: str) -> str | None:
    """Read a bare yes or no, then an echo of the question with or without a "not"."""
    head = said.split(" ")[0]
    if _YES.fullmatch(head) or _YES_EN.match(said):
        return "yes"
    if _NO.fullmatch(head) or _NO_EN.match(said):
        return "no"
    if any(_NEGATION.search(label) for label in labels["yes"]):
        return None  # "yes, nothing at all": a "not" in the reply no longer means no
    asked = _content(" ".join([question, *labels["yes"]]))
    spoken = _content(_NEGATION.sub("", said))
    if spoken and len(spoken & asked) >= len(spoken) / 2:  # mostly an echo, not a word in common by chance
        return "no" if _NEGATION.search(said) else "yes"
    return None


_EMPTY = frozenset("的了吗呢吧啊是有也都就还在会能很到我你他它这那么样个上下")
_EMPTY_WORDS = {"my", "yes", "no", "the", "a", "an", "is", "are", "was", "it", "it's", "they", "they're", "i", "you"}
_EMPTY_WORDS |= {"to", "do", "does", "did", "too", "on", "in", "of", "any", "all", "at"}


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9']+", text)) - _EMPTY_WORDS


def _content(text: str) -> set[str]:
    return _words(text) | {char for char in text if not char.isascii() and char not in _EMPTY}


def _telling(said: str, labels: list[list[str]]) -> int | None:
    """The one option of which ``said`` uses a word that no other option has: "on my phone" among phone, browser, TV."""

    def units(text: str) -> set[str]:
        han = re.sub(f"[\x00-\x7f{''.join(sorted(_EMPTY))}]", " ", text)
        return _words(text) | {han[i : i + 2] for i in range(len(han) - 1) if " " not in han[i : i + 2]}

    own = [set().union(*(units(label) for label in option)) for option in labels]
    spoken = units(said)
    negative = bool(_NEGATION.search(said))
    hits = [
        i
        for i, words in enumerate(own)
        if spoken & words - set().union(*(other for j, other in enumerate(own) if j != i))
        and negative in {bool(_NEGATION.search(label)) for label in labels[i]}
    ]
    return hits[0] if len(hits) == 1 else None


def _closest(said: str, options: Sequence[Option], labels: list[list[str]]) -> str | None:
    """The option whose label is clearly the closest in wording: at least 70 of 100, and 8 ahead of the next."""
    negative = bool(_NEGATION.search(said))

    def closeness(label: str) -> float:
        # "不慢" and "也慢" differ by one character and by everything: unequal polarity costs 30.
        return max(fuzz.ratio(said, label), fuzz.token_set_ratio(said, label)) - 30 * (
            negative != bool(_NEGATION.search(label))
        )

    scores = [max((closeness(label) for label in own), default=0.0) for own in labels]
    ranked = sorted(range(len(options)), key=lambda i: -scores[i])
    if not ranked or scores[ranked[0]] < 70:
        return None
    if len(ranked) > 1 and scores[ranked[0]] - scores[ranked[1]] < 8:
        return None
    return options[ranked[0]].id
