"""What feeling a text has, and what feeling a half-written text is heading for.

    Yang & Klein, "FUDGE: Controlled Text Generation With Future Discriminators", NAACL 2021, section 3: a classifier
    trained on every prefix of the training texts estimates P(emotion | what is written so far).

Two classifiers over the same utterances: ``knowledge.sentiment``'s own for finished texts, and one for prefixes, in which
a text's prefixes weigh one text together. Trained in seconds when the product is built; nothing but arrays is stored.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from generation.briefs import GenerationError
from knowledge.graph import KnowledgeError
from knowledge.sentiment.calibration import temperature
from knowledge.sentiment.classifier import Sentiment
from knowledge.sentiment.datasets import EMOTIONS, Examples, utterances
from knowledge.sentiment.default import word_classes
from knowledge.sentiment.features import Ngrams, WordClasses
from knowledge.sentiment.linear import LinearClassifier

__all__ = ["Guide", "Reader", "prefixes"]

Floats = NDArray[np.float32]
_UNIT = re.compile(r"[A-Za-z0-9'’]+|\S")
_MOST = 10  # prefixes of one text, evenly spread: its neighbours say nearly the same
_NGRAMS = Ngrams(units=2, letters=(0, 0))


class Reader(Protocol):
    """Whatever can say how probable each emotion is: a :class:`Guide`, or a judge that is to be independent of it."""

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """(n, 7) float32, columns as in ``EMOTIONS``, rows sum to 1."""
        ...


def prefixes(text: str, most: int = _MOST) -> list[str]:
    """``text`` after each of its words or Chinese characters, at most ``most`` of them; the last one is the whole text."""
    ends = [match.end() for match in _UNIT.finditer(text)]
    if len(ends) > most:
        ends = [ends[at] for at in np.linspace(0, len(ends) - 1, most).round().astype(int)]
    return [text[:end] for end in ends]


class Guide:
    """Reads finished and half-written texts. Nothing changes after construction; threads may share it.

    Args:
        whole: for finished texts; taught ``emotion`` (all seven) and ``intensity``.
        partial: for prefixes; one target ``emotion``.
        softening: what the logits of ``partial`` are divided by.
        shares: (7,) how frequent each emotion was in training. A target is no likelier for being frequent there, so
            probabilities are those under equal shares (Bayes' rule).
    """

    def __init__(
        self, whole: Sentiment, partial: LinearClassifier, softening: float = 1.0, shares: Sequence[float] | None = None
    ) -> None:
        if whole.classifier.targets.get("emotion") != list(EMOTIONS) or partial.targets != {"emotion": list(EMOTIONS)}:
            raise GenerationError(f"a guide is taught the emotions {', '.join(EMOTIONS)}, in this order")
        self.whole, self.partial, self.softening = whole, partial, softening
        given = [1.0] * len(EMOTIONS) if shares is None else list(shares)
        if len(given) != len(EMOTIONS) or min(given) <= 0:
            raise GenerationError(f"a guide needs a share above 0 of each emotion, not {given}")
        self.shares = np.array(given, np.float32) / np.float32(sum(given))

    @classmethod
    def fit(
        cls,
        examples: Examples | None = None,
        *,
        lexicon: WordClasses | None = None,
        own_words: bool = True,
        progress: Callable[[float], None] | None = None,
    ) -> Self:
        """Learns from texts with ``emotion`` and ``intensity``: by default the project's own utterances.

        Args:
            lexicon: words by class; the project's own when ``None`` and ``own_words``.

        Raises:
            GenerationError: some emotion has no example.
        """
        examples = utterances() if examples is None else examples
        known = {"emotion", "intensity"} & examples.targets.keys()
        examples = Examples(examples.texts, {name: examples.targets[name] for name in sorted(known)})
        if "emotion" not in known or set(examples.classes("emotion")) != set(EMOTIONS):
            raise GenerationError(f"a guide needs examples of each emotion: {', '.join(EMOTIONS)}")
        if lexicon is None and own_words:
            lexicon = word_classes()
        whole = Sentiment.fit(examples, ngrams=_NGRAMS, lexicon=lexicon, folds=3)
        if progress:
            progress(0.4)
        labels = examples.coded({"emotion": EMOTIONS})[:, 0]
        held = np.arange(len(labels)) % 5 == 4  # for the temperature alone
        trial = _partial(examples.texts, labels, np.flatnonzero(~held), lexicon)
        rows, texts, _ = _cut(examples.texts, np.flatnonzero(held))
        softening = temperature(trial.scores(texts)[0], labels[rows])
        if progress:
            progress(0.7)
        partial = _partial(examples.texts, labels, np.arange(len(labels)), lexicon)
        if progress:
            progress(1.0)
        return cls(whole, partial, softening, np.bincount(labels[labels >= 0], minlength=len(EMOTIONS)).tolist())

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """P(emotion | text) of finished texts, (n, 7) float32, columns as in ``EMOTIONS``."""
        read = (
            np.array(
                [[reading.emotion[name] for name in EMOTIONS] for reading in self.whole.read_many(list(texts))],
                np.float32,
            ).reshape(-1, len(EMOTIONS))
            / self.shares
        )
        return np.asarray(read / read.sum(axis=1, keepdims=True), np.float32)

    def intensity(self, text: str) -> float:
        """How strong the feeling in a finished text is, 0..1."""
        return float(self.whole.read(text).intensity)

    def heading(self, texts: Sequence[str]) -> Floats:
        """P(emotion | what is written so far) of half-written texts, (n, 7) float32."""
        if not len(texts):
            return np.zeros((0, len(EMOTIONS)), np.float32)
        logits = self.partial.scores(list(texts))[0] / self.softening
        raised = np.exp(logits - logits.max(axis=1, keepdims=True)) / self.shares
        return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)

    def judge(self, text: str, lang: str) -> dict[str, float]:
        """The probability of each emotion in one text: what ``AdCopywriter(judge=…)`` takes."""
        return dict(zip(EMOTIONS, map(float, self.probabilities([text])[0]), strict=True))

    def save(self, folder: Path) -> None:
        """``whole/``, ``prefixes/`` (npz and JSON each) and ``guide.json``, which is written last."""
        self.whole.save(folder / "whole")
        self.partial.save(folder / "prefixes")
        temporary = folder / f".guide.json.{os.getpid()}"
        temporary.write_text(
            json.dumps({"softening": self.softening, "shares": self.shares.tolist()}), encoding="utf-8"
        )
        os.replace(temporary, folder / "guide.json")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """What :meth:`save` wrote. Raises :class:`GenerationError` when it is not there or not whole."""
        try:
            about = json.loads((folder / "guide.json").read_text(encoding="utf-8"))
            whole, partial = Sentiment.load(folder / "whole"), LinearClassifier.load(folder / "prefixes")
            return cls(whole, partial, float(about["softening"]), [float(share) for share in about["shares"]])
        except (OSError, ValueError, KeyError, TypeError, KnowledgeError) as error:
            raise GenerationError(
                f"{folder} holds no emotion guide ({error}); write one with Guide.fit().save"
            ) from error


def _cut(texts: Sequence[str], rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], list[str], Floats]:
    """All prefixes of the texts ``rows``: which text (m,), the prefix, its weight (m,)."""
    pieces = [prefixes(texts[row]) for row in rows]
    counts = np.array([len(piece) for piece in pieces])
    weights = np.repeat(1.0 / np.maximum(counts, 1), counts).astype(np.float32)
    return np.repeat(rows, counts), [part for piece in pieces for part in piece], weights


def _partial(
    texts: Sequence[str], labels: NDArray[np.int64], rows: NDArray[np.int64], lexicon: WordClasses | None
) -> LinearClassifier:
    of, parts, weights = _cut(texts, rows)
    return LinearClassifier.fit(
        parts, labels[of][:, None], {"emotion": EMOTIONS},
        ngrams=_NGRAMS, lexicon=lexicon, row_weights=weights, c=1.0, iterations=20,
    )  # fmt: skip
