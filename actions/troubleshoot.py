"""Guided troubleshooting as a form: each answer moves the diagnosis one step, until a fix helped or a person comes."""

from __future__ import annotations

import logging
from typing import Any

from actions.base import YubanAction
from actions.engines import Engines, call, current
from actions.reply import Reply, quick_replies, text
from actions.support import note
from actions.tone import opened
from actions.turn import Turn
from knowledge.diagnosis import DiagnosisError, Outcome, Troubleshooter

logger = logging.getLogger(__name__)
FORM = "troubleshoot_form"
SUMMARY_LENGTH = 1500  # characters of the diagnosis; the conversation comes after it


class Validate(YubanAction):
    """Takes the user's message as the answer to the open question, unless it is about something else."""

    action = f"validate_{FORM}"

    async def reply(self, turn: Turn) -> Reply:
        return await call(advanced, turn, current().troubleshooter)


def advanced(turn: Turn, helper: Troubleshooter) -> Reply:
    """The diagnosis one step on, or begun."""
    if turn.form == "resuming" or (turn.form == "answering" and turn.ends):
        return Reply()
    state = turn.slots.get("diagnosis") if turn.form == "answering" else None
    try:
        moved = helper.step(state, turn.text, turn.lang) if state else helper.start(turn.text, turn.lang)
    except DiagnosisError:  # the guide was edited while it was being walked
        logger.warning("a diagnosis was restarted: its guide has changed")
        moved = helper.start(str((state or {}).get("said") or turn.text), turn.lang)
    if state and (moved["unclear"] or state["unclear"]):
        if turn.leaves("troubleshoot"):
            return Reply()  # Rasa then answers that, and comes back to the open question
        other = helper.start(turn.text, turn.lang)
        if turn.intent == "troubleshoot" and other["problem"] not in (None, state["problem"]):
            moved = other  # something else is broken, and that is what they want to talk about
    slots: dict[str, Any] = {"diagnosis": moved}
    if moved["phase"] == "end":
        slots["diagnosis_result"] = "solved" if moved["solved"] else "handover"
    return Reply([], slots)


class AskNext(YubanAction):
    """The open question, or the fix to try and whether it helped."""

    action = f"action_ask_{FORM}_diagnosis_result"

    async def reply(self, turn: Turn) -> Reply:
        return await call(asked, turn, current())


def asked(turn: Turn, engines: Engines) -> Reply:
    """The next question; the first one after a word to someone who is upset."""
    reply = question(turn, engines.troubleshooter)
    return opened(reply, turn, engines) if turn.form == "starting" else reply


def question(turn: Turn, helper: Troubleshooter) -> Reply:
    """What the diagnosis wants to know next, in words and choices."""
    state = turn.slots.get("diagnosis")
    try:
        state = state or helper.start(turn.text, turn.lang)
        view = helper.view(state, turn.lang)
    except DiagnosisError:  # the guide was edited since the question was asked
        state = helper.start(str((state or {}).get("said") or turn.text), turn.lang)
        view = helper.view(state, turn.lang)
    kept = {"diagnosis": state}
    if isinstance(view, Outcome):
        if view.unclear:
            words = turn.say("不着急，试过之后告诉我：", "No rush. Once you've tried it: ") + view.ask
            return Reply([quick_replies(view.replies, words)], kept)
        if turn.form == "resuming":  # the fix stands further up; only the question is open
            return Reply([quick_replies(view.replies, view.ask)], kept)
        found = turn.say(f"很可能是“{view.label}”。这样处理：", f"Most likely: {view.label}. Here's what to do:")
        return Reply([text(f"{found}\n{view.text}"), quick_replies(view.replies, view.ask)], kept)
    opening = ""
    if view.unclear:
        opening = turn.say("没太明白你的意思，再问一次：", "I didn't quite get that, so once more: ")
    elif state["phase"] == "check" and not state["answers"] and not state["ruled_out"]:
        opening = turn.say("好，我们一步步来找原因。", "Let's find the cause step by step. ")
    return Reply([quick_replies(view.replies, opening + view.text)], kept)


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
        try:
            summary = current().troubleshooter.summary(state, turn.lang)
        except DiagnosisError:  # its guide was edited meanwhile
            summary = str(state["said"])
        summary = f"{summary[:SUMMARY_LENGTH]}\n{await call(note, turn)}"
        words = turn.say(
            "这个问题需要人工来看，我这就为你转接，刚才的排查结果会一起转过去。等待时想回来找我，说“返回”就行。",
            "This one needs a person. I'm handing you over now, along with everything we've tried. To come back to me "
            "while you wait, just say “back to the bot”.",
        )
        return Reply([{"type": "handoff", "state": "waiting", "text": words, "summary": summary}], cleared)


ACTIONS = [Validate, AskNext, Finish]
