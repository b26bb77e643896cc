"""Cross-validation of language understanding: Rasa's own, on the project's data, summed up by language.

What is generated from the FAQ and the troubleshooting graphs is part of the data, as it is in training.
"""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import dataclass
from pathlib import Path

import yaml
from rich.table import Table

from bot.models import export_examples, gazetteer, rasa
from bot.settings import Settings


@dataclass(frozen=True)
class Report:
    folder: Path
    accuracy: float
    macro_f1: float
    weighted_f1: float
    intents: dict[str, dict[str, float]]

    def table(self) -> Table:
        table = Table("intent", "precision", "recall", "F1", "examples", show_edge=False)
        for intent, row in sorted(self.intents.items(), key=lambda item: item[1]["f1-score"]):
            table.add_row(
                intent, *(f"{row[key]:.3f}" for key in ("precision", "recall", "f1-score")), f"{row['support']:.0f}"
            )
        table.add_section()
        table.add_row("accuracy", "", "", f"{self.accuracy:.3f}", "")
        table.add_row("macro average", "", "", f"{self.macro_f1:.3f}", "")
        table.add_row("weighted average", "", "", f"{self.weighted_f1:.3f}", "")
        return table


def cross_validate(
    settings: Settings, folds: int = 5, config: Path | None = None, name: str = "nlu", examples: int | None = None
) -> Report:
    """Runs ``rasa test nlu --cross-validation`` with ``config`` (default: the project's) and reads its report.

    ``examples`` keeps only so many, the same share of every intent, drawn with a fixed seed: for pipelines that need hours.

    Raises:
        bot.models.BuildError: the run failed.
    """
    gazetteer(settings)
    export_examples(settings)
    folder = settings.logs / f"cross-validation-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # Rasa takes one path here, so the two sources of examples are laid side by side.
    data = folder / "data"
    shutil.copytree(Path(__file__).parent / "dialogue" / "data" / "nlu", data / "authored")
    shutil.copytree(settings.home / "nlu", data / "generated")
    if examples:
        thin_out(data, examples)
    arguments = ["test", "nlu", "--nlu", str(data), "--cross-validation", "--folds", str(folds), "--no-plot"]
    rasa(
        settings,
        [*arguments, "--config", str(config or "config.yml"), "--out", str(folder)],
        log=f"cross-validation-{name}",
    )
    document = json.loads((folder / "intent_report.json").read_text(encoding="utf-8"))
    intents = {key: row for key, row in document.items() if isinstance(row, dict) and not key.endswith(" avg")}
    accuracy = document.get("accuracy", document.get("micro avg", {}).get("f1-score", 0.0))
    return Report(folder, accuracy, document["macro avg"]["f1-score"], document["weighted avg"]["f1-score"], intents)


def thin_out(folder: Path, examples: int, seed: int = 7) -> None:
    """Keeps ``examples`` of the training examples under ``folder``, the same share of every intent (at least ten)."""
    rows: dict[str, list[str]] = {}
    files = sorted(folder.rglob("*.yml"))
    for path in files:
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            rows.setdefault(block["intent"], []).extend(block["examples"].splitlines())
        path.unlink()
    share = examples / sum(map(len, rows.values()))
    draw = random.Random(seed)
    kept = {
        intent: draw.sample(lines, max(10, round(len(lines) * share)))
        for intent, lines in rows.items()
        if len(lines) >= 10
    }
    blocks = [{"intent": intent, "examples": "\n".join(lines) + "\n"} for intent, lines in kept.items()]
    document = yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True, sort_keys=False)
    (folder / "sample.yml").write_text(document, encoding="utf-8")
