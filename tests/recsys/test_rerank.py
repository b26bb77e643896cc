"""Re-ranking against its definitions, worked out with loops; and exploration by Thompson sampling."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.graph import Graph
from recsys.conversation import Conversation
from recsys.explore import explored_page
from recsys.operations import Operation
from recsys.rerank import calibrated, discount_popularity, even_exposure, exposure_of, xquad
from recsys.state import PreferenceState


def case(seed: int, n: int = 14, c: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    kinds = rng.random((n, c)) * (rng.random((n, c)) < 0.6)
    kinds = kinds / np.maximum(kinds.sum(axis=1, keepdims=True), 1e-9)
    wanted = rng.random(c) * (rng.random(c) < 0.8)
    return (
        rng.normal(size=n).astype(np.float32),
        kinds.astype(np.float32),
        wanted.astype(np.float32),
        rng.random(n) < 0.7,
    )


def best_of(scores: np.ndarray, allowed: np.ndarray, pool: int) -> tuple[list[int], dict[int, float]]:
    best = sorted((row for row in range(len(scores)) if allowed[row]), key=lambda row: -scores[row])[:pool]
    low, high = (scores[best[-1]], scores[best[0]]) if best else (0, 0)
    return best, {row: (scores[row] - low) / (high - low) if high > low else 1.0 for row in best}


def share(wanted: np.ndarray) -> np.ndarray:
    return wanted / wanted.sum() if wanted.sum() > 0 else np.full(len(wanted), 1 / len(wanted))


def check_greedy(got: list[int], best: list[int], k: int, gain) -> None:
    """Each place taken by a work of the greatest gain, given those before it."""
    assert len(got) == len(set(got)) == min(k, len(best)) and set(got) <= set(best)
    for place, row in enumerate(got):
        rest = [other for other in best if other not in got[:place]]
        assert gain(row, got[:place]) >= max(gain(other, got[:place]) for other in rest) - 1e-5


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 8), st.sampled_from([0.0, 0.4, 1.0]), st.integers(3, 20))
def test_xquad_is_greedy_by_definition(seed: int, k: int, trade: float, pool: int) -> None:
    scores, covers, wanted, allowed = case(seed)
    best, relevance = best_of(scores, allowed, max(pool, k))
    aims = share(wanted)

    def gain(row: int, taken: list[int]) -> float:
        novelty = sum(
            aims[c] * covers[row, c] * math.prod(1 - covers[other, c] for other in taken) for c in range(len(aims))
        )
        return trade * relevance[row] + (1 - trade) * float(novelty)

    check_greedy(xquad(scores, covers, wanted, allowed, k, trade=trade, pool=pool).tolist(), best, k, gain)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 8), st.sampled_from([0.0, 0.4, 1.0]), st.integers(3, 20))
def test_calibration_is_greedy_by_definition(seed: int, k: int, trade: float, pool: int) -> None:
    scores, kinds, wanted, allowed = case(seed)
    best, relevance = best_of(scores, allowed, max(pool, k))
    p = share(wanted)

    def gain(row: int, taken: list[int]) -> float:
        page = [*taken, row]
        q = kinds[page].mean(axis=0)
        divergence = sum(p[c] * math.log(p[c] / (0.99 * q[c] + 0.01 * p[c])) for c in range(len(p)) if p[c] > 0)
        return trade * relevance[row] - (1 - trade) * float(divergence)

    check_greedy(calibrated(scores, kinds, wanted, allowed, k, trade=trade, pool=pool).tolist(), best, k, gain)


def test_calibration_shows_each_liking_its_part() -> None:
    """Steck's example: 70 % romance and 30 % crime, and romance scores best throughout."""
    scores = np.linspace(1, 0, 40).astype(np.float32)
    kinds = np.zeros((40, 2), np.float32)
    kinds[:20, 0], kinds[20:, 1] = 1, 1
    everything, wanted = np.ones(40, bool), np.array([0.7, 0.3], np.float32)
    assert set(calibrated(scores, kinds, wanted, everything, 10, trade=1.0)) == set(range(10))
    page = calibrated(scores, kinds, wanted, everything, 10, trade=0.05)
    assert kinds[page].sum(axis=0).tolist() == [7.0, 3.0]


def test_tables_that_do_not_fit_are_refused() -> None:
    scores, kinds, wanted, allowed = case(0)
    for ranker in (xquad, calibrated):
        with pytest.raises(ValueError, match="need a"):
            ranker(scores, kinds[:, :2], wanted, allowed, 3)
        with pytest.raises(ValueError, match="need a"):
            ranker(scores, kinds, -1 - wanted, allowed, 3)
        assert not len(ranker(scores, kinds, wanted, np.zeros(len(scores), bool), 3))
    with pytest.raises(ValueError, match=r"0\.\.1"):
        xquad(scores, 3 + kinds, wanted, allowed, 3)


def test_popularity_is_discounted_as_far_as_asked() -> None:
    rng = np.random.default_rng(0)
    share_ = rng.random(200).astype(np.float32)
    scores = (np.log(share_) + 0.3 * rng.normal(size=200)).astype(np.float32)
    slopes = [np.corrcoef(discount_popularity(scores, share_, s), np.log(share_))[0, 1] for s in (0.0, 0.5, 1.0, 2.0)]
    assert slopes == sorted(slopes, reverse=True) and slopes[0] > 0.8 and slopes[-1] < 0
    np.testing.assert_array_equal(np.argsort(discount_popularity(scores, share_, 0.0)), np.argsort(scores))
    unknown = np.full(200, np.nan, np.float32)
    np.testing.assert_array_equal(discount_popularity(scores, unknown, 1.0), scores)
    share_[0] = 0.0  # never watched is unknown, not infinitely rare
    assert np.isfinite(discount_popularity(scores, share_, 1.0)).all()


def test_works_of_like_relevance_take_turns() -> None:
    rng = np.random.default_rng(1)
    scores = (1 + 0.01 * rng.random(20)).astype(np.float32)
    scores[3] = 3.0
    everything, exposure = np.ones(20, bool), np.zeros(20, np.float32)
    pages = []
    for _ in range(30):
        pages.append(even_exposure(scores, exposure, everything, 5))
        exposure = exposure_of(pages, 20)
    plain = exposure_of([np.argsort(-scores)[:5]] * 30, 20)
    assert (exposure > 0).sum() >= 15 > (plain > 0).sum() == 5
    assert all(page[0] == 3 for page in pages), "clearly the best stays first"
    assert exposure_of([np.array([2, 0])], 3).tolist() == pytest.approx([1 / math.log2(3), 0, 1])


# --- exploration -----------------------------------------------------------------------------------------------------


def test_a_share_of_places_is_drawn_and_never_the_first() -> None:
    scores, allowed = np.arange(300, 0, -1).astype(np.float32), np.ones(300, bool)
    page = np.arange(10)

    def draw(rng: np.random.Generator) -> np.ndarray:
        return rng.standard_normal(300).astype(np.float32)

    counts = []
    for seed in range(300):
        rows, explored = explored_page(page, scores, draw, allowed, share=0.3, rng=np.random.default_rng(seed))
        assert rows[0] == 0 and not explored[0] and len(set(rows.tolist())) == len(rows) == len(explored)
        assert set(rows[~explored].tolist()) <= set(range(10)) and rows.max() < 200
        counts.append(explored.sum())
    assert np.mean(counts) == pytest.approx(2.7, abs=0.4)
    same, none = explored_page(page, scores, draw, allowed, share=0.0, rng=np.random.default_rng(0))
    assert same.tolist() == page.tolist() and not none.any()
    with pytest.raises(ValueError, match=r"0\.\.1"):
        explored_page(page, scores, draw, allowed, share=1.5, rng=np.random.default_rng(0))


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 6), st.floats(0, 1))
def test_a_page_never_shows_what_is_not_allowed_or_twice(seed: int, k: int, share_: float) -> None:
    rng = np.random.default_rng(seed)
    scores, allowed = rng.normal(size=12).astype(np.float32), rng.random(12) < 0.5
    page = np.array([row for row in np.argsort(-scores) if allowed[row]][:k], np.int64)
    rows, explored = explored_page(
        page, scores, lambda r: r.standard_normal(12).astype(np.float32), allowed, share=share_, rng=rng
    )
    assert len(set(rows.tolist())) == len(rows) == len(explored) == len(page)
    assert all(allowed[row] for row in rows)


@pytest.fixture(scope="module")
def exploring(graph: Graph) -> Conversation:
    return Conversation(None, graph, scoring="posterior", explore=0.5, seed=1)


def test_exploring_keeps_filters_and_the_same_talk_the_same_page(exploring: Conversation, graph: Graph) -> None:
    plain = Conversation(None, graph, scoring="posterior")
    state = PreferenceState().apply([Operation("only", "type", "film"), Operation("like", "mood", "mood/light")])
    page = exploring.recommend(state, k=5)
    assert page == exploring.recommend(state, k=5)
    assert all(graph.entity(one.item).type == "film" for one in page.items)
    assert not page.items[0].explored and page.items[0].item == plain.recommend(state, k=5).items[0].item
    drawn = 0
    for _ in range(4):
        page = exploring.recommend(state, k=5)
        drawn += sum(one.explored for one in page.items)
        state = page.state.apply([Operation("another")])
    assert drawn


def test_exploring_needs_a_posterior(graph: Graph) -> None:
    for bad in ({"scoring": "sum", "explore": 0.2}, {"scoring": "posterior", "explore": 2.0}, {"scoring": "votes"}):
        with pytest.raises(ValueError, match=r"scoring|explore"):
            Conversation(None, graph, **bad)
