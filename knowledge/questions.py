"""A question, in Chinese or English, as a path over the graph.

「流浪地球的导演还拍过哪些片子」 becomes the work, a hop to its directors and a hop back along the same relation, without the work
itself. There is no list of question templates: names, relation words, constraints and a few small words are found
wherever they stand, relations are put in order by how close they stand to the name, and a chain is kept only where the
types fit (a film has a director, a director has films). What remains unread lowers the confidence; nothing is guessed.

    Yih et al., "Semantic Parsing via Staged Query Graph Generation", ACL 2015, whose staging (entity, core chain,
    constraints) this follows with rules for a model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.graph import WORK_TYPES, Graph
from knowledge.linking import Linker, Mention
from knowledge.parsing import Named, Parse, Parser
from knowledge.readings import Claim, Filter, Hop, Pick, Reading, Role, Trouble
from knowledge.vocabulary import Vocabulary
from knowledge.wordings import ANY, MADE, PEOPLE, RelationHit

__all__ = ["QuestionReader"]

_AVAILABLE = re.compile(
    r"在哪(?:里|儿|个平台)?(?:可以|能)?(?:看|听)|哪(?:里|儿)(?:可以|能|有)?(?:看|听)|有没有|有.+[吗么]|where (?:can|do|could) i (?:watch|see|find|stream|listen)|do you have|have you got|available|is there"
)
_LITERAL = ("year", "runtime", "episodes")
_AND = re.compile(r"\s*(?:和|跟|与|及|以及|、|,|，|and|&|with|plus|还有)\s*(?:also )?")
_OR = re.compile(r"\s*(?:或|或者|or)\s*")
_BY = re.compile(r"\s*(?:by |in |of |with |both |either |the |legend |great |director |actor |actress |singer )*\s*")
_BOTH_ROLES = re.compile(r"自导自演|\s*(?:and|&|、|和|并|兼|且|并且)\s*")
_ROLE = re.compile(
    r"演(?:的|了)?(?:是)?谁|(?:饰演|扮演)(?:的|了)?(?:是)?谁|什么角色|哪个角色|who (?:does|did) .{0,30}play|what (?:role|part|character)"
)
_BEFORE_WORK = re.compile(r"(?:before|prior to|earlier than) ([\ue000-\uf8ff])|([\ue000-\uf8ff])+(?:之前|以前)")
_AFTER_WORK = re.compile(r"(?:after|since|later than) ([\ue000-\uf8ff])|([\ue000-\uf8ff])+(?:之后|以后)")


class QuestionReader:
    """Reads questions about one catalogue; see :meth:`read`."""

    def __init__(self, graph: Graph, linker: Linker, vocabulary: Vocabulary) -> None:
        self.graph = graph
        self.linker = linker
        self.parser = Parser(graph, linker, vocabulary)

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
        parse = self.parser.parse(question, focus, listed)
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
        return self.linker.corrected(question, start, start + len(span)) if span and start >= 0 else None

    def _read(
        self, parse: Parse, focus: Sequence[str], listed: Sequence[str], previous: Sequence[str]
    ) -> Reading | Trouble | None:
        cues, works, people = parse.cues, parse.works, parse.people
        quoted = _quoted_stranger(parse)
        if quoted:
            return Trouble("unknown", quoted, "work", _relations(parse.hits), 0.8)
        if cues.not_asked and not parse.hits:
            return None  # "something like X" asks for a recommendation
        if not parse.named and parse.absent and (parse.hits or cues.describe):
            return Trouble("unknown", parse.absent, "work", _relations(parse.hits), 0.8)
        if not parse.named:
            return self._read_unnamed(parse, focus, listed)
        stranger = parse.stranger()
        if stranger and all(one.pointing for one in parse.named) and not parse.facets:
            return Trouble("unknown", stranger, "any", _relations(parse.hits))

        excepted = cues.excepted()
        topics = [work for work in works if work.mask not in excepted]
        if len(parse.named) >= 2 and cues.common and not cues.versus:
            return self._reading(parse, "common", topics=parse.named)
        if len(topics) >= 2:
            if cues.same():
                hop = Hop(cues.same() or "")
                return self._reading(parse, "common", topics=topics, hops=(hop,))
            comparison = cues.comparison()
            if cues.versus or (comparison and (cues.yes_no or not parse.hits)):
                pick = Pick(*comparison) if comparison else None
                return self._reading(parse, "compare", topics=topics, pick=pick, exists=cues.yes_no)
        if cues.follow_up and previous and len(parse.named) == 1 and not parse.hits:
            return self._again(parse, previous)
        bounds = self._relative_years(parse)
        if topics and not bounds and (not people or not (cues.other and cues.target) or parse.hits == []):
            return self._read_works(parse, topics)
        if people:
            return self._read_people(parse, people, works or self._spoken_of(parse, people, focus), bounds)
        if topics and bounds:
            return self._read_works(parse, topics)
        # Only excepted works: 「除了流浪地球，导演还拍过什么」
        return self._read_works(parse, works)

    # --- about works -------------------------------------------------------------------------------------------------

    def _read_works(self, parse: Parse, topics: list[Named]) -> Reading | Trouble | None:
        cues = parse.cues
        shared = cues.same()
        if shared:
            hops: tuple[Hop, ...] = (Hop(shared), Hop(shared, True))
            return self._reading(parse, "path", topics[:1], hops, filter=self._filter(parse, topics), count=cues.count)
        if cues.yes_no:
            claims = self._claims(parse)
            if claims:
                return self._reading(parse, "check", topics[:1], claims=claims)
        role = _ROLE.search(cues.text)
        if role and not parse.people and (cues.who or "谁" in cues.text):
            return self._reading(parse, "path", topics[:1], (Hop("cast"),), unnamed_role=True)
        if role and parse.people:
            return self._reading(
                parse, "check", topics[:1], (Hop("role"),), claims=(Claim("cast", parse.people[0].ids),)
            )
        hops = self._chain(parse, topics[0])
        if not hops and cues.comparison() and (cues.yes_no or cues.comparison() == ("runtime", True)):
            relation = (cues.comparison() or ("", True))[0]
            hops = (Hop(relation),)  # 「这部长吗」
        if not hops:
            if parse.hits and all(hit.relation == "line" for hit in parse.hits):
                return self._reading(parse, "entity", topics)
            if cues.target and cues.other:
                return None
            return self._reading(parse, "entity", topics, exists=bool(_AVAILABLE.search(cues.text)))
        if hops[0].relation == "line":
            return self._reading(parse, "entity", topics)
        back = any(hop.inverse for hop in hops)
        if not back and not role and hops == (Hop("cast"),) and cues.who and _between(parse, topics[0]):
            return self._reading(parse, "path", topics[:1], hops, unnamed_role=True)
        linked = topics if _joined(parse, topics) else topics[:1]
        pick = cues.pick() if back else None
        return self._reading(
            parse,
            "path",
            linked,
            hops,
            filter=self._filter(parse, topics) if back else Filter(),
            pick=Pick(*pick) if pick else None,
            count=cues.count and back,
            exists=cues.yes_no,
            also=() if back else self._also(parse, hops),
        )

    def _also(self, parse: Parse, hops: tuple[Hop, ...]) -> tuple[Hop, ...]:
        """「导演和主演分别是谁」: the other relations asked for in one breath."""
        hits = [hit for hit in parse.hits if hit.relation not in (ANY, MADE, "line")]
        joined = [
            (one.relation, other.relation)
            for one, other in zip(hits, hits[1:], strict=False)
            if _BOTH_ROLES.fullmatch(parse.masked[one.end : other.start])
        ]
        named = dict.fromkeys(relation for pair in joined for relation in pair)
        return tuple(Hop(relation) for relation in named if Hop(relation) != hops[0])

    def _chain(self, parse: Parse, topic: Named) -> tuple[Hop, ...]:
        """Hops from a work along the question's relation words, nearest first, as far as types allow."""
        cues = parse.cues
        wants_work = (cues.target or cues.other) and bool(parse.constraints.types) or cues.count
        hops: list[Hop] = []
        at = "work"
        for hit in _by_distance(parse, topic):
            relation = hit.relation
            if at == "work":
                if relation in (ANY, MADE):
                    if not (cues.who and not hops and relation == MADE):
                        continue
                    relation = "directed_by"  # 「星际穿越谁拍的」
                if hops and hops[-1].inverse and relation == hops[-1].relation:
                    continue
                hops.append(Hop(relation))
                at = "person" if relation in PEOPLE else "value"
            elif at == "person" and relation in (*PEOPLE, ANY, MADE):
                # 「谁是星际穿越的导演，谁导的」 says one thing twice; going back needs somewhere to go.
                if relation == hops[-1].relation and not (cues.other or wants_work or (cues.target and not cues.who)):
                    continue
                if (
                    relation in PEOPLE
                    and relation != hops[-1].relation
                    and not (cues.other or cues.target or wants_work)
                ):
                    continue
                hops.append(Hop(hops[-1].relation if relation == MADE else relation, True))
                at = "work"
            elif at == "value":
                break
        if at == "person" and (wants_work or (cues.other and cues.target and not cues.who)):
            hops.append(Hop(hops[-1].relation if hops[-1].relation != "cast" else ANY, True))
            at = "work"
        if at == "work" and hops and cues.who and not parse.constraints.types and not cues.other:
            hops.pop()
        return tuple(hops)

    def _claims(self, parse: Parse) -> tuple[Claim, ...]:
        claims: list[Claim] = []
        hits = [hit for hit in parse.hits if hit.relation in (*PEOPLE, ANY, MADE)]
        for person in parse.people:
            near = min(hits, key=lambda hit: _gap(hit, person), default=None)
            relation = near.relation if near else ANY
            claims.append(Claim("directed_by" if relation == MADE else relation, person.ids))
        for facet in parse.facets:
            claims.append(Claim("facet", facet.ids))
        for relation, bounds in parse.constraints.bounds.items():
            claims.append(Claim(relation, bounds=bounds))
        if not claims and hits:
            stranger = parse.stranger()
            if stranger:
                claims.append(Claim(hits[0].relation, unknown=stranger))
        asked = re.search(r"(?:是|算)(?:一部|一张|部|个)?|\b(?:is|was)\b.{0,30}\ba\b", parse.masked)
        if not claims and parse.constraints.types and asked and not parse.hits:
            claims.append(Claim("type", parse.constraints.types))
        return tuple(claims)

    # --- about people ------------------------------------------------------------------------------------------------

    def _read_people(
        self, parse: Parse, people: list[Named], works: list[Named], bounds: dict[str, tuple[int | None, int | None]]
    ) -> Reading | Trouble | None:
        cues = parse.cues
        own = [hit for hit in parse.hits if hit.relation not in (*PEOPLE, *_LITERAL, ANY, MADE, "line", *_FACETS)]
        if own and not parse.constraints.types:
            return self._reading(parse, "path", people[:1], (Hop(own[0].relation),))
        roles, left = self._roles(parse, people)
        narrowed = self._filter(parse, works, roles, bounds)
        mates = cues.together and len(people) == 1 and not cues.target_works(parse.constraints.types)
        if mates:
            relation = next((hit.relation for hit in parse.hits if hit.relation in PEOPLE), "cast")
            everything = Filter(roles=(Role(people[0].candidates, ANY),), exclude=narrowed.exclude)
            return self._reading(parse, "list", hops=(Hop(relation),), filter=everything, topics=people)
        pick = cues.pick()
        asks_works = bool(
            narrowed.types or narrowed.facets or narrowed.bounds or cues.other or cues.count or pick or cues.together
        )
        if not (parse.hits or asks_works):
            stranger = parse.stranger()
            if stranger and not cues.describe:
                return self._reading(parse, "entity", people)
            return self._reading(parse, "entity", people)
        if all(hit.relation == "line" for hit in parse.hits) and not asks_works:
            return self._reading(parse, "entity", people)
        hops = tuple(Hop(hit.relation) for hit in left[:1])
        if hops and (hops[0].relation == (pick[0] if pick else "year")):
            hops = ()  # a list of works shows its years anyway, and a superlative its value
        return self._reading(
            parse,
            "list",
            topics=people,
            hops=hops,
            filter=narrowed,
            pick=Pick(*pick) if pick else None,
            count=cues.count,
            exists=cues.yes_no or (cues.exists and not cues.target_works(parse.constraints.types)),
        )

    def _roles(self, parse: Parse, people: list[Named]) -> tuple[tuple[Role, ...], list[RelationHit]]:
        """Which relation each person stands in, and the relation words that ask for something else."""
        text = parse.masked
        hits = [hit for hit in parse.hits if hit.relation in (*PEOPLE, ANY, MADE)]
        owned: dict[str, list[RelationHit]] = {person.mask: [] for person in people}
        free: list[RelationHit] = []
        for hit in hits:  # "directed by ██", "starring ██"
            after = next((person for person in people if person.start >= hit.end), None)
            if text[hit.start].isascii() and after and _BY.fullmatch(text[hit.end : after.start]):
                owned[after.mask].append(hit)
            else:
                free.append(hit)
        left: list[RelationHit] = [hit for hit in parse.hits if hit.relation not in (*PEOPLE, ANY, MADE, "line")]
        for hit in free:
            before = next((person for person in reversed(people) if person.end <= hit.start), None)
            after = next((person for person in people if person.start >= hit.end), None)
            owner = before or after
            if owner is None:
                continue
            mine = owned[owner.mask]
            if not mine:
                mine.append(hit)
            elif any(_adjoin(text, other, hit) for other in mine):
                mine.append(hit)  # 「自编自导」, "wrote and directed"
            elif hit.relation in PEOPLE:
                left.append(hit)
        if "自导自演" in text:
            for person in people:
                owned[person.mask] = [RelationHit(0, 0, "directed_by"), RelationHit(0, 0, "cast")]
        for index, person in enumerate(people):  # 「周迅和陈坤主演」: one word for both
            if not owned[person.mask]:
                others = [other for other in people if other is not person and owned[other.mask]]
                near = min(others, key=lambda other: abs(other.start - person.start), default=None)
                if near is not None and _coordinated(text, people, index):
                    owned[person.mask] = owned[near.mask]
        roles: list[Role] = []
        for index, person in enumerate(people):
            relations = list(dict.fromkeys(hit.relation for hit in owned[person.mask])) or [ANY]
            if len(relations) > 1:
                relations = [relation for relation in relations if relation not in (ANY, MADE)] or relations[:1]
            previous = people[index - 1] if index else None
            either = previous is not None and _OR.fullmatch(text[previous.end : person.start]) is not None
            for relation in relations:
                if either and roles and roles[-1].relation == relation:
                    roles[-1] = Role(roles[-1].people + person.candidates, relation)
                else:
                    roles.append(Role(person.candidates, relation))
        return tuple(roles), left

    # --- about neither by name -----------------------------------------------------------------------------------------

    def _read_unnamed(self, parse: Parse, focus: Sequence[str], listed: Sequence[str]) -> Reading | Trouble | None:
        cues = parse.cues
        stranger = parse.stranger()
        narrowed = self._filter(parse, [])
        pick = cues.pick() or (cues.comparison() if listed and cues.versus else None)
        shown = frozenset(id_ for id_ in listed if id_ in self.graph and self.graph.entity(id_).type in WORK_TYPES)
        if pick and len(shown) > 1 and not narrowed.narrows and not stranger:
            # 「哪个最长」: of those just shown.
            return self._reading(parse, "list", filter=Filter(only=shown), pick=Pick(*pick))
        listing = bool(narrowed.types) and (
            cues.target or cues.count or cues.exists or narrowed.narrows or pick is not None
        )
        listing = listing or (narrowed.narrows and (cues.target or cues.exists or cues.count))
        # 「90分钟以内的喜剧」: nothing but constraints is a request for a list.
        listing = listing or (
            len(narrowed.facets) + len(narrowed.bounds) >= 2 and parse.coverage() > 0.99 and not parse.hits
        )
        if listing and not (stranger and parse.hits and not narrowed.narrows):
            left = [hit for hit in parse.hits if hit.relation not in ("line", "year", ANY, MADE)]
            if stranger and any(hit.relation in (*PEOPLE, ANY) for hit in parse.hits):
                return Trouble("unknown", stranger, "person", _relations(parse.hits))
            return self._reading(
                parse,
                "list",
                hops=tuple(Hop(hit.relation) for hit in left[:1] if pick and hit.relation != pick[0]),
                filter=narrowed,
                pick=Pick(*pick) if pick else None,
                count=cues.count,
                exists=cues.yes_no,
            )
        if parse.hits and stranger:
            # What is directed is a work; who "has been in" something is a person.
            lone = not cues.who and (cues.target or cues.other or cues.count)
            people_only = all(hit.relation in (*PEOPLE, ANY, MADE) for hit in parse.hits)
            wants = "person" if lone and people_only else "work" if cues.who or not people_only else "any"
            return Trouble("unknown", stranger, wants, _relations(parse.hits))  # type: ignore[arg-type]
        if stranger and narrowed.types and _works_of(stranger, parse):
            return Trouble("unknown", stranger, "person")
        if (parse.hits or parse.unresolved or (cues.describe and cues.follow_up)) and not narrowed.narrows:
            return self._elliptical(parse, focus)
        return None

    def _elliptical(self, parse: Parse, focus: Sequence[str]) -> Reading | Trouble | None:
        """「导演是谁」: about what the conversation is about, or a question back."""
        cues = parse.cues
        works = [id_ for id_ in focus if id_ in self.graph and self.graph.entity(id_).type in WORK_TYPES]
        people = [id_ for id_ in focus if id_ in self.graph and self.graph.entity(id_).type == "person"]
        relations = _relations(parse.hits)
        person_wanted = any(reference.wants == "person" for reference in parse.unresolved)
        back = (cues.other or cues.target or cues.count) and any(
            hit.relation in (*PEOPLE, ANY, MADE) for hit in parse.hits
        )
        if (person_wanted or back) and works and not people and any(r in PEOPLE for r in relations) and not cues.who:
            if not person_wanted or relations[0] != "cast":
                # 「他还拍过什么」 after talk of a film: its director, if it has one.
                lead = "directed_by" if not relations or relations[0] in (ANY, MADE) else relations[0]
                hops = (Hop(lead), Hop(lead, True))
                named = Named("\ue000", 0, 0, ((works[0], 0.9),), "work", pointing=True)
                return self._reading(parse, "path", [named], hops, filter=self._filter(parse, [named]))
        if person_wanted or (back and people):
            if not people:
                if works and MADE in relations:
                    named = Named("\ue000", 0, 0, ((works[0], 0.9),), "work", pointing=True)
                    hops = (Hop("directed_by"), Hop("directed_by", True))
                    return self._reading(parse, "path", [named], hops, filter=self._filter(parse, [named]))
                return Trouble("which", wants="person", relations=relations)
            person = Named("\ue000", 0, 0, ((people[0], 0.9),), "person", pointing=True)
            parse.named.append(person)
            return self._read_people(parse, [person], self._spoken_of(parse, [person], focus), {})
        if not works:
            return Trouble("which", wants="work", relations=relations)
        named = Named("\ue000", 0, 0, ((works[0], 0.9),), "work", pointing=True)
        parse.named.append(named)
        return self._read_works(parse, [named])

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
            return self._reading(parse, "path", [named], hops)
        if named.kind == "person" and hops[0].inverse:
            filter_ = Filter(roles=(Role(named.candidates, hops[0].relation),))
            return self._reading(parse, "list", [named], hops[1:], filter=filter_)
        return self._reading(parse, "entity", [named])

    # --- parts ---------------------------------------------------------------------------------------------------------

    def _filter(
        self,
        parse: Parse,
        exclude: Sequence[Named],
        roles: tuple[Role, ...] = (),
        bounds: dict[str, tuple[int | None, int | None]] | None = None,
    ) -> Filter:
        groups = [facet for facet in parse.facets if not facet.negated]
        return Filter(
            types=parse.constraints.types,
            facets=tuple(facet.ids for facet in groups),
            without=frozenset().union(*(facet.ids for facet in parse.facets if facet.negated)),
            roles=roles,
            bounds={**parse.constraints.bounds, **(bounds or {})},
            exclude=frozenset().union(*(work.ids for work in exclude)),
            words=tuple(parse.text[facet.start : facet.end] for facet in groups),
        )

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

    def _reading(
        self,
        parse: Parse,
        kind: str,
        topics: Sequence[Named] = (),
        hops: tuple[Hop, ...] = (),
        *,
        filter: Filter | None = None,
        pick: Pick | None = None,
        count: bool = False,
        exists: bool = False,
        claims: tuple[Claim, ...] = (),
        also: tuple[Hop, ...] = (),
        unnamed_role: bool = False,
    ) -> Reading:
        linked = min((one.confidence for one in (*topics, *parse.named)), default=0.95)
        unread = " ".join(parse.text[start:end] for start, end, _ in parse.unread())
        return Reading(
            kind,  # type: ignore[arg-type]
            round(linked * parse.coverage() ** 1.5, 4),
            tuple(topic.candidates for topic in topics),
            hops,
            filter or Filter(),
            pick,
            count,
            exists,
            claims,
            unread,
            tuple((topic.start, topic.end) for topic in topics),
            any(not one.exact for one in parse.named),
            also,
            unnamed_role,
        )


_FACETS = ("genre", "mood", "country", "language", "award")


def _works_of(stranger: str, parse: Parse) -> bool:
    """「某某的专辑」, "films by someone": a person nobody knows."""
    at = parse.text.find(stranger)
    before, after = parse.masked[:at], parse.masked[at + len(stranger) :]
    capital = parse.text[at : at + 1].isupper() and re.match(r" [a-z]", after) is not None
    return bool(
        capital or re.match(r"的|'s", after) or re.search(r"\b(?:by|with|starring|from|of|featuring) $", before)
    )


def _relations(hits: Sequence[RelationHit]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(hit.relation for hit in hits))


def _gap(hit: RelationHit, named: Named) -> int:
    return max(hit.start - named.end, named.start - hit.end, 0)


def _by_distance(parse: Parse, topic: Named) -> list[RelationHit]:
    """Relation words, the one that belongs to the name first: "██'s director", "the director of ██", then by distance."""
    text = parse.masked

    def key(hit: RelationHit) -> tuple[int, int]:
        left = hit.end <= topic.start
        between = text[hit.end : topic.start] if left else text[topic.end : hit.start]
        if left and re.fullmatch(r"\s*(?:(?:of|for|in|to|by|from|behind|on) )?(?:the )?(?:\w+ )?", between):
            bound = 0
        elif not left and re.fullmatch(r"\s*(?:'s|’s|的|这部\S{0,3}的?|是?)?\s*", between):
            bound = 0 if re.search(r"'s|的", between) or not text[hit.start].isascii() else 1
        else:
            bound = 2
        return bound, len(between)

    return sorted(parse.hits, key=key)


def _joined(parse: Parse, topics: list[Named]) -> bool:
    pairs = zip(topics, topics[1:], strict=False)
    return len(topics) > 1 and all(_AND.fullmatch(parse.masked[a.end : b.start]) for a, b in pairs)


def _coordinated(text: str, people: list[Named], index: int) -> bool:
    sides = [(people[i], people[i + 1]) for i in (index - 1, index) if 0 <= i < len(people) - 1]
    return any(
        _AND.fullmatch(text[a.end : b.start])
        or _OR.fullmatch(text[a.end : b.start])
        or not text[a.end : b.start].strip()
        for a, b in sides
    )


def _between(parse: Parse, topic: Named) -> bool:
    """Whether something unread stands between the work and the question about its cast: 「射雕里郭靖是谁演的」."""
    return any(start >= topic.end for start, _, _ in parse.unread())


def _adjoin(text: str, one: RelationHit, other: RelationHit) -> bool:
    first, second = sorted((one, other), key=lambda hit: hit.start)
    return _BOTH_ROLES.fullmatch(text[first.end : second.start]) is not None


def _quoted_stranger(parse: Parse) -> str:
    """A quoted title that no name matched, not even a misspelt one."""
    for match in re.finditer(r"《([^《》]{1,60})》", parse.text):
        if not any(one.start <= match.start(1) and match.end(1) <= one.end for one in parse.named):
            if not any(facet.start <= match.start(1) and match.end(1) <= facet.end for facet in parse.facets):
                return match.group(1).strip()
    return ""
