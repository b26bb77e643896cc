"""Which fact the next message of a conversation rests on: KdConv (film, music, travel).

Protocol
    For every message that carries triples, the messages before it (and nothing of it, nothing after it, no title) go
    in, and the distinct triples that are annotated in that split's file of the domain are ranked; a hit is any of the
    message's own triples. R@1 and R@5 over these messages; one that opens a conversation has nothing before it, gets no
    ranking and counts as missed. Triples are sorted as text before anything sees them, so neither the order of the file
    nor how often a triple is annotated plays a part.
    ``valid``: dev, five-fold cross-validation by conversation, a ranker for each domain; the pool is all of dev's
    triples. ``test``: the rankers learn from all of dev, the pool is test's triples.
    A pool made of annotated triples is kind to everybody: a head has only those facts that someone used.
    ``r@k/travel_kb`` ranks, in the same way, all triples of the travel knowledge base instead.
Anchor
    Plain BM25 over "head relation value", best of words or characters × last message or history, on the test part,
    measured: R@1 .086 / .129 / .194, R@5 .257 / .303 / .310; measured again in the same run (``bm25``, the best of the
    four for each figure). Words are jieba's; without it only characters are tried.
Source
    Zhou, Zheng, Huang, Huang and Zhu, "KdConv: A Chinese Multi-domain Dialogue Dataset Towards Multi-turn
    Knowledge-driven Conversation", ACL 2020.
Command
    python -m benchmarks.kdconv --data kdconv --split valid
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import Progress

from benchmarks.common import console, options, report
from knowledge.fact_search import DialogueExample, DialogueIndex, DialogueModel
from knowledge.search.bm25 import BM25
from knowledge.text import fold, tokens

DOMAINS = ("film", "music", "travel")
FOLDS = 5
SEED = 2020
REACH = {"r@1/film": 0.25, "r@1/music": 0.30, "r@1/travel": 0.35, **{f"r@5/{domain}": 0.55 for domain in DOMAINS}}

Triple = tuple[str, str, str]


@dataclass(frozen=True)
class Message:
    """A message to find the triples of: what was said before, what is right, and which conversation it is from."""

    history: list[str]
    gold: frozenset[Triple]
    conversation: int


def read(path: Path) -> list[Message]:
    """Every message that carries triples."""
    found = []
    for number, conversation in enumerate(json.loads(path.read_text(encoding="utf-8"))):
        history: list[str] = []
        for message in conversation["messages"]:
            gold = frozenset((a["name"], a["attrname"], a["attrvalue"]) for a in message.get("attrs", ()))
            if gold:
                found.append(Message(list(history), gold, number))
            history.append(message["message"])
    if not found:
        raise SystemExit(f"{path}: no message carries a triple")
    return found


def pool_of(messages: Sequence[Message]) -> list[Triple]:
    """The distinct triples of the messages, sorted."""
    return sorted(frozenset().union(*(message.gold for message in messages)))


def knowledge_base(path: Path) -> set[Triple]:
    """Every triple of KdConv's knowledge base of a domain."""
    heads: dict[str, list[list[str]]] = json.loads(path.read_text(encoding="utf-8"))
    return {(head, relation, value) for triples in heads.values() for head, relation, value in triples}


class Ranked:
    """Counts how often a right triple is first, or among the first five."""

    def __init__(self) -> None:
        self.first: list[bool] = []
        self.five: list[bool] = []

    def add(self, rows: Sequence[int], gold: frozenset[int]) -> None:
        """One message: the best rows, best first, and the right ones."""
        self.first.append(not gold.isdisjoint(rows[:1]))
        self.five.append(not gold.isdisjoint(rows[:5]))

    def figures(self, where: str) -> dict[str, float]:
        """R@1 and R@5 under their keys."""
        return {f"r@1/{where}": float(np.mean(self.first)), f"r@5/{where}": float(np.mean(self.five))}


def seen(
    messages: Sequence[Message], pool: Sequence[Triple], tick: Callable[[], None]
) -> tuple[DialogueIndex, list[DialogueExample]]:
    """The messages as the ranker sees them over a pool."""
    index = DialogueIndex(pool)
    row = {triple: at for at, triple in enumerate(pool)}
    examples = []
    for message in messages:
        gold = frozenset(row[triple] for triple in message.gold)
        examples.append(DialogueExample(index.view(message.history), gold, message.conversation))
        tick()
    return index, examples


def judge(
    model: DialogueModel, index: DialogueIndex, cases: Sequence[tuple[Message, DialogueExample]], ranked: Ranked
) -> None:
    """Ranks every case; places that no candidate fills are BM25's."""
    for message, example in cases:
        rows = [row for row, _ in model.rank(example.view)[:5]]
        if message.history and len(rows) < 5:
            rows += [row for row in index.fallback(message.history, 5) if row not in rows]
        ranked.add(rows, example.facts)


def cross_validated(
    messages: Sequence[Message], pool: Sequence[Triple], ranked: Ranked, tick: Callable[[], None]
) -> None:
    """Every fold is judged by a model of the other folds' conversations."""
    index, examples = seen(messages, pool, tick)
    conversations = max(message.conversation for message in messages) + 1
    fold_of = np.random.default_rng(SEED).permutation(conversations) % FOLDS
    for part in range(FOLDS):
        model = DialogueModel.fit([e for e in examples if fold_of[e.conversation] != part], seed=SEED)
        cases = [(m, e) for m, e in zip(messages, examples, strict=True) if fold_of[m.conversation] == part]
        judge(model, index, cases, ranked)
        for _ in range(len(messages) // FOLDS):
            tick()


def trained_on_dev(
    dev: Sequence[Message], test: Sequence[Message], pools: tuple[list[Triple], list[Triple]], ranked: Ranked,
    tick: Callable[[], None],
) -> None:  # fmt: skip
    """Learns from dev over dev's pool, judges test over test's."""
    model = DialogueModel.fit(seen(dev, pools[0], tick)[1], seed=SEED)
    index, examples = seen(test, pools[1], tick)
    judge(model, index, list(zip(test, examples, strict=True)), ranked)


def cuts() -> list[Callable[[str], list[str]]]:
    """Characters and bigrams, and jieba's words where it is installed."""
    try:
        import jieba  # type: ignore[import-not-found,import-untyped]
    except ImportError:
        console.print("jieba is not installed: BM25 is over characters and bigrams only")
        return [tokens]
    jieba.setLogLevel(logging.ERROR)
    return [tokens, lambda text: [word for word in jieba.lcut(fold(text)) if word.strip()]]


def rival(
    messages: Sequence[Message], pool: Sequence[Triple], where: str, cutters: Sequence[Callable[[str], list[str]]]
) -> dict[str, float]:
    """Plain BM25: for each figure the best of words or characters, last message or history."""
    best: dict[str, float] = {}
    row = {triple: at for at, triple in enumerate(pool)}
    for cut in cutters:
        index = BM25([cut(" ".join(triple)) for triple in pool])
        for turns in (1, None):
            ranked = Ranked()
            for message in messages:
                query = message.history[-1:] if turns else message.history
                top = index.top(cut(" ".join(query)), 5)
                ranked.add([at for at, score in top if score > 0], frozenset(row[triple] for triple in message.gold))
            for key, value in ranked.figures(where).items():
                best[f"bm25/{key}"] = max(value, best.get(f"bm25/{key}", 0.0))
    return best


def main() -> None:
    """Every domain by its own ranker."""
    chosen = options(__doc__.split("\n")[0]).parse_args()
    results: dict[str, float] = {}
    rivals: dict[str, float] = {}
    cutters = cuts()
    with Progress(console=console, transient=True) as bar:
        for domain in DOMAINS:
            dev = read(chosen.data / domain / "dev.json")
            test = read(chosen.data / domain / "test.json") if chosen.split == "test" else []
            judged = test or dev
            runs: dict[str, tuple[list[Triple], list[Triple]]] = {domain: (pool_of(dev), pool_of(judged))}
            base = chosen.data / domain / f"kb_{domain}.json"
            if base.is_file():
                all_triples = knowledge_base(base)
                runs[f"{domain}_kb"] = (
                    sorted(all_triples.union(runs[domain][0])), sorted(all_triples.union(runs[domain][1]))
                )  # fmt: skip
            for where, pools in runs.items():
                task = bar.add_task(where, total=len(dev) + len(judged))
                ranked = Ranked()
                tick: Any = lambda task=task: bar.advance(task)  # noqa: E731
                if test:
                    trained_on_dev(dev, test, pools, ranked, tick)
                else:
                    cross_validated(dev, pools[0], ranked, tick)
                results |= ranked.figures(where)
            rivals |= rival(judged, runs[domain][1], domain, cutters)
    report("kdconv", dict(sorted(results.items())), split=chosen.split, rivals=rivals, reach=REACH)


if __name__ == "__main__":
    main()
