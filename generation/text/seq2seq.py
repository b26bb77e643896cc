"""A summariser from the papers up: bidirectional GRU, additive attention, copying and coverage, in torch.

    Cho et al., "Learning Phrase Representations using RNN Encoder–Decoder", EMNLP 2014 (gated recurrent units);
    Bahdanau, Cho and Bengio, "Neural Machine Translation by Jointly Learning to Align and Translate", ICLR 2015;
    See, Liu and Manning, "Get To The Point: Summarization with Pointer-Generator Networks", ACL 2017 (eqs. 1–13).

Letters in the shape comments: B rows, T source units, S target units, E embedding width, H encoder units a direction, D decoder
units, A attention width, V embedded units, X = V + copy slots (all ids).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from generation.briefs import GenerationError
from generation.text.seq2seq_batches import pad
from generation.text.seq2seq_vocabulary import BOS, PAD, UNK

try:
    import torch
    from torch import Tensor, nn
    from torch.nn import functional as F
except ImportError as error:
    raise GenerationError('the neural summariser needs torch: pip install "yuban[neural]"') from error

__all__ = ["PointerGenerator", "Reading"]

_TINY = 1e-12  # keeps the logarithm of a unit that is neither generated nor copied finite


class Gates(nn.Module):
    """The weights of K gated recurrent units side by side (K = 2: onward and back).

    r = σ(x·W_r + h·U_r), z = σ(x·W_z + h·U_z), n = tanh(x·W_n + r ∘ (h·U_n)), h' = (1 − z) ∘ n + z ∘ h: the reset acts after
    the recurrent product, as in torch and cuDNN, so that one product serves all three gates.
    """

    def __init__(self, count: int, inputs: int, hidden: int) -> None:
        super().__init__()
        bound = 1 / math.sqrt(hidden)
        self.hidden = hidden
        self.inward = nn.Parameter(torch.empty(count, inputs, 3 * hidden).uniform_(-bound, bound))
        self.inward_bias = nn.Parameter(torch.empty(count, 1, 3 * hidden).uniform_(-bound, bound))
        self.onward = nn.Parameter(torch.empty(count, hidden, 3 * hidden).uniform_(-bound, bound))
        self.onward_bias = nn.Parameter(torch.empty(count, 1, 3 * hidden).uniform_(-bound, bound))

    def project(self, x: Tensor) -> Tensor:
        """Inputs (K, N, I) → their share of the three gates (K, N, 3H): for all positions in one product."""
        return torch.baddbmm(self.inward_bias, x, self.inward)  # (K, N, 3H)

    def forward(self, gates: Tensor, h: Tensor) -> Tensor:
        """One step: projected inputs (K, B, 3H) and states (K, B, H) → states (K, B, H)."""
        recurrent = torch.baddbmm(self.onward_bias, h, self.onward)  # (K, B, 3H)
        size = self.hidden
        rz = torch.sigmoid(gates[..., : 2 * size] + recurrent[..., : 2 * size])  # (K, B, 2H)
        n = torch.tanh(gates[..., 2 * size :] + rz[..., :size] * recurrent[..., 2 * size :])  # (K, B, H)
        return n + rz[..., size:] * (h - n)  # (K, B, H)


class Encoder(nn.Module):
    """Both directions in one loop; the backward one reads each row turned round within its own length."""

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.gates = Gates(2, inputs, hidden)

    def forward(self, x: Tensor, inside: Tensor) -> tuple[Tensor, Tensor]:
        """Embedded source (B, T, I), what of it is text (B, T) bool → states (B, T, 2H) and both last ones (B, 2H)."""
        rows, steps, width = x.shape
        lengths = inside.sum(1, keepdim=True)  # (B, 1)
        at = torch.arange(steps, device=x.device).expand(rows, steps)  # (B, T)
        turned = torch.where(inside, lengths - 1 - at, at)  # (B, T)
        back = x.gather(1, turned.unsqueeze(-1).expand_as(x))  # (B, T, I)
        both = torch.stack([x, back]).transpose(1, 2).reshape(2, steps * rows, width)  # (2, T·B, I)
        gates = self.gates.project(both).view(2, steps, rows, -1)  # (2, T, B, 3H)
        h = x.new_zeros(2, rows, self.gates.hidden)  # (2, B, H)
        read = inside.t().unsqueeze(-1)  # (T, B, 1)
        states = []
        for step in range(steps):
            h = torch.where(read[step], self.gates(gates[:, step], h), h)  # (2, B, H); past its end a row waits
            states.append(h)
        onward, backward = torch.stack(states, 2).unbind(0)  # each (B, T, H)
        backward = backward.gather(1, turned.unsqueeze(-1).expand_as(backward))  # (B, T, H), in reading order
        return torch.cat([onward, backward], -1), torch.cat([h[0], h[1]], -1)  # (B, T, 2H), (B, 2H)


@dataclass(slots=True)
class Reading:
    """What the decoder keeps between two steps; every field has the rows first."""

    ids: Tensor  # (B, T) int64: the source, unknown units as slots
    inside: Tensor  # (B, T) bool
    memory: Tensor  # (B, T, 2H)
    keys: Tensor  # (B, T, A)
    h: Tensor  # (B, D)
    context: Tensor  # (B, 2H): the last attention's
    coverage: Tensor  # (B, T): all attention so far, summed

    def rows(self, at: Tensor) -> Reading:
        """The rows ``at`` (B',) int64."""
        fields = (self.ids, self.inside, self.memory, self.keys, self.h, self.context, self.coverage)
        return Reading(*(field.index_select(0, at) for field in fields))


class PointerGenerator(nn.Module):
    """Writes what it reads shorter: each unit is generated from the vocabulary or copied from the source.

    A :class:`~generation.text.stepper.Stepper`; a prompt is a source, and its logits are log-probabilities.

    Args:
        known: V, units with an embedding.
        slots: ids above those, for unknown units of the source.
        vectors: (V, E) to start the embeddings from, or ``None``.
        coverage_weight: λ of the coverage loss (See et al., eq. 13).
    """

    def __init__(
        self,
        known: int,
        slots: int,
        *,
        embedding: int = 128,
        hidden: int = 128,
        dropout: float = 0.2,
        coverage_weight: float = 1.0,
        vectors: Tensor | None = None,
    ) -> None:
        super().__init__()
        self.settings = {
            "known": known, "slots": slots, "embedding": embedding, "hidden": hidden, "dropout": dropout,
            "coverage_weight": coverage_weight,
        }  # fmt: skip
        self.known, self.slots, self.coverage_weight = known, slots, coverage_weight
        self.embed = nn.Embedding(known, embedding, padding_idx=PAD)
        nn.init.normal_(self.embed.weight, std=embedding**-0.5)
        with torch.no_grad():
            if vectors is not None:
                self.embed.weight.copy_(vectors)
            self.embed.weight[PAD] = 0.0
        self.encoder = Encoder(embedding, hidden)
        self.bridge = nn.Linear(2 * hidden, hidden)
        self.decoder = Gates(1, embedding + 2 * hidden, hidden)
        self.key = nn.Linear(2 * hidden, hidden, bias=False)  # W_h
        self.query = nn.Linear(hidden, hidden)  # W_s, b_attn
        self.cover = nn.Parameter(torch.zeros(hidden))  # w_c
        self.score = nn.Parameter(torch.empty(hidden).uniform_(-(hidden**-0.5), hidden**-0.5))  # v
        self.narrow = nn.Linear(3 * hidden, embedding)
        self.bias = nn.Parameter(torch.zeros(known))
        self.switch = nn.Linear(3 * hidden + embedding, 1)  # p_gen
        self.dropout = nn.Dropout(dropout)

    @property
    def vocabulary_size(self) -> int:
        """X: units and slots."""
        return self.known + self.slots

    def embedded(self, ids: Tensor) -> Tensor:
        """Ids (…) → (…, E); a slot is read as the unknown unit that it is."""
        return self.dropout(self.embed(torch.where(ids < self.known, ids, UNK)))

    def read(self, ids: Tensor) -> Reading:
        """Sources (B, T) int64, padded on the right → the state before the first output."""
        inside = ids != PAD  # (B, T)
        memory, last = self.encoder(self.embedded(ids), inside)  # (B, T, 2H), (B, 2H)
        h = torch.tanh(self.bridge(last))  # (B, D)
        nothing = memory.new_zeros(ids.shape)  # (B, T)
        return Reading(ids, inside, memory, self.key(memory), h, torch.zeros_like(memory[:, 0]), nothing)

    def attend(self, state: Reading) -> Tensor:
        """Additive attention with coverage (eqs. 1, 2, 11) of the state ``state.h``: (B, T), rows sum to 1."""
        covered = state.coverage.unsqueeze(-1) * self.cover  # (B, T, A)
        energy = torch.tanh(state.keys + self.query(state.h).unsqueeze(1) + covered) @ self.score  # (B, T)
        return energy.masked_fill(~state.inside, -torch.inf).softmax(-1)  # (B, T)

    def advance(self, state: Reading, embedded: Tensor) -> tuple[Reading, Tensor]:
        """One step on the embedded last output (B, E): the new state, and where it looked (B, T)."""
        x = torch.cat([embedded, state.context], -1).unsqueeze(0)  # (1, B, E + 2H)
        h = self.decoder(self.decoder.project(x), state.h.unsqueeze(0))[0]  # (B, D)
        state = Reading(state.ids, state.inside, state.memory, state.keys, h, state.context, state.coverage)
        attention = self.attend(state)  # (B, T)
        state.context = (attention.unsqueeze(1) @ state.memory).squeeze(1)  # (B, 2H)
        state.coverage = state.coverage + attention  # (B, T)
        return state, attention

    def output(self, h: Tensor, context: Tensor, embedded: Tensor) -> tuple[Tensor, Tensor]:
        """P_vocab (…, V) and p_gen (…, 1) (eqs. 4 and 8) from states (…, D), contexts (…, 2H), inputs (…, E)."""
        features = torch.cat([h, context], -1)  # (…, D + 2H)
        logits = F.linear(self.dropout(self.narrow(features)), self.embed.weight, self.bias)  # (…, V), tied
        return logits.softmax(-1), torch.sigmoid(self.switch(torch.cat([features, embedded], -1)))

    def forward(self, sources: Tensor, targets: Tensor) -> Tensor:
        """The loss per target unit, in nats, coverage included: sources (B, T), targets (B, S) with their ends."""
        begin = torch.full_like(targets[:, :1], BOS)  # (B, 1)
        embedded = self.embedded(torch.cat([begin, targets[:, :-1]], 1))  # (B, S, E)
        state = self.read(sources)
        states, contexts, looks, repeats = [], [], [], []
        for step in range(targets.shape[1]):
            before = state.coverage  # (B, T)
            state, attention = self.advance(state, embedded[:, step])
            states.append(state.h)
            contexts.append(state.context)
            looks.append(attention)
            repeats.append(torch.minimum(attention, before).sum(-1))  # (B,), eq. 12
        generated, p_gen = self.output(
            torch.stack(states, 1), torch.stack(contexts, 1), embedded
        )  # (B, S, V), (B, S, 1)
        attention = torch.stack(looks, 1)  # (B, S, T)
        same = (sources.unsqueeze(1) == targets.unsqueeze(2)) & state.inside.unsqueeze(1)  # (B, S, T)
        copied = (attention * same).sum(-1)  # (B, S): Σ a_i over the places where the target stands
        inner = torch.where(targets < self.known, targets, PAD)  # a slot cannot be generated
        of_vocabulary = generated.gather(-1, inner.unsqueeze(-1)).squeeze(-1) * (targets < self.known)  # (B, S)
        gate = p_gen.squeeze(-1)  # (B, S)
        likelihood = gate * of_vocabulary + (1 - gate) * copied  # (B, S), eq. 9
        cost = -torch.log(likelihood + _TINY) + self.coverage_weight * torch.stack(repeats, 1)  # (B, S)
        written = targets != PAD  # (B, S)
        return (cost * written).sum() / written.sum()

    # --- the Stepper -------------------------------------------------------------------------------------------------

    def start(self, prompts: Sequence[Sequence[int]]) -> tuple[Reading, Tensor]:
        """Reads B sources; the state, and log-probabilities (B, X) of the first unit."""
        ids = torch.from_numpy(pad(prompts)).to(self.bias.device)  # (B, T)
        if not (ids != PAD).any(1).all():
            raise GenerationError("there is nothing to read in one of the sources")
        return self.step(self.read(ids), torch.full((len(ids),), BOS, device=ids.device))

    def step(self, state: Reading, tokens: Tensor) -> tuple[Reading, Tensor]:
        """Appends ``tokens`` (B,); the new state and log-probabilities (B, X) float32."""
        embedded = self.embedded(tokens)  # (B, E)
        state, attention = self.advance(state, embedded)
        generated, p_gen = self.output(state.h, state.context, embedded)  # (B, V), (B, 1)
        mixed = F.pad(p_gen * generated, (0, self.slots))  # (B, X)
        mixed = mixed.scatter_add(1, state.ids, (1 - p_gen) * attention)  # (B, X); padding is looked at by nobody
        return state, torch.log(mixed + _TINY)

    def select(self, state: Reading, rows: Tensor) -> Reading:
        """The state whose rows are ``rows`` (B',)."""
        return state.rows(rows)

    def coverage(self, state: Reading) -> Tensor:
        """(B, T) float32: attention each source place got so far, 1 where a row is padded (for a beam's coverage penalty)."""
        return state.coverage.masked_fill(~state.inside, 1.0)
