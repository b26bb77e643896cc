"""A network behind the contract of :class:`recsys.model.ItemModel`: what all neural recommenders share.

All are fitted alike: the memory first, if the model has one; then the network by :mod:`recsys.neural.trainer`. A
query is answered from its own history (:mod:`recsys.neural.fold_in`), so nobody has to be in the table. A network does
not come apart by history item; :meth:`explain` leaves each item out in turn and says by how much the score falls, which
is exact for each item and does not sum to the score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse

from recsys.interactions import Interactions
from recsys.model import Floats, ItemModel, Progress
from recsys.neural.fold_in import Memory
from recsys.neural.networks import Batch, Network
from recsys.neural.trainer import MemoryScores, TrainerSettings, one_thread, train_network
from recsys.splits import leave_one_out

__all__ = ["NeuralModel"]

_CELLS = 1 << 19
"""Pairs scored at a time: 64 widths of float32 are 128 MiB."""


class NeuralModel(ItemModel):
    """See the module; a subclass builds the network and, if it has one, the memory.

    Parameters
    ----------
    pretrain
        ``"memory"``: a closed-form model is fitted first and the network learns beside it; ``"none"``: from scratch.
    factors
        Width of the GMF half (NeuMF and GMF).
    embedding
        Width of the vectors that go into layers.
    layers
        Widths of the layers.
    dropout
        Share of activations dropped between layers, 0..1.
    epochs, negatives, batch_size
        Passes; negatives a positive; pairs a step.
    learning_rate
        Of Adam at 65,536 pairs a step; scaled by the root of the batch.
    weight_decay
        L2 on embeddings.
    norm_exponent
        α in p_h = |h|^−α Σ v e.
    user_weight
        p in the weight n_u^−p of a user's pairs, 0..1.
    memory_factors, memory_regularization
        d and λ of the iALS memory (NeuMF, GMF, MLP, NFM); λ of EASE for Wide & Deep.
    features
        Item id → its features, e.g. genres (NFM, Wide & Deep). Items that only occur here can be recommended, too: they
        are nobody's negative, and have their features, the average item's bias and no vector of their own.
    patience
        0 trains ``epochs`` epochs on everything. Otherwise one like of each of at most 2,000 users is set aside, judged
        by nDCG@10 among 99 negatives after each epoch, and training ends after so many epochs without a better one.
    checkpoint
        Path without suffix: after each epoch ``.safetensors`` and ``.json`` are written there, and a fit of the same
        data and settings goes on from them. Not part of what :meth:`save` saves.
    device
        ``"cpu"`` or a torch device; draws differ between devices.

    One torch thread. Memory: 16 bytes a parameter (no table of users), some 100 MB a batch of 65,536 pairs. Time: an
    epoch of MovieLens 1M with NeuMF's defaults takes 3–4 CPU seconds.
    """

    def __init__(self, **settings: Any) -> None:
        self._settings = dict(settings)
        for name in ("epochs", "patience"):
            if settings[name] < 0:
                raise ValueError(f"{name} must be at least 0, not {settings[name]}")
        for name in ("negatives", "batch_size", "factors", "embedding", "memory_factors"):
            if settings.get(name, 1) < 1:
                raise ValueError(f"{name} must be at least 1, not {settings[name]}")
        for name in ("learning_rate", "memory_regularization"):
            if not settings.get(name, 1.0) > 0:
                raise ValueError(f"{name} must be positive, not {settings[name]}")
        for name in ("norm_exponent", "user_weight", "dropout"):
            if not 0 <= settings.get(name, 0.0) <= 1:
                raise ValueError(f"{name} must lie in 0..1, not {settings[name]}")
        if not settings["weight_decay"] >= 0:
            raise ValueError(f"weight_decay must be at least 0, not {settings['weight_decay']}")
        if not settings.get("dropout", 0.0) < 1:
            raise ValueError("dropout of 1 leaves nothing")
        if any(width < 1 for width in settings.get("layers", ())) or settings.get("layers", (1,)) in ((), []):
            raise ValueError(f"layers must be one or more widths of at least 1, not {settings['layers']}")
        if settings.get("pretrain", "none") not in ("memory", "none"):
            raise ValueError(f"pretrain must be memory or none, not {settings['pretrain']!r}")
        self.network: Network | None = None
        self.memory: Memory | None = None
        self.losses: list[float] = []
        """Mean training loss of each epoch of the last fit."""

    # --- what a subclass says ---------------------------------------------------------------------------------------

    def _network(self, popularity: torch.Tensor, generator: torch.Generator) -> Network:
        raise NotImplementedError

    def _memory(self) -> Memory | None:
        """The model that is fitted first."""
        return None

    # --- fitting ----------------------------------------------------------------------------------------------------

    def fit(self, interactions: Interactions, progress: Progress | None = None) -> Self:
        """Memory, then network. The same seed gives the same model on the same device."""
        say = progress or (lambda fraction, what: None)
        given = self._settings
        say(0.0, "preparing")
        table, held = interactions, None
        if given["patience"]:
            table, held = _set_aside(interactions, given["seed"])
        self._set_items(self._item_ids(interactions))
        liked = self._liked(table)
        memory, known = self._memory(), None
        if memory is not None:
            memory.fit(self._widened(table), lambda f, what: say(0.2 * f, what))
            known = _memory_scores(memory, liked)
        generator = torch.Generator(given["device"]).manual_seed(given["seed"])
        popularity = torch.from_numpy(np.bincount(liked.indices, minlength=liked.shape[1]).astype(np.float32))
        network = self._network(popularity.to(given["device"]), generator)
        network.to(given["device"]).eval()
        self.network, self.memory = network, memory
        unmet = interactions.n_items  # from here on, items that only the features know
        network.forget_items(unmet)
        settings = TrainerSettings(
            **{name: given[name] for name in TrainerSettings.__dataclass_fields__ if name in given}
        )
        judge = None if held is None else lambda: self._judge(*held)
        with one_thread():
            self.losses = train_network(
                network, liked, known, settings, lambda f, what: say(0.2 + 0.8 * f, what), judge, given["device"], unmet
            )
        network.level_items(unmet)
        say(1.0, type(self).__name__)
        return self

    def _item_ids(self, interactions: Interactions) -> tuple[str, ...]:
        extra = set(self._settings.get("features") or {}) - set(interactions.item_ids)
        return (*interactions.item_ids, *sorted(extra))

    def _liked(self, table: Interactions) -> sparse.csr_array:
        liked = table.liked()
        liked.resize(liked.shape[0], len(self.item_ids))
        return liked

    def _widened(self, table: Interactions) -> Interactions:
        """The table with a column for each of our items."""
        wide = table.where(np.ones(len(table), bool))
        wide.item_ids = self.item_ids
        wide.matrix.resize(wide.matrix.shape[0], len(self.item_ids))
        return wide

    def _judge(self, shown: sparse.csr_array, candidates: NDArray[np.int64]) -> float:
        """nDCG@10 of the first of ``candidates`` (n, c) among all of them."""
        scores = self._score(shown)
        score = np.take_along_axis(scores, candidates, axis=1)
        score[candidates < 0] = -np.inf
        place = (score[:, 1:] > score[:, :1]).sum(axis=1) + 0.5 * (score[:, 1:] == score[:, :1]).sum(axis=1)
        return float(np.where(place < 10, 1 / np.log2(place + 2), 0).mean())

    # --- asking -----------------------------------------------------------------------------------------------------

    def _score(self, histories: sparse.csr_array, columns: NDArray[np.int64] | None = None) -> Floats:
        """(b, n_items) or (b, len(columns)) float32 of histories (b, n_items)."""
        network, device = self.network, self._settings["device"]
        assert network is not None
        wanted = np.arange(len(self.item_ids)) if columns is None else columns
        scores = np.zeros((histories.shape[0], len(wanted)), np.float32)
        step = max(_CELLS // max(len(wanted), 1), 1)
        with one_thread(), torch.inference_mode():
            for start in range(0, len(scores) if len(wanted) else 0, step):
                block = histories[start : start + step]
                b, known = block.shape[0], None
                if self.memory is not None:
                    known = torch.from_numpy(self.memory.scores(block)[:, wanted].ravel()).to(device)
                size = np.asarray(abs(block).sum(axis=1), np.float32).ravel()
                norms = np.maximum(size, 1e-6) ** np.float32(-self._settings["norm_exponent"])
                batch = Batch(
                    torch.from_numpy(block.indices.astype(np.int64)).to(device),
                    torch.from_numpy(np.asarray(block.data, np.float32)).to(device),
                    torch.from_numpy(block.indptr[:-1].astype(np.int64)).to(device),
                    torch.arange(b, device=device).repeat_interleave(len(wanted)),
                    torch.from_numpy(wanted).to(device).repeat(b),
                    torch.from_numpy(norms).to(device).repeat_interleave(len(wanted)),
                    known,
                )
                scores[start : start + b] = network(batch).reshape(b, -1).cpu().numpy()
        return scores

    def _matrix(self, encoded: Sequence[tuple[NDArray[np.int64], Floats]]) -> sparse.csr_array:
        starts = np.cumsum([0, *(len(rows) for rows, _ in encoded)])
        rows = np.concatenate([np.zeros(0, np.int64), *(rows for rows, _ in encoded)])
        values = np.concatenate([np.zeros(0, np.float32), *(values for _, values in encoded)])
        return sparse.csr_array((values, rows, starts), shape=(len(encoded), len(self.item_ids)))

    def _scores_of_rows(self, rows: NDArray[np.int64], values: Floats) -> Floats:
        return self._score(self._matrix([(rows, values)]))[0]

    def scores_many(self, histories: Any) -> Floats:
        """(len(histories), n_items) float32, in blocks."""
        self._fitted_rows()
        return self._score(self._matrix([self.encode(history) for history in histories]))

    def _contributions(self, rows: NDArray[np.int64], values: Floats, target: int) -> Floats:
        if not len(rows):
            return np.zeros(0, np.float32)
        without = [(np.delete(rows, at), np.delete(values, at)) for at in range(len(rows))]
        scores = self._score(self._matrix([(rows, values), *without]), np.array([target]))[:, 0]
        return scores[0] - scores[1:]

    # --- on disk ----------------------------------------------------------------------------------------------------

    def _state(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        assert self.network is not None
        arrays = {f"network.{name}": value.cpu().numpy() for name, value in self.network.state_dict().items()}
        if self.memory is not None:
            arrays |= {f"memory.{name}": value for name, value in self.memory.arrays().items()}
        settings = {name: value for name, value in self._settings.items() if name != "checkpoint"}
        return settings, arrays

    def _restore(self, arrays: dict[str, NDArray[Any]]) -> None:
        self.memory = self._memory()
        if self.memory is not None:
            theirs = {name[7:]: value for name, value in arrays.items() if name.startswith("memory.")}
            self.memory.restore(self.item_ids, theirs)
        generator = torch.Generator(self._settings["device"]).manual_seed(0)
        network = self._network(torch.zeros(len(self.item_ids), device=self._settings["device"]), generator)
        ours = {name[8:]: torch.from_numpy(a) for name, a in arrays.items() if name.startswith("network.")}
        try:
            network.load_state_dict(ours)
        except RuntimeError as error:
            raise ValueError(str(error)) from error
        self.network = network.to(self._settings["device"]).eval()

    def _features(self) -> torch.Tensor:
        """(n_items, n_features) sparse float32: 1/√count at each feature of an item."""
        given: Mapping[str, Sequence[str]] = self._settings.get("features") or {}
        names = sorted({name for listed in given.values() for name in listed})
        column = {name: at for at, name in enumerate(names)}
        cells = [
            (row, column[name], len(set(given[item])) ** -0.5)
            for row, item in enumerate(self.item_ids)
            for name in sorted(set(given.get(item, ())))
        ]
        rows, columns, values = zip(*cells, strict=True) if cells else ((), (), ())
        return torch.sparse_coo_tensor(
            torch.tensor([rows, columns], dtype=torch.int64).reshape(2, -1),
            torch.tensor(values, dtype=torch.float32),
            (len(self.item_ids), len(names)),
            device=self._settings["device"],
            check_invariants=True,
        ).coalesce()


def _memory_scores(memory: Memory, liked: sparse.csr_array) -> MemoryScores:
    """Vectors of all users once; scores of a block of them when it is trained on."""
    items = memory.items()
    wide = items.shape[1] == items.shape[0]
    users = None if wide else memory.users(liked)

    def block(rows: NDArray[np.int64]) -> Floats:
        return memory.scores(liked[rows]) if users is None else memory.link(users[rows] @ items.T)

    return MemoryScores(block, memory.link(memory.left_out(liked)))


def _set_aside(
    interactions: Interactions, seed: int
) -> tuple[Interactions, tuple[sparse.csr_array, NDArray[np.int64]]]:
    """The table without one like of each of at most 2,000 users of five or more, and how to judge by those."""
    rng = np.random.default_rng(seed)
    likes = np.diff(interactions.liked().indptr)
    users = np.sort(rng.permutation(np.flatnonzero(likes >= 5))[:2000])
    if not len(users):
        raise ValueError("early stopping sets a like of users of five or more aside, and there is no such user")
    chosen = np.zeros(interactions.n_users, bool)
    chosen[users] = True
    m = interactions.matrix
    row = np.repeat(np.arange(m.shape[0]), np.diff(m.indptr))
    split = leave_one_out(interactions.where(chosen[row]), seed=seed)
    assert split.candidates is not None
    hidden = dict(zip(split.user_ids, split.hidden.indices.tolist(), strict=True))
    goes = np.array([hidden.get(user, -1) for user in interactions.user_ids])
    liked = split.seen.copy()
    liked.data = (liked.data > 0).astype(np.float32)
    liked.eliminate_zeros()
    return interactions.where(m.indices != goes[row]), (liked, split.candidates)
