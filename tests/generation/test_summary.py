"""Summaries: sentences taken as they are, the important ones; works told by their line and their facts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from proofreading import faults

from generation.briefs import BriefError, SummaryBrief
from generation.summary import mmr, sentences, textrank
from generation.text.facts import Facts

FILM = "film/a-better-tomorrow-1986"
EN = (
    "The harbour festival opened on Friday. The harbour festival brought forty boats into the old harbour. Dr. Lee sold tea. "
    "Boats in the old harbour carried music all night. A cat slept. The festival ends when the last boats leave the harbour."
)
ZH = (
    "港口音乐节周五开幕。四十条船开进老港口，船上整夜有音乐。李医生卖茶。音乐节的船停在老港口。一只猫睡着了。"
    "最后一条船离开老港口，音乐节就结束。"
)


def test_sentences_of_both_languages():
    assert len(sentences(ZH)) == 6
    assert sentences(EN)[2] == "Dr. Lee sold tea."
    assert sentences("他问：“走吗？”她点头。") == ["他问：“走吗？”", "她点头。"]
    assert sentences("one line\n\nanother line") == ["one line", "another line"]
    assert sentences(" \n ") == []


@given(
    st.lists(st.sampled_from([*sentences(EN), *sentences(ZH)]), min_size=1, max_size=12),
    st.integers(1, 5),
    st.sampled_from(["zh", "en"]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_summary_takes_whole_sentences_in_their_order(summariser, rows, count, lang):
    text = " ".join(rows)
    draft = summariser.generate(SummaryBrief(text=text, lang=lang, sentences=count))
    kept = sentences(draft.text)
    assert 1 <= len(kept) <= count
    places = [rows.index(row) for row in kept]
    assert set(kept) <= set(rows) and (len(set(rows)) < len(rows) or places == sorted(places))
    assert draft.facts == ()


def test_the_point_is_kept_and_the_aside_is_not(summariser):
    zh = summariser.generate(SummaryBrief(text=ZH, sentences=2)).text
    en = summariser.generate(SummaryBrief(text=EN, lang="en", sentences=2)).text
    assert "老港口" in zh and "猫" not in zh and "卖茶" not in zh
    assert "harbour" in en and "cat" not in en and "tea" not in en


def test_a_length_is_kept_to(summariser):
    assert len(summariser.generate(SummaryBrief(text=ZH, sentences=6, max_chars=30)).text) <= 30
    with pytest.raises(BriefError, match="max_chars"):
        summariser.generate(SummaryBrief(text="这是一个很长很长很长很长很长的句子。", max_chars=10))
    with pytest.raises(BriefError, match="no sentence"):
        summariser.generate(SummaryBrief(text="!!! ..."))


def test_textrank_is_the_stationary_distribution_of_its_chain():
    rng = np.random.default_rng(0)
    likeness = rng.random((6, 6), np.float32)
    likeness = (likeness + likeness.T) / 2
    np.fill_diagonal(likeness, 0)
    chain = 0.15 / 6 + 0.85 * likeness / likeness.sum(axis=1, keepdims=True)
    values, vectors = np.linalg.eig(chain.T)
    exact = np.real(vectors[:, np.argmax(np.real(values))])
    assert np.allclose(textrank(likeness), exact / exact.sum(), atol=1e-4)


def test_textrank_of_unrelated_sentences_is_uniform():
    assert np.allclose(textrank(np.zeros((4, 4), np.float32)), 0.25)


def test_mmr_prefers_what_has_not_been_said():
    rank = np.array([0.5, 0.45, 0.2], np.float32)
    likeness = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]], np.float32)
    assert mmr(rank, likeness, 2, relevance=0.5) == [0, 2]
    assert mmr(rank, likeness, 2, relevance=1.0) == [0, 1]


@given(pick=st.integers(0, 10**6), lang=st.sampled_from(["zh", "en"]), seed=st.integers(0, 99))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_work_is_told_by_its_facts(graph, works, summariser, pick, lang, seed):
    work = works[pick % len(works)]
    draft = summariser.generate(SummaryBrief(work=work, lang=lang, sentences=5), seed=seed)
    assert Facts(graph, work, lang).title in draft.text
    assert draft.facts and set(draft.facts) <= set(graph.facts(work))
    text = draft.text
    for words in sorted(Facts(graph, work, lang).names(), key=len, reverse=True):  # "From Today, It's My Turn!!"
        text = text.replace(words, "X")
    assert not faults(text), draft.text


def test_a_known_work(summariser):
    text = summariser.generate(SummaryBrief(work=FILM, sentences=4), seed=1).text
    for fact in ("《英雄本色》", "1986年", "吴宇森执导", "狄龙", "95分钟", "香港电影金像奖最佳电影奖"):
        assert fact in text
    english = summariser.generate(SummaryBrief(work=FILM, lang="en", sentences=4), seed=1).text
    assert "directed by John Woo" in english and "It runs 95 minutes." in english


def test_one_sentence_is_one_sentence(summariser):
    assert len(sentences(summariser.generate(SummaryBrief(work=FILM, sentences=1), seed=0).text)) == 1
    with pytest.raises(BriefError, match="max_chars"):
        summariser.generate(SummaryBrief(work=FILM, max_chars=10))
