"""Which film or book is recommended next in a conversation: OpenDialKG.

Protocol
    For every target item in ``rec`` of a turn, all 2,965 items are ranked from the turn's ``context`` and ``entity``
    and the graph, never from ``resp``; recall@k is the share of target items among the first k. A target that is not in
    the item list counts as missed.
    ``recall@k/novel``: items that the context already mentions are left out of the candidates and, being no longer
    there to find, out of the targets. Mentioned is what ``entity`` lists or whose whole name a turn holds.
    ``valid``: learns from train, judged on valid. ``test``: learns from train and valid, judged on test, with the
    settings that cross-validation on train had chosen.
What the split gives away
    It was drawn by turn, not by conversation: half of the judged turns have other turns of the same conversation in
    the training part, and a later turn's context repeats the very answer that is asked for (of valid's new targets,
    31 %). The anchors were measured so, and so are the plain keys; the model is told that conversations are cut
    (``apart=False``) and looks for nothing in particular. ``recall@k/apart`` and ``recall@k/apart/novel`` leave every
    conversation that is judged out of the training part: that is what to expect of a conversation nobody has seen.
Anchor
    UniCRS .308/.513/.574 and ChatGPT .310/.539 (recall@1/10/50; iEvaLM-CRS, README); a count of co-mentions, shared
    graph neighbours and words .439/.801/.853, and .448/.776/.836 without items already mentioned.
    Popularity, BM25 over the training contexts and plain co-mention counts are measured in the same run.
Source
    Moon, Shah, Kumar and Subba, "OpenDialKG: Explainable Conversational Reasoning with Attention-based Walks over
    Knowledge Graphs", ACL 2019; the processed turns are of Wang, Tang, Zhao, Wang and Wen, "Rethinking the Evaluation
    for Conversational Recommendation in the Era of Large Language Models", EMNLP 2023.
Command
    python -m benchmarks.conversational_opendialkg --data opendialkg --split valid
"""

from __future__ import annotations

import json
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
from recsys.dialogue_ranking import Case, DialogueRanker

CUTS = (1, 10, 50)
SEED = 2019
REACH = {
    "recall@1": 0.50, "recall@10": 0.85, "recall@50": 0.90,
    "recall@1/novel": 0.50, "recall@10/novel": 0.83, "recall@50/novel": 0.89,
}  # fmt: skip
TYPES = {"genre": "genre", "language": "language", "year": "year"}


@dataclass(frozen=True)
class Data:
    """The graph, the items' ids, and a reader of turns."""

    graph: Graph
    items: list[str]
    ids: dict[str, str]

    @classmethod
    def read(cls, folder: Path) -> Data:
        """Entities are named by their number in ``entity2id.json``, as text."""
        entity2id: dict[str, int] = _json(folder / "entity2id.json")
        relation = {number: name for name, number in _json(folder / "relation2id.json").items()}
        facts = [(int(s), relation[r], int(o)) for s, about in _json(folder / "kg.json").items() for r, o in about]
        items = sorted(set(_json(folder / "item_ids.json")))
        kind = {o: TYPES.get(r, "person") for _, r, o in reversed(facts)} | dict.fromkeys(items, "film")
        graph = Graph()
        for name, number in entity2id.items():
            graph.add_entity(Entity(str(number), kind.get(number, "person"), {"en": name or str(number)}))
        for name in relation.values():
            graph.add_relation(Relation(name, {"en": name}, {"en": name}))
        for s, r, o in facts:
            graph.add_fact(Fact(str(s), r, str(o), "opendialkg"))
        return cls(graph, [str(item) for item in items], {name: str(number) for name, number in entity2id.items()})

    def cases(self, path: Path) -> list[Case]:
        """The turns of a file; a target that nobody knows keeps its name and is never found."""
        found = []
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                turn = json.loads(line)
                found.append(
                    Case(
                        tuple(turn["context"]),
                        tuple(self.ids[name] for name in turn["entity"] if name in self.ids),
                        tuple(self.ids.get(name, name) for name in turn["rec"]),
                        str(turn["dialog_id"]),
                    )
                )
        if not found:
            raise SystemExit(f"{path}: no turns")
        return found

    def mentioned(self, cases: Sequence[Case]) -> NDArray[np.bool_]:
        """``(n_cases, n_items)``: in ``entity``, or its whole name in a turn."""
        named = np.zeros((len(cases), len(self.items)), bool)
        names = [fold(self.graph.entity(item).label("en")) for item in self.items]
        for row, case in enumerate(cases):
            padded = " ".join(["", *("".join(c if c.isalnum() else " " for c in fold(t)) for t in case.context), ""])
            text = " ".join(["", *padded.split(), ""])
            given = set(case.entities)
            named[row] = [item in given for item in self.items]
            named[row] |= [f" {key} " in text for key in self._keys(names)]
        return named

    @staticmethod
    def _keys(names: Sequence[str]) -> list[str]:
        return [" ".join("".join(c if c.isalnum() else " " for c in name).split()) for name in names]


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def recalls(
    scores: Callable[[bool], NDArray[np.float32]], cases: Sequence[Case], items: Sequence[str],
    mentioned: NDArray[np.bool_], where: str = "",
) -> dict[str, float]:  # fmt: skip
    """Recall of every target item, with and without what was mentioned; ties count half."""
    column = {item: at for at, item in enumerate(items)}
    found: dict[str, float] = {}
    for novel in (False, True):
        table = np.where(mentioned, -np.inf, scores(True)) if novel else scores(False)
        ranks = []
        for row, case in enumerate(cases):
            for target in case.targets:
                at = column.get(target)
                if at is None:
                    ranks.append(np.inf)
                elif not (novel and mentioned[row, at]):
                    mine = table[row, at]
                    ranks.append((table[row] > mine).sum() + ((table[row] == mine).sum() - 1) / 2)
        for cut in CUTS:
            found[f"recall@{cut}{where}{'/novel' if novel else ''}"] = float(np.mean(np.array(ranks) < cut))
    return found


def rivals(train: Sequence[Case], judged: Sequence[Case], data: Data, mentioned: NDArray[np.bool_]) -> dict[str, float]:
    """Popularity, the recommendations of the conversations BM25 finds most similar, and plain co-mention counts."""
    column = {item: at for at, item in enumerate(data.items)}
    answers = [[column[t] for t in case.targets if t in column] for case in train]
    popular = np.bincount([at for answer in answers for at in answer], minlength=len(data.items)).astype(np.float32)
    tables = {name: np.zeros((len(judged), len(data.items)), np.float32) for name in ("bm25", "co-mention")}
    index = BM25([tokens(" ".join(case.context)) for case in train])
    together: dict[str, NDArray[np.float32]] = {}
    for case, answer in zip(train, answers, strict=True):
        for entity in set(case.entities):
            together.setdefault(entity, np.zeros(len(data.items), np.float32))[answer] += 1
    for row, case in enumerate(judged):
        for at, score in index.top(tokens(" ".join(case.context)), 100):
            tables["bm25"][row, answers[at]] += max(score, 0.0)
        for entity in set(case.entities):
            if entity in together:
                tables["co-mention"][row] += together[entity]
    tables["popularity"] = np.zeros_like(tables["bm25"])
    small = popular / (1e3 * popular.max())  # decides among items that are otherwise even
    return {
        f"{name}/{key}": value
        for name, table in tables.items()
        for key, value in recalls(lambda _, t=table: t + small, judged, data.items, mentioned).items()  # type: ignore[misc]
    }


def main() -> None:
    """As the split is given, and once more without the conversations that are judged."""
    chosen = options(__doc__.split("\n")[0]).parse_args()
    data = Data.read(chosen.data)
    train = data.cases(chosen.data / "train_data_processed.jsonl")
    judged = data.cases(chosen.data / "valid_data_processed.jsonl")
    if chosen.split == "test":
        train, judged = train + judged, data.cases(chosen.data / "test_data_processed.jsonl")
    mentioned = data.mentioned(judged)
    theirs = {case.dialogue for case in judged}
    results: dict[str, float] = {}
    with Progress(console=console, transient=True) as bar:
        for where, cases in (("", train), ("/apart", [case for case in train if case.dialogue not in theirs])):
            task = bar.add_task(f"learning{where}", total=1.0)
            model = DialogueRanker.fit(
                cases, data.items, data.graph, lambda done, _, task=task: bar.update(task, completed=done),  # type: ignore[misc]
                apart=bool(where), seed=SEED,
            )  # fmt: skip
            blind = [Case(case.context, case.entities) for case in judged]
            results |= recalls(
                lambda novel, model=model, blind=blind: model.scores(blind, exclude_mentioned=novel),  # type: ignore[misc]
                judged, data.items, mentioned, where,
            )  # fmt: skip
    others = rivals(train, judged, data, mentioned)
    report("conversational_opendialkg", results, split=chosen.split, rivals=others, reach=REACH)


if __name__ == "__main__":
    main()
