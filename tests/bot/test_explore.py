"""``yuban knowledge``: by name or id, in both languages, and what it says when a name is unclear."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app

runner = CliRunner(env={"COLUMNS": "200"})


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("YUBAN_HOME", str(tmp_path))
    return tmp_path


def test_show_prints_both_directions() -> None:
    out = runner.invoke(app, ["knowledge", "show", "克里斯托弗·诺兰", "--lang", "en"])
    assert out.exit_code == 0
    assert "Christopher Nolan" in out.output and "film/interstellar-2014" in out.output


def test_a_name_that_is_not_clear_lists_what_may_be_meant() -> None:
    out = runner.invoke(app, ["knowledge", "show", "霸王别机"])
    assert out.exit_code == 1 and "film/farewell-my-concubine-1993" in out.output


def test_graph_of_the_path_behind_an_answer(tmp_path: Path) -> None:
    pytest.importorskip("plotly")
    target = tmp_path / "page.html"
    out = runner.invoke(app, ["knowledge", "graph", "--question", "流浪地球的导演还拍过什么", "--out", str(target)])
    assert out.exit_code == 0 and "流浪地球2" in target.read_text(encoding="utf-8")


def test_graph_needs_something_to_draw() -> None:
    assert runner.invoke(app, ["knowledge", "graph"]).exit_code == 2


def test_ask_shows_the_facts() -> None:
    out = runner.invoke(app, ["knowledge", "ask", "who directed Interstellar"])
    assert out.exit_code == 0
    assert "Christopher Nolan directed Interstellar." in out.output and "person/christopher-nolan" in out.output
