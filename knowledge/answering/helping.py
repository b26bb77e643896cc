"""Answers from the help pages: the operator's own words, or the entries that may have been meant."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.answering.answers import Answer, Suggestion
from knowledge.answering.confidence import ASK_BACK, stated
from knowledge.importers.faq import FaqEntry
from knowledge.search.retrieval import FaqIndex, FaqMatch
from knowledge.text import Language

__all__ = ["Helping"]

_OFFERED = 3
_EDGES = re.compile(r"^(?:你好|请问|麻烦|问一下|想问|那个|[，,\s])+|[呀啊呢吧哦嘛啦咯哈呗~!！。?？\s]+$")


class Helping:
    """Searches one FAQ."""

    def __init__(self, entries: Sequence[FaqEntry]) -> None:
        self.entries = entries
        self._index = FaqIndex(entries)

    def best(self, question: str, *, named: bool) -> tuple[FaqMatch, float] | None:
        """The nearest entry and the probability that it is the one asked for.

        Args:
            named: whether the question names a work or a person; then it is seldom one of the FAQ.
        """
        match = next(iter(self._index.search(_EDGES.sub("", question), 1)), None)
        return None if match is None else (match, stated("faq/named" if named else "faq", match.confidence))

    def answer(self, match: FaqMatch, confidence: float, lang: Language) -> Answer:
        """The entry's own answer, and two of its topic to ask next."""
        entry = match.entry
        text = entry.answer.get(lang) or next(iter(entry.answer.values()))
        others = [other for other in self.entries if other.topic == entry.topic and other.id != entry.id][:2]
        suggestions = tuple(Suggestion(q, q) for other in others if (q := other.question.get(lang)))
        return Answer(text, lang, "faq", confidence, about=(entry.id,), suggestions=suggestions)

    def offered(self, question: str, lang: Language) -> Answer | None:
        """The entries that may be meant, to choose from; ``None`` when none comes near."""
        matches = self._index.search(_EDGES.sub("", question), _OFFERED)
        if not matches or stated("faq", matches[0].confidence) < ASK_BACK:
            return None
        options = tuple(Suggestion(q, q) for match in matches if (q := match.entry.question.get(lang)))
        if not options:
            return None
        titles = [option.title for option in options]
        if lang == "zh":
            text = f"你想问的是“{titles[0]}”吗？" if len(titles) == 1 else "你想问的是下面哪一个？"
        else:
            text = f"Do you mean “{titles[0]}”?" if len(titles) == 1 else "Is one of these what you mean?"
        return Answer(text, lang, "clarify", stated("faq", matches[0].confidence), suggestions=options)
