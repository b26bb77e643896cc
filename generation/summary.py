"""Summaries: of a text, of a work of the graph, of a set of reviews, of a conversation.

A text is summarised by extraction — the sentences that say most of it (:mod:`generation.text.extract`), in its own words, so
nothing can be made up. Where a trained writer is handed in (:mod:`generation.text.seq2seq_model`), its summary is taken instead,
provided that every number, name in Latin script and title in it stands in the text. A work is told by its line and its facts, a
set of reviews by counts, aspects and quotes, a conversation for the person who takes over
(:mod:`generation.summary_conversation`).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from generation import labels, summary_works
from generation.briefs import LANGUAGES, BriefError, Draft, SummaryBrief, clean
from generation.channels import graphemes
from generation.summary_conversation import ConversationSummary, Turn, summarise_conversation
from generation.text.extract import best_sentences, mmr, sentences, textrank
from generation.text.facts import Facts
from generation.text.pairs import PairsError
from knowledge.graph import Fact, Graph
from knowledge.sentiment import summarise_reviews

if TYPE_CHECKING:
    from generation.text.headline import Headliner

__all__ = [
    "ConversationSummary", "Summariser", "Turn", "mmr", "sentences", "summarise_conversation", "supported", "textrank",
]  # fmt: skip

Progress = Callable[[float], None]
_CHECKED = re.compile(r"[A-Za-z][A-Za-z'’.-]+|\d+(?:[.,]\d+)*|《[^》]*》|[零一二三四五六七八九十百千万亿两]{2,}")
_MAX_REVIEWS = 5000
_TITLE = 40  # characters


def supported(summary: str, text: str) -> bool:
    """Whether every number, word of Latin script and title of ``summary`` stands in ``text`` (case and spacing aside)."""
    given = clean(text).lower()
    words = set(re.findall(r"[a-z][a-z'’.-]+|\d+(?:[.,]\d+)*", given))
    for found in _CHECKED.findall(clean(summary).lower()):
        if found.rstrip(".") not in words and (found.isascii() or found not in given):
            return False
    return True


class Summariser:
    """Summarises works of a graph, texts and reviews. Holds no state beside the graph; threads may share it.

    Args:
        writer: text → summary in other words, from a trained model; without one, and where what it writes is not borne out
            by the text, sentences of the text are taken.
        headliner: gives the summary of a text a title cut from the text; without one it is called a summary.
    """

    def __init__(
        self, graph: Graph, *, writer: Callable[[str], str] | None = None, headliner: Headliner | None = None
    ) -> None:
        self.graph, self.writer, self.headliner = graph, writer, headliner

    def generate(self, brief: SummaryBrief, *, seed: int = 0, progress: Progress | None = None) -> Draft:
        """The summary; ``scores["compression"]`` is its length over that of what was summarised.

        A summary of a text does not depend on the seed, that of a work varies its wording with it. Time and memory grow
        with the length of a text, not with its square.

        Raises:
            BriefError: the work is not in the graph, the text holds no sentence, or ``max_chars`` is too few for one.
        """
        draft = self._text(brief, seed, progress) if brief.work is None else self._work(brief, seed)
        if progress:
            progress(1.0)
        return draft

    def reviews(
        self, texts: Iterable[str], lang: str, *, read: Callable[[str], dict[str, float]] | None = None, seed: int = 0
    ) -> Draft:
        """What a set of reviews says: how many like it, which aspects they praise and blame, in whose words.

        Args:
            lang: of the summary, ``zh`` or ``en``; the reviews may be in both.
            read: text → share of each polarity; see :func:`knowledge.sentiment.summarise_reviews`.

        Raises:
            BriefError: another language, no review, or more than 5,000.
            ReviewError: an entry that is no text.
        """
        if lang not in LANGUAGES:
            raise BriefError(f"lang: {lang!r} is not one of {', '.join(LANGUAGES)}")
        rows = [texts] if isinstance(texts, str) else list(texts)
        if len(rows) > _MAX_REVIEWS:
            raise BriefError(f"reviews: {len(rows)}; at most {_MAX_REVIEWS} can be read at once")
        found = summarise_reviews(rows, read)
        if not found.overall.total:
            raise BriefError("reviews: there is none to summarise")
        zh = lang == "zh"
        lines = [found.sentences(lang)]
        for aspect in found.aspects:
            if aspect.quotes:
                quoted = [f"“{clean(quote.text)}”" for quote in aspect.quotes]
                lines.append(f"{aspect.name(lang)}{'：' if zh else ': '}{('；' if zh else '; ').join(quoted)}")
        text = "\n".join(lines)
        return Draft(
            text=text, title="评论摘要" if zh else "What the reviews say", facts=(), label=labels.VISIBLE[lang],
            scores={"positive": round(found.overall.positive / found.overall.total, 4)},
            metadata=labels.metadata(text, seed=seed, generator="reviews", source="rules", lang=lang, reviews=found.overall.total),
        )  # fmt: skip

    def _text(self, brief: SummaryBrief, seed: int, progress: Progress | None) -> Draft:
        rows = sentences(brief.text)
        if not rows:
            raise BriefError("text: there is no sentence in it to summarise")
        title = self._title(brief)
        length = max(1, len(clean(brief.text)))
        if self.writer and (written := self._written(self.writer, brief)):
            return _draft(written, title, (), brief, seed, len(written) / length, "abstractive")
        order = best_sentences(rows, brief.sentences, progress=progress)
        kept = _within(order, rows, brief.max_chars)
        summary = _joined([rows[i] for i in sorted(kept)])
        return _draft(summary, title, (), brief, seed, len(summary) / length, "extractive")

    def _title(self, brief: SummaryBrief) -> str:
        if self.headliner:
            try:
                return self.headliner.write(brief.text, most=_TITLE)[0].text
            except PairsError:  # a text of scraps has no headline
                pass
        return "摘要" if brief.lang == "zh" else "Summary"

    @staticmethod
    def _written(writer: Callable[[str], str], brief: SummaryBrief) -> str:
        """What the writer says of the text, or nothing where it does not hold."""
        written = clean(writer(brief.text))
        fits = brief.max_chars is None or graphemes(written) <= brief.max_chars
        return written if written and fits and supported(written, brief.text) else ""

    def _work(self, brief: SummaryBrief, seed: int) -> Draft:
        facts = Facts(self.graph, str(brief.work), brief.lang)
        tell = summary_works.in_chinese if brief.lang == "zh" else summary_works.in_english
        said = tell(facts, random.Random(f"{seed}"))[: max(1, brief.sentences)]
        text = _joined([value.text for value in said])
        while len(said) > 1 and brief.max_chars and graphemes(text) > brief.max_chars:
            said = said[:-1]
            text = _joined([value.text for value in said])
        if brief.max_chars and graphemes(text) > brief.max_chars:
            raise BriefError(f"max_chars: the shortest summary of this work takes {graphemes(text)}")
        title = f"《{facts.title}》简介" if brief.lang == "zh" else f"{facts.title}: summary"
        stated = tuple(dict.fromkeys(fact for value in said for fact in value.facts))
        return _draft(text, title, stated, brief, seed, 1.0, "rules")


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


def _draft(
    text: str, title: str, facts: tuple[Fact, ...], brief: SummaryBrief, seed: int, ratio: float, generator: str
) -> Draft:
    return Draft(
        text=text,
        title=title,
        facts=facts,
        label=labels.VISIBLE[brief.lang],
        scores={"compression": round(min(1.0, ratio), 4)},
        metadata=labels.metadata(
            text,
            seed=seed,
            generator=generator,
            source="model" if generator == "abstractive" else "rules",
            lang=brief.lang,
        ),
    )
