"""Guided troubleshooting: which cause explains what goes wrong, and which question tells the causes apart soonest.

A support team writes each problem as a small naive Bayes model (``knowledge.diagnosis.problems``): causes with priors and a fix,
questions with one row per cause, P(answer | cause). With answers a₁…aₙ to the questions asked so far,

    P(c | a₁…aₙ) ∝ P(c) · ∏ᵢ P(aᵢ | c)          over the causes not ruled out; "don't know" multiplies by one
    H(p)         = −Σ_c p(c) · log₂ p(c)          bits of doubt left
    G(q)         = H(p) − Σ_a P(a) · H(p(·|a))    bits that question q is expected to settle, P(a) = Σ_c p(c) · P(a|c)

The engine asks the question with the greatest G until one cause is likely enough to try its fix. A fix that did not
help rules its cause out. After two failed fixes, or when nothing is likely, a person takes over.

    Heckerman, Breese & Rommelse, "Decision-theoretic troubleshooting", CACM 38(3), 1995; repair costs taken as equal.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from knowledge.diagnosis.choices import UNKNOWN, Option, read_choice
from knowledge.diagnosis.problems import Cause, Check, DiagnosisError, Problem, Texts, load
from knowledge.diagnosis.symptoms import SymptomIndex

__all__ = [
    "Cause",
    "Check",
    "DiagnosisError",
    "Outcome",
    "Problem",
    "Question",
    "Troubleshooter",
    "information_gain",
    "load",
    "posterior",
]

VERSION = 1
SURE = 0.8  # posterior at which a fix is worth trying
LEAST = 0.45  # posterior below which no fix is offered
WORTH_ASKING = 0.05  # bits
FAILED_FIXES = 2
MATCH = 0.5  # similarity at which a symptom names its problem...
AHEAD = 1.1  # ...if it is this many times the similarity of the next one

_WORDS = {
    "zh": {
        "which": "具体是哪种情况？选一个最接近的，也可以换个说法告诉我。",
        "none": "都不是",
        "unknown": "不知道",
        "helped": "解决了吗？",
        "fixed": "解决了",
        "broken": "还是不行",
        "solved": "好的，问题解决了。",
        "handover": "这个问题需要人工来看，刚才的情况会一起转过去。",
        "said": "{}：“{}”",
        "asked": "{}{}",
        "tried": "试过的办法针对“{}”，没有解决",
    },
    "en": {
        "which": "Which of these is closest? You can also put it in other words.",
        "none": "None of these",
        "unknown": "I don't know",
        "helped": "Did that fix it?",
        "fixed": "Yes, it's fixed",
        "broken": "No, it's still broken",
        "solved": "Good, that's sorted.",
        "handover": "This one needs a person. I'll pass on what we've found so far.",
        "said": "{}: “{}”",
        "asked": "{} {}",
        "tried": "Tried the fix for “{}”; it didn't help",
    },
}
_NONE = Option("none", ("都不是", "都没有", "其他问题", "None of these", "none", "something else"))
_HELPED = [
    Option(
        "yes", ("解决了", "好了", "可以了", "正常了", "搞定了", "Yes, it's fixed", "fixed", "it works", "works now")
    ),
    Option("no", ("还是不行", "没用", "没解决", "不管用", "还是一样", "No, it's still broken", "didn't help", "same")),
]


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask. ``unclear``: the last reply was not understood, and this asks for it again."""

    text: str
    replies: tuple[str, ...]
    unclear: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """A fix to try (``done`` is false: ``ask`` whether it helped, then :meth:`Troubleshooter.step`), or the end.

    At the end exactly one of ``solved`` and ``handover`` is true. ``cause``, its ``label`` and its posterior
    ``confidence`` (0..1) belong to a fix. ``summary`` tells a support agent what was said, asked and tried.
    """

    text: str
    cause: str | None = None
    label: str = ""
    confidence: float = 0.0
    ask: str = ""
    replies: tuple[str, ...] = ()
    unclear: bool = False
    done: bool = False
    solved: bool = False
    handover: bool = False
    summary: str = ""


def posterior(problem: Problem, answers: Mapping[str, str | None], ruled_out: Iterable[str] = ()) -> dict[str, float]:
    """P(cause | answers) of every cause not ruled out; sums to 1, empty when all are ruled out.

    ``answers`` maps question ids to answer ids, ``None`` for "don't know". Their order does not matter.
    """
    excluded = set(ruled_out)
    weights = {cause.id: cause.prior for cause in problem.causes if cause.id not in excluded}
    for check, answer in answers.items():
        if answer is not None:
            evidence = problem.check(check).evidence
            weights = {cause: weight * evidence[cause][answer] for cause, weight in weights.items()}
    total = math.fsum(weights.values())
    return {cause: weight / total for cause, weight in weights.items()}


def information_gain(beliefs: Mapping[str, float], check: Check) -> float:
    """G(q) in bits, between 0 and H(beliefs): how much the answer to ``check`` is expected to settle."""
    left = 0.0
    for answer in check.answers:
        joint = [p * check.evidence[cause][answer] for cause, p in beliefs.items()]
        likelihood = math.fsum(joint)
        left += likelihood * _entropy(p / likelihood for p in joint)
    return max(0.0, _entropy(beliefs.values()) - left)


def _entropy(probabilities: Iterable[float]) -> float:
    return -math.fsum(p * math.log2(p) for p in probabilities if p > 0)


class Troubleshooter:
    """Walks one person through one problem. Holds no conversation: a state goes in and a new one comes out.

    A state is a dict that survives JSON; keep it wherever the conversation is kept. Its ``phase`` is ``choose`` (which
    problem?), ``check`` (a question about it), ``fix`` (did that help?) or ``end``.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = {problem.id: problem for problem in problems}
        self._symptoms = SymptomIndex(problems)

    def match(self, text: str, lang: str | None = None) -> list[tuple[Problem, float]]:
        """Problems that ``text`` may describe, best first, scores in (0, 1]; ``lang`` limits whose phrasings count."""
        return self._symptoms.match(text, lang)

    def start(self, text: str, lang: str) -> dict[str, Any]:
        """The state after someone says what is wrong. ``lang``, ``"zh"`` or ``"en"``, is the language to answer in."""
        state: dict[str, Any] = {"version": VERSION, "lang": lang, "said": text, "phase": "choose", "unclear": False}
        state |= {"problem": None, "offered": [], "check": None, "answers": {}}
        state |= {"cause": None, "ruled_out": [], "solved": False}
        return self._recognise(state, text)

    def step(self, state: Mapping[str, Any], answer_text: str, lang: str | None = None) -> dict[str, Any]:
        """The state after a reply; the given one is not changed. A reply not understood is asked for once more.

        Raises:
            DiagnosisError: the state is of another version, or its problem was removed or edited in the meantime.
        """
        problem = self._problem_of(state)
        new: dict[str, Any] = deepcopy(dict(state))
        new["lang"] = lang or new["lang"]
        if new["phase"] == "choose":
            return self._take_problem(new, answer_text)
        if problem is None or new["phase"] == "end":
            return new
        if new["phase"] == "fix":
            return self._take_result(new, problem, answer_text)
        check = problem.check(new["check"])
        choice = read_choice(answer_text, check.options, " ".join(check.text.values()))
        if choice is None and not new["unclear"]:
            return new | {"unclear": True}
        new["answers"][check.id] = None if choice == UNKNOWN else choice
        return self._advance(new, problem)

    def view(self, state: Mapping[str, Any], lang: str | None = None) -> Question | Outcome:
        """What to show for a state, in ``lang`` or else the language of the state. Raises as :meth:`step` does."""
        problem = self._problem_of(state)
        lang = lang or state["lang"]
        words, unclear = _WORDS[lang], state["unclear"]
        if state["phase"] == "choose":
            titles = (_in(self.problems[id_].title, lang) for id_ in state["offered"])
            return Question(words["which"], (*titles, words["none"]), unclear)
        if problem is not None and state["phase"] == "check":
            check = problem.check(state["check"])
            labels = (_in(label, lang) for label in check.answers.values())
            return Question(_in(check.text, lang), (*labels, words["unknown"]), unclear)
        summary = self.summary(state, lang)
        if problem is not None and state["phase"] == "fix":
            cause = problem.cause(state["cause"])
            sure = posterior(problem, state["answers"], state["ruled_out"])[cause.id]
            replies = (words["fixed"], words["broken"])
            fix, label = _in(cause.fix, lang), _in(cause.label, lang)
            return Outcome(fix, cause.id, label, sure, words["helped"], replies, unclear, summary=summary)
        solved = state["solved"]
        text = words["solved" if solved else "handover"]
        return Outcome(text, state["cause"], done=True, solved=solved, handover=not solved, summary=summary)

    def summary(self, state: Mapping[str, Any], lang: str | None = None) -> str:
        """What was said, asked and tried so far, one line each, for the person who takes over."""
        problem = self._problem_of(state)
        lang = lang or state["lang"]
        words = _WORDS[lang]
        if problem is None:
            return str(state["said"])
        lines = [words["said"].format(_in(problem.title, lang), state["said"])]
        for id_, answer in state["answers"].items():
            check = problem.check(id_)
            reply = words["unknown"] if answer is None else _in(check.answers[answer], lang)
            lines.append(words["asked"].format(_in(check.text, lang), reply))
        lines += [words["tried"].format(_in(problem.cause(id_).label, lang)) for id_ in state["ruled_out"]]
        return "\n".join(lines)

    # --- how a conversation moves on -----------------------------------------------------------------------------

    def _recognise(self, state: dict[str, Any], text: str) -> dict[str, Any]:
        """Settles on the problem that fits clearly, else offers the closest ones, or all when none is close."""
        ranked = self.match(text)
        scores = [score for _, score in ranked] + [0.0, 0.0]
        if scores[0] >= max(MATCH, AHEAD * scores[1]):
            return self._advance(state | {"problem": ranked[0][0].id}, ranked[0][0])
        close = [problem.id for problem, score in ranked if score >= MATCH / 2][:4]
        return state | {"offered": close or list(self.problems)}

    def _take_problem(self, state: dict[str, Any], text: str) -> dict[str, Any]:
        titles = [Option(id_, tuple(self.problems[id_].title.values())) for id_ in state["offered"]]
        choice = read_choice(text, [*titles, _NONE])
        if choice in self.problems:
            return self._advance(state | {"problem": choice}, self.problems[choice])
        if choice is None:
            state["said"] = f"{state['said']} {text}".strip()
            again = self._recognise(state, text)
            if again["problem"] or not state["unclear"]:
                return again | {"unclear": not again["problem"]}
        return state | {"phase": "end", "unclear": False}

    def _take_result(self, state: dict[str, Any], problem: Problem, text: str) -> dict[str, Any]:
        choice = read_choice(text, _HELPED)
        if choice == "no":
            state["ruled_out"].append(state["cause"])
            return self._advance(state | {"cause": None}, problem)
        if choice != "yes" and not state["unclear"]:  # "one moment": trying a fix takes time
            return state | {"unclear": True}
        return state | {"phase": "end", "unclear": False, "solved": choice == "yes"}

    def _advance(self, state: dict[str, Any], problem: Problem) -> dict[str, Any]:
        """The next thing to say: a question that is worth asking, a fix that is likely enough, or the end."""
        state |= {"unclear": False, "check": None}
        beliefs = posterior(problem, state["answers"], state["ruled_out"])
        if not beliefs or len(state["ruled_out"]) >= FAILED_FIXES:
            return state | {"phase": "end"}
        cause = max(beliefs, key=lambda id_: beliefs[id_])
        open_checks = [check for check in problem.checks if check.id not in state["answers"]]
        if beliefs[cause] < SURE and open_checks:
            gain, check = max(((information_gain(beliefs, c), c) for c in open_checks), key=lambda pair: pair[0])
            if gain > WORTH_ASKING:
                return state | {"phase": "check", "check": check.id}
        return state | ({"phase": "fix", "cause": cause} if beliefs[cause] >= LEAST else {"phase": "end"})

    def _problem_of(self, state: Mapping[str, Any]) -> Problem | None:
        """The problem a state is about, ``None`` while there is none; raises when state and guides no longer fit."""
        if state.get("version") != VERSION:
            raise DiagnosisError(f"saved diagnosis: version {state.get('version')!r}, not {VERSION}; start again")
        for id_ in (state["problem"], *state["offered"]):
            if id_ is not None and id_ not in self.problems:
                raise DiagnosisError(f"saved diagnosis: no guide is called {id_!r} any more; start again")
        if state["problem"] is None:
            return None
        problem = self.problems[state["problem"]]
        checks = {check.id: {*check.answers, None} for check in problem.checks}
        causes = {cause.id for cause in problem.causes} | {None}
        known = all(answer in checks.get(id_, ()) for id_, answer in state["answers"].items())
        if not (known and state["check"] in {*checks, None} and causes >= {state["cause"], *state["ruled_out"]}):
            raise DiagnosisError(f"saved diagnosis: the guide {problem.id!r} has been edited since; start again")
        return problem


def _in(texts: Texts, lang: str) -> str:
    return texts.get(lang) or next(iter(texts.values()))
