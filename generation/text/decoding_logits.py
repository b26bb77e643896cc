"""What is done to the logits of one step before a token is chosen; all rows at once, no state between steps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import torch
from torch import Tensor

from generation.text.decoding_settings import DecodingError, Settings

__all__ = [
    "PAD",
    "Processor",
    "examined",
    "forbid_repeats",
    "keep_nucleus",
    "padded_left",
    "penalise_repetition",
    "truncate",
]

PAD = -1
NEVER = float("-inf")


def padded_left(rows: Sequence[Sequence[int]]) -> Tensor:
    """Rows of different lengths as (B, longest) int64, :data:`PAD` on the left, so that last tokens stand in one column."""
    width = max((len(row) for row in rows), default=0)
    return torch.tensor([[PAD] * (width - len(row)) + list(row) for row in rows], dtype=torch.int64).reshape(-1, width)


def penalise_repetition(history: Tensor, logits: Tensor, penalty: float) -> Tensor:
    """CTRL (Keskar et al. 2019): a seen token's logit is divided by ``penalty`` if positive, else multiplied.

    Args:
        history: (B, t) int64, :data:`PAD` where a row is shorter.
        logits: (B, V) float32.
    """
    rows, vocabulary = logits.shape
    seen = torch.zeros(rows, vocabulary + 1, dtype=torch.bool)  # the last column takes the padding
    seen.scatter_(1, torch.where(history < 0, vocabulary, history), True)
    return torch.where(seen[:, :vocabulary], torch.where(logits > 0, logits / penalty, logits * penalty), logits)


def forbid_repeats(history: Tensor, logits: Tensor, n: int) -> Tensor:
    """No n-gram twice: −∞ for every token that once followed the last n − 1 tokens (Paulus et al. 2018, §2.5)."""
    if history.shape[1] < n:
        return logits
    windows = history.unfold(1, n, 1)  # (B, t − n + 1, n)
    last = history[:, history.shape[1] - n + 1 :]  # (B, n − 1)
    again = (windows[:, :, : n - 1] == last[:, None]).all(2) & (windows[:, :, 0] >= 0) & (windows[:, :, -1] >= 0)
    row, window = again.nonzero(as_tuple=True)
    logits = logits.clone()
    logits[row, windows[row, window, -1]] = NEVER
    return logits


def truncate(logits: Tensor, temperature: float, top_k: int, top_p: float) -> Tensor:
    """Temperature, then the ``top_k`` likeliest tokens, then the smallest set with probability ``top_p``; the rest −∞.

    Args:
        logits: (B, V) float32.
    """
    logits = logits / temperature
    if 0 < top_k < logits.shape[1]:
        logits = logits.masked_fill(logits < logits.topk(top_k, dim=1).values[:, -1:], NEVER)
    return keep_nucleus(logits, top_p) if top_p < 1 else logits


def keep_nucleus(logits: Tensor, top_p: float, guess: int = 1024) -> Tensor:
    """−∞ for every token whose likelier tokens already have probability ``top_p`` (Holtzman et al. 2020, §3.1).

    Args:
        logits: (B, V) float32.
        guess: the nucleus is looked for among this many tokens first; sorting a whole vocabulary costs more than a model's step.
    """
    mass = logits.softmax(1)
    values, order = mass.topk(min(guess, mass.shape[1]), dim=1)
    if values.shape[1] < mass.shape[1] and bool((values.sum(1) < top_p + 1e-4).any()):
        values, order = mass.sort(dim=1, descending=True)
    inside = values.cumsum(1) - values < top_p
    inside[:, 0] = True
    kept = torch.full_like(logits, NEVER)
    return kept.scatter_(1, order, torch.where(inside, logits.gather(1, order), NEVER))


class Processor:
    """Everything in :class:`Settings` that forbids or weakens tokens, compiled for one vocabulary."""

    def __init__(self, settings: Settings, vocabulary: int) -> None:
        self.settings = settings
        ids = [i for group in (settings.banned, settings.required, settings.stop_sequences) for s in group for i in s]
        if settings.eos is not None:
            ids.append(settings.eos)
        if ids and not 0 <= min(ids) <= max(ids) < vocabulary:
            raise DecodingError(f"token ids of the settings must lie in 0 … {vocabulary - 1}")
        self._single = torch.tensor(sorted({s[0] for s in settings.banned if len(s) == 1}), dtype=torch.int64)
        longer = sorted((tuple(s) for s in settings.banned if len(s) > 1), key=len)
        self._longer = [torch.tensor(list(group), dtype=torch.int64) for _, group in groupby(longer, key=len)]

    def __call__(self, prompts: Tensor, new: Tensor, logits: Tensor) -> Tensor:
        """Processed logits (B, V).

        Args:
            prompts: (B, p) int64, padded left.
            new: (B, t) int64, the tokens generated so far.
            logits: (B, V) float32; left as it is.
        """
        settings = self.settings
        history = torch.cat([prompts, new], 1) if settings.over_prompt else new
        if settings.repetition_penalty != 1 and history.shape[1]:
            logits = penalise_repetition(history, logits, settings.repetition_penalty)
        if settings.no_repeat_ngram:
            logits = forbid_repeats(history, logits, settings.no_repeat_ngram)
        if len(settings.banned):
            logits = logits.index_fill(1, self._single, NEVER)
            for sequences in self._longer:  # (S, m)
                before = sequences.shape[1] - 1
                if history.shape[1] < before:
                    continue
                last = history[:, history.shape[1] - before :]
                row, sequence = (last[:, None] == sequences[None, :, :-1]).all(2).nonzero(as_tuple=True)
                logits[row, sequences[sequence, -1]] = NEVER
        if settings.eos is not None and new.shape[1] < settings.min_new:
            logits = logits.index_fill(1, torch.tensor([settings.eos]), NEVER)
        return logits


def examined(logits: Tensor, rows: int, vocabulary: int) -> Tensor:
    """The logits, if they are (rows, vocabulary) numbers; +∞ and NaN are a fault of the model or of the guide."""
    if tuple(logits.shape) != (rows, vocabulary):
        raise DecodingError(f"logits must have shape {(rows, vocabulary)}, not {tuple(logits.shape)}")
    # One pass: the maximum is NaN or +∞ exactly where something is wrong.
    top = logits.amax(1)
    if bool((top.isnan() | (top == float("inf"))).any()):
        raise DecodingError("logits are not numbers; the checkpoint is damaged or the guide divides by zero")
    return logits.detach()
