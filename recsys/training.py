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
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from knowledge.graph import Graph
from knowledge.importers.files import replacing
from recsys import erasure, registry
from recsys.content import features_of
from recsys.ease_penalty import choose_penalty
from recsys.holdout import Holdout
from recsys.interactions import Interactions
from recsys.model import ItemModel, Progress
from recsys.popularity import Popularity
from recsys.tuning import stop_early, tune

__all__ = ["AUTO", "Choice", "Trained", "TrainingReport", "choice", "load", "train"]

AUTO = "auto"
"""Let the size of the catalogue decide which model."""

MOST_DENSE_ITEMS = 12_000
"""Above this many items EASE's dense matrix passes 576 MB, and item neighbours take its place."""

_CHOICE = "choice.json"
USER_WEIGHT = 0.5
"""Of the EASE that is served unless another was asked for."""


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
    graph: Graph | None = None,
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
        Go on from what an interrupted run left: its trials under ``out_dir/tuning``, and the passes its last fit made
        under ``out_dir/unfinished``. The result is that of a run that was never interrupted.

    graph
        The catalogue: what models with ``features`` know of items nobody has met, and what content models are made of.

    Raises :class:`~recsys.registry.UnknownModel`, ``ImportError`` when the model or the search needs packages that are
    missing, :class:`~recsys.holdout.StudyMismatch`, and ``ValueError`` when a parameter does not fit or there is too
    little data to tune on.
    """
    started = time.perf_counter()
    out = Path(out_dir)
    say = progress or (lambda fraction, what: None)
    given, beside = dict(parameters or {}), dict[str, Any]()
    popularity = Popularity().fit(interactions)
    say(0.05, "popularity")
    personal: ItemModel
    metric: str | None
    if model == AUTO and not given and not tune_trials and interactions.n_items <= most_dense_items:
        name, tried = "ease", 0
        regularization, value = choose_penalty(
            interactions, USER_WEIGHT, seed, lambda f, what: say(0.05 + 0.7 * f, what)
        )
        chosen = {"regularization": regularization, "user_weight": USER_WEIGHT}
        metric = None if value is None else "ndcg@20"
    else:
        name = model if model != AUTO else "item-neighbours" if interactions.n_items > most_dense_items else "ease"
        if registry.entry(name).from_graph:
            return _from_graph(name, interactions, out, popularity, given, graph, started, say)
        if graph is not None and "features" in registry.parameters(name):
            beside = {"features": features_of(graph)}
        if "seed" in registry.parameters(name):
            given.setdefault("seed", seed)
        chosen, metric, value, tried = _chosen(
            name, interactions, out, given, beside, seed, tune_trials, resume, lambda f, what: say(0.05 + 0.7 * f, what)
        )
    unfinished = out / "unfinished" / name
    if not resume:
        shutil.rmtree(unfinished.parent, ignore_errors=True)
    personal = _with_checkpoint(name, {**beside, **chosen}, unfinished)
    personal.fit(interactions, lambda f, what: say(0.75 + 0.2 * f, what))
    shutil.rmtree(unfinished.parent, ignore_errors=True)
    with erasure.locked(out):
        left = erasure.without_erased(out, interactions)
        if left is not interactions:  # somebody was erased while this was learning
            personal = registry.create(name, **{**beside, **chosen}).fit(left)
            popularity = Popularity().fit(left)
        popularity.save(out / "popularity")
        _save(out, personal, model, {} if model == AUTO and not given and not tune_trials else chosen, left)
    say(1.0, "saved")
    return TrainingReport(
        interactions.n_users, interactions.n_items, len(interactions), type(personal).__name__,
        chosen.get("regularization") if name == "ease" else None, value if metric == "ndcg@20" else None,
        time.perf_counter() - started, name, chosen, metric, value, tried,
    )  # fmt: skip


def _from_graph(
    name: str,
    interactions: Interactions,
    out: Path,
    popularity: Popularity,
    given: dict[str, Any],
    graph: Graph | None,
    started: float,
    say: Progress,
) -> TrainingReport:
    """A content model and popularity; nothing is tuned, since nothing was learnt that could be held out."""
    if graph is None:
        raise ValueError(f"the model {name!r} is built from the catalogue and learns nothing from interactions")
    family: Any = registry.model_class(name)
    try:
        personal: ItemModel = family.of(graph, **given)
    except TypeError as error:
        raise ValueError(f"{name}: {error}") from None
    with erasure.locked(out):
        left = erasure.without_erased(out, interactions)
        (popularity if left is interactions else Popularity().fit(left)).save(out / "popularity")
        _save(out, personal, name, given, left)
    say(1.0, "saved")
    seconds = time.perf_counter() - started
    kind = type(personal).__name__
    return TrainingReport(
        interactions.n_users, len(personal.item_ids), len(interactions), kind, None, None, seconds, name, given
    )


def _save(out: Path, personal: ItemModel, model: str, parameters: dict[str, Any], table: Interactions) -> None:
    """The personal model, what it was asked for, and what it learnt from; within the lock."""
    personal.save(out / "personal")
    with replacing(out / _CHOICE) as scratch:
        scratch.write_text(json.dumps({"model": model, "parameters": parameters}, ensure_ascii=False), encoding="utf-8")
    erasure.remember(out, table)
    erasure.clear(out)


def _with_checkpoint(name: str, parameters: Mapping[str, Any], path: Path) -> ItemModel:
    """The model, told to write down how far its fit has come; one that makes no passes takes no notice."""
    if "checkpoint" in registry.parameters(name):
        path.parent.mkdir(parents=True, exist_ok=True)
        return registry.create(name, **{"checkpoint": str(path), **parameters})
    model = registry.create(name, **parameters)
    model.checkpoint = path.with_suffix(".npz")
    return model


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
    beside: dict[str, Any],
    seed: int,
    trials: int,
    resume: bool,
    say: Progress,
) -> tuple[dict[str, Any], str | None, float | None, int]:
    """(parameters, metric, its value, trials made): tuned if asked for, stopped early if the model makes passes."""
    registry.create(name, **{**beside, **given})  # what does not fit is said before anything is computed
    try:
        record = out / "tuning" / f"{name}.json"
        holdout = Holdout(name, interactions, seed=seed, record=record, resume=resume, beside=beside)
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
