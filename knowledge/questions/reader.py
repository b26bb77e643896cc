"""A question, in Chinese or English, as a path over the graph.

「流浪地球的导演还拍过哪些片子」 becomes the work, a hop to its directors and a hop back along the same relation,
without the work itself. There is no list of question templates: names, relation words, constraints and a few small
words are found wherever they stand, relations are put in order by how close they stand to the name, and a chain is
kept only where the types fit (a film has a director, a director has films). What remains unread lowers the
confidence; nothing is guessed.

    Yih et al., "Semantic Parsing via Staged Query Graph Generation", ACL 2015, whose staging (entity, core chain,
    constraints) this follows with rules for a model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.graph import WORK_TYPES, Graph
from knowledge.linking import Linker, Mention
from knowledge.questions.cues import edges
from knowledge.questions.drafting import FACETS, draft, filter_of, relations_of
from knowledge.questions.parsing import Named, Parse, Parser
from knowledge.questions.people import read_people
from knowledge.questions.readings import Candidates, Filter, Hop, Pick, Reading, Role, Trouble
from knowledge.questions.unkept import SUBJECTIVE, asked_topics, kept
from knowledge.questions.works import read_works
from knowledge.text import fold
from knowledge.vocabulary import Vocabulary
from knowledge.wordings import ANY, MADE, PEOPLE, RelationHit

__all__ = ["QuestionReader"]

NEWEST = 10
"""Works that 「有什么新片」 is answered with."""

_ABOUT = re.compile(
    r"(?:讲述?|关于|有关(?!于)|描写|说的?是?)(?!什么|啥)([^的，。？?!！,]{1,12})(?:的|"
    r"题材)[^，。？?!！,]{0,4}?(?:电影|影片|片|剧|电视剧|作品|故事)|"
    r"\b(?:films?|movies?|series|shows?|albums?|documentary|something) (?:that (?:are|is) |are |is )?about "
    r"(?!it\b|that\b)([a-z0-9][a-z0-9 '-]{1,40})"
)
_OTHER_SIDE = re.compile(
    r"^\s*([^\ue000-\uf8ff，,]{1,30}?)\s*(?:和|与|跟|\bvs\b\.?|\bversus\b|\bor\b|\band\b)\s*[\ue000-\uf8ff]|"
    r"[\ue000-\uf8ff]\s*(?:和|与|跟|\bvs\b\.?|\bversus\b|\bor\b|\band\b)\s*([^\ue000-\uf8ff，,?？]{1,30}?)\s*(?:哪|谁|比|更|,|，|\?|$|which)"
)
_INTRODUCE = re.compile(r"是谁|介绍|讲讲|说说|\bwho(?:'s| is| was)\b|\btell me about\b")
_BEFORE_WORK = re.compile(r"(?:before|prior to|earlier than) ([\ue000-\uf8ff])|([\ue000-\uf8ff])+(?:之前|以前)")
_AFTER_WORK = re.compile(r"(?:after|since|later than) ([\ue000-\uf8ff])|([\ue000-\uf8ff])+(?:之后|以后)")


MAX_TEXT = 600
"""Characters of a question that are read: who pastes a book asks in its first lines or nowhere."""

_PLAIN = 0.8  # how surely a word in a title's place is that title
_APPOSITION = re.compile(
    r"^\W*(?:请问)?([^，。？?!！,]{1,20}?)(?:这|那)(?:一)?(?:部|张|个|出)?(?:电影|影片|片子|片|电视剧|剧|专辑|戏|话剧|音乐剧)"
)
_WHAT_ABOUT = re.compile(r"^\W*(?:那么?|还有|and |what about |how about )?(.{1,30}?)呢?\W*$", re.IGNORECASE)
_BUILT_IN = frozenset([*PEOPLE, *FACETS, "year", "runtime", "episodes", "line", "line_zh", "line_en", ANY, MADE])


class QuestionReader:
    """Reads questions about one catalogue; see :meth:`read`."""

    def __init__(self, graph: Graph, linker: Linker, vocabulary: Vocabulary) -> None:
        self.graph = graph
        self.linker = linker
        self.parser = Parser(graph, linker, vocabulary)
        self._kept = kept(relation for id_, relation in graph.relations.items() if id_ not in _BUILT_IN)
        self._titles: dict[str, list[str]] = {}
        for entity in graph.entities(WORK_TYPES):
            for name in dict.fromkeys(map(fold, (*entity.labels.values(), *entity.aliases))):
                self._titles.setdefault(name, []).append(entity.id)

    def read(
        self,
        question: str,
        focus: Sequence[str] = (),
        listed: Sequence[str] = (),
        previous: Sequence[str] = (),
    ) -> Reading | Trouble | None:
        """The question as a reading, the trouble with it, or ``None`` when it is not about the catalogue at all.

        Args:
            focus: entity ids the conversation is about, latest first.
            listed: entity ids last shown, in order, for 「第二个」.
            previous: the path of the last answer, for 「那盗梦空间呢」.
        """
        question = question[:MAX_TEXT]
        plain = self._plain_title(question, previous)
        parse = self.parser.parse(question, focus, listed, [plain] if plain else ())
        reading = self._read(parse, focus, listed, previous)
        if isinstance(reading, Trouble) and reading.kind == "unknown":
            corrected = self._correct(question, reading.span)
            if corrected is not None:
                second = self._read(self.parser.parse(question, focus, listed, [corrected]), focus, listed, previous)
                if isinstance(second, Reading):
                    return second
        return reading

    def _correct(self, question: str, span: str) -> Mention | None:
        start = question.find(span)
        exact = self._titled(span, start) if span and start >= 0 else None
        if exact is not None:
            return exact  # a title that is an everyday word, 「英雄」, in a place where only a title can stand
        return self.linker.corrected(question, start, start + len(span)) if span and start >= 0 else None

    def _titled(self, span: str, start: int) -> Mention | None:
        works = self._titles.get(fold(span), [])
        if not works:
            return None
        candidates = tuple((work, round(_PLAIN / len(works), 4)) for work in works)
        return Mention(start, start + len(span), span, candidates)

    def _plain_title(self, question: str, previous: Sequence[str]) -> Mention | None:
        """「功夫这片子」, and 「功夫呢」 after a question: a title, although the word says more often something else."""
        match = _APPOSITION.match(question) or (_WHAT_ABOUT.match(question) if previous else None)
        return self._titled(match[1], match.start(1)) if match else None

    def _read(
        self, parse: Parse, focus: Sequence[str], listed: Sequence[str], previous: Sequence[str]
    ) -> Reading | Trouble | None:
        self._tell_namesakes_apart(parse)
        cues, works, people = parse.cues, parse.works, parse.people
        quoted = _quoted_stranger(parse)
        if quoted:
            return Trouble("unknown", quoted, "work", relations_of(parse.hits), 0.8)
        if cues.not_asked and not parse.hits:
            return None  # "something like X" asks for a recommendation
        if SUBJECTIVE.search(cues.bare) and not parse.hits and not works:
            return Trouble("taste", confidence=0.7)
        missing = self._unkept(parse)
        if missing:
            about = next(iter((*works, *people)))
            return Trouble("rated", about.candidates[0][0], relations=(missing,), confidence=0.7)
        if cues.rated and (not parse.hits or not works):
            spoken = next((id_ for id_ in focus if self.graph.entity(id_).type in WORK_TYPES), "")
            one = works[0].candidates[0][0] if works else "" if parse.constraints.types or cues.target else spoken
            return Trouble("rated", one, relations=(cues.rated,), confidence=0.7)
        if not parse.named and parse.absent and (parse.hits or cues.describe):
            return Trouble("unknown", parse.absent, "work", relations_of(parse.hits), 0.8)
        if not parse.named:
            return self._read_unnamed(parse, focus, listed)
        stranger = parse.stranger()
        if stranger and all(one.pointing for one in parse.named) and not parse.facets:
            return Trouble("unknown", stranger, "any", relations_of(parse.hits))

        excepted = cues.excepted()
        topics = [work for work in works if work.mask not in excepted]
        if len(parse.named) >= 2 and cues.common and not cues.versus:
            return draft(parse, "common", topics=parse.named)
        if len(topics) >= 2:
            if cues.same():
                hop = Hop(cues.same() or "")
                return draft(parse, "common", topics=topics, hops=(hop,))
            comparison = cues.comparison()
            if cues.versus or (comparison and (cues.yes_no or not parse.hits)):
                pick = Pick(*comparison) if comparison else None
                return draft(parse, "compare", topics=topics, pick=pick, exists=cues.yes_no)
        other = (
            _OTHER_SIDE.search(parse.masked) if len(parse.named) == 1 and cues.versus and cues.comparison() else None
        )
        if other:
            start, end = next(other.span(group) for group in (1, 2) if other[group])
            return Trouble("unknown", edges(parse.text[start:end]) or parse.text[start:end].strip(), "work", (), 0.8)
        asks_again = cues.follow_up and all(hit.relation == "line" for hit in parse.hits)
        if asks_again and previous and len(parse.named) == 1:
            return self._again(parse, previous)
        bounds = self._relative_years(parse)
        if topics and not bounds and (not people or not (cues.other and cues.target) or parse.hits == []):
            return read_works(parse, topics)
        if people:
            return read_people(parse, people, works or self._spoken_of(parse, people, focus), bounds)
        if topics and bounds:
            return read_works(parse, topics)
        # Only excepted works: 「除了流浪地球，导演还拍过什么」
        return read_works(parse, works)

    def _unkept(self, parse: Parse) -> str:
        """What the question asks that nobody keeps here; what an import does keep becomes a relation word instead."""
        if any(hit.relation not in _BUILT_IN for hit in parse.hits):
            return ""
        topics = asked_topics(parse.cues.bare, person=bool(parse.people), work=bool(parse.works))
        for topic, start, end in topics:
            if topic in self._kept:
                parse.hits = [hit for hit in parse.hits if hit.end <= start or end <= hit.start]
                parse.hits.append(RelationHit(start, end, self._kept[topic]))
                parse.hits.sort(key=lambda hit: hit.start)
                return ""
        return topics[0][0] if topics else ""

    def _tell_namesakes_apart(self, parse: Parse) -> None:
        """「古天乐版神雕侠侣」: of several works of one title, those the named people are in."""
        people = {id_ for person in parse.people for id_ in person.ids}
        for index, one in enumerate(parse.named):
            if one.kind != "work" or len(one.candidates) < 2 or not people:
                continue
            theirs: Candidates = tuple(
                pair for pair in one.candidates if any(fact.object in people for fact in self.graph.facts(pair[0]))
            )
            if theirs and len(theirs) < len(one.candidates):
                total = one.confidence
                share = sum(score for _, score in theirs)
                candidates = tuple((id_, round(score / share * total, 4)) for id_, score in theirs)
                parse.named[index] = replace(one, candidates=candidates)

    # --- about neither by name ---------------------------------------------------------------------------------------

    def _read_unnamed(self, parse: Parse, focus: Sequence[str], listed: Sequence[str]) -> Reading | Trouble | None:
        cues = parse.cues
        stranger = parse.stranger()
        narrowed = filter_of(parse, [])
        if cues.new and not stranger and not narrowed.bounds:
            return draft(parse, "list", filter=narrowed, pick=Pick("year", True, NEWEST))
        pick = cues.pick() or (cues.comparison() if listed and cues.versus else None)
        shown = frozenset(id_ for id_ in listed if id_ in self.graph and self.graph.entity(id_).type in WORK_TYPES)
        if pick and len(shown) > 1 and not narrowed.narrows and not stranger:
            # 「哪个最长」: of those just shown.
            return draft(parse, "list", filter=Filter(only=shown), pick=Pick(*pick))
        subject = _ABOUT.search(parse.masked)
        if subject:
            start, end = next(subject.span(group) for group in (1, 2) if subject[group])
            if not any(facet.start < end and start < facet.end for facet in parse.facets):  # 「关于战争的」 is a genre
                return Trouble("about", edges(parse.text[start:end]), filter=narrowed)
        if any(reference.wants == "work" for reference in parse.unresolved) and (parse.hits or cues.describe):
            return self._elliptical(parse, focus)
        listing = bool(narrowed.types) and (
            cues.target or cues.count or cues.exists or narrowed.narrows or pick is not None
        )
        listing = listing or (narrowed.narrows and (cues.target or cues.exists or cues.count))
        # 「90分钟以内的喜剧」: nothing but constraints is a request for a list.
        loose = all(hit.relation in (ANY, MADE) for hit in parse.hits)  # "westerns made in Italy"
        listing = listing or (narrowed.narrows and parse.coverage() > 0.99 and loose and not parse.unresolved)
        if pick and pick[0] == "episodes" and not listing and not stranger:
            listing, narrowed = True, replace(narrowed, types=frozenset(["series"]))
        if listing and not (stranger and parse.hits and not narrowed.narrows):
            left = [hit for hit in parse.hits if hit.relation not in ("line", "year", ANY, MADE)]
            if stranger and any(hit.relation in (*PEOPLE, ANY) for hit in parse.hits):
                return Trouble("unknown", stranger, "person", relations_of(parse.hits))
            return draft(
                parse,
                "list",
                hops=tuple(Hop(hit.relation) for hit in left[:1] if pick and hit.relation != pick[0]),
                filter=narrowed,
                pick=Pick(*pick) if pick else None,
                count=cues.count,
                exists=cues.yes_no,
            )
        if (
            parse.hits
            and not stranger
            and not narrowed.types
            and cues.who
            and re.match(r"\W*\d{3,4}\W*(?:是|的|谁)", parse.masked)
        ):
            stranger = re.sub(r"\D*(\d+).*", r"\1", parse.masked)  # 「1917是谁导演的」
        if parse.hits and stranger:
            # What is directed is a work; who "has been in" something is a person.
            lone = not cues.who and (cues.target or cues.other or cues.count)
            people_only = all(hit.relation in (*PEOPLE, ANY, MADE) for hit in parse.hits)
            wants = "person" if lone and people_only else "work" if cues.who or not people_only else "any"
            return Trouble("unknown", stranger, wants, relations_of(parse.hits))  # type: ignore[arg-type]
        asked_about = stranger and cues.describe and _INTRODUCE.search(parse.masked) is not None
        if stranger and (asked_about or ((narrowed.types or narrowed.facets) and _works_of(stranger, parse))):
            return Trouble("unknown", stranger, "any" if asked_about else "person")
        if (parse.hits or parse.unresolved or (cues.describe and cues.follow_up)) and not narrowed.narrows:
            return self._elliptical(parse, focus)
        return None

    def _elliptical(self, parse: Parse, focus: Sequence[str]) -> Reading | Trouble | None:
        """「导演是谁」: about what the conversation is about, or a question back."""
        cues = parse.cues
        work = next((id_ for id_ in focus if id_ in self.graph and self.graph.entity(id_).type in WORK_TYPES), None)
        person = next((id_ for id_ in focus if id_ in self.graph and self.graph.entity(id_).type == "person"), None)
        relations = relations_of(parse.hits)
        human = any(reference.wants == "person" for reference in parse.unresolved)
        back = (cues.other or cues.target or cues.count) and any(r in (*PEOPLE, ANY, MADE) for r in relations)
        kind = self.graph.entity(work).type if work else ""
        topic = Named("\ue000", 0, 0, ((work or "", 0.9),), "work", pointing=True, type=kind)
        sure = round(
            0.95 * parse.coverage() ** 1.5, 4
        )  # nothing but 「导演是谁」: surely about something we cannot see
        if (human or back) and work and not person and not cues.who and any(r in (*PEOPLE, MADE) for r in relations):
            # 「他还拍过什么」 after talk of a film: its director. Of its cast we cannot know which one is meant.
            lead = next((r for r in relations if r in PEOPLE), "directed_by")
            if not (human and lead == "cast"):
                hops = (Hop(lead), Hop(lead, True))
                return draft(parse, "path", [topic], hops, filter=filter_of(parse, [topic]))
        if human or (back and person):
            if not person:
                return Trouble("which", wants="person", relations=relations, confidence=sure)
            someone = Named("\ue000", 0, 0, ((person, 0.9),), "person", pointing=True)
            parse.named.append(someone)
            return read_people(parse, [someone], self._spoken_of(parse, [someone], focus), {})
        if not work:
            return Trouble("which", wants="work", relations=relations, confidence=sure)
        parse.named.append(topic)
        return read_works(parse, [topic])

    def _spoken_of(self, parse: Parse, people: list[Named], focus: Sequence[str]) -> list[Named]:
        """With 「还」 or "else": the works of these people that the conversation is about already."""
        if not parse.cues.other:
            return []
        known = [
            id_
            for id_ in focus
            if self.graph.entity(id_).type in WORK_TYPES
            and any(fact.object == person for fact in self.graph.facts(id_) for one in people for person in one.ids)
        ]
        return [Named("\uf8ff", 0, 0, ((id_, 1.0),), "work") for id_ in known]

    def _again(self, parse: Parse, previous: Sequence[str]) -> Reading:
        """「那盗梦空间呢」: the last question, about something else."""
        hops = tuple(Hop(step.removeprefix("^"), step.startswith("^")) for step in previous)
        named = parse.named[0]
        if named.kind == "work" and not hops[0].inverse:
            return draft(parse, "path", [named], hops)
        if named.kind == "person" and hops[0].inverse:
            filter_ = Filter(roles=(Role(named.candidates[:1], hops[0].relation),))
            return draft(parse, "list", [named], hops[1:], filter=filter_)
        return draft(parse, "entity", [named])

    def _relative_years(self, parse: Parse) -> dict[str, tuple[int | None, int | None]]:
        """「星际穿越之前」, "after Inception": bounds from the year of a named work."""
        low: int | None = None
        high: int | None = None
        for pattern, later in ((_BEFORE_WORK, False), (_AFTER_WORK, True)):
            match = pattern.search(parse.masked)
            work = next((one for one in parse.works if match and one.mask in match.group()), None)
            year = self.graph.value(work.candidates[0][0], "year") if work else None
            if isinstance(year, int):
                low, high = (year + 1, high) if later else (low, year - 1)
        return {"year": (low, high)} if low or high else {}


def _works_of(stranger: str, parse: Parse) -> bool:
    """「某某的专辑」, "films by someone": a person nobody knows."""
    at = parse.text.find(stranger)
    before, after = parse.masked[:at], parse.masked[at + len(stranger) :]
    capital = parse.text[at : at + 1].isupper() and re.match(r" [a-z]", after) is not None
    return bool(
        capital or re.match(r"的|'s", after) or re.search(r"\b(?:by|with|starring|from|of|featuring) $", before)
    )


def _quoted_stranger(parse: Parse) -> str:
    """A quoted title that no name matched, not even a misspelt one."""
    known = [(one.start, one.end) for one in parse.named] + [(facet.start, facet.end) for facet in parse.facets]
    for match in re.finditer(r"《([^《》]{1,60})》", parse.text):
        if not any(start <= match.start(1) and match.end(1) <= end for start, end in known):
            return match.group(1).strip()
    return ""
