"""Blends: the sum that is printed, weights that help, and members that are not fitted twice."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.hybrid import Blend, learn_weights, ranks, standardised
from recsys.interactions import Interactions
from recsys.linear import EASE
from recsys.model import ItemModel
from recsys.neighbours import ItemNeighbours
from recsys.popularity import Popularity

MEMBERS = {"ease": {"regularization": 5.0}, "item-neighbours": {"k": 12, "shrinkage": 2.0}}
HISTORY = [("i3", 1.0), ("i8", -0.5), ("i20", 0.7)]


@pytest.fixture(scope="module")
def fitted(random_table: Interactions) -> dict[str, ItemModel]:
    return {"ease": EASE(5.0).fit(random_table), "item-neighbours": ItemNeighbours(12, 2.0).fit(random_table)}


def test_is_the_weighted_sum(random_table: Interactions, fitted: dict[str, ItemModel]) -> None:
    blend = Blend(MEMBERS, {"ease": 0.7, "item-neighbours": 0.2}).fit(random_table)
    expected = np.zeros(35)
    for name, weight in (("ease", 0.7), ("item-neighbours", 0.2)):
        scores = fitted[name].scores(HISTORY).astype(float)
        expected += weight * scores / np.sqrt(((scores - scores.mean()) ** 2).mean())
    np.testing.assert_allclose(blend.scores(HISTORY), expected, rtol=1e-4, atol=1e-5)


def test_models_that_are_fitted_are_taken_as_they_are(random_table: Interactions, fitted: dict[str, ItemModel]) -> None:
    weights = {"ease": 0.7, "item-neighbours": 0.2}
    ready = Blend.of(fitted, weights)
    assert ready.models["ease"] is fitted["ease"]
    np.testing.assert_array_equal(ready.scores(HISTORY), Blend(MEMBERS, weights).fit(random_table).scores(HISTORY))
    with pytest.raises(ValueError, match="items"):
        Blend.of({**fitted, "ease": EASE(5.0).fit(Interactions(["u"], ["x"]))}, weights)


def test_saved_with_its_members(random_table: Interactions, fitted: dict[str, ItemModel], tmp_path) -> None:
    blend = Blend.of(fitted, {"ease": 0.7, "item-neighbours": 0.2})
    blend.save(tmp_path)
    again = Blend.load(tmp_path)
    np.testing.assert_array_equal(again.scores(HISTORY), blend.scores(HISTORY))
    assert again.models["ease"].regularization == 5.0  # type: ignore[attr-defined]


@pytest.mark.parametrize("normalise", ["spread", "rank"])
def test_explanations_add_up(random_table: Interactions, normalise: str) -> None:
    blend = Blend(MEMBERS, {"ease": 0.7, "item-neighbours": 0.2}, normalise=normalise).fit(random_table)  # type: ignore[arg-type]
    for row, item in enumerate(blend.item_ids):
        if normalise == "rank" and not all(model.scores(HISTORY)[row] for model in blend.models.values()):
            continue  # a member that says nothing about the item has a rank, and nothing to explain it with
        total = sum(part for _, part in blend.explain(HISTORY, item))
        assert total == pytest.approx(blend.scores(HISTORY)[row], rel=1e-3, abs=1e-4)


def test_weights_find_the_member_that_knows() -> None:
    rng = np.random.default_rng(0)
    noise, knows = rng.normal(size=(2, 200, 30)).astype(np.float32)
    wanted = rng.integers(0, 30, 200)
    knows[np.arange(200), wanted] += 3
    weights = learn_weights(np.stack([noise, knows]), wanted, np.ones((200, 30), bool))
    assert weights[1] == 1 and weights[0] <= 0.3


def test_two_halves_of_the_truth_are_both_used() -> None:
    rng = np.random.default_rng(1)
    z = rng.normal(size=(3, 400, 40)).astype(np.float32)
    wanted = rng.integers(0, 40, 400)
    for member in (0, 1):  # independent noise on the same signal
        z[member, np.arange(400), wanted] += 1.5
    weights = learn_weights(z, wanted, np.ones((400, 40), bool))
    assert weights[:2].min() > 0.45 and weights[2] <= 0.2


def test_what_was_met_does_not_count() -> None:
    """The only member that is right about what has not been met wins, however wrong about the rest."""
    right, wrong = np.zeros((2, 3, 4), np.float32)
    right[:] = [0, 5, 9, 9]
    wrong[:] = [5, 0, 0, 0]
    allowed = np.array([[True, True, False, False]] * 3)
    weights = learn_weights(np.stack([right, wrong]), np.array([1, 1, 1]), allowed)
    assert weights[0] == 1


def test_learnt_weights_are_never_worse_than_the_best_member_where_they_were_learnt(
    random_table: Interactions,
) -> None:
    blend = Blend({**MEMBERS, "popularity": {}}).fit(random_table)
    assert blend.learnt.max() == 1 and (blend.learnt >= 0).all()


def test_too_few_users_to_learn_from_weigh_alike() -> None:
    blend = Blend(MEMBERS).fit(Interactions(["a", "a", "b", "b"], ["x", "y", "x", "z"]))
    np.testing.assert_array_equal(blend.learnt, [0.5, 0.5])


def test_the_same_model_twice(random_table: Interactions) -> None:
    twice = Blend({"ease:loose": {"regularization": 1.0}, "ease:tight": {"regularization": 50.0}}).fit(random_table)
    assert twice.models["ease:loose"].regularization == 1.0  # type: ignore[attr-defined]


def test_popularity_is_a_member_without_reasons(random_table: Interactions) -> None:
    blend = Blend({"popularity": {}}, {"popularity": 1.0}).fit(random_table)
    assert blend.explain(HISTORY, "i1") == []
    order = np.argsort(-Popularity().fit(random_table).share, kind="stable")
    assert [item for item, _ in blend.recommend([], 5)] == [blend.item_ids[row] for row in order[:5]]


def test_ranks_are_those_of_a_double_loop() -> None:
    scores = np.array([[3, 1, 1, -2], [0, 0, 0, 0]], np.float32)
    naive = [[sum((a > b) + 0.5 * (a == b) for b in row) - 0.5 for a in row] for row in scores]
    np.testing.assert_allclose(ranks(scores), np.array(naive) / 3)


def test_a_constant_row_says_nothing() -> None:
    scaled = standardised(np.array([[2, 2, 2], [0, 1, 2]], np.float32))
    assert not scaled[0].any() and scaled[1].std() == pytest.approx(1)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"members": {}}, "at least one"),
        ({"members": MEMBERS, "weights": {"ease": 1.0}}, "members are"),
        ({"members": {"ease": {}}, "weights": {"ease": -1.0}}, "negative"),
        ({"members": {"ease": {}}, "weights": {"ease": float("nan")}}, "finite"),
        ({"normalise": "softmax"}, "normalise"),
    ],
)
def test_wrong_parameters(wrong: dict, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Blend(**wrong)


def test_an_unknown_member_is_named(random_table: Interactions) -> None:
    with pytest.raises(ValueError, match="no model 'eaze'"):
        Blend({"eaze": {}}).fit(random_table)
