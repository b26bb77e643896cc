"""The labelled utterances: schema, balance, two languages, nothing said twice."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from importlib import resources
from typing import Any

import pytest

from knowledge.sentiment.aspects import ASPECTS
from knowledge.text import fold, is_han

POLARITIES = {"positive", "negative", "neutral", "mixed"}
EMOTIONS = {"joy", "sadness", "anger", "fear", "surprise", "disgust", "neutral"}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    source = resources.files("knowledge.sentiment").joinpath("data/utterances.jsonl")
    return [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]


def test_every_row_has_the_same_form(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        assert set(row) == {"id", "lang", "text", "polarity", "emotion", "intensity", "aspects"}, row
        assert re.fullmatch(rf"{row['lang']}-\d{{4}}", row["id"]), row
        assert row["lang"] in ("zh", "en")
        assert row["text"] == row["text"].strip() != ""
        assert row["polarity"] in POLARITIES, row
        assert row["emotion"] in EMOTIONS, row
        assert type(row["intensity"]) is int and 0 <= row["intensity"] <= 3, row
        assert set(row["aspects"]) <= set(ASPECTS), row
        assert set(row["aspects"].values()) <= POLARITIES, row


def test_labels_of_a_row_agree_with_each_other(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        if row["intensity"] == 0:
            assert row["polarity"] == "neutral", row
        if row["emotion"] == "neutral":
            assert row["intensity"] <= 1, row
        if row["polarity"] in ("positive", "negative"):
            opposite = "negative" if row["polarity"] == "positive" else "positive"
            sides = set(row["aspects"].values())
            # A view of one kind may grant the other a point, but is not about nothing else.
            assert sides != {opposite}, row


def test_ids_count_up_within_each_language(rows: list[dict[str, Any]]) -> None:
    for lang in ("zh", "en"):
        ids = [row["id"] for row in rows if row["lang"] == lang]
        assert ids == [f"{lang}-{number:04d}" for number in range(1, len(ids) + 1)]


def test_there_is_enough_of_everything(rows: list[dict[str, Any]]) -> None:
    total = len(rows)
    assert total >= 2200
    polarity = Counter(row["polarity"] for row in rows)
    assert 0.35 <= polarity["positive"] / total <= 0.45
    assert 0.35 <= polarity["negative"] / total <= 0.45
    assert 0.10 <= polarity["mixed"] / total <= 0.15
    assert 0.06 <= polarity["neutral"] / total <= 0.12
    emotion = Counter(row["emotion"] for row in rows)
    assert all(emotion[name] >= 200 for name in EMOTIONS - {"neutral"}), emotion
    assert emotion["neutral"] >= 300
    aspects = Counter(aspect for row in rows for aspect in row["aspects"])
    assert all(aspects[aspect] >= 40 for aspect in ASPECTS), aspects
    assert all(count >= 100 for count in Counter(row["intensity"] for row in rows).values())


def test_both_languages_have_their_half_and_their_letters(rows: list[dict[str, Any]]) -> None:
    count = Counter(row["lang"] for row in rows)
    assert 0.45 <= count["zh"] / len(rows) <= 0.55
    for row in rows:
        if row["lang"] == "en":
            assert not any(map(is_han, row["text"])), row
    with_han = sum(any(map(is_han, row["text"])) for row in rows if row["lang"] == "zh")
    assert with_han / count["zh"] > 0.98  # the others are emoji, "???" and slang in Latin letters


def test_short_and_long_are_both_there(rows: list[dict[str, Any]]) -> None:
    lengths = [len(row["text"]) for row in rows]
    assert sum(length <= 8 for length in lengths) >= 80
    assert sum(length >= 150 for length in lengths) >= 20


def test_no_two_rows_say_the_same(rows: list[dict[str, Any]]) -> None:
    folded = [" ".join(fold(row["text"]).split()) for row in rows]
    repeated = [text for text, count in Counter(folded).items() if count > 1]
    assert not repeated
    grams = [frozenset(text[i : i + 5] for i in range(max(1, len(text) - 4))) for text in folded]
    holding: dict[str, list[int]] = defaultdict(list)
    for number, own in enumerate(grams):
        shared = Counter(other for gram in own for other in holding[gram])
        for other, count in shared.items():
            assert count / (len(own) + len(grams[other]) - count) < 0.7, (rows[other]["text"], rows[number]["text"])
        for gram in own:
            holding[gram].append(number)
