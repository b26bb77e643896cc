"""Kneser–Ney against the formulas written out with dictionaries, answers by hand, files, decoding."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.briefs import GenerationError
from generation.text.ngram import NGram, discounts
from generation.text.ngram_text import TextNGram, join, split

TEXT = st.lists(st.lists(st.integers(1, 5), max_size=30), min_size=1, max_size=4).filter(lambda s: any(s))


class Naive:
    """Chen & Goodman's equations 25–27, one gram at a time."""

    def __init__(self, order: int, vocabulary: int, sequences: list[list[int]]) -> None:
        self.order, self.vocabulary = order, vocabulary
        grams: list[Counter[tuple[int, ...]]] = [Counter() for _ in range(order + 1)]
        for sequence in sequences:
            padded = [0, *sequence]
            for end in range(2, len(padded) + 1):
                for k in range(1, min(order, end) + 1):
                    grams[k][tuple(padded[end - k : end])] += 1
        self.counts: list[dict[tuple[int, ...], int]] = [{} for _ in range(order + 1)]
        for k in range(1, order + 1):
            left: dict[tuple[int, ...], set[int]] = defaultdict(set)
            for gram in grams[k + 1] if k < order else ():
                left[gram[1:]].add(gram[0])
            for gram, times in grams[k].items():
                self.counts[k][gram] = times if k == order or gram[0] == 0 else len(left[gram])
        self.discounts = [np.zeros(3)] + [self._discounts(self.counts[k]) for k in range(1, order + 1)]

    @staticmethod
    def _discounts(counts: dict[tuple[int, ...], int]) -> np.ndarray:
        return discounts(np.array(list(counts.values()), dtype=np.int64))

    def p(self, context: tuple[int, ...], token: int) -> float:
        return self._p(context[-(self.order - 1) :] if self.order > 1 else (), token)

    def _p(self, context: tuple[int, ...], token: int) -> float:
        k = len(context) + 1
        lower = self._p(context[1:], token) if k > 1 else 1 / (self.vocabulary - 1)
        followers = {g[-1]: c for g, c in self.counts[k].items() if g[:-1] == context}
        if not followers:
            return lower
        total = sum(followers.values())
        d = {1: self.discounts[k][0], 2: self.discounts[k][1]}
        off = {w: d.get(c, self.discounts[k][2]) for w, c in followers.items()}
        own = followers.get(token, 0) - off.get(token, 0.0)
        return own / total + sum(off.values()) / total * lower


@settings(max_examples=60, deadline=None)
@given(TEXT, st.integers(1, 4), st.lists(st.integers(1, 6), min_size=1, max_size=12))
def test_equals_the_formulas(sequences: list[list[int]], order: int, text: list[int]) -> None:
    model, naive = NGram(order, 7).fit(sequences), Naive(order, 7, sequences)
    expected = [math.log(naive.p((0, *text[:i]), token)) for i, token in enumerate(text)]
    np.testing.assert_allclose(model.log_prob(text), expected, rtol=1e-5, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(TEXT, st.integers(1, 4), st.lists(st.integers(1, 6), min_size=1, max_size=12))
def test_sums_to_one_and_agrees_with_itself(sequences: list[list[int]], order: int, text: list[int]) -> None:
    model = NGram(order, 7).fit(sequences)
    table = model.log_probs(text)
    np.testing.assert_allclose(np.exp(table.astype(np.float64)).sum(1), 1.0, atol=1e-6)
    assert np.isneginf(table[:, 0]).all()
    np.testing.assert_allclose(table[np.arange(len(text)), text], model.log_prob(text), atol=1e-6)
    np.testing.assert_allclose(model.log_prob(text[1:], before=text[:1]), model.log_prob(text)[1:], atol=1e-6)


def test_counts_and_discounts_by_hand() -> None:
    assert discounts(np.array([1] * 4 + [2] * 2 + [3] + [4])) == pytest.approx([0.5, 1.25, 1.0])
    assert discounts(np.array([1, 1, 2])) == pytest.approx([0.5, 1.0, 1.5])  # too little to tell
    model = NGram(2, 4).fit([[1, 2, 1, 2, 1, 3]])
    # Left neighbours: 1 after the boundary and after 2; 2 after 1; 3 after 1. With D = (0.5, 1, 1.5) and three tokens:
    # p(1) = (2 − 1)/4 + (1 + 0.5 + 0.5)/4 · 1/3 = 5/12;  p(2) = p(3) = 0.5/4 + 1/6 = 7/24.
    one = 5 / 12
    two = 7 / 24
    # 1 is followed by 2 twice and by 3 once; p(2|1) = (2 − 1)/3 + (1 + 0.5)/3 · p(2).
    assert math.exp(model.log_prob([1, 2])[1]) == pytest.approx(1 / 3 + 0.5 * two)
    assert math.exp(model.log_prob([1, 3])[1]) == pytest.approx(0.5 / 3 + 0.5 * two)
    assert math.exp(model.log_prob([1, 1])[1]) == pytest.approx(0.5 * one)
    assert math.exp(model.log_prob([1])[0]) == pytest.approx(0.5 + 0.5 * one)  # the boundary is followed by 1, once
    assert math.exp(model.log_prob([3, 1])[1]) == pytest.approx(one)  # 3 is followed by nothing


def test_sequences_do_not_touch() -> None:
    model = NGram(3, 4).fit([[1], [2]])
    assert model.log_prob([1, 2])[1] == pytest.approx(model.log_prob([3, 2])[1])
    np.testing.assert_array_equal(
        model.log_prob_all([[1, 2], [], [2]]), np.concatenate([model.log_prob([1, 2]), model.log_prob([2])])
    )


def test_decoding_follows_the_table() -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    text = rng.integers(1, 6, 300).tolist()
    model = NGram(4, 7).fit([text])
    state, logits = model.start([[1, 2], [], [5, 5, 5, 5, 5]])
    assert logits.shape == (3, 7) and logits.dtype == torch.float32
    for row, prompt in enumerate(([1, 2], [], [5, 5, 5, 5, 5])):
        np.testing.assert_allclose(logits[row].exp().numpy(), np.exp(model.log_probs([*prompt, 1])[-1]), atol=1e-6)
    state = model.select(state, torch.tensor([2, 0, 0]))
    state, logits = model.step(state, torch.tensor([1, 3, 4]))
    for row, prompt in enumerate(([5, 5, 5, 1], [1, 2, 3], [1, 2, 4])):
        np.testing.assert_allclose(logits[row].exp().numpy(), np.exp(model.log_probs([*prompt, 1])[-1]), atol=1e-6)


def test_decoders_write_with_it() -> None:
    decoding = pytest.importorskip("generation.text.decoding")
    model = TextNGram(5).fit(["the cat sat on the mat"] * 3)
    settings_ = decoding.Settings(strategy="greedy", max_new=40, eos=1)
    [[best]] = decoding.decode(model.model, [model.encode("the c")], settings_)
    assert model.decode(best.tokens).startswith("at")


def test_a_better_model_is_less_perplexed() -> None:
    lines = ["to be or not to be", "that is the question", "to die to sleep no more"] * 2
    for unit in ("character", "word"):
        known = TextNGram(3, unit).fit(lines)
        assert known.perplexity(lines[:1]) < TextNGram(1, unit).fit(lines).perplexity(lines[:1])
        assert known.perplexity(["to be"]) < known.perplexity(["be to"])
        each = known.log_prob("to be")
        assert known.perplexity(["to be"]) == pytest.approx(math.exp(-each.mean()), rel=1e-5)
        assert known.score(["to be"])[0] == pytest.approx(each.mean(), rel=1e-5)
    assert NGram(1, 3).fit([[1, 1, 2, 2]]).perplexity([[1]]) == pytest.approx(2.0)


def test_unknown_units() -> None:
    model = TextNGram(2, "word", min_count=2).fit(["我 爱 电影", "我爱你"])
    assert model.units == ["<s>", "</s>", "<unk>", "我", "爱"]
    assert model.score(["我爱她"])[0] == model.score(["我爱它"])[0] == model.score(["我爱<unk>"[:2] + "它"])[0]
    assert math.isfinite(model.score(["<s></s>"])[0])
    assert model.decode(model.encode("我爱她")) == "我爱<unk>"


@pytest.mark.parametrize("text", ["Don't go, Hamlet: it's 3.50!", "他说：“你好，Hamlet。”", "一部2014年的电影"])
def test_words_join_again(text: str) -> None:
    assert join(split(text, "character"), "character") == text
    assert "".join(split(text, "word")) == text.replace(" ", "")
    assert split(join(split(text, "word"), "word"), "word") == split(text, "word")


def test_join_puts_spaces_where_they_belong() -> None:
    assert (
        join(split("Don't go, Hamlet: it's (almost) 3.50!", "word"), "word") == "Don't go, Hamlet: it's (almost) 3.50!"
    )
    assert join(split("看完了，真好。", "word"), "word") == "看完了，真好。"


def test_files(tmp_path: Path) -> None:
    model = TextNGram(3, "word", min_count=1).fit(["the cat sat", "the dog sat down", "猫坐下"])
    model.save(tmp_path / "m")
    again = TextNGram.load(tmp_path / "m")
    np.testing.assert_array_equal(again.score(["the cat", "狗坐下"]), model.score(["the cat", "狗坐下"]))
    (tmp_path / "m" / "ngram.npz").write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(GenerationError, match=r"ngram\.npz"):
        TextNGram.load(tmp_path / "m")
    (tmp_path / "m" / "units.json").write_text("[]")
    with pytest.raises(GenerationError, match=r"units\.json"):
        TextNGram.load(tmp_path / "m")
    np.savez(tmp_path / "pickle.npz", shape=np.array([object()], dtype=object))
    with pytest.raises(GenerationError, match="pickle"):
        NGram.load(tmp_path / "pickle.npz")


def arpa(path: Path) -> tuple[dict[tuple[str, ...], tuple[float, float]], dict[int, int]]:
    grams, sizes = {}, {}
    for line in path.read_text().splitlines():
        if line.startswith("ngram "):
            order, size = line[6:].split("=")
            sizes[int(order)] = int(size)
        elif "\t" in line:
            p, gram, *back = line.split("\t")
            grams[tuple(gram.split(" "))] = (float(p), float(back[0]) if back else 0.0)
    return grams, sizes


@pytest.mark.parametrize("unit", ["word", "character"])
def test_arpa_says_the_same(tmp_path: Path, unit: str) -> None:
    lines = ["the cat sat on the mat", "the dog sat on the log", "a cat saw the dog"]
    model = TextNGram(3, unit).fit(lines)  # type: ignore[arg-type]
    model.write_arpa(tmp_path / "model.arpa")
    grams, sizes = arpa(tmp_path / "model.arpa")
    assert sizes == {k: sum(len(gram) == k for gram in grams) for k in (1, 2, 3)}
    assert all(gram[:-1] in grams for gram in grams if len(gram) > 1)

    def log10(context: tuple[str, ...], word: str) -> float:
        if (*context, word) in grams:
            return grams[*context, word][0]
        return (grams[context][1] if context in grams else 0.0) + log10(context[1:], word)

    for line in ("the cat saw the log", "mat the dog", "zebra sat"):
        units = [u if u in model.units else "<unk>" for u in split(line, model.unit)]
        words = ["<s>", *(u.replace(" ", "<U+0020>") for u in units), "</s>"]
        expected = [log10(tuple(words[max(0, i - 2) : i]), words[i]) * math.log(10) for i in range(1, len(words))]
        np.testing.assert_allclose(model.log_prob(line), expected, atol=1e-5)


def test_refusals() -> None:
    for order, vocabulary in ((0, 5), (2, 1)):
        with pytest.raises(GenerationError):
            NGram(order, vocabulary)
    with pytest.raises(GenerationError, match="fit"):
        NGram(2, 5).log_prob([1])
    with pytest.raises(GenerationError, match="at least one token"):
        NGram(2, 5).fit([[]])
    for bad in ([0], [5], [-1]):
        with pytest.raises(GenerationError, match="must lie in"):
            NGram(2, 5).fit([[1, *bad]])
        with pytest.raises(GenerationError, match="must lie in"):
            NGram(2, 5).fit([[1, 2]]).log_prob(bad)
    with pytest.raises(GenerationError, match="unit"):
        TextNGram(2, "syllable")  # type: ignore[arg-type]
