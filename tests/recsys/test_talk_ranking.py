"""Scores, their parts, and the page made of them, each against its definition worked out the long way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from knowledge.graph import Graph
from recsys.content import RELATION_WEIGHTS, ContentSimilarity
from recsys.conversation import Conversation
from recsys.facets import _lent_by_facts
from recsys.filters import further
from recsys.operations import Op, Operation
from recsys.rerank import maximal_marginal_relevance
from recsys.state import PreferenceState


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 8), st.sampled_from([0.0, 0.3, 0.7, 1.0]), st.integers(3, 12))
def test_mmr_is_greedy_by_definition(seed: int, k: int, trade: float, pool: int) -> None:
    rng = np.random.default_rng(seed)
    n = 15
    vectors = np.abs(rng.normal(size=(n, 4))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    scores, allowed = rng.normal(size=n).astype(np.float32), rng.random(n) < 0.7
    got = maximal_marginal_relevance(scores, sparse.csr_array(vectors), allowed, k, trade=trade, pool=pool).tolist()
    best = sorted((row for row in range(n) if allowed[row]), key=lambda row: -scores[row])[: max(pool, k)]
    if not best:
        assert got == []
        return
    low, high = scores[best[-1]], scores[best[0]]
    relevance = {row: (scores[row] - low) / (high - low) if high > low else 1.0 for row in best}
    page = best[:1]
    while len(page) < min(k, len(best)):
        rest = [row for row in best if row not in page]
        gain = {
            row: trade * relevance[row] - (1 - trade) * max(float(vectors[row] @ vectors[p]) for p in page)
            for row in rest
        }
        top = max(gain.values())
        page.append(next(row for row in best if row in gain and gain[row] >= top - 1e-6))
    assert len(got) == len(page) and got[0] == page[0]
    if trade == 1.0:
        assert got == best[:k]
    elif pool > 3:
        assert got == page


def test_a_page_is_the_mmr_of_the_scores(demo_talk: Conversation) -> None:
    state = PreferenceState().apply([Operation("similar_to", "item", "film/interstellar-2014")])
    scores = demo_talk._ranker.rank(state, []).scores
    allowed = np.ones(len(scores), bool)
    allowed[demo_talk.facets.row["film/interstellar-2014"]] = False
    vectors = demo_talk.content.vectors
    page = [demo_talk.facets.row[one.item] for one in demo_talk.recommend(state, k=6).items]
    assert page == maximal_marginal_relevance(scores, vectors, allowed, 6).tolist()
    assert page != maximal_marginal_relevance(scores, vectors, allowed, 6, trade=1.0).tolist()


# --- what a wish adds ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def known(graph: Graph) -> Conversation:
    """With the popularity of three films."""
    return Conversation(None, graph, popularity={"film/titanic": 0.9, "film/ring": 0.1, "film/heat": 0.4})


def part(known: Conversation, *wishes: Operation) -> np.ndarray:
    return known._scorer.parts(PreferenceState().apply(wishes), [])["wish:0"]


@pytest.mark.parametrize("op", ["like", "more", "less"])
def test_moods_rank_by_degree(known: Conversation, op: Op) -> None:
    axis, gain = known.facets.mood("mood/light"), part(known, Operation(op, "mood", "mood/light"))
    order = np.argsort(axis)
    steps = np.diff(gain[order])
    assert (steps <= 1e-6).all() if op == "less" else (steps >= -1e-6).all()
    assert abs(gain).max() > 1
    stronger = part(known, Operation(op, "mood", "mood/light", strength=2.0))
    np.testing.assert_allclose(stronger, 2 * gain, rtol=1e-5)


@pytest.mark.parametrize("op", ["like", "more", "less"])
def test_genres_push_or_pull_their_own(known: Conversation, op: Op) -> None:
    gain, romance = part(known, Operation(op, "genre", "genre/romance")), known.facets.mask("genre", ["genre/romance"])
    assert (gain[~romance] == 0).all() and (gain[romance] < 0 if op == "less" else gain[romance] > 0).all()


@pytest.mark.parametrize(("op", "facet"), [("more", "year"), ("less", "runtime"), ("more", "popularity")])
def test_leanings_without_an_anchor_rank_within_the_type(known: Conversation, op: Op, facet: str) -> None:
    gain, values = part(known, Operation(op, facet)), known.facets.ordinals[facet]
    films = np.flatnonzero((known.facets.types == "film") & ~np.isnan(values))
    order = films[np.argsort(values[films])]
    steps = np.diff(gain[order])
    assert (steps >= -1e-6).all() if op == "more" else (steps <= 1e-6).all()
    unknown = np.isnan(values)
    assert (gain[unknown] == 0).all()


def test_how_much_newer_is_heard(known: Conversation) -> None:
    """ "A bit" prefers the next few years, "much" keeps rising for decades; nothing favours what is older."""
    years, row = known.facets.ordinals["year"], known.facets.row
    bit, plain, much = (
        part(known, Operation("more", "year", anchor="film/totoro", strength=s)) for s in (0.5, 1.0, 2.0)
    )
    assert bit[row["film/chungking-express"]] > bit[row["film/interstellar"]] > 0
    assert plain[row["film/suzhou-river"]] == pytest.approx(plain[row["film/hi-mom"]])
    assert much[row["film/suzhou-river"]] < much[row["film/hi-mom"]]
    for gain in (bit, plain, much):
        assert gain[years < 1988].max() <= 0


def test_filters_alone_add_nothing(known: Conversation) -> None:
    for op in (Operation("only", "genre", "genre/comedy"), Operation("not", "genre", "genre/comedy")):
        assert set(known._scorer.parts(PreferenceState().apply([op]), [])) == {"prior"}


def test_further_goes_a_share_of_the_way_to_the_top() -> None:
    axis = np.array([0.0, 0.05, 0.1, 0.2, 0.4, 1.0], np.float32)
    assert further(axis, 0, 0.5).tolist() == [False, False, True, True, True, True]
    assert further(axis, 0, 1.0).tolist() == [False, False, False, True, True, True]
    assert further(axis, 0, 2.0).tolist() == [False, False, False, False, True, True]
    assert not further(axis, 5).any(), "nothing is lighter than the lightest"


def test_moods_are_lent_by_the_other_works_with_each_fact(graph: Graph) -> None:
    content = ContentSimilarity.of(graph, {r: w for r, w in RELATION_WEIGHTS.items() if r != "mood"})
    x = content.vectors.toarray()
    tags = np.array([["mood/light" in graph.objects(item, "mood")] for item in content.item_ids], np.float32)
    lent = _lent_by_facts(content, tags)
    for i in range(len(x)):
        total = 0.0
        for fact in np.flatnonzero(x[i]):
            others = [j for j in range(len(x)) if j != i]
            rate = sum(x[j, fact] * tags[j, 0] for j in others) / (sum(x[j, fact] for j in others) + 0.5)
            total += x[i, fact] * rate
        assert lent[i, 0] == pytest.approx(total / x[i].sum(), abs=1e-5)
