"""Why this work: a line made of the evidence that ranked it, and nothing else.

First why it is for *you*: what it shares with the work you named, or the work in your history that pulled it up most.
Then what it *is*, with the facets you asked for said first, and nothing said twice.

    Tintarev & Masthoff, "Explaining recommendations: design and evaluation", Recommender Systems Handbook, 2015.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.graph import Graph
from recsys import phrases
from recsys.content import ContentSimilarity
from recsys.facets import Facets
from recsys.model import Recommender
from recsys.operations import PEOPLE_FACETS
from recsys.state import PreferenceState

__all__ = ["Because", "Explainer"]

_CREDIT = {relation: facet for facet, relation in PEOPLE_FACETS.items()}
_LEAST_ALIKE = 0.15
"""Similarity below which two works are not said to be alike."""
_TELLING = 0.8
"""Deviations of taste from which a work may be said to be there because of the history."""
_SHARE = 1 / 3
"""Of what speaks for a work, the part that must be the history's for it to be given as the reason."""
_SAYS_LITTLE = ("genre/drama",)
"""Genres that so many works share that sharing them is no likeness."""
_SAME_THING = {"mood/romantic": "genre/romance", "mood/scary": "genre/horror"}
"""A romance need not be called romantic."""


@dataclass(frozen=True, slots=True)
class Because:
    """What one work of the history adds to the score of another."""

    work: str
    part: float
    audience: float
    """0..1: how much of that is because the same people like both, the rest being what the two share."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A piece of a sentence and the ids it has mentioned."""

    text: str = ""
    ids: frozenset[str] = frozenset()


class Explainer:
    """Puts the reasons for a recommendation into words, in Chinese or English."""

    def __init__(
        self, graph: Graph, facets: Facets, content: ContentSimilarity, model: Recommender | None = None
    ) -> None:
        self._graph, self._facets, self._content, self._model = graph, facets, content, model
        self._met = frozenset(model.item_ids) if model is not None else frozenset()

    def reason(
        self,
        item: str,
        state: PreferenceState,
        history: Sequence[tuple[str, float]],
        parts: Mapping[str, float],
        lang: str,
        because: Sequence[Because] | None = None,
    ) -> str:
        """One line for the card of ``item``.

        Args:
            parts: the parts of its score.
            because: what exactly each work of the history adds to that score, where the scoring can tell; else the
                model and the facts are asked.
        """
        personal = self._like_the_named(item, state.similar_to, lang)
        if not personal.text and because is not None:
            personal = self._like_the_telling(item, because, dict([*history, *state.opinions]), parts, lang)
        elif not personal.text:
            personal = self._like_the_history(item, [*history, *state.opinions], parts, lang)
        about = self._description(item, state, personal.ids, lang)
        sentences = [text[:1].upper() + text[1:] for text in (personal.text, about) if text]
        return "".join(f"{text}。" for text in sentences) if lang == "zh" else ". ".join(sentences) + "."

    def satisfied(self, item: str, state: PreferenceState) -> list[tuple[str, str]]:
        """(facet, value id) of every wish for a facet value that ``item`` has; for a number, the work's own."""
        facets, row = self._facets, self._facets.row[item]
        met: list[tuple[str, str]] = []
        for wish in state.wishes:
            op = wish.operation
            if op.facet in facets.ordinals:
                value = facets.ordinals[op.facet][row]
                if op.facet != "popularity" and op.op != "not" and not np.isnan(value):
                    met.append((op.facet, str(int(value))))
            elif op.op in ("only", "like", "more"):
                met += [(op.facet, id_) for id_ in op.ids if id_ != "any" and facets.has(op.facet, id_, row)]
        return list(dict.fromkeys(met))

    # --- why for you -------------------------------------------------------------------------------------------------

    def _like_the_named(self, item: str, named: Sequence[str], lang: str) -> _Said:
        """「和《星际穿越》一样由克里斯托弗·诺兰执导」."""
        known = [other for other in named if other in self._facets.row]
        if not known:
            return _Said()
        closest = max(known, key=lambda other: sum(fact.contribution for fact in self._content.shared(item, other)))
        return self._alike(item, closest, phrases.title(self._graph, closest, lang), lang)

    def _like_the_telling(
        self,
        item: str,
        because: Sequence[Because],
        told: Mapping[str, float],
        parts: Mapping[str, float],
        lang: str,
    ) -> _Said:
        """The work of the history that adds most, when the history is a good part of what speaks for ``item``."""
        speaks_for = sum(part for part in parts.values() if part > 0)
        source = max(because, key=lambda one: one.part, default=None)
        if source is None or source.part <= 0 or parts.get("taste", 0.0) <= _SHARE * speaks_for:
            return _Said()
        name, liked = phrases.title(self._graph, source.work, lang), told.get(source.work, 1.0) >= 1
        if source.audience <= 0.5:
            mine = f"你{'喜欢' if liked else '看过'}的{name}" if lang == "zh" else name
            if (alike := self._alike(item, source.work, mine, lang)).text:
                return alike
        if liked:
            return _Said(f"因为你喜欢{name}" if lang == "zh" else f"Because you liked {name}")
        return _Said(f"看过{name}的人也爱看" if lang == "zh" else f"People who watched {name} like this too")

    def _like_the_history(
        self, item: str, told: Sequence[tuple[str, float]], parts: Mapping[str, float], lang: str
    ) -> _Said:
        """「因为你喜欢《盗梦空间》」: the work in the history that adds most to this one's score."""
        liked = {other: value for other, value in told if value > 0 and other in self._facets.row}
        if not liked:
            return _Said()
        if self._model is not None and item in self._met and parts.get("taste", 0.0) > _TELLING:
            source, contribution = next(iter(self._model.explain(list(liked.items()), item)), ("", 0.0))
            if contribution > 0:
                name = phrases.title(self._graph, source, lang)
                if liked[source] >= 1:
                    return _Said(f"因为你喜欢{name}" if lang == "zh" else f"Because you liked {name}")
                return _Said(f"看过{name}的人也爱看" if lang == "zh" else f"People who watched {name} like this too")
        if parts.get("content", 0.0) <= _TELLING / 2:
            return _Said()
        source, _ = next(iter(self._content.explain(list(liked.items()), item)), ("", 0.0))
        if not source:
            return _Said()
        name = phrases.title(self._graph, source, lang)
        if lang == "zh":
            name = f"你{'喜欢' if liked[source] >= 1 else '看过'}的{name}"
        return self._alike(item, source, name, lang)

    def _alike(self, item: str, other: str, name: str, lang: str) -> _Said:
        """Up to two things two works share, said as a likeness to ``name``; nothing when they are not alike."""
        graph = self._graph
        shared = self._content.shared(item, other)
        if sum(fact.contribution for fact in shared) < _LEAST_ALIKE:
            return _Said()
        people = [(_CREDIT[fact.relation], fact.value) for fact in shared if fact.relation in _CREDIT][:1]
        moods = [fact.value for fact in shared if fact.relation == "mood"][:2]
        genres = [fact.value for fact in shared if fact.relation == "genre" and fact.value not in _SAYS_LITTLE][:2]
        if people and moods:
            genres = []
        said = frozenset([*moods, *(person for _, person in people)])
        adjectives = [phrases.mood_adjective(graph, mood, lang) for mood in moods]
        kinds = [phrases.name(graph, genre, lang) for genre in genres]
        if lang == "zh":
            pieces = [f"由{phrases.credit(graph, role, person, lang)}" for role, person in people]
            pieces += ["、".join(adjectives)] if adjectives else []
            pieces += [f"是{'、'.join(kinds)}题材"] if kinds else []
            text = "，也".join(pieces[:2])
            return _Said(f"和{name}一样{text}" if text else "", said)
        pieces = [_EN_PERSON[role].format(name, phrases.name(graph, person, lang)) for role, person in people]
        mood, kind = phrases.joined(adjectives, lang), phrases.joined(kinds, lang)
        if mood:
            pieces.append(f"just as {mood}" if pieces else f"as {mood} as {name}")
        if kind:
            pieces.append(f"{kind} too" if pieces else f"{kind}, like {name}")
        return _Said(", and ".join(pieces[:2]), said)

    # --- what it is --------------------------------------------------------------------------------------------------

    def _description(self, item: str, state: PreferenceState, said: Collection[str], lang: str) -> str:
        """The work as a noun phrase, with what was asked for first and nothing of ``said`` again."""
        graph, facets, row = self._graph, self._facets, self._facets.row[item]
        wanted: dict[str, list[str]] = {}
        for facet, value in self.satisfied(item, state):
            wanted.setdefault(facet, []).append(value)
        genres = list(dict.fromkeys([*wanted.get("genre", ()), *map(str, graph.objects(item, "genre"))]))
        moods = dict.fromkeys([*wanted.get("mood", ()), *map(str, graph.objects(item, "mood"))])
        fresh = [mood for mood in moods if mood not in said and _SAME_THING.get(mood) != next(iter(genres), None)]
        adjectives = [phrases.mood_adjective(graph, mood, lang) for mood in fresh[:2]]
        noun = phrases.work_noun(graph, item, next(iter(genres), None), lang)
        others = [phrases.name(graph, genre, lang) for genre in genres[1:] if genre in wanted.get("genre", ())]
        people = [(role, wanted[role][0]) for role in PEOPLE_FACETS if role in wanted]
        people += [
            (role, who) for who in wanted.get("person", ()) for role in PEOPLE_FACETS if facets.has(role, who, row)
        ]
        people += [(role, str(p)) for role in ("artist", "director") for p in graph.objects(item, PEOPLE_FACETS[role])]
        people = [(role, person) for role, person in people if person not in said][:1]
        country = next(iter(wanted.get("country", ())), "")
        year = facets.ordinals["year"][row]
        dated = not np.isnan(year) and ("year" in wanted or not wanted)
        lengths = []
        for facet, zh, en in (("runtime", "分钟", "minutes"), ("episodes", "集", "episodes")):
            value = facets.ordinals[facet][row]
            if not np.isnan(value) and facet in wanted:
                lengths.append(f"{int(value)} {zh if lang == 'zh' else en}")
        if lang == "zh":
            text = (phrases.place(graph, country, lang) if country else "") + "".join(others) + noun
            if people or not dated:
                text = ("、".join(adjectives) + "的" if adjectives else "") + text
                for role, person in people:
                    text = f"{phrases.credit(graph, role, person, lang)}的{text}"
                return "，".join([*([f"{int(year)} 年"] if dated else []), text, *lengths])
            return "，".join([f"{int(year)} 年的{text}", *(["、".join(adjectives)] if adjectives else []), *lengths])
        text = " ".join([*([", ".join(adjectives)] if adjectives else []), *others, noun])
        text = f"{'an' if text[:1].lower() in 'aeiou' else 'a'} {text}"
        if country:
            text += f" from {phrases.place(graph, country, lang)}"
        for role, person in people:
            text += f" {phrases.credit(graph, role, person, lang)}"
        return ", ".join([text, *([str(int(year))] if dated else []), *lengths])


_EN_PERSON = {
    "director": "from the director of {0}, {1}",
    "artist": "by the artist behind {0}, {1}",
    "writer": "from the writer of {0}, {1}",
    "composer": "with music by {1}, as in {0}",
    "cast": "with {1}, as in {0}",
}
"""Role → how a shared person is said in English; {0} is the other work, {1} the person."""
