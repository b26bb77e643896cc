"""Skip-gram and what is built on it: items as words, texts, walks through the graph."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest

from knowledge.graph import Entity, Fact, Graph, Relation
from recsys.graph_vectors import GraphVectors, neighbourhood, walks
from recsys.interactions import Interactions
from recsys.item2vec import Item2Vec
from recsys.skip_gram import SkipGram, _pairs, _step, skip_gram, unit_rows
from recsys.storage import ModelFileError
from recsys.text_vectors import TextVectors, text_of


def flat(sentences: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    starts = np.cumsum([0, *map(len, sentences)])
    return np.array([token for sentence in sentences for token in sentence], np.int64), starts.astype(np.int64)


class TestSkipGram:
    def test_what_stands_together_points_together(self) -> None:
        rng = np.random.default_rng(0)
        tokens, starts = flat([[int(t) + 10 * (s % 2) for t in rng.integers(0, 10, 6)] for s in range(300)])
        x = unit_rows(skip_gram(tokens, starts, 21, SkipGram(factors=8, epochs=10, subsample=0.0)))
        cosine = x @ x.T
        assert cosine[:10, :10].min() > cosine[:10, 10:20].max()
        assert not x[20].any(), "a token that never occurs has no direction"

    def test_windows_end_where_sequences_end(self) -> None:
        """Every pair of one window and no other, when the window always has its full reach."""
        tokens, starts = flat([[0, 1, 2], [3], [], [4, 5]])
        how = SkipGram(window=1, subsample=0.0)
        count = np.bincount(tokens, minlength=6).astype(float)
        for seed in range(3):
            pairs = [
                pair
                for a, b in _pairs(tokens, starts, count, how, np.random.default_rng(seed))
                for pair in zip(a.tolist(), b.tolist(), strict=True)
            ]
            assert sorted(pairs) == [(0, 1), (1, 0), (1, 2), (2, 1), (4, 5), (5, 4)]

    def test_shuffled_sequences_pair_everything_with_everything(self) -> None:
        tokens, starts = flat([[0, 1, 2, 3], [4, 5]])
        how = SkipGram(window=1, subsample=0.0, shuffle=True)
        rng = np.random.default_rng(0)
        met = {
            pair
            for _ in range(60)
            for a, b in _pairs(tokens, starts, np.ones(6), how, rng)
            for pair in zip(a.tolist(), b.tolist(), strict=True)
        }
        assert met == {(a, b) for a in range(4) for b in range(4) if a != b} | {(4, 5), (5, 4)}

    def test_frequent_tokens_are_kept_as_often_as_said(self) -> None:
        tokens, starts = flat([[0] * 8000 + [1] * 2000])
        how = SkipGram(window=1, subsample=0.05)
        pairs = sum(
            len(a) for a, _ in _pairs(tokens, starts, np.bincount(tokens).astype(float), how, np.random.default_rng(0))
        )
        expected = 8000 * np.sqrt(0.05 / 0.8) + 2000 * np.sqrt(0.05 / 0.2)
        assert pairs == pytest.approx(2 * expected, rel=0.05)

    def test_a_step_goes_along_the_gradient(self) -> None:
        """The first Adagrad step of a row is η √d along the gradient of equation 4, written out pair by pair."""
        rng = np.random.default_rng(3)
        n, d = 6, 4
        x, y = rng.standard_normal((2, n, d)).astype(np.float32)
        centre, context = np.array([0, 0, 2]), np.array([1, 3, 1])
        noise = np.array([0, 0, 0, 0, 0, 1.0])  # only token 5 is ever drawn
        how = SkipGram(factors=d, negatives=3, learning_rate=0.1)

        def sigma(s: float) -> float:
            return float(1 / (1 + np.exp(-s)))

        gx, gy = np.zeros((2, n, d))
        for a, b in zip(centre, context, strict=True):
            gx[a] += (1 - sigma(x[a] @ y[b])) * y[b] - 3 * sigma(x[a] @ y[5]) * y[5]
            gy[b] += (1 - sigma(x[a] @ y[b])) * x[a]
            gy[5] -= 3 * sigma(x[a] @ y[5]) * x[a]
        new_x, new_y = x.copy(), y.copy()
        _step(new_x, new_y, [np.zeros(n, np.float32), np.zeros(n, np.float32)], centre, context, noise, how, rng)
        for new, old, g in ((new_x, x, gx), (new_y, y, gy)):
            length = np.linalg.norm(g, axis=1, keepdims=True)
            expected = 0.1 * np.sqrt(d) * np.divide(g, length, out=np.zeros_like(g), where=length > 0)
            np.testing.assert_allclose(new - old, expected, atol=1e-5)

    @pytest.mark.parametrize(
        "wrong", [{"factors": 0}, {"window": 0}, {"negatives": 0}, {"epochs": -1}, {"learning_rate": 0.0}]
    )
    def test_parameters_are_checked(self, wrong: dict) -> None:
        with pytest.raises(ValueError, match=next(iter(wrong))):
            SkipGram(**wrong)
        with pytest.raises(ValueError, match=next(iter(wrong))):
            Item2Vec(**wrong)


class TestItem2Vec:
    def test_the_score_is_the_sum_of_cosines(self, random_table: Interactions) -> None:
        model = Item2Vec(factors=8, epochs=3, subsample=0.0).fit(random_table)
        assert np.linalg.norm(model.vectors, axis=1) == pytest.approx(np.ones(35), abs=1e-5)
        expected = model.similar("i3") - 0.5 * model.similar("i8")
        np.testing.assert_allclose(model.scores([("i3", 1.0), ("i8", -0.5)]), expected, atol=1e-6)
        with pytest.raises(KeyError):
            model.similar("nobody-knows")

    def test_the_order_within_a_history_does_not_matter(self, random_table: Interactions) -> None:
        users, items, values, _ = random_table.rows()
        backwards = Interactions(users, items, values, -np.arange(len(users)))
        one, other = (Item2Vec(factors=4, epochs=2).fit(table) for table in (random_table, backwards))
        np.testing.assert_array_equal(one.vectors, other.vectors)


TEXTS = {
    "space-1": "a rocket flies to the cold planet and the crew repairs the rocket",
    "space-2": "the crew of a rocket lands on a strange planet",
    "space-3": "astronauts and their rocket orbit a planet, the crew waits",
    "love-1": "two lovers meet at a wedding and dance until the wedding ends",
    "love-2": "a dance, a wedding, two lovers who quarrel",
    "love-3": "the lovers plan a wedding and dance",
    "mute": "",
}


@pytest.fixture(scope="module")
def texts() -> TextVectors:
    return TextVectors.of_texts(TEXTS, factors=8, epochs=60, common_share=0.1)


class TestTextVectors:
    def test_like_texts_are_near(self, texts: TextVectors) -> None:
        assert {item for item, _ in texts.recommend(["space-1"], 2)} == {"space-2", "space-3"}
        assert {item for item, _ in texts.recommend(["love-2"], 2)} == {"love-1", "love-3"}
        assert texts.scores(["space-1"])[list(TEXTS).index("mute")] == 0

    def test_words_explain_exactly(self, texts: TextVectors) -> None:
        parts = texts.words_of("space-1", "space-2")
        assert sum(part for _, part in parts) == pytest.approx(texts.similar("space-1")[1], abs=1e-5)
        assert {word for word, _ in parts} <= set(texts.words) and parts == sorted(parts, key=lambda p: -p[1])
        assert texts.words_of("mute", "space-1") == []
        with pytest.raises(KeyError):
            texts.words_of("nobody-knows", "mute")

    def test_a_text_nobody_has_seen_finds_its_like(self, texts: TextVectors) -> None:
        order = [texts.item_ids[i] for i in np.argsort(-texts.scores_of_text("The planet and its crew"))[:3]]
        assert set(order) == {"space-1", "space-2", "space-3"}
        own = texts.scores_of_text(TEXTS["love-1"])
        np.testing.assert_allclose(own, texts.similar("love-1"), atol=1e-5)
        assert not texts.scores_of_text("xyzzy").any() and texts.scores_of_text("xyzzy").shape == (7,)

    def test_of_a_graph(self, graph: Graph, tmp_path) -> None:
        assert "科幻" in text_of(graph, "film/interstellar") and "Nolan" in text_of(graph, "film/interstellar")
        model = TextVectors.of(graph, factors=16, epochs=20)
        assert model.item_ids == tuple(e.id for e in graph.entities(("film", "series", "album", "show")))
        assert np.isfinite(model.vectors).all()
        model.save(tmp_path)
        again = TextVectors.load(tmp_path)
        for one, other in ((model, again), (again, model)):
            np.testing.assert_array_equal(one.scores_of_text("科幻"), other.scores_of_text("科幻"))
            assert one.words_of("film/ring", "film/conjuring") == other.words_of("film/ring", "film/conjuring")

    def test_no_texts_and_wrong_parameters(self) -> None:
        assert TextVectors.of_texts({}).recommend([], 1) == []
        assert TextVectors.of_texts({"a": "x", "b": ""}).scores(["a"]).shape == (2,)
        for wrong in ({"fewest": 0}, {"common_share": 0.0}):
            with pytest.raises(ValueError, match=next(iter(wrong))):
                TextVectors(**wrong)


def chain(names: str) -> Graph:
    """a–b–c–d: each a film that points at the next."""
    made = Graph()
    made.add_relation(Relation("next", {"en": "next"}, {"en": "previous"}, "entity"))
    made.add_relation(Relation("year", {"en": "year"}, {"en": "year"}, "integer"))
    for name in names:
        made.add_entity(Entity(name, "film", {"en": name}))
    for one, other in pairwise(names):
        made.add_fact(Fact(one, "next", other, "test"))
    return made


class TestGraphVectors:
    def test_neighbours_are_what_facts_join(self) -> None:
        made = chain("abc")
        made.add_fact(Fact("a", "year", 1994, "test"))
        made.add_fact(Fact("c", "year", 1999, "test"))
        nodes, edges = neighbourhood(made)
        assert nodes == ("a", "b", "c", "era/1990")
        joined = {(nodes[i], nodes[j]) for i, j in zip(*edges.nonzero(), strict=True)}
        assert joined == {(a, b) for one in ("ab", "bc") for a, b in (one, one[::-1])} | {
            pair for film in "ac" for pair in ((film, "era/1990"), ("era/1990", film))
        }

    def test_walks_go_along_edges_and_stop_at_dead_ends(self) -> None:
        made = chain("abcd")
        made.add_entity(Entity("z", "film", {"en": "alone"}))
        nodes, edges = neighbourhood(made)
        stops = walks(edges, 20, 8, 0.5, 2.0, np.random.default_rng(0))
        assert stops.shape == (100, 8)
        dense = edges.toarray()
        for row in stops:
            if nodes[row[0]] == "z":
                assert (row[1:] == -1).all()
            else:
                assert all(dense[a, b] for a, b in pairwise(row))

    @pytest.mark.parametrize(("p", "q"), [(1.0, 1.0), (0.25, 1.0), (4.0, 0.5), (0.5, 4.0)])
    def test_second_steps_have_the_probabilities_of_the_paper(self, p: float, q: float) -> None:
        """From t to v, whose neighbours are t itself, one that t knows and one that it does not."""
        made = Graph()
        made.add_relation(Relation("next", {"en": "next"}, {"en": "previous"}, "entity"))
        for name in "tvxy":
            made.add_entity(Entity(name, "film", {"en": name}))
        for one, other in ("tv", "tx", "vx", "vy"):
            made.add_fact(Fact(one, "next", other, "test"))
        nodes, edges = neighbourhood(made)
        stops = walks(edges, 20_000, 3, p, q, np.random.default_rng(1))
        came = stops[(stops[:, 0] == nodes.index("t")) & (stops[:, 1] == nodes.index("v")), 2]
        weight = np.array([1 / p, 1.0, 1 / q])
        share = np.bincount(came, minlength=4)[[nodes.index(name) for name in "txy"]] / len(came)
        np.testing.assert_allclose(share, weight / weight.sum(), atol=0.015)

    def test_like_works_are_near(self, graph: Graph, tmp_path) -> None:
        model = GraphVectors.of(graph, factors=16, per_node=20, epochs=4)
        horror = model.similar("film/ring")
        place = {item: row for row, item in enumerate(model.item_ids)}
        assert horror[place["film/conjuring"]] > horror[place["film/paddington"]]
        assert "genre/horror" in dict(model.near("film/ring", 8)) and "film/ring" not in dict(
            model.near("film/ring", 99)
        )
        with pytest.raises(KeyError, match="no place"):
            model.near("film/nowhere")
        model.save(tmp_path)
        assert GraphVectors.load(tmp_path).near("film/ring") == model.near("film/ring")

    def test_the_same_seed_gives_the_same_vectors(self, graph: Graph) -> None:
        one, same, other = (GraphVectors.of(graph, factors=8, epochs=1, p=2.0, seed=seed) for seed in (1, 1, 2))
        np.testing.assert_array_equal(one.vectors, same.vectors)
        assert not np.allclose(one.vectors, other.vectors)

    @pytest.mark.parametrize("wrong", [{"per_node": 0}, {"length": 1}, {"p": 0.0}, {"q": -1.0}])
    def test_parameters_are_checked(self, wrong: dict) -> None:
        with pytest.raises(ValueError, match=next(iter(wrong))):
            GraphVectors(**wrong)


def test_vectors_for_other_items_are_refused(graph: Graph, tmp_path) -> None:
    model = GraphVectors.of(graph, factors=4, epochs=0)
    model.save(tmp_path)
    manifest = tmp_path / "model.json"
    content = json.loads(manifest.read_text())
    content["settings"]["items"] = content["settings"]["items"][:-1]
    manifest.write_text(json.dumps(content))
    with pytest.raises(ModelFileError, match="vectors of shape"):
        GraphVectors.load(tmp_path)
