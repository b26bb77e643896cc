"""Terms, lexicon and aspects: known answers in both languages, and nothing that can be typed breaks them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.sentiment.aspects import ASPECTS, MAX_TEXT, POLARITIES, aspect_name, find_aspects, verdict
from knowledge.sentiment.lexicon import LexiconError, OpinionLexicon, default_lexicon, shares
from knowledge.sentiment.terms import TermFinder
from knowledge.text import fold


def views(text: str) -> dict[str, str]:
    return {opinion.aspect: opinion.polarity for opinion in find_aspects(text)}


# --- terms -----------------------------------------------------------------------------------------------------------


def found(words: list[str], text: str) -> list[str]:
    return [term.word for term in TermFinder(words).find(fold(text))]


def test_the_longest_word_wins_and_latin_words_count_whole() -> None:
    assert found(["好", "好看", "看"], "好看好") == ["好看", "好"]
    assert found(["art"], "start art, artful ART's") == ["art"]
    assert found(["let down", "let"], "Let down? let's; let go") == ["let down", "let"]
    assert found(["app"], "这个APP真好") == ["app"]
    assert found(["電影", " "], "电影") == ["电影"]


@given(
    st.lists(st.text(alphabet="ab好看c ", min_size=1, max_size=4), max_size=6),
    st.text(alphabet="ab好看c ", max_size=30),
)
def test_terms_are_where_they_say_and_never_overlap(words: list[str], text: str) -> None:
    end = 0
    listed = {word.strip() for word in words}
    for term in TermFinder(words).find(text):
        assert term.start >= end and term.end > term.start
        assert text[term.start : term.end] == term.word and term.word in listed
        end = term.end


# --- lexicon ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("这部片子很精彩", 1),
        ("一点都不精彩", -1),
        ("并不无聊", 1),
        ("没有想象中精彩", -1),
        ("不仅精彩", 1),
        ("This is wonderful", 1),
        ("This isn't wonderful", -1),
        ("not boring", 1),
        ("never boring", 1),
        ("hardly wonderful", -1),
        ("不是不好看", 1),
    ],
)
def test_negation_turns_an_opinion_round(text: str, side: int) -> None:
    praise, blame = default_lexicon().balance(text)
    assert (praise > blame) - (praise < blame) == side


def test_negated_praise_is_weaker_than_blame_and_degree_counts() -> None:
    lexicon = default_lexicon()
    assert 0 < lexicon.balance("not wonderful")[1] < lexicon.balance("terrible")[1] + 1e-9
    assert lexicon.balance("太精彩")[0] > lexicon.balance("精彩")[0] > lexicon.balance("有点精彩")[0] > 0


def test_negation_does_not_cross_a_comma() -> None:
    assert default_lexicon().balance("我没去，精彩")[0] > 0
    assert default_lexicon().balance("I did not. wonderful")[0] > 0


def test_emotion_words_are_counted() -> None:
    assert default_lexicon().emotions("吓得我不敢睡，又哭了") == {"fear": 2, "sadness": 1}
    assert default_lexicon().emotions("I laughed and cried") == {"joy": 1, "sadness": 1}
    assert default_lexicon().emotions("几点开始") == {}


@given(st.text(max_size=200))
def test_opinions_stand_in_the_text_and_shares_sum_to_one(text: str) -> None:
    lexicon = default_lexicon()
    for opinion in lexicon.opinions(text):
        assert 0 <= opinion.start < opinion.end <= len(text) and opinion.value != 0
    reading = lexicon.polarity(text)
    assert set(reading) == set(POLARITIES)
    assert sum(reading.values()) == pytest.approx(1) and min(reading.values()) >= 0


def test_shares_name_the_obvious_verdict() -> None:
    assert verdict(shares(3, 0)) == "positive"
    assert verdict(shares(0, 3)) == "negative"
    assert verdict(shares(3, 3)) == "mixed"
    assert verdict(shares(0, 0)) == "neutral"


def test_a_word_has_one_side() -> None:
    source = resources.files("knowledge.sentiment").joinpath("data/lexicon.json")
    content = json.loads(source.read_text(encoding="utf-8"))
    for lang in ("zh", "en"):
        sides = [
            {fold(w) for words in content[side][lang].values() for w in words} for side in ("positive", "negative")
        ]
        assert not sides[0] & sides[1]
        neither = {fold(w) for w in content["look_alikes"][lang]}
        assert not neither & (sides[0] | sides[1] | {fold(w) for w in content["negators"][lang]})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "Expecting"),
        ("[]", "form"),
        ('{"positive": {}}', "missing"),
        ('{"positive": {"zh": {"1": "好"}}}', "list of words"),
    ],
)
def test_a_broken_lexicon_file_is_named(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "mine.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(LexiconError, match=r"mine\.json") as error:
        OpinionLexicon.load(path)
    assert said in str(error.value)


# --- aspects ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # contrast
        ("剧情拖沓，但配乐很棒", {"plot": "negative", "music": "positive"}),
        ("摄影精致，可惜台词尴尬", {"visuals": "positive", "dialogue": "negative"}),
        ("演员出色不过字幕糟糕", {"acting": "positive", "subtitles": "negative"}),
        ("Superb cinematography but a terrible script", {"visuals": "positive", "plot": "negative"}),
        ("The acting is excellent, though the pacing is awful.", {"acting": "positive", "pace": "negative"}),
        # contrast alone says the opposite
        ("配乐精彩，但剧情像隔夜茶", {"music": "positive", "plot": "negative"}),
        # negation
        ("剧情一点也不无聊", {"plot": "positive"}),
        ("配乐并不好听", {"music": "negative"}),
        ("The plot isn't boring", {"plot": "positive"}),
        ("The soundtrack is not very good", {"music": "negative"}),
        # lists, and the same of another
        ("剧情、演技和配乐都很精彩", {"plot": "positive", "acting": "positive", "music": "positive"}),
        ("Plot, acting and music are all wonderful", {"plot": "positive", "acting": "positive", "music": "positive"}),
        ("配乐很棒，摄影也是", {"music": "positive", "visuals": "positive"}),
        # not a list: words the lexicon does not know are no reason to take the next clause's view
        ("字幕像天书，剧情精彩", {"subtitles": "neutral", "plot": "positive"}),
        # each its own, in one breath
        ("Charming actors stuck with clunky dialogue", {"acting": "positive", "dialogue": "negative"}),
        # a later clause about the same thing
        ("客服接了电话，态度恶劣", {"service": "negative"}),
        ("The app is back. Terrible.", {"app": "negative"}),
        # mixed, neutral, nothing
        ("配乐有的精彩有的难听", {"music": "mixed"}),
        ("字幕在哪里设置", {"subtitles": "neutral"}),
        ("我明天去北京", {}),
        ("See you on Monday", {}),
    ],
)
def test_known_views(text: str, wanted: dict[str, str]) -> None:
    got = views(text)
    assert {aspect: got.get(aspect) for aspect in wanted} == wanted
    if not wanted:
        assert got == {}


def test_the_passage_is_what_speaks_of_the_aspect() -> None:
    text = "我上周看的。剧情拖沓，看得想睡；但配乐很棒！"
    quoted = {o.aspect: text[o.start : o.end] for o in find_aspects(text)}
    assert quoted["plot"].startswith("剧情拖沓")
    assert "配乐" not in quoted["plot"] and "配乐很棒" in quoted["music"]


def test_the_classifier_is_heard_where_words_are_silent() -> None:
    def read(text: str) -> Mapping[str, float]:
        return {"negative": 0.9, "neutral": 0.1}

    text = "客服让我等到明年"
    assert views(text)["service"] == "neutral"
    assert {o.aspect: o.polarity for o in find_aspects(text, read)}["service"] == "negative"


def test_every_aspect_has_cues_and_a_name_in_both_languages() -> None:
    source = resources.files("knowledge.sentiment").joinpath("data/aspects.json")
    content = json.loads(source.read_text(encoding="utf-8"))
    assert set(content) == {*ASPECTS, "look_alikes"}
    for aspect in ASPECTS:
        assert len(content[aspect]["zh"]) >= 8 and len(content[aspect]["en"]) >= 8
        assert aspect_name(aspect, "zh") and aspect_name(aspect, "en")
        assert aspect in views(content[aspect]["zh"][0]) and aspect in views(content[aspect]["en"][0])


WORDS = [
    "剧情",
    "配乐",
    "精彩",
    "难看",
    "但",
    "不",
    "，",
    "。",
    "the plot",
    " but ",
    "music",
    "awful",
    " ",
    "good",
    ", ",
    ".",
    "价",
]


@given(st.one_of(st.text(max_size=120), st.lists(st.sampled_from(WORDS), max_size=25).map("".join)))
def test_aspects_of_anything(text: str) -> None:
    opinions = find_aspects(text)
    assert len({o.aspect for o in opinions}) == len(opinions)
    for opinion in opinions:
        assert opinion.aspect in ASPECTS and opinion.polarity in POLARITIES
        assert 0 <= opinion.start < opinion.end <= len(text) and 0 <= opinion.strength < 1
        passage = text[opinion.start : opinion.end]
        assert opinion.aspect in views(passage), passage
        assert passage == passage.strip()


def test_only_the_beginning_of_an_endless_text_is_read() -> None:
    assert views("啊" * MAX_TEXT + "剧情精彩") == {}
    assert views("剧情精彩" * 500_000) == {"plot": "positive"}
