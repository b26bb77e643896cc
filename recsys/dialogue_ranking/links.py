"""What the graph says about items, as sparse matrices: who is linked to what, and what two items share.

Rows are the graph's entities (items the graph does not know are appended), columns are the items.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from knowledge.graph import FACET_TYPES, Graph
from knowledge.text import tokens
from recsys.dialogue_ranking.cases import CaseError

__all__ = ["Links", "unit_rows"]

_COMMON = 0.3  # a fact shared by more than this part of the items tells no two of them apart


@dataclass(frozen=True)
class Links:
    """All of it fixed once the graph and the items are given; nothing here is learned from examples.

    Attributes:
        items: item ids, the columns.
        entity_row: entity id → row.
        names: for each row its labels and aliases.
        uncapitalised: rows of genres, moods and the like, whose names people write in lower case.
        item_of: ``(n_entities, n_items)`` float32, 1 where the row is the item.
        relations: names of the relations that link items to something.
        direct: for each relation ``(n_entities, n_items)`` float32, 1 where a fact says so.
        shared: for each relation ``(n_items, n_items)`` float32: rarity-weighted cosine of what both have.
        title: ``(n_items, n_items)`` float32: the same of the words of their titles.
        words: for each item the words of its title and of everything linked to it.
    """

    items: tuple[str, ...]
    entity_row: dict[str, int]
    names: list[tuple[str, ...]]
    uncapitalised: frozenset[int]
    item_of: sparse.csr_matrix
    relations: tuple[str, ...]
    direct: tuple[sparse.csr_matrix, ...]
    shared: tuple[sparse.csr_matrix, ...]
    title: sparse.csr_matrix
    words: list[list[str]]

    @classmethod
    def read(cls, items: Sequence[str], graph: Graph) -> Links:
        """Reads the graph once; O(facts + pairs of items that share a fact).

        Raises:
            CaseError: no items, or one given twice.
        """
        column = {item: at for at, item in enumerate(items)}
        if not column or len(column) < len(items):
            raise CaseError("candidates: at least one item is needed, each given once")
        ids = list(dict.fromkeys([*(e.id for e in graph.entities()), *items]))
        row = {entity: at for at, entity in enumerate(ids)}
        names: list[tuple[str, ...]] = []
        for entity in ids:
            known = graph.entity(entity) if entity in graph else None
            names.append((*known.labels.values(), *known.aliases) if known else (entity,))
        n, m = len(ids), len(items)
        item_rows = np.array([row[item] for item in items])
        item_of = sparse.csr_matrix((np.ones(m, np.float32), (item_rows, np.arange(m))), shape=(n, m))
        pairs: dict[str, list[tuple[int, int]]] = {}
        words = [tokens(" ".join(names[row[item]])) for item in items]
        for item, at in column.items():
            for fact in graph.facts(item) if item in graph else ():
                if graph.relations[fact.relation].kind == "entity":
                    pairs.setdefault(fact.relation, []).append((row[str(fact.object)], at))
                    words[at] += tokens(" ".join(names[row[str(fact.object)]]))
        for item, at in column.items():
            for relation in graph.relations_of(item)[1] if item in graph else ():
                pairs.setdefault(relation, []).extend((row[s], at) for s in graph.subjects(item, relation))
        relations = tuple(sorted(pairs))
        direct = tuple(_incidence(pairs[relation], (n, m)) for relation in relations)
        lower = frozenset(row[entity.id] for entity in graph.entities(FACET_TYPES))
        titles = [set(tokens(" ".join(names[at]))) for at in item_rows]
        return cls(
            tuple(items), row, names, lower, item_of, relations, direct,
            tuple(_cosine(matrix.T.tocsr()) for matrix in direct), _cosine(_bag(titles)), words,
        )  # fmt: skip


def _incidence(pairs: list[tuple[int, int]], shape: tuple[int, int]) -> sparse.csr_matrix:
    at = np.array(sorted(set(pairs)), np.int64)
    return sparse.csr_matrix((np.ones(len(at), np.float32), (at[:, 0], at[:, 1])), shape=shape)


def _bag(sets: Sequence[set[str]]) -> sparse.csr_matrix:
    vocabulary = {word: at for at, word in enumerate(sorted(set().union(*sets)))}
    rows = np.repeat(np.arange(len(sets)), [len(words) for words in sets])
    cols = np.array([vocabulary[word] for words in sets for word in sorted(words)], np.int64)
    return sparse.csr_matrix((np.ones(len(cols), np.float32), (rows, cols)), shape=(len(sets), max(len(vocabulary), 1)))


def _cosine(has: sparse.csr_matrix) -> sparse.csr_matrix:
    """``(n_items, n_items)`` cosine of rarity-weighted rows of ``has`` (n_items, n_things), the diagonal left out."""
    n = has.shape[0]
    df = np.asarray(has.sum(axis=0)).ravel()
    idf = np.where((df > 1) & (df <= max(_COMMON * n, 2)), np.log((1 + n) / (1 + df)), 0.0)
    weighted = sparse.csr_matrix(has @ sparse.diags(idf))
    length = np.sqrt(np.asarray(has.multiply(np.log((1 + n) / (1 + df)) ** 2).sum(axis=1)).ravel())
    weighted = sparse.diags(1 / np.maximum(length, 1e-6)) @ weighted
    cosine = sparse.csr_matrix(weighted @ weighted.T, dtype=np.float32)
    cosine.setdiag(0)
    cosine.eliminate_zeros()
    return cosine


def unit_rows(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Each row divided by its sum; empty rows stay empty."""
    total: NDArray[np.float64] = np.asarray(matrix.sum(axis=1), np.float64).ravel()
    return sparse.csr_matrix(sparse.diags(1 / np.where(total > 0, total, 1.0)) @ matrix, dtype=np.float32)
