"""Words and their vectors learned from nothing but sentences: no dictionary, no download.

Chinese is cut into words that the sentences themselves show to be words: stretches of two to four characters that stand
together far more often than their characters by chance, then the likeliest cutting, counted anew (hard EM). Vectors
come from the positive pointwise mutual information of neighbours, factorised: at the size of a few hundred thousand
sentences that equals word2vec, takes half a minute, and comes out the same every time.

    Levy, Goldberg, Dagan, "Improving distributional similarity with lessons learned from word embeddings", TACL 2015.
    Sproat and Shih, "A statistical method for finding word boundaries in Chinese text", 1990 (association of characters).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import svds

from knowledge.graph import KnowledgeError
from knowledge.text import fold, is_han

__all__ = ["Segmenter", "TooLittleText", "WordVectors", "characters", "runs"]

_RUN = re.compile(r"[a-z0-9]+(?:[.'][a-z0-9]+)*|[\u3400-\u4dbf\u4e00-\u9fff]+")
_LONGEST = 4  # characters of a word
_ASSOCIATED = 3.0  # least log-ratio of together to by chance, in nats, at the weakest cut


class TooLittleText(KnowledgeError):
    """Too few sentences to learn words or vectors from."""


def runs(text: str) -> list[str]:
    """Latin words and unbroken stretches of Chinese, folded, in order."""
    return _RUN.findall(fold(text))


def characters(text: str) -> list[str]:
    """Chinese characters one by one, Latin words whole."""
    return [unit for run in runs(text) for unit in (run if is_han(run[0]) else (run,))]


class Segmenter:
    """Cuts text into the likeliest words under a unigram model.

    Args:
        counts: how often each word was seen; single characters need not be among them.
    """

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = counts
        total = sum(counts.values()) + 1
        self._cost = {word: -math.log(count / total) for word, count in counts.items() if count > 0}
        self._unknown = -math.log(0.5 / total)

    @classmethod
    def learn(cls, sentences: Sequence[str], lexicon: Iterable[str] = (), *, least: int = 15) -> Segmenter:
        """Finds the words of ``sentences``.

        Args:
            lexicon: words of a dictionary; with it, stretches that are in it are words and no others.
            least: without it, how often a stretch must stand to be one.

        Raises:
            TooLittleText: no sentence has a word or character.
        """
        distinct = Counter(run for sentence in sentences for run in runs(sentence))
        counts: Counter[str] = Counter()
        for run, seen in distinct.items():
            if is_han(run[0]):
                for size in range(1, _LONGEST + 1):
                    for at in range(len(run) - size + 1):
                        counts[run[at : at + size]] += seen
            else:
                counts[run] += seen
        total = sum(count for piece, count in counts.items() if len(piece) == 1 or not is_han(piece[0]))
        if not total:
            raise TooLittleText("there is no word in these sentences")
        listed = frozenset(map(fold, lexicon))
        words: dict[str, int] = {}
        for piece, count in counts.items():
            if len(piece) == 1 or not is_han(piece[0]) or piece in listed:
                words[piece] = count
            elif listed:
                continue
            elif count >= least:
                weakest = min(
                    math.log(count * total / (counts[piece[:cut]] * counts[piece[cut:]]))
                    for cut in range(1, len(piece))
                )
                if weakest >= _ASSOCIATED:
                    words[piece] = count
        found = cls(words)
        for _ in range(2):
            cut: Counter[str] = Counter()
            for run, seen in distinct.items():
                for word in found._cut_run(run):
                    cut[word] += seen
            found = cls(dict(cut))
        return found

    def cut(self, text: str) -> list[str]:
        """The words of a text, in order; Latin words as they stand."""
        return [word for run in runs(text) for word in self._cut_run(run)]

    def _cut_run(self, run: str) -> list[str]:
        if not is_han(run[0]):
            return [run]
        cost = self._cost
        best, back = [0.0], [0]
        for end in range(1, len(run) + 1):
            # A single character is always possible; a longer stretch only if it is a word.
            least, start = best[end - 1] + cost.get(run[end - 1], self._unknown), end - 1
            for at in range(max(0, end - _LONGEST), end - 1):
                word_cost = cost.get(run[at:end])
                if word_cost is not None and best[at] + word_cost < least:
                    least, start = best[at] + word_cost, at
            best.append(least)
            back.append(start)
        end, words = len(run), []
        while end:
            words.append(run[back[end] : end])
            end = back[end]
        return words[::-1]


class WordVectors:
    """A vector for each word that was seen often enough.

    Args:
        words: in row order.
        matrix: ``(len(words), d)`` float32, unit rows.
    """

    def __init__(self, words: Sequence[str], matrix: NDArray[np.float32]) -> None:
        self.row = {word: number for number, word in enumerate(words)}
        self.matrix = matrix

    @classmethod
    def fit(
        cls,
        sentences: Iterable[Sequence[str]],
        *,
        dimensions: int = 200,
        window: int = 4,
        least: int = 4,
        seed: int = 0,
    ) -> WordVectors:
        """Learns from tokenised sentences.

        Args:
            dimensions: numbers in a vector; fewer when there are not so many words.
            window: neighbours this far away count, by 1 / distance.
            least: words seen less often get no vector.

        Raises:
            TooLittleText: fewer than three words are seen often enough.
        """
        texts = [list(sentence) for sentence in sentences]
        counts = Counter(word for text in texts for word in text)
        words = [word for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if count >= least]
        if len(words) < 3:
            raise TooLittleText(f"only {len(words)} words are seen {least} times or more: too few for vectors")
        row = {word: number for number, word in enumerate(words)}
        gap = [""] * window  # keeps neighbours from reaching across sentences
        flat = np.fromiter((row.get(word, -1) for text in texts for word in (*text, *gap)), np.int64)
        size = len(words)
        together = sparse.csr_array((size, size), dtype=np.float32)
        for distance in range(1, window + 1):
            left, right = flat[:-distance], flat[distance:]
            kept = (left >= 0) & (right >= 0)
            cells = (np.full(int(kept.sum()), 1 / distance, np.float32), (left[kept], right[kept]))
            together = together + sparse.coo_array(cells, shape=(size, size)).tocsr()
        together = (together + together.T).tocoo()
        # Context counts to the power of 3/4: rare contexts would otherwise win (Levy et al., §3.2).
        mass = np.asarray(together.sum(axis=1)).ravel()
        context = mass**0.75 / (mass**0.75).sum()
        first, second = together.coords
        information = np.log(together.data / (mass[first] * context[second]))
        kept = information > 0
        table = sparse.csr_array((information[kept].astype(np.float32), (first[kept], second[kept])), (size, size))
        rank = min(dimensions, size - 1)
        left, strength, _ = svds(table, k=rank, v0=np.random.default_rng(seed).normal(size=size).astype(np.float32))
        matrix = left * np.sqrt(strength)
        norms = np.linalg.norm(matrix, axis=1, keepdims=True)
        return cls(words, np.asarray(matrix / np.where(norms > 0, norms, 1), np.float32))

    def vectors(self, words: Sequence[str]) -> NDArray[np.float32]:
        """``(len(words), d)`` unit rows; zeros for a word without a vector."""
        rows = np.fromiter((self.row.get(word, -1) for word in words), np.int64, len(words))
        found = self.matrix[rows]
        found[rows < 0] = 0
        return np.asarray(found, np.float32)
