"""The posterior against its definition in the space of the person, directions against least squares, and draws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from recsys.content import ContentSimilarity
from recsys.directions import Directions
from recsys.facets import Facets
from recsys.interactions import Interactions
from recsys.linear import EASE
from recsys.operations import Operation
from recsys.posterior import Observations, Prior, factors_of_matrix, factors_of_model, factors_of_rows
from recsys.posterior_scoring import PosteriorScorer, Weights
from recsys.scoring import Scorer
from recsys.state import PreferenceState


def random_person(seed: int, n: int = 30, d: int = 5, m: int = 4, p: int = 2) -> tuple[Prior, Observations]:
    rng = np.random.default_rng(seed)

    def normal(*shape: int) -> np.ndarray:
        return rng.standard_normal(shape).astype(np.float32)

    prior = Prior(normal(n, d), unmentioned=float(rng.uniform(0, 0.5)), regularization=float(rng.uniform(0.5, 3)))
    weights = rng.uniform(0.1, 4, m).astype(np.float32)
    return prior, Observations(normal(m, d), normal(m), weights, normal(m, p), normal(n, p))


def naive(prior: Prior, seen: Observations) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A⁻¹, E[u], and the vectors of items and observations, own coordinates included, worked out one by one."""
    d, p = prior.vectors.shape[1], seen.own.shape[1]
    a = prior.regularization * np.eye(d + p)
    for y in prior.vectors.astype(np.float64):
        a[:d, :d] += prior.unmentioned * np.outer(y, y)
    b = np.zeros(d + p)
    said = np.hstack([seen.vectors, seen.own]).astype(np.float64)
    for v, t, w in zip(said, seen.targets, seen.weights, strict=True):
        a += w * np.outer(v, v)
        b += w * t * v
    inverse = np.linalg.inv(a)
    return inverse, inverse @ b, np.hstack([prior.vectors, seen.items_own]).astype(np.float64), said


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 12), st.integers(0, 3))
def test_the_closed_form(seed: int, m: int, p: int) -> None:
    prior, seen = random_person(seed, m=m, p=p)
    post = prior.given(seen)
    inverse, u, items, said = naive(prior, seen)
    np.testing.assert_allclose(post.scores(), items @ u, atol=2e-4)
    np.testing.assert_allclose(post.mean, u[: len(post.mean)], atol=2e-4)
    rows = np.array([0, 7, 29])
    np.testing.assert_allclose(
        post.variances(rows), np.diag(items[rows] @ inverse @ items[rows].T), rtol=1e-3, atol=1e-4
    )
    parts = post.parts(rows)
    for o in range(m):  # Hu et al. 2008: w t yₒᵀ A⁻¹ y_i
        for at, row in enumerate(rows):
            exact = seen.weights[o] * seen.targets[o] * said[o] @ inverse @ items[row]
            assert parts[o, at] == pytest.approx(exact, abs=2e-4)
    np.testing.assert_allclose(parts.sum(axis=0), post.scores()[rows], atol=2e-4)


def test_a_draw_has_the_mean_and_the_covariance_of_the_posterior() -> None:
    prior, seen = random_person(3)
    post = prior.given(seen)
    rng = np.random.default_rng(0)
    draws = np.stack([post.sample(rng) for _ in range(4000)]).astype(np.float64)
    rows = np.arange(6)
    inverse, u, items, _ = naive(prior, seen)
    expected = items[rows] @ inverse @ items[rows].T
    scale = np.sqrt(np.outer(np.diag(expected), np.diag(expected)))
    assert (abs(np.cov(draws[:, rows].T) - expected) < 0.1 * scale).all()
    assert (abs(draws[:, rows].mean(axis=0) - items[rows] @ u) < 5 * np.sqrt(np.diag(expected) / 4000)).all()
    again = post.sample(np.random.default_rng(5))
    np.testing.assert_array_equal(again, post.sample(np.random.default_rng(5)))


def test_every_observation_makes_one_surer() -> None:
    prior, seen = random_person(11, m=6, p=0)
    rows, before = np.arange(30), None
    for m in range(7):
        some = Observations(seen.vectors[:m], seen.targets[:m], seen.weights[:m], seen.own[:m], seen.items_own)
        variances = prior.given(some).variances(rows)
        assert before is None or (variances <= before + 1e-5).all()
        before = variances


def test_liking_and_refusing_are_opposites_and_strangers_get_nothing() -> None:
    rng = np.random.default_rng(1)
    prior = Prior(rng.standard_normal((10, 4)).astype(np.float32))
    y, one = prior.vectors[2:3], np.ones(1, np.float32)
    liked = prior.given(Observations.of(y, one, one, 10)).scores()
    np.testing.assert_allclose(liked, -prior.given(Observations.of(y, -one, one, 10)).scores(), atol=1e-6)
    assert liked[2] > 0
    firm = prior.given(Observations.of(y, one, 1e4 * one, 10)).scores()
    assert firm[2] == pytest.approx(1.0, abs=1e-2), "believed firmly, the observation is what it says"
    nothing = np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.float32)
    assert not prior.given(Observations.of(*nothing, 10)).scores().any()


def test_what_cannot_be_is_refused() -> None:
    y = np.ones((3, 2), np.float32)
    for bad in ({"regularization": 0.0}, {"unmentioned": -1.0}):
        with pytest.raises(ValueError, match="λ must be positive"):
            Prior(y, **bad)
    with pytest.raises(ValueError, match="finite"):
        Prior(np.full((3, 2), np.nan, np.float32))
    one = np.ones(1, np.float32)
    with pytest.raises(ValueError, match="positive"):
        Observations.of(y[:1], one, 0 * one, 3)
    with pytest.raises(ValueError, match="targets"):
        Observations.of(y[:2], one, one, 3)


# --- item vectors from models ----------------------------------------------------------------------------------------


def test_factors_give_back_the_likeness_of_items() -> None:
    rng = np.random.default_rng(2)
    rows = sparse.csr_array(rng.random((12, 30)) * (rng.random((12, 30)) < 0.4))
    full = factors_of_rows(rows, 11)
    exact = (rows @ rows.T).toarray()
    least = np.linalg.eigvalsh(exact)[0]  # 11 of 12 dimensions: all but the least
    assert np.linalg.norm(full @ full.T - exact) == pytest.approx(least, rel=1e-3)
    s = rng.random((8, 8)).astype(np.float32)
    np.fill_diagonal(s, 5.0)
    y = factors_of_matrix(s, 8)
    np.testing.assert_allclose(y @ y.T, (s + s.T) / 2, atol=1e-4)


def test_a_model_lends_its_likeness(checkerboard: Interactions) -> None:
    model = EASE(1.0).fit(checkerboard)
    y = factors_of_model(model, 6)
    assert y is not None and y.shape[0] == 20 and np.isfinite(y).all()
    likeness = y @ y.T
    even = np.arange(20) % 2 == 0
    alike, unlike = likeness[np.ix_(even, even)], likeness[np.ix_(even, ~even)]
    assert alike.mean() > unlike.mean() + 0.05
    model.item_factors = np.ones((20, 3), np.float32)  # type: ignore[attr-defined]
    np.testing.assert_array_equal(factors_of_model(model, 6), model.item_factors)  # type: ignore[attr-defined]


# --- directions ------------------------------------------------------------------------------------------------------


def test_a_direction_is_ridge_regression_of_length_one() -> None:
    rng = np.random.default_rng(4)
    y, z = rng.standard_normal((40, 6)).astype(np.float32), rng.standard_normal(40).astype(np.float32)
    centred = y - y.mean(axis=0)
    ridge = 0.7 * np.trace(centred.T @ centred) / 6
    v = np.linalg.solve(centred.T @ centred + ridge * np.eye(6), centred.T @ (z - z.mean()))
    np.testing.assert_allclose(Directions(y, regularization=0.7).of(z), v / np.linalg.norm(v), atol=1e-4)
    some = z.copy()
    some[::3] = np.nan
    known = ~np.isnan(some)
    np.testing.assert_allclose(
        Directions(y, regularization=0.7).of(some), Directions(y[known], regularization=0.7).of(z[known]), atol=1e-2
    )


def test_directions_point_where_their_facet_rises(demo_talk) -> None:
    facets: Facets = demo_talk.facets
    directions = Directions(factors_of_rows(demo_talk.content.vectors, 64))
    for values in (
        facets.mood("mood/light"),
        facets.mask("genre", ["genre/horror"]).astype(np.float32),
        facets.ordinals["year"],
    ):
        v = directions.of(values)
        known = ~np.isnan(values)
        assert np.corrcoef(directions.projection(v)[known], values[known])[0, 1] > 0.5
        np.testing.assert_allclose(directions.of(-values), -v, atol=1e-5)
    assert not directions.of(np.ones(len(facets), np.float32)).any(), "what all have points nowhere"
    with pytest.raises(ValueError, match="values"):
        directions.of(np.ones(3, np.float32))


def test_a_wish_reaches_works_of_the_kind_that_lack_the_tag(demo_talk) -> None:
    """Own coordinates are exact, the learnt direction speaks for the rest: both, or neither, by their length."""
    content: ContentSimilarity = demo_talk.content
    facets: Facets = demo_talk.facets
    scorer = Scorer(facets, content)
    seen = facets.mask("genre", ["genre/horror"])
    state = PreferenceState().apply([Operation("like", "genre", "genre/horror")])
    exact = PosteriorScorer(facets, content, scorer, weights=Weights(shared=0.0)).rank(state, []).scores
    assert exact[seen].min() > exact[~seen].max() and np.ptp(exact[~seen]) < 1e-6
    both = PosteriorScorer(facets, content, scorer, weights=Weights(shared=1.0)).rank(state, []).scores
    scary = facets.mask("mood", ["mood/scary"]) & ~seen
    assert scary.any() and both[scary].mean() > both[~scary & ~seen].mean()
