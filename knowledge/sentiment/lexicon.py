"""Words that carry an opinion or an emotion, and what negation and degree do to them. A reading without a model.

The lexicon is our own (``data/lexicon.json``): polar words in three strengths, words of the six emotions, negators, words
of degree, and look-alikes that are neither (不仅, 差不多, "kind of"). An opinion is a polar word in its surroundings:

    value = strength (1..3) · degree (太 1.4, "slightly" 0.5) · (−0.7 when a negator stands close before it)

so that 「一点也不无聊」 and "not bad at all" are praise, and weaker praise than the opposite word would be (Taboada et al.,
"Lexicon-based methods for sentiment analysis", Computational Linguistics 37(2), 2011, §2.3, shift instead of flip for
the same reason). It knows no irony. The trained classifier reads better; this reads always, at once, and says which
words it went by.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from knowledge.graph import KnowledgeError
from knowledge.sentiment.terms import TermFinder
from knowledge.text import fold, is_han

__all__ = ["LexiconError", "Opinion", "OpinionLexicon", "default_lexicon", "shares"]

_NEGATED = -0.7
_REACH = {"zh": 4, "en": 20}  # characters a negator works over: 不是那么好看; "not even remotely funny"
_DEGREE_REACH = 2
_BREAKS = frozenset("，。！？；：,.!?;:…\n")


class LexiconError(KnowledgeError):
    """A lexicon file that is not one; the message names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """A polar word where it stands, ``text[start:end]``. ``value`` > 0 praises, < 0 blames; about 1 mild, 3 strong."""

    start: int
    end: int
    value: float


@dataclass(frozen=True, slots=True)
class _Mark:
    kind: str  # "polar", "negator", "degree" or "none"
    value: float = 0.0


def _words(content: Any) -> list[str]:
    if not isinstance(content, list) or not all(isinstance(word, str) for word in content):
        raise TypeError("a list of words is needed")
    return [fold(word) for word in content]


class OpinionLexicon:
    """Polar and emotion words of both languages; never changes. :meth:`load` reads one, :func:`default_lexicon` ours."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        """
        Args:
            content: the JSON object of the file.

        Raises:
            KeyError, TypeError, ValueError: a part is missing or of the wrong kind; :meth:`load` says so in words.
        """
        marks: dict[str, _Mark] = {}
        for lang in ("zh", "en"):
            for polarity, sign in (("positive", 1), ("negative", -1)):
                for strength, words in content[polarity][lang].items():
                    marks.update(dict.fromkeys(_words(words), _Mark("polar", sign * float(strength))))
            marks.update({fold(w): _Mark("degree", float(by)) for w, by in content["intensity"][lang].items()})
            marks.update(dict.fromkeys(_words(content["negators"][lang]), _Mark("negator")))
            marks.update(dict.fromkeys(_words(content["look_alikes"][lang]), _Mark("none")))
        self._marks = marks
        self._finder = TermFinder(marks)
        self._emotion_of: dict[str, set[str]] = {}
        for emotion, by_language in content["emotions"].items():
            for lang in ("zh", "en"):
                for word in _words(by_language[lang]):
                    self._emotion_of.setdefault(word, set()).add(emotion)
        self._emotion_finder = TermFinder(self._emotion_of)

    @classmethod
    def load(cls, path: Path) -> OpinionLexicon:
        """Reads a file of the form of ``data/lexicon.json``.

        Raises:
            LexiconError: not UTF-8 JSON, or not of that form.
            OSError: the file cannot be read.
        """
        try:
            return cls(json.loads(path.read_text(encoding="utf-8")))
        except KeyError as error:
            raise LexiconError(f"{path}: the part {error} is missing; see data/lexicon.json for the form") from error
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise LexiconError(f"{path}: {error}; see data/lexicon.json for the form") from error

    def opinions(self, text: str) -> list[Opinion]:
        """Polar words of ``text`` in order, negation and degree taken into account."""
        folded = fold(text)
        found: list[Opinion] = []
        negator = degree = None  # the latest of each that still waits for its word
        factor = 1.0
        for term in self._finder.find(folded):
            mark = self._marks[term.word]
            if mark.kind == "negator":
                # 不是不好看: the second negator takes back the first.
                negator = None if negator and _reaches(folded, negator.end, term.start, 1) else term
            elif mark.kind == "degree":
                degree, factor = term, mark.value
            elif mark.kind == "polar":
                value = mark.value
                if degree and _reaches(folded, degree.end, term.start, _DEGREE_REACH):
                    value *= factor
                reach = _REACH["zh" if is_han(term.word[0]) else "en"]
                if negator and _reaches(folded, negator.end, term.start, reach):
                    value *= _NEGATED
                found.append(Opinion(term.start, term.end, value))
                negator = degree = None
        return found

    def balance(self, text: str) -> tuple[float, float]:
        """How much praise and how much blame ``text`` holds, both ≥ 0."""
        values = [opinion.value for opinion in self.opinions(text)]
        return sum(v for v in values if v > 0), -sum(v for v in values if v < 0)

    def polarity(self, text: str) -> dict[str, float]:
        """Shares of positive, negative, mixed and neutral, summing to 1: soft counts, not calibrated probabilities."""
        return shares(*self.balance(text))

    def emotions(self, text: str) -> dict[str, int]:
        """How many words of each emotion occur; emotions without any are left out."""
        counts: dict[str, int] = {}
        for term in self._emotion_finder.find(fold(text)):
            for emotion in self._emotion_of[term.word]:
                counts[emotion] = counts.get(emotion, 0) + 1
        return counts


def shares(praise: float, blame: float) -> dict[str, float]:
    """Praise and blame as shares of the four polarities. Little of both is neutral, much of both is mixed."""
    total = praise + blame
    neutral = 0.5 / (0.5 + total)
    if not total:
        return {"positive": 0.0, "negative": 0.0, "mixed": 0.0, "neutral": 1.0}
    mixed = (1 - neutral) * min(praise, blame) / max(praise, blame)
    rest = (1 - neutral - mixed) / total
    return {"positive": rest * praise, "negative": rest * blame, "mixed": mixed, "neutral": neutral}


def _reaches(folded: str, end: int, start: int, reach: int) -> bool:
    between = folded[end:start]
    return len(between) <= reach + 1 and not _BREAKS.intersection(between)


@cache
def default_lexicon() -> OpinionLexicon:
    """The lexicon that comes with the library."""
    source = resources.files("knowledge.sentiment").joinpath("data/lexicon.json")
    return OpinionLexicon(json.loads(source.read_text(encoding="utf-8")))
