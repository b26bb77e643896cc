"""NeuMF as scripts train it, for `recsys_speed.py` to stand beside: a table of users, 256 pairs a step, plain torch.

    He, Liao, Zhang, Nie, Hu & Chua, "Neural collaborative filtering", WWW 2017; Adam, learning rate 0.001, batches of
    256, 4 negatives a positive, vectors from N(0, 0.01²), no pre-training: the paper's own settings.

Kinder to itself than most: negatives are drawn for a whole epoch at once, and there is no DataLoader.
"""

from __future__ import annotations

import time
from itertools import pairwise
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional as F  # its name everywhere

from recsys.interactions import Interactions

__all__ = ["BATCH", "PlainNeuMF"]

BATCH, RATE = 256, 1e-3


class PlainNeuMF:
    """A network and its optimiser on a table; each :meth:`epoch` goes on from the last."""

    def __init__(
        self, table: Interactions, *, factors: int, embedding: int, layers: list[int], negatives: int, seed: int = 0
    ) -> None:
        torch.manual_seed(seed)
        self.negatives, self.n_items = negatives, table.n_items
        shapes = [(n, d) for d in (factors, embedding) for n in (table.n_users, table.n_items)]
        self.tables = nn.ModuleList(nn.Embedding(n, d) for n, d in shapes)
        for embedded in self.tables:
            nn.init.normal_(embedded.weight, std=0.01)  # type: ignore[arg-type]
        widths = [2 * embedding, *layers]
        parts = [part for a, b in pairwise(widths) for part in (nn.Linear(a, b), nn.ReLU())]
        self.deep, self.output = nn.Sequential(*parts), nn.Linear(factors + layers[-1], 1)
        whole = nn.ModuleList([self.tables, self.deep, self.output])
        self.adam = torch.optim.Adam(whole.parameters(), lr=RATE)
        self.rng = np.random.default_rng(seed)
        liked = table.liked()
        self.met = np.repeat(np.arange(table.n_users), np.diff(liked.indptr)) * self.n_items + liked.indices
        self.steps = -(-len(self.met) * (1 + negatives) // BATCH)
        """Of a whole epoch."""

    def logits(self, users: torch.Tensor, items: torch.Tensor) -> torch.Tensor:
        """(k,) log-odds of pairs: equation 12."""
        p, q, x, y = (table(ids) for table, ids in zip(self.tables, (users, items, users, items), strict=True))
        both = torch.cat([p * q, self.deep(torch.cat([x, y], 1))], 1)
        return cast("torch.Tensor", self.output(both)[:, 0])

    def epoch(self, steps: int | None = None) -> float:
        """Train for an epoch, or the first ``steps`` of one; CPU seconds a step, drawing the pairs not counted."""
        each = 1 + self.negatives
        users = np.repeat(self.met // self.n_items, each)
        items = self.rng.integers(0, self.n_items, len(users))
        for _ in range(5):  # who met what is drawn again; after five times one in a hundred thousand is left
            wrong = np.flatnonzero(np.isin(users * self.n_items + items, self.met))
            items[wrong] = self.rng.integers(0, self.n_items, len(wrong))
        items[::each] = self.met % self.n_items
        labels = np.zeros(len(users), np.float32)
        labels[::each] = 1
        order = self.rng.permutation(len(users))
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)][:steps]
        began = time.process_time()
        for some in batches:
            logits = self.logits(torch.from_numpy(users[some]), torch.from_numpy(items[some]))
            loss = F.binary_cross_entropy_with_logits(logits, torch.from_numpy(labels[some]))
            self.adam.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self.adam.step()
        return (time.process_time() - began) / len(batches)

    def scores(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """(b, n_items) of users of the table."""
        items = torch.arange(self.n_items)
        with torch.inference_mode():
            return np.stack([self.logits(torch.full_like(items, int(row)), items).numpy() for row in rows])
