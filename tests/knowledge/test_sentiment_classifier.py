"""Sentiment as the rest of the product meets it."""

import threading

import numpy as np
import pytest

from knowledge.graph import KnowledgeError
from knowledge.sentiment import Reading, Sentiment, fit_default
from knowledge.sentiment.classifier import MAX_CHARACTERS
from knowledge.sentiment.datasets import EMOTIONS, Examples, utterances


@pytest.fixture(scope="module")
def sentiment(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sentiment")
    fit_default(folder)
    return Sentiment.load(folder)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("太好看了，强烈推荐", "positive"),
        ("无聊透顶，浪费时间", "negative"),
        ("一点也不无聊", "positive"),
        ("not boring at all", "positive"),
        ("boring and badly acted", "negative"),
        ("a masterpiece, I loved it", "positive"),
        ("几点开演？", "neutral"),
    ],
)
def test_plain_cases(sentiment, text, label):
    assert sentiment.read(text).label() == label


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        ("气死我了，退钱！", "anger"),
        ("哭得停不下来，太难过了", "sadness"),
        ("so scary I could not sleep", "fear"),
        ("恶心，想吐", "disgust"),
    ],
)
def test_plain_emotions(sentiment, text, emotion):
    assert sentiment.read(text).label("emotion") == emotion


def test_probabilities_are_probabilities(sentiment):
    for reading in sentiment.read_many(["好", "so good", "", "123", "😀" * 5, "\x00\ud800", "a" * 50]):
        assert sum(reading.polarity.values()) == pytest.approx(1, abs=1e-5)
        assert sum(reading.emotion.values()) == pytest.approx(1, abs=1e-5) and set(reading.emotion) == set(EMOTIONS)
        assert 0 <= reading.intensity <= 1 and -1 <= reading.valence <= 1


def test_a_blank_text_is_neutral(sentiment):
    assert [sentiment.read(text).label() for text in ("", "  \n")] == ["neutral", "neutral"]
    assert sentiment.read("").intensity == 0


def test_stronger_words_are_more_intense(sentiment):
    assert sentiment.read("简直封神，哭到崩溃，年度最佳！！！").intensity > sentiment.read("还行吧").intensity


def test_languages(sentiment):
    assert [sentiment.read(text).lang for text in ("好看", "great", "42")] == ["zh", "en", None]


def test_batch_and_stream_say_the_same(sentiment):
    texts = utterances().texts[:50]
    one_by_one = [sentiment.read(text).to_json() for text in texts]
    assert [reading.to_json() for reading in sentiment.stream(iter(texts), size=7)] == one_by_one
    assert sentiment.read_many([]) == [] and list(sentiment.stream([])) == []


def test_a_stream_holds_one_batch_at_a_time(sentiment):
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield "好看"

    readings = sentiment.stream(endless(), size=16)
    for _ in range(20):
        next(readings)
    assert taken == 32


def test_two_megabytes_are_read_at_both_ends(sentiment):
    half = "。" * (MAX_CHARACTERS // 2 - 2)
    assert sentiment.read("好看" + "。" * 2_000_000 + "推荐") == sentiment.read(f"好看{half} {half}推荐")


def test_many_threads_read_what_one_does(sentiment):
    texts = utterances().texts[:40]
    expected = [reading.to_json() for reading in sentiment.read_many(texts)]
    found = {}

    def work(number):
        found[number] = [sentiment.read(text).to_json() for text in texts]

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(found[n] == expected for n in range(6))


def test_figures_come_with_the_model_and_beat_always_saying_negative(sentiment):
    labels = utterances().targets["polarity"]
    most = max(labels.count(label) for label in set(labels)) / len(labels)
    for lang in ("zh", "en"):
        assert sentiment.figures[f"polarity/accuracy/{lang}"] > most + 0.12
        assert sentiment.figures[f"emotion/macro_f1/{lang}"] > 0.45


def test_confidence_is_honest():
    """Trained on half of our utterances, the other half is right about as often as the model is sure."""
    examples = utterances()
    half = np.random.default_rng(3).permutation(len(examples))
    model = Sentiment.fit(examples.take(half[: len(half) // 2]), folds=3)
    readings = model.read_many([examples.texts[i] for i in half[len(half) // 2 :]])
    gold = [examples.targets["polarity"][i] for i in half[len(half) // 2 :]]
    sure = np.mean([max(reading.polarity.values()) for reading in readings])
    right = np.mean([reading.label() == label for reading, label in zip(readings, gold, strict=True)])
    assert sure == pytest.approx(right, abs=0.06)


def test_labels_of_ones_own():
    examples = Examples(
        ["it crashes", "crash again", "add dark mode", "please add this"] * 3,
        {"label": ["bug", "bug", "wish", "wish"] * 3},
    )
    reading = Sentiment.fit(examples, folds=3).read("crash on start")
    assert reading.label("other") == "bug" and reading.label() == "" and reading.valence == 0 and reading.emotion == {}


def test_nothing_to_learn_from_and_nothing_to_load(tmp_path):
    with pytest.raises(KnowledgeError, match="no examples"):
        Sentiment.fit(Examples())
    with pytest.raises(KnowledgeError, match=r"python -m knowledge\.sentiment train --out"):
        Sentiment.load(tmp_path)
    (tmp_path / "sentiment.json").write_text("{", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="no sentiment model"):
        Sentiment.load(tmp_path)


def test_a_reading_without_anything_is_calm():
    assert Reading(None).to_json() == {"lang": None, "label": "", "intensity": 0.0}
