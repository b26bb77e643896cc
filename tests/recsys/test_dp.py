"""The Gaussian mechanism: exactly as much noise as the theorem asks for."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from recsys import dp


def by_the_book(sigma: float, epsilon: float, sensitivity: float) -> float:
    """Equation 6 of Balle & Wang as it is printed."""
    a, b = sensitivity / (2 * sigma), epsilon * sigma / sensitivity
    return float(norm.cdf(a - b) - math.exp(epsilon) * norm.cdf(-a - b))


def test_delta_is_the_largest_advantage_of_any_test() -> None:
    """δ(ε) = max over sets S of P(S) − e^ε Q(S), here integrated over the two densities."""
    sigma, epsilon = 1.3, 0.7
    x = np.linspace(-15, 16, 2_000_001)
    p, q = norm.pdf(x, 1, sigma), norm.pdf(x, 0, sigma)
    advantage = np.maximum(p - math.exp(epsilon) * q, 0).sum() * (x[1] - x[0])
    assert dp.gaussian_delta(sigma, epsilon) == pytest.approx(advantage, rel=1e-6)


@settings(max_examples=80, deadline=None)
@given(st.floats(0.05, 20), st.floats(0.0, 8), st.floats(0.1, 10))
def test_delta_equals_the_formula(ratio: float, epsilon: float, sensitivity: float) -> None:
    sigma = ratio * sensitivity
    expected = by_the_book(sigma, epsilon, sensitivity)
    assert dp.gaussian_delta(sigma, epsilon, sensitivity) == pytest.approx(expected, rel=1e-6, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 50), st.floats(1e-12, 0.4), st.floats(0.1, 10))
def test_sigma_is_the_least_that_will_do(epsilon: float, delta: float, sensitivity: float) -> None:
    sigma = dp.gaussian_sigma(epsilon, delta, sensitivity)
    assert dp.gaussian_delta(sigma, epsilon, sensitivity) <= delta * (1 + 1e-9)
    assert dp.gaussian_delta(sigma * 0.9999, epsilon, sensitivity) > delta
    assert dp.gaussian_epsilon(sigma, delta, sensitivity) == pytest.approx(epsilon, rel=1e-6)


def test_less_noise_than_the_classical_formula() -> None:
    classical = math.sqrt(2 * math.log(1.25 / 1e-5))
    assert 0.75 * classical < dp.gaussian_sigma(1.0, 1e-5) < 0.8 * classical


def test_extremes_stay_finite() -> None:
    assert dp.gaussian_delta(1e-3, 2000.0) == pytest.approx(1.0)
    assert 0 < dp.gaussian_sigma(2000.0, 1e-9) < 0.1
    assert dp.gaussian_epsilon(1e9, 1e-5) == 0.0


def test_composition() -> None:
    sigma = dp.gaussian_sigma(1.0, 1e-5)
    assert dp.compose([(sigma, 1.0)], 1e-5) == pytest.approx(1.0)
    # Two looks at half the variance are one look at the whole: averaging them is all one can do.
    assert dp.compose([(sigma * math.sqrt(2), 1.0)] * 2, 1e-5) == pytest.approx(1.0)
    assert 3 < dp.compose([(sigma, 1.0)] * 12, 1e-5) < 12
    assert dp.compose([(4.0, 2.0)], 1e-5) == pytest.approx(dp.compose([(2.0, 1.0)], 1e-5))


def test_noise_has_the_stated_spread_and_a_source_that_cannot_be_guessed() -> None:
    drawn = dp.noise((200, 500), 3.0, dp.generator(1))
    assert drawn.std() == pytest.approx(3.0, rel=0.01)
    assert abs(drawn.mean()) < 0.05
    assert np.array_equal(drawn, dp.noise((200, 500), 3.0, dp.generator(1)))
    assert not np.array_equal(dp.noise(8, 1.0, dp.generator()), dp.noise(8, 1.0, dp.generator()))


@pytest.mark.parametrize(
    "call",
    [
        lambda: dp.gaussian_sigma(0.0, 1e-5),
        lambda: dp.gaussian_sigma(1.0, 0.0),
        lambda: dp.gaussian_sigma(1.0, 1.0),
        lambda: dp.gaussian_sigma(1.0, 1e-5, -1.0),
        lambda: dp.gaussian_sigma(math.nan, 1e-5),
        lambda: dp.gaussian_delta(0.0, 1.0),
        lambda: dp.gaussian_delta(1.0, -1.0),
        lambda: dp.compose([], 1e-5),
    ],
)
def test_impossible_parameters_are_refused(call: object) -> None:
    with pytest.raises(ValueError):
        call()  # type: ignore[operator]
