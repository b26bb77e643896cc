"""Review summaries: counts that add up, quotes that were said, sentences without an invented number."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.sentiment.aspects import find_aspects
from knowledge.sentiment.summary import Counts, ReviewError, ReviewSummary, summarise_reviews

REVIEWS = [
    "剧情拖沓，但配乐很棒",
    "配乐动听，演员出色",
    "节奏太慢",
    "节奏紧凑，配乐动人",
    "Wonderful soundtrack, terrible plot.",
    "The plot is awful.",
    "   ",
    "我昨天看的",
]


def aspect(summary: ReviewSummary, name: str) -> Counts:
    return next(a.counts for a in summary.aspects if a.aspect == name)


def test_counts_per_aspect_and_overall() -> None:
    summary = summarise_reviews(REVIEWS)
    assert aspect(summary, "music") == Counts(positive=4)
    assert aspect(summary, "plot") == Counts(negative=3)
    assert aspect(summary, "acting") == Counts(positive=1)
    assert summary.aspects[0].aspect == "music"
    assert summary.overall.total == 7  # the blank one is none
    assert summary.overall.neutral == 1


def test_sentences_in_both_languages() -> None:
    summary = summarise_reviews(REVIEWS)
    chinese, english = summary.sentences("zh"), summary.sentences("en")
    assert chinese.startswith("共 7 条评论：")
    assert "喜欢音乐（4/4）" in chinese and "不满意剧情（3/3）" in chinese
    assert english.startswith("7 reviews: ")
    assert "like the music (4 of 4)" in english and "unhappy with the plot (3 of 3)" in english
    assert "演" not in chinese and "acting" not in english  # one voice is not "most"


def test_divided_opinions_are_called_so() -> None:
    summary = summarise_reviews(["配乐精彩", "配乐难听", "配乐动听", "配乐刺耳"])
    assert "意见不一的是音乐（2 条肯定、2 条否定）" in summary.sentences("zh")
    assert summary.sentences("en").endswith("Opinions differ on the music (2 for, 2 against).")


def test_quotes_are_for_and_against_and_distinct() -> None:
    summary = summarise_reviews(["配乐精彩", "配乐精彩", "配乐难听", "配乐还行", "配乐动听极了"])
    quotes = summary.aspects[0].quotes
    assert [q.polarity for q in quotes].count("positive") == 2
    assert [q.text for q in quotes if q.polarity == "negative"] == ["配乐难听"]
    assert len({q.text for q in quotes}) == len(quotes)


def test_nothing_to_say() -> None:
    for nothing in ([], ["", " \n"]):
        summary = summarise_reviews(nothing)
        assert summary.overall == Counts() and summary.aspects == ()
        assert summary.sentences("zh") == "还没有可以总结的评论。"
        assert summary.sentences("en") == "There are no reviews to summarise yet."
    assert summarise_reviews(["Wonderful"]).sentences("en") == "1 review: 1 positive."


def test_the_classifier_decides_when_given() -> None:
    def read(text: str) -> Mapping[str, float]:
        return {"negative": 1.0}

    summary = summarise_reviews(["客服让我等到明年", "又是这种客服"], read)
    assert summary.overall == Counts(negative=2)
    assert aspect(summary, "service") == Counts(negative=2)


def test_what_is_no_list_of_texts_is_refused() -> None:
    with pytest.raises(ReviewError, match="list"):
        summarise_reviews("一条评论")
    with pytest.raises(ReviewError, match="review 1 is int"):
        summarise_reviews(["好", 3])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="'fr'"):
        summarise_reviews([]).sentences("fr")


def test_a_view_leans_from_two_thirds_on() -> None:
    assert Counts(positive=2, negative=1).leaning == "positive"
    assert Counts(positive=3, negative=2).leaning == "mixed"
    assert Counts(negative=2, mixed=1, neutral=9).leaning == "negative"
    assert Counts(neutral=4).leaning == "neutral"


PARTS = [
    "剧情",
    "配乐",
    "演员",
    "精彩",
    "难看",
    "但",
    "，",
    "。",
    "The plot",
    " is ",
    "awful",
    "wonderful",
    "2024",
    " 7 ",
    "不",
]


@given(
    st.lists(st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PARTS), max_size=12).map("".join)), max_size=12)
)
def test_every_number_is_a_count_and_every_quote_was_said(texts: list[str]) -> None:
    summary = summarise_reviews(texts)
    said = [text for text in texts if text.strip()]
    assert summary.overall.total == len(said)
    for one in summary.aspects:
        assert one.counts.total == sum(one.aspect in {o.aspect for o in find_aspects(text)} for text in texts)
        for quote in one.quotes:
            assert quote.text in texts[quote.review]
    counts = [summary.overall, *(one.counts for one in summary.aspects)]
    numbers = {n for c in counts for n in (c.total, c.opinions, c.positive, c.negative, c.mixed, c.neutral)}
    for lang in ("zh", "en"):
        assert {int(number) for number in re.findall(r"\d+", summary.sentences(lang))} <= numbers
