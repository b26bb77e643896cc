"""Training and scoring with the small GPT: the most out of few tokens.

Muon for the matrices, Adam for embeddings, output layer and vectors (Kingma & Ba, ICLR 2015), at the rates measured best
on tiny Shakespeare; everything else is :mod:`generation.text.training_loop`'s.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from generation.briefs import GenerationError
from generation.text.gpt import GPT
from generation.text.gpt_muon import Muon
from generation.text.gpt_threads import bfloat16_is_fast, threads
from generation.text.training_loop import History, Progress, Settings, run

__all__ = ["checked", "log_probs", "optimisers", "train"]


def train(
    model: GPT,
    tokens: ArrayLike,
    *,
    steps: int,
    batch: int,
    seed: int = 0,
    progress: Progress | None = None,
    minutes: float | None = None,
    valid: ArrayLike | None = None,
    evaluate_every: int = 0,
    patience: int = 0,
    folder: Path | None = None,
    checkpoint_every: int = 0,
    muon_rate: float = 0.04,
    adam_rate: float = 0.01,
    weight_decay: float = 0.0,
    warmdown: float = 0.6,
    bfloat16: bool | None = None,
    torch_threads: int = 1,
) -> History:
    """Trains in place on blocks of the model's context; ``batch`` blocks a step.

    Args:
        tokens: (n,) integers, n > context.
        minutes: wall-clock limit; see :class:`Settings`, as for the arguments not described here.
        valid: (m,) integers; what to judge by.
        muon_rate, adam_rate: highest learning rates of the matrices and of the rest.
        weight_decay: of the matrices, decoupled.

    Raises:
        GenerationError: too few tokens, one outside the vocabulary, or a loss that is not finite.
    """
    settings = Settings(
        steps=steps, batch=batch, context=model.config.context, seed=seed, warmdown=warmdown, minutes=minutes,
        evaluate_every=evaluate_every, patience=patience, checkpoint_every=checkpoint_every,
        bfloat16=bfloat16, threads=torch_threads,
    )  # fmt: skip
    made = optimisers(model, muon_rate, adam_rate, weight_decay)
    judged = None if valid is None else checked(model, valid)
    return run(model, made, checked(model, tokens), settings, valid=judged, folder=folder, progress=progress)


def optimisers(
    model: GPT, muon_rate: float = 0.04, adam_rate: float = 0.01, weight_decay: float = 0.0
) -> list[torch.optim.Optimizer]:
    """Muon for the matrices of the blocks, Adam for the rest."""
    matrices = [p for name, p in model.blocks.named_parameters() if p.ndim == 2 and "before_" not in name]
    taken = {id(p) for p in matrices}
    dtype = torch.bfloat16 if bfloat16_is_fast() else torch.float32
    return [
        Muon(matrices, muon_rate, weight_decay=weight_decay, dtype=dtype),
        torch.optim.AdamW(
            [p for p in model.parameters() if id(p) not in taken], lr=adam_rate, betas=(0.9, 0.95), weight_decay=0.0
        ),
    ]


@torch.inference_mode()
def log_probs(
    model: GPT, tokens: ArrayLike, context: int | None = None, stride: int | None = None, *, batch: int = 64
) -> NDArray[np.float32]:
    """Log probabilities (n, V) float32, nats: row i is the distribution of token i given the tokens before it.

    Windows of ``context`` tokens, each ``stride`` further on than the last, are read from nothing; a window scores what
    no earlier one has. With ``stride`` = ``context`` (the default) these are consecutive blocks, so a token has context / 2
    tokens before it on average; a smaller stride gives each at least context − stride, at context / stride times the price.
    Row 0 has nothing before it and is uniform. Memory: 4 n V bytes, and ``batch`` windows at a time.

    Raises:
        GenerationError: a token outside the vocabulary, or a stride outside 1 … context.
    """
    data = torch.from_numpy(checked(model, tokens))
    last = len(data) - 1
    context = context or model.config.context
    stride = stride or context
    if not 1 <= stride <= context:
        raise GenerationError(f"the stride {stride} is not between 1 and the context, {context}")
    out = np.full((len(data), model.vocabulary_size), -math.log(model.vocabulary_size), np.float32)
    starts = torch.arange(0, max(last - context, 0) + stride, stride) if last > 0 else torch.empty(0, dtype=torch.int64)
    at = torch.arange(context)
    was = model.training
    model.eval()
    with threads(1):
        for first in starts.split(batch) if len(starts) else ():
            place = first[:, None] + at  # (R, T)
            logits = model(data[place.clamp(max=last)])  # (R, T, V)
            fresh = (place < last) & ((at >= context - stride) | (first[:, None] == 0))  # (R, T)
            out[(place[fresh] + 1).numpy()] = logits.log_softmax(-1)[fresh].numpy()
    model.train(was)
    return out


def checked(model: GPT, tokens: ArrayLike) -> NDArray[np.int64]:
    """``tokens`` as (n,) int64. Raises GenerationError when they are another thing or outside the vocabulary."""
    found = np.ascontiguousarray(tokens, np.int64)
    if found.ndim != 1 or (len(found) and not 0 <= found.min() <= found.max() < model.vocabulary_size):
        raise GenerationError(f"tokens are one row of whole numbers from 0 to {model.vocabulary_size - 1}")
    return found
