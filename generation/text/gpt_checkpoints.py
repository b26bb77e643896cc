"""GPT-2-class decoders through ``transformers``: made from nothing, or opened by hub name or folder.

    Radford et al., "Language Models are Unsupervised Multitask Learners", 2019.

Opening never runs what a checkpoint holds: safetensors alone, no code from the hub, and nothing is left to chance when a
weight is missing or has another shape. Without a network, names are found in the cache or not at all.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from generation.briefs import GenerationError
from generation.text.training_files import CheckpointError, refuse_pickle, replacing

try:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GPT2Config, GPT2LMHeadModel
except ImportError as error:
    raise GenerationError('GPT-2 needs torch and transformers: pip install "yuban[neural]"') from error

__all__ = ["new", "open_model", "open_tokenizer", "save"]


def new(
    vocabulary: int,
    *,
    layers: int = 6,
    heads: int = 6,
    width: int = 384,
    context: int = 256,
    dropout: float = 0.1,
    end: int = 0,
    seed: int = 0,
) -> GPT2LMHeadModel:
    """An untrained GPT-2: tokens (B, T) → ``.logits`` (B, T, vocabulary).

    12 · layers · width² + (vocabulary + context) · width parameters, 16 bytes each while training (weight, gradient, two
    moments); GPT-2 "small" is 12 layers, 12 heads, 768 wide, context 1024: 124 million.

    Args:
        end: the token that ends a document.

    Raises:
        GenerationError: ``heads`` does not divide ``width``, or a size is below 1.
    """
    if min(vocabulary, layers, heads, width, context) < 1 or width % heads:
        raise GenerationError(f"sizes are at least 1 and heads ({heads}) divide the width ({width})")
    config = GPT2Config(
        vocab_size=vocabulary, n_layer=layers, n_head=heads, n_embd=width, n_positions=context,
        resid_pdrop=dropout, embd_pdrop=dropout, attn_pdrop=dropout, bos_token_id=end, eos_token_id=end,
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return GPT2LMHeadModel(config)


def open_model(name: str | Path) -> Any:
    """A causal model by hub name or folder, float32, in evaluation mode.

    Raises:
        CheckpointError: it is not there (nor in the cache, offline), is pickled, damaged, or its weights do not fit its
            own configuration.
    """
    folder = Path(name)
    if folder.is_dir():
        _refuse_pickles(folder)
    try:
        with _quietly():
            opened: Any = AutoModelForCausalLM.from_pretrained(
                str(name), use_safetensors=True, trust_remote_code=False, dtype=torch.float32,
                ignore_mismatched_sizes=True, output_loading_info=True,
            )  # fmt: skip
    except Exception as error:  # damaged headers, unknown architectures and absent files raise a dozen kinds
        raise CheckpointError(f"cannot open the model {name}: {_first_line(error)}") from error
    model, report = opened
    wrong = [
        f"{key} is {tuple(found)} in the file and {tuple(wanted)} by the configuration"
        for key, found, wanted in sorted(report["mismatched_keys"])
    ]
    wrong += [f"{key} is missing" for key in sorted(report["missing_keys"])]
    # Old GPT-2 files carry the causal mask, a constant, as if it were a weight.
    extra = [key for key in sorted(report["unexpected_keys"]) if not key.endswith((".attn.bias", ".attn.masked_bias"))]
    wrong += [f"{key} has no place in it" for key in extra]
    if wrong:
        more = f"; and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        raise CheckpointError(f"the weights of {name} do not fit its configuration: " + "; ".join(wrong[:3]) + more)
    return model.eval()


def open_tokenizer(name: str | Path) -> Any:
    """The tokenizer that belongs to a model. Raises CheckpointError when there is none."""
    try:
        with _quietly():
            return AutoTokenizer.from_pretrained(str(name), trust_remote_code=False)
    except Exception as error:
        raise CheckpointError(f"cannot open the tokenizer of {name}: {_first_line(error)}") from error


def save(part: Any, folder: Path) -> None:
    """The files of a model or a tokenizer as ``from_pretrained`` reads them; each whole or not at all.

    Raises:
        CheckpointError: the disk is full or the folder cannot be written to; what was there before is untouched.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".saving-") as scratch:
            with _quietly():
                part.save_pretrained(scratch, **({"max_shard_size": "1TB"} if hasattr(part, "config") else {}))
            # The weights last: a configuration beside older weights is refused on opening, for their shapes.
            made = sorted(Path(scratch).iterdir(), key=lambda file: (file.suffix == ".safetensors", file.name))
            for file in made:
                replacing(folder / file.name, lambda part, file=file: file.replace(part))  # type: ignore[misc]
    except CheckpointError:
        raise
    except Exception as error:  # safetensors reports a full disk as an error of its own
        raise CheckpointError(f"cannot save into {folder} ({error}); what was there before is untouched") from error


def _refuse_pickles(folder: Path) -> None:
    """An empty-handed or pickled folder, said plainly."""
    if not (folder / "config.json").is_file():
        raise CheckpointError(f"{folder} holds no config.json: it is no model folder")
    try:
        json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{folder / 'config.json'} is not JSON: {error}") from error
    whole = list(folder.glob("*.safetensors"))
    for file in sorted(folder.iterdir()):
        if file in whole or (not whole and file.is_file()):
            refuse_pickle(file)
    if not whole:
        raise CheckpointError(f"{folder} holds no .safetensors file")


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


@contextmanager
def _quietly() -> Iterator[None]:
    """Without the bars and notices of transformers, which write to the terminal."""
    from transformers.utils import logging

    bar, level = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bar:
            logging.enable_progress_bar()
