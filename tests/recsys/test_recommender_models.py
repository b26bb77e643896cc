"""The arithmetic of the first models against its textbook definition; what all share is in ``model_behaviour.py``."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.interactions import Interactions
from recsys.linear import EASE
from recsys.model import top_k
from recsys.neighbours import ItemNeighbours
from recsys.popularity import Popularity


class TestPopularity:
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


class TestItemNeighbours:
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
        monkeypatch.setattr("recsys.sparse_weights._BLOCK_BYTES", 8 * 35 * 3)
        np.testing.assert_array_equal(self.unfitted().fit(random_table).similarity.toarray(), whole)

    @pytest.mark.parametrize("wrong", [{"k": 0}, {"shrinkage": -1.0}, {"asymmetry": 1.5}])
    def test_parameters_are_checked(self, wrong: dict) -> None:
        with pytest.raises(ValueError, match=next(iter(wrong))):
            ItemNeighbours(**wrong)


class TestEASE:
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
