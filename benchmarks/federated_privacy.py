"""What privacy costs: nDCG of EASE learned centrally, learned by a federation, and learned with noise at several ε.

Protocol
    NCF leave-one-out (He et al. 2017) on MovieLens 1M as implicit feedback: each user's held-out item is ranked against 99
    items the user has not met; HR@10 and nDCG@10 over users, a tie counting half. ``test`` is the data set's own
    ``ml-1m.test.rating`` and ``ml-1m.test.negative``; ``valid`` holds out one random pair of each user's training pairs and draws the
    negatives, both seeded (easier than the official split, which holds out the latest: compare within a split only).
    central      EASE with users weighted 1/n_u, fitted on all histories in one place.
    federated    The same from the clients' integers, summed modulo 2⁶⁴. ``max_difference`` is the largest difference of a model weight.
                 The masked protocol itself (keys, shares, masks, drop-outs, unmasking) is run by all clients on ``--masked`` entries of
                 the Gram matrix, 5 % of the clients falling silent, and must equal the sum over the others bit for bit
                 (``masked_sum_exact`` 1 or 0); for all 6.9 million entries it would take this machine hours, and each client seconds.
    eps…         With Gaussian noise for (ε, 10⁻⁵) differential privacy of a user with all of their history, one release, denoised by its
                 eigenvalues; mean over ``--seeds`` seeds of the noise (3). λ was chosen on ``valid`` and is not paid for.
    federated_factors   FCF: implicit matrix factorisation by gradient averaging, no noise (``--rounds 0`` leaves it out).
Rival
    Popularity, and EASE with its own defaults (users weighted n_u^−0.5), both without noise.
Anchor
    Central EASE. At six thousand users ε = 1 is known to buy nothing over popularity (nDCG@10 .1872 against .1878 under full ranking).
Command
    python -m benchmarks.federated_privacy --data DIR/ncf-ml-1m [--split test] [--table curve.csv]
    Five minutes on one core. The key agreement is X25519 where ``cryptography`` is installed, else ffdhe2048, which adds ten.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import Progress
from rich.table import Table
from scipy import sparse

from benchmarks.common import console, options, report
from knowledge.importers.files import replacing
from recsys import dp
from recsys.blas import one_thread
from recsys.exact_gram import exact_gram
from recsys.factors import ImplicitALS
from recsys.federated import Privacy, ease_from_sum, secure_gram_chunks, triangle
from recsys.federated_factors import Federation, InProcess, Objective
from recsys.interactions import Interactions
from recsys.key_agreement import X25519, FiniteField, KeyAgreement
from recsys.linear import EASE
from recsys.secure_sum import Terms

EPSILONS = (16, 8, 4, 1)
REGULARIZATION = 10.0
DEGREE, SILENT = 16, 0.05
FACTORS = Objective(factors=64)
Scores = NDArray[np.floating]


def main() -> None:
    parser = options(__doc__ or "")
    parser.add_argument("--table", type=Path, metavar="FILE", help="write the curve as CSV")
    parser.add_argument("--masked", type=int, default=4096, help="entries of the Gram matrix summed under real masks")
    parser.add_argument("--rounds", type=int, default=40, help="rounds of federated matrix factorisation; 0 for none")
    parser.add_argument("--seeds", type=int, default=3, help="seeds of the noise to average over")
    arguments = parser.parse_args()

    pairs = read_pairs(arguments.data / "ml-1m.train.pairs.tsv")
    if arguments.split == "test":
        train, candidates = pairs, read_test(arguments.data)
    else:
        train, candidates = hold_out(pairs, seed=0)
    table = Interactions([f"{u:05}" for u in train[:, 0]], [f"{i:05}" for i in train[:, 1]])
    liked = table.liked()
    judge = Judge(table, candidates)

    curve: list[tuple[str, float, float, float]] = []  # name, sigma, HR, nDCG
    results: dict[str, float] = {}

    def note(name: str, sigma: float, *found: tuple[float, float]) -> None:
        hr, ndcg = np.mean(found, axis=0)
        curve.append((name, sigma, hr, ndcg))
        results[f"hr@10/{name}"], results[f"ndcg@10/{name}"] = hr, ndcg

    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("central", total=4 + len(EPSILONS) * arguments.seeds + arguments.rounds)

        def done(next_up: str) -> None:
            progress.update(task, advance=1, description=next_up)

        popular = np.asarray(liked.sum(axis=0)).ravel()
        rivals = dict(
            zip(
                ("popularity/hr@10", "popularity/ndcg@10"),
                judge(lambda users: np.broadcast_to(popular, (len(users), len(popular)))),
                strict=True,
            )
        )
        rivals |= dict(zip(("ease/hr@10", "ease/ndcg@10"), judge.linear(EASE().fit(table), liked), strict=True))
        done("central")
        central = EASE(regularization=REGULARIZATION, user_weight=1.0).fit(table)
        note("central", 0.0, judge.linear(central, liked))
        done("federated")
        g = exact_gram(liked, 1.0)
        federated = ease_from_sum(g, table.item_ids, regularization=REGULARIZATION)
        note("federated", 0.0, judge.linear(federated, liked))
        results["max_difference"] = float(np.abs(federated.weights - central.weights).max())
        del central, federated
        done("masked sum")
        results["masked_sum_exact"] = float(masked_sum_is_exact(liked, arguments.masked))
        done("noise")
        for epsilon in EPSILONS:
            privacy, found = Privacy(epsilon), []
            for seed in range(arguments.seeds):
                found.append(judge.linear(ease_from_sum(g, table.item_ids, privacy, source=dp.generator(seed)), liked))
                done(f"ε = {epsilon}")
            note(f"eps{epsilon}", privacy.sigma, *found)
        if arguments.rounds:
            histories = [rows.astype(np.int64) for rows in np.split(liked.indices, liked.indptr[1:-1])]
            server = Federation(table.item_ids, InProcess(histories), FACTORS, rate=0.05)
            for _ in range(arguments.rounds):
                server.train(1)
                done("federated factors")
            note("federated_factors", 0.0, judge.factors(server.model(), histories))

    show(curve, rivals["popularity/hr@10"], rivals["popularity/ndcg@10"])
    if arguments.table:
        with replacing(arguments.table) as scratch, scratch.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["model", "sigma", "hr@10", "ndcg@10"])
            writer.writerow(["popularity", "", rivals["popularity/hr@10"], rivals["popularity/ndcg@10"]])
            writer.writerows(curve)
    report("federated_privacy", results, split=arguments.split, rivals=rivals)


def masked_sum_is_exact(liked: sparse.csr_array, entries: int) -> bool:
    """Whether the protocol, with every client and some falling silent, gives the plain sum of those who did not."""
    agreement: KeyAgreement
    try:
        agreement = X25519()
    except ImportError:
        agreement = FiniteField()
    clients, n_items = liked.shape
    silent = np.random.default_rng(0).choice(clients, round(SILENT * clients), replace=False)
    stop = min(entries, triangle(n_items))
    terms = Terms(clients, degree=DEGREE, seed=0, label=b"benchmark")
    chunks = secure_gram_chunks(liked, terms, stop=stop, dropped=set(silent.tolist()), agreement=agreement)
    total = np.concatenate(list(chunks)).view(np.int64)
    alive = np.setdiff1d(np.arange(clients), silent)
    return np.array_equal(total, exact_gram(liked[alive], 1.0)[np.triu_indices(n_items)][:stop])


class Judge:
    """HR@10 and nDCG@10 of each user's first candidate among all of theirs."""

    def __init__(self, table: Interactions, candidates: dict[int, list[int]]) -> None:
        rows = {item: row for row, item in enumerate(table.item_ids)}
        kept = [(at, candidates[int(user)]) for at, user in enumerate(table.user_ids) if int(user) in candidates]
        self.users = np.array([at for at, _ in kept])
        self.columns = [np.array([rows.get(f"{item:05}", -1) for item in items]) for _, items in kept]

    def __call__(self, scores: Callable[[NDArray[np.int64]], Scores], block: int = 1000) -> tuple[float, float]:
        ranks = np.empty(len(self.users))
        for start in range(0, len(self.users), block):
            found = scores(self.users[start : start + block])
            for at, row in enumerate(found, start):
                columns = self.columns[at]
                own = np.where(columns < 0, -np.inf, row[columns])  # an item nobody ever met comes last
                ranks[at] = (own[1:] > own[0]).sum() + 0.5 * (own[1:] == own[0]).sum()
        return float(np.mean(ranks < 10)), float(np.mean(np.where(ranks < 10, 1 / np.log2(ranks + 2), 0)))

    def linear(self, model: EASE, liked: sparse.csr_array) -> tuple[float, float]:
        return self(lambda users: liked[users] @ model.weights)

    def factors(self, model: ImplicitALS, histories: list[NDArray[np.int64]]) -> tuple[float, float]:
        def scores(users: NDArray[np.int64]) -> Scores:
            ones = [np.ones(len(histories[user]), np.float32) for user in users]
            with one_thread():
                x = np.stack([model.vector(histories[user], one) for user, one in zip(users, ones, strict=True)])
            return x @ model.item_factors.T

        return self(scores)


def read_pairs(path: Path) -> NDArray[np.int64]:
    """(pairs, 2) user and item numbers."""
    return np.loadtxt(path, dtype=np.int64, delimiter="\t", usecols=(0, 1), ndmin=2)


def read_test(data: Path) -> dict[int, list[int]]:
    """User → the held-out item, then its negatives, from the data set's own files, beside the others or in ``test/``."""
    folder = next((folder for folder in (data, data / "test") if (folder / "ml-1m.test.rating").is_file()), None)
    if folder is None:
        raise FileNotFoundError(f"{data}: neither ml-1m.test.rating nor test/ml-1m.test.rating")
    held: dict[int, int] = dict(read_pairs(folder / "ml-1m.test.rating").tolist())
    candidates: dict[int, list[int]] = {}
    with (folder / "ml-1m.test.negative").open(encoding="utf-8") as file:
        for at, line in enumerate(file, 1):
            if not line.strip():
                continue
            key, *negatives = line.split()
            user, item = (int(part) for part in key.strip("()").split(","))
            if held.get(user) != item:
                raise ValueError(f"{folder}/ml-1m.test.negative, line {at}: {key} is not in ml-1m.test.rating")
            candidates[user] = [item, *map(int, negatives)]
    if len(candidates) != len(held):
        raise ValueError(f"{folder}: {len(held)} users in test.rating, {len(candidates)} in test.negative")
    return candidates


def hold_out(
    pairs: NDArray[np.int64], seed: int, negatives: int = 99
) -> tuple[NDArray[np.int64], dict[int, list[int]]]:
    """The pairs without one of each user who has two or more, and user → that item, then unmet items."""
    rng = np.random.default_rng(seed)
    pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
    items = np.unique(pairs[:, 1])
    users, starts, counts = np.unique(pairs[:, 0], return_index=True, return_counts=True)
    kept, candidates = np.ones(len(pairs), bool), {}
    for user, start, count in zip(users.tolist(), starts, counts, strict=True):
        if count < 2:
            continue
        held = start + rng.integers(count)
        kept[held] = False
        unmet = np.setdiff1d(items, pairs[start : start + count, 1], assume_unique=True)
        drawn = rng.choice(unmet, min(negatives, len(unmet)), replace=False)
        candidates[user] = [int(pairs[held, 1]), *drawn.tolist()]
    return pairs[kept], candidates


def show(curve: list[tuple[str, float, float, float]], hr: float, ndcg: float) -> None:
    table = Table(title="utility against privacy")
    for heading in ("model", "noise σ", "HR@10", "nDCG@10", "of central", "over popularity"):
        table.add_column(heading, justify="left" if heading == "model" else "right")
    table.add_row("popularity", "", f"{hr:.4f}", f"{ndcg:.4f}", f"{ndcg / curve[0][3]:.0%}", "")
    for name, sigma, hits, gain in curve:
        noise = f"{sigma:.3f}" if sigma else "0"
        table.add_row(name, noise, f"{hits:.4f}", f"{gain:.4f}", f"{gain / curve[0][3]:.0%}", f"{gain - ndcg:+.4f}")
    console.print(table)


if __name__ == "__main__":
    main()
