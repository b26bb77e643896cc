"""Training the graph network to guess facts that it cannot see.

In each step a random share of the facts is taken out of the message graph and asked for; the rest carries the messages.
Without that the network would only learn to read the answer off its neighbours. One propagation serves all questions of
a step. The loss is the cross-entropy of the right answer against *sampled candidates of the right kind* (sampled
softmax with the 1-vs-all objective of Lacroix et al., ICML 2018, in its limit): a director against people, not years.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from knowledge.graph import KnowledgeError
from knowledge.link_prediction.decoder import Decoder, question
from knowledge.link_prediction.embeddings import Embeddings
from knowledge.link_prediction.encoder import CompGCN, Messages
from knowledge.link_prediction.evaluation import evaluate
from knowledge.link_prediction.triples import Ints, Known, TripleSet

__all__ = ["Options", "fit", "one_thread", "propagate"]

Progress = Callable[[int, float, float], None]
"""``progress(step, loss, dev_mrr)``, after each look at the dev part."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to train.

    Attributes:
        dim: d, even.
        layers: rounds of messages; 0 leaves the encoder out.
        decoder: ``"distmult"`` or ``"complex"``.
        dropout: share of features and updates dropped, 0..1.
        rate: learning rate of Adam at the start; it falls to nothing along a half cosine.
        asked: share of the facts asked for in each step, 0..1.
        negatives: candidates sampled for each relation and step.
        n3: weight of the cubic norm of embeddings (Lacroix et al., eq. 4).
        steps: at most this many.
        patience: looks at the dev part without a new best before it stops.
        look: steps between two looks.
        seed: of everything random.
    """

    dim: int = 64
    layers: int = 2
    decoder: Decoder = "distmult"
    dropout: float = 0.3
    rate: float = 0.03
    asked: float = 0.1
    negatives: int = 2048
    n3: float = 0.0
    steps: int = 200
    patience: int = 4
    look: int = 20
    seed: int = 0


@contextmanager
def one_thread() -> Iterator[None]:
    """torch on one thread inside, as it was outside."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def fit(
    triples: TripleSet,
    dev: Ints,
    options: Options | None = None,
    *,
    time_budget: float = math.inf,
    clock: Callable[[], float] = time.monotonic,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
) -> tuple[CompGCN, Embeddings]:
    """Trains on ``triples`` and keeps the weights that ranked ``dev`` best.

    Memory: the embeddings three times (Adam), 4 arrays (E, d) float32 a layer, (share of facts × negatives) logits.

    Args:
        dev: int64 (m, 3) facts that are not in ``triples``; at most 400 of them are looked at.
        time_budget: seconds by ``clock``; the schedule is fitted to it.
        clock: what the budget is read from; ``time.process_time`` does not count waiting for a busy machine.
        checkpoint: a folder; training goes on from what an earlier call left there, and leaves its state there at each
            look. The answer is the same as without the interruption, up to the random numbers.
        progress: called after each look.
    """
    options = options or Options()
    with one_thread():
        return _Run(triples, dev, options, checkpoint).go(time_budget, clock, progress)


def propagate(model: CompGCN, triples: TripleSet, decoder: Decoder) -> Embeddings:
    """Embeddings of every entity given the facts of ``triples``, which may be more than the model was trained on."""
    with one_thread(), torch.no_grad():
        model.eval()
        messages = Messages(triples)
        h, z = model(messages, messages.weights())  # (N, d), (2R, d)
        counts = messages.counts()  # (2R, N)
        prior = torch.stack([model.prior(relation, row) for relation, row in enumerate(counts)])  # (2R, N)
        h, z, prior = (part.detach().clone() for part in (h, z, prior))
        return Embeddings(h.numpy(), z.numpy(), prior.numpy(), decoder, tuple(triples.candidates))


class _Run:
    def __init__(self, triples: TripleSet, dev: Ints, options: Options, checkpoint: Path | None) -> None:
        torch.manual_seed(options.seed)
        self.options, self.triples, self.checkpoint = options, triples, checkpoint
        self.generator = np.random.default_rng(options.seed)
        self.messages = Messages(triples)
        self.candidates = [torch.from_numpy(found) for found in triples.candidates]
        self.model = CompGCN(
            len(triples.entities),
            len(triples.relations),
            dim=options.dim,
            layers=options.layers,
            dropout=options.dropout,
        )
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=options.rate)
        looked = self.generator.permutation(len(dev))[:400]
        self.dev = dev[looked]
        relations = len(triples.relations)
        self.known = Known(np.concatenate([triples.rows, dev]), relations)
        self.step, self.best, self.stale, self.spent = 0, -1.0, 0, 0.0
        self.kept = {name: value.clone() for name, value in self.model.state_dict().items()}
        if checkpoint is not None and (checkpoint / "state.json").is_file():
            self._resume(checkpoint)

    def go(
        self, time_budget: float, clock: Callable[[], float], progress: Progress | None
    ) -> tuple[CompGCN, Embeddings]:
        options = self.options
        start, before = clock(), self.spent
        losses: list[float] = []
        done = False
        while not done:
            self.spent = before + clock() - start
            share = max(self.step / options.steps, self.spent / time_budget)
            for group in self.optimizer.param_groups:
                group["lr"] = options.rate * 0.5 * (1.0 + math.cos(math.pi * min(share, 1.0))) + 1e-5
            losses.append(self._learn())
            self.step += 1
            # A step more than the last one took must still fit.
            self.spent = before + clock() - start
            done = self.step >= options.steps or self.spent * (1 + 1 / self.step) >= time_budget
            if self.step % options.look == 0 or done:
                self._look()
                if progress is not None:
                    progress(self.step, float(np.mean(losses)), self.best)
                losses.clear()
                done = done or self.stale >= options.patience
        self.model.load_state_dict(self.kept)
        return self.model, propagate(self.model, self.triples, options.decoder)

    def _learn(self) -> float:
        """One step: hide some facts, ask for them both ways."""
        facts = len(self.triples.rows)
        asked = torch.from_numpy(self.generator.random(facts) < self.options.asked)  # (n,)
        if not bool(asked.any()):
            asked[int(self.generator.integers(facts))] = True
        asked = torch.cat([asked, asked])  # (E,): a fact and its reciprocal are hidden together
        self.model.train()
        h, z = self.model(self.messages, self.messages.weights(~asked))  # (N, d), (2R, d)
        counts = self.messages.counts(~asked)  # (2R, N)
        loss = torch.zeros(())
        for relation in range(2 * self.messages.relations):
            rows = torch.nonzero(asked & (self.messages.relation == relation))[:, 0]  # (b,)
            if len(rows):
                loss = loss + self._cross_entropy(h, z, counts[relation], relation, rows)
        loss = loss / asked.sum()
        if self.options.n3:
            loss = loss + self.options.n3 * (h.abs() ** 3).sum() / len(h)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return float(loss.detach())

    def _cross_entropy(self, h: Tensor, z: Tensor, counts: Tensor, relation: int, rows: Tensor) -> Tensor:
        """Summed −log P(answer) of the questions ``rows`` (b,), all along one relation."""
        heads, golds = self.messages.source[rows], self.messages.target[rows]  # (b,)
        candidates = self.candidates[relation]
        share = 1.0
        if len(candidates) > self.options.negatives:
            share = self.options.negatives / len(candidates)
            picked = self.generator.choice(len(candidates), self.options.negatives, replace=False)
            candidates = candidates[torch.from_numpy(picked)]  # (c,)
        asked = question(self.options.decoder, h.index_select(0, heads), z[relation])  # (b, d)
        own = (asked * h.index_select(0, golds)).sum(dim=1) + self.model.prior(relation, counts[golds])  # (b,)
        others = asked @ h.index_select(0, candidates).T  # (b, c)
        others = others + self.model.prior(relation, counts[candidates])  # (b, c)
        # The sample stands for all candidates: each counts 1/share times. The gold one is counted in any case.
        others = others.masked_fill(candidates[None, :] == golds[:, None], -math.inf)  # (b, c)
        rest = torch.logsumexp(others, dim=1) - math.log(share)  # (b,)
        return (torch.logaddexp(own, rest) - own).sum()

    def _look(self) -> None:
        """Ranks the dev part and keeps the weights when they are the best so far."""
        if len(self.dev):
            embeddings = propagate(self.model, self.triples, self.options.decoder)
            ranking = evaluate(embeddings.scores, self.dev, self.known, len(self.triples.relations))
            score = ranking.mrr
        else:
            score = float(self.step)
        self.stale = 0 if score > self.best else self.stale + 1
        if score > self.best:
            self.best = score
            self.kept = {name: value.clone() for name, value in self.model.state_dict().items()}
        if self.checkpoint is not None:
            self._leave(self.checkpoint)

    # --- going on from an earlier run --------------------------------------------------------------------------------

    def _leave(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        tensors = {f"now.{name}": value for name, value in self.model.state_dict().items()}
        tensors |= {f"best.{name}": value for name, value in self.kept.items()}
        for index, state in self.optimizer.state_dict()["state"].items():
            tensors |= {f"adam.{index}.{name}": value for name, value in state.items()}
        tensors = {name: value.detach().clone().contiguous() for name, value in tensors.items()}
        save_file(tensors, folder / "state.tmp")
        os.replace(folder / "state.tmp", folder / "state.safetensors")
        numbers = {"step": self.step, "best": self.best, "stale": self.stale, "spent": self.spent}
        (folder / "state.json.tmp").write_text(json.dumps({"options": asdict(self.options), **numbers}))
        os.replace(folder / "state.json.tmp", folder / "state.json")

    def _resume(self, folder: Path) -> None:
        numbers = json.loads((folder / "state.json").read_text())
        if numbers["options"] != asdict(self.options):
            raise KnowledgeError(
                f"{folder}/state.json was left by a run with other options; give another folder or remove it"
            )
        tensors = load_file(folder / "state.safetensors")

        def part(prefix: str) -> dict[str, Tensor]:
            return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}

        self.model.load_state_dict(part("now."))
        self.kept = part("best.")
        state = self.optimizer.state_dict()
        state["state"] = {index: part(f"adam.{index}.") for index in range(len(list(self.model.parameters())))}
        self.optimizer.load_state_dict(state)
        self.step, self.best, self.stale, self.spent = (numbers[k] for k in ("step", "best", "stale", "spent"))
        self.generator = np.random.default_rng([self.options.seed, self.step])
        torch.manual_seed(self.options.seed + self.step)
