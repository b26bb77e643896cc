"""Biased factorisation: against normal equations written out, and the compiled kernel against the paper's own loop."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from recsys.biased_factors import BiasedFactors, SVDpp
from recsys.interactions import Interactions


@pytest.fixture(scope="module")
def ratings() -> Interactions:
    """60 × 40, rank 2 plus biases and a little noise, 40 % seen."""
    rng = np.random.default_rng(2)
    p, q = rng.normal(0, 0.8, (60, 2)), rng.normal(0, 0.8, (40, 2))
    full = 3.5 + rng.normal(0, 0.4, (60, 1)) + rng.normal(0, 0.4, (1, 40)) + p @ q.T + rng.normal(0, 0.1, (60, 40))
    rows = [(f"u{u:02}", f"i{i:02}", full[u, i]) for u in range(60) for i in range(40) if rng.random() < 0.4]
    return Interactions.from_rows(rows)


@pytest.fixture(scope="module")
def unseen() -> list[tuple[str, str, float]]:
    """The part of the same table that was not seen."""
    rng = np.random.default_rng(2)
    p, q = rng.normal(0, 0.8, (60, 2)), rng.normal(0, 0.8, (40, 2))
    full = 3.5 + rng.normal(0, 0.4, (60, 1)) + rng.normal(0, 0.4, (1, 40)) + p @ q.T + rng.normal(0, 0.1, (60, 40))
    return [(f"u{u:02}", f"i{i:02}", full[u, i]) for u in range(60) for i in range(40) if not rng.random() < 0.4]


def rmse(model: BiasedFactors, asked: list[tuple[str, str, float]]) -> float:
    predicted = model.predict_many([(user, item) for user, item, _ in asked])
    return float(np.sqrt(np.mean((predicted - np.clip([value for *_, value in asked], model.low, model.high)) ** 2)))


@pytest.mark.parametrize(
    ("model", "most"),
    [
        (BiasedFactors(rank=2, regularization=0.02, method="als", epochs=30), 0.25),
        (BiasedFactors(rank=2, regularization=0.01, method="sgd", epochs=300, learning_rate=0.02), 0.3),
        (SVDpp(rank=2, regularization=0.01, epochs=300, learning_rate=0.02), 0.4),
    ],
    ids=["als", "sgd", "svd++"],
)
def test_planted_factors_are_found(model: BiasedFactors, most: float, ratings: Interactions, unseen: list) -> None:
    if model.method == "sgd":
        pytest.importorskip("numba")
    model.fit(ratings)
    level = model.baselines.mean
    spread = np.sqrt(np.mean([(value - level) ** 2 for *_, value in unseen]))
    assert rmse(model, unseen) < most < 0.45 * spread


def test_alternating_least_squares_stops_where_nothing_can_be_better(ratings: Interactions) -> None:
    """At the end every item's (q, c) solves its own ridge problem, rows of regularisation written out."""
    model = BiasedFactors(rank=2, regularization=0.1, method="als", epochs=200).fit(ratings)
    unit = np.std(ratings.matrix.data)
    table = ratings.matrix.tocsc()
    for item in range(0, ratings.n_items, 7):
        rows = table.indices[table.indptr[item] : table.indptr[item + 1]]
        values = table.data[table.indptr[item] : table.indptr[item + 1]].astype(float)
        z = np.column_stack([model.users[rows], np.ones(len(rows))]).astype(float)
        t = (values - ratings.matrix.data.mean()) / unit - model.user_bias[rows]
        a = np.vstack([z, np.sqrt(0.1 * len(rows)) * np.eye(3)])
        expected = np.linalg.lstsq(a, np.append(t, np.zeros(3)), rcond=None)[0]
        np.testing.assert_allclose(np.append(model.items[item], model.item_bias[item]), expected, atol=1e-3)


def test_a_known_user_folds_in_to_where_training_left_them(ratings: Interactions) -> None:
    model = BiasedFactors(rank=2, regularization=0.1, method="als", epochs=200).fit(ratings)
    row = ratings.matrix[[4]]
    history = [(ratings.item_ids[i], float(value)) for i, value in zip(row.indices, row.data, strict=True)]
    known = model.predict_many([(ratings.user_ids[4], item) for item in ratings.item_ids])
    fresh = [model.predict(history, item) for item in ratings.item_ids]
    np.testing.assert_allclose(fresh, known, atol=2e-3)


def koren_epoch(order, starts, items, values, p, q, y, b_user, b_item, rate, penalty) -> float:
    """Koren 2008, section 4.1, as it stands: all y_j of the user move at every rating."""
    squares = 0.0
    for u in order:
        rated = items[starts[u] : starts[u + 1]]
        for at in range(starts[u], starts[u + 1]):
            i, root = items[at], 1 / np.sqrt(len(rated))
            whole = p[u] + root * y[rated].sum(axis=0)
            error = values[at] - b_user[u] - b_item[i] - q[i] @ whole
            squares += error**2
            b_user[u] += rate * (error - penalty * b_user[u])
            b_item[i] += rate * (error - penalty * b_item[i])
            before = q[i].copy()
            q[i] += rate * (error * whole - penalty * before)
            p[u] += rate * (error * before - penalty * p[u])
            y[rated] += rate * (error * root * before - penalty * y[rated])
    return squares


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("implicit", [True, False])
def test_the_kernel_equals_the_papers_loop(compiled: bool, implicit: bool) -> None:
    pytest.importorskip("numba")
    from recsys.rating_kernels import epoch

    rng = np.random.default_rng(0)
    starts = np.array([0, 3, 3, 7, 8])
    items, values = np.array([0, 2, 4, 1, 2, 3, 4, 0]), rng.normal(size=8)
    y = rng.normal(size=(5, 3)) if implicit else np.zeros((5, 3))
    mine = [rng.normal(size=(4, 3)), rng.normal(size=(5, 3)), y, rng.normal(size=4), rng.normal(size=5)]
    theirs = [part.copy() for part in mine]
    order = np.array([2, 0, 1, 3])
    found = (epoch if compiled else epoch.py_func)(order, starts, items, values, *mine, 0.05, 0.3, implicit)
    if implicit:
        expected = koren_epoch(order, starts, items, values, *theirs, 0.05, 0.3)
        for a, b in zip(mine, theirs, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)
        assert found == pytest.approx(expected)
    else:
        nothing = theirs[2]
        expected = koren_epoch(order, starts, items, values, *theirs[:2], nothing, *theirs[3:], 0.05, 0.3)
        assert found != pytest.approx(expected), "y is left out"
        assert not mine[2].any()


def test_implicit_feedback_speaks_without_ratings() -> None:
    """Everybody rates their own colour alike; what they have in common is liked by even people alone. Of somebody new
    there are only indifferent ratings, so which items those are of must tell."""
    pytest.importorskip("numba")
    rng = np.random.default_rng(1)
    rows = []
    for user in range(80):
        for item in rng.choice(15, 8, replace=False):
            rows.append((f"u{user:02}", f"i{2 * item + user % 2:02}", float(rng.normal(3, 0.3))))
        for item in range(3):
            rows.append((f"u{user:02}", f"both{item}", 4.5 if user % 2 == 0 else 1.5))
    model = SVDpp(rank=4, regularization=0.02, epochs=200, learning_rate=0.02).fit(Interactions.from_rows(rows))
    even, odd = ([(f"i{2 * item + of:02}", 3.0) for item in range(8)] for of in (0, 1))
    assert model.predict(even, "both0") > model.predict(odd, "both0") + 0.5


def test_without_numba(ratings: Interactions, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(ImportError, match=r"yuban\[fast\]"):
        BiasedFactors(method="sgd").fit(ratings)
    with pytest.raises(ImportError, match=r"yuban\[fast\]"):
        SVDpp().fit(ratings)
    plain = BiasedFactors(rank=3, epochs=3).fit(ratings)
    by_name = BiasedFactors(rank=3, epochs=3, method="als").fit(ratings)
    np.testing.assert_array_equal(plain.items, by_name.items)


@pytest.mark.parametrize(
    "wrong", [{"rank": 0}, {"epochs": 0}, {"regularization": 0.0}, {"learning_rate": -1.0}, {"method": "adam"}]
)
def test_parameters_are_checked(wrong: dict) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        BiasedFactors(**wrong)
    with pytest.raises(ValueError, match="method"):
        SVDpp(method="als")
