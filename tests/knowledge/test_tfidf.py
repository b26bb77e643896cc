"""TF-IDF against scikit-learn's, and the best k against a full sort."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.search.tfidf import TfIdf

DOCUMENTS = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=12), min_size=1, max_size=12)
QUERY = st.lists(st.sampled_from("abcdefghz"), max_size=8)


@given(DOCUMENTS.filter(any), QUERY, st.booleans(), st.booleans(), st.booleans())
@settings(deadline=None, max_examples=40)
def test_scores_are_those_of_scikit_learn(
    docs: list[list[str]], query: list[str], sublinear: bool, use_idf: bool, smooth: bool
) -> None:
    text = pytest.importorskip("sklearn.feature_extraction.text")
    options = {"sublinear_tf": sublinear, "use_idf": use_idf, "smooth_idf": smooth}
    vectorizer = text.TfidfVectorizer(analyzer=lambda tokens: tokens, **options)
    matrix = vectorizer.fit_transform(docs)
    expected = (matrix @ vectorizer.transform([query]).T).toarray()[:, 0]
    np.testing.assert_allclose(TfIdf(docs, **options).scores(query), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("backend", ["numpy", "numba"])
@given(docs=DOCUMENTS, query=QUERY, k=st.integers(0, 15))
@settings(deadline=None, max_examples=60)
def test_top_is_the_head_of_a_full_sort(backend: Any, docs: list[list[str]], query: list[str], k: int) -> None:
    if backend == "numba":
        pytest.importorskip("numba")
    index = TfIdf(docs, backend=backend)
    scores = index.scores(query)
    assert (scores <= 1 + 1e-6).all()
    slow = sorted(range(len(docs)), key=lambda row: (-scores[row], row))[:k]
    assert index.top(query, k) == [(row, float(scores[row])) for row in slow]


@given(DOCUMENTS, QUERY)
@settings(deadline=None)
def test_an_explanation_adds_up(docs: list[list[str]], query: list[str]) -> None:
    index = TfIdf(docs)
    for row, score in enumerate(index.scores(query)):
        parts = index.explain(query, row)
        assert sum(weight for _, weight in parts) == pytest.approx(score, abs=1e-5)


def test_a_document_is_itself() -> None:
    index = TfIdf([["a", "b", "b"], ["a", "c"]])
    assert index.scores(["a", "b", "b"])[0] == pytest.approx(1.0)


@pytest.mark.parametrize("corpus", [[], [[]]])
def test_nothing_to_find(corpus: list[list[str]]) -> None:
    assert TfIdf(corpus).top(["a"], 3) == [(row, 0.0) for row in range(len(corpus))]
