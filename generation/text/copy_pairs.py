"""A/B sets: from one finished text another that differs in one named respect and in nothing else."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from typing import Literal

from generation.briefs import Draft
from generation.text.content import Content, Option, Part, Piece, Plan
from generation.text.realise import Realiser
from generation.text.revise import Revised, revise

__all__ = ["RESPECTS", "ABSet", "Respect", "other"]

Respect = Literal["opening", "body", "title", "call_to_action", "emoji", "hashtags"]
RESPECTS: dict[str, frozenset[str]] = {
    "opening": frozenset({"hook", "spoken_hook", "tagline"}),
    "body": frozenset({"sms_body", "push_body", "search_desc"}),
    "title": frozenset({"note_title", "video_title", "headline", "push_title", "search_head"}),
    "call_to_action": frozenset({"cta", "spoken_cta"}),
    "emoji": frozenset(),
    "hashtags": frozenset({"tags"}),
}
"""What may differ, and the moves that say it."""
_EMOJI = re.compile(" ?[\U0001f300-\U0001faff\u2600-\u27bf\u23e9-\u23ff\u2b00-\u2bff\ufe0f\u200d]+ ?")
_FRONT, _BACK = re.compile(f"^{_EMOJI.pattern}"), re.compile(f"{_EMOJI.pattern}$")
_TRIES = 12


@dataclass(frozen=True, slots=True)
class ABSet:
    """``a`` and ``b`` differ in ``respect`` alone."""

    a: Draft
    b: Draft
    respect: Respect


def other(
    first: Revised, respect: str, plan: Plan, realiser: Realiser, content: Content, rng: random.Random
) -> Revised | None:
    """The counterpart of ``first``, or ``None`` when there is none: nothing of the kind in it, or no other wording."""
    for _ in range(_TRIES):
        changed = [_changed(option, respect, plan, realiser, rng) for _, option in first.chosen]
        at = next((i for i, option in enumerate(changed) if option is not None), None)
        if at is None:
            return None
        # One place is changed, but for emoji, which are taken out everywhere.
        options = [
            new if new is not None and (i == at or respect == "emoji") else option
            for i, ((_, option), new) in enumerate(zip(first.chosen, changed, strict=True))
        ]
        parts = tuple(
            Part(part.name, part.bound, (option,))
            for (part, _), option in zip(first.chosen, options, strict=True)
            if option
        )
        second = revise(parts, plan, content)
        kept = second is not None and [option for _, option in second.chosen] == [
            option for option in options if option
        ]
        if second is not None and kept and second.text != first.text:
            return second
    return None


def _changed(option: Option, respect: str, plan: Plan, realiser: Realiser, rng: random.Random) -> Option | None:
    """``option`` changed in that respect, ``None`` when it has nothing of the kind; empty when nothing is left."""
    if respect == "emoji":
        bare = tuple(replace(piece, text=_EMOJI.sub("", piece.text).strip()) for piece in option)
        return None if bare == option else bare
    at = next((i for i, piece in enumerate(option) if piece.step.move in RESPECTS[respect]), None)
    if at is None:
        return None
    if respect == "hashtags":
        return option[:at] + option[at + 1 :]
    piece: Piece | None = realiser.again(option[at].step, plan, rng)
    if piece is None or piece.text == option[at].text:
        return option
    front, back = (edge.search(option[at].text) for edge in (_FRONT, _BACK))  # its emoji stay: they are another respect
    text = f"{front.group() if front else ''}{piece.text}{back.group() if back else ''}"
    return (*option[:at], replace(piece, text=text), *option[at + 1 :])
