"""``python -m knowledge``: what the engine can be taught from the command line.

Each command is a pair: ``_add_…`` describes it, ``_run_…`` does it and returns the exit status.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from knowledge.graph import KnowledgeError

__all__ = ["main"]

_MODELS = Path(__file__).parent / "models"
_STATIC = _MODELS / "static"
_TEACHER_WORDS = 8000
_ENCODER_HELP = """
Trains the small bilingual encoder that finds FAQ entries and lines said in other words.

It learns from groups of texts that mean the same: the phrasings of each FAQ entry in both languages, titles with
their translation, the lines of the catalogue, and your own groups:

  pairs.jsonl   {"zh": ["怎么退票", "票不想要了"], "en": "How do I return a ticket?"}     or     ["退票", "refund a ticket"]
  pairs.csv     怎么退票,票不想要了,how do I return a ticket

English words are learned from a teacher, the MiniLM of the neural extra, so that words no group holds are known too.

  python -m knowledge train-encoder                                the one that comes with the package
  python -m knowledge train-encoder --pairs mine.jsonl --out var/models/static
  python -m knowledge train-encoder --teacher BAAI/bge-small-en-v1.5 --dim 256 --epochs 20

The result is a folder for knowledge.search.static_encoder.StaticEncoder.load; it is served by numpy alone.
"""
_FAQ_HELP = """
Fits how the FAQ search weighs its matchers, and how sure it may be of the first entry.

Every phrasing of the FAQ is asked of an index and an encoder that have not seen it. Printed is what that gives,
cross-validated over entries. Takes a few minutes: the encoder is trained six times.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m knowledge", description="Teaches the knowledge engine.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_train_encoder(commands)
    _add_fit_faq(commands)
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except KnowledgeError as error:
        Console(stderr=True).print(f"[red]{error}[/red]", highlight=False)
        return 1


def _command(commands: Any, name: str, summary: str, description: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    return parser


# --- train-encoder -------------------------------------------------------------------------------------------------------


def _add_train_encoder(commands: Any) -> None:
    parser = _command(commands, "train-encoder", "train the small bilingual sentence encoder", _ENCODER_HELP)
    parser.add_argument("--pairs", type=Path, action="append", default=[], metavar="FILE", help="more groups of texts")
    parser.add_argument("--out", type=Path, default=_STATIC, metavar="DIR", help="where to (default: %(default)s)")
    parser.add_argument("--home", type=Path, metavar="DIR", help="also learn from the catalogue imported under DIR")
    parser.add_argument("--teacher", metavar="MODEL", help="sentence-transformers model, by hub name or folder")
    parser.add_argument("--no-teacher", action="store_true", help="learn from the groups alone")
    parser.add_argument("--dim", type=int, default=128, help="numbers in a vector (default: %(default)s)")
    parser.add_argument("--epochs", type=int, default=12, help="passes over the groups (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the shuffling (default: %(default)s)")
    parser.set_defaults(run=_run_train_encoder)


def _run_train_encoder(chosen: argparse.Namespace) -> int:
    from knowledge.catalogue import Catalogue
    from knowledge.search.encoder_training import Settings, catalogue_groups, faq_groups, read_groups, train
    from knowledge.search.encoders import sentence_encoder

    catalogue = Catalogue.load(chosen.home)
    groups = faq_groups(catalogue.faq) + catalogue_groups(catalogue)
    for path in chosen.pairs:
        groups += read_groups(path)
    teacher = None if chosen.no_teacher else sentence_encoder(chosen.teacher)
    words = teacher.words(_TEACHER_WORDS) if teacher else ()
    settings = Settings(dimensions=chosen.dim, epochs=chosen.epochs, seed=chosen.seed)
    with _progress() as bar:
        task = bar.add_task(f"{len(groups)} groups", total=chosen.epochs)

        def told(done: int, _: int, loss: float) -> None:
            bar.update(task, completed=done, description=f"{len(groups)} groups · loss {loss:.3f}")

        encoder = train(groups, settings, teacher=teacher, words=words, progress=told)
    command = "python -m knowledge train-encoder" + "".join(f" --pairs {path.name}" for path in chosen.pairs)
    encoder.about |= {
        "command": command,
        "teacher": chosen.teacher or ("" if chosen.no_teacher else "all-MiniLM-L6-v2"),
    }
    encoder.save(chosen.out)
    size = sum(path.stat().st_size for path in chosen.out.iterdir()) / 1e6
    Console().print(f"{len(encoder.featurizer):,} rows of {encoder.dimensions}, {size:.1f} MB → {chosen.out}")
    return 0


# --- fit-faq -------------------------------------------------------------------------------------------------------------


def _add_fit_faq(commands: Any) -> None:
    parser = _command(commands, "fit-faq", "fit the weights and the confidence of the FAQ search", _FAQ_HELP)
    parser.add_argument("--out", type=Path, default=_MODELS / "faq.json", metavar="FILE", help="(default: %(default)s)")
    parser.add_argument("--epochs", type=int, default=12, help="of the encoder (default: %(default)s)")
    parser.add_argument("--folds", type=int, default=6, choices=range(1, 7), help="sixths asked (default: %(default)s)")
    parser.add_argument(
        "--words", type=int, default=_TEACHER_WORDS, help="English words learned (default: %(default)s)"
    )
    parser.set_defaults(run=_run_fit_faq)


def _run_fit_faq(chosen: argparse.Namespace) -> int:
    from knowledge.catalogue import Catalogue
    from knowledge.importers.faq import FaqEntry
    from knowledge.search.encoder_training import Settings, catalogue_groups, faq_groups, train
    from knowledge.search.encoders import Encoder, Remembering, sentence_encoder
    from knowledge.search.faq_fitting import evaluate, fit, held_out, strangers
    from knowledge.search.faq_search import FaqIndex, FaqModel

    catalogue = Catalogue.load()
    others, model = catalogue_groups(catalogue), sentence_encoder()
    words, teacher = model.words(chosen.words), Remembering(model)

    def encoder(entries: Sequence[FaqEntry]) -> Encoder:
        return train(
            faq_groups(entries) + others, replace(Settings(), epochs=chosen.epochs), teacher=teacher, words=words
        )

    with _progress() as bar:
        task = bar.add_task("held-out phrasings", total=chosen.folds)
        asked = held_out(
            catalogue.faq, encoder, teacher, lambda done, _: bar.update(task, completed=done), chosen.folds
        )
    table = Table("matchers", "language", "questions", "first", "in three", "calibration error")
    index = FaqIndex(catalogue.faq, sentences=teacher)
    models = {}
    for name, lang in product(("light", "sentence"), ("zh", "en")):
        sentences, own = name == "sentence", [question for question in asked if question.lang == lang]
        strange = [index.rankings(text) for text in strangers(catalogue, lang)]
        models[f"{name}/{lang}"] = fit(own, strange, sentences=sentences)
        found = evaluate(own, strange, sentences=sentences)
        for first in found.first.values():
            cells = (
                f"{found.questions[lang]}",
                f"{first:.3f}",
                f"{found.three[lang]:.3f}",
                f"{found.calibration_error:.3f}",
            )
            table.add_row(name, lang, *cells)
    command = f"python -m knowledge fit-faq --folds {chosen.folds} --epochs {chosen.epochs} --words {chosen.words}"
    FaqModel.save(models, chosen.out, command)
    Console().print(table)
    return 0


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True))


if __name__ == "__main__":
    sys.exit(main())
