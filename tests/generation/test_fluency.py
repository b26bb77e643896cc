"""The fluency model: trained on the product's own texts, and preferring sentences to their scrambled doubles."""

from __future__ import annotations

import random

import pytest

from generation.briefs import GenerationError
from generation.text.fluency import GAP, Fluency, sentences


@pytest.mark.parametrize(
    ("lang", "better", "worse"),
    [
        ("zh", "一位父亲穿过大海，去找失散多年的女儿。", "一位亲父穿过大海，去失找多年散的儿女。"),
        ("zh", "周末窝在家里，看一部轻松的电影。", "周末窝在里家，轻松的看一电影部。"),
        ("en", "A father crosses the sea to find his daughter.", "A father the sea crosses find to his daughter."),
        ("en", "Two friends drive home through the night.", "Two friends drives home thruogh the night."),
    ],
)
def test_prefers_the_sentence(lang: str, better: str, worse: str) -> None:
    model = Fluency.default(lang)
    assert model.score(better) < model.score(worse)
    assert model.best([worse, better]) == better
    assert model.rank([worse, better, worse]) == [1, 0, 2]


@pytest.mark.parametrize(("lang", "share"), [("zh", 0.85), ("en", 0.75)])
def test_hears_two_words_swapped_in_sentences_it_has_not_read(lang: str, share: float) -> None:
    texts = sentences(lang)
    rng = random.Random(0)
    rng.shuffle(texts)
    held, rest = texts[:250], texts[250:]
    model = Fluency(lang, rest)
    heard = tried = 0
    for text in held:
        units = list(text) if lang == "zh" else text.split()
        if len(units) < 5:
            continue
        at = rng.randrange(len(units) - 1)
        swapped = [*units[:at], units[at + 1], units[at], *units[at + 2 :]]
        if swapped != units:
            own, other = model.scores([text, ("" if lang == "zh" else " ").join(swapped)])
            heard += own < other
            tried += 1
    assert tried > 100 and heard / tried > share


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_texts_are_clean(lang: str) -> None:
    texts = sentences(lang)
    assert len(texts) > 2000 and len(set(texts)) == len(texts)
    assert not [text for text in texts if any(mark in text for mark in ("[", "{", "|", "=", " :: "))]
    assert any(GAP in text for text in texts)
    wrong = "你我他的是" if lang == "en" else ""
    assert not [text for text in texts if any(c in text for c in wrong)]


def test_scores_are_nats_per_character() -> None:
    model = Fluency("en", ["aaaa"] * 4)
    each = model.model.log_prob("aa")
    assert model.score("aa") == pytest.approx(-float(each.mean()))
    assert model.scores([]) == []
    assert model.score("  a \n a ") == model.score("a a")
    assert 0 < Fluency.default("zh").score("") < 20


def test_refusals() -> None:
    with pytest.raises(GenerationError, match="zh and en"):
        Fluency.default("fr")
    with pytest.raises(GenerationError, match="zh and en"):
        sentences("fr")
    with pytest.raises(GenerationError, match="no text"):
        Fluency.default("en").best([])
