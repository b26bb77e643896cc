"""The examples a conversational recommender learns from: what had been said, and what was recommended next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Case", "CaseError", "by_dialogue"]


class CaseError(ValueError):
    """Examples that nothing can be learned from. The message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Case:
    """One recommendation in a conversation.

    Attributes:
        context: the turns before it, oldest first; the last one is what is answered. May be empty.
        entities: ids (of the graph) or names of what these turns mention, oldest first, repeats allowed. Names that
            nobody marked are found in the text as well, so this may be empty.
        targets: ids of the items recommended in the answer; empty when only ranking.
        dialogue: which conversation it is from. Folds never cut a conversation in two.
    """

    context: tuple[str, ...]
    entities: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    dialogue: str = ""


def by_dialogue(cases: Sequence[Case], folds: int, seed: int = 0) -> list[list[int]]:
    """The rows of ``cases`` dealt into ``folds`` parts (fewer when there are fewer conversations), each conversation
    whole in one of them; every part is non-empty and sorted."""

    names = sorted({case.dialogue for case in cases})
    order = np.random.default_rng(seed).permutation(len(names))
    parts = max(1, min(folds, len(names)))
    part_of = {names[row]: int(at % parts) for at, row in enumerate(order)}
    dealt: list[list[int]] = [[] for _ in range(parts)]
    for row, case in enumerate(cases):
        dealt[part_of[case.dialogue]].append(row)
    return dealt
