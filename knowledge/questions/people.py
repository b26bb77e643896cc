"""Questions that name people: what they made, alone or together, with whom, and who they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from knowledge.questions.constraints import Bounds
from knowledge.questions.drafting import FACETS, draft, filter_of
from knowledge.questions.parsing import Named, Parse
from knowledge.questions.readings import Filter, Hop, Pick, Reading, Role
from knowledge.wordings import ANY, MADE, PEOPLE, RelationHit

__all__ = ["read_people"]

_LITERAL = ("year", "runtime", "episodes")
_AND = re.compile(r"\s*(?:和|跟|与|及|以及|、|,|，|and|&|with|plus|还有)\s*(?:also )?")
_OR = re.compile(r"\s*(?:或|或者|or)\s*")
_BY = re.compile(r"\s*(?:by |in |of |with |both |either |the |legend |great |director |actor |actress |singer )*\s*")
_JOINED = re.compile(r"\s*(?:and|&|、|和|并|兼|且|并且)\s*")
_PARTICIPLE = re.compile(
    r"(?:directed|written|acted|starred|starring|composed|scored)(?: in)? (?:films?|movies?|series|shows?)\b"
)
_RELATIVE = re.compile(r"\b(?:films?|movies?|series|shows?|albums?|works?|titles?|plays?)(?: that| which)? $")
_NOT = re.compile(
    r"(?:不是|并非|不由|(?<!有)没有?|\bnot|n't|\bwithout)\s*(?:由)?(?:他|她|[\ue000-\uf8ff]+)?(?:自己)?\s*$"
)


def read_people(parse: Parse, people: list[Named], works: list[Named], bounds: Mapping[str, Bounds]) -> Reading:
    """The question as one about ``people``; ``works`` are left out of lists, ``bounds`` come from elsewhere in it."""
    cues = parse.cues
    own = [hit for hit in parse.hits if hit.relation not in (*PEOPLE, *_LITERAL, ANY, MADE, "line", *FACETS)]
    if own and not parse.constraints.types:
        return draft(parse, "path", people[:1], (Hop(own[0].relation),))
    against = tuple(
        Role(people[0].candidates[:1], hit.relation)
        for hit in parse.hits
        if hit.relation in PEOPLE and _NOT.search(parse.masked[: hit.start])
    )
    ruled_out = {role.relation for role in against}
    parse.hits = [hit for hit in parse.hits if hit.relation not in ruled_out]
    roles, left = _roles(parse, people)
    narrowed = replace(filter_of(parse, works, roles, bounds), not_roles=against)
    mates = cues.together and len(people) == 1 and not cues.target_works(parse.constraints.types)
    if mates:
        relation = next((hit.relation for hit in parse.hits if hit.relation in PEOPLE), "cast")
        everything = Filter(roles=(Role(people[0].candidates[:1], ANY),), exclude=narrowed.exclude)
        return draft(parse, "list", hops=(Hop(relation),), filter=everything, topics=people, mates=True)
    pick = cues.pick()
    asks_works = bool(
        narrowed.types or narrowed.facets or narrowed.bounds or cues.other or cues.count or pick or cues.together
    )
    if not (parse.hits or asks_works):
        stranger = parse.stranger()
        if stranger and not cues.describe:
            return draft(parse, "entity", people)
        return draft(parse, "entity", people)
    if all(hit.relation == "line" for hit in parse.hits) and not asks_works:
        return draft(parse, "entity", people)
    hops = tuple(Hop(hit.relation) for hit in left[:1])
    if hops and (hops[0].relation == (pick[0] if pick else "year")):
        hops = ()  # a list of works shows its years anyway, and a superlative its value
    return draft(
        parse,
        "list",
        topics=people,
        hops=hops,
        filter=narrowed,
        pick=Pick(*pick) if pick else None,
        count=cues.count,
        exists=cues.yes_no or (cues.exists and not cues.target_works(parse.constraints.types)),
    )


def _roles(parse: Parse, people: list[Named]) -> tuple[tuple[Role, ...], list[RelationHit]]:
    """Which relation each person stands in, and the relation words that ask for something else."""
    text = parse.masked
    owned, left = _owners(parse, people)
    if "自导自演" in text:
        owned = {person.mask: [RelationHit(0, 0, "directed_by"), RelationHit(0, 0, "cast")] for person in people}
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
                roles[-1] = Role(roles[-1].people + person.candidates[:1], relation)
            else:
                roles.append(Role(person.candidates[:1], relation))
    return tuple(roles), left


def _owners(parse: Parse, people: list[Named]) -> tuple[dict[str, list[RelationHit]], list[RelationHit]]:
    """Relation words by the person they belong to (by mask), and those that belong to nobody.

    What stands closest is taken first: "██ directed films", then "directed by ██", then whatever is on the same side.
    """
    text = parse.masked
    owned: dict[str, list[RelationHit]] = {person.mask: [] for person in people}
    left = [hit for hit in parse.hits if hit.relation not in (*PEOPLE, ANY, MADE, "line")]
    hits = [hit for hit in parse.hits if hit.relation in (*PEOPLE, ANY, MADE)]

    def take(hit: RelationHit, owner: Named) -> None:
        mine = owned[owner.mask]
        if not mine or any(_adjoin(text, other, hit) for other in mine):  # 「自编自导」, "wrote and directed"
            mine.append(hit)
        elif hit.relation in PEOPLE:
            left.append(hit)

    later: list[RelationHit] = []
    for hit in hits:
        before = next((person for person in people if text[person.end : hit.start] == " "), None)
        if before and (_PARTICIPLE.match(text[hit.start :]) or _RELATIVE.search(text[: before.start])):
            take(hit, before)
        else:
            later.append(hit)
    rest: list[RelationHit] = []
    for hit in reversed(later):
        after = next((person for person in people if person.start >= hit.end), None)
        if after and text[hit.start].isascii() and _BY.fullmatch(text[hit.end : after.start]):
            take(hit, after)
        else:
            rest.append(hit)
    for hit in reversed(rest):
        before = next((person for person in reversed(people) if person.end <= hit.start), None)
        after = next((person for person in people if person.start >= hit.end), None)
        owner = before or after
        if owner is not None:
            take(hit, owner)
    return owned, left


def _coordinated(text: str, people: list[Named], index: int) -> bool:
    sides = [(people[i], people[i + 1]) for i in (index - 1, index) if 0 <= i < len(people) - 1]
    return any(
        _AND.fullmatch(text[a.end : b.start])
        or _OR.fullmatch(text[a.end : b.start])
        or not text[a.end : b.start].strip()
        for a, b in sides
    )


def _adjoin(text: str, one: RelationHit, other: RelationHit) -> bool:
    first, second = sorted((one, other), key=lambda hit: hit.start)
    return _JOINED.fullmatch(text[first.end : second.start]) is not None
