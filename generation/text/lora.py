"""Low-rank adapters: fine-tuning that trains and keeps a hundredth of the weights.

    Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", ICLR 2022, §4.1.

Each chosen matrix W stays as it is and W + (α / r) B A is used, with A (r, in) and B (out, r) alone trained; B begins at
zero, so training begins from the model as it was. An adapter is a few megabytes beside the model it belongs to.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from generation.briefs import GenerationError
from generation.text.training_files import CheckpointError, refuse_pickle, replacing

__all__ = ["adapt", "load", "merge", "save"]


def adapt(
    model: Any,
    *,
    rank: int = 8,
    alpha: float = 16.0,
    dropout: float = 0.0,
    targets: Sequence[str] = ("c_attn", "c_proj", "c_fc"),
    seed: int = 0,
) -> Any:
    """The model with adapters on every matrix whose name ends in one of ``targets``; only they are trainable.

    Args:
        model: a ``transformers`` model; its modules are wrapped in place.
        rank: r.
        alpha: α; the adapters' share is α / r.
        targets: GPT-2's attention and feed-forward products; for Llama-like models ``("q_proj", "v_proj", …)``.

    Raises:
        GenerationError: ``peft`` is not installed, the rank is below 1, or no matrix has such a name.
    """
    peft = _peft()
    import torch

    if rank < 1:
        raise GenerationError(f"the rank is {rank}; it is at least 1")
    names = {name.rsplit(".", 1)[-1] for name, _ in model.named_modules()}
    if not names & set(targets):
        raise GenerationError(f"the model has no module named {', '.join(targets)}; it has {', '.join(sorted(names))}")
    # GPT-2 keeps its products as Conv1D, (in, out) instead of (out, in).
    turned = any(type(module).__name__ == "Conv1D" for module in model.modules())
    config = peft.LoraConfig(
        r=rank, lora_alpha=alpha, lora_dropout=dropout, target_modules=list(targets), fan_in_fan_out=turned,
        task_type="CAUSAL_LM",
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]), _quietly():
        torch.manual_seed(seed)
        return peft.get_peft_model(model, config)


def save(adapted: Any, folder: Path) -> None:
    """``adapter_config.json`` and ``adapter_model.safetensors``, each whole or not at all.

    Raises:
        CheckpointError: they cannot be written; what was there before is untouched.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".saving-") as scratch:
            with _quietly():
                adapted.save_pretrained(scratch, safe_serialization=True)
            for name in ("adapter_config.json", "adapter_model.safetensors"):
                made = Path(scratch) / name
                replacing(folder / name, lambda part, made=made: made.replace(part))  # type: ignore[misc]
    except CheckpointError:
        raise
    except Exception as error:  # safetensors reports a full disk as an error of its own
        raise CheckpointError(f"cannot save into {folder} ({error}); what was there before is untouched") from error


def load(model: Any, folder: Path) -> Any:
    """The model with the adapter of ``folder`` on it, for use.

    Raises:
        CheckpointError: there is no adapter, it is pickled, or it belongs to a model of another shape.
    """
    peft = _peft()
    folder = Path(folder)
    if not (folder / "adapter_model.safetensors").is_file():
        if (folder / "adapter_model.bin").is_file():
            refuse_pickle(folder / "adapter_model.bin")
        raise CheckpointError(f"{folder} holds no adapter_model.safetensors")
    refuse_pickle(folder / "adapter_model.safetensors")
    try:
        with _quietly():
            return peft.PeftModel.from_pretrained(model, str(folder)).eval()
    except Exception as error:  # shapes, damaged files and unknown modules raise a dozen kinds
        said = " ".join(str(error).split())[:300]
        raise CheckpointError(f"the adapter in {folder} does not fit this model: {said}") from error


def merge(adapted: Any) -> Any:
    """The plain model with B A added into its matrices: as fast as before, and savable as a whole."""
    return adapted.merge_and_unload()


@contextmanager
def _quietly() -> Iterator[None]:
    """Without the notice that peft asks transformers by an older name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


def _peft() -> Any:
    try:
        import peft
    except ImportError as error:
        raise GenerationError('low-rank adapters need peft: pip install "yuban[lora]"') from error
    return peft
