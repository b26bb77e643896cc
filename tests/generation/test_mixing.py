"""Context mixing: nothing of the future is seen, probabilities are probabilities, and it learns what it should."""

from __future__ import annotations

import itertools
import math
import random
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.briefs import GenerationError
from generation.text.mixing import ContextMixer
from generation.text.mixing_contexts import contexts
from generation.text.mixing_tree import huffman

pytest.importorskip("numba")

PLAY = """First Citizen:
Before we proceed any further, hear me speak.

All:
Speak, speak.

First Citizen:
You are all resolved rather to die than to famish?

All:
Resolved. resolved.

MENENIUS:
What work's, my countrymen, in hand? where go you
With bats and clubs? The matter? speak, I pray you.

"""


def numbers(text: str, alphabet: str) -> np.ndarray:
    return np.array([alphabet.index(c) for c in text], dtype=np.int32)


@pytest.mark.parametrize("cut", [0, 1, 15, 16, 17, 62, 63, 64, 100, 150, 200, 260])
def test_contexts_do_not_see_the_future(cut: int) -> None:
    alphabet = "".join(sorted(set(PLAY)))
    text = PLAY + PLAY[::-1] + PLAY
    shuffled = list(text[cut + 40 :])
    random.Random(cut).shuffle(shuffled)
    for future in ("".join(shuffled), "\n\nAll:\n" * 9, ""):
        other = text[:cut] + "\n" + future  # what stands at ``cut`` itself differs, too
        one = contexts(text, numbers(text, alphabet), len(alphabet))
        two = contexts(other, numbers(other, alphabet), len(alphabet))
        for name in ("hashes", "selectors", "predicted", "repeated"):
            np.testing.assert_array_equal(getattr(one, name)[: cut + 1], getattr(two, name)[: cut + 1], err_msg=name)


def test_contexts_tell_places_apart() -> None:
    alphabet = "".join(sorted(set(PLAY)))
    seen = contexts(PLAY, numbers(PLAY, alphabet), len(alphabet))
    column = dict(zip(seen.names, seen.hashes.T, strict=True))
    assert len(seen.names) == seen.hashes.shape[1] == len(set(seen.names))
    same = [i for i in range(2, len(PLAY)) if PLAY[i - 2 : i] == "re"]
    assert len(same) > 3
    assert len({int(column["order 2"][i]) for i in same}) == 1
    assert len({int(column["order 5"][i]) for i in same}) > 1
    resolved = [i + 3 for i in range(len(PLAY)) if PLAY[i : i + 8].lower() == "resolved" and not PLAY[i - 1].isalpha()]
    assert len({int(column["word, two previous"][i]) for i in resolved}) == len(resolved) == 3
    # Everything after "MENENIUS:" is his; the line before it still belongs to all.
    his = PLAY.index("What work's") + 3
    all_ = PLAY.index("Resolved. ") + 3
    columns = column["word, speaker"]
    assert columns[his] != columns[all_]
    assert columns[PLAY.index("Resolved. ") + 4] == columns[PLAY.index("resolved.\n") + 4]


def test_repeats_by_hand() -> None:
    text = "abcdefgXabcdefgYabcdefg"
    alphabet = "XYabcdefg"
    seen = contexts(text + "?", numbers(text + "X", alphabet), 9)
    shortest = seen.predicted[:, 2]
    assert [alphabet[i] if i >= 0 else "-" for i in shortest[13:16]] == ["-", "g", "X"]  # six characters, then more
    assert alphabet[seen.predicted[23, 2]] == "Y" and seen.repeated[23, 2] > seen.repeated[22, 2] > 0
    far = contexts(text + "?", numbers(text + "X", alphabet), 9, remembered=8)
    assert alphabet[far.predicted[23, 2]] == "X"


def test_huffman() -> None:
    tree = huffman([5, 1, 1, 2])
    assert tree.lengths.tolist() == [1, 3, 3, 2] and tree.nodes[:, 0].tolist() == [0, 0, 0, 0]
    paths = {tuple(zip(tree.nodes[i, :n], tree.bits[i, :n], strict=True)) for i, n in enumerate(tree.lengths)}
    assert len(paths) == 4
    frequencies = np.random.default_rng(0).uniform(0.1, 9, 40)
    p = frequencies / frequencies.sum()
    entropy = -(p * np.log2(p)).sum()
    assert entropy <= (p * huffman(frequencies).lengths).sum() < entropy + 1
    for bad in ([1.0], [1.0, 0.0], [1.0, -1.0]):
        with pytest.raises(ValueError, match="at least two leaves"):
            huffman(bad)


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 12), st.integers(0, 1000))
def test_decisions_multiply_to_the_distribution(leaves: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    tree = huffman(rng.uniform(0.1, 5, leaves))
    p = rng.dirichlet(np.ones(leaves) * 2, size=3)
    one = 1 / (1 + np.exp(-tree.logits(np.log(p).astype(np.float32)).astype(np.float64)))
    for leaf in range(leaves):
        nodes, bits = tree.nodes[leaf, : tree.lengths[leaf]], tree.bits[leaf, : tree.lengths[leaf]]
        product = np.where(bits == 1, one[:, nodes], 1 - one[:, nodes]).prod(1)
        np.testing.assert_allclose(product, p[:, leaf], rtol=2e-2, atol=1e-4)


def test_probabilities_sum_to_one() -> None:
    alphabet = "abc \n"
    text = "abc acb\nbca" * 6
    model = ContextMixer(alphabet, table_bits=12)
    model.read(text)
    outside = np.log(np.full((1, 5), 0.2, dtype=np.float32))
    for follow in ("", "a", "\n"):
        next_ = [float(model.read(follow + c, learn=False)[-1]) for c in [*alphabet, "?"]]
        assert sum(math.exp(-x) for x in next_) == pytest.approx(1.0, abs=1e-5)
    with_other = ContextMixer(alphabet, table_bits=12, outside=1)
    with_other.read(text)
    next_ = [float(with_other.read(c, learn=False, outside=[outside])[0]) for c in [*alphabet, "?"]]
    assert sum(math.exp(-x) for x in next_) == pytest.approx(1.0, abs=1e-5)


def test_reads_on_as_if_in_one_go() -> None:
    text = PLAY * 2
    whole = ContextMixer(set(PLAY), table_bits=14)
    whole.read(text[:100])
    at_once = whole.read(text[100:])
    parts = ContextMixer(set(PLAY), table_bits=14)
    parts.read(text[:100])
    np.testing.assert_array_equal(
        at_once, np.concatenate([parts.read(text[i : i + 97]) for i in range(100, len(text), 97)])
    )


def test_fixed_reading_changes_nothing() -> None:
    model = ContextMixer(set(PLAY), table_bits=14)
    model.read(PLAY)
    fixed = model.read(PLAY + PLAY, learn=False)
    np.testing.assert_array_equal(fixed, model.read(PLAY + PLAY, learn=False))
    assert model.text == PLAY
    learning = model.read(PLAY + PLAY)
    n = len(PLAY)
    assert learning[n:].mean() < learning[:n].mean()
    # Fixed, a text read twice is no likelier the second time: only the characters in front differ, at its beginning.
    np.testing.assert_allclose(fixed[n + 200 :].mean(), fixed[200:n].mean(), rtol=0.05)


def test_learns_more_than_an_order_two_count() -> None:
    rng = random.Random(3)
    words = ["speak", "citizen", "further", "proceed", "resolved", "die", "famish", "before"]
    text = "".join(f"{rng.choice(words)} {rng.choice(words)}\n" for _ in range(1500))
    model = ContextMixer(set(text), table_bits=16)
    losses = model.read(text)
    # Eight equal words: ln 8 nats for each, and nothing for spelling it.
    characters_a_word = len(text) / 3000
    ideal = math.log(8) / characters_a_word
    assert 0.98 * ideal < losses[-4000:].mean() < 1.1 * ideal
    pairs = Counter(zip(text, text[1:], text[2:], strict=False))
    firsts = Counter(itertools.pairwise(text))
    second = -sum(n * math.log(n / firsts[k[:2]]) for k, n in pairs.items()) / len(text)
    assert losses[-4000:].mean() < second


def test_another_model_helps_when_it_knows_and_does_no_harm_when_not() -> None:
    rng = np.random.default_rng(0)
    alphabet = "abcdefgh"
    ids = rng.integers(8, size=3000)
    text = "".join(alphabet[i] for i in ids)  # nothing to learn from what stands before
    table = np.full((3000, 8), 0.02, dtype=np.float32)
    table[np.arange(3000), ids] = 0.86
    wrong = np.roll(table, 1, axis=0)
    losses = {}
    for name, outside in (("none", []), ("knows", [np.log(table)]), ("wrong", [np.log(wrong)])):
        model = ContextMixer(alphabet, table_bits=12, outside=1)
        losses[name] = model.read(text, outside=outside)[1000:].mean()
    silent = ContextMixer(alphabet, table_bits=12, outside=1)
    assert silent.read(text, outside=[np.full_like(table, np.nan)])[1000:].mean() == losses["none"]
    assert losses["none"] == pytest.approx(math.log(8), abs=0.15)
    assert losses["knows"] < 0.25
    assert losses["wrong"] < losses["none"] + 0.05


def test_interpreted_equals_compiled() -> None:
    script = (
        "import sys; sys.modules['numba'] = None\n"
        "from generation.text.mixing import ContextMixer\n"
        "model = ContextMixer('ab c', table_bits=8)\n"
        "print(' '.join(f'{x:.5f}' for x in model.read('abc abd abc cab')))"
    )
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    compiled = ContextMixer("ab c", table_bits=8).read("abc abd abc cab")
    np.testing.assert_allclose([float(x) for x in printed.split()], compiled, atol=2e-4)


def test_certainty_stays_finite() -> None:
    model = ContextMixer("ab", table_bits=10)
    losses = model.read("a" * 60_000)
    assert np.isfinite(losses).all() and losses[-100:].max() < 1e-3
    surprise = model.read("b" + "a" * 200)
    assert np.isfinite(surprise).all() and surprise[0] > 5 and surprise[-1] < 0.1


def test_refusals() -> None:
    with pytest.raises(GenerationError, match="alphabet"):
        ContextMixer("")
    with pytest.raises(GenerationError, match="table_bits"):
        ContextMixer("ab", table_bits=40)
    model = ContextMixer("ab", table_bits=8, outside=1)
    with pytest.raises(GenerationError, match="shape"):
        model.read("ab", outside=[np.zeros((2, 3), dtype=np.float32)])
    with pytest.raises(GenerationError, match="made for 1"):
        model.read("ab", outside=[np.zeros((2, 2), dtype=np.float32)] * 2)
    assert model.read("").shape == (0,)
