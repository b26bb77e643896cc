"""Works by what happens in them: 「有部片子是进别人梦里偷东西的」, "the one where an old man flies his house".

Our one line about each work is compared with the question twice: by the words they share, weighed by how telling each
is, and by the small bilingual sentence encoder, for people seldom remember a film in our words. What the question says
outright (a cartoon, from Korea) counts against the rest. A sentence is only taken for a description when it speaks of a
work, for everything is a little like something.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from knowledge.graph import WORK_TYPES, Graph
from knowledge.search.static_encoder import StaticEncoder, bundled
from knowledge.search.text_index import EMPTY, TextIndex
from knowledge.text import tokens

__all__ = ["Descriptions"]

_TOP = 60
_UNLIKE = 0.35  # what is said of the kind, the country or the genre does not hold: it may have been read wrongly
_SPEAKS_OF_A_WORK = re.compile(
    r"电影|影片|片子|那部|有部|哪部|一部|的片|剧|动画|故事|专辑|话剧|(?:国|爱情|动作|恐怖|科幻|喜剧|警匪|战争)片|讲(?!话|价)|"
    r"\b(?:films?|movies?|series|shows?|play|musical|story|cartoon|documentary|anime)\b|\bthe one (?:where|with|about|in which)\b|"
    r"\bit'?s about\b|\babout an?\b"
)
_FILLER = re.compile(
    r"那部|有部|一部|哪部|叫什么(?:名字)?|叫啥|来着|电影|影片|片子|动画片?|电视剧|讲的?(?:是|了)?|故事|的那个|请问|记得|"
    r"\b(?:that|the|a) (?:film|movie|series|show|one|play|story)\b|\b(?:film|movie|series|show)\b|\bwhat(?:'s| is) (?:it|that) called\b|"
    r"\bin which\b|\bwhere\b|\babout\b"
)
_LONG = {"zh": 7, "en": 4}  # telling terms from which a sentence may be a description


class Descriptions:
    """The one-line descriptions of a graph's works, built when first needed: 0.3 s and 3 MB for a thousand works."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._lock = threading.Lock()

    def speaks_of_a_work(self, question: str) -> bool:
        """Whether a sentence reads like somebody's memory of a work."""
        telling = {term for term in tokens(_FILLER.sub(" ", question)) if term not in EMPTY}
        least = _LONG["zh" if any("\u3400" <= char <= "\u9fff" for char in question) else "en"]
        return _SPEAKS_OF_A_WORK.search(question.lower()) is not None and len(telling) >= least

    def find(self, question: str, passes: Callable[[str], bool] = lambda work: True) -> list[tuple[str, float]]:
        """The nearest works, best first, with a score of 0..1 each that grows with the lead of the first.

        Args:
            passes: what the question says outright of the work.
        """
        with self._lock:
            works, lines, words, encoder = self._index
        if not works:
            return []
        plain = _FILLER.sub(" ", question)
        asked = tokens(plain)
        vector = encoder.encode([plain])[0]
        alike = np.maximum(lines[0] @ vector, lines[1] @ vector)
        for row, score in words.bm25.top(asked, _TOP):
            if score > 0:
                alike[row] += words.covered(asked, row)
        top = np.argsort(-alike, kind="stable")[:_TOP]
        alike[top] -= [0.0 if passes(works[row]) else _UNLIKE for row in top]
        ranked = top[np.argsort(-alike[top], kind="stable")][:4]
        best = float(alike[ranked[0]])
        lead = best - float(alike[ranked[1]]) if len(ranked) > 1 else 0.3
        first = 3 * (best - 0.85) + 6 * (min(lead, 0.4) - 0.12)
        scores = [first, *(first - 1 - 6 * (best - float(alike[row])) for row in ranked[1:])]
        return [(works[row], 1 / (1 + float(np.exp(-score)))) for row, score in zip(ranked, scores, strict=True)]

    @cached_property
    def _index(self) -> tuple[list[str], tuple[NDArray[np.float32], NDArray[np.float32]], TextIndex, StaticEncoder]:
        graph = self.graph
        works = [entity.id for entity in graph.entities(WORK_TYPES) if _line(graph, entity.id)]
        texts = []
        for work in works:
            facets = [
                label
                for relation in ("genre", "country", "mood")
                for target in graph.objects(work, relation)
                for label in graph.entity(str(target)).labels.values()
            ]
            texts.append(tokens(" ".join([_line(graph, work), *facets])))
        encoder = bundled()
        zh, en = (
            encoder.encode([str(graph.value(work, f"line_{lang}") or "") for work in works]) for lang in ("zh", "en")
        )
        return works, (np.asarray(zh, np.float32), np.asarray(en, np.float32)), TextIndex(texts), encoder


def _line(graph: Graph, work: str) -> str:
    return " ".join(str(line) for lang in ("zh", "en") if (line := graph.value(work, f"line_{lang}")))
