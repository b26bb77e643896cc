"""Simulated people talk to the recommender in Chinese and English: do they get what they came for, and at what price?

Protocol. An agenda-based simulator, after Schatzmann et al. (NAACL 2007) and UserSimCRS (Afzali et al., WSDM 2023). A
person has a hidden target, drawn from the bundled catalogue, and *needs* read off it: its type, a genre, a mood, its
decade or its country, and a genre that it is not, which is refused. They open with type and genre, then each turn say
one thing, in words: a need the work on top does not meet, as a critique of it (「更轻松」, "newer", "not horror",
「韩国的」), or 「换一批」 when there is nothing left to say. Everything passes through text: utterance →
CritiqueReader → state → page of 4. Patience is 8 turns.

    success_rate             needs: a page holds a work that meets every need, said or not (any such work will do)
    turns_to_success         mean over those who succeeded; the opening is turn 1
    success_rate/target, …   the same people looking for their one target, and content with nothing else
    violations               works shown against a filter said in words and not reported as given up, judged from the
                             catalogue's facts and the simulator's own intentions, not from what the parser made of them
    dead_ends                empty pages
    moved/critiques          share of comparisons after which the top work did move the way asked
    understood               share of utterances read as exactly what was meant
    turn_ms/p50              parse + recommend

Anchor. No published number fits (simulators and catalogues differ); the rival runs in the same simulation: BM25 over
all the person said so far, works as documents of their facts in both languages, the baseline that "bare BM25" set for
conversational recommendation (arXiv 2305.13725). It never shows a work twice either.

Caution. Simulated people are consistent and know the catalogue's own words; real ones are not and do not. This measures
that the machinery steers and keeps its promises, not satisfaction.

    python -m benchmarks.conversation_simulated [--people 400] [--seed 0] [--split valid|test]

The splits differ in the seed only; no data set is read and nothing is trained.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from knowledge.bm25 import BM25
from knowledge.catalogue import Catalogue
from knowledge.graph import WORK_TYPES, Graph
from knowledge.text import tokens
from recsys import Conversation, CritiqueReader, Operation, PreferenceState
from recsys.phrases import mood_comparative

PAGE, PATIENCE = 4, 8
TYPE_WORDS = {
    "film": ("想看部{}电影", "a {} film"), "series": ("想追部{}剧", "a {} series"),
    "album": ("推荐张{}专辑", "a {} album"), "show": ("想看场{}演出", "a {} live show"),
}  # fmt: skip


@dataclass
class Saying:
    """An utterance, what it means, and for a filter the test of it on a work."""

    text: str
    means: Operation
    holds: Callable[[str], bool] | None = None
    also: tuple[Operation, ...] = ()


@dataclass
class Person:
    """A target, the needs read off it, and the language they speak."""

    target: str
    lang: str
    needs: dict[str, str]
    said: set[str] = field(default_factory=set)


@dataclass
class Tally:
    turns: list[int] = field(default_factory=list)
    people: int = 0
    violations: int = 0
    dead_ends: int = 0
    moved: list[bool] = field(default_factory=list)
    understood: list[bool] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)


class World:
    """The catalogue as the simulator knows it."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.works = [work.id for work in graph.entities(WORK_TYPES)]

    def has(self, item: str, facet: str, value: str) -> bool:
        if facet == "type":
            return self.graph.entity(item).type == value
        if facet == "decade":
            year = self.graph.value(item, "year")
            return isinstance(year, int) and year - year % 10 == int(value)
        return value in self.graph.objects(item, facet)

    def meets(self, item: str, needs: dict[str, str]) -> bool:
        return all(self.has(item, f.removeprefix("not "), v) != f.startswith("not ") for f, v in needs.items())

    def person(self, rng: np.random.Generator, number: int) -> Person:
        while True:
            target = self.works[rng.integers(len(self.works))]
            kinds = {facet: self.graph.objects(target, facet) for facet in ("genre", "mood", "country")}
            year = self.graph.value(target, "year")
            if not all(kinds.values()) or not isinstance(year, int):
                continue
            pick = {facet: str(rng.choice(np.array(values, dtype=str))) for facet, values in kinds.items()}
            needs = {"type": self.graph.entity(target).type, "genre": pick["genre"], "mood": pick["mood"]}
            needs |= {"decade": str(year - year % 10)} if rng.random() < 0.5 else {"country": pick["country"]}
            genres = [entity.id for entity in self.graph.entities("genre") if entity.id not in kinds["genre"]]
            return Person(target, "zh" if number % 2 == 0 else "en", needs | {"not genre": str(rng.choice(genres))})

    # --- what people say -----------------------------------------------------------------------------------------

    def opening(self, person: Person) -> Saying:
        zh, en = TYPE_WORDS[person.needs["type"]]
        genre = self.graph.entity(person.needs["genre"]).label(person.lang)
        person.said |= {"type", "genre"}
        return Saying(
            (zh if person.lang == "zh" else en).format(genre),
            Operation("only", "genre", person.needs["genre"]),
            lambda item: (
                self.has(item, "genre", person.needs["genre"]) and self.has(item, "type", person.needs["type"])
            ),
            (Operation("only", "type", person.needs["type"]),),
        )

    def next(self, person: Person, page: Sequence[str], lone_target: bool, rng: np.random.Generator) -> Saying:
        """One true thing about what is wanted that the work on top is not."""
        zh, top, graph = person.lang == "zh", page[0], self.graph
        options: list[tuple[str, Saying]] = []
        refused = person.needs["not genre"]
        strangers = [g for g in map(str, graph.objects(top, "genre")) if g not in graph.objects(person.target, "genre")]
        for genre in dict.fromkeys([refused] if refused in strangers else strangers if lone_target else []):
            label = graph.entity(genre).label(person.lang)
            saying = Saying(f"不要{label}" if zh else f"not {label}", Operation("not", "genre", genre),
                            lambda item, genre=genre: not self.has(item, "genre", genre))  # fmt: skip
            options.append((f"not {genre}", saying))
        moods = map(str, graph.objects(person.target, "mood")) if lone_target else [person.needs["mood"]]
        for mood in moods:
            if not self.has(top, "mood", mood):
                words = mood_comparative(graph, mood, person.lang, True)
                options.append((mood, Saying(words, Operation("more", "mood", mood, top))))
        wrong_decade = "decade" in person.needs and not self.has(top, "decade", person.needs["decade"])
        if wrong_decade or lone_target:
            mine, theirs = graph.value(person.target, "year"), graph.value(top, "year")
            if isinstance(mine, int) and isinstance(theirs, int) and mine != theirs:
                newer = mine > theirs
                words = ("新一点的" if newer else "老一点的") if zh else ("newer" if newer else "older")
                op = Operation("more" if newer else "less", "year", None, top, 0.5 if zh else 1.0)
                options.append(
                    (f"year {top}", Saying(words, op, lambda item, y=theirs, n=newer: self._beyond(item, y, n)))
                )
        country = person.needs.get("country") or str(graph.objects(person.target, "country")[0])
        if ("country" in person.needs or lone_target) and not self.has(top, "country", country):
            label = graph.entity(country).label(person.lang)
            saying = Saying(f"{label}的" if zh else f"from {label}", Operation("only", "country", country),
                            lambda item: self.has(item, "country", country))  # fmt: skip
            options.append((country, saying))
        fresh = [(key, saying) for key, saying in options if key not in person.said]
        if not fresh:
            return Saying("换一批" if zh else "something else", Operation("another"))
        key, saying = fresh[rng.integers(len(fresh))]
        person.said.add(key)
        return saying

    def _beyond(self, item: str, year: int, newer: bool) -> bool:
        value = self.graph.value(item, "year")
        return isinstance(value, int) and (value > year if newer else value < year)


def simulate(
    world: World, talk: Conversation, reader: CritiqueReader, people: Sequence[Person], lone: bool, seed: int
) -> Tally:
    """Every person talks to the recommender; ``lone`` people want their target and nothing else."""
    tally, rng = Tally(people=len(people)), np.random.default_rng(seed)
    for person in people:
        person.said.clear()
        state = PreferenceState()
        filters: list[Saying] = []
        saying = world.opening(person)
        for turn in range(1, PATIENCE + 1):
            start = time.perf_counter()
            parsed = reader.parse(saying.text, shown=state.page)
            result = talk.recommend(state.apply(parsed), k=PAGE, lang=person.lang)
            tally.milliseconds.append(1000 * (time.perf_counter() - start))
            tally.understood.append(set(parsed) == {saying.means, *saying.also})
            state, page = result.state, [one.item for one in result.items]
            if saying.holds is not None:
                # Newer than this takes the place of newer than that; everything else said goes on holding.
                filters = [old for old in filters if not (old.means.facet == saying.means.facet == "year")]
                filters.append(saying)
            given_up = {one.operation for one in result.relaxed}
            for said in filters:
                if not given_up & {said.means, *said.also}:
                    tally.violations += sum(not said.holds(item) for item in page if said.holds)
            if not page:
                tally.dead_ends += 1
                break
            if saying.means.op == "more" and saying.means.facet == "mood" and saying.means not in given_up:
                axis, rows = talk.facets.mood(saying.means.ids[0]), talk.facets.row
                tally.moved.append(bool(axis[rows[page[0]]] > axis[rows[str(saying.means.anchor)]]))
            elif saying.means.facet == "year" and saying.holds is not None and saying.means not in given_up:
                tally.moved.append(saying.holds(page[0]))
            if person.target in page if lone else any(world.meets(item, person.needs) for item in page):
                tally.turns.append(turn)
                break
            saying = world.next(person, page, lone, rng)
    return tally


def simulate_bm25(world: World, people: Sequence[Person], lone: bool, seed: int) -> Tally:
    """The same people talk to a search engine that remembers all they said."""
    graph, rng, tally = world.graph, np.random.default_rng(seed), Tally(people=len(people))
    facets = ("genre", "mood", "country", "language", "directed_by", "cast", "performed_by")
    documents = []
    for item in world.works:
        named = [graph.entity(item), *(graph.entity(str(v)) for facet in facets for v in graph.objects(item, facet))]
        text = " ".join(name for entity in named for name in (*entity.labels.values(), *entity.aliases))
        documents.append(tokens(f"{text} {graph.entity(item).type} {graph.value(item, 'year')}"))
    engine = BM25(documents)
    for person in people:
        person.said.clear()
        shown: set[str] = set()
        query: list[str] = []
        saying = world.opening(person)
        for turn in range(1, PATIENCE + 1):
            query += tokens(saying.text)
            order = np.argsort(-engine.scores(query), kind="stable")
            page = [world.works[row] for row in order if world.works[row] not in shown][:PAGE]
            shown |= set(page)
            if person.target in page if lone else any(world.meets(item, person.needs) for item in page):
                tally.turns.append(turn)
                break
            saying = world.next(person, page, lone, rng)
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--split", choices=("valid", "test"), default="valid")
    parser.add_argument("--data", help="not used: the catalogue is the bundled one")
    options = parser.parse_args()
    seed = options.seed + (10_000 if options.split == "test" else 0)
    world = World(Catalogue.load().graph)
    talk, reader = Conversation(None, world.graph), CritiqueReader(world.graph)
    rng = np.random.default_rng(seed)
    people = [world.person(rng, number) for number in range(options.people)]
    needs, target = (simulate(world, talk, reader, people, lone, seed) for lone in (False, True))
    rivals = [simulate_bm25(world, people, lone, seed) for lone in (False, True)]
    both = [needs, target]

    def success(tally: Tally) -> float:
        return round(len(tally.turns) / tally.people, 4)

    def turns(tally: Tally) -> float:
        return round(statistics.fmean(tally.turns), 2) if tally.turns else float("nan")

    results = {
        "success_rate": success(needs),
        "turns_to_success": turns(needs),
        "success_rate/target": success(target),
        "turns_to_success/target": turns(target),
        "violations": sum(t.violations for t in both),
        "dead_ends": sum(t.dead_ends for t in both),
        "moved/critiques": round(statistics.fmean([m for t in both for m in t.moved]), 4),
        "understood": round(statistics.fmean([u for t in both for u in t.understood]), 4),
        "turn_ms/p50": round(statistics.median([ms for t in both for ms in t.milliseconds]), 2),
    }
    scores = {
        "bm25/success_rate": success(rivals[0]),
        "bm25/turns_to_success": turns(rivals[0]),
        "bm25/success_rate/target": success(rivals[1]),
        "bm25/turns_to_success/target": turns(rivals[1]),
    }
    print(
        f"{options.people} people, {len(world.works)} works, {len(needs.milliseconds) + len(target.milliseconds)} turns"
    )
    for key, value in results.items():
        print(f"  {key:26} {value:>8}   {'BM25: ' + str(scores['bm25/' + key]) if 'bm25/' + key in scores else ''}")
    row = {"benchmark": "conversation_simulated", "split": options.split, "results": results, "rivals": scores}
    print(
        json.dumps({**row, "machine": f"{platform.machine()} {platform.system()}, Python {platform.python_version()}"})
    )


if __name__ == "__main__":
    main()
