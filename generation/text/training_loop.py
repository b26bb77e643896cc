"""One loop for every causal model: accumulation, evaluation, early stopping, checkpoints, exact resumption.

Everything drawn at a step is seeded by (seed, step), so a run that goes on from a checkpoint is, bit for bit, the run that
was never interrupted. A checkpoint is one safetensors file, replaced whole: trained weights, the optimisers' moments, the
best weights so far, and a JSON header with the history. When one cannot be written (a full disk) the one before it stays,
training goes on, and the next attempt is made in its turn.
"""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from generation.briefs import GenerationError
from generation.text.gpt_threads import bfloat16_is_fast, threads
from generation.text.training_data import blocks
from generation.text.training_files import CheckpointError, read_tensors, write_tensors

__all__ = ["History", "Progress", "Settings", "evaluate", "run"]

Progress = Callable[[float, str], None]
_FILE = "checkpoint.safetensors"


@dataclass(frozen=True, slots=True)
class Settings:
    """How to train.

    Args:
        steps: updates of the weights.
        batch: blocks computed at once; a step takes ``accumulate`` times as many.
        context: tokens a block.
        warmup: steps over which the rates rise.
        warmdown: share of the run, at its end, over which the rates fall linearly to nothing ("warmup–stable–decay";
            Hägele et al., NeurIPS 2024).
        clip: largest norm of the gradient; 0 for no limit.
        evaluate_every: steps between two looks at the validation text; 0: only at the end.
        patience: stop after so many looks without a better loss, and restore the best; 0: never.
        checkpoint_every: steps between two checkpoints, when there is a folder for them; 0: only at the end.
        minutes: wall-clock limit; the schedule follows the clock where it is ahead of the steps, so the rates still fall
            to nothing by the end. Such a run cannot be repeated to the bit.
        bfloat16: multiply in bfloat16; None: where the processor does so natively. Weights stay float32.
        threads: of torch, while this trains.
    """

    steps: int
    batch: int = 16
    context: int = 128
    accumulate: int = 1
    warmup: int = 20
    warmdown: float = 0.6
    clip: float = 0.0
    seed: int = 0
    evaluate_every: int = 0
    patience: int = 0
    checkpoint_every: int = 0
    minutes: float | None = None
    bfloat16: bool | None = None
    threads: int = 1

    def __post_init__(self) -> None:
        if min(self.steps, self.batch, self.context, self.accumulate, self.threads) < 1:
            raise GenerationError(f"steps, batch, context, accumulate and threads are at least 1: {self}")
        if not 0 < self.warmdown <= 1:
            raise GenerationError(f"warmdown is {self.warmdown}; it is a share of the run, above 0 and at most 1")


@dataclass(slots=True)
class History:
    """What a run came to; losses in nats a token."""

    losses: list[float] = field(default_factory=list)
    """Of each step, on what it learnt from."""
    valid: list[tuple[int, float]] = field(default_factory=list)
    """(steps done, loss on the validation text)."""
    best_step: int = 0
    stopped_early: bool = False
    seconds: float = 0.0
    unsaved: str = ""
    """Why the last checkpoint could not be written; empty when it was."""

    @property
    def best(self) -> float:
        """The lowest validation loss; NaN when none was measured."""
        return min((loss for _, loss in self.valid), default=math.nan)


def run(
    model: nn.Module,
    optimisers: Sequence[torch.optim.Optimizer],
    tokens: NDArray[np.int64],
    settings: Settings,
    *,
    valid: NDArray[np.int64] | None = None,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> History:
    """Trains ``model``, tokens (B, T) → logits (B, T, V) or an object with ``.logits``, in place.

    Args:
        tokens: (n,) the text to learn, n > context.
        valid: (m,) the text to judge by.
        folder: keeps the checkpoint; one found there by the same settings, text and shapes is taken up.

    Raises:
        GenerationError: too little text, a token outside the vocabulary, or a loss that is not finite.
        CheckpointError: the folder holds the checkpoint of another run, or a damaged one.
    """
    state = _Run(model, optimisers, settings, tokens, folder)
    history, began = state.history, time.monotonic() - state.history.seconds
    text, offsets = torch.from_numpy(tokens), torch.arange(settings.context + 1)
    rows_a_step = settings.batch * settings.accumulate
    starts = islice(blocks(len(tokens), settings.context, rows_a_step, settings.seed), len(history.losses), None)
    bases = [[group["lr"] for group in optimiser.param_groups] for optimiser in optimisers]
    try:
        with threads(settings.threads), torch.random.fork_rng(devices=[]):
            while len(history.losses) < settings.steps and not history.stopped_early:
                step = len(history.losses)
                history.seconds = time.monotonic() - began
                done = step / settings.steps
                if settings.minutes is not None:
                    done = max(done, history.seconds / 60 / settings.minutes)
                    if done >= 1:
                        break
                rate = min(1.0, (step + 1) / (settings.warmup + 1), (1 - done) / settings.warmdown)
                for optimiser, base in zip(optimisers, bases, strict=True):
                    for group, lr in zip(optimiser.param_groups, base, strict=True):
                        group["lr"] = lr * rate
                torch.manual_seed(settings.seed * 1_000_003 + step)  # dropout
                rows = text[torch.from_numpy(next(starts))[:, None] + offsets]  # (B · accumulate, T + 1)
                history.losses.append(_step(model, optimisers, rows, settings))
                if not math.isfinite(history.losses[-1]):
                    raise GenerationError(f"the loss is {history.losses[-1]} at step {step + 1}: lower the rate")
                if settings.evaluate_every and (step + 1) % settings.evaluate_every == 0:
                    state.judge(valid)
                if settings.checkpoint_every and (step + 1) % settings.checkpoint_every == 0:
                    state.save()
                if progress and (step % 10 == 0 or step + 1 == settings.steps):
                    progress(done, _said(history, settings))
    except KeyboardInterrupt:
        state.save()
        raise
    finally:
        for optimiser, base in zip(optimisers, bases, strict=True):
            for group, lr in zip(optimiser.param_groups, base, strict=True):
                group["lr"] = lr
    history.seconds = time.monotonic() - began
    if not history.valid or history.valid[-1][0] != len(history.losses):
        state.judge(valid)
    state.save()
    state.restore_best()
    model.eval()
    return history


def _step(model: nn.Module, optimisers: Sequence[torch.optim.Optimizer], rows: Tensor, settings: Settings) -> float:
    """One update from ``rows`` (B · accumulate, T + 1); the mean loss."""
    model.train()
    lost = 0.0
    for part in rows.split(settings.batch):  # (B, T + 1)
        with _precision(settings.bfloat16):
            found = model(part[:, :-1])
        logits = getattr(found, "logits", found).float()  # (B, T, V)
        loss = F.cross_entropy(logits.flatten(0, 1), part[:, 1:].flatten()) / settings.accumulate
        loss.backward()
        lost += float(loss.detach())
    if settings.clip:
        nn.utils.clip_grad_norm_([p for p in model.parameters() if p.grad is not None], settings.clip)
    for optimiser in optimisers:
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
    return lost


@torch.inference_mode()
def evaluate(model: nn.Module, tokens: NDArray[np.int64], context: int, batch: int = 16) -> float:
    """Mean loss, nats a token, over consecutive blocks of ``context``; float32. NaN when there are not two tokens."""
    if len(tokens) < 2:
        return math.nan
    was = model.training
    model.eval()
    text, total = torch.from_numpy(tokens), 0.0
    whole = (len(text) - 1) // context * context
    parts = list(text[: whole + 1].unfold(0, context + 1, context).split(batch)) if whole else []  # (B, T + 1) each
    if whole < len(text) - 1:
        parts.append(text[None, whole:])
    for part in parts:
        found = model(part[:, :-1])
        logits = getattr(found, "logits", found).float()  # (B, T, V)
        total += float(F.cross_entropy(logits.flatten(0, 1), part[:, 1:].flatten(), reduction="sum"))
    model.train(was)
    return total / (len(text) - 1)


class _Run:
    """A run's history, best weights and checkpoint."""

    def __init__(
        self,
        model: nn.Module,
        optimisers: Sequence[torch.optim.Optimizer],
        settings: Settings,
        tokens: NDArray[np.int64],
        folder: Path | None,
    ) -> None:
        self.model, self.optimisers, self.settings = model, optimisers, settings
        self.trained = {name: p for name, p in model.named_parameters() if p.requires_grad}
        self.best: dict[str, Tensor] = {}
        self.history = History()
        shapes = {name: list(p.shape) for name, p in self.trained.items()}
        told = json.dumps([asdict(settings), shapes], sort_keys=True).encode()
        self.key = hashlib.sha256(told + tokens.tobytes()).hexdigest()
        self.path = None if folder is None else Path(folder) / _FILE
        if self.path is not None and self.path.exists():
            self._resume(self.path)

    def judge(self, valid: NDArray[np.int64] | None) -> None:
        """Adds a validation loss to the history; decides whether to stop."""
        if valid is None or len(valid) < 2:
            return
        history, done = self.history, len(self.history.losses)
        loss = evaluate(self.model, valid, self.settings.context, self.settings.batch)
        if not history.valid or loss < history.best:
            history.best_step = done
            if self.settings.patience:
                self.best = {name: p.detach().clone() for name, p in self.trained.items()}
        history.valid.append((done, loss))
        worse = sum(step > history.best_step for step, _ in history.valid)
        history.stopped_early = bool(self.settings.patience) and worse >= self.settings.patience

    def restore_best(self) -> None:
        with torch.no_grad():
            for name, tensor in self.best.items():
                self.trained[name].copy_(tensor)

    def save(self) -> None:
        if self.path is None:
            return
        tensors: dict[str, Tensor] = {f"model/{name}": p for name, p in self.trained.items()}
        tensors |= {f"best/{name}": tensor for name, tensor in self.best.items()}
        for number, optimiser in enumerate(self.optimisers):
            for place, moments in optimiser.state_dict()["state"].items():
                tensors |= {f"optimiser/{number}/{place}/{name}": tensor for name, tensor in moments.items()}
        told = asdict(self.history) | {"unsaved": ""}
        try:
            write_tensors(self.path, tensors, {"run": self.key, "history": json.dumps(told)})
            self.history.unsaved = ""
        except CheckpointError as error:
            self.history.unsaved = str(error)

    def _resume(self, path: Path) -> None:
        tensors, about = read_tensors(path)
        if about.get("run") != self.key:
            raise CheckpointError(
                f"{path} belongs to a run with other settings, text or shapes: choose another folder, or delete the file"
            )
        told = json.loads(about["history"])
        self.history = History(**told | {"valid": [(step, loss) for step, loss in told["valid"]]})
        groups: list[dict[int, dict[str, Tensor]]] = [{} for _ in self.optimisers]
        with torch.no_grad():
            for name, tensor in tensors.items():
                kind, _, rest = name.partition("/")
                if kind == "model":
                    self.trained[rest].copy_(tensor)
                elif kind == "best":
                    self.best[rest] = tensor
                else:
                    number, place, moment = rest.split("/")
                    groups[int(number)].setdefault(int(place), {})[moment] = tensor
        for optimiser, state in zip(self.optimisers, groups, strict=True):
            optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})


def _said(history: History, settings: Settings) -> str:
    said = f"step {len(history.losses)} of {settings.steps}, loss {np.mean(history.losses[-50:]):.3f}"
    if history.valid:
        said += f", validation {history.valid[-1][1]:.3f}"
    return said + (f" — NOT SAVED: {history.unsaved}" if history.unsaved else "")


def _precision(bfloat16: bool | None) -> AbstractContextManager[object]:
    wanted = bfloat16_is_fast() if bfloat16 is None else bfloat16
    return torch.autocast("cpu", torch.bfloat16) if wanted else nullcontext()
