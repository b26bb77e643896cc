"""The n-gram classifier, its calibration and the blend, against slow arithmetic and known answers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize as scipy_minimize
from scipy.sparse import csr_matrix

from knowledge.graph import KnowledgeError
from knowledge.sentiment.calibration import calibrate, macro_f1, temperature
from knowledge.sentiment.ensemble import Blend, log_odds, out_of_fold
from knowledge.sentiment.features import Ngrams, WordClasses
from knowledge.sentiment.lbfgs import minimise
from knowledge.sentiment.linear import LinearClassifier, fit_weights, ratios, unit_rows

GOOD = ["good film", "really good", "great plot", "good good fun", "great film", "fun and great"]
BAD = ["bad film", "really bad", "dull plot", "bad bad mess", "dull film", "a mess and dull"]
TARGETS = {"polarity": ["negative", "positive"], "kind": ["film", "plot", "other"]}


def labels():
    kind = [0 if "film" in text else 1 if "plot" in text else 2 for text in GOOD + BAD]
    return np.array([[1] * 6 + [0] * 6, kind]).T.astype(np.int64)


def fit(**changes):
    return LinearClassifier.fit(GOOD + BAD, labels(), TARGETS, **{"ngrams": Ngrams(2, (0, 0), True), **changes})


def test_ratios_are_equation_three():
    x = csr_matrix(np.array([[1, 0, 1], [1, 1, 0], [0, 1, 0]], np.float32))
    y = np.array([True, True, False])
    p, q = np.array([3.0, 2.0, 2.0]), np.array([1.0, 2.0, 1.0])
    assert np.allclose(ratios(x, y), np.log((p / 7) / (q / 4)))


def test_the_weights_are_a_stationary_point_of_the_penalised_loss():
    rng = np.random.default_rng(0)
    x = csr_matrix((rng.random((40, 6)) < 0.4).astype(np.float32))
    y = (rng.random(40) < 0.5).astype(np.int64)
    w, b = fit_weights(x, y, 2, c=5.0, iterations=500)
    r = ratios(x, y == 1)
    z, plain = unit_rows(x).toarray(), 2 * w[:, 1] / r  # two classes share one fit, halved

    def loss(v):
        margin = np.where(y == 1, 1, -1) * (z * r @ v + 2 * b[1])
        return np.logaddexp(0, -margin).mean() + (v @ v) / (2 * 5.0 * 40)

    for step in rng.normal(size=(20, 6)) * 0.05:
        assert loss(plain) <= loss(plain + step) + 1e-6


def test_minimise_finds_what_scipy_finds():
    rng = np.random.default_rng(4)
    a, y = rng.normal(size=(60, 12)), rng.choice([-1.0, 1.0], 60)

    def loss(v):
        margin = y * (a @ v)
        return np.logaddexp(0, -margin).mean() + 0.005 * v @ v, -(a.T @ (y / (1 + np.exp(margin)))) / 60 + 0.01 * v

    found = minimise(loss, np.zeros(12), iterations=200, tolerance=1e-8)
    assert np.allclose(found, scipy_minimize(loss, np.zeros(12), jac=True, tol=1e-12).x, atol=1e-5)
    values = [loss(minimise(loss, np.zeros(12), iterations=n))[0] for n in range(6)]
    assert values == sorted(values, reverse=True) and values[0] == loss(np.zeros(12))[0]


def test_minimise_of_a_quadratic_is_exact():
    scale, at = np.array([1.0, 10.0, 1000.0]), np.array([3.0, -2.0, 1.0])
    found = minimise(lambda v: (0.5 * scale @ (v - at) ** 2, scale * (v - at)), np.zeros(3), tolerance=1e-9)
    assert np.allclose(found, at)


def test_it_learns_both_targets_and_unknown_labels_cost_nothing():
    model = fit()
    polarity, kind = model.scores(["good", "bad", "plot"])
    assert polarity[:2].argmax(1).tolist() == [1, 0] and kind[2].argmax() == 1
    y = labels()
    y[3:6, 1] = -1
    again = LinearClassifier.fit(GOOD + BAD, y, TARGETS, ngrams=Ngrams(2, (0, 0), True))
    assert np.allclose(again.scores(["good"])[0], model.scores(["good"])[0], atol=1e-5)
    y[:, 1] = -1
    assert LinearClassifier.fit(GOOD + BAD, y, TARGETS).scores(["good"])[1].tolist() == [[0.0, 0.0, 0.0]]


@pytest.mark.parametrize("weighting", ["ratio", "tfidf"])
@settings(max_examples=30)
@given(texts=st.lists(st.sampled_from([*GOOD, *BAD, "", "unknown words", "不好看 film"]), min_size=2, max_size=6))
def test_a_batch_scores_as_its_texts_do_alone(weighting, texts):
    model = MODELS[weighting]
    for together, alone in zip(model.scores(texts), zip(*(model.scores([t]) for t in texts), strict=True), strict=True):
        assert np.allclose(together, np.concatenate(alone), atol=1e-5)


MODELS = {weighting: fit(weighting=weighting) for weighting in ("ratio", "tfidf")}


def test_row_weights_count_like_repetition():
    weights = np.ones(12, np.float32)
    weights[0] = 3
    doubled = LinearClassifier.fit(
        [GOOD[0], GOOD[0], *GOOD, *BAD], np.concatenate([labels()[[0, 0]], labels()]), TARGETS, c=10.0 * 12 / 14
    )
    once = LinearClassifier.fit(GOOD + BAD, labels(), TARGETS, row_weights=weights)
    assert np.allclose(doubled.scores(BAD)[0], once.scores(BAD)[0], atol=2e-2)


@pytest.mark.parametrize("weighting", ["ratio", "tfidf"])
def test_saved_and_loaded_it_is_the_same(tmp_path, weighting):
    model = fit(weighting=weighting, lexicon=WordClasses.of({"good": ["great", "superb"]}))
    model.save(tmp_path)
    loaded = LinearClassifier.load(tmp_path)
    for a, b in zip(model.scores(["superb", "bad film"]), loaded.scores(["superb", "bad film"]), strict=True):
        assert np.array_equal(a, b)
    assert loaded.targets == TARGETS
    assert [file.name for file in tmp_path.iterdir()] == ["linear.npz"]


def test_a_damaged_file_is_said_to_be(tmp_path):
    with pytest.raises(KnowledgeError, match="no linear sentiment model"):
        LinearClassifier.load(tmp_path)
    (tmp_path / "linear.npz").write_bytes(b"PK\x03\x04 half a file")
    with pytest.raises(KnowledgeError, match="no linear sentiment model"):
        LinearClassifier.load(tmp_path)
    with pytest.raises(KnowledgeError, match="do not go with"):
        LinearClassifier.fit(GOOD, labels(), TARGETS)


def test_a_word_class_carries_over_to_words_never_seen():
    classes = WordClasses.of({"good": ["good", "great", "fun", "superb"], "bad": ["bad", "dull", "mess", "awful"]})
    model = fit(lexicon=classes)
    superb, awful = model.scores(["superb", "awful"])[0]
    assert superb.argmax() == 1 and awful.argmax() == 0
    assert np.allclose(*fit().scores(["superb", "awful"])[0])


# --- calibration and blending ------------------------------------------------------------------------------------------


def test_temperature_recovers_what_scores_were_multiplied_by():
    rng = np.random.default_rng(1)
    logits = rng.normal(size=(4000, 3)).astype(np.float32)
    drawn = np.array([rng.choice(3, p=np.exp(z) / np.exp(z).sum()) for z in logits])
    assert temperature(logits * 4, drawn) == pytest.approx(4 * temperature(logits, drawn), rel=1e-2)
    assert temperature(logits, drawn) == pytest.approx(1, abs=0.1)


def test_macro_f1_of_a_case_done_by_hand():
    assert macro_f1(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])) == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_figures_are_given_by_language():
    scores = [np.array([[1, 0], [0, 1], [1, 0]], np.float32)]
    _, figures = calibrate({"polarity": ["n", "p"]}, scores, np.array([[0], [1], [1]]), np.array(["zh", "en", "en"]))
    assert figures["polarity/accuracy"] == pytest.approx(2 / 3)
    assert figures["polarity/accuracy/zh"] == 1 and figures["polarity/accuracy/en"] == 0.5


def test_out_of_fold_never_shows_a_row_to_its_own_model():
    y = np.array([0] * 13 + [1] * 7)
    seen = []

    def model(train, held):
        seen.append((set(train.tolist()), set(held.tolist())))
        return held[:, None].astype(np.float32)

    scores = out_of_fold(model, y, folds=4)
    assert scores[:, 0].tolist() == list(range(20))
    assert all(not train & held and len(train | held) == 20 for train, held in seen)
    assert all(1 <= sum(y[list(held)]) <= 2 for _, held in seen)


def test_a_blend_trusts_what_is_right_and_ignores_what_is_not():
    rng = np.random.default_rng(2)
    y = rng.integers(0, 2, 2000)
    first, second = (rng.normal(size=2000) + 1.2 * (2 * y - 1) for _ in range(2))
    noise, wrong = rng.normal(size=2000) * 50, -first
    blend = Blend.fit([first, second, noise, wrong], y, penalty=0.0)
    assert 0 <= blend.weights[3] < 0.02 and blend.weights[2] < 0.2 * blend.weights[:2].min()
    joint = ((blend.scores([first, second, noise, wrong]) > 0) == y).mean()
    assert joint > max(((first > 0) == y).mean(), ((second > 0) == y).mean()) + 0.02
    with pytest.raises(KnowledgeError, match="one score per label"):
        Blend.fit([first[:3]], y)


def test_a_blend_of_few_texts_is_even_and_of_many_is_not():
    rng = np.random.default_rng(3)
    y = rng.integers(0, 2, 4000)
    good, poor = (rng.normal(size=4000) + pull * (2 * y - 1) for pull in (1.2, 0.2))
    shares = []
    for size in (20, 4000):
        weights = Blend.fit([good[:size], poor[:size]], y[:size]).weights
        shares.append(weights[0] / weights.sum())
    assert 0.45 < shares[0] < 0.8 < shares[1]


def test_log_odds_of_one_column_and_of_two():
    assert (
        log_odds(np.array([[2.0]], np.float32)).tolist()
        == log_odds(np.array([[1.0, 3.0]], np.float32)).tolist()
        == [2.0]
    )
