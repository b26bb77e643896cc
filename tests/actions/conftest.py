"""The real engines over the real demo, loaded once."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from action_rig import Viewer

from actions import engines
from generation.emotion_guide import Guide
from knowledge.catalogue import Catalogue
from knowledge.demo.audience import simulate
from knowledge.demo.works import read_works
from knowledge.link_prediction import Suggester
from knowledge.sentiment import fit_default
from recsys.audience import preference
from recsys.interactions import Interactions
from recsys.training import train

numbers = itertools.count(1)


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """A runtime home with a recommender trained on a small simulated audience of every eighth work."""
    path = tmp_path_factory.mktemp("home")
    events = simulate(read_works()[::8], viewers=60, seed=7).events()
    rows = [(row["user"], row["item"], preference("rating", row["value"])) for row in events]
    train(Interactions.from_rows(rows), path / "models" / "recsys", seed=7)
    fit_default(path / "models" / "sentiment")
    Guide.fit().save(path / "models" / "emotion")
    Suggester.fit(Catalogue.load(demo=True).graph, neural=False).save(path / "models" / "suggestions.npz")
    return path


@pytest.fixture(scope="session")
def bundle(home):
    return engines.start(home)


@pytest.fixture
def viewer(bundle) -> Callable[..., Viewer]:
    """``viewer()``, ``viewer("en")``, or ``viewer(user="ann")`` for one who comes back."""
    return lambda lang="zh", user="": Viewer(lang, user or f"viewer-{next(numbers)}")
