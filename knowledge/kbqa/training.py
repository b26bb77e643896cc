"""From question–answer pairs to a :class:`~knowledge.kbqa.reader.LearnedReader`.

Two things are hidden in a pair: the path, and (unless it is given) which name in the question is the topic. Both are
settled by expectation and maximisation with hard assignments: candidates come from
:mod:`knowledge.kbqa.supervision`; a reader trained on half of the wordings says what it takes the other half to ask
for; wordings with few questions of their own listen to it and to the labels of the relations, those with many need not.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import sparse

from knowledge.graph import KnowledgeError
from knowledge.kbqa.adjacency import Adjacency
from knowledge.kbqa.features import features, wording
from knowledge.kbqa.paths import Path
from knowledge.kbqa.reader import LearnedReader
from knowledge.kbqa.softmax import fit_softmax
from knowledge.kbqa.supervision import Example, Wording, preference, supervise
from knowledge.kbqa.topics import MAX_TEXT, Mention, TopicFinder
from knowledge.kbqa.zero_shot import ZeroShotReader
from knowledge.text import fold

__all__ = ["Pair", "Progress", "Trained", "mention_of", "train"]

Pair = tuple[str, str | None, Iterable[str]]
"""A question, its topic by name (``None``: not known) and the names of its answers."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""

Row = tuple[tuple[str, ...], Path | None]
"""N-grams and the path they stood for, or ``None``: the wrong thing was masked."""

Rows = Counter[Row]
"""How often each row was met."""

_ITERATIONS = 60
_ROUNDS = 2
_RARE = 8  # a wording with as many questions needs no advice
_TRUST = 5.0  # weight of one question's agreement against the reader's log-probability
_LABELS = 4.0  # and of what the labels of relations say, 0..0.8
_DOUBTED = 0.02  # a reader that has seen half of the wordings is never surer than that against a path
_MIN_AGREEMENT = 0.1  # a wording no path of which does better teaches nothing
_UNCLEAR = 0.05  # a smaller difference in agreement decides nothing by itself
_NEGATIVES = 4  # wrong mentions learned from each question
_MIN_COUNT = 2  # questions an n-gram must stand in
_WEIGHT_CAP = 30.0  # a wording asked a thousand times does not drown the others


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One way to take a training question: this mention as the topic."""

    question: int
    mention: Mention
    example: Example


@dataclass(frozen=True, slots=True)
class Trained:
    """A reader, and what calibration needs: ``probe`` has not seen the questions ``held_out`` (rows of the pairs)."""

    reader: LearnedReader
    probe: LearnedReader
    held_out: tuple[int, ...]


def train(
    adjacency: Adjacency,
    finder: TopicFinder,
    pairs: Sequence[Pair],
    labels: ZeroShotReader | None = None,
    *,
    max_hops: int = 3,
    l2: float = 3e-5,
    seed: int = 0,
    progress: Progress | None = None,
) -> Trained:
    """Trains a reader on ``pairs``, and another on four fifths of them.

    Args:
        labels: its readings speak for paths where few questions do.

    Raises:
        KnowledgeError: no answer of any pair can be reached from a topic in its question.
    """
    tell = progress or (lambda what, done, total: None)
    candidates, mentions, folded = _candidates(finder, pairs)
    ranked = supervise(
        adjacency,
        [candidate.example for candidate in candidates],
        max_hops=max_hops,
        seed=seed,
        progress=lambda done, total: tell("finding paths", done, total),
    )
    asked = _assign(ranked, candidates, _named_by(labels, candidates, folded) if labels else {}, l2, tell)
    chosen = _choose_topics(asked, candidates)
    if not chosen:
        raise KnowledgeError(
            "no training answer can be reached from its topic: are questions, topics and answers named as in the graph?"
        )
    rows: Rows = Counter()
    most: Rows = Counter()  # without every fifth question
    held_out = set(np.random.default_rng(seed).permutation(len(pairs))[: len(pairs) // 5].tolist())
    for question, candidate in chosen.items():
        words, right = candidate.example.words, candidate.mention
        seen: list[Row] = [(tuple(features(words, right)), asked[words][0])]
        for mention in [m for m in mentions[question] if (m.start, m.end) != (right.start, right.end)][:_NEGATIVES]:
            seen.append((tuple(features(wording(mention.mask(folded[question])), mention)), None))
        rows.update(seen)
        if question not in held_out:
            most.update(seen)
    reader = _fit(rows, l2, _ITERATIONS, lambda done, total: tell("learning to read", done, total))
    probe = _fit(most, l2, _ITERATIONS, lambda done, total: tell("measuring confidence", done, total))
    return Trained(reader, probe, tuple(sorted(held_out)))


# --- the pairs -----------------------------------------------------------------------------------------------------


def _candidates(finder: TopicFinder, pairs: Sequence[Pair]) -> tuple[list[_Candidate], list[list[Mention]], list[str]]:
    """Every way to take every question, all mentions of each, and the folded questions."""
    candidates: list[_Candidate] = []
    mentions: list[list[Mention]] = []
    texts: list[str] = []
    for question, (text, topic, answers) in enumerate(pairs):
        text = text[:MAX_TEXT]
        folded = fold(text)
        found = finder.find(text, folded)
        mentions.append(found)
        texts.append(folded)
        gold = np.array(sorted({row for answer in answers for row in finder.named(answer)}), np.int32)
        if not len(gold):
            continue
        if topic is None:
            taken = [(mention, node) for mention in found for node in mention.nodes[:2]]
        else:
            mention = mention_of(finder, folded, topic, found)
            taken = [(mention, node) for node in mention.nodes[:2]] if mention else []
        candidates += [
            _Candidate(question, mention, Example(wording(mention.mask(folded)), node, gold)) for mention, node in taken
        ]
    return candidates, mentions, texts


def mention_of(finder: TopicFinder, folded: str, topic: str, found: Sequence[Mention]) -> Mention | None:
    """Where a given topic stands in the question; at its end when it does not, ``None`` when the graph lacks it.

    Args:
        found: the mentions of the question, by :meth:`~knowledge.kbqa.topics.TopicFinder.find`.
    """
    nodes = finder.named(topic)
    if not nodes:
        return None
    name = fold(topic)
    there = [mention for mention in found if folded[mention.start : mention.end] == name]
    if there:
        best = max(there, key=lambda mention: (mention.exact, -mention.nested))
        return Mention(best.start, best.end, nodes, best.nested, best.exact)
    return Mention(len(folded), len(folded), nodes)


# --- expectation and maximisation ----------------------------------------------------------------------------------


def _assign(
    ranked: Mapping[Wording, Sequence[tuple[Path, float]]],
    candidates: Sequence[_Candidate],
    named: Mapping[Wording, Mapping[tuple[int, ...], float]],
    l2: float,
    tell: Progress,
) -> dict[Wording, tuple[Path, float]]:
    """The path each wording asks for, with the agreement that speaks for it."""
    sizes = Counter(candidate.example.words for candidate in candidates)
    ranked = _settle_returns(ranked, sizes)
    asked = {words: paths[0] for words, paths in ranked.items() if paths[0][1] >= _MIN_AGREEMENT}
    rare = {words for words in asked if sizes[words] < _RARE}
    if not rare:
        return asked

    def worth(words: Wording, option: tuple[Path, float]) -> float:
        path, agreed = option
        return _TRUST * sizes[words] * agreed + _LABELS * named.get(words, {}).get(path.steps, 0.0)

    asked.update((words, max(ranked[words], key=partial(worth, words))) for words in sorted(rare))
    half = {words: index % 2 for index, words in enumerate(asked)}
    for round_ in range(_ROUNDS):
        tell("agreeing on paths", round_, _ROUNDS)
        new = dict(asked)
        for side in (0, 1):
            rows: Rows = Counter()
            for words, (path, _) in asked.items():
                if half[words] != side:
                    rows[tuple(features(words)), path] += sizes[words]
            if len({path for _, path in rows}) < 2:
                continue
            reader = _fit(rows, l2, 25)
            index = {path: row for row, path in enumerate(reader.paths)}
            for words in rare:
                if half[words] == side:
                    log = np.log(np.maximum(reader.chances(words), _DOUBTED))
                    totals = [worth(words, option) + float(log[index.get(option[0], -1)]) for option in ranked[words]]
                    new[words] = ranked[words][int(np.argmax(totals))]
        asked = new
    return asked


def _named_by(
    labels: ZeroShotReader, candidates: Sequence[_Candidate], folded: Sequence[str]
) -> dict[Wording, dict[tuple[int, ...], float]]:
    """What the labels of relations take each rare wording to ask for: steps and how surely."""
    sizes = Counter(candidate.example.words for candidate in candidates)
    named: dict[Wording, dict[tuple[int, ...], float]] = {}
    for candidate in candidates:
        words = candidate.example.words
        if sizes[words] < _RARE and words not in named:
            readings = labels.readings(folded[candidate.question], [candidate.mention])
            named[words] = {reading.path.steps: reading.score for reading in reversed(readings)}
    return named


def _settle_returns(
    ranked: Mapping[Wording, Sequence[tuple[Path, float]]], sizes: Mapping[Wording, int]
) -> dict[Wording, list[tuple[Path, float]]]:
    """Whether a walk may return to its topic seldom shows in one wording: where it does not, all of them decide.

    An answer that the graph has lost the way to may still be met at the topic itself, by accident.
    """
    lead: dict[tuple[int, ...], float] = defaultdict(float)  # by how much not returning agrees better
    tables = {words: dict(paths) for words, paths in ranked.items()}
    for words, table in tables.items():
        steps = ranked[words][0][0].steps  # a wording has a say in what it seems to ask for only
        away, home = Path(steps, outward=True), Path(steps)
        if away in table and home in table:
            lead[steps] += (table[away] - table[home]) * sizes[words]
    settled: dict[Wording, list[tuple[Path, float]]] = {}
    for words, table in tables.items():
        kept: dict[Path, float] = {}
        for path, score in table.items():
            other = table.get(Path(path.steps, not path.outward))
            if other is None or sizes[words] < _RARE or abs(other - score) < _UNCLEAR:
                path = Path(path.steps, outward=lead[path.steps] > 0)
            kept[path] = max(kept.get(path, 0.0), table.get(path, score))
        settled[words] = sorted(kept.items(), key=lambda pair: -preference(*pair))
    return settled


def _choose_topics(
    asked: Mapping[Wording, tuple[Path, float]], candidates: Sequence[_Candidate]
) -> dict[int, _Candidate]:
    """For each question the candidate whose wording is best agreed on, by quality first and by use second."""
    sizes = Counter(candidate.example.words for candidate in candidates)
    best: dict[int, tuple[float, _Candidate]] = {}
    for candidate in candidates:
        words = candidate.example.words
        if words not in asked:
            continue
        worth = asked[words][1] + 0.2 * math.log1p(sizes[words])
        if candidate.question not in best or worth > best[candidate.question][0]:
            best[candidate.question] = (worth, candidate)
    return {question: candidate for question, (_, candidate) in best.items()}


def _fit(
    rows: Rows,
    l2: float,
    iterations: int,
    progress: Callable[[int, int], None] | None = None,
) -> LearnedReader:
    """A reader from ``(n-grams, path or None) → how often``."""
    counts: Counter[str] = Counter()
    for (grams, _), times in rows.items():
        counts.update(dict.fromkeys(grams, times))
    vocabulary = {gram: row for row, gram in enumerate(g for g, times in counts.items() if times >= _MIN_COUNT)}
    paths = sorted(
        {path for _, path in rows if path is not None}, key=lambda path: (len(path.steps), path.steps, path.outward)
    )
    index: dict[Path | None, int] = {path: row for row, path in enumerate(paths)}
    index[None] = len(paths)
    merged: dict[tuple[str, ...], dict[int, float]] = defaultdict(dict)
    for (grams, path), times in rows.items():
        merged[grams][index[path]] = float(times)
    known = [[vocabulary[gram] for gram in grams if gram in vocabulary] for grams in merged]
    bounds = np.cumsum([0, *map(len, known)])
    flat = np.fromiter((row for grams in known for row in grams), np.int32, int(bounds[-1]))
    matrix = sparse.csr_matrix((np.ones(len(flat), np.float32), flat, bounds), shape=(len(known), len(vocabulary)))
    targets = np.zeros((len(known), len(paths) + 1), np.float32)
    for row, weights in enumerate(merged.values()):
        total = sum(weights.values())
        for column, weight in weights.items():
            targets[row, column] = weight * min(1.0, _WEIGHT_CAP / total)
    weights_ = fit_softmax(matrix, targets, l2=l2, iterations=iterations, progress=progress)
    return LearnedReader(vocabulary, paths, weights_)
