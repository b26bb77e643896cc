# ruff: noqa: E501 — cases, a line a group
"""A brand's voice: a sheet checked at the door, and copy that keeps to it."""

from __future__ import annotations

import json
import re

import pytest

from generation.brand import Voice
from generation.briefs import AdBrief, BriefError

FILM = "film/a-better-tomorrow-1986"
SHEET = {
    "name": "暖屏",
    "tone": "warm",
    "say": {"你": "您"},
    "never": ["哭"],
    "tags": ["暖屏推荐"],
    "emoji": False,
    "exclamations": 0,
}
EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")


@pytest.mark.parametrize(
    ("sheet", "field"),
    [
        ({"tune": "x"}, "voice.tune"), ({"tone": "loud"}, "voice.tone"), ({"never": "word"}, "voice.never"), ({"exclamations": True}, "voice.exclamations"),
        ({"exclamations": -1}, "voice.exclamations"), ({"say": {"a": 1}}, "voice.say"), ({"never": ["x" * 61]}, "voice.never"), ({"never": [""]}, "voice.never"),
        ({"say": {"a": "very cheap"}, "never": ["cheap"]}, "contradict"), ({"emoji": "no"}, "voice.emoji"), ([], "sheet"), ({"never": ["x"] * 201}, "201"),
    ],
)  # fmt: skip
def test_a_bad_sheet_names_the_entry(sheet, field):
    with pytest.raises(BriefError, match=field):
        Voice.read(sheet)


def test_a_sheet_may_stand_in_a_file(tmp_path):
    (tmp_path / "v.json").write_text(json.dumps(SHEET), encoding="utf-8")
    (tmp_path / "v.yaml").write_text("name: 暖屏\nsay: {你: 您}\nnever: [哭]\n", encoding="utf-8")
    assert Voice.load(tmp_path / "v.json") == Voice.read(SHEET)
    assert Voice.load(tmp_path / "v.yaml").say == {"你": "您"}
    for name, words in (("bad.json", "{"), ("bad.yaml", "a: [b"), ("tag.yaml", "!!python/object:os.system {}")):
        (tmp_path / name).write_text(words)
        with pytest.raises(BriefError, match=name):
            Voice.load(tmp_path / name)
    with pytest.raises(BriefError):
        Voice.load(tmp_path / "none.yaml")


def test_words_are_put_the_brands_way_but_names_are_not():
    voice = Voice.read({"say": {"你": "您", "看": "观看"}})
    assert voice.speak("你看《你好》了吗", keep=["《你好》"]) == "您观看《你好》了吗"
    assert Voice().speak("你") == "你"


@pytest.mark.parametrize("channel", ["xiaohongshu", "weibo", "douyin", "push", "sms", "poster"])
def test_copy_keeps_to_the_voice(copywriter, channel):
    voice = Voice.read(SHEET)
    for seed in range(8):
        draft = copywriter.generate(AdBrief(work=FILM, channel=channel, voice=voice), seed=seed)
        words = " ".join(words for _, words in draft.metadata["parts"])
        assert "你" not in words and "哭" not in words and "！" not in words and not EMOJI.search(words)
        if channel in ("xiaohongshu", "douyin"):
            assert "#暖屏推荐" in draft.text
        if channel == "sms":
            assert draft.text.startswith("【暖屏】")


def test_the_brief_comes_before_the_voice():
    brief = AdBrief(work=FILM, tone="formal", brand="别家", voice=Voice.read(SHEET))
    assert (brief.tone, brief.brand, brief.avoid) == ("formal", "别家", ("哭",))
    with pytest.raises(BriefError, match="contradict"):
        AdBrief(work=FILM, must_use=("不哭",), voice=Voice.read(SHEET))
