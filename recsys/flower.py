r"""The clients of :mod:`recsys.federated_factors` over a network: Flower as its transport.

    Beutel et al., "Flower: a friendly federated learning framework", arXiv:2007.14390, 2020.

A device runs :func:`client_app` on its own history; a server runs :func:`server_app`, which sends item factors out,
averages what comes back and saves the model. One message type, ``train``: factors and objective out, gradient and
count back. Devices that do not answer within the timeout are left out of the round.

Flower lives in an environment of its own: it needs a newer protobuf than the assistant's action SDK allows. The engines
need neither, so there the package is installed without its dependencies, and the engines' own by name:

    python -m venv federation
    federation/bin/pip install "flwr[simulation]" networkx numpy opencc-python-reimplemented openpyxl pyahocorasick \
        pyarrow pyoxigraph pypinyin pyyaml rapidfuzz rich scipy threadpoolctl
    federation/bin/pip install --no-deps yuban

What it protects against and what it does not is said in :mod:`recsys.federated_factors`: the server of this transport
sees each device's gradient, which gives its history away. Use it among servers that trust each other (each the sum of
many users), or under Flower's SecAgg+ workflow; for phones prefer the one round of :mod:`recsys.federated`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.federated_factors import Federation, InProcess, Objective
from recsys.model import Floats

__all__ = ["FlowerTransport", "client_app", "server_app"]

_FACTORS, _OBJECTIVE, _GRADIENT, _COUNT = "factors", "objective", "gradient", "count"


def _flwr() -> Any:
    try:
        import flwr.app
        import flwr.clientapp
        import flwr.serverapp
    except ImportError as error:
        raise ImportError(
            'Flower is not installed here; in an environment of its own: pip install "flwr[simulation]"'
        ) from error
    return flwr


def client_app(histories: Callable[[Any], Sequence[NDArray[np.int64]]]) -> Any:
    """A ``flwr.clientapp.ClientApp``.

    ``histories(context)`` gives the item rows of each user this node speaks for, one on a phone; ``context`` is
    Flower's, whose ``node_config`` says which node it is. Raises ``ImportError`` when Flower is not installed.
    """
    flwr = _flwr()
    app = flwr.clientapp.ClientApp()

    @app.train()  # type: ignore[untyped-decorator]
    def train(message: Any, context: Any) -> Any:
        factors = message.content[_FACTORS][_FACTORS].numpy()
        total, clients = InProcess(histories(context)).gather(factors, Objective(**message.content[_OBJECTIVE]), 0)
        content = flwr.app.RecordDict(
            {
                _GRADIENT: flwr.app.ArrayRecord({_GRADIENT: flwr.app.Array(np.asarray(total, np.float32))}),
                _COUNT: flwr.app.MetricRecord({_COUNT: clients}),
            }
        )
        return flwr.app.Message(content=content, reply_to=message)

    return app


class FlowerTransport:
    """A :class:`~recsys.federated_factors.Transport` over a Flower ``Grid``.

    Parameters
    ----------
    grid
        What Flower hands to a server's main function.
    timeout
        Seconds to wait for the answers of a round.

    Memory: a gradient a node that answers.
    """

    def __init__(self, grid: Any, timeout: float = 600.0) -> None:
        self.grid, self.timeout = grid, timeout

    def gather(self, item_factors: Floats, objective: Objective, turn: int) -> tuple[NDArray[np.floating], int]:
        """See :meth:`~recsys.federated_factors.Transport.gather`. Replies of another shape are left out."""
        flwr = _flwr()
        content = {
            _FACTORS: flwr.app.ArrayRecord({_FACTORS: flwr.app.Array(item_factors)}),
            _OBJECTIVE: flwr.app.ConfigRecord(asdict(objective)),
        }
        messages = [
            flwr.app.Message(
                content=flwr.app.RecordDict(content), dst_node_id=node, message_type="train", group_id=str(turn)
            )
            for node in self.grid.get_node_ids()
        ]
        total, clients = np.zeros(item_factors.shape, np.float64), 0
        for reply in self.grid.send_and_receive(messages, timeout=self.timeout):
            if reply.has_error():
                continue
            gradient = reply.content[_GRADIENT][_GRADIENT].numpy()
            if gradient.shape == item_factors.shape and np.isfinite(gradient).all():
                total += gradient
                clients += int(reply.content[_COUNT][_COUNT])
        return total, clients


def server_app(
    item_ids: Sequence[str],
    directory: str | Path,
    objective: Objective | None = None,
    *,
    rounds: int = 50,
    rate: float = 0.02,
    seed: int = 0,
    nodes: int = 1,
    timeout: float = 600.0,
) -> Any:
    """A ``flwr.serverapp.ServerApp`` that trains for ``rounds`` and saves an
    :class:`~recsys.factors.ImplicitALS` in ``directory``.

    It begins when ``nodes`` are there. Raises ``TimeoutError`` when they are not after ``timeout`` seconds, and
    ``ImportError`` when Flower is not installed.
    """
    app = _flwr().serverapp.ServerApp()

    @app.main()  # type: ignore[untyped-decorator]
    def main(grid: Any, context: Any) -> None:
        deadline = time.monotonic() + timeout
        while len(list(grid.get_node_ids())) < nodes:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{nodes} nodes are needed, {len(list(grid.get_node_ids()))} came")
            time.sleep(0.2)
        transport = FlowerTransport(grid, timeout)
        Federation(item_ids, transport, objective, rate=rate, seed=seed).train(rounds).save(directory)

    return app
