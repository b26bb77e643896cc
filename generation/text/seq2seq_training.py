"""Training of the encoder–decoders: AdamW on length-sorted batches, early stopping, and a run that can be taken up again.

Everything random in epoch e comes from (seed, e), so an interrupted run that is taken up at an epoch ends with the weights of
the run that was not interrupted.

    Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019 (AdamW).
    Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", ICML 2013 (clipped gradients).
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from generation.briefs import GenerationError
from generation.text.seq2seq_batches import Encoded, batches
from generation.text.seq2seq_vocabulary import PairsError

try:
    import torch
    from torch import nn

    from knowledge.sentiment.training import one_thread, read_tensors, write_tensors
except ImportError as error:
    raise GenerationError('training needs torch: pip install "yuban[neural]"') from error

__all__ = ["CHECKPOINT", "Epoch", "Schedule", "evaluate", "load_weights", "train"]

CHECKPOINT = "checkpoint.safetensors"
Progress = Callable[[int, int, str], None]
"""Called as ``progress(done, total, text)`` after every batch."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how fast.

    Args:
        rate: peak learning rate; reached after ``warmup`` (a share of all steps), then linear to zero.
        patience: epochs without a better validation loss before training stops; the best epoch's weights are kept.
        clip: longest gradient, in the 2-norm over all parameters.
    """

    epochs: int = 20
    batch: int = 32
    rate: float = 1e-3
    warmup: float = 0.05
    weight_decay: float = 0.01
    patience: int = 3
    clip: float = 1.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Epoch:
    """What one epoch came to: mean loss per target unit in nats, in training and on the validation rows (or ``None``)."""

    number: int
    loss: float
    valid: float | None


def evaluate(network: nn.Module, rows: Sequence[Encoded], *, size: int = 64) -> float:
    """Mean loss per target unit in nats, in evaluation mode, one thread."""
    cost, units = 0.0, 0
    network.eval()
    with one_thread(), torch.inference_mode():
        for sources, targets in batches(rows, size, None):
            written = int((targets > 0).sum())
            cost += network(torch.from_numpy(sources), torch.from_numpy(targets)).item() * written
            units += written
    return cost / units


def train(
    network: nn.Module,
    rows: Sequence[Encoded],
    schedule: Schedule,
    *,
    valid: Sequence[Encoded] = (),
    folder: Path | None = None,
    progress: Progress | None = None,
) -> list[Epoch]:
    """Trains in place and returns what each epoch came to; the best epoch's weights are the network's at the end.

    Args:
        network: ``network(sources (B, T), targets (B, S))`` is the loss per target unit.
        valid: rows that decide when to stop and which epoch to keep; without any, the last epoch is kept.
        folder: where ``checkpoint.safetensors`` is kept after every epoch; one found there is taken up.

    Raises:
        PairsError: no rows; a checkpoint that is damaged or of a run with other data or settings; a loss that is no number.
    """
    if not rows:
        raise PairsError("there is nothing to train on")
    optimiser = torch.optim.AdamW(network.parameters(), lr=schedule.rate, weight_decay=schedule.weight_decay)
    total = math.ceil(len(rows) / schedule.batch) * schedule.epochs
    run = _fingerprint(schedule, rows, network)
    history, best = _take_up(folder / CHECKPOINT, network, optimiser, run) if folder else ([], None)
    step = len(history) * math.ceil(len(rows) / schedule.batch)
    with one_thread(), torch.random.fork_rng(devices=[]):
        for number in range(len(history), schedule.epochs):
            if _stale(history, schedule.patience):
                break
            torch.manual_seed(schedule.seed * 1000 + number)
            network.train()
            losses, seen = 0.0, 0
            for sources, targets in batches(rows, schedule.batch, np.random.default_rng((schedule.seed, number))):
                for group in optimiser.param_groups:
                    group["lr"] = schedule.rate * _factor(step, total, schedule.warmup)
                loss = network(torch.from_numpy(sources), torch.from_numpy(targets))
                optimiser.zero_grad(set_to_none=True)
                loss.backward()
                nn.utils.clip_grad_norm_(network.parameters(), schedule.clip)
                optimiser.step()
                step += 1
                value = loss.item()
                if not math.isfinite(value):
                    raise PairsError(f"the loss became {value} at step {step}; use a smaller rate")
                losses, seen = losses + value * len(sources), seen + len(sources)
                if progress:
                    progress(step, total, f"epoch {number + 1} · loss {value:.3f}")
            history.append(Epoch(number, losses / seen, evaluate(network, valid) if valid else None))
            if valid and history[-1].valid == min(e.valid for e in history if e.valid is not None):
                best = {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}
            if folder:
                _keep(folder / CHECKPOINT, network, optimiser, history, best, run)
    if best is not None:
        network.load_state_dict(best)
    network.eval()
    return history


def _factor(step: int, total: int, warmup: float) -> float:
    rising = max(1, int(total * warmup))
    return (step + 1) / rising if step < rising else max(0.0, (total - step) / max(1, total - rising))


def _stale(history: Sequence[Epoch], patience: int) -> bool:
    losses = [epoch.valid for epoch in history if epoch.valid is not None]
    return bool(losses) and len(losses) - 1 - int(np.argmin(losses)) >= patience


def _fingerprint(schedule: Schedule, rows: Sequence[Encoded], network: nn.Module) -> str:
    digest = hashlib.sha256(repr((schedule, [(k, tuple(v.shape)) for k, v in network.state_dict().items()])).encode())
    for row in rows:
        digest.update(row.source.tobytes() + b"|" + row.target.tobytes() + b"\n")
    return digest.hexdigest()[:16]


# --- checkpoints -----------------------------------------------------------------------------------------------------


def load_weights(network: nn.Module, tensors: dict[str, torch.Tensor], where: str) -> None:
    """Puts ``tensors`` into the network.

    Raises:
        PairsError: one is missing, surplus, of another shape or not finite; the first such is named.
    """
    wanted = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    for name in sorted(wanted.keys() | tensors.keys()):
        if name not in tensors or name not in wanted:
            raise PairsError(f"{where}: {name} is {'missing' if name in wanted else 'of another model'}")
        if tuple(tensors[name].shape) != wanted[name]:
            raise PairsError(f"{where}: {name} has shape {tuple(tensors[name].shape)}, the model {wanted[name]}")
        if not torch.isfinite(tensors[name]).all():
            raise PairsError(f"{where}: {name} holds numbers that are not finite")
    network.load_state_dict(tensors)


def _keep(
    path: Path,
    network: nn.Module,
    optimiser: torch.optim.Optimizer,
    history: Sequence[Epoch],
    best: dict[str, torch.Tensor] | None,
    run: str,
) -> None:
    tensors = {f"network.{name}": tensor.clone() for name, tensor in network.state_dict().items()}
    tensors |= {f"best.{name}": tensor.clone() for name, tensor in (best or {}).items()}
    for place, parameter in enumerate(network.parameters()):
        for name, value in optimiser.state[parameter].items():
            tensors[f"moment.{place}.{name}"] = torch.as_tensor(value).clone()
    about = {"run": run, "history": [[epoch.number, epoch.loss, epoch.valid] for epoch in history]}
    write_tensors(path, tensors, {"about": json.dumps(about)})


def _take_up(
    path: Path, network: nn.Module, optimiser: torch.optim.Optimizer, run: str
) -> tuple[list[Epoch], dict[str, torch.Tensor] | None]:
    if not path.is_file():
        return [], None
    try:
        tensors, about = read_tensors(path)
        other = about["run"] != run
        history = [Epoch(number, loss, valid) for number, loss, valid in about["history"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PairsError(f"{path} is damaged ({error}); delete it to start over") from error
    if other:
        raise PairsError(f"{path} is of a run with other data or settings; delete it, or choose another folder")

    def part(prefix: str) -> dict[str, torch.Tensor]:
        return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}

    load_weights(network, part("network."), str(path))
    for place, parameter in enumerate(network.parameters()):
        if moments := part(f"moment.{place}."):
            optimiser.state[parameter] = moments
    return history, part("best.") or None
