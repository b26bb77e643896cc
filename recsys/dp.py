"""The Gaussian mechanism with exactly the noise it needs.

    Balle & Wang, "Improving the Gaussian mechanism for differential privacy: analytical calibration and optimal
    denoising", ICML 2018 (Theorem 8).
    Dong, Roth & Su, "Gaussian differential privacy", JRSS-B 84(1), 2022 (Corollary 3.3: composition).

A release f(data) + N(0, σ²) is (ε, δ)-differentially private if and only if, with Δ the L2 sensitivity of f,

    Φ(Δ/2σ − εσ/Δ) − e^ε · Φ(−Δ/2σ − εσ/Δ) ≤ δ.

σ is found by bisection. The classical formula σ = Δ√(2 ln(1.25/δ))/ε holds for ε ≤ 1 only, and wastes noise there.

The unit of privacy is whatever one neighbouring data set differs by. With Δ the most that *adding or removing one
user with all of their history* changes f (which is how :mod:`recsys.federated` uses it), a user could deny ever having
been there. A Δ computed for a single event would promise only that one event is deniable.

What the mechanism protects against: anyone who sees the release, with any other knowledge and any computer, gains at
most the stated odds about one user. What it does not: what a whole population has in common is still learned, that is
what it is for; data shared before or beside the release is not covered; ε above about 10 promises little in the worst
case; and parameters chosen by looking at the noiseless data are not paid for.

Composition: k Gaussian releases about the same users cost as much as one with μ² = Σ μᵢ², μᵢ = Δᵢ/σᵢ. Releasing the
same model monthly for a year at ε = 1 each is not ε = 1; :func:`compose` says what it is.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

__all__ = ["compose", "gaussian_delta", "gaussian_epsilon", "gaussian_sigma", "generator", "noise"]


def gaussian_delta(sigma: float, epsilon: float, sensitivity: float = 1.0) -> float:
    """The smallest δ for which noise of standard deviation σ is (ε, δ)-private (Balle & Wang 2018, equation 6)."""
    _positive(sigma=sigma, sensitivity=sensitivity)
    if not epsilon >= 0:
        raise ValueError(f"epsilon must not be negative, not {epsilon}")
    a, b = sensitivity / (2 * sigma), epsilon * sigma / sensitivity
    # In logarithms: e^ε alone overflows at ε = 710, and the two terms nearly cancel.
    first, second = float(log_ndtr(a - b)), epsilon + float(log_ndtr(-a - b))
    return 0.0 if second >= first else math.exp(first) * -math.expm1(second - first)


def gaussian_sigma(epsilon: float, delta: float, sensitivity: float = 1.0) -> float:
    """The smallest standard deviation σ, in the unit of ``sensitivity``, that is (ε, δ)-private.

    Never below the true minimum, and at most 1 part in 10¹² above it. Raises ``ValueError`` unless ε > 0, 0 < δ < 1
    and sensitivity > 0.
    """
    _positive(epsilon=epsilon, sensitivity=sensitivity)
    _probability(delta)
    low = high = 1.0
    while gaussian_delta(high, epsilon) > delta:
        high *= 2
    while gaussian_delta(low, epsilon) <= delta:
        low /= 2
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        low, high = (low, middle) if gaussian_delta(middle, epsilon) <= delta else (middle, high)
    return high * sensitivity


def gaussian_epsilon(sigma: float, delta: float, sensitivity: float = 1.0) -> float:
    """The ε that noise of standard deviation σ buys at this δ; 0 when even ε = 0 holds."""
    _positive(sigma=sigma, sensitivity=sensitivity)
    _probability(delta)
    low, high = 0.0, 1.0
    if gaussian_delta(sigma, 0.0, sensitivity) <= delta:
        return 0.0
    while gaussian_delta(sigma, high, sensitivity) > delta:
        high *= 2
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        low, high = (low, middle) if gaussian_delta(sigma, middle, sensitivity) <= delta else (middle, high)
    return high


def compose(releases: Iterable[tuple[float, float]], delta: float) -> float:
    """The ε, at this δ, of several Gaussian releases about the same users, given as ``(σ, sensitivity)``.

    Exact for Gaussian mechanisms, also when each is chosen after seeing the ones before. Raises ``ValueError`` when
    there is none.
    """
    squares = 0.0
    for sigma, sensitivity in releases:
        _positive(sigma=sigma, sensitivity=sensitivity)
        squares += (sensitivity / sigma) ** 2
    if not squares:
        raise ValueError("nothing was released")
    return gaussian_epsilon(1 / math.sqrt(squares), delta)


def generator(seed: int | None = None) -> np.random.Generator:
    """A source of noise. Without a seed it is unpredictable, as privacy demands; a seed is for tests and curves."""
    return np.random.Generator(np.random.Philox(secrets.randbits(128) if seed is None else seed))


def noise(shape: int | tuple[int, ...], sigma: float, source: np.random.Generator) -> NDArray[np.float64]:
    """Gaussian noise (shape), float64. Add it to numbers on a fixed grid and round to that grid again: the low bits of
    a floating-point sum can betray the number under the noise (Mironov, CCS 2012).
    """
    return source.standard_normal(shape) * sigma


def _positive(**values: float) -> None:
    for name, value in values.items():
        if not (value > 0 and math.isfinite(value)):
            raise ValueError(f"{name} must be positive and finite, not {value}")


def _probability(delta: float) -> None:
    if not 0 < delta < 1:
        raise ValueError(f"delta must lie between 0 and 1, not {delta}")
