"""A part of the training data, set aside to choose parameters with, and a record of what has been tried on it.

Models that learn from likes are judged by nDCG@20 on users they have never seen (a tenth of all, at most a thousand,
a fifth of whose likes is hidden); models of ratings by RMSE on a tenth of each user's ratings. Test data never comes
near. Every trial is written down at once, so that a run that was cut short goes on where it stopped.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.importers.files import replacing
from recsys import registry, splits
from recsys.evaluate import evaluate, evaluate_ratings
from recsys.interactions import Interactions
from recsys.model import Progress

__all__ = ["Holdout", "StudyMismatch", "Trial"]

FORMAT = 1
_MOST_USERS = 1000
_K = 20


class StudyMismatch(ValueError):
    """The record to go on from is about something else; the message says what differs, and what to do."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One set of parameters and how good it proved."""

    parameters: dict[str, Any]
    value: float | None
    """Higher is better (RMSE is negated); ``None`` when the model refused the parameters."""
    seconds: float


class Holdout:
    """Judges parameters of one model.

    Parameters
    ----------
    name
        A registered model.
    interactions
        The training data; the hold-out is cut from it.
    seed
        Draws the hold-out.
    record
        JSON file that lists the trials; nothing is written when absent.
    resume
        Go on from the record, if there is one; else it is begun anew.
    beside
        Constructor arguments that every trial gets and the record leaves out, e.g. the features of items.

    Raises :class:`~recsys.registry.UnknownModel`, ``ValueError`` when there is too little data to set any aside, and
    :class:`StudyMismatch` when the record is of other data, another model or another seed.
    """

    def __init__(
        self,
        name: str,
        interactions: Interactions,
        *,
        seed: int = 0,
        record: Path | None = None,
        resume: bool = False,
        beside: Mapping[str, Any] | None = None,
    ) -> None:
        self.name, self.seed, self.record, self._beside = name, seed, record, dict(beside or {})
        self.ratings = registry.entry(name).feedback == "ratings"
        if self.ratings:
            self.split = splits.random(interactions, fraction=0.1, seed=seed)
        else:
            likers = int((np.diff(interactions.liked().indptr) >= 5).sum())
            self.split = splits.strong(interactions, users=min(_MOST_USERS, max(likers // 10, 1)), seed=seed)
        self.trials: list[Trial] = []
        self._about = {"format": FORMAT, "model": name, "seed": seed, "data": interactions.fingerprint()}
        if record is not None and resume and record.exists():
            self._read(record)

    @property
    def metric(self) -> str:
        """What is judged: ``ndcg@20`` or ``rmse``."""
        return "rmse" if self.ratings else f"ndcg@{_K}"

    def figure(self, value: float) -> float:
        """A trial's value as the metric itself."""
        return -value if self.ratings else value

    def known(self, parameters: Mapping[str, Any]) -> Trial | None:
        """The trial of exactly these parameters, if there was one."""
        return next((trial for trial in self.trials if trial.parameters == dict(parameters)), None)

    def try_out(self, parameters: Mapping[str, Any], progress: Progress | None = None) -> Trial:
        """Fit with these parameters on the rest of the data and judge; a trial that was made before is not repeated.

        Raises ``ValueError`` when the model has no such parameter.
        """
        known = self.known(parameters)
        if known is not None:
            return known
        model = registry.create(self.name, **{**self._beside, **parameters})
        began = time.perf_counter()
        value: float | None
        try:
            if self.ratings:
                report = evaluate_ratings({self.name: model}, self.split, progress=progress)
            else:
                report = evaluate({self.name: model}, self.split, (_K,), progress=progress)
            value = report.figures(self.name)[self.metric] * (-1 if self.ratings else 1)
        except (ArithmeticError, ValueError, np.linalg.LinAlgError):
            value = None  # it diverged or cannot be solved there: not a good place, and no reason to stop
        trial = Trial(dict(parameters), value, time.perf_counter() - began)
        self.trials.append(trial)
        self._write()
        return trial

    def best(self) -> Trial:
        """The best trial so far; among equals the earlier. Raises ``ValueError`` when none succeeded."""
        done = [trial for trial in self.trials if trial.value is not None]
        if not done:
            raise ValueError(f"{self.name}: none of {len(self.trials)} trials gave a usable model")
        return max(done, key=lambda trial: trial.value or 0.0)

    def _read(self, record: Path) -> None:
        try:
            content = json.loads(record.read_text(encoding="utf-8"))
            about = {key: content[key] for key in self._about}
            trials = [Trial(one["parameters"], one["value"], one["seconds"]) for one in content["trials"]]
        except (ValueError, KeyError, TypeError) as error:
            raise StudyMismatch(f"{record}: not a record of trials ({error}); remove it or do not resume") from error
        if about != self._about:
            other = ", ".join(key for key in about if about[key] != self._about[key])
            raise StudyMismatch(f"{record}: the trials are of another {other}; remove it or do not resume")
        self.trials = trials

    def _write(self) -> None:
        if self.record is None:
            return
        trials = [
            {"parameters": one.parameters, "value": one.value, "seconds": round(one.seconds, 3)} for one in self.trials
        ]
        with replacing(self.record) as scratch:
            scratch.write_text(json.dumps({**self._about, "trials": trials}, ensure_ascii=False), encoding="utf-8")
