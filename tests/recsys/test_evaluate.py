"""Evaluation against a naive loop over users, and the promises around it: batches, ties, unknown items, charts."""

from __future__ import annotations

import json
import math
from typing import Any, Self

import numpy as np
import pytest

from recsys import splits
from recsys.evaluate import evaluate, evaluate_ratings
from recsys.interactions import Interactions
from recsys.linear import EASE
from recsys.model import ItemModel
from recsys.neighbours import ItemNeighbours
from recsys.popularity import Popularity
from recsys.splits import Split


class Fixed(ItemModel):
    """Scores that are given: ``of[item]``, the same for everyone."""

    def __init__(self, of: dict[str, float]) -> None:
        self.of = of

    def fit(self, interactions: Interactions, progress: Any = None) -> Self:
        self._set_items(self.of)
        self.fitted_on = interactions
        return self

    def _scores_of_rows(self, rows: Any, values: Any) -> Any:
        return np.array(list(self.of.values()), np.float32)

    def _contributions(self, rows: Any, values: Any, target: int) -> Any:
        return np.zeros(len(rows), np.float32)

    def _state(self) -> Any:
        raise NotImplementedError

    def _restore(self, arrays: Any) -> None:
        raise NotImplementedError


@pytest.fixture(scope="module")
def split(random_table: Interactions) -> Split:
    return splits.random(random_table, fraction=0.3, seed=4)


def naive(model: ItemModel, split: Split, k: int) -> dict[str, list[float]]:
    """One user after the other, by ``recommend``."""
    found: dict[str, list[float]] = {name: [] for name in ("hr", "ndcg", "recall", "map", "mrr", "auc")}
    for row in range(len(split.user_ids)):
        history = split.history(row)
        a, b = split.hidden.indptr[row], split.hidden.indptr[row + 1]
        entries = zip(split.hidden.indices[a:b], split.hidden.data[a:b], strict=True)
        wanted = {split.item_ids[at] for at, value in entries if value > 0}
        ranking = [item for item, _ in model.recommend(history, 10_000)]
        hits = [item in wanted for item in ranking]
        top = hits[:k]
        gains = [1 / math.log2(at + 2) for at, hit in enumerate(top) if hit]
        found["hr"].append(float(any(top)))
        found["ndcg"].append(sum(gains) / sum(1 / math.log2(at + 2) for at in range(min(k, len(wanted)))))
        found["recall"].append(sum(top) / len(wanted))
        precisions = [sum(top[: at + 1]) / (at + 1) for at, hit in enumerate(top) if hit]
        found["map"].append(sum(precisions) / min(k, len(wanted)))
        found["mrr"].append(next((1 / (at + 1) for at, hit in enumerate(top) if hit), 0.0))
        pairs = [(i, j) for i, hit in enumerate(hits) if hit for j, other in enumerate(hits) if not other]
        found["auc"].append(sum(i < j for i, j in pairs) / len(pairs) if pairs else math.nan)
    return found


@pytest.mark.parametrize("memory", [256 << 20, 48 * 35 * 7])
def test_equals_the_naive_loop(split: Split, memory: int) -> None:
    """In one batch or in batches of seven users."""
    model = EASE(5.0).fit(split.train)  # real-valued: no ties
    report = evaluate({"ease": model}, split, (3, 10), memory=memory)
    for k in (3, 10):
        for name, values in naive(model, split, k).items():
            metric = "auc" if name == "auc" else f"{name}@{k}"
            np.testing.assert_allclose(report.models["ease"].per_user[metric], values, err_msg=metric)
            assert report.figures("ease")[metric] == pytest.approx(np.nanmean(values))
    lists = report.models["ease"].lists
    for row in (0, 11, 25):
        expected = [item for item, _ in model.recommend(split.history(row), 10)]
        assert [split.item_ids[at] for at in lists[row] if at >= 0] == expected


def test_candidates_equal_the_naive_loop(random_table: Interactions) -> None:
    split = splits.leave_one_out(random_table, negatives=9, seed=2)
    model = EASE(5.0).fit(split.train)
    report = evaluate({"ease": model}, split, (3,), memory=48 * 35 * 7)
    assert split.candidates is not None
    for row, among in enumerate(split.candidates):
        scores = dict(zip(model.item_ids, model.scores(split.history(row)).tolist(), strict=True))
        mine = [scores[split.item_ids[at]] for at in among if at >= 0]
        place = sum(score > mine[0] for score in mine)
        per_user = report.models["ease"].per_user
        assert per_user["hr@3"][row] == (place < 3)
        assert per_user["ndcg@3"][row] == pytest.approx((place < 3) / math.log2(place + 2))
        assert per_user["auc"][row] == pytest.approx(1 - place / (len(mine) - 1))
    assert "coverage@3" not in report.figures("ease")


def test_a_model_that_scores_all_the_same_gets_what_chance_gets() -> None:
    table = Interactions.from_rows((f"u{u}", f"i{(u * 7 + i * i) % 40:02}") for u in range(400) for i in range(5))
    same = Fixed(dict.fromkeys(table.item_ids, 1.0))
    sampled = evaluate({"same": same}, splits.leave_one_out(table, negatives=19), (5,)).figures("same")
    assert sampled["hr@5"] == pytest.approx(5 / 20) and sampled["auc"] == pytest.approx(0.5)
    split = splits.leave_one_out(table, negatives=None)
    full = evaluate({"same": same}, split, (9,)).figures("same")
    unseen = 40 - np.diff(split.seen.indptr).mean()
    assert full["hr@9"] == pytest.approx(9 / unseen, abs=0.08) and full["auc"] == pytest.approx(0.5, abs=0.04)
    assert full["coverage@9"] == 1.0 and full["gini@9"] < 0.3, "each user's ties are settled in an order of their own"


def test_best_and_worst() -> None:
    table = Interactions.from_rows([(f"u{u}", item) for u in range(5) for item in ("a", f"own{u}")])
    hidden = Interactions.from_rows([(f"u{u}", "wanted") for u in range(5)])
    split = splits.given(table, hidden)
    best = Fixed({item: float(item == "wanted") for item in split.item_ids})
    worst = Fixed({item: -float(item == "wanted") for item in split.item_ids})
    unaware = Fixed(dict.fromkeys(table.item_ids, 1.0))
    found = evaluate({"best": best, "worst": worst, "unaware": unaware}, split, (2,))
    assert {found.figures("best")[name] for name in ("hr@2", "ndcg@2", "map@2", "auc")} == {1.0}
    assert {found.figures("worst")[name] for name in ("hr@2", "ndcg@2", "auc")} == {0.0}
    assert found.figures("unaware")["hr@2"] == 0.0, "what a model does not know, it cannot find"
    assert found.ranked("ndcg@2")[0] == "best" and found.compare("best", "worst", "hr@2").value == 1


def test_beyond_accuracy() -> None:
    table = Interactions.from_rows(
        [("a", "x"), ("b", "x"), ("c", "x"), ("d", "x"), ("a", "y"), ("b", "y"), ("c", "z"), ("d", "w")]
    )
    split = splits.given(table, Interactions.from_rows([("e", "x"), ("f", "x")]))
    fixed = Fixed({"x": 3.0, "y": 2.0, "z": 1.0, "w": 0.0})
    found = evaluate({"fixed": fixed}, split, (2,)).figures("fixed")
    assert found["coverage@2"] == 0.5
    assert found["novelty@2"] == pytest.approx((0 + 1) / 2)  # x: all four users, y: two
    assert found["popularity@2"] == pytest.approx((1 + 0.5) / 2)
    assert found["diversity@2"] == pytest.approx(1 - 2 / math.sqrt(4 * 2))
    assert found["gini@2"] == pytest.approx(0.5)


def test_lists_shorter_than_k(checkerboard: Interactions) -> None:
    split = splits.random(checkerboard, seed=1)
    found = evaluate({"pop": Popularity()}, split, (50,)).models["pop"]
    assert (found.lists[:, :10] >= 0).all() and (found.lists[:, 19:] == -1).all()
    assert found.per_user["recall@50"].min() == 1.0


def test_fitted_models_are_taken_as_they_are(split: Split) -> None:
    fitted, fresh = Popularity().fit(split.train), Popularity()
    report = evaluate({"fitted": fitted, "fresh": fresh}, split)
    assert report.models["fitted"].fit_seconds == 0 < report.models["fresh"].fit_seconds
    assert report.figures("fitted") == report.figures("fresh"), "ties are settled alike for every model"


def test_progress(split: Split) -> None:
    said: list[float] = []
    evaluate({"a": Popularity(), "b": EASE()}, split, progress=lambda fraction, what: said.append(fraction))
    assert said == sorted(said) and said[-1] == 1.0 and len(said) > 4


def test_ratings() -> None:
    train = Interactions.from_rows([("a", "x", 5.0), ("a", "y", 1.0), ("b", "x", 3.0), ("b", "z", 3.0)])
    test = Interactions.from_rows([("a", "z", 4.0), ("a", "new", 4.0), ("b", "y", 2.0)])
    split = splits.given(train, test)
    model = Fixed({"x": 0.0, "y": 0.5, "z": 9.0})
    report = evaluate_ratings({"fixed": model}, split)
    # Clipped to 1..5: z → 5, y → 1; new is unknown → the mean, 3.
    errors = [5 - 4, 3 - 4, 1 - 2]
    figures = report.figures("fixed")
    assert figures["rmse"] == pytest.approx(np.sqrt(np.mean(np.square(errors))))
    assert figures["mae"] == pytest.approx(np.mean(np.abs(errors)))
    found = report.interval("fixed", "rmse")
    assert found.value == pytest.approx(figures["rmse"])
    assert report.ranked("rmse") == ["fixed"] and report.k == ()
    with pytest.raises(ValueError, match="no ratings"):
        evaluate_ratings({}, splits.given(Interactions([], []), test))


def test_those_who_predict_pairs_are_asked_for_pairs() -> None:
    class Pairs(Fixed):
        def predict_many(self, pairs: Any) -> Any:
            assert list(pairs) == [("a", "y")]
            return np.array([2.0], np.float32)

    train = Interactions.from_rows([("a", "x", 1.0), ("b", "y", 5.0)])
    test = Interactions.from_rows([("a", "y", 3.0), ("stranger", "x", 5.0)])
    report = evaluate_ratings({"pairs": Pairs({"x": 3.0, "y": 5.0})}, splits.given(train, test))
    assert report.models["pairs"].per_user["mae"].tolist() == [1.0, 2.0], "the stranger's by score"


def test_rmse_counts_ratings_and_not_users() -> None:
    train = Interactions.from_rows([("a", "x", 1.0), ("b", "x", 5.0)])
    test = Interactions.from_rows([("a", f"t{i}", 3.0) for i in range(9)] + [("b", "t0", 5.0)])
    report = evaluate_ratings({"mean": Fixed({"x": 3.0})}, splits.given(train, test))
    assert report.figures("mean")["rmse"] == pytest.approx(np.sqrt((9 * 0 + 4) / 10))


def test_intervals_and_json(split: Split) -> None:
    report = evaluate({"ease": EASE(5.0), "pop": Popularity()}, split)
    one = report.interval("ease", "ndcg@10")
    assert one.low < one.value < one.high and one is report.interval("ease", "ndcg@10")
    whole = report.interval("ease", "coverage@10")
    assert whole.low == whole.value == whole.high
    content = json.loads(json.dumps(report.to_json()))
    assert content["users"] == len(split.user_ids)
    assert content["models"]["ease"]["figures"]["ndcg@10"] == pytest.approx(one.value)
    assert set(report.metrics()) == set(report.figures("pop"))


class TestWrong:
    def test_k(self, split: Split) -> None:
        for wrong in ((), (0,), (-1, 5)):
            with pytest.raises(ValueError, match="k must be"):
                evaluate({}, split, wrong)

    def test_memory(self, split: Split) -> None:
        with pytest.raises(ValueError, match="35 items for one user takes 1,680"):
            evaluate({"pop": Popularity()}, split, memory=1000)

    def test_scores_that_are_no_numbers(self, split: Split) -> None:
        broken = Fixed(dict.fromkeys(split.item_ids, math.nan))
        with pytest.raises(ValueError, match=f"Fixed gives user '{split.user_ids[0]}'"):
            evaluate({"broken": broken}, split)


class TestPage:
    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_numbers_stand_in_the_table_too(self, split: Split, lang: Any, tmp_path) -> None:
        pytest.importorskip("plotly")
        from recsys import charts
        from recsys.bias import bias

        models = {"<ease>": EASE(5.0), "neighbours": ItemNeighbours(12)}
        report = evaluate(models, split, (5, 10))
        biases = [bias(report, split, name) for name in models]
        charts.write(charts.page(report, biases=biases, lang=lang), tmp_path / "deep" / "chart.html")
        page = (tmp_path / "deep" / "chart.html").read_text(encoding="utf-8")
        body = page[page.index("<details") :]
        for name in models:
            for metric in report.metrics():
                assert f"{report.figures(name)[metric]:.4f}" in body
        assert "&lt;ease&gt;" in body and "<ease>" not in page
        assert ("重度用户" if lang == "zh" else "heavy users") in page
        assert 'src="http' not in page and "href=" not in body
        assert page.index('<th scope="row">') < page.index("</table>")

    def test_ratings_and_what_is_wrong(self) -> None:
        pytest.importorskip("plotly")
        from recsys import charts

        train = Interactions.from_rows([("a", "x", 5.0), ("b", "y", 1.0)])
        split = splits.given(train, Interactions.from_rows([("a", "y", 2.0), ("b", "x", 2.0)]))
        report = evaluate_ratings({"mean": Fixed({"x": 3.0, "y": 3.0})}, split)
        assert "rmse ↓" in charts.page(report, lang="en")
        with pytest.raises(ValueError, match="ndcg@10"):
            charts.page(report, metric="ndcg@10")
        with pytest.raises(ValueError, match="no model"):
            charts.page(evaluate({}, split))
