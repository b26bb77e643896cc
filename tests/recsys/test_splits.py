"""Splits hide what they say, show the rest, and never let a model learn from what it has to find."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from scipy import sparse

from recsys import splits
from recsys.interactions import Interactions
from recsys.splits import Split

KINDS = {
    "loo": lambda table, seed: splits.leave_one_out(table, negatives=None, seed=seed),
    "loo-sampled": lambda table, seed: splits.leave_one_out(table, negatives=7, seed=seed),
    "random": lambda table, seed: splits.random(table, seed=seed),
    "strong": lambda table, seed: splits.strong(table, users=0.3, least=4, seed=seed),
    "temporal": lambda table, seed: splits.temporal(table),
}


def pairs(matrix: sparse.csr_array, users: tuple[str, ...], items: tuple[str, ...]) -> dict[tuple[str, str], float]:
    coo = matrix.tocoo()
    cells = zip(coo.row, coo.col, coo.data.tolist(), strict=True)
    return {(users[row], items[column]): value for row, column, value in cells}


def of_table(table: Interactions) -> dict[tuple[str, str], float]:
    return pairs(table.matrix, table.user_ids, table.item_ids)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None)
@examples(st.integers(0, 2**31), st.integers(0, 100))
def test_what_holds_for_every_split(kind: str, draw: int, seed: int) -> None:
    rng = np.random.default_rng(draw)
    n = int(rng.integers(80, 200))
    table = Interactions(
        [f"u{u}" for u in rng.integers(0, 15, n)],
        [f"i{i}" for i in rng.integers(0, 20, n)],
        rng.choice([1.0, 0.5, 0.0, -1.0], n, p=[0.6, 0.2, 0.1, 0.1]),
        rng.integers(1, 50, n),
    )
    split = KINDS[kind](table, seed)
    whole, train = of_table(table), of_table(split.train)
    seen, hidden = (pairs(part, split.user_ids, split.item_ids) for part in (split.seen, split.hidden))
    assert not train.keys() & hidden.keys() and not seen.keys() & hidden.keys()
    assert all(whole[pair] == pytest.approx(value) for part in (train, seen, hidden) for pair, value in part.items())
    for user in split.user_ids:
        mine = {pair for pair in whole if pair[0] == user}
        assert {pair for pair in (*seen, *hidden) if pair[0] == user} == mine, "shown and hidden make the whole user"
    if kind == "strong":
        assert not set(split.train.user_ids) & set(split.user_ids)
        assert train.keys() == {pair for pair in whole if pair[0] not in split.user_ids}
    else:
        assert set(seen) <= train.keys()
    found = np.zeros(len(split.user_ids), int)
    for (user, _), value in hidden.items():
        found[split.user_ids.index(user)] += value > 0
    assert found.min() >= 1, "everyone has something to be found"
    again = KINDS[kind](table, seed)
    np.testing.assert_array_equal(again.hidden.toarray(), split.hidden.toarray())
    assert split.history(0) == [(i, v) for (u, i), v in seen.items() if u == split.user_ids[0]]


def test_leave_one_out_hides_the_latest_like() -> None:
    table = Interactions.from_rows(
        [
            *(("a", "w", 1.0, 1), ("a", "x", 1.0, 3), ("a", "y", 1.0, 2), ("a", "z", -1.0, 9)),
            ("b", "w", 1.0, 1),  # too little
            *(("c", "w", -1.0, 1), ("c", "x", 0.0, 2)),  # nothing liked
        ]
    )
    split = splits.leave_one_out(table, negatives=None)
    assert split.user_ids == ("a",) and split.candidates is None
    assert pairs(split.hidden, split.user_ids, split.item_ids) == {("a", "x"): 1.0}
    assert of_table(split.train).keys() == of_table(table).keys() - {("a", "x")}


def test_equally_late_ones_are_drawn() -> None:
    table = Interactions(["a"] * 10, [f"i{i}" for i in range(10)])
    hidden = {splits.leave_one_out(table, negatives=None, seed=s).hidden.indices[0] for s in range(60)}
    assert len(hidden) >= 8


@settings(max_examples=40, deadline=None)
@examples(st.integers(0, 2**31), st.integers(1, 30))
def test_negatives_are_distinct_and_were_never_met(draw: int, negatives: int) -> None:
    rng = np.random.default_rng(draw)
    n = 300
    table = Interactions(
        [f"u{u}" for u in rng.integers(0, 12, n)],
        [f"i{i}" for i in (rng.random(n) ** 2 * 40).astype(int)],
        rng.choice([1.0, 0.0], n, p=[0.8, 0.2]),
    )
    split = splits.leave_one_out(table, negatives=negatives, seed=draw)
    candidates = split.candidates
    assert candidates is not None and candidates.shape == (len(split.user_ids), 1 + negatives)
    met = of_table(table)
    for user, row in zip(split.user_ids, candidates, strict=True):
        assert met[(user, split.item_ids[row[0]])] > 0
        others = row[1:][row[1:] >= 0]
        assert len(set(others)) == len(others)
        assert not {(user, split.item_ids[at]) for at in others} & met.keys(), "a stored zero was met, too"
        unmet = table.n_items - sum(u == user for u, _ in met)
        assert len(others) == min(negatives, unmet)


def test_negatives_are_uniform() -> None:
    """400 users who met item 0 and 1 of 12: each other item is drawn 3 times in 10."""
    rows = [(f"u{u}", f"i{i:02}") for u in range(400) for i in (0, 1)]
    table = Interactions.from_rows([*rows, *((f"other{i}", f"i{i:02}") for i in range(12))])
    split = splits.leave_one_out(table, negatives=3, seed=5)
    assert split.candidates is not None
    drawn = np.bincount(split.candidates[:, 1:].ravel(), minlength=12)
    assert drawn[:2].sum() == 0 and drawn[2:].min() > 80 and drawn[2:].max() < 160


def test_random_hides_a_fifth_and_leaves_something() -> None:
    sizes = {"a": 10, "b": 2, "c": 1, "d": 7}
    table = Interactions.from_rows((user, f"i{at}") for user, size in sizes.items() for at in range(size))
    split = splits.random(table, fraction=0.2)
    assert dict(zip(split.user_ids, np.diff(split.hidden.indptr).tolist(), strict=True)) == {"a": 2, "b": 1, "d": 1}
    nearly_all = splits.random(table, fraction=0.99)
    assert np.diff(nearly_all.seen.indptr).min() == 1


def test_temporal_is_one_moment_for_all() -> None:
    rows = [("a", "x", 1.0, 10), ("a", "y", 1.0, 20), ("b", "x", 1.0, 30), ("b", "new", 1.0, 40), ("c", "x", 1.0, 5)]
    table = Interactions.from_rows(rows)
    split = splits.temporal(table, at=20)
    assert of_table(split.train).keys() == {("a", "x"), ("c", "x")}
    assert split.user_ids == ("a", "b") and split.history(1) == []
    assert splits.temporal(table, at=20, strangers=False).user_ids == ("a",)
    assert "new" in split.item_ids
    assert splits.temporal(table, fraction=0.4).hidden.nnz == 2


def test_strong_takes_a_share_or_a_number() -> None:
    table = Interactions.from_rows((f"u{u}", f"i{i}") for u in range(40) for i in range(2 + u % 10))
    enough = sum(2 + u % 10 >= 5 for u in range(40))
    assert len(splits.strong(table, users=0.5).user_ids) == round(enough / 2)
    assert len(splits.strong(table, users=3).user_ids) == 3
    assert len(splits.strong(table, users=10_000).user_ids) == enough


def test_a_split_that_came_with_the_data() -> None:
    train = Interactions.from_rows([("a", "x"), ("a", "y"), ("b", "y", 0.0), ("c", "z")])
    test = Interactions.from_rows([("b", "x"), ("a", "new"), ("stranger", "z"), ("c", "x", -1.0)])
    split = splits.given(train, test)
    assert split.train is train and split.user_ids == ("a", "b", "stranger")
    assert set(split.item_ids) == {"x", "y", "z", "new"}
    assert pairs(split.seen, split.user_ids, split.item_ids) == {("a", "x"): 1, ("a", "y"): 1, ("b", "y"): 0}
    assert pairs(split.hidden, split.user_ids, split.item_ids).keys() == {
        ("a", "new"), ("b", "x"), ("stranger", "z")
    }  # fmt: skip
    sampled = splits.given(train, test, {"a": ["z", "other"], "b": ["z"], "stranger": ["x", "y"]})
    assert sampled.candidates is not None
    named = [[sampled.item_ids[at] if at >= 0 else None for at in row] for row in sampled.candidates]
    assert named == [["new", "z", "other"], ["x", "z", None], ["z", "x", "y"]]
    with pytest.raises(ValueError, match="'b'"):
        splits.given(train, test, {"a": ["z"]})


@pytest.mark.parametrize(
    ("cut", "complaint"),
    [
        (lambda t: splits.random(t, fraction=0.0), "fraction"),
        (lambda t: splits.temporal(t), "times"),
        (lambda t: splits.leave_one_out(t, negatives=0), "negatives"),
        (lambda t: splits.strong(t, users=0), "users"),
        (lambda t: splits.strong(t, least=1), "least"),
        (lambda t: splits.strong(t, least=50), "nobody of 3 users"),
        (lambda t: splits.random(Interactions([], [])), "nobody of 0 users"),
    ],
)
def test_what_is_wrong_is_said(cut, complaint: str) -> None:
    table = Interactions.from_rows((user, item) for user in "abc" for item in "xyz")
    with pytest.raises(ValueError, match=complaint):
        cut(table)


def test_it_says_what_it_is() -> None:
    table = Interactions.from_rows((user, item) for user in "abc" for item in "vwxyz")
    assert "3 users, 3 pairs hidden, ranked among all unseen items" in repr(splits.random(table))
    assert isinstance(splits.random(table), Split)
