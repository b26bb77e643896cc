# ruff: noqa: E501 — cases, a line a group
"""Advertising law as a filter: what is blocked, what needs evidence, what is allowed although it looks alike."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.compliance import check, review, reworded
from generation.compliance_subjects import banned_subjects, defamation
from generation.compliance_text import Lexicon, LexiconError, normalise
from generation.naming import Names


def levels(text, lang="zh", **more):
    return [(finding.rule, finding.level) for finding in review(text, lang, **more)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("年度最佳", ("absolute", "block")), ("全网票房第一", ("rank", "evidence")), ("全网最低价", ("price", "evidence")),
        ("专治失眠", ("medical", "block")), ("3天瘦5斤", ("medical", "block")), ("稳赚不赔", ("financial", "block")),
        ("年化收益8%", ("financial", "block")), ("报班包过", ("education", "block")), ("快让妈妈给你买", ("minors", "block")),
        ("本店最新款", ("absolute", "allowed")), ("最佳观影距离是三米", ("absolute", "allowed")), ("国家级非物质文化遗产", ("absolute", "allowed")),
        ("我们追求完美", ("absolute", "allowed")), ("获奥斯卡最佳导演奖", ("absolute", "allowed")),
        ("据灯塔数据统计，2024年1月全国票房第一", ("rank", "allowed")),
    ],
)  # fmt: skip
def test_the_three_levels_in_chinese(text, expected):
    assert levels(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the best film ever", ("absolute", "evidence")), ("guaranteed fun", ("guarantee", "block")), ("it cures insomnia", ("medical", "block")),
        ("double your money", ("financial", "block")), ("ask your mum to buy it", ("minors", "block")), ("number one show", ("rank", "evidence")),
        ("our own lowest prices yet", ("price", "allowed")), ("we aim to be the best", ("absolute", "allowed")),
        ("No. 1 in the UK in March 2024, according to Nielsen data", ("rank", "allowed")),
        ("won the Academy Award for the best film ever made", ("absolute", "allowed")),
    ],
)  # fmt: skip
def test_the_three_levels_in_english(text, expected):
    assert levels(text, "en") == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "最后一集",
        "第一次见面",
        "不必看懂",
        "历史上的今天",
        "治愈的纪录片",
        "戒烟",
        "cure for boredom",
        "best before May",
    ],
)
def test_what_only_looks_alike_is_left_alone(text):
    assert not check(text, "zh" if not text.isascii() else "en")


def test_medical_and_financial_promises_have_no_exemption():
    assert levels("本店追求最好的疗效")[-1] == ("medical", "block")
    assert ("financial", "block") in levels("据统计，2024年全国稳赚")


@pytest.mark.parametrize(
    "text", ["最·佳", "最 佳", "最*佳", "最\u200b佳", "最最最佳", "最-佳", "國家級", "国.家.级", "ＮＯ．１", "１００％"]
)
def test_disguises_are_seen_through(text):
    (finding,) = check(text, "zh")
    assert text[finding.start : finding.end] == finding.word


@settings(max_examples=150, deadline=None)
@given(before=st.text(alphabet="今天看电影，。 a1", max_size=8), marks=st.text(alphabet="*.-~ \u200b\u200d·", max_size=3), after=st.text(alphabet="吧。！x ", max_size=6))  # fmt: skip
def test_a_finding_points_at_what_was_typed(before, marks, after):
    text = f"{before}国{marks}家级{after}"
    (finding,) = check(text, "zh")
    assert (
        finding.word == text[finding.start : finding.end]
        and finding.word.startswith("国")
        and finding.word.endswith("级")
    )


@given(text=st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_normalising_keeps_every_offset_in_order(text):
    read = normalise(text)
    assert len(read.at) == len(read.text) + 1 and list(read.at) == sorted(read.at) and read.at[-1] == len(text)
    assert normalise(read.text).text == read.text or "\ue000" in text or any(len(c.lower()) > 1 for c in text)


def test_every_finding_cites_an_article_and_a_way_out():
    for text, lang in (("国家级、票房第一、专治失眠、稳赚、包过、让妈妈给你买、百分百、全网最低价", "zh"), ("the best ever, no. 1, guaranteed, cheapest, cures, get rich", "en")):  # fmt: skip
        findings = check(text, lang)
        assert len(findings) >= 6
        assert all(finding.article and finding.instead for finding in findings)
        chinese = [any("\u4e00" <= char <= "\u9fff" for char in finding.instead) for finding in findings]
        assert all(chinese) if lang == "zh" else not any(chinese)


def test_a_safe_wording_is_safe():
    for text, lang in (("年度最佳影片，必看的神作，顶级阵容", "zh"), ("A must-see, world-class masterpiece", "en")):
        put_right = reworded(text, check(text, lang))
        assert put_right != text and not check(put_right, lang), put_right


def test_every_swap_of_the_table_is_itself_lawful():
    from generation.compliance_rules import RULES

    for rule in RULES:
        for old, new in rule.swaps:
            assert rule.pattern.search(old), old
            assert not check(new, rule.lang), new


def test_names_may_be_called_what_they_are_called():
    assert not check("《终极标靶》今晚见", "zh", exempt=["终极标靶"])
    assert check("《终极标靶》，终极之夜", "zh", exempt=["终极标靶"])[0].start == 7


def test_platform_words_belong_to_their_platform():
    assert ("platform", "block") in levels("想看的加薇信", channel="xiaohongshu")
    assert not levels("想看的加薇信", channel="sms")
    assert ("platform", "block") in levels("震惊！不转不是影迷", channel="wechat-title")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("电子烟新口味上市", "tobacco"), ("Try our new vape", "tobacco"), ("處方藥直邮", "prescription"), ("线上博彩平台", "gambling"),
        ("新生儿奶粉特价", "infant-formula"), ("代写论文", "unlawful-services"), ("essay mill", "unlawful-services"), ("online poker night", "gambling"),
    ],
)  # fmt: skip
def test_what_may_not_be_advertised_at_all(text, kind):
    assert [subject.kind for subject in banned_subjects(text)] == [kind]


def test_some_goods_are_not_for_minors():
    assert not banned_subjects("周末啤酒节", audience="上班族")
    assert [subject.kind for subject in banned_subjects("周末啤酒节", audience="中学生")] == ["alcohol"]
    assert not banned_subjects("儿童手游防沉迷", audience="家长和孩子")
    assert banned_subjects("loot boxes inside", audience="teenagers")


def test_speaking_against_a_product_is_no_advertisement_for_it():
    assert (
        not banned_subjects("反毒品宣传") and not banned_subjects("quit vaping") and not banned_subjects("世界无烟日")
    )


def test_a_real_person_beside_a_crime(graph):
    names = Names(graph)
    (found,) = defamation("梁朝伟因为偷税被抓。\n\n周迅走进咖啡馆。", names)
    assert found.person == "person/tony-leung-chiu-wai" and found.word == "偷税"
    assert defamation("Tom Hanks was arrested for fraud.", names)
    assert not defamation("小满因为偷税被抓。", names) and not defamation("梁朝伟走进咖啡馆。", names)
    makers = frozenset({"person/tony-leung-chiu-wai"})
    assert not defamation("梁朝伟主演，讲一个贪污案。", names, allowed=makers)
    finding = review("周迅出轨了", "zh", people=names)[0]
    assert finding.rule == "defamation" and "虚构" in finding.instead and "民法典" in finding.article


def test_an_operators_own_words(tmp_path):
    path = tmp_path / "house.txt"
    path.write_text("# ours\n竞品甲\tblock\t某品牌\n包邮\tevidence\nfoo\n", encoding="utf-8")
    lexicon = Lexicon.load(path)
    found = check("競品·甲包邮，food", "zh", lexicons=[lexicon])
    assert [(f.word, f.rule, f.level, f.swap) for f in found] == [("競品·甲", "house", "block", "某品牌"), ("包邮", "house", "evidence", None)]  # fmt: skip
    path.write_text("甲\tsometimes\n", encoding="utf-8")
    with pytest.raises(LexiconError, match="line 1"):
        Lexicon.load(path)
    with pytest.raises(LexiconError):
        Lexicon.load(tmp_path / "none.txt")
    assert not list(Lexicon([]).find(normalise("甲")))
