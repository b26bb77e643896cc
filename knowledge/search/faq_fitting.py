"""Fitting the fusion and the calibration of the FAQ search on phrasings held out of it.

Each phrasing is asked with a sixth of all phrasings, itself among them, taken out of the index and out of the training
of the encoder. People do not only say things in new words, though, so another sixth, which is in the index, is asked
with a word or character left out and a courtesy put in. The fusion learns from both. The calibration also sees each
question with its entry hidden, when every entry found is wrong, weighed so that :data:`UNANSWERED` of all questions are
of that kind. What is reported is cross-validated over entries on top of that: no entry is ever
judged by weights its own phrasings helped to fit.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knowledge.catalogue import Catalogue
from knowledge.graph import WORK_TYPES
from knowledge.importers.faq import FaqEntry
from knowledge.search.encoders import Encoder
from knowledge.search.faq_search import LIGHT, WITH_SENTENCES, FaqIndex, FaqModel, lead
from knowledge.search.fusion import LearnedFusion, Ranking
from knowledge.search.logistic import Logistic

__all__ = [
    "FOLDS",
    "UNANSWERED",
    "Asked",
    "Quality",
    "alter",
    "evaluate",
    "fit",
    "held_out",
    "strangers",
    "without_fold",
]

FOLDS = 6
UNANSWERED = 0.2
"""Share of questions to a help desk that no entry answers; an assumption, not a measurement."""

_COURTESIES = {
    "zh": (("请问", ""), ("你好，", ""), ("", "呢"), ("", "啊，急"), ("我想问下", "")),
    "en": (("hi, ", ""), ("please tell me ", ""), ("", " please"), ("", ", thanks"), ("so ", "")),
}
_C = 0.3  # prior on the fusion's weights; features are alike, so they share what one could take alone


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: its language, the row of its entry, what the matchers said, and whether it was only altered."""

    text: str
    lang: str
    entry: int
    rankings: dict[str, Ranking]
    altered: bool = False


@dataclass(frozen=True, slots=True)
class Quality:
    """How good a model is on questions it was not fitted on.

    Attributes:
        first: share of held-out phrasings whose entry comes first, by language.
        three: among the first three.
        calibration_error: mean distance between confidence and share of right first entries, over ten bins of
            confidence, each weighed by its questions; altered ones and hidden entries are among them.
        questions: held-out phrasings, by language.
    """

    first: dict[str, float]
    three: dict[str, float]
    calibration_error: float
    questions: dict[str, int]


def without_fold(entries: Sequence[FaqEntry], fold: int) -> tuple[list[FaqEntry], list[tuple[str, str, int]]]:
    """The entries without every sixth of their wordings, and those as ``(text, language, entry)``."""
    kept: list[FaqEntry] = []
    asked: list[tuple[str, str, int]] = []
    for number, entry in enumerate(entries):
        question, phrasings = {}, {}
        for lang in entry.question:
            wordings = [entry.question[lang], *entry.phrasings.get(lang, ())]
            out = [text for place, text in enumerate(wordings) if place % FOLDS == fold] if len(wordings) > 1 else []
            left = [text for text in wordings if text not in out]
            asked.extend((text, lang, number) for text in out)
            question[lang], phrasings[lang] = left[0], left[1:]
        kept.append(replace(entry, question=question, phrasings=phrasings))
    return kept, asked


def held_out(
    entries: Sequence[FaqEntry],
    encoder: Callable[[Sequence[FaqEntry]], Encoder],
    sentences: Encoder | None = None,
    progress: Callable[[int, int], None] | None = None,
    folds: int = FOLDS,
) -> list[Asked]:
    """Every phrasing asked of an index that does not hold it, and once more, altered, of one that does.

    Args:
        encoder: makes the small encoder from the entries that are left.
        progress: told ``(folds done, folds)``.
        folds: how many of the sixths are asked.
    """
    found: list[Asked] = []
    for fold in range(folds):
        kept, asked = without_fold(entries, fold)
        index = FaqIndex(kept, encoder=encoder(kept), sentences=sentences)
        found.extend(Asked(text, lang, entry, index.rankings(text)) for text, lang, entry in asked)
        for text, lang, entry in without_fold(entries, (fold + 1) % FOLDS)[1]:
            said = alter(text, lang, fold)
            found.append(Asked(said, lang, entry, index.rankings(said), altered=True))
        if progress:
            progress(fold + 1, folds)
    return found


def fit(asked: Sequence[Asked], strange: Sequence[dict[str, Ranking]] = (), *, sentences: bool) -> FaqModel:
    """Fusion and calibration from held-out questions.

    Args:
        strange: what the matchers say of texts that ask for no entry; they make up half of the unanswered.

    Raises:
        BadFusion: no question was answered rightly by any matcher.
    """
    matchers = WITH_SENTENCES if sentences else LIGHT
    fusion = LearnedFusion.fit(((question.rankings, {question.entry}) for question in asked), matchers, c=_C)
    leads, right, weights = [], [], []
    for question in asked:
        for rankings, weight in ((question.rankings, 1 - UNANSWERED), (_hidden(question), UNANSWERED)):
            hits = fusion.fuse(rankings, 2)
            if hits:
                leads.append(lead(hits, rankings))
                right.append(hits[0].row == question.entry)
                weights.append(weight)
    share = UNANSWERED * len(asked) / max(1, len(strange))
    for rankings in strange:
        hits = fusion.fuse(rankings, 2)
        if hits:
            leads.append(lead(hits, rankings))
            right.append(False)
            weights.append(share)
    return FaqModel(fusion, Logistic.fit(np.stack(leads), right, c=100.0, signs=[1] * 6, weight=weights))


def alter(text: str, lang: str, seed: int) -> str:
    """The same question as someone else would type it: a word or character less, a courtesy more."""
    chooser = random.Random(f"{seed} {text}")
    units = list(text.rstrip("？?。.!！")) if lang == "zh" else text.rstrip("?.!").split()
    if len(units) > 3:
        del units[chooser.randrange(len(units))]
    before, after = chooser.choice(_COURTESIES.get(lang, _COURTESIES["en"]))
    return before + ("" if lang == "zh" else " ").join(units) + after


def strangers(catalogue: Catalogue, lang: str, count: int = 300) -> list[str]:
    """Texts that ask for no entry: lines about works, and questions about works in the words of the catalogue."""
    graph = catalogue.graph
    works = [work for work in graph.entities(WORK_TYPES) if lang in work.labels]
    chosen = random.Random(lang).sample(works, min(count, len(works)))
    relations = [relation.labels[lang] for relation in graph.relations.values() if lang in relation.labels]
    texts = []
    for number, work in enumerate(chosen):
        relation = relations[number % len(relations)]
        asked = (
            f"{work.labels[lang]}的{relation}是什么"
            if lang == "zh"
            else f"what is the {relation} of {work.labels[lang]}"
        )
        line = graph.value(work.id, f"line_{lang}")
        texts.append(str(line) if line and number % 2 else asked)
    return texts


def evaluate(
    asked: Sequence[Asked], strange: Sequence[dict[str, Ranking]] = (), *, sentences: bool, parts: int = 5
) -> Quality:
    """Cross-validated over entries."""
    ranks: dict[str, list[int]] = {}
    sure: list[tuple[float, bool, float]] = []
    for part in range(parts):
        kept = [question for question in asked if question.entry % parts != part]
        model = fit(kept, strange, sentences=sentences)
        for question in (question for question in asked if question.entry % parts == part):
            rows = [hit.row for hit in model.fusion.fuse(question.rankings, 3)]
            if not question.altered:
                ranks.setdefault(question.lang, []).append(rows.index(question.entry) if question.entry in rows else 9)
            for rankings, weight in ((question.rankings, 1 - UNANSWERED), (_hidden(question), UNANSWERED)):
                hits = model.fusion.fuse(rankings, 2)
                if hits:
                    sure.append((model.confidence(hits, rankings)[0], hits[0].row == question.entry, weight))
    return Quality(
        {lang: _share(places, 1) for lang, places in ranks.items()},
        {lang: _share(places, 3) for lang, places in ranks.items()},
        _calibration_error(np.array(sure, float)),
        {lang: len(places) for lang, places in ranks.items()},
    )


def _hidden(question: Asked) -> dict[str, Ranking]:
    """What the matchers would have said without the entry that is right."""
    return {
        name: [(row, score) for row, score in ranking if row != question.entry]
        for name, ranking in question.rankings.items()
    }


def _share(places: Iterable[int], within: int) -> float:
    return float(np.mean([place < within for place in places]))


def _calibration_error(sure: NDArray[np.float64]) -> float:
    """``sure``: confidence, whether right, weight; ``(n, 3)``."""
    bins = np.minimum((sure[:, 0] * 10).astype(int), 9)
    weight = sure[:, 2] / sure[:, 2].sum()
    return float(sum(abs(((sure[:, 0] - sure[:, 1]) * weight)[bins == each].sum()) for each in np.unique(bins)))
