"""A Hugging Face model, decoder-only or encoder–decoder, by name or folder: safetensors only, no code from the hub, offline by default."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from generation.backends.base import BackendError, Message, Options, clean, transcript, until_stop

__all__ = ["Hub"]


class Hub:
    """A ``transformers`` model.

    Args:
        name_or_folder: ``"Qwen/Qwen3-0.6B"`` or a folder with ``config.json``, ``*.safetensors`` and the tokenizer's files.
        download: whether the hub may be asked; otherwise only a folder or what is already in the cache is used.

    Raises:
        BackendError: nothing there, a pickle instead of safetensors, a model that needs its own code, or neither kind of model.
    """

    def __init__(self, name_or_folder: str | Path, *, download: bool = False) -> None:
        try:
            from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer
        except ImportError as error:
            raise BackendError(f'{error}; install with: pip install "yuban[neural]"') from None
        source = str(name_or_folder)
        if isinstance(name_or_folder, Path) and not name_or_folder.is_dir():
            raise BackendError(f"{source}: no such folder")
        safe: dict[str, Any] = {"trust_remote_code": False, "local_files_only": not download}
        try:
            config = AutoConfig.from_pretrained(source, **safe)
            self._pairs = bool(getattr(config, "is_encoder_decoder", False))
            kind = AutoModelForSeq2SeqLM if self._pairs else AutoModelForCausalLM
            self._model = kind.from_pretrained(source, config=config, use_safetensors=True, **safe).eval()
            self._tokenizer = AutoTokenizer.from_pretrained(source, **safe)
        except Exception as error:  # transformers, the hub, safetensors and tokenizers each raise their own
            hint = "" if download else "; nothing was downloaded (download=True allows it)"
            raise BackendError(f"{source}: {_first_line(error)}{hint}") from None
        self._name = Path(source).name if Path(source).is_dir() else source
        if self._tokenizer.pad_token_id is None:
            self._tokenizer.pad_token = self._tokenizer.eos_token

    @property
    def name(self) -> str:
        return self._name

    def complete(self, messages: Sequence[Message], options: Options) -> list[str]:
        inputs = self._inputs(messages, options)
        with _one_thread(options.seed):
            out = self._generate(inputs, options, n=options.n if options.temperature else 1)
        skip = 0 if self._pairs else inputs["input_ids"].shape[1]
        texts = self._tokenizer.batch_decode(out[:, skip:], skip_special_tokens=True)
        written = [clean("".join(until_stop([text], options.stop))) for text in texts]
        return written * (options.n if len(written) < options.n else 1)

    def stream(self, messages: Sequence[Message], options: Options) -> Iterator[str]:
        from transformers import StoppingCriteria, StoppingCriteriaList, TextIteratorStreamer

        inputs = self._inputs(messages, options)
        streamer = TextIteratorStreamer(self._tokenizer, skip_prompt=not self._pairs, skip_special_tokens=True)
        closed, failure = threading.Event(), []

        class Closed(StoppingCriteria):  # type: ignore[misc]
            def __call__(self, input_ids: Any, scores: Any, **more: Any) -> Any:
                import torch

                return torch.full((len(input_ids),), closed.is_set())

        def write() -> None:
            try:
                with _one_thread(options.seed):
                    self._generate(
                        inputs, options, n=1, streamer=streamer, stopping_criteria=StoppingCriteriaList([Closed()])
                    )
            except Exception as error:  # told to whoever reads the stream
                failure.append(error)
                streamer.end()

        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        try:
            for piece in until_stop(streamer, options.stop):
                if seen := clean(piece):
                    yield seen
        finally:
            closed.set()
            writer.join()
        if failure:
            raise BackendError(f"{self._name}: {_first_line(failure[0])}")

    def _inputs(self, messages: Sequence[Message], options: Options) -> Any:
        if getattr(self._tokenizer, "chat_template", None) and not self._pairs:
            turns = [{"role": message.role, "content": message.content} for message in messages]
            prompt = self._tokenizer.apply_chat_template(turns, add_generation_prompt=True, tokenize=False)
            inputs = self._tokenizer(prompt, return_tensors="pt", add_special_tokens=False)
        else:
            inputs = self._tokenizer(transcript(messages), return_tensors="pt")
        inputs.pop("token_type_ids", None)
        limit = getattr(self._model.config, "max_position_embeddings", None)
        length = inputs["input_ids"].shape[1]
        if limit and length + (0 if self._pairs else options.max_tokens) > limit:
            raise BackendError(f"{self._name}: a prompt of {length} tokens does not fit its context of {limit}")
        return inputs

    def _generate(self, inputs: Any, options: Options, *, n: int, **more: Any) -> Any:
        import torch

        how: dict[str, Any] = {"do_sample": False}
        if options.temperature:
            how = {"do_sample": True, "temperature": options.temperature, "top_p": options.top_p, "top_k": 0}
        with torch.inference_mode():
            return self._model.generate(
                **inputs, max_new_tokens=options.max_tokens, num_return_sequences=n,
                pad_token_id=self._tokenizer.pad_token_id, **how, **more,
            )  # fmt: skip


@contextmanager
def _one_thread(seed: int) -> Iterator[None]:
    """One torch thread and a random state of its own, both put back."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            yield
    finally:
        torch.set_num_threads(before)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]
