"""The demo catalogue, loaded once, and the engines over it."""

from __future__ import annotations

import pytest

from generation.adcopy import AdCopywriter
from generation.script import Scriptwriter
from generation.summary import Summariser
from knowledge.catalogue import Catalogue
from knowledge.graph import WORK_TYPES


class Works(list[str]):
    """Ids, which a failing property need not print."""

    def __repr__(self) -> str:
        return f"<{len(self)} works>"


@pytest.fixture(scope="session")
def graph():
    return Catalogue.load().graph


@pytest.fixture(scope="session")
def works(graph):
    """Every work of the demo, the sparsest described first."""
    ids = (entity.id for entity in graph.entities(WORK_TYPES))
    return Works(sorted(ids, key=lambda work: (graph.degree(work), work)))


@pytest.fixture(scope="session")
def copywriter(graph):
    return AdCopywriter(graph)


@pytest.fixture(scope="session")
def scriptwriter(graph):
    return Scriptwriter(graph)


@pytest.fixture(scope="session")
def summariser(graph):
    return Summariser(graph)
