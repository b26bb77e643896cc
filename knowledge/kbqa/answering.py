"""Questions in, answers out, on any graph: the façade over everything in this package.

A question goes through the stages of Yih et al. (ACL 2015): the names in it, the path one of them is asked about, the
walk, and what is asked of the things it reaches. Where questions with answers were given, the learned reader finds name
and path together; where they were not, or it is in doubt, the labels of the relations are read, and whichever of the
two has been right more often at such a score is believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Literal

import numpy as np

from knowledge.graph import Relation
from knowledge.kbqa.adjacency import Adjacency, Ids, Triple
from knowledge.kbqa.calibration import Calibrator
from knowledge.kbqa.operations import Asked, Pairwise, apart, check, difference, extreme, frame_of, relation_for, spot
from knowledge.kbqa.paths import Path, edges, walk
from knowledge.kbqa.reader import LearnedReader, PathReading
from knowledge.kbqa.results import Found, Result
from knowledge.kbqa.topics import MAX_TEXT, Mention, TopicFinder
from knowledge.kbqa.training import Pair, Progress, mention_of, train
from knowledge.kbqa.zero_shot import ZeroShotReader
from knowledge.text import detect_language, fold

if TYPE_CHECKING:
    from knowledge.graph import Graph

__all__ = ["PathQA"]

_TRIED = 12  # readings that are walked before a question is given up
_LEAST = 0.02  # score below which a learned reading is not worth walking
_DOUBT = 0.9  # confidence below which the labels of relations are asked too
_SPELT = 0.84  # similarity from which a misspelt name is taken for the topic
_HELD_OUT = 2000  # questions that confidence is calibrated on


class PathQA:
    """Answers questions by walking paths of relations.

    Args:
        graph: a :class:`knowledge.Graph` or a compiled :class:`~knowledge.kbqa.adjacency.Adjacency`.

    Reading is thread-safe; :meth:`fit` is not. Memory: about 1.2 kB a node of three triples.
    """

    def __init__(self, graph: Graph | Adjacency) -> None:
        self.adjacency = graph if isinstance(graph, Adjacency) else Adjacency.from_graph(graph)
        self.finder = TopicFinder(self.adjacency.nodes, self.adjacency.degrees)
        self.zero_shot = ZeroShotReader(self.adjacency)
        self.learned: LearnedReader | None = None
        self.calibrators: dict[str, Calibrator] = {}
        self._bilingual = any("zh" in node.labels and "en" in node.labels for node in self.adjacency.nodes)

    @classmethod
    def from_triples(
        cls, path: str | FilePath, separator: str | None = None, relations: Mapping[str, Relation] | None = None
    ) -> PathQA:
        """The graph of a text file of ``subject|relation|object`` lines; see :meth:`Adjacency.from_file`."""
        return cls(Adjacency.from_file(path, separator, relations))

    # --- learning ----------------------------------------------------------------------------------------------------

    def fit(
        self, pairs: Iterable[Pair], *, max_hops: int = 3, seed: int = 0, progress: Progress | None = None
    ) -> PathQA:
        """Learns to read from questions with their answers; no paths are given.

        Args:
            pairs: ``(question, topic or None, answers)``, topics and answers by name.
            max_hops: the longest path looked for.
            progress: called with a stage, what is done of it and what there is.

        Raises:
            KnowledgeError: no answer can be reached from anything its question names.
        """
        taught = [(question, topic, tuple(answers)) for question, topic, answers in pairs]
        trained = train(
            self.adjacency, self.finder, taught, self.zero_shot, max_hops=max_hops, seed=seed, progress=progress
        )
        held_out = np.random.default_rng(seed).permutation(trained.held_out)[:_HELD_OUT]
        self.learned = trained.probe
        self.calibrators = self._calibrated([taught[row] for row in held_out.tolist()])
        self.learned = trained.reader
        return self

    def _calibrated(self, held_out: Sequence[tuple[str, str | None, tuple[str, ...]]]) -> dict[str, Calibrator]:
        """How often each reader is right at each score, with the topic told and not."""
        self.calibrators = {}
        seen: dict[str, list[tuple[float, bool]]] = {}
        for question, topic, answers in held_out:
            text, folded = question[:MAX_TEXT], fold(question[:MAX_TEXT])
            found = self.finder.find(text, folded)
            told = mention_of(self.finder, folded, topic, found) if topic is not None else None
            for mentions, given in ((found, False), ([told] if told else [], True)):
                learned = self._by_training(text, folded, mentions, 1, given)
                labels = self._by_labels(text, folded, mentions, 1, given)
                for result in (learned, labels):
                    if result is not None:
                        right = bool(result.answers) and result.answers[0].label in answers
                        scale = _scale(result.source, given, alone=learned is None)
                        seen.setdefault(scale, []).append((result.score, right))
        return {
            scale: Calibrator.fit([score for score, _ in outcomes], [right for _, right in outcomes])
            for scale, outcomes in seen.items()
        }

    # --- answering ---------------------------------------------------------------------------------------------------

    def answer_many(self, questions: Iterable[str], limit: int | None = None) -> Iterator[Result]:
        """Each question's :class:`Result`, as it comes."""
        return (self.answer(question, limit=limit) for question in questions)

    def answer(self, question: str, topic: str | None = None, *, limit: int | None = None) -> Result:
        """Answers one question. Only its first 2,000 characters are read; nothing it may hold raises.

        Args:
            topic: the name of what it is about, when that is known.
            limit: the most answers wanted.
        """
        asked_as = question[:MAX_TEXT]
        folded = fold(asked_as)
        found = self.finder.find(asked_as, folded)
        if topic is not None:
            mention = mention_of(self.finder, folded, topic, found)
            if mention is None:
                return self._nothing(asked_as, topic)
            found_topic = [mention]
            return self._by_path(asked_as, folded, found_topic, limit, given=True) or self._nothing(asked_as)
        pair = apart(asked_as, found)
        if len(pair) == 2:
            result = self._pairwise(asked_as, folded, pair)
            if result is not None:
                return result
        if not found and folded.strip():
            found = self._misspelt(asked_as)
        return (
            self._by_path(asked_as, folded, found, limit)
            or self._among_all(asked_as, folded)
            or self._nothing(asked_as)
        )

    def _by_path(
        self, question: str, folded: str, mentions: Sequence[Mention], limit: int | None, *, given: bool = False
    ) -> Result | None:
        """What the learned reader makes of it, or where that is in doubt, the surer of the two readers."""
        learned = self._by_training(question, folded, mentions, limit, given)
        if learned is not None and learned.confidence >= _DOUBT:
            return learned
        alone = self.learned is not None and learned is None
        labels = self._by_labels(question, folded, mentions, limit, given, alone)
        if labels is None or (learned is not None and learned.confidence >= labels.confidence):
            return learned
        return labels

    def _by_training(
        self, question: str, folded: str, mentions: Sequence[Mention], limit: int | None, given: bool
    ) -> Result | None:
        if self.learned is None:
            return None
        readings = [r for r in self.learned.readings(folded, mentions, given=given) if r.score >= _LEAST]
        return self._walked(question, folded, readings[:_TRIED], limit, "learned", given)

    def _by_labels(
        self,
        question: str,
        folded: str,
        mentions: Sequence[Mention],
        limit: int | None,
        given: bool,
        alone: bool = False,
    ) -> Result | None:
        """By labels; ``alone``: what the learned reader took the question to ask leads nowhere."""
        readings = self.zero_shot.readings(folded, mentions)
        return self._walked(question, folded, readings, limit, "labels", given, alone)

    def _walked(
        self,
        question: str,
        folded: str,
        readings: Sequence[PathReading],
        limit: int | None,
        source: Literal["learned", "labels"],
        given: bool,
        alone: bool = False,
    ) -> Result | None:
        """The answers of the first reading that leads anywhere."""
        adjacency = self.adjacency
        for reading in readings:
            mention, path = reading.mention, reading.path
            for node in mention.nodes:
                nodes, walks = walk(adjacency, node, path)
                if len(nodes):
                    frame = mention.mask(folded)
                    asked = spot(frame)
                    values: tuple[Triple, ...] = ()
                    if asked.extreme:
                        nodes, walks, values = self._most(asked, frame, nodes, walks, path)
                    counted = asked.count and path.steps[-1] not in adjacency.numeric
                    kept = nodes if limit is None else nodes[:limit]
                    return Result(
                        question,
                        "count" if counted else "entities",
                        self._named(kept, walks[: len(kept)].tolist(), question),
                        len(nodes) if counted else None,
                        adjacency.nodes[node].id,
                        path.names(adjacency),
                        self._confidence(_scale(source, given, alone), reading.score),
                        source,
                        reading.score,
                        _trace=(adjacency, node, path, kept),
                        _facts=values,
                    )
        return None

    def _most(
        self, asked: Asked, frame: str, nodes: Ids, walks: np.ndarray, path: Path
    ) -> tuple[Ids, np.ndarray, tuple[Triple, ...]]:
        """The first, the latest, the longest of ``nodes`` and what says so; all where no relation can tell."""
        most, meaning = asked.extreme or (True, "")
        relation = relation_for(self.adjacency, self.zero_shot, meaning, frame)
        if relation is None:
            return nodes, walks, ()
        kept = extreme(self.adjacency, nodes, relation, most, path.steps[-1])
        if not len(kept):
            return nodes, walks, ()
        facts = () if path.steps[-1] == relation else _values(self.adjacency, kept, relation)
        return kept, np.ones(len(kept), np.float32), facts

    def _among_all(self, question: str, folded: str) -> Result | None:
        """A superlative about nothing in particular: the longest film of all."""
        asked = spot(folded)
        if asked.extreme is None:
            return None
        most, meaning = asked.extreme
        relation = relation_for(self.adjacency, self.zero_shot, meaning, folded)
        if relation is None:
            return None
        types = self.zero_shot.types_named(folded)
        if not types or self.finder.named_spans(question) or not self.zero_shot.only_about(relation, folded):
            return None  # "who directed The Last Exorcism" is not about the last of anything
        every = np.unique(self.adjacency.triples[self.adjacency.triples[:, 1] == relation, 0]).tolist()
        nodes = np.array([node for node in every if self.adjacency.nodes[node].type in types], np.int32)
        kept = extreme(self.adjacency, nodes, relation, most, None)
        if not len(kept):
            return None
        found = self._named(kept, [1.0] * len(kept), question)
        values = _values(self.adjacency, kept, relation)
        return Result(question, "entities", found, None, None, (), 0.5, "labels", 0.5, _facts=values)

    def _pairwise(self, question: str, folded: str, pair: Sequence[Mention]) -> Result | None:
        asked = spot(frame_of(folded, pair))
        found: Pairwise | None = None
        kind: Literal["difference", "yes_no"] = "yes_no"
        if asked.difference:
            found, kind = difference(self.adjacency, self.zero_shot, folded, pair), "difference"
        elif asked.yes_no:
            found = check(self.adjacency, self.zero_shot, folded, pair)
        if found is None:
            return None
        topic = self.adjacency.nodes[found.topic].id
        sure = found.confidence
        return Result(question, kind, (), found.value, topic, found.path, sure, "labels", sure, _facts=found.facts)

    def _misspelt(self, question: str) -> list[Mention]:
        near = self.finder.nearest(question, limit=1, cutoff=_SPELT)
        return [Mention(start, end, (node,), exact=False, similarity=alike) for node, alike, start, end in near]

    def _nothing(self, question: str, topic: str | None = None) -> Result:
        near = self.finder.nearest(f"[{topic}]" if topic else question)
        return Result(question, nearest=tuple(self.adjacency.nodes[node].id for node, *_ in near))

    def _named(self, nodes: Ids, scores: Iterable[float], question: str) -> tuple[Found, ...]:
        """Answers, named in the language of the question."""
        language = (detect_language(question) if self._bilingual else None) or "en"
        entities = [self.adjacency.nodes[node] for node in nodes.tolist()]
        return tuple(Found(one.id, one.label(language), score) for one, score in zip(entities, scores, strict=True))

    def _confidence(self, scale: str, score: float) -> float:
        calibrator = self.calibrators.get(scale)
        return round(calibrator(score) if calibrator else min(score, 1.0), 4)

    # --- keeping -----------------------------------------------------------------------------------------------------

    def save(self, folder: str | FilePath) -> None:
        """Writes ``pathqa.json`` and ``pathqa.npz`` into ``folder``: graph, reader and calibration. Atomic."""
        from knowledge.kbqa.storage import save

        save(self, FilePath(folder))

    @classmethod
    def load(cls, folder: str | FilePath) -> PathQA:
        """What :meth:`save` wrote. Raises :class:`knowledge.graph.KnowledgeError` when it is not there or not whole."""
        from knowledge.kbqa.storage import load

        return load(FilePath(folder))


def _values(adjacency: Adjacency, nodes: Ids, relation: int) -> tuple[Triple, ...]:
    """The triples that say what ``relation`` is of each of ``nodes``."""
    chain = Path((relation,))
    return tuple(
        fact for node in nodes.tolist() for fact in edges(adjacency, node, chain, adjacency.hop(node, relation))
    )


def _scale(source: str, given: bool, alone: bool) -> str:
    """The situation a score was given in: it is worth more or less by it."""
    return f"{source}{'/given' if given else ''}{'/alone' if alone else ''}"
