"""Someone upset is heard before being helped; nobody else is told how they feel."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actions.reply import Reply, text
from actions.tone import _OPENINGS, opened, opening
from actions.turn import Turn

SAID = {sentence for by_lang in _OPENINGS.values() for group in by_lang for sentence in group}


def turn(words: str, lang: str) -> Turn:
    return Turn(text=words, lang=lang, conversation="ann.1", intent="troubleshoot")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "lang"),
    [
        ("气死我了，又卡在最关键的地方，这破软件", "zh"),
        ("什么垃圾平台，扣了我两次钱还不给退", "zh"),
        ("I'm furious, this stupid app crashed again right before the ending", "en"),
        ("this is outrageous, you charged me twice and nobody answers", "en"),
    ],
)
def test_someone_upset_is_heard_first(bundle, words: str, lang: str) -> None:
    reply = opened(Reply([text("Step 1.")]), turn(words, lang), bundle)
    said = str(reply.parts[0]["text"])
    assert said.removesuffix("Step 1.") in SAID and said != "Step 1."


@pytest.mark.parametrize(
    ("words", "lang"),
    [
        ("怎么开会员", "zh"),
        ("视频一直缓冲", "zh"),
        ("会员可以几个人用", "zh"),
        ("今天天气怎么样", "zh"),
        ("how do I cancel", "en"),
        ("subtitles are out of sync", "en"),
        ("can I watch on my tv", "en"),
        ("", "en"),
    ],
)
def test_a_calm_message_is_just_answered(bundle, words: str, lang: str) -> None:
    assert opening(turn(words, lang), bundle) == ""


def test_the_same_message_gets_the_same_words(bundle) -> None:
    one = turn("气死我了，又卡在最关键的地方，这破软件", "zh")
    assert opening(one, bundle) == opening(one, bundle) != ""


def test_without_a_model_nothing_is_said(bundle) -> None:
    deaf = replace(bundle, sentiment=None)
    assert opening(turn("气死我了，又卡在最关键的地方，这破软件", "zh"), deaf) == ""
