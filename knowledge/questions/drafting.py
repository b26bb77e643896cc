"""Parts of a parse put together as a reading: the filter it implies, and how sure the whole is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from knowledge.questions.constraints import Bounds
from knowledge.questions.parsing import Named, Parse
from knowledge.questions.readings import Claim, Filter, Hop, Pick, Reading, Role
from knowledge.wordings import RelationHit

__all__ = ["FACETS", "draft", "filter_of", "relations_of"]

FACETS = ("genre", "mood", "country", "language", "award")
"""Relations from a work to what describes it."""


def draft(
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
    mates: bool = False,
    unnamed_role: bool = False,
) -> Reading:
    """A reading of ``parse`` about ``topics``; its confidence is that of the names times what was read of the rest."""
    covered = 0.9 if unnamed_role else parse.coverage() ** 1.5  # what is unread there is the role's name
    linked = min((one.confidence for one in (*topics, *parse.named)), default=0.95)
    unread = " ".join(parse.text[start:end] for start, end, _ in parse.unread())
    return Reading(
        kind,  # type: ignore[arg-type]
        round(linked * covered, 4),
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
        mates,
        unnamed_role,
        parse.cues.age,
        parse.cues.apart,
    )


def filter_of(
    parse: Parse,
    exclude: Sequence[Named],
    roles: tuple[Role, ...] = (),
    bounds: Mapping[str, Bounds] | None = None,
) -> Filter:
    """What works must be like: the facets, bounds and kinds of ``parse``, but none of ``exclude``."""
    groups = list({facet.ids: facet for facet in parse.facets if not facet.negated}.values())
    return Filter(
        types=parse.constraints.types,
        facets=tuple(facet.ids for facet in groups),
        without=frozenset().union(*(facet.ids for facet in parse.facets if facet.negated)),
        roles=roles,
        bounds={**parse.constraints.bounds, **(bounds or {})},
        exclude=frozenset().union(*(work.ids for work in exclude)),
        words=tuple(parse.text[facet.start : facet.end] for facet in groups),
    )


def relations_of(hits: Sequence[RelationHit]) -> tuple[str, ...]:
    """The relations of some hits, each once, in reading order."""
    return tuple(dict.fromkeys(hit.relation for hit in hits))
