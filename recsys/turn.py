"""One turn being read: what was shown, what "it" is, and the operations found so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from knowledge.graph import WORK_TYPES, Graph
from recsys.operations import Operation
from recsys.scanner import Token

__all__ = ["Turn"]

_MEASURED = ("year", "runtime", "episodes", "rating")


class Turn:
    """One turn being read: its operations so far, and the work it compares with."""

    def __init__(self, graph: Graph, shown: Sequence[str], focus: Sequence[str]) -> None:
        self.graph, self.shown = graph, list(shown)
        works = [id_ for id_ in focus if id_ in graph and graph.entity(id_).type in WORK_TYPES]
        in_view = [id_ for id_ in works if id_ in self.shown]
        since = works[:1] if works and works[0] not in self.shown else []  # a page puts its first work in focus
        self.it: str | None = next((id_ for id_ in (*since, *in_view, *self.shown) if id_ in graph), None)
        """The work meant when none is named: what was talked of since, else of those shown the one the talk is about,
        else the first."""
        self.pointed = bool(since or in_view) or len(self.shown) == 1
        self.anchor: str | None = None
        self.indifferent = False
        self.operations: list[Operation] = []
        self.implied: set[Operation] = set()
        """Types of work that a word implied (a ballet is live) …"""
        self.named: set[Operation] = set()
        """… and those that were named, which overrule them (a ballet film)."""

    def items(self, token: Token) -> list[str]:
        """The works a token points at."""
        if "item" in token:
            candidates = token["item"]
            shown = [id_ for id_, _ in candidates if id_ in self.shown]
            return shown[:1] or [candidates[0][0]]
        if "position" in token:
            where = token["position"]
            if isinstance(where, tuple):
                meant = [self.shown[i] for i in where if -len(self.shown) <= i < len(self.shown)]
            else:
                meant = self.shown[where]
            return [id_ for id_ in meant if id_ in self.graph]
        return []

    # --- the turn as a whole -----------------------------------------------------------------------------------------

    def finish(self) -> tuple[Operation, ...]:
        """Operations without repeats, lengths in the unit of what is meant, and nothing compared with an unknown."""
        types = {type_ for op in self.operations if op.facet == "type" and op.op == "only" for type_ in op.ids}
        kept: list[Operation] = []
        lengths: list[Operation] = []
        overruled = self.implied - self.named if self.named else set()
        for op in (op for op in self.operations if op not in overruled):
            if length := op.facet == "length":
                anchored = {self.graph.entity(op.anchor).type} if op.anchor else set()
                op = replace(op, facet="episodes" if (types or anchored) == {"series"} else "runtime")
            if op.anchor and op.facet in _MEASURED and self.graph.value(op.anchor, op.facet) is None:
                op = replace(op, anchor=None)
            if length:
                lengths.append(op)
            if op not in kept:
                kept.append(op)
        named = {
            id_ for op in kept if op.op == "only" and op.facet == "type" and isinstance(op.value, str) for id_ in op.ids
        }
        if named:  # "a show to binge": a show may be two things, what one binges is one of them
            kept = [
                op for op in kept if op.facet != "type" or not named.intersection(op.ids) or isinstance(op.value, str)
            ]
        if any(op.op == "only" and op.facet == "year" for op in kept):  # 「九十年代的老片」 has said how old
            kept = [op for op in kept if op.facet != "year" or op.op == "only" or op.anchor]
        if any(op.op == "only" and op.facet == "runtime" for op in kept):  # 「短一点，90分钟以内」: how short was said
            kept = [op for op in kept if op not in lengths]
        return tuple(kept)
