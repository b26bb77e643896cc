"""Learning to read from questions and answers alone, in a small world with known truth."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from knowledge.graph import KnowledgeError
from knowledge.kbqa.adjacency import Adjacency
from knowledge.kbqa.answering import PathQA
from knowledge.kbqa.calibration import Calibrator, expected_calibration_error
from knowledge.kbqa.features import MAX_TOKENS, features, wording
from knowledge.kbqa.paths import Path, walk
from knowledge.kbqa.softmax import fit_softmax
from knowledge.kbqa.supervision import Example, agreement, paths_reaching, supervise
from knowledge.kbqa.topics import MASK

Pairs = list[tuple[str, str | None, list[str]]]

TEMPLATES = {
    # Words that no relation is called by, so that labels are of no help.
    "who was at the helm of {}": ("p1",),
    "whose pen made {}": ("p2",),
    "blorp {} please": ("^p1",),
    "zork what came from {}": ("^p2",),
    "siblings of {} by boss": ("p1", "^p1"),
    "pens of the boss of {}": ("p1", "^p1", "p2"),
}


def world(seed: int = 0) -> Adjacency:
    """60 works, 20 people; of p1 and p2 the object is the same for one work in three."""
    dice = random.Random(seed)
    rows = []
    for work in range(60):
        boss = dice.randrange(20)
        pen = boss if work % 3 == 0 else dice.randrange(20)
        rows += [(f"Work {work:02}", "p1", f"Person {boss:02}"), (f"Work {work:02}", "p2", f"Person {pen:02}")]
    return Adjacency.from_triples(rows)


def ask(graph: Adjacency, template: str, topic: str) -> tuple[str, str, list[str]]:
    steps = tuple(graph.step_rows[name] for name in TEMPLATES[template])
    nodes, _ = walk(graph, graph.rows[topic], Path(steps, outward=len(steps) > 1))
    return template.format(topic), topic, [graph.nodes[node].id for node in nodes]


def questions(graph: Adjacency, seed: int) -> Pairs:
    dice = random.Random(seed)
    pairs: Pairs = []
    for template in TEMPLATES:
        first = TEMPLATES[template][0]
        topics = [key for key, row in graph.rows.items() if len(graph.hop(row, graph.step_rows[first]))]
        for topic in dice.sample(topics, min(16, len(topics))):
            pair = ask(graph, template, topic)
            if pair[2]:
                pairs.append(pair)
    dice.shuffle(pairs)
    return pairs


@pytest.fixture(scope="module")
def graph() -> Adjacency:
    return world()


@pytest.mark.parametrize("topics_given", [True, False])
def test_paths_are_learned_from_answers(graph: Adjacency, topics_given: bool) -> None:
    pairs = questions(graph, 1)
    taught = pairs if topics_given else [(question, None, answers) for question, _, answers in pairs]
    qa = PathQA(graph).fit(taught)
    held_out = questions(graph, 2)
    for told in (True, False):
        results = [qa.answer(question, topic if told else None) for question, topic, _ in held_out]
        right = [
            {found.label for found in result.answers} == set(answers)
            for result, (_, _, answers) in zip(results, held_out, strict=True)
        ]
        assert np.mean(right) > 0.95
        assert {result.source for result in results} == {"learned"}
        assert np.mean([result.confidence for result in results]) > 0.8


def test_the_path_of_a_wording_is_the_one_its_questions_agree_on(graph: Adjacency) -> None:
    """One question in three is as well answered by the other relation; all together are not."""
    examples = []
    for work in range(0, 60, 2):
        _, topic, answers = ask(graph, "whose pen made {}", f"Work {work:02}")
        gold = np.array(sorted(graph.rows[a] for a in answers), np.int32)
        examples.append(Example(("whose", "pen"), graph.rows[topic], gold))
    ambiguous = paths_reaching(graph, examples[0].topic, examples[0].answers, 1)
    assert len(ambiguous) == 2
    ranked = supervise(graph, examples, max_hops=2)[("whose", "pen")]
    assert ranked[0] == (Path((graph.step_rows["p2"],)), 1.0)


def test_rare_wordings_learn_from_similar_ones(graph: Adjacency) -> None:
    """Every wording stands once, half of the questions fit two paths: what the others ask for decides."""
    pairs: Pairs = []
    for index, work in enumerate(range(0, 60, 3)):  # works whose boss is their pen
        boss = ask(graph, "who was at the helm of {}", f"Work {work:02}")
        pairs.append((f"tell me n{index} the helm of Work {work:02}", boss[1], boss[2]))
    for index, work in enumerate(w for w in range(60) if w % 3):
        boss = ask(graph, "who was at the helm of {}", f"Work {work:02}")
        pen = ask(graph, "whose pen made {}", f"Work {work:02}")
        pairs.append((f"tell me m{index} the helm of Work {work:02}", boss[1], boss[2]))
        pairs.append((f"tell me k{index} the pen of Work {work:02}", pen[1], pen[2]))
    qa = PathQA(graph).fit(pairs, max_hops=1)
    assert qa.answer("tell me q the helm of Work 01").path == ("p1",)
    assert qa.answer("tell me q the pen of Work 01").path == ("p2",)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("rs"), st.sampled_from("abcdef")), max_size=14))
def test_the_search_from_both_ends_misses_no_path(rows: list[tuple[str, str, str]]) -> None:
    adjacency = Adjacency.from_triples(rows)
    for topic in range(len(adjacency)):
        for target in range(len(adjacency)):
            gold = np.array([target], np.int32)
            found = paths_reaching(adjacency, topic, gold, 2)
            steps = range(adjacency.steps)
            every = [Path((a,)) for a in steps] + [Path((a, b)) for a in steps for b in steps]
            naive = {path: agreement(walk(adjacency, topic, path)[0], gold) for path in every}
            assert {p: s for p, s in found.items() if not p.outward} == {p: s for p, s in naive.items() if s > 0}


def test_nothing_to_learn_is_said(graph: Adjacency) -> None:
    with pytest.raises(KnowledgeError, match="named as in the graph"):
        PathQA(graph).fit([("who made Nothing", "Nothing", ["Nobody"])])
    with pytest.raises(KnowledgeError):
        PathQA(graph).fit([])


# --- the parts -----------------------------------------------------------------------------------------------------


def test_a_wording_keeps_the_mask_and_reads_chinese_by_character() -> None:
    assert wording(f"{MASK}的导演是 who's that?") == (MASK, "的", "导", "演", "是", "who's", "that")
    long = wording("x " * 500 + MASK + " y" * 500)
    assert len(long) == MAX_TOKENS and MASK in long


def test_features_are_the_n_grams() -> None:
    assert set(features(("a", "b"))) == {"a", "b", "< a", "a b", "b >", "< a b", "a b >"}
    assert features(()) == ["< >"]


def test_softmax_reaches_the_optimum() -> None:
    dice = np.random.default_rng(0)
    counts = sparse.csr_matrix((dice.random((50, 6)) < 0.4).astype(np.float32))
    targets = np.eye(3, dtype=np.float32)[dice.integers(0, 3, 50)]
    weights = fit_softmax(counts, targets, l2=0.05, iterations=300).astype(np.float64)
    scores = counts @ weights
    chance = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    gradient = counts.T @ (chance - targets) / 50 + 0.05 * weights
    assert np.abs(gradient).max() < 1e-3


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=20, max_size=200))
def test_calibration_never_turns_the_order_round(seen: list[tuple[float, bool]]) -> None:
    calibrator = Calibrator.fit([score for score, _ in seen], [right for _, right in seen])
    values = [calibrator(score) for score in np.linspace(0, 1, 21)]
    assert all(0 <= a <= 1 for a in values)
    assert all(a <= b + 1e-12 for a, b in pairwise(values))


def test_calibration_finds_the_rate() -> None:
    dice = np.random.default_rng(0)
    scores = dice.random(20_000)
    correct = dice.random(20_000) < scores**2
    calibrator = Calibrator.fit(scores, correct)
    assert abs(calibrator(0.5) - 0.25) < 0.05
    assert expected_calibration_error([calibrator(s) for s in scores], correct) < 0.02
    assert expected_calibration_error(scores, correct) > 0.1


def test_the_calibration_error_of_known_cases() -> None:
    assert expected_calibration_error([1.0, 1.0], [1, 0]) == pytest.approx(0.5)
    assert expected_calibration_error([0.0, 1.0], [0, 1]) == 0
    assert expected_calibration_error([], []) == 0
