"""Summaries: sentences taken as they are, the important ones; works told by their line and their facts."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from proofreading import faults

from generation.briefs import BriefError, SummaryBrief, clean
from generation.summary import Summariser, Turn, mmr, sentences, summarise_conversation, textrank
from generation.text.facts import Facts
from generation.text.headline import Headline
from generation.text.pairs import PairsError

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


# --- in other words, of reviews, of a conversation -----------------------------------------------------------------------


def test_a_trained_writer_is_believed_only_where_the_text_bears_it_out(graph):
    text = "港口音乐节周五开幕，40 条船开进老港口。A cat slept. 《船歌》在夜里响起。"

    def written(said, **more):
        return Summariser(graph, writer=lambda _: said).generate(SummaryBrief(text=text, sentences=1, **more))

    assert written("港口音乐节 40 条船").text == "港口音乐节 40 条船"
    assert written("港口音乐节 40 条船").metadata["generator"] == "abstractive"
    for wrong in ("50 条船开进港口", "《夜曲》响起", "Cats slept in Paris", "", "一百二十条船"):
        assert written(wrong).metadata["generator"] == "extractive", wrong
    assert written("港口音乐节 40 条船，老港口的夜", max_chars=25).metadata["generator"] == "abstractive"
    assert written("港口音乐节 40 条船" * 3, max_chars=26).metadata["generator"] == "extractive"


def test_a_headliner_gives_the_title(graph):
    class Cutter:
        def write(self, text, *, n=1, most=None):
            if "。" not in text:
                raise PairsError("nothing")
            return [Headline(text[:5], ((0, 5),), 0.5)]

    summariser = Summariser(graph, headliner=Cutter())
    assert summariser.generate(SummaryBrief(text=ZH)).title == "港口音乐节"
    assert summariser.generate(SummaryBrief(text="a cat", lang="en")).title == "Summary"


def test_a_review_set_by_count_and_aspect(summariser):
    reviews = ["音乐很好听，剧情太拖沓。", "音乐封神！", "配乐好听，很喜欢。", "剧情无聊。", "The music is wonderful."]
    zh = summariser.reviews(reviews, "zh")
    assert "共 5 条评论" in zh.text and "音乐" in zh.text and "AI" in zh.label
    for quote in re.findall("“(.*?)”", zh.text):
        assert any(quote in review for review in reviews)
    assert "5 reviews" in summariser.reviews(reviews, "en").text
    with pytest.raises(BriefError, match="none to summarise"):
        summariser.reviews([" "], "zh")
    with pytest.raises(BriefError, match="lang"):
        summariser.reviews(reviews, "fr")
    with pytest.raises(BriefError, match="5001"):
        summariser.reviews(["好"] * 5001, "zh")


def talk(text):
    return [Turn(*line.split("|", 1)) for line in text.strip().splitlines()]


TROUBLE = talk(
    """
user|你好
assistant|你好呀，想看点什么？
user|我看《漫长的季节》一直卡，画面转圈
assistant|其他 App 上网也慢吗？
user|不慢
assistant|请先退出 App 再重新打开，把清晰度切换到 720P 试试。
user|还是不行啊
assistant|重启一下路由器。
user|没用！这都第三次了，气死我了
user|会员能不能退款？
user|转人工"""
)


def test_the_note_for_whoever_takes_over():
    found = summarise_conversation(TROUBLE)
    assert found.wants == ("我看《漫长的季节》一直卡，画面转圈", "会员能不能退款？")
    assert [(step.text, step.worked) for step in found.tried] == [
        ("请先退出 App 再重新打开，把清晰度切换到 720P 试试。", False),
        ("重启一下路由器。", False),
    ]
    assert found.mood == "upset"
    assert "用户想要" in found.text("zh") and "生气" in found.text("zh") and "did not help" in found.text("en")
    assert len(found.text("zh", most=40)) == 40
    with pytest.raises(BriefError, match="lang"):
        found.text("fr")


def test_an_english_conversation():
    found = summarise_conversation(
        talk(
            """
user|hi
user|I was charged twice for March and want one payment back
assistant|Try restoring purchases in settings.
user|that worked, the app shows it. thanks!
assistant|Anything else?
user|I want to talk to a human"""
        )
    )
    assert found.wants == ("I was charged twice for March and want one payment back",)
    assert found.tried[0].worked is True and found.mood in ("pleased", "calm") and found.open == ""


def test_an_unanswered_question_stays_open():
    found = summarise_conversation(talk("user|播放失败\nassistant|好的。报错代码是多少？\nuser|人工客服"))
    assert found.open == "报错代码是多少？" and found.wants == ("播放失败",)
    found = summarise_conversation(talk("assistant|要看电影还是剧？\nuser|转人工"))
    assert found.open == "要看电影还是剧？" and found.wants == ()
    found = summarise_conversation(talk("user|我的票没收到，帮我查查\nassistant|好。\nuser|座位还能改吗？"))
    assert "座位还能改吗？" in (found.open, *found.wants)


@given(
    st.lists(st.tuples(st.sampled_from(["user", "assistant", "agent"]), st.text(max_size=40)), max_size=12),
    st.sampled_from(["zh", "en"]),
)
@settings(max_examples=80, deadline=None)
def test_every_statement_about_a_conversation_is_a_quote(rows, lang):
    turns = [Turn(*row) for row in rows]
    found = summarise_conversation(turns)
    cleaned = [clean(turn.text) for turn in turns]
    for said in (*found.wants, found.open, *(step.text for step in found.tried)):
        assert any(said in text for text in cleaned) or not said
    assert len(found.text(lang, most=100)) <= 100


def test_a_role_is_one_of_three():
    with pytest.raises(BriefError, match="role"):
        Turn("system", "x")
