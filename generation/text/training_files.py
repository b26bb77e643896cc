"""Files of a training run: written whole or not at all, read without ever running what they hold.

Weights are safetensors: tensors and a JSON header. Pickled checkpoints (``.bin``, ``.pt``, ``.ckpt``) can run code when
they are opened (CVE-2025-32434) and are refused by name and by their first bytes.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from generation.briefs import GenerationError

try:
    import safetensors
    from safetensors.torch import load_file, save_file
    from torch import Tensor, nn
except ImportError as error:
    raise GenerationError('training needs torch and safetensors: pip install "yuban[neural]"') from error

__all__ = ["CheckpointError", "load_into", "read_tensors", "replacing", "write_tensors", "write_text"]

_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")


class CheckpointError(GenerationError, ValueError):
    """A file of weights that cannot be used; the message names it, says why and what to do."""


def replacing(path: Path, write: Callable[[Path], object]) -> None:
    """Calls ``write`` with a temporary name beside ``path``, then moves it there; on any error ``path`` is as it was.

    Raises:
        CheckpointError: the disk is full or the folder cannot be written to.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise CheckpointError(f"cannot write into {path.parent}: {error.strerror}") from error
    os.close(handle)
    part = Path(name)
    try:
        write(part)
        with part.open("rb") as stream:
            os.fsync(stream.fileno())
        part.chmod(0o644)
        os.replace(part, path)
    except (OSError, safetensors.SafetensorError) as error:
        raise CheckpointError(f"cannot write {path} ({error}); what was there before is untouched") from error
    finally:
        part.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """UTF-8, atomically."""
    replacing(path, lambda part: part.write_text(text, encoding="utf-8"))


def write_tensors(path: Path, tensors: Mapping[str, Tensor], about: Mapping[str, str]) -> None:
    """One safetensors file with ``about`` in its header, atomically; tensors that share memory are written apart."""
    whole = {name: tensor.detach().contiguous().clone() for name, tensor in tensors.items()}
    replacing(path, lambda part: save_file(whole, part, metadata=dict(about)))


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Tensors and header of a safetensors file.

    Raises:
        CheckpointError: there is none, it is cut short, or it is a pickle.
    """
    path = Path(path)
    refuse_pickle(path)
    try:
        with safetensors.safe_open(path, "pt") as file:
            about = dict(file.metadata() or {})
        return load_file(path), about
    except FileNotFoundError as error:
        raise CheckpointError(f"there is no file {path}") from error
    except (OSError, safetensors.SafetensorError) as error:
        raise CheckpointError(f"{path} is no whole safetensors file: {error}") from error


def refuse_pickle(path: Path) -> None:
    """Raises CheckpointError when ``path`` is a pickled checkpoint, by its name or its first bytes."""
    pickled = path.suffix in _PICKLES
    if path.is_file() and not pickled:
        with path.open("rb") as stream:
            first = stream.read(9)
        # torch.save writes a zip, before 1.6 a bare pickle; a safetensors file has its header's brace at the ninth byte.
        pickled = first.startswith((b"PK\x03\x04", b"\x80")) and first[8:] != b"{"
    if pickled:
        raise CheckpointError(
            f"{path} is a pickled checkpoint, which can run code when it is opened; convert it where it was made: "
            "model.save_pretrained(folder) writes safetensors"
        )


def load_into(model: nn.Module, tensors: Mapping[str, Tensor], path: Path) -> None:
    """Copies ``tensors`` into ``model``; every name and shape has to fit.

    Raises:
        CheckpointError: what is missing, left over or of another shape, with both shapes.
    """
    wanted = model.state_dict()
    wrong = [
        f"{name} is {tuple(tensors[name].shape)} in the file and {tuple(tensor.shape)} in the model"
        for name, tensor in wanted.items()
        if name in tensors and tensors[name].shape != tensor.shape
    ]
    wrong += [f"{name} is missing" for name in wanted if name not in tensors]
    wrong += [f"{name} is not of this model" for name in tensors if name not in wanted]
    if wrong:
        more = f"; and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        raise CheckpointError(f"{path} does not fit the model: " + "; ".join(wrong[:3]) + more)
    model.load_state_dict(dict(tensors))


def read_json(path: Path) -> Any:
    """A JSON file. Raises CheckpointError when it is missing or not JSON."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CheckpointError(f"there is no file {path}") from error
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path} is not readable as JSON: {error}") from error
