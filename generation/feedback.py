"""Which variant of a text to show: Thompson sampling over impressions and clicks.

Each variant's click rate has a Beta posterior. To show one, a rate is drawn from every posterior and the highest wins:
variants are shown as often as they are likely to be the best, so that little is lost while it is found out.

    Thompson, "On the likelihood that one unknown probability exceeds another", Biometrika 25, 1933.
    Chapelle & Li, "An empirical evaluation of Thompson sampling", NeurIPS 2011 (delayed clicks: §4).
    Scott, "A modern Bayesian look at the multi-armed bandit", Applied Stochastic Models 26, 2010 (value remaining: §2.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from generation.briefs import GenerationError

__all__ = ["FeedbackError", "Standing", "Variants"]

DRAWS = 20_000  # Monte-Carlo draws of a report: a probability is within ± 0.007 of the exact one
SETTLED = 0.01  # the value remaining, as a share of the best rate, below which there is nothing left to find out


class FeedbackError(GenerationError, ValueError):
    """Counts that cannot be, or a variant that is not known; the message names it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a variant is doing. ``low`` and ``high`` bound its click rate with 95 % probability."""

    variant: str
    impressions: int
    clicks: int
    rate: float
    low: float
    high: float
    best: float
    """Probability 0..1 that it has the highest rate of all."""


class Variants:
    """Impressions and clicks of the variants of one text, and the choice among them. Not safe to share among threads.

    Args:
        variants: their ids, two or more.
        prior: clicks and non-clicks imagined of each before any is seen; (1, 1) leaves every rate equally likely.
    """

    def __init__(self, variants: Iterable[str], *, prior: tuple[float, float] = (1.0, 1.0)) -> None:
        self.ids = tuple(dict.fromkeys(variants))
        if len(self.ids) < 2:
            raise FeedbackError("variants: a choice takes at least two different ones")
        if not (prior[0] > 0 and prior[1] > 0 and np.isfinite(prior).all()):
            raise FeedbackError(f"prior: {prior} must be two positive numbers")
        self.prior = (float(prior[0]), float(prior[1]))
        self._clicks = np.zeros(len(self.ids), dtype=np.int64)
        self._impressions = np.zeros(len(self.ids), dtype=np.int64)

    def choose(self, rng: np.random.Generator) -> str:
        """The variant to show now."""
        return self.ids[int(np.argmax(rng.beta(*self._posteriors())))]

    def record(self, variant: str, *, impressions: int = 0, clicks: int = 0) -> None:
        """Adds what was seen; a click may arrive long after its impression.

        Raises:
            FeedbackError: the variant is unknown, a count is negative, or there are more clicks than impressions.
        """
        if variant not in self.ids:
            raise FeedbackError(f"variant: {variant!r} is not one of {', '.join(self.ids)}")
        if impressions < 0 or clicks < 0:
            raise FeedbackError(f"{variant}: counts cannot be negative")
        place = self.ids.index(variant)
        if self._clicks[place] + clicks > self._impressions[place] + impressions:
            raise FeedbackError(f"{variant}: more clicks than impressions; record the impressions first")
        self._impressions[place] += impressions
        self._clicks[place] += clicks

    def standings(self, *, seed: int = 0) -> list[Standing]:
        """Every variant, likeliest best first."""
        draws = self._draws(seed)  # (DRAWS, n)
        best = np.bincount(draws.argmax(1), minlength=len(self.ids)) / len(draws)
        low, high = np.quantile(draws, (0.025, 0.975), axis=0)
        alpha, beta = self._posteriors()
        rates = alpha / (alpha + beta)
        rows = [
            Standing(
                id_,
                int(self._impressions[place]),
                int(self._clicks[place]),
                float(rates[place]),
                float(low[place]),
                float(high[place]),
                float(best[place]),
            )
            for place, id_ in enumerate(self.ids)
        ]
        return sorted(rows, key=lambda row: -row.best)

    def value_remaining(self, *, seed: int = 0) -> float:
        """What another variant may still be worth over the leading one, as a share of the leader's rate.

        The 95 % quantile of (best − leader) / leader over the posterior (Scott 2010, §2.3).
        """
        draws = self._draws(seed)
        leader = int(np.bincount(draws.argmax(1), minlength=len(self.ids)).argmax())
        return float(np.quantile((draws.max(1) - draws[:, leader]) / draws[:, leader], 0.95))

    def settled(self, *, seed: int = 0) -> bool:
        """Whether the test can end: what is left to gain is below one per cent of the leader's rate."""
        return self.value_remaining(seed=seed) < SETTLED

    def to_json(self) -> dict[str, Any]:
        counts = {
            id_: {"impressions": int(self._impressions[place]), "clicks": int(self._clicks[place])}
            for place, id_ in enumerate(self.ids)
        }
        return {"prior": list(self.prior), "variants": counts}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """Reads back :meth:`to_json`.

        Raises:
            FeedbackError: it is something else; the message names the field.
        """
        try:
            first, second = document["prior"]
            variants = cls(document["variants"], prior=(float(first), float(second)))
            for id_, counts in document["variants"].items():
                variants.record(id_, impressions=int(counts["impressions"]), clicks=int(counts["clicks"]))
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, FeedbackError):
                raise
            raise FeedbackError(f"not the record of a test: {error}") from None
        return variants

    def _posteriors(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        clicks = self._clicks.astype(np.float64)
        return self.prior[0] + clicks, self.prior[1] + self._impressions - clicks

    def _draws(self, seed: int) -> NDArray[np.float64]:
        return np.random.default_rng(seed).beta(*self._posteriors(), size=(DRAWS, len(self.ids)))
