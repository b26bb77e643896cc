"""What is said around recommended works: what was heard, what they were chosen by, and what could be said next."""

from __future__ import annotations

from collections.abc import Sequence

from actions.heard import Heard
from actions.reply import name
from actions.turn import Turn
from knowledge.graph import Graph
from recsys import phrases
from recsys.conversation import Result
from recsys.state import PreferenceState

WISHES_NAMED = 6
LONGEST_WISH = 40  # characters; "won one of these sixteen awards" is not repeated
MANY = 3  # works from which on "these" replaces their names
LIFTS_OFFERED = 3

_ABOUT = {
    "accept": (("好，{0}给你记下了。", "Good choice: {0}."), ("好，{0}给你记下了。", "Good choices: {0}.")),
    "like": (("记住了，你喜欢{0}。", "Noted, you like {0}."), ("记住了，你喜欢{0}。", "Noted, you like {0}.")),
    "dislike": (("好，不再推荐{0}。", "OK, I'll leave out {0}."), ("好，{0}都不要。", "OK, none of {0}.")),
    "seen": (
        ("{0}{verb}过了，就不再推荐了。", "You've {seen} {0}, so I won't suggest it again."),
        ("{0}都{verb}过了，就不再推荐了。", "You've {seen} {0}, so I won't suggest them again."),
    ),
}
"""Operation → wording for one work and for several, in Chinese and English."""

_LIFTS = {
    "genre": ("类型不限", "Any genre"),
    "country": ("哪国的都行", "Any country"),
    "language": ("语言不限", "Any language"),
    "year": ("年代不限", "Any year"),
    "runtime": ("长短不限", "Any length"),
    "cast": ("谁演的都行", "Any cast"),
}
"""Facet → what takes its wishes back."""


def acknowledged(heard: Heard, turn: Turn, graph: Graph) -> str:
    """What was said about single works, said back."""
    if heard.starts_over:
        return turn.say("好，重新来，之前的要求都不算了。", "All right, a clean slate.")
    sentences = []
    if heard.unknown:
        titles = [turn.say(f"《{title}》", f"“{title}”") for title in heard.unknown]
        sentences.append(turn.say("片库里没有{}。", "{} isn't in this catalogue.").format(listing(titles, turn)))
    for op, (one, several) in _ABOUT.items():
        works = [work for work in heard.about(op) if op != "seen" or work not in heard.about("like")]
        if works:
            verb, measure = verb_and_measure(works, graph)
            names = listing([name(graph, work, turn.lang) for work in works], turn, measure)
            words = turn.say(*(one if len(works) == 1 else several))
            sentences.append(words.format(names, verb=verb, seen="heard" if verb == "听" else "seen"))
    return turn.join(*sentences)


def verb_and_measure(works: Sequence[str], graph: Graph) -> tuple[str, str]:
    """看 or 听, 部 or 张: what one does with these works in Chinese, and how one counts them."""
    return ("听", "张") if all(graph.entity(work).type == "album" for work in works) else ("看", "部")


def listing(names: list[str], turn: Turn, measure: str = "部") -> str:
    return phrases.joined(names, turn.lang) if len(names) < MANY else turn.say(f"这几{measure}", "these")


def lead(result: Result, heard: Heard, known: bool, turn: Turn, graph: Graph) -> str:
    """The lines above the cards: what gave way, and what the works were chosen by."""
    count = len(result.items)
    _, measure = verb_and_measure([item.item for item in result.items], graph)
    few = "这" if count == 1 else "这几"
    these = turn.say(few + measure, "this one" if count == 1 else "these")
    again = heard.asks("another")
    gave_way = result.message if result.relaxed else ""
    wishes = named_wishes(result, graph, turn.lang)
    if similar := [op.value for op in heard.parsed if op.op == "similar_to" and isinstance(op.value, str)]:
        names = listing([name(graph, work, turn.lang) for work in similar], turn)
        words = turn.say(f"和{names}相近的，有{these}：", f"If you like {names}, try {these}:")
    elif heard.missed:
        words = turn.say("没看懂你想怎么调，先换几个看看：", "I didn't catch what to change, so here are some others:")
    elif wishes and result.message and not result.relaxed:  # all there is
        left = len(result.state.shown) > count
        words = turn.say(
            f"符合“{wishes}”的，{'只剩' if left else '只有'}这 {count} {measure}：",
            f"Only {count}{' more' if left else ''} fit{'s' if count == 1 else ''} “{wishes}”:",
        )
    elif wishes and again:
        words = turn.say(f"换了一批，还是按“{wishes}”挑的：", f"Some others, still going by “{wishes}”:")
    elif wishes:
        words = turn.say(f"按“{wishes}”，我挑了{these}：", f"Going by “{wishes}”, I'd pick {these}:")
    elif again:
        words = turn.say("换了一批：", "Here are some others:")
    elif heard.starts_over:
        words = turn.say(f"从{these}开始：", "To start with:")
    elif known or result.state.opinions:
        words = turn.say(f"照你的口味，我挑了{these}：", f"Going by your taste, I'd pick {these}:")
    else:
        words = turn.say(f"先挑几{measure}给你看看：", "Here are a few to start with:")
    return turn.join(gave_way, words)


def named_wishes(result: Result, graph: Graph, lang: str) -> str:
    """The wishes that this page was chosen by, latest last."""
    given_up = {one.operation for one in result.relaxed}
    kept = [wish.operation for wish in result.state.wishes if wish.operation not in given_up]
    named = dict.fromkeys(phrases.wish(graph, op, lang) for op in kept)
    short = [wish for wish in named if len(wish) <= LONGEST_WISH]
    return ("、" if lang == "zh" else ", ").join(short[-WISHES_NAMED:])


def lifts(state: PreferenceState, turn: Turn) -> list[str]:
    """What would let more works in, where there are no more to refine: wishes taken back, latest first."""
    asked = [wish.operation for wish in reversed(state.wishes)]
    refused = {op.facet for op in asked if op.op == "not"}
    facets = dict.fromkeys("cast" if op.facet == "person" else op.facet for op in asked if op.op != "not")
    offered = [turn.say(*_LIFTS[facet]) for facet in facets if facet in _LIFTS and facet not in refused]
    return [*offered[:LIFTS_OFFERED], turn.say("重新来", "Start over")]


def take(work: str, turn: Turn, graph: Graph) -> tuple[str, str]:
    """The button that settles on a work."""
    title = graph.entity(work).label(turn.lang)
    if not turn.zh:
        return "I'll take it", f"I'll take “{title}”"  # quoted, since some titles are everyday words: Her, It
    verb, measure = verb_and_measure([work], graph)
    return f"就{verb}这{measure}", f"就{verb}《{title}》"


def choices(work: str, turn: Turn, graph: Graph) -> list[tuple[str, str]]:
    """The buttons of a recommended work: take it, seen it, not for me."""
    title = graph.entity(work).label(turn.lang)
    verb, _ = verb_and_measure([work], graph)
    seen = ("Heard it", f"I've already heard “{title}”") if verb == "听" else ("Seen it", f"I've seen “{title}”")
    return [
        take(work, turn, graph),
        turn.choice((f"{verb}过了", f"《{title}》{verb}过了"), seen),
        turn.choice(("不感兴趣", f"对《{title}》不感兴趣"), ("Not for me", f"I'm not interested in “{title}”")),
    ]


def next_steps(work: str, turn: Turn, graph: Graph) -> list[tuple[str, str]]:
    """With a work that was chosen or liked: more like it, ask about it, write about it."""
    title = graph.entity(work).label(turn.lang)
    steps = [turn.choice(("类似的", f"有没有像《{title}》的"), ("More like it", f"Something like “{title}”"))]
    if graph.objects(work, "cast"):
        steps.append(turn.choice(("主演有谁", f"《{title}》的主演有谁"), ("Who is in it", f"Who stars in “{title}”")))
    elif graph.objects(work, "performed_by"):
        steps.append(turn.choice(("谁的专辑", f"《{title}》是谁的专辑"), ("Whose album", f"Whose album is “{title}”")))
    steps.append(
        turn.choice(
            ("写条文案", f"给《{title}》写一条小红书文案"), ("Write an ad", f"Write an Instagram ad for “{title}”")
        )
    )
    return steps
