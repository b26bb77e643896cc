"""Chinese questions over a closed pool of facts: NLPCC 2016 KBQA.

Protocol
    Pool: the distinct gold triples of all files that are read (``valid``: training-data; ``test``: training-data and
    testing-data). A question goes in; a hit is its own gold triple at the top: same subject, predicate and object
    string. The object is never used as text, neither by us nor by the rivals, so triples of one subject and one
    predicate cannot be told apart (``tied_share`` of the questions ask for such a one): they share the places they take,
    and a question counts with the expected value of its figure over their orders. The order of the files decides
    nothing. ``mrr`` is of the whole pool; a triple that is not ranked counts 0.
    ``valid``: the ranker learns from a seeded 80 % of the training questions and is judged on the others.
    ``test``: it learns from all training questions and is judged on all of testing-data.
    ``ece`` is the expected calibration error of the confidence, ten bins of equal size.
Quirks of the data
    A few questions are question marks only, a few ask for a triple of another subject, and some ask for one of two
    synonymous predicates (建立时间, 始建时间) or one of several people of one name: no ranker can get those right.
Anchor
    Plain BM25 (k1 1.5, b 0.75) over "subject predicate" on the test part, measured: words by jieba .864, characters and
    bigrams .959; both are measured again in the same run. The published F1 of the shared task (best 82.5) is over a
    43-million-triple knowledge base that is not to be had.
Command
    python -m benchmarks.nlpcc_kbqa --data nlpcc2016-kbqa --split valid
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import Progress, track

from benchmarks.common import console, options, report
from knowledge.fact_search import Example, QuestionModel, SlotIndex
from knowledge.search.bm25 import BM25
from knowledge.text import fold, tokens

TRAINING, TESTING = "training-data", "testing-data"
HELD_OUT = 0.2
SEED = 2016
REACH = {"hits@1": 0.985}

Triple = tuple[str, str, str]
_LINE = re.compile(r"<(question|triple) id=[^>]*>\s*(.*)")


def read(path: Path) -> list[tuple[str, Triple]]:
    """Questions with their gold triples, in the order of the file."""
    found: list[tuple[str, Triple]] = []
    question: str | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        match = _LINE.match(line.strip())
        if match and match[1] == "question":
            question = match[2].strip()
        elif match:
            parts = [part.strip() for part in match[2].split("|||", 2)]
            if question is None or len(parts) != 3:
                raise SystemExit(f"{path}:{number}: expected a question and then 'subject ||| predicate ||| object'")
            found.append((question, (parts[0], parts[1], parts[2])))
            question = None
    if not found:
        raise SystemExit(f"{path}: no questions in it")
    return found


def expected(above: int, tied: int) -> tuple[float, float]:
    """Hits@1 and reciprocal rank of one of ``tied`` triples under ``above`` others, averaged over the orders."""
    return (1 / tied if above == 0 else 0.0), float(np.mean(1 / (above + 1 + np.arange(tied))))


def rival(
    name: str, pool: Sequence[Triple], cut: Callable[[str], list[str]], asked: Sequence[tuple[str, Triple]]
) -> dict[str, float]:
    """Plain BM25 over subject and predicate."""
    index = BM25([cut(f"{subject} {predicate}") for subject, predicate, _ in pool])
    row = {triple: at for at, triple in enumerate(pool)}
    figures = []
    for question, gold in track(asked, description=name, console=console, transient=True):
        scores = index.scores(cut(question))
        own = scores[row[gold]]
        figures.append(expected(int((scores > own).sum()), int((scores == own).sum())))
    hits, mrr = np.mean(figures, axis=0)
    return {f"{name}/hits@1": float(hits), f"{name}/mrr": float(mrr)}


def words() -> Callable[[str], list[str]]:
    """jieba's cut, or, where it is not installed, our tokens."""
    try:
        import jieba  # type: ignore[import-not-found,import-untyped]
    except ImportError:
        console.print("jieba is not installed: bm25_words is over characters and bigrams too")
        return tokens
    jieba.setLogLevel(logging.ERROR)
    return lambda text: [word for word in jieba.lcut(fold(text)) if word.strip()]


def calibration_error(confidence: NDArray[np.float64], right: NDArray[np.float64], bins: int = 10) -> float:
    """Mean distance between confidence and accuracy over ``bins`` bins of equal size."""
    parts = np.array_split(np.argsort(confidence, kind="stable"), bins)
    return float(sum(len(part) * abs(confidence[part].mean() - right[part].mean()) for part in parts) / len(right))


def main() -> None:
    """Trains, ranks, reports."""
    chosen = options(__doc__.split("\n")[0]).parse_args()
    training = read(chosen.data / TRAINING)
    testing: list[tuple[str, Triple]] = []
    if chosen.split == "test":
        testing = read(chosen.data / TESTING)
        learned, asked = training, testing
    else:
        order = np.random.default_rng(SEED).permutation(len(training))
        cut = round(len(training) * HELD_OUT)
        learned, asked = [training[at] for at in np.sort(order[cut:])], [training[at] for at in np.sort(order[:cut])]

    pool = sorted({triple for _, triple in [*training, *testing]})
    facts = Counter(triple[:2] for triple in pool)
    index = SlotIndex(sorted(facts))
    console.print(
        f"{len(pool):,} triples in {len(index):,} slots, {len(learned):,} questions to learn, {len(asked):,} asked"
    )
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("learning", total=1.0)
        examples = [Example(question, triple[:2]) for question, triple in learned]
        model = QuestionModel.fit(examples, index, seed=SEED, progress=lambda done: bar.update(task, completed=done))

    figures, confidence, right = [], [], []
    for question, gold in track(asked, description="asking", console=console, transient=True):
        ranked = model.rank(question, index)
        above = 0
        figure = (0.0, 0.0)
        for slot, _ in ranked:
            name = index.slots[slot]
            if name == gold[:2]:
                figure = expected(above, facts[name])
                break
            above += facts[name]
        figures.append(figure)
        confidence.append(model.confidence.of(np.array([score for _, score in ranked], np.float32)))
        right.append(float(bool(ranked) and index.slots[ranked[0][0]] == gold[:2]))
    hits, mrr = np.mean(figures, axis=0)
    results = {
        "hits@1": float(hits),
        "mrr": float(mrr),
        "ece": calibration_error(np.array(confidence), np.array(right)),
        "tied_share": float(np.mean([facts[gold[:2]] > 1 for _, gold in asked])),
    }
    rivals = rival("bm25_words", pool, words(), asked) | rival("bm25_chars", pool, tokens, asked)
    report("nlpcc_kbqa", results, split=chosen.split, rivals=rivals, reach=REACH)


if __name__ == "__main__":
    main()
