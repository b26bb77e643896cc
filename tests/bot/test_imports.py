"""`yuban import`, end to end on small files: what went in, what did not and why, and that nothing is half-written."""

import json

import pytest
from typer.testing import CliRunner

from bot.cli import app
from knowledge.catalogue import Catalogue


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("YUBAN_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("bot.cli.console.width", 200, raising=False)

    def go(kind, name, content):
        file = tmp_path / name
        if isinstance(content, dict):
            file.mkdir()
            for inner, text in content.items():
                (file / inner).write_text(text, encoding="utf-8")
        else:
            file.write_text(content, encoding="utf-8")
        return CliRunner().invoke(app, ["import", kind, str(file)])

    go.home = tmp_path / "home"
    return go


def graph(run):
    return Catalogue.load(run.home).graph


def test_a_catalogue_with_a_bad_row(run):
    rows = "id,type,title_en,title_zh,year\nA17,film,The Foo of Bar,巴的福,2024\n,film,,,abc\n,opera house,Nope,,2000\n"
    done = run("catalogue", "titles.csv", rows)
    assert done.exit_code == 0 and "1 added" in done.output and "2 skipped" in done.output, done.output
    assert "titles.csv" in done.output and "3" in done.output
    assert graph(run).entity("film/A17").label("zh") == "巴的福"
    names = json.loads((run.home / "gazetteer.json").read_text(encoding="utf-8"))["entries"]
    assert any(entry["surface"] == "巴的福" for entry in names)


def test_nothing_usable_leaves_everything_as_it_was(run):
    done = run("catalogue", "titles.csv", "id,type\n,\n")
    assert done.exit_code == 1 and "titles.csv" in done.output and "Traceback" not in done.output
    assert not list((run.home / "catalogue").glob("*"))


def test_a_file_that_is_not_there(run):
    done = CliRunner().invoke(app, ["import", "faq", str(run.home / "none.csv")])
    assert done.exit_code == 1 and "does not exist" in done.output


def test_triples(run):
    done = run("triples", "facts.txt", "The Foo of Bar|directed_by|Jo Doe\nThe Foo of Bar|release_year|2024\n")
    assert done.exit_code == 0, done.output
    assert any(entity.label("en") == "The Foo of Bar" for entity in graph(run).entities())


def test_a_faq(run):
    rows = "question_zh,question_en,answer_zh,answer_en\n可以带宠物看演出吗,Can I bring my pet,不可以,No\n"
    done = run("faq", "help.csv", rows)
    assert done.exit_code == 0, done.output
    assert any(entry.answer["zh"] == "不可以" for entry in Catalogue.load(run.home).faq)


def test_movielens_and_its_ratings_train_the_recommender(run):
    files = {
        "movies.csv": "movieId,title,genres\n1,Toy Story (1995),Animation|Comedy\n2,Foo Story (2031),Drama\n",
        "ratings.csv": "userId,movieId,rating,timestamp\n"
        + "".join(f"{user},{1 + user % 2},{1 + user % 5},9{user:03}\n" for user in range(60)),
    }
    done = run("movielens", "ml", files)
    assert done.exit_code == 0, done.output
    from bot.models import recommender
    from bot.settings import Settings
    from recsys.training import load

    settings = Settings(home=run.home)
    assert recommender(settings) is True
    # what was imported takes the place of the simulated audience
    assert set(load(settings.recsys_model).model.item_ids) == {"film/toy-story-1995", "film/foo-story-2031"}


def test_a_viewing_history(run):
    rows = "user,item,value,time\nu1,film/interstellar-2014,1,2025-01-01T00:00:00Z\nu2,film/not-here,1,2025-01-01T00:00:00Z\n"
    done = run("interactions", "views.csv", rows)
    assert done.exit_code == 0 and "1 added" in done.output and "1 skipped" in done.output, done.output
    assert (run.home / "catalogue" / "interactions.parquet").exists()
