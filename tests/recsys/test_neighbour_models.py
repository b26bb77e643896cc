"""Neighbourhood models and random walks against their formulas, cell by cell."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.interactions import Interactions
from recsys.neighbours import ItemNeighbours
from recsys.random_walk import RandomWalk
from recsys.user_neighbours import UserNeighbours

HISTORY = [("i3", 1.0), ("i8", -0.5), ("i20", 0.7)]


def keep_best(weights: np.ndarray, k: int) -> np.ndarray:
    """The k largest positive entries of each column."""
    kept = np.zeros_like(weights)
    for j in range(weights.shape[1]):
        for i in np.argsort(-weights[:, j], kind="stable")[:k]:
            kept[i, j] = max(weights[i, j], 0)
    return kept


@pytest.mark.parametrize("similarity", ["cosine", "adjusted", "pearson"])
@pytest.mark.parametrize("asymmetry", [0.3, 0.5])
def test_item_similarities(random_table: Interactions, similarity: str, asymmetry: float) -> None:
    table = random_table.matrix.toarray().astype(float)
    met = np.zeros_like(table, bool)
    met[np.repeat(np.arange(len(table)), np.diff(random_table.matrix.indptr)), random_table.matrix.indices] = True
    x = np.maximum(table, 0)
    if similarity == "adjusted":
        x = np.where(met, table - (table.sum(1) / met.sum(1))[:, None], 0)
    elif similarity == "pearson":
        x = x - x.mean(axis=0)
    n = x.shape[1]
    expected = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i != j:
                bound = (x[:, i] @ x[:, i]) ** asymmetry * (x[:, j] @ x[:, j]) ** (1 - asymmetry) + 1.5
                expected[i, j] = x[:, i] @ x[:, j] / bound
    fast = ItemNeighbours(6, 1.5, asymmetry, binary=False, similarity=similarity).fit(random_table)  # type: ignore[arg-type]
    np.testing.assert_allclose(fast.similarity.toarray(), keep_best(expected, 6), atol=1e-5)


def test_pearson_of_likes_is_numpys_correlation(random_table: Interactions) -> None:
    fast = ItemNeighbours(34, 0.0, similarity="pearson").fit(random_table).similarity.toarray()
    naive = np.corrcoef(random_table.liked().toarray().T)
    np.fill_diagonal(naive, 0)
    np.testing.assert_allclose(fast, np.maximum(naive, 0), atol=1e-4)


@pytest.mark.parametrize("similarity", ["cosine", "pearson"])
@pytest.mark.parametrize("asymmetry", [0.3, 0.5])
@pytest.mark.parametrize("binary", [True, False])
def test_user_neighbours_vote(random_table: Interactions, similarity: str, asymmetry: float, binary: bool) -> None:
    model = UserNeighbours(9, 1.5, asymmetry, similarity, binary).fit(random_table)  # type: ignore[arg-type]
    x = random_table.liked(binary).toarray().astype(float)
    h = np.zeros(35)
    for item, value in HISTORY:
        h[random_table.item_ids.index(item)] = value
    sims = []
    for row in x:
        a, b = (h - h.mean(), row - row.mean()) if similarity == "pearson" else (h, row)
        bound = (a @ a) ** asymmetry * (b @ b) ** (1 - asymmetry) + 1.5
        sims.append(a @ b / bound)
    scores = np.zeros(35)
    for u in sorted(range(len(x)), key=lambda u: -sims[u])[:9]:
        scores += max(sims[u], 0) * x[u]
    np.testing.assert_allclose(model.scores(HISTORY), scores, atol=1e-4)


def test_whoever_shares_nothing_does_not_vote() -> None:
    table = Interactions(["a", "a", "b", "b"], ["x", "y", "p", "q"])
    model = UserNeighbours(5, 0.0).fit(table)
    scores = dict(zip(model.item_ids, model.scores(["x"]).tolist(), strict=True))
    assert scores["y"] > 0 == scores["p"] == scores["q"]


@pytest.mark.parametrize(("alpha", "beta"), [(1.0, 0.0), (0.7, 0.5), (1.4, 0.3)])
def test_random_walks(random_table: Interactions, alpha: float, beta: float) -> None:
    x = random_table.liked().toarray().astype(float)
    n_users, n_items = x.shape
    walk = np.zeros((n_items, n_items))
    for i in range(n_items):
        for j in range(n_items):
            for u in range(n_users):
                if i != j and x[u, i] and x[u, j]:
                    walk[i, j] += (1 / x[:, i].sum()) ** alpha * (1 / x[u].sum()) ** alpha
            walk[i, j] /= max(x[:, j].sum(), 1) ** beta
    fast = RandomWalk(7, alpha, beta).fit(random_table)
    np.testing.assert_allclose(fast.similarity.toarray(), keep_best(walk, 7), atol=1e-6)


def test_equals_implicit_before_neighbours_are_cut(random_table: Interactions) -> None:
    nearest = pytest.importorskip("implicit.nearest_neighbours")
    from scipy import sparse

    theirs = nearest.CosineRecommender(K=35, num_threads=1)
    theirs.fit(sparse.csr_matrix(random_table.liked()), show_progress=False)
    weights = theirs.similarity.toarray()
    np.fill_diagonal(weights, 0)
    ours = ItemNeighbours(34, 0.0).fit(random_table).similarity.toarray()
    np.testing.assert_allclose(ours, weights, atol=1e-5)


@pytest.mark.parametrize("kind", [ItemNeighbours, UserNeighbours])
@pytest.mark.parametrize("wrong", [{"k": 0}, {"shrinkage": -1.0}, {"asymmetry": 1.5}, {"similarity": "euclid"}])
def test_wrong_parameters(kind: type, wrong: dict) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        kind(**wrong)


@pytest.mark.parametrize("wrong", [{"k": 0}, {"alpha": 0.0}, {"beta": 1.5}])
def test_wrong_walks(wrong: dict) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        RandomWalk(**wrong)
