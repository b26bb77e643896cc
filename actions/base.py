"""The shape of every action: read the turn, make a reply, never leave the user without one."""

from __future__ import annotations

import logging
from abc import abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.examples import human_help
from actions.reply import Reply, quick_replies, text
from actions.turn import Turn

logger = logging.getLogger(__name__)


class YubanAction(Action):
    """Names itself and turns a ``Turn`` into a ``Reply``. Stateless: rasa-sdk may copy it to other processes."""

    action: str

    def name(self) -> str:
        return self.action

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn = Turn.read(tracker)
        try:
            reply = await self.reply(turn)
        except Exception:  # whatever broke, the user hears about it and the conversation goes on
            logger.exception("%s failed", self.action)
            reply = apology(turn)
        return send(reply, dispatcher)

    @abstractmethod
    async def reply(self, turn: Turn) -> Reply:
        """The reply to this turn."""


def send(reply: Reply, dispatcher: CollectingDispatcher) -> list[EventType]:
    for part in reply.parts:
        dispatcher.utter_message(json_message=part)
    return [SlotSet(slot, value) for slot, value in reply.slots.items()]


def apology(turn: Turn) -> Reply:
    words = turn.say(
        "抱歉，我这边出了点问题，这句没处理成。请再发一次；如果还不行，可以转人工。",
        "Sorry, something broke on my side and I couldn't handle that. Please send it again, or ask for a person.",
    )
    return Reply([text(words), quick_replies([human_help(turn)])])
