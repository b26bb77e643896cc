"""Byte-level byte-pair encoding, learnt from the text at hand.

    Sennrich, Haddow & Birch, "Neural Machine Translation of Rare Words with Subword Units", ACL 2016;
    Radford et al., "Language Models are Unsupervised Multitask Learners", 2019, §2.2 (over bytes).

Every byte is a token to begin with, so any text in any script can be encoded and comes back exactly; the commonest
neighbours are joined until the vocabulary is full. A Chinese character, three bytes, becomes one token when it is common.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Self

from generation.briefs import GenerationError
from generation.text.training_files import CheckpointError, replacing

try:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
except ImportError as error:
    raise GenerationError('byte-pair encoding needs tokenizers: pip install "yuban[neural]"') from error

__all__ = ["END", "BytePairs"]

END = "<|endoftext|>"
"""Stands between documents; GPT-2's own name for it."""


class BytePairs:
    """A trained encoding; ids 0 … len − 1.

    The :data:`END` mark in a text is encoded as the letters it is written with: no document can end another.
    """

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer
        end = tokenizer.token_to_id(END)
        if end is None:
            raise CheckpointError(f"the encoding has no {END} token")
        self.end: int = end
        # Special tokens are recognised in the text unless the tokenizer is told to read them as letters.
        tokenizer.encode_special_tokens = True

    @classmethod
    def train(cls, texts: Iterable[str], vocabulary: int = 8192) -> Self:
        """Learns at most ``vocabulary`` tokens, the 256 bytes and the mark among them; a pair is joined when met twice.

        Raises:
            GenerationError: ``vocabulary`` is below 257, or there is no text.
        """
        if vocabulary < 257:
            raise GenerationError(f"a vocabulary of {vocabulary} cannot hold the 256 bytes and {END}")
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=vocabulary,
            min_frequency=2,
            special_tokens=[END],
            initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
            show_progress=False,
        )
        seen = _Counted(texts)
        tokenizer.train_from_iterator(seen, trainer)
        if not seen.characters:
            raise GenerationError("there is no text to learn an encoding from")
        return cls(tokenizer)

    def __len__(self) -> int:
        return int(self.tokenizer.get_vocab_size())

    def encode(self, text: str) -> list[int]:
        return list(self.tokenizer.encode(text, add_special_tokens=False).ids)

    def decode(self, tokens: Sequence[int]) -> str:
        """The text; marks are left out, and bytes that make no character become U+FFFD."""
        return str(self.tokenizer.decode(list(tokens), skip_special_tokens=True))

    def save(self, folder: Path) -> None:
        """``tokenizer.json`` and what ``transformers.AutoTokenizer`` needs beside it; each whole or not at all."""
        import json

        replacing(folder / "tokenizer.json", lambda part: self.tokenizer.save(str(part)))
        about = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": END, "bos_token": END, "unk_token": END}
        replacing(folder / "tokenizer_config.json", lambda part: part.write_text(json.dumps(about), encoding="utf-8"))

    @classmethod
    def load(cls, path: Path) -> Self:
        """A ``tokenizer.json``, or the folder of one. Raises CheckpointError when there is none or it is damaged."""
        path = Path(path)
        path = path / "tokenizer.json" if path.is_dir() else path
        if not path.is_file():
            raise CheckpointError(f"there is no tokenizer at {path}")
        try:
            return cls(Tokenizer.from_file(str(path)))
        except CheckpointError:
            raise
        except Exception as error:  # tokenizers raises nothing more specific
            raise CheckpointError(f"{path} is no tokenizer: {error}") from error


class _Counted:
    """The texts, and how many characters went by."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts, self.characters = texts, 0

    def __iter__(self) -> Any:
        for text in self.texts:
            self.characters += len(text)
            yield text
