"""CSL: the title of a Chinese scientific abstract, judged by ROUGE on characters.

Protocol
    ``dev.tsv`` holds 1,000 abstracts and titles (columns: prompt, abstract, title). ``valid``: a seeded 800 of them to learn
    from, the other 200 judged; every setting of the headline writer was chosen within those 800 (640 to learn from, 160 to
    judge), never on the 200. ``test``: all 1,000 to learn from, ``test.tsv`` (beside the given file or in ``test/``) judged.
    White space is dropped, case kept; ROUGE-1, -2 and -L are F1 on characters, averaged over the abstracts, in per cent.
    Ours: ``generation.text.headline.Headliner``, which cuts one or two stretches out of the abstract. With ``--neural`` the GRU
    with copying (``generation.text.seq2seq``) is trained on the same pairs as well and stands among the rivals: a thousand
    pairs are a hundredth of what it needs.
Rivals in the same run
    ``lead``: the first sentence. ``lead20``: the first twenty characters, a harder baseline. ``textrank``: the most central
    sentence (the summariser's default for texts).
Anchors
    The data set's paper fine-tunes T5, BART and Pegasus on 8,000 training pairs, which are not part of the given files; so the
    figure to reach is the lead sentence's ROUGE-L plus 8.
Command
    python -m benchmarks.summarise --data DIR --split valid|test [--neural]
    DIR holds dev.tsv (or ts/dev.tsv). About a minute on one core; five more with --neural.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.common import console, options, report
from generation.text.extract import best_sentences
from generation.text.headline import Headliner
from generation.text.pairs import Pair
from generation.text.rouge import Reference, rouge_n

SEED = 7
HELD_OUT = 200
REACH_OVER_LEAD = 8.0
SENTENCE = re.compile(r"(?<=[。！？；!?;])|(?<=\.)(?!\d)")
Writer = Callable[[str], str]


def read(path: Path) -> list[Pair]:
    """Rows of prompt, abstract, title.

    Raises:
        SystemExit: the file is missing or a line has another number of columns.
    """
    if not path.is_file():
        raise SystemExit(f"{path} is missing: --data must name the folder that holds dev.tsv")
    pairs = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), 1):
        if line.strip():
            columns = line.rstrip("\r").split("\t")
            if len(columns) != 3:
                raise SystemExit(f"{path}: line {number} has {len(columns)} columns instead of 3")
            pairs.append(Pair(columns[1], columns[2]))
    return pairs


def load(data: Path, split: str) -> tuple[list[Pair], list[Pair]]:
    """What is learned from, and what is judged."""
    data = data if (data / "dev.tsv").is_file() or not (data / "ts").is_dir() else data / "ts"
    given = read(data / "dev.tsv")
    if split == "test":
        beside = data / "test.tsv"
        return given, read(beside if beside.is_file() else data / "test" / "test.tsv")
    order = np.random.default_rng(SEED).permutation(len(given))
    return [given[i] for i in order[:-HELD_OUT]], [given[i] for i in order[-HELD_OUT:]]


def packed(text: str) -> str:
    return "".join(text.split())


def sentences(text: str) -> list[str]:
    return [sentence for sentence in SENTENCE.split(text) if sentence.strip()]


def lead(text: str) -> str:
    return sentences(text)[0]


def textrank(text: str) -> str:
    rows = sentences(text)
    return rows[best_sentences(rows, 1)[0]]


def judge(write: Writer, judged: list[Pair], show: Callable[[], None]) -> dict[str, float]:
    """Mean ROUGE F1 in per cent."""
    totals = np.zeros(3)
    for pair in judged:
        said, wanted = packed(write(pair.text)), packed(pair.summary)
        totals += [rouge_n(said, wanted, 1).f1, rouge_n(said, wanted, 2).f1, Reference(wanted).rouge_l(said).f1]
        show()
    return dict(zip(("rouge1", "rouge2", "rougeL"), 100 * totals / len(judged), strict=True))


def neural(given: list[Pair], bar: Progress) -> Writer:
    """The GRU with copying, trained on nine tenths of the pairs; the other tenth says when to stop."""
    from generation.text.seq2seq_model import Seq2Seq
    from generation.text.seq2seq_training import Schedule

    row = bar.add_task("GRU with copying", total=None)
    tenth = len(given) // 10
    model, _ = Seq2Seq.fit(
        given[tenth:], valid=given[:tenth], settings={"hidden": 128, "embedding": 96, "dropout": 0.3}, longest=200,
        longest_target=32, schedule=Schedule(epochs=12, batch=16, rate=2e-3),
        progress=lambda done, total, text: bar.update(row, completed=done, total=total, description=f"GRU · {text}"),
    )  # fmt: skip
    return lambda text: model.write([text], length_penalty=1.0, coverage=0.2)[0][0].text


def main() -> None:
    parser = options(__doc__ or "")
    parser.add_argument("--neural", action="store_true", help="train the GRU with copying as well (five minutes)")
    chosen = parser.parse_args()
    given, judged = load(chosen.data, chosen.split)
    rivals: dict[str, float] = {}
    with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console) as bar:
        learning = bar.add_task("headlines", total=None)
        headliner = Headliner.fit(
            given,
            progress=lambda done, total, text: bar.update(
                learning, completed=done, total=total, description=f"headlines · {text}"
            ),
        )
        writers: dict[str, Writer] = {
            "": lambda text: headliner.write(text)[0].text,
            "lead": lead,
            "lead20": lambda text: packed(text)[:20],
            "textrank": textrank,
        }
        if chosen.neural:
            writers["gru"] = neural(given, bar)
        results: dict[str, float] = {}
        for name, write in writers.items():
            row = bar.add_task(f"judging {name or 'ours'}", total=len(judged))
            figures = judge(write, judged, lambda row=row: bar.advance(row))  # type: ignore[misc]
            if name:
                rivals |= {f"{name}/{key}": value for key, value in figures.items()}
            else:
                results = figures
        for pair in judged[:5]:
            bar.console.print(f"[dim]{pair.summary}[/]\n    {headliner.write(pair.text)[0].text}", highlight=False)
    report(
        "summarise", results, split=chosen.split, rivals=rivals,
        reach={"rougeL": rivals["lead/rougeL"] + REACH_OVER_LEAD},
    )  # fmt: skip


if __name__ == "__main__":
    main()
