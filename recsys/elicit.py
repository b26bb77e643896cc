"""What to ask, and what to suggest saying next.

A stranger is asked two questions at most, about the evening and not about film theory, and of the questions at hand
the one whose answer is expected to say most: the mutual information between answer and work, under the present
ranking or, where a posterior is at hand, under what it believes. The chips below a list are critiques that would
divide what is left: one that everything or nothing satisfies is no choice.

    Kostric, Balog & Radlinski, "Soliciting user preferences in conversational recommender systems via usage-related
    questions", RecSys 2021.   Reilly, McCarthy, McGinty & Smyth, "Dynamic critiquing", ECCBR 2004.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.graph import WORK_TYPES
from recsys.facets import Facets
from recsys.filters import Mask, further
from recsys.model import Floats
from recsys.occasions import OCCASIONS
from recsys.operations import Operation

__all__ = ["ANOTHER", "CHIPS", "QUESTIONS", "Chip", "Elicitor", "Question", "log_belief"]


@dataclass(frozen=True, slots=True)
class Chip:
    """Something a person might say next, in both languages, and what it would ask for."""

    zh: str
    en: str
    operations: tuple[Operation, ...]

    def text(self, lang: str) -> str:
        """The words, which are also the payload: exactly what a person could type."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answers as chips."""

    id: str
    zh: str
    en: str
    answers: tuple[Chip, ...]
    types: frozenset[str] = frozenset(WORK_TYPES)
    """Types of work it makes sense for."""

    def text(self, lang: str) -> str:
        """The question itself."""
        return self.zh if lang == "zh" else self.en


def _only_type(value: str) -> tuple[Operation, ...]:
    return (Operation("only", "type", value),)


INDIFFERENT = Chip("都行，你定", "Surprise me", ())

QUESTIONS: tuple[Question, ...] = (
    Question(
        "company",
        "这次和谁一起看？",
        "Who's watching with you?",
        (
            Chip("带孩子一起看", "With the kids", OCCASIONS["kids"]),
            Chip("和恋人约会", "Date night", OCCASIONS["date"]),
            Chip("陪爸妈看", "With my parents", OCCASIONS["parents"]),
            Chip("朋友聚会", "With friends", OCCASIONS["friends"]),
            Chip("一个人静静看", "On my own", OCCASIONS["alone"]),
            INDIFFERENT,
        ),
        frozenset({"film", "series", "show"}),
    ),
    Question(
        "mood",
        "现在想要什么样的感觉？",
        "What are you in the mood for?",
        (
            Chip("想放松一下", "Help me unwind", OCCASIONS["unwind"]),
            Chip("想被治愈", "Cheer me up", OCCASIONS["comfort"]),
            Chip("想哭一场", "A good cry", OCCASIONS["cry"]),
            Chip("想烧烧脑", "Something to think about", OCCASIONS["think"]),
            Chip("来点刺激的", "An adrenaline rush", OCCASIONS["thrill"]),
            INDIFFERENT,
        ),
    ),
    Question(
        "time",
        "打算怎么过这段时间？",
        "How would you like to spend the time?",
        (
            Chip("看场电影", "Watch a film", _only_type("film")),
            Chip("追部剧", "Binge a series", _only_type("series")),
            Chip("听张专辑", "Listen to an album", _only_type("album")),
            Chip("看场演出", "See a live show", _only_type("show")),
            INDIFFERENT,
        ),
    ),
)
"""Asked of somebody nothing is known about."""


def _compare(op: str, facet: str, value: str | None = None) -> tuple[Operation, ...]:
    return (Operation(op, facet, value),)  # type: ignore[arg-type]  # the op is a literal below


CHIPS: tuple[Chip, ...] = (
    Chip("更新一点", "Newer", _compare("more", "year")),
    Chip("更老一点", "Older", _compare("less", "year")),
    Chip("更短一点", "Shorter", _compare("less", "length")),
    Chip("更轻松", "Lighter", _compare("more", "mood", "mood/light")),
    Chip("更搞笑", "Funnier", _compare("more", "mood", "mood/funny")),
    Chip("更温暖", "Warmer", _compare("more", "mood", "mood/warm")),
    Chip("更浪漫", "More romantic", _compare("more", "mood", "mood/romantic")),
    Chip("更紧张", "More tense", _compare("more", "mood", "mood/tense")),
    Chip("更烧脑", "More thought-provoking", _compare("more", "mood", "mood/thought-provoking")),
    Chip("更治愈", "More comforting", _compare("more", "mood", "mood/healing")),
    Chip("没那么黑暗", "Less dark", _compare("less", "mood", "mood/dark")),
    Chip("更小众", "Less mainstream", _compare("less", "popularity")),
)
"""Unit critiques of the work on top; their operations lack the anchor, which is whatever is on top."""

ANOTHER = Chip("换一批", "Something else", (Operation("another"),))


class Elicitor:
    """Chooses the question and the chips for one catalogue."""

    def __init__(self, facets: Facets) -> None:
        self._facets = facets
        self._answers = [np.stack([self._suits(chip) for chip in question.answers]) for question in QUESTIONS]

    def _suits(self, chip: Chip) -> Floats:
        """(n,) 0..1: how much a work is what somebody who gives this answer is after."""
        facets = self._facets
        if not chip.operations:
            return np.full(len(facets), 0.2, np.float32)
        suits, leanings = np.ones(len(facets), np.float32), np.zeros(len(facets), np.float32)
        for op in chip.operations:
            if op.op == "only":
                suits *= facets.mask(op.facet, op.ids)
            elif op.op == "not":
                suits *= ~facets.mask(op.facet, op.ids)
            elif op.facet == "mood":
                leanings = np.maximum(leanings, np.maximum(facets.mood(op.ids[0]), 0))
            else:
                leanings = np.maximum(leanings, facets.mask(op.facet, op.ids))
        led = any(op.op == "like" for op in chip.operations)
        return (suits * (leanings if led else 1.0)).astype(np.float32)

    def question(
        self, scores: Floats, allowed: Mask, asked: Sequence[str] = (), *, least: float = 1e-3
    ) -> Question | None:
        """The question whose answer is expected to tell most; ``None`` when none would tell ``least`` nats.

        I(answer; work) = H(answer) − Σ_w p(w) H(answer | w), with p(w) ∝ exp(score) over the allowed works and
        p(answer | w) ∝ how well the work suits the answer. Log-probabilities may stand for scores: those of
        :func:`log_belief` make it the information expected under a posterior.
        """
        best: Question | None = None
        most = least
        rows = np.flatnonzero(allowed)
        if not len(rows):
            return None
        weight = np.exp(scores[rows] - scores[rows].max())
        weight /= weight.sum()
        for question, suits in zip(QUESTIONS, self._answers, strict=True):
            if question.id in asked or not question.types.issuperset(np.unique(self._facets.types[rows])):
                continue
            given = suits[:, rows] + 1e-6  # (answers, works)
            given = given / given.sum(axis=0)
            information = float(_entropy(given @ weight)) - float(weight @ _entropy(given))
            if information > most:
                best, most = question, information
        return best

    def chips(self, top: str, rest: Mask, lang: str, k: int = 4) -> list[str]:
        """Up to ``k`` critiques of the work ``top`` that split the works ``rest`` (n,) most evenly, a facet each.

        Each leaves at least one work, so no chip leads to a dead end.
        """
        ranked: list[tuple[float, int, Chip, str]] = []
        n = int(rest.sum())
        for order, (chip, group, mask) in enumerate(self._splits(top)):
            share = int((mask & rest).sum()) / n if n else 0.0
            if 0 < share < 1:
                ranked.append((-float(_entropy(np.array([share, 1 - share]))), order, chip, group))
        chosen: list[str] = []
        groups: set[str] = set()
        for _, _, chip, group in sorted(ranked, key=lambda entry: entry[:2]):
            if group not in groups and len(chosen) < k:
                groups.add(group)
                chosen.append(chip.text(lang))
        return chosen

    def _splits(self, top: str) -> Iterator[tuple[Chip, str, Mask]]:
        """Each critique of ``top`` that makes sense, its group (one chip a group), and the works (n,) it keeps."""
        facets, row = self._facets, self._facets.row[top]
        for chip in CHIPS:
            op = chip.operations[0]
            sign = 1.0 if op.op == "more" else -1.0
            if op.facet == "mood":
                mask = further(sign * facets.mood(op.ids[0]), row)
                # Two moods may stand side by side; lighter and darker may not.
                yield chip, "brighter" if op.ids[0] in _BRIGHT or sign < 0 else "deeper", mask
                continue
            facet = op.facet
            if facet == "length":
                facet = "episodes" if facets.types[row] == "series" else "runtime"
            values = facets.ordinals[facet]
            if not np.isnan(values[row]):
                with np.errstate(invalid="ignore"):
                    yield chip, facet, sign * (values - values[row]) > 0


_BRIGHT = frozenset(f"mood/{name}" for name in ("light", "funny", "warm", "healing", "romantic"))


def log_belief(
    draw: Callable[[np.random.Generator], Floats], allowed: Mask, scale: float, rng: np.random.Generator
) -> Floats:
    """(n,) log-probability that each of the ``allowed`` works is the one wanted, under a posterior.

    The mean over eight draws of the person (``draw``: rng → (n,) scores) of softmax(score / ``scale``): sharp where the
    draws agree, flat where little is known.
    """
    found: Floats = np.full(len(allowed), -np.inf, np.float32)
    rows = np.flatnonzero(allowed)
    if len(rows):
        scores = np.stack([draw(rng)[rows] for _ in range(8)]) / scale  # (8, allowed)
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        found[rows] = np.log(np.maximum((p / p.sum(axis=1, keepdims=True)).mean(axis=0), 1e-30))
    return found


def _entropy(p: Floats) -> Floats:
    """Entropy in nats along the first axis."""
    return -(p * np.log(np.maximum(p, 1e-12))).sum(axis=0)
