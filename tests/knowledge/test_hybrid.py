"""Three matchers over a dozen texts: each finds what only it can, and says so."""

from __future__ import annotations

import pytest

from knowledge.search.fusion import BadFusion
from knowledge.search.hybrid import MATCHERS, HybridIndex

TEXTS = [
    "How do I get my money back for a ticket?",
    "The picture freezes and keeps loading",
    "How do I download a film to watch offline?",
    "怎么把会员取消掉",
    "Subtitles are out of step with the sound",
    "Invite a friend and get a month free",
]


@pytest.fixture(scope="module")
def index() -> HybridIndex:
    return HybridIndex(TEXTS)


def test_every_hit_says_who_found_it_and_by_which_terms(index: HybridIndex) -> None:
    best = index.search("ticket money")[0]
    assert best.row == 0 and best.found_by == dict.fromkeys(MATCHERS, 1)
    assert set(best.terms) == {"ticket", "money"}


def test_each_matcher_finds_what_only_it_can(index: HybridIndex) -> None:
    misspelt = index.search("subtittles")[0]
    assert misspelt.row == 4 and "bm25" not in misspelt.found_by and misspelt.terms == ()
    other_language = index.search("cancel membership")[0]
    assert other_language.row == 3 and set(other_language.found_by) == {"vectors"}


def test_weights_are_learned_from_labelled_queries() -> None:
    index = HybridIndex(TEXTS)
    fusion = index.fit(
        [("refund a ticket", {0}), ("screen stuck loading", {1}), ("取消会员", {3}), ("sound sync", {4})]
    )
    assert index.fusion is fusion and fusion.matchers == MATCHERS
    best = index.search("ticket money back")[0]
    assert best.row == 0 and 0 < best.score <= 1 and best.terms
    with pytest.raises(BadFusion):
        index.fit([])


def test_nothing_to_search_and_nothing_to_find(index: HybridIndex) -> None:
    assert HybridIndex([]).search("anything") == []
    assert index.search("") == index.search("?!") == []
    assert len(index.search("a film", 2)) == 2
