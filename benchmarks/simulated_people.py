"""The people of ``benchmarks.conversation_simulated``: what they want, and how they say it in Chinese and English.

Everything somebody says is true of their target, is said in words, and comes with two things the recommender never
sees: the operations it means, and a test of each promise it asks for, read from the catalogue's facts alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from knowledge.graph import WORK_TYPES, Graph
from recsys import Operation
from recsys.occasions import OCCASIONS
from recsys.phrases import mood_comparative

__all__ = ["Person", "Saying", "World"]

Test = Callable[[str], bool]

TYPE_WORDS = {
    "film": ("电影", "film"),
    "series": ("剧", "series"),
    "album": ("专辑", "album"),
    "show": ("演出", "live show"),
}
LEAD = {"film": "想看部", "series": "想追部", "album": "推荐张", "show": "想看场"}
COMPANY = {"kids": ("周日带两个孩子看", "for two kids on a Sunday"), "parents": ("陪爸妈看", "with my parents")}
RECENT = 3
AMBIGUOUS = "genre/music"
"""Refused, it is refused as records, too: "not music" is not said of films about music alone."""


@dataclass(frozen=True)
class Saying:
    """An utterance, what it means, and what it forbids."""

    text: str
    means: tuple[Operation, ...]
    tests: tuple[tuple[Operation, Test], ...] = ()
    """(the filter asked for, whether a work keeps it)."""
    key: str = ""
    """What it is about; nothing is said twice."""

    def __add__(self, other: Saying) -> Saying:
        mark = "，" if any("一" <= char <= "鿿" for char in self.text) else ", "
        return Saying(self.text + mark + other.text, self.means + other.means, self.tests + other.tests)


@dataclass
class Person:
    """A target, the needs read off it, and the way somebody comes to them."""

    target: str
    lang: str
    needs: Mapping[str, str]
    opening: str
    """``genre``, ``cast``, ``similar``, or an occasion."""
    stretches: bool
    """Asks at first for more than any work has."""
    remembers: bool
    """Has been here before, liked a work and refused a genre for good."""
    said: set[str] = field(default_factory=set)

    @property
    def zh(self) -> bool:
        return self.lang == "zh"


class World:
    """The catalogue as the simulator knows it."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.works = [work.id for work in graph.entities(WORK_TYPES)]
        self.newest = max(year for item in self.works if (year := self.number(item, "year")) is not None)

    def number(self, item: str, facet: str) -> int | None:
        value = self.graph.value(item, facet)
        return value if isinstance(value, int) else None

    def has(self, item: str, facet: str, value: str) -> bool:
        if facet == "type":
            return self.graph.entity(item).type == value
        if facet == "decade":
            year = self.number(item, "year")
            return year is not None and year - year % 10 == int(value)
        if facet == "occasion":
            refused = [op for op in OCCASIONS[value] if op.op == "not"]
            return not any(self.has(item, op.facet, id_) for op in refused for id_ in op.ids)
        return value in self.graph.objects(item, facet)

    def meets(self, item: str, needs: Mapping[str, str]) -> bool:
        return all(self.has(item, f.removeprefix("not "), v) != f.startswith("not ") for f, v in needs.items())

    def label(self, id_: str, person: Person) -> str:
        return self.graph.entity(id_).label(person.lang)

    def title(self, item: str, person: Person) -> str:
        name = self.label(item, person)
        return f"《{name}》" if person.zh else f"“{name}”"

    # --- who they are ------------------------------------------------------------------------------------------------

    def person(self, rng: np.random.Generator, number: int) -> Person:
        while True:
            target = self.works[rng.integers(len(self.works))]
            kinds = {facet: self.graph.objects(target, facet) for facet in ("genre", "mood", "country", "cast")}
            year = self.number(target, "year")
            if not all(kinds[facet] for facet in ("genre", "mood", "country")) or year is None:
                continue
            pick = {facet: str(rng.choice(np.array(values, dtype=str))) for facet, values in kinds.items() if values}
            needs = {"type": self.graph.entity(target).type, "mood": pick["mood"]}
            ways = ["genre", "genre"] + ["cast"] * bool(kinds["cast"])
            if needs["type"] == "film":
                ways += ["similar"] * bool(self._longer(target))
                ways += [occasion for occasion in COMPANY if self.has(target, "occasion", occasion)]
            opening = str(rng.choice(np.array(ways)))
            needs |= {opening: pick[opening]} if opening in pick else {"genre": pick["genre"]}
            needs |= {"occasion": opening} if opening in COMPANY else {}
            needs |= {"decade": str(year - year % 10)} if rng.random() < 0.5 else {"country": pick["country"]}
            genres = [
                genre.id for genre in self.graph.entities("genre") if genre.id not in (*kinds["genre"], AMBIGUOUS)
            ]
            needs |= {"not genre": str(rng.choice(genres))}
            stretches, remembers = opening == "genre" and rng.random() < 0.2, bool(rng.random() < 0.25)
            return Person(target, "zh" if number % 2 == 0 else "en", needs, opening, stretches, remembers)

    def _longer(self, target: str) -> list[str]:
        """Films of a genre of the target's that run longer."""
        mine = self.number(target, "runtime")
        if mine is None:
            return []
        kinds = set(self.graph.objects(target, "genre"))
        return [
            item
            for item in self.works
            if item != target
            and self.has(item, "type", "film")
            and (self.number(item, "runtime") or 0) > mine
            and kinds & set(self.graph.objects(item, "genre"))
        ]

    def akin(self, person: Person, rng: np.random.Generator) -> str:
        """A work like the target, by kind and mood: what somebody who will like it may have liked before."""
        kinds = {*self.graph.objects(person.target, "genre"), *self.graph.objects(person.target, "mood")}
        refused = person.needs["not genre"]
        mine = self.graph.entity(person.target).type
        shared = [
            0 if item == person.target or not self.has(item, "type", mine) or self.has(item, "genre", refused)
            else len(kinds & {*self.graph.objects(item, "genre"), *self.graph.objects(item, "mood")})
            for item in self.works
        ]  # fmt: skip
        return self.works[int(rng.choice(np.argsort(shared)[-20:]))]

    # --- what they say -----------------------------------------------------------------------------------------------

    def refusal(self, genre: str, person: Person) -> Saying:
        label = self.label(genre, person)
        op = Operation("not", "genre", genre)
        return Saying(
            f"不要{label}" if person.zh else f"not {label}",
            (op,),
            ((op, lambda item: not self.has(item, "genre", genre)),),
            f"not {genre}",
        )

    def opening(self, person: Person, rng: np.random.Generator) -> Saying:
        """The first request: a type of work, and the way they come to it."""
        type_ = person.needs["type"]
        noun, lead = TYPE_WORDS[type_][0 if person.zh else 1], LEAD[type_] if person.zh else "a "
        only_type = Operation("only", "type", type_)
        typed = (only_type, lambda item: self.has(item, "type", type_))
        if person.opening == "similar":
            other = str(rng.choice(np.array(self._longer(person.target))))
            shorter = Operation("less", "runtime", None, other, 0.5 if person.zh else 1.0)
            text = (
                f"像{self.title(other, person)}但短一点"
                if person.zh
                else f"like {self.title(other, person)} but shorter"
            )
            minutes = self.number(other, "runtime") or 0
            test = (shorter, lambda item: (self.number(item, "runtime") or 10**6) < minutes)
            return Saying(text, (Operation("similar_to", "item", other), shorter), (test,))
        if person.opening in COMPANY:
            means = OCCASIONS[person.opening]
            words = COMPANY[person.opening][0 if person.zh else 1]
            refused = [op for op in means if op.op == "not"]
            tests = [(op, lambda item, op=op: not self.has(item, op.facet, op.ids[0])) for op in refused]
            return Saying(
                f"{words}的{noun}" if person.zh else f"a {noun} {words}", (*means, only_type), (typed, *tests)
            )
        facet, value = person.opening, person.needs[person.opening]
        person.said.add(value)
        op = Operation("only", facet, value)
        label = self.label(value, person)
        if facet == "cast":
            text = f"{lead}{label}演的{noun}" if person.zh else f"a {noun} with {label}"
        else:
            text = f"{lead}{label}{noun}" if person.zh else f"a {label} {noun}"
        saying = Saying(text, (op, only_type), (typed, (op, lambda item: self.has(item, facet, value))))
        return saying + self._too_much(person, value, rng) if person.stretches else saying

    def _too_much(self, person: Person, genre: str, rng: np.random.Generator) -> Saying:
        """A country that no work of the type and genre is from."""
        mine = [i for i in self.works if self.has(i, "type", person.needs["type"]) and self.has(i, "genre", genre)]
        theirs = {country for item in mine for country in self.graph.objects(item, "country")}
        none = [
            c.id
            for c in self.graph.entities("country")
            if c.id not in theirs and c.labels.get("zh") and c.labels.get("en")
        ]
        return self._from(str(rng.choice(np.array(none))), person)

    def _from(self, country: str, person: Person) -> Saying:
        op, label = Operation("only", "country", country), self.label(country, person)
        test = (op, lambda item: self.has(item, "country", country))
        return Saying(f"{label}的" if person.zh else f"from {label}", (op,), (test,), country)

    def next(self, person: Person, page: Sequence[str], lone: bool, rng: np.random.Generator) -> Saying:
        """One or two true things about what is wanted that the work on top is not."""
        fresh = [saying for saying in self._critiques(person, page[0], lone) if saying.key not in person.said]
        if not fresh:
            return Saying("换一批" if person.zh else "something else", (Operation("another"),))
        order = [fresh[at] for at in rng.permutation(len(fresh))]
        said = order[: 2 if rng.random() < 0.4 else 1]
        person.said |= {saying.key for saying in said}
        return said[0] if len(said) == 1 else said[0] + said[1]

    def _critiques(self, person: Person, top: str, lone: bool) -> list[Saying]:
        graph, zh, target = self.graph, person.zh, person.target
        found: list[Saying] = []
        refused = person.needs["not genre"]
        mine = (*graph.objects(target, "genre"), AMBIGUOUS)
        strangers = [genre for genre in map(str, graph.objects(top, "genre")) if genre not in mine]
        if genre := refused if refused in strangers else strangers[0] if lone and strangers else "":
            found.append(self.refusal(genre, person))
        for mood in map(str, graph.objects(target, "mood")) if lone else [person.needs["mood"]]:
            if not self.has(top, "mood", mood):
                words = mood_comparative(graph, mood, person.lang, True)
                found.append(Saying(words, (Operation("more", "mood", mood, top),), (), mood))
                break
        year, theirs = self.number(target, "year"), self.number(top, "year")
        if (
            (lone or not self.has(top, "decade", person.needs.get("decade", "0")))
            and year is not None
            and theirs is not None
        ):
            since = self.newest - RECENT + 1
            if year >= since > theirs:
                op = Operation("only", "year", (since, None))
                test = (op, lambda item: (self.number(item, "year") or 0) >= since)
                found.append(Saying("最近三年的" if zh else "from the last three years", (op,), (test,), "recent"))
            elif year != theirs and ("decade" in person.needs or lone) and "recent" not in person.said:
                found.append(self._older_or_newer(person, top, theirs, year > theirs))
        country = person.needs.get("country") or str(graph.objects(target, "country")[0])
        if ("country" in person.needs or lone) and not self.has(top, "country", country):
            found.append(self._from(country, person))
        if self.has(top, "country", "country/cn") and not self.has(target, "country", "country/cn") and lone:
            op = Operation("not", "country", "country/cn")
            test = (op, lambda item: not self.has(item, "country", "country/cn"))
            found.append(Saying("不要国产的" if zh else "not Chinese", (op,), (test,), "not country/cn"))
        length, limit = self.number(target, "runtime"), self.number(top, "runtime")
        if lone and person.needs["type"] == "film" and length is not None and limit is not None and length < limit:
            op = Operation("less", "runtime", None, top)
            test = (op, lambda item: (self.number(item, "runtime") or 10**6) < limit)
            found.append(Saying("别太长" if zh else "not too long", (op,), (test,), f"runtime {top}"))
        who = next((str(who) for who in graph.objects(target, "cast")), "")
        if lone and who and not self.has(top, "cast", who):
            op, name = Operation("only", "cast", who), self.label(who, person)
            test = (op, lambda item: self.has(item, "cast", who))
            found.append(Saying(f"{name}演的" if zh else f"with {name}", (op,), (test,), who))
        return found

    def _older_or_newer(self, person: Person, top: str, year: int, newer: bool) -> Saying:
        op = Operation("more" if newer else "less", "year", None, top, 0.5 if person.zh else 1.0)
        words = ("新一点的" if newer else "老一点的") if person.zh else ("newer" if newer else "older")

        def test(item: str) -> bool:
            value = self.number(item, "year")
            return value is not None and (value > year if newer else value < year)

        return Saying(words, (op,), ((op, test),), f"year {top}")
