"""Fit what the assistant serves, and save it: ``yuban train``, ``yuban recsys train`` and first boot call this.

Any registered model may be named, with parameters given or tuned; how many passes over the data it makes is decided by
early stopping on a hold-out, after which it learns from everything. Left to itself ("auto") it is EASE, or item
neighbours for a wide catalogue. EASE's regularisation is then chosen by holding out a tenth of the users, hiding a fifth
of what each liked and seeing which λ ranks it best (nDCG@20): the strong-generalisation protocol of Liang et al.,
"Variational autoencoders for collaborative filtering", WWW 2018. Nobody tunes a parameter by hand, and a catalogue of
200 users gets its own.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from knowledge.importers.files import replacing
from recsys import registry
from recsys.holdout import Holdout
from recsys.interactions import Interactions
from recsys.linear import gram, weights_from_gram
from recsys.model import ItemModel, Progress
from recsys.popularity import Popularity
from recsys.tuning import stop_early, tune

__all__ = ["AUTO", "Choice", "Trained", "TrainingReport", "choice", "load", "train"]

AUTO = "auto"
"""Let the size of the catalogue decide which model."""

MOST_DENSE_ITEMS = 12_000
"""Above this many items EASE's dense matrix passes 576 MB, and item neighbours take its place."""

_LADDER = (0.3, 1.0, 3.0, 10.0, 30.0)
"""λ tried, in units of the Gram matrix's mean diagonal: from light to heavy."""
_FEWEST_USERS = 50
_CHOICE = "choice.json"
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
    name: str = ""
    """Registered name of the personal model."""
    parameters: dict[str, Any] = field(default_factory=dict)
    """What it was constructed with, where that is not the default."""
    metric: str | None = None
    """What the hold-out judged by (``ndcg@20``, ``rmse``); ``None`` when nothing was held out."""
    value: float | None = None
    """That figure for the parameters chosen, of a model that had not seen the hold-out."""
    trials: int = 0
    """Parameter sets tried on the hold-out."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which model was asked for, kept beside it so that the next training makes the same kind."""

    model: str = AUTO
    parameters: Mapping[str, Any] = field(default_factory=dict)


def train(
    interactions: Interactions,
    out_dir: str | os.PathLike[str],
    seed: int = 0,
    progress: Progress | None = None,
    *,
    model: str = AUTO,
    parameters: Mapping[str, Any] | None = None,
    tune_trials: int = 0,
    resume: bool = False,
    most_dense_items: int = MOST_DENSE_ITEMS,
) -> TrainingReport:
    """Fit popularity and a personal model, and save both under ``out_dir``.

    Each is replaced atomically; the old models serve until then, and a running assistant takes the new ones up within
    seconds. Zero interactions are fine: the models then know nothing and say so by scoring nothing.

    Parameters
    ----------
    seed
        Draws the hold-out and, for models that draw, goes into the model.
    model
        A registered name (:func:`recsys.registry.names`); ``auto`` is EASE, item neighbours past ``most_dense_items``.
    parameters
        Constructor arguments; the rest is the model's defaults.
    tune_trials
        Search the model's ranges with that many trials (needs Optuna).
    resume
        Go on from the trials an interrupted run wrote under ``out_dir/tuning``.

    Raises :class:`~recsys.registry.UnknownModel`, ``ImportError`` when the model or the search needs packages that are
    missing, :class:`~recsys.holdout.StudyMismatch`, and ``ValueError`` when a parameter does not fit or there is too
    little data to tune on.
    """
    started = time.perf_counter()
    out = Path(out_dir)
    say = progress or (lambda fraction, what: None)
    given = dict(parameters or {})
    popularity = Popularity().fit(interactions)
    say(0.05, "popularity")
    personal: ItemModel
    metric: str | None
    if model == AUTO and not given and not tune_trials and interactions.n_items <= most_dense_items:
        name, tried = "ease", 0
        regularization, value = _choose_regularization(interactions, seed, lambda f, what: say(0.05 + 0.7 * f, what))
        chosen = {"regularization": regularization, "user_weight": _USER_WEIGHT}
        metric = None if value is None else "ndcg@20"
    else:
        name = model if model != AUTO else "item-neighbours" if interactions.n_items > most_dense_items else "ease"
        if registry.entry(name).from_graph:
            raise ValueError(f"the model {name!r} is built from the catalogue and learns nothing from interactions")
        if "seed" in registry.parameters(name):
            given.setdefault("seed", seed)
        chosen, metric, value, tried = _chosen(
            name, interactions, out, given, seed, tune_trials, resume, lambda f, what: say(0.05 + 0.7 * f, what)
        )
    personal = registry.create(name, **chosen).fit(interactions, lambda f, what: say(0.75 + 0.2 * f, what))
    popularity.save(out / "popularity")
    personal.save(out / "personal")
    with replacing(out / _CHOICE) as scratch:
        kept = {} if model == AUTO and not given and not tune_trials else chosen
        scratch.write_text(json.dumps({"model": model, "parameters": kept}, ensure_ascii=False), encoding="utf-8")
    say(1.0, "saved")
    return TrainingReport(
        interactions.n_users, interactions.n_items, len(interactions), type(personal).__name__,
        chosen.get("regularization") if name == "ease" else None, value if metric == "ndcg@20" else None,
        time.perf_counter() - started, name, chosen, metric, value, tried,
    )  # fmt: skip


def choice(out_dir: str | os.PathLike[str]) -> Choice:
    """What the last :func:`train` into ``out_dir`` was asked for: hand it to the next one.

    ``auto`` when nothing was, or when that model is no longer registered or its packages are gone.
    """
    try:
        content = json.loads((Path(out_dir) / _CHOICE).read_text(encoding="utf-8"))
        found = Choice(content["model"], dict(content["parameters"]))
        return found if found.model == AUTO or registry.available(found.model) else Choice()
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return Choice()


def load(out_dir: str | os.PathLike[str]) -> Trained:
    """Read back what :func:`train` saved.

    Raises ``FileNotFoundError`` when nothing was, :class:`~recsys.storage.ModelFileError` when it is something else.
    """
    out = Path(out_dir)
    return Trained(registry.load_model(out / "personal"), Popularity.load(out / "popularity"))


def _chosen(
    name: str,
    interactions: Interactions,
    out: Path,
    given: dict[str, Any],
    seed: int,
    trials: int,
    resume: bool,
    say: Progress,
) -> tuple[dict[str, Any], str | None, float | None, int]:
    """(parameters, metric, its value, trials made): tuned if asked for, stopped early if the model makes passes."""
    registry.create(name, **given)  # what does not fit is said before anything is computed
    try:
        holdout = Holdout(name, interactions, seed=seed, record=out / "tuning" / f"{name}.json", resume=resume)
    except ValueError:
        if trials or resume:
            raise
        return given, None, None, 0  # too little data to set any aside
    best = given
    if trials:
        best = tune(holdout, trials, fixed=given, progress=lambda f, what: say(0.8 * f, what)).parameters
    trial = stop_early(holdout, best, progress=lambda f, what: say((0.8 if trials else 0.0) + 0.2 * f, what))
    value = None if trial.value is None else holdout.figure(trial.value)
    return trial.parameters, holdout.metric, value, len(holdout.trials)


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
