"""What a set of reviews says, aspect by aspect: counts, quotes in the reviewers' own words, a sentence or two.

A review counts once for each aspect it speaks of (:mod:`knowledge.sentiment.aspects`), and once overall. Nothing is
written that is not counted: every number in the sentences is one of the counts, every quote stands in a review word for
word, and an aspect that too few people mention is left unsaid.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.graph import KnowledgeError
from knowledge.sentiment.aspects import (
    ASPECTS,
    MAX_TEXT,
    AspectOpinion,
    Reader,
    aspect_name,
    find_aspects,
    verdict,
)
from knowledge.sentiment.lexicon import default_lexicon

__all__ = ["AspectSummary", "Counts", "Quote", "ReviewError", "ReviewSummary", "summarise_reviews"]

_QUOTES = 2  # for, and as many against
_MAX_QUOTE = 120
_MOST = 2 / 3  # from this part of the views on, "most"
_MENTIONS = 2  # an aspect one person mentions is not what reviewers think
_SAID = 3  # aspects named of each kind; a sentence is read in one breath


class ReviewError(KnowledgeError):
    """What was handed over is not a list of reviews; the message names the first entry that is not a text."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many reviews hold each view; each review counts once."""

    positive: int = 0
    negative: int = 0
    mixed: int = 0
    neutral: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.opinions + self.neutral

    @property
    def opinions(self) -> int:
        """Those with a view: all but the neutral ones."""
        return self.positive + self.negative + self.mixed

    @property
    def leaning(self) -> str:
        """``positive`` or ``negative`` where two thirds of the views agree, ``mixed`` where not, ``neutral`` without any."""
        if not self.opinions:
            return "neutral"
        if self.positive >= _MOST * self.opinions:
            return "positive"
        return "negative" if self.negative >= _MOST * self.opinions else "mixed"


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage of a review, word for word: ``texts[review]`` contains ``text``."""

    text: str
    review: int
    polarity: str


@dataclass(frozen=True, slots=True)
class AspectSummary:
    """What reviewers think of one aspect, with the clearest passages for and against (at most two each)."""

    aspect: str
    counts: Counts
    quotes: tuple[Quote, ...]

    def name(self, lang: str) -> str:
        """What the aspect is called in ``zh`` or ``en``."""
        return aspect_name(self.aspect, lang)


@dataclass(frozen=True, slots=True)
class ReviewSummary:
    """The views of a set of reviews. ``aspects`` come most mentioned first; blank reviews are not counted."""

    overall: Counts
    aspects: tuple[AspectSummary, ...]

    def sentences(self, lang: str) -> str:
        """The summary as a person would say it, in ``zh`` or ``en``; every number in it is one of the counts.

        Raises:
            ValueError: another language.
        """
        if lang not in _SAY:
            raise ValueError(f"no summaries in {lang!r}; use 'zh' or 'en'")
        return _SAY[lang](self)

    def _leaning(self, leaning: str) -> list[AspectSummary]:
        said = [a for a in self.aspects if a.counts.opinions >= _MENTIONS and a.counts.leaning == leaning]
        return said[:_SAID]


def summarise_reviews(texts: Iterable[str], read: Reader | None = None) -> ReviewSummary:
    """Counts, quotes and sentences for a set of reviews.

    Args:
        texts: reviews in Chinese, English or both; of each, the first 20,000 characters are read.
        read: text → share of each polarity; a trained classifier reads much better than the lexicon that is used
            without it: ``lambda text: sentiment.read(text).polarity``. It is asked about each review and about each
            passage on an aspect.

    Raises:
        ReviewError: one string instead of a list of them, or an entry that is no string.
    """
    if isinstance(texts, str):
        raise ReviewError("one text was given where a list of reviews is needed; put it into a list")
    reader = read or default_lexicon().polarity
    overall: list[str] = []
    views: dict[str, list[tuple[AspectOpinion, Quote]]] = {}
    for number, text in enumerate(texts):
        if not isinstance(text, str):
            raise ReviewError(f"review {number} is {type(text).__name__}, not a text")
        if not text.strip():
            continue
        overall.append(verdict(reader(text[:MAX_TEXT])))
        for opinion in find_aspects(text, read):
            quote = Quote(text[opinion.start : opinion.end], number, opinion.polarity)
            views.setdefault(opinion.aspect, []).append((opinion, quote))
    aspects = [
        AspectSummary(aspect, _counts([opinion.polarity for opinion, _ in found]), _chosen(found))
        for aspect, found in views.items()
    ]
    aspects.sort(key=lambda a: (-a.counts.total, -a.counts.opinions, ASPECTS.index(a.aspect)))
    return ReviewSummary(_counts(overall), tuple(aspects))


def _counts(polarities: Sequence[str]) -> Counts:
    return Counts(**{name: polarities.count(name) for name in ("positive", "negative", "mixed", "neutral")})


def _chosen(found: Sequence[tuple[AspectOpinion, Quote]]) -> tuple[Quote, ...]:
    """The clearest passages for, then those against; none twice, none too long to read."""
    chosen: list[Quote] = []
    for polarity in ("positive", "negative"):
        ranked = sorted((pair for pair in found if pair[1].polarity == polarity), key=lambda pair: -pair[0].strength)
        # The same words from two people are one quote.
        distinct = {quote.text: quote for _, quote in reversed(ranked) if len(quote.text) <= _MAX_QUOTE}
        chosen += list(reversed(distinct.values()))[:_QUOTES]
    return tuple(chosen)


# --- the sentences -------------------------------------------------------------------------------------------------


def _zh(summary: ReviewSummary) -> str:
    overall = summary.overall
    if not overall.total:
        return "还没有可以总结的评论。"
    parts = [
        f"{count} 条{what}"
        for count, what in (
            (overall.positive, "好评"),
            (overall.negative, "差评"),
            (overall.mixed, "褒贬参半"),
            (overall.neutral, "没有明确态度"),
        )
        if count
    ]
    said = [f"共 {overall.total} 条评论：{'，'.join(parts)}。"]
    liked = "、".join(
        f"{a.name('zh')}（{a.counts.positive}/{a.counts.opinions}）" for a in summary._leaning("positive")
    )
    blamed = "、".join(
        f"{a.name('zh')}（{a.counts.negative}/{a.counts.opinions}）" for a in summary._leaning("negative")
    )
    divided = "、".join(f"{a.name('zh')}（{_divided_zh(a.counts)}）" for a in summary._leaning("mixed"))
    views = [
        f"{who}{what}"
        for who, what in (("提到的人多数喜欢", liked), ("多数不满意", blamed), ("意见不一的是", divided))
        if what
    ]
    if views:
        said.append("，".join(views) + "。")
    return "".join(said)


def _divided_zh(counts: Counts) -> str:
    words = ((counts.positive, "条肯定"), (counts.negative, "条否定"), (counts.mixed, "条参半"))
    return "、".join(f"{count} {word}" for count, word in words if count)


def _en(summary: ReviewSummary) -> str:
    overall = summary.overall
    if not overall.total:
        return "There are no reviews to summarise yet."
    parts = [
        f"{count} {what}"
        for count, what in (
            (overall.positive, "positive"),
            (overall.negative, "negative"),
            (overall.mixed, "mixed"),
            (overall.neutral, "without a clear view"),
        )
        if count
    ]
    said = [f"{overall.total} review{'s' if overall.total > 1 else ''}: {_listed(parts)}."]
    liked = [f"{a.name('en')} ({a.counts.positive} of {a.counts.opinions})" for a in summary._leaning("positive")]
    blamed = [f"{a.name('en')} ({a.counts.negative} of {a.counts.opinions})" for a in summary._leaning("negative")]
    divided = [f"{a.name('en')} ({_divided_en(a.counts)})" for a in summary._leaning("mixed")]
    if liked:
        said.append(f"Most who mention it like {_listed(liked)}.")
    if blamed:
        said.append(f"Most are unhappy with {_listed(blamed)}.")
    if divided:
        said.append(f"Opinions differ on {_listed(divided)}.")
    return " ".join(said)


def _divided_en(counts: Counts) -> str:
    words = ((counts.positive, "for"), (counts.negative, "against"), (counts.mixed, "mixed"))
    return ", ".join(f"{count} {word}" for count, word in words if count)


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


_SAY = {"zh": _zh, "en": _en}
