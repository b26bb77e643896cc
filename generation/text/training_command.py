"""``python -m generation.text.training``: the command over :mod:`generation.text.training`."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from generation.briefs import GenerationError
from generation.text.training_loop import History, Settings

__all__ = ["main", "parser"]

_ABOUT = """\
Train a language model on your own text, in Chinese, English or any other script.

  scratch  learns a byte-pair encoding and a model from nothing. A megabyte of text and ten minutes of one core
           teach spelling and layout, not sense: use it for style, names and rhythm.
  tune     goes on from a GPT-2-class model, by hub name (found in the cache when offline) or folder.
  lora     trains a small adapter beside such a model: a few megabytes, and a hundredth of the moments in memory.

TEXT is a text file, or a .jsonl file with one object a line and the text under "text" (--field says otherwise).
Several files are read one after another.
"""
_EXAMPLES = """\
examples
  python -m generation.text.training scratch plays.txt --out models/plays --minutes 10
  python -m generation.text.training scratch posts.jsonl --field body --vocabulary 4000 --layers 4 --width 256 \\
      --heads 4 --out models/posts
  python -m generation.text.training tune models/plays mine.txt --steps 300 --out models/mine
  python -m generation.text.training lora gpt2 mine.txt --rank 8 --out models/mine-lora

what comes out, in --out
  config.json, model.safetensors, tokenizer.json   what transformers opens by the folder's path
  (lora: adapter_config.json, adapter_model.safetensors instead; --engine ours: gpt.safetensors, tokenizer.json)
  history.json, curve.svg                          every loss, and a picture of them

An interrupted run goes on from where it was when the same command is given again; Ctrl-C saves first. The part of the
text at its end (--held-out, 5 %) is not learnt from: "validation" is the loss there, and the number to believe. When
it rises while the training loss still falls, the model is learning by heart: fewer --steps, or --patience 3.
Pickled checkpoints (.bin, .pt) are never opened.
"""


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="python -m generation.text.training", description=_ABOUT, epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    kinds = made.add_subparsers(dest="kind", required=True, metavar="scratch|tune|lora")
    for kind, help_ in (
        ("scratch", "a new encoding and a new model"),
        ("tune", "go on from a model, all weights"),
        ("lora", "a low-rank adapter to a model"),
    ):
        one = kinds.add_parser(kind, help=help_, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
        if kind != "scratch":
            one.add_argument("base", metavar="MODEL", help="hub name or folder of a causal model")
        one.add_argument("text", nargs="+", type=Path, metavar="TEXT", help=".txt or .jsonl, UTF-8")
        one.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the model goes")
        one.add_argument("--field", default="text", help="key of the text in .jsonl")
        one.add_argument("--held-out", type=float, default=0.05, help="share of the text to judge by")
        if kind == "scratch":
            one.add_argument("--vocabulary", type=int, default=8192, help="tokens of the encoding, at most")
            one.add_argument("--layers", type=int, default=6, help="blocks one above another")
            one.add_argument("--heads", type=int, default=6, help="attention heads a layer")
            one.add_argument("--width", type=int, default=384, help="units a position")
            one.add_argument(
                "--engine", choices=["gpt2", "ours"], default="gpt2", help="gpt2: opens anywhere; ours: learns more"
            )
            one.add_argument("--dropout", type=float, default=0.1, help="share of units dropped while learning")
        if kind == "lora":
            one.add_argument("--rank", type=int, default=8, help="rank of the adapter's matrices")
        if kind != "scratch":
            one.add_argument("--rate", type=float, default=0.0, help="learning rate; 0: 5e-5, for lora 2e-4")
        one.add_argument("--steps", type=int, default=1000 if kind == "scratch" else 300, help="updates of the weights")
        one.add_argument("--batch", type=int, default=8, help="blocks computed at once; memory grows with it")
        one.add_argument("--accumulate", type=int, default=1, help="batches whose gradients make one step")
        one.add_argument("--context", type=int, default=256, help="tokens a block")
        one.add_argument("--minutes", type=float, help="stop by then, the schedule shortened to fit")
        one.add_argument("--evaluate-every", type=int, default=50, help="steps between looks at the validation loss")
        one.add_argument(
            "--patience", type=int, default=0, help="looks without a better loss before stopping; 0: never"
        )
        one.add_argument("--checkpoint-every", type=int, default=100, help="steps between checkpoints")
        one.add_argument("--threads", type=int, default=1, help="processor threads; more help on an idle machine only")
        one.add_argument("--seed", type=int, default=0, help="of everything that is drawn")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; the exit status, 2 for an error that the user can mend, 130 when interrupted."""
    wanted = parser().parse_args(arguments)
    console = Console(stderr=True)
    try:
        history = _train(wanted, console)
    except GenerationError as error:
        console.print(f"error: {error}", style="red", markup=False)
        return 2
    except KeyboardInterrupt:
        console.print(f"interrupted; the same command goes on from {wanted.out / 'run'}", markup=False)
        return 130
    ended = "stopped early" if history.stopped_early else "done"
    console.print(f"{ended} after {len(history.losses)} steps, {history.seconds:.0f} s", markup=False)
    if not math.isnan(history.best):
        best = f"best validation loss {history.best:.4f} nats a token, perplexity {math.exp(history.best):.1f}"
        console.print(f"{best}, after step {history.best_step}", markup=False)
    print(wanted.out)
    return 0


def _train(wanted: argparse.Namespace, console: Console) -> History:
    from generation.text import training
    from generation.text.training_data import read_documents

    settings = Settings(
        steps=wanted.steps, batch=wanted.batch, context=wanted.context, accumulate=wanted.accumulate, clip=1.0,
        seed=wanted.seed, evaluate_every=wanted.evaluate_every, patience=wanted.patience,
        checkpoint_every=wanted.checkpoint_every, minutes=wanted.minutes, threads=wanted.threads,
    )  # fmt: skip
    documents = [document for path in wanted.text for document in read_documents(path, wanted.field)]
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("reading", total=1.0)

        def progress(fraction: float, said: str) -> None:
            bar.update(task, completed=fraction, description=said)

        if wanted.kind == "scratch":
            sizes = (wanted.vocabulary, wanted.layers, wanted.heads, wanted.width, wanted.dropout)
            shape = training.Shape(*sizes, engine=wanted.engine)
            return training.from_scratch(
                documents, wanted.out, settings, shape, held_out=wanted.held_out, progress=progress
            )
        return training.fine_tune(
            wanted.base, documents, wanted.out, settings, rank=getattr(wanted, "rank", 0), held_out=wanted.held_out,
            rate=wanted.rate, progress=progress,
        )  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
