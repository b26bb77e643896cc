"""Training end to end: chosen λ, saved files, the fallback for wide catalogues."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.interactions import Interactions
from recsys.linear import EASE
from recsys.neighbours import ItemNeighbours
from recsys.storage import ModelFileError
from recsys.training import load, train


@pytest.fixture(scope="module")
def tribes() -> Interactions:
    """300 users of three tastes over 30 items, with noise: the taste can be learnt, the noise cannot."""
    rng = np.random.default_rng(3)
    rows = []
    for user in range(300):
        taste = user % 3
        for item in rng.choice(10, 6, replace=False):
            rows.append((f"u{user}", f"i{taste * 10 + item:02}"))
        rows.append((f"u{user}", f"i{rng.integers(30):02}"))
    return Interactions.from_rows(rows)


def test_what_was_trained_is_served(tribes: Interactions, tmp_path) -> None:
    said: list[float] = []
    report = train(tribes, tmp_path, seed=1, progress=lambda fraction, what: said.append(fraction))
    assert (report.users, report.items, report.kind) == (300, 30, "EASE")
    assert said == sorted(said) and said[-1] == 1.0
    assert report.ndcg is not None and report.ndcg > 0.6
    trained = load(tmp_path)
    assert isinstance(trained.model, EASE) and trained.model.regularization == report.regularization
    top = [item for item, _ in trained.model.recommend(["i10", "i11", "i12"], 7)]
    assert all(item.startswith("i1") for item in top)
    assert trained.popularity.item_ids == trained.model.item_ids


def test_same_seed_same_model(tribes: Interactions, tmp_path) -> None:
    for name in ("a", "b"):
        train(tribes, tmp_path / name, seed=5)
    first, second = load(tmp_path / "a").model, load(tmp_path / "b").model
    np.testing.assert_array_equal(first.scores(["i01"]), second.scores(["i01"]))


def test_wide_catalogues_get_neighbours(tribes: Interactions, tmp_path) -> None:
    report = train(tribes, tmp_path, most_dense_items=29)
    assert report.kind == "ItemNeighbours" and report.regularization is None
    assert isinstance(load(tmp_path).model, ItemNeighbours)
    train(tribes, tmp_path)
    assert isinstance(load(tmp_path).model, EASE)


def test_few_or_no_interactions_still_train(tmp_path) -> None:
    report = train(Interactions([], []), tmp_path)
    assert report.ndcg is None and load(tmp_path).model.recommend(["x"]) == []
    report = train(Interactions(["a", "a", "b"], ["x", "y", "x"]), tmp_path)
    assert report.ndcg is None
    assert [item for item, _ in load(tmp_path).model.recommend(["x"])] == ["y"]


def test_a_missing_or_foreign_model_is_said(tmp_path) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path)
    train(Interactions(["a"], ["x"]), tmp_path)
    (tmp_path / "personal" / "model.json").write_text('{"format": 99}')
    with pytest.raises(ModelFileError, match="format 99"):
        load(tmp_path)
