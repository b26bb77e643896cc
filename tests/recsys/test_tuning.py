"""Choosing parameters on a hold-out: what is searched, written down, resumed, stopped early, and then trained."""

from __future__ import annotations

import json
import sys
from typing import Any, Self

import numpy as np
import pytest

from recsys import registry, training
from recsys.holdout import Holdout, StudyMismatch
from recsys.interactions import Interactions
from recsys.linear import EASE
from recsys.neighbours import ItemNeighbours
from recsys.popularity import Popularity
from recsys.registry import Entry
from recsys.tuning import TuningMissing, epochs_argument, stop_early, tune

optuna = pytest.importorskip("optuna")
SPACE = {"k": ("int", 1, 40), "shrinkage": ("log", 0.1, 1000.0), "asymmetry": ("float", 0.0, 1.0)}


class Passes(Popularity):
    """Right about ``best`` passes: before it knows too little, after it has forgotten what it was about."""

    best = 8
    fitted: list[int] = []  # noqa: RUF012  # one list for all on purpose: it records

    def __init__(self, epochs: int = 16, seed: int = 0) -> None:
        super().__init__()
        self.epochs, self.seed = epochs, seed

    def fit(self, interactions: Interactions, progress: Any = None) -> Self:
        super().fit(interactions, progress)
        self.fitted.append(self.epochs)
        off = abs(np.log2(self.epochs / self.best))
        noise = np.random.default_rng(self.seed).random(len(self.share)).astype(np.float32)
        self.share = (self.share + np.float32(off) * noise).astype(np.float32)
        return self

    def _state(self) -> Any:
        return {"epochs": self.epochs, "seed": self.seed}, {"share": self.share}


class Fussy(Popularity):
    """Refuses some parameters only when it fits."""

    SEARCH_SPACE = {"half_life": ("float", 1.0, 2.0), "mood": ("choice", "good", "bad")}  # noqa: RUF012

    def __init__(self, half_life: float | None = None, mood: str = "good") -> None:
        super().__init__(half_life)
        self.mood = mood

    def fit(self, interactions: Interactions, progress: Any = None) -> Self:
        if self.mood == "bad":
            raise np.linalg.LinAlgError("not positive definite")
        return super().fit(interactions, progress)


@pytest.fixture(autouse=True)
def models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Passes, "fitted", [])
    monkeypatch.setitem(registry.MODELS, "passes", Entry(__name__, "Passes"))
    monkeypatch.setitem(registry.MODELS, "fussy", Entry(__name__, "Fussy"))
    monkeypatch.setitem(sys.modules, __name__, sys.modules[__name__])
    monkeypatch.setattr(ItemNeighbours, "SEARCH_SPACE", SPACE, raising=False)


@pytest.fixture(scope="module")
def tribes() -> Interactions:
    """120 users of three tastes over 30 items; item 0 of each taste is what everybody of it knows."""
    rng = np.random.default_rng(3)
    rows = []
    for user in range(120):
        taste = user % 3
        for item in (0, *(rng.choice(9, 5, replace=False) + 1)):
            rows.append((f"u{user}", f"i{taste * 10 + item:02}", 1.0, int(rng.integers(1, 1000))))
        rows.append((f"u{user}", f"i{rng.integers(30):02}", 1.0, 1))
    return Interactions.from_rows(rows)


@pytest.fixture(scope="module")
def famous() -> Interactions:
    """120 users over 40 items, each less known than the one before: popularity is all there is to know."""
    met = np.random.default_rng(5).random((120, 40)) < 0.9 * 0.92 ** np.arange(40)
    return Interactions.from_rows((f"u{user}", f"i{item:02}") for user, item in zip(*met.nonzero(), strict=True))


def test_the_holdout_is_a_part_of_train(famous: Interactions) -> None:
    holdout = Holdout("passes", famous, seed=1)
    assert holdout.metric == "ndcg@20" and len(holdout.split.user_ids) == 12
    assert not set(holdout.split.train.user_ids) & set(holdout.split.user_ids)
    good, silly = holdout.try_out({"epochs": 8}), holdout.try_out({"epochs": 1})
    assert good.value is not None and silly.value is not None and good.value > silly.value
    assert holdout.best() == good and holdout.figure(good.value) == good.value
    assert holdout.try_out({"epochs": 8}) is good, "what is known is not tried again"
    assert len(holdout.trials) == 2


def test_the_search_finds_something_and_never_less_than_the_defaults(tribes: Interactions) -> None:
    holdout = Holdout("item-neighbours", tribes)
    best = tune(holdout, 6)
    assert len(holdout.trials) == 6
    assert holdout.trials[0].parameters == {} and best.value >= holdout.trials[0].value
    for trial in holdout.trials[1:]:
        assert set(trial.parameters) == set(SPACE)
        assert isinstance(trial.parameters["k"], int) and 1 <= trial.parameters["k"] <= 40
        assert 0.1 <= trial.parameters["shrinkage"] <= 1000 and 0 <= trial.parameters["asymmetry"] <= 1
    assert holdout.known(best.parameters) is best


def test_fixed_parameters_stay(tribes: Interactions) -> None:
    holdout = Holdout("item-neighbours", tribes)
    tune(holdout, 3, fixed={"k": 7})
    assert all(trial.parameters["k"] == 7 for trial in holdout.trials)


def test_an_interrupted_search_goes_on_as_if_nothing_had_been(tribes: Interactions, tmp_path) -> None:
    record = tmp_path / "deep" / "trials.json"
    tune(Holdout("item-neighbours", tribes, record=record), 3)
    resumed = Holdout("item-neighbours", tribes, record=record, resume=True)
    assert len(resumed.trials) == 3
    tune(resumed, 5)
    whole = Holdout("item-neighbours", tribes)
    tune(whole, 5)
    assert [trial.parameters for trial in resumed.trials] == [trial.parameters for trial in whole.trials]
    assert [trial.value for trial in resumed.trials] == pytest.approx([trial.value for trial in whole.trials])
    assert len(json.loads(record.read_text())["trials"]) == 5
    anew = Holdout("item-neighbours", tribes, record=record)
    assert anew.trials == []


def test_a_record_of_something_else_is_refused(tribes: Interactions, random_table: Interactions, tmp_path) -> None:
    record = tmp_path / "trials.json"
    Holdout("ease", tribes, record=record).try_out({})
    with pytest.raises(StudyMismatch, match="another data"):
        Holdout("ease", random_table, record=record, resume=True)
    with pytest.raises(StudyMismatch, match="another model, seed"):
        Holdout("popularity", tribes, seed=3, record=record, resume=True)
    record.write_text("{")
    with pytest.raises(StudyMismatch, match="not a record"):
        Holdout("ease", tribes, record=record, resume=True)
    record.unlink()
    assert Holdout("ease", tribes, record=record, resume=True).trials == [], "nothing to go on from is a fresh start"


def test_parameters_a_model_refuses_are_a_bad_trial_and_no_end(tribes: Interactions, tmp_path) -> None:
    record = tmp_path / "trials.json"
    holdout = Holdout("fussy", tribes, record=record)
    best = tune(holdout, 8)
    moods = {trial.parameters.get("mood"): trial.value for trial in holdout.trials}
    assert moods["bad"] is None and best.parameters.get("mood") != "bad"
    tune(Holdout("fussy", tribes, record=record, resume=True), 9)
    with pytest.raises(ValueError, match="none of 2 trials"):
        tune(Holdout("fussy", tribes), 2, fixed={"mood": "bad"})
    with pytest.raises(ValueError, match="no usable model"):
        stop_early(Holdout("fussy", tribes), {"mood": "bad"})


def test_passes_are_doubled_until_it_gets_worse(famous: Interactions) -> None:
    assert epochs_argument("passes") == "epochs" and epochs_argument("ease") == ""
    best = stop_early(Holdout("passes", famous), {})
    assert best.parameters == {"epochs": 8}
    assert Passes.fitted == [2, 4, 8, 16, 32], "two doublings after the best, and no more"
    given = stop_early(Holdout("passes", famous), {"epochs": 5})
    assert given.parameters == {"epochs": 5} and Passes.fitted[5:] == [5]


def test_ratings_are_judged_by_rmse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.MODELS, "rater", Entry(__name__, "Passes", feedback="ratings"))
    rng = np.random.default_rng(0)
    table = Interactions.from_rows((f"u{u}", f"i{i}", float(rng.integers(1, 6))) for u in range(20) for i in range(10))
    holdout = Holdout("rater", table)
    trial = holdout.try_out({})
    assert holdout.metric == "rmse" and trial.value is not None and trial.value < 0 < holdout.figure(trial.value)


def test_what_is_wrong_is_said(tribes: Interactions, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        tune(Holdout("ease", tribes), 0)
    with pytest.raises(ValueError, match="'passes' has nothing to tune"):
        tune(Holdout("passes", tribes), 3)
    with pytest.raises(ValueError, match="nobody"):
        Holdout("ease", Interactions(["a"], ["x"]))
    monkeypatch.setattr(ItemNeighbours, "SEARCH_SPACE", {"k": (1, 2)})
    with pytest.raises(ValueError, match=r"'k' is \(1, 2\)"):
        tune(Holdout("item-neighbours", tribes), 2)
    monkeypatch.setattr(ItemNeighbours, "SEARCH_SPACE", SPACE)
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(TuningMissing, match=r'pip install "yuban\[tuning\]"'):
        tune(Holdout("item-neighbours", tribes), 2)


def test_optuna_is_left_as_it_was(tribes: Interactions, capfd: pytest.CaptureFixture) -> None:
    before = optuna.logging.get_verbosity()
    tune(Holdout("item-neighbours", tribes), 2)
    assert optuna.logging.get_verbosity() == before
    assert capfd.readouterr() == ("", "")


class TestTraining:
    def test_by_name(self, tribes: Interactions, tmp_path) -> None:
        report = training.train(tribes, tmp_path, model="item-neighbours", parameters={"k": 9})
        assert (report.name, report.kind, report.parameters) == ("item-neighbours", "ItemNeighbours", {"k": 9})
        assert report.metric == "ndcg@20" and report.value is not None and report.trials == 1
        served = training.load(tmp_path).model
        assert isinstance(served, ItemNeighbours) and served.k == 9
        assert training.choice(tmp_path) == training.Choice("item-neighbours", {"k": 9})

    def test_tuned_stopped_early_and_resumed(self, tribes: Interactions, tmp_path) -> None:
        said: list[float] = []
        report = training.train(
            tribes, tmp_path, 3, lambda fraction, what: said.append(fraction), model="item-neighbours", tune_trials=4
        )
        assert report.trials == 4 and set(report.parameters) in (set(SPACE), set())
        assert said == sorted(said) and said[-1] == 1.0
        record = json.loads((tmp_path / "tuning" / "item-neighbours.json").read_text())
        assert len(record["trials"]) == 4
        again = training.train(tribes, tmp_path, 3, model="item-neighbours", tune_trials=4, resume=True)
        assert again.parameters == report.parameters and again.value == report.value

    def test_passes_and_seed_come_from_training(self, famous: Interactions, tmp_path) -> None:
        report = training.train(famous, tmp_path, 11, model="passes")
        assert report.parameters == {"epochs": 8, "seed": 11}
        assert Passes.fitted[-1] == 8, "the last fit is on everything, with the number of passes found"
        assert isinstance(training.load(tmp_path).model, Passes)

    def test_auto_is_as_ever_and_may_be_tuned(self, tribes: Interactions, tmp_path) -> None:
        report = training.train(tribes, tmp_path)
        assert report.name == "ease" and report.regularization == report.parameters["regularization"]
        assert report.metric == "ndcg@20" and report.value == report.ndcg
        assert training.choice(tmp_path) == training.Choice()
        wide = training.train(tribes, tmp_path, tune_trials=2, most_dense_items=10)
        assert wide.name == "item-neighbours"
        assert training.choice(tmp_path).model == "auto"

    def test_what_is_wrong_leaves_the_old_model(self, tribes: Interactions, tmp_path) -> None:
        training.train(tribes, tmp_path)
        before = sorted(path.name for path in tmp_path.rglob("*"))
        with pytest.raises(ValueError, match="no_such"):
            training.train(tribes, tmp_path, model="ease", parameters={"no_such": 1})
        with pytest.raises(ValueError, match="'content' is built from the catalogue"):
            training.train(tribes, tmp_path, model="content")
        with pytest.raises(registry.UnknownModel, match="did you mean 'ease'"):
            training.train(tribes, tmp_path, model="eese")
        with pytest.raises(ValueError, match="nobody"):
            training.train(Interactions(["a"], ["x"]), tmp_path, model="item-neighbours", tune_trials=2)
        assert sorted(path.name for path in tmp_path.rglob("*")) == before
        assert isinstance(training.load(tmp_path).model, EASE)

    def test_too_little_to_set_aside_still_trains(self, tmp_path) -> None:
        report = training.train(Interactions(["a", "a"], ["x", "y"]), tmp_path, model="item-neighbours")
        assert (report.metric, report.value, report.trials) == (None, None, 0)
        assert training.train(Interactions([], []), tmp_path, model="passes").parameters == {"seed": 0}

    def test_a_choice_that_cannot_be_kept_is_auto(self, tribes: Interactions, tmp_path) -> None:
        training.train(tribes, tmp_path, model="popularity")
        assert training.choice(tmp_path).model == "popularity"
        for content in ('{"model": "gone", "parameters": {}}', "[]", "{"):
            (tmp_path / "choice.json").write_text(content)
            assert training.choice(tmp_path) == training.Choice()
