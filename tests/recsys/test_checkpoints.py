"""A fit that was cut short goes on where it stopped, and ends where one that was not would have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recsys import registry, training
from recsys.checkpoints import passes
from recsys.interactions import Interactions
from recsys.model import ItemModel
from recsys.sgd_factors import MatrixFactorization

CASES: dict[str, dict[str, Any]] = {
    "mf": {"factors": 4, "epochs": 8},
    "ials": {"factors": 4, "iterations": 8, "backend": "numpy"},
    "feature-ials": {"factors": 4, "iterations": 8, "backend": "numpy"},
    "bpr": {"factors": 4, "epochs": 8, "backend": "numpy"},
    "logistic-factors": {"factors": 4, "iterations": 8},
    "item2vec": {"factors": 4, "epochs": 8},
    "biased-factors": {"rank": 3, "epochs": 8, "method": "als"},
    "svd++": {"rank": 3, "epochs": 8},
}
HISTORY = [("i3", 1.0), ("i8", -0.5), ("i20", 0.7)]


class Cut(Exception):
    """The power went out."""


def cut(after: float) -> Any:
    def progress(fraction: float, what: str) -> None:
        if fraction >= after:
            raise Cut

    return progress


def fitted(name: str, table: Interactions, path: Path | None = None) -> ItemModel:
    model = registry.create(name, **CASES[name])
    model.checkpoint = path
    return model.fit(table)


@pytest.fixture(params=CASES)
def name(request: pytest.FixtureRequest) -> str:
    if not registry.available(request.param):
        pytest.skip(f"needs the extra {registry.entry(request.param).extra}")
    return str(request.param)


def test_it_ends_where_an_uninterrupted_fit_ends(name: str, random_table: Interactions, tmp_path: Path) -> None:
    path = tmp_path / "unfinished.npz"
    model = registry.create(name, **CASES[name])
    model.checkpoint = path
    with pytest.raises(Cut):
        model.fit(random_table, cut(0.6))
    assert path.exists()
    said: list[float] = []
    resumed = registry.create(name, **CASES[name])
    resumed.checkpoint = path
    resumed.fit(random_table, lambda fraction, what: said.append(fraction))
    assert min(said) >= 0.4, "passes made before are not made again"
    whole = fitted(name, random_table)
    np.testing.assert_array_equal(resumed.scores(HISTORY), whole.scores(HISTORY))
    assert not path.exists() and not list(tmp_path.iterdir()), "a finished fit leaves nothing behind"


def test_of_other_data_or_parameters_it_is_left_unread(random_table: Interactions, tmp_path: Path) -> None:
    path = tmp_path / "unfinished.npz"
    model = registry.create("bpr", **CASES["bpr"])
    model.checkpoint = path
    with pytest.raises(Cut):
        model.fit(random_table, cut(0.6))
    users, items, values, times = random_table.rows()
    other_table = Interactions(users, items, -values, times)
    for parameters, table in (({"learning_rate": 0.01}, random_table), ({}, other_table)):
        again = path.read_bytes()
        resumed = registry.create("bpr", **{**CASES["bpr"], **parameters})
        resumed.checkpoint = path
        resumed.fit(table)
        fresh = registry.create("bpr", **{**CASES["bpr"], **parameters}).fit(table)
        np.testing.assert_array_equal(resumed.scores(HISTORY), fresh.scores(HISTORY))
        path.write_bytes(again)


@pytest.mark.parametrize("damage", [b"", b"not a zip", None])
def test_a_broken_one_is_left_unread(random_table: Interactions, tmp_path: Path, damage: bytes | None) -> None:
    path = tmp_path / "unfinished.npz"
    model = registry.create("bpr", **CASES["bpr"])
    model.checkpoint = path
    with pytest.raises(Cut):
        model.fit(random_table, cut(0.6))
    path.write_bytes(path.read_bytes()[:200] if damage is None else damage)
    np.testing.assert_array_equal(
        fitted("bpr", random_table, path).scores(HISTORY), fitted("bpr", random_table).scores(HISTORY)
    )


def test_arrays_and_generator_come_back(random_table: Interactions, tmp_path: Path) -> None:
    """By hand: the pass that was under way is made again, from where it began."""
    model = MatrixFactorization(factors=2)

    def run(stop: int | None) -> tuple[np.ndarray, list[int]]:
        total, rng, made = np.zeros(3), np.random.default_rng(5), []
        for at in passes(model, random_table, 6, {"total": total}, rng):
            total += rng.random(3)
            if at == stop:
                break
            made.append(at)
        return total, made

    whole, made = run(None)
    assert made == [0, 1, 2, 3, 4, 5]
    model.checkpoint = tmp_path / "c.npz"
    assert run(2)[1] == [0, 1]
    resumed, made = run(None)
    assert made == [2, 3, 4, 5]
    np.testing.assert_array_equal(resumed, whole)


def test_a_checkpoint_is_not_saved_with_the_model(random_table: Interactions, tmp_path: Path) -> None:
    model = fitted("bpr", random_table, tmp_path / "half-way.npz")
    model.save(tmp_path / "m")
    assert "half-way" not in (tmp_path / "m" / "model.json").read_text()
    assert registry.load_model(tmp_path / "m").checkpoint is None


@pytest.mark.parametrize("model", ["bpr", "gmf"])
def test_training_goes_on(random_table: Interactions, tmp_path: Path, model: str) -> None:
    if not registry.available(model):
        pytest.skip("needs an extra")
    parameters = {**registry.entry(model).small, "epochs": 8}
    with pytest.raises(Cut):
        training.train(random_table, tmp_path / "a", model=model, parameters=parameters, progress=cut(0.85))
    assert list((tmp_path / "a" / "unfinished").iterdir())
    said: list[str] = []
    training.train(
        random_table, tmp_path / "a", model=model, parameters=parameters, resume=True,
        progress=lambda fraction, what: said.append(what),
    )  # fmt: skip
    training.train(random_table, tmp_path / "b", model=model, parameters=parameters)
    one, other = (training.load(tmp_path / folder).model for folder in "ab")
    np.testing.assert_array_equal(one.scores(HISTORY), other.scores(HISTORY))
    assert not (tmp_path / "a" / "unfinished").exists()
    assert training.choice(tmp_path / "a").parameters == training.choice(tmp_path / "b").parameters


def test_without_resume_it_begins_anew(random_table: Interactions, tmp_path: Path) -> None:
    parameters = CASES["bpr"]
    with pytest.raises(Cut):
        training.train(random_table, tmp_path, model="bpr", parameters=parameters, progress=cut(0.85))
    said: list[float] = []
    training.train(random_table, tmp_path, model="bpr", parameters=parameters, progress=lambda f, what: said.append(f))
    assert len([fraction for fraction in said if 0.75 <= fraction < 0.94]) >= 8
