"""A trained encoder–decoder as a whole: network, vocabulary, and how they are kept on disk.

    from generation.text.seq2seq_model import Seq2Seq

    model = Seq2Seq.load(folder)
    model.write(["目的 探讨……"])[0][0].text

A folder holds ``model.json`` (kind, settings, vocabulary) and ``model.safetensors``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generation.briefs import GenerationError
from generation.text.pairs import Pair, write_whole
from generation.text.seq2seq_batches import Encoded, encode
from generation.text.seq2seq_vocabulary import BOS, EOS, PAD, SEP, UNK, PairsError, Vocabulary

try:
    import torch

    from generation.text.decoding import Settings, decode
    from generation.text.decoding_settings import length_normaliser
    from generation.text.seq2seq import PointerGenerator
    from generation.text.seq2seq_training import Epoch, Progress, Schedule, load_weights, train
    from generation.text.transformer import Transformer
    from knowledge.sentiment.training import one_thread, read_tensors, write_tensors
except ImportError as error:
    raise GenerationError('the neural writers need torch: pip install "yuban[neural]"') from error

__all__ = ["Seq2Seq", "Written"]

_KINDS: dict[str, type[PointerGenerator] | type[Transformer]] = {"gru": PointerGenerator, "transformer": Transformer}
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Written:
    """One candidate.

    ``confidence`` is the mean log-probability of its units and its end in nats, at most 0; a coverage penalty is in it too.
    """

    text: str
    confidence: float


class Seq2Seq:
    """Writes short texts from long ones.

    Args:
        network: a :class:`PointerGenerator` (summaries) or a :class:`Transformer` (replies).
        longest: units of a source that are read; the rest is left unread.
        longest_target: most units of an output, its end included.
    """

    def __init__(
        self,
        network: PointerGenerator | Transformer,
        vocabulary: Vocabulary,
        *,
        longest: int = 400,
        longest_target: int = 60,
    ) -> None:
        self.network, self.vocabulary = network.eval(), vocabulary
        self.longest, self.longest_target = longest, longest_target

    @classmethod
    def fit(
        cls,
        pairs: Sequence[Pair],
        *,
        kind: str = "gru",
        valid: Sequence[Pair] = (),
        vocabulary: Vocabulary | None = None,
        vectors: Any = None,
        settings: dict[str, Any] | None = None,
        schedule: Schedule | None = None,
        longest: int = 400,
        longest_target: int = 60,
        folder: Path | None = None,
        progress: Progress | None = None,
    ) -> tuple[Seq2Seq, list[Epoch]]:
        """Learns from pairs; the model and what each epoch came to.

        Args:
            kind: ``gru`` or ``transformer``.
            vectors: (known, E) float32 of :func:`read_vectors`; E is then the embedding width (or the model width).
            settings: keyword arguments of the network (``hidden``, ``layers``, ``dropout`` …).
            folder: where checkpoints are kept; see :func:`generation.text.seq2seq_training.train`.
        """
        schedule = schedule or Schedule()
        vocabulary = vocabulary or Vocabulary.learn(part for pair in pairs for part in (pair.text, pair.summary))
        options = dict(settings or {})
        if vectors is not None:
            options |= {
                "embedding" if kind == "gru" else "width": vectors.shape[1],
                "vectors": torch.from_numpy(vectors),
            }
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(schedule.seed)
            network = _KINDS[kind](vocabulary.known, vocabulary.slots, **options)
        model = cls(network, vocabulary, longest=longest, longest_target=longest_target)
        history = train(
            network, model.encode(pairs), schedule, valid=model.encode(valid), folder=folder, progress=progress
        )
        return model, history

    def encode(self, pairs: Sequence[Pair]) -> list[Encoded]:
        """Pairs as ids, cut to the lengths this model reads and writes."""
        return encode(pairs, self.vocabulary, longest=self.longest, longest_target=self.longest_target)

    def unknown(self, text: str) -> float:
        """The share of the units of ``text`` that the vocabulary lacks, 0 … 1."""
        ids, _ = self.vocabulary.source(text)
        return sum(number == UNK or number >= self.vocabulary.known for number in ids) / max(1, len(ids))

    def write(
        self, texts: Sequence[str], *, n: int = 1, beams: int = 4, length_penalty: float = 0.6, coverage: float = 0.0,
        least: int = 0,
    ) -> list[list[Written]]:  # fmt: skip
        """``n`` candidates for each text, best first, by beam search.

        Args:
            length_penalty, coverage: α and β of Wu et al. 2016, eq. 14; β needs a pointer–generator.
            least: fewest units.

        Raises:
            PairsError: a text without a single unit.
        """
        sources = [self.vocabulary.source(text) for text in texts]
        for text, (ids, _) in zip(texts, sources, strict=True):
            if not ids:
                raise PairsError(f"there is nothing to read in {text[:20]!r}")
        settings = Settings(
            strategy="beam", beams=max(beams, n), n=n, max_new=self.longest_target, min_new=least, eos=EOS,
            length_penalty=length_penalty, coverage_penalty=coverage, no_repeat_ngram=4, over_prompt=False,
            banned=[[PAD], [UNK], [BOS], [SEP]],
        )  # fmt: skip
        with one_thread(), torch.inference_mode():
            found = decode(self.network, [ids[: self.longest] for ids, _ in sources], settings)
        written = []
        for row, (_, unknown) in zip(found, sources, strict=True):
            candidates = []
            for found_one in row:
                length = len(found_one.tokens) + (found_one.ended == "eos")
                total = found_one.score * length_normaliser(length, length_penalty)
                text = self.vocabulary.text(found_one.tokens, unknown)
                candidates.append(Written(text, min(0.0, total / max(1, length))))
            written.append(candidates)
        return written

    # --- on disk -----------------------------------------------------------------------------------------------------

    def save(self, folder: Path) -> None:
        """Writes ``model.safetensors`` and then ``model.json``, each whole or not at all."""
        folder.mkdir(parents=True, exist_ok=True)
        kind = next(name for name, network in _KINDS.items() if isinstance(self.network, network))
        about = {
            "format": _FORMAT, "kind": kind, "settings": self.network.settings, "longest": self.longest,
            "longest_target": self.longest_target, "vocabulary": self.vocabulary.to_json(),
        }  # fmt: skip
        write_tensors(folder / "model.safetensors", self.network.state_dict(), {"about": json.dumps({"kind": kind})})
        write_whole(folder / "model.json", json.dumps(about, ensure_ascii=False).encode())

    @classmethod
    def load(cls, folder: Path) -> Seq2Seq:
        """The model that :meth:`save` wrote.

        Raises:
            PairsError: a file is missing, damaged, of another format (a pickle, say) or does not fit the other.
        """
        path = folder / "model.json"
        try:
            about = json.loads(path.read_text(encoding="utf-8"))
            if about["format"] != _FORMAT:
                raise PairsError(f"{path}: format {about['format']}; this version reads {_FORMAT}")
            vocabulary = Vocabulary.from_json(about["vocabulary"])
            network = _KINDS[about["kind"]](**about["settings"])
            longest, longest_target = int(about["longest"]), int(about["longest_target"])
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            if isinstance(error, PairsError):
                raise
            raise PairsError(f"{path}: not a model that can be read ({error}); train it again") from error
        if (network.known, network.slots) != (vocabulary.known, vocabulary.slots):
            raise PairsError(f"{path}: the vocabulary has {vocabulary.known} units, the network {network.known}")
        weights = folder / "model.safetensors"
        try:
            tensors, _ = read_tensors(weights)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise PairsError(f"{weights}: not safetensors written by this program ({error})") from error
        load_weights(network, tensors, str(weights))
        return cls(network, vocabulary, longest=longest, longest_target=longest_target)
