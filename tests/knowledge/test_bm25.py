from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from knowledge.bm25 import BM25

WORDS = st.sampled_from("abcdefgh")
DOCUMENTS = st.lists(st.lists(WORDS, max_size=12), min_size=1, max_size=12).filter(lambda docs: any(docs))


@given(DOCUMENTS, st.lists(WORDS, max_size=8), st.sampled_from([1.2, 1.5, 2.0]), st.sampled_from([0.0, 0.75, 1.0]))
def test_scores_are_those_of_rank_bm25(docs: list[list[str]], query: list[str], k1: float, b: float) -> None:
    with np.errstate(invalid="ignore"):  # an empty document and b = 1 divide nothing by nothing there; here it is 0
        expected = np.nan_to_num(BM25Okapi(docs, k1=k1, b=b).get_scores(query))
    scores = BM25(docs, k1=k1, b=b).scores(query)
    assert scores.dtype == np.float32 and scores.shape == (len(docs),)
    np.testing.assert_allclose(scores, expected, rtol=2e-5, atol=2e-5)


@given(DOCUMENTS, st.lists(WORDS, max_size=8), st.integers(0, 15))
def test_top_is_the_head_of_a_full_sort(docs: list[list[str]], query: list[str], k: int) -> None:
    index = BM25(docs)
    scores = index.scores(query)
    slow = sorted(range(len(docs)), key=lambda row: (-scores[row], row))[:k]
    assert index.top(query, k) == [(row, float(scores[row])) for row in slow]


def test_a_rare_term_outweighs_a_common_one() -> None:
    index = BM25([["film", "space"], ["film", "love"], ["film", "war"]])
    assert index.top(["film", "space"], 1)[0][0] == 0


@pytest.mark.parametrize("corpus", [[], [[]], [[], []]])
def test_nothing_to_find(corpus: list[list[str]]) -> None:
    index = BM25(corpus)
    assert len(index) == len(corpus)
    assert index.scores(["a"]).tolist() == [0.0] * len(corpus)
    assert index.top(["a"], 3) == [(row, 0.0) for row in range(len(corpus))]
