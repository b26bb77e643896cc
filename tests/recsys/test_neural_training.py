"""Sampling, the left-out user side, the networks' arithmetic against naive loops, and the one trainer."""

# ruff: noqa: E402

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

torch = pytest.importorskip("torch")
pytest.importorskip("safetensors")

from recsys import registry
from recsys.factors import ImplicitALS
from recsys.interactions import Interactions
from recsys.linear import EASE
from recsys.neural import GMF, MLP, NFM, NeuMF, WideAndDeep
from recsys.neural.fold_in import LinearMemory, RidgeMemory
from recsys.neural.networks import Batch, NeuMFNetwork
from recsys.neural.sampling import negatives
from recsys.neural.trainer import one_thread

NAMES = ("gmf", "mlp", "neumf", "nfm", "wide-and-deep")


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def small(name: str, **more):
    return registry.create(name, **{**registry.entry(name).small, **more})


class TestNegatives:
    met = torch.tensor([0, 1, 4, 0, 1, 2, 3, 4, 5])
    starts = torch.tensor([0, 3, 3, 9])

    def test_every_item_not_met_is_equally_likely(self) -> None:
        items, usable = negatives(self.met, self.starts, torch.zeros(30_000, dtype=torch.int64), 6, generator())
        assert usable.all()
        np.testing.assert_allclose(np.bincount(items, minlength=6) / 30_000, [0, 0, 1 / 3, 1 / 3, 0, 1 / 3], atol=0.012)

    def test_nothing_met_and_everything_met(self) -> None:
        items, usable = negatives(self.met, self.starts, torch.tensor([1] * 6000 + [2] * 5), 6, generator())
        assert usable[:6000].all() and not usable[6000:].any()
        np.testing.assert_allclose(np.bincount(items[:6000], minlength=6) / 6000, 1 / 6, atol=0.02)
        assert ((items >= 0) & (items < 6)).all()

    def test_hits_if_wished_and_the_generator_is_the_only_source(self) -> None:
        users = torch.zeros(6000, dtype=torch.int64)
        items, _ = negatives(self.met, self.starts, users, 6, generator(), hits=True)
        np.testing.assert_allclose(np.bincount(items, minlength=6) / 6000, 1 / 6, atol=0.02)
        assert torch.equal(items, negatives(self.met, self.starts, users, 6, generator(), hits=True)[0])


class TestMemory:
    @pytest.fixture
    def liked(self, random_table: Interactions) -> sparse.csr_array:
        return random_table.liked()

    def test_ridge_left_out_equals_solving_without_the_item(
        self, random_table: Interactions, liked: sparse.csr_array
    ) -> None:
        als = ImplicitALS(factors=6).fit(random_table)
        fast = RidgeMemory(als).left_out(liked)
        y = als.item_factors.astype(float)
        for row in range(0, liked.shape[0], 7):
            items = liked.indices[liked.indptr[row] : liked.indptr[row + 1]]
            ridge = float(als._system(items, np.ones(len(items), np.float32))[1])
            for at, item in enumerate(items):
                others = y[np.delete(items, at)]
                a = als.gram.astype(float) + ridge * np.eye(6) + others.T @ others
                naive = np.linalg.solve(a, others.sum(axis=0)) @ y[item]
                assert fast[liked.indptr[row] + at] == pytest.approx(naive, abs=2e-4)

    def test_ease_left_out_is_the_sum_over_the_others(
        self, random_table: Interactions, liked: sparse.csr_array
    ) -> None:
        ease = EASE(5.0).fit(random_table)
        fast = LinearMemory(ease).left_out(liked)
        items = liked.indices[: liked.indptr[1]]
        for at, item in enumerate(items):
            assert fast[at] == pytest.approx(ease.weights[np.delete(items, at), item].sum(), abs=1e-5)

    def test_the_network_begins_as_its_memory(self, random_table: Interactions) -> None:
        model = small("neumf", epochs=0).fit(random_table)
        plain = ImplicitALS(8, 0.007).fit(random_table)
        history = ["i3", "i8", "i20"]
        raw = np.maximum(plain.scores(history), 0) + np.float32(0.03)
        np.testing.assert_allclose(model.scores(history), 2 * np.log(raw), rtol=1e-4, atol=1e-4)


def pairs_of(network_items: int) -> Batch:
    """Histories {0, 2, 3} and {1, 2}; targets 2 and 1 are left out of them, also for their negatives, 4 and 0."""
    return Batch(
        torch.tensor([0, 2, 3, 1, 2]), torch.ones(5), torch.tensor([0, 3]), torch.tensor([0, 1, 0, 1]),
        torch.tensor([2, 1, 4, 0]), torch.tensor([2.0, 1.0, 2.0, 1.0]) ** -0.5, None, 2,
    )  # fmt: skip


HISTORIES = ([0, 3], [2], [0, 3], [2])


class TestNetworks:
    def test_neumf_and_its_gradient_equal_the_naive_loop(self) -> None:
        """Equations 8–12 pair by pair, [p ; q] written out, the target taken from its own history by hand."""
        net = NeuMFNetwork(
            torch.tensor([1.0, 2, 3, 4, 5]), factors=3, embedding=2, layers=(4, 3), memory=False, dropout=0.0,
            generator=generator(),
        )  # fmt: skip
        batch = pairs_of(5)
        logits = []
        for history, target in zip(HISTORIES, batch.targets.tolist(), strict=True):
            p = net.gmf_history[history].sum(0) * len(history) ** -0.5
            gmf = (p * net.gmf_item[target] * net.gmf_output).sum()
            both = torch.cat([net.mlp_history[history].sum(0) * len(history) ** -0.5, net.mlp_item[target]])
            x = torch.relu(both @ torch.cat([net.deep.of_user, net.deep.of_item]) + net.deep.bias)
            x = torch.relu(x @ net.deep.hidden[0] + net.deep.hidden[1])
            logits.append(net.bias + net.item_bias[target] + gmf + x @ net.mlp_output)
        naive = torch.stack(logits)
        torch.testing.assert_close(net(batch), naive)
        wanted = torch.autograd.grad(naive.sigmoid().sum(), list(net.parameters()))
        given = torch.autograd.grad(net(batch).sigmoid().sum(), list(net.parameters()))
        for ours, theirs in zip(given, wanted, strict=True):
            torch.testing.assert_close(ours, theirs)

    def test_bi_interaction_equals_the_sum_over_pairs_that_hold_the_item(self) -> None:
        from recsys.neural.feature_networks import NFMNetwork

        features = torch.tensor([[1.0, 0], [0, 1], [0.5, 0.5], [0, 0], [1, 0]]).to_sparse()
        net = NFMNetwork(
            torch.ones(5), features, embedding=3, layers=(4,), memory=False, dropout=0.0, generator=generator()
        )
        batch, dense = pairs_of(5), features.to_dense()
        got = net.interaction(batch)
        for row, (history, target) in enumerate(zip(HISTORIES, batch.targets.tolist(), strict=True)):
            met = [net.history[i] * len(history) ** -0.5 for i in history]
            side = [net.item[target], *(dense[target, f] * net.feature[f] for f in range(2))]
            naive = sum(a * b for a in met for b in side)
            naive = naive + sum(a * b for at, a in enumerate(side) for b in side[at + 1 :])
            torch.testing.assert_close(got[row], naive)

    @pytest.mark.parametrize("name", NAMES)
    def test_serving_is_what_was_trained(self, name: str, random_table: Interactions) -> None:
        """A positive's log-odds in training are its score for the history without it."""
        model = small(name, epochs=3).fit(random_table)
        liked = model._liked(random_table)
        from recsys.neural.base import _memory_scores
        from recsys.neural.trainer import TrainerSettings, _batch

        known = None if model.memory is None else _memory_scores(model.memory, liked)
        given = {k: v for k, v in model._settings.items() if k in TrainerSettings.__dataclass_fields__}
        row = int(np.argmax(np.diff(liked.indptr) == 6))
        batch, _ = _batch(liked, np.array([row]), known, TrainerSettings(**given), generator(), "cpu")
        with torch.inference_mode():
            logits = model.network(batch)[: batch.positives].numpy()
        items = [model.item_ids[i] for i in liked.indices[liked.indptr[row] : liked.indptr[row + 1]]]
        for at, item in enumerate(items):
            served = dict(zip(model.item_ids, model.scores([i for i in items if i != item]), strict=True))[item]
            # The memory keeps λ of the whole history, which is a little more than λ of the history without it.
            assert logits[at] == pytest.approx(served, abs=1e-4 if name != "neumf" else 0.1)


class TestTrainer:
    @pytest.mark.parametrize("name", ["neumf", "nfm"])
    def test_an_interrupted_run_goes_on_to_the_same_model(
        self, name: str, random_table: Interactions, tmp_path: Path
    ) -> None:
        whole = small(name, epochs=4, dropout=0.2).fit(random_table)

        def stop(fraction: float, what: str) -> None:
            if what.startswith("epoch 3"):
                raise KeyboardInterrupt

        path = str(tmp_path / "run")
        with pytest.raises(KeyboardInterrupt):
            small(name, epochs=4, dropout=0.2, checkpoint=path).fit(random_table, stop)
        assert {p.suffix for p in tmp_path.iterdir()} == {".json", ".safetensors"}
        said: list[str] = []
        resumed = small(name, epochs=4, dropout=0.2, checkpoint=path).fit(
            random_table, lambda f, what: said.append(what)
        )
        assert not any(what.startswith(("epoch 1 ", "epoch 2 ")) for what in said)
        np.testing.assert_array_equal(resumed.scores(["i3", "i8"]), whole.scores(["i3", "i8"]))
        assert resumed.losses == whole.losses and not list(tmp_path.iterdir())

    @pytest.mark.parametrize("damage", ["other data", "cut off", "no json"])
    def test_a_checkpoint_that_does_not_fit_is_not_used(
        self, damage: str, random_table: Interactions, checkerboard: Interactions, tmp_path: Path
    ) -> None:
        def stop(fraction: float, what: str) -> None:
            if what.startswith("epoch 2"):
                raise KeyboardInterrupt

        path = tmp_path / "run"
        with pytest.raises(KeyboardInterrupt):
            small("mlp", checkpoint=str(path)).fit(checkerboard if damage == "other data" else random_table, stop)
        if damage == "cut off":
            tensors = path.with_suffix(".safetensors")
            tensors.write_bytes(tensors.read_bytes()[:-9])
        elif damage == "no json":
            path.with_suffix(".json").write_text("{")
        model = small("mlp", checkpoint=str(path)).fit(random_table)
        np.testing.assert_array_equal(model.scores(["i3"]), small("mlp").fit(random_table).scores(["i3"]))

    def test_big_batches_see_every_pair_once_with_its_weight(self, random_table: Interactions) -> None:
        from recsys.neural.trainer import TrainerSettings, _batch, _blocks

        liked = random_table.liked()
        settings = TrainerSettings(1, 3, 100, 0.01, 0.0, 0.5, 0.5, 0, 0)
        sizes = np.diff(liked.indptr)
        seen = []
        for rows in _blocks(np.arange(liked.shape[0]), sizes, settings):
            batch, weights = _batch(liked, rows, None, settings, generator(), "cpu")
            p = batch.positives
            assert len(batch.targets) == 4 * p
            who = rows[batch.users.numpy()]
            seen += list(zip(who[:p].tolist(), batch.targets[:p].tolist(), strict=True))
            np.testing.assert_allclose(weights, sizes[who] ** -0.5, rtol=1e-6)
            assert not liked.toarray()[who[p:], batch.targets[p:].numpy()].any()
        assert sorted(seen) == sorted(zip(*liked.nonzero(), strict=True))

    def test_early_stopping_keeps_the_best_epoch(self, random_table: Interactions, monkeypatch) -> None:
        judged = iter([0.1, 0.5, 0.3, 0.4, 0.9])
        monkeypatch.setattr(MLP, "_judge", lambda self, *held: next(judged))
        stopped = small("mlp", patience=2).fit(random_table)
        assert len(stopped.losses) == 4
        judged = iter([0.1, 0.5, 0.3, 0.4])
        reached: dict[int, np.ndarray] = {}

        def peek(self, *held) -> float:
            reached[len(reached)] = self.scores(["i3"])
            return next(judged)

        monkeypatch.setattr(MLP, "_judge", peek)
        again = small("mlp", patience=2).fit(random_table)
        np.testing.assert_array_equal(again.scores(["i3"]), reached[1])

    def test_what_is_set_aside_is_not_learned_from(self, random_table: Interactions) -> None:
        from recsys.neural.base import _set_aside

        rest, (shown, candidates) = _set_aside(random_table, 0)
        before, after = random_table.matrix.toarray(), rest.matrix.toarray()
        users = [u for u, user in enumerate(random_table.user_ids) if user in rest.user_ids]
        gone = (before[users] != 0) & (after == 0)
        assert gone.sum() == len(candidates) and (before[users][gone] > 0).all()
        at = np.flatnonzero(gone.any(axis=1))
        np.testing.assert_array_equal(gone[at].argmax(axis=1), candidates[:, 0])
        np.testing.assert_array_equal(shown.toarray() > 0, (after > 0)[at])

    def test_threads_are_given_back(self) -> None:
        before = torch.get_num_threads()
        torch.set_num_threads(2)
        with one_thread():
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 2
        torch.set_num_threads(before)

    def test_divergence_is_said(self, random_table: Interactions) -> None:
        with pytest.raises(ValueError, match=r"epoch \d+: lower learning_rate"):
            small("gmf", learning_rate=1e30).fit(random_table)


class TestModels:
    def test_an_item_nobody_met_is_found_by_its_features(self) -> None:
        """Two crowds, two genres; a new item of the first genre suits the first crowd."""
        rng = np.random.default_rng(0)
        rows = [(f"u{u}", f"{'ab'[u % 2]}{i}") for u in range(60) for i in rng.choice(12, 6, replace=False)]
        genres = {f"{side}{i}": [side] for side in "ab" for i in range(12)} | {"new": ["a"]}
        # A wide half that knows next to nothing leaves the learning to the deep one.
        for name, more in (("nfm", {}), ("wide-and-deep", {"memory_regularization": 1e4})):
            model = small(name, features=genres, epochs=30, **more).fit(Interactions.from_rows(rows))
            assert "new" in model
            for_a, for_b = (dict(model.recommend([f"{side}{i}" for i in range(4)], 30)) for side in "ab")
            assert for_a["new"] > for_b["new"]

    def test_neumf_has_what_it_is_made_of(self, random_table: Interactions) -> None:
        shapes = {n for n, _ in small("neumf", epochs=1).fit(random_table).network.named_parameters()}
        only_gmf = {n for n, _ in small("gmf", epochs=1).fit(random_table).network.named_parameters()}
        only_mlp = {n for n, _ in small("mlp", epochs=1).fit(random_table).network.named_parameters()}
        assert shapes == only_gmf | only_mlp | {"memory_weight"}

    @pytest.mark.parametrize("family", [GMF, MLP, NeuMF, NFM, WideAndDeep])
    @pytest.mark.parametrize(
        "wrong", [{"negatives": 0}, {"learning_rate": 0.0}, {"user_weight": 2.0}, {"epochs": -1}, {"batch_size": 0}]
    )
    def test_parameters_are_checked(self, family: type, wrong: dict) -> None:
        with pytest.raises(ValueError, match=next(iter(wrong))):
            family(**wrong)

    def test_features_are_lists(self) -> None:
        with pytest.raises(ValueError, match=r"'x'.*'drama'"):
            NFM(features={"x": "drama"})
        with pytest.raises(ValueError, match="layers"):
            MLP(layers=())
        with pytest.raises(ValueError, match="pretrain"):
            NeuMF(pretrain="als")
