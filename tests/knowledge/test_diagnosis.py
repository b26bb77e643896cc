"""Guided diagnosis: Bayes by hand, a naive double, and conversations that always end."""

from __future__ import annotations

import itertools
import json
import math
import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.diagnosis.troubleshooter import (
    LEAST,
    SURE,
    WORTH_ASKING,
    Cause,
    Check,
    DiagnosisError,
    Outcome,
    Problem,
    Question,
    Troubleshooter,
    information_gain,
    posterior,
)

LANGUAGES = ("zh", "en")


def problem(priors: Mapping[str, float], checks: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Problem:
    """A problem called "lamp" with ``checks[question][cause][answer]`` and labels made of the ids."""
    return Problem(
        "lamp",
        {"zh": "灯不亮", "en": "Lamp is dark"},
        {"zh": ("灯不亮", "台灯坏了"), "en": ("the lamp is dark", "no light")},
        tuple(
            Cause(id_, p, {"zh": f"因{id_}", "en": id_}, {"zh": f"修{id_}", "en": f"fix {id_}"})
            for id_, p in priors.items()
        ),
        tuple(
            Check(
                id_,
                {"zh": f"问{id_}？", "en": f"Ask {id_}?"},
                {answer: {"zh": f"答{answer}", "en": f"reply {answer}"} for answer in next(iter(evidence.values()))},
                evidence,
            )
            for id_, evidence in checks.items()
        ),
    )


LAMP = problem(
    {"bulb": 0.6, "fuse": 0.4},
    {
        "others": {"bulb": {"yes": 0.9, "no": 0.1}, "fuse": {"yes": 0.2, "no": 0.8}},
        "smell": {"bulb": {"yes": 0.5, "no": 0.5}, "fuse": {"yes": 0.5, "no": 0.5}},
    },
)


# --- Bayes by hand ---------------------------------------------------------------------------------------------------


def test_posterior_by_hand() -> None:
    assert posterior(LAMP, {}) == pytest.approx({"bulb": 0.6, "fuse": 0.4})
    # 0.6·0.9 = 0.54 against 0.4·0.2 = 0.08
    assert posterior(LAMP, {"others": "yes"}) == pytest.approx({"bulb": 27 / 31, "fuse": 4 / 31})
    # 0.6·0.1 = 0.06 against 0.4·0.8 = 0.32
    assert posterior(LAMP, {"others": "no"}) == pytest.approx({"bulb": 3 / 19, "fuse": 16 / 19})
    assert posterior(LAMP, {"others": None, "smell": "yes"}) == pytest.approx({"bulb": 0.6, "fuse": 0.4})
    assert posterior(LAMP, {"others": "yes"}, ["bulb"]) == {"fuse": 1.0}
    assert posterior(LAMP, {}, ["bulb", "fuse"]) == {}


def test_information_gain_by_hand() -> None:
    even = {"bulb": 0.5, "fuse": 0.5}
    perfect = problem(even, {"q": {"bulb": {"a": 1.0, "b": 0.0}, "fuse": {"a": 0.0, "b": 1.0}}}).check("q")
    noisy = problem(even, {"q": {"bulb": {"a": 0.9, "b": 0.1}, "fuse": {"a": 0.1, "b": 0.9}}}).check("q")
    assert information_gain(even, perfect) == pytest.approx(1.0)
    # A binary symmetric channel: 1 − H(0.1) = 1 − 0.4690 bits
    assert information_gain(even, noisy) == pytest.approx(0.5310, abs=1e-4)
    assert information_gain(even, LAMP.check("smell")) == pytest.approx(0.0)
    assert information_gain({"bulb": 1.0}, noisy) == pytest.approx(0.0)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    def distribution(size: int) -> list[float]:
        weights = draw(st.lists(st.integers(1, 40), min_size=size, max_size=size))
        return [weight / sum(weights) for weight in weights]

    causes = [f"c{i}" for i in range(draw(st.integers(2, 5)))]
    checks = {}
    for i in range(draw(st.integers(1, 4))):
        answers = ["alpha", "beta", "gamma"][: draw(st.integers(2, 3))]
        checks[f"q{i}"] = {cause: dict(zip(answers, distribution(len(answers)), strict=True)) for cause in causes}
    return problem(dict(zip(causes, distribution(len(causes)), strict=True)), checks)


def naive_posterior(guide: Problem, answers: Mapping[str, str | None]) -> dict[str, float]:
    """The slow way: write out P(cause, every combination of answers) and add up the rows that agree."""
    total = dict.fromkeys((cause.id for cause in guide.causes), 0.0)
    for cause in guide.causes:
        for combination in itertools.product(*(check.answers for check in guide.checks)):
            row = dict(zip((check.id for check in guide.checks), combination, strict=True))
            if all(answer is None or row[id_] == answer for id_, answer in answers.items()):
                likelihood = math.prod(check.evidence[cause.id][row[check.id]] for check in guide.checks)
                total[cause.id] += cause.prior * likelihood
    return {cause: value / sum(total.values()) for cause, value in total.items()}


@given(problems(), st.data())
@settings(deadline=None, max_examples=60)
def test_posterior_sums_to_one_ignores_order_and_equals_the_joint_table(guide: Problem, data: st.DataObject) -> None:
    answers = {check.id: data.draw(st.sampled_from([None, *check.answers])) for check in guide.checks}
    beliefs = posterior(guide, answers)
    assert math.fsum(beliefs.values()) == pytest.approx(1.0)
    shuffled = data.draw(st.permutations(list(answers.items())))
    assert posterior(guide, dict(shuffled)) == pytest.approx(beliefs)
    assert naive_posterior(guide, answers) == pytest.approx(beliefs)


@given(problems())
@settings(deadline=None, max_examples=60)
def test_information_gain_is_the_mutual_information_of_answer_and_cause(guide: Problem) -> None:
    beliefs = posterior(guide, {})
    entropy = -sum(p * math.log2(p) for p in beliefs.values())
    for check in guide.checks:
        joint = {(c, a): p * check.evidence[c][a] for c, p in beliefs.items() for a in check.answers}
        marginal = {a: sum(joint[c, a] for c in beliefs) for a in check.answers}
        mutual = sum(p * math.log2(p / (beliefs[c] * marginal[a])) for (c, a), p in joint.items())
        gain = information_gain(beliefs, check)
        assert gain == pytest.approx(mutual, abs=1e-9)
        assert 0.0 <= gain <= entropy + 1e-9


# --- conversations ---------------------------------------------------------------------------------------------------


def test_a_conversation_from_symptom_to_fix() -> None:
    engine = Troubleshooter([LAMP])
    state = engine.start("台灯坏了", "zh")
    # "smell" tells nothing, so "others" is asked although both are open.
    assert engine.view(state) == Question("问others？", ("答yes", "答no", "不知道"))
    state = engine.step(state, "答yes")
    fix = engine.view(state)
    assert isinstance(fix, Outcome)
    assert (fix.text, fix.cause, fix.label, fix.done) == ("修bulb", "bulb", "因bulb", False)
    assert fix.confidence == pytest.approx(27 / 31)
    assert (fix.ask, fix.replies) == ("解决了吗？", ("解决了", "还是不行"))
    end = engine.view(engine.step(state, "解决了"))
    assert isinstance(end, Outcome)
    assert (end.done, end.solved, end.handover, end.cause) == (True, True, False, "bulb")


def test_a_fix_that_fails_rules_its_cause_out_and_the_second_failure_calls_a_person() -> None:
    engine = Troubleshooter([LAMP])
    state = engine.step(engine.start("no light", "en"), "reply yes")
    state = engine.step(state, "nope, still dark")
    fix = engine.view(state)
    assert isinstance(fix, Outcome)
    assert (fix.cause, fix.confidence) == ("fuse", 1.0)
    state = engine.step(state, "didn't help")
    end = engine.view(state)
    assert isinstance(end, Outcome)
    assert (end.done, end.solved, end.handover) == (True, False, True)
    assert end.summary == (
        "Lamp is dark: “no light”\nAsk others? reply yes\n"
        "Tried the fix for “bulb”; it didn't help\nTried the fix for “fuse”; it didn't help"
    )
    assert engine.step(state, "hello") == state


def test_after_a_failed_fix_what_is_still_open_is_asked() -> None:
    """With the likeliest cause gone the doubt is between two others, and the question between them is worth asking."""
    rows = {"a": 0.5, "b": 0.9, "c": 0.1}
    guide = problem({"a": 0.85, "b": 0.08, "c": 0.07}, {"q": {c: {"x": p, "y": 1 - p} for c, p in rows.items()}})
    engine = Troubleshooter([guide])
    state = engine.start("no light", "en")
    assert state["phase"] == "fix"
    state = engine.step(state, "no")
    assert engine.view(state) == Question("Ask q?", ("reply x", "reply y", "I don't know"))
    state = engine.step(state, "reply y")
    assert (state["phase"], state["cause"]) == ("fix", "c")


def test_when_nothing_is_likely_and_nothing_worth_asking_a_person_takes_over() -> None:
    rows = {cause: {"x": 0.5, "y": 0.5} for cause in "abc"}
    engine = Troubleshooter([problem(dict.fromkeys("abc", 1 / 3), {"q": rows})])
    end = engine.view(engine.start("no light", "en"))
    assert isinstance(end, Outcome)
    assert end.handover and end.cause is None


def test_a_third_fix_is_never_tried() -> None:
    engine = Troubleshooter(
        [problem({"a": 0.8, "b": 0.15, "c": 0.05}, {"q": {c: {"x": 0.5, "y": 0.5} for c in "abc"}})]
    )
    state = engine.start("no light", "en")
    for cause in "ab":
        assert (state["phase"], state["cause"]) == ("fix", cause)
        state = engine.step(state, "no")
    assert (state["phase"], state["ruled_out"]) == ("end", ["a", "b"])


def test_dont_know_counts_as_asked_and_moves_nothing() -> None:
    engine = Troubleshooter([LAMP])
    state = engine.step(engine.start("no light", "en"), "no idea")
    assert state["answers"] == {"others": None}
    fix = engine.view(state)
    assert isinstance(fix, Outcome)
    assert (fix.cause, fix.confidence) == ("bulb", pytest.approx(0.6))


def test_a_reply_not_understood_is_asked_for_once_more_and_then_counts_as_dont_know() -> None:
    engine = Troubleshooter([LAMP])
    first = engine.start("no light", "en")
    again = engine.step(first, "purple")
    question = engine.view(again)
    assert isinstance(question, Question)
    assert question.unclear and question.text == "Ask others?"
    assert engine.step(again, "reply no")["answers"] == {"others": "no"}
    assert engine.step(again, "purple")["answers"] == {"others": None}


def test_trying_a_fix_may_take_a_moment_but_not_forever() -> None:
    engine = Troubleshooter([LAMP])
    state = engine.step(engine.start("no light", "en"), "reply yes")
    waiting = engine.step(state, "hold on")
    shown = engine.view(waiting)
    assert isinstance(shown, Outcome)
    assert shown.unclear and shown.cause == "bulb"
    assert engine.step(waiting, "fixed")["solved"]
    gone = engine.view(engine.step(waiting, "hmm"))
    assert isinstance(gone, Outcome)
    assert gone.handover and not gone.solved


def test_the_language_can_change_in_the_middle() -> None:
    engine = Troubleshooter([LAMP])
    state = engine.start("台灯坏了", "zh")
    question = engine.view(state, "en")
    assert isinstance(question, Question)
    assert question.text == "Ask others?"
    state = engine.step(state, "reply yes", "en")
    assert isinstance(engine.view(state), Outcome)
    assert engine.view(state).text == "fix bulb"


def test_a_guide_in_one_language_still_serves_the_other() -> None:
    guide = Problem(
        "lamp",
        {"en": "Lamp is dark"},
        {"en": ("no light",)},
        (
            Cause("bulb", 0.9, {"en": "bulb"}, {"en": "fix bulb"}),
            Cause("fuse", 0.1, {"en": "fuse"}, {"en": "fix fuse"}),
        ),
        (),
    )
    engine = Troubleshooter([guide])
    assert engine.view(engine.start("no light", "zh")).text == "fix bulb"


@given(problems(), st.randoms(use_true_random=False), st.sampled_from(LANGUAGES))
@settings(deadline=None, max_examples=80)
def test_every_conversation_ends_asks_nothing_twice_and_asks_the_best_question(
    guide: Problem, rng: random.Random, lang: str
) -> None:
    engine = Troubleshooter([guide])
    state = engine.start("no light", lang)
    asked: list[str] = []
    fixes: list[str] = []
    for _ in range(2 * (len(guide.checks) + 2) + 1):
        if state["phase"] == "end":
            break
        beliefs = posterior(guide, state["answers"], state["ruled_out"])
        if state["phase"] == "check" and not state["unclear"]:
            still_open = [check for check in guide.checks if check.id not in asked]
            gain = information_gain(beliefs, guide.check(state["check"]))
            assert gain == max(information_gain(beliefs, check) for check in still_open) > WORTH_ASKING
            assert max(beliefs.values()) < SURE
            asked.append(state["check"])
        elif state["phase"] == "fix" and not state["unclear"]:
            assert beliefs[state["cause"]] == max(beliefs.values()) >= LEAST
            fixes.append(state["cause"])
        replies = engine.view(state).replies
        before = json.dumps(state)
        following = engine.step(state, rng.choice([*replies, "purple", ""]))
        assert json.dumps(state) == before, "step must not change the state it is given"
        state = json.loads(json.dumps(following))
    assert state["phase"] == "end"
    assert len(set(asked)) == len(asked)
    assert len(set(fixes)) == len(fixes) <= 2
    end = engine.view(state)
    assert isinstance(end, Outcome)
    assert end.done and end.solved != end.handover


# --- saved states ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 99}, "version 99, not 1; start again"),
        ({"problem": "gone"}, "no guide is called 'gone' any more; start again"),
        ({"offered": ["gone"]}, "no guide is called 'gone' any more; start again"),
        ({"check": "gone"}, "the guide 'lamp' has been edited since; start again"),
        ({"answers": {"others": "maybe"}}, "the guide 'lamp' has been edited since; start again"),
        ({"answers": {"gone": None}}, "the guide 'lamp' has been edited since; start again"),
        ({"phase": "fix", "check": None, "cause": "gone"}, "the guide 'lamp' has been edited since; start again"),
        ({"ruled_out": ["gone"]}, "the guide 'lamp' has been edited since; start again"),
    ],
)
def test_a_state_that_no_longer_fits_is_refused_with_a_reason(change: dict[str, Any], message: str) -> None:
    engine = Troubleshooter([LAMP])
    state = engine.start("no light", "en") | change
    for use in (lambda: engine.step(state, "yes"), lambda: engine.view(state), lambda: engine.summary(state)):
        with pytest.raises(DiagnosisError, match=message):
            use()


def test_a_state_without_a_version_is_refused() -> None:
    with pytest.raises(DiagnosisError, match="version None"):
        Troubleshooter([LAMP]).view({})
