"""Questions in, answers out: the one object upstairs talks to.

A question goes the way it can be answered best: along a path of the graph, as the description of a work or a person, as
a list or a comparison; else to the nearest question of the FAQ; else to the nearest description. Where it is not sure
it asks back with things the user can press, and where the catalogue does not have something it says so. It never
guesses: every statement it makes stands on the facts it returns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from knowledge.answering.answers import Answer, AnswerKind, Suggestion
from knowledge.answering.asking_back import AskBack
from knowledge.answering.comparing import Comparer
from knowledge.answering.followups import follow_ups
from knowledge.answering.grounding import grounded
from knowledge.answering.listing import Lists
from knowledge.answering.paths import Paths
from knowledge.answering.sentences import Sentences
from knowledge.answering.verdicts import Verdicts
from knowledge.catalogue import Catalogue
from knowledge.graph import FACET_TYPES, WORK_TYPES
from knowledge.linking import Linker
from knowledge.questions import QuestionReader
from knowledge.questions.readings import Filter, Reading, Trouble
from knowledge.reasoning import Reasoner
from knowledge.retrieval import SURE, DocumentIndex, FaqIndex, FaqMatch
from knowledge.text import Language, detect_language

__all__ = ["Answer", "AnswerKind", "Answerer", "Suggestion"]

ANSWER = 0.6
"""Least confidence in a reading that is answered; below it we ask back."""

_FAQ_MAYBE = 0.34
_LONGEST_NAME = 5  # characters; a longer stretch that names nothing may be a description
_FAQ_OVER_NAME = 0.7  # when a work or a person is named, the question is seldom one of the FAQ
_CLEAR_LEAD = 2.5  # how many times likelier the first of namesakes must be than the second


class Answerer:
    """Answers questions about one catalogue. Built once; every method may be called from several threads.

    Args:
        today: what day it is, for 「上映多少年了」.
    """

    def __init__(self, catalogue: Catalogue, today: Callable[[], date] = date.today) -> None:
        self.catalogue = catalogue
        self.graph = catalogue.graph
        self.linker = Linker(catalogue.graph)
        self._reader = QuestionReader(catalogue.graph, self.linker, catalogue.vocabulary)
        reasoner = Reasoner(catalogue.graph)
        self._say = Sentences(catalogue.graph, catalogue.vocabulary)
        self._paths = Paths(catalogue.graph, reasoner, self._say, today)
        self._lists = Lists(catalogue.graph, reasoner, self._say)
        self._verdicts = Verdicts(catalogue.graph, reasoner, self._say)
        self._comparer = Comparer(catalogue.graph, reasoner, self._say)
        self._back = AskBack(catalogue.graph, self.linker, self._say)
        self._faq = FaqIndex(catalogue.faq)
        self._documents = DocumentIndex(catalogue)

    # --- the front door ----------------------------------------------------------------------------------------------

    def answer(
        self,
        question: str,
        *,
        focus: Sequence[str] = (),
        lang: Language | None = None,
        listed: Sequence[str] = (),
        previous: Sequence[str] = (),
    ) -> Answer:
        """Answers one question.

        Args:
            focus: ids the conversation is about, latest first; what 它 and "she" mean. Unknown ids are ignored.
            lang: language of the answer; by default that of the question, Chinese when it has none.
            listed: ids last shown, in order; what 「第二个」 and "the last one" mean.
            previous: ``path`` of the last answer; what 「那盗梦空间呢」 asks again.
        """
        lang = lang or detect_language(question) or "zh"
        focus = [id_ for id_ in focus if id_ in self.graph]
        return grounded(self._answer(question, focus, lang, listed, previous), self.graph)

    def _answer(
        self, question: str, focus: Sequence[str], lang: Language, listed: Sequence[str], previous: Sequence[str]
    ) -> Answer:
        reading = self._reader.read(question, focus, listed, previous)
        if isinstance(reading, Reading) and reading.confidence >= ANSWER:
            sure = reading.kind != "list" or bool(reading.topics)
            faq = None if sure and reading.confidence > 0.8 else self._best_faq(question)
            if faq is None or faq.confidence <= max(reading.confidence, 0.75):
                return self._reply(question, reading, lang)
            return self._faq_answer(faq, lang)
        faq = self._best_faq(question)
        enough = _FAQ_OVER_NAME if isinstance(reading, Reading) else SURE
        if (
            faq
            and faq.confidence >= enough
            and not (isinstance(reading, Trouble) and reading.confidence > faq.confidence)
        ):
            return self._faq_answer(faq, lang)
        if isinstance(reading, Trouble) and reading.kind == "rated":
            return self._back.unrated(reading, lang)
        if isinstance(reading, Trouble) and reading.kind == "about":
            return self._about(reading, lang)
        if isinstance(reading, Trouble):
            # Too long for a name: perhaps a description. What looks like a title that is not here (0.8) is none.
            told = None
            if reading.kind == "unknown" and reading.confidence < 0.8 and len(reading.span) > _LONGEST_NAME:
                told = self._described(question, lang)
            if told:
                return told
            return (
                self._back.unknown(question, reading, lang)
                if reading.kind == "unknown"
                else self._back.who_or_what(reading, focus, lang)
            )
        if isinstance(reading, Reading) and reading.topics and reading.kind != "list":
            return self._back.half_understood(question, reading, lang)
        return self._retrieve(question, faq, lang)

    def describe(self, entity_id: str, lang: Language) -> Answer:
        """A card in words: title, year, country, genre, who made it, our line; for a person, what they did.

        Raises:
            UnknownEntity: no such id.
        """
        entity = self.graph.entity(entity_id)
        say = self._say
        if entity.type in WORK_TYPES:
            text, facts = say.card(entity_id, lang), tuple(self.graph.facts(entity_id))
        elif entity.type == "person":
            text = say.person_card(entity_id, lang)
            works = [
                (work, relation)
                for relation in self.graph.relations_of(entity_id)[1]
                for work in self.graph.subjects(entity_id, relation)
            ]
            facts = tuple(fact for work, relation in works if (fact := self.graph.fact(work, relation, entity_id)))
        else:
            return self._list(Filter(facets=(frozenset([entity_id]),)), lang)
        suggestions = follow_ups(self.graph, self._say, entity_id, (), lang)
        return Answer(text, lang, "entity", 0.95, facts, (), (entity_id,), (entity_id,), suggestions)

    def compare(self, ids: Sequence[str], lang: Language) -> Answer:
        """Two or more works or people side by side. Raises :class:`UnknownEntity`."""
        for id_ in ids:
            self.graph.entity(id_)
        return self._comparer.compare(ids, lang)

    def _list(self, wanted: Filter, lang: Language) -> Answer:
        return self._lists.answer(Reading("list", 0.95, filter=wanted), lang)

    # --- readings ----------------------------------------------------------------------------------------------------

    def _reply(self, question: str, reading: Reading, lang: Language) -> Answer:
        namesakes = self._namesakes(reading)
        if namesakes:
            return self._back.namesakes(question, reading, namesakes, lang)
        if reading.kind == "path" and reading.topics:
            return self._paths.answer(reading, lang)
        if reading.kind == "list":
            return self._lists.answer(self._lists.meant(reading), lang)
        if reading.kind == "check":
            return self._verdicts.check(reading, lang)
        ids = [candidates[0][0] for candidates in reading.topics]
        if reading.kind == "compare":
            return self._comparer.compare(
                ids, lang, reading.pick, claimed=reading.exists, confidence=reading.confidence
            )
        if reading.kind == "common":
            relation = reading.hops[0].relation if reading.hops else None
            return self._comparer.common(ids, lang, relation, confidence=reading.confidence)
        answer = self.describe(ids[0], lang)
        here = ("有，片库里有这部。" if lang == "zh" else "Yes, it's in this catalogue. ") if reading.exists else ""
        return Answer(
            here + answer.text,
            lang,
            "entity",
            reading.confidence,
            answer.facts,
            (),
            answer.entities,
            answer.about,
            answer.suggestions,
        )

    def _namesakes(self, reading: Reading) -> list[str]:
        """Two or more works of one name, none clearly meant, for each of which there is an answer."""
        if reading.kind == "list":
            # Every person of a list must be one person: there are two Tony Leungs.
            for pairs in reading.topics:
                able = [pair for pair in pairs if self._lists.has_works(reading, pairs[0][0], pair[0])]
                if len(able) > 1 and able[0][1] < _CLEAR_LEAD * able[1][1]:
                    return [id_ for id_, _ in able][:4]
            return []
        if reading.kind not in ("path", "entity") or not reading.topics:
            return []
        able = self._paths.answerable(reading)
        if len(able) > 1 and able[0][1] < _CLEAR_LEAD * able[1][1]:
            return [id_ for id_, score in able if score * _CLEAR_LEAD > able[0][1]][:4]
        return []

    # --- text --------------------------------------------------------------------------------------------------------

    def _best_faq(self, question: str) -> FaqMatch | None:
        return next(iter(self._faq.search(question, 1)), None)

    def _faq_answer(self, match: FaqMatch, lang: Language) -> Answer:
        answers, questions = match.entry.answer, match.entry.question
        text = answers.get(lang) or next(iter(answers.values()))
        others = [
            other for other in self.catalogue.faq if other.topic == match.entry.topic and other.id != match.entry.id
        ][:2]
        suggestions = tuple(Suggestion(q, q) for other in others if (q := other.question.get(lang)))
        return Answer(
            text, lang, "faq", match.confidence, about=(match.entry.id,), suggestions=suggestions if questions else ()
        )

    def _retrieve(self, question: str, faq: FaqMatch | None, lang: Language) -> Answer:
        if faq and faq.confidence >= _FAQ_MAYBE:
            matches = [match for match in self._faq.search(question, 3) if match.confidence >= _FAQ_MAYBE]
            options = tuple(Suggestion(q, q) for match in matches if (q := match.entry.question.get(lang)))
            if options:
                text = "你想问的是不是：" if lang == "zh" else "Is one of these what you mean?"
                return Answer(text, lang, "clarify", faq.confidence, suggestions=options)
        named = any(self.graph.entity(mention.best).type not in FACET_TYPES for mention in self.linker.link(question))
        return (None if named else self._described(question, lang)) or self._nothing(lang)

    def _described(self, question: str, lang: Language) -> Answer | None:
        found = self._documents.described(question)
        if found is None:
            return None
        work, share = found
        card = self._say.card(work, lang)
        text = f"你说的可能是这部：{card}" if lang == "zh" else f"This may be the one: {card}"
        confidence = round(min(0.9, share + 0.2), 4)
        return Answer(text, lang, "document", confidence, tuple(self.graph.facts(work)), (), (work,), (work,))

    def _about(self, asked: Trouble, lang: Language) -> Answer:
        """「讲时间旅行的电影」: works whose description mentions it."""
        works = [
            work for work in self._documents.mentioning(asked.span) if self._paths.reasoner.passes(work, asked.filter)
        ]
        if not works:
            text = (
                f"片库的简介里没有提到“{asked.span}”。"
                if lang == "zh"
                else f"No description here mentions “{asked.span}”."
            )
            return Answer(text, lang, "none")
        titles = self._say.titles(works, lang)
        text = (
            f"简介里提到“{asked.span}”的有{titles}。"
            if lang == "zh"
            else f"Descriptions that mention “{asked.span}”: {titles}."
        )
        facts = tuple(
            fact for work in works[:10] for fact in self.graph.facts(work) if fact.relation.startswith("line_")
        )
        return Answer(
            text,
            lang,
            "document",
            0.65,
            facts,
            ("line_zh", "line_en"),
            tuple(works),
            (),
            self._lists.offer(works, lang),
        )

    def _nothing(self, lang: Language) -> Answer:
        if lang == "zh":
            return Answer("这个问题我在片库和帮助里都没找到答案。", lang, "none")
        return Answer("I couldn't find an answer to that in the catalogue or the help pages.", lang, "none")

    # Last, so that `list` above still means the type.

    def list(self, wanted: Filter | str, lang: Language) -> Answer:
        """Works by constraints, given as a :class:`~knowledge.questions.readings.Filter` or in words ("90年代的香港喜剧片")."""
        if isinstance(wanted, Filter):
            return self._list(wanted, lang)
        reading = self._reader.read(wanted)
        if isinstance(reading, Reading) and reading.kind == "list":
            return self._lists.answer(reading, lang)
        return self._nothing(lang)
