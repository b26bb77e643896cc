"""Where a work stands in the knowledge graph: random walks from every entity, and word2vec over where they went.

    Grover & Leskovec, "node2vec: scalable feature learning for networks", KDD 2016 (equation 2; p and q).
    Perozzi, Al-Rfou & Skiena, "DeepWalk: online learning of social representations", KDD 2014 (p = q = 1).
    Yang et al., "KnightKing: a fast distributed graph random walk engine", SOSP 2019 (rejection in place of
    tables of transition probabilities).

From v, having come from t, a walk goes on to a neighbour z with probability in proportion to

    1/p if z = t;   1 if z is a neighbour of t;   1/q otherwise.

:class:`~recsys.content.ContentSimilarity` sees the facts two works share; this model also sees those that they nearly
share, such as directors who work with the same actors. A decade is an entity like any other.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from knowledge.graph import WORK_TYPES, Graph
from recsys.embeddings import ItemVectors
from recsys.interactions import Interactions
from recsys.model import Floats, Progress
from recsys.skip_gram import SkipGram, skip_gram, unit_rows

__all__ = ["SEARCH_SPACE", "GraphVectors", "neighbourhood", "walks"]

SEARCH_SPACE = {
    "factors": ("log-int", 16, 256),
    "window": ("int", 2, 10),
    "per_node": ("int", 2, 20),
    "length": ("int", 5, 80),
    "p": ("log", 0.25, 4.0),
    "q": ("log", 0.25, 4.0),
}

Ints = NDArray[np.int64]


class GraphVectors(ItemVectors):
    """score(j | history) = Σ_i value_i cos(x_i, x_j). Build it with :meth:`of`.

    Parameters
    ----------
    factors, window, negatives, epochs, learning_rate
        See :class:`~recsys.skip_gram.SkipGram`.
    per_node, length
        Walks that start at each entity, and stops of each.
    p, q
        Large p: seldom straight back; large q: stay near.
    seed
        Of walks, start, order and negatives.

    Memory: 8 bytes a stop while fitting (5,000 entities with the defaults: 16 MB), 4·d an entity afterwards. ``fit``
    learns nothing: the graph is the model.
    """

    def __init__(
        self,
        factors: int = 64,
        window: int = 4,
        negatives: int = 5,
        epochs: int = 3,
        learning_rate: float = 0.1,
        per_node: int = 10,
        length: int = 20,
        p: float = 1.0,
        q: float = 1.0,
        seed: int = 0,
    ) -> None:
        if per_node < 1 or length < 2:
            raise ValueError(f"per_node must be at least 1 and length at least 2, not {per_node} and {length}")
        if not p > 0 or not q > 0:
            raise ValueError(f"p and q must be positive, not {p} and {q}")
        self.how = SkipGram(factors, window, negatives, epochs, learning_rate, 1e-3, False, seed)
        self.per_node, self.length, self.p, self.q = per_node, length, p, q
        self.nodes: tuple[str, ...] = ()
        """Row → entity id; ``era/1990`` is a decade."""
        self.node_vectors: Floats = np.zeros((0, factors), np.float32)
        """(n_nodes, d) float32, rows of length 1."""
        self.vectors = np.zeros((0, factors), np.float32)

    @classmethod
    def of(cls, graph: Graph, progress: Progress | None = None, **parameters: Any) -> Self:
        """From every fact between entities. Raises ``ValueError`` for parameters out of range."""
        model = cls(**parameters)
        nodes, edges = neighbourhood(graph)
        model.nodes = nodes
        rng = np.random.default_rng(model.how.seed)
        stops = walks(edges, model.per_node, model.length, model.p, model.q, rng)
        there = stops >= 0
        starts = np.concatenate([[0], np.cumsum(there.sum(axis=1))]).astype(np.int64)
        raw = skip_gram(stops[there], starts, len(nodes), model.how, progress)
        model.node_vectors = unit_rows(raw)
        place = {node: row for row, node in enumerate(nodes)}
        works = [work.id for work in graph.entities(WORK_TYPES)]
        model._take(model.node_vectors[[place[work] for work in works]])
        model._set_items(works)
        if progress:
            progress(1.0, "graph")
        return model

    def fit(self, interactions: Interactions, progress: Progress | None = None) -> Self:
        """Learns nothing: what is alike comes from the graph. Without one, it knows the items but nothing of them."""
        if self._rows is None:
            self._take(np.zeros((interactions.n_items, self.how.factors), np.float32))
            self._set_items(interactions.item_ids)
        if progress:
            progress(1.0, "graph")
        return self

    def near(self, node: str, k: int = 10) -> list[tuple[str, float]]:
        """The ``k`` entities of any type closest to this one and their cosines: what its direction means.

        Raises ``KeyError`` for an entity without a place in the graph.
        """
        self._fitted_rows()
        if node not in self.nodes:
            raise KeyError(f"{node!r} has no place in the graph")
        row = self.nodes.index(node)
        cosine = self.node_vectors @ self.node_vectors[row]
        cosine[row] = -np.inf
        best = np.argsort(-cosine, kind="stable")[: min(k, len(cosine) - 1)]
        return [(self.nodes[at], float(cosine[at])) for at in best]

    def _state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        how = ("factors", "window", "negatives", "epochs", "learning_rate", "seed")
        settings = {name: getattr(self.how, name) for name in how}
        settings |= {name: getattr(self, name) for name in ("per_node", "length", "p", "q")}
        return settings, self._arrays() | {
            "nodes": np.array(self.nodes, np.str_),
            "node_vectors": self.node_vectors,
        }

    def _restore(self, arrays: dict[str, NDArray[Any]]) -> None:
        super()._restore(arrays)
        self.nodes = tuple(str(node) for node in arrays["nodes"])
        self.node_vectors = arrays["node_vectors"]


def neighbourhood(graph: Graph) -> tuple[tuple[str, ...], sparse.csr_array]:
    """Entities and decades, and which of them a fact joins: (n, n) ones, symmetric, columns sorted within a row."""
    nodes = [entity.id for entity in graph.entities()]
    place = {node: row for row, node in enumerate(nodes)}
    joined: list[tuple[int, int]] = []
    for node in list(nodes):
        for fact in graph.facts(node):
            other = str(fact.object)
            if fact.relation == "year" and isinstance(fact.object, int):
                other = f"era/{fact.object - fact.object % 10}"
                if other not in place:
                    place[other] = len(nodes)
                    nodes.append(other)
            elif graph.relations[fact.relation].kind != "entity":
                continue
            joined.append((place[node], place[other]))
    pairs = np.array(joined, np.int64).reshape(-1, 2)
    both = np.concatenate([pairs, pairs[:, ::-1]])
    edges = sparse.csr_array((np.ones(len(both), np.float32), both.T), shape=(len(nodes), len(nodes)))
    edges.sum_duplicates()
    edges.data[:] = 1.0
    edges.sort_indices()
    return tuple(nodes), edges


def walks(edges: sparse.csr_array, per_node: int, length: int, p: float, q: float, rng: np.random.Generator) -> Ints:
    """(per_node · n, length) int64 rows of nodes visited, −1 after a dead end; all walks take their steps together."""
    n = edges.shape[0]
    degree = np.diff(edges.indptr).astype(np.int64)
    keys = np.repeat(np.arange(n), degree) * n + edges.indices  # sorted, so that an edge is found by bisection
    stops = np.full((per_node * n, length), -1, np.int64)
    stops[:, 0] = np.tile(np.arange(n), per_node)
    most = max(1.0, 1.0 / p, 1.0 / q)
    for step in range(1, length):
        going = np.flatnonzero((stops[:, step - 1] >= 0) & (degree[stops[:, step - 1]] > 0))
        while len(going):
            here = stops[going, step - 1]
            tried = edges.indices[edges.indptr[here] + rng.integers(0, degree[here])]
            taken = np.ones(len(going), bool)
            if step > 1 and (p != 1 or q != 1):
                before = stops[going, step - 2]
                wanted = before * n + tried
                close = keys[np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)] == wanted
                weight = np.where(tried == before, 1.0 / p, np.where(close, 1.0, 1.0 / q))
                taken = rng.random(len(going)) * most < weight
            stops[going[taken], step] = tried[taken]
            going = going[~taken]
    return stops
