"""The sentences that say most of a text, however long: TextRank on BM25 likeness, then maximal marginal relevance.

TextRank scores sentences by how much the others resemble them, with BM25 as the likeness; maximal marginal relevance keeps
the second sentence from repeating the first. The matrix of likenesses is square, so a long text is read in chunks: the best
sentences of each compete in a final round, and time grows with the length of the text, not its square.

    Mihalcea and Tarau, "TextRank: bringing order into texts", EMNLP 2004.
    Barrios et al., "Variations of the similarity function of TextRank for automated summarization", ASAI 2015.
    Carbonell and Goldstein, "The use of MMR, diversity-based reranking", SIGIR 1998.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from generation.briefs import clean
from knowledge.search.bm25 import BM25
from knowledge.text import tokens

__all__ = ["best_sentences", "likeness", "mmr", "sentences", "textrank"]

_DAMPING = 0.85
_TOLERANCE = 1e-6
_STEPS = 100
_RELEVANCE = 0.7  # MMR's λ: how much saying something important outweighs saying something new
_CHUNK = 200  # sentences compared with one another at a time
_SURVIVORS = 20  # of a chunk that go on to the next round
_LONGEST = 600  # tokens of a sentence that are compared: a page without a full stop is no sentence
_END = re.compile(r"(?<=[。！？!?…])[”’」』）)]?|(?<=[.])(?=\s+[\"“(A-Z\u4e00-\u9fff])|\n+")
_ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|vs|etc|No|Jr|Sr|[A-Z])\.)$")


def sentences(text: str) -> list[str]:
    """The sentences of Chinese or English text, in order, each with its final mark."""
    pieces: list[str] = []
    start = 0
    for match in _END.finditer(text):
        piece = text[start : match.end()]
        if _ABBREVIATION.search(piece[-8:].rstrip()):
            continue
        pieces.append(piece)
        start = match.end()
    pieces.append(text[start:])
    return [piece for piece in map(clean, pieces) if re.search(r"\w", piece)]


def likeness(rows: Sequence[Sequence[str]]) -> NDArray[np.float32]:
    """``(n, n)`` float32: BM25 of each row of tokens as a query against every other, symmetric, its diagonal zero."""
    index = BM25([list(row) for row in rows])
    scores = np.maximum(np.stack([index.scores(set(row)) for row in rows]), 0)
    scores = (scores + scores.T) / 2
    np.fill_diagonal(scores, 0.0)
    return scores.astype(np.float32)


def textrank(likeness: NDArray[np.float32]) -> NDArray[np.float32]:
    """PageRank over the weighted graph of sentences: ``(n,)`` float32, summing to 1."""
    size = len(likeness)
    out = likeness.sum(axis=1, keepdims=True)
    transition = np.divide(likeness, out, out=np.full_like(likeness, 1 / size), where=out > 0)
    rank = np.full(size, 1 / size, np.float32)
    for _ in range(_STEPS):
        moved = (1 - _DAMPING) / size + _DAMPING * (rank @ transition)
        step, rank = float(np.abs(moved - rank).sum()), moved
        if step < _TOLERANCE:
            break
    return np.asarray(rank / rank.sum(), np.float32)


def mmr(rank: NDArray[np.float32], likeness: NDArray[np.float32], k: int, relevance: float = _RELEVANCE) -> list[int]:
    """``k`` rows, best first: important, and unlike those already chosen."""
    importance = rank / rank.max()
    near = likeness / likeness.max() if likeness.max() > 0 else likeness
    chosen: list[int] = []
    nearest = np.zeros(len(rank), np.float32)  # likeness to the nearest chosen one
    free = np.ones(len(rank), bool)
    while len(chosen) < min(k, len(rank)):
        gains = np.where(free, relevance * importance - (1 - relevance) * nearest, -np.inf)
        best = int(np.argmax(gains))
        chosen.append(best)
        free[best] = False
        nearest = np.maximum(nearest, near[:, best])
    return chosen


def best_sentences(rows: Sequence[str], k: int, *, progress: Callable[[float], None] | None = None) -> list[int]:
    """Numbers of the ``k`` rows that say most, best first (all of them, in order, where there are no more than ``k``).

    Up to 200 rows are compared all with all; of more, each run of 200 sends its best 20 (or k, if more) into the next round.
    Memory: 200 × 200 float32 at a time.

    Args:
        progress: called with the share of the rows that have been read, 0 … 1.
    """
    left = list(range(len(rows)))
    if len(rows) <= k:
        return left
    split = [tokens(row)[:_LONGEST] for row in rows]
    kept = max(k, _SURVIVORS)
    chunk = max(_CHUNK, 4 * kept)
    while len(left) > chunk:
        survivors: list[int] = []
        # Chunks of nearly equal size, so that the last is not a handful of sentences that all survive.
        for part in np.array_split(np.array(left), -(-len(left) // chunk)):
            close = likeness([split[i] for i in part])
            survivors += sorted(int(part[i]) for i in np.argsort(-textrank(close), kind="stable")[:kept])
            if progress:
                progress(float(part[-1] + 1) / len(rows))
        left = survivors
    close = likeness([split[i] for i in left])
    return [left[i] for i in mmr(textrank(close), close, k)]
