"""Advertising copy: candidates in plenty, each checked against the law and the facts, ranked, the best ones kept."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from generation import labels
from generation.briefs import AdBrief, Draft, GenerationError
from generation.channels import speaking_seconds
from generation.compliance import Finding, review
from generation.compliance_text import Lexicon
from generation.grounding import Claim, claims, unfounded
from generation.naming import Names
from generation.product import product_claims
from generation.text import rules
from generation.text.content import Content
from generation.text.copy_pairs import RESPECTS, ABSet, Respect, other
from generation.text.copy_scores import Fluency, Judge, scored
from generation.text.copy_variety import grams, select, wording
from generation.text.realise import Realiser
from generation.text.revise import Revised
from knowledge.graph import Fact, Graph

__all__ = ["ABSet", "AdCopywriter", "ForbiddenWords", "Progress"]

Progress = Callable[[float], None]
_TRIES = 24  # draws of the grammar for each candidate that is wanted
_CLEARLY = 0.06  # near-ties keep the first: otherwise every seed would end at the same few texts
_POOL = 9  # candidates from which one of several different drafts is chosen


class ForbiddenWords(GenerationError):
    """The brief itself asks for what may not be advertised; ``findings`` says what, why and what could stand there."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("these words may not stand in an advertisement: " + ", ".join(f.word for f in findings))


class AdCopywriter:
    """Writes advertising copy about the works of a graph, about products and about anything else in a brief.

    Args:
        fluency: ranks candidates by how well they read as well.
        judge: ranks them by the emotion of the brief; without one a brief's ``emotion`` has no effect.
        lexicons: the operator's own forbidden words.

    Holds no state but the index of the graph's names, made at the first draft; threads may share it. Make another when
    the graph has changed.
    """

    def __init__(
        self,
        graph: Graph,
        *,
        fluency: Fluency | None = None,
        judge: Judge | None = None,
        lexicons: tuple[Lexicon, ...] = (),
    ) -> None:
        self.graph = graph
        self.fluency, self.judge, self.lexicons = fluency, judge, lexicons
        self._names: Names | None = None

    @property
    def names(self) -> Names:
        """The index of the graph's names, for whoever checks other texts against the same graph."""
        if self._names is None:
            self._names = Names(self.graph)
        return self._names

    def generate(self, brief: AdBrief, *, seed: int, progress: Progress | None = None, candidates: int = 4) -> Draft:
        """The best of ``candidates`` drafts; the same brief and seed give the same one.

        ``scores`` of the draft, each 0..1: ``grounding`` (how many different facts it states, saturating), ``length``
        (how near it comes to the length that reads well on the channel), ``variety`` (share of character pairs that are
        not repeated), ``fluency`` and ``emotion`` where the writer has a model for them, and their weighted ``total``.
        ``metadata["claims"]`` lists every number, date, name, title and award with the fact it came from.

        Raises:
            BriefError: the work is unknown.
            ForbiddenWords: the brief itself asks for what must not be advertised.
            GenerationError: no draft fits; the required words leave no room, say.
        """
        content = self._content(brief)
        best: tuple[float, Draft] | None = None
        found = 0
        for revised in self._candidates(content, seed, 3 * candidates):
            scores = self._scored(revised, content)
            if best is None or scores["total"] > best[0] + _CLEARLY:
                told = self._told(revised, content)
                if told is None:
                    continue
                best = (scores["total"], self._draft(revised, scores, told, content, seed))
            found += 1
            if progress:
                progress(found / candidates)
            if found == candidates:
                break
        if best is None:
            raise _no_room(brief)
        return best[1]

    def generate_many(self, brief: AdBrief, n: int, *, seed: int, progress: Progress | None = None) -> list[Draft]:
        """Up to ``n`` drafts, the best first, then by what they add to those before; returned best first.

        They are chosen from ``9 n`` candidates by maximal marginal relevance, so that they differ in what they say and
        not in a word. Raises like :meth:`generate`.
        """
        content = self._content(brief)
        pool: dict[str, Revised] = {}
        wanted = n * _POOL
        for found, revised in enumerate(self._candidates(content, seed, wanted), 1):
            pool.setdefault(revised.text, revised)
            if progress:
                progress(found / wanted)
        rows = list(pool.values())
        told: dict[str, list[Claim] | None] = {}
        while rows:  # what turns out to be unfounded leaves the pool, and the choice is made again
            scores = [self._scored(revised, content) for revised in rows]
            chosen = select([row["total"] for row in scores], [grams(wording(revised.parts)) for revised in rows], n)
            told |= {rows[at].text: self._told(rows[at], content) for at in chosen if rows[at].text not in told}
            if all(told[rows[at].text] is not None for at in chosen):
                drafts = [self._draft(rows[at], scores[at], told[rows[at].text] or [], content, seed) for at in chosen]
                if progress:
                    progress(1.0)
                return sorted(drafts, key=lambda draft: -draft.scores["total"])
            rows = [revised for revised in rows if told.get(revised.text, []) is not None]
        raise _no_room(brief)

    def ab(self, brief: AdBrief, respect: Respect = "opening", *, seed: int) -> ABSet:
        """Two drafts that differ in ``respect`` alone, so that what is measured is that: ``"opening"``, ``"title"``,
        ``"call_to_action"``, ``"emoji"``, ``"hashtags"``, or on short channels the ``"body"``.

        Raises:
            GenerationError: this channel has nothing to vary in that respect, or as :meth:`generate`.
        """
        if respect not in RESPECTS:
            raise GenerationError(f"respect: {respect!r} is not one of {', '.join(RESPECTS)}")
        content = self._content(brief)
        realiser = rules.realise(content)
        rng = random.Random(f"{seed} {respect}")
        for _ in range(4 * _TRIES):
            planned = rules.plan(content, rng)
            first = rules.revise(realiser.realise(planned, rng), planned, content)
            if first is None or self._told(first, content) is None:
                continue
            second = other(first, respect, planned, realiser, content, rng)
            if second is None:
                continue
            told = [self._told(revised, content) for revised in (first, second)]
            if told[1] is not None:
                pair = [
                    self._draft(revised, self._scored(revised, content), read or [], content, seed)
                    for revised, read in zip((first, second), told, strict=True)
                ]
                return ABSet(pair[0], pair[1], respect)
        raise GenerationError(f"{brief.channel}: no two drafts that differ in {respect} alone; vary something else")

    # --- candidates ------------------------------------------------------------------------------------------------

    def _candidates(self, content: Content, seed: int, n: int) -> Iterator[Revised]:
        """``n`` finished texts; fewer when the brief leaves little room."""
        realiser: Realiser = rules.realise(content)
        rng = random.Random(f"{seed}")
        found = 0
        for _ in range(n * _TRIES):
            revised = rules.candidate(content, realiser, rng)
            if revised is None:
                continue
            yield revised
            found += 1
            if found == n:
                return

    def _told(self, revised: Revised, content: Content) -> list[Claim] | None:
        """The claims of a text, or ``None`` when one of them has no source: such a text is not shown to anybody."""
        brief = content.brief
        facts: list[Fact] = self.graph.facts(brief.work) if brief.work else []
        told = claims(revised.text, brief.lang, facts=facts, brief=(content.given, brief.brand), graph=self.names)
        if brief.attributes:
            told += [claim for claim in product_claims(revised.text, brief.attributes) if claim.source]
        return None if unfounded(told) else told

    def _scored(self, revised: Revised, content: Content) -> dict[str, float]:
        return scored(revised, content, fluency=self.fluency, judge=self.judge)

    def _content(self, brief: AdBrief) -> Content:
        content = rules.analyse(brief, self.graph)
        attributes = (f"{name} {value}" for name, value in brief.attributes)
        asked = [brief.offer, brief.call_to_action, brief.topic, brief.audience, *brief.must_use, *attributes]
        found = review(
            " / ".join(asked),
            brief.lang,
            exempt=content.names,
            lexicons=self.lexicons,
            channel=brief.channel,
            audience=brief.audience,
            people=self.names,
            makers=frozenset(str(fact.object) for fact in self.graph.facts(brief.work)) if brief.work else frozenset(),
        )
        if refused := [finding for finding in found if finding.level != "allowed"]:
            raise ForbiddenWords(refused)
        return content

    def _draft(
        self, revised: Revised, scores: dict[str, float], told: list[Claim], content: Content, seed: int
    ) -> Draft:
        brief = content.brief
        more: dict[str, Any] = {
            "channel": brief.channel,
            "lang": brief.lang,
            "parts": [list(part) for part in revised.parts],
            "claims": [_row(claim) for claim in told],
        }
        if revised.spoken:
            more["spoken"] = list(revised.spoken)
            more["seconds"] = round(sum(speaking_seconds(line, brief.lang) for line in revised.spoken), 1)
        return Draft(
            text=revised.text,
            title=f"《{content.title}》" if brief.lang == "zh" and content.is_work else content.title,
            facts=revised.facts,
            label=labels.VISIBLE[brief.lang],
            scores=scores,
            metadata=labels.metadata(revised.text, seed=seed, generator="rules", **more),
        )


def _row(claim: Claim) -> dict[str, Any]:
    fact = claim.fact
    stated = [fact.subject, fact.relation, fact.object, fact.source] if fact else None
    return {
        "start": claim.start, "end": claim.end, "text": claim.text, "kind": claim.kind, "source": claim.source, "fact": stated,
    }  # fmt: skip


def _no_room(brief: AdBrief) -> GenerationError:
    return GenerationError(
        f"nothing fits {brief.channel} with these required words: shorten the offer, must_use or call_to_action"
    )
