"""Questions in, answers out: the one object upstairs talks to.

A question goes the way it can be answered best: over a relation the operator imported, along a path of the graph, as
the description of a work or a person, as a list or a comparison; else as the one fact it seems to ask for; else to the
nearest question of the FAQ; else to the work it seems to describe. Where it is not sure it asks back with things the
user can press, and where the catalogue does not have something it says so. It never guesses: every statement it makes
stands on the facts it returns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from knowledge.answering.answers import Answer, AnswerKind, Suggestion
from knowledge.answering.asking_back import AskBack
from knowledge.answering.comparing import Comparer
from knowledge.answering.confidence import ANSWER, stated
from knowledge.answering.descriptions import Descriptions
from knowledge.answering.followups import follow_ups
from knowledge.answering.grounding import grounded
from knowledge.answering.helping import Helping
from knowledge.answering.imported import Imported
from knowledge.answering.listing import Lists
from knowledge.answering.paths import Paths
from knowledge.answering.recalling import Recalling
from knowledge.answering.sentences import Sentences
from knowledge.answering.stated_facts import StatedFacts
from knowledge.answering.verdicts import Verdicts
from knowledge.catalogue import Catalogue
from knowledge.graph import WORK_TYPES
from knowledge.linking import Linker
from knowledge.questions import QuestionReader
from knowledge.questions.reader import MAX_TEXT
from knowledge.questions.readings import Filter, Reading, Trouble
from knowledge.reasoning import Reasoner
from knowledge.search.retrieval import DocumentIndex
from knowledge.text import Language, detect_language

__all__ = ["ANSWER", "Answer", "AnswerKind", "Answerer", "Suggestion"]

_CLEAR_LEAD = 2.5  # how many times likelier the first of namesakes must be than the second
_PLAINLY = 0.8  # a reading this sure is not held against the FAQ
_HELP = 0.5  # an entry of the FAQ may be wrong half the time: it says itself what it is about
_LONGEST_NAME = (6, 4)  # characters of a Chinese name, spaces of an English one; what is longer may be a description
_FOLLOWED = 0.28  # least confidence with which we say that a question was about what it names
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ue000-\uf8ff\ufffe\uffff]")


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
        self._imported = Imported(catalogue.graph, catalogue.vocabulary, self._say)
        self._facts = StatedFacts(catalogue.graph, self.linker, self._say)
        self._help = Helping(catalogue.faq)
        self._recall = Recalling(
            catalogue.graph, reasoner, self._say, self._lists, DocumentIndex(catalogue), Descriptions(catalogue.graph)
        )

    def warm(self) -> None:
        """Builds what is otherwise built when first needed (some seconds), for who would rather wait now."""
        self._facts.warm()
        self._recall.warm()

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
        """Answers one question. Its first 600 characters are read; nothing it may hold raises.

        Args:
            focus: ids the conversation is about, latest first; what 它 and "she" mean. Unknown ids are ignored.
            lang: language of the answer; by default that of the question, Chinese when it has none.
            listed: ids last shown, in order; what 「第二个」 and "the last one" mean.
            previous: ``path`` of the last answer; what 「那盗梦空间呢」 asks again.
        """
        question = _UNPRINTABLE.sub(" ", question[:MAX_TEXT])
        lang = lang or detect_language(question) or "zh"
        focus = [id_ for id_ in focus if id_ in self.graph]
        return grounded(self._answer(question, focus, lang, listed, previous), self.graph)

    def attempts(
        self,
        question: str,
        *,
        focus: Sequence[str] = (),
        listed: Sequence[str] = (),
        previous: Sequence[str] = (),
        lang: Language = "zh",
    ) -> Iterator[tuple[str, float, Answer]]:
        """Every way of answering that would be tried, sure or not: ``(way, score, answer)``; what confidence is calibrated on."""
        reading = self._reader.read(question, focus, listed, previous)
        if isinstance(reading, Reading):
            yield reading.kind, reading.confidence, self._reply(question, reading, lang)
            if stated(reading.kind, reading.confidence) >= ANSWER:
                return  # the other ways are only for what no reading is sure of
        if fact := self._facts.answer(question, self._reader.parser.parse(question, focus, listed), lang):
            yield "fact", *fact
        if match := self._help.best(question, named=False):
            way = "faq/named" if self._names_something(question) else "faq"
            yield way, match[0].confidence, self._help.answer(match[0], 0.0, lang)
        recalled = self._recall.described(question, reading, lang) if self._may_describe(question, reading) else None
        if recalled:
            yield "document", *recalled

    def _answer(
        self, question: str, focus: Sequence[str], lang: Language, listed: Sequence[str], previous: Sequence[str]
    ) -> Answer:
        imported = self._imported.answer(question, lang)
        if imported is not None:
            return imported
        reading = self._reader.read(question, focus, listed, previous)
        sure = 0.0
        if isinstance(reading, Reading):
            sure = stated(reading.kind, reading.confidence)
            reading = replace(reading, confidence=sure)
            plain = reading.kind != "list" or bool(reading.topics)
            if plain and sure >= _PLAINLY:
                return self._reply(question, reading, lang)
        trouble = reading.confidence if isinstance(reading, Trouble) else 0.0
        named = isinstance(reading, Reading) and bool(reading.topics)
        match = self._help.best(question, named=named or trouble >= 0.7)
        if match and match[1] >= _HELP and match[1] > max(sure, trouble):
            return self._help.answer(*match, lang)
        if isinstance(reading, Reading):
            if sure >= ANSWER:
                return self._reply(question, reading, lang)
            fact = self._facts.answer(question, self._reader.parser.parse(question, focus, listed), lang)
            if fact and (confidence := stated("fact", fact[0])) >= ANSWER:
                return replace(fact[1], confidence=confidence)
        return self._unsure(question, reading, focus, lang)

    def _unsure(self, question: str, reading: Reading | Trouble | None, focus: Sequence[str], lang: Language) -> Answer:
        """Nothing was sure: what is known not to be here, a work half remembered, or a question back."""
        if isinstance(reading, Trouble) and reading.kind == "rated":
            return self._back.unrated(reading, lang)
        if isinstance(reading, Trouble) and reading.kind == "taste":
            return self._back.taste(lang)
        if isinstance(reading, Trouble) and reading.kind == "about":
            mentioned = self._recall.about(reading, lang)
            if mentioned.kind != "none":
                return mentioned
        recalled = self._recall.described(question, reading, lang) if self._may_describe(question, reading) else None
        if recalled and (confidence := stated("document", recalled[0])) >= ANSWER:
            return replace(recalled[1], confidence=confidence)
        if recalled and isinstance(reading, Trouble) and reading.kind == "about":
            return self._recall.offered(question, reading, lang)
        if isinstance(reading, Trouble) and reading.kind == "about":
            return self._recall.about(reading, lang)
        if not (isinstance(reading, Reading) and reading.topics):
            offered = self._help.offered(question, lang)
            surer = isinstance(reading, Trouble) and reading.confidence > (offered.confidence if offered else 0)
            if offered and not surer and not (recalled and stated("document", recalled[0]) > offered.confidence):
                return offered
        if recalled and not (isinstance(reading, Reading) and reading.topics):
            return self._recall.offered(question, reading, lang)
        if isinstance(reading, Trouble) and reading.kind == "which" and reading.confidence < _FOLLOWED:
            return self._back.nothing(lang)  # "will it rain": no word of ours but "it"
        if isinstance(reading, Trouble):
            unknown = reading.kind == "unknown"
            return (
                self._back.unknown(question, reading, lang) if unknown else self._back.who_or_what(reading, focus, lang)
            )
        followed = isinstance(reading, Reading) and (reading.confidence >= _FOLLOWED or reading.corrected)
        if followed and isinstance(reading, Reading) and reading.topics and reading.kind != "list":
            return self._back.half_understood(question, reading, lang)
        return self._back.nothing(lang)

    def _may_describe(self, question: str, reading: Reading | Trouble | None) -> bool:
        """Whether a question may be a description: not one that names something, or looks for a name not here."""
        if isinstance(reading, Trouble) and reading.kind == "unknown":
            return (
                reading.confidence < 0.8
                and (" " in reading.span or len(reading.span) > _LONGEST_NAME[0])
                and (not reading.span.isascii() or reading.span.count(" ") >= _LONGEST_NAME[1])
            )
        return reading is not None or not self._names_something(question)

    def _names_something(self, question: str) -> bool:
        return any(
            self.graph.entity(mention.best).type in (*WORK_TYPES, "person") for mention in self.linker.link(question)
        )

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
                ids, lang, reading.pick, claimed=reading.exists, apart=reading.apart, confidence=reading.confidence
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

    # Last, so that `list` above still means the type.

    def list(self, wanted: Filter | str, lang: Language) -> Answer:
        """Works by constraints, given as a :class:`~knowledge.questions.readings.Filter` or in words ("90年代的香港喜剧片")."""
        if isinstance(wanted, Filter):
            return self._list(wanted, lang)
        reading = self._reader.read(wanted)
        if isinstance(reading, Reading) and reading.kind == "list":
            return self._lists.answer(reading, lang)
        return self._back.nothing(lang)
