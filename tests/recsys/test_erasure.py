"""Whoever is erased is erased from what serves: the models are those of a table in which they never were."""

from __future__ import annotations

import stat
from pathlib import Path

import numpy as np
import pytest

from recsys import erasure
from recsys.interactions import Interactions
from recsys.model import ItemModel
from recsys.popularity import Popularity
from recsys.pseudonyms import Pseudonyms
from recsys.training import load, train

WHO = "u17"


@pytest.fixture(scope="module")
def people() -> Interactions:
    rng = np.random.default_rng(4)
    rows = []
    for user in range(80):
        for item in rng.choice(15, 6, replace=False):
            rows.append(
                (f"u{user}", f"i{user % 2 * 15 + item:02}", float(rng.uniform(-0.3, 1)), int(rng.integers(10**6)))
            )
    return Interactions.from_rows([*rows, (WHO, "only-mine", 1.0, 5)])


def without(table: Interactions, user: str) -> Interactions:
    rows = zip(*table.rows(), strict=True)
    return Interactions.from_rows(row for row in rows if row[0] != user)


def same(one: ItemModel, other: ItemModel, table: Interactions) -> bool:
    """Whether both score every pair of an item and a history of one item alike, on the items both know."""
    shared = [item for item in one.item_ids if item in other]
    place = [list(model.item_ids) for model in (one, other)]
    columns = [[at.index(item) for item in shared] for at in place]
    scores = [
        model.scores_many([[item] for item in shared])[:, at] for model, at in zip((one, other), columns, strict=True)
    ]
    return bool(np.allclose(*scores, rtol=1e-4, atol=1e-6))


FAST = ["auto", "edlae", "item-neighbours", "user-neighbours", "random-walk"]


@pytest.mark.parametrize("model", FAST)
def test_what_serves_is_what_was_learnt_without_them(people: Interactions, tmp_path: Path, model: str) -> None:
    train(people, tmp_path, model=model)
    before = load(tmp_path)
    assert erasure.erase(tmp_path, WHO) == "gone" and erasure.pending(tmp_path) == 0
    after, rest = load(tmp_path), without(people, WHO)
    never = type(after.model)(**after.model._state()[0]).fit(rest)
    assert same(after.model, never, people)
    assert not same(before.model, never, people), "the user made a difference"
    assert same(after.popularity, Popularity().fit(rest), people)
    assert "only-mine" not in dict(after.model.recommend(["i01"], 3))


def test_one_after_another(people: Interactions, tmp_path: Path) -> None:
    train(people, tmp_path)
    rest = people
    for user in (WHO, "u3", "u44"):
        assert erasure.erase(tmp_path, user) == "gone"
        rest = without(rest, user)
    after = load(tmp_path)
    assert same(after.model, type(after.model)(**after.model._state()[0]).fit(rest), people)


def test_a_model_that_takes_long_is_marked_until_it_is_trained_again(people: Interactions, tmp_path: Path) -> None:
    small = {"factors": 4, "iterations": 2, "backend": "numpy"}
    train(people, tmp_path, model="ials", parameters=small)
    before = load(tmp_path).model
    assert erasure.erase(tmp_path, WHO) == "next" and erasure.pending(tmp_path) == 1
    np.testing.assert_array_equal(load(tmp_path).model.scores(["i01"]), before.scores(["i01"]))
    rest = without(people, WHO)
    train(rest, tmp_path, model="ials", parameters=small)
    assert erasure.pending(tmp_path) == 0
    assert same(load(tmp_path).model, type(before)(**before._state()[0]).fit(rest), people)


def test_a_wide_catalogue_is_marked(people: Interactions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train(people, tmp_path)
    monkeypatch.setattr(erasure, "MOST_ITEMS", 5)
    assert erasure.erase(tmp_path, WHO) == "next" and erasure.pending(tmp_path) == 1


def test_a_training_under_way_leaves_them_out(people: Interactions, tmp_path: Path) -> None:
    """It read the table before, and saves after."""
    train(people, tmp_path)
    done: list[str] = []

    def meanwhile(fraction: float, what: str) -> None:
        if fraction > 0.9 and not done:
            done.append(erasure.erase(tmp_path, WHO))

    train(people, tmp_path, progress=meanwhile)
    assert done == ["gone"] and erasure.pending(tmp_path) == 0
    after = load(tmp_path).model
    assert same(after, type(after)(**after._state()[0]).fit(without(people, WHO)), people)
    train(people, tmp_path)
    assert not same(load(tmp_path).model, after, people), "marks end with the training; a new table is taken as it is"


def test_the_record_names_nobody_and_is_private(people: Interactions, tmp_path: Path) -> None:
    train(people, tmp_path)
    record = Interactions.from_parquet(tmp_path / "learnt.parquet")
    names = Pseudonyms.from_file(tmp_path / "pseudonyms.key")
    assert len(record) == len(people) and not set(record.user_ids) & set(people.user_ids)
    assert set(record.user_ids) == {names.of(user) for user in people.user_ids}
    erasure.erase(tmp_path, WHO)
    assert names.of(WHO) not in Interactions.from_parquet(tmp_path / "learnt.parquet").user_ids
    for name in ("learnt.parquet", "pseudonyms.key", "erased.json"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600, name
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or WHO.encode() not in path.read_bytes(), path


def test_a_rotated_key_still_finds_them(people: Interactions, tmp_path: Path) -> None:
    train(people, tmp_path)
    Pseudonyms.rotate(tmp_path / "pseudonyms.key")
    assert erasure.erase(tmp_path, WHO) == "gone"
    after = load(tmp_path).model
    assert same(after, type(after)(**after._state()[0]).fit(without(people, WHO)), people)


def test_strangers_and_empty_places(people: Interactions, tmp_path: Path) -> None:
    assert erasure.erase(tmp_path / "nowhere", WHO) == "gone" and not (tmp_path / "nowhere").exists()
    train(people, tmp_path / "a")
    before = load(tmp_path / "a").model.scores(["i01"])
    assert erasure.erase(tmp_path / "a", "stranger") == "gone" and erasure.pending(tmp_path / "a") == 0
    np.testing.assert_array_equal(load(tmp_path / "a").model.scores(["i01"]), before)


def test_without_a_record_the_worst_is_assumed(people: Interactions, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(erasure, "MOST_ROWS", 10)
    train(people, tmp_path)
    assert not (tmp_path / "learnt.parquet").exists()
    assert erasure.erase(tmp_path, WHO) == "next" and erasure.pending(tmp_path) == 1
    train(people, tmp_path)
    after = load(tmp_path).model
    assert erasure.pending(tmp_path) == 0
    assert same(after, type(after)(**after._state()[0]).fit(without(people, WHO)), people)
