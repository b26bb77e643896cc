"""The table that encodes: by hand on a tiny table, its properties, and what training teaches it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.search.static_encoder import BadEncoder, Featurizer, StaticEncoder, bundled, pieces


@pytest.fixture(scope="module")
def shipped() -> StaticEncoder:
    return bundled()


def tiny() -> StaticEncoder:
    """a → east, b → north (three times as telling), everything else → west."""
    return StaticEncoder(Featurizer(["a", "b"], 1), np.array([[1, 0], [0, 3], [-1, 0]]))


def test_by_hand() -> None:
    assert pieces("a") == ["a", "#<a>"]
    # a + its one n-gram (west) cancel; b and its n-gram: (−1, 3); two of b: the same direction
    vectors = tiny().encode(["a", "b", "b b", "", "!?"])
    down = np.array([-1, 3]) / np.sqrt(10)
    np.testing.assert_allclose(vectors, [[0, 0], down, down, [0, 0], [0, 0]], atol=1e-6)
    assert vectors.dtype == np.float32


@settings(max_examples=40)
@given(st.lists(st.text(max_size=30), max_size=6), st.integers(1, 4))
def test_batches_do_not_matter_and_rows_are_unit_or_zero(texts: list[str], batch: int) -> None:
    encoder = StaticEncoder(Featurizer(["的", "the"], 32), np.random.default_rng(0).normal(size=(34, 8)))
    told: list[tuple[int, int]] = []
    ours = encoder.encode(texts, batch, lambda done, whole: told.append((done, whole)))
    np.testing.assert_allclose(ours, np.vstack([np.zeros((0, 8)), *(encoder.encode([t]) for t in texts)]), atol=1e-6)
    norms = np.linalg.norm(ours, axis=1)
    assert all(norm == pytest.approx(1, abs=1e-5) or norm == 0 for norm in norms)
    assert not texts or told[-1] == (len(texts), len(texts))


def test_a_two_megabyte_question_is_read_from_its_start(shipped: StaticEncoder) -> None:
    start = "怎么退票 " * 400
    np.testing.assert_allclose(shipped.encode([start + "x" * 2_000_000]), shipped.encode([start]), atol=1e-6)


def test_saved_and_loaded_it_encodes_the_same_up_to_a_rounding(tmp_path: Path) -> None:
    encoder = StaticEncoder(Featurizer(["的"], 8), np.random.default_rng(0).normal(size=(9, 6)), {"seed": 1})
    encoder.save(tmp_path)
    again = StaticEncoder.load(tmp_path)
    assert again.about == {"seed": 1} and len(again.featurizer) == 9
    np.testing.assert_allclose(again.encode(["的 movie"]), encoder.encode(["的 movie"]), atol=1e-2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["encoder.json", "encoder.npz"]


def test_a_folder_without_an_encoder_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(BadEncoder, match="train-encoder"):
        StaticEncoder.load(tmp_path)
    tiny().save(tmp_path)
    header = json.loads((tmp_path / "encoder.json").read_text(encoding="utf-8"))
    (tmp_path / "encoder.json").write_text(json.dumps(header | {"format": 99}), encoding="utf-8")
    with pytest.raises(BadEncoder, match="format 99"):
        StaticEncoder.load(tmp_path)
    (tmp_path / "encoder.json").write_text(json.dumps(header | {"vocabulary": ["a"]}), encoding="utf-8")
    with pytest.raises(BadEncoder, match="as many rows"):
        StaticEncoder.load(tmp_path)


def test_the_shipped_one_knows_both_languages(shipped: StaticEncoder) -> None:
    """Sentences none of which is in what it was trained on."""
    question = shipped.encode(["请问电影票能退吗"])[0]
    near, far = shipped.encode(["is it possible to refund a cinema ticket", "which directors are from Korea"])
    assert question @ near > question @ far + 0.2
    assert "command" in shipped.about


def test_the_shipped_one_is_small() -> None:
    folder = Path(sys.modules["knowledge.search.static_encoder"].__file__ or "").parents[1] / "models" / "static"
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 3_000_000


def test_serving_needs_no_torch() -> None:
    """In a process of its own: the FAQ search of the action server loads no learning library."""
    code = (
        "import sys; from knowledge.demo import load; from knowledge.search.retrieval import FaqIndex;"
        "FaqIndex(load().faq).search('怎么退票');"
        "print([name for name in ('torch', 'sklearn', 'sentence_transformers', 'transformers') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
