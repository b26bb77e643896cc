"""Simulated people talk to the recommender in Chinese and English: do they get what they came for, and at what price?

Protocol. An agenda-based simulator, after Schatzmann et al. (NAACL 2007) and UserSimCRS (Afzali et al., WSDM 2023). A
person has a hidden target, drawn from the bundled catalogue, and *needs* read off it: its type, a genre or an actor, a
mood, its decade or its country, and a genre that it is not. They open with a genre, an actor (「周迅演的」), an occasion
("for two kids on a Sunday") or a work ("like X but shorter"), then each turn say one thing or two at once that the work on
top is not (「更轻松，不要恐怖片」, "newer, with Zhou Xun", 「别太长」, 「最近三年的」, 「不要国产的」), or 「换一批」 when there is
nothing left to say. One in ten asks at first for more than any work has; one in four has been here before, liked a work
and refused a genre for good, and comes back on another day. Everything passes through text: utterance → CritiqueReader →
state → page of 4; what is remembered passes through JSON and the rule of what lasts (``actions.taste``). Patience is 8
turns. 1,000 people, half in each language, each in two moods: content with any work that meets every need, said or not,
and (``/target``) with their one target alone.

    success_rate             needs: a page holds a work that meets them all
    turns_to_success         mean over those who succeeded; the opening is turn 1
    success_rate/target, …   the same people looking for their one target
    success_rate/zh, …/en    needs, by language; also turns_to_success
    violations               works shown against a filter said in words, today or on another day, and not reported as
                             given up; judged from the catalogue's facts and the simulator's own intentions, not from what
                             the parser made of them; a work liked or shown before that comes back counts, too
    dead_ends                empty pages
    relaxations_said         share of pages where something gave way that say so in a sentence
    moved/critiques          share of comparisons after which the top work did move the way asked
    understood               share of utterances read as exactly what was meant
    turn_ms/p50              parse + recommend
    success_rate/sum, …      the same people, works ranked by a sum of parts (``scoring="sum"``) and not, as by default,
                             by one posterior over the person

Anchor. No published number fits (simulators and catalogues differ); the rival runs in the same simulation: BM25 over
all the person said so far, works as documents of their facts in both languages, the baseline that "bare BM25" set for
conversational recommendation (arXiv 2305.13725). It never shows a work twice either.

Caution. Simulated people are consistent and know the catalogue's own words; real ones are not and do not. This measures
that the machinery steers and keeps its promises, not satisfaction.

    python -m benchmarks.conversation_simulated [--people 1000] [--seed 0] [--split valid|test]

The splits differ in the seed only; no data set is read and nothing is trained.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from actions.taste import lasting
from benchmarks import common
from benchmarks.simulated_people import Person, Saying, Test, World
from knowledge.catalogue import Catalogue
from knowledge.search.bm25 import BM25
from knowledge.text import tokens
from recsys import Conversation, CritiqueReader, Operation, PreferenceState

PAGE, PATIENCE = 4, 8
LANGUAGES = ("zh", "en")


@dataclass
class Tally:
    turns: dict[str, list[int]] = field(default_factory=lambda: {lang: [] for lang in LANGUAGES})
    people: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LANGUAGES, 0))
    violations: int = 0
    dead_ends: int = 0
    relaxed: list[bool] = field(default_factory=list)
    moved: list[bool] = field(default_factory=list)
    understood: list[bool] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)

    def success(self, *langs: str) -> float:
        return sum(len(self.turns[lang]) for lang in langs) / sum(self.people[lang] for lang in langs)

    def mean_turns(self, *langs: str) -> float:
        taken = [turns for lang in langs for turns in self.turns[lang]]
        return statistics.fmean(taken) if taken else float("nan")


class Talk:
    """One person in one talk: what was said so far, and every page held against it."""

    def __init__(self, world: World, talk: Conversation, reader: CritiqueReader, person: Person, tally: Tally) -> None:
        self.world, self.talk, self.reader, self.person, self.tally = world, talk, reader, person, tally
        self.state = PreferenceState()
        self.history: list[tuple[str, float]] = []
        self.promises: list[tuple[Operation, Test]] = []
        self.shown: set[str] = set()

    def visit_before(self, rng: np.random.Generator) -> None:
        """Another evening: a work liked, a genre refused, and what the assistant keeps of it."""
        liked = self.world.akin(self.person, rng)
        title = self.world.title(liked, self.person)
        loved = Saying(f"我喜欢{title}" if self.person.zh else f"I love {title}", (Operation("like", "item", liked),))
        refused = self.world.refusal(self.person.needs["not genre"], self.person)
        for saying in (loved, refused):
            self.turn(saying)
        kept = PreferenceState.from_json(lasting(self.state).to_json())
        self.state, self.history, self.shown = kept, [(liked, 1.0)], {liked}

    def turn(self, saying: Saying) -> list[str]:
        """Says it, and returns the page."""
        tally, talk = self.tally, self.talk
        start = time.perf_counter()
        parsed = self.reader.parse(saying.text, shown=self.state.page)
        result = talk.recommend(self.state.apply(parsed), self.history, PAGE, self.person.lang)
        tally.milliseconds.append(1000 * (time.perf_counter() - start))
        tally.understood.append(set(parsed) == set(saying.means))
        self.state, page = result.state, [one.item for one in result.items]
        for op, test in saying.tests:
            # Newer than this takes the place of newer than that; everything else said goes on holding.
            compares = op.op in ("more", "less")
            self.promises = [
                old
                for old in self.promises
                if not (old[0].facet == op.facet and (compares or (old[0].op in ("more", "less") and op.op == "only")))
                and not (op.facet == old[0].facet == "country" and op.op == old[0].op == "only")
            ]
            self.promises.append((op, test))
        given_up = {one.operation for one in result.relaxed}
        if given_up and page and not all(one.wish.conceded for one in result.relaxed):
            tally.relaxed.append(bool(result.message))
        held = [test for op, test in self.promises if op not in given_up]
        tally.violations += sum(not test(item) for item in page for test in held)
        tally.violations += len(self.shown & set(page))
        self.shown |= set(page)
        tally.dead_ends += not page
        if page:
            self._moved(saying, page[0], given_up)
        return page

    def _moved(self, saying: Saying, top: str, given_up: set[Operation]) -> None:
        for op in saying.means:
            if op.op == "more" and op.facet == "mood" and op.anchor and op not in given_up:
                axis, rows = self.talk.facets.mood(op.ids[0]), self.talk.facets.row
                self.tally.moved.append(bool(axis[rows[top]] > axis[rows[op.anchor]]))
        for op, test in saying.tests:
            if op.op in ("more", "less") and op not in given_up:
                self.tally.moved.append(test(top))


def simulate(
    world: World, talk: Conversation, reader: CritiqueReader, people: Sequence[Person], lone: bool, seed: int
) -> Tally:
    """Every person talks to the recommender; ``lone`` people want their target and nothing else."""
    tally = Tally()
    for number, person in enumerate(people):
        rng = np.random.default_rng([seed, number])
        tally.people[person.lang] += 1
        person.said.clear()
        one = Talk(world, talk, reader, person, tally)
        if person.remembers:
            one.visit_before(rng)
        saying = world.opening(person, rng)
        for turn in range(1, PATIENCE + 1):
            page = one.turn(saying)
            if not page:
                break
            if found(world, person, page, lone):
                tally.turns[person.lang].append(turn)
                break
            saying = world.next(person, page, lone, rng)
    return tally


def found(world: World, person: Person, page: Sequence[str], lone: bool) -> bool:
    return person.target in page if lone else any(world.meets(item, person.needs) for item in page)


def simulate_bm25(world: World, people: Sequence[Person], lone: bool, seed: int) -> Tally:
    """The same people talk to a search engine that remembers all they said."""
    graph, tally = world.graph, Tally()
    facets = ("genre", "mood", "country", "language", "directed_by", "cast", "performed_by")
    documents = []
    for item in world.works:
        named = [graph.entity(item), *(graph.entity(str(v)) for facet in facets for v in graph.objects(item, facet))]
        text = " ".join(name for entity in named for name in (*entity.labels.values(), *entity.aliases))
        documents.append(tokens(f"{text} {graph.entity(item).type} {graph.value(item, 'year')}"))
    engine = BM25(documents)
    for number, person in enumerate(people):
        rng = np.random.default_rng([seed, number])
        tally.people[person.lang] += 1
        person.said.clear()
        shown: set[str] = set()
        query: list[str] = []
        if person.remembers:
            world.akin(person, rng)  # the same draws, so that both hear the same people
        saying = world.opening(person, rng)
        for turn in range(1, PATIENCE + 1):
            query += tokens(saying.text)
            order = np.argsort(-engine.scores(query), kind="stable")
            page = [world.works[row] for row in order if world.works[row] not in shown][:PAGE]
            shown |= set(page)
            if found(world, person, page, lone):
                tally.turns[person.lang].append(turn)
                break
            saying = world.next(person, page, lone, rng)
    return tally


def main() -> None:
    parser = common.options(__doc__ or "", data=False)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--split", choices=("valid", "test"), default="valid")
    parser.add_argument("--data", help="not used: the catalogue is the bundled one")
    chosen = parser.parse_args()
    seed = chosen.seed + (10_000 if chosen.split == "test" else 0)
    world = World(Catalogue.load().graph)
    reader = CritiqueReader(world.graph)
    rng = np.random.default_rng(seed)
    people = [world.person(rng, number) for number in range(chosen.people)]
    talks = {"": Conversation(None, world.graph), "/sum": Conversation(None, world.graph, scoring="sum")}
    results: dict[str, float] = {}
    everything: list[Tally] = []
    with common.console.status("talking") as status:
        for name, talk in talks.items():
            status.update(f"talking{name}")
            needs, target = (simulate(world, talk, reader, people, lone, seed) for lone in (False, True))
            both = [needs, target]
            everything += both
            results |= {
                f"success_rate{name}": needs.success(*LANGUAGES),
                f"turns_to_success{name}": needs.mean_turns(*LANGUAGES),
                f"success_rate/target{name}": target.success(*LANGUAGES),
                f"turns_to_success/target{name}": target.mean_turns(*LANGUAGES),
                f"turn_ms/p50{name}": statistics.median([ms for t in both for ms in t.milliseconds]),
            }
            if not name:
                results |= {f"success_rate/{lang}": needs.success(lang) for lang in LANGUAGES}
                results |= {f"turns_to_success/{lang}": needs.mean_turns(lang) for lang in LANGUAGES}
        status.update("talking to BM25")
        rivals = [simulate_bm25(world, people, lone, seed) for lone in (False, True)]
    results |= {
        "violations": sum(t.violations for t in everything),
        "dead_ends": sum(t.dead_ends for t in everything),
        "relaxations_said": statistics.fmean([said for t in everything for said in t.relaxed] or [1.0]),
        "moved/critiques": statistics.fmean([moved for t in everything for moved in t.moved]),
        "understood": statistics.fmean([understood for t in everything for understood in t.understood]),
    }
    scores = {
        "bm25/success_rate": rivals[0].success(*LANGUAGES),
        "bm25/turns_to_success": rivals[0].mean_turns(*LANGUAGES),
        "bm25/success_rate/target": rivals[1].success(*LANGUAGES),
        "bm25/turns_to_success/target": rivals[1].mean_turns(*LANGUAGES),
    }
    reach = {"violations": 0.0, "dead_ends": 0.0, "relaxations_said": 1.0}
    common.report("conversation_simulated", results, split=chosen.split, rivals=scores, reach=reach)


if __name__ == "__main__":
    main()
