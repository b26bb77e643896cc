"""An independent judge: whether a work satisfies a wish, read from the graph and not from the engine's masks."""

from __future__ import annotations

from knowledge.graph import Graph
from recsys.conversation import Conversation
from recsys.operations import PEOPLE_FACETS, Operation

ROLES = {**{facet: (relation,) for facet, relation in PEOPLE_FACETS.items()}, "person": tuple(PEOPLE_FACETS.values())}


def has(graph: Graph, item: str, facet: str, values) -> bool:
    """Whether a work has any of the values, straight from the graph."""
    if facet == "type":
        return graph.entity(item).type in values
    found = {value for relation in ROLES.get(facet, (facet,)) for value in graph.objects(item, relation)}
    return bool(found & set(values)) or ("any" in values and bool(found))


def satisfies(talk: Conversation, item: str, op: Operation) -> bool:
    """Whether a work satisfies a filter, read from the graph with no help from the engine's masks."""
    graph = talk.graph
    if op.op in ("only", "not"):
        if op.facet in ("year", "runtime", "episodes"):
            value, (low, high) = graph.value(item, op.facet), op.bounds
            inside = value is not None and (low is None or value >= low) and (high is None or value <= high)
            return inside == (op.op == "only")
        return has(graph, item, op.facet, op.ids) == (op.op == "only")
    if op.op in ("more", "less") and op.anchor:
        sign = 1 if op.op == "more" else -1
        if op.facet == "mood":
            axis = talk.facets.mood(op.ids[0])
            return sign * (axis[talk.facets.row[item]] - axis[talk.facets.row[op.anchor]]) > 0
        if op.facet in ("year", "runtime", "episodes"):
            value, than = graph.value(item, op.facet), graph.value(op.anchor, op.facet)
            return than is None or (value is not None and sign * (value - than) > 0)
    return True
