"""Texts to order: ad copy, scripts, summaries. A form gathers the brief, a job writes, the gateway delivers late."""

from __future__ import annotations

from typing import Any

from actions.base import YubanAction
from actions.brief import EVERYTHING_ELSE, About, mentioned, read_about, read_channels
from actions.engines import Engines, call, current
from actions.jobs import submit
from actions.reply import Part, Reply, name, quick_replies, text
from actions.turn import Turn
from actions.writing import SUGGESTED, Order, described, write
from knowledge.graph import WORK_TYPES

FORM = "create_form"
KINDS = ("ad", "script", "summary")


class Validate(YubanAction):
    """Takes from the message what the brief still lacks, unless the message is about something else."""

    action = f"validate_{FORM}"

    async def reply(self, turn: Turn) -> Reply:
        return await call(gathered, turn, current())


def gathered(turn: Turn, engines: Engines) -> Reply:
    """The slots of the brief that this message fills."""
    if turn.form == "resuming":
        return Reply()
    kind = turn.slots.get("create_kind") or "ad"
    starting = turn.form == "starting"
    slots: dict[str, Any] = {}
    known = None if starting else turn.slots.get("create_about")
    if known is None:
        about = read_about(turn, engines, kind)
        if about is not None and not about.unknown:
            slots["create_about"] = about.to_json()
        elif about is not None:
            return Reply(unknown_title(about.unknown, turn, engines), {"create_about": None})
    if kind != "ad":
        slots["create_channel"] = [EVERYTHING_ELSE]
    elif starting or not turn.slots.get("create_channel"):
        _, titles = mentioned(turn, engines)
        channels = read_channels(turn.text, engines.catalogue.vocabulary.channels.values(), titles)
        if channels:
            slots["create_channel"] = channels
    if starting:  # a brief left over from before must not fill this one
        slots = {"create_about": None, "create_channel": None, **slots}
    if not starting and not any(value for value in slots.values()):
        if turn.leaves("create_ad", "create_script", "create_summary"):
            return Reply()  # Rasa then answers that, and comes back to the open question
        words = turn.say("这个我没对上。", "I couldn't match that.")
        return Reply([text(words)], {"create_about": known})
    return Reply([], slots)


def unknown_title(title: str, turn: Turn, engines: Engines) -> list[Part]:
    """A title that is not in the catalogue, and those spelt most like it."""
    close = engines.linker.closest(title, types=WORK_TYPES, limit=2)
    titles = [name(engines.graph, work, turn.lang) for work, _ in close]
    nearest = (
        turn.say(f"名字相近的有{'、'.join(titles)}。", f"The closest I have: {', '.join(titles)}.") if titles else ""
    )
    words = turn.say(
        f"片库里没有《{title}》，我只能依据片库里的事实来写。",
        f"“{title}” isn't in this catalogue, and I only write from facts in it.",
    )
    return [text(turn.join(words, nearest))]


class AskAbout(YubanAction):
    action = f"action_ask_{FORM}_create_about"

    async def reply(self, turn: Turn) -> Reply:
        graph = current().graph
        recent = [entity for entity in (*turn.listed, *turn.focus) if entity in graph]
        titles = list(dict.fromkeys(name(graph, entity, turn.lang) for entity in recent if "/" in entity))[:3]
        usual = ["《星际穿越》", "《流浪地球》", "《甄嬛传》"] if turn.zh else ["Interstellar", "Parasite", "Hamilton"]
        what = {
            "script": turn.say("写什么题材，或者围绕哪部作品？", "What should it be about: a topic, or a title?"),
            "summary": turn.say(
                "要哪部作品的简介？也可以把文字贴过来。", "Which title shall I summarise? You can also paste a text."
            ),
        }.get(
            str(turn.slots.get("create_kind")),
            turn.say(
                "给哪部作品写？活动、会员日这类也可以。",
                "What is it for: a title, or something like a sale or an event?",
            ),
        )
        return Reply([quick_replies(titles or usual, what)])


class AskChannel(YubanAction):
    action = f"action_ask_{FORM}_create_channel"

    async def reply(self, turn: Turn) -> Reply:
        channels = current().catalogue.vocabulary.channels
        titles = [channels[channel].label(turn.lang) for channel in SUGGESTED[turn.lang] if channel in channels]
        words = turn.say(
            "发在哪儿？可以说好几个，各写一版。", "Where will it run? Name several and I'll write one for each."
        )
        return Reply([quick_replies(titles, words)])


class Create(YubanAction):
    """Acknowledges, and sets a job to write; the brief is then forgotten, so that the next one starts clean."""

    action = "action_create"

    async def reply(self, turn: Turn) -> Reply:
        engines = current()
        kind = turn.slots.get("create_kind") or "ad"
        about = About.from_json(turn.slots.get("create_about") or {})
        channels = [c for c in turn.slots.get("create_channel") or [] if c != EVERYTHING_ELSE]
        cleared: dict[str, Any] = {"create_kind": None, "create_about": None, "create_channel": None}
        if about.empty:
            return Reply([text(turn.say("还不知道要写什么。", "I still don't know what to write about."))], cleared)
        if about.work:
            cleared |= {"focus": turn.focused_on(about.work)}
        return begin(Order.new(kind, about, channels, turn.lang), turn, engines, cleared)


def begin(order: Order, turn: Turn, engines: Engines, slots: dict[str, Any], words: str = "") -> Reply:
    """Acknowledges an order and sets the job to write it; it is then what 「短一点」 is about."""
    title = described(order, turn, engines)
    words = words or turn.say(f"好，正在写{title}，稍等。", f"On it: {title}. One moment.")
    job = submit(turn, lambda report: write(order, turn, engines, report), title)
    return Reply([text(words), job], {**slots, "writing": order.to_json()})


ACTIONS = [Validate, AskAbout, AskChannel, Create]
