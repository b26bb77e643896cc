"""Works by what is written about them: a subject they mention, or a story somebody half remembers."""

from __future__ import annotations

from knowledge.answering.answers import Answer, Suggestion
from knowledge.answering.descriptions import Descriptions
from knowledge.answering.listing import Lists
from knowledge.answering.sentences import Sentences
from knowledge.graph import Graph
from knowledge.questions.readings import Filter, Reading, Trouble
from knowledge.reasoning import Reasoner
from knowledge.search.retrieval import DocumentIndex
from knowledge.text import Language

__all__ = ["Recalling"]

_OFFERED = 3
_NEAR = 0.25  # score from which a work is worth offering


class Recalling:
    """Answers from our one line about each work."""

    def __init__(
        self,
        graph: Graph,
        reasoner: Reasoner,
        sentences: Sentences,
        lists: Lists,
        documents: DocumentIndex,
        descriptions: Descriptions,
    ) -> None:
        self.graph, self.reasoner, self.say, self.lists = graph, reasoner, sentences, lists
        self._documents, self._descriptions = documents, descriptions

    def warm(self) -> None:
        """Builds the index of descriptions now."""
        self._descriptions.find("")

    def described(
        self, question: str, reading: Reading | Trouble | None, lang: Language
    ) -> tuple[float, Answer] | None:
        """``(score, answer)`` for the work a description fits best; ``None`` when it is no description or fits none."""
        found = self._found(question, reading)
        if not found:
            return None
        work, score = found[0]
        card = self.say.card(work, lang)
        text = f"你说的可能是这部：{card}" if lang == "zh" else f"This may be the one: {card}"
        return score, Answer(text, lang, "document", 0.0, tuple(self.graph.facts(work)), (), (work,), (work,))

    def offered(self, question: str, reading: Reading | Trouble | None, lang: Language) -> Answer:
        """The works a description may mean, to choose from."""
        found = self._found(question, reading)
        works = [work for work, _ in found[:_OFFERED]]
        say = self.say
        options = tuple(
            Suggestion(
                say.titled(work, lang),
                f"介绍一下{say.name(work, lang)}" if lang == "zh" else f"Tell me about {say.name(work, lang)}",
            )
            for work in works
        )
        names = [option.title for option in options]
        if lang == "zh":
            text = f"光凭这段描述我拿不准，会不会是{'、'.join(names)}？"
        else:
            text = f"I can't tell for sure from that. Could it be {' or '.join(names)}?"
        return Answer(text, lang, "clarify", found[0][1] / 2, about=tuple(works), suggestions=options)

    def _found(self, question: str, reading: Reading | Trouble | None) -> list[tuple[str, float]]:
        if not self._descriptions.speaks_of_a_work(question):
            return []
        filter_ = reading.filter if reading is not None else Filter()
        filter_ = Filter(types=filter_.types, facets=filter_.facets, bounds=filter_.bounds)
        found = self._descriptions.find(question, lambda work: self.reasoner.passes(work, filter_))
        return [pair for pair in found if pair[1] >= _NEAR]

    def about(self, asked: Trouble, lang: Language) -> Answer:
        """「讲时间旅行的电影」: works whose description mentions it."""
        works = [work for work in self._documents.mentioning(asked.span) if self.reasoner.passes(work, asked.filter)]
        if not works:
            text = (
                f"片库的简介里没有提到“{asked.span}”。"
                if lang == "zh"
                else f"No description here mentions “{asked.span}”."
            )
            return Answer(text, lang, "none")
        titles = self.say.titles(works, lang)
        text = (
            f"简介里提到“{asked.span}”的有{titles}。"
            if lang == "zh"
            else f"Descriptions that mention “{asked.span}”: {titles}."
        )
        facts = tuple(
            fact for work in works[:10] for fact in self.graph.facts(work) if fact.relation.startswith("line_")
        )
        path, offer = ("line_zh", "line_en"), self.lists.offer(works, lang)
        return Answer(text, lang, "document", 0.65, facts, path, tuple(works), (), offer)
