"""Compiled sparse products and lists for everybody, against scipy, numpy and one `recommend` a user."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from recsys import everybody, linear, neighbours, sparse_weights
from recsys.everybody import recommend_all
from recsys.factors import ImplicitALS
from recsys.interactions import Interactions
from recsys.linear import EASE, gram, mirrored, weights_from_gram
from recsys.model import ItemModel
from recsys.neighbours import ItemNeighbours
from recsys.popularity import Popularity
from recsys.slim import SLIM

BACKENDS = ["numpy", "numba"]


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every test that asks for it runs with and without compiled code."""
    if request.param == "numba":
        pytest.importorskip("numba")
    for module in (everybody, linear, neighbours, sparse_weights):
        monkeypatch.setattr(module, "uses_numba", lambda _: request.param == "numba")
    return str(request.param)


def crossed(rows: int, columns: int, share: float, seed: int) -> sparse.csr_array:
    rng = np.random.default_rng(seed)
    return sparse.random_array((rows, columns), density=share, rng=rng, format="csr", dtype=np.float32)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(1, 30), st.floats(0, 1), st.sampled_from([0.0, 0.5]), st.integers(0, 99))
def test_gram_is_the_dense_product(rows: int, columns: int, share: float, weight: float, seed: int) -> None:
    pytest.importorskip("numba")
    x = crossed(rows, columns, share, seed)
    dense = x.toarray().astype(float)
    counts = np.maximum((dense != 0).sum(axis=1), 1.0)
    expected = dense.T @ np.diag(counts**-weight) @ dense
    for backend in BACKENDS:
        np.testing.assert_allclose(gram(x, weight, backend), expected, atol=1e-4)  # type: ignore[arg-type]


def test_gram_of_unsorted_columns() -> None:
    """Rows are sorted first: the sum walks both orders side by side."""
    x = sparse.csr_array((np.ones(4, np.float32), np.array([2, 0, 1, 0]), np.array([0, 2, 4])), shape=(2, 3))
    assert not x.has_sorted_indices
    np.testing.assert_array_equal(gram(x, 0.0), x.toarray().T @ x.toarray())


@pytest.mark.parametrize("n", [1, 127, 128, 129, 300])
def test_the_lower_triangle_is_the_upper(n: int) -> None:
    m = np.random.default_rng(n).normal(size=(n, n)).astype(np.float32)
    np.testing.assert_array_equal(mirrored(np.triu(m)), np.triu(m) + np.triu(m, 1).T)


@pytest.mark.parametrize("overwrite", [False, True])
def test_weights_are_the_inverse(overwrite: bool) -> None:
    x = np.random.default_rng(1).normal(size=(300, 150)).astype(np.float32)
    g = x.T @ x
    p = np.linalg.inv(g.astype(float) + 20 * np.eye(150))
    expected = -p / np.diagonal(p)
    np.fill_diagonal(expected, 0)
    before = g.copy()
    np.testing.assert_allclose(weights_from_gram(g, 20.0, overwrite=overwrite), expected, atol=1e-4)
    if not overwrite:
        np.testing.assert_array_equal(g, before)


def test_neighbours_with_and_without_numba(random_table: Interactions, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bit by bit, ties at the end of a list included: likes alone bring many of them."""
    pytest.importorskip("numba")
    for similarity in ("cosine", "adjusted", "pearson"):
        for k in (1, 3, 100):
            fast = ItemNeighbours(k, 1.5, similarity=similarity).fit(random_table).similarity  # type: ignore[arg-type]
            with monkeypatch.context() as patch:
                patch.setattr(neighbours, "uses_numba", lambda _: False)
                slow = ItemNeighbours(k, 1.5, similarity=similarity).fit(random_table).similarity  # type: ignore[arg-type]
            np.testing.assert_allclose(fast.toarray(), slow.toarray(), atol=1e-7)
            assert (fast.toarray() > 0).sum(axis=0).max() <= k


MODELS: list[ItemModel] = [
    EASE(5.0), ItemNeighbours(8, 2.0), SLIM(0.1, 5.0), ImplicitALS(6, iterations=3), Popularity(),
]  # fmt: skip


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_lists_for_everybody_are_those_of_each(model: ItemModel, random_table: Interactions, backend: str) -> None:
    model.fit(random_table)
    rows, scores = recommend_all(model, random_table, 7)
    assert rows.shape == scores.shape == (random_table.n_users, 7)
    m = random_table.matrix
    for user in range(random_table.n_users):
        part = slice(m.indptr[user], m.indptr[user + 1])
        history = [(random_table.item_ids[i], float(v)) for i, v in zip(m.indices[part], m.data[part], strict=True)]
        alone = model.recommend(history, 7)
        assert len(alone) == (rows[user] >= 0).sum()
        np.testing.assert_allclose([score for _, score in alone], scores[user][: len(alone)], rtol=1e-4, atol=1e-5)
        assert not {random_table.item_ids[row] for row in rows[user] if row >= 0} & {item for item, _ in history}


def test_equal_scores_come_in_order_and_lists_may_be_short(backend: str) -> None:
    table = Interactions.from_rows([("a", "w"), ("a", "x"), ("b", "z"), ("c", "y"), ("d", "v")])
    rows, scores = recommend_all(Popularity().fit(table), table, 5)
    ids = [[table.item_ids[row] for row in mine if row >= 0] for mine in rows]
    assert ids == [["v", "y", "z"], ["v", "w", "x", "y"], ["v", "w", "x", "z"], ["w", "x", "y", "z"]]
    assert (rows[0, 3:] == -1).all() and (scores[0, 3:] == -np.inf).all()


def test_strangers_and_items_unknown_to_the_model(random_table: Interactions, backend: str) -> None:
    model = EASE(5.0).fit(random_table)
    others = Interactions.from_rows([("p", "i3"), ("p", "never"), ("q", "never")])
    rows, _ = recommend_all(model, others, 3)
    assert [model.item_ids[row] for row in rows[0]] == [item for item, _ in model.recommend(["i3"], 3)]
    assert (rows[1] >= 0).all()  # nothing known about q: ties, in order


def test_vectors_in_hand_save_the_fold_in(random_table: Interactions, backend: str) -> None:
    liked = random_table.where(random_table.matrix.data > 0)  # a fit leaves dislikes out, a history does not
    model = ImplicitALS(6, iterations=30, cg_steps=6, binary=False).fit(liked)
    kept, _ = recommend_all(model, liked, 3, vectors=model.user_factors)
    folded, _ = recommend_all(model, liked, 3)
    assert (kept[:, 0] == folded[:, 0]).mean() > 0.9  # the last half sweep apart
    with pytest.raises(ValueError, match="vectors of shape"):
        recommend_all(model, liked, 3, vectors=model.user_factors[:, :2])


def test_wrong_k(random_table: Interactions) -> None:
    with pytest.raises(ValueError, match="k must be at least 1"):
        recommend_all(Popularity().fit(random_table), random_table, 0)


def test_progress_ends_at_one(random_table: Interactions) -> None:
    said: list[float] = []
    recommend_all(Popularity().fit(random_table), random_table, 2, progress=lambda f, _: said.append(f))
    assert said[-1] == 1.0
