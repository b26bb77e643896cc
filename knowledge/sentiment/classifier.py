"""What a sentence feels like: polarity, emotion and intensity, in Chinese and English.

    from knowledge.sentiment import Sentiment

    reading = Sentiment.load(folder).read("结局烂尾，但音乐真的封神")
    reading.label(), reading.emotion["anger"], reading.intensity

A :class:`Sentiment` is a classifier — n-grams (:mod:`knowledge.sentiment.linear`, the default, no torch needed) or a
fine-tuned encoder (:mod:`knowledge.sentiment.finetune`) — and a temperature per target, fitted on texts the classifier had not
seen, so that of the readings that say 0.8 about four in five are right.

What the default model reaches on the project's own utterances is in :mod:`knowledge.sentiment.default`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.graph import KnowledgeError
from knowledge.sentiment.calibration import calibrate
from knowledge.sentiment.datasets import INTENSITIES, Examples
from knowledge.sentiment.ensemble import out_of_fold
from knowledge.sentiment.features import Ngrams, WordClasses
from knowledge.sentiment.linear import LinearClassifier
from knowledge.text import Language, detect_language

if TYPE_CHECKING:
    from knowledge.sentiment.training import Schedule

__all__ = ["MAX_CHARACTERS", "Reading", "Sentiment"]

MAX_CHARACTERS = 20_000
"""Of a longer text the first and the last ten thousand characters are read."""

Progress = Callable[[int, int, str], None]
Floats = NDArray[np.float32]


class Classifier(Protocol):
    """Texts in, logits (n, classes) per target out."""

    targets: dict[str, list[str]]

    def scores(self, texts: Sequence[str]) -> list[Floats]: ...

    def save(self, folder: Path) -> None: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """How one text reads.

    Args:
        lang: language of the text, ``None`` when it does not say (digits, emoji).
        polarity: probability of ``positive``, ``negative``, ``neutral``, ``mixed`` (as far as the model was taught them).
        emotion: probability of Ekman's six emotions and ``neutral``; empty for a model not taught emotions.
        intensity: 0 (none) … 1 (as strong as it gets); 0 for a model not taught it.
        other: probabilities of the labels of a model trained on labels of its own.
    """

    lang: Language | None
    polarity: Mapping[str, float] = field(default_factory=dict)
    emotion: Mapping[str, float] = field(default_factory=dict)
    intensity: float = 0.0
    other: Mapping[str, float] = field(default_factory=dict)

    def label(self, target: str = "polarity") -> str:
        """The most probable label: of ``polarity``, ``emotion`` or ``other``; ``""`` where the model has none."""
        probabilities: Mapping[str, float] = getattr(self, target)
        return max(probabilities, key=probabilities.__getitem__, default="")

    @property
    def valence(self) -> float:
        """P(positive) − P(negative), −1 … 1."""
        return self.polarity.get("positive", 0.0) - self.polarity.get("negative", 0.0)

    def to_json(self) -> dict[str, Any]:
        """Plain values, probabilities to four decimals."""
        found: dict[str, Any] = {"lang": self.lang, "label": self.label() or self.label("other")}
        for name in ("polarity", "emotion", "other"):
            values: Mapping[str, float] = getattr(self, name)
            if values:
                found[name] = {label: round(value, 4) for label, value in values.items()}
        return found | {"intensity": round(self.intensity, 4)}


class Sentiment:
    """Reads texts. Nothing changes after construction, so one instance may serve any number of threads.

    Args:
        classifier: where logits come from.
        temperatures: target → what its logits are divided by.
        figures: cross-validated or held-out figures of the classifier, for people to look at.
    """

    def __init__(
        self, classifier: Classifier, temperatures: Mapping[str, float], figures: Mapping[str, float] | None = None
    ) -> None:
        self.classifier = classifier
        self.temperatures = dict(temperatures)
        self.figures = dict(figures or {})

    @classmethod
    def fit(
        cls,
        examples: Examples,
        *,
        ngrams: Ngrams | None = None,
        lexicon: WordClasses | None = None,
        c: float = 10.0,
        folds: int = 5,
        seed: int = 0,
        progress: Progress | None = None,
    ) -> Sentiment:
        """Trains the n-gram classifier; temperatures and figures come from ``folds``-fold cross-validation.

        Raises:
            KnowledgeError: no examples.
        """
        if not len(examples):
            raise KnowledgeError("no examples to learn sentiment from")
        targets = {name: examples.classes(name) for name in examples.targets}
        labels = examples.coded(targets)
        settings: dict[str, Any] = {"ngrams": ngrams, "lexicon": lexicon, "c": c, "iterations": 30}
        step, steps = 0, folds + 1

        def held_out(train: NDArray[np.int64], held: NDArray[np.int64]) -> Floats:
            nonlocal step
            fitted = LinearClassifier.fit([examples.texts[i] for i in train], labels[train], targets, **settings)
            step += 1
            if progress:
                progress(step, steps, f"cross-validation, fold {step} of {folds}")
            return np.concatenate(fitted.scores([examples.texts[i] for i in held]), axis=1)

        scores = out_of_fold(held_out, labels[:, 0], folds, seed)
        parts = np.split(scores, np.cumsum([len(classes) for classes in targets.values()])[:-1], axis=1)
        languages = np.array([detect_language(text) or "" for text in examples.texts])
        temperatures, figures = calibrate(targets, parts, labels, languages)
        classifier = LinearClassifier.fit(examples.texts, labels, targets, **settings)
        if progress:
            progress(steps, steps, "done")
        return cls(classifier, temperatures, figures)

    @classmethod
    def fine_tune(
        cls,
        examples: Examples,
        encoder: str | Path,
        *,
        schedule: Schedule | None = None,
        length: int = 128,
        held_out: float = 0.1,
        folder: Path | None = None,
        progress: Progress | None = None,
    ) -> Sentiment:
        """Fine-tunes a BERT-class encoder (hub name or folder) instead; needs torch and transformers.

        Args:
            schedule: epochs, batch, learning rate, seed …; the defaults suit BERT-base.
            held_out: share of the examples that decides when to stop, and that temperatures and figures come from.
            folder: where the run keeps its checkpoint; a checkpoint found there is taken up.

        Raises:
            KnowledgeError: torch is not installed, the encoder cannot be opened, or there are too few examples.
        """
        from knowledge.sentiment.finetune import EncoderClassifier, Schedule

        schedule = schedule or Schedule()
        targets = {name: examples.classes(name) for name in examples.targets}
        order = np.random.default_rng(schedule.seed).permutation(len(examples))
        held, kept = np.split(order, [round(len(examples) * held_out)])
        if not len(held) or not len(kept):
            raise KnowledgeError(
                f"{len(examples)} examples are too few to fine-tune on; write at least {round(2 / held_out)}"
            )
        labels = examples.coded(targets)
        checked = [examples.texts[i] for i in held]
        classifier = EncoderClassifier.fit(
            encoder, [examples.texts[i] for i in kept], labels[kept], targets, valid=(checked, labels[held]),
            schedule=schedule, length=length, folder=folder, progress=progress,
        )  # fmt: skip
        languages = np.array([detect_language(text) or "" for text in checked])
        return cls(classifier, *calibrate(targets, classifier.scores(checked), labels[held], languages))

    def read(self, text: str) -> Reading:
        """One text; an n-gram model takes less than a millisecond."""
        return self.read_many([text])[0]

    def read_many(self, texts: Sequence[str]) -> list[Reading]:
        """A batch, in order. Memory grows with its total length; :meth:`stream` keeps it bounded."""
        if not texts:
            return []
        scores = self.classifier.scores([_cut(text) for text in texts])
        probabilities = {
            name: _softmax(part / self.temperatures.get(name, 1.0))
            for name, part in zip(self.classifier.targets, scores, strict=True)
        }
        return [
            self._reading(text, {name: p[row] for name, p in probabilities.items()}) for row, text in enumerate(texts)
        ]

    def stream(self, lines: Iterable[str], size: int = 256) -> Iterator[Reading]:
        """Readings of any number of texts, one after the other; at most ``size`` of them are held at a time."""
        lines = iter(lines)
        while batch := list(islice(lines, size)):
            yield from self.read_many(batch)

    def _reading(self, text: str, rows: Mapping[str, Floats]) -> Reading:
        """A blank text says nothing, whatever the most frequent class is."""
        found: dict[str, dict[str, float]] = {}
        for name, row in rows.items():
            classes = self.classifier.targets[name]
            known = (
                row.tolist() if text.strip() or "neutral" not in classes else [float(c == "neutral") for c in classes]
            )
            found[name] = dict(zip(classes, known, strict=True))
        levels = found.get("intensity", {})
        intensity = (
            sum(float(level) * p for level, p in levels.items()) / float(INTENSITIES[-1]) if text.strip() else 0.0
        )
        return Reading(
            detect_language(_cut(text)),
            found.get("polarity", {}),
            found.get("emotion", {}),
            min(1.0, max(0.0, intensity)),
            found.get("label", {}),
        )

    def save(self, folder: Path) -> None:
        """The classifier's files and ``sentiment.json``, each whole or not at all."""
        folder.mkdir(parents=True, exist_ok=True)
        self.classifier.save(folder)
        kind = "linear" if isinstance(self.classifier, LinearClassifier) else "encoder"
        about = {"kind": kind, "temperatures": self.temperatures, "figures": self.figures}
        temporary = folder / f".sentiment.json.{os.getpid()}"
        temporary.write_text(json.dumps(about, ensure_ascii=False, indent=1), encoding="utf-8")
        os.replace(temporary, folder / "sentiment.json")

    @classmethod
    def load(cls, folder: Path) -> Sentiment:
        """What :meth:`save` wrote.

        Raises:
            KnowledgeError: the folder holds no model, or a damaged one; the message says how to make one.
        """
        try:
            about = json.loads((folder / "sentiment.json").read_text(encoding="utf-8"))
            kind, temperatures, figures = about["kind"], about["temperatures"], about["figures"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise KnowledgeError(
                f"{folder} holds no sentiment model ({error}); make one with: "
                f"python -m knowledge.sentiment train --out {folder}"
            ) from error
        if kind == "linear":
            return cls(LinearClassifier.load(folder), temperatures, figures)
        from knowledge.sentiment.finetune import EncoderClassifier  # torch

        return cls(EncoderClassifier.load(folder), temperatures, figures)


def _softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


def _cut(text: str) -> str:
    half = MAX_CHARACTERS // 2
    return text if len(text) <= MAX_CHARACTERS else f"{text[:half]} {text[-half:]}"
