"""Small talk: what the domain file has to say, or, where an operator trained a model on talk of theirs, its own reply.

The model speaks only when it is sure and what it says is safe; its words carry the label of generated text.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.base import YubanAction, logger, send
from actions.engines import Engines, call, current
from actions.reply import Reply, text
from actions.turn import Turn
from generation.labels import VISIBLE

UTTERANCE = "utter_smalltalk"
TURNS = 6  # of the conversation that a reply is made from


class SmallTalk(YubanAction):
    action = "action_smalltalk"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn = Turn.read(tracker)
        try:
            reply = await self.reply(turn)
        except Exception:  # the domain's words are always there
            logger.exception("the small-talk model failed")
            reply = Reply()
        if reply.parts:
            return send(reply, dispatcher)
        dispatcher.utter_message(response=UTTERANCE)
        return []

    async def reply(self, turn: Turn) -> Reply:
        """The model's reply; empty when there is none, or it had better keep silent."""
        return await call(chatted, turn, current())


def chatted(turn: Turn, engines: Engines) -> Reply:
    if engines.replies is None:
        return Reply()
    said = [words for _, words in turn.history[-TURNS:]]
    found = engines.replies.reply(said if said and said[-1] == turn.text else [*said, turn.text])
    return Reply([text(found.text, label=VISIBLE[turn.lang])] if found else [])


ACTIONS = [SmallTalk]
