"""Factor models trained by gradients: each step against a naive one, and a query against a full solve."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from scipy import optimize, sparse

from recsys.bpr import BPR
from recsys.fold_in import principal_axes, solve_logistic
from recsys.interactions import Interactions
from recsys.logistic_factors import LogisticFactors, gradient_of
from recsys.sgd_factors import MatrixFactorization, pairs, scatter_add


def blocks(seed: int = 0) -> Interactions:
    """80 users of two tastes, 40 items; each user met 10 of his 20."""
    rng = np.random.default_rng(seed)
    rows = [(f"u{u:02}", f"i{i:02}") for u in range(80) for i in rng.choice(20, 10, replace=False) + 20 * (u % 2)]
    return Interactions.from_rows(rows)


class TestFoldIn:
    """The minimiser of the printed objective, by a general optimiser in float64."""

    def objective(self, q: np.ndarray, b: np.ndarray, v: np.ndarray, c: float, lam: float, u: np.ndarray) -> float:
        s, total = b + q @ u, 0.5 * lam * u @ u
        for j in range(len(s)):
            total += c * np.logaddexp(0, s[j]) + max(v[j], 0) * np.logaddexp(0, -s[j])
            total += max(-v[j], 0) * np.logaddexp(0, s[j])
        return float(total)

    @pytest.mark.parametrize("c", [0.0, 0.3, 4.0])
    def test_is_the_minimum(self, c: float) -> None:
        rng = np.random.default_rng(1)
        q, b = rng.normal(size=(30, 4)).astype(np.float32), rng.normal(size=30).astype(np.float32)
        values = np.where(rng.random((5, 30)) < 0.3, rng.uniform(-1, 2, (5, 30)), 0).astype(np.float32)
        lam = np.linspace(0.2, 3, 5).astype(np.float32)
        found = solve_logistic(q, b, values, np.full(5, c, np.float32), lam)
        for u, v, ridge in zip(found, values, lam, strict=True):
            known = (q.astype(float), b.astype(float), v.astype(float), c, float(ridge))
            best = optimize.minimize(partial(self.objective, *known), np.zeros(4), tol=1e-10)
            np.testing.assert_allclose(u, best.x, atol=2e-3)

    def test_nothing_known_is_zero(self) -> None:
        q, b = np.eye(4, dtype=np.float32), np.zeros(4, np.float32)
        nothing = solve_logistic(q, b, np.zeros((2, 4), np.float32), np.zeros(2, np.float32), np.ones(2, np.float32))
        assert not nothing.any()

    def test_axes_keep_scores(self) -> None:
        rng = np.random.default_rng(2)
        q = rng.normal(size=(20, 5)).astype(np.float32)
        turned = principal_axes(q, np.zeros(20, np.float32))
        np.testing.assert_allclose(turned @ turned.T, q @ q.T, atol=1e-5)
        cross = turned.T @ turned
        np.testing.assert_allclose(cross, np.diag(np.diagonal(cross)), atol=1e-4)


class TestMatrixFactorization:
    def test_one_epoch_is_the_published_loop(self) -> None:
        """mf_simple's update, sample by sample in numpy; no negatives are drawn from a catalogue of one item."""
        kernels = pytest.importorskip("recsys.kernels")
        rng = np.random.default_rng(3)
        users, items = rng.integers(0, 4, 30), np.zeros(30, np.int64)
        u, v = rng.normal(size=(4, 3)), rng.normal(size=(1, 3))
        bu, bi, b = rng.normal(size=4), rng.normal(size=1), rng.normal(size=1)
        fast = [part.astype(np.float32) for part in (u, v, bu, bi, b)]
        order = rng.permutation(30)
        state = np.array([99], np.uint64)
        loss = kernels.logistic_epoch(users, items, order, *fast, np.float32(0.05), np.float32(0.1), 2, state)
        losses = []
        for p in order:
            for label in (1.0, 0.0, 0.0):
                n = users[p]
                s = b[0] + bu[n] + bi[0] + u[n] @ v[0]
                losses.append(np.logaddexp(0, s) - label * s)
                g = label - 1 / (1 + np.exp(-s))
                u[n] += 0.05 * (g * v[0] - 0.1 * u[n])
                v[0] += 0.05 * (g * u[n] - 0.1 * v[0])
                bu[n] += 0.05 * (g - 0.1 * bu[n])
                bi[0] += 0.05 * (g - 0.1 * bi[0])
                b[0] += 0.05 * (g - 0.1 * b[0])
        for one, other in zip(fast, (u, v, bu, bi, b), strict=True):
            np.testing.assert_allclose(one, other, atol=1e-4)
        assert loss == pytest.approx(np.mean(losses), abs=1e-4)

    def test_negatives_are_uniform(self) -> None:
        kernels = pytest.importorskip("recsys.kernels")
        state = np.array([12345], np.uint64)
        drawn = np.array([kernels._draw(state, 7) for _ in range(7000)])
        counts = np.bincount(drawn, minlength=7)
        assert len(counts) == 7 and ((counts - 1000) ** 2 / 1000).sum() < 22.5  # χ²(6), p = .001

    @pytest.mark.parametrize("backend", ["numpy", "numba"])
    def test_both_backends_learn_the_same_taste(self, backend: str) -> None:
        if backend == "numba":
            pytest.importorskip("numba")
        model = MatrixFactorization(8, 0.01, 4, 0.03, 40, backend=backend).fit(blocks())
        scores = model.scores([f"i{i:02}" for i in range(6)])
        assert scores[6:20].min() > scores[20:].max()

    def test_a_query_is_the_minimum_of_its_loss(self) -> None:
        """The expected loss over a user's own vector and bias, written out."""
        model = MatrixFactorization(5, 0.02, 3, 0.03, 20, backend="numpy").fit(blocks())
        history = [(f"i{i:02}", 1.0 + 0.1 * i) for i in range(4)] + [("i30", -0.5)]
        rows, values = model.encode(history)
        likes = np.maximum(values, 0).astype(float)
        q, b = model.item_factors.astype(float), model.offsets.astype(float)

        def loss(u: np.ndarray) -> float:
            s = b + q @ u
            total = 0.02 / 2 * (np.abs(values).sum() + 3 * likes.sum()) * (u @ u)
            total += likes.sum() * 3 / len(b) * np.logaddexp(0, s).sum()
            return float(
                total
                + np.where(values > 0, likes * np.logaddexp(0, -s[rows]), -values * np.logaddexp(0, s[rows])).sum()
            )

        best = optimize.minimize(loss, np.zeros(5), tol=1e-9)
        np.testing.assert_allclose(model.scores(history), b + q @ best.x, atol=3e-3)

    @pytest.mark.parametrize(("schedule", "rates"), [("constant", [0.4] * 4), ("linear", [0.4, 0.3, 0.2, 0.1])])
    def test_the_schedule_of_the_rate(self, schedule: str, rates: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
        used: list[float] = []
        model = MatrixFactorization(4, 0.01, 2, 0.4, 4, schedule, backend="numpy")  # type: ignore[arg-type]
        monkeypatch.setattr(model, "_numpy_epoch", lambda rng: lambda *given: used.append(float(given[-1])) or 0.5)
        model.fit(blocks())
        assert used == pytest.approx(rates)

    @pytest.mark.parametrize("factors", [2, 16, 17, 18])
    def test_columns_that_fill_the_registers_stay_out(self, factors: int) -> None:
        pytest.importorskip("numba")
        model = MatrixFactorization(factors, 0.01, 4, 0.03, 3, backend="numba").fit(blocks())
        assert model.item_factors.shape == (len(model.item_ids), factors)

    def test_a_rate_too_high_is_named(self) -> None:
        with pytest.raises(ValueError, match="learning_rate"), np.errstate(all="ignore"):
            MatrixFactorization(4, 0.01, 2, 1e5, 30, backend="numpy").fit(blocks())

    @pytest.mark.parametrize(
        "wrong", [{"factors": 1}, {"regularization": 0.0}, {"learning_rate": 0.0}, {"negatives": 0}, {"epochs": -1},
                  {"backend": "gpu"}, {"schedule": "cosine"}],
    )  # fmt: skip
    def test_wrong_parameters(self, wrong: dict) -> None:
        with pytest.raises(ValueError, match=next(iter(wrong))):
            MatrixFactorization(**wrong)

    def test_scatter_add_is_add_at(self) -> None:
        rng = np.random.default_rng(0)
        rows, values = rng.integers(0, 6, 50), rng.normal(size=(50, 3)).astype(np.float32)
        naive = np.zeros((6, 3), np.float32)
        np.add.at(naive, rows, values)
        np.testing.assert_allclose(scatter_add(rows, values, 6), naive, atol=1e-5)

    def test_pairs_are_likes(self, random_table: Interactions) -> None:
        users, items, liked = pairs(random_table)
        assert len(users) == liked.nnz == (random_table.matrix.data > 0).sum()
        assert (liked[users, items] == 1).all()


class TestBPR:
    def test_one_epoch_is_learn_bpr(self) -> None:
        """With two items there is one negative: the update of figure 4, sample by sample."""
        kernels = pytest.importorskip("recsys.kernels")
        rng = np.random.default_rng(4)
        users, items = np.arange(5), rng.integers(0, 2, 5)
        liked = sparse.csr_array((np.ones(5, np.float32), (users, items)), shape=(5, 2))
        u, v, bi = rng.normal(size=(5, 3)), rng.normal(size=(2, 3)), rng.normal(size=2)
        fast = [part.astype(np.float32) for part in (u, v, bi)]
        order, state = rng.permutation(5), np.array([7], np.uint64)
        kernels.bpr_epoch(
            users, items, order, liked.indptr, liked.indices, *fast, np.float32(0.1), np.float32(0.05), state
        )
        for p in order:
            n, i, j = users[p], items[p], 1 - items[p]
            g = 1 / (1 + np.exp(bi[i] - bi[j] + u[n] @ (v[i] - v[j])))
            x = u[n].copy()
            u[n] += 0.1 * (g * (v[i] - v[j]) - 0.05 * x)
            v[i] += 0.1 * (g * x - 0.05 * v[i])
            v[j] += 0.1 * (-g * x - 0.05 * v[j])
            bi[i] += 0.1 * (g - 0.05 * bi[i])
            bi[j] += 0.1 * (-g - 0.05 * bi[j])
        for one, other in zip(fast, (u, v, bi), strict=True):
            np.testing.assert_allclose(one, other, atol=1e-4)

    @pytest.mark.parametrize("backend", ["numpy", "numba"])
    def test_both_backends_learn_the_same_taste(self, backend: str) -> None:
        if backend == "numba":
            pytest.importorskip("numba")
        model = BPR(6, epochs=40, backend=backend).fit(blocks())
        scores = model.scores([f"i{i:02}" for i in range(6)])
        assert scores[6:20].min() > scores[20:].max()

    def test_a_query_is_the_minimum_of_its_loss(self) -> None:
        model = BPR(5, 0.02, epochs=20, references=30, backend="numpy").fit(blocks())
        history = [("i01", 1.0), ("i02", 2.0), ("i33", -1.0)]
        rows, values = model.encode(history)
        q, b, reference = model.item_factors.astype(float), model.offsets.astype(float), model.reference_rows

        def loss(u: np.ndarray) -> float:
            s, total = b + q @ u, 0.02 / 2 * np.abs(values).sum() * (u @ u)
            for i, value in zip(rows, values, strict=True):
                for j in reference:
                    total += abs(value) / len(reference) * np.logaddexp(0, -np.sign(value) * (s[i] - s[j]))
            return float(total)

        best = optimize.minimize(loss, np.zeros(5), tol=1e-9)
        np.testing.assert_allclose(model.scores(history), b + q @ best.x, atol=3e-3)

    @pytest.mark.parametrize(
        "wrong", [{"factors": 0}, {"references": 0}, {"regularization": 0.0}, {"learning_rate": 0.0}]
    )
    def test_wrong_parameters(self, wrong: dict) -> None:
        with pytest.raises(ValueError, match=next(iter(wrong))):
            BPR(**wrong)


class TestLogisticFactors:
    def test_gradient(self) -> None:
        rng = np.random.default_rng(5)
        m = sparse.csr_array(np.where(rng.random((4, 6)) < 0.4, 2.5, 0).astype(np.float32))
        x, y = rng.normal(size=(4, 3)), rng.normal(size=(6, 3))

        def loss(x: np.ndarray) -> float:
            s, r = x @ y.T, m.toarray().astype(float)
            return float(((1 + r) * np.logaddexp(0, s) - r * s).sum() + 0.35 * (x**2).sum())

        found = gradient_of(m, x.astype(np.float32), y.astype(np.float32), 0.7)
        numeric = optimize.approx_fprime(x.ravel(), lambda flat: loss(flat.reshape(4, 3)), 1e-6).reshape(4, 3)
        np.testing.assert_allclose(found, numeric, atol=1e-3)

    def test_blocks_do_not_change_the_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        whole = LogisticFactors(5, iterations=5).fit(blocks())
        monkeypatch.setattr("recsys.logistic_factors._BLOCK_BYTES", 12 * 40 * 7)
        parts = LogisticFactors(5, iterations=5).fit(blocks())
        np.testing.assert_allclose(parts.scores(["i01"]), whole.scores(["i01"]), atol=1e-3)

    def test_learns_taste(self) -> None:
        model = LogisticFactors(6, 0.5).fit(blocks())
        scores = model.scores([f"i{i:02}" for i in range(6)])
        assert scores[6:20].min() > scores[20:].max()

    @pytest.mark.parametrize("wrong", [{"factors": 1}, {"alpha": 0.0}, {"regularization": 0.0}, {"iterations": -1}])
    def test_wrong_parameters(self, wrong: dict) -> None:
        with pytest.raises(ValueError, match=next(iter(wrong))):
            LogisticFactors(**wrong)
