"""Choosing tokens: greedy search, sampling and (in ``decoding_beam``) beam search, once for every model that is a ``Stepper``.

    from generation.text.decoding import Settings, decode

    best = decode(model, prompts, Settings(strategy="sample", top_p=0.9, n=5, seed=7))[0][0]

Prompts may differ in length. Rows never see one another: each draws from a generator of its own, seeded by ``seed``, the
candidate's number and the prompt itself, so a prompt gets the same text alone and in a batch (as far as the model's logits are
the same), and the same seed always gives the same text.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from generation.text.decoding_beam import beam_search
from generation.text.decoding_logits import Processor, examined, padded_left, truncate
from generation.text.decoding_settings import Decoded, DecodingError, Settings, length_normaliser
from generation.text.stepper import Stepper

__all__ = ["Covering", "Decoded", "DecodingError", "Guide", "Settings", "decode", "stream"]

Guide = Callable[[Tensor, Tensor], Tensor]
"""``guide(prefixes (B, t) int64, logits (B, V) float32) -> logits (B, V)``; ``prefixes`` are the new tokens, the prompt left out."""


class Covering(Protocol):
    """A model with attention that can say how much of its prompt it has used, which ``coverage_penalty`` needs."""

    def coverage(self, state: Any) -> Tensor:
        """(B, S) float32: attention each source position got so far, summed over steps; 1 where a row is padded."""
        ...


def decode(
    model: Stepper[Any],
    prompts: Sequence[Sequence[int]],
    settings: Settings | None = None,
    guide: Guide | None = None,
) -> list[list[Decoded]]:
    """``settings.n`` continuations of each prompt, best score first.

    Memory: logits of every live row at once, B × n (or B × beams) × V float32.

    Raises:
        DecodingError: a prompt that is empty or holds ids outside the vocabulary; logits of the wrong shape or not a number.
    """
    settings = settings or Settings()
    checked(model, prompts)
    if not prompts:
        return []
    if settings.strategy == "beam":
        with _quietly():
            return beam_search(model, prompts, settings, guide)
    rows = _Rows(model, prompts, settings, guide)
    with _quietly():
        for _ in rows:
            pass
    n = settings.n if settings.strategy == "sample" else 1
    return [sorted(rows.done[i : i + n], key=lambda d: -d.score) for i in range(0, len(rows.done), n)]


def stream(
    model: Stepper[Any], prompt: Sequence[int], settings: Settings | None = None, guide: Guide | None = None
) -> Iterator[int]:
    """The tokens of one greedy or sampled continuation as they are chosen; what may yet turn out to be a stop is held back.

    Together they are ``decode(model, [prompt], settings)[0][0].tokens`` (for n = 1). Closing the iterator stops the model.
    """
    settings = settings or Settings()
    if settings.strategy == "beam" or settings.n > 1:
        raise DecodingError("only one greedy or sampled continuation can be streamed")
    checked(model, [prompt])
    held = max((len(s) for s in settings.stop_sequences), default=1) - 1
    rows = _Rows(model, [prompt], settings, guide)
    steps, sent, going = iter(rows), 0, True
    while going:
        with _quietly():
            going = next(steps, "over") != "over"
        tokens = rows.tokens[0]
        ready = len(rows.done[0].tokens) if rows.done[0] else max(sent, len(tokens) - held)
        yield from tokens[sent:ready]
        sent = ready


@contextmanager
def _quietly() -> Iterator[None]:
    """No gradients, and one torch thread: on a shared machine two are slower than one. Put back afterwards."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.no_grad():
            yield
    finally:
        torch.set_num_threads(threads)


def checked(model: Stepper[Any], prompts: Sequence[Sequence[int]]) -> None:
    """Refuses prompts the model cannot read."""
    for number, prompt in enumerate(prompts):
        if not len(prompt):
            raise DecodingError(f"prompt {number} is empty; begin with the model's start token")
        if not 0 <= min(prompt) <= max(prompt) < model.vocabulary_size:
            raise DecodingError(f"prompt {number} has token ids outside 0 … {model.vocabulary_size - 1}")


class _Rows:
    """All continuations in one batch, a step for every ``next``; rows that end leave the batch."""

    def __init__(
        self, model: Stepper[Any], prompts: Sequence[Sequence[int]], settings: Settings, guide: Guide | None
    ) -> None:
        self.model, self.settings, self.guide = model, settings, guide
        self.process = Processor(settings, model.vocabulary_size)
        n = settings.n if settings.strategy == "sample" else 1
        self.tokens: list[list[int]] = [[] for _ in range(len(prompts) * n)]
        self.done: list[Any] = [None] * len(self.tokens)
        self._logp = [0.0] * len(self.tokens)
        self._random = [
            np.random.default_rng([settings.seed, candidate, zlib.crc32(np.asarray(prompt, np.int64).tobytes())])
            for prompt in prompts
            for candidate in range(n)
        ]
        self._prompts, self._n = prompts, n

    def __iter__(self) -> Iterator[None]:
        model = self.model
        state, logits = model.start(self._prompts)
        rows = torch.arange(len(self._prompts)).repeat_interleave(self._n)
        prompts = padded_left(self._prompts)[rows]
        if self._n > 1:
            state, logits = model.select(state, rows), logits[rows]
        live = list(range(len(self.tokens)))
        new = torch.empty(len(live), 0, dtype=torch.int64)
        while True:
            logits = self.process(prompts, new, examined(logits, len(live), model.vocabulary_size))
            if self.guide is not None:
                logits = examined(self.guide(new, logits), len(live), model.vocabulary_size)
            chosen = self._choose(logits, live)
            logp = logits.log_softmax(1).gather(1, chosen[:, None])[:, 0].tolist()
            keep = [
                place
                for place, (row, token) in enumerate(zip(live, chosen.tolist(), strict=True))
                if not self._append(row, token, logp[place])
            ]
            yield
            if not keep:
                return
            new = torch.cat([new, chosen[:, None]], 1)
            if len(keep) < len(live):
                kept = torch.tensor(keep)
                state, new, chosen, prompts = model.select(state, kept), new[kept], chosen[kept], prompts[kept]
                live = [live[place] for place in keep]
            state, logits = model.step(state, chosen)

    def _choose(self, logits: Tensor, live: list[int]) -> Tensor:
        if self.settings.strategy == "greedy":
            return torch.from_numpy(logits.numpy().argmax(1))  # ten times as fast as torch's on one thread
        logits = truncate(logits, self.settings.temperature, self.settings.top_k, self.settings.top_p)
        # The inverse of the distribution function, one draw a row; in float64, for 50,000 roundings add up.
        mass = logits.softmax(1).numpy().cumsum(1, dtype=np.float64)  # (B, V)
        draws = [self._random[row].random() * total for row, total in zip(live, mass[:, -1], strict=True)]
        last = logits.shape[1] - 1
        picked = [min(int(row.searchsorted(x, side="right")), last) for row, x in zip(mass, draws, strict=True)]
        return torch.tensor(picked, dtype=torch.int64)

    def _append(self, row: int, token: int, logp: float) -> bool:
        """Records a token; whether the row has ended."""
        tokens = self.tokens[row]
        if logp == -np.inf or np.isnan(logp):  # every token was forbidden
            self.done[row] = self._finished(row, len(tokens), "dead end")
            return True
        tokens.append(token)
        self._logp[row] += logp
        if (ending := self.settings.ending(tokens)) is None:
            return False
        self.done[row] = self._finished(row, ending[1], ending[0])
        return True

    def _finished(self, row: int, length: int, ended: Any) -> Decoded:
        tokens = self.tokens[row]
        score = self._logp[row] / length_normaliser(max(len(tokens), 1), self.settings.length_penalty)
        return Decoded(tuple(tokens[:length]), score, ended)
