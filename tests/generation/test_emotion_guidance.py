"""Target emotions: names, the bank, the guide on whole and half-written texts, and what revision may and may not do."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.briefs import AdBrief, GenerationError, ScriptBrief
from generation.channels import CHANNELS
from generation.compliance import check
from generation.emotion import EmotionError, Keep, Target, contradicts, towards
from generation.emotion_copy import guide_draft, guide_scene
from generation.emotion_guide import Guide, prefixes
from generation.grounding import claims
from generation.screenplay.rewriting import accept
from generation.screenplay.tree import StoryError
from generation.text.emotion_bank import FELT, bank
from generation.text.emotion_edit import render, segments
from knowledge.sentiment.datasets import EMOTIONS, Examples, sameness, utterances


@pytest.fixture(scope="module")
def guide():
    return Guide.fit()


def stated(text, lang, **known):
    return sorted((claim.kind, claim.text, claim.source or "") for claim in claims(text, lang, **known))


# --- targets -------------------------------------------------------------------------------------------------------


def test_names_people_use_are_understood():
    assert Target("催泪").emotion == Target("touching").emotion == "sadness"
    assert Target("感人").tender and not Target("悲伤").tender
    called = {"开心": "joy", "Scary": "fear", "反转": "surprise", "火大": "anger", "恶心": "disgust"}
    assert {name: Target(name).emotion for name in called} == called
    assert 3 not in Target("感人", 1.0).strengths and 3 in Target("悲伤", 1.0).strengths


def test_an_unknown_emotion_is_named_with_those_there_are():
    with pytest.raises(EmotionError, match=r"没有“忐忑的心”这种情绪.*喜悦（joy）.*厌恶（disgust）"):
        Target("忐忑的心")
    with pytest.raises(EmotionError, match=r"no emotion 'ennui'; choose one of joy, sadness"):
        Target("ennui")
    with pytest.raises(EmotionError, match="没有"):
        Target("ennui", lang="zh")


@pytest.mark.parametrize("intensity", [0, -1, 1.01, float("nan")])
def test_intensity_out_of_range_is_refused_in_the_users_language(intensity):
    with pytest.raises(EmotionError, match="强度"):
        Target("joy", intensity, lang="zh")
    with pytest.raises(EmotionError, match="intensity"):
        Target("joy", intensity)


def test_facts_may_contradict_a_feeling():
    assert contradicts("joy", ["documentary"], ["dark"]) and contradicts("disgust", ["family"], ["warm"])
    assert not contradicts("joy", ["comedy", "crime"], []) and not contradicts("fear", ["horror"], ["funny"])
    assert not any(contradicts("surprise", [genre], [mood]) for genre in ("war", "family") for mood in ("sad", "funny"))


# --- the bank ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("emotion", FELT)
def test_the_bank_claims_nothing_and_is_lawful(emotion, lang, copywriter):
    found = bank(emotion, lang)
    assert len(found) >= 40 and {line.strength for line in found} == {1, 2, 3}
    assert {line.role for line in found} == set("orcisa")
    texts = [text for line in found for text in line.texts]
    assert not [text for text in texts if claims(text, lang, graph=copywriter.names)]
    assert not [text for text in texts if check(text, lang)]
    assert not [text for text in texts if any(mark in text for mark in "[]|")]
    own = {sameness(text) for text in utterances().texts}
    assert not [text for text in texts if len(text) > 8 and sameness(text) in own]


# --- the guide -----------------------------------------------------------------------------------------------------


def test_prefixes_end_with_words_and_characters():
    assert prefixes("吓死 me!") == ["吓", "吓死", "吓死 me", "吓死 me!"]
    assert len(prefixes("字" * 99)) == 10 and prefixes("字" * 99)[-1] == "字" * 99


def test_the_guide_reads_rows_it_has_not_seen_better_than_chance():
    rows = np.random.default_rng(3).permutation(2286)
    data = utterances()
    fitted = Guide.fit(data.take(rows[:1500]))
    held = data.take(rows[1500:])
    gold = np.array([EMOTIONS.index(label) for label in held.targets["emotion"]])
    assert (fitted.probabilities(held.texts).argmax(1) == gold).mean() > 0.5
    assert (fitted.heading(held.texts).argmax(1) == gold).mean() > 0.42
    halves = [text[: len(text) // 2] or text for text in held.texts]
    assert (fitted.heading(halves).argmax(1) == gold).mean() > 0.3  # chance: 0.14, the commonest class: 0.26


def test_probabilities_are_some_and_survive_saving(guide, tmp_path):
    texts = ["太好笑了", "I sobbed all night", "", "《活着》"]
    guide.save(tmp_path)
    again = Guide.load(tmp_path)
    for read, other in ((guide.probabilities, again.probabilities), (guide.heading, again.heading)):
        np.testing.assert_allclose(read(texts).sum(1), 1, rtol=1e-5)
        np.testing.assert_array_equal(read(texts), other(texts))
    assert guide.heading([]).shape == (0, 7)
    assert guide.judge("太好笑了", "zh").keys() == set(EMOTIONS)
    (tmp_path / "guide.json").write_text("{}")
    with pytest.raises(GenerationError, match=r"holds no emotion guide"):
        Guide.load(tmp_path)


def test_a_guide_needs_every_emotion():
    with pytest.raises(GenerationError, match="each emotion"):
        Guide.fit(Examples(["好", "坏"], {"emotion": ["joy", "sadness"]}))


# --- revision ------------------------------------------------------------------------------------------------------


PIECES = ["好戏。", "Mr. Fox runs.", "\n", " ", "#标签# ", "看《活着》！", "1999", "……", "Really?", "【娱伴】"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12), st.sampled_from(["zh", "en"]))
def test_segments_are_the_text_again(pieces, lang):
    words = "".join(pieces)
    found = segments(words, 0, lang, [(1, 4)], lambda sentence: False)
    assert render(["body"], found) == [("body", words)]


def test_a_line_comes_nearer_and_keeps_what_it_states(guide, graph, copywriter):
    line = "《活着》，1994年，张艺谋执导。"
    keep = Keep(tuple(graph.facts("film/to-live-1994")) if "film/to-live-1994" in graph else (), line, copywriter.names)
    guided = towards([line], Target("sadness", 0.8), guide, lang="zh", keep=keep)
    assert guided.reached and guided.score > guided.before and line in guided.text
    assert "悲伤达到了" in guided.near["zh"] and "reached" in guided.near["en"]
    again = towards([line], Target("sadness", 0.8), guide, lang="zh", keep=keep)
    assert again == guided


def test_no_room_says_how_near(guide):
    guided = towards(["这部片子多长？"], Target("anger"), guide, lang="zh", fits=lambda text: len(text) <= 7)
    assert not guided.reached and guided.text == guided.start == "这部片子多长？"
    assert "目标" in guided.near["zh"] and "short of" in guided.near["en"]


def test_contradicted_facts_stay_alone(guide):
    texts = ["一部关于屠杀的纪录片。", "镜头对准幸存者。"]
    guided = towards(texts, Target("joy"), guide, lang="zh", keep=Keep(contradicted=True))
    assert guided.text in texts and not guided.edits and "事实" in guided.near["zh"]


def test_candidates_may_come_from_a_writer(guide):
    asked = []

    def writer(number: int) -> str | None:
        asked.append(number)
        return None if number % 2 else ["今晚开播。", "哭了一整晚，心碎。", "周一见。"][number // 2]

    guided = towards(writer, Target("sadness", 0.2), guide, lang="zh")
    assert asked == list(range(6)) and guided.chosen == 1 and guided.start.startswith("哭了")
    with pytest.raises(GenerationError, match="没有可以改的"):
        towards([], Target("joy"), guide, lang="zh")


def test_neutral_chooses_and_adds_nothing(guide):
    texts = ["哈哈哈笑疯了！", "这部片子一共多少集？"]
    guided = towards(texts, Target("neutral"), guide, lang="zh")
    assert guided.text == texts[1] and not guided.edits


def test_drafts_of_every_channel_keep_facts_and_limits(guide, graph, works, copywriter):
    rng = random.Random(4)
    changed = nearer = 0
    for number, channel in enumerate(sorted(CHANNELS) * 2):
        lang, emotion = ("zh", "en")[number % 2], FELT[number % 6]
        brief = AdBrief(work=rng.choice(works), lang=lang, channel=channel)
        drafts = [copywriter.generate(brief, seed=seed, candidates=1) for seed in range(3)]
        found = guide_draft(drafts, brief, Target(emotion, 0.8), guide, graph, copywriter.names, seed=number)
        before, after = drafts[found.guided.chosen], found.draft
        known = {"facts": graph.facts(brief.work), "brief": brief, "graph": copywriter.names}
        texts = ["\n".join(words for _, words in draft.metadata["parts"]) for draft in (before, after)]
        assert stated(texts[0], lang, **known) == stated(texts[1], lang, **known)
        for name, words in after.metadata["parts"]:
            assert words and (
                name not in CHANNELS[channel].bounds[lang] or CHANNELS[channel].bounds[lang][name].fits(words)
            )
            assert all(line in after.text for line in words.split("\n"))
        for claim in after.metadata["claims"]:
            assert after.text[claim["start"] : claim["end"]] == claim["text"] and claim["source"]
        assert after.scores["emotion"] == round(found.guided.score, 4)
        changed += bool(found.guided.edits)
        nearer += found.guided.score > found.guided.before
    assert changed >= 14 and nearer >= 14


def test_a_scene_gets_lines_beside_its_own(guide, scriptwriter):
    story = scriptwriter.develop(
        scriptwriter.outline(ScriptBrief(topic="一封迟到的信", lang="zh"), seed=3), "dialogue", seed=3
    )
    scene = next(scene for scene in story.scenes if scene.lines)
    candidate, guided = guide_scene(story, scene.id, Target("催泪", 0.9), guide, seed=1)
    assert guided.score > guided.before and len(candidate.new) > len(candidate.old)
    assert [node for node in candidate.new if node.id in {old.id for old in candidate.old}] == list(candidate.old)
    assert all(node.who in {person.id for person in story.people} for node in candidate.new if node.kind == "dialogue")
    kept = accept(story, candidate)
    assert [node.text for node in kept.scene(scene.id).lines] == [node.text for node in candidate.new]
    with pytest.raises(StoryError):
        guide_scene(story, "nowhere", Target("joy"), guide)
