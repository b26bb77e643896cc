"""Recommendations, changes to them and opinions about them: one way through, since people mix all three in a sentence.

A turn is read into operations, the operations move the viewer's preference state, and the state is answered with works;
or, when all that was said is "I'll take it" or "I like that one", with what can be done next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from actions import profile, taste
from actions.base import YubanAction
from actions.engines import Engines, call, current
from actions.heard import Expected, Heard, listen, page_size
from actions.reply import Reply, card, carousel, name, quick_replies, rating, text
from actions.revise import draft_first, nothing_written
from actions.turn import Turn
from actions.wording import acknowledged, choices, lead, lifts, next_steps, take, verb_and_measure
from knowledge.graph import Graph
from recsys import phrases
from recsys.among import narrowed
from recsys.contrast import contrast
from recsys.state import PreferenceState


class Recommend(YubanAction):
    action = "action_recommend"

    async def reply(self, turn: Turn) -> Reply:
        if reply := await draft_first(turn):
            return reply
        return await call(respond, turn, current(), afresh=True)


class Critique(YubanAction):
    """A change to what was recommended; with nothing recommended yet, a recommendation under that condition."""

    action = "action_critique"

    async def reply(self, turn: Turn) -> Reply:
        # Right after a draft, "shorter" is about the draft.
        if reply := await draft_first(turn):
            return reply
        return await call(respond, turn, current(), expected="change")


class Revise(YubanAction):
    """A change to what was written; with nothing written, a change to what was shown."""

    action = "action_revise"

    async def reply(self, turn: Turn) -> Reply:
        if reply := await draft_first(turn, certain=True):
            return reply
        if turn.listed and not turn.slots.get("writing"):
            return await call(respond, turn, current(), expected="change")
        return nothing_written(turn)


class Feedback(YubanAction):
    action = "action_feedback"

    async def reply(self, turn: Turn) -> Reply:
        if reply := await draft_first(turn):
            return reply
        return await call(respond, turn, current(), expected="opinion")


def respond(turn: Turn, engines: Engines, expected: Expected = "works", *, afresh: bool = False) -> Reply:
    """The reply to a wish, a change to it or an opinion about a work; remembers what was said.

    ``afresh``: a request of its own ("recommend a film"), to which wishes of earlier requests do not apply; what was
    liked, refused and shown still does. A request that compares ("newer ones") builds on what is shown.
    """
    state = taste.recall(turn, engines.audience, engines.graph)
    heard = listen(turn, engines, state, expected)
    if afresh and heard.parsed.operations and not heard.asks("more", "less", "another"):
        state = replace(state, wishes=(), similar_to=())
    if expected == "opinion" and not heard.parsed.operations:
        return which(turn, engines.graph, heard)
    named = profile.to_forget(heard.parsed)
    if named and len(named) == len(heard.parsed):
        return profile.forget(named, turn, engines)
    if reply := narrower(state, heard, turn, engines):
        return reply
    taste.record(heard.parsed, turn, engines.audience)
    # Taking a work is half a compliment: whether it was liked is not known before it has been seen.
    state = state.apply(replace(op, strength=0.5) if op.op == "accept" else op for op in heard.parsed)
    taken, liked, done_with = heard.about("accept"), heard.about("like"), heard.about("dislike") + heard.about("seen")
    if taken and not heard.wants_works:
        reply = chosen(taken, turn, engines.graph)
    elif liked and not heard.wants_works and not done_with and set(liked) <= set(heard.shown):
        reply = pleased(liked, turn, engines.graph)
    else:
        return recommended(state, heard, turn, engines)
    reply.slots["prefs"] = taste.keep(state, turn, engines.audience)
    return reply


def recommended(state: PreferenceState, heard: Heard, turn: Turn, engines: Engines) -> Reply:
    """Works for this state: what was understood, the cards, and what could be said next."""
    graph = engines.graph
    told = taste.history(turn, engines.audience)
    result = engines.conversation.recommend(state, told, page_size(turn.text), turn.lang)
    slots: dict[str, Any] = {"prefs": taste.keep(result.state, turn, engines.audience)}
    said = acknowledged(heard, turn, graph)
    if not result.items:
        return Reply([text(turn.join(said, result.message)), quick_replies(lifts(state, turn))], slots)
    ids = [item.item for item in result.items]
    slots |= {"listed": ids, "focus": turn.focused_on(ids[0]), "asked": None, "writing": None}
    # Unasked, the difference between two works is noise.
    compared = heard.asks("more", "less") or (heard.asks("similar_to") and not heard.shown)
    cards = [
        card(
            graph,
            item.item,
            turn.lang,
            reason=item.reason,
            contrast=item.contrast if compared else None,
            buttons=choices(item.item, turn, graph),
        )
        for item in result.items
    ]
    words = lead(result, heard, bool(told), turn, graph)
    if judge := unjudged(heard):
        stars = turn.say("给它打个分，我推得更准：", "How was it? Your stars help me choose.")
        parts = [text(said), rating(judge, stars), text(words), carousel(cards)]
    else:
        parts = [text(turn.join(said, words)), carousel(cards)]
    if result.question:
        answers = [answer.text(turn.lang) for answer in result.question.answers]
        parts.append(quick_replies(answers, result.question.text(turn.lang)))
    else:
        parts.append(quick_replies(result.chips or lifts(state, turn)))
    return Reply(parts, slots)


def narrower(state: PreferenceState, heard: Heard, turn: Turn, engines: Engines) -> Reply | None:
    """「短一点的」 right after a list: the shorter ones of the list; ``None`` when it has none, or this is no such turn."""
    graph = engines.graph
    works, operations = narrowed(taste.listed(turn), heard.parsed, engines.conversation.facets)
    if not works:
        return None
    told = dict(taste.history(turn, engines.audience))
    works = [work for work in works if work not in told and work not in state.seen][: page_size(turn.text)]
    if not works:
        return None
    state = state.apply(operations).showing(works)
    prefs = {**taste.keep(state, turn, engines.audience), taste.LIST: works}
    named = dict.fromkeys(phrases.wish(graph, op, turn.lang) for op in operations)
    wanted = ("、" if turn.zh else ", ").join(named)
    _, measure = verb_and_measure(works, graph)
    words = turn.say(
        f"这几{measure}里，{wanted}的有 {len(works)} {measure}：",
        f"Of these, the {'one' if len(works) == 1 else 'ones'} {wanted}:",
    )
    reference = next((op.anchor for op in operations if op.anchor), None)
    cards = [
        card(
            graph,
            work,
            turn.lang,
            contrast=contrast(graph, engines.conversation.facets, work, reference, state, turn.lang)
            if reference
            else None,
            buttons=choices(work, turn, graph),
        )
        for work in works
    ]
    chips = [turn.say("换一批", "Something else"), *lifts(state, turn)]
    slots = {"prefs": prefs, "listed": works, "focus": turn.focused_on(works[0]), "asked": None, "writing": None}
    return Reply([text(words), carousel(cards), quick_replies(chips)], slots)


def unjudged(heard: Heard) -> str | None:
    """The one work that was seen, when nothing was said of how it was."""
    seen = heard.about("seen")
    return seen[0] if len(seen) == 1 and not heard.about("like") and not heard.about("dislike") else None


# --- an opinion, and nothing more to show -----------------------------------------------------------------------------


def chosen(works: Sequence[str], turn: Turn, graph: Graph) -> Reply:
    """One of them it is: what can be done with it now."""
    names = phrases.joined([name(graph, work, turn.lang) for work in works], turn.lang)
    verb, _ = verb_and_measure(works, graph)
    words = turn.say(
        f"好，就{verb}{names}。{verb}完告诉我好不好{verb}，下次推得更准。",
        f"{names} it is. Tell me afterwards how you liked it, and I'll know your taste better.",
    )
    steps = next_steps(works[0], turn, graph)
    return Reply([text(words), quick_replies(steps)], {"focus": turn.focused_on(*works)})


def pleased(works: Sequence[str], turn: Turn, graph: Graph) -> Reply:
    """Liked one of those shown: take it, or more of the kind."""
    names = phrases.joined([name(graph, work, turn.lang) for work in works], turn.lang)
    words = turn.say(f"记住了，你喜欢{names}。", f"Noted, you like {names}.")
    if len(works) == 1:
        words += turn.say("就选它，还是再找几个类似的？", " Shall it be that one, or more of the kind?")
    steps = [take(works[0], turn, graph), *next_steps(works[0], turn, graph)]
    return Reply([text(words), quick_replies(steps)], {"focus": turn.focused_on(*works)})


def which(turn: Turn, graph: Graph, heard: Heard) -> Reply:
    """An opinion was voiced, and we could not tell of what."""
    words = acknowledged(heard, turn, graph) or turn.say(
        "没看出你说的是哪一部，或者觉得它怎么样。", "I couldn't tell which title you mean, or what you make of it."
    )
    in_view = [work for work in turn.focus if work in heard.shown] or list(heard.shown)
    if not in_view or heard.unknown:
        example = turn.say("告诉我片名就行，比如“我喜欢《盗梦空间》”。", "A title will do, as in “I loved Inception”.")
        words = words if heard.unknown else turn.join(words, example)
        return Reply([text(words), quick_replies([turn.say("推荐点好看的", "Recommend something")])])
    title = graph.entity(in_view[0]).label(turn.lang)
    like = turn.say(f"喜欢《{title}》", f"I like “{title}”")
    _, seen, refuse = choices(in_view[0], turn, graph)
    return Reply([text(words), quick_replies([like, seen[1], refuse[1], turn.say("换一批", "Something else")])])


ACTIONS = [Recommend, Critique, Feedback, Revise]
