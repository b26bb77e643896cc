"""Which problem do these words describe? The nearest phrasing, in both languages at once.

A handful of short phrasings a problem is too little to train on and enough to look up. A token weighs more the fewer
problems use it, and more for a problem whose phrasings keep coming back to it (卡 for stuttering):

    w_p(t) = ln((1 + N) / n_t) · (1 + ln max(1, f_pt))     N problems, n_t of them use t, f_pt phrasings of p use it
    sim(q, d) = Σ_{t ∈ q∩d} w(t)² / (‖q‖ · ‖d‖)           ‖x‖² = Σ_{t ∈ x} w(t)²
    score(p) = max over its phrasings d of sim(q, d)       0..1, so that "close enough" is one number for all

Words that no phrasing uses (a title, "yesterday") tell little: they weigh as a word that half of the problems use.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from knowledge.diagnosis.problems import Problem
from knowledge.text import tokens

__all__ = ["SymptomIndex"]

_UNKNOWN = math.log(2) ** 2  # squared, as all weights below: only their squares are ever summed


class SymptomIndex:
    """Symptom phrasings and titles of all problems, ready to be searched; never changes."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self._problems = tuple(problems)
        self._phrasings = {
            problem.id: [
                (lang, frozenset(tokens(text)))
                for lang in ("zh", "en")
                for text in dict.fromkeys((*problem.symptoms.get(lang, ()), problem.title.get(lang, "")))
            ]
            for problem in problems
        }
        uses = {id_: Counter(t for _, terms in own for t in terms) for id_, own in self._phrasings.items()}
        problems_with = Counter(token for own in uses.values() for token in own)
        idf = {token: math.log((1 + len(problems)) / count) for token, count in problems_with.items()}
        # For the problem at hand, a token that only others use keeps its plain idf.
        self._known = {token: weight**2 for token, weight in idf.items()}
        self._own = {
            id_: {token: (idf[token] * (1 + math.log(count))) ** 2 for token, count in own.items()}
            for id_, own in uses.items()
        }

    def match(self, text: str, lang: str | None = None) -> list[tuple[Problem, float]]:
        """Problems that share a token with ``text``, best first, with scores in (0, 1].

        ``lang`` looks only among the phrasings in that language; ``None`` among all of them.
        """
        query = frozenset(tokens(text))
        scored = []
        for problem in self._problems:
            own = self._own[problem.id]
            phrasings = [terms for phrased_in, terms in self._phrasings[problem.id] if lang in (None, phrased_in)]
            best = max((self._similarity(query, terms, own) for terms in phrasings), default=0.0)
            if best > 0:
                scored.append((problem, best))
        return sorted(scored, key=lambda pair: -pair[1])

    def _similarity(self, query: frozenset[str], terms: frozenset[str], own: dict[str, float]) -> float:
        shared = math.fsum(own[token] for token in query & terms)
        return shared / math.sqrt(self._norm(query, own) * self._norm(terms, own)) if shared else 0.0

    def _norm(self, terms: Iterable[str], own: dict[str, float]) -> float:
        return math.fsum(own.get(token) or self._known.get(token, _UNKNOWN) for token in terms)
