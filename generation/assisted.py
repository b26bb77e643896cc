"""Advertising copy by a language model, held to what the rules hold themselves to, with the rules beside and behind it.

The model is told the facts of the brief and of the graph and nothing else; its reply is read like any other text
(:mod:`generation.assisted_reply`). What it cannot do in a few attempts, or not in time, the rules do; every draft says
which of the two wrote it, and what was refused and why.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from generation import labels, prompts
from generation.adcopy import AdCopywriter, Progress
from generation.assisted_prompt import Question
from generation.assisted_reply import Accepted, Reader
from generation.backends.base import Backend, Options
from generation.backends.deadline import Patience
from generation.briefs import AdBrief, Draft
from generation.channels import speaking_seconds
from generation.grounding import Claim
from generation.naming import Names
from generation.text.copy_pairs import ABSet, Respect
from generation.text.copy_scores import scored
from generation.text.copy_variety import grams, select, wording
from knowledge.graph import Graph

__all__ = ["AssistedCopywriter"]

_KEPT = 300  # characters of a refused text in the metadata
_SEEDS = 2**31


@dataclass
class _Asked:
    """What came of asking the model."""

    drafts: list[Draft] = field(default_factory=list)
    refused: list[prompts.Attempt] = field(default_factory=list)
    failure: str | None = None
    withheld: list[str] = field(default_factory=list)


class AssistedCopywriter:
    """An :class:`AdCopywriter` with a language model. Threads may share it; the model is asked by one at a time.

    Args:
        writer: the rules: they check the brief, score, and write where the model does not.
        attempts: replies asked for a text, each refusal told to the model; ≥ 1.
        seconds: longest time spent on the model for one call of :meth:`generate` or :meth:`generate_many`.
        rest: seconds in which a model that failed is not asked again.
    """

    def __init__(
        self, writer: AdCopywriter, backend: Backend, *, attempts: int = 3, seconds: float = 60.0, rest: float = 60.0
    ) -> None:
        self.writer, self.backend = writer, backend
        self.attempts, self.seconds = attempts, seconds
        self._patience = Patience(backend, rest=rest)

    @property
    def graph(self) -> Graph:
        return self.writer.graph

    @property
    def names(self) -> Names:
        return self.writer.names

    def ab(self, brief: AdBrief, respect: Respect = "opening", *, seed: int) -> ABSet:
        """Two drafts by the rules: only they can hold everything else still."""
        return self.writer.ab(brief, respect, seed=seed)

    def generate(self, brief: AdBrief, *, seed: int, progress: Progress | None = None, candidates: int = 4) -> Draft:
        """The model's text where it passes every check, else the rules' best of ``candidates``.

        ``metadata["assisted"]`` says which ``path`` wrote it, which ``backend`` was asked, what was ``refused`` with
        its faults, the ``failure`` of a backend that gave no answer, and the facts ``withheld`` from it.

        Raises: as :meth:`AdCopywriter.generate`; never because of the model.
        """
        ours = self.writer.generate(brief, seed=seed, progress=_share(progress, 0.0, 0.4), candidates=candidates)
        asked = self._ask(brief, 1, seed, _share(progress, 0.4, 1.0))
        return self._noted((asked.drafts or [ours])[0], asked)

    def generate_many(self, brief: AdBrief, n: int, *, seed: int, progress: Progress | None = None) -> list[Draft]:
        """Up to ``n`` drafts by model and rules together, chosen and ordered by the same scores as the rules' own.

        The model is asked for up to half as many, and the best that it got right is always among them; each draft says
        who wrote it. Raises like :meth:`generate`.
        """
        ours = self.writer.generate_many(brief, n, seed=seed, progress=_share(progress, 0.0, 0.4))
        asked = self._ask(brief, (n + 1) // 2, seed, _share(progress, 0.4, 1.0))
        pool = [*asked.drafts, *ours]
        chosen = select(
            [draft.scores["total"] for draft in pool], [grams(wording(draft.metadata["parts"])) for draft in pool], n
        )
        if asked.drafts and not any(at < len(asked.drafts) for at in chosen):
            chosen[-1] = max(range(len(asked.drafts)), key=lambda at: pool[at].scores["total"])
        return [self._noted(draft, asked) for draft in sorted((pool[at] for at in chosen), key=_rank)]

    def _ask(self, brief: AdBrief, wanted: int, seed: int, progress: Progress | None) -> _Asked:
        """Up to ``wanted`` drafts by the model. Where it fails, or fails a text with every attempt, it is left alone."""
        asked = _Asked()
        question = Question(brief, self.writer, seed)
        asked.withheld = question.withheld
        if name := question.suspicious():
            asked.failure = f"not asked: {name} reads like an order to a machine"
            return asked
        reader = Reader(question, seed)
        limited = self._patience.within(self.seconds)
        for number in range(wanted):
            options = Options(
                max_tokens=min(2000, 60 + 2 * question.task.longest), seed=(seed + number * self.attempts) % _SEEDS
            )
            try:
                written = prompts.write(
                    limited, question.task, check=reader.faults, fallback=str, options=options, attempts=self.attempts
                )
            except prompts.PromptError as error:
                asked.failure = str(error)
                break
            asked.refused += written.refused
            asked.failure = written.failure
            if written.path == "rules":
                break
            asked.drafts.append(self._draft(reader.accepted[written.text], reader, seed))
            if progress:
                progress((number + 1) / wanted)
        return asked

    def _draft(self, accepted: Accepted, reader: Reader, seed: int) -> Draft:
        revised, content = accepted.revised, reader.content
        lang = content.lang
        more: dict[str, Any] = {
            "channel": content.brief.channel,
            "lang": lang,
            "parts": [list(part) for part in revised.parts],
            "claims": [_row(claim) for claim in accepted.told],
        }
        if revised.spoken:
            more["spoken"] = list(revised.spoken)
            more["seconds"] = round(sum(speaking_seconds(line, lang) for line in revised.spoken), 1)
        return Draft(
            text=revised.text,
            title=f"《{content.title}》" if lang == "zh" and content.is_work else content.title,
            facts=revised.facts,
            label=labels.VISIBLE[lang],
            scores=scored(revised, content, fluency=self.writer.fluency, judge=self.writer.judge),
            metadata=labels.metadata(revised.text, seed=seed, generator=self.backend.name, source="model", **more),
        )

    def _noted(self, draft: Draft, asked: _Asked) -> Draft:
        note = {
            "path": draft.metadata["generator"],
            "backend": self.backend.name,
            "refused": [{"text": one.text[:_KEPT], "faults": list(one.faults)} for one in asked.refused],
            "failure": asked.failure,
            "withheld": asked.withheld,
        }
        return replace(draft, metadata={**draft.metadata, "assisted": note})


def _row(claim: Claim) -> dict[str, Any]:
    fact = claim.fact
    return {**asdict(claim), "fact": [fact.subject, fact.relation, fact.object, fact.source] if fact else None}


def _rank(draft: Draft) -> float:
    return -draft.scores["total"]


def _share(progress: Progress | None, start: float, end: float) -> Progress | None:
    """The part of a bar from ``start`` to ``end``."""
    if progress is None:
        return None
    return lambda done: progress(start + (end - start) * done)
