"""MovieLens 1M as implicit feedback, the protocol of the NCF paper: HR@10 and nDCG@10 of every model.

    He, Liao, Zhang, Nie, Hu & Chua, "Neural collaborative filtering", WWW 2017.

Protocol. Every rating counts as 1. One item of each of the 6,040 users is hidden and ranked among 99 the user has not
met; HR@10 and nDCG@10 are means over users, ties counted as the expectation over their orders.

    test     the official files: train ``ml-1m.train.pairs.tsv`` (user TAB item), hidden item ``ml-1m.test.rating``
             (user TAB item TAB rating TAB time: the user's latest), negatives ``ml-1m.test.negative``
             ("(user,item)" TAB 99 items). 156 of the official negatives are the user's own hidden item; they are left
             out, which is what the paper's code does by ranking a dictionary.
    valid    a leave-one-out of the train pairs, which carry no times: one item at random, 99 negatives, seed 0. A
             random item is far easier than the latest one (popularity .55 against .45), so figures of the two splits
             do not compare; models on the same split do.

Every setting was tuned on ``valid``; nothing was ever fitted or chosen on the test files. ``best`` is one blend, its
members and weights chosen on ``valid``, where learning them on one half of the users and measuring on the other gives
.8447/.6107 (NeuMF alone .8429/.6052). The models keep their order where each user weighs n^−0.26, n
being how many met the hidden item, which brings popularity on ``valid`` to the .453/.255 published for the test.

Sampled metrics do not keep the order of models (Krichene & Rendle, KDD 2020). They are here to stand beside published
numbers: NeuMF .730/.447 (He et al., pre-trained), MF .7294/.4523 (Rendle et al. 2020), iALS .7310/.4521 (Rendle et al.
2022), SLIM .7161/.4470 (Dacrema et al. 2019), EASE .7182/.4511 (λ = 1000), popularity .4538/.2545.

    python -m benchmarks.ncf_ml1m --data ncf-ml-1m [--split test] [--models mf,ials,ease] [--no-rivals]
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.progress import Progress, TaskID

from benchmarks.common import console, options, report
from recsys import registry, splits
from recsys.blas import one_thread
from recsys.evaluate import evaluate
from recsys.hybrid import Blend
from recsys.interactions import Interactions
from recsys.model import ItemModel
from recsys.splits import Split


@dataclass(frozen=True)
class Setting:
    """A registered model and the arguments tuned for this data on ``valid``; what is not named is the default."""

    model: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    reach: tuple[float, float] | None = None


MODELS: dict[str, Setting] = {
    "popularity": Setting("popularity"),
    "item-cosine": Setting("item-neighbours", {"k": 100, "shrinkage": 10.0, "asymmetry": 0.5}),
    "item-pearson": Setting("item-neighbours", {"k": 100, "shrinkage": 10.0, "similarity": "pearson"}),
    "user-cosine": Setting("user-neighbours", {"k": 150}),
    "rp3beta": Setting("random-walk", {"k": 200, "alpha": 1.0, "beta": 0.3}),
    "ease": Setting("ease", {"regularization": 55.0, "user_weight": 0.5}),
    "edlae": Setting("edlae", {"regularization": 30.0, "dropout": 0.33, "user_weight": 0.5}),
    "slim": Setting("slim"),
    "ials": Setting("ials"),
    "mf": Setting("mf", {"learning_rate": 0.004, "epochs": 128, "schedule": "linear"}, reach=(0.7294, 0.4523)),
    "bpr": Setting("bpr"),
    "logistic": Setting("logistic-factors"),
    "gmf": Setting("gmf"),
    "mlp": Setting("mlp"),
    "neumf": Setting("neumf", {"memory_factors": 192}, reach=(0.730, 0.447)),
    "nfm": Setting("nfm"),
    "wide-and-deep": Setting("wide-and-deep"),
}

BLEND: dict[str, float] = {"neumf": 1.0, "edlae": 0.1, "slim": 0.15}
"""Member → weight of ``best``, learnt on ``valid``; ``best`` is left out unless all of them are run."""


# The same losses as ours: alpha0 and reg are ours, alpha · l1_ratio and alpha · (1 − l1_ratio) ours over n_users.
IRSPACK_IALS = {"n_components": 192, "alpha0": 0.3, "reg": 0.007, "train_epochs": 16, "n_threads": 1}
IRSPACK_SLIM = {"alpha": 0.167, "l1_ratio": 0.003, "tol": 1e-3, "n_threads": 1}


def read_pairs(path: Path) -> Interactions:
    """The train table. Raises ``ValueError`` naming file and line."""
    users, items = [], []
    with path.open(encoding="utf-8") as file:
        for at, line in enumerate(file, 1):
            parts = line.rstrip("\n").split("\t")
            if len(parts) < 2:
                raise ValueError(f"{path}, line {at}: expected user TAB item, found {line.rstrip()!r}")
            users.append(parts[0])
            items.append(parts[1])
    return Interactions(users, items)


def read_test(folder: Path, train: Interactions) -> Split:
    """The official test split. Raises ``FileNotFoundError``, or ``ValueError`` naming file and line."""
    path = folder / "ml-1m.test.rating"
    wanted = dict(line.split("\t")[:2] for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    negatives: dict[str, list[str]] = {}
    path = folder / "ml-1m.test.negative"
    for at, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        head, *others = line.split("\t")
        user, comma, item = head.strip("()").partition(",")
        item = item.strip()
        if not comma or wanted.get(user) != item:
            raise ValueError(f"{path}, line {at}: {head} is not a pair of ml-1m.test.rating")
        negatives[user] = [other for other in dict.fromkeys(others) if other and other != item]
    return splits.given(train, Interactions(list(wanted), list(wanted.values())), negatives)


def rivals(split: Split, say: Callable[[str], None]) -> dict[str, float]:
    """What others' iALS and SLIM score here, with the settings of ours where they have them."""
    assert split.candidates is not None
    matrix = split.train.matrix.astype(np.float32)
    row = {user: at for at, user in enumerate(split.train.user_ids)}
    users = np.array([row[user] for user in split.user_ids])
    column = {item: at for at, item in enumerate(split.train.item_ids)}
    place = np.array([column.get(item, -1) for item in split.item_ids])
    found: dict[str, float] = {}

    def judged(name: str, fit: Callable[[], Callable[[NDArray[np.int64]], NDArray[np.floating]]]) -> None:
        say(name)
        began = time.perf_counter()
        scores_of = fit()
        seconds = time.perf_counter() - began
        rank = []
        for start in range(0, len(users), 1024):
            among = split.candidates[start : start + 1024]  # type: ignore[index]
            at = np.where(among >= 0, place[among], -1)
            scores = np.take_along_axis(scores_of(users[start : start + 1024]), np.maximum(at, 0), axis=1)
            scores = np.where(at >= 0, scores, -np.inf)
            rank.append((scores[:, 1:] > scores[:, :1]).sum(axis=1) + (scores[:, 1:] == scores[:, :1]).sum(axis=1) / 2)
        place_of = np.concatenate(rank)
        found[f"{name}/hr@10"] = float((place_of < 10).mean())
        found[f"{name}/ndcg@10"] = float(np.where(place_of < 10, 1 / np.log2(place_of + 2), 0).mean())
        found[f"{name}/fit_s"] = seconds

    try:
        from implicit.als import AlternatingLeastSquares

        def implicit_als() -> Callable[[NDArray[np.int64]], NDArray[np.floating]]:
            from scipy import sparse

            model = AlternatingLeastSquares(
                128, regularization=40, alpha=2, iterations=15, num_threads=1, random_state=0
            )
            model.fit(sparse.csr_matrix(matrix), show_progress=False)
            return lambda some: model.user_factors[some] @ model.item_factors.T

        judged("implicit-als", implicit_als)
    except ImportError:
        say("implicit is not installed")
    try:
        import irspack

        def irspack_model(kind: str, **arguments: Any) -> Callable[[], Any]:
            def fit() -> Callable[[NDArray[np.int64]], NDArray[np.floating]]:
                from scipy import sparse

                with redirect_stdout(io.StringIO()):  # its progress bar
                    model = getattr(irspack, kind)(sparse.csr_matrix(matrix), **arguments).learn()
                return lambda some: model.get_score(some)

            return fit

        judged("irspack-ials", irspack_model("IALSRecommender", **IRSPACK_IALS))
        judged("irspack-slim", irspack_model("SLIMRecommender", **IRSPACK_SLIM))
    except ImportError:
        say("irspack is not installed")
    return found


def settings(names: Sequence[str] | None) -> dict[str, Setting]:
    """What to run: those named, or the table above as far as what it needs is installed."""
    if names is None:
        return {name: setting for name, setting in MODELS.items() if registry.available(setting.model)}
    unknown = [name for name in names if name not in MODELS]
    if unknown:
        raise SystemExit(f"no model {', '.join(unknown)}; there are: {', '.join(MODELS)}")
    return {name: MODELS[name] for name in names}


def main() -> None:
    parser = options(__doc__ or "")
    parser.add_argument("--models", metavar="A,B,…", help="only these (default: all)")
    parser.add_argument("--no-rivals", action="store_true", help="leave out implicit and irspack")
    given = parser.parse_args()
    chosen = settings(given.models.split(",") if given.models else None)
    table = read_pairs(given.data / "ml-1m.train.pairs.tsv")
    split = read_test(given.data, table) if given.split == "test" else splits.leave_one_out(table, seed=0)
    console.print(split)
    results: dict[str, float] = {}
    reach: dict[str, float] = {}
    fitted: dict[str, ItemModel] = {}
    others: dict[str, float] = {}
    few = table.where(np.arange(len(table)) < table.matrix.indptr[min(40, table.n_users)])
    with one_thread(), Progress(console=console, transient=True) as bar:
        for name, setting in chosen.items():
            task = bar.add_task(name, total=1.0)
            registry.create(setting.model, **setting.arguments).fit(
                few
            )  # what is compiled on first use is compiled now
            model = registry.create(setting.model, **setting.arguments)
            found = evaluate({name: model}, split, progress=_on(bar, task))
            bar.remove_task(task)
            _note(results, name, found.figures(name), found.models[name].fit_seconds)
            if setting.reach:
                reach |= {f"hr@10/{name}": setting.reach[0], f"ndcg@10/{name}": setting.reach[1]}
            if name in BLEND:
                fitted[name] = model
        if set(BLEND) <= set(fitted):
            task = bar.add_task("best", total=None)
            best = Blend.of(
                {MODELS[name].model: fitted[name] for name in BLEND}, {MODELS[n].model: w for n, w in BLEND.items()}
            )
            figures = evaluate({"best": best}, split).figures("best")
            _note(results, "best", figures, sum(results[f"fit_s/{name}"] for name in BLEND))
            reach |= {"hr@10/best": 0.735, "ndcg@10/best": 0.460}
            bar.remove_task(task)
        if not given.no_rivals:
            task = bar.add_task("rivals", total=None)
            others = rivals(split, lambda what: bar.update(task, description=what))
            bar.remove_task(task)
    report("ncf_ml1m", results, split=given.split, rivals=others, reach=reach if given.split == "test" else None)


def _on(bar: Progress, task: TaskID) -> Callable[[float, str], None]:
    return lambda fraction, what: bar.update(task, completed=fraction, description=what)


def _note(results: dict[str, float], name: str, figures: Mapping[str, float], seconds: float) -> None:
    results |= {f"hr@10/{name}": figures["hr@10"], f"ndcg@10/{name}": figures["ndcg@10"], f"fit_s/{name}": seconds}
    console.print(f"{name:14} HR@10 {figures['hr@10']:.4f}  nDCG@10 {figures['ndcg@10']:.4f}  fit {seconds:.1f} s")


if __name__ == "__main__":
    main()
