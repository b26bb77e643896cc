"""The language-model classifier against the same arithmetic done with dictionaries, one unit at a time."""

from collections import Counter
from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.graph import KnowledgeError
from knowledge.sentiment.generative import LanguageModelClassifier
from knowledge.sentiment.units import clean

TEXTS = ["很好看", "好看好看", "不好看", "难看", "很难看", "看"]
LABELS = np.array([1, 1, 0, 0, 0, 1])[:, None]
TARGETS = {"polarity": ["negative", "positive"]}


def slow(train, text, order):
    """Mean log-probability times √length by Witten–Bell smoothing."""
    counts = Counter()
    for other, weight in train:
        units = ["。", *other, "。"]
        for n in range(1, order + 1):
            for at in range(len(units) - n + 1):
                counts[tuple(units[at : at + n])] += weight

    def chance(history, unit):
        if history:
            after = {run[-1]: count for run, count in counts.items() if run[:-1] == history}
            total, kinds = sum(after.values()), sum(min(1.0, count) for count in after.values())
            lower = chance(history[1:], unit)
            return (after.get(unit, 0) + kinds * lower) / (total + kinds) if total else lower
        singles = {run: count for run, count in counts.items() if len(run) == 1}
        return (singles.get((unit,), 0) + len(singles) / 60_000) / max(1, sum(singles.values()) + len(singles))

    units = ["。", *clean(text), "。"]  # of a mark thrice in a row two remain
    logs = [log(chance(tuple(units[max(0, at - order + 1) : at]), unit)) for at, unit in enumerate(units)]
    return sum(logs) / sqrt(len(units))


@pytest.mark.parametrize("order", [1, 2, 4])
@settings(max_examples=15, deadline=None)
@given(texts=st.lists(st.text(alphabet="很好看不难天", max_size=6), min_size=1, max_size=4))
def test_it_is_witten_bell_smoothing(order, texts):
    model = LanguageModelClassifier.fit(TEXTS, LABELS, TARGETS, order=order)
    for text, scores in zip(texts, model.scores(texts)[0], strict=True):
        for label in (0, 1):
            train = [(t, 1) for t, known in zip(TEXTS, LABELS[:, 0], strict=True) if known == label]
            assert scores[label] == pytest.approx(slow(train, text, order), rel=1e-4)


def test_rows_count_by_their_weight():
    weights = np.array([2, 1, 0.5, 1, 1, 1], np.float32)
    model = LanguageModelClassifier.fit(TEXTS, LABELS, TARGETS, row_weights=weights, order=3)
    for label in (0, 1):
        train = [(t, w) for t, w, known in zip(TEXTS, weights, LABELS[:, 0], strict=True) if known == label]
        assert model.scores(["不好看"])[0][0, label] == pytest.approx(slow(train, "不好看", 3), rel=1e-4)


def test_each_class_knows_its_own_words():
    model = LanguageModelClassifier.fit(TEXTS, LABELS, TARGETS)
    assert model.scores(["难看", "好看好", "天地"])[0][:2].argmax(1).tolist() == [0, 1]


def test_saved_and_loaded_it_is_the_same(tmp_path):
    model = LanguageModelClassifier.fit(TEXTS, LABELS, TARGETS)
    model.save(tmp_path)
    loaded = LanguageModelClassifier.load(tmp_path)
    assert np.array_equal(loaded.scores(TEXTS)[0], model.scores(TEXTS)[0]) and loaded.targets == TARGETS
    assert [file.name for file in tmp_path.iterdir()] == ["generative.npz"]
    (tmp_path / "generative.npz").write_bytes(b"PK\x03\x04 half a file")
    with pytest.raises(KnowledgeError, match="no language models"):
        LanguageModelClassifier.load(tmp_path)


def test_what_does_not_fit_is_refused():
    for labels in (LABELS[:3], np.full((6, 1), -1), np.zeros((6, 2), np.int64)):
        with pytest.raises(KnowledgeError, match="do not go with"):
            LanguageModelClassifier.fit(TEXTS, labels, TARGETS)
