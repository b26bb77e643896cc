"""Rule-based writing in four steps, each a function of its own: analyse → plan → realise → revise.

``analyse`` selects what may be said and finds the words for it, ``plan`` decides the moves and their order,
``realise`` puts each move into words from a grammar of hand-written lines, ``revise`` makes it fit and checks it. The
same seed gives the same text.

    Reiter and Dale, "Building Natural Language Generation Systems", 2000.
"""

from __future__ import annotations

import random

from generation.text.analyse import analyse
from generation.text.content import Content
from generation.text.plan import plan
from generation.text.realise import Realiser
from generation.text.revise import Revised, revise

__all__ = ["analyse", "candidate", "plan", "realise", "revise"]


def realise(content: Content) -> Realiser:
    """The realiser for a content; its ``realise(plan, rng)`` may be called for as many candidates as are wanted."""
    return Realiser(content)


def candidate(content: Content, realiser: Realiser, rng: random.Random) -> Revised | None:
    """One finished text, or ``None`` when this draw of the grammar did not survive revision."""
    planned = plan(content, rng)
    return revise(realiser.realise(planned, rng), planned, content)
