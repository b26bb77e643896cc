"""Scores against rank_bm25, the best k against a full sort, every way of computing against every other."""

from __future__ import annotations

import importlib.util
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25L, BM25Okapi, BM25Plus

from knowledge.graph import KnowledgeError
from knowledge.search.bm25 import BM25

RIVALS = {"okapi": BM25Okapi, "l": BM25L, "plus": BM25Plus}
WORDS = st.sampled_from("abcdefgh")
DOCUMENTS = st.lists(st.lists(WORDS, max_size=12), min_size=1, max_size=12).filter(lambda docs: any(docs))
QUERY = st.lists(st.sampled_from("abcdefghz"), max_size=8)
VARIANT = st.sampled_from(list(RIVALS))

numba = pytest.mark.skipif(importlib.util.find_spec("numba") is None, reason="numba is not installed")
BACKENDS = ["numpy", pytest.param("numba", marks=numba)]


def zipf(size: int, words: int, seed: int, length: int = 30) -> list[list[str]]:
    """Documents of words that are as unequally common as those of a language."""
    rng = np.random.default_rng(seed)
    share = 1 / np.arange(1, words + 1)
    lengths = rng.integers(0, length, size)
    flat = [f"w{word}" for word in rng.choice(words, int(lengths.sum()), p=share / share.sum())]
    return [flat[start:stop] for start, stop in pairwise([0, *np.cumsum(lengths).tolist()])]


def slowly(index: BM25, query: list[str], k: int) -> list[tuple[int, float]]:
    scores = index.scores(query)
    return [(row, float(scores[row])) for row in np.lexsort((np.arange(len(scores)), -scores))[:k].tolist()]


@settings(deadline=None)
@given(DOCUMENTS, QUERY, st.sampled_from([1.2, 1.5, 2.0]), st.sampled_from([0.0, 0.75, 1.0]), VARIANT)
def test_scores_are_those_of_rank_bm25(docs: list[list[str]], query: list[str], k1: float, b: float, name: Any) -> None:
    with np.errstate(invalid="ignore"):  # an empty document and b = 1 divide nothing by nothing there; here it is 0
        expected = RIVALS[name](docs, k1=k1, b=b).get_scores(query)
    index = BM25(docs, k1=k1, b=b, variant=name)
    scores = index.scores(query)
    assert scores.dtype == np.float32 and scores.shape == (len(docs),)
    sound = np.isfinite(expected)
    np.testing.assert_allclose(scores[sound], expected[sound], rtol=2e-5, atol=2e-5)
    assert np.isfinite(scores).all()


@settings(deadline=None)
@given(DOCUMENTS, QUERY, VARIANT)
def test_the_defaults_are_those_of_rank_bm25(docs: list[list[str]], query: list[str], name: Any) -> None:
    expected = RIVALS[name](docs).get_scores(query)
    np.testing.assert_allclose(BM25(docs, variant=name).scores(query), expected, rtol=2e-5, atol=2e-5)


@pytest.mark.parametrize("backend", BACKENDS)
@given(docs=DOCUMENTS, query=QUERY, k=st.integers(0, 15), name=VARIANT)
@settings(deadline=None, max_examples=60)
def test_top_is_the_head_of_a_full_sort(
    backend: Any, docs: list[list[str]], query: list[str], k: int, name: Any
) -> None:
    index = BM25(docs, variant=name, backend=backend)
    assert index.top(query, k) == slowly(index, query, k)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", RIVALS)
def test_nothing_is_pruned_that_counts(backend: Any, name: Any) -> None:
    docs = zipf(6000, 500, seed=3)
    index = BM25(docs, variant=name, backend=backend)
    rng = np.random.default_rng(4)
    for _ in range(25):
        query = [f"w{int(word)}" for word in 500 ** rng.random(rng.integers(1, 9))]
        for k in (1, 10, 400):
            assert index.top(query, k) == slowly(index, query, k)
        out = rng.random(6000) < 0.3
        allowed = [hit for hit in slowly(index, query, 6000) if not out[hit[0]]]
        assert index.top(query, 10, exclude=out) == allowed[:10]


@pytest.mark.parametrize("backend", BACKENDS)
def test_rows_far_apart_and_ties_across_windows(backend: Any) -> None:
    docs = [["x"]] * 150_000  # more than two of the kernel's windows
    for row in (5, 70_000, 149_999):
        docs[row] = ["x", "rare", "rarer"] if row > 5 else ["x", "rare"]
    index = BM25(docs, backend=backend)
    assert [row for row, _ in index.top(["rare", "rarer", "x"], 5)] == [70_000, 149_999, 5, 0, 1]
    assert [row for row, _ in index.top(["x"], 3)] == [0, 1, 2]
    assert [row for row, _ in index.top(["rare"], 2, exclude=[70_000])] == [5, 149_999]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_batch_is_its_queries_one_by_one(backend: Any) -> None:
    index = BM25(zipf(800, 200, seed=5), backend=backend)
    queries = [["w1", "w50"], [], ["nowhere"], ["w3", "w3", "w190"], [f"w{i}" for i in range(200)] * 2]
    for threads in (1, 3):
        rows, scores = index.top_batch(queries, 7, threads=threads)
        assert rows.dtype == np.int32 and scores.dtype == np.float32 and rows.shape == scores.shape == (5, 7)
        for place, query in enumerate(queries):
            assert index.top(query, 7) == list(zip(rows[place].tolist(), scores[place].tolist(), strict=True))
    assert index.top_batch([], 7)[0].shape == (0, 7)


@pytest.mark.parametrize("backend", BACKENDS)
@given(docs=DOCUMENTS, query=QUERY, k=st.integers(1, 12), name=VARIANT, data=st.data())
@settings(deadline=None, max_examples=40)
def test_excluded_rows_do_not_come(
    backend: Any, docs: list[list[str]], query: list[str], k: int, name: Any, data: st.DataObject
) -> None:
    index = BM25(docs, variant=name, backend=backend)
    out = data.draw(st.sets(st.integers(0, len(docs) - 1)))
    expected = [hit for hit in slowly(index, query, len(docs)) if hit[0] not in out][:k]
    mask = np.isin(np.arange(len(docs)), list(out))
    assert index.top(query, k, exclude=out) == index.top(query, k, exclude=mask) == expected


@settings(deadline=None)
@given(DOCUMENTS, QUERY, VARIANT)
def test_an_explanation_adds_up(docs: list[list[str]], query: list[str], name: Any) -> None:
    index = BM25(docs, variant=name)
    scores = index.scores(query)
    for row, document in enumerate(docs):
        parts = index.explain(query, row)
        assert {term for term, _ in parts} == set(query) & set(document)
        assert [weight for _, weight in parts] == sorted((weight for _, weight in parts), reverse=True)
        missing = sum(
            index.delta * index.idf[index.vocabulary[t]] for t in query if t in index.vocabulary and t not in document
        )
        whole = sum(weight for _, weight in parts) + (missing if name == "plus" else 0)
        assert whole == pytest.approx(scores[row], rel=1e-4, abs=1e-4)


def test_a_rare_term_outweighs_a_common_one() -> None:
    index = BM25([["film", "space"], ["film", "love"], ["film", "war"]])
    assert index.top(["film", "space"], 1)[0][0] == 0


@pytest.mark.parametrize("corpus", [[], [[]], [[], []]])
def test_nothing_to_find(corpus: list[list[str]]) -> None:
    index = BM25(corpus)
    assert len(index) == len(corpus)
    assert index.scores(["a"]).tolist() == [0.0] * len(corpus)
    assert index.top(["a"], 3) == [(row, 0.0) for row in range(len(corpus))]
    assert index.top(["a"], 0) == index.top(["a"], -1) == []


def test_a_corpus_may_be_a_generator_of_any_sequences() -> None:
    index = BM25(tuple(text.split()) for text in ["a b a", "b c"])
    np.testing.assert_array_equal(index.scores(["a"]), BM25([["a", "b", "a"], ["b", "c"]]).scores(["a"]))


def test_counts_beyond_a_byte() -> None:
    docs = [["a"] * 300 + ["b"], ["a", "c"], ["b"] * 70_000, ["d"], ["e"]]
    np.testing.assert_allclose(BM25(docs).scores(["a", "b"]), BM25Okapi(docs).get_scores(["a", "b"]), rtol=2e-5)


def test_many_duplicates_cost_one_posting_each() -> None:
    index = BM25(["a"] for _ in range(200_000))  # four runs
    assert len(index) == 200_000
    assert index.top(["a"], 2) == [(0, float(index.scores(["a"])[0])), (1, float(index.scores(["a"])[1]))]


@pytest.mark.parametrize(
    ("corpus", "says"),
    [
        (["a string", "another"], "document 0 is one string"),
        ([["a"], ["b", 3]], "document 1 has a token that is no string: 3"),
        ([["a"], [["b"]]], "document 1 has a token that is no string"),
        ([["a"], 7], "document 1 is a int"),
        ([["a"], iter(["b"])], "document 1 is a list_iterator"),
    ],
)
def test_wrong_documents_are_named(corpus: Any, says: str) -> None:
    with pytest.raises(KnowledgeError, match=says):
        BM25(corpus)


@pytest.mark.parametrize(
    "wrong",
    [{"k1": -1}, {"b": 1.5}, {"k1": float("nan")}, {"variant": "bm26"}, {"delta": -1}, {"backend": "fortran"}],
)
def test_wrong_parameters_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(KnowledgeError):
        BM25([["a"]], **wrong)


def test_wrong_questions_are_refused() -> None:
    index = BM25([["a"], ["b"]])
    with pytest.raises(KnowledgeError, match="0 to 1"):
        index.top(["a"], 1, exclude=[2])
    with pytest.raises(KnowledgeError, match="shape"):
        index.top(["a"], 1, exclude=np.zeros(3, bool))
    with pytest.raises(KnowledgeError, match="threads"):
        index.top_batch([["a"]], 1, threads=0)
    with pytest.raises(KnowledgeError, match="row 2"):
        index.explain(["a"], 2)


def test_without_numba_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from knowledge import search

    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.delitem(sys.modules, "knowledge.search.bm25_kernels", raising=False)
    monkeypatch.delattr(search, "bm25_kernels", raising=False)
    with pytest.raises(KnowledgeError, match=r"yuban\[fast\]"):
        BM25([["a"]], backend="numba")
    monkeypatch.setattr("knowledge.search.searching._WORTHWHILE", 1)
    monkeypatch.setattr("knowledge.search.searching.find_spec", lambda name: object())
    assert BM25([["a"], ["b"], ["c"]]).top(["a"], 1)[0][0] == 0  # auto goes on in numpy
