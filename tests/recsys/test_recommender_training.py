"""Training end to end: chosen λ, saved files, the fallback for wide catalogues."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.graph import WORK_TYPES, Graph
from recsys import erasure
from recsys.interactions import Interactions
from recsys.linear import EASE
from recsys.neighbours import ItemNeighbours
from recsys.storage import ModelFileError
from recsys.training import choice, load, train


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


class TestWithACatalogue:
    """What models take from the graph: content models are made of it, others learn features from it."""

    def rows(self, graph: Graph) -> Interactions:
        science = graph.subjects("genre/science-fiction", "genre")[:5]
        comedies = [work for work in graph.subjects("genre/comedy", "genre") if work not in science][:5]
        rng = np.random.default_rng(0)
        return Interactions.from_rows(
            (f"u{user}", work)
            for user in range(60)
            for work in rng.choice(science if user % 2 else comedies, 3, replace=False)
        )

    @pytest.mark.parametrize("name", ["content", "graph-vectors"])
    def test_content_models_serve(self, graph: Graph, tmp_path, name: str) -> None:
        table = self.rows(graph)
        report = train(table, tmp_path, model=name, graph=graph)
        assert report.name == name and report.metric is None and choice(tmp_path).model == name
        served = load(tmp_path)
        assert "film/arrival" in served.model and served.popularity.item_ids == table.item_ids
        assert erasure.erase(tmp_path, "u3") == "gone", "it never knew anybody"
        with pytest.raises(ValueError, match="built from the catalogue"):
            train(table, tmp_path, model=name)
        with pytest.raises(ValueError, match=f"{name}: "):
            train(table, tmp_path, model=name, parameters={"nonsense": 1}, graph=graph)

    def test_a_title_nobody_has_met_is_recommended(self, graph: Graph, tmp_path) -> None:
        table = self.rows(graph)
        parameters = {"factors": 8, "iterations": 4, "backend": "numpy"}
        train(table, tmp_path, model="feature-ials", parameters=parameters, graph=graph)
        served = load(tmp_path).model
        untouched = set(served.item_ids) - set(table.item_ids)
        assert untouched and set(served.item_ids) == {work.id for work in graph.entities(WORK_TYPES)}
        liked = [item for item in table.item_ids if "genre/science-fiction" in graph.objects(item, "genre")]
        scores = dict(served.recommend(liked, 40))
        of = {
            genre: [scores[work] for work in untouched if f"genre/{genre}" in graph.objects(work, "genre")]
            for genre in ("science-fiction", "comedy")
        }
        assert min(of["science-fiction"]) > max(of["comedy"])
        kept = choice(tmp_path).parameters
        assert "features" not in kept and kept["factors"] == 8, "the catalogue of the day is not frozen into the choice"
        train(table, tmp_path / "b", model="feature-ials", parameters=parameters)
        assert load(tmp_path / "b").model.item_ids == table.item_ids
