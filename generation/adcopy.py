"""Advertising copy: several candidates, checked, ranked by a plain score, the best one kept."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable
from typing import Any

from generation import labels
from generation.briefs import AdBrief, Draft, GenerationError
from generation.channels import CHANNELS, speaking_seconds
from generation.compliance import Finding, check
from generation.text import rules
from generation.text.content import Content
from generation.text.plan import DEFAULT_SECONDS
from generation.text.revise import Revised
from knowledge.graph import Graph

__all__ = ["AdCopywriter", "ForbiddenWords", "Progress"]

Progress = Callable[[float], None]
_TRIES = 24  # draws of the grammar for each candidate that is wanted
_CLEARLY = 0.06  # near-ties keep the first: otherwise every seed would end at the same few texts
_WEIGHTS = {"grounding": 0.4, "length": 0.3, "variety": 0.3}


class ForbiddenWords(GenerationError):
    """The user's own words break the advertising rules; ``findings`` says which and what could stand there instead."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("these words may not stand in an advertisement: " + ", ".join(f.word for f in findings))


class AdCopywriter:
    """Writes advertising copy about the works of a graph. Holds no state beside it; threads may share it."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def generate(self, brief: AdBrief, *, seed: int, progress: Progress | None = None, candidates: int = 4) -> Draft:
        """The best of ``candidates`` drafts; the same brief and seed give the same one.

        ``scores`` of the draft, each 0..1: ``grounding`` (how many different facts it states, saturating), ``length``
        (how near it comes to the length that reads well on the channel), ``variety`` (share of character pairs that are
        not repeated) and their weighted ``total``.

        Raises:
            BriefError: the work is unknown.
            ForbiddenWords: the brief itself asks for words that advertising must not use.
            GenerationError: no draft fits; the required words leave no room, say.
        """
        content = self._content(brief)
        realiser = rules.realise(content)
        rng = random.Random(f"{seed}")
        best: tuple[float, Revised, dict[str, float]] | None = None
        found = 0
        for _ in range(candidates * _TRIES):
            revised = rules.candidate(content, realiser, rng)
            if revised is None:
                continue
            scores = _scores(revised, content)
            if best is None or scores["total"] > best[0] + _CLEARLY:
                best = (scores["total"], revised, scores)
            found += 1
            if progress:
                progress(found / candidates)
            if found == candidates:
                break
        if best is None:
            raise GenerationError(
                f"nothing fits {brief.channel} with these required words: shorten the offer, must_use or call_to_action"
            )
        _, revised, scores = best
        return _draft(revised, scores, content, seed)

    def generate_many(self, brief: AdBrief, n: int, *, seed: int, progress: Progress | None = None) -> list[Draft]:
        """Up to ``n`` drafts that all differ, best first. Raises like :meth:`generate`."""
        drafts: dict[str, Draft] = {}
        for attempt in range(n * 3):
            draft = self.generate(brief, seed=seed + attempt, candidates=2)
            drafts.setdefault(draft.text, draft)
            if progress:
                progress(min(1.0, len(drafts) / n))
            if len(drafts) == n:
                break
        return sorted(drafts.values(), key=lambda draft: -draft.scores["total"])

    def _content(self, brief: AdBrief) -> Content:
        asked = " / ".join([brief.offer, brief.call_to_action, brief.topic, brief.audience, *brief.must_use])
        content = rules.analyse(brief, self.graph)
        findings = check(asked, brief.lang, exempt=content.names)
        if findings:
            raise ForbiddenWords(findings)
        return content


def _scores(revised: Revised, content: Content) -> dict[str, float]:
    channel = CHANNELS[content.brief.channel]
    grounding = 1 - math.exp(-len(revised.facts) / 3) if content.kind != "free" else 1.0
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
    nearness = sum(fits) / len(fits)
    letters = re.sub(r"\W", "", "".join(words for _, words in revised.parts))
    pairs = [letters[i : i + 2] for i in range(len(letters) - 1)]
    # English repeats letter pairs far more than Chinese repeats character pairs: words are its pairs' counterpart.
    if content.lang == "en":
        pairs = re.findall(r"\w+", " ".join(words for _, words in revised.parts).lower())
    variety = len(set(pairs)) / len(pairs) if pairs else 0.0
    scores: dict[str, float] = {
        "grounding": round(grounding, 4),
        "length": round(nearness, 4),
        "variety": round(variety, 4),
    }
    return {**scores, "total": round(float(sum(_WEIGHTS[name] * score for name, score in scores.items())), 4)}


def _draft(revised: Revised, scores: dict[str, float], content: Content, seed: int) -> Draft:
    brief = content.brief
    more: dict[str, Any] = {
        "channel": brief.channel,
        "lang": brief.lang,
        "parts": [list(part) for part in revised.parts],
    }
    if revised.spoken:
        more["spoken"] = list(revised.spoken)
        more["seconds"] = round(sum(speaking_seconds(line, brief.lang) for line in revised.spoken), 1)
    return Draft(
        text=revised.text,
        title=f"《{content.title}》" if brief.lang == "zh" and content.kind != "free" else content.title,
        facts=revised.facts,
        label=labels.VISIBLE[brief.lang],
        scores=scores,
        metadata=labels.metadata(revised.text, seed=seed, generator="rules", **more),
    )
