"""Characters as paths in a Huffman tree: so that a frequent character is few decisions, and each decision a likely one.

Huffman, "A method for the construction of minimum-redundancy codes", Proceedings of the IRE 40(9), 1952.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Tree", "huffman"]


@dataclass(frozen=True)
class Tree:
    """Paths from the root to each of V leaves through V − 1 nodes; node 0 is the root.

    Attributes:
        nodes: (V, L) int32, the nodes that a leaf's path meets, L the longest path; zeros after its end.
        bits: (V, L) int32, which way it goes at each.
        lengths: (V,) int32.
    """

    nodes: NDArray[np.int32]
    bits: NDArray[np.int32]
    lengths: NDArray[np.int32]

    def logits(self, log_probs: NDArray[np.float32]) -> NDArray[np.float32]:
        """What distributions over leaves say of each decision: (n, V) ln p → (n, V − 1) ln p(1) − ln p(0), within ±12.

        A row of NaN says nothing: zeros.
        """
        leaves, inner = len(self.lengths), len(self.lengths) - 1
        sides = np.zeros((2, leaves, inner), dtype=np.float32)
        for leaf in range(leaves):
            path = slice(0, self.lengths[leaf])
            sides[self.bits[leaf, path], leaf, self.nodes[leaf, path]] = 1.0
        p = np.exp(log_probs.astype(np.float32))
        tiny = np.float32(1e-12)
        logits = np.clip(np.log(p @ sides[1] + tiny) - np.log(p @ sides[0] + tiny), -12, 12)
        return np.nan_to_num(logits, nan=0.0).astype(np.float32)


def huffman(frequencies: ArrayLike) -> Tree:
    """The tree of V ≥ 2 leaves for these frequencies (any positive numbers); ties go to the lower leaf."""
    weights = [float(f) for f in np.asarray(frequencies, dtype=np.float64)]
    leaves = len(weights)
    if leaves < 2 or min(weights) <= 0:
        raise ValueError("a Huffman tree needs at least two leaves, each with a positive frequency")
    heap = [(weight, leaf) for leaf, weight in enumerate(weights)]
    heapq.heapify(heap)
    children: list[tuple[int, int]] = []
    while len(heap) > 1:
        (light, zero), (heavy, one) = heapq.heappop(heap), heapq.heappop(heap)
        children.append((zero, one))
        heapq.heappush(heap, (light + heavy, leaves + len(children) - 1))
    paths: list[list[tuple[int, int]]] = [[] for _ in range(leaves)]
    pending: list[tuple[int, list[tuple[int, int]]]] = [(leaves + len(children) - 1, [])]
    while pending:
        place, path = pending.pop()
        if place < leaves:
            paths[place] = path
            continue
        node = leaves + len(children) - 1 - place  # the root, made last, is node 0
        for bit, child in enumerate(children[place - leaves]):
            pending.append((child, [*path, (node, bit)]))
    longest = max(map(len, paths))
    nodes, bits = np.zeros((2, leaves, longest), dtype=np.int32)
    for leaf, path in enumerate(paths):
        nodes[leaf, : len(path)] = [node for node, _ in path]
        bits[leaf, : len(path)] = [bit for _, bit in path]
    return Tree(nodes, bits, np.array([len(path) for path in paths], dtype=np.int32))
