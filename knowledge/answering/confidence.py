"""From what each way of answering thinks of itself to the share of such answers that are right.

The reader's score falls with every word it could not place, the FAQ's is the log odds of its matchers, a description's
the overlap of meanings; none of them is comparable with another. One Platt curve each (:mod:`knowledge.calibration`)
makes them so. Fitted on the tuning half of our own questions, every way of answering made to answer every one of them,
so that what it should have left alone counts as wrong:

    python -m benchmarks.answering --half tuning --fit
"""

from __future__ import annotations

from knowledge.calibration import Platt

__all__ = ["ANSWER", "ASK_BACK", "CURVES", "stated"]

ANSWER = 0.6
"""Least probability of being right with which something is said; below it we ask back."""

ASK_BACK = 0.3
"""Least probability with which an FAQ entry is offered as something that may have been meant."""

CURVES: dict[str, Platt] = {
    "check": Platt(1.414, 0.369),  # 13, 1.00 right
    "common": Platt(1.254, 0.123),  # 2, 1.00 right
    "compare": Platt(1.494, 0.323),  # 16, 1.00 right
    "document": Platt(1.170, -0.070),  # 20, 0.60 right
    "entity": Platt(1.034, -0.103),  # 9, 0.56 right
    "fact": Platt(0.649, -1.140),  # 9, 0.11 right
    "faq": Platt(0.829, 0.187),  # 77, 0.26 right
    "faq/named": Platt(1.672, -0.455),  # 45, 0.00 right
    "list": Platt(2.289, -0.509),  # 70, 0.83 right
    "path": Platt(1.441, -0.198),  # 81, 0.94 right
}


def stated(way: str, score: float) -> float:
    """Probability, 0..1, that an answer is right that ``way`` gives ``score``; four decimals."""
    curve = CURVES.get(way)
    return round(curve.at(min(max(score, 1e-4), 1 - 1e-4)) if curve else score, 4)
