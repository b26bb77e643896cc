"""Suggestions: facts that the catalogue does not hold but that what it holds makes likely, each with its reasons.

    suggester = Suggester.fit(graph)
    for guess in suggester.missing("film/wild-strawberries-1957", "written_by", 3):
        print(guess.text("en"))

A suggestion is never a fact. It is an :class:`Inferred`, not a :class:`~knowledge.graph.Fact`; every text of it says
that it is a guess; what the graph holds is never suggested; and who is suggested is of the kind the relation takes.
Fitting finds path rules and, with torch (``pip install "yuban[neural]"``), trains a graph network; serving is numpy.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from knowledge.graph import Graph, KnowledgeError, UnknownEntity
from knowledge.link_prediction import storage
from knowledge.link_prediction.blend import Blend, static
from knowledge.link_prediction.explain import Path as Because
from knowledge.link_prediction.explain import current, instances, shared
from knowledge.link_prediction.rules import PathRules
from knowledge.link_prediction.triples import TripleSet, split
from knowledge.link_prediction.wording import missing_text, related_text

if TYPE_CHECKING:
    from knowledge.link_prediction.training import Options

__all__ = ["Inferred", "Related", "Suggester"]


@dataclass(frozen=True, slots=True)
class Inferred:
    """A guess of the form of a fact.

    Attributes:
        subject, relation, object: as in :class:`~knowledge.graph.Fact`.
        score: 0..1, the share of belief among all answers that are not known yet. It ranks them; it is not the
            probability that anything is missing.
        because: recorded paths that speak for it, the strongest first; empty when it rests on similar entries.
        texts: the guess in words, by language.
        inferred: always True.
    """

    subject: str
    relation: str
    object: str
    score: float
    because: tuple[Because, ...]
    texts: dict[str, str]
    inferred: bool = True

    def text(self, lang: str) -> str:
        """The guess in words, marked as one."""
        return self.texts[lang]


@dataclass(frozen=True, slots=True)
class Related:
    """Another entity of the same type that seems close; fields as in :class:`Inferred`."""

    id: str
    score: float
    because: tuple[Because, ...]
    texts: dict[str, str]
    inferred: bool = True

    def text(self, lang: str) -> str:
        """The guess in words, marked as one."""
        return self.texts[lang]


class Suggester:
    """Missing facts and related entities of one graph. Many readers may share one."""

    def __init__(self, graph: Graph, triples: TripleSet, blend: Blend) -> None:
        self.graph = graph
        self.triples = triples
        self.blend = blend
        self._number = {id_: index for index, id_ in enumerate(triples.entities)}
        self._types = np.array(triples.types)

    @classmethod
    def fit(
        cls,
        graph: Graph,
        *,
        neural: bool | None = None,
        options: Options | None = None,
        held_out: float = 0.1,
        seed: int = 0,
        time_budget: float = math.inf,
        progress: Callable[[int, float, float], None] | None = None,
    ) -> Suggester:
        """Learns from the facts between entities.

        A part of them is held out while rules and network are learned, to learn on it how far each can be trusted;
        what is served afterwards sees all facts.

        Args:
            neural: train the graph network; None does when torch is installed.
            options: of the network.
            held_out: that part, 0..1.
            time_budget: seconds for the network.
            progress: ``progress(step, loss, held-out MRR)`` from the network's training.

        Raises:
            KnowledgeError: there are fewer than 20 facts between entities, or ``neural`` without torch.
        """
        triples = TripleSet.from_graph(graph)
        if len(triples.rows) < 20:
            raise KnowledgeError(f"{len(triples.rows)} facts between entities are too few to learn from; 20 are needed")
        torch_is_here = find_spec("torch") is not None
        if neural and not torch_is_here:
            raise KnowledgeError('the graph network needs torch: pip install "yuban[neural]", or fit(neural=False)')
        rest, held = split(triples.rows, seed=seed, parts=(1.0 - held_out, held_out))
        seen = triples.with_rows(rest)
        rules = PathRules.fit(seen, held, seed=seed)
        learned = served = None
        if neural if neural is not None else torch_is_here:
            from knowledge.link_prediction import training

            options = options or training.Options(seed=seed)
            model, learned = training.fit(seen, held, options, time_budget=time_budget, progress=progress)
            served = training.propagate(model, triples, options.decoder)
        weights = Blend.fit(seen, held, learned, rules, seed=seed).weights
        return cls(graph, triples, Blend(served, PathRules(triples, rules.rules), static(triples), weights))

    def save(self, path: Path) -> None:
        """Writes one file; ``.npz`` is its usual ending."""
        storage.write(path, self.triples, self.blend)

    @classmethod
    def load(cls, path: Path, graph: Graph) -> Suggester:
        """Reads what :meth:`save` wrote, to speak about ``graph``: the one it was fitted on, or a later state of it.

        What has been added to the graph since is not suggested again, what has been removed is not suggested at all.

        Raises:
            KnowledgeError: there is no such file, it is not one of these, or none of its entities is in the graph.
        """
        triples, blend = storage.read(path)
        if not any(id_ in graph for id_ in triples.entities):
            raise KnowledgeError(
                f"{path} was learned from another catalogue: no entity of it is in this graph; fit again"
            )
        return cls(graph, triples, blend)

    # --- asking ------------------------------------------------------------------------------------------------------

    def missing(self, entity_id: str, relation: str, k: int = 5, *, least: float = 0.05) -> list[Inferred]:
        """Up to ``k`` likely answers that the graph does not hold, best first.

        Args:
            relation: a relation id; ``"^directed_by"`` asks for likely subjects (films of a director).
            least: smallest score that is worth saying, 0..1.

        Raises:
            UnknownEntity: the entity is not in the graph.
            KnowledgeError: the relation is not one between entities, or the entity came after fitting.
        """
        head = self._known_number(entity_id)
        inverse = relation.startswith("^")
        name = relation.removeprefix("^")
        if name not in self.triples.relations:
            raise KnowledgeError(
                f"nothing can be suggested for {relation!r}; there are suggestions for "
                f"{', '.join(self.triples.relations)}, and for each with ^ before it"
            )
        number = self.triples.relations.index(name) + inverse * len(self.triples.relations)
        recorded = self.graph.subjects(entity_id, name) if inverse else self.graph.objects(entity_id, name)
        if not self._fits(head, number):
            return []  # a person has no genre, a film directs nobody
        scores = self.blend.scores(np.array([head]), number)[0]  # (N,)
        open_ = np.zeros(len(scores), dtype=bool)
        open_[self.triples.candidates[number]] = True
        open_[[self._number[str(id_)] for id_ in recorded if id_ in self._number]] = False
        open_[head] = False
        belief = _softmax(np.where(open_, scores, -np.inf))
        best = [int(tail) for tail in np.argsort(-belief, kind="stable")[:k] if belief[tail] >= max(least, 1e-9)]
        return [
            self._inferred(head, number, tail, float(belief[tail]), empty=not recorded)
            for tail in best
            if self.triples.entities[tail] in self.graph
        ]

    def related(self, entity_id: str, k: int = 5) -> list[Related]:
        """Up to ``k`` entities of the same type that are close, best first.

        Half of the score is what the two are linked to in common, rare things counting more (Adamic & Adar, Social
        Networks 2003); the other half, with a network, the cosine of their embeddings.

        Raises:
            UnknownEntity: the entity is not in the graph.
            KnowledgeError: the entity came after fitting.
        """
        one = self._known_number(entity_id)
        common = self._in_common(one)  # (N,)
        closeness = common / max(float(common.max(where=np.arange(len(common)) != one, initial=0.0)), 1e-9)
        if self.blend.embeddings is not None:
            vectors = self.blend.embeddings.entities  # (N, d)
            norms = np.linalg.norm(vectors, axis=1) + 1e-9
            closeness = 0.5 * closeness + 0.5 * np.maximum(vectors @ vectors[one] / (norms * norms[one]), 0.0)
        closeness[(self._types != self._types[one]) | (np.arange(len(closeness)) == one)] = 0.0
        best = [int(other) for other in np.argsort(-closeness, kind="stable")[:k] if closeness[other] > 0]
        found = []
        for other in best:
            id_ = self.triples.entities[other]
            if id_ not in self.graph:
                continue
            paths = tuple(path for path in shared(self.triples, one, other) if current(self.graph, path))
            texts = {
                lang: related_text(self.graph, entity_id, id_, paths[0] if paths else None, lang)
                for lang in ("zh", "en")
            }
            found.append(Related(id_, min(float(closeness[other]), 1.0), paths, texts))
        return found

    # --- how ---------------------------------------------------------------------------------------------------------

    def _known_number(self, entity_id: str) -> int:
        if entity_id not in self.graph:
            raise UnknownEntity(entity_id)
        if entity_id not in self._number:
            raise KnowledgeError(f"{entity_id!r} was added after the suggestions were learned; fit again")
        return self._number[entity_id]

    def _fits(self, head: int, relation: int) -> bool:
        """Whether things of the head's type were ever seen at the start of the directed relation."""
        count = len(self.triples.relations)
        return bool(np.isin(head, self.triples.candidates[(relation + count) % (2 * count)]))

    def _inferred(self, head: int, relation: int, tail: int, score: float, *, empty: bool) -> Inferred:
        names, count = self.triples.entities, len(self.triples.relations)
        inverse = relation >= count
        subject, target = (names[tail], names[head]) if inverse else (names[head], names[tail])
        name = self.triples.relations[relation % count]
        paths = self._paths(head, relation, tail)
        path = paths[0] if paths else None
        texts = {
            lang: missing_text(self.graph, subject, name, target, path, empty=empty and not inverse, lang=lang)
            for lang in ("zh", "en")
        }
        return Inferred(subject, name, target, score, paths, texts)

    def _paths(self, head: int, relation: int, tail: int, most: int = 3) -> tuple[Because, ...]:
        """Instances of the rules that spoke for the tail, those that said most first."""
        if self.blend.rules is None:
            return ()
        offset = int(self.blend.embeddings is not None)
        spoken = []
        for place, (rule, feature) in enumerate(self.blend.rules.features(np.array([head]), relation), start=offset):
            said = float(self.blend.weights[relation][place]) * float(feature[0, tail])
            if said > 0:
                spoken.append((said, rule))
        spoken.sort(key=lambda item: -item[0])
        # A common thing whose works hardly have the answer, or no more often than works at large, does not speak for it.
        count = len(self.triples.relations)
        able = self.triples.counts[(relation + count) % (2 * count)] > 0  # (N,): has any answer at all
        usual = float(self.triples.counts[relation, tail] / max(int(able.sum()), 1))
        found: list[Because] = []
        for _, rule in spoken:
            ways = (current(self.graph, path) for path in instances(self.triples, rule, head, tail))
            found += [path for path in ways if path and (not path.among or path.count > max(usual, 0.05) * path.among)]
            if len(found) >= most:
                break
        return tuple(found[:most])

    def _in_common(self, one: int) -> NDArray[np.float32]:
        """Adamic–Adar of ``one`` and every entity: Σ over common neighbours of 1 / log(1 + their links)."""
        links = 1.0 + self.triples.counts.sum(axis=0)  # (N,)
        found = np.zeros(len(self.triples.entities), dtype=np.float32)
        count = len(self.triples.relations)
        for relation, matrix in enumerate(self.triples.matrices):
            row = matrix[one].multiply(1.0 / np.log(1.0 + links)).tocsr()  # (1, N)
            found += (row @ self.triples.matrices[(relation + count) % (2 * count)]).toarray()[0]
        found[one] = 0.0
        return found


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    if not np.isfinite(scores).any():
        return np.zeros_like(scores)
    shares = np.exp(scores - scores[np.isfinite(scores)].max())
    found: NDArray[np.float32] = shares / shares.sum()
    return found
