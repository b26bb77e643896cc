"""The engines as the actions use them: loaded once per process, replaced whole when the catalogue or a model changes.

A bundle is never changed after it is built, so a turn that holds one sees a consistent catalogue to its end, and threads share it
freely. A background task looks every two seconds whether files have changed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

from generation.adcopy import AdCopywriter
from generation.script import Scriptwriter
from generation.summary import Summariser
from knowledge import problems
from knowledge.answer import Answerer
from knowledge.catalogue import Catalogue, fingerprint
from knowledge.diagnosis import Troubleshooter
from knowledge.linking import Linker
from recsys.audience import AudienceStore
from recsys.conversation import Conversation
from recsys.train import load

logger = logging.getLogger(__name__)
CHECK_EVERY_S = 2.0
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Engines:
    """Everything an action may call."""

    catalogue: Catalogue
    answerer: Answerer
    linker: Linker
    troubleshooter: Troubleshooter
    conversation: Conversation
    audience: AudienceStore
    copywriter: AdCopywriter
    scriptwriter: Scriptwriter
    summariser: Summariser
    fingerprint: str

    @classmethod
    def load(cls, home: Path, audience: AudienceStore | None = None) -> Engines:
        """Reads the catalogue and the models under ``home`` (about a second for the demo catalogue)."""
        catalogue = Catalogue.load(home)
        graph = catalogue.graph
        answerer = Answerer(catalogue)
        return cls(
            catalogue=catalogue,
            answerer=answerer,
            linker=answerer.linker,
            troubleshooter=Troubleshooter(problems.load(*catalogue.troubleshooting)),
            conversation=Conversation(load(home / "models" / "recsys"), graph),
            audience=audience or AudienceStore(home / "audience.db"),
            copywriter=AdCopywriter(graph),
            scriptwriter=Scriptwriter(graph),
            summariser=Summariser(graph),
            fingerprint=state_of(home),
        )


def state_of(home: Path) -> str:
    """Changes when anything that ``Engines.load`` reads has changed."""
    models = sorted((home / "models" / "recsys").rglob("*")) if (home / "models" / "recsys").exists() else []
    stamps = [f"{path.name}:{path.stat().st_mtime_ns}" for path in models if path.is_file()]
    return fingerprint(home) + "|" + ",".join(stamps)


_current: Engines | None = None


def current() -> Engines:
    """The bundle in force.

    Raises:
        RuntimeError: ``start`` has not been called in this process.
    """
    if _current is None:
        raise RuntimeError("the engines are not loaded; actions.server loads them at start")
    return _current


def start(home: Path) -> Engines:
    global _current
    _current = Engines.load(home)
    return _current


async def keep_fresh(home: Path) -> None:
    """Replaces the bundle whenever its files have changed; a broken file leaves the old bundle in force."""
    global _current
    refused = ""
    while True:
        await asyncio.sleep(CHECK_EVERY_S)
        try:
            state = await asyncio.to_thread(state_of, home)
            if state in (current().fingerprint, refused):
                continue
            _current = await asyncio.to_thread(Engines.load, home, current().audience)
            logger.info("catalogue reloaded: %s", _current.catalogue.graph.summary())
        except Exception:
            refused = state
            logger.exception("the changed catalogue could not be loaded; the previous one stays in force")


async def call(function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Runs engine code off the event loop, so that one viewer's question never waits for another's."""
    return await asyncio.to_thread(function, *arguments, **named)
