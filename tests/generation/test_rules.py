"""The pieces copy is made of: the phrase grammar, lexicons, limits, law, labels and briefs."""

from __future__ import annotations

import json
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation import labels
from generation.briefs import AdBrief, BriefError, ScriptBrief, SummaryBrief
from generation.channels import CHANNELS, graphemes, sms_units, speaking_seconds, wide_units, x_units
from generation.compliance import check
from generation.text import copy_en, copy_zh, lexicon_en, narration
from generation.text.facts import display_title
from generation.text.phrases import Grammar, parse, tables
from generation.text.revise import tidy


def expand(source: str, tags: str = "", slots: dict[str, str] | None = None, seed: int = 0) -> str | None:
    slots = slots or {}
    grammar = Grammar(tables(source), frozenset(tags.split()), slots)
    said = grammar.expand("start", random.Random(seed), lambda slot: slots[slot], set())
    return said and said[0]


def test_choices_slots_and_tables_expand():
    source = "== start\n[good |]<who> {when}\n== who\n[cat|dog]"
    texts = {expand(source, slots={"when": "now"}, seed=seed) for seed in range(50)}
    assert texts == {"good cat now", "good dog now", "cat now", "dog now"}


def test_conditions_decide_what_may_be_said():
    source = "== start\nfilm|series mood/sad :: a\n!film :: b"
    assert expand(source, "film mood/sad") == "a"
    assert expand(source, "album") == "b"
    assert expand(source, "film") is None


def test_a_phrase_needs_its_slots_and_the_tables_it_refers_to():
    assert expand("== start\n{year}\n") is None
    assert expand("== start\n<gone>\nplain\n== gone\nalbum :: x") == "plain"


def test_what_fills_a_slot_is_never_expanded():
    assert expand("== start\n{title}", slots={"title": "[a|b]<start>{title}"}) == "[a|b]<start>{title}"


def test_phrases_say_what_they_were_chosen_for():
    grammar = Grammar(tables("== start\nfilm mood/sad :: a"), frozenset({"film", "mood/sad"}), ())
    assert grammar.expand("start", random.Random(0), str, set()) == ("a", frozenset({"film", "mood/sad"}))


@pytest.mark.parametrize("broken", ["[a|b", "a {slot", "<table"])
def test_broken_templates_are_refused(broken):
    with pytest.raises(ValueError):
        parse(broken)
    with pytest.raises(ValueError, match="unknown tables"):
        tables("== start\n<nowhere>")


@pytest.mark.parametrize(("lang", "source"), [("zh", narration.TABLES["zh"]), ("en", narration.TABLES["en"])])
def test_no_line_of_ours_breaks_the_advertising_rules(lang, source):
    def texts(nodes):
        for node in nodes:
            if isinstance(node, str):
                yield node
            for option in getattr(node, "options", ()):
                yield from texts(option)

    for name, phrases in source.items():
        for phrase in phrases:
            words = "|".join(texts(phrase.nodes))
            assert not check(words, lang), (name, words)
            # A line on a work may state a number only through a slot.
            assert not re.search(r"\d", words), (name, words)


@pytest.mark.parametrize("source", [copy_zh.COPY, copy_en.COPY])
def test_a_line_without_a_slot_is_tied_to_what_it_is_about(source):
    for phrase in source["theme"]:
        assert phrase.conditions, "a theme says what kind of work it is for"


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [("tense film", "a tense film"), ("R&B album", "an R&B album"), ("offbeat play", "an offbeat play"),
     ("hour", "an hour"), ("one-act play", "a one-act play"), ("uniform", "a uniform"), ("unhurried drama", "an unhurried drama"),
     ("8-part series", "an 8-part series"), ("European film", "a European film")],
)  # fmt: skip
def test_articles(phrase, expected):
    assert lexicon_en.a(phrase) == expected


def test_lists_and_titles():
    assert lexicon_en.join(["A"]) == "A" and lexicon_en.join(["A", "B", "C"]) == "A, B and C"
    assert display_title("悲惨世界（音乐剧）") == "悲惨世界" and display_title("Fleabag (Stage)") == "Fleabag"
    assert display_title("(500) Days of Summer") == "(500) Days of Summer"


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [("看完。。", "zh", "看完。"), ("真好！，再见", "zh", "真好！再见"), ("他走了……。", "zh", "他走了……"), ("好,的", "zh", "好，的"),
     ("He left.. now go", "en", "He left. Now go"), ("Wait…, go", "en", "Wait… go"), ("one  two", "en", "one two")],
)  # fmt: skip
def test_seams_are_mended(text, lang, expected):
    assert tidy(text, lang) == expected


# --- limits ----------------------------------------------------------------------------------------------------------


def test_lengths_are_counted_as_platforms_count_them():
    assert graphemes("ab好❤️👍🏽") == 5
    assert graphemes("👨‍👩‍👧") == 1
    assert wide_units("ab好") == 4
    assert [
        x_units(text) for text in ("ab", "好", "…", "“a”", "👨‍👩‍👧", "🇨🇳", "go https://example.com/a/long/way")
    ] == [2, 2, 2, 3, 2, 2, 26]
    assert graphemes("🇨🇳🇬🇧") == 2 and graphemes("👨‍👩‍👧") == 1
    assert sms_units("a" * 160) == 70 and sms_units("好" * 70) == 70
    assert sms_units("a" * 71 + "“") > 70, "one typographic quote makes it a 70-character message"


@given(st.text(max_size=80), st.sampled_from(["zh", "en"]))
def test_speaking_takes_time_in_proportion(text, lang):
    assert speaking_seconds(text, lang) >= 0
    assert speaking_seconds(text + " and more 更多", lang) > speaking_seconds(text, lang)


def test_reading_pace():
    assert speaking_seconds("字" * 45, "zh") == pytest.approx(10)
    assert speaking_seconds("one two three four five", "en") == pytest.approx(2)
    assert speaking_seconds("don’t stop", "en") == pytest.approx(0.8)


def test_every_channel_limits_both_languages():
    for channel in CHANNELS.values():
        assert set(channel.bounds) == {"zh", "en"}
        assert set(channel.bounds["zh"]) == set(channel.bounds["en"])
        assert all(0 < bound.aim <= bound.most for parts in channel.bounds.values() for bound in parts.values())


# --- law and labels --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["国家级享受", "年度最佳", "全网第一", "顶级制作", "100%好看", "必看", "史上最燃", "独家上线",
     "唯一正版", "神作", "绝对不会失望", "全网最低价", "票房第1"],
)  # fmt: skip
def test_absolute_words_are_found(text):
    assert check(text, "zh")


@pytest.mark.parametrize("text", ["最后一集", "第一次见面", "不必看懂", "最近有空吗", "封神榜", "第一集", "绝对值"])
def test_words_that_make_no_claim_are_left_alone(text):
    assert not check(text, "zh")


@pytest.mark.parametrize(
    "text", ["the best film", "funniest show ever", "#1 series", "guaranteed fun", "a must-see", "best-selling"]
)
def test_english_claims_are_found(text):
    assert check(text, "en")


@pytest.mark.parametrize("text", ["his best friend", "bestowed", "first love", "number 12", "perfect memory"])
def test_english_words_that_make_no_claim_are_left_alone(text):
    assert not check(text, "en")


def test_proper_names_may_be_called_what_they_are_called():
    assert not check("获金马奖最佳剧情片奖", "zh", exempt=["金马奖最佳剧情片奖"])
    assert not check("《天下第一楼》上演", "zh", exempt=["天下第一楼"])
    assert [f.word for f in check("《顶级》是顶级的", "zh", exempt=["《顶级》"])] == ["顶级"]


def test_findings_say_where_and_what_instead():
    (found,) = check("这是全网最低价吗", "zh")
    assert (found.start, found.end, found.rule) == (2, 7, "price") and found.instead
    assert [f.word for f in check("do not say Crime", "en", extra=["crime"])] == ["Crime"]


def test_labels_follow_the_standard():
    for lang, sign in (("zh", "生成"), ("en", "generated")):
        assert "AI" in labels.VISIBLE[lang] and sign in labels.VISIBLE[lang]
    record = labels.implicit("文案")
    assert set(record) == {
        "Label", "ContentProducer", "ProduceID", "ReservedCode1", "ContentPropagator", "PropagateID", "ReservedCode2",
    }  # fmt: skip
    assert record["Label"] == "1" and record["ProduceID"] != labels.implicit("文案。")["ProduceID"]
    assert json.loads(json.dumps(labels.metadata("x", seed=1, generator="rules", n=2)))["n"] == 2


# --- briefs ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "field"),
    [(lambda: AdBrief(work="w", channel="fax"), "channel"), (lambda: AdBrief(work="w", lang="fr"), "lang"),
     (lambda: AdBrief(work="w", tone="loud"), "tone"), (lambda: AdBrief(work="w", seconds=2), "seconds"),
     (lambda: AdBrief(), "topic"), (lambda: AdBrief(work="w", offer="x" * 61), "offer"),
     (lambda: AdBrief(work="w", must_use=("crime story",), avoid=("Crime",)), "contradict"),
     (lambda: ScriptBrief(), "topic"), (lambda: ScriptBrief(topic="x", form="trailer"), "work"),
     (lambda: ScriptBrief(topic="x", length="epic"), "length"), (lambda: SummaryBrief(), "exactly one"),
     (lambda: SummaryBrief(work="w", text="t"), "exactly one"), (lambda: SummaryBrief(work="w", sentences=0), "sentences"),
     (lambda: SummaryBrief(work="w", max_chars=3), "max_chars"), (lambda: SummaryBrief(text="x" * 300_001), "text")],
)  # fmt: skip
def test_a_brief_says_what_is_wrong_with_it(make, field):
    with pytest.raises(BriefError, match=field):
        make()


def test_a_brief_cleans_what_people_paste():
    brief = AdBrief(work="w", offer="  首月\u200b半价\n\u202e限时\x00 ", must_use=("a", "", "a"))
    assert brief.offer == "首月半价 限时" and brief.must_use == ("a",)
    assert AdBrief(work="w").brand == "娱伴" and AdBrief(work="w", lang="en").brand == "Yuban"
