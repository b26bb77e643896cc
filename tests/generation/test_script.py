"""Scripts: about a work only its facts, about a topic its people, its place and its words; in the layout of the trade."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from proofreading import People, faults

from generation.briefs import SCRIPT_FORMS, BriefError, ScriptBrief
from generation.text import stories, topics
from generation.text.facts import Facts

FILM = "film/a-better-tomorrow-1986"
langs = st.sampled_from(["zh", "en"])
seeds = st.integers(0, 10**6)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TOPICS = {
    "zh": ("催婚", "两个老朋友在车站重逢", "外卖员和明星", "加班", "密室里消失的钥匙", "一只猫想当导演", "时间旅行"),
    "en": (
        "overtime",
        "a detective and a thief on a night train",
        "two strangers in a lift",
        "the last librarian",
        "a break-up",
    ),
}


@pytest.fixture(scope="module")
def people(graph):
    return People(graph)


@quick
@given(pick=st.integers(0, 10**6), lang=langs, form=st.sampled_from(SCRIPT_FORMS[1:]), seed=seeds)
def test_a_script_about_a_work_states_only_its_facts(graph, works, scriptwriter, people, pick, lang, form, seed):
    work = works[pick % len(works)]
    draft = scriptwriter.generate(ScriptBrief(work=work, lang=lang, form=form), seed=seed)
    facts = Facts(graph, work, lang)
    line = facts.line()
    own = [*facts.names(), line.text if line else ""]
    said = " ".join(draft.metadata["spoken"])
    assert not people.strangers(said, work, *own)
    known = " ".join([*(str(fact.object) for fact in graph.facts(work)), *own])
    assert set(re.findall(r"\d+", said)) <= set(re.findall(r"\d+", known))
    assert set(draft.facts) <= set(graph.facts(work))
    masked = draft.text
    for words in sorted(filter(None, own), key=len, reverse=True):
        masked = masked.replace(words, "X")
    assert not [fault for fault in faults(masked) if not fault.startswith("unbalanced")], masked
    assert draft.metadata["scenes"] >= 2


@quick
@given(topic=st.sampled_from([(lang, topic) for lang, all_ in TOPICS.items() for topic in all_]), seed=seeds)
def test_an_invented_drama_is_complete(scriptwriter, topic, seed):
    lang, words = topic
    draft = scriptwriter.generate(ScriptBrief(topic=words, lang=lang, length="full"), seed=seed)
    assert words in draft.text
    assert not faults(draft.text), draft.text
    assert 3 <= draft.metadata["scenes"] <= 6
    if lang == "zh":
        assert len(re.findall(r"^\d\. [内外]景 · .+ · .+$", draft.text, re.M)) == draft.metadata["scenes"]
        for heading in ("【一句话】", "【人物】", "想要：", "需要：", "【节拍】"):
            assert heading in draft.text
    else:
        assert draft.text.startswith("Title: ")
        headings = re.findall(r"^(?:INT|EXT)\. [^a-z]+ - [A-Z ]+$", draft.text, re.M)
        assert len(headings) == draft.metadata["scenes"]
        blocks = draft.text.split("\n\n")  # Fountain: a heading stands between blank lines, a cue above its speech
        assert all(heading in blocks for heading in headings)
        assert any(re.fullmatch(r"[A-Z]+\n(?:\(.+\)\n)?.+", block) for block in blocks)


def test_people_and_places_come_from_the_topic(scriptwriter):
    zh = scriptwriter.generate(ScriptBrief(topic="外卖员和明星在电梯里"), seed=1).text
    assert "（外卖员）" in zh and "（明星）" in zh and "内景 · 电梯" in zh
    en = scriptwriter.generate(ScriptBrief(topic="a detective and a thief on a night train", lang="en"), seed=1).text
    assert "a detective" in en and "thief" in en and "INT. NIGHT TRAIN" in en


def test_what_it_is_about_is_spoken_of(scriptwriter):
    hits = [scriptwriter.generate(ScriptBrief(topic="催婚"), seed=seed).text.count("催婚") for seed in range(8)]
    assert min(hits) >= 3  # in the heading, in the logline and by the people


@pytest.mark.parametrize(
    ("genres", "moods", "pattern"),
    [(("comedy",), (), "mistaken"), (("suspense",), (), "message"), (("action",), ("fast",), "deadline"),
     ((), ("nostalgic",), "reunion"), (("drama",), ("sad",), "secret")],
)  # fmt: skip
def test_the_genre_chooses_the_story(scriptwriter, genres, moods, pattern):
    draft = scriptwriter.generate(ScriptBrief(topic="加班", genres=genres, moods=moods), seed=5)
    assert draft.metadata["pattern"] == pattern


def test_a_topic_without_a_genre_still_suggests_one(scriptwriter):
    assert scriptwriter.generate(ScriptBrief(topic="两个老朋友重逢"), seed=1).metadata["pattern"] == "reunion"
    assert (
        scriptwriter.generate(ScriptBrief(topic="a murder mystery", lang="en"), seed=1).metadata["pattern"] == "message"
    )


def test_a_work_lends_an_invented_drama_its_genre(scriptwriter, graph):
    draft = scriptwriter.generate(ScriptBrief(work=FILM, form="drama"), seed=1)
    assert draft.facts and all(fact.relation in ("genre", "mood") for fact in draft.facts)


def test_a_full_length_has_more_scenes(scriptwriter):
    short = scriptwriter.generate(ScriptBrief(topic="加班"), seed=4)
    full = scriptwriter.generate(ScriptBrief(topic="加班", seconds=120), seed=4)
    assert short.metadata["scenes"] == 3 and full.metadata["scenes"] == 4
    assert 25 <= short.metadata["seconds"] <= 90


def test_a_voice_over_keeps_to_its_seconds(scriptwriter):
    for seed in range(10):
        draft = scriptwriter.generate(ScriptBrief(work=FILM, form="voice-over", seconds=15), seed=seed)
        assert draft.metadata["seconds"] <= 15


def test_seeds_vary_and_repeat(scriptwriter):
    brief = ScriptBrief(topic="加班")
    texts = [scriptwriter.generate(brief, seed=seed).text for seed in range(40)]
    assert len(set(texts)) == 40
    assert scriptwriter.generate(brief, seed=7).text == texts[7]
    about = [scriptwriter.generate(ScriptBrief(work=FILM, form="trailer"), seed=seed).text for seed in range(40)]
    assert len(set(about)) >= 36


def test_an_unknown_work_is_said(scriptwriter):
    with pytest.raises(BriefError):
        scriptwriter.generate(ScriptBrief(work="film/nowhere-2000", form="trailer"), seed=0)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_pattern_is_whole(lang):
    for pattern in stories.patterns(lang):
        assert {"title", "logline", *(f"{who}.{what}" for who in "AB" for what in ("want", "need", "voice"))} <= set(
            pattern.fields
        )
        assert sum(not scene.full for scene in pattern.scenes) == 3
        assert all({line.who for line in scene.lines} == {"", "A", "B"} or scene.full for scene in pattern.scenes)
    assert [p.id for p in stories.patterns("zh")] == [p.id for p in stories.patterns("en")]


@pytest.mark.parametrize(
    ("text", "lang", "roles", "place", "matter"),
    [("催婚", "zh", (), "", "催婚"), ("两个老朋友在车站重逢", "zh", ("老朋友", "老朋友"), "车站", ""),
     ("医生和病人", "zh", ("医生", "病人"), "", ""),
     ("时间旅行的故事", "zh", (), "", "时间旅行"), ("overtime", "en", (), "", "overtime"),
     ("two strangers in a lift", "en", ("stranger", "stranger"), "lift", "")],
)  # fmt: skip
def test_topics_are_read(text, lang, roles, place, matter):
    topic = topics.read(text, lang)
    assert (topic.roles, topic.place, topic.matter) == (roles, place, matter)


@pytest.mark.parametrize(
    ("lang", "topic", "names"),
    [
        ("zh", "女儿和妹妹", "阿宁|小满|小禾|阿棠|苗苗"),
        ("en", "a mother and a daughter", "Maya|Ruth|Nora|Iris|Ada|June"),
    ],
)
def test_names_suit_the_roles(scriptwriter, lang, topic, names):
    role = "女儿|妹妹" if lang == "zh" else "mother|daughter"
    for seed in range(12):
        text = scriptwriter.generate(ScriptBrief(topic=topic, lang=lang), seed=seed).text
        cast = rf"^(?:{names})（(?:{role})）" if lang == "zh" else rf"^\[\[(?:{names}), (?:{role})\."
        assert len(re.findall(cast, text, re.M)) == 2
