"""Tokens per second of a 124 M GPT-2-shaped model on one thread, against ``transformers``' ``generate``.

Protocol
    A GPT-2 of the small size (12 layers, 768 wide, 12 heads, 50,257 tokens, context 1,024; 124 M parameters) with random weights of a
    larger scale than usual, so that greedy search wanders instead of repeating itself (the share of distinct tokens is printed), saved as
    safetensors and read back by both. Prompts of 16 random tokens, 128 new tokens, greedy, batch 1 and 8. ``transformers`` generates
    with its key-value cache, ``torch`` on one thread, in the same process; ours and theirs take turns, and the best of the rounds counts
    for each (other programs on the machine only ever make a round slower). Tokens per second are new tokens of all rows over the
    processor time of the whole call, reading the prompt included: on an idle machine the same as the wall clock, on a busy one not the
    neighbours' time. All run on one thread.
    ``identical_greedy`` is 1 if all 9 float32 texts (batch 1 and 8) equal those of ``transformers``, token by token.
    ``over_transformers/b8_int8`` is against ``transformers`` at batch 8 too, ``over_transformers_b1/b8_int8`` against it at batch 1.
    ``perplexity_ratio_int8`` is perplexity with int8 over perplexity with float32 of a *small* GPT-2 (3 M parameters, bytes) trained here for
    about a minute on nine tenths of the demo catalogue's own lines and measured on the rest. ``…/random_124m`` is that of the random
    model on text it sampled itself (temperature 1); its distribution is nearly flat, so that this says only that nothing is broken.
    Neither is a measurement of a large trained model, whose activations have outliers that these have not.
    The limit of batch 1 is memory: every weight is read once a token. ``limit/b1`` is the measured speed of reading memory on one thread over
    the bytes of the weights.
Anchor
    Measured earlier on two cores of this kind, one thread, tokens per second of processor time: transformers 23.7, CTranslate2 28.2
    (int8 57.6, int8 batch 8: 307), onnxruntime 36.7 (int8 92.5), llama.cpp 37.7 (Q8_0 95.7, Q4_0 132.4).
Command
    python -m benchmarks.decoding_speed [--rounds 3] [--new 128]
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.progress import track

from benchmarks.common import console, options, report
from generation.text.decoding import Settings, decode
from generation.text.gpt2_runtime import GPT2

PROMPT = 16
REACH = {"over_transformers/b1": 1.5, "over_transformers/b1_int8": 3.5, "over_transformers/b8_int8": 8.0}


def checkpoint(folder: Path) -> Any:
    """Writes the random model; the ``transformers`` model read back from the file."""
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    model = GPT2LMHeadModel(GPT2Config(initializer_range=0.08, bos_token_id=None, eos_token_id=None))
    model.save_pretrained(folder)
    model = GPT2LMHeadModel.from_pretrained(folder).eval()
    model.generation_config.eos_token_id = None
    model.generation_config.pad_token_id = 0
    return model


def theirs(model: Any, prompts: list[list[int]], new: int) -> list[tuple[int, ...]]:
    ids = torch.tensor(prompts)
    with torch.inference_mode():
        out = model.generate(
            ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=new, use_cache=True
        )
    return [tuple(row) for row in out[:, PROMPT:].tolist()]


def ours(model: GPT2, prompts: list[list[int]], new: int) -> list[tuple[int, ...]]:
    return [candidates[0].tokens for candidates in decode(model, prompts, Settings(max_new=new))]


def memory_speed() -> float:
    """Bytes per second one thread reads from memory: 1 GB summed, best of 5."""
    block = torch.ones(2**28)
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        block.sum()
        best = min(best, time.process_time() - start)
    return block.numel() * 4 / best


def perplexity(model: GPT2, texts: list[list[int]]) -> float:
    return float(np.exp(-np.concatenate([model.log_likelihood(text) for text in texts]).mean()))


def trained(folder: Path, steps: int, seed: int = 0) -> list[list[int]]:
    """Trains a small GPT-2 on the bytes of the demo catalogue's lines and saves it; 40 held-out texts of 128 bytes."""
    from transformers import GPT2Config, GPT2LMHeadModel

    from knowledge.catalogue import Catalogue

    graph = Catalogue.load().graph
    lines = [str(f.object) for e in graph.entities() for f in graph.facts(e.id) if f.relation in ("line_zh", "line_en")]
    data = np.frombuffer("\n".join(np.random.default_rng(seed).permutation(sorted(lines))).encode(), np.uint8)
    cut = len(data) * 9 // 10
    given, held = torch.from_numpy(data[:cut].astype(np.int64)), data[cut:]
    torch.manual_seed(seed)
    config = GPT2Config(
        vocab_size=256, n_positions=128, n_embd=256, n_layer=4, n_head=4, bos_token_id=None, eos_token_id=None
    )
    model = GPT2LMHeadModel(config)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=steps, pct_start=0.1)
    for _ in track(range(steps), "a small trained model", console=console):
        starts = torch.randint(len(given) - 128, (8, 1))
        rows = given[starts + torch.arange(128)]  # (8, 128)
        logits = model(rows).logits[:, :-1]  # (8, 127, 256)
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        schedule.step()
    model.save_pretrained(folder)
    return [held[i : i + 128].tolist() for i in range(0, len(held) - 128, max(128, len(held) // 40))][:40]


def main() -> None:
    parser = options(__doc__ or "", data=False)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--new", type=int, default=128, help="new tokens")
    parser.add_argument("--steps", type=int, default=250, help="training steps of the small model")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    new = arguments.new
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        console.print("a GPT-2 of 124 M random weights …")
        rival = checkpoint(folder)
        served = {"": GPT2.read(folder), "_int8": GPT2.read(folder, "int8"), "_bfloat16": GPT2.read(folder, "bfloat16")}
    generator = np.random.default_rng(0)
    prompts = generator.integers(0, rival.config.vocab_size, (9, PROMPT)).tolist()
    batches = {"b1": prompts[:1], "b8": prompts[1:]}

    runs: dict[str, Callable[[], list[tuple[int, ...]]]] = {}
    for size, batch in batches.items():
        runs[f"transformers/{size}"] = lambda batch=batch: theirs(rival, batch, new)
        for kind, model in served.items():
            runs[f"{size}{kind}"] = lambda batch=batch, model=model: ours(model, batch, new)
    for model in served.values():  # compiled before the clock runs
        ours(model, prompts[:1], 2)
    seconds = dict.fromkeys(runs, float("inf"))
    texts: dict[str, list[tuple[int, ...]]] = {}
    for _ in track(range(arguments.rounds), "rounds", console=console):
        for key, run in runs.items():
            start = time.process_time()
            texts[key] = run()
            seconds[key] = min(seconds[key], time.process_time() - start)
    rates = {key: len(texts[key]) * new / seconds[key] for key in runs}

    same = all(texts[size] == texts[f"transformers/{size}"] for size in batches)
    sampled = decode(served[""], prompts[1:], Settings(strategy="sample", max_new=256 - PROMPT, seed=1))
    samples = [prompt + list(d[0].tokens) for prompt, d in zip(prompts[1:], sampled, strict=True)]
    base = perplexity(served[""], samples)
    results = {f"tokens_per_s/{key}": rate for key, rate in rates.items() if "/" not in key}
    results |= {
        f"over_transformers/{key}": rates[key] / rates[f"transformers/{key[:2]}"] for key in rates if "/" not in key
    }
    results["over_transformers_b1/b8_int8"] = rates["b8_int8"] / rates["transformers/b1"]
    results["identical_greedy"] = float(same)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        held = trained(folder, arguments.steps)
        small = {kind: perplexity(GPT2.read(folder, kind), held) for kind in ("float32", "int8", "bfloat16")}
    results["perplexity_ratio_int8"] = small["int8"] / small["float32"]
    results["perplexity_ratio_bfloat16"] = small["bfloat16"] / small["float32"]
    results["perplexity_per_byte/small"] = small["float32"]
    results["perplexity_ratio_int8/random_124m"] = perplexity(served["_int8"], samples) / base
    results["perplexity/random_124m"] = base
    results["distinct_greedy"] = float(np.mean([len(set(row)) / len(row) for row in texts["b8"]]))
    speed = memory_speed()
    parameters = sum(p.numel() for p in rival.parameters()) - rival.transformer.wpe.weight.numel()
    results["memory_gb_per_s"] = speed / 1e9
    results |= {
        f"limit/b1{kind}": speed / parameters / size for kind, size in (("", 4), ("_bfloat16", 2), ("_int8", 1))
    }
    report(
        "decoding_speed",
        results,
        rivals={f"transformers/tokens_per_s/{size}": rates[f"transformers/{size}"] for size in batches},
        reach=REACH,
    )


if __name__ == "__main__":
    main()
