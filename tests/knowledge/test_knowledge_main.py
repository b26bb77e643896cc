"""``python -m knowledge``: a short training end to end, help that teaches, errors in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.__main__ import main
from knowledge.search.faq_search import WITH_SENTENCES, FaqModel
from knowledge.search.static_encoder import StaticEncoder, bundled


def test_train_encoder_writes_an_encoder_that_knows_the_given_pairs(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pairs = tmp_path / "mine.csv"
    pairs.write_text("zorbing,globe riding,蹦球\nzorbing tickets,蹦球的票\n", encoding="utf-8")
    out = tmp_path / "out"
    quick = ["--no-teacher", "--epochs", "1", "--dim", "8"]
    assert main(["train-encoder", "--pairs", str(pairs), "--out", str(out), *quick]) == 0
    encoder = StaticEncoder.load(out)
    assert encoder.dimensions == 8 and "zorbing" in encoder.featurizer.vocabulary
    assert encoder.about["command"] == "python -m knowledge train-encoder --pairs mine.csv"


def test_fit_faq_writes_models_for_both_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With our own encoder in the place of MiniLM, which would take a minute."""
    pytest.importorskip("torch")

    class Quick(StaticEncoder):
        def words(self, limit: int) -> list[str]:
            return ["unheard"][:limit]

    shipped = bundled()
    quick = Quick(shipped.featurizer, shipped.table)
    monkeypatch.setattr("knowledge.search.encoders.sentence_encoder", lambda: quick)
    out = tmp_path / "faq.json"
    assert main(["fit-faq", "--folds", "1", "--epochs", "1", "--words", "1", "--out", str(out)]) == 0
    written = json.loads(out.read_text(encoding="utf-8"))
    assert set(written) == {"about", "light/zh", "light/en", "sentence/zh", "sentence/en"}
    assert FaqModel.from_json(written["sentence/en"]).fusion.matchers == WITH_SENTENCES
    assert written["about"] == "python -m knowledge fit-faq --folds 1 --epochs 1 --words 1"
    assert "calibration error" in capsys.readouterr().out


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    for command, taught in (("train-encoder", "pairs.jsonl"), ("fit-faq", "have not seen it")):
        with pytest.raises(SystemExit) as stopped:
            main([command, "--help"])
        assert stopped.value.code == 0 and taught in capsys.readouterr().out


def test_a_bad_file_is_one_line_and_a_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train-encoder", "--pairs", str(tmp_path / "none.jsonl"), "--no-teacher"]) == 1
    assert "none.jsonl" in capsys.readouterr().err
