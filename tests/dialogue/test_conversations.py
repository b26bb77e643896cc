"""Rasa's data validation, and the conversations in ``bot/dialogue/tests`` against the trained model.

The evaluation is Rasa's own (``rasa test core --e2e``) with entities left out of it: they come from the catalogue of the day
and from the language detector, not from the story files. Custom actions are predicted, not executed, as always with Rasa.
"""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
import rasa.core.test as evaluation
from conftest import PROJECT
from rasa.core.agent import Agent

HOME = Path(os.environ.get("YUBAN_HOME", PROJECT.parents[1] / "var")).resolve()


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    models = sorted((HOME / "models" / "dialogue").glob("*.tar.gz"))
    assert models, "no dialogue model: run `yuban train --if-needed` first"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(PROJECT)
        patch.setenv("YUBAN_GAZETTEER", str(HOME / "gazetteer.json"))
        patch.setattr(evaluation, "_clean_entity_results", lambda text, results: [])
        agent = Agent.load(str(models[-1]))
        folder = tmp_path_factory.mktemp("conversations")
        result = asyncio.new_event_loop().run_until_complete(
            evaluation.test("tests", agent, out_directory=str(folder), e2e=True, disable_plotting=True, errors=True)
        )
        yield result, folder


def test_every_conversation_goes_as_written(report):
    result, folder = report
    failed = (folder / "failed_test_stories.yml").read_text(encoding="utf-8")
    assert result["report"]["conversation_accuracy"]["accuracy"] == 1.0, failed[:4000]


def test_there_are_enough_of_them_half_in_chinese(report):
    result, _ = report
    assert result["report"]["conversation_accuracy"]["total"] >= 60
    stories = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "tests").glob("*.yml")).split("- story:")
    chinese = [story for story in stories[1:] if any("\u4e00" <= character <= "\u9fff" for character in story)]
    assert 0.4 <= len(chinese) / len(stories[1:]) <= 0.7


def test_no_conversation_is_copied_from_the_training_data():
    import yaml

    trained = set()
    for path in (PROJECT / "data" / "nlu").glob("*.yml"):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            trained |= {line.lstrip("- ").strip() for line in block["examples"].splitlines()}
    spoken = set()
    for path in (PROJECT / "tests").glob("*.yml"):
        for story in yaml.safe_load(path.read_text(encoding="utf-8"))["stories"]:
            spoken |= {step["user"].strip() for step in story["steps"] if "user" in step}
    assert len(spoken) > 100
    assert not spoken & trained


def test_the_data_is_valid_without_a_warning():
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "rasa",
            "data",
            "validate",
            "--domain",
            "domain",
            "--data",
            "data",
            "--fail-on-warnings",
        ],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
