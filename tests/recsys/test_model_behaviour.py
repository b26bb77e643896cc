"""The shared suite on every registered model, and what a table refuses before any model sees it."""

from __future__ import annotations

import numpy as np
import pytest
from model_behaviour import ModelBehaviour

from recsys import registry
from recsys.interactions import Interactions


@pytest.fixture(scope="module", params=registry.names())
def name(request: pytest.FixtureRequest) -> str:
    if not registry.available(request.param):
        pytest.skip(f"needs the extra {registry.entry(request.param).extra}")
    return str(request.param)


class TestEveryModel(ModelBehaviour):
    """See :class:`ModelBehaviour`."""


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_rating_that_is_no_number_is_named(value: float) -> None:
    with pytest.raises(ValueError, match=r"row 2 \(user 'c', item 'z'\)"):
        Interactions(["a", "b", "c"], ["x", "y", "z"], [1.0, 2.0, value])


@pytest.mark.parametrize(("users", "column"), [(["a", 7], "user"), (["a", None], "user"), (["a", 1.0], "user")])
def test_ids_of_mixed_type_are_named(users: list, column: str) -> None:
    with pytest.raises(ValueError, match=rf"row 1: {column} "):
        Interactions(users, ["x", "y"])
    with pytest.raises(ValueError, match="row 1: item "):
        Interactions(["x", "y"], users)


def test_numpy_text_is_text() -> None:
    table = Interactions(np.array(["a", "b"]), np.array(["x", "x"]))  # type: ignore[arg-type]
    assert table.user_ids == ("a", "b") and len(table) == 2


def test_an_empty_id_is_named() -> None:
    with pytest.raises(ValueError, match="row 1: an empty item id"):
        Interactions(["a", "b"], ["x", ""])
