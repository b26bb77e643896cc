"""Questions about the catalogue: facts of a work or a person, comparisons, lists by constraints."""

from __future__ import annotations

from actions.base import YubanAction
from actions.engines import Engines, call, current
from actions.reply import Reply, answered, card, carousel, quick_replies, text
from actions.turn import Turn
from knowledge.answer import Answer
from knowledge.graph import WORK_TYPES

MAX_CARDS = 8


class Ask(YubanAction):
    """``ask``, and a bare title (``inform``): the answerer tries path → description → FAQ → document."""

    action = "action_ask"

    async def reply(self, turn: Turn) -> Reply:
        engines = current()
        answer = await call(engines.answerer.answer, turn.text, focus=turn.focus, listed=turn.listed, lang=turn.lang)
        return shown(answer, engines, turn)


class Compare(YubanAction):
    action = "action_compare"

    async def reply(self, turn: Turn) -> Reply:
        engines = current()
        answer = await call(engines.answerer.compare, turn.text, focus=turn.focus, listed=turn.listed, lang=turn.lang)
        return shown(answer, engines, turn)


class List(YubanAction):
    action = "action_list"

    async def reply(self, turn: Turn) -> Reply:
        engines = current()
        answer = await call(engines.answerer.list, turn.text, focus=turn.focus, lang=turn.lang)
        return shown(answer, engines, turn)


def shown(answer: Answer, engines: Engines, turn: Turn) -> Reply:
    """The answer in words, with cards where it is a set of works, and what "it" and "the second one" now mean."""
    graph = engines.catalogue.graph
    parts = answered(answer, graph)
    works = [entity for entity in answer.entities if entity in graph and graph.entity(entity).type in WORK_TYPES]
    if len(works) > 1 or answer.kind == "entity":
        works = works or [entity for entity in answer.about if entity in graph and graph.entity(entity).type in WORK_TYPES]
        if works:
            parts.insert(1, carousel([card(graph, work, turn.lang, buttons=card_buttons(graph.entity(work).label(turn.lang), turn)) for work in works[:MAX_CARDS]]))
    if not parts:
        parts = [text(turn.say("这个我答不上来。", "I can't answer that one.")), quick_replies([turn.say("转人工", "Talk to a person")])]
    slots: dict[str, object] = {}
    people = [entity for entity in answer.entities if entity in graph and graph.entity(entity).type == "person"]
    # "它" is what the question was about; "他" is a single person it was answered with.
    talked_about = [*answer.about, *(people if len(people) == 1 else []), *(works if len(works) == 1 else [])]
    if talked_about:
        slots["focus"] = turn.focused_on(*talked_about)
    if len(answer.entities) > 1:
        slots["listed"] = list(answer.entities[:MAX_CARDS])
    return Reply(parts, slots)


def card_buttons(title: str, turn: Turn) -> list[tuple[str, str]]:
    if turn.zh:
        return [("类似的", f"有没有像《{title}》的"), ("写文案", f"给《{title}》写一条小红书文案")]
    return [("More like this", f"Something like {title}"), ("Write an ad", f"Write an Instagram ad for {title}")]


ACTIONS = [Ask, Compare, List]
