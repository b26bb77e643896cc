"""Small networks over characters and words, from scratch: convolutional and recurrent.

    Kim, "Convolutional Neural Networks for Sentence Classification", EMNLP 2014;
    Cho et al., "Learning phrase representations using RNN encoder–decoder", EMNLP 2014 (gated recurrent units);
    Iyyer et al., "Deep Unordered Composition Rivals Syntactic Methods", ACL 2015 (mean pooling, word dropout).

A position is the sum of two embeddings: its unit (Chinese character, Latin word) and the pair of units that begins there,
which spells most Chinese words without a segmenter. Filters of one to four positions or recurrent units read them; each gives
its maximum over the text (did it happen) and its mean (how much of the text is like that); one linear layer per target answers.
Several review sets train one body, each with its own head (Caruana 1997): what makes a hotel guest cross is mostly what makes a
book buyer cross.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from knowledge.graph import KnowledgeError
from knowledge.sentiment.units import unit_pairs

try:
    import torch
    from torch import nn

    from knowledge.sentiment.training import Epoch, Progress, Schedule, predict, read_tensors, train, write_tensors
except ImportError as error:
    raise KnowledgeError('the convolutional classifier needs torch: pip install "yuban[neural]"') from error

__all__ = ["ConvolutionalClassifier", "NetworkClassifier", "RecurrentClassifier"]

_SCHEDULE = Schedule(epochs=4, batch=64, rate=1e-3, warmup=0.05, weight_decay=0.01, patience=2)
_SPANS = (1, 2, 3, 4)
_NOTHING, _UNKNOWN = 0, 1  # ids of padding and of what the vocabulary lacks; the rest follows


class Body(nn.Module):
    """Embedded texts (B, T, width) and what of them is text (B, T) float32 → features (B, ``size``)."""

    size: int
    filters: int


class Convolutions(Body):
    """Filters of one to four positions; each gives its maximum and its mean over the text."""

    def __init__(self, width: int, filters: int) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList(nn.Conv1d(width, filters, k) for k in _SPANS)
        self.size, self.filters = 2 * filters * len(_SPANS), filters

    def forward(self, embedded: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        embedded, inside = embedded.transpose(1, 2), mask.unsqueeze(1)  # (B, width, T), (B, 1, T)
        length = inside.sum(-1).clamp(min=1.0)
        pooled = []
        for span, convolution in zip(_SPANS, self.convolutions, strict=True):
            found = torch.relu(convolution(nn.functional.pad(embedded, (0, span - 1)))) * inside  # (B, filters, T)
            pooled += [found.amax(-1), found.sum(-1) / length]
        return torch.cat(pooled, dim=-1)


class Recurrence(Body):
    """One layer of gated recurrent units in each direction; maximum and mean of the states over the text."""

    def __init__(self, width: int, filters: int) -> None:
        super().__init__()
        self.onward, self.back = (nn.GRU(width, filters, batch_first=True) for _ in range(2))
        self.size, self.filters = 4 * filters, filters

    def forward(self, embedded: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        # Each text is turned round within its own length, so that padding comes last in both directions and changes nothing.
        lengths = mask.sum(-1, keepdim=True).long()  # (B, 1)
        at = torch.arange(mask.shape[1]).expand(mask.shape)
        turned = torch.where(at < lengths, lengths - 1 - at, at).unsqueeze(-1)
        backward = embedded.gather(1, turned.expand_as(embedded))
        states = torch.cat([self.onward(embedded)[0], self.back(backward)[0]], dim=-1)  # (B, T, 2 · filters)
        inside = mask.unsqueeze(-1)
        highest = states.masked_fill(inside == 0, -1.0).amax(1)  # a state is above −1
        return torch.cat([highest, (states * inside).sum(1) / lengths.clamp(min=1)], dim=-1)


class _Network(nn.Module):
    """ids (B, T, 2), mask (B, T) → per target (B, classes)."""

    def __init__(
        self, known: Sequence[int], sizes: Sequence[int], width: int, body: Body, dropout: float, lost: float
    ) -> None:
        super().__init__()
        self.units, self.pairs = (nn.Embedding(count + 2, width, padding_idx=_NOTHING) for count in known)
        for table in (self.units, self.pairs):
            nn.init.normal_(table.weight, std=0.1)
            table.weight.data[_NOTHING] = 0.0
        self.body = body
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.ModuleList(nn.Linear(body.size, size) for size in sizes)
        self.lost = lost

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> list[torch.Tensor]:
        if self.training and self.lost:
            # Units and pairs go missing apart, so that no phrase is all a text has; never where there is padding.
            ids = ids.masked_fill((torch.rand(ids.shape) < self.lost) & (ids != _NOTHING), _UNKNOWN)
        embedded = self.units(ids[..., 0]) + self.pairs(ids[..., 1])  # (B, T, width); padding is zero
        features = self.dropout(self.body(self.dropout(embedded), mask))
        return [head(features) for head in self.heads]


class NetworkClassifier:
    """Vocabulary, network and class names; subclasses say what reads the embedded text.

    Args:
        known: sorted hashes of the units and of the pairs that have an embedding.
        targets: target name → its class names, in the order of the logits.
        length: units of a text that are read; of a longer one the first two thirds and the last third of that many.
    """

    kind: ClassVar[str]
    body: ClassVar[type[Convolutions] | type[Recurrence]]
    history: list[Epoch]
    """What each epoch of :meth:`fit` came to; empty after :meth:`load`."""

    def __init__(
        self,
        network: _Network,
        known: Sequence[NDArray[np.uint64]],
        targets: Mapping[str, Sequence[str]],
        length: int,
    ) -> None:
        self.network = network
        self.known = list(known)
        self.targets = {name: list(classes) for name, classes in targets.items()}
        self.length = length
        self.history = []

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        labels: NDArray[np.int64],
        targets: Mapping[str, Sequence[str]],
        *,
        valid: tuple[Sequence[str], NDArray[np.int64]] | None = None,
        row_weights: NDArray[np.float32] | None = None,
        schedule: Schedule = _SCHEDULE,
        width: int = 128,
        filters: int = 128,
        dropout: float = 0.4,
        lost: float = 0.2,
        length: int = 200,
        minimum: tuple[int, int] = (3, 8),
        folder: Path | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Trains on ``texts`` with ``labels`` (n, targets) int64, −1 where a text knows nothing of a target.

        Args:
            width: of the embeddings.
            filters: how many for each span, or recurrent units in each direction.
            lost: share of positions whose unit, and of those whose pair, is withheld at each step.
            minimum: how often a unit and a pair must occur to have an embedding.
        """
        if not len(texts) or labels.shape != (len(texts), len(targets)):
            raise KnowledgeError(f"{len(texts)} texts do not go with labels of shape {labels.shape}")
        read = _read(texts)
        known = [_often(hashes, least) for hashes, least in zip(np.concatenate(read).T, minimum, strict=True)]
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(schedule.seed)
            sizes = [len(classes) for classes in targets.values()]
            network = _Network([len(hashes) for hashes in known], sizes, width, cls.body(width, filters), dropout, lost)
        made = cls(network, known, targets, length)
        checked = (made._ids(_read(valid[0])), valid[1]) if valid else None
        made.history = train(
            network, made._ids(read), labels, schedule, valid=checked, row_weights=row_weights,
            folder=folder, progress=progress,
        )  # fmt: skip
        return made

    def scores(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """Logits (n, classes) per target."""
        return predict(self.network, self._ids(_read(texts)))

    def _ids(self, read: Sequence[NDArray[np.uint64]]) -> list[NDArray[np.int64]]:
        tail = self.length // 3  # a verdict stands at the beginning or at the end
        short = [
            text if len(text) <= self.length else np.concatenate([text[: self.length - tail], text[-tail:]])
            for text in read
        ]
        joined = np.concatenate(short)
        ids = np.stack([_places(joined[:, at], known) for at, known in enumerate(self.known)], axis=1)
        return np.split(ids, np.cumsum([len(text) for text in short])[:-1])

    def save(self, folder: Path) -> None:
        """``convolutional.safetensors`` or ``recurrent.safetensors``, whole or not at all."""
        tensors = dict(self.network.state_dict())
        for at, hashes in enumerate(self.known):
            tensors[f"known.{at}"] = torch.from_numpy(hashes.view(np.int64).copy())
        about = {
            "targets": self.targets, "length": self.length, "width": self.network.units.embedding_dim,
            "filters": self.network.body.filters,
        }  # fmt: skip
        write_tensors(folder / f"{self.kind}.safetensors", tensors, {"about": json.dumps(about, ensure_ascii=False)})

    @classmethod
    def load(cls, folder: Path) -> Self:
        """What :meth:`save` wrote. Raises :class:`KnowledgeError` when it is not there or not whole."""
        try:
            tensors, about = read_tensors(folder / f"{cls.kind}.safetensors")
            known = [tensors.pop(f"known.{at}").numpy().view(np.uint64) for at in range(2)]
        except (OSError, ValueError, KeyError) as error:
            raise KnowledgeError(f"{folder} holds no {cls.kind} classifier: {error}") from error
        sizes = [len(classes) for classes in about["targets"].values()]
        network = _Network(
            [len(h) for h in known], sizes, about["width"], cls.body(about["width"], about["filters"]), 0.0, 0.0
        )
        network.load_state_dict(tensors)
        network.eval()
        return cls(network, known, about["targets"], about["length"])


class ConvolutionalClassifier(NetworkClassifier):
    """Filters over one to four characters or words (Kim 2014)."""

    kind = "convolutional"
    body = Convolutions


class RecurrentClassifier(NetworkClassifier):
    """Gated recurrent units in both directions (Cho et al. 2014), which read a review in order: 「虽然 … 但是 …」."""

    kind = "recurrent"
    body = Recurrence


def _read(texts: Sequence[str]) -> list[NDArray[np.uint64]]:
    """For each text (T, 2): its units, and the pair that each begins."""
    return [np.stack(both, axis=1) for both in unit_pairs(texts)]


def _often(hashes: NDArray[np.uint64], minimum: int) -> NDArray[np.uint64]:
    distinct, counts = np.unique(hashes, return_counts=True)
    return distinct[counts >= minimum]


def _places(hashes: NDArray[np.uint64], ordered: NDArray[np.uint64]) -> NDArray[np.int64]:
    if not len(ordered):
        return np.full(len(hashes), _UNKNOWN, np.int64)
    places = np.minimum(np.searchsorted(ordered, hashes), len(ordered) - 1)
    return np.where(ordered[places] == hashes, places + 2, _UNKNOWN)
