"""How fast BM25 indexes and answers, beside rank-bm25 and bm25s, one thread each.

Protocol. Synthetic documents, seeded: 40 to 80 tokens (60 on average) drawn from a vocabulary of 200,000 words with
Zipf's law (share 1/rank), already tokenised (lists of str); queries are six tokens drawn the same way, so most hold one
or two of the commonest words, which is hard on every engine. Demo: the works of the bundled catalogue as their names
and facts, tokenised, with the names as queries. k = 10. Each engine runs in a process of its own that makes the same
documents, so its memory is its own; numba engines are warmed up on a small index before anything is timed.

    index_s@n        from lists of str to an index that answers, vocabulary included; median of 3 (100 k and more: 1)
    qps@n, qps64@n   queries/s one at a time and 64 to a call; median of 3 rounds over the same queries
    qps_numpy@n, …   the same without numba; the plain keys are the better of ours
    rss_mib@n        most resident memory of the process while it indexed and answered, less what it held before (the
                     documents, the interpreter and its packages)
    disk_mib@n       what its own save() writes; rank-bm25 has none
    max_score_difference   the greatest relative difference of a top-10 score from rank-bm25's, over all sizes at which
                     that ran, all of ours

rank-bm25 takes 100, 12 and 2 queries at 10 k, 100 k and 1 M documents: it reads every document for every term. bm25s
runs with its numpy and its numba backend, ``method="atire"`` (its name for these weights; its idf differs, which costs
nothing), ``show_progress=False``, and is given what its documentation calls fastest for each: ``backend="numba"`` with
``n_threads=0``, and token lists in, row numbers out.

Anchors. rank-bm25 4.46 and bm25s 1,427 queries/s on FiQA (57 k documents; bm25s's own table, one Xeon core). To reach:
the scores of rank-bm25, queries/s ≥ 100 × rank-bm25 and ≥ 1.5 × bm25s at 100 k, index_s ≤ bm25s.

    python -m benchmarks.bm25_speed [--sizes 10k,100k,1m,demo] [--seed 0]
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import Progress

from benchmarks.common import console, options, report

SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000, "demo": 0}
ENGINES = ("ours-numba", "ours-numpy", "bm25s-numba", "bm25s-numpy", "rank-bm25")
WORDS, K = 200_000, 10
QUERIES = {"10k": 1280, "100k": 640, "1m": 128, "demo": 1280}
SLOW_QUERIES = {"10k": 100, "100k": 12, "1m": 2, "demo": 100}

Tokens = list[list[str]]


def synthetic(size: int, n_queries: int, seed: int) -> tuple[Tokens, Tokens]:
    """Documents and queries of Zipf's words."""
    rng = np.random.default_rng(seed)
    share = np.cumsum(1 / np.arange(1, WORDS + 1))
    share /= share[-1]
    words = np.array([f"w{rank}" for rank in range(WORDS)], object)
    queries = words[np.searchsorted(share, rng.random((n_queries, 6)))].tolist()
    documents: Tokens = []
    for first in range(0, size, 1 << 16):
        ends = np.cumsum(rng.integers(40, 81, min(1 << 16, size - first))).tolist()
        flat = words[np.searchsorted(share, rng.random(ends[-1]))].tolist()
        documents.extend(flat[start:stop] for start, stop in pairwise([0, *ends]))
    return documents, queries


def demo(n_queries: int) -> tuple[Tokens, Tokens]:
    """The works of the bundled catalogue as documents, their names as queries."""
    from knowledge.catalogue import Catalogue
    from knowledge.graph import WORK_TYPES
    from knowledge.text import tokens

    graph = Catalogue.load().graph
    documents, names = [], []
    for work in graph.entities(WORK_TYPES):
        parts = [*work.labels.values(), *work.aliases]
        names.extend(work.labels.values())
        for fact in graph.facts(work.id):
            known = graph.relations[fact.relation].kind == "entity"
            parts.extend(graph.entity(str(fact.object)).labels.values() if known else [str(fact.object)])
        documents.append(tokens(" ".join(parts)))
    return documents, [tokens(names[place % len(names)]) for place in range(n_queries)]


# --- the engines: each gives (build, ask one, ask many or None, save or None) ----------------------------------------


def ours(backend: str) -> tuple[Callable[[Tokens], Any], ...]:
    from knowledge.search.bm25 import BM25

    def scores(index: Any, query: list[str]) -> list[float]:
        return [score for _, score in index.top(query, K)]

    return (
        lambda documents: BM25(documents, backend=backend),  # type: ignore[arg-type]
        lambda index, query: index.top(query, K),
        lambda index, queries: index.top_batch(queries, K),
        lambda index, folder: index.save(folder),
        scores,
    )


def bm25s(backend: str) -> tuple[Callable[..., Any], ...]:
    import bm25s as library

    def build(documents: Tokens) -> Any:
        index = library.BM25(method="atire", k1=1.5, b=0.75, backend=backend)
        index.index(documents, show_progress=False)
        return index

    def ask(index: Any, queries: Tokens) -> Any:
        return index.retrieve(queries, k=K, show_progress=False, n_threads=0)

    return (
        build,
        lambda index, query: ask(index, [query]),
        ask,
        lambda index, folder: index.save(folder, show_progress=False),
        None,
    )


def rank_bm25() -> tuple[Callable[..., Any], ...]:
    from rank_bm25 import BM25Okapi

    def scores(index: Any, query: list[str]) -> list[float]:
        return sorted(index.get_scores(query).tolist(), reverse=True)[:K]

    def one(index: Any, query: list[str]) -> Any:
        return np.argsort(index.get_scores(query))[::-1][:K]  # what its get_top_n does

    return BM25Okapi, one, None, None, scores


def engine(name: str) -> tuple[Any, ...]:
    kind, _, backend = name.partition("-")
    return ours(backend) if kind == "ours" else bm25s(backend) if kind == "bm25s" else rank_bm25()


# --- one engine at one size, in a process of its own -----------------------------------------------------------------


def peak(*, forget: bool = False) -> float:
    """The most memory this process has held since it was told to forget, MiB (where the system cannot: ever)."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if forget:
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")  # the high-water mark falls to what is held now
    lines = status.read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(name: str, size: str, seed: int) -> dict[str, Any]:
    """All figures of an engine at a size."""
    build, one, many, save, scores = engine(name)
    small, asked = synthetic(2000, 64, seed + 1)
    warm = build(small)  # whatever is compiled on first use is compiled now
    one(warm, asked[0])
    if many:
        many(warm, asked)
    del warm, small
    n_queries = (SLOW_QUERIES if name == "rank-bm25" else QUERIES)[size]
    documents, queries = synthetic(SIZES[size], QUERIES[size], seed) if SIZES[size] else demo(QUERIES[size])
    gc.collect()
    held = peak(forget=True)

    times, index = [], None
    for _ in range(3 if SIZES[size] < 100_000 else 1):
        index = None
        start = time.perf_counter()
        index = build(documents)
        times.append(time.perf_counter() - start)
    queries = queries[:n_queries]
    found: dict[str, Any] = {"index_s": statistics.median(times)}
    rounds = 1 if name == "rank-bm25" else 3
    single = [seconds(lambda: [one(index, query) for query in queries]) for _ in range(rounds)]
    found["qps"] = len(queries) / statistics.median(single)
    if many:
        batches = [queries[start : start + 64] for start in range(0, len(queries), 64)]
        batched = [seconds(lambda: [many(index, batch) for batch in batches]) for _ in range(rounds)]
        found["qps64"] = len(queries) / statistics.median(batched)
    found["rss_mib"] = peak() - held
    if scores:
        found["scores"] = [scores(index, query) for query in queries[: SLOW_QUERIES[size]]]
    if save:
        with tempfile.TemporaryDirectory() as folder:
            save(index, folder)
            found["disk_mib"] = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file()) / 2**20
    return found


def in_a_process(name: str, size: str, seed: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.bm25_speed", "--engine", name, "--sizes", size, "--seed", str(seed)]
    one_thread = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMBA")}
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **one_thread}, check=False)
    if done.returncode:
        raise SystemExit(f"{name} at {size} failed:\n{done.stderr[-2000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def difference(theirs: Sequence[Sequence[float]], others: Sequence[Sequence[float]]) -> float:
    """The greatest relative difference between top-10 scores."""
    a, b = np.array(theirs), np.array(others)
    return float((np.abs(a - b) / np.maximum(np.abs(a), 1e-9)).max())


def main() -> None:
    parser = options(__doc__ or "", data=False)
    parser.add_argument("--sizes", default="10k,100k,1m,demo", help="which, comma-separated (10k, 100k, 1m, demo)")
    parser.add_argument("--engines", default=",".join(ENGINES), help="which, comma-separated")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--engine", help=argparse.SUPPRESS)
    given = parser.parse_args()
    sizes, names = given.sizes.split(","), given.engines.split(",")
    if unknown := [*(set(sizes) - set(SIZES)), *(set(names) - set(ENGINES))]:
        parser.error(f"unknown: {', '.join(unknown)}; sizes are {', '.join(SIZES)}, engines {', '.join(ENGINES)}")
    if given.engine:
        print(json.dumps(measure(given.engine, sizes[0], given.seed)))
        return

    found: dict[tuple[str, str], dict[str, Any]] = {}
    with Progress(console=console) as progress:
        task = progress.add_task("measuring", total=len(sizes) * len(names))
        for size in sizes:
            for name in names:
                progress.update(task, description=f"{name} at {size}")
                found[name, size] = in_a_process(name, size, given.seed)
                progress.advance(task)

    results: dict[str, float] = {}
    rivals: dict[str, float] = {}
    reach: dict[str, float] = {"max_score_difference": 1e-4}
    worst = 0.0
    for size in sizes:
        mine = {name: found[name, size] for name in names if name.startswith("ours")}
        theirs = {name: found[name, size] for name in names if not name.startswith("ours")}
        if mine:
            best = max(mine.values(), key=lambda figures: figures["qps"])
            results |= {f"{key}@{size}": value for key, value in best.items() if key != "scores"}
            for key in ("qps", "qps64", "index_s", "rss_mib"):
                if "ours-numpy" in mine:
                    results[f"{key}_numpy@{size}"] = mine["ours-numpy"][key]
        for name, figures in theirs.items():
            rivals |= {f"{name}/{key}@{size}": value for key, value in figures.items() if key != "scores"}
        for figures in mine.values():
            if "rank-bm25" in theirs:
                worst = max(worst, difference(theirs["rank-bm25"]["scores"], figures["scores"]))
        fast = [figures for name, figures in theirs.items() if name.startswith("bm25s")]
        if fast and size == "100k":
            reach |= {f"{key}@{size}": 1.5 * max(figures[key] for figures in fast) for key in ("qps", "qps64")}
        if fast:
            reach[f"index_s@{size}"] = min(figures["index_s"] for figures in fast)
    if "rank-bm25" in names:
        results["max_score_difference"] = worst
    report("bm25_speed", results, rivals=rivals, reach=reach)


if __name__ == "__main__":
    main()
