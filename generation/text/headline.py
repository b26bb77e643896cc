"""Headlines cut from a text: which characters a headline would keep, which stretches they form, which of those is best.

Trained on texts and their headlines — a thousand pairs are enough, where a neural writer wants a hundred thousand — and never
says what the text does not say. Three character models (in the headline? begins a stretch? ends one?) make candidates, a
linear ranking trained for expected ROUGE-L orders them, and of the best, the one most like all the others is written
(minimum Bayes risk).

    from generation.text.headline import Headliner

    Headliner.fit(pairs).write("针对……，提出了一种基于……的……方法。")[0].text

    Kumar and Byrne, "Minimum Bayes-Risk Decoding for Statistical Machine Translation", NAACL 2004.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generation.text.headline_candidates import LONGEST, Candidate, Evidence, candidates, describe
from generation.text.headline_features import BITS, Frequencies, clean, columns
from generation.text.headline_learning import Sparse, logistic, minimum_risk
from generation.text.pairs import Pair, PairsError, write_whole
from generation.text.rouge import Reference

__all__ = ["Headline", "Headliner", "Learning"]

MAX_TEXT = 3000
"""Characters of a text that are read; what a text is about stands in its beginning."""
_FORMAT = 1
_SIZE = 1 << BITS
_NEAR_BEST = 0.02  # a stretch within this of the best one's ROUGE-L begins and ends well too
Floats = NDArray[np.float32]
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Learning:
    """Settings of training; chosen by cross-validation on abstracts and titles.

    Args:
        folds: the ranking learns from what the character models say of texts they did not see, this many parts in turn.
        penalty, least, iterations: of the character models.
        rank_penalty, rank_iterations: of the ranking.
        sharpness: how much likelier a candidate is that scores 1 more, when the best are compared with one another.
        compared: how many of the best are.
    """

    folds: int = 4
    penalty: float = 20.0
    least: int = 2
    iterations: int = 30
    rank_penalty: float = 10.0
    rank_iterations: int = 150
    sharpness: float = 0.5
    compared: int = 40


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline and the stretches of the (cleaned) text it was cut from; ``score`` is its expected ROUGE-L, 0 … 1."""

    text: str
    pieces: tuple[tuple[int, int], ...]
    score: float


class _Characters:
    """The three character models and the counts they need."""

    def __init__(self, frequencies: Frequencies, models: Sequence[Sparse]) -> None:
        self.frequencies, self.models = frequencies, models

    @classmethod
    def fit(
        cls, texts: Sequence[str], wanted: Sequence[Floats], frequencies: Frequencies, learning: Learning
    ) -> _Characters:
        """From texts and, of each character, whether it is inside, a start, an end: (n, 3) float32."""
        rows = np.concatenate([columns(text, frequencies) for text in texts])
        labels = np.concatenate(wanted)
        models = [
            logistic(
                rows,
                labels[:, k],
                size=_SIZE,
                penalty=learning.penalty,
                least=learning.least,
                iterations=learning.iterations,
            )
            for k in range(3)
        ]
        return cls(frequencies, models)

    def evidence(self, text: str) -> Evidence:
        rows = columns(text, self.frequencies)
        inside, start, end = (model.scores(rows) for model in self.models)
        return Evidence(np.asarray(1 / (1 + np.exp(-inside)), np.float32), start, end, self.frequencies.within(text))


def _wanted(text: str, headline: str) -> Floats:
    """(n, 3): pairs of the headline; where a best stretch begins; where one ends."""
    pairs = {headline[i : i + 2] for i in range(len(headline) - 1)}
    reference = Reference(headline)
    table = np.zeros((len(text), LONGEST), np.float32)
    for start in range(len(text)):
        lengths = reference.lcs_lengths(text, start, LONGEST)
        size = np.arange(1, len(lengths) + 1)
        table[start, : len(lengths)] = 2 * np.array(lengths) / (size + len(headline))
    wanted = np.zeros((len(text), 3), np.float32)
    wanted[:, 0] = [text[i : i + 2] in pairs for i in range(len(text))]
    if table.max() > 0:
        starts, sizes = np.nonzero(table >= table.max() - _NEAR_BEST)
        wanted[starts, 1] = 1
        wanted[starts + sizes, 2] = 1
    return wanted


class Headliner:
    """Writes headlines; make one with :meth:`fit` or :meth:`load`."""

    def __init__(
        self, characters: _Characters, usual: float, mean: Floats, scale: Floats, weights: Floats, learning: Learning
    ) -> None:
        self._characters, self._usual = characters, usual
        self._mean, self._scale, self._weights = mean, scale, weights
        self.learning = learning

    @classmethod
    def fit(
        cls, pairs: Sequence[Pair], learning: Learning | None = None, *, seed: int = 0, progress: Progress | None = None
    ) -> Headliner:
        """Learns from texts and their headlines; half a minute for a thousand abstracts on one core.

        Memory: 45 int32 features for every character of the texts.

        Raises:
            PairsError: fewer pairs than ten a fold.
        """
        learning = learning or Learning()
        rows = [(clean(pair.text)[:MAX_TEXT], clean(pair.summary)) for pair in pairs]
        rows = [(text, headline) for text, headline in rows if len(text) > 1 and len(headline) > 1]
        if len(rows) < 10 * learning.folds:
            raise PairsError(f"{len(rows)} pairs are too few to learn headlines from; at least {10 * learning.folds}")
        steps = learning.folds + 2

        def tell(done: int, text: str) -> None:
            if progress:
                progress(done, steps, text)

        texts, headlines = [text for text, _ in rows], [headline for _, headline in rows]
        usual = float(np.mean([len(headline) for headline in headlines]))
        wanted = [_wanted(*row) for row in rows]
        frequencies = Frequencies.count(texts)
        groups: list[Floats] = []
        gains: list[Floats] = []
        parts = np.array_split(np.random.default_rng(seed).permutation(len(rows)), learning.folds)
        for number, part in enumerate(parts):
            tell(number, f"part {number + 1} of {len(parts)}")
            rest = np.setdiff1d(np.arange(len(rows)), part)
            characters = _Characters.fit([texts[i] for i in rest], [wanted[i] for i in rest], frequencies, learning)
            for i in part:
                evidence = characters.evidence(texts[i])
                found = candidates(texts[i], evidence, usual)
                if found:
                    reference = Reference(headlines[i])
                    groups.append(describe(texts[i], found, evidence, usual))
                    gains.append(np.array([reference.rouge_l(c.text).f1 for c in found], np.float32))
        tell(learning.folds, "ranking")
        every = np.concatenate(groups)
        mean, scale = every.mean(axis=0), every.std(axis=0) + np.float32(1e-6)
        weights = minimum_risk(
            [(group - mean) / scale for group in groups], gains, penalty=learning.rank_penalty,
            iterations=learning.rank_iterations,
        )  # fmt: skip
        tell(learning.folds + 1, "all together")
        characters = _Characters.fit(texts, wanted, frequencies, learning)
        tell(steps, "done")
        return cls(characters, usual, mean, scale, weights, learning)

    def write(self, text: str, *, n: int = 1, most: int | None = None) -> list[Headline]:
        """``n`` headlines of a text, best first; of a long text its first 3,000 characters are read.

        Args:
            most: characters a headline may have.

        Raises:
            PairsError: the text has no stretch that could be a headline.
        """
        text = clean(text)[:MAX_TEXT]
        evidence = self._characters.evidence(text) if text else None
        found = candidates(text, evidence, self._usual) if evidence is not None else []
        found = [candidate for candidate in found if most is None or len(candidate.text) <= most]
        if not found or evidence is None:
            raise PairsError("the text has no stretch that could be a headline")
        scores = (describe(text, found, evidence, self._usual) - self._mean) / self._scale @ self._weights
        best = np.argsort(-scores, kind="stable")[: self.learning.compared]
        likeness = _likeness([found[i] for i in best])
        share = np.exp(self.learning.sharpness * (scores[best] - scores[best[0]]))
        expected = likeness @ (share / share.sum())
        order = np.argsort(-expected, kind="stable")[:n]
        return [Headline(found[best[i]].text, found[best[i]].pieces, float(expected[i])) for i in order]

    # --- on disk -----------------------------------------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """One npz file without pickles, whole or not at all."""
        characters = self._characters
        about = {
            "format": _FORMAT, "usual": self._usual, "bias": [model.bias for model in characters.models],
            "words": characters.frequencies.segmenter.counts,
            "learning": {name: getattr(self.learning, name) for name in Learning.__slots__},
        }  # fmt: skip
        arrays: dict[str, Any] = {
            f"{name}{k}": array
            for k, model in enumerate(characters.models)
            for name, array in (("features", model.features), ("weights", model.weights))
        }
        arrays |= {
            "texts": characters.frequencies.texts,
            "mean": self._mean,
            "scale": self._scale,
            "rank": self._weights,
        }
        packed = io.BytesIO()
        np.savez_compressed(packed, about=np.array(json.dumps(about)), **arrays)
        write_whole(path, packed.getvalue())

    @classmethod
    def load(cls, path: Path) -> Headliner:
        """What :meth:`save` wrote.

        Raises:
            PairsError: the file is missing, damaged, a pickle, or of another format.
        """
        try:
            with np.load(path, allow_pickle=False) as file:
                about = json.loads(str(file["about"]))
                if about["format"] != _FORMAT:
                    raise PairsError(f"{path}: format {about['format']}; this version reads {_FORMAT}")
                models = [
                    Sparse(file[f"features{k}"], file[f"weights{k}"], bias, _SIZE)
                    for k, bias in enumerate(about["bias"])
                ]
                frequencies = Frequencies(file["texts"], about["words"])
                learning = Learning(**about["learning"])
                ranking = (file["mean"], file["scale"], file["rank"])
        except PairsError:
            raise
        except (
            OSError,
            ValueError,
            KeyError,
            TypeError,
            EOFError,
            IndexError,
            AttributeError,
            zipfile.BadZipFile,
        ) as error:
            raise PairsError(f"{path}: not a headline model that can be read ({error}); train it again") from error
        return cls(_Characters(frequencies, models), float(about["usual"]), *ranking, learning)


def _likeness(found: Sequence[Candidate]) -> Floats:
    """(n, n) ROUGE-L F1 of each candidate (row) against each as a reference."""
    references = [Reference(candidate.text) for candidate in found]
    return np.array([[r.rouge_l(c.text).f1 for r in references] for c in found], np.float32)
