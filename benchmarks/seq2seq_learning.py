"""Whether the encoder–decoders learn what they can learn: copying and reversing unseen sequences, and the right loss.

Protocol
    Sequences of 1 to 30 symbols, lengths and 20 symbols drawn uniformly. Each model (the GRU with attention and copying of
    ``generation.text.seq2seq``, the Transformer of ``generation.text.transformer``) is trained on batches that are drawn anew
    for every step and judged on 2,000 sequences from another generator; a sequence that any training batch held is drawn
    again, but for those of one and two symbols, of which there are too few. Greedy decoding; right means every symbol and the
    end at the right place. ``copy_accuracy`` and ``reverse_accuracy`` are the GRU's; the Transformer's stand beside.
    ``loss_vs_reference``: the largest difference, over both models, between the loss of one step on padded random batches and
    that of a plain reference with the same weights — ``nn.GRU`` row by row with loops over steps and units for the one,
    ``nn.Transformer`` for the other.
Anchors
    None published for these settings. Reach: 99 % exact each, loss equal to 1e-5.
Command
    python -m benchmarks.seq2seq_learning
    About five minutes on one core.
"""

from __future__ import annotations

import time
import warnings
from collections import deque

import numpy as np
import torch
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from torch import Tensor, nn

from benchmarks.common import console, options, report
from generation.text.decoding import Settings, decode
from generation.text.seq2seq import PointerGenerator
from generation.text.seq2seq_batches import Ids, pad
from generation.text.seq2seq_vocabulary import BOS, EOS, PAD, SEP
from generation.text.transformer import Transformer
from knowledge.sentiment.training import one_thread

FIRST, SYMBOLS, LONGEST = SEP + 1, 20, 30
KNOWN = FIRST + SYMBOLS
JUDGED = 2000
BATCH = 64
STEPS = {"gru": 900, "transformer": 1700}
RATE = {"gru": 3e-3, "transformer": 2e-3}
COOLING = 0.3  # the share of the steps over which the rate falls to zero
LEARNED = 1e-3  # nats a symbol over the last fifty batches, all of them new to the model: there is no more to learn
REACH = {"copy_accuracy": 0.99, "reverse_accuracy": 0.99, "loss_vs_reference": 1e-5}
Model = PointerGenerator | Transformer


def sequences(count: int, generator: np.random.Generator) -> list[Ids]:
    """``count`` random sequences, the shortest first."""
    lengths = np.sort(generator.integers(1, LONGEST + 1, count))
    return [generator.integers(FIRST, KNOWN, length) for length in lengths]


def target(sequence: Ids, task: str) -> Ids:
    return np.append(sequence[::-1] if task == "reverse" else sequence, EOS)


def fresh(kind: str) -> Model:
    if kind == "gru":
        return PointerGenerator(KNOWN, 0, embedding=32, hidden=96, dropout=0.0, coverage_weight=0.0)
    return Transformer(KNOWN, 0, width=64, heads=4, layers=2, inner=128, dropout=0.0)


def learn(kind: str, task: str, bar: Progress) -> tuple[Model, set[bytes]]:
    """A trained model and every sequence it was shown."""
    torch.manual_seed(0)
    model = fresh(kind).train()
    optimiser = torch.optim.AdamW(model.parameters(), RATE[kind], betas=(0.9, 0.98), weight_decay=0.01)
    generator = np.random.default_rng(1)
    shown: set[bytes] = set()
    steps = STEPS[kind]
    row = bar.add_task(f"{kind} · {task}", total=steps)
    recent: deque[float] = deque(maxlen=50)
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = RATE[kind] * min(1.0, (step + 1) / 100, (steps - step) / steps / COOLING)
        drawn = sequences(BATCH, generator)
        shown.update(sequence.tobytes() for sequence in drawn)
        loss = model(torch.from_numpy(pad(drawn)), torch.from_numpy(pad([target(s, task) for s in drawn])))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        recent.append(loss.item())
        bar.update(row, advance=1, description=f"{kind} · {task} · loss {recent[-1]:.4f}")
        if len(recent) == recent.maxlen and sum(recent) / len(recent) < LEARNED:
            break
    return model.eval(), shown


def accuracy(model: Model, task: str, shown: set[bytes]) -> float:
    """The share of unseen sequences that come out exactly."""
    generator = np.random.default_rng(99)
    judged: list[Ids] = []
    while len(judged) < JUDGED:
        drawn = sequences(JUDGED, generator)
        judged += [s for s in drawn if len(s) <= 2 or s.tobytes() not in shown][: JUDGED - len(judged)]
    right = 0
    with torch.inference_mode():
        for start in range(0, JUDGED, 250):
            part = judged[start : start + 250]
            found = decode(model, [s.tolist() for s in part], Settings(max_new=LONGEST + 5, eos=EOS, over_prompt=False))
            right += sum(
                row[0].ended == "eos" and list(row[0].tokens) == target(s, task)[:-1].tolist()
                for row, s in zip(found, part, strict=True)
            )
    return right / JUDGED


# --- plain references ---------------------------------------------------------------------------------------------------


def gru_reference(model: PointerGenerator, sources: Tensor, targets: Tensor) -> Tensor:
    """See et al. 2017, eqs. 1–13, one row, one step, one unit at a time, on ``nn.GRU`` and ``nn.GRUCell``."""
    width, hidden = model.embed.embedding_dim, model.encoder.gates.hidden
    gru = nn.GRU(width, hidden, bidirectional=True, batch_first=True)
    cell = nn.GRUCell(width + 2 * hidden, hidden)
    with torch.no_grad():
        for direction, ending in enumerate(("", "_reverse")):
            gates = model.encoder.gates
            getattr(gru, f"weight_ih_l0{ending}").copy_(gates.inward[direction].T)
            getattr(gru, f"weight_hh_l0{ending}").copy_(gates.onward[direction].T)
            getattr(gru, f"bias_ih_l0{ending}").copy_(gates.inward_bias[direction, 0])
            getattr(gru, f"bias_hh_l0{ending}").copy_(gates.onward_bias[direction, 0])
        cell.weight_ih.copy_(model.decoder.inward[0].T)
        cell.weight_hh.copy_(model.decoder.onward[0].T)
        cell.bias_ih.copy_(model.decoder.inward_bias[0, 0])
        cell.bias_hh.copy_(model.decoder.onward_bias[0, 0])
    costs = []
    for source, wanted in zip(sources, targets, strict=True):
        source, wanted = source[source != PAD], wanted[wanted != PAD]
        memory, last = gru(model.embedded(source).unsqueeze(0))
        memory, h = memory[0], torch.tanh(model.bridge(torch.cat([last[0, 0], last[1, 0]])))
        context, coverage = torch.zeros(2 * hidden), torch.zeros(len(source))
        said = BOS
        for unit in wanted.tolist():
            x = model.embedded(torch.tensor(said))
            h = cell(torch.cat([x, context]).unsqueeze(0), h.unsqueeze(0))[0]
            energies = [
                model.score @ torch.tanh(model.key(memory[i]) + model.query(h) + model.cover * coverage[i])
                for i in range(len(source))
            ]
            attention = torch.softmax(torch.stack(energies), 0)
            context = sum((attention[i] * memory[i] for i in range(len(source))), torch.zeros(2 * hidden))
            features = torch.cat([h, context])
            generated = torch.softmax(model.embed.weight @ model.narrow(features) + model.bias, 0)
            p_gen = torch.sigmoid(model.switch(torch.cat([features, x])))[0]
            p = p_gen * generated[unit] if unit < model.known else torch.zeros(())
            for i in range(len(source)):
                if int(source[i]) == unit:
                    p = p + (1 - p_gen) * attention[i]
            repeated = torch.minimum(attention, coverage).sum()
            costs.append(-torch.log(p) + model.coverage_weight * repeated)
            coverage = coverage + attention
            said = unit
    return torch.stack(costs).mean()


def transformer_reference(model: Transformer, sources: Tensor, targets: Tensor) -> Tensor:
    """The loss through ``nn.Transformer`` with the same weights."""
    settings = model.settings
    width = model.width
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it will not use nested tensors, which is what we want
        plain = nn.Transformer(
            width, settings["heads"], settings["layers"], settings["layers"], settings["inner"], 0.0,
            batch_first=True, norm_first=True,
        )  # fmt: skip
    with torch.no_grad():
        for ours, theirs in zip(
            (*model.encoder, *model.decoder), (*plain.encoder.layers, *plain.decoder.layers), strict=True
        ):
            pairs = [(ours.own, theirs.self_attn)]
            if hasattr(ours, "across"):
                pairs.append((ours.across, theirs.multihead_attn))
            for mine, attention in pairs:
                three = (mine.query, mine.key, mine.value)
                attention.in_proj_weight.copy_(torch.cat([layer.weight for layer in three]))
                attention.in_proj_bias.copy_(torch.cat([layer.bias for layer in three]))
                attention.out_proj.load_state_dict(mine.out.state_dict())
            theirs.linear1.load_state_dict(ours.feed.up.state_dict())
            theirs.linear2.load_state_dict(ours.feed.down.state_dict())
            for number, norm in enumerate(ours.norms, 1):
                getattr(theirs, f"norm{number}").load_state_dict(norm.state_dict())
        plain.encoder.norm.load_state_dict(model.encoder_norm.state_dict())
        plain.decoder.norm.load_state_dict(model.decoder_norm.state_dict())
    given = torch.cat([torch.full_like(targets[:, :1], BOS), targets[:, :-1]], 1)
    outside = sources == PAD
    said = plain(
        model.embedded(sources), model.embedded(given), src_key_padding_mask=outside, memory_key_padding_mask=outside,
        tgt_mask=nn.Transformer.generate_square_subsequent_mask(given.shape[1]), tgt_is_causal=True,
    )  # fmt: skip
    logits = said @ model.embed.weight.T
    return nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=PAD)


def loss_difference() -> float:
    """The largest difference from the references, on padded batches of unequal lengths."""
    torch.manual_seed(3)
    generator = np.random.default_rng(3)
    copier = PointerGenerator(KNOWN, 8, embedding=32, hidden=48, dropout=0.0, coverage_weight=1.0)
    nn.init.normal_(copier.cover)
    talker = Transformer(KNOWN, 0, width=64, heads=4, layers=2, inner=128, dropout=0.0)
    differences = []
    for _ in range(3):
        # Targets take units of the source, slots included, and others.
        sources = [generator.integers(FIRST, KNOWN + 8, length) for length in (3, 9, 17, 6)]
        targets = [np.append(generator.choice(s, 5), [FIRST + 1, EOS][: 1 + len(s) % 2]) for s in sources]
        pair = (torch.from_numpy(pad(sources)), torch.from_numpy(pad(targets)))
        differences.append((copier(*pair) - gru_reference(copier, *pair)).abs().item())
        plain = tuple(ids.clamp(max=KNOWN - 1) for ids in pair)
        differences.append((talker(*plain) - transformer_reference(talker, *plain)).abs().item())
    return max(differences)


def main() -> None:
    options(__doc__ or "", data=False).parse_args()
    results: dict[str, float] = {}
    rivals: dict[str, float] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with one_thread(), Progress(*columns, console=console) as bar:
        for kind, found in (("gru", results), ("transformer", rivals)):
            for task in ("copy", "reverse"):
                began = time.process_time()
                model, shown = learn(kind, task, bar)
                name = f"{task}_accuracy" if kind == "gru" else f"transformer/{task}_accuracy"
                found[name] = accuracy(model, task, shown)
                bar.console.print(f"{kind} {task}: {found[name]:.4f} in {time.process_time() - began:.0f} CPU-seconds")
        results["loss_vs_reference"] = loss_difference()
    report("seq2seq_learning", results, rivals=rivals, reach=REACH)


if __name__ == "__main__":
    main()
