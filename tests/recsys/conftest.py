"""Fixtures for the recommender's tests: small tables whose right answers are known by looking at them."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from knowledge.catalogue import Catalogue
from knowledge.graph import Graph
from recsys.conversation import Conversation
from recsys.critiques import CritiqueReader
from recsys.interactions import Interactions
from recsys.linear import EASE
from recsys.popularity import Popularity

sys.path.insert(0, str(Path(__file__).parent))
from small_catalogue import small_graph


@pytest.fixture(scope="session")
def checkerboard() -> Interactions:
    """Even users like even items, odd users odd items, and user u has not met item u: what is missing is the answer.

    The matrix of the behaviour tests of the *implicit* library.
    """
    size = 20
    return Interactions.from_rows(
        (f"u{u:02}", f"i{i:02}") for u in range(size) for i in range(size) if u % 2 == i % 2 and u != i
    )


@pytest.fixture(scope="session")
def random_table() -> Interactions:
    """60 users × 35 items with values in −1..1 and times; two thirds of them likes."""
    rng = np.random.default_rng(7)
    rows = []
    for user in range(60):
        for item in rng.choice(35, rng.integers(1, 20), replace=False):
            rows.append((f"u{user}", f"i{item}", float(rng.uniform(-0.5, 1.0)), int(rng.integers(1, 10**9))))
    return Interactions.from_rows(rows)


@pytest.fixture(scope="session")
def graph() -> Graph:
    """The 30 works of ``works.txt``."""
    return small_graph()


@pytest.fixture(scope="session")
def reader(graph: Graph) -> CritiqueReader:
    return CritiqueReader(graph)


@pytest.fixture(scope="session")
def demo() -> Graph:
    """The bundled catalogue."""
    return Catalogue.load().graph


@pytest.fixture(scope="session")
def demo_reader(demo: Graph) -> CritiqueReader:
    return CritiqueReader(demo)


@pytest.fixture(scope="session")
def demo_talk(demo: Graph) -> Conversation:
    """A conversation about the demo that has learnt nothing from anybody yet."""
    return Conversation(None, demo)


@pytest.fixture(scope="session")
def talk(graph: Graph) -> Conversation:
    return Conversation(None, graph)


@pytest.fixture(scope="session")
def learned(graph: Graph) -> Conversation:
    """With a model and popularity learnt from two crowds: one likes science fiction, one comedies."""
    science = [work.id for work in graph.entities("film") if "genre/science-fiction" in graph.objects(work.id, "genre")]
    comedy = [work.id for work in graph.entities("film") if "genre/comedy" in graph.objects(work.id, "genre")]
    rng = np.random.default_rng(0)
    rows = [(f"s{u}", item) for u in range(40) for item in rng.choice(science, 4, replace=False)]
    rows += [(f"c{u}", item) for u in range(20) for item in rng.choice(comedy, 3, replace=False)]
    table = Interactions.from_rows(rows)
    return Conversation(EASE(5.0).fit(table), graph, popularity=Popularity().fit(table))
