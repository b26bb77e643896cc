"""Beam search: the k best continuations kept in parallel, with length and coverage penalty and required words.

Scores of finished texts follow Wu et al. 2016 ("Google's Neural Machine Translation System", §7, eq. 14):
s(Y) = log P(Y) / lp(Y) + cp(Y). Required words share the beam by dynamic allocation (``constraints``). The beams of all prompts
are rows of one batch; a prompt leaves it when no live hypothesis can still beat its finished ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from generation.text.constraints import Progress, Required, allocate
from generation.text.decoding_logits import Processor, examined, padded_left
from generation.text.decoding_settings import Decoded, DecodingError, Settings, length_normaliser
from generation.text.stepper import Stepper

__all__ = ["beam_search"]

NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    tokens: tuple[int, ...]
    logp: float
    progress: Progress
    row: int
    """Row of the batch whose state it continues."""


@dataclass(slots=True)
class _Search:
    """One prompt's beam."""

    live: list[_Hypothesis]
    finished: list[Decoded] = field(default_factory=list)

    def add(self, text: Decoded, n: int) -> None:
        self.finished = sorted([*self.finished, text], key=lambda d: (not d.complete, -d.score))[:n]


def beam_search(
    model: Stepper[Any],
    prompts: Sequence[Sequence[int]],
    settings: Settings,
    guide: Callable[[Tensor, Tensor], Tensor] | None,
) -> list[list[Decoded]]:
    """The ``settings.n`` best finished texts of each prompt, best first; see :func:`generation.text.decoding.decode`."""
    if settings.coverage_penalty and not hasattr(model, "coverage"):
        raise DecodingError(f"coverage_penalty needs a model with a coverage method; {type(model).__name__} has none")
    process = Processor(settings, model.vocabulary_size)
    required = Required(settings.required)
    state, logits = model.start(prompts)
    searches = [_Search([_Hypothesis((), 0.0, required.start(), row)]) for row in range(len(prompts))]
    padded = padded_left(prompts)
    owners = torch.arange(len(prompts))
    new = torch.empty(len(prompts), 0, dtype=torch.int64)
    for length in range(1, settings.max_new + 1):
        logits = process(padded[owners], new, examined(logits, len(owners), model.vocabulary_size))
        if guide is not None:
            logits = examined(guide(new, logits), len(owners), model.vocabulary_size)
        logp = logits.log_softmax(1).nan_to_num(nan=NEVER)  # (rows, V); a row where all is forbidden stays forbidden
        bonus = _coverage(model, state, settings.coverage_penalty, len(owners))
        for search in searches:
            if search.live:
                _extend(search, logp, bonus, settings, length)
        alive = [h for search in searches for h in search.live]
        if not alive:
            break
        rows = torch.tensor([h.row for h in alive])
        owners = torch.tensor([i for i, search in enumerate(searches) for _ in search.live])
        new = torch.tensor([h.tokens for h in alive], dtype=torch.int64)
        for row, (search, place) in enumerate((s, p) for s in searches for p in range(len(s.live))):
            h = search.live[place]
            search.live[place] = _Hypothesis(h.tokens, h.logp, h.progress, row)
        state, logits = model.step(model.select(state, rows), new[:, -1].contiguous())
    return [search.finished for search in searches]


def _coverage(model: Any, state: Any, beta: float, rows: int) -> list[float]:
    """β Σᵢ log min(Σⱼ pᵢⱼ, 1) for each row (Wu et al. 2016, eq. 14); a source position never looked at counts as 1e-6."""
    if not beta:
        return [0.0] * rows
    return [float(x) for x in beta * model.coverage(state).clamp(1e-6, 1).log().sum(1)]


def _extend(search: _Search, logp: Tensor, bonus: list[float], settings: Settings, length: int) -> None:
    """One step of one prompt: candidates, the finished ones set aside, the beam chosen, the search ended when it is over."""
    beam, required = settings.beams, search.live[0].progress.required
    candidates = _candidates(search.live, logp, settings, length)
    banks, going = [], []
    for place, candidate in enumerate(candidates):
        ending = settings.ending(candidate.tokens)
        if ending is None:
            going.append(candidate)
            banks.append(candidate.progress.held if not candidate.progress.complete else required.total)
            continue
        complete = candidate.progress.complete
        if (not complete and ending[0] != "length") or (place >= beam and ending[0] != "length" and not required.total):
            continue  # an end too early; or an end that was not among the best k of this step
        score = candidate.logp / length_normaliser(length, settings.length_penalty) + bonus[candidate.row]
        search.add(Decoded(candidate.tokens[: ending[1]], score, ending[0], complete), settings.n)
    if not candidates:
        for h in search.live:
            score = h.logp / length_normaliser(max(length - 1, 1), settings.length_penalty)
            search.add(Decoded(h.tokens, score, "dead end", h.progress.complete), settings.n)
    search.live = [going[i] for i in allocate(banks, beam, required.total)]
    best_left = max((_attainable(h.logp, length, settings) for h in search.live), default=NEVER)
    if len(search.finished) == settings.n and search.finished[-1].complete and search.finished[-1].score >= best_left:
        search.live = []


def _candidates(live: list[_Hypothesis], logp: Tensor, settings: Settings, length: int) -> list[_Hypothesis]:
    """Continuations worth looking at, best first: the best 2k of all, and what required words ask for."""
    rows = torch.tensor([h.row for h in live])
    total = logp[rows] + torch.tensor([h.logp for h in live])[:, None]  # (live, V)
    vocabulary = total.shape[1]
    # Twice the beam, so that k remain even if k of them end; stop sequences can end no more than one token of a row.
    flat = total.flatten().topk(min(2 * settings.beams, total.numel()))
    chosen = {(i // vocabulary, i % vocabulary) for i in flat.indices.tolist()}
    if live[0].progress.required.total:
        best = total.argmax(1).tolist()
        room = settings.max_new - length
        forced = set()
        for place, h in enumerate(live):
            wanted = [(place, token) for token in h.progress.wanted()]
            chosen.update([(place, best[place]), *wanted])
            if not h.progress.complete and h.progress.missing > room:  # no token to waste
                forced.add(place)
        chosen = {
            (p, t) for p, t in chosen if p not in forced or live[p].progress.advance(t).held > live[p].progress.held
        }
    extended = [
        _Hypothesis((*live[p].tokens, t), float(total[p, t]), live[p].progress.advance(t), live[p].row)
        for p, t in chosen
        if total[p, t] > NEVER
    ]
    return sorted(extended, key=lambda h: (-h.logp, h.tokens))


def _attainable(logp: float, length: int, settings: Settings) -> float:
    """No continuation of a hypothesis scores more: its log probability can only fall, its normaliser is known."""
    alpha = settings.length_penalty
    return logp / max(length_normaliser(length + 1, alpha), length_normaliser(settings.max_new, alpha))
