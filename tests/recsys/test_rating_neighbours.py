"""Rating neighbourhoods against naive loops and against Surprise."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.interactions import Interactions
from recsys.rating_neighbours import ItemRatingNeighbours, UserRatingNeighbours

SIMILARITIES = ("cosine", "pearson", "msd", "pearson_baseline")
BOTH = (UserRatingNeighbours, ItemRatingNeighbours)
every = pytest.mark.parametrize(
    ("family", "similarity", "centre"), list(itertools.product(BOTH, SIMILARITIES, ("mean", "baseline")))
)


@pytest.fixture(scope="module")
def ratings() -> Interactions:
    """25 users × 18 items; real values, so that no two similarities are equal by chance."""
    rng = np.random.default_rng(11)
    rows = []
    for user in range(25):
        for item in rng.choice(18, rng.integers(2, 14), replace=False):
            rows.append((f"u{user:02}", f"i{item:02}", float(rng.uniform(1, 5))))
    return Interactions.from_rows(rows)


def dense(table: Interactions) -> np.ndarray:
    full = np.full(table.matrix.shape, np.nan)
    coo = table.matrix.tocoo()
    full[coo.coords] = coo.data
    return full


def naive_similarity(a: np.ndarray, b: np.ndarray, kind: str, shrinkage: float, support: int) -> float:
    """Of two rows with NaN where there is no rating; for ``pearson_baseline`` rows of residuals."""
    both = ~np.isnan(a) & ~np.isnan(b)
    a, b, n = a[both], b[both], int(both.sum())
    if n < max(support, 2 if kind == "pearson_baseline" else 1):
        return 0.0
    if kind == "msd":
        return 1 / (1 + np.mean((a - b) ** 2))
    if kind == "pearson":
        a, b = a - a.mean(), b - b.mean()
    bound = np.sqrt(a @ a) * np.sqrt(b @ b)
    value = a @ b / bound if bound > 1e-12 else 0.0
    return value * (n - 1) / (n - 1 + shrinkage) if kind == "pearson_baseline" else value


def naive_prediction(model, table: Interactions, user: int, item: int) -> float:
    full = dense(table)
    b = model.baselines
    baseline = b.mean + b.users[:, None].astype(float) + b.items[None, :]
    x, y = user, item
    if isinstance(model, ItemRatingNeighbours):
        full, baseline, x, y = full.T, baseline.T, item, user
    compared = full - baseline if model.similarity == "pearson_baseline" else full
    usual = np.nanmean(full, axis=1)[:, None] + 0 * baseline if model.centre == "mean" else baseline
    near = []
    for other in range(len(full)):
        if other != x and not np.isnan(full[other, y]):
            s = naive_similarity(compared[x], compared[other], model.similarity, model.shrinkage, model.min_support)
            near.append((s, full[other, y] - usual[other, y]))
    best = [pair for pair in sorted(near, reverse=True)[: model.k] if pair[0] > 0]
    total = sum(s for s, _ in best)
    return float(usual[x, y] + (sum(s * above for s, above in best) / total if total else 0.0))


@every
def test_equals_the_naive_loop(ratings: Interactions, family, similarity, centre) -> None:
    model = family(k=4, similarity=similarity, min_support=2, shrinkage=3.0, centre=centre).fit(ratings)
    pairs = [(user, item) for user in range(0, 25, 3) for item in range(18)]
    predicted = model._predict_rows(*(np.array(side) for side in zip(*pairs, strict=True)))
    expected = [naive_prediction(model, ratings, user, item) for user, item in pairs]
    np.testing.assert_allclose(predicted, expected, atol=2e-5)


@every
def test_a_stranger_with_the_same_ratings_gets_the_same(ratings: Interactions, family, similarity, centre) -> None:
    """For items not rated, where the twin in the table has no say."""
    model = family(k=50, similarity=similarity, shrinkage=3.0, centre=centre).fit(ratings)
    user = 3
    row = ratings.matrix[[user]]
    history = [(ratings.item_ids[i], float(v)) for i, v in zip(row.indices, row.data, strict=True)]
    open_items = [item for item in ratings.item_ids if item not in dict(history)]
    known = model.predict_many([(ratings.user_ids[user], item) for item in open_items])
    fresh = [model.predict(history, item) for item in open_items]
    np.testing.assert_allclose(fresh, known, atol=1e-4)


@every
def test_explanations_are_exact(ratings: Interactions, family, similarity, centre) -> None:
    model = family(k=5, similarity=similarity, shrinkage=3.0, centre=centre).fit(ratings)
    history = [("i01", 4.5), ("i05", 1.0), ("i09", 3.0), ("i12", 2.0)]
    scores, stranger = model.scores(history), model.scores([])
    of_score = family is UserRatingNeighbours and centre == "mean"
    for row, item in enumerate(model.item_ids):
        total = sum(part for _, part in model.explain(history, item))
        assert total == pytest.approx(scores[row] - (0.0 if of_score else stranger[row]), abs=1e-4)


def test_blocks_do_not_change_the_answer(ratings: Interactions, monkeypatch) -> None:
    pairs = [(user, item) for user in ratings.user_ids for item in ratings.item_ids]
    for family in BOTH:
        whole = family(k=3).fit(ratings)
        with monkeypatch.context() as small:
            small.setattr("recsys.rating_neighbours._COLUMNS", 5)
            small.setattr("recsys.rating_neighbours._ENTRIES", 40)
            parts = family(k=3).fit(ratings)
            np.testing.assert_allclose(parts.similarities, whole.similarities, atol=1e-6)
            np.testing.assert_allclose(parts.predict_many(pairs), whole.predict_many(pairs), atol=1e-5)


def test_one_rating_in_common_says_nothing_to_a_correlation() -> None:
    table = Interactions.from_rows(
        [("a", "x", 5.0), ("b", "x", 1.0), ("b", "y", 4.0), ("c", "y", 4.0), ("c", "z", 2.0)]
    )
    for similarity in ("pearson", "pearson_baseline"):
        model = UserRatingNeighbours(similarity=similarity).fit(table)
        assert not (model.similarities - np.diag(np.diag(model.similarities))).any()


def test_equals_surprise() -> None:
    surprise = pytest.importorskip("surprise")
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(5)
    rows = [(f"u{u}", f"i{i}", float(rng.integers(1, 6))) for u in range(40) for i in rng.choice(30, 12, replace=False)]
    table = Interactions.from_rows(rows)
    frame = pandas.DataFrame(rows, columns=["user", "item", "rating"])
    trainset = surprise.Dataset.load_from_df(frame, surprise.Reader(rating_scale=(1, 5))).build_full_trainset()
    met = {(user, item) for user, item, _ in rows}
    pairs = [(u, i) for u in table.user_ids for i in table.item_ids if (u, i) not in met]
    for family, similarity in itertools.product(BOTH, SIMILARITIES):
        for centre, theirs in (("mean", surprise.KNNWithMeans), ("baseline", surprise.KNNBaseline)):
            # k above the number of neighbours: which of two equal similarities is kept is nobody's definition.
            model = family(k=60, similarity=similarity, centre=centre).fit(table)
            described = {"name": similarity, "user_based": family is UserRatingNeighbours}
            rival = theirs(k=60, sim_options=described, verbose=False).fit(trainset)
            expected = [rival.predict(*pair).est for pair in pairs]
            np.testing.assert_allclose(model.predict_many(pairs), expected, atol=1e-3, err_msg=f"{described} {centre}")


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.tuples(st.integers(0, 5), st.integers(0, 5)), st.sampled_from([1.0, 2.0, 4.0, 5.0]), min_size=1),
    st.sampled_from(SIMILARITIES),
    st.sampled_from(BOTH),
)
def test_similarities_are_similarities(cells: dict, similarity: str, family) -> None:
    table = Interactions.from_rows((f"u{user}", f"i{item}", value) for (user, item), value in cells.items())
    model = family(similarity=similarity).fit(table)
    s = model.similarities
    assert np.isfinite(s).all() and (np.abs(s) <= 1 + 1e-5).all()
    np.testing.assert_array_equal(s, s.T)
    predicted = model.predict_many([(user, item) for user in table.user_ids for item in table.item_ids])
    assert (predicted >= model.low).all() and (predicted <= model.high).all()


@pytest.mark.parametrize("family", BOTH)
@pytest.mark.parametrize(
    "wrong", [{"k": 0}, {"min_support": 0}, {"shrinkage": -1.0}, {"similarity": "jaccard"}, {"centre": "median"}]
)
def test_parameters_are_checked(family, wrong: dict) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        family(**wrong)
