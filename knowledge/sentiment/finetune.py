"""Any BERT-class encoder, by hub name or folder, fine-tuned to the labels at hand.

    Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers", NAACL 2019, §3.2.

The encoder's last hidden states are averaged over the tokens of the text (Reimers & Gurevych, EMNLP 2019, found the mean
above [CLS]) and go through dropout into one linear layer per target. Nothing here asks which architecture it is: whatever
``transformers.AutoModel`` opens and answers with ``last_hidden_state`` will do.

Memory: weights + gradients + two moments, 16 bytes a trainable parameter (BERT-base: 1.7 GB), plus activations.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.graph import KnowledgeError

try:
    import torch
    from torch import nn

    from knowledge.sentiment.training import Epoch, Progress, Schedule, predict, read_tensors, train, write_tensors
except ImportError as error:
    raise KnowledgeError('fine-tuning an encoder needs torch and transformers: pip install "yuban[neural]"') from error

__all__ = ["EncoderClassifier"]

_SCHEDULE = Schedule(epochs=3, batch=32, rate=5e-5, patience=2)


class _Network(nn.Module):
    """ids, mask (B, T) → per target (B, classes)."""

    def __init__(self, encoder: nn.Module, width: int, sizes: Sequence[int], dropout: float) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.ModuleList(nn.Linear(width, size) for size in sizes)

    def pooled(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        hidden = self.encoder(input_ids=ids, attention_mask=mask.long()).last_hidden_state  # (B, T, H)
        weight = mask.unsqueeze(-1)
        return (hidden * weight).sum(1) / weight.sum(1).clamp(min=1.0)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> list[torch.Tensor]:
        pooled = self.dropout(self.pooled(ids, mask))
        return [head(pooled) for head in self.heads]


class EncoderClassifier:
    """A fine-tuned encoder with one output layer per target.

    Args:
        targets: target name → its class names, in the order of the logits.
        length: tokens of a text that are read; the rest is cut.
    """

    def __init__(self, network: Any, tokenizer: Any, targets: Mapping[str, Sequence[str]], length: int) -> None:
        self.network = network
        self.tokenizer = tokenizer
        self.targets = {name: list(classes) for name, classes in targets.items()}
        self.length = length

    @classmethod
    def fit(
        cls,
        encoder: str | Path,
        texts: Sequence[str],
        labels: NDArray[np.int64],
        targets: Mapping[str, Sequence[str]],
        *,
        valid: tuple[Sequence[str], NDArray[np.int64]] | None = None,
        schedule: Schedule = _SCHEDULE,
        frozen: int = 0,
        layer_decay: float = 1.0,
        dropout: float = 0.1,
        length: int = 128,
        folder: Path | None = None,
        progress: Progress | None = None,
    ) -> EncoderClassifier:
        """Fine-tunes on ``texts`` with ``labels`` (n, targets) int64, −1 where a text knows nothing of a target.

        Args:
            valid: texts and labels that decide when to stop.
            frozen: how many of the lowest layers (embeddings included) keep their weights; 0 trains all of them.
            layer_decay: learning rate of a layer over that of the one above it (Sun et al. 2019, §5.2); 1 for equal.
            folder: where the run keeps its checkpoint; a checkpoint found there is taken up.

        Raises:
            KnowledgeError: the encoder or its tokenizer cannot be opened, or there is nothing to learn from.
        """
        if not texts or labels.shape != (len(texts), len(targets)):
            raise KnowledgeError(f"{len(texts)} texts do not go with labels of shape {labels.shape}")
        model, tokenizer = _open(encoder)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(schedule.seed)
            network = _Network(model, model.config.hidden_size, [len(c) for c in targets.values()], dropout)
        made = cls(network, tokenizer, targets, min(length, _longest(tokenizer, model)))
        groups = _groups(network, frozen, layer_decay)
        checked = (made._ids(valid[0]), valid[1]) if valid else None
        made.history = train(
            network, made._ids(texts), labels, schedule, groups=groups, valid=checked,
            pad=tokenizer.pad_token_id or 0, folder=folder, progress=progress,
        )  # fmt: skip
        return made

    history: list[Epoch]
    """What each epoch of :meth:`fit` came to; empty after :meth:`load`."""

    def scores(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """Logits (n, classes) per target."""
        return predict(self.network, self._ids(texts), pad=self.tokenizer.pad_token_id or 0)

    def save(self, folder: Path) -> None:
        """``encoder/`` (config, safetensors, tokenizer) and ``heads.safetensors``, each whole or not at all."""
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".encoder-") as scratch:
            made = Path(scratch) / "encoder"
            self.network.encoder.save_pretrained(made)
            self.tokenizer.save_pretrained(made)
            if (folder / "encoder").exists():
                os.replace(folder / "encoder", Path(scratch) / "before")
            os.replace(made, folder / "encoder")
        about = json.dumps({"targets": self.targets, "length": self.length}, ensure_ascii=False)
        write_tensors(folder / "heads.safetensors", self.network.heads.state_dict(), {"about": about})

    @classmethod
    def load(cls, folder: Path) -> EncoderClassifier:
        """What :meth:`save` wrote. Raises :class:`KnowledgeError` when it is not there or not whole."""
        try:
            heads, about = read_tensors(folder / "heads.safetensors")
        except (OSError, ValueError, KeyError) as error:
            raise KnowledgeError(f"{folder} holds no fine-tuned encoder: {error}") from error
        model, tokenizer = _open(folder / "encoder")
        network = _Network(model, model.config.hidden_size, [len(c) for c in about["targets"].values()], 0.0)
        network.heads.load_state_dict(heads)
        network.eval()
        made = cls(network, tokenizer, about["targets"], about["length"])
        made.history = []
        return made

    def _ids(self, texts: Sequence[str]) -> list[NDArray[np.int64]]:
        if not texts:
            return []
        found = self.tokenizer(list(texts), truncation=True, max_length=self.length, add_special_tokens=True)
        return [np.asarray(ids, np.int64) for ids in found["input_ids"]]


def _open(encoder: str | Path) -> tuple[Any, Any]:
    from transformers import AutoModel, AutoTokenizer
    from transformers.utils import logging

    was = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        tokenizer = AutoTokenizer.from_pretrained(str(encoder))
        model = AutoModel.from_pretrained(str(encoder), use_safetensors=True)
    except (OSError, ValueError, ImportError) as error:
        raise KnowledgeError(f"cannot open the encoder {encoder}: {str(error).splitlines()[0]}") from error
    finally:
        if was:
            logging.enable_progress_bar()
    return model, tokenizer


def _longest(tokenizer: Any, model: Any) -> int:
    limit = getattr(model.config, "max_position_embeddings", None) or tokenizer.model_max_length
    return int(min(limit, tokenizer.model_max_length))


def _groups(network: _Network, frozen: int, decay: float) -> list[dict[str, Any]]:
    """AdamW groups, one per layer, top first; parameters of the ``frozen`` lowest layers stop learning.

    The heads start from nothing and learn ten times as fast as what was pre-trained.
    """
    layers = _layers(network.encoder)
    depth = {id(p): place for place, layer in enumerate(layers) for p in layer.parameters()}
    groups: dict[float, list[Any]] = {}
    for name, parameter in network.named_parameters():
        # The heads and what stands above the layers are at depth n; embeddings, below them all, at −1.
        outside = len(layers) if name.startswith("heads") or "pooler" in name else -1
        level = depth.get(id(parameter), outside)
        if frozen and level < frozen:
            parameter.requires_grad = False
            continue
        factor = decay ** (len(layers) - 1 - level) if level < len(layers) else 1.0
        groups.setdefault(10.0 if name.startswith("heads") else factor, []).append(parameter)
    return [{"params": parameters, "factor": factor} for factor, parameters in sorted(groups.items(), reverse=True)]


def _layers(encoder: nn.Module) -> list[nn.Module]:
    """The encoder's stack of layers: its longest list of modules of one kind."""
    lists = [list(module) for module in encoder.modules() if isinstance(module, nn.ModuleList)]
    stacks = [found for found in lists if len({type(layer) for layer in found}) == 1]
    return max(stacks, key=len, default=[])
