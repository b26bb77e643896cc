"""A small convolutional network over characters and words, from scratch.

    Kim, "Convolutional Neural Networks for Sentence Classification", EMNLP 2014;
    Iyyer et al., "Deep Unordered Composition Rivals Syntactic Methods", ACL 2015 (mean pooling, word dropout).

A position is the sum of two embeddings: its unit (Chinese character, Latin word) and the pair of units that begins there,
which spells most Chinese words without a segmenter. Filters of one to four positions read them; each filter gives its maximum
over the text (did it happen) and its mean (how much of the text is like that); one linear layer per target answers. Several
review sets train one body, each with its own head (Caruana 1997): what makes a hotel guest cross is mostly what makes a book
buyer cross.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.graph import KnowledgeError
from knowledge.sentiment.units import cut, pairs
from knowledge.sentiment.words import words as segmented

try:
    import torch
    from torch import nn

    from knowledge.sentiment.training import Epoch, Progress, Schedule, predict, read_tensors, train, write_tensors
except ImportError as error:
    raise KnowledgeError('the convolutional classifier needs torch: pip install "yuban[neural]"') from error

__all__ = ["ConvolutionalClassifier"]

_SCHEDULE = Schedule(epochs=4, batch=64, rate=1e-3, warmup=0.05, weight_decay=0.01, patience=2)
_SPANS = (1, 2, 3, 4)
_NOTHING, _UNKNOWN = 0, 1  # ids of padding and of what the vocabulary lacks; the rest follows


class _Network(nn.Module):
    """ids (B, T, channels), mask (B, T) → per target (B, classes)."""

    def __init__(
        self, known: Sequence[int], sizes: Sequence[int], width: int, filters: int, dropout: float, lost: float
    ) -> None:
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(count + 2, width, padding_idx=_NOTHING) for count in known)
        for table in self.tables:
            nn.init.normal_(table.weight, std=0.1)
            table.weight.data[_NOTHING] = 0.0
        self.convolutions = nn.ModuleList(nn.Conv1d(width, filters, k) for k in _SPANS)
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.ModuleList(nn.Linear(2 * filters * len(_SPANS), size) for size in sizes)
        self.lost = lost

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> list[torch.Tensor]:
        if self.training and self.lost:
            # Units and pairs go missing apart, so that no phrase is all a text has; never where there is padding.
            ids = ids.masked_fill((torch.rand(ids.shape) < self.lost) & (ids != _NOTHING), _UNKNOWN)
        # (B, T, width); padding is zero
        embedded = torch.stack([table(ids[..., at]) for at, table in enumerate(self.tables)]).sum(0)
        embedded = self.dropout(embedded).transpose(1, 2)
        inside = mask.unsqueeze(1)  # (B, 1, T)
        length = inside.sum(-1).clamp(min=1.0)
        pooled = []
        for span, convolution in zip(_SPANS, self.convolutions, strict=True):
            found = torch.relu(convolution(nn.functional.pad(embedded, (0, span - 1)))) * inside  # (B, filters, T)
            pooled += [found.amax(-1), found.sum(-1) / length]
        features = self.dropout(torch.cat(pooled, dim=-1))
        return [head(features) for head in self.heads]


class ConvolutionalClassifier:
    """Vocabulary, network and class names.

    Args:
        known: sorted hashes of the units, pairs and, where it reads them, words that have an embedding.
        targets: target name → its class names, in the order of the logits.
        length: units of a text that are read; of a longer one the first two thirds and the last third of that many.
    """

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
        minimum: Sequence[int] = (3, 8),
        folder: Path | None = None,
        progress: Progress | None = None,
    ) -> ConvolutionalClassifier:
        """Trains on ``texts`` with ``labels`` (n, targets) int64, −1 where a text knows nothing of a target.

        Args:
            lost: share of positions whose unit, and of those whose pair, is withheld at each step.
            minimum: how often a unit, a pair and a word must occur to have an embedding; with two numbers, words (which
                need jieba) are not read.
        """
        if not len(texts) or labels.shape != (len(texts), len(targets)):
            raise KnowledgeError(f"{len(texts)} texts do not go with labels of shape {labels.shape}")
        read = _channels(texts, len(minimum))
        known = [_often(hashes, least) for hashes, least in zip(np.concatenate(read).T, minimum, strict=True)]
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(schedule.seed)
            sizes = [len(classes) for classes in targets.values()]
            network = _Network([len(hashes) for hashes in known], sizes, width, filters, dropout, lost)
        made = cls(network, known, targets, length)
        checked = (made._ids(_channels(valid[0], len(known))), valid[1]) if valid else None
        made.history = train(
            network, made._ids(read), labels, schedule, valid=checked, row_weights=row_weights,
            folder=folder, progress=progress,
        )  # fmt: skip
        return made

    def scores(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """Logits (n, classes) per target."""
        return predict(self.network, self._ids(_channels(texts, len(self.known))))

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
        """``convolutional.safetensors``, whole or not at all."""
        tensors = dict(self.network.state_dict())
        for at, hashes in enumerate(self.known):
            tensors[f"known.{at}"] = torch.from_numpy(hashes.view(np.int64).copy())
        about = {"targets": self.targets, "length": self.length}
        write_tensors(folder / "convolutional.safetensors", tensors, {"about": json.dumps(about, ensure_ascii=False)})

    @classmethod
    def load(cls, folder: Path) -> ConvolutionalClassifier:
        """What :meth:`save` wrote. Raises :class:`KnowledgeError` when it is not there or not whole."""
        try:
            tensors, about = read_tensors(folder / "convolutional.safetensors")
            channels = sum(name.startswith("known.") for name in tensors)
            known = [tensors.pop(f"known.{at}").numpy().view(np.uint64) for at in range(channels)]
        except (OSError, ValueError, KeyError) as error:
            raise KnowledgeError(f"{folder} holds no convolutional classifier: {error}") from error
        filters, width, _ = tensors["convolutions.0.weight"].shape
        sizes = [len(classes) for classes in about["targets"].values()]
        network = _Network([len(hashes) for hashes in known], sizes, width, filters, 0.0, 0.0)
        network.load_state_dict(tensors)
        network.eval()
        return cls(network, known, about["targets"], about["length"])


def _channels(texts: Sequence[str], channels: int) -> list[NDArray[np.uint64]]:
    """For each text (T, channels): its units, the pair that each begins and, with three channels, the word each is in."""
    read = cut(texts)
    found = [read.units, pairs(read)] + ([segmented(texts, read).of_units] if channels > 2 else [])
    return np.split(np.stack(found, axis=1), np.searchsorted(read.row, np.arange(1, len(texts))))


def _often(hashes: NDArray[np.uint64], minimum: int) -> NDArray[np.uint64]:
    distinct, counts = np.unique(hashes, return_counts=True)
    return distinct[counts >= minimum]


def _places(hashes: NDArray[np.uint64], ordered: NDArray[np.uint64]) -> NDArray[np.int64]:
    if not len(ordered):
        return np.full(len(hashes), _UNKNOWN, np.int64)
    places = np.minimum(np.searchsorted(ordered, hashes), len(ordered) - 1)
    return np.where(ordered[places] == hashes, places + 2, _UNKNOWN)
