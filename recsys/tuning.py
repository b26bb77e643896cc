"""Choosing a model's parameters on a hold-out of the training data: a search over its ranges, and when to stop.

    Bergstra et al., "Algorithms for hyper-parameter optimization", NeurIPS 2011 (TPE, as Optuna has it).
    Prechelt, "Early stopping – but when?", 1998.

Optuna is optional (``pip install "yuban[tuning]"``). The first trial is always the model's own defaults, so tuning is
never worse than not tuning, on the hold-out. What trial n tries depends on the seed and the trials before it alone, so
a search that was interrupted and resumed finds what an uninterrupted one finds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recsys import registry
from recsys.holdout import Holdout, Trial
from recsys.model import Progress

__all__ = ["EPOCHS", "TuningMissing", "epochs_argument", "stop_early", "tune"]

EPOCHS = ("epochs", "iterations")
"""Constructor arguments that count passes over the data: chosen by early stopping and not searched."""

_GROWTH = 2
_PATIENCE = 2
_LEAST, _MOST = 8, 2  # from an eighth of the default number of passes to twice as many


class TuningMissing(ImportError):
    """Optuna is not installed; the message says how to get it."""


def tune(
    holdout: Holdout, trials: int, *, fixed: Mapping[str, Any] | None = None, progress: Progress | None = None
) -> Trial:
    """Search the model's ranges and return the best trial.

    ``trials`` counts all of them, those of a resumed record included. ``fixed`` parameters are not searched.

    Raises :class:`TuningMissing`, and ``ValueError`` when ``trials`` is not positive, the model has nothing to tune or
    no trial succeeded.
    """
    if trials < 1:
        raise ValueError(f"trials must be at least 1, not {trials}")
    kept = dict(fixed or {})
    held = {*kept, epochs_argument(holdout.name)}
    space = {key: span for key, span in registry.search_space(holdout.name).items() if key not in held}
    if not space:
        raise ValueError(f"the model {holdout.name!r} has nothing to tune")
    try:
        import optuna
    except ImportError:
        raise TuningMissing('tuning needs Optuna: pip install "yuban[tuning]"') from None
    said = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        study = optuna.create_study(direction="maximize")
        ranges = {key: _distribution(optuna, key, span) for key, span in space.items()}
        for at in range(trials):
            if progress:
                progress(at / trials, f"trial {at + 1} of {trials}")
            if at == 0:
                tried = holdout.try_out(kept)  # the defaults; not told to Optuna, which wants a value a parameter
                continue
            study.sampler = optuna.samplers.TPESampler(seed=holdout.seed + at)
            asked = study.ask(ranges)
            tried = holdout.try_out({**kept, **asked.params})
            if tried.value is None:
                study.tell(asked, state=optuna.trial.TrialState.FAIL)
            else:
                study.tell(asked, tried.value)
    finally:
        optuna.logging.set_verbosity(said)
    if progress:
        progress(1.0, "tuned")
    return holdout.best()


def stop_early(holdout: Holdout, parameters: Mapping[str, Any], *, progress: Progress | None = None) -> Trial:
    """How many passes over the data are enough: doubles them until two doublings bring nothing.

    From an eighth of the default number of passes to twice as many; each is a fit of its own, so it holds for any
    model that counts passes, at about twice the cost of the longest. A model that counts none, or for which the number
    is given, is tried as it is. Raises ``ValueError`` when no trial succeeded.
    """
    argument = epochs_argument(holdout.name)
    if not argument or argument in parameters:
        trial = holdout.try_out(parameters, progress)
        if trial.value is None:
            raise ValueError(f"{holdout.name}: the hold-out gave no usable model with {dict(parameters)}")
        return trial
    default = int(registry.parameters(holdout.name)[argument])
    passes, best, since = max(default // _LEAST, 1), None, 0
    while passes <= _MOST * default and since < _PATIENCE:
        if progress:
            progress(min(passes / (_MOST * default), 1.0), f"{passes} {argument}")
        trial = holdout.try_out({**parameters, argument: passes})
        better = trial.value is not None and (best is None or trial.value > (best.value or 0.0))
        best, since = (trial, 0) if better else (best, since + 1)
        passes *= _GROWTH
    if best is None:
        raise ValueError(f"{holdout.name}: the hold-out gave no usable model with {dict(parameters)}")
    if progress:
        progress(1.0, f"{best.parameters[argument]} {argument}")
    return best


def epochs_argument(name: str) -> str:
    """The constructor argument that counts passes over the data; empty when the model has none."""
    known = registry.parameters(name)
    return next((argument for argument in EPOCHS if argument in known), "")


def _distribution(optuna: Any, key: str, span: tuple[Any, ...]) -> Any:
    kinds = optuna.distributions
    match span:
        case ("float", low, high):
            return kinds.FloatDistribution(low, high)
        case ("log", low, high):
            return kinds.FloatDistribution(low, high, log=True)
        case ("int", low, high):
            return kinds.IntDistribution(low, high)
        case ("log-int", low, high):
            return kinds.IntDistribution(low, high, log=True)
        case ("choice", *values):
            return kinds.CategoricalDistribution(values)
    raise ValueError(f"the range of {key!r} is {span!r}; a range is a tuple as described in recsys.registry")
