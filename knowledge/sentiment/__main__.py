"""Train a sentiment model, or read with one, from the command line.

python -m knowledge.sentiment train                                   # our own utterances, n-grams: seconds
python -m knowledge.sentiment train --data reviews.csv --out my-model # any table with texts and labels
python -m knowledge.sentiment train --data reviews.csv --encoder bert-base-chinese --out my-bert
python -m knowledge.sentiment read "结局烂尾，但音乐封神" --model my-model
cat reviews.txt | python -m knowledge.sentiment read --model my-model > readings.jsonl
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from knowledge.graph import KnowledgeError
from knowledge.sentiment.classifier import Reading, Sentiment
from knowledge.sentiment.datasets import read, utterances
from knowledge.sentiment.default import fit_default

TRAIN = """Trains on a CSV, TSV or JSONL file with a column of texts and a column of labels, or, without --data, on the
project's own labelled utterances (polarity, emotion, intensity).

The usual column names are found by themselves: text, review, sentence, comment, 评论, 文本 … and label, polarity, sentiment,
emotion, 标签, 情感 … . Labels may be 1/0, pos/neg, positive/negative/neutral/mixed, 正面/负面, emotion names, or any words of
your own. Encodings (UTF-8 with or without a mark, GB 18030, Latin-1) and delimiters (, ; | tab) are recognised.

Without --encoder an n-gram model is trained: seconds for thousands of texts, a minute for a hundred thousand, no extra
packages. With --encoder any BERT-class model is fine-tuned, by its hub name or from a folder; that needs
pip install "yuban[neural]" and minutes to hours. Stop it with Ctrl-C and run the same command again: it goes on where it was.
"""
READ = """Reads the texts given, or one text a line from standard input, and says polarity, emotion and intensity.
With --json, and always from standard input, each reading is one line of JSON, written as soon as it is known; memory stays
the same however long the input is."""

_SHOWN = 5  # skipped rows that are named


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status: 0, or 1 after printing what is wrong and what to do."""
    parser = argparse.ArgumentParser(
        prog="python -m knowledge.sentiment", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="train|read")
    raw = argparse.RawDescriptionHelpFormatter
    train = commands.add_parser("train", help="train a model on labelled texts", description=TRAIN, formatter_class=raw)
    train.add_argument("--data", type=Path, metavar="FILE", help="labelled texts; our own utterances when left out")
    train.add_argument("--text", metavar="COLUMN", help="the column of texts, if its name is unusual")
    train.add_argument("--label", metavar="COLUMN", help="the column of labels, if its name is unusual")
    train.add_argument("--encoder", metavar="NAME|FOLDER", help="fine-tune this BERT-class encoder instead of n-grams")
    train.add_argument("--out", type=Path, metavar="DIR", help=f"where the model goes (default {_default_folder()})")
    train.add_argument("--epochs", type=int, default=3, help="with --encoder: passes over the data (default 3)")
    train.add_argument("--batch", type=int, default=32, help="with --encoder: texts a step (default 32)")
    train.add_argument("--rate", type=float, default=5e-5, help="with --encoder: peak learning rate (default 5e-5)")
    train.add_argument("--length", type=int, default=128, help="with --encoder: tokens of a text read (default 128)")
    train.add_argument("--seed", type=int, default=0, help="of shuffling and splitting (default 0)")
    reader = commands.add_parser("read", help="read texts with a model", description=READ, formatter_class=raw)
    reader.add_argument("texts", nargs="*", metavar="TEXT", help="texts to read; standard input when left out")
    reader.add_argument("--model", type=Path, metavar="DIR", help=f"the model's folder (default {_default_folder()})")
    reader.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args(arguments)
    console = Console(stderr=True)
    try:
        return _train(options, console) if options.command == "train" else _read(options, console)
    except KnowledgeError as error:
        console.print(f"[bold red]✗[/] {error}", highlight=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print("stopped; the same command goes on from the last finished epoch")
        return 130
    except BrokenPipeError:
        # The reader of our output (head, less) has had enough; what is left in the buffer has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _default_folder() -> Path:
    return Path(os.environ.get("YUBAN_HOME", "var")) / "models" / "sentiment"


def _train(options: argparse.Namespace, console: Console) -> int:
    folder: Path = options.out or _default_folder()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        bar = bars.add_task("reading the data", total=None)

        def progress(done: int, total: int, text: str) -> None:
            bars.update(bar, completed=done, total=total, description=text)

        if options.data is None and options.encoder is None:
            sentiment = fit_default(progress=progress)
        else:
            sentiment = _fit(options, folder, progress, console)
    sentiment.save(folder)
    shutil.rmtree(folder / "checkpoint", ignore_errors=True)
    console.print(_figures(sentiment))
    console.print(f'[green]✓[/] {folder}    try it:  python -m knowledge.sentiment read "…" --model {folder}')
    return 0


def _fit(options: argparse.Namespace, folder: Path, progress: Any, console: Console) -> Sentiment:
    examples = read(options.data, text=options.text, label=options.label) if options.data else utterances()
    for reason in examples.skipped[:_SHOWN]:
        console.print(f"[yellow]skipped[/] {reason}", highlight=False)
    if len(examples.skipped) > _SHOWN:
        console.print(f"[yellow]skipped[/] {len(examples.skipped) - _SHOWN} more rows")
    if options.encoder is None:
        return Sentiment.fit(examples, seed=options.seed, progress=progress)
    try:
        from knowledge.sentiment.training import Schedule
    except ImportError as error:
        raise KnowledgeError('--encoder needs torch and transformers: pip install "yuban[neural]"') from error
    schedule = Schedule(epochs=options.epochs, batch=options.batch, rate=options.rate, seed=options.seed)
    return Sentiment.fine_tune(
        examples,
        options.encoder,
        schedule=schedule,
        length=options.length,
        folder=folder / "checkpoint",
        progress=progress,
    )


def _figures(sentiment: Sentiment) -> Table:
    table = Table("on texts it had not seen", "all", "中文", "English")
    kinds = dict.fromkeys("/".join(key.split("/")[:2]) for key in sentiment.figures)
    for kind in kinds:
        cells = [sentiment.figures.get(kind + ending) for ending in ("", "/zh", "/en")]
        table.add_row(kind.replace("/", " "), *("" if cell is None else f"{cell:.3f}" for cell in cells))
    return table


def _read(options: argparse.Namespace, console: Console) -> int:
    sentiment = Sentiment.load(options.model or _default_folder())
    if not options.texts:
        if sys.stdin.isatty():
            console.print("one text a line; end with Ctrl-D")
        # One line at a time for a person, batches for a pipe.
        for reading in sentiment.stream((line.rstrip("\n") for line in sys.stdin), 1 if sys.stdin.isatty() else 256):
            print(json.dumps(reading.to_json(), ensure_ascii=False), flush=sys.stdin.isatty())
        return 0
    readings = sentiment.read_many(options.texts)
    if options.json:
        for reading in readings:
            print(json.dumps(reading.to_json(), ensure_ascii=False))
    else:
        Console().print(_table(options.texts, readings))
    return 0


def _table(texts: Sequence[str], readings: Sequence[Reading]) -> Table:
    table = Table("text", "label", "emotion", "intensity")
    for text, reading in zip(texts, readings, strict=True):
        target = "polarity" if reading.polarity else "other"
        label, emotion = reading.label(target), reading.label("emotion")
        table.add_row(
            text if len(text) <= 80 else f"{text[:79]}…",
            f"{label} {getattr(reading, target).get(label, 0.0):.2f}",
            f"{emotion} {reading.emotion[emotion]:.2f}" if emotion else "–",
            f"{reading.intensity:.2f}",
        )
    return table


if __name__ == "__main__":
    raise SystemExit(main())
