"""Fixtures for the recommender's tests: small tables whose right answers are known by looking at them."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.interactions import Interactions


@pytest.fixture(scope="session")
def checkerboard() -> Interactions:
    """Even users like even items, odd users odd items, and user u has not met item u: what is missing is the answer.

    The matrix of the behaviour tests of the *implicit* library.
    """
    size = 20
    return Interactions.from_rows(
        (f"u{u:02}", f"i{i:02}") for u in range(size) for i in range(size) if u % 2 == i % 2 and u != i
    )


@pytest.fixture(scope="session")
def random_table() -> Interactions:
    """60 users × 35 items with values in −1..1 and times; two thirds of them likes."""
    rng = np.random.default_rng(7)
    rows = []
    for user in range(60):
        for item in rng.choice(35, rng.integers(1, 20), replace=False):
            rows.append((f"u{user}", f"i{item}", float(rng.uniform(-0.5, 1.0)), int(rng.integers(1, 10**9))))
    return Interactions.from_rows(rows)
