"""Which film is recommended next in a conversation, with little to learn from: INSPIRED.

Protocol
    A turn gives the text so far, as one string, and the title recommended next; several titles make several turns.
    Candidates are all titles (and everything else) that ``nbcrs_inspired_train.csv`` names, and the item list's
    (``entity_assets_item_ids.json`` with ``entity_assets_entity2id.json``): 1,436 and what the list adds. Titles are
    compared without case, marks and what DBpedia adds in brackets; a target that is no candidate counts as missed.
    recall@k over turns, with a 95 % bootstrap interval (``/low``, ``/high``; 2,000 resamples of turns).
    ``recall@k/novel``: without candidates whose title the text already holds, and without turns whose target is one.
    ``valid``: the turns of ``unicrs_dev.jsonl`` (99 official development conversations: a recommender's message that
    names films), five-fold cross-validation by conversation. ``test``: ``nbcrs_inspired_test.csv``, learned from
    train and development conversations.
What is learned from what
    The train file holds each conversation's sentences in no order with all that it names: co-mentions, words and
    popularity are counted from it. Weights need ordered turns and are learned from the development conversations.
    Many listed titles that train never names are there because the held-out conversations name them. The weights are
    therefore learned without these titles (``unseen=False``), so that nothing learns to prefer what train lacks.
Anchor
    NBCRS, retrieval alone: recall@1/10/50 .028/.137/.265 over a pool of 1,436 (its notebook).
    Popularity, BM25 over train and plain co-mention counts are measured in the same run.
Source
    Hayati, Kang, Zhu, Shi and Yu, "INSPIRED: Toward Sociable Recommendation Dialog Systems", EMNLP 2020.
    Xie, Rao, Kim et al., "Neighborhood-Based Collaborative Filtering for Conversational Recommendation", RecSys 2024.
Command
    python -m benchmarks.conversational_inspired --data inspired --split valid
"""

from __future__ import annotations

import ast
import csv
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.progress import Progress

from benchmarks.common import console, options, report
from knowledge.graph import Entity, Fact, Graph, Relation
from knowledge.search.bm25 import BM25
from knowledge.text import fold, tokens
from recsys.dialogue_ranking import Case, DialogueRanker, by_dialogue

CUTS = (1, 10, 50)
FOLDS = 5
SEED = 2020
RESAMPLES = 2000
REACH = {"recall@1": 0.035, "recall@10": 0.16, "recall@50": 0.30}
SETTINGS: dict[str, Any] = {
    "unseen": False,
    "trees": 0,
    "l2": 0.3,
    "shrink": 2.0,
    "word_shrink": 10.0,
    "neighbours": 30,
}
"""Chosen by the cross-validation on the development conversations."""
_LAST_WORDS = 25
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")


def key(title: str) -> str:
    """A title without case and marks: how titles of different files are compared."""
    words = "".join(c if c.isalnum() else " " for c in fold(title)).split()
    return " ".join(words) or title


@dataclass(frozen=True)
class Data:
    """Candidates by key, and conversations."""

    graph: Graph
    items: list[str]
    train: list[Case]

    @classmethod
    def read(cls, folder: Path) -> Data:
        """Everything in train, and the item list."""
        rows = [(row["full_situation"], _titles(row["movies"])) for row in _rows(folder / "nbcrs_inspired_train.csv")]
        numbers: dict[str, int] = json.loads((folder / "entity_assets_entity2id.json").read_text(encoding="utf-8"))
        uris = {number: uri for uri, number in numbers.items()}
        listed_numbers = json.loads((folder / "entity_assets_item_ids.json").read_text(encoding="utf-8"))
        listed = [_title_of(uris[number]) for number in sorted(listed_numbers)]
        labels: dict[str, str] = {}
        for title in (*(t for _, titles in rows for t in titles), *listed):
            labels.setdefault(key(title), title)
        films = {key(title) for title in listed}
        graph = Graph()
        graph.add_relation(Relation("listed", {"en": "listed as"}, {"en": "lists"}))
        graph.add_entity(Entity("the list of films", "list", {"en": "the list of films"}))
        for name, title in labels.items():
            kind = "film" if name in films else "person" if title[:1].isupper() else "genre"
            graph.add_entity(Entity(name, kind, {"en": title}))
            if name in films:
                graph.add_fact(Fact(name, "listed", "the list of films", "inspired"))
        train = []
        for at, (text, titles) in enumerate(rows):
            keys = tuple(dict.fromkeys(map(key, titles)))
            train.append(Case((text,), keys, keys, f"train {at}"))
        return cls(graph, sorted(labels), train)


def _rows(path: Path) -> list[dict[str, str]]:
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows:
        raise SystemExit(f"{path}: no rows")
    return rows


def _titles(cell: str) -> list[str]:
    """A list as Python writes it, or one title."""
    return [str(title) for title in ast.literal_eval(cell)] if cell.lstrip().startswith("[") else [cell]


def _title_of(uri: str) -> str:
    return _BRACKETS.sub("", uri.strip("<>").rsplit("/resource/", 1)[-1].replace("_", " "))


def development(path: Path) -> list[Case]:
    """One case for every title that a recommender's message names, from all that was said before."""
    found = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            said: list[str] = []
            for message in json.loads(line):
                if message["role"] == "RECOMMENDER":
                    for title in message["movie_name"]:
                        found.append(Case(cut(" ".join(said)), (), (key(title),), f"dev {number}"))
                said.append(message["text"])
    return found


def held_out(path: Path) -> list[Case]:
    """Turns of the test file: ``test_inputs`` and ``test_outputs``, or train's columns."""
    rows = _rows(path)
    for text, title in (("test_inputs", "test_outputs"), ("full_situation", "movies")):
        if text in rows[0] and title in rows[0]:
            return [
                Case(cut(row[text] or ""), (), (key(name),), f"test {at}")
                for at, row in enumerate(rows)
                for name in _titles(row[title])
            ]
    raise SystemExit(f"{path}: columns test_inputs and test_outputs are needed, there are {', '.join(rows[0])}")


def cut(text: str) -> tuple[str, ...]:
    """A text whose turns are not marked, cut at ends of sentences into pieces of about 25 words, counted from the end."""
    pieces: list[list[str]] = [[]]
    for sentence in reversed(_SENTENCE.split(text.strip())):
        if sum(len(s.split()) for s in pieces[-1]) >= _LAST_WORDS:
            pieces.append([])
        pieces[-1].append(sentence)
    return tuple(" ".join(reversed(piece)) for piece in reversed(pieces))


def ranks(scores: NDArray[np.float32], cases: Sequence[Case], items: Sequence[str]) -> NDArray[np.float64]:
    """``(n,)`` how many items stand before the target (ties count half); ``inf`` when it is no candidate."""
    column = {item: at for at, item in enumerate(items)}
    found = np.full(len(cases), np.inf)
    for row, case in enumerate(cases):
        at = column.get(case.targets[0])
        if at is not None:
            mine = scores[row, at]
            found[row] = (scores[row] > mine).sum() + ((scores[row] == mine).sum() - 1) / 2
    return found


def in_text(cases: Sequence[Case], items: Sequence[str]) -> NDArray[np.bool_]:
    """``(n_cases, n_items)``: whose title the text holds."""
    texts = [f" {key(' '.join(case.context))} " for case in cases]
    return np.array([[f" {item} " in text for item in items] for text in texts])


def figures(
    scores: Callable[[bool], NDArray[np.float32]], cases: Sequence[Case], items: Sequence[str], *, interval: bool
) -> dict[str, float]:
    """Recall, with what the text mentions and without, and its interval."""
    mentioned = in_text(cases, items)
    column = {item: at for at, item in enumerate(items)}
    old = np.array([c.targets[0] in column and mentioned[row, column[c.targets[0]]] for row, c in enumerate(cases)])
    everything = ranks(scores(False), cases, items)
    novel = ranks(np.where(mentioned, -np.inf, scores(True)), cases, items)[~old]
    rng = np.random.default_rng(SEED)
    found: dict[str, float] = {}
    for where, rank in (("", everything), ("/novel", novel)):
        for k in CUTS:
            hits = rank < k
            found[f"recall@{k}{where}"] = float(hits.mean())
            if interval:
                again = hits[rng.integers(0, len(hits), (RESAMPLES, len(hits)))].mean(axis=1)
                low, high = np.quantile(again, (0.025, 0.975))
                found |= {f"recall@{k}{where}/low": float(low), f"recall@{k}{where}/high": float(high)}
    return found


def rivals(train: Sequence[Case], cases: Sequence[Case], data: Data) -> dict[str, float]:
    """Popularity, BM25's most similar conversations, and co-mention counts with the titles in the text."""
    column = {item: at for at, item in enumerate(data.items)}
    names = np.zeros((len(train), len(data.items)), np.float32)
    for row, case in enumerate(train):
        names[row, [column[t] for t in case.targets if t in column]] = 1
    small = names.sum(axis=0) / (1e3 * names.sum(axis=0).max())
    index = BM25([tokens(" ".join(case.context)) for case in train])
    near = np.zeros((len(cases), len(train)), np.float32)
    for row, case in enumerate(cases):
        for at, score in index.top(tokens(" ".join(case.context)), 50):
            near[row, at] = max(score, 0.0)
    together = names.T @ names
    np.fill_diagonal(together, 0)
    tables = {
        "popularity": np.zeros((len(cases), len(data.items)), np.float32),
        "bm25": near @ names,
        "co-mention": in_text(cases, data.items).astype(np.float32) @ together,
    }
    return {
        f"{name}/{figure}": value
        for name, table in tables.items()
        for figure, value in figures(lambda _, t=table: t + small, cases, data.items, interval=False).items()  # type: ignore[misc]
    }


def main() -> None:
    """Cross-validation over the development conversations, or test."""
    chosen = options(__doc__.split("\n")[0]).parse_args()
    data = Data.read(chosen.data)
    dev = development(chosen.data / "unicrs_dev.jsonl")
    cases = held_out(chosen.data / "nbcrs_inspired_test.csv") if chosen.split == "test" else dev
    tables = {novel: np.zeros((len(cases), len(data.items)), np.float32) for novel in (False, True)}
    every = list(range(len(dev)))
    if chosen.split == "test":
        runs = [(every, list(range(len(cases))))]
    else:
        runs = [(sorted(set(every) - set(part)), part) for part in by_dialogue(dev, FOLDS, SEED)]
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("learning", total=len(runs))
        for learned, judged in runs:
            model = DialogueRanker.fit(
                [dev[row] for row in learned], data.items, data.graph, background=data.train, seed=SEED, **SETTINGS
            )
            blind = [Case(cases[row].context) for row in judged]
            for novel, table in tables.items():
                table[judged] = model.scores(blind, exclude_mentioned=novel)
            bar.advance(task)
    results = figures(tables.__getitem__, cases, data.items, interval=True)
    others = rivals(data.train, cases, data)
    report("conversational_inspired", results, split=chosen.split, rivals=others, reach=REACH)


if __name__ == "__main__":
    main()
