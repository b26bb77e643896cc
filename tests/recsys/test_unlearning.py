"""Forgetting somebody leaves what would be there had they never come."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.exact_gram import FRACTION_BITS, exact_gram, integer_weights, real
from recsys.interactions import Interactions
from recsys.linear import EASE, gram
from recsys.neighbours import ItemNeighbours
from recsys.storage import ModelFileError
from recsys.unlearning import Ledger, NeverAdded


def likes(table: Interactions, user: str) -> list[str]:
    row = table.user_ids.index(user)
    part = slice(table.matrix.indptr[row], table.matrix.indptr[row + 1])
    return [
        table.item_ids[i]
        for i, value in zip(table.matrix.indices[part], table.matrix.data[part], strict=True)
        if value > 0
    ]


def without(table: Interactions, user: str) -> Interactions:
    """The table had the user never come; items keep their columns."""
    row = np.repeat(np.arange(table.n_users), np.diff(table.matrix.indptr))
    return table.where(row != table.user_ids.index(user))


@pytest.mark.parametrize("user_weight", [0.0, 0.5, 1.0])
def test_the_integer_sum_is_the_gram_matrix(random_table: Interactions, user_weight: float) -> None:
    exact = real(exact_gram(random_table.liked(), user_weight))
    assert np.allclose(exact, gram(random_table.liked(), user_weight), rtol=2e-6, atol=1e-8)


def test_the_integer_sum_by_hand() -> None:
    table = Interactions(["a", "a", "b", "c", "c"], ["x", "y", "y", "x", "z"], [1, 2, 1, -1, 1])
    one = 1 << FRACTION_BITS
    assert exact_gram(table.liked(), 1.0).tolist() == [
        [one // 2, one // 2, 0],
        [one // 2, one // 2 + one, 0],
        [0, 0, one],
    ]


def test_weights_never_exceed_what_they_stand_for() -> None:
    counts = np.arange(0, 3000)
    weights = np.ldexp(integer_weights(counts, 1.0).astype(float), -FRACTION_BITS)
    assert weights[0] == 0
    assert np.all(weights[1:] * counts[1:] <= 1)
    assert np.all(weights[1:] * counts[1:] > 1 - 1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 59), st.sampled_from([0.0, 0.5, 1.0]))
def test_removal_leaves_the_same_bits(random_table: Interactions, at: int, user_weight: float) -> None:
    user = random_table.user_ids[at]
    ledger = Ledger(random_table, user_weight)
    ledger.remove(likes(random_table, user))
    never = Ledger(without(random_table, user), user_weight)
    assert np.array_equal(ledger.gram, never.gram)
    assert ledger.users == never.users


def test_ease_equals_a_refit_without_the_user(random_table: Interactions) -> None:
    user = random_table.user_ids[3]
    ledger = Ledger(random_table)
    before = ledger.ease(7.0).weights
    ledger.remove(likes(random_table, user))
    after = ledger.ease(7.0)
    refit = EASE(regularization=7.0).fit(without(random_table, user))
    assert np.abs(after.weights - refit.weights).max() < 1e-5
    assert np.abs(before - refit.weights).max() > 1e-3
    history = list(random_table.item_ids[:3])
    assert [item for item, _ in after.recommend(history)] == [item for item, _ in refit.recommend(history)]


@pytest.mark.parametrize("similarity", ["cosine", "pearson"])
@pytest.mark.parametrize("asymmetry", [0.5, 0.3])
def test_neighbours_equal_a_refit_without_the_user(
    random_table: Interactions, similarity: str, asymmetry: float
) -> None:
    user = random_table.user_ids[11]
    parameters = {"k": 9, "shrinkage": 2.0, "asymmetry": asymmetry, "similarity": similarity}
    ledger = Ledger(random_table, user_weight=0.0)
    before = ledger.neighbours(**parameters).similarity.toarray()
    ledger.remove(likes(random_table, user))
    after = ledger.neighbours(**parameters)
    refit = ItemNeighbours(**parameters).fit(without(random_table, user))
    assert np.allclose(after.similarity.toarray(), refit.similarity.toarray(), atol=1e-6)
    assert np.abs(before - refit.similarity.toarray()).max() > 1e-3
    assert after._state()[0] == refit._state()[0]


def test_adding_is_the_reverse(random_table: Interactions) -> None:
    ledger = Ledger(random_table)
    whole = ledger.gram.copy()
    mine = likes(random_table, random_table.user_ids[0])
    ledger.remove(mine)
    assert not np.array_equal(ledger.gram, whole)
    ledger.add([*mine, "an item nobody knows"])
    assert np.array_equal(ledger.gram, whole)


def test_forgetting_everybody_leaves_zeros(random_table: Interactions) -> None:
    ledger = Ledger(random_table)
    for user in random_table.user_ids:
        ledger.remove(likes(random_table, user))
    assert ledger.users == 0
    assert not ledger.gram.any()


def test_somebody_who_was_never_there(checkerboard: Interactions) -> None:
    ledger = Ledger(checkerboard)
    whole = ledger.gram.copy()
    with pytest.raises(NeverAdded):
        ledger.remove(["i00", "i01"])  # nobody likes an even and an odd item
    assert np.array_equal(ledger.gram, whole)
    assert ledger.users == checkerboard.n_users


def test_neighbours_refuse_a_weighted_ledger(checkerboard: Interactions) -> None:
    with pytest.raises(ValueError, match="user_weight=0"):
        Ledger(checkerboard).neighbours()
    with pytest.raises(ValueError, match="user_weight"):
        Ledger(checkerboard, 2.0)


def test_saved_and_read_back(random_table: Interactions, tmp_path: Path) -> None:
    ledger = Ledger(random_table)
    ledger.save(tmp_path)
    first = next(tmp_path.glob("arrays-*.npz"))
    ledger.remove(likes(random_table, random_table.user_ids[5]))
    ledger.save(tmp_path)
    assert not first.exists(), "the sum with the forgotten user must not stay on disk"
    back = Ledger.load(tmp_path)
    assert np.array_equal(back.gram, ledger.gram)
    assert (back.users, back.item_ids, back.user_weight) == (ledger.users, ledger.item_ids, ledger.user_weight)
    back.remove(likes(random_table, random_table.user_ids[6]))
    with pytest.raises(ModelFileError):
        EASE.load(tmp_path)
