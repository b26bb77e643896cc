"""What held-out scores are worth: figures for people, and the temperature that makes probabilities honest.

Guo, Pleiss, Sun & Weinberger, "On Calibration of Modern Neural Networks", ICML 2017, §4.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

__all__ = ["calibrate", "macro_f1", "temperature"]

Floats = NDArray[np.float32]


def temperature(scores: Floats, labels: NDArray[np.int64]) -> float:
    """The T > 0 that minimises the log-loss of softmax(scores / T) (Guo et al., ICML 2017), for scores (n, K)."""
    at = np.arange(len(labels))

    def loss(log_t: NDArray[np.float64]) -> float:
        z = scores / np.exp(log_t[0])
        z = z - z.max(axis=1, keepdims=True)
        return float(np.mean(np.log(np.exp(z).sum(axis=1)) - z[at, labels]))

    found = minimize(loss, np.zeros(1), method="Nelder-Mead", bounds=[(-4.0, 4.0)])
    return float(np.exp(found.x[0]))


def calibrate(
    targets: Mapping[str, Sequence[str]],
    scores: Sequence[Floats],
    labels: NDArray[np.int64],
    languages: NDArray[np.str_],
) -> tuple[dict[str, float], dict[str, float]]:
    """Temperatures and figures from held-out ``scores``: accuracy and macro-F1 per target, over all and by language."""
    temperatures, figures = {}, {}
    for column, (name, part) in enumerate(zip(targets, scores, strict=True)):
        known = np.flatnonzero(labels[:, column] >= 0)
        if not len(known):
            continue
        gold, found = labels[known, column], part[known]
        temperatures[name] = temperature(found, gold)
        said = found.argmax(axis=1)
        for lang in ("", "zh", "en"):
            at = np.flatnonzero(languages[known] == lang) if lang else np.arange(len(known))
            if len(at):
                ending = f"/{lang}" if lang else ""
                figures[f"{name}/accuracy{ending}"] = float((said[at] == gold[at]).mean())
                figures[f"{name}/macro_f1{ending}"] = macro_f1(gold[at], said[at])
    return temperatures, figures


def macro_f1(gold: NDArray[np.int64], said: NDArray[np.int64]) -> float:
    """Mean over the classes that occur of 2 · hits / (occurrences + guesses)."""
    each = [
        2 * np.sum((gold == label) & (said == label)) / (np.sum(gold == label) + np.sum(said == label))
        for label in np.union1d(gold, said)
    ]
    return float(np.mean(each))
