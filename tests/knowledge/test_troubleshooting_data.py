"""The demo's troubleshooting guides: recognised, understood, and leading to every cause they name."""

from __future__ import annotations

import random
from typing import Any

import pytest

from knowledge.catalogue import DEMO
from knowledge.diagnosis import Outcome, Problem, Question, Troubleshooter, load
from knowledge.diagnosis.choices import read_choice

SHIPPED = load(DEMO / "troubleshooting")
LANGUAGES = ("zh", "en")


# --- which problem ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def engine() -> Troubleshooter:
    return Troubleshooter(SHIPPED)


UNSEEN = {
    "playback-stutter": ["昨晚看《流浪地球》老是转圈圈", "总是缓冲烦死了", "it keeps buffering every minute"],
    "black-screen": ["点播放以后黑屏了", "all I get is a black screen with audio"],
    "no-sound": ["看视频怎么没有声音", "there is no audio on this movie"],
    "audio-out-of-sync": ["声音和嘴型对不上啊", "the voice and the lips don't match"],
    "subtitles-missing": ["怎么没有中文字幕了", "I can't see any subtitles"],
    "cannot-log-in": ["我登录不上去", "login says my password is wrong"],
    "code-not-received": ["等了好久没有验证码", "I never got the verification code"],
    "payment-failed": ["付款老是失败", "my payment was declined"],
    "download-failed": ["电影下载不了", "my download won't finish"],
    "casting-fails": ["投屏的时候搜不到电视", "my phone can't find the TV to cast to"],
    "app-crashes": ["软件一打开就闪退", "Yuban crashes every time I open it"],
    "ticket-qr-not-showing": ["演唱会门票二维码不显示", "my ticket's QR code doesn't load"],
    "music-stops-in-background": ["手机一锁屏歌就停", "music pauses when I lock my phone"],
    "membership-not-active": ["充了会员没有到账", "I paid but the membership isn't active"],
    "low-picture-quality": ["画面好模糊啊", "why is the picture so pixelated"],
}


def test_every_shipped_problem_is_recognised_by_words_it_does_not_list(engine: Troubleshooter) -> None:
    assert UNSEEN.keys() == engine.problems.keys()
    for id_, texts in UNSEEN.items():
        for text in texts:
            assert text not in {phrase for phrases in engine.problems[id_].symptoms.values() for phrase in phrases}
            assert engine.match(text)[0][0].id == id_, text


def test_every_symptom_and_title_starts_its_own_diagnosis(engine: Troubleshooter) -> None:
    for guide in SHIPPED:
        for lang in LANGUAGES:
            for text in (guide.title[lang], *guide.symptoms[lang]):
                assert engine.start(text, lang)["problem"] == guide.id, text
                assert engine.match(text, lang)[0][1] == pytest.approx(1.0)


def test_scores_fall_from_at_most_one_and_stay_within_a_language_when_told_to(engine: Troubleshooter) -> None:
    scores = [score for _, score in engine.match("视频 keeps buffering and there's no sound")]
    assert scores == sorted(scores, reverse=True)
    assert 0 < scores[-1] <= scores[0] <= 1
    assert engine.match("keeps buffering", "zh") == []
    assert engine.match("keeps buffering", "en")[0][0].id == "playback-stutter"
    assert engine.match("。。。") == []


def test_a_vague_complaint_is_met_with_a_choice(engine: Troubleshooter) -> None:
    state = engine.start("help", "en")
    question = engine.view(state)
    assert isinstance(question, Question)
    assert question.replies == (*(guide.title["en"] for guide in SHIPPED), "None of these")
    assert engine.step(state, "App crashes")["problem"] == "app-crashes"
    assert engine.step(state, "it's a black screen with audio")["problem"] == "black-screen"


@pytest.mark.parametrize("text", ["it doesn't work", "用不了", "坏了", "出问题了", "recommend a film"])
def test_words_that_fit_no_problem_well_do_not_pick_one(engine: Troubleshooter, text: str) -> None:
    assert engine.start(text, "en")["problem"] is None


def test_two_problems_at_once_are_offered_together(engine: Troubleshooter) -> None:
    state = engine.start("黑屏，字幕也没了", "zh")
    assert state["problem"] is None
    assert set(state["offered"][:2]) == {"black-screen", "subtitles-missing"}
    assert engine.step(state, "第二个")["problem"] == state["offered"][1]


def test_none_of_these_or_two_unclear_replies_bring_a_person(engine: Troubleshooter) -> None:
    state = engine.start("help", "en")
    for ending in (engine.step(state, "None of these"), engine.step(engine.step(state, "purple"), "purple")):
        end = engine.view(ending)
        assert isinstance(end, Outcome)
        assert end.handover
    assert engine.view(engine.step(engine.step(state, "purple"), "purple")).summary == "help purple purple"


# --- the guides that ship --------------------------------------------------------------------------------------------


def test_the_demo_covers_what_people_ask_about() -> None:
    assert len(SHIPPED) >= 13
    for guide in SHIPPED:
        assert 3 <= len(guide.causes) <= 6 and 3 <= len(guide.checks) <= 5, guide.id
        for lang in LANGUAGES:
            assert len(set(guide.symptoms[lang])) >= 8, guide.id
            for cause in guide.causes:
                steps = cause.fix[lang].splitlines()
                assert 2 <= len(steps) <= 4, (guide.id, cause.id)
                assert [step.split(".")[0] for step in steps] == [str(i + 1) for i in range(len(steps))]


def test_every_answer_is_understood_in_both_languages() -> None:
    for guide in SHIPPED:
        for check in guide.checks:
            for answer, label in check.answers.items():
                for lang in LANGUAGES:
                    assert read_choice(label[lang], check.options, check.text[lang]) == answer, (guide.id, label)
            if "yes" in check.answers:
                for said, meant in {"是的": "yes", "嗯": "yes", "yes": "yes", "没有": "no", "no": "no"}.items():
                    assert read_choice(said, check.options, check.text["zh"]) == meant, (guide.id, check.id, said)


def truthful(engine: Troubleshooter, guide: Problem, cause: str, lang: str) -> tuple[list[str], dict[str, Any]]:
    """The fixes offered to someone whose trouble is ``cause`` and who answers as is most likely for it."""
    state = engine.start(guide.title[lang], lang)
    fixes: list[str] = []
    while state["phase"] != "end":
        if state["phase"] == "check":
            check = guide.check(state["check"])
            row = check.evidence[cause]
            state = engine.step(state, check.answers[max(row, key=lambda answer: row[answer])][lang])
        else:
            fixes.append(state["cause"])
            replies = engine.view(state).replies
            state = engine.step(state, replies[0] if state["cause"] == cause else replies[1])
    return fixes, state


@pytest.mark.parametrize("guide", SHIPPED, ids=lambda guide: guide.id)
def test_every_cause_is_found_by_truthful_answers(engine: Troubleshooter, guide: Problem) -> None:
    first = 0
    for cause in guide.causes:
        for lang in LANGUAGES:
            fixes, state = truthful(engine, guide, cause.id, lang)
            assert cause.id in fixes[:2], (cause.id, fixes)
            assert state["solved"]
            first += fixes[0] == cause.id
    assert first >= 2 * (len(guide.causes) - 1)


@pytest.mark.parametrize("guide", SHIPPED, ids=lambda guide: guide.id)
def test_answers_as_unsure_as_the_guide_says_still_solve_most_cases(engine: Troubleshooter, guide: Problem) -> None:
    """Causes drawn from the priors and answers from the evidence: two fixes settle nine in ten."""
    rng = random.Random(7)
    solved = 0
    for _ in range(150):
        cause = rng.choices(guide.causes, [cause.prior for cause in guide.causes])[0]
        state = engine.start(guide.title["en"], "en")
        while state["phase"] != "end":
            replies = engine.view(state).replies
            if state["phase"] == "check":
                row = guide.check(state["check"]).evidence[cause.id]
                reply = rng.choices(replies[:-1], list(row.values()))[0]
            else:
                reply = replies[0] if state["cause"] == cause.id else replies[1]
            state = engine.step(state, reply)
        solved += state["solved"]
    assert solved >= 0.88 * 150
