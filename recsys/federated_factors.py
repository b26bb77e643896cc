"""Matrix factorisation without collecting anybody's history: item factors travel, histories stay.

    Ammad-ud-din et al., "Federated collaborative filtering for privacy-preserving personalized recommendation system",
    arXiv:1901.09888, 2019 (FCF; equations 6–8).
    Kingma & Ba, "Adam: a method for stochastic optimization", ICLR 2015.

Each round the server sends the item factors Y. A client solves for its own vector x_u, as a query to
:class:`~recsys.factors.ImplicitALS` does, and returns the gradient of its own part of that model's objective,

    f_u = 2 (α₀ s_u + c_u ∘ (s_u − 1)) x_uᵀ,   s_u = Y x_u,   c_u = 1 where the history is, else 0,

an (n_items, d) matrix. The server averages, adds 2λα₀ Y (how often an item occurs is not public, so that part of its
ridge is left out), and takes one Adam step. x_u never leaves the client.

What it protects against: a breach of the server, which never had the histories. What it does not: a curious server.
A single client's gradient gives its history away (Chai et al., "Secure federated matrix factorization", IEEE
Intelligent Systems 36(5), 2021), so use :class:`SecureInProcess`, or the secure aggregation of your transport; and the
averages of many rounds still tell something about each client, for no noise is added here. Where noise is wanted, every
round would have to be paid for; :mod:`recsys.federated` needs but one.

A transport is anything that can ask the clients; :class:`InProcess` is a loop, :mod:`recsys.flower` a network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recsys.blas import one_thread
from recsys.factors import ImplicitALS, solve
from recsys.key_agreement import KeyAgreement
from recsys.model import Floats, Progress
from recsys.secure_sum import Terms, decode, encode, secure_sum

__all__ = ["Federation", "InProcess", "Objective", "SecureInProcess", "Transport", "client_gradient"]

_ADAM = (0.9, 0.999, 1e-8)


@dataclass(frozen=True, slots=True)
class Objective:
    """What everybody minimises; names and units as in :class:`~recsys.factors.ImplicitALS`."""

    factors: int = 64
    regularization: float = 0.007
    unobserved_weight: float = 0.3
    exponent: float = 1.0


class Transport(Protocol):
    """How the server reaches its clients."""

    def gather(self, item_factors: Floats, objective: Objective, turn: int) -> tuple[NDArray[np.floating], int]:
        """Send (n_items, d) factors out in round ``turn`` (from 0); return the sum of the clients' gradients
        (n_items, d), and how many clients are in it. Clients that do not answer are left out.
        """


def client_gradient(
    rows: NDArray[np.int64], item_factors: Floats, objective: Objective, gram: Floats | None = None
) -> Floats:
    """What one client returns: f_u (n_items, d) float32.

    ``rows`` (h,) are the items it likes, each once; ``gram`` is YᵀY (d, d), worked out here when absent.
    """
    if not len(rows):
        return np.zeros_like(item_factors)
    y, a = item_factors, np.float32(objective.unobserved_weight)
    ridge = objective.regularization * (len(rows) + a * len(y)) ** objective.exponent
    ones = np.ones(len(rows), np.float32)
    x = solve(a * (y.T @ y if gram is None else gram), y[rows], ones, ones, float(ridge))  # (d,)
    residual = a * (y @ x)  # (n_items,)
    residual[rows] += y[rows] @ x - 1
    return 2 * np.outer(residual, x)


@dataclass(slots=True)
class InProcess:
    """All clients in a loop: a simulation, and the reference for every other transport.

    Memory: one gradient. Time: about 1 ms a client and round at 3,700 items, d = 64; BLAS is held to one thread, for so
    small products lose more by threads than they gain.
    """

    histories: Sequence[NDArray[np.int64]]
    """Item rows each client likes."""

    def gather(self, item_factors: Floats, objective: Objective, turn: int) -> tuple[NDArray[np.floating], int]:
        """See :meth:`Transport.gather`."""
        total = np.zeros_like(item_factors)
        with one_thread():
            gram = item_factors.T @ item_factors
            for rows in self.histories:
                total += client_gradient(rows, item_factors, objective, gram)
        return total, len(self.histories)


@dataclass(slots=True)
class SecureInProcess:
    """As :class:`InProcess`, but the server sees the sum alone (:mod:`recsys.secure_sum`), under new keys each round."""

    histories: Sequence[NDArray[np.int64]]
    degree: int | None = None
    agreement: KeyAgreement | None = None

    def gather(self, item_factors: Floats, objective: Objective, turn: int) -> tuple[NDArray[np.floating], int]:
        """See :meth:`Transport.gather`."""
        terms = Terms(len(self.histories), degree=self.degree, seed=turn, label=b"round %d" % turn)

        def words(client: int, _: int) -> NDArray[np.uint64]:
            return encode(client_gradient(self.histories[client], item_factors, objective).ravel())

        (total,) = secure_sum(words, terms, agreement=self.agreement)
        return decode(total).reshape(item_factors.shape), terms.clients


class Federation:
    """The server: keeps the item factors and takes the steps.

    Parameters
    ----------
    item_ids
        The catalogue; row → item id.
    transport
        Reaches the clients.
    objective
        What to minimise.
    rate
        Adam's step size, 0.001–0.1.
    seed
        Draws the first factors.
    """

    def __init__(
        self,
        item_ids: Sequence[str],
        transport: Transport,
        objective: Objective | None = None,
        *,
        rate: float = 0.02,
        seed: int = 0,
    ) -> None:
        if not rate > 0:
            raise ValueError(f"rate must be positive, not {rate}")
        self.item_ids, self.transport, self.rate = tuple(item_ids), transport, rate
        self.objective = objective or Objective()
        d = self.objective.factors
        draw = np.random.default_rng(seed).standard_normal((len(self.item_ids), d))
        self.item_factors: Floats = (0.1 / np.sqrt(d) * draw).astype(np.float32)
        """Y (n_items, d) float32."""
        self.turn = 0
        """Rounds done."""
        self._first, self._second = np.zeros_like(self.item_factors), np.zeros_like(self.item_factors)

    def train(self, rounds: int, progress: Progress | None = None) -> ImplicitALS:
        """So many more rounds; returns the model as it then is. Raises ``RuntimeError`` when no client answers."""
        for at in range(rounds):
            if progress:
                progress(at / rounds, f"round {self.turn + 1}")
            self._step()
        return self.model()

    def _step(self) -> None:
        total, clients = self.transport.gather(self.item_factors, self.objective, self.turn)
        if not clients:
            raise RuntimeError(f"round {self.turn}: no client answered")
        o = self.objective
        gradient = (total / clients).astype(np.float32) + 2 * o.regularization * o.unobserved_weight * self.item_factors
        self.turn += 1
        b1, b2, tiny = _ADAM
        self._first += (1 - b1) * (gradient - self._first)
        self._second += (1 - b2) * (gradient**2 - self._second)
        mean, square = self._first / (1 - b1**self.turn), self._second / (1 - b2**self.turn)
        self.item_factors = self.item_factors - np.float32(self.rate) * mean / (np.sqrt(square) + tiny)

    def model(self) -> ImplicitALS:
        """An ordinary model with these item factors, which serves, explains and is saved like any other."""
        o = self.objective
        model = ImplicitALS(
            factors=o.factors,
            regularization=o.regularization,
            unobserved_weight=o.unobserved_weight,
            exponent=o.exponent,
        )
        model._take(self.item_factors)
        model._set_items(self.item_ids)
        return model
