"""``python -m knowledge.sentiment``."""

import io
import json
import subprocess
import sys

import pytest

from knowledge.sentiment.__main__ import main

ROWS = [
    ("good film", "pos"),
    ("great plot", "pos"),
    ("fun", "pos"),
    ("bad film", "neg"),
    ("dull plot", "neg"),
    ("a mess", "neg"),
]


@pytest.fixture
def model(tmp_path):
    data = tmp_path / "reviews.csv"
    data.write_text(
        "review;mood\n" + "".join(f"{text};{label}\n" for text, label in ROWS * 3) + ";pos\n", encoding="utf-8"
    )
    folder = tmp_path / "model"
    assert main(["train", "--data", str(data), "--label", "mood", "--out", str(folder)]) == 0
    return folder


def test_train_says_what_it_skipped_and_reached(model, capsys, tmp_path):
    main(["train", "--data", str(tmp_path / "reviews.csv"), "--label", "mood", "--out", str(model)])
    said = capsys.readouterr().err
    assert "reviews.csv:20: 'review' is empty" in said and "polarity accuracy" in said and "read" in said
    assert sorted(file.name for file in model.iterdir()) == ["linear.npz", "sentiment.json"]


def test_read_texts(model, capsys):
    assert main(["read", "good fun", "dull", "--model", str(model), "--json"]) == 0
    readings = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [reading["label"] for reading in readings] == ["positive", "negative"]
    assert main(["read", "good fun", "--model", str(model)]) == 0
    assert "positive" in capsys.readouterr().out


def test_read_standard_input(model, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("good fun\n\ndull\n"))
    assert main(["read", "--model", str(model)]) == 0
    readings = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [reading["label"] for reading in readings] == ["positive", "positive", "negative"] or len(readings) == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "--data", "nowhere.csv"], "nowhere.csv"),
        (["read", "hm", "--model", "nowhere"], "python -m knowledge.sentiment train"),
    ],
)
def test_what_is_wrong_is_said_on_one_line(arguments, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 1
    assert message in capsys.readouterr().err


def test_help_teaches(capsys):
    for command, words in (("train", "评论"), ("read", "--json")):
        with pytest.raises(SystemExit, match="0"):
            main([command, "--help"])
        assert words in capsys.readouterr().out


def test_the_package_and_reading_need_no_torch():
    code = "import sys, knowledge.sentiment.__main__; sys.exit(any(m in sys.modules for m in ('torch', 'transformers', 'pandas')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
