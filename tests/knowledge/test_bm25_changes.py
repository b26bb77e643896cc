"""Documents come, change and go: the index scores as one built afresh from what is there."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.graph import KnowledgeError
from knowledge.search.bm25 import BM25
from knowledge.search.tfidf import TfIdf

WORDS = "abcdefgh"
DOCUMENT = st.lists(st.sampled_from(WORDS), max_size=8)
STEP = st.one_of(
    st.tuples(st.just("add"), st.lists(DOCUMENT, max_size=3)),
    st.tuples(st.just("update"), st.integers(0, 99), DOCUMENT),
    st.tuples(st.just("delete"), st.lists(st.integers(0, 99), max_size=3)),
    st.tuples(st.sampled_from(["compile", "compact", "ask", "bulk"])),
)


def apply(index: Any, rows: dict[int, list[str]], step: tuple[Any, ...]) -> dict[int, list[str]]:
    """The step on the index and on a plain dictionary of what each row holds."""
    live = sorted(rows)
    if step[0] == "add":
        new = index.add(step[1])
        rows.update(zip(new, step[1], strict=True))
    elif step[0] == "bulk":
        many = [["a", WORDS[number % 8]] for number in range(70)]
        rows.update(zip(index.add(many), many, strict=True))
    elif step[0] == "update" and live:
        row = live[step[1] % len(live)]
        index.update(row, step[2])
        rows[row] = step[2]
    elif step[0] == "delete" and live:
        gone = {live[number % len(live)] for number in step[1]}
        index.delete(gone)
        rows = {row: document for row, document in rows.items() if row not in gone}
    elif step[0] == "compile":
        index.compile()
    elif step[0] == "compact":
        kept = index.compact()
        assert kept.tolist() == live
        rows = {row: rows[old] for row, old in enumerate(kept.tolist())}
    elif step[0] == "ask":
        index.top(["a", "b"], 3)
    return rows


@pytest.mark.parametrize("kind", ["okapi", "l", "plus", "tfidf"])
@given(docs=st.lists(DOCUMENT, max_size=6), steps=st.lists(STEP, max_size=8))
@settings(max_examples=40, deadline=None)
def test_changes_give_what_building_anew_gives(kind: Any, docs: list[list[str]], steps: list[tuple[Any, ...]]) -> None:
    def build(corpus: Any) -> Any:
        return TfIdf(corpus) if kind == "tfidf" else BM25(corpus, variant=kind)

    index, rows = build(docs), dict(enumerate(docs))
    for step in steps:
        rows = apply(index, rows, step)
    fresh, live = build(rows[row] for row in sorted(rows)), sorted(rows)
    assert len(index) == len(live)
    for query in (["a"], ["b", "c", "b"], list(WORDS)):
        scores = index.scores(query)
        assert len(scores) == index.n_rows
        np.testing.assert_allclose(scores[live], fresh.scores(query), rtol=1e-5, atol=1e-6)
        assert np.isneginf(np.delete(scores, live)).all()
        order = sorted(live, key=lambda row: (-scores[row], row))
        assert index.top(query, 4) == [(row, float(scores[row])) for row in order[:4]]
        held, _ = index.top_batch([query, ["a"]], 3, exclude=live[:1])
        assert held[0].tolist() == [row for row in order if row != live[0]][:3] if live else held.size == 0
        for row in live:
            assert {term for term, _ in index.explain(query, row)} == set(query) & set(rows[row])


def test_queries_compile_when_that_is_cheaper() -> None:
    index = BM25([["a", "b"]] * 100)
    index.add([["a", "c"]])
    changed = index._changes
    assert changed is not None
    for _ in range(10):
        index.top(["a"], 1)
    assert index._changes is None
    assert index.scores(["c"])[100] == pytest.approx(BM25([["a", "b"]] * 100 + [["a", "c"]]).scores(["c"])[100])


def test_a_wrong_change_changes_nothing() -> None:
    index = BM25([["a"], ["b"], ["b", "c"]])
    before = index.scores(["a", "b"])
    for wrong in (
        lambda: index.add([["new"], "text"]),
        lambda: index.add([["new"]] * 70 + [[1]]),
        lambda: index.update(0, ["x", 5]),
        lambda: index.update(9, ["x"]),
        lambda: index.delete([0, 3]),
        lambda: index.delete([-1]),
    ):
        with pytest.raises(KnowledgeError):
            wrong()
    np.testing.assert_array_equal(index.scores(["a", "b"]), before)
    assert set(index.vocabulary) == {"a", "b", "c"}
    index.delete([1])
    with pytest.raises(KnowledgeError, match="row 1"):
        index.delete([1])


def test_compact_forgets_terms() -> None:
    index = BM25([["a"], ["b"], ["c"], ["a"]])
    index.delete([1])
    assert index.compact().tolist() == [0, 2, 3]
    assert list(index.vocabulary) == ["a", "c"] and len(index.idf) == 2 and index.n_rows == 3
    assert index.top(["c"], 1)[0][0] == 1


def test_queries_and_changes_at_once() -> None:
    index = BM25([["a", "b"], ["b", "c"]] * 200)
    failures: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(60):
                rows = [row for row, _ in index.top(["a", "z"], 5)]
                assert len(rows) == len(set(rows)) == 5
        except BaseException as error:
            failures.append(error)

    def change() -> None:
        try:
            for number in range(40):
                index.add([["a", "z"]])
                index.update(number, ["z"])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=target) for target in (ask, change, ask)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert index.n_rows == 440
