"""Guided troubleshooting as a form: each answer moves the diagnosis one step, until a fix helped or a person takes over."""

from __future__ import annotations

import logging
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import YubanAction, send
from actions.engines import call, current
from actions.reply import Reply, quick_replies, text
from actions.turn import Turn
from knowledge.diagnosis import Outcome
from knowledge.problems import DiagnosisError

logger = logging.getLogger(__name__)
FORM = "troubleshoot_form"


class Validate(YubanAction):
    """Takes the user's message as the answer to the open question, unless it is about something else."""

    action = f"validate_{FORM}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn = Turn.read(tracker)
        if interrupted(tracker, FORM):
            return []
        return send(await self.reply(turn), dispatcher)

    async def reply(self, turn: Turn) -> Reply:
        helper = current().troubleshooter
        state = turn.slots.get("diagnosis")
        try:
            if state is None:
                state = await call(helper.start, turn.text, turn.lang)
            else:
                moved = await call(helper.step, state, turn.text, turn.lang)
                if turn.leaves("troubleshoot") and (moved["unclear"] or state["unclear"]):
                    return Reply()  # Rasa then answers that, and comes back to the open question
                state = moved
        except DiagnosisError:  # the guide was edited while it was being walked
            logger.warning("a diagnosis was restarted: its guide has changed")
            state = await call(helper.start, str((state or {}).get("said") or turn.text), turn.lang)
        slots: dict[str, Any] = {"diagnosis": state}
        if state["phase"] == "end":
            slots["diagnosis_result"] = "solved" if state["solved"] else "handover"
        return Reply([], slots)


class AskNext(YubanAction):
    """The open question, or the fix to try and whether it helped."""

    action = f"action_ask_{FORM}_diagnosis_result"

    async def reply(self, turn: Turn) -> Reply:
        view = current().troubleshooter.view(turn.slots["diagnosis"], turn.lang)
        sorry = turn.say("没太明白你的意思，再问一次：", "I didn't quite get that, so once more: ") if view.unclear else ""
        if isinstance(view, Outcome):
            if view.unclear:
                return Reply([quick_replies(view.replies, turn.say("不着急，试过之后告诉我：", "No rush. Once you've tried it: ") + view.ask)])
            found = turn.say(f"很可能是「{view.label}」。这样处理：", f"This is most likely {view.label}. Here's what to do:")
            return Reply([text(f"{found}\n{view.text}"), quick_replies(view.replies, view.ask)])
        return Reply([quick_replies(view.replies, sorry + view.text)])


class Finish(YubanAction):
    """The end: glad it works, or a person who gets the whole story."""

    action = "action_troubleshoot"

    async def reply(self, turn: Turn) -> Reply:
        cleared = {"diagnosis": None, "diagnosis_result": None}
        state = turn.slots.get("diagnosis")
        if turn.slots.get("diagnosis_result") == "solved" or state is None:
            words = turn.say("太好了，恢复正常就行。还有别的需要吗？", "Great, glad it's working again. Anything else?")
            choices = ("推荐点好看的", "没有了，谢谢") if turn.zh else ("Recommend something", "That's all, thanks")
            return Reply([text(words), quick_replies(choices)], cleared)
        summary = current().troubleshooter.summary(state, turn.lang)
        words = turn.say(
            "这个问题需要人工来看，我这就为你转接，刚才的排查结果会一起转过去。等待时想回来找我，说“返回”就行。",
            "This one needs a person. I'm handing you over now, along with everything we've tried. To come back to me while you wait, just say “back to the bot”.",
        )
        return Reply([{"type": "handoff", "state": "waiting", "text": words, "summary": summary[:2000]}], cleared)


def interrupted(tracker: Tracker, form: str) -> bool:
    """Whether something else has already answered the latest message, and the form is only being resumed."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "action" and event.get("name") not in (form, None):
            return True
    return False


ACTIONS = [Validate, AskNext, Finish]
