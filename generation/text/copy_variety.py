"""Choosing texts that differ: overlap of word sequences, and maximal marginal relevance over a pool of candidates.

Carbonell and Goldstein, "The use of MMR, diversity-based reranking for reordering documents", SIGIR 1998.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["Grams", "grams", "overlap", "select", "wording"]

Grams = tuple[frozenset[str], ...]
_FURNITURE = re.compile(r"#\S+?#|#\S+|【[^】]*】|拒收请回复R|Reply STOP to opt out")
_WORD = re.compile(r"[\u4e00-\u9fff]|[^\W\u4e00-\u9fff]+")


def wording(parts: Sequence[tuple[str, str]]) -> str:
    """The copy itself: without tags, signatures and the way out, which are the same whatever is written."""
    return _FURNITURE.sub("", "\n".join(words for name, words in parts if name != "tags")).strip()


def grams(text: str) -> Grams:
    """The sequences of two, three and four Chinese characters or English words in ``text``."""
    words = _WORD.findall(text.lower())
    return tuple(frozenset(" ".join(words[i : i + n]) for i in range(len(words) - n + 1)) for n in (2, 3, 4))


def overlap(one: Grams, other: Grams) -> float:
    """How much of the shorter text stands in the other, 0..1, averaged over the three lengths."""
    shares = [len(a & b) / min(len(a), len(b)) for a, b in zip(one, other, strict=True) if a and b]
    return sum(shares) / len(shares) if shares else 0.0


def select(scores: Sequence[float], texts: Sequence[Grams], n: int, *, variety: float = 0.8) -> list[int]:
    """Up to ``n`` indices: first the best, then whatever is good and unlike what was chosen before.

    Args:
        scores: how good each is, 0..1.
        variety: the weight of being unlike (0: the best ones, however alike).
    """
    if not scores:
        return []
    chosen = [max(range(len(scores)), key=scores.__getitem__)]
    alike = [0.0] * len(scores)  # the squared overlaps: one near copy is worse than several distant likenesses
    while len(chosen) < min(n, len(scores)):
        last = texts[chosen[-1]]
        alike = [seen + overlap(text, last) ** 2 for seen, text in zip(alike, texts, strict=True)]
        rest = [i for i in range(len(scores)) if i not in chosen]
        chosen.append(max(rest, key=lambda i: (1 - variety) * scores[i] - variety * alike[i]))
    return chosen
