"""One training loop for every network here: bucketed batches, AdamW, early stopping, and a run that can be taken up again.

A network maps ``(ids (B, T) or (B, T, channels) int64, mask (B, T) float32)`` to one logits tensor per *target* (polarity, emotion, or one
target for each review set); a label of −1 says that a row knows nothing of a target, and costs nothing.

Everything random in epoch e comes from (seed, e). An interrupted run that is taken up at an epoch therefore ends with the
weights of the run that was not interrupted; checkpoints are safetensors and hold weights, moments and the step.

    Loshchilov & Hutter, "Decoupled weight decay regularization", ICLR 2019 (AdamW).
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from knowledge.graph import KnowledgeError

__all__ = ["Epoch", "Schedule", "batches", "one_thread", "predict", "read_tensors", "train", "write_tensors"]

Progress = Callable[[int, int, str], None]
"""Called as ``progress(done, total, text)`` after every batch."""


@dataclass(frozen=True)
class Schedule:
    """How long and how fast.

    Args:
        rate: peak learning rate; reached after ``warmup`` (a share of all steps), then linear to zero.
        patience: epochs without a better validation figure before training stops; the best epoch's weights are kept.
        smoothing: label smoothing, 0 … 1.
    """

    epochs: int = 3
    batch: int = 32
    rate: float = 5e-5
    warmup: float = 0.1
    weight_decay: float = 0.01
    patience: int = 2
    smoothing: float = 0.0
    clip: float = 1.0
    seed: int = 0


@dataclass(frozen=True)
class Epoch:
    """What one epoch came to: mean training loss (nats), and accuracy on the validation rows (``None`` without any)."""

    number: int
    loss: float
    accuracy: float | None


@contextmanager
def one_thread() -> Iterator[None]:
    """One torch thread inside: on a machine that does other work too, more threads are slower; restored after."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def half_precision() -> bool:
    """Whether this processor multiplies bfloat16 in hardware; elsewhere it is slower than float32."""
    check = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(check and check())


def batches(
    lengths: NDArray[np.int64], size: int, generator: np.random.Generator | None = None
) -> list[NDArray[np.int64]]:
    """Row numbers, ``size`` at a time, of nearly equal length; in random order with a generator, else longest first."""
    if generator is None:
        order = np.argsort(-lengths, kind="stable")
        return [order[i : i + size] for i in range(0, len(order), size)]
    # Sorting pools of 50 batches keeps lengths close and every epoch different.
    order = generator.permutation(len(lengths))
    pools = [order[i : i + 50 * size] for i in range(0, len(order), 50 * size)]
    order = np.concatenate([pool[np.argsort(lengths[pool], kind="stable")] for pool in pools])
    cut = [order[i : i + size] for i in range(0, len(order), size)]
    return [cut[i] for i in generator.permutation(len(cut))]


def _collate(rows: Sequence[NDArray[np.int64]], at: NDArray[np.int64], pad: int) -> tuple[torch.Tensor, torch.Tensor]:
    longest = max(max(len(rows[i]) for i in at), 1)
    ids = np.full((len(at), longest, *rows[at[0]].shape[1:]), pad, np.int64)
    mask = np.zeros((len(at), longest), np.float32)
    for place, i in enumerate(at):
        ids[place, : len(rows[i])] = rows[i]
        mask[place, : len(rows[i])] = 1.0
    return torch.from_numpy(ids), torch.from_numpy(mask)


def predict(
    network: nn.Module, rows: Sequence[NDArray[np.int64]], *, pad: int = 0, size: int = 64
) -> list[NDArray[np.float32]]:
    """Logits (n, classes) float32 per target, in evaluation mode, one thread."""
    lengths = np.array([len(row) for row in rows], np.int64)
    found: list[NDArray[np.float32]] = []
    network.eval()
    with one_thread(), torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=half_precision()):
        for at in batches(lengths, size):
            logits = [part.float().numpy() for part in network(*_collate(rows, at, pad))]
            if not found:
                found = [np.zeros((len(rows), part.shape[1]), np.float32) for part in logits]
            for target, part in zip(found, logits, strict=True):
                target[at] = part
    return found


def _loss(
    logits: Sequence[torch.Tensor], labels: torch.Tensor, weights: torch.Tensor, smoothing: float
) -> torch.Tensor:
    total = logits[0].new_zeros((), dtype=torch.float32)
    for target, part in enumerate(logits):
        known = labels[:, target] >= 0
        if known.any():
            each = nn.functional.cross_entropy(
                part[known].float(), labels[known, target], reduction="none", label_smoothing=smoothing
            )
            total = total + (each * weights[known]).sum()
    return total / len(labels)


def _accuracy(logits: Sequence[NDArray[np.float32]], labels: NDArray[np.int64]) -> float:
    right = [(part.argmax(1) == labels[:, k])[labels[:, k] >= 0] for k, part in enumerate(logits)]
    return float(np.concatenate(right).mean())


def train(
    network: nn.Module,
    rows: Sequence[NDArray[np.int64]],
    labels: NDArray[np.int64],
    schedule: Schedule,
    *,
    groups: Sequence[Mapping[str, Any]] | None = None,
    row_weights: NDArray[np.float32] | None = None,
    valid: tuple[Sequence[NDArray[np.int64]], NDArray[np.int64]] | None = None,
    pad: int = 0,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> list[Epoch]:
    """Trains in place and returns what each epoch came to.

    Args:
        rows: token ids of each text, (length,) or (length, channels) int64.
        labels: (n, targets) int64, −1 where unknown.
        groups: AdamW parameter groups with their own ``rate`` factor (``{"params": …, "factor": 0.5}``); by default all
            parameters with factor 1.
        valid: rows and labels that decide when to stop and which epoch to keep.
        folder: where to keep ``checkpoint.safetensors`` after every epoch; a checkpoint found there is taken up.

    Raises:
        KnowledgeError: the checkpoint found is damaged, or of a run with other data or settings.
    """
    groups = groups or [{"params": [p for p in network.parameters() if p.requires_grad], "factor": 1.0}]
    factors = [float(group.get("factor", 1.0)) for group in groups]
    optimiser = torch.optim.AdamW(
        [{"params": list(group["params"])} for group in groups], lr=schedule.rate, weight_decay=schedule.weight_decay
    )
    lengths = np.array([len(row) for row in rows], np.int64)
    weights = torch.from_numpy(np.ones(len(rows), np.float32) if row_weights is None else row_weights)
    targets = torch.from_numpy(labels)
    per_epoch = math.ceil(len(rows) / schedule.batch)
    total = per_epoch * schedule.epochs
    run = hashlib.sha256(repr((schedule, lengths.tolist())).encode() + labels.tobytes()).hexdigest()[:16]
    history, best, step = _take_up(folder, network, optimiser, run) if folder else ([], None, 0)
    half = half_precision()
    with one_thread(), torch.random.fork_rng(devices=[]):
        for number in range(len(history), schedule.epochs):
            if _stale(history, schedule.patience):
                break
            generator = np.random.default_rng((schedule.seed, number))
            torch.manual_seed(schedule.seed * 1000 + number)
            network.train()
            losses = 0.0
            for at in batches(lengths, schedule.batch, generator):
                for group, factor in zip(optimiser.param_groups, factors, strict=True):
                    group["lr"] = schedule.rate * factor * _factor(step, total, schedule.warmup)
                ids, mask = _collate(rows, at, pad)
                with torch.autocast("cpu", torch.bfloat16, enabled=half):
                    logits = network(ids, mask)
                loss = _loss(logits, targets[at], weights[at], schedule.smoothing)
                optimiser.zero_grad(set_to_none=True)
                loss.backward()
                nn.utils.clip_grad_norm_([p for g in optimiser.param_groups for p in g["params"]], schedule.clip)
                optimiser.step()
                step += 1
                losses += loss.item() * len(at)
                if progress:
                    progress(step, total, f"epoch {number + 1} · loss {loss.item():.3f}")
            accuracy = _accuracy(predict(network, valid[0], pad=pad), valid[1]) if valid else None
            history.append(Epoch(number, losses / len(rows), accuracy))
            if accuracy is not None and accuracy >= max(e.accuracy or 0.0 for e in history):
                best = {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}
            if folder:
                _keep(folder, network, optimiser, history, best, step, run)
    if best is not None:
        network.load_state_dict(best)
    network.eval()
    return history


def _factor(step: int, total: int, warmup: float) -> float:
    rising = max(1, int(total * warmup))
    return (step + 1) / rising if step < rising else max(0.0, (total - step) / max(1, total - rising))


def _stale(history: Sequence[Epoch], patience: int) -> bool:
    figures = [epoch.accuracy for epoch in history if epoch.accuracy is not None]
    return len(figures) > patience and len(figures) - 1 - int(np.argmax(figures)) >= patience


# --- checkpoints -------------------------------------------------------------------------------------------------------


def write_tensors(path: Path, tensors: Mapping[str, torch.Tensor], metadata: Mapping[str, str] | None = None) -> None:
    """Safetensors, whole or not at all."""
    from safetensors.torch import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, temporary, dict(metadata or {}))
    os.replace(temporary, path)


def read_tensors(path: Path) -> tuple[dict[str, torch.Tensor], Any]:
    """Tensors and the JSON under ``about`` of a file that :func:`write_tensors` wrote.

    Raises:
        OSError, ValueError, KeyError: it is not there, not such a file, or says nothing about itself.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 — not a mapping
    except SafetensorError as error:
        raise ValueError(f"{path.name}: {error}") from error
    return tensors, json.loads(metadata["about"])


def _parameters(optimiser: torch.optim.Optimizer) -> list[torch.Tensor]:
    return [p for group in optimiser.param_groups for p in group["params"]]


def _keep(
    folder: Path,
    network: nn.Module,
    optimiser: torch.optim.Optimizer,
    history: Sequence[Epoch],
    best: Mapping[str, torch.Tensor] | None,
    step: int,
    run: str,
) -> None:
    tensors = {f"network.{name}": tensor.clone() for name, tensor in network.state_dict().items()}
    tensors |= {f"best.{name}": tensor.clone() for name, tensor in (best or {}).items()}
    for place, parameter in enumerate(_parameters(optimiser)):
        for name, value in optimiser.state[parameter].items():
            tensors[f"moment.{place}.{name}"] = torch.as_tensor(value).clone()
    about = {"run": run, "step": step, "history": [[e.number, e.loss, e.accuracy] for e in history]}
    write_tensors(folder / "checkpoint.safetensors", tensors, {"about": json.dumps(about)})


def _take_up(
    folder: Path, network: nn.Module, optimiser: torch.optim.Optimizer, run: str
) -> tuple[list[Epoch], dict[str, torch.Tensor] | None, int]:
    path = folder / "checkpoint.safetensors"
    if not path.is_file():
        return [], None, 0
    try:
        tensors, about = read_tensors(path)
    except (OSError, ValueError, KeyError) as error:
        raise KnowledgeError(f"{path} is damaged ({error}); delete it to start over") from error
    if about["run"] != run:
        raise KnowledgeError(f"{path} is of a run with other data or settings; delete it, or choose another folder")
    network.load_state_dict({k.removeprefix("network."): v for k, v in tensors.items() if k.startswith("network.")})
    for place, parameter in enumerate(_parameters(optimiser)):
        moments = {k.split(".", 2)[2]: v for k, v in tensors.items() if k.startswith(f"moment.{place}.")}
        if moments:
            optimiser.state[parameter] = moments
    best = {k.removeprefix("best."): v for k, v in tensors.items() if k.startswith("best.")}
    history = [Epoch(number, loss, accuracy) for number, loss, accuracy in about["history"]]
    return history, best or None, about["step"]
