"""The gateway most tests share, each with a session of its own; others start theirs with `gateway_rig.running`."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from gateway_rig import Rig, running

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:  # the shared gateway lives in one event loop, so its tests have to as well
        if HERE in item.path.parents and inspect.iscoroutinefunction(getattr(item, "function", None)):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rig]:
    async with running(tmp_path_factory.mktemp("gateway")) as rig:
        yield rig


@pytest.fixture
def rig(shared: Rig) -> Rig:
    """The shared gateway, its fakes as new."""
    for fake in (shared.rasa, shared.actions):
        fake.__init__()  # type: ignore[misc]
    return shared
