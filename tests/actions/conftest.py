"""The real engines over the real demo, loaded once, and a viewer who talks to the actions as Rasa would."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from actions import ask, engines, profile, recommend, support, troubleshoot
from actions.reply import Part, Reply
from actions.turn import Turn
from knowledge.demo.audience import simulate
from knowledge.demo.works import read_works
from recsys.audience import preference
from recsys.interactions import Interactions
from recsys.training import train

ACTIONS = {
    action.action: action()
    for room in (ask, recommend, troubleshoot, support, profile)
    for action in room.ACTIONS  # type: ignore[attr-defined]
}
numbers = itertools.count(1)


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """A runtime home with a recommender trained on a small simulated audience of every eighth work."""
    path = tmp_path_factory.mktemp("home")
    events = simulate(read_works()[::8], viewers=60, seed=7).events()
    rows = [(row["user"], row["item"], preference("rating", row["value"])) for row in events]
    train(Interactions.from_rows(rows), path / "models" / "recsys", seed=7)
    return path


@pytest.fixture(scope="session")
def bundle(home):
    return engines.start(home)


@dataclass
class Said:
    """A reply, as a person sees it."""

    reply: Reply

    def parts(self, kind: str) -> list[Part]:
        return [part for part in self.reply.parts if part["type"] == kind]

    @property
    def text(self) -> str:
        return "\n".join(part["text"] for part in self.reply.parts if part.get("text"))

    @property
    def cards(self) -> list[Part]:
        return [card for part in self.parts("carousel") for card in part["cards"]]

    @property
    def ids(self) -> list[str]:
        return [card["id"] for card in self.cards]

    @property
    def chips(self) -> list[str]:
        """What the buttons below the reply type."""
        return [choice["payload"] for part in self.parts("quick_replies") for choice in part["replies"]]


@dataclass
class Viewer:
    """Threads the slots from turn to turn."""

    lang: str = "zh"
    user: str = ""
    slots: dict[str, Any] = field(default_factory=dict)

    def turn(self, text: str, **more: Any) -> Turn:
        asked = self.slots.get("asked")
        return Turn(
            text=text,
            lang=self.lang,
            conversation=f"{self.user}.1",
            intent=more.pop("intent", ""),
            focus=tuple(self.slots.get("focus") or ()),
            listed=tuple(self.slots.get("listed") or ()),
            prefs=self.slots.get("prefs") or {},
            asked=None if asked is None else tuple(asked),
            slots=self.slots,
            **more,
        )

    def say(self, action: str, text: str, **more: Any) -> Said:
        reply = asyncio.run(ACTIONS[action].reply(self.turn(text, **more)))
        self.slots.update(reply.slots)
        return Said(reply)


@pytest.fixture
def viewer(bundle) -> Callable[..., Viewer]:
    """``viewer()``, ``viewer("en")``, or ``viewer(user="ann")`` for one who comes back."""
    return lambda lang="zh", user="": Viewer(lang, user or f"viewer-{next(numbers)}")
