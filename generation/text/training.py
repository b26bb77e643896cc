"""Training a language model on one's own text: from nothing, from a checkpoint, or a small adapter to one.

    python -m generation.text.training --help

Each leaves a folder that ``transformers``, and the backends here, open by its path: configuration, safetensors, tokenizer
(``gpt.safetensors`` and ``tokenizer.json`` for a model of ours); beside them ``history.json`` and ``curve.svg``. While it
runs, ``run/`` in that folder holds the checkpoint that the same command goes on from.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from generation.text import curves, gpt_checkpoints, lora
from generation.text.gpt import GPT, Config
from generation.text.gpt_muon import Muon
from generation.text.gpt_training import optimisers
from generation.text.tokenizer import BytePairs
from generation.text.training_data import split, stream
from generation.text.training_files import CheckpointError, write_text
from generation.text.training_loop import History, Progress, Settings, run

__all__ = ["Shape", "fine_tune", "from_scratch"]


@dataclass(frozen=True, slots=True)
class Shape:
    """A model made from nothing.

    Args:
        engine: "gpt2": :func:`generation.text.gpt_checkpoints.new`, which ``transformers`` opens; "ours":
            :class:`generation.text.gpt.GPT`, which learns more from the same text.
    """

    vocabulary: int = 8192
    layers: int = 6
    heads: int = 6
    width: int = 384
    dropout: float = 0.1
    engine: Literal["gpt2", "ours"] = "gpt2"


def from_scratch(
    documents: Sequence[str],
    folder: Path,
    settings: Settings,
    shape: Shape = Shape(),
    *,
    held_out: float = 0.05,
    rate: float = 3e-3,
    muon_rate: float = 0.02,
    progress: Progress | None = None,
) -> History:
    """A byte-pair encoding and a model, both learnt from ``documents``, into ``folder``.

    Args:
        settings: its ``context`` is the model's.
        held_out: share of the tokens, off the end, to judge by.
        rate: highest learning rate of embeddings and vectors (Adam).
        muon_rate: of the matrices (Muon; see :mod:`generation.text.gpt_muon`).

    Raises:
        GenerationError: too little text, or sizes that do not go together.
        CheckpointError: files cannot be written, or ``folder/run`` belongs to another run.
    """
    kept = folder / "run"
    known = (kept / "checkpoint.safetensors").is_file() and (kept / "tokenizer.json").is_file()
    encoding = BytePairs.load(kept) if known else BytePairs.train(documents, shape.vocabulary)
    if not known:
        encoding.save(kept)
    tokens = stream(documents, encoding.encode, encoding.end)
    sizes = {"layers": shape.layers, "heads": shape.heads, "width": shape.width, "context": settings.context}
    if shape.engine == "ours":
        ours = GPT(Config(len(encoding), dropout=shape.dropout, **sizes), seed=settings.seed)
        history = _learn(ours, optimisers(ours, muon_rate, rate), tokens, settings, held_out, kept, progress)
        ours.save(folder / "gpt.safetensors")
    else:
        model = gpt_checkpoints.new(len(encoding), dropout=shape.dropout, end=encoding.end, seed=settings.seed, **sizes)
        matrices = [p for p in model.transformer.h.parameters() if p.ndim == 2]
        taken = {id(p) for p in matrices}
        rest = [p for p in model.parameters() if id(p) not in taken]
        both = [Muon(matrices, muon_rate), _adam(rest, rate, 0.0)]
        history = _learn(model, both, tokens, settings, held_out, kept, progress)
        gpt_checkpoints.save(model, folder)
    encoding.save(folder)
    _finish(folder, history, settings)
    return history


def fine_tune(
    base: str | Path,
    documents: Sequence[str],
    folder: Path,
    settings: Settings,
    *,
    rank: int = 0,
    held_out: float = 0.05,
    rate: float = 0.0,
    progress: Progress | None = None,
) -> History:
    """The model ``base``, by hub name or folder, taught ``documents``; the result into ``folder``.

    Args:
        settings: its ``context`` is cut to what the model can read.
        rank: above 0, the weights stay as they are and a low-rank adapter is trained and saved instead.
        rate: highest learning rate (AdamW); 0 for 5e-5, or 2e-4 for an adapter.

    Raises:
        CheckpointError: ``base`` cannot be opened or its tokenizer does not fit it, files cannot be written, or
            ``folder/run`` belongs to another run.
        GenerationError: too little text, or ``peft`` is missing.
    """
    if Path(base).resolve() == folder.resolve():
        raise CheckpointError(f"{folder} holds the model to start from: choose another folder for the result")
    model, tokenizer = gpt_checkpoints.open_model(base), gpt_checkpoints.open_tokenizer(base)
    size = int(model.get_input_embeddings().num_embeddings)
    if len(tokenizer) > size:
        raise CheckpointError(f"the tokenizer of {base} has {len(tokenizer)} tokens and the model only {size}")
    if tokenizer.eos_token_id is None:
        raise CheckpointError(f"the tokenizer of {base} has no end-of-text token to put between documents")
    longest = getattr(model.config, "max_position_embeddings", None) or settings.context
    told = asdict(settings) | {"context": min(settings.context, longest)}
    settings = Settings(**told)
    if rank:
        model = lora.adapt(model, rank=rank, seed=settings.seed)

    def encode(text: str) -> list[int]:
        return list(tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])

    tokens = stream(documents, encode, tokenizer.eos_token_id)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimiser = _adam(trained, rate or (2e-4 if rank else 5e-5), 0.01)
    history = _learn(model, [optimiser], tokens, settings, held_out, folder / "run", progress)
    (lora if rank else gpt_checkpoints).save(model, folder)
    gpt_checkpoints.save(tokenizer, folder)
    _finish(folder, history, settings)
    return history


def _learn(
    model: nn.Module,
    optimisers: Sequence[torch.optim.Optimizer],
    tokens: NDArray[np.int64],
    settings: Settings,
    held_out: float,
    kept: Path,
    progress: Progress | None,
) -> History:
    learnt, judged = split(tokens, held_out)
    return run(model, optimisers, learnt, settings, valid=judged, folder=kept, progress=progress)


def _adam(parameters: Iterable[torch.Tensor], rate: float, decay: float) -> torch.optim.Optimizer:
    return torch.optim.AdamW(list(parameters), lr=rate, betas=(0.9, 0.95), weight_decay=decay)


def _finish(folder: Path, history: History, settings: Settings) -> None:
    """History and picture; the checkpoint has done its work."""
    told = {"settings": asdict(settings), "history": asdict(history)}
    write_text(folder / "history.json", json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    curves.write(history, folder / "curve.svg", title=folder.name)
    shutil.rmtree(folder / "run", ignore_errors=True)


if __name__ == "__main__":
    from generation.text.training_command import main

    raise SystemExit(main())
