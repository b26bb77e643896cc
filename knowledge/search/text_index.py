"""Short texts by their words, with the weights that tell how much of one text another one covers.

A BM25 score alone cannot say whether the best text is near enough: it grows with the length of the question. So BM25
finds candidates, and how much of the question they account for, weighed by how telling each word is, decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from knowledge.search.bm25 import BM25

__all__ = ["EMPTY", "TextIndex"]

# Said in any question, telling of none.
_EMPTY_WORDS = """
    的 了 吗 呢 吧 啊 呀 是 我 你 么 怎 什 怎么 什么 么办 请 问 请问 一 下 一下 the a an is are do does did i
    my you your to of in on it can how what why when who where for and me s with be was will this that there we
    they he she time
"""
EMPTY = frozenset(_EMPTY_WORDS.split())
_K1 = 1.5


class TextIndex:
    """BM25 over texts, with the weights that tell how much of a text another one covers."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        self.bm25 = BM25(documents, k1=_K1)
        self._rarest = float(self.bm25.idf.max()) if len(self.bm25.idf) else 1.0
        self.telling = {term: self.weight(term) for term in self.bm25.vocabulary}
        self._rows = [frozenset(document) for document in documents]
        self._mass = [sum(map(self.weight, row)) for row in self._rows]

    def weight(self, term: str) -> float:
        """How telling a term is: its idf, and as much as the rarest for one never seen."""
        if term in EMPTY:
            return 0.15
        row = self.bm25.vocabulary.get(term)
        return self._rarest if row is None else max(float(self.bm25.idf[row]), 0.2)

    def terms(self, row: int) -> frozenset[str]:
        """The terms of a text."""
        return self._rows[row]

    def covered(self, asked: Iterable[str], row: int) -> float:
        """The weighted share of ``asked`` that the row holds, 0..1."""
        terms = set(asked)
        whole = sum(map(self.weight, terms))
        return sum(self.weight(term) for term in terms if term in self._rows[row]) / max(whole, 1e-9)

    def holds(self, row: int, term: str) -> bool:
        """Whether the row has the term in it."""
        return term in self._rows[row]

    def alike(self, asked: Iterable[str], row: int) -> float:
        """Weighted Dice coefficient of ``asked`` and the row; little when what they share tells little."""
        terms = set(asked)
        shared = [term for term in terms if term in self._rows[row]]
        both = sum(map(self.weight, shared))
        dice = 2 * both / max(sum(map(self.weight, terms)) + self._mass[row], 1e-9)
        telling = [self.weight(term) for term in shared if term not in EMPTY]
        alone = 0.5 if len(telling) < 2 else 1.0  # "hi" is not about Hi-Res
        return dice * alone * min(1.0, sum(telling) / max(0.9 * self._rarest, 1e-9))

    def reached(self, asked: Sequence[str]) -> list[tuple[int, float]]:
        """The best rows with their score as a share of the highest possible one."""
        telling = [term for term in asked if term not in EMPTY]
        possible = (_K1 + 1) * sum(map(self.weight, telling))
        alone = 0.5 if len(set(telling)) < 2 else 1.0
        return [(row, alone * score / possible) for row, score in self.bm25.top(telling, 10) if score > 0]
