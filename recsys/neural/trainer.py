"""One trainer for every network: big batches of whole users, Adam, warm-up, early stopping, seeds, resumption.

A batch is as many whole histories as bring about ``batch_size`` pairs, so each history is summed once for all its pairs
and no embedding of a user is looked up, scattered or decayed. Epoch time on one core then hardly depends on anything but
the arithmetic of the layers, where 256 pairs a step spend theirs on overhead and on dense Adam. The learning rate is
given for 65,536 pairs and scaled by the square root of the batch (Hoffer, Hubara & Soudry, "Train longer, generalize
better", NeurIPS 2017, section 4); it rises over the first twentieth of the steps and falls along a cosine.

Each user's pairs weigh n_u^−user_weight, as one who liked everything says little about each: the objective is

    Σ_u n_u^−p Σ_{j∈h_u} [ ℓ(1, y(h_u∖j, j)) + Σ_m ℓ(0, y(h_u∖j, negative)) ],   ℓ the logistic loss.

Everything drawn in an epoch is seeded by (seed, epoch), so a run that goes on from a checkpoint is the run that was
never interrupted.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch.nn import functional as F

from knowledge.importers.files import replacing
from recsys.model import Floats, Progress
from recsys.neural.networks import Batch, Network
from recsys.neural.sampling import negatives

__all__ = ["MemoryScores", "TrainerSettings", "one_thread", "train_network"]

_REFERENCE_BATCH = 65_536


@dataclass(frozen=True, slots=True)
class TrainerSettings:
    """How to train; see :class:`recsys.neural.models.NeuMF` for the meaning of each."""

    epochs: int
    negatives: int
    batch_size: int
    learning_rate: float
    weight_decay: float
    norm_exponent: float
    user_weight: float
    patience: int
    seed: int
    checkpoint: str | None = None


@dataclass(frozen=True, slots=True)
class MemoryScores:
    """A memory, computed once for the table: what is kept of each history, and what its positives score left out."""

    block: Callable[[NDArray[np.int64]], Floats]
    """Rows (b,) → linked scores (b, n_items)."""
    left_out: Floats
    """(nnz,) linked scores."""


@contextmanager
def one_thread() -> Iterator[None]:
    """One torch thread inside, as many as before afterwards: threads cost more than these small products."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def train_network(
    network: Network,
    liked: sparse.csr_array,
    memory: MemoryScores | None,
    settings: TrainerSettings,
    progress: Progress | None = None,
    evaluate: Callable[[], float] | None = None,
    device: str = "cpu",
    drawn: int | None = None,
) -> list[float]:
    """Train in place; returns the mean loss of each epoch.

    ``liked`` (n_users, n_items) ones, sorted. Negatives are drawn among the first ``drawn`` items, all when absent.
    ``evaluate`` judges the network on what was set aside (higher is better): with ``settings.patience`` > 0 training
    ends after so many epochs without a better one, and the best is restored.

    Raises ``ValueError`` when the loss is no longer finite.
    """
    tables = network.embeddings()
    kept = {id(table) for table in tables}
    rate = settings.learning_rate * math.sqrt(settings.batch_size / _REFERENCE_BATCH)
    groups: list[dict[str, Any]] = [
        {"params": tables, "weight_decay": settings.weight_decay},
        {"params": [p for p in network.parameters() if id(p) not in kept]},
    ]
    optimiser = torch.optim.Adam(groups, lr=rate, fused=device == "cpu")  # one pass over the parameters, not ten
    sizes = np.diff(liked.indptr)
    per_epoch = max(len(_blocks(np.arange(len(sizes)), sizes, settings)), 1)
    total = per_epoch * settings.epochs
    run = _Run(network, optimiser, settings, liked)
    while run.epoch < settings.epochs and liked.nnz:
        if progress:
            said = f"epoch {run.epoch + 1} of {settings.epochs}" + (
                f", loss {run.losses[-1]:.4f}" if run.losses else ""
            )
            progress(run.epoch / settings.epochs, said)
        rng = np.random.default_rng([settings.seed, run.epoch])
        generator = torch.Generator(device).manual_seed(int(rng.integers(2**62)))
        network.generator.manual_seed(int(rng.integers(2**62)))
        network.train()
        lost = weighed = 0.0
        for at, rows in enumerate(_blocks(rng.permutation(len(sizes)), sizes, settings)):
            done = run.epoch * per_epoch + at
            warm = min(1.0, (done + 1) / max(total / 20, 1))
            for group in optimiser.param_groups:
                group["lr"] = rate * warm * (0.01 + 0.5 * (1 + math.cos(math.pi * min(done / total, 1.0))))
            batch, weights = _batch(liked, rows, memory, settings, generator, device, drawn)
            logits = network(batch)
            p = batch.positives
            loss = (F.softplus(logits) * weights).sum() - (logits[:p] * weights[:p]).sum()
            optimiser.zero_grad(set_to_none=True)
            (loss / weights.sum()).backward()
            optimiser.step()
            lost += float(loss.detach())
            weighed += float(weights.sum())
        if not math.isfinite(lost):
            raise ValueError(
                f"the loss is {lost} after epoch {run.epoch + 1}: lower learning_rate ({settings.learning_rate})"
            )
        network.eval()
        if not run.ended(lost / weighed, evaluate() if evaluate and settings.patience else None):
            break
    run.restore_best()
    network.eval()
    return run.losses


def _blocks(order: NDArray[np.int64], sizes: NDArray[np.int64], settings: TrainerSettings) -> list[NDArray[np.int64]]:
    """Users in the order given, cut where a block reaches ``batch_size`` pairs; those without any stay out."""
    order = order[sizes[order] > 0]
    before = np.cumsum(sizes[order]) - sizes[order]
    block = before * (1 + settings.negatives) // settings.batch_size
    return np.split(order, np.flatnonzero(np.diff(block)) + 1) if len(order) else []


def _batch(
    liked: sparse.csr_array,
    rows: NDArray[np.int64],
    memory: MemoryScores | None,
    settings: TrainerSettings,
    generator: torch.Generator,
    device: str,
    drawn: int | None = None,
) -> tuple[Batch, torch.Tensor]:
    """The pairs of some users, positives first, and what each weighs (k,)."""
    sizes = np.diff(liked.indptr)[rows].astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    user = np.repeat(np.arange(len(rows)), sizes)
    place = np.arange(starts[-1]) - starts[user] + liked.indptr[rows][user]  # of each pair in liked.data
    items = torch.from_numpy(liked.indices[place].astype(np.int64)).to(device)
    users = torch.from_numpy(user).to(device)
    offsets, counts = torch.from_numpy(starts).to(device), torch.from_numpy(sizes).to(device)
    others = users.repeat_interleave(settings.negatives)
    unmet, usable = negatives(items, offsets, others, drawn or liked.shape[1], generator)
    both = torch.cat([users, others])
    # A history of one item is empty without it, and its sum is zero whatever the norm.
    size = counts.float()
    norms = (size - 1).clamp(min=1).pow(-settings.norm_exponent).index_select(0, both)
    weights = size.pow(-settings.user_weight).index_select(0, both)
    weights[len(users) :] *= usable
    known = None
    if memory is not None:
        block = torch.from_numpy(memory.block(rows)).to(device)  # (b, n_items)
        known = torch.cat([torch.from_numpy(memory.left_out[place]).to(device), block[others, unmet]])
    ones = torch.ones(len(items), device=device)
    batch = Batch(items, ones, offsets[:-1], both, torch.cat([items, unmet]), norms, known, len(items))
    return batch, weights


class _Run:
    """Where training stands: epochs done, losses, the best epoch; written down after each epoch if so wished."""

    def __init__(
        self, network: Network, optimiser: torch.optim.Adam, settings: TrainerSettings, liked: sparse.csr_array
    ) -> None:
        self.network, self.optimiser, self.settings = network, optimiser, settings
        self.epoch = 0
        self.losses: list[float] = []
        self.figures: list[float] = []
        self.best: dict[str, torch.Tensor] = {}
        self.path = None if settings.checkpoint is None else Path(settings.checkpoint)
        digest = hashlib.sha256(json.dumps({**asdict(settings), "checkpoint": None}, sort_keys=True).encode())
        for part in (liked.indptr, liked.indices):
            digest.update(part.astype(np.int64).tobytes())
        digest.update(repr([(name, tuple(p.shape)) for name, p in network.state_dict().items()]).encode())
        self.about = digest.hexdigest()
        if self.path is not None:
            self._read(self.path)

    def ended(self, loss: float, figure: float | None) -> bool:
        """Note an epoch; whether there should be another."""
        self.epoch += 1
        self.losses.append(loss)
        if figure is not None:
            self.figures.append(figure)
            if figure >= max(self.figures):
                self.best = {name: value.clone() for name, value in self.network.state_dict().items()}
        if self.path is not None:
            self._write(self.path)
        return not self.figures or len(self.figures) - 1 - int(np.argmax(self.figures)) < self.settings.patience

    def restore_best(self) -> None:
        """Back to the best epoch, where epochs were judged; a finished run leaves no checkpoint."""
        if self.best:
            self.network.load_state_dict(self.best)
        if self.path is not None:
            for suffix in (".json", ".safetensors"):
                self.path.with_suffix(suffix).unlink(missing_ok=True)

    def _write(self, path: Path) -> None:
        """Tensors first, and the JSON that names their digest last: a crash in between leaves a pair that is refused."""
        from safetensors.torch import save

        tensors = {f"network.{name}": value.contiguous() for name, value in self.network.state_dict().items()}
        tensors |= {f"best.{name}": value.contiguous() for name, value in self.best.items()}
        for at, state in self.optimiser.state_dict()["state"].items():
            tensors |= {f"adam.{at}.{name}": value.contiguous() for name, value in state.items()}
        content = save(tensors)
        with replacing(path.with_suffix(".safetensors")) as scratch:
            scratch.write_bytes(content)
        about = {
            "format": 1, "about": self.about, "tensors": hashlib.sha256(content).hexdigest(),
            "epoch": self.epoch, "losses": self.losses, "figures": self.figures,
        }  # fmt: skip
        with replacing(path.with_suffix(".json")) as scratch:
            scratch.write_text(json.dumps(about), encoding="utf-8")

    def _read(self, path: Path) -> None:
        """Take up a checkpoint of the same settings and data; anything else is left alone and later overwritten."""
        from safetensors.torch import load

        try:
            about = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
            content = path.with_suffix(".safetensors").read_bytes()
        except (OSError, ValueError):
            return
        whole = hashlib.sha256(content).hexdigest()
        if (about.get("format"), about.get("about"), about.get("tensors")) != (1, self.about, whole):
            return
        tensors = load(content)
        part = {kind: {n[len(kind) + 1 :]: t for n, t in tensors.items() if n.startswith(f"{kind}.")}
                for kind in ("network", "best", "adam")}  # fmt: skip
        self.network.load_state_dict(part["network"])
        state = self.optimiser.state_dict()
        state["state"] = {}
        for name, value in part["adam"].items():
            at, key = name.split(".", 1)
            state["state"].setdefault(int(at), {})[key] = value
        self.optimiser.load_state_dict(state)
        self.best, self.epoch = part["best"], about["epoch"]
        self.losses, self.figures = about["losses"], about["figures"]
