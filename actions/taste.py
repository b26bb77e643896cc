"""What a viewer likes, remembered: within a talk in Rasa's slot ``prefs``, beyond it in the audience store.

Both hold the same JSON, a ``PreferenceState`` and the time it was last used. Tonight's wishes ("under two hours",
"Korean") end with the evening; what holds on other evenings too ("not horror", "I like Nolan") stays until it is taken
back.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from actions.turn import Turn
from knowledge.graph import Graph
from recsys.audience import AudienceStore
from recsys.critiques import Parsed
from recsys.occasions import OCCASIONS
from recsys.operations import ORDINAL_FACETS, Operation
from recsys.state import PreferenceState, Wish

logger = logging.getLogger(__name__)

EVENING_S = 2 * 3600  # as long as a session of the dialogue lasts without a word
SHOWN_KEPT = 100  # works shown in one talk that do not come back; the slot travels with every message
LIST = "list"  # beside the state in the slot ``prefs``: the works of a list, which a critique narrows
FELT = 0.3  # an event that says less than this of its viewer's taste is left to the training


def recall(turn: Turn, audience: AudienceStore, graph: Graph) -> PreferenceState:
    """The state this turn starts from: of the talk, else of the last visit, else a fresh one."""
    saved = turn.prefs or audience.profile(turn.user)
    try:
        state = PreferenceState.from_json(saved)
    except ValueError:
        logger.warning("a saved taste could not be read; starting afresh")
        return PreferenceState()
    # A work or a genre may have left the catalogue since it was spoken of.
    state = replace(state, wishes=tuple(w for w in state.wishes if _means_something(w.operation, graph)))
    if time.time() - float(saved.get("time", 0)) >= EVENING_S:
        return lasting(state)
    # In another conversation nothing has been shown yet that "the second one" could mean.
    return state if turn.prefs else replace(state, shown=(), page=())


def keep(state: PreferenceState, turn: Turn, audience: AudienceStore) -> dict[str, Any]:
    """Remembers the state for the next visit; returns the value of the slot ``prefs``."""
    state = replace(state, shown=state.shown[-SHOWN_KEPT:])
    saved = {**state.to_json(), "time": int(time.time())}
    audience.set_profile(turn.user, saved)
    return saved


def after_list(
    turn: Turn, parsed: Parsed, works: Sequence[str], audience: AudienceStore, graph: Graph
) -> dict[str, Any]:
    """The slot ``prefs`` after a question was answered with a list of ``works``: its conditions are wishes from here.

    「有哪些韩国喜剧」 and then 「短一点的」 is about Korean comedies, those of the list first (:func:`listed`). As with any
    request of its own, wishes of earlier requests do not apply; what was refused for good does.
    """
    state = recall(turn, audience, graph)
    asked = [op for op in parsed if op.op in ("only", "not") or (op.op == "like" and op.facet != "item")]
    if not asked:
        return {}
    state = replace(state, wishes=lasting(state).wishes, similar_to=()).apply(asked)
    return {"prefs": {**keep(state.showing(works), turn, audience), LIST: list(works)}}


def listed(turn: Turn) -> list[str]:
    """The list that the last turn answered with, if it is still what is in view; else nothing."""
    works = turn.prefs.get(LIST)
    return list(works) if isinstance(works, list) and works == list(turn.listed) else []


def lasting(state: PreferenceState) -> PreferenceState:
    """What of a state holds on another evening: plain likes and refusals, unless they belonged to an occasion.

    Opinions about works are not in it: they are events in the audience store, and come back as history.
    """
    by_turn: dict[int, set[Operation]] = {}
    for wish in state.wishes:
        by_turn.setdefault(wish.turn, set()).add(wish.operation)
    occasions = [set(operations) for operations in OCCASIONS.values()]
    tonight = {
        (turn, operation)
        for turn, said in by_turn.items()
        for occasion in occasions
        if 2 * len(occasion & said) > len(occasion)  # some of it may have been taken back or repeated since
        for operation in occasion
    }
    return PreferenceState(
        wishes=tuple(
            Wish(wish.operation, 0)
            for wish in state.wishes
            if _holds(wish.operation) and (wish.turn, wish.operation) not in tonight
        )
    )


def _means_something(op: Operation, graph: Graph) -> bool:
    ids = () if op.facet == "type" else tuple(id_ for id_ in op.ids if id_ != "any")
    return all(id_ in graph for id_ in ids) and (op.anchor is None or op.anchor in graph)


def _holds(op: Operation) -> bool:
    """ "Not horror", "I like Nolan"; but "something light" is the mood of an evening."""
    if op.facet in ORDINAL_FACETS or op.facet == "type":
        return False
    return (op.op == "not" and op.strength >= 1) or (op.op == "like" and op.facet != "mood")


def record(operations: Iterable[Operation], turn: Turn, audience: AudienceStore) -> None:
    """Stores what was said about works as events, and deletes those of works to be forgotten.

    "None of these" and "something different" are too faint to keep.
    """
    kinds = {"like": ("feedback", 1.0), "dislike": ("feedback", -1.0), "seen": ("seen", 1.0), "accept": ("watch", 1.0)}
    for op in operations:
        if op.op == "reset" and op.facet == "item" and op.ids:
            audience.forget(turn.user, op.ids)
        elif op.facet == "item" and op.op in kinds and op.ids and op.strength >= 1:
            kind, value = kinds[op.op]
            audience.add(turn.user, op.ids, kind, value)  # type: ignore[arg-type]  # the kinds above are event kinds


def history(turn: Turn, audience: AudienceStore) -> list[tuple[str, float]]:
    """(work, −1..1) of everything the viewer met and was told apart by, oldest first."""
    return [(item, value) for item, value in audience.history(turn.user) if abs(value) >= FELT]
