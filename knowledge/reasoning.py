"""Walking a reading over the graph: every result comes with the facts that led to it.

A list is the intersection of what its facets and people point back at, so the cost is that of the rarest of them, not
of the catalogue. Bounds on years, lengths and episodes are checked last, on what is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import networkx as nx

from knowledge.graph import FACET_TYPES, WORK_TYPES, Fact, Graph
from knowledge.questions.constraints import Bounds
from knowledge.questions.readings import Claim, Filter, Hop, Pick, Role
from knowledge.wordings import ANY, MADE, PEOPLE

__all__ = ["Found", "Reasoner", "Verdict"]

# What a person is known for, in this order, when someone "made" something.
_MADE_ORDER = ("directed_by", "performed_by", "written_by", "composed_by", "cast")


@dataclass(frozen=True, slots=True)
class Found:
    """One result of a walk: an entity id or a literal, and the facts that led there, in order."""

    value: str | int
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim holds. ``known`` is False when the catalogue says nothing about it either way."""

    claim: Claim
    holds: bool
    known: bool
    facts: tuple[Fact, ...] = field(default=())


class Reasoner:
    """Evaluates readings on one graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._works = {
            type_: [entity.id for entity in graph.entities(type_)] for type_ in WORK_TYPES
        }  # in the order of the catalogue

    # --- paths -------------------------------------------------------------------------------------------------------

    def walk(self, start: Iterable[Found], hops: Sequence[Hop], filter: Filter = Filter()) -> list[Found]:  # noqa: B008
        """Follows ``hops`` from ``start``; works reached by an inverse hop must pass ``filter``. No result twice."""
        at = list(start)
        for hop in hops:
            reached: dict[str | int, Found] = {}
            for found in at:
                for fact in self.step(found.value, hop):
                    value = fact.subject if hop.inverse else fact.object
                    if value in reached or (hop.inverse and not self.passes(str(value), filter)):
                        continue
                    reached[value] = Found(value, (*found.facts, fact))
            at = list(reached.values())
        return at

    def step(self, value: str | int, hop: Hop) -> list[Fact]:
        """The facts one hop from ``value``."""
        graph = self.graph
        relations = self.resolve(str(value), hop.relation) if hop.inverse else [hop.relation]
        facts: list[Fact] = []
        for relation in relations:
            if hop.inverse and relation in graph.relations and graph.relations[relation].kind != "entity":
                facts += [fact for work in self._all(frozenset()) if (fact := graph.fact(work, relation, value))]
            elif hop.inverse:
                subjects = graph.subjects(str(value), relation)
                facts += [fact for subject in subjects if (fact := graph.fact(subject, relation, str(value)))]
            else:
                objects = graph.objects(str(value), relation)
                facts += [fact for target in objects if (fact := graph.fact(str(value), relation, target))]
        return facts

    def resolve(self, person: str, relation: str) -> list[str]:
        """The real relations behind a pseudo one, for one person: all of them, or what they chiefly do."""
        if relation == ANY:
            return list(PEOPLE)
        if relation == MADE:
            return next(([real] for real in _MADE_ORDER if self.graph.subjects(person, real)), [])
        return [relation]

    # --- lists -------------------------------------------------------------------------------------------------------

    def works(self, filter: Filter) -> list[Found]:
        """Every work that passes ``filter``, with the facts that make it pass."""
        if filter.only:
            works = dict.fromkeys(sorted(filter.only))
        elif filter.roles:
            first = filter.roles[0]
            works = {
                fact.subject: None for id_, _ in first.people for fact in self.step(id_, Hop(first.relation, True))
            }
        elif filter.facets:
            works = {work: None for id_ in sorted(filter.facets[0]) for work in self._with_facet(id_)}
        else:
            works = dict.fromkeys(self._all(filter.types))
        return [Found(work, self._reasons(work, filter)) for work in works if self.passes(work, filter)]

    def passes(self, work: str, filter: Filter) -> bool:
        """Whether one work is what ``filter`` asks for."""
        graph = self.graph
        if (
            work in filter.exclude
            or (filter.only and work not in filter.only)
            or graph.entity(work).type not in (filter.types or WORK_TYPES)
        ):
            return False
        for relation, (low, high) in filter.bounds.items():
            value = graph.value(work, relation)
            if not isinstance(value, int) or (low is not None and value < low) or (high is not None and value > high):
                return False
        if any(self._has_role(work, role) for role in filter.not_roles):
            return False
        if filter.without and any(self._facts_to(work, id_) for id_ in filter.without):
            return False
        if not all(any(self._facts_to(work, id_) for id_ in group) for group in filter.facets):
            return False
        return all(self._has_role(work, role) for role in filter.roles)

    def picked(self, found: Sequence[Found], pick: Pick) -> list[Found]:
        """Those with the most (or least) of a value; several when they tie. Works without the value do not count."""
        valued = [(self._amount(str(one.value), pick.relation), one) for one in found]
        amounts = [amount for amount, _ in valued if amount is not None]
        if not amounts:
            return []
        ranked = sorted(amounts, reverse=pick.most)
        if pick.count:
            order = sorted(
                (-amount if pick.most else amount, at) for at, (amount, _) in enumerate(valued) if amount is not None
            )
            chosen = [valued[at][1] for _, at in order[: pick.count]]
        else:
            chosen = [one for amount, one in valued if amount == ranked[0]]
        return [Found(one.value, (*one.facts, *self._value_facts(str(one.value), pick.relation))) for one in chosen]

    def _all(self, types: frozenset[str]) -> list[str]:
        return [work for type_ in WORK_TYPES if not types or type_ in types for work in self._works[type_]]

    def _with_facet(self, facet: str) -> tuple[str, ...]:
        return self.graph.subjects(facet, self.graph.entity(facet).type)

    def _facts_to(self, work: str, facet: str) -> Fact | None:
        return self.graph.fact(work, self.graph.entity(facet).type, facet)

    def _role_facts(self, work: str, role: Role) -> list[Fact]:
        facts = []
        for id_, _ in role.people:
            for relation in self.resolve(id_, role.relation):
                fact = self.graph.fact(work, relation, id_)
                if fact:
                    facts.append(fact)
        return facts

    def _has_role(self, work: str, role: Role) -> bool:
        return bool(self._role_facts(work, role))

    def _reasons(self, work: str, filter: Filter) -> tuple[Fact, ...]:
        facts = [fact for role in filter.roles for fact in self._role_facts(work, role)]
        facts += [fact for group in filter.facets for id_ in sorted(group) if (fact := self._facts_to(work, id_))]
        facts += [fact for relation in filter.bounds for fact in self._value_facts(work, relation)]
        return tuple(facts)

    def _value_facts(self, work: str, relation: str) -> tuple[Fact, ...]:
        return tuple(
            fact for target in self.graph.objects(work, relation) if (fact := self.graph.fact(work, relation, target))
        )

    def _amount(self, work: str, relation: str) -> int | None:
        if relation == "award":
            return len(self.graph.objects(work, relation)) or None
        value = self.graph.value(work, relation)
        return value if isinstance(value, int) else None

    # --- claims ------------------------------------------------------------------------------------------------------

    def check(self, work: str, claim: Claim) -> Verdict:
        """Whether ``claim`` holds of ``work``."""
        graph = self.graph
        if claim.relation == "type":
            return Verdict(claim, graph.entity(work).type in claim.objects, True)
        if claim.bounds is not None:
            facts = self._value_facts(work, claim.relation)
            holds = any(isinstance(fact.object, int) and _within(fact.object, claim.bounds) for fact in facts)
            return Verdict(claim, holds, bool(facts), facts)
        relations: Iterable[str] = FACET_TYPES if claim.relation == "facet" else [claim.relation]
        if claim.relation == "facet":
            relations = sorted({graph.entity(id_).type for id_ in claim.objects})
        elif claim.relation == ANY:
            relations = PEOPLE
        facts = tuple(
            fact for relation in relations for id_ in sorted(claim.objects) if (fact := graph.fact(work, relation, id_))
        )
        if facts:
            return Verdict(claim, True, True, facts)
        instead = tuple(fact for relation in relations for fact in self._value_facts(work, relation))
        return Verdict(claim, False, bool(instead), instead)

    # --- two things --------------------------------------------------------------------------------------------------

    def common(self, one: str, other: str, relation: str | None = None) -> list[tuple[Fact, Fact]]:
        """Pairs of facts in which two works (or two people) meet at the same thing."""
        if self.graph.entity(one).type == "person":
            relations = [relation] if relation else list(PEOPLE)
            mine = [(r, work) for r in relations for work in self.graph.subjects(one, r)]
            theirs: dict[str, Fact] = {}
            for r in relations:
                for work in self.graph.subjects(other, r):
                    fact = self.graph.fact(work, r, other)
                    if fact:
                        theirs.setdefault(work, fact)
            pairs = [(self.graph.fact(work, r, one), theirs[work]) for r, work in mine if work in theirs]
            return [(a, b) for a, b in pairs if a]
        relations = [relation] if relation else [*PEOPLE, *FACET_TYPES, "year"]
        shared = []
        for r in relations:
            for target in self.graph.objects(one, r):
                a, b = self.graph.fact(one, r, target), self.graph.fact(other, r, target)
                if a and b:
                    shared.append((a, b))
        return shared

    def connection(self, one: str, other: str, longest: int = 6) -> list[Fact]:
        """The facts of a shortest path between two entities over works and people; empty when they are far apart."""
        network = self.graph.network
        kinds = nx.get_node_attributes(network, "type")
        # Everything is two hops from everything by way of "drama"; only works and people connect.
        human = nx.subgraph_view(network, filter_node=lambda node: kinds[node] in (*WORK_TYPES, "person"))
        try:
            path = nx.shortest_path(human.to_undirected(as_view=True), one, other)
        except (nx.NetworkXNoPath, nx.NodeNotFound):
            return []
        if len(path) - 1 > longest:
            return []
        facts = []
        for a, b in pairwise(path):
            subject, target = (a, b) if network.has_edge(a, b) else (b, a)
            relation = next(iter(network[subject][target]))
            fact = self.graph.fact(subject, relation, target)
            if fact:
                facts.append(fact)
        return facts


def _within(value: int, bounds: Bounds) -> bool:
    low, high = bounds
    return (low is None or value >= low) and (high is None or value <= high)
