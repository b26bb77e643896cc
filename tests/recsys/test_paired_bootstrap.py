"""Intervals are as wide as theory says, pairing cancels what is common, and the sums are right."""

from __future__ import annotations

import numpy as np
import pytest

from recsys import bootstrap


def test_width_is_that_of_the_normal_law() -> None:
    values = np.random.default_rng(1).normal(3.0, 2.0, 4000)
    found = bootstrap.interval(values, draws=1000)
    error = values.std() / len(values) ** 0.5
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - 1.96 * error, abs=0.15 * error)
    assert found.high == pytest.approx(values.mean() + 1.96 * error, abs=0.15 * error)
    narrow = bootstrap.interval(values, draws=1000, confidence=0.5)
    assert found.low < narrow.low < narrow.value < narrow.high < found.high


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(2)
    held = 0
    for at in range(200):
        found = bootstrap.interval(rng.exponential(1.0, 100), draws=300, seed=at, confidence=0.9)
        held += found.low <= 1.0 <= found.high
    assert 165 <= held <= 195


def test_resampled_is_the_plain_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    values, weights = rng.random((7, 2)), rng.integers(1, 5, 7).astype(float)
    values[2, 1] = np.nan
    monkeypatch.setattr(bootstrap, "_BLOCK_BYTES", 24 * 7 * 4)  # four draws a block
    got = bootstrap.resampled(values, weights, draws=10, seed=9)
    again = np.random.default_rng(9)
    naive = []
    for size in (4, 4, 2):
        for users in again.integers(0, 7, (size, 7)):
            row = []
            for column in range(2):
                there = [user for user in users if np.isfinite(values[user, column])]
                total = sum(values[user, column] * weights[user] for user in there)
                row.append(total / sum(weights[user] for user in there))
            naive.append(row)
    np.testing.assert_allclose(got, naive)


def test_pairing_cancels_what_is_common() -> None:
    rng = np.random.default_rng(4)
    hard = rng.normal(0, 10, 500)  # some users are hard for everybody
    one, other = hard + rng.normal(0.3, 1, 500), hard + rng.normal(0.0, 1, 500)
    found = bootstrap.compare(one, other)
    assert found.certain and found.low > 0 and found.p < 0.01
    assert found.value == pytest.approx(one.mean() - other.mean())
    alone = bootstrap.interval(one)
    assert alone.high - alone.low > 5 * (found.high - found.low)
    back = bootstrap.compare(other, one)
    assert back.value == pytest.approx(-found.value) and back.high == pytest.approx(-found.low)


def test_p_is_two_sided() -> None:
    """A difference of 1.5 standard errors: p = 0.134 under the normal law."""
    noise = np.random.default_rng(7).normal(0, 1, 900)
    shifted = noise - noise.mean() + 1.5 * noise.std() / 30
    assert bootstrap.compare(shifted, np.zeros(900), draws=4000).p == pytest.approx(0.134, abs=0.03)
    assert bootstrap.compare(np.zeros(900), shifted, draws=4000).p == pytest.approx(0.134, abs=0.03)


def test_no_difference_is_no_difference() -> None:
    values = np.random.default_rng(5).random(50)
    same = bootstrap.compare(values, values)
    assert (same.value, same.low, same.high, same.p, same.certain) == (0, 0, 0, 1, False)
    assert bootstrap.compare(values + 1, values, draws=500).p == 1 / 500, "never zero: 500 draws cannot say less"


def test_root_and_weights() -> None:
    squares, weights = np.array([1.0, 4.0, 9.0]), np.array([1.0, 1.0, 2.0])
    found = bootstrap.interval(squares, weights, root=True)
    assert found.value == pytest.approx(np.sqrt((1 + 4 + 18) / 4))
    assert 1 <= found.low <= found.value <= found.high <= 3


def test_same_seed_same_draws() -> None:
    values = np.random.default_rng(6).random(30)
    assert bootstrap.interval(values, seed=1) == bootstrap.interval(values, seed=1)
    assert bootstrap.interval(values, seed=1) != bootstrap.interval(values, seed=2)


def test_users_without_a_say_are_left_out() -> None:
    found = bootstrap.interval(np.array([np.nan, 2.0, 2.0]))
    assert (found.value, found.low, found.high) == (2, 2, 2)
    assert np.isnan(bootstrap.interval(np.array([np.nan])).value)


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: bootstrap.interval(np.zeros(0)), "at least one user"),
        (lambda: bootstrap.interval(np.ones(3), draws=0), "draws"),
        (lambda: bootstrap.interval(np.ones(3), confidence=1.0), "confidence"),
        (lambda: bootstrap.interval(np.ones(3), np.ones(2)), "weights"),
        (lambda: bootstrap.compare(np.ones(3), np.ones(2)), "same users"),
    ],
)
def test_what_is_wrong_is_said(call, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        call()
