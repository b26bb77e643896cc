"""A model of this project — any ``Stepper`` — with its tokenizer: the backend that needs no network and no hub."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generation.backends.base import BackendError, Message, Options, clean, transcript, until_stop

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from generation.text.decoding import Guide, Settings
    from generation.text.stepper import Stepper

__all__ = ["Local"]


class Local:
    """A Stepper that writes.

    Args:
        model: continues token ids.
        tokenizer: of the ``tokenizers`` package, the one the model was trained with.
        eos: token id that ends a text; None if the model has none.
        context: most tokens the model can read, prompt and answer together; the beginning of a longer prompt is refused, not cut.
        guide: passed on to the decoder (emotion, topic …).
    """

    def __init__(
        self,
        model: Stepper[Any],
        tokenizer: Tokenizer,
        *,
        eos: int | None = None,
        context: int | None = None,
        guide: Guide | None = None,
        name: str = "ours",
    ) -> None:
        self._model, self._tokenizer, self._guide, self._name = model, tokenizer, guide, name
        self._eos, self._context = eos, context

    @classmethod
    def read(cls, folder: Path | str, *, weights: str = "float32") -> Local:
        """A folder with a GPT-2 in safetensors and ``tokenizer.json``.

        Raises:
            BackendError: naming the file that is missing or damaged.
        """
        folder = Path(folder)
        try:
            from tokenizers import Tokenizer

            from generation.text.gpt2_runtime import GPT2
        except ImportError as error:
            raise BackendError(f'{error}; install with: pip install "yuban[neural,fast]"') from None
        file = folder / "tokenizer.json"
        if not file.is_file():
            raise BackendError(f"{file}: missing; a model's folder needs its tokenizer")
        try:
            tokenizer = Tokenizer.from_file(str(file))
        except Exception as error:  # tokenizers raises bare Exception
            raise BackendError(f"{file}: {error}") from None
        try:
            model = GPT2.read(folder, weights)  # type: ignore[arg-type]
            config = json.loads((folder / "config.json").read_text("utf-8"))
        except ValueError as error:
            raise BackendError(str(error)) from None
        if tokenizer.get_vocab_size() > model.vocabulary_size:
            raise BackendError(
                f"{file}: {tokenizer.get_vocab_size()} tokens, but the model knows {model.vocabulary_size}"
            )
        eos = config.get("eos_token_id")
        eos = eos if isinstance(eos, int) and 0 <= eos < model.vocabulary_size else None
        return cls(model, tokenizer, eos=eos, context=model.context, name=f"gpt2 ({folder.name}, {weights})")

    @property
    def name(self) -> str:
        return self._name

    def complete(self, messages: Sequence[Message], options: Options) -> list[str]:
        from generation.text.decoding import DecodingError, decode

        prompt = self._prompt(messages, options)
        try:
            texts = decode(self._model, [prompt], self._settings(options, options.n), self._guide)[0]
        except DecodingError as error:
            raise BackendError(f"{self._name}: {error}") from None
        written = ["".join(until_stop([self._tokenizer.decode(list(t.tokens))], options.stop)) for t in texts]
        # Greedy writing has one text, however many are asked for.
        return [clean(text) for text in written * (options.n if len(written) < options.n else 1)]

    def stream(self, messages: Sequence[Message], options: Options) -> Iterator[str]:
        from generation.text.decoding import DecodingError

        prompt = self._prompt(messages, options)
        try:
            for piece in until_stop(self._pieces(prompt, self._settings(options, 1)), options.stop):
                if seen := clean(piece):
                    yield seen
        except DecodingError as error:
            raise BackendError(f"{self._name}: {error}") from None

    def _pieces(self, prompt: list[int], settings: Settings) -> Iterator[str]:
        from generation.text.decoding import stream

        tokens: list[int] = []
        said = ""
        for token in stream(self._model, prompt, settings, self._guide):
            tokens.append(token)
            text = self._tokenizer.decode(tokens)
            # A character may be several tokens; until it is whole the tokenizer shows the replacement character.
            if not text.endswith("\ufffd") and text.startswith(said):
                yield text[len(said) :]
                said = text
        text = self._tokenizer.decode(tokens)
        yield text[len(said) :]

    def _prompt(self, messages: Sequence[Message], options: Options) -> list[int]:
        prompt: list[int] = self._tokenizer.encode(transcript(messages)).ids
        if not prompt:
            raise BackendError("the prompt is empty")
        if self._context is not None and len(prompt) + options.max_tokens > self._context:
            raise BackendError(
                f"{self._name}: a prompt of {len(prompt)} tokens and {options.max_tokens} new ones do not fit its context of "
                f"{self._context}"
            )
        return prompt

    def _settings(self, options: Options, n: int) -> Settings:
        from generation.text.decoding import Settings

        def ended(tokens: Sequence[int]) -> bool:
            # The end is enough: a stop string that is complete now has its last character in the last token.
            tail = self._tokenizer.decode(list(tokens[-(max(map(len, options.stop)) * 4 + 4) :]))
            return any(stop in tail for stop in options.stop)

        common: dict[str, Any] = {
            "max_new": options.max_tokens,
            "eos": self._eos,
            "stop": ended if options.stop else (),
        }
        if options.temperature == 0:
            return Settings(strategy="greedy", **common)
        return Settings(
            strategy="sample", n=n, temperature=options.temperature, top_p=options.top_p, seed=options.seed, **common
        )
