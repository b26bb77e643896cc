"""The FAQ entry a question asks for, found by five matchers that fail differently.

    words      the phrasing that shares most, weighed by how telling each shared word is (Dice over BM25's idf)
    whole      the entry as a whole, its answer included: the words people use stand there when no phrasing has them
    grams      character n-grams: misspellings, inflections, unsegmented Chinese
    static     the nearest phrasing by the small bilingual encoder: other words, the other language
    topic      the entry's phrasings taken together, by the same encoder
    sentence   the nearest phrasing by a sentence encoder, where one is passed in

Learned fusion (:mod:`knowledge.search.fusion`) makes one ranking of them; a second small model turns the lead of the first
entry into the probability that it is the one asked for. Both were fitted on phrasings held out of the index and of the
encoder, once with their entry present and once without it, so that the confidence also knows of questions no entry
answers, separately for Chinese and English (``python -m knowledge fit-faq``).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.importers.faq import FaqEntry
from knowledge.search.encoders import Encoder
from knowledge.search.fusion import BadFusion, Hit, LearnedFusion, Ranking, matched_terms
from knowledge.search.logistic import BadExamples, Logistic
from knowledge.search.static_encoder import bundled, pieces
from knowledge.search.text_index import TextIndex
from knowledge.search.tfidf import TfIdf
from knowledge.surfaces import squeeze
from knowledge.text import is_han, tokens

__all__ = ["LIGHT", "WITH_SENTENCES", "FaqIndex", "FaqMatch", "FaqModel"]

LIGHT = ("words", "whole", "grams", "static", "topic")
WITH_SENTENCES = (*LIGHT, "sentence")
_DEPTH = 10  # entries each matcher puts forward
_LONGEST = 2000  # characters of a question that are read


@dataclass(frozen=True, slots=True)
class FaqMatch:
    """An entry, and how sure we are that it is the one asked for.

    Attributes:
        confidence: 0..1, calibrated: of the first matches with 0.7, seven in ten are right.
        found_by: matcher → the rank it gave the entry, from 1.
        terms: what the question and the entry have in common, most telling first.
    """

    entry: FaqEntry
    confidence: float
    found_by: dict[str, int] = field(default_factory=dict)
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FaqModel:
    """Fusion and calibration, fitted once and good for any FAQ.

    Attributes:
        fusion: matchers → the log odds of an entry.
        calibration: what :func:`lead` says of the first entry → P(it is right).
    """

    fusion: LearnedFusion
    calibration: Logistic

    def confidence(self, hits: Sequence[Hit], rankings: Mapping[str, Ranking]) -> list[float]:
        """For hits of :meth:`LearnedFusion.fuse`, best first: the first calibrated, the others by their odds to it."""
        if not hits:
            return []
        first = float(self.calibration.probabilities(lead(hits, rankings)[None, :])[0])
        odds = [hit.score / max(1e-9, 1 - hit.score) for hit in hits]
        return [first * min(1.0, each / max(odds[0], 1e-9)) for each in odds]

    def to_json(self) -> dict[str, Any]:
        """A JSON object; :meth:`from_json` reads it."""
        fusion = {"matchers": list(self.fusion.matchers), "model": self.fusion.model.to_json()}
        return {"fusion": fusion, "calibration": self.calibration.to_json()}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> FaqModel:
        """Raises :class:`BadFusion` when the object is none that :meth:`to_json` made."""
        try:
            fusion = LearnedFusion(found["fusion"]["matchers"], Logistic.from_json(found["fusion"]["model"]))
            return cls(fusion, Logistic.from_json(found["calibration"]))
        except (KeyError, TypeError, BadExamples) as error:
            raise BadFusion(f"not a saved FAQ model ({error}); fit it again") from error

    @staticmethod
    def save(models: Mapping[str, FaqModel], path: Path, about: str) -> None:
        """Writes models by name (``light/zh``, ``sentence/en``, …) into one JSON file."""
        part = path.with_name(path.name + ".part")
        text = json.dumps({"about": about} | {name: model.to_json() for name, model in models.items()}, indent=1)
        part.write_text(text + "\n", encoding="utf-8")
        os.replace(part, path)


def lead(hits: Sequence[Hit], rankings: Mapping[str, Ranking]) -> NDArray[np.float64]:
    """``(6,)``: log odds of the first hit, how far the second is behind (at most 6), and the scores that ``words``,
    ``whole``, ``static`` and ``topic`` give the first: ranks alone cannot tell the nearest from the near.
    """
    odds = [float(np.log(max(hit.score, 1e-9) / max(1e-9, 1 - hit.score))) for hit in hits[:2]]
    scores = [dict(rankings.get(name, ())).get(hits[0].row, 0.0) for name in ("words", "whole", "static", "topic")]
    return np.array([odds[0], min(6.0, odds[0] - odds[1]) if len(odds) > 1 else 6.0, *scores])


@cache
def _bundled_model(name: str) -> FaqModel:
    text = (resources.files("knowledge") / "models" / "faq.json").read_text(encoding="utf-8")
    return FaqModel.from_json(json.loads(text)[name])


_bundled_encoder = cache(bundled)


class FaqIndex:
    """The FAQ by every phrasing and by whole entry, both languages at once. Searches from several threads are safe.

    Args:
        entries: about 12 KiB an entry with ten phrasings, and as much again with a sentence encoder.
        encoder: for ``static`` and ``topic``; by default the one that comes with the package.
        sentences: a sentence encoder that asks for more (``encoders.sentence_encoder()``); by default none.
        models: language of the question → model; by default those that come with the package, for the matchers there
            are.
    """

    def __init__(
        self,
        entries: Iterable[FaqEntry],
        *,
        encoder: Encoder | None = None,
        sentences: Encoder | None = None,
        models: Mapping[str, FaqModel] | None = None,
    ) -> None:
        self._entries = list(entries)
        self._models = models
        self._encoder: Encoder = encoder or _bundled_encoder()
        self._sentences = sentences
        phrasings: list[str] = []
        whole: list[str] = []
        starts: list[int] = []  # first phrasing of each entry
        for entry in self._entries:
            texts = [*entry.question.values(), *(text for group in entry.phrasings.values() for text in group)]
            starts.append(len(phrasings))
            phrasings.extend(texts)
            whole.append("\n".join([*texts, *entry.answer.values()]))
        self._starts = np.asarray(starts, np.int64)
        self._of = np.repeat(np.arange(len(starts)), np.diff([*starts, len(phrasings)]))
        self._exact = {squeeze(text).text: int(n) for text, n in zip(phrasings, self._of, strict=True)}
        self._phrasings = TextIndex([tokens(text) for text in phrasings])
        self._whole = TextIndex([tokens(text) for text in whole])
        self._grams = TfIdf([pieces(text) for text in phrasings], sublinear_tf=True)
        if phrasings:
            self._static = self._encoder.encode(phrasings)
            self._topics = _unit(np.add.reduceat(self._static, self._starts, axis=0))
            self._dense = sentences.encode(phrasings) if sentences else None

    @property
    def matchers(self) -> tuple[str, ...]:
        """Names of the matchers at work."""
        return WITH_SENTENCES if self._sentences else LIGHT

    def search(self, question: str, limit: int = 3) -> list[FaqMatch]:
        """The best entries, best first, each once; none for a question without a word."""
        question = question[:_LONGEST]
        asked = tokens(question)
        if not asked or not self._entries:
            return []
        model = self._model(question)
        rankings = self.rankings(question)
        hits = model.fusion.fuse(rankings, max(limit, 2))
        confidence = model.confidence(hits, rankings)
        exact = self._exact.get(squeeze(question).text)
        if exact is not None:  # nothing but "how do I cancel": its words alone tell little
            known = {hit.row: hit for hit in hits}
            others = [(hit, sure) for hit, sure in zip(hits, confidence, strict=True) if hit.row != exact]
            hits = [known.get(exact, Hit(exact, 1.0, {"exact": 1})), *(hit for hit, _ in others)]
            confidence = [1.0, *(sure for _, sure in others)]
        return [
            FaqMatch(
                self._entries[hit.row],
                round(sure, 4),
                hit.found_by,
                matched_terms(asked, self._whole.terms(hit.row), self._whole.telling),
            )
            for hit, sure in zip(hits[:limit], confidence, strict=False)
        ]

    def _model(self, question: str) -> FaqModel:
        # What a matcher is worth differs: the sentence encoder reads no Chinese.
        lang = "zh" if any(map(is_han, question)) else "en"
        if self._models:
            return self._models.get(lang) or next(iter(self._models.values()))
        return _bundled_model(f"{'sentence' if self._sentences else 'light'}/{lang}")

    def rankings(self, question: str) -> dict[str, Ranking]:
        """What each matcher says: its entries with their scores (0..1), best first."""
        asked = tokens(question)
        alike = np.zeros(len(self._entries))
        for row, score in self._phrasings.bm25.top(asked, 24):
            if score > 0:
                number = self._of[row]
                alike[number] = max(alike[number], self._phrasings.alike(asked, row))
        grams = np.zeros(len(self._entries))
        for row, score in self._grams.top(pieces(question), 40):
            grams[self._of[row]] = max(grams[self._of[row]], score)
        vector = self._encoder.encode([question])[0]
        found: dict[str, Ranking] = {
            "words": _ranked(alike),
            "whole": self._whole.reached(asked),
            "grams": _ranked(grams),
            "static": _ranked(np.maximum.reduceat(self._static @ vector, self._starts)),
            "topic": _ranked(self._topics @ vector),
        }
        if self._sentences and self._dense is not None:
            dense = self._dense @ self._sentences.encode([question])[0]
            found["sentence"] = _ranked(np.maximum.reduceat(dense, self._starts))
        return found


def _ranked(scores: NDArray[Any]) -> list[tuple[int, float]]:
    order = np.argsort(-scores, kind="stable")[:_DEPTH]
    return [(int(row), float(scores[row])) for row in order if scores[row] > 0]


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(norms > 0, norms, 1), np.float32)
