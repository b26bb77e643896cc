"""Planning: which moves a text makes, in which order, for the shape its channel asks for.

Each shape has a few skeletons that good copy in it follows; the seed picks one and decides which optional moves it
makes. What must stand is never optional: the hook or the story, the user's offer and required words, a way to act.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from generation.channels import CHANNELS, Bound, Channel
from generation.text.content import Content, Plan, Step

__all__ = ["DEFAULT_SECONDS", "plan"]

DEFAULT_SECONDS = 15
Part = tuple[str, Bound, tuple[Step, ...]]


def plan(content: Content, rng: random.Random) -> Plan:
    """The plan of a text for the brief's channel."""
    channel = CHANNELS[content.brief.channel]
    parts = _SHAPES[channel.shape](content, channel, rng)
    seconds = (content.brief.seconds or DEFAULT_SECONDS) if channel.shape == "spoken" else None
    return Plan(channel, tuple(parts), seconds)


def _single(channel: Channel, content: Content, name: str, move: str) -> Part:
    return name, channel.bounds[content.lang][name], (Step(move),)


def _brief_steps(content: Content, lead: str) -> list[Step]:
    """What the user asked to be said: the last to be dropped, the required words and the offer never."""
    steps = [Step("for_whom", 1, lead)] if "audience" in content.slots else []
    return [*steps, *(Step(move, 0, lead) for move in ("must", "offer") if move in content.slots)]


def _title(content: Content, channel: Channel, move: str) -> list[Part]:
    return [_single(channel, content, "title", move)] if "title" in channel.bounds[content.lang] else []


def _note(content: Content, channel: Channel, rng: random.Random) -> Sequence[Part]:
    """A note: short lines, a block of facts, a question or an invitation, tags."""
    brief_steps = _brief_steps(content, "\n")
    opening = rng.choice(
        (
            [Step("hook"), Step("story", 1, "\n")],
            [Step("hook"), Step("story", 1, "\n\n")],
            [Step("story", 1), Step("hook", 3, "\n\n")],
            [Step("story", 1), Step("texture", 3, "\n")],
            [Step("hook"), Step("texture", 2, "\n")],
            [Step("hook"), Step("moment", 2, "\n")],
            [Step("credit", 2), Step("hook", 1, "\n")],
        )
    )
    made = {step.move for step in opening}
    facts = [Step("bullets", 4, "\n\n")] if rng.random() < 0.6 else [Step("credit", 4, "\n\n")]
    if rng.random() < 0.15 or facts[0].move in made:
        facts = []
    rest = [Step(move, 6, "\n") for move in ("texture", "moment") if move not in made and rng.random() < 0.75]
    body = [*facts, *rest] if rng.random() < 0.7 else [*rest, *facts]
    closing = [Step("cta", 2, "\n\n")]
    if rng.random() < 0.6:
        closing.append(Step("ask", 7, "\n"))
    steps = [*opening, *body, *brief_steps, *closing, Step("tags", 8, "\n\n")]
    return [*_title(content, channel, "note_title"), ("body", channel.bounds[content.lang]["body"], tuple(steps))]


def _spoken(content: Content, channel: Channel, rng: random.Random) -> Sequence[Part]:
    """Copy to be said: a hook in the first three seconds, what it is, why, where to find it."""
    seconds = content.brief.seconds or DEFAULT_SECONDS
    extras = [("spoken_credit", 11, 5), ("texture", 16, 6), ("moment", 22, 7), ("ask", 26, 8)]
    told = Step("spoken_story", 4, "\n")
    if rng.random() < 0.4 and content.kind != "free":  # not everything is told by its plot
        told = Step("texture", 4, "\n")
        extras = [("moment", 8, 6), ("spoken_credit", 11, 5), ("ask", 20, 8)]
    middle = [Step(move, drop, "\n") for move, least, drop in extras if seconds >= least]
    if rng.random() < 0.4:
        middle.reverse()
    steps = [
        Step("spoken_hook", 2 if seconds < 8 else 0),
        Step("spoken_hello", 1, "\n"),
        told,
        *middle,
        *_brief_steps(content, "\n"),
        Step("spoken_cta", 0, "\n"),
    ]
    body = ("body", channel.bounds[content.lang]["body"], tuple(steps))
    tags = ("tags", channel.bounds[content.lang]["title"], (Step("tags", 1),))
    return [_single(channel, content, "title", "video_title"), body, tags]


def _post(content: Content, channel: Channel, rng: random.Random) -> Sequence[Part]:
    """A short post in one breath."""
    gap = "" if content.lang == "zh" else " "
    brief_steps = _brief_steps(content, gap)
    middles: list[list[Step]] = [
        [Step("story", 2, gap), Step("credit", 4, gap)],
        [Step("story", 2, gap), Step("texture", 4, gap)],
        [Step("story", 2, gap), Step("moment", 5, gap)],
        [Step("credit", 3, gap), Step("texture", 4, gap), Step("moment", 6, gap)],
    ]
    if content.is_work and "line" not in content.slots:
        middles = middles[3:]
    closing = [Step(rng.choice(("cta", "cta", "ask")), 3, gap)]
    opening = [Step("hook", 1)]
    steps = [*opening, *rng.choice(middles), *brief_steps, *closing]
    tags = Step("tags", 5, "\n" if rng.random() < 0.5 else gap or " ")
    if channel.hash_style == "#a#" and rng.random() < 0.4:
        steps = [Step("tags", 5), Step(steps[0].move, steps[0].drop, " "), *steps[1:]]
    else:
        steps.append(tags)
    return [("body", channel.bounds[content.lang]["body"], tuple(steps))]


def _headline(content: Content, channel: Channel, rng: random.Random) -> Sequence[Part]:
    """The headline and the line that is shown below it: a digest in a feed, a preheader in an inbox."""
    return [_single(channel, content, "title", "headline"), _single(channel, content, "digest", "push_body")]


def _push(content: Content, channel: Channel, rng: random.Random) -> Sequence[Part]:
    return [_single(channel, content, "title", "push_title"), _single(channel, content, "body", "push_body")]


def _sms(content: Content, channel: Channel, rng: random.Random) -> Sequence[Part]:
    """Signature first, way out last, as the operators require; the copy between them."""
    gap = "" if content.lang == "zh" else " "
    steps = (Step("signature"), Step("sms_body", 0, gap), Step("opt_out", 0, gap))
    return [("body", channel.bounds[content.lang]["body"], steps)]


def _search(content: Content, channel: Channel, rng: random.Random) -> Sequence[Part]:
    """Three headlines and two descriptions, each able to stand next to any other."""
    moves = ("search_title", "search_head", "search_head")
    heads = [_single(channel, content, "headline", move) for move in moves]
    return [*heads, *(_single(channel, content, "description", "search_desc") for _ in range(2))]


def _poster(content: Content, channel: Channel, rng: random.Random) -> Sequence[Part]:
    bounds = channel.bounds[content.lang]
    below = [Step("poster_title")]
    if rng.random() < 0.8:
        below.append(Step("poster_credit", 3, "\n"))
    if rng.random() < 0.4:
        below.append(Step("poster_year", 4, "\n"))
    extra = rng.choice(("poster_line", "poster_feel", "poster_feel", "poster_award", ""))
    if extra:
        below.insert(rng.choice((1, len(below))), Step(extra, 5, "\n"))
    below += _brief_steps(content, "\n")
    return [("tagline", bounds["tagline"], (Step("tagline"),)), ("body", bounds["body"], tuple(below))]


_SHAPES: dict[str, Callable[[Content, Channel, random.Random], Sequence[Part]]] = {
    "note": _note,
    "spoken": _spoken,
    "post": _post,
    "headline": _headline,
    "push": _push,
    "sms": _sms,
    "search": _search,
    "poster": _poster,
}
