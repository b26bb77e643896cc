"""The bias report counts right, and says it in both languages."""

from __future__ import annotations

import json

import numpy as np
import pytest

from recsys import splits
from recsys.bias import bias
from recsys.evaluate import evaluate, evaluate_ratings
from recsys.interactions import Interactions
from recsys.popularity import Popularity
from recsys.splits import Split

# "hit" is met by 10, "mid" by 6, the four others by one each: half, the next 30 %, the rest.
TRAIN = (
    [(f"u{u}", "hit") for u in range(10)]
    + [(f"u{u}", "mid") for u in range(6)]
    + [(f"u{u}", f"rare{u}") for u in range(4)]
)


@pytest.fixture(scope="module")
def split() -> Split:
    hidden = [("new1", "hit"), ("new2", "hit"), ("new2", "rare0"), ("new3", "mid"), ("u9", "mid")]
    return splits.given(Interactions.from_rows(TRAIN), Interactions.from_rows(hidden))


def test_exposure_and_recall_by_popularity(split: Split) -> None:
    report = evaluate({"pop": Popularity()}, split, (1, 2))
    found = bias(report, split, "pop", 1)
    head, middle, tail = found.item_groups
    assert (head.name, head.items, middle.items, tail.items) == ("head", 1, 1, 4)
    assert head.of_items == pytest.approx(1 / 6) and head.of_interactions == pytest.approx(10 / 20)
    assert middle.of_interactions == pytest.approx(6 / 20)
    # Three strangers are shown "hit"; u9 has met it and is shown "mid".
    assert (head.of_exposure, middle.of_exposure, tail.of_exposure) == (0.75, 0.25, 0.0)
    assert (head.recall, middle.recall, tail.recall) == (1.0, 0.5, 0.0)
    assert found.coverage == pytest.approx(2 / 6) and found.k == 1
    two = bias(report, split, "pop", 2)
    assert two.item_groups[1].recall == 1.0


def test_users_by_activity_and_by_what_the_caller_knows(split: Split) -> None:
    report = evaluate({"pop": Popularity()}, split, (1,))
    found = bias(report, split, "pop", user_groups={"age": {"new1": "young", "new2": "young", "u9": "old", "who": "x"}})
    by = {(group.grouping, group.name): group for group in found.user_groups}
    assert by["activity", "light"].users == 3 and by["activity", "heavy"].users == 1
    young, old = by["age", "young"], by["age", "old"]
    assert (young.users, old.users) == (2, 1)
    assert young.recall == pytest.approx((1 + 0.5) / 2) and old.recall == 1 and old.ndcg == 1
    assert len(by) == 4


def test_in_words(split: Split) -> None:
    found = bias(evaluate({"pop": Popularity()}, split, (1,)), split, "pop")
    chinese, english = found.text("zh").splitlines(), found.text("en").splitlines()
    assert len(chinese) == len(english) == 1 + 3 + len(found.user_groups)
    assert "33.3%" in chinese[0] and "33.3%" in english[0]
    assert chinese[1].startswith("头部作品占片库 16.7%") and english[1].startswith("Head works are 16.7%")
    assert "重度用户（1 人）" in chinese[-1] and "heavy users (1 users)" in english[-1]
    assert json.loads(json.dumps(found.to_json()))["item_groups"][0]["name"] == "head"


def test_nothing_hidden_of_a_group_is_none() -> None:
    table = Interactions.from_rows(TRAIN)
    split = splits.given(table, Interactions.from_rows([("new", "hit")]))
    found = bias(evaluate({"pop": Popularity()}, split, (1,)), split, "pop")
    assert np.isnan(found.item_groups[2].recall) and "无" in found.text("zh") and "none" in found.text("en")


def test_what_is_wrong_is_said(split: Split, random_table: Interactions) -> None:
    report = evaluate({"pop": Popularity()}, split, (1,))
    with pytest.raises(KeyError, match="other"):
        bias(report, split, "other")
    with pytest.raises(ValueError, match="k=7"):
        bias(report, split, "pop", 7)
    with pytest.raises(ValueError, match="other users"):
        bias(report, splits.random(random_table), "pop")
    sampled = splits.leave_one_out(random_table, negatives=3)
    with pytest.raises(ValueError, match="without candidates"):
        bias(evaluate({"pop": Popularity()}, sampled), sampled, "pop")
    with pytest.raises(ValueError, match="lists"):
        bias(evaluate_ratings({"pop": Popularity()}, split), split, "pop")
