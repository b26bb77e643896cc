"""The learned parts on their own: alignment, affinity, the two rankers, the confidence."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from knowledge.fact_search.affinity import Affinity
from knowledge.fact_search.alignment import Alignment
from knowledge.fact_search.boosting import BoostedRanker
from knowledge.fact_search.confidence import Confidence
from knowledge.fact_search.linear import LinearRanker, listwise

HOUSE = [(["la", "maison"], ["the", "house"]), (["la", "fleur"], ["the", "flower"]), (["maison"], ["house"])]


def slow_model_1(pairs, iterations):
    """Brown et al.'s expectation maximisation, word by word."""
    t = defaultdict(lambda: 1.0)
    for _ in range(iterations):
        count, total = defaultdict(float), defaultdict(float)
        for source, target in pairs:
            words = ["", *dict.fromkeys(source)]
            for e in target:
                whole = sum(t[e, f] for f in words)
                for f in words:
                    count[e, f] += t[e, f] / whole
                    total[f] += t[e, f] / whole
        t = defaultdict(float, {(e, f): c / total[f] for (e, f), c in count.items()})
    return t


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.lists(st.sampled_from("abcd"), max_size=4), st.lists(st.sampled_from("xyz"), max_size=3))))
def test_the_alignment_is_the_slow_one(pairs):
    model = Alignment.fit(pairs, iterations=4)
    slow = slow_model_1(pairs, 4)
    table = model.table.toarray()
    rows = {"": 0, **model.sources}
    for (e, f), probability in slow.items():
        assert table[rows[f], model.targets[e]] == pytest.approx(probability, abs=1e-5)
    assert table.sum() == pytest.approx(sum(slow.values()), abs=1e-3)


def test_a_word_comes_to_mean_what_it_stands_beside():
    model = Alignment.fit(HOUSE, iterations=20)
    gain = model.given(["maison"])
    house, the, flower = model.columns(["house", "the", "flower"])
    assert gain[house] > gain[the] and gain[house] > gain[flower]
    assert model.given(["never seen"])[house] < gain[house]
    assert model.columns(["never seen"])[0] == len(model.targets)


def test_an_alignment_comes_back_from_its_arrays():
    model = Alignment.fit(HOUSE)
    again = Alignment.from_arrays(model.arrays())
    np.testing.assert_array_equal(again.given(["la", "fleur"]), model.given(["la", "fleur"]))


def test_affinity_puts_synonyms_of_a_relation_together():
    rng = np.random.default_rng(0)
    time, place = ["几时", "何日", "哪天"], ["何处", "哪儿", "何方"]
    pairs = []
    for _ in range(300):
        pairs.append(([str(rng.choice(time)), "是"], ["生", "日"]))
        pairs.append(([str(rng.choice(place)), "是"], ["住", "址"]))
    model = Affinity.fit(pairs, dimension=8, batch=32, epochs=5)
    for word, right, wrong in [*((w, "生日", "住址") for w in time), *((w, "住址", "生日") for w in place)]:
        assert model.source([word]) @ model.target(list(right)) > model.source([word]) @ model.target(list(wrong))
    again = Affinity.from_arrays(model.arrays())
    np.testing.assert_array_equal(again.source(["哪天"]), model.source(["哪天"]))
    assert not model.source(["unknown"]).any()


def test_nothing_to_learn_from_is_no_error():
    assert not Affinity.fit([]).source(["a"]).any()
    assert Alignment.fit([]).given(["a"]).shape == (1,)


@settings(max_examples=30, deadline=None)
@given(arrays(np.float64, 7, elements=st.floats(-5, 5)), arrays(np.bool_, 7))
def test_the_listwise_gradient_is_that_of_its_loss(scores, right):
    queries = np.array([0, 0, 0, 1, 1, 2, 2])
    loss, gradient, p = listwise(scores, queries, right)
    counted = len({query for query, is_right in zip(queries, right, strict=True) if is_right})
    np.testing.assert_allclose(np.bincount(queries, p), 1)
    for at in range(7):
        step = np.zeros(7)
        step[at] = 1e-5
        slope = (listwise(scores + step, queries, right)[0] - listwise(scores - step, queries, right)[0]) / 2e-5
        assert slope * max(counted, 1) == pytest.approx(gradient[at], abs=1e-4)
    assert loss >= -1e-9


def choices(n=300, seed=0):
    """Queries of four candidates; the right one has features 0 and 1 of the same sign: no line separates that."""
    rng = np.random.default_rng(seed)
    features = rng.uniform(-1, 1, (n * 4, 3)).astype(np.float32)
    same = features[:, 0] * features[:, 1] > 0
    features[:, 1] *= np.where(same, -1, 1)
    right = np.zeros(n * 4, bool)
    right[np.arange(n) * 4 + rng.integers(0, 4, n)] = True
    features[right, 1] *= -1
    return features, np.repeat(np.arange(n), 4), right


def first_right(scores, right):
    return np.mean([right[at : at + 4][scores[at : at + 4].argmax()] for at in range(0, len(scores), 4)])


def test_a_linear_ranker_finds_the_feature_that_matters():
    rng = np.random.default_rng(1)
    features = rng.normal(size=(800, 4)).astype(np.float32)
    queries = np.repeat(np.arange(200), 4)
    right = features[:, 2] == np.repeat(features[:, 2].reshape(-1, 4).max(axis=1), 4)
    model = LinearRanker.fit(features, queries, right)
    assert np.abs(model.weights).argmax() == 2
    assert first_right(model.scores(features), right) > 0.97


def test_trees_learn_what_a_line_cannot():
    features, queries, right = choices()
    fresh, _, fresh_right = choices(seed=5)
    linear = LinearRanker.fit(features, queries, right)
    boosted = BoostedRanker.fit(features, queries, right, trees=40, depth=3, sample=1.0)
    assert first_right(linear.scores(fresh), fresh_right) < 0.5
    assert first_right(boosted.scores(fresh), fresh_right) > 0.9


def test_every_row_falls_into_the_leaf_it_should():
    features, queries, right = choices(60)
    model = BoostedRanker.fit(features, queries, right, trees=5, depth=3)
    slow = []
    for row in features:
        total = 0.0
        for feature, threshold, leaf in zip(model.feature, model.threshold, model.leaf, strict=True):
            node = 0
            while node < len(feature):
                node = 2 * node + (2 if row[feature[node]] > threshold[node] else 1)
            total += leaf[node - len(feature)]
        slow.append(total)
    np.testing.assert_allclose(model.scores(features) - model.linear.scores(features), slow, atol=1e-5)
    assert len(set(np.round(slow, 6))) > 5
    again = BoostedRanker.from_arrays(model.arrays())
    np.testing.assert_array_equal(again.scores(features), model.scores(features))
    assert model.scores(features[:0]).shape == (0,)


def test_confidence_is_as_high_as_it_is_right():
    rng = np.random.default_rng(3)
    margin = rng.uniform(0, 6, 3000)
    right = rng.random(3000) < 1 / (1 + np.exp(2 - margin))
    scores = [np.array([gap, 0.0], np.float32) for gap in margin]
    model = Confidence.fit(scores[:2000], right[:2000].tolist(), [1.0] * 2000)
    said = np.array([model.of(line) for line in scores[2000:]])
    for part in np.array_split(np.argsort(said), 5):
        assert said[part].mean() == pytest.approx(right[2000:][part].mean(), abs=0.08)
    assert model.of(np.zeros(0, np.float32)) == 0
