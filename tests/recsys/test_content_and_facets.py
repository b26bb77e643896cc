"""Likeness by facts and the arrays behind facets, on a catalogue small enough to check by eye."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.graph import Graph
from recsys.content import RELATION_WEIGHTS, ContentSimilarity
from recsys.facets import AGAINST, Facets
from recsys.interactions import Interactions
from recsys.linear import EASE


@pytest.fixture(scope="module")
def content(graph: Graph) -> ContentSimilarity:
    return ContentSimilarity.of(graph)


@pytest.fixture(scope="module")
def facets(graph: Graph) -> Facets:
    return Facets(graph, popularity={"film/titanic": 0.9, "film/ring": 0.1})


class TestContent:
    """Content is a recommender like any other, only that it needs no interactions.

    ``model_behaviour.py`` tests it without a graph; here it has one.
    """

    history = (("film/interstellar", 1.0), ("film/ring", -0.5), ("film/coco", 0.7))

    @pytest.fixture
    def model(self, content: ContentSimilarity) -> ContentSimilarity:
        return content

    def test_recommend_is_the_sorted_scores_without_the_history(self, model) -> None:
        scores = model.scores(self.history)
        ranked = [(model.item_ids[i], float(scores[i])) for i in np.argsort(-scores, kind="stable")]
        gone = {item for item, _ in self.history}
        assert model.recommend(self.history, 30) == [pair for pair in ranked if pair[0] not in gone]

    def test_batch_equals_single(self, model) -> None:
        histories = [self.history, [], ["film/coco"], ["nobody-knows"]]
        single = np.stack([model.scores(history) for history in histories])
        np.testing.assert_allclose(model.scores_many(histories), single, atol=1e-6)
        assert model.recommend_many(histories, 4) == [model.recommend(history, 4) for history in histories]
        np.testing.assert_array_equal(single[3], single[1])

    def test_excluded_items_stay_away(self, model) -> None:
        first = [item for item, _ in model.recommend(self.history, 5)]
        second = [item for item, _ in model.recommend(self.history, 5, exclude=first[:3])]
        assert second[:2] == first[3:] and not set(first[:3]) & set(second)

    def test_the_latest_word_about_an_item_counts(self, model) -> None:
        twice = [("film/coco", -1.0), "film/ring", ("film/coco", 0.25)]
        np.testing.assert_array_equal(model.scores(twice), model.scores(twice[1:]))

    def test_contributions_sum_to_the_score(self, model) -> None:
        scores = model.scores(self.history)
        for row, item in enumerate(model.item_ids):
            assert sum(part for _, part in model.explain(self.history, item)) == pytest.approx(scores[row], abs=1e-5)

    def test_saved_and_loaded_it_scores_the_same(self, model, tmp_path) -> None:
        model.save(tmp_path)
        again = ContentSimilarity.load(tmp_path)
        np.testing.assert_array_equal(again.scores(self.history), model.scores(self.history))
        assert again.shared("film/ring", "film/conjuring") == model.shared("film/ring", "film/conjuring")

    def test_fitting_twice_gives_the_same(self, model, random_table: Interactions) -> None:
        before = model.scores(self.history)
        np.testing.assert_array_equal(model.fit(random_table).scores(self.history), before)

    def test_row_order_of_the_table_does_not_matter(self, model, random_table: Interactions) -> None:
        assert set(ContentSimilarity().fit(random_table).scores(["i1"])) == {0.0}, "no graph, no likeness"


def test_similarity_is_the_cosine_of_weighted_facts(graph: Graph, content: ContentSimilarity) -> None:
    """The naive double loop over dictionaries of facts."""
    works = list(content.item_ids)
    facts: dict[str, set[tuple[str, str]]] = {}
    for work in works:
        year = graph.value(work, "year")
        facts[work] = {("type", work.split("/")[0]), ("era", str(year - year % 10))}
        for relation in set(RELATION_WEIGHTS) - {"type", "era"}:
            facts[work] |= {
                (relation, str(value)) for value in graph.objects(work, relation)[: 5 if relation == "cast" else None]
            }
    frequency = {fact: sum(fact in facts[work] for work in works) for work in works for fact in facts[work]}

    def weight(fact: tuple[str, str]) -> float:
        return RELATION_WEIGHTS[fact[0]] * max(np.log((len(works) + 1) / (frequency[fact] + 0.5)), 0.05) ** 0.5

    length = {work: sum(weight(fact) ** 2 for fact in facts[work]) ** 0.5 for work in works}
    for one in works[:12]:
        similar = content.similar(one)
        for row, other in enumerate(works):
            common = facts[one] & facts[other]
            expected = sum(weight(fact) ** 2 for fact in common) / length[one] / length[other]
            assert similar[row] == pytest.approx(expected, abs=1e-5)
            shared = content.shared(one, other)
            assert {(fact.relation, fact.value) for fact in shared} == common
            assert sum(fact.contribution for fact in shared) == pytest.approx(expected, abs=1e-5)
            assert [fact.contribution for fact in shared] == sorted((f.contribution for f in shared), reverse=True)


def test_what_is_alike_is_found(content: ContentSimilarity) -> None:
    assert content.recommend(["film/interstellar"], 1)[0][0] in ("film/inception", "film/arrival")
    assert content.recommend(["film/ring"], 1)[0][0] == "film/conjuring"
    assert content.recommend(["film/totoro"], 1)[0][0] == "film/coco"
    assert content.shared("film/interstellar", "film/inception")[0].value == "person/christopher-nolan"


def test_neighbours_are_the_best_of_each_row(content: ContentSimilarity) -> None:
    rows, values = content.neighbours(4)
    for row, item in enumerate(content.item_ids):
        expected = [name for name, _ in content.recommend([item], 4)]
        np.testing.assert_allclose(
            values[row], [content.similar(item)[content.item_ids.index(name)] for name in expected], atol=1e-6
        )
        assert item not in {content.item_ids[other] for other in rows[row]}


# --- facets --------------------------------------------------------------------------------------------------------


def test_masks_agree_with_the_graph(graph: Graph, facets: Facets) -> None:
    assert facets.items == tuple(work.id for work in graph.entities(("film", "series", "album", "show")))
    for facet, relation in (("genre", "genre"), ("country", "country"), ("cast", "cast"), ("director", "directed_by")):
        for value in {value for item in facets.items for value in graph.objects(item, relation)}:
            has = [value in graph.objects(item, relation) for item in facets.items]
            assert facets.mask(facet, (str(value),)).tolist() == has
            assert [facets.has(facet, str(value), row) for row in range(len(facets))] == has
    assert facets.mask("person", ("person/zhou-xun",)).sum() == 3
    assert facets.mask("artist", ("person/jay-chou",)).tolist() == [item == "album/fantasy" for item in facets.items]
    assert facets.mask("country", ("country/jp", "country/kr")).sum() == 5
    assert not facets.mask("genre", ("genre/nowhere",)).any() and not facets.mask("award", ("any",)).any()
    assert facets.mask("cast", ("any",)).sum() == sum(bool(graph.objects(item, "cast")) for item in facets.items)


def test_an_unknown_number_lies_in_no_range(facets: Facets) -> None:
    episodes = facets.ordinals["episodes"]
    assert np.isnan(episodes[facets.row["film/coco"]]) and episodes[facets.row["series/bad-kids"]] == 12
    assert facets.in_range("episodes", None, None).sum() == 5
    assert facets.in_range("episodes", 12, 20).sum() == 2
    assert facets.in_range("popularity", 0.5, None).sum() == 1


def test_percentiles_are_within_a_type(facets: Facets) -> None:
    years = facets.percentiles["year"]
    films = [row for row, type_ in enumerate(facets.types) if type_ == "film"]
    assert max(films, key=lambda row: years[row]) == facets.row["film/hi-mom"]
    assert years[facets.row["film/hi-mom"]] == pytest.approx(21.5 / 22), "21 films are older, and half of itself"
    assert years[facets.row["film/totoro"]] == pytest.approx(0.5 / 22)
    assert years[facets.row["show/teahouse"]] == 0.5, "the only play is neither old nor new for a play"
    assert np.isnan(facets.percentiles["episodes"][facets.row["film/coco"]])


def test_tagged_works_have_more_of_a_mood_than_untagged(graph: Graph, facets: Facets) -> None:
    assert facets.mood_degrees.min() >= 0 and facets.mood_degrees.max() <= 1
    for column, mood in enumerate(facets.moods):
        tagged = np.array([mood in graph.objects(item, "mood") for item in facets.items])
        degrees = facets.mood_degrees[:, column]
        assert degrees[tagged].min() >= 0.75 > 0.6 >= degrees[~tagged].max()


def test_among_the_untagged_like_lends_to_like(facets: Facets) -> None:
    """No film here but comedies and family films is tagged light: the untagged comedy stands above the crime film."""
    light = facets.mood("mood/light")
    at = {item.split("/")[1]: light[row] for item, row in facets.row.items()}
    assert at["crazy-stone"] > at["heat"] and at["coco"] > at["ring"] and at["the-martian"] > at["conjuring"]


def test_an_axis_counts_what_speaks_against(facets: Facets) -> None:
    degrees = dict(zip(facets.moods, facets.mood_degrees.T, strict=True))
    for mood, others in AGAINST.items():
        if mood in degrees:
            against = np.max([degrees[other] for other in others if other in degrees], axis=0)
            np.testing.assert_allclose(facets.mood(mood), degrees[mood] - 0.5 * against, atol=1e-6)
    assert set(facets.mood("mood/nowhere")) == {0.0}


def test_an_audience_lends_moods_too(graph: Graph) -> None:
    """Who watches Heat here also watches Paddington: audience says it is lighter than its facts do."""
    rows = [(f"u{i}", item) for i in range(30) for item in ("film/heat", "film/paddington", "film/notting-hill")]
    rows += [(f"v{i}", item) for i in range(30) for item in ("film/conjuring", "film/ring")]
    model = EASE(1.0).fit(Interactions.from_rows(rows))
    without, with_model = Facets(graph), Facets(graph, model)
    row, column = without.row["film/heat"], without.moods.index("mood/light")
    rank = [float((f.mood_degrees[:, column] < f.mood_degrees[row, column]).mean()) for f in (without, with_model)]
    assert rank[1] > rank[0]
