"""Why this work, and how it differs from the last one: sentences made of the evidence that ranked it, and nothing else.

A reason has at most two parts. First why it is for *you*: what it shares with the work you named, or the work in your
history that pulled it up most. Then what it *is*, in the facets you asked for. The contrast compares it with the work
on top before, first in what you asked to change, then in whatever else differs clearly.

    Tintarev & Masthoff, "Explaining recommendations: design and evaluation", Recommender Systems Handbook, 2015.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from knowledge.graph import Graph
from recsys import phrases
from recsys.content import ContentSimilarity
from recsys.facets import Facets
from recsys.filters import MOOD_MARGIN, Relaxed
from recsys.model import Recommender
from recsys.operations import PEOPLE_FACETS
from recsys.state import PreferenceState

__all__ = ["Explainer"]

_CLEARLY = 0.3
"""How far apart two works must stand on a mood's axis for the difference to be worth a word unasked."""
_PLEASANT = ("light", "funny", "warm", "romantic", "inspiring", "healing", "thought-provoking", "tense", "epic", "fast")
"""Moods worth pointing out unasked, in this order."""
_CREDIT = {
    "directed_by": "director",
    "performed_by": "artist",
    "written_by": "writer",
    "composed_by": "composer",
    "cast": "cast",
}


class Explainer:
    """Puts recommendations into words, in Chinese or English."""

    def __init__(
        self, graph: Graph, facets: Facets, content: ContentSimilarity, model: Recommender | None = None
    ) -> None:
        self._graph, self._facets, self._content, self._model = graph, facets, content, model
        self._met = frozenset(model.item_ids) if model is not None else frozenset()

    # --- why ---------------------------------------------------------------------------------------------------------

    def reason(
        self,
        item: str,
        state: PreferenceState,
        history: Sequence[tuple[str, float]],
        parts: Mapping[str, float],
        lang: str,
    ) -> str:
        """One line for the card of ``item``; ``parts`` are its score's parts."""
        personal = ""
        if state.similar_to:
            personal = self._like_the_named(item, state.similar_to, lang)
        if not personal:
            personal = self._like_the_history(item, [*history, *state.opinions], parts, lang)
        about = self._description(item, state, lang)
        if lang == "zh":
            return f"{personal}。{about}。" if personal else f"{about}。"
        about = about[:1].upper() + about[1:]
        return f"{personal}. {about}." if personal else f"{about}."

    def _like_the_named(self, item: str, named: Sequence[str], lang: str) -> str:
        """「和《星际穿越》一样由克里斯托弗·诺兰执导」."""
        known = [other for other in named if other in self._facets.row]
        if not known:
            return ""
        similar = {other: sum(fact.contribution for fact in self._content.shared(item, other)) for other in known}
        other = max(known, key=lambda id_: similar[id_])
        shared = self._in_common(item, other, lang)
        if not shared:
            return ""
        name = phrases.title(self._graph, other, lang)
        return f"和{name}一样{shared}" if lang == "zh" else f"Like {name}, {shared}"

    def _in_common(self, item: str, other: str, lang: str) -> str:
        """Up to two things two works share, as a predicate: 「由…执导，也很紧张」, "directed by … and tense"."""
        graph = self._graph
        people, moods, genres = [], [], []
        for fact in self._content.shared(item, other):
            if fact.relation in _CREDIT:
                people.append((_CREDIT[fact.relation], fact.value))
            elif fact.relation == "mood":
                moods.append(fact.value)
            elif fact.relation == "genre":
                genres.append(fact.value)
        said: list[str] = []
        if people:
            role, person = people[0]
            name = graph.entity(person).label(lang)
            zh = {
                "director": "由{}执导",
                "artist": "出自{}",
                "writer": "由{}编剧",
                "composer": "由{}配乐",
                "cast": "有{}出演",
            }
            en = {
                "director": "it is directed by {}", "artist": "it is by {}", "writer": "it is written by {}",
                "composer": "it has music by {}", "cast": "it has {} in it",
            }  # fmt: skip
            said.append((zh if lang == "zh" else en)[role].format(name))
        if moods:
            adjectives = [phrases.mood_adjective(graph, mood, lang) for mood in moods[:2]]
            said.append("、".join(adjectives) if lang == "zh" else f"it is {phrases.joined(adjectives, lang)}")
        if genres and len(said) < 2:
            names = [graph.entity(genre).label(lang) for genre in genres[:2]]
            said.append(f"是{'、'.join(names)}题材" if lang == "zh" else f"it is {phrases.joined(names, lang)}")
        if lang == "zh":
            return "，也".join(said[:2])
        return " and ".join(said[:2]).replace(" and it is ", " and ", 1) if len(said) > 1 else "".join(said)

    def _like_the_history(
        self, item: str, told: Sequence[tuple[str, float]], parts: Mapping[str, float], lang: str
    ) -> str:
        """「因为你喜欢《盗梦空间》」: the work in the history that adds most to this one's score."""
        values = {other: value for other, value in told if value > 0}
        if not values:
            return ""
        source: str | None = None
        if parts.get("taste", 0.0) > 0 and self._model is not None and item in self._met:
            best = self._model.explain(list(values.items()), item)[:1]
            source = best[0][0] if best and best[0][1] > 0 and best[0][0] in self._graph else None
        if source is not None:
            name = phrases.title(self._graph, source, lang)
            if values[source] >= 1:
                return f"因为你喜欢{name}" if lang == "zh" else f"Because you liked {name}"
            return f"看过{name}的人也爱看它" if lang == "zh" else f"People who watched {name} also go for this"
        if parts.get("content", 0.0) <= 0:
            return ""
        known = [(other, value) for other, value in values.items() if other in self._content]
        best = self._content.explain(known, item)[:1] if known else []
        shared = self._in_common(item, best[0][0], lang) if best and best[0][1] > 0.15 else ""
        if not shared:
            return ""
        name, loved = phrases.title(self._graph, best[0][0], lang), values[best[0][0]] >= 1
        if lang == "zh":
            return f"和你{'喜欢的' if loved else '看过的'}{name}一样{shared}"
        return f"Like {name}, which you {'liked' if loved else 'watched'}, {shared}"

    # --- what --------------------------------------------------------------------------------------------------------

    def satisfied(self, item: str, state: PreferenceState) -> list[tuple[str, str]]:
        """(facet, value id) of every wish for a facet value that ``item`` has; a range gives the work's own number."""
        facets, row = self._facets, self._facets.row[item]
        met: list[tuple[str, str]] = []
        for wish in state.wishes:
            op = wish.operation
            if op.facet in facets.ordinals:
                value = facets.ordinals[op.facet][row]
                if op.facet != "popularity" and op.op != "not" and not np.isnan(value):
                    met.append((op.facet, str(int(value))))
            elif op.op in ("only", "like", "more"):
                met += [(op.facet, id_) for id_ in op.ids if id_ != "any" and facets.mask(op.facet, (id_,))[row]]
        return list(dict.fromkeys(met))

    def _description(self, item: str, state: PreferenceState, lang: str) -> str:
        """The work as a noun phrase, with what was asked for said first."""
        graph, facets, row = self._graph, self._facets, self._facets.row[item]
        asked = self.satisfied(item, state)
        wanted = {facet: [value for f, value in asked if f == facet] for facet, _ in asked}
        genres = [str(g) for g in graph.objects(item, "genre")]
        genre = next(iter(wanted.get("genre", ())), None) or next(iter(genres), None)
        moods = list(dict.fromkeys([*wanted.get("mood", ()), *map(str, graph.objects(item, "mood"))]))[:2]
        adjectives = [phrases.mood_adjective(graph, mood, lang) for mood in moods]
        country = next(iter(wanted.get("country", ())), None)
        people = [(facet, wanted[facet][0]) for facet in (*PEOPLE_FACETS, "person") if facet in wanted][:1]
        if not people:
            people = [(f, str(p)) for f in ("director", "artist") for p in graph.objects(item, PEOPLE_FACETS[f])[:1]]
        extra = []
        for facet, unit in (("runtime", (" 分钟", " minutes")), ("episodes", (" 集", " episodes"))):
            value = facets.ordinals[facet][row]
            if not np.isnan(value) and (facet in wanted or (facet == "episodes" and not wanted)):
                extra.append(f"{int(value)}{unit[0 if lang == 'zh' else 1]}")
        year = facets.ordinals["year"][row]
        dated = not np.isnan(year) and ("year" in wanted or not wanted)
        noun = phrases.work_noun(graph, item, genre, lang)
        others = [graph.entity(g).label(lang) for g in wanted.get("genre", ()) if g != genre]
        if lang == "zh":
            text = ("、".join(adjectives) + "的") if adjectives else ""
            text += (graph.entity(country).label("zh") if country else "") + "".join(others) + noun
            if people:
                text = f"{_credit(people[0][0], 'zh').format(graph.entity(people[0][1]).label('zh'))}的{text}"
            if dated:
                text = f"{int(year)} 年{'，' if people else '的'}{text}"
            return "，".join([text, *extra])
        words = [", ".join(adjectives), *others, noun]
        text = " ".join(word for word in words if word)
        text = f"{'an' if text[:1].lower() in 'aeiou' else 'a'} {text}"
        if country:
            text += f" from {graph.entity(country).label('en')}"
        if people:
            text += f" {_credit(people[0][0], 'en').format(graph.entity(people[0][1]).label('en'))}"
        return ", ".join([text, *([str(int(year))] if dated else []), *extra])

    # --- compared with the last one ----------------------------------------------------------------------------------

    def contrast(self, item: str, other: str, state: PreferenceState, lang: str) -> str | None:
        """「比《星际穿越》短 49 分钟、更轻松」, or ``None`` when there is nothing worth saying."""
        facets, row, than = self._facets, self._facets.row[item], self._facets.row[other]
        asked = [w.operation for w in reversed(state.wishes) if w.operation.op in ("more", "less")]
        said: dict[str, str] = {}
        for op in asked:
            if op.facet == "mood" and op.ids:
                axis = facets.mood(op.ids[0])
                sign = 1 if op.op == "more" else -1
                if sign * (axis[row] - axis[than]) > MOOD_MARGIN:
                    said[op.ids[0]] = phrases.mood_comparative(self._graph, op.ids[0], lang, sign > 0)
            elif op.facet in ("year", "runtime", "episodes"):
                self._say_ordinal(op.facet, row, than, lang, said, least=1)
        alike = facets.types[row] == facets.types[than]
        for facet, least in (("year", 3), ("runtime", 10), ("episodes", 5)):
            if len(said) < 2 and (alike or facet == "year"):
                self._say_ordinal(facet, row, than, lang, said, least=least)
        for mood in (f"mood/{name}" for name in _PLEASANT):
            if len(said) < 2 and mood in facets.moods:
                axis = facets.mood(mood)
                if axis[row] - axis[than] > _CLEARLY:
                    said.setdefault(mood, phrases.mood_comparative(self._graph, mood, lang, True))
        if not said:
            return None
        phrase, name = list(said.values())[:2], phrases.title(self._graph, other, lang)
        if lang == "zh":
            return f"比{name}{'、'.join(phrase)}"
        text = " and ".join(phrase)
        return f"{text[:1].upper()}{text[1:]} than {name}"

    def _say_ordinal(self, facet: str, row: int, than: int, lang: str, said: dict[str, str], least: float) -> None:
        values = self._facets.ordinals[facet]
        difference = values[row] - values[than]
        if np.isnan(difference) or abs(difference) < least or facet in said:
            return
        n, more = int(abs(difference)), difference > 0
        zh, en = {
            "year": ("更新" if more else "更早", "newer" if more else "older"),
            "runtime": (
                f"{'长' if more else '短'} {n} 分钟",
                f"{n} minute{'s' if n > 1 else ''} {'longer' if more else 'shorter'}",
            ),
            "episodes": (
                f"{'多' if more else '少'} {n} 集",
                f"{n} episode{'s' if n > 1 else ''} {'longer' if more else 'shorter'}",
            ),
        }[facet]
        said[facet] = zh if lang == "zh" else en

    # --- what could not be had ---------------------------------------------------------------------------------------

    def relaxed(self, one: Relaxed, lang: str) -> str:
        """One sentence about a wish that gave way."""
        text = phrases.wish(self._graph, one.operation, lang)
        if one.why == "unknown":
            if one.operation.facet == "popularity":
                if lang == "zh":
                    return "目前还没有足够的观看数据，没法按冷热门来挑。"
                return "I don't have enough viewing figures yet to go by popularity."
            return (
                f"没有作品标明这一点，没法按「{text}」来挑。"
                if lang == "zh"
                else f"No title says whether it is {text}."
            )
        if one.nearest is not None:
            if lang == "zh":
                return f"{'没有更多' if one.why == 'shown' else '没有'}「{text}」的了，放宽到了 {one.nearest}。"
            return f"Nothing {'else ' if one.why == 'shown' else ''}{text}, so I went as far as {one.nearest}."
        if one.why == "shown":
            if lang == "zh":
                return f"「{text}」的都给你推荐过了，下面的放宽了这一条。"
            return f"You have had everything {text}, so these go beyond that."
        return (
            f"没有「{text}」又符合其他要求的，先放宽了这一条。"
            if lang == "zh"
            else f"Nothing {text} fits the rest, so I let that go."
        )


def _credit(facet: str, lang: str) -> str:
    zh = {
        "director": "{}执导",
        "cast": "{}主演",
        "writer": "{}编剧",
        "composer": "{}作曲",
        "artist": "{}",
        "person": "{}参与",
    }
    en = {
        "director": "directed by {}", "cast": "starring {}", "writer": "written by {}", "composer": "with music by {}",
        "artist": "by {}", "person": "with {}",
    }  # fmt: skip
    return (zh if lang == "zh" else en)[facet]
