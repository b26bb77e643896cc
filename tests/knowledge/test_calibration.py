from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.calibration import Isotonic, Platt, brier, expected_calibration_error, reliability

pairs = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


def overconfident(n: int = 4000, temperature: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """Scores whose log-odds are ``1 / temperature`` times those of the true rate."""
    rng = np.random.default_rng(3)
    rates = rng.uniform(0.02, 0.98, n)
    logits = np.log(rates / (1 - rates)) / temperature
    return 1 / (1 + np.exp(-logits)), (rng.uniform(size=n) < rates).astype(float)


def test_platt_recovers_the_temperature() -> None:
    scores, outcomes = overconfident()
    fitted = Platt.fit(scores, outcomes, shift=False)
    assert fitted.bias == 0 and fitted.slope == pytest.approx(0.5, abs=0.04)
    assert expected_calibration_error(fitted(scores), outcomes) < expected_calibration_error(scores, outcomes) / 3


def test_few_examples_leave_platt_near_the_identity() -> None:
    fitted = Platt.fit([0.9, 0.8], [1, 1], ridge=20)
    assert fitted.slope == pytest.approx(1, abs=0.1) and abs(fitted.bias) < 0.1


def test_one_score_is_mapped_as_an_array_of_them() -> None:
    fitted = Platt(1.4, 0.3)
    scores = np.linspace(0, 1, 21)
    assert fitted(scores) == pytest.approx([fitted.at(score) for score in scores.tolist()])
    assert fitted.at(0.0) == 0.0 and fitted.at(1.0) == 1.0


@given(pairs)
def test_maps_are_monotone_probabilities(rows: list[tuple[float, bool]]) -> None:
    scores, outcomes = zip(*rows, strict=True)
    grid = np.linspace(0, 1, 50)
    for fitted in (Platt.fit(scores, outcomes), Isotonic.fit(scores, outcomes)):
        mapped = fitted(grid)
        assert np.all(np.diff(mapped) >= -1e-9) and mapped.min() >= 0 and mapped.max() <= 1


@given(pairs)
def test_isotonic_is_the_best_monotone_fit(rows: list[tuple[float, bool]]) -> None:
    """Against the textbook min-max formula: the value at i is max over a ≤ i of min over b ≥ i of the mean of a..b."""
    scores, outcomes = (np.asarray(column, dtype=float) for column in zip(*sorted(rows), strict=True))
    points = np.unique(scores)
    sums = np.array([outcomes[scores == point].sum() for point in points])
    sizes = np.array([(scores == point).sum() for point in points])

    def mean(a: int, b: int) -> float:
        return sums[a : b + 1].sum() / sizes[a : b + 1].sum()

    n = len(points)
    naive = [max(min(mean(a, b) for b in range(i, n)) for a in range(i + 1)) for i in range(n)]
    fitted = Isotonic.fit(scores, outcomes, smooth=0)
    apart = np.abs(np.subtract.outer(np.asarray(naive), np.asarray(fitted.values)))
    assert apart.min(axis=0).max() < 1e-5 and apart.min(axis=1).max() < 1e-5


def test_the_error_of_a_table_known_by_heart() -> None:
    said = [0.95] * 10 + [0.15] * 10
    right = [1] * 9 + [0] + [0] * 10
    (low, high) = reliability(said, right)
    assert (low.size, low.accuracy, high.confidence) == (10, 0.0, pytest.approx(0.95))
    assert expected_calibration_error(said, right) == pytest.approx((0.05 + 0.15) / 2)
    assert brier([1.0, 0.5], [1, 0]) == pytest.approx(0.125)


@pytest.mark.parametrize(
    ("scores", "outcomes"), [([], []), ([0.5], [1, 0]), ([1.5], [1]), ([0.5], [2]), ([float("nan")], [1])]
)
def test_nonsense_is_refused(scores: list[float], outcomes: list[float]) -> None:
    for fit in (Platt.fit, Isotonic.fit, expected_calibration_error):
        with pytest.raises(ValueError):
            fit(scores, outcomes)
