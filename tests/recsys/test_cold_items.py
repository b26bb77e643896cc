"""Items nobody has met: the ridge, the map from content to factors, and the split that measures them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from knowledge.graph import Graph
from recsys import splits
from recsys.content import features_of
from recsys.evaluate import evaluate
from recsys.factors import ImplicitALS
from recsys.feature_factors import FeatureALS
from recsys.interactions import Interactions
from recsys.popularity import Popularity
from recsys.ridge import ridge

SMALL = {"factors": 8, "iterations": 6, "backend": "numpy"}


@pytest.fixture(scope="module")
def tastes() -> tuple[Interactions, dict[str, list[str]]]:
    """120 people like 2 of 6 genres and meet 12 of the 60 works that have one of them; colours mean nothing."""
    rng = np.random.default_rng(5)
    genres = {f"w{i:02}": [f"genre={i % 6}", f"colour={rng.integers(4)}"] for i in range(60)}
    rows = []
    for user in range(120):
        likes = {f"genre={g}" for g in rng.choice(6, 2, replace=False)}
        suits = [work for work, of in genres.items() if of[0] in likes]
        rows += [(f"u{user}", work) for work in rng.choice(suits, 12, replace=False)]
    return Interactions.from_rows(rows), genres


class TestRidge:
    @pytest.mark.parametrize("shape", [(30, 7), (9, 25)])
    def test_equals_the_normal_equations_and_honest_leave_one_out(self, shape: tuple[int, int]) -> None:
        rng = np.random.default_rng(2)
        n, f = shape
        x = (rng.random((n, f)) < 0.4) * rng.standard_normal((n, f))
        y = x @ rng.standard_normal((f, 3)) + 0.5 * rng.standard_normal((n, 3))
        w = rng.random(n)

        def fit(rows: np.ndarray, penalty: float) -> np.ndarray:
            a = x[rows].T * w[rows]
            return np.linalg.solve(a @ x[rows] + penalty * np.eye(f), a @ y[rows])

        lost = {}
        for penalty in (0.1, 1.0, 10.0):
            found = ridge(sparse.csr_array(x), y.astype(np.float32), w, (penalty,))
            np.testing.assert_allclose(found.weights, fit(np.arange(n), penalty), atol=1e-4)
            errors = [y[i] - x[i] @ fit(np.delete(np.arange(n), i), penalty) for i in range(n)]
            lost[penalty] = float((w[:, None] * np.array(errors) ** 2).sum())
            assert found.explained == pytest.approx(1 - lost[penalty] / (w[:, None] * y**2).sum(), abs=1e-4)
        best = ridge(sparse.csr_array(x), y.astype(np.float32), w, (0.1, 1.0, 10.0))
        assert best.penalty == min(lost, key=lost.__getitem__)

    def test_nothing_to_learn_from(self) -> None:
        for x in (np.zeros((0, 3)), np.zeros((4, 0)), np.zeros((4, 3))):
            found = ridge(sparse.csr_array(x), np.zeros((len(x), 2), np.float32), np.ones(len(x)))
            assert found.weights.shape == (x.shape[1], 2) and not found.weights.any() and found.explained == 0


class TestFeatureALS:
    def test_a_work_nobody_has_met_comes_before_those_of_other_genres(self, tastes) -> None:
        table, genres = tastes
        new = {f"new-{g}": [f"genre={g}", "colour=1"] for g in range(6)}
        model = FeatureALS({**genres, **new}, **SMALL).fit(table)
        assert set(new) <= set(model.item_ids) and model.explained > 0.3
        for g in range(6):
            history = [work for work, of in genres.items() if of[0] == f"genre={g}"][:4]
            listed = [item for item, _ in model.recommend(history, 66) if item.startswith("new-")]
            assert listed[0] == f"new-{g}"
            scores = dict(model.recommend(history, 100))
            others = [score for item, score in scores.items() if item[0] == "w" and genres[item][0] != f"genre={g}"]
            assert scores[f"new-{g}"] > max(others)

    def test_whether_an_untouched_item_is_in_the_table_makes_no_difference(self, tastes) -> None:
        table, genres = tastes
        keep = table.matrix.indices != table.item_ids.index("w07")
        within = FeatureALS(genres, **SMALL).fit(table.where(keep))
        users, items, values, times = table.where(keep).rows()
        without = FeatureALS(genres, **SMALL).fit(Interactions(users, items, values, times))
        history = ["w01", "w13"]
        one, other = (dict(model.recommend(history, 100)) for model in (within, without))
        # The table without it has one column less, so α₀ weighs one item less.
        assert one["w07"] == pytest.approx(other["w07"], rel=0.1) and one["w07"] > np.median(list(one.values()))

    def test_without_features_it_is_ials(self, tastes) -> None:
        table, _ = tastes
        plain, ours = ImplicitALS(**SMALL).fit(table), FeatureALS(**SMALL).fit(table)
        np.testing.assert_array_equal(plain.scores(["w01"]), ours.scores(["w01"]))
        ours = FeatureALS({"w01": ["only"], "new": ["own"]}, **SMALL).fit(table)
        assert ours.scores(["w02"])[ours.item_ids.index("new")] == 0, "features of one item tell nothing"
        np.testing.assert_array_equal(plain.scores(["w01"]), ours.scores(["w01"])[:-1])

    def test_what_many_have_met_hardly_moves(self, tastes) -> None:
        table, genres = tastes
        plain = ImplicitALS(**SMALL).fit(table)
        far, near = (FeatureALS(genres, prior=prior, **SMALL).fit(table) for prior in (100.0, 0.01))
        apart = [float(np.abs(model.item_factors - plain.item_factors).max()) for model in (far, near)]
        assert apart[1] < 0.01 * apart[0]

    def test_an_untouched_score_comes_apart_by_history_and_by_feature(self, tastes) -> None:
        table, genres = tastes
        model = FeatureALS({**genres, "new": ["genre=2", "colour=1", "unheard"]}, **SMALL).fit(table)
        history = [("w02", 1.0), ("w08", 0.5), ("w03", -1.0), ("new", 0.0)]
        score = model.scores(history)[model.item_ids.index("new")]
        assert sum(part for _, part in model.explain(history, "new")) == pytest.approx(score, abs=1e-5)
        by_feature = model.features_behind(history, "new")
        assert sum(part for _, part in by_feature) == pytest.approx(score, abs=1e-5)
        assert dict(by_feature).keys() == {"", "genre=2", "colour=1"} and by_feature[0][0] == "genre=2"
        assert model.features_behind([], "new") == []
        with pytest.raises(KeyError, match="nobody-knows"):
            model.features_behind(history, "nobody-knows")

    def test_a_liked_new_item_counts(self, tastes) -> None:
        table, genres = tastes
        model = FeatureALS({**genres, "new": ["genre=2", "colour=1"]}, **SMALL).fit(table)
        best = [item for item, _ in model.recommend(["new"], 8)]
        assert sum(genres[item][0] == "genre=2" for item in best) >= 6

    def test_saved_and_loaded_it_is_the_same(self, tastes, tmp_path) -> None:
        table, genres = tastes
        model = FeatureALS({**genres, "new": ["genre=2"]}, **SMALL).fit(table)
        model.save(tmp_path)
        again = FeatureALS.load(tmp_path)
        np.testing.assert_array_equal(again.scores(["new", "w01"]), model.scores(["new", "w01"]))
        assert again.features_behind(["w01"], "new") == model.features_behind(["w01"], "new")
        assert again.explained == pytest.approx(model.explained)

    def test_no_table_but_content(self) -> None:
        model = FeatureALS({"a": ["x"], "b": ["x"]}, **SMALL).fit(Interactions([], []))
        assert model.item_ids == ("a", "b") and not model.scores(["a"]).any()

    @pytest.mark.parametrize("wrong", [{"prior": 0.0}, {"fewest": 0}])
    def test_parameters_are_checked(self, wrong: dict) -> None:
        with pytest.raises(ValueError, match=next(iter(wrong))):
            FeatureALS(**wrong)

    def test_features_of_a_graph(self, graph: Graph) -> None:
        found = features_of(graph)
        assert {"type=film", "genre=genre/horror", "era=1990"} <= set(found["film/ring"])


class TestHeldOutItems:
    def test_nobody_has_met_them(self, tastes) -> None:
        table, _ = tastes
        for among in ("cold", "all"):
            split = splits.cold_items(table, fraction=0.2, among=among, seed=3)
            met = {table.item_ids[i] for i in split.train.matrix.indices}
            cold = set(table.item_ids) - met
            assert len(cold) == 12 and split.train.item_ids == table.item_ids
            hidden = {table.item_ids[i] for i in split.hidden.indices}
            assert hidden <= cold and not hidden & {table.item_ids[i] for i in split.seen.indices}
            assert split.train.matrix.nnz + split.hidden.nnz == table.matrix.nnz or among == "cold"
        split = splits.cold_items(table, fraction=0.2, seed=3)
        assert split.candidates is not None and (np.diff(split.hidden.indptr) == 1).all()
        np.testing.assert_array_equal(split.candidates[:, 0], split.hidden.indices)
        rows = {user: at for at, user in enumerate(table.user_ids)}
        for user, listed in zip(split.user_ids, split.candidates, strict=True):
            own = set(table.matrix[[rows[user]]].indices.tolist())
            assert not own & set(listed[1:].tolist())
            assert {table.item_ids[i] for i in listed if i >= 0} <= cold

    def test_content_ranks_them_and_popularity_cannot(self, tastes) -> None:
        """A third of the works suit a person: a guess puts one of the person's first in about a third of the cases."""
        table, genres = tastes
        split = splits.cold_items(table, fraction=0.2, seed=3)
        models = {"content": FeatureALS(genres, **SMALL), "blind": ImplicitALS(**SMALL), "popular": Popularity()}
        report = evaluate(models, split, (1,))
        auc = {name: report.figures(name)["auc"] for name in models}
        assert auc["content"] > 0.9 and auc["blind"] == pytest.approx(0.5, abs=0.02)
        assert auc["popular"] == pytest.approx(0.5, abs=0.02)

    def test_wrong_splits_are_named(self, tastes) -> None:
        with pytest.raises(ValueError, match="among"):
            splits.cold_items(tastes[0], among="some")  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="fraction"):
            splits.cold_items(tastes[0], fraction=1.0)
        with pytest.raises(ValueError, match="nobody"):
            splits.cold_items(Interactions(["a", "b"], ["x", "x"]))
