"""Learning without collecting: the federated model is the central one, and noise is what it is said to be."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from quick_agreement import QUICK
from scipy import sparse

from recsys import dp
from recsys.exact_gram import FRACTION_BITS, exact_gram, real
from recsys.factors import ImplicitALS
from recsys.federated import (
    Privacy,
    assemble,
    client_words,
    denoise,
    ease_from_sum,
    federated_ease,
    noisy_gram,
    secure_gram_chunks,
    triangle,
)
from recsys.federated_factors import Federation, InProcess, Objective, SecureInProcess, client_gradient
from recsys.interactions import Interactions
from recsys.linear import EASE
from recsys.secure_sum import Terms, TooManyDropped


def histories_of(table: Interactions) -> list[np.ndarray]:
    liked = table.liked()
    liked.sort_indices()
    return [part.astype(np.int64) for part in np.split(liked.indices, liked.indptr[1:-1])]


# ------------------------------------------------------------------------------------------------- one-round EASE


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(0, 12)), st.integers(1, 40))
def test_a_clients_chunks_are_its_outer_product(liked: set[int], chunk: int) -> None:
    n, rows = 13, np.array(sorted(liked), np.int64)
    x = np.zeros(n, np.int64)
    x[rows] = 1
    weight = (1 << FRACTION_BITS) // max(len(rows), 1)
    expected = (weight * np.outer(x, x))[np.triu_indices(n)]
    end = triangle(n)
    parts = [client_words(rows, n, start, min(start + chunk, end)) for start in range(0, end, chunk)]
    assert np.array_equal(np.concatenate(parts).astype(np.int64), expected)


def test_a_client_moves_the_sum_by_at_most_one() -> None:
    """The sensitivity that the noise is calibrated for, however much a client likes."""
    for h in (1, 2, 3, 7, 50):
        words = client_words(np.arange(h, dtype=np.int64), 50, 0, triangle(50))
        full = np.zeros((50, 50))
        full[np.triu_indices(50)] = np.ldexp(words.astype(float), -FRACTION_BITS)
        norm = np.linalg.norm(full + np.triu(full, 1).T)
        assert 1 - 1e-8 < norm <= 1


@pytest.mark.parametrize("dropped", [(), (3, 17, 40)])
def test_the_masked_sum_is_the_central_sum_bit_for_bit(random_table: Interactions, dropped: tuple[int, ...]) -> None:
    liked = random_table.liked()
    terms = Terms(random_table.n_users, degree=12, seed=1)
    chunks = secure_gram_chunks(liked, terms, chunk=100, dropped=dropped, agreement=QUICK)
    total = assemble(chunks, random_table.n_items)
    alive = np.setdiff1d(np.arange(random_table.n_users), dropped)
    central = exact_gram(liked[alive], 1.0)
    assert np.array_equal(total, central)
    model = ease_from_sum(total, random_table.item_ids)
    if not dropped:
        assert np.array_equal(model.weights, federated_ease(random_table).weights)


def test_a_chunk_missing_is_said() -> None:
    with pytest.raises(ValueError, match="5 numbers are not the triangle of 3 items: 6"):
        assemble([np.zeros(5, np.uint64)], 3)


def test_too_many_drop_outs_are_said(random_table: Interactions) -> None:
    with pytest.raises(TooManyDropped):
        list(
            secure_gram_chunks(random_table.liked(), Terms(60, degree=4), stop=8, dropped=range(1, 60), agreement=QUICK)
        )


def test_without_noise_it_is_the_central_model(random_table: Interactions) -> None:
    central = EASE(regularization=10.0, user_weight=1.0).fit(random_table)
    federated = federated_ease(random_table, regularization=10.0)
    assert np.abs(federated.weights - central.weights).max() < 1e-6
    assert federated.item_ids == central.item_ids


def test_noise_has_the_stated_covariance() -> None:
    n, sigma = 400, 2.0
    noise = np.ldexp(noisy_gram(np.zeros((n, n), np.int64), sigma, dp.generator(3)).astype(float), -FRACTION_BITS)
    assert np.array_equal(noise, noise.T)
    assert noise[np.triu_indices(n, 1)].std() == pytest.approx(sigma / np.sqrt(2), rel=0.02)
    assert np.diagonal(noise).std() == pytest.approx(sigma, rel=0.12)
    # In the coordinates in which a client moves the sum by 1, every coordinate has σ.
    assert np.linalg.norm(noise) == pytest.approx(sigma * np.sqrt(triangle(n)), rel=0.02)


def test_denoising_drops_noise_and_restores_what_stands_out() -> None:
    n, sigma = 200, 1.0
    v = np.random.default_rng(0).standard_normal((n, 2))
    q = np.linalg.qr(v)[0]
    signal = (q * [120.0, 60.0]) @ q.T
    noise = real(noisy_gram(np.zeros((n, n), np.int64), sigma, dp.generator(5)))
    assert np.linalg.norm(denoise(noise, sigma)) < 0.15 * np.linalg.norm(noise)
    counts = np.linspace(1, 3, n)
    unrelated = (np.outer(counts, counts) / counts.sum()).astype(np.float32)
    assert np.allclose(denoise(unrelated, sigma), unrelated, atol=1e-3), "nothing stands out: popularity is left"
    clean = denoise((signal + noise).astype(np.float32), sigma)
    assert np.linalg.matrix_rank(clean, tol=1.0) == 2
    assert np.linalg.eigvalsh(clean)[-2:] == pytest.approx([60, 120], rel=0.03)
    assert np.linalg.norm(clean - signal) < 0.3 * np.linalg.norm(noise)
    assert denoise(noise, 0.0) is noise


def test_privacy_costs_accuracy_in_order() -> None:
    """Two tastes among many users: with little noise an item leads to its own kind, with much to anything."""
    rng = np.random.default_rng(2)
    rows = [(f"u{u}", f"i{2 * int(i) + u % 2:02}") for u in range(1500) for i in rng.choice(15, size=6, replace=False)]
    table = Interactions.from_rows(rows)

    def right(epsilon: float) -> float:
        weights = federated_ease(table, Privacy(epsilon), source=dp.generator(0)).weights
        return float(np.mean(np.argmax(weights, axis=1) % 2 == np.arange(30) % 2))

    assert right(8.0) == 1.0
    assert right(0.01) < 0.8


def test_sigma_of_privacy() -> None:
    assert Privacy(1.0, 1e-5).sigma == dp.gaussian_sigma(1.0, 1e-5)


# ------------------------------------------------------------------------------------------- factors by gradients


OBJECTIVE = Objective(factors=4, regularization=0.05, unobserved_weight=0.3)


def loss(rows: np.ndarray, x: np.ndarray, y: np.ndarray, o: Objective) -> float:
    """A client's share of the objective of ``ImplicitALS``, as written."""
    s = y @ x
    return float(((s[rows] - 1) ** 2).sum() + o.unobserved_weight * (s**2).sum())


def test_the_gradient_is_that_of_the_objective() -> None:
    rng = np.random.default_rng(1)
    y = (0.5 * rng.standard_normal((9, 4))).astype(np.float32)
    rows = np.array([1, 4, 5])
    model = ImplicitALS(factors=4, regularization=0.05, unobserved_weight=0.3)
    model._take(y)
    model._set_items(map(str, range(9)))
    x = model.vector(rows, np.ones(3, np.float32)).astype(np.float64)
    numeric = np.zeros((9, 4))
    for i, f in np.ndindex(9, 4):
        step = np.zeros((9, 4))
        step[i, f] = 1e-5
        numeric[i, f] = (loss(rows, x, y + step, OBJECTIVE) - loss(rows, x, y - step, OBJECTIVE)) / 2e-5
    assert np.allclose(client_gradient(rows, y, OBJECTIVE), numeric, atol=1e-4)


def test_an_empty_history_says_nothing() -> None:
    assert not client_gradient(np.zeros(0, np.int64), np.ones((5, 4), np.float32), OBJECTIVE).any()


def test_learns_the_checkerboard(checkerboard: Interactions) -> None:
    model = Federation(
        checkerboard.item_ids, InProcess(histories_of(checkerboard)), OBJECTIVE, rate=0.05, seed=0
    ).train(60)
    for user in (0, 1, 7):
        history = [f"i{i:02}" for i in range(20) if i % 2 == user % 2 and i != user]
        assert model.recommend(history, 1)[0][0] == f"i{user:02}"


def test_more_rounds_go_on_where_it_stopped(checkerboard: Interactions) -> None:
    def fresh() -> Federation:
        return Federation(checkerboard.item_ids, InProcess(histories_of(checkerboard)), OBJECTIVE)

    twice = fresh()
    twice.train(3)
    assert np.array_equal(twice.train(4).item_factors, fresh().train(7).item_factors)
    assert twice.turn == 7


def test_through_the_secure_sum_it_is_the_same_model(checkerboard: Interactions) -> None:
    histories = histories_of(checkerboard)
    open_ = Federation(checkerboard.item_ids, InProcess(histories), OBJECTIVE).train(2)
    secure = Federation(checkerboard.item_ids, SecureInProcess(histories, 4, QUICK), OBJECTIVE).train(2)
    assert np.allclose(open_.item_factors, secure.item_factors, atol=1e-5)


def test_a_round_without_answers_is_an_error(checkerboard: Interactions) -> None:
    with pytest.raises(RuntimeError, match="no client"):
        Federation(checkerboard.item_ids, InProcess([])).train(1)


# ----------------------------------------------------------------------------------------------------------- Flower


@pytest.mark.skipif(importlib.util.find_spec("flwr") is not None, reason="Flower is installed")
def test_without_flower_the_remedy_is_named() -> None:
    from recsys.flower import client_app

    with pytest.raises(ImportError, match="flwr"):
        client_app(lambda context: [])


@pytest.mark.system
def test_over_flower_it_is_the_same_model(checkerboard: Interactions, tmp_path: Path) -> None:
    pytest.importorskip("flwr")
    pytest.importorskip("ray")
    from flwr.simulation import run_simulation

    from recsys.flower import client_app, server_app

    histories = histories_of(checkerboard)

    def of_node(context: object) -> list[np.ndarray]:
        return histories[int(context.node_config["partition-id"]) :: 4]  # type: ignore[attr-defined]

    server = server_app(checkerboard.item_ids, tmp_path, OBJECTIVE, rounds=3, nodes=4, timeout=120)
    run_simulation(server, client_app(of_node), num_supernodes=4)
    alone = Federation(checkerboard.item_ids, InProcess(histories), OBJECTIVE).train(3)
    assert np.allclose(ImplicitALS.load(tmp_path).item_factors, alone.item_factors, atol=1e-5)


def test_sparse_rows_may_come_unsorted() -> None:
    liked = sparse.csr_array((np.ones(4, np.float32), [2, 0, 1, 2], [0, 2, 4]), shape=(2, 3))
    (total,) = secure_gram_chunks(liked, Terms(2))
    assert np.array_equal(total.view(np.int64), exact_gram(liked, 1.0)[np.triu_indices(3)])
