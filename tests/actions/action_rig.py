"""A viewer who talks to the actions as Rasa would, and sees what a person would see."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from actions import ask, profile, recommend, support, troubleshoot
from actions.reply import Part, Reply
from actions.turn import Turn

ACTIONS = {
    action.action: action()
    for room in (ask, recommend, troubleshoot, support, profile)
    for action in room.ACTIONS  # type: ignore[attr-defined]
}


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
