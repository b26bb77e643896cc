"""The contract of rating predictors, on every model registered as one; and the baselines under them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys import registry
from recsys.interactions import Interactions
from recsys.model import NotFitted
from recsys.ratings import RatingModel, fit_baselines

NAMES = [name for name in registry.names() if registry.entry(name).feedback == "ratings"]


def unfitted(name: str) -> RatingModel:
    if not registry.available(name):
        pytest.skip(f"needs the extra {registry.entry(name).extra}")
    model = registry.create(name, **registry.entry(name).small)
    if not isinstance(model, RatingModel):
        pytest.skip("predicts ratings by another contract")
    return model


@pytest.fixture(scope="session")
def ratings() -> Interactions:
    """40 users × 30 items, whole ratings 1–5: two tastes, a mild and a strict half."""
    rng = np.random.default_rng(3)
    rows = []
    for user in range(40):
        for item in rng.choice(30, rng.integers(3, 20), replace=False):
            level = 3.4 + (1.2 if user % 2 == item % 2 else -1.2) - 0.6 * (user < 20) + rng.normal(0, 0.4)
            rows.append((f"u{user}", f"i{item:02}", float(np.clip(round(level), 1, 5)), int(rng.integers(1, 10**9))))
    return Interactions.from_rows(rows)


@pytest.fixture(scope="module", params=NAMES)
def model(request: pytest.FixtureRequest, ratings: Interactions) -> RatingModel:
    return unfitted(request.param).fit(ratings)


def test_people_are_predicted_better_than_by_baselines(model: RatingModel, ratings: Interactions) -> None:
    """On the noiseless part of the pairs nobody has met."""
    met = {(user, item) for user, item, *_ in zip(*ratings.rows(), strict=True)}
    pairs = [(u, i) for u in ratings.user_ids for i in ratings.item_ids if (u, i) not in met]
    taste = [3.4 + (1.2 if int(u[1:]) % 2 == int(i[1:]) % 2 else -1.2) - 0.6 * (int(u[1:]) < 20) for u, i in pairs]
    b = model.baselines
    plain = [b.mean + b.users[ratings.user_ids.index(u)] + b.items[ratings.item_ids.index(i)] for u, i in pairs]
    predicted = model.predict_many(pairs)
    assert predicted.dtype == np.float32 and predicted.shape == (len(pairs),)
    assert np.mean((predicted - taste) ** 2) < 0.6 * np.mean(np.subtract(plain, taste) ** 2)


def test_predictions_stay_in_the_range_of_the_ratings(model: RatingModel, ratings: Interactions) -> None:
    assert (model.low, model.high) == (1.0, 5.0)
    wild = [(item, 500.0) for item in ratings.item_ids[:10]]
    assert model.predict(wild, "i29") <= 5.0 and model.predict([(item, -500.0) for item, _ in wild], "i28") >= 1.0
    everyone = model.predict_many([(user, item) for user in ratings.user_ids for item in ratings.item_ids])
    assert everyone.min() >= 1.0 and everyone.max() <= 5.0


def test_a_prediction_is_the_score_clipped(model: RatingModel) -> None:
    history = [("i03", 5.0), ("i08", 1.0), ("i20", 4.0)]
    scores = model.scores(history)
    for row in (0, 7, 29):
        expected = np.clip(scores[row], 1, 5)
        assert model.predict(history, model.item_ids[row]) == pytest.approx(expected, abs=1e-6)


def test_the_unknown_gets_what_is_left_of_the_baseline(model: RatingModel) -> None:
    b = model.baselines
    predicted = model.predict_many([("nobody", "i03"), ("u5", "nothing"), ("nobody", "nothing")])
    user, item = model.user_ids.index("u5"), model.item_ids.index("i03")
    assert predicted == pytest.approx([b.mean + b.items[item], b.mean + b.users[user], b.mean], abs=1e-5)
    assert model.predict([], "nothing") == pytest.approx(b.mean, abs=1e-5)
    strict = model.predict([("i03", 1.0), ("i04", 1.0), ("i05", 1.0)], "nothing")
    assert strict < model.predict([], "nothing"), "how strict somebody is holds for an unknown item too"


def test_a_bare_id_is_something_liked(model: RatingModel) -> None:
    np.testing.assert_array_equal(model.scores(["i03", "i07"]), model.scores([("i03", 5.0), ("i07", 5.0)]))
    assert not np.allclose(model.scores(["i03"]), model.scores([("i03", 1.0)]))


def test_no_pairs_and_wrong_pairs(model: RatingModel) -> None:
    assert model.predict_many([]).shape == (0,)
    for wrong in ("u5", ("u5",), ("u5", 3), ("u5", "i03", 4.0)):
        with pytest.raises(ValueError, match="pair 1"):
            model.predict_many([("u5", "i03"), wrong])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="1 times for 2 pairs"):
        model.predict_many([("u5", "i03"), ("u6", "i03")], times=[5])


def test_saved_and_loaded_it_predicts_the_same(model: RatingModel, ratings: Interactions, tmp_path) -> None:
    pairs = [(user, item) for user in (*ratings.user_ids, "nobody") for item in (*ratings.item_ids, "nothing")]
    model.save(tmp_path)
    again = type(model).load(tmp_path)
    times = ratings.times[0] * np.ones(len(pairs), np.int64)
    np.testing.assert_array_equal(again.predict_many(pairs, times), model.predict_many(pairs, times))
    assert (again.low, again.high, again.user_ids) == (model.low, model.high, model.user_ids)
    assert again.predict([("i03", 2.0)], "nothing") == model.predict([("i03", 2.0)], "nothing")


@pytest.mark.parametrize("name", NAMES)
def test_small_and_flat_tables(name: str) -> None:
    with pytest.raises(NotFitted):
        unfitted(name).predict_many([("u", "x")])
    flat = unfitted(name).fit(Interactions.from_rows((f"u{u}", f"i{i}", 4.0) for u in range(6) for i in range(u + 1)))
    assert flat.predict_many([("u2", "i4"), ("u5", "i0")]) == pytest.approx([4.0, 4.0])
    assert flat.predict(["i1"], "i5") == pytest.approx(4.0)
    one = unfitted(name).fit(Interactions.from_rows([("u", "x", 2.0)]))
    assert one.predict_many([("u", "x"), ("v", "x")]) == pytest.approx([2.0, 2.0])
    lone = unfitted(name).fit(Interactions.from_rows([("u", "x", 2.0), ("u", "y", 5.0), ("u", "z", 4.0)]))
    assert np.isfinite(lone.predict_many([("u", "x"), ("v", "y")])).all() and np.isfinite(lone.scores(["x"])).all()
    none = unfitted(name).fit(Interactions([], []))
    assert none.predict_many([("u", "x")]) == pytest.approx([0.0]) and none.predict([], "x") == 0.0


def naive_baselines(rows: list[tuple[int, int, float]], n_users: int, n_items: int) -> tuple[float, list, list]:
    mean = sum(value for *_, value in rows) / len(rows)
    b_user, b_item = [0.0] * n_users, [0.0] * n_items
    for _ in range(10):
        for item in range(n_items):
            of = [value - mean - b_user[u] for u, i, value in rows if i == item]
            b_item[item] = sum(of) / (10 + len(of))
        for user in range(n_users):
            of = [value - mean - b_item[i] for u, i, value in rows if u == user]
            b_user[user] = sum(of) / (15 + len(of))
    return mean, b_user, b_item


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 5)), st.sampled_from([0.0, 1.0, 2.5, 5.0]), min_size=1)
)
def test_baselines_equal_the_naive_loop(cells: dict[tuple[int, int], float]) -> None:
    table = Interactions.from_rows((f"u{user}", f"i{item}", value) for (user, item), value in cells.items())
    matrix = table.matrix.tocoo()
    rows = list(zip(matrix.coords[0].tolist(), matrix.coords[1].tolist(), matrix.data.tolist(), strict=True))
    mean, b_user, b_item = naive_baselines(rows, table.n_users, table.n_items)
    found = fit_baselines(table.matrix)
    assert found.mean == pytest.approx(mean, abs=1e-6)
    np.testing.assert_allclose(found.users, b_user, atol=1e-5)
    np.testing.assert_allclose(found.items, b_item, atol=1e-5)
    # Folded in, a user of the table has the level the table gave.
    first = table.matrix[[0]]
    parts = found.user_parts(first.indices.astype(np.int64), first.data)
    assert parts.sum() == pytest.approx(found.users[0], abs=1e-5)
