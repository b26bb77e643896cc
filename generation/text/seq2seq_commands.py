"""``python -m generation.text.pairs``: teaches a summariser or small-talk replies, and tries out what was taught."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from generation.briefs import GenerationError
from generation.text.pairs import Pair, read_dialogues, read_pairs, reply_pairs
from generation.text.seq2seq_vocabulary import Vocabulary, read_vectors

if TYPE_CHECKING:
    from generation.text.seq2seq_model import Seq2Seq
    from generation.text.seq2seq_training import Epoch

__all__ = ["main"]

_COLUMNS = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())

_HELP = """\
Teaches an encoder-decoder on your own texts, on this machine, and tries it out.

  train-summary   from train.csv and valid.csv with the columns text and summary: a bidirectional GRU with attention
                  and copying. A few thousand pairs are the least; below that the extractive summaries are better.
  train-replies   from dialogues.jsonl, one {"turns": ["...", "..."]} a line: a Transformer that answers small talk,
                  and the threshold above which it may be shown, measured on dialogues it was not taught.
  train-headlines from the same table: headlines cut out of the text. A hundred pairs are the least, a thousand are
                  plenty, and it takes seconds; no torch needed.
  try             what a taught model writes for the lines of standard input.

A run that is interrupted goes on where it was when the same command is given again. A finished model is a folder with
model.json and model.safetensors."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0, or 1 after printing what is wrong to standard error."""
    options = _parser().parse_args(arguments)
    console = Console(stderr=True)
    try:
        options.run(options, console)
    except (GenerationError, OSError) as error:
        console.print(f"[bold red]✗[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print("Stopped. Give the same command again to go on from the last finished epoch.")
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m generation.text.pairs", description=_HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    summary = commands.add_parser("train-summary", help="teach a summariser on a table of texts and summaries")
    summary.add_argument("--train", type=Path, required=True, metavar="CSV", help="columns text, summary")
    summary.add_argument(
        "--valid", type=Path, required=True, metavar="CSV", help="the same columns; decides when to stop"
    )
    _shared(summary, hidden=192, longest=400, longest_target=60)
    summary.set_defaults(run=_train_summary)
    replies = commands.add_parser("train-replies", help="teach small-talk replies on dialogues")
    replies.add_argument("--train", type=Path, required=True, metavar="JSONL", help='{"turns": ["…", "…"]} a line')
    replies.add_argument("--valid", type=Path, metavar="JSONL", help="held-out dialogues (default: a tenth of --train)")
    replies.add_argument("--precision", type=float, default=0.8, help="share of shown replies that must be right (0.8)")
    _shared(replies, hidden=192, longest=120, longest_target=40)
    replies.set_defaults(run=_train_replies)
    headlines = commands.add_parser("train-headlines", help="teach headlines that are cut out of the text")
    headlines.add_argument(
        "--train", type=Path, required=True, metavar="CSV", help="columns text, summary (the headline)"
    )
    headlines.add_argument("--to", type=Path, required=True, metavar="FILE", help="where the model goes, a .npz file")
    headlines.add_argument("--seed", type=int, default=0)
    headlines.set_defaults(run=_train_headlines)
    trial = commands.add_parser("try", help="write a line for each line of standard input")
    trial.add_argument("model", type=Path, metavar="MODEL", help="a folder, or the .npz file of a headline writer")
    trial.add_argument("--beams", type=int, default=4)
    trial.set_defaults(run=_try)
    return parser


def _shared(parser: argparse.ArgumentParser, *, hidden: int, longest: int, longest_target: int) -> None:
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where the model goes")
    parser.add_argument(
        "--vectors", type=Path, metavar="FILE", help="word vectors in GloVe's text format to start from"
    )
    parser.add_argument("--epochs", type=int, default=20, help="at most (20); stops earlier when it gets no better")
    parser.add_argument("--batch", type=int, default=32, help="pairs a step (32)")
    parser.add_argument("--rate", type=float, default=1e-3, help="peak learning rate (0.001)")
    parser.add_argument("--hidden", type=int, default=hidden, help=f"width of the network ({hidden})")
    parser.add_argument("--vocabulary", type=int, default=8000, help="units with an embedding (8000)")
    parser.add_argument("--longest", type=int, default=longest, help=f"units read of a source ({longest})")
    parser.add_argument("--longest-target", type=int, default=longest_target, help=f"units written ({longest_target})")
    parser.add_argument("--seed", type=int, default=0)


def _train_summary(options: argparse.Namespace, console: Console) -> None:
    train, valid = read_pairs(options.train), read_pairs(options.valid)
    model = _fit(options, console, "gru", train, valid, {"hidden": options.hidden, "embedding": 128})
    model.save(options.to)
    console.print(f"The summariser is in {options.to}. Try it: python -m generation.text.pairs try {options.to}")


def _train_replies(options: argparse.Namespace, console: Console) -> None:
    from generation.text.seq2seq_replies import Replies

    dialogues = read_dialogues(options.train)
    if options.valid:
        held = read_dialogues(options.valid)
    else:
        order = np.random.default_rng(options.seed).permutation(len(dialogues))
        tenth = max(1, len(dialogues) // 10)
        held, dialogues = [dialogues[i] for i in order[:tenth]], [dialogues[i] for i in order[tenth:]]
    # Whole dialogues are held out; one half stops the training, the other sets the threshold.
    stop, calibrate = held[::2], held[1::2]
    settings = {"width": options.hidden, "inner": 4 * options.hidden}
    model = _fit(options, console, "transformer", reply_pairs(dialogues), reply_pairs(stop), settings)
    replies = Replies(model, lambda text: True)
    threshold = replies.calibrate(reply_pairs(calibrate), precision=options.precision)
    replies.save(options.to)
    if threshold == float("inf"):
        console.print(f"Saved in {options.to}, but no reply was right often enough to be shown: it will stay silent.")
    else:
        console.print(f"Saved in {options.to}; replies with a confidence of {threshold:.3f} or more will be shown.")


def _train_headlines(options: argparse.Namespace, console: Console) -> None:
    from generation.text.headline import Headliner

    pairs = read_pairs(options.train)
    with Progress(*_COLUMNS, console=console) as bar:
        task = bar.add_task("headlines", total=None)
        model = Headliner.fit(
            pairs, seed=options.seed,
            progress=lambda done, total, text: bar.update(task, completed=done, total=total, description=text),
        )  # fmt: skip
    model.save(options.to)
    console.print(f"The headline writer is in {options.to}.")


def _fit(
    options: argparse.Namespace,
    console: Console,
    kind: str,
    train: list[Pair],
    valid: list[Pair],
    settings: dict[str, Any],
) -> Seq2Seq:
    from generation.text.seq2seq_model import Seq2Seq
    from generation.text.seq2seq_training import Schedule

    vocabulary = Vocabulary.learn(
        (part for pair in train for part in (pair.text, pair.summary)), size=options.vocabulary
    )
    vectors = None
    if options.vectors:
        vectors, found = read_vectors(options.vectors, vocabulary)
        console.print(f"{found} of {vocabulary.known} units start from {options.vectors}")
    console.print(f"{len(train)} pairs to learn from, {len(valid)} to stop by, {vocabulary.known} units")
    with Progress(*_COLUMNS, console=console) as bar:
        task = bar.add_task("training", total=None)
        model, history = Seq2Seq.fit(
            train, kind=kind, valid=valid, vocabulary=vocabulary, vectors=vectors, settings=settings,
            schedule=Schedule(options.epochs, options.batch, options.rate, seed=options.seed),
            longest=options.longest, longest_target=options.longest_target, folder=options.to,
            progress=lambda done, total, text: bar.update(task, completed=done, total=total, description=text),
        )  # fmt: skip
    _show(history, console)
    return model


def _show(history: Sequence[Epoch], console: Console) -> None:
    for epoch in history:
        valid = "–" if epoch.valid is None else f"{epoch.valid:.4f}"
        console.print(f"epoch {epoch.number + 1}: {epoch.loss:.4f} nats a unit in training, {valid} held out")


def _try(options: argparse.Namespace, console: Console) -> None:
    if options.model.suffix == ".npz":
        from generation.text.headline import Headliner

        headliner = Headliner.load(options.model)

        def write(line: str) -> tuple[float, str]:
            headline = headliner.write(line)[0]
            return headline.score, headline.text
    else:
        from generation.text.seq2seq_model import Seq2Seq

        model = Seq2Seq.load(options.model)

        def write(line: str) -> tuple[float, str]:
            found = model.write([line], beams=options.beams)[0][0]
            return found.confidence, found.text

    for line in sys.stdin:
        if line.strip():
            score, text = write(line)
            print(f"{score:.3f}\t{text}", flush=True)
