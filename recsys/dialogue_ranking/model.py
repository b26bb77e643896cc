"""Recommending from a conversation's text, learned from examples of conversations.

    ranker = DialogueRanker.fit(cases, items, graph)
    ranker.rank(["Could you recommend a movie like Kill Bill?"], k=10)

Evidence for an item (see :mod:`~recsys.dialogue_ranking.evidence`) is counted from the examples; how much each kind of
evidence is worth (see :mod:`~recsys.dialogue_ranking.ranker`) is learned from examples whose own evidence was counted
without them, by folds. One ranker is learned for any answer, another for answers nobody has mentioned yet.

Memory: 4 bytes × ~90 columns × candidates × 32 conversations at a time (32 MB for 3,000 candidates).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from knowledge.graph import Graph
from recsys.dialogue_ranking.cases import Case, CaseError, by_dialogue
from recsys.dialogue_ranking.evidence import Evidence
from recsys.dialogue_ranking.keeping import evidence_arrays, evidence_from
from recsys.dialogue_ranking.links import Links
from recsys.dialogue_ranking.ranker import Batch, ItemRanker
from recsys.dialogue_ranking.reading import Reader, Talk
from recsys.model import Progress, top_k
from recsys.storage import ModelFileError, read_model, write_model

__all__ = ["SEARCH_SPACE", "DialogueRanker"]

SEARCH_SPACE: dict[str, tuple[Any, ...]] = {
    "l2": ("log", 1e-4, 1e-1),
    "trees": ("int", 0, 150),
    "tree_depth": ("int", 2, 5),
    "leaf_l2": ("log", 1.0, 50.0),
    "shrink": ("log", 0.5, 10.0),
    "word_shrink": ("log", 2.0, 50.0),
    "neighbours": ("int", 5, 100),
}
"""Ranges worth searching, by conversation-wise cross-validation, of the arguments of :meth:`DialogueRanker.fit`."""

_BATCH = 32
_FIRST = 1500  # examples that the first linear fit sees
_REASONS = 3
Floats = NDArray[np.float32]


class DialogueRanker:
    """Ranks items as the answer to a conversation."""

    KIND = "dialogue-ranker"

    def __init__(self, links: Links, reader: Reader, evidence: Evidence, rankers: Mapping[str, ItemRanker]) -> None:
        self._links, self._reader, self._evidence = links, reader, evidence
        self._rankers = dict(rankers)
        self.items = links.items

    @classmethod
    def fit(
        cls,
        cases: Sequence[Case],
        items: Sequence[str],
        graph: Graph,
        progress: Progress | None = None,
        *,
        background: Sequence[Case] = (),
        folds: int = 5,
        apart: bool = True,
        unseen: bool = True,
        l2: float = 1e-3,
        trees: int = 60,
        tree_depth: int = 4,
        rate: float = 0.1,
        leaf_l2: float = 5.0,
        depth: int = 60,
        shrink: float = 1.0,
        word_shrink: float = 4.0,
        neighbours: int = 10,
        seed: int = 0,
    ) -> Self:
        """Learns from ``cases``.

        Args:
            items: ids of all candidates; targets that are not among them are ignored.
            graph: names and facts; items may be missing from it (their id is then their name).
            background: more conversations to count evidence from, whose order of turns says nothing. The weights are
                learned from ``cases`` alone.
            folds: into how many parts the cases are dealt; each part's evidence is counted on the others.
            apart: whether folds keep conversations whole. Say no only where the conversations to come are the
                very ones of the examples, cut in pieces.
            unseen: whether the weights are also learned from items that no other example names.
            l2, trees, tree_depth, rate, leaf_l2, depth: of :class:`~recsys.dialogue_ranking.ranker.ItemRanker`; no
                trees is wise for less than a thousand cases.
            shrink, word_shrink, neighbours: of :class:`~recsys.dialogue_ranking.evidence.Evidence`.

        Raises:
            CaseError: fewer than two cases, no items, or no case with a target among them.
        """
        if len(cases) < 2:
            raise CaseError(f"cases: at least two are needed to learn from, not {len(cases)}")
        tell = progress or (lambda done, what: None)
        tell(0.0, "reading the graph and the conversations")
        links = Links.read(items, graph)
        everything = [*background, *cases]
        reader = Reader.fit(links, everything)
        talk, targets = reader.read(everything), _targets(everything, links)
        names = sorted({case.dialogue for case in everything})
        number = {name: at for at, name in enumerate(names)}
        dialogue = np.array([number[case.dialogue] for case in everything])
        first = len(background)
        parts = by_dialogue(cases, folds, seed) if apart else _dealt(len(cases), folds, seed)

        def counted(rows: NDArray[np.int64]) -> Evidence:
            return Evidence.fit(
                talk.rows(rows), targets[rows], links, reader.vocabulary,
                np.unique(dialogue[rows], return_inverse=True)[1], np.flatnonzero(rows >= first),
                shrink=shrink, word_shrink=word_shrink, neighbours=neighbours,
            )  # fmt: skip

        tell(0.05, "counting")
        whole = np.arange(len(everything))
        held = [np.array(part) + first for part in parts]
        others = [counted(np.setdiff1d(whole, part)) for part in held] if len(held) > 1 else [counted(whole)]
        evidence = counted(whole)
        columns = evidence.columns(talk.rows(np.arange(1)), links)[0]
        mentioned = sparse.csr_matrix(talk.mentioned @ links.item_of)
        rng = np.random.default_rng(seed)
        few = [np.sort(rng.permutation(part)[: max(_FIRST // len(held), 1)]) for part in held]

        def batches(chosen: Sequence[NDArray[np.int64]], novel: bool, start: float, share: float) -> Iterator[Batch]:
            done, total = 0, sum(map(len, chosen))
            for part, known in zip(chosen, others, strict=True):
                allowed_at_all = np.ones(len(items), bool) if unseen else known.seen()
                for at in range(0, len(part), _BATCH):
                    rows = part[at : at + _BATCH]
                    allowed = np.tile(allowed_at_all, (len(rows), 1))
                    if novel:
                        allowed &= mentioned[rows].toarray() == 0
                    yield known.columns(talk.rows(rows), links)[1], targets[rows].toarray() > 0, allowed
                    done += len(rows)
                    tell(start + share * done / total, "weighing")

        rankers = {}
        for at, kind in enumerate(("any", "novel")):
            begin = 0.1 + 0.45 * at
            rankers[kind] = ItemRanker.fit(
                columns,
                lambda novel=at == 1, begin=begin: batches(few, novel, begin, 0.1),  # type: ignore[misc]
                lambda novel=at == 1, begin=begin: batches(held, novel, begin + 0.1, 0.2),  # type: ignore[misc]
                l2=l2, trees=trees, tree_depth=tree_depth, rate=rate, leaf_l2=leaf_l2, depth=depth, seed=seed,
            )  # fmt: skip
        tell(1.0, "done")
        return cls(links, reader, evidence, rankers)

    def scores(self, cases: Sequence[Case], *, exclude_mentioned: bool = False) -> Floats:
        """``(n_cases, n_items)`` float32, comparable within a row; ``-inf`` for items left out. Targets are not read."""
        ranker = self._rankers["novel" if exclude_mentioned else "any"]
        talk = self._reader.read(cases)
        found = np.empty((len(cases), len(self.items)), np.float32)
        for at in range(0, len(cases), _BATCH):
            part = talk.rows(slice(at, at + _BATCH))
            found[at : at + _BATCH] = ranker.scores(
                self._evidence.columns(part, self._links)[1], self._allowed(part, exclude_mentioned)
            )
        return found

    def mentioned(self, cases: Sequence[Case]) -> NDArray[np.bool_]:
        """``(n_cases, n_items)``: which items the conversations mention already, as far as the model can tell."""
        return ~self._allowed(self._reader.read(cases), True)

    def rank(
        self,
        context: Sequence[str],
        entities: Sequence[str] = (),
        k: int = 10,
        exclude_mentioned: bool = False,
    ) -> list[tuple[str, float, tuple[tuple[str, float], ...]]]:
        """The best ``k`` items for a conversation.

        Args:
            context: turns, oldest first; may be empty, then popularity speaks.
            entities: ids or names of what is known to be mentioned; unknown ones are ignored.
            exclude_mentioned: leave out what the conversation has named.

        Returns:
            ``(item id, score, why)``, best first. ``why`` holds the kinds of evidence that set the item most above
            the mean of these conversation's candidates, each with what it adds to the linear part of the score.
        """
        ranker = self._rankers["novel" if exclude_mentioned else "any"]
        talk = self._reader.read([Case(tuple(context), tuple(entities))])
        columns = self._evidence.columns(talk, self._links)[1]
        allowed = self._allowed(talk, exclude_mentioned)
        scores = ranker.scores(columns, allowed)[0]
        parts = ranker.parts(columns)[:, 0]
        over = parts - parts.mean(axis=1, keepdims=True)
        found = []
        for row in top_k(scores, k, allowed[0]):
            best = np.argsort(-over[:, row], kind="stable")[:_REASONS]
            why = tuple((ranker.names[at], float(over[at, row])) for at in best if over[at, row] > 0)
            found.append((self.items[row], float(scores[row]), why))
        return found

    def save(self, directory: str | os.PathLike[str]) -> None:
        """Writes the model into a directory, atomically; the graph is not part of it."""
        arrays = evidence_arrays(self._evidence)
        for kind, ranker in self._rankers.items():
            arrays |= {f"{kind}/{name}": array for name, array in ranker.arrays().items()}
        settings = {
            "items": list(self.items), "entities": len(self._links.names), "relations": list(self._links.relations),
            "vocabulary": list(self._reader.vocabulary), "shapes": list(self._reader.shapes),
            "unsure": sorted(self._reader.unsure),
        }  # fmt: skip
        write_model(Path(directory), self.KIND, settings, arrays)

    @classmethod
    def load(cls, directory: str | os.PathLike[str], graph: Graph) -> Self:
        """Reads a model back; with the graph it was fitted with, its scores are identical.

        Raises:
            FileNotFoundError: there is none.
            ModelFileError: it is of another kind or version, or was fitted with another graph.
        """
        _, settings, arrays = read_model(Path(directory), cls.KIND)
        try:
            links = Links.read(settings["items"], graph)
            if (len(links.names), list(links.relations)) != (settings["entities"], settings["relations"]):
                raise ModelFileError(f"{directory}: fitted with another graph; fit it again")
            vocabulary = {word: at for at, word in enumerate(settings["vocabulary"])}
            shapes = {shape: at for at, shape in enumerate(settings["shapes"])}
            reader = Reader(links, vocabulary, shapes, settings["unsure"])
            rankers = {
                kind: ItemRanker.from_arrays(
                    {key.removeprefix(f"{kind}/"): a for key, a in arrays.items() if key.startswith(f"{kind}/")}
                )
                for kind in ("any", "novel")
            }
            return cls(links, reader, evidence_from(arrays), rankers)
        except (KeyError, TypeError) as error:
            raise ModelFileError(f"{directory}: not a saved {cls.KIND} ({error})") from error

    def _allowed(self, talk: Talk, exclude_mentioned: bool) -> NDArray[np.bool_]:
        if not exclude_mentioned:
            return np.ones((len(talk), len(self.items)), bool)
        return np.asarray((talk.mentioned @ self._links.item_of).toarray() == 0)


def _targets(cases: Sequence[Case], links: Links) -> sparse.csr_matrix:
    column = {item: at for at, item in enumerate(links.items)}
    at = [(row, column[t]) for row, case in enumerate(cases) for t in dict.fromkeys(case.targets) if t in column]
    pairs = np.array(at, np.int64).reshape(-1, 2)
    shape = (len(cases), len(links.items))
    return sparse.csr_matrix((np.ones(len(pairs), np.float32), (pairs[:, 0], pairs[:, 1])), shape=shape)


def _dealt(n: int, folds: int, seed: int) -> list[list[int]]:
    """Rows dealt into folds whatever conversation they are from."""
    order = np.random.default_rng(seed).permutation(n)
    return [sorted(order[at::folds].tolist()) for at in range(max(1, min(folds, n)))]
