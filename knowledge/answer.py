"""Questions in, answers out: the one object upstairs talks to.

A question goes the way it can be answered best: along a path of the graph, as the description of a work or a person, as
a list or a comparison; else to the nearest question of the FAQ; else to the nearest description. Where it is not sure
it asks back with things the user can press, and where the catalogue does not have something it says so. It never
guesses: every statement it makes stands on the facts it returns.
"""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.answers import Answer, AnswerKind, Suggestion
from knowledge.catalogue import Catalogue
from knowledge.comparing import Comparer
from knowledge.graph import WORK_TYPES
from knowledge.linking import Linker
from knowledge.questions import QuestionReader
from knowledge.readings import Filter, Reading, Trouble
from knowledge.replies import Replies
from knowledge.retrieval import DocumentIndex, FaqIndex, FaqMatch
from knowledge.text import Language, detect_language
from knowledge.verdicts import Verdicts

__all__ = ["Answer", "AnswerKind", "Answerer", "Suggestion"]

ANSWER = 0.6
"""Least confidence in a reading that is answered; below it we ask back."""

_FAQ, _FAQ_MAYBE = 0.52, 0.36
_FAQ_OVER_NAME = 0.7  # when a work or a person is named, the question is seldom one of the FAQ
_DOCUMENT = 0.62
_CLEAR_LEAD = 2.5  # how many times likelier the first of namesakes must be than the second


class Answerer:
    """Answers questions about one catalogue. Built once; every method may be called from several threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.graph = catalogue.graph
        self.linker = Linker(catalogue.graph)
        self._reader = QuestionReader(catalogue.graph, self.linker, catalogue.vocabulary)
        self._replies = Replies(catalogue.graph, catalogue.vocabulary)
        self._verdicts = Verdicts(catalogue.graph, self._replies.reasoner, self._replies.say)
        self._comparer = Comparer(catalogue.graph, self._replies.reasoner, self._replies.say)
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
        reading = self._reader.read(question, focus, listed, previous)
        if isinstance(reading, Reading) and reading.confidence >= ANSWER:
            sure = reading.kind != "list" or bool(reading.topics)
            faq = None if sure and reading.confidence > 0.8 else self._best_faq(question)
            if faq is None or faq.confidence <= max(reading.confidence, 0.75):
                return self._reply(question, reading, lang)
            return self._faq_answer(faq, lang)
        faq = self._best_faq(question)
        if (
            faq
            and faq.confidence >= _FAQ
            and not (isinstance(reading, Trouble) and reading.confidence > faq.confidence)
        ):
            return self._faq_answer(faq, lang)
        if isinstance(reading, Trouble):
            return (
                self._unknown(question, reading, lang)
                if reading.kind == "unknown"
                else self._which(reading, focus, lang)
            )
        if isinstance(reading, Reading) and reading.topics and reading.kind != "list":
            return self._ask_back(question, reading, lang)
        return self._retrieve(question, faq, lang)

    def describe(self, entity_id: str, lang: Language) -> Answer:
        """A card in words: title, year, country, genre, who made it, our line; for a person, what they did.

        Raises:
            UnknownEntity: no such id.
        """
        entity = self.graph.entity(entity_id)
        say = self._replies.say
        if entity.type in WORK_TYPES:
            text, facts = say.card(entity_id, lang), tuple(self.graph.facts(entity_id))
        elif entity.type == "person":
            text = say.person_card(entity_id, lang)
            works = [
                (work, relation)
                for relation in self.graph.relations_of(entity_id)[1]
                for work in self.graph.subjects(entity_id, relation)
            ]
            facts = tuple(fact for work, relation in works if (fact := self.graph.fact(work, relation, entity_id)))[:24]
        else:
            return self._list(Filter(facets=(frozenset([entity_id]),)), lang)
        suggestions = self._replies.follow_ups(entity_id, (), lang)
        return Answer(text, lang, "entity", 0.95, facts, (), (entity_id,), (entity_id,), suggestions)

    def compare(self, ids: Sequence[str], lang: Language) -> Answer:
        """Two or more works or people side by side. Raises :class:`UnknownEntity`."""
        for id_ in ids:
            self.graph.entity(id_)
        return self._comparer.compare(ids, lang)

    def _list(self, wanted: Filter, lang: Language) -> Answer:
        return self._replies.listing(Reading("list", 0.95, filter=wanted), lang)

    # --- readings ----------------------------------------------------------------------------------------------------

    def _reply(self, question: str, reading: Reading, lang: Language) -> Answer:
        namesakes = self._namesakes(reading)
        if namesakes:
            return self._which_of(question, reading, namesakes, lang)
        if reading.kind == "path" and reading.topics:
            return self._replies.path(reading, lang)
        if reading.kind == "list":
            return self._replies.listing(reading, lang)
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
        if reading.kind not in ("path", "entity") or not reading.topics:
            return []
        able = self._replies.answerable(reading)
        if len(able) > 1 and able[0][1] < _CLEAR_LEAD * able[1][1]:
            return [id_ for id_, score in able if score * _CLEAR_LEAD > able[0][1]][:4]
        return []

    # --- asking back -------------------------------------------------------------------------------------------------

    def _which_of(self, question: str, reading: Reading, ids: list[str], lang: Language) -> Answer:
        start, end = reading.spans[0]
        options = []
        for id_ in ids:
            title = self._distinct(id_, ids, lang)
            options.append(Suggestion(title, _put(question, start, end, title)))
        label = self.graph.entity(ids[0]).label(lang)
        if lang == "zh":
            text = f"片库里有{len(ids)}个“{label}”，你问的是哪一个？"
        else:
            text = f"There are {len(ids)} called {label} in this catalogue. Which one do you mean?"
        return Answer(text, lang, "clarify", reading.confidence / 2, about=tuple(ids), suggestions=tuple(options))

    def _distinct(self, id_: str, ids: list[str], lang: Language) -> str:
        """A name that tells an entity from its namesakes and that the linker understands: its year or its kind with it."""
        say, kind = self._replies.say, self.graph.entity(id_).type
        if kind == "person":
            works = self._replies.say.person_card(id_, lang)
            return say.name(id_, lang) if len(works) < 2 else say.name(id_, lang)
        years = [self.graph.value(other, "year") for other in ids]
        year = self.graph.value(id_, "year")
        if year and years.count(year) == 1:
            return f"{year}年的{say.name(id_, lang)}" if lang == "zh" else f"{say.name(id_, lang)} ({year})"
        kinds = {
            "film": ("电影", "film"),
            "series": ("电视剧", "series"),
            "album": ("专辑", "album"),
            "show": ("演出", "show"),
        }
        return (
            f"{kinds[kind][0]}{say.name(id_, lang)}" if lang == "zh" else f"the {kinds[kind][1]} {say.name(id_, lang)}"
        )

    def _ask_back(self, question: str, reading: Reading, lang: Language) -> Answer:
        topic = reading.topics[0][0][0]
        name = self._replies.say.name(topic, lang)
        if reading.corrected:
            start, end = reading.spans[0] if reading.spans else (0, 0)
            options = []
            for id_, _ in reading.topics[0][:3]:
                title = self._replies.say.name(id_, lang)
                options.append(Suggestion(title, _put(question, start, end, title)))
            text = f"你是不是想问{options[0].title}？" if lang == "zh" else f"Did you mean {options[0].title}?"
            return Answer(text, lang, "clarify", reading.confidence, about=(topic,), suggestions=tuple(options))
        if not reading.unread and reading.spans and reading.spans[0][1]:
            # Understood, but the name may be an everyday word: 「英雄」.
            title = name if lang == "zh" else f"“{name}”"
            option = Suggestion(
                self._replies.say.titled(topic, lang) if self.graph.entity(topic).type != "person" else name,
                _put(question, *reading.spans[0], title),
            )
            text = f"你问的是{option.title}吗？" if lang == "zh" else f"Do you mean {option.title}?"
            return Answer(text, lang, "clarify", reading.confidence, about=(topic,), suggestions=(option,))
        options = list(self._replies.follow_ups(topic, (), lang))
        if self.graph.entity(topic).type == "person":
            title = f"{name}有哪些作品" if lang == "zh" else f"What is there by {name}"
            options = [Suggestion(title, title)]
        known = "、".join(option.title for option in options) if lang == "zh" else ""
        if lang == "zh":
            text = f"关于{name}，这一点片库里没有，或者我没看懂。" + (f"可以问我：{known}。" if known else "")
        else:
            text = f"I either don't have that about {name} or didn't follow. Here is what I can tell you."
        return Answer(text, lang, "clarify", reading.confidence, about=(topic,), suggestions=tuple(options))

    def _unknown(self, question: str, trouble: Trouble, lang: Language) -> Answer:
        span = trouble.span
        types = WORK_TYPES if trouble.wants == "work" else ("person",) if trouble.wants == "person" else ()
        close = self.linker.closest(span, types=types, limit=3, cutoff=0.62)
        start = question.find(span)
        options = []
        for id_, _ in close:
            name = self._replies.say.name(id_, lang)
            title = name if self.graph.entity(id_).type == "person" else self._replies.say.titled(id_, lang)
            options.append(Suggestion(title, _put(question, start, start + len(span), name) if start >= 0 else name))
        if lang == "zh":
            text = f"片库里没有《{span}》。" if trouble.wants == "work" else f"片库里没有找到“{span}”。"
            text += "你是不是想问：" + "、".join(option.title for option in options) + "？" if options else ""
        else:
            text = f"“{span}” isn't in this catalogue."
            text += f" Did you mean {' or '.join(option.title for option in options)}?" if options else ""
        return Answer(text, lang, "clarify", 0.5, about=tuple(id_ for id_, _ in close), suggestions=tuple(options))

    def _which(self, trouble: Trouble, focus: Sequence[str], lang: Language) -> Answer:
        graph, say = self.graph, self._replies.say
        options: list[Suggestion] = []
        work = next((id_ for id_ in focus if graph.entity(id_).type in WORK_TYPES), None)
        if trouble.wants == "person" and work:
            relation = next((r for r in trouble.relations if r in graph.relations), "cast")
            people = dict.fromkeys([*graph.objects(work, "directed_by")[:1], *graph.objects(work, "cast")[:3]])
            for person in people:
                name = say.name(person, lang)
                verb = {"cast": ("演过什么", "been in"), "directed_by": ("导演过什么", "directed")}.get(
                    relation, ("有什么作品", "done")
                )
                options.append(
                    Suggestion(name, f"{name}还{verb[0]}" if lang == "zh" else f"What else has {name} {verb[1]}")
                )
        if lang == "zh":
            text = "你说的是谁？" if trouble.wants == "person" else "你说的是哪一部？告诉我片名就行。"
        else:
            text = "Who do you mean?" if trouble.wants == "person" else "Which one do you mean? The title will do."
        return Answer(text, lang, "clarify", 0.4, suggestions=tuple(options[:4]))

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
        found = self._documents.search(question, 3)
        if found and found[0][1] >= _DOCUMENT and self._documents.telling(question) >= 3:
            work, covered = found[0]
            card = self._replies.say.card(work, lang)
            text = f"你说的可能是这部：{card}" if lang == "zh" else f"This may be the one: {card}"
            return Answer(
                text, lang, "document", round(covered * 0.8, 4), tuple(self.graph.facts(work)), (), (work,), (work,)
            )
        return self._nothing(lang)

    def _nothing(self, lang: Language) -> Answer:
        if lang == "zh":
            return Answer("这个问题我在片库和帮助里都没找到答案。", lang, "none")
        return Answer("I couldn't find an answer to that in the catalogue or the help pages.", lang, "none")

    # Last, so that `list` above still means the type.

    def list(self, wanted: Filter | str, lang: Language) -> Answer:
        """Works by constraints, given as a :class:`~knowledge.readings.Filter` or in words ("90年代的香港喜剧片")."""
        if isinstance(wanted, Filter):
            return self._list(wanted, lang)
        reading = self._reader.read(wanted)
        if isinstance(reading, Reading) and reading.kind == "list":
            return self._replies.listing(reading, lang)
        return self._nothing(lang)


def _put(question: str, start: int, end: int, title: str) -> str:
    """``question`` with another title in place of ``question[start:end]``."""
    before, after = question[:start], question[end:]
    if before[-1:] in ("《", '"', "“") and after[:1] in ("》", '"', "”") and title.startswith("《"):
        before, after = before[:-1], after[1:]
    gap = " " if before and before[-1].isascii() and before[-1].isalnum() and title[:1].isascii() else ""
    return f"{before}{gap}{title}{after}".strip()
