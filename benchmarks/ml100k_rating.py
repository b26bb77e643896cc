"""Prediction of ratings on MovieLens 100K: RMSE and MAE over its official five folds.

Protocol: the mean over u1–u5 of the error on each fold, predictions clipped to 1–5, an unknown film or person predicted
by what is left of the baseline.

* ``--split test``  learns from uN.base, reports on uN.test: the folds the data set ships with.
* ``--split valid`` learns from 90 % of each uN.base and reports on the other 10 % (seed N). Defaults were chosen on tenths
  of u1.base alone.

Anchors (mean of u1–u5, RMSE / MAE): Surprise 1.1.5 SVD .9380 / .7390 as it comes, .9117 / .7200 tuned; KNNBaseline by
items .9204 / .7214; myFM 0.4's Bayesian SVD++ flipped .8821 / .6907. GLocal-K (CIKM 2021) has .8889 on u1 alone.

What a model is told beyond who rated what how:

``bayesian``          nothing: vectors around a common mean (Salakhutdinov & Mnih, 2008)
``bayesian_svd++``    nothing: vectors around who rated what, from both sides ("flipped"; train pairs only)
``…_side``            the data set's own features: age, sex, occupation and region of people; genres and year of films
``…_side_time``       also when ratings were given, those to be predicted included: a level for each person's day, five
                      minutes and second. Folds are cut at random, so most ratings to be predicted have neighbours in
                      the same sitting; it fills in gaps and does not forecast. Compare it with ``…_side`` only.

Rivals in the same run, where installed: Surprise (same folds; ``svd`` with the tuned settings of the anchor,
``default_svd`` as it comes; SVD++ with ``--slow``) and myFM (``bayesian_svd++``, rank 10, 300 draws).

    python -m benchmarks.ml100k_rating --data ml-100k --split test
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before numpy: one thread for everyone

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from rich.progress import Progress  # noqa: E402
from rich.table import Table  # noqa: E402
from scipy import sparse  # noqa: E402

from benchmarks.common import console, options, report  # noqa: E402
from recsys.bayesian_factors import BayesianFactors  # noqa: E402
from recsys.biased_factors import BiasedFactors, SVDpp  # noqa: E402
from recsys.interactions import Interactions  # noqa: E402
from recsys.rating_neighbours import ItemRatingNeighbours, UserRatingNeighbours  # noqa: E402
from recsys.ratings import RatingModel  # noqa: E402

FOLDS = (1, 2, 3, 4, 5)
WINDOWS = (86_400, 300, 1)
REACH = {"rmse": 0.880, "mae": 0.689}
SLOW = "surprise/svd++"
BAYES = "bayesian_svd++"

Rows = NDArray[np.int64]
Predictor = Callable[["Fold"], NDArray[Any]]


@dataclass(frozen=True)
class Fold:
    """``train`` and ``asked`` are (n, 4): user, film, rating, Unix seconds."""

    train: Rows
    asked: Rows
    user_features: dict[str, list[str]]
    item_features: dict[str, list[str]]

    def table(self) -> Interactions:
        users, items, values, times = self.train.T
        return Interactions([str(u) for u in users], [str(i) for i in items], values, times)

    def pairs(self) -> list[tuple[str, str]]:
        return [(str(user), str(item)) for user, item in self.asked[:, :2]]


def read(folder: Path, split: str) -> Iterator[Fold]:
    """The five folds, in order."""
    people, films = _people(folder / "u.user"), _films(folder / "u.item")
    for fold in FOLDS:
        train = np.loadtxt(folder / f"u{fold}.base", dtype=np.int64, ndmin=2)
        if split == "test":
            asked = np.loadtxt(folder / f"u{fold}.test", dtype=np.int64, ndmin=2)
        else:
            order = np.random.default_rng(fold).permutation(len(train))
            asked, train = train[order[: len(order) // 10]], train[order[len(order) // 10 :]]
        yield Fold(train, asked, people, films)


def _people(path: Path) -> dict[str, list[str]]:
    """user|age|sex|occupation|zip code → names of features; ages by five years, the zip code's first sign."""
    found = {}
    for line in path.read_text(encoding="latin-1").splitlines():
        user, age, sex, occupation, zip_code = line.split("|")
        found[user] = [f"age:{int(age) // 5}", f"sex:{sex}", f"occupation:{occupation}", f"region:{zip_code[:1]}"]
    return found


def _films(path: Path) -> dict[str, list[str]]:
    """item|title|date|video date|address|19 genres as 0 or 1 → names of features: genres, year and decade."""
    found = {}
    for line in path.read_text(encoding="latin-1").splitlines():
        item, _, date, _, _, *genres = line.split("|")
        year = date[-4:]
        found[item] = [f"genre:{at}" for at, has in enumerate(genres) if has == "1"]
        found[item] += [f"year:{year}", f"decade:{year[:3]}"] if year else []
    return found


def ours(model: Callable[[], RatingModel]) -> Predictor:
    return lambda fold: model().fit(fold.table()).predict_many(fold.pairs())


def bayesian(side: bool = False, when: bool = False, **settings: Any) -> Predictor:
    def predict(fold: Fold) -> NDArray[Any]:
        model = BayesianFactors(windows=WINDOWS if when else (), **settings).fit(
            fold.table(),
            user_features=fold.user_features if side else None,
            item_features=fold.item_features if side else None,
        )
        return model.predict_many(fold.pairs(), fold.asked[:, 3] if when else None)

    return predict


MODELS: dict[str, Predictor] = {
    "user_knn_means": ours(lambda: UserRatingNeighbours(similarity="msd", centre="mean")),
    "item_knn_means": ours(lambda: ItemRatingNeighbours(similarity="msd", centre="mean")),
    "user_knn_pearson": ours(lambda: UserRatingNeighbours(similarity="pearson", centre="mean")),
    "user_knn_baseline": ours(lambda: UserRatingNeighbours()),
    "item_knn_baseline": ours(lambda: ItemRatingNeighbours()),
    "svd_als": ours(lambda: BiasedFactors(method="als", epochs=15)),
    "svd": ours(lambda: BiasedFactors(method="sgd")),
    "svd++": ours(lambda: SVDpp()),
    "bayesian": bayesian(implicit=False),
    BAYES: bayesian(),
    f"{BAYES}_side": bayesian(side=True),
    f"{BAYES}_side_time": bayesian(side=True, when=True),
}


def surprise(name: str, **settings: Any) -> Predictor:
    """A model of Surprise, by its class."""

    def predict(fold: Fold) -> NDArray[Any]:
        import pandas
        import surprise as library

        reader = library.Reader(rating_scale=(1, 5))
        frame = pandas.DataFrame(fold.train[:, :3], columns=["user", "item", "rating"])
        model = getattr(library, name)(**settings).fit(
            library.Dataset.load_from_df(frame, reader).build_full_trainset()
        )
        return np.array([model.predict(user, item).est for user, item in fold.asked[:, :2]])

    return predict


def myfm(fold: Fold) -> NDArray[Any]:
    """Bayesian SVD++ flipped as its authors' library has it: one-hot ids and scaled implicit blocks, a seed, clipped."""
    from myfm import MyFMRegressor, RelationBlock

    users, items = int(max(fold.train[:, 0].max(), fold.asked[:, 0].max())), 1682
    pairs = (fold.train[:, 0] - 1, fold.train[:, 1] - 1)
    met = sparse.csr_matrix((np.ones(len(fold.train)), pairs), shape=(users, items))
    blocks = []
    for side in (met, met.T.tocsr()):
        scale = sparse.diags(1 / np.sqrt(np.maximum(np.diff(side.indptr), 1)))
        blocks.append(sparse.hstack([sparse.eye(side.shape[0]), scale @ side]).tocsr())

    def related(rows: Rows) -> list[Any]:
        return [RelationBlock(rows[:, side] - 1, block) for side, block in enumerate(blocks)]

    model = MyFMRegressor(rank=10, random_seed=0)
    sizes = [users, items, items, users]
    values = fold.train[:, 2].astype(float)
    with redirect_stderr(StringIO()):  # its own progress bar
        model.fit(None, values, related(fold.train), group_shapes=sizes, n_iter=300, n_kept_samples=250)
    return np.clip(model.predict(None, related(fold.asked)), 1, 5)


def rivals() -> dict[str, Predictor]:
    """``LIBRARY/MODEL`` → predictor, of the libraries that are installed."""

    def neighbours(kind: str, similarity: str, users: bool) -> Predictor:
        return surprise(kind, sim_options={"name": similarity, "user_based": users}, verbose=False)

    found: dict[str, Predictor] = {}
    if find_spec("surprise"):
        found |= {
            "surprise/user_knn_means": neighbours("KNNWithMeans", "msd", True),
            "surprise/item_knn_means": neighbours("KNNWithMeans", "msd", False),
            "surprise/user_knn_pearson": neighbours("KNNWithMeans", "pearson", True),
            "surprise/user_knn_baseline": neighbours("KNNBaseline", "pearson_baseline", True),
            "surprise/item_knn_baseline": neighbours("KNNBaseline", "pearson_baseline", False),
            "surprise/default_svd": surprise("SVD", random_state=0),
            "surprise/svd": surprise("SVD", random_state=0, n_factors=100, n_epochs=80, reg_all=0.1),
            SLOW: surprise("SVDpp", random_state=0, cache_ratings=True),
        }
    else:
        console.print("Surprise is not installed: no rivals of that name")
    if find_spec("myfm"):
        found[f"myfm/{BAYES}"] = myfm
    else:
        console.print("myFM is not installed: no rival of that name")
    return found


def main() -> None:
    parser = options(__doc__ or "")
    parser.add_argument("--slow", action="store_true", help="also Surprise's SVD++, some minutes")
    everything = MODELS | rivals()
    parser.add_argument(
        "--only", nargs="+", choices=everything, metavar="MODEL", help="ours or a rival's, in that order"
    )
    parser.add_argument("--folds", type=int, nargs="+", choices=FOLDS, default=FOLDS, help="to try things out")
    chosen = parser.parse_args()
    folds = [fold for at, fold in zip(FOLDS, read(chosen.data, chosen.split), strict=True) if at in chosen.folds]
    usual = [name for name in everything if chosen.slow or name != SLOW]
    run = {name: everything[name] for name in chosen.only or usual}
    try:
        SVDpp(epochs=1).fit(folds[0].table())  # compiles, so that no model's time contains it
    except ImportError:
        console.print('no numba (pip install "yuban[fast]"): no gradient descent')
        run = {name: predictor for name, predictor in run.items() if name not in ("svd", "svd++")}
    table = Table(title=f"RMSE (MAE) a fold · {chosen.split}")
    table.add_column("model")
    for at in chosen.folds:
        table.add_column(f"u{at}", justify="right")
    table.add_column("CPU s", justify="right")
    results: dict[str, float] = {}
    beaten: dict[str, float] = {}
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("", total=len(run) * len(folds))
        for name, predictor in run.items():
            began, errors = time.process_time(), []
            for at, fold in zip(chosen.folds, folds, strict=True):
                bar.update(task, description=name)
                error = np.asarray(predictor(fold), np.float64) - fold.asked[:, 2]
                errors.append((np.sqrt(np.mean(error**2)), np.mean(np.abs(error))))
                console.print(f"{name}, u{at}: RMSE {errors[-1][0]:.4f}, MAE {errors[-1][1]:.4f}", highlight=False)
                bar.advance(task)
            seconds = time.process_time() - began
            mean = np.mean(errors, axis=0)
            table.add_row(name, *(f"{rmse:.4f} ({mae:.4f})" for rmse, mae in errors), f"{seconds:.1f}")
            into, prefix, model = (results, "", name) if name in MODELS else (beaten, *_named(name))
            into |= {f"{prefix}rmse/{model}": mean[0], f"{prefix}mae/{model}": mean[1]}
            into[f"{prefix}cpu_s/{model}"] = seconds
    console.print(table)
    reach = {f"{what}/{name}": figure for what, figure in REACH.items() for name in MODELS if name.startswith(BAYES)}
    for what in ("rmse", "mae"):
        for kind in ("user_knn_means", "item_knn_means", "user_knn_pearson", "user_knn_baseline", "item_knn_baseline"):
            if f"surprise/{what}/{kind}" in beaten:
                reach[f"{what}/{kind}"] = beaten[f"surprise/{what}/{kind}"] + 0.005
    report("ml100k_rating", results, split=chosen.split, rivals=beaten, reach=reach)


def _named(name: str) -> tuple[str, str]:
    library, model = name.split("/")
    return f"{library}/", model


if __name__ == "__main__":
    main()
