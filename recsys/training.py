"""Fit what the assistant serves, and save it: ``yuban train`` and first boot call this.

The regularisation is chosen by holding out a tenth of the users, hiding a fifth of what each liked and seeing which λ
ranks it best (nDCG@20): the strong-generalisation protocol of Liang et al., "Variational autoencoders for collaborative
filtering", WWW 2018. Nobody tunes a parameter by hand, and a catalogue of 200 users gets its own.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys.interactions import Interactions
from recsys.linear import EASE, gram, weights_from_gram
from recsys.model import ItemModel, Progress
from recsys.neighbours import ItemNeighbours
from recsys.popularity import Popularity
from recsys.storage import read_model

__all__ = ["Trained", "TrainingReport", "load", "train"]

MOST_DENSE_ITEMS = 12_000
"""Above this many items EASE's dense matrix passes 576 MB, and item neighbours take its place."""

_LADDER = (0.3, 1.0, 3.0, 10.0, 30.0)
"""λ tried, in units of the Gram matrix's mean diagonal: from light to heavy."""
_FEWEST_USERS = 50
_USER_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Trained:
    """What :func:`load` gives: a personal model and the popularity that stands in for strangers."""

    model: ItemModel
    popularity: Popularity


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What :func:`train` did."""

    users: int
    items: int
    interactions: int
    kind: str
    """Class of the personal model."""
    regularization: float | None
    """λ chosen for EASE."""
    ndcg: float | None
    """nDCG@20 on the held-out users at that λ; ``None`` when there were too few users to hold any out."""
    seconds: float


def train(
    interactions: Interactions,
    out_dir: str | os.PathLike[str],
    seed: int = 0,
    progress: Progress | None = None,
    *,
    most_dense_items: int = MOST_DENSE_ITEMS,
) -> TrainingReport:
    """Fit popularity and EASE (item neighbours past ``most_dense_items``) and save both under ``out_dir``.

    Each is replaced atomically; the old models serve until then. ``seed`` draws the hold-out. Zero interactions are
    fine: the models then know nothing and say so by scoring nothing.
    """
    started = time.perf_counter()
    out = Path(out_dir)
    say = progress or (lambda fraction, what: None)
    popularity = Popularity().fit(interactions)
    say(0.05, "popularity")
    regularization = ndcg = None
    model: ItemModel
    if interactions.n_items > most_dense_items:
        model = ItemNeighbours().fit(interactions, lambda f, what: say(0.05 + 0.9 * f, what))
    else:
        regularization, ndcg = _choose_regularization(interactions, seed, lambda f, what: say(0.05 + 0.7 * f, what))
        model = EASE(regularization, _USER_WEIGHT).fit(interactions, lambda f, what: say(0.75 + 0.2 * f, what))
    popularity.save(out / "popularity")
    model.save(out / "personal")
    say(1.0, "saved")
    return TrainingReport(
        interactions.n_users, interactions.n_items, len(interactions), type(model).__name__, regularization, ndcg,
        time.perf_counter() - started,
    )  # fmt: skip


def load(out_dir: str | os.PathLike[str]) -> Trained:
    """Read back what :func:`train` saved.

    Raises ``FileNotFoundError`` when nothing was, :class:`~recsys.storage.ModelFileError` when it is something else.
    """
    out = Path(out_dir)
    kind = read_model(out / "personal")[0]
    family: type[ItemModel] = ItemNeighbours if kind == "ItemNeighbours" else EASE
    return Trained(family.load(out / "personal"), Popularity.load(out / "popularity"))


def _choose_regularization(interactions: Interactions, seed: int, say: Progress) -> tuple[float, float | None]:
    """(λ, its nDCG@20 on held-out users); a sensible λ and ``None`` when there is too little to hold out."""
    liked = interactions.liked()
    g = gram(liked, _USER_WEIGHT)
    unit = float(np.diagonal(g).mean()) if len(g) else 1.0
    unit = unit or 1.0
    eligible = np.flatnonzero(np.diff(liked.indptr) >= 5)
    if len(eligible) < _FEWEST_USERS:
        return 3.0 * unit, None
    rng = np.random.default_rng(seed)
    held = rng.choice(eligible, min(len(eligible) // 10 + 1, 1000), replace=False)
    seen, hidden = _split(liked[held], rng)
    # Same weights as in g, so subtracting leaves exactly the Gram matrix of everybody else.
    others = g - gram(liked[held], _USER_WEIGHT)
    best = (-1.0, 3.0 * unit)
    for step, factor in enumerate(_LADDER):
        say(step / len(_LADDER), "choosing λ")
        weights = weights_from_gram(others, factor * unit)
        quality = _ndcg(np.asarray(seen @ weights), seen, hidden, 20)
        best = max(best, (quality, factor * unit))
    return best[1], best[0]


def _split(rows: sparse.csr_array, rng: np.random.Generator) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Each row's entries dealt to (four fifths, one fifth, at least one)."""
    hide = np.zeros(rows.nnz, bool)
    for a, b in zip(rows.indptr[:-1], rows.indptr[1:], strict=True):
        hide[rng.choice(np.arange(a, b), max(1, (b - a) // 5), replace=False)] = True
    seen, hidden = rows.copy(), rows.copy()
    seen.data = np.where(hide, 0, rows.data).astype(np.float32)
    hidden.data = np.where(hide, rows.data, 0).astype(np.float32)
    seen.eliminate_zeros()
    hidden.eliminate_zeros()
    return seen, hidden


def _ndcg(scores: NDArray[np.float32], seen: sparse.csr_array, hidden: sparse.csr_array, k: int) -> float:
    """Mean nDCG@k of the hidden items among all unseen ones."""
    scores = scores.copy()
    scores[seen.nonzero()] = -np.inf
    k = min(k, scores.shape[1])
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    hits = np.take_along_axis(hidden.toarray() > 0, order, axis=1)
    discount = 1.0 / np.log2(np.arange(2, k + 2))
    ideal = np.concatenate([[0.0], np.cumsum(discount)])[np.minimum(np.diff(hidden.indptr), k)]
    return float(((hits * discount).sum(axis=1) / ideal).mean())
