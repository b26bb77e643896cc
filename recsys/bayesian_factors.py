"""Bayesian matrix factorisation of ratings by Gibbs sampling: the implicit features of SVD++, from both sides.

    Salakhutdinov & Mnih, "Bayesian probabilistic matrix factorization using MCMC", ICML 2008.
    Freudenthaler, Schmidt-Thieme & Rendle, "Bayesian factorization machines", NIPS workshop 2011.
    Rendle, Zhang & Koren, "On the difficulty of evaluating baselines", 2019 — Bayesian SVD++ and "flipped".
    Lakshminarayanan, Bouchard & Archambeau, "Robust Bayesian matrix factorisation", AISTATS 2011 — a noise per user.

    r_ui = μ + σ (p_u·q_i + b_u + c_i + Σ_t w_t(u, when)) + noise,   noise ~ N(0, σ² / (α a_u)),   a_u ~ Γ(ν/2, ν/2)

The vectors (p_u, b_u) are drawn around a regression on what is known of u: *which* items u has rated (SVD++), and any
features given; (q_i, c_i) around who has rated i ("flipped") and i's features (:mod:`recsys.gibbs`). Nothing has to be
regularised by hand: every prior's strength is drawn too. A prediction is the mean over the draws.

The chain keeps ``kept`` evenly spaced draws of the vectors, not one mean of them: the mean of a product is not the
product of means, and a stranger needs each draw's prior. The effects of time are added up, so their mean suffices.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys.gibbs import Side, WindowEffects, look_up
from recsys.interactions import Interactions
from recsys.model import Floats, Progress
from recsys.rating_features import Features, centred, named_features, scaled
from recsys.ratings import Doubles, Ints, RatingModel

__all__ = ["SEARCH_SPACE", "BayesianFactors"]

SEARCH_SPACE = {"rank": ("int", 8, 40), "samples": ("int", 200, 1000), "user_noise": ("log", 3.0, 100.0)}

_PAIRS = 4096


class BayesianFactors(RatingModel):
    """Predictions are posterior means. A stranger's vector is solved for exactly, in each kept draw.

    Parameters
    ----------
    rank
        Length of p and q. More does not overfit, it costs time: 8–40.
    samples, burn_in
        Draws of everything, and how many of the first are left out.
    kept
        Draws kept of those after ``burn_in``, evenly spaced (all of them where there are fewer).
    implicit
        Regress users on the items they rated and items on the users who rated them.
    user_noise
        ν: the lower, the more people may differ in how consistently they rate. 3–100.
    windows
        Widths, in seconds, of the stretches of time in which one person's ratings share a level, e.g. 86,400, 300 and
        1: day, sitting, page. They help to fill in ratings of the same time (``times`` of :meth:`predict_many`), and
        say nothing of other times; a stranger gets none.
    seed
        Of the chain.

    Memory: 4·kept·(n_users + 2·n_items)·(rank + 1) bytes (MovieLens 100K at the defaults: 36 MB), and while fitting
    8·(n_users + n_items)·min(n_users, n_items) twice for the implicit features. Time a draw: n_ratings·rank²/2 +
    (n_users + n_items)·rank³ + n_users·n_items·rank multiplications; past 10,000 × 10,000 leave ``implicit`` out.
    """

    def __init__(
        self,
        rank: int = 20,
        samples: int = 500,
        burn_in: int = 100,
        kept: int = 100,
        implicit: bool = True,
        user_noise: float = 10.0,
        windows: Sequence[int] = (),
        seed: int = 0,
    ) -> None:
        if rank < 1 or kept < 1 or burn_in < 0 or samples <= burn_in:
            raise ValueError(
                f"rank and kept must be at least 1 and samples above burn_in ≥ 0, not rank {rank}, kept {kept}, "
                f"samples {samples}, burn_in {burn_in}"
            )
        if not user_noise > 0:
            raise ValueError(f"user_noise must be positive, not {user_noise}")
        if any(width < 1 for width in windows):
            raise ValueError(f"windows must be whole seconds of at least 1, not {tuple(windows)}")
        self.rank, self.samples, self.burn_in, self.kept = rank, samples, burn_in, kept
        self.implicit, self.user_noise, self.windows, self.seed = implicit, user_noise, tuple(windows), seed
        self._arrays: dict[str, NDArray[Any]] = {}

    def fit(
        self,
        interactions: Interactions,
        progress: Progress | None = None,
        *,
        user_features: Features | None = None,
        item_features: Features | None = None,
    ) -> Self:
        """Run the chain; ``user_features`` and ``item_features`` are further blocks the vectors rest on."""
        self._take_table(interactions)
        table, rng, size = interactions.matrix, np.random.default_rng(self.seed), self.rank + 1
        n_users, n_items = table.shape
        kept_at = _spread(self.burn_in, self.samples, self.kept)
        self._arrays = {
            "users": np.zeros((len(kept_at), n_users, size), np.float32),
            "items": np.zeros((len(kept_at), n_items, size), np.float32),
            "implicit": np.zeros((len(kept_at), n_items if self.implicit else 0, size), np.float32),
            "mean": np.zeros((len(kept_at), size), np.float32),
            "precision": np.zeros((len(kept_at), size, size), np.float32),
            "noise": np.zeros(len(kept_at), np.float32),
            "scale": np.ones(1, np.float32),
        }
        user = np.repeat(np.arange(n_users), np.diff(table.indptr))
        windows = [WindowEffects(user, interactions.times, width) for width in self.windows]
        effects = [np.zeros_like(window.effect) for window in windows]
        if len(table.data):
            if progress:
                progress(0.0, "features")
            presence = sparse.csr_array((np.ones(table.nnz), table.indices, table.indptr), shape=table.shape)
            users = Side(n_users, size, self._blocks(presence, self.user_ids, user_features), rng)
            items = Side(n_items, size, self._blocks(presence.T.tocsr(), self.item_ids, item_features), rng)
            chain = _Chain(table, users, items, windows, self._standardised(table.data), self.user_noise, rng)
            for draw in range(self.samples):
                chain.draw()
                if draw >= self.burn_in:
                    for mean, window in zip(effects, windows, strict=True):
                        mean += window.effect / (self.samples - self.burn_in)
                if draw in kept_at:
                    self._keep(kept_at[draw], chain)
                if progress:
                    progress((draw + 1) / self.samples, f"draw {draw + 1} of {self.samples}")
        elif progress:
            progress(1.0, "nothing to learn from")
        for at, (mean, window) in enumerate(zip(effects, windows, strict=True)):
            self._arrays[f"window{at}_keys"] = window.keys
            self._arrays[f"window{at}_effects"] = mean.astype(np.float32)
        return self

    def _standardised(self, values: Floats) -> Doubles:
        """(r − μ) / σ, so that the priors fit whatever the unit."""
        spread = np.float32(values.std())
        self._arrays["scale"][0] = spread if spread > 1e-6 * max(abs(self.low), abs(self.high)) else 1.0
        return (values.astype(np.float64) - self.baselines.mean) / self._scale

    def _blocks(
        self, presence: sparse.csr_array, ids: tuple[str, ...], given: Features | None
    ) -> list[sparse.csr_array]:
        blocks = [scaled(presence)] if self.implicit else []
        if given is not None:
            blocks.append(centred(named_features(ids, given)))
        return blocks

    def _keep(self, at: int, chain: _Chain) -> None:
        arrays, users = self._arrays, chain.users
        arrays["users"][at], arrays["items"][at] = users.vectors, chain.items.vectors
        arrays["mean"][at], arrays["precision"][at], arrays["noise"][at] = users.mean, users.precision, chain.alpha
        if self.implicit:
            arrays["implicit"][at] = users.blocks[0].coefficients()

    @property
    def _scale(self) -> float:
        return float(self._arrays["scale"][0])

    def _predict_rows(self, users: Ints, items: Ints) -> Doubles:
        p, q, k = self._arrays["users"], self._arrays["items"], self.rank
        found = np.empty(len(users))
        bias = p[:, :, k].mean(axis=0)[users] + q[:, :, k].mean(axis=0)[items]
        for start in range(0, len(users), _PAIRS):
            u, i = users[start : start + _PAIRS], items[start : start + _PAIRS]
            total = np.zeros(len(u))
            for draw in range(len(p)):
                total += np.einsum("nk,nk->n", p[draw, u, :k], q[draw, i, :k])
            found[start : start + _PAIRS] = total / len(p)
        return self.baselines.mean + self._scale * (found + bias)

    def _effects_of(self, users: Ints, times: Ints) -> Doubles:
        total = np.zeros(len(users))
        for at, width in enumerate(self.windows):
            keys, effects = self._arrays[f"window{at}_keys"], self._arrays[f"window{at}_effects"]
            total += look_up(keys, effects, users, times, width)
        return self._scale * total

    def _posterior(self, rows: Ints, values: Floats) -> tuple[Doubles, Doubles, Doubles, Doubles]:
        """Of a stranger, in each draw: A (s, D, D), z (s, h, D), the history beyond the stranger's mean
        t − z·m (s, h), and what each history item moves Λ·E[p] by (s, h, D)."""
        a = self._arrays
        z = a["items"][:, rows].astype(np.float64)
        beyond = (values.astype(np.float64) - self.baselines.mean) / self._scale - z[:, :, -1]
        z[:, :, -1] = 1.0
        precision = a["precision"].astype(np.float64)
        beyond -= np.einsum("shd,sd->sh", z, a["mean"])
        noise = a["noise"].astype(np.float64)[:, None, None]
        if self.implicit and len(rows):
            pull = np.einsum("shd,sde->she", a["implicit"][:, rows] / np.sqrt(len(rows)), precision)
        else:
            pull = np.zeros_like(z)
        return precision + noise * np.einsum("shd,she->sde", z, z), z, noise[:, :, 0] * beyond, pull

    def _scores_of_rows(self, rows: Ints, values: Floats) -> Floats:
        arrays, k = self._arrays, self.rank
        vectors = arrays["mean"].astype(np.float64)  # (s, D)
        if len(rows):
            a, z, beyond, pull = self._posterior(rows, values)
            moved = np.einsum("shd,sh->sd", z, beyond) + pull.sum(axis=1)
            vectors = vectors + np.linalg.solve(a, moved[:, :, None])[:, :, 0]
        products = np.matmul(arrays["items"][:, :, :k], vectors[:, :k, None].astype(np.float32))[:, :, 0]  # (s, n)
        standard = products.mean(axis=0) + arrays["items"][:, :, k].mean(axis=0) + vectors[:, k].mean()
        return (self.baselines.mean + self._scale * standard).astype(np.float32)

    def _contributions(self, rows: Ints, values: Floats, target: int) -> Floats:
        if not len(rows):
            return np.zeros(0, np.float32)
        a, z, beyond, pull = self._posterior(rows, values)
        wanted = self._arrays["items"][:, target].astype(np.float64)  # (s, D)
        wanted[:, -1] = 1.0
        through = np.linalg.solve(a, wanted[:, :, None])  # A⁻¹ z_j; the score's lift is z_j·(p − m)
        parts = (np.matmul(z, through)[:, :, 0] * beyond + np.matmul(pull, through)[:, :, 0]).mean(axis=0)
        return (self._scale * parts).astype(np.float32)

    def _state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        names = ("rank", "samples", "burn_in", "kept", "implicit", "user_noise", "seed")
        settings = {name: getattr(self, name) for name in names} | {"windows": list(self.windows)}
        return settings, self._arrays | self._rating_arrays()

    def _restore(self, arrays: dict[str, NDArray[Any]]) -> None:
        self._restore_ratings(arrays)
        if arrays["items"].shape[1:] != (len(self.item_ids), self.rank + 1):
            raise ValueError(f"vectors of shape {arrays['items'].shape[1:]} for {len(self.item_ids)} items")
        self._arrays = {name: array for name, array in arrays.items() if name not in self._rating_arrays()}


class _Chain:
    """The state of the sampler over standardised ratings ``values`` (nnz,)."""

    def __init__(
        self,
        table: sparse.csr_array,
        users: Side,
        items: Side,
        windows: list[WindowEffects],
        values: Doubles,
        user_noise: float,
        rng: np.random.Generator,
    ) -> None:
        n_users, n_items = table.shape
        self.users, self.items, self.windows, self.values = users, items, windows, values
        self.user = np.repeat(np.arange(n_users), np.diff(table.indptr))
        self.item = table.indices.astype(np.int64)
        self.starts = table.indptr
        self.by_item = np.argsort(self.item, kind="stable")  # ratings of an item together
        self.item_starts = np.concatenate([[0], np.cumsum(np.bincount(self.item, minlength=n_items))])
        self.alpha, self.user_alpha, self.user_noise, self.rng = 1.0, np.ones(n_users), user_noise, rng

    def draw(self) -> None:
        """Everything once: users, items, effects of time, noise."""
        users, items, rng = self.users, self.items, self.rng
        weights = self.alpha * self.user_alpha[self.user]
        rest = self.values - sum((window.of_ratings() for window in self.windows), np.zeros(len(self.values)))
        users.draw_prior(rng)
        targets = weights * (rest - items.vectors[self.item, -1])
        shape = (len(users.vectors), len(items.vectors))
        users.draw_vectors(
            _with_one(items.vectors),
            sparse.csr_array((weights, self.item, self.starts), shape=shape),
            sparse.csr_array((targets, self.item, self.starts), shape=shape),
            rng,
        )
        items.draw_prior(rng)
        targets = weights * (rest - users.vectors[self.user, -1])
        order, raters = self.by_item, self.user[self.by_item]
        items.draw_vectors(
            _with_one(users.vectors),
            sparse.csr_array((weights[order], raters, self.item_starts), shape=shape[::-1]),
            sparse.csr_array((targets[order], raters, self.item_starts), shape=shape[::-1]),
            rng,
        )
        p, q = users.vectors[self.user], items.vectors[self.item]
        error = rest - np.einsum("nk,nk->n", p[:, :-1], q[:, :-1]) - p[:, -1] - q[:, -1]
        for window in self.windows:
            error += window.of_ratings()
            window.draw(error, weights, rng)
            error -= window.of_ratings()
        squares = np.bincount(self.user, error**2, len(users.vectors))
        counts = np.diff(self.starts)
        shape_of, rate = self.user_noise + counts, self.user_noise + self.alpha * squares
        self.user_alpha = rng.gamma(shape_of / 2) / (rate / 2)
        self.alpha = rng.gamma(1 + len(error) / 2) / (1 + float(self.user_alpha @ squares) / 2)


def _with_one(vectors: Doubles) -> Doubles:
    """(n, D) z = (q, 1): what the other side's (p, b) is multiplied by."""
    return np.column_stack([vectors[:, :-1], np.ones(len(vectors))])


def _spread(first: int, last: int, count: int) -> dict[int, int]:
    """Draw → place among those kept: ``count`` of first..last−1, evenly spaced and with the last."""
    chosen = np.unique(np.linspace(last - 1, first, min(count, last - first)).round().astype(int))
    return {int(draw): at for at, draw in enumerate(chosen)}
