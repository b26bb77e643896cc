"""The people of the simulation mean what they say: every saying is true of its target, and a broken promise is seen."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from knowledge.graph import Graph
from recsys.conversation import Conversation
from recsys.critiques import CritiqueReader

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.conversation_simulated import PATIENCE, Talk, Tally, simulate
from benchmarks.simulated_people import Person, World


@pytest.fixture(scope="module")
def world(demo: Graph) -> World:
    return World(demo)


@pytest.fixture(scope="module")
def people(world: World) -> list[Person]:
    rng = np.random.default_rng(3)
    return [world.person(rng, number) for number in range(24)]


def test_what_people_say_is_true_of_their_target(world: World, people: list[Person], demo_talk: Conversation) -> None:
    for number, person in enumerate(people):
        rng = np.random.default_rng(number)
        assert world.meets(person.target, person.needs)
        person.said.clear()
        said = world.opening(person, rng)
        if not person.stretches:
            assert all(test(person.target) for _, test in said.tests)
        top = world.works[int(rng.integers(len(world.works)))]
        for _ in range(PATIENCE):
            said = world.next(person, [top], True, rng)
            assert all(test(person.target) for _, test in said.tests), said.text
            assert any(not test(top) for _, test in said.tests) or not said.tests, "what is on top would do"


def test_nobody_is_let_down(
    world: World, people: list[Person], demo_talk: Conversation, demo_reader: CritiqueReader
) -> None:
    for lone in (False, True):
        tally = simulate(world, demo_talk, demo_reader, people, lone, 5)
        assert not tally.violations and not tally.dead_ends and all(tally.relaxed)
        assert tally.success("zh", "en") > 0.8 and np.mean(tally.understood) > 0.95


def test_a_recommender_that_ignores_what_is_said_is_caught(
    world: World, people: list[Person], demo_talk: Conversation, demo_reader: CritiqueReader
) -> None:
    """One that answers every turn as if nothing had been asked shows works it must not."""

    class Deaf(Talk):
        def turn(self, saying):  # type: ignore[no-untyped-def]
            self.state = type(self.state)(page=self.state.page)
            self.reader = _Silent()
            return super().turn(saying)

    class _Silent:
        def parse(self, text: str, **_: object) -> tuple[()]:
            return ()

    tally = Tally()
    for number, person in enumerate(people):
        person.said.clear()
        rng = np.random.default_rng(number)
        talk = Deaf(world, demo_talk, demo_reader, person, tally)
        talk.turn(world.opening(person, rng))
    assert tally.violations > 20
