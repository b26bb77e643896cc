"""What numba does in training is what torch does: values, gradients, negatives, and a whole fit."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("numba")

from recsys.interactions import Interactions  # noqa: E402
from recsys.neural import networks, sampling  # noqa: E402
from recsys.neural.models import NeuMF  # noqa: E402
from recsys.neural.networks import Batch  # noqa: E402


def batch(positives: int, each: int, items: int, seed: int) -> Batch:
    """A batch of one history of two items; only ``targets`` and ``positives`` matter here."""
    generator = torch.Generator().manual_seed(seed)
    k = positives * (1 + each)
    targets = torch.randint(0, items, (k,), generator=generator)
    zeros = torch.zeros(k, dtype=torch.int64)
    return Batch(torch.tensor([0, 1]), torch.ones(2), torch.tensor([0]), zeros, targets, torch.ones(k), None, positives)


@pytest.mark.parametrize("function", ["products", "rectified_sums"])
@pytest.mark.parametrize(("positives", "each", "d"), [(1, 1, 1), (7, 4, 5), (33, 1, 16), (20, 3, 33)])
def test_values_and_gradients(
    function: str, positives: int, each: int, d: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = batch(positives, each, 11, seed=d)
    generator = torch.Generator().manual_seed(1)
    start = [torch.randn(n, d, generator=generator) for n in (positives, 11)]
    weights = torch.randn(positives * (1 + each), generator=generator)
    found = []
    for compiled in (True, False):
        monkeypatch.setattr(networks, "uses_numba", lambda _, compiled=compiled: compiled)
        left, table = (part.clone().requires_grad_() for part in start)
        out = getattr(networks, function)(left, table, given)
        weighed = out * (weights if out.ndim == 1 else weights[:, None])
        weighed.sum().backward()
        found.append((out.detach(), left.grad, table.grad))
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_serving_takes_each_pair_as_it_is() -> None:
    left, table = torch.randn(6, 4), torch.randn(9, 4)
    targets = torch.tensor([0, 8, 3, 3, 1, 2])
    served = Batch(torch.tensor([0]), torch.ones(1), torch.tensor([0]), targets * 0, targets, torch.ones(6), None)
    np.testing.assert_allclose(networks.products(left, table, served), (left * table[targets]).sum(1), atol=1e-6)
    np.testing.assert_allclose(
        networks.rectified_sums(left, table, served), torch.relu(left + table[targets]), atol=1e-6
    )


def test_negatives_are_the_same_items(monkeypatch: pytest.MonkeyPatch) -> None:
    met = torch.tensor([0, 1, 4, 2, 5, 0, 1, 2, 3, 4, 5])  # of three users, the last of whom has met everything
    starts, users = torch.tensor([0, 3, 5, 11]), torch.tensor([0, 1, 2] * 40)
    drawn = []
    for compiled in (True, False):
        monkeypatch.setattr(sampling, "uses_numba", lambda _, compiled=compiled: compiled)
        drawn.append(sampling.negatives(met, starts, users, 6, torch.Generator().manual_seed(5)))
    for one, other in zip(*drawn, strict=True):
        np.testing.assert_array_equal(one, other)
    items, usable = drawn[0]
    assert set(items[users == 0].tolist()) == {2, 3, 5} and set(items[users == 1].tolist()) == {0, 1, 3, 4}
    assert not usable[users == 2].any()


def test_a_whole_fit(random_table: Interactions, monkeypatch: pytest.MonkeyPatch) -> None:
    scores = []
    for compiled in (True, False):
        for module in (networks, sampling):
            monkeypatch.setattr(module, "uses_numba", lambda _, compiled=compiled: compiled)
        model = NeuMF(factors=4, embedding=3, layers=(6, 4), memory_factors=4, epochs=4, batch_size=128)
        scores.append(model.fit(random_table).scores(["i1", "i2"]))
    np.testing.assert_allclose(scores[0], scores[1], atol=1e-3)
