"""Exact cosine search against the obvious loop; rows keep their numbers through adding, deleting and saving."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import knowledge.search.vectors as module
from knowledge.search.vectors import BadVectors, Vectors


def naive(rows: np.ndarray, query: np.ndarray, alive: list[int]) -> list[tuple[float, int]]:
    found = []
    for number in alive:
        a, b = rows[number].astype(float), query.astype(float)
        size = float(np.linalg.norm(a) * np.linalg.norm(b))
        found.append((float(a @ b) / size if size else 0.0, number))
    return sorted(found, key=lambda pair: (-pair[0], pair[1]))


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 12), st.integers(1, 7))
def test_equals_the_loop_block_by_block(seed: int, size: int, k: int, block: int) -> None:
    generator = np.random.default_rng(seed)
    rows = generator.normal(size=(size, 5)).astype(np.float32)
    index = Vectors(rows)
    gone = generator.choice(size, size // 3, replace=False).tolist()
    index.delete(gone)
    queries = generator.normal(size=(3, 5)).astype(np.float32)
    before, module._BLOCK = module._BLOCK, block
    try:
        found, scores = index.top(queries, k)
    finally:
        module._BLOCK = before
    alive = [number for number in range(size) if number not in gone]
    for query, numbers, cosines in zip(queries, found, scores, strict=True):
        expected = naive(rows, query, alive)[:k]
        assert cosines == pytest.approx([score for score, _ in expected], abs=1e-5)
        assert numbers.tolist() == [number for _, number in expected]


def test_of_equals_the_earlier_row_comes_first_even_across_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    index = Vectors(np.array([[0, 1], *[[1, 0]] * 50, [2, 0]]))
    for block in (3, 100):
        monkeypatch.setattr(module, "_BLOCK", block)
        assert index.top([[3, 0]], 4)[0].tolist() == [[1, 2, 3, 4]]


def test_rows_keep_their_numbers() -> None:
    index = Vectors([[1, 0], [0, 1]])
    index.delete([0, 0])
    assert index.add([[1, 1], [-1, 0]]) == range(2, 4)
    assert len(index) == 3 and index.dimensions == 2
    assert index.top([1, 0] * np.ones((1, 2)), 9)[0].tolist() == [[2, 1, 3]]
    assert index.compact().tolist() == [1, 2, 3] and len(index) == 3
    assert index.top([[1, 0]], 1)[0].tolist() == [[1]]


def test_saved_and_loaded_it_answers_the_same(tmp_path: Path) -> None:
    index = Vectors(np.random.default_rng(0).normal(size=(30, 4)))
    index.delete([3, 7])
    index.save(tmp_path / "here")
    assert sorted(path.name for path in (tmp_path / "here").iterdir()) == ["vectors.json", "vectors.npy"]
    queries = np.eye(4)
    for memory_map in (True, False):
        again = Vectors.load(tmp_path / "here", memory_map=memory_map)
        assert isinstance(again.matrix, np.memmap) is memory_map
        assert len(again) == 28
        for ours, theirs in zip(again.top(queries, 30), index.top(queries, 30), strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_nothing_to_find_and_zero_vectors() -> None:
    empty = Vectors(np.zeros((0, 3)))
    rows, scores = empty.top(np.ones((2, 3)), 5)
    assert rows.shape == scores.shape == (2, 0)
    assert Vectors([[0, 0], [1, 0]]).top([[0, 1], [-1, 0]], 1)[0].tolist() == [[0], [0]]


@pytest.mark.parametrize("rows", [[1.0, 2.0], [[np.nan, 1.0]], [[np.inf, 1.0]]])
def test_bad_vectors_are_refused(rows: list[object]) -> None:
    with pytest.raises(BadVectors):
        Vectors(np.array(rows, float))


def test_errors_say_what_is_wrong(tmp_path: Path) -> None:
    index = Vectors([[1, 0]])
    with pytest.raises(BadVectors, match="3 numbers"):
        index.top(np.ones((1, 3)), 1)
    with pytest.raises(BadVectors, match="3 numbers"):
        index.add(np.ones((1, 3)))
    with pytest.raises(BadVectors, match="0 to 0"):
        index.delete([1])
    with pytest.raises(BadVectors, match="no saved vectors"):
        Vectors.load(tmp_path)
    index.save(tmp_path)
    np.save(tmp_path / "vectors.npy", np.ones((5, 2), np.float32))
    with pytest.raises(BadVectors, match="do not belong together"):
        Vectors.load(tmp_path)
