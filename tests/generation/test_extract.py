"""Extraction: long texts in bounded pieces; headlines that are cut from the text and from nothing else."""

from __future__ import annotations

import io
import pickle
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.text import extract
from generation.text.extract import best_sentences, likeness, mmr, textrank
from generation.text.headline import Headliner, Learning
from generation.text.headline_candidates import Evidence, candidates
from generation.text.headline_features import Frequencies, columns
from generation.text.headline_learning import logistic, minimum_risk
from generation.text.pairs import Pair, PairsError
from generation.text.seq2seq_commands import main
from knowledge.text import tokens

TOPICS = [
    "水稻产量",
    "城市交通",
    "神经网络",
    "古代音乐",
    "海洋污染",
    "儿童阅读",
    "电影叙事",
    "桥梁结构",
    "土壤湿度",
    "语音识别",
]
METHODS = ["随机森林", "灰色模型", "小波变换", "模糊控制", "遗传算法", "层次分析"]
ASIDES = [
    "结果表明方法有效。",
    "近年来相关工作很多。",
    "实验数据来自公开资料。",
    "最后给出若干建议。",
    "该领域仍有许多困难。",
]


def abstracts(count, seed):
    rng = random.Random(seed)
    pairs = []
    for _ in range(count):
        title = f"基于{rng.choice(METHODS)}的{rng.choice(TOPICS)}预测"
        parts = [rng.choice(ASIDES), f"本文提出了{title}方法。", *rng.sample(ASIDES, 2)]
        pairs.append(Pair("".join(parts), title))
    return pairs


@pytest.fixture(scope="module")
def headliner():
    return Headliner.fit(abstracts(60, 1), Learning(folds=2, iterations=15, rank_iterations=30))


def test_few_sentences_are_all_compared_with_all():
    rows = ["港口有船。", "港口的船开进港口。", "猫睡了。", "船在港口。", "茶凉了。"]
    close = likeness([tokens(row) for row in rows])
    assert best_sentences(rows, 2) == mmr(textrank(close), close, 2)
    assert best_sentences(rows, 9) == [0, 1, 2, 3, 4]


def test_a_long_text_is_read_to_its_end_in_small_matrices(monkeypatch):
    rng = random.Random(3)
    words = [f"word{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(60)]
    rows = [" ".join(rng.sample(words, 4)) for _ in range(1500)]
    rows[1450] = " ".join(words[:40])  # what the text is about is said near its end
    sizes = []
    real = likeness
    monkeypatch.setattr(extract, "likeness", lambda part: sizes.append(len(part)) or real(part))
    seen = []
    chosen = best_sentences(rows, 3, progress=seen.append)
    assert max(sizes) <= 200
    assert chosen[0] == 1450
    assert max(seen) == 1.0 and all(0 < share <= 1 for share in seen)


def test_what_stands_after_its_cue_becomes_the_headline(headliner):
    judged = abstracts(30, 2)
    right = sum(pair.summary in headliner.write(pair.text)[0].text for pair in judged)
    assert right >= 27


@given(st.text(st.sampled_from("港口音乐，。的A1 (）节"), max_size=60))
@settings(max_examples=60, deadline=None)
def test_a_headline_is_cut_from_its_text(headliner, text):
    try:
        found = headliner.write(text, n=3, most=20)
    except PairsError:
        return
    packed = " ".join(text.split())
    for headline in found:
        assert headline.text == "".join(packed[a:b] for a, b in headline.pieces)
        assert len(headline.text) <= 20 and 0 <= headline.score <= 1
        assert all(a < b for a, b in headline.pieces)
        assert list(headline.pieces) == sorted(headline.pieces)


def test_latin_words_and_brackets_stay_whole():
    text = "基于Kalman滤波(EKF)的城市交通"
    n = len(text)
    flat = np.full(n, 0.5, np.float32)
    nothing = np.zeros(n, np.float32)
    found = candidates(text, Evidence(flat, nothing, nothing, np.zeros(n + 1, bool)), 12.0)
    assert any("Kalman" in candidate.text for candidate in found)
    assert any("(EKF)" in candidate.text for candidate in found)
    for candidate in found:
        assert candidate.text.count("(") == candidate.text.count(")")
        for start, end in candidate.pieces:
            for cut in (start, end):
                assert not (0 < cut < n and text[cut - 1 : cut + 1].isascii() and text[cut - 1 : cut + 1].isalnum())
    # A cut within a word is made only where the models are sure of it.
    within = np.zeros(n + 1, bool)
    within[1:] = True
    within[n] = False
    sure = np.where(np.arange(n) == 2, 1.0, -1.0).astype(np.float32)
    starts = {piece[0] for c in candidates(text, Evidence(flat, sure, nothing - 1, within), 12.0) for piece in c.pieces}
    assert starts == {0, 2}


def test_a_saved_headliner_is_the_same(headliner, tmp_path):
    path = tmp_path / "headlines.npz"
    headliner.save(path)
    again = Headliner.load(path)
    for pair in abstracts(5, 9):
        assert again.write(pair.text, n=3) == headliner.write(pair.text, n=3)
    assert list(tmp_path.iterdir()) == [path]


def test_bad_model_files_are_refused(tmp_path):
    path = tmp_path / "headlines.npz"
    with pytest.raises(PairsError, match="not a headline model"):
        Headliner.load(path)
    path.write_bytes(pickle.dumps({"weights": [1.0]}))
    with pytest.raises(PairsError, match="train it again"):
        Headliner.load(path)
    np.savez(path, about=np.array('{"format": 99}'))
    with pytest.raises(PairsError, match="format 99"):
        Headliner.load(path)


def test_too_little_to_learn_from_and_nothing_to_cut(headliner):
    with pytest.raises(PairsError, match="too few"):
        Headliner.fit(abstracts(5, 1))
    for text in ("", "  ", "。。。", "好"):
        with pytest.raises(PairsError, match="no stretch"):
            headliner.write(text)


def test_features_depend_on_the_surroundings_only_within_the_text():
    counts = Frequencies.count(["港口音乐节开幕。港口有船。", "猫睡了。"])
    rows = columns("港口音乐节开幕。港口有船。", counts)
    assert rows.shape[0] == 13 and rows.dtype == np.int32 and (rows >= 0).all()
    assert (columns("港口音乐节开幕。港口有船。", counts) == rows).all()
    assert counts.texts_with("港口")[0] == 1


def test_logistic_regression_is_at_its_minimum():
    rng = np.random.default_rng(0)
    rows = (rng.integers(0, 12, (200, 3)) + np.array([0, 16, 32])).astype(np.int32)
    wanted = (rows[:, 0] < 5).astype(np.float32)
    model = logistic(rows, wanted, size=48, penalty=1.0, least=1, iterations=200)
    dense = np.zeros((200, 48))
    for k in range(3):
        np.add.at(dense, (np.arange(200), rows[:, k]), 1)
    share = 1 / (1 + np.exp(-model.scores(rows)))
    weights = np.zeros(48)
    weights[model.features] = model.weights
    assert np.abs(dense.T @ (share - wanted) + weights).max() < 0.05
    assert ((share > 0.5) == (wanted > 0.5)).mean() > 0.9


def test_minimum_risk_is_at_its_maximum():
    rng = np.random.default_rng(1)
    groups = [rng.normal(size=(6, 3)).astype(np.float32) for _ in range(40)]
    gains = [(group @ np.array([0.0, 0.1, -0.1]) + 0.5).astype(np.float32) for group in groups]
    weights = minimum_risk(groups, gains, penalty=1.0, iterations=60)

    def objective(w):
        shares = [np.exp(group @ w - (group @ w).max()) for group in groups]
        expected = sum(float((share / share.sum()) @ gain) for share, gain in zip(shares, gains, strict=True))
        return 10 * expected - 0.5 * float(w @ w)

    assert weights[1] > 0.5 and weights[2] < -0.5 and abs(weights[0]) < 0.3 * weights[1]
    for step in np.vstack([np.eye(3), -np.eye(3)]) * 0.05:
        assert objective(weights.astype(np.float64)) > objective(weights + step)


def test_the_command_trains_headlines(tmp_path, capsys, monkeypatch):
    table = tmp_path / "train.csv"
    rows = "".join(f"{pair.text},{pair.summary}\n" for pair in abstracts(50, 1))
    table.write_text("text,summary\n" + rows, encoding="utf-8")
    model = tmp_path / "headlines.npz"
    assert main(["train-headlines", "--train", str(table), "--to", str(model)]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO(abstracts(1, 5)[0].text + "\n"))
    capsys.readouterr()
    assert main(["try", str(model)]) == 0
    assert "预测" in capsys.readouterr().out
