"""The product's own model: n-grams and word classes, trained on the project's own utterances when the product is built.

Five-fold cross-validation on those 2,286 utterances (four polarities, seven emotions, so chance is far below a half):

==================================  =====  =======
figure                               中文   English
==================================  =====  =======
polarity, accuracy of four           .698    .657
praise or blame, accuracy of two     .810    .751
emotion, macro-F1 of seven           .670    .542
intensity, accuracy of four          .636    .633
==================================  =====  =======

The lexicon was written by those who wrote the utterances, so expect less on what strangers write. Praise or blame on public
sets it never saw: MR .680, ChnSentiCorp (dev) .770, waimai_10k .743, EPRSTMT (the 320 labelled) .787. Where that matters,
train on your own reviews, or fine-tune an encoder: ``python -m knowledge.sentiment train --help``.
"""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

from knowledge.sentiment.classifier import Progress, Sentiment
from knowledge.sentiment.datasets import utterances
from knowledge.sentiment.features import Ngrams, WordClasses

__all__ = ["fit_default", "word_classes"]


def fit_default(folder: Path | None = None, *, progress: Progress | None = None) -> Sentiment:
    """The product's model, trained on the project's own utterances in seconds; saved to ``folder`` when one is given."""
    fitted = Sentiment.fit(
        utterances(), ngrams=Ngrams(units=2, letters=(0, 0)), lexicon=word_classes(), progress=progress
    )
    if folder is not None:
        fitted.save(folder)
    return fitted


def word_classes() -> WordClasses:
    """The project's own sentiment words as classes: polarity by strength, emotions, strengthening and weakening words."""
    source = resources.files("knowledge.sentiment").joinpath("data/lexicon.json")
    written = json.loads(source.read_text(encoding="utf-8"))
    classes: dict[str, list[str]] = {}
    for polarity in ("positive", "negative"):
        for by_strength in written[polarity].values():
            for strength, words in by_strength.items():
                classes.setdefault(f"{polarity} {strength}", []).extend(words)
    for emotion, by_language in written["emotions"].items():
        classes[emotion] = [word for words in by_language.values() for word in words]
    degrees = [(word, factor) for words in written["intensity"].values() for word, factor in words.items()]
    classes["stronger"] = [word for word, factor in degrees if factor >= 1.2]
    classes["weaker"] = [word for word, factor in degrees if factor < 1]
    return WordClasses.of(classes)
