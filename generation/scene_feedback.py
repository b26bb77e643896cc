"""What an audience made of a script, scene by scene, and what to rewrite because of it.

Three signals a scene may have: stars (1–5), how many viewers came into it and stayed to its end, and comments, which
are read by aspect. Small samples mislead, so each is weighed before it counts: stars are drawn towards the mean of the
whole by how few there are (empirical Bayes), a drop-off counts when it is surely worse than that of the other scenes
(Beta posteriors), an aspect when more than one person complained of it or nobody praised it.

    Efron & Morris, "Stein's paradox in statistics", Scientific American 236, 1977.
    Hu & Liu, "Mining and summarizing customer reviews", KDD 2004 (aspects).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from generation.feedback import FeedbackError
from knowledge.sentiment.aspects import Reader, aspect_name, find_aspects

__all__ = ["Advice", "SceneFeedback", "advise"]

PRIOR_STARS = 4.0  # how many stars at the mean of the script every scene is given before its own
WORSE_STARS = 0.4  # below the mean by this much, after that, is worth a rewrite
SURE = 0.95
DRAWS = 4000
MAX_COMMENTS = 5000

_REQUESTS = {
    "pace": ("节奏更快，删掉重复的来回", "pick up the pace and cut what is said twice"),
    "dialogue": ("对白更口语、更短", "make the dialogue shorter and closer to speech"),
    "plot": ("把因果交代清楚，让转折有准备", "make cause and effect clear and prepare the turn"),
    "characters": ("让人物的动机看得见", "let the characters' motives show"),
    "acting": ("给演员可以演的动作，少说明", "give the actors something to do and explain less"),
    "visuals": ("用画面代替说明", "show it instead of saying it"),
    "music": ("标出声音和静默的位置", "mark where there is sound and where there is silence"),
}  # fmt: skip
_STARS = ("更抓人：开头就给冲突", "grip sooner: open on the conflict")
_LEAVING = ("开头更快入戏，结尾留一个悬念", "get into the scene faster and end it on a question")


@dataclass(frozen=True, slots=True)
class SceneFeedback:
    """What came in about one scene. ``entered`` viewers saw its beginning, ``stayed`` of them its end.

    Raises:
        FeedbackError: stars outside 1–5, more viewers who stayed than came, too many comments.
    """

    scene: str
    stars: tuple[float, ...] = ()
    entered: int = 0
    stayed: int = 0
    comments: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if any(not 1 <= star <= 5 for star in self.stars):
            raise FeedbackError(f"{self.scene}: stars go from 1 to 5")
        if not 0 <= self.stayed <= self.entered:
            raise FeedbackError(f"{self.scene}: {self.stayed} stayed of {self.entered} who came")
        if len(self.comments) > MAX_COMMENTS:
            raise FeedbackError(f"{self.scene}: {len(self.comments)} comments; at most {MAX_COMMENTS} are read")


@dataclass(frozen=True, slots=True)
class Advice:
    """A scene to rewrite, why, and with which request; ``weight`` orders them, most pressing highest."""

    scene: str
    weight: float
    reasons: tuple[str, ...]
    request: str
    quotes: tuple[str, ...] = field(default=())


def advise(feedback: Sequence[SceneFeedback], lang: str, *, read: Reader | None = None) -> list[Advice]:
    """Scenes worth rewriting, most pressing first; none when nothing stands out.

    Args:
        feedback: one entry a scene, in playing order.
        lang: language of reasons and requests.
        read: a trained polarity classifier, heard beside the word lists (``Sentiment.read(...).polarity``).
    """
    names = [row.scene for row in feedback]
    if len(set(names)) != len(names):
        raise FeedbackError("a scene stands there twice; put its feedback together first")
    zh = lang == "zh"
    stars = _shrunk_stars(feedback)
    leaving = _surely_worse(feedback)
    found = []
    for place, row in enumerate(feedback):
        reasons: list[str] = []
        requests: list[str] = []
        weight = 0.0
        if stars[place] < -WORSE_STARS:
            mean = float(np.mean(row.stars))
            reasons.append(
                f"{len(row.stars)} 人打分，平均 {mean:.1f} 星，低于全剧" if zh
                else f"{mean:.1f} stars from {len(row.stars)} people, below the rest"
            )  # fmt: skip
            requests.append(_STARS[not zh])
            weight += -stars[place]
        if leaving[place] > SURE:
            lost = 1 - row.stayed / row.entered
            reasons.append(
                f"{lost:.0%} 的观众在这一场离开，比其他场多" if zh
                else f"{lost:.0%} of viewers left here, more than elsewhere"
            )  # fmt: skip
            requests.append(_LEAVING[not zh])
            weight += 2 * lost
        complaints, quotes = _complaints(row.comments, read)
        for aspect, count in complaints.most_common():
            label = aspect_name(aspect, lang)
            reasons.append(f"{count} 条评论不满意{label}" if zh else f"{count} comments on the {label} are unhappy")
            if aspect in _REQUESTS:
                requests.append(_REQUESTS[aspect][not zh])
            weight += 0.25 * count
        if reasons:
            request = ("；" if zh else "; ").join(dict.fromkeys(requests)) or _STARS[not zh]
            found.append(Advice(row.scene, round(float(weight), 4), tuple(reasons), request, tuple(quotes)))
    return sorted(found, key=lambda advice: -advice.weight)


def _shrunk_stars(feedback: Sequence[SceneFeedback]) -> list[float]:
    """Each scene's stars against the mean of all, drawn towards it by :data:`PRIOR_STARS`; 0 without stars."""
    everything = [star for row in feedback for star in row.stars]
    if not everything:
        return [0.0] * len(feedback)
    mean = float(np.mean(everything))
    return [
        (sum(row.stars) + PRIOR_STARS * mean) / (len(row.stars) + PRIOR_STARS) - mean if row.stars else 0.0
        for row in feedback
    ]


def _surely_worse(feedback: Sequence[SceneFeedback]) -> list[float]:
    """The probability that a scene loses viewers at a higher rate than the others together."""
    rng = np.random.default_rng(0)
    entered = sum(row.entered for row in feedback)
    lost = sum(row.entered - row.stayed for row in feedback)
    found = []
    for row in feedback:
        others, gone = entered - row.entered, lost - (row.entered - row.stayed)
        if not row.entered or not others:
            found.append(0.0)
            continue
        here = rng.beta(1 + row.entered - row.stayed, 1 + row.stayed, DRAWS)
        there = rng.beta(1 + gone, 1 + others - gone, DRAWS)
        found.append(float((here > there).mean()))
    return found


def _complaints(comments: Iterable[str], read: Reader | None) -> tuple[Counter[str], list[str]]:
    """Aspects that people are unhappy with, how many each, and one comment for each aspect."""
    blamed: Counter[str] = Counter()
    praised: Counter[str] = Counter()
    said: dict[str, str] = {}
    for comment in comments:
        for opinion in find_aspects(comment, read):
            if opinion.polarity == "negative":
                blamed[opinion.aspect] += 1
                said.setdefault(opinion.aspect, comment)
            elif opinion.polarity == "positive":
                praised[opinion.aspect] += 1
    kept = Counter({a: n for a, n in blamed.items() if n > praised[a] and (n > 1 or not praised[a])})
    return kept, [said[aspect] for aspect, _ in kept.most_common()]
