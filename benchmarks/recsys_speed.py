"""How fast the recommenders fit and answer, beside implicit and irspack, one thread each, at what quality.

Data. MovieLens 1M as implicit feedback in the split of the NCF paper (`ncf_ml1m.py` describes it): ``valid`` hides one
item of each user of the train pairs, ``test`` the official one; the hidden item is ranked among 99. Each engine runs in
a process of its own, so its memory is its own, with every library held to one thread; compiled code is warmed up on a
small table before anything is timed.

    fit_s/MODEL              from the table in memory to a model that answers; median of 3
    top10_users_per_s/MODEL  10 unseen items for each of the 6,040 users in the table, with the model's own call for all;
                             median of 5. Factor models take the users' vectors as fitted, ours as implicit's; with the
                             vectors folded in from the histories it is …/ials_folded
    fold_in_ms/MODEL         one history in (ids), 10 items and scores out, the user being unknown to the model; median
                             over 200 users
    ndcg@10/MODEL, hr@10/…   quality in the split
    rss_mib/MODEL            most resident memory while it fitted and answered, less what was held before
    neumf_epoch_ratio        one epoch of the plain loop (He et al. 2017: tables of users and items, Adam, 256 pairs a
                             step, 4 negatives; the same widths as ours) over one of ours, CPU seconds of one thread,
                             the least of 5 rounds of each in turn. 100 steps of the loop are timed and scaled to its
                             19,000 without the drawing of its pairs; ours is whole. ndcg@10/neumf_of_1000_users and
                             …/neumf_batch256_of_1000_users say what each reaches on the same 1,000 users, ours without
                             its pre-training, the loop at the better of its epochs (which flatters it)
    ease_fit_over_blas       EASE's whole fit over what BLAS and LAPACK alone take: the Gram product (ssyrk, or our
                             sparse product, whichever is faster), spotrf and spotri. ease_fit_over_gram_potrf leaves
                             the inverse out of the measure

MODEL is ``ials`` (implicit: ALS; irspack: iALS), ``item-knn``, ``slim``, ``ease``; settings stand in `recsys_engines.py`.
irspack's and our SLIM and iALS minimise the same losses. To reach: fit of iALS and item-knn ≤ implicit's at its nDCG or
better, ease_fit_over_blas ≤ 1.5, top10_users_per_s ≥ 2 × implicit's, fold_in_ms ≤ 0.5, neumf_epoch_ratio ≥ 20.

    python -m benchmarks.recsys_speed --data ncf-ml-1m [--split test] [--engines ease,ials,…]
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import gc
import json
import os
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import Progress
from threadpoolctl import threadpool_limits

from benchmarks.bm25_speed import peak, seconds
from benchmarks.common import console, options, report
from benchmarks.ncf_ml1m import read_pairs, read_test
from benchmarks.recsys_engines import RIVALS, SETTINGS, K, Scores, engine_of
from recsys import splits
from recsys.everybody import recommend_all
from recsys.interactions import Interactions
from recsys.splits import Split

NEURAL = "neumf"
FOLDED, ROUNDS, USERS, SEED = 200, 5, 1000, 0
LOOP_STEPS, LOOP_EPOCHS = 100, 6

# --- one engine, in a process of its own ------------------------------------------------------------------------------


def read(folder: Path, split: str) -> Split:
    table = read_pairs(folder / "ml-1m.train.pairs.tsv")
    return read_test(folder, table) if split == "test" else splits.leave_one_out(table, seed=SEED)


def quality(split: Split, scores_of: Callable[[NDArray[np.int64]], Scores]) -> dict[str, float]:
    """HR@10 and nDCG@10 among the candidates; a tie counts half a place. ``scores_of`` takes rows of the table."""
    assert split.candidates is not None
    row = {user: at for at, user in enumerate(split.train.user_ids)}
    place = np.array([{item: at for at, item in enumerate(split.train.item_ids)}.get(i, -1) for i in split.item_ids])
    users, rank = np.array([row[user] for user in split.user_ids]), []
    for start in range(0, len(users), 1024):
        among = split.candidates[start : start + 1024]
        at = np.where(among >= 0, place[among], -1)
        scores = np.take_along_axis(scores_of(users[start : start + 1024]), np.maximum(at, 0), axis=1)
        scores = np.where(at >= 0, scores, -np.inf)
        rank.append((scores[:, 1:] > scores[:, :1]).sum(axis=1) + (scores[:, 1:] == scores[:, :1]).sum(axis=1) / 2)
    found = np.concatenate(rank)
    gain = np.where(found < K, 1 / np.log2(found + 2), 0)
    return {"hr@10": float((found < K).mean()), "ndcg@10": float(gain.mean())}


def part_of(table: Interactions, users: int) -> Interactions:
    """The pairs of some users, drawn with the benchmark's seed."""
    chosen = np.zeros(table.n_users, bool)
    chosen[np.random.default_rng(SEED).permutation(table.n_users)[:users]] = True
    return table.where(chosen[np.repeat(np.arange(table.n_users), np.diff(table.matrix.indptr))])


def measure(name: str, split: Split) -> dict[str, float]:
    """All figures of one engine."""
    table = split.train
    small = part_of(table, 60)
    warm, engine = engine_of(name, small), engine_of(name, table)
    model = warm.fit(small)
    warm.top(model)
    warm.fold_in(model, list(small.item_ids[:20]))
    del model, warm
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    held = peak(forget=True)

    fits = []
    for _ in range(3):
        model = None
        began = time.perf_counter()
        model = engine.fit(table)
        fits.append(time.perf_counter() - began)
    every = statistics.median(seconds(lambda: engine.top(model)) for _ in range(ROUNDS))
    rng = np.random.default_rng(SEED)
    asked = rng.choice(table.n_users, FOLDED, replace=False)
    m = table.matrix
    histories = [[table.item_ids[i] for i in m.indices[m.indptr[u] : m.indptr[u + 1]]] for u in asked]
    one = statistics.median(seconds(lambda h=history: engine.fold_in(model, h)) for history in histories)  # type: ignore[misc]
    found = {
        "fit_s": statistics.median(fits),
        "top10_users_per_s": table.n_users / every,
        "fold_in_ms": 1000 * one,
        "rss_mib": peak() - held,
    }
    if name == "ials":
        folded = statistics.median(seconds(lambda: recommend_all(model, table, K)) for _ in range(3))
        found["top10_users_per_s/ials_folded"] = table.n_users / folded
    if name == "ease":
        found |= over_blas(table)
    return found | quality(split, lambda rows: engine.scores(model, rows))


def over_blas(table: Interactions) -> dict[str, float]:
    """EASE's fit over its Gram product, Cholesky factor and inverse alone; all in turn, medians of 5."""
    from scipy.linalg import blas, lapack

    from recsys.linear import EASE, gram

    setting = SETTINGS["ease"][1]
    liked = table.liked()
    dense = np.asfortranarray(liked.toarray())
    g = gram(liked, EASE().user_weight)
    g[np.diag_indices(len(g))] += np.float32(setting["regularization"])
    times: dict[str, list[float]] = {"fit": [], "ssyrk": [], "gram": [], "spotrf": [], "spotri": []}
    for _ in range(ROUNDS):
        times["fit"].append(seconds(lambda: EASE(**setting).fit(table)))
        times["ssyrk"].append(seconds(lambda: blas.ssyrk(1.0, dense, trans=1)))
        times["gram"].append(seconds(lambda: gram(liked, EASE().user_weight)))
        square = g.copy().T
        began = time.perf_counter()
        factor, _ = lapack.spotrf(square, lower=1, overwrite_a=1)
        middle = time.perf_counter()
        lapack.spotri(factor, lower=1, overwrite_c=1)
        times["spotrf"].append(middle - began)
        times["spotri"].append(time.perf_counter() - middle)
    took = {name: statistics.median(values) for name, values in times.items()}
    product = min(took["ssyrk"], took["gram"])
    return {
        "ease_fit_over_blas": took["fit"] / (product + took["spotrf"] + took["spotri"]),
        "ease_fit_over_gram_potrf": took["fit"] / (product + took["spotrf"]),
        **{f"blas_s/{name}": took[name] for name in ("ssyrk", "gram", "spotrf", "spotri")},
    }


# --- NeuMF beside the plain loop --------------------------------------------------------------------------------------


def neumf(split: Split) -> dict[str, float]:
    """Epoch times of ours and the plain loop on everything; quality of both on some users."""
    import torch

    from benchmarks.plain_neumf import PlainNeuMF
    from recsys.neural.models import NeuMF

    torch.set_num_threads(1)
    sizes = {name: NeuMF()._settings[name] for name in ("factors", "embedding", "layers", "negatives")}
    NeuMF(pretrain="none", epochs=1).fit(part_of(split.train, 60))
    gc.collect()
    held = peak(forget=True)
    NeuMF(pretrain="none", epochs=1).fit(split.train)
    memory = peak() - held
    epochs: list[float] = []
    steps: list[float] = []
    loop = PlainNeuMF(split.train, **sizes)
    for _ in range(ROUNDS):
        ticks: list[float] = []

        def tick(_: float, what: str, ticks: list[float] = ticks) -> None:
            if what.startswith("epoch") or what == "NeuMF":
                ticks.append(time.process_time())

        NeuMF(pretrain="none", epochs=2).fit(split.train, tick)
        epochs += np.diff(ticks).tolist()
        steps.append(loop.epoch(LOOP_STEPS))
    ours_s, loop_s = min(epochs), min(steps) * loop.steps

    few = splits.leave_one_out(part_of(split.train, USERS), seed=SEED)
    model = NeuMF(pretrain="none")
    began = time.process_time()
    model.fit(few.train)
    fit_s = time.process_time() - began
    batched = quality(few, lambda rows: model._score(few.train.matrix[rows]))["ndcg@10"]
    loop, reached, took = PlainNeuMF(few.train, **sizes), [], 0.0
    for _ in range(LOOP_EPOCHS):
        took += loop.epoch() * loop.steps
        reached.append(quality(few, loop.scores)["ndcg@10"])
    return {
        "neumf_epoch_ratio": loop_s / ours_s,
        "neumf_epoch_s": ours_s,
        "neumf_epoch_s/batch256": loop_s,
        "rss_mib/neumf": memory,
        f"ndcg@10/neumf_of_{USERS}_users": batched,
        f"ndcg@10/neumf_batch256_of_{USERS}_users": max(reached),
        f"fit_s/neumf_of_{USERS}_users": fit_s,
        f"fit_s/neumf_batch256_of_{USERS}_users": took,
    }


# --- all of them ------------------------------------------------------------------------------------------------------


def in_a_process(name: str, data: Path, split: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.recsys_speed", "--data", str(data), "--split", split, "--engine", name]
    one_thread = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMBA")}
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **one_thread}, check=False)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr[-2000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    parser = options(__doc__ or "")
    every = (*SETTINGS, *RIVALS, NEURAL)
    parser.add_argument("--engines", default=",".join(every), help="which, comma-separated (default: all)")
    parser.add_argument("--engine", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.engine:
        warnings.simplefilter("ignore")
        split = read(given.data, given.split)
        with threadpool_limits(1):
            print(json.dumps(neumf(split) if given.engine == NEURAL else measure(given.engine, split)))
        return
    names = given.engines.split(",")
    if unknown := set(names) - set(every):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(every)}")
    results: dict[str, float] = {}
    rivals: dict[str, float] = {}
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("measuring", total=len(names))
        for name in names:
            progress.update(task, description=name)
            found = in_a_process(name, given.data, given.split)
            library, _, model = name.rpartition("/")
            own = {
                f"{key}/{model}" for key in ("fit_s", "top10_users_per_s", "fold_in_ms", "rss_mib", "hr@10", "ndcg@10")
            }
            named = {f"{key}/{model}" if f"{key}/{model}" in own else key: value for key, value in found.items()}
            (rivals if library else results).update({f"{library}/{k}" if library else k: v for k, v in named.items()})
            console.print(f"{name:18} " + "  ".join(f"{key} {value:,.4g}" for key, value in found.items()))
            progress.advance(task)
    reach = {"ease_fit_over_blas": 1.5, "neumf_epoch_ratio": 20.0} | {f"fold_in_ms/{name}": 0.5 for name in SETTINGS}
    for name in ("ials", "item-knn"):
        for key, times in (("fit_s", 1), ("ndcg@10", 1), ("top10_users_per_s", 2)):
            if f"implicit/{key}/{name}" in rivals:
                reach[f"{key}/{name}"] = times * rivals[f"implicit/{key}/{name}"]
    report("recsys_speed", results, split=given.split, rivals=rivals, reach=reach)


if __name__ == "__main__":
    main()
