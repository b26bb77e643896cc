"""What is built when, and that nothing half-built is ever served."""

import yaml

from bot import models
from bot.settings import Settings


def test_examples_are_valid_rasa_data_without_annotation(tmp_path):
    path = models.write_examples(
        tmp_path / "faq.yml", "faq", ["怎么退款", "why [was] I charged (twice)?", "  怎么退款 ", "{odd}"]
    )
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    examples = document["nlu"][0]["examples"].splitlines()
    assert examples == ["- odd", "- why was I charged twice ?", "- 怎么退款"]


def test_the_dialogue_model_is_kept_while_its_inputs_are(tmp_path, monkeypatch):
    runs = []

    def train(settings, arguments, *, log, directory=models.DIALOGUE):
        runs.append(arguments)
        out = arguments[arguments.index("--out") + 1]
        name = arguments[arguments.index("--fixed-model-name") + 1]
        (models.Path(out) / f"{name}.tar.gz").write_bytes(b"model")

    monkeypatch.setattr(models, "rasa", train)
    settings = Settings(home=tmp_path)
    assert models.dialogue_model(settings) is True
    assert models.dialogue_model(settings) is False
    assert len(runs) == 1 and len(list(settings.dialogue_models.glob("*.tar.gz"))) == 1
    (tmp_path / "nlu" / "faq.yml").unlink()
    monkeypatch.setattr(
        models,
        "export_examples",
        lambda settings: [models.write_examples(tmp_path / "nlu" / "faq.yml", "faq", ["新问题"])],
    )
    assert models.dialogue_model(settings) is True


def test_a_failed_training_leaves_the_old_model_and_no_stamp(tmp_path, monkeypatch):
    settings = Settings(home=tmp_path, rasa_python=tmp_path / "python")
    settings.dialogue_models.mkdir(parents=True)
    old = settings.dialogue_models / "20200101-000000.tar.gz"
    old.write_bytes(b"old")
    (tmp_path / "python").write_text("#!/bin/sh\necho no GPU, no luck; exit 1\n")
    (tmp_path / "python").chmod(0o755)
    try:
        models.dialogue_model(settings)
    except models.BuildError as error:
        assert "no luck" in str(error)
    else:
        raise AssertionError("a failed training went unnoticed")
    assert list(settings.dialogue_models.glob("*")) == [old]


def test_imported_ratings_become_likes_and_dislikes():
    from recsys.interactions import Interactions

    stars = Interactions(["a", "a", "b"], ["film/x", "film/y", "film/x"], [1.0, 3.0, 5.0])
    assert sorted(models.as_preferences(stars).rows()[2].tolist()) == [-1.0, 0.0, 1.0]
    views = Interactions(["a", "b"], ["film/x", "film/x"], [1.0, 0.5])
    assert sorted(models.as_preferences(views).rows()[2].tolist()) == [0.5, 1.0]
