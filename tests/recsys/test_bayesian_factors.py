"""Bayesian factorisation: every conditional the sampler draws from against its formula, then the model as a whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from recsys.bayesian_factors import BayesianFactors, _Chain, _spread
from recsys.gibbs import Block, Side, WindowEffects, look_up, wishart
from recsys.interactions import Interactions
from recsys.rating_features import centred, named_features

DAY = 86_400


def test_wishart_has_its_mean() -> None:
    rng = np.random.default_rng(0)
    inverse = np.array([[2.0, 0.5], [0.5, 1.0]])
    draws = np.mean([wishart(7, inverse, rng) for _ in range(4000)], axis=0)
    np.testing.assert_allclose(draws, 7 * np.linalg.inv(inverse), rtol=0.05, atol=0.15)


@pytest.mark.parametrize("shape", [(6, 9), (9, 6), (5, 5), (7, 1), (3, 0)])
def test_a_block_is_taken_apart_and_together(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(1)
    features = rng.normal(size=shape) * (rng.random(shape) < 0.6)
    if shape[1] > 1:
        features[:, 1] = features[:, 0]  # less than full rank
    block = Block(sparse.csr_array(features), 2)
    np.testing.assert_allclose(block.rows @ block.columns.T, features, atol=1e-6)
    gram = block.columns.T @ block.columns
    np.testing.assert_allclose(gram, np.eye(len(gram)), atol=1e-6)


def test_a_blocks_coefficients_are_the_ridge_posterior() -> None:
    rng = np.random.default_rng(2)
    features = rng.normal(size=(8, 5))
    precision = np.array([[2.0, 0.6], [0.6, 1.0]])
    root = np.linalg.inv(np.linalg.cholesky(precision)).T
    rest = rng.normal(size=(8, 2))
    block, draws, gamma = Block(sparse.csr_array(features), 2), [], []
    for _ in range(6000):
        block.penalty = 3.0
        block.draw(rest, precision, root, rng)
        draws.append(block.coefficients())
        gamma.append(block.penalty * (0.5 + np.trace(draws[-1] @ precision @ draws[-1].T) / 2))
    assert np.mean(gamma) == pytest.approx(0.5 + 10 / 2, rel=0.03), "λ ~ Γ((1 + 5·2)/2, (1 + |β|²)/2)"
    assert np.var(gamma) == pytest.approx(0.5 + 10 / 2, rel=0.1)
    inverse = np.linalg.inv(features.T @ features + 3.0 * np.eye(5))
    np.testing.assert_allclose(np.mean(draws, axis=0), inverse @ features.T @ rest, atol=0.03)
    spread = np.cov(np.array(draws).reshape(len(draws), -1).T)
    np.testing.assert_allclose(spread, np.kron(inverse, np.linalg.inv(precision)), atol=0.02)


def test_the_prior_is_drawn_from_its_normal_wishart() -> None:
    rng = np.random.default_rng(6)
    features = rng.normal(size=(5, 2))
    side = Side(5, 2, [sparse.csr_array(features)], rng)
    block = side.blocks[0]
    vectors, weights, penalty = rng.normal(size=(5, 2)), rng.normal(size=block.weights.shape), 2.0
    rest = vectors - block.rows @ weights
    centre = rest.mean(axis=0)
    spread = np.eye(2) + (rest - centre).T @ (rest - centre) + 5 / 6 * np.outer(centre, centre)
    spread += penalty * weights.T @ weights
    precisions, means = [], []
    for _ in range(4000):
        side.vectors, side._expected = vectors, block.rows @ weights
        block.weights, block.share, block.penalty = weights, block.rows @ weights, penalty
        side.draw_prior(rng)
        precisions.append(side.precision)
        means.append(side.mean)
        np.testing.assert_allclose(side._expected, block.rows @ block.weights, atol=1e-9)
    expected = (2 + 5 + 2) * np.linalg.inv(spread)
    np.testing.assert_allclose(np.mean(precisions, axis=0), expected, rtol=0.06, atol=0.05)
    np.testing.assert_allclose(np.mean(means, axis=0), 5 / 6 * centre, atol=0.05)
    of_mean = spread / (9 - 2 - 1) / 6  # E[Λ⁻¹] of a Wishart, over n + 1
    np.testing.assert_allclose(np.cov(np.array(means).T), of_mean, rtol=0.25, atol=0.03)


def test_vectors_are_drawn_from_the_normal_of_their_ratings() -> None:
    rng = np.random.default_rng(3)
    side = Side(2, 3, [], rng)
    side.mean, side.precision = rng.normal(size=3), np.diag([1.0, 2.0, 3.0]) + 0.2
    others = rng.normal(size=(4, 3))
    weights = np.array([[1.0, 0.0, 2.0, 0.5], [0.0, 0.0, 0.0, 0.0]])
    targets = weights * rng.normal(size=4)
    draws = []
    for _ in range(3000):
        side.draw_vectors(others, sparse.csr_array(weights), sparse.csr_array(targets), rng)
        draws.append(side.vectors)
    for row in range(2):
        a = side.precision + (others.T * weights[row]) @ others
        mean = np.linalg.solve(a, side.precision @ side.mean + others.T @ targets[row])
        of = np.array(draws)[:, row]
        np.testing.assert_allclose(of.mean(axis=0), mean, atol=0.07)
        np.testing.assert_allclose(np.cov(of.T), np.linalg.inv(a), atol=0.07)


def test_levels_of_time_are_shrunk_means_and_looked_up() -> None:
    rng = np.random.default_rng(4)
    users, times = np.array([0, 0, 0, 1, 1]), np.array([5, 7, 15, 5, 0])
    window = WindowEffects(users, times, 10)
    rest, weights = np.array([1.0, 3.0, -2.0, 4.0, 9.0]), np.array([1.0, 1.0, 2.0, 1.0, 1.0])
    draws = []
    for _ in range(6000):
        window._penalty = 2.0
        window.draw(rest, weights, rng)
        draws.append(window.of_ratings())
    mean = np.mean(draws, axis=0)
    np.testing.assert_allclose(mean, [4 / 4, 4 / 4, -4 / 4, 4 / 3, 0.0], atol=0.05)
    asked = look_up(window.keys, window.effect, np.array([0, 0, 1, 1, 0]), np.array([9, 19, 3, 19, 0]), 10)
    np.testing.assert_allclose(asked, [*window.of_ratings()[[0, 2, 3]], 0, 0])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 50), st.integers(1, 60), st.integers(1, 70))
def test_kept_draws_are_spread_over_those_after_the_burn_in(first: int, length: int, count: int) -> None:
    kept = _spread(first, first + length, count)
    assert sorted(kept.values()) == list(range(min(count, length)))
    assert min(kept) >= first and max(kept) == first + length - 1


def planted(windows: bool = False, seed: int = 0) -> tuple[Interactions, list[tuple[str, str, float, int]], float]:
    """50 × 40 of rank 2 with noise 0.3, a third seen; each user rates on two days, one of them a level lower."""
    rng = np.random.default_rng(seed)
    p, q = rng.normal(0, 0.9, (50, 2)), rng.normal(0, 0.9, (40, 2))
    full = 3 + rng.normal(0, 0.5, (50, 1)) + rng.normal(0, 0.5, (1, 40)) + p @ q.T
    day = rng.integers(0, 2, (50, 40))
    shift = rng.choice([-1.0, 1.0], (50, 1)) * day if windows else 0.0
    noisy = full + shift + rng.normal(0, 0.3, full.shape)
    rows = [
        (f"u{u:02}", f"i{i:02}", float(noisy[u, i]), int(1_000_000 * DAY // 1000 + day[u, i] * DAY + i))
        for u in range(50)
        for i in range(40)
    ]
    seen = rng.random(len(rows)) < 0.4
    table = Interactions.from_rows(row for row, kept in zip(rows, seen, strict=True) if kept)
    return table, [row for row, kept in zip(rows, seen, strict=True) if not kept], float(np.std(noisy))


def rmse(model: BayesianFactors, asked: list[tuple[str, str, float, int]], when: bool = False) -> float:
    pairs, values = [row[:2] for row in asked], np.clip([row[2] for row in asked], model.low, model.high)
    predicted = model.predict_many(pairs, [row[3] for row in asked] if when else None)
    return float(np.sqrt(np.mean((predicted - values) ** 2)))


@pytest.mark.parametrize("implicit", [True, False])
def test_planted_factors_are_found(implicit: bool) -> None:
    table, asked, spread = planted()
    model = BayesianFactors(rank=4, samples=150, burn_in=50, implicit=implicit).fit(table)
    assert rmse(model, asked) < 0.55 < 0.5 * spread


def test_levels_of_days_are_found() -> None:
    table, asked, _ = planted(windows=True)
    with_days = BayesianFactors(rank=4, samples=150, burn_in=50, windows=[DAY]).fit(table)
    without = BayesianFactors(rank=4, samples=150, burn_in=50).fit(table)
    assert rmse(with_days, asked, when=True) < 0.85 * rmse(without, asked)
    assert rmse(with_days, asked) > rmse(with_days, asked, when=True)
    never = [(user, item, value, 5) for user, item, value, _ in asked]
    assert rmse(with_days, never, when=True) == rmse(with_days, asked), "a time of no training rating says nothing"


def test_biases_days_and_noises_are_told_apart() -> None:
    """Nothing but levels of people, items and days; half of the people rate eight times as carelessly."""
    rng = np.random.default_rng(8)
    n = 40
    people, things, days = rng.normal(size=n), rng.normal(size=n), rng.normal(size=(n, 3))
    noise = np.where(np.arange(n) < 20, 0.1, 0.8)
    table = sparse.csr_array((rng.random((n, n)) < 0.7).astype(np.float32))
    user, item = np.repeat(np.arange(n), np.diff(table.indptr)), table.indices
    day = rng.integers(0, 3, len(user))
    values = people[user] + things[item] + days[user, day] + rng.normal(size=len(user)) * noise[user]
    windows = [WindowEffects(user, 1 + DAY * day, DAY), WindowEffects(user, 1 + DAY * day, 10 * DAY)]
    chain = _Chain(table, Side(n, 2, [], rng), Side(n, 2, [], rng), windows, values, 5.0, rng)
    spreads, found = [], []
    for draw in range(200):
        chain.draw()
        if draw >= 100:
            spreads.append(1 / np.sqrt(chain.alpha * chain.user_alpha))
            found.append(chain.items.vectors[:, -1] + chain.items.vectors[:, 0] * chain.users.vectors[:, 0].mean())
    spread = np.mean(spreads, axis=0)
    assert spread[:20].mean() == pytest.approx(0.1, rel=0.4) and spread[20:].mean() == pytest.approx(0.8, rel=0.15)
    level = np.mean(found, axis=0)
    np.testing.assert_allclose(level - level.mean(), things - things.mean(), atol=0.15)


def test_features_speak_for_items_with_hardly_a_rating() -> None:
    rng = np.random.default_rng(5)
    likes = rng.choice([-1.0, 1.0], 40)
    kind = rng.choice([-1.0, 1.0], 60)
    rows, asked = [], []
    for item in range(60):
        raters = rng.choice(40, 12 if item < 40 else 1, replace=False)
        for user in range(40):
            value = float(3 + likes[user] * kind[item])
            if user in raters:
                rows.append((f"u{user}", f"i{item}", value + float(rng.normal(0, 0.8)), 0))
            elif item >= 40:
                asked.append((f"u{user}", f"i{item}", value, 0))
    table = Interactions.from_rows(rows)
    told = {f"i{item}": ["left" if kind[item] > 0 else "right"] for item in range(60)}
    settings_of = {"rank": 3, "samples": 200, "burn_in": 50}
    blind = BayesianFactors(**settings_of, implicit=False).fit(table)
    seeing = BayesianFactors(**settings_of, implicit=False).fit(table, item_features=told)
    assert rmse(seeing, asked) < 0.7 * rmse(blind, asked)


def test_a_strangers_score_is_the_posterior_mean_in_each_draw() -> None:
    """The formula, draw by draw and item by item."""
    table, _, _ = planted()
    model = BayesianFactors(rank=2, samples=40, burn_in=10, kept=5).fit(table)
    history = [("i03", 4.0), ("i10", 1.5), ("i22", 3.0)]
    rows = [model.item_ids.index(item) for item, _ in history]
    a, scale, level = model._arrays, float(model._arrays["scale"][0]), model.baselines.mean
    total = np.zeros(len(model.item_ids))
    for draw in range(5):
        items = a["items"][draw].astype(float)
        precision, alpha = a["precision"][draw].astype(float), float(a["noise"][draw])
        expected = a["mean"][draw] + sum(a["implicit"][draw][row] for row in rows) / np.sqrt(3)
        left, right = precision.copy(), precision @ expected
        for row, (_, value) in zip(rows, history, strict=True):
            z = np.append(items[row, :2], 1.0)
            left += alpha * np.outer(z, z)
            right += alpha * z * ((value - level) / scale - items[row, 2])
        p = np.linalg.solve(left, right)
        total += (items[:, :2] @ p[:2] + p[2] + items[:, 2]) / 5
    np.testing.assert_allclose(model.scores(history), level + scale * total, atol=1e-4)


def test_the_unit_of_the_ratings_does_not_matter() -> None:
    table, asked, _ = planted()
    model = BayesianFactors(rank=3, samples=60, burn_in=20).fit(table)
    users, items, values, times = table.rows()
    hundred = BayesianFactors(rank=3, samples=60, burn_in=20).fit(Interactions(users, items, values * 100, times))
    pairs = [row[:2] for row in asked[:50]]
    np.testing.assert_allclose(hundred.predict_many(pairs), 100 * model.predict_many(pairs), rtol=2e-2, atol=5)


def test_seeds_differ_and_windows_are_saved(tmp_path) -> None:
    table, asked, _ = planted(windows=True)
    pairs, times = [row[:2] for row in asked[:40]], [row[3] for row in asked[:40]]
    one, two = (BayesianFactors(3, 20, 10, windows=(DAY, 60), seed=seed).fit(table) for seed in (0, 1))
    assert not np.array_equal(one.predict_many(pairs), two.predict_many(pairs))
    one.save(tmp_path)
    again = BayesianFactors.load(tmp_path)
    np.testing.assert_array_equal(again.predict_many(pairs, times), one.predict_many(pairs, times))
    assert again.windows == (DAY, 60)


def test_features_are_named_scaled_andcentred() -> None:
    block = named_features(("a", "b", "c"), {"a": ["x", "y", "x"], "b": ["x"], "zzz": ["w"]})
    np.testing.assert_allclose(block.toarray(), [[0.5**0.5, 0.5**0.5], [1, 0], [0, 0]])
    dense = centred(block).toarray()
    np.testing.assert_allclose(dense[:2].sum(axis=0), 0, atol=1e-12)
    np.testing.assert_array_equal(dense[2], 0)  # of whom nothing is known
    for wrong in ("drama", [3]):
        with pytest.raises(ValueError, match="'b'"):
            named_features(("a", "b"), {"b": wrong})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"rank": 0}, "rank"),
        ({"kept": 0}, "kept"),
        ({"samples": 10, "burn_in": 10}, "burn_in"),
        ({"user_noise": 0.0}, "user_noise"),
        ({"windows": [0]}, "windows"),
    ],
)
def test_parameters_are_checked(wrong: dict, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        BayesianFactors(**wrong)
