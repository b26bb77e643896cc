"""``yuban recsys``: the table, the chart, the training, and what it says when something does not fit."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bot import models
from bot.cli import app
from bot.settings import Settings
from recsys import training
from recsys.interactions import Interactions

runner = CliRunner(env={"COLUMNS": "80"})


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("YUBAN_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def ratings(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    lines = ["user_id,item_id,rating,timestamp"]
    for user in range(60):
        for item in rng.choice(10, 7, replace=False):
            lines.append(f"u{user},i{user % 3 * 10 + item:02},{rng.integers(3, 6)},{rng.integers(1, 10**6)}")
    path = tmp_path / "ratings.csv"
    path.write_text("\n".join([*lines, "u1,i01,good,5"]))
    return path


def run(*arguments: object) -> tuple[int, str]:
    done = runner.invoke(app, ["recsys", *map(str, arguments)])
    return done.exit_code, done.output


@pytest.mark.parametrize("split", ["loo", "random", "temporal", "strong"])
def test_every_split(ratings: Path, split: str) -> None:
    code, out = run("evaluate", "--data", ratings, "--split", split, "-m", "ease,popularity", "--negatives", 9)
    assert code == 0, out
    assert "ratings.csv:422: value 'good' is not a number" in out
    rows = [line.split() for line in out.splitlines() if line.strip().startswith(("ease ", "popularity "))]
    assert [row[0] for row in rows] == ["ease", "popularity"] * 2, "best first"
    assert float(rows[0][1]) > float(rows[1][1]) and rows[0][3] == "–" and rows[1][5].startswith("-")
    assert ("曝光" in out) == (split != "loo"), "sampled lists say nothing about exposure"


def test_the_chart(ratings: Path, tmp_path: Path) -> None:
    pytest.importorskip("plotly")
    target = tmp_path / "charts" / "page.html"
    code, out = run("evaluate", "--data", ratings, "-m", "ease", "-m", "popularity", "--out", target, "--lang", "en")
    assert code == 0 and "of the works appear in somebody's top 10" in out
    page = target.read_text(encoding="utf-8")
    assert "popularity" in page and "Bias report" in page


def test_the_demo_and_its_content(home: Path) -> None:
    code, out = run("evaluate", "--models", "content,popularity", "--split", "temporal", "--feedback", "met")
    assert code == 0 and "600 users" in out and "content" in out


def test_train_is_what_the_assistant_serves(home: Path) -> None:
    code, out = run("train", "--model", "item-neighbours")
    assert code == 0 and "item-neighbours" in out and "ndcg@20 on the hold-out" in out
    settings = Settings.from_environment()
    served = training.load(settings.recsys_model)
    assert type(served.model).__name__ == "ItemNeighbours"
    assert models.recommender(settings) is False, "what was just trained is up to date"
    assert models.recommender(settings, force=True) is True
    assert type(training.load(settings.recsys_model).model).__name__ == "ItemNeighbours", "the choice is kept"


def test_tune_and_resume(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("optuna")
    from recsys.neighbours import ItemNeighbours

    monkeypatch.setattr(ItemNeighbours, "SEARCH_SPACE", {"k": ("int", 5, 50)}, raising=False)
    monkeypatch.setattr(models, "audience_table", lambda settings: small())
    code, out = run("train", "--model", "item-neighbours", "--tune", 2)
    assert code == 0 and "best of 2 trials" in out
    code, out = run("train", "--model", "item-neighbours", "--tune", 3, "--resume")
    assert code == 0 and "best of 3 trials" in out
    record = json.loads((home / "models" / "recsys" / "tuning" / "item-neighbours.json").read_text())
    assert len(record["trials"]) == 3
    code, out = run("train", "--model", "item-neighbours", "--tune", 3, "--resume", "--seed", 8)
    assert code == 1 and "another seed" in out


def test_stopping_keeps_the_old_model(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "audience_table", lambda settings: small())

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "train", stop)
    code, out = run("train")
    assert code == 130 and "--resume" in out and not (home / "models" / "recsys" / "model.inputs").exists()


def small() -> Interactions:
    return Interactions.from_rows((f"u{u}", f"i{(u + i * i) % 20:02}") for u in range(80) for i in range(7))


def test_models_are_listed() -> None:
    code, out = run("models")
    assert code == 0 and "EASE" in out and "the catalogue" in out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["evaluate", "--data", "absent.csv"], "absent.csv does not exist"),
        (["evaluate", "--data", "RATINGS", "-m", "eas"], "did you mean 'ease'?"),
        (["evaluate", "--data", "RATINGS", "--memory", "0"], "memory"),
        (["evaluate", "--data", "RATINGS.txt"], "expected .csv"),
        (["train", "--model", "nobody"], "no model 'nobody'"),
        (["train", "--model", "popularity", "--tune", "2"], "tune"),
    ],
)
def test_what_is_wrong_is_said(arguments: list[str], complaint: str, ratings: Path, monkeypatch) -> None:
    monkeypatch.setattr(models, "audience_table", lambda settings: small())
    code, out = run(*(argument.replace("RATINGS", str(ratings)) for argument in arguments))
    assert code in (1, 2) and complaint in out and "Traceback" not in out


def test_a_file_larger_than_the_limit(tmp_path: Path) -> None:
    table = small()
    users, items, values, _ = table.rows()
    path = tmp_path / "big.parquet"
    Interactions([f"{u}{n}" for n in range(20) for u in users], items * 20, np.tile(values, 20), None).to_parquet(path)
    code, out = run("evaluate", "--data", path, "--memory", 1)
    assert code == 1 and "rows need about 2 MiB, the limit is 1 MiB" in out


def test_a_model_of_the_catalogue_and_one_that_learns_features(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are given what the catalogue says; a comparison on other people's items is not."""
    films = ["film/interstellar-2014", "film/inception-2010", "film/parasite-2019", "film/oldboy-2003"]
    table = Interactions.from_rows((f"u{u}", films[(u + i) % 4]) for u in range(40) for i in range(2))
    monkeypatch.setattr(models, "audience_table", lambda settings: table)
    for name in ("content", "feature-ials"):
        code, out = run("train", "--model", name)
        assert code == 0 and name in out, out
        served = training.load(Settings.from_environment().recsys_model)
        assert len(served.model.item_ids) > 100 and served.popularity.item_ids == tuple(sorted(films))
    code, out = run("evaluate", "-m", "feature-ials,content", "--feedback", "met")
    assert code == 0 and "feature-ials" in out
