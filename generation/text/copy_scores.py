"""How good a finished copy is, by plain measures, each 0..1."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

from generation.channels import CHANNELS, speaking_seconds
from generation.text.content import Content
from generation.text.plan import DEFAULT_SECONDS
from generation.text.revise import Revised

__all__ = ["Fluency", "Judge", "reads_well", "scored"]

Fluency = Callable[[str, str], float]
"""How well a text of a language reads, 0..1: ``generation.text.fluency`` has one."""
Judge = Callable[[str, str], Mapping[str, float]]
"""The probability of each emotion in a text of a language, as ``knowledge.sentiment`` gives it."""
_WEIGHTS = {"grounding": 0.4, "length": 0.3, "variety": 0.3, "fluency": 0.5, "emotion": 1.0}


def reads_well(text: str, lang: str) -> float:
    """A :data:`Fluency`: the product's own prose as the yardstick, ½ at 3 nats a character. The first call takes a
    second to count that prose."""
    from generation.text.fluency import Fluency as Model

    return 1 / (1 + math.exp(Model.default(lang).score(text) - 3))


def scored(
    revised: Revised, content: Content, *, fluency: Fluency | None = None, judge: Judge | None = None
) -> dict[str, float]:
    """``grounding``, ``length``, ``variety``, where they can be had ``fluency`` and ``emotion``, and their ``total``.

    ``emotion`` is 1 where the emotion asked for is as probable as the intensity asked for.
    """
    text = " ".join(words for _, words in revised.parts)
    scores = {
        "grounding": _grounding(revised, content),
        "length": _length(revised, content),
        "variety": _variety(text, content.lang),
    }
    if fluency is not None:
        scores["fluency"] = min(1.0, max(0.0, fluency(text, content.lang)))
    if judge is not None and content.brief.emotion is not None:
        felt = judge(text, content.lang).get(content.brief.emotion, 0.0)
        scores["emotion"] = min(1.0, felt / content.brief.intensity)
    weight = sum(_WEIGHTS[name] for name in scores)
    total = sum(_WEIGHTS[name] * score for name, score in scores.items()) / weight
    return {name: round(score, 4) for name, score in {**scores, "total": total}.items()}


def _grounding(revised: Revised, content: Content) -> float:
    return 1 - math.exp(-len(revised.facts) / 3) if content.is_work else 1.0


def _length(revised: Revised, content: Content) -> float:
    """How near each part comes to the length that reads well on the channel."""
    channel = CHANNELS[content.brief.channel]
    fits = []
    for name, words in revised.parts:
        bound = channel.bounds[content.lang].get(name)
        if bound is None:
            continue
        aim, length = bound.aim, bound.count(words)
        if name == "body" and channel.shape == "spoken":
            aim = (content.brief.seconds or DEFAULT_SECONDS) * 0.9
            length = speaking_seconds(words, content.lang)
        fits.append(min(length, aim) / max(length, aim) if length else 0.0)
    return sum(fits) / len(fits)


def _variety(text: str, lang: str) -> float:
    """The share of character pairs, in English of words, that are not repeated."""
    letters = re.sub(r"\W", "", text)
    # English repeats letter pairs far more than Chinese repeats character pairs: words are its pairs' counterpart.
    pairs = re.findall(r"\w+", text.lower()) if lang == "en" else [letters[i : i + 2] for i in range(len(letters) - 1)]
    return len(set(pairs)) / len(pairs) if pairs else 0.0
