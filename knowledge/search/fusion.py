"""Several matchers, one ranking, and each hit says who found it.

Two ways to put rankings together. Reciprocal rank fusion looks at ranks only, so scores of any scale go in and nothing
has to be learned. Learned fusion weighs what each matcher says of a row, its score as a share of its own best score and
its reciprocal rank, by weights fitted on labelled queries, and returns a probability.

    Cormack, Clarke, Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning methods",
    SIGIR 2009.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.graph import KnowledgeError
from knowledge.search.logistic import BadExamples, Logistic

__all__ = ["BadFusion", "Hit", "LearnedFusion", "Ranking", "matched_terms", "reciprocal_rank"]

Ranking = Sequence[tuple[int, float]]
"""Rows with their scores, best first, as :meth:`knowledge.search.bm25.BM25.top` gives them."""

_DEPTH = 60  # k of the paper: how little the first ranks stand out


class BadFusion(KnowledgeError):
    """Rankings or examples that cannot be put together."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One row found.

    Attributes:
        score: of the fusion; comparable within one search, and a probability from :class:`LearnedFusion`.
        found_by: matcher → rank it gave the row, from 1; matchers that did not find it are absent.
        terms: what the question and the row have in common, most telling first (see :func:`matched_terms`).
    """

    row: int
    score: float
    found_by: dict[str, int] = field(default_factory=dict)
    terms: tuple[str, ...] = ()


def reciprocal_rank(rankings: Mapping[str, Ranking], limit: int, *, k: int = _DEPTH) -> list[Hit]:
    """Fuses by Σ 1 / (k + rank); best first, of equals the earlier row.

    Args:
        rankings: matcher → its ranking.
        limit: how many hits.
        k: ≥ 0; the paper's 60.

    Raises:
        BadFusion: a ranking that names a row twice.
    """
    found = _found(rankings)
    scored = [(sum(1 / (k + rank) for rank in by.values()), row, by) for row, by in found.items()]
    scored.sort(key=lambda item: (-item[0], item[1]))
    return [Hit(row, score, by) for score, row, by in scored[:limit]]


class LearnedFusion:
    """Fusion by weights that were fitted on queries whose answers are known.

    Args:
        matchers: names of the matchers, in the order of the features.
        model: over :meth:`features`.
    """

    def __init__(self, matchers: Sequence[str], model: Logistic) -> None:
        self.matchers = tuple(matchers)
        self.model = model

    @staticmethod
    def features(rankings: Mapping[str, Ranking], matchers: Sequence[str]) -> tuple[list[int], NDArray[np.float64]]:
        """Rows found, ascending, and what each matcher says of them: ``(n, 3 · matchers)``.

        Per matcher: the score, the score as a share of the matcher's best, and 1 / rank; zeros where not found. Scores
        go in as they are, so a matcher must be on one scale from query to query (cosines, coverages).
        """
        rows = sorted(_found(rankings))
        place = {row: number for number, row in enumerate(rows)}
        table = np.zeros((len(rows), 3 * len(matchers)))
        for column, matcher in enumerate(matchers):
            ranking = rankings.get(matcher, ())
            best = max((score for _, score in ranking), default=0.0)
            for rank, (row, score) in enumerate(ranking, 1):
                share = score / best if best > 0 else 0.0
                table[place[row], 3 * column : 3 * column + 3] = score, share, 1 / rank
        return rows, table

    @classmethod
    def fit(
        cls,
        queries: Iterable[tuple[Mapping[str, Ranking], set[int]]],
        matchers: Sequence[str],
        *,
        c: float = 1.0,
    ) -> LearnedFusion:
        """Learns from queries: the rankings of each, and the rows that were right.

        Args:
            c: inverse strength of the prior on the weights.

        Raises:
            BadFusion: no query has both a right row and a wrong one.
        """
        tables, targets = [], []
        for rankings, right in queries:
            rows, table = cls.features(rankings, matchers)
            tables.append(table)
            targets.append(np.fromiter((row in right for row in rows), np.float64, len(rows)))
        y = np.concatenate(targets) if targets else np.zeros(0)
        if not 0 < y.sum() < len(y):
            raise BadFusion("the labelled queries need right rows and wrong rows among what the matchers found")
        # A matcher that finds a row never speaks against it; without that, two alike matchers may cancel out.
        model = Logistic.fit(np.concatenate(tables), y, c=c, signs=[1] * (3 * len(matchers)))
        return cls(matchers, model)

    def fuse(self, rankings: Mapping[str, Ranking], limit: int) -> list[Hit]:
        """Best rows first, of equals the earlier; a hit's score is the probability that it is right.

        Matchers this was not fitted with are ignored; those missing count as having found nothing.
        """
        known = {name: ranking for name, ranking in rankings.items() if name in self.matchers}
        rows, table = self.features(known, self.matchers)
        if not rows:
            return []
        found = _found(known)
        scores = self.model.probabilities(table)
        order = np.argsort(-scores, kind="stable")[:limit]
        return [Hit(rows[number], float(scores[number]), found[rows[number]]) for number in order]

    def save(self, path: Path) -> None:
        """Writes one JSON file."""
        part = path.with_name(path.name + ".part")
        part.write_text(json.dumps({"matchers": self.matchers, "model": self.model.to_json()}), encoding="utf-8")
        os.replace(part, path)

    @classmethod
    def load(cls, path: Path) -> LearnedFusion:
        """Raises :class:`BadFusion` when the file is none that :meth:`save` wrote."""
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            matchers, model = [str(name) for name in found["matchers"]], Logistic.from_json(found["model"])
        except (OSError, ValueError, KeyError, TypeError, BadExamples) as error:
            raise BadFusion(f"{path}: no saved fusion ({error}); fit it again") from error
        if len(model.weights) != 3 * len(matchers):
            raise BadFusion(f"{path}: {len(matchers)} matchers need {3 * len(matchers)} weights")
        return cls(matchers, model)


def matched_terms(asked: Iterable[str], held: Iterable[str], telling: Mapping[str, float]) -> tuple[str, ...]:
    """Terms both sides have, most telling first; a piece of a longer matched term is left out.

    Args:
        telling: how telling a term is (its idf); a term it does not know counts as nothing.
    """
    shared = sorted(set(asked) & set(held), key=lambda term: (-len(term), -telling.get(term, 0.0), term))
    kept: list[str] = []
    for term in shared:
        if not any(term in longer for longer in kept if not term.isascii()):
            kept.append(term)
    return tuple(sorted(kept, key=lambda term: (-telling.get(term, 0.0), term)))


def _found(rankings: Mapping[str, Ranking]) -> dict[int, dict[str, int]]:
    """Row → matcher → rank."""
    found: dict[int, dict[str, int]] = {}
    for matcher, ranking in rankings.items():
        for rank, (row, _) in enumerate(ranking, 1):
            by = found.setdefault(row, {})
            if matcher in by:
                raise BadFusion(f"{matcher} names row {row} twice")
            by[matcher] = rank
    return found
