"""Summaries by extraction: the sentences that say most of a text, or a work from its line and its facts.

TextRank scores sentences by how much the others resemble them (BM25 as the likeness, after Barrios et al.), maximal
marginal relevance then keeps the second sentence from repeating the first. Nothing is rewritten, so nothing can be made
up; what a text does not say in any one sentence, its summary will not say either.

    Mihalcea and Tarau, "TextRank: bringing order into texts", EMNLP 2004.
    Barrios et al., "Variations of the similarity function of TextRank", ASAI 2015.
    Carbonell and Goldstein, "The use of MMR", SIGIR 1998.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from generation import labels
from generation.briefs import BriefError, Draft, SummaryBrief, clean
from generation.channels import graphemes
from generation.text import lexicon_en, lexicon_zh
from generation.text.content import Value
from generation.text.facts import Facts
from knowledge.graph import Fact, Graph
from knowledge.search.bm25 import BM25
from knowledge.text import tokens

__all__ = ["Summariser", "mmr", "sentences", "textrank"]

_DAMPING = 0.85
_TOLERANCE = 1e-6
_STEPS = 100
_RELEVANCE = 0.7  # MMR's λ: how much saying something important outweighs saying something new
_MAX_SENTENCES = 400  # of a text; the similarity matrix is square
_END = re.compile(r"(?<=[。！？!?…])[”’」』）)]?|(?<=[.])(?=\s+[\"“(A-Z\u4e00-\u9fff])|\n+")
_ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|vs|etc|No|Jr|Sr|[A-Z])\.)$")


def sentences(text: str) -> list[str]:
    """The sentences of Chinese or English text, in order, each with its final mark."""
    pieces: list[str] = []
    start = 0
    for match in _END.finditer(text):
        piece = text[start : match.end()]
        if _ABBREVIATION.search(piece.rstrip()):
            continue
        pieces.append(piece)
        start = match.end()
    pieces.append(text[start:])
    return [piece for piece in map(clean, pieces) if re.search(r"\w", piece)]


def _likeness(rows: list[list[str]]) -> NDArray[np.float32]:
    """``(n, n)``: BM25 of each sentence as a query against every other, symmetric, its diagonal zero."""
    index = BM25(rows)
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
        if float(np.abs(moved - rank).sum()) < _TOLERANCE:
            break
        rank = moved
    return np.asarray(moved / moved.sum(), np.float32)


def mmr(rank: NDArray[np.float32], likeness: NDArray[np.float32], k: int, relevance: float = _RELEVANCE) -> list[int]:
    """``k`` rows, best first: important, and unlike those already chosen."""
    importance = rank / rank.max()
    near = likeness / likeness.max() if likeness.max() > 0 else likeness
    chosen: list[int] = []
    left = list(range(len(rank)))
    while left and len(chosen) < k:
        gains = [relevance * importance[i] - (1 - relevance) * (near[i, chosen].max() if chosen else 0) for i in left]
        chosen.append(left.pop(int(np.argmax(gains))))
    return chosen


class Summariser:
    """Summarises works of a graph and texts. Holds no state beside the graph; threads may share it."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def generate(self, brief: SummaryBrief, *, seed: int = 0, progress: Callable[[float], None] | None = None) -> Draft:
        """The summary; ``scores["compression"]`` is its length over that of what was summarised.

        A summary of a text does not depend on the seed, that of a work varies its wording with it.

        Raises:
            BriefError: the work is not in the graph, the text holds no sentence, or ``max_chars`` is too few for one.
        """
        draft = self._text(brief, seed) if brief.work is None else self._work(brief, seed)
        if progress:
            progress(1.0)
        return draft

    def _text(self, brief: SummaryBrief, seed: int) -> Draft:
        rows = sentences(brief.text)[:_MAX_SENTENCES]
        if not rows:
            raise BriefError("text: there is no sentence in it to summarise")
        if len(rows) <= brief.sentences:
            order = list(range(len(rows)))
        else:
            likeness = _likeness([tokens(row) for row in rows])
            order = mmr(textrank(likeness), likeness, brief.sentences)
        kept = _within(order, rows, brief.max_chars)
        summary = _joined([rows[i] for i in sorted(kept)])
        ratio = len(summary) / max(1, len(clean(brief.text)))
        return _draft(summary, "摘要" if brief.lang == "zh" else "Summary", (), brief, seed, ratio)

    def _work(self, brief: SummaryBrief, seed: int) -> Draft:
        facts = Facts(self.graph, str(brief.work), brief.lang)
        rng = random.Random(f"{seed}")
        said = (_work_zh if brief.lang == "zh" else _work_en)(facts, rng)[: max(1, brief.sentences)]
        text = _joined([value.text for value in said])
        while len(said) > 1 and brief.max_chars and graphemes(text) > brief.max_chars:
            said = said[:-1]
            text = _joined([value.text for value in said])
        if brief.max_chars and graphemes(text) > brief.max_chars:
            raise BriefError(f"max_chars: the shortest summary of this work takes {graphemes(text)}")
        title = f"《{facts.title}》简介" if brief.lang == "zh" else f"{facts.title}: summary"
        return _draft(
            text, title, tuple(dict.fromkeys(fact for value in said for fact in value.facts)), brief, seed, 1.0
        )


def _joined(rows: list[str]) -> str:
    """Sentences one after another, with a space after those that end like English ones."""
    return "".join(row + (" " if row[-1].isascii() else "") for row in rows).strip()


def _within(order: list[int], rows: list[str], most: int | None) -> list[int]:
    if most is None:
        return order
    kept: list[int] = []
    for i in order:
        if graphemes(_joined([rows[j] for j in [*kept, i]])) <= most:
            kept.append(i)
    if not kept:
        raise BriefError(f"max_chars: no sentence of the text fits {most}")
    return kept


def _draft(text: str, title: str, facts: tuple[Fact, ...], brief: SummaryBrief, seed: int, ratio: float) -> Draft:
    return Draft(
        text=text,
        title=title,
        facts=facts,
        label=labels.VISIBLE[brief.lang],
        scores={"compression": round(min(1.0, ratio), 4)},
        metadata=labels.metadata(
            text, seed=seed, generator="extractive" if brief.work is None else "rules", lang=brief.lang
        ),
    )


# --- works -----------------------------------------------------------------------------------------------------------


def _gather(*values: Value | None) -> tuple[Fact, ...]:
    return tuple(fact for value in values if value for fact in value.facts)


def _work_zh(facts: Facts, rng: random.Random) -> list[Value]:
    """What happens, what it is and who made it, how long it is and what it won: one sentence each."""
    noun = facts.nouns()[0]
    moods = [(lexicon_zh.MOODS[mood], fact) for mood, fact in facts.mood_ids() if mood in lexicon_zh.MOODS][:1]
    year, line = facts.named("year", 1), facts.line()
    mw = lexicon_zh.measure(facts.kind, noun.text)
    mood = f"{moods[0][0]}的" if moods else ""
    what = f"《{facts.title}》是{year.text + '年的' if year else ''}一{mw}{mood}{noun.text}"
    made = [
        (facts.named("directed_by", 2), "{}执导"),
        (facts.named("cast", 3), "{}主演"),
        (facts.named("performed_by", 2), "来自{}" if facts.kind == "album" else "{}演出"),
    ]
    written = facts.named("written_by", 2)
    if written and not made[0][0]:
        made.append((written, "{}编剧"))
    credits = "，".join(form.format(value.text) for value, form in made if value)
    kind = Value(
        f"{what}{'，' + credits if credits else ''}。",
        (*_gather(year, noun, *(value for value, _ in made)), *(fact for _, fact in moods)),
    )
    length = _length_zh(facts)
    award = facts.named("award", 2)
    won = Value(f"{rng.choice(('获得', '曾获', '获'))}{award.text}。", award.facts) if award else None
    return [value for value in (_first(line, kind, rng)) if value] + [value for value in (length, won) if value]


def _first(line: Value | None, kind: Value, rng: random.Random) -> list[Value | None]:
    return [kind, line] if rng.random() < 0.5 else [line, kind]


def _length_zh(facts: Facts) -> Value | None:
    runtime, episodes = facts.named("runtime", 1), facts.named("episodes", 1)
    if episodes:
        each = f"，每集约{runtime.text}分钟" if runtime else ""
        return Value(f"全剧{episodes.text}集{each}。", _gather(episodes, runtime))
    return Value(f"时长{runtime.text}分钟。", runtime.facts) if runtime else None


def _work_en(facts: Facts, rng: random.Random) -> list[Value]:
    noun = facts.nouns()[0]
    moods = [(lexicon_en.MOODS[mood], fact) for mood, fact in facts.mood_ids() if mood in lexicon_en.MOODS][:1]
    year, line = facts.named("year", 1), facts.line()
    described = lexicon_en.a(" ".join([*(word for word, _ in moods), noun.text]))
    director, cast = facts.named("directed_by", 2), facts.named("cast", 3)
    artist, writer = facts.named("performed_by", 2), facts.named("written_by", 2)
    credits = [
        f"directed by {director.text}" if director else "",
        f"starring {cast.text}" if cast else "",
        f"by {artist.text}" if artist and facts.kind == "album" else f"performed by {artist.text}" if artist else "",
        f"written by {writer.text}" if writer and not director else "",
    ]
    made = lexicon_en.join([credit for credit in credits if credit]) if any(credits) else ""
    when = f" from {year.text}" if year else ""
    kind = Value(
        f"{facts.title} is {described}{when}{', ' + made if made else ''}.",
        (*_gather(year, noun, director, cast, artist, None if director else writer), *(fact for _, fact in moods)),
    )
    runtime, episodes = facts.named("runtime", 1), facts.named("episodes", 1)
    length = None
    if episodes:
        plural = "" if episodes.text == "1" else "s"
        each = f" of about {runtime.text} minutes" if runtime else ""
        length = Value(f"It has {episodes.text} episode{plural}{each}.", _gather(episodes, runtime))
    elif runtime:
        length = Value(f"It runs {runtime.text} minutes.", runtime.facts)
    award = facts.named("award", 2)
    won = (
        Value(f"It won the {award.text.replace(' and ', ' and the ')}.", award.facts)
        if award and len(award.facts) == 1
        else None
    )
    if award and won is None:
        names = lexicon_en.join([f"the {facts.label(fact)}" for fact in award.facts])
        won = Value(f"It won {names}.", award.facts)
    return [value for value in _first(line, kind, rng) if value] + [value for value in (length, won) if value]
