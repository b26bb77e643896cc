"""Behaviour every recommender shares, and the arithmetic of each against its textbook definition."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.interactions import Interactions
from recsys.linear import EASE
from recsys.model import ItemModel, NotFitted, Recommender, top_k
from recsys.neighbours import ItemNeighbours
from recsys.popularity import Popularity
from recsys.storage import ModelFileError


class Behaviour:
    """What a recommender does whatever its mathematics; a subclass says which."""

    def unfitted(self) -> ItemModel:
        raise NotImplementedError

    @pytest.fixture
    def model(self, random_table: Interactions) -> ItemModel:
        return self.unfitted().fit(random_table)

    history = (("i3", 1.0), ("i8", -0.5), ("i20", 0.7))

    def test_is_a_recommender(self, model: ItemModel) -> None:
        assert isinstance(model, Recommender)

    def test_recommend_is_the_sorted_scores_without_the_history(self, model: ItemModel) -> None:
        scores = model.scores(self.history)
        assert scores.dtype == np.float32 and scores.shape == (len(model.item_ids),)
        order = np.argsort(-scores, kind="stable")
        expected = [(model.item_ids[i], float(scores[i])) for i in order]
        expected = [pair for pair in expected if pair[0] not in {"i3", "i8", "i20"}]
        assert model.recommend(self.history, k=12) == expected[:12]
        assert model.recommend(self.history, k=10_000) == expected

    def test_excluded_items_stay_away(self, model: ItemModel) -> None:
        first = [item for item, _ in model.recommend(self.history, k=5)]
        second = [item for item, _ in model.recommend(self.history, k=5, exclude=first[:3])]
        assert second[:2] == first[3:] and not set(first[:3]) & set(second)

    def test_batch_equals_single(self, model: ItemModel) -> None:
        histories = [self.history, [], ["i1"], ["nobody-knows"], [("i1", -1.0), "i2"]]
        batch = model.scores_many(histories)
        single = np.stack([model.scores(history) for history in histories])
        np.testing.assert_allclose(batch, single, rtol=1e-5, atol=1e-6)
        assert batch.dtype == np.float32
        assert model.scores_many([]).shape == (0, len(model.item_ids))
        assert model.recommend_many(histories, 4) == [model.recommend(history, 4) for history in histories]

    def test_unknown_items_are_ignored(self, model: ItemModel) -> None:
        np.testing.assert_array_equal(model.scores([*self.history, ("nobody-knows", 1.0)]), model.scores(self.history))
        assert model.recommend(self.history, 3, exclude=["nobody-knows"]) == model.recommend(self.history, 3)
        assert "nobody-knows" not in model and self.history[0][0] in model

    def test_the_latest_word_about_an_item_counts(self, model: ItemModel) -> None:
        np.testing.assert_array_equal(
            model.scores([("i3", -1.0), "i5", ("i3", 0.25)]), model.scores(["i5", ("i3", 0.25)])
        )

    def test_contributions_sum_to_the_score(self, model: ItemModel) -> None:
        scores = model.scores(self.history)
        for row, item in enumerate(model.item_ids):
            parts = model.explain(self.history, item)
            assert parts == sorted(parts, key=lambda part: -part[1])
            assert {source for source, _ in parts} <= {"i3", "i8", "i20"}
            if not isinstance(model, Popularity):  # which rests on nobody's history
                assert sum(part for _, part in parts) == pytest.approx(scores[row], abs=1e-5)

    def test_saved_and_loaded_it_scores_the_same(self, model: ItemModel, tmp_path) -> None:
        model.save(tmp_path)
        again = type(model).load(tmp_path)
        assert again.item_ids == model.item_ids
        np.testing.assert_array_equal(again.scores(self.history), model.scores(self.history))
        assert again.explain(self.history, "i1") == model.explain(self.history, "i1")
        again.save(tmp_path)
        assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".npz"], "no leftovers"

    def test_fitting_twice_gives_the_same(self, model: ItemModel, random_table: Interactions) -> None:
        np.testing.assert_array_equal(
            self.unfitted().fit(random_table).scores(self.history), model.scores(self.history)
        )

    def test_row_order_of_the_table_does_not_matter(self, model: ItemModel, random_table: Interactions) -> None:
        rows = list(zip(*random_table.rows(), strict=True))
        shuffled = Interactions.from_rows(rows[i] for i in np.random.default_rng(1).permutation(len(rows)))
        np.testing.assert_allclose(
            self.unfitted().fit(shuffled).scores(self.history), model.scores(self.history), atol=1e-6
        )

    def test_progress_reaches_one(self, random_table: Interactions) -> None:
        seen: list[float] = []
        self.unfitted().fit(random_table, lambda fraction, what: seen.append(fraction))
        assert seen == sorted(seen) and seen[-1] == 1.0

    def test_nothing_to_learn_from(self) -> None:
        model = self.unfitted().fit(Interactions([], []))
        assert model.scores(["x"]).shape == (0,) and model.recommend(["x"]) == []

    def test_what_is_wrong_is_said(self, model: ItemModel, tmp_path) -> None:
        with pytest.raises(NotFitted, match=type(model).__name__):
            self.unfitted().scores([])
        with pytest.raises(ValueError, match="at least 1"):
            model.recommend([], 0)
        with pytest.raises(KeyError, match="nobody-knows"):
            model.explain(self.history, "nobody-knows")
        with pytest.raises(FileNotFoundError):
            type(model).load(tmp_path / "absent")
        model.save(tmp_path)
        manifest = tmp_path / "model.json"
        manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "kind": "Other"}))
        with pytest.raises(ModelFileError, match="Other"):
            type(model).load(tmp_path)
        manifest.write_text("{")
        with pytest.raises(ModelFileError):
            type(model).load(tmp_path)


class KnownAnswer:
    """The checkerboard: from any user's row, the one item missing from the pattern comes first."""

    def test_checkerboard(self, checkerboard: Interactions) -> None:
        model = self.unfitted().fit(checkerboard)  # type: ignore[attr-defined]
        for user in range(checkerboard.n_users):
            row = checkerboard.matrix[[user]]
            history = [checkerboard.item_ids[i] for i in row.indices]
            best, *rest = model.recommend(history, 5)
            assert best[0] == f"i{user:02}"
            assert all(score < best[1] for _, score in rest)


class TestPopularity(Behaviour):
    def unfitted(self) -> Popularity:
        return Popularity()

    def test_score_is_the_share_of_users(self) -> None:
        table = Interactions.from_rows([("a", "x"), ("b", "x"), ("c", "x", -1.0), ("a", "y"), ("d", "z", 0.0)])
        assert dict(Popularity().fit(table).recommend([], 3)) == pytest.approx({"x": 0.5, "y": 0.25, "z": 0.0})

    def test_old_interactions_fade(self) -> None:
        day = 86_400
        table = Interactions.from_rows(
            [("a", "old", 1.0, 1000 * day), ("b", "old", 1.0, 1000 * day), ("c", "new", 1.0, 1060 * day)]
        )
        faded = dict(Popularity(half_life=30).fit(table).recommend([], 2))
        assert faded == pytest.approx({"new": 1 / 3, "old": 2 * 0.25 / 3})
        with pytest.raises(ValueError, match="half_life"):
            Popularity(half_life=0)


class TestItemNeighbours(Behaviour, KnownAnswer):
    def unfitted(self) -> ItemNeighbours:
        return ItemNeighbours(k=12, shrinkage=2.0)

    @pytest.mark.parametrize("asymmetry", [0.5, 0.7])
    @pytest.mark.parametrize("binary", [True, False])
    def test_equals_the_naive_double_loop(self, random_table: Interactions, asymmetry: float, binary: bool) -> None:
        fast = ItemNeighbours(k=6, shrinkage=3.0, asymmetry=asymmetry, binary=binary).fit(random_table)
        x = random_table.liked(binary).toarray().astype(float)
        n = x.shape[1]
        got = fast.similarity.toarray()
        for j in range(n):
            naive = np.zeros(n)
            for i in range(n):
                if i != j and (dot := x[:, i] @ x[:, j]) > 0:
                    norms = (x[:, i] @ x[:, i]) ** asymmetry * (x[:, j] @ x[:, j]) ** (1 - asymmetry)
                    naive[i] = dot / (norms + 3.0)
            kept = np.flatnonzero(got[:, j])
            np.testing.assert_allclose(got[kept, j], naive[kept], rtol=1e-5)
            np.testing.assert_allclose(np.sort(got[kept, j]), np.sort(naive[naive > 0])[-6:], rtol=1e-5)

    def test_blocks_do_not_change_the_answer(self, random_table: Interactions, monkeypatch) -> None:
        whole = self.unfitted().fit(random_table).similarity.toarray()
        monkeypatch.setattr("recsys.neighbours._BLOCK_BYTES", 8 * 35 * 3)
        np.testing.assert_array_equal(self.unfitted().fit(random_table).similarity.toarray(), whole)

    @pytest.mark.parametrize("wrong", [{"k": 0}, {"shrinkage": -1.0}, {"asymmetry": 1.5}])
    def test_parameters_are_checked(self, wrong: dict) -> None:
        with pytest.raises(ValueError, match=next(iter(wrong))):
            ItemNeighbours(**wrong)


class TestEASE(Behaviour, KnownAnswer):
    def unfitted(self) -> EASE:
        return EASE(regularization=5.0)

    @pytest.mark.parametrize("user_weight", [0.0, 0.5])
    @pytest.mark.parametrize("binary", [True, False])
    def test_equals_least_squares_under_the_zero_diagonal(
        self, random_table: Interactions, user_weight: float, binary: bool
    ) -> None:
        ease = EASE(4.0, user_weight, binary).fit(random_table)
        x = random_table.liked(binary).toarray().astype(float)
        n_liked = np.maximum((x > 0).sum(axis=1), 1)
        root = np.sqrt(n_liked**-user_weight)[:, None]
        for j in range(x.shape[1]):
            # Column j from all the others, with the ridge as extra rows: nothing clever.
            others = np.delete(np.arange(x.shape[1]), j)
            a = np.vstack([root * x[:, others], np.sqrt(4.0) * np.eye(len(others))])
            b = np.concatenate([root[:, 0] * x[:, j], np.zeros(len(others))])
            np.testing.assert_allclose(ease.weights[others, j], np.linalg.lstsq(a, b, rcond=None)[0], atol=2e-4)
            assert ease.weights[j, j] == 0

    def test_an_event_is_one_row(self, random_table: Interactions) -> None:
        ease = self.unfitted().fit(random_table)
        before = ease.scores(["i1", "i2"])
        np.testing.assert_allclose(ease.update(before, "i9", -0.5), ease.scores(["i1", "i2", ("i9", -0.5)]), atol=1e-6)
        assert ease.update(before, "nobody-knows") is before

    @pytest.mark.parametrize("wrong", [{"regularization": 0.0}, {"user_weight": -0.1}])
    def test_parameters_are_checked(self, wrong: dict) -> None:
        with pytest.raises(ValueError, match=next(iter(wrong))):
            EASE(**wrong)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from([0.0, 0.5, 1.0, -2.0]), max_size=30),
    st.integers(0, 35),
    st.randoms(use_true_random=False),
)
def test_top_k_is_a_stable_sort(values: list[float], k: int, random) -> None:
    scores = np.array(values, np.float32)
    allowed = np.array([random.random() < 0.7 for _ in values], bool)
    expected = [row for row in np.argsort(-scores, kind="stable") if allowed[row]][:k]
    assert top_k(scores, k, allowed).tolist() == expected
    assert top_k(scores, k).tolist() == np.argsort(-scores, kind="stable")[:k].tolist()
