"""Questions about the catalogue: facts of a work or a person, comparisons, lists by constraints."""

from __future__ import annotations

from actions import recommend, taste
from actions.base import YubanAction
from actions.engines import Engines, call, current
from actions.examples import examples, human_help
from actions.reply import Part, Reply, card, carousel, citation, quick_replies, text
from actions.revise import draft_first
from actions.turn import Turn
from knowledge.answer import Answer
from knowledge.graph import WORK_TYPES, Graph, KnowledgeError

MAX_CARDS = 10  # as many as an answer names
CONFIDENT = 0.75  # an answer this sure is given even when the intent was not understood
UNANSWERED = ("none", "clarify")
LIKELY = 0.4  # share of belief from which a guess is worth saying


class Ask(YubanAction):
    """``ask``, and a bare title (``inform``): the answerer tries path → description → FAQ → document."""

    action = "action_ask"

    async def reply(self, turn: Turn) -> Reply:
        if reply := await draft_first(turn):
            return reply
        return await call(answered, turn, current())


class List(YubanAction):
    action = "action_list"

    async def reply(self, turn: Turn) -> Reply:
        if reply := await draft_first(turn):
            return reply
        return await call(listed, turn, current())


class Compare(YubanAction):
    action = "action_compare"

    async def reply(self, turn: Turn) -> Reply:
        return await call(compared, turn, current())


def ask(turn: Turn, engines: Engines) -> Answer:
    """The answerer's answer, in the light of the conversation."""
    return engines.answerer.answer(
        turn.text, focus=turn.focus, lang=turn.lang, listed=turn.listed, previous=turn.asked or ()
    )


def answered(turn: Turn, engines: Engines) -> Reply:
    """The answer; or works, if it was a wish that sounded like a question; or a way out."""
    answer = ask(turn, engines)
    if answer.kind == "none":
        return wished(turn, engines) or stuck(answer, turn)
    return shown(answer, engines, turn)


def listed(turn: Turn, engines: Engines) -> Reply:
    answer = ask(turn, engines)
    if answer.kind == "none":
        answer = engines.answerer.list(turn.text, turn.lang)
    if answer.kind == "none":
        return wished(turn, engines) or stuck(answer, turn)
    return shown(answer, engines, turn)


def compared(turn: Turn, engines: Engines) -> Reply:
    """The comparison asked for; of what is named, else with what was talked about or shown."""
    answer = ask(turn, engines)
    if answer.kind in ("compare", "list", "faq") or (answer.kind == "clarify" and answer.suggestions):
        return shown(answer, engines, turn)
    graph = engines.graph
    named = [mention.best for mention in engines.linker.link(turn.text, turn.focus)]
    in_view = [*(turn.focus[:1] if named else ()), *turn.listed]
    ids = [id_ for id_ in dict.fromkeys([*named, *in_view]) if comparable(id_, graph)]
    alike = [id_ for id_ in ids if (graph.entity(id_).type == "person") == (graph.entity(ids[0]).type == "person")]
    if len(alike) > 1:
        return shown(engines.answerer.compare(alike[:2], turn.lang), engines, turn)
    return which(turn) if answer.kind in UNANSWERED else shown(answer, engines, turn)


def best(turn: Turn, engines: Engines) -> Reply | None:
    """For a message that was not understood: a sure answer, or works if it names what it wants; else None."""
    answer = ask(turn, engines)
    if answer.confidence >= CONFIDENT and answer.kind not in UNANSWERED:
        return shown(answer, engines, turn)
    return wished(turn, engines)


def wished(turn: Turn, engines: Engines) -> Reply | None:
    """A recommendation, if the message says what the works should be like."""
    parsed = engines.reader.parse(turn.text)
    says = any(op.facet and (op.facet != "item" or op.op == "similar_to") for op in parsed)
    return recommend.respond(turn, engines) if says and parsed.understood else None


# --- an answer as a reply --------------------------------------------------------------------------------------------


def shown(answer: Answer, engines: Engines, turn: Turn) -> Reply:
    """The answer in words with its sources, cards where there are works to look at, and what to ask next."""
    graph = engines.graph
    works = works_of(answer, graph)[:MAX_CARDS]
    cards = cards_for(answer, works, turn, graph)
    parts: list[Part] = [text(guessed(answer, engines, turn) or answer.text), *([carousel(cards)] if cards else [])]
    many = len(cards) > 1
    if cited := citation(answer.facts, graph, turn.lang):
        parts.append(cited)
    if answer.suggestions and not many:  # cards have buttons of their own
        parts.append(quick_replies((suggestion.title, suggestion.text) for suggestion in answer.suggestions))
    slots = remembered(answer, works if cards else [], turn, graph)
    if answer.kind == "list" and cards:  # what is criticised next is this list, and it keeps its conditions
        kept = taste.after_list(turn, engines.reader.parse(turn.text), works, engines.audience, graph)
        slots |= kept | ({"focus": turn.focused_on(works[0])} if kept else {})  # "shorter" than these, as after a page
    return Reply(parts, slots)


def guessed(answer: Answer, engines: Engines, turn: Turn) -> str:
    """Where the catalogue holds no answer but makes one likely: that it holds none, and the guess, said to be one."""
    nothing = answer.kind == "path" and not (answer.facts or answer.entities)
    if engines.suggester is None or not nothing or len(answer.about) != 1 or len(answer.path) != 1:
        return ""
    try:
        found = engines.suggester.missing(answer.about[0], answer.path[0], 1, least=LIKELY)
    except KnowledgeError:  # a year, or a title imported since the suggester was fitted
        return ""
    return found[0].text(turn.lang) if found else ""


def works_of(answer: Answer, graph: Graph) -> list[str]:
    """The works an answer consists of; of a person described, what they did, newest first."""
    works = [id_ for id_ in answer.entities if id_ in graph and graph.entity(id_).type in WORK_TYPES]
    if works or answer.kind != "entity":
        return works
    done = dict.fromkeys(fact.subject for fact in answer.facts)
    return sorted(done, key=lambda work: -int(graph.value(work, "year") or 0))


def cards_for(answer: Answer, works: list[str], turn: Turn, graph: Graph) -> list[Part]:
    """A card a work, where the works are the answer; none where a name in the sentence says it all."""
    if len(works) < 2 and answer.kind not in ("entity", "document"):
        return []
    cards = [card(graph, work, turn.lang, buttons=choices(work, turn, graph, len(works) > 1)) for work in works]
    if len(cards) == 1:
        cards[0]["facts"] = []  # the words above say it
    return cards


def choices(work: str, turn: Turn, graph: Graph, many: bool) -> list[tuple[str, str]]:
    """The buttons of a card: of one among many, to hear about it; of one just described, to do something with it."""
    title = graph.entity(work).label(turn.lang)
    about = turn.choice(("介绍一下", f"介绍一下《{title}》"), ("Tell me about it", f"Tell me about “{title}”"))
    similar = turn.choice(("类似的", f"有没有像《{title}》的"), ("More like this", f"Something like “{title}”"))
    write = turn.choice(
        ("写条文案", f"给《{title}》写一条小红书文案"), ("Write an ad", f"Write an Instagram ad for “{title}”")
    )
    return [about, similar] if many else [similar, write]


def remembered(answer: Answer, works: list[str], turn: Turn, graph: Graph) -> dict[str, object]:
    """What 它, 他, 「第二个」 and 「那……呢」 mean from now on."""
    found = [id_ for id_ in answer.entities if comparable(id_, graph)]
    about = [id_ for id_ in answer.about if comparable(id_, graph)]
    if answer.kind == "clarify":
        # One thing we asked about is under discussion; several are a list to choose from.
        return (
            {"focus": turn.focused_on(*about)}
            if len(about) == 1
            else {"listed": about, "writing": None}
            if about
            else {}
        )
    slots: dict[str, object] = {"asked": list(answer.path)}
    # A single answer is what "it" or "he" means next, else what the question was about.
    if in_focus := [*(found if len(found) == 1 else []), *about]:
        slots["focus"] = turn.focused_on(*in_focus)
        if len([id_ for id_ in found if graph.entity(id_).type == "person"]) > 1:
            # Several people were named: "she" is none of those we spoke of before.
            slots["focus"] = [id_ for id_ in in_focus if graph.entity(id_).type != "person"]
    several = about if answer.kind == "compare" else works or found
    if len(several) > 1:
        slots |= {"listed": several[:MAX_CARDS], "writing": None}
    return slots


def comparable(id_: str, graph: Graph) -> bool:
    """A work or a person: something one can talk about as "it" or "she"."""
    return id_ in graph and graph.entity(id_).type in (*WORK_TYPES, "person")


# --- no answer -------------------------------------------------------------------------------------------------------


def stuck(answer: Answer, turn: Turn) -> Reply:
    """No answer: say so, and show what does work."""
    return Reply([text(answer.text), quick_replies([*examples(turn, 3), human_help(turn)])])


def which(turn: Turn) -> Reply:
    """A comparison of nothing in particular."""
    words = turn.say(
        "想比较哪两部？把片名告诉我，比如“《星际穿越》和《盗梦空间》哪个更长”。",
        "Which two? Give me the titles, as in “Which is longer, Interstellar or Inception?”",
    )
    example = turn.say("比较《星际穿越》和《盗梦空间》", "Compare Interstellar and Inception")
    return Reply([text(words), quick_replies([example])])


ACTIONS = [Ask, Compare, List]
