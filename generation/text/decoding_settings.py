"""What is asked of a decoder and what it hands back: plain values, checked once, without torch."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["Decoded", "DecodingError", "Settings", "length_normaliser"]

Ending = Literal["eos", "stop", "length", "dead end"]


class DecodingError(ValueError):
    """Settings that contradict each other, a prompt the model cannot read, or a model that returns nonsense."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to choose among the continuations a model offers.

    Order of what is done to the logits of a step: repetition penalty, no repeated n-grams, banned sequences, no end before
    ``min_new``, the caller's ``guide``; then, when sampling, temperature, top-k, top-p. It is the order of `transformers`.
    """

    strategy: Literal["greedy", "beam", "sample"] = "greedy"
    max_new: int = 64
    """Most new tokens, ≥ 1; the ending (``eos``, a stop sequence) counts."""
    min_new: int = 0
    """No ``eos`` before this many new tokens."""
    temperature: float = 1.0
    """> 0; logits are divided by it (sampling)."""
    top_k: int = 0
    """Keep the k likeliest tokens; 0 keeps all (sampling)."""
    top_p: float = 1.0
    """Keep the smallest set of tokens with at least this much probability (Holtzman et al. 2020; sampling)."""
    repetition_penalty: float = 1.0
    """≥ 1 weakens tokens seen before: positive logits are divided, negative ones multiplied (CTRL, Keskar et al. 2019, §4.1)."""
    n: int = 1
    """Candidates for each prompt; at most ``beams`` for a beam search, 1 for greedy search."""
    beams: int = 4
    length_penalty: float = 0.6
    """α of Wu et al. 2016, eq. 14: scores are divided by ((5 + length) / 6)^α; 0 compares plain log probabilities."""
    coverage_penalty: float = 0.0
    """β of Wu et al. 2016, eq. 14, for models with a ``coverage`` method (see :class:`generation.text.decoding.Covering`)."""
    no_repeat_ngram: int = 0
    """No n-gram of this length twice; 0 switches it off."""
    banned: Sequence[Sequence[int]] = ()
    """Token sequences that must not appear."""
    required: Sequence[Sequence[int]] = ()
    """Token sequences that must appear (``strategy="beam"``; dynamic beam allocation, Post & Vilar 2018)."""
    stop: Sequence[Sequence[int]] | Callable[[Sequence[int]], bool] = ()
    """Sequences that end a text (and are cut off it), or a function of the new tokens so far that says whether to end."""
    eos: int | None = None
    seed: int = 0
    over_prompt: bool = True
    """Whether repetition, n-grams and banned sequences look at the prompt too: yes for a decoder, no for an encoder–decoder."""

    def __post_init__(self) -> None:
        for name, low in (("max_new", 1), ("min_new", 0), ("top_k", 0), ("n", 1), ("beams", 1), ("no_repeat_ngram", 0)):
            if getattr(self, name) < low:
                raise DecodingError(f"{name} must be at least {low}, not {getattr(self, name)}")
        if self.strategy not in ("greedy", "beam", "sample"):
            raise DecodingError(f"strategy must be greedy, beam or sample, not {self.strategy!r}")
        if not (math.isfinite(self.temperature) and self.temperature > 0):
            raise DecodingError(f"temperature must be above 0, not {self.temperature}; use strategy='greedy' for 0")
        if not 0 < self.top_p <= 1:
            raise DecodingError(f"top_p must be in (0, 1], not {self.top_p}")
        if not (math.isfinite(self.repetition_penalty) and self.repetition_penalty > 0):
            raise DecodingError(f"repetition_penalty must be above 0, not {self.repetition_penalty}")
        if not math.isfinite(self.length_penalty) or not 0 <= self.coverage_penalty < math.inf:
            raise DecodingError("length_penalty must be finite and coverage_penalty finite and at least 0")
        if self.strategy == "greedy" and self.n > 1:
            raise DecodingError("greedy search has one candidate; use strategy='beam' or 'sample' for n > 1")
        if self.strategy == "beam" and self.n > self.beams:
            raise DecodingError(f"n = {self.n} candidates need at least as many beams, not {self.beams}")
        if self.required and self.strategy != "beam":
            raise DecodingError("required sequences need strategy='beam'")
        if any(len(sequence) == 0 for sequence in (*self.banned, *self.required, *self.stop_sequences)):
            raise DecodingError("banned, required and stop sequences must not be empty")
        if sum(map(len, self.required)) > self.max_new:
            raise DecodingError("the required sequences are longer than max_new allows")
        for wanted in self.required:
            for unwanted in self.banned:
                if any(
                    list(wanted[i : i + len(unwanted)]) == list(unwanted)
                    for i in range(len(wanted) - len(unwanted) + 1)
                ):
                    raise DecodingError(f"a required sequence contains a banned one: {list(wanted)}, {list(unwanted)}")

    @property
    def stop_sequences(self) -> tuple[tuple[int, ...], ...]:
        return () if callable(self.stop) else tuple(tuple(sequence) for sequence in self.stop)

    def ending(self, tokens: Sequence[int]) -> tuple[Ending, int] | None:
        """How the new tokens so far end, and how many of them are text; None while the text goes on."""
        if self.eos is not None and tokens[-1] == self.eos:
            return "eos", len(tokens) - 1
        for sequence in self.stop_sequences:
            if len(tokens) >= len(sequence) and tuple(tokens[-len(sequence) :]) == sequence:
                return "stop", len(tokens) - len(sequence)
        if callable(self.stop) and self.stop(tokens):
            return "stop", len(tokens)
        return ("length", len(tokens)) if len(tokens) >= self.max_new else None


@dataclass(frozen=True, slots=True)
class Decoded:
    """One continuation."""

    tokens: tuple[int, ...]
    """New tokens, without ``eos`` and without the stop sequence that ended them."""
    score: float
    """Log probability (nats) of all that was generated, ending included, divided by the length normaliser, plus coverage."""
    ended: Ending = "length"
    """Why it stops; "dead end" means that everything was forbidden."""
    complete: bool = True
    """Whether every required sequence is in it."""


def length_normaliser(length: int, alpha: float) -> float:
    """lp(Y) = ((5 + |Y|) / 6)^α (Wu et al. 2016, eq. 14)."""
    return ((5 + length) / 6) ** alpha
