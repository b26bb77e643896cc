"""From a text file to blocks of tokens.

A causal model is trained on one long line of tokens, documents one after another with a mark between, cut into blocks as
long as the model's context (Radford et al. 2019, §2.3). Nothing is padded and no token is left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generation.briefs import GenerationError

__all__ = ["TextFileError", "blocks", "read_documents", "split", "stream"]


class TextFileError(GenerationError, ValueError):
    """A text or JSONL file that cannot be learnt from; the message names file, line and fix."""


def read_documents(path: Path, field: str = "text") -> list[str]:
    """The documents of a file: one per JSON object of a ``.jsonl`` (its ``field``), else the whole file as one.

    Raises:
        TextFileError: the file is missing, not UTF-8, empty, or a line is not an object with that field as text.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise TextFileError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TextFileError(f"{path} is not UTF-8 (byte {error.start}): save it as UTF-8") from error
    documents = _json_lines(path, text, field) if path.suffix in (".jsonl", ".ndjson") else [text]
    documents = [document for document in documents if document.strip()]
    if not documents:
        raise TextFileError(f"{path} holds no text")
    return documents


def _json_lines(path: Path, text: str, field: str) -> Iterator[str]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise TextFileError(f"{path}, line {number}: not JSON ({error}); each line is one object") from error
        if not isinstance(record, dict) or not isinstance(record.get(field), str):
            raise TextFileError(f'{path}, line {number}: no text under "{field}"; name the right key with --field')
        yield record[field]


def stream(documents: Sequence[str], encode: Callable[[str], Sequence[int]], mark: int) -> NDArray[np.int64]:
    """All documents as one line of tokens (n,) int64, ``mark`` after each."""
    pieces = [np.append(np.asarray(encode(document), np.int64), mark) for document in documents]
    return np.concatenate(pieces) if pieces else np.empty(0, np.int64)


def split(tokens: NDArray[np.int64], share: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """What to learn from and, off the end, the ``share`` of it to judge by: the end is further from the rest than a random
    part would be, as new text is. Raises TextFileError unless 0 ≤ share < 1."""
    if not 0 <= share < 1:
        raise TextFileError(f"the share to judge by is {share}; it lies between 0 and 1")
    cut = len(tokens) - round(len(tokens) * share)
    return tokens[:cut], tokens[cut:]


def blocks(count: int, context: int, batch: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """For ever, where (batch,) blocks of ``context`` + 1 of ``count`` tokens begin.

    Every block is met once before any is met again; each epoch is cut at another offset and shuffled anew, by
    (seed, epoch), so skipping the first n batches is the same as having seen them.

    Raises:
        TextFileError: the tokens do not fill one block.
    """
    if count <= context:
        raise TextFileError(f"{count} tokens do not fill one block of {context} + 1: lower the context or add text")
    epoch, waiting = 0, np.empty(0, np.int64)
    while True:
        while len(waiting) < batch:
            rng = np.random.default_rng([seed, epoch])
            shift = int(rng.integers(min(context, count - context)))
            waiting = np.append(waiting, rng.permutation(np.arange(shift, count - context, context)))
            epoch += 1
        yield waiting[:batch]
        waiting = waiting[batch:]
