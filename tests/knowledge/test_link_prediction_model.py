"""The network, the rules and their blend, each against the slow way or a world whose answers are known."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from knowledge.link_prediction.blend import STATIC, Blend
from knowledge.link_prediction.evaluation import evaluate
from knowledge.link_prediction.rules import PathRules, bodies, walks
from knowledge.link_prediction.triples import Known, TripleSet, both_ways, split

DIRECTED, WRITTEN, GENRE = 0, 1, 2
PAIRS, FILMS = 12, 8


def world() -> TripleSet:
    """Twelve directors with eight films each; each has one writer for all films and one of four genres."""
    rows = [
        row
        for pair in range(PAIRS)
        for number in range(FILMS)
        for row in (
            (f"film {pair} {number}", "directed_by", f"director {pair}"),
            (f"film {pair} {number}", "written_by", f"writer {pair}"),
            (f"film {pair} {number}", "genre", f"genre {pair % 4}"),
        )
    ]
    return TripleSet.from_rows(rows)


@pytest.fixture(scope="module")
def parts() -> tuple[TripleSet, np.ndarray, np.ndarray]:
    whole = world()
    train, tune, test = split(whole.rows, seed=3, parts=(0.7, 0.15, 0.15))
    return whole.with_rows(train), tune, test


# --- rules -----------------------------------------------------------------------------------------------------------


def test_a_walk_is_followed_step_by_step() -> None:
    triples = TripleSet.from_rows([("a", "r", "b"), ("a", "r", "c"), ("b", "s", "d"), ("c", "s", "d"), ("c", "s", "e")])
    rules = PathRules(triples, [[], [], [], []])
    number = {name: index for index, name in enumerate(triples.entities)}
    found = dict(walks(rules.steps, np.array([number["a"]]), [(0, 1), (0,)]))
    assert found[(0,)].toarray()[0, number["b"]] == 0.5
    assert found[(0, 1)].toarray()[0, [number["d"], number["e"]]].tolist() == [0.75, 0.25]


def test_the_rule_that_made_the_world_is_found_with_its_confidence(parts) -> None:
    train, tune, _ = parts
    rules = {rule.body: rule for rule in PathRules.fit(train, tune).rules[WRITTEN]}
    through_director = rules[(DIRECTED, DIRECTED + 3, WRITTEN)]
    through_genre = rules[(GENRE, GENRE + 3, WRITTEN)]
    assert through_director.confidence == pytest.approx(1.0, abs=1e-4)
    assert 0.1 < through_genre.confidence < 0.7  # three writers share a genre
    assert 0 < through_director.support <= len(tune)


def test_bodies_lead_from_heads_to_tails_and_never_are_the_relation_itself(parts) -> None:
    train = parts[0]
    ends = [set(row.nonzero()[0]) for row in train.counts]
    found = list(bodies(train, WRITTEN, 3))
    assert found and (WRITTEN,) not in found
    for body in found:
        for one, after in pairwise(body):
            assert ends[one] & ends[(after + 3) % 6]
        assert ends[body[-1]] & ends[WRITTEN]


def test_confidence_never_counts_what_the_walk_can_see(parts) -> None:
    """A rule is counted on held-out facts: with those in the graph, the trivial way back would look perfect."""
    train, tune, _ = parts
    for of_relation in PathRules.fit(train, tune).rules:
        assert all(0.0 < rule.confidence <= 1.0 for rule in of_relation)
    nothing = PathRules.fit(train, np.empty((0, 3), dtype=np.int64))
    assert all(rules == [] for rules in nothing.rules)


# --- the network -----------------------------------------------------------------------------------------------------


def test_messages_are_the_sum_over_relations_of_means_over_neighbours() -> None:
    torch = pytest.importorskip("torch")
    from knowledge.link_prediction.encoder import CompGCN, Messages

    triples = world()
    messages = Messages(triples)
    torch.manual_seed(0)
    model = CompGCN(len(triples.entities), 3, dim=4, layers=1, dropout=0.5).eval()
    kept = torch.rand(len(messages.source)) < 0.6
    with torch.no_grad():
        h, z = model(messages, messages.weights(kept))
    x, relation, layer = model.entity.weight, model.relation.weight, model.layers[0]
    for entity in (0, 1, 2, 3, 20):
        update = torch.zeros(4)
        for number in range(6):
            heard = [
                x[s] * relation[number]
                for s, r, t in triples.directed[kept.numpy()].tolist()
                if t == entity and r == number
            ]
            if heard:
                mean = torch.stack(heard).mean(dim=0)
                update = update + (layer.out if number < 3 else layer.into)(mean)
        slow = layer.norm(layer.own(x[entity]) + torch.tanh(update))
        assert torch.allclose(h[entity], slow, atol=1e-5)
    assert torch.allclose(z, layer.relation(relation) / 2.0)  # √4


def test_counts_are_those_of_the_kept_messages() -> None:
    torch = pytest.importorskip("torch")
    from knowledge.link_prediction.encoder import Messages

    triples = world()
    messages = Messages(triples)
    assert np.array_equal(messages.counts().numpy(), triples.counts)
    none = torch.zeros(len(messages.source), dtype=torch.bool)
    assert messages.counts(none).sum() == 0 and messages.weights(none).sum() == 0


@pytest.mark.parametrize("decoder", ["distmult", "complex"])
def test_decoders_are_their_formulas(decoder) -> None:
    torch = pytest.importorskip("torch")
    from knowledge.link_prediction.decoder import question
    from knowledge.link_prediction.embeddings import Embeddings

    h, r, t = (part.numpy() for part in torch.randn(3, 6, generator=torch.Generator().manual_seed(1)))
    if decoder == "distmult":
        right = (h * r * t).sum()
    else:
        a, b, c = (part[:3] + 1j * part[3:] for part in (h, r, t))
        right = (a * b * c.conj()).sum().real
    asked = question(decoder, torch.from_numpy(h[None]), torch.from_numpy(r))
    assert float(asked[0] @ torch.from_numpy(t)) == pytest.approx(right, abs=1e-5)
    # numpy serves what torch trained
    table = np.stack([h, t, np.zeros(6, dtype=np.float32)])
    prior = np.array([[0.0, 0.3, 0.1]], dtype=np.float32)
    served = Embeddings(table, r[None], prior, decoder, (np.array([1, 2]),))
    scores = served.scores(np.array([0]), 0)[0]
    assert np.exp(scores[[1, 2]]).sum() == pytest.approx(1.0, abs=1e-5)
    assert scores[1] - scores[2] == pytest.approx(right + 0.2, abs=1e-4)
    assert scores[0] < scores[[1, 2]].min()  # not a candidate


def test_the_network_learns_the_world(parts) -> None:
    pytest.importorskip("torch")
    from knowledge.link_prediction.training import Options, fit

    train, tune, test = parts
    known = Known(np.concatenate([train.rows, tune, test]), 3)
    told: list[float] = []
    options = Options(dim=16, steps=80, look=20, negatives=16, asked=0.3)
    _, learned = fit(train, tune, options, progress=lambda step, loss, mrr: told.append(loss))
    _, untrained = fit(train, tune, Options(dim=16, steps=1, rate=0.0))
    facts = test[test[:, 1] != GENRE]
    found = evaluate(learned.scores, facts, known, 3)
    assert found.mrr > evaluate(untrained.scores, facts, known, 3).mrr + 0.2
    assert found.of_relation(WRITTEN).mrr > 0.6
    assert told[-1] < told[0]


def test_training_is_seeded_and_leaves_torch_as_it_was(parts) -> None:
    torch = pytest.importorskip("torch")
    from knowledge.link_prediction.training import Options, fit

    before = torch.get_num_threads()
    one, two = (fit(*parts[:2], Options(dim=8, steps=5, negatives=4))[1] for _ in range(2))
    assert np.array_equal(one.entities, two.entities)
    assert torch.get_num_threads() == before


def test_training_goes_on_from_where_it_stopped(parts, tmp_path) -> None:
    pytest.importorskip("torch")
    from knowledge.graph import KnowledgeError
    from knowledge.link_prediction.training import Options, fit

    train, tune, _ = parts
    options = Options(dim=8, steps=40, look=10, patience=99)
    steps: list[int] = []
    ticks = iter(range(10**6))
    fit(
        train, tune, options, checkpoint=tmp_path, time_budget=25, clock=lambda: float(next(ticks))
    )  # a clock that ends it early
    fit(train, tune, options, checkpoint=tmp_path, progress=lambda step, *_: steps.append(step))
    assert steps[-1] == 40 and steps[0] > 10 and len(steps) < 4
    with pytest.raises(KnowledgeError, match="other options"):
        fit(train, tune, Options(dim=4), checkpoint=tmp_path)


# --- the blend -------------------------------------------------------------------------------------------------------


def test_the_blend_learns_what_to_trust(parts) -> None:
    train, tune, test = parts
    known = Known(np.concatenate([train.rows, tune, test]), 3)
    rules = PathRules.fit(train, tune)
    blend = Blend.fit(train, tune, None, rules)
    usual = Blend.fit(train, tune, None, None)
    found, alone = (evaluate(model.scores, test, known, 3) for model in (blend, usual))
    assert found.of_relation(WRITTEN).mrr > 0.75  # the writer of the director's other films, where one is recorded
    assert found.mrr > alone.mrr + 0.2
    # A film that has a writer needs none: films without one come before films with one.
    never = usual.weights[WRITTEN + 3][STATIC.index("never")]
    frequency = usual.weights[WRITTEN + 3][STATIC.index("frequency")]
    assert never > frequency * np.log(2)


def test_blend_scores_are_the_weighted_features(parts) -> None:
    train, tune, _ = parts
    rules = PathRules.fit(train, tune)
    blend = Blend.fit(train, tune, None, rules)
    heads = np.array([0, 5, 9])
    features = [feature.toarray() for _, feature in rules.features(heads, WRITTEN)]
    slow = sum(w * f for w, f in zip(blend.weights[WRITTEN], features, strict=False))
    slow = slow + blend.weights[WRITTEN][len(features) :] @ blend.static[WRITTEN]
    assert np.allclose(blend.scores(heads, WRITTEN), slow, atol=1e-5)


def test_a_relation_nobody_held_out_still_scores(parts) -> None:
    train = parts[0]
    only_genre = train.rows[train.rows[:, 1] == GENRE][:10]
    left = train.with_rows(np.array([row for row in train.rows.tolist() if row not in only_genre.tolist()]))
    blend = Blend.fit(left, only_genre, None, PathRules.fit(left, only_genre))
    heads = both_ways(only_genre, 3)[:2, 0]
    assert np.isfinite(blend.scores(heads, WRITTEN)).all()
