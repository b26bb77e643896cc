"""Questions that name a work: its director, whether it won, what else its director made."""

from __future__ import annotations

import re
from itertools import pairwise

from knowledge.questions.drafting import draft, filter_of
from knowledge.questions.parsing import Named, Parse
from knowledge.questions.readings import Claim, Filter, Hop, Pick, Reading
from knowledge.text import is_han
from knowledge.wordings import ANY, MADE, PEOPLE, RelationHit

__all__ = ["read_works"]

_AVAILABLE = re.compile(
    r"在哪(?:里|儿|个平台)?(?:可以|能)?(?:看|听)|哪(?:里|儿)(?:可以|能|有)?(?:看|听)|有没有|有.+[吗么]|"
    r"where (?:can|do|could) i (?:watch|see|find|stream|listen)|do you have|have you got|available|is there"
)
_AND = re.compile(r"\s*(?:和|跟|与|及|以及|、|,|，|and|&|with|plus|还有)\s*(?:also )?")
_JOINED = re.compile(r"\s*(?:and|&|、|和|并|兼|且|并且)\s*")
_CLAUSE = re.compile(r"[,，;；、?？]|\band\b|和|以及|还有|另外|然后")
_ROLE = re.compile(
    r"(?<!导)(?<!主)演(?:的|了)?(?:是)?谁|谁.{0,10}(?:里面?|中)(?:扮|饰|出)?演.|(?:饰演|扮演)(?:的|了)?(?:是)?谁|什么角色|哪个角色|"
    r"\bwho (?:played|plays|is playing|was playing) (?!in\b).+|who (?:does|did) .{0,30}play|what (?:role|"
    r"part|character)"
)
_LONG = re.compile(r"\blong\b|长(?:吗|不长|么)|短吗")


def read_works(parse: Parse, topics: list[Named]) -> Reading | None:
    """The question as one about ``topics``: a path, a claim to check, or the work itself."""
    cues = parse.cues
    shared = cues.same()
    if shared:
        hops: tuple[Hop, ...] = (Hop(shared), Hop(shared, True), *_onward(parse, shared))
        return draft(parse, "path", topics[:1], hops, filter=filter_of(parse, topics), count=cues.count)
    if cues.yes_no:
        claims = _claims(parse)
        if claims:
            return draft(parse, "check", topics[:1], claims=claims)
    role = _ROLE.search(cues.text)
    if role and not parse.people and (cues.who or "谁" in cues.text):
        return draft(parse, "path", topics[:1], (Hop("cast"),), unnamed_role=True)
    if role and parse.people:
        return draft(parse, "check", topics[:1], (Hop("role"),), claims=(Claim("cast", parse.people[0].ids),))
    hops = _chain(parse, topics[0])
    if not hops and cues.yes_no and _LONG.search(cues.text):
        hops = (Hop("runtime"),)
    if not hops and cues.comparison() and (cues.yes_no or cues.comparison() == ("runtime", True)):
        relation = (cues.comparison() or ("", True))[0]
        hops = (Hop(relation),)  # 「这部长吗」
    if not hops:
        if parse.hits and all(hit.relation == "line" for hit in parse.hits):
            return draft(parse, "entity", topics)
        if cues.target and cues.other:
            return None
        return draft(parse, "entity", topics, exists=bool(_AVAILABLE.search(cues.text)))
    if hops[0].relation == "line":
        return draft(parse, "entity", topics)
    back = any(hop.inverse for hop in hops)
    if not back and not role and hops == (Hop("cast"),) and cues.who and _between(parse, topics[0]):
        return draft(parse, "path", topics[:1], hops, unnamed_role=True)
    linked = topics if _joined(parse, topics) else topics[:1]
    pick = cues.pick() if back else None
    return draft(
        parse,
        "path",
        linked,
        hops,
        filter=filter_of(parse, topics) if back else Filter(),
        pick=Pick(*pick) if pick else None,
        count=cues.count and back,
        exists=cues.yes_no,
        also=() if back else _also(parse, hops),
    )


def _onward(parse: Parse, shared: str) -> tuple[Hop, ...]:
    """「同导演的电影都是谁配乐的」: what is asked of the works that share something."""
    start, end = parse.cues.same_span() or (0, 0)
    outside = [hit for hit in parse.hits if hit.end <= start or hit.start >= end]
    further = [hit.relation for hit in outside if hit.relation not in (shared, ANY, MADE, "line")]
    return (Hop(further[0]),) if further else ()


def _also(parse: Parse, hops: tuple[Hop, ...]) -> tuple[Hop, ...]:
    """「导演和主演分别是谁」, "how long is it and when did it come out": the other things asked in one breath."""
    hits = sorted((hit for hit in parse.hits if hit.relation not in (ANY, MADE, "line")), key=lambda hit: hit.start)
    named: dict[str, None] = {}
    for one, other in pairwise(hits):
        between = parse.masked[one.end : other.start]
        if (
            _JOINED.fullmatch(between)
            or (is_han(parse.masked[one.end - 1]) and re.fullmatch(r"\s+", between))
            or (
                _CLAUSE.search(between)
                and (between.endswith(("还有", "以及")) or parse.cues.asks(other.start, other.end))
            )
        ):
            named |= dict.fromkeys((one.relation, other.relation))
    return tuple(Hop(relation) for relation in named if Hop(relation) != hops[0])


def _chain(parse: Parse, topic: Named) -> tuple[Hop, ...]:
    """Hops from a work along the question's relation words, nearest first, as far as types allow."""
    cues = parse.cues
    asks_person = cues.who and not cues.other  # "which person wrote the movie ██" names a film and wants a person
    wants_work = ((cues.target or cues.other) and bool(parse.constraints.types) and not asks_person) or cues.count
    lead = "performed_by" if topic.type == "album" else "directed_by"
    hops: list[Hop] = []
    at = "work"
    last: RelationHit | None = None  # the word that the last hop stands for
    for hit in _by_distance(parse, topic):
        relation = hit.relation
        # "the movies directed by the director of ██", 「██的导演导演的电影」: on to works, although a person is wanted.
        through = any(_between_them(hit, topic, start) for start, _ in parse.kind_spans)
        if at == "work":
            if relation in (ANY, MADE):
                if not (cues.who and not hops and relation == MADE):
                    continue
                relation = lead  # 「星际穿越谁拍的」
            if hops and hops[-1].inverse and relation == hops[-1].relation:
                continue
            hops.append(Hop(relation))
            at, last = "person" if relation in PEOPLE else "value", hit
        elif at == "person" and last and _asks_of_works(parse, last, hit, hops):
            # 「《英雄》导演的其他电影的配乐都是谁」: back to works the way we came, and on from those.
            hops += [Hop(hops[-1].relation, True), Hop(relation)]
            at, last = "value", hit
        elif at == "person" and relation in (*PEOPLE, ANY, MADE):
            # 「谁是星际穿越的导演，谁导的」 says one thing twice; going back needs somewhere to go.
            again = relation == hops[-1].relation
            onward = through or cues.other or wants_work or (cues.target and not (again and cues.who))
            if relation in PEOPLE and not onward:
                continue
            hops.append(Hop(hops[-1].relation if relation == MADE else relation, True))
            at, last = "work", hit
        elif at == "value":
            break
    turned = any(hop.inverse for hop in hops)
    if not hops and lead == "performed_by" and cues.who and not parse.people:
        return (Hop(lead),)  # 「吻别那张专辑是谁的」
    if at == "person" and not turned and (wants_work or (cues.other and cues.target and not cues.who)):
        hops.append(Hop(hops[-1].relation if hops[-1].relation != "cast" else ANY, True))
        at = "work"
    if at == "work" and hops and cues.who and not parse.constraints.types and not cues.other:
        hops.pop()
    return tuple(hops)


def _asks_of_works(parse: Parse, last: RelationHit, hit: RelationHit, hops: list[Hop]) -> bool:
    """Whether ``hit`` asks something of further works, a kind word standing between it and the last relation word."""
    if hit.relation in (ANY, MADE, "line", hops[-1].relation) or hops[-1].inverse:
        return False
    low, high = sorted(((last.start, last.end), (hit.start, hit.end)))
    across = any(low[1] <= start and end <= high[0] for start, end in parse.kind_spans)
    return across and (parse.cues.who or hit.relation not in PEOPLE)


def _claims(parse: Parse) -> tuple[Claim, ...]:
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


def _gap(hit: RelationHit, named: Named) -> int:
    return max(hit.start - named.end, named.start - hit.end, 0)


def _by_distance(parse: Parse, topic: Named) -> list[RelationHit]:
    """Relation words: first the one bound to the name ("██'s director", "the director of ██"), then by distance."""
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
    return len(topics) > 1 and all(_AND.fullmatch(parse.masked[a.end : b.start]) for a, b in pairwise(topics))


def _between_them(hit: RelationHit, topic: Named, kind: int) -> bool:
    """Whether a kind word stands on the far side of a relation word: "█movies█ directed by the director of ██"."""
    return kind < hit.start < topic.start or kind > hit.start > topic.end


def _between(parse: Parse, topic: Named) -> bool:
    """Whether something unread stands between the work and the question about its cast: 「射雕里郭靖是谁演的」."""
    return any(start >= topic.end for start, _, _ in parse.unread())
